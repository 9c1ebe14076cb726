"""The smallest measure that keeps a lake at or under a level."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Unpack

import numpy as np

from ..floods import Flood
from ..labels import called, label
from ..measures import Measure
from ..measures.base import Sentence, outside
from ..result import Result
from ..units import to_si
from ..waters import Lake, System
from .base import Running, Vary, figure_of, peak_level, run_all, several, start_of, variants_of
from .printing import sentences, shown_unit, written

POINTS = 9
"""Values that are run first, evenly apart, both ends among them."""

CLOSE = 1e-3
"""Part of the range to which the value is found, unless said otherwise."""

NOISE = 6.0
"""Numerical errors of a run by which two peaks may differ without meaning: each error may be three times the stated."""


@dataclass(frozen=True, eq=False, repr=False)
class Threshold:
    """The smallest measure that keeps a lake at or under a level; printed as a sentence.

    Parameters
    ----------
    vary : the measure and its number
    lake, level : the lake, and the level that it is not to pass [m]
    value : the number sought, in its SI unit; None where no value that was tried does
    peak : the peak with it, or else the lowest that was reached [m]
    best : the value that was tried with the lowest peak
    before : the peak without the measure [m]
    tried : the values that were run, rising, each with its peak [m]
    largest : whether the number sought is the largest that does, since the peak rises with it, and not the smallest
    noise : by how much two peaks may differ by the numerical error of their runs [m]
    reconstructed : whether inputs are reconstructed
    """

    vary: Vary
    lake: Lake
    level: float
    value: float | None
    peak: float
    best: float
    before: float
    tried: Mapping[float, float]
    largest: bool
    noise: float
    reconstructed: bool

    @property
    def water(self) -> str:
        """Name of the lake."""
        return self.lake.name

    @property
    def met_already(self) -> bool:
        """Whether the lake stays at or under the level without the measure."""
        return self.before <= self.level

    @property
    def rises(self) -> list[tuple[float, float]]:
        """Values that were tried, less of the measure and then more of it, between which the peak goes on rising."""
        found: list[tuple[float, float]] = []
        for less, more in pairwise(sorted(self.tried, reverse=self.largest)):
            if self.tried[more] > self.tried[less] + self.noise:
                first = found.pop()[0] if found and found[-1][1] == less else less
                found.append((first, more))
        return found

    @property
    def monotone(self) -> bool:
        """Whether more of the measure never raised the peak, as far as it was tried."""
        return not self.rises

    def told(self, lang: str) -> str:
        """What was found, in English (`"en"`) or Chinese (`"zh"`)."""
        text = sentences(list(self._sentences(lang)), lang)
        return f"{text}\n{label('reconstructed', lang)}" if self.reconstructed else text

    def _sentences(self, lang: str) -> Iterator[Sentence]:
        def number(value: float) -> str:
            return written(value, self.vary.unit, lang)

        facts: dict[str, object] = {"what": self.vary.title(lang), "water": called(self.lake, lang)}
        facts |= {key: written(getattr(self, key), "m", lang) for key in ("level", "peak", "before")}
        facts |= {"low": number(self.vary.low), "high": number(self.vary.high), "best": number(self.best)}
        if self.met_already:
            yield "threshold_met", facts
        if self.value is None:
            yield "threshold_none", facts
        elif all(peak <= self.level for peak in self.tried.values()):
            yield "threshold_all", facts
        else:
            yield (
                f"threshold_{'most' if self.largest else 'least'}",
                {**facts, "value": self._told(self.value, lang)},
            )
        if max(self.tried.values()) - min(self.tried.values()) <= self.noise:
            yield "no_effect_at_all", {}
        for less, more in self.rises:
            rise = 100.0 * (self.tried[more] - self.tried[less])
            key = "not_monotone_none" if self.value is None else "not_monotone"
            yield key, {"less": number(less), "more": number(more), "rise": rise}

    def _told(self, value: float, lang: str) -> str:
        """A value to few digits, on the side of more of the measure, where the level is kept too; if it surely is."""
        if self.rises:
            return written(value, self.vary.unit, lang, exact=True)
        return written(self._rounded(value), self.vary.unit, lang)

    def _rounded(self, value: float) -> float:
        """A value to the digits that are printed, on the side of more of the measure."""
        one = shown_unit(self.vary.unit, "en")[1]
        digits = 2 if self.vary.unit == "m" else 2 - math.floor(math.log10(abs(value) / one)) if value else 0
        step = one * 10.0**-digits
        steps = round(value / step, 6)  # what is a whole number of steps stays one
        return step * (math.floor(steps) if self.largest else math.ceil(steps))

    def __str__(self) -> str:
        return self.told("en")


def threshold(
    system: System | Lake,
    flood: Flood | None,
    vary: Vary,
    level: float | str,
    *,
    water: str | None = None,
    measures: Measure | Sequence[Measure] = (),
    close: float | str | None = None,
    **running: Unpack[Running],
) -> Threshold:
    """The smallest measure that keeps the peak of a lake at or under a level.

    The number is run at 9 values over its range. Which end of it is more of the measure, the peaks at the two ends
    tell: of a returned area it is the large one, of a winter level the low one. From less to more, the first value that
    keeps the level is taken with the one before it, and what lies between is halved until the two are close. So the
    value that is given was run and keeps the level, and one that is less by at most `close` does not, also where the
    peak falls in steps. Where it rises somewhere from less to more, this is said: between the values that were tried
    the lake may then pass the level, or stay under it, unseen. Where in that case none of the 9 keeps the level, the
    valley around the best of them is searched, by halving what lies on both sides of the best one until it is close.

    Parameters
    ----------
    system, flood : as in `simulate`
    vary : the number of a measure, and its range
    level : the level that the lake is not to pass [m]
    water : name of the lake; the first one unless said
    measures : what is done in every run, before the measure of `vary`
    close : how closely the value is found, in its own unit; a thousandth of the range unless said
    running : see `Running`

    Raises
    ------
    ValueError
        If the system has no such lake, the level lies below its bottom or above its dike crest, `close` is not
        positive, or finer than such numbers can be told apart, or the measures cannot be applied.

    Examples
    --------
    A pond of 1 km² gets 10 m³/s for a day, 864 000 m³. How many m³/s must a pump lift to keep it under 1.5 m? It rises
    by 0.0864 m for each m³/s that is left, and 0.5/0.0864 = 5.787 may be left: 4.213, found to 0.008.

    >>> from lakesim import AddPumps, Hypsometry, Series
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> pumps = AddPumps(water="pond", structure="pumps", capacity=1.0, start=0.9, stop=0.8)
    >>> found = threshold(pond, Flood(start="2020-07-01", end="2020-07-02"), Vary(pumps, "capacity", 1.0, 9.0), 1.5)
    >>> found.value
    4.219
    >>> print(found)
    New pumps of pond: at least 4.22 m³/s keeps pond at or under 1.50 m; the peak is then 1.50 m.
    """
    system, flood = start_of(system, flood, running)
    measures = several(measures)
    lake = figure_of(system, water).lake
    limit = to_si(level, "m")
    width = vary.high - vary.low
    step = CLOSE * width if close is None else to_si(close, vary.unit)
    faults = outside(limit, lake)
    if not step > 0.0:
        faults.append(f"close is {close!r}; give how closely the value is to be found, more than 0")
    elif step < (finest := float(np.spacing(max(abs(vary.low), abs(vary.high))))):
        faults.append(
            f"close is {close!r}, and numbers such as {vary.high:g} cannot be told apart closer than {finest:.2g}; "
            "take a larger one"
        )
    if faults:
        raise ValueError("\n".join(faults))
    halvings = max(0, math.ceil(math.log2(width / (POINTS - 1) / step)))
    runs, progress = 1 + POINTS + halvings, running.get("progress")
    readings: list[tuple[float, float, bool]] = []
    done = 0.0

    def peaks(cases: Sequence[tuple[str, Sequence[Measure]]], worth: float = 1.0) -> list[float]:
        """The peak of each case [m]; each counts as so much of a run for the progress."""
        nonlocal done
        tell = (lambda part: progress((done + part * worth * len(cases)) / runs)) if progress else None
        how: Running = {**running, "progress": tell}
        found = run_all(variants_of(system, flood, cases), read, **how)
        readings.extend(found)
        done += worth * len(cases)
        return [peak for peak, _, _ in found]

    def read(result: Result) -> tuple[float, float, bool]:
        return peak_level(result, lake.name), result.numerical_error, result.reconstructed

    def case(value: float) -> tuple[str, Sequence[Measure]]:
        return f"{vary.called} = {value:g}", (*measures, vary.at(value))

    grid = np.linspace(vary.low, vary.high, POINTS).tolist()
    before, *found = peaks([("without the measure", measures), *map(case, grid)])
    tried = dict(zip(grid, found, strict=True))
    largest = tried[vary.low] < tried[vary.high]
    values = sorted(tried, reverse=largest)
    noise = NOISE * max(error for _, error, _ in readings)
    left, worth = halvings, 1.0
    if min(found) > limit and any(tried[more] > tried[less] + noise for less, more in pairwise(values)):
        worth = 0.5  # two runs a halving, on both sides of the best value
        while left and min(tried.values()) > limit:
            k = values.index(min(values, key=tried.__getitem__))
            middles = [0.5 * (less + more) for less, more in pairwise(values[max(k - 1, 0) : k + 2])]
            tried.update(zip(middles, peaks([case(middle) for middle in middles], worth), strict=True))
            values = sorted(tried, reverse=largest)
            left -= 1
    first = next((i for i, value in enumerate(values) if tried[value] <= limit), None)
    if first:
        short, enough = values[first - 1], values[first]
        for _ in range(left):
            middle = 0.5 * (short + enough)
            (tried[middle],) = peaks([case(middle)], worth)
            short, enough = (short, middle) if tried[middle] <= limit else (middle, enough)
    if progress and done < runs:
        progress(1.0)
    best = min(sorted(tried, reverse=largest), key=tried.__getitem__)
    value = None if first is None else enough if first else values[0]
    return Threshold(
        vary=replace(vary, system=system),
        lake=lake,
        level=limit,
        value=value,
        peak=tried[best if value is None else value],
        best=best,
        before=before,
        tried=dict(sorted(tried.items())),
        largest=largest,
        noise=NOISE * max(error for _, error, _ in readings),
        reconstructed=any(told for *_, told in readings),
    )
