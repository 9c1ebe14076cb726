"""Measures: edits that return a changed copy of a system.

A measure says what is done to a lake: kept lower in winter, pumped from another level on, left to itself. The system
that it is applied to stays as it is, and the copy is checked as any system is. So measures stack, and they come off
again by building the system without them. They act in their order: each finds what those before it have left, and of
two that set the same thing the later one counts.

`base` is what all measures share, `seasons` the part of a year in which some of them hold, `operation` the measures
that change how a lake is run.
"""

from .base import Measure, apply_all
from .operation import OpenGates, PumpStartLevel, SetRuleCurve, WinterLevel

REGISTRY: dict[str, type[Measure]] = {
    "winter_level": WinterLevel,
    "pump_start_level": PumpStartLevel,
    "rule_curve": SetRuleCurve,
    "open_gates": OpenGates,
}
"""The measures by the word that a file calls them."""

__all__ = ["REGISTRY", "Measure", "OpenGates", "PumpStartLevel", "SetRuleCurve", "WinterLevel", "apply_all"]
