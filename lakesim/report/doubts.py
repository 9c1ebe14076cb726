"""What else the inputs of an assessment may be, and what it cannot say: data beside the assessment."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import partial
from importlib import resources
from pathlib import Path
from typing import Literal

import numpy as np

from .. import scenario
from ..floods import Flood
from ..rules import StartStop
from ..structures import Pump
from ..study import Input
from ..units import Record, to_si
from ..waters import System

Edit = Callable[[System, Flood], tuple[System, Flood]]

End = float | str | tuple[str, str] | dict[str, str]


class Other(Record):
    """What else an input may be.

    `kind` says what `of` names, and what `low` and `high` are: `rain` numbers of the file, and others in their place,
    of which its series are made anew; `scaled` a series, `pumps` pumps by their names with blanks between, and factors;
    `rule` a structure, and fields of its rule; `staging` pumps with a start level, and over what height [m] they start
    evenly one after the other; `ground` a polder, and the levels between which its ground rises.
    """

    kind: Literal["rain", "scaled", "pumps", "rule", "staging", "ground"]
    of: str
    low: End
    high: End
    title: str
    title_zh: str

    def input(self, text: str) -> Input:
        """The input of a study, for the assessment with this text.

        Raises
        ------
        ValueError
            If what is to be replaced does not stand in the text.
        """
        titles = {"name": self.title, "title_zh": self.title_zh}
        match self.kind:
            case "scaled":
                return Input.scaled(self.of, float(str(self.low)), float(str(self.high)), **titles)
            case "rule":
                low, high = (end if isinstance(end, dict) else None for end in (self.low, self.high))
                return Input.of_rule(self.of, low, high, **titles)
        return Input(low=self._edit(self.low, text), high=self._edit(self.high, text), **titles)

    def _edit(self, end: End, text: str) -> Edit:
        """What makes one end of the input."""
        if isinstance(end, tuple):
            low, high = (to_si(level, "m") for level in end)
            return partial(_ground, self.of, low, high)
        match self.kind:
            case "rain":
                return _series(text, self.of, str(end))
            case "pumps":
                return partial(_times, self.of.split(), float(str(end)))
        return partial(_starting, self.of, to_si(str(end), "m"))


def _series(text: str, old: str, new: str) -> Edit:
    """Gives the series of the same file with other numbers, which runoff is made of too."""
    if old not in text:
        raise ValueError(f"the numbers {old!r} do not stand in the assessment; give those that it has")
    series = scenario.read(text.replace(old, new)).flood.series
    return lambda system, flood: (system, flood.changed(series={**flood.series, **series}))


def _times(pumps: list[str], factor: float, system: System, flood: Flood) -> tuple[System, Flood]:
    """Pumps that lift so many times as much."""
    stations = (system[name] for name in pumps)
    return system.replaced(*(one.changed(capacity=factor * one.capacity) for one in stations)), flood


def _starting(pumps: str, height: float, system: System, flood: Flood) -> tuple[System, Flood]:
    """Pumps that start evenly one after the other over a height [m]."""
    (old,) = [rule for rule in system.rules if isinstance(rule, StartStop) and rule.structure == pumps]
    new = old.changed(unit_rises=[*np.linspace(0.0, height, len(old.unit_rises))])
    return system.changed(rules=[new if rule is old else rule for rule in system.rules]), flood


def _ground(polder: str, low: float, high: float, system: System, flood: Flood) -> tuple[System, Flood]:
    """A polder whose ground rises evenly between two other levels [m], where it and its pumps start."""
    land = system[polder]
    curve = land.hypsometry.changed(levels=(low, high, land.hypsometry.top))
    pumps = [one for one in system.structures if isinstance(one, Pump) and one.head == polder]
    moved = (one.changed(start_level=low) for one in pumps)
    return system.replaced(land.changed(hypsometry=curve, initial_level=low), *moved), flood


class Doubts(Record):
    """What else the inputs of an assessment may be, and what it cannot say in any case.

    Parameters
    ----------
    worth, worth_zh : what its comparison with the world is worth, in a few words
    check, check_zh : the same in full, with numbers
    limits, limits_zh : what it cannot say
    against : by case, the case that it is compared with, where that is not today's
    inputs : what else its inputs may be
    """

    worth: str
    worth_zh: str
    check: str
    check_zh: str
    limits: tuple[str, ...]
    limits_zh: tuple[str, ...]
    against: dict[str, str]
    inputs: tuple[Other, ...]


def doubts(name: str) -> Doubts:
    """The doubts about a lake's assessment.

    >>> doubts("liangzi").against
    {'returned': 'as_2016'}
    """
    path = Path(str(resources.files("lakesim").joinpath("data", "assessments", "ranges", f"{name}.toml")))
    return Doubts(**tomllib.loads(path.read_text(encoding="utf-8")))
