"""Events: what happened, with its reason as a code, which `labels` puts into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ..labels import (
    CLOSED,
    FULLY_OPEN,
    LET_GO,
    LIMITED,
    OPENED,
    OVERRULED,
    PARTLY_OPEN,
    REASONS,
    STARTED,
    UNLIMITED,
    called,
    phrase,
    sentence,
)
from ..rules import Dwell, JointRule, Ramp, ReleaseLimit, Rule, RuleCurve, ShutOff, StartStop
from ..structures import Structure
from ..waters import System

if TYPE_CHECKING:
    import xarray as xr

Columns = dict[str, tuple[str, NDArray[Any], dict[str, Any]]]

ROUNDING = 1e-6
"""Difference below which two openings, or two numbers of units, are the same."""

CENTIMETRE = 0.005
"""Difference of levels below which two are written alike [m]."""

GRADUAL = (OPENED, FULLY_OPEN, PARTLY_OPEN, CLOSED, LIMITED, UNLIMITED)
"""Reasons of what a rule may also do of itself, little by little."""


@dataclass(frozen=True)
class Event:
    """Something that happened, with its reason as a code; `sentence` says it in words.

    Parameters
    ----------
    time : when
    reason : code of one of `labels.REASONS`
    water, structure : names of what it happened to, "" for none; the water of a rule is the one that it watches
    level : level of the water [m]
    threshold : level that it passed [m]; of a release limit or a safe discharge, that [m3/s]
    opening_before, opening_after : of the structure; after it is where it is set to, also if it is slow to get there
    rule : the rule that moved or held the structure
    overruled : the rule that did not get what it asked for
    wish : the opening that it asked for
    system : what all these belong to
    """

    time: np.datetime64
    reason: int
    water: str
    structure: str
    level: float
    threshold: float
    opening_before: float = 0.0
    opening_after: float = 0.0
    rule: Rule | None = None
    overruled: Rule | None = None
    wish: float = 0.0
    system: System = field(kw_only=True, repr=False, compare=False)

    def sentence(self, lang: str = "en") -> str:
        """What moved, why, and which rule lost, in a sentence."""
        values: dict[str, Any] = {
            "time": self.time,
            "structure": called(self.system[self.structure], lang) if self.structure else "",
            "level": self.level,
            "threshold": self.threshold,
        }
        if self.water:
            values["water"] = self._water(lang)
        if self.rule is None:
            return sentence(self.reason, lang, **values)
        text = sentence(self.reason, lang, **values, move=self._move(lang), cause=self._cause(self.rule, lang))
        return text if self.overruled is None else text[:-1] + self._loss(self.rule, self.overruled, lang)

    def _move(self, lang: str) -> str:
        """What the structure did."""
        structure = self.system[self.structure]
        others = [rule for rule in self.system.rules if rule.structure == self.structure]
        slow = any(isinstance(rule, Ramp | Dwell) for rule in others)
        if isinstance(self.rule, JointRule):
            if self.rule.AT_MOST and self.reason in (LIMITED, UNLIMITED) and not slow:
                key = "held_at" if self.reason == LIMITED else "held_no_longer"
                return phrase(key, lang, open=opened(self.opening_after, structure, lang))
            falls = self.opening_after < self.opening_before
            if not self.rule.AT_MOST and self.reason == OVERRULED and falls and not slow:
                return phrase("kept_at", lang, open=opened(self.opening_after, structure, lang))
        elif self.reason in GRADUAL and self.rule is not None and self.rule.observe is None and not slow:
            return phrase(REASONS[self.reason], lang)
        if abs(self.opening_after - self.opening_before) < ROUNDING:
            return phrase("stays", lang, open=opened(self.opening_after, structure, lang))
        way = "up" if self.opening_after > self.opening_before else "down"
        if any(isinstance(rule, Ramp) for rule in others):
            way = "set"  # it is not there yet
        return moved(way, structure, lang, before=self.opening_before, after=self.opening_after)

    def _cause(self, rule: Rule, lang: str) -> str:
        """Why it did it: a level against a threshold, or what the rule asks for."""
        if isinstance(rule, Ramp):
            return phrase("moves_slowly", lang, speed=percent(rule.per_hour))
        if isinstance(rule, Dwell):
            return phrase("moves_seldom", lang, hours=f"{rule.time / 3600.0:g}")
        if isinstance(rule, ReleaseLimit):
            key = "less_than" if self.reason == UNLIMITED else "no_more_than"
            return phrase(key, lang, water=self._water(lang), level=self.level, limit=f"{self.threshold:.6g}")
        if isinstance(rule, ShutOff):
            begin, end = rule.series
            limit = "resume" if self.reason == LET_GO and begin != end else "shut_off_level"
            return self._passed(rule, limit, lang, back=self.reason == LET_GO and begin == end)
        if isinstance(rule, JointRule):
            less = not rule.AT_MOST and self.opening_after < self.opening_before and self.reason != OVERRULED
            key = f"{rule.type}_{'frees' if self.reason == UNLIMITED else 'eases' if less else 'holds'}"
            limit, water = f"{self.threshold:.6g}", self._water(lang)
            return phrase(key, lang, water=water, level=self.level, threshold=self.threshold, limit=limit)
        if self.reason == OVERRULED:
            return phrase("ranks_better", lang, rule=name_of(rule, self.system, lang))
        if isinstance(rule, StartStop):
            return self._passed(rule, "start" if self.reason == STARTED else "stop", lang)
        if isinstance(rule, RuleCurve):
            if self.reason in (FULLY_OPEN, PARTLY_OPEN):
                return self._passed(rule, "fully_open_level", lang, threshold=self.threshold + rule.side * rule.band)
            return self._passed(rule, "target", lang)
        return phrase("as_scheduled", lang)

    def _passed(self, rule: Rule, limit: str, lang: str, *, threshold: float | None = None, back: bool = False) -> str:
        """How the level of the water stands to one of the rule's levels."""
        level = self.threshold if threshold is None else threshold
        key = "stood_above" if self.level > level else "stood_below"
        if abs(self.level - level) < CENTIMETRE:
            key = "back_at" if back else "reached"
        word = phrase(limit, lang, kind_of(rule, self.system))
        return phrase(key, lang, water=self._water(lang), level=self.level, limit=word, threshold=level)

    def _loss(self, rule: Rule, overruled: Rule, lang: str) -> str:
        """Which rule lost, and to which, where that is the one that acted."""
        winning = self.reason == OVERRULED or (self.reason != LET_GO and rule.place < overruled.place)
        loser, winner = (name_of(one, self.system, lang) for one in (overruled, rule))
        wish = opened(self.wish, self.system[self.structure], lang)
        return phrase("gave_way" if winning else "in_vain", lang, loser=loser, winner=winner, open=wish)

    def _water(self, lang: str) -> str:
        return called(self.system[self.water], lang)

    def __str__(self) -> str:
        return self.sentence()


