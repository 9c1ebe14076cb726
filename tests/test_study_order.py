"""In which order and from which levels basins and pumps are used, and how far that is from the best."""

import math
import re
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakesim import (
    Flood,
    Hypsometry,
    Lake,
    Pump,
    Ramp,
    RatingCurve,
    ReleaseLimit,
    River,
    RuleCurve,
    Schedule,
    Series,
    ShutOff,
    SluiceGate,
    StartStop,
    System,
    Weir,
    compiled,
    labels,
    simulate,
)
from lakesim.rules import InTurn, Rule
from lakesim.study import OrderOfUse, Use, order_of_use
from lakesim.study.order_of_use.bound import Bound, bound_of, free_volume, judged, limit_of
from lakesim.study.order_of_use.search import Runs, members
from lakesim.study.order_of_use.uses import Plan

START = np.datetime64("2020-07-01", "ms")
DAY = np.timedelta64(1, "D")
ONE_DAY = Flood(start="2020-07-01", end="2020-07-02")
FEW: dict[str, Any] = {"runs": 24, "seeds": 1, "compiled": False}


def prism(name: str, area: float, initial_level: float, top: float = 20.0, **given: Any) -> Lake:
    return Lake(name=name, hypsometry=Hypsometry.prism(0.0, top, area), initial_level=initial_level, **given)


def constant(discharge: float) -> Series:
    return Series.constant(discharge, "m3/s")


def filled(gate: str, level: float) -> ShutOff:
    """The basin behind a gate takes no more than up to a level."""
    return ShutOff(structure=gate, watch="tail", above=level, resume=0.5 * level)


def linear(k: float, name: str = "outlet", head: str = "pond") -> RatingCurve:
    """An outlet that lets out k m3/s for each metre above 0."""
    return RatingCurve(name=name, head=head, of="headwater", levels=(0.0, 10.0), discharges=(0.0, 10.0 * k))


def seconds(time: np.datetime64 | None) -> float:
    assert time is not None
    return float((time - START) / np.timedelta64(1, "s"))


# 10⁶ m² get 30 m³/s for a day, 2.592e6 m³; a basin takes 0.5e6 m³, a pump 10 m³/s.
POND = prism("pond", 1e6, 1.0, inflow=constant(30.0))
BASIN = prism("basin", 0.5e6, 0.0, 3.0, dike_crest=1.0)
INLET = Weir(name="inlet", head="pond", tail="basin", crest=0.5, width=40.0)
PUMP = Pump(name="pump", head="pond", capacity=10.0, opening=0.0)
SYSTEM = System(waters=[POND, BASIN], structures=[INLET, PUMP], rules=[filled("inlet", 1.0)])
USES = (Use("inlet", 1.5, 2.2, trigger=1.6), Use("pump", 1.2, 3.4, trigger=2.0))


@pytest.fixture(scope="module")
def found() -> OrderOfUse:
    return order_of_use(SYSTEM, ONE_DAY, "pond", USES, runs=60, seeds=2, compiled=False)


# What a use is worth


def test_a_storage_takes_what_it_holds_more(found: OrderOfUse) -> None:
    """Alone 0.5e6 m³ less on 10⁶ m² is 0.5 m; the gate shuts within 1e-7 m of the limit.

    Before the pump it keeps the level from passing 2.0 m for another 0.5e6/30 s, in which that lifts nothing.
    """
    worth = found.worths[0]
    assert worth.kind == "storage"
    for effect, lowered in ((worth.alone, 0.5), (worth.last, 0.5 - 1e-5 * 0.5e6 / 30.0)):
        assert effect.volume == pytest.approx(0.5e6, abs=0.1)
        assert effect.lowered == pytest.approx(lowered, abs=1e-6)
        assert effect.per_volume == pytest.approx(lowered / 0.5e6, rel=1e-6)


def test_a_pump_takes_what_it_lifts_until_the_peak(found: OrderOfUse) -> None:
    """Alone: 2.0 m is passed 10⁶/30 s after the start, and 10 m³/s run for the rest of the day.

    With the basin, which is full by then and holds 0.5e6 m³: after 1.5e6/30 s.
    """
    worth = found.worths[1]
    assert worth.kind == "pump"
    for effect, begun in ((worth.alone, 1e6 / 30.0), (worth.last, 1.5e6 / 30.0)):
        assert effect.volume == pytest.approx(10.0 * (86400.0 - begun), abs=1.0)
        assert effect.lowered == pytest.approx(1e-6 * effect.volume, abs=1e-5)


def test_what_is_lifted_after_the_peak_does_not_count() -> None:
    """30 m³/s come for 12 h. The pump begins at 1.6 m, 0.6e6/30 s after the start, and runs to the end of the day."""
    wave = Series(START + np.array([0, 12, 24]) * np.timedelta64(1, "h"), np.array([30.0, 0.0]), "means", "m3/s")
    system = System(waters=[POND.changed(inflow=wave)], structures=[PUMP])
    (worth,) = order_of_use(system, ONE_DAY, "pond", [Use("pump", 1.2, 2.0)], **FEW).worths
    assert worth.alone.volume == pytest.approx(10.0 * (43200.0 - 0.6e6 / 30.0), abs=1.0)
    assert worth.alone.per_volume == pytest.approx(1e-6, rel=1e-4)


def test_a_storage_and_a_pump_compare_by_what_they_take_until_the_peak() -> None:
    """200 m³/s come for 12 h to 2·10⁶ m², and nothing leaves: each m³ taken before 12 h is 0.5·10⁻⁶ m.

    The pump begins at 3.6 m, after 3.2e6/200 s. The inlet goes on filling for three days more, which lowers nothing.
    """
    wave = Series(START + np.array([0, 12, 96]) * np.timedelta64(1, "h"), np.array([200.0, 0.0]), "means", "m3/s")
    basin = prism("basin", 5e6, 0.0, 10.0, dike_crest=6.0)
    inlet = Weir(name="inlet", head="pond", tail="basin", crest=2.0, width=3.0)
    system = System(
        waters=[prism("pond", 2e6, 2.0, inflow=wave), basin], structures=[inlet, PUMP.changed(capacity=20.0)]
    )
    flood = Flood(start="2020-07-01", end="2020-07-05")
    told = order_of_use(system, flood, "pond", [Use("inlet", 2.2, 5.0), Use("pump", 2.2, 5.0)], **FEW)
    storage, pump = (worth.alone for worth in told.worths)
    assert pump.volume == pytest.approx(20.0 * (43200.0 - 3.2e6 / 200.0), abs=1.0)
    assert pump.filling is None
    for effect in (storage, pump):
        assert effect.per_volume == pytest.approx(0.5e-6, rel=1e-4)
    assert storage.filling is not None
    assert storage.filling > 5.0 * storage.volume
    assert told.order == ("inlet", "pump")
    assert "until the peak, alone: inlet = pump. As the last" in str(told)


