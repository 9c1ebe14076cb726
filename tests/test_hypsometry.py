"""The level–area–storage curve: exact both ways, continued above, refused where it is impossible, and edited."""

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.integrate import quad

from lakesim.hypsometry import CurveChange, Hypsometry, HypsometryWarning

EPS = float(np.finfo(float).eps)
ACRE_FOOT = 1233.48183754752  # [m3]

# Blue Marsh Lake, Pennsylvania: rows of the level–storage curve [ft NGVD 1929, acre-feet], Pywr-DRB/Pywr-DRB (MIT);
# USGS 01470870, public domain.
BLUE_MARSH = [
    (237, 0.0), (238, 0.0), (239, 0.01), (240, 0.34), (241, 2.23), (250, 400.02), (260, 2268.72), (270, 6197.14),
    (280, 12399.12), (284, 15357.71), (285, 16132.26), (286, 16920.97), (287, 17723.94), (288, 18541.27),
    (289, 19373.09), (290, 20225.88), (291, 21205.02), (300, 33405.64), (332, 125113.11),
]  # fmt: skip

# John Martin Dam, Colorado: rows of the elevation–storage table [ft, acre-feet], USACE-RMC/rfaR (0BSD text, US Army
# Corps of Engineers). A real table in which the storage rises less above 3882.8 ft than below.
JOHN_MARTIN = [(3880.8, 767759.0), (3881.8, 788104.0), (3882.8, 815479.0), (3883.8, 839950.0), (3884.8, 865405.0)]


@st.composite
def curves(draw: st.DrawFn) -> Hypsometry:
    """Curves of all three kinds, from ponds to Lake Superior, with a tip or a flat floor, dry or not at the bottom."""
    n = draw(st.integers(2, 7))
    scale = 10.0 ** draw(st.integers(0, 11))
    steps = draw(st.lists(st.floats(0.01, 40.0), min_size=n - 1, max_size=n - 1))
    levels = np.cumsum([draw(st.floats(-400.0, 5000.0)), *steps])
    growth = draw(st.lists(st.floats(0.0, 1.0), min_size=n - 2, max_size=n - 2))
    floor = draw(st.sampled_from([0.0, 1e-9, 0.3]))
    areas = scale * np.cumsum([floor, 0.01 + draw(st.floats(0.0, 1.0)), *growth])
    kind = draw(st.sampled_from(["areas", "storages", "both"]))
    if kind == "areas":
        return Hypsometry(levels=levels, areas=areas)
    integrals = 0.5 * (areas[1:] + areas[:-1]) * np.diff(levels)
    factors = draw(st.lists(st.floats(0.96, 1.04), min_size=n - 1, max_size=n - 1))
    start = draw(st.sampled_from([0.0, 1.0])) * scale
    storages = np.cumsum([start, *(integrals * factors)])
    if kind == "storages":
        return Hypsometry(levels=levels, storages=storages, accept="random")
    return Hypsometry(levels=levels, areas=areas, storages=storages, accept="random")


def some_levels(curve: Hypsometry, parts: list[float]) -> NDArray[np.float64]:
    """Levels within the curve and above it, every contour, and what lies next to the contours."""
    contours = np.array(curve.curve_level)
    inside = curve.bottom + np.array(parts) * (curve.top - curve.bottom)
    ulp = np.spacing(np.maximum(np.abs(contours), 1e-3))
    return np.sort(np.concatenate([inside, contours, contours + ulp, contours[1:] - ulp[1:]]))


# Parts of the height; from 1e-100 up, since what underflows has no relative rounding.
parts = st.lists(st.just(0.0) | st.floats(1e-100, 1.5), min_size=1, max_size=20)


@given(curves(), parts)
def test_level_undoes_storage_to_rounding(curve: Hypsometry, parts: list[float]) -> None:
    level = some_levels(curve, parts)
    storage, area = curve.storage(level), curve.area(level)
    # A rounded storage is a level rounded by eps storage / area; more cannot be asked.
    with np.errstate(divide="ignore", invalid="ignore"):
        rounding = np.where(area > 0.0, storage / area, 0.0)
    assert np.all(np.abs(curve.level(storage) - level) <= 8.0 * EPS * (np.abs(level) + rounding))


@given(curves(), parts)
def test_storage_undoes_level_to_rounding(curve: Hypsometry, parts: list[float]) -> None:
    low, high = curve.curve_storage[0], curve.curve_storage[-1]
    storage = np.concatenate([low + np.array(parts) * (high - low), curve.curve_storage])
    level = curve.level(storage)
    # What three ulps of the level hold, and the rounding of the storage itself.
    ulps = 3.0 * np.spacing(np.abs(level))
    water = curve.storage(level + ulps) - curve.storage(np.maximum(level - ulps, curve.bottom))
    assert np.all(np.abs(curve.storage(level) - storage) <= water + 8.0 * EPS * storage)


@given(curves(), parts)
def test_a_higher_level_never_holds_less(curve: Hypsometry, parts: list[float]) -> None:
    storage = curve.storage(some_levels(curve, parts))
    assert np.all(np.diff(storage) >= 0.0)
    levels = curve.level(storage)
    assert np.all(np.diff(levels) >= -2.0 * np.spacing(np.abs(levels[1:])))


@pytest.mark.parametrize(
    "table",
    [
        {"levels": [1.61, 3.65, 8.36], "areas": [4.9, 8.8, 10.6]},
        {"levels": [1.03, 3.92, 4.39], "storages": [0.0, 15.329, 19.508]},
    ],
)
def test_rounding_does_not_pass_a_contour(table: dict[str, Any]) -> None:
    """The float before a contour: the formula alone gives 4.4e-16 m and 1.8e-15 m3 more than at the contour."""
    curve = Hypsometry(**table)
    level, storage = curve.curve_level[1], curve.curve_storage[1]
    assert curve.storage(float(np.nextafter(level, 0.0))) <= storage
    assert curve.level(float(np.nextafter(storage, 0.0))) <= level


