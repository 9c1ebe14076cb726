"""The stepping: TR-BDF2 with its error, the books, and `advance`, which puts it all together."""

from __future__ import annotations

from math import sqrt

from .operating import first_act, next_decision, note_moves, operate, waits_for_host
from .rates import THIN_LAYER, level_of_storage, net_of, piece_from, piece_until, rates_at, value_at, volume_at
from .recording import note_changes, storage_within, watch_extremes, write_outputs
from .solving import respond, solve_stage
from .tables import (
    DECIDE,
    DONE,
    EVAPORATION,
    EVENTS_FULL,
    NOT_CONVERGED,
    SEEPAGE,
    TERMS,
    UNDELIVERED,
    Forcing,
    Layout,
    Record,
    State,
)

GAMMA = 2.0 - sqrt(2.0)
D = GAMMA / 2.0
W = sqrt(2.0) / 4.0
E0, E1, E2 = (1.0 - 4.0 * W) / 3.0, 1.0 / 3.0, -2.0 * D / 3.0
"""Third-order weights minus second-order weights."""

MOST_TRIES = 60
"""Tries for one step."""

LONGEST_STEP, SHORTEST_STEP = 5 * 86400.0, 1e-4
"""Lengths between which the error decides on a step [s]; a shorter one is backward Euler's, and its error is stated."""

BETWEEN = 10.0
"""How many times the error allowed at the end of a step a level inside the step may be off."""

MOST_CUTS = 5
"""How often a step is cut shorter to end where a rule acts; the next one goes on from there."""

TOO_SHORT = 1e-7
"""A step that backward Euler cannot solve though it is as short as this has no solution [s]."""


def step_tr_bdf2(step: float, layout: Layout, forcing: Forcing, state: State) -> bool:
    """Try one step of TR-BDF2; its stages are left in level1, flux1, net1 and level2, flux2, net2."""
    lakes, structures, lists, breakpoint, pieces = (
        state.lake,
        state.structure,
        layout.lists,
        forcing.breakpoint,
        forcing.piece,
    )
    level, level1, level2, flux1, flux2 = state.level, state.level1, state.level2, state.flux1, state.flux2
    time, piece = state.clock[0].time, state.clock[0].piece
    middle = time + GAMMA * step
    at_middle = piece_until(middle, piece, breakpoint)
    for w in range(len(lakes)):
        lake = lakes[w]
        lake.given_before = volume_at(lake.given_row, piece, time, breakpoint, pieces)
        given = volume_at(lake.given_row, at_middle, middle, breakpoint, pieces) - lake.given_before
        lake.target = lake.storage + given + D * step * lake.net
        rise = given + GAMMA * step * lake.net
        level1[w] = level[w] + (rise / lake.area if lake.area > abs(rise) else 0.0)
    if not solve_stage(middle, at_middle, D * step, False, level1, flux1, layout, forcing, state):
        return False
    ahead = piece_until(time + step, at_middle, breakpoint)
    for w in range(len(lakes)):
        lake = lakes[w]
        lake.net1 = net_of(w, flux1, lakes, structures, lists)
        lake.given = volume_at(lake.given_row, ahead, time + step, breakpoint, pieces) - lake.given_before
        lake.target = lake.storage + lake.given + W * step * (lake.net + lake.net1)
        level2[w] = level1[w] + (level1[w] - level[w]) * (1.0 - GAMMA) / GAMMA
    if not solve_stage(time + step, ahead, D * step, False, level2, flux2, layout, forcing, state):
        return False
    for w in range(len(lakes)):
        lakes[w].net2 = net_of(w, flux2, lakes, structures, lists)
    return True


def step_euler(step: float, layout: Layout, forcing: Forcing, state: State) -> bool:
    """Try one step of backward Euler, first order and never past a rest: S₁ = S₀ + G + Δt·r₁."""
    lakes, structures, lists, breakpoint, pieces = (
        state.lake,
        state.structure,
        layout.lists,
        forcing.breakpoint,
        forcing.piece,
    )
    level, level2, flux2 = state.level, state.level2, state.flux2
    time, piece = state.clock[0].time, state.clock[0].piece
    ahead = piece_until(time + step, piece, breakpoint)
    for w in range(len(lakes)):
        lake = lakes[w]
        lake.given_before = volume_at(lake.given_row, piece, time, breakpoint, pieces)
        lake.given = volume_at(lake.given_row, ahead, time + step, breakpoint, pieces) - lake.given_before
        lake.target = lake.storage + lake.given
        level2[w] = level[w]
    if not solve_stage(time + step, ahead, step, True, level2, flux2, layout, forcing, state):
        return False
    for w in range(len(lakes)):
        lakes[w].net2 = net_of(w, flux2, lakes, structures, lists)
    return True


