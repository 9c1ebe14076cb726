"""Series: what they say over time, what can be done with them, and what is refused when a record is read."""

import copy
import datetime as dt
import math
import pickle
from pathlib import Path

import numpy as np
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lakesim.series import Series
from lakesim.units import Record

DAY = 86400.0


def day(n):
    return np.datetime64("2020-06-01", "ms") + np.timedelta64(n, "D")


def daily(values, kind="means", **kwargs):
    return Series(np.array([day(n) for n in range(len(values) + (kind == "means"))]), values, kind, "m3/s", **kwargs)


@pytest.fixture
def csv(tmp_path):
    """Write a file and read the column `inflow` of it as daily means, unless told otherwise."""

    def read(content, column="inflow", **how):
        path = tmp_path / "record.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Series.from_csv(path, column, **({"unit": "m3/s", "kind": "means"} | how))

    return read


@pytest.fixture
def refused(csv):
    """Read a file that has to be refused; return the message line by line, without the path before each."""

    def read(content, column="inflow", **how):
        with pytest.raises(ValueError, match=r"record\.csv: ") as error:
            csv(content, column, **how)
        lines = str(error.value).split("\n")
        assert all("record.csv: " in line for line in lines)
        return [line.split("record.csv: ")[1] for line in lines]

    return read


# Strategies: plain series of both kinds, with steps down to a millisecond and jumps

steps = st.lists(st.integers(1, 10**9), min_size=1, max_size=12)
numbers = st.floats(-1e6, 1e6, allow_subnormal=False).map(lambda x: round(x, 3))


@st.composite
def plain(draw, kinds=("instants", "means")):
    kind = draw(st.sampled_from(kinds))
    ahead = draw(steps)
    times = day(0) + np.cumsum([draw(st.integers(-(10**9), 10**9)), *ahead]).astype("timedelta64[ms]")
    if kind == "instants" and len(times) > 2 and draw(st.booleans()):
        times = np.insert(times, 1, times[1])
    count = len(times) - (kind == "means")
    return Series(times, draw(st.lists(numbers, min_size=count, max_size=count)), kind, "m3/s")


@st.composite
def windows(draw, series):
    first, last = (int(t.astype(np.int64)) for t in (series.times[0], series.times[-1]))
    a = draw(st.integers(first, last - 1))
    b = draw(st.integers(a + 1, last))
    return np.datetime64(a, "ms"), np.datetime64(b, "ms")


def integral(series, start, end):
    """Integral of a plain series written down from the definition, step by step."""
    total = 0.0
    for i in range(len(series.times) - 1):
        t0, t1 = series.times[i], series.times[i + 1]
        a, b = max(t0, start), min(t1, end)
        if a >= b:
            continue
        whole, left, right = (int(x.astype(int)) for x in (t1 - t0, a - t0, b - t0))
        if series.kind == "means":
            mean = series.values[i]
        else:
            mean = series.values[i] + (series.values[i + 1] - series.values[i]) * (left + right) / (2 * whole)
        total += mean * (right - left) / 1000
    return total


def scale(series):
    return max(1.0, float(np.abs(series.values).max()))


# What a series is


def test_values_and_dates_are_copied_and_cannot_be_changed():
    values, times = np.array([1.0, 2.0]), np.array([day(0), day(1)])
    series = Series(times, values, "instants", "m")
    values[0] = 9.0
    times[0] = day(-9)
    assert series.values[0] == 1.0
    assert series.times[0] == day(0)
    with pytest.raises(ValueError, match="read-only"):
        series.values[0] = 5.0
    with pytest.raises(ValueError, match="read-only"):
        series.times[0] = day(3)
    with pytest.raises(AttributeError):
        series.unit = "m3/s"


@pytest.mark.parametrize(
    "dates",
    [
        ["2020-06-08", "2020-06-09"],
        ["2020/6/8", "2020年6月9日"],
        [dt.date(2020, 6, 8), dt.datetime(2020, 6, 9)],
        np.array(["2020-06-08", "2020-06-09"], "datetime64[D]"),
        np.array(["2020-06-08", "2020-06-09"], "datetime64[ns]"),
    ],
)
def test_dates_may_be_said_in_many_ways(dates):
    series = Series(dates, [1.0, 2.0], "instants", "m")
    assert series.times.dtype == "datetime64[ms]"
    assert series == Series(["2020-06-08", "2020-06-09"], [1.0, 2.0], "instants", "m")


def test_a_step_of_a_fraction_of_a_second_is_kept_to_the_millisecond():
    series = Series(["2020-06-08 00:00:00", "2020-06-08 00:03:25.2"], [1.0], "means", "m3/s")
    assert series.volume() == 205.2


@pytest.mark.parametrize(
    ("times", "values", "kind", "unit", "said"),
    [
        ([day(0), day(1)], [1.0], "mean", "m", "kind is 'mean'; say 'instants' or 'means'"),
        ([day(0), day(1)], [1.0], "means", "mm/d", "unit is 'mm/d'"),
        ([day(0), day(1)], [1.0, 2.0], "means", "m", "one date more than values"),
        ([day(0), day(1)], [1.0], "instants", "m", "as many dates as values"),
        ([day(0)], [1.0], "instants", "m", "at least 2"),
        ([], [], "means", "m", "at least 1"),
        ([day(0), day(1)], [math.nan], "means", "m", "not finite"),
        ([day(0), day(1)], [math.inf], "means", "m", "not finite"),
        ([day(0), day(0)], [1.0], "means", "m", "do not ascend: 2020-06-01 after 2020-06-01"),
        ([day(0), day(2), day(1)], [1.0] * 3, "instants", "m", "do not ascend: 2020-06-02 after 2020-06-03"),
        ([day(0), day(1), day(1), day(1), day(2)], [1.0] * 5, "instants", "m", "do not ascend"),
        (["2021-02-29", day(1)], [1.0], "means", "m", "'2021-02-29': no such day"),
        ([np.datetime64("NaT"), day(1)], [1.0], "means", "m", "'NaT': no date"),
        ([20200608, 20200609], [1.0], "means", "m", "'20200608': no date"),
        ([dt.datetime(2020, 6, 8, tzinfo=dt.UTC), day(9)], [1.0], "means", "m", "offset from UTC"),
    ],
)
def test_what_is_no_series_is_refused(times, values, kind, unit, said):
    with pytest.raises(ValueError, match=said):
        Series(times, values, kind, unit, "inflow")


def test_an_error_names_the_series_and_gives_all_faults():
    with pytest.raises(ValueError, match=r"series inflow: kind .*\nseries inflow: unit .*\nseries inflow: a value"):
        Series([day(0), day(1)], [math.nan], "sums", "cfs", "inflow")


def test_equal_by_what_they_say_and_not_by_name():
    one = daily([1.0, 2.0], name="a")
    assert one == daily([1.0, 2.0], name="b")
    assert hash(one) == hash(daily([1.0, 2.0]))
    assert len({one, daily([1.0, 2.0]), daily([1.0, 3.0])}) == 2
    assert one != daily([1.0, 2.0], outside=0.0)
    assert one != Series(one.times, one.values, "means", "m/s")
    assert daily([1.0, 2.0], "instants") != Series([day(0), day(1)], [1.0, 2.0], "instants", "m")
    assert one != "series"
    assert Series.constant(1, "m") != Series.constant(2, "m")


def test_the_digest_stays_the_same_from_run_to_run():
    assert daily([1.0, 2.0]).digest == "abfc6d8e3590f11c5ce68ae9d942e473da8da7068414899c62438b77bff1e103"


