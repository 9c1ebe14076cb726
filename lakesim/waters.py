"""Waters and the system they form: lakes with a hypsometry, rivers with a given level, structures between them."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count, pairwise
from operator import attrgetter
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, SerializeAsAny, WithJsonSchema, model_validator

from .hypsometry import Hypsometry
from .rules import Dwell, Ramp, Rule, RuleCurve, Schedule, StartStop
from .rules.base import day_of
from .series import Series
from .series.shapes import month_day
from .structures import Pump, Structure
from .units import Level, Name, Record, to_si

RISING_LEVELS = ("dead_level", "fortification_level", "warning_level", "guarantee_level")
"""Those of them that must stand above one another in every lake; all of them lie below the dike crest."""

LAKE_SERIES = {
    "inflow": ("m3/s",),
    "outflow": ("m3/s",),
    "rain": ("m/s", "m3/s"),
    "evaporation": ("m/s", "m3/s"),
    "seepage": ("m/s", "m3/s"),
}
"""The series a lake may carry, and the SI units each may have: a rate on the lake [m/s], or a discharge [m³/s]."""

WEATHER = ("rain", "evaporation", "seepage")
"""The series of a lake that hold for the polders reclaimed from it, too, where they are rates."""

NOT_NEGATIVE = {"outflow": "inflow", "rain": "evaporation"}
"""The terms of a lake that cannot be negative, and what the reverse is called. Negative evaporation is dew."""

LOWEST_LEVEL = -500.0
"""No water lies lower; the Dead Sea does at about −430 m."""

MISSING = (-99.0, -999.0, -9999.0)
"""Numbers by which records mark what is missing."""

CHARACTERISTIC_LEVELS = (
    "dead_level",
    "ecological_level",
    "winter_level",
    "normal_level",
    "flood_limit_level",
    "fortification_level",
    "warning_level",
    "guarantee_level",
    "dike_crest",
)
"""The characteristic levels of a lake, in the order in which they usually stand above one another."""


def _season(value: object) -> tuple[str, str]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f'{value!r:.60} is no season; give its first and its last day, as in ["05-01", "10-15"]')
    days, faults = [], []
    for text in value:
        try:
            days.append(month_day(text))
        except ValueError as fault:
            faults.append(str(fault))
    if faults:
        raise ValueError("\n".join(faults))
    first, last = days
    if last < first:
        raise ValueError(
            f"the season ends on {last}, before it begins on {first}; give the earlier day of the year first, "
            "since a season across New Year cannot be told here"
        )
    return first, last


FloodSeason = Annotated[
    tuple[str, str],
    BeforeValidator(_season),
    WithJsonSchema(
        {
            "description": "first and last day, as month and day",
            "type": "array",
            "items": {"type": "string", "pattern": r"^\d\d?-\d\d?$"},
            "minItems": 2,
            "maxItems": 2,
        }
    ),
]
"""First and last day of a season, the same every year, as month and day: `("05-01", "10-15")`."""


def series_faults(term: str, series: Series) -> list[str]:
    """What is wrong with a series of a lake, or with the level of a river: its unit, or a value without meaning."""
    units = ("m",) if term == "level" else LAKE_SERIES[term]
    if series.unit not in units:
        needed = " or ".join(units)
        return [f"the {term} is in {series.unit or 'no unit'}, and {needed} is needed; give the series in {needed}"]
    lowest = series.extremes[0]
    found = f"the {term} falls to {lowest:g} {series.unit}{day_of(series, lowest)}"
    if term in NOT_NEGATIVE and lowest < 0.0:
        return [f"{found}; give 0 or more, and what goes the other way as {NOT_NEGATIVE[term]}"]
    if term == "level" and (lowest < LOWEST_LEVEL or lowest in MISSING):
        return [f"{found}, a mark for what is missing rather than a level; leave those values out, or fill them"]
    return []


class Lake(Record):
    """A water whose storage follows from what enters and leaves it.

    A reservoir, a detention basin, a polder that can flood and a pond group are lakes with other structures.

        dS/dt = inflow − outflow + rain·A_bed − (evaporation + seepage)·A(level) + Σ structures

    Parameters
    ----------
    name : word by which structures, files and columns call the lake
    hypsometry : level–area–storage curve
    initial_level : level at the start of the routing [m]
    inflow, outflow : given discharges into and out of the lake [m³/s]
    rain, evaporation, seepage : rates on, from and through the bed of the lake [m/s], or their discharges as a whole,
        where a record gives those [m³/s]
    rain_falls_on : `"bed"` (default), the whole area within the top contour, so that rain also reaches an empty
        lake; or `"surface"`, the water surface of the moment
    dead_level … dike_crest : the characteristic levels [m], where the lake has them
    flood_season : its first and last day, as month and day (汛期): `("05-01", "10-15")`
    level_pool_above : level above which the water surface may be taken as level [m]; below it the lake is a river
    reclaimed_from : name of the lake that this land was diked off from, where it is a polder (垸); rain, evaporation
        and seepage that a flood gives that lake as rates [m/s] hold for its polders as well
    datum : what the levels are counted from
    reconstructed : whether a series or a curve is reconstructed rather than observed; figures and tables say so

    Raises
    ------
    ValueError
        If the initial level lies below the bottom or above the dike crest, a series has another unit than its term
        needs, rain or outflow are negative, or a season ends before it begins.

    Examples
    --------
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=3, area="1 ha"), initial_level="1.2 m")
    >>> round(pond.hypsometry.storage(pond.initial_level))
    12000
    """

    name: Name
    title: str = ""
    title_zh: str = ""
    hypsometry: Hypsometry
    initial_level: Level
    inflow: Series | None = None
    outflow: Series | None = None
    rain: Series | None = None
    evaporation: Series | None = None
    seepage: Series | None = None
    rain_falls_on: Literal["bed", "surface"] = "bed"
    dead_level: Level | None = None
    ecological_level: Level | None = None
    winter_level: Level | None = None
    normal_level: Level | None = None
    flood_limit_level: Level | None = None
    fortification_level: Level | None = None
    warning_level: Level | None = None
    guarantee_level: Level | None = None
    dike_crest: Level | None = None
    flood_season: FloodSeason | None = None
    level_pool_above: Level | None = None
    reclaimed_from: str | None = None
    datum: str = ""
    reconstructed: bool = False

    @model_validator(mode="after")
    def _check(self) -> Lake:
        faults = []
        if self.dike_crest is not None and self.initial_level > self.dike_crest:
            faults.append(
                f"the initial level {self.initial_level:g} m lies above the dike crest {self.dike_crest:g} m; "
                "start at or below the crest, or correct it"
            )
        if self.initial_level < self.hypsometry.bottom:
            faults.append(
                f"the initial level {self.initial_level:g} m lies below the lake's bottom "
                f"{self.hypsometry.bottom:g} m; start at or above the bottom, or extend the curve downwards"
            )
        levels = self.characteristic_levels
        faults += [
            f"the {key.replace('_', ' ')} {level:g} m lies below the lake's bottom {self.hypsometry.bottom:g} m; "
            "correct one of them"
            for key, level in levels.items()
            if level < self.hypsometry.bottom
        ]
        faults += [
            f"the {key.replace('_', ' ')} {level:g} m lies above the dike crest {self.dike_crest:g} m; "
            "correct one of them"
            for key, level in levels.items()
            if self.dike_crest is not None and level > self.dike_crest
        ]
        rising = [(key, levels[key]) for key in RISING_LEVELS if key in levels]
        faults += [
            f"the {lower.replace('_', ' ')} {low:g} m lies above the {higher.replace('_', ' ')} {high:g} m; "
            "correct one of them"
            for (lower, low), (higher, high) in pairwise(rising)
            if low > high
        ]
        for term in LAKE_SERIES:
            if (series := getattr(self, term)) is not None:
                faults += series_faults(term, series)
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def arriving(self) -> dict[str, float]:
        """The series that bring water whatever the level, each with the factor that makes it a discharge."""
        factors = {"inflow": 1.0, "rain": 1.0}
        if self.rain is not None and self.rain.unit == "m/s":
            factors["rain"] = float(self.hypsometry.area(self.hypsometry.top))
            if self.rain_falls_on == "surface":
                del factors["rain"]
        return {term: factor for term, factor in factors.items() if getattr(self, term) is not None}

    @property
    def leaving(self) -> tuple[str, ...]:
        """The series that take water whatever the level, while there is some: those given as a discharge."""
        given = {term: getattr(self, term) for term in ("outflow", "evaporation", "seepage")}
        return tuple(term for term, series in given.items() if series is not None and series.unit == "m3/s")

    @property
    def characteristic_levels(self) -> dict[str, float]:
        """The characteristic levels that this lake has [m], lowest kind first."""
        return {key: getattr(self, key) for key in CHARACTERISTIC_LEVELS if getattr(self, key) is not None}

    def __str__(self) -> str:
        curve = self.hypsometry
        return (
            f"{self.name}: lake, {curve.bottom:.2f} … {curve.top:.2f} m, {curve.area(curve.top) / 1e6:.4g} km² and "
            f"{curve.storage(curve.top) / 1e6:.4g}e6 m³ at the top, starts at {self.initial_level:.2f} m"
        )


def _level_series(value: object) -> object:
    return value if isinstance(value, Series) else Series.constant(to_si(value, "m"), "m")


class River(Record):
    """A water whose level is given: the tailwater. It takes and gives any amount.

    Parameters
    ----------
    name : word by which structures and columns call the river
    level : series of levels [m], or one level that stays

    Raises
    ------
    ValueError
        If the level is not in m, or is a mark for a missing value, such as −9999.

    Examples
    --------
    >>> River(name="yangtze", level="27.3 m").level.at("2020-07-12")
    27.3
    """

    name: Name
    title: str = ""
    title_zh: str = ""
    level: Annotated[Series, BeforeValidator(_level_series)]
    datum: str = ""
    reconstructed: bool = False

    @model_validator(mode="after")
    def _check(self) -> River:
        if faults := series_faults("level", self.level):
            raise ValueError("\n".join(faults))
        return self

    def __str__(self) -> str:
        return f"{self.name}: river, its level is given"


Water = Lake | River


def faults_together(
    waters: Sequence[Water], structures: Sequence[Structure], rules: Sequence[Rule]
) -> Iterator[tuple[Structure | Rule, str]]:
    """Find what is wrong with waters, structures and rules that are sound one by one: which of them, and a sentence."""
    known = {water.name: water for water in waters}
    moved = {structure.name: structure for structure in structures}
    of: dict[str, list[Rule]] = {name: [] for name in moved}
    for rule in rules:
        of.setdefault(rule.structure, []).append(rule)
    for structure in structures:
        yield from ((structure, fault) for fault in _misplaced(structure, known))
        endless = isinstance(structure, Pump) and structure.start_level is None and structure.opening > 0.0
        if endless and not any(isinstance(rule, StartStop | Schedule | RuleCurve) for rule in of[structure.name]):
            yield (
                structure,
                "has no start level and no rule that opens it, and would run day and night; give start_level, or a "
                "start_stop, schedule or rule_curve",
            )
    for rules_of_one in of.values():
        yield from _of_one_rank(rules_of_one)
        yield from _too_late(rules_of_one)
    for rule in rules:
        if rule.structure in moved:
            yield from ((rule, fault) for fault in _in_vain(rule, moved[rule.structure], structures, known))


def _too_late(rules: Sequence[Rule]) -> Iterator[tuple[Rule, str]]:
    """Ramps and dwell times behind what they should slow down, so that they never act; of one structure."""
    for slow in (rule for rule in rules if isinstance(rule, Ramp | Dwell)):
        for rule in rules:
            if isinstance(rule, StartStop | Schedule | RuleCurve) and rule.place < slow.place:
                yield (
                    slow,
                    f"the {slow.type} of {slow.structure!r} has the rank {slow.place}, behind the {rule.type} "
                    f"({rule.place}), and so never slows it; give it a better rank",
                )


def _misplaced(structure: Structure, waters: Mapping[str, Water]) -> Iterator[str]:
    """Faults of a structure at this place in the system."""
    ends = [waters.get(structure.head), waters.get(structure.tail or "")]
    if all(isinstance(end, River) for end in ends):
        yield "joins two rivers, whose levels are both given; join at least one lake"
    if isinstance(ends[0], River) and structure.tail is None:
        yield "takes water from a river out of the system; name the lake it leads to as tail"
    if structure.name in (*LAKE_SERIES, "shortfall"):
        yield "is an entry of the water accounts as well; give the structure another name"
    datums = {end.datum for end in ends if end is not None and end.datum}
    if len(datums) > 1:
        yield (
            f"joins levels above {' and '.join(sorted(datums))}; bring both to one datum, "
            "since a difference of datum drives water that is not there"
        )


def _of_one_rank(rules: Sequence[Rule]) -> Iterator[tuple[Rule, str]]:
    """The faults of rules of one structure that have the same rank, at the later one."""
    taken: dict[int, Rule] = {}
    for rule in rules:
        if rule.place in taken:
            free = next(place for place in count(rule.place + 1) if all(other.place != place for other in rules))
            yield (
                rule,
                f"the {taken[rule.place].type} and the {rule.type} of {rule.structure!r} both have the rank "
                f"{rule.place}; give one of them another, such as rank = {free}",
            )
        taken.setdefault(rule.place, rule)


def _in_vain(
    rule: Rule, moved: Structure, structures: Sequence[Structure], waters: Mapping[str, Water]
) -> Iterator[str]:
    """Faults of a rule that cannot do what it says at this place in the system."""
    what, watched = f"the {rule.type} of {rule.structure!r}", rule.watched(moved)
    if isinstance(rule, StartStop) and isinstance(moved, Pump) and moved.start_level is not None:
        yield f"{what} has levels, and so has the pump, which starts at {moved.start_level:g} m; keep one of the two"
    if not isinstance(rule, RuleCurve | StartStop) or watched is None:
        return
    # Without an operator a rule curve acts within the balance, which knows how the two sides of the structure hold
    # each other.
    curve, tail_only = isinstance(rule, RuleCurve), moved.tail == watched != moved.head
    if curve and rule.observe is None and not moved.uses_tail and tail_only:
        yield (
            f"{what} is to watch the tail {moved.tail!r}, whose level does not reach the structure; let an operator "
            'look (observe = "1 h"), or watch the head'
        )
    key, series = ("target", rule.target) if isinstance(rule, RuleCurve) else ("stop", rule.stop)
    aim = series.extremes[0]
    if isinstance(waters.get(watched), Lake) and watched == moved.head and rule.when == "above":
        lowest = min(structure.draws_down_to(watched) for structure in structures)
        if aim < lowest:
            yield (
                f"{what} has a {key} of {aim:g} m{day_of(series, aim)}, below every sill of {watched!r}, and no pump "
                f"leads out of it; it can be reached from {lowest:g} m on, so raise the {key} to that, or add a pump"
            )


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
    >>> from lakesim.structures import Weir
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
            if polder.reclaimed_from is not None and not isinstance(waters.get(polder.reclaimed_from), Lake):
                yield (
                    f"{polder.name}: it is reclaimed from {polder.reclaimed_from!r}, which is no lake of the system; "
                    "name one, or leave reclaimed_from out"
                )
            elif polder in self.polders(polder.name):
                yield f"{polder.name}: it is reclaimed from itself; name the lake that it was a part of"
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
