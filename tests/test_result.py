"""Result: series, account, events, tables and files of a run."""

import copy
import csv
import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from lakesim import (
    Channel,
    Flood,
    Hypsometry,
    Lake,
    Pump,
    Result,
    River,
    Series,
    SluiceGate,
    System,
    labels,
    simulate,
)
from lakesim.result import Event, Events, Moment, moment_at, read_events, read_netcdf, replacing
from lakesim.rules import Dwell, Ramp, ReleaseLimit, Rule, RuleCurve, Schedule, ShutOff, StartStop

CURVE = Hypsometry.prism(0.0, 5.0, "1 km2")
DAY = 86400.0
HOURS = np.datetime64("2020-07-01", "ms") + np.arange(121) * np.timedelta64(1, "h")
TIDE = Series(HOURS, 2.0 + np.sin(np.arange(121) * np.pi / 6.0), "instants", "m")
WAVE = Series(HOURS, 6.0 + 5.0 * np.cos(np.arange(120) / 9.0), "means", "m3/s")


def lake(name: str, level: float = 1.5, **fields: object) -> Lake:
    return Lake(name=name, hypsometry=CURVE, initial_level=level, **fields)


@pytest.fixture(scope="module")
def result() -> Result:
    """Two lakes joined by a channel, a river with a tide behind a flap gate, and every term of the account."""
    system = System(
        title="洪湖 and its neighbour",
        waters=[
            River(name="长江", level=TIDE),
            lake(
                "洪湖",
                inflow=WAVE,
                rain=Series.constant("20 mm/d", "m/s"),
                evaporation=Series.constant("5 mm/d", "m/s"),
                seepage=Series.constant(0.01, "m3/s"),
            ),
            lake(
                "b",
                outflow=Series.constant(1.0, "m3/s"),
                rain=Series.constant("20 mm/d", "m/s"),
                rain_falls_on="surface",
                reconstructed=True,
            ),
        ],
        structures=[
            Channel(name="link", head="b", tail="洪湖", bed=0.5, width=5.0, length=2000.0),
            SluiceGate(name="新滩口", head="洪湖", tail="长江", sill=0.5, width=10.0, height=2.0, flap=True),
        ],
    )
    return simulate(system, compiled=False)


def one(inflow: float = 5.0, count: float = 1.0, step: float = 3600.0, **fields: object) -> Result:
    start = np.datetime64("2020-07-01", "ms")
    flood = Flood(start=start, end=start + np.timedelta64(round(count * 86400000), "ms"), output_step=step)
    return simulate(lake("a", inflow=Series.constant(inflow, "m3/s"), **fields), flood, compiled=False)


# --- series ----------------------------------------------------------------------------------------


def test_every_water_has_a_level_and_every_lake_a_storage(result):
    assert set(result.level) == {"长江", "洪湖", "b"}
    assert set(result.storage) == {"洪湖", "b"}
    for name in ("洪湖", "b"):
        np.testing.assert_allclose(result.storage[name], 1e6 * result.level[name], rtol=1e-12)
    assert (result.level["长江"] == TIDE.values).all()
    assert result.level["洪湖"][0] == 1.5
    assert result.times.dtype == "datetime64[ms]"
    assert (result.times == HOURS).all()


def test_discharges_follow_from_the_levels(result):
    for name, structure in (("link", result.system["link"]), ("新滩口", result.system["新滩口"])):
        heads, tails = result.level[structure.head], result.level[structure.tail]
        expected = [structure.discharge(*pair) for pair in zip(heads, tails, strict=True)]
        np.testing.assert_allclose(result.discharge[name], expected, rtol=1e-12, atol=1e-15)
        assert (result.opening[name] == 1.0).all()
    assert result.discharge["link"].min() < 0.0


def test_inflow_and_outflow_are_all_that_arrives_and_leaves_but_rain_and_evaporation(result):
    link, gate = result.discharge["link"], result.discharge["新滩口"]
    given = np.array([WAVE.at(time) for time in result.times])
    np.testing.assert_allclose(result.inflow["洪湖"], given + np.maximum(link, 0.0), rtol=1e-14)
    np.testing.assert_allclose(result.outflow["洪湖"], np.maximum(-link, 0.0) + gate, rtol=1e-14)
    np.testing.assert_allclose(result.inflow["b"], np.maximum(-link, 0.0), rtol=1e-14)
    np.testing.assert_allclose(result.outflow["b"], 1.0 + np.maximum(link, 0.0), rtol=1e-14)


def test_rain_is_a_rate_however_it_was_given():
    given = one(rain=Series.constant(1.0, "m3/s")), one(rain=Series.constant(1e-6, "m/s"))
    for result in given:
        np.testing.assert_allclose(result.rain["a"], 1e-6, rtol=1e-14)
        assert result.level["a"][-1] == pytest.approx(1.5 + 6e-6 * DAY, rel=1e-13)
    names = [[column.name for column in result.table()] for result in given]
    assert "a.rain_m3_s" in names[0]
    assert "a.rain_m_s" in names[1]


def test_levels_and_storages_cannot_be_overwritten_by_mistake(result):
    for values in (result.level["b"], result.storage["b"]):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.0


