"""The regime of a lake: how high it stands in which month, and how that compares with the lake left to itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ..result import Result
from ..series.reading import date_text
from .course import HOUR, hours_of, lake_of, level_of, part_of

Months = tuple[float | None, ...]


@dataclass(frozen=True)
class Regime:
    """How a lake stands through the year.

    Parameters
    ----------
    monthly : mean level of January … December [m], over all years of the run; None for a month that is not in it
    yearly_range : highest less lowest level of a year [m], in the mean over the years
    highest, lowest : moment and height [m] of the highest and the lowest level of the run, at the outputs
    """

    monthly: Months
    yearly_range: float
    highest: tuple[np.datetime64, float]
    lowest: tuple[np.datetime64, float]


@dataclass(frozen=True)
class Beside:
    """The regime of a lake beside the natural one; the differences are the lake's less the natural.

    Parameters
    ----------
    managed, natural : the two regimes
    monthly : differences of the monthly mean levels [m]
    yearly_range : difference of the yearly ranges [m]
    highest, lowest : differences of the highest and of the lowest level [m]
    """

    managed: Regime
    natural: Regime
    monthly: Months
    yearly_range: float
    highest: float
    lowest: float


def regime(result: Result, water: str) -> Regime:
    """The regime of a lake: monthly mean levels, yearly range, and when it stood highest and lowest.

        mean of a month = ∫ level dt / ∫ dt     over all that the run has of the month, in all its years

    Years are counted from the start of the run, whichever day that is; what is left over at the end is left out of the
    range, and a run of less than a year counts as one.

    Raises
    ------
    KeyError
        If the system has no such lake.

    Examples
    --------
    A lake of 1 km² rises by 1 cm a day, so that February 2020 has its mean 31 + 14.5 days after New Year.

    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=9, area="1 km2"), initial_level=1.0,
    ...             inflow=Series.constant(1e4 / 86400, "m3/s"))
    >>> of_2020 = regime(simulate(lake, Flood(start="2020-01-01", end="2021-01-01")), "pond")
    >>> of_2020.monthly[1], of_2020.yearly_range
    (1.455, 3.66)
    """
    lake_of(result, water)
    level = level_of(result, water)
    highest, lowest = int(level.argmax()), int(level.argmin())
    return Regime(
        monthly=_monthly(result, water),
        yearly_range=_yearly_range(result, water),
        highest=(result.times[highest], float(level[highest])),
        lowest=(result.times[lowest], float(level[lowest])),
    )


def regime_beside(result: Result, natural: Result, water: str) -> Beside:
    """The regime of a lake beside that of the same lake with its gates open.

    Parameters
    ----------
    result : the run of the lake as it is managed
    natural : the run of the same lake over the same period with its gravity outlets open and unruled, without flap
        gates and without pumps

    Raises
    ------
    KeyError
        If one of the systems has no such lake.
    ValueError
        If the two runs do not have the same period.

    Examples
    --------
    A weir keeps a lake 0.5 m above the sill that it had before.

    >>> from lakesim import Flood, Hypsometry, Lake, Series, System, Weir, simulate
    >>> year = Flood(start="2020-01-01", end="2021-01-01", output_step="1 d")
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=9, area="1 km2"), initial_level=2.0,
    ...             inflow=Series.constant("1 m3/s", "m3/s"))
    >>> sill = Weir(name="sill", head="pond", crest=2.0, width=5.0)
    >>> natural = simulate(System(waters=[lake], structures=[sill]), year)
    >>> raised = System(waters=[lake.changed(initial_level=2.5)], structures=[sill.changed(crest=2.5)])
    >>> beside = regime_beside(simulate(raised, year), natural, "pond")
    >>> round(beside.monthly[11], 4), round(abs(beside.yearly_range), 4)
    (0.5, 0.0)
    """
    spans = [" to ".join(map(date_text, (one.times[0], one.times[-1]))) for one in (result, natural)]
    if spans[0] != spans[1]:
        raise ValueError(f"the run goes from {spans[0]}, the natural one from {spans[1]}; run both over one period")
    own, left_alone = regime(result, water), regime(natural, water)
    months = zip(own.monthly, left_alone.monthly, strict=True)
    return Beside(
        managed=own,
        natural=left_alone,
        monthly=tuple(None if one is None or other is None else one - other for one, other in months),
        yearly_range=own.yearly_range - left_alone.yearly_range,
        highest=own.highest[1] - left_alone.highest[1],
        lowest=own.lowest[1] - left_alone.lowest[1],
    )


def _monthly(result: Result, water: str) -> Months:
    """Mean levels of the months: the outputs and the beginnings of months cut the course into straight pieces."""
    hours, start, end = hours_of(result), result.times[0], result.times[-1]
    months = np.arange(start.astype("datetime64[M]"), end.astype("datetime64[M]") + 1)
    begins = (months.astype("datetime64[ms]") - start) / HOUR
    moments = np.union1d(hours, begins[(begins > 0.0) & (begins < hours[-1])])
    level = np.interp(moments, hours, level_of(result, water))
    length, middle = np.diff(moments), 0.5 * (moments[1:] + moments[:-1])
    month = months.astype(int)[np.searchsorted(begins, middle) - 1] % 12
    time = np.bincount(month, length, 12)
    area = np.bincount(month, length * 0.5 * (level[1:] + level[:-1]), 12)
    return tuple(float(area[k] / time[k]) if time[k] > 0.0 else None for k in range(12))


def _yearly_range(result: Result, water: str) -> float:
    """Highest less lowest level, in the mean over the years from the start of the run."""
    start, end = result.times[0], result.times[-1]
    month = start.astype("datetime64[M]")
    turns = [start]
    while (turn := (month + 12 * len(turns)).astype("datetime64[ms]") + (start - month)) <= end:
        turns.append(turn)
    spans = pairwise(turns) if len(turns) > 1 else [(start, end)]
    return float(np.mean([np.ptp(part_of(result, water, *span)[1]) for span in spans]))
