"""Waters whose levels are counted from another datum: in Python and in files, refused or brought to the common one."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from lakesim import Flood, Hypsometry, Lake, River, Series, SluiceGate, System, Weir, catalogue, scenario, simulate
from lakesim.scenario import ScenarioError
from lakesim.scenario.records import quantity_of
from lakesim.waters import CHARACTERISTIC_LEVELS, LAKE_LEVELS

LEVELS = dict(zip(CHARACTERISTIC_LEVELS, np.arange(11.0, 20.0), strict=True))


def lake(**fields: object) -> Lake:
    curve = Hypsometry(levels=[10.0, 12.0, 12.0, 20.0], areas=[0.0, 1e6, 2e6, 3e6], accept="flat land at 12 m")
    return Lake(**{"name": "lake", "hypsometry": curve, "initial_level": 13.0, "datum": "Wusong", **fields})


def days(*dates: str) -> NDArray[np.datetime64]:
    return np.array(dates, "datetime64[ms]")


# In Python


def test_all_levels_of_a_lake_are_raised_and_nothing_else() -> None:
    old = lake(**LEVELS, level_pool_above=12.5, inflow=Series.constant(3.0, "m3/s"), flood_season=("05-01", "10-15"))
    new = old.on_datum("1985", "-1.79 m")
    for key in LAKE_LEVELS:
        assert getattr(new, key) == getattr(old, key) - 1.79
    assert new.hypsometry.levels == tuple(level - 1.79 for level in old.hypsometry.levels)
    assert (new.hypsometry.areas, new.hypsometry.accept) == (old.hypsometry.areas, old.hypsometry.accept)
    assert (new.datum, new.converted_from) == ("1985", "Wusong, -1.79 m")
    changed = {"hypsometry", "datum", "converted_from", *LAKE_LEVELS}
    assert all(getattr(new, key) == getattr(old, key) for key in Lake.model_fields if key not in changed)


def test_no_field_of_a_lake_that_holds_a_level_is_forgotten() -> None:
    held = {key for key in Lake.model_fields if (quantity := quantity_of(Lake, key)) and quantity.unit == "m"}
    assert held == set(LAKE_LEVELS)


@pytest.mark.parametrize(
    "level",
    [
        Series.constant("27.5 m", "m"),
        Series.yearly({"01-01": "20 m", "07-15": "27.4 m"}, unit="m"),
        Series(days("2020-07-01", "2020-07-02", "2020-07-03"), np.array([20.0, 21.0]), "means", "m"),
        Series(days("2020-07-01", "2020-07-02", "2020-07-02"), np.array([20, 21, 25.0]), "instants", "m", outside=19.0),
    ],
    ids=repr,
)
def test_the_level_of_a_river_is_raised_at_all_times(level: Series) -> None:
    river = River(name="yangtze", level=level, datum="Wusong").on_datum("1985", -1.79)
    for moment in ("2020-07-01", "2020-07-01T08:00", "2020-07-02"):
        assert river.level.at(moment) == pytest.approx(level.at(moment) - 1.79, abs=1e-12)
    assert (river.level.kind, river.level.period, river.level.unit) == (level.kind, level.period, level.unit)
    if level.outside is not None:
        assert river.level.outside == level.outside - 1.79


def test_the_conversion_is_told_where_the_system_is_printed() -> None:
    system = System(waters=[lake().on_datum("1985", "-1.79 m").on_datum("local", 0.5)])
    assert str(system).endswith("starts at 11.71 m; levels converted from Wusong, -1.79 m; 1985, +0.5 m")
    assert "converted" not in str(System(waters=[lake()]))


@given(st.floats(-3000.0, 3000.0))
def test_there_and_back_again_is_where_it_was(offset: float) -> None:
    back = lake(**LEVELS).on_datum("1985", offset).on_datum("Wusong", -offset)
    assert back.initial_level == pytest.approx(13.0, abs=1e-11)
    storage = lake().hypsometry.storage(15.0)
    assert back.hypsometry.storage(15.0) == pytest.approx(storage, rel=1e-11)


def test_levels_below_the_datum_are_levels() -> None:
    low = lake().on_datum("higher", -430.0)
    assert (low.initial_level, low.hypsometry.bottom) == (-417.0, -420.0)


@pytest.mark.parametrize(
    ("datum", "offset", "message"),
    [
        ("1985", math.nan, "nan is not a finite number"),
        ("1985", "-1.79", "'-1.79' has no unit"),
        ("1985", "-1.79 km2", "does not convert to m"),
        ("1985", "-1,79 m", "does not start with a plain decimal number"),
        ("1985", "20 km", "out of range"),
        ("1985", True, "is no quantity"),
        (" ", "1 m", "has no name; name that of the other waters"),
        ("Wusong", "1 m", "are counted from 'Wusong' already; leave the offset out"),
    ],
)
def test_what_is_no_conversion_is_refused(datum: str, offset: float | str, message: str) -> None:
    for water in (lake(), River(name="yangtze", level=20.0, datum="Wusong")):
        with pytest.raises(ValueError, match=re.escape(message)):
            water.on_datum(datum, offset)


def test_a_datum_that_is_no_text_is_refused() -> None:
    with pytest.raises(ValueError, match="the datum that 'lake' is to be brought to is 3, and no text; give its name"):
        lake(datum="Wusong").on_datum(3, 1.0)  # type: ignore[arg-type]


def test_without_a_datum_of_its_own_no_offset_can_be_known() -> None:
    for water in (lake(datum=""), River(name="yangtze", level=20.0)):
        with pytest.raises(ValueError, match=r"counted from no datum that is named.*; give its datum"):
            water.on_datum("1985", 1.0)


# What comes out


def gated(inner: Lake, outer: River, raised: float = 0.0) -> System:
    gate = SluiceGate(name="gate", head="lake", tail="river", sill=11.0 + raised, width=10.0, height=3.0)
    weir = Weir(name="weir", head="lake", crest=13.5 + raised, width=20.0)
    return System(waters=[inner, outer], structures=[gate, weir])


TIDE = Series(days("2020-07-01", "2020-07-03", "2020-07-05"), np.array([12.0, 15.5, 12.0]), "instants", "m")
INFLOW = Series.triangle("2020-07-01", "60 m3/s", "1 d", "3 d", base_flow="5 m3/s")
STORM = Flood(start="2020-07-01", end="2020-07-05")


def levels(system: System) -> NDArray[np.float64]:
    return simulate(system, STORM).level["lake"]


def test_where_levels_are_counted_from_moves_no_water() -> None:
    """Hydrostatic identity: with all levels of a system raised by one offset, every level comes out raised by it."""
    water = lake(inflow=INFLOW)
    river = River(name="river", level=TIDE, datum="Wusong")
    as_it_is = levels(gated(water, river))
    for offset in (-1.79, 250.0):
        raised = levels(gated(water.on_datum("1985", offset), river.on_datum("1985", offset), offset))
        assert np.ptp(as_it_is) > 1.0
        assert np.abs(raised - offset - as_it_is).max() < 1e-9


def test_a_river_on_its_own_datum_is_the_river_on_the_common_one() -> None:
    inner = lake(inflow=INFLOW)
    there = River(name="river", level=TIDE + Series.constant(1.79, "m"), datum="Wusong")
    common = inner.changed(datum="1985")
    direct = levels(gated(common, River(name="river", level=TIDE, datum="1985")))
    assert np.abs(levels(gated(common, there.on_datum("1985", "-1.79 m"))) - direct).max() < 1e-9
    assert np.abs(levels(gated(common, there.changed(datum=""))) - direct).max() > 0.1


# In files

FILE = """
[[waters]]
name = "lake"
datum = "1985"
initial_level = "13 m"
hypsometry = { levels = ["10 m", "20 m"], areas = ["1 km2", "3 km2"] }
inflow = "5 m3/s"

