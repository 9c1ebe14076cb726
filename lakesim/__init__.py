"""Flood-regulation lakes: how much flood can a lake take, and what would change that.

Waters joined by structures, run by rules, under a flood. The rooms, from the lowest:

units, labels          quantities at the door; every word that a person sees, in English and Chinese
hydraulics             one equation a function: discharge and its slopes
hypsometry, series     the level–area–storage curve of a water; forcing over time
rules                  how far a structure is open: rule curve, start and stop levels, limits, ramps; who gives way
structures             weirs, gates, culverts, pumps, channels, rating curves
runoff                 rain on a catchment to the inflow of a lake
waters                 lakes, rivers, and the system they form
measures               changed copies of a system: winter level, reclaimed and returned land, pumps, dikes, silt
floods                 the period and the series that drive a run
catalogue              the lakes and records that come with the package
balance                the solver: the water balance of a system over time
textbook               the storage-indication method, to be read in one sitting
compiled               the solver, compiled where the work is large
result, simulation     what happened, with its own proof; the one call that makes it
indicators             peak, hours above a level, lockout, flood storage, low-water days
scenario, cli          scenario files, and the command line
study                  cases compared, a change attributed to measures, trade-offs, thresholds, ranges, order of use
plot, report           figures of a result; all that is known of a lake on one page
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_ROOMS = {
    "Hypsometry": "hypsometry",
    "Series": "series",
    "Weir": "structures",
    "SluiceGate": "structures",
    "Culvert": "structures",
    "Pump": "structures",
    "Channel": "structures",
    "RatingCurve": "structures",
    "RuleCurve": "rules",
    "Schedule": "rules",
    "StartStop": "rules",
    "ShutOff": "rules",
    "ReleaseLimit": "rules",
    "Ramp": "rules",
    "Dwell": "rules",
    "SafeDischarge": "rules",
    "InTurn": "rules",
    "EqualFilling": "rules",
    "PreRelease": "rules",
    "Catchment": "runoff",
    "Lake": "waters",
    "River": "waters",
    "System": "waters",
    "WinterLevel": "measures",
    "PumpStartLevel": "measures",
    "OpenGates": "measures",
    "Reclaim": "measures",
    "ReturnToLake": "measures",
    "SingleReturn": "measures",
    "AddOutlet": "measures",
    "AddPumps": "measures",
    "RaiseDike": "measures",
    "Dredge": "measures",
    "Silt": "measures",
    "Flood": "floods",
    "Result": "result",
    "SimulationError": "simulation",
    "simulate": "simulation",
}

__all__ = ["__version__", *_ROOMS]

if TYPE_CHECKING:
    from .floods import Flood as Flood
    from .hypsometry import Hypsometry as Hypsometry
    from .measures import AddOutlet as AddOutlet
    from .measures import AddPumps as AddPumps
    from .measures import Dredge as Dredge
    from .measures import OpenGates as OpenGates
    from .measures import PumpStartLevel as PumpStartLevel
    from .measures import RaiseDike as RaiseDike
    from .measures import Reclaim as Reclaim
    from .measures import ReturnToLake as ReturnToLake
    from .measures import Silt as Silt
    from .measures import SingleReturn as SingleReturn
    from .measures import WinterLevel as WinterLevel
    from .result import Result as Result
    from .rules import Dwell as Dwell
    from .rules import EqualFilling as EqualFilling
    from .rules import InTurn as InTurn
    from .rules import PreRelease as PreRelease
    from .rules import Ramp as Ramp
    from .rules import ReleaseLimit as ReleaseLimit
    from .rules import RuleCurve as RuleCurve
    from .rules import SafeDischarge as SafeDischarge
    from .rules import Schedule as Schedule
    from .rules import ShutOff as ShutOff
    from .rules import StartStop as StartStop
    from .runoff import Catchment as Catchment
    from .series import Series as Series
    from .simulation import SimulationError as SimulationError
    from .simulation import simulate as simulate
    from .structures import Channel as Channel
    from .structures import Culvert as Culvert
    from .structures import Pump as Pump
    from .structures import RatingCurve as RatingCurve
    from .structures import SluiceGate as SluiceGate
    from .structures import Weir as Weir
    from .waters import Lake as Lake
    from .waters import River as River
    from .waters import System as System


def __getattr__(name: str) -> Any:
    """Load the vocabulary when it is first used, and the rooms by their names."""
    from importlib import import_module

    if name in _ROOMS:
        return getattr(import_module(f".{_ROOMS[name]}", __name__), name)
    if not name.startswith("_"):
        try:
            return import_module(f".{name}", __name__)
        except ModuleNotFoundError as missing:
            if missing.name != f"{__name__}.{name}":
                raise
    raise AttributeError(f"lakesim has no {name!r}; its words are: {', '.join(sorted(_ROOMS))}")


def __dir__() -> list[str]:
    """The vocabulary."""
    return sorted({*globals(), *__all__})