@given(curves())
def test_contours_are_met_exactly_from_both_sides(curve: Hypsometry) -> None:
    level, storage = np.array(curve.curve_level), np.array(curve.curve_storage)
    np.testing.assert_array_equal(curve.storage(level), storage)
    np.testing.assert_array_equal(curve.level(storage), level)
    np.testing.assert_array_equal(curve.area(level), curve.curve_area)
    below = np.nextafter(level[1:], -np.inf)
    gap = storage[1:] - curve.storage(below)
    assert np.all(gap <= 2.0 * np.spacing(np.abs(level[1:])) * curve.area(below) + 8.0 * EPS * storage[1:])


@given(curves(), st.floats(0.0, 1.4), st.floats(0.0, 1.4))
def test_storage_is_the_integral_of_area(curve: Hypsometry, one: float, other: float) -> None:
    low, high = (curve.bottom + part * (curve.top - curve.bottom) for part in sorted((one, other)))
    ends = [low, *(level for level in curve.curve_level if low < level < high), high]
    # The area is linear inside an interval and may jump at its ends, where quad does not look.
    integral = sum(quad(curve.area, a, b)[0] for a, b in pairwise(ends))
    more = curve.storage(high) - curve.storage(low)
    rounding = 16.0 * EPS * (curve.storage(high) + curve.area(high) * abs(high))
    assert more == pytest.approx(integral, rel=1e-9, abs=rounding)


@given(curves(), parts)
def test_the_curve_is_what_its_four_tuples_say(curve: Hypsometry, parts: list[float]) -> None:
    for z in some_levels(curve, parts):
        i = max(k for k, level in enumerate(curve.curve_level) if level <= z)
        rise = z - curve.curve_level[i]
        area = curve.curve_area[i] + curve.curve_slope[i] * rise
        storage = curve.curve_storage[i] + rise * (curve.curve_area[i] + 0.5 * curve.curve_slope[i] * rise)
        assert curve.area(float(z)) == area
        assert curve.storage(float(z)) == pytest.approx(storage, rel=2.0 * EPS)
    assert len({len(column) for column in (curve.curve_level, curve.curve_storage, curve.curve_area)}) == 1
    assert curve.curve_slope[-1] == curve.curve_slope[-2]


@pytest.mark.parametrize("tiny", [1e-15, 1e-9, 1e-3, 1.0])
def test_the_tip_of_a_cone_loses_no_digits(tiny: float) -> None:
    """Area 2 z: storage z², level √storage, at every scale."""
    tip = Hypsometry(levels=(0.0, 10.0), areas=(0.0, 20.0))
    assert tip.storage(tiny) == pytest.approx(tiny**2, rel=4 * EPS)
    assert tip.level(tiny**2) == pytest.approx(tiny, rel=4 * EPS)
    assert tip.level(0.0) == 0.0


def test_a_nearly_vertical_wall_loses_no_digits() -> None:
    """Area 1e6 + 1e-6 z: the root of the quadratic would cancel to nothing in the usual form."""
    wall = Hypsometry(levels=(0.0, 10.0), areas=(1e6, 1e6 + 1e-5))
    assert wall.level(1e-3) == pytest.approx(1e-9, rel=4 * EPS)


def test_floats_give_floats_and_arrays_give_arrays() -> None:
    curve = Hypsometry.prism(10, 20, 5.0)
    for method, value in ((curve.storage, 12.0), (curve.area, 12.0), (curve.level, 10.0)):
        assert type(method(value)) is float
        array = method(np.full((2, 3), value))
        assert isinstance(array, np.ndarray)
        assert array.shape == (2, 3)
        assert np.all(array == method(value))


def test_areas_alone_by_hand() -> None:
    """Areas 0, 100, 120 at 20, 24, 26 m: storage 200 at 24 m, 200 + 100·1 + ½·10·1 = 305 at 25 m, 420 at 26 m."""
    curve = Hypsometry(levels=[20, 24, 26], areas=[0, 100, 120])
    assert (curve.bottom, curve.top) == (20.0, 26.0)
    assert curve.curve_storage == (0.0, 200.0, 420.0)
    assert curve.curve_area == (0.0, 100.0, 120.0)
    assert curve.curve_slope == (25.0, 10.0, 10.0)
    assert (curve.storage(25.0), curve.area(25.0)) == (305.0, 110.0)
    # Above the last contour with the last slope: 420 + 120·2 + ½·10·4.
    assert (curve.storage(28.0), curve.area(28.0), curve.level(680.0)) == (680.0, 140.0, 28.0)


def test_storages_alone_by_hand() -> None:
    """Storages 5, 15, 55 at 1, 2, 4 m: 10 m2, then 20 m2; linear between the rows and above them."""
    curve = Hypsometry(levels=[1, 2, 4], storages=[5, 15, 55])
    assert curve.curve_area == (10.0, 20.0, 20.0)
    assert curve.curve_slope == (0.0, 0.0, 0.0)
    assert [curve.storage(level) for level in (1.0, 1.5, 2.0, 3.0, 5.0)] == [5.0, 10.0, 15.0, 35.0, 75.0]
    assert [curve.area(level) for level in (1.0, 1.999, 2.0, 5.0)] == [10.0, 10.0, 20.0, 20.0]


def test_with_both_storage_rules_and_area_gives_the_shape() -> None:
    """Areas 10 and 30 over 2 m integrate to 40; storage says 42: shape kept, areas 10.5 and 31.5."""
    curve = Hypsometry(levels=[0, 2], areas=[10, 30], storages=[7, 49])
    assert curve.curve_storage == (7.0, 49.0)
    assert curve.curve_area == pytest.approx((10.5, 31.5), rel=1e-15)
    assert curve.storage(1.0) == pytest.approx(7.0 + 10.5 + 0.5 * 10.5, rel=1e-15)


