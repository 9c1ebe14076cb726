"""The house itself: who may import what, what stands where, and that an installed wheel is complete."""

import ast
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lakesim

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "lakesim"
Command = Callable[..., subprocess.CompletedProcess[str]]

# The rooms of the house. A file may import only what stands higher in this list.
ROOMS = [
    "units",
    "labels",
    "hydraulics",
    "hypsometry",
    "series",
    "rules",
    "structures",
    "runoff",
    "waters",
    "measures",
    "floods",
    "catalogue",
    "balance",
    "textbook",
    "compiled",
    "result",
    "simulation",
    "indicators",
    "ensemble",
    "scenario",
    "study",
    "plot",
    "report",
    "web",
    "cli",
]

# Slow to load, so imported by the function that needs them; and the one room, if any, that may name them.
LATE = {"pandas", "xarray", "matplotlib", "numba", "pint", "scipy", "typer", "rich"}
ONLY_IN = {"matplotlib": "plot", "typer": "cli", "rich": "cli", "numba": "compiled"}

AT_THE_ROOT = {
    ".ci",
    ".gitignore",
    "CHANGELOG.md",
    "CITATION.cff",
    "LICENSE",
    "README.md",
    "lakesim",
    "pyproject.toml",
    "scenarios",
    "tests",
}

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
in_a_clone = pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the list of files is git's")


def room(module: str) -> str:
    """Room of a dotted name: "plot" for lakesim.plot.hydrograph, "" for lakesim itself."""
    return module.removeprefix("lakesim").removeprefix(".").partition(".")[0]


def imported(node: ast.AST, package: str, when: str = "at import") -> Iterator[tuple[str, str]]:
    """Every (dotted name, "at import" | "in a function" | "for types") that a piece of source imports."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import():
                yield from ((alias.name, when) for alias in child.names)
            case ast.ImportFrom():
                above = package.split(".")[: len(package.split(".")) + 1 - child.level] if child.level else []
                base = ".".join([*above, *([child.module] if child.module else [])])
                yield from ((f"{base}.{alias.name}", when) for alias in child.names)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                yield from imported(child, package, "in a function")
            case ast.If() if ast.unparse(child.test).endswith("TYPE_CHECKING"):
                yield from imported(ast.Module(child.body, []), package, "for types")
                yield from imported(ast.Module(child.orelse, []), package, when)
            case _:
                yield from imported(child, package, when)


def imports_of(module: str) -> list[tuple[str, str]]:
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    return list(imported(ast.parse(path.read_text(encoding="utf-8")), package))


def files() -> list[Path]:
    """Every file of the project, committed or about to be."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        encoding="utf-8",
    )
    return [ROOT / name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def tool(*words: str) -> None:
    """Run a module of the test environment at the root; what it says is the failure."""
    run = subprocess.run([sys.executable, "-m", *words], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import lakesim.units as u", [("lakesim.units", "at import")]),
        ("from . import units", [("lakesim.units", "at import")]),
        ("from .units import Level", [("lakesim.units.Level", "at import")]),
        ("from .. import units", [("lakesim.units", "at import")]),
        ("def f():\n    import pint", [("pint", "in a function")]),
        ("class A:\n    def f(self):\n        import pint", [("pint", "in a function")]),
        (
            "if TYPE_CHECKING:\n    import pandas\nelse:\n    import numpy",
            [("pandas", "for types"), ("numpy", "at import")],
        ),
        ("try:\n    import numba\nexcept ImportError:\n    pass", [("numba", "at import")]),
    ],
)
def test_the_finder_of_imports_finds(source: str, found: list[tuple[str, str]]) -> None:
    package = "lakesim.plot" if ".." in source else "lakesim"
    assert list(imported(ast.parse(source), package)) == found


@pytest.mark.parametrize("module", MODULES)
def test_a_file_imports_only_what_stands_higher(module: str) -> None:
    own = room(module)
    ours = [(name, when) for name, when in imports_of(module) if name.split(".")[0] == "lakesim"]
    if module == "lakesim":
        assert [name for name, when in ours if when == "at import"] == [], "the vocabulary is lazy"
        return
    assert own in ROOMS, f"{module} has no place in the list of rooms"
    allowed = [*ROOMS[: ROOMS.index(own) + 1], "__version__"]
    wrong = [name for name, _ in ours if room(name) not in allowed]
    assert wrong == [], f"{module} may not import {wrong}: they stand lower, or are names of the package itself"


@pytest.mark.parametrize("module", MODULES)
def test_slow_packages_are_imported_late_and_in_their_room(module: str) -> None:
    for name, when in imports_of(module):
        package = name.partition(".")[0]
        if package not in LATE:
            continue
        home = ONLY_IN.get(package, room(module))
        assert room(module) == home, f"{module} names {package}, which only {home} may"
        assert when != "at import" or package in ONLY_IN, f"{module} imports {package} when it is imported"


