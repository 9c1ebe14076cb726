"""Dates and records as people write them: what a cell says, what a file holds, where a record has gaps."""

from __future__ import annotations

import csv
import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..units import convert, to_si

Dates = NDArray[np.datetime64]
Floats = NDArray[np.float64]
When = str | date | np.datetime64
Given = float | str  # a number in the unit that is said, or "<number> <unit>"
Kind = Literal["instants", "means"]
Label = Literal["start", "end"]
Fill = Literal["interpolate", "previous", "zero"]

SI_UNITS = ("m3/s", "m/s", "m", "m2", "m3", "")

# The Chinese signs of a date stand where ISO has its own; the T of ISO 8601 may be a space.
_SIGNS = str.maketrans({"/": "-", "年": "-", "月": "-", "日": " ", "T": " "})
_DATE = re.compile(
    r"(\d{4})-(\d{1,2})(?:-(\d{1,2})?)?(?:\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?"
    r"\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII,
)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_MISSING = {"", "-", "--", "na", "n/a", "nan", "null", "none"}

_NO_DATE = "no date; write 2020-06-08, 2020-06-08 08:00, 2020/6/8 or 2020年6月8日"
_OFFSET = "a date with an offset from UTC; write local standard time without the offset, the same all year"
_REMEDY = 'put in what is missing, or say fill="interpolate", "previous" or "zero"'


@contextmanager
def collecting(faults: list[str]) -> Iterator[None]:
    """Put the lines of a ValueError into the list and go on, so that a person sees all faults at once."""
    try:
        yield
    except ValueError as fault:
        faults += str(fault).split("\n")


def one_of(setting: str, value: object, choices: Sequence[object]) -> list[str]:
    """Return the fault of a setting that has to be one of a few."""
    said = " or ".join(repr(choice) for choice in choices if choice is not None)
    return [] if value in choices else [f"{setting} is {value!r}; say {said}"]


def listed(words: Sequence[str], most: int = 3) -> str:
    """Join the first few words, and say how many there are when there are more."""
    return ", ".join(words[:most]) + (f" … ({len(words)} in all)" if len(words) > most else "")


def nearest(word: object, words: Iterable[str]) -> str:
    """Offer the nearest of the words, or nothing."""
    near = difflib.get_close_matches(str(word), list(words), 1)
    return f", did you mean {near[0]!r}?" if near else ""


def parse_date(text: str) -> datetime:
    """Read a date, or raise a ValueError that says what the text is instead.

    >>> parse_date("2020年6月8日 08:00")
    datetime.datetime(2020, 6, 8, 8, 0)
    """
    match = _DATE.fullmatch(text.strip().translate(_SIGNS).rstrip())
    if match is None:
        raise ValueError(_NO_DATE)
    if match[8]:
        raise ValueError(_OFFSET)
    year, month, day, hour, minute, second = (int(group or 0) for group in match.groups()[:6])
    microsecond = int((match[7] or "").ljust(6, "0")[:6])
    try:
        return datetime(year, month, 1 if match[3] is None else day, hour, minute, second, microsecond)
    except ValueError:
        raise ValueError("no such day in the calendar, or no such time of day; correct it") from None


def instant(when: object) -> np.datetime64:
    """Return a date, a date and time, or a string that says one, as numpy's datetime64[ms].

    >>> instant("2020/6/8")
    np.datetime64('2020-06-08T00:00:00.000')
    """
    try:
        moment = parse_date(when) if isinstance(when, str) else when
        if isinstance(moment, datetime) and moment.tzinfo is not None:
            raise ValueError(_OFFSET)
        if not isinstance(moment, date | np.datetime64):
            raise ValueError(_NO_DATE)
        in_ms: np.datetime64 = np.array([moment], "datetime64[ms]")[0]
        if np.isnat(in_ms):
            raise ValueError(_NO_DATE)
    except ValueError as fault:
        raise ValueError(f"{str(when)!r}: {fault}") from None
    return in_ms


