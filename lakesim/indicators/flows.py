"""Indicators of what comes and goes: how far a lake lowers and delays a flood, and its exchange of water."""

from __future__ import annotations

import numpy as np

from ..result import Result
from .course import HOUR, Floats, hours_of, integral, lake_of

YEAR = 365.25 * 24.0
"""Hours of a year."""


def peak_attenuation(result: Result, water: str) -> tuple[float, float] | None:
    """By how much a lake lowers the peak of a flood: in m³/s, and as a share of the inflow's.

        attenuation = max inflow − max outflow,     share = attenuation / max inflow

    Both are taken at the outputs; rain on the lake and evaporation are not part of them. Negative where more leaves
    at the peak than ever arrives; None where nothing arrives.

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, Series, System, Weir, simulate
    >>> flood = Series.triangle("2020-07-01", peak=300.0, time_to_peak="6 h", base_time="18 h")
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 10, "5 km2"), initial_level=2.0, inflow=flood)
    >>> sill = Weir(name="sill", head="pond", crest=2.0, width=50.0)
    >>> result = simulate(System(waters=[lake], structures=[sill]), Flood(start="2020-07-01", end="2020-07-03"))
    >>> peak_attenuation(result, "pond"), peak_lag(result, "pond")
    ((184.47..., 0.6149...), 7.0)
    """
    most_in, most_out = (float(flow.max()) for flow in flows_of(result, water))
    return (most_in - most_out, 1.0 - most_out / most_in) if most_in > 0.0 else None


def peak_lag(result: Result, water: str) -> float | None:
    """Hours from the peak of the inflow to that of the outflow, each at the first output that has it.

    It is known to the output step, and to the step of the inflow where that is given as means. None where nothing
    arrives or nothing leaves. For an example see `peak_attenuation`.
    """
    inflow, outflow = flows_of(result, water)
    if max(inflow) <= 0.0 or max(outflow) <= 0.0:
        return None
    return float((result.times[outflow.argmax()] - result.times[inflow.argmax()]) / HOUR)


def exchange(result: Result, water: str) -> float | None:
    """How often a year the water of a lake is exchanged.

        exchange = volume out / (mean storage · length of the run in years)

    The volume out is what left as outflow and through structures, as the water account has it; what came back through
    the same structure is not counted twice; evaporation, seepage, and what the lake's own polders take are none. The
    mean storage is taken between the outputs. A run that is shorter than a year gives the rate of its own season, not
    that of a year.

    Returns
    -------
    Times a year; None if the lake held nothing all the time.

    Raises
    ------
    KeyError
        If the system has no such lake.

    Examples
    --------
    A pond of 2·10⁶ m³ through which 1 m³/s runs: 31.6·10⁶ m³ a year, near 16 times what it holds.

    >>> from lakesim import Flood, Hypsometry, Lake, Pump, Series, System, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=2.0,
    ...             inflow=Series.constant("1 m3/s", "m3/s"))
    >>> pump = Pump(name="pump", head="pond", start_level=1.0, capacity=1.0)
    >>> result = simulate(System(waters=[lake], structures=[pump]), Flood(start="2020-07-01", end="2020-07-31"))
    >>> round(exchange(result, "pond"), 2)
    15.78
    """
    lake = lake_of(result, water)
    hours, volumes = float(hours_of(result)[-1]), result.account[water].volumes
    mean = integral(result, result.storage[water]) / (3600.0 * hours)
    if mean <= 0.0:
        return None
    joined = {one.name for one in result.system.structures if water in (one.head, one.tail)}
    joined -= result.system.polder_works(water)
    out = sum(max(-volumes[name], 0.0) for name in joined) - volumes.get("outflow", 0.0)
    if "outflow" in volumes and "shortfall" in volumes:  # what a dry lake did not have of all that was to be taken
        asked = sum(volumes[term] for term in lake.leaving)
        out -= volumes["shortfall"] * volumes["outflow"] / asked
    return out / mean * YEAR / hours


def flows_of(result: Result, water: str) -> tuple[Floats, Floats]:
    """Inflow and outflow of a lake at the outputs [m³/s].

    What the lake lets into its own polders is no outflow, and no inflow as it runs back; what they bring it is one.
    """
    name = lake_of(result, water).name
    inflow, outflow = result.inflow[name].copy(), result.outflow[name].copy()
    for work in result.system.polder_works(name):
        into_polder = result.discharge[work] * (1.0 if result.system[work].head == name else -1.0)
        outflow -= np.maximum(into_polder, 0.0)
        if result.system[work].head == name:
            inflow -= np.maximum(-into_polder, 0.0)
    return inflow, outflow