@pytest.mark.parametrize("module", MODULES)
def test_imports_are_written_as_imports(module: str) -> None:
    """`import_module` hides what a file needs; only the lazy vocabulary may call it."""
    calls = re.findall(r"\b(?:import_module|__import__)\b", MODULES[module].read_text(encoding="utf-8"))
    assert module == "lakesim" or calls == []


def test_importing_every_room_but_plot_and_cli_loads_nothing_slow(python: Command, tmp_path: Path) -> None:
    modules = [name for name in MODULES if room(name) not in ("plot", "cli", "compiled")]
    code = f"import sys, {', '.join(modules)}\nprint(*sorted({LATE | {'lakesim'}!r} & set(sys.modules)))"
    run = python("-c", code, cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == ["lakesim"]


@pytest.mark.parametrize("module", [name for name in MODULES if room(name) == "plot"])
def test_a_plot_never_shows_and_never_saves(module: str) -> None:
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Attribute):
            assert node.attr not in ("show", "savefig"), f"line {node.lineno}"


@pytest.mark.parametrize("module", MODULES)
def test_a_file_is_one_room(module: str) -> None:
    lines = MODULES[module].read_text(encoding="utf-8").count("\n")
    assert lines <= 500, f"{module} has {lines} lines: make it a folder of the same name"


def test_the_docstring_of_the_package_is_the_map_of_the_rooms() -> None:
    for name in {room(module) for module in MODULES} - {""}:
        assert re.search(rf"\b{name}\b", lakesim.__doc__ or ""), f"{name} is not on the map"


def test_every_word_of_the_vocabulary_is_there() -> None:
    assert lakesim.__all__
    for name in lakesim.__all__:
        assert getattr(lakesim, name) is not None
        assert name in dir(lakesim)


def test_every_test_file_is_collected() -> None:
    odd = [
        path.name
        for path in (ROOT / "tests").rglob("*.py")
        if not re.fullmatch(r"test_\w+\.py|conftest\.py", path.name)
    ]
    assert odd == []


@pytest.mark.parametrize("name", sorted({room(module) for module in MODULES} - {""}))
def test_every_room_has_its_test_file(name: str) -> None:
    assert list((ROOT / "tests").glob(f"test_{name}.py"))


@in_a_clone
def test_the_root_holds_what_a_visitor_expects() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in files()} == AT_THE_ROOT


@in_a_clone
def test_no_file_names_a_place_on_a_machine() -> None:
    place = re.compile("|".join(rf"(?<![\w.])/{folder}/" for folder in ("tmp", "work", "root", "home", "Users")))
    found = []
    for path in files():
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{number}" for number, line in enumerate(lines, 1) if place.search(line)]
    assert found == []


def test_there_is_one_version() -> None:
    version = re.escape(lakesim.__version__)
    assert re.search(rf"^version: {version}$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)
    assert re.search(rf"^## {version}\b", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [
        ("ruff", "check", "lakesim", "scenarios", "tests"),
        ("ruff", "format", "--check", "lakesim", "scenarios", "tests"),
        ("mypy",),
    ],
    ids=["ruff check", "ruff format", "mypy"],
)
def test_the_code_is_clean(words: tuple[str, ...]) -> None:
    tool(*words)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    tool("hatchling", "build", "-t", "wheel", "-d", str(folder))
    (path,) = folder.glob("lakesim-*.whl")
    return path


@in_a_clone
def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    ours = {path.relative_to(ROOT).as_posix() for path in files() if path.is_relative_to(PACKAGE)}
    assert {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name} == ours
    assert "lakesim/py.typed" in ours


def test_an_installed_wheel_works_outside_the_checkout(
    wheel: Path, python: Command, command: Command, tmp_path: Path
) -> None:
    site, folder = tmp_path / "site", tmp_path / "elsewhere"
    folder.mkdir()
    tool("pip", "install", "--quiet", "--no-deps", "--target", str(site), str(wheel))

    run = python("-c", "import lakesim; print(lakesim.__file__)", cwd=folder, path=site)
    assert Path(run.stdout.strip()).is_relative_to(site), run.stderr

    run = command("--version", cwd=folder, path=site)
    assert run.returncode == 0, run.stderr
    assert lakesim.__version__ in run.stdout

    run = command("lakes", cwd=folder, path=site)
    assert run.returncode == 0, run.stderr
    assert "folsom" in run.stdout.lower()

    scenario = ROOT / "scenarios" / "01_water_account.toml"
    run = command("run", str(scenario), "--out", "results", cwd=folder, path=site)
    assert run.returncode == 0, run.stderr
    assert (folder / "results" / "summary.csv").is_file()
