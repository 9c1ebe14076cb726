"""What is kept of the steps: outputs between their ends, highest and lowest levels, and events."""

from __future__ import annotations

from collections.abc import Sequence

from ..hydraulics import FREE_FALL
from ..labels import (
    ABOVE_CURVE,
    BACK_ON_CURVE,
    CLOSED,
    FULLY_OPEN,
    LOCKED_OUT,
    OPENED,
    PARTLY_OPEN,
    RAN_DRY,
    REFILLED,
    STARTED,
    STOPPED,
    UNLOCKED,
)
from ..rules import SCHEDULE, SHUT_OFF, START_STOP
from .rates import (
    THIN_LAYER,
    discharge,
    level_of_storage,
    on_the_way,
    piece_from,
    piece_until,
    rates_at,
    value_at,
    volume_at,
)
from .tables import HELD, Floats, Forcing, LakeRow, Layout, Record, RuleRow, State, StructureRow


def rates_over(layout: Layout, forcing: Forcing, state: State, record: Record, flows: Floats, openings: Floats) -> None:
    """Write discharge and opening of every structure at the recorded levels, structure by structure.

    At a jump of the forcing they are those from then on. The opening of a structure whose discharge is limited is that
    which gives the limit. The run is over with this: the modes of structures that are operated are gone.
    """
    output_time, levels, structures, rules = record.output_time, record.level, state.structure, state.rule
    lakes, outputs, piece, level = len(state.lake), len(record.output_time), 0, state.level1
    for j in range(len(structures)):
        if structures[j].column >= 0:
            structures[j].mode, structures[j].speed, structures[j].cap = HELD, 0.0, -1
    for k in range(outputs):
        for w in range(lakes):
            level[w] = levels[w * outputs + k]
        piece = piece_from(output_time[k], piece, forcing.breakpoint)
        for j in range(len(structures)):
            structure = structures[j]
            if structure.column >= 0:
                structure.opening = record.opening[structure.column * outputs + k]
        rates_at(output_time[k], piece, level, state.flux1, layout, forcing, state)
        for j in range(len(structures)):
            structure = structures[j]
            opening = structure.opening
            if structure.cap >= 0:
                opening = min(opening, largest_opening(structure, rules[structure.cap].given, level, layout.param))
            flows[j * outputs + k] = state.flux1[j]
            openings[j * outputs + k] = opening


def largest_opening(structure: StructureRow, limit: float, level: Floats, param: Sequence[float]) -> float:
    """The largest opening at which a structure lets through no more than a limit [m³/s] at these levels."""
    first, last = structure.param_first, structure.param_last
    headwater, tailwater = level[structure.head], level[structure.below]
    low, high, opening = 0.0, 1.0, 1.0
    for _ in range(MOST_HALVINGS):
        q, _, _, _ = discharge(structure.kind, headwater, tailwater, opening, param, first, last)
        if q > limit:
            high = opening
        elif opening == 1.0:
            return 1.0
        else:
            low = opening
        opening = 0.5 * (low + high)
    return low


MOST_HALVINGS = 50
"""Halvings in a search between two bounds."""


AT_ONCE = 100.0
"""By what factor the outlets make a lake seem larger within a step from which on they let out at once what comes."""


def between(rate: float, mean: float) -> float:
    """A rate at an end of a step, so that the cubic with this mean rate does not swing past either end."""
    if rate * mean <= 0.0:
        return 0.0
    return rate if abs(rate) <= 3.0 * abs(mean) else 3.0 * mean