@pytest.mark.parametrize("remade", [copy.deepcopy, lambda series: pickle.loads(pickle.dumps(series))])
def test_a_copy_is_equal_and_still_cannot_be_changed(remade):
    series = Series.triangle("2020-07-01", 10, "6 h", "18 h", base_flow=1, name="flood")
    other = remade(series)
    assert other == series
    assert (other.name, other.outside) == ("flood", 1.0)
    assert not other.values.flags.writeable


@pytest.mark.parametrize(
    ("series", "said"),
    [
        (daily([1, 30]), "<Series 2 means, 1 … 30 m3/s, 2020-06-01 to 2020-06-03>"),
        (daily([1, 30], filled=1, name="q"), "<Series q, 2 means, 1 … 30 m3/s, 2020-06-01 to 2020-06-03, 1 filled>"),
        (Series.constant(0.5, ""), "<Series constant 0.5>"),
        (Series.yearly({"01-01": 24}, unit="m", name="rule"), "<Series rule, 1 instants, 24 … 24 m, every year>"),
        (
            Series.pulse("2020-06-01 06:00", "1 h", 3, unit="m/s"),
            "<Series 1 means, 3 … 3 m/s, 2020-06-01 06:00 to 2020-06-01 07:00, outside 0>",
        ),
    ],
)
def test_repr_says_what_it_is(series, said):
    assert repr(series) == said


def test_a_record_takes_a_series_as_it_is_and_nothing_else():
    class Pond(Record):
        inflow: Series | None = None

    series = daily([1.0])
    assert Pond(inflow=series).inflow is series
    assert Pond(inflow=series) == Pond(inflow=daily([1.0]))
    with pytest.raises(pydantic.ValidationError, match=r"3\.0 is not a Series; use Series\.constant"):
        Pond(inflow=3.0)
    assert {"type": "object"}.items() <= Pond.model_json_schema()["properties"]["inflow"]["anyOf"][0].items()


# What it says


def test_means_hold_from_the_start_of_their_step_up_to_its_end():
    series = daily([1.0, 5.0])
    assert series.at([day(0), day(1) - np.timedelta64(1, "ms"), day(1)]).tolist() == [1.0, 1.0, 5.0]
    assert series.at(day(2)) == 5.0
    assert type(series.at("2020-06-02")) is float


def test_instants_are_linear_between_and_exact_where_they_stand():
    values = [0.1, 0.7, 0.3]
    series = daily(values, "instants")
    assert series.at(series.times).tolist() == values
    assert series.at("2020-06-01 06:00") == pytest.approx(0.25, rel=1e-15)
    assert series.at(np.array([], "datetime64[ms]")).shape == (0,)
    assert series.at(series.times.reshape(3, 1)).shape == (3, 1)


def test_a_date_that_stands_twice_is_a_jump():
    series = Series([day(0), day(1), day(1), day(2)], [0.0, 10.0, 20.0, 0.0], "instants", "m3/s")
    assert series.at([day(1) - np.timedelta64(12, "h"), day(1), day(1) + np.timedelta64(12, "h")]).tolist() == [
        5,
        20,
        10,
    ]
    assert series.volume() == 15 * DAY
    seconds, values, slopes = series.over(day(0), day(2))
    assert seconds.tolist() == [0, DAY, 2 * DAY]
    assert values.tolist() == [0, 20]
    assert (slopes * DAY).tolist() == [10, -20]


def test_over_begins_and_ends_inside_a_step():
    seconds, values, slopes = daily([1.0, 5.0, 9.0]).over("2020-06-01 18:00", "2020-06-03 01:00")
    assert seconds.tolist() == [0, 6 * 3600, 30 * 3600, 31 * 3600]
    assert values.tolist() == [1, 5, 9]
    assert slopes.tolist() == [0, 0, 0]
    seconds, values, slopes = daily([0.0, 24.0, 0.0], "instants").over("2020-06-01 06:00", "2020-06-02 12:00")
    assert seconds.tolist() == [0, 18 * 3600, 30 * 3600]
    assert values.tolist() == pytest.approx([6, 24], rel=1e-15)
    assert (slopes * 3600).tolist() == pytest.approx([1, -1], rel=1e-15)


def test_over_inside_one_step_and_over_all_of_it():
    seconds, values, _ = daily([1.0, 5.0]).over("2020-06-02 01:00", "2020-06-02 02:00")
    assert seconds.tolist() == [0, 3600]
    assert values.tolist() == [5]
    seconds, values, _ = daily([1.0, 5.0]).over(day(0), day(2))
    assert seconds.tolist() == [0, DAY, 2 * DAY]
    assert values.tolist() == [1, 5]


def test_what_over_returns_is_the_callers_own():
    for series in (daily([1.0, 5.0]), Series.constant(1.0, "m"), daily([1.0, 5.0], outside=0.0)):
        for array in series.over(day(0), day(2)):
            array += 100.0
        assert series.at(day(0)) == 1.0
        assert series.over(day(0), day(1))[2].tolist() == [0.0]


def test_a_constant_is_one_piece():
    seconds, values, slopes = Series.constant("3 mm/d", "m/s").over("1900-01-01", "2100-01-01")
    assert (len(seconds), len(slopes)) == (2, 1)
    assert values[0] == pytest.approx(0.003 / DAY, rel=1e-15)
    assert seconds[1] == (np.datetime64("2100-01-01") - np.datetime64("1900-01-01")) / np.timedelta64(1, "s")


@given(st.data())
def test_over_integrates_to_the_volume(data):
    series = data.draw(plain())
    start, end = data.draw(windows(series))
    seconds, values, slopes = series.over(start, end)
    assert seconds[0] == 0.0
    assert seconds[-1] == (end - start) / np.timedelta64(1, "ms") / 1000
    assert (np.diff(seconds) > 0).all()
    assert len(values) == len(slopes) == len(seconds) - 1
    step = np.diff(seconds)
    tolerance = 1e-12 * scale(series) * seconds[-1]
    assert abs(np.sum(values * step + slopes * step**2 / 2) - series.volume(start, end)) <= tolerance
    assert abs(integral(series, start, end) - series.volume(start, end)) <= tolerance
    assert series.mean(start, end) == series.volume(start, end) / seconds[-1]


@given(st.data())
def test_the_volume_of_two_parts_is_the_volume_of_the_whole(data):
    series = data.draw(plain())
    start, end = data.draw(windows(series))
    middle = start + (end - start) // 2
    if start < middle:
        parts = series.volume(start, middle) + series.volume(middle, end)
        seconds = (end - start) / np.timedelta64(1, "s")
        assert abs(parts - series.volume(start, end)) <= 1e-12 * scale(series) * seconds


@given(st.data())
def test_pieces_say_the_same_as_the_values_at_their_breakpoints(data):
    series = data.draw(plain())
    start, end = data.draw(windows(series))
    seconds, values, _ = series.over(start, end)
    dates = start + np.round(1000 * seconds[:-1]).astype("timedelta64[ms]")
    assert values.tolist() == series.at(dates).tolist()


@given(st.data())
def test_the_maximum_is_reached_and_nowhere_passed(data):
    series = data.draw(plain())
    start, end = data.draw(windows(series))
    seconds, values, slopes = series.over(start, end)
    ends = np.concatenate([values, values + slopes * np.diff(np.round(1000 * seconds)) / 1000])
    assert series.maximum(start, end) == pytest.approx(ends.max(), abs=1e-12 * scale(series))
    assert series.maximum() <= series.values.max()


