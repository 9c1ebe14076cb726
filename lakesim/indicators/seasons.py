"""Indicators of the year: what is free when the flood season begins, when the lake is full again, and year by year."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..result import Result
from ..series.shapes import month_day
from ..waters import Lake
from .course import Value, first_of, lake_of, length, level_of, moment_of, part_of, spells, years_of
from .levels import flood_storage, flood_storage_limit, low_water_level

REFILL_LEVELS = ("normal_level", "ecological_level", "dead_level")
"""The level to which a lake should rise again in spring: the first that it has."""

ROUNDING = 1e-12
"""By how much a lake may miss a level and be at it all the same [m]."""


class FirstDay(NamedTuple):
    """The beginning of a flood season: its moment, the level [m], and the storage that is free [m³]."""

    time: np.datetime64
    level: float
    free_storage: float | None


def free_storage(result: Result, water: str, year: int | None = None) -> FirstDay | None:
    """Storage that is free when the flood season begins: what the lake can take of the floods to come.

        free_storage = storage(limit) − storage(level at 00:00 of the first day)

    The limit is the level that `flood_storage_limit` names. Negative where the lake stands above it.

    Parameters
    ----------
    year : of the season; the first that begins in the run unless said

    Returns
    -------
    Moment, level and free storage, which is None if the lake has no limit; None if the lake has no flood season, or
    none begins in the run.

    Raises
    ------
    KeyError
        If the system has no such lake.

    Examples
    --------
    A lake of 1 km² rises by 0.864 m a day, and has 4 m − 1.864 m to go on 1 May.

    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             dike_crest=4.0, flood_season=("05-01", "10-15"), inflow=Series.constant("10 m3/s", "m3/s"))
    >>> free_storage(simulate(lake, Flood(start="2020-04-30", end="2020-05-02")), "pond").free_storage
    2136000.0
    """
    lake = lake_of(result, water)
    if lake.flood_season is None:
        return None
    limit = flood_storage_limit(lake)
    for one in years_of(result) if year is None else (year,):
        begins = _day(one, lake.flood_season[0])
        if result.times[0] <= begins <= result.times[-1]:
            _, (level, _) = part_of(result, water, begins, begins)
            free = None if limit is None else flood_storage(lake, level, getattr(lake, limit))
            return FirstDay(begins, float(level), free)
    return None


class Refill(NamedTuple):
    """How a lake came back to a level in spring.

    Parameters
    ----------
    how : `"never_below"` it in these days; `"refilled"`; `"lowest_last"`: it was there, but is lowest at the end of
        these days; `"not_refilled"`; or `"run_ends"`: the run is over before any of that can be said
    date : when it was back, or when these days began for a lake that was never below; else None
    before : the end of these days
    """

    how: str
    date: np.datetime64 | None
    before: np.datetime64


def refill_date(
    result: Result, water: str, level: float | None = None, before: str | None = None, year: int | None = None
) -> np.datetime64 | None:
    """When a lake is full again after the winter: back at a level before the flood season begins.

    Looked at are the days from 1 January to the beginning of the flood season, as far as they are in the run. The lake
    is full again when, after its lowest level in these days, it first stands at the level or above; a lake that never
    falls below it is full from the first moment. One that is full only later, or that is lowest at the end of these
    days because it is drawn down for the flood, has no such date: give another `before`. What differs by less than the
    numerical error of the run counts as reached.

    Parameters
    ----------
    level : to be reached [m]; the one that `refill_level` names unless said
    before : month and day by which it must be, as in `"05-01"`; the first day of the flood season unless said
    year : of the spring; the first in the run unless said

    Returns
    -------
    The moment; None if the level is not reached, if there is no level or no day, or no such spring in the run.

    Raises
    ------
    KeyError
        If the system has no such lake.
    ValueError
        If `before` is no day of every year.

    Examples
    --------
    From 1 m a lake of 1 km² rises by 1 cm a day, and is back at 1.5 m fifty days later.

    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             normal_level=1.5, flood_season=("05-01", "10-15"), inflow=Series.constant(1e4 / 86400, "m3/s"))
    >>> result = simulate(lake, Flood(start="2020-02-01", end="2020-05-01"))
    >>> print(refill_date(result, "pond"), refill_date(result, "pond", level=1.95))
    2020-03-22T00:00:00.000 None
    """
    found = refill(result, water, level, before, year)
    return None if found is None else found.date


def refill(
    result: Result, water: str, level: float | None = None, before: str | None = None, year: int | None = None
) -> Refill | None:
    """How a lake came back to a level after the winter: what `refill_date` says, and why where it says nothing.

    Parameters
    ----------
    level, before, year : as in `refill_date`

    Returns
    -------
    None if there is no level or no day, or no such spring in the run.

    Raises
    ------
    KeyError
        If the system has no such lake.
    ValueError
        If `before` is no day of every year.

    Examples
    --------
    From 1 m a lake of 1 km² rises by 1 cm a day.

    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             normal_level=1.5, flood_season=("05-01", "10-15"), inflow=Series.constant(1e4 / 86400, "m3/s"))
    >>> result = simulate(lake, Flood(start="2020-02-01", end="2020-05-01"))
    >>> [refill(result, "pond", level).how for level in (0.9, 1.5, 2.5)]
    ['never_below', 'refilled', 'not_refilled']
    """
    lake = lake_of(result, water)
    name = refill_level(lake)
    if level is None and name is not None:
        level = getattr(lake, name)
    if before is None and lake.flood_season is not None:
        before = lake.flood_season[0]
    if level is None or before is None:
        return None
    before = month_day(before)
    for one in years_of(result) if year is None else (year,):
        first, ends = max(result.times[0], _day(one, "01-01")), _day(one, before)
        last = min(result.times[-1], ends)
        if first < last:
            how, date = _reached(result, water, level - max(result.numerical_error, ROUNDING), first, last)
            told = last == ends or how == "refilled"
            return Refill(how, date, ends) if told else Refill("run_ends", None, ends)
    return None


def refill_level(lake: Lake) -> str | None:
    """Name of the level to which a lake should rise in spring: normal, else ecological, else dead level, else None.

    >>> from lakesim import catalogue
    >>> refill_level(catalogue.load("folsom"))
    'normal_level'
    """
    return first_of(lake, REFILL_LEVELS)


def years(result: Result, water: str) -> list[dict[str, Value]]:
    """The indicators of each calendar year of a run, a row a year: a year that is not whole, as far as it is there.

    The highest and the lowest level are those at the outputs, and at the two ends of the year.

    Raises
    ------
    KeyError
        If the system has no such lake.

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=9, area="1 km2"), initial_level=1.0,
    ...             dead_level=2.0, inflow=Series.constant(1e4 / 86400, "m3/s"))
    >>> for row in years(simulate(lake, Flood(start="2019-10-01", end="2021-01-01")), "pond"):
    ...     print(row["year"], row["lowest_level_m"], row["highest_level_m"], row["low_water_days"])
    2019 1.0 1.92 92.0
    2020 1.92 5.58 8.0
    """
    lake = lake_of(result, water)
    low = low_water_level(lake)
    below = (
        None
        if low is None
        else spells(result, [level_of(result, water) - getattr(lake, low)], lambda above: above[0] < 0.0)
    )
    rows: list[dict[str, Value]] = []
    for year in years_of(result):
        start, end = max(result.times[0], _day(year, "01-01")), min(result.times[-1], _day(year + 1, "01-01"))
        hours, level = part_of(result, water, start, end)
        season, refilled = free_storage(result, water, year), refill_date(result, water, year=year)
        rows.append(
            {
                "year": year,
                "highest_level_m": float(level.max()),
                "highest_time": _second(moment_of(result, hours[level.argmax()])),
                "lowest_level_m": float(level.min()),
                "lowest_time": _second(moment_of(result, hours[level.argmin()])),
                "low_water_days": None if below is None else length(np.clip(below, hours[0], hours[-1])) / 24.0,
                "refill_date": None if refilled is None else str(refilled)[:10],
                "level_first_day_m": None if season is None else season.level,
                "free_storage_first_day_m3": None if season is None else season.free_storage,
            }
        )
    return rows


def _reached(
    result: Result, water: str, level: float, first: np.datetime64, last: np.datetime64
) -> tuple[str, np.datetime64 | None]:
    """How and when a lake first stands at a level, or above, after it was lowest between two moments."""
    hours, levels = part_of(result, water, first, last)
    lowest = int(levels.argmin())
    if levels[lowest] >= level:
        return "never_below", first
    (after,) = np.nonzero(levels[lowest:] >= level)
    if not len(after):
        falls = lowest == len(levels) - 1 and levels.max() >= level
        return "lowest_last" if falls else "not_refilled", None
    k = lowest + int(after[0])
    share = (level - levels[k - 1]) / (levels[k] - levels[k - 1])
    return "refilled", moment_of(result, hours[k - 1] + share * (hours[k] - hours[k - 1]))


def _day(year: int, day: str) -> np.datetime64:
    """The beginning of a day, given as month and day."""
    return np.datetime64(f"{year:04}-{day}", "ms")


def _second(moment: np.datetime64) -> str:
    return str(moment.astype("datetime64[s]"))
