"""Reading a scenario: a file, a text or a result; all its faults at once."""

from __future__ import annotations

import os
import re
import tomllib
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import catalogue, measures, rules, structures
from ..floods import Flood
from ..hypsometry import HypsometryWarning
from ..series import Series
from ..waters import LAKE_SERIES, Lake, System
from .core import Case, CaseHead, Change, Head, LeftOut, Scenario
from .doubts import doubts
from .faults import Faults, ScenarioError, nearest
from .parts import RIVER_SERIES, Draft, Parts
from .positions import KeyPath
from .records import list_of, make, named_in, table_of
from .systems import SystemHead, joined, named_fragment, rule_names

IN_A_CASE = ("lake", "waters", "structures", "rules", "measures", "flood")
OF_A_SYSTEM = ("from", *LeftOut.model_fields, "waters", "structures")
TOP = ("system", *IN_A_CASE, "cases")


def read(source: str | os.PathLike[str], *, folder: str | os.PathLike[str] | None = None) -> Scenario:
    """Read a scenario file, the scenario that a result carries, or a text.

    Parameters
    ----------
    source : path of a TOML file or of a NetCDF result; a string of several lines is taken as the text itself
    folder : where the names of files in it start; by default the folder of the file

    Raises
    ------
    ScenarioError
        With all the faults, a line each: file, line, key, value, rule and remedy.

    Examples
    --------
    >>> scenario = read('''
    ... lake = "honghu"
    ... flood = {start = 2020-07-01, end = 2020-07-02, inflow = "300 m3/s"}
    ... ''')
    >>> scenario.cases[0].system["honghu"].flood_limit_level
    24.5
    """
    if isinstance(source, str) and "\n" in source:
        return _from_text(source, "the text", Path(folder or "."))
    path = Path(source)
    content = _bytes(path)
    text = _scenario_of_result(path) if content[:3] == b"CDF" else _decoded(content, path)
    return _from_text(text, path.name, Path(folder or path.parent))


def _bytes(path: Path) -> bytes:
    if path.is_dir():
        inside = sorted(file.name for file in path.glob("*.toml"))
        remedy = f"name a file in it: {', '.join(inside)}" if inside else "name a scenario file"
        raise ScenarioError([f"{path}: is a folder; {remedy}"])
    try:
        return path.read_bytes()
    except FileNotFoundError:
        others = sorted(file.name for file in path.parent.glob("*.toml")) if path.parent.is_dir() else []
        raise ScenarioError(
            [f"{path}: there is no such file; {nearest(path.name, others, 'the scenarios there are')}"]
        ) from None
    except OSError as fault:
        raise ScenarioError([f"{path}: cannot be read ({fault.strerror}); check the path"]) from None


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise ScenarioError(
            [f"{path.name}, line {line}: is not UTF-8 (byte {content[fault.start]:#04x}); save the file as UTF-8"]
        ) from None


def _scenario_of_result(path: Path) -> str:
    """The complete scenario that a NetCDF result carries."""
    from scipy.io import netcdf_file

    from .. import __version__

    try:
        with netcdf_file(path, mmap=False) as file:
            kept = [getattr(file, key, b"") for key in ("lakesim_version", "scenario")]
        version, text = (value.decode() if isinstance(value, bytes) else "" for value in kept)
    except (ValueError, TypeError, OSError, AssertionError, LookupError) as fault:
        raise ScenarioError([f"{path}: is no whole NetCDF file ({fault}); run its scenario again"]) from None
    if version and version != __version__:
        raise ScenarioError(
            [
                f"{path}: is a result of lakesim {version}, and this is lakesim {__version__}, which may compute other "
                f"bits; install lakesim {version}, or run its scenario file again"
            ]
        )
    if not version or not text:
        raise ScenarioError([f"{path}: carries no scenario; only what `lakesim run` writes does, so name a TOML file"])
    return text


