"""The equations: their numbers from books, their slopes, symmetry, rise and fall, continuity, and compiled = plain."""

import itertools
import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lakesim import hydraulics
from lakesim.hydraulics import FREE_FALL, G

# Levels of all examples lie within these, and the interesting ones at and above BASE.
LOWEST, HIGHEST, BASE = 21.0, 29.0, 24.0


@dataclass(frozen=True)
class Example:
    """An equation with parameters, and what physics says of it."""

    kind: int
    parameters: tuple[object, ...]
    edges: tuple[float, ...] = (BASE,)  # levels at which the geometry changes at the opening `opening`
    opening: float = 1.0
    symmetric: bool = False  # the same from both sides
    two_way: bool = True
    smooth: bool = True  # slopes continuous in the levels everywhere
    power: bool = False  # uses a power, so that compiled and plain may differ in the last bits

    def __call__(self, headwater: float, tailwater: float, opening: float | None = None) -> hydraulics.Flow:
        share = self.opening if opening is None else opening
        return hydraulics.EQUATIONS[self.kind](headwater, tailwater, share, *self.parameters)


PUMP_TABLE = [9.0, 0.0, 2.0, 4.0, 12.0, 10.0, 0.0]
RATING_TABLE = [23.0, 24.0, 25.0, 26.0, 2.0, 10.0, 40.0, 90.0]
FALLING_TABLE = [23.0, 24.0, 25.0, 26.0, 0.0, 50.0, 20.0, 60.0]
DIFFERENCE_TABLE = [0.0, 0.5, 2.0, 0.0, 20.0, 35.0]

EXAMPLES = {
    "weir": Example(hydraulics.WEIR, (24.0, 10.0, 1.7), symmetric=True),
    "sharp weir": Example(hydraulics.SHARP_WEIR, (24.0, 10.0, 1.84), symmetric=True, power=True),
    "gate": Example(
        hydraulics.SLUICE_GATE, (24.0, 10.0, 2.0, 1.5, 0.6), (24.0, 25.0, 26.5), opening=0.5, symmetric=True
    ),
    "gate, a crack": Example(
        hydraulics.SLUICE_GATE, (24.0, 10.0, 2.0, 1.5, 0.6), (24.0, 24.002, 25.502), opening=0.001, symmetric=True
    ),
    "gate, shut": Example(
        hydraulics.SLUICE_GATE, (24.0, 10.0, 2.0, 1.5, 0.6), (24.0, 25.5), opening=0.0, symmetric=True
    ),
    "culvert": Example(
        hydraulics.CULVERT, (24.0, 24.0, 4.0, 1.5, 0.6, 0.55), (24.0, 25.5), symmetric=True, smooth=False
    ),
    "culvert, sloping": Example(
        hydraulics.CULVERT, (24.3, 24.0, 4.0, 1.5, 0.6, 0.75), (24.0, 24.3, 25.8), smooth=False
    ),
    "pump": Example(hydraulics.PUMP, (24.0, 0.5, 3.0, [0.0, 12.0], 0, 1), (24.0, 24.5), two_way=False, smooth=False),
    "pump with a curve": Example(
        hydraulics.PUMP, (24.0, 0.5, 3.0, PUMP_TABLE, 1, 3), (24.0, 24.5, 26.0, 28.0), two_way=False, smooth=False
    ),
    "channel": Example(hydraulics.CHANNEL, (24.0, 40.0, 2000.0, 0.03), symmetric=True, power=True),
    "rating": Example(hydraulics.RATING, (RATING_TABLE, 0, 4), (23.0, 24.0, 25.0, 26.0), two_way=False, smooth=False),
    "falling rating": Example(
        hydraulics.RATING, (FALLING_TABLE, 0, 4), (23.0, 24.0, 25.0, 26.0), two_way=False, smooth=False
    ),
    "rating of difference": Example(
        hydraulics.RATING_OF_DIFFERENCE, (DIFFERENCE_TABLE, 0, 3), symmetric=True, smooth=False
    ),
}
TWO_WAY = {name: case for name, case in EXAMPLES.items() if case.two_way}
over = pytest.mark.parametrize("case", EXAMPLES.values(), ids=EXAMPLES)
over_two_way = pytest.mark.parametrize("case", TWO_WAY.values(), ids=TWO_WAY)
over_symmetric = pytest.mark.parametrize(
    "case", [case for case in EXAMPLES.values() if case.symmetric], ids=[n for n, c in EXAMPLES.items() if c.symmetric]
)

