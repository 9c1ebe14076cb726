"""Measures: what each of them does to a system, that they stack and come off again, and what they refuse."""

import json
import re
import tomllib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from lakesim import (
    Flood,
    Hypsometry,
    Lake,
    Pump,
    RatingCurve,
    River,
    RuleCurve,
    Schedule,
    Series,
    SluiceGate,
    StartStop,
    System,
    Weir,
    labels,
    scenario,
    simulate,
)
from lakesim.measures import (
    REGISTRY,
    AddOutlet,
    AddPumps,
    Dredge,
    Measure,
    OpenGates,
    PumpStartLevel,
    RaiseDike,
    Reclaim,
    ReturnToLake,
    SetRuleCurve,
    Silt,
    SingleReturn,
    WinterLevel,
    apply_all,
)
from lakesim.measures.seasons import Season
from lakesim.scenario import ScenarioError
from lakesim.scenario.schema import schema

DAY = 86400.0
CURVE = Series.yearly({"04-30": 24.5, "10-16": 25.0}, unit="m")
LAKE = Lake(
    name="lake",
    hypsometry=Hypsometry(levels=(22.0, 23.0, 28.0), areas=(0.0, 3e7, 3e7)),
    initial_level=24.5,
    dike_crest=27.5,
)
POND = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=23, top=29, area="1 km2"), initial_level=25.0)
RIVER = River(name="river", level=Series.yearly({"01-15": 20.0, "07-15": 28.0}, unit="m"))
LOCK = SluiceGate(name="lock", head="lake", tail="river", sill=22.5, width=30.0, height=4.0, flap=True)
INLET = SluiceGate(name="inlet", head="river", tail="lake", sill=23.0, width=5.0, height=3.0, opening=0.0)
LINK = Weir(name="link", head="pond", tail="lake", crest=25.2, width=5.0, opening=0.5)
PUMPS = Pump(name="pumps", head="lake", capacity=20.0, units=3)
OWN = Pump(name="own", head="lake", start_level=24.6, band=0.3, capacity=5.0)
RULES = (
    RuleCurve(structure="lock", target=CURVE, band=0.2),
    RuleCurve(structure="inlet", target=23.0, watch="tail", when="below"),
    RuleCurve(structure="link", target=25.4),
    StartStop(structure="pumps", start=24.5, stop=24.3, unit_rises=[0.0, 0.1, 0.2]),
)
SYSTEM = System(waters=[LAKE, POND, RIVER], structures=[LOCK, INLET, LINK, PUMPS, OWN], rules=RULES)
WINTER = WinterLevel(water="lake", level="24.0 m", begin="11-15", until="03-31")
FIELDS = Reclaim(
    water="lake", polder="fields", area="9 km2", ground="22.5 m", dike_crest="27 m", pumps="3 m3/s", dike_length="2 km"
)

# One of each, for SYSTEM with FIELDS diked off.
EXAMPLES: dict[str, Measure] = {
    "winter_level": WINTER,
    "pump_start_level": PumpStartLevel(structure="pumps", level="24.0 m", begin="11-15", until="06-07"),
    "rule_curve": SetRuleCurve(structure="lock", target=CURVE, band="0.5 m"),
    "open_gates": OpenGates(water="lake"),
    "reclaim": FIELDS.changed(polder="more", area="1 km2", ground="shallowest"),
    "return_to_lake": ReturnToLake(polder="fields", area="4 km2"),
    "single_return": SingleReturn(polder="fields", trigger=26.5, width="120 m", sill=23.5, opens_within="3 h"),
    "add_outlet": AddOutlet(outlet=LOCK.changed(name="new"), target=CURVE, band="0.3 m"),
    "add_pumps": AddPumps(water="lake", structure="station", units=2, capacity=15.0, start="24.6 m", stop="24.4 m"),
    "raise_dike": RaiseDike(water="fields", dike_crest="27.25 m"),
    "dredge": Dredge(water="lake", volume="5 hm3", below="24 m"),
    "silt": Silt(water="lake", yearly="0.1 hm3", years=30, below="24 m"),
}
RUNS = ("winter_level", "pump_start_level", "rule_curve", "open_gates")
"""Those that change how a lake is run, and nothing of its waters."""
ONCE = ("reclaim", "return_to_lake", "single_return", "add_outlet", "add_pumps", "raise_dike", "dredge", "silt")
"""Those that a second time are something else, or cannot be done."""


def rule_of(system: System, structure: str) -> RuleCurve | StartStop:
    (rule,) = (rule for rule in system.rules if rule.structure == structure)
    return rule


def with_curve(target: Series) -> System:
    return SYSTEM.changed(rules=(RuleCurve(structure="lock", target=target), *RULES[1:]))


# What holds for every measure


