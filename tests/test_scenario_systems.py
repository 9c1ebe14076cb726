"""Systems of the catalogue: how a scenario file takes one, changes it, and what is said when it cannot."""

import json
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from lakesim import catalogue, scenario
from lakesim.scenario import ScenarioError
from lakesim.scenario.schema import schema
from lakesim.structures import Weir

TWO_PONDS = """
title = "Two ponds"
title_zh = "两个塘"
summary = "Two ponds beside a brook; all numbers are made up."
water = "lower"

[[waters]]
name = "upper"
hypsometry = { prism = { bottom = 2, top = 6, area = "1 km2" } }  # assumed (0.5 to 2 km2)
initial_level = "4 m"
inflow = "3 m3/s"

[[waters]]
name = "lower"
hypsometry = { prism = { bottom = 0, top = 5, area = "2 km2" } }
initial_level = "1 m"
datum = "local"

[[waters]]
type = "river"
name = "brook"
level = { yearly = { "01-01" = "0.5 m", "07-15" = "2 m" } }

[[structures]]
type = "weir"
name = "step"
head = "upper"
tail = "lower"
crest = "3 m"
width = "2 m"

[[structures]]
type = "pump"
name = "station"
head = "lower"
tail = "brook"
capacity = "1 m3/s"
units = 2

[[rules]]
type = "start_stop"
structure = "station"
start = "1.2 m"
stop = "1.0 m"
unit_rises = ["0 m", "0.1 m"]
"""

SECOND_RULE = '[[rules]]\ntype = "dwell"\nstructure = "station"\ntime = "1 h"\n'
FLOOD = "\n[flood]\nstart = 2020-07-01\nend = 2020-07-03\n"
Read = Callable[..., scenario.Scenario]


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    """Read a text where the catalogue has the system of two ponds."""
    (tmp_path / "two_ponds.toml").write_text(TWO_PONDS, encoding="utf-8")
    data = catalogue._data
    monkeypatch.setattr(catalogue, "_data", lambda folder: tmp_path if folder == "systems" else data(folder))
    return lambda text: scenario.read(text + FLOOD)


def refusal(read: Read, text: str) -> str:
    with pytest.raises(ScenarioError) as raised:
        read(text)
    return str(raised.value)


def test_a_file_has_the_waters_structures_and_rules_of_a_system(read: Read) -> None:
    whole = read('system = "two_ponds"\n')
    assert [water.name for water in whole.system.waters] == ["upper", "lower", "brook"]
    assert [structure.name for structure in whole.system.structures] == ["step", "station"]
    assert [rule.type for rule in whole.system.rules] == ["start_stop"]
    assert (whole.title, whole.title_zh, whole.water) == ("Two ponds", "两个塘", "lower")
    assert read('system = "two_ponds"\ntitle = "Mine"\nwater = "upper"\n').water == "upper"
    assert read('system = "two_ponds"\ntitle = "Mine"\n').title == "Mine"


def test_python_loads_the_same_system(read: Read) -> None:
    loaded = scenario.load_system("two_ponds")
    assert (loaded.title, loaded.title_zh) == ("Two ponds", "两个塘")
    assert loaded.changed(title="", title_zh="") == read('system = "two_ponds"\n').system
    assert scenario.system_entry("two_ponds").summary.startswith("Two ponds beside a brook")


def test_a_file_says_what_is_different_and_what_is_more(read: Read) -> None:
    """As a case does, a file changes waters by name and is without what it names; structures it also changes."""
    whole = read("""
[system]
from = "two_ponds"
without = ["station.start_stop", "upper.inflow"]
waters.upper.initial_level = "5 m"
structures.station = { start_level = "1.1 m", units = 3 }

[[waters]]
name = "basin"
hypsometry = { prism = { bottom = 0, top = 5, area = "1 km2" } }
initial_level = "0 m"

[[structures]]
type = "weir"
name = "inlet"
head = "lower"
tail = "basin"
crest = "2 m"
width = "20 m"

[[rules]]
type = "schedule"
structure = "inlet"
opening = { constant = 0.5 }

[[cases]]
name = "base"

[[cases]]
name = "high"
without = ["step"]
waters = { lower = { initial_level = "1.5 m" } }
""")
    system = whole.system
    assert [water.name for water in system.waters] == ["upper", "lower", "brook", "basin"]
    assert (system["upper"].initial_level, system["upper"].inflow) == (5.0, None)
    assert (system["station"].units, system["station"].capacity, system["station"].start_level) == (3, 1.0, 1.1)
    assert [rule.type for rule in system.rules] == ["schedule"]
    base, high = whole.cases
    assert base.system == system
    assert high.system["lower"].initial_level == 1.5
    assert [structure.name for structure in high.system.structures] == ["station", "inlet"]


