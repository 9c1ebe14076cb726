"""Studies over many runs: the exchange rate against closed forms and direct runs, both sides of the ledger, ranges."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakesim import (
    Flood,
    Hypsometry,
    Lake,
    Pump,
    River,
    RuleCurve,
    Series,
    SluiceGate,
    StartStop,
    System,
    Weir,
    indicators,
    labels,
    scenario,
    simulate,
    study,
)
from lakesim.measures import Measure, PumpStartLevel, Reclaim, ReturnToLake, WinterLevel, apply_all
from lakesim.study import Input, TradeOff, Vary
from lakesim.study.base import Figure
from lakesim.study.printing import columns, width, written
from lakesim.units import Area, Level

KM2 = 1e6


class StartAt(Measure):
    """Another level at the start."""

    type: Literal["start_at"] = "start_at"
    water: str = "pond"
    level: Level = 1.0
    rise: Level = 0.0

    def _applied(self, system: System) -> System:
        return system.replaced(system.lakes[0].changed(initial_level=self.level + self.rise))


class Widen(Measure):
    """A lake with vertical shores, wider by an area."""

    type: Literal["widen"] = "widen"
    water: str = "pond"
    area: Area = 0.0

    def _applied(self, system: System) -> System:
        return system.replaced(system.lakes[0].changed(hypsometry=Hypsometry.prism(0, 20, 10 * KM2 + self.area)))


# 20·10⁶ m³ come in four days and nothing leaves: peak = x + 20·10⁶ m³ / (10 km² + y).
VOLUME = 20e6
POND = System(
    waters=[
        Lake(
            name="pond",
            hypsometry=Hypsometry.prism(0, 20, 10 * KM2),
            initial_level=1.0,
            inflow=Series.constant(VOLUME / 345_600.0, "m3/s"),
        )
    ]
)
FOUR_DAYS = Flood(start="2020-07-01", end="2020-07-05", output_step="6 h")
LEVEL = Vary(StartAt(), "level", 0.5, 2.5)
AREA = Vary(Widen(), "area", 0.0, "10 km2")


def surface(value: Callable[[Any, Any], Any], size: tuple[int, int] = (21, 11), name: str = "peak_level_m") -> TradeOff:
    """A grid from 0 to 1 in x and y, of a figure that is known everywhere."""
    x, y = np.linspace(0.0, 1.0, size[0]), np.linspace(0.0, 1.0, size[1])
    values = np.asarray(value(x[None, :], y[:, None]) + np.zeros((size[1], size[0])))
    ends = {"low": 0.0, "high": 1.0}
    varies = Vary(StartAt(), "level", **ends), Vary(StartAt(), "rise", **ends)
    return TradeOff(x, y, values, *varies, Figure(POND.lakes[0], name, lambda _: 0.0), 0.0, False)


# The exchange rate, on surfaces that are known


@settings(max_examples=40, deadline=None)
@given(slope=st.floats(0.1, 10.0), other=st.floats(0.1, 10.0), sign=st.sampled_from([-1.0, 1.0]), data=st.data())
def test_on_a_plane_the_rate_is_the_same_everywhere(slope: float, other: float, sign: float, data: Any) -> None:
    """Of a x + b y it is −a/b, and holds until the iso-line leaves the grid in x or in y."""
    x, y = (data.draw(st.floats(0.0, 1.0)) for _ in range(2))
    rate = surface(lambda x, y: slope * x + sign * other * y).exchange_rate(at=(x, y))
    assert rate.rate == pytest.approx(-slope / (sign * other), rel=1e-6)
    assert (rate.reason, rate.value) == (None, pytest.approx(slope * x + sign * other * y))
    assert rate.slopes == pytest.approx((slope, sign * other), rel=1e-6)
    for limit, end in ((rate.below, 0.0), (rate.above, 1.0)):
        assert limit is not None
        reaches = y + rate.rate * (end - x)
        if 1e-6 < reaches < 1.0 - 1e-6:
            assert (limit.x, limit.reason) == (end, "end_of_x")
        elif not -1e-6 < reaches < 1.0 + 1e-6:
            assert limit.reason == "end_of_y"
            more = "more" if reaches > 1.0 else "less"
            assert f"it would take {more} of the second than the grid has." in str(rate)
            assert f"所需的后者{'大于' if reaches > 1.0 else '小于'}计算范围" in rate.told("zh")
            edge = x + ((reaches > 1.0) - y) / rate.rate
            assert abs(limit.x - edge) <= abs(end - x) / 200 + 1e-6


def test_where_x_stops_acting() -> None:
    """f = max(x − ½, 0) − y; from (0.8, 0.5) on, y − 0.5 is −0.3 below ½, so −0.3/(x − 0.8) is 20 % off at 0.425."""
    trade = surface(lambda x, y: np.maximum(x - 0.5, 0.0) - y)
    rate = trade.exchange_rate(at=(0.8, 0.5))
    assert rate.rate == pytest.approx(1.0)
    assert rate.below is not None
    assert (rate.below.reason, rate.above) == ("no_effect_of_x", study.Limit(1.0, "end_of_x"))
    assert rate.below.x == pytest.approx(0.425, abs=0.8 / 200)
    assert rate.holds == (rate.below.x, 1.0)
    assert "Below 0.43 m the first has no more effect" in str(rate)


def test_where_x_does_not_act_it_is_worth_nothing() -> None:
    trade = surface(lambda x, y: np.maximum(x - 0.5, 0.0) - y)
    rate = trade.exchange_rate(at=(0.2, 0.5))
    assert (rate.rate, rate.reason) == (0.0, "no_effect_of_x")
    assert rate.above is not None
    assert (rate.below, rate.above.reason) == (study.Limit(0.0, "end_of_x"), "effect_of_x")
    assert rate.above.x == pytest.approx(0.51, abs=0.008)
    assert "worth nothing" in str(rate)


def test_where_y_does_not_act_there_is_no_rate() -> None:
    trade = surface(lambda x, y: x - np.maximum(y - 0.5, 0.0))
    rate = trade.exchange_rate(at=(0.5, 0.2))
    assert (rate.rate, rate.reason, rate.below, rate.above, rate.holds) == (None, "no_effect_of_y", None, None, None)
    neither = surface(lambda x, y: 0.0 * (x + y)).exchange_rate(at=(0.5, 0.5))
    assert (neither.rate, neither.reason) == (None, "no_effect")
    stops = surface(lambda x, y: x - np.minimum(y, 0.5)).exchange_rate(at=(0.2, 0.2))
    assert (stops.rate, stops.below) == (pytest.approx(1.0), study.Limit(0.0, "end_of_x"))
    assert stops.above is not None
    assert (stops.above.x, stops.above.reason) == (pytest.approx(0.5, abs=0.8 / 200), "no_effect_of_y")


def test_an_effect_of_less_than_a_centimetre_is_none() -> None:
    slight = surface(lambda x, y: 9e-3 * x - y)
    assert slight.exchange_rate(at=(0.5, 0.5)).reason == "no_effect_of_x"
    assert surface(lambda x, y: 1.1e-2 * x - y).exchange_rate(at=(0.5, 0.5)).reason is None
    hours = surface(lambda x, y: 9e-4 * (x + y), name="hours_above_warning")
    assert hours.exchange_rate(at=(0.5, 0.5)).rate == pytest.approx(-1.0), "a part of what it does on the grid"


def test_an_edge_is_told() -> None:
    """Slopes of 1 below ½ and 3 above: in the middle the rate is their mean, and holds on neither side."""
    trade = surface(lambda x, y: np.where(x < 0.5, x, 3.0 * x - 1.0) - y)
    rate = trade.exchange_rate(at=(0.5, 0.5))
    assert rate.rate == pytest.approx(2.0)
    assert rate.holds == (0.5, 0.5)
    assert "has an edge here" in str(rate)
    assert "转折" in rate.told("zh")
    assert trade.exchange_rate(at=(0.25, 0.5)).rate == pytest.approx(1.0)


def test_of_two_iso_lines_the_one_through_the_point_is_followed() -> None:
    """f = |y − ½| − x/5: from (0.5, 0.8) up along y = 0.8 + (x − 0.5)/5; as high is y = 0.2 − (x − 0.5)/5."""
    rate = surface(lambda x, y: np.abs(y - 0.5) - 0.2 * x).exchange_rate(at=(0.5, 0.8))
    assert rate.rate == pytest.approx(0.2)
    assert rate.holds == (0.0, 1.0)


def test_iso_lines() -> None:
    trade = surface(lambda x, y: x - y)
    (line,) = trade.iso(0.25)
    np.testing.assert_allclose(line[:, 0] - line[:, 1], 0.25, atol=1e-12)
    assert (line[:, 0].min(), line[:, 0].max()) == pytest.approx((0.25, 1.0))
    assert trade.iso(1.5) == []
    assert len(surface(lambda x, y: (x - 0.5) ** 2 + 0.0 * y).iso(0.04)) == 2
    assert trade.at(0.33, 0.47) == pytest.approx(-0.14)


def test_the_middle_of_the_grid_is_meant_where_no_point_is_given() -> None:
    trade = surface(lambda x, y: x - y**2)
    assert trade.exchange_rate() == trade.exchange_rate(at=(0.5, 0.5))


@pytest.mark.parametrize("at", [(150,), 0.5, "0.5 m", (0.1, 0.2, 0.3)])
def test_a_point_has_an_x_and_a_y(at: Any) -> None:
    with pytest.raises(ValueError, match=r"give its x and its y, as in at=\(0.5, 0.5\)"):
        surface(lambda x, y: x - y).exchange_rate(at=at)


@pytest.mark.parametrize("size", [5, (2.5, 3), (2, 3, 4), "ab"])
def test_a_size_is_two_whole_numbers(size: Any) -> None:
    with pytest.raises(TypeError, match="give how many values of x, and of y, two whole numbers"):
        study.trade_off(POND, FOUR_DAYS, LEVEL, AREA, size=size)


def test_what_is_given_in_place_of_another_thing_is_told() -> None:
    wrong: Any = "level"
    with pytest.raises(TypeError, match=r"^y is 'level'; give a number of a measure, Vary"):
        study.trade_off(POND, FOUR_DAYS, LEVEL, wrong)
    with pytest.raises(TypeError, match=r"^'level' is no measure; give a measure itself"):
        study.trade_off(POND, FOUR_DAYS, LEVEL, AREA, size=(2, 2), measures=[wrong])
    with pytest.raises(TypeError, match=r"^there is no argument 'core'; beside its own a study has tolerance"):
        study.ranges(POND, FOUR_DAYS, [HALF], CASES, core=2)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match=r"^the cases are given without names"):
        study.ranges(POND, FOUR_DAYS, [HALF], [StartAt()])  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^the runs are given without names"):
        study.ledger([simulate(POND, FOUR_DAYS)])  # type: ignore[arg-type]


def test_outside_the_grid_nothing_is_known() -> None:
    trade = surface(lambda x, y: x - y)
    with pytest.raises(ValueError, match="outside the grid") as fault:
        trade.exchange_rate(at=(1.2, "-1 m"))
    assert len(str(fault.value).split("\n")) == 2
    with pytest.raises(ValueError, match="where nothing was computed"):
        trade.at(0.5, 1.01)
    with pytest.raises(
        ValueError, match=r"^level of start_at 'pond': '3 km2'.*\nrise of start_at 'pond': 'low'"
    ) as fault:
        trade.at("3 km2", "low")
    assert "pydantic" not in str(fault.value)


# The exchange rate, by runs


@pytest.fixture(scope="module")
def exact() -> TradeOff:
    return study.trade_off(POND, FOUR_DAYS, LEVEL, AREA)


def test_the_grid_is_that_of_single_runs(exact: TradeOff) -> None:
    assert (exact.values.shape, exact.x[4], exact.y[3]) == ((11, 21), pytest.approx(0.9), pytest.approx(3e6))
    rise = VOLUME / (10 * KM2 + exact.y)
    np.testing.assert_allclose(exact.values, exact.x[None, :] + rise[:, None], atol=1e-6)
    system = apply_all(POND, [LEVEL.at(float(exact.x[4])), AREA.at(float(exact.y[3]))])
    assert exact.values[3, 4] == study.peak_level(simulate(system, FOUR_DAYS), "pond"), "to the bit"
    assert not exact.values.flags.writeable


def test_the_exchange_rate_is_the_closed_one(exact: TradeOff) -> None:
    """dy/dx = (10 km² + y)² / V: 11.25 km²/m at 5 km². Its error is that of df/dy over two steps k of the grid:

    V / ((A + y)² − k²) for V / (A + y)², k = 1 km²: 1/224 of the rate, at a point of the grid.
    """
    rate = exact.exchange_rate(at=(1.5, "5 km2"))
    assert rate.rate is not None
    assert rate.rate == pytest.approx(225.0 / 20.0 * KM2 * 224.0 / 225.0, rel=1e-6)
    # The iso-line is (10 km² + y) = V / (f − x), its secant over the rate rise / (rise − Δx), with a rise of 4/3 m:
    # 1.2 at Δx = rise/6, 0.8 at Δx = −rise/4. The rate is low by 1/225, and the grid is linear between its points.
    assert rate.holds is not None
    assert rate.holds == (pytest.approx(1.5 - 1.0 / 3.0, abs=0.03), pytest.approx(1.5 + 2.0 / 9.0, abs=0.02))
    assert (rate.below and rate.below.reason, rate.above and rate.above.reason) == ("changed", "changed")
    between = exact.exchange_rate(at=(1.537, 4.6e6))
    assert between.rate == pytest.approx(14.6**2 / 20.0 * KM2, rel=0.01)


def test_two_numbers_of_one_measure_are_changed_together() -> None:
    trade = study.trade_off(POND, FOUR_DAYS, LEVEL, Vary(StartAt(), "rise", 0.0, 1.0), size=(3, 2))
    np.testing.assert_allclose(trade.values, trade.x[None, :] + trade.y[:, None] + 2.0, atol=1e-6)
    with pytest.raises(ValueError, match="x and y are both level of start_at"):
        study.trade_off(POND, FOUR_DAYS, LEVEL, LEVEL)


def test_what_cannot_be_run_is_told_with_its_place() -> None:
    with pytest.raises(ValueError, match="the grid has 1 values of y; take at least 2"):
        study.trade_off(POND, FOUR_DAYS, LEVEL, AREA, size=(3, 1))
    deep = Vary(StartAt(), "level", -1.0, 1.0)
    with pytest.raises(ValueError, match=r"level = -1: start_at .*below the lake's bottom"):
        study.trade_off(POND, FOUR_DAYS, deep, AREA, size=(3, 2))
    with pytest.raises(ValueError, match=r"level = 0.5, area = 0: the indicator 'freeboard_m' .* has no value"):
        study.trade_off(POND, FOUR_DAYS, LEVEL, AREA, size=(3, 2), indicator="freeboard_m")


def test_the_grid_tells_how_far_it_is() -> None:
    parts: list[float] = []
    study.trade_off(POND, FOUR_DAYS, LEVEL, AREA, size=(3, 2), progress=parts.append)
    assert parts == sorted(parts)
    assert (len(parts), parts[-1]) == (6, 1.0)


def test_a_grid_prints_in_both_languages(exact: TradeOff) -> None:
    english, chinese = exact.told("en").split("\n"), exact.told("zh").split("\n")
    assert str(exact).split("\n") == english
    assert english[0] == "Peak level (m): pond"
    assert english[3].split() == ["0", "km²", "2.50", "2.80", "3.10", "3.40", "3.60", "3.90", "4.20", "4.50"]
    assert len(english) == len(chinese) == 2 + 12 + 1
    for lines in (english, chinese):
        assert len({width(line) for line in lines[2:14]}) == 1, "the columns stand under one another"


# The pair that the mission is about: winter level against land that is given back

CURVE = Hypsometry(levels=(20.0, 23.0, 28.0), areas=(0.0, 300 * KM2, 360 * KM2))
NORTH = System(
    waters=[
        Lake(
            name="north",
            hypsometry=CURVE,
            initial_level=24.5,
            normal_level=24.5,
            ecological_level=23.0,
            warning_level=26.0,
            dike_crest=28.0,
            flood_season=("05-01", "10-15"),
            inflow=Series.gamma_hydrograph(
                "2020-06-20", "1500 m3/s", "6 d", shape=4.0, duration="30 d", step="6 h", base_flow="60 m3/s"
            ),
        ),
        River(name="river", level=20.0),
    ],
    structures=[
        SluiceGate(name="lock", head="north", tail="river", sill=22.0, width=40.0, height=4.0),
        Weir(name="spillway", head="north", crest=26.5, width=60.0),
    ],
    rules=[RuleCurve(structure="lock", target=24.5)],
)
YEAR = Flood(start="2020-01-01", end="2020-08-20", output_step="1 d")
DIKED = Reclaim(water="north", polder="fields", area="100 km2", ground="shallowest", dike_crest=28.0, pumps=0.0)
WINTER = Vary(WinterLevel(water="north", level=24.0, begin="11-15", until="06-19"), "level", 23.2, 24.4)
RETURNED = Vary(ReturnToLake(polder="fields", area=0.0), "area", 0.0, "100 km2")


@pytest.fixture(scope="module")
def storage() -> TradeOff:
    return study.trade_off(NORTH, YEAR, WINTER, RETURNED, size=(13, 11), measures=[DIKED], cores=2)


def test_the_peak_falls_with_returned_land_and_with_a_lower_winter(storage: TradeOff) -> None:
    """By rules without memory; every step of the grid by more than the two runs' errors."""
    assert np.diff(storage.values, axis=0).max() < -2.0 * storage.numerical_error
    assert np.diff(storage.values, axis=1).min() > 2.0 * storage.numerical_error


