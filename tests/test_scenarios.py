"""Every lesson runs, prints what is committed beside it, and every one of its results closes its water account."""

import csv
import importlib.util
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FILES = sorted(SCENARIOS.glob("*.toml"))
LESSONS = sorted(SCENARIOS.glob("*.py"))
Command = Callable[..., subprocess.CompletedProcess[str]]


def test_a_lesson_is_an_experiment_a_script_and_its_outcome() -> None:
    assert FILES
    stems = {path.stem for path in LESSONS}
    assert stems <= {path.stem for path in FILES}
    assert all(path.stem.startswith(tuple(stems)) for path in FILES)  # a second experiment is named after its lesson
    assert {path.stem for path in LESSONS} == {path.stem for path in SCENARIOS.glob("*.out")}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_experiment_is_sound(path: Path, command: Command, tmp_path: Path) -> None:
    run = command("check", str(path), cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_case_of_the_experiment_closes(path: Path, command: Command, tmp_path: Path) -> None:
    run = command("run", str(path), "--out", "results", "--no-figures", cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    with (tmp_path / "results" / "summary.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    for row in rows:
        assert abs(float(row["residual_relative"])) < 1e-9, row["case"]


@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_the_lesson_prints_what_is_committed(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`main()` prints the lesson, rounded to what is stable, and returns its results by name."""
    monkeypatch.chdir(tmp_path)
    spec = importlib.util.spec_from_file_location(f"lesson_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    lesson = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(lesson)
    capsys.readouterr()

    results = lesson.main()

    assert capsys.readouterr().out == path.with_suffix(".out").read_text(encoding="utf-8")
    assert results
    for name, result in results.items():
        assert abs(result.residual_relative) < 1e-9, name
