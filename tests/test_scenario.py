"""Scenario files: what they say, what is wrong with them, and that they run to the same bits when written out."""

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakesim import (
    Dwell,
    Ramp,
    ReleaseLimit,
    RuleCurve,
    Schedule,
    Series,
    ShutOff,
    StartStop,
    Weir,
    catalogue,
    scenario,
)
from lakesim.rules import REGISTRY
from lakesim.scenario import ScenarioError
from lakesim.scenario.explain import _toml
from lakesim.scenario.faults import nearest, spelled
from lakesim.scenario.output import COLUMNS, HIDDEN, LOCK, summary, write, writing
from lakesim.scenario.positions import positions
from lakesim.scenario.schema import schema

ROOT = Path(__file__).parents[1]
LESSONS = sorted((ROOT / "scenarios").glob("*.toml"))

POND = """
title = "A pond in a storm"
title_zh = "暴雨中的塘"
check = "predicted"

[lake]
name = "pond"
hypsometry = {levels = [0, "1 m", 3], areas = ["0 ha", "1 ha", "2 ha"]}
initial_level = "1.2 m"
warning_level = 1.5
rain_falls_on = "surface"

[[structures]]
type = "weir"
name = "spillway"
crest = "1.4 m"
width = "2 m"

[flood]
start = 2020-07-01
end = 2020-07-03
output_step = "1 h"
rain = {constant = "50 mm/d"}

[flood.inflow]
file = "inflow.csv"
column = "inflow"
unit = "L/s"
kind = "means"

[[cases]]
name = "base"

[[cases]]
name = "dry"
title = "No rain"
without = ["pond.rain"]

[[cases]]
name = "two_ways_out"
without = ["spillway"]

[cases.lake]
initial_level = "1 m"
evaporation = {monthly = [1, 1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1], unit = "mm/d"}

[[cases.structures]]
type = "weir"
name = "notch"
crest = 1.1
width = "0.4 m"
shape = "sharp"

[[cases.structures]]
type = "pump"
name = "pump"
start_level = "1.3 m"
capacity = "20 L/s"

[[cases.rules]]
type = "rule_curve"
structure = "notch"
target = {yearly = {"06-01" = 1.0, "10-01" = 1.2}}

[cases.flood]
end = 2020-07-02
outflow = {triangle = {start = 2020-07-01, peak = "30 L/s", time_to_peak = "6 h", base_time = "12 h"}}
"""

CHAIN = """
waters = [
  {type = "lake", name = "upper", hypsometry = {prism = {bottom = 0, top = 5, area = "1 km2"}}, initial_level = 3.0},
  {name = "lower", hypsometry = {power_law = {bottom = 0, top = 4, exponent = 2, area = "2 km2"}}, initial_level = 1.0},
  {type = "river", name = "江", level = {yearly = {"01-01" = 0.5, "07-01" = "2 m"}}},
]
water = "lower"
structures = [
  {type = "channel", name = "link", head = "upper", tail = "lower", bed = 0.5, width = 10, length = "2 km"},
  {type = "sluice_gate", name = "gate", head = "lower", tail = "江", sill = 0.5, width = 5, height = 2, flap = true},
]
rules = [{type = "schedule", structure = "gate", opening = {constant = 0.5}}]
[flood]
start = 2020-07-01T06:00:00
end = 2020-07-04
[flood.upper]
inflow = {times = {start = 2020-06-30, step = "1 d"}, values = [1, 20, 5, 1, 1, 1], kind = "instants", unit = "m3/s"}
[flood.lower.evaporation]
constant = "100 L/s"
[[cases]]
name = "base"
[[cases]]
name = "free"
without = ["gate.rule"]
waters = {"江" = {level = "0.6 m"}, upper = {initial_level = 2.5}}
"""

RECORD = "time,inflow,note\n2020-06-30,10,\n2020-07-01,80.5,high\n2020-07-02,40,\n2020-07-03,20,\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "inflow.csv").write_text(RECORD, encoding="utf-8")
    (tmp_path / "pond.toml").write_text(POND, encoding="utf-8")
    (tmp_path / "chain.toml").write_text(CHAIN, encoding="utf-8")
    return tmp_path


def faults(text: str, folder: Path | None = None) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        scenario.read(text if "\n" in text else text + "\n", folder=folder)
    return list(caught.value.faults)


# What a file says


