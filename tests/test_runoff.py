"""Runoff: each surface against hand computation and closed forms, the water account, and its form in a file."""

import json
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from lakesim import Catchment, Flood, Hypsometry, Lake, Pump, Series, System, Weir, runoff, scenario, simulate
from lakesim.labels import LET_GO, SHUT
from lakesim.rules import ShutOff
from lakesim.runoff import MM_A_DAY, SURFACES
from lakesim.scenario import ScenarioError
from lakesim.scenario.schema import schema

DAY = 86400.0
NO_EVAPORATION = Series.constant(0.0, "m/s", name="evaporation")
AT_ONCE = {"storage_constant": 0.0, "baseflow_constant": 0.0}


def daily(*mm: float, start: str = "2020-07-01", name: str = "rain") -> Series:
    """So many millimetres on each day."""
    days = np.datetime64(start, "D") + np.arange(len(mm) + 1)
    return Series(days, np.array(mm) * MM_A_DAY, "means", "m/s", name)


def millimetres(part: Series, area: float) -> list[float]:
    """A discharge of days as depths on an area."""
    return [round(depth, 9) for depth in (part.values * DAY / area * 1000.0).tolist()]


# The surfaces


def test_paddy_by_hand() -> None:
    """Outlets at 100 mm, 30 mm at the start; a day takes 1.25 × 4 mm of evaporation and 2 mm of percolation.

    ===  ====  ======  =====================  =====  ======
    day  rain  before  rain − 5 − 2 + before  after  runoff
    ===  ====  ======  =====================  =====  ======
    1       0      30                     23     23       0
    2     100      23                    116    100      16
    3      50     100                    143    100      43
    4       0     100                     93     93       0
    ===  ====  ======  =====================  =====  ======
    """
    paddy = Catchment(paddy="1 km2", crop_coefficient=1.25, **AT_ONCE)
    inflow, parts, account = paddy.course(daily(0, 100, 50, 0), Series.constant("4 mm/d", "m/s"), step="1 d")
    assert millimetres(parts["paddy"], 1e6) == [0, 16, 43, 0]
    assert millimetres(parts["baseflow"], 1e6) == [2, 2, 2, 2]
    assert millimetres(inflow, 1e6) == [2, 18, 45, 2]
    assert account.final["paddy"] == pytest.approx(93e3)
    assert account.volumes["evaporation"] == pytest.approx(-20e3)


def test_paddy_that_runs_dry_loses_what_is_there_and_no_more() -> None:
    """3 mm stand on it, 5 + 2 are wanted and 4 fall: all 7 go. Then nothing is there: of 3.5 mm, 2.5 and 1 go."""
    paddy = Catchment(paddy="1 km2", crop_coefficient=1.25, initial_ponding="3 mm", **AT_ONCE)
    _, parts, account = paddy.course(daily(4, 3.5, 0), Series.constant("4 mm/d", "m/s"), step="1 d")
    assert millimetres(parts["baseflow"], 1e6) == [2, 1, 0]
    assert account.volumes["evaporation"] == pytest.approx(-7.5e3)
    assert account.final["paddy"] == 0.0


def test_dry_paddy_sheds_nothing_until_it_is_full() -> None:
    """10 mm/h fill 95 mm in 9.5 h, without losses; then it sheds what falls."""
    paddy = Catchment(paddy="1 km2", initial_ponding=0.0, ponding_depth="95 mm", paddy_percolation=0.0, **AT_ONCE)
    rain = Series.pulse("2020-07-01", "12 h", "10 mm/h", unit="m/s")
    inflow = paddy.runoff(rain, NO_EVAPORATION, start="2020-07-01", end="2020-07-02")
    depths = inflow.values * 3600.0 / 1e6 * 1000.0
    assert depths[:9].tolist() == [0.0] * 9
    assert depths[9:12] == pytest.approx([5.0, 10.0, 10.0])
    assert depths[12:].tolist() == [0.0] * 12


