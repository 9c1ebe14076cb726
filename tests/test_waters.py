"""Waters: what a lake, a river and a system accept, and what they say when they do not."""

import re

import pytest
from pydantic import ValidationError

from lakesim import Hypsometry, Lake, River, Series, System
from lakesim.rules import Dwell, Ramp, RuleCurve, Schedule, ShutOff, StartStop
from lakesim.structures import Channel, Pump, RatingCurve, SluiceGate, Weir
from lakesim.waters import CHARACTERISTIC_LEVELS, LAKE_SERIES

PRISM = Hypsometry.prism(bottom=10.0, top=20.0, area="1 km2")


def lake(name: str = "honghu", **fields: object) -> Lake:
    return Lake(**{"name": name, "hypsometry": PRISM, "initial_level": 15.0, **fields})


def spillway(**fields: object) -> Weir:
    return Weir(**{"name": "spillway", "head": "honghu", "crest": 16.0, "width": 5.0, **fields})


@pytest.mark.parametrize("name", ["a", "洪湖", "East-Lake_2", "Ä1"])
def test_a_name_is_a_word_in_any_script(name):
    assert lake(name).name == name
    assert River(name=name, level=1.0).name == name


@pytest.mark.parametrize(
    "name", ["", "1a", "a b", "a.b", "a/b", "-a", "_a", "a\n", "a,b", "../a", "a:b", 'a"b', "é" + " "]
)
def test_a_name_that_no_file_or_column_could_bear_is_refused(name):
    with pytest.raises(ValidationError, match="must begin with a letter"):
        lake(name)


@pytest.mark.parametrize("term", LAKE_SERIES)
def test_a_series_in_another_unit_than_its_term_is_refused(term):
    with pytest.raises(ValidationError, match=f"{term} is in m, and .* is needed"):
        lake(**{term: Series.constant(1.0, "m")})
    for unit in LAKE_SERIES[term]:
        assert getattr(lake(**{term: Series.constant(1.0, unit)}), term).unit == unit


@pytest.mark.parametrize("key", CHARACTERISTIC_LEVELS)
def test_a_characteristic_level_lies_between_the_bottom_and_the_dike_crest(key):
    assert lake(**{key: "18 m"}).characteristic_levels == {key: 18.0}
    with pytest.raises(ValidationError, match=f"{key.replace('_', ' ')} 9 m lies below the lake's bottom 10 m"):
        lake(**{key: 9.0})
    if key != "dike_crest":
        with pytest.raises(ValidationError, match=f"{key.replace('_', ' ')} 19 m lies above the dike crest 18 m"):
            lake(**{key: 19.0}, dike_crest=18.0)


def test_all_faults_of_a_lake_are_told_at_once():
    with pytest.raises(ValidationError) as refusal:
        lake(initial_level=9.0, warning_level=8.0, dike_crest=7.0, inflow=Series.constant(1.0, "m/s"))
    for fault in (
        "the initial level 9 m lies below the lake's bottom",
        "the warning level 8 m lies below the lake's bottom",
        "the warning level 8 m lies above the dike crest 7 m",
        "the dike crest 7 m lies below the lake's bottom",
        "inflow is in m/s, and m3/s is needed",
    ):
        assert fault in str(refusal.value)


def test_a_lake_does_not_start_above_its_dike():
    assert lake(initial_level=18.0, dike_crest=18.0).initial_level == 18.0
    fault = "the initial level 18.1 m lies above the dike crest 18 m; start at or below the crest"
    with pytest.raises(ValidationError, match=re.escape(fault)):
        lake(initial_level=18.1, dike_crest=18.0)


@pytest.mark.parametrize(("term", "other"), [("rain", "evaporation"), ("outflow", "inflow")])
def test_rain_and_outflow_are_not_negative(term, other):
    """Negative evaporation is dew, a negative inflow what a record takes out."""
    unit = LAKE_SERIES[term][0]
    lake(**{other: Series.constant(-1e-8, LAKE_SERIES[other][0])})
    dated = Series(["2020-07-01", "2020-07-02", "2020-07-03"], [1e-8, -2e-8], "means", unit)
    fault = f"the {term} falls to -2e-08 {unit} on 2020-07-02; give 0 or more, and what goes the other way as {other}"
    with pytest.raises(ValidationError, match=re.escape(fault)):
        lake(**{term: dated})


