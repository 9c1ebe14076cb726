"""Measures that change the waters: land diked off and given back, inlets, outlets, pumps, dikes, the bed."""

import json
import math
import tomllib
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from lakesim import (
    AddOutlet,
    AddPumps,
    Dredge,
    Flood,
    Hypsometry,
    Lake,
    OpenGates,
    Pump,
    PumpStartLevel,
    RaiseDike,
    Ramp,
    Reclaim,
    Result,
    ReturnToLake,
    River,
    RuleCurve,
    Series,
    ShutOff,
    Silt,
    SingleReturn,
    SluiceGate,
    StartStop,
    System,
    Weir,
    WinterLevel,
    indicators,
    labels,
    scenario,
    simulate,
)
from lakesim.measures import REGISTRY, Measure, apply_all
from lakesim.scenario import ScenarioError
from lakesim.scenario.schema import schema

RAIN = Series.constant(0.05 / 86400.0, "m/s")
CURVE = Hypsometry(levels=[20, 24, 26], areas=["0 km2", "100 km2", "120 km2"])
LAKE = Lake(
    name="lake",
    hypsometry=CURVE,
    initial_level=23.0,
    rain=RAIN,
    rain_falls_on="surface",
    dike_crest=26.0,
    datum="Wusong",
    reconstructed=True,
)
RIVER = River(name="river", level=21.0)
LOCK = SluiceGate(name="lock", head="lake", tail="river", sill=21.0, width=20.0, height=3.0)
SYSTEM = System(waters=[LAKE, RIVER], structures=[LOCK], rules=[RuleCurve(structure="lock", target=23.0, band="0.5 m")])
FIELDS = Reclaim(
    water="lake", polder="fields", area="30 km2", ground="shallowest", dike_crest=25.5, pumps=4.0, title_zh="大垸"
)
OPENED = SingleReturn(polder="fields", trigger="25 m", width="200 m", sill="24 m")
DIKED = FIELDS.apply(SYSTEM)


def rules_of(system: System, structure: str) -> list[Any]:
    return [rule for rule in system.rules if rule.structure == structure]


def refused(measure: Measure, system: System) -> list[str]:
    """The faults of a measure that cannot be applied, each of which says whose it is."""
    with pytest.raises(ValueError, match=f"^{measure.type} '") as fault:
        measure.apply(system)
    lines = str(fault.value).split("\n")
    assert all(line.startswith(f"{measure.called}: ") for line in lines), lines
    return [line.removeprefix(f"{measure.called}: ") for line in lines]


# Land diked off


def test_a_polder_has_the_land_the_weather_and_the_works() -> None:
    """The highest 30 of 120 km² begin where the area is 90 km², at 23.6 m: ½·10·0.4 + ½·(10 + 30)·2 = 42e6 m³."""
    lake, fields = DIKED["lake"], DIKED["fields"]
    assert fields.hypsometry.bottom == pytest.approx(23.6, abs=1e-12)
    assert fields.hypsometry.storage(26.0) == pytest.approx(42e6)
    assert lake.hypsometry.storage(26.0) == pytest.approx(420e6 - 42e6)
    assert lake == LAKE.changed(hypsometry=lake.hypsometry)
    assert fields == Lake(
        name="fields",
        title_zh="大垸",
        hypsometry=fields.hypsometry,
        initial_level=fields.hypsometry.bottom,
        rain=RAIN,
        dike_crest=25.5,
        reclaimed_from="lake",
        datum="Wusong",
        reconstructed=True,
    )
    dike, pumps = DIKED["fields_dike"], DIKED["fields_pumps"]
    assert dike == Weir(
        name="fields_dike",
        title="Dike of fields",
        title_zh="大垸堤",
        head="lake",
        tail="fields",
        crest=25.5,
        width=math.sqrt(30e6),
    )
    assert pumps == Pump(
        name="fields_pumps",
        title="Pumps of fields",
        title_zh="大垸排涝泵站",
        head="fields",
        tail="lake",
        start_level=fields.hypsometry.bottom,
        capacity=4.0,
    )
    assert DIKED.rules == SYSTEM.rules
    assert [polder.name for polder in DIKED.polders("lake")] == ["fields"]


def test_a_polder_from_a_level_up_without_pumps_and_with_a_given_dike() -> None:
    system = FIELDS.changed(ground="23.0 m", pumps=0.0, dike_length="8 km").apply(SYSTEM)
    assert [one.name for one in system.structures] == ["lock", "fields_dike"]
    assert system["fields_dike"].width == 8000.0
    # Area 75 km² at 23 m, and 25 km² more a metre: 30 km² of land from 23 m up to where the area is 105 km².
    assert system["fields"].hypsometry.bottom == 23.0
    assert system["fields"].hypsometry.area(24.0) == pytest.approx(25e6)
    assert system["fields"].hypsometry.area(24.5) == pytest.approx(30e6)


def test_of_two_polders_the_second_takes_the_highest_of_what_is_left() -> None:
    """90 km² are left with upright walls above 23.6 m, and from 23.2 m down there are 80 km²."""
    system = FIELDS.changed(polder="more", area="10 km2", dike_crest=25.0).apply(DIKED)
    assert system["more"].hypsometry.bottom == pytest.approx(23.2)
    assert system["lake"].hypsometry.area(26.0) == pytest.approx(80e6)
    curves = [lake.hypsometry for lake in system.lakes]
    for z in (23.6, 24.0, 25.5, 26.0):
        assert sum(curve.area(z) for curve in curves) == pytest.approx(CURVE.area(z), rel=1e-14)
        assert sum(curve.storage(z) for curve in curves) == pytest.approx(CURVE.storage(z), rel=1e-14)


def test_what_was_lost_can_be_read_at_every_level() -> None:
    changes = FIELDS.curve_changes(SYSTEM)
    assert set(changes) == {"lake"}
    assert changes["lake"].area(25.0) == pytest.approx(-20e6)
    assert changes["lake"].storage(26.0) == pytest.approx(-42e6)
    assert changes["lake"].storage(23.0) == pytest.approx(0.0, abs=1e-6)
    back = ReturnToLake(polder="fields").curve_changes(DIKED)
    assert back["lake"].storage(26.0) == pytest.approx(42e6)
    assert set(back) == {"lake"}, "the polder is no water any more"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ground": 24.0}, ["3e+07 m2, is more than the 2e+07 m2 that lie above 24.0 m", "take less"]),
        ({"ground": 27.0}, ["the ground 27 m does not lie between the bottom 20 m and the last contour 26 m"]),
        ({"ground": 19.9}, ["the ground 19.9 m does not lie between the bottom 20 m"]),
        ({"area": "130 km2"}, ["1.3e+08 m2, is all of the lake, 1.2e+08 m2; take less"]),
        ({"area": 0.0}, ["the area taken is 0 m2 of 1.2e+08 m2; take more"]),
        (
            {"dike_crest": 23.0},
            ["the dike crest 23 m does not rise above the ground, which begins at 23.6 m", "higher"],
        ),
        ({"dike_crest": 26.5}, ["fields_dike: the crest 26.5 m lies above the dike crest 26 m of 'lake'"]),
        ({"pumps": -4.0}, ["the pumps lift -4 m3/s; give what they lift, or 0 for none"]),
        ({"dike_length": 0.0}, ["the dike_length is 0 m; give how long the dike is, or leave it out"]),
        ({"water": "lke"}, ["the water 'lke' is no lake of the system; did you mean 'lake'?"]),
        ({"water": "river"}, ["the water 'river' is no lake of the system"]),
        (
            {"polder": "lock"},
            ["needs the name 'lock', and something is called that already; call the polder something else"],
        ),
        ({"polder": "river"}, ["needs the name 'river'"]),
    ],
)
def test_land_that_cannot_be_diked_off_says_why(fields: dict[str, Any], words: list[str]) -> None:
    (told,) = refused(FIELDS.changed(**fields), SYSTEM)
    assert all(word in told for word in words), told