@pytest.mark.parametrize("ask", ["over", "volume", "mean", "maximum", "between"])
def test_what_a_series_does_not_cover_is_refused_with_both_spans(ask):
    series = daily([1.0, 2.0], name="inflow")
    said = "series inflow covers 2020-06-01 to 2020-06-03, and 2020-05-31 to 2020-06-02 12:00 is asked for"
    with pytest.raises(ValueError, match=said):
        getattr(series, ask)("2020-05-31", "2020-06-02 12:00")
    with pytest.raises(ValueError, match="is asked for; give a longer record"):
        getattr(series, ask)("2020-06-02", "2020-06-03 00:00:00.001")
    with pytest.raises(ValueError, match="the end has to be after the start"):
        getattr(series, ask)("2020-06-02", "2020-06-02")


def test_at_refuses_dates_outside():
    with pytest.raises(ValueError, match="covers 2020-06-01 to 2020-06-02, and 2020-06-03 to 2020-06-04"):
        daily([1.0]).at(["2020-06-03", "2020-06-04"])


def test_volume_mean_and_maximum_of_the_whole_record():
    series = daily([1.0, 5.0])
    assert (series.volume(), series.mean(), series.maximum()) == (6 * DAY, 3.0, 5.0)
    for endless in (Series.constant(1, "m"), Series.yearly({"01-01": 1}, unit="m")):
        with pytest.raises(ValueError, match="no first and last date; say start and end"):
            endless.volume()


# What can be done with it


@given(st.data())
def test_between_changes_nothing_inside(data):
    series = data.draw(plain())
    start, end = data.draw(windows(series))
    part = series.between(start, end)
    assert part.kind == series.kind
    assert (part.times[0], part.times[-1]) == (start, end)
    for one, two in zip(part.over(start, end), series.over(start, end), strict=True):
        np.testing.assert_allclose(one, two, rtol=1e-9, atol=1e-9 * scale(series))
    assert part.at(part.times[:-1]).tolist() == series.at(part.times[:-1]).tolist()
    seconds = (end - start) / np.timedelta64(1, "s")
    assert abs(part.volume() - series.volume(start, end)) <= 1e-12 * scale(series) * seconds


def test_between_of_what_has_no_end_is_written_out():
    part = Series.climatology(range(12), by="month", unit="m").between("2019-12-15", "2020-03-01")
    assert part.period is None
    assert part.values.tolist() == [11, 0, 1]
    assert part.volume() == 17 * 11 * DAY + 29 * DAY
    flood = Series.triangle(day(1), 10, "1 d", "2 d", base_flow=2).between(day(0), day(4))
    assert flood.outside is None
    assert flood.values.tolist() == [2, 2, 10, 2, 2]
    assert Series.constant(3, "m").between(day(0), day(2)) == Series([day(0), day(2)], [3.0], "means", "m")


def test_shifted():
    series = daily([1.0, 2.0], name="q").shifted("36 h")
    assert series.times[0] == np.datetime64("2020-06-02T12:00")
    assert series.shifted("-1.5 d") == daily([1.0, 2.0])
    assert Series.constant(3, "m").shifted("1 d") == Series.constant(3, "m")
    with pytest.raises(ValueError, match=r"repeats every year.*between\(\)"):
        Series.yearly({"01-01": 1}, unit="m").shifted("1 d")


@pytest.mark.parametrize("product", [lambda s: s * 2, lambda s: 2 * s, lambda s: np.float64(2) * s])
def test_times_a_number(product):
    series = product(daily([1.0, 2.0], outside=3.0, name="q"))
    assert series == daily([2.0, 4.0], outside=6.0)
    assert series.name == "q"
    with pytest.raises(TypeError):
        series * "2"
    with pytest.raises(TypeError):
        series * series
    with pytest.raises(ValueError, match="not finite"):
        series * math.inf