def test_the_registry_names_every_measure_by_its_word() -> None:
    assert {word: kind.model_fields["type"].default for word, kind in REGISTRY.items()} == {w: w for w in REGISTRY}
    assert set(EXAMPLES) == set(REGISTRY)


@pytest.fixture(scope="module")
def diked() -> System:
    """The system with land diked off."""
    return FIELDS.apply(SYSTEM)


@pytest.mark.parametrize("word", REGISTRY)
def test_a_measure_returns_a_changed_system_and_leaves_the_other_as_it_was(word: str, diked: System) -> None:
    before = diked.changed()
    changed = EXAMPLES[word].apply(diked)
    assert changed != diked
    assert before == diked
    assert FIELDS.apply(SYSTEM) == diked, "so it comes off again by leaving it out"
    assert (changed.waters == diked.waters) == (word in (*RUNS, "single_return", "add_outlet", "add_pumps"))


@pytest.mark.parametrize("word", REGISTRY)
def test_a_measure_twice_is_the_measure_once_where_it_only_sets_something(word: str, diked: System) -> None:
    once = EXAMPLES[word].apply(diked)
    assert (word in RUNS) != (word in ONCE)
    if word in RUNS:
        assert EXAMPLES[word].apply(once) == once
    elif word in ("return_to_lake", "dredge", "silt"):
        assert EXAMPLES[word].apply(once) not in (once, diked)
    else:
        with pytest.raises(ValueError, match=f"^{word} '"):
            EXAMPLES[word].apply(once)


@pytest.mark.parametrize("word", REGISTRY)
def test_curve_changes_are_those_of_the_lakes_that_stay(word: str, diked: System) -> None:
    changes = EXAMPLES[word].curve_changes(diked)
    changed = EXAMPLES[word].apply(diked)
    named = {"reclaim": {"lake"}, "return_to_lake": {"lake", "fields"}, "dredge": {"lake"}, "silt": {"lake"}}
    assert set(changes) == named.get(word, set())
    for name, change in changes.items():
        assert (change.before, change.after) == (diked[name].hypsometry, changed[name].hypsometry)


@pytest.mark.parametrize("word", REGISTRY)
def test_any_two_measures_stack_and_the_second_comes_off_again(word: str, diked: System) -> None:
    for first in REGISTRY:
        if first == word or (first == "open_gates" and word in RUNS):
            continue  # where nobody operates, there is nothing to move
        one = EXAMPLES[first].apply(diked)
        both = apply_all(diked, [EXAMPLES[first], EXAMPLES[word]])
        assert both == EXAMPLES[word].apply(one)
        assert one == EXAMPLES[first].apply(diked)
        assert both != one


@pytest.mark.parametrize("word", REGISTRY)
def test_a_measure_is_a_frozen_record_of_its_fields(word: str) -> None:
    measure = EXAMPLES[word]
    assert REGISTRY[word](**dict(measure)) == measure
    with pytest.raises(ValidationError, match="frozen"):
        measure.name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("word", REGISTRY)
def test_a_measure_says_in_both_languages_what_it_does(word: str) -> None:
    english, chinese = (EXAMPLES[word].describe(lang) for lang in labels.LANGUAGES)
    assert str(EXAMPLES[word]) == english
    assert english.endswith(".")
    assert chinese.endswith("。")
    assert re.findall(r"\d+\.\d\d", english) == re.findall(r"\d+\.\d\d", chinese)


def test_the_sentences() -> None:
    assert str(WINTER) == (
        "lake is kept at 24.00 m in winter. That holds from 15 November to 31 March, after 30 days of drawdown and "
        "before 30 days of refill."
    )
    assert (
        WINTER.describe("zh") == "lake冬季水位控制在 24.00 m。时段为11月15日至3月31日，此前 30 天消落，此后 30 天回蓄。"
    )
    assert str(PumpStartLevel(water="lake", level=24, stop=23.8)) == (
        "The pumps of lake start at 24.00 m. The stop level is 23.80 m."
    )
    assert str(SetRuleCurve(structure="inlet", target=23.5, when="below")) == (
        "inlet follows a rule curve of 23.50 to 23.50 m, and is fully open 0.1 m below it."
    )


def test_all_that_cannot_be_applied_is_told_at_once() -> None:
    wrong = [WINTER.changed(level=28.0), WINTER.changed(until="04-20"), OpenGates(water="lke")]
    with pytest.raises(ValueError, match="lies above the dike crest") as fault:
        apply_all(SYSTEM, wrong)
    assert str(fault.value).split("\n") == [
        "winter_level 'lake': the level 28 m lies above the dike crest 27.5 m of 'lake'; take a lower one",
        "open_gates 'lke': the water 'lke' is no lake of the system; did you mean 'lake'?",
    ]


# The winter level


