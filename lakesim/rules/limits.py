"""The rules that limit: how fast, how seldom, not beyond a level, not more than so much."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from ..series import Series
from ..units import Duration, Fraction
from .base import (
    DWELL,
    RAMP,
    RELEASE_LIMIT,
    SHUT_OFF,
    DischargeSeries,
    LevelSeries,
    Rule,
    Speed,
    called,
    check_gap,
    said,
)
from .joint import JointRule


class Ramp(Rule):
    """How fast a structure moves: its opening changes by at most so much in an hour.

    Parameters
    ----------
    per_hour : largest change of the opening in an hour [1/h], above 0

    Examples
    --------
    A gate that takes four hours from shut to open:

    >>> Ramp(structure="gate", per_hour=0.25).place
    10
    """

    KIND: ClassVar[int] = RAMP
    RANK: ClassVar[int] = 10

    type: Literal["ramp"] = "ramp"
    per_hour: Speed

    @field_validator("per_hour")
    @classmethod
    def _moves(cls, per_hour: float) -> float:
        if per_hour <= 0.0:
            raise ValueError("per_hour is 0, so that the structure never moves; give a speed above 0, or no ramp")
        return per_hour

    @property
    def width(self) -> float:
        """Largest change of the opening in a second."""
        return self.per_hour / 3600.0

    def _does(self) -> str:
        return f"moves by at most {self.per_hour:g} in an hour"


class Dwell(Rule):
    """How long a structure stays as it was last set, from the start of one move to the start of the next.

    Parameters
    ----------
    time : least time between two moves [s], above 0

    Examples
    --------
    >>> Dwell(structure="pump", time="6 h").time
    21600.0
    """

    KIND: ClassVar[int] = DWELL
    RANK: ClassVar[int] = 20

    type: Literal["dwell"] = "dwell"
    time: Duration

    @field_validator("time")
    @classmethod
    def _lasts(cls, time: float) -> float:
        if time <= 0.0:
            raise ValueError("the time is 0; give one above 0, or no dwell time")
        return time

    @property
    def width(self) -> float:
        """The time [s]."""
        return self.time

    def _does(self) -> str:
        return f"moves at most once in {self.time / 3600.0:g} h"


class ShutOff(Rule):
    """A level beyond which a structure is shut, or held to a smaller opening (限排, pumping restriction).

    Parameters
    ----------
    watch : `"head"` (default), `"tail"`, or the name of a third water, such as a control point downstream
    above, below : series of levels [m], one of the two: the rule holds while the water stands above, or below, it
    resume : series of levels [m] at which it ends; on the other side of the first, so that the structure does not
        chatter. Not needed for a river, nor for a third water, whose level the structure does not move at once
    opening : largest opening while it holds; 0 (default) is shut

    Raises
    ------
    ValueError
        If not one of above and below is given, or resume does not lie beyond it on the side of rest.

    Examples
    --------
    >>> rule = ShutOff(structure="pump", watch="tail", above="31.5 m", resume="31.3 m")
    >>> rule.side, rule.place
    (1, 30)
    """

    KIND: ClassVar[int] = SHUT_OFF
    RANK: ClassVar[int] = 30
    SERIES: ClassVar[Mapping[str, str]] = {"above": "m", "below": "m", "resume": "m"}

    type: Literal["shut_off"] = "shut_off"
    watch: str = "head"
    above: LevelSeries | None = None
    below: LevelSeries | None = None
    resume: LevelSeries | None = None
    opening: Fraction = 0.0

    @model_validator(mode="after")
    def _one_level(self) -> ShutOff:
        if (self.above is None) == (self.below is None):
            raise ValueError("a shut-off holds above a level or below one; give one of above and below")
        if self.resume is not None and self.resume != self._limit:
            word = "above" if self.side > 0 else "below"
            check_gap(self._limit, self.resume, self.side, word, "resume")
        return self

    @property
    def _limit(self) -> Series:
        limit = self.below if self.above is None else self.above
        assert limit is not None
        return limit

    @property
    def series(self) -> tuple[Series, Series]:
        """The levels at which it begins and ends."""
        return self._limit, self.resume or self._limit

    @property
    def width(self) -> float:
        """Largest opening while it holds."""
        return self.opening

    @property
    def side(self) -> int:
        """1 where it holds above its level, −1 below."""
        return -1 if self.above is None else 1

    def _does(self) -> str:
        held = "shut" if self.opening == 0.0 else f"at most {self.opening:g} open"
        word = "above" if self.side > 0 else "below"
        resume = "" if self.resume is None else f", until {said(self.resume)}"
        return f"{held} while {called(self.watch)} is {word} {said(self._limit)}{resume}"

    def _faults(self, structure: Any, waters: Mapping[str, Any]) -> Iterator[str]:
        yield from super()._faults(structure, waters)
        water = waters.get(self.watched(structure) or "")
        moves_it = hasattr(water, "hypsometry") and not self.watches_another(structure)
        if moves_it and self.observe is None and self.resume in (None, self._limit):
            yield "watches a lake that it moves itself, and would chatter; give resume, the level at which it ends"


class ReleaseLimit(Rule):
    """The most that a structure may let through to its tail, such as the safe discharge of a river (限泄流量).

        opening ≤ the opening at which the discharge reaches the limit

    Parameters
    ----------
    discharge : series of discharges [m3/s], 0 or above

    Examples
    --------
    >>> ReleaseLimit(structure="gate", discharge="3256 m3/s").discharge.values
    array([3256.])
    """

    KIND: ClassVar[int] = RELEASE_LIMIT
    RANK: ClassVar[int] = 40
    SERIES: ClassVar[Mapping[str, str]] = {"discharge": "m3/s"}

    type: Literal["release_limit"] = "release_limit"
    discharge: DischargeSeries

    @field_validator("discharge")
    @classmethod
    def _positive(cls, discharge: Series) -> Series:
        if discharge.extremes[0] < 0.0:
            raise ValueError(f"the discharge falls to {discharge.extremes[0]:g} m3/s; a limit is 0 or above")
        return discharge

    @property
    def series(self) -> tuple[Series, None]:
        """The limits."""
        return self.discharge, None

    def _does(self) -> str:
        return f"lets through at most {said(self.discharge)}"


def restricts(rule: Rule, structure: Any) -> bool:
    """Whether a rule allows its structure no more than an opening, for something else than want of water.

    >>> from lakesim import Pump
    >>> pump = Pump(name="pump", head="lake", tail="river", capacity=8.0, start_level=24.0)
    >>> full, dry = ShutOff(structure="pump", watch="tail", above=31.5), ShutOff(structure="pump", below=23, resume=24)
    >>> restricts(full, pump), restricts(dry, pump)
    (True, False)
    """
    if isinstance(rule, ShutOff):
        return rule.side > 0 or rule.watched(structure) != structure.head
    return isinstance(rule, ReleaseLimit) or (isinstance(rule, JointRule) and rule.AT_MOST)
