"""The solving of a stage: the levels at which storage − factor·net rate is what it should be, for every lake."""

from __future__ import annotations

from .rates import THIN_LAYER, net_of, set_now, structure_at, terms_at, volume_at
from .tables import Floats, Forcing, Layout, State

EXACT = 0.01
"""Part of the tolerance below which a correction of a level ends the iteration."""

EXACT_IF_THIN = 1e-5
"""Part of that for a lake that is almost dry, where the last tenth of a millimetre decides what may leave."""

SLIP = 1e-3
"""Part of that by which a level may want to lie below the bottom and still be at the bottom."""

LAST_DIGIT = 5e-16
"""Part of a level that its last digit may be: nothing is solved more exactly."""

MOST_ITERATIONS = 60
MOST_SWEEPS, SWEEPS_AT_ONCE = 200, 10


def enough(level: float, depth: float, exact: float) -> float:
    """Correction of a level below which it counts as found [m]."""
    if depth <= THIN_LAYER:
        exact *= EXACT_IF_THIN
    return max(exact, LAST_DIGIT * abs(level))


def solve_lake(w: int, factor: float, exact: float, level: Floats, flux: Floats, layout: Layout, state: State) -> bool:
    """Find the level of lake w with  storage(level) − factor·net(level) = target, all other levels as they are.

    Newton inside a bracket, bisection where Newton leaves it. At the bottom nothing leaves, so that a lake that has
    water, or gets some, has a root above it. False where there is none (the step asks for more than there is) or where
    the left side falls with the level, so that the root might not be the one continuous with the start of the step;
    `clock.culprit` is then the lake.
    """
    lakes, structures, lists = state.lake, state.structure, layout.lists
    rules, param, curve = state.rule, layout.param, layout.curve
    lake = lakes[w]
    arriving = 0.0
    for i in range(lake.feed_first, lake.feed_last):
        arriving += flux[lists[i]]
    low, high = lake.bottom - 1.0, 1e300
    z = max(level[w], lake.bottom)
    for _ in range(MOST_ITERATIONS):
        level[w] = z
        storage, net, slope = terms_at(w, z, flux, lakes, structures, curve)
        net += arriving
        for i in range(lake.touch_first, lake.touch_last):
            j = lists[i]
            structure_at(j, level, flux, lakes, structures, rules, param)
            if structures[j].head == w:
                net -= flux[j]
                slope -= structures[j].slope_head
            else:
                net += flux[j]
                slope += structures[j].slope_tail
        excess = storage - lake.target - factor * net
        steepness = lake.area - factor * slope
        if z <= lake.bottom and excess > -EXACT_IF_THIN * exact * lake.least_area:
            lake.stiffness = max(steepness, lake.least_area)
            if excess <= max(SLIP * exact, LAST_DIGIT * abs(z)) * lake.stiffness:
                return True
            break
        if excess > 0.0:
            high = z
        else:
            low = z
        if steepness <= 0.0 and lake.area > 0.0:
            break
        change = -excess / steepness if steepness > 0.0 else 1.0
        if abs(change) <= enough(z, z - lake.bottom, exact) and z + change > lake.bottom:
            level[w] = z + change
            lake.stiffness = steepness
            terms_at(w, z + change, flux, lakes, structures, curve)
            for i in range(lake.touch_first, lake.touch_last):
                structure = structures[lists[i]]
                flux[lists[i]] += (structure.slope_head if structure.head == w else structure.slope_tail) * change
            return True
        z += change
        if z < lake.bottom and low < lake.bottom:
            z = lake.bottom
        elif z <= low or z >= high:
            z = 0.5 * (max(low, lake.bottom) + high)
    state.clock[0].culprit = w
    return False