@pytest.mark.parametrize("at", [(23.8, 50e6), (23.55, 22e6), (24.3, 80e6)])
def test_the_exchange_rate_against_two_direct_runs(storage: TradeOff, at: tuple[float, float]) -> None:
    """x moved up by 2 cm and y by what the rate says, beside the point itself.

    A move along the true iso-line changes the peak by nothing; one along its tangent by ½ curvature · move², here
    under 0.1 mm; and the rate itself is off by the curvature over the grid's steps. Together they stay within 3 % of
    what the 2 cm alone do.
    """
    rate = storage.exchange_rate(at=at).rate
    assert rate is not None
    assert rate > 0.0

    def peak(x: float, y: float) -> float:
        measures = [DIKED, WINTER.at(x), RETURNED.at(y)]
        return study.peak_level(simulate(apply_all(NORTH, measures), YEAR, tolerance=1e-8), "north")

    here, alone, exchanged = peak(*at), peak(at[0] + 0.02, at[1]), peak(at[0] + 0.02, at[1] + 0.02 * rate)
    assert alone - here > 1e-3
    assert abs(exchanged - here) < 0.03 * (alone - here)


def test_where_pumps_hold_the_lake_a_low_winter_is_worth_nothing() -> None:
    """Pumps that start at 24.5 m and lift twenty times what ever comes: the peak is where they start."""
    pumps = Pump(name="pumps", head="north", tail="river", start_level=24.5, band=0.2, capacity=30_000.0)
    pumped = NORTH.changed(structures=(*NORTH.structures, pumps))
    trade = study.trade_off(pumped, YEAR, WINTER, RETURNED, size=(4, 3), measures=[DIKED])
    rate = trade.exchange_rate(at=(23.8, 50e6))
    assert rate.reason == "no_effect"
    assert "Neither Winter level of north nor Area of fields given back has an effect here." in str(rate)


