"""Result: series, account, events, tables and files of a run."""

import copy
import csv
import pickle
from pathlib import Path

import numpy as np
import pytest

from lakesim import (
    Channel,
    Flood,
    Hypsometry,
    Lake,
    Result,
    River,
    Series,
    SluiceGate,
    System,
    labels,
    simulate,
)
from lakesim.result import Events, read_netcdf, replacing

CURVE = Hypsometry.prism(0.0, 5.0, "1 km2")
DAY = 86400.0
HOURS = np.datetime64("2020-07-01", "ms") + np.arange(121) * np.timedelta64(1, "h")
TIDE = Series(HOURS, 2.0 + np.sin(np.arange(121) * np.pi / 6.0), "instants", "m")
WAVE = Series(HOURS, 6.0 + 5.0 * np.cos(np.arange(120) / 9.0), "means", "m3/s")


def lake(name: str, level: float = 1.5, **fields: object) -> Lake:
    return Lake(name=name, hypsometry=CURVE, initial_level=level, **fields)


@pytest.fixture(scope="module")
def result() -> Result:
    """Two lakes joined by a channel, a river with a tide behind a flap gate, and every term of the account."""
    system = System(
        title="洪湖 and its neighbour",
        waters=[
            River(name="长江", level=TIDE),
            lake(
                "洪湖",
                inflow=WAVE,
                rain=Series.constant("20 mm/d", "m/s"),
                evaporation=Series.constant("5 mm/d", "m/s"),
                seepage=Series.constant(0.01, "m3/s"),
            ),
            lake(
                "b",
                outflow=Series.constant(1.0, "m3/s"),
                rain=Series.constant("20 mm/d", "m/s"),
                rain_falls_on="surface",
                reconstructed=True,
            ),
        ],
        structures=[
            Channel(name="link", head="b", tail="洪湖", bed=0.5, width=5.0, length=2000.0),
            SluiceGate(name="新滩口", head="洪湖", tail="长江", sill=0.5, width=10.0, height=2.0, flap=True),
        ],
    )
    return simulate(system, compiled=False)


def one(inflow: float = 5.0, count: float = 1.0, step: float = 3600.0, **fields: object) -> Result:
    start = np.datetime64("2020-07-01", "ms")
    flood = Flood(start=start, end=start + np.timedelta64(round(count * 86400000), "ms"), output_step=step)
    return simulate(lake("a", inflow=Series.constant(inflow, "m3/s"), **fields), flood, compiled=False)


# --- series ----------------------------------------------------------------------------------------


def test_every_water_has_a_level_and_every_lake_a_storage(result):
    assert set(result.level) == {"长江", "洪湖", "b"}
    assert set(result.storage) == {"洪湖", "b"}
    for name in ("洪湖", "b"):
        np.testing.assert_allclose(result.storage[name], 1e6 * result.level[name], rtol=1e-12)
    assert (result.level["长江"] == TIDE.values).all()
    assert result.level["洪湖"][0] == 1.5
    assert result.times.dtype == "datetime64[ms]"
    assert (result.times == HOURS).all()


def test_discharges_follow_from_the_levels(result):
    for name, structure in (("link", result.system["link"]), ("新滩口", result.system["新滩口"])):
        heads, tails = result.level[structure.head], result.level[structure.tail]
        expected = [structure.discharge(*pair) for pair in zip(heads, tails, strict=True)]
        np.testing.assert_allclose(result.discharge[name], expected, rtol=1e-12, atol=1e-15)
        assert (result.opening[name] == 1.0).all()
    assert result.discharge["link"].min() < 0.0


def test_inflow_and_outflow_are_all_that_arrives_and_leaves_but_rain_and_evaporation(result):
    link, gate = result.discharge["link"], result.discharge["新滩口"]
    given = np.array([WAVE.at(time) for time in result.times])
    np.testing.assert_allclose(result.inflow["洪湖"], given + np.maximum(link, 0.0), rtol=1e-14)
    np.testing.assert_allclose(result.outflow["洪湖"], np.maximum(-link, 0.0) + gate, rtol=1e-14)
    np.testing.assert_allclose(result.inflow["b"], np.maximum(-link, 0.0), rtol=1e-14)
    np.testing.assert_allclose(result.outflow["b"], 1.0 + np.maximum(link, 0.0), rtol=1e-14)


def test_rain_is_a_rate_however_it_was_given():
    given = one(rain=Series.constant(1.0, "m3/s")), one(rain=Series.constant(1e-6, "m/s"))
    for result in given:
        np.testing.assert_allclose(result.rain["a"], 1e-6, rtol=1e-14)
        assert result.level["a"][-1] == pytest.approx(1.5 + 6e-6 * DAY, rel=1e-13)
    names = [[column.name for column in result.table()] for result in given]
    assert "a.rain_m3_s" in names[0]
    assert "a.rain_m_s" in names[1]