def test_a_file_says_a_system_a_flood_and_cases(folder: Path) -> None:
    pond = scenario.read(folder / "pond.toml")
    assert [case.name for case in pond.cases] == ["base", "dry", "two_ways_out"]
    assert (pond.title, pond.title_zh, pond.check, pond.water) == (
        "A pond in a storm",
        "暴雨中的塘",
        "predicted",
        "pond",
    )
    base, dry, changed = pond.cases
    assert base.system["spillway"] == Weir(name="spillway", head="pond", crest=1.4, width=2.0)
    assert base.system["pond"].inflow.values.tolist() == pytest.approx([0.01, 0.0805, 0.04, 0.02])
    assert base.system["pond"].rain.unit == "m/s"
    assert dry.system["pond"].rain is None
    assert [structure.name for structure in changed.system.structures] == ["notch", "pump"]
    assert changed.system["pond"].initial_level == 1.0
    assert changed.system["pond"].warning_level == 1.5
    assert changed.flood.end == np.datetime64("2020-07-02")
    assert [case.called("en") for case in pond.cases] == ["base", "No rain", "two_ways_out"]


def test_one_case_is_called_base() -> None:
    (case,) = scenario.read('lake = "honghu"\nflood = {start = 2020-07-01, end = 2020-07-02}').cases
    assert case.name == "base"
    assert case.system["honghu"] == catalogue.load("honghu")


def test_a_lake_of_the_catalogue_with_a_name_and_levels_of_its_own() -> None:
    text = '[lake]\nfrom = "folsom"\nname = "mine"\ninitial_level = "400 ft"\n[flood]\nstart=2020-07-01\nend=2020-07-02'
    lake = scenario.read(text).system["mine"]
    assert lake.initial_level == pytest.approx(121.92)
    assert lake == catalogue.load("folsom").changed(name="mine", initial_level="400 ft")


def test_the_columns_of_a_record_have_their_units_in_the_header() -> None:
    text = """
    lake = "folsom"
    [flood]
    inflow = {record = "folsom_daily", column = "inflow", kind = "means"}
    outflow = {record = "folsom_daily", column = ["outflow", "evaporation [TAF/d]"], kind = "means"}
    """
    (case,) = scenario.read(text).cases
    inflow, outflow = (getattr(case.system["folsom"], term) for term in ("inflow", "outflow"))
    taf_a_day = 1233481.84 / 86400
    assert inflow.values[0] == pytest.approx(3.0169 * taf_a_day)
    assert outflow.values[0] == pytest.approx((5.2522 + 0.0952) * taf_a_day)
    assert (case.flood.start, case.flood.end) == (np.datetime64("1996-10-01"), np.datetime64("2016-10-01"))


def test_evaporation_is_a_rate_or_a_discharge_as_its_unit_says() -> None:
    text = 'lake = "folsom"\nflood = {start = 2020-07-01, end = 2020-07-02, evaporation = "%s"}'
    units = [scenario.read(text % value).flood.series["folsom.evaporation"].unit for value in ("3 mm/d", "0.1 TAF/d")]
    assert units == ["m/s", "m3/s"]


def test_a_curve_from_a_file(folder: Path) -> None:
    (folder / "curve.csv").write_text("level [m],area [km2]\n0,0\n2,1\n", encoding="utf-8")
    text = (
        '[lake]\nname="a"\ninitial_level=1\nhypsometry={file="curve.csv"}\n[flood]\nstart=2020-07-01\nend=2020-07-02\n'
    )
    assert scenario.read(text, folder=folder).system["a"].hypsometry.areas == (0.0, 1e6)


@pytest.mark.parametrize("write_file", ["bom", "crlf", "chinese"])
def test_a_file_may_have_a_bom_crlf_and_a_chinese_name_with_blanks(write_file: str, folder: Path) -> None:
    path = folder / "pond.toml"
    if write_file == "bom":
        path.write_bytes(b"\xef\xbb\xbf" + POND.encode())
    elif write_file == "crlf":
        path.write_bytes(POND.replace("\n", "\r\n").encode())
    else:
        path = path.rename(folder / "洪湖 的 方案.toml")
    assert scenario.read(path).explained() == scenario.read(POND, folder=folder).explained()


# The same bits


@pytest.mark.parametrize("file", ["pond.toml", "chain.toml"])
def test_the_explained_file_runs_to_the_same_bits(file: str, folder: Path) -> None:
    given_file = scenario.read(folder / file)
    (folder / "explained.toml").write_text(given_file.explained(), encoding="utf-8")
    explained = scenario.read(folder / "explained.toml")
    alone = scenario.read(given_file.explained(written_out=True), folder=folder / "nowhere")
    assert explained.explained() == given_file.explained()
    assert alone.explained(written_out=True) == given_file.explained(written_out=True)
    first = given_file.run()
    for other in (explained.run(), alone.run()):
        assert list(other) == list(first)
        for name, result in first.items():
            for column, same in zip(result.table(), other[name].table(), strict=True):
                assert column.name == same.name
                assert column.values.tobytes() == same.values.tobytes(), column.name
            assert result.check == other[name].check == given_file.check


