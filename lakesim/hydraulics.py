"""Hydraulics: one equation a function, plain scalars in, the discharge and its slopes out.

Every equation of a structure has the same shape

    equation(headwater, tailwater, opening, parameters...)
        -> (discharge, slope to headwater, slope to tailwater, slope to opening)

with levels and lengths in m, discharge in m3/s, opening from 0 (shut) to 1 (open), and the slopes, which are the
exact derivatives, in m2/s, m2/s and m3/s. Flow from head to tail is positive, the reverse negative.

The functions are compiled unchanged by `lakesim.compiled`, and give the same numbers bit for bit when they run as plain
Python (to 1e-12 where a power is used). Therefore: scalars only, + - * / sqrt, no divisor that can be zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

Flow = tuple[float, float, float, float]

G = 9.81  # acceleration of gravity [m/s2]
WATER_DENSITY = 1000.0  # [kg/m3]
FREE_FALL = -1.0e6  # tailwater level that stands for "no water below" [m]

# The number of each kind, for the arrays of the solver; EQUATIONS[kind], at the foot of this file, is its equation.
WEIR, SHARP_WEIR, SLUICE_GATE, CULVERT, PUMP, CHANNEL, RATING, RATING_OF_DIFFERENCE = range(8)

_SQRT_2G = math.sqrt(2.0 * G)
_REACH = 1.0e-3  # below this difference of level the square root is rounded off [m]
_DRY = 1.0e-30  # no water at all, but still safe to divide by [m]
_NO_LID = 1.0e9  # height of an opening that has no upper edge [m]

# Villemonte's factor is rounded off where the two heads differ by less than 1 %: gap (A + B gap), which has the value
# and the slope of the true one at a gap of 1 %.
_GAP = 0.01
_VILLEMONTE_BODY = 1.0 - (1.0 - _GAP) ** 1.5
_VILLEMONTE_VALUE = _VILLEMONTE_BODY**0.385
_VILLEMONTE_SLOPE = 0.385 * 1.5 * math.sqrt(1.0 - _GAP) * _VILLEMONTE_VALUE / _VILLEMONTE_BODY
_VILLEMONTE_A = 2.0 * _VILLEMONTE_VALUE / _GAP - _VILLEMONTE_SLOPE
_VILLEMONTE_B = (_VILLEMONTE_SLOPE - _VILLEMONTE_VALUE / _GAP) / _GAP


def _directed(
    headwater: float, tailwater: float, discharge: float, to_upper: float, to_lower: float, to_opening: float
) -> Flow:
    """Turn a flow from the higher side to the lower one into a flow from head to tail."""
    if headwater >= tailwater:
        return discharge, to_upper, to_lower, to_opening
    return -discharge, -to_lower, -to_upper, -to_opening


def _root(x: float) -> tuple[float, float]:
    """Square root of a difference of level x >= 0 [m], rounded off to a finite slope at zero; and its slope.

    From e = 1 mm upwards it is sqrt(x). Below, with r = x/e, it is

        sqrt(e) (2.5 r - 2.5 r2 + r3)

    which rises from 0 to the value and the slope of sqrt at r = 1 and has the same integral, so that what is integrated
    over the depth (`_integral`) is exact above 1 mm, too.

    >>> _root(0.04)
    (0.2, 2.5)
    """
    if x >= _REACH:
        value = math.sqrt(x)
        return value, 0.5 / value
    r = x / _REACH
    scale = math.sqrt(_REACH)
    return scale * r * (2.5 - 2.5 * r + r * r), scale / _REACH * (2.5 - 5.0 * r + 3.0 * r * r)


def _integral(x: float) -> float:
    """Integral of `_root` from 0 to x >= 0: 2/3 x^1.5 from 1 mm upwards.

    >>> _integral(0.09)
    0.018
    """
    if x >= _REACH:
        return 2.0 / 3.0 * x * math.sqrt(x)
    r = x / _REACH
    return _REACH * math.sqrt(_REACH) * r * r * (1.25 - 5.0 / 6.0 * r + 0.25 * r * r)


def _root_of_fall(h1: float, h2: float) -> tuple[float, float, float]:
    """Square root of h1 - h2 for two depths of water, rounded off as in `_root`; its slopes to h1 and to h2.

    Here e = 1 mm h1/(h1 + 4 mm): less than 1 mm, and never more than a quarter of the depth, so that the rounding does
    not reach a sheet of water that falls freely, however thin.

    >>> _root_of_fall(1.00, 0.96)
    (0.2, 2.5, -2.5)
    """
    x = h1 - h2
    e = _REACH * h1 / (h1 + 4.0 * _REACH)
    if x >= e:
        value = math.sqrt(x)
        return value, 0.5 / value, -0.5 / value
    r = x / e
    scale = math.sqrt(e)
    value = scale * r * (2.5 - 2.5 * r + r * r)
    slope = scale / e * (2.5 - 5.0 * r + 3.0 * r * r)
    to_e = (0.5 * value - x * slope) / e
    e_to_h1 = 4.0 * (e / h1) * (e / h1)
    return value, slope + to_e * e_to_h1, -slope


def _orifice(upper: float, lower: float, gap: float) -> Flow:
    """Rectangular opening of height `gap`, per Cd b sqrt(2g); slopes to upper, lower and gap.

    Dubuat's partition: what lies above the tailwater falls freely, what lies below is driven by the difference of the
    levels. With the heads h1 = upper and h2 = max(lower, 0) above the lower edge [m], h1 >= lower:

        2/3 [(h1 - h2)^1.5 - (h1 - gap)^1.5] + h2 (h1 - h2)^0.5     h2 < gap  (second power only if h1 > gap)
        gap (h1 - h2)^0.5                                           h2 >= gap

    Value and slopes are continuous everywhere; the slope to h2 is zero where the tailwater reaches the lower edge.

    Worked by hand: opening 0.5 m high, heads 1.0 and 0.19 m: 2/3 (0.729 - 0.35355) + 0.19 x 0.9 = 0.421298.

    >>> _orifice(1.0, 0.19, 0.5)[0]
    0.421298
    """
    if upper <= 0.0:
        return 0.0, 0.0, 0.0, 0.0
    drowned = max(lower, 0.0)
    velocity, slope = _root(upper - drowned)
    if drowned >= gap:
        return gap * velocity, gap * slope, -gap * slope, velocity
    over = max(upper - gap, 0.0)
    velocity_at_lid, _ = _root(over)
    return (
        _integral(upper - drowned) - _integral(over) + drowned * velocity,
        velocity - velocity_at_lid + drowned * slope,
        -drowned * slope,
        velocity_at_lid,
    )


def _table(x: float, table: Sequence[float], first: int, count: int) -> tuple[float, float]:
    """Look up a table, linear between its rows; the value and its slope.

    The arguments stand at table[first : first + count], rising, the values at the next `count` places, none below zero.
    Below the first row the first value holds; above the last row the last slope goes on, but not below zero. A table
    of one row is a constant.

    >>> _table(1.5, [0.0, 1.0, 2.0, 0.0, 10.0, 40.0], 0, 3)
    (25.0, 30.0)
    """
    if count == 1 or x < table[first]:
        return table[first + count], 0.0
    low = first
    high = first + count - 1
    while high - low > 1:
        middle = (low + high) // 2
        if table[middle] <= x:
            low = middle
        else:
            high = middle
    slope = (table[high + count] - table[low + count]) / (table[high] - table[low])
    value = table[low + count] + slope * (x - table[low])
    if value < 0.0:
        return 0.0, 0.0
    return value, slope


def weir_broad(
    headwater: float, tailwater: float, opening: float, crest: float, width: float, coefficient: float
) -> Flow:
    """Discharge over a broad-crested weir, free or drowned, either way.

    With the heads H1 and H2 of the higher and the lower side above the crest [m]

        Q = opening C b H1^1.5                              H2 <= 2/3 H1, free
        Q = opening C b (3 sqrt(3)/2) H2 (H1 - H2)^0.5      H2 >  2/3 H1, drowned

    which meet with the same value and slope at the modular limit 2/3. `coefficient` C [m^0.5/s] is 1.705 by theory
    (critical depth on the crest, no losses; then the drowned law is b H2 sqrt(2g (H1 - H2))) and 1.4 to 1.7 in the
    field. The opening is the share of the width in use.

    Limits: velocity of approach neglected (a weir on a lake); crest long against the head (0.08 < H1/length < 0.33).
    Below 1 mm of difference the root is rounded off.

    Source: free: Bos (ed.), Discharge Measurement Structures, ILRI Publication 20, 3rd edition 1989, section 1.9;
    both: INRAE, SIC hydraulic model, "CEM88(D): Weir / Orifice (high sill elevation)", equations 12 and 13.

    Worked by hand: b = 10 m, C = 1.7, H1 = 0.49 m free: 17 x 0.343 = 5.831; H1 = 0.5, H2 = 0.46:
    17 x 2.598076 x 0.46 x 0.2 = 4.06339.

    >>> weir_broad(24.49, FREE_FALL, 1.0, 24.0, 10.0, 1.7)[0]
    5.831
    >>> weir_broad(24.50, 24.46, 1.0, 24.0, 10.0, 1.7)[0]
    4.06339
    """
    h1 = max(headwater, tailwater) - crest
    h2 = min(headwater, tailwater) - crest
    if h1 <= _DRY:
        return 0.0, 0.0, 0.0, 0.0
    scale = coefficient * width
    if 3.0 * h2 <= 2.0 * h1:
        free = scale * h1 * math.sqrt(h1)
        return _directed(headwater, tailwater, opening * free, opening * 1.5 * scale * math.sqrt(h1), 0.0, free)
    root, to_h1, to_h2 = _root_of_fall(h1, h2)
    scale = 1.5 * math.sqrt(3.0) * scale
    drowned = scale * h2 * root
    to_lower = scale * (root + h2 * to_h2)
    return _directed(headwater, tailwater, opening * drowned, opening * scale * h2 * to_h1, opening * to_lower, drowned)


def weir_sharp(
    headwater: float, tailwater: float, opening: float, crest: float, width: float, coefficient: float
) -> Flow:
    """Discharge over a sharp-crested weir, free or drowned, either way.

    With the heads H1 and H2 of the higher and the lower side above the crest [m]

        Q = opening C b H1^1.5 (1 - (H2/H1)^1.5)^0.385         the bracket only if H2 > 0

    `coefficient` C = 2/3 Cd sqrt(2g) [m^0.5/s], typically 1.84. The opening is the share of the width in use.

    Limits: full width (no side contraction), aired nappe, H1 above about 3 cm and below the height of the weir plate,
    the drowned law within about 5 %. Where H2 > 0.99 H1 the bracket is rounded off to a parabola with a finite slope.

    Source: free: Bos (ed.), ILRI Publication 20, 3rd edition 1989, section 5.1; drowned: Villemonte, Submerged-weir
    discharge studies, Engineering News-Record 139 (26), 1947.

    Worked by hand: b = 2 m, C = 1.84, H1 = 0.36 m free: 3.68 x 0.216 = 0.79488; with H2 = 0.09 m:
    x (1 - 0.125)^0.385 = x 0.949894.

    >>> weir_sharp(1.36, FREE_FALL, 1.0, 1.0, 2.0, 1.84)[0]
    0.79488
    >>> weir_sharp(1.36, 1.09, 1.0, 1.0, 2.0, 1.84)[0]
    0.75505
    """
    h1 = max(headwater, tailwater) - crest
    if h1 <= _DRY:
        return 0.0, 0.0, 0.0, 0.0
    ratio = max(min(headwater, tailwater) - crest, 0.0) / h1
    gap = 1.0 - ratio
    if gap >= _GAP:
        body = 1.0 - ratio * math.sqrt(ratio)
        factor = body**0.385
        to_ratio = -0.385 * 1.5 * math.sqrt(ratio) * factor / body
    else:
        factor = gap * (_VILLEMONTE_A + _VILLEMONTE_B * gap)
        to_ratio = -(_VILLEMONTE_A + 2.0 * _VILLEMONTE_B * gap)
    scale = coefficient * width * math.sqrt(h1)
    discharge = scale * h1 * factor
    to_upper = scale * (1.5 * factor - ratio * to_ratio)
    return _directed(
        headwater, tailwater, opening * discharge, opening * to_upper, opening * scale * to_ratio, discharge
    )


def sluice_gate(
    headwater: float,
    tailwater: float,
    opening: float,
    sill: float,
    width: float,
    height: float,
    leaf: float,
    coefficient: float,
) -> Flow:
    """Discharge under, and if need be over, a vertical lift gate, free or drowned, either way.

    The leaf, `leaf` [m] high, stands on the sill when shut and is lifted by opening x height. Under it flows what
    passes a rectangular opening of that height (`_orifice`), over it what passes one without a lid:

        Q = Cd b sqrt(2g) [orifice(above the sill, opening height) + orifice(above the leaf's top)]

    Free and with the water below the leaf's edge this is a weir with C = 2/3 Cd sqrt(2g) = 1.77 for the usual Cd = 0.6.

    Limits: with Cd = 0.6 at most 4 % below Henderson's free-flow curve, 0.61 a sqrt(2 g H1) / sqrt(1 + 0.61 a/H1), for
    gaps a up to half the head H1. The tailwater counts as soon as it stands above the sill: where a jump is swept away
    from the gate, the true discharge is larger.

    Source: Henderson, Open Channel Flow (1966), chapter 6; partition after Dubuat, Principes d'hydraulique (1786).

    Worked by hand: b = 5 m, gap 0.5 m, Cd = 0.6; heads 1.0 and 0.19 m: 0.6 x 5 x 4.429447 x 0.421298 = 5.59835.

    >>> sluice_gate(11.0, 10.19, 0.25, 10.0, 5.0, 2.0, 2.0, 0.6)[0]
    5.59835
    """
    upper = max(headwater, tailwater)
    lower = min(headwater, tailwater)
    gap = opening * height
    top = sill + gap + leaf
    under, under_to_upper, under_to_lower, under_to_gap = _orifice(upper - sill, lower - sill, gap)
    over, over_to_upper, over_to_lower, _ = _orifice(upper - top, lower - top, _NO_LID)
    scale = coefficient * width * _SQRT_2G
    return _directed(
        headwater,
        tailwater,
        scale * (under + over),
        scale * (under_to_upper + over_to_upper),
        scale * (under_to_lower + over_to_lower),
        scale * height * (under_to_gap - over_to_upper - over_to_lower),  # the leaf's top rises with the gap
    )


def culvert(
    headwater: float,
    tailwater: float,
    opening: float,
    invert_in: float,
    invert_out: float,
    width: float,
    height: float,
    inlet_coefficient: float,
    barrel_coefficient: float,
) -> Flow:
    """Discharge through a culvert, by inlet control or by the whole barrel, whichever is less; either way.

        inlet:  Ci b sqrt(2g) orifice(upper - its invert, free, opening x height)
        barrel: Cb b sqrt(2g) orifice(upper - far invert, lower - far invert, opening x height)

    `width` b [m] is that of all barrels together; Ci about 0.6; Cb from `full_barrel_coefficient`. The opening is the
    share of the height that a gate at the mouth leaves free. Reversed flow enters at `invert_out`.

    Limits: a barrel drowned at both ends is HDS-5's full flow. With Ci = 0.6 the inlet is within 11 % of HDS-5's curves
    for boxes with wingwalls where the headwater stands 1.2 to 4 heights above the invert, and up to 16 % above them
    where it is lower. A barrel that runs partly full is treated as an opening, not by its backwater curve: with a free
    outfall from a level bed it gives some 10 % more than HDS-5 at 3 heights of headwater, 20 % at 1.5, 35 % at 1.

    Source: FHWA, Hydraulic Design of Highway Culverts, HDS-5 (FHWA-HIF-12-026), 3rd edition 2012, chapter 3 (control by
    inlet and outlet) and appendix A (inlet curves).

    Worked by hand: box 2 m x 1.5 m, both ends drowned, level difference 0.25 m, Cb = 0.7:
    0.7 x 3 x sqrt(19.62 x 0.25) = 4.65092.

    >>> culvert(13.25, 13.0, 1.0, 10.0, 10.0, 2.0, 1.5, 0.6, 0.7)[0]
    4.65092
    """
    upper = max(headwater, tailwater)
    lower = min(headwater, tailwater)
    near, far = (invert_in, invert_out) if headwater >= tailwater else (invert_out, invert_in)
    gap = opening * height
    coefficient = inlet_coefficient
    flow, to_upper, to_lower, to_gap = _orifice(upper - near, FREE_FALL, gap)
    barrel, barrel_to_upper, barrel_to_lower, barrel_to_gap = _orifice(upper - far, lower - far, gap)
    excess = inlet_coefficient * flow - barrel_coefficient * barrel
    # Shut, both are zero: then the one that grows less with the opening will govern.
    if excess > 0.0 or (excess == 0.0 and inlet_coefficient * to_gap > barrel_coefficient * barrel_to_gap):
        coefficient = barrel_coefficient
        flow, to_upper, to_lower, to_gap = barrel, barrel_to_upper, barrel_to_lower, barrel_to_gap
    scale = coefficient * width * _SQRT_2G
    return _directed(headwater, tailwater, scale * flow, scale * to_upper, scale * to_lower, scale * height * to_gap)


def full_barrel_coefficient(length: float, roughness: float, hydraulic_radius: float, entrance_loss: float) -> float:
    """Discharge coefficient of a culvert flowing full [-]: entrance, friction and exit in series.

        Cb = 1 / sqrt(1 + Ke + 2 g n2 L / R^(4/3))

    with length L [m], Manning's n [s/m^(1/3)], hydraulic radius of the full barrel R [m] (circular: diameter / 4), and
    entrance loss Ke [-] (0.5 square edge in a headwall, 0.2 rounded, 0.9 projecting pipe).

    Source: FHWA HDS-5 (FHWA-HIF-12-026), 3rd edition 2012, chapter 3 (losses) and appendix C (Ke).

    Worked by hand: L = 50 m, n = 0.015, R = 1 m, Ke = 0.5: 1/sqrt(1.5 + 0.220725) = 0.762332.

    >>> full_barrel_coefficient(50.0, 0.015, 1.0, 0.5)
    0.762332
    """
    friction = 2.0 * G * roughness * roughness * length / hydraulic_radius ** (4.0 / 3.0)
    return 1.0 / math.sqrt(1.0 + entrance_loss + friction)


def pump(
    headwater: float,
    tailwater: float,
    opening: float,
    start_level: float,
    band: float,
    units: float,
    table: Sequence[float],
    first: int,
    count: int,
) -> Flow:
    """Discharge of a pumping station.

        Q = opening units q(lift) (headwater - start_level) / band       the fraction between 0 and 1

    with lift = tailwater - headwater [m] and q [m3/s] of one unit from the table (lifts, then discharges; see
    `_table`): below the first lift the first discharge, above the last the last slope goes on down to zero. A table of
    one row is a pump that gives the same at every lift. The band [m] stands for units switched on one by one.

    Limits: steady running; no flow back through a stopped pump.

    Worked by hand: 3 units, q falls from 10 at 2 m to 0 at 6 m, lift 3 m, 5 cm into a band of 10 cm:
    3 x 7.5 x 0.5 = 11.25.

    >>> pump(24.45, 27.45, 1.0, 24.4, 0.1, 3.0, [2.0, 6.0, 10.0, 0.0], 0, 2)[0]
    11.25
    """
    if headwater <= start_level:
        return 0.0, 0.0, 0.0, 0.0
    unit, unit_to_lift = _table(tailwater - headwater, table, first, count)
    share = 1.0
    share_to_headwater = 0.0
    if headwater < start_level + band:
        share = (headwater - start_level) / band
        share_to_headwater = 1.0 / band
    return (
        opening * units * unit * share,
        opening * units * (unit * share_to_headwater - unit_to_lift * share),
        opening * units * unit_to_lift * share,
        units * unit * share,
    )


def pump_power(discharge: float, lift: float, efficiency: float) -> float:
    """Power that a pumping station draws [W]: density g discharge lift / efficiency; none without a lift.

    Worked by hand: 100 m3/s over 4 m at 0.75: 1000 x 9.81 x 100 x 4 / 0.75 = 5.232 MW.

    >>> pump_power(100.0, 4.0, 0.75)
    5232000.0
    """
    return WATER_DENSITY * G * discharge * max(lift, 0.0) / efficiency


def channel(
    headwater: float, tailwater: float, opening: float, bed: float, width: float, length: float, roughness: float
) -> Flow:
    """Discharge through a wide channel with a level bed between two waters, either way (Manning).

    With the depths y1 and y2 of the higher and the lower side above the bed [m], their mean y, z = (y1 - y2)/(y1 + y2)

        Q = opening b/n y^(5/3) sqrt((y1 - y2)/L) sqrt(1 + 35/27 z2 + 14/459 z4)

    The last factor makes it the exact integral of the friction slope along the backwater curve,
    Q = b/n sqrt(3/13 (y1^(13/3) - y2^(13/3))/L), within 0.02 %: 1 and 35/27 are the first terms of its series in z, and
    14/459 (the series has 7/243) closes it so that the tailwater stops counting exactly where it falls to the bed.
    Manning on the mean depth alone would let a falling tailwater reduce the flow once y2 < 0.54 y1.

    Limits: much wider than deep; velocity head small against friction: length well above y^(4/3)/(2 g n2), some 350 m
    at 3 m depth and n = 0.025. Below 1 mm of difference the root is rounded off.

    Source: Chow, Open-Channel Hydraulics (1959), chapters 5 (Manning) and 9 (gradually varied flow), integrated here.

    Worked by hand: b = 50 m, L = 2500 m, n = 0.025, depths 2.02 and 1.98 m: 2000 x 3.174802 x 0.2/50 x 1.000065 =
    25.4001.

    >>> channel(22.02, 21.98, 1.0, 20.0, 50.0, 2500.0, 0.025)[0]
    25.4001
    """
    y1 = max(headwater, tailwater) - bed
    y2 = max(min(headwater, tailwater) - bed, 0.0)
    if y1 <= _DRY:
        return 0.0, 0.0, 0.0, 0.0
    mean = 0.5 * (y1 + y2)
    z = (y1 - y2) / (y1 + y2)
    spread = math.sqrt(1.0 + z * z * (35.0 / 27.0 + 14.0 / 459.0 * z * z))
    spread_to_z = z * (35.0 / 27.0 + 28.0 / 459.0 * z * z) / spread
    root, to_y1, to_y2 = _root_of_fall(y1, y2)
    scale = width / (roughness * math.sqrt(length)) * mean ** (5.0 / 3.0)
    discharge = scale * spread * root
    # Slopes of the three factors: of the depth's power through the mean, of the spread through z, of the root.
    through_mean = 5.0 / 6.0 * spread * root / mean
    through_z = 0.5 * spread_to_z * root / (mean * mean)
    to_upper = scale * (through_mean + through_z * y2 + spread * to_y1)
    to_lower = scale * (through_mean - through_z * y1 + spread * to_y2) if y2 > 0.0 else 0.0
    return _directed(headwater, tailwater, opening * discharge, opening * to_upper, opening * to_lower, discharge)


def rating(headwater: float, tailwater: float, opening: float, table: Sequence[float], first: int, count: int) -> Flow:  # noqa: ARG001
    """Discharge from a rating curve of the headwater.

    The table (levels, then discharges) is read by `_table`; it may fall between rows. The tailwater plays no part.

    >>> rating(1.5, FREE_FALL, 1.0, [0.0, 1.0, 2.0, 0.0, 10.0, 40.0], 0, 3)
    (25.0, 30.0, 0.0, 25.0)
    """
    discharge, slope = _table(headwater, table, first, count)
    return opening * discharge, opening * slope, 0.0, discharge


def rating_of_difference(
    headwater: float, tailwater: float, opening: float, table: Sequence[float], first: int, count: int
) -> Flow:
    """Discharge from a rating curve of the difference between headwater and tailwater, either way.

    The table holds differences of level [m] from 0 and discharges from 0; reversed flow has the same table with the
    sign turned. Two rows make a linear channel, Q = k (headwater - tailwater), at every difference.

    >>> rating_of_difference(21.0, 21.5, 1.0, [0.0, 1.0, 0.0, 30.0], 0, 2)
    (-15.0, 30.0, -30.0, -15.0)
    """
    discharge, slope = _table(abs(headwater - tailwater), table, first, count)
    if headwater < tailwater:
        discharge = -discharge
    return opening * discharge, opening * slope, -opening * slope, discharge


# The equation of each kind, in the order of the kinds; and what is compiled, helpers before those that call them.
EQUATIONS = (weir_broad, weir_sharp, sluice_gate, culvert, pump, channel, rating, rating_of_difference)
COMPILED = (_directed, _root, _integral, _root_of_fall, _orifice, _table, *EQUATIONS)
