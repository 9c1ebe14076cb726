"""Rules: what they say, what is refused, and what those without memory do to a structure in a run."""

import numpy as np
import pytest
from pydantic import ValidationError

from lakesim import (
    Dwell,
    EqualFilling,
    Flood,
    Hypsometry,
    InTurn,
    Lake,
    PreRelease,
    Pump,
    Ramp,
    ReleaseLimit,
    River,
    RuleCurve,
    SafeDischarge,
    Schedule,
    Series,
    ShutOff,
    SluiceGate,
    StartStop,
    System,
    Weir,
    simulate,
)
from lakesim.rules import REGISTRY, Rule, Store

CURVE = Hypsometry(levels=(20.0, 24.0, 28.0), areas=(1e7, 3e7, 4e7))
GATE = SluiceGate(name="gate", head="lake", sill=22.0, width=20.0, height=3.0, leaf=9.0)
FLOOD = Flood(start="2020-06-01", end="2020-07-01")
TARGET = Series.constant(24.0, "m")
OPENING = Series.climatology([0.0, 0.0, 0.0, 0.2, 0.5, 0.7, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0], by="month", unit="")


def lake(**changes: object) -> Lake:
    inflow = Series.triangle("2020-06-01", 400.0, "6 d", "20 d", 20.0)
    return Lake(**{"name": "lake", "hypsometry": CURVE, "initial_level": 24.0, "inflow": inflow, **changes})


def test_the_registry_names_every_rule_by_its_word() -> None:
    assert {word: rule.model_fields["type"].default for word, rule in REGISTRY.items()} == {w: w for w in REGISTRY}


@pytest.mark.parametrize("compiled", [False, True])
def test_a_rule_curve_opens_in_proportion_to_the_level_above_its_target(compiled: bool) -> None:
    if compiled:
        pytest.importorskip("numba")
    target = Series.yearly({"05-01": 24.5, "06-15": 24.0, "09-01": 24.8}, unit="m")
    rule = RuleCurve(structure="gate", target=target, band=0.4)
    result = simulate(System(waters=[lake()], structures=[GATE], rules=[rule]), FLOOD, compiled=compiled)
    wish = np.clip((result.level["lake"] - target.at(result.times)) / 0.4, 0.0, 1.0)
    np.testing.assert_allclose(result.opening["gate"], wish, atol=1e-12)
    assert 0.0 < result.opening["gate"].max() <= 1.0
    flow = [GATE.discharge(z, opening=o) for z, o in zip(result.level["lake"], wish, strict=True)]
    np.testing.assert_allclose(result.discharge["gate"], flow, rtol=1e-9, atol=1e-9)
    assert result.residual_relative < 1e-12


def test_a_rule_curve_comes_to_rest_where_the_gate_lets_out_what_comes_in() -> None:
    """Rest: C b (opening) … = inflow with opening = (z − target)/band; for a weir  q = C b (z − c)^1.5 (z − t)/band."""
    weir = Weir(name="weir", head="lake", crest=22.0, width=20.0, coefficient=1.7)
    rule = RuleCurve(structure="weir", target=TARGET, band=1.0)
    steady = lake(inflow=Series.constant(60.0, "m3/s"))
    result = simulate(
        System(waters=[steady], structures=[weir], rules=[rule]), Flood(start="2020-01-01", end="2021-01-01")
    )
    level = result.level["lake"][-1]
    assert 1.7 * 20.0 * (level - 22.0) ** 1.5 * (level - 24.0) == pytest.approx(60.0, rel=1e-6)
    moves = np.diff(result.opening["weir"].round(9))
    turns = np.diff(np.sign(moves[moves != 0.0]))
    assert np.count_nonzero(turns) <= 1, "it does not chatter"


def test_a_rule_that_watches_the_tail_opens_as_the_river_rises() -> None:
    river = River(name="river", level=Series(["2020-06-01", "2020-07-01"], [23.0, 27.0], "instants", "m"))
    inlet = GATE.changed(tail="river")
    rule = RuleCurve(structure="gate", target=Series.constant(25.0, "m"), band=1.0, watch="tail")
    waters = [lake(inflow=None), river]
    result = simulate(System(waters=waters, structures=[inlet], rules=[rule]), FLOOD)
    np.testing.assert_allclose(result.opening["gate"], np.clip(result.level["river"] - 25.0, 0.0, 1.0), atol=1e-12)
    assert result.discharge["gate"].min() < 0.0, "from the river into the lake"
    assert result.account["lake"].volumes["gate"] > 0.0


