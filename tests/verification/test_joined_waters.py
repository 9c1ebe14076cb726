"""Waters that are joined: no loop, cut, name or order of them makes or moves water by itself.

What test_relaxing_lakes shows of chains is shown here of a ring, in which every lake is joined to every other, water
is given, and the volumes that pass have a closed form, too; and of a stiff pair on which a third lake hangs loosely.

Two systems that are joined where nothing flows are solved together, as one group, and must come out as each by itself.
So must a system that is written down in another order, whose unknowns are eliminated in another order. Both are asked
at the same steps, where nothing but rounding is left. A run that chooses its steps compares errors with a tolerance:
there the last digit of an error may decide for another step, and what is left is what both runs state as their errors.

A lake that follows its river. Let the river rise at the rate v. The lake of area A rises as fast once it has fallen
behind by the difference d at which the water A·v that it needs comes in:

    linear channel       k d = A v                              d = A v/k                   k^−1
    Manning's channel    b/n y^(5/3) sqrt(d/L) = A v            d = L (A v n/(b y^(5/3)))²  b^−2
    drowned weir         3√3/2 C b H sqrt(d) = A v              d = (A v/(3√3/2 C b H))²    b^−2

but b^−1 below a millimetre of difference, where `hydraulics` rounds off the root.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from lakesim import (
    Channel,
    Culvert,
    Flood,
    Hypsometry,
    Lake,
    Pump,
    RatingCurve,
    River,
    Series,
    SluiceGate,
    System,
    Weir,
    balance,
    simulate,
)
from lakesim.balance.rates import piece_from
from lakesim.rules import Rule
from lakesim.simulation import lay_out
from lakesim.structures import Structure

from .conftest import KINDS, START, draw_rules, draw_structure, hourly, with_rule
from .test_relaxing_lakes import chain
from .test_same_bits import everything
from .test_water_account import check_levels, check_no_water_is_made_or_lost

Draw = Callable[..., tuple[System, Flood]]
Floats = NDArray[np.float64]
FINEST = 1e-9
"""The finest tolerance; a level is solved to a hundredth of it, and Newton's last correction leaves its square."""


def at_fixed_steps(system: System, flood: Flood, step: float, count: int) -> tuple[dict[str, Floats], Floats]:
    """Levels after equal steps of TR-BDF2, and the volumes through the structures.

    They end early where a lake would give more than it has: there a run takes a shorter step.
    """
    run = lay_out(system, flood.over(system), FINEST).plain()
    layout, forcing, state = run.layout, run.forcing, run.state
    clock, names = state.clock[0], [lake.name for lake in system.lakes]
    levels = [list(state.level[: len(names)])]
    for k in range(count):
        clock.piece = piece_from(clock.time, clock.piece, forcing.breakpoint)
        balance.stepping.start_anew(layout, forcing, state)
        if not balance.stepping.step_tr_bdf2(step, layout, forcing, state):
            break
        balance.stepping.book(step, False, layout, state)
        balance.stepping.move_on((k + 1) * step, state)
        levels.append(list(state.level[: len(names)]))
    volumes = np.array(state.ledger[: len(system.structures)])
    return dict(zip(names, np.array(levels).T, strict=True)), volumes


def furthest(one: dict[str, Floats], other: dict[str, Floats]) -> float:
    """The largest difference of two courses, as far as both go [m]."""
    assert one.keys() == other.keys()
    return max(
        float(np.abs(course[:end] - other[name][:end]).max())
        for name, course in one.items()
        for end in [min(len(course), len(other[name]))]
    )


# Loops, given water, and volumes against the matrix exponential


def linear(name: str, head: str, tail: str, k: float, opening: float = 1.0) -> RatingCurve:
    """A linear channel: k m³/s for each metre of difference, either way."""
    ends = {"name": name, "head": head, "tail": tail, "opening": opening}
    return RatingCurve(**ends, of="difference", levels=[0, 1], discharges=[0, k])


AREAS, LEVELS, GIVEN = (1e6, 3e6, 0.5e6), (24.0, 21.0, 22.5), (30.0, 0.0, -4.0)
PAIRS = ((0, 1), (1, 2), (2, 0))


