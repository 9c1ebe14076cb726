"""Doubts about a scenario that do not keep it from being run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..rules import EqualFilling, InTurn, JointRule, Rule, SafeDischarge
from ..structures import SluiceGate, Structure
from ..waters import Lake, System
from .core import Scenario


def doubts(scenario: Scenario) -> Iterator[str]:
    """Waters that nothing joins to the lake of the summary, and levels and inflows that are hardly meant so.

    That is levels that the flood gives a converted river, levels above or below the curve of a lake, gates lower than
    the water at the start, and lakes beside a safe discharge that bring nothing.

    Examples
    --------
    >>> from lakesim.scenario import read
    >>> scenario = read('''
    ... water = "pond"
    ... [[waters]]
    ... name = "pond"
    ... initial_level = 1.0
    ... hypsometry = {prism = {bottom = 0, top = 3, area = "1 ha"}}
    ... [[waters]]
    ... type = "river"
    ... name = "river"
    ... level = "2 m"
    ... [flood]
    ... start = 2020-07-01
    ... end = 2020-07-02
    ... ''')
    >>> print(*doubts(scenario))
    river: no structure, rule or dike joins it to 'pond' in any case, so that it plays no part there; join it, or ...
    """
    for group in apart(scenario.system, *(case.system for case in scenario.cases)):
        if scenario.water not in group:
            it, plays = ("it", "it plays") if len(group) == 1 else ("them", "they play")
            yield (
                f"{', '.join(group)}: no structure, rule or dike joins {it} to {scenario.water!r} in any case, so that "
                f"{plays} no part there; join {it}, or leave {it} out"
            )
    for river, (given, to) in scenario.converted.items():
        cases = [case.name for case in scenario.cases if f"{river}.level" in case.flood.series]
        if cases:
            yield (
                f"{river}: its table counts levels from {given.datum} and adds {to.offset:+g} m, "
                f"and the flood gives its level, in {', '.join(cases)}; what the flood gives counts from {to.datum} "
                "and is not converted, so see that it does, or give the level in the river's own table"
            )
    told: set[object] = set()
    for system in (case.system for case in scenario.cases):
        for thing, note in (*_off_the_curve(system), *_overtopped(system), *_counted_as_nothing(system)):
            if thing not in told:
                told.add(thing)
                yield note


def _off_the_curve(system: System) -> Iterator[tuple[object, str]]:
    """Levels of a lake and of a rule where the curve has none: what has them, and a note of all of them."""
    lakes = {lake.name: lake for lake in system.lakes}
    for lake in system.lakes:
        given = {"initial_level": lake.initial_level, **lake.characteristic_levels}
        found = [text for key, level in given.items() for text in _off(lake, key, level, level)]
        if found:
            yield lake.name, f"{lake.name}: it has {' and '.join(found)}; correct it or add contours"
    structures = {structure.name: structure for structure in system.structures}
    for rule in system.rules:
        found = [
            text
            for name, key, lowest, highest in _levels(rule, structures[rule.structure])
            if name in lakes
            for text in _off(lakes[name], key, lowest, highest)
        ]
        if found:
            note = f"{rule.structure}: its {rule.type} has {' and '.join(found)}; correct it or add contours"
            yield (rule.structure, rule.type, rule.place), note


def _off(lake: Lake, key: str, lowest: float, highest: float) -> Iterator[str]:
    """What is said of levels that a lake's curve does not reach; one above it may be below a dike that is known."""
    bottom, top = lake.hypsometry.bottom, lake.hypsometry.top
    if highest > (top if lake.dike_crest is None else max(top, lake.dike_crest)):
        yield f"{key} {highest:g} m, above the last contour {top:g} m of the curve of {lake.name!r}"
    if lowest < bottom:
        yield f"{key} {lowest:g} m, below the bottom {bottom:g} m of {lake.name!r}"