anywhere = st.floats(LOWEST, HIGHEST)
nearby = st.builds(
    lambda edge, size, sign: edge + sign * size,
    st.sampled_from([24.0, 24.3, 24.5, 25.0, 25.5, 26.0]),
    st.sampled_from([0.0, 1e-5, 2e-4, 9e-4, 1e-3, 3e-3, 4e-3, 0.05]),
    st.sampled_from([-1.0, 1.0]),
)
levels = anywhere | nearby
openings = st.just(0.0) | st.floats(1e-6, 1.0)


def borders(case: Example) -> list[tuple[float, float]]:
    """Pairs of levels on the borders between the regimes of an example."""
    heads = [BASE + h for h in (1e-5, 1e-3, 4e-3, 0.01, 0.3, 1.0, 3.0)]
    pairs = [(h, BASE + 2.0 / 3.0 * (h - BASE)) for h in heads]  # modular limit
    pairs += [(h, BASE + 0.99 * (h - BASE)) for h in heads]  # end of Villemonte's law
    pairs += [(h, h - d) for h in [*heads, *case.edges] for d in (0.0, 1e-3)]  # the rounded root
    pairs += [(h, edge) for h in [*heads, 26.0, 28.0] for edge in case.edges]
    pairs += [(edge, t) for edge in case.edges for t in (FREE_FALL, 23.0, 24.1, edge)]
    pairs += [(24.3, 24.3 + lift) for lift in (0.0, 2.0, 4.0)]  # the pump's curve
    pairs += [(25.0, 24.5), (27.0, 25.0)]  # the table of differences
    return pairs


# --- slopes ---------------------------------------------------------------------------------------------------------


def assert_slope(slope: float, discharge: Callable[[float], float], x: float, lowest: float = -math.inf) -> None:
    """Assert that a slope lies between the difference quotients of either side, or as near as these are to each other:
    where the discharge is smooth they agree, at a kink they do not."""
    here = discharge(x)
    steps = [step for step in (-2e-8, -1e-8, 1e-8, 2e-8) if x + step >= lowest]
    quotients = [(discharge(x + step) - here) / ((x + step) - x) for step in steps]
    spread = max(quotients) - min(quotients)
    tolerance = 2.0 * spread + 2e-6 * (1.0 + abs(slope)) + 1e-7 * abs(here)
    assert min(quotients) - tolerance <= slope <= max(quotients) + tolerance


@over
@given(headwater=levels, tailwater=levels, opening=openings)
@example(headwater=24.0005, tailwater=24.0003, opening=1.0)
@example(headwater=24.001, tailwater=24.00094, opening=1.0)
@example(headwater=24.003, tailwater=24.0025, opening=1.0)
def test_slopes_are_those_of_the_discharge(case: Example, headwater: float, tailwater: float, opening: float) -> None:
    _, to_head, to_tail, to_opening = case(headwater, tailwater, opening)
    assert_slope(to_head, lambda level: case(level, tailwater, opening)[0], headwater)
    assert_slope(to_tail, lambda level: case(headwater, level, opening)[0], tailwater)
    assert_slope(to_opening, lambda share: case(headwater, tailwater, share)[0], opening, lowest=0.0)


@over
def test_slopes_to_the_opening_from_shut(case: Example) -> None:
    """At opening 0 the slope is that of opening: what a rule that begins to open will find."""
    for headwater, tailwater in borders(case):
        _, _, _, to_opening = case(headwater, tailwater, 0.0)
        quotient = (case(headwater, tailwater, 1e-9)[0] - case(headwater, tailwater, 0.0)[0]) / 1e-9
        assert to_opening == pytest.approx(quotient, rel=1e-5, abs=1e-4)


# --- continuity -----------------------------------------------------------------------------------------------------