def ring(links: tuple[float, ...]) -> System:
    """Three lakes, each joined to both others; one gets water, one gives some."""
    lakes = [
        Lake(
            name=f"lake{i}",
            hypsometry=Hypsometry.prism(bottom=10.0, top=40.0, area=area),
            initial_level=level,
            inflow=Series.constant(max(given, 0.0), "m3/s"),
            outflow=Series.constant(max(-given, 0.0), "m3/s"),
        )
        for i, (area, level, given) in enumerate(zip(AREAS, LEVELS, GIVEN, strict=True))
    ]
    channels = [linear(f"k{i}{j}", f"lake{i}", f"lake{j}", k) for (i, j), k in zip(PAIRS, links, strict=True)]
    return System(waters=lakes, structures=channels)


def exact(links: tuple[float, ...], times: Floats) -> tuple[Floats, Floats]:
    """Levels, and volumes through the channels, a column a time.

    z' = M z + g,  V' = K z  are one linear system in (z, 1, V), whose exponential holds the integrals as well.
    """
    from scipy.linalg import expm

    m = np.zeros((7, 7))
    m[:3, 3] = np.array(GIVEN) / AREAS
    for row, ((i, j), k) in enumerate(zip(PAIRS, links, strict=True)):
        m[4 + row, [i, j]] = k, -k
        m[i] -= m[4 + row] / AREAS[i]
        m[j] += m[4 + row] / AREAS[j]
    found = np.column_stack([expm(time * m) @ [*LEVELS, 1.0, 0.0, 0.0, 0.0] for time in times])
    return found[:3], found[4:]


LOOSE, STIFF_PAIR = (20.0, 7.0, 4.0), (2e5, 0.05, 0.02)


def test_in_a_ring_halving_the_step_quarters_the_error_of_levels_and_of_volumes() -> None:
    end, flood = 40_000.0, Flood(start=START, end=START + np.timedelta64(12, "h"))
    levels, volumes = (column[:, 0] for column in exact(LOOSE, np.array([end])))
    errors = []
    for count in (4, 8, 16, 32, 64):  # λΔt = 0.7 …
        found, passed = at_fixed_steps(ring(LOOSE), flood, end / count, count)
        ends = np.array([course[-1] for course in found.values()])
        errors.append((np.abs(ends - levels).max(), np.abs(passed - volumes).max()))
    orders = [np.log2(np.array(coarse) / fine) for coarse, fine in pairwise(errors)]
    assert np.min(orders) >= 1.9, f"errors {errors}, orders {orders}"


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6, 1e-8])
@pytest.mark.parametrize("links", [LOOSE, STIFF_PAIR], ids=["loose", "stiff pair"])
def test_a_ring_keeps_to_the_closed_form_at_every_output_and_no_flow_turns_by_itself(
    links: tuple[float, ...], tolerance: float
) -> None:
    flood = Flood(start=START, end=START + np.timedelta64(2, "D"), output_step=600.0)
    result = simulate(ring(links), flood, tolerance=tolerance)
    levels, volumes = exact(links, (result.times - START) / np.timedelta64(1, "s"))
    errors = np.array([result.level[f"lake{i}"] for i in range(3)]) - levels
    error = np.abs(errors).max()
    assert error <= 3.0 * result.numerical_error
    assert error <= 0.5 * tolerance ** (2.0 / 3.0), "see test_closed_forms"
    if links == STIFF_PAIR:
        assert np.abs(errors[0] - errors[1]).max() <= tolerance, "of the stiff pair, whatever the loose lake does"
    for (i, j), k in zip(PAIRS, links, strict=True):
        found, truth = result.discharge[f"k{i}{j}"], k * (levels[i] - levels[j])
        # A hundredth of the tolerance is what levels are solved to; a loose flow turns when its own error lets it.
        slack = k * (0.01 * tolerance if k > 1e3 else 2.0 * error)
        assert np.abs(found[found * truth < 0.0]).max(initial=0.0) <= slack
    for (i, j), volume in zip(PAIRS, volumes[:, -1], strict=True):
        missing = abs(result.account[f"lake{i}"].volumes[f"k{i}{j}"] + volume)
        assert missing <= 3.0 * result.numerical_error * sum(AREAS)
    assert result.residual_relative < 1e-12


