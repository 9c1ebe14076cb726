"""Indicators: exact for piecewise-linear levels, None where undefined, and one row of them in the promised order."""

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakesim import (
    Channel,
    Culvert,
    Flood,
    Hypsometry,
    Lake,
    Pump,
    Reclaim,
    Result,
    River,
    Series,
    SluiceGate,
    StartStop,
    System,
    Weir,
    indicators,
    simulate,
)
from lakesim.labels import label
from lakesim.structures import REGISTRY, Structure
from lakesim.structures.base import Overfall

DAY = ["2020-07-01", "2020-07-02"]
FLOOD = Flood(start=DAY[0], end=DAY[1])
CONTRACT = [
    "peak_level_m",
    "peak_time",
    "hours_above_warning",
    "hours_above_guarantee",
    "flood_storage_m3",
    "lockout_hours",
    "low_water_days",
    "residual_relative",
    "numerical_error_m",
]

GATE = {"head": "pond", "tail": "river", "sill": 1.0, "width": 5.0, "height": 2.0}
SHORE = Hypsometry(levels=(0.0, 4.0, 6.0), areas=(0.0, 4e6, 8e6))
BOX = {"shape": "box", "width": 2.0, "height": 1.5, "length": 20.0}


def pond(level: float = 2.0, **fields: Any) -> Lake:
    """A lake of 1 km² with vertical shores."""
    return Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=level, **fields)


def rising(**fields: Any) -> Result:
    """From 2 m the pond rises by 1 m in a day."""
    return simulate(pond(inflow=Series.constant(1e6 / 86_400, "m3/s"), **fields), FLOOD)


def held(
    *structures: Structure,
    headwater: tuple[float, ...] = (2.0, 2.0),
    river: tuple[float, ...] = (1.0, 3.0),
    discharge: tuple[float, ...] = (),
    opening: float = 1.0,
    **levels: float,
) -> Any:
    """As much of a result as lockout asks for: levels of a pond and a river, evenly spread over a day.

    All structures have one discharge and opening; the pond has these characteristic levels.
    """
    waters = {"pond": headwater, "river": river}
    lakes = [pond(**levels), pond().changed(name="moor")]
    system = System(waters=[*lakes, River(name="river", level=1.0)], structures=structures)
    times = np.datetime64(DAY[0], "ms") + np.arange(len(headwater)) * np.timedelta64(86_400_000, "ms") // (
        len(headwater) - 1
    )
    return SimpleNamespace(
        system=system,
        times=times,
        level={name: np.array(course) for name, course in waters.items()},
        discharge={one.name: np.array(discharge) for one in structures},
        opening={one.name: np.full(len(headwater), opening) for one in structures},
        account={
            "pond": SimpleNamespace(volumes={one.name: -np.mean(discharge or 0.0) * 86_400.0 for one in structures})
        },
    )


def course(times: list[float], levels: list[float]) -> Any:
    """As much of a result as a duration asks for: levels of one water at hours."""
    moments = np.datetime64(DAY[0], "ms") + (np.array(times) * 3_600_000).astype("timedelta64[ms]")
    return SimpleNamespace(times=moments, level={"pond": np.array(levels)})


def seasonal(days: dict[str, float], **fields: Any) -> Any:
    """As much of a result as a season asks for: levels of a pond of 1 km² on some days."""
    return SimpleNamespace(
        system=System(waters=[pond(**fields)]),
        times=np.array(list(days), dtype="datetime64[ms]"),
        level={"pond": np.array(list(days.values()))},
        numerical_error=1e-6,
    )


def shoal(levels: list[float], **fields: Any) -> Any:
    """As much of a result as an exposed bed asks for: levels of a pond with a flat shore, a day apart."""
    times = np.datetime64(DAY[0], "ms") + np.arange(len(levels)) * np.timedelta64(1, "D")
    lake = Lake(name="pond", hypsometry=SHORE, initial_level=levels[0], **fields)
    lowest = int(np.argmin(levels))
    return SimpleNamespace(
        system=System(waters=[lake]),
        times=times,
        level={"pond": np.array(levels)},
        lowest=lambda _: (times[lowest], levels[lowest]),
    )


def test_peak_and_freeboard() -> None:
    time, level = indicators.peak(rising(), "pond")
    assert (time, level) == (np.datetime64(DAY[1]), pytest.approx(3.0, abs=1e-9))
    assert indicators.freeboard(rising(dike_crest=4.5), "pond") == pytest.approx(1.5, abs=1e-9)
    assert indicators.freeboard(rising(dike_crest=2.75), "pond") == pytest.approx(-0.25, abs=1e-9)
    assert indicators.freeboard(rising(), "pond") is None


@pytest.mark.parametrize(
    ("levels", "above", "below"),
    [
        ([0.0, 4.0, 0.0], 12.0, 12.0),  # passes 2 at 6 h and at 18 h
        ([0.0, 2.0, 0.0], 0.0, 24.0),  # only touches it
        ([2.0, 2.0, 2.0], 0.0, 0.0),  # stands on it
        ([2.0, 2.0, 3.0], 12.0, 0.0),
        ([3.0, 2.0, 1.0], 12.0, 12.0),  # passes it at an output
        ([5.0, 4.0, 3.0], 24.0, 0.0),
    ],
)
def test_hours_above_and_below_pass_the_level_between_outputs(levels: list[float], above: float, below: float) -> None:
    result = course([0.0, 12.0, 24.0], levels)
    assert indicators.hours_above(result, "pond", 2.0) == pytest.approx(above, abs=1e-9)
    assert indicators.hours_below(result, "pond", 2.0) == pytest.approx(below, abs=1e-9)