def test_what_ends_the_rise_at_once_counts_until_the_peak_that_it_spares() -> None:
    """Of 30 m³/s a pump of 40 takes all from 2.0 m on, which is the peak; without it the peak is a day's, 3.592 m."""
    system = System(waters=[POND], structures=[PUMP.changed(capacity=40.0)])
    told = order_of_use(system, ONE_DAY, "pond", [Use("pump", 1.2, 3.4, trigger=2.0)], **FEW)
    (worth,) = told.worths
    assert worth.alone.lowered == pytest.approx(1.592, abs=1e-6)
    assert worth.alone.volume == pytest.approx(40.0 * (86400.0 - 1e6 / 30.0), abs=1.0)
    assert told.order == ("pump",)


def test_the_peaks_are_those_of_the_runs(found: OrderOfUse) -> None:
    assert found.peaks["none"] == pytest.approx(1.0 + 2.592, abs=1e-9)
    assert found.peaks["begun"] == pytest.approx(1.0 + 2.592 - 0.5 - 1e-5 * (86400.0 - 1.5e6 / 30.0), abs=1e-5)
    for row in ("none", "begun", "triggers", "times"):
        assert simulate(found.system(row), ONE_DAY, compiled=False).peak("pond")[1] == found.peaks[row]
    rules = [
        StartStop(structure=use.structure, start=trigger.level, stop=0.001, watch="pond")
        for use, trigger in zip(USES, found.triggers, strict=True)
    ]
    run = simulate(SYSTEM.changed(rules=(*SYSTEM.rules, *rules)), ONE_DAY, compiled=False)
    assert run.peak("pond")[1] == pytest.approx(found.peaks["triggers"], abs=1e-6)


def test_what_runs_longest_is_best_and_what_is_in_time_does_not_matter(found: OrderOfUse) -> None:
    """The pump lowers most from its lowest trigger on, 1.2 m after 0.2e6/30 s; the basin fills at any of its own."""
    basin, pump = found.triggers
    assert pump.level == pytest.approx(1.2, abs=1e-3)
    assert not pump.flat
    assert found.peaks["triggers"] == pytest.approx(1.0 + 2.592 - 0.5 - 1e-5 * (86400.0 - 0.2e6 / 30.0), abs=1e-4)
    assert basin.flat
    assert (basin.low, basin.high) == (1.5, 2.2)


def test_who_knows_the_flood_pumps_from_the_start_and_no_one_does_better(found: OrderOfUse) -> None:
    """Then 0.864e6 m³ are lifted; nothing else leaves, so that the bound is the same."""
    best = 1.0 + 2.592 - 0.5 - 0.864
    assert found.peaks["times"] == pytest.approx(best, abs=1e-3)
    assert found.peaks["bound"] == pytest.approx(best, abs=found.bound.error)
    assert found.bound.proven
    assert found.reached("none") == 0.0
    assert found.reached("bound") == 1.0
    assert found.reached("times") == pytest.approx(1.0, abs=1e-3)


def test_a_use_that_is_never_begun_takes_nothing() -> None:
    never = order_of_use(SYSTEM, ONE_DAY, "pond", [Use("inlet", 4.0, 5.0)], **FEW)
    (worth,) = never.worths
    assert worth.alone.volume == pytest.approx(0.0, abs=1e-6)
    assert worth.alone.per_volume is None
    assert never.order == ()
    assert never.triggers[0].flat
    assert "None of them lowers the peak." in str(never)


def test_a_restricted_pump_takes_what_it_does_not_lift() -> None:
    """A polder is pumped with 10 m³/s into the pond, which gets 20 m³/s more: 0.03 mm/s in all.

    Above 2.0 m, 10⁶/30 s after the start, the pump is shut. Who knows the flood never runs it: 0.864 m less.
    """
    polder = prism("polder", 1e6, 3.0)
    lift = Pump(name="lift", head="polder", tail="pond", capacity=10.0, start_level=0.5)
    system = System(waters=[prism("pond", 1e6, 1.0, inflow=constant(20.0)), polder], structures=[lift])
    restricted = order_of_use(system, ONE_DAY, "pond", [Use("lift", 1.5, 3.0, True, 2.0)], **FEW)
    (worth,) = restricted.worths
    assert worth.kind == "restriction"
    assert worth.alone.volume == pytest.approx(10.0 * (86400.0 - 1e6 / 30.0), abs=1.0)
    assert worth.alone.lowered == pytest.approx(1e-6 * worth.alone.volume, abs=1e-5)
    assert restricted.peaks["times"] == pytest.approx(1.0 + 1.728, abs=1e-4)
    assert restricted.peaks["bound"] == pytest.approx(1.0 + 1.728, abs=1e-4)
    assert restricted.bound.volume == 0.0
    assert restricted.bound.proven


def test_the_order_is_that_of_centimetres_for_water() -> None:
    """Of an outlet that lets more out the higher the lake is, water taken early is partly lost again.

    Two equal basins, one opened at 1 m and one at 2 m; the one that is opened late lowers the peak by more.
    """
    lake = prism("pond", 1e6, 0.5, inflow=constant(60.0))
    basins = [BASIN.changed(name=name) for name in ("early", "late")]
    gates = [INLET.changed(name=f"to_{basin.name}", tail=basin.name) for basin in basins]
    rules = [filled(gate.name, 1.0) for gate in gates]
    system = System(waters=[lake, *basins], structures=[linear(20.0), *gates], rules=rules)
    uses = [Use("to_early", 0.8, 2.4, trigger=1.0), Use("to_late", 0.8, 2.4, trigger=2.0)]
    told = order_of_use(system, ONE_DAY, "pond", uses, **FEW)
    assert told.order == ("to_late", "to_early")
    early, late = (worth.alone.per_volume for worth in told.worths)
    assert early is not None
    assert late is not None
    assert late > 1.2 * early


# The triggers and the times


GULP = 0.5e6
REACH = System(
    waters=[prism("pond", 1e6, 0.0, inflow=constant(60.0)), BASIN],
    structures=[
        linear(20.0),
        RatingCurve(
            name="inlet", head="pond", tail="basin", of="headwater", levels=(0.0, 0.5, 1.0), discharges=(0.0, 5e4, 5e4),
            free_fall=True,
        ),
    ],
    rules=[filled("inlet", 1.0)],
)  # fmt: skip


