"""Scenario files with joint rules: one fault is told once, what is doubtful is noted, what is gone is not counted."""

import pytest

from lakesim import InTurn, PreRelease, scenario
from lakesim.scenario import ScenarioError

FILE = """
[flood]
start = 2020-06-08
end = 2020-06-09
upper.inflow = "300 m3/s"

[[waters]]
type = "lake"
name = "upper"
initial_level = "25 m"
hypsometry = { levels = ["22 m", "25 m", "30 m"], areas = ["10 km2", "80 km2", "100 km2"] }

[[waters]]
name = "reservoir"
initial_level = "47 m"
hypsometry = { levels = ["40 m", "60 m", "80 m"], areas = ["1 km2", "8 km2", "20 km2"] }

[[waters]]
name = "basin"
initial_level = "23 m"
hypsometry = { levels = ["23 m", "30 m"], areas = ["10 km2", "10 km2"] }

[[waters]]
name = "polder"
initial_level = "23.5 m"
reclaimed_from = "upper"
hypsometry = { levels = ["23.5 m", "30 m"], areas = ["15 km2", "15 km2"] }

[[structures]]
name = "dam"
type = "sluice_gate"
head = "reservoir"
tail = "upper"
sill = "45 m"
width = "8 m"
height = "4 m"
opening = 0

[[rules]]
type = "pre_release"
structure = "dam"
limit = "60 m"
horizon = "3 d"
forecast = "truth"

[[rules]]
type = "safe_discharge"
structure = "dam"
discharge = "350 m3/s"
beside = ["upper", "basin_inlet"]

[[structures]]
name = "basin_inlet"
type = "weir"
head = "upper"
tail = "basin"
crest = "26 m"
width = "20 m"

[[rules]]
type = "equal_filling"
structure = "basin_inlet"
band = "5 %"
among = [
  { water = "basin", empty = "23 m", full = "28 m" },
  { water = "polder", empty = "23.5 m", full = "28 m", structure = "polder_inlet" },
]

[[rules]]
type = "start_stop"
structure = "basin_inlet"
start = "27 m"
stop = "26 m"
rank = 62

[[structures]]
name = "polder_inlet"
type = "weir"
head = "upper"
tail = "polder"
crest = "26 m"
width = "20 m"

[[rules]]
type = "in_turn"
structure = "polder_inlet"
after = [{ water = "basin", above = "25 m", resume = "24 m" }]

[[structures]]
name = "spill"
type = "weir"
head = "reservoir"
crest = "70 m"
width = "20 m"

[[rules]]
type = "shut_off"
structure = "spill"
watch = "basin"
above = "29 m"
"""

RETURNED = """
[[cases]]
name = "kept"

[[cases]]
name = "returned"
measures = [{ type = "return_to_lake", polder = "polder" }]
"""
UNFILLED = 'without = ["basin_inlet.equal_filling"]\n'


def changed(*pairs: tuple[str, str]) -> str:
    text = FILE
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def faults(text: str) -> list[str]:
    with pytest.raises(ScenarioError) as raised:
        scenario.read(text)
    return list(raised.value.faults)


# One fault is one fault


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('initial_level = "25 m"', 'initial_level = "25 m3"', "waters[1].initial_level"),
        ('initial_level = "25 m"', 'initial_levl = "25 m"', "waters[1].initial_levl"),
        ('type = "lake"', 'type = "laek"', "waters[1].type"),
        ('initial_level = "47 m"', 'initial_level = "470"', "waters[2].initial_level"),
        ('initial_level = "23 m"', 'initial_level = "99 kg"', "waters[3].initial_level"),
        ('name = "basin"\n', "", "waters[3].name"),
        ('initial_level = "23.5 m"', "initial_level = nan", "waters[4].initial_level"),
        ('tail = "polder"\ncrest = "26 m"', 'tail = "polder"\ncrest = "26"', "structures[3].crest"),
        ('name = "spill"\n', "", "structures[4].name"),
    ],
)
def test_what_could_not_be_read_is_not_taken_for_something_else(old: str, new: str, place: str) -> None:
    """A lake with a fault is no river, and a structure with one is not missing: the rules that name it have none."""
    (fault,) = faults(changed((old, new)))
    assert fault.split(": ")[1] == place


