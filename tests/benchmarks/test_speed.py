"""How fast the solver is: ratios of medians, all measured in one run, since machines differ and are noisy.

`pytest tests/benchmarks -rP` shows what was measured. SWMM is timed beside lakesim where the environment variable
LAKESIM_SWMM_PYTHON names a Python that has pyswmm 2; without it those two tests are skipped.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median

import numpy as np
import pytest

from lakesim import (
    Flood,
    Hypsometry,
    Lake,
    Pump,
    RatingCurve,
    Result,
    Series,
    StartStop,
    System,
    Weir,
    scenario,
    simulate,
)

Command = Callable[..., subprocess.CompletedProcess[str]]

HERE = Path(__file__).parent
SWMM_PYTHON = os.environ.get("LAKESIM_SWMM_PYTHON", "")
START = np.datetime64("2021-01-01", "ms")
LEVEL = np.arange(19.0, 28.0)
AREA = np.array([50, 120, 200, 270, 310, 330, 344, 350, 355]) * 1e6
DAY = np.arange(8761) / 24.0
INFLOW = 60.0 + 900.0 * np.exp(-(((DAY - 180.0) / 12.0) ** 2)) + 500.0 * np.exp(-(((DAY - 215.0) / 8.0) ** 2))
TURNS = 7


def hourly(values: np.ndarray) -> Series:
    return Series(START + np.arange(len(values)) * np.timedelta64(1, "h"), values, "instants", "m3/s")


def chain(lakes: int, inflow: np.ndarray) -> System:
    """W1 (one lake), W2 (ten years of inflow) and W4 (50 lakes): see verification/test_w1."""
    curve = Hypsometry(levels=LEVEL, areas=AREA)
    waters, structures = [], []
    for i in range(lakes):
        tail = f"l{i + 1}" if i + 1 < lakes else None
        ends = {"head": f"l{i}", "tail": tail}
        waters.append(Lake(name=f"l{i}", hypsometry=curve, initial_level=23.5, inflow=None if i else hourly(inflow)))
        fall = {"free_fall": tail is not None}
        structures.append(Weir(name=f"w{i}", **ends, crest=24.0, width=40.0, coefficient=1.7, **fall))
        structures.append(Pump(name=f"p{i}", **ends, start_level=24.4, band=0.1, capacity=150.0))
    return System(waters=waters, structures=structures)


def swmm_model(lakes: int, step: int = 3600) -> str:
    """SWMM's input file of W1, or of W4 with 50 lakes: a chain, both outlets of each lake going to the next."""
    start = dt.datetime(2021, 1, 1)
    end = start + dt.timedelta(hours=len(INFLOW) - 1)

    def below(lake: int, outfall: str) -> str:
        return f"L{lake + 1}" if lake + 1 < lakes else outfall

    chain = range(lakes)
    text = [
        *("[OPTIONS]", "FLOW_UNITS CMS", "FLOW_ROUTING DYNWAVE", "LINK_OFFSETS DEPTH", "IGNORE_RAINFALL YES"),
        *("IGNORE_QUALITY YES", f"START_DATE {start:%m/%d/%Y}", "START_TIME 00:00:00"),
        *(f"REPORT_START_DATE {start:%m/%d/%Y}", "REPORT_START_TIME 00:00:00", f"END_DATE {end:%m/%d/%Y}"),
        *(f"END_TIME {end:%H:%M:%S}", "REPORT_STEP 01:00:00", "WET_STEP 01:00:00", "DRY_STEP 01:00:00"),
        *(f"ROUTING_STEP {step}", "VARIABLE_STEP 0", "MINIMUM_STEP 0.5", "INERTIAL_DAMPING NONE", "MAX_TRIALS 20"),
        *("HEAD_TOLERANCE 0.0000001", "THREADS 1"),
        *("[STORAGE]", *(f"L{i} 19 10 4.5 TABULAR AV 0 0" for i in chain)),
        *("[OUTFALLS]", "OW 0 FREE NO", "OP 0 FREE NO"),
        *("[WEIRS]", *(f"W{i} L{i} {below(i, 'OW')} TRANSVERSE 5.0 1.7 NO 0 0 YES" for i in chain)),
        *("[PUMPS]", *(f"P{i} L{i} {below(i, 'OP')} PC ON 0 0" for i in chain)),
        *("[XSECTIONS]", *(f"W{i} RECT_OPEN 5 40 0 0" for i in chain), "[CURVES]"),
    ]
    for i, (level, area) in enumerate(zip(LEVEL, AREA, strict=True)):
        text.append(f"AV {'Storage' if i == 0 else ''} {level - 19:g} {area:.10g}")
    text += ["AV 20 355000000", "PC Pump4 0 0", "PC 5.4 0", "PC 5.5 150", "PC 20 150"]
    text += ["[INFLOWS]", "L0 FLOW Q FLOW 1.0 1.0 0", "[TIMESERIES]"]
    text += [f"Q {start + dt.timedelta(hours=hour):%m/%d/%Y %H}:00 {q:.8f}" for hour, q in enumerate(INFLOW)]
    return "\n".join([*text, "[REPORT]", "INPUT NO", "NODES ALL", "LINKS NONE", ""])


