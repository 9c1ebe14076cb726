"""What a year of hourly looks by a joint rule costs: ratios of medians, all measured in one process.

The solver stops at every look and the host is asked in Python, whichever path solves the rest: that is the price. It is
told beside a plain year, which is Python as well, with the looks of a schedule, for which the solver need not stop.

`pytest tests/benchmarks -rP` shows what was measured.
"""

from __future__ import annotations

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
    PreRelease,
    SafeDischarge,
    Schedule,
    Series,
    SluiceGate,
    System,
    Weir,
    simulate,
)
from lakesim.rules import Rule

TURNS = 3
YEAR = Flood(start="2019-10-01", end="2020-10-01", output_step="1 h")
HOURS = np.datetime64("2019-10-01", "ms") + np.arange(366 * 24 + 1) * np.timedelta64(1, "h")
WAVE = 60.0 + 900.0 * np.exp(-(((np.arange(366 * 24 + 1) / 24.0 - 285.0) / 12.0) ** 2))
LAKES = [
    Lake(
        name="lake",
        hypsometry=Hypsometry(levels=(20.0, 22.0, 24.0, 26.0, 29.0), areas=(0.0, 2e8, 3e8, 3.4e8, 3.6e8)),
        initial_level=24.5,
        inflow=Series(HOURS, WAVE, "instants", "m3/s"),
    ),
    Lake(
        name="side",
        hypsometry=Hypsometry.prism(20, 30, 1e7),
        initial_level=24.0,
        inflow=Series(HOURS, 0.3 * WAVE, "instants", "m3/s"),
    ),
]
OUT = Weir(name="out", head="side", crest=24.0, width=30.0)


def seconds(rule: Rule, opening: float, compiled: bool) -> float:
    """Seconds of the processor that a year takes, which do not count what else the machine does."""
    gate = SluiceGate(name="gate", head="lake", sill=22.5, width=40.0, height=4.0, opening=opening)
    system = System(waters=LAKES, structures=[gate, OUT], rules=[rule])
    start = time.process_time()
    simulate(system, YEAR, compiled=compiled)
    return time.process_time() - start


def test_a_year_of_hourly_looks_costs_a_few_plain_years_at_most(
    record_property: Callable[[str, object], None],
) -> None:
    """8784 looks, each a stop of the solver, a few readings and the search for an opening; compiled, and warm.

    Measured are 0.9 and 2.4; the limits leave near a factor of two.
    """
    pytest.importorskip("numba")
    plain = (Schedule(structure="gate", opening=0.5, observe="1 h"), 1.0, False)
    safe = (SafeDischarge(structure="gate", discharge="300 m3/s", beside=["out"]), 1.0, True)
    truth = (PreRelease(structure="gate", limit=25.0, horizon="3 d", forecast="truth"), 0.0, True)
    seconds(*safe)
    turns = [[seconds(*one) for one in (plain, safe, truth)] for _ in range(TURNS)]
    ratios = {name: median(turn[place] / turn[0] for turn in turns) for place, name in ((1, "safe"), (2, "truth"))}
    for name, figure in (ratios | {"plain_s": median(turn[0] for turn in turns)}).items():
        record_property(name, figure)
        sys.stdout.write(f"{name}: {figure:.4g}\n")
    assert ratios["safe"] <= 1.8
    assert ratios["truth"] <= 4.5
