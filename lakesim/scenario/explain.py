"""A scenario as a complete TOML file: every default filled in, numbers in SI units."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ..floods import Flood
from ..hypsometry import Hypsometry
from ..measures import Measure
from ..rules import Rule
from ..runoff import SURFACES, Catchment
from ..series import Series
from ..structures import Structure
from ..units import Record
from ..waters import Lake, River
from .forcing import RUNOFF_SERIES
from .forcing import written_out as values_of
from .parts import FLOOD_KEYS
from .records import quantity_of

if TYPE_CHECKING:
    from .core import Scenario

A_LINE = 8
"""Values in one line of a long list."""

UNSAID = {
    "tail": "it leaves the system",
    "fill": "a gap is an error",
    "time_column": "the first",
    "longest_gap": "the step of the record",
    "leaf": "as high as the gap",
    "max_lift": "the end of the curve",
    "start_level": "none of its own, so that it runs as its rules say",
    "band": "0.1 m above a start level",
    "rank": "{RANK}, that of its type",
    "observe": "at the very moment, or every hour where a joint rule, a ramp, a dwell time or a third water needs it",
    "resume": "at the level where it begins",
    "efficiency": "the energy is not known",
    "name": "none, so that no case can be without it",
    "stop": "as far below the start level as before",
    "dike_length": "the side of a square of that area",
    "closes": "at the level of the sill",
    "opens_within": "at once",
    "water": "the head of the structure",
    "issued_every": "every day, if the error of a forecast grows",
    **dict.fromkeys(("climatology", "error_per_day", "seed"), "not of this forecast"),
    "area": "all of it",
    **dict.fromkeys(("begin", "until"), "all year"),
    **dict.fromkeys((f"{surface}_constant" for surface in SURFACES), "the storage constant of all"),
}
"""What holds where nothing is given, when it is more than that there is none; RANK is its class's."""


def explained(scenario: Scenario, written_out: bool) -> str:
    """The complete file; with `written_out` the values of records stand in it."""
    from .. import __version__

    lines = [
        f"# A complete scenario of lakesim {__version__}: every default is written out, numbers are in SI units.",
        "# What stands behind a # has not been given; it says what could be.",
    ]
    writer = _Writer(scenario, written_out)
    return "\n".join([*lines, *writer.scenario()]) + "\n"


