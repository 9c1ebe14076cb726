"""Waters and the system they form: lakes with a hypsometry, rivers with a given level, structures between them."""

from .bodies import (
    CHARACTERISTIC_LEVELS,
    DATUM_OFFSET,
    LAKE_LEVELS,
    LAKE_SERIES,
    LOWEST_LEVEL,
    WEATHER,
    FloodSeason,
    Lake,
    River,
    Water,
    series_faults,
)
from .faults import faults_together
from .known import Known
from .system import System

__all__ = [
    "CHARACTERISTIC_LEVELS",
    "DATUM_OFFSET",
    "LAKE_LEVELS",
    "LAKE_SERIES",
    "LOWEST_LEVEL",
    "WEATHER",
    "FloodSeason",
    "Known",
    "Lake",
    "River",
    "System",
    "Water",
    "faults_together",
    "series_faults",
]
