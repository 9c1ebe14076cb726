"""A series as it stands in a scenario file, and the table with every default that makes it again."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .. import catalogue
from ..series import Series
from ..series.reading import collecting, instant, scale_of
from ..series.tables import FORMS
from ..units import Column, Quantity, to_si
from .faults import Faults, nearest
from .positions import KeyPath
from .records import table_of

WRITTEN_OUT = ("times", "values", "kind", "unit", "filled")
"""Keys of a series whose values stand in the scenario file itself."""

Rule = dict[str, Any]


def series_of(
    value: object, unit: str, name: str, folder: Path, path: KeyPath, faults: Faults
) -> tuple[Series, Rule] | None:
    """Return the series that a value of a file describes, and its complete table; or note why there is none.

    Parameters
    ----------
    value : a quantity, which stays; or a table of `Series.from_table`, or one with `record`, the name of a record of
        the package, or with `times`, `values`, `kind` and `unit`. Means have one date more than values. Times of one
        step may be written `{start = 1996-10-01, step = "1 d"}`
    unit : SI unit that the series must have
    name : what the series is called
    folder : where the names of files start
    """
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        value = {"constant": value}
    if not isinstance(value, Mapping):
        faults.add(path, f'{value!r:.60} is no series; write a quantity as in "3 mm/d", or a table as in {{file = …}}')
        return None
    ours: list[str] = []
    made = None
    with collecting(ours):
        if "times" in value:
            made = _written_out(value, unit, name, path, faults)
        else:
            made = _by_rule(dict(value), unit, name, folder)
    for fault in ours:
        faults.add(path, fault.removeprefix(f"{name}: "))
    return made


def _by_rule(table: Rule, unit: str, name: str, folder: Path) -> tuple[Series, Rule]:
    source = {key: table[key] for key in ("record", "file") if key in table}
    digest = table.pop("sha256", None)
    if "record" in table:
        table = {"file": str(catalogue.record(str(table.pop("record")))), **table}
    if isinstance(table.get("file"), str):
        file = folder / table["file"]
        if not file.exists():
            others = sorted(other.name for other in file.parent.glob("*.csv")) if file.parent.is_dir() else []
            raise ValueError(f"there is no file {table['file']!r}; {nearest(file.name, others, 'the CSV files there are')}")
        if file.is_file():
            found = hashlib.sha256(file.read_bytes()).hexdigest()
            if digest not in (None, found):
                raise ValueError(
                    f"{table['file']} has changed: its SHA-256 is {found[:12]}…, and {str(digest)[:12]}… is asked for; "
                    "bring back the old file, or take out sha256"
                )
            source["sha256"] = found
    elif digest is not None:
        raise ValueError("sha256 is the digest of a file, and no file is named; take it out")
    series = Series.from_table(table, quantity_unit=unit, folder=folder, name=name)
    return series, _complete(table, unit, source)


def _complete(table: Rule, unit: str, source: Rule) -> Rule:
    """The table with every default; None is a parameter that was left open."""
    (key,) = (key for key in FORMS if key in table)
    form = FORMS[key]
    parameters = inspect.signature(getattr(Series, form.constructor)).parameters.values()
    hidden = {form.parameter, "name", "si_unit", *form.settled, *(() if form.parameter else ("unit",))}
    given = table if form.parameter else table[key]
    defaults = {"unit": unit} if form.parameter else {}
    defaults |= {one.name: one.default for one in parameters if one.default is not inspect.Parameter.empty}
    rule = {one.name: given.get(one.name, defaults.get(one.name)) for one in parameters if one.name not in hidden}
    if form.parameter is None:
        return {key: rule}
    return {**(source or {key: table[key]}), **rule}


def _written_out(value: Mapping[str, Any], unit: str, name: str, path: KeyPath, faults: Faults) -> tuple[Series, Rule] | None:
    table = table_of(value, path, WRITTEN_OUT, faults)
    missing = [key for key in ("values", "kind", "unit") if key not in table]
    if missing:
        raise ValueError(f"{' and '.join(missing)} must stand beside times; add what is missing")
    if not isinstance(table["unit"], str):
        raise ValueError(f'unit is {table["unit"]!r}; write text as in "m3/s"')
    scale, _ = scale_of(table["unit"], unit)
    numbers = scale * np.array(Column(Quantity("", "value")).read(table["values"]))
    times, filled = table["times"], table.get("filled", 0)
    if isinstance(times, Mapping):
        if set(times) != {"start", "step"}:
            raise ValueError(f"times has the keys {', '.join(times)}; give start and step, or a list of dates")
        count = len(numbers) + (table["kind"] == "means")
        step = np.timedelta64(round(1000 * to_si(times["step"], "s")), "ms")
        times = instant(times["start"]) + np.arange(count) * step
    elif not isinstance(times, list):
        raise ValueError(f"times is {times!r:.60}; give a list of dates, or {{start = …, step = …}}")
    if not isinstance(filled, int) or filled < 0:
        raise ValueError(f"filled is {filled!r}; it is the number of values that were not in the record")
    series = Series(times, numbers, table["kind"], unit, name, filled=filled)
    return series, written_out(series)


def written_out(series: Series) -> Rule:
    """The table that holds a dated series itself."""
    ms = series.times.astype(np.int64)
    steps = np.unique(np.diff(ms))
    times: Any = [moment.astype(object) for moment in series.times]
    if len(steps) == 1 and steps[0] > 0:
        times = {"start": series.times[0].astype(object), "step": int(steps[0]) / 1000}
    return {
        "times": times,
        "kind": series.kind,
        "unit": series.unit,
        "filled": series.filled,
        "values": series.values.tolist(),
    }