def test_a_schedule_is_kept_to_the_day() -> None:
    flood = Flood(start="2020-03-15", end="2020-09-15", output_step="1 d")
    steady = lake(inflow=Series.constant(20.0, "m3/s"))
    rule = Schedule(structure="gate", opening=OPENING)
    result = simulate(System(waters=[steady], structures=[GATE], rules=[rule]), flood)
    np.testing.assert_array_equal(result.opening["gate"], OPENING.at(result.times))
    assert (result.discharge["gate"][result.opening["gate"] == 0.0] == 0.0).all()
    assert result.residual_relative < 1e-12


# What a rule says


CURVE_OF_THE_YEAR = Series.yearly({"10-15": 24.0, "04-01": 24.5}, unit="m")
EXAMPLES: dict[str, tuple[Rule, str]] = {
    "ramp": (Ramp(structure="gate", per_hour=0.25), "moves by at most 0.25 in an hour"),
    "dwell": (Dwell(structure="gate", time="6 h"), "moves at most once in 6 h"),
    "shut-off": (
        ShutOff(structure="gate", watch="tail", above="31.5 m", resume=31.3),
        "shut while the tail is above 31.50 m, until 31.30 m",
    ),
    "shut-off below": (
        ShutOff(structure="gate", watch="gauge", below=20.125, opening=0.3, observe="6 h"),
        "at most 0.3 open while gauge is below 20.125 m, looked at every 6 h",
    ),
    "release limit": (ReleaseLimit(structure="gate", discharge="3256 m3/s"), "lets through at most 3256 m³/s"),
    "schedule": (Schedule(structure="gate", opening="50 %"), "opening 0.5"),
    "schedule of months": (Schedule(structure="gate", opening=OPENING), "opening 0 … 1 through the year"),
    "start and stop": (StartStop(structure="gate", start=24.5, stop=24.3), "starts at 24.50 m, stops at 24.30 m"),
    "units": (
        StartStop(structure="gate", start=20.0, stop=20.5, unit_rises=[0, "10 cm"], watch="tail", when="below"),
        "starts at 20.00 m of the tail while it falls, stops at 20.50 m, 2 units one by one",
    ),
    "rule curve": (
        RuleCurve(structure="gate", target=CURVE_OF_THE_YEAR, band="20 cm"),
        "holds the head at 24.00 … 24.50 m through the year, fully open 0.2 m from there",
    ),
    "safe discharge": (
        SafeDischarge(structure="gate", discharge="3256 m3/s", beside=["sluice", "tributary"], observe="6 h"),
        "lets through at most 3256 m³/s less what sluice and tributary bring, looked at every 6 h",
    ),
    "safe discharge beside one": (
        SafeDischarge(structure="gate", discharge="3256 m3/s", beside=["sluice"]),
        "lets through at most 3256 m³/s less what sluice brings",
    ),
    "share of a safe discharge": (
        SafeDischarge(structure="gate", discharge="3256 m3/s", share="40 %"),
        "lets through at most 3256 m³/s; its share of that is 0.4",
    ),
    "in turn": (
        InTurn(
            structure="gate",
            after=[
                {"structure": "pumps", "restricted_to": "50 %"},
                {"structure": "sluice", "opened_to": 1.0},
                {"water": "polder", "above": "27.5 m", "resume": "27 m"},
            ],
        ),
        "shut until pumps is restricted to 0.5 and sluice is opened to 1 and polder stands at 27.50 m",
    ),
    "equal filling": (
        EqualFilling(
            structure="gate",
            among=[{"water": "west", "empty": 24, "full": 27}, Store(water="east", empty=23, full=28)],
            band=0.05,
        ),
        "keeps west, east equally full, shut where its own is 0.05 of its storage ahead",
    ),
    "pre-release": (
        PreRelease(structure="gate", limit="26 m", horizon="3 d", forecast="truth"),
        "opens so far that the head, with the inflow of the next 72 h, as it will be, stays below 26.00 m",
    ),
    "pre-release of another lake": (
        PreRelease(
            structure="gate",
            limit="26 m",
            horizon="12 h",
            forecast="growing_error",
            error_per_day="20 %",
            seed=1,
            water="canal",
        ),
        "opens so far that canal, with the inflow of the next 12 h, known with an error that grows by 0.2 a day, stays "
        "below 26.00 m",
    ),
    "dated": (
        RuleCurve(structure="gate", target=Series(["2020-01-01", "2020-02-01"], [24, 25], "instants", "m"), rank=9),
        "holds the head at 24.00 … 25.00 m as dated, fully open 0.1 m from there",
    ),
}
each = pytest.mark.parametrize("rule", [rule for rule, _ in EXAMPLES.values()], ids=EXAMPLES)


