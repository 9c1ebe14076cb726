"""Simulation: what the whole does, from records to a result."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import pytest

from lakesim import (
    Channel,
    Flood,
    Hypsometry,
    Lake,
    Pump,
    RatingCurve,
    Result,
    River,
    Series,
    SimulationError,
    SluiceGate,
    System,
    Weir,
    balance,
    labels,
    simulate,
    simulation,
)
from lakesim.rules import JointRule, Knowledge, Schedule, StartStop

DAY = 86400.0
CURVES = {
    "prism": Hypsometry.prism(0.0, 5.0, "1 km2"),
    "banks": Hypsometry.power_law(0.0, 5.0, exponent=2, area="1 km2"),
    "cone": Hypsometry.power_law(0.0, 5.0, exponent=3, area="1 km2"),
}
every_curve = pytest.mark.parametrize("curve", CURVES)


def lake(name: str = "a", curve: str = "prism", level: float = 1.0, **fields: object) -> Lake:
    return Lake(name=name, hypsometry=CURVES[curve], initial_level=level, **fields)


def constant(value: float | str, unit: str = "m3/s") -> Series:
    return Series.constant(value, unit)


def days(count: float, step: float | str = "1 h") -> Flood:
    start = np.datetime64("2020-07-01", "ms")
    return Flood(start=start, end=start + np.timedelta64(round(count * 86400000), "ms"), output_step=step)


def hourly(values: np.ndarray, unit: str = "m3/s", kind: str = "instants") -> Series:
    count = len(values) + (kind == "means")
    return Series(np.datetime64("2020-07-01", "ms") + np.arange(count) * np.timedelta64(1, "h"), values, kind, unit)


def clock(result: Result) -> balance.ClockRow:
    rows = result.state.clock
    return balance.plain(rows)[0] if isinstance(rows, np.ndarray) else rows[0]


def reasons(result: Result) -> list[int]:
    return [event.reason for event in result.events]


# --- a lake that runs dry --------------------------------------------------------------------------

DRAINS = {
    "a given outflow": (lake, {"outflow": constant(10.0)}, []),
    "an outflow that falls": (
        lake,
        {"outflow": Series(["2020-07-01", "2020-07-11"], [10.0, 0.0], "instants", "m3/s")},
        [],
    ),
    "an outflow that jumps": (lake, {"outflow": hourly(np.tile([20.0, 0.0], 120), kind="means")}, []),
    "more outflow than inflow": (lake, {"outflow": constant(10.0), "inflow": constant(2.0)}, []),
    "evaporation": (lake, {"evaporation": constant("300 mm/d", "m/s")}, []),
    "evaporation as a discharge": (lake, {"evaporation": constant(5.0)}, []),
    "seepage": (lake, {"seepage": constant("300 mm/d", "m/s")}, []),
    "a pump": (lake, {}, [Pump(name="p", head="a", start_level=0.0, capacity=10.0)]),
    "an opening at the bottom": (lake, {}, [Weir(name="w", head="a", crest=0.0, width=10.0)]),
}


@every_curve
@pytest.mark.parametrize("drain", DRAINS)
def test_a_lake_runs_dry_and_no_water_is_made(curve, drain):
    """What leaves is limited to what is there; storage is never below zero, and the account closes."""
    make, fields, structures = DRAINS[drain]
    result = simulate(System(waters=[make(curve=curve, **fields)], structures=structures), days(10))
    assert result.storage["a"].min() >= 0.0
    assert result.level["a"].min() >= 0.0
    assert result.residual_relative < 1e-13
    if drain != "an opening at the bottom":  # which lets it out ever more slowly
        assert result.level["a"][-1] < 1e-3
        assert labels.RAN_DRY in reasons(result)
    account = result.account["a"]
    went = account.initial_storage - account.final_storage
    assert sum(account.volumes.values()) == pytest.approx(-went, rel=1e-12)
    assert result.numerical_error < 1e-4


@pytest.mark.parametrize("curve", ["prism", "banks"])
def test_a_negative_inflow_into_an_empty_lake_is_an_error_that_says_what_to_do(curve):
    """Records whose inflow is computed have such days; while there is water they are taken as they are."""
    result = simulate(lake(curve=curve, level=4.0, inflow=constant(-1.0)), days(1))
    assert result.account["a"].volumes["inflow"] == -DAY
    with pytest.raises(SimulationError, match="it is empty, and an inflow that is negative would take more"):
        simulate(lake(curve=curve, inflow=constant(-20.0)), days(10))


@every_curve
def test_condensation_fills_even_an_empty_lake(curve):
    """Evaporation may be negative: 2 m³/s for a day."""
    result = simulate(lake(curve=curve, level=0.0, evaporation=constant(-2.0)), days(1))
    assert result.storage["a"][-1] == pytest.approx(2.0 * DAY, rel=1e-9)


@every_curve
def test_the_shortfall_is_exact(curve):
    """unmet + delivered = wish: 10 m³/s for ten days, of which the lake held what it held."""
    result = simulate(lake(curve=curve, outflow=constant(10.0)), days(10))
    account = result.account["a"]
    assert account.volumes["outflow"] == pytest.approx(-10.0 * 10 * DAY, rel=1e-15)
    delivered = -account.volumes["outflow"] - account.volumes["shortfall"]
    assert account.unmet["outflow"] == account.volumes["shortfall"]
    held = account.initial_storage - account.final_storage
    assert delivered == pytest.approx(held, rel=1e-12, abs=1e-6)
    assert account.final_storage < 1e-3
    assert "Shortfall" in str(result)


def test_a_dry_lake_passes_on_what_comes_in():
    result = simulate(lake(level=0.0, outflow=constant(10.0), inflow=constant(2.0)), days(2))
    np.testing.assert_allclose(result.outflow["a"][1:], 2.0, rtol=0, atol=1e-3)
    assert result.account["a"].unmet["outflow"] == pytest.approx(8.0 * 2 * DAY, rel=1e-5)


def test_a_pump_in_an_emptying_lake_tells_what_it_would_have_pumped():
    """Ten days of 10 m³/s above its band, from 1e6 m³; in the thin layer the pump itself slows down."""
    pump = Pump(name="p", head="a", start_level=0.0, band=0.001, capacity=10.0)
    account = simulate(System(waters=[lake()], structures=[pump]), days(3)).account["a"]
    assert account.volumes["p"] == pytest.approx(-1e6, rel=1e-4)
    assert account.unmet["p"] > 0.0
    assert set(account.unmet) == {"p"}


@every_curve
def test_a_dry_lake_fills_again(curve):
    inflow = Series(["2020-07-01", "2020-07-08", "2020-07-12"], [0.0, 5.0], "means", "m3/s")
    result = simulate(lake(curve=curve, evaporation=constant("300 mm/d", "m/s"), inflow=inflow), days(11))
    assert reasons(result)[:2] == [labels.RAN_DRY, labels.REFILLED]
    refilled = result.events[1].time
    assert np.datetime64("2020-07-08T00:00") <= refilled < np.datetime64("2020-07-08T00:30")
    assert result.level["a"][-1] > 0.5


@every_curve
@pytest.mark.parametrize("evaporation", [None, "5 mm/d"])
def test_an_empty_polder_waits_and_is_filled_by_a_breach(curve, evaporation):
    """Empty ground beside a lake that rises over the breach on the fourth day; then both stand level."""
    rising = Series(["2020-07-01", "2020-07-11"], [0.0, 30.0], "instants", "m3/s")
    evaporation = None if evaporation is None else constant(evaporation, "m/s")
    system = System(
        waters=[lake(level=2.0, inflow=rising), lake("polder", curve, 0.0, evaporation=evaporation)],
        structures=[Weir(name="breach", head="a", tail="polder", crest=3.0, width=50.0)],
    )
    result = simulate(system, days(10))
    over = result.level["a"] > 3.0
    assert (result.storage["polder"][~over] == 0.0).all()
    assert over.any()
    assert result.level["polder"][-1] == pytest.approx(result.level["a"][-1], abs=1e-3)
    assert reasons(result)[0] == labels.REFILLED
    assert result.events[0].water == "polder"
    assert result.residual_relative < 1e-12


@every_curve
def test_an_empty_lake_that_gets_nothing_stays_empty(curve):
    for fields in ({}, {"evaporation": constant("5 mm/d", "m/s")}, {"outflow": constant(3.0)}):
        result = simulate(lake(curve=curve, level=0.0, **fields), days(3))
        np.testing.assert_allclose(result.storage["a"], 0.0, rtol=0, atol=1e-9)
        assert len(result.events) == 0


@every_curve
@pytest.mark.parametrize("falls_on", ["bed", "surface"])
def test_rain_on_an_empty_lake(curve, falls_on):
    """On the bed no rain is lost; on the surface there is none to catch it where the bottom is a point."""
    rain = constant("100 mm/d", "m/s")
    result = simulate(lake(curve=curve, level=0.0, rain=rain, rain_falls_on=falls_on), days(5))
    caught = 0.1 * 5 * CURVES[curve].area(5.0) if falls_on == "bed" or curve == "prism" else 0.0
    assert result.storage["a"][-1] == pytest.approx(caught, rel=1e-9)
    assert result.account["a"].volumes["rain"] == pytest.approx(caught, rel=1e-9)


@pytest.mark.parametrize("term", ["evaporation", "seepage"])
def test_condensation_and_groundwater_fill_an_empty_lake(term):
    result = simulate(lake(level=0.0, **{term: constant(-1e-7, "m/s")}), days(5))
    assert result.storage["a"][-1] == pytest.approx(1e-7 * 1e6 * 5 * DAY, rel=1e-9)


def test_two_joined_lakes_run_dry_together():
    channel = Channel(name="c", head="a", tail="b", bed=0.0, width=100.0, length=100.0)
    result = simulate(
        System(waters=[lake(level=0.5, outflow=constant(5.0)), lake("b", level=0.5)], structures=[channel]), days(10)
    )
    assert min(result.storage["a"].min(), result.storage["b"].min()) >= 0.0
    account = result.account["a"]
    assert -account.volumes["outflow"] - account.volumes["shortfall"] == pytest.approx(
        1e6 - account.final_storage - result.account["b"].final_storage, rel=1e-9
    )


# --- above the curve, gates, rivers, channels ------------------------------------------------------


def test_above_its_last_contour_the_curve_goes_on_and_the_result_says_so():
    """5 m³/s for ten days are 4.32 m on 1 km²; the lake leaves its curve after 0.1 m."""
    result = simulate(lake(level=4.9, inflow=constant(5.0)), days(10))
    assert result.level["a"][-1] == pytest.approx(9.22, abs=1e-9)
    assert reasons(result) == [labels.ABOVE_CURVE]
    event = result.events[0]
    assert abs(event.time - np.datetime64("2020-07-01T05:33:20")) <= np.timedelta64(1, "ms")
    assert (event.level, event.threshold) == pytest.approx((5.0, 5.0))


def test_a_flap_gate_is_shut_while_the_river_stands_higher():
    tide = hourly(2.0 + np.sin(np.arange(241) * np.pi / 6.0), "m")
    gate = SluiceGate(name="gate", head="a", tail="river", sill=0.5, width=10.0, height=2.0, flap=True)
    system = System(waters=[lake(level=2.5, inflow=constant(5.0)), River(name="river", level=tide)], structures=[gate])
    result = simulate(system, days(10, "10 min"))
    assert (result.discharge["gate"] >= 0.0).all()
    higher = result.level["river"] > result.level["a"]
    assert (result.discharge["gate"][higher] == 0.0).all()
    found = reasons(result)
    assert len(found) > 20
    assert set(found[::2]) == {labels.LOCKED_OUT}
    assert set(found[1::2]) == {labels.UNLOCKED}
    for event in result.events:
        level = np.interp(
            (event.time - result.times[0]).astype(float),
            (result.times - result.times[0]).astype(float),
            result.level["a"],
        )
        assert tide.at(event.time) == pytest.approx(event.level, abs=2e-3)
        assert event.level == pytest.approx(level, abs=2e-3)
        assert (event.water, event.structure) == ("a", "gate")


def test_a_gate_that_begins_locked_says_so_at_the_start():
    gate = SluiceGate(name="gate", head="a", tail="river", sill=0.5, width=10.0, height=2.0, flap=True)
    system = System(waters=[lake(), River(name="river", level=3.0)], structures=[gate])
    result = simulate(system, days(1))
    assert reasons(result) == [labels.LOCKED_OUT]
    assert result.events[0].time == result.times[0]
    assert result.level["a"][-1] == 1.0


def test_a_lake_over_its_dike_and_back_says_so():
    """1 km², from 3.9 m: +0.2 m in a day, then −0.3 m: over the 4 m dike from 12 h to 24 h + 8 h."""
    inflow = Series(["2020-07-01", "2020-07-02", "2020-07-03"], [0.2e6 / DAY, -0.3e6 / DAY], "means", "m3/s")
    curve = Hypsometry.prism(bottom=0.0, top=5.0, area=1e6)
    result = simulate(Lake(name="a", hypsometry=curve, initial_level=3.9, dike_crest=4.0, inflow=inflow))
    assert reasons(result) == [labels.OVER_DIKE, labels.UNDER_DIKE]
    hours = [(event.time - result.times[0]) / np.timedelta64(1, "h") for event in result.events]
    assert hours == pytest.approx([12.0, 32.0], abs=1e-3)
    lower = simulate(result.system.changed(waters=[result.system.lakes[0].changed(initial_level=3.7)]))
    assert reasons(lower) == []


@pytest.mark.parametrize(("head", "tail", "sign"), [("river", "a", 1.0), ("a", "river", -1.0)])
def test_a_river_above_the_dike_flows_in_through_a_weir(head, tail, sign):
    tide = hourly(2.0 + np.sin(np.arange(241) * np.pi / 6.0), "m")
    dike = Weir(name="dike", head=head, tail=tail, crest=2.8, width=100.0)
    result = simulate(System(waters=[lake(), River(name="river", level=tide)], structures=[dike]), days(2))
    over = result.level["river"] > 2.8
    assert (sign * result.discharge["dike"][over] > 0.0).all()
    assert (result.discharge["dike"][~over] == 0.0).all()
    assert result.level["a"][-1] > 1.01
    inflow = result.inflow["a"] - sign * result.discharge["dike"]
    assert (inflow == 0.0).all()


@pytest.mark.parametrize(("head", "tail"), [("a", "b"), ("b", "a")])
def test_a_channel_flows_either_way(head, tail):
    channel = Channel(name="c", head=head, tail=tail, bed=0.5, width=10.0, length=1000.0)
    result = simulate(System(waters=[lake(level=3.0), lake("b", level=2.0)], structures=[channel]), days(5))
    sign = 1.0 if head == "a" else -1.0
    assert (sign * result.discharge["c"] > -1e-6).all()
    assert result.level["a"][-1] == pytest.approx(2.5, abs=1e-5)
    assert result.level["b"][-1] == pytest.approx(2.5, abs=1e-5)
    assert (np.diff(result.level["a"]) <= 1e-9).all()
    assert result.account["a"].volumes["c"] == -result.account["b"].volumes["c"]


def test_a_falling_rating_is_routed_through_its_fold():
    """From 1 m to 2 m the outlet falls from 40 to 5 m³/s: a lake that passes 1 m rises fast, and falls back slowly."""
    rating = RatingCurve(name="r", head="a", of="headwater", levels=[0, 1, 2, 3], discharges=[0, 40, 5, 20])
    inflow = Series(["2020-07-01", "2020-07-03", "2020-07-06", "2020-07-11"], [0.0, 60.0, 0.0, 0.0], "instants", "m3/s")
    result = simulate(System(waters=[lake(level=0.5, inflow=inflow)], structures=[rating]), days(10))
    assert result.level["a"].max() > 3.0
    assert result.residual_relative < 1e-12
    assert result.numerical_error < 0.01


def test_rain_on_a_surface_that_spreads():
    """V = ½ a x², dV/dt = r a x  ⇒  x grows by r t: 500 mm/d for ten days are 5 m."""
    result = simulate(
        lake(curve="banks", level=0.001, rain=constant("500 mm/d", "m/s"), rain_falls_on="surface"), days(9.99)
    )
    assert result.level["a"][-1] == pytest.approx(0.001 + 0.5 * 9.99, abs=1e-6)


def test_an_area_that_jumps_a_hundred_thousandfold():
    curve = Hypsometry(levels=[0, 1, 1.001, 2], areas=[10, 10, 1e6, 1e6])
    spill = Weir(name="w", head="a", crest=0.9, width=0.1)
    pit = Lake(name="a", hypsometry=curve, initial_level=0.5, inflow=constant(1.0))
    result = simulate(System(waters=[pit], structures=[spill]), days(10))
    assert result.residual_relative < 1e-12
    assert result.account["a"].volumes["inflow"] == 864000.0
    assert 1.79 < result.level["a"][-1] < 1.82


def test_a_chain_of_free_falls_is_solved_lake_by_lake():
    waters = [lake(f"l{w}", level=3.0) for w in range(4)]
    weirs = [Weir(name=f"w{w}", head=f"l{w}", tail=f"l{w + 1}", crest=2.0, width=5.0, free_fall=True) for w in range(3)]
    result = simulate(System(waters=waters[::-1], structures=weirs), days(5))
    total = sum(result.storage[f"l{w}"] for w in range(4))
    np.testing.assert_allclose(total, total[0], rtol=1e-13)
    assert result.level["l3"][-1] > 5.0


def test_a_short_flood_in_the_river_is_not_stepped_over():
    """Nothing moves for twelve days, then the river stands over the dike for six hours: no step may pass it unseen."""
    level = np.full(481, 2.0)
    level[300:306] = 4.0
    dike = Weir(name="dike", head="river", tail="a", crest=3.0, width=20.0)
    system = System(waters=[lake(), River(name="river", level=hourly(level, "m"))], structures=[dike])
    assert simulate(system).level["a"][-1] == pytest.approx(1.661, abs=1e-3)


def test_a_short_shower_on_the_surface_is_not_stepped_over():
    rain = np.zeros(481)
    rain[300:306] = 1e-6
    result = simulate(lake(curve="banks", rain=hourly(rain, "m/s"), rain_falls_on="surface"))
    assert result.level["a"][-1] == pytest.approx(1.0 + 6 * 3600 * 1e-6, abs=1e-6)


@pytest.mark.parametrize("step", ["1 h", "10 d"])
def test_the_peak_is_found_where_the_given_swings_within_a_step(step):
    """Ten equal waves, 10 m³/s at most, a day each: the lake swings by 0.275 m, however long the steps are."""
    waves = hourly(10.0 * np.sin(np.arange(241) * np.pi / 12.0))
    result = simulate(lake(inflow=waves), days(10, step))
    time, peak = result.peak("a")
    assert peak == pytest.approx(1.27345, abs=1e-5)
    assert (time - result.times[0]) % np.timedelta64(1, "D") == np.timedelta64(12, "h")
    assert result.lowest("a")[1] == pytest.approx(1.0, abs=1e-9)


# --- periods, steps and outputs --------------------------------------------------------------------


def filling(flood: Flood, **options: object) -> Result:
    return simulate(lake(inflow=constant(5.0)), flood, **options)


@pytest.mark.parametrize("step", ["7 min", "3601 s", "0.123 s", "37 d"])
def test_outputs_stand_wherever_they_are_asked_for(step):
    """On a straight filling every output is exact, the last at the end of the run."""
    result = filling(days(0.01 if step == "0.123 s" else 3.0, step))
    seconds = (result.times - result.times[0]) / np.timedelta64(1, "s")
    np.testing.assert_allclose(result.level["a"], 1.0 + 5e-6 * seconds, rtol=0, atol=1e-13)
    assert result.times[-1] == result.flood.period[1]
    for values in (result.storage["a"], result.inflow["a"], result.level["a"]):
        assert values.shape == result.times.shape


def test_the_level_at_a_moment_does_not_depend_on_the_output_step():
    spill = [Weir(name="w", head="a", crest=0.5, width=20.0)]
    system = System(waters=[lake(inflow=hourly(5.0 + 4.0 * np.sin(np.arange(80))))], structures=spill)
    coarse, fine = simulate(system, days(2, "1 h")), simulate(system, days(2, "20 min"))
    assert (fine.level["a"][::3] == coarse.level["a"]).all()


def test_a_run_of_a_millisecond():
    start = np.datetime64("2020-07-01T00:00:00.000")
    result = filling(Flood(start=start, end=start + np.timedelta64(1, "ms"), output_step=0.001))
    assert result.times.size == 2
    assert result.storage["a"][-1] == pytest.approx(1e6 + 0.005, rel=1e-15)


def test_a_run_shorter_than_its_output_step_has_two_outputs():
    result = filling(days(0.5, "1 d"))
    assert result.times.size == 2
    assert result.level["a"][-1] == pytest.approx(1.0 + 5e-6 * 43200.0, abs=1e-13)


def test_a_leap_day_is_a_day():
    year = Series.climatology([float(month) for month in range(1, 13)], unit="m3/s", by="month")
    drain = [Weir(name="w", head="a", crest=0.5, width=50.0)]
    for start, end, length in (("2020-02-28", "2020-03-01", 2), ("2021-02-28", "2021-03-01", 1)):
        flood = Flood(start=start, end=end)
        result = simulate(System(waters=[lake(inflow=year)], structures=drain), flood)
        assert result.times.size == 24 * length + 1
        assert result.account["a"].volumes["inflow"] == pytest.approx(2.0 * length * DAY, rel=1e-12)
    assert simulate(lake(inflow=year), Flood(start="2020-02-29", end="2020-02-29 12:00")).residual_relative < 1e-12


def test_a_million_outputs():
    result = filling(days(1000, "86.4 s"), compiled=False)
    assert result.times.size == 1_000_001
    assert result.level["a"][500_000] == pytest.approx(1.0 + 5e-6 * 500 * DAY, rel=1e-12)
    assert clock(result).steps < 300


def test_a_hundred_years_of_days():
    """The residual does not grow with the length of the run, nor the level with the date."""
    start = np.datetime64("1900-01-01", "ms")
    count = 36525
    inflow = 5.0 + 4.0 * np.sin(np.arange(count) * (2.0 * np.pi / 365.25))
    series = Series(start + np.arange(count) * np.timedelta64(1, "D"), inflow, "instants", "m3/s")
    system = System(waters=[lake(inflow=series)], structures=[Weir(name="w", head="a", crest=0.5, width=5.0)])
    result = simulate(system, Flood(output_step="1 d"), compiled=False)
    assert result.times.size == count
    assert result.residual_relative < 1e-11
    year = slice(-366, -1)
    np.testing.assert_allclose(result.level["a"][year], result.level["a"][year.start - 1461 : -1462], atol=2e-3)
    assert result.numerical_error < 1e-3


@pytest.mark.parametrize("tolerance", [0.0, 1e-10, 0.02, -1.0, float("nan"), float("inf")])
def test_a_tolerance_outside_its_range_is_refused(tolerance):
    with pytest.raises(ValueError, match=r"it must lie between 1e-9 and 0\.01 m"):
        filling(days(1), tolerance=tolerance)


def test_a_finer_tolerance_costs_steps_and_pays():
    """dV/dt = −C b x^1.5 from 1 m above the crest on 1 km²:  x = (1 + C b t / 2A)^−2."""
    system = System(
        waters=[lake(level=2.0)], structures=[Weir(name="w", head="a", crest=1.0, width=20.0, coefficient=1.7)]
    )
    errors, steps = [], []
    for tolerance in (1e-2, 1e-4, 1e-6, 1e-8, 1e-9):
        result = simulate(system, days(3), tolerance=tolerance)
        seconds = (result.times - result.times[0]) / np.timedelta64(1, "s")
        exact = 1.0 + (1.0 + 1.7 * 20.0 * seconds / 2e6) ** -2
        errors.append(np.abs(result.level["a"] - exact).max())
        steps.append(clock(result).steps)
    assert steps == sorted(steps)
    assert errors == sorted(errors, reverse=True)
    assert errors[2] < 1e-4
    assert errors[-1] < 5e-7


def test_without_a_flood_the_period_is_that_of_the_series():
    result = simulate(lake(inflow=hourly(np.full(49, 5.0))))
    assert result.times.size == 49
    assert simulate(System(waters=[lake(inflow=hourly(np.full(49, 5.0)))])).level["a"][-1] == result.level["a"][-1]


def test_a_flood_brings_its_own_series():
    result = simulate(lake(), Flood(series={"a.inflow": hourly(np.full(25, 5.0))}))
    assert result.account["a"].volumes["inflow"] == 5.0 * DAY
    assert result.system["a"].inflow is not None


def test_a_schedule_opens_and_shuts_a_gate():
    opening = Series(["2020-07-01", "2020-07-02", "2020-07-03"], [0.0, 1.0], "means", "")
    gate = SluiceGate(name="gate", head="a", sill=0.0, width=5.0, height=2.0)
    result = simulate(
        System(waters=[lake()], structures=[gate], rules=[Schedule(structure="gate", opening=opening)]), days(2)
    )
    assert (result.level["a"][:25] == 1.0).all()
    assert (result.opening["gate"][:24] == 0.0).all()
    assert (result.opening["gate"][24:] == 1.0).all()
    assert result.level["a"][-1] < 0.6


# --- the host --------------------------------------------------------------------------------------


def test_thousands_of_events_find_room():
    """A gate that a quick tide shuts and opens twice an hour, for forty days."""
    times = np.datetime64("2020-07-01", "ms") + np.arange(3841) * np.timedelta64(15, "m")
    tide = Series(times, 1.0 + 0.5 * np.sin(np.arange(3841) * np.pi / 2.0), "instants", "m")
    gate = Weir(name="gate", head="a", tail="river", crest=0.9, width=0.1, flap=True)
    system = System(waters=[lake(), River(name="river", level=tide)], structures=[gate])
    result = simulate(system, days(40, "1 d"), tolerance=1e-4, compiled=False)
    assert len(result.events) > 1500
    times = [event.time for event in result.events]
    assert times == sorted(times)
    assert reasons(result)[:4] == [labels.LOCKED_OUT, labels.UNLOCKED] * 2


def test_progress_is_told_and_changes_no_bit():
    system = System(
        waters=[lake(inflow=hourly(5.0 + 4.0 * np.sin(np.arange(80))))],
        structures=[Weir(name="w", head="a", crest=0.5, width=20.0)],
    )
    told: list[float] = []
    watched, alone = simulate(system, days(3), progress=told.append), simulate(system, days(3))
    assert told == sorted(told)
    assert told[0] > 0.0
    assert told[-1] == 1.0
    assert (watched.level["a"] == alone.level["a"]).all()
    assert watched.account["a"] == alone.account["a"]
    assert clock(watched) == clock(alone)


def test_progress_may_stop_a_run():
    def stop(_: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        filling(days(3), progress=stop)


def test_a_run_that_cannot_be_solved_names_the_water_and_the_time(monkeypatch):
    def fails(*_: object) -> tuple[float, bool]:
        return 0.0, True

    monkeypatch.setattr(balance.stepping, "make_step", fails)
    with pytest.raises(
        SimulationError, match=r"the balance of a could not be solved at 2020-07-01T00:00:00.*level 1\.0000 m"
    ):
        filling(days(3), compiled=False)


def test_an_account_that_does_not_close_is_no_result(monkeypatch):
    """The mutation: evaporation that is taken from the lake and not booked."""
    book = balance.stepping.book

    def forgetful(step, euler, layout, state):
        booked = state.ledger[balance.EVAPORATION]
        book(step, euler, layout, state)
        state.ledger[balance.EVAPORATION] = booked

    monkeypatch.setattr(balance.stepping, "book", forgetful)
    with pytest.raises(SimulationError, match="the water account does not close"):
        simulate(lake(evaporation=constant("5 mm/d", "m/s")), days(3), compiled=False)
    simulate(lake(inflow=constant(3.0)), days(3), compiled=False)


@pytest.mark.parametrize("term", ["inflow", "outflow", "rain", "evaporation", "seepage"])
def test_a_series_that_ends_before_the_run_is_named_with_its_dates(term):
    short = Series(["2020-07-01", "2020-07-02"], [1e-8], "means", "m3/s", name="the record")
    with pytest.raises(ValueError, match="the record covers 2020-07-01 to 2020-07-02, and 2020-07-01 to 2020-07-04 is"):
        simulate(lake(**{term: short}), days(3))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Series(["2020-07-01", "2020-07-02"], [float("nan")], "means", "m3/s"),
        lambda: Series(["2020-07-02", "2020-07-01"], [1.0, 2.0], "instants", "m3/s"),
        lambda: Series(["2020-07-01", "2020-07-02"], [1.0], "means", "cfs"),
        lambda: Hypsometry(levels=[5, 4, 3], areas=[1, 2, 3]),
        lambda: Hypsometry(levels=[1, 2], areas=[2, 1]),
        lambda: lake(inflow=constant(1.0, "m")),
        lambda: lake(level=-1.0),
        lambda: Flood(start="2020-07-02", end="2020-07-01"),
    ],
)
def test_bad_input_never_reaches_the_solver(make):
    with pytest.raises(ValueError):  # noqa: PT011 (each message is tested where it is made)
        make()


def test_what_is_no_system_is_refused():
    with pytest.raises(TypeError, match=r"^the system is Hypsometry\(.*; give a System or a Lake, such as "):
        simulate(CURVES["prism"])  # type: ignore[arg-type]


def test_a_thousand_kilometres_up_and_deep_below_the_sea():
    """Levels are counted from any datum."""
    for bottom in (-430.0, 5000.0):
        curve = Hypsometry.prism(bottom, bottom + 5.0, "1 km2")
        one = Lake(name="a", hypsometry=curve, initial_level=bottom + 1.0, inflow=constant(5.0))
        result = simulate(
            System(waters=[one], structures=[Weir(name="w", head="a", crest=bottom + 1.2, width=5.0)]), days(10)
        )
        rise = result.level["a"] - bottom
        if bottom < 0.0:
            low = rise
    np.testing.assert_allclose(rise, low, rtol=0, atol=1e-8)


class Told(JointRule):
    """A rule that does what a test says, and keeps what it knew."""

    RANK: ClassVar[int] = 45

    type: Literal["told"] = "told"
    does: Callable[[Knowledge], float]

    def decide(self, known: Knowledge) -> float:
        return self.does(known)

    def _beyond(self, *_: object) -> Iterator[str]:
        yield from ()


class ToldAtLeast(Told):
    AT_MOST: ClassVar[bool] = False


def pond_with_gate(does: Callable[[Knowledge], float], kind: type[Told] = Told, **gate: object) -> System:
    """A pond of 1 km² at 2 m with 10 m³/s coming, and a gate that an operator moves."""
    pond = lake(level=2.0, inflow=constant(10.0))
    weir = Weir(**{"name": "gate", "head": "a", "crest": 0.0, "width": 5.0, **gate})
    return System(
        waters=[pond, River(name="river", level=0.5)], structures=[weir], rules=[kind(structure="gate", does=does)]
    )


def test_an_operator_is_asked_at_every_observation_of_what_is_so_then():
    seen: list[tuple[np.datetime64, float | None, float, float, float]] = []

    def does(known: Knowledge) -> float:
        now = (known.time, known.asked, known.level("a"), known.opening("gate"), known.discharge("gate"))
        assert known.level("river") == 0.5
        assert known.storage("a") == pytest.approx(1e6 * known.level("a"), rel=1e-15)
        seen.append(now)
        return 0.25 if len(seen) % 2 else 0.75

    result = simulate(pond_with_gate(does), days(0.5))
    times, asked, levels, openings, discharges = zip(*seen, strict=True)
    assert list(times) == list(result.times[:-1]), "hourly, beginning at once, and not at the end, when nothing follows"
    assert list(asked) == [None, *([0.25, 0.75] * 6)[: len(seen) - 1]]
    np.testing.assert_array_equal(levels, result.level["a"][:-1])
    assert list(openings[1:]) == list(asked[1:]), "what was asked for was done"
    gate = result.system["gate"]
    flows = [gate.discharge(level, opening=opening) for level, opening in zip(levels, openings, strict=True)]
    np.testing.assert_allclose(discharges, flows, rtol=1e-9)
    np.testing.assert_array_equal(result.opening["gate"][:-1], [0.25 if k % 2 == 0 else 0.75 for k in range(len(seen))])


@pytest.mark.parametrize(
    ("kind", "own", "expected"), [(Told, 1.0, 0.4), (ToldAtLeast, 0.0, 0.4), (ToldAtLeast, 1.0, 1.0)]
)
def test_an_answer_is_the_most_or_the_least(kind: type[Told], own: float, expected: float):
    result = simulate(pond_with_gate(lambda _: 0.4, kind, opening=own), days(0.2))
    assert set(result.opening["gate"].tolist()) == {expected}


@pytest.mark.parametrize("compile_it", [False, True], ids=["plain", "compiled"])
def test_at_the_beginning_an_operator_sees_what_the_other_rules_have_set(compile_it: bool):
    """The pump is shut by its start level, and the sluice half open by its schedule, before anyone asks."""
    seen = []

    def does(known: Knowledge) -> float:
        seen.append([(known.opening(name), known.discharge(name)) for name in ("pump", "sluice")])
        return 1.0

    system = pond_with_gate(does)
    pump = Pump(name="pump", head="a", capacity=8.0)
    sluice = Weir(name="sluice", head="a", crest=1.0, width=2.0)
    rules = [StartStop(structure="pump", start="3 m", stop="2.5 m"), Schedule(structure="sluice", opening=0.5)]
    system = system.changed(structures=(*system.structures, pump, sluice), rules=(*system.rules, *rules))
    result = simulate(system, days(0.1), compiled=compile_it)
    assert seen[0] == [(0.0, 0.0), (0.5, pytest.approx(sluice.discharge(2.0, opening=0.5), rel=1e-12))]
    assert not result.opening["pump"].any()


@pytest.mark.parametrize("answer", [float("nan"), -0.1, 1.1, float("inf")])
def test_an_answer_that_is_no_opening_is_refused(answer: float):
    with pytest.raises(
        ValueError, match=r"the told of 'gate' asks for the opening .* at 2020-07-01.*from 0 \(shut\) to 1"
    ):
        simulate(pond_with_gate(lambda _: answer), days(1))


def test_an_operator_who_is_asked_changes_no_bit_by_the_way_of_running():
    def does(known: Knowledge) -> float:
        return 0.1 + 0.8 * (known.level("a") > 2.3) * (known.discharge("gate") < 20.0)

    system, flood = pond_with_gate(does), days(5, "10 min")
    runs = [
        simulate(system, flood, compiled=False),
        simulate(system, flood, compiled=True),
        simulate(system, flood, compiled=False, progress=lambda _: None),
    ]
    assert len(set(runs[0].opening["gate"].tolist())) > 1
    for run in runs[1:]:
        np.testing.assert_array_equal(run.level["a"], runs[0].level["a"])
        np.testing.assert_array_equal(run.opening["gate"], runs[0].opening["gate"])


def test_small_runs_never_load_numba(tmp_path):
    """A daily year is done in plain Python before numba would be loaded."""
    code = """
import sys
import numpy as np
from lakesim import Flood, Hypsometry, Lake, Series, System, Weir, simulate
start = np.datetime64("2019-01-01", "ms")
inflow = Series(start + np.arange(366) * np.timedelta64(1, "D"), 5 + np.sin(np.arange(366.0)), "instants", "m3/s")
pond = Lake(name="a", hypsometry=Hypsometry.prism(0, 5, 1e6), initial_level=1.0, inflow=inflow)
system = System(waters=[pond], structures=[Weir(name="w", head="a", crest=0.5, width=5.0)])
result = simulate(system, Flood(output_step=86400.0))
result.level, result.discharge, result.account, str(result), result.events
late = {"numba", "pandas", "xarray", "matplotlib", "pint", "scipy.optimize", "scipy.stats"} & set(sys.modules)
assert not late, late
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(simulation.__file__).parents[2])},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
