"""In which order and from which levels storages and pumps should be used, and how far that is from the best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from numbers import Integral
from typing import Unpack

import numpy as np

from ...floods import Flood
from ...labels import called, label, moment, studied
from ...labels.words import column
from ...result import Result
from ...rules import Rule
from ...waters import Lake, System
from ..base import Running, start_of
from ..printing import centimetres, columns
from ..threshold import NOISE
from .bound import MOST_RUNS, Bound, bound_of, judged
from .search import HALVINGS, POINTS, Runs, Trigger, lowest, members, triggers_of
from .uses import Floats, Plan, Reading, Use, Worth

ROWS = ("none", "begun", "triggers", "times", "bound")
"""The operations that are compared, from the worst to the best."""

LEAST_GAIN = 0.001
"""Difference of the peak without anything and of the bound under which shares of it say nothing [m]."""


AT_END = 0.01
"""Part of its range by which a trigger may lie away from an end and still counts as lying there."""


@dataclass(frozen=True, eq=False, repr=False)
class OrderOfUse:
    """In which order and from which levels storages and pumps should be used; printed as tables.

    Parameters
    ----------
    plan : the system, its control water and the uses
    worths : what each use takes and does, at the triggers to begin with
    triggers : the trigger level of each use with which the peak is lowest
    times : when each use begins where the flood is known, the best found; None for never
    peaks : the peak of the control water [m] with none of the uses (`"none"`), with the triggers to begin with
        (`"begun"`), with the best triggers (`"triggers"`), with the best times (`"times"`), and the `"bound"`
    peaks_of_triggers, peaks_of_times : the peaks that each repetition of the two searches found [m]
    bound : the bound, and what speaks against it
    runs : number of runs that were made
    numerical_error : the largest error of a level in the runs that are told of [m]
    reconstructed : whether inputs are reconstructed
    """

    plan: Plan
    worths: tuple[Worth, ...]
    triggers: tuple[Trigger, ...]
    times: tuple[np.datetime64 | None, ...]
    peaks: Mapping[str, float]
    peaks_of_triggers: tuple[float, ...]
    peaks_of_times: tuple[float, ...]
    bound: Bound
    runs: int
    numerical_error: float
    reconstructed: bool

    @property
    def lake(self) -> Lake:
        """The control water."""
        return self.plan.lake

    @property
    def order(self) -> tuple[str, ...]:
        """The uses that lower the peak, that which gives most centimetres for its water first, each taken alone.

        What is the same in three digits stays in the order of the list.
        """
        return tuple(_ranked({worth.use.structure: worth.alone.per_volume for worth in self.worths}))

    @property
    def order_as_last(self) -> tuple[str, ...]:
        """The same order where each comes last, after all others."""
        return tuple(_ranked({worth.use.structure: worth.last.per_volume for worth in self.worths}))

    def reached(self, row: str) -> float | None:
        """How much of what the bound leaves possible an operation reaches, from 0 to 1; None where that is nothing.

        (peak of none − peak of the row) / (peak of none − bound)
        """
        possible = self.peaks["none"] - self.peaks["bound"]
        return (self.peaks["none"] - self.peaks[row]) / possible if possible > LEAST_GAIN else None

    def system(self, row: str) -> System:
        """The system as it is operated in a row, to be simulated and drawn.

        Raises
        ------
        ValueError
            If it is no such row, or the bound, which no system reaches.
        """
        plan = self.plan
        if row == "none":
            rules = [plan.never(use) for use in plan.uses]
        elif row == "begun":
            rules = [plan.at_level(use, use.begins) for use in plan.uses]
        elif row == "triggers":
            rules = [plan.at_level(use, one.level) for use, one in zip(plan.uses, self.triggers, strict=True)]
        elif row == "times":
            rules = [plan.from_time(use, plan.seconds(time)) for use, time in zip(plan.uses, self.times, strict=True)]
        else:
            raise ValueError(f"no system is operated as {row!r}; the rows are: {', '.join(ROWS[:-1])}")
        return plan.variant(row, rules).system

    def told(self, lang: str) -> str:
        """The tables in English (`"en"`) or Chinese (`"zh"`)."""
        title = studied("order_title", lang, water=called(self.lake, lang))
        parts = [title, columns(self._worths(lang)), self._order_told(lang)]
        parts += [columns(self._levels(lang)), columns(self._compared(lang))]
        return "\n".join([*parts, *self.notes(lang)])

    def notes(self, lang: str) -> list[str]:
        """What the tables rest on."""
        notes = []
        pairs = list(zip(self.plan.uses, self.triggers, strict=True))
        flat = [use for use, trigger in pairs if trigger.flat]
        ends = [
            use
            for use, one in pairs
            if not one.flat and min(one.level - use.low, use.high - one.level) <= AT_END * (use.high - use.low)
        ]
        for key, some in (("order_flat", flat), ("order_at_end", ends)):
            if some:
                notes.append(studied(key, lang, uses=_listed([self._name(use, lang) for use in some], lang)))
        spreads = {
            key: f"{100.0 * (max(peaks) - min(peaks)):.2f}"
            for key, peaks in (("triggers", self.peaks_of_triggers), ("times", self.peaks_of_times))
        }
        count = len(self.peaks_of_triggers)
        notes.append(studied("order_repeated" if count > 1 else "order_once", lang, count=count, **spreads))
        volume = f"{self.bound.volume / 1e6:.4g}"
        notes.append(studied("order_bound", lang, volume=volume, error=f"{100.0 * self.bound.error:.2g}"))
        if self.bound.doubts:
            doubts = [
                studied(key, lang, **{name: _called(value, lang) for name, value in values.items()})
                for key, values in self.bound.doubts
            ]
            notes.append(studied("order_no_bound", lang, doubts=(" ", "")[column(lang)].join(dict.fromkeys(doubts))))
        notes.append(studied("grid_error", lang, runs=self.runs, error=f"{100.0 * self.numerical_error:.2g}"))
        return notes + ([label("reconstructed", lang)] if self.reconstructed else [])

    def _name(self, use: Use, lang: str) -> str:
        return called(self.plan.structure(use), lang)

    def _worths(self, lang: str) -> list[list[str]]:
        """What each use takes and does, as rows."""
        each_side = ("lowers", "per_volume", "filling")
        heads = [f"order_{key}" for side in ("alone", "last") for key in (f"volume_{side}", *each_side)]
        rows = [["", *(studied(key, lang) for key in heads)]]
        for worth in self.worths:
            cells = []
            for effect in (worth.alone, worth.last):
                each = effect.per_volume
                cells += [f"{effect.volume / 1e6 + 0.0:.2f}", f"{round(100.0 * effect.lowered, 1) + 0.0:.1f}"]
                cells.append("–" if each is None else f"{round(1e8 * each, 2) + 0.0:.2f}")
                cells.append("–" if effect.filling is None else f"{effect.filling / 1e6 + 0.0:.2f}")
            kind = studied(f"order_{worth.kind}", lang, use=self._name(worth.use, lang))
            rows.append([kind, *cells])
        return rows

    def _order_told(self, lang: str) -> str:
        """The order of use in a sentence or two."""
        names = {use.structure: self._name(use, lang) for use in self.plan.uses}
        if not self.order:
            return studied("order_of_none", lang)
        alone = _chain({names[worth.use.structure]: worth.alone.per_volume for worth in self.worths})
        last = _chain({names[worth.use.structure]: worth.last.per_volume for worth in self.worths})
        told = [studied("order_alone", lang, order=alone)]
        if last != alone:
            told.append(studied("order_last", lang, order=last) if last else studied("order_no_last", lang))
        idle = [name for use, name in names.items() if use not in self.order]
        told += [studied("order_idle", lang, uses=_listed(idle, lang))] if idle else []
        return (" ", "")[column(lang)].join(told)

    def _levels(self, lang: str) -> list[list[str]]:
        """The triggers and the times, as rows."""
        heads = ("begin", "trigger", "found", "may_move", "time")
        rows = [["", *(studied(f"order_{key}", lang) for key in heads)]]
        for use, trigger, time in zip(self.plan.uses, self.triggers, self.times, strict=True):
            found, may = ((min(trigger.found), max(trigger.found)), (trigger.low, trigger.high))
            rows.append(
                [
                    self._name(use, lang),
                    f"{use.begins:.2f}",
                    studied("order_any", lang) if trigger.flat else f"{trigger.level:.2f}",
                    *(f"{low:.2f} … {high:.2f}" for low, high in (found, may)),
                    studied("order_never", lang) if time is None else moment(time),
                ]
            )
        return rows

    def _compared(self, lang: str) -> list[list[str]]:
        """The peaks, as rows."""
        rows = [["", label("peak_level_m", lang), studied("change_cm", lang), studied("order_reached", lang)]]
        for row in ROWS:
            peak, reached = self.peaks[row], self.reached(row)
            change = "–" if row == "none" else centimetres(peak - self.peaks["none"])
            key = "order_row_ideal" if row == "bound" and not self.bound.proven else f"order_row_{row}"
            rows.append(
                [studied(key, lang), f"{peak:.2f}", change, "–" if reached is None else f"{100.0 * reached:.0f}"]
            )
        return rows

    def __str__(self) -> str:
        return self.told("en")


def _ranked(worth: Mapping[str, float | None]) -> dict[str, float]:
    """What is worth anything, the highest first, in three digits: more would rank by the error of the runs."""
    useful = {name: float(f"{value:.3g}") for name, value in worth.items() if value is not None and value > 0.0}
    return dict(sorted(useful.items(), key=lambda item: -item[1]))


def _chain(worth: Mapping[str, float | None]) -> str:
    """Names by what they are worth, the highest first; = stands between those that are worth the same.

    >>> _chain({"pump": 1.001, "basin": 2.0, "gate": 1.0, "polder": None})
    'basin → pump = gate'
    """
    ranked = _ranked(worth)
    signs = [" = " if before == after else " → " for before, after in pairwise(ranked.values())]
    return "".join(sign + name for sign, name in zip(["", *signs], ranked, strict=False))


def _listed(names: Sequence[str], lang: str) -> str:
    """Names one after the other."""
    return (", ", "、")[column(lang)].join(names)


def _called(value: object, lang: str) -> object:
    """A value of a sentence: the name of a thing, or the value itself."""
    return called(value, lang) if hasattr(value, "title_zh") else value


def order_of_use(
    system: System | Lake,
    flood: Flood | None,
    water: str,
    uses: Sequence[Use],
    *,
    runs: int = 240,
    seeds: int = 3,
    seed: int = 0,
    **running: Unpack[Running],
) -> OrderOfUse:
    """In which order and from which levels to use storages and pumps, so that a control water peaks as low as can be.

    Three questions are answered, each by runs of the same flood:

    1. *What is each use worth?* At the triggers to begin with, each use is run alone, and left out of all. What the
       peak falls by for each 10⁶ m³ that it takes until the peak gives the order of use. A storage may go on filling
       after that; what it holds at most, and so floods, stands beside it, and is not what the order goes by.
    2. *From which levels?* The triggers with the lowest peak, within their ranges, by differential evolution, once for
       each of several seeds. How far they lie apart shows whether the answer can be repeated, and not how near it is to
       the best, since all begin with the same starts among others; how far each may be moved alone until the peak rises
       by 1 cm shows whether it matters at all. See `search.lowest` for why this method.
    3. *How far is that from the best?* With the flood known, the time at which each use begins is sought in the same
       way, beginning at the times that the triggers make; it is the best that was found, and at least as good as the
       triggers. (What has a ramp or a dwell time opens at a full hour then.) Under it lies the level at
       which an ideal diversion of the same volume would hold the water: no operation does better, where the conditions
       hold that are told in `bound.bound_of`, and where they do not, it is said.

    Parameters
    ----------
    system, flood : as in `simulate`; the structures of the uses have no rule yet by which they open (or are shut, where
        they are restricted), and all other rules stay
    water : the control water, a lake, or a reach made a lake; its peak counts
    uses : what can be used
    runs : most runs of one search
    seeds : how often each search is repeated
    seed : of the first repetition; the others have those after it. The same seed gives the same bits
    running : `tolerance`, `compiled`, `cores` and `progress`, see `Running`

    Raises
    ------
    ValueError
        With all faults of the uses: an unknown structure, one that has such a rule already, a trigger outside the
        lake; a control water that is a river, since its level is given and cannot answer; too few runs or seeds.

    Examples
    --------
    A pond of 1 km² gets 100 m³/s for half a day, 4.32e6 m³. A weir leads to a basin of 1 km² that takes 1 m, 10⁶ m³,
    and is then shut. Whenever it is opened before the peak, that is 1 m lower; and nothing can do better.

    >>> from lakesim import Flood, Hypsometry, Lake, Series, ShutOff, System, Weir
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(0, 9, "1 km2"), initial_level=2.0,
    ...             inflow=Series.constant("100 m3/s", "m3/s"))
    >>> basin = Lake(name="basin", hypsometry=Hypsometry.prism(0, 3, "1 km2"), initial_level=0.0, dike_crest=1.0)
    >>> inlet = Weir(name="inlet", head="pond", tail="basin", crest=1.0, width=40.0)
    >>> full = ShutOff(structure="inlet", watch="tail", above=1.0, resume=0.5)
    >>> system = System(waters=[pond, basin], structures=[inlet], rules=[full])
    >>> flood = Flood(start="2020-07-01", end="2020-07-01 12:00")
    >>> found = order_of_use(system, flood, "pond", [Use("inlet", 2.5, 4.5)], runs=16, seeds=2)
    >>> print(found)
    pond: order of use
                     alone: takes by the peak (10⁶ m³)  lowers (cm)  cm per 10⁶ m³  fills in all (10⁶ m³) ...
    inlet (storage)                               1.00        100.0         100.00                   1.00 ...
    Order of use, by the centimetres that each gives for its water until the peak, alone: inlet.
    ...
                                   Peak level (m)  Change of the peak (cm)  of the possible (%)
    none of them                             6.32                        –                    0
    triggers to begin with                   5.32                   -100.0                  100
    best triggers                            5.32                   -100.0                  100
    flood known: best times found            5.32                   -100.0                  100
    flood known: bound                       5.32                   -100.0                  100
    Where its trigger lies in its range does not matter here: inlet.
    ...

    """
    system, flood = start_of(system, flood, running)
    plan = Plan(system, flood, water, uses)
    count = len(plan.uses)
    faults = [
        f"{name} is {value!r}; give a whole number, at least {least}"
        for name, value, least in (("runs", runs, 2 * members(count)), ("seeds", seeds, 1), ("seed", seed, 0))
        if not isinstance(value, Integral) or value < least
    ]
    if faults:
        raise ValueError("\n".join(faults))
    never = [plan.never(use) for use in plan.uses]
    begins = np.array([use.begins for use in plan.uses])
    searches = 2 * (int(seeds) * runs + 3)
    most = 2 * count + 2 + searches + (POINTS + 2 * HALVINGS) * count + 4 + MOST_RUNS
    make = Runs(running, plan.variant("none of the uses", never), most)

    def at_levels(levels: Floats) -> list[Rule]:
        return [plan.at_level(use, float(level)) for use, level in zip(plan.uses, levels, strict=True)]

    def from_times(times: Floats) -> list[Rule]:
        return [plan.from_time(use, float(time)) for use, time in zip(plan.uses, times, strict=True)]

    def peaks_of_levels(some: Sequence[Floats]) -> list[float]:
        variants = [plan.variant(_numbers("triggers", one), at_levels(one)) for one in some]
        return make(variants, lambda result: result.peak(water)[1])

    def peaks_of_times(some: Sequence[Floats]) -> list[float]:
        variants = [plan.variant(_numbers("times", one), from_times(one)) for one in some]
        return make(variants, lambda result: result.peak(water)[1])

    def read(levels: Floats) -> Reading:
        rules = at_levels(levels)
        (reading,) = make([plan.variant(_numbers("triggers", levels), rules)], lambda one: plan.read(one, rules))
        return reading

    def none_of(result: Result) -> tuple[Reading, float]:
        arriving = result.inflow[water] + result.rain[water] * plan.lake.hypsometry.area(plan.lake.hypsometry.top)
        return plan.read(result), float(np.max(arriving))

    ((none, largest_inflow),) = make([plan.variant("none of the uses", never)], none_of)
    worths, begun = _worths(plan, never, at_levels(begins), none, make)
    ranges = [(use.low, use.high) for use in plan.uses]
    starts = [begins, *(np.array(ends) for ends in zip(*ranges, strict=True))]
    numbers = [int(seed) + k for k in range(int(seeds))]
    found = lowest(peaks_of_levels, ranges, starts, runs, numbers)
    triggers = triggers_of(peaks_of_levels, plan.uses, found)
    best = read(np.array([trigger.level for trigger in triggers]))
    latest = plan.duration
    known = [np.minimum(reading.begun, latest) for reading in (best, begun)]
    timed = lowest(peaks_of_times, [(0.0, latest)] * count, [*known, np.zeros(count)], runs, numbers)
    rules = from_times(timed.numbers)
    (at_times,) = make([plan.variant(_numbers("times", timed.numbers), rules)], plan.read)
    times, foresight = (timed.numbers, at_times) if at_times.peak <= best.peak else (known[0], best)
    bound = bound_of(plan, largest_inflow, make)
    make.finish()
    told = (none, begun, best, foresight)
    begin = flood.period[0]
    return OrderOfUse(
        plan=plan,
        worths=worths,
        triggers=triggers,
        times=tuple(None if time >= latest else begin + np.timedelta64(round(1000.0 * time), "ms") for time in times),
        peaks=dict(zip(ROWS, (*(row.peak for row in told), bound.level), strict=True)),
        peaks_of_triggers=found.peaks,
        peaks_of_times=timed.peaks,
        bound=judged(bound, plan, told[1:]),
        runs=make.made,
        numerical_error=max(row.error for row in told),
        reconstructed=none.reconstructed,
    )


def _numbers(what: str, numbers: Floats) -> str:
    """What messages call a run with these numbers."""
    return f"{what} {', '.join(f'{number:g}' for number in numbers)}"


def _worths(
    plan: Plan, never: Sequence[Rule], used: Sequence[Rule], none: Reading, make: Runs
) -> tuple[tuple[Worth, ...], Reading]:
    """What each use takes and does, and the run with all of them."""
    whole = (1 << len(plan.uses)) - 1
    subsets = sorted(
        {whole, *(1 << i for i in range(len(plan.uses))), *(whole ^ 1 << i for i in range(len(plan.uses)))}
    )
    variants = []
    for subset in subsets:
        rules = [used[i] if subset >> i & 1 else never[i] for i in range(len(plan.uses))]
        name = " and ".join(use.structure for i, use in enumerate(plan.uses) if subset >> i & 1)
        variants.append(plan.variant(name or "none of the uses", rules))
    readings = make(variants, lambda result: plan.read(result, used))
    by = dict(zip(subsets, readings, strict=True)) | {0: none}
    area = float(plan.lake.hypsometry.area(none.peak))
    least = NOISE * area * max(reading.error for reading in by.values())
    worths = []
    for i, use in enumerate(plan.uses):
        alone = plan.effect(use, by[1 << i], by[0], least)
        last = plan.effect(use, by[whole], by[whole ^ 1 << i], least)
        worths.append(Worth(use, plan.kind(use), alone, last))
    return tuple(worths), by[whole]