@over
def test_discharge_is_continuous_across_every_border(case: Example) -> None:
    for headwater, tailwater in borders(case):
        here = case(headwater, tailwater)
        for dh, dt in itertools.product((-1e-9, 0.0, 1e-9), repeat=2):
            there = case(headwater + dh, tailwater + dt)
            steepest = max(abs(slope) for slope in (*here[1:3], *there[1:3]))
            assert abs(there[0] - here[0]) <= 2.1e-9 * steepest + 1e-11, (headwater, tailwater, dh, dt)


@pytest.mark.parametrize(
    "case", [case for case in EXAMPLES.values() if case.smooth], ids=[n for n, c in EXAMPLES.items() if c.smooth]
)
def test_slopes_are_continuous_across_every_border(case: Example) -> None:
    for headwater, tailwater in borders(case):
        here = case(headwater, tailwater)
        for dh, dt in itertools.product((-1e-12, 0.0, 1e-12), repeat=2):
            there = case(headwater + dh, tailwater + dt)
            assert there[1:3] == pytest.approx(here[1:3], rel=1e-4, abs=1e-3), (headwater, tailwater, dh, dt)


@over
@pytest.mark.parametrize("other", [FREE_FALL, 23.0, 24.1, 24.9, 26.0, 28.0])
def test_discharge_does_not_jump_where_no_border_was_expected(case: Example, other: float) -> None:
    """Levels pass through all regimes in steps of 0.5 mm; no step changes more than the slopes at its ends allow."""
    step = 5e-4
    levels = [23.4 + step * k for k in range(8000)]
    for side, flows in ((1, [case(z, other) for z in levels]), (2, [case(max(other, 23.0), z) for z in levels])):
        for one, two in itertools.pairwise(flows):
            # Between equal levels the slope has its peak inside a step.
            assert abs(two[0] - one[0]) <= step * (1.5 * max(abs(one[side]), abs(two[side])) + 0.5)


# --- what physics says ----------------------------------------------------------------------------------------------


@over_symmetric
@given(headwater=levels, tailwater=levels, opening=openings)
def test_swapping_the_sides_turns_the_flow(case: Example, headwater: float, tailwater: float, opening: float) -> None:
    discharge, to_head, to_tail, to_opening = case(headwater, tailwater, opening)
    swapped = case(tailwater, headwater, opening)
    if headwater != tailwater:
        assert swapped == (-discharge, -to_tail, -to_head, -to_opening)
    else:
        assert discharge == 0.0
        assert to_head == pytest.approx(-to_tail)


def test_a_sloping_culvert_turned_round_is_the_same_culvert() -> None:
    for headwater, tailwater in ((24.4, 24.0), (25.0, 24.6), (27.0, 26.0), (24.2, 23.0)):
        forth = hydraulics.culvert(headwater, tailwater, 1.0, 24.3, 24.0, 4.0, 1.5, 0.6, 0.75)
        back = hydraulics.culvert(tailwater, headwater, 1.0, 24.0, 24.3, 4.0, 1.5, 0.6, 0.75)
        assert back == (-forth[0], -forth[2], -forth[1], -forth[3])


@over
@given(headwater=levels, tailwater=levels, opening=openings)
def test_more_headwater_brings_more_and_more_tailwater_less(
    case: Example, headwater: float, tailwater: float, opening: float
) -> None:
    if case is EXAMPLES["falling rating"]:
        return
    discharge, to_head, to_tail, _ = case(headwater, tailwater, opening)
    assert to_head >= 0.0
    assert to_tail <= 0.0
    for rise in (1e-6, 1e-3, 0.3):
        rounding = 1e-12 * (1.0 + abs(discharge))
        assert case(headwater + rise, tailwater, opening)[0] >= discharge - rounding
        assert case(headwater, tailwater + rise, opening)[0] <= discharge + rounding


@over
@given(headwater=levels, tailwater=levels, opening=openings)
def test_a_wider_opening_lets_more_through(case: Example, headwater: float, tailwater: float, opening: float) -> None:
    discharge, _, _, to_opening = case(headwater, tailwater, opening)
    wide = case(headwater, tailwater, 1.0)[0]
    assert abs(wide) >= abs(discharge) - 1e-12
    assert to_opening * (1.0 if headwater >= tailwater or not case.two_way else -1.0) >= -1e-9