@given(
    levels=st.lists(st.floats(-5.0, 5.0), min_size=2, max_size=30),
    threshold=st.floats(-5.0, 5.0),
    share=st.floats(0.1, 0.9),
)
def test_hours_do_not_depend_on_where_outputs_lie_on_the_same_course(
    levels: list[float], threshold: float, share: float
) -> None:
    hours = np.arange(len(levels), dtype=float)
    between = np.round(hours[:-1] + share, 3)
    more = np.sort(np.concatenate([hours, between]))
    coarse = course(hours.tolist(), levels)
    fine = course(more.tolist(), np.interp(more, hours, levels).tolist())
    above = indicators.hours_above(coarse, "pond", threshold)
    assert indicators.hours_above(fine, "pond", threshold) == pytest.approx(above, abs=1e-6)
    assert 0.0 <= above <= hours[-1]
    at_rest = np.sum((np.diff(levels) == 0.0) & (np.array(levels[1:]) == threshold))
    assert above + indicators.hours_below(coarse, "pond", threshold) + at_rest == pytest.approx(hours[-1], abs=1e-6)


def test_flood_storage_is_what_fits_between_two_levels() -> None:
    assert indicators.flood_storage(pond(), 2.0, 4.5) == pytest.approx(2.5e6)
    assert indicators.flood_storage(pond(), 4.5, 2.0) == pytest.approx(-2.5e6)
    with pytest.raises(ValueError, match="the curve"):
        indicators.flood_storage(pond(), -1.0, 2.0)


@pytest.mark.parametrize(
    ("levels", "limit", "storage"),
    [
        ({"guarantee_level": 4.0, "dike_crest": 4.5}, "guarantee_level", 2e6),
        ({"dike_crest": 4.5}, "dike_crest", 2.5e6),
        ({"warning_level": 4.0}, None, None),
    ],
)
def test_flood_storage_says_to_which_level(levels: dict[str, float], limit: str | None, storage: float | None) -> None:
    row = indicators.summary(rising(**levels))
    assert (row["flood_storage_to"], row["flood_storage_m3"]) == (limit, storage and pytest.approx(storage))


def test_attenuation_and_lag_of_a_flood_through_a_weir() -> None:
    """The outflow of an uncontrolled lake peaks where it meets the inflow, on its falling limb."""
    inflow = Series.triangle("2020-07-01", peak=300.0, time_to_peak="6 h", base_time="18 h")
    sill = Weir(name="sill", head="pond", crest=2.0, width=50.0)
    flood = Flood(start="2020-07-01", end="2020-07-03", output_step="1 min")
    result = simulate(System(waters=[pond(inflow=inflow)], structures=[sill]), flood)
    attenuation = indicators.peak_attenuation(result, "pond")
    lag = indicators.peak_lag(result, "pond")
    assert attenuation is not None
    assert lag is not None
    outflow = 300.0 - attenuation[0]
    assert attenuation[1] == pytest.approx(attenuation[0] / 300.0)
    assert outflow == pytest.approx(300.0 * (1.0 - lag / 12.0), rel=1e-3)
    assert 0.0 < lag < 12.0


def test_attenuation_where_nothing_leaves_or_arrives() -> None:
    assert indicators.peak_attenuation(rising(), "pond") == (pytest.approx(1e6 / 86_400), 1.0)
    assert indicators.peak_lag(rising(), "pond") is None
    still = simulate(pond(), FLOOD)
    assert indicators.peak_attenuation(still, "pond") is None
    assert indicators.peak_lag(still, "pond") is None


WEIR = Weir(name="weir", head="pond", tail="river", crest=1.5, width=5.0)
SPILLWAY = Weir(name="spillway", head="pond", crest=1.75, width=5.0)
FREE_FALL = Weir(name="other", head="pond", tail="moor", crest=1.0, width=5.0, free_fall=True)
BARREL = Culvert(name="box", head="pond", tail="river", **BOX, invert_in=1.0, invert_out=1.5)
PUMP = Pump(name="pump", head="pond", tail="river", start_level=1.0, capacity=5.0)
LINK = Channel(name="link", head="pond", tail="river", bed=1.0, width=5.0, length=100.0)


@pytest.mark.parametrize(
    ("structures", "headwater", "river", "hours"),
    [
        # The river rises from 1 m to 3 m past the pond's 2 m after half a day, or stands as it is said.
        ([SluiceGate(name="gate", **GATE, flap=True)], (2.0, 2.0), (1.0, 3.0), 12.0),
        ([SluiceGate(name="gate", **GATE)], (2.0, 2.0), (1.0, 3.0), 12.0),  # a flap is not asked for
        ([SluiceGate(name="gate", **GATE, opening=0.0)], (2.0, 2.0), (1.0, 1.5), 0.0),  # shut, but not by the river
        ([WEIR], (2.0, 2.0), (2.0, 2.0), 24.0),  # as high is enough: nothing flows
        ([WEIR], (1.0, 1.0), (1.0, 3.0), 0.0),  # nothing stands above the crest
        ([WEIR], (1.5, 1.5), (3.0, 3.0), 0.0),
        ([WEIR], (1.0, 2.0), (3.0, 3.0), 12.0),  # from when the pond passes the crest
        ([BARREL], (1.0, 2.0), (3.0, 3.0), 12.0),
        # Of several, one that is held back counts, though another runs.
        ([WEIR, SPILLWAY], (2.0, 2.0), (3.0, 3.0), 24.0),
        ([WEIR, SPILLWAY], (1.5, 2.0), (3.0, 3.0), 24.0),
        ([WEIR, FREE_FALL], (2.0, 2.0), (3.0, 3.0), 24.0),
        # Not a gravity outlet of this lake to a water whose level counts.
        ([], (2.0, 2.0), (3.0, 3.0), None),
        ([SPILLWAY], (2.0, 2.0), (3.0, 3.0), None),
        ([Weir(name="in", head="moor", tail="pond", crest=1.0, width=5.0)], (2.0, 2.0), (3.0, 3.0), None),
        ([PUMP], (2.0, 2.0), (3.0, 3.0), None),
        ([LINK], (2.0, 2.0), (3.0, 3.0), None),
    ],
)
def test_lockout(
    structures: list[Structure], headwater: tuple[float, ...], river: tuple[float, ...], hours: float | None
) -> None:
    result = held(*structures, headwater=headwater, river=river)
    assert indicators.lockout_hours(result, "pond") == (hours if hours is None else pytest.approx(hours, abs=1e-9))


