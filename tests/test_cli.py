"""The command line: what it prints and writes, and that bad input is told plainly and leaves nothing behind."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from scipy.io import netcdf_file
from typer.testing import CliRunner

import lakesim
from lakesim import catalogue, labels, report, scenario
from lakesim.cli import app
from lakesim.cli.shared import table
from lakesim.scenario.output import COLUMNS, HIDDEN
from lakesim.simulation import SimulationError

Command = Callable[..., subprocess.CompletedProcess[str]]

POND = """\
title = "A pond"
title_zh = "塘"
check = "identity"

[lake]
name = "pond"
hypsometry = {levels = [0, 1, 3], areas = ["0 ha", "1 ha", "2 ha"]}
initial_level = "1.2 m"
warning_level = 1.5
dike_crest = 2.9

[[structures]]
type = "weir"
name = "spillway"
crest = "1.4 m"
width = "2 m"

[flood]
start = 2020-07-01
end = 2020-07-03
output_step = "1 h"

[flood.inflow]
file = "inflow.csv"
column = "inflow"
unit = "m3/s"
kind = "means"

[[cases]]
name = "base"
title = "As it is"
title_zh = "现状"

[[cases]]
name = "shut"
without = ["spillway"]
"""

RECORD = "time,inflow\n2020-07-01,0.1\n2020-07-02,0.4\n2020-07-03,0.1\n2020-07-04,0.1\n"


def called(*words: object, expect: int = 0) -> tuple[str, str]:
    """Run the command line in this process; return what it said on its two streams."""
    run = CliRunner().invoke(app, [str(word) for word in words])
    if run.exception and not isinstance(run.exception, SystemExit):
        raise run.exception
    assert run.exit_code == expect, run.output
    return run.stdout, run.stderr


@pytest.fixture
def pond(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "inflow.csv").write_text(RECORD, encoding="utf-8")
    path = tmp_path / "pond.toml"
    path.write_text(POND, encoding="utf-8")
    return path


# What it does


def test_run_writes_what_it_promises(pond: Path) -> None:
    out, err = called("run", pond)
    folder = Path("results/pond")
    cases = {f"{case}.{suffix}" for case in ("base", "shut") for suffix in ("csv", "nc", "png")}
    assert {path.name for path in folder.iterdir()} == {*cases, "summary.csv", "pond_curve.png"}
    assert err == ""
    for words in ("A pond", "As it is", "shut", "Peak level (m)", "identity", str(folder), "summary.csv"):
        assert words in out
    with (folder / "summary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0])[: len(COLUMNS)] == COLUMNS
    assert [row["case"] for row in rows] == ["base", "shut"]
    assert rows[0]["hours_above_guarantee"] == ""
    result = scenario.read(pond).run()["base"]
    assert float(rows[0]["peak_level_m"]) == result.peak("pond")[1]
    with (folder / "base.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    assert {"time", "pond.level_m", "pond.storage_m3", "spillway.discharge_m3_s", "spillway.opening"} <= set(table[0])
    assert [float(row["pond.level_m"]) for row in table] == result.level["pond"].tolist()
    with netcdf_file(folder / "base.nc", mmap=False) as file:
        assert file.variables["pond.level_m"].units == b"m"
        assert file.variables["pond.level_m"].data.tolist() == result.level["pond"].tolist()
        assert "[lake.hypsometry]" in file.scenario.decode()


def test_run_in_chinese(pond: Path) -> None:
    out, _ = called("run", pond, "--lang", "zh", "--out", "结果", "--no-figures")
    for words in ("塘", "现状", "最高水位", "恒等", "已写入 结果"):
        assert words in out
    assert not list(Path("结果").glob("*.png"))


def test_a_result_repeats_its_run_to_the_same_bits(pond: Path) -> None:
    called("run", pond, "--no-figures", "--tolerance", "1e-5")
    Path("inflow.csv").unlink()
    pond.unlink()
    called("run", "results/pond/shut.nc", "--no-figures", "--out", "again")
    for name in ("base.csv", "base.nc", "shut.csv", "summary.csv"):
        assert Path("again", name).read_bytes() == Path("results/pond", name).read_bytes(), name


def test_the_tolerance_may_have_a_unit(pond: Path) -> None:
    called("run", pond, "--no-figures", "--tolerance", "0.01 mm", "--out", "mm")
    called("run", pond, "--no-figures", "--tolerance", "1e-5", "--out", "m")
    assert Path("mm/base.csv").read_bytes() == Path("m/base.csv").read_bytes()


def test_check_says_that_a_file_is_sound_and_writes_nothing(pond: Path) -> None:
    before = sorted(Path().iterdir())
    out, _ = called("check", pond)
    assert out == f"{pond} is sound; cases: base, shut.\n"
    assert sorted(Path().iterdir()) == before


def test_check_explains_a_file_that_runs_to_the_same_bits(pond: Path) -> None:
    out, _ = called("check", pond, "--explain")
    Path("explained.toml").write_text(out, encoding="utf-8")
    called("run", pond, "--no-figures", "--out", "one")
    called("run", "explained.toml", "--no-figures", "--out", "two")
    for name in ("base.csv", "shut.csv", "summary.csv"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_check_prints_the_schema() -> None:
    out, _ = called("check", "--schema")
    assert out == (Path(lakesim.__file__).parent / "data" / "scenario.schema.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_lakes_lists_all_lakes(lang: str) -> None:
    out, _ = called("lakes", "--lang", lang)
    for name in catalogue.names():
        assert name in out
        assert (catalogue.entry(name).title_zh if lang == "zh" else catalogue.entry(name).title) in out


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_lakes_lists_all_systems_below_the_lakes(lang: str) -> None:
    out, _ = called("lakes", "--lang", lang)
    _, listed = out.split(labels.said("systems", lang))
    assert catalogue.systems()
    for name in catalogue.systems():
        system = scenario.load_system(name)
        assert name in listed
        assert (system.title_zh if lang == "zh" else system.title) in listed


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", catalogue.systems())
def test_show_prints_a_system_of_the_catalogue_and_draws_it(
    name: str, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    out, _ = called("show", name, "--figure", "system.png", "--lang", lang)
    known = scenario.system_entry(name)
    assert out.splitlines()[0] == (known.title_zh if lang == "zh" else known.title)
    assert (known.summary_zh if lang == "zh" and known.summary_zh else known.summary) in out
    for water in known.system.waters:
        assert f"\n{water}\n" in out
    assert f"{name}.toml" in out
    assert Path("system.png").read_bytes()[:4] == b"\x89PNG"
    assert [*Path().iterdir()] == [Path("system.png")]


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", catalogue.names())
def test_show_tells_each_figure_with_source_and_grade(name: str, lang: str) -> None:
    out, _ = called("show", name, "--lang", lang)
    known = catalogue.entry(name)
    assert known.title in out
    for key, figure in known.levels.items():
        (line,) = [line for line in out.splitlines() if re.match(rf"\s*{re.escape(labels.label(key, lang))}\s", line)]
        assert f"{figure.value:.2f}" in line
        assert figure.grade in line
    for text in known.unknown:
        assert text in out
    for past in known.history:
        assert re.search(rf"^ *{past.year} .*{past.grade}", out, re.MULTILINE)
    for source in known.sources:
        assert source.citation in out


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_show_writes_a_report_in_place_of_the_old_one(lang: str, tmp_path: Path) -> None:
    path = tmp_path / "湖.html"
    path.write_text("old", encoding="utf-8")
    out, err = called("show", "changhu", "--report", path, "--lang", lang)
    assert (out, err) == (labels.reported("file_written", lang, file=path) + "\n", "")
    assert path.read_text(encoding="utf-8") == report.page("changhu", lang)
    assert list(tmp_path.iterdir()) == [path]


def test_a_report_needs_its_folder_and_no_file_is_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "no" / "lake.html"
    _, err = called("show", "changhu", "--report", path, expect=2)
    assert f"--report: there is no folder {path.parent}; make it" in err
    assert "Nothing was written." in err
    _, err = called("show", "changhu", "--report", tmp_path, "--lang", "zh", expect=2)
    assert f"{tmp_path} 是文件夹" in err
    _, err = called("show", "chanhu", "--report", tmp_path / "lake.html", expect=2)
    assert "did you mean 'changhu'" in err

    def full(*_: object, **__: object) -> int:
        raise OSError(28, "No space left on device")

    old = tmp_path / "lake.html"
    old.write_text("old", encoding="utf-8")
    monkeypatch.setattr(Path, "write_text", full)
    _, err = called("show", "changhu", "--report", old, expect=1)
    assert "could not be written (No space left on device)" in err
    assert list(tmp_path.iterdir()) == [old]
    assert old.read_bytes() == b"old"


def test_the_version_is_told_fast(command: Command, python: Command, tmp_path: Path) -> None:
    code = "import sys; from lakesim import cli; sys.argv = ['lakesim', '--version']\n"
    code += "try: cli.main()\nexcept SystemExit: print(*sorted({'pydantic', 'pandas', 'scipy'} & set(sys.modules)))"
    assert python("-c", code, cwd=tmp_path).stdout == f"lakesim {lakesim.__version__}\n\n"
    assert command("--version", cwd=tmp_path).stdout == f"lakesim {lakesim.__version__}\n"


def test_a_terminal_that_speaks_only_ascii_is_no_fault(pond: Path) -> None:
    environment = os.environ | {"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(lakesim.__file__).parents[1])}
    for words in (["run", pond, "--lang", "zh", "--no-figures"], ["show", "honghu"], ["lakes", "--lang", "zh"]):
        run = subprocess.run(
            [sys.executable, "-W", "error", "-m", "lakesim.cli", *map(str, words)],
            env=environment,
            capture_output=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
    explained = subprocess.run(
        [sys.executable, "-m", "lakesim.cli", "check", str(pond), "--explain"],
        env=environment,
        capture_output=True,
        check=True,
    )
    assert 'title_zh = "塘"' in explained.stdout.decode("utf-8")


def test_a_wide_table_is_not_cut_where_there_is_no_terminal(pond: Path, command: Command) -> None:
    run = command("run", str(pond), "--no-figures", cwd=pond.parent)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    assert re.search(r"As it is\s+\d\.\d\d\s+2020-07-0\d \d\d:\d\d ", run.stdout)


def test_a_table_keeps_its_last_columns_however_wide_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Twelve columns of 22 places, since a Chinese character takes two, are more than the 160 of a file."""
    heads = [f"Column number {k:02}" for k in range(12)]
    table(heads, [[f"{'洪' * 10}{k}" for k in range(12)]], whole=range(12))
    *_, head, _, row = capsys.readouterr().out.splitlines()
    assert re.findall(r"Column number \d\d", head) == heads
    assert row.split() == [f"{'洪' * 10}{k}" for k in range(12)]