def storage_within(lake: LakeRow, x: float, given: float, step: float, euler: bool) -> float:
    """Storage of a lake x seconds into the step, by a cubic through both ends.

    What is given enters exactly, and the cubic is of the rest. Where the outlets let out at once what comes, or nothing
    is given and they are quick, the cubic is of the whole, and kept from swinging past the ends.
    """
    s = x / step
    answer = lake.stiffness / lake.area if lake.area > 0.0 else AT_ONCE
    if euler or answer >= AT_ONCE or (lake.given == 0.0 and answer > 2.0):
        gain = lake.storage2 - lake.storage
        line = lake.storage + s * gain
        first, last = between(lake.net + lake.coming, gain / step), between(lake.net2 + lake.coming2, gain / step)
    else:
        gain = lake.storage2 - lake.storage - lake.given
        line = lake.storage + given + s * gain
        first, last = lake.net, lake.net2
    return line + s * (1.0 - s) * (step * ((1.0 - s) * first - s * last) + (2.0 * s - 1.0) * gain)


def write_outputs(
    step: float, finish: float, euler: bool, layout: Layout, forcing: Forcing, state: State, record: Record
) -> None:
    """Write the storage and level of every lake at the output times that the step under way has passed."""
    clock, lakes, breakpoint, pieces, curve = (
        state.clock[0],
        state.lake,
        forcing.breakpoint,
        forcing.piece,
        layout.curve,
    )
    output_time, storages, levels = record.output_time, record.storage, record.level
    outputs = len(output_time)
    first = clock.next_output
    last = first
    while last < outputs and output_time[last] <= finish:
        last += 1
    for w in range(len(lakes)):
        lake = lakes[w]
        piece = clock.piece
        for k in range(first, last):
            x = output_time[k] - clock.time
            piece = piece_until(output_time[k], piece, breakpoint)
            given = volume_at(lake.given_row, piece, output_time[k], breakpoint, pieces) - lake.given_before
            storage = storage_within(lake, x, given, step, euler)
            if storage < curve[lake.curve_first].storage:
                storage = lake.storage + x / step * (lake.storage2 - lake.storage)
            if output_time[k] == finish:
                storage = lake.storage2
            level = level_of_storage(lake, storage, curve)
            storages[w * outputs + k] = storage
            levels[w * outputs + k] = level
            if level > lake.highest:
                lake.highest, lake.highest_time = level, output_time[k]
            if level < lake.lowest:
                lake.lowest, lake.lowest_time = level, output_time[k]
    write_openings(first, last, layout, forcing, state, record)
    clock.next_output = last


def write_openings(first: int, last: int, layout: Layout, forcing: Forcing, state: State, record: Record) -> None:
    """Write the openings that are kept, from output `first` up to `last`, whose levels are written already.

    Where a limit holds the discharge, it is the opening that gives the limit.
    """
    clock, structures, rules, outputs = state.clock[0], state.structure, state.rule, len(record.output_time)
    breakpoint, pieces, rivers, lakes = forcing.breakpoint, forcing.piece, forcing.river_row, len(state.lake)
    for j in range(len(structures)):
        structure = structures[j]
        if structure.column < 0:
            continue
        piece = clock.piece
        for k in range(first, last):
            time = record.output_time[k]
            opening = on_the_way(structure, time)
            if structure.mode != HELD:
                rule = rules[structure.governor]
                piece = piece_until(time, piece, breakpoint)
                given, level = value_at(rule.row, piece, time, breakpoint, pieces), 0.0
                if rule.watch < lakes:
                    level = record.level[rule.watch * outputs + k]
                else:
                    level = value_at(rivers[rule.watch - lakes], piece, time, breakpoint, pieces)
                opening = min(max(wish_of(rule, level, given), structure.lowest), structure.highest)
            if structure.cap >= 0:
                piece = piece_until(time, piece, breakpoint)
                for w in range(lakes):
                    state.level1[w] = record.level[w * outputs + k]
                for r in range(len(rivers)):
                    state.level1[lakes + r] = value_at(rivers[r], piece, time, breakpoint, pieces)
                state.level1[len(state.level1) - 1] = FREE_FALL
                limit = value_at(rules[structure.cap].row, piece, time, breakpoint, pieces)
                opening = min(opening, largest_opening(structure, limit, state.level1, layout.param))
            record.opening[structure.column * outputs + k] = opening


