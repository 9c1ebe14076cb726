"""All indicators of a lake in one row."""

from __future__ import annotations

from ..result import Result
from .course import Value, lake_of
from .flows import flows_of, peak_attenuation, peak_lag
from .levels import (
    flood_storage,
    flood_storage_limit,
    freeboard,
    hours_above,
    hours_below,
    low_water_days,
    low_water_level,
    peak,
)
from .outlets import backwater, drained_to, lockout_hours, longest_lockout_hours, volume_waiting
from .pumps import pump_energy, pump_volume
from .seasons import free_storage, refill_date, refill_level

KWH = 3.6e6
"""Energy of a kilowatt-hour [J]."""


def summary(result: Result, water: str | None = None) -> dict[str, Value]:
    """All indicators of one lake, the row of a table: names with their units, and values.

    The residual and the numerical error are the largest of the whole system. `peak_attenuation` is the share. What
    belongs to a flood season or a spring is that of the first in the run; `years` has all.

    Parameters
    ----------
    water : name of the lake; the first one unless said

    Raises
    ------
    KeyError
        If the system has no such lake.

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             dike_crest=4.0, inflow=Series.constant("10 m3/s", "m3/s"))
    >>> row = summary(simulate(lake, Flood(start="2020-07-01", end="2020-07-02")))
    >>> row["peak_level_m"], row["flood_storage_m3"], row["flood_storage_to"], row["hours_above_warning"]
    (1.864, 3000000.0, 'dike_crest', None)
    """
    lake = result.system.lakes[0] if water is None else lake_of(result, water)
    name = lake.name
    time, level = peak(result, name)
    limit = flood_storage_limit(lake)
    attenuation = peak_attenuation(result, name)
    inflow, outflow = flows_of(result, name)
    waiting, held = volume_waiting(result, name), backwater(result, name)
    energy = pump_energy(result, name)
    season, refilled = free_storage(result, name), refill_date(result, name)

    def above(threshold: float | None) -> float | None:
        return None if threshold is None else hours_above(result, name, threshold)

    return {
        "peak_level_m": level,
        "peak_time": str(time.astype("datetime64[s]")),
        "hours_above_warning": above(lake.warning_level),
        "hours_above_guarantee": above(lake.guarantee_level),
        "flood_storage_m3": None if limit is None else flood_storage(lake, lake.initial_level, getattr(lake, limit)),
        "lockout_hours": lockout_hours(result, name),
        "low_water_days": low_water_days(result, name),
        "residual_relative": result.residual_relative,
        "numerical_error_m": result.numerical_error,
        "water": name,
        "flood_storage_to": limit,
        "low_water_level": low_water_level(lake),
        "freeboard_m": freeboard(result, name),
        "peak_inflow_m3_s": float(inflow.max()),
        "peak_outflow_m3_s": float(outflow.max()),
        "peak_attenuation": None if attenuation is None else attenuation[1],
        "peak_lag_hours": peak_lag(result, name),
        "hours_below_level_pool": (
            None if lake.level_pool_above is None else hours_below(result, name, lake.level_pool_above)
        ),
        "reconstructed": result.reconstructed,
        "above_curve_hours": above(lake.hypsometry.top),
        "longest_lockout_hours": longest_lockout_hours(result, name),
        "lockout_volume_m3": waiting,
        "lockout_volume_above": None if waiting is None else drained_to(lake) or "sill",
        "backwater_hours": None if held is None else held.hours,
        "backwater_volume_m3": None if held is None else held.volume,
        "pump_volume_m3": pump_volume(result, name),
        "pump_energy_kwh": None if energy is None else energy / KWH,
        "level_first_day_m": None if season is None else season.level,
        "free_storage_first_day_m3": None if season is None else season.free_storage,
        "refill_date": None if refilled is None else str(refilled)[:10],
        "refill_level": refill_level(lake),
    }
