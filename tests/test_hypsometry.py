"""The level–area–storage curve: exact both ways, continued above, and refused where it is impossible."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydantic import ValidationError
from scipy.integrate import quad

from lakesim.hypsometry import Hypsometry, HypsometryWarning

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
