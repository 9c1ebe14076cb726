"""How studies print: numbers in the units of the field, and columns that stand under one another in both scripts."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import east_asian_width

from ..labels import UNITS, studied
from ..labels.words import column, find

SHOWN = {"m2": ("km2", 1e6), "m3": ("1e6 m3", 1e6), "s": ("d", 86_400.0)}
"""The unit in which people read an SI unit, and how much of the SI unit it is; every other unit is read as it is."""


def shown_unit(unit: str, lang: str) -> tuple[str, float]:
    """How the unit in which a quantity is read is written, and how much of the SI unit it is.

    Examples
    --------
    >>> shown_unit("m2", "en"), shown_unit("m", "zh")
    (('km²', 1000000.0), ('m', 1.0))
    """
    name, factor = SHOWN.get(unit, (unit, 1.0))
    return (find(UNITS, name, "unit")[column(lang)] if name in UNITS else name), factor


def written(value: float, unit: str, lang: str, *, exact: bool = False) -> str:
    """A quantity as people read it: levels to the centimetre, everything else to three digits.

    Parameters
    ----------
    unit : SI unit of the value
    exact : to six digits, whatever it is

    Examples
    --------
    >>> written(24.5, "m", "en"), written(3.444e8, "m2", "en"), written(864000.0, "s", "zh"), written(0.25, "", "en")
    ('24.50 m', '344 km²', '10 天', '0.25')
    """
    name, factor = shown_unit(unit, lang)
    number = value / factor
    if exact:
        return f"{number:.6g} {name}".rstrip()
    text = f"{number:.2f}" if unit == "m" else f"{number:.0f}" if abs(number) >= 999.5 else f"{number:.3g}"
    return f"{text} {name}".rstrip()


def centimetres(change: float) -> str:
    """A change of a level [m] in centimetres, with its sign; what rounds to nothing is +0.0.

    Examples
    --------
    >>> centimetres(-0.074), centimetres(-0.0003)
    ('-7.4', '+0.0')
    """
    return f"{round(100.0 * change, 1) + 0.0:+.1f}"


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Rows of cells as text: the first cell of a row to the left, all others to the right; Chinese is twice as wide.

    Examples
    --------
    >>> print(columns([["", "水位 (m)"], ["today", "26.97"]]))
           水位 (m)
    today     26.97
    """
    widths = [max(width(row[k]) for row in rows) for k in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [row[0] + " " * (widths[0] - width(row[0]))]
        cells += [" " * (wide - width(cell)) + cell for cell, wide in zip(row[1:], widths[1:], strict=True)]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def width(text: str) -> int:
    """How many places a text takes where every letter has one and every Chinese character two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def sentences(parts: Sequence[tuple[str, dict[str, object]]], lang: str) -> str:
    """Sentences of `labels.STUDIES`, one after the other."""
    return (" ", "")[column(lang)].join(studied(key, lang, **values) for key, values in parts)
