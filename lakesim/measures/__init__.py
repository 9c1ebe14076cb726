"""Measures: edits that return a changed copy of a system.

A measure says what is done to a lake: kept lower in winter, pumped from another level on, diked off, given back its
land, left to itself. The system
that it is applied to stays as it is, and the copy is checked as any system is. So measures stack, and they come off
again by building the system without them. They act in their order: each finds what those before it have left. Two that
set the same thing to different values for the same season contradict one another, and are refused; where a later one
holds for a part of a season only, it counts there.

`base` is what all measures share; `seasons` the part of a year in which some of them hold; `operation` changes how a
lake is run, `land` where it ends, `bed` how deep it is, `works` what lets it out and holds it in.
"""

from .base import Measure, applied, apply_all, contradictions
from .bed import Dredge, Silt
from .land import Reclaim, ReturnToLake, SingleReturn
from .operation import OpenGates, PumpStartLevel, SetRuleCurve, WinterLevel
from .works import AddOutlet, AddPumps, RaiseDike

REGISTRY: dict[str, type[Measure]] = {
    "winter_level": WinterLevel,
    "pump_start_level": PumpStartLevel,
    "rule_curve": SetRuleCurve,
    "open_gates": OpenGates,
    "reclaim": Reclaim,
    "return_to_lake": ReturnToLake,
    "single_return": SingleReturn,
    "add_outlet": AddOutlet,
    "add_pumps": AddPumps,
    "raise_dike": RaiseDike,
    "dredge": Dredge,
    "silt": Silt,
}
"""The measures by the word that a file calls them."""

__all__ = [
    "REGISTRY",
    "AddOutlet",
    "AddPumps",
    "Dredge",
    "Measure",
    "OpenGates",
    "PumpStartLevel",
    "RaiseDike",
    "Reclaim",
    "ReturnToLake",
    "SetRuleCurve",
    "Silt",
    "SingleReturn",
    "WinterLevel",
    "applied",
    "apply_all",
    "contradictions",
]