@pytest.mark.parametrize("tolerance", [1e-4, 1e-6])
@pytest.mark.parametrize("times", [0.3, 3.0, 30.0])
def test_a_step_that_its_error_would_allow_turns_no_flow(tolerance: float, times: float) -> None:
    """Two lakes that differ by 0.3 to 30 tolerances come to rest, the first step being 1 to 64 times 1/λ long.

    The error would let a step end with the lower lake 0.4 tolerances above the higher one, as TR-BDF2 by itself does.
    """
    areas, levels = (1e5, 3e4), (20.0 + times * tolerance, 20.0)
    flood = Flood(start=START, end=START + np.timedelta64(1, "h"), output_step=60.0)
    for rate in 2.0 ** np.arange(7) / 60.0:
        k = rate / (1.0 / areas[0] + 1.0 / areas[1])
        result = simulate(chain(areas, (k,), levels), flood, tolerance=tolerance)
        assert (result.level["lake0"] - result.level["lake1"]).min() >= -0.01 * tolerance
        assert result.discharge["k0"].min() >= -0.01 * tolerance * k


# A cut where nothing flows


def shut(kind: str, name: str, head: str, tail: str) -> Structure:
    """A structure that lets nothing through at any level that a lake here gets to."""
    ends = {"name": name, "head": head, "tail": tail}
    if kind == "crest above all":
        return Weir(**ends, crest=200.0, width=50.0)
    if kind == "shut gate":
        return SluiceGate(**ends, sill=20.0, width=50.0, height=2.0, leaf=200.0, opening=0.0)
    if kind == "shut culvert":
        measures = {"invert_in": 20.0, "invert_out": 20.0, "width": 50.0, "height": 2.0, "length": 20.0}
        return Culvert(**ends, **measures, shape="box", opening=0.0)
    if kind == "pump that never starts":
        return Pump(**ends, start_level=200.0, band=0.1, capacity=100.0)
    if kind == "shut channel":
        return Channel(**ends, bed=20.0, width=500.0, length=100.0, opening=0.0)
    return linear(**ends, k=1e5, opening=0.0)


SHUT = ("crest above all", "shut gate", "shut culvert", "pump that never starts", "shut channel", "shut link")


def renamed(system: System, new: Callable[[str], str]) -> System:
    """The system with other names, all else as it was."""

    def other(name: str | None) -> str | None:
        return name if name in (None, "head", "tail") else new(str(name))

    def of(rule: Rule) -> Rule:
        watch = {"watch": other(rule.watch)} if hasattr(rule, "watch") else {}
        return rule.changed(structure=new(rule.structure), **watch)

    structures = [
        one.changed(name=new(one.name), head=new(one.head), tail=other(one.tail)) for one in system.structures
    ]
    waters = [water.changed(name=new(water.name)) for water in system.waters]
    return System(waters=waters, structures=structures, rules=[of(rule) for rule in system.rules])


@pytest.mark.parametrize("seed", [*range(5), *range(6, 21)])  # with 5 a lake is dry after one step
def test_a_system_cut_where_nothing_flows_equals_its_halves(seed: int, random_system: Draw) -> None:
    """Within 1e-12 m at the same steps, though the whole is one group and its halves are several."""
    rng = Random(seed)
    one, flood = random_system(rng, most_lakes=3)
    other = renamed(random_system(rng, most_lakes=3)[0], lambda name: f"{name}b")
    joints = []
    for kind in SHUT:
        ends = [rng.choice(one.lakes).name, rng.choice(other.lakes).name]
        rng.shuffle(ends)
        joints.append(shut(kind, f"joint{len(joints)}", *ends))
    waters, structures = one.waters + other.waters, one.structures + other.structures
    whole = System(waters=waters, structures=structures + tuple(joints))
    assert len(lay_out(whole, flood.over(whole)).layout.group) < len(whole.lakes), "solved together"
    together, volumes = at_fixed_steps(whole, flood, 600.0, 60)
    assert not volumes[-len(joints) :].any()
    halves = {**at_fixed_steps(one, flood, 600.0, 60)[0], **at_fixed_steps(other, flood, 600.0, 60)[0]}
    assert furthest(together, halves) <= 1e-12
    assert {len(course) for course in (*together.values(), *halves.values())} == {61}, "to the end"
    assert max(float(np.ptp(course)) for course in halves.values()) > 0.01, "and something happened"


