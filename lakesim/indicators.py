"""What a run means for those who live by the lake: peak, freeboard, hours above a level, lockout, low water.

Each indicator is a function of a `Result`; `summary` puts them in the row that tables and files show. What is not
defined, such as the hours above a warning level that a lake does not have, is None and never 0.

Levels are taken as linear between two outputs, so that every duration is exact for what a figure of the run shows.
The peak itself is the solver's, and may lie between two outputs.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from .result import Result
from .structures import Structure
from .waters import Lake

Floats = NDArray[np.float64]
Value = float | str | bool | None

SILLS = {"weir": ("crest",), "sluice_gate": ("sill",), "culvert": ("invert_in", "invert_out")}
"""Types of gravity outlets, and what the headwater must stand above for them to discharge."""

FLOOD_STORAGE_LIMITS = ("guarantee_level", "dike_crest")
LOW_WATER_LEVELS = ("ecological_level", "dead_level")
"""The levels up to which flood storage, and below which low water, is counted: the first that a lake has."""

HOUR = np.timedelta64(3_600_000, "ms")


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
    crest = _lake(result, water).dike_crest
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
    return _hours(result, [_level(result, water) - level], lambda above: above[0] > 0.0)


def hours_below(result: Result, water: str, level: float) -> float:
    """Hours in which a water stands below a level [m]; see `hours_above`."""
    return _hours(result, [_level(result, water) - level], lambda above: above[0] < 0.0)


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
    return _first_of(lake, FLOOD_STORAGE_LIMITS)


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
    most_in, most_out = (float(flow.max()) for flow in _flows(result, water))
    return (most_in - most_out, 1.0 - most_out / most_in) if most_in > 0.0 else None


def peak_lag(result: Result, water: str) -> float | None:
    """Hours from the peak of the inflow to that of the outflow, each at the first output that has it.

    It is known to the output step, and to the step of the inflow where that is given as means. None where nothing
    arrives or nothing leaves. For an example see `peak_attenuation`.
    """
    inflow, outflow = _flows(result, water)
    if max(inflow) <= 0.0 or max(outflow) <= 0.0:
        return None
    return float((result.times[outflow.argmax()] - result.times[inflow.argmax()]) / HOUR)


def lockout_hours(result: Result, water: str, structure: str | None = None) -> float | None:
    """Hours in which gravity outlets of a lake are shut because the tailwater is higher (关闸历时).

    An outlet has something to discharge while the headwater stands above its sill, and it is locked out while, besides,
    the tailwater is at least as high. The hours of a lake are those in which any of its outlets is locked out; another
    may still run. Gravity outlets are weirs, sluice gates and culverts that lead out of the lake, with
    flap gate or without; one that falls freely is never locked out. Pumps, two-way channels and rating curves do not
    count.

    Parameters
    ----------
    structure : the hours of this outlet alone

    Returns
    -------
    Hours; None if no gravity outlet leads to a water whose tailwater counts, or the structure is not such a one.

    Raises
    ------
    KeyError
        If the system has no such lake or structure.

    Examples
    --------
    The river rises from 1 m to 3 m in a day, past the lake's 2 m after half of it.

    >>> from lakesim import Flood, Hypsometry, Lake, River, Series, SluiceGate, System, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "9999 km2"), initial_level=2.0)
    >>> river = River(name="river", level=Series(["2020-07-01", "2020-07-02"], [1.0, 3.0], "instants", "m"))
    >>> gate = SluiceGate(name="gate", head="pond", tail="river", sill=0.5, width=5.0, height=2.0, flap=True)
    >>> result = simulate(System(waters=[lake, river], structures=[gate]))
    >>> lockout_hours(result, "pond")
    12.0
    """
    headwater = result.level[_lake(result, water).name]
    outlets = [one for one in result.system.structures if one.head == water and one.type in SILLS]
    if structure is not None:
        result.system[structure]  # an unknown name is an error, not an outlet without lockout
        outlets = [one for one in outlets if one.name == structure]
    if not any(one.uses_tail for one in outlets):
        return None
    above_sill = [headwater - max(getattr(one, sill) for sill in SILLS[one.type]) for one in outlets]
    head = [_head(result, one, headwater) for one in outlets]

    def locked_out(signals: Floats) -> NDArray[np.bool_]:
        could_discharge, held_back = signals[: len(outlets)] > 0.0, signals[len(outlets) :] <= 0.0
        return np.asarray((could_discharge & held_back).any(axis=0))

    return _hours(result, [*above_sill, *head], locked_out)


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
    lake = _lake(result, water)
    name = low_water_level(lake)
    return None if name is None else hours_below(result, water, getattr(lake, name)) / 24.0


def low_water_level(lake: Lake) -> str | None:
    """Name of the level below which water is low: ecological level, else dead level, else None.

    >>> from lakesim import catalogue
    >>> low_water_level(catalogue.load("folsom"))
    'dead_level'
    """
    return _first_of(lake, LOW_WATER_LEVELS)


def summary(result: Result, water: str | None = None) -> dict[str, Value]:
    """All indicators of one lake, the row of a table: names with their units, and values.

    The residual and the numerical error are the largest of the whole system. `peak_attenuation` is the share.

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
    lake = result.system.lakes[0] if water is None else _lake(result, water)
    name = lake.name
    time, level = peak(result, name)
    limit = flood_storage_limit(lake)
    attenuation = peak_attenuation(result, name)
    inflow, outflow = _flows(result, name)

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
    }


def _lake(result: Result, water: str) -> Lake:
    lakes = {lake.name: lake for lake in result.system.lakes}
    if water not in lakes:
        raise KeyError(f"{water!r} is no lake of the system; the lakes are: {', '.join(lakes)}")
    return lakes[water]


def _level(result: Result, water: str) -> Floats:
    if water not in result.level:
        raise KeyError(f"{water!r} is no water of the system; the waters are: {', '.join(result.level)}")
    return result.level[water]


def _flows(result: Result, water: str) -> tuple[Floats, Floats]:
    """Inflow and outflow of a lake at the outputs [m³/s]."""
    name = _lake(result, water).name
    return result.inflow[name], result.outflow[name]


def _first_of(lake: Lake, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if getattr(lake, name) is not None), None)


def _head(result: Result, structure: Structure, headwater: Floats) -> Floats:
    """How far the headwater stands above the tailwater that counts [m]; without one it always does."""
    if structure.tail is None or not structure.uses_tail:
        return np.ones(len(headwater))
    return headwater - result.level[structure.tail]


def _hours(result: Result, signals: list[Floats], holds: Callable[[Floats], NDArray[np.bool_]]) -> float:
    """Hours in which a condition holds that depends on the signs of signals, each linear between outputs.

    The outputs are refined by every moment at which a signal passes zero: between two of these no sign changes, and
    the condition is read in the middle.
    """
    hours = (result.times - result.times[0]) / HOUR
    crossings = [hours]
    for signal in signals:
        (before,) = np.nonzero((signal[1:] >= 0.0) != (signal[:-1] >= 0.0))
        share = signal[before] / (signal[before] - signal[before + 1])
        crossings.append(hours[before] + share * (hours[before + 1] - hours[before]))
    moments = np.unique(np.concatenate(crossings))
    middle = 0.5 * (moments[:-1] + moments[1:])
    at_middle = np.array([np.interp(middle, hours, signal) for signal in signals])
    return float(np.diff(moments)[holds(at_middle)].sum())
