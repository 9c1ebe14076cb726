"""Writing what a run found: out of sight until all of it is there, so that no half-written file is ever seen."""

from __future__ import annotations

import csv
import secrets
import shutil
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from .. import indicators
from ..result import Result
from .core import Scenario

HIDDEN = ".lakesim-"
LOCK = "lock"
UNLOCKED_FOR = 60.0
"""Seconds after which a hidden folder without a lock file is taken for left behind."""

COLUMNS = (
    "case",
    "peak_level_m",
    "peak_time",
    "hours_above_warning",
    "hours_above_guarantee",
    "flood_storage_m3",
    "lockout_hours",
    "low_water_days",
    "residual_relative",
    "numerical_error_m",
)
"""The first columns of summary.csv, which scripts may rely on."""


@contextmanager
def writing(folder: Path) -> Iterator[Path]:
    """Give a hidden folder; what is in it takes its place in `folder` at the end, and only if all went well.

    A folder that does not exist comes into being whole. In one that does, each file takes the place of the old one,
    `summary.csv` last. What a run that was killed left behind is removed.

    Raises
    ------
    OSError
        If the folder cannot be written, before anything else is done.
    """
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(20, "it is a file", str(folder))
    home = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    remove_what_was_left(home)
    hidden = home / f"{HIDDEN}{secrets.token_hex(6)}"
    hidden.mkdir()
    try:
        with _locked(hidden / LOCK):
            made = hidden / "made"
            made.mkdir()
            yield made
            _publish(made, folder)
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _publish(made: Path, folder: Path) -> None:
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        made.rename(folder)
        return
    for file in sorted(made.iterdir(), key=lambda file: file.name == "summary.csv"):
        file.replace(folder / file.name)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock that ends with the process, however it ends."""
    with path.open("wb") as file:
        _lock(file)
        yield


def _lock(file: IO[bytes]) -> None:
    """Lock a file, or raise OSError if another process has; Windows does not let an open file be removed anyway."""
    if sys.platform != "win32":
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def remove_what_was_left(home: Path) -> None:
    """Remove the hidden folders of runs that are no more."""
    for hidden in home.glob(f"{HIDDEN}*"):
        lock = hidden / LOCK
        with suppress(OSError), ExitStack() as stack:
            if lock.exists():
                _lock(stack.enter_context(lock.open("ab")))
            elif time.time() - hidden.stat().st_mtime < UNLOCKED_FOR:
                continue
            stack.close()
            lock.unlink(missing_ok=True)
            shutil.rmtree(hidden)


def write(scenario: Scenario, results: Mapping[str, Result], folder: Path) -> None:
    """Write a CSV and a NetCDF file for each case, and the summary.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written.
    """
    for name, result in results.items():
        result.to_csv(folder / f"{name}.csv")
        result.to_netcdf(folder / f"{name}.nc")
    rows = summary(scenario, results)
    others = [column for column in rows[0] if column not in COLUMNS]
    with (folder / "summary.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [*COLUMNS, *others], lineterminator="\n")
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)


def summary(scenario: Scenario, results: Mapping[str, Result]) -> list[dict[str, indicators.Value]]:
    """A row of indicators for each case, of the lake that the scenario names."""
    return [{"case": name, **indicators.summary(result, scenario.water)} for name, result in results.items()]


def _cell(value: indicators.Value) -> str:
    """A number in full, nothing for what does not exist."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else value if isinstance(value, str) else repr(value)
