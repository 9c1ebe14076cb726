"""What all rules share."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import BeforeValidator, Field, ValidationInfo, field_validator

from ..series import Series
from ..series.reading import date_text
from ..units import Column, Duration, Quantity, Record, to_si

SCHEDULE, PROPORTIONAL, START_STOP, SHUT_OFF, RELEASE_LIMIT, RAMP, DWELL, JOINT = range(8)
"""Kinds of rules as the balance knows them."""

OBSERVATION_STEP = 3600.0
"""How often an operator looks, unless said otherwise [s]."""

SMALLEST_GAP = 0.001
"""Least distance between the levels at which a rule starts and stops [m]."""

ROUNDING = 1e-9
"""By how much it may fall short, since 24.301 − 24.3 is not 0.001 to the last bit [m]."""

Rank = Annotated[int, Field(ge=1, strict=True)]
Watch = Literal["head", "tail"]
Speed = Annotated[float, Quantity("", "change of the opening in an hour", minimum=0.0)]
Rises = Annotated[tuple[float, ...], Column(Quantity("m", "rise above the first unit's level", minimum=0.0))]


def _series_in(unit: str) -> BeforeValidator:
    """Take a series in this unit, or one value that stays."""

    def read(value: object, info: ValidationInfo) -> object:
        if not isinstance(value, Series):
            return None if value is None else Series.constant(to_si(value, unit), unit)
        if value.unit != unit:
            needed, remedy = (unit, f"in {unit}") if unit else ("no unit", "in plain numbers")
            found = value.unit or "no unit"
            raise ValueError(f"{info.field_name} is in {found}, and {needed} is needed; give the series {remedy}")
        return value

    return BeforeValidator(read)


LevelSeries = Annotated[Series, _series_in("m")]
DischargeSeries = Annotated[Series, _series_in("m3/s")]
OpeningSeries = Annotated[Series, _series_in("")]


class Rule(Record):
    """What all rules share.

    Parameters
    ----------
    structure : name of the structure that is moved
    rank : place among the rules of the structure, 1 first; each type has its usual one
    observe : how often an operator looks [s]; without it the rule acts at the very moment where it can, and every hour
        where it watches a third water or moves what has a ramp or a dwell time
    """

    KIND: ClassVar[int]
    RANK: ClassVar[int]
    SERIES: ClassVar[Mapping[str, str]] = {}  # fields that hold a series, with their units

    type: str
    structure: str
    rank: Rank | None = None
    observe: Duration | None = None

    @field_validator("observe")
    @classmethod
    def _seldom(cls, observe: float | None) -> float | None:
        if observe is not None and observe < 60.0:
            raise ValueError(f"the operator looks every {observe:g} s; take at least a minute, or leave observe out")
        return observe

    @property
    def place(self) -> int:
        """Rank among the rules of its structure: its own, or the usual one of its type."""
        return self.RANK if self.rank is None else self.rank

    @property
    def series(self) -> tuple[Series | None, Series | None]:
        """What the rule reads: up to two series, as the balance takes them."""
        return None, None

    @property
    def width(self) -> float:
        """Its one number: band [m], opening, change of the opening per second, or time [s]; 0 where there is none."""
        return 0.0

    @property
    def side(self) -> int:
        """1 where the rule acts above its level, −1 below."""
        return 1

    @property
    def rises(self) -> tuple[float, ...]:
        """How far above the first unit's level each unit has its own [m]."""
        return ()

    def watched(self, structure: Any) -> str | None:
        """Name of the water whose level the rule reads; None if it reads none."""
        name: str | None = getattr(self, "watch", "head")
        return getattr(structure, name) if name in ("head", "tail") else name

    def watches_another(self, structure: Any) -> bool:
        """Whether the rule reads a third water, which is on neither side of its structure."""
        return self.watched(structure) not in (structure.head, structure.tail)

    def check(self, structures: Mapping[str, Any], waters: Mapping[str, Any]) -> list[str]:
        """Faults of the rule among these structures and waters, a sentence each."""
        if self.structure not in structures:
            found = nearest(self.structure, structures, "structures")
            return [f"the {self.type} moves {self.structure!r}, which is no structure of the system; {found}"]
        faults = self._faults(structures[self.structure], waters)
        return [f"the {self.type} of {self.structure!r} {fault}" for fault in faults]

    def _faults(self, structure: Any, waters: Mapping[str, Any]) -> Iterator[str]:
        """What is wrong with the rule of this structure, as the rest of a sentence."""
        water = self.watched(structure)
        if water is None:
            yield "is to watch the tail, and there is none; watch the head"
        elif water not in waters and self.watches_another(structure):
            yield f"is to watch {water!r}, which is no water of the system; {nearest(water, waters, 'waters')}"

    def _does(self) -> str:
        """What a line about the rule tells."""
        raise NotImplementedError

    def __str__(self) -> str:
        return self._does() + ("" if self.observe is None else f", looked at every {self.observe / 3600.0:g} h")