def test_lockout_of_one_structure() -> None:
    high = WEIR.changed(name="high", crest=1.9)
    result = held(WEIR, high, SPILLWAY, headwater=(1.5, 2.0), river=(3.0, 3.0))
    assert indicators.lockout_hours(result, "pond", "weir") == pytest.approx(24.0)
    assert indicators.lockout_hours(result, "pond", "high") == pytest.approx(4.8)
    assert indicators.lockout_hours(result, "pond", "spillway") is None
    with pytest.raises(KeyError, match="did you mean 'weir'"):
        indicators.lockout_hours(result, "pond", "wier")


def test_lockout_of_a_flap_gate_is_when_nothing_runs() -> None:
    river = River(name="river", level=Series(DAY, [1.5, 2.5], "instants", "m"))
    gate = SluiceGate(name="gate", **GATE, flap=True)
    lake = pond().changed(hypsometry=Hypsometry.prism(0, 5, "1e6 km2"))
    result = simulate(System(waters=[lake, river], structures=[gate]), FLOOD.changed(output_step="1 min"))
    still = np.mean(result.discharge["gate"][:-1] == 0.0) * 24.0
    assert indicators.lockout_hours(result, "pond") == pytest.approx(still, abs=1 / 30)
    assert indicators.lockout_hours(result, "pond") == pytest.approx(12.0, abs=1e-3)


def test_the_longest_lockout_is_one_spell() -> None:
    """The river passes the pond's 2 m at 4 h and back at 12 h; then from 1 m to 5 m, at 18 h: 8 h and 6 h."""
    result = held(WEIR, SPILLWAY, headwater=(2.0,) * 4, river=(1.0, 3.0, 1.0, 5.0))
    assert indicators.lockout_hours(result, "pond") == pytest.approx(14.0, abs=1e-9)
    assert indicators.longest_lockout_hours(result, "pond") == pytest.approx(8.0, abs=1e-9)
    assert indicators.longest_lockout_hours(result, "pond", "spillway") is None
    assert indicators.longest_lockout_hours(held(WEIR, river=(1.0, 1.5)), "pond") == 0.0


@pytest.mark.parametrize(
    ("structures", "levels", "river", "volume"),
    [
        # The pond of 1 km² rises from 2 m to 3 m; the crest of the weir is at 1.5 m.
        ([WEIR], {}, (4.0, 4.0), 1.5e6),
        ([WEIR], {"flood_limit_level": 2.0, "normal_level": 2.5}, (4.0, 4.0), 1.0e6),
        ([WEIR], {"normal_level": 2.25}, (4.0, 4.0), 0.75e6),
        ([WEIR], {"normal_level": 1.0}, (4.0, 4.0), 1.5e6),
        ([WEIR], {"normal_level": 3.5}, (4.0, 4.0), 0.0),
        ([WEIR], {}, (4.0, 2.0), 7e6 / 6.0),  # until 16 h, when both stand at 2 2/3 m
        ([WEIR], {}, (1.0, 4.0), 1.5e6),  # from 12 h to the end
        ([WEIR, WEIR.changed(name="low", crest=1.0)], {}, (4.0, 4.0), 2.0e6),  # not 3.5: they wait with the same water
        ([WEIR], {}, (1.0, 1.0), 0.0),
        ([SPILLWAY], {}, (4.0, 4.0), None),
    ],
)
def test_volume_waiting(
    structures: list[Structure], levels: dict[str, float], river: tuple[float, ...], volume: float | None
) -> None:
    result = held(*structures, headwater=(2.0, 3.0), river=river, **levels)
    waiting = indicators.volume_waiting(result, "pond")
    assert waiting == (volume if volume is None else pytest.approx(volume, abs=1e-3))


@pytest.mark.parametrize(
    ("shares", "opening", "hours", "volume"),
    [
        # Shares of the free discharge at 0, 12 and 24 h, and the hours of free discharge that were held back.
        ((1.0, 0.5, 0.5), 1.0, 23.76, 9.0),  # a hundredth is held back after 2 % of the way to a half
        ((1.0, 1.0, 1.0), 1.0, 0.0, 0.0),
        ((0.995, 0.995, 0.995), 1.0, 0.0, 0.12),  # less than a hundredth
        ((0.0, -1.0, 0.0), 1.0, 24.0, 24.0),  # what runs backwards was not held back
        ((0.0, 0.0, 0.0), 0.0, 0.0, 0.0),  # shut, but not by the river
    ],
)
def test_backwater(shares: tuple[float, ...], opening: float, hours: float, volume: float) -> None:
    free = WEIR.discharge(2.0)
    result = held(
        WEIR,
        headwater=(2.0,) * 3,
        river=(1.9,) * 3,
        discharge=tuple(share * free for share in shares),
        opening=opening,
    )
    found = indicators.backwater(result, "pond")
    assert found is not None
    assert found.hours == pytest.approx(hours, abs=1e-9)
    assert found.volume == pytest.approx(volume * 3600.0 * free, abs=1e-6)


