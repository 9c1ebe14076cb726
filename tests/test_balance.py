"""The balance: its rates against the records they come from, its layout, its solving, its stepping."""

import graphlib
from itertools import pairwise

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given
from scipy.optimize import fsolve

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
    hydraulics,
    structures,
)
from lakesim.balance import operating, rates, solving, stepping
from lakesim.rules import RuleCurve, Schedule
from lakesim.simulation import Run, lay_out

DAY = Flood(start="2020-07-01", end="2020-07-02")
CURVES = {
    "prism": Hypsometry.prism(10.0, 20.0, "1 km2"),
    "banks": Hypsometry.power_law(10.0, 20.0, exponent=2, area="3 km2"),
    "cone": Hypsometry.power_law(10.0, 20.0, exponent=3, area="3 km2"),
    "areas": Hypsometry(levels=[10, 11, 14, 20], areas=[0.0, 2e5, 3e6, 3.5e6]),
    "storages": Hypsometry(levels=[10, 11, 14, 20], storages=[0.0, 2e5, 5e6, 3e7]),
    "both": Hypsometry(levels=[10, 12, 15, 20], areas=[1e5, 1e6, 2e6, 2e6], storages=[0.0, 1.08e6, 5.6e6, 1.56e7]),
    "steps": Hypsometry(levels=[10, 11, 11.001, 20], areas=[10.0, 10.0, 1e6, 1e6]),
}
EXAMPLES = {
    "weir": [
        Weir(name="s", head="a", tail="b", crest=12.0, width=5.0),
        Weir(name="s", head="a", tail="b", crest=12.0, width=5.0, shape="sharp"),
    ],
    "sluice_gate": [SluiceGate(name="s", head="a", tail="b", sill=11.0, width=5.0, height=2.0, flap=True)],
    "culvert": [
        Culvert(
            name="s", head="a", tail="b", shape="circular", diameter=1.5, length=40.0, invert_in=11.2, invert_out=11.0
        )
    ],
    "pump": [
        Pump(name="s", head="a", tail="b", start_level=12.0, units=3, capacity=5.0),
        Pump(name="s", head="a", tail="b", start_level=12.0, lifts=[0, 2, 5], discharges=[9, 8, 0]),
    ],
    "channel": [Channel(name="s", head="a", tail="b", bed=11.0, width=10.0, length=500.0)],
    "rating_curve": [
        RatingCurve(name="s", head="a", of="headwater", levels=[11, 12, 14], discharges=[0, 20, 15]),
        RatingCurve(name="s", head="a", tail="b", of="difference", levels=[0, 1, 2], discharges=[0, 20, 25]),
    ],
}


def lake(name: str = "a", curve: str = "prism", level: float = 13.0, **fields: object) -> Lake:
    return Lake(name=name, hypsometry=CURVES[curve], initial_level=level, **fields)


def channel(head: str, tail: str, **fields: object) -> Channel:
    return Channel(
        **{"name": f"{head}{tail}", "bed": 11.0, "width": 10.0, "length": 500.0, **fields}, head=head, tail=tail
    )


def chain(waters: list[Lake], flood: Flood = DAY, **fields: object) -> Run:
    """Waters joined by channels, each to the next, ready to run on the plain path."""
    joints = [channel(one.name, two.name, **fields) for one, two in pairwise(waters)]
    return lay_out(System(waters=waters, structures=joints), flood).plain()


# --- rates -----------------------------------------------------------------------------------------


