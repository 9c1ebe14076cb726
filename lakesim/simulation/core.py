"""Simulating: a system is laid out, solved and labelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import balance
from .. import compiled as compiled_solver
from ..floods import Flood
from ..result import Result
from ..waters import Lake, System
from .deciding import answer
from .layout import TOLERANCE, Run, lay_out

LARGEST_RESIDUAL = 1e-9
"""Relative residual of the water account above which no result is returned."""

WORK_WORTH_COMPILING = 500_000
"""Work from which the compiled solver pays; the unit is one output of one lake, about 3 µs on the plain path."""


class SimulationError(RuntimeError):
    """A run that could not be finished, with the water and the time at which it stopped."""


def simulate(
    system: System | Lake,
    flood: Flood | None = None,
    *,
    tolerance: float = TOLERANCE,
    compiled: bool | None = None,
    progress: Callable[[float], None] | None = None,
) -> Result:
    """Route a flood through a system of waters.

    Parameters
    ----------
    system : the waters and structures; a lake alone is a system with one lake
    flood : period, output step and the series that take the place of the waters' own; by default the period that the
        waters' own series have in common, hour by hour
    tolerance : error of a level allowed in one step [m]; the result states the error of the whole run
    compiled : True or False to choose, by default compiled when the work is large; the bits are the same
    progress : called now and then with the part (0 … 1) that is done

    Raises
    ------
    TypeError
        If the system is no system and no lake.
    ValueError
        If the series do not cover the period, the tolerance is not between 1e-9 and 0.01 m, or the compiled solver is
        asked for and numba is not installed.
    SimulationError
        If a step cannot be solved, or the water account does not close.

    Examples
    --------
    A lake with vertical shores fills by 10 m³/s: 36 000 m³ in an hour, 3.6 cm on 1 km².

    >>> from lakesim import Flood, Hypsometry, Lake, Series, simulate
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level="1 m",
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> result = simulate(lake, Flood(start="2020-07-01", end="2020-07-01 01:00"))
    >>> float(result.level["pond"][-1])
    1.036
    """
    system = as_system(system)
    if not 1e-9 <= tolerance <= 0.01:
        raise ValueError(f"the tolerance is {tolerance!r} m; it must lie between 1e-9 and 0.01 m (default {TOLERANCE})")
    flood = (flood or Flood()).over(system)
    system = flood.applied(system)
    run = lay_out(system, flood, tolerance)
    if compiled is None:
        compiled = compiled_solver.loaded() or (run.work > WORK_WORTH_COMPILING and compiled_solver.available())
    elif compiled and not compiled_solver.available():
        raise ValueError("numba is not installed, so there is no compiled solver; install it, or leave compiled out")
    run = run if compiled else run.plain()
    record, status = _solve(system, flood, run, compiled, progress)
    if status != balance.DONE:
        raise SimulationError(_why_not(system, flood, run))
    result = Result(system, flood, run.layout, run.forcing, run.state, record)
    if not result.residual_relative <= LARGEST_RESIDUAL:
        raise SimulationError(
            f"the water account does not close: {result.residual:.3g} m³ are missing, {result.residual_relative:.1e} "
            "of what moved; this is a fault of the program, please report it with the scenario"
        )
    return result


def as_system(system: System | Lake) -> System:
    """The system; a lake alone is a system with one lake. TypeError if it is neither.

    >>> from lakesim import catalogue
    >>> [water.name for water in as_system(catalogue.load("honghu")).waters]
    ['honghu']
    """
    if not isinstance(system, System | Lake):
        raise TypeError(f"the system is {system!r:.60}; give a System or a Lake, such as catalogue.load('honghu')")
    return System(waters=(system,)) if isinstance(system, Lake) else system


def _solve(
    system: System, flood: Flood, run: Run, compiled: bool, progress: Callable[[float], None] | None
) -> tuple[balance.Record, int]:
    """Advance to the end, a stretch at a time, so that Ctrl-C and progress come through; joint rules are asked."""
    advance: Any = compiled_solver.entry(balance.advance) if compiled else balance.advance
    stretches = 100 if progress else 1
    record, status = run.record, balance.DONE
    for stretch in range(1, stretches + 1):
        while True:
            status = advance(run.layout, run.forcing, run.state, record, run.end * stretch / stretches + 0.5)
            if status == balance.EVENTS_FULL:
                more = balance.table(balance.EventRow, len(record.event))
                event: Any = np.concatenate([record.event, more]) if compiled else [*record.event, *balance.plain(more)]
                record = record._replace(event=event)
            elif status == balance.DECIDE:
                answer(system, flood, run)
            else:
                break
        if status != balance.DONE:
            break
        if progress:
            progress(stretch / stretches)
    return record, status


def _why_not(system: System, flood: Flood, run: Run) -> str:
    """Where a run stopped, and what may help."""
    clocks: Any = run.state.clock
    clock = clocks.view(np.recarray)[0] if isinstance(clocks, np.ndarray) else clocks[0]
    lake, level = system.lakes[clock.culprit], run.state.level[clock.culprit]
    when = flood.period[0] + np.timedelta64(round(clock.time * 1000), "ms")
    negative = any(getattr(lake, term).values.min() < 0.0 for term in lake.arriving)
    if negative and level < lake.hypsometry.bottom + balance.THIN_LAYER:
        cause = "it is empty, and an inflow that is negative would take more; give that as an outflow"
    else:
        cause = "even the shortest step fails; look at its curve and its structures for a jump"
    return f"the balance of {lake.name} could not be solved at {when}, level {level:.4f} m: {cause}"
