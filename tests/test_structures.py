"""The structures as records: what each kind reads, refuses, tells and computes."""

import inspect
import math
import re
import textwrap
import tomllib
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lakesim import balance, hydraulics
from lakesim.structures import (
    REGISTRY,
    AnyStructure,
    Channel,
    Culvert,
    Pump,
    RatingCurve,
    SluiceGate,
    Structure,
    Weir,
)

WEIR = {"name": "w", "head": "lake", "tail": "river", "crest": 24.0, "width": 10.0}
GATE = {"name": "g", "head": "lake", "tail": "river", "sill": 20.0, "width": 10.0, "height": 2.0}
BOX = {"name": "c", "head": "lake", "tail": "river", "shape": "box", "width": 2.0, "height": 1.5}
PIPE = {"name": "c", "head": "lake", "tail": "river", "shape": "circular", "diameter": 1.5}
DIKE = {"length": 20.0, "invert_in": 20.3, "invert_out": 20.0}
PUMP = {"name": "p", "head": "lake", "tail": "river", "start_level": 24.4}
CURVE = {"lifts": [0.0, 4.0], "discharges": [12.0, 10.0], "max_lift": 8.0}
LINK = {"name": "k", "head": "lake", "tail": "pond", "bed": 20.0, "width": 20.0, "length": 1700.0}
RATING = {"name": "r", "head": "lake", "tail": "river", "of": "headwater"}
DIFFERENCE = {"name": "r", "head": "lake", "tail": "pond", "of": "difference"}

EXAMPLES: dict[str, Structure] = {
    "weir": Weir(**WEIR),
    "sharp weir": Weir(**WEIR, shape="sharp", opening=0.5),
    "weir that falls": Weir(**WEIR, free_fall=True),
    "weir out of the system": Weir(**WEIR | {"tail": None}),
    "gate": SluiceGate(**GATE, opening=0.3),
    "gate with a flap": SluiceGate(**GATE, leaf=3.0, flap=True),
    "box": Culvert(**BOX, **DIKE),
    "pipes": Culvert(**PIPE, **DIKE, barrels=3),
    "pump": Pump(**PUMP, capacity=15.0, units=10),
    "pump with a curve": Pump(**PUMP, **CURVE, units=10, efficiency=0.7),
    "pump run by rules": Pump(**PUMP | {"start_level": None}, capacity=15.0, units=10, opening=0.4),
    "channel": Channel(**LINK),
    "rating": RatingCurve(**RATING, free_fall=True, levels=[24.0, 25.0, 26.0], discharges=[0.0, 50.0, 40.0]),
    "difference": RatingCurve(**DIFFERENCE, levels=[0.0, 1.0], discharges=[0.0, 30.0]),
}
over = pytest.mark.parametrize("structure", EXAMPLES.values(), ids=EXAMPLES)
any_structure: TypeAdapter[Structure] = TypeAdapter(AnyStructure)


def lake(bottom: float = 19.0, dike_crest: float | None = 28.0) -> Any:
    """What `check` looks at in a lake."""
    return SimpleNamespace(hypsometry=SimpleNamespace(bottom=bottom), dike_crest=dike_crest)


WATERS = {"lake": lake(), "pond": lake(), "river": SimpleNamespace()}

# --- the registry ---------------------------------------------------------------------------------------------------


def test_every_registered_class_has_an_example_and_its_own_word() -> None:
    assert {type(structure) for structure in EXAMPLES.values()} == set(REGISTRY.values())
    assert {word: cls.model_fields["type"].default for word, cls in REGISTRY.items()} == {
        word: word for word in REGISTRY
    }


def test_every_equation_belongs_to_a_structure() -> None:
    assert {structure.kind for structure in EXAMPLES.values()} == set(range(len(hydraulics.EQUATIONS)))