def test_the_explained_file_says_every_field(folder: Path) -> None:
    pond = scenario.read(folder / "pond.toml")
    text = pond.explained()
    lake = pond.system["pond"]
    for key in (*type(lake).model_fields, *Weir.model_fields, "label", "fill", "sha256", "output_step", "tolerance"):
        assert any(line.lstrip("# [").startswith(key) or f".{key}]" in line for line in text.splitlines()), key
    assert "crest = 1.4  # m\n" in text
    tomllib.loads(text)


def test_a_result_repeats_its_run_without_the_files(folder: Path) -> None:
    pond = scenario.read(folder / "pond.toml")
    results = pond.run()
    results["dry"].to_netcdf(folder / "dry.nc")
    (folder / "inflow.csv").unlink()
    again = scenario.read(folder / "dry.nc")
    for name, result in again.run().items():
        assert result.level["pond"].tobytes() == results[name].level["pond"].tobytes()


def test_the_explained_file_holds_to_its_data(folder: Path) -> None:
    text = scenario.read(folder / "pond.toml").explained()
    (folder / "inflow.csv").write_text(RECORD.replace("80.5", "80.6"), encoding="utf-8")
    (fault,) = faults(text, folder)
    assert "inflow.csv has changed" in fault
    assert "take out sha256" in fault


def test_cases_without_a_common_period_keep_their_own() -> None:
    text = """
    lake = "honghu"
    [[cases]]
    name = "july"
    flood = {start = 2020-07-01, end = 2020-07-02, rain = "10 mm/d"}
    [[cases]]
    name = "august"
    flood = {start = 2020-08-01, end = 2020-08-03}
    """
    first = scenario.read(text)
    again = scenario.read(first.explained())
    for old, new in zip(first.cases, again.cases, strict=True):
        for key in type(old.flood).model_fields:
            assert getattr(new.flood, key) == getattr(old.flood, key)


@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20) | st.floats(allow_nan=False, allow_infinity=False)
)
def test_what_is_written_as_toml_is_read_as_the_same(value: Any) -> None:
    assert tomllib.loads(f"key = {_toml(value)}") == {"key": value}


def test_lists_dates_and_tables_are_written_as_toml() -> None:
    value = {"a b": [True, "x", 1, 2.5, [date(2020, 7, 1)]], "list": list(range(20)), "none": None}
    assert tomllib.loads(f"key = {_toml(value)}")["key"] == {key: value[key] for key in ("a b", "list")}


# Rules


RULES = """
[[waters]]
type = "lake"
name = "lake"
hypsometry = {prism = {bottom = "20 m", top = "28 m", area = "40 km2"}}
initial_level = "24.4 m"
dike_crest = "27 m"

[[waters]]
type = "river"
name = "river"
level = {yearly = {"01-01" = "20 m", "07-15" = "32 m"}}

[[waters]]
type = "river"
name = "gauge"
level = "25 m"

[[structures]]
type = "pump"
name = "pumps"
head = "lake"
tail = "river"
capacity = "20 m3/s"
units = 3

[[structures]]
type = "sluice_gate"
name = "lock"
head = "lake"
tail = "river"
sill = "22 m"
width = "30 m"
height = "3 m"
flap = true

[[rules]]
type = "start_stop"
structure = "pumps"
start = "24.5 m"
stop = {yearly = {"10-01" = "24.3 m", "05-01" = "24.1 m"}}
unit_rises = ["0 m", "5 cm", "10 cm"]

[[rules]]
type = "shut_off"
structure = "pumps"
watch = "tail"
above = "31.5 m"
resume = "31.3 m"

[[rules]]
type = "dwell"
structure = "pumps"
time = "1 h"

[[rules]]
type = "rule_curve"
structure = "lock"
target = {yearly = {"10-15" = "24 m", "04-01" = "24.5 m"}}
band = "20 cm"

[[rules]]
type = "ramp"
structure = "lock"
per_hour = 0.25

[[rules]]
type = "release_limit"
structure = "lock"
discharge = "100 m3/s"

[flood]
start = 2020-06-01
end = 2020-06-20
lake = {inflow = "150 m3/s"}

[[cases]]
name = "base"

[[cases]]
name = "never_shut_off"
without = ["pumps.shut_off", "lock.ramp"]

[[cases]]
name = "by_hand"
without = ["lock.rule", "pumps.dwell"]

[[cases.rules]]
type = "schedule"
structure = "lock"
opening = "40 %"

[[cases.rules]]
type = "shut_off"
structure = "lock"
watch = "gauge"
below = {times = [2020-06-01, 2020-07-01], values = [24, 26], kind = "instants", unit = "m"}
opening = 0.1
observe = "6 h"
rank = 5
"""


