"""A system and a flood laid out as the tables of numbers that the balance works on."""

from __future__ import annotations

import graphlib
import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .. import balance
from ..floods import Flood
from ..rules import (
    DWELL,
    OBSERVATION_STEP,
    PROPORTIONAL,
    RAMP,
    RELEASE_LIMIT,
    SCHEDULE,
    SHUT_OFF,
    START_STOP,
)
from ..series import Series
from ..waters import LAKE_SERIES, System, Water

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Table = Any  # a structured array

TOLERANCE = 1e-6
"""Error of a level allowed in one step, unless asked otherwise [m]."""

SLOW = (RAMP, DWELL)
"""Kinds of rules that make an operator of what acts at every moment otherwise."""

REMEMBERING = (*SLOW, SHUT_OFF, START_STOP)
"""Kinds of rules whose openings depend on what was before."""

FIRST_STEP = 60.0
"""Length of the first step to be tried [s]."""

SMALLEST_JUMP = 1e-9
"""Part of a series' largest value by which it must change at once for the solver to stop there."""


@dataclass(frozen=True)
class Run:
    """The four sets of tables that `balance.advance` works on."""

    layout: balance.Layout
    forcing: balance.Forcing
    state: balance.State
    record: balance.Record
    end: float

    @property
    def work(self) -> int:
        """About how much there is to do: outputs of a lake, and steps, of which each jump of the forcing makes one."""
        breakpoints: Any = self.forcing.breakpoint
        steps = 500 + int(np.count_nonzero(breakpoints["jump"]))
        things = len(self.state.lake) + len(self.state.structure)
        return len(self.record.level) + 10 * steps * things

    def plain(self) -> Run:
        """The same numbers as lists, for the plain path."""
        parts: Any = (self.layout, self.forcing, self.state, self.record)
        layout, forcing, state, record = (type(part)(*map(balance.plain, part)) for part in parts)
        return Run(layout, forcing, state, record, self.end)


def lay_out(system: System, flood: Flood, tolerance: float = TOLERANCE) -> Run:
    """Turn records into the numbers that `balance.advance` works on: lakes first, then rivers, structures as given."""
    layout, lakes, structures, rules = _layout(system)
    forcing = _forcing(system, flood, lakes, rules)
    start, end = flood.period
    state = _state(system, start, layout, lakes, structures, rules, tolerance)
    record = _record(system, flood, int(np.count_nonzero(structures["column"] >= 0)))
    return Run(layout, forcing, state, record, float((end - start) / np.timedelta64(1, "s")))


def _bounds(lists: Sequence[Sequence[Any]]) -> Ints:
    """Where each of several lists begins, and where it ends, when they are put end to end."""
    ends = np.cumsum([0, *(len(one) for one in lists)], dtype=np.int64)
    return np.array([ends[:-1], ends[1:]])


