"""Operating rules: how far a structure is open.

A rule proposes a range of openings, from a lowest to a highest. The rules of one structure act in the order of their
rank, and each may only narrow the range that those before it leave; one that asks for something outside is overruled.
What no rule narrows stays as the structure's own opening says.

`Schedule`, `RuleCurve` and `ReleaseLimit` follow from the moment alone and are part of the balance's implicit equation,
so that they cannot chatter. `StartStop` and `ShutOff` remember what they did: the moment at which the water passes
their level is located, and they act from there. A rule that watches a third water, and every rule of a structure that
moves slowly (`Ramp`) or seldom (`Dwell`), is an operator's: it looks every so often (`observe`) and is held meanwhile.
Joint rules are an operator's too: they look beyond their structure, at other storages, a point downstream, a forecast.
"""

from .base import (
    DWELL,
    JOINT,
    OBSERVATION_STEP,
    PROPORTIONAL,
    RAMP,
    RELEASE_LIMIT,
    SCHEDULE,
    SHUT_OFF,
    START_STOP,
    Rule,
)
from .filling import EqualFilling, Store
from .forecasts import PreRelease
from .joint import JointRule, Knowledge, SafeDischarge
from .limits import Dwell, Ramp, ReleaseLimit, ShutOff, restricts
from .openings import RuleCurve, Schedule, StartStop
from .turns import Before, InTurn

REGISTRY: dict[str, type[Rule]] = {
    "ramp": Ramp,
    "dwell": Dwell,
    "shut_off": ShutOff,
    "release_limit": ReleaseLimit,
    "safe_discharge": SafeDischarge,
    "in_turn": InTurn,
    "equal_filling": EqualFilling,
    "pre_release": PreRelease,
    "schedule": Schedule,
    "start_stop": StartStop,
    "rule_curve": RuleCurve,
}
"""The rules by the word that a file calls them, in the order of their usual rank."""


__all__ = [
    "DWELL",
    "JOINT",
    "OBSERVATION_STEP",
    "PROPORTIONAL",
    "RAMP",
    "REGISTRY",
    "RELEASE_LIMIT",
    "SCHEDULE",
    "SHUT_OFF",
    "START_STOP",
    "Before",
    "Dwell",
    "EqualFilling",
    "InTurn",
    "JointRule",
    "Knowledge",
    "PreRelease",
    "Ramp",
    "ReleaseLimit",
    "Rule",
    "RuleCurve",
    "SafeDischarge",
    "Schedule",
    "ShutOff",
    "StartStop",
    "Store",
    "restricts",
]
