"""The lakes and records that come with lakesim: every figure has a source, every curve keeps its published points."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from lakesim import catalogue
from lakesim.units import convert, to_si

LAKES = ("changhu", "dongting", "east_lake", "folsom", "honghu", "liangzi", "poyang", "tangxun")


def table(name: str) -> pd.DataFrame:
    return pd.read_csv(catalogue.record(name), comment="#", index_col=0)


def test_the_lakes_are_those_that_were_promised() -> None:
    assert catalogue.names() == LAKES


@pytest.mark.parametrize("name", LAKES)
def test_a_lake_loads_without_a_warning(name: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lake = catalogue.load(name)
    assert lake.name == name
    assert lake.title
    assert any("\u4e00" <= character <= "\u9fff" for character in lake.title_zh)
    assert lake.hypsometry.bottom < lake.initial_level <= lake.hypsometry.top


@pytest.mark.parametrize("name", LAKES)
def test_every_source_is_cited_and_every_figure_graded(name: str) -> None:
    entry = catalogue.entry(name)
    figures = list(entry.figures())
    assert {source for _, figure in figures for source in figure.source} == {source.id for source in entry.sources}
    assert all(figure.grade in catalogue.GRADES for _, figure in figures)
    assert entry.unknown, "a lake of which everything is known is not in this catalogue"


@pytest.mark.parametrize("name", LAKES)
def test_the_curve_keeps_the_published_points(name: str) -> None:
    curve = catalogue.load(name).hypsometry
    points = [point for point in catalogue.entry(name).points if point.within is not None]
    assert points
    for point in points:
        if point.area is not None:
            assert curve.area(point.level) == pytest.approx(point.area, rel=point.within)
        if point.storage is not None:
            assert curve.storage(point.level) == pytest.approx(point.storage, rel=point.within)


@pytest.mark.parametrize("name", LAKES)
def test_a_point_that_is_left_aside_does_contradict_the_curve(name: str) -> None:
    curve = catalogue.load(name).hypsometry
    for point in catalogue.entry(name).points:
        if point.within is None:
            apart = [
                abs(float(there) / published - 1.0)
                for published, there in (
                    (point.area, curve.area(point.level)),
                    (point.storage, curve.storage(point.level)),
                )
                if published is not None
            ]
            assert max(apart) > 0.1


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("honghu", (24.50, 25.80, 26.20, 26.97)),
        ("liangzi", (18.00, 19.00, 20.50, 21.36)),
        ("changhu", (None, 31.50, 32.50, 33.00)),
        ("dongting", (None, None, 32.50, 34.55)),
        ("poyang", (None, None, None, None)),
    ],
)
def test_control_levels(name: str, levels: tuple[float | None, ...]) -> None:
    lake = catalogue.load(name)
    assert (lake.flood_limit_level, lake.fortification_level, lake.warning_level, lake.guarantee_level) == levels


def test_flood_seasons_are_those_of_the_provinces() -> None:
    """Hubei from 1 May to 15 October; Hunan and Jiangxi from 1 April to 30 September; Folsom's spans New Year."""
    hubei, south = ("05-01", "10-15"), ("04-01", "09-30")
    seasons = dict.fromkeys(LAKES, hubei) | {"dongting": south, "poyang": south, "folsom": None}
    assert {name: catalogue.load(name).flood_season for name in LAKES} == seasons


def test_only_the_curve_of_an_operators_record_is_not_reconstructed() -> None:
    assert [name for name in LAKES if not catalogue.load(name).reconstructed] == ["folsom"]


def test_lakes_that_are_rivers_when_low_say_from_where_they_are_level_pools() -> None:
    above = {name: catalogue.load(name).level_pool_above for name in LAKES}
    assert {name: level for name, level in above.items() if level is not None} == {"dongting": 30.0, "poyang": 17.06}


def test_honghu_stores_what_its_published_depth_says() -> None:
    curve = catalogue.load("honghu").hypsometry
    for level, storage in ((24.0, 3.1e8), (24.5, 4.9e8), (25.8, 9.3e8), (26.2, 10.7e8), (26.97, 13.4e8)):
        assert curve.storage(level) == pytest.approx(storage, abs=0.05e8)


def test_changhu_stores_what_was_published_of_its_flood() -> None:
    curve = catalogue.load("changhu").hypsometry
    assert curve.storage(32.56) - curve.storage(30.52) == pytest.approx(2.8e8, rel=1e-3)


def test_liangzi_falls_by_what_was_to_be_taken() -> None:
    """The forecast of July 2016: 5e7 m3 out of 21.48 m brings it below 21.36 m."""
    curve = catalogue.load("liangzi").hypsometry
    assert curve.level(curve.storage(21.48) - 5e7) == pytest.approx(21.296, abs=0.001)


