"""The joint rule that looks ahead: pre-release on a forecast of the inflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator, model_validator

from ..series import Series
from ..units import Duration, Quantity
from .base import OBSERVATION_STEP, DischargeSeries, LevelSeries, nearest, outside, said
from .joint import JointRule, Knowledge, lakes_of, no_lake

Floats = NDArray[np.float64]

DAY = 86_400.0
"""Seconds in a day."""

YEAR = 366.0 * DAY
"""Farthest that a forecast may reach, and longest time from one to the next [s]."""

PARTS = 12
"""Parts of the horizon, at least, in which the forecast is looked at."""

LONGEST_PART = 0.25 * DAY
"""Longest of these parts [s]: a forecast that reaches farther must not be looked at less closely."""

USED = {"truth": (), "climatology": ("climatology",), "growing_error": ("error_per_day", "seed", "issued_every")}
"""What each kind of forecast is made of, beside the horizon."""

NEEDED = ("climatology", "error_per_day", "seed")
"""Those of them that have no default."""

Error = Annotated[float, Quantity("", "standard deviation of the error, as a share of the inflow", minimum=0.0)]
Seed = Annotated[int, Field(ge=0, strict=True)]


class PreRelease(JointRule):
    """Room made for the inflow that is forecast, before it comes (预泄).

        opening ≥ the opening at which  discharge = greatest of  (V(τ) − room) / τ  for lead times τ up to the horizon,
                  if that is above 0
        room = S(limit) − S(level),   V(τ) = volume forecast from now to now + τ

    Where the structure would let nothing out though fully open, or water in, because the tail stands too high, it asks
    for nothing. Else it is the least steady discharge by which the lake, fed by the forecast alone, stays below its
    limit. Lead times are the twelfths of the horizon, or every six hours where these are shorter, the horizon itself
    and the time until the operator looks again; where the limit is passed, that is the first to be made good, and it
    opens as far as need be. Between two looks a tail that rises may run in: give the structure a flap. The limit is
    that of the moment. A system takes the rule for one structure of a lake only, since each of two would let out all of
    it, and only for one that is not fully open anyway.

    The operator knows the lake as it is and the forecast, no more. What other structures bring or take in the
    meantime, evaporation, seepage and what else is given as outflow are not counted. Beyond the end of a series that
    ends within the horizon, nothing is forecast.

    Forecasts of the given inflow and the rain on the bed:

    - `"truth"`: as the series have them, a perfect forecast
    - `"climatology"`: a usual year in place of both: what is known without a forecast
    - `"growing_error"`: the truth · max(0, 1 + z · error_per_day · lead time in days), where z is drawn once an issue,
      standard normal; the lead time counts from the issue and is that of the middle of each part of the horizon.
      Between two issues the last one is used. The numbers follow from the seed and the number of the issue alone. It
      errs in how much comes, never in when; and the cut at 0 lifts its mean once the error is no longer small beside 1

    Parameters
    ----------
    limit : series of levels that should not be passed [m]
    horizon : how far the forecast reaches [s], from a minute to a year
    forecast : `"truth"`, `"climatology"`, `"growing_error"`
    water : name of the lake; the head of the structure by default
    climatology : series of inflows through the year, or one [m3/s], 0 or above
    error_per_day : by how much the standard deviation of the error grows in each day ahead, as a share of the inflow
    seed : a whole number, from which the errors are drawn
    issued_every : time from one issue to the next [s], from a minute to a year; a day by default

    Raises
    ------
    ValueError
        If what the kind of forecast needs is missing, or something is given that it does not use; if the horizon or
        the time between issues is below a minute or above a year; if the climatology is negative or does not return
        every year.

    Examples
    --------
    >>> rule = PreRelease(structure="gate", limit="26.5 m", horizon="3 d", forecast="growing_error",
    ...                   error_per_day="20 %", seed=1)
    >>> rule.side, rule.place
    (1, 48)
    >>> rule.shares(issue=0, leads=np.array([86400.0, 172800.0])).round(3)
    array([1.069, 1.138])
    """

    AT_MOST: ClassVar[bool] = False
    RANK: ClassVar[int] = 48
    SERIES: ClassVar[Mapping[str, str]] = {"limit": "m", "climatology": "m3/s"}

    type: Literal["pre_release"] = "pre_release"
    limit: LevelSeries
    horizon: Duration
    forecast: Literal["truth", "climatology", "growing_error"]
    water: str | None = None
    climatology: DischargeSeries | None = None
    error_per_day: Error | None = None
    seed: Seed | None = None
    issued_every: Duration | None = None

    @field_validator("horizon", "issued_every")
    @classmethod
    def _foreseeable(cls, time: float | None, info: ValidationInfo) -> float | None:
        if time is not None and not 60.0 <= time <= YEAR:
            raise ValueError(f"{info.field_name} is {time:g} s; take at least a minute, and at most 366 days")
        return time

    @field_validator("climatology")
    @classmethod
    def _of_every_year(cls, climatology: Series | None) -> Series | None:
        if climatology is not None and climatology.period is None:
            raise ValueError("the climatology is of dates; give one through the year, monthly or yearly, or one value")
        if climatology is not None and climatology.extremes[0] < 0.0:
            raise ValueError(f"the climatology falls to {climatology.extremes[0]:g} m3/s; an inflow is 0 or above")
        return climatology

    @model_validator(mode="after")
    def _as_its_kind_needs(self) -> PreRelease:
        used = USED[self.forecast]
        faults = [
            f"the forecast {self.forecast!r} needs {key}; give it"
            for key in used
            if key in NEEDED and getattr(self, key) is None
        ]
        for kind, keys in USED.items():
            faults += [
                f"{key} belongs to the forecast {kind!r}, and this one is {self.forecast!r}; leave it out, or take that"
                for key in keys
                if kind != self.forecast and getattr(self, key) is not None
            ]
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def series(self) -> tuple[Series, None]:
        """The limits."""
        return self.limit, None

    def watched(self, structure: Any) -> str | None:
        """Name of the lake that is kept below the limit."""
        return self.water or str(structure.head)

    def shares(self, issue: int, leads: Floats) -> Floats:
        """The forecast inflow as a share of the true one, for the number of the issue and these lead times [s]."""
        if self.error_per_day is None or self.seed is None:
            return np.ones_like(leads)
        z = float(np.random.default_rng((self.seed, issue)).standard_normal())
        shares: Floats = np.maximum(0.0, 1.0 + z * self.error_per_day * leads / DAY)
        return shares

    def decide(self, known: Knowledge) -> float:
        """The opening that lets out what the forecast finds no room for."""
        leads = self._leads
        wanted = float(((self._volumes(leads, known) - self._room(known)) / leads).max())
        if wanted <= 0.0 or known.capacity(self.structure) <= 0.0:
            return 0.0
        return known.opening_for(self.structure, wanted)

    def _lake(self, known: Knowledge) -> str:
        return self.water or known.joined(self.structure)[0]

    def _room(self, known: Knowledge) -> float:
        """What finds room below the limit [m3]."""
        lake = self._lake(known)
        return known.storage(lake, float(self.limit.at(known.time))) - known.storage(lake)

    @cached_property
    def _leads(self) -> Floats:
        """The lead times that are looked at [s], to the millisecond, as dates are."""
        part = min(self.horizon / PARTS, LONGEST_PART)
        parts = np.arange(part, self.horizon, part)
        looks = min(self.observe or OBSERVATION_STEP, self.horizon)
        leads: Floats = np.unique(np.round([*parts, self.horizon, looks], 3))
        return leads

    def _volumes(self, leads: Floats, known: Knowledge) -> Floats:
        """What is forecast from now to each of these lead times [m3]."""
        if self.climatology is not None:
            return self.climatology.volumes(known.time, leads)
        volumes = known.inflow(self._lake(known), known.time, leads)
        if self.forecast == "truth":
            return volumes
        issue, since = divmod(known.time - known.start, _milliseconds(self.issued_every or DAY))
        middles = leads - 0.5 * np.diff(leads, prepend=0.0) + float(since / np.timedelta64(1, "s"))
        errs: Floats = np.cumsum(self.shares(int(issue), middles) * np.diff(volumes, prepend=0.0))
        return errs

    def _does(self) -> str:
        kind = {
            "truth": "as it will be",
            "climatology": "of a usual year",
            "growing_error": f"known with an error that grows by {self.error_per_day} a day",
        }[self.forecast]
        return (
            f"opens so far that {self.water or 'the head'}, with the inflow of the next {self.horizon / 3600.0:g} h, "
            f"{kind}, stays below {said(self.limit)}"
        )

    def _beyond(
        self,
        structure: Any,
        structures: Mapping[str, Any],  # noqa: ARG002
        waters: Mapping[str, Any],
    ) -> Iterator[str]:
        name = self.water or structure.head
        if name == structure.tail:
            yield f"lets its water into {name!r}, whose level it is to keep below its limit; leave the water out"
        if name in lakes_of(waters):
            yield from outside(waters[name], "limit", self.limit)
        elif name in waters:
            near = nearest(name, lakes_of(waters), "lakes")
            yield f"is to keep the water {name!r} below its limit, which is {no_lake(name, waters)}; {near}"


def _milliseconds(seconds: float) -> np.timedelta64:
    return np.timedelta64(round(1000.0 * seconds), "ms")
