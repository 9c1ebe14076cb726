"""A moment of a run: how its structures stood, what set them, what their rules ask for, and which gives way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ..labels import LET_GO, LOCKED_OUT, STARTED, STOPPED, UNLOCKED, called, moment, phrase
from ..rules import Dwell, JointRule, Ramp, ReleaseLimit, Rule, RuleCurve, Schedule, ShutOff, StartStop, restricts
from ..structures import Structure
from ..waters import Known, System
from .events import ROUNDING, Event, Events, kind_of, name_of, opened, percent

if TYPE_CHECKING:
    import xarray as xr

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Asked:
    """The range of openings that a rule asks for, and the rule that it gives way to where it does not get it."""

    rule: Rule
    lowest: float
    highest: float
    winner: Rule | None


@dataclass(frozen=True, eq=False, repr=False)
class Moment:
    """How things stood at an output of a run.

    Parameters
    ----------
    data : dataset of a result, or of its file
    system, events : of the same result
    place : number of the output
    answers : what joint rules answer by structure, rank and output, as far as it was asked before

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, Pump, Series, System, rules, simulate
    >>> curve = Hypsometry.prism(bottom=20, top=28, area="10 km2")
    >>> lake = Lake(name="lake", hypsometry=curve, initial_level=24.6)
    >>> pump = Pump(name="pump", head="lake", capacity=5.0, units=4)
    >>> rule = rules.StartStop(structure="pump", start="24.5 m", stop="24.3 m")
    >>> system = System(waters=[lake], structures=[pump], rules=[rule])
    >>> result = simulate(system, Flood(start="2020-07-01", end="2020-07-02"))
    >>> now = Moment(result.data, system, result.events, place=6)
    >>> now.opening("pump"), [asked.lowest for asked in now.asked("pump")]
    (1.0, [1.0])
    """

    data: xr.Dataset
    system: System
    events: Events
    place: int
    answers: dict[tuple[str, int, int], float] = field(default_factory=dict)

    @property
    def time(self) -> np.datetime64:
        """Time of the output."""
        time: np.datetime64 = self.data["time"].values[self.place]
        return time

    def level(self, water: str) -> float:
        """Level of a water [m]."""
        return float(self.data[f"{water}.level_m"].values[self.place])

    def opening(self, structure: str) -> float:
        """Opening of a structure, 0 … 1."""
        return float(self.data[f"{structure}.opening"].values[self.place])

    def discharge(self, structure: str) -> float:
        """Discharge of a structure [m3/s], from head to tail."""
        return float(self.data[f"{structure}.discharge_m3_s"].values[self.place])

    def causes(self, structure: str) -> list[Event]:
        """What set the structure: the last that a rule did to it, and the flap gate's last if that is shut."""
        past = [event for event in self.events.of(structure=structure) if event.time <= self.time]
        moves = [event for event in past if event.rule is not None]
        flaps = [event for event in past if event.reason in (LOCKED_OUT, UNLOCKED)]
        last = moves[-1:] + [event for event in flaps[-1:] if event.reason == LOCKED_OUT]
        return sorted(last, key=lambda event: event.time)

    def asked(self, structure: str) -> list[Asked]:
        """What the rules of a structure ask for at the levels of the moment, best rank first.

        What start and stop levels and shut-offs remember follows from the levels at the outputs so far and from the
        events. An operator who looks seldom may not have seen these levels yet.
        """
        moving = self.system[structure]
        low, high = 0.0, 1.0
        low_by: Rule | None = None
        high_by: Rule | None = None
        found = []
        rules = [rule for rule in self.system.rules if rule.structure == structure]
        for rule in sorted(rules, key=lambda rule: rule.place):
            lowest, highest = self._range(rule, moving)
            winner = high_by if lowest > high + ROUNDING else low_by if highest < low - ROUNDING else None
            found.append(Asked(rule, lowest, highest, winner))
            if min(lowest, high) > low:
                low, low_by = min(lowest, high), rule
            if max(highest, low) < high:
                high, high_by = max(highest, low), rule
        return found

    def _range(self, rule: Rule, structure: Structure) -> tuple[float, float]:
        """The lowest and the highest opening that a rule asks for."""
        if isinstance(rule, Dwell):
            rests = self._seconds_since_move(structure) < rule.time
            return (self.opening(structure.name),) * 2 if rests else (0.0, 1.0)
        if isinstance(rule, ShutOff):
            return 0.0, rule.opening if self._remembered(rule, structure) > 0.0 else 1.0
        if isinstance(rule, ReleaseLimit):
            return 0.0, self._known(None).opening_for(structure.name, float(rule.discharge.at(self.time)))
        if isinstance(rule, JointRule):
            answer = self._answer(rule)
            return (0.0, answer) if rule.AT_MOST else (answer, 1.0)
        if isinstance(rule, StartStop):
            return (self._remembered(rule, structure),) * 2
        if isinstance(rule, Schedule):
            return (float(rule.opening.at(self.time)),) * 2
        if isinstance(rule, RuleCurve):
            above = rule.side * (self.level(rule.watched(structure) or "") - float(rule.target.at(self.time)))
            return (min(max(above / rule.band, 0.0), 1.0),) * 2
        return 0.0, 1.0

    def _seconds_since_move(self, structure: Structure) -> float:
        """How long ago the structure began to move for the last time, as far as outputs and events tell [s]."""
        times = self.data["time"].values[: self.place + 1]
        openings = self.data[f"{structure.name}.opening"].values[: self.place + 1]
        moves = [event.time for event in self.events.of(structure=structure.name) if _moves(event)]
        moves = [time for time in moves if time <= self.time]
        changed = np.flatnonzero(np.abs(np.diff(openings)) > ROUNDING)
        if len(changed):
            rested = np.flatnonzero(np.diff(changed) > 1)  # a slow move goes on from output to output
            moves.append(times[changed[rested[-1] + 1 if len(rested) else 0] + 1])
        return float((self.time - max(moves)) / np.timedelta64(1, "s")) if moves else np.inf

    def _remembered(self, rule: StartStop | ShutOff, structure: Structure) -> float:
        """The share of its units that run, or 1 while a shut-off holds."""
        times = self.data["time"].values[: self.place + 1]
        levels = self.data[f"{rule.watched(structure)}.level_m"].values[: self.place + 1]
        rises = np.array(rule.rises or (0.0,))
        begin, end = (rule.side * (levels - np.asarray(one.at(times))) for one in rule.series)
        least: Floats = (begin[:, None] > rises).mean(axis=1)
        most: Floats = (end[:, None] >= rises).mean(axis=1)
        told = [(event.time, share) for event in self.events if (share := _told(event, rule)) is not None]
        share = 0.0
        for time, lowest, highest in zip(times, least.tolist(), most.tolist(), strict=True):
            while told and told[0][0] <= time:
                share = told.pop(0)[1]
            share = min(max(share, lowest), highest)
        return share

    def _answer(self, rule: JointRule) -> float:
        """What a joint rule answers: now, or where that depends on the answer before, at the last output where not."""
        of = rule.structure, rule.place
        for place in range(self.place, -1, -1):
            if (*of, place) not in self.answers:
                then = Moment(self.data, self.system, self.events, place, self.answers)
                answer, other = (rule.decide(then._known(asked)) for asked in (0.0, 1.0))
                self.answers[*of, place] = answer if answer == other else np.nan  # it depends on the answer before
            if not np.isnan(answer := self.answers[*of, place]):
                break
        else:
            answer = rule.decide(self._known(None))
        self.answers[*of, self.place] = answer
        return answer

    def held(self, structure: str) -> float:
        """The largest opening that the limits among its rules leave a structure; 1 where none holds it."""
        moving = self.system[structure]
        return min((one.highest for one in self.asked(structure) if restricts(one.rule, moving)), default=1.0)

    def _known(self, asked: float | None) -> Known:
        """What the operator of a joint rule knows now."""
        start = self.data["time"].values[0]
        return Known(self.system, start, self.time, asked, self.level, self.opening, self.discharge, self.held)

    def told(self, structure: str, lang: str) -> list[str]:
        """How a structure stands and why, in lines."""
        moving = self.system[structure]
        sides = [f"{called(self.system[moving.head], lang)} {self.level(moving.head):.2f} m"]
        if moving.tail is not None:
            sides.append(f"{called(self.system[moving.tail], lang)} {self.level(moving.tail):.2f} m")
        opening = opened(self.opening(structure), moving, lang)
        discharge = f"{self.discharge(structure) + 0.0:.6g}"  # no −0
        values = {"structure": structure, "open": opening, "discharge": discharge, "sides": " → ".join(sides)}
        lines = [phrase("stands", lang, **values)]
        lines += [f"  {event.sentence(lang)}" for event in self.causes(structure)]
        asked = self.asked(structure)
        if not asked:
            lines.append(f"  {phrase('no_rule', lang)}")
        for one in asked:
            lines.append(f"  {one.rule.place:>3}  {self._asks(one, lang)}")
        return lines

    def _asks(self, asked: Asked, lang: str) -> str:
        """What one rule asks for, and what it gives way to."""
        rule, structure = asked.rule, self.system[asked.rule.structure]
        if isinstance(rule, Ramp):
            what = phrase("moves_slowly", lang, speed=percent(rule.per_hour))
        elif isinstance(rule, ReleaseLimit):
            what = phrase("no_more", lang, limit=f"{float(rule.discharge.at(self.time)):.6g}")
        elif asked.lowest == asked.highest:
            key = "keeps" if isinstance(rule, Dwell) else "asks"
            what = phrase(key, lang, open=opened(asked.lowest, structure, lang))
        elif asked.highest < 1.0:
            what = phrase("at_most", lang, open=opened(asked.highest, structure, lang))
        elif asked.lowest > 0.0:
            what = phrase("at_least", lang, open=opened(asked.lowest, structure, lang))
        else:
            what = phrase("free", lang)
        what += self._levels(rule, lang)
        if asked.winner is not None:
            what += phrase("gives_way", lang, winner=name_of(asked.winner, self.system, lang))
        return phrase("rule", lang, rule=name_of(rule, self.system, lang), what=what)

    def _levels(self, rule: Rule, lang: str) -> str:
        """The levels that a rule goes by, and the one that it watches."""
        keys = {"start_stop": ("start", "stop"), "shut_off": ("shut_off_level", "resume"), "rule_curve": ("target",)}
        water = rule.watched(self.system[rule.structure])
        if water is None or rule.type not in keys:
            return ""
        levels = f"{called(self.system[water], lang)} {self.level(water):.2f} m"
        for key, series in zip(keys[rule.type], rule.series, strict=False):
            if series is None or (key == "resume" and series == rule.series[0]):
                continue
            limit = phrase(key, lang, kind_of(rule, self.system))
            first = float(series.at(self.time))
            last = first + rule.side * rule.rises[-1] if rule.rises else first  # of the first unit, and of the last
            several = f"{first:.2f} … {last:.2f} m" if last != first else f"{first:.2f} m"
            levels = phrase("listed", lang, one=levels, other=f"{limit} {several}")
        return f" ({levels})"


def _moves(event: Event) -> bool:
    return abs(event.opening_after - event.opening_before) > ROUNDING


def _told(event: Event, rule: StartStop | ShutOff) -> float | None:
    """What an event tells of the memory of a rule."""
    if isinstance(rule, ShutOff):
        return None if event.rule is not rule else 0.0 if event.reason == LET_GO else 1.0
    if event.overruled is rule:
        return event.wish
    return event.opening_after if event.rule is rule and event.reason in (STARTED, STOPPED) else None


def moment_at(data: xr.Dataset, system: System, events: Events, time: np.datetime64) -> Moment:
    """The moment of the output that is nearest to a time.

    Raises
    ------
    ValueError
        If the time lies outside the run.
    """
    times = data["time"].values
    if not times[0] <= time <= times[-1]:
        raise ValueError(
            f"{moment(time)} lies outside the run, which goes from {moment(times[0])} to {moment(times[-1])}"
        )
    return Moment(data, system, events, int(np.abs(times - time).argmin()))
