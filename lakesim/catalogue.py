"""The lakes, the systems and the records that come with lakesim.

A lake's file under `data/lakes` gives every figure its source and its grade. A figure without a source is not in it,
and what is not known is listed as not known. A system's file under `data/systems` is a part of a scenario file, which
`scenario.load_system` reads; beside each of its numbers stands whether it is published, assumed or fitted.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, model_validator

from .hypsometry import Hypsometry
from .units import Area, Areas, Fraction, Level, Levels, Record, Storage, Storages
from .waters import CHARACTERISTIC_LEVELS, FloodSeason, Lake

__all__ = [
    "GRADES",
    "Curve",
    "Fact",
    "LakeFile",
    "LevelFigure",
    "Past",
    "Point",
    "SeasonFigure",
    "Source",
    "entry",
    "load",
    "names",
    "read",
    "record",
    "records",
    "system",
    "systems",
]

Grade = Literal["A", "B", "C", "derived", "assumed", "unverified"]

GRADES: dict[Grade, str] = {
    "A": "paper, ministry or government technical text, operator's record",
    "B": "press text of an official bulletin, or a figure at second hand that names its official source",
    "C": "encyclopaedia, blog, machine-translated reprint",
    "derived": "follows from figures named in the note",
    "assumed": "a judgement; the note says why",
    "unverified": "no source could be read",
}
"""What a grade means."""


def _words(value: object) -> object:
    """Let source = "S19 S25" stand for a list of two."""
    return tuple(value.split()) if isinstance(value, str) else value


class Sourced(Record):
    """A figure, or figures of one kind: where from, how good, and what has to be known with it."""

    source: Annotated[tuple[str, ...], BeforeValidator(_words)] = ()
    grade: Grade
    note: str = ""

    @model_validator(mode="after")
    def _check_origin(self) -> Sourced:
        if self.grade in ("derived", "assumed", "unverified"):
            if not self.note:
                raise ValueError(f"the grade is {self.grade!r} and there is no note; say in the note how and why")
        elif not self.source:
            raise ValueError(f"the grade is {self.grade!r} and there is no source; name the id of one of the sources")
        return self


class LevelFigure(Sourced):
    """A level [m] with its source."""

    value: Level


class SeasonFigure(Sourced):
    """A season, by its first and last day, with its source."""

    value: FloodSeason


class AreaFigure(Sourced):
    """An area [m2] with its source."""

    value: Area


class Fact(Sourced):
    """A published figure that no field of a lake holds, in words."""

    quantity: str
    value: str
    when: str = ""


class Past(Sourced):
    """What a lake was at a time, or what it lost or was given back in a time.

    `year` is a year or a span, in words that need no translation: `"1949"`, `"1998–2001"`. `area` and `storage` are
    what the lake had then; `lost_…` what was diked off, filled or silted up in that time, `returned_…` what was given
    back.
    """

    year: str
    area: Area | None = None
    storage: Storage | None = None
    lost_area: Area | None = None
    lost_storage: Storage | None = None
    returned_area: Area | None = None
    returned_storage: Storage | None = None
    note_zh: str = ""

    @model_validator(mode="after")
    def _check_figure(self) -> Past:
        keys = ("area", "storage", "lost_area", "lost_storage", "returned_area", "returned_storage")
        if all(getattr(self, key) is None for key in keys):
            raise ValueError(f"the history of {self.year} has no figure; give one of {', '.join(keys)}")
        return self


class Point(Sourced):
    """A published point of the level–area–storage curve.

    `within` is the part of itself within which the curve gives the area and the storage. A point without it
    contradicts the curve, and its note says why it was left aside.
    """

    level: Level
    area: Area | None = None
    storage: Storage | None = None
    when: str = ""
    gauge: str = ""
    within: Fraction | None = None

    @model_validator(mode="after")
    def _check_point(self) -> Point:
        if self.area is None and self.storage is None:
            raise ValueError("the point has neither area nor storage; give one of them or both")
        if self.within is None and not self.note:
            raise ValueError("the point says neither within nor note; say how well the curve follows it, or why not")
        return self


class Curve(Sourced):
    """The table of the hypsometry, and how it came about."""

    levels: Levels
    areas: Areas | None = None
    storages: Storages | None = None
    accept: str | None = None


class Source(Record):
    """A text that figures come from."""

    id: str
    citation: str


class LakeFile(Record):
    """All that is known of a lake, each figure with its source: what a file under `data/lakes` holds.

    Parameters
    ----------
    name, title, title_zh : the word in code, and the name in both languages
    place, summary : where the lake lies, and what it is, in a sentence; both also as `…_zh`
    datum, gauge : what levels are counted from, and where they are read
    initial_level : where a routing starts unless told otherwise (起调水位)
    level_pool_above : above it the water surface may be taken as level; below it the lake is a river
    levels : the characteristic levels, by name
    flood_season : its first and last day (汛期)
    hypsometry : the level–area–storage table
    points : published points, those that the table was made from and those that contradict it
    catchment : area that drains to the lake
    history : what the lake was, lost and was given back, in the order of time
    facts : other figures
    records : names of the records of this lake, for `record`
    unknown, unknown_zh : what could not be found
    missing, missing_zh : what an assessment would need and does not have; empty where there is an assessment
    sources : the texts, by id

    Raises
    ------
    ValueError
        A figure without source or grade, a source id that is not among the sources, a level of an unknown kind, and
        whatever `Hypsometry` and `Lake` refuse.
    """

    name: str
    title: str
    title_zh: str = ""
    place: str
    place_zh: str = ""
    summary: str
    summary_zh: str = ""
    datum: str
    gauge: str = ""
    initial_level: LevelFigure
    level_pool_above: LevelFigure | None = None
    levels: dict[str, LevelFigure] = Field(default_factory=dict)
    flood_season: SeasonFigure | None = None
    hypsometry: Curve
    points: tuple[Point, ...] = ()
    catchment: AreaFigure | None = None
    history: tuple[Past, ...] = ()
    facts: tuple[Fact, ...] = ()
    records: tuple[str, ...] = ()
    unknown: tuple[str, ...]
    unknown_zh: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    missing_zh: tuple[str, ...] = ()
    sources: tuple[Source, ...]

    @model_validator(mode="after")
    def _check(self) -> LakeFile:
        ids = [source.id for source in self.sources]
        faults = [
            f"the source {text!r} stands {ids.count(text)} times" for text in sorted(set(ids)) if ids.count(text) > 1
        ]
        faults += [
            f"{place}: the source {text!r} is not among the sources{_nearest(text, ids)}"
            for place, figure in self.figures()
            for text in figure.source
            if text not in ids
        ]
        faults += [
            f"levels: there is no {kind!r}{_nearest(kind, CHARACTERISTIC_LEVELS)}"
            for kind in self.levels
            if kind not in CHARACTERISTIC_LEVELS
        ]
        faults += [
            f"{key}_zh has {len(chinese)} entries, and {key} has {len(english)}; translate all of them or none"
            for key, english, chinese in (
                ("unknown", self.unknown, self.unknown_zh),
                ("missing", self.missing, self.missing_zh),
            )
            if chinese and len(chinese) != len(english)
        ]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def figures(self) -> Iterator[tuple[str, Sourced]]:
        """Give every figure of the file, with its place."""
        yield "initial_level", self.initial_level
        for name in ("level_pool_above", "flood_season", "hypsometry", "catchment"):
            if (figure := getattr(self, name)) is not None:
                yield name, figure
        yield from ((f"levels.{kind}", level) for kind, level in self.levels.items())
        yield from ((f"points[{row}]", point) for row, point in enumerate(self.points, start=1))
        yield from ((f"history[{row}] {past.year}", past) for row, past in enumerate(self.history, start=1))
        yield from ((f"facts[{row}] {fact.quantity}", fact) for row, fact in enumerate(self.facts, start=1))

    def lake(self) -> Lake:
        """Make the lake that a system is built from; it counts as reconstructed if its curve is not published."""
        curve = self.hypsometry
        return Lake(
            name=self.name,
            title=self.title,
            title_zh=self.title_zh,
            datum=self.datum,
            hypsometry=Hypsometry(levels=curve.levels, areas=curve.areas, storages=curve.storages, accept=curve.accept),
            initial_level=self.initial_level.value,
            level_pool_above=None if self.level_pool_above is None else self.level_pool_above.value,
            flood_season=None if self.flood_season is None else self.flood_season.value,
            reconstructed=curve.grade in ("derived", "assumed", "unverified"),
            **{kind: level.value for kind, level in self.levels.items()},
        )


@cache
def names() -> tuple[str, ...]:
    """Give the names of the lakes, sorted.

    >>> "honghu" in names()
    True
    """
    return _stems("lakes", ".toml")


@cache
def records() -> tuple[str, ...]:
    """Give the names of the records, sorted; `data/SOURCES.md` says what they are.

    >>> "folsom_daily" in records()
    True
    """
    return _stems("records", ".csv")


def systems() -> tuple[str, ...]:
    """Give the names of the systems of several waters, sorted.

    >>> "four_lakes" in systems()
    True
    """
    return _stems("systems", ".toml")


def load(name: str) -> Lake:
    """Give a lake by its name.

    Raises
    ------
    ValueError
        If there is no such lake; with the nearest name and the list of all.

    Examples
    --------
    >>> load("honghu").flood_limit_level
    24.5
    """
    return entry(name).lake()


@cache
def entry(name: str) -> LakeFile:
    """Give all that is known of a lake, with the source of each figure.

    Raises
    ------
    ValueError
        If there is no such lake; with the nearest name and the list of all.

    Examples
    --------
    >>> level = entry("honghu").levels["guarantee_level"]
    >>> level.value, level.grade, "S30" in level.source
    (26.97, 'B', True)
    """
    if name in systems():
        raise ValueError(
            f"{name!r} is no lake but a system of several waters; in a file write system = {name!r}, in Python call "
            f"scenario.load_system({name!r})"
        )
    _must_be_one_of("lake", name, names())
    return read(_data("lakes") / f"{name}.toml")


def record(name: str) -> Path:
    """Give the path of a record, a CSV file whose header has the units.

    Raises
    ------
    ValueError
        If there is no such record; with the nearest name and the list of all.

    Examples
    --------
    >>> record("folsom_daily").name
    'folsom_daily.csv'
    """
    _must_be_one_of("record", name, records())
    return _data("records") / f"{name}.csv"


def system(name: str) -> Path:
    """Give the path of a system's file: title, waters, structures and rules, as `scenario.load_system` reads them.

    Raises
    ------
    ValueError
        If there is no such system; with the nearest name and the list of all.

    Examples
    --------
    >>> system("four_lakes").name
    'four_lakes.toml'
    """
    if name in names():
        raise ValueError(f"{name!r} is no system but a lake; in a file write lake = {name!r}, in Python call load")
    _must_be_one_of("system", name, systems())
    return _data("systems") / f"{name}.toml"


def read(path: str | Path) -> LakeFile:
    """Read a lake's file, one of ours or your own of the same form.

    Raises
    ------
    ValueError
        With the file's name and all its faults, each with its place in the file.
    OSError
        If the file cannot be opened.
    """
    path = Path(path)
    try:
        file = LakeFile(**tomllib.loads(path.read_text(encoding="utf-8-sig")))
        file.lake()  # what a curve or a lake refuses is a fault of the file, and is said with its name
        return file
    except ValidationError as error:
        faults = [_sentence(fault) for fault in error.errors(include_url=False)]
    except UnicodeDecodeError:
        faults = ["it is not UTF-8; save it as UTF-8"]
    except tomllib.TOMLDecodeError as error:
        faults = [f"it is not TOML: {error}"]
    raise ValueError("\n".join(f"{path.name}: {fault}" for fault in faults))


def _sentence(fault: Any) -> str:
    """Say one of pydantic's faults: its place, what stands there, the remedy."""
    steps, given = fault["loc"], fault["input"]
    place = ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in steps)
    match fault["type"]:
        case "extra_forbidden" if len(steps) > 1 and steps[-1] in LakeFile.model_fields:
            message = "is a key of the whole file; write it above the first table"
        case "extra_forbidden":
            message = f"there is no such key{_nearest(steps[-1], _KEYS)}"
        case "missing":
            message = "is missing; give it"
        case "literal_error":
            message = f"{given!r} is none of {', '.join(GRADES)}{_nearest(given, tuple(GRADES))}"
        case _:
            message = fault["msg"].removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


_KINDS = (LakeFile, LevelFigure, SeasonFigure, AreaFigure, Past, Fact, Point, Curve, Source)
_KEYS = tuple({key: None for kind in _KINDS for key in kind.model_fields})


def _nearest(word: object, words: tuple[str, ...] | list[str]) -> str:
    """Offer the nearest of the words, or nothing."""
    near = difflib.get_close_matches(str(word), words, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


def _must_be_one_of(what: str, name: str, words: tuple[str, ...]) -> None:
    if name not in words:
        near = _nearest(name, words)
        others = "" if near and len(words) == 1 else f"{' There' if near else '; there'} are {', '.join(words)}"
        raise ValueError(f"there is no {what} {name!r}{near}{others}")


def _data(folder: str) -> Path:
    return Path(str(resources.files("lakesim").joinpath("data", folder)))


def _stems(folder: str, suffix: str) -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in _data(folder).iterdir() if path.suffix == suffix))