# What it explains

POLDER = """\
title = "A polder"
title_zh = "垸"

[[waters]]
type = "lake"
name = "polder"
title = "the polder"
title_zh = "大垸"
hypsometry = {prism = {bottom = "20 m", top = "50 m", area = "1 km2"}}
initial_level = "23.9 m"

[[waters]]
type = "river"
name = "river"
title = "the river"
title_zh = "大江"
level = {yearly = {"07-01" = "26 m", "07-11" = "31 m", "07-21" = "26 m"}}

[[structures]]
type = "pump"
name = "station"
head = "polder"
tail = "river"
capacity = "4 m3/s"
units = 2

[[rules]]
type = "start_stop"
structure = "station"
start = "24.0 m"
stop = "23.8 m"
unit_rises = ["0 m", "0.1 m"]

[[rules]]
type = "shut_off"
structure = "station"
watch = "tail"
above = "30 m"
resume = "29.5 m"

[flood]
start = 2020-07-01
end = 2020-07-21
output_step = "6 h"
polder.inflow = "10 m3/s"

[[cases]]
name = "as_it_is"
title = "As it is"
title_zh = "现状"

[[cases]]
name = "idle"
without = ["station", "station.rule"]
"""
"""10 m3/s fill 1 km2 from 23.9 to 24.0 m in 10000 s, and with a unit running 10 cm in 16667 s. The river passes 30 m
after 8 days and falls to 29.5 m after 13 days."""