def test_open_water_fills_up_what_it_has_evaporated_before_it_spills() -> None:
    """Full at the start; −6 mm, −6 mm, then 20 − 6 mm, of which 12 fill it up and 2 spill."""
    water = Catchment(water="1 km2", **AT_ONCE)
    inflow = water.runoff(daily(0, 0, 20, 7), Series.constant("6 mm/d", "m/s"), step="1 d")
    assert millimetres(inflow, 1e6) == [0, 0, 2, 1]


def test_open_water_that_has_dried_up_evaporates_only_its_rain() -> None:
    water = Catchment(water="1 km2", water_depth="10 mm", **AT_ONCE)
    _, _, account = water.course(daily(0, 0, 1), Series.constant("6 mm/d", "m/s"), step="1 d")
    assert account.volumes["evaporation"] == pytest.approx(-11e3)
    assert account.final["water"] == 0.0


def test_the_sealed_part_of_a_town_sheds_all_but_what_wets_it() -> None:
    """3 mm wet it on the first day and 2 of them dry; 1 + 2 − 2 are held on the second; 2 of 10 mm dry, 8 − 2 run."""
    town = Catchment(town="1 km2", paved=1.0, wetting_loss="3 mm", **AT_ONCE)
    inflow = town.runoff(daily(3, 2, 10, 0), Series.constant("2 mm/d", "m/s"), step="1 d")
    assert millimetres(inflow, 1e6) == [0, 0, 6, 0]


def test_the_rest_of_a_town_is_dry_land() -> None:
    storm, evaporation = daily(60, 80, 0), Series.constant("3 mm/d", "m/s")
    both = Catchment(town="10 km2", paved=0.6, **AT_ONCE).course(storm, evaporation)
    sealed = Catchment(town="6 km2", paved=1.0, **AT_ONCE).course(storm, evaporation)
    open_soil = Catchment(dry="4 km2", **AT_ONCE).course(storm, evaporation)
    np.testing.assert_allclose(both.inflow.values, sealed.inflow.values + open_soil.inflow.values, atol=1e-12)


def test_soil_that_does_not_fill_follows_its_exponential() -> None:
    """dW/dt = r − L·W/C:  W = W∞ + (W0 − W∞)·exp(−L·t/C) with W∞ = r·C/L; here in mm and days, after 10 of them."""
    rain, losses, capacity, start = 2.0, 5.0, 100.0, 80.0
    soil = Catchment(dry="1 km2", moisture_capacity="100 mm", initial_moisture=0.8, dry_percolation=MM_A_DAY, **AT_ONCE)
    _, parts, account = soil.course(daily(*[rain] * 10), Series.constant("4 mm/d", "m/s"))
    rest = rain * capacity / losses
    moisture = rest + (start - rest) * np.exp(-losses * 10.0 / capacity)
    assert account.final["dry"] == pytest.approx(1e3 * moisture, rel=1e-12)
    lost = start + 10.0 * rain - moisture
    assert account.volumes["evaporation"] == pytest.approx(-1e3 * lost * 4.0 / 5.0, rel=1e-12)
    assert account.volumes["baseflow"] == pytest.approx(-1e3 * lost / 5.0, rel=1e-12)
    assert not parts["dry"].values.any()


@pytest.mark.parametrize("losses", [0.0, 1e-9, 5.0, 60.0])
def test_soil_sheds_from_the_moment_at_which_it_is_full(losses: float) -> None:
    """The same equation by a general integrator that stops where W = C; then r − L runs off, in mm and days."""
    rain, capacity, start = 80.0, 100.0, 70.0

    def full(_: float, moisture: list[float]) -> float:
        return moisture[0] - capacity

    full.terminal = True  # type: ignore[attr-defined]
    found = solve_ivp(
        lambda _, moisture: [rain - losses * moisture[0] / capacity],
        (0, 1),
        [start],
        events=full,
        rtol=1e-12,
        atol=1e-9,
    )
    wanted = (rain - losses) * (1.0 - found.t[-1])
    soil = Catchment(dry="1 km2", moisture_capacity="100 mm", initial_moisture=0.7, dry_percolation=0.0, **AT_ONCE)
    inflow = soil.runoff(daily(rain), Series.constant(losses * MM_A_DAY, "m/s"), step="1 d")
    assert inflow.volume() == pytest.approx(1e3 * wanted, rel=1e-9, abs=1e-6)


