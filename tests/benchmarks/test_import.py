"""`import lakesim` costs less than `import pandas`, each in a fresh interpreter, taken in turns."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

Command = Callable[..., subprocess.CompletedProcess[str]]


def test_importing_lakesim_is_faster_than_importing_pandas(python: Command, tmp_path: Path) -> None:
    seconds: dict[str, list[float]] = {"pandas": [], "lakesim": []}
    for turn in range(6):
        for package, taken in seconds.items():
            start = time.perf_counter()
            run = python("-c", f"import {package}", cwd=tmp_path)
            assert run.returncode == 0, run.stderr
            if turn:  # the first turn fills the disk's cache and writes the bytecode
                taken.append(time.perf_counter() - start)
    ratio = median(seconds["lakesim"]) / median(seconds["pandas"])
    assert ratio < 1.0, f"import lakesim takes {ratio:.2f} times as long as import pandas"
