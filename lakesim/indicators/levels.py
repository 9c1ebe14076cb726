"""Indicators of the level of a lake: peak, freeboard, hours above and below, flood storage, low water."""

from __future__ import annotations

import numpy as np

from ..result import Result
from ..waters import Lake
from .course import first_of, lake_of, length, level_of, spells

FLOOD_STORAGE_LIMITS = ("guarantee_level", "dike_crest")
LOW_WATER_LEVELS = ("ecological_level", "dead_level")
"""The levels up to which flood storage, and below which low water, is counted: the first that a lake has."""


def peak(result: Result, water: str) -> tuple[np.datetime64, float]:
    """Time and height [m] of the highest level of a lake.

    Raises
    ------
    KeyError
        If the system has no such lake.

    Examples
    --------
    A lake of 1 km² that gets 10 m³/s rises by 3.6 cm in an hour.

    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> time, level = peak(simulate(lake, Flood(start="2020-07-01", end="2020-07-02")), "pond")
    >>> print(time, level)
    2020-07-02T00:00:00.000 1.864
    """
    return result.peak(water)


def freeboard(result: Result, water: str) -> float | None:
    """Least height of the dike crest above the water [m], without wave run-up and set-up.

        freeboard = dike_crest − peak level

    Negative where the dike is overtopped; None for a lake without a dike crest.

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             dike_crest=4.0, inflow=Series.constant("10 m3/s", "m3/s"))
    >>> freeboard(simulate(lake, Flood(start="2020-07-01", end="2020-07-02")), "pond")
    2.136
    """
    crest = lake_of(result, water).dike_crest
    return None if crest is None else crest - peak(result, water)[1]


def hours_above(result: Result, water: str, level: float) -> float:
    """Hours in which a water stands above a level [m]; levels are linear between outputs.

    Examples
    --------
    From 1 m to 1.864 m in a day, the lake is above 1.5 m for 364/864 of it.

    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> hours_above(simulate(lake, Flood(start="2020-07-01", end="2020-07-02")), "pond", 1.5)
    10.1111
    """
    return length(spells(result, [level_of(result, water) - level], lambda above: above[0] > 0.0))


def hours_below(result: Result, water: str, level: float) -> float:
    """Hours in which a water stands below a level [m]; see `hours_above`."""
    return length(spells(result, [level_of(result, water) - level], lambda above: above[0] < 0.0))


def flood_storage(lake: Lake, from_level: float, to_level: float) -> float:
    """Storage between two levels [m³]: what a lake can still take.

        flood_storage = storage(to_level) − storage(from_level)

    Negative where the first level stands above the second.

    Raises
    ------
    ValueError
        If a level lies below the bottom of the lake.

    Examples
    --------
    >>> from lakesim import catalogue
    >>> honghu = catalogue.load("honghu")
    >>> round(flood_storage(honghu, 24.5, 26.97) / 1e6)
    851
    """
    storages = lake.hypsometry.storage(np.array([from_level, to_level]))
    return float(storages[1] - storages[0])


def flood_storage_limit(lake: Lake) -> str | None:
    """Name of the level up to which flood storage is counted: guarantee level, else dike crest, else None.

    >>> from lakesim import catalogue
    >>> flood_storage_limit(catalogue.load("honghu")), flood_storage_limit(catalogue.load("folsom"))
    ('guarantee_level', 'dike_crest')
    """
    return first_of(lake, FLOOD_STORAGE_LIMITS)


def low_water_days(result: Result, water: str) -> float | None:
    """Days in which a lake stands below its ecological level, else its dead level; None if it has neither.

    `low_water_level` names the level. Levels are linear between outputs.

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             ecological_level=1.216, inflow=Series.constant("10 m3/s", "m3/s"))
    >>> low_water_days(simulate(lake, Flood(start="2020-07-01", end="2020-07-02")), "pond")
    0.25
    """
    lake = lake_of(result, water)
    name = low_water_level(lake)
    return None if name is None else hours_below(result, water, getattr(lake, name)) / 24.0


def low_water_level(lake: Lake) -> str | None:
    """Name of the level below which water is low: ecological level, else dead level, else None.

    >>> from lakesim import catalogue
    >>> low_water_level(catalogue.load("folsom"))
    'dead_level'
    """
    return first_of(lake, LOW_WATER_LEVELS)