def _layout(system: System) -> tuple[balance.Layout, Table, Table, Table]:
    """The layout, and the tables of lakes, structures and rules as far as they follow from the system."""
    waters: tuple[Water, ...] = (*system.lakes, *system.rivers)
    number = {water.name: index for index, water in enumerate(waters)}
    curves = [lake.hypsometry for lake in system.lakes]
    head = [number[structure.head] for structure in system.structures]
    tail = [number[structure.tail] if structure.tail is not None else -1 for structure in system.structures]
    below = [t if structure.uses_tail else len(number) for t, structure in zip(tail, system.structures, strict=True)]
    parameters = [structure.parameters() for structure in system.structures]

    groups = _groups(len(curves), head, tail, below)
    group_of = {water: index for index, group in enumerate(groups) for water in group}
    own: list[list[int]] = [[] for _ in groups]
    touch: list[list[int]] = [[] for _ in curves]
    feed: list[list[int]] = [[] for _ in curves]
    for j, (h, t) in enumerate(zip(head, tail, strict=True)):
        home = group_of[h] if h < len(curves) else group_of[t]
        own[home].append(j)
        if h < len(curves):
            touch[h].append(j)
        if 0 <= t < len(curves):
            (touch if group_of[t] == home else feed)[t].append(j)

    lakes = balance.table(balance.LakeRow, len(curves))
    curve = balance.table(balance.CurveRow, sum(len(one.curve_level) for one in curves))
    for field in ("level", "storage", "area", "slope"):
        curve[field] = [value for one in curves for value in getattr(one, f"curve_{field}")]
    lakes["curve_first"], lakes["curve_last"] = _bounds([one.curve_level for one in curves])
    lakes["curve_last"] -= 1
    lakes["interval"] = lakes["curve_first"]
    lakes["bottom"] = [one.bottom for one in curves]
    lakes["top"] = [one.top for one in curves]
    lakes["least_area"] = [one.area(one.bottom + balance.THIN_LAYER) for one in curves]

    structures = balance.table(balance.StructureRow, len(head))
    structures["kind"] = [structure.kind for structure in system.structures]
    structures["head"], structures["tail"], structures["below"] = head, tail, below
    structures["flap"] = [structure.flap for structure in system.structures]
    structures["param_first"], structures["param_last"] = _bounds(parameters)
    structures["own"] = structures["opening"] = [structure.opening for structure in system.structures]

    order, entry, update, slot = _elimination(groups, own, head, tail, lakes)
    group = balance.table(balance.GroupRow, len(groups))
    lists = [[order], own, touch, feed]  # one after another in `Layout.lists`
    starts = np.cumsum([0, *(sum(len(one) for one in several) for several in lists)])
    group["first"], group["last"] = _bounds(groups)
    group["own_first"], group["own_last"] = starts[1] + _bounds(own)
    lakes["touch_first"], lakes["touch_last"] = starts[2] + _bounds(touch)
    lakes["feed_first"], lakes["feed_last"] = starts[3] + _bounds(feed)
    lakes["diagonal"] = [slot[water, water] for water in range(len(curves))]
    structures["slot_head_tail"] = [slot.get(pair, -1) for pair in zip(head, tail, strict=True)]
    structures["slot_tail_head"] = [slot.get(pair, -1) for pair in zip(tail, head, strict=True)]
    numbers = [value for one in parameters for value in one]
    rules = _rules(system, number, structures, numbers)
    param: Any = np.array(numbers, dtype=np.float64)
    layout = balance.Layout(
        curve=curve,
        param=param,
        group=group,
        lists=np.array([number for several in lists for one in several for number in one], dtype=np.int64),
        entry=entry,
        update=update,
    )
    return layout, lakes, structures, rules


def _rules(system: System, number: dict[str, int], structures: Table, param: list[float]) -> Table:
    """The table of rules, structure by structure in order of rank; the rises of their units go on the parameters."""
    place = {structure.name: j for j, structure in enumerate(system.structures)}
    in_order = sorted(range(len(system.rules)), key=lambda i: (place[system.rules[i].structure], system.rules[i].place))
    rules = balance.table(balance.RuleRow, len(in_order))
    slow = {rule.structure for rule in system.rules if rule.KIND in SLOW}
    remembering = set()
    for r, i in enumerate(in_order):
        rule = system.rules[i]
        moving = system[rule.structure]
        slowed = rule.structure in slow and rule.KIND in (SCHEDULE, PROPORTIONAL, RELEASE_LIMIT)
        looks = slowed or rule.watches_another(moving)
        row = rules[r]
        row["kind"], row["number"], row["structure"], row["width"] = rule.KIND, i, place[rule.structure], rule.width
        row["side"], row["watch"] = rule.side, number[rule.watched(moving) or moving.head]
        row["look"] = rule.observe or (OBSERVATION_STEP if looks else 0.0)
        row["rise_first"], row["rise_last"] = len(param), len(param) + len(rule.rises)
        param.extend(rule.rises)
        if row["look"] > 0.0 or rule.KIND in REMEMBERING:
            remembering.add(rule.structure)
    moved = [place[system.rules[i].structure] for i in in_order]
    structures["rule_first"] = np.searchsorted(moved, range(len(structures)))
    structures["rule_last"] = np.searchsorted(moved, range(len(structures)), side="right")
    structures["column"][[place[name] for name in remembering]] = range(len(remembering))
    structures["target"] = np.where(structures["rule_first"] < structures["rule_last"], 0.0, structures["own"])
    return rules


def _groups(lakes: int, head: list[int], tail: list[int], below: list[int]) -> list[list[int]]:
    """Lakes that hold one another's level, directly or round a circle, together; upstream groups first."""
    if lakes == 1:
        return [[0]]
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    joined = [(h, t, b) for h, t, b in zip(head, tail, below, strict=True) if h < lakes and 0 <= t < lakes]
    arrows = [(h, t) for h, t, _ in joined] + [(t, h) for h, t, b in joined if b == t]
    rows, columns = zip(*arrows, strict=True) if arrows else ((), ())
    graph = coo_array((np.ones(len(arrows)), (rows, columns)), shape=(lakes, lakes)).tocsr()
    count, group_of = connected_components(graph, connection="strong")
    above: dict[int, set[int]] = {group: set() for group in range(count)}
    for h, t in arrows:
        if group_of[h] != group_of[t]:
            above[int(group_of[t])].add(int(group_of[h]))
    members: dict[int, list[int]] = {group: [] for group in range(count)}
    for water in range(lakes):
        members[int(group_of[water])].append(water)
    return [members[group] for group in graphlib.TopologicalSorter(above).static_order()]