def test_a_peak_between_two_outputs_is_found(result):
    """Hourly outputs of a lake that swings with a tide stay below its peak, and come within a centimetre of it."""
    coarse = simulate(result.system, result.flood.changed(output_step="1 d"), compiled=False)
    for name in ("洪湖", "b"):
        time, peak = coarse.peak(name)
        assert peak == result.peak(name)[1]
        assert result.level[name].max() <= peak < result.level[name].max() + 0.01
        assert coarse.level[name].max() < peak or name == "b"
        assert abs(time - result.times[result.level[name].argmax()]) <= np.timedelta64(1, "h")
        low_time, low = coarse.lowest(name)
        assert result.level[name].min() - 0.01 < low <= result.level[name].min()
        assert result.times[0] <= low_time <= result.times[-1]


def test_the_peak_of_a_falling_lake_is_its_start():
    result = one(inflow=0.0, outflow=Series.constant(2.0, "m3/s"))
    assert result.peak("a") == (result.times[0], 1.5)
    assert result.lowest("a")[0] == result.times[-1]


@pytest.mark.parametrize("name", ["长江", "link", "c"])
def test_only_lakes_have_a_peak(result, name):
    with pytest.raises(KeyError, match="is no lake of the system; the lakes are: 洪湖, b"):
        result.peak(name)


# --- the account -----------------------------------------------------------------------------------


def test_the_account_adds_up(result):
    for name in ("洪湖", "b"):
        account = result.account[name]
        assert account.initial_storage == 1.5e6
        assert account.final_storage == pytest.approx(result.storage[name][-1], rel=1e-14)
        change = account.final_storage - account.initial_storage
        assert account.residual == sum(account.volumes.values()) - change
        assert abs(account.residual) < 1e-6
        assert account.turnover == sum(map(abs, account.volumes.values()))
        assert account.residual_relative == abs(account.residual) / account.turnover
    assert result.residual_relative == max(account.residual_relative for account in result.account.values())
    assert abs(result.residual) == max(abs(account.residual) for account in result.account.values())


def test_each_term_of_the_account_is_what_it_should_be(result):
    first, second = result.account["洪湖"].volumes, result.account["b"].volumes
    assert list(first) == ["inflow", "rain", "evaporation", "seepage", "link", "新滩口"]
    assert list(second) == ["outflow", "rain", "link"]
    days = 5.0
    assert first["inflow"] == pytest.approx(WAVE.values.sum() * 3600.0, rel=1e-13)
    assert first["rain"] == pytest.approx(0.02 * days * 1e6, rel=1e-12)
    assert first["evaporation"] == pytest.approx(-0.005 * days * 1e6, rel=1e-12)
    assert first["seepage"] == pytest.approx(-0.01 * days * DAY, rel=1e-12)
    assert second["outflow"] == pytest.approx(-1.0 * days * DAY, rel=1e-12)
    assert second["rain"] == pytest.approx(0.02 * days * 1e6, rel=1e-12)
    assert second["link"] == -first["link"]
    gate = np.trapezoid(result.discharge["新滩口"], dx=3600.0)
    assert first["新滩口"] == pytest.approx(
        -gate, rel=0.05
    )  # hourly values of a gate that opens and shuts within hours


def test_little_water_is_measured_against_a_millimetre_on_the_lake():
    account = one(inflow=1e-9).account["a"]
    assert account.turnover < 1e-3
    assert account.residual_relative == abs(account.residual) / 1000.0


def test_an_account_in_which_nothing_moves_is_closed():
    pit = Lake(name="a", hypsometry=Hypsometry.power_law(0, 5, exponent=2, area=1e6), initial_level=0.0)
    result = simulate(pit, Flood(start="2020-07-01", end="2020-07-02"), compiled=False)
    assert result.residual_relative == 0.0
    assert "Residual 0.0e+00" in str(result)


def test_the_account_is_a_mapping_and_prints_as_a_table(result):
    account = result.account
    assert list(account) == ["洪湖", "b"]
    assert len(account) == 2
    text = str(account)
    for word in ("10⁶ m³", "Storage at the start", "1.500000", "Evaporation", "新滩口", "Residual", "Numerical error"):
        assert word in text
    assert text.splitlines()[-1] == account.proof()
    assert str(result) == text
    chinese = [entry for _, entry, _ in account.rows("zh")]
    assert {"时段初蓄水量", "入流", "降水", "蒸发", "渗漏", "水量平衡闭合差"} <= set(chinese)
    assert account.proof("zh").startswith("水量平衡闭合差")


def test_a_notebook_shows_the_account_with_its_proof_in_the_last_line(result):
    shown = result._repr_html_()
    assert shown == result.account._repr_html_()
    assert shown.count("<tr>") == len(result.account.rows()) + 2
    assert shown.rindex("Residual") > shown.rindex("新滩口")
    assert shown.startswith("<table>")
    assert shown.endswith("</table>")


def test_a_shortfall_stands_in_the_account():
    result = one(inflow=1.0, count=10.0, outflow=Series.constant(5.0, "m3/s"))
    account = result.account["a"]
    delivered = -account.volumes["outflow"] - account.volumes["shortfall"]
    assert delivered == pytest.approx(1.5e6 + 1.0 * 10 * DAY, rel=1e-5)
    entries = [entry for _, entry, _ in result.account.rows()]
    assert entries.count("Shortfall") == 1
    assert not any(entry.startswith("Shortfall:") for entry in entries)
    np.testing.assert_allclose(result.outflow["a"][-10:], 1.0, rtol=1e-2)


def test_a_result_says_in_a_line_what_it_is(result):
    assert repr(result).startswith("<Result 洪湖, b, 2020-07-01T00:00:00.000 to 2020-07-06T00:00:00.000, Residual ")
    assert result.reconstructed
    assert not one().reconstructed
    assert result.numerical_error > 0.0
    assert not result.compiled