def test_every_type_has_an_example() -> None:
    assert {type(rule) for rule, _ in EXAMPLES.values()} == set(REGISTRY.values())


@pytest.mark.parametrize(("rule", "line"), EXAMPLES.values(), ids=EXAMPLES)
def test_a_line_about_it(rule: Rule, line: str) -> None:
    assert str(rule) == line


@each
def test_a_rule_survives_the_way_through_its_fields(rule: Rule) -> None:
    assert type(rule)(**dict(rule)) == rule
    assert rule.changed(structure="other").changed(structure="gate") == rule


@each
def test_a_rule_has_two_series_at_the_most_and_one_number(rule: Rule) -> None:
    first, second = rule.series
    assert second is None or first is not None
    assert {getattr(rule, field) for field in rule.SERIES} - {None} == {first, second} - {None}
    assert all(getattr(rule, field) is None or getattr(rule, field).unit == unit for field, unit in rule.SERIES.items())
    assert rule.width >= 0.0
    assert rule.side in (1, -1)


def test_what_was_given_as_a_number_is_read_in_si_units() -> None:
    assert Ramp(structure="gate", per_hour="25 %").width == pytest.approx(0.25 / 3600.0, rel=1e-15)
    assert Dwell(structure="gate", time="1 d").width == 86400.0
    assert ShutOff(structure="gate", above="2450 cm").series[0] == Series.constant(24.5, "m")
    assert StartStop(structure="gate", start=25, stop=24, unit_rises=["0 m", "5 cm"]).rises == (0.0, 0.05)
    assert RuleCurve(structure="gate", target="24 m", when="below").side == -1


def test_the_usual_ranks_follow_the_list_of_types() -> None:
    assert [kind.RANK for kind in REGISTRY.values()] == [10, 20, 30, 40, 42, 44, 46, 48, 50, 60, 70]
    assert Ramp(structure="gate", per_hour=1).place == 10
    assert Ramp(structure="gate", per_hour=1, rank=45).place == 45


def test_what_a_rule_watches() -> None:
    gate = GATE.changed(tail="river")
    watched = {watch: ShutOff(structure="gate", watch=watch, above=1) for watch in ("head", "tail", "lake", "sea")}
    assert {watch: rule.watched(gate) for watch, rule in watched.items()} == {
        "head": "lake", "tail": "river", "lake": "lake", "sea": "sea",
    }  # fmt: skip
    assert [watch for watch, rule in watched.items() if rule.watches_another(gate)] == ["sea"]
    assert Ramp(structure="gate", per_hour=1).watched(gate) == "lake"


# What is refused


MONTHS = Series.climatology([24.0] * 5 + [24.8] + [24.0] * 6, by="month", unit="m")