def test_two_cores_give_the_bits_of_one() -> None:
    pytest.importorskip("numba")
    both = [
        study.trade_off(NORTH, YEAR, WINTER, RETURNED, size=(3, 2), measures=[DIKED], cores=cores, compiled=True)
        for cores in (1, 2)
    ]
    np.testing.assert_array_equal(both[0].values, both[1].values)


# The double ledger


@pytest.fixture(scope="module")
def book() -> study.Ledger:
    drained = PumpStartLevel(structure="pumps", level=22.5)
    pumps = Pump(name="pumps", head="north", tail="river", capacity=80.0, efficiency=0.7)
    rule = StartStop(structure="pumps", start=24.8, stop=24.6)
    system = NORTH.changed(structures=(*NORTH.structures, pumps), rules=(*NORTH.rules, rule))
    low = [WINTER.at(23.0), drained]
    runs = {"today": system, "low": apply_all(system, low), "diked": DIKED.apply(NORTH)}
    return study.ledger({name: simulate(one, YEAR) for name, one in runs.items()}, "north")


def test_the_ledger_has_both_sides_of_each_case(book: study.Ledger) -> None:
    assert list(book.rows) == ["today", "low", "diked"]
    today, low = book.rows["today"], book.rows["low"]
    assert low["peak_level_m"] < today["peak_level_m"]
    assert (today["refill_date"], low["refill_date"]) == ("never_below", "lowest_last")
    assert low["low_water_days"] > today["low_water_days"] == 0.0
    assert low["exposed_bed_m2"] > today["exposed_bed_m2"]
    assert low["exchange_per_year"] > today["exchange_per_year"] > 1.0
    assert (low["exposed_bed_below_m"], low["low_water_level"], low["refill_level"]) == (
        24.5,
        "ecological_level",
        "normal_level",
    )


