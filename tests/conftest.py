"""What all tests share: figures without a screen, the same examples in every run, and the command line."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest

ROOT = Path(__file__).parents[1]

os.environ["MPLBACKEND"] = "Agg"

# The suite tests the same examples each time; `--hypothesis-profile=search` looks for new ones.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, database=None)
hypothesis.settings.register_profile("search", deadline=None, max_examples=2000)
hypothesis.settings.load_profile("same")

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def python() -> Command:
    """Run a fresh interpreter in a folder: `python("-c", "import lakesim", cwd=folder)`; warnings are errors there too.

    lakesim is found in `path`, the checkout unless told, and nowhere else but where it is installed.
    """

    def run(*words: str, cwd: Path, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-W", "error", *words],
            cwd=cwd,
            env=os.environ | {"PYTHONPATH": str(path), "PYTHONUTF8": "1"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def command(python: Command) -> Command:
    """Run the command line in a folder: `command("show", "folsom", cwd=folder)`."""

    def run(*words: str, cwd: Path, path: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return python("-m", "lakesim.cli", *words, cwd=cwd, path=path)

    return run
