"""Works: another outlet, another pumping station, a higher dike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, SerializeAsAny, ValidationError

from .. import structures
from ..rules import RuleCurve, StartStop
from ..rules.base import LevelSeries
from ..structures import Pump, Structure, Weir
from ..structures.kinds import Capacity, Count
from ..units import Length, Level, Name
from ..waters import System
from .base import Measure, Sentence, lake_of, nearest


def _structure(value: object) -> object:
    """A structure, or the table of one."""
    if isinstance(value, Structure):
        return value
    if not isinstance(value, Mapping):
        raise ValueError(f"{value!r:.60} is no structure; give its table, with its type and its name")
    kind = value.get("type")
    if not isinstance(kind, str) or kind not in structures.REGISTRY:
        what = "the type is missing" if kind is None else f"there is no type {kind!r:.60}"
        raise ValueError(f"{what}; {nearest(kind, structures.REGISTRY)}")
    try:
        return structures.REGISTRY[kind](**value)
    except ValidationError as error:
        ours = {"missing": "is missing; give it", "extra_forbidden": "there is no such key; leave it out"}
        told = []
        for fault in error.errors(include_url=False):
            words = ours.get(fault["type"], fault["msg"].removeprefix("Value error, "))
            told.append(": ".join(filter(None, (".".join(map(str, fault["loc"])), words))))
        raise ValueError("\n".join(told)) from None


AnyStructure = Annotated[SerializeAsAny[Structure], BeforeValidator(_structure)]
"""A structure, or the table of one."""


class AddOutlet(Measure):
    """One more way out of a lake: any structure, with a rule curve that runs it or without one.

    Parameters
    ----------
    outlet : the structure, or its table as in a file, with its type, name, head and tail
    target : target level of its rule curve [m]; none: it stays as it is
    band : as in `RuleCurve` [m]

    Raises
    ------
    ValueError
        As the structure and `RuleCurve` do. In `apply`: if the system cannot have it, as its name is taken, or a water
        is not there.

    Examples
    --------
    >>> from lakesim import Hypsometry, Lake
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=22, top=28, area="9 km2"), initial_level=24.5)
    >>> gate = {"type": "sluice_gate", "name": "new", "head": "lake", "sill": 22.5, "width": 20.0, "height": 3.0}
    >>> print(AddOutlet(outlet=gate, target="24.0 m").apply(System(waters=[lake])))
    lake: lake, 22.00 … 28.00 m, 9 km² and 54e6 m³ at the top, starts at 24.50 m
      └─ new → out of the system: sluice gate, sill 22.5 m, width 20 m, height 3 m
           rank 70: holds the head at 24.00 m, fully open 0.1 m from there
    """

    SERIES: ClassVar[Mapping[str, str]] = {"target": "m"}

    type: Literal["add_outlet"] = "add_outlet"
    outlet: AnyStructure
    target: LevelSeries | None = None
    band: Length = 0.1

    def _applied(self, system: System) -> System:
        added = system.changed(structures=(*system.structures, self.outlet))
        if self.target is None:
            return added
        curve = RuleCurve(structure=self.outlet.name, target=self.target, band=self.band)
        return added.changed(rules=(*added.rules, curve))

    @property
    def called(self) -> str:
        """What messages call it."""
        return f"{self.type} {self.name or self.outlet.name!r}"

    def _sentences(self) -> Iterator[Sentence]:
        yield "add_outlet", {"structure": self.outlet.name, "water": self.outlet.head}


class AddPumps(Measure):
    """One more pumping station, with start and stop levels.

    Parameters
    ----------
    water : name of the lake that it empties
    structure : what the station is called
    tail : where it lifts the water to; none: it leaves the system
    units, capacity : number of units, and discharge of each at every lift [m3/s]
    start, stop : levels at which it starts and stops [m], as in `StartStop`

    Raises
    ------
    ValueError
        As `Pump` and `StartStop` do. In `apply`: if the lake is not there, or the name is taken.

    Examples
    --------
    >>> from lakesim import Hypsometry, Lake
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=22, top=28, area="9 km2"), initial_level=24.5)
    >>> more = AddPumps(water="lake", structure="station", units=4, capacity="20 m3/s", start="24.6 m", stop="24.4 m")
    >>> print(more)
    lake has 80 m³/s more of pumps, station. They start at 24.60 m and stop at 24.40 m.
    """

    SERIES: ClassVar[Mapping[str, str]] = {"start": "m", "stop": "m"}

    type: Literal["add_pumps"] = "add_pumps"
    water: str
    structure: Name
    tail: str | None = None
    units: Count = 1
    capacity: Capacity
    start: LevelSeries
    stop: LevelSeries

    def _applied(self, system: System) -> System:
        lake_of(system, self.water)
        station = Pump(name=self.structure, head=self.water, tail=self.tail, units=self.units, capacity=self.capacity)
        rule = StartStop(structure=self.structure, start=self.start, stop=self.stop)
        return system.changed(structures=(*system.structures, station), rules=(*system.rules, rule))

    def _sentences(self) -> Iterator[Sentence]:
        yield "add_pumps", {"water": self.water, "structure": self.structure, "more": self.units * self.capacity}
        yield "start_and_stop", {"start": self.start.extremes[0], "stop": self.stop.extremes[0]}


class RaiseDike(Measure):
    """A higher dike around a lake, or around a polder, over which the lake then runs in later.

    Parameters
    ----------
    water : name of the lake or polder
    dike_crest : level of the crest [m]

    Raises
    ------
    ValueError
        In `apply`: if the lake is not there or has no dike crest, or the new one is not higher.

    Examples
    --------
    >>> from lakesim import Hypsometry, Lake
    >>> curve = Hypsometry.prism(bottom=22, top=28, area="9 km2")
    >>> lake = Lake(name="lake", hypsometry=curve, initial_level=24.5, dike_crest=27.0)
    >>> RaiseDike(water="lake", dike_crest="27.5 m").apply(System(waters=[lake]))["lake"].dike_crest
    27.5
    """

    type: Literal["raise_dike"] = "raise_dike"
    water: str
    dike_crest: Level

    def _applied(self, system: System) -> System:
        lake = lake_of(system, self.water)
        if lake.dike_crest is None:
            raise ValueError(f"the water {self.water!r} has no dike_crest that could be raised; give it one")
        if self.dike_crest <= lake.dike_crest:
            raise ValueError(
                f"the dike_crest {self.dike_crest:g} m is no higher than the {lake.dike_crest:g} m that {self.water!r} "
                "has; take a higher one"
            )
        overflows = [
            one.changed(crest=self.dike_crest)
            for one in system.structures
            if isinstance(one, Weir)
            and lake.reclaimed_from is not None
            and {one.head, one.tail} == {lake.name, lake.reclaimed_from}
            and one.crest == lake.dike_crest
        ]
        return system.replaced(lake.changed(dike_crest=self.dike_crest), *overflows)

    def _sentences(self) -> Iterator[Sentence]:
        yield "raise_dike", {"water": self.water, "crest": self.dike_crest}