def test_a_file_says_rules() -> None:
    base, never, by_hand = scenario.read(RULES).cases
    pumps, shut_off, dwell, curve, ramp, limit = base.system.rules
    assert pumps == StartStop(
        structure="pumps",
        start=24.5,
        stop=Series.yearly({"10-01": 24.3, "05-01": 24.1}, unit="m"),
        unit_rises=[0, 0.05, 0.1],
    )
    assert shut_off == ShutOff(structure="pumps", watch="tail", above=31.5, resume=31.3)
    assert dwell == Dwell(structure="pumps", time=3600.0)
    assert curve == RuleCurve(
        structure="lock", target=Series.yearly({"10-15": 24.0, "04-01": 24.5}, unit="m"), band=0.2
    )
    assert ramp == Ramp(structure="lock", per_hour=0.25)
    assert limit == ReleaseLimit(structure="lock", discharge=100.0)
    assert never.system.rules == (pumps, dwell, curve, limit)
    assert by_hand.system.rules == (
        pumps,
        shut_off,
        Schedule(structure="lock", opening=0.4),
        ShutOff(
            structure="lock",
            watch="gauge",
            below=Series(["2020-06-01", "2020-07-01"], [24.0, 26.0], "instants", "m"),
            opening=0.1,
            observe="6 h",
            rank=5,
        ),
    )


def test_rules_written_out_are_the_same_rules() -> None:
    first = scenario.read(RULES)
    for text in (first.explained(), first.explained(written_out=True)):
        again = scenario.read(text)
        assert [case.system.rules for case in again.cases] == [case.system.rules for case in first.cases]
        assert again.explained() == first.explained()
    lines = first.explained().splitlines()
    for line in (
        "# start_level: none of its own, so that it runs as its rules say [m]",
        "# rank: 60, that of its type",
        "rank = 5",
        "unit_rises = [0.0, 0.05, 0.1]  # m",
        "# resume: at the level where it begins",
    ):
        assert line in lines


def test_rules_run_to_the_same_bits_when_they_are_written_out() -> None:
    first = scenario.read(RULES)
    again = scenario.read(first.explained(written_out=True)).run()
    for name, result in first.run().items():
        for column, same in zip(result.table(), again[name].table(), strict=True):
            assert column.values.tobytes() == same.values.tobytes(), column.name


POND_OF_ONE_GATE = """
flood = {start = 2020-06-01, end = 2020-06-02}
structures = [{type = "sluice_gate", name = "gate", head = "lake", sill = 22, width = 10, height = 3, opening = 0}]
[[waters]]
name = "lake"
hypsometry = {prism = {bottom = 20, top = 28, area = "40 km2"}}
initial_level = 24
[[waters]]
name = "basin"
hypsometry = {prism = {bottom = 20, top = 28, area = "4 km2"}}
initial_level = 22
"""

LEAST = {
    "start_stop": {"start": "24.5 m", "stop": "24.3 m"},
    "shut_off": {"above": "24.5 m", "resume": "24.3 m"},
    "release_limit": {"discharge": "24.5 m3/s"},
    "schedule": {"opening": "50 %"},
    "rule_curve": {"target": "24.5 m"},
    "ramp": {"per_hour": "25 %"},
    "dwell": {"time": "6 h"},
    "safe_discharge": {"discharge": "24.5 m3/s", "beside": ["basin"]},
    "in_turn": {"after": [{"water": "basin", "above": "24.5 m"}]},
    "equal_filling": {
        "among": [{"water": name, "empty": "22 m", "full": "26 m"} for name in ("lake", "basin")],
        "band": "5 %",
    },
    "pre_release": {"limit": "24.5 m", "forecast": "truth", "horizon": "3 d"},
}
"""The least that a file says of each type."""


