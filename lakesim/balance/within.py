"""What holds within the step under way, and from when on: levels that rules watch, openings, limits, cuts."""

from __future__ import annotations

from collections.abc import Sequence

from ..labels import LIMITED, OVERRULED, UNLIMITED
from ..rules import SHUT_OFF
from .rates import discharge, on_the_way, piece_until, value_at
from .recording import course, level_within, wish_of
from .tables import HELD, Forcing, Layout, RuleRow, State

LOCATED = 1e-7
"""How far a water is past its level when the rule acts, at the most; half of it is aimed at [m]."""

SHORTEST_SEARCH = 1e-4
"""How closely the moment is searched at which a rule acts [s]."""

ACTS = -1
"""That a rule changes its mind, for `search`, beside the reason codes."""

NEVER = 1e300


def past(rule: RuleRow, level: float, given: float, given2: float, param: Sequence[float]) -> float:
    """How far a water is past the level at which the rule changes its mind [m]; below 0 before it.

    Unit n starts above  given + rise of unit n,  the last that runs stops below  given2 + its rise;  a shut-off begins
    above `given` and ends below `given2`. For rules that act below their level all is the other way round.
    """
    if rule.kind == SHUT_OFF:
        return rule.side * (given2 - level if rule.memory > 0.0 else level - given)
    running = rule.rise_first + int(rule.memory)
    start, stop = -NEVER, -NEVER
    if running < rule.rise_last:
        start = rule.side * (level - given) - param[running]
    if running > rule.rise_first:
        stop = rule.side * (given2 - level) + param[running - 1]
    return max(start, stop)


def acts_within(
    r: int, step: float, finish: float, euler: bool, layout: Layout, forcing: Forcing, state: State
) -> float:
    """Seconds into the step under way after which rule r acts; the whole step if it does not.

    It is asked at the end and wherever the watched level turns, so that the water cannot pass and return unseen.
    """
    rule, lakes, breakpoint, pieces = state.rule[r], state.lake, forcing.breakpoint, forcing.piece
    now, piece, low, begin = state.clock[0].time, state.clock[0].piece, 0.0, 0.0
    while begin < step:
        last = piece == len(breakpoint) - 2 or breakpoint[piece + 1].time >= finish
        end, high = step if last else breakpoint[piece + 1].time - now, -1.0
        if rule.watch < len(lakes):
            lake = lakes[rule.watch]
            bend = (lake.net2 - lake.net) / step
            rising = lake.net + bend * begin + value_at(lake.given_row, piece, now + begin, breakpoint, pieces)
            rising2 = lake.net + bend * end + value_at(lake.given_row, piece, now + end, breakpoint, pieces)
            if rising * rising2 < 0.0:
                high = begin + (end - begin) * rising / (rising - rising2)
        for _ in range(2):  # where the level turns, and at the end
            if high >= 0.0:
                if past_within(r, high, step, euler, layout, forcing, state) > LOCATED:
                    return search(ACTS, r, low, high, step, euler, layout, forcing, state)
                low = high
            high = step if last else -1.0
        begin = end
        piece += 1
    return step


def past_within(r: int, x: float, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> float:
    """How far the water that rule r watches is past its level x seconds into the step under way [m]; see `past`."""
    rule, breakpoint, pieces = state.rule[r], forcing.breakpoint, forcing.piece
    time = state.clock[0].time + x
    piece = piece_until(time, state.clock[0].piece, breakpoint)
    level = level_within(rule.watch, x, step, euler, layout, forcing, state)
    given = value_at(rule.row, piece, time, breakpoint, pieces)
    given2 = value_at(rule.row2, piece, time, breakpoint, pieces)
    return past(rule, level, given, given2, layout.param)


def given_within(r: int, x: float, forcing: Forcing, state: State) -> float:
    """What the series of rule r says x seconds into the step under way."""
    time = state.clock[0].time + x
    piece = piece_until(time, state.clock[0].piece, forcing.breakpoint)
    return value_at(state.rule[r].row, piece, time, forcing.breakpoint, forcing.piece)


def wish_within(j: int, x: float, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> float:
    """Opening that the governor of structure j asks for x seconds into the step under way."""
    governor = state.structure[j].governor
    level = level_within(state.rule[governor].watch, x, step, euler, layout, forcing, state)
    return wish_of(state.rule[governor], level, given_within(governor, x, forcing, state))


def opening_within(j: int, x: float, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> float:
    """Opening of structure j x seconds into the step under way."""
    structure = state.structure[j]
    if structure.mode == HELD:
        return on_the_way(structure, state.clock[0].time + x)
    wish = wish_within(j, x, step, euler, layout, forcing, state)
    return min(max(wish, structure.lowest), structure.highest)


def cut_within(j: int, x: float, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> bool:
    """Whether the governor of structure j asks for more or less than it may x seconds into the step under way."""
    structure, wish = state.structure[j], wish_within(j, x, step, euler, layout, forcing, state)
    return wish < structure.lowest or wish > structure.highest


def limited_within(j: int, x: float, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> bool:
    """Whether the discharge of structure j would be above its limit x seconds into the step under way."""
    structure = state.structure[j]
    limit = given_within(max(structure.cap, structure.unheeded), x, forcing, state)
    q, _, _, _ = discharge(
        structure.kind,
        level_within(structure.head, x, step, euler, layout, forcing, state),
        level_within(structure.below, x, step, euler, layout, forcing, state),
        opening_within(j, x, step, euler, layout, forcing, state),
        layout.param,
        structure.param_first,
        structure.param_last,
    )
    return q > limit


def holds(
    what: int, of: int, x: float, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State
) -> bool:
    """Whether something holds x seconds into the step under way, told by its reason code.

    ACTS is that rule `of` changes its mind; all others are of structure `of`: its governor is cut (OVERRULED), its
    discharge is above its limit or not (LIMITED, UNLIMITED), or it left or reached an end since it was last told of.
    """
    if what == ACTS:
        return past_within(of, x, step, euler, layout, forcing, state) > 0.5 * LOCATED
    if what == OVERRULED:
        return cut_within(of, x, step, euler, layout, forcing, state)
    if what in (LIMITED, UNLIMITED):
        return limited_within(of, x, step, euler, layout, forcing, state) == (what == LIMITED)
    opening = opening_within(of, x, step, euler, layout, forcing, state)
    return course(state.structure[of].told, opening) == what


def search(
    what: int,
    of: int,
    low: float,
    high: float,
    step: float,
    euler: bool,
    layout: Layout,
    forcing: Forcing,
    state: State,
) -> float:
    """Seconds into the step under way from which something `holds`, between two bounds, by bisection."""
    while high - low > SHORTEST_SEARCH:
        middle = 0.5 * (low + high)
        if holds(what, of, middle, step, euler, layout, forcing, state):
            high = middle
        else:
            low = middle
    return high


COMPILED = (
    past,
    acts_within,
    past_within,
    given_within,
    wish_within,
    opening_within,
    cut_within,
    limited_within,
    holds,
    search,
)
"""What `compiled` compiles."""