@over
def test_shut_is_shut(case: Example) -> None:
    for headwater, tailwater in borders(case):
        if hydraulics.EQUATIONS[case.kind] is hydraulics.sluice_gate and max(headwater, tailwater) > 25.5:
            continue  # over the top of the leaf
        assert case(headwater, tailwater, 0.0)[0] == 0.0


@over_two_way
@given(level=levels, opening=openings)
def test_nothing_flows_between_equal_levels(case: Example, level: float, opening: float) -> None:
    discharge, to_head, to_tail, _ = case(level, level, opening)
    assert discharge == 0.0
    assert 0.0 <= to_head <= 1e6
    assert -1e6 <= to_tail <= 0.0


@over
@given(tailwater=levels | st.just(FREE_FALL), below=st.floats(1e-6, 1e4))
def test_nothing_flows_from_below_every_edge(case: Example, tailwater: float, below: float) -> None:
    if case.kind in (hydraulics.RATING, hydraulics.RATING_OF_DIFFERENCE):
        return
    headwater = min(case.edges) - below
    assert case(headwater, min(tailwater, headwater))[0] == 0.0


@over
@given(
    headwater=st.floats(-1e4, 1e4) | st.sampled_from([24.0, 5e-324, -5e-324, 0.0]),
    tailwater=st.floats(-1e6, 1e4) | st.sampled_from([24.0, 5e-324, 0.0]),
    opening=openings | st.sampled_from([5e-324, 1e-308]),
)
def test_every_level_gives_a_number(case: Example, headwater: float, tailwater: float, opening: float) -> None:
    assert all(math.isfinite(number) for number in case(headwater, tailwater, opening))


@given(headwater=st.floats(0.0, 1e-2), tailwater=st.floats(0.0, 1e-2))
def test_sheets_of_water_thinner_than_any_give_a_number(headwater: float, tailwater: float) -> None:
    """With the crest at 0 a head can be as small as a float can be: no divisor may vanish."""
    for kind, rest in (
        (hydraulics.WEIR, (0.0, 10.0, 1.7)),
        (hydraulics.SHARP_WEIR, (0.0, 10.0, 1.84)),
        (hydraulics.SLUICE_GATE, (0.0, 10.0, 2.0, 1.5, 0.6)),
        (hydraulics.CULVERT, (0.0, 0.0, 4.0, 1.5, 0.6, 0.55)),
        (hydraulics.CHANNEL, (0.0, 40.0, 2000.0, 0.03)),
    ):
        for one, two in ((headwater, tailwater), (5e-324, 0.0), (1e-300, 1e-301), (2e-30, 1.9e-30)):
            flow = hydraulics.EQUATIONS[kind](one, two, 1.0, *rest)
            assert all(math.isfinite(number) for number in flow)


# --- numbers from books ---------------------------------------------------------------------------------------------


def test_w1_outlets() -> None:
    """The benchmark's outlets, Q = 68 (h - 24)^1.5 and a pump from 0 at 24.4 m to 150 m3/s at 24.5 m."""
    for h in (24.1, 25.0, 26.921979):
        free = hydraulics.weir_broad(h, FREE_FALL, 1.0, 24.0, 40.0, 1.7)[0]
        assert free == pytest.approx(68.0 * (h - 24.0) ** 1.5, rel=1e-14)
    for h, discharge in ((24.3, 0.0), (24.4, 0.0), (24.425, 37.5), (24.45, 75.0), (24.5, 150.0), (26.0, 150.0)):
        pumped = hydraulics.pump(h, FREE_FALL, 1.0, 24.4, 0.1, 1.0, [0.0, 150.0], 0, 1)[0]
        assert pumped == pytest.approx(discharge, rel=1e-12, abs=1e-12)


def test_broad_crested_weir_of_an_exam() -> None:
    """Ponce, San Diego State University, CIV E 530, first midterm of fall 2005: C = 2/3 (2/3 g)^0.5 = 3.09 in feet,
    20 ft of crest and a head of 0.8 ft give 44.22 cfs."""
    foot = 0.3048
    coefficient = 2.0 / 3.0 * math.sqrt(2.0 / 3.0 * G)
    discharge = hydraulics.weir_broad(0.8 * foot, FREE_FALL, 1.0, 0.0, 20.0 * foot, coefficient)[0]
    assert discharge / foot**3 == pytest.approx(44.22, rel=0.001)