def test_full_soil_under_rain_that_equals_its_losses_stays_full_and_sheds_nothing() -> None:
    rates = np.random.default_rng(1).uniform(0.1, 90.0, 200)
    soil = Catchment(dry="1 km2", initial_moisture=1.0, dry_percolation=0.0, **AT_ONCE)
    _, parts, account = soil.course(daily(*rates), daily(*rates, name="evaporation"))
    assert parts["dry"].values.max() < 1e-12
    assert account.final["dry"] == pytest.approx(account.initial["dry"], rel=1e-12)


def test_the_surfaces_do_not_depend_on_the_step_where_the_rain_is_steady() -> None:
    land = Catchment(water="3 km2", paddy="20 km2", dry="7 km2", town="2 km2", **AT_ONCE)
    rain, evaporation = daily(0, 90, 40, 0, 0, 130, 5), Series.constant("5 mm/d", "m/s")
    coarse, fine = (land.course(rain, evaporation, step=step) for step in ("1 d", "10 min"))
    for name, part in coarse.parts.items():
        days = fine.parts[name].values.reshape(7, 144).mean(axis=1)
        np.testing.assert_allclose(days, part.values, rtol=1e-9, atol=1e-12, err_msg=name)


# The reservoirs


def test_a_linear_reservoir_rises_to_its_inflow() -> None:
    """q = I·(1 − exp(−t/k));  mean of a step from t to t + Δt:  I·(1 − (k/Δt)·(1 − exp(−Δt/k))·exp(−t/k))."""
    constant, step = 6 * 3600.0, 3600.0
    inflow = Catchment(water="36 km2", storage_constant=constant).runoff(daily(24, 24), NO_EVAPORATION)
    hours = 3600.0 * np.arange(48)
    mean = 10.0 * (1.0 - constant / step * (1.0 - np.exp(-step / constant)) * np.exp(-hours / constant))
    np.testing.assert_allclose(inflow.values, mean, rtol=1e-12)


def test_baseflow_recedes_as_an_exponential_whatever_the_step() -> None:
    """q = q0·exp(−t/k);  volume from t1 to t2:  q0·k·(exp(−t1/k) − exp(−t2/k)); the last step is a short one."""
    land = Catchment(dry=1.0, initial_moisture=0.0, baseflow_constant="5 d", initial_baseflow="20 m3/s")
    dry_days = daily(*[0.0] * 10)
    inflow = land.runoff(dry_days, NO_EVAPORATION, step="7 h")
    assert inflow.times[-1] - inflow.times[-2] == np.timedelta64(2, "h")
    seconds = (inflow.times - inflow.times[0]) / np.timedelta64(1, "s")
    storage = 20.0 * 5 * DAY * np.exp(-seconds / (5 * DAY))
    np.testing.assert_allclose(inflow.values * np.diff(seconds), -np.diff(storage), rtol=1e-12)


def test_each_surface_may_have_its_own_storage_constant() -> None:
    areas = {"water": 1e6, "paddy": 2e6, "dry": 3e6, "town": 4e6}
    own = {f"{name}_constant": 3600.0 * number for number, name in enumerate(areas, 1)}
    rain, evaporation = daily(200, 0), Series.constant("3 mm/d", "m/s")
    parts = Catchment(**areas, **own).course(rain, evaporation).parts
    for number, name in enumerate(areas, 1):
        alone = Catchment(**{name: areas[name]}, storage_constant=3600.0 * number).course(rain, evaporation).parts
        assert parts[name] == alone[name]
    common = Catchment(**areas).course(rain, evaporation)
    assert common.parts["town"] != parts["town"]
    np.testing.assert_allclose(common.inflow.values, np.sum([part.values for part in common.parts.values()], axis=0))