def test_folsom_curve_holds_what_the_operator_counts() -> None:
    lake = catalogue.load("folsom")
    curve = lake.hypsometry
    assert curve.storage(lake.initial_level) == pytest.approx(to_si("726.277 TAF", "m3"), rel=1e-4)
    assert lake.flood_limit_level is not None
    assert curve.storage(lake.flood_limit_level) == pytest.approx(to_si("577 TAF", "m3"), rel=1e-4)
    assert lake.dead_level is not None
    assert curve.storage(lake.dead_level) == pytest.approx(to_si("90 TAF", "m3"), rel=1e-3)


def test_folsom_record_is_an_identity() -> None:
    """S(t) − S(t−1) = inflow − outflow − evaporation, and open through twenty years it drifts by 0.3 %."""
    days = table("folsom_daily")
    assert (days.index[0], days.index[-1], len(days)) == ("1996-10-01", "2016-09-30", 7305)
    change = days["inflow [TAF/d]"] - days["outflow [TAF/d]"] - days["evaporation [TAF/d]"]
    assert (days["storage [TAF]"].diff() - change).median() == pytest.approx(0.0, abs=1e-12)
    drift = 726.277 + change.cumsum() - days["storage [TAF]"]
    assert np.sqrt((drift**2).mean()) == pytest.approx(3.2, abs=0.05)
    assert drift.abs().max() == pytest.approx(7.5, abs=0.05)
    assert drift.iloc[-1] == pytest.approx(0.14, abs=0.005)


def test_superior_level_follows_from_its_change_of_storage_as_an_identity() -> None:
    months = table("lake_superior_monthly")
    seconds = np.asarray(pd.PeriodIndex(months.index, freq="M").days_in_month) * 86_400.0
    level = months["level [m]"].to_numpy()
    rise = months["change of storage [m3/s]"].to_numpy() * seconds / 8.21e10
    assert len(months) == 63 * 12
    assert np.abs(level[0] + np.cumsum(rise)[:-1] - level[1:]).max() == pytest.approx(0.0087, abs=0.0001)


def test_superior_level_from_independent_terms_is_off_by_a_hand_a_year() -> None:
    months = table("lake_superior_monthly")
    seconds = np.asarray(pd.PeriodIndex(months.index, freq="M").days_in_month) * 86_400.0
    net = (
        months["precipitation [m3/s]"]
        - months["evaporation [m3/s]"]
        + months["runoff [m3/s]"]
        + months["diversion [m3/s]"]
        - months["outflow [m3/s]"]
    )
    assert (net - months["change of storage [m3/s]"]).mean() == pytest.approx(206.0, abs=0.5)
    level = months["level [m]"].to_numpy()[::12]
    rise = (net.to_numpy() * seconds / 8.21e10).reshape(63, 12).sum(axis=1)[:-1]
    error = level[:-1] + rise - level[1:]
    assert (error.mean(), error.std()) == pytest.approx((0.078, 0.078), abs=0.0005)


def test_blue_marsh_is_kept_five_feet_lower_in_winter() -> None:
    level = table("blue_marsh_daily_level")["level [ft]"]
    month = pd.DatetimeIndex(level.index).month
    curve = table("blue_marsh_storage_curve")["storage [acft]"]
    assert level[month.isin([4, 5, 6, 7, 8, 9])].median() == pytest.approx(290.1, abs=0.05)
    assert level[month.isin([11, 12, 1, 2, 3])].median() == pytest.approx(285.1, abs=0.05)
    freed = curve[290] - curve[285]
    assert convert(freed, "acft", "m3") == pytest.approx(5.05e6, rel=1e-3)
    assert freed / curve[290] == pytest.approx(0.20, abs=0.005)


def test_every_record_is_explained_and_small() -> None:
    explained = (Path(catalogue.__file__).parent / "data" / "SOURCES.md").read_text(encoding="utf-8")
    assert catalogue.records()
    for name in catalogue.records():
        assert f"`{name}.csv`" in explained
        assert catalogue.record(name).stat().st_size < 1_000_000
    used = {name for lake in LAKES for name in catalogue.entry(lake).records}
    assert used <= set(catalogue.records())


@pytest.mark.parametrize("call", [catalogue.load, catalogue.entry])
def test_an_unknown_lake_is_answered_with_the_nearest_and_the_list(call: Callable[[str], object]) -> None:
    with pytest.raises(ValueError, match=r"no lake 'hongu'; did you mean 'honghu'\? There are changhu, .*tangxun"):
        call("hongu")


def test_an_unknown_record_is_answered_with_the_nearest_and_the_list() -> None:
    with pytest.raises(ValueError, match=r"no record 'folsom_dayly'; did you mean 'folsom_daily'\? There are "):
        catalogue.record("folsom_dayly")


