"""The rules that open: as a series says, between two levels, or in proportion to a level."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, ClassVar, Literal

from pydantic import field_validator, model_validator

from ..series import Series
from ..units import Length
from .base import (
    PROPORTIONAL,
    SCHEDULE,
    START_STOP,
    LevelSeries,
    OpeningSeries,
    Rises,
    Rule,
    Watch,
    called,
    check_gap,
    outside,
    said,
)


class Schedule(Rule):
    """A structure opened as a series says, or by a fixed share.

    Parameters
    ----------
    opening : series of openings, or one, from 0 (shut) to 1

    Raises
    ------
    ValueError
        If an opening is outside 0 … 1.

    Examples
    --------
    >>> months = Series.climatology([0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0], by="month", unit="")
    >>> Schedule(structure="lock", opening=months).type
    'schedule'
    """

    KIND: ClassVar[int] = SCHEDULE
    RANK: ClassVar[int] = 50
    SERIES: ClassVar[Mapping[str, str]] = {"opening": ""}

    type: Literal["schedule"] = "schedule"
    opening: OpeningSeries

    @field_validator("opening")
    @classmethod
    def _within(cls, opening: Series) -> Series:
        lowest, highest = opening.extremes
        if lowest < 0.0 or highest > 1.0:
            raise ValueError(f"the openings reach from {lowest:g} to {highest:g}; keep them from 0 (shut) to 1")
        return opening

    @property
    def series(self) -> tuple[Series, None]:
        """The openings."""
        return self.opening, None

    def _does(self) -> str:
        return f"opening {said(self.opening)}"


class StartStop(Rule):
    """Start and stop levels: a structure opens at one level and shuts at another, all at once or unit by unit.

        a unit starts when the water rises to  start + its rise,  and stops when it falls to  stop + its rise
        opening = units that run / units

    Parameters
    ----------
    start, stop : series of levels [m]; the start lies above the stop, or below it where `when` is `"below"`
    unit_rises : how far above the first unit's levels (or below, where `when` is `"below"`) each unit has its own
        [m], from 0, one a unit of the pump; none: all start and stop together
    watch : `"head"` (default) or `"tail"`, or the name of a third water
    when : `"above"` (default): runs while the water is high, to let it down; `"below"`: while it is low, to fill it

    Raises
    ------
    ValueError
        If start and stop do not lie at least 1 mm apart, the right way round, or the rises do not begin with 0 and
        rise.

    Examples
    --------
    Three units, each 10 cm above the one before:

    >>> StartStop(structure="pump", start="24.5 m", stop="24.3 m", unit_rises=["0 m", "0.1 m", "0.2 m"]).place
    60
    """

    KIND: ClassVar[int] = START_STOP
    RANK: ClassVar[int] = 60
    SERIES: ClassVar[Mapping[str, str]] = {"start": "m", "stop": "m"}

    type: Literal["start_stop"] = "start_stop"
    start: LevelSeries
    stop: LevelSeries
    unit_rises: Rises = ()
    watch: str = "head"
    when: Literal["above", "below"] = "above"

    @model_validator(mode="after")
    def _check(self) -> StartStop:
        check_gap(self.start, self.stop, self.side, "start", "stop")
        rises = self.unit_rises
        if rises and (rises[0] != 0.0 or any(after < before for before, after in pairwise(rises))):
            found = ", ".join(f"{rise:g}" for rise in rises)
            raise ValueError(f"unit_rises are {found} m; begin with 0 and let them rise")
        return self

    @property
    def series(self) -> tuple[Series, Series]:
        """The levels at which the first unit starts and stops."""
        return self.start, self.stop

    @property
    def side(self) -> int:
        """1 where it runs above its start level, −1 below."""
        return 1 if self.when == "above" else -1

    @property
    def rises(self) -> tuple[float, ...]:
        """How far above the first unit's level each unit has its own [m]; of one unit where there are none."""
        return self.unit_rises or (0.0,)

    def _does(self) -> str:
        watched = "" if self.watch == "head" else f" of {called(self.watch)}"
        units = f", {len(self.unit_rises)} units one by one" if self.unit_rises else ""
        falling = "" if self.side > 0 else " while it falls"
        return f"starts at {said(self.start)}{watched}{falling}, stops at {said(self.stop)}{units}"

    def _faults(self, structure: Any, waters: Mapping[str, Any]) -> Iterator[str]:
        yield from super()._faults(structure, waters)
        name = self.watched(structure)
        for key, series in (("start", self.start), ("stop", self.stop)):
            yield from outside(waters.get(name or ""), key, series, self.side * self.rises[-1])
        units = getattr(structure, "units", 1)
        if self.unit_rises and len(self.unit_rises) != units:
            yield f"has {len(self.unit_rises)} unit_rises, and the structure has {units} units; give one a unit"
        if self.side < 0 and name == structure.head and hasattr(waters.get(name or ""), "hypsometry"):
            yield f"runs while {name!r}, which it empties, is low, and would drain it; watch the tail, to fill that"


class RuleCurve(Rule):
    """A target level through the year: the structure opens in proportion as the water stands above it.

        opening = (level − target(t)) / band, from 0 (shut) to 1

    Parameters
    ----------
    target : series of target levels [m], such as `Series.yearly`
    band : rise above the target at which the structure is fully open [m]
    watch : `"head"` (default) or `"tail"`: the water that is held at its target
    when : `"above"` (default): opens as the water rises above the target, to let it down; `"below"`: as it falls below,
        to fill it

    Raises
    ------
    ValueError
        If the band is not above 0, or the target is not in m.

    Examples
    --------
    >>> curve = RuleCurve(structure="lock", target=Series.yearly({"10-15": 24.0, "04-01": 24.5}, unit="m"), band=0.2)
    >>> float(curve.target.at("2020-01-08")) > 24.0
    True
    """

    KIND: ClassVar[int] = PROPORTIONAL
    RANK: ClassVar[int] = 70
    SERIES: ClassVar[Mapping[str, str]] = {"target": "m"}

    type: Literal["rule_curve"] = "rule_curve"
    target: LevelSeries
    band: Length = 0.1
    watch: Watch = "head"
    when: Literal["above", "below"] = "above"

    @field_validator("band")
    @classmethod
    def _wide(cls, band: float) -> float:
        if band < 0.001:
            raise ValueError(
                f"the band is {band:g} m; a structure cannot open within less than 1 mm, so take a wider one"
            )
        return band

    @property
    def series(self) -> tuple[Series, None]:
        """The target levels."""
        return self.target, None

    @property
    def width(self) -> float:
        """The band [m]."""
        return self.band

    @property
    def side(self) -> int:
        """1 where it opens above its target, −1 below."""
        return 1 if self.when == "above" else -1

    def _does(self) -> str:
        fills = "" if self.side > 0 else ", to fill it"
        return f"holds {called(self.watch)} at {said(self.target)}{fills}, fully open {self.band:g} m from there"

    def _faults(self, structure: Any, waters: Mapping[str, Any]) -> Iterator[str]:
        yield from super()._faults(structure, waters)
        yield from outside(waters.get(self.watched(structure) or ""), "target", self.target)