def _elimination(
    groups: list[list[int]], own: list[list[int]], head: list[int], tail: list[int], lakes: Table
) -> tuple[list[int], Table, Table, dict[tuple[int, int], int]]:
    """Order of elimination, its entries and updates, and the place of each pair of lakes in the linear system."""
    order: list[int] = []
    partners: list[list[int]] = []
    for group, structures in zip(groups, own, strict=True):
        for water, others in _eliminate(group, [(head[j], tail[j]) for j in structures]):
            order.append(water)
            partners.append(others)
    slot: dict[tuple[int, int], int] = {}
    for water, others in zip(order, partners, strict=True):
        for place in ((water, water), *((other, water) for other in others), *((water, other) for other in others)):
            slot[place] = len(slot)
    lakes["entry_first"][order], lakes["entry_last"][order] = _bounds(partners)
    pairs = [(water, other, others) for water, others in zip(order, partners, strict=True) for other in others]
    updates = [[(slot[other, right], slot[water, right]) for right in others] for water, other, others in pairs]
    entry = balance.table(balance.EntryRow, len(pairs))
    entry["lake"] = [other for _, other, _ in pairs]
    entry["lower"] = [slot[other, water] for water, other, _ in pairs]
    entry["upper"] = [slot[water, other] for water, other, _ in pairs]
    entry["first"], entry["last"] = _bounds(updates)
    update = balance.table(balance.UpdateRow, sum(len(one) for one in updates))
    update["target"] = [target for one in updates for target, _ in one]
    update["upper"] = [upper for one in updates for _, upper in one]
    return order, entry, update, slot


def _eliminate(group: list[int], joined: list[tuple[int, int]]) -> Iterator[tuple[int, list[int]]]:
    """Lakes of a group, fewest neighbours first, each with the neighbours that it still has by then.

    A lake that is eliminated joins its neighbours to one another (fill); a tree, taken from its leaves, has none.
    """
    neighbours: dict[int, set[int]] = {water: set() for water in group}
    for h, t in joined:
        if h in neighbours and t in neighbours:
            neighbours[h].add(t)
            neighbours[t].add(h)
    heap = [(len(others), water) for water, others in neighbours.items()]
    heapq.heapify(heap)
    while heap:
        degree, water = heapq.heappop(heap)
        if water not in neighbours or degree != len(neighbours[water]):
            continue  # an entry that is out of date
        others = neighbours.pop(water)
        for other in others:
            neighbours[other] = (neighbours[other] | others) - {water, other}
            heapq.heappush(heap, (len(neighbours[other]), other))
        yield water, sorted(others)


