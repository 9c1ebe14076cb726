"""How a lake is run: its winter level, the start of its pumps, its rule curves, or nobody at all."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal

from pydantic import model_validator

from ..rules import Rule, RuleCurve, StartStop
from ..rules.base import LevelSeries, Watch
from ..structures import Pump, Structure
from ..units import Duration, Length, Level
from ..waters import Lake, System
from .base import Measure, Sentence, faults_of, lake_of, nearest, outside
from .seasons import MonthDay, Season, dated

MONTH = 30 * 86400.0
"""How long a drawdown takes, and a refill, unless told otherwise [s]; an assumption."""


class WinterLevel(Measure):
    """A lake kept at a low level in winter, to have room for the flood.

    The rule curves that let the lake down get a new target: the level from `begin` until `until`, a straight line down
    to it from the curve as it was, over the time of drawdown, and one back, over the time of refill::

        as before ───╮                         ╭─── as before
                      ╲                       ╱
        level          ╰─────────────────────╯
               drawdown  begin  …  until   refill

    How long the low level is defended is `until`: to the end of winter (`"03-31"`), or to the flood season (`"06-07"`).
    Whether the lake then stands there is a result of its outlets, its river and its inflow. Pumps that start at a level
    go on to do so (see `PumpStartLevel`), and so do rules that fill the lake. The lake's characteristic `winter_level`
    is moved as well, if it has one.

    Parameters
    ----------
    water : name of the lake
    level : its level in winter [m]
    begin, until : month and day between which (midnight to midnight) the target is the level, across New Year too
    drawdown, refill : how long the curve takes to come down before, and to come back after [s]; 30 days unless told,
        0 is at once. They are counted in a year of 365 days: where 29 February falls in one, it takes a day more

    Raises
    ------
    ValueError
        If begin and until are one day, or drawdown, winter and refill take a year. In `apply`: if the lake is not
        there, no rule curve lets it down or one has dates of its own, or the level lies below the bottom, above the
        dike crest, or below what the outlets and pumps can reach.

    Examples
    --------
    >>> from lakesim import Hypsometry, SluiceGate
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=22, top=28, area="9 km2"), initial_level=24.5)
    >>> lock = SluiceGate(name="lock", head="lake", sill=22.0, width=20.0, height=3.0)
    >>> system = System(waters=[lake], structures=[lock], rules=[RuleCurve(structure="lock", target="24.5 m")])
    >>> winter = WinterLevel(water="lake", level="24.0 m", begin="11-15", until="03-31")
    >>> target = winter.apply(system).rules[0].target
    >>> [target.at(day) for day in ("2019-10-01", "2019-10-31", "2020-02-29", "2020-04-15", "2020-05-01")]
    [24.5, 24.25, 24.0, 24.25, 24.5]
    """

    type: Literal["winter_level"] = "winter_level"
    water: str
    level: Level
    begin: MonthDay
    until: MonthDay
    drawdown: Duration = MONTH
    refill: Duration = MONTH

    @property
    def sets(self) -> tuple[object, ...]:
        """The winter level of the lake."""
        return self.type, self.water

    @model_validator(mode="after")
    def _check(self) -> WinterLevel:
        Season.of(self.begin, self.until, self.drawdown, self.refill)
        return self

    def _applied(self, system: System) -> System:
        lake = lake_of(system, self.water)
        faults = outside(self.level, lake)
        reached = {one.name: _lowest(one, self.water, system) for one in _leading_out(system, self.water)}
        ways = [name for name, lowest in reached.items() if lowest < math.inf]
        curves = [rule for rule in system.rules if isinstance(rule, RuleCurve) and rule.when == "above"]
        curves = [rule for rule in curves if rule.watched(system[rule.structure]) == self.water]
        curves = [rule for rule in curves if rule.structure in ways]
        if not curves:
            faults.append(
                f"no rule curve lets {self.water!r} down; give a rule_curve to one of its outlets, which are: "
                f"{', '.join(ways) or 'none'}"
            )
        elif not faults and self.level < (lowest := min(reached.values())):
            faults.append(
                f"the level {self.level:g} m cannot be reached, since {min(ways, key=reached.__getitem__)} lets "
                f"{self.water!r} down to {lowest:g} m and nothing lower; take a level from {lowest:g} m on, or add a "
                "lower outlet or a pump (a measure that starts a pump lower stands before this one)"
            )
        season = Season.of(self.begin, self.until, self.drawdown, self.refill)
        new: dict[Rule, Rule] = {}
        for rule in curves:
            try:
                new[rule] = rule.changed(target=season.held(rule.target, self.level))
            except ValueError as fault:
                faults += [f"the target of {rule.structure!r} {sentence}" for sentence in faults_of(fault)]
        if faults:
            raise ValueError("\n".join(faults))
        held = system.changed(rules=tuple(new.get(rule, rule) for rule in system.rules))
        return held if lake.winter_level is None else held.replaced(lake.changed(winter_level=self.level))

    def _sentences(self) -> Iterator[Sentence]:
        yield "winter_level", {"water": self.water, "level": self.level}
        yield _season_sentence(self)


class PumpStartLevel(Measure):
    """Another level at which pumps start (起排水位).

    It decides whether a low winter helps: if the pumps start where they always did, a lake that was drawn down fills up
    to there before the first of them runs.

    A pump with a start level of its own gets the new one and keeps its band. Where start and stop levels are a rule,
    the rule gets the new start level and stops as far below it as before, or at `stop`; units that start one after the
    other keep their distance. The new levels hold all year; or, for such rules, from `begin` until `until`, with
    straight lines from the levels as they were and back to them, as in `WinterLevel`.

    Parameters
    ----------
    water : name of the lake whose pumps are meant; or, instead of it,
    structure : name of one pump
    level : start level of the first unit [m]
    stop : its stop level [m]; without it the gap between start and stop stays
    begin, until : month and day of the season, as in `WinterLevel`; none: all year
    drawdown, refill : as in `WinterLevel` [s]; they count where there is a season

    Raises
    ------
    ValueError
        If not one of water and structure is given, or only one of begin and until, or the season takes a year. In
        `apply`: if there is no such pump or none has a start level, if stop does not lie below the level, if one of
        them lies below the bottom or above the dike crest, or the pump has but one level for the whole year.

    Examples
    --------
    >>> from lakesim import Hypsometry
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=22, top=28, area="9 km2"), initial_level=24.5)
    >>> station = Pump(name="station", head="lake", start_level=24.5, capacity=30.0)
    >>> lower = PumpStartLevel(water="lake", level="24.0 m")
    >>> lower.apply(System(waters=[lake], structures=[station]))["station"].start_level
    24.0
    """

    type: Literal["pump_start_level"] = "pump_start_level"
    water: str | None = None
    structure: str | None = None
    level: Level
    stop: Level | None = None
    begin: MonthDay | None = None
    until: MonthDay | None = None
    drawdown: Duration = MONTH
    refill: Duration = MONTH

    @property
    def sets(self) -> tuple[object, ...]:
        """The start level of the pumps."""
        return self.type, self.water, self.structure

    @model_validator(mode="after")
    def _check(self) -> PumpStartLevel:
        faults = []
        if (self.water is None) == (self.structure is None):
            faults.append("the pumps of a water are meant, or one pump; give one of water and structure")
        if (self.begin is None) != (self.until is None):
            faults.append("a season has a first and a last day; give both begin and until, or none of them")
        if faults:
            raise ValueError("; ".join(faults))
        self._season()
        return self

    def _season(self) -> Season | None:
        if self.begin is None or self.until is None:
            return None
        return Season.of(self.begin, self.until, self.drawdown, self.refill)

    def _applied(self, system: System) -> System:
        pumps = self._pumps(system)
        moved: list[Pump] = []
        new: dict[Rule, Rule] = {}
        faults: list[str] = []
        for pump in pumps:
            lake = lake_of(system, pump.head)
            faults += outside(self.level, lake)
            rules = [rule for rule in system.rules if isinstance(rule, StartStop) and rule.structure == pump.name]
            rules = [rule for rule in rules if rule.when == "above" and rule.watched(pump) == pump.head]
            try:
                new |= {rule: self._moved_rule(rule, lake) for rule in rules}
                moved += [self._moved_pump(pump)] if pump.start_level is not None else []
            except ValueError as fault:
                faults += [f"{pump.name!r} {sentence}" for sentence in faults_of(fault)]
        if not (new or moved or faults):
            names = " and ".join(repr(pump.name) for pump in pumps)
            faults.append(f"there is no start level to move; give {names} a start_stop rule, or start_level")
        if faults:
            raise ValueError("\n".join(dict.fromkeys(faults)))
        return system.replaced(*moved).changed(rules=tuple(new.get(rule, rule) for rule in system.rules))

    def _pumps(self, system: System) -> list[Pump]:
        """The pumps that are meant."""
        pumps = [one for one in system.structures if isinstance(one, Pump)]
        if self.water is None:
            named = [pump for pump in pumps if pump.name == self.structure]
            if not named:
                remedy = nearest(self.structure, [pump.name for pump in pumps])
                raise ValueError(f"the structure {self.structure!r} is no pump of the system; {remedy}")
            return named
        lake_of(system, self.water)
        leading = [pump for pump in pumps if pump.head == self.water]
        if not leading:
            raise ValueError(f"no pump leads out of the water {self.water!r}; add one, or name another water")
        return leading

    def _moved_rule(self, rule: StartStop, lake: Lake) -> StartStop:
        """A rule with the new levels."""
        stop = self.stop
        if stop is None:
            gaps = (dated(rule.start) + -1.0 * dated(rule.stop)).extremes
            if gaps[1] - gaps[0] > 1e-9:
                raise ValueError(
                    f"stops {gaps[0]:g} to {gaps[1]:g} m below its start level, so that there is no one gap to keep; "
                    "give stop"
                )
            stop = self.level - gaps[0]
        if stop < lake.hypsometry.bottom:
            raise ValueError(
                f"would stop at {stop:g} m, below the bottom {lake.hypsometry.bottom:g} m of {lake.name!r}; "
                "give a stop above it"
            )
        season = self._season()
        if season is None:
            return rule.changed(start=self.level, stop=stop)
        return rule.changed(start=season.held(rule.start, self.level), stop=season.held(rule.stop, stop))

    def _moved_pump(self, pump: Pump) -> Pump:
        """A pump with a start level of its own, at the new one."""
        if self.begin is not None or self.stop is not None:
            what = "stop" if self.begin is None else "begin and until"
            raise ValueError(
                f"starts at a level of its own, {pump.start_level:g} m, the same all year and without a stop level; "
                f"leave out {what}, or give the pump a start_stop rule instead of start_level"
            )
        return pump.changed(start_level=self.level)

    def _sentences(self) -> Iterator[Sentence]:
        if self.water is not None:
            yield "pumps_start_level", {"water": self.water, "level": self.level}
        else:
            yield "pump_start_level", {"structure": self.structure, "level": self.level}
        if self.stop is not None:
            yield "pump_stop_level", {"level": self.stop}
        if self.begin is not None:
            yield _season_sentence(self)


class SetRuleCurve(Measure):
    """A structure run by this rule curve: in the place and rank of the one that it has, or as a new rule.

    Parameters
    ----------
    structure : name of the structure
    target, band, watch, when : as in `RuleCurve`

    Raises
    ------
    ValueError
        As `RuleCurve` does. In `apply`: if the structure is not there or has several rule curves, or the target lies
        above the dike crest or below every way out.

    Examples
    --------
    >>> from lakesim import Hypsometry, Series, SluiceGate
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=22, top=28, area="9 km2"), initial_level=24.5)
    >>> lock = SluiceGate(name="lock", head="lake", sill=22.0, width=20.0, height=3.0)
    >>> curve = SetRuleCurve(structure="lock", target=Series.yearly({"05-01": 24.0, "10-15": 25.0}, unit="m"))
    >>> print(curve)
    lock follows a rule curve of 24.00 to 25.00 m, and is fully open 0.1 m above it.
    >>> curve.apply(System(waters=[lake], structures=[lock])).rules[0].band
    0.1
    """

    SERIES: ClassVar[Mapping[str, str]] = {"target": "m"}

    type: Literal["rule_curve"] = "rule_curve"
    structure: str
    target: LevelSeries
    band: Length = 0.1
    watch: Watch = "head"
    when: Literal["above", "below"] = "above"

    @property
    def sets(self) -> tuple[object, ...]:
        """The rule curve of the structure."""
        return self.type, self.structure

    @model_validator(mode="after")
    def _check(self) -> SetRuleCurve:
        self._curve()
        return self

    def _curve(self) -> RuleCurve:
        return RuleCurve(structure=self.structure, target=self.target, band=self.band, watch=self.watch, when=self.when)

    def _applied(self, system: System) -> System:
        names = [one.name for one in system.structures]
        if self.structure not in names:
            remedy = nearest(self.structure, names)
            raise ValueError(f"the structure {self.structure!r} is no structure of the system; {remedy}")
        old = [rule for rule in system.rules if isinstance(rule, RuleCurve) and rule.structure == self.structure]
        if len(old) > 1:
            raise ValueError(
                f"the structure {self.structure!r} has {len(old)} rule curves, and this is to be its only one; "
                "leave out all of them but one"
            )
        if not old:
            return system.changed(rules=(*system.rules, self._curve()))
        new = self._curve().changed(rank=old[0].rank, observe=old[0].observe)
        return system.changed(rules=tuple(new if rule is old[0] else rule for rule in system.rules))

    def _sentences(self) -> Iterator[Sentence]:
        low, high = self.target.extremes
        yield f"rule_curve_{self.when}", {"structure": self.structure, "low": low, "high": high, "band": self.band}


class OpenGates(Measure):
    """A lake as if nobody operated it: the regime beside the operated one.

    The structures that let the lake out, and those between it and a river, stand fully open, without rules and flap
    gates; its pumps are gone. What leads into it from other lakes, and between it and its polders, stays as it is.

    Parameters
    ----------
    water : name of the lake

    Raises
    ------
    ValueError
        In `apply`: if the lake is not there, or has no outlet but pumps.

    Examples
    --------
    >>> from lakesim import Hypsometry, SluiceGate
    >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(bottom=22, top=28, area="9 km2"), initial_level=24.5)
    >>> lock = SluiceGate(name="lock", head="lake", sill=22.0, width=20.0, height=3.0, opening=0.2)
    >>> OpenGates(water="lake").apply(System(waters=[lake], structures=[lock]))["lock"].opening
    1.0
    """

    type: Literal["open_gates"] = "open_gates"
    water: str

    def _applied(self, system: System) -> System:
        lake_of(system, self.water)
        rivers = {river.name for river in system.rivers}
        own = {
            one.name: one
            for one in _leading_out(system, self.water)
            if one.head == self.water or (one.tail == self.water and one.head in rivers)
        }
        pumps = {name for name, one in own.items() if isinstance(one, Pump)}
        gates = {name: one.changed(opening=1.0, flap=False) for name, one in own.items() if name not in pumps}
        if not any(gate.draws_down_to(self.water) < math.inf for gate in gates.values()):
            raise ValueError(f"the water {self.water!r} has no outlet that could stand open; add one that is no pump")
        return system.changed(
            structures=tuple(gates.get(one.name, one) for one in system.structures if one.name not in pumps),
            rules=tuple(rule for rule in system.rules if rule.structure not in own),
        )

    def _sentences(self) -> Iterator[Sentence]:
        yield "open_gates", {"water": self.water}


def _leading_out(system: System, water: str) -> list[Structure]:
    """The structures of a system but for those between a lake and its polders."""
    inner = system.polder_works(water)
    return [one for one in system.structures if one.name not in inner]


def _lowest(structure: Structure, water: str, system: System) -> float:
    """The level down to which a structure can empty a water [m], its start and stop levels considered."""
    rules = [rule for rule in system.rules if isinstance(rule, StartStop) and rule.structure == structure.name]
    stops = [rule.stop.extremes[0] for rule in rules if rule.when == "above" and rule.watched(structure) == water]
    return max(structure.draws_down_to(water), *stops, -math.inf)


def _season_sentence(measure: WinterLevel | PumpStartLevel) -> Sentence:
    days = {"drawdown": measure.drawdown / 86400.0, "refill": measure.refill / 86400.0}
    return "in_season", {"begin": measure.begin, "until": measure.until, **days}