@pytest.mark.parametrize("word", REGISTRY)
def test_the_example_of_a_docstring_is_a_structure(word: str) -> None:
    """The TOML that stands in the docstring can be copied into a file."""
    block = re.search(r"In a file::\n\n(.*?)\n\n", inspect.getdoc(REGISTRY[word]) or "", re.DOTALL)
    assert block is not None
    (table,) = tomllib.loads(textwrap.dedent(block[1]))["structures"]
    structure = any_structure.validate_python(table)
    assert type(structure) is REGISTRY[word]
    assert structure.type == word
    assert structure.flow(25.0, 24.0)[0] >= 0.0


@pytest.mark.parametrize("word", REGISTRY)
def test_every_field_is_described(word: str) -> None:
    described = inspect.getdoc(REGISTRY[word]) or ""
    for field in set(REGISTRY[word].model_fields) - set(Structure.model_fields):
        assert re.search(rf"^(?:[\w, ]+, )?{field}(?:, [\w, ]+)? :", described, re.MULTILINE), field


def test_the_schema_names_every_kind() -> None:
    schema = any_structure.json_schema()
    assert set(schema["discriminator"]["mapping"]) == set(REGISTRY)
    assert schema["$defs"]["Weir"]["properties"]["crest"]["x-unit"] == "m"


# --- records --------------------------------------------------------------------------------------------------------


@over
def test_a_structure_survives_the_way_through_its_fields(structure: Structure) -> None:
    assert any_structure.validate_python(structure.model_dump()) == structure
    assert structure.changed(name="other").changed(name=structure.name) == structure


@over
def test_a_structure_is_frozen(structure: Structure) -> None:
    with pytest.raises(ValidationError, match="frozen"):
        structure.opening = 0.1  # type: ignore[misc]