def test_an_emptying_lake_holds_back_its_last_water_without_a_kink():
    """part = x(2 − x) with x = depth / thin layer: 0 at the bottom, 1 and level at the top of the layer."""
    thin = rates.THIN_LAYER
    assert rates.wetness(0.0) == (0.0, 2.0 / thin)
    assert rates.wetness(-1.0) == (0.0, 2.0 / thin)
    assert rates.wetness(thin) == (1.0, 0.0)
    below = rates.wetness(thin * (1.0 - 1e-9))
    assert below == pytest.approx((1.0, 0.0), abs=1e-4)
    depths = np.linspace(0.0, 1.2 * thin, 200)
    parts = np.array([rates.wetness(depth)[0] for depth in depths])
    assert (np.diff(parts) >= 0.0).all()
    for depth in depths[1:-1]:
        rise = 1e-6 * thin
        slope = (rates.wetness(depth + rise)[0] - rates.wetness(depth - rise)[0]) / (2.0 * rise)
        assert rates.wetness(depth)[1] == pytest.approx(slope, abs=1e-5 / thin)


@pytest.mark.parametrize("curve", CURVES)
@given(part=st.floats(0.0, 1.5), jump=st.floats(0.0, 1.5))
def test_levels_and_storages_of_the_solver_are_those_of_the_curve(curve, part, jump):
    """To a unit in the last place, from whatever interval the search starts."""
    hypsometry = CURVES[curve]
    run = lay_out(System(waters=[lake(curve=curve)]), DAY).plain()
    row, rows = run.state.lake[0], run.layout.curve
    full = hypsometry.storage(hypsometry.top)
    for share in (jump, part):
        storage = share * full
        level = rates.level_of_storage(row, storage, rows)
        assert abs(level - hypsometry.level(storage)) <= np.spacing(level)
        back, *_ = rates.terms_at(0, level, run.state.flux, run.state.lake, run.state.structure, rows)
        assert abs(back - hypsometry.storage(level)) <= np.spacing(full)
        assert row.area == pytest.approx(hypsometry.area(level), rel=1e-14)


@pytest.mark.parametrize("curve", CURVES)
def test_every_contour_is_met(curve):
    hypsometry = CURVES[curve]
    run = lay_out(System(waters=[lake(curve=curve)]), DAY).plain()
    for level, storage in zip(hypsometry.curve_level, hypsometry.curve_storage, strict=True):
        assert rates.level_of_storage(run.state.lake[0], storage, run.layout.curve) == level


def test_every_kind_of_structure_has_an_example_here():
    assert set(EXAMPLES) == set(structures.REGISTRY)
    kinds = {example.kind for several in EXAMPLES.values() for example in several}
    assert kinds == set(range(len(hydraulics.EQUATIONS)))


@pytest.mark.parametrize("example", [one for several in EXAMPLES.values() for one in several], ids=str)
@given(
    headwater=st.floats(10.5, 18.0),
    tailwater=st.floats(10.5, 18.0),
    opening=st.floats(0.0, 1.0),
)
def test_the_solver_computes_what_the_structure_says(example, headwater, tailwater, opening):
    """The branch of `balance.discharge` is the only other line that a kind needs; a missing one is found here."""
    waters = [lake("a", level=headwater), lake("b", level=tailwater)]
    example = example.changed(opening=opening)
    run = lay_out(System(waters=waters, structures=[example]), DAY).plain()
    expected = example.flow(headwater, tailwater)
    row = run.state.structure[0]
    below = tailwater if example.uses_tail else hydraulics.FREE_FALL
    found = balance.discharge(
        row.kind, headwater, below, row.opening, run.layout.param, row.param_first, row.param_last
    )
    if not example.flap or found[0] >= 0.0:
        assert found == expected
    stepping.rates_at(0.0, 0, run.state.level, run.state.flux, run.layout, run.forcing, run.state)
    assert run.state.flux[0] == expected[0]
    assert (row.slope_head, row.slope_tail) == expected[1:3]