def assemble(g: int, factor: float, level: Floats, flux: Floats, layout: Layout, state: State) -> float:
    """Write the Jacobian of group g into `slot` and its lakes' want of water into `wanting`; return the largest [m].

    −1 where the left side of some lake falls with its own level.
    """
    lakes, structures, slot = state.lake, state.structure, state.slot
    group, lists, entry = layout.group[g], layout.lists, layout.entry
    rules, param, curve = state.rule, layout.param, layout.curve
    for i in range(group.own_first, group.own_last):
        structure_at(lists[i], level, flux, lakes, structures, rules, param)
    for i in range(group.first, group.last):
        w = lists[i]
        lake = lakes[w]
        for k in range(lake.entry_first, lake.entry_last):
            slot[entry[k].lower] = 0.0
            slot[entry[k].upper] = 0.0
        storage, _, slope = terms_at(w, level[w], flux, lakes, structures, curve)
        lake.wanting = lake.target - storage + factor * net_of(w, flux, lakes, structures, lists)
        slot[lake.diagonal] = lake.area - factor * slope
    for i in range(group.own_first, group.own_last):
        structure = structures[lists[i]]
        h, t = structure.head, structure.tail
        if h < len(lakes):
            slot[lakes[h].diagonal] += factor * structure.slope_head
            if structure.slot_tail_head >= 0:
                slot[structure.slot_tail_head] -= factor * structure.slope_head
        if structure.below < len(lakes):
            slot[lakes[t].diagonal] -= factor * structure.slope_tail
            if structure.slot_head_tail >= 0:
                slot[structure.slot_head_tail] += factor * structure.slope_tail
    largest = 0.0
    for i in range(group.first, group.last):
        lake = lakes[lists[i]]
        if lake.area == 0.0:  # the tip of a pointed bottom
            slot[lake.diagonal] = max(slot[lake.diagonal], lake.least_area)
        lake.stiffness = slot[lake.diagonal]
        if lake.stiffness <= 0.0:
            state.clock[0].culprit = lists[i]
            return -1.0
        largest = max(largest, abs(lake.wanting) / lake.stiffness)
    return largest


def factorise(g: int, layout: Layout, state: State) -> bool:
    """Turn the Jacobian of group g into its LU factors, in the order of elimination; False at a pivot not above 0."""
    lakes, slot, lists, entry, update = state.lake, state.slot, layout.lists, layout.entry, layout.update
    for i in range(layout.group[g].first, layout.group[g].last):
        lake = lakes[lists[i]]
        pivot = slot[lake.diagonal]
        if pivot <= 0.0:
            state.clock[0].culprit = lists[i]
            return False
        for k in range(lake.entry_first, lake.entry_last):
            share = slot[entry[k].lower] / pivot
            slot[entry[k].lower] = share
            for u in range(entry[k].first, entry[k].last):
                slot[update[u].target] -= share * slot[update[u].upper]
    return True


def substitute(g: int, layout: Layout, state: State) -> None:
    """Solve with the LU factors of group g for the `change` of its lakes, in place."""
    lakes, slot, lists, entry = state.lake, state.slot, layout.lists, layout.entry
    first, last = layout.group[g].first, layout.group[g].last
    for i in range(first, last):
        lake = lakes[lists[i]]
        for k in range(lake.entry_first, lake.entry_last):
            lakes[entry[k].lake].change -= slot[entry[k].lower] * lake.change
    for i in range(last - 1, first - 1, -1):
        lake = lakes[lists[i]]
        for k in range(lake.entry_first, lake.entry_last):
            lake.change -= slot[entry[k].upper] * lakes[entry[k].lake].change
        lake.change /= slot[lake.diagonal]


