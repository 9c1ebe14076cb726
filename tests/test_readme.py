"""README.md is true: its commands run, its Python runs, and what it points at exists."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lakesim import scenario

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
PYTHON = [text for language, text in BLOCKS if language == "python"]
FILES = [text for language, text in BLOCKS if language == "toml"]
SHELL = [text.replace("\\\n", " ") for language, text in BLOCKS if language in ("sh", "bash", "console")]
COMMANDS = re.findall(r"(?:^|&&)\s*(?:\$ )?(?:\S+/)?lakesim (.+?)\s*(?=&&|$)", "\n".join(SHELL), re.MULTILINE)
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder like the root of a clone, as far as a command of the README sees it."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    return tmp_path


def test_two_commands_set_everything_up() -> None:
    """The first runs the lesson, the second the tests: one line each, as `.ci/run` finds and runs them."""
    run, test = [text.strip() for text in SHELL if text.startswith("python3 -m venv ")]
    assert re.fullmatch(
        r"python3 -m venv (\S+) && \1/bin/pip install \. && \1/bin/lakesim run scenarios/02_winter_low_level\.toml", run
    )
    assert re.fullmatch(r'python3 -m venv (\S+) && \1/bin/pip install -e "\.\[test\]" && \1/bin/python -m pytest', test)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_runs(language: str, command: Command, folder: Path) -> None:
    assert COMMANDS
    for line in COMMANDS:
        words = shlex.split(line, comments=True)
        if words[0] == "run" and "--lang" not in words:
            words += ["--lang", language]
        run = command(*words, cwd=folder)
        assert run.returncode == 0, f"lakesim {line}\n{run.stdout}{run.stderr}"
        assert run.stdout.strip(), f"lakesim {line} said nothing"


@pytest.mark.parametrize("number", range(len(PYTHON)))
def test_every_python_block_runs(number: int, python: Command, folder: Path) -> None:
    (folder / "block.py").write_text(PYTHON[number], encoding="utf-8")
    run = python("block.py", cwd=folder)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("number", range(len(FILES)))
def test_every_scenario_file_runs(number: int, command: Command, folder: Path) -> None:
    (folder / "file.toml").write_text(FILES[number], encoding="utf-8")
    run = command("run", "file.toml", "--no-figures", cwd=folder)
    assert run.returncode == 0, run.stdout + run.stderr


def test_the_joint_example_tells_whatever_moves_its_dam_by_more_than_5_per_cent(folder: Path) -> None:
    """While forecast and safe discharge move it, the dam never stands more than 5 % from what was told last."""
    (text,) = [text for text in FILES if "in_turn" in text]
    result = scenario.read(text, folder=folder).run()["together"]
    told = result.events.of(structure="dam")
    for time, opening in zip(result.times, result.opening["dam"], strict=True):
        if told[0].time <= time <= np.datetime64("2020-07-15T09"):
            latest = [event for event in told if event.time <= time][-1]
            assert abs(opening - latest.opening_after) <= 0.05, (time, str(latest))
    assert len(told) > 20, "and it moves"


def test_there_is_python_to_read() -> None:
    assert PYTHON
    assert FILES


@pytest.mark.parametrize("target", re.findall(r"\]\((?!https?://|#)([^)\s#]+)", README))
def test_what_it_points_at_exists(target: str) -> None:
    assert (ROOT / target).exists()
