"""Land and lake: what is diked off as a polder (垸), and what is given back for good (双退) or in a flood (单退)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import count
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema

from .. import labels
from ..rules import EqualFilling, InTurn, JointRule, Ramp, Rule, ShutOff, StartStop
from ..series import Series
from ..structures import Pump, Structure, Weir
from ..structures.kinds import Width
from ..units import Area, Discharge, Duration, Length, Level, Name, Quantity
from ..waters import WEATHER, Lake, System
from .base import Measure, Sentence, faults_of, lake_of, nearest

SHALLOWEST = "shallowest"
FLOWS = ("inflow", "outflow")

_LEVEL = Quantity("m", "level from which on land is taken")


def _ground(value: object) -> object:
    if value == SHALLOWEST:
        return value
    try:
        return _LEVEL.read(value)
    except ValueError as fault:
        raise ValueError(f'{fault}, or "{SHALLOWEST}" for the land that lies highest') from None


Ground = Annotated[
    float | Literal["shallowest"],
    BeforeValidator(_ground),
    WithJsonSchema({**_LEVEL.schema(), "anyOf": [*_LEVEL.schema()["anyOf"], {"const": SHALLOWEST}]}),
]


class Reclaim(Measure):
    """Land of a lake behind a dike: a polder, farmed and drained (围垦).

    The lake loses the area and the storage of that land, at every level; the polder, a lake that lies dry at first,
    has them. Both together are the lake as it was. The rain of the lake falls on all of the polder's land, wet or dry,
    also where that of the lake counts on its surface only, and the pumps lift it over the dike; it evaporates where
    water stands. Where the lake rises above the dike crest it flows into the polder, by the equation of a broad weir::

        lake ──╮   ╭── dike crest ──╮
               │~~~│                │   polder
          bed  ╰───╯                ╰─────────── ground

    Parameters
    ----------
    water : name of the lake
    polder : what the land is called; its dike is then `<polder>_dike`, its pumps are `<polder>_pumps`
    area : of the land, as far as the curve of the lake reaches [m2]
    ground : level at which the land begins, so that the lowest land above it is taken [m]; or `"shallowest"`, the land
        that lies highest
    dike_crest : level above which the lake runs into the polder [m]
    pumps : what they lift back into the lake, at every lift [m3/s]; 0 is none. They start as soon as water stands on
        the lowest ground, and all run when it is 0.1 m deep; they go on while the lake runs over the dike
    dike_length : length of dike that the lake runs over [m]; unless told, the side of a square of that area
    title, title_zh : what figures and tables call the polder

    Raises
    ------
    ValueError
        In `apply`: if the lake is not there, or has less land than that above that ground; if the dike does not rise
        above the ground; or if rain, evaporation or seepage of the lake are given as a discharge, of which the
        polder's part is not known.

    Examples
    --------
    >>> from lakesim import Hypsometry
    >>> curve = Hypsometry(levels=[20, 24, 26], areas=["0 km2", "100 km2", "120 km2"])
    >>> before = System(waters=[Lake(name="lake", hypsometry=curve, initial_level=23.0)])
    >>> diked = Reclaim(water="lake", polder="fields", area="30 km2", ground="shallowest", dike_crest=25.5, pumps=4.0)
    >>> after = diked.apply(before)
    >>> float(after["lake"].hypsometry.area(25.0)), float(after["fields"].hypsometry.area(25.0))
    (90000000.0, 20000000.0)
    >>> print(diked.curve_changes(before)["lake"].storage(25.0))
    -17000000.0
    """

    type: Literal["reclaim"] = "reclaim"
    water: str
    polder: Name
    area: Area
    ground: Ground
    dike_crest: Level
    pumps: Discharge
    dike_length: Length | None = None
    title: str = ""
    title_zh: str = ""

    @property
    def makes(self) -> frozenset[str]:
        """Name of the polder."""
        return frozenset({self.polder})

    def _applied(self, system: System) -> System:
        lake = lake_of(system, self.water)
        faults = [
            f"the {term} of {self.water!r} is given as a discharge, and how much of it falls to the polder is not "
            "known; give it as a rate"
            for term in WEATHER
            if (series := getattr(lake, term)) is not None and series.unit == "m3/s"
        ]
        taken = {thing.name for thing in (*system.waters, *system.structures)}
        faults += [
            f"the polder needs the name {name!r}, and something is called that already; call the polder something else"
            for name in (self.polder, f"{self.polder}_dike", f"{self.polder}_pumps")
            if name in taken
        ]
        if self.pumps < 0.0:
            faults.append(f"the pumps lift {self.pumps:g} m3/s; give what they lift, or 0 for none")
        if self.dike_length == 0.0:
            faults.append("the dike_length is 0 m; give how long the dike is, or leave it out")
        try:
            rest, land = lake.hypsometry.enclosed(self.area, self.ground)
        except ValueError as fault:
            raise ValueError("\n".join([*faults, *faults_of(fault)])) from None
        if self.dike_crest <= land.bottom:
            faults.append(
                f"the dike crest {self.dike_crest:g} m does not rise above the ground, which begins at "
                f"{land.bottom:g} m; give a higher crest, or lower ground"
            )
        if faults:
            raise ValueError("\n".join(faults))
        polder = Lake(
            name=self.polder,
            title=self.title,
            title_zh=self.title_zh,
            hypsometry=land,
            initial_level=land.bottom,
            dike_crest=self.dike_crest,
            reclaimed_from=lake.name,
            datum=lake.datum,
            reconstructed=lake.reconstructed,
            **{term: getattr(lake, term) for term in WEATHER},
        )
        dike = Weir(
            name=f"{self.polder}_dike",
            head=lake.name,
            tail=polder.name,
            crest=self.dike_crest,
            width=math.sqrt(self.area) if self.dike_length is None else self.dike_length,
            **_titles("dike_of", polder),
        )
        works: list[Structure] = [dike]
        if self.pumps > 0.0:
            works.append(
                Pump(
                    name=f"{self.polder}_pumps",
                    head=polder.name,
                    tail=lake.name,
                    start_level=land.bottom,
                    capacity=self.pumps,
                    **_titles("pumps_of", polder),
                )
            )
        waters = system.replaced(lake.changed(hypsometry=rest)).waters
        return system.changed(waters=(*waters, polder), structures=(*system.structures, *works))

    def _sentences(self) -> Iterator[Sentence]:
        key = "reclaim_shallowest" if self.ground == SHALLOWEST else "reclaim"
        values = {"water": self.water, "polder": self.polder, "area": self.area / 1e6, "ground": self.ground}
        yield key, values
        yield "behind_dike", {"crest": self.dike_crest, "pumps": self.pumps}


class ReturnToLake(Measure):
    """A polder, or a part of it, given back to the lake for good: people and fields leave (双退).

    The curve of the land is added to the lake's. Dikes, inlets and pumps between the two are gone; what led from the
    polder elsewhere leads from the lake now, and rules that watched its level, or waited for it, watch the lake's. A
    joint rule that counts the polder, or a work that is gone, has to be left out. The lake keeps its level: it begins
    with as much more water as the land holds below that. Of a part, the same share is given back at every height of the
    ground: the pumps that drain the rest shrink by that share, as do its own inflow and outflow, and its dike stays as
    long as it was.

    Where a flood gives series of its own to lake and polder, it is applied first, as scenario files and studies do
    (`Flood.given_to`): the lake then has what comes to both.

    Parameters
    ----------
    polder : name of the polder, a water that was reclaimed from a lake
    area : of the land that is given back, as far as its curve reaches [m2]; unless told, all of it; 0 is none

    Raises
    ------
    ValueError
        In `apply`: if there is no such water, or it was never reclaimed; if the area is more than it has; if its rain,
        evaporation or seepage differ from the lake's, so that they cannot become one; or if a joint rule counts what
        is gone.

    Examples
    --------
    >>> from lakesim import Hypsometry
    >>> curve = Hypsometry(levels=[20, 24, 26], areas=["0 km2", "100 km2", "120 km2"])
    >>> before = System(waters=[Lake(name="lake", hypsometry=curve, initial_level=23.0)])
    >>> diked = Reclaim(water="lake", polder="fields", area="30 km2", ground="shallowest", dike_crest=25.5, pumps=4.0)
    >>> after = ReturnToLake(polder="fields", area="10 km2").apply(diked.apply(before))
    >>> round(after["lake"].hypsometry.area(26.0)), round(after["fields"].hypsometry.area(26.0))
    (100000000, 20000000)
    >>> ReturnToLake(polder="fields").apply(after)["lake"].hypsometry == curve
    True
    """

    type: Literal["return_to_lake"] = "return_to_lake"
    polder: str
    area: Area | None = None

    @property
    def takes(self) -> frozenset[str]:
        """Name of the polder, which is gone where all of it is given back."""
        return frozenset({self.polder})

    def _applied(self, system: System) -> System:
        polder, lake = polder_of(system, self.polder)
        whole = polder.hypsometry.area(polder.hypsometry.top)
        faults = [
            f"the {term} of {polder.name!r} is not that of {lake.name!r}, and one water can have but one; give both "
            "the same"
            for term in WEATHER
            if (own := getattr(polder, term)) is not None and own.digest != getattr(getattr(lake, term), "digest", None)
        ]
        if self.area is not None and self.area > whole * (1.0 + 1e-12):
            faults.append(f"the area is {self.area:g} m2, and {polder.name!r} has {whole:g} m2; give back up to that")
        if faults:
            raise ValueError("\n".join(faults))
        if self.area == 0.0:
            return system
        if self.area is None or self.area > whole * (1.0 - 1e-6):  # no pump is so small that it would drain the rest
            return _merged(system, polder, lake)
        part = self.area / whole
        joined = lake.changed(
            hypsometry=lake.hypsometry.joined(polder.hypsometry.share(part)), **_flows(lake, polder, part)
        )
        kept = {term: (1.0 - part) * series for term in FLOWS if (series := getattr(polder, term)) is not None}
        rest = polder.changed(hypsometry=polder.hypsometry.share(1.0 - part), **kept)
        pumps = [one for one in system.structures if isinstance(one, Pump) and one.head == polder.name]
        return system.replaced(joined, rest, *(_smaller(pump, 1.0 - part) for pump in pumps))

    def _sentences(self) -> Iterator[Sentence]:
        if self.area is None:
            yield "return_to_lake", {"polder": self.polder}
        else:
            yield "return_part", {"polder": self.polder, "area": self.area / 1e6}


class SingleReturn(Measure):
    """A polder that people have left and that is still farmed, until a flood is let in (单退, 退人不退耕).

    When the lake reaches the trigger level, an inlet or a breach opens. While it is open the pumps of the polder stand
    still. When the lake is back at the level at which it is closed, the inlet is shut; what has not run back by then is
    pumped out. If the lake reaches the trigger again, it is opened again.

    Parameters
    ----------
    polder : name of the polder, a water that was reclaimed from a lake
    trigger : level of the lake at which it is opened [m]
    width : of the inlet, named `<polder>_inlet`, by the equation of a broad weir [m]
    sill : level of its sill, from the lowest ground of the polder on [m]
    closes : level of the lake at which it is shut again [m]; unless told, the sill
    opens_within : how long it takes to open, or a breach to grow to its width [s]; unless told, no time

    Raises
    ------
    ValueError
        In `apply`: if there is no such water, or it was never reclaimed; if the trigger lies above its dike; if the
        sill lies below its ground, or not below the trigger; if the inlet closes above the trigger.

    Examples
    --------
    >>> from lakesim import Hypsometry
    >>> curve = Hypsometry(levels=[20, 24, 26], areas=["0 km2", "100 km2", "120 km2"])
    >>> before = System(waters=[Lake(name="lake", hypsometry=curve, initial_level=23.0)])
    >>> diked = Reclaim(water="lake", polder="fields", area="30 km2", ground="shallowest", dike_crest=25.5, pumps=4.0)
    >>> opened = SingleReturn(polder="fields", trigger=25.0, width="200 m", sill="24.0 m")
    >>> [rule.type for rule in opened.apply(diked.apply(before)).rules]
    ['start_stop', 'shut_off']
    """

    type: Literal["single_return"] = "single_return"
    polder: str
    trigger: Level
    width: Width
    sill: Level
    closes: Level | None = None
    opens_within: Duration | None = None

    def _applied(self, system: System) -> System:
        polder, lake = polder_of(system, self.polder)
        closes = self.sill if self.closes is None else self.closes
        ground, crest = polder.hypsometry.bottom, polder.dike_crest
        faults = []
        if crest is not None and self.trigger >= crest:
            faults.append(
                f"the trigger {self.trigger:g} m does not lie below the dike crest {crest:g} m of {polder.name!r}, "
                "over which the lake runs in by then; take a lower trigger"
            )
        if self.sill < ground:
            faults.append(
                f"the sill {self.sill:g} m lies below the ground of {polder.name!r}, {ground:g} m; take a higher sill"
            )
        if self.sill >= self.trigger:
            faults.append(
                f"the sill {self.sill:g} m does not lie below the trigger {self.trigger:g} m, so that nothing "
                "would run in; take a lower sill"
            )
        if closes >= self.trigger:
            faults.append(
                f"the inlet closes at {closes:g} m, not below the trigger {self.trigger:g} m; let it close lower"
            )
        if any(one.name == f"{polder.name}_inlet" for one in system.structures):
            faults.append(f"{polder.name!r} has its inlet, '{polder.name}_inlet', already; give it one single_return")
        if faults:
            raise ValueError("\n".join(faults))
        inlet = Weir(
            name=f"{polder.name}_inlet",
            head=lake.name,
            tail=polder.name,
            crest=self.sill,
            width=self.width,
            opening=0.0,
            **_titles("inlet_of", polder),
        )
        rules: list[Rule] = [StartStop(structure=inlet.name, start=self.trigger, stop=closes)]
        if self.opens_within:
            rules.append(Ramp(structure=inlet.name, per_hour=3600.0 / self.opens_within))
        for pump in system.structures:
            if isinstance(pump, Pump) and pump.head == polder.name:
                taken = {rule.place for rule in system.rules if rule.structure == pump.name}
                rank = next(place for place in count(ShutOff.RANK) if place not in taken)
                watch = "tail" if pump.tail == lake.name else lake.name
                rules.append(ShutOff(structure=pump.name, watch=watch, above=self.trigger, resume=closes, rank=rank))
        return system.changed(structures=(*system.structures, inlet), rules=(*system.rules, *rules))

    def _sentences(self) -> Iterator[Sentence]:
        values = {"polder": self.polder, "trigger": self.trigger, "width": self.width, "sill": self.sill}
        yield "single_return", values
        yield "closes_again", {"level": self.sill if self.closes is None else self.closes}


def polder_of(system: System, name: str) -> tuple[Lake, Lake]:
    """The polder of that name and the lake it was reclaimed from, or a ValueError that says what there is."""
    polders = {water.name: water for water in system.lakes if water.reclaimed_from is not None}
    if name not in polders:
        there = name in {water.name for water in system.waters}
        what = "was never reclaimed" if there else "is no water of the system"
        remedy = f"the polders are: {', '.join(polders)}" if polders else "there is no polder"
        raise ValueError(f"the polder {name!r} {what}; {nearest(name, polders) if polders and not there else remedy}")
    return polders[name], lake_of(system, polders[name].reclaimed_from or "")


def _titles(key: str, polder: Lake) -> dict[str, str]:
    """What a work of a polder is called, in both languages."""
    return {
        "title": labels.work(key, "en", polder.title or polder.name),
        "title_zh": labels.work(key, "zh", polder.title_zh or polder.title or polder.name),
    }


def _merged(system: System, polder: Lake, lake: Lake) -> System:
    """The system in which a polder is a part of its lake."""
    both = {polder.name, lake.name}
    gone = {one.name for one in system.structures if {one.head, one.tail} == both}
    kept = [rule for rule in system.rules if rule.structure not in gone]
    faults = [fault for rule in kept if isinstance(rule, JointRule) for fault in _counts(rule, polder.name, gone)]
    if faults:
        raise ValueError("\n".join(faults))
    whole = lake.changed(hypsometry=lake.hypsometry.joined(polder.hypsometry), **_flows(lake, polder, 1.0))

    def moved(thing: Any, fields: tuple[str, ...]) -> Any:
        named: dict[str, Any] = {field: lake.name for field in fields if getattr(thing, field, None) == polder.name}
        if isinstance(thing, InTurn):
            named["after"] = tuple(moved(one, ("water",)) for one in thing.after)
        return thing.changed(**named) if named else thing

    return system.changed(
        waters=tuple(
            whole if water is lake else moved(water, ("reclaimed_from",))
            for water in system.waters
            if water is not polder
        ),
        structures=tuple(moved(one, ("head", "tail")) for one in system.structures if one.name not in gone),
        rules=tuple(moved(rule, ("watch", "water")) for rule in kept),
    )


def _counts(rule: JointRule, polder: str, gone: set[str]) -> Iterator[str]:
    """The fault of a joint rule that counts what is no more when a polder is a part of its lake.

    A level of the polder becomes one of the lake, but a share of its storage, or its inflow, cannot.
    """
    stores = rule.among if isinstance(rule, EqualFilling) else ()
    names = {*rule.others, *(store.structure for store in stores if store.structure)}
    lost = names & (gone if isinstance(rule, InTurn) else {polder, *gone})
    if lost:
        yield (
            f"the {rule.type} of {rule.structure!r} counts {' and '.join(map(repr, sorted(lost)))}, gone when the land "
            "is a part of the lake; leave that rule out in this case, "
            f'without = ["{rule.structure}.{rule.type}"]'
        )


def _flows(lake: Lake, polder: Lake, part: float) -> dict[str, Series]:
    """Inflow and outflow of a lake with a part of a polder's."""
    both = {term: (getattr(lake, term), getattr(polder, term)) for term in FLOWS}
    shares = {term: (own, part * other) for term, (own, other) in both.items() if other is not None}
    return {term: share if own is None else own + share for term, (own, share) in shares.items()}


def _smaller(pump: Pump, share: float) -> Pump:
    """A pump with a share of its capacity."""
    if pump.capacity is not None:
        return pump.changed(capacity=share * pump.capacity)
    return pump.changed(discharges=tuple(share * discharge for discharge in pump.discharges))