@pytest.fixture(scope="module")
def gulped() -> OrderOfUse:
    return order_of_use(REACH, ONE_DAY, "pond", [Use("inlet", 1.0, 2.4)], runs=120, seeds=3)


def test_the_best_trigger_is_where_the_rise_before_equals_the_peak_after(gulped: OrderOfUse) -> None:
    """A dh/dt = Q − k h from h = 0 for T; at t the basin takes V at once, of which e^(−k(T−t)/A) is left at T.

    The peak is the larger of h(t) = Q/k (1 − e^(−kt/A)) and h(T) − V/A e^(−k(T−t)/A); it is lowest where they are
    equal. With x = e^(−kt/A), X = e^(−kT/A) and c = V k/(A Q):  x² − X x − c X = 0.
    """
    big_x, c = math.exp(-20.0 * 86400.0 / 1e6), GULP * 20.0 / (1e6 * 60.0)
    x = 0.5 * (big_x + math.sqrt(big_x**2 + 4.0 * c * big_x))
    level, time = 3.0 * (1.0 - x), -1e6 / 20.0 * math.log(x)
    assert gulped.peaks["none"] == pytest.approx(3.0 * (1.0 - big_x), abs=3.0 * gulped.numerical_error)
    assert gulped.triggers[0].level == pytest.approx(level, abs=1e-3)
    assert gulped.peaks["triggers"] == pytest.approx(level, abs=1e-3)
    assert seconds(gulped.times[0]) == pytest.approx(time, abs=60.0)
    assert gulped.peaks["times"] == pytest.approx(level, abs=1e-3)


def test_every_repetition_finds_it(gulped: OrderOfUse) -> None:
    assert len(gulped.peaks_of_triggers) == len(gulped.peaks_of_times) == len(gulped.triggers[0].found) == 3
    assert max(gulped.peaks_of_triggers) - min(gulped.peaks_of_triggers) < 1e-3
    assert max(gulped.triggers[0].found) - min(gulped.triggers[0].found) < 1e-3
    assert len(set(gulped.triggers[0].found)) == 3, "they are three searches"


def test_how_far_a_trigger_may_be_moved_is_told(gulped: OrderOfUse) -> None:
    """A trigger above is the peak itself; one below, where x = 1 − k·trigger/Q, ends at h(T) − V/A X/x.

    The ends are found to a 16th of an eighth of the range, 1.1 cm.
    """
    (trigger,) = gulped.triggers
    assert not trigger.flat
    assert trigger.level <= trigger.high <= trigger.level + 0.01

    def peak(level: float) -> float:
        big_x = math.exp(-20.0 * 86400.0 / 1e6)
        return 3.0 * (1.0 - big_x) - GULP / 1e6 * big_x / (1.0 - level / 3.0)

    allowed = gulped.peaks["triggers"] + 0.01
    assert peak(trigger.low) <= allowed + 1e-4 < peak(trigger.low - 1.4 / 8.0 / 16.0) + 2e-4
    assert trigger.low < trigger.level - 0.01


def test_who_knows_the_flood_could_do_better_with_a_smaller_opening_and_the_bound_tells_so(gulped: OrderOfUse) -> None:
    """Held at H from the time it is reached, −A/k ln(1 − kH/Q), the ideal diversion takes (Q − kH) until T."""
    held = gulped.bound.level
    taken = (60.0 - 20.0 * held) * (86400.0 + 1e6 / 20.0 * math.log(1.0 - 20.0 * held / 60.0))
    slope = (86400.0 + 1e6 / 20.0 * math.log(1.0 - 20.0 * held / 60.0)) * 20.0 + 1e6
    assert abs(taken - GULP) / slope < gulped.bound.error
    assert gulped.bound.volume == GULP
    assert gulped.peaks["bound"] < gulped.peaks["times"] - 0.01
    assert gulped.bound.proven


def test_opened_at_the_times_that_the_triggers_make_the_peak_is_the_same() -> None:
    """Also of a gate that watches a third water, so that an operator looks every hour. Times are whole milliseconds."""
    upper = prism("upper", 2e6, 2.0, inflow=constant(40.0))
    gate = INLET.changed(head="upper", crest=1.0)
    ways = [linear(30.0, "river", "upper").changed(tail="pond", free_fall=True), linear(20.0), gate, PUMP]
    system = System(waters=[POND, upper, BASIN], structures=ways, rules=[filled("inlet", 1.0)])
    plan = Plan(system, ONE_DAY, "pond", [Use("inlet", 1.5, 2.5), Use("pump", 1.2, 2.0)])
    rules = [plan.at_level(use, use.begins) for use in plan.uses]
    by_level = plan.read(simulate(plan.variant("levels", rules).system, ONE_DAY, compiled=False), rules)
    assert all(0.0 < time < 86400.0 for time in by_level.begun)
    times = [plan.from_time(use, time) for use, time in zip(plan.uses, by_level.begun, strict=True)]
    by_time = plan.read(simulate(plan.variant("times", times).system, ONE_DAY, compiled=False))
    assert by_time.peak == pytest.approx(by_level.peak, abs=1e-7 + 3.0 * (by_time.error + by_level.error))


def test_a_restriction_can_be_timed_as_well() -> None:
    polder = prism("polder", 1e6, 3.0)
    lift = Pump(name="lift", head="polder", tail="pond", capacity=10.0, start_level=0.5)
    plan = Plan(System(waters=[POND, polder], structures=[lift]), ONE_DAY, "pond", [Use("lift", 1.5, 3.0, True)])
    (use,) = plan.uses
    rule = plan.at_level(use, use.begins)
    by_level = plan.read(simulate(plan.variant("level", [rule]).system, ONE_DAY, compiled=False), [rule])
    timed = plan.variant("time", [plan.from_time(use, by_level.begun[0])])
    by_time = plan.read(simulate(timed.system, ONE_DAY, compiled=False))
    assert by_time.peak == pytest.approx(by_level.peak, abs=1e-7 + 3.0 * (by_time.error + by_level.error))


# The bound


def bound_in(system: System, flood: Flood, uses: Sequence[Use], largest: float) -> Bound:
    plan = Plan(system, flood, system.lakes[0].name, uses)
    runs = Runs({"compiled": False}, plan.variant("first", [plan.never(use) for use in uses]), 40)
    return bound_of(plan, largest, runs)


