"""Quantities at the door: what is read, what is refused, and in which words."""

import math
import re
from collections.abc import Callable
from fractions import Fraction as Ratio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from lakesim.units import (
    Area,
    Areas,
    Column,
    Discharge,
    Discharges,
    Duration,
    Fraction,
    Length,
    Level,
    Levels,
    Number,
    Quantity,
    Rate,
    Record,
    Storage,
    Storages,
    convert,
    to_si,
)

ONE = [(Level, "m"), (Length, "m"), (Area, "m2"), (Storage, "m3"), (Discharge, "m3/s"), (Rate, "m/s"), (Duration, "s")]
WITHOUT_UNIT = [(Fraction, ""), (Number, "")]
MANY = [(Levels, "m"), (Areas, "m2"), (Storages, "m3"), (Discharges, "m3/s")]

# The international foot is 0.3048 m exactly; an acre is 43 560 square feet, an acre-foot 43 560 cubic feet.
ACRE = 43560 * Ratio("0.3048") ** 2
ACRE_FOOT = 43560 * Ratio("0.3048") ** 3

READ = [
    ("24.5 m", "m", Ratio("24.5")),
    ("-1.25e1m", "m", Ratio("-12.5")),
    (" +.5　m ", "m", Ratio("0.5")),
    ("5 mm", "m", Ratio("0.005")),
    ("80 ft", "m", 80 * Ratio("0.3048")),
    ("80 feet", "m", 80 * Ratio("0.3048")),
    ("26 米", "m", 26),
    ("344.4 km2", "m2", Ratio("344.4e6")),
    ("344.4 km²", "m2", Ratio("344.4e6")),
    ("344.4 km^2", "m2", Ratio("344.4e6")),
    ("344.4 km**2", "m2", Ratio("344.4e6")),
    ("344.4 ㎢", "m2", Ratio("344.4e6")),
    ("344.4 平方公里", "m2", Ratio("344.4e6")),
    ("344.4 平方千米", "m2", Ratio("344.4e6")),
    ("7 m2", "m2", 7),
    ("7 ha", "m2", 70000),
    ("7 公顷", "m2", 70000),
    ("3 mu", "m2", 2000),
    ("3 亩", "m2", 2000),
    ("3 万亩", "m2", 20_000_000),
    ("2 acre", "m2", 2 * ACRE),
    ("2 acres", "m2", 2 * ACRE),
    ("1 hm3", "m3", 10**6),
    ("1 km3", "m3", 10**9),
    ("1 m³", "m3", 1),
    ("1 L", "m3", Ratio("0.001")),
    ("8 TAF", "m3", 8000 * ACRE_FOOT),
    *[(f"3 {name}", "m3", 3 * ACRE_FOOT) for name in ("acre-ft", "acre_ft", "acft", "ac-ft", "acre ft", "acre-feet")],
    *[(f"12 {name}", "m3", 12 * 10**8) for name in ("亿m³", "亿m3", "亿 m3", "亿立方米", "亿方")],
    *[(f"12 {name}", "m3", 12 * 10**4) for name in ("万m³", "万m3", "万立方米")],
    ("12 百万m³", "m3", 12 * 10**6),
    *[(f"1200 {name}", "m3/s", 1200) for name in ("m³/s", "m3/s", "m3 s-1", "m³·s⁻¹", "cumec", "cumecs", "立方米每秒")],
    ("2 cfs", "m3/s", 2 * Ratio("0.3048") ** 3),
    ("2 kcfs", "m3/s", 2000 * Ratio("0.3048") ** 3),
    ("2 TAF/d", "m3/s", 2000 * ACRE_FOOT / 86400),
    ("2 万m³/d", "m3/s", Ratio(20000, 86400)),
    ("2 万立方米/日", "m3/s", Ratio(20000, 86400)),
    ("4 mm/d", "m/s", Ratio(4, 86_400_000)),
    ("4 mm/day", "m/s", Ratio(4, 86_400_000)),
    ("4 毫米/小时", "m/s", Ratio(4, 3_600_000)),
    ("6 h", "s", 21600),
    ("6 hours", "s", 21600),
    ("2 weeks", "s", 14 * 86400),
    ("40 %", "", Ratio("0.4")),
    ("40%", "", Ratio("0.4")),
    ("40 ％", "", Ratio("0.4")),
]