@pytest.mark.parametrize("seed", [*range(11), *range(12, 21)])  # with 11 a lake is dry within a step
def test_a_system_and_its_mirror_image_exchange_nothing(seed: int, random_system: Draw) -> None:
    """Between two waters that always stand equally high nothing flows, however wide the way: here it is wide open."""
    one, flood = random_system(Random(seed), most_lakes=3)
    image = renamed(one, lambda name: f"{name}b")
    ways = []
    for number, lake in enumerate(one.lakes):
        ends = {"name": f"way{number}", "head": lake.name, "tail": f"{lake.name}b"}
        ways += [
            linear(**ends, k=1e4),
            Channel(**{**ends, "name": f"canal{number}"}, bed=20.0, width=200.0, length=1000.0),
            Weir(**{**ends, "name": f"weir{number}"}, crest=20.0, width=200.0),
        ]
    both = System(waters=one.waters + image.waters, structures=(*one.structures, *image.structures, *ways))
    together, volumes = at_fixed_steps(both, flood, 600.0, 60)
    alone, _ = at_fixed_steps(one, flood, 600.0, 60)
    assert furthest({lake: together[lake] for lake in alone}, alone) <= 1e-12
    assert furthest({lake: together[f"{lake}b"] for lake in alone}, alone) <= 1e-12
    assert {len(course) for course in (*together.values(), *alone.values())} == {61}, "to the end"
    areas = {lake.name: lake.hypsometry.area(lake.hypsometry.top) for lake in one.lakes}
    assert np.abs(volumes[-len(ways) :]).max() <= 1e-12 * max(areas.values())


# Other names, another order

ruled = pytest.mark.parametrize("ruled", [False, True], ids=["unruled", "ruled"])


def shuffled(rng: Random, system: System) -> System:
    """The same system, written down in another order."""
    return System(
        waters=rng.sample(system.waters, len(system.waters)),
        structures=rng.sample(system.structures, len(system.structures)),
        rules=rng.sample(system.rules, len(system.rules)),
    )


@ruled
@pytest.mark.parametrize("seed", range(20))
def test_other_names_change_no_bit(seed: int, ruled: bool, random_system: Draw) -> None:
    system, flood = random_system(Random(seed), ruled=ruled)
    # Names whose alphabetical order is the other way round.
    names = sorted(thing.name for thing in (*system.waters, *system.structures))
    other = {name: f"n{len(names) - place:03}" for place, name in enumerate(names)}
    usual = simulate(system, flood, compiled=True)
    named = simulate(renamed(system, other.__getitem__), flood, compiled=True)
    for (name, values), again in zip(everything(usual).items(), everything(named).values(), strict=True):
        np.testing.assert_array_equal(values, again, err_msg=name)


@pytest.mark.parametrize("seed", range(30))
def test_another_order_changes_the_last_digits_at_the_same_steps(seed: int, random_system: Draw) -> None:
    """By at most 1e-13 m, some thirty last digits of a level of 25 m (3.6e-15 m); two of them were found.

    All that an order decides is in which order numbers are added, and lakes eliminated.
    """
    rng = Random(seed)
    system, flood = random_system(rng)
    usual, _ = at_fixed_steps(system, flood, 600.0, 60)
    other, _ = at_fixed_steps(shuffled(rng, system), flood, 600.0, 60)
    assert furthest(usual, other) <= 1e-13


@ruled
def test_another_order_changes_a_run_by_less_than_it_states_as_its_error(ruled: bool, random_system: Draw) -> None:
    """In half of the runs by rounding alone, and in none what happens. Where the last digit of an error decides for
    another step: by less than both runs state, in as many as the stated error is to hold for (test_stated_error)."""
    differences, beyond = [], []
    for seed in range(80):
        rng = Random(seed)
        system, flood = random_system(rng, ruled=ruled)
        usual, other = (simulate(each, flood, compiled=True) for each in (system, shuffled(rng, system)))
        lakes = [lake.name for lake in system.lakes]
        differences.append(max(float(np.abs(usual.level[lake] - other.level[lake]).max()) for lake in lakes))
        beyond.append(differences[-1] > usual.numerical_error + other.numerical_error)
        told = [Counter((event.reason, event.water, event.structure) for event in run.events) for run in (usual, other)]
        assert told[0] == told[1], f"seed {seed}"
    assert np.median(differences) <= 1e-12
    assert np.mean(beyond) <= 0.05, f"beyond the stated errors: seeds {np.flatnonzero(beyond)}"


