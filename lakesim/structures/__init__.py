"""Structures: what lets water pass between two waters, or out of the system, as records.

Each structure names its equation in `hydraulics` and hands it its parameters. Flow from head to tail is positive.

>>> weir = Weir(name="spillway", head="lake", crest="24 m", width="68 m")
>>> weir.discharge(25.0)
115.6
"""

from typing import Annotated

from pydantic import Field

from .base import Structure
from .kinds import Channel, Culvert, Pump, RatingCurve, SluiceGate, Weir

AnyStructure = Annotated[Weir | SluiceGate | Culvert | Pump | Channel | RatingCurve, Field(discriminator="type")]

REGISTRY: dict[str, type[Structure]] = {
    "weir": Weir,
    "sluice_gate": SluiceGate,
    "culvert": Culvert,
    "pump": Pump,
    "channel": Channel,
    "rating_curve": RatingCurve,
}

__all__ = [
    "REGISTRY",
    "AnyStructure",
    "Channel",
    "Culvert",
    "Pump",
    "RatingCurve",
    "SluiceGate",
    "Structure",
    "Weir",
]
