"""A series as it stands in a scenario file, and the table with every default that makes it again."""

from __future__ import annotations

import hashlib
import inspect
import operator
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import numpy as np

from .. import catalogue
from ..runoff import STEP, Catchment
from ..series import Series
from ..series.reading import collecting, instant, scale_of
from ..series.tables import FORMS
from ..units import Column, Quantity, convert, to_si
from .faults import Faults, nearest
from .positions import KeyPath
from .records import make, named_in, table_of

WRITTEN_OUT = ("times", "values", "kind", "unit", "filled")
"""Keys of a series whose values stand in the scenario file itself."""

RUNOFF_SERIES = ("rain", "evaporation")
RUNOFF_PERIOD = ("start", "end", "step")
"""Keys of a runoff beside the fields of its catchment: two series within the series, and the arguments of `runoff`."""

Rule = dict[str, Any]


def series_of(
    value: object, units: Sequence[str], name: str, folder: Path, path: KeyPath, faults: Faults
) -> tuple[Series, Rule] | None:
    """Return the series that a value of a file describes, and its complete table; or note why there is none.

    Parameters
    ----------
    value : a quantity, which stays; or a table of `Series.from_table`, in which `record` may name a record of the
        package and `column` may be the header without its unit, or several columns to be added; or a table with
        `times`, `values`, `kind` and `unit`. Times of one step may be written `{start = 1996-10-01, step = "1 d"}`.
        Or a table with `runoff`, a table of a catchment's fields, with its `rain` and `evaporation` as series again
    units : SI units that the series may have; the one that fits what is given is taken, the first if all do
    name : what the series is called
    folder : where the names of files start
    """
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        value = {"constant": value}
    if not isinstance(value, Mapping):
        faults.add(path, f'{value!r:.60} is no series; write a quantity as in "3 mm/d", or a table as in {{file = …}}')
        return None
    if "runoff" in value:
        table = table_of(value, path, ("runoff",), faults)["runoff"]
        return _runoff(table, units, name, folder, (*path, "runoff"), faults)
    ours: list[str] = []
    made = None
    with collecting(ours):
        if "times" in value:
            made = _written_out(table_of(value, path, WRITTEN_OUT, faults), units, name)
        else:
            made = _by_rule(dict(value), units, name, folder)
    for fault in ours:
        faults.add(path, fault.removeprefix(f"{name}: "))
    return made


def _runoff(
    value: object, units: Sequence[str], name: str, folder: Path, path: KeyPath, faults: Faults
) -> tuple[Series, Rule] | None:
    """The runoff of a catchment; in its rule, rain and evaporation stand as pairs of a series and its rule."""
    if tuple(units) != ("m3/s",):
        faults.add(path, "a runoff is a discharge in m3/s, and this is none; give it as the inflow of a lake")
        return None
    table = table_of(value, path, (*RUNOFF_SERIES, *RUNOFF_PERIOD, *Catchment.model_fields), faults)
    inner = {
        key: series_of(table[key], ("m/s",), key, folder, (*path, key), faults) for key in RUNOFF_SERIES if key in table
    }
    for key in RUNOFF_SERIES:
        if key not in table and (*path, key) not in faults.meant:
            faults.add(path, f"{key} is missing; give it, a series in m/s")
    fields = {key: table[key] for key in table if key in Catchment.model_fields}
    catchment = make(Catchment, fields, path, faults)
    rain, evaporation = (inner.get(key) for key in RUNOFF_SERIES)
    if rain is None or evaporation is None or catchment is None:
        return None
    period = {key: table[key] for key in RUNOFF_PERIOD if key in table}
    try:
        runoff = catchment.runoff(rain[0], evaporation[0], **period)
    except ValueError as fault:
        for message in str(fault).split("\n"):
            faults.add((*path, *named_in(message, table)), message)
        return None
    period = {"start": runoff.times[0], "end": runoff.times[-1], "step": to_si(table.get("step", STEP), "s")}
    return replace(runoff, name=name), {"runoff": {**period, **dict(catchment), **inner}}


