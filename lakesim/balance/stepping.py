"""The stepping: TR-BDF2 with its error, the books, the outputs, and `advance`, which puts them together."""

from __future__ import annotations

from math import sqrt

from .rates import (
    THIN_LAYER,
    level_of_storage,
    net_of,
    piece_from,
    piece_until,
    set_now,
    structure_at,
    terms_at,
    value_at,
    volume_at,
)
from .solving import respond, solve_stage
from .tables import DONE, EVENTS_FULL, NOT_CONVERGED, Floats, Forcing, Layout, Record, State

RAN_DRY, REFILLED, ABOVE_CURVE, BACK_ON_CURVE, LOCKED_OUT, UNLOCKED = range(6)
"""Reason codes of events."""

GAMMA = 2.0 - sqrt(2.0)
D = GAMMA / 2.0
W = sqrt(2.0) / 4.0
E0, E1, E2 = (1.0 - 4.0 * W) / 3.0, 1.0 / 3.0, -2.0 * D / 3.0
"""Third-order weights minus second-order weights."""

TRIES_BEFORE_EULER = 6
MOST_TRIES = 40
LONGEST_STEP = 5 * 86400.0


def rates_at(
    time: float, piece: int, level: Floats, flux: Floats, layout: Layout, forcing: Forcing, state: State
) -> None:
    """Write every rate at given levels, those of the rivers among them."""
    lakes, structures = state.lake, state.structure
    set_now(time, piece, level, state.now, lakes, structures, layout.rule, forcing)
    for j in range(len(structures)):
        structure_at(j, level, flux, state.now, lakes, structures, layout.rule, layout.param)
    for w in range(len(lakes)):
        terms_at(w, level[w], flux, state.now, lakes, structures, layout.curve)


def step_tr_bdf2(step: float, layout: Layout, forcing: Forcing, state: State) -> bool:
    """Try one step of TR-BDF2; its stages are left in level1, flux1, net1 and level2, flux2, net2."""
    time, piece, lakes = state.clock[0].time, state.clock[0].piece, state.lake
    middle = time + GAMMA * step
    at_middle = piece_until(middle, piece, forcing.breakpoint)
    for w in range(len(lakes)):
        lake = lakes[w]
        row = lake.given_row
        given = volume_at(row, at_middle, middle, forcing) - volume_at(row, piece, time, forcing)
        lake.target = lake.storage + given + D * step * lake.net
        rise = given + GAMMA * step * lake.net
        state.level1[w] = state.level[w] + (rise / lake.area if lake.area > abs(rise) else 0.0)
    if not solve_stage(middle, at_middle, D * step, False, state.level1, state.flux1, layout, forcing, state):
        return False
    ahead = piece_until(time + step, at_middle, forcing.breakpoint)
    for w in range(len(lakes)):
        lake = lakes[w]
        row = lake.given_row
        lake.net1 = net_of(w, state.flux1, lakes, state.structure, layout.touch, layout.feed)
        given = volume_at(row, ahead, time + step, forcing) - volume_at(row, piece, time, forcing)
        lake.target = lake.storage + given + W * step * (lake.net + lake.net1)
        state.level2[w] = state.level1[w] + (state.level1[w] - state.level[w]) * (1.0 - GAMMA) / GAMMA
    if not solve_stage(time + step, ahead, D * step, False, state.level2, state.flux2, layout, forcing, state):
        return False
    for w in range(len(lakes)):
        lakes[w].net2 = net_of(w, state.flux2, lakes, state.structure, layout.touch, layout.feed)
    return True


def step_euler(step: float, layout: Layout, forcing: Forcing, state: State) -> bool:
    """Try one step of backward Euler, first order and never past a rest: S₁ = S₀ + G + Δt·r₁."""
    time, piece, lakes = state.clock[0].time, state.clock[0].piece, state.lake
    ahead = piece_until(time + step, piece, forcing.breakpoint)
    for w in range(len(lakes)):
        row = lakes[w].given_row
        given = volume_at(row, ahead, time + step, forcing) - volume_at(row, piece, time, forcing)
        lakes[w].target = lakes[w].storage + given
        state.level2[w] = state.level[w]
    if not solve_stage(time + step, ahead, step, True, state.level2, state.flux2, layout, forcing, state):
        return False
    for w in range(len(lakes)):
        lakes[w].net2 = net_of(w, state.flux2, lakes, state.structure, layout.touch, layout.feed)
    return True