def written(value: object) -> str:
    """A value as a file has it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(one)}" for key, one in value.items()) + "}"
    return f"[{', '.join(map(written, value))}]" if isinstance(value, list) else f'"{value}"'


SERIES_OF_RULES = [(word, key) for word, kind in REGISTRY.items() for key in kind.SERIES]


@pytest.mark.parametrize(("word", "key"), SERIES_OF_RULES)
def test_each_series_of_a_rule_is_a_value_or_a_table(word: str, key: str) -> None:
    """As one value, points of the year, dated values: all the same here, so that the rules differ in nothing else."""
    least = dict(LEAST[word])
    if key == "below":
        least = {"below": "24.5 m"}
    if key == "climatology":
        least |= {"forecast": key, key: "24.5 m3/s"}
    value = least.pop(key)
    number = value.split()[0]
    unit, number = ("", "0.5") if word == "schedule" else (REGISTRY[word].SERIES[key], number)
    dated = "times = [2020-01-01, 2021-01-01], kind = 'instants'"
    forms = {
        f'"{value}"': "constant",
        f'{{constant = "{value}"}}': "constant",
        f'{{yearly = {{"03-01" = "{value}", "09-01" = "{value}"}}}}': "year",
        f"{{monthly = [{', '.join([number] * 12)}], unit = '{unit}'}}": "year",
        f"{{{dated}, values = [{number}, {number}], unit = '{unit}'}}": None,
    }
    rest = "".join(f"{other} = {written(given)}\n" for other, given in least.items())
    for form, period in forms.items():
        if key == "climatology" and period is None:
            continue  # which is of every year
        text = (
            f'{POND_OF_ONE_GATE}[[rules]]\ntype = "{word}"\nstructure = "gate"\nobserve = "1 h"\n{rest}{key} = {form}\n'
        )
        read = scenario.read(text)
        assert scenario.read(read.explained()).system.rules == read.system.rules
        (rule,) = read.system.rules
        series = getattr(rule, key)
        assert (series.unit, series.period) == (REGISTRY[word].SERIES[key], period), form
        assert series.at("2020-06-15") == pytest.approx(float(number), rel=1e-14)


@pytest.mark.parametrize("word", REGISTRY)
def test_a_case_leaves_out_a_rule_by_its_type_or_all_of_its_structure(word: str) -> None:
    fields = "".join(f"{key} = {written(value)}\n" for key, value in LEAST[word].items())
    other = "time = 60" if word != "dwell" else "per_hour = 1"
    second = f'[[rules]]\ntype = "{"dwell" if word != "dwell" else "ramp"}"\nstructure = "gate"\n{other}\n'
    text = f'{POND_OF_ONE_GATE}[[rules]]\ntype = "{word}"\nstructure = "gate"\n{fields}{second}'
    cases = "".join(
        f'[[cases]]\nname = "{name}"\nwithout = ["gate.{out}"]\n' for name, out in (("a", word), ("b", "rule"))
    )
    one, none = scenario.read(text + cases).cases
    assert [rule.type for rule in one.system.rules] == ["dwell" if word != "dwell" else "ramp"]
    assert none.system.rules == ()


def test_a_case_without_a_structure_is_without_its_rules() -> None:
    text = RULES.replace('without = ["pumps.shut_off", "lock.ramp"]', 'without = ["lock"]')
    assert {rule.structure for rule in scenario.read(text).cases[1].system.rules} == {"pumps"}


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('"10-15" =', '"02-30" =', "rules[4].target", "'02-30' is no day of every year; write month and day"),
        (
            '{"10-15" = "24 m", "04-01" = "24.5 m"}',
            '{"05-01" = "24 m", "04-01" = "24.5 m", "06-01" = "24 m"}',
            "rules[4].target",
            "has points out of order: 04-01 after 05-01, 05-01 after 06-01; put them in the order of the year",
        ),
        (
            '{"10-15" = "24 m", "04-01" =',
            '{"10-15" = "24 m", "10/15" =',
            "rules[4].target",
            "'10/15' is a day that stands twice; give each day one value",
        ),
        ('"24.5 m"}}\nband', 'nan}}\nband', "rules[4].target", "nan is not a finite number"),
        ('"24.5 m"}}\nband', '"24.5"}}\nband', "rules[4].target", "'24.5' has no unit"),
        ('"24.5 m"}}\nband', '"24.5 m3"}}\nband', "rules[4].target", "does not convert to m"),
        (
            '"04-01" = "24.5 m"',
            '"04-01" = "27.5 m"',
            "rules[4].target",
            "has a target of 27.5 m on 04-01, above the dike crest 27 m of 'lake'; lower it",
        ),
        ('start = "24.5 m"', 'start = "24 m"', "rules[1].start", "lies 0.3 m below 'stop' on 10-01; let it"),
        ('start = "24.5 m"', 'start = "24.5 m3/s"', "rules[1].start", "'m3/s' does not convert to m"),
        ('start = "24.5 m"', "start = [24.5]", "rules[1].start", "[24.5] is no series; write a quantity"),
        ('start = "24.5 m"', 'strat = "24.5 m"', "rules[1].strat", "there is no such key; did you mean 'start'?"),
        ('start = "24.5 m"', 'start = "26.95 m"', "rules[1].start", "has a start of 27.05 m, above the dike"),
        ('start = "24.5 m"\n', "", "rules[1].start", "is missing; give it"),
        ('"10 cm"]', '"10 cm", 1]', "rules[1].unit_rises", "has 4 unit_rises, and the structure has 3 units"),
        ('watch = "tail"', 'watch = "rivre"', "rules[2].watch", "is no water of the system; did you mean 'ri"),
        ('resume = "31.3 m"', 'resume = "31.6 m"', "rules[2].above", "lies 0.1 m below 'resume'; let it lie"),
        ('time = "1 h"', "time = 0", "rules[3].time", "the time is 0; give one above 0"),
        ('time = "1 h"', 'time = "1 h"\nrank = 60', "rules[3].rank", "both have the rank 60; give one"),
        ("per_hour = 0.25", "per_hour = 0", "rules[5].per_hour", "per_hour is 0, so that the structure never"),
        ('discharge = "100 m3/s"', 'discharge = "-1 m3/s"', "rules[6].discharge", "falls to -1 m3/s; a limit"),
        ('"40 %"', '"140 %"', "cases[3].rules[1].opening", "the openings reach from 1.4 to 1.4; keep them"),
        ("rank = 5", "rank = 50", "cases[3].rules[2].rank", "the schedule and the shut_off of 'lock' both"),
        ("rank = 5", "rank = 0", "cases[3].rules[2].rank", "0 is too small; write a number of at least 1"),
        ('"pumps.dwell"', '"pumps.ramp"', "cases[3].without[2]", "there is no 'pumps.ramp' to leave out"),
        ('"pumps.dwell"', '"lock.target"', "cases[3].without[2]", "there is no 'lock.target' to leave out"),
        (
            '"pumps.dwell"',
            '"pumps.start_stop"',
            "structures[1]",
            "has no start level and no rule that opens it, and would run day and night; give start_level, or",
        ),
        (
            'capacity = "20 m3/s"',
            'capacity = "20 m3/s"\nstart_level = 24.5',
            "rules[1]",
            "has levels, and so has the pump, which starts at 24.5 m; keep one of the two",
        ),
        ("below = {times", "below = {time", "cases[3].rules[2].below", "no key says what the series is"),
        ("[2020-06-01, 2020-07-01]", "[2020-06-01, 2020-06-15]", "cases[3].rules[2].below", "covers 2020-06"),
        ('observe = "6 h"', 'observe = "6 s"', "cases[3].rules[2].observe", "looks every 6 s; take at least"),
    ],
)  # fmt: skip
def test_faults_of_rules_are_told_with_their_place(old: str, new: str, place: str, words: str) -> None:
    """The line is that of the key, or of the table where that is not there."""
    assert RULES.count(old) == 1
    text = RULES.replace(old, new)
    (fault,) = faults(text)
    line, found, said = re.fullmatch(r"the text, line (\d+): (\S+): (.*)", fault).groups()  # type: ignore[union-attr]
    assert found == place
    assert words in said
    assert text.splitlines()[int(line) - 1].startswith((re.split(r"[.[]", place.rstrip("]12"))[-1], "[["))


def test_a_rule_curve_below_every_sill_without_a_pump_cannot_be_reached() -> None:
    text = RULES.replace('"10-15" = "24 m"', '"10-15" = "21.5 m"')
    assert scenario.read(text).cases[0].name == "base"
    (fault,) = faults(text.replace('without = ["lock.rule", "pumps.dwell"]', 'without = ["pumps"]'))
    assert fault.startswith(
        "the text, line 59: rules[4].target: the rule_curve of 'lock' has a target of 21.5 m on 10-15"
    )
    assert "below every sill of 'lake', and no pump leads out of it; it can be reached from 22 m on" in fault


def test_all_faults_of_rules_come_at_once() -> None:
    text = RULES.replace('"10-15" =', '"02-30" =').replace('start = "24.5 m"', 'start = "24 m"')
    text = text.replace("per_hour = 0.25", "per_hour = 0").replace('watch = "tail"', 'watch = "rivre"')
    assert [fault.split(": ")[1] for fault in faults(text)] == [
        "rules[1].start", "rules[2].watch", "rules[4].target", "rules[5].per_hour",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("inflow", "place", "words"),
    [
        ('{rain = "-1 mm/d"}', "flood.lake.rain", "the rain falls to -1.15741e-08 m/s; give 0 or more, and what goes"),
        ('{outflow = "-1 m3/s"}', "flood.lake.outflow", "what goes the other way as inflow"),
        (
            '{}\nriver = {level = "-9999 m"}',
            "flood.river.level",
            "the level falls to -9999 m, a mark for what is missing",
        ),
    ],
)
def test_series_without_meaning_are_refused_where_they_stand(inflow: str, place: str, words: str) -> None:
    (fault,) = faults(RULES.replace('{inflow = "150 m3/s"}', inflow))
    assert f": {place}: " in fault
    assert words in fault


# Where faults stand


def test_the_lines_of_keys() -> None:
    lines = positions(
        '# c\ntitle = "[x] # no"\n[lake]\n"湖".b = """\ny = 1\n"""\nlevels = [1, # one\n  {a = 2}]\n'
        "[[cases]]\n[[cases.structures]]\ntype = 'x'\n[[cases.structures]]\n[[cases]]\nflood.start = 1996-10-01\n"
    )
    expected: dict[Any, int] = {
        ("title",): 2,
        ("lake",): 3,
        ("lake", "湖", "b"): 4,
        ("lake", "levels"): 7,
        ("lake", "levels", 1, "a"): 8,
        ("cases",): 9,
        ("cases", 0, "structures", 0, "type"): 11,
        ("cases", 0, "structures", 1): 12,
        ("cases", 1): 13,
        ("cases", 1, "flood", "start"): 14,
    }
    assert {path: lines.get(path) for path in expected} == expected


def test_a_place_and_the_nearest_word_in_words() -> None:
    assert spelled(("cases", 0, "lake", "initial_level")) == "cases[1].lake.initial_level"
    assert nearest("weirr", ["weir", "pump"]) == "did you mean 'weir'?"
    assert nearest("x", ["weir", "pump"]) == "there are weir, pump"


def test_all_faults_come_at_once_in_the_order_of_the_file(folder: Path) -> None:
    text = (
        POND.replace('"1.2 m"', '"1,2 m"')
        .replace('crest = "1.4 m"', "crest = nan")
        .replace('unit = "L/s"', 'unit = "ft"')
    )
    text = text.replace('without = ["spillway"]', 'without = ["spilway"]').replace("2020-07-03", '"July"')
    found = faults(text, folder)
    for fault, words in zip(
        found,
        [
            ("line 9: lake.initial_level:", "'1,2 m'"),
            ("line 16: structures[1].crest:", "nan"),
            ("line 21: flood.end:", "'July'"),
            ("line 25: flood.inflow:", "'ft'"),
            ("line 41: cases[3].without[1]:", "did you mean 'spillway'?"),
        ],
        strict=True,
    ):
        assert all(word in fault for word in words), (fault, words)


def test_faults_within_a_fault_are_told_one_by_one(folder: Path) -> None:
    text = POND.replace("warning_level = 1.5", "warning_level = -1\ndead_level = -2\n")
    assert [fault.split(": ")[1] for fault in faults(text, folder)] == ["lake.warning_level", "lake.dead_level"]


def test_a_flood_season_is_read_checked_and_told(folder: Path) -> None:
    season = 'warning_level = 1.5\nflood_season = ["5-1", "10-15"]'
    pond = scenario.read(POND.replace("warning_level = 1.5", season), folder=folder)
    assert pond.system["pond"].flood_season == ("05-01", "10-15")
    assert 'flood_season = ["05-01", "10-15"]\n' in pond.explained()
    again = scenario.read(pond.explained(), folder=folder)
    assert again.system["pond"].flood_season == ("05-01", "10-15")
    backwards = season.replace('"5-1", "10-15"', '"10-15", "05-01"')
    (fault,) = faults(POND.replace("warning_level = 1.5", backwards), folder)
    assert "line 11: lake.flood_season: the season ends on 05-01, before it begins on 10-15; give the earlier" in fault
    no_days = season.replace('"5-1", "10-15"', '"02-30", "13-01"')
    first, second = faults(POND.replace("warning_level = 1.5", no_days), folder)
    assert "lake.flood_season: '02-30' is no day of every year; write" in first
    assert "lake.flood_season: '13-01' is no day of every year; write" in second


# The schema


def plain(value: Any) -> Any:
    """A TOML document as JSON has it."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


