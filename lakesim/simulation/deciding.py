"""The host's part in the operating: the joint rules are asked, from what an operator knows at that moment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from ..floods import Flood
from ..rules import JOINT, RELEASE_LIMIT, SHUT_OFF, JointRule, restricts
from ..waters import Known, System
from .layout import Run


def answer(system: System, flood: Flood, run: Run) -> None:
    """Ask every joint rule whose time has come, and write its answer.

    At the beginning what other rules move stands as these have set it; what a joint rule moves stands at its own
    opening until it is asked, and so one joint rule sees of another what that was before this observation.

    Raises
    ------
    ValueError
        If an answer is no opening.
    """
    state: Any = run.state
    clock, rows, standing = (_rows(table) for table in (state.clock, state.rule, state.structure))
    now = clock[0].time
    start = flood.period[0]
    time = start + np.timedelta64(round(now * 1000.0), "ms")
    lakes = {lake.name: place for place, lake in enumerate(system.lakes)}
    rivers = {river.name: river.level for river in system.rivers}
    places = {structure.name: place for place, structure in enumerate(system.structures)}

    def level(water: str) -> float:
        return float(state.level[lakes[water]]) if water in lakes else float(rivers[water].at(time))

    def limit(row: Any, structure: str) -> float:
        return known.opening_for(structure, float(system.rules[row.number].discharge.at(time)))

    def opening(structure: str) -> float:
        stands = standing[places[structure]]
        return float(stands.opening) if stands.cap < 0 else min(stands.opening, limit(rows[stands.cap], structure))

    def discharge(structure: str) -> float:
        return float(state.flux[places[structure]])

    def held(structure: str) -> float:
        most = [1.0]
        for row in rows[standing[places[structure]].rule_first : standing[places[structure]].rule_last]:
            if not restricts(system.rules[row.number], system[structure]):
                continue
            if row.kind == SHUT_OFF and row.memory > 0.0:
                most.append(float(row.width))
            elif row.kind == RELEASE_LIMIT:
                most.append(limit(row, structure) if row.look == 0.0 else float(row.memory))
            elif row.kind == JOINT and row.look_time > 0.0:  # asked before
                most.append(float(row.memory))
        return min(most)

    known = Known(system, start, time, None, level, opening, discharge, held)
    for row in rows:
        if row.kind != JOINT or now < row.look_time:
            continue
        rule = system.rules[row.number]
        assert isinstance(rule, JointRule)
        asked = None if row.look_time == 0.0 else float(row.answer)
        wanted = rule.decide(replace(known, asked=asked))
        if not 0.0 <= wanted <= 1.0:
            raise ValueError(
                f"the {rule.type} of {rule.structure!r} asks for the opening {wanted!r} at {time}; "
                "it must lie from 0 (shut) to 1"
            )
        row.answer, row.answered = wanted, 1


def _rows(table: Any) -> Any:
    """A table of the solver as rows with named fields that can be written, whichever path it is of."""
    return table.view(np.recarray) if isinstance(table, np.ndarray) else table