def wish_of(rule: RuleRow, level: float, given: float) -> float:
    """The opening that a rule curve or a schedule asks for at a level, and at what its series says."""
    if rule.kind == SCHEDULE:
        return given
    return min(max(rule.side * (level - given) / rule.width, 0.0), 1.0)


def watch_extremes(step: float, finish: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> None:
    """Keep the highest and the lowest level of each lake and their times, also where they fall inside the step.

    Inside, a level turns where the rate of its lake changes sign between two breakpoints of the forcing.
    """
    clock, lakes, breakpoint, pieces, level2 = (
        state.clock[0],
        state.lake,
        forcing.breakpoint,
        forcing.piece,
        state.level2,
    )
    for w in range(len(lakes)):
        lake = lakes[w]
        row = lake.given_row
        piece = clock.piece
        begin = 0.0
        while begin < step:
            last = piece == len(breakpoint) - 2 or breakpoint[piece + 1].time >= finish
            end = step if last else breakpoint[piece + 1].time - clock.time
            now, then = clock.time + begin, clock.time + end
            rising = lake.net + (lake.net2 - lake.net) * begin / step + value_at(row, piece, now, breakpoint, pieces)
            rising2 = lake.net + (lake.net2 - lake.net) * end / step + value_at(row, piece, then, breakpoint, pieces)
            if rising * rising2 <= 0.0 and rising != rising2:
                x = begin + (end - begin) * rising / (rising - rising2)
                given = volume_at(row, piece, clock.time + x, breakpoint, pieces) - lake.given_before
                turning = level_of_storage(lake, storage_within(lake, x, given, step, euler), layout.curve)
                if turning > lake.highest:
                    lake.highest, lake.highest_time = turning, clock.time + x
                if turning < lake.lowest:
                    lake.lowest, lake.lowest_time = turning, clock.time + x
            begin = end
            piece += 1
        if level2[w] > lake.highest:
            lake.highest, lake.highest_time = level2[w], finish
        if level2[w] < lake.lowest:
            lake.lowest, lake.lowest_time = level2[w], finish


def note(time: float, water: int, structure: int, reason: int, level: float, state: State, record: Record) -> None:
    """Note one event that no rule made, at a level that is its threshold too."""
    event = record.event[state.clock[0].events]
    event.time, event.water, event.structure, event.rule, event.reason = time, water, structure, -1, reason
    event.level, event.threshold, event.overruled, event.wish = level, level, -1, 0.0
    event.opening_before = state.structure[structure].opening if structure >= 0 else 0.0
    event.opening_after = event.opening_before
    state.clock[0].events += 1


def note_rule(
    j: int,
    r: int,
    reason: int,
    time: float,
    before: float,
    after: float,
    level: float,
    layout: Layout,
    state: State,
    record: Record,
) -> None:
    """Note that rule r moved structure j, or held it, and the level at which it did."""
    rule = state.rule[r]
    event = record.event[state.clock[0].events]
    event.time, event.water, event.structure, event.rule, event.reason = time, rule.watch, j, rule.number, reason
    event.opening_before, event.opening_after, event.level, event.threshold = before, after, level, rule.given
    if rule.kind == START_STOP:
        unit = rule.rise_first + int(rule.memory)
        if reason == STARTED:
            event.threshold = rule.given + rule.side * layout.param[unit - 1]
        elif reason == STOPPED:
            event.threshold = rule.given2 + rule.side * layout.param[unit]
    elif rule.kind == SHUT_OFF and rule.memory == 0.0:
        event.threshold = rule.given2
    event.overruled, event.wish = -1, 0.0
    state.clock[0].events += 1


def course(before: float, after: float) -> int:
    """The reason code of a gradual move, where it left or reached an end; −1 where it did neither."""
    if before <= 0.0 < after:
        return OPENED
    if before >= 1.0 > after:
        return PARTLY_OPEN
    if after <= 0.0 < before:
        return CLOSED
    return FULLY_OPEN if after >= 1.0 > before else -1


def level_within(w: int, x: float, step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> float:
    """Level of water w x seconds into the step under way [m]."""
    clock, breakpoint, pieces, lakes = state.clock[0], forcing.breakpoint, forcing.piece, state.lake
    time = clock.time + x
    piece = piece_until(time, clock.piece, breakpoint)
    if w >= len(lakes) + len(forcing.river_row):
        return state.level[w]  # free fall
    if w >= len(lakes):
        return value_at(forcing.river_row[w - len(lakes)], piece, time, breakpoint, pieces)
    lake = lakes[w]
    given = volume_at(lake.given_row, piece, time, breakpoint, pieces) - lake.given_before
    return level_of_storage(lake, storage_within(lake, x, given, step, euler), layout.curve)


def crossing(lake: LakeRow, storage: float, step: float, euler: bool, forcing: Forcing, state: State) -> float:
    """Time at which a lake's storage passes a value inside the step under way [s], by bisection."""
    clock, breakpoint, pieces = state.clock[0], forcing.breakpoint, forcing.piece
    rises = lake.storage2 > storage
    low, high = 0.0, step
    for _ in range(50):
        x = 0.5 * (low + high)
        piece = piece_until(clock.time + x, clock.piece, breakpoint)
        given = volume_at(lake.given_row, piece, clock.time + x, breakpoint, pieces) - lake.given_before
        if (storage_within(lake, x, given, step, euler) > storage) == rises:
            high = x
        else:
            low = x
    return clock.time + high


def note_changes(
    step: float, finish: float, euler: bool, layout: Layout, forcing: Forcing, state: State, record: Record
) -> None:
    """Note the lakes that ran dry or left their curve, and the flap gates that the tailwater shut, and their return."""
    lakes, structures, curve, level, level2 = state.lake, state.structure, layout.curve, state.level, state.level2
    for w in range(len(lakes)):
        lake = lakes[w]
        dry = 1 if level2[w] < lake.bottom + THIN_LAYER else 0
        above = 1 if level2[w] > lake.top else 0
        if dry != lake.dry:
            lowest = curve[lake.curve_first]
            layer = lowest.storage + THIN_LAYER * (lowest.area + 0.5 * lowest.slope * THIN_LAYER)
            time = crossing(lake, layer, step, euler, forcing, state)
            note(time, w, -1, RAN_DRY if dry == 1 else REFILLED, lake.bottom, state, record)
            lake.dry = dry
        if above != lake.above:
            time = crossing(lake, curve[lake.curve_last].storage, step, euler, forcing, state)
            note(time, w, -1, ABOVE_CURVE if above == 1 else BACK_ON_CURVE, lake.top, state, record)
            lake.above = above
    for j in range(len(structures)):
        structure = structures[j]
        h, t = structure.head, structure.below
        is_open = structure.opening > 0.0  # a flap has nothing to shut behind a gate that is shut by its rules
        locked = 1 if structure.flap == 1 and is_open and level2[t] > level2[h] else 0
        if locked != structure.locked and is_open:
            before, after = level[h] - level[t], level2[h] - level2[t]
            part = min(max(before / (before - after), 0.0), 1.0) if before != after else 0.0
            time = finish - step * (1.0 - part)
            headwater = level[h] + part * (level2[h] - level[h])
            note(time, h, j, LOCKED_OUT if locked == 1 else UNLOCKED, headwater, state, record)
        structure.locked = locked


COMPILED = (
    between,
    storage_within,
    level_within,
    largest_opening,
    wish_of,
    course,
    write_openings,
    write_outputs,
    watch_extremes,
    note,
    note_rule,
    crossing,
    note_changes,
)
"""What `compiled` compiles."""