@pytest.mark.parametrize("column", ["areas", "storages"])
def test_the_last_of_the_leading_zeros_is_the_bottom(column: str) -> None:
    curve = Hypsometry(levels=[1, 2, 3, 4], **{column: [0, 0, 0, 8]})
    assert curve.bottom == 3.0
    assert curve.level(0.0) == 3.0
    assert len(curve.curve_level) == 2
    assert curve.levels == (1.0, 2.0, 3.0, 4.0)


def test_an_area_without_water_below_the_bottom_contradicts_nothing() -> None:
    assert Hypsometry(levels=[1, 2, 3], areas=[5, 5, 5], storages=[0, 0, 5]).bottom == 2.0


def test_blue_marsh_lake_frees_what_was_published() -> None:
    levels, storages = zip(*BLUE_MARSH, strict=True)
    lake = Hypsometry(levels={"unit": "ft", "values": levels}, storages={"unit": "acre-ft", "values": storages})
    assert lake.bottom == pytest.approx(238 * 0.3048, rel=1e-15)
    freed = lake.storage(290 * 0.3048) - lake.storage(285 * 0.3048)
    assert freed / ACRE_FOOT == pytest.approx(20225.88 - 16132.26, rel=1e-9)
    assert freed == pytest.approx(5.05e6, abs=0.005e6)
    assert freed / lake.storage(290 * 0.3048) == pytest.approx(0.20, abs=0.005)


@pytest.mark.parametrize("z", [10.0, 11.0, 20.0, 25.0])
def test_prism(z: float) -> None:
    assert Hypsometry.prism("10 m", "20 m", "3 km2").storage(z) == pytest.approx(3e6 * (z - 10.0), rel=4 * EPS)


@pytest.mark.parametrize("exponent", [1, 1.02, 1.25, 1.5, 1.9, 2, 2.2, 2.5, 3, 4, 5])
def test_power_law_within_its_stated_error(exponent: float) -> None:
    """storage = V x^m, area = m V x^(m-1) / H with x = (level - 10) / 8."""
    full = 6e6
    curve = Hypsometry.power_law(10, 18, exponent=exponent, storage="6 hm3")
    level = 10.0 + 8.0 * np.geomspace(1e-3, 1.0, 5001)
    x = (level - 10.0) / 8.0
    exact = exponent in (1, 2)
    storage_error, area_error = (1e-12, 1e-12) if exact else (1e-4, 3e-3)
    np.testing.assert_allclose(curve.storage(level), full * x**exponent, rtol=storage_error)
    np.testing.assert_allclose(curve.area(level), exponent * full / 8.0 * x ** (exponent - 1), rtol=area_error)
    low = np.linspace(0.0, 1e-3, 101)
    np.testing.assert_allclose(curve.storage(10.0 + 8.0 * low), full * low**exponent, atol=3e-4 * full)
    assert curve.storage(18.0) == pytest.approx(full, rel=1e-12)
    assert (curve.bottom, curve.top) == (10.0, 18.0)