# A lake that follows its river

LAKE_AREA, RISE, FROM, FOLLOWING = 2e7, 3.0 / 864_000.0, 22.0, 10


def behind(structure: Structure, tolerance: float = 1e-8) -> tuple[Floats, Floats]:
    """How far a lake stays behind a river that rises by 3 m in ten days [m], and the river's level, hour by hour."""
    hours = START + np.array([0, 24 * FOLLOWING]) * np.timedelta64(1, "h")
    river = River(name="river", level=Series(hours, [FROM, FROM + 864_000.0 * RISE], "instants", "m"))
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=10.0, top=30.0, area=LAKE_AREA), initial_level=FROM)
    flood = Flood(start=hours[0], end=hours[1], output_step="1 h")
    result = simulate(System(waters=[lake, river], structures=[structure]), flood, tolerance=tolerance)
    assert result.residual_relative < 1e-12
    return result.level["river"] - result.level["lake"], result.level["river"]


def exponent(wider: Floats, difference: list[float]) -> float:
    """The power of the conductance with which differences fall."""
    return float(np.polyfit(np.log(wider), np.log(difference), 1)[0])


ENDS = {"name": "way", "head": "lake", "tail": "river"}


def test_behind_a_linear_channel_a_lake_stays_behind_with_the_inverse_of_its_conductance() -> None:
    """d = (A v/k) (1 − exp(−k t/A)) at every hour."""
    ks, last = 100.0 * 2.0 ** np.arange(8), []
    time = 3600.0 * np.arange(24 * FOLLOWING + 1)
    for k in ks:
        d, _ = behind(linear(**ENDS, k=k))
        lag = LAKE_AREA * RISE / k
        np.testing.assert_allclose(d, lag * -np.expm1(-k * time / LAKE_AREA), rtol=0, atol=1e-6)
        last.append(float(d[-1]))
    assert exponent(ks[2:], last[2:]) == pytest.approx(-1.0, abs=0.001)


@pytest.mark.parametrize("kind", ["channel", "weir"])
def test_behind_a_channel_or_a_weir_a_lake_stays_behind_with_the_inverse_square_of_its_width(kind: str) -> None:
    """−2 while the difference is more than a millimetre, −1 where its root is rounded off; see above."""
    widths = 20.0 * 2.0 ** (0.5 * np.arange(24))
    last, theory = [], []
    for width in widths:
        if kind == "channel":
            d, river = behind(Channel(**ENDS, bed=18.0, width=width, length=4000.0, roughness=0.025))
            law = 4000.0 * (LAKE_AREA * RISE * 0.025 / (width * (river[-1] - 18.0) ** (5.0 / 3.0))) ** 2
        else:
            d, river = behind(Weir(**ENDS, crest=21.0, width=width, coefficient=1.7))
            law = (LAKE_AREA * RISE / (1.5 * math.sqrt(3.0) * 1.7 * width * (river[-1] - 21.0))) ** 2
        assert d.min() >= -1e-10, "never above a river that rises"
        last.append(float(d[-1]))
        theory.append(law)
    # The law leaves out terms of the order of d: 2 % at a centimetre.
    root = (np.array(theory) > 0.0012) & (np.array(theory) < 0.012)
    assert root.sum() >= 3
    np.testing.assert_allclose(np.array(last)[root], np.array(theory)[root], rtol=0.02)
    assert exponent(widths[root], list(np.array(last)[root])) == pytest.approx(-2.0, abs=0.02)
    # Rounded off, the root is 2.5 d/sqrt(e) (1 − d/e + …) with e of a millimetre: a straight line far below it.
    assert last[-4] < 5e-6
    assert exponent(widths[-4:], last[-4:]) == pytest.approx(-1.0, abs=0.01)


@pytest.mark.parametrize("k", [1e6, 1e8, 1e10])
def test_a_lake_on_a_channel_without_resistance_is_its_river(k: float) -> None:
    """To the tolerance, and not above it, where the rate of the pair times an hour is 180 … 1 800 000."""
    d, _ = behind(linear(**ENDS, k=k), tolerance=1e-6)
    assert np.abs(d - LAKE_AREA * RISE / k * (np.arange(len(d)) > 0)).max() <= 1e-6
    assert d.min() >= -1e-8


