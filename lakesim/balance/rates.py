"""The rates: what moves between waters, and on and off a lake, at given levels. Nothing is solved here."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt

from .. import hydraulics
from ..rules import PROPORTIONAL, SCHEDULE
from .tables import (
    EVAPORATION,
    RAIN,
    SEEPAGE,
    TERMS,
    UNDELIVERED,
    BreakRow,
    CurveRow,
    Floats,
    Forcing,
    Ints,
    LakeRow,
    Layout,
    PieceRow,
    RuleRow,
    State,
    StructureRow,
)

THIN_LAYER = 1e-4
"""Depth [m] over which the last water of a lake holds back what would leave it."""


def discharge(
    kind: int, headwater: float, tailwater: float, opening: float, param: Sequence[float], first: int, last: int
) -> tuple[float, float, float, float]:
    """The equation of a kind of structure: discharge [m³/s] and its slopes to headwater, tailwater and opening.

    Its parameters are `param[first … last−1]`, a table last.
    """
    if kind == hydraulics.WEIR:
        return hydraulics.weir_broad(headwater, tailwater, opening, param[first], param[first + 1], param[first + 2])
    if kind == hydraulics.SHARP_WEIR:
        return hydraulics.weir_sharp(headwater, tailwater, opening, param[first], param[first + 1], param[first + 2])
    if kind == hydraulics.SLUICE_GATE:
        return hydraulics.sluice_gate(
            headwater,
            tailwater,
            opening,
            param[first],
            param[first + 1],
            param[first + 2],
            param[first + 3],
            param[first + 4],
        )
    if kind == hydraulics.CULVERT:
        return hydraulics.culvert(
            headwater,
            tailwater,
            opening,
            param[first],
            param[first + 1],
            param[first + 2],
            param[first + 3],
            param[first + 4],
            param[first + 5],
        )
    if kind == hydraulics.PUMP:
        return hydraulics.pump(
            headwater,
            tailwater,
            opening,
            param[first],
            param[first + 1],
            param[first + 2],
            param,
            first + 3,
            (last - first - 3) // 2,
        )
    if kind == hydraulics.CHANNEL:
        return hydraulics.channel(
            headwater, tailwater, opening, param[first], param[first + 1], param[first + 2], param[first + 3]
        )
    if kind == hydraulics.RATING:
        return hydraulics.rating(headwater, tailwater, opening, param, first, (last - first) // 2)
    return hydraulics.rating_of_difference(headwater, tailwater, opening, param, first, (last - first) // 2)


def level_of_storage(lake: LakeRow, storage: float, curve: Sequence[CurveRow]) -> float:
    """Level [m] of a lake at a storage [m³]: the inverse of the curve, exact, also where the area is zero."""
    i = lake.interval
    while i < lake.curve_last and storage >= curve[i + 1].storage:
        i += 1
    while i > lake.curve_first and storage < curve[i].storage:
        i -= 1
    lake.interval = i
    volume = storage - curve[i].storage
    if volume <= 0.0:
        return curve[i].level
    area = curve[i].area
    return curve[i].level + 2.0 * volume / (area + sqrt(area * area + 2.0 * curve[i].slope * volume))


def wetness(depth: float) -> tuple[float, float]:
    """Part (0 … 1) of a wish to leave that an almost empty lake can meet, and its slope to the depth [1/m]."""
    if depth >= THIN_LAYER:
        return 1.0, 0.0
    if depth <= 0.0:
        return 0.0, 2.0 / THIN_LAYER
    x = depth / THIN_LAYER
    return x * (2.0 - x), 2.0 * (1.0 - x) / THIN_LAYER


def piece_from(time: float, piece: int, breakpoint: Sequence[BreakRow]) -> int:
    """The piece of the forcing that holds from this time on."""
    while piece < len(breakpoint) - 2 and time >= breakpoint[piece + 1].time:
        piece += 1
    return piece


def piece_until(time: float, piece: int, breakpoint: Sequence[BreakRow]) -> int:
    """The piece of the forcing that held up to this time."""
    while piece < len(breakpoint) - 2 and time > breakpoint[piece + 1].time:
        piece += 1
    return piece


def value_at(row: int, piece: int, time: float, breakpoint: Sequence[BreakRow], pieces: Sequence[PieceRow]) -> float:
    """Value of a row of the forcing; 0 where there is none."""
    if row < 0:
        return 0.0
    here = pieces[row * len(breakpoint) + piece]
    return here.value + here.slope * (time - breakpoint[piece].time)


def volume_at(row: int, piece: int, time: float, breakpoint: Sequence[BreakRow], pieces: Sequence[PieceRow]) -> float:
    """Integral of a row of the forcing from the start to a time, exact; 0 where there is none."""
    if row < 0:
        return 0.0
    here = pieces[row * len(breakpoint) + piece]
    x = time - breakpoint[piece].time
    return here.volume + x * (here.value + 0.5 * here.slope * x)


def set_now(
    time: float,
    piece: int,
    level: Floats,
    lakes: Sequence[LakeRow],
    structures: Sequence[StructureRow],
    rules: Sequence[RuleRow],
    forcing: Forcing,
) -> None:
    """Write what is given at a time: rates on the lakes, levels of the rivers, targets and openings of the rules."""
    breakpoint, pieces, rivers = forcing.breakpoint, forcing.piece, forcing.river_row
    for w in range(len(lakes)):
        lake = lakes[w]
        lake.rain = value_at(lake.rain_row, piece, time, breakpoint, pieces)
        lake.evaporation = value_at(lake.evaporation_row, piece, time, breakpoint, pieces)
        lake.seepage = value_at(lake.seepage_row, piece, time, breakpoint, pieces)
        lake.outflow = max(value_at(lake.outflow_row, piece, time, breakpoint, pieces), 0.0)
    for r in range(len(rivers)):
        level[len(lakes) + r] = value_at(rivers[r], piece, time, breakpoint, pieces)
    level[len(level) - 1] = hydraulics.FREE_FALL
    for r in range(len(rules)):
        rules[r].given = value_at(rules[r].row, piece, time, breakpoint, pieces)
        rules[r].given2 = value_at(rules[r].row2, piece, time, breakpoint, pieces)
    if len(rules) > 0:
        for j in range(len(structures)):
            structure = structures[j]
            if structure.mode == SCHEDULE:
                structure.opening = min(max(rules[structure.governor].given, structure.lowest), structure.highest)
            elif structure.speed > 0.0:
                structure.opening = on_the_way(structure, time)


def on_the_way(structure: StructureRow, time: float) -> float:
    """Opening at a time of a structure that moves to its target at its speed; without a speed it is there."""
    if structure.speed <= 0.0:
        return structure.target
    moved = structure.speed * (time - structure.move_time)
    if structure.target > structure.move_from:
        return min(structure.move_from + moved, structure.target)
    return max(structure.move_from - moved, structure.target)


def structure_at(
    j: int,
    level: Floats,
    flux: Floats,
    lakes: Sequence[LakeRow],
    structures: Sequence[StructureRow],
    rules: Sequence[RuleRow],
    param: Sequence[float],
) -> None:
    """Write discharge, slopes and unmet wish of structure j at the given levels of the waters."""
    structure = structures[j]
    headwater, tailwater = level[structure.head], level[structure.below]
    growth = 0.0
    if structure.mode == PROPORTIONAL:
        rule = rules[structure.governor]
        above = rule.side * (level[rule.watch] - rule.given) / rule.width
        structure.opening = min(max(above, structure.lowest), structure.highest)
        if structure.lowest < above < structure.highest:
            growth = rule.side / rule.width
    wish, to_head, to_tail, to_opening = discharge(
        structure.kind, headwater, tailwater, structure.opening, param, structure.param_first, structure.param_last
    )
    if growth != 0.0:
        if rules[structure.governor].watch == structure.head:
            to_head += to_opening * growth
        else:
            to_tail += to_opening * growth
    if wish < 0.0 and structure.flap == 1:
        wish, to_head, to_tail = 0.0, 0.0, 0.0
    if structure.cap >= 0 and wish > rules[structure.cap].given:
        wish, to_head, to_tail = rules[structure.cap].given, 0.0, 0.0
    q = wish
    if wish > 0.0 and structure.head < len(lakes):
        part, growth = wetness(headwater - lakes[structure.head].bottom)
        if part < 1.0:
            q, to_head, to_tail = wish * part, to_head * part + wish * growth, to_tail * part
    elif wish < 0.0 and structure.tail < len(lakes):
        part, growth = wetness(tailwater - lakes[structure.tail].bottom)
        if part < 1.0:
            q, to_head, to_tail = wish * part, to_head * part, to_tail * part + wish * growth
    flux[j] = q
    flux[len(structures) + TERMS * len(lakes) + j] = abs(wish - q)
    structure.slope_head = to_head
    structure.slope_tail = to_tail


def terms_at(
    w: int,
    level: float,
    flux: Floats,
    lakes: Sequence[LakeRow],
    structures: Sequence[StructureRow],
    curve: Sequence[CurveRow],
) -> tuple[float, float, float]:
    """Write the terms of lake w at a level; return its storage, what the terms bring, and the slope of that."""
    lake = lakes[w]
    i = lake.interval
    while i < lake.curve_last and level >= curve[i + 1].level:
        i += 1
    while i > lake.curve_first and level < curve[i].level:
        i -= 1
    lake.interval = i
    x = level - curve[i].level
    widening = curve[i].slope
    storage = curve[i].storage + x * (curve[i].area + 0.5 * widening * x)
    area = curve[i].area + widening * x
    lake.area = area
    f = len(structures) + TERMS * w
    flux[f + RAIN] = lake.rain * area
    flux[f + EVAPORATION] = lake.evaporation * area
    flux[f + SEEPAGE] = lake.seepage * area
    flux[f + UNDELIVERED] = 0.0
    slope = (lake.rain - lake.evaporation - lake.seepage) * widening
    part, growth = wetness(level - lake.bottom)
    if part < 1.0:  # only what would leave is held back: condensation or groundwater also fills an empty lake
        if lake.evaporation > 0.0:
            flux[f + EVAPORATION] *= part
            slope += lake.evaporation * (widening * (1.0 - part) - area * growth)
        if lake.seepage > 0.0:
            flux[f + SEEPAGE] *= part
            slope += lake.seepage * (widening * (1.0 - part) - area * growth)
        if lake.outflow > 0.0:
            flux[f + UNDELIVERED] = lake.outflow * (1.0 - part)
            slope -= lake.outflow * growth
    net = flux[f + RAIN] - flux[f + EVAPORATION] - flux[f + SEEPAGE] + flux[f + UNDELIVERED]
    return storage, net, slope


def net_of(
    w: int,
    flux: Floats,
    lakes: Sequence[LakeRow],
    structures: Sequence[StructureRow],
    lists: Ints,
) -> float:
    """All that reaches lake w less all that leaves it, but for what is given [m³/s, or m³ of volumes]."""
    lake = lakes[w]
    f = len(structures) + TERMS * w
    net = flux[f + RAIN] - flux[f + EVAPORATION] - flux[f + SEEPAGE] + flux[f + UNDELIVERED]
    for i in range(lake.touch_first, lake.touch_last):
        j = lists[i]
        net += -flux[j] if structures[j].head == w else flux[j]
    for i in range(lake.feed_first, lake.feed_last):
        net += flux[lists[i]]
    return net


def rates_at(
    time: float, piece: int, level: Floats, flux: Floats, layout: Layout, forcing: Forcing, state: State
) -> None:
    """Write every rate at given levels of the lakes; those of the rivers are filled in."""
    lakes, structures, rules, param, curve = state.lake, state.structure, state.rule, layout.param, layout.curve
    set_now(time, piece, level, lakes, structures, rules, forcing)
    for j in range(len(structures)):
        structure_at(j, level, flux, lakes, structures, rules, param)
    for w in range(len(lakes)):
        terms_at(w, level[w], flux, lakes, structures, curve)


COMPILED = (
    discharge,
    level_of_storage,
    wetness,
    piece_from,
    piece_until,
    value_at,
    volume_at,
    set_now,
    on_the_way,
    structure_at,
    terms_at,
    net_of,
    rates_at,
)
