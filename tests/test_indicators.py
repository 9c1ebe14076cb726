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
    Result,
    River,
    Series,
    SluiceGate,
    System,
    Weir,
    indicators,
    simulate,
)
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
BOX = {"shape": "box", "width": 2.0, "height": 1.5, "length": 20.0}


def pond(level: float = 2.0, **fields: Any) -> Lake:
    """A lake of 1 km² with vertical shores."""
    return Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=level, **fields)


def rising(**fields: Any) -> Result:
    """From 2 m the pond rises by 1 m in a day."""
    return simulate(pond(inflow=Series.constant(1e6 / 86_400, "m3/s"), **fields), FLOOD)


def held(
    *structures: Structure, headwater: tuple[float, ...] = (2.0, 2.0), river: tuple[float, ...] = (1.0, 3.0)
) -> Any:
    """As much of a result as lockout asks for: levels of a pond and a river, evenly spread over a day."""
    waters = {"pond": headwater, "river": river}
    system = System(waters=[pond(), River(name="river", level=1.0), pond().changed(name="moor")], structures=structures)
    times = np.datetime64(DAY[0], "ms") + np.arange(len(headwater)) * np.timedelta64(86_400_000, "ms") // (
        len(headwater) - 1
    )
    return SimpleNamespace(
        system=system, times=times, level={name: np.array(levels) for name, levels in waters.items()}
    )


def course(times: list[float], levels: list[float]) -> Any:
    """As much of a result as a duration asks for: levels of one water at hours."""
    moments = np.datetime64(DAY[0], "ms") + (np.array(times) * 3_600_000).astype("timedelta64[ms]")
    return SimpleNamespace(times=moments, level={"pond": np.array(levels)})


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
    }


def test_the_summary_of_a_lake_that_has_everything() -> None:
    levels = {"dead_level": 2.1, "warning_level": 2.5, "guarantee_level": 2.75, "dike_crest": 4.0}
    river = River(name="river", level=1.0)
    lake = pond(4.5, inflow=Series.constant(12.0, "m3/s"), **levels | {"level_pool_above": 5.0}, reconstructed=True)
    shut = SluiceGate(name="gate", **GATE, leaf=6.0, opening=0.0)
    row = indicators.summary(simulate(System(waters=[lake, river], structures=[shut]), FLOOD), "pond")
    rise_per_hour = 12.0 * 3600.0 / 1e6
    assert row["hours_above_warning"] == row["hours_above_guarantee"] == pytest.approx(24.0)
    assert row["flood_storage_m3"] == pytest.approx(-1.75e6)
    assert row["freeboard_m"] == pytest.approx(-0.5 - 24.0 * rise_per_hour)
    assert row["lockout_hours"] == 0.0
    assert row["hours_below_level_pool"] == pytest.approx(0.5 / rise_per_hour)
    assert row["above_curve_hours"] == pytest.approx(24.0 - 0.5 / rise_per_hour)
    assert (row["peak_inflow_m3_s"], row["peak_outflow_m3_s"], row["peak_attenuation"]) == (12.0, 0.0, 1.0)
    assert row["reconstructed"] is True


def test_a_lake_that_is_not_there() -> None:
    with pytest.raises(KeyError, match="no lake"):
        indicators.summary(rising(), "pund")
    with pytest.raises(KeyError, match="no lake"):
        indicators.freeboard(rising(), "river")
    with pytest.raises(KeyError, match="no water"):
        indicators.hours_above(rising(), "pund", 2.0)
