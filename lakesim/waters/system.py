"""The system that waters form with the structures between them and their rules."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from pydantic import SerializeAsAny, model_validator

from ..rules import Rule
from ..structures import Structure
from ..units import Record
from .bodies import Lake, River
from .faults import faults_together


class System(Record):
    """The waters and the structures between them: a directed graph. One lake is a system with one lake.

    Raises
    ------
    ValueError
        With all faults at once: two things with one name, a structure to a water that does not exist or from a
        water to itself, a crest below the bottom or above the dike, rivers joined to each other, no lake; two rules of
        one rank on one structure, a rule that watches a water that does not exist, or aims where no water can go.

    Examples
    --------
    >>> from lakesim import Hypsometry, Lake, Weir
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=3, area="1 ha"), initial_level=1.0)
    >>> print(System(waters=[pond], structures=[Weir(name="spillway", head="pond", crest=2.0, width=5.0)]))
    pond: lake, 0.00 … 3.00 m, 0.01 km² and 0.03e6 m³ at the top, starts at 1.00 m
      └─ spillway → out of the system: weir, crest 2 m, width 5 m
    """

    waters: tuple[Lake | River, ...]
    structures: tuple[SerializeAsAny[Structure], ...] = ()
    rules: tuple[SerializeAsAny[Rule], ...] = ()
    title: str = ""
    title_zh: str = ""

    @model_validator(mode="after")
    def _check(self) -> System:
        faults = list(self._faults())
        if faults:
            raise ValueError("\n".join(faults))
        return self

    def _faults(self) -> Iterator[str]:
        names = Counter(thing.name for thing in (*self.waters, *self.structures))
        for name in sorted(name for name in names if names[name] > 1):
            yield f"{names[name]} things are named {name!r}; give each its own name"
        if not self.lakes:
            yield "there is no lake; a system needs at least one"
        waters = {water.name: water for water in self.waters}
        for polder in self.lakes:
            lake = waters.get(polder.reclaimed_from or "")
            if polder.reclaimed_from is not None and not isinstance(lake, Lake):
                yield (
                    f"{polder.name}: it is reclaimed from {polder.reclaimed_from!r}, which is no lake of the system; "
                    "name one, or leave reclaimed_from out"
                )
            elif polder in self.polders(polder.name):
                yield f"{polder.name}: it is reclaimed from itself; name the lake that it was a part of"
            elif lake and lake.datum and polder.datum and lake.datum != polder.datum:
                yield (
                    f"{polder.name}: its levels are above {polder.datum}, and those of {lake.name!r}, which it was a "
                    f"part of, above {lake.datum}; bring both to one datum with to_datum in a table, or with on_datum"
                )
        structures = {structure.name: structure for structure in self.structures}
        for structure in self.structures:
            yield from (f"{structure.name}: {fault}" for fault in structure.check(waters))
        for rule in self.rules:
            yield from rule.check(structures, waters)
        for thing, fault in faults_together(self.waters, self.structures, self.rules):
            yield fault if isinstance(thing, Rule) else f"{thing.name}: {fault}"

    @property
    def lakes(self) -> tuple[Lake, ...]:
        """The waters whose storage is computed."""
        return tuple(water for water in self.waters if isinstance(water, Lake))

    def polders(self, lake: str) -> tuple[Lake, ...]:
        """The waters that were reclaimed from a lake, and from its polders."""
        origins, found = [lake], dict[str, Lake]()
        for origin in origins:  # which grow while they are gone through
            direct = {water.name: water for water in self.lakes if water.reclaimed_from == origin}
            origins += [name for name in direct if name not in origins]
            found |= direct
        return tuple(found.values())

    def polder_works(self, lake: str) -> set[str]:
        """Names of the structures between a lake and its polders."""
        polders = {polder.name for polder in self.polders(lake)}
        ends = {structure.name: {structure.head, structure.tail} for structure in self.structures}
        return {name for name, joined in ends.items() if lake in joined and joined & polders}

    @property
    def rivers(self) -> tuple[River, ...]:
        """The waters whose level is given."""
        return tuple(water for water in self.waters if isinstance(water, River))

    def __getitem__(self, name: str) -> Any:
        """The water or structure of that name.

        Raises
        ------
        KeyError
            If nothing has the name; the nearest name is offered.
        """
        things = {thing.name: thing for thing in (*self.waters, *self.structures)}
        if name not in things:
            near = difflib.get_close_matches(name, things, 1)
            raise KeyError(f"nothing is named {name!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
        return things[name]

    def replaced(self, *things: Lake | River | Structure) -> System:
        """A changed copy in which each given water or structure takes the place of the one with its name."""
        new = {thing.name: thing for thing in things}
        for name in new:
            self[name]  # an unknown name is an error, not an addition
        return self.changed(
            waters=tuple(new.get(water.name, water) for water in self.waters),
            structures=tuple(new.get(structure.name, structure) for structure in self.structures),
        )

    def __str__(self) -> str:
        lines = [self.title] if self.title else []
        for water in self.waters:
            lines.append(str(water))
            leaving = [structure for structure in self.structures if structure.head == water.name]
            for structure in leaving:
                elbow, trunk = ("└─", " ") if structure is leaving[-1] else ("├─", "│")
                lines.append(f"  {elbow} {structure.name} → {structure.tail or 'out of the system'}: {structure}")
                rules = sorted(self.rules, key=attrgetter("place"))
                lines += [
                    f"  {trunk}    rank {rule.place}: {rule}" for rule in rules if rule.structure == structure.name
                ]
        return "\n".join(lines)