def test_the_ledger_holds_what_the_indicators_say() -> None:
    result = simulate(DIKED.apply(NORTH), YEAR)
    row = study.ledger({"diked": result}).rows["diked"]
    bed = indicators.exposed_bed(result, "north")
    assert bed is not None
    assert (row["exposed_bed_m2"], row["exposed_bed_m2_days"]) == (bed.area, bed.area_days)
    assert row["exchange_per_year"] == indicators.exchange(result, "north")
    assert row["lowest_level_m"] == result.lowest("north")[1]
    summary = indicators.summary(result, "north")
    assert {name: row[name] for name in row.keys() & summary.keys() - {"refill_date"}} == {
        name: summary[name] for name in row.keys() & summary.keys() - {"refill_date"}
    }


def test_the_ledger_prints_in_both_languages_and_says_what_is_not_defined(book: study.Ledger) -> None:
    english, chinese = str(book).split("\n"), book.told("zh").split("\n")
    assert english[0] == "north: in the flood"
    assert english[5] == "north: the rest of the year"
    assert len(english) == len(chinese)
    for lines in (english, chinese):
        assert len({width(line) for line in lines[1:5]}) == len({width(line) for line in lines[6:10]}) == 1
    for lines, words in ((english, ("never below", "lowest at the end")), (chinese, ("未曾低于", "入汛时最低"))):
        assert all(word in line for word, line in zip(words, lines[7:9], strict=True))
    assert any(line.startswith("Refilled: back at 24.50 m (Normal level) between") for line in english)
    assert any("1 May" in line for line in english)
    assert any("drawn down or loses land" in line and line.startswith("Exchange: ") for line in english)
    assert any("不应视为改善" in line and line.startswith("换水次数：") for line in chinese)
    assert "–" in english[4], "there is no pump in the diked case"
    assert "Low water: below 23.00 m (Ecological level)." in english
    assert any(line.startswith("Not defined (–): Above guarantee level (h); Pumped") for line in english)
    assert "The bed below that is not the same in all cases: today 318.0 km²; low 318.0 km²; diked 260.0" in str(book)
    assert not any("None" in line or "nan" in line for line in (*english, *chinese))