# --- events ----------------------------------------------------------------------------------------


def test_events_are_sentences_in_both_languages(result):
    assert len(result.events) > 4
    assert isinstance(result.events, Events)
    times = [event.time for event in result.events]
    assert times == sorted(times)
    shut = next(event for event in result.events if event.reason == labels.LOCKED_OUT)
    english, chinese = shut.sentence(), shut.sentence("zh")
    assert "the flap gate of 新滩口 is shut, because the tailwater stands higher than 洪湖" in english
    assert "新滩口拍门关闭" in chinese
    assert str(result.events).splitlines() == [event.sentence("en") for event in result.events]
    assert english.startswith(labels.moment(shut.time))
    assert str(one().events) == "no events"


@pytest.mark.parametrize("compiled", [False, True])
def test_events_are_the_same_on_both_paths(result, compiled):
    if compiled:
        pytest.importorskip("numba")
    again = simulate(result.system, result.flood, compiled=compiled)
    assert [(event.reason, event.water, event.structure) for event in again.events] == [
        (event.reason, event.water, event.structure) for event in result.events
    ]
    assert type(again.events[0].reason) is int
    assert type(again.events[0].level) is float


# --- what rules did --------------------------------------------------------------------------------

RIVER = River(name="yangtze", title="the Yangtze", title_zh="长江", level=31.6)
BASIN = River(name="changhu", title="Lake Chang", title_zh="长湖", level=31.0)
HONGHU = Lake(
    name="honghu",
    title="Lake Hong",
    title_zh="洪湖",
    hypsometry=Hypsometry.prism(22.0, 28.0, "400 km2"),
    initial_level=24.4,
)
PUMPS = Pump(name="pumps", head="honghu", tail="yangtze", capacity=24.0, units=10)
GATE = SluiceGate(name="gate", head="honghu", tail="yangtze", sill=23.0, width=30.0, height=5.0)
STARTS = StartStop(structure="pumps", start=24.5, stop=24.3)
FILLS = StartStop(structure="pumps", start=24.0, stop=24.2, watch="tail", when="below")
OPENS = StartStop(structure="gate", start=24.5, stop=24.3)
LIFTED = ShutOff(structure="pumps", watch="tail", above=31.5, resume=31.3)
DRIED = ShutOff(structure="pumps", below=22.5, resume=22.7)
FLOODED = ShutOff(structure="gate", watch="tail", above=31.5)
THIRD = ShutOff(structure="gate", watch="changhu", above=31.0, resume=30.8, opening=0.3)
FOLLOWS = RuleCurve(structure="gate", target=24.5, band=0.2)
FILLING = RuleCurve(structure="gate", target=24.5, band=0.2, watch="tail", when="below")
LIMIT = ReleaseLimit(structure="gate", discharge=3256.0)
PLAN = Schedule(structure="gate", opening=0.5)
RAMP = Ramp(structure="gate", per_hour=0.25)
DWELL = Dwell(structure="gate", time="6 h")


def operated(*rules: Rule) -> System:
    """The system with these rules, and one that opens the pumps."""
    rules = rules if any(isinstance(one, StartStop) and one.structure == "pumps" for one in rules) else (*rules, STARTS)
    return System(waters=[HONGHU, RIVER, BASIN], structures=[PUMPS, GATE], rules=rules)


def event(reason: int, *rules: Rule, water: str = "honghu", others: tuple[Rule, ...] = (), **fields: object) -> Event:
    """What the first rule did, and the second lost."""
    rule, overruled = (*rules, None)[:2]
    levels = {"level": 24.5, "threshold": 24.5}
    return Event(
        **{"time": np.datetime64("2020-07-10T06:00", "ms"), "reason": reason, "water": water, **levels, **fields},
        structure=rule.structure,
        rule=rule,
        overruled=overruled,
        system=operated(*rules, *others),
    )