def test_a_series_that_could_not_be_read_is_not_missing() -> None:
    text = changed(('forecast = "truth"', 'forecast = "climatology"\nclimatology = { monthly = [1], unit = "m3/s" }'))
    (fault,) = faults(text)
    assert "rules[1].climatology: climatology dam.climatology: has 1 values by month; give 12" in fault


def test_a_water_that_a_case_cannot_change_so_is_still_a_lake() -> None:
    case = '\n[[cases]]\nname = "a"\nwaters.upper.to_datum = { datum = "1985", offset = "-1.7 m" }\n'
    (fault,) = faults(FILE + case)
    assert "cases[1].waters.upper.to_datum: the levels of 'upper' are counted from no datum" in fault


def test_other_faults_of_a_rule_that_names_what_could_not_be_read_are_told() -> None:
    text = changed(('initial_level = "25 m"', 'initial_level = "25 m3"'), ('["upper", "b', '["upper", "elsewhere", "b'))
    assert [fault.split(": ")[1] for fault in faults(text)] == ["waters[1].initial_level", "rules[2].beside"]


# Doubts


def test_a_file_without_doubts_has_no_notes() -> None:
    assert scenario.read(FILE).notes == ()


@pytest.mark.parametrize(
    ("old", "new", "note"),
    [
        (
            'above = "25 m"',
            'above = "55 m"',
            "polder_inlet: its in_turn has above 55 m, above the last contour 30 m of",
        ),
        (
            'resume = "24 m"',
            'resume = "2 m"',
            "polder_inlet: its in_turn has resume 2 m, below the bottom 23 m of 'basin'",
        ),
        (
            'empty = "23 m", full = "28 m"',
            'empty = "23 m", full = "38 m"',
            "basin_inlet: its equal_filling has full 38 m, above the last contour 30 m of "
            "the curve of 'basin'; correct it or add contours",
        ),
        ('limit = "60 m"', 'limit = "600 m"', "dam: its pre_release has limit 600 m, above the last contour 80 m"),
        (
            'start = "27 m"',
            'start = "525 m"',
            "basin_inlet: its start_stop has start 525 m, above the last contour 30 m",
        ),
        ('above = "29 m"', 'above = "526 m"', "spill: its shut_off has above 526 m, above the last contour 30 m of"),
        (
            'initial_level = "25 m"',
            'initial_level = "95 m"',
            "upper: it has initial_level 95 m, above the last contour 30 m",
        ),
        (
            'initial_level = "47 m"',
            'initial_level = "60 m"',
            "dam: leaf top 49 m lies below the initial level 60 m of 'reservoir': water passes over it "
            "even when shut; give leaf, or a higher gate",
        ),
        (
            '["upper", "basin_inlet"]',
            '["polder"]',
            "dam: its safe_discharge counts the inflow of 'polder' beside it, which has neither an inflow nor "
            "rain on its bed, and so counts 0",
        ),
    ],
)
def test_what_is_hardly_meant_so_is_noted_once(old: str, new: str, note: str) -> None:
    cases = '\n[[cases]]\nname = "a"\n[[cases]]\nname = "b"\n'
    (found,) = scenario.read(changed((old, new)) + cases).notes
    assert found.removeprefix("the text: ").startswith(note)


@pytest.mark.parametrize(
    "pairs",
    [
        [
            ('initial_level = "25 m"', 'initial_level = "25 m"\ndike_crest = "33 m"'),
            ('start = "27 m"', 'start = "32 m"'),
        ],
        [('initial_level = "47 m"', 'initial_level = "60 m"'), ('height = "4 m"', 'height = "4 m"\nleaf = "30 m"')],
        [
            ('["upper", "basin_inlet"]', '["polder"]'),
            ('initial_level = "23.5 m"', 'initial_level = "23.5 m"\nrain = "1 mm/d"'),
        ],
    ],
    ids=["below a dike that is higher than the curve", "a higher leaf", "rain"],
)
def test_what_has_a_reason_is_not_noted(pairs: list[tuple[str, str]]) -> None:
    assert scenario.read(changed(*pairs)).notes == ()