def test_quantities_may_carry_units() -> None:
    weir = Weir(name="w", head="lake", crest="2400 cm", width="0.01 km", opening="50 %")
    assert (weir.crest, weir.width, weir.opening) == (24.0, 10.0, 0.5)
    curve = RatingCurve(**RATING, levels={"unit": "cm", "values": [2400, 2500]}, discharges=["0 m3/s", "3600 m3/h"])
    assert (curve.levels, curve.discharges) == ((24.0, 25.0), (0.0, 1.0))


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        (WEIR | {"type": "weir", "creast": 24.0}, "creast"),
        (WEIR | {"type": "wier"}, "wier"),
        (WEIR | {"type": "weir", "width": 0.0}, "clear width must be in 0.001 … inf m"),
        (WEIR | {"type": "weir", "width": -3.0}, "clear width must be in"),
        (WEIR | {"type": "weir", "crest": "24,0 m"}, "24,0 m"),
        (WEIR | {"type": "weir", "crest": "24.0"}, "has no unit"),
        (WEIR | {"type": "weir", "crest": float("nan")}, "finite"),
        (WEIR | {"type": "weir", "opening": 1.5}, r"fraction must be in 0 … 1"),
        (WEIR | {"type": "weir", "shape": "round"}, "'broad' or 'sharp'"),
        (WEIR | {"type": "weir", "coefficient": 17.0}, r"weir coefficient must be in 0.1 … 4"),
        (GATE | {"type": "sluice_gate", "height": 0.0}, "clear height must be in"),
        (BOX | DIKE | {"type": "culvert", "diameter": 1.0}, "a box culvert has height and width, and here is diameter"),
        (BOX | DIKE | {"type": "culvert", "width": None}, "here is height; give"),
        (PIPE | DIKE | {"type": "culvert", "diameter": None}, "a circular culvert has diameter, and here is none"),
        (PIPE | DIKE | {"type": "culvert", "shape": None}, "'box' or 'circular'"),
        (PIPE | DIKE | {"type": "culvert", "barrels": 0}, "greater than or equal to 1"),
        (PIPE | DIKE | {"type": "culvert", "barrels": 1.5}, "valid integer"),
        (PIPE | DIKE | {"type": "culvert", "roughness": 0.0}, "Manning's n must be in"),
        (PUMP | {"type": "pump"}, "a pump has a capacity, or lifts and discharges"),
        (PUMP | CURVE | {"type": "pump", "capacity": 3.0}, "a pump has a capacity, or lifts and discharges"),
        (PUMP | {"type": "pump", "capacity": 3.0, "max_lift": 8.0}, "a pump has a capacity, or lifts and discharges"),
        (PUMP | {"type": "pump", "capacity": 0.0}, "capacity of a unit must be in"),
        (PUMP | {"type": "pump", "capacity": 3.0, "band": 0.0}, "band above the start level must be in"),
        (
            PUMP | {"type": "pump", "capacity": 3.0, "start_level": None, "band": 0.2},
            "the band lies above .* there is none",
        ),
        (PUMP | CURVE | {"type": "pump", "max_lift": None}, "ends at 10 m3/s; give max_lift"),
        (PUMP | CURVE | {"type": "pump", "max_lift": 4.0}, "row 3: the lift 4 m does not lie above 4 m"),
        (PUMP | CURVE | {"type": "pump", "discharges": [10.0, 12.0]}, "row 2: the discharge rises with the lift"),
        (PUMP | CURVE | {"type": "pump", "discharges": [10.0]}, "3 lifts and 2 discharges are no table"),
        (PUMP | CURVE | {"type": "pump", "lifts": [-1.0, 4.0]}, "row 1: .* lift must be in 0 … inf m"),
        (PUMP | {"type": "pump", "capacity": 3.0, "efficiency": 0.0}, "efficiency must be in"),
        (LINK | {"type": "channel", "length": 0.0}, "length of a channel must be in 1 … inf m"),
        (RATING | {"type": "rating_curve", "levels": [24.0], "discharges": [1.0]}, "give two rows or more"),
        (RATING | {"type": "rating_curve", "levels": [24, 25], "discharges": [1.0]}, "2 levels and 1 discharges"),
        (RATING | {"type": "rating_curve", "levels": [24, 24], "discharges": [0, 1]}, "row 2: the level 24 m does not"),
        (
            RATING | {"type": "rating_curve", "levels": [24, 25], "discharges": [0, -1]},
            "row 2: .* discharge must be in",
        ),
        (DIFFERENCE | {"type": "rating_curve", "levels": [1, 2], "discharges": [0, 1]}, "begins at 1 m with 0 m3/s"),
        (DIFFERENCE | {"type": "rating_curve", "levels": [0, 2], "discharges": [5, 9]}, "begins at 0 m with 5 m3/s"),
        (
            RATING | {"type": "rating_curve", "levels": [24, 25], "discharges": [2, 5]},
            "row 1: the discharge at 24 m is 2 m3/s, and would go on below; begin with the level at which nothing",
        ),
        (RATING | {"type": "rating_curve", "of": None, "levels": [0, 2], "discharges": [5, 9]}, "'headwater' or"),
    ],
)
def test_faults_of_a_record_are_named(words: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        any_structure.validate_python(words)


# --- what it tells --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("weir", "weir, crest 24 m, width 10 m"),
        ("sharp weir", "weir, sharp, crest 24 m, width 10 m, opening 0.5"),
        ("weir that falls", "weir, crest 24 m, width 10 m, free fall"),
        ("gate with a flap", "sluice gate, sill 20 m, width 10 m, height 2 m, flap gate"),
        ("box", "culvert, 1 × 2 m wide, 1.5 m high, length 20 m, invert 20.3 m"),
        ("pipes", "culvert, 3 × diameter 1.5 m, length 20 m, invert 20.3 m"),
        ("pump", "pump, starts at 24.4 m, 10 × 15 m³/s"),
        ("pump with a curve", "pump, starts at 24.4 m, 10 × 12 m³/s"),
        ("pump run by rules", "pump, 10 × 15 m³/s, opening 0.4"),
        ("channel", "channel, bed 20 m, width 20 m, length 1700 m"),
        ("rating", "rating curve, of the headwater, 3 rows, up to 50 m³/s, free fall"),
    ],
)
def test_a_line_about_it(name: str, line: str) -> None:
    assert str(EXAMPLES[name]) == line


# --- what it computes -----------------------------------------------------------------------------------------------


