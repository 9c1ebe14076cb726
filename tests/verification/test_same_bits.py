"""The same bits, whichever way a run is made: as plain Python or compiled, in one go or with pauses.

Exact, but for the two equations with a power, which a compiler may round otherwise: there 1e-12 of the level.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import numpy as np
import pytest

from lakesim import Flood, Result, System, balance, compiled, simulate
from lakesim.simulation import lay_out

from .conftest import KINDS, POWERS

Draw = Callable[..., tuple[System, Flood]]
EXACT_KINDS = tuple(kind for kind in KINDS if kind not in POWERS)


def everything(result: Result) -> dict[str, np.ndarray]:
    """All numbers of a result."""
    columns = {column.name: column.values for column in result.table()}
    events = [
        (event.time.astype(float), event.reason, event.level, event.threshold, event.opening_after, event.wish)
        for event in result.events
    ]
    peaks = [value for lake in result.system.lakes for value in (*result.peak(lake.name), *result.lowest(lake.name))]
    more = {"error": result.numerical_error, "events": events, "peaks": np.array(peaks, dtype=float)}
    return columns | {"ledger": np.array(result.state.ledger)} | {key: np.array(value) for key, value in more.items()}


ruled = pytest.mark.parametrize("ruled", [False, True], ids=["unruled", "ruled"])


@ruled
@pytest.mark.parametrize("seed", range(40))
def test_plain_is_compiled_bit_for_bit(seed: int, ruled: bool, random_system: Draw) -> None:
    system, flood = random_system(Random(seed), kinds=EXACT_KINDS, ruled=ruled)
    plain, fast = simulate(system, flood, compiled=False), simulate(system, flood, compiled=True)
    assert (plain.compiled, fast.compiled) == (False, True)
    for name, values in everything(plain).items():
        np.testing.assert_array_equal(values, everything(fast)[name], err_msg=name)


@pytest.mark.parametrize("kind", POWERS)
@pytest.mark.parametrize("seed", range(5))
def test_plain_is_compiled_to_rounding_where_a_power_is_used(seed: int, kind: str, random_system: Draw) -> None:
    system, flood = random_system(Random(seed), kinds=(kind,), most_lakes=3)
    plain, fast = simulate(system, flood, compiled=False), simulate(system, flood, compiled=True)
    for lake in system.lakes:
        np.testing.assert_allclose(plain.level[lake.name], fast.level[lake.name], rtol=1e-12, atol=0)


@pytest.mark.parametrize("compile_it", [False, True], ids=["plain", "compiled"])
@ruled
@pytest.mark.parametrize("seed", range(10))
def test_pausing_changes_no_bit(seed: int, ruled: bool, compile_it: bool, random_system: Draw) -> None:
    system, flood = random_system(Random(seed), ruled=ruled)
    flood = flood.over(system)
    whole, paused = (lay_out(system, flood) if compile_it else lay_out(system, flood).plain() for _ in range(2))
    advance = compiled.entry(balance.advance) if compile_it else balance.advance
    assert advance(whole.layout, whole.forcing, whole.state, whole.record, whole.end) == balance.DONE
    for until in np.sort(np.random.default_rng(seed).uniform(0.0, whole.end, 200)).tolist():
        assert advance(paused.layout, paused.forcing, paused.state, paused.record, until) == balance.DONE
    assert advance(paused.layout, paused.forcing, paused.state, paused.record, paused.end) == balance.DONE
    for one, other in zip((*whole.state, *whole.record), (*paused.state, *paused.record), strict=True):
        if isinstance(one, np.ndarray):
            assert one.tobytes() == other.tobytes()
        else:
            assert one == other
    moved = np.flatnonzero(np.diff(np.array(whole.record.storage)))
    assert moved.size, "and something happened"


def test_progress_changes_no_bit(random_system: Draw) -> None:
    system, flood = random_system(Random(1))
    parts: list[float] = []
    quiet, told = simulate(system, flood), simulate(system, flood, progress=parts.append)
    for name, values in everything(quiet).items():
        np.testing.assert_array_equal(values, everything(told)[name], err_msg=name)
    assert parts == sorted(parts)
    assert parts[-1] == 1.0