def test_drowned_broad_crested_weir_is_bernoulli() -> None:
    """With C of theory the drowned law is b H2 sqrt(2g (H1 - H2)), and SIC's mu_S = 1.04 for mu_F = 0.4."""
    coefficient = 2.0 / 3.0 * math.sqrt(2.0 / 3.0 * G)
    drowned = hydraulics.weir_broad(2.0, 1.8, 1.0, 0.0, 3.0, coefficient)[0]
    assert drowned == pytest.approx(3.0 * 1.8 * math.sqrt(2.0 * G * 0.2), rel=1e-12)
    drowned = hydraulics.weir_broad(2.0, 1.8, 1.0, 0.0, 3.0, 0.4 * math.sqrt(2.0 * G))[0]
    assert drowned == pytest.approx(1.04 * 3.0 * 1.8 * math.sqrt(2.0 * G * 0.2), rel=0.002)


@pytest.mark.parametrize(("ratio", "factor"), [(0.0, 1.0), (0.25, 0.949894), (0.5, 0.845386), (0.81, 0.604914)])
def test_sharp_crested_weir_after_villemonte(ratio: float, factor: float) -> None:
    """(1 - r^1.5)^0.385 by hand: 0.875, 0.646447 and 0.271 to the power 0.385."""
    free = 1.84 * 2.0 * 0.36**1.5
    flow = hydraulics.weir_sharp(0.36, 0.36 * ratio, 1.0, 0.0, 2.0, 1.84)[0]
    assert flow == pytest.approx(free * factor, rel=2e-5)


@pytest.mark.parametrize("ratio", [0.98, 0.985, 0.9899])
def test_sharp_crested_weir_follows_villemonte_up_to_one_percent(ratio: float) -> None:
    flow = hydraulics.weir_sharp(1.0, ratio, 1.0, 0.0, 1.0, 1.0)[0]
    assert flow == pytest.approx((1.0 - ratio**1.5) ** 0.385, rel=1e-12)


@pytest.mark.parametrize(("tailwater", "free"), [(0.6, True), (0.6666, True), (0.67, False), (0.9, False)])
def test_broad_crested_weir_is_drowned_from_two_thirds(tailwater: float, free: bool) -> None:
    discharge, _, to_tail, _ = hydraulics.weir_broad(1.0, tailwater, 1.0, 0.0, 1.0, 1.7)
    assert (discharge == 1.7) is free
    assert (to_tail == 0.0) is free


def test_fully_open_orifice_of_a_textbook() -> None:
    """CodeCogs, Engineering, Rectangular orifice: 1.5 m wide, 0.5 m deep, water 3 m above the top edge, Cd = 0.6:
    Q = 2/3 x 0.6 x 1.5 x 4.4294 (3.5^1.5 - 3^1.5) = 3.592 m3/s."""
    discharge = hydraulics.sluice_gate(3.5, FREE_FALL, 1.0, 0.0, 1.5, 0.5, 10.0, 0.6)[0]
    assert discharge == pytest.approx(3.592, abs=0.001)


def test_drowned_gate_is_an_orifice_under_the_difference() -> None:
    flow = hydraulics.sluice_gate(5.0, 4.0, 0.5, 0.0, 10.0, 2.0, 9.0, 0.6)[0]
    assert flow == pytest.approx(0.6 * 10.0 * 1.0 * math.sqrt(2.0 * G * 1.0), rel=1e-12)


@pytest.mark.parametrize("gap", [0.01, 0.1, 0.2, 0.3, 0.4, 0.5])
def test_gate_stands_close_to_henderson(gap: float) -> None:
    """Henderson 1966: q = 0.61 a sqrt(2 g H1) / sqrt(1 + 0.61 a/H1)."""
    free = hydraulics.sluice_gate(1.0, FREE_FALL, gap, 0.0, 1.0, 1.0, 9.0, 0.6)[0]
    book = 0.61 * gap * math.sqrt(2.0 * G) / math.sqrt(1.0 + 0.61 * gap)
    assert 0.96 <= free / book <= 1.0