@pytest.mark.parametrize("above", [-0.5, 0.0, 0.05, 0.1, 0.7])
def test_a_rule_curve_opens_in_proportion_and_is_part_of_the_slopes(above):
    """opening = (level − target) / band; the slope to the headwater holds the opening's growth."""
    weir = Weir(name="w", head="a", tail="b", crest=11.0, width=5.0)
    target, band = 13.0, 0.2

    def discharge(headwater):
        system = System(
            waters=[lake("a", level=headwater), lake("b", level=10.5)],
            structures=[weir],
            rules=[RuleCurve(structure="w", target=Series.constant(target, "m"), band=band)],
        )
        run = lay_out(system, DAY).plain()
        operating.operate(run.layout, run.forcing, run.state, run.record)
        stepping.rates_at(0.0, 0, run.state.level, run.state.flux, run.layout, run.forcing, run.state)
        return run.state.flux[0], run.state.structure[0]

    found, row = discharge(target + above)
    opening = min(max(above / band, 0.0), 1.0)
    assert row.opening == pytest.approx(opening, abs=1e-12)
    assert found == pytest.approx(weir.discharge(target + above, 10.5, opening=opening), rel=1e-12)
    if above not in (0.0, band):
        rise = 1e-6
        slope = (discharge(target + above + rise)[0] - discharge(target + above - rise)[0]) / (2.0 * rise)
        assert row.slope_head == pytest.approx(slope, rel=1e-6, abs=1e-9)


def test_a_schedule_opens_as_its_series_says():
    opening = Series(["2020-07-01", "2020-07-01 06:00", "2020-07-02"], [0.25, 1.0], "means", "")
    weir = Weir(name="w", head="a", crest=11.0, width=5.0)
    system = System(waters=[lake()], structures=[weir], rules=[Schedule(structure="w", opening=opening)])
    run = lay_out(system, DAY).plain()
    operating.operate(run.layout, run.forcing, run.state, run.record)
    for time, piece, expected in ((0.0, 0, 0.25), (6 * 3600.0, 1, 1.0)):
        stepping.rates_at(time, piece, run.state.level, run.state.flux, run.layout, run.forcing, run.state)
        assert run.state.flux[0] == weir.discharge(13.0, opening=expected)


# --- the layout ------------------------------------------------------------------------------------


def groups_of(run: Run, count: int) -> list[list[int]]:
    return [sorted(run.layout.lists[group.first : group.last]) for group in run.layout.group[:count]]


@given(st.data())
def test_groups_are_the_lakes_that_hold_one_another_upstream_first(data):
    count = data.draw(st.integers(1, 7))
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda pair: pair[0] != pair[1])
    joints = data.draw(st.lists(st.tuples(ends, st.booleans()), max_size=10)) if count > 1 else []
    built = [
        Weir(name=f"w{j}", head=f"l{h}", tail=f"l{t}", crest=12.0, width=5.0, free_fall=free)
        for j, ((h, t), free) in enumerate(joints)
    ]
    run = lay_out(System(waters=[lake(f"l{w}") for w in range(count)], structures=built), DAY).plain()

    # Who hears of whom: the tail of the head always, the head of the tail unless the water falls freely.
    hears = np.eye(count, dtype=bool)
    for (h, t), free in joints:
        hears[t, h] = True
        hears[h, t] |= not free
    for _ in range(count):
        hears = hears @ hears
    together = {tuple(np.flatnonzero(hears[w] & hears[:, w])) for w in range(count)}
    found = groups_of(run, len(run.layout.group))
    assert {tuple(group) for group in found} == together
    place = {water: number for number, group in enumerate(found) for water in group}
    assert all(place[h] <= place[t] for (h, t), _ in joints)

    # Each structure is solved with one group, and what it brings a later group is fed in there.
    own = [j for group in run.layout.group for j in run.layout.lists[group.own_first : group.own_last]]
    assert sorted(own) == list(range(len(joints)))
    for w, row in enumerate(run.state.lake):
        touching = run.layout.lists[row.touch_first : row.touch_last] + run.layout.lists[row.feed_first : row.feed_last]
        assert sorted(touching) == sorted(j for j, (pair, _) in enumerate(joints) if w in pair)
        for j in run.layout.lists[row.feed_first : row.feed_last]:
            (h, t), free = joints[j]
            assert t == w
            assert free
            assert place[h] < place[w]


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_a_tree_is_eliminated_without_fill(parents):
    """n waters in a tree have n − 1 pairs of entries, and no update but on the diagonal."""
    count = len(parents) + 1
    joints = [channel(f"l{w + 1}", f"l{parent % (w + 1)}", name=f"c{w}") for w, parent in enumerate(parents)]
    run = lay_out(System(waters=[lake(f"l{w}") for w in range(count)], structures=joints), DAY).plain()
    assert len(run.layout.group) == 1
    assert len(run.layout.entry) == count - 1
    diagonals = {row.diagonal for row in run.state.lake}
    assert {update.target for update in run.layout.update} <= diagonals
    assert len(run.state.slot) == count + 2 * (count - 1)