def _from_text(text: str, file: str, folder: Path) -> Scenario:
    faults = Faults(file, text)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        message, _, place = str(fault).partition(" (at ")
        line = re.match(r"line (\d+), column (\d+)", place)
        where = f"line {line[1]}, column {line[2]}" if line else f"line {text.count(chr(10)) + 1}"
        remedy = "a quantity with a unit and any text stand in quotation marks, a number has a point and no comma"
        raise ScenarioError([f"{file}, {where}: is not TOML: {message}; {remedy}"]) from None
    if not table:
        raise ScenarioError([f'{file}: is empty; begin with the name of a lake, as in lake = "honghu"'])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", HypsometryWarning)
        scenario = _Reader(table, Parts(faults, folder)).scenario()
    if scenario is None or faults:
        raise faults.error()
    notes = dict.fromkeys([*(str(one.message) for one in caught), *doubts(scenario)])
    return scenario.changed(notes=tuple(f"{file}: {note}" for note in notes))


Given = tuple[KeyPath, dict[str, Any]]
"""What a table changes of a water or structure: where it stands, and the values that it gives."""


@dataclass
class _Change:
    """What a case changes, as far as it could be read."""

    path: KeyPath
    head: CaseHead | None
    waters: dict[str, Given]
    structures: list[Draft]
    rules: list[Draft]
    measures: list[Draft]
    flood: dict[str, Any] | None
    series: dict[str, Series]
    dropped: set[str]