def test_all_faults_of_a_polder_are_told_at_once() -> None:
    wrong = FIELDS.changed(area="130 km2", pumps=-1.0, dike_length=0.0, polder="lock")
    assert len(refused(wrong, SYSTEM)) == 4
    assert len(refused(FIELDS, DIKED)) == 3, "the polder, its dike and its pumps are there already"


def test_land_under_the_water_that_the_lake_begins_with_may_be_all_the_lake_has() -> None:
    """90 km² from the bottom up leave 30 km² from 23.6 m up: a lake that begins at 23.0 m has no bed there."""
    (told,) = refused(FIELDS.changed(area="90 km2", ground=20.0), SYSTEM)
    assert "the initial level 23 m lies below the lake's bottom 23.6 m" in told


@pytest.mark.parametrize("term", ["rain", "evaporation", "seepage"])
def test_weather_that_is_given_as_a_discharge_cannot_be_shared_out(term: str) -> None:
    system = SYSTEM.replaced(LAKE.changed(**{term: Series.constant(5.0, "m3/s")}))
    (told,) = refused(FIELDS, system)
    assert f"the {term} of 'lake' is given as a discharge" in told
    assert "give it as a rate" in told


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ground": "shallow"}, ["'shallow'", '"shallowest" for the land that lies highest']),
        ({"ground": "24"}, ["'24' has no unit", '"shallowest"']),
        ({"ground": float("nan")}, ["nan is not a finite number"]),
        ({"area": "30 km"}, ["unit 'km' does not convert to m2"]),
        ({"area": "-3 km2"}, ["out of range"]),
        ({"area": float("nan")}, ["nan is not a finite number"]),
        ({"area": float("inf")}, ["inf is not a finite number"]),
        ({"pumps": "4 m3"}, ["unit 'm3' does not convert to m3/s"]),
        ({"dike_crest": "25.5"}, ["'25.5' has no unit"]),
        ({"dike_length": "-1 m"}, ["out of range"]),
        ({"polder": "big fields"}, ["'big fields'", "rename it"]),
    ],
)
def test_quantities_of_a_polder_are_checked_at_the_door(fields: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ValidationError) as fault:
        FIELDS.changed(**fields)
    assert all(word in str(fault.value) for word in words), str(fault.value)


# Land given back


def test_a_polder_given_back_leaves_nothing_behind() -> None:
    system = ReturnToLake(polder="fields").apply(OPENED.apply(DIKED))
    assert system == SYSTEM
    again = apply_all(system, [FIELDS, OPENED])
    assert again == OPENED.apply(DIKED), "and can be diked off again"


def test_a_part_is_the_same_share_at_every_height() -> None:
    """12 of 30 km²: two fifths of the land, and three fifths of the pumps; the dike stays as it is."""
    system = ReturnToLake(polder="fields", area="12 km2").apply(DIKED)
    for z in (23.8, 24.0, 25.0, 26.0):
        land = DIKED["fields"].hypsometry.storage(z)
        assert system["fields"].hypsometry.storage(z) == pytest.approx(0.6 * land)
        more = system["lake"].hypsometry.storage(z) - DIKED["lake"].hypsometry.storage(z)
        assert more == pytest.approx(0.4 * land)
    assert system["fields_pumps"].capacity == pytest.approx(2.4)
    assert system["fields_dike"] == DIKED["fields_dike"]
    rest = ReturnToLake(polder="fields", area="18 km2").apply(system)
    assert [water.name for water in rest.waters] == ["lake", "river"]
    assert rest["lake"].hypsometry.storage(26.0) == pytest.approx(CURVE.storage(26.0), rel=1e-14)


def test_no_land_given_back_changes_nothing() -> None:
    assert ReturnToLake(polder="fields", area=0.0).apply(DIKED) == DIKED


def test_pumps_with_a_curve_shrink_by_their_discharges() -> None:
    pumps = Pump(
        name="fields_pumps", head="fields", tail="lake", start_level=23.6, lifts=[0, 4], discharges=[8.0, 0.0], units=3
    )
    system = ReturnToLake(polder="fields", area="15 km2").apply(DIKED.replaced(pumps))
    assert system["fields_pumps"] == pumps.changed(discharges=[4.0, 0.0])


def test_what_led_from_a_polder_elsewhere_leads_from_the_lake() -> None:
    own = SluiceGate(name="own", head="fields", tail="river", sill=24.0, width=5.0, height=2.0)
    watched = ShutOff(structure="lock", watch="fields", above=25.0, resume=24.5)
    more = FIELDS.changed(polder="inner", water="fields", area="5 km2", ground=24.0, dike_crest=25.0).apply(DIKED)
    system = more.changed(structures=(*more.structures, own), rules=(*more.rules, watched))
    whole = ReturnToLake(polder="fields").apply(system)
    assert [water.name for water in whole.waters] == ["lake", "river", "inner"]
    assert whole["own"].head == "lake"
    assert (whole["inner_dike"].head, whole["inner_pumps"].tail) == ("lake", "lake")
    assert whole["inner"].reclaimed_from == "lake"
    assert whole.rules[-1].watch == "lake"


def test_inflows_of_both_add_up() -> None:
    flow = Series.constant(2.0, "m3/s")
    system = DIKED.replaced(LAKE.changed(hypsometry=DIKED["lake"].hypsometry, inflow=flow))
    system = system.replaced(DIKED["fields"].changed(inflow=3.0 * flow, outflow=flow))
    whole = ReturnToLake(polder="fields").apply(system)["lake"]
    assert whole.inflow is not None
    assert whole.outflow is not None
    assert (whole.inflow.at("2020-07-01"), whole.outflow.at("2020-07-01")) == (8.0, 2.0)


