"""The local flood against the river's: independent of it, as is typical, or rising with it."""

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lakesim import (
    AddPumps,
    Channel,
    Flood,
    Hypsometry,
    Lake,
    RatingCurve,
    River,
    Series,
    SluiceGate,
    System,
    simulate,
    study,
)
from lakesim.study import encounter

NOON = ["2020-07-01 00:00", "2020-07-01 12:00", "2020-07-02 00:00"]
POND = Lake(
    name="pond",
    hypsometry=Hypsometry.prism(bottom=0.0, top=9.0, area="1 km2"),
    initial_level=1.0,
    inflow=Series(NOON, [2.0, 12.0], "means", "m3/s"),
)
GATE = SluiceGate(name="gate", head="pond", tail="river", sill=0.5, width=5.0, height=2.0, flap=True)
RIVER = River(name="river", title="A river", title_zh="一条河", level=1.2)
SYSTEM = System(waters=[POND, RIVER], structures=[GATE])
TYPICAL = Series(["2020-07-01", "2020-07-02"], [0.8, 1.0], "instants", "m")
FLOOD = Flood(start="2020-07-01", end="2020-07-02")
COURSES = ("as_given", "independent", "typical", "with_it", "independent_low", "independent_high")


def with_river(level: Series | float) -> float:
    """The peak of the pond, with this level of the river."""
    return simulate(SYSTEM.replaced(RIVER.changed(level=level))).peak("pond")[1]


def test_the_courses_are_those_of_the_equations() -> None:
    """The inflow is least in the morning and largest in the afternoon, so the river rises by 2 m at noon.

    Independent is (0.8 + 1.0) / 2 = 0.9 m, its ends are 0.8 m and 1.0 m.
    """
    raised = Series(
        ["2020-07-01", "2020-07-01 12:00", "2020-07-01 12:00", "2020-07-02"], [0.8, 0.9, 2.9, 3.0], "instants", "m"
    )
    levels = dict(zip(COURSES, (RIVER.level, 0.9, TYPICAL, raised, 0.8, 1.0), strict=True))

    found = encounter(SYSTEM, None, "river", TYPICAL, "2 m")

    assert tuple(found.runs) == COURSES
    assert {name: run.peak for name, run in found.runs.items()} == pytest.approx(
        {name: with_river(level) for name, level in levels.items()}, abs=1e-6
    )
    assert [found.runs[name].river for name in COURSES] == pytest.approx([1.2, 0.9, 1.0, 3.0, 0.8, 1.0])
    assert found.runs["with_it"].peak > found.runs["typical"].peak + 0.02


def test_a_river_over_the_lake_shuts_it() -> None:
    """With the river 8 m high from noon on nothing leaves: the pond rises by 12 m³/s · 43 200 s / 1 km² = 0.5184 m.

    Before noon the river is at 0.8 to 0.9 m, as in the typical course. Hours are counted between outputs, so that the
    lockout may seem longer by one of them, six minutes.
    """
    flood = FLOOD.changed(output_step="6 min")
    found = encounter(SYSTEM, flood, "river", TYPICAL, 7.0)
    noon = simulate(SYSTEM.replaced(RIVER.changed(level=TYPICAL)), flood).level["pond"][120]

    assert found.runs["with_it"].peak == pytest.approx(noon + 0.5184, abs=1e-5)
    assert found.runs["with_it"].lockout == pytest.approx(12.05, abs=0.051)
    assert found.runs["typical"].lockout == 0.0


def test_the_spread_is_that_of_the_three_and_the_range_that_of_the_independent() -> None:
    found = encounter(SYSTEM, None, "river", TYPICAL, 2.0)
    peaks = {name: run.peak for name, run in found.runs.items()}

    assert found.spread == peaks["with_it"] - min(peaks["independent"], peaks["typical"])
    assert found.independent == (peaks["independent_low"], peaks["independent_high"])
    assert found.independent[0] < peaks["independent"] < found.independent[1]


def test_without_a_rise_it_is_the_typical_year() -> None:
    found = encounter(SYSTEM, None, "river", TYPICAL, "0 m")

    assert found.runs["with_it"].peak == pytest.approx(found.runs["typical"].peak, abs=1e-9)


def test_a_constant_typical_level_is_independent_of_everything() -> None:
    found = encounter(SYSTEM, None, "river", Series.constant(0.9, "m"), 2.0)
    still = [found.runs[name].peak for name in COURSES if name not in ("as_given", "with_it")]

    assert still == pytest.approx([still[0]] * 4, abs=1e-12)


