"""Rules without memory: what is refused, and what they do to a structure in a run."""

import numpy as np
import pytest
from pydantic import ValidationError

from lakesim import Flood, Hypsometry, Lake, River, RuleCurve, Schedule, Series, SluiceGate, System, Weir, simulate
from lakesim.rules import REGISTRY

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


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: RuleCurve(structure="gate", target=TARGET, band=0.0), ["band is 0 m", "1 mm"]),
        (lambda: RuleCurve(structure="gate", target=Series.constant(1.0, "m3/s")), ["m3/s", "in m"]),
        (lambda: RuleCurve(structure="gate", target=TARGET, watch="both"), ["head", "tail"]),
        (lambda: Schedule(structure="gate", opening=TARGET), ["in m", "no unit"]),
        (lambda: Schedule(structure="gate", opening=Series.constant(1.2, "")), ["1.2", "0 (shut) to 1"]),
        (lambda: RuleCurve(structure="gate", target=Series.yearly({"02-30": 24.0}, unit="m")), ["02-30"]),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(make: object, words: list[str]) -> None:
    with pytest.raises((ValidationError, ValueError)) as fault:
        make()  # type: ignore[operator]
    assert all(word in str(fault.value) for word in words), str(fault.value)


def test_a_system_refuses_rules_that_do_not_fit_it() -> None:
    rules = [
        RuleCurve(structure="gat", target=TARGET),
        RuleCurve(structure="gate", target=TARGET, watch="tail"),
        Schedule(structure="gate", opening=OPENING),
    ]
    with pytest.raises(ValidationError) as fault:
        System(waters=[lake()], structures=[GATE], rules=rules)
    for words in ("'gat', which is no structure", "did you mean 'gate'", "watches the tail", "2 rules move 'gate'"):
        assert words in str(fault.value)