@pytest.fixture
def polder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The result of a run of pumps that the river stops."""
    monkeypatch.chdir(tmp_path)
    Path("polder.toml").write_text(POLDER, encoding="utf-8")
    called("run", "polder.toml", "--no-figures", "--out", "out")
    return Path("out/as_it_is.nc")


def test_explain_tells_every_event_in_the_order_of_time(polder: Path) -> None:
    out, err = called("explain", polder)
    assert err == ""
    assert out.splitlines()[:6] == [
        "As it is: 4 event(s)",
        "",
        "2020-07",
        "  2020-07-01 02:46: station went up from 0 to 1 of 2 units, because the polder reached the start level "
        "24.00 m.",
        "  2020-07-01 07:24: station went up from 1 to 2 of 2 units, because the polder reached the start level "
        "24.10 m.",
        "  2020-07-09 00:00: station went down from 2 to 0 of 2 units, because the river reached the shut-off level "
        "30.00 m; the start and stop levels wanted 2 of 2 units, and gave way to the shut-off.",
    ]
    assert len(out.splitlines()) == 7
    out, _ = called("explain", polder, "--lang", "zh")
    assert "现状：4 个事件" in out
    assert (
        "  2020-07-09 00:00，大江水位已达限排水位 30.00 m，station开机由 2 台减至 0 台 (共 2 台)；"
        "起排、停排水位要求开机 2 台 (共 2 台)，服从限排规定。"
    ) in out.splitlines()


def test_explain_tells_the_events_by_months(polder: Path) -> None:
    text = POLDER.replace("start = 2020-07-01", "start = 2020-06-30")
    Path("polder.toml").write_text(text, encoding="utf-8")
    called("run", "polder.toml", "--no-figures", "--out", "out")
    out, _ = called("explain", polder)
    heads = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert heads == ["As it is: 4 event(s)", "2020-06", "2020-07"]


def test_explain_needs_nothing_but_the_file(polder: Path) -> None:
    whole, _ = called("explain", polder, "--at", "2020-07-10")
    Path("elsewhere").mkdir()
    moved = polder.rename("elsewhere/renamed.nc")
    Path("polder.toml").unlink()
    assert called("explain", moved, "--at", "2020-07-10") == (whole, "")


@pytest.mark.parametrize(("asked", "nearest"), [("2020-07-10 08:20", "2020-07-10 06:00"), ("2020/7/10", None)])
def test_explain_tells_how_things_stood_at_a_time_and_why(asked: str, nearest: str | None, polder: Path) -> None:
    out, _ = called("explain", polder, "--at", asked)
    head = out.splitlines()[0]
    assert head == (
        f"As it is at {nearest}, the output nearest to {asked}" if nearest else "As it is at 2020-07-10 00:00"
    )
    result = scenario.read("polder.toml").run()["as_it_is"]
    time = np.datetime64((nearest or "2020-07-10").replace(" ", "T"))
    (place,) = np.flatnonzero(result.times == time)
    levels = {name: f"{result.level[name][place]:.2f}" for name in ("polder", "river")}
    for name in levels:
        assert re.search(rf"the {name} +{levels[name]}\n", out)
    assert (
        f"station at 0 of 2 units: 0 m³/s, the polder {levels['polder']} m → the river {levels['river']} m\n"
        "  2020-07-09 00:00: station went down from 2 to 0 of 2 units, because the river reached the shut-off level "
        "30.00 m; the start and stop levels wanted 2 of 2 units, and gave way to the shut-off.\n"
        f"   30  the shut-off: asks for 0 of 2 units (the river {levels['river']} m, the shut-off level 30.00 m, "
        "the resume level 29.50 m)\n"
        f"   60  the start and stop levels: asks for 2 of 2 units (the polder {levels['polder']} m, "
        "the start level 24.00 … 24.10 m, the stop level 23.80 … 23.90 m); gives way to the shut-off\n"
    ) in out


def test_explain_tells_what_came_between_the_output_and_the_time(polder: Path) -> None:
    out, _ = called("explain", polder, "--at", "2020-07-01 02:50", "--lang", "zh")
    assert "现状，2020-07-01 00:00 (最接近 2020-07-01 02:50 的输出时刻)" in out
    assert out.splitlines()[-2:] == [
        "此后至 2020-07-01 02:50：",
        "  2020-07-01 02:46，大垸水位已达起排水位 24.00 m，station开机由 0 台增至 1 台 (共 2 台)。",
    ]
    out, _ = called("explain", polder, "--at", "2020-07-01 05:00", "--lang", "zh")
    assert "2020-07-01 06:00 (最接近" in out
    assert "此后至" not in out


def test_explain_takes_one_structure(polder: Path) -> None:
    out, _ = called("explain", polder, "--structure", "station")
    assert out == called("explain", polder)[0]
    _, err = called("explain", polder, "--structure", "staton", expect=2)
    assert "there is no 'staton'; the structures are: station." in err


def test_explain_says_that_nothing_happened(polder: Path) -> None:
    out, _ = called("explain", polder.with_name("idle.nc"))
    assert out == "idle: nothing happened from 2020-07-01 00:00 to 2020-07-21 00:00.\n"
    out, _ = called("explain", polder.with_name("idle.nc"), "--at", "2020-07-10")
    assert out.startswith("idle at 2020-07-10 00:00")


def test_run_points_to_explain(polder: Path) -> None:
    out, _ = called("run", "polder.toml", "--no-figures", "--out", "out")
    assert f"  … and 1 more: lakesim explain {polder}\n" in out


@pytest.mark.parametrize(
    ("at", "fragments"),
    [
        ("2021-01-01", ["--at: 2021-01-01 00:00 lies outside", "from 2020-07-01 00:00 to 2020-07-21 00:00"]),
        ("2020-06-30 23:59", ["outside the run"]),
        ("30 February", ["--at: '30 February'", "date"]),
        ("2020-02-30", ["--at: '2020-02-30'"]),
    ],
)
def test_explain_refuses_a_time_that_is_none_of_the_run(at: str, fragments: list[str], polder: Path) -> None:
    out, err = called("explain", polder, "--at", at, expect=2)
    assert out == ""
    for fragment in fragments:
        assert fragment in err


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("what", ["missing", "folder", "empty", "scenario", "cut", "foreign", "no case"])
def test_explain_refuses_what_is_no_result(what: str, lang: str, polder: Path) -> None:
    path, content = Path("odd.nc"), polder.read_bytes()
    words = {"en": "is no result of lakesim", "zh": "不是 lakesim 的结果"}[lang]
    if what == "folder":
        path.mkdir()
    elif what == "empty":
        path.touch()
    elif what == "scenario":
        path = Path("polder.toml")
    elif what == "cut":
        path.write_bytes(content[: len(content) // 2])
        words = "is no whole NetCDF file"
    elif what == "foreign":
        with netcdf_file(path, "w") as file:
            file.createDimension("time", 1)
        words = "carries no scenario"
    elif what == "no case":
        path.write_bytes(content.replace(b"\x00\x00\x00\x08as_it_is", b"\x00\x00\x00\x08as_it_wa"))
    out, err = called("explain", path, "--lang", lang, expect=2)
    assert out == ""
    assert words in err
    assert path.name in err


@pytest.mark.parametrize("share", [0.0001, 0.001, 0.01, 0.1, 0.9, 0.999])
def test_explain_refuses_a_result_that_was_cut_short(share: float, polder: Path) -> None:
    content = polder.read_bytes()
    polder.write_bytes(content[: max(4, int(share * len(content)))])
    _, err = called("explain", polder, expect=2)
    assert "is no whole NetCDF file" in err


# Bad input: what is replaced in the file, by what, and what the message must say

BAD = {
    "unknown key": ("width =", "widht =", ["line 16", "structures[1].widht", "no such key", "did you mean 'width'?"]),
    "a key of the next release": ("title =", "ensemble = []\ntitle =", ["line 1", "ensemble", "no such key"]),
    "missing key": ('crest = "1.4 m"\n', "", ["line 12", "structures[1].crest", "is missing", "give it"]),
    "wrong type, text": ('title = "A pond"', "title = 5", ["line 1", "title", "5", "quotation marks"]),
    "wrong type, table": ('file = "inflow.csv"', "file = 5", ["line 23", "flood.inflow", "file is 5", "CSV"]),
    "wrong type, truth": ('width = "2 m"', 'width = "2 m"\nflap = "yes"', ["structures[1].flap", "'yes'", "true"]),
    "wrong type, list": ('without = ["spillway"]', "without = 3", ["line 36", "cases[2].without", "3", "list"]),
    "wrong choice": ('"identity"', '"identiy"', ["line 3", "check", "'identiy'", "did you mean 'identity'?"]),
    "unknown type": ('"weir"', '"wier"', ["line 13", "structures[1].type", "'wier'", "did you mean 'weir'?"]),
    "no unit": (
        '["0 ha", "1 ha", "2 ha"]',
        '["0 ha", "1 ha", "344.4"]',
        ["lake.hypsometry.areas", "row 3", "'344.4' has no unit", "344 km2"],
    ),
    "decimal comma": (
        '"1.2 m"',
        '"24,5 m"',
        ["line 8", "lake.initial_level", "'24,5 m'", "plain decimal number", "26.5 m"],
    ),
    "wrong unit": ('"1.2 m"', '"1.2 km2"', ["line 8", "lake.initial_level", "'km2'", "does not convert to m"]),
    "NaN": ('"1.2 m"', "nan", ["line 8", "lake.initial_level", "nan is not a finite number", "26.5 m"]),
    "infinity": ('"1.4 m"', "inf", ["line 15", "structures[1].crest", "inf is not a finite number"]),
    "below the bottom": (
        '"1.2 m"',
        '"-1 m"',
        ["line 8", "lake.initial_level", "-1 m", "below the lake's bottom 0 m", "start at or above"],
    ),
    "crest above the dike": (
        '"1.4 m"',
        '"3.4 m"',
        ["line 15", "structures[1].crest", "3.4 m", "above the dike crest 2.9 m", "correct one"],
    ),
    "crest below the bottom": (
        '"1.4 m"',
        '"-0.4 m"',
        ["line 15", "structures[1].crest", "-0.4 m", "below the bottom 0 m"],
    ),
    "a level above the dike": (
        "warning_level = 1.5",
        "warning_level = 3",
        ["line 9", "lake.warning_level", "3 m", "dike crest 2.9 m"],
    ),
    "curve that falls": (
        '"1 ha", "2 ha"',
        '"1 ha", "0.5 ha"',
        ["line 7", "row 3", "area 5000 m2 is below 10000 m2", "must not fall"],
    ),
    "curve with levels that fall": ("[0, 1, 3]", "[0, 1, 1]", ["line 7", "row 3", "level 1 m is not above 1 m"]),
    "two curves": (
        "hypsometry = {",
        "hypsometry = {prism = {}, ",
        ["line 7", "lake.hypsometry", "levels and prism each say"],
    ),
    "unknown lake": (
        '[lake]\nname = "pond"',
        '[lake]\nfrom = "hongu"',
        ["line 6", "lake.from", "no lake 'hongu'", "did you mean 'honghu'?"],
    ),
    "no lake": ("[lake]\n", "[lakes]\n", ["waters", "nothing says which waters", "lakes", "did you mean 'lake'?"]),
    "unknown water": (
        'name = "spillway"',
        'name = "spillway"\nhead = "pnod"',
        ["line 15", "structures[1].head", "'pnod'", "did you mean 'pond'?"],
    ),
    "to itself": (
        'name = "spillway"',
        'name = "spillway"\ntail = "pond"',
        ["structures[1]", "head and tail are both 'pond'", "name the other water"],
    ),
    "one name twice": (
        'name = "spillway"',
        'name = "pond"',
        ["line 14", "structures[1].name", "'pond'", "its own name"],
    ),
    "one name for two cases": (
        'name = "shut"',
        'name = "Base"',
        ["line 35", "cases[2].name", "'Base'", "another case", "choose another"],
    ),
    "a case that is called summary": ('name = "shut"', 'name = "summary"', ["line 35", "cases[2].name", "'summary'"]),
    "a name that is no name": (
        'name = "shut"',
        'name = "../shut"',
        ["line 35", "cases[2].name", "'../shut'", "rename it"],
    ),
    "nothing to leave out": (
        '["spillway"]',
        '["spilway"]',
        ["line 36", "cases[2].without[1]", "'spilway'", "did you mean 'spillway'?"],
    ),
    "unknown lake of the summary": (
        "check =",
        'water = "pnd"\ncheck =',
        ["line 3", "water", "'pnd'", "did you mean 'pond'?"],
    ),
    "no date": ("2020-07-03", '"Friday"', ["line 20", "flood.end", "'Friday'", "date", "2020-0"]),
    "end before start": (
        "end = 2020-07-03",
        "end = 2020-06-03",
        ["flood.end", "2020-06-03", "not after the start", "later end"],
    ),
    "time zone": (
        "start = 2020-07-01",
        "start = 2020-07-01T00:00:00Z",
        ["line 19", "flood.start", "2020-07-01 00:00:00+00:00", "without"],
    ),
    "too many outputs": (
        '"1 h"',
        '"1 ms"',
        ["line 21", "flood.output_step", "172800000 outputs", "longer output step"],
    ),
    "the flood outlasts its record": (
        "end = 2020-07-03",
        "end = 2020-08-03",
        ["line 23", "flood.inflow", "covers 2020-07-01 to 2020-07-05", "2020-08-03"],
    ),
    "no such file": (
        '"inflow.csv"',
        '"inflw.csv"',
        ["line 23", "flood.inflow", "no file", "inflw.csv", "did you mean 'inflow.csv'?"],
    ),
    "no such record": (
        'file = "inflow.csv"',
        'record = "folsom_dayly"',
        ["flood.inflow", "no record 'folsom_dayly'", "did you mean 'folsom_daily'?"],
    ),
    "no such column": (
        'column = "inflow"',
        'column = "inflwo"',
        ["flood.inflow", "no column 'inflwo'", "did you mean 'inflow'?"],
    ),
    "no kind": ('kind = "means"\n', "", ["line 23", "flood.inflow", "file needs kind", "add it"]),
    "tolerance": ("check =", 'tolerance = "1 m"\ncheck =', ["line 3", "tolerance", "'1 m'", "out of range", "0.01 m"]),
    "not TOML": ('width = "2 m"', "width = 2 m", ["line 16, column 11", "not TOML", "quotation marks"]),
    "a key twice": ('width = "2 m"', 'width = "2 m"\nwidth = 3', ["line 17", "not TOML"]),
    "too short a list": (
        "areas = [",
        'storages = ["0 m3"], areas = [',
        ["line 7", "3 levels but 1 storages", "one for each level"],
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_fault_is_told_plainly_and_nothing_is_written(fault: str, pond: Path) -> None:
    old, new, fragments = BAD[fault]
    assert old in POND
    pond.write_text(POND.replace(old, new, 1), encoding="utf-8")
    before = sorted(pond.parent.rglob("*"))
    out, err = called("run", pond, "--out", "out", expect=2)
    assert out == ""
    for fragment in ("pond.toml", *fragments, "Nothing was written."):
        assert fragment in err, err
    assert "Traceback" not in err
    assert "value_error" not in err
    two = fault in ("no lake", "one name twice")  # the second follows from the first, and says so
    assert len(err.splitlines()) == (4 if two else 3), err  # each fault once, between head and foot
    assert sorted(pond.parent.rglob("*")) == before


SERIES = {
    "a gap": ("2020-07-02,0.4\n", "", ["2020-07-02 (after line 2)", "1 rows missing", "fill"]),
    "an empty cell": ("0.4", "", ["no value on 2020-07-02 (line 3)", "fill"]),
    "a date twice": ("2020-07-02,", "2020-07-01,", ["dates stand twice: 2020-07-01 (line 3)", "keep one"]),
    "disorder": ("2020-07-03,0.1", "2020-06-29,0.1", ["dates go back: 2020-06-29 (line 4)", "order of time"]),
    "a decimal comma": ("0.4", '"0,4"', ["line 3", "'0,4'", "a decimal point"]),
    "text": ("0.4", "much", ["line 3", "'much'", "no finite number"]),
    "no date": ("2020-07-02,", "yesterday,", ["line 3", "'yesterday'", "no date"]),
}


@pytest.mark.parametrize("fault", SERIES)
def test_a_fault_of_a_record_is_told_with_its_line_and_date(fault: str, pond: Path) -> None:
    old, new, fragments = SERIES[fault]
    Path("inflow.csv").write_text(RECORD.replace(old, new, 1), encoding="utf-8")
    _, err = called("run", pond, "--out", "out", expect=2)
    for fragment in ("pond.toml, line 23: flood.inflow", "inflow.csv", *fragments):
        assert fragment in err, err
    assert not Path("out").exists()


def test_all_faults_come_at_once(pond: Path) -> None:
    replaced = {
        old: new
        for old, new, _ in (
            BAD[name] for name in ("unknown key", "decimal comma", "no such file", "infinity", "no date")
        )
    }
    text = POND
    for old, new in replaced.items():
        text = text.replace(old, new, 1)
    pond.write_text(text, encoding="utf-8")
    _, err = called("run", pond, "--out", "out", expect=2)
    for fragment in ("widht", "24,5 m", "inflw.csv", "inf is not", "Friday"):
        assert err.count(fragment) == 1, err
    lines = [int(line) for line in re.findall(r"pond.toml, line (\d+)", err)]
    assert lines == sorted(lines)


def not_a_scenario(pond: Path, what: str) -> Path:
    """A path to something that is no scenario."""
    if what == "missing":
        return pond.with_name("pnd.toml")
    if what == "a folder":
        return pond.parent
    contents = {
        "empty": b"",
        "only a comment": b"# nothing\n",
        "GBK": POND.encode("gbk"),
        "UTF-16": POND.encode("utf-16"),
        "half a result": b"CDF\x02\x00\x00",
        "a picture": b"\x89PNG\r\n\x1a\n\x00",
    }
    pond.write_bytes(contents[what])
    return pond


@pytest.mark.parametrize(
    ("what", "fragments"),
    [
        ("missing", ["pnd.toml", "no such file", "did you mean 'pond.toml'?"]),
        ("a folder", ["is a folder", "pond.toml"]),
        ("empty", ["pond.toml", "is empty", 'lake = "honghu"']),
        ("only a comment", ["pond.toml", "is empty"]),
        ("GBK", ["pond.toml, line 2", "not UTF-8", "save the file as UTF-8"]),
        ("UTF-16", ["pond.toml, line 1", "not UTF-8"]),
        ("half a result", ["pond.toml", "no whole NetCDF"]),
        ("a picture", ["pond.toml, line 1", "not UTF-8"]),
    ],
)
@pytest.mark.parametrize("word", ["run", "check"])
def test_what_is_no_scenario_is_told_plainly(word: str, what: str, fragments: list[str], pond: Path) -> None:
    path = not_a_scenario(pond, what)
    _, err = called(word, path, expect=2)
    for fragment in fragments:
        assert fragment in err, err
    assert not Path("results").exists()


def test_a_result_of_another_version_is_refused(pond: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called("run", pond, "--no-figures")
    monkeypatch.setattr(lakesim, "__version__", "9.9.9")
    _, err = called("run", "results/pond/base.nc", "--out", "again", expect=2)
    assert "9.9.9" in err
    assert err.count("lakesim ") >= 2
    assert "run its scenario file again" in err
    assert not Path("again").exists()


def test_a_result_without_a_scenario_is_refused(pond: Path) -> None:
    case = scenario.read(pond).cases[0]
    lakesim.simulate(case.system, case.flood).to_netcdf("own.nc")
    _, err = called("run", "own.nc", expect=2)
    assert "carries no scenario" in err


@pytest.mark.parametrize("place", ["file", "file/deeper"])
def test_an_output_folder_that_cannot_be_written_is_told_before_the_run(
    place: str, pond: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("file").write_text("mine", encoding="utf-8")
    monkeypatch.setattr(scenario.Scenario, "run", lambda *_: pytest.fail("it ran"))
    _, err = called("run", pond, "--out", place, expect=2)
    for fragment in (str(Path(place)), "cannot be written", "--out"):
        assert fragment in err
    assert Path("file").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="for this user every folder can be written")
def test_a_folder_without_permission_is_told(pond: Path) -> None:
    Path("locked").mkdir(mode=0o500)
    _, err = called("run", pond, "--out", "locked/out", expect=2)
    assert "cannot be written" in err


@pytest.mark.skipif(sys.platform == "win32", reason="there is no limit of this kind")
def test_a_full_disk_fails_plainly_and_leaves_nothing(pond: Path) -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); from lakesim.cli import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", code, "run", str(pond), "--out", "out", "--no-figures"],
        env=os.environ | {"PYTHONPATH": str(Path(lakesim.__file__).parents[1])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert "could not be written to out" in run.stderr
    assert "Traceback" not in run.stderr
    assert sorted(path.name for path in Path().iterdir()) == ["inflow.csv", "pond.toml"]


def test_a_run_that_fails_says_why(pond: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise SimulationError("case base: the balance of pond could not be solved")

    monkeypatch.setattr(scenario.Scenario, "run", fail)
    _, err = called("run", pond, "--out", "out", expect=1)
    assert "the balance of pond could not be solved" in err
    assert not Path("out").exists()


def test_ctrl_c_leaves_nothing(pond: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(scenario.Scenario, "run", stop)
    _, err = called("run", pond, "--out", "out", expect=1)
    assert "Stopped" in err
    assert sorted(path.name for path in Path().iterdir()) == ["inflow.csv", "pond.toml"]


@pytest.mark.parametrize("heard", [True, False])
@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_ctrl_c_leaves_the_old_report(heard: bool, lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where a library that was called meanwhile took the interrupt for a fault of its own and went on."""

    def stop(_: str, path: Path, *__: object) -> None:
        Path(path).write_text("half", encoding="utf-8")
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            if heard:
                raise

    monkeypatch.setattr(report, "write", stop)
    page = tmp_path / "lake.html"
    page.write_text("old", encoding="utf-8")
    _, err = called("show", "changhu", "--report", page, "--lang", lang, expect=1)
    assert err.splitlines() == [labels.said("stopped", lang), labels.said("nothing_written", lang)]
    assert page.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [page]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such signal")