def instants(whens: object) -> Dates:
    """Return one date or many as an array of datetime64[ms] of the same shape."""
    array = np.asarray(whens) if hasattr(whens, "__array__") else None
    if array is None or array.dtype.kind != "M":
        if isinstance(whens, str) or not isinstance(whens, Iterable):
            return np.array(instant(whens))
        array = np.array([instant(when) for when in whens], "datetime64[ms]")
    if np.isnat(array).any():
        raise ValueError(f"'NaT': {_NO_DATE}")
    return array.astype("datetime64[ms]")


def date_text(moment: np.datetime64) -> str:
    """Write a date, and the time of day only when it says something.

    >>> date_text(np.datetime64("2020-06-08T08:00")), date_text(np.datetime64("2020-06-08T00:00"))
    ('2020-06-08 08:00', '2020-06-08')
    """
    text = str(moment.astype("datetime64[ms]")).replace("T", " ")
    for ending in (".000", ":00", " 00:00"):
        if not text.endswith(ending):
            break
        text = text.removesuffix(ending)
    return text


def scale_of(unit: str, si_unit: str | None) -> tuple[float, str]:
    """Return how many SI units one `unit` is, and which SI unit: `unit` itself unless `si_unit` is said."""
    si_unit = unit if si_unit is None else si_unit
    if si_unit not in SI_UNITS:
        raise ValueError(f"{si_unit!r} is not SI; say si_unit, one of {', '.join(map(repr, SI_UNITS))}")
    return (1.0 if unit == si_unit else convert(1.0, unit, si_unit)), si_unit


class Rows(NamedTuple):
    """A record as its source has it: dates (NaT where none could be read), values (NaN where none stands), places."""

    stamps: Dates
    values: Floats
    places: list[str]


def _text(path: Path) -> str:
    if path.is_dir():
        raise ValueError("is a folder; name a CSV file in it")
    try:
        content = path.read_bytes()
    except OSError as fault:
        raise ValueError(f"cannot be read ({fault.strerror}); check the path") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.replace("\r\n", "\n").replace("\r", "\n")
    raise ValueError("is text neither in UTF-8 nor in GBK; save it as CSV in UTF-8")


def _cells(line: str, separator: str) -> list[str]:
    return [cell.strip() for cell in next(csv.reader([line], delimiter=separator))]


def _number(text: str) -> float:
    if text.lower() in _MISSING:
        return np.nan
    if "," in text or "，" in text:
        raise ValueError("a comma in a number; write a decimal point, and nothing between thousands")
    number = float(text) if _NUMBER.fullmatch(text) else np.inf
    if not np.isfinite(number):
        raise ValueError("no finite number; correct it, or leave the cell empty where nothing was measured")
    return number


def _check_columns(header: list[str], column: str, time_column: str) -> None:
    faults = []
    for role, name in (("column", column), ("time_column", time_column)):
        if name not in header:
            faults.append(f"has no {role} {name!r}{nearest(name, header)}; its columns are {listed(header, 20)}")
        elif header.count(name) > 1:
            faults.append(f"has {header.count(name)} columns {name!r}; give each its own name")
    if column == time_column:
        faults.append(f"{column!r} cannot be both dates and values; say which time_column holds the dates")
    if faults:
        raise ValueError("\n".join(faults))


