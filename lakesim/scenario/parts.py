"""The tables of a scenario file as records: a lake, a river, a structure, a flood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from pydantic import ValidationError

from .. import catalogue
from ..floods import Flood
from ..hypsometry import Hypsometry
from ..series import Series
from ..units import Record, to_si
from ..waters import DATUM_OFFSET, LAKE_SERIES, Lake, River, Water, series_faults
from .faults import Faults, nearest
from .forcing import Rule, series_of
from .positions import KeyPath
from .records import list_of, make, table_of, text_of

WATERS: dict[str, type[Lake] | type[River]] = {"lake": Lake, "river": River}

RIVER_SERIES = {"level": ("m",)}

FLOOD_KEYS = tuple(key for key in Flood.model_fields if key != "series")

SHAPES = {"prism": {"bottom": "m", "top": "m", "area": "m2"}, "power_law": {"bottom": "m", "top": "m", "exponent": ""}}
"""Curves of a few numbers, and the units of these."""

POWER_LAW_SIZES = {"area": "m2", "storage": "m3"}

CURVE_KEYS = (*Hypsometry.model_fields, *SHAPES, "file", "columns")


class ToDatum(Record):
    """The datum of all other levels of a file, and the offset from that of a water's own table to it.

    All levels in the tables of that water, those in cases among them, are above its own datum, and are raised by the
    offset. What else stands in the file, structures, rules, measures and the flood, counts from the common datum.
    """

    datum: str
    offset: Annotated[float, DATUM_OFFSET]


@dataclass
class Draft:
    """A water or a structure as far as it could be read."""

    kind: type[Any]
    path: KeyPath
    values: dict[str, Any]
    record: Any = None
    given: Any = None  # a water before its levels were brought to another datum
    lost: bool = False  # whether it is not even known what it should have been
    remedy: str = ""  # what else helps where it does not fit the rest

    @property
    def name(self) -> str | None:
        """Its name, if it has one that can be one."""
        name = self.values.get("name")
        return name if isinstance(name, str) else None


@dataclass
class Parts:
    """Reads the parts of one file; faults and the rules of its series are collected here.

    Parameters
    ----------
    faults : where faults go
    folder : where the names of files start
    """

    faults: Faults
    folder: Path
    rules: dict[str, Rule] = field(default_factory=dict)
    places: dict[str, KeyPath] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)

    def series(self, value: object, units: Sequence[str], name: str, path: KeyPath) -> Series | None:
        """A series; its rule and its place are kept by its digest."""
        self.named.add(name)
        made = series_of(value, units, name, self.folder, path, self.faults)
        if made is None:
            return None
        series, rule = made
        self.rules[series.digest] = rule
        self.places[series.digest] = path
        return series

    def lake(self, value: object, path: KeyPath) -> Draft:
        """A lake: its name in the catalogue, or a table with `from` and what is different, or a complete table."""
        if isinstance(value, str):
            value = {"from": value}
            given: Mapping[str, Any] = value
        else:
            given = table_of(value, path, ("from", "to_datum", *Lake.model_fields), self.faults)
        values, sound = {}, True
        if "from" in given:
            origin = (*path, "from") if isinstance(value, Mapping) and len(given) > 1 else path
            base = self.catalogued(given["from"], origin)
            sound = base is not None
            values = {key: getattr(base, key) for key in Lake.model_fields} if base else {}
        name = given.get("name", values.get("name"))
        own = {key: given[key] for key in given if key != "from"}
        changes, whole = self.changes(own, LAKE_SERIES, path, name)
        values = {"name": given.get("from")} | values | changes
        return self.water(Draft(Lake, path, values, lost=not sound), whole=sound and whole)

    def water(self, draft: Draft, whole: bool = True) -> Draft:
        """The draft of a water with the record that its values make, on the datum that they ask for."""
        values = {key: value for key, value in draft.values.items() if key != "to_datum"}
        draft.given = make(draft.kind, values, draft.path, self.faults, whole=whole)
        to = draft.values.get("to_datum")
        draft.record = draft.given if draft.given is None or to is None else self.on_datum(draft.given, to, draft.path)
        return draft

    def on_datum(self, water: Water, to: ToDatum, path: KeyPath) -> Water | None:
        """The water with its levels on another datum."""
        try:
            moved = water.on_datum(to.datum, to.offset)
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                self.faults.add((*path, "to_datum"), fault["msg"].removeprefix("Value error, "))
            return None
        except ValueError as fault:
            self.faults.add((*path, "to_datum"), str(fault))
            return None
        if isinstance(water, River) and isinstance(moved, River):
            self.places[moved.level.digest] = self.places.get(water.level.digest, path)
        return moved

    def catalogued(self, name: object, path: KeyPath) -> Lake | None:
        """A lake of the catalogue."""
        text = text_of(name, path, self.faults)
        try:
            return None if text is None else catalogue.load(text)
        except ValueError as fault:
            self.faults.add(path, str(fault))
            return None

    def river(self, given: Mapping[str, Any], path: KeyPath) -> Draft:
        """A river: a table with its name and its level."""
        values, whole = self.changes(given, RIVER_SERIES, path, given.get("name"))
        return self.water(Draft(River, path, values), whole)

    def waters(self, value: object, path: KeyPath) -> list[Draft]:
        """The list of waters, each with its type."""
        drafts = []
        for number, table in enumerate(list_of(value, path, self.faults)):
            place = (*path, number)
            kind = table.get("type", "lake") if isinstance(table, Mapping) else "lake"
            if kind not in WATERS:
                fault = f"there is no type {kind!r:.60}; {nearest(kind, WATERS, 'choose one of')}"
                self.faults.add((*place, "type"), fault)
                meant = River if "level" in table else Lake
                drafts.append(Draft(meant, place, {"name": table.get("name")}, lost=True))
                continue
            given = {key: table[key] for key in table if key != "type"} if isinstance(table, Mapping) else table
            if kind == "river":
                drafts.append(self.river(table_of(given, place, ("to_datum", *River.model_fields), self.faults), place))
            else:
                drafts.append(self.lake(given, place))
        return drafts

    def changes(
        self, given: Mapping[str, Any], units: Mapping[str, Sequence[str]], path: KeyPath, name: object
    ) -> tuple[dict[str, Any], bool]:
        """The fields that a table gives, series and curves made, and whether all of these could be."""
        values, whole = {}, True
        for key, value in given.items():
            part: object = value
            if key in units:
                part = self.series(value, units[key], f"{name}.{key}", (*path, key))
            elif key == "hypsometry":
                part = self.hypsometry(value, (*path, key))
            elif key == "to_datum":
                table = table_of(value, (*path, key), ToDatum.model_fields, self.faults)
                part = make(ToDatum, table, (*path, key), self.faults, whole=isinstance(value, Mapping))
            if part is None:
                whole = False
            else:
                values[key] = part
        return values, whole

    def hypsometry(self, value: object, path: KeyPath) -> Hypsometry | None:
        """A curve: its columns, a shape of a few numbers, or a CSV file."""
        before = len(self.faults.found)
        table = table_of(value, path, CURVE_KEYS, self.faults)
        ways = [key for key in ("levels", *SHAPES, "file") if key in table]
        if len(ways) != 1:
            said = f"{' and '.join(ways)} each say" if ways else "nothing says"
            self.faults.add(path, f"{said} what the curve is; give exactly one of levels, {', '.join(SHAPES)}, file")
            return None
        if ways[0] == "levels":
            fields = {key: table[key] for key in table if key in Hypsometry.model_fields}
            return make(Hypsometry, fields, path, self.faults)
        try:
            if ways[0] == "file":
                text = text_of(table["file"], (*path, "file"), self.faults)
                return self.curve_file(text, table) if text else None
            numbers = self.shape(ways[0], table[ways[0]], (*path, ways[0]))
            return getattr(Hypsometry, ways[0])(**numbers) if len(self.faults.found) == before else None
        except ValidationError as error:
            for fault in error.errors(include_url=False):
                self.faults.add((*path, ways[0]), fault["msg"].removeprefix("Value error, "))
        except ValueError as fault:
            self.faults.add((*path, ways[0]), str(fault))
        return None

    def curve_file(self, name: str, table: Mapping[str, Any]) -> Hypsometry:
        """A curve from a CSV file whose header names the units."""
        path = self.folder / name
        if not path.is_file():
            others = sorted(file.name for file in path.parent.glob("*.csv")) if path.parent.is_dir() else []
            raise ValueError(f"there is no file {name!r}; {nearest(path.name, others, 'the CSV files there are')}")
        return Hypsometry.from_csv(path, columns=table.get("columns"), accept=table.get("accept"))

    def shape(self, shape: str, value: object, path: KeyPath) -> dict[str, float]:
        """The numbers of a shape, each in its SI unit."""
        units = SHAPES[shape] | (POWER_LAW_SIZES if shape == "power_law" else {})
        numbers = {}
        for key, cell in table_of(value, path, units, self.faults).items():
            try:
                numbers[key] = to_si(cell, units[key])
            except ValueError as fault:
                self.faults.add((*path, key), str(fault))
        if isinstance(value, Mapping):
            for key in SHAPES[shape]:
                if key not in value:
                    self.faults.add(path, f"{key} is missing; give it")
        return numbers

    def typed(
        self, value: object, path: KeyPath, registry: Mapping[str, type[Record]], lakes: list[str] | None = None
    ) -> list[Draft]:
        """A list of structures, rules or measures, each with its type; an only lake is meant where none is named."""
        drafts = []
        for number, table in enumerate(list_of(value, path, self.faults)):
            place = (*path, number)
            if not isinstance(table, Mapping):
                table_of(table, place, (), self.faults)
                continue
            kind = table.get("type")
            if not isinstance(kind, str) or kind not in registry:
                what = "the type is missing" if kind is None else f"there is no type {kind!r:.60}"
                self.faults.add((*place, "type"), f"{what}; {nearest(kind, registry, 'choose one of')}")
                drafts.append(Draft(Record, place, {"name": table.get("name"), "structure": table.get("structure")}))
                continue
            cls = registry[kind]
            fields = cls.model_fields
            given = table_of(table, place, fields, self.faults)
            units = {key: (unit,) for key, unit in getattr(cls, "SERIES", {}).items()}
            name = given.get("structure") or given.get("name") or kind
            values, whole = self.changes(given, units, place, name)
            if lakes and len(lakes) == 1:
                meant = [key for key in ("head", "water") if key in fields]
                meant = [key for key in meant if fields[key].is_required() or "structure" not in given]
                values = dict.fromkeys(meant, lakes[0]) | values
                if isinstance(values.get("outlet"), Mapping):
                    values["outlet"] = {"head": lakes[0], **values["outlet"]}
            unread = given.keys() - values.keys()
            drafts.append(Draft(cls, place, values, make(cls, values, place, self.faults, whole, unread)))
        return drafts

    def flood(
        self, value: object, path: KeyPath, waters: Mapping[str, type[Any]]
    ) -> tuple[dict[str, Any] | None, dict[str, Series]]:
        """The fields of a flood that a table gives, None if they have faults, and its series by `"<water>.<term>"`."""
        lakes = [name for name, kind in waters.items() if kind is Lake]
        only = lakes[0] if len(lakes) == 1 else None
        own = [term for term in LAKE_SERIES if only and term not in waters]
        given = table_of(value, path, (*FLOOD_KEYS, *waters, *own), self.faults)
        values = {key: given[key] for key in given if key in FLOOD_KEYS}
        sound = make(Flood, values, path, self.faults) is not None
        series: dict[str, Series] = {}
        for key, part in given.items():
            if key in own and only:
                self._term(only, key, LAKE_SERIES[key], part, (*path, key), series)
            elif key in waters:
                units = LAKE_SERIES if waters[key] is Lake else RIVER_SERIES
                for term, cell in table_of(part, (*path, key), units, self.faults).items():
                    self._term(key, term, units[term], cell, (*path, key, term), series)
        return values if sound else None, series

    def _term(
        self, water: str, term: str, units: Sequence[str], value: object, path: KeyPath, series: dict[str, Series]
    ) -> None:
        name = f"{water}.{term}"
        if name in series:
            self.faults.add(path, f"{name} is given a second time; keep one")
        elif (made := self.series(value, units, name, path)) is not None:
            wrong = series_faults(term, made)
            for fault in wrong:
                self.faults.add(path, fault)
            if not wrong:
                series[name] = made
