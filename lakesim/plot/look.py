"""What all figures have in common: font, sizes, colours, units, and the names of levels in the right margin."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from itertools import accumulate
from math import inf
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from unicodedata import east_asian_width

import matplotlib
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes

from ..labels import WORDS, label
from ..waters import Lake

if TYPE_CHECKING:
    from ..result import Result

FAMILY = "Lakesim Sans SC"
FONT_FILE = "data/fonts/LakesimSansSC-Regular.otf"

# The colours of Okabe and Ito (2008), which stay apart for colour-blind eyes, too.
BLACK, GREY = "#000000", "#6b6b6b"
ORANGE, SKY, GREEN = "#E69F00", "#56B4E9", "#009E73"
BLUE, VERMILLION, PURPLE = "#0072B2", "#D55E00", "#CC79A7"
EARTH = "#d9cfbf"

LEVEL_COLOURS = {"warning_level": "#B57D00", "guarantee_level": VERMILLION, "dike_crest": BLACK}
"""Characteristic levels that decide something in a flood; the others are grey. (An orange dark enough for text.)"""

SIZE, SMALL = 15.0, 13.0
"""Sizes of text [points]."""

MARGIN_WIDTH = 32
"""Width of the right margin in small Latin letters."""

NOTE_WIDTH = 150
"""Room for a note, in Latin letters."""

TITLE_LETTER = 10.2
"""Width of a letter of a title [points]."""

LEADER = {"arrowstyle": "-", "linewidth": 0.8, "color": BLACK}
"""The thin line from a text to what it names."""

SETTINGS: dict[Any, Any] = {
    "figure.figsize": (16.0, 9.0),
    "figure.dpi": 100.0,
    "font.family": [FAMILY, "DejaVu Sans"],  # the second for letters of further languages in a name
    "font.size": SIZE,
    "axes.titlesize": 20.0,
    "axes.titlelocation": "left",
    "axes.titlepad": 12.0,
    "axes.labelsize": SIZE,
    "xtick.labelsize": SIZE,
    "ytick.labelsize": SIZE,
    "legend.fontsize": SIZE,
    "legend.frameon": False,
    "lines.linewidth": 2.0,
    "axes.prop_cycle": cycler(color=[BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, BLACK]),
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.8,
    "text.usetex": False,
    "text.parse_math": False,  # a name may hold a dollar sign
}


@contextmanager
def style(lang: str = "en") -> Iterator[None]:
    """The font and the sizes of lakesim's figures, for as long as the `with` block lasts.

    The font holds the words of both languages, so that a lake may keep its Chinese name in an English figure.

    Raises
    ------
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> import matplotlib
    >>> with style("zh"):
    ...     matplotlib.rcParams["font.family"][0]
    'Lakesim Sans SC'
    """
    label("level", lang)  # refuses an unknown language
    _load_font()
    with matplotlib.rc_context(SETTINGS):
        yield


@cache
def _load_font() -> None:
    font_manager.fontManager.addfont(str(files("lakesim") / FONT_FILE))


def lake_of(result: Result, name: str | None) -> Lake:
    """The lake of that name, the first one unless told, or a ValueError that says which there are."""
    lakes = {lake.name: lake for lake in result.system.lakes}
    if name is None:
        return result.system.lakes[0]
    if name not in lakes:
        raise ValueError(f"{name!r} is no lake of this result; its lakes are {', '.join(lakes)}")
    return lakes[name]


def header(
    ax: Axes,
    title: str,
    stamps: Sequence[str] = (),
    pad: float = 12.0,
    colour: str = VERMILLION,
    *,
    two_lines: bool = False,
) -> None:
    """The title, so many points above the axes and as wide as they are, and beside it what must not be overlooked."""
    width = int(ax.bbox.width / ax.figure.dpi * 72.0 / TITLE_LETTER)
    first = wrapped(title, width).split("\n")[0] if two_lines else ""
    rest = shorten(title.removeprefix(first).strip(), width)
    ax.set_title("\n".join(line for line in (first, rest) if line), pad=pad)
    ax.annotate(
        "\n".join(stamps),
        xy=(1.0, 1.0),
        xycoords="axes fraction",
        xytext=(16.0, pad - 4.0),
        textcoords="offset points",
        va="bottom",
        color=colour,
    )


def stamps_of(result: Result, lang: str) -> list[str]:
    """What a comparison with the world is worth, and whether a curve or a series is reconstructed."""
    stamps = [f"{label('check', lang)} · {label(result.check, lang)}"] if result.check else []
    return stamps + ([label("reconstructed", lang)] if result.reconstructed else [])


def footnote(ax: Axes, text: str, below: float = 54.0, colour: str = GREY) -> None:
    """Small text so many points below the axes."""
    ax.annotate(
        text,
        xy=(0.0, 0.0),
        xycoords="axes fraction",
        xytext=(0.0, -below),
        textcoords="offset points",
        va="top",
        fontsize=SMALL,
        color=colour,
        linespacing=1.4,
    )


def plain_number(value: float) -> str:
    r"""A number with three digits, or to the unit from 100 on, with a blank between thousands.

    Examples
    --------
    >>> plain_number(1234.5), plain_number(-12.345), plain_number(0.0)
    ('1\xa0234', '−12.3', '0')
    """
    size = abs(value)
    text = f"{size:,.0f}".replace(",", "\u00a0") if size >= 100.0 else f"{size:.3g}"
    return f"−{text}" if value < 0.0 else text


def storage_unit(largest: float, lang: str) -> tuple[str, float]:
    """Unit for storages up to `largest` [m³], and its size [m³]: 亿m³ and 万m³ in Chinese, 10⁶ m³ in English."""
    steps = {"en": (("1e6 m3", 1e6),), "zh": (("1e8 m3", 1e8), ("1e4 m3", 1e4))}
    return next(((unit, size) for unit, size in steps[lang] if largest >= size), ("m3", 1.0))


def area_unit(largest: float) -> tuple[str, float]:
    """Unit for areas up to `largest` [m²], and its size [m²]."""
    return ("km2", 1e6) if largest >= 1e5 else ("m2", 1.0)


def set_font(ax: Axes, *, plain: Literal["x", "y", "both"] = "y") -> None:
    """Fix font and size of the tick labels, which matplotlib makes after the style has ended.

    The axis or axes `plain` show their numbers in full, without a common offset or power of ten.
    """
    ax.tick_params(labelsize=SIZE, labelfontfamily=FAMILY)
    ax.ticklabel_format(axis=plain, style="plain", useOffset=False)


def latin_width(text: str) -> int:
    """Width of a text in Latin letters, of which a hanzi takes two.

    >>> latin_width("Luoshan 螺山")
    12
    """
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def shorten(text: str, width: int) -> str:
    """The text, cut to a width in Latin letters (a hanzi is as wide as two), with … where it was cut.

    Examples
    --------
    >>> shorten("Yangtze at Luoshan", 10), shorten("长江螺山站", 10)
    ('Yangtze a…', '长江螺山站')
    """
    ends = list(accumulate(latin_width(character) for character in text))
    if not text or ends[-1] <= width:
        return text
    return text[: bisect_right(ends, width - 1)] + "…"


def wrapped(text: str, width: int) -> str:
    r"""The text in lines of at most a width in Latin letters (a hanzi is as wide as two), broken at blanks or hanzi.

    Examples
    --------
    >>> wrapped("Yangtze at Luoshan", 12)
    'Yangtze at\nLuoshan'
    >>> wrapped("长江螺山站，洪湖 (重构)", 11)
    '长江螺山\n站，洪湖\n(重构)'
    """
    lines, room = [""], width
    for piece in re.findall(r"[(（]?[\u4e00-\u9fff][，。；：、）)]*|\s+|[^\s\u4e00-\u9fff]+", text):
        wide = latin_width(piece)
        if wide > room and not piece.isspace():
            lines.append("")
            room = width
        lines[-1] += piece
        room -= wide
    return "\n".join(line.strip() for line in lines)


class Mark(NamedTuple):
    """A name in the right margin, at the height of what it names."""

    level: float
    text: str
    colour: str


def level_lines(
    ax: Axes, levels: Mapping[str, float], lang: str, within: tuple[float, float] = (-inf, inf)
) -> list[Mark]:
    """Draw the characteristic levels that lie `within` the axes, and return the marks of all of them."""
    marks = []
    for key, level in levels.items():
        colour = LEVEL_COLOURS.get(key, GREY)
        if within[0] <= level <= within[1]:
            ax.axhline(level, color=colour, linewidth=1.4 if key in LEVEL_COLOURS else 0.9, zorder=1)
        marks.append(Mark(level, f"{label(key, lang) if key in WORDS else key} {level:.2f}", colour))
    return marks


def margin_marks(ax: Axes, marks: Sequence[Mark]) -> None:
    """Write each mark to the right of the axes at its level, moved up or down so that no two overlap.

    A mark above or below the axes is written at their edge, with an arrow to where it would be. The limits of the y
    axis must be final.
    """
    low, high = ax.get_ylim()
    height = ax.bbox.height / ax.figure.dpi * 72.0  # points
    marks = sorted(marks, key=lambda mark: mark.level)
    at = [min(max((mark.level - low) / (high - low), 0.0), 1.0) * height for mark in marks]
    for mark, here, row in zip(marks, at, spread(at, 1.3 * SMALL, height), strict=True):
        inside = low <= mark.level <= high
        text = shorten(mark.text, MARGIN_WIDTH)
        ax.annotate(
            text if inside else f"{text} ↑" if mark.level > high else f"{text} ↓",
            xy=(1.0, here / height),
            xycoords="axes fraction",
            xytext=(16.0, row - here),
            textcoords="offset points",
            va="center",
            fontsize=SMALL,
            color=mark.colour,
            arrowprops=LEADER | {"color": mark.colour, "relpos": (0.0, 0.5), "shrinkA": 1.0} if inside else None,
        )


def spread(positions: Sequence[float], gap: float, top: float) -> list[float]:
    """Positions moved as little as needed so that neighbours are `gap` apart and all stay within 0 … `top`.

    Neighbours that are too close form a block around their mean; blocks that meet become one. Where there is no room
    for all, the gap is as large as the room allows.

    Examples
    --------
    >>> spread([5.0, 40.0, 42.0], gap=10.0, top=100.0)
    [5.0, 36.0, 46.0]
    """
    order = sorted(range(len(positions)), key=lambda i: positions[i])
    gap = min(gap, top / max(len(positions) - 1, 1))
    blocks: list[list[int]] = []
    starts: list[float] = []
    for i in order:
        blocks.append([i])
        starts.append(positions[i])
        while True:
            block = blocks[-1]
            middle = sum(positions[j] for j in block) / len(block)
            length = gap * (len(block) - 1)
            starts[-1] = min(max(middle - length / 2.0, 0.0), top - length)
            if len(blocks) == 1 or starts[-2] + gap * len(blocks[-2]) <= starts[-1]:
                break
            starts.pop()
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    placed = {i: start + gap * n for block, start in zip(blocks, starts, strict=True) for n, i in enumerate(block)}
    return [placed[i] for i in range(len(positions))]
