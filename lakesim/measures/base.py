"""What all measures share."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from pydantic import ValidationError

from .. import labels
from ..hypsometry import CurveChange
from ..units import Name, Record
from ..waters import Lake, System

Sentence = tuple[str, dict[str, object]]


class Measure(Record):
    """What all measures share.

    Parameters
    ----------
    name : word by which a case of a scenario leaves the measure out
    """

    SERIES: ClassVar[Mapping[str, str]] = {}  # fields that hold a series, with their units

    type: str
    name: Name | None = None

    def apply(self, system: System) -> System:
        """The system with the measure; the one that is given stays as it is.

        Raises
        ------
        ValueError
            If the measure cannot be applied: with all faults, a line each, which measure, what was found, the remedy.
        """
        try:
            return self._applied(system)
        except ValueError as error:
            raise ValueError("\n".join(f"{self.called}: {fault}" for fault in faults_of(error))) from None

    def _applied(self, system: System) -> System:
        raise NotImplementedError

    def curve_changes(self, system: System) -> dict[str, CurveChange]:
        """What the measure does to the curves: area and storage won or lost, for each lake whose curve it changes.

        Raises
        ------
        ValueError
            As `apply` does.
        """
        after = {lake.name: lake.hypsometry for lake in self.apply(system).lakes}
        return {
            lake.name: CurveChange(lake.hypsometry, after[lake.name])
            for lake in system.lakes
            if lake.name in after and after[lake.name] != lake.hypsometry
        }

    @property
    def called(self) -> str:
        """What messages call it: its type, with its name or what it changes."""
        things = (getattr(self, key, None) for key in ("name", "polder", "water", "structure"))
        return f"{self.type} {next(filter(None, things))!r}"

    @property
    def sets(self) -> tuple[object, ...] | None:
        """What the measure sets to a value, so that another that sets it otherwise contradicts it; None if nothing."""
        return None

    def covers(self, other: Measure) -> bool:
        """Whether nothing is left of another measure that sets the same, once this one has been applied."""
        mine, its = ((getattr(one, "begin", None), getattr(one, "until", None)) for one in (self, other))
        return mine in ((None, None), its)

    @property
    def makes(self) -> frozenset[str]:
        """Names of the waters that the measure adds to a system."""
        return frozenset()

    @property
    def takes(self) -> frozenset[str]:
        """Names of the waters that the measure may take out of a system."""
        return frozenset()

    def needs_one_of(self, waters: Collection[str]) -> bool:
        """Whether the measure is about one of these waters."""
        return any(getattr(self, key, None) in waters for key in ("polder", "water"))

    def describe(self, lang: str) -> str:
        """The measure in plain words, in English (`"en"`) or Chinese (`"zh"`)."""
        return labels.told(self._sentences(), lang)

    def _sentences(self) -> Iterator[Sentence]:
        """The keys of the sentences that describe it, in `labels.MEASURES`, with their values."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self.describe("en")


def apply_all(system: System, measures: Iterable[Measure]) -> System:
    """The system with all these measures, one after the other.

    Raises
    ------
    ValueError
        With the faults of all that contradict one another or cannot be applied, a line each; but not of what is about
        a polder that another of them could not make.
    """
    system, faults = applied(system, list(measures))
    if faults:
        raise ValueError("\n".join(fault for _, fault in faults))
    return system


def applied(system: System, measures: Sequence[Measure]) -> tuple[System, list[tuple[Measure, str]]]:
    """The system with all of the measures that can be applied, and the faults, each with the measure that has it."""
    faults = list(contradictions(measures))
    lost: set[str] = set()
    done: list[Measure] = []
    for place, measure in enumerate(measures):
        if measure.needs_one_of(lost):
            continue
        try:
            system = measure.apply(system)
            done.append(measure)
        except ValueError as error:
            told = out_of_order(measure, system, done, measures[place + 1 :]) or str(error)
            faults += [(measure, fault) for fault in told.split("\n")]
            lost |= measure.makes
    return system, faults


def contradictions(measures: Sequence[Measure]) -> Iterator[tuple[Measure, str]]:
    """The measures that set to another value what one before them has set, each with its fault."""
    before: dict[tuple[object, ...], list[Measure]] = {}
    for measure in measures:
        if measure.sets is None:
            continue
        others = before.setdefault(measure.sets, [])
        for other in others:
            if measure.covers(other) and other.changed(name=None) != measure.changed(name=None):
                yield (
                    measure,
                    f"{measure.called}: it contradicts {other.called}, which says: {other} Leave one of them out",
                )
                break
        others.append(measure)


def out_of_order(measure: Measure, system: System, applied: Iterable[Measure], later: Iterable[Measure]) -> str | None:
    """Why a measure does not find its water, where those applied before it, or those after it, tell; None if not.

    Examples
    --------
    >>> from lakesim import Hypsometry, Reclaim, ReturnToLake
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(20, 26, "90 km2"), initial_level=23.0)
    >>> diked = Reclaim(water="lake", polder="fields", area="30 km2", ground=20.0, dike_crest=25.5, pumps=4.0)
    >>> out_of_order(ReturnToLake(polder="fields"), System(waters=[lake]), [], [diked])
    "return_to_lake 'fields': 'fields' is reclaimed only by a later measure, reclaim 'fields'; let that come before"
    """
    there = {water.name for water in system.waters} | measure.makes
    gone = [(other, name) for other in applied for name in other.takes - there if measure.needs_one_of({name})]
    if gone:
        other, name = gone[-1]
        return (
            f"{measure.called}: {name!r} was given back by an earlier measure, {other.called}; leave one of them out, "
            "or let that come after"
        )
    for other in later:
        for name in other.makes - there:
            if measure.needs_one_of({name}):
                return (
                    f"{measure.called}: {name!r} is reclaimed only by a later measure, {other.called}; let that come "
                    "before"
                )
    return None


def faults_of(error: ValueError) -> list[str]:
    """The sentences of an error, a record's or one of ours."""
    if isinstance(error, ValidationError):
        told = [fault["msg"].removeprefix("Value error, ") for fault in error.errors(include_url=False)]
        return "\n".join(told).split("\n")
    return str(error).split("\n")


def lake_of(system: System, name: str) -> Lake:
    """The lake of that name, or a ValueError that offers the nearest."""
    lakes = {lake.name: lake for lake in system.lakes}
    if name not in lakes:
        raise ValueError(f"the water {name!r} is no lake of the system; {nearest(name, lakes)}")
    return lakes[name]


def nearest(name: Any, known: Iterable[str]) -> str:
    """Offer the nearest of the known names, or else all of them."""
    known = list(known)
    near = difflib.get_close_matches(str(name), known, 1)
    return f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known) or 'none'}"


def outside(level: float, lake: Lake) -> list[str]:
    """The faults of a level [m] that does not lie in a lake."""
    bottom, crest = lake.hypsometry.bottom, lake.dike_crest
    if level < bottom:
        return [f"the level {level:g} m lies below the bottom {bottom:g} m of {lake.name!r}; take a higher one"]
    if crest is not None and level > crest:
        return [f"the level {level:g} m lies above the dike crest {crest:g} m of {lake.name!r}; take a lower one"]
    return []
