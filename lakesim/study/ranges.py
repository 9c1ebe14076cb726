"""How far each figure of each case moves over the plausible inputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

from ..floods import Flood
from ..labels import called, studied, to_5_cm
from ..measures import Measure, apply_all
from ..measures.base import faults_of, nearest
from ..result import Result
from ..waters import Lake, System
from .base import (
    PEAK,
    Figure,
    Indicator,
    Running,
    Variant,
    check_cases,
    figure_of,
    period_of,
    run_all,
    several,
    start_of,
)
from .inputs import Input
from .printing import columns

Choice = tuple[str, ...]
"""For each input whether it is `"low"`, `"high"`, or `""`, as it is."""


@dataclass(frozen=True)
class Range:
    """A figure of a case, and how far it moves.

    Parameters
    ----------
    value : with the inputs as they are
    single : by input, the figure with that input alone at its low, and at its high end; None where it has no such end
    lowest, highest : the figure with all inputs together at the ends that lower it one by one, and raise it
    """

    value: float
    single: Mapping[str, tuple[float | None, float | None]]
    lowest: float
    highest: float

    @property
    def one_at_a_time(self) -> tuple[float, float]:
        """The least and the greatest that any one input makes of it."""
        every = [self.value, *(value for ends in self.single.values() for value in ends if value is not None)]
        return min(every), max(every)

    @property
    def together(self) -> tuple[float, float]:
        """The least and the greatest of all that was run: an outer bound, since all inputs will not conspire."""
        low, high = self.one_at_a_time
        return min(low, self.lowest, self.highest), max(high, self.lowest, self.highest)


@dataclass(frozen=True)
class Ranges:
    """The range of each figure of each case over the plausible inputs.

    Parameters
    ----------
    water : name of the lake
    figures : the figures, by name
    inputs : the inputs
    runs : by case, what was run: the figures by the ends of the inputs, see `Choice`
    chosen : by case and name of a figure, the ends that together lower it and raise it
    reconstructed : whether a curve or a series is reconstructed
    """

    water: str
    figures: Mapping[str, Figure]
    inputs: tuple[Input, ...]
    runs: Mapping[str, Mapping[Choice, Mapping[str, float]]]
    chosen: Mapping[str, Mapping[str, tuple[Choice, Choice]]]
    reconstructed: bool

    def of(self, case: str, figure: str = PEAK) -> Range:
        """The range of a figure in a case.

        Raises
        ------
        ValueError
            If there is no such case or figure.
        """
        faults = [f"there is no case {case!r}; {nearest(case, self.runs)}"] if case not in self.runs else []
        faults += [f"there is no figure {figure!r}; {nearest(figure, self.figures)}"] * (figure not in self.figures)
        if faults:
            raise ValueError("\n".join(faults))
        runs = {choice: values[figure] for choice, values in self.runs[case].items()}
        as_is, alone = _choices(self.inputs)
        single = {
            one.name: (runs.get(alone.get((one.name, "low"), ())), runs.get(alone.get((one.name, "high"), ())))
            for one in self.inputs
        }
        lower, upper = self.chosen[case][figure]
        return Range(runs[as_is], single, runs[lower], runs[upper])

    def difference(self, case: str, to: str, figure: str = PEAK) -> tuple[float, float, float]:
        """By how much a figure of a case is larger than that of another: as it is, and its least and its greatest.

        Both have the same inputs in each run, so that what moves both alike is not counted. Taken are the runs that
        were made of both: with one input at a time, and with all together where both have the same directions.

        Raises
        ------
        ValueError
            If there is no such case or figure.
        """
        first, other = self.of(case, figure), self.of(to, figure)
        both = self.runs[case].keys() & self.runs[to].keys()
        apart = [self.runs[case][choice][figure] - self.runs[to][choice][figure] for choice in both]
        return first.value - other.value, min(apart), max(apart)

    def told(self, lang: str) -> str:
        """The ranges as tables, in English (`"en"`) or Chinese (`"zh"`); levels to 5 cm, effects as they are."""
        return "\n".join(line for figure in self.figures.values() for line in self._table(figure, lang))

    def _table(self, figure: Figure, lang: str) -> Iterator[str]:
        """The tables of one figure: its range in each case, and the effect of each input."""
        ranges = {case: self.of(case, figure.name) for case in self.runs}
        yield studied("attribution_of", lang, water=called(figure.lake, lang), figure=figure.title(lang))
        rows = [["", *(studied(key, lang) for key in ("as_it_is", "one_at_a_time", "all_together"))]]
        for case, found in ranges.items():
            ends = [
                studied("from_to", lang, low=_rounded(low, figure), high=_rounded(high, figure))
                for low, high in (found.one_at_a_time, found.together)
            ]
            rows.append([case, _rounded(found.value, figure), *ends])
        yield columns(rows)
        yield studied("effect_of_inputs", lang)
        rows = [["", *ranges]]
        for one in self.inputs:
            cells = []
            for found in ranges.values():
                moved = [value - found.value for value in found.single[one.name] if value is not None]
                cells.append(", ".join(_effect(by, figure) for by in moved))
            rows.append([one.title(lang), *cells])
        yield columns(rows)
        yield studied("outer_bound", lang)
        if self.reconstructed:
            yield studied("ledger_reconstructed", lang)

    def __str__(self) -> str:
        return self.told("en")


def ranges(
    system: System | Lake,
    flood: Flood | None,
    inputs: Sequence[Input],
    cases: Mapping[str, Measure | Sequence[Measure]],
    *,
    water: str | None = None,
    figures: Indicator | str | Sequence[Indicator | str] = (PEAK,),
    **running: Unpack[Running],
) -> Ranges:
    """The range of each figure of each case over the plausible inputs.

    Each input is moved to its low and its high end, one at a time; then all together, in the directions that lower the
    figure one by one, and in those that raise it. The last is an outer bound: it is as far as the figure goes if all
    inputs are wrong in the worst way at once. It is no probability, and where inputs act on one another, no proof.

    Parameters
    ----------
    inputs : what is not known well. They change the system and the flood before the measures of a case are applied
    cases : measures by the name of the case; none of them (`[]`) is the system as it is
    water : name of the lake; the first one unless said
    figures : functions of a result, or keys of `indicators.summary`, one or several; the peak of the lake unless said
    running : see `Running`

    Raises
    ------
    ValueError
        If there is no input, case or figure, two inputs have one name, an input or a measure cannot be applied, or a
        figure is not defined in a run; each with the case and the inputs.

    Examples
    --------
    10 m³/s on 1 km² for a day, 20 % more or less, from 1 m or from 0.2 m higher.

    >>> from lakesim import Hypsometry, Series
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=1.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> inputs = [Input.scaled("pond.inflow", 0.8, 1.2), Input.initial_level("pond", 1.0, 1.2)]
    >>> found = ranges(lake, Flood(start="2020-07-01", end="2020-07-02"), inputs, {"today": []}).of("today")
    >>> found.value, found.one_at_a_time, found.together
    (1.864, (1.6912, 2.064), (1.6912, 2.2368))
    """
    start_of(system, flood, running)  # refuses what no study can use
    system, flood = period_of(system, flood)
    check_cases(cases)
    if isinstance(figures, str) or callable(figures):
        figures = (figures,)
    wanted = {"input": inputs, "case": cases, "figure": figures}
    faults = [f"there is no {what}; give at least one" for what, given in wanted.items() if not given]
    names = [one.name for one in inputs]
    faults += [
        f"two inputs are called {name!r}; give each its own name" for name in {n for n in names if names.count(n) > 1}
    ]
    if faults:
        raise ValueError("\n".join(faults))
    read = {figure.name: figure for figure in (figure_of(system, water, one) for one in figures)}
    told = running.pop("progress", None)
    as_is, alone = _choices(inputs)
    first = [(case, choice) for case in cases for choice in (as_is, *alone.values())]
    most = len(first) + 2 * len(cases) * len(read)

    def run(wanted: list[tuple[str, Choice]], done: int) -> list[tuple[dict[str, float], bool]]:
        def progress(part: float) -> None:
            if told:
                told((done + part * len(wanted)) / most)

        variants = _variants(system, flood, inputs, {name: several(cases[name]) for name in cases}, wanted)
        how: Running = {**running, "progress": progress}
        return run_all(variants, read_all, **how)

    def read_all(result: Result) -> tuple[dict[str, float], bool]:
        return {name: figure(result) for name, figure in read.items()}, result.reconstructed

    found = dict(zip(first, run(first, 0), strict=True))
    chosen: dict[str, dict[str, tuple[Choice, Choice]]] = {}
    for case in cases:
        chosen[case] = {}
        for name in read:
            moved = {place: found[case, choice][0][name] for place, choice in alone.items()}
            value = found[case, as_is][0][name]
            chosen[case][name] = (_worst(inputs, moved, value, -1.0), _worst(inputs, moved, value, 1.0))
    second = [(case, choice) for case in cases for pair in chosen[case].values() for choice in pair]
    second = [one for one in dict.fromkeys(second) if one not in found]
    found |= dict(zip(second, run(second, len(first)), strict=True))
    if told:
        told(1.0)
    runs = {case: {choice: values for (one, choice), (values, _) in found.items() if one == case} for case in cases}
    water_name = next(iter(read.values())).water
    return Ranges(water_name, read, tuple(inputs), runs, chosen, any(told for _, told in found.values()))


def _choices(inputs: Sequence[Input]) -> tuple[Choice, dict[tuple[str, str], Choice]]:
    """All inputs as they are; and each alone at each of its ends, by its name and the end's."""
    as_is = ("",) * len(inputs)
    alone = {(one.name, end): (*as_is[:k], end, *as_is[k + 1 :]) for k, one in enumerate(inputs) for end in one.ends}
    return as_is, alone