@given(st.data())
def test_a_sum_says_the_sum(data):
    one, two = data.draw(plain()), data.draw(plain())
    start, end = max(one.times[0], two.times[0]), min(one.times[-1], two.times[-1])
    if start >= end:
        with pytest.raises(ValueError, match="no dates in common"):
            one + two
        return
    both = one + two
    assert both == two + one
    assert (both.times[0], both.times[-1]) == (start, end)
    assert both.kind == ("means" if one.kind == two.kind == "means" else "instants")
    size, seconds = scale(one) + scale(two), (end - start) / np.timedelta64(1, "s")
    assert abs(both.volume() - one.volume(start, end) - two.volume(start, end)) <= 1e-12 * size * seconds
    dates = np.unique(np.append(both.times[:-1], start + (end - start) // 3))
    np.testing.assert_allclose(both.at(dates), one.at(dates) + two.at(dates), rtol=0, atol=1e-9 * size)


@given(st.data())
def test_a_sum_of_series_without_jumps_has_none(data):
    smooth = plain(kinds=("instants",)).filter(lambda series: len(np.unique(series.times)) == len(series))
    one, two = data.draw(smooth), data.draw(smooth)
    if max(one.times[0], two.times[0]) < min(one.times[-1], two.times[-1]):
        both = one + two
        assert len(np.unique(both.times)) == len(both.times)


def test_means_and_instants_add_to_lines_that_jump_where_the_means_do():
    both = daily([10.0, 20.0], name="a") + daily([0.0, 1.0, 2.0], "instants", name="b")
    assert both.kind == "instants"
    assert both.name == "a + b"
    assert both.times.tolist() == [day(0).item(), day(1).item(), day(1).item(), day(2).item()]
    assert both.values.tolist() == [10, 11, 21, 22]


def test_a_constant_is_added_without_changing_the_kind():
    three = Series.constant(3, "m3/s")
    assert three + daily([1.0, 2.0]) == daily([4.0, 5.0])
    assert daily([1.0, 2.0], "instants") + three == daily([4.0, 5.0], "instants")
    assert three + three == Series.constant(6, "m3/s")
    flood = Series.triangle(day(0), 10, "1 d", "2 d") + three
    assert flood == Series.triangle(day(0), 13, "1 d", "2 d", base_flow=3)
    assert (three + Series.climatology(range(12), by="month", unit="m3/s")).maximum("2020-01-01", "2021-01-01") == 14


def test_what_repeats_every_year_is_added():
    months = Series.climatology(range(12), by="month", unit="m3/s")
    assert months + months == months * 2
    both = months + daily([0.0, 100.0])
    assert both == daily([5.0, 105.0])
    days = Series.climatology([1.0] * 365, by="day", unit="m3/s")
    with pytest.raises(ValueError, match=r"have no end.*between\(\)"):
        months + days
    with pytest.raises(ValueError, match=r"have no end.*between\(\)"):
        months + Series.pulse(day(0), "1 d", 1, unit="m3/s")
    year = ("2020-01-01", "2021-01-01")
    assert (months.between(*year) + days.between(*year)).volume() == pytest.approx(
        (months + Series.constant(1, "m3/s")).volume(*year)
    )


def test_two_shapes_add_to_a_shape():
    both = Series.pulse(day(0), "1 d", 5, unit="m3/s") + Series.triangle(day(2), 11, "1 d", "2 d", base_flow=1)
    assert both.outside == 1.0
    assert both.at([day(-9), day(0), day(1), day(3), day(9)]).tolist() == [1, 6, 1, 11, 1]
    assert both.volume(day(-1), day(5)) == (6 + 5 + 10) * DAY
    pulses = Series.pulse(day(0), "2 d", 5, unit="m") + Series.pulse(day(1), "2 d", 5, 1, unit="m")
    assert pulses == Series([day(n) for n in range(4)], [6, 10, 5], "means", "m", outside=1)


def test_a_shape_and_a_record_add_on_the_records_dates():
    both = daily([1.0, 1.0]) + Series.pulse("2020-06-01 12:00", "3 d", 5, unit="m3/s")
    assert (both.times[0], both.times[-1]) == (day(0), day(2))
    assert both.values.tolist() == [1, 6, 6]
    assert both.outside is None


def test_different_units_do_not_add_and_other_things_neither():
    with pytest.raises(ValueError, match=r"series a and series b are in 'm3/s' and 'm'"):
        daily([1.0], name="a") + Series.constant(1, "m", name="b")
    with pytest.raises(TypeError):
        daily([1.0]) + 1.0


# Series of a few numbers


def test_constant_in_its_unit_or_in_si():
    assert Series.constant(86.4, "mm/d", si_unit="m/s") == Series.constant("86.4 mm/d", "m/s")
    assert Series.constant(27.3, "m").at("2020-07-12") == 27.3
    with pytest.raises(ValueError, match="'mm/d' is not SI; say si_unit"):
        Series.constant(3, "mm/d")
    with pytest.raises(ValueError, match="24,5 m"):
        Series.constant("24,5 m", "m")
    with pytest.raises(ValueError, match="nan"):
        Series.constant(math.nan, "m")


@pytest.mark.parametrize(("year", "days"), [(1900, 28), (2000, 29), (2020, 29), (2021, 28)])
def test_months_hold_as_long_as_they_are(year, days):
    series = Series.climatology([0, 1] + [0] * 10, by="month", unit="m")
    assert series.volume(f"{year}-01-01", f"{year + 1}-01-01") == days * DAY
    seconds, values, _ = series.over(f"{year}-01-31", f"{year}-03-02")
    assert seconds.tolist() == [0, DAY, (1 + days) * DAY, (2 + days) * DAY]
    assert values.tolist() == [0, 1, 0]


@pytest.mark.parametrize("year", [1900, 2000, 2020, 2021])
@pytest.mark.parametrize("count", [365, 366])
@pytest.mark.parametrize("kind", ["means", "instants"])
def test_a_day_of_the_calendar_keeps_its_value_in_every_year(year, count, kind):
    reference = np.arange("2021-01-01" if count == 365 else "2020-01-01", np.datetime64("2022-01-01"), dtype="M8[D]")[
        :count
    ]
    value = {str(date)[5:]: float(n) for n, date in enumerate(reference)}
    value.setdefault("02-29", value["02-28"])
    series = Series.climatology(list(range(count)), by="day", unit="m", kind=kind)
    dates = np.arange(f"{year}-01-01", f"{year + 1}-01-01", dtype="M8[D]")
    assert series.at(dates).tolist() == [value[str(date)[5:]] for date in dates]
    seconds, values, slopes = series.over(dates[0], dates[-1] + 1)
    assert seconds.tolist() == (DAY * np.arange(len(dates) + 1)).tolist()
    assert values.tolist() == [value[str(date)[5:]] for date in dates]
    if kind == "means":
        assert not slopes.any()
    else:
        assert (values + DAY * slopes).tolist() == pytest.approx([*values[1:], 0.0], abs=1e-9)


def test_the_29th_of_february_of_365_and_of_366_values():
    values = np.zeros(366)
    values[58], values[59], values[60] = 28.0, 29.0, 1.0
    all_days = Series.climatology(values.tolist(), by="day", unit="m")
    ordinary = Series.climatology(np.delete(values, 59).tolist(), by="day", unit="m")
    leap, common = ["2020-02-28", "2020-02-29", "2020-03-01"], ["2021-02-28", "2021-03-01"]
    assert all_days.at(leap).tolist() == [28, 29, 1]
    assert ordinary.at(leap).tolist() == [28, 28, 1]
    assert all_days.at(common).tolist() == ordinary.at(common).tolist() == [28, 1]


def test_a_climatology_goes_on_over_many_years():
    series = Series.climatology(range(12), by="month", unit="m")
    months = np.arange("1899-01", "2101-01", dtype="M8[M]")
    seconds, values, _ = series.over("1899-01-01", "2101-01-01")
    assert values.tolist() == (np.arange(len(months)) % 12).tolist()
    assert (
        seconds[:-1].tolist()
        == ((months.astype("M8[s]") - months[0].astype("M8[s]")) / np.timedelta64(1, "s")).tolist()
    )


def test_month_values_as_instants_stand_on_the_first():
    series = Series.climatology([31.0, 0] + [0] * 10, by="month", unit="m", kind="instants")
    assert series.at(["2021-01-01", "2021-01-31", "2020-12-31", "2021-02-01"]).tolist() == pytest.approx([31, 1, 30, 0])


def test_units_of_a_climatology_may_be_said_with_each_value():
    mixed = Series.climatology(["1 mm/d"] * 6 + [1] * 6, by="month", unit="mm/d", si_unit="m/s")
    assert mixed.values.tolist() == pytest.approx([0.001 / DAY] * 12, rel=1e-15)


@pytest.mark.parametrize(
    ("values", "by", "said"),
    [
        ([1] * 11, "month", "climatology rain: has 11 values by month; give 12"),
        ([1] * 364, "day", "has 364 values by day; give 365 or 366"),
        ([1] * 12, "week", "by is 'week'; say 'month' or 'day'"),
        ([1] * 11 + ["x"], "month", "'x'"),
        ([1] * 11 + [None], "month", "None"),
        ([1] * 11 + [math.nan], "month", "nan"),
    ],
)
def test_a_faulty_climatology_is_refused(values, by, said):
    with pytest.raises(ValueError, match=said):
        Series.climatology(values, by=by, unit="m", name="rain")


def test_points_of_the_year_are_joined_across_new_year():
    series = Series.yearly({"11-01": 24.0, "02-01": 22.5, "05-01": "22.5 m", "9-30": 24.0}, unit="m")
    assert series.at(["2021-05-01", "2021-03-15", "2021-10-10", "2021-11-01"]).tolist() == [22.5, 22.5, 24, 24]
    # 31 of the 92 days from 1 November to 1 February lie behind on 2 December.
    assert series.at("2021-12-02") == pytest.approx(24 - 1.5 * 31 / 92, rel=1e-14)
    assert series.at("2022-01-01") == pytest.approx(24 - 1.5 * 61 / 92, rel=1e-14)


@pytest.mark.parametrize(("year", "days"), [(1900, 18), (2000, 19), (2020, 19), (2021, 18)])
def test_a_line_between_points_of_the_year_takes_a_day_longer_in_a_leap_year(year, days):
    """From 20 February to 10 March are 19 days with the 29th, 18 without: level = 24 + 1.8 · days gone / all days."""
    series = Series.yearly({"02-20": 24.0, "03-10": 25.8}, unit="m")
    assert series.at(f"{year}-02-28") == pytest.approx(24.0 + 1.8 * 8 / days, rel=1e-14)
    assert series.at(f"{year}-03-01") == pytest.approx(24.0 + 1.8 * (days - 9) / days, rel=1e-14)
    assert series.at(f"{year}-03-10") == 25.8
    if days == 19:
        assert series.at(f"{year}-02-29") == pytest.approx(24.0 + 1.8 * 9 / 19, rel=1e-14)
        assert series.at(f"{year}-02-29 12:00") == pytest.approx(24.9, rel=1e-14)
    # The area under it is that of the trapezium, so that the solver reads the same line.
    assert series.volume(f"{year}-02-20", f"{year}-03-10") == pytest.approx(24.9 * days * DAY, rel=1e-14)


def test_the_line_across_new_year_is_straight_into_a_leap_year():
    """From 1 December to 1 April are 121 days, and 122 where the 29th of February lies between."""
    series = Series.yearly({"12-01": 24.0, "04-01": 22.0}, unit="m")
    assert series.at("2020-01-01") == pytest.approx(24.0 - 2.0 * 31 / 122, rel=1e-14)
    assert series.at("2020-02-29") == pytest.approx(24.0 - 2.0 * 90 / 122, rel=1e-14)
    assert series.at("2021-01-01") == pytest.approx(24.0 - 2.0 * 31 / 121, rel=1e-14)
    assert series.at("2021-03-01") == pytest.approx(24.0 - 2.0 * 90 / 121, rel=1e-14)


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (["05-01", "04-01", "06-01"], "04-01 after 05-01, 05-01 after 06-01"),
        (["11-01", "05-01", "09-30", "02-01"], "05-01 after 11-01, 02-01 after 09-30"),
        (["01-01", "03-01", "02-01", "12-01"], "02-01 after 03-01, 01-01 after 12-01"),
    ],
)
def test_points_of_the_year_out_of_order_are_refused(points, said):
    with pytest.raises(ValueError, match=f"yearly curve: has points out of order: {said}; put them in the order of"):
        Series.yearly(dict.fromkeys(points, 24.0), unit="m", name="curve")