@pytest.mark.parametrize(
    ("levels", "until", "how", "english"),
    [
        ({"2020-01-01": 2.0, "2020-06-01": 2.0}, "2020-06-01", "never_below", "never below"),
        ({"2020-01-01": 1.49, "2020-01-02": 1.6, "2020-06-01": 2.0}, "2020-06-01", "2020-01-01", "2020-01-01"),
        ({"2020-01-01": 1.0, "2020-03-01": 1.61, "2020-06-01": 2.0}, "2020-06-01", "2020-02-19", "2020-02-19"),
        ({"2020-01-01": 1.0, "2020-06-01": 1.6}, "2020-06-01", "not_refilled", "not in time"),
        ({"2020-01-01": 1.4, "2020-06-01": 1.0}, "2020-06-01", "not_refilled", "not in time"),
        ({"2020-01-01": 2.0, "2020-06-01": 1.0}, "2020-06-01", "lowest_last", "lowest at the end"),
        ({"2020-01-01": 1.0, "2020-06-01": 1.6}, "2020-03-01", "run_ends", "not by the end of the run"),
        ({"2020-06-01": 1.0, "2020-09-01": 1.6}, "2020-09-01", None, None),
    ],
)
def test_the_ledger_says_how_a_lake_was_refilled(
    levels: dict[str, float], until: str, how: str | None, english: str | None
) -> None:
    """Levels from day to day by straight lines; 1.5 m is to be reached by the first of May."""
    days = np.array(list(levels), dtype="datetime64[s]")
    inflow = Series(days, np.diff(list(levels.values())) / np.diff(days.astype(float)) * KM2, "means", "m3/s")
    lake = Lake(
        name="pond",
        hypsometry=Hypsometry.prism(0, 5, KM2),
        initial_level=next(iter(levels.values())),
        normal_level=1.5,
        flood_season=("05-01", "10-15"),
        inflow=inflow,
    )
    result = simulate(lake, Flood(start=next(iter(levels)), end=until, output_step="1 d"))
    book = study.ledger({"only": result})
    assert book.rows["only"]["refill_date"] == how
    assert english is None or english in str(book).split("\n")[5]
    date = indicators.refill_date(result, "pond")
    refill = indicators.refill(result, "pond")
    assert date == (None if refill is None else refill.date)
    assert (date is None) == (how is None or how in ("not_refilled", "lowest_last", "run_ends"))


