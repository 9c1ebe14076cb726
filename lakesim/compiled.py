"""The one place that knows numba: the balance and its equations, compiled unchanged."""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import tempfile
import warnings
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, cast

from . import balance, hydraulics, labels, rules

Compiled = Callable[..., Any]

OPTIONS = {"error_model": "numpy", "_nrt": False}
"""Division as in numpy; and no counting of references to arrays, which takes longer than the work on them: nothing here
makes an array, and the caller holds all of them."""

INLINED = (balance.rates.structure_at, balance.rates.terms_at, balance.rates.net_of)
"""Functions called so often that the call itself costs."""


@cache
def _numba() -> Any:
    """numba, with every function that `balance.advance` calls made known to it."""
    import numba
    from numba.extending import register_jitable

    for function in (*hydraulics.COMPILED, *balance.COMPILED):
        register_jitable(forceinline=function in INLINED, **OPTIONS)(function)
    return numba


def cache_folder() -> Path:
    """Folder of the user's cache for exactly these sources: numba does not see a change in a file that is called."""
    import platformdirs

    digest = hashlib.sha256(_numba().__version__.encode())
    modules = [Path(str(module.__file__)) for module in (hydraulics, labels.reasons, rules.base)]
    for source in (*modules, Path(__file__), *sorted(Path(str(balance.__file__)).parent.glob("*.py"))):
        digest.update(source.read_bytes())
    return platformdirs.user_cache_path("lakesim") / digest.hexdigest()[:16]


def _compile(function: Compiled, folder: Path | None) -> Compiled:
    numba = _numba()
    before = numba.config.CACHE_DIR
    numba.config.CACHE_DIR = str(folder or "")
    try:
        compiled: Compiled = numba.njit(cache=folder is not None, nogil=True, **OPTIONS)(function)
    finally:
        numba.config.CACHE_DIR = before
    return compiled


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


@cache
def _kept_in() -> Path | None:
    """The folder that the compiled solver is kept in; none, after one warning, where it cannot be written."""
    folder = cache_folder()
    if _writable(folder):
        return folder
    warnings.warn(
        f"the compiled solver cannot be kept in {folder}, so each process compiles it anew; make the folder writable "
        "to save some seconds",
        RuntimeWarning,
        stacklevel=3,
    )
    return None


@cache
def entry(function: Compiled) -> Compiled:
    """An entry of `balance` (`advance`, `rates_over`), compiled on first use and kept for the next process.

    Its bits are those of the plain one. Where the user's cache folder cannot be written, each process compiles anew,
    after one warning. What cannot be loaded from it (a file cut short) is deleted and compiled again once.
    """
    folder = _kept_in()
    compiled: Any = _compile(function, folder)
    if folder is None:
        return cast(Compiled, compiled)

    ready = False

    def load_then_call(*arguments: Any) -> Any:
        nonlocal compiled, ready
        if not ready:
            types = tuple(_numba().typeof(argument) for argument in arguments)
            try:
                compiled.compile(types)
            except Exception:
                shutil.rmtree(folder, ignore_errors=True)
                _writable(folder)
                compiled = _compile(function, folder)
            ready = True
        return compiled(*arguments)

    return load_then_call


@cache
def available() -> bool:
    """Whether numba is installed; without it everything runs on the plain path."""
    try:
        return importlib.util.find_spec("numba") is not None
    except ValueError:  # what find_spec says of a module that is blocked
        return False


def loaded() -> bool:
    """Whether this process has the compiled solver ready."""
    return entry.cache_info().currsize > 0
