"""What all studies share: a number of a measure that varies, the figure that is read, and many runs at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from dataclasses import field as hidden
from numbers import Integral, Real
from typing import Any, TypedDict, TypeVar, get_args

from .. import compiled as compiled_solver
from .. import indicators
from ..floods import Flood
from ..labels import STUDIES, WORDS, called, label, studied
from ..measures import Measure, apply_all
from ..measures.base import faults_of, lake_of, nearest
from ..result import Result
from ..simulation import TOLERANCE, WORK_WORTH_COMPILING, SimulationError, as_system, lay_out, simulate
from ..units import Quantity, Record
from ..waters import Lake, System

T = TypeVar("T")

Indicator = Callable[[Result], float]
"""A figure of a run: a function of its result."""

PEAK = "peak_level_m"
"""The figure of a study unless another is asked for: the highest level of the lake."""


class Running(TypedDict, total=False):
    """How the runs of a study are made.

    tolerance : error of a level allowed in one step [m], as in `simulate`
    compiled : True or False to choose; by default compiled when all runs together are worth it
    cores : how many runs are made at a time; more than one helps the compiled solver only
    progress : called after each run with the part (0 … 1) that is done
    """

    tolerance: float
    compiled: bool | None
    cores: int
    progress: Callable[[float], None] | None


@dataclass(frozen=True)
class Variant:
    """A system under a flood, and the name by which messages call it."""

    name: str
    system: System
    flood: Flood


@dataclass(frozen=True)
class Figure:
    """A figure of a lake that a study reads from each run.

    Parameters
    ----------
    lake : the lake, as the system has it before any measure
    name : key of `indicators.summary`, or the name of the function
    read : the function itself
    """

    lake: Lake
    name: str
    read: Callable[[Result], Any]

    def __call__(self, result: Result) -> float:
        """The figure of a result.

        Raises
        ------
        ValueError
            If it is not there, or no finite number.
        """
        value = self.read(result)
        if value is None:
            raise ValueError(
                f"the indicator {self.name!r} of {self.water!r} has no value; give the system the level, season or "
                "structure that it tells of, or take another indicator"
            )
        if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(value):
            raise ValueError(
                f"the indicator {self.name!r} of {self.water!r} is {value!r}, and a finite number is needed; "
                "take another indicator, or correct the function"
            )
        return float(value)

    @property
    def water(self) -> str:
        """Name of the lake."""
        return self.lake.name

    def title(self, lang: str) -> str:
        """What tables call it, with its unit."""
        return label(self.name, lang) if self.name in WORDS else self.name

    @property
    def is_level(self) -> bool:
        """Whether it is in metres, so that its differences are told in centimetres."""
        return self.name.endswith("_m")


def peak_level(result: Result, water: str) -> float:
    """The highest level of a lake [m], also where it fell between two outputs.

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> peak_level(simulate(lake, Flood(start="2020-07-01", end="2020-07-02")), "pond")
    1.864
    """
    return result.peak(water)[1]


def figure_of(system: System, water: str | None, indicator: Indicator | str | None = None) -> Figure:
    """The figure that is meant: of the first lake unless a water is named, its peak unless an indicator is given.

    Raises
    ------
    ValueError
        If the system has no such lake.
    """
    lake = system.lakes[0] if water is None else lake_of(system, water)
    if indicator is None or indicator == PEAK:
        return Figure(lake, PEAK, lambda result: peak_level(result, lake.name))
    if callable(indicator):
        return Figure(lake, getattr(indicator, "__name__", type(indicator).__name__), indicator)

    def read(result: Result) -> indicators.Value:
        row = indicators.summary(result, lake.name)
        if indicator not in row:
            raise ValueError(f"the summary of a run has no indicator {indicator!r}; {nearest(indicator, row)}")
        return row[indicator]

    return Figure(lake, indicator, read)


@dataclass(frozen=True)
class Vary:
    """One number of a measure, between two values.

    Parameters
    ----------
    measure : the measure; what it says of that number itself does not matter
    field : name of the number; a number of something within the measure is named with a dot: `"outlet.width"`
    low, high : the two values, in the SI unit or as `"<number> <unit>"`
    system : where titles are found, by which tables and figures call what the measure names; set by the studies

    Raises
    ------
    TypeError
        If it is no measure.
    ValueError
        If the measure has no such number, or refuses one of the two values, or low does not lie below high.

    Examples
    --------
    >>> from lakesim import PumpStartLevel
    >>> vary = Vary(PumpStartLevel(water="lake", level=24.5), "level", "23.5 m", 24.5)
    >>> vary.low, vary.unit, vary.at(24.0).level
    (23.5, 'm', 24.0)
    """

    measure: Measure
    field: str
    low: float
    high: float
    system: System | None = hidden(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not isinstance(self.measure, Measure):
            raise TypeError(f"{self.measure!r:.60} is no measure; give a measure itself, such as PumpStartLevel(…)")
        faults = []
        for end in ("low", "high"):
            try:
                object.__setattr__(self, end, self.read(getattr(self, end)))
            except ValueError as fault:
                faults += [f"{self.called}: {sentence}" for sentence in faults_of(fault)]
        if not faults and self.low >= self.high:
            faults.append(f"{self.called}: low {self.low:g} does not lie below high {self.high:g}; give low < high")
        if faults:
            raise ValueError("\n".join(dict.fromkeys(faults)))

    def at(self, value: float | str) -> Measure:
        """The measure with this value."""
        measure: Measure = _with(self.measure, self.field, value)
        return measure

    def read(self, value: float | str) -> float:
        """A value of the number in its SI unit."""
        return _read(self.at(value), self.field)

    def title(self, lang: str) -> str:
        """What tables and figures call it, without its unit."""
        key, measure = f"vary.{self.measure.type}.{self.field}", self.measure
        named = [getattr(measure, name, None) for name in ("polder", "water", "structure")]
        named.append(getattr(getattr(measure, "outlet", None), "name", None))
        thing = next((thing for thing in named if thing), "")
        things = (*self.system.waters, *self.system.structures) if self.system else ()
        thing = next((called(one, lang) for one in things if one.name == thing), thing)
        return studied(key, lang, thing=thing) if key in STUDIES else self.called

    @property
    def called(self) -> str:
        """What messages call it."""
        return f"{self.field} of {self.measure.called}"

    @property
    def unit(self) -> str:
        """SI unit of the number."""
        *path, last = self.field.split(".")
        record: Any = self.measure
        for name in path:
            record = getattr(record, name)
        field = type(record).model_fields[last]
        return next((one.unit for one in _quantities((*field.metadata, field.annotation))), "")


def _quantities(parts: Iterable[Any]) -> Iterator[Quantity]:
    """The quantities in an annotation, also within one such as `Level | None`."""
    for part in parts:
        if isinstance(part, Quantity):
            yield part
        else:
            yield from _quantities(get_args(part))


def _with(record: Any, path: str, value: object) -> Any:
    """A record with another value at a path."""
    name, _, rest = path.partition(".")
    if not isinstance(record, Record) or name not in type(record).model_fields:
        known = type(record).model_fields if isinstance(record, Record) else ()
        raise ValueError(f"there is no {name!r}; {nearest(name, known)}")
    return record.changed(**{name: _with(getattr(record, name), rest, value) if rest else value})


def _read(record: Any, path: str) -> float:
    """The number at a path."""
    for name in path.split("."):
        record = getattr(record, name)
    if type(record) is not float:
        raise ValueError("this is no number that can take any value; name a field that is a quantity")
    return record


def start_of(system: System | Lake, flood: Flood | None, running: Running) -> tuple[System, Flood]:
    """The system with the flood's series, and the flood with its period filled in, so that all variants run as long.

    It is what measures are applied to; see `period_of` for what comes before.

    Raises
    ------
    TypeError
        If it is no system or no flood, or `running` has a word that no study knows.
    """
    system = as_system(system)
    if not isinstance(flood, Flood | None):
        raise TypeError(f"the flood is {flood!r:.60}; give a Flood, or None where the waters have all series")
    for word in running.keys() - Running.__annotations__.keys():
        shared = ", ".join(Running.__annotations__)
        raise TypeError(f"there is no argument {word!r}; beside its own a study has {shared}")
    system, flood = period_of(system, flood)
    return flood.given_to(system)


def period_of(system: System | Lake, flood: Flood | None) -> tuple[System, Flood]:
    """The system, and the flood with its period filled in."""
    system, flood = as_system(system), flood or Flood()
    given, rest = flood.given_to(system)
    period = rest.over(given)
    return system, flood.changed(start=period.start, end=period.end)


def several(measures: Measure | Sequence[Measure]) -> tuple[Measure, ...]:
    """One measure, or some that are taken together, as a tuple."""
    some = (measures,) if isinstance(measures, Measure) else tuple(measures)
    for one in some:
        if not isinstance(one, Measure):
            raise TypeError(f"{one!r:.60} is no measure; give a measure itself, such as PumpStartLevel(…)")
    return some


def check_cases(cases: Mapping[str, Measure | Sequence[Measure]]) -> None:
    """Raise TypeError unless the cases have names."""
    if not isinstance(cases, Mapping):
        raise TypeError("the cases are given without names; give them by name, as in {'today': []}")


def variants_of(system: System, flood: Flood, cases: Iterable[tuple[str, Iterable[Measure]]]) -> list[Variant]:
    """The system with the measures of each case.

    Raises
    ------
    ValueError
        With the faults of all cases whose measures cannot be applied, each with its name.
    """
    variants, faults = [], []
    for name, measures in cases:
        try:
            variants.append(Variant(name, apply_all(system, measures), flood))
        except ValueError as fault:
            faults += [f"{name}: {sentence}" for sentence in faults_of(fault)]
    if faults:
        raise ValueError("\n".join(faults))
    return variants


def run_all(
    variants: Sequence[Variant],
    read: Callable[[Result], T],
    *,
    tolerance: float = TOLERANCE,
    compiled: bool | None = None,
    cores: int = 1,
    progress: Callable[[float], None] | None = None,
) -> list[T]:
    """Simulate all variants, and read something from each result, which is then let go.

    All are run by the same solver, so that equal systems give equal bits. The first is run alone: it compiles what is
    to be compiled, and finds what is wrong with all.

    Raises
    ------
    ValueError, SimulationError
        As `simulate` and `read` do, with the name of the variant.
    """
    if not isinstance(cores, Integral) or cores < 1:
        raise ValueError(f"the number of cores is {cores!r}; give a whole number, at least 1")
    if not variants:
        return []
    by_machine = pays(variants) if compiled is None else compiled

    def one(variant: Variant) -> T:
        try:
            return read(simulate(variant.system, variant.flood, tolerance=tolerance, compiled=by_machine))
        except ValueError as fault:
            raise ValueError("\n".join(f"{variant.name}: {sentence}" for sentence in faults_of(fault))) from fault
        except SimulationError as fault:
            raise SimulationError(f"{variant.name}: {fault}") from fault
        except Exception as fault:  # one of a function that was given stays what it is
            fault.add_note(f"This was in the run {variant.name!r} of the study.")
            raise

    found: list[T] = []

    def keep(value: T) -> None:
        found.append(value)
        if progress:
            progress(len(found) / len(variants))

    keep(one(variants[0]))
    if cores == 1 or not by_machine:  # the plain solver holds the interpreter, so that threads would only wait
        for variant in variants[1:]:
            keep(one(variant))
        return found
    pool = ThreadPoolExecutor(cores)
    try:
        for value in pool.map(one, variants[1:]):
            keep(value)
    finally:
        pool.shutdown(cancel_futures=True)
    return found


def pays(variants: Sequence[Variant]) -> bool:
    """Whether compiling is worth it for all runs together, judged by the first."""
    if compiled_solver.loaded():
        return True
    flood = variants[0].flood.over(variants[0].system)
    work = lay_out(flood.applied(variants[0].system), flood).work
    return work * len(variants) > WORK_WORTH_COMPILING and compiled_solver.available()
