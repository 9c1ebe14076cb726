"""Joint rules: what an operator decides who looks beyond his own structure.

Each still moves one structure, and narrows its range of openings among the other rules. At every observation it is
asked for one opening, from what can be known then, and its answer holds until the next. `forecasts` has the one that
looks ahead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal, Protocol

import numpy as np
from pydantic import field_validator, model_validator

from ..series import Series
from ..units import Fraction, Level, Quantity, Record
from .base import JOINT, DischargeSeries, Rule, nearest, outside, said

READING = np.timedelta64(60, "s")
"""How long an operator reads a gauge of an inflow, before he decides."""

SAME_OPENING = 1e-6
"""Openings that differ by less are the same."""

Band = Annotated[float, Quantity("", "share of the storage", minimum=0.001, maximum=1.0)]


class Knowledge(Protocol):
    """What an operator knows at an observation; levels in m, storages in m³, discharges in m³/s."""

    @property
    def time(self) -> np.datetime64:
        """The moment of the observation."""

    @property
    def start(self) -> np.datetime64:
        """The beginning of the run."""

    @property
    def asked(self) -> float | None:
        """What the rule answered the last time; None at the first."""

    def level(self, water: str) -> float:
        """Level of a water."""

    def storage(self, water: str, level: float | None = None) -> float:
        """Storage of a lake now, or at a level."""

    def joined(self, structure: str) -> tuple[str, ...]:
        """The waters that a structure joins, head and tail, as far as it has one; none where it is no structure."""

    def opening(self, structure: str) -> float:
        """Opening of a structure, 0 … 1."""

    def discharge(self, structure: str) -> float:
        """Discharge of a structure from its head to its tail."""

    def opening_for(self, structure: str, discharge: float) -> float:
        """The opening at which a structure would let through so much at these levels; 1 where it never does."""

    def inflow(self, water: str, start: np.datetime64, end: np.datetime64) -> float:
        """Volume that the given inflow and the rain on its bed bring a lake between two moments, as the series have it.

        What lies ahead is for forecasts alone, which say how well it is known. A series that ends earlier is cut there.
        """


class JointRule(Rule):
    """What joint rules share: an operator asks them, and their answer is the most or the least that they want."""

    KIND: ClassVar[int] = JOINT
    AT_MOST: ClassVar[bool] = True

    @property
    def side(self) -> int:
        """−1 where its answer is the largest opening that it allows, 1 where it is the smallest that it asks for."""
        return -1 if self.AT_MOST else 1

    @property
    def others(self) -> tuple[str, ...]:
        """Names of the structures and waters that it looks at, beyond its own."""
        return ()

    def watches_another(self, structure: Any) -> bool:  # noqa: ARG002
        """Whether an operator has to look; always."""
        return True

    def decide(self, known: Knowledge) -> float:
        """The opening that it allows at most, or asks for at least, 0 … 1."""
        raise NotImplementedError

    def check(self, structures: Mapping[str, Any], waters: Mapping[str, Any]) -> list[str]:
        """Faults of the rule among these structures and waters, a sentence each."""
        faults = super().check(structures, waters)
        if self.structure in structures:
            found = self._beyond(structures[self.structure], structures, waters)
            faults += [f"the {self.type} of {self.structure!r} {fault}" for fault in found]
        return faults

    def _beyond(
        self,
        structure: Any,  # noqa: ARG002
        structures: Mapping[str, Any],  # noqa: ARG002
        waters: Mapping[str, Any],  # noqa: ARG002
    ) -> Iterator[str]:
        """What is wrong with what it looks at beyond its own structure, as the rest of a sentence."""
        return iter(())


class SafeDischarge(JointRule):
    """The most that may pass a point downstream, where other waters pass as well (下游安全泄量, 补偿调节).

        opening ≤ the opening at which  own discharge = max(0, discharge − Σ beside)

    Where the others alone exceed the safe discharge, the structure is shut. What passes is what the operator sees now:
    of a structure its discharge, of a lake its given inflow and rain as read over the minute before (in a run's first
    minute, over that). He does not know what they will be until he looks again, nor is the time allowed for that the
    water takes down to the point. A structure that draws water off the point is counted negative.

    Parameters
    ----------
    discharge : series of safe discharges at the point [m3/s], 0 or above
    beside : names of the other structures whose discharge passes the point, and of lakes whose given inflow does

    Raises
    ------
    ValueError
        If a discharge is negative, or nothing is beside it, or something twice.

    Examples
    --------
    >>> rule = SafeDischarge(structure="gate", discharge="3256 m3/s", beside=["sluice", "tributary"])
    >>> rule.side, rule.place
    (-1, 42)
    """

    RANK: ClassVar[int] = 42
    SERIES: ClassVar[Mapping[str, str]] = {"discharge": "m3/s"}

    type: Literal["safe_discharge"] = "safe_discharge"
    discharge: DischargeSeries
    beside: tuple[str, ...]

    @field_validator("discharge")
    @classmethod
    def _positive(cls, discharge: Series) -> Series:
        if discharge.extremes[0] < 0.0:
            raise ValueError(f"the discharge falls to {discharge.extremes[0]:g} m3/s; a safe discharge is 0 or above")
        return discharge

    @field_validator("beside")
    @classmethod
    def _named_once(cls, beside: tuple[str, ...]) -> tuple[str, ...]:
        if not beside:
            raise ValueError("nothing is named that passes the point as well; name it, or take a release_limit")
        _refuse_twice(beside)
        return beside

    @property
    def series(self) -> tuple[Series, None]:
        """The safe discharges."""
        return self.discharge, None

    @property
    def others(self) -> tuple[str, ...]:
        """What passes the point as well."""
        return self.beside

    def decide(self, known: Knowledge) -> float:
        """The opening at which no more passes the point than is safe, with what passes beside it."""
        left = float(self.discharge.at(known.time)) - sum(self._passing(name, known) for name in self.beside)
        return known.opening_for(self.structure, max(0.0, left))

    def _passing(self, name: str, known: Knowledge) -> float:
        """What a structure or the inflow of a lake brings to the point now [m3/s]."""
        if known.joined(name):
            return known.discharge(name)
        end = max(known.time, known.start + READING)
        return known.inflow(name, end - READING, end) / float(READING / np.timedelta64(1, "s"))

    def _does(self) -> str:
        return f"lets through at most {said(self.discharge)} less what {' and '.join(self.beside)} bring"

    def _beyond(self, structure: Any, structures: Mapping[str, Any], waters: Mapping[str, Any]) -> Iterator[str]:
        for name in self.beside:
            if name == structure.name:
                yield "counts itself beside itself; leave it out of beside"
            elif name == structure.head:
                yield (
                    f"counts {name!r} beside it, whose inflow passes the point through the structure itself; leave it "
                    "out of beside"
                )
            elif name not in structures and name not in lakes_of(waters):
                what = "a river, whose inflow is not given" if name in waters else "no structure or lake of the system"
                near = nearest(name, {**structures, **lakes_of(waters)}, "structures and lakes")
                yield f"has {name!r} beside it, which is {what}; {near}"


class Before(Record):
    """What is to be used up before something else: a storage that fills to a level, or a structure that is set.

    Parameters
    ----------
    water : name of the water, with
    above : the level from which up it is used up [m], and
    resume : the level below which it is no longer [m], not above that; by default the same
    structure : or name of a structure, with
    opening : the opening at which it is used up, 0 … 1: a pump that is restricted (限排) to 0, a gate opened to 1

    Raises
    ------
    ValueError
        If it is neither the one nor the other, or its level or opening is missing.
    """

    water: str | None = None
    above: Level | None = None
    resume: Level | None = None
    structure: str | None = None
    opening: Fraction | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Before:
        given = [key for key in type(self).model_fields if getattr(self, key) is not None]
        if ("water" in given) == ("structure" in given):
            raise ValueError("what comes before is a water or a structure; name one of the two")
        name, needed = ("water", "above") if "water" in given else ("structure", "opening")
        if needed not in given:
            raise ValueError(f"the {name} {getattr(self, name)!r} is used up at {needed} = …; give it")
        others = [key for key in given if key not in (name, needed) and (name, key) != ("water", "resume")]
        if others:
            raise ValueError(f"{' and '.join(others)} says nothing of a {name}; leave it out")
        if self.above is not None and self.resume is not None and self.resume > self.above:
            raise ValueError(f"'resume' {self.resume:g} m lies above 'above' {self.above:g} m; give one that does not")
        return self

    @property
    def name(self) -> str:
        """Name of the water or the structure."""
        return str(self.water or self.structure)

    def used_up(self, known: Knowledge, come: bool) -> bool:
        """Whether it is used up; `come` where the turn of what comes after it has come before."""
        if self.above is None:
            assert self.opening is not None
            return abs(known.opening(self.name) - self.opening) <= SAME_OPENING
        return known.level(self.name) >= (self.resume if come and self.resume is not None else self.above)

    def __str__(self) -> str:
        return f"{self.name} stands at " + (f"{self.opening:g}" if self.above is None else f"{self.above:.2f} m")


class InTurn(JointRule):
    """An order of use, or of sacrifice: shut until those before it are used up (依次启用: 限排、扒垸、分洪).

        opening ≤ 1 if every one of  after  is used up, else 0

    A water is used up where it stands at or above its level; a structure where it stands at its opening, to 1e-6: pumps
    that are restricted to 0 are, and where the restriction is to 0.5, pumps at 0.2 are not. Once its turn has come, it
    stays come until one of those before falls below its  resume,  or leaves its opening. The operator sees levels and
    openings of now; he does not know whether they will last.

    Parameters
    ----------
    after : those that come before it, one at least, each a table (`Before`)

    Raises
    ------
    ValueError
        If nothing comes before it, or one of these is not told in full.

    Examples
    --------
    The detention area after the pumps are halted and the polder is full:

    >>> rule = InTurn(structure="inlet", after=[{"structure": "pumps", "opening": 0.0},
    ...                                         {"water": "polder", "above": "27.5 m", "resume": "27 m"}])
    >>> print(rule)
    shut until pumps stands at 0 and polder stands at 27.50 m
    """

    RANK: ClassVar[int] = 44

    type: Literal["in_turn"] = "in_turn"
    after: tuple[Before, ...]

    @field_validator("after")
    @classmethod
    def _something_before(cls, after: tuple[Before, ...]) -> tuple[Before, ...]:
        if not after:
            raise ValueError("nothing comes before it, so that its turn is always; name what does, or no in_turn")
        return after

    @property
    def others(self) -> tuple[str, ...]:
        """Those that come before it."""
        return tuple(one.name for one in self.after)

    def decide(self, known: Knowledge) -> float:
        """1 when its turn has come, else 0."""
        come = known.asked is not None and known.asked > 0.0
        return float(all(one.used_up(known, come) for one in self.after))

    def _does(self) -> str:
        return f"shut until {' and '.join(map(str, self.after))}"

    def _beyond(self, structure: Any, structures: Mapping[str, Any], waters: Mapping[str, Any]) -> Iterator[str]:
        for one in self.after:
            known, what = (structures, "structure") if one.water is None else (waters, "water")
            if one.structure == structure.name:
                yield "comes after itself, and would never open; leave it out of after"
            elif one.name not in known:
                near = nearest(one.name, known, f"{what}s")
                yield f"comes after {one.name!r}, which is no {what} of the system; {near}"
            elif one.above is not None:
                yield from outside(known[one.name], "turn after a level", Series.constant(one.above, "m"))


class Store(Record):
    """One of several storages that are filled together.

    Parameters
    ----------
    water : name of the lake
    empty, full : the levels between which its storage counts [m], the first below the second

    Raises
    ------
    ValueError
        If empty does not lie below full.
    """

    water: str
    empty: Level
    full: Level

    @model_validator(mode="after")
    def _holds(self) -> Store:
        if self.empty >= self.full:
            raise ValueError(
                f"'empty' {self.empty:g} m does not lie below 'full' {self.full:g} m; lower it, or raise full"
            )
        return self

    def fraction(self, known: Knowledge) -> float:
        """How full it is: 0 at `empty`, 1 at `full`, and beyond."""
        least = known.storage(self.water, self.empty)
        return (known.storage(self.water) - least) / (known.storage(self.water, self.full) - least)


class EqualFilling(JointRule):
    """Parallel storages that fill, or empty, by equal fractions (均衡蓄水).

        fraction f = (S − S(empty)) / (S(full) − S(empty))
        filling:  opening ≤ clip(1 − (f_own − least of all f) / band, 0, 1)
        emptying: opening ≤ clip(1 − (greatest of all f − f_own) / band, 0, 1)

    A structure fills what lies at its tail and empties what lies at its head; exactly one of both is among the
    storages. The fractions are of now: the operator does not know what each will still receive. Nor does he keep a
    storage from being filled above 1; that is for a `shut_off`. The fractions stay within the band where the storage
    moves by less than the band between two looks; where it is faster, it goes to and fro: widen the band, or look more
    often.

    Parameters
    ----------
    among : the storages, two at least, each a table with water, empty, full (`Store`)
    band : by how far one may be ahead of the last before its structure is shut, a share of its storage, above 0

    Raises
    ------
    ValueError
        If there are less than two storages, one of them twice, or one that holds nothing.

    Examples
    --------
    >>> rule = EqualFilling(structure="inlet", band="5 %", among=[
    ...     {"water": "west", "empty": "24 m", "full": "27 m"}, {"water": "east", "empty": "23 m", "full": "28 m"}])
    >>> rule.place, len(rule.among)
    (46, 2)
    """

    RANK: ClassVar[int] = 46

    type: Literal["equal_filling"] = "equal_filling"
    among: tuple[Store, ...]
    band: Band

    @field_validator("among")
    @classmethod
    def _several(cls, among: tuple[Store, ...]) -> tuple[Store, ...]:
        if len(among) < 2:
            raise ValueError("there is nothing to be equal to; name two storages at least")
        _refuse_twice([store.water for store in among])
        return among

    @property
    def others(self) -> tuple[str, ...]:
        """The storages, its own among them."""
        return tuple(store.water for store in self.among)

    def decide(self, known: Knowledge) -> float:
        """The opening by which its storage keeps with the others."""
        fraction = {store.water: store.fraction(known) for store in self.among}
        head, *tail = known.joined(self.structure)
        if head in fraction:
            ahead = max(fraction.values()) - fraction[head]
        else:
            ahead = fraction[tail[0]] - min(fraction.values())
        return min(max(1.0 - ahead / self.band, 0.0), 1.0)

    def _does(self) -> str:
        return f"keeps {', '.join(self.others)} equally full, shut where its own is {self.band:g} of its storage ahead"

    def _beyond(
        self,
        structure: Any,
        structures: Mapping[str, Any],  # noqa: ARG002
        waters: Mapping[str, Any],
    ) -> Iterator[str]:
        own = [name for name in (structure.head, structure.tail) if name in self.others]
        if len(own) != 1:
            found = f"both {own[0]!r} and {own[1]!r}" if own else f"neither {structure.head!r} nor {structure.tail!r}"
            yield f"has {found} among its storages; name one of the two sides, which the structure fills or empties"
        for store in self.among:
            if store.water not in lakes_of(waters):
                near = nearest(store.water, lakes_of(waters), "lakes")
                yield f"has {store.water!r} among its storages, which is {no_lake(store.water, waters)}; {near}"
                continue
            for key, level in (("lowest", store.empty), ("highest", store.full)):
                series = Series.constant(level, "m")
                yield from outside(waters[store.water], f"{key} level among its storages", series)


def lakes_of(waters: Mapping[str, Any]) -> dict[str, Any]:
    """The waters that have a storage."""
    return {name: water for name, water in waters.items() if hasattr(water, "hypsometry")}


def no_lake(name: str, waters: Mapping[str, Any]) -> str:
    """What something is that is no lake."""
    return "a river, and has no storage" if name in waters else "no lake of the system"


def _refuse_twice(names: Sequence[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{' and '.join(map(repr, twice))} is named more than once; name each once")