@pytest.mark.parametrize("mark", [-99.0, -999.0, -9999.0, -500.1, -1e30])
def test_a_mark_for_a_missing_value_is_no_level(mark):
    levels = Series(["2020-07-01", "2020-07-02", "2020-07-03"], [20.0, mark, 20.0], "instants", "m")
    fault = f"the level falls to {mark:g} m on 2020-07-02, a mark for what is missing rather than a level; leave those"
    with pytest.raises(ValidationError, match=re.escape(fault)):
        River(name="r", level=levels)
    assert River(name="dead-sea", level=-438.0).level.extremes == (-438.0, -438.0)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("initial_level", "24,5 m"),
        ("initial_level", "24.5"),
        ("initial_level", float("nan")),
        ("initial_level", float("inf")),
        ("initial_level", True),
        ("rain_falls_on", "roof"),
        ("inflow", 12.0),
        ("inflow", [1.0, 2.0]),
        ("stage", 1.0),
        ("hypsometry", None),
    ],
)
def test_a_field_of_another_kind_is_refused(field, value):
    with pytest.raises(ValidationError, match=field):
        lake(**{field: value})


def test_a_record_cannot_be_changed_in_place_but_rebuilt():
    one = lake()
    with pytest.raises(ValidationError, match="frozen"):
        one.initial_level = 16.0
    assert one.changed(initial_level="16 m").initial_level == 16.0
    with pytest.raises(ValidationError, match="below the lake's bottom"):
        one.changed(initial_level=0.0)


def test_what_comes_and_goes_whatever_the_level():
    """Rain on the bed and discharges are given; rates on the surface depend on the level."""
    rate, discharge = Series.constant("10 mm/d", "m/s"), Series.constant(1.0, "m3/s")
    one = lake(inflow=discharge, rain=rate, evaporation=discharge, outflow=discharge, seepage=rate)
    assert one.arriving == {"inflow": 1.0, "rain": 1e6}
    assert one.leaving == ("outflow", "evaporation")
    assert lake(rain=rate, rain_falls_on="surface").arriving == {}
    assert lake(rain=discharge).arriving == {"rain": 1.0}
    assert lake(evaporation=rate).leaving == ()


def test_the_level_of_a_river_is_a_series_or_one_level():
    assert River(name="r", level="27.3 m").level.at("2020-07-01") == 27.3
    rising = Series(["2020-07-01", "2020-07-03"], [20.0, 22.0], "instants", "m")
    assert River(name="r", level=rising).level.at("2020-07-02") == 21.0
    with pytest.raises(ValidationError, match="the level is in m3/s, and m is needed"):
        River(name="r", level=Series.constant(1.0, "m3/s"))
    for wrong in ("27.3", "27 km2", None, [1.0]):
        with pytest.raises(ValidationError):
            River(name="r", level=wrong)


def test_all_faults_of_a_system_are_told_at_once():
    with pytest.raises(ValidationError) as refusal:
        System(
            waters=[
                lake(dike_crest=18.0, datum="Wusong"),
                lake("pond"),
                lake("pond"),
                River(name="yangtze", level=15.0),
            ],
            structures=[
                spillway(crest=19.0),
                spillway(name="a", head="hongu"),
                spillway(name="b", tail="honghu"),
                spillway(name="c", tail="yangze", crest=9.0),
                spillway(name="pond"),
                spillway(name="d", head="yangtze", tail="yangtze"),
                spillway(name="e", head="yangtze"),
                spillway(name="outflow"),
                Channel(name="f", head="honghu", bed=12.0, width=5.0, length=100.0),
            ],
        )
    for fault in (
        "3 things are named 'pond'; give each its own name",
        "spillway: the crest 19 m lies above the dike crest 18 m",
        "a: the head 'hongu' is no water of the system; did you mean 'honghu'?",
        "b: head and tail are both 'honghu'",
        "c: the tail 'yangze' is no water of the system; did you mean 'yangtze'?",
        "c: the crest 9 m lies below the bottom 10 m",
        "d: joins two rivers, whose levels are both given; join at least one lake",
        "e: takes water from a river out of the system; name the lake it leads to as tail",
        "outflow: is an entry of the water accounts as well",
        "f: the discharge of a channel depends on the tailwater, and there is none",
    ):
        assert fault in str(refusal.value), fault


def test_a_system_needs_a_lake():
    for waters in ([], [River(name="r", level=1.0)]):
        with pytest.raises(ValidationError, match="there is no lake"):
            System(waters=waters)