REFUSED = [
    ("344.4", "m2", "'344.4' has no unit; write a number in m2, or a string as in \"344 km2\""),
    ("0.4", "", "'0.4' has no unit; write a number in the unit 1, or a string as in \"40 %\""),
    ("1e5", "m", "'1e5' has no unit"),
    ("24,5 m", "m", "'24,5 m' does not start with a plain decimal number before its unit"),
    ("1,000.5 m", "m", "plain decimal number"),
    ("1 000 m", "m", "plain decimal number"),
    ("1_000 m", "m", "plain decimal number"),
    ("2*3 m", "m", "plain decimal number"),
    ("2**3 m", "m", "plain decimal number"),
    ("1/3 m", "m", "plain decimal number"),
    ("(3) m", "m", "plain decimal number"),
    ("２６ m", "m", "plain decimal number"),
    ("2６ m", "m", "cannot be read"),
    ("−3 m", "m", "plain decimal number"),
    ("1.2.3 m", "m", "plain decimal number"),
    ("nan m", "m", "plain decimal number"),
    ("inf", "m", "plain decimal number"),
    ("m", "m", "plain decimal number"),
    ("", "m", "plain decimal number"),
    ("1e400 m", "m", "'1e400 m' is not a finite number"),
    ("1e9999999999 m", "m", "plain decimal number"),
    (math.nan, "m", "nan is not a finite number"),
    (-math.inf, "m", "-inf is not a finite number"),
    (10**400, "m", "is not a finite number"),
    (True, "m", 'True is no quantity; write a number in m, or a string as in "26.5 m"'),
    (np.True_, "m", "is no quantity"),
    (None, "m", "None is no quantity"),
    ([5.0], "m", "[5.0] is no quantity"),
    (2j, "m", "2j is no quantity"),
    ("5 m", "m2", "'5 m': unit 'm' does not convert to m2; write a number in m2, or a string as in \"344 km2\""),
    ("5 km2", "m3", "unit 'km2' does not convert to m3"),
    ("5 m", "", "unit 'm' does not convert to 1"),
    ("5 %", "m", "unit '%' does not convert to m"),
    ("5 ms", "m", "unit 'ms' does not convert to m"),
    ("5 degC", "m", "unit 'degC' does not convert to m"),
    ("5 metrez", "m", "'5 metrez': unit 'metrez' is not known; write a number in m, or a string as in \"26.5 m\""),
    ("5 m 3", "m", "unit 'm 3' cannot be read"),
    ("5 m*9", "m", "cannot be read"),
    ("5 m**9**9**9", "m", "cannot be read"),
    ("5 m;", "m", "cannot be read"),
    ("5 Mm3", "m3", "unit 'Mm3' may mean megametres or millions; write hm3 or km2"),
    *[
        (f"3 {unit}", "s", f"unit '{unit}' is refused, since months and years differ in length; count in days (d)")
        for unit in ("month", "months", "mo", "year", "years", "yr", "a", "decade", "julian_year", "kyr", "个月", "年")
    ],
    ("1200 mm/a", "m/s", "unit 'mm/a' is refused"),
    ("1200 mm/年", "m/s", "unit 'mm/年' is refused"),
]


@pytest.mark.parametrize(("text", "unit", "value"), READ)
def test_a_string_is_read_to_the_last_bit(text: str, unit: str, value: Ratio) -> None:
    assert to_si(text, unit) == float(value)


