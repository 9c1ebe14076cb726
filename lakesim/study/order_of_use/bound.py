"""A level under which no operation of storages and pumps can hold a peak."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

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

SCANNED = 9
"""Levels that are tried first, to see between which two it lies, and that less is taken the higher they lie."""

SEEN = 3600.0
"""How far apart outputs may lie to tell the spells of the ideal diversion apart [s]."""


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
    """A run with the ideal diversion: its peak [m], what it took [m3], in how many spells, the levels' error [m]."""

    peak: float
    volume: float
    spells: int
    error: float

    def takes_more_than(self, lower: _Diversion, area: float) -> bool:
        """Whether it takes more than one at a lower level, beyond the errors of the levels on such an area [m2]."""
        return self.volume > lower.volume + NOISE * (self.error + lower.error) * area


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


def bound_of(plan: Plan, largest_inflow: float, runs: Runs) -> Bound:
    """The bound, with what in the system speaks against it.

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

    (1) and (2) need that more water anywhere never makes less leave, or less arrive elsewhere: no rating falls, no rain
    or groundwater grows with the surface, and no rule shuts an outflow, or opens an inflow, as the water above it
    rises, nor follows a third lake. A target level does that too where the structure can run backwards: what opens as
    the lake rises lets a higher river in. They also need that no rule has a memory: with start and stop levels, or an
    operator who looks now and then, what leaves hangs on levels that were, and a lake that was kept lower for an hour
    may let out more for days. (3) needs that the storages take no more than V: none is emptied meanwhile by a pump that
    is restricted later, or by its gate into a river. And what a restricted pump drains is to have no part in the rest.

    A gate through which a storage can give water back breaks (1), since that water stands in the control water again.
    With one lake and one spell of the diversion, (2) and (3) hold all the same: what is taken and given back before has
    left no sooner. With a second spell, or a storage that gives back what it held at the start, more can be taken in
    all than V; with other lakes that is not shown. What speaks against it is told in `doubts`; then the level is what
    the ideal diversion reaches, and no bound.

    Parameters
    ----------
    plan : the system and the uses
    largest_inflow : of the control water, from which the width of the diversion follows [m3/s]
    runs : what runs the system

    Notes
    -----
    The diversion is a rating that rises from 0 at H to the largest inflow at 0.1 mm above, and out of the system. Its
    volume is the solver's own integral, so that the control water's outflow may follow its level in any way. H lies
    between the initial level, below which no peak can be, and the peak without a diversion. Nine levels there are run,
    and between the lowest two that have V between them H is found by Brent's method. Where (1) and (2) hold, W falls
    steadily as H rises; if a level that was run takes more than a lower one, that is told as a doubt.
    """
    from scipy.optimize import brentq

    volume = sum(free_volume(lake) for lake in plan.storages)
    rules = [plan.never(use) if plan.kind(use) == "storage" else plan.from_time(use, 0.0) for use in plan.uses]
    taken: dict[float, _Diversion] = {}
    names = {thing.name for thing in (*plan.system.waters, *plan.system.structures)}
    name = next(name for name in ("ideal", *(f"ideal_{k}" for k in range(len(names)))) if name not in names)
    water = plan.lake.name

    def read(result: Result) -> _Diversion:
        taking = result.discharge[name] > 0.0
        spells = int(taking[0]) + int(np.count_nonzero(taking[1:] & ~taking[:-1]))
        peak, out = result.peak(water)[1], -result.account[water].volumes[name]
        return _Diversion(peak, out, spells, result.numerical_error)

    def run(levels: Sequence[float]) -> None:
        new = [level for level in levels if level not in taken]
        variants = []
        for level in new:
            rating = RatingCurve(
                name=name,
                head=water,
                of="headwater",
                levels=(level, level + OVERSHOOT),
                discharges=(0.0, max(largest_inflow, 1.0)),
            )
            variants.append(plan.variant(f"ideal diversion at {level:g} m", rules, [rating]))
        taken.update(zip(new, runs(variants, read), strict=True))

    def too_much(level: float) -> float:
        run([level])
        return taken[level].volume - volume

    ((top, top_error),) = runs(
        [plan.variant("all pumps at once", rules)], lambda result: (result.peak(water)[1], result.numerical_error)
    )
    floor = plan.lake.initial_level
    if volume <= 0.0 or top - floor <= CLOSE:
        return Bound(top, volume, top_error, tuple(_doubts(plan, 0)))
    level = floor
    if too_much(floor) > 0.0:
        scan = [float(tried) for tried in np.linspace(floor, top + OVERSHOOT, SCANNED)]
        run(scan)
        k = next(k for k, tried in enumerate(scan) if too_much(tried) <= 0.0)
        most = MOST_RUNS - 3 - SCANNED
        root = brentq(too_much, scan[k - 1], scan[k], xtol=CLOSE, maxiter=most, disp=False)
        level = min(taken, key=lambda tried: abs(tried - root))
    at = taken[level]
    error = CLOSE + max(0.0, at.peak - level) + at.error
    doubts = [*_doubts(plan, at.spells)]
    area = sum(float(lake.hypsometry.area(lake.hypsometry.top)) for lake in plan.system.lakes)
    if any(taken[high].takes_more_than(taken[low], area) for low, high in pairwise(sorted(taken))):
        doubts.append(("order_doubt_steady", {"water": plan.lake}))
    return Bound(level, volume, error, tuple(doubts))