def test_of_a_triangular_inflow_and_a_constant_outflow_the_volume_is_cut_from_the_top() -> None:
    """Whatever the level, the same leaves: the bound lies V/A under the peak of the lake without anything.

    The inflow rises from 0 to 100 m³/s in 12 h and falls in 24 h, and 20 m³/s leave: the lake falls until 20 m³/s are
    reached, and rises while it is above. What comes above is a triangle of 80 m³/s and of 80 % of the 36 h.
    """
    wave = Series(
        START + np.array([0, 12, 36]) * np.timedelta64(1, "h"), np.array([0.0, 100.0, 0.0]), "instants", "m3/s"
    )
    lake = prism("pond", 2e6, 3.0, inflow=wave, outflow=constant(20.0))
    system = System(waters=[lake, BASIN], structures=[INLET], rules=[filled("inlet", 1.0)])
    flood = Flood(start="2020-07-01", end="2020-07-02 12:00")
    falls = 0.5 * 20.0 * 0.2 * 12.0 * 3600.0
    rises = 0.5 * 80.0 * 0.8 * 36.0 * 3600.0
    peak = 3.0 + (rises - falls) / 2e6
    assert simulate(lake, flood, compiled=False).peak("pond")[1] == pytest.approx(peak, abs=1e-5)
    bound = bound_in(system, flood, [Use("inlet", 3.1, 3.5)], 100.0)
    assert bound.level == pytest.approx(peak - 0.5e6 / 2e6, abs=bound.error)
    assert bound.error < 5e-4
    assert bound.proven


def test_two_waves_share_the_volume() -> None:
    """Two waves of 10⁶ m³, and between them the lake is drawn down by as much; 1.5 m³ for each m² are to be cut.

    The first is cut at H, and what it leaves too little below 10⁶/A is cut from the second.  With an outflow that does
    not follow the level: peaks at 3 and, with nothing taken, at 3; cut at H both lie at H only if the first takes
    (3 − H)·A, after which the second would rise to H by itself. So V = (3 − H)·A.
    """
    hours = np.timedelta64(1, "h")
    wave = Series(
        START + np.array([0, 10, 20, 30]) * hours, np.array([1e6 / 36000.0, 0.0, 1e6 / 36000.0]), "means", "m3/s"
    )
    drawn = Series(START + np.array([0, 10, 20, 30]) * hours, np.array([0.0, 1e6 / 36000.0, 0.0]), "means", "m3/s")
    lake = prism("pond", 1e6, 2.0, inflow=wave, outflow=drawn)
    system = System(waters=[lake, BASIN], structures=[INLET], rules=[filled("inlet", 1.0)])
    flood = Flood(start="2020-07-01", end="2020-07-02 06:00")
    bound = bound_in(system, flood, [Use("inlet", 2.1, 2.5)], 30.0)
    assert bound.level == pytest.approx(2.5, abs=bound.error)


def test_no_peak_lies_below_the_initial_level() -> None:
    large = BASIN.changed(hypsometry=Hypsometry.prism(0.0, 3.0, "100 km2"), dike_crest=3.0)
    system = System(waters=[POND, large], structures=[INLET])
    bound = bound_in(system, ONE_DAY, [Use("inlet", 1.5, 3.0)], 30.0)
    assert bound.volume == 300e6
    assert bound.level == 1.0


def test_without_a_storage_the_bound_is_all_pumps_from_the_start() -> None:
    bound = bound_in(System(waters=[POND], structures=[PUMP]), ONE_DAY, [Use("pump", 1.5, 3.0)], 30.0)
    assert bound.level == pytest.approx(1.0 + 20.0 * 86400.0 / 1e6, abs=1e-9)
    assert bound.volume == 0.0


RIVER = River(name="river", level=0.0)
GATE = SluiceGate(name="gate", head="pond", tail="river", sill=0.2, width=2.0, height=1.0, leaf=9.0)


@pytest.mark.parametrize(
    ("rules", "doubts"),
    [
        ([RuleCurve(structure="gate", target=1.0)], []),
        ([ReleaseLimit(structure="gate", discharge=5.0)], []),
        ([Ramp(structure="gate", per_hour=0.5)], []),
        ([Schedule(structure="gate", opening=0.5)], []),
        ([ShutOff(structure="gate", watch="tail", above=1.0, resume=0.8)], []),
        ([StartStop(structure="gate", watch="river", start=1.5, stop=1.0)], []),
        ([ShutOff(structure="gate", watch="river", above=1.0, observe="1 d")], []),
        ([StartStop(structure="gate", start=1.5, stop=1.0)], ["order_doubt_memory"]),
        ([ShutOff(structure="gate", watch="head", below=1.0, resume=1.2)], ["order_doubt_memory"]),
        ([ShutOff(structure="pump", watch="head", below=1.0, resume=1.2)], ["order_doubt_memory"]),
        ([RuleCurve(structure="gate", target=1.0, observe="1 d")], ["order_doubt_memory"]),
        ([ReleaseLimit(structure="gate", discharge=5.0, observe="1 h")], ["order_doubt_memory"]),
        ([RuleCurve(structure="gate", target=1.0), Ramp(structure="gate", per_hour=0.5)], ["order_doubt_memory"]),
        ([RuleCurve(structure="gate", target=1.0), Ramp(structure="pump", per_hour=0.5)], []),
        ([ShutOff(structure="gate", watch="head", above=1.0, resume=0.8)], ["order_doubt_rule"]),
        ([ShutOff(structure="gate", watch="basin", above=1.0, resume=0.8)], ["order_doubt_rule"]),
        ([StartStop(structure="gate", watch="basin", start=0.9, stop=0.5)], ["order_doubt_rule"]),
        ([InTurn(structure="gate", after=[{"water": "basin", "above": 0.9, "resume": 0.5}])], ["order_doubt_rule"]),
    ],
)
def test_a_rule_that_lets_less_out_where_the_water_is_higher_or_was_is_told(
    rules: list[Rule], doubts: list[str]
) -> None:
    system = System(waters=[POND, BASIN, RIVER], structures=[INLET, PUMP, GATE], rules=[filled("inlet", 1.0), *rules])
    bound = bound_in(system, ONE_DAY, [Use("inlet", 1.5, 3.0), Use("pump", 1.2, 3.4)], 30.0)
    assert [key for key, _ in bound.doubts] == doubts


Spell = tuple[float, float]


def by_hand(system: System, hours: float, **spells: Sequence[Spell]) -> float:
    """The peak of the pond if structures are open from hour to hour; the basin is not filled above its dike crest."""
    hands = []
    for name, spans in spells.items():
        times = START + (np.array([0.0, *np.ravel(spans), hours + 1.0]) * 3600e3).astype("timedelta64[ms]")
        openings = np.array([k % 2.0 for k in range(len(times) - 1)])
        hands.append(Schedule(structure=name, opening=Series(times, openings, "means", "")))
    flood = Flood(start="2020-07-01", end=START + int(hours) * np.timedelta64(1, "h"))
    result = simulate(system.changed(rules=(*system.rules, *hands)), flood, compiled=False)
    for lake in system.lakes:
        if lake.name == "basin":
            assert result.peak("basin")[1] <= limit_of(lake) + 1e-6
    return result.peak("pond")[1]


