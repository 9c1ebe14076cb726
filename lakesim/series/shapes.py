"""Series that follow from a few numbers: constant, the same every year, and the shapes of design floods.

They are the constructors `Series.constant`, `Series.climatology` and so on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from ..units import to_si
from .pieces import NEXT_YEAR, YEAR
from .reading import Floats, Given, Kind, When, collecting, instant, listed, one_of, scale_of

if TYPE_CHECKING:
    from .core import Series


def _in_si(values: Sequence[Given], unit: str, si_unit: str | None) -> tuple[Floats, str]:
    """Return numbers in `unit`, and strings with their own, in the SI unit; and which unit that is."""
    scale, si_unit = scale_of(unit, si_unit)
    numbers = [to_si(value, si_unit) * (1.0 if isinstance(value, str) else scale) for value in values]
    return np.array(numbers), si_unit


def _month_day(day: np.datetime64) -> str:
    return str(day)[5:10]


def _day_of_year(text: str) -> np.datetime64:
    """Return a month and day as a date in the year that stands for all; 29 February is not a day of every year."""
    try:
        instant(f"2001-{text}")
        return instant(f"2000-{text}")
    except ValueError:
        raise ValueError(f'{text!r} is no day of every year; write month and day as in "06-15"') from None


def month_day(text: object) -> str:
    """Return a day of every year as month and day of two digits each, or raise ValueError.

    >>> month_day("5-1")
    '05-01'
    """
    if not isinstance(text, str) or not re.fullmatch(r"\d\d?-\d\d?", text):
        raise ValueError(f'{text!r:.60} is no month and day; write it as in "06-15"')
    return str(_day_of_year(text))[5:10]


def _milliseconds(what: str, duration: Given) -> int:
    ms = round(1000 * to_si(duration, "s"))
    if ms <= 0:
        raise ValueError(f"{what} is {duration!r}; it has to be longer than nothing")
    return ms


def _shape(
    peak: Given, base_flow: Given, unit: str, time_to_peak: Given, whole: tuple[str, Given]
) -> tuple[float, float, int, int]:
    """Return peak and base flow [unit], time to peak and whole time [ms] of a flood."""
    top, base = to_si(peak, unit), to_si(base_flow, unit)
    rise, end = _milliseconds("time_to_peak", time_to_peak), _milliseconds(*whole)
    if top <= base:
        raise ValueError(f"peak is {peak!r}; it includes base_flow, {base_flow!r}, and has to be above it")
    if rise >= end:
        raise ValueError(f"{whole[0]} is {whole[1]!r}; it has to be longer than time_to_peak, {time_to_peak!r}")
    return top, base, rise, end


def constant(series: type[Series], value: Given, unit: str, *, si_unit: str | None = None, name: str = "") -> Series:
    """Return a series with one value at all times; a number is in `unit`, a string names its own.

    >>> from lakesim.series import Series
    >>> Series.constant("3 mm/d", "m/s", name="evaporation")
    <Series evaporation, constant 3.47222e-08 m/s>
    """
    numbers, si_unit = _in_si([value], unit, si_unit)
    return series(np.array([], "datetime64[ms]"), numbers, "means", si_unit, name, "constant")


def climatology(
    series: type[Series],
    values: Sequence[Given],
    *,
    by: Literal["month", "day"],
    unit: str,
    si_unit: str | None = None,
    kind: Kind = "means",
    name: str = "",
) -> Series:
    """Return a series that repeats every year.

    Parameters
    ----------
    values : 12 values by month; 365 or 366 by day. A day is a day of the calendar: of 365 values 28 February's
        serves for the 29th too, and 1 March has its own in every year
    unit, si_unit : unit of the values, and SI unit of the series (needed if `unit` is not SI)
    kind : `"means"` hold through the month or the day, as long as it is in that year; `"instants"` stand at the
        beginning of the month or the day, linear between

    >>> from lakesim.series import Series
    >>> rain = Series.climatology([2, 3, 4, 5, 6, 7, 6, 5, 4, 3, 2, 1], by="month", unit="mm/d", si_unit="m/s")
    >>> rain.volume("2020-02-01", "2020-03-01"), rain.volume("2021-02-01", "2021-03-01")
    (0.087, 0.084)
    """
    faults = one_of("by", by, ("month", "day"))
    counts = (12,) if by == "month" else (365, 366)
    if not faults and len(values) not in counts:
        faults.append(f"has {len(values)} values by {by}; give {' or '.join(map(str, counts))}")
    with collecting(faults):
        numbers, si_unit = _in_si(values, unit, si_unit)
    if faults:
        raise ValueError("\n".join(f"climatology {name}".strip() + f": {fault}" for fault in faults))
    if len(numbers) == 365:
        numbers = np.insert(numbers, 59, numbers[58])
    step = {"month": "datetime64[M]", "day": "datetime64[D]"}[by]
    edges = np.arange(YEAR.astype(step), NEXT_YEAR.astype(step) + 1)
    return series(edges if kind == "means" else edges[:-1], numbers, kind, si_unit, name, "year")


def yearly(
    series: type[Series], points: Mapping[str, Given], *, unit: str, si_unit: str | None = None, name: str = ""
) -> Series:
    """Return a series through points of the year, linear between them and across New Year.

    The points stand in the order of the year, from any day on, so that they pass New Year once. 29 February is no
    point, since most years have none; a line that passes it takes a day longer in a leap year.

    >>> from lakesim.series import Series
    >>> rule = Series.yearly({"03-01": 23.0, "06-15": "22.5 m", "09-30": 24.0}, unit="m")
    >>> rule.at(["2021-06-15", "2021-12-15"])
    array([22.5, 23.5])
    """
    faults = [] if points else ["has no points; give one at least"]
    days: dict[np.datetime64, float] = {}
    for text, value in points.items():
        with collecting(faults):
            day = _day_of_year(text)
            if day in days:
                raise ValueError(f"{text!r} is a day that stands twice; give each day one value")
            (days[day],), si_unit = _in_si([value], unit, si_unit)
    back = [f"{_month_day(b)} after {_month_day(a)}" for a, b in pairwise([*days, *list(days)[:1]]) if b < a]
    if not faults and len(back) > 1:
        faults.append(f"has points out of order: {listed(back)}; put them in the order of the year, past New Year once")
    if faults:
        raise ValueError("\n".join(f"yearly {name}".strip() + f": {fault}" for fault in faults))
    times = sorted(days)
    return series(np.array(times), np.array([days[day] for day in times]), "instants", si_unit or unit, name, "year")


def triangle(
    series: type[Series],
    start: When,
    peak: Given,
    time_to_peak: Given,
    base_time: Given,
    base_flow: Given = 0.0,
    *,
    unit: str = "m3/s",
    name: str = "",
) -> Series:
    """Return a triangle on a base flow, which stands before and after it.

    Parameters
    ----------
    start : when the rise begins
    peak : highest value, the base flow included [unit]
    time_to_peak, base_time : from the start to the peak, and to the end [s]; the volume above the base flow is
        ½·base_time·(peak − base_flow)

    >>> from lakesim.series import Series
    >>> flood = Series.triangle("2020-07-01", peak=500.0, time_to_peak="6 h", base_time="18 h", base_flow=50.0)
    >>> flood.at(["2020-06-30", "2020-07-01 03:00", "2020-07-01 12:00", "2020-07-02"])
    array([ 50., 275., 275.,  50.])
    """
    top, base, rise, end = _shape(peak, base_flow, unit, time_to_peak, ("base_time", base_time))
    times = instant(start) + np.array([0, rise, end], "timedelta64[ms]")
    return series(times, np.array([base, top, base]), "instants", unit, name, outside=base)


def gamma_hydrograph(
    series: type[Series],
    start: When,
    peak: Given,
    time_to_peak: Given,
    shape: float,
    duration: Given,
    step: Given,
    base_flow: Given = 0.0,
    *,
    unit: str = "m3/s",
    name: str = "",
) -> Series:
    """Return a flood of gamma shape on a base flow, which stands before and after it.

        q = base_flow + (peak − base_flow)·(t/tp)^m·exp(m·(1 − t/tp))

    Parameters
    ----------
    start : when the rise begins
    peak : highest value, the base flow included [unit]
    time_to_peak : tp, from the start to the peak [s]
    shape : m > 0; the larger, the sharper; 3.7 gives the SCS dimensionless unit hydrograph
    duration : from the start to where the tail is cut off and drops to the base flow [s]
    step : between the points, linear between them; the peak is a point in any case [s]

    Source: NRCS, National Engineering Handbook, part 630, chapter 16 (2007), the gamma equation.

    >>> from lakesim.series import Series
    >>> flood = Series.gamma_hydrograph("2020-07-01", 100.0, "6 h", shape=3.7, duration="36 h", step="1 h")
    >>> flood.at("2020-07-01 06:00"), flood.at("2020-07-01 12:00")
    (100.0, 32.13)
    """
    top, base, rise, end = _shape(peak, base_flow, unit, time_to_peak, ("duration", duration))
    m, apart = to_si(shape, ""), _milliseconds("step", step)
    if m <= 0:
        raise ValueError(f"shape is {shape!r}; it has to be positive")
    ms = np.union1d(np.arange(0, end, apart), [rise, end])
    values = base + (top - base) * (ms / rise) ** m * np.exp(m * (1 - ms / rise))
    return series(instant(start) + ms.astype("timedelta64[ms]"), values, "instants", unit, name, outside=base)


def pulse(
    series: type[Series],
    start: When,
    duration: Given,
    value: Given,
    outside: Given = 0.0,
    *,
    unit: str,
    name: str = "",
) -> Series:
    """Return one value for a while, and another, `outside`, before and after.

    >>> from lakesim.series import Series
    >>> storm = Series.pulse("2020-07-01", "6 h", "20 mm/h", unit="m/s")
    >>> storm.volume("2020-06-01", "2020-08-01")
    0.12
    """
    edges = instant(start) + np.array([0, _milliseconds("duration", duration)], "timedelta64[ms]")
    return series(edges, np.array([to_si(value, unit)]), "means", unit, name, outside=to_si(outside, unit))
