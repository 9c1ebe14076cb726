"""A level under which no operation of storages and pumps can hold a peak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ...measures.base import Sentence
from ...result import Result
from ...rules import Ramp, ReleaseLimit, Rule, RuleCurve, Schedule, ShutOff, StartStop
from ...structures import RatingCurve, Structure
from ...waters import Lake, River
from ..threshold import NOISE
from .search import Runs
from .uses import Plan, Reading

OVERSHOOT = 1e-4
"""How far above its level the ideal diversion lets the control water rise to take the largest inflow [m]."""

CLOSE = 1e-4
"""How closely the level of the ideal diversion is found [m]."""

MOST_RUNS = 30
"""Runs in which it is found."""


@dataclass(frozen=True)
class Bound:
    """The level at which an ideal diversion of the same volume holds the control water.

    Parameters
    ----------
    level : the level [m]
    volume : the volume that all storages can take, from the start up to their limits [m3]
    error : how far it may lie from the exact one [m]
    doubts : why it may be no bound: keys of sentences in `labels.STUDIES`, with their values; none where it is one
    """

    level: float
    volume: float
    error: float
    doubts: tuple[Sentence, ...]

    @property
    def proven(self) -> bool:
        """Whether nothing was found that keeps it from being a bound."""
        return not self.doubts


@dataclass(frozen=True)
class _Diversion:
    """A run with the ideal diversion: its peak [m], what it took [m3], when last [s], the error of the levels [m]."""

    peak: float
    volume: float
    last: float
    error: float


def limit_of(storage: Lake) -> float:
    """The level up to which a storage may be filled [m]: its dike crest, else the top of its curve."""
    return storage.hypsometry.top if storage.dike_crest is None else storage.dike_crest


def free_volume(storage: Lake) -> float:
    """What a storage can take from its initial level up to its limit [m3].

    >>> from lakesim import Hypsometry
    >>> basin = Lake(name="basin", hypsometry=Hypsometry.prism(20, 25, "2 km2"), initial_level=21.0, dike_crest=24.0)
    >>> free_volume(basin)
    6000000.0
    """
    curve = storage.hypsometry
    return max(0.0, float(curve.storage(limit_of(storage)) - curve.storage(storage.initial_level)))


def bound_of(plan: Plan, largest_inflow: float, runs: Runs) -> tuple[Bound, float]:
    """The bound, and when its diversion last takes water [s from the start].

    Let the storages of the list together have the free volume V. In place of their gates, an ideal diversion takes from
    the control water whatever comes above a level H, at any rate; all pumps of the list run from the start, and the
    restricted ones are shut. The higher H, the less it takes in all, W(H); the level sought is the one with

        W(H) = V

    **Why no operation does better.** Take one that keeps the control water below H throughout, and let D(t) be what it
    has put into storages. (1) All waters stand at or below those of the diversion: while that takes nothing, the
    operation, which takes no less, is not the higher one; while it takes, it stands at H. (2) So at every moment no
    more has left the system by other ways than with the diversion. (3) When the diversion takes its last, the waters
    of the operation hold less than its own, in the control water by storage(H) − storage(level). Less is there, no
    more left elsewhere, the same came: D > W(H) = V, which the storages cannot take. The same holds for a gate from
    another water that leads to the control water, since what it takes there is missing in both.

    (1) and (2) need that more water anywhere never makes less leave, or less arrive elsewhere: no rating falls, and no
    rule shuts an outflow, or opens an inflow, as the water above it rises, nor follows a third lake. (3) needs that
    the storages take no more than V, and give nothing back before the last moment of the diversion. What speaks against
    it is told in `doubts`; then the level is what the ideal diversion reaches, and no bound.

    Parameters
    ----------
    plan : the system and the uses
    largest_inflow : of the control water, from which the width of the diversion follows [m3/s]
    runs : what runs the system

    Notes
    -----
    The diversion is a rating that rises from 0 at H to the largest inflow at 0.1 mm above, and out of the system. Its
    volume is the solver's own integral, so that the control water's outflow may follow its level in any way. W falls
    steadily as H rises; H is found by Brent's method between the initial level, below which no peak can be, and the
    peak without a diversion.
    """
    from scipy.optimize import brentq

    volume = sum(free_volume(lake) for lake in plan.storages)
    rules = [plan.never(use) if plan.kind(use) == "storage" else plan.from_time(use, 0.0) for use in plan.uses]
    taken: dict[float, _Diversion] = {}
    names = {thing.name for thing in (*plan.system.waters, *plan.system.structures)}
    name = next(name for name in ("ideal", *(f"ideal_{k}" for k in range(len(names)))) if name not in names)
    water = plan.lake.name

    def read(result: Result) -> _Diversion:
        times = plan.flood.seconds[result.discharge[name] > 0.0]
        last = float(times[-1]) if len(times) else 0.0
        peak, out = result.peak(water)[1], -result.account[water].volumes[name]
        return _Diversion(peak, out, last, result.numerical_error)

    def too_much(level: float) -> float:
        if level not in taken:
            rating = RatingCurve(
                name=name,
                head=water,
                of="headwater",
                levels=(level, level + OVERSHOOT),
                discharges=(0.0, max(largest_inflow, 1.0)),
            )
            (taken[level],) = runs([plan.variant(f"ideal diversion at {level:g} m", rules, [rating])], read)
        return taken[level].volume - volume

    ((top, top_error),) = runs(
        [plan.variant("all pumps at once", rules)], lambda result: (result.peak(water)[1], result.numerical_error)
    )
    floor = plan.lake.initial_level
    if volume <= 0.0 or top - floor <= CLOSE:
        return Bound(top, volume, top_error, tuple(_doubts(plan))), 0.0
    level = floor
    if too_much(floor) > 0.0:
        root = brentq(too_much, floor, top + OVERSHOOT, xtol=CLOSE, maxiter=MOST_RUNS - 3, disp=False)
        level = min(taken, key=lambda tried: abs(tried - root))
    at = taken[level]
    error = CLOSE + max(0.0, at.peak - level) + at.error
    return Bound(level, volume, error, tuple(_doubts(plan))), at.last


def _doubts(plan: Plan) -> Iterator[Sentence]:
    """What in the system keeps the bound from being proven."""
    gates = {use.structure for use in plan.uses if plan.kind(use) == "storage"}
    restricted = {use.structure for use in plan.uses if plan.kind(use) == "restriction"}
    storages = {lake.name for lake in plan.storages}
    structures = {structure.name: structure for structure in plan.system.structures}
    for structure in structures.values():
        rating = isinstance(structure, RatingCurve) and bool(np.any(np.diff(structure.discharges) < 0.0))
        if rating:
            yield "order_doubt_rating", {"structure": structure}
    for rule in plan.system.rules:
        if rule.structure not in gates | restricted and not _keeps_order(rule, plan):
            yield "order_doubt_rule", {"structure": structures[rule.structure], "rule": rule.type}
    for lake in plan.system.lakes:
        if lake.rain is not None and lake.rain.unit == "m/s" and lake.rain_falls_on == "surface":
            yield "order_doubt_rain", {"water": lake}
        others = [one for one in structures.values() if one.name not in gates | restricted]
        drained = any(one.draws_down_to(lake.name) < np.inf for one in others)
        if lake.name in storages and (drained or lake.leaving or lake.evaporation or lake.seepage):
            yield "order_doubt_storage", {"water": lake}
        if lake.name in {structures[name].head for name in restricted} and drained:
            yield "order_doubt_polder", {"water": lake}
    for use in plan.uses:
        structure = structures[use.structure]
        if plan.kind(use) == "pump" and any(structure.tail == lake.name for lake in plan.system.lakes):
            yield "order_doubt_pump", {"structure": structure}


def _keeps_order(rule: Rule, plan: Plan) -> bool:
    """Whether a rule never lets less on from head to tail where the head stands higher, or the tail lower."""
    structure: Structure = plan.system[rule.structure]
    if isinstance(rule, Schedule | Ramp | ReleaseLimit):
        return rule.observe is None or not isinstance(rule, ReleaseLimit)
    if not isinstance(rule, RuleCurve | StartStop | ShutOff):
        return False
    watched = rule.watched(structure)
    if watched is not None and isinstance(plan.system[watched], River):
        return True
    opens_as_it_rises = (rule.side > 0) != isinstance(rule, ShutOff)
    return watched == (structure.head if opens_as_it_rises else structure.tail)


def judged(bound: Bound, plan: Plan, rows: Sequence[Reading], last: float) -> Bound:
    """The bound with what runs of the uses say against it.

    Parameters
    ----------
    rows : runs of the uses
    last : when the diversion last took water [s from the start]
    """
    doubts = list(bound.doubts)
    before = plan.flood.seconds <= last
    for lake in plan.storages:
        curve, limit = lake.hypsometry, limit_of(lake)
        full, area = float(curve.storage(limit)), float(curve.area(limit))
        if any(row.stored[lake.name].max() > full + NOISE * row.error * area for row in rows):
            doubts.append(("order_doubt_limit", {"water": lake, "level": f"{limit:.2f}"}))
        for row in rows:
            stored = row.stored[lake.name][before]
            if len(stored) and np.max(np.maximum.accumulate(stored) - stored) > NOISE * row.error * area:
                doubts.append(("order_doubt_back", {"water": lake}))
                break
    under = min(row.peak + NOISE * row.error for row in rows)
    if under < bound.level - bound.error:
        doubts.append(("order_doubt_under", {}))
    return replace(bound, doubts=tuple(doubts))
