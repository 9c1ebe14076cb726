"""A structure that is used from a trigger level on, and what its use takes and does."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from ...floods import Flood
from ...measures.base import lake_of, nearest, outside
from ...result import Result
from ...rules import ReleaseLimit, Rule, RuleCurve, Schedule, ShutOff, StartStop
from ...rules.base import ROUNDING, SMALLEST_GAP
from ...series import Series
from ...structures import Pump, Structure
from ...units import to_si
from ...waters import Lake, River, System
from ..base import Variant

Floats = NDArray[np.float64]

NO_LIMIT = 1e6
"""More than any pump lifts [m3/s]."""


@dataclass(frozen=True)
class Use:
    """A structure of a system, and the range of the level at the control water from which on it is used.

    A gate to a storage, or a pump, is shut until then and fully open from then on. A pump that lifts into the control
    water is restricted (限排) instead: it runs as its rules say until then, and is shut from then on. Either stays so
    to the end of the run, as far as the other rules of the structure let it: what a pump is not to draw below, or a
    basin not to fill above, is for a `ShutOff` of the system.

    Parameters
    ----------
    structure : name of the structure
    low, high : range of the trigger level at the control water [m]
    restrict : whether it is shut from its trigger on, and not opened
    trigger : trigger level to begin with [m]; the middle of the range unless said

    Raises
    ------
    ValueError
        If one of them is no level, low does not lie below high, or the trigger outside of them.

    Examples
    --------
    >>> use = Use("gate", "25 m", 26.0)
    >>> use.low, use.begins
    (25.0, 25.5)
    """

    structure: str
    low: float
    high: float
    restrict: bool = False
    trigger: float | None = None

    def __post_init__(self) -> None:
        faults = []
        for key in ("low", "high", "trigger"):
            if getattr(self, key) is not None:
                try:
                    object.__setattr__(self, key, to_si(getattr(self, key), "m"))
                except ValueError as fault:
                    faults.append(f"the use of {self.structure!r}: {key}: {fault}")
        if not faults and self.low >= self.high:
            faults.append(
                f"the use of {self.structure!r}: low {self.low:g} m does not lie below high {self.high:g} m; "
                "give low < high"
            )
        elif not faults and self.trigger is not None and not self.low <= self.trigger <= self.high:
            faults.append(
                f"the use of {self.structure!r}: the trigger {self.trigger:g} m lies outside {self.low:g} … "
                f"{self.high:g} m; take one within, or a wider range"
            )
        if faults:
            raise ValueError("\n".join(faults))

    @property
    def begins(self) -> float:
        """Trigger level to begin with [m]."""
        return 0.5 * (self.low + self.high) if self.trigger is None else self.trigger


@dataclass(frozen=True)
class Effect:
    """What a use takes, and by how much it lowers the peak, against the same run without it.

    What is taken counts until the peak, that of the run with the use or that without it, whichever is later: what is
    taken afterwards lowers neither. So a basin compares with a pump, although it may go on filling.

    Parameters
    ----------
    volume : what is taken until the peak [m3]: of a storage, what it holds more; of a pump, what it lifted more, and of
        a restricted one what it lifted less
    lowered : by how much the peak is lower [m]
    least : volume that moves the control water by no more than the numerical error of the runs [m3]
    filling : of a storage, what it holds more at most, also after the peak [m3], which is what floods its land; None of
        a pump
    """

    volume: float
    lowered: float
    least: float
    filling: float | None = None

    @property
    def per_volume(self) -> float | None:
        """How much lower the peak is for each cubic metre [m/m3]; None where hardly any was taken.

        >>> Effect(volume=2e6, lowered=0.1, least=1e3).per_volume, Effect(0.0, 0.0, 1e3).per_volume
        (5e-08, None)
        """
        return self.lowered / self.volume if self.volume > self.least else None


@dataclass(frozen=True)
class Worth:
    """What a use does as the only one, and as the last that is added to all others.

    Parameters
    ----------
    use : the use
    kind : `"storage"`, `"pump"` or `"restriction"`
    alone, last : its effect as the only one, and as the last one
    """

    use: Use
    kind: str
    alone: Effect
    last: Effect


@dataclass(frozen=True)
class Reading:
    """What is kept of a run.

    Parameters
    ----------
    peak, peak_second : height of the peak [m], and its time from the start [s]
    error, reconstructed : as the result has them
    stored : what each storage holds at the outputs [m3]
    lifted : what each pump has lifted until the outputs [m3]
    begun : when each use began [s from the start]; infinite for never
    """

    peak: float
    peak_second: float
    error: float
    reconstructed: bool
    stored: Mapping[str, Floats]
    lifted: Mapping[str, Floats]
    begun: tuple[float, ...]


class Plan:
    """A system, and the uses by which its control water is to be kept low."""

    def __init__(self, system: System, flood: Flood, water: str, uses: Sequence[Use]) -> None:
        if not uses:
            raise ValueError("there is no use to put in order; give at least one, such as Use('gate', 25.0, 26.0)")
        for use in uses:
            if not isinstance(use, Use):
                raise TypeError(f"{use!r:.60} is no use; give Use(structure, low, high)")
        if isinstance(next((one for one in system.waters if one.name == water), None), River):
            raise ValueError(
                f"the control water {water!r} is a river, whose level is given and cannot answer to what is done; "
                "name a lake, or make the reach at the control point a lake with a rating"
            )
        self.system, self.flood, self.uses = system, flood, tuple(uses)
        self.lake = lake_of(system, water)
        if faults := [fault for use in self.uses for fault in self._faults(use)]:
            raise ValueError("\n".join(dict.fromkeys(faults)))

    def _faults(self, use: Use) -> Iterator[str]:
        """What is wrong with a use in this system, a sentence each."""
        name, what = self.lake.name, f"the use of {use.structure!r}"
        structures = {structure.name: structure for structure in self.system.structures}
        if use.structure not in structures:
            yield f"{what}: it is no structure of the system; {nearest(use.structure, structures)}"
            return
        structure = structures[use.structure]
        if sum(other.structure == use.structure for other in self.uses) > 1:
            yield f"{what}: it stands in the list more than once; give each structure one use"
        if use.restrict and not (isinstance(structure, Pump) and structure.tail == name):
            yield f"{what}: it is no pump that lifts into {name!r}; leave restrict out, or name such a pump"
        elif not use.restrict and structure.tail == name:
            yield f"{what}: it leads into {name!r} and would raise it; restrict it if it is a pump, or leave it out"
        elif not isinstance(structure, Pump) and not isinstance(self._water(structure.tail), Lake):
            yield f"{what}: there is no storage at its tail; name a gate whose tail is a lake, or a pump"
        own = (ShutOff,) if use.restrict else (StartStop, Schedule, RuleCurve)
        for rule in self.system.rules:
            if rule.structure == use.structure and isinstance(rule, own):
                yield f"{what}: it has a {rule.type} already; take that out of the system, since the use gives it one"
        if not use.restrict and isinstance(structure, Pump) and structure.start_level is not None:
            yield f"{what}: the pump has a start level of its own; leave that out, and give the pump opening = 0"
        for level in (use.low, use.high):
            yield from (f"{what}: {fault}" for fault in outside(level, self.lake))
        stop = self._stop(use)
        if use.low >= self.lake.hypsometry.bottom and use.low - stop < SMALLEST_GAP - ROUNDING:
            yield (
                f"{what}: low {use.low:g} m does not lie above {stop:g} m, down to which water can leave {name!r}; "
                "take a higher one"
            )

    def _water(self, name: str | None) -> Lake | River | None:
        return next((water for water in self.system.waters if water.name == name), None)

    def structure(self, use: Use) -> Structure:
        """The structure of a use."""
        found: Structure = self.system[use.structure]
        return found

    def kind(self, use: Use) -> str:
        """What a use is: a `"storage"`, a `"pump"` or a `"restriction"`."""
        if use.restrict:
            return "restriction"
        return "pump" if isinstance(self.structure(use), Pump) else "storage"

    @property
    def storages(self) -> tuple[Lake, ...]:
        """The storages that the gates lead to, each once."""
        names = dict.fromkeys(self.structure(use).tail for use in self.uses if self.kind(use) == "storage")
        return tuple(lake for lake in self.system.lakes if lake.name in names)

    @property
    def duration(self) -> float:
        """How long the run is [s]."""
        return float(self.flood.seconds[-1])

    def _stop(self, use: Use) -> float:
        """The level down to which no water would leave any more, so that what is open may as well stay so [m]."""
        name, bottom = self.lake.name, self.lake.hypsometry.bottom
        if use.restrict or self.structure(use).head != name:
            return bottom
        return max(bottom, min(structure.draws_down_to(name) for structure in self.system.structures))

    def at_level(self, use: Use, level: float) -> Rule:
        """The rule by which a use begins when the control water passes a level [m]."""
        name, stop = use.structure, self._stop(use)
        if use.restrict:
            return ShutOff(
                structure=name, watch=self.lake.name, above=level, resume=stop, rank=self._rank(ShutOff, name)
            )
        return StartStop(structure=name, watch=self.lake.name, start=level, stop=stop, rank=self._rank(StartStop, name))

    def from_time(self, use: Use, seconds: float) -> Rule:
        """The rule by which a use begins at a time [s from the start]."""
        name = use.structure
        if use.restrict:
            limit = self._stepping(NO_LIMIT, 0.0, seconds, "m3/s")
            return ReleaseLimit(structure=name, discharge=limit, rank=self._rank(ReleaseLimit, name))
        opening = self._stepping(0.0, 1.0, seconds, "")
        return Schedule(structure=name, opening=opening, rank=self._rank(Schedule, name))

    def never(self, use: Use) -> Rule:
        """The rule by which a use does not begin at all."""
        return self.from_time(use, math.inf)

    def _stepping(self, before: float, after: float, seconds: float, unit: str) -> Series:
        """A series that has one value before a time and another from then on."""
        if not 0.0 < seconds < self.duration:
            return Series.constant(after if seconds <= 0.0 else before, unit)
        start, end = self.flood.period
        moment = start + np.timedelta64(min(max(round(1000.0 * seconds), 1), round(1000.0 * self.duration) - 1), "ms")
        return Series(np.array([start, moment, end]), np.array([before, after]), "means", unit)

    def _rank(self, rule: type[Rule], structure: str) -> int:
        """The first rank from the usual one of a type on that no rule of the structure has."""
        taken = {other.place for other in self.system.rules if other.structure == structure}
        return next(rank for rank in count(rule.RANK) if rank not in taken)

    def variant(self, name: str, rules: Sequence[Rule], structures: Sequence[Structure] = ()) -> Variant:
        """The system with a rule for each use, and perhaps with more structures."""
        system = self.system.changed(
            rules=(*self.system.rules, *rules), structures=(*self.system.structures, *structures)
        )
        return Variant(name, system, self.flood)

    def read(self, result: Result, rules: Sequence[Rule] = ()) -> Reading:
        """What is kept of a run, with the times at which these rules of the uses began."""
        time, peak = result.peak(self.lake.name)
        pumps = [use.structure for use in self.uses if self.kind(use) != "storage"]
        return Reading(
            peak=peak,
            peak_second=self.seconds(time),
            error=result.numerical_error,
            reconstructed=result.reconstructed,
            stored={lake.name: result.storage[lake.name] for lake in self.storages},
            lifted={name: self._lifted(result, name) for name in pumps},
            begun=tuple(self._begun(result, rule) for rule in rules),
        )

    def _lifted(self, result: Result, pump: str) -> Floats:
        """What a pump has lifted until each output [m3]: trapezes, but where it was switched, steps at that moment."""
        times, discharge = self.flood.seconds, result.discharge[pump]
        volumes = 0.5 * (discharge[1:] + discharge[:-1]) * np.diff(times)
        for event in result.events.of(structure=pump):
            moment = self.seconds(event.time)
            k = int(np.searchsorted(times, moment)) - 1
            if k >= 0:  # what is set at the start holds at the first output already
                volumes[k] = discharge[k] * (moment - times[k]) + discharge[k + 1] * (times[k + 1] - moment)
        return np.append(0.0, np.cumsum(volumes))

    def _begun(self, result: Result, rule: Rule) -> float:
        """When a rule first moved or held its structure, or wanted to [s from the start]."""
        for event in result.events.of(structure=rule.structure):
            if rule in (event.rule, event.overruled):
                return self.seconds(event.time)
        return math.inf

    def seconds(self, time: np.datetime64 | None) -> float:
        """A moment in seconds from the start; infinite where there is none."""
        if time is None:
            return math.inf
        return float((time - self.flood.period[0]) / np.timedelta64(1, "ms")) / 1000.0

    def effect(self, use: Use, used: Reading, without: Reading, least: float) -> Effect:
        """What a use takes and does, from a run with it and the same run without."""
        if self.kind(use) == "storage":
            tail = str(self.structure(use).tail)
            more = used.stored[tail] - without.stored[tail]
        else:
            sign = -1.0 if use.restrict else 1.0
            more = sign * (used.lifted[use.structure] - without.lifted[use.structure])
        volume = float(np.interp(max(used.peak_second, without.peak_second), self.flood.seconds, more))
        filling = float(np.max(more)) if self.kind(use) == "storage" else None
        return Effect(volume, without.peak - used.peak, least, filling)
