"""The operating: when the rules of a structure are asked, what they make of it together, and the events of it."""

from __future__ import annotations

from collections.abc import Sequence

from ..labels import LET_GO, LIMITED, OVERRULED, SET, SHUT, STARTED, STOPPED, UNLIMITED
from ..rules import DWELL, JOINT, PROPORTIONAL, RAMP, RELEASE_LIMIT, SCHEDULE, SHUT_OFF, START_STOP
from .rates import on_the_way, set_now, value_at
from .recording import course, largest_opening, level_within, note_rule, wish_of, write_openings
from .tables import HELD, Forcing, Layout, Record, RuleRow, State
from .within import (
    NEVER,
    acts_within,
    cut_within,
    given_within,
    limited_within,
    opening_within,
    past,
    search,
    wish_within,
)

NOT_WORTH_TELLING = 0.005
"""Change of an opening by an operator that makes no event even where it leaves or reaches an end."""

ROUNDING = 1e-9
"""Change of an opening that is none."""

SMALLEST_SETTING = 0.05
"""Change of an opening since the last event below which an operator who follows a course makes no new one."""


def turn(rule: RuleRow, level: float, param: Sequence[float]) -> None:
    """Let a rule with start and stop levels, or a shut-off, take note of a level."""
    while past(rule, level, rule.given, rule.given2, param) > 0.0:
        if rule.kind == SHUT_OFF:
            rule.memory = 1.0 - rule.memory
            break
        running = rule.rise_first + int(rule.memory)
        starts = running < rule.rise_last and rule.side * (level - rule.given) > param[running]
        rule.memory += 1.0 if starts else -1.0


