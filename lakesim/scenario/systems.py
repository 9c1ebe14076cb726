"""Systems of the catalogue: parts of a scenario file, with their waters, structures and rules."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from .. import catalogue, rules, structures
from ..units import Record
from ..waters import Lake, System, faults_together
from .faults import Faults
from .parts import Draft, Parts
from .positions import KeyPath
from .records import make, named_in, table_of, text_of

FRAGMENT = ("waters", "structures", "rules")
"""What a system's file holds beside what it says of itself."""


class SystemHead(Record):
    """What a system's file says of itself.

    Parameters
    ----------
    title, title_zh : what tables and figures call it
    summary, summary_zh : what it is, and what its numbers are worth, in a few sentences
    water : the lake of the summary of a scenario; by default the first
    """

    title: str
    title_zh: str = ""
    summary: str
    summary_zh: str = ""
    water: str | None = None


class KnownSystem(SystemHead):
    """A system of the catalogue, and what its file says of it."""

    system: System


@dataclass
class Fragment:
    """A system's file, as far as it could be read."""

    head: SystemHead | None
    waters: list[Draft]
    structures: list[Draft]
    rules: list[Draft]


def load_system(name: str) -> System:
    """Give a system of the catalogue by its name.

    Raises
    ------
    ValueError
        If there is no such system; with the nearest name and the list of all.

    Examples
    --------
    >>> system = load_system("four_lakes")
    >>> system["honghu"].datum
    'Wusong (frozen base)'
    """
    return system_entry(name).system


def system_entry(name: str) -> KnownSystem:
    """Give a system of the catalogue with what its file says of it; errors as in `load_system`.

    >>> print(system_entry("four_lakes").title)
    The Four Lakes...
    """
    path = catalogue.system(name)
    faults = Faults(path.name, _text(path))
    read = fragment(path, (), Parts(faults, path.parent))
    system = joined(read.waters, read.structures, read.rules, (), faults)
    if faults or system is None or read.head is None:
        raise faults.error()
    head = read.head
    return KnownSystem(**dict(head), system=system.changed(title=head.title, title_zh=head.title_zh))


def rule_names(draft: Draft) -> list[str]:
    """The words by which a rule is left out: that of its structure, and two of its own."""
    structure = draft.values.get("structure")
    return [str(structure), f"{structure}.rule", f"{structure}.{draft.values.get('type')}"]


def named_fragment(name: object, path: KeyPath, parts: Parts) -> Fragment | None:
    """The file of a system that a scenario names; None if there is none, which is a fault."""
    text = text_of(name, path, parts.faults)
    try:
        return None if text is None else fragment(catalogue.system(text), path[:1], parts)
    except ValueError as fault:
        parts.faults.add(path, str(fault))
        return None


def fragment(file: Path, path: KeyPath, parts: Parts) -> Fragment:
    """A system's file; its parts stand at a key of the scenario, or nowhere."""
    table: Mapping[str, Any] = tomllib.loads(_text(file))
    parts = replace(parts, folder=file.parent)
    given = table_of(table, path, (*SystemHead.model_fields, *FRAGMENT), parts.faults)
    head = make(SystemHead, {key: given[key] for key in given if key not in FRAGMENT}, path, parts.faults)
    waters = parts.waters(given.get("waters", []), (*path, "waters"))
    lakes = [draft.name for draft in waters if draft.name and draft.kind is Lake]
    things = parts.typed(given.get("structures", []), (*path, "structures"), structures.REGISTRY, lakes)
    moved = parts.typed(given.get("rules", []), (*path, "rules"), rules.REGISTRY)
    for draft in (*waters, *things):  # whoever changes them knows their names, and not their numbers
        draft.path = (*draft.path[:-1], draft.name or draft.path[-1])
    for draft in moved:
        word = rule_names(draft)[-1]
        draft.path = (*draft.path[:-1], word)
        draft.remedy = f'; or leave the rule out, without = ["{word}"], and write another as [[rules]]' if path else ""
    return Fragment(head, waters, things, moved)


def _text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def joined(
    waters: list[Draft],
    things: list[Draft],
    moved: list[Draft],
    path: KeyPath,
    faults: Faults,
    made: Collection[str] = (),
) -> System | None:
    """The system of these parts, if they fit each other; faults are noted at the part that has them.

    What could not be read, or is there twice, is taken for what others need it to be. `made` are the polders that
    measures make of the system.
    """
    sound = True
    named = {draft.name: draft.record for draft in waters if draft.name}
    movable = {draft.name: draft.record for draft in things if draft.name}
    taken, twice = set[str](), set[str]()
    for draft in (*waters, *things):
        if draft.name in taken:
            fault = f"another thing is named {draft.name!r} already; give each its own name"
            faults.add((*draft.path, "name"), fault)
            sound = False
            twice.add(draft.name)
        taken |= {draft.name} if draft.name else set()
    known = not any(draft.lost or draft.name is None for draft in waters)
    unread = twice | {name for name, record in movable.items() if record is None}
    moved_known = all(draft.name for draft in things)
    for draft, others in [*((draft, [named]) for draft in things), *((draft, [movable, named]) for draft in moved)]:
        rule_of = draft.values.get("structure")
        if draft.record is None or not known or rule_of in unread or (rule_of and not moved_known):
            continue
        for fault in draft.record.check(*others):
            faults.add((*draft.path, *named_in(fault, draft.values)), _before_it_is_made(fault, made) + draft.remedy)
            sound = False
    records = [[draft.record for draft in drafts] for drafts in (waters, things, moved)]
    if not sound or any(None in part for part in records):
        return None
    drafts = {id(draft.record): draft for draft in (*things, *moved)}
    for thing, fault in faults_together(*records):
        draft = drafts[id(thing)]
        faults.add((*draft.path, *named_in(fault, draft.values)), fault + draft.remedy)
        sound = False
    if not sound:
        return None
    try:
        return System(waters=records[0], structures=records[1], rules=records[2])
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            faults.add(path, wrong["msg"].removeprefix("Value error, "))
    return None


def _before_it_is_made(fault: str, made: Collection[str]) -> str:
    """A fault, with its true remedy where what is missing is land that a measure makes.

    >>> _before_it_is_made("the tail 'fields' is no water of the system; the waters are: lake", ["fields"])
    "the tail 'fields' is no water of the system; the measure reclaim makes 'fields' of ... in place of that measure"
    """
    for polder in made:
        if re.search(rf"'{re.escape(polder)}(_dike|_pumps)?'(, which)? is no ", fault):
            return (
                f"{fault.partition(';')[0]}; the measure reclaim makes {polder!r} of a system that has its structures "
                "and rules already: where these name it, write it as a water with reclaimed_from, in place of that "
                "measure"
            )
    return fault