def test_the_target_of_a_winter_day_by_day() -> None:
    """24.0 m from 15 November to 31 March; 30 days before is 16 October (25.0 m), 30 days after 30 April (24.5 m)."""
    target = rule_of(WINTER.apply(SYSTEM), "lock").target
    days = {
        "2019-10-16": 25.0,
        "2019-10-31": 24.5,  # half of the way down
        "2019-11-15": 24.0,
        "2019-12-31 23:59": 24.0,
        "2020-01-01": 24.0,
        "2020-02-29": 24.0,
        "2020-03-31": 24.0,
        "2020-04-15": 24.25,  # half of the way up
        "2020-04-30": 24.5,
        "2020-07-23 12:00": 24.75,  # half of the 169 days to 16 October, as before
        "2020-10-16": 25.0,
        "2021-02-28": 24.0,
    }
    assert target.at(list(days)) == pytest.approx(list(days.values()), abs=1e-12)


def test_a_refill_across_29_february_takes_a_day_more_in_a_leap_year() -> None:
    """From 30 January 30 days of a common year: to 1 March; in 2020 these are 31 days."""
    winter = WINTER.changed(until="01-30")
    target = rule_of(winter.apply(with_curve(Series.constant(24.6, "m"))), "lock").target
    assert target.at(["2019-02-14", "2019-02-28", "2019-03-01"]) == pytest.approx(
        [24.0 + 0.6 * 15 / 30, 24.0 + 0.6 * 29 / 30, 24.6], abs=1e-12
    )
    assert target.at(["2020-02-14", "2020-02-29", "2020-03-01"]) == pytest.approx(
        [24.0 + 0.6 * 15 / 31, 24.0 + 0.6 * 30 / 31, 24.6], abs=1e-12
    )


def test_without_drawdown_and_refill_the_target_jumps() -> None:
    winter = WINTER.changed(drawdown=0.0, refill="12 h")
    target = rule_of(winter.apply(with_curve(Series.constant(24.6, "m"))), "lock").target
    days = ["2019-11-14 23:59:59.999", "2019-11-15", "2020-03-31", "2020-03-31 06:00", "2020-03-31 12:00"]
    assert target.at(days) == pytest.approx([24.6, 24.0, 24.0, 24.3, 24.6], abs=1e-9)


def test_a_curve_of_monthly_steps_keeps_its_steps_outside_the_winter() -> None:
    """Steps of 10 cm a month, 24.1 m in January; drawdown begins on 16 October at 25.0 m, refill ends on 30 April."""
    steps = Series.climatology([24.0 + 0.1 * month for month in range(1, 13)], by="month", unit="m")
    target = rule_of(WINTER.apply(with_curve(steps)), "lock").target
    days = ["2020-04-30", "2020-04-30 23:59", "2020-05-01", "2020-05-31 23:59", "2020-10-15", "2020-10-31"]
    assert target.at(days) == pytest.approx([24.4, 24.4, 24.5, 24.5, 25.0, 24.5], abs=1e-9)
    begins = rule_of(WINTER.changed(begin="10-31").apply(with_curve(steps)), "lock").target
    assert begins.at("2019-10-01") == pytest.approx(24.9), "it comes down from the step before, September's"


WINDOWS = st.tuples(st.integers(0, 364), st.integers(1, 250), st.integers(0, 50), st.integers(0, 50))
POINTS = st.dictionaries(st.integers(0, 364), st.floats(22.6, 27.0), min_size=1, max_size=8)


@settings(max_examples=60, deadline=None)
@given(WINDOWS, POINTS, st.booleans())
def test_a_season_changes_nothing_but_itself(
    window: tuple[int, int, int, int], points: dict[int, float], steps: bool
) -> None:
    first, whole, drawdown, refill = window
    new_year = np.datetime64("2002-01-01")
    begin, until = (str(new_year + day % 365)[5:] for day in (first, first + whole))
    year = {str(new_year + day)[5:]: points[day] for day in sorted(points)}
    curve = Series.yearly(year, unit="m")
    if steps:
        curve = Series.climatology((list(points.values()) * 12)[:12], by="month", unit="m")
    held = Season.of(begin, until, drawdown * DAY, refill * DAY).held(curve, 24.0)
    for day in range(365):
        into = (day - first) % 365
        moment = new_year + day
        if into <= whole:
            assert held.at(moment) == pytest.approx(24.0 if into < whole or refill else curve.at(moment), abs=1e-9)
        elif whole + refill < into < 365 - drawdown:
            assert held.at(moment) == pytest.approx(curve.at(moment), abs=1e-9)


@pytest.mark.parametrize(
    "target",
    [
        Series.constant(24.0, "m"),
        Series.yearly({"10-16": 25.0, "11-15": 24.0, "03-31": 24.0, "04-30": 24.5}, unit="m"),
        Series.climatology([24.0] * 12, by="month", unit="m"),
    ],
)
def test_a_winter_level_that_the_curve_has_already_changes_nothing(target: Series) -> None:
    system = with_curve(target)
    assert WINTER.apply(system) == system


