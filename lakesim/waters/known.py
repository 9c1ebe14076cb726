"""What an operator knows at a moment of a run, whoever asks: the run itself, or the one who explains it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..hydraulics import FREE_FALL
from .system import System

Floats = NDArray[np.float64]

SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True)
class Known:
    """The present of a system, as the joint rules ask for it: see `rules.Knowledge`.

    Parameters
    ----------
    system : the system, with all its series
    start, time : the beginning of the run, and the moment
    asked : what the rule that asks answered the last time; None at the first
    level, opening, discharge : level of a water [m], opening and discharge of a structure [m³/s] at the moment, by name
    held : by name of a structure, the largest opening that the limits among its rules leave it; 1 where none holds it

    Examples
    --------
    >>> from lakesim import Hypsometry, Lake, Pump, Series
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=3, area="1 ha"), initial_level=1.0,
    ...             inflow=Series.constant("2 m3/s", "m3/s"))
    >>> pump = Pump(name="pump", head="pond", capacity="4 m3/s", start_level=0.5)
    >>> start = np.datetime64("2020-07-01", "ms")
    >>> known = Known(System(waters=[pond], structures=[pump]), start, start, None, level={"pond": 1.0}.__getitem__,
    ...               opening={"pump": 1.0}.__getitem__, discharge={"pump": 4.0}.__getitem__,
    ...               held={"pump": 1.0}.__getitem__)
    >>> known.storage("pond"), known.storage("pond", 2.0), known.opening_for("pump", 1.0), known.capacity("pump")
    (10000.0, 20000.0, 0.25, 4.0)
    >>> known.joined("pump"), known.joined("pond")
    (('pond',), ())
    >>> known.inflow("pond", start, np.array([60.0, 3600.0]))
    array([ 120., 7200.])
    """

    system: System
    start: np.datetime64
    time: np.datetime64
    asked: float | None
    level: Callable[[str], float]
    opening: Callable[[str], float]
    discharge: Callable[[str], float]
    held: Callable[[str], float]

    def storage(self, water: str, level: float | None = None) -> float:
        """Storage of a lake now, or at a level [m³]."""
        return float(self.system[water].hypsometry.storage(self.level(water) if level is None else level))

    def joined(self, structure: str) -> tuple[str, ...]:
        """The waters that a structure joins, head and tail, as far as it has one; none where it is no structure."""
        ends = {one.name: (one.head, one.tail) for one in self.system.structures}.get(structure, ())
        return tuple(name for name in ends if name is not None)

    def opening_for(self, structure: str, discharge: float) -> float:
        """The opening at which a structure would let through so much [m³/s] at these levels; 1 where it never does."""
        return float(self.system[structure].opening_for(discharge, *self._sides(structure)))

    def capacity(self, structure: str) -> float:
        """Discharge of a structure at these levels, fully open [m³/s]; below 0 where it would run backwards."""
        return float(self.system[structure].discharge(*self._sides(structure), 1.0))

    def _sides(self, structure: str) -> tuple[float, float]:
        """The levels on the two sides of a structure [m]."""
        moved = self.system[structure]
        return self.level(moved.head), FREE_FALL if moved.tail is None else self.level(moved.tail)

    def inflow(self, water: str, start: np.datetime64, seconds: Floats) -> Floats:
        """Volumes that the given inflow and the rain on its bed bring a lake from a moment to so many s after it [m³].

        A series is cut where it ends, or begins, unless it says what is outside.
        """
        lake = self.system[water]
        volumes = np.zeros(len(seconds))
        for term, share in lake.arriving.items():
            series = getattr(lake, term)
            first, within = start, seconds
            if series.period is None and series.outside is None:
                first = max(start, series.times[0])
                begin, end = ((one - start) / SECOND for one in (first, series.times[-1]))
                within = np.clip(seconds, begin, max(begin, end)) - begin
            if within[-1] > 0.0:
                volumes += share * series.volumes(first, within)
        return volumes
