"""Floods: the period of a run, and the series that drive it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, model_validator

from .series import Series
from .series.reading import date_text, instant
from .units import Duration, Record
from .waters import LAKE_SERIES, WEATHER, River, System, Water

MOST_OUTPUTS = 20_000_000
"""More values than this are refused, because they would fill the memory."""


def _moment(value: object) -> np.datetime64:
    try:
        return instant(value)
    except ValueError:
        form = "write local clock time without a time zone, like 2020-07-01 or 2020-07-01 06:00"
        raise ValueError(f"{str(value)!r} is not a date; {form}") from None


Moment = Annotated[np.datetime64, BeforeValidator(_moment)]


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

    title: str = ""
    title_zh: str = ""
    start: Moment | None = None
    end: Moment | None = None
    output_step: Duration = 3600.0
    series: Mapping[str, Series] = {}

    @model_validator(mode="after")
    def _check(self) -> Flood:
        faults = []
        step = 1000.0 * self.output_step
        if round(step) < 1 or abs(step - round(step)) > 1e-6:
            faults.append(
                f"the output step is {self.output_step!r} s; times are whole milliseconds, so take at least one"
            )
        if self.start is not None and self.end is not None and self.end <= self.start:
            end, start = date_text(self.end), date_text(self.start)
            faults.append(f"the end {end} is not after the start {start}; give a later end")
        if faults:
            raise ValueError("; ".join(faults))
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
                f"an output every {self.output_step:g} s from {date_text(start)} to {date_text(end)} makes "
                f"{whole // step} outputs; at most {MOST_OUTPUTS} are kept, so take a longer output step"
            )
        moments = np.arange(0, whole + 1, step)
        return moments if moments[-1] == whole else np.append(moments, whole)

    def applied(self, system: System) -> System:
        """The system with this flood's series in the place of its waters' own.

        Rain, evaporation and seepage of a lake hold for its polders too, unless the flood gives these their own.

        Raises
        ------
        ValueError
            If the flood gives a series that no water of the system takes, or in another unit than its term needs, or
            a lake with polders gets its rain as the discharge of a whole of which they were a part.
        """
        if not self.series:
            return system
        places = {f"{water.name}.{term}": (water, term) for water in system.waters for term in _terms(water)}
        faults, given = [], dict[str, dict[str, Series | str]]()
        for key, series in self.series.items():
            if key in places:
                water, term = places[key]
                given.setdefault(water.name, {})[term] = series
            else:
                near = difflib.get_close_matches(key, places, 1, 0.75)  # not a term of another water
                remedy = f"did you mean {near[0]!r}?" if near else f"the system takes: {', '.join(places)}"
                if key.partition(".")[0] not in {water.name for water in system.waters} and not near:
                    remedy += "; where a measure has made it a part of another water, apply the flood first (given_to)"
                faults.append(f"the flood gives {key!r}, which is no series of a water; {remedy}")
        for polder, term, key in self._weather_of_polders(system):
            if self.series[key].unit == "m3/s":
                faults.append(
                    f"the flood gives {key!r} as a discharge, and how much of it belongs to {polder!r} is not known; "
                    "give it as a rate, or give each its own"
                )
            given.setdefault(polder, {})[term] = self.series[key]
        if faults:
            raise ValueError("; ".join(faults))
        for fields in given.values():
            if "level" in fields:  # which counts from the common datum, whatever the river's own counted from
                fields["converted_from"] = ""
        changed = [water.changed(**given[water.name]) for water in system.waters if water.name in given]
        return system.replaced(*changed)

    def _weather_of_polders(self, system: System) -> Iterator[tuple[str, str, str]]:
        """Polders, and which series of the flood they share: that of the nearest water they were reclaimed from."""
        origin = {lake.name: lake.reclaimed_from for lake in system.lakes}
        for polder, term in ((polder, term) for polder in origin for term in WEATHER):
            water: str | None = polder
            while water is not None and f"{water}.{term}" not in self.series:
                water = origin[water]
            if water is not None and water != polder:
                yield polder, term, f"{water}.{term}"

    def given_to(self, system: System) -> tuple[System, Flood]:
        """The system with this flood's series, and the flood without them: what measures are applied to.

        A measure that makes two waters one, or two of one, finds the series of both, and no water is lost with a name.
        Series of waters that are not there yet stay with the flood.

        Raises
        ------
        ValueError
            As `applied` does.
        """
        names = {water.name for water in system.waters}
        there = {key: series for key, series in self.series.items() if key.partition(".")[0] in names}
        later = {key: series for key, series in self.series.items() if key not in there}
        return self.changed(series=there).applied(system), self.changed(series=later)

    def kept_by(self, system: System) -> Flood:
        """The flood without the series that waters have no more as they were, since a measure joined or parted them."""
        own = {f"{water.name}.{term}": getattr(water, term) for water in system.waters for term in _terms(water)}
        kept = {key: series for key, series in self.series.items() if series == own.get(key)}
        return self if kept.keys() == self.series.keys() else self.changed(series=kept)

    def over(self, system: System) -> Flood:
        """The flood with its period filled in: what all dated series of the system have in common.

        Raises
        ------
        ValueError
            If no series is dated, or they have no period in common.
        """
        if self.start is not None and self.end is not None:
            return self
        dated = [series for series in _all_series(self.applied(system)) if series.period is None]
        if not dated:
            raise ValueError("nothing tells from when to when to run; give the flood a start and an end")
        start = self.start if self.start is not None else max(series.times[0] for series in dated)
        end = self.end if self.end is not None else min(series.times[-1] for series in dated)
        if end <= start:
            raise ValueError(
                f"the series have no period in common: the run would begin on {date_text(start)} and end on "
                f"{date_text(end)}; give series that overlap"
            )
        return self.changed(start=start, end=end)


def _terms(water: Water) -> tuple[str, ...]:
    """The series that a water takes."""
    return ("level",) if isinstance(water, River) else tuple(LAKE_SERIES)


def _all_series(system: System) -> Iterator[Series]:
    given = [getattr(water, term) for water in system.waters for term in _terms(water)]
    read = [series for rule in system.rules for series in rule.series]
    yield from (series for series in (*given, *read) if series is not None)