def test_a_winter_level_leaves_alone_what_does_not_let_the_lake_down() -> None:
    system = SYSTEM.changed(rules=(*RULES[:3], Schedule(structure="pumps", opening=0.5)))
    changed = WINTER.apply(system)
    assert changed.rules[1:] == system.rules[1:]
    assert changed.rules[0].changed(target=CURVE) == system.rules[0], "band and all else stay"
    assert changed.structures == system.structures


def test_a_rule_curve_of_the_pumps_is_let_down_as_well() -> None:
    curves = (RULES[0], RuleCurve(structure="pumps", target=24.8, rank=5))
    changed = WINTER.apply(SYSTEM.changed(rules=curves))
    assert [rule.target.at("2020-01-01") for rule in changed.rules] == [24.0, 24.0]
    assert [rule.target.at("2020-10-16") for rule in changed.rules] == [25.0, 24.8]
    assert changed.rules[1].rank == 5


def test_the_characteristic_level_goes_with_it_if_there_is_one() -> None:
    system = SYSTEM.replaced(LAKE.changed(winter_level=24.2))
    assert WINTER.apply(system)["lake"].winter_level == 24.0
    assert WINTER.apply(SYSTEM)["lake"].winter_level is None


def test_of_two_winter_levels_the_later_counts_where_both_hold() -> None:
    """23.5 m in December and January, without transitions, in a winter at 24.0 m."""
    deep = WINTER.changed(level=23.5, begin="12-01", until="02-01", drawdown=0.0, refill=0.0)
    days = ["2019-11-30", "2019-12-01", "2020-01-31", "2020-02-01", "2020-03-31"]
    one, other = (
        rule_of(apply_all(SYSTEM, order), "lock").target.at(days).tolist() for order in ([WINTER, deep], [deep, WINTER])
    )
    assert one == [24.0, 23.5, 23.5, 24.0, 24.0]
    assert other == [24.0] * 5


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"begin": "02-30"}, ["'02-30' is no day of every year"]),
        ({"until": "02-29"}, ["'02-29' is no day of every year"]),
        ({"begin": "November"}, ["'November' is no month and day"]),
        ({"begin": "11-15 06:00"}, ["no month and day"]),
        ({"until": "11-15"}, ["both '11-15'", "another day"]),
        ({"begin": "03-31", "until": "03-30"}, ["424 days", "365", "check the two dates"]),
        ({"drawdown": "300 d"}, ["466 days", "shorten drawdown"]),
        ({"drawdown": "-1 d"}, ["out of range"]),
        ({"level": "24"}, ["no unit"]),
    ],
)
def test_a_winter_that_cannot_be_is_refused(fields: dict[str, str], words: list[str]) -> None:
    with pytest.raises(ValidationError) as fault:
        WINTER.changed(**fields)
    assert all(word in str(fault.value) for word in words), str(fault.value)


RATING = RatingCurve(name="works", head="lake", of="headwater", levels=[23.0, 23.6, 25.0], discharges=[0.0, 0.0, 9.0])
HIGH = LOCK.changed(sill=23.8)


@pytest.mark.parametrize(
    ("system", "measure", "words"),
    [
        (SYSTEM, WINTER.changed(water="lak"), ["'lak' is no lake", "did you mean 'lake'"]),
        (SYSTEM, WINTER.changed(water="river"), ["'river' is no lake of the system"]),
        (SYSTEM, WINTER.changed(level=27.6), ["27.6 m lies above the dike crest 27.5 m"]),
        (SYSTEM, WINTER.changed(level=21.9), ["21.9 m lies below the bottom 22 m"]),
        (
            SYSTEM.changed(rules=RULES[1:]),
            WINTER,
            ["no rule curve lets 'lake' down", "give a rule_curve", "lock, inlet, link, pumps, own"],
        ),
        (
            SYSTEM.changed(structures=(LINK,), rules=()),
            WINTER,
            ["no rule curve lets 'lake' down", "which are: link"],
        ),
        (
            with_curve(Series(["2019-10-01", "2020-10-01"], [24.0, 25.0], "instants", "m")),
            WINTER,
            ["the target of 'lock' has dates of its own", "yearly curve"],
        ),
        # Out of the lake lead the lock from 23.8 m on, and pumps that stop at 24.3 m.
        (
            System(waters=[LAKE, RIVER], structures=[HIGH, PUMPS], rules=[RULES[0], RULES[3]]),
            WINTER.changed(level=23.7),
            ["23.7 m cannot be reached", "lock lets 'lake' down to 23.8 m and nothing lower", "from 23.8 m on"],
        ),
        (
            System(waters=[LAKE], structures=[RATING], rules=[RuleCurve(structure="works", target=25.0)]),
            WINTER.changed(level=23.5),
            ["works lets 'lake' down to 23.6 m"],
        ),
    ],
)
def test_a_winter_level_that_cannot_be_applied_says_why(system: System, measure: Measure, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"^winter_level '") as fault:
        measure.apply(system)
    assert all(word in str(fault.value) for word in words), str(fault.value)