def solve_group(g: int, factor: float, exact: float, level: Floats, flux: Floats, layout: Layout, state: State) -> bool:
    """Find the levels of a group of waters that hold one another, together: damped Newton. False if it fails."""
    lakes, structures, lists, group = state.lake, state.structure, layout.lists, layout.group[g]
    before, part = 1e300, 1.0
    for _ in range(MOST_ITERATIONS):
        wanting = assemble(g, factor, level, flux, layout, state)
        if wanting < 0.0:
            return False
        if wanting > max(before, exact) and part > 0.02:
            part *= 0.5
            for i in range(group.first, group.last):
                level[lists[i]] -= part * lakes[lists[i]].change
            continue
        if not factorise(g, layout, state):
            return False
        for i in range(group.first, group.last):
            lakes[lists[i]].change = lakes[lists[i]].wanting
        substitute(g, layout, state)
        largest = 0.0
        below = False
        for i in range(group.first, group.last):
            w = lists[i]
            lake = lakes[w]
            if level[w] + lake.change < lake.bottom:
                if level[w] <= lake.bottom and lake.change < -max(SLIP * exact, LAST_DIGIT * abs(level[w])):
                    below = True
                    state.clock[0].culprit = w
                lake.change = 0.5 * (lake.bottom - level[w])
            level[w] += lake.change
            largest = max(largest, abs(lake.change) / enough(level[w], level[w] - lake.bottom, exact))
        if largest <= 1.0:
            for i in range(group.own_first, group.own_last):
                structure = structures[lists[i]]
                if structure.head < len(lakes):
                    flux[lists[i]] += structure.slope_head * lakes[structure.head].change
                if structure.below < len(lakes):
                    flux[lists[i]] += structure.slope_tail * lakes[structure.below].change
            for i in range(group.first, group.last):
                terms_at(lists[i], level[lists[i]], flux, lakes, structures, layout.curve)
            return not below
        before, part = wanting, 1.0
    return False


def sweep(g: int, factor: float, exact: float, level: Floats, flux: Floats, layout: Layout, state: State) -> bool:
    """Find the levels of a group lake by lake, each in its bracket, again and again: slow, and the last resort.

    Sweeps creep up to the solution without showing how far they are; so Newton, started from there, has the last word.
    """
    group = layout.group[g]
    for _ in range(MOST_SWEEPS // SWEEPS_AT_ONCE):
        for _ in range(SWEEPS_AT_ONCE):
            for i in range(group.first, group.last):
                if not solve_lake(layout.lists[i], factor, exact, level, flux, layout, state):
                    return False
        if solve_group(g, factor, exact, level, flux, layout, state):
            return True
    return False


def solve_stage(
    time: float,
    piece: int,
    factor: float,
    euler: bool,
    level: Floats,
    flux: Floats,
    layout: Layout,
    forcing: Forcing,
    state: State,
) -> bool:
    """Solve  storage(level) − factor·net(level) = target  for all lakes, groups upstream first.

    On return `level` and `flux` hold the solution; False, with the lake in `clock.culprit`, if there is none. The stage
    of a backward Euler step is the last resort: it takes the given outflow in the mean of the step, so that a dry lake
    can leave all of it undelivered, and sweeps a group that Newton does not solve.
    """
    clock, lakes, breakpoint, pieces = state.clock[0], state.lake, forcing.breakpoint, forcing.piece
    exact = EXACT * clock.tolerance
    set_now(time, piece, level, lakes, state.structure, state.rule, forcing)
    if euler:
        for w in range(len(lakes)):
            row = lakes[w].outflow_row
            asked = volume_at(row, piece, time, breakpoint, pieces)
            asked -= volume_at(row, clock.piece, clock.time, breakpoint, pieces)
            lakes[w].outflow = max(asked / factor, 0.0)
    for g in range(len(layout.group)):
        if layout.group[g].last - layout.group[g].first == 1:
            solved = solve_lake(layout.lists[layout.group[g].first], factor, exact, level, flux, layout, state)
        else:
            solved = solve_group(g, factor, exact, level, flux, layout, state)
            if euler and not solved:
                solved = sweep(g, factor, exact, level, flux, layout, state)
        if not solved:
            return False
    return True


def respond(factor: float, layout: Layout, state: State) -> None:
    """Turn the `change` of each lake from a volume [m³] into the change of level [m] that it causes within the step."""
    lakes, structures, groups, lists = state.lake, state.structure, layout.group, layout.lists
    for g in range(len(groups)):
        for i in range(groups[g].first, groups[g].last):
            lake = lakes[lists[i]]
            for k in range(lake.feed_first, lake.feed_last):
                structure = structures[lists[k]]
                lake.change += factor * structure.slope_head * lakes[structure.head].change
        if groups[g].last - groups[g].first == 1:
            lakes[lists[groups[g].first]].change /= lakes[lists[groups[g].first]].stiffness
        else:
            substitute(g, layout, state)


COMPILED = (enough, solve_lake, assemble, factorise, substitute, solve_group, sweep, solve_stage, respond)
"""What `compiled` compiles."""