def _worst(inputs: Sequence[Input], moved: Mapping[tuple[str, str], float], value: float, sign: float) -> Choice:
    """For each input the end that alone raises the figure most (sign 1), or lowers it (−1); `""` where none does."""
    best = []
    for one in inputs:
        gains = {"": 0.0} | {end: sign * (moved[one.name, end] - value) for end in one.ends}
        best.append(max(gains, key=gains.__getitem__))
    return tuple(best)


def _variants(
    system: System,
    flood: Flood,
    inputs: Sequence[Input],
    cases: Mapping[str, Sequence[Measure]],
    wanted: Sequence[tuple[str, Choice]],
) -> list[Variant]:
    """The cases with these inputs: first the inputs in their order, then the measures of the case."""
    variants, faults = [], list[str]()
    changed: dict[Choice, tuple[System, Flood] | None] = {}
    for case, choice in wanted:
        moved = [(one, end) for one, end in zip(inputs, choice, strict=True) if end]
        name = ", ".join(f"{one.name} ({end})" for one, end in moved)
        try:
            if choice not in changed:
                changed[choice] = None  # what an input cannot change is told once, and not for each case
                edited = system, flood
                for one, end in moved:
                    edited = one.ends[end](*edited)
                changed[choice] = edited[1].given_to(edited[0])
            if (made := changed[choice]) is not None:
                name = ", ".join(filter(None, (case, name)))
                variants.append(Variant(name, apply_all(made[0], cases[case]), made[1]))
        except ValueError as fault:
            faults += [f"{name}: {sentence}" for sentence in faults_of(fault)]
    if faults:
        raise ValueError("\n".join(faults))
    return variants


def _rounded(value: float, figure: Figure) -> str:
    """A figure as it is printed: a level to 5 cm."""
    return to_5_cm(value) if figure.is_level else f"{value:.4g}"


def _effect(by: float, figure: Figure) -> str:
    """The effect of an input as it is printed: on a level to the centimetre."""
    return f"{round(by, 2) + 0.0:+.2f}" if figure.is_level else f"{by + 0.0:+.3g}"