# The account

DEPTHS = st.floats(0.0, 300.0) | st.just(0.0)
AREAS = st.floats(1e4, 1e10) | st.just(0.0)
CONSTANTS = st.sampled_from([0.0, 60.0, 3600.0, 1e5, 1e7])
SHARES = st.floats(0.0, 1.0)


@st.composite
def catchments(draw: st.DrawFn) -> Catchment:
    areas = {name: draw(AREAS) for name in SURFACES}
    if not any(areas.values()):
        areas["paddy"] = 1e6
    ponding, ground = draw(st.floats(0.0, 0.5)), draw(CONSTANTS)
    return Catchment(
        **areas,
        water_depth=draw(st.floats(0.0, 2.0)),
        ponding_depth=ponding,
        initial_ponding=ponding * draw(SHARES),
        crop_coefficient=draw(st.floats(0.0, 2.0)),
        paddy_percolation=draw(st.floats(0.0, 20.0)) * MM_A_DAY,
        moisture_capacity=draw(st.floats(0.001, 0.5)),
        initial_moisture=draw(SHARES),
        dry_percolation=draw(st.floats(0.0, 20.0)) * MM_A_DAY,
        paved=draw(SHARES),
        wetting_loss=draw(st.floats(0.0, 0.01)),
        storage_constant=draw(CONSTANTS),
        town_constant=draw(st.none() | CONSTANTS),
        baseflow_constant=ground,
        initial_baseflow=draw(st.floats(0.0, 100.0)) if ground else 0.0,
    )


@given(
    catchments(),
    st.lists(DEPTHS, min_size=1, max_size=12),
    st.floats(0.0, 12.0),
    st.sampled_from(["1 h", "5 h", "1 d"]),
)
def test_no_water_is_made_or_lost(land: Catchment, rain: list[float], evaporation: float, step: str) -> None:
    fell = daily(*rain)
    inflow, parts, account = land.course(fell, Series.constant(evaporation * MM_A_DAY, "m/s"), step=step)
    area = sum(land.areas.values())
    assert account.volumes["rain"] == pytest.approx(area * fell.volume(), rel=1e-12)
    there = account.volumes["rain"] + sum(account.initial.values())
    assert abs(account.residual) <= 1e-12 * there
    assert inflow.volume() == pytest.approx(-sum(account.volumes[name] for name in parts), rel=1e-12, abs=1e-12 * there)
    assert all(part.values.min() >= -1e-12 * there / DAY for part in parts.values())
    assert all(volume <= 0.0 for entry, volume in account.volumes.items() if entry != "rain")
    assert all(held >= 0.0 for held in account.final.values())


def test_the_account_shows_what_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    land, rain, evaporation = Catchment(paddy="1 km2"), daily(100, 0), Series.constant("5 mm/d", "m/s")
    whole = runoff._shared
    monkeypatch.setattr(runoff, "_shared", lambda lost, *wanted: whole(0.9 * lost, *wanted))
    account = land.course(rain, evaporation).account
    assert account.residual == pytest.approx(0.1 * 2 * (1.1 * 5 + 2) * 1e3)


@given(catchments(), st.lists(st.tuples(DEPTHS, DEPTHS), min_size=1, max_size=8), st.floats(0.0, 12.0))
def test_more_rain_never_gives_less_runoff(
    land: Catchment, rain: list[tuple[float, float]], evaporation: float
) -> None:
    less, more = daily(*(one for one, _ in rain)), daily(*(one + other for one, other in rain))
    drying = Series.constant(evaporation * MM_A_DAY, "m/s")
    low, high = land.runoff(less, drying, step="6 h"), land.runoff(more, drying, step="6 h")
    assert (high.values - low.values).min() >= -1e-10 * max(1.0, high.values.max())


