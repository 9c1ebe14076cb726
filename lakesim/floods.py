"""Floods: the period of a run, and the series that drive it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, ConfigDict, model_validator

from .series import Series
from .units import Duration, Record
from .waters import LAKE_SERIES, Lake, River, System

MOST_OUTPUTS = 20_000_000
"""More values than this are refused, because they would fill the memory."""


def _instant(value: object) -> np.datetime64:
    if not isinstance(value, str | date | datetime | np.datetime64):
        raise ValueError(f"{value!r} is not a date; write it like 2020-07-01 or 2020-07-01 06:00")
    if isinstance(value, datetime) and value.tzinfo is not None:
        raise ValueError(f"{value} has a time zone; write the local clock time without it")
    try:
        instant = np.datetime64(value, "ms")
    except ValueError as error:
        raise ValueError(f"{value!r} is not a date; write it like 2020-07-01 or 2020-07-01 06:00") from error
    if np.isnat(instant):
        raise ValueError(f"{value!r} is not a date; write it like 2020-07-01 or 2020-07-01 06:00")
    return instant


Instant = Annotated[np.datetime64, BeforeValidator(_instant)]


class Flood(Record):
    """A period, and the series that take the place of the waters' own in it.

    Parameters
    ----------
    start, end : first and last moment; by default the period that all dated series have in common
    output_step : time between two outputs, one hour by default [s]
    series : by `"<water>.<term>"`, with the terms inflow, outflow, rain, evaporation and seepage of a lake and the
        level of a river

    Raises
    ------
    ValueError
        If the end is not after the start, or a series is named that no water can have.

    Examples
    --------
    >>> Flood(start="2020-07-01", end="2020-07-03", output_step="6 h").times.size
    9
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    title: str = ""
    title_zh: str = ""
    start: Instant | None = None
    end: Instant | None = None
    output_step: Duration = 3600.0
    series: Mapping[str, Series] = {}

    @model_validator(mode="after")
    def _check(self) -> Flood:
        if self.output_step < 0.001:
            raise ValueError(f"the output step is {self.output_step:g} s; it must be at least 1 ms")
        if self.start is not None and self.end is not None and self.end <= self.start:
            raise ValueError(f"the end {self.end} is not after the start {self.start}; give a later end")
        return self

    @property
    def period(self) -> tuple[np.datetime64, np.datetime64]:
        """First and last moment.

        Raises
        ------
        ValueError
            If one of them is not given; `over` fills them in.
        """
        if self.start is None or self.end is None:
            raise ValueError("the flood has no period yet; give it a start and an end")
        return self.start, self.end

    @cached_property
    def times(self) -> NDArray[np.datetime64]:
        """The moments of output: start, every output step, and the end."""
        moments: NDArray[np.datetime64] = self.period[0] + self._milliseconds.astype("timedelta64[ms]")
        return moments

    @property
    def seconds(self) -> NDArray[np.float64]:
        """The moments of output in seconds from the start."""
        return self._milliseconds / 1000.0

    @cached_property
    def _milliseconds(self) -> NDArray[np.int64]:
        start, end = self.period
        step, whole = round(self.output_step * 1000), int((end - start) / np.timedelta64(1, "ms"))
        if whole // step > MOST_OUTPUTS:
            raise ValueError(
                f"an output every {self.output_step:g} s from {start} to {end} makes {whole // step} outputs; "
                f"at most {MOST_OUTPUTS} are kept, so take a longer output step"
            )
        moments = np.arange(0, whole + 1, step)
        return moments if moments[-1] == whole else np.append(moments, whole)

    def applied(self, system: System) -> System:
        """The system with this flood's series in the place of its waters' own."""
        changed = []
        for key, series in self.series.items():
            name, _, term = key.partition(".")
            water = next((changed_one for changed_one in changed if changed_one.name == name), None) or system[name]
            allowed = ("level",) if isinstance(water, River) else tuple(LAKE_SERIES)
            if not isinstance(water, Lake | River) or term not in allowed:
                raise ValueError(f"the flood gives {key!r}, but only {', '.join(allowed)} can be given to {name}")
            changed = [other for other in changed if other.name != name] + [water.changed(**{term: series})]
        return system.replaced(*changed) if changed else system

    def over(self, system: System) -> Flood:
        """The flood with its period filled in: what all dated series of the system have in common."""
        if self.start is not None and self.end is not None:
            return self
        dated = [series for series in _all_series(self.applied(system)) if series.period is None]
        if not dated:
            raise ValueError("nothing tells from when to when to run; give the flood a start and an end")
        start = self.start if self.start is not None else max(series.times[0] for series in dated)
        end = self.end if self.end is not None else min(series.times[-1] for series in dated)
        if end <= start:
            raise ValueError(
                f"the series have no period in common: the last begins on {start}, the first ends on {end}; "
                "give series that overlap"
            )
        return self.changed(start=start, end=end)


def _all_series(system: System) -> Iterator[Series]:
    for water in system.waters:
        given = (water.level,) if isinstance(water, River) else tuple(getattr(water, term) for term in LAKE_SERIES)
        yield from (series for series in given if series is not None)