def reversal(layout: Layout, state: State) -> bool:
    """Whether the step under way turns the difference of level at some two-way structure the other way round."""
    lakes = len(state.lake)
    for j in range(len(state.structure)):
        h, t = state.structure[j].head, state.structure[j].below
        if h < lakes and t < lakes:
            before = state.level[h] - state.level[t]
            after = state.level2[h] - state.level2[t]
            if before * after < 0.0 and abs(after) > 1e-3 * state.clock[0].tolerance:
                return True
    return False


def estimate(step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> float:
    """Write the error of the step under way, lake by lake, and return the largest [m].

    It is the difference to the method of the next order, turned into a level by the step's own linear system, and, where
    the given discharge bends inside the step, the water by which its course leaves the parabola that the stages see, as
    far as the outlets answer to it within the step.
    """
    time, piece, lakes = state.clock[0].time, state.clock[0].piece, state.lake
    half = piece_until(time + 0.5 * step, piece, forcing.breakpoint)
    ahead = piece_until(time + step, half, forcing.breakpoint)
    for w in range(len(lakes)):
        if euler:
            state.vector[w] = 0.5 * step * (lakes[w].net2 - lakes[w].net)
        else:
            state.vector[w] = step * (E0 * lakes[w].net + E1 * lakes[w].net1 + E2 * lakes[w].net2)
    respond(step if euler else D * step, state.vector, layout, state)
    largest = 0.0
    for w in range(len(lakes)):
        lake = lakes[w]
        lake.step_error = abs(state.vector[w])
        row = lake.given_row
        if row >= 0 and ahead > piece and lake.area > 0.0:
            begin = volume_at(row, piece, time, forcing)
            to_half = volume_at(row, half, time + 0.5 * step, forcing) - begin
            whole = volume_at(row, ahead, time + step, forcing) - begin
            turn = value_at(row, piece, time, forcing.breakpoint, forcing.value, forcing.slope) - value_at(
                row, ahead, time + step, forcing.breakpoint, forcing.value, forcing.slope
            )
            answer = abs(lake.stiffness - lake.area) / lake.stiffness
            lake.step_error += abs(to_half - 0.5 * whole - 0.125 * step * turn) * answer / lake.area
        largest = max(largest, lake.step_error)
    return largest


def carry_error(step: float, euler: bool, layout: Layout, state: State) -> None:
    """Carry the error of each level through the step, fading as the step's linear system lets it, and add the step's."""
    factor = step if euler else D * step
    lakes, vector = state.lake, state.vector
    for w in range(len(lakes)):
        vector[w] = lakes[w].area * lakes[w].error
    respond(factor, vector, layout, state)
    if not euler:
        for w in range(len(lakes)):
            vector[w] *= lakes[w].area
        respond(factor, vector, layout, state)
    for w in range(len(lakes)):
        lakes[w].error = abs(vector[w]) + lakes[w].step_error
        lakes[w].largest_error = max(lakes[w].largest_error, lakes[w].error)


def book(step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> None:
    """Book the volumes of the step: once in the ledger, and on both sides in the storages. `flux1` becomes volumes."""
    time, piece, lakes, flux1 = state.clock[0].time, state.clock[0].piece, state.lake, state.flux1
    ahead = piece_until(time + step, piece, forcing.breakpoint)
    for f in range(len(flux1)):
        if euler:
            flux1[f] = step * state.flux2[f]
        else:
            flux1[f] = step * (W * state.flux[f] + W * flux1[f] + D * state.flux2[f])
        state.ledger[f] += flux1[f]
    for w in range(len(lakes)):
        row = lakes[w].given_row
        given = volume_at(row, ahead, time + step, forcing) - volume_at(row, piece, time, forcing)
        net = net_of(w, flux1, lakes, state.structure, layout.touch, layout.feed)
        lakes[w].storage2 = lakes[w].storage + given + net
        state.level2[w] = level_of_storage(lakes[w], lakes[w].storage2, layout.curve)


def storage_within(
    x: float, begin: float, given: float, rest: float, step: float, euler: bool, w: int, state: State
) -> float:
    """Storage of lake w at x seconds into the step: the given volume exactly, the rest by the cubic through both ends.

    `begin` is the storage at the start, `given` the given volume up to x, `rest` all else that the whole step brings.
    """
    s = x / step
    line = begin + given + s * rest
    if euler:
        return line
    lake = state.lake[w]
    bend = s * (1.0 - s) * (step * ((1.0 - s) * lake.net - s * lake.net2) + (2.0 * s - 1.0) * rest)
    return line + bend


def write_outputs(
    step: float, finish: float, euler: bool, layout: Layout, forcing: Forcing, state: State, record: Record
) -> None:
    """Write the storage and level of every lake at the output times that the step under way has passed."""
    clock, output_time = state.clock[0], record.output_time
    outputs = len(output_time)
    first = clock.next_output
    last = first
    while last < outputs and output_time[last] <= finish:
        last += 1
    if last == first:
        return
    ahead = piece_until(finish, clock.piece, forcing.breakpoint)
    for w in range(len(state.lake)):
        lake = state.lake[w]
        row = lake.given_row
        before = volume_at(row, clock.piece, clock.time, forcing)
        rest = lake.storage2 - lake.storage - (volume_at(row, ahead, finish, forcing) - before)
        lowest = layout.curve[lake.curve_first].storage
        piece = clock.piece
        for k in range(first, last):
            x = output_time[k] - clock.time
            piece = piece_until(output_time[k], piece, forcing.breakpoint)
            given = volume_at(row, piece, output_time[k], forcing) - before
            storage = storage_within(x, lake.storage, given, rest, step, euler, w, state)
            if storage < lowest:
                storage = storage_within(x, lake.storage, given, rest, step, True, w, state)
            if output_time[k] == finish:
                storage = lake.storage2
            record.storage[w * outputs + k] = storage
            record.level[w * outputs + k] = level_of_storage(lake, storage, layout.curve)
    clock.next_output = last


def watch_extremes(step: float, finish: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> None:
    """Keep the highest and the lowest level of each lake and their times, also where they fall inside the step."""
    clock = state.clock[0]
    ahead = piece_until(finish, clock.piece, forcing.breakpoint)
    for w in range(len(state.lake)):
        lake = state.lake[w]
        row = lake.given_row
        breakpoint, value, slope = forcing.breakpoint, forcing.value, forcing.slope
        rising = lake.net + value_at(row, clock.piece, clock.time, breakpoint, value, slope)
        rising2 = lake.net2 + value_at(row, ahead, finish, breakpoint, value, slope)
        when, level = finish, state.level2[w]
        if rising * rising2 < 0.0:
            x = step * rising / (rising - rising2)
            before = volume_at(row, clock.piece, clock.time, forcing)
            piece = piece_until(clock.time + x, clock.piece, breakpoint)
            given = volume_at(row, piece, clock.time + x, forcing) - before
            rest = lake.storage2 - lake.storage - (volume_at(row, ahead, finish, forcing) - before)
            storage = storage_within(x, lake.storage, given, rest, step, euler, w, state)
            turning = level_of_storage(lake, storage, layout.curve)
            if (rising > 0.0 and turning > level) or (rising < 0.0 and turning < level):
                when, level = clock.time + x, turning
        if level > lake.highest:
            lake.highest, lake.highest_time = level, when
        if level < lake.lowest:
            lake.lowest, lake.lowest_time = level, when
        if state.level2[w] > lake.highest:
            lake.highest, lake.highest_time = state.level2[w], finish
        if state.level2[w] < lake.lowest:
            lake.lowest, lake.lowest_time = state.level2[w], finish


def note(
    time: float, water: int, structure: int, reason: int, level: float, threshold: float, state: State, record: Record
) -> None:
    """Note one event that no rule made."""
    event = record.event[state.clock[0].events]
    event.time, event.water, event.structure, event.rule = time, water, structure, -1
    event.reason, event.level, event.threshold, event.overruled = reason, level, threshold, -1
    event.opening_before = state.structure[structure].opening if structure >= 0 else 0.0
    event.opening_after = event.opening_before
    state.clock[0].events += 1


def note_changes(time: float, state: State, record: Record) -> None:
    """Note the lakes that ran dry or left their curve, and the flap gates that the tailwater shut, and their return."""
    for w in range(len(state.lake)):
        lake = state.lake[w]
        level = state.level2[w]
        dry = 1 if level < lake.bottom + THIN_LAYER else 0
        above = 1 if level > lake.top else 0
        if dry != lake.dry:
            note(time, w, -1, RAN_DRY if dry == 1 else REFILLED, level, lake.bottom, state, record)
            lake.dry = dry
        if above != lake.above:
            note(time, w, -1, ABOVE_CURVE if above == 1 else BACK_ON_CURVE, level, lake.top, state, record)
            lake.above = above
    for j in range(len(state.structure)):
        structure = state.structure[j]
        if structure.flap == 1:
            headwater, tailwater = state.level2[structure.head], state.level2[structure.below]
            locked = 1 if tailwater > headwater else 0
            if locked != structure.locked:
                reason = LOCKED_OUT if locked == 1 else UNLOCKED
                note(time, structure.head, j, reason, headwater, tailwater, state, record)
                structure.locked = locked


def move_on(finish: float, state: State) -> None:
    """Make the end of the step the start of the next."""
    for w in range(len(state.level)):
        state.level[w] = state.level2[w]
    for w in range(len(state.lake)):
        state.lake[w].storage = state.lake[w].storage2
        state.lake[w].net = state.lake[w].net2
    for f in range(len(state.flux)):
        state.flux[f] = state.flux2[f]
    state.clock[0].time = finish


def start_anew(layout: Layout, forcing: Forcing, state: State) -> None:
    """Take the rates at the present time, after a jump of the forcing."""
    clock = state.clock[0]
    rates_at(clock.time, clock.piece, state.level, state.flux, layout, forcing, state)
    for w in range(len(state.lake)):
        state.lake[w].net = net_of(w, state.flux, state.lake, state.structure, layout.touch, layout.feed)
    clock.stale = 0


def make_step(boundary: float, layout: Layout, forcing: Forcing, state: State) -> tuple[float, bool]:
    """Try steps until one is solved, is exact enough, and turns no difference of level round by itself.

    Returns its length [s], 0 if even the shortest fails, and whether it is one of backward Euler.
    """
    clock = state.clock[0]
    failures = 0
    while failures <= MOST_TRIES:
        step = min(clock.step, LONGEST_STEP)
        if step >= boundary - clock.time:
            step = boundary - clock.time
        elif 2.0 * step > boundary - clock.time:
            step = 0.5 * (boundary - clock.time)
        euler = failures >= TRIES_BEFORE_EULER
        solved = step_euler(step, layout, forcing, state) if euler else step_tr_bdf2(step, layout, forcing, state)
        if solved and not euler and reversal(layout, state):
            genuine = step_euler(step, layout, forcing, state) and reversal(layout, state)
            solved = genuine and step_tr_bdf2(step, layout, forcing, state)
        if solved:
            error = estimate(step, euler, layout, forcing, state)
            ratio = clock.tolerance / max(error, 1e-6 * clock.tolerance)
            growth = 0.9 * sqrt(sqrt(ratio)) if euler else 0.9 * sqrt(sqrt(ratio * sqrt(ratio)))
            growth = min(max(growth, 0.2), 4.0)
            if error <= clock.tolerance:
                clock.step = max(clock.step, step * growth) if growth >= 1.0 else step * growth
                return step, euler
            clock.step = step * growth
        else:
            clock.step = 0.25 * step
        if euler or not solved:
            failures += 1
        clock.repeated += 1
    return 0.0, True


def advance(layout: Layout, forcing: Forcing, state: State, record: Record, until: float) -> int:
    """Go on from `state` to the first step that ends at or after `until` [s], or to the end of the forcing.

    `until` never shortens a step, so that stopping and going on changes no bit.

    Returns
    -------
    DONE, EVENTS_FULL (enlarge `record.event` and call again), DECIDE, or NOT_CONVERGED (the lake is `clock.culprit`,
    the time `clock.time`); each leaves `state` between two steps.
    """
    clock = state.clock[0]
    breakpoint = forcing.breakpoint
    while clock.time < breakpoint[len(breakpoint) - 1] and clock.time < until:
        if clock.events + 2 * len(state.lake) + len(state.structure) > len(record.event):
            return EVENTS_FULL
        clock.piece = piece_from(clock.time, clock.piece, breakpoint)
        while clock.boundary <= clock.piece or (
            clock.boundary < len(breakpoint) - 1 and forcing.jump[clock.boundary] == 0
        ):
            clock.boundary += 1
        boundary = breakpoint[clock.boundary]
        if clock.stale == 1:
            start_anew(layout, forcing, state)
        step, euler = make_step(boundary, layout, forcing, state)
        if step == 0.0:
            return NOT_CONVERGED
        finish = boundary if step == boundary - clock.time else clock.time + step
        clock.steps += 1
        if euler:
            clock.euler_steps += 1
        carry_error(step, euler, layout, state)
        book(step, euler, layout, forcing, state)
        watch_extremes(step, finish, euler, layout, forcing, state)
        write_outputs(step, finish, euler, layout, forcing, state, record)
        note_changes(finish, state, record)
        move_on(finish, state)
        if finish == boundary:
            clock.stale = 1
    return DONE


COMPILED = (
    rates_at,
    step_tr_bdf2,
    step_euler,
    reversal,
    estimate,
    carry_error,
    book,
    storage_within,
    write_outputs,
    watch_extremes,
    note,
    note_changes,
    move_on,
    start_anew,
    make_step,
)
