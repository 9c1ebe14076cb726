"""What a run means for those who live by the lake: peak, freeboard, hours above a level, lockout, low water, refill.

Each indicator is a function of a `Result`; `summary` puts them in the row that tables and files show. What is not
defined, such as the hours above a warning level that a lake does not have, is None and never 0.

Levels are taken as linear between two outputs, so that every duration is exact for what a figure of the run shows.
The peak itself is the solver's, and may lie between two outputs.

`levels` is about the level of a lake alone, `bed` about what falls dry, `flows` about what comes and goes, `outlets`
about gravity outlets and the river, `pumps` about what is lifted, `seasons` about the year, `regime` about the lake
beside its natural self; `table` puts the row together, and `course` is what they all share: spells, sums and parts of a
run.
"""

from .bed import ExposedBed, exposed_bed
from .course import Value
from .flows import exchange, peak_attenuation, peak_lag
from .levels import (
    FLOOD_STORAGE_LIMITS,
    LOW_WATER_LEVELS,
    flood_storage,
    flood_storage_limit,
    freeboard,
    hours_above,
    hours_below,
    low_water_days,
    low_water_level,
    peak,
)
from .outlets import (
    DRAINED_TO,
    SILLS,
    Backwater,
    backwater,
    drained_to,
    lockout_hours,
    longest_lockout_hours,
    volume_waiting,
)
from .pumps import pump_energy, pump_volume
from .regime import Beside, Regime, regime, regime_beside
from .seasons import REFILL_LEVELS, FirstDay, Refill, free_storage, refill, refill_date, refill_level, years
from .table import summary

__all__ = [
    "DRAINED_TO",
    "FLOOD_STORAGE_LIMITS",
    "LOW_WATER_LEVELS",
    "REFILL_LEVELS",
    "SILLS",
    "Backwater",
    "Beside",
    "ExposedBed",
    "FirstDay",
    "Refill",
    "Regime",
    "Value",
    "backwater",
    "drained_to",
    "exchange",
    "exposed_bed",
    "flood_storage",
    "flood_storage_limit",
    "free_storage",
    "freeboard",
    "hours_above",
    "hours_below",
    "lockout_hours",
    "longest_lockout_hours",
    "low_water_days",
    "low_water_level",
    "peak",
    "peak_attenuation",
    "peak_lag",
    "pump_energy",
    "pump_volume",
    "refill",
    "refill_date",
    "refill_level",
    "regime",
    "regime_beside",
    "summary",
    "volume_waiting",
    "years",
]