def test_levels_and_storages_cannot_be_overwritten_by_mistake(result):
    for values in (result.level["b"], result.storage["b"]):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0.0


def test_a_peak_between_two_outputs_is_found(result):
    """Hourly outputs of a lake that swings with a tide stay below its peak, and come within a centimetre of it."""
    coarse = simulate(result.system, result.flood.changed(output_step="1 d"), compiled=False)
    for name in ("洪湖", "b"):
        time, peak = coarse.peak(name)
        assert peak == result.peak(name)[1]
        assert result.level[name].max() <= peak < result.level[name].max() + 0.01
        assert coarse.level[name].max() < peak or name == "b"
        assert abs(time - result.times[result.level[name].argmax()]) <= np.timedelta64(1, "h")
        low_time, low = coarse.lowest(name)
        assert result.level[name].min() - 0.01 < low <= result.level[name].min()
        assert result.times[0] <= low_time <= result.times[-1]


def test_the_peak_of_a_falling_lake_is_its_start():
    result = one(inflow=0.0, outflow=Series.constant(2.0, "m3/s"))
    assert result.peak("a") == (result.times[0], 1.5)
    assert result.lowest("a")[0] == result.times[-1]


@pytest.mark.parametrize("name", ["长江", "link", "c"])
def test_only_lakes_have_a_peak(result, name):
    with pytest.raises(KeyError, match="is no lake of the system; the lakes are: 洪湖, b"):
        result.peak(name)


# --- the account -----------------------------------------------------------------------------------


def test_the_account_adds_up(result):
    for name in ("洪湖", "b"):
        account = result.account[name]
        assert account.initial_storage == 1.5e6
        assert account.final_storage == pytest.approx(result.storage[name][-1], rel=1e-14)
        change = account.final_storage - account.initial_storage
        assert account.residual == sum(account.volumes.values()) - change
        assert abs(account.residual) < 1e-6
        assert account.turnover == sum(map(abs, account.volumes.values()))
        assert account.residual_relative == abs(account.residual) / account.turnover
    assert result.residual_relative == max(account.residual_relative for account in result.account.values())
    assert abs(result.residual) == max(abs(account.residual) for account in result.account.values())


def test_each_term_of_the_account_is_what_it_should_be(result):
    first, second = result.account["洪湖"].volumes, result.account["b"].volumes
    assert list(first) == ["inflow", "rain", "evaporation", "seepage", "link", "新滩口"]
    assert list(second) == ["outflow", "rain", "link"]
    days = 5.0
    assert first["inflow"] == pytest.approx(WAVE.values.sum() * 3600.0, rel=1e-13)
    assert first["rain"] == pytest.approx(0.02 * days * 1e6, rel=1e-12)
    assert first["evaporation"] == pytest.approx(-0.005 * days * 1e6, rel=1e-12)
    assert first["seepage"] == pytest.approx(-0.01 * days * DAY, rel=1e-12)
    assert second["outflow"] == pytest.approx(-1.0 * days * DAY, rel=1e-12)
    assert second["rain"] == pytest.approx(0.02 * days * 1e6, rel=1e-12)
    assert second["link"] == -first["link"]
    gate = np.trapezoid(result.discharge["新滩口"], dx=3600.0)
    assert first["新滩口"] == pytest.approx(
        -gate, rel=0.05
    )  # hourly values of a gate that opens and shuts within hours


def test_little_water_is_measured_against_a_millimetre_on_the_lake():
    account = one(inflow=1e-9).account["a"]
    assert account.turnover < 1e-3
    assert account.residual_relative == abs(account.residual) / 1000.0


def test_an_account_in_which_nothing_moves_is_closed():
    pit = Lake(name="a", hypsometry=Hypsometry.power_law(0, 5, exponent=2, area=1e6), initial_level=0.0)
    result = simulate(pit, Flood(start="2020-07-01", end="2020-07-02"), compiled=False)
    assert result.residual_relative == 0.0
    assert "Residual 0.0e+00" in str(result)


def test_the_account_is_a_mapping_and_prints_as_a_table(result):
    account = result.account
    assert list(account) == ["洪湖", "b"]
    assert len(account) == 2
    text = str(account)
    for word in ("10⁶ m³", "Storage at the start", "1.500000", "Evaporation", "新滩口", "Residual", "Numerical error"):
        assert word in text
    assert text.splitlines()[-1] == account.proof()
    assert str(result) == text
    chinese = [entry for _, entry, _ in account.rows("zh")]
    assert {"时段初蓄水量", "入流", "降水", "蒸发", "渗漏", "水量平衡闭合差"} <= set(chinese)
    assert account.proof("zh").startswith("水量平衡闭合差")