def read_csv(path: Path, column: str, time_column: str | None) -> tuple[Rows, list[str]]:
    """Read the dates and one column of a CSV file; return the rows and the faults of their cells.

    UTF-8 with or without BOM, or GBK; cells between commas, semicolons or tabs, whichever parts the header most;
    lines that are empty or begin with `#` are passed over.

    Raises
    ------
    ValueError
        If there are no rows to look at: no file, no text, no such column, no date in the time column.
    """
    numbered = enumerate(_text(path).split("\n"), 1)
    lines = [(n, line) for n, line in numbered if line.strip(" ,;\t") and not line.lstrip().startswith("#")]
    if len(lines) < 2:
        raise ValueError(f"{'holds a header and no rows' if lines else 'is empty'}; it needs a header line and rows")
    separator = max(",;\t", key=lambda mark: len(_cells(lines[0][1], mark)))
    header = _cells(lines[0][1], separator)
    time_column = header[0] if time_column is None else time_column
    _check_columns(header, column, time_column)
    at, of = header.index(time_column), header.index(column)

    wrong: dict[str, list[tuple[int, str]]] = {}
    stamps: list[datetime | None] = []
    values: list[float] = []
    for n, line in lines[1:]:
        cells = _cells(line, separator)
        # A faulty cell must not look like a gap as well: its date is NaT, its value a number that is never used.
        stamp, value = None, 0.0
        if any(cells[len(header) :]):
            rule = f"more than {len(header)} cells; if a comma is meant as decimal point, write a point"
            wrong.setdefault(rule, []).append((n, line))
        else:
            cells += [""] * (len(header) - len(cells))
            try:
                stamp = parse_date(cells[at])
            except ValueError as fault:
                wrong.setdefault(str(fault), []).append((n, cells[at]))
            try:
                value = _number(cells[of])
            except ValueError as fault:
                wrong.setdefault(str(fault), []).append((n, cells[of]))
        stamps.append(stamp)
        values.append(value)
    if len(wrong.get(_NO_DATE, ())) == len(stamps):
        first = wrong[_NO_DATE][0][1]
        raise ValueError(f"holds no date in {time_column!r} (first {first!r}); say which time_column holds the dates")
    faults = []
    for rule, found in wrong.items():
        numbers, texts = [str(n) for n, _ in found], [repr(text) for _, text in found]
        faults.append(f"line{'s' * (len(found) > 1)} {listed(numbers)}: {listed(texts)}: {rule}")
    return Rows(np.array(stamps, "datetime64[ms]"), np.array(values), [f"line {n}" for n, _ in lines[1:]]), faults


def _span(step: np.timedelta64) -> str:
    """Write a step in the largest unit that it fills."""
    if np.datetime_data(step)[0] == "M":
        months = int(step.astype(int))
        return f"{months} month" + "s" * (months > 1)
    seconds = step / np.timedelta64(1, "s")
    size, unit = next(
        (size, unit) for size, unit in ((86400, "d"), (3600, "h"), (60, "min"), (0, "s")) if seconds >= size
    )
    return f"{seconds / max(size, 1):g} {unit}"


def _disorder(rows: Rows) -> list[str]:
    """Return the faults of dates that stand twice or go back."""
    stamps, places = rows.stamps, rows.places
    faults = []
    _, first = np.unique(stamps, return_index=True)
    again = [i for i in np.setdiff1d(np.arange(len(stamps)), first) if not np.isnat(stamps[i])]
    if again:
        words = [f"{date_text(stamps[i])} ({places[i]})" for i in again]
        faults.append(f"dates stand twice: {listed(words)}; keep one row of each")
    back = np.flatnonzero(np.diff(stamps) < np.timedelta64(0))
    if back.size:
        words = [f"{date_text(stamps[i + 1])} ({places[i + 1]}) comes after {date_text(stamps[i])}" for i in back]
        faults.append(f"dates go back: {listed(words)}; put the rows in the order of time")
    return faults


def _gap_faults(
    kind: str, grid: Dates, values: Floats, places: list[str], gaps: NDArray[np.intp], step: np.timedelta64
) -> list[str]:
    """Return the faults of rows without a value, and of rows that are not there."""
    faults = []
    blank = np.flatnonzero(np.isnan(values))
    if blank.size:
        words = [f"{date_text(grid[i])} ({places[i]})" for i in blank]
        faults.append(f"no value on {listed(words)}; {_REMEDY}")
    if gaps.size:
        missing = (grid[gaps + 1] - grid[gaps] - 1) // step
        words = [
            date_text(grid[i] + step)
            + (f" to {date_text(grid[i] + n * step)}" if n > 1 else "")
            + f" (after {places[i]})"
            for i, n in zip(gaps, missing, strict=True)
        ]
        more = ", or say the longest_gap that is none" if kind == "instants" else ""
        faults.append(
            f"steps longer than {_span(step)}: {missing.sum()} rows missing, {listed(words)}; {_REMEDY}{more}"
        )
    return faults