class Events(tuple[Event, ...]):
    """The events of a run in the order of time; printed as sentences."""

    __slots__ = ()

    def of(self, *, structure: str | None = None, water: str | None = None) -> Events:
        """Those of a structure, of a water, or of both."""
        return Events(event for event in self if structure in (None, event.structure) and water in (None, event.water))

    def sentences(self, lang: str = "en") -> list[str]:
        """What happened, a sentence each."""
        return [event.sentence(lang) for event in self]

    def columns(self, system: System) -> Columns:
        """The events as columns of a NetCDF file, from which `read_events` makes them again.

        Waters, structures and rules of the system stand as their number in `flag_meanings`, −1 for none.
        """
        waters, structures, rules = _names(system)

        def numbered(names: list[str], places: list[int]) -> tuple[str, NDArray[Any], dict[str, Any]]:
            meaning = {"flag_values": np.arange(len(names), dtype=np.int32), "flag_meanings": " ".join(names)}
            return "event", np.array(places, dtype=np.int32), meaning

        def numbers(key: str, **attributes: str) -> tuple[str, NDArray[Any], dict[str, Any]]:
            return "event", np.array([getattr(event, key) for event in self], dtype=np.float64), attributes

        def place(names: list[str], name: str) -> int:
            return names.index(name) if name else -1

        def place_of(rule: Rule | None) -> int:
            return -1 if rule is None else system.rules.index(rule)

        return {
            "event.time": ("event", np.array([event.time for event in self], dtype="datetime64[ms]"), {}),
            "event.reason": numbered(list(REASONS), [event.reason for event in self]),
            "event.water": numbered(waters, [place(waters, event.water) for event in self]),
            "event.structure": numbered(structures, [place(structures, event.structure) for event in self]),
            "event.rule": numbered(rules, [place_of(event.rule) for event in self]),
            "event.overruled": numbered(rules, [place_of(event.overruled) for event in self]),
            "event.level": numbers("level", units="m"),
            "event.threshold": numbers(
                "threshold", units="m", comment="m3/s where the rule is a release limit or a safe discharge"
            ),
            "event.opening_before": numbers("opening_before", units="1"),
            "event.opening_after": numbers("opening_after", units="1"),
            "event.wish": numbers("wish", units="1"),
        }

    def __str__(self) -> str:
        return "\n".join(self.sentences()) or "no events"