def test_a_ledger_of_a_lake_without_levels_tells_so() -> None:
    result = simulate(POND, FOUR_DAYS)
    book = study.ledger({"pond": result})
    row = book.rows["pond"]
    assert {name for name, value in row.items() if value is not None} == {
        "peak_level_m",
        "peak_time",
        "lowest_level_m",
        "exchange_per_year",
    }
    assert "Bed bare (km²)" in str(book).split("\n")[-1]


def test_a_ledger_of_runs_that_do_not_compare() -> None:
    result = simulate(POND, FOUR_DAYS)
    longer = simulate(POND, FOUR_DAYS.changed(end="2020-07-06"))
    with pytest.raises(ValueError, match="there is no run"):
        study.ledger({})
    with pytest.raises(ValueError, match="did you mean 'pond'") as fault:
        study.ledger({"one": result, "other": longer}, "pund")
    assert "other: the run is from 2020-07-01 to 2020-07-06, the first from" in str(fault.value)


# Ranges

INFLOW = Input.scaled("pond.inflow", 0.8, 1.2, title_zh="入流")
START = Input.initial_level("pond", 0.5, "2 m")
SLOW = Series.constant(VOLUME / 691_200.0, "m3/s")
HALF = Input.other_series("pond.inflow", SLOW, None, name="half", title_zh="减半")
CASES: dict[str, Any] = {"today": [], "wider": AREA.at(10e6), "full": [StartAt(level=3.0)]}


@pytest.fixture(scope="module")
def spread() -> study.Ranges:
    return study.ranges(POND, FOUR_DAYS, [INFLOW, START, HALF], CASES)


def test_the_range_of_a_figure(spread: study.Ranges) -> None:
    """Peak = start + inflow / area: 1 + 2 m of inflow, times 0.8, 1.2 or ½, from 0.5 or 2 m.

    Together, the last input takes the place of the inflow, so that lowering ends at 0.5 + 1 m.
    """
    found = spread.of("today")
    assert found.value == pytest.approx(3.0)
    assert found.single[INFLOW.name] == (pytest.approx(2.6), pytest.approx(3.4))
    assert found.single[START.name] == (pytest.approx(2.5), pytest.approx(4.0))
    assert found.single["half"] == (pytest.approx(2.0), None)
    assert found.one_at_a_time == (pytest.approx(2.0), pytest.approx(4.0))
    assert (found.lowest, found.highest) == (pytest.approx(1.5), pytest.approx(4.4))
    assert found.together == (found.lowest, found.highest)
    assert spread.chosen["today"]["peak_level_m"] == (("low", "low", "low"), ("high", "high", ""))


def test_inputs_come_before_the_measures_of_a_case(spread: study.Ranges) -> None:
    found = spread.of("full")
    assert found.value == pytest.approx(5.0)
    assert found.single[START.name] == (found.value, found.value), "the measure sets the level that the input had set"


def test_a_difference_has_the_same_inputs_on_both_sides(spread: study.Ranges) -> None:
    """Twice as wide: 1 m lower, by 0.8, 1.2 or ½ times that, wherever the lake starts."""
    assert spread.difference("wider", "today") == pytest.approx((-1.0, -1.2, -0.5), abs=1e-5)


def test_together_is_never_less_than_one_at_a_time() -> None:
    """Where each input alone raises the lake, and both together do not: the bound is of all that was run."""
    steps = {(1.0, 1.0): 0.0, (2.0, 1.0): 1.0, (1.0, 2.0): 1.0, (2.0, 2.0): -1.0}
    single = {"a": (1.0, None), "b": (1.0, None)}
    found = study.Range(steps[1.0, 1.0], single, 0.0, steps[2.0, 2.0])
    assert (found.one_at_a_time, found.together) == ((0.0, 1.0), (-1.0, 1.0))


def test_ranges_of_several_figures() -> None:
    def rise(result: Any) -> float:
        return float(result.peak("pond")[1] - result.level["pond"][0])

    parts: list[float] = []
    found = study.ranges(
        POND, FOUR_DAYS, [INFLOW, START], {"today": []}, figures=["peak_level_m", rise], progress=parts.append
    )
    assert found.of("today", "rise").together == (pytest.approx(1.6), pytest.approx(2.4))
    assert found.chosen["today"]["rise"][1][0] == "high"
    assert parts == sorted(parts)
    assert (parts[-1], max(parts)) == (1.0, 1.0)


