"""The tables of numbers that the balance works on: one row a lake, a structure, a piece of curve; and nothing else.

A table is a list of rows (the plain path) or a structured array with the same fields (the compiled path).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

DONE, EVENTS_FULL, DECIDE, NOT_CONVERGED = range(4)
"""What `advance` returns: at `until` or the end; the event table must be enlarged; a rule asks the host; failed."""

RAIN, EVAPORATION, SEEPAGE, UNDELIVERED = range(4)
TERMS = 4
"""What a lake books beside its structures: rain on the surface, evaporation, seepage, and the part of a given outflow
that was not there to be given."""


HELD = -1
"""The mode of a structure whose opening is held, or moves to where it will be held; else it is the kind of a rule."""


class Ints(Protocol):
    """A list or an array of whole numbers."""

    def __getitem__(self, place: int, /) -> int: ...
    def __len__(self) -> int: ...


class Floats(Protocol):
    """A list or an array of numbers."""

    def __getitem__(self, place: int, /) -> float: ...
    def __setitem__(self, place: int, number: float, /) -> None: ...
    def __len__(self) -> int: ...


@dataclass(slots=True)
class CurveRow:
    """An interval of a curve from a level up: storage + area·x + ½·slope·x² at x metres above it."""

    level: float = 0.0
    storage: float = 0.0
    area: float = 0.0
    slope: float = 0.0


@dataclass(slots=True)
class BreakRow:
    """A breakpoint of the forcing: its time [s], and whether a step has to end there, at a jump or a bend."""

    time: float = 0.0
    jump: int = 0


@dataclass(slots=True)
class PieceRow:
    """A piece of a series: value + slope·(t − breakpoint), and the integral up to the breakpoint."""

    value: float = 0.0
    slope: float = 0.0
    volume: float = 0.0


@dataclass(slots=True)
class LakeRow:
    """A lake: where its lists and series are, and where its computation stands.

    `lists[touch_first … touch_last−1]` are the structures solved with it, `feed` those that bring it the water of an
    earlier group, `entry` its turn in the elimination. `given_row` is the row of the forcing with all that depends on
    no level: inflow − outflow + rain on the bed. `least_area` is the area at the top of the thin layer over the bottom.
    `rain` to `outflow` are what the series give at the moment, `given_before` and `given` the given volume before and
    in the step under way, `coming` and `coming2` the given discharge at its ends. A number 1 or 2 else means its first
    or second stage.
    """

    curve_first: int = 0
    curve_last: int = 0
    touch_first: int = 0
    touch_last: int = 0
    feed_first: int = 0
    feed_last: int = 0
    entry_first: int = 0
    entry_last: int = 0
    diagonal: int = 0
    given_row: int = -1
    rain_row: int = -1
    evaporation_row: int = -1
    seepage_row: int = -1
    outflow_row: int = -1
    bottom: float = 0.0
    top: float = 0.0
    least_area: float = 0.0

    rain: float = 0.0
    evaporation: float = 0.0
    seepage: float = 0.0
    outflow: float = 0.0
    interval: int = 0
    dry: int = 0
    above: int = 0
    storage: float = 0.0
    storage2: float = 0.0
    given_before: float = 0.0
    given: float = 0.0
    coming: float = 0.0
    coming2: float = 0.0
    net: float = 0.0
    net1: float = 0.0
    net2: float = 0.0
    area: float = 0.0
    stiffness: float = 0.0
    target: float = 0.0
    wanting: float = 0.0
    change: float = 0.0
    step_error: float = 0.0
    error: float = 0.0
    largest_error: float = 0.0
    highest: float = 0.0
    highest_time: float = 0.0
    lowest: float = 0.0
    lowest_time: float = 0.0


@dataclass(slots=True)
class StructureRow:
    """A structure: what it joins, its equation's parameters `param[param_first … param_last−1]`, its present slopes.

    Waters are numbered lakes first, then rivers. `below` is the water whose level drowns it; the place after the last
    water stands for free fall. `slot_…` are the places of its slopes in the linear system of its group, −1 for none.

    Its rules are `rule[rule_first … rule_last−1]`, best rank first; without any it stays at its `own` opening. Where
    one of them remembers, its opening is kept at the outputs, in `column` of the record.

    `mode` says what gives the opening now: SCHEDULE or PROPORTIONAL, by the rule `governor` within `lowest … highest`;
    else it is HELD at `target`, or on its way there since `move_time`, from `move_from` at `speed` [1/s]. Its rules are
    asked when it is `due`, and at `decide_time`; `by` is the rule that set it last, `loser` the one that is overruled,
    `let_go` a shut-off that has just ended. `low_by` and `high_by` are the rules that set the range of the governor,
    `cut` 1 while they cut its wish. `cap` is the rule that limits its discharge, `unheeded` one that would and is
    overruled; `capped` is 1 while the discharge is at, or over, that limit.
    `told` is the opening that the events have told last.
    """

    kind: int = 0
    head: int = 0
    tail: int = -1
    below: int = 0
    flap: int = 0
    param_first: int = 0
    param_last: int = 0
    slot_head_tail: int = -1
    slot_tail_head: int = -1
    rule_first: int = 0
    rule_last: int = 0
    column: int = -1
    own: float = 1.0

    opening: float = 1.0
    slope_head: float = 0.0
    slope_tail: float = 0.0
    locked: int = 0

    mode: int = HELD
    governor: int = -1
    lowest: float = 0.0
    highest: float = 1.0
    low_by: int = -1
    high_by: int = -1
    cut: int = 0
    cap: int = -1
    unheeded: int = -1
    capped: int = 0
    target: float = 1.0
    move_time: float = -1e300
    move_from: float = 1.0
    speed: float = 0.0
    decide_time: float = 1e300
    due: int = 1
    let_go: int = -1
    by: int = -1
    loser: int = -1
    told: float = 0.0


@dataclass(slots=True)
class RuleRow:
    """A rule: the structure it moves, the water it watches, its rows in the forcing, and its one number, `width`.

    `number` is its place in the system, `side` 1 where it acts above its level and −1 below,
    `param[rise_first … rise_last−1]` are the rises of its units. An operator looks every `look` seconds, next at
    `look_time`; 0 is at every moment. `given` and `given2` are what its rows say at the moment. `memory` is what it
    remembers: units that run, whether it holds, or the opening that it last asked for. A joint rule takes that from the
    host, at each look: its `answer`, where `answered` is 1.
    """

    kind: int = 0
    number: int = 0
    structure: int = 0
    watch: int = 0
    row: int = -1
    row2: int = -1
    width: float = 0.0
    side: int = 1
    rise_first: int = 0
    rise_last: int = 0
    look: float = 0.0

    look_time: float = 0.0
    given: float = 0.0
    given2: float = 0.0
    memory: float = 0.0
    answer: float = 0.0
    answered: int = 0


@dataclass(slots=True)
class GroupRow:
    """Lakes that hold one another's level: `lists[first … last−1]`, in the order of elimination; and their `own`."""

    first: int = 0
    last: int = 0
    own_first: int = 0
    own_last: int = 0