def first_act(step: float, finish: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> float:
    """Seconds into the step under way after which the first rule acts; the whole step if none does."""
    first = step
    for r in range(len(state.rule)):
        rule = state.rule[r]
        if rule.look == 0.0 and (rule.kind == START_STOP or rule.kind == SHUT_OFF):
            first = min(first, acts_within(r, step, finish, euler, layout, forcing, state))
    return first


def next_decision(boundary: float, state: State) -> float:
    """The next time at which an operator looks or a structure has to be asked again, at the latest the boundary [s]."""
    for r in range(len(state.rule)):
        if state.rule[r].look > 0.0:
            boundary = min(boundary, state.rule[r].look_time)
    for j in range(len(state.structure)):
        boundary = min(boundary, state.structure[j].decide_time)
    return boundary


def waits_for_host(first: int, last: int, state: State) -> bool:
    """Whether one of the rules first … last−1 has to be asked by the host before its structure can be set."""
    for r in range(first, last):
        rule = state.rule[r]
        if rule.kind == JOINT and rule.answered == 0 and state.clock[0].time >= rule.look_time:
            return True
    return False


def operate(layout: Layout, forcing: Forcing, state: State, record: Record) -> None:
    """Ask the rules whose time has come, and set the structures that they move, but those that wait for the host."""
    clock, structures, rules, level = state.clock[0], state.structure, state.rule, state.level
    set_now(clock.time, clock.piece, level, state.lake, structures, rules, forcing)
    decided = False
    for r in range(len(rules)):
        rule = rules[r]
        structure = structures[rule.structure]
        before = rule.memory
        if rule.look > 0.0:
            if clock.time < rule.look_time or (rule.kind == JOINT and rule.answered == 0):
                continue
            rule.look_time += rule.look
            if rule.kind == SCHEDULE or rule.kind == PROPORTIONAL:
                rule.memory = wish_of(rule, level[rule.watch], rule.given)
            elif rule.kind == RELEASE_LIMIT:
                rule.memory = largest_opening(structure, rule.given, level, layout.param)
            elif rule.kind == JOINT:
                rule.memory, rule.answered = rule.answer, 0
        if rule.kind == START_STOP or rule.kind == SHUT_OFF:
            turn(rule, level[rule.watch], layout.param)
        if rule.memory != before:
            structure.due = 1
            if rule.kind == SHUT_OFF and rule.memory == 0.0:
                structure.let_go = r
    for j in range(len(structures)):
        structure = structures[j]
        asked = structure.due == 1 or clock.time >= structure.decide_time
        if asked and not waits_for_host(structure.rule_first, structure.rule_last, state):
            decide(j, layout, state, record)
            decided = True
    if decided:
        clock.stale = 1
        if clock.next_output > 0 and record.output_time[clock.next_output - 1] == clock.time:
            write_openings(clock.next_output - 1, clock.next_output, layout, forcing, state, record)


def decide(j: int, layout: Layout, state: State, record: Record) -> None:
    """Let the rules of structure j narrow its opening, best rank first, and set it; note what moved and who lost.

    A ramp or a dwell time binds only within the range that better ranks have left: what forces the structure out of it
    moves it at once.
    """
    clock, structure, rules, level = state.clock[0], state.structure[j], state.rule, state.level
    starting, time = clock.steps == 0, clock.time
    low, high, low_by, high_by = 0.0, 1.0, -1, -1
    speed, ramp_low, ramp_high, again = 0.0, 0.0, 1.0, NEVER
    mode, cap, unheeded, loser, winner, wish = HELD, -1, -1, -1, -1, 0.0
    for r in range(structure.rule_first, structure.rule_last):
        rule = rules[r]
        lowest, highest = 0.0, 1.0
        if rule.kind == RAMP:
            speed, ramp_low, ramp_high = rule.width, low, high
        elif rule.kind == DWELL:
            if not starting and time < structure.move_time + rule.width:
                lowest, highest = structure.target, structure.target
                again = structure.move_time + rule.width
        elif rule.kind == SHUT_OFF:
            highest = rule.width if rule.memory > 0.0 else 1.0
        elif rule.kind == JOINT:
            lowest, highest = (rule.memory, 1.0) if rule.side > 0 else (0.0, rule.memory)
        elif rule.kind == RELEASE_LIMIT:
            if rule.look > 0.0:
                highest = rule.memory
            elif low == 0.0 and mode == HELD:
                cap = r
            else:
                unheeded = r
        elif rule.kind == START_STOP:
            lowest = rule.memory / (rule.rise_last - rule.rise_first)
            highest = lowest
        elif rule.look > 0.0 or mode != HELD:
            lowest = rule.memory if rule.look > 0.0 else wish_of(rule, level[rule.watch], rule.given)
            highest = lowest
        else:  # of itself, at every moment, within what better ranks leave
            mode = rule.kind
            structure.governor, structure.lowest, structure.highest = r, low, high
            structure.low_by, structure.high_by, structure.cut = low_by, high_by, 0
            asks = wish_of(rule, level[rule.watch], rule.given)
            if asks < low or asks > high:
                structure.cut = 1
                if loser < 0:
                    loser, winner, wish = r, low_by if asks < low else high_by, asks
            if low < high:
                if asks < low:  # what keeps it from the wish moves it
                    by = low_by
                elif asks > high and rules[high_by].kind == JOINT:
                    by = high_by
                else:
                    by = r
                low = min(max(asks, low), high)
                high, low_by, high_by = low, by, by
            continue
        if lowest > high or highest < low:  # it stays where its wish is met best, by the rule that is in its way
            if loser < 0:
                loser, wish = r, lowest if lowest > high else highest
                winner = high_by if lowest > high else low_by
            if lowest > high:
                low, low_by = high, high_by
            else:
                high, high_by = low, low_by
            continue
        if lowest > low:
            low, low_by = lowest, r
        if highest < high:
            high, high_by = highest, r

    target = min(max(structure.own, low), high)
    if loser >= 0 and rules[winner].kind == JOINT and abs(wish - target) < NOT_WORTH_TELLING:
        loser = -1
    by = -1
    if structure.own < low:
        by = low_by
    elif structure.own > high:
        by = high_by
    elif low == high:
        by = low_by if high_by < 0 else high_by
    structure.cap, structure.unheeded = cap, unheeded
    structure.decide_time = again
    if mode == HELD and (target != structure.target or structure.mode != HELD):
        structure.move_time, structure.target, structure.speed = time, target, 0.0
        structure.move_from = min(max(structure.opening, ramp_low), ramp_high)
        if speed > 0.0 and not starting:
            structure.speed = speed
    structure.mode = mode
    if mode == HELD:
        structure.opening = on_the_way(structure, time)
    else:
        structure.opening, structure.target = target, target
    tell(j, by, loser, winner, wish, layout, state, record)
    structure.due, structure.let_go, structure.loser = 0, -1, loser


def frees(rule: RuleRow, before: float, after: float) -> bool:
    """Whether the answer of a joint rule that set a structure no longer binds, and the structure moves away from it."""
    moves = rule.side * (before - after) >= NOT_WORTH_TELLING
    return rule.kind == JOINT and moves and rule.side * (rule.memory - after) <= ROUNDING


def why(rule: RuleRow, mode: int, before: float, after: float, anew: bool, overrules: bool) -> int:
    """The reason code of what a rule made of its structure; −1 where it is not worth telling.

    `anew` is that another rule set it before, `overrules` that one does not get what it asks for.
    """
    change = abs(after - before)
    if rule.kind == START_STOP:
        return STARTED if after > before else STOPPED
    if rule.kind == SHUT_OFF:
        return SHUT
    if rule.kind == RELEASE_LIMIT:
        return LIMITED if anew or change >= SMALLEST_SETTING else -1
    if rule.kind == JOINT:
        if change < SMALLEST_SETTING and (change < NOT_WORTH_TELLING or 0.0 < after < 1.0):
            return -1
        if rule.side < 0:
            return LIMITED
        return OVERRULED if after < before and anew and overrules else SET  # another closes it, and no farther
    reason = course(before, after)
    if change >= SMALLEST_SETTING and (mode == HELD or (mode == SCHEDULE and reason < 0)):
        return SET
    return -1 if mode == HELD and change < NOT_WORTH_TELLING else reason


def tell(
    j: int,
    by: int,
    loser: int,
    winner: int,
    wish: float,
    layout: Layout,
    state: State,
    record: Record,
) -> None:
    """Note what the decision on structure j moved and why, or that a rule is overruled from now on."""
    structure, rules = state.structure[j], state.rule
    before, after, last_by = structure.told, structure.target, structure.by
    dwells = by >= 0 and rules[by].kind == DWELL
    freed = by != last_by and last_by >= 0 and not dwells and frees(rules[last_by], before, after)
    rule, reason = by, -1
    if structure.let_go >= 0 and after > before:
        rule, reason = structure.let_go, LET_GO
    elif by >= 0 and after != before:
        kind = rules[by].kind
        wishes = kind in (START_STOP, SCHEDULE, PROPORTIONAL)
        if freed and (wishes or (after > before and kind != JOINT)):
            rule, reason = last_by, UNLIMITED  # what was wanted all the time
        else:
            reason = why(rules[by], structure.mode, before, after, by != last_by, loser >= 0)
    if reason < 0 and by != last_by and last_by >= 0 and (freed or rules[last_by].kind == RELEASE_LIMIT):
        rule, reason = last_by, UNLIMITED
    if reason < 0 and loser >= 0 and loser != structure.loser:
        rule, reason = winner, OVERRULED
    if reason >= 0:
        level = state.level[rules[rule].watch]
        note_rule(j, rule, reason, state.clock[0].time, before, after, level, layout, state, record)
        event = record.event[state.clock[0].events - 1]
        if loser >= 0:
            event.overruled, event.wish = rules[loser].number, wish
    if reason >= 0 or by < 0 or (structure.mode != HELD and rules[by].kind != JOINT):
        structure.told = after
    if not dwells or last_by < 0 or rules[last_by].kind != JOINT:
        structure.by = by  # a dwell time keeps what a joint rule has set


def note_moves(step: float, euler: bool, layout: Layout, forcing: Forcing, state: State, record: Record) -> None:
    """Note what the rules that act at every moment did in the step under way: ends left and reached, limits, cuts."""
    clock, structures, rules = state.clock[0], state.structure, state.rule
    for j in range(len(structures)):
        structure = structures[j]
        if structure.cap >= 0 or structure.unheeded >= 0:
            note_limit(j, step, euler, layout, forcing, state, record)
        if structure.mode == HELD:
            continue
        joint = structure.by >= 0 and rules[structure.by].kind == JOINT
        if joint and cut_within(j, step, step, euler, layout, forcing, state):
            continue  # told of where it is asked
        rule, governor = rules[structure.governor], structure.governor
        if structure.mode == SCHEDULE:  # it may jump where the step begins
            given = value_at(rule.row, clock.piece, clock.time, forcing.breakpoint, forcing.piece)
            opening = min(max(given, structure.lowest), structure.highest)
            if abs(opening - structure.told) > ROUNDING:
                level = state.level[rule.watch]
                note_rule(j, governor, SET, clock.time, structure.told, opening, level, layout, state, record)
            structure.told = opening
        after, x = opening_within(j, step, step, euler, layout, forcing, state), 0.0
        for _ in range(2 if structure.capped == 0 else 0):  # it may leave one end and reach the other
            reason = course(structure.told, after)
            if reason < 0:
                break
            x = search(reason, j, x, step, step, euler, layout, forcing, state)
            level = level_within(rule.watch, x, step, euler, layout, forcing, state)
            opening = opening_within(j, x, step, euler, layout, forcing, state)
            note_rule(j, governor, reason, clock.time + x, structure.told, opening, level, layout, state, record)
            record.event[clock.events - 1].threshold = given_within(governor, x, forcing, state)
            structure.told = opening
        structure.told = after
        if structure.lowest > 0.0 or structure.highest < 1.0:
            note_cut(j, step, euler, layout, forcing, state, record)


def note_cut(j: int, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State, record: Record) -> None:
    """Note that better ranks begin to cut what the governor of structure j asks for; that they cease is not told."""
    structure, rules = state.structure[j], state.rule
    cut = cut_within(j, step, step, euler, layout, forcing, state)
    if cut and structure.cut == 0:
        x = search(OVERRULED, j, 0.0, step, step, euler, layout, forcing, state)
        wish = wish_within(j, x, step, euler, layout, forcing, state)
        winner = structure.low_by if wish < structure.lowest else structure.high_by
        opening = min(max(wish, structure.lowest), structure.highest)
        level = level_within(rules[winner].watch, x, step, euler, layout, forcing, state)
        time = state.clock[0].time + x
        note_rule(j, winner, OVERRULED, time, opening, opening, level, layout, state, record)
        event = record.event[state.clock[0].events - 1]
        event.overruled, event.wish = rules[structure.governor].number, wish
    structure.cut = 1 if cut else 0


def note_limit(
    j: int, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State, record: Record
) -> None:
    """Note that the release limit of structure j begins or ceases to hold it, or begins to be overruled."""
    structure, rules = state.structure[j], state.rule
    limited = limited_within(j, step, step, euler, layout, forcing, state)
    if limited == (structure.capped == 1):
        return
    structure.capped = 1 if limited else 0
    reason = LIMITED if limited else UNLIMITED
    x = search(reason, j, 0.0, step, step, euler, layout, forcing, state)
    time = state.clock[0].time + x
    opening = opening_within(j, x, step, euler, layout, forcing, state)
    level = level_within(structure.head, x, step, euler, layout, forcing, state)
    if structure.cap >= 0:
        note_rule(j, structure.cap, reason, time, opening, opening, level, layout, state, record)
    elif limited:
        winner = structure.by if structure.mode == HELD else structure.governor
        note_rule(j, winner, OVERRULED, time, opening, opening, level, layout, state, record)
        event = record.event[state.clock[0].events - 1]
        event.overruled = rules[structure.unheeded].number
        limit = rules[structure.unheeded].given
        event.wish = min(opening, largest_opening(structure, limit, state.level2, layout.param))


COMPILED = (
    turn,
    first_act,
    next_decision,
    waits_for_host,
    operate,
    decide,
    frees,
    why,
    tell,
    note_cut,
    note_limit,
    note_moves,
)
"""What `compiled` compiles."""
