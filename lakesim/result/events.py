"""Events: what happened, with its reason as a code, which `labels` puts into words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..labels import sentence


@dataclass(frozen=True)
class Event:
    """Something that happened, with its reason as a code; `sentence` says it in words."""

    time: np.datetime64
    reason: int
    water: str
    structure: str
    level: float
    threshold: float

    def sentence(self, lang: str = "en") -> str:
        """What happened and why, in a sentence."""
        return sentence(
            self.reason,
            lang,
            time=self.time,
            water=self.water,
            structure=self.structure,
            level=self.level,
            threshold=self.threshold,
        )

    def __str__(self) -> str:
        return self.sentence()


class Events(tuple[Event, ...]):
    """The events of a run in the order of time; printed as sentences."""

    __slots__ = ()

    def __str__(self) -> str:
        return "\n".join(map(str, self)) or "no events"