def test_gate_overflows_when_shut() -> None:
    """0.25 m over a leaf of 1.5 m: 2/3 x 0.6 x 10 x 4.429447 x 0.125 = 2.214723."""
    flow = hydraulics.sluice_gate(25.75, FREE_FALL, 0.0, 24.0, 10.0, 2.0, 1.5, 0.6)
    assert flow[0] == pytest.approx(2.214723, rel=1e-6)
    assert hydraulics.sluice_gate(25.5, FREE_FALL, 0.0, 24.0, 10.0, 2.0, 1.5, 0.6)[0] == 0.0


def test_culvert_in_outlet_control_of_a_manual() -> None:
    """MSMAware, culvert case study 4: box 0.75 m x 0.6 m, L = 25 m, n = 0.012, Ke = 0.5, both ends drowned, 0.9 m3/s:
    H = 0.462 m, by (1 + Ke + 2 g n2 L/R^(4/3)) V2/2g with R = 0.45/2.7 m and V = 2 m/s."""
    coefficient = hydraulics.full_barrel_coefficient(25.0, 0.012, 0.45 / 2.7, 0.5)
    head = (0.9 / (0.45 * coefficient)) ** 2 / (2.0 * G)
    assert head == pytest.approx(0.462, abs=0.001)
    tailwater = 36.59
    discharge = hydraulics.culvert(tailwater + head, tailwater, 1.0, 35.30, 35.09, 0.75, 0.6, 0.6, coefficient)[0]
    assert discharge == pytest.approx(0.9, rel=1e-12)


def hds5_headwater(discharge: float, width: float, height: float) -> float:
    """Headwater of a box with wingwalls flared 30 to 75 degrees under inlet control: HDS-5, appendix A, chart 8 scale 1
    (K = 0.026, M = 1, c = 0.0347, Y = 0.81), level barrel, linear between the two laws."""
    f = 1.811 * discharge / (width * height**1.5)
    critical = (discharge**2 / (width**2 * G)) ** (1.0 / 3.0)
    low, high = 1.5 * critical / height + 0.026 * f, 0.0347 * f * f + 0.81
    part = min(max((f - 3.5) / 0.5, 0.0), 1.0)
    return height * (low + part * (high - low))


def discharge_of(headwater_of: Callable[[float], float], headwater: float) -> float:
    """The discharge that raises this headwater, by bisection."""
    low, up = 1e-6, 50.0
    while up - low > 1e-9:
        middle = 0.5 * (low + up)
        low, up = (middle, up) if headwater_of(middle) < headwater else (low, middle)
    return low


@pytest.mark.parametrize("heights", [0.2, 0.4, 0.8, 1.0, 1.2, 1.6, 2.0, 3.0, 4.0])
def test_culvert_inlet_stands_close_to_hds5(heights: float) -> None:
    """As its docstring says: within 11 % from 1.2 heights up, at most 16 % above them below."""
    ours = hydraulics.culvert(1.5 * heights, FREE_FALL, 1.0, 0.0, 0.0, 1.0, 1.5, 0.6, 9.0)[0]
    book = discharge_of(lambda q: hds5_headwater(q, 1.0, 1.5), 1.5 * heights)
    least, most = (0.89, 1.11) if heights >= 1.2 else (1.0, 1.165)
    assert least <= ours / book <= most


@pytest.mark.parametrize(("heights", "excess"), [(3.0, 0.10), (1.5, 0.20), (1.0, 0.35)])
@pytest.mark.parametrize("length", [50.0, 100.0, 200.0])
def test_culvert_with_a_free_outfall_gives_too_much_as_it_says(heights: float, excess: float, length: float) -> None:
    """HDS-5, chapter 3: HW = (dc + D)/2 + (1 + Ke + 2 g n2 L/R^(4/3)) V2/2g on a level bed, outlet control."""
    coefficient = hydraulics.full_barrel_coefficient(length, 0.013, 0.3, 0.5)

    def headwater(q: float) -> float:
        critical = min((q * q / G) ** (1.0 / 3.0), 1.5)
        return 0.5 * (critical + 1.5) + (q / (1.5 * coefficient)) ** 2 / (2.0 * G)

    ours = hydraulics.culvert(1.5 * heights, FREE_FALL, 1.0, 0.0, 0.0, 1.0, 1.5, 0.6, coefficient)[0]
    assert ours / discharge_of(headwater, 1.5 * heights) == pytest.approx(1.0 + excess, abs=0.085)