OPERATION = [
    (
        event(labels.STARTED, STARTS, opening_before=0.2, opening_after=0.3),
        "pumps went up from 2 to 3 of 10 units, because Lake Hong reached the start level 24.50 m.",
        "洪湖水位已达起排水位 24.50 m，pumps开机由 2 台增至 3 台 (共 10 台)。",
    ),
    (
        event(labels.STARTED, OPENS, level=24.56, opening_after=1.0),
        "gate opened from 0 % to 100 %, because Lake Hong, at 24.56 m, stood above the start level 24.50 m.",
        "洪湖水位 24.56 m，高于开启水位 24.50 m，gate开度由 0 % 增至 100 %。",
    ),
    (
        event(labels.STARTED, FILLS, water="yangtze", level=24.0, threshold=24.0, opening_after=1.0),
        "pumps went up from 0 to 10 of 10 units, because the Yangtze reached the start level 24.00 m.",
        "长江水位已达开机水位 24.00 m，pumps开机由 0 台增至 10 台 (共 10 台)。",
    ),
    (
        event(labels.STOPPED, STARTS, level=24.28, threshold=24.3, opening_before=1.0),
        "pumps went down from 10 to 0 of 10 units, because Lake Hong, at 24.28 m, stood below the stop level 24.30 m.",
        "洪湖水位 24.28 m，低于停排水位 24.30 m，pumps开机由 10 台减至 0 台 (共 10 台)。",
    ),
    (
        event(
            labels.SHUT, LIFTED, STARTS, water="yangtze", level=31.5, threshold=31.5, opening_before=1.0, wish=1.0
        ),
        "pumps went down from 10 to 0 of 10 units, because the Yangtze reached the shut-off level 31.50 m; "
        "the start and stop levels wanted 10 of 10 units, and gave way to the shut-off.",
        "长江水位已达限排水位 31.50 m，pumps开机由 10 台减至 0 台 (共 10 台)；"
        "起排、停排水位要求开机 10 台 (共 10 台)，服从限排规定。",
    ),
    (
        event(labels.SHUT, DRIED, level=22.5, threshold=22.5, opening_before=0.25),
        "pumps closed from 25 % to 0 %, because Lake Hong reached the shut-off level 22.50 m.",
        "洪湖水位已达停机水位 22.50 m，pumps开度由 25 % 减至 0 %。",
    ),
    (
        event(
            labels.SHUT, THIRD, FOLLOWS, water="changhu", level=31.07, threshold=31.0,
            opening_before=0.8, opening_after=0.3, wish=0.8,
        ),
        "gate closed from 80 % to 30 %, because Lake Chang, at 31.07 m, stood above the restriction level 31.00 m; "
        "the rule curve wanted 80 %, and gave way to the restriction.",
        "长湖水位 31.07 m，高于控泄水位 31.00 m，gate开度由 80 % 减至 30 %；调度线要求开度 80 %，服从控泄规定。",
    ),
    (
        event(labels.SHUT, FLOODED, water="yangtze", level=31.5, threshold=31.5),
        "gate stays at 0 %, because the Yangtze reached the shut-off level 31.50 m.",
        "长江水位已达关闸水位 31.50 m，gate维持开度 0 %。",
    ),
    (
        event(labels.LET_GO, LIFTED, water="yangtze", level=31.3, threshold=31.3, opening_after=1.0),
        "pumps went up from 0 to 10 of 10 units, because the Yangtze reached the resume level 31.30 m.",
        "长江水位已达解除限排水位 31.30 m，pumps开机由 0 台增至 10 台 (共 10 台)。",
    ),
    (
        event(
            labels.LET_GO, FLOODED, FOLLOWS, water="yangtze", level=31.5, threshold=31.5, opening_after=0.5, wish=1.0,
            others=(RAMP,),
        ),
        "gate was set from 0 % to 50 %, because the Yangtze was back at the shut-off level 31.50 m; "
        "the rule curve wanted 100 %, and did not get it.",
        "长江水位已回到关闸水位 31.50 m，gate开度由 0 % 调至 50 %；调度线要求开度 100 %，未能照办。",
    ),
    (
        event(labels.OPENED, FOLLOWS, opening_after=0.001),
        "gate began to open, because Lake Hong reached the target level 24.50 m.",
        "洪湖水位已达调度线 24.50 m，gate开始开启。",
    ),
    (
        event(labels.OPENED, FOLLOWS, others=(DWELL,), level=24.53, opening_after=0.15),
        "gate opened from 0 % to 15 %, because Lake Hong, at 24.53 m, stood above the target level 24.50 m.",
        "洪湖水位 24.53 m，高于调度线 24.50 m，gate开度由 0 % 增至 15 %。",
    ),
    (
        event(labels.FULLY_OPEN, FOLLOWS, level=24.7, opening_before=0.99, opening_after=1.0),
        "gate is fully open, because Lake Hong reached the level of full opening 24.70 m.",
        "洪湖水位已达全开水位 24.70 m，gate全开。",
    ),
    (
        event(labels.FULLY_OPEN, FILLING, water="yangtze", level=24.3, opening_before=0.99, opening_after=1.0),
        "gate is fully open, because the Yangtze reached the level of full opening 24.30 m.",
        "长江水位已达全开水位 24.30 m，gate全开。",
    ),
    (
        event(labels.PARTLY_OPEN, FOLLOWS, level=24.7, opening_before=1.0, opening_after=0.99),
        "gate began to close, because Lake Hong reached the level of full opening 24.70 m.",
        "洪湖水位已达全开水位 24.70 m，gate开始关小。",
    ),
    (
        event(labels.CLOSED, FOLLOWS, opening_before=0.01),
        "gate is shut, because Lake Hong reached the target level 24.50 m.",
        "洪湖水位已达调度线 24.50 m，gate全关。",
    ),
    (
        event(labels.CLOSED, PLAN, opening_before=0.01),
        "gate is shut, because its schedule says so.",
        "按开启计划，gate全关。",
    ),
    (
        event(labels.LIMITED, LIMIT, level=26.1, threshold=3256.0, opening_before=1.0, opening_after=1.0),
        "gate is held back, because with Lake Hong at 26.10 m it would let through more than its limit of 3256 m³/s.",
        "洪湖水位 26.10 m，敞泄将超过限泄流量 3256 m³/s，gate控制下泄。",
    ),
    (
        event(labels.UNLIMITED, LIMIT, level=26.05, threshold=3256.0, opening_before=1.0, opening_after=1.0),
        "gate is held back no longer, because with Lake Hong at 26.05 m it lets through less than its limit of "
        "3256 m³/s.",
        "洪湖水位 26.05 m，下泄流量已低于限泄流量 3256 m³/s，gate解除控泄。",
    ),
    (
        event(labels.SET, PLAN, opening_before=1.0, opening_after=0.5),
        "gate closed from 100 % to 50 %, because its schedule says so.",
        "按开启计划，gate开度由 100 % 减至 50 %。",
    ),
    (
        event(labels.OVERRULED, DWELL, FOLLOWS, opening_before=0.333333, opening_after=0.333333, wish=0.0),
        "gate stays at 33.3 %, because it moves at most once in 6 h; "
        "the rule curve wanted 0 %, and gave way to the dwell time.",
        "两次启闭相隔不少于 6 h，gate维持开度 33.3 %；调度线要求开度 0 %，服从启闭间隔限制。",
    ),
    (
        event(labels.OVERRULED, RAMP, FOLLOWS, opening_before=0.5, opening_after=0.5, wish=1.0),
        "gate stays at 50 %, because it moves by at most 25 % an hour; "
        "the rule curve wanted 100 %, and gave way to the ramp.",
        "启闭速度每小时不超过 25 %，gate维持开度 50 %；调度线要求开度 100 %，服从启闭速度限制。",
    ),
    (
        event(labels.OVERRULED, LIFTED, STARTS, water="yangtze", level=31.6, threshold=31.5, wish=0.3),
        "pumps stays at 0 of 10 units, because the Yangtze, at 31.60 m, stood above the shut-off level 31.50 m; "
        "the start and stop levels wanted 3 of 10 units, and gave way to the shut-off.",
        "长江水位 31.60 m，高于限排水位 31.50 m，pumps维持开机 0 台 (共 10 台)；"
        "起排、停排水位要求开机 3 台 (共 10 台)，服从限排规定。",
    ),
    (
        event(labels.OVERRULED, PLAN, FOLLOWS, opening_before=0.5, opening_after=0.5, wish=1.0),
        "gate stays at 50 %, because the schedule ranked better; "
        "the rule curve wanted 100 %, and gave way to the schedule.",
        "开启计划优先，gate维持开度 50 %；调度线要求开度 100 %，服从开启计划。",
    ),
    (
        event(labels.OVERRULED, OPENS, OPENS.changed(rank=65, start=24.4), wish=1.0),
        "gate stays at 0 %, because the start and stop levels of rank 60 ranked better; "
        "the start and stop levels of rank 65 wanted 100 %, and gave way to the start and stop levels of rank 60.",
        "开启、关闭水位 (第 60 级)优先，gate维持开度 0 %；"
        "开启、关闭水位 (第 65 级)要求开度 100 %，服从开启、关闭水位 (第 60 级)。",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("one", "english", "chinese"), OPERATION, ids=lambda value: getattr(value, "reason", ""))
def test_what_a_rule_did_is_told_in_both_languages(one, english, chinese):
    """What moved, from which opening to which; why; and which rule lost."""
    assert one.sentence() == f"2020-07-10 06:00: {english}"
    assert one.sentence("zh") == f"2020-07-10 06:00，{chinese}"


def test_every_reason_of_a_rule_is_among_them():
    assert {one.reason for one, _, _ in OPERATION} == set(range(labels.STARTED, labels.OVERRULED + 1))
    assert {type(one.rule) for one, _, _ in OPERATION} == {
        *(StartStop, ShutOff, RuleCurve, ReleaseLimit, Schedule, Ramp, Dwell)
    }


def test_waters_are_told_by_their_titles():
    shut = Event(np.datetime64("2020-07-10", "ms"), labels.RAN_DRY, "honghu", "", 22.0, 22.0, system=operated())
    assert shut.sentence() == "2020-07-10 00:00: Lake Hong ran dry at 22.00 m; no more leaves it than comes in."
    assert shut.sentence("zh") == "2020-07-10 00:00，洪湖干涸 (水位 22.00 m)，出流以来水为限。"


TIDAL = Series(HOURS, 31.0 + np.sin(np.arange(121) * np.pi / 60.0), "instants", "m")


@pytest.fixture(scope="module")
def pumped() -> Result:
    """Pumps on start and stop levels, one unit each 2 cm, shut off while the river stands high; and a slow gate.

    The river rises to 31.5 m after 10 h and falls to 31.3 m after 54.2 h.
    """
    starts = STARTS.changed(unit_rises=tuple(0.02 * unit for unit in range(10)))
    lake = HONGHU.changed(initial_level=24.39, inflow=Series.constant("2000 m3/s", "m3/s"))
    system = System(
        waters=[RIVER.changed(level=TIDAL), lake],
        structures=[PUMPS, GATE.changed(flap=True)],
        rules=[starts, FOLLOWS, LIFTED, RAMP],
    )
    return simulate(system, Flood(start="2020-07-01", end="2020-07-06"), compiled=False)


def test_pumps_start_unit_by_unit_and_are_shut_off_by_the_river(pumped):
    """2000 m³/s less what n pumps take lift 400 km² from 24.39 m: by 11 cm in 22000 s, and so on."""
    events = pumped.events.of(structure="pumps")
    assert [one.reason for one in events[:3]] == [labels.STARTED] * 3
    start = pumped.times[0]
    seconds = [(one.time - start) / np.timedelta64(1, "s") for one in events[:3]]
    expected = np.cumsum([0.11 * 4e8 / 2000.0, 0.02 * 4e8 / 1976.0, 0.02 * 4e8 / 1952.0])
    np.testing.assert_allclose(seconds, expected, atol=1.0)
    assert [one.opening_after for one in events[:3]] == pytest.approx([0.1, 0.2, 0.3])
    shut = next(one for one in events if one.reason == labels.SHUT)
    assert abs(shut.time - (start + np.timedelta64(10, "h"))) <= np.timedelta64(1, "s")
    assert isinstance(shut.rule, ShutOff)
    assert isinstance(shut.overruled, StartStop)
    assert shut.wish == shut.opening_before
    assert shut.opening_after == 0.0
    assert shut.water == "yangtze"
    back = next(one for one in events if one.reason == labels.LET_GO)
    assert back.time > shut.time
    assert back.opening_after == 1.0
    assert "gave way to the shut-off" in str(pumped.events)


def test_events_of_a_structure_or_a_water(pumped):
    assert {one.structure for one in pumped.events.of(structure="gate")} == {"gate"}
    assert {one.water for one in pumped.events.of(water="yangtze")} == {"yangtze"}
    assert pumped.events.of() == pumped.events
    assert isinstance(pumped.events.of(structure="no"), Events)
    assert str(pumped.events.of(structure="no")) == "no events"


@pytest.mark.parametrize("compiled", [False, True])
def test_the_events_of_a_file_are_those_of_the_run(pumped, compiled, tmp_path):
    """Rules, openings and wishes among them; from the file and the system alone."""
    if compiled:
        pytest.importorskip("numba")
    again = simulate(pumped.system, pumped.flood, compiled=compiled)
    again.to_netcdf(tmp_path / "result.nc")
    read = read_events(read_netcdf(tmp_path / "result.nc"), pumped.system)
    assert read == again.events
    assert [one.sentence("zh") for one in read] == pumped.events.sentences("zh")
    assert type(read) is Events


def test_constructed_events_come_back_from_their_columns():
    import xarray as xr

    system = operated(STARTS, OPENS, OPENS.changed(rank=65), LIFTED)
    events = Events(
        Event(np.datetime64(day, "D").astype("datetime64[ms]"), labels.SHUT, water, "pumps", 1.5, 2.5, 0.1, 0.2, *rest,
              system=system)
        for day, (water, rest) in enumerate([("honghu", (LIFTED, STARTS, 0.3)), ("", (None, None, 0.0))], start=18000)
    )  # fmt: skip
    data = xr.Dataset(events.columns(system))
    assert read_events(data, system) == events
    assert data["event.rule"].values.tolist() == [3, -1]
    assert data["event.rule"].attrs["flag_meanings"] == (
        "start_stop:pumps start_stop:gate start_stop:gate:65 shut_off:pumps"
    )
    assert data["event.reason"].attrs["flag_meanings"].split()[labels.SHUT] == "shut"


def test_events_of_another_system_are_refused(pumped):
    with pytest.raises(ValueError, match=r"its event\.water is not of the system that it describes"):
        read_events(pumped.data, operated(STARTS))
    with pytest.raises(ValueError, match=r"it has no event\.time, event\.wish"):
        read_events(pumped.data.drop_vars(["event.wish", "event.time"]), pumped.system)
    wrong = pumped.data.copy(deep=True)
    wrong["event.rule"].values[0] = 7
    with pytest.raises(ValueError, match=r"its event\.rule is not of the system"):
        read_events(wrong, pumped.system)


# --- a moment of a run -----------------------------------------------------------------------------


def at(result: Result, hour: float) -> Moment:
    time = result.times[0] + np.timedelta64(round(3600 * hour), "s")
    return moment_at(result.data, result.system, result.events, time)


def test_a_moment_tells_what_each_rule_asks_for_and_which_gives_way(pumped):
    """After 20 h the river is at 31.87 m, and the lake above every start level."""
    now = at(pumped, 20.2)
    assert now.time == pumped.times[20]
    assert now.level("yangtze") == pytest.approx(31.0 + np.sin(np.pi / 3.0), rel=1e-12)
    assert now.opening("pumps") == now.discharge("pumps") == 0.0
    first, second = now.asked("pumps")
    assert (first.rule.type, first.lowest, first.highest, first.winner) == ("shut_off", 0.0, 0.0, None)
    assert (second.rule.type, second.lowest, second.highest, second.winner) == ("start_stop", 1.0, 1.0, first.rule)
    (cause,) = now.causes("pumps")
    assert cause.reason in (labels.SHUT, labels.OVERRULED)
    assert cause.time <= now.time
    lines = now.told("pumps", "en")
    assert lines[0] == f"pumps at 0 of 10 units: 0 m³/s, Lake Hong {now.level('honghu'):.2f} m → the Yangtze 31.87 m"
    assert lines[-2].startswith("   30  the shut-off: asks for 0 of 10 units (the Yangtze 31.87 m, ")
    assert lines[-1].startswith("   60  the start and stop levels: asks for 10 of 10 units (Lake Hong ")
    assert lines[-1].endswith(
        ", the start level 24.50 … 24.68 m, the stop level 24.30 … 24.48 m); gives way to the shut-off"
    )
    assert now.told("pumps", "zh")[-1].endswith("，起排水位 24.50 … 24.68 m，停排水位 24.30 … 24.48 m)；服从限排规定")


def test_a_rule_that_remembers_is_known_between_its_levels(pumped):
    """Between 31.3 and 31.5 m the shut-off holds only if it held before: not after 9 h, but after 52 h."""
    for hour, highest in ((9, 1.0), (52, 0.0)):
        now = at(pumped, hour)
        assert 31.3 < now.level("yangtze") < 31.5
        assert now.asked("pumps")[0].highest == highest
    after = at(pumped, 56)
    assert after.asked("pumps")[0].highest == 1.0
    assert after.asked("pumps")[1].winner is None


def test_a_gate_that_is_locked_out_tells_that_too(pumped):
    """Not while its rules keep it shut, at 3 h, but from when they open it and the river is higher."""
    assert labels.LOCKED_OUT not in [one.reason for one in at(pumped, 3).causes("gate")]
    assert labels.LOCKED_OUT in [one.reason for one in at(pumped, 12).causes("gate")]


def test_what_the_rules_leave_each_other():
    """At rest, lake at 24.6 m: the curve asks for ½, the plan for ½ too, and the limit leaves less than either."""
    limit = LIMIT.changed(discharge=Series.constant(10.0, "m3/s"))
    still = HONGHU.changed(initial_level=24.6)
    far = RIVER.changed(level=Series.constant(20.0, "m"))
    system = System(waters=[still, far], structures=[GATE], rules=[FOLLOWS, limit])
    result = simulate(system, Flood(start="2020-07-01", end="2020-07-01 01:00"), compiled=False)
    first, second = Moment(result.data, system, result.events, 0).asked("gate")
    assert GATE.discharge(24.6, 20.0, first.highest) == pytest.approx(10.0, rel=1e-9)
    assert second.lowest == pytest.approx(0.5)
    assert second.winner is limit
    told = Moment(result.data, system, result.events, 0).told("gate", "zh")
    assert "   40  限泄流量：至多 10 m³/s" in told
    assert told[-1] == "   70  调度线：要求开度 50 % (洪湖 24.60 m，调度线 24.50 m)；服从限泄流量"


@pytest.mark.parametrize(
    ("hour", "opening", "lowest"), [(10, 0.2, [0.2, 0.2]), (14, 0.8, [0.8, 0.4]), (26, 0.4, [0.4, 0.4])]
)
def test_a_dwell_time_holds_what_has_just_moved(hour, opening, lowest):
    """The plan opens the gate after 12 h and closes it after 13 h; for 12 h it may not move again.

    That it was set at the start is a move too.
    """
    start = np.datetime64("2020-07-01", "ms")
    steps = start + np.array([0, 12, 13, 48]) * np.timedelta64(1, "h")
    plan = Schedule(structure="gate", opening=Series(steps, [0.2, 0.8, 0.4], "means", ""))
    system = System(waters=[HONGHU, RIVER], structures=[GATE], rules=[DWELL.changed(time="12 h"), plan])
    now = at(simulate(system, Flood(start=start, end=start + np.timedelta64(48, "h")), compiled=False), hour)
    assert now.opening("gate") == opening
    asked = now.asked("gate")
    assert [one.lowest for one in asked] == lowest
    assert asked[0].highest == opening
    assert (asked[1].winner is not None) == (hour == 14)
    if hour == 14:
        assert now.told("gate", "en")[-2:] == [
            "   20  the dwell time: keeps it at 80 %",
            "   50  the schedule: asks for 40 %; gives way to the dwell time",
        ]


def test_a_structure_without_rules_says_so(result):
    now = at(result, 3)
    assert now.told("link", "en")[-1] == "  no rule moves it"
    assert now.told("link", "zh")[-1] == "  无调度规则"


@pytest.mark.parametrize("hour", [-1, 121])
def test_a_moment_outside_the_run_is_refused(pumped, hour):
    with pytest.raises(ValueError, match="lies outside the run, which goes from 2020-07-01 00:00 to 2020-07-06 00:00"):
        at(pumped, hour)


# --- files -----------------------------------------------------------------------------------------


def test_the_table_has_a_column_for_each_water_and_quantity(result):
    names = [column.name for column in result.table()]
    assert names == [
        "长江.level_m",
        *(f"洪湖.{quantity}" for quantity in ("level_m", "storage_m3", "inflow_m3_s", "outflow_m3_s")),
        *("洪湖.rain_m_s", "洪湖.evaporation_m_s", "洪湖.seepage_m3_s"),
        *(f"b.{quantity}" for quantity in ("level_m", "storage_m3", "inflow_m3_s", "outflow_m3_s", "rain_m_s")),
        *("link.discharge_m3_s", "link.opening", "新滩口.discharge_m3_s", "新滩口.opening"),
    ]
    assert all(column.values.shape == result.times.shape for column in result.table())
    assert all(column.key in labels.WORDS for column in result.table())


@pytest.mark.parametrize("step", [3600.0, 0.25])
def test_a_csv_file_comes_back_to_the_last_bit(tmp_path, step):
    result = one(
        inflow=np.pi, count=0.001 if step < 1.0 else 1.0, step=step, outflow=Series.constant(1.0 / 3.0, "m3/s")
    )
    path = tmp_path / "result.csv"
    result.to_csv(path)
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["time", *(column.name for column in result.table())]
    assert (np.array([row[0] for row in rows], "datetime64[ms]") == result.times).all()
    for place, column in enumerate(result.table(), start=1):
        assert [float(row[place]) for row in rows] == column.values.tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["result.csv"]


def test_pandas_reads_the_csv_file(result, tmp_path):
    import pandas as pd

    result.to_csv(tmp_path / "结果.csv")
    table = pd.read_csv(tmp_path / "结果.csv", index_col="time", parse_dates=True)
    np.testing.assert_allclose(table["洪湖.level_m"], result.level["洪湖"], rtol=1e-15)
    assert (table.index == result.times).all()


def test_the_dataset_is_labelled(result):
    data = result.data
    assert data["洪湖.level_m"].attrs == {"units": "m", "long_name": "Level"}
    assert data["新滩口.discharge_m3_s"].attrs["units"] == "m3/s"
    assert data.attrs["residual_relative"] == result.residual_relative
    assert data.attrs["numerical_error_m"] == result.numerical_error
    assert data.attrs["reconstructed"] == 1
    assert data.sizes["event"] == len(result.events)
    assert result.data is data


@pytest.mark.parametrize("eventful", [True, False])
def test_a_netcdf_file_comes_back_to_the_last_bit(result, tmp_path, eventful):
    """Chinese names and titles, events or none, the scenario with all its lines."""
    result = result if eventful else one()
    result = Result(**{**vars_of(result), "scenario": '[lake]\nname = "洪湖"\n', "check": "identity"})
    result.to_netcdf(tmp_path / "result.nc")
    data = read_netcdf(tmp_path / "result.nc")
    assert set(data.variables) == set(result.data.variables)
    for name, variable in result.data.variables.items():
        assert variable.dims == data[name].dims
        assert (variable.values == data[name].values).all(), name
        assert variable.attrs.get("units") == data[name].attrs.get("units")
    assert data.attrs["scenario"] == '[lake]\nname = "洪湖"\n'
    assert data.attrs["check"] == "identity"
    assert data.attrs["title"] == result.data.attrs["title"]
    assert [path.name for path in tmp_path.iterdir()] == ["result.nc"]


def vars_of(result: Result) -> dict[str, object]:
    names = ("system", "flood", "layout", "forcing", "state", "record")
    return {name: getattr(result, name) for name in names}


def test_the_times_of_many_events_come_back_to_the_millisecond(tmp_path):
    """As seconds, some would be read with a warning, in another unit of time: there is no float of 1.001 s."""
    pond = Lake(
        name="pond",
        hypsometry=Hypsometry.prism(0, 5, "1 ha"),
        initial_level=1.0,
        inflow=Series.constant("1.3 m3/s", "m3/s"),
    )
    pump = Pump(name="pump", head="pond", capacity="2.9 m3/s")
    rule = StartStop(structure="pump", start=1.07, stop=1.0)
    run = simulate(System(waters=[pond], structures=[pump], rules=[rule]), Flood(start="2020-07-01", end="2020-07-03"))
    assert len(run.events) > 100
    run.to_netcdf(tmp_path / "result.nc")
    data = read_netcdf(tmp_path / "result.nc")
    assert data["event.time"].dtype == "datetime64[ms]"
    np.testing.assert_array_equal(data["event.time"].values, [event.time for event in run.events])


def test_the_names_in_the_netcdf_file_are_utf_8(result, tmp_path):
    """As the format asks, so that other programs read them."""
    result.to_netcdf(tmp_path / "result.nc")
    assert "洪湖.level_m".encode() in (tmp_path / "result.nc").read_bytes()


def test_the_events_in_the_netcdf_file_name_waters_and_structures_by_number(result, tmp_path):
    result.to_netcdf(tmp_path / "result.nc")
    data = read_netcdf(tmp_path / "result.nc")
    for what in ("water", "structure"):
        names = data[f"event.{what}"].attrs["flag_meanings"].split()
        found = [names[number] for number in data[f"event.{what}"].values]
        assert found == [getattr(event, what) for event in result.events]
    assert data["event.reason"].values.tolist() == [event.reason for event in result.events]
    assert (data["event.time"].values == [event.time for event in result.events]).all()


def test_dates_beyond_the_reach_of_nanoseconds(tmp_path):
    flood = Flood(start="2500-01-01", end="2500-01-02")
    result = simulate(lake("a", inflow=Series.constant(5.0, "m3/s")), flood, compiled=False)
    result.to_netcdf(tmp_path / "result.nc")
    assert (read_netcdf(tmp_path / "result.nc")["time"].values == result.times).all()


@pytest.mark.parametrize("write", [Result.to_csv, Result.to_netcdf])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(result, tmp_path, monkeypatch, write):
    path = tmp_path / "result"
    path.write_text("the old result")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write(result, path)
    assert path.read_text() == "the old result"
    assert [found.name for found in tmp_path.iterdir()] == ["result"]


@pytest.mark.parametrize("fault", [OSError, KeyboardInterrupt, MemoryError])
def test_a_file_that_is_not_finished_is_never_seen(tmp_path, fault):
    path = tmp_path / "result.csv"

    def write() -> None:
        with replacing(path) as unfinished:
            unfinished.write_text("half a res")
            assert not path.exists()
            raise fault

    with pytest.raises(fault):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_finished_file_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "result.csv"
    path.write_text("old")
    with replacing(str(path)) as unfinished:
        unfinished.write_text("new")
        assert unfinished.parent == path.parent
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    for write in (Result.to_csv, Result.to_netcdf):
        with pytest.raises(OSError, match="no"):
            write(one(), tmp_path / "no" / "result")


def test_a_result_can_be_pickled_and_copied(result):
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert (again.level["洪湖"] == result.level["洪湖"]).all()
        assert again.account["b"] == result.account["b"]
        assert str(again.events) == str(result.events)
        assert (again.discharge["link"] == result.discharge["link"]).all()


def test_what_is_written_replaces_a_file_and_nothing_else(tmp_path: Path) -> None:
    kept, link, pipe = tmp_path / "kept.txt", tmp_path / "link.txt", tmp_path / "pipe"
    kept.write_text("old")
    kept.chmod(0o640)
    link.symlink_to(kept)
    with replacing(link) as unfinished:
        unfinished.write_text("new")
    assert link.is_symlink()
    assert kept.read_text() == "new"
    assert kept.stat().st_mode & 0o777 == 0o640
    os.mkfifo(pipe)
    with replacing(pipe) as unfinished:
        assert unfinished == pipe
    assert pipe.is_fifo()
    assert {path.name for path in tmp_path.iterdir()} == {"kept.txt", "link.txt", "pipe"}
