"""Joint rules: what an operator decides who looks beyond his own structure.

Each still moves one structure, and narrows its range of openings among the other rules. At every observation it is
asked for one opening, from what can be known then, and its answer holds until the next.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np

from .base import JOINT, Rule


class Knowledge(Protocol):
    """What an operator knows at an observation; levels in m, storages in m³, discharges in m³/s."""

    @property
    def time(self) -> np.datetime64:
        """The moment of the observation."""

    @property
    def start(self) -> np.datetime64:
        """The beginning of the run."""

    @property
    def asked(self) -> float | None:
        """What the rule answered the last time; None at the first."""

    def level(self, water: str) -> float:
        """Level of a water."""

    def storage(self, water: str, level: float | None = None) -> float:
        """Storage of a lake now, or at a level."""

    def opening(self, structure: str) -> float:
        """Opening of a structure, 0 … 1."""

    def discharge(self, structure: str) -> float:
        """Discharge of a structure from its head to its tail."""

    def opening_for(self, structure: str, discharge: float) -> float:
        """The opening at which a structure would let through so much at these levels; 1 where it never does."""

    def inflow(self, water: str, start: np.datetime64, end: np.datetime64) -> float:
        """Volume that the given inflow and the rain on its bed bring a lake between two moments, as the series have it.

        What lies ahead is for forecasts alone, which say how well it is known. A series that ends earlier is cut there.
        """


class JointRule(Rule):
    """What joint rules share: an operator asks them, and their answer is the most or the least that they want."""

    KIND: ClassVar[int] = JOINT
    AT_MOST: ClassVar[bool] = True

    @property
    def side(self) -> int:
        """−1 where its answer is the largest opening that it allows, 1 where it is the smallest that it asks for."""
        return -1 if self.AT_MOST else 1

    def decide(self, known: Knowledge) -> float:
        """The opening that it allows at most, or asks for at least, 0 … 1."""
        raise NotImplementedError