def reversal(state: State) -> bool:
    """Whether the step under way turns the difference of level at some two-way structure the other way round."""
    lakes, structures, level, level2 = len(state.lake), state.structure, state.level, state.level2
    for j in range(len(structures)):
        h, t = structures[j].head, structures[j].below
        if h < lakes and t < lakes:
            before, after = level[h] - level[t], level2[h] - level2[t]
            if before * after < 0.0 and abs(after) > 1e-3 * state.clock[0].tolerance:
                return True
    return False


def estimate(step: float, euler: bool, layout: Layout, forcing: Forcing, state: State) -> float:
    """Write the error of the step under way, lake by lake, and return the largest [m].

    It is the difference to the method of the next order, turned into a level by the step's own linear system; and,
    where the given discharge bends inside the step, the water by which its course leaves the parabola that the stages
    see, as far as the outlets answer to it within the step.
    """
    lakes, breakpoint, pieces = state.lake, forcing.breakpoint, forcing.piece
    time, piece = state.clock[0].time, state.clock[0].piece
    half = piece_until(time + 0.5 * step, piece, breakpoint)
    ahead = piece_until(time + step, half, breakpoint)
    for w in range(len(lakes)):
        lake = lakes[w]
        if euler:
            lake.change = 0.5 * step * (lake.net2 - lake.net)
        else:
            lake.change = step * (E0 * lake.net + E1 * lake.net1 + E2 * lake.net2)
    respond(step if euler else D * step, layout, state)
    largest = 0.0
    for w in range(len(lakes)):
        lake = lakes[w]
        lake.step_error = abs(lake.change)
        row = lake.given_row
        lake.coming = value_at(row, piece, time, breakpoint, pieces)
        lake.coming2 = value_at(row, ahead, time + step, breakpoint, pieces)
        if row >= 0 and ahead > piece and lake.area > 0.0:
            to_half = volume_at(row, half, time + 0.5 * step, breakpoint, pieces) - lake.given_before
            turn = value_at(row, piece, time, breakpoint, pieces) - value_at(
                row, ahead, time + step, breakpoint, pieces
            )
            answer = abs(lake.stiffness - lake.area) / lake.stiffness
            lake.step_error += abs(to_half - 0.5 * lake.given - 0.125 * step * turn) * answer / lake.area
        largest = max(largest, lake.step_error)
    return largest


def missed_between(step: float, layout: Layout, forcing: Forcing, state: State) -> float:
    """How far the curve through both ends of a step of TR-BDF2 passes by its middle stage, over all lakes [m].

    What is written between the ends is read from that curve; a tiny or drying lake may bend more than its ends tell.
    """
    breakpoint, pieces, first = forcing.breakpoint, forcing.piece, state.clock[0].piece
    middle = state.clock[0].time + GAMMA * step
    piece = piece_until(middle, first, breakpoint)
    foresee(step, False, state)
    largest = 0.0
    for w in range(len(state.lake)):
        lake = state.lake[w]
        given = volume_at(lake.given_row, piece, middle, breakpoint, pieces) - lake.given_before
        storage = storage_within(lake, GAMMA * step, given, step, False)
        wet = max(state.level[w], state.level2[w]) > lake.bottom + THIN_LAYER
        if wet and storage > layout.curve[lake.curve_first].storage:
            largest = max(largest, abs(level_of_storage(lake, storage, layout.curve) - state.level1[w]))
    return largest


def carry_error(step: float, euler: bool, layout: Layout, state: State) -> None:
    """Carry the error of each level through the step, fading as its linear system lets it, and add the step's own."""
    lakes = state.lake
    for w in range(len(lakes)):
        lakes[w].change = lakes[w].area * lakes[w].error
    respond(step if euler else D * step, layout, state)
    if not euler:
        for w in range(len(lakes)):
            lakes[w].change *= lakes[w].area
        respond(D * step, layout, state)
    for w in range(len(lakes)):
        lake = lakes[w]
        lake.error = abs(lake.change) + lake.step_error
        lake.largest_error = max(lake.largest_error, lake.error)


