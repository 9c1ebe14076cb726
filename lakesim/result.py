"""Result: what happened, with its own proof."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from . import balance
from .floods import Flood
from .labels import sentence
from .series import Series
from .waters import Lake, System

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class WaterAccount:
    """The water account of one lake over a run; volumes are positive into the lake [m³].

        residual = Σ volumes − (final storage − initial storage)

    It proves that the books are right, not that the physics is.
    """

    water: str
    initial_storage: float
    final_storage: float
    volumes: Mapping[str, float]
    unmet: Mapping[str, float]
    final_area: float

    @property
    def residual(self) -> float:
        """What the volumes and the storages disagree by [m³]."""
        return sum(self.volumes.values()) - (self.final_storage - self.initial_storage)

    @property
    def turnover(self) -> float:
        """All that came in and all that went out, together [m³]."""
        return sum(abs(volume) for volume in self.volumes.values())

    @property
    def residual_relative(self) -> float:
        """The residual against the turnover, or against 1 mm on the lake if less than that moved."""
        return abs(self.residual) / max(self.turnover, 0.001 * self.final_area)


class Account(Mapping[str, WaterAccount]):
    """The water accounts of the lakes, by name; printed as a table in 10⁶ m³."""

    def __init__(self, accounts: Mapping[str, WaterAccount]) -> None:
        self._accounts = dict(accounts)

    def __getitem__(self, water: str) -> WaterAccount:
        return self._accounts[water]

    def __iter__(self) -> Iterator[str]:
        return iter(self._accounts)

    def __len__(self) -> int:
        return len(self._accounts)

    def rows(self) -> list[tuple[str, str, float]]:
        """The account as rows of water, entry and volume [m³]."""
        rows = []
        for name, account in self._accounts.items():
            rows.append((name, "initial_storage", account.initial_storage))
            rows += [(name, term, volume) for term, volume in account.volumes.items()]
            rows += [(name, f"unmet:{term}", volume) for term, volume in account.unmet.items() if volume > 0.0]
            rows.append((name, "final_storage", account.final_storage))
            rows.append((name, "residual", account.residual))
        return rows


class Result:
    def __init__(self, system, flood, layout, forcing, state, record): ...