def test_higher_outlets_hold_back_what_their_height_says() -> None:
    rain = daily(150, 100)
    low, high = (
        Catchment(paddy="100 km2", ponding_depth=depth, **AT_ONCE).runoff(rain, NO_EVAPORATION).volume()
        for depth in ("10 cm", "15 cm")
    )
    assert low - high == pytest.approx(0.05 * 100e6)


def test_the_runoff_coefficient() -> None:
    sealed = Catchment(town="1 km2", paved=1.0, wetting_loss="10 mm", **AT_ONCE)
    assert sealed.course(daily(40), NO_EVAPORATION).account.runoff_coefficient == pytest.approx(0.75)
    assert sealed.course(daily(0), NO_EVAPORATION).account.runoff_coefficient is None


# Rain and evaporation over time


def test_instants_are_taken_by_their_exact_volume() -> None:
    rain = Series(["2020-07-01 00:20", "2020-07-01 03:50", "2020-07-01 09:05"], [0.0, 5e-6, 0.0], "instants", "m/s")
    inflow, _, account = Catchment(water="1 km2", **AT_ONCE).course(rain, NO_EVAPORATION)
    assert account.volumes["rain"] == pytest.approx(1e6 * rain.volume(), rel=1e-14)
    assert inflow.values[:2] == pytest.approx([1e6 * rain.at("2020-07-01 00:50"), 1e6 * rain.at("2020-07-01 01:50")])


def test_a_year_of_evaporation_has_its_29_february() -> None:
    months = Series.climatology([1, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1], by="month", unit="mm/d", si_unit="m/s")
    days = Series.climatology(np.linspace(1, 3, 366), by="day", unit="mm/d", si_unit="m/s")
    water = Catchment(water="1 km2")
    for evaporation in (months, days):
        for year, count in (("2020", 29), ("2021", 28)):
            period = {"start": f"{year}-02-01", "end": f"{year}-03-01"}
            inflow, _, account = water.course(Series.constant(0.0, "m/s"), evaporation, **period)
            assert len(inflow) == 24 * count
            assert account.volumes["evaporation"] == pytest.approx(-1e6 * evaporation.volume(*period.values()))
    assert account.volumes["evaporation"] != pytest.approx(-1e3 * 28)


def test_the_period_is_what_rain_and_evaporation_have_in_common() -> None:
    water = Catchment(water="1 km2")
    rain, evaporation = daily(1, 2, 3), daily(1, 1, 1, start="2020-07-02", name="evaporation")
    assert water.runoff(rain, evaporation).times[[0, -1]].tolist() == [evaporation.times[0], rain.times[-1]]
    storm = Series.pulse("2020-07-01", "6 h", "20 mm/h", unit="m/s")
    assert water.runoff(storm, evaporation).times[0] == evaporation.times[0]
    given_end = water.runoff(rain, NO_EVAPORATION, end="2020-07-02 06:00")
    assert given_end.times[[0, -1]].tolist() == [rain.times[0], np.datetime64("2020-07-02T06", "ms")]
    assert (given_end.kind, given_end.unit, given_end.name) == ("means", "m3/s", "runoff")