@pytest.mark.parametrize(
    ("system", "measure", "words"),
    [
        (DIKED, ReturnToLake(polder="field"), ["'field' is no water of the system; did you mean 'fields'?"]),
        (DIKED, ReturnToLake(polder="lake"), ["'lake' was never reclaimed; the polders are: fields"]),
        (SYSTEM, ReturnToLake(polder="lake"), ["'lake' was never reclaimed; there is no polder"]),
        (SYSTEM, ReturnToLake(polder="river"), ["'river' was never reclaimed; there is no polder"]),
        (SYSTEM, ReturnToLake(polder="fields"), ["'fields' is no water of the system; there is no polder"]),
        (DIKED, ReturnToLake(polder="fields", area="31 km2"), ["3.1e+07 m2", "has 3e+07 m2; give back up to that"]),
        (
            DIKED.replaced(DIKED["fields"].changed(rain=2.0 * RAIN)),
            ReturnToLake(polder="fields"),
            ["the rain of 'fields' is not that of 'lake'", "give both the same"],
        ),
        (DIKED, OPENED.changed(polder="field"), ["did you mean 'fields'?"]),
        (SYSTEM, OPENED.changed(polder="lake"), ["'lake' was never reclaimed"]),
        (
            DIKED,
            OPENED.changed(trigger=25.5),
            ["the trigger 25.5 m does not lie below the dike crest 25.5 m of 'fields'"],
        ),
        (DIKED, OPENED.changed(trigger=26.0), ["the trigger 26 m does not lie below", "take a lower trigger"]),
        (
            DIKED,
            OPENED.changed(sill=23.5),
            ["the sill 23.5 m lies below the ground of 'fields', 23.6 m", "higher sill"],
        ),
        (DIKED, OPENED.changed(sill=25.0, closes=24.0), ["the sill 25 m does not lie below the trigger 25 m"]),
        (DIKED, OPENED.changed(closes=25.1), ["the inlet closes at 25.1 m, not below the trigger 25 m"]),
        (
            FIELDS.changed(pumps=0.0).apply(SYSTEM),
            OPENED.changed(closes=19.0),
            ["'fields_inlet' has a stop of 19 m, below the bottom 20 m of 'lake'"],
        ),
        (OPENED.apply(DIKED), OPENED, ["'fields' has its inlet, 'fields_inlet', already"]),
    ],
)
def test_land_that_cannot_be_given_back_says_why(system: System, measure: Measure, words: list[str]) -> None:
    told = "\n".join(refused(measure, system))
    assert all(word in told for word in words), told


def test_a_polder_given_back_twice_is_refused_and_both_measures_are_named() -> None:
    twice = [FIELDS, ReturnToLake(polder="fields"), ReturnToLake(polder="fields"), OPENED]
    with pytest.raises(ValueError, match="was given back by an earlier measure") as fault:
        apply_all(SYSTEM, twice)
    lines = str(fault.value).split("\n")
    assert [line.partition(":")[0] for line in lines] == ["return_to_lake 'fields'", "single_return 'fields'"]


def test_what_stands_on_a_polder_that_cannot_be_is_not_told_as_well() -> None:
    wrong = [
        FIELDS.changed(area="130 km2"),
        OPENED,
        ReturnToLake(polder="fields"),
        RaiseDike(water="fields", dike_crest=25.8),
    ]
    with pytest.raises(ValueError, match="is all of the lake") as fault:
        apply_all(SYSTEM, [*wrong, RaiseDike(water="lake", dike_crest=25.0)])
    lines = str(fault.value).split("\n")
    assert [line.partition(":")[0] for line in lines] == ["reclaim 'fields'", "raise_dike 'lake'"]


BACK = ReturnToLake(polder="fields")


@pytest.mark.parametrize(
    ("measures", "told"),
    [
        ([BACK, FIELDS], ["return_to_lake 'fields': 'fields' is reclaimed only by a later measure, reclaim 'fields'"]),
        ([RaiseDike(water="fields", dike_crest=26.0), FIELDS], ["raise_dike 'fields': 'fields' is reclaimed only by"]),
        (
            [OPENED, BACK.changed(name="land"), FIELDS],
            ["single_return 'fields': 'fields' is rec", "return_to_lake 'la"],
        ),
        (
            [FIELDS, BACK, OPENED],
            ["single_return 'fields': 'fields' was given back by an earlier measure, return_to_lake 'fields'; leave"],
        ),
        (
            [FIELDS, BACK.changed(name="land"), BACK],
            ["return_to_lake 'fields': 'fields' was given back by an earlier measure, return_to_lake 'land'; leave"],
        ),
        ([BACK.changed(polder="field"), FIELDS], ["return_to_lake 'field': the polder 'field' is no water of the sy"]),
    ],
)
def test_a_measure_that_comes_too_early_or_too_late_is_told(measures: list[Measure], told: list[str]) -> None:
    with pytest.raises(ValueError, match="field") as fault:
        apply_all(SYSTEM, measures)
    lines = str(fault.value).split("\n")
    assert len(lines) == len(told), lines
    assert all(line.startswith(start) for line, start in zip(lines, told, strict=True)), lines


def test_a_part_that_is_given_back_is_no_measure_too_early() -> None:
    part = ReturnToLake(polder="fields", area="10 km2")
    assert apply_all(SYSTEM, [FIELDS, part, OPENED]) == OPENED.apply(part.apply(DIKED))
    assert apply_all(SYSTEM, [FIELDS, BACK, FIELDS, OPENED]) == OPENED.apply(FIELDS.apply(BACK.apply(DIKED)))
    with pytest.raises(ValueError, match="the area is"):
        apply_all(SYSTEM, [FIELDS, part, part.changed(area="25 km2", name="more")])


def test_what_is_left_of_a_polder_that_is_given_back_but_for_rounding_is_nothing() -> None:
    system = ReturnToLake(polder="fields", area="29.99999999 km2").apply(DIKED)
    assert system == ReturnToLake(polder="fields").apply(DIKED)


# Land opened in a flood


def test_a_single_return_is_an_inlet_with_a_memory_and_pumps_that_wait() -> None:
    system = OPENED.changed(closes="24.5 m", opens_within="4 h").apply(DIKED)
    assert system["fields_inlet"] == Weir(
        name="fields_inlet",
        title="Inlet of fields",
        title_zh="大垸进洪口",
        head="lake",
        tail="fields",
        crest=24.0,
        width=200.0,
        opening=0.0,
    )
    assert rules_of(system, "fields_inlet") == [
        StartStop(structure="fields_inlet", start=25.0, stop=24.5),
        Ramp(structure="fields_inlet", per_hour=0.25),
    ]
    assert rules_of(system, "fields_pumps") == [
        ShutOff(structure="fields_pumps", watch="tail", above=25.0, resume=24.5, rank=30)
    ]
    assert OPENED.apply(DIKED).rules[1].stop == Series.constant(24.0, "m"), "it closes at its sill"
    assert len(OPENED.changed(opens_within=0.0).apply(DIKED).rules) == 3


def test_pumps_that_have_a_shut_off_get_another_behind_it() -> None:
    high = ShutOff(structure="fields_pumps", watch="tail", above=25.8, resume=25.6)
    system = OPENED.apply(DIKED.changed(rules=(*DIKED.rules, high)))
    assert [rule.place for rule in rules_of(system, "fields_pumps")] == [30, 31]


def test_a_polder_without_pumps_can_be_opened() -> None:
    dry = FIELDS.changed(pumps=0.0).apply(SYSTEM)
    assert [rule.type for rule in OPENED.apply(dry).rules] == ["rule_curve", "start_stop"]


# Works and the bed


def test_an_outlet_is_any_structure_with_its_rule_curve() -> None:
    gate = LOCK.changed(name="second", width=10.0)
    table = {key: value for key, value in dict(gate).items() if value is not None}
    assert AddOutlet(outlet=table) == AddOutlet(outlet=gate)
    system = AddOutlet(outlet=gate, target="23.5 m", band="20 cm").apply(SYSTEM)
    assert system.structures == (LOCK, gate)
    assert system.rules == (*SYSTEM.rules, RuleCurve(structure="second", target=23.5, band=0.2))
    assert AddOutlet(outlet=gate).apply(SYSTEM).rules == SYSTEM.rules


