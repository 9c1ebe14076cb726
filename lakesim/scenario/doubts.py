"""Doubts about a scenario that do not keep it from being run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..rules import JointRule
from ..waters import Lake, System
from .core import Scenario


def doubts(scenario: Scenario) -> Iterator[str]:
    """Waters that are joined to the lake of the summary in no case, a sentence for each group of them.

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