def test_a_run_that_is_killed_leaves_no_half_written_file(pond: Path) -> None:
    text = POND.replace("end = 2020-07-03", "end = 2022-07-03").replace('"1 h"', '"1 min"')
    pond.write_text(text.replace(POND[POND.index("[flood.inflow]") : POND.index("[[cases]]")], ""), encoding="utf-8")
    root = str(Path(lakesim.__file__).parents[1])
    words = [sys.executable, "-m", "lakesim.cli", "run", str(pond), "--out", "out", "--no-figures"]
    with subprocess.Popen(words, env=os.environ | {"PYTHONPATH": root}) as process:
        while not list(Path().glob(f"{HIDDEN}*/made/.*")) and process.poll() is None:
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert not Path("out").exists()
    assert len(list(Path().glob(f"{HIDDEN}*"))) == 1
    pond.write_text(POND, encoding="utf-8")
    called("run", pond, "--out", "out", "--no-figures")
    assert sorted(path.name for path in Path().iterdir()) == ["inflow.csv", "out", "pond.toml"]
    assert np.isfinite(float(Path("out/base.csv").read_text(encoding="utf-8").splitlines()[-1].split(",")[1]))


def test_a_word_that_is_no_command_is_told() -> None:
    _, err = called("rnu", expect=2)
    assert "rnu" in err
    _, err = called("show", "hongu", expect=2)
    assert "did you mean 'honghu'?" in err
    _, err = called("check", expect=2)
    assert "--schema" in err