@over
@given(headwater=st.floats(19.0, 29.0), tailwater=st.floats(19.0, 29.0))
def test_the_solver_computes_the_same(structure: Structure, headwater: float, tailwater: float) -> None:
    """Through the arrays of the balance, where the parameters stand somewhere in a long row."""
    param = [9.0, 9.0, *structure.parameters(), 9.0]
    below = tailwater if structure.uses_tail else hydraulics.FREE_FALL
    share = structure.opening
    solved = balance.discharge(structure.kind, headwater, below, share, param, 2, len(param) - 1)
    if structure.flap and solved[0] < 0.0:
        solved = (0.0, 0.0, 0.0, 0.0)
    assert structure.flow(headwater, below) == solved
    assert structure.discharge(headwater, below) == solved[0]


@over
def test_parameters_are_plain_floats(structure: Structure) -> None:
    assert all(type(number) is float for number in structure.parameters())


def test_parameters_stand_in_the_order_of_the_equation() -> None:
    assert EXAMPLES["weir"].parameters() == (24.0, 10.0, 1.7)
    assert EXAMPLES["sharp weir"].parameters() == (24.0, 10.0, 1.84)
    assert EXAMPLES["gate"].parameters() == (20.0, 10.0, 2.0, 2.0, 0.6)
    assert EXAMPLES["gate with a flap"].parameters() == (20.0, 10.0, 2.0, 3.0, 0.6)
    assert EXAMPLES["pump"].parameters() == (24.4, 0.1, 10.0, 0.0, 15.0)
    assert EXAMPLES["pump with a curve"].parameters() == (24.4, 0.1, 10.0, 0.0, 4.0, 8.0, 12.0, 10.0, 0.0)
    assert EXAMPLES["pump run by rules"].parameters() == (hydraulics.FREE_FALL, 0.1, 10.0, 0.0, 15.0)
    assert Pump(**PUMP, capacity=1.0, band=0.3).parameters()[:2] == (24.4, 0.3)
    assert EXAMPLES["channel"].parameters() == (20.0, 20.0, 1700.0, 0.025)
    assert EXAMPLES["rating"].parameters() == (24.0, 25.0, 26.0, 0.0, 50.0, 40.0)


def test_a_circular_culvert_has_the_area_and_the_losses_of_a_circle() -> None:
    """Three pipes of 1.5 m: area 3 x 1.767146 m2, R = 0.375 m; full, under 1 m of difference.

    By hand: 2 g n2 L / R^(4/3) = 19.62 x 0.000169 x 20 / 0.270411 = 0.245243; Cb = 1/sqrt(1.745243) = 0.756963;
    Q = 0.756963 x 5.301438 x 4.429447 = 17.7753.
    """
    assert EXAMPLES["pipes"].discharge(26.0, 25.0) == pytest.approx(17.7753, rel=1e-5)
    inverts, width, height = EXAMPLES["pipes"].parameters()[:2], *EXAMPLES["pipes"].parameters()[2:4]
    assert inverts == (20.3, 20.0)
    assert height == 1.5
    assert width * height == pytest.approx(3 * 1.767146, rel=1e-6)


def test_the_opening_asked_for_stands_before_its_own() -> None:
    gate = EXAMPLES["gate"]
    assert gate.opening == 0.3
    assert gate.discharge(24.0, 23.0) == gate.discharge(24.0, 23.0, 0.3) < gate.discharge(24.0, 23.0, 1.0)
    assert gate.discharge(21.9, 21.0, 0.0) == 0.0


@pytest.mark.parametrize("opening", [-0.1, 1.1, float("nan")])
def test_an_opening_outside_is_refused(opening: float) -> None:
    with pytest.raises(ValueError, match=r"g: the opening .* is outside 0 … 1"):
        EXAMPLES["gate"].discharge(24.0, 23.0, opening)