# Bad input


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"paddy": -1.0}, "-1.0 is out of range; area must be in 0"),
        ({"paddy": np.nan}, "nan is not a finite number"),
        ({"paddy": "20"}, "'20' has no unit"),
        ({}, "no surface has an area; give one of water, paddy, dry, town"),
        ({"water": 0.0, "town": 0.0}, "no surface has an area"),
        ({"paddy": 1.0, "initial_ponding": 0.2}, "the initial ponding 0.2 m lies above the ponding depth 0.1 m"),
        ({"dry": 1.0, "moisture_capacity": 0.0}, "the moisture capacity is 0"),
        ({"dry": 1.0, "initial_moisture": 1.2}, "fraction must be in 0 … 1"),
        ({"dry": 1.0, "baseflow_constant": 0.0, "initial_baseflow": 3.0}, "give a baseflow constant above 0"),
        ({"dry": 1.0, "storage_constant": "1 month"}, "months and years differ in length"),
        ({"paddy": 1.0, "pady": 1.0}, "Extra inputs are not permitted"),
    ],
)
def test_a_catchment_that_cannot_be(fields: dict[str, object], fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        Catchment(**fields)


def test_all_faults_of_a_catchment_come_at_once() -> None:
    with pytest.raises(ValueError, match=r"no surface(.|\n)*initial ponding(.|\n)*moisture capacity"):
        Catchment(initial_ponding=0.2, moisture_capacity=0.0)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"rain": Series.constant(20.0, "m3/s")}, "the rain is in m3/s, and m/s is needed"),
        ({"rain": Series.constant(20.0, "")}, "the rain is in no unit, and m/s is needed"),
        ({"rain": daily(3, -1)}, "the rain falls to -1.15741e-08 m/s"),
        ({"evaporation": Series.pulse("2020-07-01", "1 d", 0.0, -1.0, unit="m/s")}, "the evaporation falls to -1 m/s"),
        ({"rain": Series.constant(0.0, "m/s")}, "neither the rain nor the evaporation has a first and a last date"),
        ({"evaporation": daily(1, start="2020-08-01")}, "have nothing in common from 2020-08-01 to 2020-07-04"),
        (
            {"evaporation": daily(1), "end": "2020-07-03"},
            "covers 2020-07-01 to 2020-07-02, and 2020-07-01 to 2020-07-03",
        ),
        ({"start": "2020-06-01"}, "series rain covers 2020-07-01 to 2020-07-04"),
        ({"start": "2020-07-03", "end": "2020-07-02"}, "the end 2020-07-02 is not after the start 2020-07-03"),
        ({"start": "2021-02-29"}, "the start '2021-02-29': no such day in the calendar"),
        ({"step": 0}, "the step is 0; it has to be a millisecond at least"),
        ({"step": "-1 h"}, "the step is '-1 h'"),
        ({"step": "nan h"}, "the step 'nan h' does not start with a plain decimal number"),
        ({"step": 0.1}, "the step 0.1 makes 2592000 steps from 2020-07-01 to 2020-07-04"),
    ],
)
def test_rain_that_makes_no_runoff(changes: dict[str, object], fault: str) -> None:
    call = {"rain": daily(1, 2, 3), "evaporation": NO_EVAPORATION, **changes}
    with pytest.raises(ValueError, match=fault):
        Catchment(paddy="1 km2").runoff(**call)


def test_faults_of_rain_and_evaporation_come_at_once() -> None:
    with pytest.raises(ValueError, match="the rain is in m3/s") as caught:
        Catchment(paddy=1.0).runoff(Series.constant(-1.0, "m3/s"), Series.constant(-1.0, "m"))
    assert len(str(caught.value).splitlines()) == 4


# In a file