@pytest.mark.parametrize(
    ("outlet", "words"),
    [
        ({"name": "new", "head": "lake"}, ["the type is missing"]),
        ({"type": "sluice", "name": "new", "head": "lake"}, ["there is no type 'sluice'; did you mean 'sluice_gate'?"]),
        ({"type": "weir", "name": "new", "head": "lake", "crest": "24"}, ["crest: '24' has no unit", "width"]),
        ({"type": "weir", "name": "new", "head": "lake", "crest": 24.0, "width": 5.0, "hight": 2}, ["hight"]),
        (5, ["5 is no structure; give its table"]),
        ({"type": ["weir"], "name": "new"}, ["there is no type ['weir']"]),
    ],
)
def test_an_outlet_that_is_none_says_why(outlet: object, words: list[str]) -> None:
    with pytest.raises(ValidationError) as fault:
        AddOutlet(outlet=outlet)
    assert all(word in str(fault.value) for word in words), str(fault.value)


def test_one_more_station_with_its_levels() -> None:
    more = AddPumps(
        water="lake", structure="station", tail="river", units=2, capacity="15 m3/s", start=23.6, stop="23.4 m"
    )
    system = more.apply(SYSTEM)
    assert system["station"] == Pump(name="station", head="lake", tail="river", units=2, capacity=15.0)
    assert system.rules[-1] == StartStop(structure="station", start=23.6, stop=23.4)
    assert str(more) == "lake has 30 m³/s more of pumps, station. They start at 23.60 m and stop at 23.40 m."


def test_the_dike_of_a_polder_is_raised_with_the_weir_over_it() -> None:
    system = RaiseDike(water="fields", dike_crest="25.8 m").apply(OPENED.apply(DIKED))
    assert (system["fields"].dike_crest, system["fields_dike"].crest) == (25.8, 25.8)
    assert system["fields_inlet"].crest == 24.0
    assert RaiseDike(water="lake", dike_crest=27.0).apply(DIKED)["fields_dike"] == DIKED["fields_dike"]


def test_dredging_and_silt_change_the_bed_and_nothing_else() -> None:
    """Below 22 m the lake holds ½·50·2 = 50e6 m³: for 25e6 m³ more the bottom goes from 20 to 19 m."""
    deep = Dredge(water="lake", volume="25 hm3", below="22 m").apply(SYSTEM)
    assert deep == SYSTEM.replaced(LAKE.changed(hypsometry=deep["lake"].hypsometry))
    assert deep["lake"].hypsometry.bottom == pytest.approx(19.0)
    assert deep["lake"].hypsometry.storage(26.0) == pytest.approx(445e6)
    silted = Silt(water="lake", volume="25 hm3", below="22 m").apply(SYSTEM)
    assert silted["lake"].hypsometry.bottom == pytest.approx(21.0)
    assert silted == Silt(water="lake", yearly="0.5 hm3", years=50, below="22 m").apply(SYSTEM)
    assert Dredge(water="lake", volume="25 hm3", below="22 m").apply(silted)["lake"].hypsometry.curve_storage[
        -1
    ] == pytest.approx(420e6)


def test_a_dry_polder_stays_dry_on_its_new_bed_and_its_pumps_start_there() -> None:
    """Below 24 m the polder holds ½·10·0.4 = 2e6 m³ over 0.4 m of depth: 1e6 m³ of it are 0.2 m at the bottom."""
    for kind, bottom in ((Silt, 23.8), (Dredge, 23.4)):
        system = kind(water="fields", volume=1e6, below=24.0).apply(DIKED)
        fields = system["fields"]
        assert fields.hypsometry.bottom == pytest.approx(bottom)
        assert fields.initial_level == fields.hypsometry.bottom == system["fields_pumps"].start_level
        assert fields == DIKED["fields"].changed(hypsometry=fields.hypsometry, initial_level=fields.initial_level)
        assert [one for one in system.structures if one.name != "fields_pumps"] == [LOCK, DIKED["fields_dike"]]
    wet = DIKED.replaced(DIKED["fields"].changed(initial_level=24.0))
    assert Silt(water="fields", volume=1e6, below=24.0).apply(wet)["fields"].initial_level == 24.0
    assert Silt(water="fields", volume=1e6, below=24.0).apply(wet)["fields_pumps"].start_level == pytest.approx(23.8)


def test_silt_tells_of_all_that_it_would_lie_over() -> None:
    """1e6 m³ of it raise the bottom of the polder by 0.2 m, to 23.8 m."""
    lower = DIKED.replaced(
        DIKED["fields"].changed(initial_level=23.7, warning_level=23.75, guarantee_level=24.0),
        DIKED["fields_pumps"].changed(start_level=23.65),
    )
    remedy = "as high as 23.8 m; take less silt, or raise the"
    assert refused(Silt(water="fields", volume=1e6, below=24.0), lower) == [
        f"the silt would lie over the warning level 23.75 m, {remedy} warning level first",
        f"the silt would lie over the initial level 23.7 m, {remedy} initial level first",
        f"the silt would lie over the start level 23.65 m of 'fields_pumps', {remedy} start level first",
    ]


def test_silt_tells_of_the_sill_of_an_inlet_into_a_polder() -> None:
    """The inlet leads from the lake to the polder, and its sill is 23.7 m; the silt lies up to 23.8 m."""
    opened = OPENED.changed(sill="23.7 m").apply(DIKED)
    (told,) = refused(Silt(water="fields", volume=1e6, below=24.0), opened)
    assert told.startswith("the silt would lie over the sill 23.7 m of 'fields_inlet', as high as 23.8 m; take less")
    assert Dredge(water="fields", volume=1e6, below=24.0).apply(opened)["fields_inlet"] == opened["fields_inlet"]


def test_silt_and_dikes_are_separate_edits_and_add_up() -> None:
    """The polder lies above 23.6 m and the silt below 22 m, so what each takes does not depend on the other."""
    silt = Silt(water="lake", volume="25 hm3", below="22 m")
    for order in ([silt, FIELDS], [FIELDS, silt]):
        system = apply_all(SYSTEM, order)
        assert system["lake"].hypsometry.storage(26.0) == pytest.approx(420e6 - 42e6 - 25e6)
        assert system["fields"].hypsometry == DIKED["fields"].hypsometry


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, ["give the volume of the silt, or what stays yearly and for how many years"]),
        ({"volume": 1e6, "yearly": 1e5, "years": 5}, ["give the volume of the silt, or"]),
        ({"yearly": 1e5}, ["give the volume of the silt, or"]),
        ({"years": 5}, ["give the volume of the silt, or"]),
        ({"volume": 1e6, "years": 5}, ["give the volume of the silt, or"]),
        ({"volume": -1e6}, ["out of range"]),
        ({"yearly": 1e5, "years": "5 year"}, ["years"]),
    ],
)
def test_silt_is_a_volume_or_a_rate_over_years(fields: dict[str, Any], words: list[str]) -> None:
    with pytest.raises(ValidationError) as fault:
        Silt(water="lake", below=22.0, **fields)
    assert all(word in str(fault.value) for word in words), str(fault.value)