def waves(hours: Sequence[float], discharges: Sequence[float]) -> Series:
    return Series(START + (np.array(hours) * 3600.0).astype("timedelta64[s]"), np.array(discharges), "means", "m3/s")


SLUICE = SluiceGate(name="inlet", head="pond", tail="basin", sill=1.0, width=30.0, height=2.0, leaf=20.0, flap=True)


def beaten(system: System, hours: float, uses: Sequence[Use], **spells: Sequence[Spell]) -> Bound:
    """The doubted level of the ideal diversion, which lies above what is done by hand."""
    flood = Flood(start="2020-07-01", end=START + int(hours) * np.timedelta64(1, "h"))
    bound = bound_in(system, flood, uses, 200.0)
    assert by_hand(system, hours, **spells) < bound.level - bound.error
    return bound


def test_a_pump_with_start_and_stop_levels_is_no_ground_for_a_bound() -> None:
    """A pump runs from 5 m down to 3 m. The first wave starts it, and the third ends just under 5 m.

    If a sip of the basin keeps the first just under 5 m, the third starts it, and the pond is low when the flood comes.
    """
    pond = prism("pond", 1e6, 4.0, inflow=waves((0, 14.2, 32, 58, 66), (20.0, 0.0, 20.0, 200.0)))
    basin = prism("basin", 1e6, 0.0, 3.0, dike_crest=1.7)
    rules = [filled("inlet", 1.7), StartStop(structure="pump", start="5 m", stop="3 m")]
    system = System(waters=[pond, basin], structures=[SLUICE, PUMP.changed(capacity=50.0, opening=1.0)], rules=rules)
    bound = beaten(system, 66.0, [Use("inlet", 6.0, 7.5)], inlet=[(12.5, 12.7), (59.5, 66.0)])
    assert [key for key, _ in bound.doubts] == ["order_doubt_memory"]


def test_an_outlet_that_is_looked_at_once_a_day_is_no_ground_for_a_bound() -> None:
    """At 24 h the pond stands just above its target or just under it, which opens or shuts the outlet for a day."""
    pond = prism("pond", 1e6, 3.0, inflow=waves((0, 23, 24, 48, 72), (25.0, 0.0, 5.0, 100.0)))
    basin = prism("basin", 1e6, 0.0, 3.0, dike_crest=1.0)
    out = SluiceGate(name="out", head="pond", sill=0.0, width=10.0, height=2.0, leaf=20.0)
    rules = [filled("inlet", 1.0), RuleCurve(structure="out", target="5 m", band="0.05 m", observe="1 d")]
    system = System(waters=[pond, basin], structures=[SLUICE, out], rules=rules)
    bound = beaten(system, 72.0, [Use("inlet", 6.0, 8.5)], inlet=[(22.0, 22.1), (70.0, 72.0)])
    assert [key for key, _ in bound.doubts] == ["order_doubt_memory"]


def test_a_gate_that_gives_back_between_two_waves_is_no_ground_for_a_bound() -> None:
    """The basin is emptied into the pond between the waves and cuts both; with a flap it cannot."""
    pond = prism("pond", 1e6, 2.5, inflow=waves((0, 6, 48, 54, 78), (180.0, 0.0, 200.0, 0.0)))
    basin = Lake(name="basin", hypsometry=Hypsometry.prism(2.0, 12.0, 1e6), initial_level=2.0, dike_crest=3.2)
    out = Weir(name="out", head="pond", crest=2.0, width=12.0)
    full = ShutOff(structure="inlet", watch="tail", above=3.2, resume=3.1)
    gate = SLUICE.changed(flap=False)
    system = System(waters=[pond, basin.changed(initial_level=2.2)], structures=[gate, out], rules=[full])
    use = Use("inlet", 5.1, 5.35)
    bound = beaten(system, 78.0, [use], inlet=[(4.2, 4.9), (30.0, 48.0), (52.0, 54.5)])
    assert [key for key, _ in bound.doubts] == ["order_doubt_back"]
    three_days = Flood(start="2020-07-01", end="2020-07-04 06:00")
    assert bound_in(system.replaced(SLUICE), three_days, [use], 200.0).proven

    one_wave = system.replaced(pond.changed(inflow=waves((0, 6, 78), (180.0, 0.0))), basin)
    assert bound_in(one_wave, three_days, [use], 200.0).proven
    seldom = three_days.changed(output_step="78 h")  # one wave or two, nobody sees it
    assert [key for key, _ in bound_in(one_wave, seldom, [use], 200.0).doubts] == ["order_doubt_back"]
    assert not bound_in(one_wave.replaced(basin.changed(initial_level=2.2)), three_days, [use], 200.0).proven
    with_another = one_wave.changed(waters=(*one_wave.waters, prism("other", 1e6, 1.0)))
    assert [key for key, _ in bound_in(with_another, three_days, [use], 200.0).doubts] == ["order_doubt_back"]


def test_a_target_that_opens_to_a_higher_river_is_no_ground_for_a_bound() -> None:
    """Above its target of 5 m the outlet opens, and lets the river of 8 m in.

    The first wave, less what is pumped, is (71 − 15)·12·3600 = 2.4e6 m³ and lifts the pond from 3 m past the target;
    the basin takes 0.5 of that, and 0.7 of the second wave, and the river never gets in.
    """
    inflow = waves((0, 12, 60, 72, 120, 132, 144), (71.0, 0.0, 75.0, 0.0, 57.0, 0.0))
    out = SluiceGate(name="out", head="pond", tail="river", sill=0.0, width=10.0, height=2.0, leaf=20.0)
    system = System(
        waters=[prism("pond", 1e6, 3.0, inflow=inflow), prism("basin", 1e6, 0.0, 3.0, dike_crest=1.2), HIGH_RIVER],
        structures=[SLUICE, out, PUMP.changed(capacity=15.0, start_level=3.1, band=0.2, opening=1.0)],
        rules=[filled("inlet", 1.2), RuleCurve(structure="out", target="5 m", band="0.05 m")],
    )
    uses, spells = [Use("inlet", 4.0, 7.5)], [(9.5, 10.0), (67.8, 90.0)]
    bound = beaten(system, 144.0, uses, inlet=spells)
    assert [key for key, _ in bound.doubts] == ["order_doubt_rule", "order_doubt_steady"]

    with_flap = system.replaced(out.changed(flap=True))
    bound = bound_in(with_flap, Flood(start="2020-07-01", end="2020-07-07"), uses, 200.0)
    assert bound.proven
    assert by_hand(with_flap, 144.0, inlet=spells) == pytest.approx(bound.level, abs=2e-3)
    assert by_hand(with_flap, 144.0, inlet=spells) > bound.level - bound.error


