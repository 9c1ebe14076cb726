"""The course of a run between its outputs: how long something holds, what a rate adds up to, and a part of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from ..result import Result
from ..waters import Lake

Floats = NDArray[np.float64]

Value = float | str | bool | None
"""What a table of indicators holds; None for what is not defined."""

HOUR = np.timedelta64(3_600_000, "ms")


def spells(result: Result, signals: list[Floats], holds: Callable[[Floats], NDArray[np.bool_]]) -> Floats:
    """First and last hour, from the start, of each spell of a condition; shape (spells, 2).

    The condition depends on the signs of signals, each linear between outputs. The outputs are refined by every moment
    at which a signal passes zero: between two of these no sign changes, and the condition is read in the middle. A
    spell goes on through a single moment at which the condition does not hold.
    """
    hours = hours_of(result)
    crossings = [hours]
    for signal in signals:
        (before,) = np.nonzero((signal[1:] >= 0.0) != (signal[:-1] >= 0.0))
        share = signal[before] / (signal[before] - signal[before + 1])
        crossings.append(hours[before] + share * (hours[before + 1] - hours[before]))
    moments = np.unique(np.concatenate(crossings))
    middle = 0.5 * (moments[:-1] + moments[1:])
    at_middle = np.array([np.interp(middle, hours, signal) for signal in signals])
    held = np.concatenate([[False], holds(at_middle), [False]])
    edges = moments[np.flatnonzero(held[1:] != held[:-1])]  # where it begins and ends to hold, in turn
    return edges.reshape(-1, 2)


def length(found: Floats) -> float:
    """Hours of all spells together."""
    return float((found[:, 1] - found[:, 0]).sum())


def longest(found: Floats) -> float:
    """Hours of the longest spell; 0 where there is none."""
    return float((found[:, 1] - found[:, 0]).max(initial=0.0))


def integral(result: Result, rate: Floats) -> float:
    """Integral over the run of a rate that is linear between outputs [unit of the rate · s]."""
    seconds = 3600.0 * np.diff(hours_of(result))
    return float((seconds * 0.5 * (rate[1:] + rate[:-1])).sum())


def hours_of(result: Result) -> Floats:
    """The outputs in hours from the start."""
    hours: Floats = (result.times - result.times[0]) / HOUR
    return hours


def part_of(result: Result, water: str, start: np.datetime64, end: np.datetime64) -> tuple[Floats, Floats]:
    """Hours from the start of the run, and levels [m], at two moments within it and at the outputs between them."""
    hours, level = hours_of(result), level_of(result, water)
    first, last = ((moment - result.times[0]) / HOUR for moment in (start, end))
    inside = (hours > first) & (hours < last)
    moments = np.concatenate([[first], hours[inside], [last]])
    return moments, np.interp(moments, hours, level)


def moment_of(result: Result, hour: float) -> np.datetime64:
    """The moment so many hours from the start of the run."""
    moment: np.datetime64 = result.times[0] + np.timedelta64(round(3_600_000 * hour), "ms")
    return moment


def years_of(result: Result) -> range:
    """The calendar years of which the run has a part."""
    first, last = (int(str(moment)[:4]) for moment in (result.times[0], result.times[-1] - np.timedelta64(1, "ms")))
    return range(first, last + 1)


def lake_of(result: Result, water: str) -> Lake:
    """The lake of that name.

    Raises
    ------
    KeyError
        If the system has no such lake.
    """
    lakes = {lake.name: lake for lake in result.system.lakes}
    if water not in lakes:
        raise KeyError(f"{water!r} is no lake of the system; the lakes are: {', '.join(lakes)}")
    return lakes[water]


def level_of(result: Result, water: str) -> Floats:
    """The levels of the water of that name at the outputs [m].

    Raises
    ------
    KeyError
        If the system has no such water.
    """
    if water not in result.level:
        raise KeyError(f"{water!r} is no water of the system; the waters are: {', '.join(result.level)}")
    return result.level[water]


def first_of(lake: Lake, names: tuple[str, ...]) -> str | None:
    """Name of the first of these levels that a lake has."""
    return next((name for name in names if getattr(lake, name) is not None), None)