def test_a_flap_stops_reversed_flow_only() -> None:
    with_flap, without = EXAMPLES["gate with a flap"], EXAMPLES["gate with a flap"].changed(flap=False)
    assert without.discharge(23.0, 24.0) < 0.0
    assert with_flap.flow(23.0, 24.0) == (0.0, 0.0, 0.0, 0.0)
    assert with_flap.flow(24.0, 23.0) == without.flow(24.0, 23.0)


def test_one_way_structures_never_flow_back() -> None:
    for structure in EXAMPLES.values():
        backwards = structure.discharge(21.0, 28.0)
        assert backwards >= 0.0 or (structure.TWO_WAY and not structure.flap)


def test_free_fall_ignores_the_tailwater() -> None:
    assert EXAMPLES["weir that falls"].discharge(25.0, 24.9) == EXAMPLES["weir"].discharge(25.0) == 17.0
    assert EXAMPLES["weir"].discharge(25.0, 24.9) < 17.0


@pytest.mark.parametrize("name", ["pump with a curve", "channel", "difference"])
def test_a_missing_tailwater_is_named(name: str) -> None:
    with pytest.raises(ValueError, match="depends on the tailwater; give its level"):
        EXAMPLES[name].discharge(25.0)


def test_who_uses_the_tail() -> None:
    uses = {name for name, structure in EXAMPLES.items() if structure.uses_tail}
    assert uses == {
        "weir", "sharp weir", "gate", "gate with a flap", "box", "pipes", "pump with a curve", "channel", "difference",
    }  # fmt: skip
    assert not any(structure.changed(tail=None).uses_tail for structure in EXAMPLES.values())


def test_a_pump_without_a_start_level_runs_as_it_is_opened() -> None:
    """10 units of 15 m3/s, whatever the level: 60 m3/s at an opening of 0.4."""
    pump = EXAMPLES["pump run by rules"]
    assert pump.discharge(0.001) == pump.discharge(30.0) == pytest.approx(60.0, rel=1e-15)
    assert pump.flow(24.4) == (60.0, 0.0, 0.0, 150.0)
    assert pump.discharge(24.4, opening=0.0) == 0.0
    assert pump.changed(start_level=24.4).discharge(24.4) == 0.0


def test_how_far_down_a_structure_empties_its_waters() -> None:
    """To its sill; a pump as far as you like, and one way only; a culvert to the higher of its inverts."""
    lowest = {
        name: (structure.draws_down_to("lake"), structure.draws_down_to(structure.tail))
        for name, structure in EXAMPLES.items()
    }
    deep, never = -math.inf, math.inf
    assert lowest == {
        "weir": (24.0, 24.0),
        "sharp weir": (24.0, 24.0),
        "weir that falls": (24.0, never),
        "weir out of the system": (24.0, never),
        "gate": (20.0, 20.0),
        "gate with a flap": (20.0, never),
        "box": (20.3, 20.3),
        "pipes": (20.3, 20.3),
        "pump": (deep, never),
        "pump with a curve": (deep, never),
        "pump run by rules": (deep, never),
        "channel": (20.0, 20.0),
        "rating": (24.0, never),
        "difference": (deep, deep),
    }
    higher = RatingCurve(**RATING, levels=[24.0, 25.0, 26.0], discharges=[0.0, 0.0, 40.0])
    assert higher.draws_down_to("lake") == 25.0
    assert higher.changed(discharges=[0.0, 0.0, 0.0]).draws_down_to("lake") == never
    assert all(structure.draws_down_to("sea") == never for structure in EXAMPLES.values())


def test_power_of_a_pump() -> None:
    """10 units of 12 m3/s at 0 m: at 2 m of lift 110 m3/s, 9810 x 110 x 2 / 0.7 = 3.083 MW; none downhill."""
    pump = EXAMPLES["pump with a curve"]
    assert isinstance(pump, Pump)
    assert pump.power(25.0, 27.0) == pytest.approx(3.083143e6, rel=1e-6)
    assert pump.power(25.0, 24.0) == 0.0
    with pytest.raises(ValueError, match="power depends on the efficiency, and there is none; give it"):
        pump.changed(efficiency=None).power(25.0, 27.0)


