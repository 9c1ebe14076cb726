"""Result: what happened, with its own proof.

`account` is the water account, `events` what happened when and why, `core` the result that holds both.
"""

from .account import Account, WaterAccount
from .core import Column, Result, read_netcdf, replacing
from .events import Event, Events

__all__ = ["Account", "Column", "Event", "Events", "Result", "WaterAccount", "read_netcdf", "replacing"]
