"""The water account: every volume that came and went, and what it leaves open."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..labels import label
from ..waters import LAKE_SERIES


@dataclass(frozen=True)
class WaterAccount:
    """The water account of one lake over a run; volumes are positive into the lake [m³].

        residual = Σ volumes − (final storage − initial storage)

    It proves that the books are right, not that the physics is. A given discharge stands in `volumes` as it was given;
    what an empty lake could not give of it is the `shortfall` there. `unmet` is what structures would have taken had
    the lake held it, and the shortfall again under the names of the given discharges.
    """

    water: str
    initial_storage: float
    final_storage: float
    volumes: Mapping[str, float]
    unmet: Mapping[str, float]
    full_area: float

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
        moved = max(self.turnover, 0.001 * self.full_area)
        return abs(self.residual) / moved if moved > 0.0 else abs(self.residual)


class Account(Mapping[str, WaterAccount]):
    """The water accounts of the lakes, by name; printed as a table in 10⁶ m³."""

    def __init__(self, accounts: Mapping[str, WaterAccount], numerical_error: float) -> None:
        self._accounts = dict(accounts)
        self._numerical_error = numerical_error

    def __getitem__(self, water: str) -> WaterAccount:
        return self._accounts[water]

    def __iter__(self) -> Iterator[str]:
        return iter(self._accounts)

    def __len__(self) -> int:
        return len(self._accounts)

    def rows(self, lang: str = "en") -> list[tuple[str, str, float]]:
        """The account as rows of water, entry in words, and volume [m³]."""
        rows = []
        for name, account in self._accounts.items():
            rows.append((name, label("initial_storage", lang), account.initial_storage))
            for term, volume in account.volumes.items():
                rows.append((name, label(term, lang) if term in (*LAKE_SERIES, "shortfall") else term, volume))
            rows.append((name, label("final_storage", lang), account.final_storage))
            rows.append((name, label("residual", lang), account.residual))
            for term, volume in account.unmet.items():
                if volume > 0.0 and term not in account.volumes.keys() & LAKE_SERIES.keys():
                    rows.append((name, f"{label('shortfall', lang)}: {term}", volume))
        return rows

    def proof(self, lang: str = "en") -> str:
        """The last line of an account: relative residual, and numerical error of the levels."""
        worst = max(account.residual_relative for account in self._accounts.values())
        return (
            f"{label('residual', lang)} {worst:.1e}, "
            f"{label('numerical_error', lang)} {100.0 * self._numerical_error:.2g} cm"
        )

    def __str__(self) -> str:
        lines = [f"{name:<16}{entry:<28}{volume / 1e6:>16.6f}" for name, entry, volume in self.rows()]
        return "\n".join([f"{'':<44}{'10⁶ m³':>16}", *lines, self.proof()])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{html.escape(name)}</td><td>{html.escape(entry)}</td>"
            f"<td style='text-align:right'>{volume / 1e6:.6f}</td></tr>"
            for name, entry, volume in self.rows()
        )
        head = "<tr><th></th><th></th><th>10⁶ m³</th></tr>"
        return f"<table>{head}{rows}<tr><td colspan='3'>{html.escape(self.proof())}</td></tr></table>"