def test_the_smaller_of_inlet_and_barrel_governs() -> None:
    inlet = hydraulics.culvert(26.0, FREE_FALL, 1.0, 24.0, 24.0, 4.0, 1.5, 0.6, 9.0)[0]
    barrel = hydraulics.culvert(26.0, FREE_FALL, 1.0, 24.0, 24.0, 4.0, 1.5, 9.0, 0.55)[0]
    assert hydraulics.culvert(26.0, FREE_FALL, 1.0, 24.0, 24.0, 4.0, 1.5, 0.6, 0.55)[0] == min(inlet, barrel) == barrel
    assert hydraulics.culvert(26.0, FREE_FALL, 1.0, 24.0, 24.0, 4.0, 1.5, 0.6, 0.65)[0] == inlet


def test_pump_follows_its_curve() -> None:
    table = [2.0, 4.0, 12.0, 0.0]
    for lift, unit in ((-5.0, 12.0), (0.0, 12.0), (2.0, 12.0), (3.0, 6.0), (3.75, 1.5), (4.0, 0.0), (9.0, 0.0)):
        discharge = hydraulics.pump(25.0, 25.0 + lift, 0.5, 24.0, 0.5, 3.0, table, 0, 2)[0]
        assert discharge == pytest.approx(0.5 * 3.0 * unit, abs=1e-12)


@pytest.mark.parametrize(("y1", "y2"), [(3.0, 2.9), (3.0, 2.0), (3.0, 1.0), (3.0, 0.3), (3.0, 0.0), (0.5, 0.1)])
def test_channel_is_the_integral_of_the_friction_slope(y1: float, y2: float) -> None:
    """dy/dx = -(n q)^2 / y^(10/3) on a level bed, so q^2 = 3/13 (y1^(13/3) - y2^(13/3)) / (n^2 L)."""
    exact = 40.0 / 0.03 * math.sqrt(3.0 / 13.0 * (y1 ** (13.0 / 3.0) - y2 ** (13.0 / 3.0)) / 2000.0)
    ours = hydraulics.channel(y1, y2, 1.0, 0.0, 40.0, 2000.0, 0.03)[0]
    assert ours == pytest.approx(exact, rel=2e-4)


def test_channel_is_the_backwater_curve_step_by_step() -> None:
    """The same, without the closed form: from y1 down the channel in 20 000 midpoint steps the depth arrives at y2."""
    y1, y2, n, length = 3.0, 2.0, 0.03, 2000.0
    q = hydraulics.channel(y1, y2, 1.0, 0.0, 1.0, length, n)[0]
    y, step = y1, length / 20_000
    for _ in range(20_000):
        half = y - 0.5 * step * (n * q) ** 2 / y ** (10.0 / 3.0)
        y -= step * (n * q) ** 2 / half ** (10.0 / 3.0)
    assert y == pytest.approx(y2, abs=5e-4)


def test_channel_near_level_is_mannings_formula() -> None:
    """V = R^(2/3) S^(1/2) / n: 2 m deep, 50 m wide, n = 0.025, S = 1e-5: Q = 100 x 1.587401 x 0.00316228 / 0.025."""
    ours = hydraulics.channel(2.0125, 1.9875, 1.0, 0.0, 50.0, 2500.0, 0.025)[0]
    assert ours == pytest.approx(20.0793, rel=1e-4)


def test_falling_tailwater_never_lowers_the_flow_of_a_channel() -> None:
    """Manning on the mean depth alone does: from y2 = 1.5 m down to 0.6 m under y1 = 3 m it loses a tenth."""
    alone = [((3.0 + y2) / 2.0) ** (5.0 / 3.0) * math.sqrt(3.0 - y2) for y2 in (1.5, 0.6)]
    assert alone[1] < 0.95 * alone[0]
    flows = [hydraulics.channel(3.0, 3.0 - 0.001 * k, 1.0, 0.0, 40.0, 2000.0, 0.03)[0] for k in range(3200)]
    assert all(after >= before for before, after in itertools.pairwise(flows))


