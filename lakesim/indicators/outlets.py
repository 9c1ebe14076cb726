"""Indicators of gravity outlets and the river: lockout, what waits behind it, and backwater."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .. import hydraulics
from ..result import Result
from ..structures import Structure
from ..waters import Lake
from .course import Floats, first_of, hours_of, integral, lake_of, length, longest, spells

SILLS = {"weir": ("crest",), "sluice_gate": ("sill",), "culvert": ("invert_in", "invert_out")}
"""Types of gravity outlets, and what the headwater must stand above for them to discharge."""

DRAINED_TO = ("flood_limit_level", "normal_level")
"""The level down to which a lake is to be drained: the first that it has."""

HELD_DOWN = 0.01
"""Part of its free discharge that the tailwater must take from an outlet to count as backwater."""


class Backwater(NamedTuple):
    """How long the tailwater held the outlets of a lake down [h], and how much it held back [m³]."""

    hours: float
    volume: float


def lockout_hours(result: Result, water: str, structure: str | None = None) -> float | None:
    """Hours in which gravity outlets of a lake are shut because the tailwater is higher (关闸历时).

    An outlet has something to discharge while the headwater stands above its sill, and it is locked out while, besides,
    the tailwater is at least as high. The hours of a lake are those in which any of its outlets is locked out; another
    may still run. Gravity outlets are weirs, sluice gates and culverts that lead out of the lake, with
    flap gate or without; one that falls freely is never locked out. Pumps, two-way channels and rating curves do not
    count, nor does what leads into the lake's own polders.

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
    outlets = _outlets(result, water, structure)
    return length(_lockouts(result, outlets)) if outlets else None


def longest_lockout_hours(result: Result, water: str, structure: str | None = None) -> float | None:
    """Hours of the longest unbroken lockout; what counts, and when it is None, is as in `lockout_hours`.

    Of a lake it is the longest spell in which there is always some outlet locked out, not always the same one.

    Examples
    --------
    The river stands above the lake's 2 m from 3 to 9 h, and again from 15 h on.

    >>> from lakesim import Flood, Hypsometry, Lake, River, Series, System, Weir, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "9999 km2"), initial_level=2.0)
    >>> times = ["2020-07-01 00:00", "2020-07-01 06:00", "2020-07-01 12:00", "2020-07-02 00:00"]
    >>> river = River(name="river", level=Series(times, [1.0, 3.0, 1.0, 5.0], "instants", "m"))
    >>> weir = Weir(name="weir", head="pond", tail="river", crest=1.5, width=1.0, flap=True)
    >>> result = simulate(System(waters=[lake, river], structures=[weir]))
    >>> lockout_hours(result, "pond"), longest_lockout_hours(result, "pond")
    (15.0, 9.0)
    """
    outlets = _outlets(result, water, structure)
    return longest(_lockouts(result, outlets)) if outlets else None


def drained_to(lake: Lake) -> str | None:
    """Name of the level down to which a lake is to be drained: flood limit level, else normal level, else None.

    >>> from lakesim import catalogue
    >>> drained_to(catalogue.load("honghu"))
    'flood_limit_level'
    """
    return first_of(lake, DRAINED_TO)


def volume_waiting(result: Result, water: str, structure: str | None = None) -> float | None:
    """Largest volume that waited behind a locked-out outlet [m³]: what the lake held that was to leave (待排水量).

        volume = largest, while locked out, of  storage(level) − storage(floor),     not below 0
        floor = the higher of the outlet's sill and the level that `drained_to` names

    It is the water that a lower river would let go, and pumps have to lift instead. It is not the inflow during the
    lockout: what the lake held before counts, and what leaves meanwhile by other ways does not. It is not the discharge
    that the river held back either, see `backwater`. Of several outlets it is that of the one with most behind it,
    since they all wait with the same water.

    Parameters
    ----------
    structure : the volume behind this outlet alone

    Returns
    -------
    Volume, 0 if there was no lockout; None where `lockout_hours` is None.

    Raises
    ------
    KeyError
        If the system has no such lake or structure.

    Examples
    --------
    A lake of 1 km² at 2.5 m, whose river is higher all day, gains 0.5 m. It should be at 2 m.

    >>> from lakesim import Flood, Hypsometry, Lake, River, Series, System, Weir, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=2.5, flood_limit_level=2.0,
    ...             inflow=Series.constant(0.5e6 / 86400, "m3/s"))
    >>> weir = Weir(name="weir", head="pond", tail="river", crest=1.5, width=1.0, flap=True)
    >>> system = System(waters=[lake, River(name="river", level=4.0)], structures=[weir])
    >>> volume_waiting(simulate(system, Flood(start="2020-07-01", end="2020-07-02")), "pond")
    1000000.0
    """
    outlets = _outlets(result, water, structure)
    if not outlets:
        return None
    lake = lake_of(result, water)
    aim = drained_to(lake)
    levels, hours = result.level[water], hours_of(result)
    volumes = [0.0]
    for outlet in outlets:
        locked = _lockouts(result, [outlet]).ravel()
        if len(locked):
            floor = max(_sill(outlet), -np.inf if aim is None else getattr(lake, aim))
            inside = np.searchsorted(locked, hours) % 2 == 1  # after as many beginnings as ends it is outside
            highest = np.concatenate([np.interp(locked, hours, levels), levels[inside]]).max()
            volumes.append(float(np.diff(lake.hypsometry.storage(np.array([floor, max(floor, highest)])))[0]))
    return max(volumes)


