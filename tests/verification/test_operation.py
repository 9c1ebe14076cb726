"""Operating rules in runs: switching times computed by hand, closed forms, bounds on what may move, who gives way."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakesim import (
    Dwell,
    Flood,
    Hypsometry,
    Lake,
    Pump,
    Ramp,
    ReleaseLimit,
    Result,
    River,
    RuleCurve,
    Schedule,
    Series,
    ShutOff,
    SluiceGate,
    StartStop,
    System,
    Weir,
    simulate,
)
from lakesim.labels import (
    CLOSED,
    FULLY_OPEN,
    LET_GO,
    LIMITED,
    OPENED,
    OVERRULED,
    PARTLY_OPEN,
    SET,
    SHUT,
    STARTED,
    STOPPED,
    UNLIMITED,
)
from lakesim.rules import Rule

AREA = 1e6
DAY = Flood(start="2020-07-01", end="2020-07-05")
PUMP = Pump(name="pump", head="pond", capacity="30 m3/s")
both_paths = pytest.mark.parametrize("compiled", [False, True], ids=["plain", "compiled"])


def pond(inflow: float | Series = 10.0, level: float = 1.0, area: float = AREA) -> Lake:
    """A lake with vertical shores."""
    series = inflow if isinstance(inflow, Series) else Series.constant(inflow, "m3/s")
    return Lake(name="pond", hypsometry=Hypsometry.prism(0, 10, area), initial_level=level, inflow=series)


def run(
    lake: Lake, structures: list, rules: list[Rule], flood: Flood = DAY, rivers: tuple = (), **how: object
) -> Result:
    system = System(waters=[lake, *rivers], structures=structures, rules=rules)
    result = simulate(system, flood, **how)
    assert result.residual_relative < 1e-12
    return result


def moments(result: Result, *reasons: int) -> list[float]:
    """Times of the events with these reasons [s]."""
    return [
        (event.time - result.times[0]) / np.timedelta64(1, "s") for event in result.events if event.reason in reasons
    ]


@both_paths
def test_start_and_stop_levels_make_a_saw_tooth(compiled: bool) -> None:
    """A dz/dt = q up to the start level, A dz/dt = q − Q down to the stop level; here 0.3 m in 30 000 and 15 000 s."""
    if compiled:
        pytest.importorskip("numba")
    result = run(pond(), [PUMP], [StartStop(structure="pump", start=1.5, stop=1.2)], compiled=compiled)
    started = 50_000.0 + 45_000.0 * np.arange(7)
    np.testing.assert_allclose(moments(result, STARTED), started[started < 345_600], atol=1.0)
    np.testing.assert_allclose(moments(result, STOPPED), started + 15_000.0, atol=1.0)
    seconds = (result.times - result.times[0]) / np.timedelta64(1, "s")
    phase = np.maximum(seconds - 50_000.0, 0.0) % 45_000.0
    saw = np.where(phase <= 15_000.0, 1.5 - 2e-5 * phase, 1.2 + 1e-5 * (phase - 15_000.0))
    saw = np.where(seconds < 50_000.0, 1.0 + 1e-5 * seconds, saw)
    np.testing.assert_allclose(result.level["pond"], saw, atol=2e-6)
    running = (seconds >= 50_000.0) & (phase <= 15_000.0)
    np.testing.assert_array_equal(result.opening["pump"], running.astype(float))
    np.testing.assert_array_equal(result.discharge["pump"], 30.0 * running)


def test_units_start_and_stop_one_by_one() -> None:
    """q = 25, units of 10 m³/s: net 25 to 1.5 m, then 15 to 1.6, 5 to 1.7, −5 to 1.5 (stop of the third), 5 to 1.7 …"""
    pump = PUMP.changed(capacity=10.0, units=3)
    rule = StartStop(structure="pump", start=1.5, stop=1.3, unit_rises=[0.0, 0.1, 0.2])
    result = run(pond(25.0), [pump], [rule])
    first = 0.5 * AREA / 25.0
    second = first + 0.1 * AREA / 15.0
    third = second + 0.1 * AREA / 5.0
    starts = [first, second, *(third + 80_000.0 * np.arange(4))]
    np.testing.assert_allclose(moments(result, STARTED), starts, atol=1.0)
    np.testing.assert_allclose(moments(result, STOPPED), third + 40_000.0 + 80_000.0 * np.arange(4), atol=1.0)
    events = [event for event in result.events if event.reason == STARTED]
    assert [event.threshold for event in events[:3]] == pytest.approx([1.5, 1.6, 1.7])
    assert [event.opening_after for event in events[:3]] == pytest.approx([1 / 3, 2 / 3, 1.0])


def test_a_structure_may_fill_a_lake_from_below() -> None:
    """Runs below 1.0 m until 1.3 m: outflow 10, inlet 30 m³/s, so the saw-tooth stands on its head."""
    source = River(name="river", level=5.0)
    inlet = Pump(name="inlet", head="river", tail="pond", capacity=30.0)
    lake = pond(0.0, 1.2).changed(outflow=Series.constant(10.0, "m3/s"))
    rule = StartStop(structure="inlet", start=1.0, stop=1.3, watch="tail", when="below")
    result = run(lake, [inlet], [rule], rivers=(source,))
    started = 20_000.0 + 45_000.0 * np.arange(8)
    np.testing.assert_allclose(moments(result, STARTED), started[started < 345_600], atol=1.0)
    stopped = started + 15_000.0
    np.testing.assert_allclose(moments(result, STOPPED), stopped[stopped < 345_600], atol=1.0)


@both_paths
def test_a_band_is_an_exponential(compiled: bool) -> None:
    """A dz/dt = q − Q (z − T)/b:  z = T + b q/Q + (z₀ − T − b q/Q) exp(−Q t/(A b)), inside the band."""
    if compiled:
        pytest.importorskip("numba")
    target, band = 1.0, 0.9
    result = run(pond(10.0, 1.8), [PUMP], [RuleCurve(structure="pump", target=target, band=band)], compiled=compiled)
    seconds = (result.times - result.times[0]) / np.timedelta64(1, "s")
    rest = target + band * 10.0 / 30.0
    exact = rest + (1.8 - rest) * np.exp(-30.0 * seconds / (AREA * band))
    assert np.abs(result.level["pond"] - exact).max() <= 3.0 * result.numerical_error
    assert result.numerical_error < 2e-5
    np.testing.assert_allclose(result.opening["pump"], (exact - target) / band, atol=1e-4)


def test_a_gradual_rule_tells_when_it_left_and_reached_its_ends() -> None:
    """10 m³/s from 1.0 m: the target 1.5 is passed at 50 000 s; the outlet opens over a band that it never fills."""
    result = run(pond(), [PUMP], [RuleCurve(structure="pump", target=1.5, band=0.6)])
    assert moments(result, OPENED, FULLY_OPEN, CLOSED, PARTLY_OPEN) == pytest.approx([50_000.0], abs=1.0)
    steep = run(pond(40.0), [PUMP], [RuleCurve(structure="pump", target=1.5, band=0.1)])
    reasons = [event.reason for event in steep.events]
    assert reasons[:2] == [OPENED, FULLY_OPEN]
    # A dz/dt = 40 − 30 (z − 1.5)/0.1: the band of 0.1 m is filled after (A b/Q) ln(40/10)
    opened, full = moments(steep, OPENED, FULLY_OPEN)
    assert opened == pytest.approx(12_500.0, abs=1.0)
    assert full - opened == pytest.approx(AREA * 0.1 / 30.0 * np.log(4.0), abs=1.0)


def test_a_detention_basin_releases_what_is_safe_and_spills_when_full() -> None:
    """Safe release 80 m³/s; inflow from 80 up to 300 m³/s in 6 h and back in 12; room for 1.5e6 m³ on 1 km².

    It stores ∫(I − 80) dt = ½ r t² with r = 220/6 h, and is full after √(2·1.5e6/r) = 4.77 h; from then on it spills
    all that is more: 80 + spill = I, but for the centimetre that the water stands over a crest of 100 km.
    """
    inflow = Series.triangle("2020-07-01", 300.0, "6 h", "18 h", 80.0)
    gate = SluiceGate(name="gate", head="pond", sill=0.0, width=400.0, height=5.0)
    spillway = Weir(name="spillway", head="pond", crest=2.0, width=100_000.0)
    flood = Flood(start="2020-07-01", end="2020-07-02", output_step="1 min")
    rules = [ReleaseLimit(structure="gate", discharge=80.0)]
    result = run(pond(inflow, 0.5), [gate, spillway], rules, flood)
    seconds = (result.times - result.times[0]) / np.timedelta64(1, "s")
    rate = 220.0 / (6 * 3600.0)
    full = np.sqrt(2.0 * 1.5e6 / rate)
    fills = seconds <= full
    np.testing.assert_allclose(result.level["pond"][fills], 0.5 + 0.5 * rate * seconds[fills] ** 2 / AREA, atol=2e-6)
    np.testing.assert_array_equal(result.discharge["gate"], 80.0)
    spill = result.discharge["spillway"]
    assert full <= seconds[spill > 0.0][0] <= full + 60.0
    spilling = (seconds > 6 * 3600.0) & (seconds < 17 * 3600.0)
    rise = (result.level["pond"].max() - 2.0) * AREA
    assert rise < 0.02 * AREA
    assert spill[spilling] == pytest.approx(inflow.at(result.times[spilling]) - 80.0, abs=0.5)
    assert [event.reason for event in result.events] == [LIMITED]


def test_a_release_limit_tells_when_it_holds_and_its_opening_is_the_one_that_gives_the_limit() -> None:
    gate = SluiceGate(name="gate", head="pond", sill=1.0, width=10.0, height=2.0)
    inflow = Series.triangle("2020-07-01", 60.0, "12 h", "36 h")
    result = run(pond(inflow, 1.0), [gate], [ReleaseLimit(structure="gate", discharge=20.0)])
    assert [event.reason for event in result.events] == [LIMITED, UNLIMITED]
    held = result.discharge["gate"] == 20.0
    assert held.sum() > 10
    flows = [
        gate.discharge(z, opening=o)
        for z, o in zip(result.level["pond"][held], result.opening["gate"][held], strict=True)
    ]
    np.testing.assert_allclose(flows, 20.0, rtol=1e-9)
    assert (result.opening["gate"][held] < 1.0).all()
    assert (result.opening["gate"][~held] == 1.0).all()


def test_a_shut_off_follows_the_river_to_the_second() -> None:
    """The river rises from 2 to 4 m in two days and falls again: 3.5 m at 36 h, 3.3 m again at 60.8 h."""
    level = Series(["2020-07-01", "2020-07-03", "2020-07-05"], [2.0, 4.0, 2.0], "instants", "m")
    pump = PUMP.changed(tail="river")
    rules = [
        ShutOff(structure="pump", watch="tail", above=3.5, resume=3.3),
        Schedule(structure="pump", opening=0.2),
    ]
    result = run(pond(), [pump], rules, rivers=(River(name="river", level=level),))
    assert moments(result, SHUT) == pytest.approx([36 * 3600.0], abs=1.0)
    assert moments(result, LET_GO) == pytest.approx([64.8 * 3600.0], abs=1.0)
    hours = (result.times - result.times[0]) / np.timedelta64(1, "h")
    np.testing.assert_allclose(result.opening["pump"], np.where((hours > 36) & (hours < 64.8), 0.0, 0.2))


def test_a_third_water_is_looked_at_every_hour_and_what_it_asks_is_held() -> None:
    control = River(name="control", level=Series(["2020-07-01", "2020-07-05"], [1.0, 5.0], "instants", "m"))
    rules = [ShutOff(structure="pump", watch="control", above=2.51, opening=0.5)]
    result = run(pond(), [PUMP.changed(start_level=0.0, band=0.1)], rules, rivers=(control,))
    assert moments(result, SHUT) == [37 * 3600.0]  # past at 36.24 h, seen at 37 h
    seldom = [rules[0].changed(observe="5 h")]
    result = run(pond(), [PUMP.changed(start_level=0.0, band=0.1)], seldom, rivers=(control,))
    assert moments(result, SHUT) == [40 * 3600.0]


def test_the_better_rank_wins_and_the_other_is_told_as_overruled() -> None:
    level = Series(["2020-07-01", "2020-07-03", "2020-07-05"], [2.0, 4.0, 2.0], "instants", "m")
    pump, river = PUMP.changed(tail="river"), (River(name="river", level=level),)
    stop = ShutOff(structure="pump", watch="tail", above=2.5, resume=2.4)
    start = StartStop(structure="pump", start=1.5, stop=1.2)
    result = run(pond(), [pump], [start, stop], rivers=river)
    lost = next(event for event in result.events if event.reason == OVERRULED)
    assert (lost.rule, lost.overruled, lost.wish) == (stop, start, 1.0)
    assert moments(result, OVERRULED) == pytest.approx([50_000.0], abs=1.0)
    back = next(event for event in result.events if event.reason == LET_GO)
    assert (back.opening_before, back.opening_after) == (0.0, 1.0)
    result = run(pond(), [pump], [start.changed(rank=1), stop], rivers=river)
    assert moments(result, STARTED)[0] == pytest.approx(50_000.0, abs=1.0)
    assert not moments(result, SHUT)


@pytest.mark.parametrize(
    "better", [StartStop(structure="w", start=1.5, stop=1.2, rank=5), None], ids=["below", "above"]
)
def test_a_limit_that_is_overruled_is_told_and_the_discharge_is_that_of_the_account(better: Rule | None) -> None:
    """A limit behind start and stop levels has no power while they hold the weir open, and the record shows it."""
    weir, limit = Weir(name="w", head="pond", crest=0.5, width=40.0), ReleaseLimit(structure="w", discharge=20.0)
    usual = better or StartStop(structure="w", start=1.5, stop=1.2)
    flood = DAY.changed(output_step="1 min")
    result = run(pond(15.0), [weir], [usual, limit], flood)
    told = [event for event in result.events if event.reason == OVERRULED]
    left = -result.account["pond"].volumes["w"]
    assert result.discharge["w"].sum() * 60.0 == pytest.approx(left, rel=2e-3)
    if better:
        assert result.discharge["w"].max() > 40.0
        assert {(event.rule, event.overruled) for event in told} == {(better, limit)}
        assert len(told) == len(moments(result, STARTED))
        assert 0.0 < told[0].wish < 1.0
    else:
        assert result.discharge["w"].max() == pytest.approx(20.0, rel=1e-9)
        assert not told
        assert moments(result, LIMITED)


def test_a_rule_curve_that_a_shut_off_cuts_is_told_as_overruled() -> None:
    """The river shuts the gate on the first day; the lake passes its target of 1.5 m at 50 000 s, in vain."""
    level = Series(["2020-07-01", "2020-07-02", "2020-07-05"], [0.0, 4.0, 4.0], "instants", "m")
    gate = SluiceGate(name="gate", head="pond", tail="river", sill=0.5, width=5.0, height=2.0, flap=True)
    rules = [ShutOff(structure="gate", watch="tail", above=1.0), RuleCurve(structure="gate", target=1.5, band=0.5)]
    result = run(pond(), [gate], rules, rivers=(River(name="river", level=level),))
    (lost,) = [event for event in result.events if event.reason == OVERRULED]
    assert (lost.rule, lost.overruled) == tuple(rules)
    assert moments(result, OVERRULED) == pytest.approx([50_000.0], abs=1.0)
    assert [event.reason for event in result.events] == [OVERRULED], "and no flap is told to move behind a shut gate"
    part = rules[0].changed(opening=0.4)
    result = run(pond(), [gate.changed(flap=False)], [part, rules[1]], rivers=(River(name="river", level=0.0),))
    assert OVERRULED not in [event.reason for event in result.events]


def test_a_limit_that_an_operator_follows_is_told_again_as_it_moves() -> None:
    inflow = Series.triangle("2020-07-01", 90.0, "1 d", "2 d")
    weir = Weir(name="w", head="pond", crest=0.5, width=30.0)
    rules = [Ramp(structure="w", per_hour=0.5), ReleaseLimit(structure="w", discharge=20.0)]
    result = run(pond(inflow), [weir], rules)
    openings = [event.opening_after for event in result.events if event.reason == LIMITED]
    assert len(openings) >= 3
    assert min(openings) - result.opening["w"].min() < 0.051


def test_a_ramp_moves_at_its_speed_and_a_better_rank_does_not_wait_for_it() -> None:
    river = (River(name="river", level=Series(["2020-07-01", "2020-07-05"], [2.0, 4.0], "instants", "m")),)
    gate = SluiceGate(name="gate", head="pond", tail="river", sill=0.0, width=5.0, height=2.0, flap=True)
    rules = [Ramp(structure="gate", per_hour=0.125), Schedule(structure="gate", opening=series(0.0, 1.0, 0.25))]
    flood = DAY.changed(output_step="15 min")
    result = run(pond(level=5.0), [gate], rules, flood, river)
    hours = (result.times - result.times[0]) / np.timedelta64(1, "h")
    course = np.interp(hours, [24.0, 32.0, 48.0, 54.0], [0.0, 1.0, 1.0, 0.25])
    np.testing.assert_allclose(result.opening["gate"], course, atol=1e-12)
    assert moments(result, SET) == [86_400.0, 172_800.0]
    safety = ShutOff(structure="gate", watch="tail", above=3.25, rank=1)
    result = run(pond(level=5.0), [gate], [*rules, safety], flood, river)
    assert moments(result, SHUT) == pytest.approx([60 * 3600.0], abs=1.0)
    np.testing.assert_allclose(result.opening["gate"], np.where(hours > 60.0, 0.0, course), atol=1e-12)


def series(*openings: float) -> Series:
    """Openings of the days from 1 July; the last one stays for two."""
    days = np.arange("2020-07-01", "2020-07-06", dtype="datetime64[D]")
    values = [*openings, *[openings[-1]] * (4 - len(openings))]
    return Series(days, values, "means", "")


def test_a_schedule_is_followed_and_told() -> None:
    result = run(pond(level=9.0), [PUMP], [Schedule(structure="pump", opening=series(0.5, 0.0, 1.0))])
    assert [(event.reason, event.opening_after) for event in result.events] == [(OPENED, 0.5), (SET, 0.0), (SET, 1.0)]
    assert moments(result, OPENED, SET) == [0.0, 86_400.0, 172_800.0]


@pytest.mark.parametrize("shape", ["gate", "units"])
def test_the_moment_of_an_event_does_not_depend_on_the_step(shape: str) -> None:
    """The same second with a tolerance of 1e-7 m and less, and with outputs every minute or every day.

    With the usual tolerance the level itself may be off by the stated error, and the moment by what the water, which
    passes its levels here at 5e-6 m/s or faster, needs for that.
    """
    inflow = Series.triangle("2020-07-01", 60.0, "1 d", "3 d")
    if shape == "gate":
        structures: list = [Weir(name="move", head="pond", crest=1.0, width=8.0)]
        rules: list[Rule] = [StartStop(structure="move", start=2.0, stop=1.6)]
    else:
        structures = [
            Pump(name="move", head="pond", capacity=9.0, units=4),
            Weir(name="w", head="pond", crest=2.0, width=3),
        ]
        rules = [StartStop(structure="move", start=1.5, stop=1.1, unit_rises=[0, 0.1, 0.2, 0.3])]
    exact = moments(run(pond(inflow), structures, rules, tolerance=1e-9), STARTED, STOPPED)
    assert len(exact) >= 2
    for tolerance, step in ((1e-6, "1 min"), (1e-6, "1 d"), (1e-7, "1 h"), (1e-8, "1 h")):
        result = run(pond(inflow), structures, rules, DAY.changed(output_step=step), tolerance=tolerance)
        allowed = 1.0 if tolerance < 1e-6 else 1.0 + result.numerical_error / 5e-6
        np.testing.assert_allclose(moments(result, STARTED, STOPPED), exact, atol=allowed)


def noise(seed: int, mean: float) -> Series:
    """An hourly flood of four days, anything but smooth [m³/s]."""
    rng = np.random.default_rng(seed)
    values = mean * rng.lognormal(0.0, 1.0, 97) * (1.0 + np.sin(np.arange(97) / rng.uniform(2.0, 15.0)))
    hours = np.datetime64("2020-07-01", "ms") + np.arange(97) * np.timedelta64(1, "h")
    return Series(hours, values, "instants", "m3/s")


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), per_hour=st.floats(0.02, 3.0), band=st.floats(0.02, 0.5))
def test_a_gate_never_moves_faster_than_its_ramp(seed: int, per_hour: float, band: float) -> None:
    gate = SluiceGate(name="gate", head="pond", sill=0.5, width=12.0, height=1.0)
    rules = [Ramp(structure="gate", per_hour=per_hour), RuleCurve(structure="gate", target=1.0, band=band)]
    result = run(pond(noise(seed, 25.0)), [gate], rules, DAY.changed(output_step="5 min"))
    moved = np.abs(np.diff(result.opening["gate"]))
    assert moved.max() <= per_hour / 12.0 * (1.0 + 1e-9)
    assert moved.max() > 0.0


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), hours=st.floats(0.5, 20.0), gap=st.floats(0.01, 0.5), gradual=st.booleans())
def test_a_structure_never_moves_sooner_than_its_dwell_time(seed: int, hours: float, gap: float, gradual: bool) -> None:
    usual: Rule = RuleCurve(structure="pump", target=1.0, band=gap)
    if not gradual:
        usual = StartStop(structure="pump", start=1.1, stop=1.1 - gap)
    rules = [Dwell(structure="pump", time=f"{hours!r} h"), usual]
    result = run(pond(noise(seed, 15.0)), [PUMP], rules, DAY.changed(output_step="1 min"))
    moves = result.times[1:][np.diff(result.opening["pump"]) != 0.0]
    apart = np.diff(moves) / np.timedelta64(1, "h")
    assert apart.size == 0 or apart.min() >= hours - 1.01 / 60.0
    exact = moments(result, STARTED, STOPPED)
    assert all(later - sooner >= 3600.0 * hours - 1e-3 for sooner, later in pairwise(exact))


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), gap=st.floats(0.01, 0.3), capacity=st.floats(5.0, 80.0))
def test_start_and_stop_levels_do_not_chatter(seed: int, gap: float, capacity: float) -> None:
    """Between two moves the level crosses the gap, no faster than max(inflow, capacity)/A: a bound on moves."""
    flow = noise(seed, 15.0)
    rule = StartStop(structure="pump", start=1.5, stop=1.5 - gap)
    result = run(pond(flow), [PUMP.changed(capacity=capacity)], [rule])
    shortest = gap * AREA / max(capacity, flow.values.max())
    times = moments(result, STARTED, STOPPED)
    assert all(later - sooner >= shortest - 1.0 for sooner, later in pairwise(times))
    assert len(times) <= 4 * 86_400.0 / shortest + 1


def test_a_lake_that_runs_dry_stops_its_pumps_without_a_fault() -> None:
    result = run(pond(0.0, 0.5), [PUMP], [Schedule(structure="pump", opening=1.0)])
    assert result.level["pond"][-1] == pytest.approx(0.0, abs=1e-4)
    rules = [StartStop(structure="pump", start=0.4, stop=0.0)]
    result = run(pond(0.0, 0.5), [PUMP], rules)
    assert result.level["pond"].min() >= 0.0


def test_everything_at_once_keeps_the_water(random_system: Callable[..., tuple[System, Flood]]) -> None:
    from random import Random

    events = 0
    for seed in range(30):
        system, flood = random_system(Random(seed), ruled=True)
        result = simulate(system, flood)
        assert result.residual_relative < 1e-12
        for structure in system.structures:
            opening = result.opening[structure.name]
            assert opening.min() >= 0.0
            assert opening.max() <= 1.0
        for rule in system.rules:
            first = min(one.place for one in system.rules if one.structure == rule.structure)
            if isinstance(rule, ReleaseLimit) and rule.place == first:
                assert result.discharge[rule.structure].max() <= rule.discharge.values.max() * (1.0 + 1e-12)
        events += len(result.events)
    assert events > 500