def hold_back(w: int, lack: float, first_term: int, layout: Layout, state: State) -> None:
    """Take a lack of water back from what leaves lake w, in `flux1`, which holds volumes.

    What is left over where a stage was solved to its last digit but one: a lake never gives more than it has.
    """
    lake, structures, flux1 = state.lake[w], state.structure, state.flux1
    f = first_term + TERMS * w
    for term in (EVAPORATION, SEEPAGE):
        cut = min(lack, max(flux1[f + term], 0.0))
        flux1[f + term] -= cut
        lack -= cut
    for i in range(lake.touch_first, lake.touch_last):
        j = layout.lists[i]
        leaves = flux1[j] if structures[j].head == w else -flux1[j]
        cut = min(lack, max(leaves, 0.0))
        flux1[j] -= cut if structures[j].head == w else -cut
        lack -= cut
    if lake.outflow_row >= 0:
        flux1[f + UNDELIVERED] += lack


def foresee(step: float, euler: bool, state: State) -> None:
    """Write the storages at the end of the step under way, as its rates have them, before it is booked."""
    for w in range(len(state.lake)):
        lake = state.lake[w]
        mean = lake.net2 if euler else W * lake.net + W * lake.net1 + D * lake.net2
        lake.storage2 = lake.storage + lake.given + step * mean


def book(step: float, euler: bool, layout: Layout, state: State) -> None:
    """Book the volumes of the step: once in the ledger, and on both sides in the storages. `flux1` becomes volumes."""
    lakes, structures, lists, curve = state.lake, state.structure, layout.lists, layout.curve
    flux, flux1, flux2, ledger, level2 = state.flux, state.flux1, state.flux2, state.ledger, state.level2
    for f in range(len(flux1)):
        flux1[f] = step * flux2[f] if euler else step * (W * flux[f] + W * flux1[f] + D * flux2[f])
    for i in range(len(lakes)):  # upstream first
        w = lists[i]
        left = lakes[w].storage + lakes[w].given + net_of(w, flux1, lakes, structures, lists)
        if left < curve[lakes[w].curve_first].storage:
            hold_back(w, curve[lakes[w].curve_first].storage - left, len(structures), layout, state)
    for f in range(len(flux1)):
        ledger[f] += flux1[f]
    for w in range(len(lakes)):
        lake = lakes[w]
        lake.storage2 = lake.storage + lake.given + net_of(w, flux1, lakes, structures, lists)
        level2[w] = level_of_storage(lake, lake.storage2, curve)


def move_on(finish: float, state: State) -> None:
    """Make the end of the step the start of the next."""
    lakes, level, level2, flux, flux2 = state.lake, state.level, state.level2, state.flux, state.flux2
    for w in range(len(level)):
        level[w] = level2[w]
    for w in range(len(lakes)):
        lakes[w].storage = lakes[w].storage2
        lakes[w].net = lakes[w].net2
    for f in range(len(flux)):
        flux[f] = flux2[f]
    state.clock[0].time = finish


def start_anew(layout: Layout, forcing: Forcing, state: State) -> None:
    """Take the rates at the present time, after a jump of the forcing."""
    clock, lakes = state.clock[0], state.lake
    rates_at(clock.time, clock.piece, state.level, state.flux, layout, forcing, state)
    for w in range(len(lakes)):
        lakes[w].net = net_of(w, state.flux, lakes, state.structure, layout.lists)
    clock.stale = 0