FILE = """
[lake]
name = "lake"
hypsometry = {prism = {bottom = 0, top = 5, area = "100 km2"}}
initial_level = 1.0

[flood]
start = 2020-07-02
end = 2020-07-05

[flood.inflow.runoff]
paddy = "2000 km2"
town = "100 km2"
storage_constant = "1 d"
evaporation = {monthly = [1, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1], unit = "mm/d"}

[flood.inflow.runoff.rain]
file = "rain.csv"
column = "rain [mm/d]"
kind = "means"

[[cases]]
name = "base"

[[cases]]
name = "bunds"
flood.inflow.runoff = {rain = "60 mm/d", evaporation = "3 mm/d", start = 2020-07-01, end = 2020-07-06, paddy = 1e9}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rain.csv").write_text("date,rain [mm/d]\n2020-07-01,20\n2020-07-02,150\n2020-07-03,0\n2020-07-04,7\n")
    (tmp_path / "scenario.toml").write_text(FILE, encoding="utf-8")
    return tmp_path


def test_a_file_says_a_runoff_as_a_call_does(folder: Path) -> None:
    base, bunds = scenario.read(folder / "scenario.toml").cases
    evaporation = Series.climatology([1, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1], by="month", unit="mm/d", si_unit="m/s")
    land = Catchment(paddy="2000 km2", town="100 km2", storage_constant="1 d")
    assert base.flood.series["lake.inflow"] == land.runoff(daily(20, 150, 0, 7), evaporation)
    assert base.flood.series["lake.inflow"].name == "lake.inflow"
    steady = [Series.constant(rate, "m/s") for rate in ("60 mm/d", "3 mm/d")]
    other = Catchment(paddy=1e9).runoff(*steady, start="2020-07-01", end="2020-07-06")
    assert bunds.flood.series["lake.inflow"] == other


def test_the_explained_file_runs_to_the_same_bits(folder: Path) -> None:
    first = scenario.read(folder / "scenario.toml")
    text = first.explained()
    for line in ("ponding_depth = 0.1  # m", "step = 3600.0", "[flood.lake.inflow.runoff.rain]", "sha256 = "):
        assert line in text
    assert "# town_constant: the storage constant of all [s]" in text
    again = scenario.read(text, folder=folder)
    assert again.explained() == text
    results = first.run()
    results["base"].to_netcdf(folder / "base.nc")
    (folder / "rain.csv").unlink()
    alone = scenario.read(folder / "base.nc")
    assert alone.explained() == first.explained(written_out=True)
    for other in (again, alone):
        for name, result in other.run().items():
            assert result.level["lake"].tobytes() == results[name].level["lake"].tobytes()


def test_the_schema_knows_a_runoff(folder: Path) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema())
    table = json.loads(json.dumps(tomllib.loads(FILE), default=str))
    assert not list(validator.iter_errors(table))
    explained = tomllib.loads(scenario.read(folder / "scenario.toml").explained(written_out=True))
    assert not list(validator.iter_errors(json.loads(json.dumps(explained, default=str))))
    table["flood"]["inflow"]["runoff"]["padi"] = 3.0
    assert list(validator.iter_errors(table))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"2000 km2"', "-1", "line 12: flood.inflow.runoff.paddy: -1 is out of range"),
        ('paddy = "2000 km2"\ntown = "100 km2"', "", "flood.inflow.runoff: no surface has an area"),
        ("storage_constant", "storag_constant", "flood.inflow.runoff.storag_constant: there is no such key"),
        (
            "storage_constant",
            "moisture_capacity = 0\nstorage_constant",
            "runoff.moisture_capacity: the moisture capacity",
        ),
        ("storage_constant", "step = 0\nstorage_constant", "flood.inflow.runoff.step: the step is 0"),
        ("storage_constant", "start = 2020-06-01\nstorage_constant", "flood.inflow.runoff.rain: series rain covers"),
        (
            "storage_constant",
            'start = "June"\nstorage_constant',
            "flood.inflow.runoff.start: the start 'June': no date",
        ),
        ('"rain.csv"', '"rian.csv"', "flood.inflow.runoff.rain: there is no file"),
        ('kind = "means"', 'kind = "means"\nunit = "m3/s"', "runoff.rain: the column 'rain .mm/d.' is in mm/d"),
        ("[1, 1, 2,", "[1, 2,", "flood.inflow.runoff.evaporation: .* has 11 values by month"),
        ("[1, 1, 2,", "[-1, 1, 2,", "flood.inflow.runoff.evaporation: the evaporation falls to"),
        ("evaporation = {monthly", "evaporatoin = {monthly", "runoff.evaporatoin: there is no such key; did you mean"),
        (
            "flood.inflow.runoff]",
            "flood.inflow]\nunit = 1\n[flood.inflow.runoff]",
            "flood.inflow.unit: there is no such key",
        ),
        ("flood.inflow", "flood.rain", "flood.rain.runoff: a runoff is a discharge in m3/s, and this is none"),
        ("end = 2020-07-05", "end = 2020-07-09", "flood.inflow: series lake.inflow covers 2020-07-01 to 2020-07-05"),
    ],
)
def test_faults_name_their_place(old: str, new: str, fault: str, folder: Path) -> None:
    text = FILE[: FILE.index("[[cases]]")].replace(old, new)
    with pytest.raises(ScenarioError, match=fault) as caught:
        scenario.read(text, folder=folder)
    assert len(caught.value.faults) == 1, caught.value


def test_a_runoff_without_rain_and_evaporation_lacks_both(folder: Path) -> None:
    text = FILE[: FILE.index("evaporation")]
    with pytest.raises(ScenarioError) as caught:
        scenario.read(text, folder=folder)
    assert [fault.split(": ")[-1] for fault in caught.value.faults] == [
        "rain is missing; give it, a series in m/s",
        "evaporation is missing; give it, a series in m/s",
    ]


# Into the lake

STORM = Series(["2020-07-01", "2020-07-02", "2020-07-03", "2020-07-15"], [0.0, 150 * MM_A_DAY, 0.0], "means", "m/s")
LAND = Catchment(paddy="1500 km2", town="100 km2", storage_constant="1 d")
PERIOD = Flood(start="2020-07-01", end="2020-07-15")


def test_land_that_drains_by_gravity_gives_the_lake_its_runoff() -> None:
    inflow, _, account = LAND.course(STORM, Series.constant("3 mm/d", "m/s"))
    curve = Hypsometry.prism(bottom=20, top=30, area="300 km2")
    lake = Lake(name="lake", hypsometry=curve, initial_level=25.0, inflow=inflow)
    result = simulate(System(waters=[lake]), PERIOD)
    reached = -sum(account.volumes[name] for name in (*SURFACES, "baseflow"))
    assert result.account["lake"].volumes["inflow"] == pytest.approx(reached, rel=1e-12)
    assert result.level["lake"][-1] == pytest.approx(25.0 + reached / 300e6, abs=1e-9)


def test_land_that_is_pumped_waits_while_the_lake_is_too_high() -> None:
    """The pump stops where the lake comes to 26.0 m and starts again at 25.9 m; what it does not lift stays below."""
    runoff_of_land = LAND.runoff(STORM, Series.constant("3 mm/d", "m/s"))
    low, high = Hypsometry.prism(bottom=20, top=25, area="60 km2"), Hypsometry.prism(bottom=20, top=30, area="300 km2")
    fields = Lake(name="fields", hypsometry=low, initial_level=22.0, inflow=runoff_of_land)
    river = Series.triangle("2020-07-01", 600.0, "2 d", "6 d")
    lake = Lake(name="lake", hypsometry=high, initial_level=25.7, inflow=river)
    structures = [
        Weir(name="sluice", head="lake", crest=25.0, width=200.0),
        Pump(name="lift", head="fields", tail="lake", start_level=22.0, capacity="300 m3/s"),
    ]
    limit = ShutOff(structure="lift", watch="tail", above="26.0 m", resume="25.9 m")
    free, held = (
        simulate(System(waters=[fields, lake], structures=structures, rules=rules), PERIOD) for rules in ((), (limit,))
    )
    moves = [event for event in held.events if event.structure == "lift"]
    assert [event.reason for event in moves[:2]] == [SHUT, LET_GO]
    assert [event.level for event in moves[:2]] == pytest.approx([26.0, 25.9], abs=1e-6)
    level, lifted = held.level["lake"], held.discharge["lift"]
    waiting = (held.times > moves[0].time) & (held.times < moves[1].time)
    assert waiting.sum() > 24
    assert not lifted[waiting].any()
    assert lifted[: waiting.argmax()].max() == lifted.max() == 300.0
    assert level.max() < free.level["lake"].max()
    assert held.level["fields"].max() > free.level["fields"].max() + 0.3
    for result in (free, held):
        account = result.account["fields"]
        there = account.initial_storage + runoff_of_land.volume() + account.volumes["lift"]
        assert account.final_storage == pytest.approx(there, rel=1e-12)
        assert result.residual_relative < 1e-12