@pytest.mark.parametrize(
    ("system", "measure", "words"),
    [
        (SYSTEM, AddOutlet(outlet=LOCK), ["2 things are named 'lock'"]),
        (
            SYSTEM,
            AddOutlet(outlet=LOCK.changed(name="n", tail="rivr")),
            ["n: the tail 'rivr'", "did you mean 'river'?"],
        ),
        (SYSTEM, AddOutlet(outlet=LOCK.changed(name="n", sill=19.0)), ["n: the sill 19 m lies below the bottom 20 m"]),
        (SYSTEM, AddOutlet(outlet=LOCK.changed(name="n"), target=26.5), ["26.5 m, above the dike crest 26 m"]),
        (SYSTEM, AddPumps(water="lke", structure="s", capacity=5.0, start=24, stop=23), ["did you mean 'lake'?"]),
        (SYSTEM, AddPumps(water="lake", structure="lock", capacity=5.0, start=24, stop=23), ["2 things are named"]),
        (SYSTEM, AddPumps(water="lake", structure="s", capacity=5.0, start=24, stop=24.5), ["lies 0.5 m below 'stop'"]),
        (SYSTEM, AddPumps(water="lake", structure="s", capacity=5.0, start=24, stop=19), ["below the bottom 20 m"]),
        (SYSTEM, RaiseDike(water="river", dike_crest=27.0), ["'river' is no lake"]),
        (
            SYSTEM,
            RaiseDike(water="lake", dike_crest=26.0),
            ["26 m is no higher than the 26 m that 'lake' has", "higher one"],
        ),
        (
            SYSTEM.replaced(LAKE.changed(dike_crest=None)),
            RaiseDike(water="lake", dike_crest=27.0),
            ["'lake' has no dike_crest that could be raised"],
        ),
        (
            DIKED,
            RaiseDike(water="fields", dike_crest=26.5),
            ["the crest 26.5 m lies above the dike crest 26 m of 'lake'"],
        ),
        (SYSTEM, Dredge(water="lake", volume=1e6, below=20.0), ["20 m does not lie between the bottom 20 m"]),
        (SYSTEM, Dredge(water="lake", volume=1e6, below=27.0), ["27 m does not lie between the bottom 20 m"]),
        (SYSTEM, Dredge(water="fields", volume=1e6, below=27.0), ["'fields' is no lake of the system"]),
        (SYSTEM, Silt(water="lake", volume=5e7, below=22.0), ["is all of the 5e+07 m3 that the lake holds below 22 m"]),
        (
            SYSTEM,
            Silt(water="lake", volume=3e7, below=22.0),
            ["the silt would lie over the sill 21 m of 'lock', as high as 21.2 m; take less silt, or raise the sill"],
        ),
    ],
)
def test_works_that_cannot_be_say_why(system: System, measure: Measure, words: list[str]) -> None:
    told = "\n".join(refused(measure, system))
    assert all(word in told for word in words), told


# As words, JSON and files

EXAMPLES: dict[str, Measure] = {
    "reclaim": FIELDS,
    "return_to_lake": ReturnToLake(polder="fields", area=12e6),
    "single_return": OPENED.changed(closes=23.75, opens_within=7200.0),
    "add_outlet": AddOutlet(outlet=LOCK.changed(name="second")),
    "raise_dike": RaiseDike(water="fields", dike_crest=25.75),
    "dredge": Dredge(water="lake", volume=2.5e7, below=22.0),
    "silt": Silt(water="lake", yearly=5e5, years=50, below=22.0),
}


@pytest.mark.parametrize("word", EXAMPLES)
def test_a_measure_and_its_json_are_the_same(word: str) -> None:
    measure = EXAMPLES[word]
    text = measure.model_dump_json()
    assert json.loads(text)["type"] == word
    assert REGISTRY[word].model_validate_json(text) == measure
    assert REGISTRY[word](**json.loads(text)).apply(DIKED if word != "reclaim" else SYSTEM) is not None


SENTENCES = {
    "reclaim": (
        "30 km² of lake, the land that lies highest, are diked off as fields. The dike crest is at 25.50 m; pumps lift "
        "4 m³/s back into the lake.",
        "lake地势最高的 30 km² 被围垦，称fields。堤顶高程 25.50 m，排涝泵站 4 m³/s 排入湖中。",
    ),
    "return_to_lake": ("12 km² of fields are given back to the lake.", "fields中 12 km² 双退还湖。"),
    "single_return": (
        "fields is opened when the lake reaches 25.00 m, by an inlet 200 m wide with its sill at 24.00 m. The inlet is "
        "shut when the lake is back at 23.75 m.",
        "fields单退：湖水位达 25.00 m 时进洪，进洪口宽 200 m，底板高程 24.00 m。湖水位退至 23.75 m 时关闭进洪口。",
    ),
    "add_outlet": ("lake has one more outlet, second.", "lake新增出口second。"),
    "raise_dike": ("The dike of fields is raised to 25.75 m.", "fields堤顶加高至 25.75 m。"),
    "dredge": ("2.5e+07 m³ are dredged from lake below 22.00 m.", "lake在 22.00 m 以下疏浚 2.5e+07 m³。"),
    "silt": ("2.5e+07 m³ of silt settle in lake below 22.00 m.", "lake在 22.00 m 以下淤积 2.5e+07 m³。"),
}


@pytest.mark.parametrize("word", EXAMPLES)
def test_the_sentences(word: str) -> None:
    assert tuple(EXAMPLES[word].describe(lang) for lang in labels.LANGUAGES) == SENTENCES[word]
    assert str(ReturnToLake(polder="fields")) == "fields is given back to the lake."
    assert str(FIELDS.changed(ground=24.0)).startswith("30 km² of lake, from 24.00 m up, are diked off as fields.")


TEXT = """
[lake]
name = "lake"
hypsometry = {levels = [20, 24, 26], areas = ["0 km2", "100 km2", "120 km2"]}
initial_level = "23 m"
dike_crest = "26 m"
rain = "20 mm/d"
evaporation = "3 mm/d"

[[structures]]
type = "weir"
name = "outlet"
crest = "23 m"
width = "12 m"

[flood]
start = 2020-07-01
end = 2020-08-10
output_step = "6 h"
[flood.inflow.triangle]
start = 2020-07-02
peak = "900 m3/s"
time_to_peak = "5 d"
base_time = "20 d"
base_flow = "30 m3/s"

[[measures]]
type = "reclaim"
name = "diking"
polder = "fields"
area = "30 km2"
ground = "shallowest"
dike_crest = "25.5 m"
pumps = "4 m3/s"

[[measures]]
type = "silt"
yearly = "0.2 hm3"
years = 30
below = "22 m"

[[cases]]
name = "today"

[[cases]]
name = "opened"
[[cases.measures]]
type = "single_return"
polder = "fields"
trigger = "24.5 m"
width = "150 m"
sill = "23.9 m"
opens_within = "5 h"

[[cases]]
name = "returned"
[[cases.measures]]
type = "return_to_lake"
polder = "fields"
area = "12 km2"

[[cases]]
name = "works"
[[cases.measures]]
type = "add_outlet"
outlet = {type = "sluice_gate", name = "gate", head = "lake", sill = "22 m", width = "8 m", height = "3 m"}
target = {yearly = {"04-30" = 23.5, "10-16" = "23.9 m"}}
band = "0.2 m"
[[cases.measures]]
type = "add_pumps"
structure = "station"
units = 3
capacity = "10 m3/s"
start = "24.0 m"
stop = "23.8 m"
[[cases.measures]]
type = "raise_dike"
water = "fields"
dike_crest = "25.8 m"
[[cases.measures]]
type = "dredge"
volume = "3 hm3"
below = "22 m"

[[cases]]
name = "as_it_was"
without = ["diking"]
"""


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        scenario.read(text)
    return list(caught.value.faults)