SWMM_RUN = """
import json, sys, time
from swmm.toolkit import output, shared_enum, solver
seconds = []
for _ in range(3):
    began = time.process_time()
    solver.swmm_run("w1.inp", "w1.rpt", "w1.out")
    seconds.append(time.process_time() - began)
handle = output.init()
output.open(handle, "w1.out")
count = output.get_times(handle, shared_enum.Time.NUM_PERIODS)
depth = output.get_node_series(handle, 0, shared_enum.NodeAttribute.INVERT_DEPTH, 0, count - 1)
output.close(handle)
with open("report.json", "w") as file:
    json.dump({"seconds": seconds, "level": [19.0 + d for d in depth]}, file)
"""


def seconds(run: Callable[[], object]) -> float:
    """Seconds of the processor, which others that use the machine do not lengthen; all here run on one core."""
    start = time.process_time()
    run()
    return time.process_time() - start


def levels_and_account(system: System) -> Result:
    """What is timed: from a system to a result that holds levels and account; compiled code is loaded before."""
    result = simulate(system, compiled=True)
    assert np.isfinite(result.level["l0"]).all()
    assert result.account["l0"].residual_relative < 1e-12
    return result


def told(record_property: Callable[[str, object], None], **figures: float) -> None:
    """Let the report hold what was measured."""
    for name, figure in figures.items():
        record_property(name, figure)
        sys.stdout.write(f"{name}: {figure:.4g}\n")


@pytest.fixture(scope="module")
def swmm(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], tuple[list[float], list[float]]]:
    if not SWMM_PYTHON:
        pytest.skip("LAKESIM_SWMM_PYTHON names no Python that has pyswmm")
    folder = tmp_path_factory.mktemp("swmm")

    def run(lakes: int) -> tuple[list[float], list[float]]:
        """Seconds of three runs at a routing step of an hour, and the level of the first lake after each hour."""
        (folder / "w1.inp").write_text(swmm_model(lakes), encoding="utf-8")
        subprocess.run([SWMM_PYTHON, "-c", SWMM_RUN], cwd=folder, capture_output=True, check=True)
        report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
        return report["seconds"], report["level"]

    return run


def test_w1_is_twenty_times_faster_than_swmm_with_a_hundredth_of_its_error(
    swmm: Callable[[int], tuple[list[float], list[float]]], record_property: Callable[[str, object], None]
) -> None:
    system = chain(1, INFLOW)
    reference = np.loadtxt(HERE.parent / "verification" / "w1_level.csv", skiprows=2)
    result = levels_and_account(system)
    ours, theirs = [], []
    for _ in range(3):
        taken, level = swmm(1)
        theirs += taken
        ours += [seconds(lambda: levels_and_account(system)) for _ in range(TURNS)]
    error, their_error = np.abs(result.level["l0"] - reference).max(), np.abs(np.array(level) - reference[1:]).max()
    faster = median(theirs) / median(ours)
    told(record_property, w1_s=median(ours), swmm_s=median(theirs), faster=faster, error_share=error / their_error)
    assert error < 0.01 * their_error
    assert faster >= 20.0


def test_w1_with_start_and_stop_levels_is_fifteen_times_faster_than_swmm(
    swmm: Callable[[int], tuple[list[float], list[float]]], record_property: Callable[[str, object], None]
) -> None:
    """Against SWMM's W1, whose pump runs by its curve, without levels to switch at."""
    waters, (weir, _) = chain(1, INFLOW).waters, chain(1, INFLOW).structures
    pump, rule = Pump(name="p0", head="l0", capacity=150.0), StartStop(structure="p0", start=24.5, stop=24.4)
    system = System(waters=waters, structures=[weir, pump], rules=[rule])
    assert len(levels_and_account(system).events) >= 20
    ours, theirs = [], []
    for _ in range(3):
        theirs += swmm(1)[0]
        ours += [seconds(lambda: levels_and_account(system)) for _ in range(TURNS)]
    faster = median(theirs) / median(ours)
    told(record_property, ruled_s=median(ours), swmm_s=median(theirs), faster=faster)
    assert faster >= 15.0


def test_a_case_of_the_winter_lesson_takes_at_most_fifteen_times_w1(
    record_property: Callable[[str, object], None],
) -> None:
    one, lesson = chain(1, INFLOW), scenario.read(HERE.parents[1] / "scenarios" / "02_winter_low_level.toml")
    levels_and_account(one)
    cases = [lambda case=case: simulate(case.system, case.flood, compiled=True).account for case in lesson.cases]
    w1 = median(seconds(lambda: levels_and_account(one)) for _ in range(3 * TURNS))
    whole = median(sum(seconds(case) for case in cases) for _ in range(3))
    told(record_property, w1_s=w1, case_s=whole / len(cases), ratio=whole / len(cases) / w1)
    assert whole <= 15.0 * len(cases) * w1