def test_backwater_of_several_outlets() -> None:
    """Hours in which any is held down, with those of lockout; volumes together; free fall is not held."""
    free = WEIR.discharge(2.0)
    low = WEIR.changed(name="low", crest=1.0)
    result = held(WEIR, low, FREE_FALL, headwater=(2.0,) * 3, river=(1.2,) * 3, discharge=(free,) * 3)
    found, of_low = indicators.backwater(result, "pond"), indicators.backwater(result, "pond", "low")
    assert indicators.backwater(result, "pond", "weir") == (0.0, 0.0), "the river stands below its crest"
    assert found == of_low == (24.0, pytest.approx(86_400.0 * (low.discharge(2.0) - free)))
    assert indicators.backwater(result, "pond", "other") is None
    shut = held(WEIR, headwater=(2.0,) * 3, river=(1.0, 3.0, 3.0), discharge=(0.0,) * 3, opening=0.0)
    assert indicators.backwater(shut, "pond") == (pytest.approx(18.0), 0.0), "locked out, though it was shut anyway"


def test_backwater_is_what_the_account_lacks() -> None:
    """Behind a flap gate: free discharge at the levels of the lake, less what the account says has left."""
    river = River(name="river", level=Series(DAY, [1.0, 3.0], "instants", "m"))
    gate = SluiceGate(name="gate", **GATE, flap=True)
    lake = pond().changed(hypsometry=Hypsometry.prism(0, 5, "1e3 km2"))
    result = simulate(
        System(waters=[lake, river], structures=[gate]), FLOOD.changed(output_step="1 min"), tolerance=1e-9
    )
    found = indicators.backwater(result, "pond")
    assert found is not None
    free = np.trapezoid([gate.discharge(level) for level in result.level["pond"]], dx=60.0)
    lacking = free + result.account["pond"].volumes["gate"]
    assert found.volume == pytest.approx(lacking, rel=1e-4)
    assert 12.0 < found.hours < 24.0


LIFT = Pump(name="lift", head="pond", tail="river", start_level=1.0, capacity=10.0, efficiency=0.5)
AWAY = Pump(name="away", head="pond", start_level=1.0, capacity=10.0, efficiency=0.5)


@pytest.mark.parametrize(
    ("pumps", "river", "lift"),
    [
        # 10 m3/s from 2 m; the mean lift over the day.
        ([LIFT], (3.0, 4.0, 5.0), 2.0),
        ([LIFT], (1.0, 2.0, 3.0), 0.25),  # nothing is drawn downhill, and nothing is won
        ([LIFT, LIFT.changed(name="other")], (3.0, 3.0, 3.0), 2.0),
        ([LIFT, PUMP], (3.0, 3.0, 3.0), None),
        ([LIFT, AWAY], (3.0, 3.0, 3.0), None),
        ([], (3.0, 3.0, 3.0), None),
        ([LIFT.changed(head="river", tail="pond")], (3.0, 3.0, 3.0), None),
    ],
)
def test_energy_of_pumps(pumps: list[Structure], river: tuple[float, ...], lift: float | None) -> None:
    """Energy = 9810 N/m3 x 10 m3/s x lift / 0.5 x 86 400 s."""
    result = held(*pumps, headwater=(2.0,) * 3, river=river, discharge=(10.0,) * 3)
    energy = None if lift is None else pytest.approx(9810.0 * 10.0 * lift / 0.5 * 86_400.0, rel=1e-6)
    assert indicators.pump_energy(result, "pond") == energy


def test_energy_of_one_pump() -> None:
    result = held(LIFT, PUMP, WEIR, headwater=(2.0, 2.0), river=(3.0, 3.0), discharge=(10.0, 10.0))
    assert indicators.pump_energy(result, "pond", "lift") == pytest.approx(9810.0 * 20.0 * 86_400.0, rel=1e-6)
    assert indicators.pump_energy(result, "pond", "pump") is None
    assert indicators.pump_energy(result, "pond", "weir") is None
    with pytest.raises(KeyError, match="did you mean 'lift'"):
        indicators.pump_energy(result, "pond", "lfit")


def test_energy_of_a_pump_that_starts_and_stops_between_outputs() -> None:
    """From 1.2 to 1.0 m and back within hours, lifted to 51 m: 9810 N/m3 x volume x 49.9 m / 0.5, to 0.2 %."""
    pump = Pump(name="lift", head="pond", tail="river", capacity=30.0, efficiency=0.5)
    lake = pond(inflow=Series.constant(10.0, "m3/s")).changed(hypsometry=Hypsometry.prism(0, 5, "0.1 km2"))
    rule = StartStop(structure="lift", start=1.2, stop=1.0)
    system = System(waters=[lake, River(name="river", level=51.0)], structures=[pump], rules=[rule])
    result = simulate(system, Flood(start="2020-07-01", end="2020-07-11"))
    assert len(result.events) > 100
    volume = indicators.pump_volume(result, "pond")
    assert indicators.pump_energy(result, "pond") == pytest.approx(9810.0 * volume * 49.9 / 0.5, rel=2e-3)