def test_a_file_says_which_measure_comes_too_early_or_too_late() -> None:
    """The polder is reclaimed by a common measure; a case gives it back twice, or a file before it is there."""
    twice = (
        TEXT
        + """
[[cases]]
name = "twice"
[[cases.measures]]
type = "return_to_lake"
polder = "fields"
name = "one"
[[cases.measures]]
type = "return_to_lake"
polder = "fields"
"""
    )
    (told,) = faults(twice)
    assert "in the case twice" not in told, "what only a case says stands there"
    assert "'fields' was given back by an earlier measure, return_to_lake 'one'" in told
    early = TEXT.replace("[[measures]]", '[[measures]]\ntype = "return_to_lake"\npolder = "fields"\n\n[[measures]]', 1)
    told = faults(early)[0]
    assert "'fields' is reclaimed only by a later measure, reclaim 'diking'; let that come before" in told


def test_a_file_says_all_of_it() -> None:
    whole = scenario.read(TEXT)
    diking = Reclaim(
        name="diking", water="lake", polder="fields", area=30e6, ground="shallowest", dike_crest=25.5, pumps=4.0
    )
    silt = Silt(water="lake", yearly=2e5, years=30, below=22.0)
    assert whole.measures == (diking, silt)
    systems = {case.name: case.system for case in whole.cases}
    under = whole.flood.applied(whole.system)
    assert systems["today"] == apply_all(under, [diking, silt])
    opened = SingleReturn(polder="fields", trigger=24.5, width=150.0, sill=23.9, opens_within=18000.0)
    assert systems["opened"] == opened.apply(systems["today"])
    assert systems["returned"] == ReturnToLake(polder="fields", area=12e6).apply(systems["today"])
    assert systems["as_it_was"] == silt.apply(under)
    assert systems["works"]["station"].units == 3
    assert systems["works"]["gate"].width == 8.0


def test_the_explained_file_runs_to_the_same_bits() -> None:
    first = scenario.read(TEXT)
    text = first.explained()
    again = scenario.read(text)
    assert again.explained() == text
    assert again.measures == first.measures
    results = again.run()
    for name, result in first.run().items():
        assert result.residual_relative < 1e-12
        for column, same in zip(result.table(), results[name].table(), strict=True):
            assert column.name == same.name
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
    assert not wrong(TEXT.replace('ground = "shallowest"', 'ground = "24 m"'))
    assert wrong(TEXT.replace('ground = "shallowest"\n', ""))
    assert wrong(TEXT.replace('ground = "shallowest"', 'ground = "shallow"'))
    assert wrong(TEXT.replace('trigger = "24.5 m"', 'trigger = "24.5"'))
    assert set(made["$defs"]["measure_reclaim"]["required"]) == {
        *("type", "polder", "area", "ground", "dike_crest", "pumps")
    }


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ('area = "30 km2"', 'area = "130 km2"', "measures[1].area", ["is all of the lake", "take less"]),
        ('area = "30 km2"', 'area = "30 km"', "measures[1].area", ["unit 'km' does not convert to m2"]),
        ('area = "30 km2"', "area = nan", "measures[1].area", ["nan is not a finite number"]),
        ('area = "30 km2"\n', "", "measures[1].area", ["is missing"]),
        ('ground = "shallowest"', 'ground = "25.5 m"', "measures[1].area", ["that lie above 25.5 m"]),
        ('ground = "shallowest"', 'ground = "shallow"', "measures[1].ground", ['"shallowest"']),
        ('ground = "shallowest"', 'ground = "19 m"', "measures[1].ground", ["does not lie between the bottom 20 m"]),
        ('dike_crest = "25.5 m"', 'dike_crest = "23 m"', "measures[1].dike_crest", ["does not rise above the ground"]),
        (
            'dike_crest = "25.5 m"',
            'dike_crest = "27 m"',
            "measures[1].dike_crest",
            ["above the dike crest 26 m of 'lake'"],
        ),
        ('pumps = "4 m3/s"', 'pumps = "-4 m3/s"', "measures[1].pumps", ["-4 m3/s", "0 for none"]),
        ('polder = "fields"', 'polder = "outlet"', "measures[1].polder", ["something is called that already"]),
        ('trigger = "24.5 m"', 'trigger = "25.6 m"', "cases[2].measures[1].trigger", ["below the dike crest 25.5 m"]),
        ('trigger = "24.5 m"', 'trigger = "24.5"', "cases[2].measures[1].trigger", ["has no unit"]),
        ('width = "150 m"', "width = 0", "cases[2].measures[1].width", ["out of range"]),
        ('sill = "23.9 m"', 'sill = "20.5 m"', "cases[2].measures[1].sill", ["below the ground of 'fields'"]),
        (
            'type = "return_to_lake"\npolder = "fields"',
            'type = "return_to_lake"\npolder = "field"',
            "cases[3].measures[1].polder",
            ["did you mean 'fields'?"],
        ),
        ('area = "12 km2"', 'area = "31 km2"', "cases[3].measures[1].area", ["give back up to that"]),
        ('type = "sluice_gate", ', "", "cases[4].measures[1].outlet", ["the type is missing"]),
        ('sill = "22 m", width', 'sill = "22", width', "cases[4].measures[1].outlet", ["'22' has no unit"]),
        ('head = "lake", sill', 'head = "lke", sill', "cases[4].measures[1]", ["did you mean 'lake'?"]),
        ("units = 3", "units = 0", "cases[4].measures[2].units", ["too small"]),
        ('capacity = "10 m3/s"', 'capacity = "-10 m3/s"', "cases[4].measures[2].capacity", ["out of range"]),
        ('stop = "23.8 m"', 'stop = "24.8 m"', "cases[4].measures[2].start", ["lies 0.8 m below 'stop'"]),
        ('crest = "25.8 m"', 'crest = "25.3 m"', "cases[4].measures[3].dike_crest", ["no higher than the 25.5 m"]),
        ('volume = "3 hm3"', 'volume = "-3 hm3"', "cases[4].measures[4].volume", ["out of range"]),
        ("years = 30", "", "measures[2].yearly", ["give the volume of the silt, or"]),
        ('without = ["diking"]', 'without = ["dike"]', "cases[5].without[1]", ["did you mean 'diking'?"]),
    ],
)
def test_faults_of_measures_have_their_place(old: str, new: str, key: str, words: list[str]) -> None:
    assert TEXT.count(old) >= 1
    found = faults(TEXT.replace(old, new, 1))
    assert any(f": {key}: " in fault and all(word in fault for word in words) for fault in found), "\n".join(found)
    assert len(found) == 1 or "polder" in old, "what follows from a fault is not told"


def test_a_flood_that_a_polder_has_no_part_of_is_refused_where_it_stands() -> None:
    (found,) = faults(TEXT.replace('output_step = "6 h"', 'output_step = "6 h"\nrain = "5 m3/s"'))
    assert "in the case today, opened, returned, works: reclaim 'diking': the rain of 'lake' is given as a" in found


# In a run

FLOOD = Flood(start="2020-07-01", end="2020-07-21", output_step="1 h")
BASIN = Lake(name="lake", hypsometry=Hypsometry.prism(20, 30, "100 km2"), initial_level=22.0)
BLOCK = Hypsometry(levels=[20, 23, 30], storages=["0 hm3", "300 hm3", "1350 hm3"])
"""100 km² below 23 m, and 150 km² from there up: flat land of 50 km²."""