# Land that is given back, and land that is diked off


def test_levels_that_rules_wait_for_in_a_polder_become_levels_of_its_lake() -> None:
    text = changed(
        (
            'structure = "polder_inlet"\nafter = [{ water = "basin"',
            'structure = "basin_inlet"\nafter = [{ water = "polder"',
        ),
        (
            'type = "shut_off"\nstructure = "spill"\nwatch = "basin"\nabove = "29 m"',
            'type = "pre_release"\nstructure = "spill"\nwater = "polder"\nlimit = "27 m"\nhorizon = "1 d"\n'
            'forecast = "truth"',
        ),
        ('crest = "70 m"\n', 'crest = "70 m"\nopening = 0\n'),
    )
    kept, returned = scenario.read(text + RETURNED + UNFILLED).cases
    for case, water in ((kept, "polder"), (returned, "upper")):
        (turn,) = (rule for rule in case.system.rules if isinstance(rule, InTurn))
        (release,) = (rule for rule in case.system.rules if isinstance(rule, PreRelease) and rule.structure == "spill")
        assert (turn.others, release.water) == ((water,), water)


@pytest.mark.parametrize(
    ("old", "new", "left", "words"),
    [
        ("", "", "", "the equal_filling of 'basin_inlet' counts 'polder' and 'polder_inlet', gone"),
        ('["upper", "basin_inlet"]', '["polder"]', UNFILLED, "the safe_discharge of 'dam' counts 'polder', gone"),
        (
            'after = [{ water = "basin", above = "25 m", resume = "24 m" }]',
            'after = [{ water = "basin", above = "25 m" }]\n[[rules]]\ntype = "in_turn"\nstructure = "dam"\n'
            'after = [{ structure = "polder_inlet", opened_to = 1 }]',
            UNFILLED,
            "the in_turn of 'dam' counts 'polder_inlet', gone",
        ),
    ],
)
def test_a_rule_that_counts_what_is_gone_is_to_be_left_out(old: str, new: str, left: str, words: str) -> None:
    """And so said, with the words by which a case leaves it out; then the case is sound."""
    text = (changed((old, new)) if old else FILE) + RETURNED
    (fault,) = faults(text + left)
    assert f"return_to_lake 'polder': {words} when the land is a part of the lake" in fault
    remedy = fault.rpartition("leave that rule out in this case, ")[2]
    both = left.replace("without = [", remedy.removesuffix("]") + ", ") if left else remedy
    assert [case.name for case in scenario.read(text + both).cases] == ["kept", "returned"]


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ('type = "in_turn"\nstructure = "spill"\nafter = [{ water = "land", above = "27 m" }]', "rules[7].after"),
        ('type = "start_stop"\nstructure = "spill"\nwatch = "land"\nstart = 27\nstop = 26', "rules[7].watch"),
        ('type = "dwell"\nstructure = "land_pumps"\ntime = "6 h"', "rules[7].structure"),
    ],
)
@pytest.mark.parametrize("where", ["[[measures]]", '[[cases]]\nname = "diked"\n[[cases.measures]]'])
def test_a_rule_that_names_land_of_a_measure_is_told_how(where: str, rule: str, place: str) -> None:
    diked = (
        'type = "reclaim"\nwater = "upper"\npolder = "land"\narea = "5 km2"\nground = "shallowest"\n'
        'dike_crest = "29 m"\npumps = "5 m3/s"\n'
    )
    (fault,) = faults(f"{FILE}\n[[rules]]\n{rule}\n{where}\n{diked}")
    assert fault.split(": ")[1] == place
    assert "write it as a water with reclaimed_from, in place of that measure" in fault