HIGH_RIVER = River(name="river", level=8.0)
CURVE = RuleCurve(structure="gate", target=1.0)


@pytest.mark.parametrize(
    ("gate", "curve", "river", "doubts"),
    [
        (GATE, CURVE, 0.9, []),
        (GATE, CURVE, 1.1, ["order_doubt_rule"]),
        (GATE, CURVE.changed(observe="1 h"), 1.1, ["order_doubt_rule"]),
        (GATE.changed(flap=True), CURVE, 1.1, []),
        (GATE.changed(free_fall=True), CURVE, 1.1, []),
        (GATE.changed(tail=None), CURVE, 1.1, []),
        (GATE.changed(tail="other"), CURVE, 0.0, ["order_doubt_rule"]),
        (GATE.changed(tail="other", flap=True), CURVE, 0.0, []),
        (GATE.changed(head="other", tail="pond"), CURVE, 0.0, ["order_doubt_rule"]),
        (GATE.changed(head="river", tail="pond"), CURVE.changed(watch="tail", when="below"), 3.0, ["order_doubt_rule"]),
        (GATE.changed(head="river", tail="pond", flap=True), CURVE.changed(watch="tail", when="below"), 3.0, []),
        (GATE.changed(head="river", tail="pond"), CURVE.changed(watch="head"), 3.0, []),
        (Pump(name="gate", head="pond", tail="other", capacity=1.0), CURVE, 0.0, []),
        (Pump(name="gate", head="pond", tail="river", capacity=1.0), CURVE, 3.0, []),
    ],
)
def test_a_target_needs_a_structure_that_cannot_run_backwards(
    gate: Any, curve: RuleCurve, river: float, doubts: list[str]
) -> None:
    """Or a river that stays under the sill or the target; a river at the head is a level that is given."""
    system = System(
        waters=[POND, BASIN, prism("other", 1e6, 1.0), RIVER.changed(level=river)],
        structures=[INLET.changed(free_fall=True), gate],
        rules=[filled("inlet", 1.0), curve],
    )
    assert [key for key, _ in bound_in(system, ONE_DAY, [Use("inlet", 1.5, 3.0)], 30.0).doubts] == doubts


TWO_WAVES = prism("pond", 1e6, 2.0, inflow=waves((0, 10, 40, 50, 72), (70.0, 2.0, 110.0, 0.0)))
SPILLWAY = Weir(name="out", head="pond", crest=2.0, width=8.0)
RESTRICTED = Pump(name="lift", head="basin", tail="pond", capacity=20.0, start_level=0.1)


def test_a_storage_that_a_restricted_pump_empties_first_is_no_ground_for_a_bound() -> None:
    """From 2 m its 10⁶ m² take 0.5e6 m³ up to 2.5 m; pumped to 0.1 m before the second wave, nearly 2.4e6 m³."""
    basin = prism("basin", 1e6, 2.0, dike_crest=2.5)
    system = System(waters=[TWO_WAVES, basin], structures=[SLUICE, SPILLWAY, RESTRICTED], rules=[filled("inlet", 2.5)])
    uses = [Use("inlet", 2.5, 5.0), Use("lift", 2.5, 5.0, restrict=True)]
    bound = beaten(system, 72.0, uses, inlet=[(44.0, 72.0)], lift=[(12.0, 38.0)])
    assert [key for key, _ in bound.doubts] == ["order_doubt_storage"]


def test_a_polder_that_takes_more_the_lower_it_is_pumped_is_no_ground_for_a_bound() -> None:
    """Its own inlet is drowned while it stands as high as the pond; pumped low between the waves, it takes the next."""
    fill = Weir(name="fill", head="pond", tail="polder", crest=2.0, width=30.0, flap=True)
    polder = Lake(name="polder", hypsometry=Hypsometry.prism(-1.0, 20.0, 1e6), initial_level=3.0)
    system = System(
        waters=[TWO_WAVES.changed(initial_level=3.0), polder],
        structures=[SPILLWAY, fill, RESTRICTED.changed(head="polder")],
    )
    bound = beaten(system, 72.0, [Use("lift", 2.5, 5.0, restrict=True)], lift=[(0.01, 40.0)])
    assert [key for key, _ in bound.doubts] == ["order_doubt_polder"]


def test_a_storage_with_a_gate_into_a_river_is_no_ground_for_a_bound() -> None:
    """With both open the basin is a way to the river, and takes what it likes."""
    side = SluiceGate(name="side", head="river", tail="basin", sill=0.0, width=60.0, height=2.0, leaf=20.0)
    full = ShutOff(structure="inlet", watch="tail", above=1.0, resume=0.9)
    pond = TWO_WAVES.changed(inflow=waves((0, 10, 72), (130.0, 0.0)))
    waters = [pond, prism("basin", 1e6, 0.0, dike_crest=1.0), RIVER]
    system = System(waters=waters, structures=[SLUICE, SPILLWAY, side], rules=[full])
    uses = [Use("inlet", 2.5, 5.0), Use("side", 2.5, 5.0)]
    bound = beaten(system, 72.0, uses, inlet=[(2.0, 72.0)], side=[(2.0, 72.0)])
    assert [key for key, _ in bound.doubts] == ["order_doubt_storage"]


def drain(head: str) -> Weir:
    return Weir(name="drain", head=head, tail="river", crest=0.5, width=1.0)