def flooded(measures: list[Measure], inflow: Series, flood: Flood = FLOOD) -> Result:
    lake = BASIN.changed(hypsometry=BLOCK, inflow=inflow)
    result = simulate(apply_all(System(waters=[lake]), measures), flood)
    assert result.residual_relative < 1e-12
    return result


FLAT = Reclaim(water="lake", polder="fields", area="50 km2", ground=23.0, dike_crest="25 m", pumps=10.0)


def hours(result: Result, moment: np.datetime64) -> float:
    return float((moment - result.times[0]) / np.timedelta64(1, "h"))


def test_a_single_return_opens_at_its_trigger_and_is_pumped_dry_afterwards() -> None:
    """1000 m³/s on 100 km² are 3.6 cm an hour: from 22 m to the trigger at 24 m in 55.56 h.

    The inflow ends after 100 h, 360e6 m³: with 150 km² the lake would stand at 24.073 m, and stops near there. From
    the twelfth day on 500 m³/s leave it; at 23.4 m the inlet is shut, and 10 m³/s of pumps lift what is left.
    """
    inflow = Series(
        ["2020-07-01", "2020-07-05 04:00", "2020-07-12", "2020-07-21"], [1000.0, 0.0, -500.0], "means", "m3/s"
    )
    measures = [FLAT, SingleReturn(polder="fields", trigger=24.0, width=400.0, sill=23.0, closes=23.4)]
    result = flooded(measures, inflow)
    at = result.times.searchsorted(np.datetime64("2020-07-12"))
    assert result.level["lake"][at] == pytest.approx(20.0 + 3.0 + (200e6 + 360e6 - 300e6) / 150e6, abs=2e-3)
    assert result.level["fields"][at] == pytest.approx(result.level["lake"][at], abs=2e-3)
    opening, running = result.opening["fields_inlet"], result.discharge["fields_pumps"]
    moved = np.flatnonzero(np.diff(opening))
    assert len(moved) == 2
    assert hours(result, result.times[moved[0]]) == pytest.approx(200e6 / 3.6e6, abs=1.0)
    assert result.level["lake"][moved[1]] == pytest.approx(23.4, abs=0.02)
    assert not running[opening == 1.0].any(), "the pumps stand still"
    assert running[moved[1] + 2] == 10.0
    assert result.level["fields"][-1] < result.level["fields"][moved[1]]
    account = result.account["fields"].volumes
    assert account["fields_dike"] == 0.0
    assert account["fields_inlet"] == pytest.approx(result.storage["fields"][moved[1] + 1], rel=0.05), (
        "the rest ran back"
    )
    emptied = result.storage["fields"][moved[1] + 1] - result.storage["fields"][-1]
    assert emptied == pytest.approx(10.0 * 3600.0 * (len(result.times) - 2 - moved[1]), rel=0.02)


def test_a_breach_that_grows_lets_in_less_at_first() -> None:
    inflow = Series.constant(1000.0, "m3/s")
    opened = SingleReturn(polder="fields", trigger=24.0, width=400.0, sill=23.0)
    at_once, slowly = (flooded([FLAT, one], inflow) for one in (opened, opened.changed(opens_within="10 h")))
    k = int(np.flatnonzero(at_once.opening["fields_inlet"] == 1.0)[0]) + 2
    assert 0.0 < slowly.opening["fields_inlet"][k] < 0.4
    assert slowly.storage["fields"][k] < 0.5 * at_once.storage["fields"][k]
    assert slowly.opening["fields_inlet"].max() == 1.0


def test_the_lake_runs_over_the_dike_and_the_account_shows_it() -> None:
    """From 22 m to the crest at 25 m there are 300e6 m³, 83.33 h; what comes later goes over it, as over a weir."""
    result = flooded([FLAT], Series.constant(1000.0, "m3/s"), FLOOD.changed(end="2020-07-05 06:00"))
    first = np.flatnonzero(result.discharge["fields_dike"] > 0.0)[0]
    assert hours(result, result.times[first]) == pytest.approx(300e6 / 3.6e6, abs=1.0)
    over = result.account["fields"].volumes["fields_dike"]
    assert over == -result.account["lake"].volumes["fields_dike"]
    back = -result.account["fields"].volumes["fields_pumps"]
    assert result.storage["fields"][-1] == pytest.approx(over - back, rel=1e-9)
    # At the end nearly all of the 1000 m³/s, and what the pumps lift, goes over: 1010 = 1.7 · 7071 · H^1.5.
    assert result.level["lake"][-1] - 25.0 == pytest.approx((1010.0 / (1.7 * math.sqrt(50e6))) ** (2 / 3), rel=0.02)


def test_the_dike_that_is_overrun_is_told_and_not_as_if_it_were_not_computed() -> None:
    """Over it after 83.33 h; from the sixth day on 1200 m³/s leave, and the lake falls below the crest again."""
    inflow = Series(["2020-07-01", "2020-07-06", "2020-07-08"], [1000.0, -1200.0], "means", "m3/s")
    result = flooded([FLAT], inflow, FLOOD.changed(end="2020-07-08"))
    dike = [event for event in result.events if event.structure == "fields_dike"]
    assert [event.reason for event in dike] == [labels.RUNS_OVER, labels.RUNS_OVER_NO_MORE]
    assert hours(result, dike[0].time) == pytest.approx(300.0 / 3.6, abs=0.1)
    assert (dike[0].water, dike[0].threshold) == ("lake", 25.0)
    assert str(dike[0]).endswith(": Dike of fields is overrun, because lake stands above its crest, 25.00 m.")
    assert dike[1].sentence("zh").endswith("，lake水位回落至fields垸堤堤顶高程 25.00 m 以下，漫堤停止。")
    assert labels.OVER_DIKE not in [event.reason for event in result.events]


def test_rain_of_the_flood_reaches_the_polder_and_its_pumps_lift_it() -> None:
    """20 mm on 50 km² are R = 1e6 m³ in a day, on the lake as before.

    The pumps, Q = 10 m³/s · depth/0.1 m, lift V/T with T = 50e6 · 0.1/10 s = 5.79 d; so they leave
    R T (1 − exp(−1/T)) exp(−19/T) of it after 20 days.
    """
    late = Series(["2020-07-01", "2020-07-02", "2020-07-21"], [0.02 / 86400.0, 0.0], "means", "m/s")
    system = FLAT.apply(System(waters=[BASIN.changed(hypsometry=BLOCK)]))
    result = simulate(system, FLOOD.changed(series={"lake.rain": late}))
    assert result.account["fields"].volumes["rain"] == pytest.approx(1e6)
    assert result.account["lake"].volumes["rain"] == pytest.approx(2e6)
    days = 50e6 * 0.1 / 10.0 / 86400.0
    left = 1e6 * days * (1.0 - math.exp(-1.0 / days)) * math.exp(-19.0 / days)
    assert result.account["lake"].volumes["fields_pumps"] == pytest.approx(1e6 - left, rel=1e-3)
    own = simulate(system, FLOOD.changed(series={"lake.rain": late, "fields.rain": 3.0 * late}))
    assert own.account["fields"].volumes["rain"] == pytest.approx(3e6), "unless it has its own"
    with pytest.raises(ValueError, match=r"'lake\.rain' as a discharge, and how much of it belongs to 'fields'"):
        FLOOD.changed(series={"lake.rain": Series.constant(9.0, "m3/s")}).applied(system)


