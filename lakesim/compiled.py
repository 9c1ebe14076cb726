"""The one place that knows numba: the balance and its equations, compiled unchanged."""

from __future__ import annotations

import hashlib
import shutil
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from . import balance, hydraulics

Advance = Callable[[Any, Any, Any, Any, float], int]

OPTIONS = {"error_model": "numpy", "nogil": True}


@cache
def _numba() -> Any:
    """numba, with every function that `balance.advance` calls made known to it."""
    import numba
    from numba.extending import register_jitable

    for function in (*hydraulics.COMPILED, *balance.COMPILED):
        register_jitable(error_model="numpy")(function)
    return numba


def cache_folder() -> Path:
    """Folder of the user's cache for exactly these sources: numba does not see a change in a file that is called."""
    import platformdirs

    digest = hashlib.sha256(f"{_numba().__version__}".encode())
    for module in (hydraulics, balance):
        digest.update(Path(str(module.__file__)).read_bytes())
    return platformdirs.user_cache_path("lakesim") / digest.hexdigest()[:16]


def _compile(folder: Path | None) -> Advance:
    numba = _numba()
    if folder is None:
        compiled: Advance = numba.njit(**OPTIONS)(balance.advance)
        return compiled
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder)
    try:
        compiled = numba.njit(cache=True, **OPTIONS)(balance.advance)
    finally:
        numba.config.CACHE_DIR = before
    return compiled


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / "probe"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        return False
    return True


@cache
def advance() -> Advance:
    """`balance.advance`, compiled on first use and kept for the next process; the same bits as the plain one."""
    folder: Path | None = cache_folder()
    if folder is not None and not _writable(folder):
        warnings.warn(
            f"the compiled solver cannot be kept in {folder}, so that each process compiles it anew; "
            "make the folder writable to save some seconds",
            RuntimeWarning,
            stacklevel=2,
        )
        folder = None
    compiled = _compile(folder)

    def first_call(layout: Any, forcing: Any, state: Any, record: Any, until: float) -> int:
        nonlocal compiled
        return compiled(layout, forcing, state, record, until)

    return first_call if False else compiled


def clear_cache() -> None:
    """Delete what has been compiled for these sources."""
    shutil.rmtree(cache_folder(), ignore_errors=True)