# --- its place in a system ------------------------------------------------------------------------------------------


@over
def test_a_good_structure_has_no_fault(structure: Structure) -> None:
    assert structure.check(WATERS) == []


@pytest.mark.parametrize(
    ("structure", "waters", "faults"),
    [
        (Weir(**WEIR | {"head": "laek"}), WATERS, ["the head 'laek' is no water of the system; did you mean 'lake'?"]),
        (Weir(**WEIR | {"tail": "rivre"}), WATERS, ["the tail 'rivre' is no water .* did you mean 'river'?"]),
        (Weir(**WEIR | {"head": "x"}), WATERS, ["the waters are: lake, pond, river"]),
        (Weir(**WEIR), {}, ["the head 'lake' .* the waters are: none", "the tail 'river'"]),
        (Weir(**WEIR | {"tail": "lake"}), WATERS, ["head and tail are both 'lake'"]),
        (Weir(**WEIR | {"crest": 18.5}), WATERS, ["the crest 18.5 m lies below the bottom 19 m of 'lake'"]),
        (Weir(**WEIR | {"crest": 28.5}), WATERS, ["the crest 28.5 m lies above the dike crest 28 m of 'lake'"]),
        (Weir(**WEIR | {"crest": 28.5}), WATERS | {"lake": lake(dike_crest=None)}, []),
        (Weir(**WEIR | {"crest": 28.5, "head": "river", "tail": "lake"}), WATERS, []),
        (SluiceGate(**GATE | {"sill": 18.0}), WATERS, ["the sill 18 m lies below the bottom"]),
        (Culvert(**BOX, **DIKE | {"invert_in": 18.0}), WATERS, ["the inlet invert 18 m lies below the bottom"]),
        (
            Culvert(**BOX | {"tail": "pond"}, **DIKE | {"invert_out": 18.0}),
            WATERS,
            ["the outlet invert 18 m lies below the bottom 19 m of 'pond'"],
        ),
        (Culvert(**BOX | {"tail": "pond"}, **DIKE | {"invert_out": 18.0}, free_fall=True), WATERS, []),
        (Pump(**PUMP | {"start_level": 18.0}, capacity=1.0), WATERS, ["the start level 18 m lies below the bottom"]),
        (Pump(**PUMP | {"start_level": 28.4}, capacity=1.0), WATERS, ["the start level 28.4 m lies above the dike"]),
        (Pump(**PUMP | {"tail": None}, **CURVE), WATERS, ["the discharge of a pump depends on the tailwater"]),
        (Pump(**PUMP | {"tail": None}, capacity=1.0), WATERS, []),
        (Channel(**LINK | {"tail": None}), WATERS, ["the discharge of a channel depends on the tailwater"]),
        (Channel(**LINK | {"bed": 18.0}), WATERS, ["the bed 18 m .* of 'lake'", "the bed 18 m .* of 'pond'"]),
        (EXAMPLES["difference"].changed(tail=None), WATERS, ["of a rating curve depends on the tailwater"]),
        (EXAMPLES["rating"].changed(tail=None), WATERS, []),
        (EXAMPLES["rating"].changed(free_fall=False), WATERS, ["does not know how high 'river' stands; say free_fall"]),
        (EXAMPLES["difference"].changed(free_fall=True), WATERS, ["does not fall freely; leave free_fall out"]),
        (EXAMPLES["rating"].changed(flap=True), WATERS, ["a flap gate has nothing to stop on this rating curve"]),
        (EXAMPLES["pump"].changed(flap=True), WATERS, ["a flap gate has nothing to stop on this pump"]),
        (EXAMPLES["weir that falls"].changed(flap=True), WATERS, ["a flap gate has nothing to stop on this weir"]),
    ],
)
def test_faults_in_a_system_are_named(structure: Structure, waters: dict[str, Any], faults: list[str]) -> None:
    found = structure.check(waters)
    assert len(found) == len(faults)
    for sentence, pattern in zip(found, faults, strict=True):
        assert re.search(pattern, sentence)
        assert "\n" not in sentence