def backwater(result: Result, water: str, structure: str | None = None) -> Backwater | None:
    """How long, and by how much, the tailwater held gravity outlets of a lake down, shut or not (顶托).

        hours in which  max(discharge, 0) < 0.99 free discharge,  or the outlet is locked out
        volume = ∫ (free discharge − max(discharge, 0)) dt

    The free discharge is that of a free fall from the same headwater at the same opening. The hours of a lake are those
    in which any outlet is held down, so that they contain those of `lockout_hours`; the volume is that of all outlets.
    A discharge that runs backwards counts as none, since what a river pushes in was not held back. An outlet that its
    rules or its opening keep shut holds nothing back, even if it is the river that they shut it for.

    The volume is not what would have left but for the river: then the lake would have fallen, and with it the
    discharge. Discharges are taken at the outputs and as linear between, so that the hours are known to a part of the
    output step.

    Parameters
    ----------
    structure : this outlet alone

    Returns
    -------
    Hours and volume [m³]; None where `lockout_hours` is None.

    Raises
    ------
    KeyError
        If the system has no such lake or structure.

    Examples
    --------
    A river 0.46 m above the crest holds back 30 % of what falls freely over a weir with 0.5 m of head.

    >>> from lakesim import Flood, Hypsometry, Lake, River, System, Weir, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "9999 km2"), initial_level=2.5)
    >>> weir = Weir(name="weir", head="pond", tail="river", crest=2.0, width=10.0)
    >>> system = System(waters=[lake, River(name="river", level=2.46)], structures=[weir])
    >>> held = backwater(simulate(system, Flood(start="2020-07-01", end="2020-07-02")), "pond")
    >>> held.hours, round(held.volume / (86400 * weir.discharge(2.5)), 3)
    (24.0, 0.324)
    """
    outlets = _outlets(result, water, structure)
    if not outlets:
        return None
    held_down, lost = [], np.zeros(len(result.times))
    for outlet in outlets:
        free, discharge = _discharges(result, outlet)
        held_down.append((1.0 - HELD_DOWN) * free - discharge)
        lost += free - discharge
    count = len(held_down)
    signals = [*held_down, *_lockout_signals(result, outlets)]

    def any_held(signals: Floats) -> NDArray[np.bool_]:
        return np.asarray((signals[:count] > 0.0).any(axis=0) | _locked_out(signals[count:]))

    return Backwater(length(spells(result, signals, any_held)), integral(result, lost))


def _outlets(result: Result, water: str, structure: str | None) -> list[Structure]:
    """Gravity outlets of a lake whose tailwater counts, or the one that is named, if it is such a one."""
    name = lake_of(result, water).name
    inner = result.system.polder_works(name)
    leading = [one for one in result.system.structures if one.head == name and one.name not in inner]
    outlets = [one for one in leading if one.type in SILLS and one.uses_tail]
    if structure is not None:
        result.system[structure]  # an unknown name is an error, not an outlet without lockout
        outlets = [one for one in outlets if one.name == structure]
    return outlets


def _sill(outlet: Structure) -> float:
    """What the headwater must stand above for an outlet to discharge [m]."""
    return float(max(getattr(outlet, sill) for sill in SILLS[outlet.type]))


def _lockout_signals(result: Result, outlets: list[Structure]) -> list[Floats]:
    """How far the headwater stands above the sill of each outlet, and how far above its tailwater [m]."""
    above_sill = [result.level[outlet.head] - _sill(outlet) for outlet in outlets]
    head = [result.level[outlet.head] - result.level[outlet.tail] for outlet in outlets if outlet.tail is not None]
    return [*above_sill, *head]


def _locked_out(signals: Floats) -> NDArray[np.bool_]:
    """Whether any outlet has something to discharge, and is held back."""
    above_sill, head = np.split(signals, 2)
    return np.asarray(((above_sill > 0.0) & (head <= 0.0)).any(axis=0))


def _lockouts(result: Result, outlets: list[Structure]) -> Floats:
    """First and last hour of each spell in which any of these outlets is locked out."""
    return spells(result, _lockout_signals(result, outlets), _locked_out)


def _discharges(result: Result, outlet: Structure) -> tuple[Floats, Floats]:
    """Discharge of an outlet at the outputs if it fell freely, and as it was; 0 where it ran backwards [m³/s]."""
    lowest = min(getattr(outlet, sill) for sill in SILLS[outlet.type])
    headwater, tailwater = result.level[outlet.head], result.level[str(outlet.tail)]
    opening, discharge = result.opening[outlet.name], np.maximum(result.discharge[outlet.name], 0.0)
    (reached,) = np.nonzero((np.minimum(headwater, tailwater) > lowest) & (opening > 0.0))
    equation, parameters = outlet.equation, outlet.parameters()
    places = zip(headwater[reached].tolist(), opening[reached].tolist(), strict=True)
    free = discharge.copy()
    free[reached] = [equation(level, hydraulics.FREE_FALL, share, *parameters)[0] for level, share in places]
    return free, discharge