def test_power_law_from_its_area_is_the_one_from_its_storage() -> None:
    by_area = Hypsometry.power_law(0.1, 0.3, exponent=3, area=30.0)
    by_storage = Hypsometry.power_law(0.1, 0.3, exponent=3, storage=2.0)
    assert by_area.top == 0.3
    np.testing.assert_allclose(by_area.curve_storage, by_storage.curve_storage, rtol=1e-14)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"exponent": 0.9, "area": 1.0}, "exponent 0.9 is outside 1 … 5"),
        ({"exponent": float("nan"), "area": 1.0}, "exponent nan is outside 1 … 5"),
        ({"exponent": 2}, "area None and storage None at the top: give one of the two"),
        ({"exponent": 2, "area": 1.0, "storage": 1.0}, "give one of the two"),
        ({"exponent": 2, "area": "1 m"}, "unit 'm' does not convert to m2"),
        ({"exponent": 2, "area": 1.0, "top": "5 m"}, "top 5.0 m is not above bottom 5.0 m"),
        ({"exponent": 2, "area": -1.0}, "row 2: -1.0 is out of range"),
    ],
)
def test_power_law_refuses(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        Hypsometry.power_law(**{"bottom": 5.0, "top": 8.0} | arguments)


IMPOSSIBLE: list[tuple[dict[str, Any], list[str]]] = [
    ({"levels": [1, 2]}, ["neither areas nor storages; give one for each level, or both"]),
    ({"levels": [1], "areas": [5]}, ["1 level(s); a curve needs at least 2 rows"]),
    ({"levels": [], "storages": []}, ["0 level(s); a curve needs at least 2 rows"]),
    ({"levels": [1, 2, 3], "areas": [1, 2]}, ["3 levels but 2 areas; give one for each level"]),
    ({"levels": [1, 2], "areas": [1, 2], "storages": [1]}, ["2 levels but 1 storages; give one for each level"]),
    ({"levels": [1, 2], "areas": [0, 0]}, ["all areas are zero; a lake must hold water at its last contour"]),
    ({"levels": [1, 2], "storages": [0, 0]}, ["all storages are zero"]),
    ({"levels": [1, 2, 2], "areas": [1, 2, 3]}, ["row 3: level 2 m is not above 2 m of the row before"]),
    ({"levels": [1, 3, 2], "areas": [1, 2, 3]}, ["row 3: level 2 m is not above 3 m of the row before"]),
    ({"levels": [1, 2, 3], "areas": [1, 3, 2]}, ["row 3: area 2 m2 is below 3 m2 of the row before"]),
    ({"levels": [1, 2, 3], "areas": [1, 0, 2]}, ["row 2: area 0 m2 is below 1 m2 of the row before"]),
    ({"levels": [1, 2, 3], "storages": [1, 3, 2]}, ["row 3: storage 2 m3 is not above 3 m3 of the row before"]),
    ({"levels": [1, 2, 3], "storages": [1, 3, 3]}, ["row 3: storage 3 m3 is not above 3 m3 of the row before"]),
    ({"levels": [1, 2, 3], "storages": [1, 1, 3]}, ["row 2: storage 1 m3 is not above 1 m3 of the row before"]),
    (
        {"levels": [1, 2, 3], "areas": [0, 0, 1], "storages": [0, 1, 3]},
        ["row 2: storage has risen to 1 m3 at an area of zero; correct one of the two"],
    ),
    (
        {"levels": [1, 2], "areas": [1, 1], "storages": [0, 2]},
        ['rows 1 and 2: storage rises by 2 m3, the areas give 1 m3, 50.0% apart; correct it, or accept = "reason"'],
    ),
    (
        {"levels": [1, 3, 2, 4, 4], "areas": [5, 4, 6, 7, 3], "storages": [0, 0, 9, 9, 8]},
        [
            "row 3: level 2 m",
            "row 5: level 4 m",
            "row 2: area 4 m2",
            "row 5: area 3 m2",
            "row 4: storage 9 m3",
            "row 5: storage 8 m3",
        ],
    ),
    (
        {"levels": [1, 2, 3], "areas": [10, 10, 10], "storages": [0, 20, 40], "accept": None},
        ["rows 1 and 2: ", "rows 2 and 3: "],
    ),
    ({"levels": [1, float("nan")], "areas": [-1, 2]}, ["row 2: nan is not a finite number", "row 1: -1 is out of"]),
    ({"levels": [1, 2], "storages": [-1, 2]}, ["row 1: -1 is out of range; storage must be in 0 … inf m3"]),
    ({"levels": [1, 2], "areas": ["1 km2", "2"]}, ["row 2: '2' has no unit"]),
    ({"levels": [1, 2], "areas": [1, 2], "volumes": [1, 2]}, ["volumes"]),
]


@pytest.mark.parametrize(("table", "messages"), IMPOSSIBLE)
def test_an_impossible_curve_is_refused_with_all_its_rows(table: dict[str, Any], messages: list[str]) -> None:
    with pytest.raises(ValidationError) as caught:
        Hypsometry(**table)
    for message in messages:
        assert message in str(caught.value)


def test_storage_and_area_a_little_apart_are_taken_without_a_word() -> None:
    assert "apart" not in str(Hypsometry(levels=[0, 1], areas=[10, 10], storages=[0, 10.4]))


def test_storage_and_area_apart_are_warned_and_printed() -> None:
    message = r"^rows 2 and 3: storage rises by 11 m3, the areas give 10 m3, 9\.1% apart; check the table, or accept ="
    with pytest.warns(HypsometryWarning, match=message):
        curve = Hypsometry(levels=[0, 1, 2], areas=[10, 10, 10], storages=[0, 10, 21])
    assert str(curve) == (
        "3 contours: level 0 … 2 m, storage 0 … 21 m3, area 10 … 11 m2; storage and area up to 9.1% apart"
    )


def test_a_reason_lets_a_contradictory_curve_in_and_is_printed() -> None:
    curve = Hypsometry(levels=[0, 1], areas=[10, 10], storages=[0, 20], accept="area of 1958, storage of 2003")
    assert curve.storage(0.5) == 10.0
    assert str(curve).endswith("storage and area up to 50.0% apart; accepted: area of 1958, storage of 2003")
    with pytest.raises(ValidationError, match="apart"):
        curve.changed(accept=None)


def test_a_table_that_implies_a_narrowing_lake_is_warned_with_its_row() -> None:
    levels, storages = zip(*JOHN_MARTIN, strict=True)
    table = {"levels": {"unit": "ft", "values": levels}, "storages": {"unit": "acre-ft", "values": storages}}
    message = r"^row 3: storage rises by 9\.90306e\+07 m3 a metre above it, by 1\.10783e\+08 below, as if"
    with pytest.warns(HypsometryWarning, match=message):
        Hypsometry(**table)
    assert Hypsometry(**table, accept="as printed").storage(3882.8 * 0.3048) == pytest.approx(815479 * ACRE_FOOT)


def test_a_rounded_table_is_taken_without_a_word() -> None:
    Hypsometry(levels=[0, 1, 2, 3], storages=[0, 100, 199.5, 299.4])


@pytest.mark.parametrize("value", [9.999, -1e9, float("nan"), float("inf")])
def test_below_the_bottom_and_what_is_no_number_are_refused(value: float) -> None:
    curve = Hypsometry(levels=[10, 20], areas=[5, 5], storages=[10, 60])
    for method, unit in ((curve.storage, "m"), (curve.area, "m"), (curve.level, "m3")):
        message = f"{value!r} {unit} is not on the curve, which begins at 10.0 {unit}; give one from there up"
        with pytest.raises(ValueError, match=re.escape(message)):
            method(value)
        with pytest.raises(ValueError, match=re.escape(message)):
            method(np.array([15.0, value]))


def test_equal_curves_are_equal_and_hash_alike() -> None:
    one, other = (Hypsometry(levels=[0, 1], areas=areas) for areas in (["1 ha", "2 ha"], [10000.0, 20000.0]))
    assert one == other
    assert hash(one) == hash(other)
    assert one != other.changed(areas=[1.0, 2.0])


def test_the_record_rebuilds_from_its_own_dump() -> None:
    curve = Hypsometry.power_law(10, 18, exponent=3, storage="6 hm3")
    assert Hypsometry(**curve.model_dump()) == curve
    assert Hypsometry.model_validate_json(curve.model_dump_json()) == curve
    assert set(Hypsometry.model_json_schema()["properties"]) == {"levels", "areas", "storages", "accept"}


def csv_file(folder: Path, text: str) -> Path:
    path = folder / "curve.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_table_is_read_from_csv(tmp_path: Path) -> None:
    lines = ["# survey of 2003", "level [m],area [km2], storage [hm3],note", "20,0,0,", "22,10,10,a", "", "24,20,40,b"]
    text = "\ufeff" + "\r\n".join(lines)
    curve = Hypsometry.from_csv(csv_file(tmp_path, text))
    assert curve == Hypsometry(levels=[20, 22, 24], areas=[0, 1e7, 2e7], storages=[0, 1e7, 4e7])


def test_a_table_with_other_headers_is_read_by_naming_them(tmp_path: Path) -> None:
    rows = "".join(f"{level},{storage}\n" for level, storage in BLUE_MARSH)
    path = csv_file(tmp_path, f"elevation_ft,storage_acft\n{rows}")
    lake = Hypsometry.from_csv(path, columns={"elevation_ft": "level [ft]", "storage_acft": "storage [acre-ft]"})
    assert lake.storage(290 * 0.3048) == pytest.approx(20225.88 * ACRE_FOOT, rel=1e-12)


@pytest.mark.parametrize(
    ("text", "columns", "messages"),
    [
        ("", {}, ['no column "level [m]" in the header []']),
        ("level [m],area\n1,2\n", {}, ["column 'area' names no unit; write it as"]),
        ("level_m,area_km2\n1,2\n", {}, ["column 'level_m' names no unit", "column 'area_km2' names no unit"]),
        ("z,area [m2]\n1,2\n2,3\n", {}, ['no column "level [m]" in the header']),
        ("level [m],area [m2],area [ha]\n1,2,3\n", {}, ["column 'area [ha]' gives area a second time; keep one"]),
        ("level [m],area [m2]\n1,2\n", {"z": "level [m]"}, ["no column 'z' in the header ['level [m]', 'area [m2]']"]),
        ("level [m],area [m2]\n1,2\n2\n3,4,5\n", {}, ["row 2 has 1 cells under the 2", "row 3 has 3 cells"]),
        ("level [m],area [m]\n1,2\n2,3\n", {}, ["areas Value error, row 1: '2 m': unit 'm' does not convert to m2"]),
        ('level [m],area [m2]\n1,"2,5"\n2,\n', {}, ["row 1: '2,5 m2'", "row 2: ' m2'"]),
        ("level [m],area [m2]\n1,3\n2,2\n", {}, ["row 2: area 2 m2 is below 3 m2"]),
        ("level [m]\n1\n2\n", {}, ["neither areas nor storages"]),
    ],
)
def test_a_faulty_csv_is_refused_with_its_name(
    tmp_path: Path, text: str, columns: dict[str, str], messages: list[str]
) -> None:
    path = csv_file(tmp_path, text)
    with pytest.raises(ValueError, match=re.escape(str(path))) as caught:
        Hypsometry.from_csv(path, columns=columns)
    for message in messages:
        assert message in str(caught.value)


def test_a_csv_that_is_not_utf8_is_refused_with_its_name(tmp_path: Path) -> None:
    path = tmp_path / "curve.csv"
    path.write_bytes("level [m],area [m2],备注\n1,2,湖\n".encode("gbk"))
    with pytest.raises(ValueError, match=r"curve\.csv: not UTF-8; save it as UTF-8"):
        Hypsometry.from_csv(path)


# Edits


@st.composite
def enclosures(draw: st.DrawFn) -> tuple[Hypsometry, float, float | Literal["shallowest"]]:
    """A curve, and land that can be diked off from it: so much, from a level up, or so much that lies highest."""
    curve = draw(curves())
    whole = curve.area(curve.top)
    if draw(st.booleans()):
        return curve, draw(st.floats(0.01, 0.99)) * whole, "shallowest"
    parts = st.floats(0.001, 0.99) if curve.curve_storage[0] > 0.0 else st.just(0.0) | st.floats(0.001, 0.99)
    ground = curve.bottom + draw(parts) * (curve.top - curve.bottom)
    deeper = 0.0 if ground == curve.bottom else curve.area(float(np.nextafter(ground, curve.bottom)))
    assume(whole - deeper > 1e-6 * whole)
    return curve, draw(st.floats(0.01, 0.99)) * (whole - deeper), ground


@st.composite
def edited(draw: st.DrawFn) -> list[Hypsometry]:
    """The waters that a random stack of edits makes of a random curve."""
    waters = [draw(curves())]
    for word in draw(st.lists(st.sampled_from(["enclosed", "joined", "share", "dredge", "silt"]), max_size=6)):
        curve = waters.pop(draw(st.integers(0, len(waters) - 1)))
        part = draw(st.floats(0.05, 0.9))
        if word == "enclosed":
            waters += curve.enclosed(part * curve.area(curve.top), "shallowest")
        elif word == "joined" and waters:
            waters.append(curve.joined(waters.pop()))
        elif word == "share":
            waters.append(curve.share(part))
        else:
            below = min(curve.bottom + draw(st.floats(0.1, 1.0)) * (curve.top - curve.bottom), curve.top)
            water = curve.storage(below) - curve.curve_storage[0]
            waters.append(curve.deepened(part * water * (1.0 if word == "dredge" else -1.0), below))
    return waters


def levels_of(*curves: Hypsometry) -> NDArray[np.float64]:
    """Every contour of the curves, what lies next to it and between, and what lies above."""
    contours = np.unique(np.concatenate([curve.curve_level for curve in curves]))
    ulp = np.spacing(np.maximum(np.abs(contours), 1e-3))
    between = 0.5 * (contours[1:] + contours[:-1])
    above = contours[-1] + np.array([0.1, 1.0]) * (contours[-1] - contours[0])
    return np.unique(np.concatenate([contours, contours + ulp, contours[1:] - ulp[1:], between, above]))


def area_at(curve: Hypsometry, levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Areas, 0 below the bottom."""
    return np.where(levels < curve.bottom, 0.0, curve.area(np.maximum(levels, curve.bottom)))


def storage_at(curve: Hypsometry, levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Storages, below the bottom that of the bottom."""
    return curve.storage(np.maximum(levels, curve.bottom))


def roundings(
    levels: NDArray[np.float64], curve: Hypsometry, *others: Hypsometry
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rounding of area and of storage: of themselves, of the levels, and 1e-12 of the area for a row left out.

    Where a curve begins with water its areas follow from differences of storages, which lose digits in a thin interval.
    Above the last contour the line of the last interval, which may be thin, is drawn out.
    """
    area, storage = area_at(curve, np.maximum(levels, curve.top)), storage_at(curve, levels)
    thinnest = min(np.diff(one.curve_level).min() for one in (curve, *others))
    of_area = 4e-12 * area + 16.0 * EPS * max(curve.curve_slope) * np.abs(levels)
    of_area = of_area + 16.0 * EPS * (storage[-1] / thinnest if curve.curve_storage[0] > 0.0 else 0.0)
    of_area = of_area * np.where(levels > curve.top, (levels - curve.bottom) / thinnest, 1.0)
    return of_area, of_area * (levels[-1] - levels[0]) + 16.0 * EPS * (storage + area * np.abs(levels))


@given(enclosures())
def test_lake_and_polder_are_the_original_at_every_level(
    taken: tuple[Hypsometry, float, float | Literal["shallowest"]],
) -> None:
    curve, area, ground = taken
    lake, polder = curve.enclosed(area, ground)
    z = levels_of(curve, lake, polder)
    of_area, of_storage = roundings(z, curve, lake, polder)
    assert np.all(np.abs(area_at(lake, z) + area_at(polder, z) - area_at(curve, z)) <= of_area)
    assert np.all(np.abs(storage_at(lake, z) + storage_at(polder, z) - storage_at(curve, z)) <= of_storage)
    assert polder.storage(polder.bottom) == 0.0
    assert polder.area(polder.top) == pytest.approx(area, rel=1e-9)
    if ground != "shallowest":
        assert polder.bottom >= ground - 2.0 * np.spacing(abs(ground))


@given(enclosures())
def test_a_polder_that_joins_its_lake_again_leaves_no_trace(
    taken: tuple[Hypsometry, float, float | Literal["shallowest"]],
) -> None:
    curve, area, ground = taken
    lake, polder = curve.enclosed(area, ground)
    for whole in (lake.joined(polder), polder.joined(lake)):
        z = levels_of(curve, whole)
        of_area, of_storage = roundings(z, curve, lake, polder, whole)
        assert np.all(np.abs(area_at(whole, z) - area_at(curve, z)) <= of_area)
        assert np.all(np.abs(storage_at(whole, z) - storage_at(curve, z)) <= of_storage)
        assert whole.bottom == pytest.approx(curve.bottom, rel=1e-15)


@given(edited())
def test_area_is_never_negative_and_storage_never_falls(waters: list[Hypsometry]) -> None:
    for curve in waters:
        z = levels_of(curve)
        z = z[z >= curve.bottom]
        assert curve.area(z).min() >= 0.0
        assert np.all(np.diff(curve.storage(z)) >= 0.0)
        assert Hypsometry(**curve.model_dump()) == curve, "and it is a curve that a file can hold"
        assert Hypsometry(**curve.model_dump()).curve_storage == curve.curve_storage


@given(curves(), st.floats(-0.95, 3.0), st.floats(0.05, 1.0))
def test_deepening_moves_the_bed_below_a_level_and_nothing_above(curve: Hypsometry, part: float, height: float) -> None:
    """New depth = depth (1 + volume/water below): the bottom as said, the area of each contour as it was."""
    below = min(curve.bottom + height * (curve.top - curve.bottom), curve.top)
    water = curve.storage(below) - curve.curve_storage[0]
    deep = curve.deepened(part * water, below)
    z = levels_of(curve, deep)
    z = z[z <= curve.top]
    of_area, of_storage = roundings(z, curve, deep)
    high = z >= below
    assert np.all(np.abs(area_at(deep, z) - area_at(curve, z))[high] <= of_area[high])
    gain = (storage_at(deep, z) - storage_at(curve, z))[high]
    assert np.all(np.abs(gain - part * water) <= (1.0 + abs(part)) * of_storage[high])
    assert deep.bottom == pytest.approx(below - (1.0 + part) * (below - curve.bottom), rel=1e-12, abs=1e-12)
    assert np.all((storage_at(deep, z) - storage_at(curve, z)) * np.sign(part) >= -2.0 * of_storage)


@given(curves(), st.floats(0.01, 1.0))
def test_a_share_is_the_same_part_at_every_level(curve: Hypsometry, part: float) -> None:
    z = levels_of(curve)
    of_area, of_storage = roundings(z, curve)
    share = curve.share(part)
    assert np.all(np.abs(area_at(share, z) - part * area_at(curve, z)) <= of_area)
    assert np.all(np.abs(storage_at(share, z) - part * storage_at(curve, z)) <= of_storage)


BOWL = Hypsometry(levels=[20, 24, 26], areas=[0, 100, 120])


@given(curves(), st.sampled_from([-30.0, -1.79, 0.5, 400.0]))
def test_a_raised_curve_has_the_same_storage_as_much_higher(curve: Hypsometry, by: float) -> None:
    """But for the digits that the levels lose: as much storage as the widest area holds in that height."""
    raised = curve.raised(by)
    z = levels_of(curve)
    z = z[z <= curve.top]
    widest = max(curve.curve_area) + max(curve.curve_slope) * np.diff(curve.curve_level).max()
    lost = 16.0 * EPS * (curve.storage(curve.top) + widest * (np.abs(z) + abs(by)))
    assert raised.bottom == curve.bottom + by
    assert np.all(np.abs(storage_at(raised, z + by) - storage_at(curve, z)) <= lost)


def test_raising_by_hand() -> None:
    raised = BOWL.raised(-1.5)
    assert (raised.levels, raised.areas) == ((18.5, 22.5, 24.5), BOWL.areas)
    assert [raised.storage(z) for z in (18.5, 22.5, 24.5, 25.5)] == [BOWL.storage(z) for z in (20, 24, 26, 27)]
    flat = Hypsometry(levels=[0, 1, 1, 2], areas=[1, 1, 2, 2], accept="flat land").raised(7.0)
    assert (flat.levels, flat.storage(9.0), flat.accept) == ((7.0, 8.0, 8.0, 9.0), 3.0, "flat land")


def test_land_from_a_level_up_by_hand() -> None:
    """Area 50 at 22 m: the polder takes 30 from there, and is full at 23.2 m; storage ½·30·1.2 = 18 there."""
    lake, polder = BOWL.enclosed(30.0, 22.0)
    assert (polder.bottom, polder.storage(23.2)) == (22.0, pytest.approx(18.0))
    assert [polder.area(z) for z in (22.6, 23.2, 25.0, 27.0)] == pytest.approx([15.0, 30.0, 30.0, 30.0])
    assert [lake.area(z) for z in (21.0, 22.6, 23.2, 24.0, 25.0)] == pytest.approx([25.0, 50.0, 50.0, 70.0, 80.0])
    assert lake.storage(26.0) + polder.storage(26.0) == pytest.approx(420.0)


def test_the_land_that_lies_highest_by_hand() -> None:
    """Of 120 the highest 40 begin where the area is 80, at 23.2 m; the lake keeps walls of 80 from there."""
    lake, polder = BOWL.enclosed(40.0, "shallowest")
    assert polder.bottom == pytest.approx(23.2)
    assert [polder.area(z) for z in (23.6, 24.0, 26.0)] == pytest.approx([10.0, 20.0, 40.0])
    assert [lake.area(z) for z in (22.0, 23.2, 26.0)] == pytest.approx([50.0, 80.0, 80.0])


def test_flat_land_is_taken_whole_and_given_back() -> None:
    """A table of storages: 10 up to 24 m, 25 above it; the 15 that lie at 24 m are a polder with upright walls."""
    curve = Hypsometry(levels=[20, 24, 26], storages=[0, 40, 90])
    lake, polder = curve.enclosed(15.0, 24.0)
    assert (polder.bottom, polder.curve_area, polder.curve_slope) == (24.0, (15.0, 15.0), (0.0, 0.0))
    assert polder == Hypsometry.prism(24, 26, 15.0)
    assert [lake.area(z) for z in (20.0, 24.0, 26.0)] == [10.0, 10.0, 10.0]
    whole = lake.joined(polder)
    assert [whole.area(z) for z in (23.999, 24.0, 26.0)] == [10.0, 25.0, 25.0]
    assert whole.curve_storage == curve.curve_storage
    half, more = curve.enclosed(6.0, 24.0)
    assert (half.area(24.0), half.area(23.9), more.area(24.0)) == (19.0, 10.0, 6.0)


def test_the_deepest_land_may_be_taken_too() -> None:
    """From the bottom up 30 of a cone's 100 at 20 … 30 m: the lake begins where the area is 30, at 23 m."""
    lake, polder = Hypsometry(levels=[20, 30], areas=[0, 100]).enclosed(30.0, 20.0)
    assert (polder.bottom, lake.bottom) == (20.0, pytest.approx(23.0))
    assert lake.area(24.0) == pytest.approx(10.0)


def test_what_lies_below_a_bottom_with_water_stays_in_the_lake() -> None:
    curve = Hypsometry(levels=[20, 24], storages=[7, 47])
    lake, polder = curve.enclosed(2.0, 20.0)
    assert (lake.curve_storage, polder.curve_storage) == ((7.0, 39.0), (0.0, 8.0))
    assert lake.joined(polder).curve_storage == (7.0, 47.0)
    assert lake.deepened(8.0, 22.0).curve_storage[0] == 7.0


def test_two_contours_a_rounding_apart_are_one() -> None:
    """The land between 6.3125 m and the bend at 12.625 m: its upper end is computed as the float below the bend."""
    curve = Hypsometry(levels=[0.0, 12.625, 13.625], areas=[0.0, 0.4475, 0.4475])
    lake, polder = curve.enclosed(0.22375, "shallowest")
    assert [part.area(12.625) for part in (lake, polder)] == pytest.approx([0.22375, 0.22375])
    assert [part.area(9.46875) for part in (lake, polder)] == pytest.approx([0.22375, 0.111875])
    assert lake.joined(polder).levels == curve.levels


def test_a_table_of_equal_steps_can_be_edited() -> None:
    """Its areas differ by rounding, which makes no lake that narrows."""
    curve = Hypsometry(levels=[0, 1, 2, 3, 4], storages=[0.0, 0.505, 1.5150000000000001, 2.5250000000000004, 3.535])
    assert curve.share(0.5).storage(4.0) == pytest.approx(1.7675)


def test_the_land_of_a_table_that_overhangs_begins_above_that() -> None:
    """Area 10.3 just below 1 m and 10 from there to 2 m: nothing below the ground at 1.5 m is land."""
    curve = Hypsometry(
        levels=[0, 1, 2, 3], areas=[0, 10, 10, 110], storages=[0, 5.15625, 15.15625, 75.15625], accept="as printed"
    )
    lake, polder = curve.enclosed(20.0, 1.5)
    assert polder.bottom == 2.0
    assert lake.area(0.99) == curve.area(0.99)


def test_dredging_and_silt_by_hand() -> None:
    """A cone, area 10 a metre: 125 below 25 m. Twice the depth for 125 more, half of it for 62.5 less."""
    cone = Hypsometry(levels=[20, 30], areas=[0, 100])
    deep, full = cone.deepened(125.0, 25.0), cone.deepened(-62.5, 25.0)
    assert (deep.bottom, full.bottom) == (15.0, 22.5)
    assert [deep.area(z) for z in (20.0, 25.0, 30.0)] == pytest.approx([25.0, 50.0, 100.0])
    assert [full.storage(z) for z in (25.0, 30.0)] == pytest.approx([62.5, 437.5])
    assert deep.deepened(-125.0, 25.0).curve_level == pytest.approx((20.0, 25.0, 30.0)[:: len(deep.curve_level) - 1])


SHORT = "is more than the 20 m2 that lie above 24.0 m; take less, or land that lies lower"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (lambda: BOWL.enclosed(20.1, 24.0), SHORT),
        (
            lambda: BOWL.enclosed(1.0, 26.1),
            "the ground 26.1 m does not lie between the bottom 20 m and the last contour",
        ),
        (lambda: BOWL.enclosed(1.0, 26.0), "is more than the 0 m2 that lie above 26.0 m"),
        (lambda: BOWL.enclosed(0.0, "shallowest"), "the area taken is 0 m2 of 120 m2; take more"),
        (lambda: BOWL.enclosed(-5.0, 24.0), "the area taken is -5 m2 of 120 m2; take more"),
        (lambda: BOWL.enclosed(float("nan"), 24.0), "the area taken is nan m2 of 120 m2; take more"),
        (lambda: BOWL.enclosed(120.0, "shallowest"), "the area taken, 120 m2, is all of the lake, 120 m2; take less"),
        (lambda: BOWL.enclosed(130.0, "shallowest"), "the area taken, 130 m2, is all of the lake, 120 m2; take less"),
        (lambda: BOWL.enclosed(120.0, 20.0), "is all of the lake, 120 m2; take less"),
        (lambda: BOWL.enclosed(1.0, 19.0), "the ground 19 m does not lie between the bottom 20 m"),
        (lambda: BOWL.enclosed(1.0, float("nan")), "the ground nan m"),
        (lambda: BOWL.share(0.0), "the share 0 is outside 0 … 1; take a part of the curve, or all of it"),
        (lambda: BOWL.share(1.01), "the share 1.01 is outside 0 … 1"),
        (lambda: BOWL.share(float("nan")), "the share nan is outside 0 … 1"),
        (
            lambda: BOWL.deepened(1.0, 20.0),
            "the level 20 m does not lie between the bottom 20 m and the last contour 26 m; take one that does",
        ),
        (lambda: BOWL.deepened(1.0, 26.5), "the level 26.5 m does not lie between"),
        (lambda: BOWL.deepened(1.0, float("nan")), "the level nan m does not lie between"),
        (
            lambda: BOWL.deepened(-200.0, 24.0),
            "the volume filled in, 200 m3, is all of the 200 m3 that the lake holds below 24 m; fill in less, or up to",
        ),
        (lambda: BOWL.deepened(float("nan"), 24.0), "the volume filled in, nan m3, is all of the 200 m3"),
    ],
)
def test_an_edit_that_cannot_be_is_refused(edit: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        edit()


def test_a_change_of_a_curve_can_be_read_at_every_level() -> None:
    """A polder of 20 from 24 m up takes 10 at 25 m, and ½·10·1 = 5 of storage; dredging adds from its new bottom up."""
    change = CurveChange(BOWL, BOWL.enclosed(20.0, "shallowest")[0])
    assert list(change.levels) == [20.0, 24.0, 26.0]
    assert change.area(25.0) == pytest.approx(-10.0)
    assert type(change.area(25.0)) is float
    np.testing.assert_allclose(change.storage(np.array([19.0, 24.0, 25.0])), [0.0, 0.0, -5.0])
    deep = CurveChange(BOWL, BOWL.deepened(200.0, 24.0))
    assert list(deep.levels) == [16.0, 20.0, 24.0, 26.0]
    assert [deep.area(z) for z in (15.0, 20.0, 24.0)] == pytest.approx([0.0, 50.0, 0.0])
    assert [deep.storage(z) for z in (16.0, 20.0, 26.0)] == pytest.approx([0.0, 100.0, 200.0])


def test_flat_land_stands_in_a_table_as_one_level_twice() -> None:
    """Area 10 below 24 m and 25 from there: storage 40 at 24 m, 90 at 26 m, as of the table of storages."""
    curve = Hypsometry(levels=[20, 24, 24, 26], areas=[10, 10, 25, 25], accept="flat land")
    assert curve.curve_storage == (0.0, 40.0, 90.0)
    assert [curve.area(z) for z in (23.9, 24.0)] == [10.0, 25.0]
    told = Hypsometry(levels=[20, 24, 24, 26], areas=[10, 10, 25, 25], storages=[5, 45, 45, 95], accept="flat land")
    assert told.curve_storage == (5.0, 45.0, 95.0)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"accept": None}, "row 3: level 24 m is not above 24 m of the row before; levels must rise"),
        ({"levels": [20, 24, 24, 24]}, "row 4: level 24 m stands a third time; keep two"),
        (
            {"storages": [0, 40, 41, 90]},
            "row 3: storage 41 m3 is not 40 m3, as at the same level in the row before",
        ),
        ({"areas": None, "storages": [0, 40, 41, 90]}, "row 3: level 24 m is not above 24 m"),
    ],
)
def test_a_level_that_stands_twice_for_no_reason_is_refused(table: dict[str, Any], message: str) -> None:
    flat = {"levels": [20, 24, 24, 26], "areas": [10, 10, 25, 25], "accept": "flat land"}
    with pytest.raises(ValidationError, match=re.escape(message)):
        Hypsometry(**flat | table)


def test_two_curves_are_equal_by_what_was_given_also_after_they_were_read() -> None:
    one, same, other = (Hypsometry(levels=[20, 24], areas=[0, area]) for area in (9.0, 9.0, 8.0))
    assert one.storage(22.0) == same.storage(22.0)  # which makes arrays, that cannot be compared by ==
    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != 9.0