def test_points_of_the_year_may_begin_on_any_day():
    points = {"02-01": 1.0, "05-01": 2.0, "09-30": 3.0, "11-01": 4.0}
    days = list(points)
    for first in range(4):
        turned = {day: points[day] for day in [*days[first:], *days[:first]]}
        assert Series.yearly(turned, unit="m") == Series.yearly(points, unit="m")


def test_the_extremes_of_a_series_include_what_stands_outside():
    assert Series.pulse("2020-07-01", "1 d", 2.0, outside=-1.0, unit="m").extremes == (-1.0, 2.0)
    assert Series.constant(3.0, "m").extremes == (3.0, 3.0)


def test_one_point_of_the_year_stays_all_year():
    assert Series.yearly({"06-15": 24.0}, unit="m").at(["2020-01-01", "2020-06-15", "2021-12-31"]).tolist() == [24] * 3


def test_faulty_points_of_the_year_are_refused_together():
    with pytest.raises(ValueError, match="'02-29' is no day of every year") as error:
        Series.yearly(
            {"02-29": 1, "13-01": 1, "tomorrow": 1, "06-15": 1, "6-15": 2, "07-01": "1 s"}, unit="m", name="rule"
        )
    lines = str(error.value).split("\n")
    assert len(lines) == 5
    assert all(line.startswith("yearly rule: ") for line in lines)
    assert "'6-15' is a day that stands twice" in str(error.value)
    with pytest.raises(ValueError, match="has no points"):
        Series.yearly({}, unit="m")


@given(
    peak=st.floats(1.0, 1e5),
    base=st.floats(0.0, 0.9),
    rise=st.integers(1, 10**6),
    fall=st.integers(1, 10**6),
)
def test_the_volume_of_a_triangle(peak, base, rise, fall):
    # ½ · base time · (peak − base flow), and the base flow all the time
    flood = Series.triangle("2020-07-01", peak, rise, rise + fall, base * peak)
    volume = flood.volume("2020-06-30", "2020-08-01")
    assert volume == pytest.approx(0.5 * (rise + fall) * peak * (1 - base) + 32 * DAY * base * peak, rel=1e-12)
    assert flood.maximum() == peak


def test_the_gamma_hydrograph_has_the_volume_of_its_closed_form():
    # ∫ (t/tp)^m exp(m (1 − t/tp)) dt = tp · e^m · Γ(m + 1) / m^(m + 1). With m = 3.7 the peak rate factor
    # 645.33 tp / volume is the 484 of the SCS unit hydrograph (NRCS NEH 630, chapter 16).
    m, tp = 3.7, 6 * 3600.0
    flood = Series.gamma_hydrograph("2020-07-01", 100.0, "6 h", shape=m, duration="90 h", step="60 s")
    closed = tp * math.exp(m) * math.gamma(m + 1) / m ** (m + 1)
    assert flood.volume() / 100.0 == pytest.approx(closed, rel=1e-6)
    assert 645.33 * tp / closed == pytest.approx(484, abs=0.5)


def test_the_gamma_hydrograph_meets_its_peak_and_stands_on_its_base_flow():
    flood = Series.gamma_hydrograph("2020-07-01", 100.0, "5.5 h", shape=2, duration="20.5 h", step="1 h", base_flow=10)
    assert flood.at("2020-07-01 05:30") == flood.maximum() == 100.0
    assert flood.times[-1] == np.datetime64("2020-07-01T20:30")
    before_the_end = flood.values[-1]
    assert before_the_end > 11.0
    assert flood.at(["2020-06-01", "2020-07-01", "2020-07-01 20:30"]).tolist() == [10, 10, 10]
    ratio = 11 / 5.5
    assert flood.at("2020-07-01 11:00") == pytest.approx(10 + 90 * ratio**2 * math.exp(2 * (1 - ratio)), rel=1e-14)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Series.triangle("2020-07-01", 5, "6 h", "6 h"), "base_time is '6 h'; it has to be longer than"),
        (lambda: Series.triangle("2020-07-01", 5, 0, "6 h"), "time_to_peak is 0; it has to be longer than nothing"),
        (lambda: Series.triangle("2020-07-01", 5, "6 h", "18 h", 5), "peak is 5; it includes base_flow, 5"),
        (lambda: Series.triangle("next summer", 5, "6 h", "18 h"), "'next summer': no date"),
        (lambda: Series.triangle("2020-07-01", "5 m", "6 h", "18 h"), "'m'|5 m"),
        (lambda: Series.gamma_hydrograph("2020-07-01", 5, "6 h", -1, "18 h", "1 h"), "shape is -1"),
        (lambda: Series.gamma_hydrograph("2020-07-01", 5, "6 h", 3, "5 h", "1 h"), "duration is '5 h'"),
        (lambda: Series.gamma_hydrograph("2020-07-01", 5, "6 h", 3, "18 h", 0), "step is 0"),
        (lambda: Series.pulse("2020-07-01", "-1 h", 5, unit="m"), "duration is '-1 h'"),
    ],
)
def test_a_shape_that_is_none_is_refused(make, said):
    with pytest.raises(ValueError, match=said):
        make()


def test_a_pulse_jumps_at_both_ends():
    pulse = Series.pulse("2020-07-01", "1 h", "36 mm/h", "3.6 mm/h", unit="m/s")
    seconds, values, _ = pulse.over("2020-06-30 23:00", "2020-07-01 02:00")
    assert seconds.tolist() == [0, 3600, 7200, 10800]
    assert values.tolist() == pytest.approx([1e-6, 1e-5, 1e-6], rel=1e-15)
    assert len(pulse.over("2020-06-01", "2020-07-01")[1]) == 1
    assert pulse.over("2020-07-01 01:00", "2020-08-01")[1].tolist() == pytest.approx([1e-6])