def _forcing(system: System, flood: Flood, lakes: Table, rules: Table) -> balance.Forcing:
    """All series on one set of breakpoints; the rows that each lake reads are written into its table."""
    start, end = flood.period
    span = (end - start) / np.timedelta64(1, "s")
    rows: list[tuple[Floats, Floats, Floats]] = []
    row_of: dict[str, int] = {}

    def row(series: Series | None) -> int:
        if series is None:
            return -1
        if series.digest not in row_of:
            row_of[series.digest] = len(rows)
            rows.append(series.over(start, end))
        return row_of[series.digest]

    rows_of = {term: [row(getattr(lake, term)) for lake in system.lakes] for term in LAKE_SERIES}
    levels = [row(river.level) for river in system.rivers]
    for one in rules:
        one["row"], one["row2"] = (row(series) for series in system.rules[one["number"]].series)

    breakpoint = np.array([0.0, span])
    if len(rows) == 1:
        breakpoint = rows[0][0]
    elif rows:
        breakpoint = np.unique(np.concatenate([seconds for seconds, _, _ in rows]))
    values, slopes = [], []
    for seconds, value, slope in rows:
        whole = len(seconds) == len(breakpoint)  # it has every breakpoint itself
        at = slice(None) if whole else np.searchsorted(seconds, breakpoint[:-1], side="right") - 1
        values.append(value[at] + slope[at] * (breakpoint[:-1] - seconds[:-1][at]))
        slopes.append(slope[at])

    def total(parts: list[tuple[int, float]]) -> int:
        """Row of a sum of rows, each times a number; a new one where it is more than one row as it is."""
        if len(parts) <= 1 and all(share == 1.0 for _, share in parts):
            return parts[0][0] if parts else -1
        values.append(np.sum([share * values[r] for r, share in parts], axis=0))
        slopes.append(np.sum([share * slopes[r] for r, share in parts], axis=0))
        return len(values) - 1

    for w, lake in enumerate(system.lakes):
        arriving = [(rows_of[term][w], share) for term, share in lake.arriving.items()]
        leaving = [(rows_of[term][w], 1.0) for term in lake.leaving]
        lakes["given_row"][w] = total([*arriving, *((r, -1.0) for r, _ in leaving)])
        lakes["outflow_row"][w] = total(leaving)
        for term in ("rain", "evaporation", "seepage"):
            fixed = term in lake.arriving or term in lake.leaving
            lakes[f"{term}_row"][w] = -1 if fixed else rows_of[term][w]

    pieces = len(breakpoint) - 1
    value, slope = np.array(values).reshape(len(values), pieces), np.array(slopes).reshape(len(values), pieces)
    length = np.diff(breakpoint)
    piece = balance.table(balance.PieceRow, len(values) * (pieces + 1)).reshape(len(values), pieces + 1)
    piece["value"][:, :-1], piece["slope"][:, :-1] = value, slope
    np.cumsum(length * (value + 0.5 * slope * length), axis=1, out=piece["volume"][:, 1:])
    breaks = balance.table(balance.BreakRow, pieces + 1)
    breaks["time"] = breakpoint
    arrives = value[:, :-1] + slope[:, :-1] * length[:-1]
    largest = np.abs(value).max(axis=1, initial=0.0)[:, None]
    breaks["jump"][1:-1] = np.any(np.abs(value[:, 1:] - arrives) > SMALLEST_JUMP * largest, axis=0)
    # What is read at single moments, and not integrated by itself, could pass unseen in a step: it ends at bends too.
    read = [
        *levels,
        *rules["row"],
        *rules["row2"],
        *lakes["rain_row"],
        *lakes["evaporation_row"],
        *lakes["seepage_row"],
    ]
    read = sorted({int(r) for r in read if r >= 0})
    bend = np.abs(np.diff(slope[read], axis=1)) * np.minimum(length[:-1], length[1:])
    breaks["jump"][1:-1] |= np.any(bend > SMALLEST_JUMP * largest[read], axis=0)
    return balance.Forcing(breakpoint=breaks, piece=piece.ravel(), river_row=np.array(levels, dtype=np.int64))


def _state(
    system: System,
    start: np.datetime64,
    layout: balance.Layout,
    lakes: Table,
    structures: Table,
    rules: Table,
    tolerance: float,
) -> balance.State:
    fluxes = 2 * len(structures) + balance.TERMS * len(lakes)
    level = np.zeros(len(system.waters) + 1)  # the last place stands for free fall
    level[: len(lakes)] = [lake.initial_level for lake in system.lakes]
    level[len(lakes) : -1] = [river.level.at(start) for river in system.rivers]
    lakes["storage"] = [float(lake.hypsometry.storage(lake.initial_level)) for lake in system.lakes]
    lakes["highest"] = lakes["lowest"] = level[: len(lakes)]
    lakes["dry"] = lakes["highest"] < lakes["bottom"] + balance.THIN_LAYER
    lakes["above"] = lakes["highest"] > lakes["top"]
    structures["locked"] = (structures["flap"] == 1) & (level[structures["below"]] > level[structures["head"]])
    clock = balance.table(balance.ClockRow, 1)
    clock["step"] = FIRST_STEP
    clock["tolerance"] = tolerance
    clock["operated"] = np.any(structures["column"] >= 0)
    entry: Any = layout.entry
    places = [lakes["diagonal"], entry["lower"], entry["upper"]]
    return balance.State(
        clock=clock,
        lake=lakes,
        structure=structures,
        rule=rules,
        level=level,
        level1=np.zeros(len(level)),
        level2=np.zeros(len(level)),
        flux=np.zeros(fluxes),
        flux1=np.zeros(fluxes),
        flux2=np.zeros(fluxes),
        ledger=np.zeros(fluxes),
        slot=np.zeros(int(np.concatenate(places).max()) + 1),
    )


def _record(system: System, flood: Flood, operated: int) -> balance.Record:
    times = flood.seconds
    return balance.Record(
        output_time=times,
        storage=np.zeros(len(system.lakes) * len(times)),
        level=np.zeros(len(system.lakes) * len(times)),
        opening=np.zeros(operated * len(times)),
        event=balance.table(balance.EventRow, 256 + 10 * (len(system.lakes) + len(system.structures))),
    )