def test_a_tolerance_that_is_none_is_told(pond: Path) -> None:
    for text in ("1e-6 h", "small", "5", "nan"):
        _, err = called("run", pond, "--tolerance", text, "--out", "out", expect=2)
        assert "--tolerance" in err
        assert repr(text) in err
    assert not Path("out").exists()


def test_doubts_about_a_curve_are_told_and_do_not_stop_the_run(pond: Path) -> None:
    doubtful = 'areas = ["0 ha", "1 ha", "2 ha"], storages = [0, 5400, 35400]'
    pond.write_text(POND.replace('areas = ["0 ha", "1 ha", "2 ha"]', doubtful), encoding="utf-8")
    _, err = called("check", pond)
    assert "note: pond.toml: rows 1 and 2" in err
    assert "apart" in err


@pytest.mark.parametrize("key", labels.CLI)
def test_what_is_said_is_said_in_both_languages(key: str) -> None:
    fields = [set(re.findall(r"\{(\w+)\}", text)) for text in labels.CLI[key]]
    assert fields[0] == fields[1]
    assert re.search(r"[\u4e00-\u9fff]", labels.CLI[key][1])
    values = dict.fromkeys(fields[0], "x")
    assert "{" not in labels.said(key, "zh", **values)


# What it shows of a scenario