def test_pumps_that_lift_at_every_level_do_not_see_the_river() -> None:
    """A pond with a pump only: 12 − 4 m³/s for half a day, after 2 − 4 m³/s, which it stops at its start level."""
    pumps = AddPumps(water="pond", structure="pumps", tail="river", capacity=4.0, start=0.9, stop=0.8)
    alone = System(waters=[POND, RIVER])

    found = encounter(alone, None, "river", TYPICAL, 5.0, measures=pumps)

    assert found.spread == 0.0
    assert found.runs["typical"].lockout is None
    assert found.runs["typical"].backwater is None
    assert found.runs["with_it"].river == pytest.approx(6.0)
    assert found.runs["typical"].peak < encounter(alone, None, "river", TYPICAL, 5.0).runs["typical"].peak - 0.1
    assert "–" in str(found)


def test_the_local_flood_may_come_to_another_lake() -> None:
    """The fields have the rain of the afternoon; the lake beside them has no inflow of its own."""
    fields = POND.changed(name="fields", initial_level=1.0)
    lake = POND.changed(inflow=None)
    canal = Channel(name="canal", head="fields", tail="pond", bed=0.0, width=20.0, length=500.0)
    system = System(waters=[lake, fields, RIVER], structures=[GATE, canal])

    found = encounter(system, None, "river", TYPICAL, 3.0, local="fields")

    assert found.lake.name == "pond"
    assert found.runs["with_it"].river == pytest.approx(4.0)
    assert found.spread > 0.05


def test_a_river_whose_level_answers_has_its_inflow_raised() -> None:
    """Its course is 100 m³/s, and 80 m³/s more in the afternoon: the same as with these written into the flood."""
    reach = Lake(name="reach", hypsometry=Hypsometry.prism(-5.0, 9.0, "2 km2"), initial_level=0.5)
    below = RatingCurve(name="below", head="reach", of="headwater", levels=[-1.0, 5.0], discharges=[0.0, 300.0])
    mouth = Channel(name="mouth", head="pond", tail="reach", bed=0.0, width=20.0, length=1000.0)
    usual = Series.constant(100.0, "m3/s")
    system = System(waters=[POND, reach.changed(inflow=usual)], structures=[mouth, below])
    raised = system.replaced(reach.changed(inflow=Series(NOON, [100.0, 180.0], "means", "m3/s")))

    found = encounter(system, None, "reach", usual, "80 m3/s")

    assert found.runs["with_it"].peak == pytest.approx(simulate(raised).peak("pond")[1], abs=1e-6)
    assert found.runs["with_it"].river == pytest.approx(simulate(raised).peak("reach")[1], abs=1e-6)
    assert found.runs["as_given"].peak == pytest.approx(found.runs["typical"].peak, abs=1e-9)
    assert "80 m³/s" in str(found)


def test_tailwaters_beside_it_take_their_courses_too() -> None:
    """Two gates of one river: raising it at one outlet alone leaves the other way out."""
    lower = River(name="lower", level=0.5)
    system = System(waters=[POND, RIVER, lower], structures=[GATE, GATE.changed(name="other", tail="lower")])

    one = encounter(system, None, "river", TYPICAL, 7.0)
    both = encounter(system, None, "river", TYPICAL, 7.0, beside={"lower": (TYPICAL, "7 m")})

    assert both.runs["with_it"].peak > one.runs["with_it"].peak + 0.05
    assert both.runs["with_it"].peak == pytest.approx(
        simulate(system.replaced(RIVER.changed(level=TYPICAL), lower.changed(level=TYPICAL))).level["pond"][12]
        + 0.5184,
        abs=1e-5,
    )


@settings(max_examples=20)
@given(first=st.floats(0.0, 3.0), more=st.floats(0.0, 3.0))
def test_a_river_that_rises_more_never_lowers_the_peak(first: float, more: float) -> None:
    """The gate knows no rule, and lets less out the higher the river is: within three times the stated errors."""
    less, most = (encounter(SYSTEM, None, "river", TYPICAL, rise).runs["with_it"] for rise in (first, first + more))

    assert most.peak >= less.peak - 3.0 * (less.error + most.error)


def test_it_prints_in_both_languages() -> None:
    found = encounter(SYSTEM, None, "river", TYPICAL, 2.0)

    english, chinese = found.told("en").splitlines(), found.told("zh").splitlines()
    assert english[0] == "pond: its local flood, and A river, which does not know of it or rises with it by 2.00 m"
    assert english[3].split()[:4] == ["River", "independent", f"{found.runs['independent'].peak:.2f}", "2020-07-02"]
    assert english[6] == (
        f"Between the last three lie {found.spread:.2f} m; with the independent river from its lowest to its highest "
        "the peak is {:.2f} to {:.2f} m.".format(*found.independent)
    )
    assert "一条河" in chinese[0]
    assert "内外洪遭遇" in chinese[5]
    assert str(found) == found.told("en")


