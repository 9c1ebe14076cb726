"""What studies cost: ratios to warm single runs of the same systems, measured in one run, since machines differ.

`pytest tests/benchmarks -rP` shows what was measured.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from itertools import combinations
from statistics import median

import numpy as np
import pytest

from lakesim import (
    AddOutlet,
    AddPumps,
    Flood,
    Hypsometry,
    Lake,
    Pump,
    PumpStartLevel,
    River,
    RuleCurve,
    Series,
    SluiceGate,
    StartStop,
    System,
    Weir,
    WinterLevel,
    simulate,
    study,
)
from lakesim.measures import apply_all

DAYS = np.arange(365)
INFLOW = 40.0 + 700.0 * np.exp(-(((DAYS - 270.0) / 10.0) ** 2))
CURVE = Hypsometry(levels=[20.0, 22.0, 24.0, 28.0], areas=["0 km2", "250 km2", "300 km2", "340 km2"])
LAKE = Lake(
    name="lake",
    hypsometry=CURVE,
    initial_level=24.0,
    inflow=Series(np.datetime64("2019-10-01", "ms") + np.arange(366) * np.timedelta64(1, "D"), INFLOW, "means", "m3/s"),
)
RIVER = River(name="river", level=Series.yearly({"01-20": 19.0, "07-20": 27.5}, unit="m"))
SYSTEM = System(
    waters=[LAKE, RIVER],
    structures=[
        SluiceGate(name="lock", head="lake", tail="river", sill=22.0, width=30.0, height=3.0, flap=True),
        SluiceGate(name="old_lock", head="lake", tail="river", sill=22.5, width=10.0, height=3.0, flap=True),
        Weir(name="spillway", head="lake", crest=26.5, width=20.0),
        Pump(name="pumps", head="lake", capacity=60.0, units=2),
    ],
    rules=[
        RuleCurve(structure="lock", target=24.2, band=0.2),
        RuleCurve(structure="old_lock", target=24.2, band=0.2),
        StartStop(structure="pumps", start=24.6, stop=24.4),
    ],
)
FLOOD = Flood(output_step="24 h")
MEASURES = (
    PumpStartLevel(water="lake", level=23.6, name="pumps_lower"),
    WinterLevel(water="lake", level=23.4, begin="11-15", until="05-31", name="winter"),
    AddPumps(water="lake", structure="station", capacity=80.0, start=24.5, stop=24.3, name="more_pumps"),
    AddOutlet(
        outlet={"type": "sluice_gate", "name": "new", "head": "lake", "tail": "river", "sill": 22.0, "width": 30.0,
                "height": 3.0, "flap": True},
        target=24.2, name="outlet",
    ),
)  # fmt: skip


def seconds(run: Callable[[], object]) -> float:
    """Time of the processor, which others that use the machine do not lengthen."""
    start = time.process_time()
    run()
    return time.process_time() - start


def told(record_property: Callable[[str, object], None], **figures: float) -> None:
    """Let the report hold what was measured."""
    for name, figure in figures.items():
        record_property(name, figure)
        sys.stdout.write(f"{name}: {figure:.4g}\n")


def compare(systems: Sequence[System], whole: Callable[[], object], compiled: bool, turns: int) -> tuple[float, float]:
    """Seconds of systems that are built already, each simulated and its peak read; and those of a study of them."""

    def alone() -> None:
        for system in systems:
            study.peak_level(simulate(system, FLOOD, compiled=compiled), "lake")

    alone()
    taken = [(seconds(alone), seconds(whole)) for _ in range(turns)]
    runs, study_of = (median(column) for column in zip(*taken, strict=True))
    return runs, study_of


@pytest.mark.parametrize(("compiled", "turns", "allowed"), [(True, 9, 1.5), (False, 3, 1.2)])
def test_an_attribution_costs_hardly_more_than_its_runs(
    compiled: bool, turns: int, allowed: float, record_property: Callable[[str, object], None]
) -> None:
    """What comes on top of 16 runs is the edits of the systems and their checks."""

    def attribute() -> study.Attribution:
        return study.attribute(SYSTEM, FLOOD, MEASURES, compiled=compiled)

    subsets = [apply_all(SYSTEM, some) for size in range(5) for some in combinations(MEASURES, size)]
    assert attribute().runs == len(subsets) == 16
    alone, together = compare(subsets, attribute, compiled, turns)
    told(record_property, run_ms=1e3 * alone / 16, attribution_ms=1e3 * together, ratio=together / alone)
    assert together <= allowed * alone


def test_a_threshold_costs_hardly_more_than_its_runs(record_property: Callable[[str, object], None]) -> None:
    """Ten runs, 9 values and the system without the measure; then 1/8 of the range is halved to a thousandth."""
    number = study.Vary(MEASURES[2], "capacity", 1.0, 401.0)
    level = 0.5 * sum(study.peak_level(simulate(number.at(end).apply(SYSTEM), FLOOD), "lake") for end in (1.0, 401.0))

    def threshold() -> study.Threshold:
        return study.threshold(SYSTEM, FLOOD, number, level, compiled=True)

    systems = [SYSTEM, *(number.at(value).apply(SYSTEM) for value in threshold().tried)]
    assert len(systems) == 10 + int(np.ceil(np.log2(1000 / 8)))
    alone, together = compare(systems, threshold, compiled=True, turns=9)
    told(record_property, runs=len(systems), run_ms=1e3 * alone / len(systems), ratio=together / alone)
    assert together <= 1.5 * alone
