"""Joint rules: what an operator decides who looks beyond his own structure.

Each still moves one structure, and narrows its range of openings among the other rules. At every observation it is
asked for one opening, from what can be known then, and its answer holds until the next. Here are what they share and
the one for a point downstream; `turns` has the order of use, `filling` the equal filling, `forecasts` the one that
looks ahead.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import field_validator, model_validator

from ..series import Series
from ..units import Fraction
from .base import JOINT, DischargeSeries, Rule, nearest, said

Floats = NDArray[np.float64]

READING = 60.0
"""How long an operator reads a gauge of an inflow, before he decides [s]."""


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

    def held(self, structure: str) -> float:
        """The largest opening that the limits among its rules leave a structure; 1 where none holds it.

        Limits are shut-offs, release limits, and joint rules that allow no more.
        """

    def discharge(self, structure: str) -> float:
        """Discharge of a structure from its head to its tail."""

    def opening_for(self, structure: str, discharge: float) -> float:
        """The opening at which a structure would let through so much at these levels; 1 where it never does."""

    def capacity(self, structure: str) -> float:
        """Discharge of a structure at these levels, fully open; below 0 where it would run backwards."""

    def inflow(self, water: str, start: np.datetime64, seconds: Floats) -> Floats:
        """Volumes that the given inflow and the rain on its bed bring a lake from a moment to so many s after it.

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

    def _beyond(self, structure: Any, structures: Mapping[str, Any], waters: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with what it looks at beyond its own structure, as the rest of a sentence."""
        raise NotImplementedError


class SafeDischarge(JointRule):
    """The most that may pass a point downstream, where other waters pass as well (下游安全泄量, 补偿调节).

        opening ≤ the opening at which  own discharge = share · max(0, discharge − Σ beside)

    Where the others alone exceed the safe discharge, the structure is shut. What passes is what the operator sees now:
    of a structure its discharge, of a lake its given inflow and rain as read over the minute before (in a run's first
    minute, over that). He does not know what they will be until he looks again, nor is the time allowed for that the
    water takes down to the point. What a structure brings counts from its head to its tail; one that takes its
    water from where the own structure leads draws it off the point, and is counted negative.

    Several structures may have the rule for one point. None of them may count another that counts it, be it round a
    circle: each would take what the other has just left, twice the safe discharge at one look and nothing at the next,
    and a system refuses it. Leave them out of each other's `beside`, and give each a share of what is left. Where the
    shares of one point add up to more than 1, more than the safe discharge may pass: that is not looked at.

    Parameters
    ----------
    discharge : series of safe discharges at the point [m3/s], 0 or above
    beside : names of the other structures whose discharge passes the point, and of lakes whose given inflow does; none
        only where it has a share
    share : its part of what they leave, 0 … 1; by default all of it

    Raises
    ------
    ValueError
        If a discharge is negative, or nothing is beside it, or something twice.

    Examples
    --------
    >>> rule = SafeDischarge(structure="gate", discharge="3256 m3/s", beside=["sluice", "tributary"])
    >>> rule.side, rule.place
    (-1, 42)
    >>> print(rule.changed(share="50 %", beside=["tributary"]))
    lets through at most 3256 m³/s less what tributary brings; its share of that is 0.5
    """

    RANK: ClassVar[int] = 42
    SERIES: ClassVar[Mapping[str, str]] = {"discharge": "m3/s"}

    type: Literal["safe_discharge"] = "safe_discharge"
    discharge: DischargeSeries
    beside: tuple[str, ...] = ()
    share: Fraction = 1.0

    @field_validator("discharge")
    @classmethod
    def _positive(cls, discharge: Series) -> Series:
        if discharge.extremes[0] < 0.0:
            raise ValueError(f"the discharge falls to {discharge.extremes[0]:g} m3/s; a safe discharge is 0 or above")
        return discharge

    @field_validator("beside")
    @classmethod
    def _named_once(cls, beside: tuple[str, ...]) -> tuple[str, ...]:
        refuse_twice(beside)
        return beside

    @model_validator(mode="after")
    def _not_alone(self) -> SafeDischarge:
        if not self.beside and self.share == 1.0:
            raise ValueError(
                "nothing is named that passes the point as well; name it as beside, give a share, or take a "
                "release_limit"
            )
        return self

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
        return known.opening_for(self.structure, self.share * max(0.0, left))

    def _passing(self, name: str, known: Knowledge) -> float:
        """What a structure or the inflow of a lake brings to the point now [m3/s]."""
        if ends := known.joined(name):
            draws_off = ends[0] in known.joined(self.structure)[1:]
            return -known.discharge(name) if draws_off else known.discharge(name)
        begin = max(known.time - np.timedelta64(round(READING), "s"), known.start)
        return float(known.inflow(name, begin, np.array([READING]))[0]) / READING

    def _does(self) -> str:
        brings = "brings" if len(self.beside) == 1 else "bring"
        less = f" less what {' and '.join(self.beside)} {brings}" if self.beside else ""
        share = "" if self.share == 1.0 else f"; its share of that is {self.share:g}"
        return f"lets through at most {said(self.discharge)}{less}{share}"

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


def lakes_of(waters: Mapping[str, Any]) -> dict[str, Any]:
    """The waters that have a storage; those that could not be read, None in their place, may be such."""
    return {name: water for name, water in waters.items() if water is None or hasattr(water, "hypsometry")}


def no_lake(name: str, waters: Mapping[str, Any]) -> str:
    """What something is that is no lake."""
    return "a river, and has no storage" if name in waters else "no lake of the system"


def refuse_twice(names: Sequence[str]) -> None:
    """Raise ValueError where a name is given more than once."""
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"{' and '.join(map(repr, twice))} is named more than once; name each once")