def test_rain_of_the_flood_reaches_land_that_was_diked_off_twice() -> None:
    inner = FLAT.changed(water="fields", polder="inner", area="20 km2", ground="shallowest", dike_crest=24.0)
    system = apply_all(System(waters=[BASIN.changed(hypsometry=BLOCK)]), [FLAT, inner])
    late = Series(["2020-07-01", "2020-07-02", "2020-07-21"], [0.02 / 86400.0, 0.0], "means", "m/s")
    result = simulate(system, FLOOD.changed(series={"lake.rain": late}))
    rain = {name: account.volumes.get("rain") for name, account in result.account.items()}
    assert rain == {"lake": pytest.approx(2e6), "fields": pytest.approx(0.6e6), "inner": pytest.approx(0.4e6)}


def test_a_winter_level_and_a_polder_stand_together() -> None:
    winter = WinterLevel(water="lake", level=22.5, begin="11-15", until="03-31")
    one, other = apply_all(SYSTEM, [winter, FIELDS]), apply_all(SYSTEM, [FIELDS, winter])
    assert one == other


def test_a_lake_left_to_itself_keeps_its_polders() -> None:
    # Nobody operates the outlet any more; the inlet of the polder waits for its trigger all the same.
    lake = Lake(name="lake", hypsometry=Hypsometry(levels=[20, 24], areas=["1 km2", "2 km2"]), initial_level=21.0)
    outlet = SluiceGate(name="outlet", head="lake", sill=20.5, width=5.0, height=2.0, opening=0.1)
    diked = Reclaim(water="lake", polder="fields", area="0.5 km2", ground="shallowest", dike_crest=23.9, pumps=1.0)
    opened = SingleReturn(polder="fields", trigger=23.5, width=10.0, sill=23.2)
    before = apply_all(System(waters=[lake], structures=[outlet]), [diked, opened])
    after = OpenGates(water="lake").apply(before)
    assert after["outlet"].opening == 1.0
    assert after["fields_inlet"] == before["fields_inlet"]
    assert after.rules == before.rules


def test_measures_that_contradict_one_another_are_refused() -> None:
    low = PumpStartLevel(water="lake", level=24.0)
    high = low.changed(level=24.4)
    summer = low.changed(level=23.8, begin="06-01", until="08-31")
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(20, 30, "9 km2"), initial_level=22.0)
    pump = Pump(name="pump", head="lake", capacity=9.0)
    rule = StartStop(structure="pump", start=24.5, stop=24.3)
    system = System(waters=[lake], structures=[pump], rules=[rule])
    with pytest.raises(
        ValueError, match=r"contradicts pump_start_level 'lake', which says: The pumps .* 24\.00 m\. Leave"
    ):
        apply_all(system, [low, high])
    assert apply_all(system, [low, low.changed(name="again")]) == low.apply(system)  # the same thing said twice
    with pytest.raises(ValueError, match="it contradicts pump_start_level 'lake'"):
        apply_all(system, [summer, low])  # nothing would be left of the summer
    assert apply_all(system, [low, summer]).rules == summer.apply(low.apply(system)).rules  # a part of the year


def test_a_polder_of_a_lake_whose_rain_counts_on_its_surface_has_rain_on_all_its_land() -> None:
    # 86.4 mm fall in a day on 30e6 m2 of land that lies dry.
    lake = LAKE.changed(rain=Series.constant(1e-6, "m/s"), rain_falls_on="surface")
    polder = apply_all(System(waters=[lake]), [FIELDS])
    result = simulate(polder, Flood(start="2020-07-01", end="2020-07-02"))
    assert result.account["fields"].volumes["rain"] == pytest.approx(1e-6 * 86400 * 30e6)


def test_no_pump_of_an_open_polder_runs_wherever_it_leads() -> None:
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(20, 30, "9 km2"), initial_level=25.0)
    fields = Lake(
        name="fields", hypsometry=Hypsometry.prism(22, 30, "3 km2"), initial_level=22.0, reclaimed_from="lake"
    )
    pumps = [
        Pump(name="out", head="fields", tail="river", start_level=22.0, capacity=5.0),
        Pump(name="back", head="fields", tail="lake", start_level=22.0, capacity=5.0),
    ]
    system = System(waters=[lake, fields, River(name="river", level=24.0)], structures=pumps)
    opened = SingleReturn(polder="fields", trigger=24.5, width=200.0, sill=23.0).apply(system)
    result = simulate(opened, Flood(start="2020-07-01", end="2020-07-02"))
    assert result.level["fields"][-1] == pytest.approx(
        24.25, abs=0.01
    )  # 9·25 + 3·22 = 12 z at 24.25, if it has settled
    assert not result.discharge["out"].any()
    assert not result.discharge["back"].any()


def test_a_part_of_a_polder_takes_its_share_of_what_flows_in() -> None:
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(20, 30, "9 km2"), initial_level=22.0)
    inflow = Series.constant(3.0, "m3/s")
    fields = Lake(
        name="fields", hypsometry=Hypsometry.prism(22, 30, "3 km2"), initial_level=22.0, reclaimed_from="lake",
        inflow=inflow,
    )  # fmt: skip
    part = ReturnToLake(polder="fields", area="1 km2").apply(System(waters=[lake, fields]))
    assert part["lake"].inflow.at("2020-07-01") == pytest.approx(1.0)
    assert part["fields"].inflow.at("2020-07-01") == pytest.approx(2.0)


def test_what_an_opened_polder_takes_is_no_outflow_of_the_lake() -> None:
    # The lake has no outlet: whatever the polder takes, nothing is exchanged, and nothing leaves.
    inflow = Series.triangle("2020-07-01", "900 m3/s", "2 d", "5 d")
    system = apply_all(System(waters=[LAKE.changed(inflow=inflow)]), [FIELDS])
    opened = SingleReturn(polder="fields", trigger=23.8, width=50.0, sill=23.65).apply(system)
    result = simulate(opened, Flood(start="2020-07-01", end="2020-07-06"))
    assert result.discharge["fields_inlet"].max() > 1.0
    assert indicators.exchange(result, "lake") == pytest.approx(0.0, abs=1e-9)
    assert indicators.peak_attenuation(result, "lake") == pytest.approx((900.0, 1.0))


def test_no_bed_is_dredged_to_the_middle_of_the_earth() -> None:
    # 180e6 m3 lie below 24 m over 90 km2 … 1e15 m3 more would sink the bed by thousands of kilometres.
    (fault,) = refused(Dredge(water="lake", volume=1e15, below=24.0), SYSTEM)
    assert "the bed would lie at -" in fault
    assert "none lies below -500 m; take less" in fault


def test_a_polder_that_cannot_be_made_says_why_whatever_stands_around_it() -> None:
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(20, 30, "90 km2"), initial_level=22.0)
    large = Reclaim(water="lake", polder="fields", area="900 km2", ground=20.0, dike_crest=25.5, pumps=4.0)
    small = large.changed(area="30 km2")
    for measures in ([large, small], [large]):
        with pytest.raises(ValueError, match="is all of the lake"):
            apply_all(System(waters=[lake]), measures)
