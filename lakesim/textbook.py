"""The storage-indication method (modified Puls, 半图解法): flood routing as the textbooks do it by hand.

A lake stores what flows in and does not flow out. Over one time step, with inflow and outflow each taken as the mean
of their values at the step's two ends, the water balance is

    (inflow_1 + inflow_2) / 2 - (outflow_1 + outflow_2) / 2 = (storage_2 - storage_1) / time_step

Times two, with what is known at the start of the step on the left and what is not known yet on the right:

    inflow_1 + inflow_2 + (2 storage_1 / time_step - outflow_1) = 2 storage_2 / time_step + outflow_2

The right-hand side is the storage indication. Storage and outflow both belong to a water level, so each row of the
table of the two has its indication, and the table read backwards (find the indication, read storage and outflow)
finishes the step. That is the whole method: no equation is solved, a table is read once a step.

It is as exact as its table and its step: between two rows everything is a straight line, and inside a step everything
is the mean of the two ends. The solver in `balance` has neither limit, so where the two differ there is a lesson.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["Routing", "route", "storage_indication"]

Column = NDArray[np.float64]


class Routing(NamedTuple):
    """The filled-in sheet, a row per time: inflow [m3/s], outflow [m3/s] and storage [m3]."""

    inflow: Column
    outflow: Column
    storage: Column


def storage_indication(time_step: float, storage: ArrayLike, outflow: ArrayLike) -> Column:
    """Give 2 storage / time_step + outflow [m3/s] for each row of a table.

    Raises
    ------
    ValueError
        A time step that is not positive, columns of different or too short length, a storage or an indication that
        does not rise. An outflow that falls from one row to the next (a pipe that fills to its crown does that) is
        accepted as long as the indication rises.

    Examples
    --------
    >>> storage_indication(3600.0, storage=[0.0, 36_000.0], outflow=[0.0, 5.0])
    array([ 0., 25.])
    """
    storages, outflows = _column("storage", storage), _column("outflow", outflow)
    if not 0.0 < time_step < np.inf:
        raise ValueError(f"the time step is {time_step!r}; it must be a positive number of seconds")
    if not len(storages) == len(outflows) >= 2:
        raise ValueError(
            f"the table has {len(storages)} storages and {len(outflows)} outflows; give one of each in every row, "
            "and two rows or more"
        )
    indication: Column = 2.0 * storages / time_step + outflows
    for name, column, remedy in (
        ("storage", storages, "sort the rows and leave out a repeated one"),
        ("storage indication", indication, "the outflow falls too steeply for this time step, so take a shorter one"),
    ):
        rises = np.diff(column) > 0.0
        if not rises.all():
            row = int(np.argmin(rises)) + 1
            raise ValueError(
                f"the {name} does not rise from row {row} ({column[row - 1]:g}) to row {row + 1} ({column[row]:g}) "
                f"of the table; {remedy}"
            )
    return indication


def route(
    inflow: ArrayLike,
    time_step: float,
    storage: ArrayLike,
    outflow: ArrayLike,
    *,
    initial_storage: float | None = None,
    initial_outflow: float | None = None,
    extend: bool = False,
) -> Routing:
    """Route an inflow through a lake by the storage-indication method, on the table as it is printed.

    Parameters
    ----------
    inflow
        Inflow at equally spaced times [m3/s].
    time_step
        From one value of the inflow to the next [s].
    storage, outflow
        The table: storage [m3] and outflow [m3/s] at the same level, a row per level.
    initial_storage, initial_outflow
        Where the lake starts [m3] or [m3/s]; one of the two.
    extend
        Above the last row, go on along the line through the last two rows instead of refusing.

    Raises
    ------
    ValueError
        A table that `storage_indication` refuses; none or both of the starting values, or one that the table does not
        hold at exactly one place; a step that leaves the table.

    Notes
    -----
    Any system of units will do in which storage is discharge times time. A step that leaves the table at its lower
    end is always refused: the mean outflow would take more water than there is, and a shorter step is the remedy.

    Source: V. T. Chow, D. R. Maidment, L. W. Mays, Applied Hydrology, McGraw-Hill 1988, section 8.2.

    Examples
    --------
    V. M. Ponce's linear reservoir, storage = 2 h * outflow, in steps of 1 h:

    >>> hour = 3600.0
    >>> sheet = route([100, 150, 250, 400, 800, 1000, 900], hour, storage=[0, 2000 * hour], outflow=[0, 1000],
    ...               initial_outflow=100)
    >>> sheet.outflow.round(3).tolist()
    [100.0, 110.0, 146.0, 217.6, 370.56, 582.336, 729.402]
    """
    indication = storage_indication(time_step, storage, outflow)
    inflows, storages, outflows = _column("inflow", inflow), _column("storage", storage), _column("outflow", outflow)
    stored, released = np.empty_like(inflows), np.empty_like(inflows)

    if (initial_storage is None) == (initial_outflow is None):
        raise ValueError("give initial_storage or initial_outflow, and not both: each follows from the other")
    if initial_storage is not None:
        _check_start("initial_storage", initial_storage, storages, extend)
        stored[0], released[0] = initial_storage, _read(initial_storage, storages, outflows)
    elif initial_outflow is not None:
        _check_start("initial_outflow", initial_outflow, outflows, extend)
        stored[0], released[0] = _read(initial_outflow, outflows, storages), initial_outflow

    for now in range(1, len(inflows)):
        before = now - 1
        known = inflows[before] + inflows[now] + (2.0 * stored[before] / time_step - released[before])
        if known < indication[0]:
            raise ValueError(
                f"step {now} leaves the table below its first row (storage indication {known:g}, first row "
                f"{indication[0]:g}): the outflow would take more water than there is; take a shorter time step"
            )
        if known > indication[-1] and not extend:
            raise ValueError(
                f"step {now} leaves the table above its last row (storage indication {known:g}, last row "
                f"{indication[-1]:g}); give the table more rows, or say extend=True"
            )
        stored[now] = _read(known, indication, storages)
        released[now] = _read(known, indication, outflows)
    return Routing(inflows, released, stored)


def _read(value: float, known: Column, wanted: Column) -> float:
    """Read one column of the table at a value of another, in a straight line between rows and beyond the last."""
    row = min(max(int(np.searchsorted(known, value)) - 1, 0), len(known) - 2)
    slope = (wanted[row + 1] - wanted[row]) / (known[row + 1] - known[row])
    return float(wanted[row] + slope * (value - known[row]))


def _check_start(name: str, value: float, column: Column, extend: bool) -> None:
    """Refuse a starting value that the column does not hold, or holds more than once."""
    if not np.all(np.diff(column) > 0.0):
        raise ValueError(f"{name} is {value:g}, but the table's outflow does not rise; give initial_storage instead")
    if not (column[0] <= value and (value <= column[-1] or (extend and value < np.inf))):
        raise ValueError(f"{name} is {value:g}, and the table has {column[0]:g} to {column[-1]:g}; start inside it")


def _column(name: str, values: ArrayLike) -> Column:
    """Give a column as a new array, after a look at its shape and its numbers."""
    column = np.array(values, dtype=np.float64)
    if column.ndim != 1 or len(column) == 0 or not np.isfinite(column).all():
        raise ValueError(f"the {name} must be a plain list of finite numbers, at least one; correct it")
    return column