def test_ready_made_inputs_change_what_they_say() -> None:
    flood = YEAR.changed(series={"river.level": Series.constant(21.0, "m")})
    for driving, expected in ((YEAR, 19.0), (flood, 20.0)):
        low = Input.shifted("river.level", "-1 m", "1 m").ends["low"]
        system, driven = low(NORTH, driving)
        assert driven.applied(system)["river"].level.at("2020-02-01") == expected
    system, _ = Input.of_structure("lock", "width", "30 m", "60 m").ends["high"](NORTH, YEAR)
    assert system["lock"].width == 60.0
    assert NORTH["lock"].width == 40.0


def test_inputs_of_lakes_and_rules() -> None:
    system, _ = Input.of_lake("north", "ecological_level", None, "22.5 m").ends["high"](NORTH, YEAR)
    assert system["north"].ecological_level == 22.5
    lock = Input.of_rule("lock", {"target": 24.0, "band": "0.2 m"}, None)
    assert (lock.name, set(lock.ends)) == ("target and band of the rule of lock", {"low"})
    (rule,) = lock.ends["low"](NORTH, YEAR)[0].rules
    assert (rule.target.at("2020-02-01"), rule.band) == (24.0, 0.2)
    with pytest.raises(ValueError, match="0 rules of 'lock' have start, and one is needed; its rules are: rule_curve"):
        Input.of_rule("lock", {"start": 24.0}, None).ends["low"](NORTH, YEAR)


def test_ranges_are_those_of_an_edited_file() -> None:
    """The lesson's table moves its inputs by editing its text; the same inputs as records give the same bits."""
    path = Path(__file__).parents[1] / "scenarios" / "02_winter_low_level.toml"
    text = path.read_text(encoding="utf-8").split("\n# A low winter, crossed")[0]
    text = text.replace("start = 2019-10-01\nend = 2020-10-01", "start = 2020-06-01\nend = 2020-07-25")
    rule = Input.of_rule("large_stations", None, {"start": 24.4, "stop": 24.3})
    edits = [
        ('"116.5 m3/s"', '"128.15 m3/s"', Input.of_structure("large_stations", "capacity", 116.5, 128.15)),
        ('start = "24.60 m"\nstop = "24.50 m"', 'start = "24.40 m"\nstop = "24.30 m"', rule),
        ('"24.50 m"\nn', '"25.00 m"\nn', Input.initial_level("honghu", 24.5, 25.0)),
    ]
    (case,) = scenario.read(text).cases
    inputs = [given for _, _, given in edits]
    found = study.ranges(case.system, case.flood, inputs, {"as_was": []}).of("as_was")
    for old, new, one in edits:
        assert old in text
        (edited,) = scenario.read(text.replace(old, new)).cases
        high = found.single[one.name][1]
        assert high == simulate(edited.system, edited.flood).peak("honghu")[1] != found.value


def test_ranges_print_levels_to_five_centimetres_in_both_languages(spread: study.Ranges) -> None:
    english, chinese = str(spread).split("\n"), spread.told("zh").split("\n")
    assert english[:3] == [
        "Peak level (m): pond",
        "       as it is  one input at a time  all together",
        "today      3.00         2.00 to 4.00  1.50 to 4.40",
    ]
    assert english[6:8] == [
        "                                today         wider          full",
        "pond.inflow × 0.8, 1.2   -0.40, +0.40  -0.20, +0.20  -0.40, +0.40",
    ]
    assert english[8].split()[-2:] == ["+0.00,", "+0.00"], "no minus before nothing"
    assert "outer bound" in english[-1]
    assert len(english) == len(chinese)
    assert "入流" in chinese[7]
    odd = study.ranges(POND, FOUR_DAYS, [Input.initial_level("pond", 0.97, 1.02)], {"today": []})
    assert "2.95 to 3.00" in str(odd)


def test_one_figure_needs_no_list() -> None:
    def storage(result: Any) -> float:
        return float(result.peak("pond")[1] * 10 * KM2)

    for figure, name in (("peak_outflow_m3_s", "peak_outflow_m3_s"), (storage, "storage")):
        assert list(study.ranges(POND, FOUR_DAYS, [INFLOW], {"today": []}, figures=figure).figures) == [name]
    with pytest.raises(ValueError, match=r"^there is no figure; give at least one$"):
        study.ranges(POND, FOUR_DAYS, [INFLOW], {"today": []}, figures=())