@pytest.mark.parametrize("text", [POND, CHAIN, RULES, *(path.read_text(encoding="utf-8") for path in LESSONS)])
def test_the_schema_takes_what_reads_and_says_what_does_not(text: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(schema())
    validator.check_schema(schema())
    assert not list(validator.iter_errors(plain(tomllib.loads(text))))
    assert list(validator.iter_errors(plain(tomllib.loads(text + "\n[measures]\n"))))


def test_the_schema_knows_every_field_and_its_unit() -> None:
    made = json.loads(json.dumps(schema()))
    assert made["$defs"]["lake"]["properties"]["dike_crest"]["x-unit"] == "m"
    assert made["$defs"]["weir"]["required"] == ["type", "name", "crest", "width"]
    assert made["$defs"]["shut_off"]["properties"]["above"] == {"$ref": "#/$defs/series"}
    assert made["$defs"]["start_stop"]["required"] == ["type", "structure", "start", "stop"]
    assert made["$defs"]["pump"]["required"] == ["type", "name"]
    assert {"lake", "waters", "structures", "rules", "flood", "cases"} <= set(made["properties"])
    assert '"null"' not in json.dumps(made)


def test_the_schema_in_the_package_is_up_to_date() -> None:
    kept = ROOT / "lakesim" / "data" / "scenario.schema.json"
    assert kept.read_text(encoding="utf-8") == json.dumps(schema(), indent=1) + "\n"


# Files appear whole or not at all


def test_a_folder_comes_into_being_whole(tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    with writing(out) as hidden:
        (hidden / "x").write_text("1", encoding="utf-8")
        assert not (tmp_path / "a").exists()
    assert [path.name for path in out.iterdir()] == ["x"]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_is_there_keeps_what_is_not_replaced(tmp_path: Path) -> None:
    for name in ("x", "mine"):
        (tmp_path / name).write_text("old", encoding="utf-8")
    with writing(tmp_path) as hidden:
        (hidden / "x").write_text("new", encoding="utf-8")
    assert {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()} == {"x": "new", "mine": "old"}


def test_nothing_appears_when_writing_fails(tmp_path: Path) -> None:
    def fail() -> None:
        with writing(tmp_path / "out") as hidden:
            (hidden / "x").write_text("half", encoding="utf-8")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_was_left_behind_is_removed_and_what_is_being_written_is_not(tmp_path: Path) -> None:
    left = tmp_path / f"{HIDDEN}left"
    left.mkdir()
    (left / LOCK).touch()
    with writing(tmp_path / "one") as first, writing(tmp_path / "two"):
        assert not left.exists()
        assert first.exists()


def test_a_folder_cannot_take_the_place_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    for out in (tmp_path / "out", tmp_path / "out" / "deeper"):
        with pytest.raises(OSError), writing(out):  # noqa: PT011
            pytest.fail("a file is no folder")


def test_the_summary_begins_with_the_columns_that_scripts_rely_on(folder: Path) -> None:
    chain = scenario.read(folder / "chain.toml")
    results = chain.run()
    with writing(folder / "out") as hidden:
        write(chain, results, hidden)
    lines = (folder / "out" / "summary.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(",".join(COLUMNS))
    assert {row["water"] for row in summary(chain, results)} == {"lower"}
    assert lines[1].split(",")[0:4:3] == ["base", ""]  # the lake has no warning level
    assert float(lines[1].split(",")[1]) == results["base"].peak("lower")[1]


RETURNED = """
water = "lake"
[[waters]]
name = "lake"
initial_level = "2 m"
hypsometry = { prism = { bottom = "0 m", top = "5 m", area = "10 km2" } }
[[waters]]
name = "fields"
reclaimed_from = "lake"
initial_level = "1 m"
hypsometry = { prism = { bottom = "1 m", top = "5 m", area = "5 km2" } }
[flood]
start = 2020-07-01
end = 2020-07-02
[flood.lake]
inflow = "10 m3/s"
[flood.fields]
inflow = "5 m3/s"
[[cases]]
name = "kept"
[[cases]]
name = "returned"
measures = [{ type = "return_to_lake", polder = "fields" }]
"""


@pytest.mark.parametrize(("name", "called"), [("", "add_outlet"), ('name = "spring"', "spring")])
def test_a_day_that_does_not_come_every_year_is_told_by_what_its_series_is_called(name: str, called: str) -> None:
    gate = 'type = "sluice_gate", name = "gate", head = "lake", sill = "1 m", width = "5 m", height = "2 m"'
    measure = f"""[[measures]]
type = "add_outlet"
{name}
outlet = {{ {gate} }}
target = {{ yearly = {{ "02-29" = "1 m", "06-01" = "2 m" }} }}
"""
    (told,) = faults(RETURNED.replace("[[cases]]", f"{measure}[[cases]]", 1))
    assert f"yearly {called}.target: '02-29' is no day of every year" in told


@pytest.mark.parametrize("own", [False, True])
def test_no_water_is_lost_with_a_polder_that_becomes_lake(own: bool) -> None:
    # 10 m³/s come to the lake and 5 to the fields, by the flood or of their own: 15 to the lake that they become.
    text = RETURNED
    if own:
        text = text.replace('[flood.fields]\ninflow = "5 m3/s"\n', "")
        text = text.replace('initial_level = "1 m"', 'initial_level = "1 m"\ninflow = "5 m3/s"')
    results = scenario.read(text).run()
    assert results["kept"].account["lake"].volumes["inflow"] == pytest.approx(10.0 * 86400.0)
    assert results["returned"].account["lake"].volumes["inflow"] == pytest.approx(15.0 * 86400.0)