[[waters]]
type = "river"
name = "river"
datum = "Wusong"
level = { yearly = { "01-01" = "12.79 m", "07-03" = "16.79 m", "09-01" = "14 m" } }
to_datum = { datum = "1985", offset = "-1.79 m" }

[[structures]]
type = "sluice_gate"
name = "gate"
head = "lake"
tail = "river"
sill = "11 m"
width = "10 m"
height = "3 m"

[flood]
start = 2020-07-01
end = 2020-07-03

[[cases]]
name = "stated"

[[cases]]
name = "a_decimetre_more"
waters = { river = { to_datum = { datum = "1985", offset = "-1.69 m" } } }

[[cases]]
name = "other_river"
waters = { river = { level = "14.79 m" } }

[[cases]]
name = "other_flood"
flood = { river = { level = "13 m" } }
"""


def read(text: str) -> scenario.Scenario:
    return scenario.read(text)


def test_a_water_of_a_file_is_brought_to_the_common_datum() -> None:
    """Its own tables count from its own datum, those of cases as well; the flood counts from the common one."""
    cases = {case.name: case.system["river"] for case in read(FILE).cases}
    assert {name: river.level.at("2020-07-03") for name, river in cases.items()} == pytest.approx(
        {"stated": 15.0, "a_decimetre_more": 15.1, "other_river": 13.0, "other_flood": 13.0}, abs=1e-12
    )
    assert {river.datum for river in cases.values()} == {"1985"}
    assert cases["a_decimetre_more"].converted_from == "Wusong, -1.69 m"


def test_a_level_that_the_flood_gives_a_converted_river_is_not_converted_and_is_doubted() -> None:
    whole = read(FILE)
    converted = {case.name: case.flood.applied(case.system)["river"].converted_from for case in whole.cases}
    assert converted.pop("other_flood") == ""
    assert set(converted.values()) == {"Wusong, -1.79 m", "Wusong, -1.69 m"}
    (note,) = whole.notes
    assert note.endswith(
        "river: its table counts levels from Wusong and adds -1.79 m, and the flood gives its level, in other_flood; "
        "what the flood gives counts from 1985 and is not converted, so see that it does, or give the level in the "
        "river's own table"
    )
    of_the_lake = FILE.replace('flood = { river = { level = "13 m" } }', 'flood = { lake = { inflow = "7 m3/s" } }')
    assert read(of_the_lake).notes == ()


def test_a_lake_of_the_catalogue_is_brought_to_another_datum_with_what_its_table_adds() -> None:
    text = """
    [lake]
    from = "honghu"
    winter_level = "24 m"
    to_datum = { datum = "1985", offset = "-1.79 m" }
    [flood]
    start = 2020-07-01
    end = 2020-07-02
    [[structures]]
    type = "weir"
    name = "weir"
    crest = "22.7 m"
    width = "10 m"
    [[cases]]
    name = "base"
    [[cases]]
    name = "low"
    lake = { initial_level = "24.2 m" }
    """
    base, low = (case.system["honghu"] for case in read(text).cases)
    assert base == catalogue.load("honghu").changed(winter_level=24.0).on_datum("1985", -1.79)
    assert low.initial_level == 24.2 - 1.79
    assert (base.datum, base.converted_from) == ("1985", "Wusong (frozen base), -1.79 m")


LAKE_FILE = FILE.replace('datum = "1985"\ninitial', 'datum = "1985"\nto_datum = { datum = "x", offset = 0.3 }\ninitial')
LAKE_FILE = LAKE_FILE.replace('datum = "1985", offset', 'datum = "x", offset')


@pytest.mark.parametrize("text", [FILE, LAKE_FILE], ids=["river", "both"])
@pytest.mark.parametrize("written_out", [False, True])
def test_the_explained_file_keeps_the_tables_and_the_offset_and_runs_to_the_same_bits(
    text: str, written_out: bool
) -> None:
    whole = read(text)
    explained = whole.explained(written_out=written_out)
    assert 'to_datum = {datum = "' in explained
    assert "16.79" in explained
    again = read(explained)
    assert again.explained(written_out=written_out) == explained
    assert again.system == whole.system
    runs, repeated = whole.run(), again.run()
    for name, result in runs.items():
        for column, same in zip(result.table(), repeated[name].table(), strict=True):
            assert column.values.tobytes() == same.values.tobytes(), column.name
    assert len({float(result.level["lake"][-1]) for result in runs.values()}) > 1


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        (
            'to_datum = { datum = "1985", offset = "-1.79 m" }',
            "",
            16,
            'structures[1]: joins levels above 1985 and Wusong; bring both to one datum, since a difference of datum '
            "drives water that is not there: write into the table of 'river' how much its levels rise by, to_datum = "
            '{ datum = "1985", offset = "… m" }',
        ),
        ('datum = "1985", offset = "-1.79 m"', 'datum = "1985"', 14, "to_datum.offset: is missing (level above"),
        ('datum = "1985", offset = "-1.79 m"', 'offset = "-1.79 m"', 14, "to_datum.datum: is missing; give it"),
        ('offset = "-1.79 m"', 'offset = "-1.79"', 14, "waters[2].to_datum.offset: '-1.79' has no unit"),
        ('offset = "-1.79 m"', 'offset = "-1.79 m2"', 14, "waters[2].to_datum.offset: '-1.79 m2': unit 'm2' does not"),
        ('offset = "-1.79 m"', "offset = nan", 14, "waters[2].to_datum.offset: nan is not a finite number"),
        ('offset = "-1.79 m"', 'offest = "-1.79 m"', 14, "to_datum.offest: there is no such key; did you mean"),
        ('{ datum = "1985", offset = "-1.79 m" }', '"1985"', 14, "waters[2].to_datum: '1985' is no table"),
        ('{ datum = "1985", offset', '{ datum = 1985, offset', 14, "waters[2].to_datum.datum: 1985 is no text"),
        ('{ datum = "1985", offset = "-1.79', '{ datum = "Wusong", offset = "-1.79', 14, "'Wusong' already; leave"),
        ('datum = "Wusong"\n', "", 13, "waters[2].to_datum: the levels of 'river' are counted from no datum that"),
        ('offset = "-1.79 m" }', 'offset = "-600 m" }', 14, "waters[2].to_datum: the level falls to -587.21 m"),
        ('offset = "-1.69 m"', "offset = nan", 34, "cases[2].waters.river.to_datum.offset: nan is not a finite number"),
        ('to_datum = { datum = "1985", offset = "-1.69 m" }', 'datum = "1985"', 34, "from '1985' already; leave"),
    ],
)  # fmt: skip
def test_faults_of_a_conversion_are_told_with_their_place(old: str, new: str, line: int, words: str) -> None:
    assert old in FILE
    with pytest.raises(ScenarioError) as raised:
        read(FILE.replace(old, new, 1))
    found = [fault for fault in raised.value.faults if words in fault]
    assert found, str(raised.value)
    assert found[0].startswith(f"the text, line {line}: ")
    assert len(raised.value.faults) == 1, str(raised.value)


def test_a_series_that_ends_too_early_is_told_where_it_stands() -> None:
    short = 'level = { times = [2020-07-01, 2020-07-02], values = [20, 21], kind = "instants", unit = "m" }'
    with pytest.raises(ScenarioError, match=r"waters\[2\]\.level: .* covers 2020-07-01 to 2020-07-02"):
        read(re.sub(r"level = \{ yearly.*", short, FILE))