@pytest.mark.parametrize(
    ("made", "told"),
    [
        (lambda: Input.scaled("pond.inflow", 1.1, 0.9), r"the factors of pond.inflow: low 1.1 lies above high 0.9"),
        (lambda: Input.scaled("pond.inflow", -0.1, 0.9), r"the factors of pond.inflow: -0.1 turns what flows around"),
        (lambda: Input.shifted("river.level", "1 m", "-1 m"), "the shifts of river.level: low 1 lies above high -1"),
        (lambda: Input.initial_level("pond", 2.0, "1 m"), "the levels at which pond starts: low 2 lies above high 1"),
    ],
)
def test_an_input_that_cannot_be_is_refused_where_it_is_given(made: Callable[[], Input], told: str) -> None:
    with pytest.raises(ValueError, match=f"^{told}"):
        made()


def test_inputs_that_are_none() -> None:
    with pytest.raises(ValueError, match="neither a low nor a high end"):
        Input("nothing", None, None)
    with pytest.raises(ValueError, match="there is no input; give at least one\nthere is no case"):
        study.ranges(POND, FOUR_DAYS, [], {})
    with pytest.raises(ValueError, match="two inputs are called 'half'"):
        study.ranges(POND, FOUR_DAYS, [HALF, HALF], CASES)
    wrong = [
        Input.scaled("pond.inflw", 1.0, 2.0),
        Input.of_structure("weir", "width", 1, 2),
        Input.initial_level("pnd", 1, 2),
    ]
    with pytest.raises(ValueError, match=r"did you mean 'pond\.inflow'") as fault:
        study.ranges(POND, FOUR_DAYS, wrong, CASES)
    assert len(str(fault.value).split("\n")) == 6, "each end once, and not for every case"
    with pytest.raises(ValueError, match=r"'lock' has no 'wdth'; did you mean 'width'"):
        study.ranges(NORTH, YEAR, [Input.of_structure("lock", "wdth", 1, 2)], {"today": []})
    with pytest.raises(ValueError, match="there is no case 'tody'; did you mean 'today'"):
        study.ranges(POND, FOUR_DAYS, [HALF], {"today": []}).of("tody")


# How numbers are written


@pytest.mark.parametrize(
    ("value", "unit", "lang", "text"),
    [
        (24.0, "m", "en", "24.00 m"),
        (0.0, "m2", "en", "0 km²"),
        (1.234567e9, "m2", "zh", "1235 km²"),
        (999.96e6, "m2", "en", "1000 km²"),
        (2.5e8, "m3", "en", "250 10⁶ m³"),
        (30.0, "m3/s", "zh", "30 m³/s"),
        (43_200.0, "s", "en", "0.5 days"),
        (1e-10, "", "en", "1e-10"),
    ],
)
def test_quantities_as_people_read_them(value: float, unit: str, lang: str, text: str) -> None:
    assert written(value, unit, lang) == text


def test_columns_stand_under_one_another_in_both_scripts() -> None:
    lines = columns([["", "最高水位 (m)", "a"], ["今日", "1", "22"], ["today", "26.97", "3"]]).split("\n")
    assert [width(line) for line in lines] == [width(lines[0])] * 3


def test_every_word_of_a_title_is_there() -> None:
    for lang in labels.LANGUAGES:
        assert "north" in WINTER.title(lang)
        assert "fields" in RETURNED.title(lang)
    assert Vary(StartAt(), "level", 1.0, 2.0).title("zh") == "level of start_at 'pond'"


def test_what_a_flood_brings_to_a_polder_is_not_lost_when_it_is_given_back() -> None:
    # 10 and 5 m³/s for ten days are 12.96e6 m³: 0.864 m on the 15 km² of both; 0.864 m on the 10 km² by themselves.
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(0, 9, "10 km2"), initial_level=1.0)
    fields = Lake(name="fields", hypsometry=Hypsometry.prism(1, 9, "5 km2"), initial_level=1.0, reclaimed_from="lake")
    series = {f"{name}.inflow": Series.constant(q, "m3/s") for name, q in (("lake", 10.0), ("fields", 5.0))}
    flood = Flood(start="2020-07-01", end="2020-07-11", output_step="1 d", series=series)
    system = System(waters=[lake, fields])
    area = Vary(ReturnToLake(polder="fields", area=0.0), "area", 0.0, "5 km2")
    found = study.trade_off(system, flood, area, Vary(StartAt(water="lake"), "rise", 0.0, 1.0), size=(3, 2))
    np.testing.assert_allclose(found.values[0], 1.864, atol=1e-6)


def test_an_input_of_the_lake_reaches_its_polder() -> None:
    # 100 mm in a day, or half of it, on 10 and on 5 km2: both rise by as much, with the polder shut or given back.
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(0, 9, "10 km2"), initial_level=1.0)
    fields = Lake(name="fields", hypsometry=Hypsometry.prism(1, 9, "5 km2"), initial_level=1.0, reclaimed_from="lake")
    flood = Flood(start="2020-07-01", end="2020-07-02", series={"lake.rain": Series.constant("100 mm/d", "m/s")})
    cases = {"shut": [], "returned": [ReturnToLake(polder="fields")]}
    half = Input.scaled("lake.rain", 0.5, 1.0)
    found = study.ranges(System(waters=[lake, fields]), flood, [half], cases)
    for case in cases:
        assert found.of(case).one_at_a_time == pytest.approx((1.05, 1.1), abs=1e-9)