def _by_rule(table: Rule, units: Sequence[str], name: str, folder: Path) -> tuple[Series, Rule]:
    source: Rule = {key: value for key, value in table.items() if key in ("record", "file")}
    digest = table.pop("sha256", None)
    columns: list[Any] = [None]
    if "record" in table:
        table = {"file": str(catalogue.record(str(table.pop("record")))), **table}
    if isinstance(table.get("file"), str):
        file = folder / table["file"]
        source["sha256"] = _digest(file, digest)
        columns = table["column"] if isinstance(table.get("column"), list) else [table.get("column")]
        if columns != [None] and all(isinstance(column, str) for column in columns):
            columns, table["unit"] = _columns(file, columns, table.get("unit"))
            table["column"] = columns[0] if len(columns) == 1 else columns
    elif digest is not None:
        raise ValueError("sha256 is the digest of a file, and no file is named; take it out")
    unit = _si_unit(table, units)
    series = [
        Series.from_table(table | ({"column": column} if column else {}), quantity_unit=unit, folder=folder, name=name)
        for column in columns
    ]
    return reduce(operator.add, series), _complete(table, unit, source)


def _digest(file: Path, wanted: object) -> str:
    """SHA-256 of a file, if it is there and is what is wanted."""
    if not file.exists():
        others = sorted(other.name for other in file.parent.glob("*.csv")) if file.parent.is_dir() else []
        raise ValueError(f"there is no file {str(file)!r}; {nearest(file.name, others, 'the CSV files there are')}")
    try:
        found = hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError as fault:
        raise ValueError(f"{file} cannot be read ({fault.strerror}); name a CSV file") from None
    if wanted not in (None, found):
        raise ValueError(
            f"{file.name} has changed: its SHA-256 is {found[:12]}…, and {str(wanted)[:12]}… is asked for; "
            "bring back the old file, or take out sha256"
        )
    return found


def _columns(file: Path, columns: Sequence[str], unit: object) -> tuple[list[str], object]:
    """The headers of columns that may be named without their units, `inflow` for `inflow [m3/s]`; and the unit."""
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    header = next((line for line in lines if line.strip() and not line.lstrip().startswith("#")), "")
    cells = {cell.strip().strip('"') for cell in re.split(r"[,;\t]", header)}
    whole = []
    for column in columns:
        named = {cell: re.fullmatch(r"(.*?)\s*\[(.+)\]", cell) for cell in sorted(cells)}
        found = [cell for cell, match in named.items() if match and column in (cell, match[1])]
        match = named[found[0]] if len(found) == 1 and column not in cells - {*found} else None
        if match and unit not in (None, match[2]):
            raise ValueError(f"the column {found[0]!r} is in {match[2]}, and unit is {unit!r}; leave unit out")
        whole.append(match[0] if match else column)
        unit = match[2] if match else unit
    return whole, unit


def _si_unit(table: Rule, units: Sequence[str]) -> str:
    """The SI unit that fits what stands in the table."""
    return next((unit for unit in units if any(_fits(text, unit) for text in _texts(table))), units[0])


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping | list):
        for one in value.values() if isinstance(value, Mapping) else value:
            yield from _texts(one)


def _fits(text: str, unit: str) -> bool:
    """Whether a text is a unit of this kind, or a quantity in one."""
    with suppress(ValueError):
        convert(1.0, text, unit)
        return True
    with suppress(ValueError):
        to_si(text, unit)
        return True
    return False


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


def _written_out(table: Rule, units: Sequence[str], name: str) -> tuple[Series, Rule]:
    missing = [key for key in ("values", "kind", "unit") if key not in table]
    if missing:
        raise ValueError(f"{' and '.join(missing)} must stand beside times; add what is missing")
    if not isinstance(table["unit"], str):
        raise ValueError(f'unit is {table["unit"]!r}; write text as in "m3/s"')
    unit = next((unit for unit in units if _fits(table["unit"], unit)), units[0])
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
