"""A series as straight pieces, which is how it is evaluated, integrated and added."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .reading import Dates, Floats

Milliseconds = NDArray[np.int64]

NEVER = 2**62  # milliseconds; the difference of any date to it still fits into 64 bits
YEAR = np.datetime64("2000-01-01", "ms")  # a leap year: the dates of every year are kept in it
NEXT_YEAR = np.datetime64("2001-01-01", "ms")


class Pieces(NamedTuple):
    """Piece k is values[k] + slopes[k]·(t − starts[k]) up to the start of the next, where it has come to finals[k]."""

    starts: Milliseconds
    values: Floats
    slopes: Floats  # per second
    finals: Floats
    end: int  # of the last piece, milliseconds

    def right(self, ms: Milliseconds) -> Floats:
        """Return the values at these times, after the jump if there is one."""
        k = self.starts.searchsorted(ms, "right") - 1
        return self.values[k] + self.slopes[k] * ((ms - self.starts[k]) / 1000)

    def left(self, ms: Milliseconds) -> Floats:
        """Return the values that the series comes to at these times, before the jump if there is one."""
        k = np.maximum(self.starts.searchsorted(ms, "left") - 1, 0)
        ends = np.append(self.starts[1:], self.end)
        # The final value itself, not its rounded equation: only so is a series without jumps seen to have none.
        return np.where(ms == ends[k], self.finals[k], self.values[k] + self.slopes[k] * ((ms - self.starts[k]) / 1000))

    def edges(self, first: int, last: int) -> Milliseconds:
        """Return `first`, the starts of pieces between the two, and `last`."""
        inner = self.starts[(self.starts > first) & (self.starts < last)]
        return np.concatenate([[first], inner, [last]])


def pieces_of(times: Dates, values: Floats, kind: str, outside: float | None) -> Pieces:
    """Return the pieces of a series; a value outside becomes one before it and one after it that never end."""
    ms = times.astype(np.int64)
    if kind == "means":
        starts, values, slopes, finals = ms[:-1], values, np.zeros(len(values)), values
    else:
        long = np.diff(ms) > 0  # a date that stands twice is a jump, not a piece
        starts, finals = ms[:-1][long], values[1:][long]
        slopes = (finals - values[:-1][long]) / (np.diff(ms)[long] / 1000)
        # The last instant is a piece of no length, so that the series has its exact value there.
        starts, finals, slopes = np.append(starts, ms[-1]), np.append(finals, values[-1]), np.append(slopes, 0.0)
        values = np.append(values[:-1][long], values[-1])
    end = int(ms[-1])
    if outside is not None:
        closed = len(starts) - (kind == "instants")
        starts = np.concatenate([[-NEVER], starts[:closed], [end]])
        values, finals = (np.concatenate([[outside], array[:closed], [outside]]) for array in (values, finals))
        slopes = np.concatenate([[0.0], slopes[:closed], [0.0]])
        end = NEVER
    return Pieces(starts, values, slopes, finals, end)


def pieces_of_years(times: Dates, values: Floats, kind: str, first: int, last: int) -> Pieces:
    """Return the pieces of a series that repeats every year, from a year before `first` to a year after `last`.

    Month and day keep their place in every year; what begins on 29 February is left out in years without one.
    """
    limits = np.array([first, last], "datetime64[ms]").astype("datetime64[Y]").astype(int)
    years = np.arange(limits[0] - 1, limits[1] + 2)
    starts = times[: len(values)]
    months = starts.astype("datetime64[M]")
    calendar = (12 * years[:, np.newaxis] + months.astype(int) % 12).astype("datetime64[M]")
    dates = calendar.astype("datetime64[ms]") + (starts - months)
    exists = dates.astype("datetime64[M]") == calendar
    every = np.broadcast_to(values, dates.shape)[exists]
    # The last date of a mean only ends the value before it.
    return pieces_of(dates[exists], every[:-1] if kind == "means" else every, kind, None)


def joined(ms: Milliseconds, left: Floats, right: Floats) -> tuple[Dates, Floats]:
    """Return instants with these limits on either side; where the two differ, the date stands twice."""
    left[0], right[-1] = right[0], left[-1]
    jumps = left != right
    kept = np.column_stack([np.ones_like(jumps), jumps])
    return np.repeat(ms, 1 + jumps).astype("datetime64[ms]"), np.column_stack([left, right])[kept]