@pytest.mark.parametrize("count", [3, 4, 5, 9])
def test_a_ring_fills_one_pair_for_each_lake_but_three(count):
    joints = [channel(f"l{w}", f"l{(w + 1) % count}", name=f"c{w}") for w in range(count)]
    run = lay_out(System(waters=[lake(f"l{w}") for w in range(count)], structures=joints), DAY).plain()
    assert len(run.layout.entry) == count + count - 3


def test_slots_name_each_place_of_the_linear_system_once():
    names = ["a", "b", "c", "d"]
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]
    run = lay_out(System(waters=[lake(n) for n in names], structures=[channel(*pair) for pair in pairs]), DAY).plain()
    places = [row.diagonal for row in run.state.lake]
    places += [place for entry in run.layout.entry for place in (entry.lower, entry.upper)]
    assert sorted(places) == list(range(len(run.state.slot)))
    for row in run.state.structure:
        assert row.slot_head_tail in places
        assert row.slot_tail_head in places
        assert row.slot_head_tail != row.slot_tail_head


@given(st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_linear_system_of_a_group_is_solved(count, random):
    """LU factors in the order of elimination, against a dense solution."""
    waters = [lake(f"l{w}", level=12.0 + random.random()) for w in range(count)]
    pairs = [(f"l{w}", f"l{random.randrange(w)}") for w in range(1, count)]
    pairs += [(f"l{h}", f"l{t}") for h in range(count) for t in range(h) if random.random() < 0.3]
    run = lay_out(System(waters=waters, structures=[channel(*pair) for pair in dict.fromkeys(pairs)]), DAY).plain()
    state, layout, group = run.state, run.layout, run.layout.group[0]
    if count == 1:
        return
    stepping.rates_at(0.0, 0, state.level, state.flux, layout, run.forcing, state)
    assert solving.assemble(0, 600.0, state.level, state.flux, layout, state) >= 0.0
    dense = np.zeros((count, count))
    for w, row in enumerate(state.lake):
        dense[w, w] = state.slot[row.diagonal]
    order = layout.lists[group.first : group.last]
    for w in order:
        for entry in layout.entry[state.lake[w].entry_first : state.lake[w].entry_last]:
            dense[entry.lake, w], dense[w, entry.lake] = state.slot[entry.lower], state.slot[entry.upper]
    wanting = np.array([random.uniform(-1.0, 1.0) for _ in range(count)])
    for row, value in zip(state.lake, wanting, strict=True):
        row.change = value
    assert solving.factorise(0, layout, state)
    solving.substitute(0, layout, state)
    found = [row.change for row in state.lake]
    np.testing.assert_allclose(found, np.linalg.solve(dense, wanting), rtol=1e-10, atol=1e-18)


def test_all_series_stand_on_one_set_of_breakpoints():
    inflow = Series(["2020-06-30", "2020-07-01 05:00", "2020-07-03"], [3.0, 7.0], "means", "m3/s")
    outflow = Series(["2020-06-30", "2020-07-01 09:00", "2020-07-03"], [0.0, 2.0, 5.0], "instants", "m3/s")
    rain = Series(["2020-06-30", "2020-07-01 12:00", "2020-07-03"], [0.0, 1e-7], "means", "m/s")
    level = Series(["2020-06-30", "2020-07-01 20:00", "2020-07-03"], [15.0, 16.0, 12.0], "instants", "m")
    system = System(
        waters=[
            lake("a", inflow=inflow, outflow=outflow, rain=rain),
            lake("b", inflow=inflow),
            River(name="r", level=level),
        ]
    )
    run = lay_out(system, DAY).plain()
    points, forcing = run.forcing.breakpoint, run.forcing
    hours = [point.time / 3600.0 for point in points]
    assert hours == [0.0, 5.0, 9.0, 12.0, 20.0, 24.0]
    # A step ends where a series jumps, or where one bends that is read at the level, such as a river's.
    assert [point.jump for point in points] == [0, 1, 0, 1, 1, 0]

    both, only = run.state.lake
    start = np.datetime64("2020-07-01T00:00", "ms")
    for hour in (0.0, 2.5, 5.0, 8.9, 12.0, 13.7, 23.0):
        time, when = hour * 3600.0, start + np.timedelta64(int(hour * 3600), "s")
        piece = rates.piece_from(time, 0, points)
        expected = inflow.at(when) - outflow.at(when) + 1e6 * rain.at(when)
        assert rates.value_at(both.given_row, piece, time, points, forcing.piece) == pytest.approx(expected, rel=1e-13)
        assert rates.value_at(only.given_row, piece, time, points, forcing.piece) == inflow.at(when)
        assert rates.value_at(forcing.river_row[0], piece, time, points, forcing.piece) == pytest.approx(level.at(when))
        if hour:
            volume = inflow.volume(start, when) - outflow.volume(start, when) + 1e6 * rain.volume(start, when)
            for at in (piece, rates.piece_until(time, 0, points)):
                found = rates.volume_at(both.given_row, at, time, points, forcing.piece)
                assert found == pytest.approx(volume, rel=1e-12)


def test_a_series_that_two_lakes_share_is_laid_out_once():
    inflow = Series(["2020-06-30", "2020-07-03"], [3.0], "means", "m3/s")
    copy = Series(["2020-06-30", "2020-07-03"], [3.0], "means", "m3/s", name="the same")
    run = lay_out(System(waters=[lake("a", inflow=inflow), lake("b", inflow=copy)]), DAY).plain()
    assert run.state.lake[0].given_row == run.state.lake[1].given_row == 0
    assert len(run.forcing.piece) == len(run.forcing.breakpoint) == 2


def test_a_lake_that_is_given_nothing_has_no_row():
    run = lay_out(System(waters=[lake()]), DAY).plain()
    assert run.state.lake[0].given_row == -1
    assert len(run.forcing.piece) == 0


def test_no_number_of_one_lake_is_read_for_another():
    names = ["prism", "banks", "cone", "areas", "storages", "both", "steps"]
    run = lay_out(System(waters=[lake(name, name) for name in names]), DAY).plain()
    for name, row in zip(names, run.state.lake, strict=True):
        rows = run.layout.curve[row.curve_first : row.curve_last + 1]
        assert tuple(one.level for one in rows) == CURVES[name].curve_level
        assert tuple(one.slope for one in rows) == CURVES[name].curve_slope
        assert (row.bottom, row.top) == (CURVES[name].bottom, CURVES[name].top)


# --- solving ---------------------------------------------------------------------------------------


def solve(run: Run, factor: float, targets: list[float], patient: bool = True) -> bool:
    """Ask for the levels at which storage − factor·net is the target of each lake."""
    for row, target in zip(run.state.lake, targets, strict=True):
        row.target = target
    return solving.solve_stage(
        0.0, 0, factor, patient, run.state.level, run.state.flux, run.layout, run.forcing, run.state
    )


def imbalance(system: System, factor: float, targets: list[float], levels: list[float]) -> np.ndarray:
    """storage − factor·net − target of each lake, from the records [m³]."""
    lakes = {one.name: number for number, one in enumerate(system.lakes)}
    missing = (
        np.array([one.hypsometry.storage(level) for one, level in zip(system.lakes, levels, strict=True)]) - targets
    )
    for structure in system.structures:
        tailwater = levels[lakes[structure.tail]] if structure.tail in lakes else hydraulics.FREE_FALL
        q = structure.discharge(levels[lakes[structure.head]], tailwater)
        missing[lakes[structure.head]] += factor * q
        if structure.tail in lakes:
            missing[lakes[structure.tail]] -= factor * q
    return missing


@pytest.mark.parametrize("curve", CURVES)
@given(target=st.floats(0.0, 2.0), factor=st.floats(1.0, 1e6), start=st.floats(0.0, 12.0))
def test_the_level_of_a_lake_is_found_from_any_start(curve, target, factor, start):
    system = System(waters=[lake(curve=curve)], structures=[Weir(name="w", head="a", crest=12.0, width=30.0)])
    run = lay_out(system, DAY).plain()
    run.state.level[0] = CURVES[curve].bottom + start
    wanted = target * CURVES[curve].storage(20.0)
    assert solve(run, factor, [wanted])
    level = run.state.level[0]
    assert level >= CURVES[curve].bottom
    steepness = CURVES[curve].area(level) + factor * system.structures[0].flow(level)[1]
    exact = solving.EXACT * 1e-6
    assert abs(imbalance(system, factor, [wanted], [level])[0]) <= exact * max(steepness, 1.0) + 1e-9 * wanted


@given(target=st.floats(0.01, 2.0), factor=st.floats(1.0, 1e6))
def test_a_falling_rating_gives_a_true_root_or_none(target, factor):
    """From 12 m the outlet falls by 2.5 m³/s a metre on 6e5 m² and more: the left side rises up to a factor of 2.4e5 s.

    For a larger one the root may not be the one continuous with the start of the step, which has to be shorter.
    """
    rating = RatingCurve(name="r", head="a", of="headwater", levels=[11, 12, 14], discharges=[0, 20, 15])
    system = System(waters=[lake(curve="banks")], structures=[rating])
    run = lay_out(system, DAY).plain()
    wanted = target * CURVES["banks"].storage(20.0)
    solved = solve(run, factor, [wanted])
    assert solved or factor > 2.4e5
    if solved:
        level = run.state.level[0]
        steepest = CURVES["banks"].area(level) + 20.0 * factor
        assert abs(imbalance(system, factor, [wanted], [level])[0]) <= 1e-8 * steepest + 1e-9 * wanted


def test_a_step_that_asks_for_more_than_there_is_is_refused_unless_it_is_the_last_resort():
    run = lay_out(System(waters=[lake()]), DAY).plain()
    assert not solve(run, 60.0, [-1.0], patient=False)
    assert run.state.clock[0].culprit == 0


@given(st.integers(2, 5), st.floats(10.0, 1e5), st.randoms(use_true_random=False))
def test_a_group_is_solved_as_a_general_solver_does(count, factor, random):
    """Damped Newton on the analytic Jacobian, against scipy's fsolve on the records themselves."""
    curves = ["prism", "banks", "areas", "both"]
    waters = [lake(f"l{w}", random.choice(curves), 13.0 + 3.0 * random.random()) for w in range(count)]
    joints = [channel(f"l{w}", f"l{random.randrange(w)}") for w in range(1, count)]
    joints += [Weir(name="out", head="l0", crest=12.5, width=10.0)]
    joints += [Weir(name="across", head=f"l{count - 1}", tail="l0", crest=13.0, width=20.0)]
    system = System(waters=waters, structures=joints)
    run = lay_out(system, DAY).plain()
    targets = [one.hypsometry.storage(one.initial_level) * random.uniform(0.7, 1.3) for one in waters]
    assume(solve(run, factor, targets, patient=False))  # else the step is made shorter
    found = run.state.level[:count]
    scale = [one.hypsometry.area(level) for one, level in zip(waters, found, strict=True)]
    general = fsolve(lambda levels: imbalance(system, factor, targets, levels) / scale, found, xtol=1e-13)
    np.testing.assert_allclose(found, general, rtol=0, atol=1e-8)


def only_after_sweeps(monkeypatch):
    """Newton fails on a group wherever it is asked first, and works on what the sweeps have prepared."""
    newton, prepared = solving.solve_group, []
    lake_by_lake = solving.solve_lake

    def solve_lake(*arguments):
        prepared.append(arguments[0])
        return lake_by_lake(*arguments)

    def solve_group(*arguments):
        ready = bool(prepared)
        prepared.clear()
        return ready and newton(*arguments)

    monkeypatch.setattr(solving, "solve_lake", solve_lake)
    monkeypatch.setattr(solving, "solve_group", solve_group)


def test_sweeping_finds_the_same_levels(monkeypatch):
    """The last resort, when Newton fails on a group: each lake in its bracket, again and again, then Newton."""
    waters = [lake("a", "banks", 15.0), lake("b", "prism", 12.5), lake("c", "areas", 14.0)]
    targets = [one.hypsometry.storage(one.initial_level) for one in waters]
    together, swept = chain(waters), chain(waters)
    assert solve(together, 600.0, targets)
    only_after_sweeps(monkeypatch)
    assert not solve(swept, 600.0, targets, patient=False)
    assert solve(swept, 600.0, targets)
    np.testing.assert_allclose(swept.state.level, together.state.level, rtol=0, atol=1e-9)


def test_a_run_by_sweeping_ends_where_newton_does(monkeypatch):
    waters = [lake("a", "banks", 15.0), lake("b", "prism", 12.5)]
    newton, swept = chain(waters), chain(waters)
    assert balance.advance(newton.layout, newton.forcing, newton.state, newton.record, newton.end) == balance.DONE
    only_after_sweeps(monkeypatch)
    assert balance.advance(swept.layout, swept.forcing, swept.state, swept.record, swept.end) == balance.DONE
    assert swept.state.clock[0].euler_steps == swept.state.clock[0].steps
    np.testing.assert_allclose(swept.state.level[:2], newton.state.level[:2], rtol=0, atol=1e-4)


# --- stepping --------------------------------------------------------------------------------------


def busy(flood: Flood = DAY) -> Run:
    """A run with a bit of everything: two joined lakes, a river, a flap gate, forcing that jumps and bends."""
    start = np.datetime64("2020-07-01", "ms")
    hours = start + np.arange(49) * np.timedelta64(1, "h")
    tide = Series(hours, 13.0 + np.sin(np.arange(49) / 2.0), "instants", "m")
    inflow = Series(hours, 20.0 + 15.0 * np.cos(np.arange(48) / 3.0), "means", "m3/s")
    system = System(
        waters=[lake("a", "banks", inflow=inflow), lake("b", level=12.0), River(name="r", level=tide)],
        structures=[
            channel("a", "b"),
            SluiceGate(name="gate", head="b", tail="r", sill=11.0, width=10.0, height=2.0, flap=True),
        ],
    )
    return lay_out(system, flood).plain()


def test_pausing_changes_no_bit():
    whole, paused = busy(), busy()
    assert balance.advance(whole.layout, whole.forcing, whole.state, whole.record, whole.end) == balance.DONE
    calls = 0
    for until in np.linspace(0.0, paused.end, 101).tolist():
        assert balance.advance(paused.layout, paused.forcing, paused.state, paused.record, until) == balance.DONE
        assert paused.state.clock[0].time >= until
        calls += 1
    assert calls == 101
    assert paused.state == whole.state
    assert paused.record == whole.record
    assert whole.state.clock[0].events >= 3


def test_a_full_event_table_stops_between_two_steps_and_goes_on_unchanged():
    whole, small = busy(), busy()
    assert balance.advance(whole.layout, whole.forcing, whole.state, whole.record, whole.end) == balance.DONE
    record, enlarged = small.record._replace(event=small.record.event[:5]), 0
    while balance.advance(small.layout, small.forcing, small.state, record, small.end) == balance.EVENTS_FULL:
        record = record._replace(event=record.event + balance.plain(balance.table(balance.EventRow, 1)))
        enlarged += 1
    assert enlarged >= whole.state.clock[0].events
    assert small.state == whole.state
    count = whole.state.clock[0].events
    assert record.event[:count] == whole.record.event[:count]
    assert (record.level, record.storage) == (whole.record.level, whole.record.storage)


def test_a_finished_run_stays_as_it_is():
    run = busy()
    assert balance.advance(run.layout, run.forcing, run.state, run.record, 1e300) == balance.DONE
    level, steps = list(run.state.level), run.state.clock[0].steps
    assert run.state.clock[0].time == run.end == 86400.0
    assert balance.advance(run.layout, run.forcing, run.state, run.record, 1e300) == balance.DONE
    assert (run.state.level, run.state.clock[0].steps) == (level, steps)


def test_a_step_ends_at_every_jump_of_the_forcing_and_on_no_bend():
    run, times = busy(), []
    while run.state.clock[0].time < run.end:
        balance.advance(run.layout, run.forcing, run.state, run.record, run.state.clock[0].time + 1e-6)
        times.append(run.state.clock[0].time)
    jumps = [point.time for point in run.forcing.breakpoint if point.jump]
    assert len(jumps) == 23
    assert set(jumps) <= set(times)


def test_every_output_lies_on_the_run_and_the_last_is_its_end():
    run = busy(DAY.changed(output_step="7 min"))
    balance.advance(run.layout, run.forcing, run.state, run.record, run.end)
    outputs = len(run.record.output_time)
    assert outputs == 207
    for w in (0, 1):
        assert run.record.level[(w + 1) * outputs - 1] == run.state.level[w]
        assert run.record.storage[(w + 1) * outputs - 1] == run.state.lake[w].storage
        level = np.array(run.record.level[w * outputs : (w + 1) * outputs])
        assert level.max() <= run.state.lake[w].highest + 1e-6
        assert level.min() >= run.state.lake[w].lowest - 1e-6


def test_what_leaves_one_lake_reaches_the_other_to_the_last_bit():
    run = chain([lake("a", level=16.0), lake("b", level=12.0)])
    balance.advance(run.layout, run.forcing, run.state, run.record, run.end)
    moved = run.state.ledger[0]
    assert moved > 1e6
    first, second = run.state.lake
    assert first.storage == pytest.approx(6e6 - moved, abs=1e-8)
    assert second.storage == pytest.approx(2e6 + moved, abs=1e-8)


def test_the_tables_of_both_paths_hold_the_same_numbers():
    system = System(waters=[lake("a", "cone"), lake("b")], structures=[channel("a", "b")])
    run = lay_out(system, DAY)
    for row in balance.tables.ROWS:
        table = balance.table(row, 3)
        assert balance.plain(table) == [row(), row(), row()]
    plain = run.plain()
    assert plain.state.level == run.state.level.tolist()
    assert plain.state.lake[0].top == run.state.lake["top"][0]
    with pytest.raises(AttributeError):
        plain.state.lake[0].misspelt = 1.0


def test_groups_are_in_an_order_that_graphlib_agrees_with():
    names = [f"l{w}" for w in range(6)]
    joints = [
        Weir(name=f"w{w}", head=f"l{w + 1}", tail=f"l{w}", crest=12.0, width=1.0, free_fall=True) for w in range(5)
    ]
    run = lay_out(System(waters=[lake(name) for name in names], structures=joints), DAY).plain()
    order = [group[0] for group in groups_of(run, 6)]
    assert order == list(graphlib.TopologicalSorter({w: {w + 1} for w in range(5)}).static_order())
