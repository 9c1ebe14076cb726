"""The water balance of a system over time. It knows numbers only: no record, no file, no plot.

    dS/dt = inflow − outflow + rain·A − (evaporation + seepage)·A + Σ structures

for every lake, all at once, with the level in every place being the level of that storage; rain falls on the bed within
the top contour (A is its area, and the rain a given discharge), or on the surface of the moment. The method is TR-BDF2
(Bank et al. 1985, IEEE Trans. Electron Devices 32:1992; error estimate and dense output of Hosea & Shampine 1996,
Appl. Numer. Math. 20:21): a trapezoidal stage to t + γΔt, then a backward difference to t + Δt, both implicit with the
same factor; second order, stiffly accurate, L-stable. Discharges that are given enter as exact volumes, whatever the
step:

    S₁ = S₀ + G(t, t+γΔt) + d Δt (r₀ + r₁)                    G: given volume, r: rate of all that depends on the level
    S₂ = S₀ + G(t, t+Δt)  + Δt (w r₀ + w r₁ + d r₂)           γ = 2 − √2, d = γ/2, w = √2/4

What moves between two waters is computed once and booked on both sides, so that water is neither made nor lost, and
each volume is summed by itself, so that the account can be checked against the storages.

Everything here runs as plain Python on lists and, compiled unchanged by `compiled`, on arrays.

`tables` are the tables of numbers; `rates` says what moves at given levels; `solving` solves a stage for the levels;
`recording` writes what is kept; `within` looks into the step under way; `operating` asks the rules; `stepping` makes
the steps and keeps the books.
"""

from . import operating, rates, recording, solving, stepping, within
from .rates import THIN_LAYER, discharge
from .recording import rates_over
from .stepping import advance
from .tables import (
    DECIDE,
    DONE,
    EVAPORATION,
    EVENTS_FULL,
    NOT_CONVERGED,
    RAIN,
    SEEPAGE,
    TERMS,
    UNDELIVERED,
    BreakRow,
    ClockRow,
    CurveRow,
    EntryRow,
    EventRow,
    Forcing,
    GroupRow,
    LakeRow,
    Layout,
    PieceRow,
    Record,
    RuleRow,
    State,
    StructureRow,
    UpdateRow,
    plain,
    table,
)

__all__ = [
    "COMPILED",
    "DECIDE",
    "DONE",
    "EVAPORATION",
    "EVENTS_FULL",
    "NOT_CONVERGED",
    "RAIN",
    "SEEPAGE",
    "TERMS",
    "THIN_LAYER",
    "UNDELIVERED",
    "BreakRow",
    "ClockRow",
    "CurveRow",
    "EntryRow",
    "EventRow",
    "Forcing",
    "GroupRow",
    "LakeRow",
    "Layout",
    "PieceRow",
    "Record",
    "RuleRow",
    "State",
    "StructureRow",
    "UpdateRow",
    "advance",
    "discharge",
    "plain",
    "rates",
    "rates_over",
    "table",
]

COMPILED = (
    *rates.COMPILED,
    *solving.COMPILED,
    *recording.COMPILED,
    *within.COMPILED,
    *operating.COMPILED,
    *stepping.COMPILED,
)
"""What `compiled` compiles together with `advance`."""