# Records


TEXT = "date,inflow,outflow\n2020-06-01,1.5,3\n2020-06-02,2.5,4\n2020-06-03,4,5\n"


def test_a_daily_record_of_means_covers_its_last_day(csv):
    series = csv(TEXT)
    assert series == Series([day(n) for n in range(4)], [1.5, 2.5, 4.0], "means", "m3/s")
    assert (series.name, series.filled) == ("inflow", 0)
    assert csv(TEXT, name="q").name == "q"
    assert csv(TEXT, "outflow").values.tolist() == [3, 4, 5]


def test_a_label_at_the_end_of_the_step(csv):
    series = csv(TEXT, label="end")
    assert (series.times[0], series.times[-1]) == (day(-1), day(2))


def test_instants_stand_at_their_dates(csv):
    series = csv(TEXT, kind="instants")
    assert series == Series([day(n) for n in range(3)], [1.5, 2.5, 4.0], "instants", "m3/s")


def test_the_unit_of_the_file_becomes_si(csv):
    series = csv(TEXT, unit="TAF/d", si_unit="m3/s")
    assert series.unit == "m3/s"
    # 1 acre-foot = 43 560 international cubic feet
    assert series.volume() == pytest.approx(8.0 * 43560e3 * 0.3048**3, rel=1e-12)


CHINESE = "日期,入流,出流\n2020年6月1日,1.5,3\n2020年6月2日,2.5,4\n2020年6月3日,4,5\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_encodings_line_ends_and_separators(csv, encoding, ending, separator):
    content = CHINESE.replace("\n", ending).replace(",", separator).encode(encoding)
    assert csv(content, "入流") == csv(TEXT)
    assert csv(content, "入流").name == "入流"


@pytest.mark.parametrize(
    "content",
    [
        "# a note, with; signs\n\n" + TEXT,
        TEXT.replace("2020-06-02", "  # in between\n2020-06-02"),
        TEXT + "\n\n,,\n",
        TEXT.replace("\n2020", ",,\n2020"),
        TEXT.replace(",", " , "),
        '"date","inflow","a, b"\n"2020-06-01","1.5",""\n"2020-06-02","2.5",\n2020-06-03,4,"x"\n',
        "outflow;date;inflow\n1,5;2020-06-01;1.5\n;2020-06-02;2.5\n;2020-06-03;4\n",
        "date,inflow\n2020-06-01,+1.50\n2020-06-02,25e-1\n2020-06-03,4.\n",
        TEXT.removesuffix("\n"),
    ],
)
def test_what_stands_around_the_numbers_does_not_matter(csv, content):
    assert csv(content, time_column="date") == csv(TEXT)


@pytest.mark.parametrize(
    "form",
    [
        "2020-06-{} 08:00",
        "2020-06-{}T08:00",
        "2020-6-{} 08:00:00",
        "2020/6/{} 8:00",
        "2020年6月{}日 08:00",
        "2020年06月{}日08:00",
    ],
)
def test_forms_of_a_date(csv, form):
    rows = "".join(f"{form.format(n)},{n}\n" for n in ("01", "02"))
    series = csv("date,inflow\n" + rows)
    assert series.times.tolist() == [dt.datetime(2020, 6, n, 8) for n in (1, 2, 3)]


def test_steps_to_the_millisecond_are_read(csv):
    text = "time,inflow\n2020-06-01 00:00:00,1\n2020-06-01 00:03:25.2,2\n2020-06-01 00:06:50.400,3\n"
    assert csv(text).times[-1] == np.datetime64("2020-06-01T00:10:15.600")


@pytest.mark.parametrize("form", ["{}-{:02}", "{}-{}-1", "{}/{}", "{}年{}月"])
def test_months_are_steps_of_their_own_length(csv, form):
    rows = "".join(form.format(year, month) + ",1\n" for year in (2019, 2020) for month in range(1, 13))
    series = csv("month,inflow\n" + rows)
    assert series.values.size == 24
    assert series.volume() == (365 + 366) * DAY
    assert csv("month,inflow\n" + rows, label="end").times[0] == np.datetime64("2018-12-01")
    assert csv("month,inflow\n" + rows, kind="instants").times[-1] == np.datetime64("2020-12-01")


def test_a_missing_month_is_named(refused, csv):
    text = "month,inflow\n2020-01,1\n2020-02,2\n2020-04,4\n2020-05,5\n"
    (fault,) = refused(text)
    assert fault.startswith(
        "steps longer than 1 month: 1 rows missing, 2020-03-01 (after line 3); put in what is missing"
    )
    series = csv(text, fill="previous")
    assert (series.values.tolist(), series.filled) == ([1, 2, 2, 4, 5], 1)


GAPS = (
    "date,inflow\n2020-06-01,1\n2020-06-02,\n2020-06-03,5\n2020-06-04,NaN\n2020-06-07,9\n2020-06-08,10\n2020-06-10,12\n"
)


@pytest.mark.parametrize("kind", ["means", "instants"])
def test_gaps_are_refused_with_their_dates_and_lines(refused, kind):
    text = GAPS if kind == "means" else GAPS + "".join(f"2020-06-{n},1\n" for n in range(11, 21))
    empty, missing = refused(text, kind=kind)
    assert empty.startswith(
        "no value on 2020-06-02 (line 3), 2020-06-04 (line 5); put in what is missing, or say fill="
    )
    assert missing.startswith(
        "steps longer than 1 d: 3 rows missing, 2020-06-05 to 2020-06-06 (after line 5), 2020-06-09 (after line 7); put"
    )
    assert ("longest_gap" in missing) == (kind == "instants")


@pytest.mark.parametrize(
    ("fill", "values"),
    [
        ("interpolate", [1, 3, 5, 6, 7, 8, 9, 10, 11, 12]),
        ("previous", [1, 1, 5, 5, 5, 5, 9, 10, 10, 12]),
        ("zero", [1, 0, 5, 0, 0, 0, 9, 10, 0, 12]),
    ],
)
def test_gaps_are_filled_when_told_and_counted(csv, fill, values):
    series = csv(GAPS, fill=fill)
    assert series.values.tolist() == pytest.approx(values, rel=1e-15)
    assert series.filled == 5
    assert "5 filled" in repr(series)
    assert series.times.tolist() == [day(n).item() for n in range(11)]
    assert csv(TEXT, fill=fill).filled == 0


def test_instants_are_filled_too(csv):
    series = csv(GAPS, kind="instants", longest_gap="1 d", fill="previous")
    assert series.values.tolist() == [1, 1, 5, 5, 5, 5, 9, 10, 10, 12]
    assert series.times[-1] == day(9)
    line = csv(GAPS, kind="instants", longest_gap="10 d", fill="interpolate")
    assert (len(line), line.filled) == (7, 2)


def test_nothing_is_filled_from_nowhere(refused):
    first = "date,inflow\n2020-06-01,\n2020-06-02,1\n2020-06-03,2\n"
    last = "date,inflow\n2020-06-01,1\n2020-06-02,2\n2020-06-03,\n"
    assert refused(first, fill="interpolate") == ["no value before 2020-06-01 to fill it from; leave the row out"]
    assert refused(first, fill="previous") == ["no value before 2020-06-01 to fill it from; leave the row out"]
    assert refused(last, fill="interpolate") == ["no value after 2020-06-03 to fill it from; leave the row out"]


