"""Compiled: where it is kept, what happens when it cannot be kept or loaded, and that nobody needs it."""

import ast
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import platformdirs
import pytest

from lakesim import Channel, Flood, Hypsometry, Lake, Series, System, Weir, balance, compiled, hydraulics, simulate
from lakesim.balance import rates

pytest.importorskip("numba", reason="without numba everything runs on the plain path")
PACKAGE = Path(compiled.__file__).parent
ROOT = PACKAGE.parent


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A user cache of its own, and a module that has compiled nothing yet."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda _: tmp_path / "cache")
    compiled._kept_in.cache_clear()
    yield tmp_path / "cache"
    compiled._kept_in.cache_clear()


def compile_one() -> object:
    """One small function of the balance, compiled as `advance` is."""
    return compiled.entry.__wrapped__(rates.wetness)


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*.nb?"))


def pair(inflow: float = 5.0) -> System:
    curve = Hypsometry.prism(0.0, 5.0, "1 km2")
    hours = np.datetime64("2020-07-01", "ms") + np.arange(241) * np.timedelta64(1, "h")
    series = Series(hours, inflow + 4.0 * np.sin(np.arange(241) / 3.0), "instants", "m3/s")
    return System(
        waters=[
            Lake(name="a", hypsometry=curve, initial_level=2.0, inflow=series),
            Lake(name="b", hypsometry=curve, initial_level=1.0),
        ],
        structures=[
            Channel(name="c", head="a", tail="b", bed=0.5, width=10.0, length=1000.0),
            Weir(name="w", head="b", crest=0.8, width=10.0),
        ],
    )


def test_the_compiled_function_is_kept_and_found_again(folder):
    first = compile_one()
    assert first(5e-5) == rates.wetness(5e-5)
    kept = files(folder)
    assert len(kept) == 2
    assert compiled.cache_folder().parent == folder
    again = compile_one()
    assert again(5e-5) == first(5e-5)
    assert files(folder) == kept


@pytest.mark.parametrize("module", [hydraulics, balance.stepping])
def test_a_change_of_any_source_has_a_folder_of_its_own(tmp_path, monkeypatch, module):
    before = compiled.cache_folder()
    assert compiled.cache_folder() == before
    copy = tmp_path / "copy" / "lakesim"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("data", "__pycache__"))
    changed = copy / Path(module.__file__).relative_to(PACKAGE)
    changed.write_text(changed.read_text(encoding="utf-8") + "\n# a change\n", encoding="utf-8")
    monkeypatch.setattr(hydraulics, "__file__", str(copy / "hydraulics.py"))
    monkeypatch.setattr(balance, "__file__", str(copy / "balance" / "__init__.py"))
    assert compiled.cache_folder() != before


def test_every_module_whose_numbers_are_compiled_in_counts(monkeypatch):
    """numba freezes the constants that it meets: a module that the balance imports them from belongs to the digest."""
    read: list[Path] = []
    plain = Path.read_bytes
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or plain(path))
    compiled.cache_folder()
    sources = [PACKAGE / "hydraulics.py", *(PACKAGE / "balance").glob("*.py")]
    needed = set(sources)
    for source in sources:
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level == 2:
                taken = [alias.name for alias in node.names]
                for room in [node.module] if node.module else taken:
                    needed |= homes_of(taken, room)
    assert needed <= set(read)


def homes_of(names: list[str], room: str) -> set[Path]:
    """The files of a room that give these names their values."""
    if (PACKAGE / f"{room}.py").exists():
        return {PACKAGE / f"{room}.py"}
    found = {}
    for path in (PACKAGE / room).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[node.id] = path
    return {found[name] for name in names}


@pytest.mark.parametrize("stored", ["index", "code"])
def test_a_file_that_was_cut_short_is_compiled_again(folder, stored):
    first = compile_one()
    first(5e-5)
    (broken,) = folder.rglob("*.nbi" if stored == "index" else "*.nbc")
    broken.write_bytes(broken.read_bytes()[:20])
    again = compile_one()
    assert again(5e-5) == first(5e-5)
    assert compile_one()(2e-5) == rates.wetness(2e-5)
    assert len(files(folder)) == 2


def test_a_cache_that_cannot_be_written_is_warned_of_once_and_works(folder):
    folder.write_text("a file stands where the folder should be")
    with pytest.warns(RuntimeWarning, match="make the folder writable to save some seconds"):
        first = compile_one()
    second = compile_one()  # a second warning would be an error
    assert first(5e-5) == second(5e-5) == rates.wetness(5e-5)


@pytest.mark.usefixtures("folder")
def test_numbas_own_cache_folder_is_left_alone():
    import numba

    before = numba.config.CACHE_DIR
    compile_one()(5e-5)
    assert before == numba.config.CACHE_DIR


@pytest.mark.usefixtures("folder")
def test_a_fault_in_the_work_itself_is_not_taken_for_a_broken_file():
    import numba

    with pytest.raises(numba.core.errors.TypingError):
        compile_one()("no number")


def test_two_threads_compute_the_bits_of_one():
    """The compiled solver gives up the interpreter's lock, and no run touches another's numbers."""
    flood = Flood(output_step=60.0)
    inflows = np.linspace(3.0, 8.0, 12).tolist()
    one_by_one = [simulate(pair(inflow), flood, compiled=True) for inflow in inflows]
    with ThreadPoolExecutor(2) as pool:
        together = list(pool.map(lambda inflow: simulate(pair(inflow), flood, compiled=True), inflows))
    for alone, crowd in zip(one_by_one, together, strict=True):
        for water in ("a", "b"):
            assert (alone.level[water] == crowd.level[water]).all()
        assert alone.account["a"] == crowd.account["a"]
        assert (alone.discharge["c"] == crowd.discharge["c"]).all()


def test_once_it_is_there_small_runs_use_it_too():
    simulate(pair(), compiled=True)
    assert compiled.loaded()
    assert simulate(pair()).compiled
    assert not simulate(pair(), compiled=False).compiled


def alone(code: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """A fresh process in which numba cannot be imported."""
    start = """
import sys
sys.modules["numba"] = None
from lakesim import Flood, Hypsometry, Lake, Series, simulate
pond = Lake(name="a", hypsometry=Hypsometry.prism(0, 5, 1e6), initial_level=1.0, inflow=Series.constant(1e-3, "m3/s"))
"""
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", start + code],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def test_without_numba_everything_runs_on_the_plain_path(tmp_path):
    code = """
flood = Flood(start="2020-01-01", end="2020-07-01", output_step=20.0)
assert len(flood.times) > 500_000
assert not simulate(pond, flood).compiled
assert not simulate(pond, Flood(start="2020-01-01", end="2020-01-02"), compiled=False).compiled
"""
    done = alone(code, tmp_path)
    assert done.returncode == 0, done.stderr


def test_without_numba_the_compiled_solver_is_refused_with_a_remedy(tmp_path):
    done = alone('simulate(pond, Flood(start="2020-01-01", end="2020-01-02"), compiled=True)', tmp_path)
    assert "ValueError: numba is not installed, so there is no compiled solver; install it" in done.stderr