def _doubts(plan: Plan, spells: int) -> Iterator[Sentence]:
    """What in the system, with so many spells of the diversion, keeps the bound from being proven."""
    gates = {use.structure for use in plan.uses if plan.kind(use) == "storage"}
    restricted = {use.structure for use in plan.uses if plan.kind(use) == "restriction"}
    storages = {lake.name for lake in plan.storages}
    structures = {structure.name: structure for structure in plan.system.structures}
    for structure in structures.values():
        rating = isinstance(structure, RatingCurve) and bool(np.any(np.diff(structure.discharges) < 0.0))
        if rating:
            yield "order_doubt_rating", {"structure": structure}
    for rule in plan.system.rules:
        doubt = None if rule.structure in gates | restricted else _doubt_of(rule, plan)
        if doubt:
            yield doubt, {"structure": structures[rule.structure], "rule": rule.type}
    from_lakes = {name for name in gates if isinstance(plan.system[structures[name].head], Lake)}
    for lake in plan.system.lakes:
        if _comes_with_the_surface(lake, plan):
            yield "order_doubt_rain", {"water": lake}
        drained = any(
            one.draws_down_to(lake.name) < np.inf for one in structures.values() if one.name not in from_lakes
        )
        if lake.name in storages and (drained or lake.leaving or lake.evaporation or lake.seepage):
            yield "order_doubt_storage", {"water": lake}
        others = [one for one in structures.values() if one.name not in gates | restricted]
        joined = any(lake.name in (one.head, one.tail) for one in others)
        if lake.name in {structures[name].head for name in restricted} and joined:
            yield "order_doubt_polder", {"water": lake}
    for use in plan.uses:
        structure = structures[use.structure]
        if plan.kind(use) == "pump" and any(structure.tail == lake.name for lake in plan.system.lakes):
            yield "order_doubt_pump", {"structure": structure}
    yield from _may_give_back(plan, spells)


def _doubt_of(rule: Rule, plan: Plan) -> str | None:
    """Why a rule may let less on from head to tail where the head stands, or stood, higher, or the tail lower."""
    structure: Structure = plan.system[rule.structure]
    if isinstance(rule, Schedule | Ramp):
        return None
    if isinstance(rule, RuleCurve | StartStop | ShutOff):
        watched = rule.watched(structure)
        if watched is not None and isinstance(plan.system[watched], River):
            return None
        opens_as_it_rises = (rule.side > 0) != isinstance(rule, ShutOff)
        if watched != (structure.head if opens_as_it_rises else structure.tail):
            return "order_doubt_rule"
        if isinstance(rule, RuleCurve) and _may_run_back(rule, structure, plan):
            return "order_doubt_rule"
    elif not isinstance(rule, ReleaseLimit):
        return "order_doubt_rule"
    ramped = any(isinstance(one, Ramp) and one.structure == rule.structure for one in plan.system.rules)
    memory = isinstance(rule, StartStop | ShutOff) or rule.observe is not None or ramped
    return "order_doubt_memory" if memory else None


def _may_run_back(curve: RuleCurve, structure: Structure, plan: Plan) -> bool:
    """Whether a structure that is opened to hold a target may let water from its tail to its head meanwhile."""
    tail, period = plan.system[structure.tail] if structure.tail else None, plan.flood.period
    lowest = structure.draws_down_to(structure.tail)
    if curve.watch == "head":  # below the target it is shut
        lowest = max(lowest, curve.target.between(*period).extremes[0])
    return lowest < (tail.level.between(*period).extremes[1] if isinstance(tail, River) else np.inf)


def _comes_with_the_surface(lake: Lake, plan: Plan) -> bool:
    """Whether a lake gets more the larger its surface is: rain on that, dew, or groundwater."""
    if lake.rain is not None and lake.rain.unit == "m/s" and lake.rain_falls_on == "surface":
        return True
    losses = [one for one in (lake.evaporation, lake.seepage) if one is not None and one.unit == "m/s"]
    return any(one.between(*plan.flood.period).extremes[0] < 0.0 for one in losses)


def _may_give_back(plan: Plan, spells: int) -> Iterator[Sentence]:
    """The storages that can give water back through their own gates, where that may matter; see `bound_of`."""
    polders = {plan.structure(use).head for use in plan.uses if plan.kind(use) == "restriction"}
    among = {plan.lake.name, *polders, *(lake.name for lake in plan.storages)}
    others = any(lake.name not in among for lake in plan.system.lakes)
    many = spells > 1 or plan.flood.output_step > SEEN  # two may lie between two outputs
    for lake in plan.storages:
        gates = [gate for gate in map(plan.structure, plan.uses) if gate.tail == lake.name]
        lowest = max(lake.hypsometry.bottom, min(gate.draws_down_to(lake.name) for gate in gates))
        if lowest < limit_of(lake) and (others or many or lowest < lake.initial_level):
            yield "order_doubt_back", {"water": lake}


def judged(bound: Bound, plan: Plan, rows: Sequence[Reading]) -> Bound:
    """The bound with what runs of the uses say against it."""
    doubts = list(bound.doubts)
    for lake in plan.storages:
        curve, limit = lake.hypsometry, limit_of(lake)
        full, area = float(curve.storage(limit)), float(curve.area(limit))
        if any(row.stored[lake.name].max() > full + NOISE * row.error * area for row in rows):
            doubts.append(("order_doubt_limit", {"water": lake, "level": f"{limit:.2f}"}))
    under = min(row.peak + NOISE * row.error for row in rows)
    if under < bound.level - bound.error:
        doubts.append(("order_doubt_under", {}))
    return replace(bound, doubts=tuple(doubts))