def read_events(data: xr.Dataset, system: System) -> Events:
    """The events of a file, as `Events.columns` wrote them.

    Raises
    ------
    ValueError
        If the columns are not all there, or are those of another system.
    """
    waters, structures, rules = _names(system)
    known = {"reason": list(REASONS), "water": waters, "structure": structures, "rule": rules, "overruled": rules}
    numbers = ("level", "threshold", "opening_before", "opening_after", "wish")
    missing = [f"event.{key}" for key in ("time", *known, *numbers) if f"event.{key}" not in data]
    if missing:
        raise ValueError(f"it has no {', '.join(missing)}")
    for key, names in known.items():
        column = data[f"event.{key}"]
        if column.attrs.get("flag_meanings") != " ".join(names) or not all(-1 <= n < len(names) for n in column.values):
            raise ValueError(f"its event.{key} is not of the system that it describes")
    columns = {key: data[f"event.{key}"].values.tolist() for key in (*known, *numbers)}
    columns["time"] = list(data["event.time"].values)
    return Events(
        Event(
            time=row["time"],
            reason=row["reason"],
            water=waters[row["water"]] if row["water"] >= 0 else "",
            structure=structures[row["structure"]] if row["structure"] >= 0 else "",
            rule=system.rules[row["rule"]] if row["rule"] >= 0 else None,
            overruled=system.rules[row["overruled"]] if row["overruled"] >= 0 else None,
            **{key: row[key] for key in numbers},
            system=system,
        )
        for row in (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
    )


def _names(system: System) -> tuple[list[str], list[str], list[str]]:
    """Waters, structures and rules, as the columns call them."""
    rules = [f"{rule.type}:{rule.structure}" + ("" if rule.rank is None else f":{rule.rank}") for rule in system.rules]
    return [water.name for water in system.waters], [structure.name for structure in system.structures], rules


def kind_of(rule: Rule, system: System) -> str:
    """Which words a rule's levels have: those of a `"pump"`, of one that acts `"low"`, or of a `"part"` opening."""
    if system[rule.structure].type == "pump":
        return "pump" if rule.side > 0 else "low"
    return "part" if isinstance(rule, ShutOff) and rule.opening > 0.0 else ""


def name_of(rule: Rule, system: System, lang: str) -> str:
    """What a rule is called; with its rank, where its structure has another of the type."""
    name = phrase(rule.type, lang, kind_of(rule, system))
    alike = [one for one in system.rules if (one.structure, one.type) == (rule.structure, rule.type)]
    return name if len(alike) == 1 else phrase("of_rank", lang, rule=name, rank=rule.place)


def opened(opening: float, structure: Structure, lang: str) -> str:
    """How far a structure is open: in units where it has several and they run whole, else in per cent."""
    return moved("open", structure, lang, after=opening)


def moved(way: str, structure: Structure, lang: str, **openings: float) -> str:
    """The phrase of openings, in units where the structure has several and they run whole, else in per cent."""
    units = getattr(structure, "units", 1)
    running = {key: opening * units for key, opening in openings.items()}
    if units > 1 and all(abs(number - round(number)) < ROUNDING * units for number in running.values()):
        whole = {key: round(number) for key, number in running.items()}
        return phrase(f"{way}_units", lang, "", units=units, **whole)
    return phrase(way, lang, **{key: percent(opening) for key, opening in openings.items()})


def percent(share: float) -> str:
    """A share in per cent, to a tenth.

    >>> percent(1 / 3), percent(0.25)
    ('33.3', '25')
    """
    return f"{round(100.0 * share, 1):g}"