def test_a_notebook_shows_the_account_with_its_proof_in_the_last_line(result):
    shown = result._repr_html_()
    assert shown == result.account._repr_html_()
    assert shown.count("<tr>") == len(result.account.rows()) + 2
    assert shown.rindex("Residual") > shown.rindex("新滩口")
    assert shown.startswith("<table>")
    assert shown.endswith("</table>")


def test_a_shortfall_stands_in_the_account():
    result = one(inflow=1.0, count=10.0, outflow=Series.constant(5.0, "m3/s"))
    account = result.account["a"]
    delivered = -account.volumes["outflow"] - account.volumes["shortfall"]
    assert delivered == pytest.approx(1.5e6 + 1.0 * 10 * DAY, rel=1e-5)
    entries = [entry for _, entry, _ in result.account.rows()]
    assert entries.count("Shortfall") == 1
    assert not any(entry.startswith("Shortfall:") for entry in entries)
    np.testing.assert_allclose(result.outflow["a"][-10:], 1.0, rtol=1e-2)


def test_a_result_says_in_a_line_what_it_is(result):
    assert repr(result).startswith("<Result 洪湖, b, 2020-07-01T00:00:00.000 to 2020-07-06T00:00:00.000, Residual ")
    assert result.reconstructed
    assert not one().reconstructed
    assert result.numerical_error > 0.0
    assert not result.compiled


# --- events ----------------------------------------------------------------------------------------


def test_events_are_sentences_in_both_languages(result):
    assert len(result.events) > 4
    assert isinstance(result.events, Events)
    times = [event.time for event in result.events]
    assert times == sorted(times)
    shut = next(event for event in result.events if event.reason == labels.LOCKED_OUT)
    english, chinese = shut.sentence(), shut.sentence("zh")
    assert "新滩口 is shut, because the tailwater stands higher than 洪湖" in english
    assert "新滩口关闭" in chinese
    assert str(result.events).splitlines() == [event.sentence("en") for event in result.events]
    assert english.startswith(labels.moment(shut.time))
    assert str(one().events) == "no events"


@pytest.mark.parametrize("compiled", [False, True])
def test_events_are_the_same_on_both_paths(result, compiled):
    if compiled:
        pytest.importorskip("numba")
    again = simulate(result.system, result.flood, compiled=compiled)
    assert [(event.reason, event.water, event.structure) for event in again.events] == [
        (event.reason, event.water, event.structure) for event in result.events
    ]
    assert type(again.events[0].reason) is int
    assert type(again.events[0].level) is float


# --- files -----------------------------------------------------------------------------------------


def test_the_table_has_a_column_for_each_water_and_quantity(result):
    names = [column.name for column in result.table()]
    assert names == [
        "长江.level_m",
        *(f"洪湖.{quantity}" for quantity in ("level_m", "storage_m3", "inflow_m3_s", "outflow_m3_s")),
        *("洪湖.rain_m_s", "洪湖.evaporation_m_s", "洪湖.seepage_m3_s"),
        *(f"b.{quantity}" for quantity in ("level_m", "storage_m3", "inflow_m3_s", "outflow_m3_s", "rain_m_s")),
        *("link.discharge_m3_s", "link.opening", "新滩口.discharge_m3_s", "新滩口.opening"),
    ]
    assert all(column.values.shape == result.times.shape for column in result.table())
    assert all(column.key in labels.WORDS for column in result.table())


@pytest.mark.parametrize("step", [3600.0, 0.25])
def test_a_csv_file_comes_back_to_the_last_bit(tmp_path, step):
    result = one(
        inflow=np.pi, count=0.001 if step < 1.0 else 1.0, step=step, outflow=Series.constant(1.0 / 3.0, "m3/s")
    )
    path = tmp_path / "result.csv"
    result.to_csv(path)
    with path.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["time", *(column.name for column in result.table())]
    assert (np.array([row[0] for row in rows], "datetime64[ms]") == result.times).all()
    for place, column in enumerate(result.table(), start=1):
        assert [float(row[place]) for row in rows] == column.values.tolist()
    assert [path.name for path in tmp_path.iterdir()] == ["result.csv"]


def test_pandas_reads_the_csv_file(result, tmp_path):
    import pandas as pd

    result.to_csv(tmp_path / "结果.csv")
    table = pd.read_csv(tmp_path / "结果.csv", index_col="time", parse_dates=True)
    np.testing.assert_allclose(table["洪湖.level_m"], result.level["洪湖"], rtol=1e-15)
    assert (table.index == result.times).all()


