"""How much a study costs beside the runs that it is made of: ratios of medians, all measured in one process.

`pytest tests/benchmarks -rP` shows what was measured.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from statistics import median

import numpy as np
import pytest

from lakesim import (
    Flood,
    Hypsometry,
    Lake,
    Pump,
    River,
    RuleCurve,
    Series,
    SluiceGate,
    StartStop,
    System,
    Weir,
    simulate,
    study,
)
from lakesim.measures import Reclaim, ReturnToLake, WinterLevel, apply_all
from lakesim.study import Vary

TURNS = 3
DAYS = np.datetime64("2019-10-01", "ms") + np.arange(367) * np.timedelta64(1, "D")
WAVE = 60.0 + 900.0 * np.exp(-(((np.arange(366) - 285.0) / 12.0) ** 2)) + 40.0 * np.sin(np.arange(366) / 3.0) ** 2
RATES = 4e-8 * np.sin(np.arange(366) / 2.0) ** 2
YEAR = Flood(start="2019-10-01", end="2020-10-01", output_step="1 d")
SYSTEM = System(
    waters=[
        Lake(
            name="lake",
            hypsometry=Hypsometry(levels=(20.0, 22.0, 24.0, 26.0, 29.0), areas=(0.0, 2e8, 3e8, 3.4e8, 3.6e8)),
            initial_level=24.5,
            inflow=Series(DAYS, WAVE, "means", "m3/s"),
            rain=Series(DAYS, RATES, "means", "m/s"),
            evaporation=Series(DAYS, 0.5 * RATES[::-1], "means", "m/s"),
        ),
        River(name="river", level=Series.yearly({"01-15": 20.0, "07-15": 28.0}, unit="m")),
    ],
    structures=[
        SluiceGate(name="lock", head="lake", tail="river", sill=22.5, width=60.0, height=4.0, flap=True),
        Pump(name="pumps", head="lake", tail="river", capacity=60.0, units=4),
        Weir(name="spillway", head="lake", crest=27.5, width=80.0),
    ],
    rules=[RuleCurve(structure="lock", target=24.5), StartStop(structure="pumps", start=24.6, stop=24.5)],
)
DIKED = Reclaim(water="lake", polder="fields", area="60 km2", ground=23.0, dike_crest=28.8, pumps=0.0)
WINTER = Vary(WinterLevel(water="lake", level=24.0, begin="11-15", until="05-31"), "level", 23.5, 24.5)
RETURNED = Vary(ReturnToLake(polder="fields", area=0.0), "area", 0.0, "60 km2")


def taken(run: Callable[[], object]) -> tuple[float, float]:
    """Seconds of the processor, and of the clock: the first do not count what else the machine does."""
    cpu, clock = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - cpu, time.perf_counter() - clock


def test_a_grid_costs_at_most_what_its_runs_cost(record_property: Callable[[str, object], None]) -> None:
    """231 runs of a daily year with four structures: no more work than one by one, and on two cores done sooner.

    A single run is what a person would write: apply the measures, simulate, read the peak; compiled, and warm. The work
    is compared in seconds of the processor, which do not count what else the machine does. It is less than that of the
    single runs, by near a quarter, since what comes before y is applied once for each x: that is the margin for noise.
    What two cores save can only be told in seconds of the clock; on a machine at rest it is about a half.
    """
    pytest.importorskip("numba")
    places = [(x, y) for x in np.linspace(23.5, 24.5, 21) for y in np.linspace(0.0, 60e6, 11)]
    variants = [(DIKED, WINTER.at(x), RETURNED.at(y)) for x, y in places]
    assert len(apply_all(SYSTEM, variants[0]).structures) == 4
    parts: list[float] = []

    def one_by_one() -> list[float]:
        return [simulate(apply_all(SYSTEM, one), YEAR, compiled=True).peak("lake")[1] for one in variants]

    def grid(cores: int) -> study.TradeOff:
        return study.trade_off(SYSTEM, YEAR, WINTER, RETURNED, measures=[DIKED], cores=cores, progress=parts.append)

    np.testing.assert_array_equal(grid(1).values.T.ravel(), one_by_one())
    assert (len(parts), parts[-1]) == (231, 1.0)
    turns = [(taken(one_by_one), taken(lambda: grid(1)), taken(lambda: grid(2))) for _ in range(TURNS)]
    work = median(on_one[0] / singles[0] for singles, on_one, _ in turns)
    clock = median(on_one[1] / singles[1] for singles, on_one, _ in turns)
    sooner = median(on_two[1] / singles[1] for singles, _, on_two in turns)
    figures = {"run_ms": median(1000.0 * singles[0] / 231 for singles, _, _ in turns), "work": work}
    for name, figure in (figures | {"clock_on_one_core": clock, "clock_on_two_cores": sooner}).items():
        record_property(name, figure)
        sys.stdout.write(f"{name}: {figure:.4g}\n")
    assert work <= 1.0
    if (os.cpu_count() or 1) > 1:
        assert sooner < 1.0