def test_the_longest_gap_between_instants(csv, refused):
    text = "date,level\n2020-06-01 08:00,1\n2020-06-01 14:00,2\n2020-06-02 08:00,3\n2020-06-12 08:00,4\n"
    assert len(csv(text, "level", kind="instants")) == 4
    (fault,) = refused(text, "level", kind="instants", longest_gap="2 d")
    assert "4 rows missing, 2020-06-04 08:00 to 2020-06-10 08:00 (after line 4)" in fault
    assert len(csv(text, "level", kind="instants", longest_gap="10 d")) == 4


def test_a_record_that_keeps_a_step_needs_no_longest_gap_to_miss_a_row(refused, csv):
    rows = [f"2020-06-{n:02},1\n" for n in range(1, 21) if n != 7]
    (fault,) = refused("date,inflow\n" + "".join(rows), kind="instants")
    assert "2020-06-07 (after line 7)" in fault
    assert len(csv("date,inflow\n" + "".join(rows), kind="instants", longest_gap="2 d")) == 19


def test_a_record_that_keeps_no_step_misses_no_row(csv):
    rows = [f"2020-06-{n:02},1\n" for n in (1, 2, 3, 4, 5, 6, 7, 8, 11, 14, 20)]  # 7 of 10 steps are a day
    assert len(csv("date,inflow\n" + "".join(rows), kind="instants")) == 11


def test_steps_of_means_have_to_be_whole(refused):
    (fault,) = refused("date,inflow\n2020-06-01,1\n2020-06-02,2\n2020-06-03,2\n2020-06-03 13:00,2\n2020-06-04,2\n")
    assert fault.startswith(
        "not a whole number of steps of 1 d: 2020-06-03 to 2020-06-03 13:00, 2020-06-03 13:00 to 2020-06-04"
    )


def test_all_faults_of_a_file_come_at_once(refused):
    faults = refused(
        "date,inflow\n"
        "2020-06-01,1\n"
        "2020-06-02,x\n"
        '2020-06-03,"1,5"\n'
        "2020-02-30,4\n"
        "2021-02-29,4\n"
        "2020-06-06,\n"
        "2020-06-05,3\n"
        "2020-06-05,3\n"
        "2020-06-12,2\n"
        "2020-06-13T00:00Z,3\n"
        "2020-06-14 00:00+08:00,3\n"
        "2020-06-15,3,4\n"
        "6/16/2020,inf\n"
        "2020-06-17 25:00,1e999\n"
        "2020-06-18,1_0\n",
        label="middle",
        unit="furlong/d",
    )
    number = "no finite number; correct it, or leave the cell empty where nothing was measured"
    date = "no such day in the calendar, or no such time of day; correct it"
    fill = 'put in what is missing, or say fill="interpolate", "previous" or "zero"'
    assert sorted(faults) == sorted(
        [
            f"lines 3, 14, 15 … (4 in all): 'x', 'inf', '1e999' … (4 in all): {number}",
            "line 4: '1,5': a comma in a number; write a decimal point, and nothing between thousands",
            f"lines 5, 6, 15: '2020-02-30', '2021-02-29', '2020-06-17 25:00': {date}",
            "lines 11, 12: '2020-06-13T00:00Z', '2020-06-14 00:00+08:00': a date with an offset from UTC; "
            "write local standard time without the offset, the same all year",
            "line 13: '2020-06-15,3,4': more than 2 cells; if a comma is meant as decimal point, write a point",
            "line 14: '6/16/2020': no date; write 2020-06-08, 2020-06-08 08:00, 2020/6/8 or 2020年6月8日",
            "'furlong/d' is not SI; say si_unit, one of 'm3/s', 'm/s', 'm', 'm2', 'm3', ''",
            "label is 'middle'; say 'start' or 'end'",
            "dates stand twice: 2020-06-05 (line 9); keep one row of each",
            "dates go back: 2020-06-05 (line 8) comes after 2020-06-06; put the rows in the order of time",
            f"no value on 2020-06-06 (line 7); {fill}",
            f"steps longer than 1 d: 5 rows missing, 2020-06-07 to 2020-06-11 (after line 7); {fill}",
        ]
    )


@pytest.mark.parametrize(
    ("content", "how", "said"),
    [
        ("", {}, "is empty; it needs a header line and rows"),
        ("\n\n# only a note\n", {}, "is empty; it needs"),
        ("date,inflow\n", {}, "holds a header and no rows"),
        ("date,inflow\n2020-06-01,1\n", {}, "has fewer than two dates; a value that stays is Series.constant"),
        ("date,inflow\n2020-06-01,\n", {"fill": "zero"}, "has fewer than two dates"),
        ("date,Inflow_m3s\n2020-06-01,1\n", {}, "has no column 'inflow', did you mean 'Inflow_m3s'?; its columns are"),
        ("date,q\n2020-06-01,1\n", {}, "has no column 'inflow'; its columns are date, q"),
        (TEXT, {"time_column": "day"}, "has no time_column 'day'"),
        (TEXT, {"time_column": "inflow"}, "'inflow' cannot be both dates and values"),
        ("inflow,date\n1,2020-06-01\n", {}, "'inflow' cannot be both dates and values"),
        ("station,inflow,date\nA,1,2020-06-01\n", {}, "holds no date in 'station' (first 'A'); say which time_column"),
        ("date,inflow,inflow\n2020-06-01,1,2\n", {}, "has 2 columns 'inflow'; give each its own name"),
        (TEXT.encode("utf-16"), {}, "is text neither in UTF-8 nor in GBK"),
        (b"date,inflow\n2020-06-01,\xff\xff\n", {}, "is text neither in UTF-8 nor in GBK"),
        (TEXT, {"kind": "mean"}, "kind is 'mean'; say 'instants' or 'means'"),
        (TEXT, {"fill": "guess"}, "fill is 'guess'; say 'interpolate' or 'previous' or 'zero'"),
        (TEXT, {"kind": "instants", "label": "end"}, 'label is "end", but an instant has no step'),
        (TEXT, {"longest_gap": "2 d"}, "longest_gap is for instants"),
        (TEXT, {"kind": "instants", "longest_gap": 0}, "longest_gap is 0; it has to be longer than nothing"),
        (TEXT, {"kind": "instants", "longest_gap": "1 month"}, "month"),
        (TEXT, {"unit": "TAF/d"}, "'TAF/d' is not SI; say si_unit"),
        (TEXT, {"unit": "mm/d", "si_unit": "m3/s"}, "mm/d"),
    ],
)
def test_a_file_or_setting_that_cannot_be_used(refused, content, how, said):
    faults = refused(content, **how)
    assert len(faults) == 1
    assert said in faults[0]


def test_faults_of_columns_and_settings_come_together(refused):
    assert len(refused("day,q\n2020-06-01,1\n", unit="TAF/d", time_column="date")) == 3


@pytest.mark.parametrize(("name", "said"), [("", "is a folder"), ("absent.csv", "cannot be read .No such file")])
def test_no_file(tmp_path, name, said):
    with pytest.raises(ValueError, match=said):
        Series.from_csv(tmp_path / name, "inflow", unit="m3/s", kind="means")


def test_a_record_in_si_is_read_without_pandas_and_pint(python, tmp_path):
    (tmp_path / "record.csv").write_text(TEXT)
    code = (
        "import sys; from lakesim.series import Series\n"
        "print(Series.from_csv('record.csv', 'inflow', unit='m3/s', kind='means').volume())\n"
        "print({'pandas', 'pint', 'numba', 'xarray', 'matplotlib'} & set(sys.modules))"
    )
    done = python("-c", code, cwd=tmp_path)
    assert done.stdout.split("\n")[:2] == [str(8 * DAY), "set()"], done.stderr