def test_energy_of_a_pump_that_runs_at_no_output_is_not_known() -> None:
    """It empties the pond to 1.0 m within hours of the first night, and only the days' ends are kept."""
    lake = pond(1.0, inflow=Series.pulse("2020-07-01 02:00", "2 h", "20 m3/s", unit="m3/s"))
    lake = lake.changed(hypsometry=Hypsometry.prism(0, 5, "0.1 km2"))
    pump = Pump(name="lift", head="pond", tail="river", capacity=30.0, efficiency=0.5)
    rule = StartStop(structure="lift", start=1.2, stop=1.0)
    system = System(waters=[lake, River(name="river", level=51.0)], structures=[pump], rules=[rule])
    unseen = simulate(system, FLOOD.changed(output_step="1 d"))
    assert indicators.pump_volume(unseen, "pond") > 1e5
    assert indicators.pump_energy(unseen, "pond") is None
    assert indicators.pump_energy(simulate(system, FLOOD.changed(output_step="1 min")), "pond") > 0.0


def test_volume_and_energy_of_a_run() -> None:
    """10 and 5 m3/s for a day; the river falls by 1 m, the pond by 86 400 x 15 m3 / 1e4 km2."""
    river = River(name="river", level=Series(DAY, [5.0, 4.0], "instants", "m"))
    lake = pond().changed(hypsometry=Hypsometry.prism(0, 5, "1e4 km2"))
    result = simulate(System(waters=[lake, river], structures=[LIFT, PUMP]), FLOOD)
    assert indicators.pump_volume(result, "pond") == pytest.approx(15.0 * 86_400.0, rel=1e-9)
    assert indicators.pump_volume(result, "pond", "lift") == pytest.approx(10.0 * 86_400.0, rel=1e-9)
    lift = 2.5 + 0.5 * 15.0 * 86_400.0 / 1e10
    assert indicators.pump_energy(result, "pond", "lift") == pytest.approx(9810.0 * 20.0 * lift * 86_400.0, rel=1e-9)


def test_every_overfall_has_a_sill() -> None:
    """A new kind of gravity outlet is missing here until its sill is named."""
    overfalls = {name: kind for name, kind in REGISTRY.items() if issubclass(kind, Overfall)}
    assert set(indicators.SILLS) == set(overfalls)
    for name, kind in overfalls.items():
        assert set(indicators.SILLS[name]) <= set(kind.model_fields)


@pytest.mark.parametrize(
    ("levels", "name", "days"),
    [
        ({"ecological_level": 2.25, "dead_level": 2.1}, "ecological_level", 0.25),
        ({"dead_level": 2.1}, "dead_level", 0.1),
        ({"dead_level": 1.0}, "dead_level", 0.0),
        ({}, None, None),
    ],
)
def test_low_water(levels: dict[str, float], name: str | None, days: float | None) -> None:
    row = indicators.summary(rising(**levels))
    assert (row["low_water_level"], row["low_water_days"]) == (name, days if days is None else pytest.approx(days))


SEASON = ("5-1", "10-15")