def make_step(boundary: float, layout: Layout, forcing: Forcing, state: State) -> tuple[float, bool]:
    """Try steps until one is solved, is exact enough, and turns no difference of level round by itself.

    Where TR-BDF2 asks for more water than there is, or turns a difference that backward Euler does not, that one takes
    its place, if it is exact enough; else the step is repeated shorter. Returns the length of the step [s], 0 if even
    the shortest fails, and whether it is one of backward Euler.
    """
    clock = state.clock[0]
    for tries in range(MOST_TRIES):
        step = min(clock.step, LONGEST_STEP)
        if step >= boundary - clock.time:
            step = boundary - clock.time
        elif 2.0 * step > boundary - clock.time:
            step = 0.5 * (boundary - clock.time)
        if step < TOO_SHORT and step < boundary - clock.time:
            break
        second_order = step > SHORTEST_STEP and step_tr_bdf2(step, layout, forcing, state)
        euler = not second_order or reversal(state)
        if euler and not step_euler(step, layout, forcing, state):
            clock.step = 0.25 * step
        else:
            if euler and second_order and reversal(state):  # the forcing turns it round, not the method
                euler = not step_tr_bdf2(step, layout, forcing, state)
            error = estimate(step, euler, layout, forcing, state)
            if not euler:
                error = max(error, missed_between(step, layout, forcing, state) / BETWEEN)
            ratio = clock.tolerance / max(error, 1e-6 * clock.tolerance)
            growth = 0.9 * sqrt(ratio) if euler else 0.9 * sqrt(sqrt(ratio * sqrt(ratio)))
            growth = min(max(growth, 0.2), 4.0)
            if error <= clock.tolerance or step <= SHORTEST_STEP:
                clock.step = max(clock.step, step * growth) if growth >= 1.0 else max(step * growth, SHORTEST_STEP)
                return step, euler
            # A transient that no step resolves keeps the error where it is: come down to the shortest step quickly.
            clock.step = step * (growth if tries < 3 else min(growth, 0.3))
        clock.repeated += 1
    return 0.0, True


def advance(layout: Layout, forcing: Forcing, state: State, record: Record, until: float) -> int:
    """Go on from `state` to the first step that ends at or after `until` [s], or to the end of the forcing.

    `until` never shortens a step, so that stopping and going on changes no bit.

    Returns
    -------
    DONE, EVENTS_FULL (enlarge `record.event` and call again), DECIDE (write the answers of the joint rules that wait
    for one, and call again), or NOT_CONVERGED (the lake is `clock.culprit`, the time `clock.time`); each leaves `state`
    between two steps.
    """
    clock = state.clock[0]
    breakpoint = forcing.breakpoint
    end = breakpoint[len(breakpoint) - 1].time
    while clock.time < end and clock.time < until:
        if clock.events + 2 * len(state.lake) + 6 * len(state.structure) > len(record.event):
            return EVENTS_FULL
        if clock.operated == 1 and waits_for_host(0, len(state.rule), state):
            if clock.steps == 0:  # the host is to see what the other rules make of the beginning
                operate(layout, forcing, state, record)
                start_anew(layout, forcing, state)
            return DECIDE
        clock.piece = piece_from(clock.time, clock.piece, breakpoint)
        while clock.boundary <= clock.piece or (
            clock.boundary < len(breakpoint) - 1 and breakpoint[clock.boundary].jump == 0
        ):
            clock.boundary += 1
        jump = breakpoint[clock.boundary].time
        boundary = jump
        if clock.operated == 1 or clock.steps == 0:
            operate(layout, forcing, state, record)
            boundary = next_decision(jump, state)
        if clock.stale == 1:
            start_anew(layout, forcing, state)
        step, euler = make_step(boundary, layout, forcing, state)
        finish = boundary if step == boundary - clock.time else clock.time + step
        for _ in range(MOST_CUTS if clock.operated == 1 and step > 0.0 else 0):
            foresee(step, euler, state)
            acts = first_act(step, finish, euler, layout, forcing, state)
            if acts >= step:
                break
            finish = clock.time + acts  # a rule acts inside the step: it ends there
            step, euler = make_step(finish, layout, forcing, state)
            if step == 0.0:
                break
            if step != finish - clock.time:
                finish = clock.time + step
        if step == 0.0:
            return NOT_CONVERGED
        clock.steps += 1
        if euler:
            clock.euler_steps += 1
        carry_error(step, euler, layout, state)
        book(step, euler, layout, state)
        watch_extremes(step, finish, euler, layout, forcing, state)
        write_outputs(step, finish, euler, layout, forcing, state, record)
        note_changes(step, finish, euler, layout, forcing, state, record)
        if len(state.rule) > 0:
            note_moves(step, euler, layout, forcing, state, record)
        move_on(finish, state)
        if finish == jump:
            clock.stale = 1
    return DONE


COMPILED = (
    step_tr_bdf2,
    step_euler,
    reversal,
    estimate,
    missed_between,
    carry_error,
    hold_back,
    foresee,
    book,
    move_on,
    start_anew,
    make_step,
)
