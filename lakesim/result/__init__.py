"""Result: what happened, with its own proof.

`account` is the water account, `events` what happened when and why, `core` the result that holds both; `moments` tells
how things stood at a time.
"""

from .account import Account, WaterAccount
from .core import Column, Result, read_netcdf, replacing
from .events import Event, Events, read_events
from .moments import Asked, Moment, moment_at

__all__ = [
    "Account",
    "Asked",
    "Column",
    "Event",
    "Events",
    "Moment",
    "Result",
    "WaterAccount",
    "moment_at",
    "read_events",
    "read_netcdf",
    "replacing",
]