@pytest.mark.parametrize(("value", "unit", "message"), REFUSED)
def test_what_is_refused_says_value_rule_and_remedy(value: object, unit: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        to_si(value, unit)


def test_thousand_acre_feet_stand_on_the_international_foot() -> None:
    assert to_si("1 TAF", "m3") == 1233481.83754752


@pytest.mark.parametrize("value", [7, 7.0, np.float64(7), np.float32(7), np.int64(7), Ratio(7)])
def test_a_number_is_already_in_the_si_unit(value: object) -> None:
    number = to_si(value, "m3/s")
    assert number == 7.0
    assert type(number) is float


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["m", "m2", "m3", "m3/s", "m/s", "s"]))
def test_a_number_printed_with_its_unit_is_the_same_number(value: float, unit: str) -> None:
    assert to_si(f"{value!r} {unit}", unit) == value


@given(st.one_of(st.text(max_size=30), st.from_regex(r"[0-9]{1,3} [a-zA-Z%/* ^0-9-]{1,12}", fullmatch=True)))
def test_any_text_is_a_finite_quantity_or_a_clear_error(text: str) -> None:
    number, message = math.nan, ""
    try:
        number = to_si(text, "m")
    except ValueError as error:
        message = str(error)
    assert math.isfinite(number) or repr(text)[:60] in message


def test_convert_scales_floats_and_arrays() -> None:
    assert convert(2.0, "km2", "m2") == 2e6
    assert convert(np.array([1.0, 2.5]), "mm", "m") == pytest.approx([0.001, 0.0025], rel=1e-15)
    with pytest.raises(ValueError, match="unit 'km' does not convert to m2"):
        convert(1.0, "km", "m2")


@pytest.mark.parametrize(("kind", "unit"), [*ONE, *WITHOUT_UNIT])
def test_every_type_reads_its_unit_and_says_so_in_the_schema(kind: Any, unit: str) -> None:
    adapter = TypeAdapter(kind)
    assert adapter.validate_python(1) == 1.0
    assert adapter.validate_python(f"1 {unit}" if unit else "100 %") == 1.0
    for wrong in ("1", "1 kg", True, None, math.nan, math.inf, [1.0]):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)
    schema = adapter.json_schema()
    assert schema["x-unit"] == unit
    assert schema["description"].endswith(f"[{unit or 1}]")
    assert [form["type"] for form in schema["anyOf"]] == ["number", "string"]


@pytest.mark.parametrize(("kind", "least", "most"), [(Area, 0.0, None), (Fraction, 0.0, 1.0), (Level, None, None)])
def test_the_range_is_checked_and_stands_in_the_schema(kind: Any, least: float | None, most: float | None) -> None:
    adapter = TypeAdapter(kind)
    number = adapter.json_schema()["anyOf"][0]
    assert (number.get("minimum"), number.get("maximum")) == (least, most)
    for bound, beyond in ((least, -1e-9), (most, 1.0 + 1e-9)):
        if bound is not None:
            assert adapter.validate_python(bound) == bound
            with pytest.raises(ValidationError, match=f"{beyond!r} is out of range; .* must be in 0 … "):
                adapter.validate_python(beyond)
    if least is None:
        assert adapter.validate_python(-5.0) == -5.0


@pytest.mark.parametrize(("text", "unit"), [(text, unit) for text, unit, _ in READ])
def test_the_pattern_of_the_schema_accepts_what_is_read(text: str, unit: str) -> None:
    pattern = Quantity(unit).schema()["anyOf"][1]["pattern"]
    assert re.search(pattern, text)


@pytest.mark.parametrize("text", ["344.4", "1e5", "24,5 m", "1_000 m", "2*3 m", "1/3 m", "m", "", "nan m", "２６ m"])
def test_the_pattern_of_the_schema_refuses_what_is_no_quantity(text: str) -> None:
    assert not re.search(Quantity("m").schema()["anyOf"][1]["pattern"], text)