def nearest(name: str, known: Mapping[str, Any], what: str) -> str:
    """What is offered in place of a name that nothing has, as the end of a sentence."""
    near = difflib.get_close_matches(name, known, 1)
    return f"did you mean {near[0]!r}?" if near else f"the {what} are: {', '.join(known) or 'none'}"


def called(watch: str) -> str:
    """The water that a rule watches, in a line about it."""
    return f"the {watch}" if watch in ("head", "tail") else watch


def said(series: Series) -> str:
    """A series in a few words.

    >>> said(Series.yearly({"10-15": 24.0, "04-01": 24.5}, unit="m"))
    '24.00 … 24.50 m through the year'
    """
    form, unit = {"m": (".2f", " m"), "m3/s": ("g", " m³/s")}.get(series.unit, ("g", ""))
    low, high = (max(format(value, form), format(value, "g"), key=len) for value in series.extremes)
    if low == high:
        return low + unit
    return f"{low} … {high}{unit} " + ("through the year" if series.period else "as dated")


def day_of(series: Series, value: float) -> str:
    """Where a series has a value, as the end of a sentence: " on 04-01" of every year, or " on 2020-04-01"."""
    found = series.times[: len(series)][series.values[: len(series.times)] == value]
    return f" on {_day(series.period, found[0])}" if len(found) else ""


def outside(water: Any, key: str, series: Series, shift: float = 0.0) -> Iterator[str]:
    """The faults of levels that lie below the bottom of a lake or above its dike, as the rest of a sentence.

    `shift` is how far the level of the last unit lies from the first unit's [m].
    """
    bottom = getattr(getattr(water, "hypsometry", None), "bottom", None)
    crest = getattr(water, "dike_crest", None)
    low, high = series.extremes
    if bottom is not None and low + min(shift, 0.0) < bottom:
        yield (
            f"has a {key} of {low + min(shift, 0.0):g} m{day_of(series, low)}, below the bottom {bottom:g} m of "
            f"{water.name!r}; raise it"
        )
    if crest is not None and high + max(shift, 0.0) > crest:
        yield (
            f"has a {key} of {high + max(shift, 0.0):g} m{day_of(series, high)}, above the dike crest {crest:g} m of "
            f"{water.name!r}; lower it"
        )


def _day(period: str | None, moment: np.datetime64) -> str:
    return date_text(moment)[5:10] if period == "year" else date_text(moment)


def check_gap(upper: Series, lower: Series, side: int, word: str, other: str) -> None:
    """Raise ValueError where two levels do not lie apart, the first above the second, or below for the side −1."""
    constant = upper.period == lower.period == "constant"
    period = "year" if upper.period and lower.period else None
    if period == "year":  # in a leap year, and in another one
        upper, lower = (series.between("2000-01-01", "2002-01-01") for series in (upper, lower))
    gap = side * (upper + -1.0 * lower)
    least = gap.extremes[0]
    if least < SMALLEST_GAP - ROUNDING:
        when = "" if constant else f" on {_day(period, gap.times[gap.values.argmin()])}"
        way, wrong = ("above", "below") if side > 0 else ("below", "above")
        found = f"{abs(least):g} m {way if least > 0.0 else wrong}" if abs(least) > ROUNDING else "no higher than"
        raise ValueError(
            f"{word!r} lies {found} {other!r}{when}; let it lie at least {1000.0 * SMALLEST_GAP:g} mm {way} it"
        )