def _filled(
    grid: Dates, values: Floats, gaps: NDArray[np.intp], step: np.timedelta64, fill: str
) -> tuple[Dates, Floats]:
    """Put rows into the gaps and values into the rows that have none."""
    missing = np.concatenate([grid[:0], *(np.arange(grid[i] + step, grid[i + 1], step) for i in gaps)])
    order = np.argsort(np.append(grid, missing))
    grid, values = np.append(grid, missing)[order], np.append(values, np.full(len(missing), np.nan))[order]
    blank = np.isnan(values)
    if fill == "zero":
        return grid, np.where(blank, 0.0, values)
    for end, side in ((0, "before"), (-1, "after")):
        if blank[end] and (side == "before" or fill == "interpolate"):
            raise ValueError(f"no value {side} {date_text(grid[end])} to fill it from; leave the row out")
    if fill == "previous":
        return grid, values[np.maximum.accumulate(np.where(blank, 0, np.arange(len(grid))))]
    seconds = (grid.astype("datetime64[ms]") - grid[0]) / np.timedelta64(1, "s")
    return grid, np.where(blank, np.interp(seconds, seconds[~blank], values[~blank]), values)


def _settings_faults(kind: str, label: str, fill: str | None, longest_gap: Given | None) -> list[str]:
    """Return what is wrong with how a record is to be read, whatever its rows."""
    faults = [
        *one_of("kind", kind, ("instants", "means")),
        *one_of("label", label, ("start", "end")),
        *one_of("fill", fill, (None, "interpolate", "previous", "zero")),
    ]
    if kind == "instants" and label == "end":
        faults.append('label is "end", but an instant has no step that ends; leave label out')
    if longest_gap is not None:
        with collecting(faults):
            if to_si(longest_gap, "s") <= 0:
                raise ValueError(f"longest_gap is {longest_gap!r}; it has to be longer than nothing")
        if kind == "means":
            faults.append("longest_gap is for instants; the steps of means follow each other without a gap")
    return faults


def assemble(
    rows: Rows, *, kind: str, label: str, fill: str | None, longest_gap: Given | None
) -> tuple[Dates, Floats, int, list[str]]:
    """Make the times and values of a series of rows; return them, how many values were filled in, and all faults.

    Rows that all stand on the first of a month have steps of months, others the most frequent of their steps.
    """
    faults = _settings_faults(kind, label, fill, longest_gap) + _disorder(rows)
    stamps, index = np.unique(rows.stamps[~np.isnat(rows.stamps)], return_index=True)
    index = np.flatnonzero(~np.isnat(rows.stamps))[index]
    values, places = rows.values[index], [rows.places[i] for i in index]
    if len(stamps) < 2:
        return stamps, values, 0, [*faults, "has fewer than two dates; a value that stays is Series.constant"]

    months = stamps.astype("datetime64[M]")
    grid = months if longest_gap is None and np.array_equal(months, stamps) else stamps
    ahead = np.diff(grid)
    steps, counts = np.unique(ahead, return_counts=True)
    step = steps[counts.argmax()]
    # Where a date that could not be read follows, nothing is known to be missing.
    known = ~np.append(np.isnat(rows.stamps), False)[index[:-1] + 1]
    if kind == "means":
        uneven = [
            f"{date_text(stamps[i])} to {date_text(stamps[i + 1])}"
            for i in np.flatnonzero(known & (ahead % step != np.timedelta64(0)))
        ]
        if uneven:
            faults.append(f"not a whole number of steps of {_span(step)}: {listed(uneven)}; correct the dates")
    elif longest_gap is not None and not faults:
        step = np.timedelta64(round(1000 * to_si(longest_gap, "s")), "ms")
    elif counts.max() <= 0.75 * counts.sum():
        step = steps[-1]  # the record keeps no step, so that none is missing

    gaps = np.flatnonzero(known & (ahead > step))
    if fill is None:
        faults += _gap_faults(kind, grid, values, places, gaps, step)
    present = np.count_nonzero(~np.isnan(values))
    if fill is not None and not faults:
        with collecting(faults):
            grid, values = _filled(grid, values, gaps, step, fill)
    filled = len(values) - int(present)
    if kind == "means":
        grid = np.append(grid, grid[-1] + step) if label == "start" else np.insert(grid, 0, grid[0] - step)
    return grid.astype("datetime64[ms]"), values, filled, faults