def test_the_dataset_is_labelled(result):
    data = result.data
    assert data["洪湖.level_m"].attrs == {"units": "m", "long_name": "Level"}
    assert data["新滩口.discharge_m3_s"].attrs["units"] == "m3/s"
    assert data.attrs["residual_relative"] == result.residual_relative
    assert data.attrs["numerical_error_m"] == result.numerical_error
    assert data.attrs["reconstructed"] == 1
    assert data.sizes["event"] == len(result.events)
    assert result.data is data


@pytest.mark.parametrize("eventful", [True, False])
def test_a_netcdf_file_comes_back_to_the_last_bit(result, tmp_path, eventful):
    """Chinese names and titles, events or none, the scenario with all its lines."""
    result = result if eventful else one()
    result = Result(**{**vars_of(result), "scenario": '[lake]\nname = "洪湖"\n', "check": "identity"})
    result.to_netcdf(tmp_path / "result.nc")
    data = read_netcdf(tmp_path / "result.nc")
    assert set(data.variables) == set(result.data.variables)
    for name, variable in result.data.variables.items():
        assert variable.dims == data[name].dims
        assert (variable.values == data[name].values).all(), name
        assert variable.attrs.get("units") == data[name].attrs.get("units")
    assert data.attrs["scenario"] == '[lake]\nname = "洪湖"\n'
    assert data.attrs["check"] == "identity"
    assert data.attrs["title"] == result.data.attrs["title"]
    assert [path.name for path in tmp_path.iterdir()] == ["result.nc"]


def vars_of(result: Result) -> dict[str, object]:
    names = ("system", "flood", "layout", "forcing", "state", "record")
    return {name: getattr(result, name) for name in names}


def test_the_names_in_the_netcdf_file_are_utf_8(result, tmp_path):
    """As the format asks, so that other programs read them."""
    result.to_netcdf(tmp_path / "result.nc")
    assert "洪湖.level_m".encode() in (tmp_path / "result.nc").read_bytes()


def test_the_events_in_the_netcdf_file_name_waters_and_structures_by_number(result, tmp_path):
    result.to_netcdf(tmp_path / "result.nc")
    data = read_netcdf(tmp_path / "result.nc")
    for what in ("water", "structure"):
        names = data[f"event.{what}"].attrs["flag_meanings"].split()
        found = [names[number] for number in data[f"event.{what}"].values]
        assert found == [getattr(event, what) for event in result.events]
    assert data["event.reason"].values.tolist() == [event.reason for event in result.events]
    assert (data["event.time"].values == [event.time for event in result.events]).all()


def test_dates_beyond_the_reach_of_nanoseconds(tmp_path):
    flood = Flood(start="2500-01-01", end="2500-01-02")
    result = simulate(lake("a", inflow=Series.constant(5.0, "m3/s")), flood, compiled=False)
    result.to_netcdf(tmp_path / "result.nc")
    assert (read_netcdf(tmp_path / "result.nc")["time"].values == result.times).all()


@pytest.mark.parametrize("write", [Result.to_csv, Result.to_netcdf])
def test_a_full_disk_leaves_the_old_file_and_nothing_else(result, tmp_path, monkeypatch, write):
    path = tmp_path / "result"
    path.write_text("the old result")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        write(result, path)
    assert path.read_text() == "the old result"
    assert [found.name for found in tmp_path.iterdir()] == ["result"]


@pytest.mark.parametrize("fault", [OSError, KeyboardInterrupt, MemoryError])
def test_a_file_that_is_not_finished_is_never_seen(tmp_path, fault):
    path = tmp_path / "result.csv"

    def write() -> None:
        with replacing(path) as unfinished:
            unfinished.write_text("half a res")
            assert not path.exists()
            raise fault

    with pytest.raises(fault):
        write()
    assert list(tmp_path.iterdir()) == []


def test_a_finished_file_takes_the_place_of_the_old_one(tmp_path):
    path = tmp_path / "result.csv"
    path.write_text("old")
    with replacing(str(path)) as unfinished:
        unfinished.write_text("new")
        assert unfinished.parent == path.parent
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    for write in (Result.to_csv, Result.to_netcdf):
        with pytest.raises(OSError, match="no"):
            write(one(), tmp_path / "no" / "result")


def test_a_result_can_be_pickled_and_copied(result):
    for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
        assert (again.level["洪湖"] == result.level["洪湖"]).all()
        assert again.account["b"] == result.account["b"]
        assert str(again.events) == str(result.events)
        assert (again.discharge["link"] == result.discharge["link"]).all()