def test_a_structure_that_is_left_out_takes_its_rules_along_and_may_be_given_anew(read: Read) -> None:
    whole = read("""
system = { from = "two_ponds", without = ["station", "step"] }
[[structures]]
type = "weir"
name = "step"
head = "upper"
tail = "lower"
crest = "2.5 m"
width = "2 m"
""")
    assert whole.system.structures == (Weir(name="step", head="upper", tail="lower", crest=2.5, width=2.0),)
    assert whole.system.rules == ()


@pytest.mark.parametrize(
    "text",
    [
        'system = "two_ponds"\n',
        'system = { from = "two_ponds", without = ["upper.inflow"], waters = { upper = { initial_level = "5 m" } } }\n'
        '[[cases]]\nname = "a"\n[[cases]]\nname = "b"\nwithout = ["step"]\n',
    ],
)
def test_the_explained_file_is_complete_and_runs_to_the_same_bits(text: str, read: Read) -> None:
    whole = read(text)
    explained = whole.explained()
    assert "system" not in tomllib.loads(explained)
    again = scenario.read(explained)
    assert again.explained() == explained
    runs, repeated = whole.run(), again.run()
    for name, result in runs.items():
        for column, same in zip(result.table(), repeated[name].table(), strict=True):
            assert column.values.tobytes() == same.values.tobytes(), column.name


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('system = "two_pond"', 1, "system: there is no system 'two_pond'; did you mean 'two_ponds'?"),
        ('system = "honghu"', 1, "system: 'honghu' is no system but a lake; in a file write lake = 'honghu'"),
        ('lake = "two_ponds"', 1, "lake: 'two_ponds' is no lake but a system of several waters; in a file write"),
        ("system = 3", 1, "system: 3 is neither the name of a system nor a table with from; the systems are two_ponds"),
        ("system = {}", 1, "system: from is missing; give the name of a system, the systems are two_ponds"),
        ('system = { from = "two_ponds", form = 1 }', 1, "system.form: there is no such key; did you mean 'from'?"),
        ('system = "two_ponds"\nlake = "honghu"', 2, "lake: lake and system both say which waters there are; keep one"),
        (
            'system = "two_ponds"\nwaters = { upper = { initial_level = 3 } }',
            2,
            "waters: what is different in a water of the system stands in [system.waters.<name>]",
        ),
        (
            '[system]\nfrom = "two_ponds"\nwaters.uper.initial_level = 3',
            3,
            "system.waters.uper: there is no such key; did you mean 'upper'?",
        ),
        (
            '[system]\nfrom = "two_ponds"\nwaters.upper.initial_levl = 3',
            3,
            "system.waters.upper.initial_levl: there is no such key; did you mean 'initial_level'?",
        ),
        (
            '[system]\nfrom = "two_ponds"\nwaters.upper.initial_level = 1',
            3,
            "system.waters.upper.initial_level: the initial level 1 m lies below the lake's bottom 2 m",
        ),
        (
            '[system]\nfrom = "two_ponds"\nstructures.step.crest = "1 m"',
            3,
            "system.structures.step.crest: ",
        ),
        ('[system]\nfrom = "two_ponds"\nstructures.step.name = "a"', 3, "structures.step.name: there is no such key"),
        ('[system]\nfrom = "two_ponds"\nstructures.stp.crest = 1', 3, "did you mean 'step'?"),
        ('[system]\nfrom = "two_ponds"\nwithout = ["step"]\nstructures.step.crest = 3', 4, "there is no such key"),
        ('[system]\nfrom = "two_ponds"\nwithout = ["stap"]', 3, "there is no 'stap' to leave out; did you mean 'step'"),
        ('[system]\nfrom = "two_ponds"\nwithout = "step"', 3, "system.without: 'step' is no list"),
        (
            'system = "two_ponds"\n[[structures]]\ntype = "weir"\nname = "step"\nhead = "upper"\ncrest = 3\nwidth = 1',
            4,
            "structures[1].name: another thing is named 'step' already",
        ),
        (
            '[system]\nfrom = "two_ponds"\nwaters.lower.datum = "a"\nwaters.brook.datum = "b"',
            3,
            "system.structures.station: joins levels above a and b",
        ),
        (
            'system = "two_ponds"\n[[rules]]\ntype = "start_stop"\nstructure = "station"\nstart = "2 m"\nstop = "1 m"',
            2,
            "rules[1]: the start_stop and the start_stop of 'station' both have the rank",
        ),
    ],
)  # fmt: skip
def test_faults_are_told_with_their_place(text: str, line: int, words: str, read: Read) -> None:
    found = [fault for fault in refusal(read, text).splitlines() if words in fault]
    assert found, refusal(read, text)
    assert found[0].startswith(f"the text, line {line}: ")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (
            '[system]\nfrom = "two_ponds"\n\nstructures.station.units = 3\n',
            4,
            "system.rules.station.start_stop.unit_rises: the start_stop of 'station' has 2 unit_rises, and the "
            'structure has 3 units; give one a unit; or leave the rule out, without = ["station.start_stop"], and',
        ),
        (
            '[system]\nfrom = "two_ponds"\nwithout = [\n"upper.inflow",\n"station.rule"]\n',
            5,
            "system.structures.station: has no start level and no rule that opens it",
        ),
        (
            '[system]\nfrom = "two_ponds"\n\nwaters.lower.dike_crest = "1.1 m"\nwaters.brook.level = "0 m"',
            4,
            "system.rules.station.start_stop.start: the start_stop of 'station' has a start of 1.3 m, above the dike",
        ),
        (
            'system = "two_ponds"\nlake = { from = "honghu", name = "lower" }',
            2,
            "lake: lake and system both say which waters there are; keep one",
        ),
        (
            'system = "two_ponds"\n[[structures]]\ntype = "pump"\nname = "station"\nhead = "lower"\n'
            'capacity = "1 m3/s"\nstart_level = 2',
            4,
            "structures[1].name: another thing is named 'station' already; give each its own name",
        ),
        ("system = 3", 1, "system: 3 is neither the name of a system nor a table with from; the systems are two_ponds"),
        ('system = { from = "two_ponds", without = 3, waters = 4, structures = 5 }', 1, "system.without: 3 is no list"),
    ],
)
def test_a_fault_stands_where_the_file_changes_what_it_is_about(text: str, line: int, words: str, read: Read) -> None:
    """The system's own parts stand in no line of the file; and what follows from a fault is no fault of its own."""
    first, *others = refusal(read, text).splitlines()
    assert first.startswith(f"the text, line {line}: {words}")
    assert all("is no table" in other for other in others)