LONELY = """
[[waters]]
type = "river"
name = "brook"
level = "1 m"
"""
TWO_PONDS = POND.replace("[lake]", "[[waters]]").replace("[flood.inflow]", "[flood.pond.inflow]").replace(
    'name = "spillway"', 'name = "spillway"\nhead = "pond"'
)  # fmt: skip


@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_show_prints_the_system_of_a_scenario_and_draws_it(lang: str, pond: Path) -> None:
    before = sorted(Path().iterdir())
    first, second = scenario.read(pond).cases
    out, err = called("show", pond, "--lang", lang)
    assert str(first.system) in out
    assert {"en": "As it is · A pond", "zh": "现状 · 塘"}[lang] == out.splitlines()[0]
    assert "base, shut" in out
    assert sorted(Path().iterdir()) == before
    out, err = called("show", pond, "--case", "shut", "--figure", "图.png", "--lang", lang)
    assert str(second.system) in out
    assert "spillway" not in out
    assert labels.reported("file_written", lang, file="图.png") in out
    assert Path("图.png").read_bytes()[:4] == b"\x89PNG"
    assert err == ""
    assert {*before, Path("图.png")} == set(Path().iterdir())


@pytest.mark.parametrize("suffix", ["svg", "PDF"])
def test_the_end_of_the_name_says_the_kind_of_picture(suffix: str, pond: Path) -> None:
    called("show", pond, "--figure", f"pond.{suffix}")
    assert {"svg": b"<svg", "PDF": b"%PDF"}[suffix] in Path(f"pond.{suffix}").read_bytes()[:400]