def test_w4_is_five_times_faster_than_swmm(
    swmm: Callable[[int], tuple[list[float], list[float]]], record_property: Callable[[str, object], None]
) -> None:
    system = chain(50, INFLOW)
    levels_and_account(system)
    theirs, _ = swmm(50)
    ours = [seconds(lambda: levels_and_account(system)) for _ in range(3)]
    faster = median(theirs) / median(ours)
    told(record_property, w4_s=median(ours), swmm_s=median(theirs), faster=faster)
    assert faster >= 5.0


def test_ten_years_take_at_most_ten_times_as_long_as_one(record_property: Callable[[str, object], None]) -> None:
    one, ten = chain(1, INFLOW), chain(1, np.append(np.tile(INFLOW[:-1], 10), INFLOW[0]))
    levels_and_account(one)
    taken = [(seconds(lambda: levels_and_account(one)), seconds(lambda: levels_and_account(ten))) for _ in range(TURNS)]
    w1, w2 = (median(column) for column in zip(*taken, strict=True))
    told(record_property, w1_s=w1, w2_s=w2, ratio=w2 / w1)
    assert w2 <= 10.0 * w1


def joined(tails: list[int]) -> System:
    """Lakes joined by two-way channels, lake i to lake tails[i − 1]; a flood runs in at a few of them."""
    rng = Random(7)
    wave = np.maximum(0.0, np.sin(np.arange(30 * 24 + 1) / 40.0))
    curve = Hypsometry.prism(bottom=10.0, top=30.0, area=2e6)
    lakes = [
        Lake(
            name=f"l{i}",
            hypsometry=curve,
            initial_level=rng.uniform(19.0, 21.0),
            inflow=hourly(wave * rng.uniform(5.0, 20.0)) if i % 10 == 0 else None,
        )
        for i in range(len(tails) + 1)
    ]
    channels = [
        RatingCurve(
            name=f"c{i}", head=f"l{i}", tail=f"l{j}", of="difference", levels=[0.0, 1.0], discharges=[0.0, 20.0]
        )
        for i, j in enumerate(tails, start=1)
    ]
    return System(waters=lakes, structures=channels)


@pytest.mark.parametrize(("shape", "allowed"), [("tree", 3.0), ("chain", 5.0)])
def test_a_step_of_500_waters_costs_about_ten_times_one_of_50(
    shape: str, allowed: float, record_property: Callable[[str, object], None]
) -> None:
    rng = Random(5)
    cost = {}
    for count in (50, 500):
        tails = [rng.randrange(i) if shape == "tree" else i - 1 for i in range(1, count)]
        system, flood = joined(tails), Flood(output_step="6 h")
        result = simulate(system, flood, compiled=True)
        clock = result.state.clock[0]
        steps = int(clock["steps"]) + int(clock["repeated"])
        cost[count] = (
            median(seconds(lambda s=system, f=flood: simulate(s, f, compiled=True)) for _ in range(5)) / steps / count
        )
    told(record_property, ns_50=cost[50] * 1e9, ns_500=cost[500] * 1e9, ratio=cost[500] / cost[50])
    assert cost[500] <= allowed * cost[50]


def test_a_daily_year_never_imports_numba(python: Command, tmp_path: Path) -> None:
    program = """
import sys
import numpy as np
from lakesim import Flood, Hypsometry, Lake, Series, System, Weir, simulate
times = np.datetime64("2021-01-01", "ms") + np.arange(366) * np.timedelta64(1, "D")
inflow = Series(times, 50.0 + 40.0 * np.sin(np.arange(365) / 20.0), "means", "m3/s")
curve = Hypsometry.prism(bottom=19.0, top=27.0, area="300 km2")
lake = Lake(name="lake", hypsometry=curve, initial_level=23.5, inflow=inflow)
system = System(waters=[lake], structures=[Weir(name="weir", head="lake", crest=23.0, width=40.0)])
result = simulate(system, Flood(output_step="24 h"))
assert not result.compiled
assert result.account["lake"].residual_relative < 1e-12
assert "numba" not in sys.modules, "numba was imported"
"""
    run = python("-c", program, cwd=tmp_path)
    assert run.returncode == 0, run.stderr


def test_the_suite_passes_without_numba(python: Command, tmp_path: Path) -> None:
    """Closed forms, books, records and W1 where `import numba` fails, as on a machine for which it is not built."""
    program = """
import importlib.abc, sys
class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("numba", "llvmlite"):
            raise ModuleNotFoundError(f"{name} is blocked", name=name)
sys.meta_path.insert(0, Blocked())
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""
    verification = HERE.parent / "verification"
    files = [verification / f"test_{name}.py" for name in ("closed_forms", "relaxing_lakes", "records", "w1")]
    words = ["-q", "-p", "no:cacheprovider", f"--rootdir={HERE.parents[1]}", *map(str, files)]
    run = python("-c", program, *words, cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert " passed" in run.stdout