def test_what_can_be_left_out_is_named_once(read: Read) -> None:
    text = f'system = "two_ponds"\n{SECOND_RULE}[[cases]]\nname = "a"\nwithout = ["lake"]'
    (fault,) = refusal(read, text).splitlines()
    words = fault.partition("there are ")[2].split(", ")
    assert "station.rule" in words
    assert len(words) == len(set(words))


def test_the_schema_knows_systems(read: Read) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    assert read('system = "two_ponds"\n')
    validator = jsonschema.Draft202012Validator(json.loads(json.dumps(schema())))
    good: list[object] = [{"system": "two_ponds"}, {"system": {"from": "two_ponds", "without": ["step"], "waters": {}}}]
    for table in good:
        assert not list(validator.iter_errors(table))
    bad: list[object] = [
        {"system": "honghu"},
        {"system": {"without": []}},
        {"system": {"from": "two_ponds", "water": 1}},
    ]
    for table in bad:
        assert list(validator.iter_errors(table))


# Those that come with lakesim


@pytest.mark.parametrize("name", catalogue.systems())
def test_a_system_of_the_catalogue_loads_and_says_what_it_is(name: str) -> None:
    known = scenario.system_entry(name)
    assert known.title
    assert any("\u4e00" <= character <= "\u9fff" for character in known.title_zh)
    assert known.summary
    assert len(known.system.waters) > 1
    for water in known.system.waters:
        assert water.datum, f"{water.name}: from what are its levels counted?"


@pytest.mark.parametrize("name", catalogue.systems())
def test_a_file_of_a_system_of_the_catalogue_is_complete_when_it_is_explained(name: str) -> None:
    whole = scenario.read(f'system = "{name}"\n{FLOOD}')
    loaded = scenario.load_system(name)
    assert whole.system == loaded.changed(title="", title_zh="")
    again = scenario.read(whole.explained(written_out=True))
    assert again.system == whole.system
    assert again.explained(written_out=True) == whole.explained(written_out=True)
    ((_, run),), ((_, repeated),) = whole.run().items(), again.run().items()
    for column, same in zip(run.table(), repeated.table(), strict=True):
        assert column.values.tobytes() == same.values.tobytes(), column.name