def test_a_level_below_the_sill_is_reached_by_a_pump_that_starts_lower() -> None:
    system = System(waters=[LAKE, RIVER], structures=[HIGH, PUMPS], rules=[RULES[0], RULES[3]])
    low, pumps = WINTER.changed(level=23.7), PumpStartLevel(water="lake", level=23.7)
    changed = apply_all(system, [pumps, low])
    assert rule_of(changed, "lock").target.at("2020-01-01") == 23.7
    with pytest.raises(ValueError, match="stands before this one"):
        apply_all(system, [low, pumps])


# The start level of pumps


def test_start_and_stop_move_together() -> None:
    only = SYSTEM.changed(structures=(*SYSTEM.structures[:3], PUMPS))
    moved = rule_of(PumpStartLevel(water="lake", level="24.0 m").apply(only), "pumps")
    assert (moved.start, moved.stop.values[0]) == (Series.constant(24.0, "m"), pytest.approx(23.8))
    assert moved.unit_rises == (0.0, 0.1, 0.2)
    given = rule_of(PumpStartLevel(structure="pumps", level=24.0, stop=23.5).apply(only), "pumps")
    assert (given.start.values[0], given.stop.values[0]) == (24.0, 23.5)


def test_start_and_stop_of_a_season_go_down_and_up_together() -> None:
    """From 24.5/24.3 m to 24.0/23.8 m; halfway, on 31 October and 22 June, they are at 24.25/24.05 m."""
    moved = rule_of(EXAMPLES["pump_start_level"].apply(SYSTEM), "pumps")
    days = ["2019-10-16", "2019-10-31", "2020-02-29", "2020-06-07", "2020-06-22", "2020-07-07", "2020-09-01"]
    starts = [24.5, 24.25, 24.0, 24.0, 24.25, 24.5, 24.5]
    assert moved.start.at(days) == pytest.approx(starts, abs=1e-9)
    assert moved.stop.at(days) == pytest.approx([start - 0.2 for start in starts], abs=1e-9)


def test_the_gap_of_levels_that_change_through_the_year_stays() -> None:
    start = Series.yearly({"05-01": 24.5, "10-01": 25.0}, unit="m")
    rules = (StartStop(structure="pumps", start=start, stop=start + Series.constant(-0.25, "m")),)
    moved = rule_of(PumpStartLevel(structure="pumps", level=24.0).apply(SYSTEM.changed(rules=rules)), "pumps")
    assert (moved.start.values, moved.stop.values) == (pytest.approx([24.0]), pytest.approx([23.75]))


def test_a_pump_with_a_level_of_its_own_keeps_its_band() -> None:
    moved = PumpStartLevel(water="lake", level=24.0).apply(SYSTEM)
    assert moved["own"] == OWN.changed(start_level=24.0)
    assert rule_of(moved, "pumps").start.values[0] == 24.0, "all pumps of the lake are moved"


def test_rules_that_fill_or_watch_another_water_stay() -> None:
    rules = (
        StartStop(structure="pumps", start=24.5, stop=24.3),
        StartStop(structure="pumps", start=25.5, stop=25.3, watch="pond", rank=61),
        StartStop(structure="inlet", start=23.0, stop=23.2, watch="tail", when="below"),
    )
    moved = PumpStartLevel(structure="pumps", level=24.0).apply(SYSTEM.changed(rules=rules))
    assert moved.rules[1:] == rules[1:]
    assert moved.rules[0] != rules[0]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["give one of water and structure"]),
        ({"water": "lake", "structure": "pumps"}, ["give one of water and structure"]),
        ({"water": "lake", "begin": "11-15"}, ["give both begin and until"]),
        ({"water": "lake", "begin": "11-15", "until": "11-15"}, ["both '11-15'"]),
        ({"water": "lake", "begin": "11-31", "until": "03-31"}, ["'11-31' is no day"]),
    ],
)
def test_a_start_level_that_says_too_little_or_too_much_is_refused(fields: dict[str, str], words: list[str]) -> None:
    with pytest.raises(ValidationError) as fault:
        PumpStartLevel(level=24.0, **fields)
    assert all(word in str(fault.value) for word in words), str(fault.value)


VARYING = StartStop(structure="pumps", start=Series.yearly({"05-01": 24.5, "10-01": 25.0}, unit="m"), stop=24.3)


