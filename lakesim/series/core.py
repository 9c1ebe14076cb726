"""What a series is, how it is made, what it says over time, and what can be done with it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

from ..units import to_si
from .pieces import NEVER, NEXT_YEAR, YEAR, Milliseconds, Pieces, joined, pieces_of, pieces_of_years
from .reading import (
    SI_UNITS,
    Dates,
    Fill,
    Floats,
    Given,
    Kind,
    Label,
    Rows,
    When,
    assemble,
    collecting,
    date_text,
    instant,
    instants,
    listed,
    one_of,
    read_csv,
    scale_of,
)
from .shapes import climatology, constant, gamma_hydrograph, pulse, triangle, yearly
from .tables import from_table

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False, repr=False)
class Series:
    """A forcing over time, in SI units.

    Two series are equal when their dates, values, kind and unit are; the name does not count.

    Parameters
    ----------
    times : dates in local standard time, kept to the millisecond: n for instants, n + 1 edges for means
    values : n finite numbers [unit]
    kind : `"instants"`, linear between (a date that stands twice is a jump), or `"means"`, values[i] from times[i] up
        to times[i + 1]
    unit : SI unit, `"m3/s"`, `"m/s"`, `"m"`, …
    name : what messages and figures call it
    period : None, `"constant"` (one value, no times) or `"year"` (times in the year 2000, repeated every year)
    outside : value before the first and after the last date [unit]; None: there is none, and to ask is an error
    filled : how many of the values were not in the record

    Raises
    ------
    ValueError
        Dates that do not ascend or do not fit the values, a value that is not finite, a unit that is not SI.

    Examples
    --------
    >>> inflow = Series(["2020-06-08", "2020-06-09", "2020-06-10"], [100.0, 300.0], "means", "m3/s", "inflow")
    >>> inflow
    <Series inflow, 2 means, 100 … 300 m3/s, 2020-06-08 to 2020-06-10>
    >>> inflow.volume("2020-06-08 12:00", "2020-06-10")
    30240000.0
    """

    times: Dates
    values: Floats
    kind: Kind
    unit: str
    name: str = ""
    period: Literal["constant", "year"] | None = None
    outside: float | None = None
    filled: int = 0

    def __post_init__(self) -> None:
        for field, array in (("times", instants(self.times)), ("values", np.array(self.values, float))):
            array.flags.writeable = False
            object.__setattr__(self, field, array)
        if self.outside is not None:
            object.__setattr__(self, "outside", float(self.outside))
        if faults := self._faults():
            raise ValueError("\n".join(f"{self._called}: {fault}" for fault in faults))

    def _faults(self) -> list[str]:
        times, values, means = self.times, self.values, self.kind == "means"
        faults = [
            *one_of("kind", self.kind, ("instants", "means")),
            *one_of("period", self.period, (None, "constant", "year")),
            *one_of("unit", self.unit, SI_UNITS),
        ]
        if not np.isfinite(values).all() or not np.isfinite(self.outside or 0.0):
            faults.append("a value is not finite; correct it, or leave it out")
        if faults:
            return faults
        wanted = 0 if self.period == "constant" else values.size + means
        fewest = 1 if means or self.period else 2
        if values.ndim != 1 or values.size < fewest or times.shape != (wanted,):
            rule = "one date more than values" if means else "as many dates as values"
            rule = "one value and no date" if self.period == "constant" else f"{rule}, at least {fewest}"
            return [f"has {times.size} dates and {values.size} values; {self.kind} need {rule}"]
        ahead = np.diff(times)
        wrong = ahead <= np.timedelta64(0)
        if not means:  # twice is a jump, three times is not
            wrong = (ahead < np.timedelta64(0)) | (wrong & np.append(False, wrong[:-1]))
        if wrong.any():
            words = [f"{date_text(times[i + 1])} after {date_text(times[i])}" for i in np.flatnonzero(wrong)]
            return [f"has dates that do not ascend: {listed(words)}; put them in the order of time"]
        if self.period == "year" and (times[0] < YEAR or times[-1] > NEXT_YEAR):
            return ["has dates outside the year 2000, which stands for every year; use Series.climatology or .yearly"]
        return []

    @property
    def _called(self) -> str:
        return f"series {self.name}" if self.name else "the series"

    # How a series is made

    constant = classmethod(constant)
    climatology = classmethod(climatology)
    yearly = classmethod(yearly)
    triangle = classmethod(triangle)
    gamma_hydrograph = classmethod(gamma_hydrograph)
    pulse = classmethod(pulse)

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        column: str,
        *,
        unit: str,
        kind: Kind,
        si_unit: str | None = None,
        time_column: str | None = None,
        label: Label = "start",
        fill: Fill | None = None,
        longest_gap: Given | None = None,
        name: str | None = None,
    ) -> Series:
        """Read a column of a CSV file with a header, in UTF-8 (with or without BOM) or GBK.

        Cells stand between commas, semicolons or tabs; empty lines and lines that begin with `#` are passed over.
        Dates are 2020-06-08, 2020-06-08 08:00, 2020/6/8, 2020年6月8日 or, for months, 2020-06, in local standard time.

        Parameters
        ----------
        column : header of the values
        unit, si_unit : unit in the file, and SI unit of the series (needed if `unit` is not SI)
        kind : `"means"` over the steps from row to row, or `"instants"`
        time_column : header of the dates; the first column unless said
        label : whether the date of a mean is the `"start"` of its step (a day's record bears that day) or the `"end"`
        fill : how to fill rows that are missing or empty, `"interpolate"`, `"previous"` or `"zero"`; unless said, a
            gap is an error
        longest_gap : longest time between two instants [s]; unless said, the step of a record in which over three
            quarters of the rows keep one, and none for other records
        name : the column unless said

        Raises
        ------
        ValueError
            With all faults at once, a line each: file, place, what stands there, rule and remedy.
        """
        faults: list[str] = []
        rows = None
        with collecting(faults):
            rows, cell_faults = read_csv(Path(path), column, time_column)
            faults += cell_faults
        how = {"kind": kind, "label": label, "fill": fill, "longest_gap": longest_gap}
        return _from_rows(rows, faults, str(path), column if name is None else name, unit, si_unit, how)

    @classmethod
    def from_pandas(
        cls,
        data: pd.Series[Any],
        *,
        unit: str,
        kind: Kind,
        si_unit: str | None = None,
        label: Label = "start",
        fill: Fill | None = None,
        longest_gap: Given | None = None,
        name: str | None = None,
    ) -> Series:
        """Take over a pandas Series whose index holds dates without time zone; see `from_csv` for the parameters.

        Raises
        ------
        ValueError
            With all faults at once, as for a file.
        """
        faults: list[str] = []
        rows = None
        with collecting(faults):
            places = [f"row {n}" for n in range(len(data))]
            rows = Rows(instants(data.index), data.to_numpy(float, na_value=np.nan), places)
        how = {"kind": kind, "label": label, "fill": fill, "longest_gap": longest_gap}
        name = str(data.name or "") if name is None else name
        return _from_rows(rows, faults, f"pandas Series {name}".strip(), name, unit, si_unit, how)

    @classmethod
    def from_table(cls, table: Mapping[str, Any], *, quantity_unit: str, folder: Path, name: str) -> Series:
        """Make the series that a table of a scenario file describes.

        Parameters
        ----------
        table : exactly one of the keys `file`, `constant`, `monthly`, `daily`, `yearly`, `triangle`, `gamma`, `pulse`,
            and beside it the other parameters of `from_csv`, `constant`, `climatology` or `yearly`; the parameters of
            the last three stand in the table that is the key's value. Plain numbers are in `unit`, the quantity's
            unless said; a file's unit has to be said
        quantity_unit : SI unit of the series
        folder : where a relative path starts
        name : what the series is called

        Raises
        ------
        ValueError
            With all faults at once, a line each, the name before it.

        >>> Series.from_table({"constant": "3 mm/d"}, quantity_unit="m/s", folder=Path(), name="evaporation")
        <Series evaporation, constant 3.47222e-08 m/s>
        """
        return from_table(cls, table, quantity_unit, folder, name)

    def to_pandas(self) -> pd.Series[float]:
        """Return a pandas Series: instants at their dates, means at the start of their steps.

        Raises
        ------
        ValueError
            If the series is constant or repeats every year; `between` gives it an end.
        """
        import pandas as pd

        self._bounds(None, None)
        return pd.Series(self.values, pd.DatetimeIndex(self.times[: len(self)], name="time"), name=self.name)

    # What a series says

    def over(self, start: When, end: When) -> tuple[Floats, Floats, Floats]:
        """Return the series from `start` to `end` as straight pieces, exactly: what the solver integrates.

        Returns
        -------
        seconds : n + 1 breakpoints, from 0 at `start` to the end [s]
        values, slopes : n each [unit], [unit/s]; in piece k the series is values[k] + slopes[k]·(t − seconds[k])

        Raises
        ------
        ValueError
            If the series does not cover all of it.

        >>> level = Series(["2020-06-08", "2020-06-09"], [24.0, 24.864], "instants", "m")
        >>> level.over("2020-06-08 06:00", "2020-06-08 18:00")
        (array([    0., 43200.]), array([24.216]), array([1.e-05]))
        """
        first, last, pieces = self._cut(start, end)
        low = int(pieces.starts.searchsorted(first, "right")) - 1
        high = int(pieces.starts.searchsorted(last, "left"))
        values, slopes = pieces.values[low:high].copy(), pieces.slopes[low:high].copy()
        values[0] += slopes[0] * ((first - pieces.starts[low]) / 1000)
        seconds = np.empty(len(values) + 1)
        seconds[0], seconds[1:-1], seconds[-1] = 0.0, pieces.starts[low + 1 : high] - first, last - first
        return seconds / 1000, values, slopes

    def at(self, when: When | Iterable[When]) -> Any:
        """Return the value at a date as a float, or at many as an array [unit]; where it jumps, the value after.

        Raises
        ------
        ValueError
            If the series does not cover a date.
        """
        ms = instants(when).astype(np.int64)
        if ms.size == 0:
            return np.empty(ms.shape)
        values = self._covering(int(ms.min()), int(ms.max())).right(ms)
        return values if ms.shape else float(values)

    def volume(self, start: When | None = None, end: When | None = None) -> float:
        """Return the exact integral from `start` to `end` [unit·s]; unless said, from the first to the last date."""
        seconds, values, slopes = self.over(*self._bounds(start, end))
        return float(np.sum(_integrals(values, slopes, np.diff(seconds))))

    def volumes(self, start: When, seconds: Floats) -> Floats:
        """Return the exact integrals from `start` to each of these many seconds after it, the last one last [unit·s].

        >>> Series.constant(2.0, "m3/s").volumes("2020-06-08", np.array([60.0, 3600.0]))
        array([ 120., 7200.])
        """
        first = instant(start)
        breaks, values, slopes = self.over(first, first + np.timedelta64(round(1000.0 * seconds[-1]), "ms"))
        before = np.concatenate([[0.0], np.cumsum(_integrals(values, slopes, np.diff(breaks)))])
        k = np.minimum(breaks.searchsorted(seconds, "right") - 1, len(values) - 1)
        volumes: Floats = before[k] + _integrals(values[k], slopes[k], seconds - breaks[k])
        return volumes

    def mean(self, start: When | None = None, end: When | None = None) -> float:
        """Return the mean from `start` to `end` [unit]; unless said, from the first to the last date."""
        first, last = self._bounds(start, end)
        return self.volume(first, last) / float((last - first) / np.timedelta64(1, "s"))

    def maximum(self, start: When | None = None, end: When | None = None) -> float:
        """Return the highest value from `start` to `end` [unit]; unless said, from the first to the last date."""
        first, last, pieces = self._cut(*self._bounds(start, end))
        ms = pieces.edges(first, last)
        return float(max(pieces.right(ms[:-1]).max(), pieces.left(ms[1:]).max()))

    @property
    def extremes(self) -> tuple[float, float]:
        """The lowest and the highest value that the series ever has [unit]."""
        every = self.values if self.outside is None else np.append(self.values, self.outside)
        return float(every.min()), float(every.max())

    # What can be done with a series

    def between(self, start: When, end: When) -> Series:
        """Return the series from `start` to `end` only; what repeats or stands outside is written out."""
        first, last, pieces = self._cut(start, end)
        ms = pieces.edges(first, last)
        times, values = _values(self.kind, ms, pieces.left(ms), pieces.right(ms))
        return replace(self, times=times, values=values, period=None, outside=None)

    def shifted(self, duration: Given) -> Series:
        """Return the series a duration later [s]; a negative duration makes it earlier."""
        if self.period == "year":
            raise ValueError(f"{self._called} repeats every year; take the dates wanted with between() first")
        return replace(self, times=self.times + np.timedelta64(round(1000 * to_si(duration, "s")), "ms"))

    def __mul__(self, factor: float) -> Series:
        if not isinstance(factor, Real):
            return NotImplemented
        outside = None if self.outside is None else self.outside * factor
        return replace(self, values=self.values * factor, outside=outside)

    __rmul__ = __mul__
    __array_ufunc__ = None  # numpy leaves `np.float64(2) * series` to __rmul__

    def __add__(self, other: Series) -> Series:
        """Return the sum, on the dates that both cover: means of means, or instants that jump where means do."""
        if not isinstance(other, Series):
            return NotImplemented
        both = f"{self._called} and {other._called}"
        if self.unit != other.unit:
            raise ValueError(f"{both} are in {self.unit!r} and {other.unit!r} and cannot be added; give both one unit")
        name = " + ".join(dict.fromkeys(filter(None, (self.name, other.name))))
        filled = self.filled + other.filled
        for one, two in ((self, other), (other, self)):
            if two.period == "constant":
                raised = None if one.outside is None else one.outside + two.values[0]
                return replace(one, values=one.values + two.values[0], outside=raised, name=name, filled=filled)
        same = self.kind == other.kind and np.array_equal(self.times, other.times)
        if same and self.period == other.period == "year":
            return replace(self, values=self.values + other.values, name=name, filled=filled)

        outside = None
        ending = [series for series in (self, other) if series.period is None and series.outside is None]
        if ending:
            start, end = max(series.times[0] for series in ending), min(series.times[-1] for series in ending)
        elif self.outside is not None and other.outside is not None:
            start, end = min(self.times[0], other.times[0]), max(self.times[-1], other.times[-1])
            outside = self.outside + other.outside
        else:
            raise ValueError(f"{both} have no end; take the dates wanted with between() first")
        if start >= end:
            raise ValueError(f"{both} have no dates in common; give one a longer record, or shift it")
        first, last, mine = self._cut(start, end)
        _, _, others = other._cut(start, end)
        ms = np.union1d(mine.edges(first, last), others.edges(first, last))
        kind: Kind = "means" if self.kind == other.kind == "means" else "instants"
        times, values = _values(kind, ms, mine.left(ms) + others.left(ms), mine.right(ms) + others.right(ms))
        return Series(times, values, kind, self.unit, name, None, outside, filled)

    # What it is made of, and what Python asks of a value

    def _bounds(self, start: When | None, end: When | None) -> tuple[np.datetime64, np.datetime64]:
        if self.period is not None and (start is None or end is None):
            raise ValueError(f"{self._called} has no first and last date; say start and end, or use between() first")
        first = self.times[0] if start is None else instant(start)
        return first, self.times[-1] if end is None else instant(end)

    def _cut(self, start: When, end: When) -> tuple[int, int, Pieces]:
        first, last = int(instant(start).astype(np.int64)), int(instant(end).astype(np.int64))
        if first >= last:
            raise ValueError(f"{self._called} is asked for {_dates(first, last)}; the end has to be after the start")
        return first, last, self._covering(first, last)

    def _covering(self, first: int, last: int) -> Pieces:
        pieces = self._pieces
        if pieces is None:
            return pieces_of_years(self.times, self.values, self.kind, first, last)
        if first < pieces.starts[0] or last > pieces.end:
            covered = _dates(int(pieces.starts[0]), pieces.end)
            remedy = "give a longer record or ask for another time"
            raise ValueError(f"{self._called} covers {covered}, and {_dates(first, last)} is asked for; {remedy}")
        return pieces

    @cached_property
    def _pieces(self) -> Pieces | None:
        if self.period == "constant":
            return Pieces(np.array([-NEVER]), self.values, np.zeros(1), self.values, NEVER)
        return None if self.period else pieces_of(self.times, self.values, self.kind, self.outside)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that makes the series what it is, but for its name."""
        head = repr((self.kind, self.unit, self.period, self.outside)).encode()
        return hashlib.sha256(head + self.times.tobytes() + self.values.tobytes()).hexdigest()

    def __eq__(self, other: object) -> bool:
        return self.digest == other.digest if isinstance(other, Series) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.digest)

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        words = f"<Series {self.name},".replace(" ,", "")
        if self.period == "constant":
            return f"{words} constant {self.values[0]:g} {self.unit}".rstrip() + ">"
        low, high = self.values.min(), self.values.max()
        words = f"{words} {len(self)} {self.kind}, {low:g} … {high:g} {self.unit}".rstrip()
        words += ", every year" if self.period else f", {date_text(self.times[0])} to {date_text(self.times[-1])}"
        words += "" if self.outside is None else f", outside {self.outside:g}"
        return words + (f", {self.filled} filled" if self.filled else "") + ">"

    def __reduce__(self) -> tuple[Any, ...]:
        # Through the constructor, since an array that is pickled as such comes back writable.
        return Series, tuple(getattr(self, field.name) for field in fields(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Let a record have a series as a field, given as an instance."""

        def check(value: object) -> Series:
            if isinstance(value, Series):
                return value
            raise ValueError(f"{value!r} is not a Series; use Series.constant, Series.from_csv or another constructor")

        return core_schema.no_info_plain_validator_function(check, json_schema_input_schema=core_schema.dict_schema())


def _integrals(values: Floats, slopes: Floats, steps: Floats) -> Floats:
    """The integrals of straight pieces over so many seconds from where each begins [unit·s]."""
    return (values + 0.5 * slopes * steps) * steps


def _dates(first: int, last: int) -> str:
    return " to ".join(date_text(np.datetime64(ms, "ms")) for ms in (first, last))


def _values(kind: Kind, ms: Milliseconds, left: Floats, right: Floats) -> tuple[Dates, Floats]:
    """Return the times and values of a series with these limits on either side of its edges."""
    return (ms.astype("datetime64[ms]"), right[:-1]) if kind == "means" else joined(ms, left, right)


def _from_rows(
    rows: Rows | None,
    faults: list[str],
    source: str,
    name: str,
    unit: str,
    si_unit: str | None,
    how: Mapping[str, Any],
) -> Series:
    """Make a series of rows, or raise their faults and those of the settings together."""
    with collecting(faults):
        scale, si_unit = scale_of(unit, si_unit)
    if rows is not None:
        times, values, filled, gap_faults = assemble(rows, **how)
        faults += gap_faults
        if not faults:
            return Series(times, scale * values, how["kind"], si_unit, name, filled=filled)
    raise ValueError("\n".join(f"{source}: {fault}" for fault in faults))