class _Writer:
    def __init__(self, scenario: Scenario, written_out: bool) -> None:
        self.whole = scenario
        self.written_out = written_out

    def scenario(self) -> Iterator[str]:
        whole = self.whole
        for key in ("title", "title_zh", "check", "water", "tolerance"):
            yield from _line(key, getattr(whole, key), type(whole))
        waters = whole.system.waters
        for water in waters:
            word = "river" if isinstance(water, River) else "lake"
            header = f'[[waters]]\ntype = "{word}"' if len(waters) > 1 else "[lake]"
            yield from self.water(water, "waters" if len(waters) > 1 else "lake", header)
        yield from self.things(whole.system.structures, "structures")
        yield from self.things(whole.system.rules, "rules")
        yield from self.things(whole.measures, "measures")
        yield from self.flood({key: getattr(whole.flood, key) for key in FLOOD_KEYS}, whole.flood.series, "flood")
        for number in range(len(whole.changes)):
            yield from self.case(number)

    def things(self, things: Sequence[Structure | Rule | Measure], name: str) -> Iterator[str]:
        for thing in things:
            yield from self.record(thing, name, f"[[{name}]]")

    def water(self, water: Lake | River, name: str, header: str) -> Iterator[str]:
        """A water as its table gives it, and the datum that its levels are brought to if it is not its own."""
        given, to = self.whole.converted.get(water.name, (water, None))
        values = {key: getattr(given, key) for key in type(given).model_fields} | ({"to_datum": to} if to else {})
        yield f"\n{header}"
        yield from self.fields(values, type(given), name)

    def record(self, record: Record, name: str, header: str) -> Iterator[str]:
        """A record as a table: its own values first, then what has a table of its own."""
        yield f"\n{header}"
        yield from self.fields({key: getattr(record, key) for key in type(record).model_fields}, type(record), name)

    def fields(self, values: Mapping[str, Any], kind: type[Record], name: str) -> Iterator[str]:
        tables = {key: value for key, value in values.items() if isinstance(value, Series | Hypsometry)}
        for key, value in values.items():
            if key not in tables:
                yield from _line(key, value, kind)
        for key, value in tables.items():
            if isinstance(value, Hypsometry):
                yield from self.record(value, f"{name}.{key}", f"[{name}.{key}]")
            else:
                yield from self.series(value, f"{name}.{key}")

    def series(self, series: Series, name: str) -> Iterator[str]:
        yield from self.forcing(series, self.whole.series_rules.get(series.digest), name)

    def forcing(self, series: Series, rule: Mapping[str, Any] | None, name: str) -> Iterator[str]:
        """A series by its rule, or its values where it has none or they are asked for."""
        if rule is not None and "runoff" in rule:
            yield from self.runoff(rule["runoff"], f"{name}.runoff")
            return
        yield f"\n[{name}]"
        if rule is None or (self.written_out and not rule.keys().isdisjoint({"file", "record"})):
            rule = values_of(series)
        for key, value in rule.items():
            yield from _line(key, value)

    def runoff(self, table: Mapping[str, Any], name: str) -> Iterator[str]:
        """The runoff of a catchment: its period and its fields, then the tables of its rain and evaporation."""
        yield f"\n[{name}]"
        for key, value in table.items():
            if key not in RUNOFF_SERIES:
                yield from _line(key, value, Catchment)
        for key in RUNOFF_SERIES:
            series, rule = table[key]
            yield from self.forcing(series, rule, f"{name}.{key}")

    def flood(self, fields: Mapping[str, Any], series: Mapping[str, Series], name: str) -> Iterator[str]:
        if fields:
            yield f"\n[{name}]"
        for key, value in fields.items():
            yield from _line(key, value, Flood)
        for key, one in series.items():
            water, _, term = key.partition(".")
            yield from self.series(one, f"{name}.{_key(water)}.{term}")

    def case(self, number: int) -> Iterator[str]:
        change, case = self.whole.changes[number], self.whole.cases[number]
        yield "\n[[cases]]"
        for key in ("name", "title", "title_zh", "check", "without"):
            yield from _line(key, getattr(change.head, key))
        for water, values in change.waters.items():
            kind = type(self.whole.system[water])
            name = "cases.lake" if len(self.whole.system.waters) == 1 else f"cases.waters.{_key(water)}"
            yield f"\n[{name}]"
            yield from self.fields(values, kind, name)
        yield from self.things(change.structures, "cases.structures")
        yield from self.things(change.rules, "cases.rules")
        yield from self.things(change.measures, "cases.measures")
        own = [key for key in FLOOD_KEYS if getattr(case.flood, key) != getattr(self.whole.flood, key)]
        yield from self.flood({key: getattr(case.flood, key) for key in own}, change.series, "cases.flood")


def _line(key: str, value: object, kind: type[Record] | None = None) -> Iterator[str]:
    """A key and its value, with its unit behind it; what is not given as a comment."""
    quantity = quantity_of(kind, key) if kind and key in kind.model_fields else None
    unit = quantity.unit if quantity else ""
    if value is None:
        unsaid = UNSAID.get(key, "not given").format(RANK=getattr(kind, "RANK", None))
        yield f"# {key}: {unsaid}" + (f" [{unit}]" if unit else "")
    else:
        yield f"{key} = {_toml(value)}" + (f"  # {unit}" if unit else "")


def _toml(value: Any) -> str:
    """A value in TOML, numbers to the last bit."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, np.datetime64):
        value = value.astype(object)
    if isinstance(value, datetime.date):  # and a date with a time
        return value.isoformat()
    if isinstance(value, Record):
        value = dict(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_key(key)} = {_toml(one)}" for key, one in value.items() if one is not None) + "}"
    if isinstance(value, list | tuple):
        cells = [_toml(one) for one in value]
        if len(cells) <= A_LINE:
            return f"[{', '.join(cells)}]"
        rows = [", ".join(cells[at : at + A_LINE]) for at in range(0, len(cells), A_LINE)]
        return "[\n  " + ",\n  ".join(rows) + ",\n]"
    return repr(value)


def _key(key: str) -> str:
    return key if key.replace("_", "").replace("-", "").isalnum() and key.isascii() else _toml(key)