@pytest.mark.parametrize(
    ("system", "measure", "words"),
    [
        (SYSTEM, PumpStartLevel(structure="pump", level=24.0), ["'pump' is no pump", "did you mean 'pumps'"]),
        (SYSTEM, PumpStartLevel(structure="lock", level=24.0), ["'lock' is no pump"]),
        (SYSTEM, PumpStartLevel(water="pond", level=24.0), ["no pump leads out of the water 'pond'"]),
        (SYSTEM, PumpStartLevel(water="lke", level=24.0), ["'lke' is no lake", "did you mean 'lake'"]),
        (SYSTEM, PumpStartLevel(water="lake", level=28.0), ["28 m lies above the dike crest"]),
        (SYSTEM, PumpStartLevel(structure="pumps", level=22.1), ["would stop at 21.9 m, below the bottom 22 m"]),
        (SYSTEM, PumpStartLevel(structure="pumps", level=24.0, stop=24.1), ["'pumps' ", "lies 0.1 m below 'stop'"]),
        (
            SYSTEM.changed(rules=(VARYING,)),
            PumpStartLevel(structure="pumps", level=24.0),
            ["'pumps' stops 0.2 to 0.7 m below its start level", "give stop"],
        ),
        (
            SYSTEM,
            PumpStartLevel(structure="own", level=24.0, begin="11-15", until="03-31"),
            ["'own' starts at a level of its own, 24.6 m", "leave out begin and until", "start_stop rule"],
        ),
        (SYSTEM, PumpStartLevel(structure="own", level=24.0, stop=23.9), ["leave out stop"]),
        (
            SYSTEM.changed(rules=(RuleCurve(structure="pumps", target=24.5),)),
            PumpStartLevel(structure="pumps", level=24.0),
            ["no start level to move", "give 'pumps' a start_stop rule"],
        ),
    ],
)
def test_a_start_level_that_cannot_be_applied_says_why(system: System, measure: Measure, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"^pump_start_level '") as fault:
        measure.apply(system)
    assert all(word in str(fault.value) for word in words), str(fault.value)


# A rule curve, and none


def test_a_rule_curve_takes_the_place_and_rank_of_the_one_before() -> None:
    old = RuleCurve(structure="lock", target=25.0, rank=3, observe="2 h", watch="tail")
    new = SetRuleCurve(structure="lock", target=CURVE, band=0.5).apply(SYSTEM.changed(rules=(RULES[3], old)))
    assert new.rules == (RULES[3], RuleCurve(structure="lock", target=CURVE, band=0.5, rank=3, observe="2 h"))


def test_a_rule_curve_is_added_where_there_is_none() -> None:
    new = SetRuleCurve(structure="own", target="24.8 m", band="5 cm").apply(SYSTEM)
    assert new.rules == (*RULES, RuleCurve(structure="own", target=24.8, band=0.05))


@pytest.mark.parametrize(
    ("system", "measure", "words"),
    [
        (SYSTEM, SetRuleCurve(structure="lok", target=24.0), ["'lok' is no structure", "did you mean 'lock'"]),
        (SYSTEM, SetRuleCurve(structure="lock", target=27.6), ["27.6 m", "above the dike crest 27.5 m"]),
        (
            SYSTEM.changed(rules=(*RULES, RuleCurve(structure="lock", target=25.0, rank=71))),
            SetRuleCurve(structure="lock", target=24.0),
            ["'lock' has 2 rule curves", "leave out all of them but one"],
        ),
    ],
)
def test_a_rule_curve_that_cannot_be_applied_says_why(system: System, measure: Measure, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"^rule_curve 'lo") as fault:
        measure.apply(system)
    assert all(word in str(fault.value) for word in words), str(fault.value)


def test_a_rule_curve_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValidationError, match="band is 0 m"):
        SetRuleCurve(structure="lock", target=24.0, band=0.0)
    with pytest.raises(ValidationError, match="in m3/s"):
        SetRuleCurve(structure="lock", target=Series.constant(24.0, "m3/s"))


def test_open_gates_are_those_of_the_lake_and_its_rivers() -> None:
    opened = OpenGates(water="lake").apply(SYSTEM)
    assert opened == System(
        waters=SYSTEM.waters,
        structures=[LOCK.changed(flap=False), INLET.changed(opening=1.0), LINK],
        rules=[RULES[2]],
    )


@pytest.mark.parametrize(
    ("system", "measure", "words"),
    [
        (SYSTEM, OpenGates(water="lke"), ["'lke' is no lake", "did you mean 'lake'"]),
        (
            System(waters=[LAKE], structures=[OWN]),
            OpenGates(water="lake"),
            ["no outlet that could stand open", "no pump"],
        ),
    ],
)
def test_gates_that_cannot_be_opened_say_why(system: System, measure: Measure, words: list[str]) -> None:
    with pytest.raises(ValueError, match=r"^open_gates 'l") as fault:
        measure.apply(system)
    assert all(word in str(fault.value) for word in words), str(fault.value)