@pytest.mark.parametrize(
    ("season", "fault"),
    [
        (("10-15", "05-01"), "the season ends on 05-01, before it begins on 10-15; give the earlier day"),
        (("02-30", "10-15"), "02-30"),
        (("05-01", "15 October"), "'15 October' is no month and day"),
        ("05-01", "is no season; give its first and its last day"),
    ],
)
def test_a_season_that_is_none(season: Any, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        pond(flood_season=season)


def test_free_storage_when_the_flood_season_begins() -> None:
    """From 1 m on 29 April to 5 m on 3 May: 3 m on 1 May, between two outputs, and 4.5 km² m up to the crest."""
    days = {"2019-12-31": 1.0, "2020-04-29": 1.0, "2020-05-03": 5.0, "2021-05-01": 2.0, "2021-10-01": 1.0}
    result = seasonal(days, flood_season=SEASON, dike_crest=4.5)
    first = indicators.free_storage(result, "pond")
    assert first is not None
    assert first.time == np.datetime64("2020-05-01")
    assert first[1:] == pytest.approx((3.0, 1.5e6))
    assert indicators.free_storage(result, "pond", 2020) == first
    of_2021 = indicators.free_storage(result, "pond", 2021)
    assert of_2021 is not None
    assert of_2021[1:] == (2.0, 2.5e6)
    assert indicators.free_storage(result, "pond", 2019) is None, "the run begins after its season"
    assert indicators.free_storage(result, "pond", 2022) is None
    full = indicators.free_storage(seasonal(days, flood_season=SEASON, guarantee_level=2.5), "pond")
    assert full is not None
    assert full.free_storage == pytest.approx(-0.5e6), "it stands above the limit already"
    unlimited = indicators.free_storage(seasonal(days, flood_season=SEASON), "pond")
    assert unlimited is not None
    assert unlimited.free_storage is None
    assert indicators.free_storage(seasonal(days, dike_crest=4.5), "pond") is None


SPRING = {"2019-10-01": 2.0, "2020-01-01": 2.0, "2020-02-01": 1.0, "2020-03-02": 2.0, "2020-06-01": 3.0}


@pytest.mark.parametrize(
    ("asked", "date"),
    [
        # 1 m lower in 31 days, back in 30, and another metre in 91.
        ({}, "2020-02-16T00"),
        ({"level": 2.5}, "2020-04-16T12"),
        ({"level": 2.9}, None),  # on 22 May, three weeks into the flood season
        ({"level": 2.9, "before": "6-1"}, "2020-05-22T21:36"),
        ({"level": 1.0}, "2020-01-01"),  # never below
        ({"level": 1.0 + 5e-7}, "2020-01-01"),  # nor by more than the numerical error
        ({"before": "02-16"}, "2020-02-16T00"),
        ({"before": "02-15"}, None),
        ({"year": 2020}, "2020-02-16T00"),
        ({"year": 2019}, None),
        ({"year": 2021}, None),
    ],
)
def test_refill_date(asked: dict[str, Any], date: str | None) -> None:
    result = seasonal(SPRING, flood_season=SEASON, normal_level=1.5, dead_level=1.2)
    found = indicators.refill_date(result, "pond", **asked)
    assert (found is None) == (date is None)
    if found is not None:  # the numerical error is worth 8 s of 1.1 cm a day
        assert abs(found - np.datetime64(date, "ms")) < np.timedelta64(10, "s")


def test_refill_date_of_the_level_and_the_season_that_a_lake_has() -> None:
    assert indicators.refill_date(seasonal(SPRING, flood_season=SEASON), "pond") is None
    assert indicators.refill_date(seasonal(SPRING, normal_level=1.5), "pond") is None
    low = seasonal(SPRING, flood_season=SEASON, ecological_level=1.25, dead_level=0.5)
    assert str(indicators.refill_date(low, "pond")).startswith("2020-02-08T11:59:57"), "less by the numerical error"
    drawn_down = seasonal({"2020-01-01": 2.0, "2020-05-01": 1.0}, flood_season=SEASON, normal_level=1.5)
    assert indicators.refill_date(drawn_down, "pond") is None
    with pytest.raises(ValueError, match="02-30"):
        indicators.refill_date(low, "pond", before="02-30")


def test_years() -> None:
    """Low for ten days on either side of New Year; a year that is not whole is there as far as it goes."""
    days = {"2019-12-01": 2.0, "2019-12-22": 1.5, "2020-01-11": 1.5, "2020-06-01": 3.0, "2021-01-01": 1.75}
    result = seasonal(days, flood_season=SEASON, ecological_level=1.5 + 1e-9, dike_crest=4.0)
    rows = indicators.years(result, "pond")
    assert [row["year"] for row in rows] == [2019, 2020]
    assert [row["low_water_days"] for row in rows] == [pytest.approx(10.0, abs=1e-5)] * 2
    assert [row["highest_level_m"] for row in rows] == [2.0, 3.0]
    assert [row["highest_time"] for row in rows] == ["2019-12-01T00:00:00", "2020-06-01T00:00:00"]
    assert [row["lowest_time"] for row in rows] == ["2019-12-22T00:00:00", "2020-01-01T00:00:00"]
    assert (rows[0]["level_first_day_m"], rows[0]["refill_date"]) == (None, None)
    on_1_may = 3.0 - 1.5 * 31 / 142
    assert rows[1]["level_first_day_m"] == pytest.approx(on_1_may)
    assert rows[1]["free_storage_first_day_m3"] == pytest.approx(1e6 * (4.0 - on_1_may))
    assert rows[1]["refill_date"] == "2020-01-01", "lower by less than the numerical error is full"
    assert {row["low_water_days"] for row in indicators.years(seasonal(days), "pond")} == {None}


def test_regime_of_parts_of_years() -> None:
    """1 cm a day from 17 December on: the half month in the mean of two Decembers counts as what there is of it."""
    days = np.arange(np.datetime64("2018-12-17"), np.datetime64("2020-01-02"))
    level = 1.0 + 0.01 * np.arange(len(days))
    found = indicators.regime(seasonal(dict(zip(days.astype(str), level.tolist(), strict=True))), "pond")
    assert found.monthly[0] == pytest.approx(1.0 + 0.01 * (15 + 15.5))
    assert found.monthly[11] == pytest.approx(1.0 + 0.01 * (15 * 7.5 + 31 * (349 + 15.5)) / 46)
    assert found.yearly_range == pytest.approx(3.65), "of the one whole year; the rest is left out"
    assert found.lowest == (np.datetime64("2018-12-17"), 1.0)
    assert found.highest[0] == np.datetime64("2020-01-01")
    assert found.highest[1] == pytest.approx(4.80)
    spring = indicators.regime(seasonal({"2020-02-11": 1.0, "2020-03-02": 3.0}), "pond")
    assert spring.monthly == (None, pytest.approx(1.95), pytest.approx(2.95), *[None] * 9)
    assert spring.yearly_range == pytest.approx(2.0)


def test_regime_beside_the_natural_one() -> None:
    natural = seasonal({"2020-01-01": 1.0, "2020-01-31": 2.0, "2020-03-01": 4.0})
    managed = seasonal({"2020-01-01": 1.5, "2020-01-31": 2.5, "2020-03-01": 2.5})
    beside = indicators.regime_beside(managed, natural, "pond")
    assert beside.natural == indicators.regime(natural, "pond")
    assert beside.managed == indicators.regime(managed, "pond")
    # January: half a metre higher for 30 days, then less by 2 m in 30 days; at the end of the 31st by 1/15 m.
    assert beside.monthly[0] == pytest.approx((30 * 0.5 + 0.5 - 1.0 / 30) / 31)
    assert beside.monthly[2:] == (None,) * 10
    assert (beside.yearly_range, beside.highest, beside.lowest) == pytest.approx((-2.0, -1.5, 0.5))
    with pytest.raises(ValueError, match="from 2019-10-01 to 2020-06-01, the natural one from 2020-01-01"):
        indicators.regime_beside(seasonal(SPRING), natural, "pond")
    with pytest.raises(KeyError, match="no lake"):
        indicators.regime_beside(managed, natural, "pund")


@pytest.mark.parametrize(
    ("levels", "below", "area", "area_days"),
    [
        # Area is level · 1 km²/m up to 4 m, and grows by 2 km²/m above; a day between two levels.
        ([3.0, 2.0], 3.0, 1e6, 0.5e6),
        ([2.0, 3.0, 2.0], 3.0, 1e6, 1e6),
        ([2.0, 4.0], 3.0, 1e6, 0.25e6),  # for half a day, half a square kilometre in the mean
        ([5.0, 3.0], 5.0, 3e6, 1.75e6),  # half a day from 0 to 2 km², down to 4 m, half a day from 2 to 3 km²
        ([3.0, 3.0], 4.0, 1e6, 1e6),
        ([5.0, 4.5], 4.0, 0.0, 0.0),
        ([0.0, 0.0], 2.0, 2e6, 2e6),  # all of it
    ],
)
def test_exposed_bed(levels: list[float], below: float, area: float, area_days: float) -> None:
    found = indicators.exposed_bed(shoal(levels), "pond", below)
    assert found is not None
    assert found[:3] == (below, pytest.approx(area), np.datetime64(DAY[0]) + int(np.argmin(levels)))
    assert found.area_days == pytest.approx(area_days)
    assert indicators.exposed_bed(shoal(levels, normal_level=below), "pond") == found


def test_exposed_bed_is_largest_at_the_lowest_level_also_between_outputs() -> None:
    result = shoal([3.0, 2.0, 3.0])
    result.lowest = lambda _: (np.datetime64("2020-07-02T06:00"), 1.5)
    found = indicators.exposed_bed(result, "pond", 3.0)
    assert found == (3.0, pytest.approx(1.5e6), np.datetime64("2020-07-02T06:00"), pytest.approx(1e6))


def test_exposed_bed_counts_from_the_normal_level_or_from_the_one_that_is_given() -> None:
    result = shoal([3.0, 2.0], normal_level=2.5)
    assert indicators.exposed_bed(result, "pond") == indicators.exposed_bed(result, "pond", 2.5)
    assert indicators.exposed_bed(shoal([3.0, 2.0], ecological_level=2.5), "pond") is None
    with pytest.raises(ValueError, match="the curve"):
        indicators.exposed_bed(result, "pond", -1.0)
    with pytest.raises(KeyError, match="no lake"):
        indicators.exposed_bed(result, "pund")


@given(
    levels=st.lists(st.floats(0.0, 6.0), min_size=2, max_size=12),
    below=st.floats(0.0, 6.0),
)
def test_exposed_bed_is_the_integral_over_the_course(levels: list[float], below: float) -> None:
    """Beside a sum over 20 000 moments of each day."""
    found = indicators.exposed_bed(shoal(levels), "pond", below)
    assert found is not None
    moments = (np.arange(20_000 * (len(levels) - 1)) + 0.5) / 20_000
    bare = np.maximum(SHORE.area(below) - SHORE.area(np.interp(moments, np.arange(len(levels)), levels)), 0.0)
    assert found.area_days == pytest.approx(bare.sum() / 20_000, abs=20.0, rel=1e-6)
    assert 0.0 <= found.area_days <= found.area * (len(levels) - 1) + 1e-3


def test_exchange_of_water() -> None:
    """12 days of 100 000 m³ through a pump and 50 000 m³ of outflow, out of 2·10⁶ m³: 1.8 / 2 in 12 of 365.25 days."""
    arrives, leaves = (Series.constant(volume / 86_400.0, "m3/s") for volume in (15e4, 5e4))
    pump = Pump(name="pump", head="pond", start_level=1.0, capacity=1e5 / 86_400.0)
    dew = Series.constant(1e-9, "m/s")
    lake = pond(inflow=arrives, outflow=leaves)
    flood = Flood(start="2020-07-01", end="2020-07-13")
    result = simulate(System(waters=[lake], structures=[pump]), flood)
    assert indicators.exchange(result, "pond") == pytest.approx(0.9 * 365.25 / 12.0)
    beside = simulate(System(waters=[lake.changed(seepage=dew, evaporation=dew, rain=2.0 * dew)]), flood)
    expected = 0.3 * 365.25 / 12.0  # of a lake that fills from 2 to 3.2 million m³
    assert indicators.exchange(beside, "pond") == pytest.approx(expected * 2.0 / 2.6)
    assert indicators.exchange(simulate(pond(), FLOOD), "pond") == 0.0
    assert indicators.exchange(simulate(pond(0.0), FLOOD), "pond") is None
    with pytest.raises(KeyError, match="no lake"):
        indicators.exchange(result, "pund")


def test_exchange_counts_what_a_dry_lake_gave_and_what_went_through_for_good() -> None:
    """A pond of 2·10⁶ m³ is asked for 4·10⁶ m³ in four days: 2·10⁶ m³ leave it, and 0.5·10⁶ m³ are the mean."""
    asked = Series.constant(1e6 / 86_400.0, "m3/s")
    dry = simulate(pond(outflow=asked), Flood(start="2020-07-01", end="2020-07-05", output_step="1 min"))
    assert dry.account["pond"].volumes["shortfall"] == pytest.approx(2e6, rel=1e-3)
    assert indicators.exchange(dry, "pond") == pytest.approx(2.0 / 0.5 * 365.25 / 4.0, rel=2e-3)
    both = pond(outflow=0.75 * asked, evaporation=0.25 * asked)
    shared = simulate(both, Flood(start="2020-07-01", end="2020-07-05", output_step="1 min"))
    assert indicators.exchange(shared, "pond") == pytest.approx(1.5 / 0.5 * 365.25 / 4.0, rel=2e-3)
    link = Channel(name="link", head="pond", tail="moor", bed=0.0, width=5.0, length=100.0)
    moor = pond(4.0).changed(name="moor")
    joined = simulate(System(waters=[pond(2.0), moor], structures=[link]), FLOOD)
    assert indicators.exchange(joined, "pond") == 0.0, "what came in through it did not go out"
    assert indicators.exchange(joined, "moor") > 0.0


def test_the_summary_begins_with_the_contract() -> None:
    row = indicators.summary(rising())
    assert list(row)[: len(CONTRACT)] == CONTRACT
    assert (row["water"], row["peak_time"]) == ("pond", "2020-07-02T00:00:00")
    assert json.loads(json.dumps(row)) == row, "plain values only"


def test_what_a_lake_does_not_have_is_none() -> None:
    row = indicators.summary(simulate(pond(), FLOOD))
    assert {name for name, value in row.items() if value is None} == {
        "hours_above_warning",
        "hours_above_guarantee",
        "flood_storage_m3",
        "flood_storage_to",
        "lockout_hours",
        "low_water_days",
        "low_water_level",
        "freeboard_m",
        "peak_attenuation",
        "peak_lag_hours",
        "hours_below_level_pool",
        "longest_lockout_hours",
        "lockout_volume_m3",
        "lockout_volume_above",
        "backwater_hours",
        "backwater_volume_m3",
        "pump_volume_m3",
        "pump_energy_kwh",
        "level_first_day_m",
        "free_storage_first_day_m3",
        "refill_date",
        "refill_level",
    }


def test_the_summary_of_a_lake_that_has_everything() -> None:
    levels = {"dead_level": 2.1, "normal_level": 2.2, "warning_level": 2.5, "guarantee_level": 2.75, "dike_crest": 4.6}
    fields = levels | {"level_pool_above": 5.0, "flood_season": ("07-02", "10-15"), "reconstructed": True}
    river = River(name="river", level=1.0)
    lake = pond(4.5, inflow=Series.constant(12.0, "m3/s"), **fields)
    shut = SluiceGate(name="gate", **GATE, leaf=6.0, opening=0.0)
    idle = Pump(name="station", head="pond", tail="river", capacity=5.0, efficiency=0.7, opening=0.0)
    row = indicators.summary(simulate(System(waters=[lake, river], structures=[shut, idle]), FLOOD), "pond")
    rise_per_hour = 12.0 * 3600.0 / 1e6
    assert [name for name, value in row.items() if value is None] == ["peak_lag_hours"], "nothing leaves"
    assert row["hours_above_warning"] == row["hours_above_guarantee"] == pytest.approx(24.0)
    assert row["flood_storage_m3"] == pytest.approx(-1.75e6)
    assert row["freeboard_m"] == pytest.approx(0.1 - 24.0 * rise_per_hour)
    assert row["lockout_hours"] == row["longest_lockout_hours"] == row["lockout_volume_m3"] == 0.0
    assert row["lockout_volume_above"] == "normal_level"
    assert row["backwater_hours"] == row["backwater_volume_m3"] == 0.0
    assert row["pump_volume_m3"] == row["pump_energy_kwh"] == 0.0
    assert row["level_first_day_m"] == pytest.approx(4.5 + 24.0 * rise_per_hour)
    assert row["free_storage_first_day_m3"] == pytest.approx(1e6 * (2.75 - 4.5 - 24.0 * rise_per_hour))
    assert (row["refill_date"], row["refill_level"]) == ("2020-07-01", "normal_level")
    assert row["hours_below_level_pool"] == pytest.approx(0.5 / rise_per_hour)
    assert row["above_curve_hours"] == pytest.approx(24.0 - 0.5 / rise_per_hour)
    assert (row["peak_inflow_m3_s"], row["peak_outflow_m3_s"], row["peak_attenuation"]) == (12.0, 0.0, 1.0)
    assert row["reconstructed"] is True


def test_every_column_has_a_label() -> None:
    result = rising()
    for column in indicators.summary(result) | indicators.years(result, "pond")[0]:
        assert label(column, "en")
        assert label(column, "zh")


def test_a_lake_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="no lake"):
        indicators.summary(rising(), "pund")
    with pytest.raises(KeyError, match="no lake"):
        indicators.freeboard(rising(), "river")
    with pytest.raises(KeyError, match="no water"):
        indicators.hours_above(rising(), "pund", 2.0)


