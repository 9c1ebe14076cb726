"""Indicators of pumps: what they lifted out of a lake, and the energy that it took."""

from __future__ import annotations

import numpy as np

from ..hydraulics import pump_power
from ..result import Result
from ..structures import Pump
from .course import integral, lake_of


def pump_volume(result: Result, water: str, structure: str | None = None) -> float | None:
    """Volume that pumps lifted out of a lake [m³], as the water account has it.

    Parameters
    ----------
    structure : the volume of this pump alone

    Returns
    -------
    Volume; None if no pump takes water from the lake, or the structure is not such a one.

    Raises
    ------
    KeyError
        If the system has no such lake or structure.

    Examples
    --------
    For an example see `pump_energy`.
    """
    pumps = _pumps(result, water, structure)
    volumes = result.account[water].volumes
    return sum(-volumes[pump.name] for pump in pumps) if pumps else None


def pump_energy(result: Result, water: str, structure: str | None = None) -> float | None:
    """Energy that pumps drew to lift water out of a lake [J]; 1 kWh = 3.6e6 J.

        energy = ∫ density g discharge max(tailwater − headwater, 0) / efficiency dt

    with the lift at the outputs, weighted by the discharge there, and the volume that the account has, so that what is
    lifted between two outputs counts in full. Downhill nothing is lifted, and nothing drawn.

    Parameters
    ----------
    structure : the energy of this pump alone

    Returns
    -------
    Energy; None if no pump takes water from the lake, or one that does has no tail, no efficiency, or ran at no output,
    so that the lift or the losses are unknown.

    Raises
    ------
    KeyError
        If the system has no such lake or structure.

    Examples
    --------
    100 m³/s lifted by 4 m for a day, with 75 % of the power: 5.232 MW · 24 h.

    >>> from lakesim import Flood, Hypsometry, Lake, Pump, River, System, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 30, "9999 km2"), initial_level=25.0)
    >>> pump = Pump(name="station", head="pond", tail="river", start_level=24.4, capacity=100.0, efficiency=0.75)
    >>> system = System(waters=[lake, River(name="river", level=29.0)], structures=[pump])
    >>> result = simulate(system, Flood(start="2020-07-01", end="2020-07-02"))
    >>> round(pump_volume(result, "pond")), round(pump_energy(result, "pond") / 3.6e6, 1)
    (8640000, 125581.6)
    """
    pumps = _pumps(result, water, structure)
    known = [(one.name, one.tail, one.efficiency) for one in pumps if one.tail is not None]
    energy = 0.0
    for name, tail, efficiency in known:
        if efficiency is None:
            return None
        discharge, lift = result.discharge[name], result.level[tail] - result.level[water]
        (running,) = np.nonzero(discharge > 0.0)
        power = np.zeros(len(result.times))
        drawn = zip(discharge[running].tolist(), lift[running].tolist(), strict=True)
        power[running] = [pump_power(lifted, height, efficiency) for lifted, height in drawn]
        volume, at_outputs = -result.account[water].volumes[name], integral(result, discharge)
        if volume > 0.0 and at_outputs <= 0.0:
            return None
        if volume > 0.0:
            energy += integral(result, power) * volume / at_outputs
    return energy if pumps and len(known) == len(pumps) else None


def _pumps(result: Result, water: str, structure: str | None) -> list[Pump]:
    """Pumps that take water from a lake, or the one that is named, if it is such a one."""
    name = lake_of(result, water).name
    pumps = [one for one in result.system.structures if isinstance(one, Pump) and one.head == name]
    if structure is not None:
        result.system[structure]  # an unknown name is an error, not a pump that never ran
        pumps = [one for one in pumps if one.name == structure]
    return pumps