# In files

TEXT = """
[lake]
name = "lake"
hypsometry = {levels = [22, 23, 28], areas = ["0 km2", "30 km2", "30 km2"]}
initial_level = "24.5 m"
dike_crest = "27.5 m"

[[structures]]
type = "sluice_gate"
name = "lock"
sill = "22.5 m"
width = "30 m"
height = "4 m"

[[structures]]
type = "pump"
name = "pumps"
capacity = "20 m3/s"

[[rules]]
type = "rule_curve"
structure = "lock"
target = {yearly = {"04-30" = 24.5, "10-16" = 25.0}}

[[rules]]
type = "schedule"
structure = "pumps"
opening = 0.0

[flood]
start = 2019-10-01
end = 2020-05-01
output_step = "1 d"
inflow = "5 m3/s"

[[measures]]
type = "winter_level"
name = "low-winter"
level = "24.0 m"
begin = "11-15"
until = "03-31"

[[cases]]
name = "low"

[[cases]]
name = "as_was"
without = ["low-winter"]

[[cases]]
name = "defended"

[[cases.measures]]
type = "winter_level"
level = "23.5 m"
begin = "11-15"
until = "04-20"
drawdown = "45 d"
refill = "5 d"

[[cases.measures]]
type = "rule_curve"
structure = "pumps"
target = {yearly = {"05-01" = 24.5, "10-15" = "2.5e1 m"}}

[[cases]]
name = "open"

[[cases.measures]]
type = "open_gates"
water = "lake"
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        scenario.read(text)
    return list(caught.value.faults)


def test_a_file_says_measures_of_all_cases_and_of_one() -> None:
    whole = scenario.read(TEXT)
    low = WinterLevel(name="low-winter", water="lake", level=24.0, begin="11-15", until="03-31")
    assert whole.measures == (low,)
    assert whole.system.rules[0].target.at("2020-01-01") == pytest.approx(24.5 + 0.5 * 120 / 197)
    systems = {case.name: case.system for case in whole.cases}
    under = whole.flood.applied(whole.system)
    assert systems["low"] == low.apply(under)
    assert systems["as_was"] == under
    deep = WinterLevel(water="lake", level=23.5, begin="11-15", until="04-20", drawdown="45 d", refill="5 d")
    assert whole.changes[2].measures[0] == deep
    assert rule_of(systems["defended"], "lock") == rule_of(apply_all(whole.system, [low, deep]), "lock")
    assert [rule.type for rule in systems["defended"].rules] == ["rule_curve", "schedule", "rule_curve"]
    assert systems["open"] == OpenGates(water="lake").apply(under)


def test_the_explained_file_keeps_its_measures_and_runs_to_the_same_bits() -> None:
    first = scenario.read(TEXT)
    text = first.explained()
    again = scenario.read(text)
    assert again.explained() == text
    assert "drawdown = 2592000.0  # s" in text
    assert again.measures == first.measures
    results = again.run()
    for name, result in first.run().items():
        for column, same in zip(result.table(), results[name].table(), strict=True):
            assert column.values.tobytes() == same.values.tobytes(), (name, column.name)
    alone = scenario.read(first.explained(written_out=True))
    assert [case.system for case in alone.cases] == [case.system for case in first.cases]


def test_the_schema_knows_the_measures() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    made = json.loads(json.dumps(schema()))
    validator = jsonschema.Draft202012Validator(made)

    def wrong(text: str) -> bool:
        return not validator.is_valid(json.loads(json.dumps(tomllib.loads(text), default=str)))

    assert not wrong(TEXT)
    assert wrong(TEXT.replace('begin = "11-15"\n', "", 1))
    assert wrong(TEXT.replace('begin = "11-15"', 'begin = "November"', 1))
    assert made["$defs"]["measure_winter_level"]["required"] == ["type", "level", "begin", "until"]
    assert {"rule_curve", "measure_rule_curve"} <= set(made["$defs"])


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        (
            'level = "24.0 m"',
            'level = "28 m"',
            "measures[1].level",
            ["in the case low, defended, open: ", "dike crest"],
        ),
        ('begin = "11-15"', 'begin = "02-30"', "measures[1].begin", ["no day of every year"]),
        ('begin = "11-15"\nuntil = "03-31"', 'begin = "6-1"\nuntil = "06-01"', "measures[1].begin", ["both '06-01'"]),
        ('name = "low-winter"', 'name = "lock"', "measures[1].name", ["the name of a water or structure already"]),
        ('without = ["low-winter"]', 'without = ["low-wintr"]', "cases[2].without[1]", ["did you mean 'low-winter'?"]),
        ('type = "open_gates"', 'type = "open_gate"', "cases[4].measures[1].type", ["did you mean 'open_gates'?"]),
        ('water = "lake"', 'water = "lke"', "cases[4].measures[1].water", ["did you mean 'lake'?"]),
        ('water = "lake"', 'name = "low-winter"', "cases[4].measures[1].name", ["the name of another measure already"]),
        ('refill = "5 d"', "refil = 5", "cases[3].measures[1].refil", ["did you mean 'refill'?"]),
        ('level = "23.5 m"\n', "", "cases[3].measures[1].level", ["is missing"]),
        ('"2.5e1 m"', '"2.5e1 km"', "cases[3].measures[2].target", ["25000 m", "above the dike crest"]),
    ],
)
def test_faults_of_measures_have_their_place(old: str, new: str, key: str, words: list[str]) -> None:
    text = TEXT.replace(old, new, 1)
    found = faults(text)
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    for fault in found:
        if f": {key}: " in fault and all(word in fault for word in words):
            assert not new or f"line {line}: " in fault
            return
    pytest.fail("\n".join(found))


# In a run


def test_the_lake_stands_at_its_winter_level_and_comes_back() -> None:
    """A rule curve with a band of 0.2 m and 5 m3/s of inflow holds the lake some centimetres above its target."""
    lake = LAKE.changed(inflow=Series.constant(5.0, "m3/s"))
    system = System(waters=[lake], structures=[LOCK.changed(tail=None, flap=False)], rules=[RULES[0]])
    flood = Flood(start="2019-10-01", end="2020-06-01", output_step="1 d")
    result = simulate(WINTER.apply(system), flood)
    before = simulate(system, flood)
    moments = result.times
    winter = (moments >= np.datetime64("2019-12-15")) & (moments <= np.datetime64("2020-03-31"))
    assert 0.0 < (result.level["lake"][winter] - 24.0).min() <= (result.level["lake"][winter] - 24.0).max() < 0.02
    assert before.level["lake"][winter].min() > 24.5
    assert result.level["lake"][-1] == pytest.approx(before.level["lake"][-1], abs=0.02)


def test_a_low_winter_helps_only_where_the_low_level_is_defended_by_the_pumps() -> None:
    """From April the river shuts the lock, and 10 m3/s fill half a metre of the lake (15e6 m3) in 17 days.

    So pumps that start at the old level find the lake as if there had been no winter. Those that start lower until
    20 June, when the flood comes, find it lower, and so is the peak.
    """
    inflow = Series(["2019-10-01", "2020-06-20", "2020-07-01", "2020-07-12"], [10, 10, 150, 10], "instants", "m3/s")
    river = RIVER.changed(level=Series.yearly({"03-25": 22.5, "04-05": 28.0, "10-01": 28.0, "10-10": 22.5}, unit="m"))
    rule = StartStop(structure="pumps", start=24.5, stop=24.4)
    system = System(
        waters=[LAKE.changed(inflow=inflow), river],
        structures=[LOCK, PUMPS.changed(capacity=15.0)],
        rules=[RULES[0].changed(target=24.5), rule],
    )
    low = PumpStartLevel(water="lake", level=24.0, begin="11-15", until="06-20", refill="10 d")
    flood = Flood(start="2019-10-01", end="2020-07-12")
    cases = {"as_was": [], "winter": [WINTER], "defended": [WINTER, low], "pumps_only": [low]}
    results = {name: simulate(apply_all(system, measures), flood) for name, measures in cases.items()}
    levels = {name: result.level["lake"] for name, result in results.items()}
    at = results["winter"].times.searchsorted(np.datetime64("2020-03-25"))
    assert levels["winter"][at] < levels["as_was"][at] - 0.4
    peaks = {name: level.max() for name, level in levels.items()}
    assert peaks["winter"] == pytest.approx(peaks["as_was"], abs=0.1), "within the gap of start and stop"
    assert peaks["defended"] < peaks["as_was"] - 0.3
    assert peaks["pumps_only"] == pytest.approx(peaks["defended"], abs=0.1)


def test_open_gates_is_the_system_built_without_an_operator() -> None:
    lake = LAKE.changed(inflow=Series.triangle("2020-06-01", 200.0, "6 d", "20 d", 5.0))
    flood = Flood(start="2020-06-01", end="2020-07-15")
    operated = System(waters=[lake, RIVER], structures=[LOCK, PUMPS], rules=[RULES[0], RULES[3]])
    built = System(waters=[lake, RIVER], structures=[LOCK.changed(flap=False)])
    result, same = simulate(OpenGates(water="lake").apply(operated), flood), simulate(built, flood)
    assert result.level["lake"].tobytes() == same.level["lake"].tobytes()
    assert result.discharge["lock"].min() < 0.0, "the river comes in"