def test_a_system_is_no_lake_and_a_lake_no_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "two_ponds.toml").touch()
    data = catalogue._data
    monkeypatch.setattr(catalogue, "_data", lambda folder: tmp_path if folder == "systems" else data(folder))
    assert catalogue.systems() == ("two_ponds",)
    assert catalogue.system("two_ponds") == tmp_path / "two_ponds.toml"
    for name, message in (
        ("honghu", r"'honghu' is no system but a lake; in a file write lake = 'honghu', in Python call load"),
        ("two_pond", r"there is no system 'two_pond'; did you mean 'two_ponds'\?$"),
        ("../systems/two_ponds", "there is no system"),
    ):
        with pytest.raises(ValueError, match=message):
            catalogue.system(name)
    with pytest.raises(ValueError, match=r"'two_ponds' is no lake but .* call scenario\.load_system\('two_ponds'\)"):
        catalogue.load("two_ponds")


def test_a_name_is_no_path() -> None:
    with pytest.raises(ValueError, match="there is no lake"):
        catalogue.entry("../lakes/honghu")


GOOD = """
name = "pond"
title = "Pond"
place = "here"
summary = "A pond."
datum = "local"
unknown = ["nearly all"]
initial_level = { value = "1 m", source = "S1", grade = "A" }
hypsometry = { source = "S1", grade = "A", levels = [0, 3], areas = ["0 ha", "1 ha"] }
levels.warning_level = { value = "2 m", source = "S1", grade = "B" }
sources = [{ id = "S1", citation = "a book" }]
"""


def test_a_file_of_your_own_is_read_the_same(tmp_path: Path) -> None:
    path = tmp_path / "pond.toml"
    path.write_text("\ufeff" + GOOD, encoding="utf-8")
    lake = catalogue.read(path).lake()
    assert (lake.warning_level, lake.hypsometry.area(3.0), lake.level_pool_above) == (2.0, 1e4, None)


@pytest.mark.parametrize(
    ("there", "instead", "message"),
    [
        (
            'source = "S1", grade = "B"',
            'source = "S2", grade = "B"',
            "levels.warning_level: the source 'S2' is not among",
        ),
        ('source = "S1", grade = "B"', 'grade = "B"', "the grade is 'B' and there is no source; name the id"),
        ('source = "S1", grade = "B"', 'grade = "assumed"', "the grade is 'assumed' and there is no note"),
        ('source = "S1", grade = "B"', 'source = "S1"', "levels.warning_level.grade: is missing"),
        ('source = "S1", grade = "B"', 'source = "S1", grade = "derivd"', "did you mean 'derived'"),
        ("warning_level", "alarm_level", "there is no 'alarm_level'"),
        ("warning_level", "warning_levl", "did you mean 'warning_level'"),
        ('"2 m"', '"2"', "levels.warning_level.value: '2' has no unit"),
        ("summary", "sumary", r"summary: is missing; give it\n.*sumary: there is no such key; did you mean 'summary'"),
        ('grade = "A" }\nhyps', 'grade = "A", unknown = [] }\nhyps', "unknown: is a key of the whole file"),
        ("[{ id", '[{ id = "S1", citation = "twice" }, { id', "the source 'S1' stands 2 times"),
        ("[0, 3]", "[3, 0]", "not above"),
        ("title =", "title", "is not TOML"),
    ],
)
def test_a_bad_file_is_answered_in_sentences(tmp_path: Path, there: str, instead: str, message: str) -> None:
    assert there in GOOD
    path = tmp_path / "pond.toml"
    path.write_text(GOOD.replace(there, instead, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=message) as raised:
        catalogue.read(path)
    assert all(line.startswith("pond.toml: ") for line in str(raised.value).split("\n"))
    assert "pydantic" not in str(raised.value)


def test_a_point_says_how_well_it_is_kept_or_why_not(tmp_path: Path) -> None:
    path = tmp_path / "pond.toml"
    for point, message in (
        ('{ level = "1 m", area = "1 ha", source = "S1", grade = "A" }', "neither within nor note"),
        ('{ level = "1 m", within = "1 %", source = "S1", grade = "A" }', "neither area nor storage"),
    ):
        path.write_text(f"{GOOD}points = [{point}]\n", encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            catalogue.read(path)


def test_a_history_has_a_figure_and_a_translation_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "pond.toml"
    for more, message in (
        ('history = [{ year = "1950s", source = "S1", grade = "C" }]', "the history of 1950s has no figure"),
        ('history = [{ year = "1950s", area = "2 ha", source = "S9", grade = "C" }]', "the source 'S9' is not among"),
        ('history = [{ year = "1950s", aera = "2 ha", source = "S1", grade = "C" }]', "did you mean 'area'"),
        ('missing = ["the rain"]\nmissing_zh = ["雨", "湖"]', "missing_zh has 2 entries, and missing has 1"),
    ):
        path.write_text(GOOD + more, encoding="utf-8")
        with pytest.raises(ValueError, match=message):
            catalogue.read(path)


def test_a_file_that_is_not_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "pond.toml"
    path.write_bytes(GOOD.replace("here", "湖").encode("gbk"))
    with pytest.raises(ValueError, match=r"pond\.toml: it is not UTF-8"):
        catalogue.read(path)