def test_the_dike_of_a_polder_is_no_outlet_of_its_lake() -> None:
    # The polder fills over its dike and then stands as high as the lake: no river holds anything back.
    curve = Hypsometry(levels=[20, 24], areas=["1 km2", "2 km2"])
    lake = Lake(name="lake", hypsometry=curve, initial_level=21.0, inflow=Series.constant("30 m3/s", "m3/s"))
    diked = Reclaim(water="lake", polder="fields", area="0.5 km2", ground="shallowest", dike_crest=23.2, pumps=0.0)
    result = simulate(diked.apply(System(waters=[lake])), Flood(start="2020-07-01", end="2020-07-03"))
    assert result.level["fields"][-1] == pytest.approx(result.level["lake"][-1], abs=1e-3)
    assert indicators.lockout_hours(result, "lake") is None
    assert indicators.volume_waiting(result, "lake") is None
    assert indicators.backwater(result, "lake") is None


def test_what_a_polder_brings_its_lake_is_inflow() -> None:
    # 20 m³/s of its own, and 60 that a polder with a river of its own lifts into it, as much as comes there.
    lake = Lake(
        name="lake",
        hypsometry=Hypsometry.prism(0, 9, "90 km2"),
        initial_level=2.0,
        inflow=Series.constant("20 m3/s", "m3/s"),
    )
    fields = Lake(
        name="fields",
        hypsometry=Hypsometry.prism(0, 9, "1 km2"),
        initial_level=1.1,
        reclaimed_from="lake",
        inflow=Series.constant("60 m3/s", "m3/s"),
    )
    pump = Pump(name="pump", head="fields", tail="lake", start_level=1.0, capacity=60.0)
    result = simulate(System(waters=[lake, fields], structures=[pump]), Flood(start=DAY[0], end=DAY[1]))
    assert indicators.summary(result, "lake")["peak_inflow_m3_s"] == pytest.approx(80.0)
