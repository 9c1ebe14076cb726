"""The search for the numbers, a trigger level or an opening time for each use, with which the peak is lowest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ...result import Result
from ..base import Running, Variant, pays, run_all
from ..trade_off import SMALLEST_EFFECT
from .uses import Floats, Use

T = TypeVar("T")
Peaks = Callable[[Sequence[Floats]], list[float]]
"""The peak [m] for each of some sets of numbers, one number a use."""

POINTS = 9
"""Values over the range of a trigger that are run to see how far it may move, both ends among them."""


SAME = 1e-5
"""Peaks that differ by less count as the same [m]; then what was begun with is kept."""


HALVINGS = 4
"""How often what lies between two of them is halved, to see it more closely."""


@dataclass(frozen=True)
class Found:
    """What a search found: the numbers with the lowest peak, and what each of its repetitions found.

    Parameters
    ----------
    numbers, peak : the best of all, one number a use, and its peak [m]
    each : the numbers that each repetition found
    peaks : their peaks [m]
    """

    numbers: Floats
    peak: float
    each: tuple[Floats, ...]
    peaks: tuple[float, ...]


@dataclass(frozen=True)
class Trigger:
    """The trigger level of a use with which the peak is lowest.

    Parameters
    ----------
    level : the trigger level [m]
    found : what each repetition of the search found [m]
    low, high : range around it in which it may be moved alone, among the values that were tried, while the peak stays
        within 1 cm of the lowest [m]
    flat : whether that is the whole range, so that this trigger does not matter
    """

    level: float
    found: tuple[float, ...]
    low: float
    high: float
    flat: bool


class Runs:
    """The runs of a study that makes them in several batches: how they are made, and how many were."""

    def __init__(self, running: Running, first: Variant, most: int) -> None:
        chosen = running.get("compiled")
        self._how: Running = {**running, "compiled": pays([first] * most) if chosen is None else chosen}
        self._tell = running.get("progress")
        self._most = most
        self.made = 0

    def __call__(self, variants: Sequence[Variant], read: Callable[[Result], T]) -> list[T]:
        """Run all, and read something from each."""
        before, tell, most = self.made, self._tell, self._most
        part = (lambda done: tell(min(1.0, (before + done * len(variants)) / most))) if tell else None
        how: Running = {**self._how, "progress": part}
        found = run_all(variants, read, **how)
        self.made += len(variants)
        return found

    def finish(self) -> None:
        """Tell that all is done, also where fewer runs were enough."""
        if self._tell and self.made < self._most:
            self._tell(1.0)


def members(count: int) -> int:
    """How many sets of numbers a generation has, for so many uses."""
    return 4 * count + 4


def lowest(
    peaks: Peaks, bounds: Sequence[tuple[float, float]], starts: Sequence[Floats], runs: int, seeds: Sequence[int]
) -> Found:
    """The numbers within bounds with the lowest peak, searched by differential evolution, once a seed.

    As a function of a trigger level the peak is smooth between jumps: an operator who looks every hour finds the level
    passed an hour sooner or later, and a trigger above the peak, or one that another use keeps from being reached, acts
    no more, so that the peak is flat there. A method that follows slopes stops at the first jump or flat, and what it
    finds depends on where it began. Differential evolution compares peaks only, and goes across both; it has no proof
    either, and so it is repeated. It also asks for a whole generation at a time, which can be run on several cores, and
    makes of one seed the same bits on any number of them.

    The first generation holds the starts, and for the rest a Latin hypercube. The starts are also compared with what is
    found, so that nothing worse than any of them comes out, beyond the 0.01 mm by which two count as the same.
    """
    from scipy.optimize import Bounds, differential_evolution

    def of_generation(columns: Any, /) -> Any:
        """The peaks of a generation, a column a member."""
        return np.array(peaks(list(columns.T)))

    low, high = np.array(bounds).T
    size = max(members(len(bounds)), len(starts))
    begun = peaks(starts)
    each, found = [], []
    for seed in seeds:
        generator = np.random.default_rng(seed)
        strata = np.array([generator.permutation(size) for _ in bounds]).T
        drawn = low + (high - low) * (strata + generator.random((size, len(bounds)))) / size
        drawn[: len(starts)] = np.clip(starts, low, high)
        search = differential_evolution(
            of_generation,
            Bounds(low, high),
            init=drawn,
            maxiter=max(1, runs // size - 1),
            recombination=0.9,
            tol=0.0,
            atol=1e-6,
            polish=False,
            vectorized=True,
            updating="deferred",
            seed=generator,
        )
        each.append(search.x)
        found.append(float(search.fun))
    numbers, values = [*starts, *each], [*begun, *found]
    best = next(k for k, value in enumerate(values) if value <= min(values) + SAME)
    return Found(numbers[best], values[best], tuple(each), tuple(found))


def triggers_of(peaks: Peaks, uses: Sequence[Use], found: Found) -> tuple[Trigger, ...]:
    """The trigger of each use, with how far each may move alone.

    Values over the range of each are tried, and what lies between the last that may be and the next is halved. Where a
    value that is tried has a lower peak than all before, it takes the place of the trigger that was found.
    """
    best, peak = found.numbers.copy(), found.peak

    def with_one(i: int, value: float) -> Floats:
        return np.where(np.arange(len(uses)) == i, value, best)

    tried: list[dict[float, float]] = []
    for i, use in enumerate(uses):
        values = np.linspace(use.low, use.high, POINTS).tolist()
        tried.append(dict(zip(values, peaks([with_one(i, value) for value in values]), strict=True)))
        value = min(tried[i], key=tried[i].__getitem__)
        if tried[i][value] < peak - SAME:
            best[i], peak = value, tried[i][value]
    edges: list[tuple[int, float, float]] = []  # of a use, a value that may be, and the next that may not
    ends: list[list[float]] = []
    for i, use in enumerate(uses):
        ends.append([use.low, use.high])
        for side in (0, 1):
            way = sorted((value for value in tried[i] if (value > best[i]) == side), reverse=not side)
            inside = float(best[i])
            for value in way:
                if tried[i][value] > peak + SMALLEST_EFFECT:
                    edges.append((2 * i + side, inside, value))
                    break
                inside = value
    for _ in range(HALVINGS):
        middles = [0.5 * (inside + outside) for _, inside, outside in edges]
        found_there = peaks([with_one(k // 2, middle) for (k, _, _), middle in zip(edges, middles, strict=True)])
        edges = [
            (k, middle, outside) if there <= peak + SMALLEST_EFFECT else (k, inside, middle)
            for (k, inside, outside), middle, there in zip(edges, middles, found_there, strict=True)
        ]
    for k, inside, _ in edges:
        ends[k // 2][k % 2] = inside
    return tuple(
        Trigger(
            level=float(best[i]),
            found=tuple(float(one[i]) for one in found.each),
            low=ends[i][0],
            high=ends[i][1],
            flat=ends[i] == [use.low, use.high],
        )
        for i, use in enumerate(uses)
    )