def test_what_is_reconstructed_says_so_and_is_told_to_5_cm() -> None:
    lines = str(encounter(SYSTEM.replaced(RIVER.changed(reconstructed=True)), None, "river", TYPICAL, 2.0)).splitlines()

    assert lines[-1] == "reconstructed 重构"
    levels = re.findall(r"\b\d+\.\d\d\b", " ".join(lines[2:6]))
    assert len(levels) == 8
    assert all(level[-1] in "05" for level in levels)


def test_the_spread_that_is_told_is_that_of_the_peaks_that_are_told() -> None:
    """36.03 and 32.07 m are told as 36.05 and 32.05: 4.00 m, and not 3.96 as 3.95."""
    found = encounter(SYSTEM.replaced(RIVER.changed(reconstructed=True)), None, "river", TYPICAL, 2.0)
    peaks = {"independent": 32.07, "typical": 33.0, "with_it": 36.03}
    runs = {name: replace(run, peak=peaks.get(name, run.peak)) for name, run in found.runs.items()}
    lines = str(replace(found, runs=runs)).splitlines()

    assert [line.split()[-5] for line in (lines[3], lines[5])] == ["32.05", "36.05"]
    assert lines[6].startswith("Between the last three lie 4.00 m; ")


def test_all_faults_come_at_once() -> None:
    with pytest.raises(ValueError, match="is no other water") as raised:
        encounter(SYSTEM.replaced(POND.changed(inflow=Series.constant(3.0, "m3/s"))), FLOOD, "rivr", TYPICAL, 2.0)
    assert str(raised.value).splitlines() == [
        "the river 'rivr' is no other water than 'pond' of the system; did you mean 'river'?",
        "the inflow of 'pond' stays at 3 m3/s; as the river is to rise as it does, name with local= the lake whose "
        "inflow is the local flood",
    ]


FAULTS = {
    "the lake itself": (
        {"river": "pond"},
        "the river 'pond' is no other water than 'pond' of the system; there are: river",
    ),
    "a fall": ({"rise": "-1 m"}, "the rise of 'river' is -1 m; give by how much it rises with the local flood"),
    "a rise without a unit": ({"rise": "two"}, "the rise of 'river': "),
    "a discharge": ({"rise": "2 m3/s"}, "the rise of 'river': "),
    "no series": ({"typical": 0.8}, "the typical course of 'river' is 0.8; give a Series, such as Series.yearly"),
    "discharges": (
        {"typical": Series.constant(1.0, "m3/s")},
        "the typical course of 'river' is in 'm3/s'; give its level, in 'm'",
    ),
    "a shorter course": (
        {"typical": Series(["2020-07-01", "2020-07-01 12:00"], [0.8, 1.0], "instants", "m")},
        "the typical course of 'river': the series covers 2020-07-01 to 2020-07-01 12:00, and",
    ),
    "no such lake": ({"local": "pound"}, "the water 'pound' is no lake of the system; did you mean 'pond'?"),
    "a river as the local lake": ({"local": "river"}, "the water 'river' is no lake of the system"),
}


@pytest.mark.parametrize(("changes", "sentence"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_named(changes: dict[str, object], sentence: str) -> None:
    arguments: dict[str, Any] = {"river": "river", "typical": TYPICAL, "rise": 2.0, "local": None} | changes
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}"):
        encounter(SYSTEM, FLOOD, **arguments)


def test_a_lake_without_inflow_has_no_local_flood() -> None:
    with pytest.raises(ValueError, match="the lake 'pond' has no inflow; as the river is to rise as it does, name"):
        encounter(SYSTEM.replaced(POND.changed(inflow=None)), FLOOD, "river", TYPICAL, 2.0)


def test_an_inflow_that_ends_before_the_flood_is_named() -> None:
    longer = FLOOD.changed(end="2020-07-03")
    with pytest.raises(ValueError, match="the inflow of 'pond': the series covers 2020-07-01 to 2020-07-02, and"):
        encounter(SYSTEM, longer, "river", Series.constant(0.8, "m"), 2.0)


def test_an_argument_that_no_study_has_is_named() -> None:
    with pytest.raises(TypeError, match="there is no argument 'rises'"):
        encounter(SYSTEM, FLOOD, "river", TYPICAL, 2.0, rises=3.0)


def test_progress_comes_to_its_end() -> None:
    parts: list[float] = []
    encounter(SYSTEM, FLOOD, "river", TYPICAL, 2.0, progress=parts.append)

    assert parts == pytest.approx(np.arange(1, 7) / 6)


def test_it_is_among_the_studies() -> None:
    assert study.encounter is encounter