def test_linear_channel() -> None:
    for headwater, tailwater in ((25.0, 24.0), (24.0, 25.0), (24.0, 24.0), (30.0, 21.0)):
        flow = hydraulics.rating_of_difference(headwater, tailwater, 0.5, [0.0, 1.0, 0.0, 30.0], 0, 2)
        assert flow == (15.0 * (headwater - tailwater), 15.0, -15.0, 30.0 * (headwater - tailwater))


def test_rating_may_fall_but_not_below_zero() -> None:
    table = [9.0, 0.0, 1.0, 2.0, 5.0, 10.0, 4.0, 9.0]
    for level, discharge in ((-1.0, 5.0), (0.0, 5.0), (0.5, 7.5), (1.0, 10.0), (1.5, 7.0), (2.5, 1.0), (3.0, 0.0)):
        assert hydraulics.rating(level, FREE_FALL, 1.0, table, 1, 3)[0] == pytest.approx(discharge, abs=1e-12)
    assert hydraulics.rating(2.5, FREE_FALL, 1.0, table, 1, 3)[1] == -6.0
    assert hydraulics.rating(3.0, FREE_FALL, 1.0, table, 1, 3) == (0.0, 0.0, 0.0, 0.0)


@pytest.mark.parametrize("x", [0.001, 0.0010001, 0.04, 3.0])
def test_root_is_exact_above_one_millimetre(x: float) -> None:
    assert hydraulics._root(x)[0] == math.sqrt(x)
    assert hydraulics._integral(x) == pytest.approx(2.0 / 3.0 * x**1.5, rel=1e-15)


def test_integral_of_the_root_is_its_integral() -> None:
    """By Simpson's rule, exact for the polynomial below 1 mm."""
    for x in (2e-4, 7e-4, 1e-3):
        simpson = x / 60.0 * sum(w * hydraulics._root(x * k / 10)[0] for k, w in enumerate([1, *[4, 2] * 4, 4, 1]))
        assert hydraulics._integral(x) == pytest.approx(simpson * 2.0, rel=1e-10)


# --- compiled = plain -----------------------------------------------------------------------------------------------


def test_what_is_compiled_is_all_there_is() -> None:
    assert hydraulics.COMPILED[-len(hydraulics.EQUATIONS) :] == hydraulics.EQUATIONS
    assert {case.kind for case in EXAMPLES.values()} == set(range(len(hydraulics.EQUATIONS)))


@pytest.fixture(scope="module")
def jitable() -> None:
    extending = pytest.importorskip("numba.extending")
    for function in hydraulics.COMPILED:
        extending.register_jitable(error_model="numpy")(function)


@pytest.mark.usefixtures("jitable")
@pytest.mark.parametrize("kind", range(len(hydraulics.EQUATIONS)))
def test_compiled_equals_plain(kind: int) -> None:
    """Bit for bit; 1e-12 where a power is used."""
    import numba
    import numpy as np

    plain = hydraulics.EQUATIONS[kind]
    compiled = numba.njit(error_model="numpy")(plain)
    draw = random.Random(20260101)
    for case in [case for case in EXAMPLES.values() if case.kind == kind]:
        as_array = [np.array(p) if isinstance(p, list) else p for p in case.parameters]
        points = borders(case)
        points += [(draw.uniform(LOWEST, HIGHEST), draw.uniform(LOWEST, HIGHEST)) for _ in range(2000)]
        points += [(h := draw.uniform(23.9, 24.1), h + draw.uniform(-2e-3, 2e-3)) for _ in range(2000)]
        for headwater, tailwater in points:
            opening = draw.choice([0.0, 1.0, draw.random()])
            expected = plain(headwater, tailwater, opening, *case.parameters)
            found = compiled(headwater, tailwater, opening, *as_array)
            assert found == (pytest.approx(expected, rel=1e-12, abs=1e-300) if case.power else expected)
