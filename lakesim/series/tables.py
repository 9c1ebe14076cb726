"""A series as a table of a scenario file: which constructor the table means, and whether its keys fit."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from .reading import collecting, nearest

if TYPE_CHECKING:
    from .core import Series


class Form(NamedTuple):
    """One way of describing a series: a constructor, and what the value of its key is."""

    constructor: str
    parameter: str | None  # the parameter that the value is; None: the value is a table of all parameters
    types: type | tuple[type, ...]
    word: str
    settled: Mapping[str, Any] = {}  # parameters that the key decides


FORMS = {
    "file": Form("from_csv", "path", str, "the name of a CSV file"),
    "constant": Form("constant", "value", (str, int, float), 'a number, or a quantity as in "3 mm/d"'),
    "monthly": Form("climatology", "values", list, "a list of 12 values", {"by": "month"}),
    "daily": Form("climatology", "values", list, "a list of 365 or 366 values", {"by": "day"}),
    "yearly": Form("yearly", "points", Mapping, 'a table as in { "06-15" = 22.5, "09-30" = 24.0 }'),
    "triangle": Form("triangle", None, Mapping, "a table of its parameters"),
    "gamma": Form("gamma_hydrograph", None, Mapping, "a table of its parameters"),
    "pulse": Form("pulse", None, Mapping, "a table of its parameters"),
}


def from_table(series: type[Series], table: Mapping[str, Any], unit: str, folder: Path, name: str) -> Series:
    """Make the series in `unit` that a table describes; see `Series.from_table`."""
    keys = [key for key in FORMS if key in table]
    if len(keys) != 1:
        near = "".join(f" ({key!r}{nearest(key, FORMS)})" for key in table if key not in FORMS and nearest(key, FORMS))
        said = f"{' and '.join(keys)} each say" if keys else f"no key{near} says"
        raise ValueError(f"{name}: {said} what the series is; say exactly one of {', '.join(FORMS)}")
    key = keys[0]
    form, value = FORMS[key], table[key]
    given = {other: table[other] for other in table if other != key}
    faults: list[str] = []
    whole = isinstance(value, form.types)
    if not whole:
        faults.append(f"{key} is {value!r}; write {form.word}")
    elif form.parameter is None:
        faults += [f"{other!r} stands beside {key}; put it into the table of {key}" for other in given]
        given = dict(value)

    constructor = getattr(series, form.constructor)
    parameters = inspect.signature(constructor).parameters
    settled = {"name": name, "si_unit": unit, **form.settled}
    if form.parameter is None:
        settled["unit"] = unit
    elif whole:
        settled[form.parameter] = folder / value if key == "file" else value
    free = [parameter for parameter in parameters if parameter not in settled and parameter != form.parameter]
    if key != "file" and "unit" in free:  # a number is in the SI unit, as everywhere, but a record's unit is said
        given.setdefault("unit", unit)

    faults += [
        f"{key} has no {other!r}{nearest(other, free)}; it takes {', '.join(free)}"
        for other in given
        if other not in free
    ]
    needed = [word for word in free if parameters[word].default is inspect.Parameter.empty]
    missing = [word for word in needed if word not in given] if whole or form.parameter else []
    faults += [f"{key} needs {word}; add it" for word in missing]
    if not isinstance(given.get("unit", ""), str):
        faults.append(f'unit is {given["unit"]!r}; write text as in "mm/d"')
    elif whole and not missing:
        arguments = {word: argument for word, argument in (given | settled).items() if word in parameters}
        with collecting(faults):
            made: Series = constructor(**arguments)
            if not faults:
                return made
    raise ValueError("\n".join(f"{name}: {fault}" for fault in faults))
