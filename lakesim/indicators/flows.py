"""Indicators of what comes and goes: how far a lake lowers the peak of a flood, and by how much it delays it."""

from __future__ import annotations

from ..result import Result
from .course import HOUR, Floats, lake_of


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


def flows_of(result: Result, water: str) -> tuple[Floats, Floats]:
    """Inflow and outflow of a lake at the outputs [m³/s]."""
    name = lake_of(result, water).name
    return result.inflow[name], result.outflow[name]
