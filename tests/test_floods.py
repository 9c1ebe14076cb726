"""Floods: periods, moments of output, and the series that a flood puts in the place of the waters' own."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from pydantic import ValidationError

from lakesim import Flood, Hypsometry, Lake, ReturnToLake, River, Series, System
from lakesim.floods import MOST_OUTPUTS
from lakesim.rules import Schedule
from lakesim.structures import Weir

JULY = ["2020-07-01", "2020-07-11"]


def discharge(start: str, end: str, value: float = 5.0) -> Series:
    return Series([start, end], [value], "means", "m3/s")


def pond(**fields: object) -> Lake:
    curve = Hypsometry.prism(bottom=0.0, top=5.0, area="1 km2")
    return Lake(**{"name": "pond", "hypsometry": curve, "initial_level": 1.0, **fields})


@pytest.mark.parametrize(
    "when",
    [
        "2020-07-01",
        "2020-07-01 00:00",
        "2020-07-01T00:00:00",
        "2020/7/1",
        "2020年7月1日",
        date(2020, 7, 1),
        datetime(2020, 7, 1),
        np.datetime64("2020-07-01"),
        np.datetime64("2020-07-01T00", "ns"),
    ],
)
def test_a_moment_may_be_written_in_many_ways(when):
    assert Flood(start=when, end="2020-07-02").start == np.datetime64("2020-07-01T00:00:00.000")


@pytest.mark.parametrize(
    "when",
    [
        *(
            "",
            "Friday",
            "now",
            "today",
            "NaT",
            "2020-13-01",
            "2021-02-29",
            "1.7.2020",
            20200701,
            1.5,
            float("nan"),
            True,
        ),
        *("2020-07-01T00:00Z", "2020-07-01 00:00+08:00", datetime(2020, 7, 1, tzinfo=UTC), np.datetime64("NaT")),
    ],
)
def test_what_is_no_date_or_has_a_time_zone_is_refused(when):
    with pytest.raises(ValidationError, match="is not a date; write local clock time without a time zone"):
        Flood(start=when, end="2020-08-01")


def test_the_end_comes_after_the_start():
    for end in ("2020-07-01", "2020-06-01"):
        with pytest.raises(ValidationError, match=f"the end {end} is not after the start 2020-07-01; give a later end"):
            Flood(start="2020-07-01", end=end)


@pytest.mark.parametrize("step", [0.0, 0.0004, 0.0015, "0.3 ms"])
def test_an_output_step_is_whole_milliseconds(step):
    with pytest.raises(ValidationError, match="times are whole milliseconds"):
        Flood(start=JULY[0], end=JULY[1], output_step=step)


@pytest.mark.parametrize("step", [-60.0, "1 month", "6", float("inf"), "6 m"])
def test_an_output_step_is_a_duration(step):
    with pytest.raises(ValidationError, match="output_step"):
        Flood(start=JULY[0], end=JULY[1], output_step=step)


@pytest.mark.parametrize(
    ("step", "minutes"), [("7 min", [0, 7, 14, 20]), ("20 min", [0, 20]), ("1 h", [0, 20]), ("10 min", [0, 10, 20])]
)
def test_outputs_are_at_every_step_and_at_the_end(step, minutes):
    flood = Flood(start="2020-07-01", end="2020-07-01 00:20", output_step=step)
    expected = np.datetime64("2020-07-01T00:00") + np.array(minutes).astype("timedelta64[m]")
    assert np.array_equal(flood.times, expected)
    assert np.array_equal(flood.seconds, 60.0 * np.array(minutes))


def test_times_are_exact_over_centuries():
    flood = Flood(start="1900-01-01", end="2100-01-01", output_step="1 d")
    assert flood.times.size == 73050
    assert (np.diff(flood.times) == np.timedelta64(1, "D")).all()
    assert flood.times[59] == np.datetime64("1900-03-01")  # no leap year


def test_too_many_outputs_are_refused_before_the_memory_is_full():
    with pytest.raises(ValueError, match=f"at most {MOST_OUTPUTS} are kept, so take a longer output step"):
        _ = Flood(start="2020-01-01", end="2021-01-01", output_step="1 s").times


def test_a_flood_without_a_period_has_no_times():
    with pytest.raises(ValueError, match="has no period yet; give it a start and an end"):
        _ = Flood(start="2020-07-01").times


def test_the_period_is_what_all_dated_series_have_in_common():
    system = System(
        waters=[
            pond(inflow=discharge("2020-06-01", "2020-08-01"), rain=Series.constant("3 mm/d", "m/s")),
            River(name="river", level=Series(["2020-06-15", "2020-09-01"], [1.0, 2.0], "instants", "m")),
        ],
        structures=[Weir(name="weir", head="pond", crest=2.0, width=5.0)],
        rules=[Schedule(structure="weir", opening=Series(["2020-01-01", "2020-07-20"], [0.5], "means", ""))],
    )
    period = Flood().over(system).period
    assert period == (np.datetime64("2020-06-15"), np.datetime64("2020-07-20"))
    assert Flood(start="2020-07-01").over(system).period == (np.datetime64("2020-07-01"), period[1])
    assert Flood(end="2020-07-01").over(system).period == (period[0], np.datetime64("2020-07-01"))
    given = Flood(start=JULY[0], end=JULY[1])
    assert given.over(system) is given


def test_the_period_needs_a_dated_series_and_an_overlap():
    with pytest.raises(ValueError, match="nothing tells from when to when to run"):
        Flood().over(System(waters=[pond(inflow=Series.constant(1.0, "m3/s"))]))
    apart = pond(inflow=discharge("2020-06-01", "2020-07-01"), outflow=discharge("2020-07-01", "2020-08-01"))
    with pytest.raises(
        ValueError, match="no period in common: the run would begin on 2020-07-01 and end on 2020-07-01"
    ):
        Flood().over(System(waters=[apart]))


def test_a_flood_puts_its_series_in_the_place_of_the_waters_own():
    system = System(waters=[pond(inflow=discharge(*JULY)), River(name="river", level=1.0)])
    flood = Flood(
        series={
            "pond.inflow": discharge(*JULY, 9.0),
            "pond.rain": Series.constant("1 mm/d", "m/s"),
            "river.level": Series.constant(3.0, "m"),
        }
    )
    applied = flood.applied(system)
    assert applied["pond"].inflow.values[0] == 9.0
    assert applied["pond"].rain is not None
    assert applied["river"].level.at("2020-07-01") == 3.0
    assert system["pond"].inflow.values[0] == 5.0
    assert Flood().applied(system) is system
    assert flood.over(system).period == Flood(start=JULY[0], end=JULY[1]).period


def test_all_series_that_no_water_takes_are_told_at_once():
    series = Series.constant(1.0, "m3/s")
    names = ["pnd.inflow", "pond.level", "river.inflow", "pond", "pond.inflow.more"]
    with pytest.raises(ValueError, match="which is no series of a water") as refusal:
        Flood(series=dict.fromkeys(names, series)).applied(System(waters=[pond(), River(name="river", level=1.0)]))
    for name in names:
        assert repr(name) in str(refusal.value)
    assert "'pnd.inflow', which is no series of a water; did you mean 'pond.inflow'?" in str(refusal.value)


def test_a_series_in_the_wrong_unit_is_refused_when_it_is_applied():
    with pytest.raises(ValueError, match="inflow is in m, and m3/s is needed"):
        Flood(series={"pond.inflow": Series.constant(1.0, "m")}).applied(System(waters=[pond()]))
    with pytest.raises(ValidationError, match="is not a Series"):
        Flood(series={"pond.inflow": 5.0})


def test_a_flood_keeps_the_series_that_no_measure_has_changed() -> None:
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(0, 9, "10 km2"), initial_level=1.0)
    fields = Lake(name="fields", hypsometry=Hypsometry.prism(1, 9, "5 km2"), initial_level=1.0, reclaimed_from="lake")
    system = System(waters=[lake, fields])
    series = {f"{name}.inflow": Series.constant(q, "m3/s") for name, q in (("lake", 10.0), ("fields", 5.0))}
    flood = Flood(series={**series, "lake.rain": Series.constant("1 mm/d", "m/s")})
    under = flood.applied(system)
    assert flood.kept_by(under) is flood
    joined = ReturnToLake(polder="fields").apply(under)
    assert [*flood.kept_by(joined).series] == ["lake.rain"]
    assert flood.kept_by(joined).applied(joined)["lake"].inflow.at("2020-07-01") == 15.0
    given, rest = flood.given_to(system)
    assert given == under
    assert rest.series == {}


@pytest.mark.parametrize("keys", [("lake", "outer"), ("outer", "lake")])
def test_a_polder_has_the_rain_of_the_nearest_water_that_has_its_own(keys: tuple[str, str]) -> None:
    curve = Hypsometry.prism(0, 9, "10 km2")
    names = {"lake": None, "outer": "lake", "inner": "outer", "other": "lake"}
    waters = [Lake(name=one, hypsometry=curve, initial_level=1.0, reclaimed_from=of) for one, of in names.items()]
    rain = {"lake": Series.constant("20 mm/d", "m/s"), "outer": Series.constant("80 mm/d", "m/s")}
    flood = Flood(series={f"{key}.rain": rain[key] for key in keys})
    under = flood.applied(System(waters=waters))
    assert [under[name].rain for name in names] == [rain["lake"], rain["outer"], rain["outer"], rain["lake"]]


def test_series_of_a_water_that_is_not_there_yet_stay_with_the_flood() -> None:
    lake = Lake(name="lake", hypsometry=Hypsometry.prism(0, 9, "10 km2"), initial_level=1.0)
    series = {f"{name}.inflow": Series.constant(q, "m3/s") for name, q in (("lake", 10.0), ("fields", 5.0))}
    given, rest = Flood(series=series).given_to(System(waters=[lake]))
    assert given["lake"].inflow == series["lake.inflow"]
    assert [*rest.series] == ["fields.inflow"]