@dataclass(slots=True)
class EntryRow:
    """A pair of entries off the diagonal, below (`lower`) and beside (`upper`) a pivot, with the other lake.

    Elimination of the pivot changes the entries `update[first … last−1]`.
    """

    lake: int = 0
    lower: int = 0
    upper: int = 0
    first: int = 0
    last: int = 0


@dataclass(slots=True)
class UpdateRow:
    """One subtraction of the elimination: slot[target] −= share · slot[upper]."""

    target: int = 0
    upper: int = 0


@dataclass(slots=True)
class ClockRow:
    """Time [s], next step [s], error of a level allowed in a step [m], and the counters.

    `operated` is 1 where a rule remembers, so that the rules have to be asked between the steps.
    """

    time: float = 0.0
    step: float = 0.0
    tolerance: float = 0.0
    piece: int = 0
    boundary: int = 0
    stale: int = 1
    next_output: int = 0
    operated: int = 0
    events: int = 0
    steps: int = 0
    repeated: int = 0
    euler_steps: int = 0
    culprit: int = 0


@dataclass(slots=True)
class EventRow:
    """What happened: when, to which water and structure, by which rule and why; −1 where there is none.

    `overruled` is the rule whose `wish` was cut; it and `rule` are places in the system.
    """

    time: float = 0.0
    water: int = -1
    structure: int = -1
    rule: int = -1
    reason: int = 0
    opening_before: float = 0.0
    opening_after: float = 0.0
    level: float = 0.0
    threshold: float = 0.0
    overruled: int = -1
    wish: float = 0.0


class Layout(NamedTuple):
    """What does not change in a run: curves end to end, parameters, order of solving; `lists` are all lists."""

    curve: Sequence[CurveRow]
    param: Sequence[float]
    group: Sequence[GroupRow]
    lists: Ints
    entry: Sequence[EntryRow]
    update: Sequence[UpdateRow]


class Forcing(NamedTuple):
    """The given series, all on one set of breakpoints: row r has its piece k at place r·(number of breakpoints) + k.

    `river_row` names the row of each river's level.
    """

    breakpoint: Sequence[BreakRow]
    piece: Sequence[PieceRow]
    river_row: Ints


class State(NamedTuple):
    """Where the computation stands; `advance` goes on from here and leaves it ready to go on again.

    `flux` is the present rate of every structure, then of the `TERMS` of every lake, then of what every structure
    would have taken from a fuller lake [m³/s]; `ledger` are the volumes of these so far [m³]. `level`, `level1` and
    `level2` are those of lakes, then rivers, then free fall. `slot` is the linear system of the groups.
    """

    clock: Sequence[ClockRow]
    lake: Sequence[LakeRow]
    structure: Sequence[StructureRow]
    rule: Sequence[RuleRow]
    level: Floats
    level1: Floats
    level2: Floats
    flux: Floats
    flux1: Floats
    flux2: Floats
    ledger: Floats
    slot: Floats


class Record(NamedTuple):
    """What is kept: storage and level of every lake at the output times, lake by lake, and the events.

    `opening` holds, column by column, the openings of the structures with a rule that remembers; all others follow from
    the levels.
    """

    output_time: Floats
    storage: Floats
    level: Floats
    opening: Floats
    event: Sequence[EventRow]


ROWS = (
    CurveRow,
    BreakRow,
    PieceRow,
    LakeRow,
    StructureRow,
    RuleRow,
    GroupRow,
    EntryRow,
    UpdateRow,
    ClockRow,
    EventRow,
)


def plain(column: NDArray[Any]) -> list[Any]:
    """A column or table as the list that the plain path works on."""
    if column.dtype.names is None:
        return list(column.tolist())
    row = next(row for row in ROWS if tuple(field.name for field in fields(row)) == column.dtype.names)
    return [row(*values) for values in column.tolist()]


@cache
def _template(row: type) -> NDArray[np.void]:
    """A table of one row, with the defaults of its class."""
    kinds = [(field.name, "i8" if field.type == "int" else "f8") for field in fields(row)]
    return np.array([tuple(field.default for field in fields(row))], dtype=np.dtype(kinds, align=True))


def table(row: type, count: int) -> Any:
    """A structured array of `count` rows, each with the defaults of its class; its rows have the fields of one."""
    return _template(row).repeat(count)
