"""Indicators of the bed of a lake: how much of it falls dry, and for how long."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ..hypsometry import Hypsometry
from ..result import Result
from .course import Floats, hours_of, lake_of, level_of

LEAST_RISE = 1e-6
"""Between two outputs whose levels differ by less [m], the exposed area is taken as linear in time."""


class ExposedBed(NamedTuple):
    """The bed that a run laid bare below a level.

    Parameters
    ----------
    below : the level from which it is counted [m]
    area : the largest area that lay bare at once [m²]
    time : when that was; where nothing lay bare, when the lake was lowest
    area_days : the bare area over the time of the run [m²·d]
    """

    below: float
    area: float
    time: np.datetime64
    area_days: float


def exposed_bed(result: Result, water: str, below: float | None = None) -> ExposedBed | None:
    """Bed of a lake that lies bare below a level: how much at most, and area times days.

        exposed(t) = max(area(below) − area(level(t)), 0),     area_days = ∫ exposed dt

    The largest area is that at the solver's lowest level. Between outputs the level is linear, so that the integral is
    exact for what a figure of the run shows. Land behind a dike is no bed of the lake: two systems whose curves differ
    are compared in what lies bare of each one's own bed.

    Parameters
    ----------
    below : level from which the bed counts as bare [m]; the lake's normal level unless said

    Returns
    -------
    None if no level is given and the lake has no normal level.

    Raises
    ------
    KeyError
        If the system has no such lake.
    ValueError
        If the level lies below the bottom of the lake.

    Examples
    --------
    A shore that rises by 1 m while the area grows by 1 km². In a day the lake falls from 3 m to 2.5 m: half a km² lies
    bare in the end, a quarter in the mean.

    >>> from lakesim import Flood, Hypsometry, Lake, Pump, System, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry(levels=[0, 9], areas=["0 km2", "9 km2"]), initial_level=3.0,
    ...             normal_level=3.0)
    >>> pump = Pump(name="pump", head="pond", start_level=1.0, capacity=1.375e6 / 86400)
    >>> result = simulate(System(waters=[lake], structures=[pump]), Flood(start="2020-03-01", end="2020-03-02"))
    >>> found = exposed_bed(result, "pond")
    >>> found.below, round(found.area), str(found.time)[:10], round(found.area_days, -3)
    (3.0, 500000, '2020-03-02', 242000.0)
    """
    lake = lake_of(result, water)
    if below is None:
        below = lake.normal_level
    if below is None:
        return None
    curve = lake.hypsometry
    time, lowest = result.lowest(water)
    level, days = level_of(result, water), hours_of(result) / 24.0
    bare, volume = _exposed(curve, level, below)
    rise = np.diff(level)
    steep = np.abs(rise) > LEAST_RISE
    # ∫ exposed dt = Δt / Δlevel ∫ exposed dlevel, and the storage is the exact integral of the area.
    means = np.where(steep, -np.diff(volume) / np.where(steep, rise, 1.0), 0.5 * (bare[1:] + bare[:-1]))
    largest, _ = _exposed(curve, np.array([lowest]), below)
    return ExposedBed(below, float(largest[0]), time, float((means * np.diff(days)).sum()))


def _exposed(curve: Hypsometry, level: Floats, below: float) -> tuple[Floats, Floats]:
    """The area that lies bare at levels [m²], and its integral from each level up to `below` [m³]."""
    area, storage = float(curve.area(below)), float(curve.storage(below))
    at = np.clip(level, curve.bottom, below)
    return area - curve.area(at), area * (below - at) - (storage - curve.storage(at))
