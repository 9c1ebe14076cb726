"""Inputs that are not known well, and what makes others of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from operator import add, mul
from typing import Any

from ..floods import Flood
from ..measures.base import nearest
from ..series import Series
from ..units import to_si
from ..waters import LAKE_SERIES, River, System

Edit = Callable[[System, Flood], tuple[System, Flood]]
"""What makes another input of a system and a flood."""


@dataclass(frozen=True)
class Input:
    """An input that is not known well, and the two ends of what it may be.

    Parameters
    ----------
    name : what tables call it
    low, high : functions of a system and a flood that return both with the input at that end; one of them may be None,
        where there is but one other value
    title_zh : what tables call it in Chinese, if not the name

    Examples
    --------
    Whatever a measure can change is an input too.

    >>> from lakesim import PumpStartLevel
    >>> Input("pumps", *(lambda system, flood, at=at: (PumpStartLevel(water="lake", level=at).apply(system), flood)
    ...                  for at in (24.0, 25.0))).name
    'pumps'
    """

    name: str
    low: Edit | None
    high: Edit | None
    title_zh: str = ""

    def __post_init__(self) -> None:
        if self.low is None and self.high is None:
            raise ValueError(f"the input {self.name!r} has neither a low nor a high end; give at least one of them")

    @property
    def ends(self) -> dict[str, Edit]:
        """The ends that it has, by their names."""
        return {end: edit for end, edit in (("low", self.low), ("high", self.high)) if edit is not None}

    def title(self, lang: str) -> str:
        """What tables call it."""
        return self.title_zh if lang == "zh" and self.title_zh else self.name

    @classmethod
    def scaled(cls, series: str, low: float, high: float, *, name: str = "", title_zh: str = "") -> Input:
        """A series times a factor: of the flood, or else the water's own.

        Parameters
        ----------
        series : `"<water>.<term>"`, as in `Flood`
        low, high : the factors, 0 or more

        Raises
        ------
        ValueError
            If low lies above high, or is negative.

        Examples
        --------
        >>> from lakesim import Lake, Hypsometry
        >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=1.0)
        >>> flood = Flood(series={"lake.inflow": Series.constant("10 m3/s", "m3/s")})
        >>> _, less = Input.scaled("lake.inflow", 0.9, 1.1).low(System(waters=[lake]), flood)
        >>> less.series["lake.inflow"]
        <Series constant 9 m3/s>
        """
        lower, higher = _rising(f"the factors of {series}", low, high, "")
        if lower < 0.0:
            raise ValueError(f"the factors of {series}: {lower:g} turns what flows around; give 0 or more")
        less, more = (_of_series(series, partial(mul, factor)) for factor in (lower, higher))
        return cls(name or f"{series} × {lower:g}, {higher:g}", less, more, title_zh)

    @classmethod
    def shifted(cls, series: str, low: float | str, high: float | str, *, name: str = "", title_zh: str = "") -> Input:
        """A series of levels, higher or lower by so much: a tailwater, or the offset between two gauges.

        Parameters
        ----------
        series : `"<river>.level"`
        low, high : what is added [m]; negative is lower

        Examples
        --------
        >>> from lakesim import Lake, Hypsometry
        >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=1.0)
        >>> system = System(waters=[lake, River(name="river", level=27.0)])
        >>> higher, _ = Input.shifted("river.level", "-1 m", "1 m").high(system, Flood())
        >>> higher["river"].level
        <Series constant 28 m>
        """
        down, up = _rising(f"the shifts of {series}", low, high, "m")
        lower, higher = (_of_series(series, partial(add, Series.constant(by, "m"))) for by in (down, up))
        return cls(name or f"{series} {down:+g}, {up:+g} m", lower, higher, title_zh)

    @classmethod
    def other_series(
        cls, series: str, low: Series | None, high: Series | None, *, name: str = "", title_zh: str = ""
    ) -> Input:
        """Another course of a series, such as the same rain spread in another way."""
        one, other = (None if course is None else _of_series(series, _instead(course)) for course in (low, high))
        return cls(name or f"another {series}", one, other, title_zh)

    @classmethod
    def of_lake(cls, water: str, field: str, low: Any, high: Any, *, name: str = "", title_zh: str = "") -> Input:
        """Another value of a field of a lake, such as its curve (`"hypsometry"`); None is no such end."""
        one, other = (None if value is None else _of_field(water, field, value, lakes=True) for value in (low, high))
        return cls(name or f"another {field} of {water}", one, other, title_zh)

    @classmethod
    def initial_level(
        cls, water: str, low: float | str, high: float | str, *, name: str = "", title_zh: str = ""
    ) -> Input:
        """Another level of a lake at the start [m]."""
        down, up = _rising(f"the levels at which {water} starts", low, high, "m")
        lower, higher = (_of_field(water, "initial_level", level, lakes=True) for level in (down, up))
        return cls(name or f"{water} starts at {down:g}, {up:g} m", lower, higher, title_zh)

    @classmethod
    def of_rule(
        cls,
        structure: str,
        low: Mapping[str, Any] | None,
        high: Mapping[str, Any] | None,
        *,
        name: str = "",
        title_zh: str = "",
    ) -> Input:
        """Other values of fields of the one rule of a structure that has them; None is no such end.

        Examples
        --------
        >>> from lakesim import Hypsometry, Lake, Pump, StartStop
        >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=1.0)
        >>> pumps = Pump(name="pumps", head="lake", capacity=10.0)
        >>> rule = StartStop(structure="pumps", start=2.0, stop=1.8)
        >>> ends = {"start": 1.8, "stop": 1.6}, {"start": 2.2, "stop": 2.0}
        >>> system = System(waters=[lake], structures=[pumps], rules=[rule])
        >>> lower, _ = Input.of_rule("pumps", *ends).low(system, Flood())
        >>> lower.rules[0].start
        <Series constant 1.8 m>
        """
        one, other = (None if fields is None else _of_rule(structure, fields) for fields in (low, high))
        return cls(name or f"{' and '.join(low or high or ())} of the rule of {structure}", one, other, title_zh)

    @classmethod
    def of_structure(
        cls, structure: str, field: str, low: Any, high: Any, *, name: str = "", title_zh: str = ""
    ) -> Input:
        """Another value of a field of a structure, as its record takes it.

        Examples
        --------
        >>> from lakesim import Hypsometry, Lake, Weir
        >>> lake = Lake(name="lake", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=1.0)
        >>> system = System(waters=[lake], structures=[Weir(name="weir", head="lake", crest=2.0, width=10.0)])
        >>> wider, _ = Input.of_structure("weir", "width", "5 m", "20 m").high(system, Flood())
        >>> wider["weir"].width
        20.0
        """
        one, other = (_of_field(structure, field, value, lakes=False) for value in (low, high))
        return cls(name or f"{field} of {structure} {_short(low)}, {_short(high)}", one, other, title_zh)


def _of_series(key: str, change: Callable[[Series], Series]) -> Edit:
    """The edit that changes a series of the flood, or else that of the water itself."""

    def edit(system: System, flood: Flood) -> tuple[System, Flood]:
        if key in flood.series:
            return system, flood.changed(series={**flood.series, key: change(flood.series[key])})
        given = {
            f"{water.name}.{term}": water
            for water in system.waters
            for term in (("level",) if isinstance(water, River) else LAKE_SERIES)
            if getattr(water, term) is not None
        }
        if key not in given:
            raise ValueError(f"there is no series {key!r}; {nearest(key, [*flood.series, *given])}")
        water, term = given[key], key.partition(".")[2]
        return system.replaced(water.changed(**{term: change(getattr(water, term))})), flood

    return edit


def _of_field(name: str, field: str, value: object, *, lakes: bool) -> Edit:
    """The edit that gives another value to a field of a lake, or of a structure."""

    def edit(system: System, flood: Flood) -> tuple[System, Flood]:
        things = {one.name: one for one in (system.lakes if lakes else system.structures)}
        if name not in things:
            raise ValueError(f"there is no {'lake' if lakes else 'structure'} {name!r}; {nearest(name, things)}")
        if field not in type(things[name]).model_fields:
            raise ValueError(f"{name!r} has no {field!r}; {nearest(field, type(things[name]).model_fields)}")
        return system.replaced(things[name].changed(**{field: value})), flood

    return edit


def _of_rule(structure: str, fields: Mapping[str, Any]) -> Edit:
    """The edit that gives other values to fields of the one rule of a structure that has them."""

    def edit(system: System, flood: Flood) -> tuple[System, Flood]:
        rules = [rule for rule in system.rules if rule.structure == structure]
        having = [rule for rule in rules if fields.keys() <= type(rule).model_fields.keys()]
        if len(having) != 1:
            types = ", ".join(rule.type for rule in rules) or "none"
            raise ValueError(
                f"{len(having)} rules of {structure!r} have {' and '.join(fields)}, and one is needed; its rules are: "
                f"{types}"
            )
        new = having[0].changed(**fields)
        return system.changed(rules=tuple(new if rule is having[0] else rule for rule in system.rules)), flood

    return edit


def _rising(what: str, low: float | str, high: float | str, unit: str) -> tuple[float, float]:
    """The two ends of an input in the SI unit; the low one may not lie above the high one."""
    ends = to_si(low, unit), to_si(high, unit)
    if ends[0] > ends[1]:
        raise ValueError(f"{what}: low {ends[0]:g} lies above high {ends[1]:g}; give low <= high")
    return ends


def _short(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _instead(course: Series) -> Callable[[Series], Series]:
    """What gives another series, whatever there was."""
    return lambda _: course