# pandas


def test_to_pandas_and_back():
    pandas = pytest.importorskip("pandas")
    for series in (daily([1.0, 2.0, 3.0], name="q"), daily([1.0, 2.0], "instants", name="z")):
        data = series.to_pandas()
        assert isinstance(data.index, pandas.DatetimeIndex)
        assert data.name == series.name
        again = Series.from_pandas(data, unit="m3/s", kind=series.kind)
        assert again == series
        assert again.name == series.name
        assert series.at(data.index).tolist() == data.tolist()
    for endless in (Series.constant(1, "m"), Series.yearly({"01-01": 1}, unit="m")):
        with pytest.raises(ValueError, match=r"between\(\)"):
            endless.to_pandas()


def test_what_pandas_holds_is_checked_as_a_file_is():
    pandas = pytest.importorskip("pandas")
    index = pandas.DatetimeIndex(["2020-06-01", "2020-06-02", "2020-06-03", "2020-06-05"])
    data = pandas.Series([1.0, np.nan, 3.0, 5.0], index, name="inflow")
    with pytest.raises(ValueError, match=r"pandas Series inflow: no value on 2020-06-02 \(row 1\)") as error:
        Series.from_pandas(data, unit="m3/s", kind="means")
    assert "2020-06-04 (after row 2)" in str(error.value)
    filled = Series.from_pandas(data, unit="m3/s", kind="means", fill="interpolate")
    assert (filled.values.tolist(), filled.filled) == ([1, 2, 3, 4, 5], 2)
    with pytest.raises(ValueError, match="offset from UTC"):
        Series.from_pandas(data.tz_localize("Asia/Shanghai"), unit="m3/s", kind="means")
    with pytest.raises(ValueError, match="'0': no date"):
        Series.from_pandas(data.reset_index(drop=True), unit="m3/s", kind="means")


# Tables of scenario files


def table(entries, unit="m3/s", folder=Path()):
    return Series.from_table(entries, quantity_unit=unit, folder=folder, name="inflow")


@pytest.mark.parametrize(
    ("entries", "unit", "series"),
    [
        ({"constant": "3 mm/d"}, "m/s", Series.constant("3 mm/d", "m/s")),
        ({"constant": 3, "unit": "mm/d"}, "m/s", Series.constant(3, "mm/d", si_unit="m/s")),
        ({"constant": 12}, "m3/s", Series.constant(12, "m3/s")),
        (
            {"monthly": [0.1] * 12, "unit": "mm/d"},
            "m/s",
            Series.climatology([0.1] * 12, by="month", unit="mm/d", si_unit="m/s"),
        ),
        (
            {"daily": [1] * 365, "kind": "instants"},
            "m",
            Series.climatology([1] * 365, by="day", unit="m", kind="instants"),
        ),
        ({"yearly": {"06-15": 22.5, "09-30": 24}}, "m", Series.yearly({"06-15": 22.5, "09-30": 24}, unit="m")),
        (
            {
                "triangle": {
                    "start": dt.date(2020, 7, 1),
                    "peak": "5e2 m3/s",
                    "time_to_peak": "6 h",
                    "base_time": "18 h",
                }
            },
            "m3/s",
            Series.triangle("2020-07-01", 500, 21600, 64800),
        ),
        (
            {
                "gamma": {
                    "start": dt.datetime(2020, 7, 1, 6),
                    "peak": 500,
                    "time_to_peak": "6 h",
                    "shape": 3.7,
                    "duration": "2 d",
                    "step": "1 h",
                    "base_flow": 5,
                }
            },
            "m3/s",
            Series.gamma_hydrograph("2020-07-01 06:00", 500, "6 h", 3.7, "2 d", "1 h", 5),
        ),
        (
            {"pulse": {"start": "2020-07-01", "duration": "6 h", "value": "20 mm/h"}},
            "m/s",
            Series.pulse("2020-07-01", "6 h", "20 mm/h", unit="m/s"),
        ),
    ],
)
def test_every_form_of_a_table(entries, unit, series):
    made = table(entries, unit)
    assert made == series
    assert (made.name, made.unit) == ("inflow", unit)


def test_a_table_that_names_a_file(tmp_path):
    (tmp_path / "record.csv").write_text(TEXT.replace("2020-06-02,2.5", "2020-06-02,"))
    entries = {"file": "record.csv", "column": "inflow", "unit": "TAF/d", "kind": "means", "fill": "previous"}
    made = table(entries, folder=tmp_path)
    assert (made.unit, made.name, made.filled) == ("m3/s", "inflow", 1)
    assert made.values[1] == made.values[0] == pytest.approx(1.5e3 * 43560 * 0.3048**3 / DAY, rel=1e-12)


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({}, ["no key says what the series is; say exactly one of file, constant, monthly"]),
        ({"fil": "a.csv"}, ["no key ('fil', did you mean 'file'?) says what the series is"]),
        ({"file": "a.csv", "constant": 3}, ["file and constant each say what the series is; say exactly one of"]),
        ({"constant": 3, "unti": "m3/s"}, ["constant has no 'unti', did you mean 'unit'?; it takes unit"]),
        ({"constant": [3]}, ["constant is [3]; write a number, or a quantity"]),
        ({"constant": True}, ["True"]),
        ({"constant": 3, "unit": 4}, ["unit is 4; write text"]),
        ({"monthly": 3}, ["monthly is 3; write a list of 12 values"]),
        (
            {"monthly": [1] * 11, "kin": "means"},
            ["monthly has no 'kin', did you mean 'kind'?", "has 11 values by month"],
        ),
        ({"monthly": [1] * 12, "by": "day"}, ["monthly has no 'by'"]),
        ({"monthly": [1] * 12, "kind": "mean"}, ["kind is 'mean'"]),
        ({"yearly": {"06-15": "x", "30-06": 1}}, ["'x'", "'30-06' is no day of every year"]),
        ({"file": "a.csv"}, ["file needs column", "file needs unit", "file needs kind"]),
        ({"file": 3, "column": "q", "unit": "m3/s", "kind": "means"}, ["file is 3; write the name of a CSV file"]),
        (
            {"file": "a.csv", "column": "q", "unit": "m3/s", "kind": "means", "path": 3},
            ["file has no 'path'", "cannot be read"],
        ),
        ({"triangle": "steep"}, ["triangle is 'steep'; write a table"]),
        (
            {"triangle": {"start": "2020-07-01", "peek": 5, "time_to_peak": 1}, "unit": "m3/s"},
            [
                "'unit' stands beside triangle",
                "triangle has no 'peek', did you mean 'peak'?",
                "needs peak",
                "needs base_time",
            ],
        ),
        ({"pulse": {"start": 3, "duration": 1, "value": 1}}, ["'3': no date"]),
        ({"pulse": {"start": "2020-07-01", "duration": 1, "value": 1, "unit": "mm/d"}}, ["pulse has no 'unit'"]),
    ],
)
def test_a_faulty_table_is_refused_with_all_its_faults(entries, said, tmp_path):
    with pytest.raises(ValueError, match="inflow: ") as error:
        table(entries, folder=tmp_path)
    lines = str(error.value).split("\n")
    assert len(lines) == len(said)
    assert all(line.startswith("inflow: ") for line in lines)
    for words, line in zip(said, lines, strict=True):
        assert words in line