@pytest.mark.parametrize(
    ("kind", "given", "fault"),
    [
        (RuleCurve, {"target": TARGET, "band": 0.0}, "the band is 0 m; a structure cannot open within less than 1 mm"),
        (
            RuleCurve,
            {"target": Series.constant(1.0, "m3/s")},
            "target is in m3/s, and m is needed; give the series in m",
        ),
        (RuleCurve, {"target": TARGET, "watch": "sea"}, "'head' or 'tail'"),
        (RuleCurve, {"target": TARGET, "when": "over"}, "'above' or 'below'"),
        (RuleCurve, {"target": "24"}, "'24' has no unit; write a number in m"),
        (RuleCurve, {"target": "24 m3"}, "does not convert to m; write a number in m"),
        (RuleCurve, {"target": float("nan")}, "nan is not a finite number"),
        (RuleCurve, {"target": [24.0]}, "is no quantity; write a number in m"),
        (Schedule, {"opening": TARGET}, "opening is in m, and no unit is needed; give the series in plain numbers"),
        (Schedule, {"opening": 1.2}, "the openings reach from 1.2 to 1.2; keep them from 0 (shut) to 1"),
        (Schedule, {"opening": -0.1}, "the openings reach from -0.1 to -0.1"),
        (
            Schedule,
            {"opening": Series.pulse("2020-07-01", "1 d", 1.0, outside=2.0, unit="")},
            "the openings reach from 1 to 2",
        ),
        (ReleaseLimit, {"discharge": -1.0}, "the discharge falls to -1 m3/s; a limit is 0 or above"),
        (ReleaseLimit, {"discharge": TARGET}, "discharge is in m, and m3/s is needed"),
        (Ramp, {"per_hour": 0.0}, "per_hour is 0, so that the structure never moves; give a speed above 0, or no ramp"),
        (Ramp, {"per_hour": -0.5}, "must be in 0 … inf"),
        (Dwell, {"time": 0.0}, "the time is 0; give one above 0, or no dwell time"),
        (Dwell, {"time": "1 h", "rank": 0}, "greater than or equal to 1"),
        (Dwell, {"time": "1 h", "rank": 1.5}, "valid integer"),
        (Dwell, {"time": "1 h", "observe": "30 s"}, "the operator looks every 30 s; take at least a minute, or leave"),
        (Dwell, {"time": "1 month"}, "months and years differ in length"),
        (ShutOff, {}, "give one of above and below"),
        (ShutOff, {"above": 24.0, "below": 20.0}, "give one of above and below"),
        (
            ShutOff,
            {"above": 24.0, "resume": 24.1},
            "'above' lies 0.1 m below 'resume'; let it lie at least 1 mm above it",
        ),
        (ShutOff, {"below": 24.0, "resume": 23.9}, "'below' lies 0.1 m above 'resume'; let it lie at least 1 mm below"),
        (ShutOff, {"above": 24.0, "opening": 1.5}, "fraction must be in 0 … 1"),
        (
            StartStop,
            {"start": 24.3, "stop": 24.5},
            "'start' lies 0.2 m below 'stop'; let it lie at least 1 mm above it",
        ),
        (
            StartStop,
            {"start": 24.3, "stop": 24.3},
            "'start' lies no higher than 'stop'; let it lie at least 1 mm above",
        ),
        (StartStop, {"start": 24.3005, "stop": 24.3}, "'start' lies 0.0005 m above 'stop'; let it lie at least 1 mm"),
        (StartStop, {"start": 24.5, "stop": 24.3, "when": "below"}, "'start' lies 0.2 m above 'stop'; let it lie at l"),
        (StartStop, {"start": CURVE_OF_THE_YEAR, "stop": 24.2}, "'start' lies 0.2 m below 'stop' on 10-15; let it lie"),
        (StartStop, {"start": 24.6, "stop": MONTHS}, "'start' lies 0.2 m below 'stop' on 06-01; let it lie"),
        (
            StartStop,
            {"start": 24.5, "stop": Series(["2020-01-01", "2020-02-01"], [24, 25], "instants", "m")},
            "'start' lies 0.5 m below 'stop' on 2020-02-01; let it lie",
        ),
        (StartStop, {"start": 2.0, "stop": 1.0, "unit_rises": [0.1, 0.2]}, "unit_rises are 0.1, 0.2 m; begin with 0"),
        (StartStop, {"start": 2.0, "stop": 1.0, "unit_rises": [0, 0.2, 0.1]}, "unit_rises are 0, 0.2, 0.1 m; begin"),
        (StartStop, {"start": 2.0}, "stop"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(kind: type[Rule], given: dict[str, object], fault: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        kind(structure="gate", **given)  # type: ignore[arg-type]
    assert fault in str(refusal.value)


def test_a_gap_of_a_millimetre_is_one_whatever_the_rounding() -> None:
    """24.301 − 24.3 is 0.00099999999999767."""
    assert StartStop(structure="gate", start=24.301, stop=24.3).series[0].values[0] == 24.301


def test_levels_that_follow_the_year_are_compared_all_year() -> None:
    """On 1 June the start is at 24 + 151/181, some 24.83 m, just above the stop of 24.8 m, which is its highest."""
    start = Series.yearly({"01-01": 24.0, "07-01": 25.0}, unit="m")
    stop = Series.yearly({"01-01": 23.0, "06-01": 24.8, "08-01": 24.1}, unit="m")
    StartStop(structure="gate", start=start, stop=stop)
    with pytest.raises(ValidationError, match=r"'start' lies 0\.16\d* m below 'stop' on 06-01"):
        StartStop(structure="gate", start=start, stop=Series.yearly({"01-01": 23.0, "06-01": 25.0}, unit="m"))


def test_points_that_are_no_days_or_out_of_order_are_refused() -> None:
    for points, fault in (
        ({"02-30": 24.0}, "'02-30' is no day of every year"),
        ({"02-29": 24.0}, "'02-29' is no day of every year"),
        ({"05-01": 24.0, "04-01": 24.0, "06-01": 24.0}, "out of order: 04-01 after 05-01"),
        ({"05-01": 24.0, "5-1": 25.0}, "'5-1' is a day that stands twice"),
        ({"05-01": float("nan")}, "nan is not a finite number"),
        ({"05-01": "24"}, "'24' has no unit"),
        ({"05-01": "24 s"}, "does not convert to m"),
    ):
        with pytest.raises(ValueError, match=fault):
            Series.yearly(points, unit="m")


# What does not fit a system


RIVER = River(name="river", level=23.0)
PUMPS = Pump(name="pumps", head="lake", tail="river", capacity=10.0, units=3)
LOW = Series.yearly({"10-15": 21.5, "04-01": 24.5}, unit="m")


@pytest.mark.parametrize(
    ("rules", "faults"),
    [
        (
            [RuleCurve(structure="gat", target=TARGET)],
            ["the rule_curve moves 'gat', which is no structure of the system; did you mean 'gate'?"],
        ),
        (
            [RuleCurve(structure="weir", target=TARGET, watch="tail")],
            ["the rule_curve of 'weir' is to watch the tail, and there is none; watch the head"],
        ),
        (
            [ShutOff(structure="gate", watch="rivr", above=24.0)],
            ["the shut_off of 'gate' is to watch 'rivr', which is no water of the system; did you mean 'river'?"],
        ),
        (
            [StartStop(structure="gate", watch="sea", start=24.0, stop=23.0)],
            ["the start_stop of 'gate' is to watch 'sea', which is no water of the system; the waters are: lake"],
        ),
        (
            [Schedule(structure="gate", opening=OPENING, rank=70), RuleCurve(structure="gate", target=TARGET)],
            ["the schedule and the rule_curve of 'gate' both have the rank 70; give one of them another, such as"],
        ),
        (
            [
                Ramp(structure="gate", per_hour=1, rank=31),
                ShutOff(structure="gate", above=26.0, resume=25.0),
                ShutOff(structure="gate", watch="tail", above=26.0),
            ],
            ["the shut_off and the shut_off of 'gate' both have the rank 30; give one of them another, such as"],
        ),
        (
            [ShutOff(structure="gate", above=26.0)],
            ["the shut_off of 'gate' watches a lake that it moves itself, and would chatter; give resume"],
        ),
        (
            [RuleCurve(structure="gate", target=Series.yearly({"01-01": 24, "07-01": 27.5}, unit="m"))],
            ["the rule_curve of 'gate' has a target of 27.5 m on 07-01, above the dike crest 27 m of 'lake'; lower it"],
        ),
        (
            [RuleCurve(structure="gate", target=LOW)],
            [
                "the rule_curve of 'gate' has a target of 21.5 m on 10-15, below every sill of 'lake', and no pump "
                "leads out of it; it can be reached from 22 m on, so raise the target to that, or add a pump"
            ],
        ),
        (
            [RuleCurve(structure="gate", target=19.0, when="below")],
            ["the rule_curve of 'gate' has a target of 19 m, below the bottom 20 m of 'lake'; raise it"],
        ),
        (
            [StartStop(structure="gate", start=27.2, stop=21.5)],
            [
                "the start_stop of 'gate' has a start of 27.2 m, above the dike crest 27 m of 'lake'; lower it",
                "the start_stop of 'gate' has a stop of 21.5 m, below every sill of 'lake', and no pump leads out of "
                "it; it can be reached from 22 m on, so raise the stop to that, or add a pump",
            ],
        ),
        (
            [StartStop(structure="gate", start=24.0, stop=23.0, unit_rises=[0, 0.1])],
            ["the start_stop of 'gate' has 2 unit_rises, and the structure has 1 units; give one a unit"],
        ),
        (
            [RuleCurve(structure="falls", target=TARGET, watch="tail")],
            [
                "the rule_curve of 'falls' is to watch the tail 'river', whose level does not reach the structure; let "
                'an operator look (observe = "1 h"), or watch the head'
            ],
        ),
    ],
)
def test_a_system_refuses_rules_that_do_not_fit_it(rules: list[Rule], faults: list[str]) -> None:
    weir = Weir(name="weir", head="lake", crest=24.0, width=5.0)
    things = [GATE.changed(tail="river"), weir, weir.changed(name="falls", tail="river", free_fall=True)]
    with pytest.raises(ValidationError) as refusal:
        System(waters=[lake(dike_crest=27.0), RIVER], structures=things, rules=rules)
    text = refusal.value.errors()[0]["msg"].removeprefix("Value error, ")
    assert len(text.split("\n")) == len(faults)
    for found, fault in zip(text.split("\n"), faults, strict=True):
        assert found.startswith(fault)


def test_what_a_pump_is_run_by() -> None:
    """By its own start level, or by a rule; not by nothing, and not by both."""
    waters = [lake(dike_crest=27.0), RIVER]
    starts = StartStop(structure="pumps", start=24.5, stop=24.3, unit_rises=[0, 0.1, 0.2])
    limits = [Ramp(structure="pumps", per_hour=1), Dwell(structure="pumps", time="1 h")]
    limits += [ShutOff(structure="pumps", watch="tail", above=31.5), ReleaseLimit(structure="pumps", discharge=20.0)]
    for pump, rules in (
        (PUMPS, [starts]),
        (PUMPS, [*limits, starts]),
        (PUMPS, [Schedule(structure="pumps", opening=1.0)]),
        (PUMPS, [RuleCurve(structure="pumps", target=24.0)]),
        (PUMPS.changed(start_level=24.4), limits),
        (PUMPS.changed(opening=0.0), []),
    ):
        System(waters=waters, structures=[pump], rules=rules)
    for rules in ([], limits):
        with pytest.raises(
            ValidationError, match="pumps: has no start level and no rule that opens it, and would run day"
        ):
            System(waters=waters, structures=[PUMPS], rules=rules)
    both = "of 'pumps' has levels, and so has the pump, which starts at 24.4 m; keep one of the two"
    with pytest.raises(ValidationError, match=both):
        System(waters=waters, structures=[PUMPS.changed(start_level=24.4)], rules=[starts])
    with pytest.raises(ValidationError, match=r"has a start of 27\.1 m, above the dike crest 27 m"):  # of the last unit
        System(waters=waters, structures=[PUMPS], rules=[starts.changed(start=26.9)])


@pytest.mark.parametrize(
    "curve", [RuleCurve(structure="gate", target=LOW), StartStop(structure="gate", start=25.0, stop=LOW)]
)
def test_a_level_below_every_sill_can_be_reached_with_a_pump_or_a_lower_sill(curve: Rule) -> None:
    gate, pump = GATE.changed(tail="river"), PUMPS.changed(start_level=24.0)
    System(waters=[lake(), RIVER], structures=[gate, pump], rules=[curve])
    System(waters=[lake(), RIVER], structures=[gate, gate.changed(name="low", sill=21.0)], rules=[curve])
    inwards = pump.changed(head="river", tail="lake")
    with pytest.raises(ValidationError, match="can be reached from 22 m on"):
        System(waters=[lake(), RIVER], structures=[gate, inwards], rules=[curve])


def test_a_rule_may_watch_what_does_not_reach_its_structure() -> None:
    """A pump of one capacity does not feel the river, and is stopped by it all the same."""
    system = System(
        waters=[lake(), RIVER],
        structures=[PUMPS],
        rules=[
            StartStop(structure="pumps", start=24.5, stop=24.3),
            ShutOff(structure="pumps", watch="tail", above=31.5),
        ],
    )
    assert not system["pumps"].uses_tail