@pytest.mark.parametrize(
    ("key", "change"),
    [
        (
            "order_doubt_rating",
            lambda system: system.changed(
                structures=(
                    *system.structures,
                    RatingCurve(
                        name="choked", head="pond", of="headwater", levels=(0.0, 1.0, 2.0), discharges=(0.0, 5.0, 4.0)
                    ),
                )
            ),
        ),
        (
            "order_doubt_rain",
            lambda system: system.replaced(
                system["pond"].changed(rain=Series.constant("1 mm/h", "m/s"), rain_falls_on="surface")
            ),
        ),
        (
            "order_doubt_rain",
            lambda system: system.replaced(system["pond"].changed(evaporation=Series.constant(-1e-8, "m/s"))),
        ),
        (
            "order_doubt_rain",
            lambda system: system.replaced(system["pond"].changed(seepage=Series.constant("-1 mm/d", "m/s"))),
        ),
        ("order_doubt_storage", lambda system: system.changed(structures=(*system.structures, drain("basin")))),
        ("order_doubt_storage", lambda system: system.replaced(system["basin"].changed(outflow=constant(1.0)))),
        ("order_doubt_polder", lambda system: system.changed(structures=(*system.structures, drain("polder")))),
        ("order_doubt_pump", lambda system: system.replaced(system["pump"].changed(tail="basin"))),
    ],
)
def test_what_keeps_the_bound_from_being_one_is_told(key: str, change: Callable[[System], System]) -> None:
    lift = Pump(name="lift", head="polder", tail="pond", capacity=1.0, start_level=0.5)
    system = System(
        waters=[POND, BASIN, prism("polder", 1e6, 3.0), RIVER],
        structures=[INLET, PUMP, lift],
        rules=[filled("inlet", 1.0)],
    )
    uses = [Use("inlet", 1.5, 3.0), Use("pump", 1.2, 3.4), Use("lift", 1.2, 3.4, restrict=True)]
    assert bound_in(system, ONE_DAY, uses, 30.0).proven
    assert [found for found, _ in bound_in(change(system), ONE_DAY, uses, 30.0).doubts] == [key]


def test_a_basin_that_is_filled_above_its_limit_is_told() -> None:
    told = order_of_use(SYSTEM.changed(rules=()), ONE_DAY, "pond", USES[:1], **FEW)
    assert "order_doubt_limit" in [key for key, _ in told.bound.doubts]
    assert not told.bound.proven
    assert "It is no proven bound: basin was filled above its limit of 1.00 m." in str(told)
    assert "未证明为下限：basin的蓄水超过了上限 1.00 m。" in told.told("zh")


def test_a_basin_that_gives_back_before_the_last_wave_is_told() -> None:
    hours = np.timedelta64(1, "h")
    wave = Series(START + np.array([0, 10, 20, 30]) * hours, np.array([60.0, 0.0, 90.0]), "means", "m3/s")
    drawn = Series(START + np.array([0, 10, 20, 30]) * hours, np.array([0.0, 80.0, 0.0]), "means", "m3/s")
    lake = prism("pond", 1e6, 1.0, inflow=wave, outflow=drawn)
    system = System(waters=[lake, BASIN.changed(dike_crest=3.0)], structures=[INLET])
    flood = Flood(start="2020-07-01", end="2020-07-02 06:00")
    assert [key for key, _ in bound_in(system, flood, [Use("inlet", 1.5, 2.0)], 90.0).doubts] == ["order_doubt_back"]


def test_a_run_that_comes_out_below_is_told() -> None:
    plan = Plan(SYSTEM, ONE_DAY, "pond", USES[:1])
    row = plan.read(simulate(SYSTEM, ONE_DAY, compiled=False))
    level = row.peak + 1e-3
    assert judged(Bound(level, 0.5e6, 1e-4, ()), plan, [row]).doubts == (("order_doubt_under", {}),)
    assert judged(Bound(level, 0.5e6, 2e-3, ()), plan, [row]).proven


def test_a_storage_may_be_filled_to_its_dike_crest_or_else_to_the_top_of_its_curve() -> None:
    assert (limit_of(BASIN), limit_of(BASIN.changed(dike_crest=None))) == (1.0, 3.0)
    assert free_volume(BASIN.changed(initial_level=0.4)) == pytest.approx(0.3e6)
    assert free_volume(BASIN.changed(initial_level=3.0, dike_crest=3.0)) == 0.0


@settings(max_examples=6, deadline=None)
@given(
    k=st.floats(5.0, 40.0),
    volume=st.floats(0.1, 1.0),
    capacity=st.floats(1.0, 20.0),
    wave=st.lists(st.floats(0.0, 120.0), min_size=4, max_size=4),
    low=st.floats(0.6, 1.5),
)
def test_each_row_is_at_least_as_good_as_the_one_before(
    k: float, volume: float, capacity: float, wave: list[float], low: float
) -> None:
    """The triggers to begin with are among those that are tried, and the times of the triggers among the times.

    No storage gives back here, since its inlet falls freely, so that the bound is one; each level has its error.
    """
    inflow = Series(START + np.arange(5) * np.timedelta64(6, "h"), np.array(wave), "means", "m3/s")
    basin = BASIN.changed(hypsometry=Hypsometry.prism(0.0, 3.0, volume * 1e6))
    inlet = INLET.changed(free_fall=True)
    system = System(
        waters=[prism("pond", 1e6, 0.5, inflow=inflow), basin],
        structures=[linear(k), inlet, PUMP.changed(capacity=capacity)],
        rules=[filled("inlet", 1.0)],
    )
    uses = [Use("inlet", low, low + 1.0), Use("pump", low, low + 1.0)]
    told = order_of_use(system, ONE_DAY, "pond", uses, runs=24, seeds=1, compiled=False)
    same = 1e-5 + 6.0 * told.numerical_error
    assert told.peaks["triggers"] <= told.peaks["begun"] + same
    assert told.peaks["times"] <= told.peaks["triggers"]
    assert told.bound.proven, told.bound.doubts
    assert told.peaks["bound"] <= told.peaks["times"] + told.bound.error + same


# How it runs


def test_a_seed_gives_the_same_bits_on_any_number_of_cores() -> None:
    uses = [Use("inlet", 1.0, 2.4)]
    once, again = (
        order_of_use(REACH, ONE_DAY, "pond", uses, runs=16, seeds=2, seed=5, compiled=False, cores=cores)
        for cores in (1, 2)
    )
    assert once.peaks == again.peaks
    assert once.triggers == again.triggers
    assert once.times == again.times
    assert once.peaks_of_triggers == again.peaks_of_triggers
    other = order_of_use(REACH, ONE_DAY, "pond", uses, runs=16, seeds=1, seed=6, compiled=False)
    assert other.peaks_of_triggers == once.peaks_of_triggers[1:], "the second repetition has the next seed"


@pytest.mark.skipif(not compiled.available(), reason="numba is not installed")
def test_plain_and_compiled_give_the_same_numbers() -> None:
    plain, machine = (
        order_of_use(REACH, ONE_DAY, "pond", [Use("inlet", 1.0, 2.4)], runs=16, seeds=1, compiled=by, cores=1 + by)
        for by in (False, True)
    )
    assert plain.peaks == pytest.approx(machine.peaks, abs=1e-9)
    assert plain.triggers[0].level == pytest.approx(machine.triggers[0].level, abs=1e-9)