@dataclass
class _Reader:
    """Builds the scenario of a table; what is sound in itself is checked against the rest."""

    table: Mapping[str, Any]
    parts: Parts
    refused: dict[tuple[KeyPath, str], list[str]] = field(default_factory=dict)  # measures, and in which cases
    waters: list[Draft] = field(default_factory=list)
    structures: list[Draft] = field(default_factory=list)
    rules: list[Draft] = field(default_factory=list)
    measures: list[Draft] = field(default_factory=list)
    kinds: dict[str, type[Any]] = field(default_factory=dict)  # of the waters, by name

    def scenario(self) -> Scenario | None:
        """The scenario; None if there are faults."""
        self.faults = self.parts.faults
        given = table_of(self.table, (), (*Head.model_fields, *TOP), self.faults)
        own = {key: given[key] for key in given if key in Head.model_fields}
        origin = self._catalogued(given["system"]) if "system" in given else None
        if origin is not None:
            own = {key: value for key, value in dict(origin).items() if key in Head.model_fields} | own
        head = make(Head, own, (), self.faults)
        self.waters += self._waters(given)
        if not self.waters or ("system" in given and origin is None):
            return None
        self.kinds = {draft.name: draft.kind for draft in self.waters if draft.name}
        things = given.get("structures", [])
        self.structures += self.parts.typed(things, ("structures",), structures.REGISTRY, self.lakes)
        self.rules += self.parts.typed(given.get("rules", []), ("rules",), rules.REGISTRY)
        self.measures = self._measures(given, ())
        self.flood, self.series = self.parts.flood(given.get("flood", {}), ("flood",), self.kinds)
        self.named = self._named_series()
        tables = list_of(given.get("cases", [{"name": "base"}]), ("cases",), self.faults)
        changes = [self._change(table, ("cases", number)) for number, table in enumerate(tables)]
        drafts = [*self.measures, *(draft for change in changes for draft in change.measures)]
        self.made = [polder for draft in drafts if draft.record is not None for polder in draft.record.makes]
        system = joined(self.waters, self.structures, self.rules, (), self.faults, self.made)
        self._check_case_names(changes)
        self._check_measure_names(changes)
        if head and head.water is not None and head.water not in self.lakes:
            remedy = nearest(head.water, self.lakes)
            self.faults.add(("water",), f"{head.water!r} is no lake of this scenario; {remedy}")
        cases = [self._case(change) for change in changes]
        self._tell_refused(len(changes))
        if self.faults or head is None or system is None or self.flood is None:
            return None
        flood = Flood(**self.flood, series=self.series)
        with suppress(ValueError):  # each case has a period of its own then
            flood = flood.over(system)
        return Scenario(
            **dict(head) | {"water": head.water or self.lakes[0]},
            system=system,
            measures=tuple(draft.record for draft in self.measures),
            flood=flood,
            changes=tuple(change for change, _ in filter(None, cases)),
            cases=tuple(case for _, case in filter(None, cases)),
            series_rules=self.parts.rules,
            converted={
                draft.name: (draft.given, draft.values["to_datum"])
                for draft in self.waters
                if draft.name and "to_datum" in draft.values
            },
        )

    @property
    def lakes(self) -> list[str]:
        """The names of the waters that are lakes."""
        return [name for name, kind in self.kinds.items() if kind is Lake]

    def _catalogued(self, value: object) -> SystemHead | None:
        """Begin with the waters, structures and rules of a system of the catalogue, as the file changes them."""
        path: KeyPath = ("system",)
        there = nearest("", catalogue.systems(), "the systems are")
        if not isinstance(value, str | Mapping):
            self.faults.add(path, f"{value!r:.60} is neither the name of a system nor a table with from; {there}")
            return None
        table = {"from": value} if isinstance(value, str) else table_of(value, path, OF_A_SYSTEM, self.faults)
        if "from" not in table:
            self.faults.add(path, f"from is missing; give the name of a system, {there}")
            return None
        read = named_fragment(table["from"], path if isinstance(value, str) else (*path, "from"), self.parts)
        if read is None:
            return None
        self.waters, self.structures, self.rules = read.waters, read.structures, read.rules
        self.kinds = {draft.name: draft.kind for draft in self.waters if draft.name}
        self.named = self._named_series()
        left_out = make(LeftOut, {key: table[key] for key in table if key in LeftOut.model_fields}, path, self.faults)
        dropped = self._dropped(left_out, path)
        waters = self._changed_waters({key: table[key] for key in table if key == "waters"}, path)
        self.waters = [self._changed(draft, waters, dropped) for draft in self.waters]
        self.structures = [draft for draft in self.structures if draft.name not in dropped]
        self._change_structures(table.get("structures", {}), (*path, "structures"))
        self.rules = [draft for draft in self.rules if dropped.isdisjoint(rule_names(draft))]
        self._place_faults(left_out, table, path)
        return read.head

    def _place_faults(self, left_out: LeftOut | None, table: Mapping[str, Any], path: KeyPath) -> None:
        """Let a fault of a structure or rule of the system stand where the file changes what it is about."""
        words = left_out.without if left_out else ()
        places = {word.partition(".")[0]: (*path, "without", number) for number, word in enumerate(words)}
        for part in ("waters", "structures"):
            changed = table.get(part)
            places |= {name: (*path, part, name) for name in changed} if isinstance(changed, Mapping) else {}
        ends = {draft.name: [draft.values.get("head"), draft.values.get("tail")] for draft in self.structures}
        for draft in (*self.structures, *self.rules):
            moved, watch = (draft.values.get(key) for key in ("structure", "watch"))
            about = [moved, draft.name, *ends.get(moved or draft.name, ()), watch]
            about += getattr(draft.record, "others", ())
            found = [places[one] for one in about if isinstance(one, str) and one in places]
            if found:
                self.faults.elsewhere[draft.path] = found[0]

    def _change_structures(self, value: object, path: KeyPath) -> None:
        """Give structures of a system of the catalogue, by their name, what the file says of them."""
        drafts = {draft.name: draft for draft in self.structures if draft.name}
        for name, table in table_of(value, path, drafts, self.faults).items():
            kind, place = drafts[name].kind, (*path, name)
            keys = [key for key in kind.model_fields if key not in ("name", "type")]
            units = {key: (unit,) for key, unit in getattr(kind, "SERIES", {}).items()}
            given, whole = self.parts.changes(table_of(table, place, keys, self.faults), units, place, name)
            values = drafts[name].values | given
            drafts[name] = Draft(kind, place, values, make(kind, values, place, self.faults, whole=whole))
        self.structures = list(drafts.values())

    def _named_series(self) -> set[str]:
        """The series of the waters that have been read so far."""
        return {name for name in self.parts.named if name.partition(".")[0] in self.kinds}

    def _waters(self, given: Mapping[str, Any]) -> list[Draft]:
        """The waters that the file itself gives; beside a system of the catalogue they are added to its own."""
        if not {"system", "lake", "waters"} & given.keys():
            remedy = 'write lake = "honghu", or [[waters]] for several, or system = "four_lakes"'
            self.faults.add(("waters",), f"nothing says which waters there are; {remedy}")
        if "lake" in given and "waters" in given and "system" not in given:
            remedy = 'write lake = "honghu", or [[waters]] for several'
            self.faults.add(("waters",), f"lake and waters both say which waters there are; {remedy}")
        different = "what is different in a water of the system stands in [system.waters.<name>]"
        if "lake" in given and "system" in given:
            self.faults.add(("lake",), f"lake and system both say which waters there are; keep one: {different}")
        if "system" in given and isinstance(given.get("waters"), Mapping):
            self.faults.add(("waters",), f"{different}, and each further water in [[waters]]; move it there")
            return []
        if "waters" in given:
            return self.parts.waters(given["waters"], ("waters",))
        return [self.parts.lake(given["lake"], ("lake",))] if "lake" in given and "system" not in given else []

    def _change(self, table: object, path: KeyPath) -> _Change:
        """The table of a case."""
        given = table_of(table, path, (*CaseHead.model_fields, *IN_A_CASE), self.faults)
        own = {key: given[key] for key in given if key in CaseHead.model_fields}
        head = make(CaseHead, own, path, self.faults)
        flood, series = self.parts.flood(given.get("flood", {}), (*path, "flood"), self.kinds)
        return _Change(
            path=path,
            head=head,
            waters=self._changed_waters(given, path),
            structures=self.parts.typed(
                given.get("structures", []), (*path, "structures"), structures.REGISTRY, self.lakes
            ),
            rules=self.parts.typed(given.get("rules", []), (*path, "rules"), rules.REGISTRY),
            measures=self._measures(given, path),
            flood=flood,
            series=series,
            dropped=self._dropped(head, path),
        )

    def _changed_waters(self, given: Mapping[str, Any], path: KeyPath) -> dict[str, Given]:
        tables: dict[str, tuple[KeyPath, object]] = {}
        if "waters" in given:
            place = (*path, "waters")
            named = table_of(given["waters"], place, self.kinds, self.faults)
            tables = {name: ((*place, name), table) for name, table in named.items()}
        if "lake" in given and len(self.lakes) == 1:
            tables[self.lakes[0]] = (*path, "lake"), given["lake"]
        elif "lake" in given:
            remedy = "write [cases.waters.<name>] for the one that is meant"
            self.faults.add((*path, "lake"), f"there are {len(self.lakes)} lakes; {remedy}")
        changed = {}
        for name, (place, table) in tables.items():
            kind = self.kinds[name]
            units = LAKE_SERIES if kind is Lake else RIVER_SERIES
            keys = [key for key in (*kind.model_fields, "to_datum") if key != "name"]
            values, _ = self.parts.changes(table_of(table, place, keys, self.faults), units, place, name)
            fields = {key: value for key, value in values.items() if key != "to_datum"}
            make(kind, fields, place, self.faults, whole=False)
            changed[name] = place, values
        return changed

    def _dropped(self, head: LeftOut | None, path: KeyPath) -> set[str]:
        """What a case, or the file's system, is without: structures, their rules, series of waters, measures."""
        names = [draft.name for draft in self.structures if draft.name]
        moved = [name for draft in self.rules for name in rule_names(draft)[1:]]
        series = [f"{draft.name}.{key}" for draft in self.waters for key in LAKE_SERIES if draft.values.get(key)]
        own = [draft.name for draft in self.measures if draft.name]
        there = list(dict.fromkeys((*names, *moved, *series, *sorted(self.named), *own)))
        for number, word in enumerate(head.without if head else ()):
            if word not in there:
                fault = f"there is no {word!r} to leave out; {nearest(word, there)}"
                self.faults.add((*path, "without", number), fault)
        return set(head.without if head else ())

    def _measures(self, given: Mapping[str, Any], path: KeyPath) -> list[Draft]:
        """The list of measures in a table."""
        return self.parts.typed(given.get("measures", []), (*path, "measures"), measures.REGISTRY, self.lakes)

    def _check_measure_names(self, changes: list[_Change]) -> None:
        """Note each measure that is named like another one, or like another thing that a case can be without."""
        taken = {draft.name: "a water or structure" for draft in (*self.waters, *self.structures) if draft.name}
        for group in (self.measures, *(change.measures for change in changes)):
            for draft in group:
                if draft.name in taken:
                    fault = f"{draft.name!r} is the name of {taken[draft.name]} already; choose another"
                    self.faults.add((*draft.path, "name"), fault)
                elif draft.name and group is self.measures:
                    taken[draft.name] = "another measure"

    def _check_case_names(self, changes: list[_Change]) -> None:
        taken = {"summary": "the summary", **{f"{name}_curve": "a figure" for name in self.lakes}}
        for change in changes:
            if change.head is None:
                continue
            name = change.head.name
            if name.casefold() in taken:
                other = taken[name.casefold()]
                self.faults.add((*change.path, "name"), f"{name!r} is the name of {other} already; choose another")
            taken[name.casefold()] = "another case"

    def _case(self, change: _Change) -> tuple[Change, Case] | None:
        """A case as it is run, and what it changes; None if it has faults."""
        waters = [self._changed(draft, change.waters, change.dropped) for draft in self.waters]
        things = [draft for draft in self.structures if draft.name not in change.dropped] + change.structures
        moved = [draft for draft in self.rules if change.dropped.isdisjoint(rule_names(draft))] + change.rules
        system = joined(waters, things, moved, change.path, self.faults, self.made)
        kept = {name: one for name, one in self.series.items() if name not in change.dropped}
        flood = None
        if self.flood is not None and change.flood is not None:
            values = self.flood | change.flood | {"series": kept | change.series}
            flood = make(Flood, values, (*change.path, "flood"), self.faults)
        try:
            if system is not None and flood is not None:
                flood = flood.over(system)
                system = flood.applied(system)
        except ValueError as fault:
            self.faults.add((*change.path, "flood"), str(fault))
            return None
        system = self._measured(system, change)
        if system is None or flood is None or change.flood is None or change.head is None:
            return None
        flood = flood.kept_by(system)
        self._check_period(system, flood)
        fields = {draft.name: dict(draft.given) | {"to_datum": draft.values.get("to_datum")} for draft in waters}
        record = Change(
            head=change.head,
            waters={name: {key: fields[name][key] for key in given} for name, (_, given) in change.waters.items()},
            structures=tuple(draft.record for draft in change.structures),
            rules=tuple(draft.record for draft in change.rules),
            measures=tuple(draft.record for draft in change.measures),
            flood=change.flood,
            series=change.series,
        )
        own = {key: getattr(change.head, key) for key in ("name", "title", "title_zh", "check")}
        return record, Case(**own, system=system, flood=flood)

    def _measured(self, system: System | None, change: _Change) -> System | None:
        """The system of a case with its measures, the common ones first; None if one of them cannot be applied."""
        drafts = [draft for draft in self.measures if draft.name not in change.dropped] + change.measures
        if system is None or change.head is None or any(draft.record is None for draft in drafts):
            return None
        of = {id(draft.record): draft for draft in drafts}
        system, faults = measures.applied(system, [draft.record for draft in drafts])
        for record, message in faults:
            draft = of[id(record)]
            named = named_in(message.removeprefix(f"{record.called}: "), draft.values)
            self.refused.setdefault(((*draft.path, *named), message), []).append(change.head.name)
        return None if faults else system

    def _tell_refused(self, cases: int) -> None:
        """Note the measures that could not be applied, and in which cases if not in all."""
        for (path, message), names in self.refused.items():
            only = "" if path[0] == "cases" or len(names) == cases else f"in the case {', '.join(names)}: "
            self.faults.add(path, only + message)

    def _changed(self, draft: Draft, given: Mapping[str, Given], dropped: set[str]) -> Draft:
        """A water as a case, or the file's system, has it."""
        path, values = given.get(draft.name or "", (draft.path, {}))
        gone = [key for key in LAKE_SERIES if f"{draft.name}.{key}" in dropped and key in draft.values]
        if not values and not gone:
            return draft
        values = {key: value for key, value in draft.values.items() if key not in gone} | values
        changed = Draft(draft.kind, path, values, lost=draft.lost)
        return changed if draft.record is None else self.parts.water(changed)

    def _check_period(self, system: System, flood: Flood) -> None:
        """Note each series that does not cover the period, and an output step that makes too many values."""
        try:
            start, end = flood.times[[0, -1]]
        except ValueError as fault:
            self.faults.add(("flood", "output_step"), str(fault))
            return
        series = [getattr(water, key, None) for water in system.waters for key in (*LAKE_SERIES, "level")]
        for one in (*series, *(one for rule in system.rules for one in rule.series)):
            if isinstance(one, Series):
                try:
                    one.over(start, end)
                except ValueError as fault:
                    self.faults.add(self.parts.places.get(one.digest, ("flood",)), str(fault))