def test_show_takes_a_result(pond: Path) -> None:
    called("run", pond, "--no-figures", "--out", "out")
    out, _ = called("show", "out/shut.nc", "--case", "base")
    assert str(scenario.read(pond).cases[0].system) in out


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize(
    ("words", "fragments"),
    [
        (["hongu"], ["'hongu'", "'honghu'", ".toml"]),
        (["pnd.toml"], ["pnd.toml", "no such file", "did you mean 'pond.toml'?"]),
        (["inflow.csv"], ["inflow.csv", "is not TOML"]),
        (["pond.toml", "--case", "bse"], ["--case", "bse", "base, shut"]),
        (["pond.toml", "--figure", "pond.jpeg2"], ["--figure", "pond.jpeg2", ".png"]),
        (["pond.toml", "--figure", "no/pond.png"], ["--figure", "no"]),
        (["pond.toml", "--figure", "folder.png"], ["--figure", "folder.png"]),
        (["pond.toml", "--report", "pond.html"], ["--report", "pond.toml", "lakesim lakes"]),
        (["honghu", "--figure", "honghu.png"], ["--figure", "honghu"]),
        (["honghu", "--case", "base"], ["--case", "honghu"]),
        (["four_lake"], ["'four_lake'", "four_lakes"]),
        (["four_lakes", "--case", "base"], ["--case", "four_lakes"]),
        (["four_lakes", "--report", "four_lakes.html"], ["--report", "four_lakes"]),
        (["four_lakes", "--figure", "four_lakes.jpeg2"], ["--figure", "four_lakes.jpeg2", ".png"]),
    ],
)
def test_show_refuses_what_it_cannot_show(words: list[str], fragments: list[str], lang: str, pond: Path) -> None:
    (pond.parent / "folder.png").mkdir()
    before = sorted(Path().iterdir())
    out, err = called("show", *words, "--lang", lang, expect=2)
    for fragment in fragments:
        assert fragment in err, err
    assert labels.said("nothing_written", lang) in err
    assert sorted(Path().iterdir()) == before
    assert not re.search("Traceback", out + err)


def test_a_water_that_nothing_joins_to_the_rest_is_told_and_does_not_stop_the_run(pond: Path) -> None:
    pond.write_text(TWO_PONDS + LONELY, encoding="utf-8")
    out, err = called("check", pond)
    assert err == (
        "note: pond.toml: brook: no structure, rule or dike joins it to 'pond' in any case, so that it plays no part "
        "there; join it, or leave it out\n"
    )
    assert "is sound" in out
    assert called("check", pond, "--explain")[1] == err
    pond.write_text(TWO_PONDS.replace('head = "pond"', 'head = "pond"\ntail = "brook"') + LONELY, encoding="utf-8")
    assert called("check", pond)[1] == ""
    pond.write_text(TWO_PONDS, encoding="utf-8")
    assert called("check", pond)[1] == ""