def test_the_runs_are_bounded_and_progress_ends_at_one() -> None:
    parts: list[float] = []
    told = order_of_use(SYSTEM, ONE_DAY, "pond", USES, runs=24, seeds=2, compiled=False, progress=parts.append)
    assert told.runs <= 2 * 2 * 24 + 100
    assert all(before <= after for before, after in pairwise(parts))
    assert parts[-1] == 1.0


# How it is told


def test_the_table_tells_all_in_both_languages(found: OrderOfUse) -> None:
    english, chinese = found.told("en"), found.told("zh")
    assert str(found) == english
    for row in ("none of them", "triggers to begin with", "best triggers", "best times found", "flood known: bound"):
        assert row in english
    assert re.search(r"none of them +3\.59 +– +0$", english, re.M)
    assert re.search(r"inlet \(storage\) +0\.50 +50\.0 +100\.00 +0\.50 +0\.50 +33\.3 +66\.67 +0\.50$", english, re.M)
    assert re.search(r"pump \(pump\) +0\.53 +53\.1 +100\.00 +– .* +–$", english, re.M)
    assert "As the last that is added to all others the order is another: pump → inlet." in english
    assert "Where its trigger lies in its range does not matter here: inlet." in english
    assert re.search(r"^inlet +1\.60 +any +", english, re.M)
    assert re.search(r"^inlet +1\.60 +任意 +", chinese, re.M)
    assert "At the end of its range, so that a wider one may do better: pump." in english
    assert "0.5·10⁶ m³" in chinese
    assert "运用次序" in chinese
    assert "启用水位在其范围内任意取值均无影响：inlet。" in chinese
    assert len(english.split("\n")) == len(chinese.split("\n"))


def test_it_is_told_how_much_repetitions_show(found: OrderOfUse) -> None:
    """Their starts are the same, so that they may agree away from the best; one search has not been repeated."""
    assert re.search(r"^Repetitions of each search: 2\. .* All begin with the same starts", str(found), re.M)
    once = order_of_use(SYSTEM, ONE_DAY, "pond", USES[:1], **FEW)
    assert "differ by" not in str(once)
    assert "not repeated" in str(once)
    assert "未重复" in once.told("zh")


def test_every_doubt_has_a_sentence_in_both_languages() -> None:
    keys = [key for key in labels.STUDIES if key.startswith("order_doubt")]
    values = {"structure": "gate", "water": "lake", "rule": "shut_off", "level": "1.00"}
    for key in keys:
        assert labels.studied(key, "en", **values) != labels.studied(key, "zh", **values)


# What is refused


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("gate", 2.0, 2.0), ["the use of 'gate'", "low 2 m does not lie below high 2 m"]),
        (("gate", 3.0, 2.0), ["does not lie below"]),
        (("gate", "2", 3.0), ["'gate'", "low", "unit"]),
        (("gate", 1.0, 2.0, False, 2.5), ["the trigger 2.5 m lies outside 1 … 2 m"]),
    ],
)
def test_a_use_that_cannot_be_is_refused(given: tuple[Any, ...], words: list[str]) -> None:
    with pytest.raises(ValueError, match="the use of") as fault:
        Use(*given)
    assert all(word in str(fault.value) for word in words), str(fault.value)


LIFT = Pump(name="lift", head="polder", tail="pond", capacity=1.0, start_level=0.5)
MANY = System(
    waters=[POND.changed(dike_crest=5.0), BASIN, prism("polder", 1e6, 3.0), RIVER],
    structures=[INLET, PUMP, LIFT, GATE, Pump(name="own", head="pond", capacity=1.0, start_level=2.0)],
    rules=[
        filled("inlet", 1.0),
        RuleCurve(structure="gate", target=1.0),
        ShutOff(structure="lift", below=0.2, resume=0.3),
    ],
)  # fmt: skip


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (Use("inlett", 1.5, 2.0), ["'inlett'", "no structure of the system", "did you mean 'inlet'"]),
        (Use("gate", 1.5, 2.0), ["no storage at its tail", "a rule_curve already"]),
        (Use("lift", 1.5, 2.0), ["leads into 'pond' and would raise it"]),
        (Use("lift", 1.5, 2.0, restrict=True), ["a shut_off already"]),
        (Use("pump", 1.5, 2.0, restrict=True), ["no pump that lifts into 'pond'"]),
        (Use("own", 1.5, 2.0), ["a start level of its own", "opening = 0"]),
        (Use("inlet", -1.0, 2.0), ["-1 m", "below the bottom"]),
        (Use("inlet", 1.5, 6.0), ["6 m", "above the dike crest"]),
        (Use("pump", 0.0, 2.0), ["low 0 m does not lie above 0 m"]),
    ],
)
def test_a_use_that_the_system_does_not_allow_is_refused(use: Use, words: list[str]) -> None:
    with pytest.raises(ValueError, match="the use of") as fault:
        order_of_use(MANY, ONE_DAY, "pond", [use], **FEW)
    assert all(word in str(fault.value) for word in words), str(fault.value)


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ValueError, match="inlett") as fault:
        order_of_use(MANY, ONE_DAY, "pond", [Use("inlett", 1.5, 2.0), Use("inlet", 1.5, 6.0)], **FEW)
    assert "above the dike crest" in str(fault.value)
    with pytest.raises(ValueError, match="more than once") as fault:
        order_of_use(MANY, ONE_DAY, "pond", [Use("pump", 1.5, 2.0), Use("pump", 1.5, 2.5)], **FEW)
    assert "\n" not in str(fault.value)


def test_a_river_cannot_answer() -> None:
    with pytest.raises(ValueError, match="'river' is a river, whose level is given and cannot answer"):
        order_of_use(MANY, ONE_DAY, "river", [Use("pump", 1.5, 2.0)], **FEW)
    with pytest.raises(ValueError, match="did you mean 'pond'"):
        order_of_use(MANY, ONE_DAY, "pnd", [Use("pump", 1.5, 2.0)], **FEW)


def test_no_system_is_operated_as_the_bound(found: OrderOfUse) -> None:
    with pytest.raises(ValueError, match="operated as 'bound'; the rows are: none, begun, triggers, times"):
        found.system("bound")


def test_a_search_needs_runs_seeds_and_uses() -> None:
    with pytest.raises(ValueError, match=f"runs is 3; give a whole number, at least {2 * members(1)}") as fault:
        order_of_use(SYSTEM, ONE_DAY, "pond", USES[:1], runs=3, seeds=0)
    assert "seeds is 0" in str(fault.value)
    with pytest.raises(ValueError, match="there is no use to put in order"):
        order_of_use(SYSTEM, ONE_DAY, "pond", [])
    with pytest.raises(TypeError, match="is no use"):
        order_of_use(SYSTEM, ONE_DAY, "pond", ["inlet"])  # type: ignore[list-item]