def test_levels_of_two_datums_are_not_compared():
    """Wusong and the 1985 datum lie about 1.9 m apart: enough to turn a gate's flow round."""
    waters = [lake(datum="Wusong"), River(name="yangtze", level=15.0, datum="1985")]
    gate = SluiceGate(name="gate", head="honghu", tail="yangtze", sill=12.0, width=10.0, height=3.0)
    with pytest.raises(ValidationError, match="gate: joins levels above 1985 and Wusong; bring both to one datum"):
        System(waters=waters, structures=[gate])
    System(waters=[waters[0], River(name="yangtze", level=15.0)], structures=[gate])
    System(waters=[waters[0], waters[1].on_datum("Wusong", "1.9 m")], structures=[gate])


def test_a_polder_counts_its_levels_from_the_datum_of_its_lake():
    """A lake that gets its polder back adds their areas level by level."""
    fields = lake("fields", reclaimed_from="honghu", datum="1985")
    with pytest.raises(ValidationError, match=r"fields: its levels are above 1985, and those of 'honghu', .*Wusong"):
        System(waters=[lake(datum="Wusong"), fields])
    System(waters=[lake(datum="Wusong"), fields.on_datum("Wusong", 1.9)])
    System(waters=[lake(), fields])


def test_things_are_found_and_replaced_by_name():
    system = System(waters=[lake(), River(name="yangtze", level=15.0)], structures=[spillway(tail="yangtze")])
    assert system["spillway"].crest == 16.0
    wider = system.replaced(system["spillway"].changed(width=50.0), system["honghu"].changed(initial_level=17.0))
    assert (wider["spillway"].width, wider["honghu"].initial_level) == (50.0, 17.0)
    assert (system["spillway"].width, system["honghu"].initial_level) == (5.0, 15.0)
    assert [water.name for water in wider.waters] == ["honghu", "yangtze"]
    with pytest.raises(KeyError, match="did you mean 'honghu'"):
        system["hongu"]
    with pytest.raises(KeyError, match="nothing is named 'xyz'"):
        system.replaced(lake("xyz"))
    with pytest.raises(ValidationError, match="below the bottom"):
        system.replaced(system["spillway"].changed(crest=1.0))


def test_lakes_and_rivers_keep_their_order():
    system = System(waters=[River(name="r", level=1.0), lake("b"), River(name="q", level=1.0), lake("a")])
    assert [water.name for water in system.lakes] == ["b", "a"]
    assert [water.name for water in system.rivers] == ["r", "q"]


def test_a_system_prints_as_a_schematic():
    system = System(
        title="Four lakes",
        waters=[lake(), River(name="yangtze", level=15.0)],
        structures=[
            spillway(tail="yangtze"),
            RatingCurve(name="works", head="honghu", of="headwater", levels=[10, 20], discharges=[0, 9]),
            spillway(name="back", head="yangtze", tail="honghu"),
        ],
    )
    assert str(system).splitlines() == [
        "Four lakes",
        "honghu: lake, 10.00 … 20.00 m, 1 km² and 10e6 m³ at the top, starts at 15.00 m",
        "  ├─ spillway → yangtze: weir, crest 16 m, width 5 m",
        "  └─ works → out of the system: rating curve, of the headwater, 2 rows, up to 9 m³/s",
        "yangtze: river, its level is given",
        "  └─ back → honghu: weir, crest 16 m, width 5 m",
    ]


def test_the_schematic_has_the_rules_under_their_structure_by_rank():
    system = System(
        waters=[lake(), River(name="yangtze", level=15.0)],
        structures=[
            Pump(name="pumps", head="honghu", tail="yangtze", capacity=15.0, units=10),
            SluiceGate(name="lock", head="honghu", tail="yangtze", sill=12.0, width=9.0, height=3.0),
        ],
        rules=[
            ShutOff(structure="pumps", watch="tail", above=18.0),
            Ramp(structure="lock", per_hour=0.5),
            StartStop(structure="pumps", start=14.5, stop=14.3, rank=7),
        ],
    )
    assert str(system).splitlines() == [
        "honghu: lake, 10.00 … 20.00 m, 1 km² and 10e6 m³ at the top, starts at 15.00 m",
        "  ├─ pumps → yangtze: pump, 10 × 15 m³/s",
        "  │    rank 7: starts at 14.50 m, stops at 14.30 m",
        "  │    rank 30: shut while the tail is above 18.00 m",
        "  └─ lock → yangtze: sluice gate, sill 12 m, width 9 m, height 3 m",
        "       rank 10: moves by at most 0.5 in an hour",
        "yangtze: river, its level is given",
    ]