@pytest.mark.parametrize(("kind", "unit"), MANY)
def test_a_column_is_a_list_or_a_table_with_one_unit(kind: Any, unit: str) -> None:
    adapter = TypeAdapter(kind)
    expected = (1.0, 2.5)
    for value in ([1, 2.5], (1, f"2.5 {unit}"), np.array([1.0, 2.5]), {"unit": unit, "values": [1, 2.5]}):
        assert adapter.validate_python(value) == expected
    rows, table = adapter.json_schema()["anyOf"]
    assert [form["type"] for form in rows["items"]["anyOf"]] == ["number", "string"]
    assert table["required"] == ["unit", "values"]
    assert adapter.json_schema()["x-unit"] == unit


@given(st.lists(st.floats(0, 1e12), max_size=5))
def test_a_table_gives_the_same_floats_as_strings(values: list[float]) -> None:
    areas = Column(Quantity("m2"))
    assert areas.read({"unit": "km2", "values": values}) == areas.read([f"{value!r} km2" for value in values])


def test_a_column_names_all_faulty_rows_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(Areas).validate_python([1.0, -2.0, "5 km2", "5 m", math.nan, True])
    message = str(caught.value)
    assert re.findall(r"row (\d+):", message) == ["2", "4", "5", "6"]
    assert "row 2: -2.0 is out of range; area must be in 0 … inf m2" in message


@pytest.mark.parametrize(
    "value",
    [5.0, "5 km2", None, {"unit": "km2"}, {"unit": "km2", "values": [1], "more": 2}, {"unit": "km2", "values": "5"}],
)
def test_what_is_no_column_is_refused(value: object) -> None:
    with pytest.raises(ValidationError, match=r'is no column of quantities; write a list, or \{unit = "m2", values ='):
        TypeAdapter(Areas).validate_python(value)


@pytest.mark.parametrize(
    "table",
    [
        {"unit": "kg", "values": [1]},
        {"unit": 7, "values": [1]},
        {"unit": "km2", "values": [math.nan]},
        {"unit": "km2", "values": [True]},
        {"unit": "km2", "values": ["5 km2"]},
    ],
)
def test_a_table_with_a_wrong_unit_or_value_names_the_row(table: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="row 1: "):
        TypeAdapter(Areas).validate_python(table)


class Pond(Record):
    name: str
    area: Area
    level: Level | None = None


def test_a_record_is_frozen_and_refuses_unknown_names() -> None:
    pond = Pond(name="a", area="2 ha")
    with pytest.raises(ValidationError, match="frozen"):
        pond.area = 3.0  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        Pond(name="a", area=1.0, depth=2.0)  # type: ignore[call-arg]


def test_a_changed_copy_is_validated_and_leaves_the_original() -> None:
    pond = Pond(name="a", area="2 ha", level="26 m")
    assert pond.changed(area="3 ha") == Pond(name="a", area=30000.0, level=26.0)
    assert pond.changed(level=None).level is None
    assert pond == Pond(name="a", area=20000.0, level=26.0)
    with pytest.raises(ValidationError, match="out of range"):
        pond.changed(area=-1.0)


def test_all_faults_of_a_record_come_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        Pond(name="a", area="5 m", level="24,5 m")
    assert [fault["loc"] for fault in caught.value.errors()] == [("area",), ("level",)]


def test_numbers_need_neither_pint_nor_numpy(python: Callable[..., Any], tmp_path: Path) -> None:
    code = """if True:
        import sys
        from lakesim.units import Area, Areas, Record
        class Pond(Record):
            area: Area
            areas: Areas
        assert Pond(area=2.0, areas=[1, 2.0]).area == 2.0
        assert not {"pint", "numpy"} & set(sys.modules)
        assert Pond(area="2 ha", areas=[]).area == 20000.0
        assert "pint" in sys.modules
    """
    run = python("-c", code, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
