"""A season of every year, in which a curve is held at a level."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

import numpy as np
from pydantic import BeforeValidator, WithJsonSchema

from ..series import Series
from ..series.pieces import YEAR
from ..series.reading import instant
from ..series.shapes import month_day

DAY = np.timedelta64(86_400_000, "ms")
COMMON_YEAR = np.datetime64("2002-01-01", "ms")  # no leap year, and not beside one; dates are counted in it

MonthDay = Annotated[
    str,
    BeforeValidator(month_day),
    WithJsonSchema({"description": "month and day", "type": "string", "pattern": r"^\d\d?-\d\d?$"}),
]
"""A day of every year, as month and day: `"11-15"`."""


class Season(NamedTuple):
    """A season with the time before and after it in which a curve goes to its level and back, by four moments.

    They are dates of one common year, 2002; the season may wrap New Year.
    """

    leave: np.datetime64  # the curve as it was
    begin: np.datetime64
    until: np.datetime64
    back: np.datetime64  # on the curve as it was

    @classmethod
    def of(cls, begin: str, until: str, drawdown: float, refill: float) -> Season:
        """The season between two days of the year, with the times of drawdown before and refill after it [s].

        Raises
        ------
        ValueError
            If both days are one, or the whole takes a year, so that nothing is left of a curve.
        """
        if begin == until:
            raise ValueError(f"begin and until are both {begin!r}; let the season end on another day than it begins")
        year = 365 * DAY
        first, last = instant(f"2002-{begin}"), instant(f"2002-{until}")
        last = last if last > first else last + year
        longest = year / DAY * 86_400.0
        before, after = (np.timedelta64(round(1000 * min(seconds, longest)), "ms") for seconds in (drawdown, refill))
        if (whole := before + (last - first) + after) >= year:
            raise ValueError(
                f"from begin {begin!r} until {until!r}, with drawdown and refill, are {whole / DAY:g} days, and a year "
                "has 365; check the two dates, or shorten drawdown or refill"
            )
        moments = (first - before, first, last, last + after)
        return cls(*(COMMON_YEAR + (moment - COMMON_YEAR) % year for moment in moments))

    def held(self, curve: Series, level: float) -> Series:
        """A curve of every year that stands at a level in the season, with straight lines to it and back.

        The curve as it was is read in a common year. Where one of its lines passes both 29 February and an end of the
        season, it is bent there in a leap year, by up to what it rises in a day.

        Raises
        ------
        ValueError
            If the curve has dates instead.

        Examples
        --------
        >>> curve = Season.of("11-15", "03-31", 30 * 86400.0, 0.0).held(Series.constant(24.5, "m"), 24.0)
        >>> [curve.at(day) for day in ("2019-10-31", "2019-11-15", "2020-02-29", "2020-03-30", "2020-03-31")]
        [24.25, 24.0, 24.0, 24.0, 24.5]
        """
        if curve.period is None:
            raise ValueError("has dates of its own, and a season comes every year; give it as a yearly curve")
        before = curve.between(self.leave - DAY, self.leave).values[-1]  # where the curve jumps, it is what was before
        moments = np.array([_in_leap_year(moment) for moment in self])
        times, values = _points(curve)
        apart = (times - moments[0]) % (366 * DAY) > (moments[3] - moments[0]) % (366 * DAY)
        times = np.concatenate([times[apart], moments])
        values = np.concatenate([values[apart], [before, level, level, curve.at(self.back)]])
        order = np.argsort(times, kind="stable")  # two points at one moment are a jump, and stay in their order
        new = Series(times[order], values[order], "instants", curve.unit, curve.name, "year")
        difference = dated(curve) + -1.0 * dated(new)
        return new if difference.values.any() else curve


def dated(curve: Series) -> Series:
    """A series with dates: its own, or those of a leap year and a common one."""
    return curve if curve.period is None else curve.between("2000-01-01", "2002-01-01")


def _in_leap_year(moment: np.datetime64) -> np.datetime64:
    """A moment of the common year in the year 2000, in which series that repeat every year keep their dates."""
    passed = moment - COMMON_YEAR
    return YEAR + passed + (DAY if passed >= 59 * DAY else 0 * DAY)


def _points(curve: Series) -> tuple[Any, Any]:
    """The points between which a curve of every year is straight; where it jumps there are two at one moment."""
    if curve.kind == "instants":
        return curve.times, curve.values
    times, values = curve.times[:-1], curve.values[: len(curve.times[:-1])]  # none where it is constant
    every_year = times.astype("datetime64[D]") != np.datetime64("2000-02-29")
    times, values = times[every_year], values[every_year]
    return np.repeat(times, 2), np.column_stack([np.roll(values, 1), values]).ravel()