def test_a_structure_may_have_any_number_of_rules_of_different_rank():
    rules = [Schedule(structure="spillway", opening=0.5, rank=rank) for rank in (3, 1, 2)]
    system = System(waters=[lake()], structures=[spillway()], rules=rules)
    assert [rule.place for rule in system.rules] == [3, 1, 2], "in the order in which they were given"


def test_rules_are_checked_with_the_system():
    waters = [lake(), River(name="yangtze", level=15.0)]
    works = Weir(name="works", head="honghu", tail="yangtze", crest=16.0, width=5.0, free_fall=True)
    opening, target = Series.constant(0.5, ""), Series.constant(15.0, "m")
    System(waters=waters, structures=[works], rules=[Schedule(structure="works", opening=opening)])
    for rules, fault in (
        ([Schedule(structure="work", opening=opening)], "which is no structure of the system; did you mean 'works'?"),
        ([Schedule(structure="works", opening=opening)] * 2, "both have the rank 50; give one of them another"),
        ([RuleCurve(structure="works", target=target, watch="tail")], "whose level does not reach the structure"),
    ):
        with pytest.raises(ValidationError, match=re.escape(fault)):
            System(waters=waters, structures=[works], rules=rules)
    with pytest.raises(ValidationError, match="is to watch the tail, and there is none"):
        System(
            waters=waters,
            structures=[works.changed(tail=None)],
            rules=[RuleCurve(structure="works", target=target, watch="tail")],
        )


def test_a_large_system_is_checked_in_less_than_a_second():
    """The check is linear in the number of things: two thousand take some 20 ms."""
    waters = [lake(f"l{i}") for i in range(1000)]
    structures = [spillway(name=f"w{i}", head=f"l{i}", tail=f"l{i + 1}") for i in range(999)]
    assert len(System(waters=waters, structures=structures).lakes) == 1000


@pytest.mark.parametrize(
    "slow", [Ramp(structure="works", per_hour=0.1, rank=90), Dwell(structure="works", time="1 h", rank=90)], ids=str
)
def test_a_ramp_behind_what_it_should_slow_is_refused(slow):
    works = Weir(name="works", head="honghu", crest=16.0, width=5.0)
    rules = [Schedule(structure="works", opening=0.5), slow]
    with pytest.raises(ValidationError, match=r"has the rank 90, behind the schedule \(50\), and so never slows it"):
        System(waters=[lake()], structures=[works], rules=rules)


def test_what_runs_while_a_lake_is_low_does_not_empty_it():
    pump = Pump(name="pump", head="honghu", capacity=5.0)
    rule = StartStop(structure="pump", start=14.0, stop=14.5, when="below")
    with pytest.raises(ValidationError, match="runs while 'honghu', which it empties, is low, and would drain it"):
        System(waters=[lake()], structures=[pump], rules=[rule])


def test_polders_are_those_of_a_lake_and_of_its_polders() -> None:
    curve = Hypsometry.prism(bottom=0, top=3, area="1 ha")
    lake = Lake(name="lake", hypsometry=curve, initial_level=1.0)
    outer = lake.changed(name="outer", reclaimed_from="lake")
    inner = lake.changed(name="inner", reclaimed_from="outer")
    system = System(waters=[inner, outer, lake])
    assert [water.name for water in system.polders("lake")] == ["outer", "inner"]
    assert system.polders("outer") == (inner,)
    assert system.polders("inner") == ()


def test_land_that_was_reclaimed_from_nothing_that_is_a_lake_is_refused() -> None:
    curve = Hypsometry.prism(bottom=0, top=3, area="1 ha")
    lake = Lake(name="lake", hypsometry=curve, initial_level=1.0)
    river = River(name="river", level=1.0)
    for origin in ("river", "lak"):
        with pytest.raises(ValueError, match=f"b: it is reclaimed from '{origin}', which is no lake of the system"):
            System(waters=[lake, river, lake.changed(name="b", reclaimed_from=origin)])
    with pytest.raises(ValueError, match="lake: it is reclaimed from itself; name the lake that it was a part of"):
        System(waters=[lake.changed(reclaimed_from="lake")])
    with pytest.raises(ValueError, match=r"lake: it is reclaimed from itself(.|\n)*b: it is reclaimed from itself"):
        System(waters=[lake.changed(reclaimed_from="b"), lake.changed(name="b", reclaimed_from="lake")])