# Random graphs


def draw_polder(rng: Random, number: int, lake: Lake) -> tuple[Lake, list[Structure]]:
    """Low land beside a lake, its dike, a gate in it, and the pump that keeps it dry."""
    name, ground, area = f"polder{number}", rng.uniform(18.0, 20.0), 10.0 ** rng.uniform(5.0, 7.5)
    land = Lake(
        name=name,
        hypsometry=Hypsometry.prism(bottom=ground, top=ground + 7.0, area=area),
        initial_level=ground + rng.choice([0.0, rng.uniform(0.0, 2.0)]),
        reclaimed_from=lake.name,
        rain=hourly(np.full(96, rng.uniform(0.0, 5e-7)), "means", "m/s"),
    )
    into, back = {"head": lake.name, "tail": name}, {"head": name, "tail": lake.name}
    works = [
        Weir(name=f"{name}_dike", **into, crest=rng.uniform(22.0, 25.0), width=rng.uniform(10.0, 500.0)),
        SluiceGate(name=f"{name}_gate", **into, sill=max(ground, 20.0), width=20.0, height=2.0, leaf=3.0),
        Pump(name=f"{name}_pump", **back, start_level=ground + 0.3, band=0.2, capacity=area * 1e-6),
    ]
    return land, works


def draw_graph(rng: Random, random_system: Draw) -> tuple[System, Flood]:
    """Up to 12 waters: lakes, rivers and polders, some ways more between any two of them, and rules for what is there.

    Rules with a memory and without one, on one lake, on another, on a river; those that do not fit are left out.
    """
    system, flood = random_system(rng, most_lakes=8, ruled=True)
    waters, structures = list(system.waters), list(system.structures)
    for number in range(rng.randint(0, min(3, 12 - len(waters)))):
        land, works = draw_polder(rng, number, rng.choice(system.lakes))
        waters.append(land)
        structures += works
    drawn = System(waters=waters, structures=structures, rules=system.rules)
    for number in range(rng.randint(0, 4) if len(waters) > 1 else 0):
        head, tail = rng.sample(waters, 2)
        flow = 10.0 ** rng.uniform(0.0, 2.5)
        with suppress(ValueError):  # between two rivers nothing is built
            way = draw_structure(rng, rng.choice(KINDS), f"way{number}", head.name, tail.name, flow)
            drawn = drawn.changed(structures=(*drawn.structures, way))
    names = [water.name for water in waters]
    for structure in drawn.structures[len(system.structures) :]:
        for rule in draw_rules(rng, structure, names, 50.0):
            with suppress(ValueError):
                drawn = with_rule(drawn, rule)
    return drawn, flood


@settings(max_examples=50)
@given(rng=st.randoms(use_true_random=False))
def test_the_water_of_all_waters_closes_in_any_graph(rng: Random, random_system: Draw) -> None:
    """No water made or lost over all waters, no number that is none, no lake below its bottom."""
    system, flood = draw_graph(rng, random_system)
    assert len(system.waters) <= 12
    result = simulate(system, flood, compiled=True)
    assert result.residual_relative < 1e-12
    check_no_water_is_made_or_lost(result)
    check_levels(result)
    for column in result.table():
        assert np.isfinite(column.values).all(), column.name


def test_the_graphs_are_as_large_and_as_mixed_as_they_are_said_to_be(random_system: Draw) -> None:
    drawn = [draw_graph(Random(seed), random_system) for seed in range(40)]
    assert max(len(system.waters) for system, _ in drawn) == 12
    groups = [lay_out(system, flood.over(system)).layout.group for system, flood in drawn]
    assert max(int((group["last"] - group["first"]).max()) for group in groups) >= 7, "lakes that hold one another"
    kinds = Counter(one.type for system, _ in drawn for one in system.structures)
    rules = Counter(rule.type for system, _ in drawn for rule in system.rules)
    assert (len(kinds), len(rules)) == (6, 7)
    assert min(*kinds.values(), *rules.values()) >= 10
    assert sum(lake.reclaimed_from is not None for system, _ in drawn for lake in system.lakes) >= 10
