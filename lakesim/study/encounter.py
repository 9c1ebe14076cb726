"""Local rain against the river's flood 内外洪遭遇: the peak of a lake under three courses of the river."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Unpack

from .. import indicators
from ..floods import Flood
from ..labels import called, label, studied, to_5_cm
from ..measures import Measure, apply_all
from ..measures.base import faults_of, lake_of, nearest
from ..result import Result
from ..series import Series
from ..units import to_si
from ..waters import Lake, River, System, Water
from .base import Running, Variant, figure_of, peak_level, run_all, several, start_of
from .printing import columns, written

GIVEN = "as_given"
"""The run with the river as the system has it."""

THREE = ("independent", "typical", "with_it")
"""The three courses of the river between which the spread lies."""

ENDS = ("independent_low", "independent_high")
"""The river kept at the lowest, and at the highest, that it comes to in the typical course."""


@dataclass(frozen=True)
class Meeting:
    """What the local flood comes to with one course of the river.

    Parameters
    ----------
    peak : the highest level of the lake [m]
    day : on which the lake comes to it, as text
    river : the highest level of the river [m]
    lockout : hours in which the river shuts a gravity outlet of the lake, see `indicators.lockout_hours`; None if the
        lake has no such outlet
    backwater : hours in which the river holds such an outlet down, shut or not, see `indicators.backwater`; None as
        above
    error : numerical error of the levels [m]
    reconstructed : whether a curve or a series is reconstructed
    """

    peak: float
    day: str
    river: float
    lockout: float | None
    backwater: float | None
    error: float
    reconstructed: bool


@dataclass(frozen=True, eq=False, repr=False)
class Encounter:
    """A local flood under three courses of the river, printed as a table.

    Parameters
    ----------
    lake, river : the lake whose peak is read, and the river, as they are in the run `"as_given"`
    rise : how much the river rises with the local flood [m], or [m³/s] where its level answers
    runs : by course: `"as_given"`, `"independent"`, `"typical"`, `"with_it"`, and `"independent_low"` and
        `"independent_high"`, which tell the range of the second
    """

    lake: Lake
    river: Water
    rise: float
    runs: Mapping[str, Meeting]

    @property
    def spread(self) -> float:
        """The highest less the lowest peak of the three courses [m]."""
        peaks = [self.runs[name].peak for name in THREE]
        return max(peaks) - min(peaks)

    @property
    def independent(self) -> tuple[float, float]:
        """The lowest and the highest peak with a river that does not know of the local flood [m]."""
        peaks = [self.runs[name].peak for name in (THREE[0], *ENDS)]
        return min(peaks), max(peaks)

    def told(self, lang: str) -> str:
        """The table and the spread, in English (`"en"`) or Chinese (`"zh"`); levels to 5 cm if reconstructed."""
        reconstructed = any(run.reconstructed for run in self.runs.values())
        metres: Callable[[float], str] = to_5_cm if reconstructed else "{:.2f}".format
        words = {"water": called(self.lake, lang), "river": called(self.river, lang)}
        words["rise"] = written(self.rise, _given_as(self.river)[1], lang)
        heads = (label("peak_level_m", lang), label("peak_time", lang), studied("highest_of_river", lang))
        rows = [["", *heads, *(label(name, lang) for name in ("lockout_hours", "backwater_hours"))]]
        for name in (GIVEN, *THREE):
            run = self.runs[name]
            hours = ["–" if of is None else f"{of:.0f}" for of in (run.lockout, run.backwater)]
            rows.append([studied(f"river.{name}", lang), metres(run.peak), run.day, metres(run.river), *hours])
        low, high = map(metres, self.independent)
        told = [float(metres(self.runs[name].peak)) for name in THREE]  # so that the spread is that of the table
        error = f"{round(100.0 * max(run.error for run in self.runs.values()), 9):.2g}"
        lines = [
            studied("encounter_of", lang, **words),
            columns(rows),
            studied("encounter_spread", lang, spread=f"{max(told) - min(told):.2f}", low=low, high=high),
            studied("encounter_independent", lang, error=error),
        ]
        if reconstructed:
            lines.append(label("reconstructed", lang))
        return "\n".join(lines)

    def __str__(self) -> str:
        return self.told("en")


def encounter(
    system: System | Lake,
    flood: Flood | None,
    river: str,
    typical: Series,
    rise: float | str,
    *,
    water: str | None = None,
    local: str | None = None,
    beside: Mapping[str, tuple[Series, float | str]] | None = None,
    measures: Measure | Sequence[Measure] = (),
    **running: Unpack[Running],
) -> Encounter:
    """The peak of a lake where its local flood meets the river: independent of it, as is typical, or rising with it.

    How high the river stands on the day of a local flood is not known beforehand. So one local flood is run with three
    courses of the river, beside the one that the system has:

        typical:      typical(t)
        independent:  the mean of typical over the period
        with it:      typical(t) + rise · (inflow(t) − least) / (largest − least)

    where inflow is the local one, with its least and its largest value in the period: the river's own wave has the
    form of the local flood, and its days; where that is given as means over steps, the river rises in steps, too. The
    spread is the highest less the lowest peak of the three.

    A river that is independent stands, on the days of the local flood, as on any day of the period. Its mean takes no
    assumption on the days. How far these matter, two more runs tell, with the river kept at the lowest, and at the
    highest, that `typical` comes to. (A wave of the height `rise` on any other day would be a second assumption, and
    over all days its range would end in "with it".) So run the season in which floods come, and not a year, whose mean
    has the low river of winter in it.

    The level of a `River` is given, and does not feel what the lake sends. Where it should, the river is a `Lake` whose
    level answers, such as a reach with a rating below it; `typical` and `rise` are then its inflow, and all else is as
    above.

    Parameters
    ----------
    system, flood : as in `simulate`
    river : name of the river that is the tailwater
    typical : its course in a typical year, such as the mean of many years: levels [m], or the inflow [m³/s] of a river
        whose level answers; dated, yearly or constant
    rise : how much the river rises with the local flood at most [m], or [m³/s]; 0 or more. It has no default: where
        nothing is published it is assumed, and the reader is told its range
    water : name of the lake whose peak is read; the first one unless said
    local : name of the lake whose inflow is the local flood; that of `water` unless said
    beside : other tailwaters, such as the same river at another outlet, which take their courses together with it: by
        name, the typical course and the rise of each; what is not named stays as the system has it
    measures : what is done in every run
    running : see `Running`

    Raises
    ------
    ValueError
        If there is no such lake or river, no local inflow or one that does not vary, a rise below 0, or a typical
        course that has another unit or does not cover the period: with all faults at once.

    Examples
    --------
    A pond of 1 km² gets 10 m³/s for half a day, 432 000 m³. Its gate has the sill at 1 m, where the pond stands; the
    river is lower in a typical year. If it rises by 2 m with the local flood, it shuts the gate, and the pond rises by
    0.432 m.

    >>> from lakesim import Hypsometry, SluiceGate
    >>> times = ["2020-07-01 00:00", "2020-07-01 12:00", "2020-07-02 00:00"]
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             inflow=Series(times, [0.0, 10.0], "means", "m3/s"))
    >>> gate = SluiceGate(name="gate", head="pond", tail="river", sill=1.0, width=5.0, height=2.0, flap=True)
    >>> system = System(waters=[pond, River(name="river", level=1.1)], structures=[gate])
    >>> found = encounter(system, None, "river", Series.constant("0.5 m", "m"), "2 m")
    >>> found.runs["with_it"].peak
    1.432
    >>> print(found)
    pond: its local flood, and river, which does not know of it or rises with it by 2.00 m
                                Peak level (m)  Time of peak  Highest of river (m)  Lockout (h)  Backwater (h)
    River as in the system                1.40    2020-07-02                  1.10            3             12
    River independent                     1.39    2020-07-02                  0.50            0              0
    River as in a typical year            1.39    2020-07-02                  0.50            0              0
    River rises with it                   1.43    2020-07-02                  2.50           12             12
    Between the last three lie 0.04 m; with the independent river from its lowest to its highest the peak is 1.39 to ...
    Independent: at the mean, the lowest or the highest of the typical course. Numerical error of the levels at most ...
    """
    system, flood = start_of(system, flood, running)
    changed = apply_all(system, several(measures))
    lake = figure_of(changed, water).lake
    source = local or lake.name
    rivers = {river: (typical, rise), **(beside or {})}
    faults = [fault for name, given in rivers.items() for fault in _river_faults(changed, lake, flood, name, *given)]
    if faults := [*faults, *_local_faults(system, source, flood)]:
        raise ValueError("\n".join(faults))
    form = _form(system[source].inflow, flood)
    courses = [_courses(changed[name], *given, form, flood) for name, given in rivers.items()]
    variants = [Variant(GIVEN, changed, flood)]
    variants += [Variant(name, changed.replaced(*(of[name] for of in courses)), flood) for name in (*THREE, *ENDS)]
    runs = run_all(variants, lambda result: _meeting(result, lake.name, river), **running)
    height = to_si(rise, _given_as(changed[river])[1])
    return Encounter(lake, changed[river], height, dict(zip((one.name for one in variants), runs, strict=True)))


def _form(inflow: Series, flood: Flood) -> Series:
    """The local inflow from 0, where it is least, to 1, where it is largest; a series in m³/s all the same."""
    there = inflow.between(*flood.period)
    least, largest = there.extremes
    return (there + Series.constant(-least, there.unit)) * (1.0 / (largest - least))


def _courses(river: Water, typical: Series, rise: float | str, form: Series, flood: Flood) -> dict[str, Water]:
    """The river with each course."""
    term, unit = _given_as(river)
    usual = typical.between(*flood.period)
    lowest, highest = usual.extremes
    series = {
        "independent": Series.constant(usual.mean(), unit),
        "typical": usual,
        "with_it": usual + replace(form * to_si(rise, unit), unit=unit),
        "independent_low": Series.constant(lowest, unit),
        "independent_high": Series.constant(highest, unit),
    }
    return {name: river.changed(**{term: course}) for name, course in series.items()}


def _given_as(river: Water) -> tuple[str, str]:
    """The series that tells the course of a river, and its unit."""
    return ("level", "m") if isinstance(river, River) else ("inflow", "m3/s")


def _river_faults(
    system: System, lake: Lake, flood: Flood, river: str, typical: Series, rise: float | str
) -> Iterator[str]:
    """What is wrong with a river, its typical course, and its rise."""
    others = {one.name: one for one in system.waters if one.name != lake.name}
    if river not in others:
        yield f"the river {river!r} is no other water than {lake.name!r} of the system; {nearest(river, others)}"
        return
    term, unit = _given_as(others[river])
    if not isinstance(typical, Series):
        yield f"the typical course of {river!r} is {typical!r:.60}; give a Series, such as Series.yearly"
    elif typical.unit != unit:
        yield f"the typical course of {river!r} is in {typical.unit!r}; give its {term}, in {unit!r}"
    else:
        yield from _not_covering(typical, flood, f"the typical course of {river!r}")
    try:
        height = to_si(rise, unit)
    except ValueError as fault:
        yield from (f"the rise of {river!r}: {sentence}" for sentence in faults_of(fault))
        return
    if height < 0.0:
        yield f"the rise of {river!r} is {height:g} {unit}; give by how much it rises with the local flood, 0 or more"


def _local_faults(system: System, source: str, flood: Flood) -> Iterator[str]:
    """What is wrong with the local inflow."""
    remedy = "as the river is to rise as it does, name with local= the lake whose inflow is the local flood"
    try:
        inflow = lake_of(system, source).inflow
    except ValueError as fault:
        yield from faults_of(fault)
        return
    if inflow is None:
        yield f"the lake {source!r} has no inflow; {remedy}"
    elif uncovered := list(_not_covering(inflow, flood, f"the inflow of {source!r}")):
        yield from uncovered
    else:
        least, largest = inflow.between(*flood.period).extremes
        if least == largest:
            yield f"the inflow of {source!r} stays at {least:g} m3/s; {remedy}"


def _not_covering(series: Series, flood: Flood, what: str) -> Iterator[str]:
    """The fault of a series that does not reach from the start of the flood to its end."""
    try:
        series.between(*flood.period)
    except ValueError as fault:
        yield from (f"{what}: {sentence}" for sentence in faults_of(fault))


def _meeting(result: Result, water: str, river: str) -> Meeting:
    """What a run comes to."""
    tailwater, held = result.system[river], indicators.backwater(result, water)
    return Meeting(
        peak=peak_level(result, water),
        day=str(result.peak(water)[0])[:10],
        river=tailwater.level.maximum(*result.flood.period)
        if isinstance(tailwater, River)
        else peak_level(result, river),
        lockout=indicators.lockout_hours(result, water),
        backwater=None if held is None else held.hours,
        error=result.numerical_error,
        reconstructed=result.reconstructed,
    )