def _levels(rule: Rule, moved: Structure) -> Iterator[tuple[str, str, float, float]]:
    """The levels that a rule reads: of which water, the key, the lowest and the highest [m]."""
    if isinstance(rule, InTurn | EqualFilling):
        parts = rule.after if isinstance(rule, InTurn) else rule.among
        for part in parts:
            for key in ("above", "resume", "empty", "full"):
                if part.water is not None and (level := getattr(part, key, None)) is not None:
                    yield part.water, key, level, level
        return
    rise = rule.side * max(rule.rises, default=0.0)
    for key, unit in rule.SERIES.items():
        series = getattr(rule, key)
        if unit == "m" and series is not None:
            low, high = series.extremes
            yield rule.watched(moved) or moved.head, key, low + min(rise, 0.0), high + max(rise, 0.0)


def _overtopped(system: System) -> Iterator[tuple[object, str]]:
    """Gates that are to be shut, and whose leaf is lower than a lake beside them at the start."""
    ruled = {rule.structure for rule in system.rules}
    starts = {lake.name: lake.initial_level for lake in system.lakes if lake.initial_level <= lake.hypsometry.top}
    for gate in system.structures:
        if isinstance(gate, SluiceGate) and (gate.name in ruled or gate.opening < 1.0):
            top = gate.sill + (gate.height if gate.leaf is None else gate.leaf)
            sides = (gate.head, None if gate.flap else gate.tail)
            for lake in (name for name in sides if name in starts and starts[name] > top):
                yield (
                    (gate.name, "leaf"),
                    f"{gate.name}: leaf top {top:g} m lies below the initial level {starts[lake]:g} m of {lake!r}: "
                    "water passes over it even when shut; give leaf, or a higher gate",
                )


def _counted_as_nothing(system: System) -> Iterator[tuple[object, str]]:
    """Lakes that a safe discharge counts, and that bring nothing."""
    for rule in (rule for rule in system.rules if isinstance(rule, SafeDischarge)):
        for lake in system.lakes:
            if lake.name in rule.beside and not lake.arriving:
                yield (
                    (rule.structure, rule.place, lake.name),
                    f"{rule.structure}: its safe_discharge counts the inflow of {lake.name!r} beside it, which has "
                    "neither an inflow nor rain on its bed, and so counts 0; give it one, or leave it out of beside",
                )


def apart(*systems: System) -> list[tuple[str, ...]]:
    """The names of the waters in groups that nothing joins to one another in any of the systems.

    Waters are joined by a structure between them, by a rule of a structure at the one that watches or counts the other,
    and by the dike of a polder.

    Examples
    --------
    >>> from lakesim import Hypsometry, Lake, River, Weir
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=3, area="1 ha"), initial_level=1.0)
    >>> waters = [pond, River(name="brook", level=1.0), River(name="river", level=1.0)]
    >>> apart(System(waters=waters, structures=[Weir(name="weir", head="pond", tail="brook", crest=2.0, width=5.0)]))
    [('pond', 'brook'), ('river',)]
    """
    groups = {water.name: {water.name: None} for system in systems for water in system.waters}
    for system in systems:
        for joined in _joints(system):
            union = {name: None for one in joined for name in groups[one]}
            groups |= dict.fromkeys(union, union)
    return list(dict.fromkeys(tuple(group) for group in groups.values()))


def _joints(system: System) -> Iterator[Iterable[str]]:
    """The names that each structure, rule and dike joins."""
    structures = {structure.name: structure for structure in system.structures}
    for structure in system.structures:
        yield structure.head, structure.tail or structure.head
    for rule in system.rules:
        moved = structures[rule.structure]
        others = rule.others if isinstance(rule, JointRule) else ()
        seen = (structures[name].head if name in structures else name for name in others)
        yield moved.head, rule.watched(moved) or moved.head, *seen
    for water in system.waters:
        if isinstance(water, Lake) and water.reclaimed_from is not None:
            yield water.reclaimed_from, water.name
