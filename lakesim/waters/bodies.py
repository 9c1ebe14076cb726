"""Waters: lakes with a hypsometry, rivers with a given level; and how their levels are brought to one datum."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BeforeValidator, WithJsonSchema, model_validator

from ..hypsometry import Hypsometry
from ..rules.base import day_of
from ..series import Series
from ..series.shapes import month_day
from ..units import Level, Name, Quantity, Record, to_si

RISING_LEVELS = ("dead_level", "fortification_level", "warning_level", "guarantee_level")
"""Those of them that must stand above one another in every lake; all of them lie below the dike crest."""

LAKE_SERIES = {
    "inflow": ("m3/s",),
    "outflow": ("m3/s",),
    "rain": ("m/s", "m3/s"),
    "evaporation": ("m/s", "m3/s"),
    "seepage": ("m/s", "m3/s"),
}
"""The series a lake may carry, and the SI units each may have: a rate on the lake [m/s], or a discharge [m³/s]."""

WEATHER = ("rain", "evaporation", "seepage")
"""The series of a lake that hold for the polders reclaimed from it, too, where they are rates."""

NOT_NEGATIVE = {"outflow": "inflow", "rain": "evaporation"}
"""The terms of a lake that cannot be negative, and what the reverse is called. Negative evaporation is dew."""

LOWEST_LEVEL = -500.0
"""No water lies lower; the Dead Sea does at about −430 m."""

MISSING = (-99.0, -999.0, -9999.0)
"""Numbers by which records mark what is missing."""

CHARACTERISTIC_LEVELS = (
    "dead_level",
    "ecological_level",
    "winter_level",
    "normal_level",
    "flood_limit_level",
    "fortification_level",
    "warning_level",
    "guarantee_level",
    "dike_crest",
)
"""The characteristic levels of a lake, in the order in which they usually stand above one another."""

LAKE_LEVELS = ("initial_level", *CHARACTERISTIC_LEVELS, "level_pool_above")
"""The fields of a lake that hold a level; its hypsometry holds more."""

DATUM_OFFSET = Quantity("m", "level above the new datum less the level above the old one", -10_000.0, 10_000.0)
"""How much higher a level stands in numbers when it is counted from another datum."""


def _season(value: object) -> tuple[str, str]:
    if not isinstance(value, list | tuple) or len(value) != 2:
        raise ValueError(f'{value!r:.60} is no season; give its first and its last day, as in ["05-01", "10-15"]')
    days, faults = [], []
    for text in value:
        try:
            days.append(month_day(text))
        except ValueError as fault:
            faults.append(str(fault))
    if faults:
        raise ValueError("\n".join(faults))
    first, last = days
    if last < first:
        raise ValueError(
            f"the season ends on {last}, before it begins on {first}; give the earlier day of the year first, "
            "since a season across New Year cannot be told here"
        )
    return first, last


FloodSeason = Annotated[
    tuple[str, str],
    BeforeValidator(_season),
    WithJsonSchema(
        {
            "description": "first and last day, as month and day",
            "type": "array",
            "items": {"type": "string", "pattern": r"^\d\d?-\d\d?$"},
            "minItems": 2,
            "maxItems": 2,
        }
    ),
]
"""First and last day of a season, the same every year, as month and day: `("05-01", "10-15")`."""


def series_faults(term: str, series: Series) -> list[str]:
    """What is wrong with a series of a lake, or with the level of a river: its unit, or a value without meaning."""
    units = ("m",) if term == "level" else LAKE_SERIES[term]
    if series.unit not in units:
        needed = " or ".join(units)
        return [f"the {term} is in {series.unit or 'no unit'}, and {needed} is needed; give the series in {needed}"]
    lowest = series.extremes[0]
    found = f"the {term} falls to {lowest:g} {series.unit}{day_of(series, lowest)}"
    if term in NOT_NEGATIVE and lowest < 0.0:
        return [f"{found}; give 0 or more, and what goes the other way as {NOT_NEGATIVE[term]}"]
    if term == "level" and (lowest < LOWEST_LEVEL or lowest in MISSING):
        return [f"{found}, a mark for what is missing rather than a level; leave those values out, or fill them"]
    return []


class Lake(Record):
    """A water whose storage follows from what enters and leaves it.

    A reservoir, a detention basin, a polder that can flood and a pond group are lakes with other structures.

        dS/dt = inflow − outflow + rain·A_bed − (evaporation + seepage)·A(level) + Σ structures

    Parameters
    ----------
    name : word by which structures, files and columns call the lake
    hypsometry : level–area–storage curve
    initial_level : level at the start of the routing [m]
    inflow, outflow : given discharges into and out of the lake [m³/s]
    rain, evaporation, seepage : rates on, from and through the bed of the lake [m/s], or their discharges as a whole,
        where a record gives those [m³/s]
    rain_falls_on : `"bed"` (default), the whole area within the top contour, so that rain also reaches an empty
        lake; or `"surface"`, the water surface of the moment
    dead_level … dike_crest : the characteristic levels [m], where the lake has them
    flood_season : its first and last day, as month and day (汛期): `("05-01", "10-15")`
    level_pool_above : level above which the water surface may be taken as level [m]; below it the lake is a river
    reclaimed_from : name of the lake that this land was diked off from, where it is a polder (垸); rain, evaporation
        and seepage that a flood gives that lake as rates [m/s] hold for its polders as well
    datum : what the levels are counted from
    converted_from : the datum from which `on_datum` brought the levels to theirs, and the offset that it added
    reconstructed : whether a series or a curve is reconstructed rather than observed; figures and tables say so

    Raises
    ------
    ValueError
        If the initial level lies below the bottom or above the dike crest, a series has another unit than its term
        needs, rain or outflow are negative, or a season ends before it begins.

    Examples
    --------
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=3, area="1 ha"), initial_level="1.2 m")
    >>> round(pond.hypsometry.storage(pond.initial_level))
    12000
    """

    name: Name
    title: str = ""
    title_zh: str = ""
    hypsometry: Hypsometry
    initial_level: Level
    inflow: Series | None = None
    outflow: Series | None = None
    rain: Series | None = None
    evaporation: Series | None = None
    seepage: Series | None = None
    rain_falls_on: Literal["bed", "surface"] = "bed"
    dead_level: Level | None = None
    ecological_level: Level | None = None
    winter_level: Level | None = None
    normal_level: Level | None = None
    flood_limit_level: Level | None = None
    fortification_level: Level | None = None
    warning_level: Level | None = None
    guarantee_level: Level | None = None
    dike_crest: Level | None = None
    flood_season: FloodSeason | None = None
    level_pool_above: Level | None = None
    reclaimed_from: str | None = None
    datum: str = ""
    converted_from: str = ""
    reconstructed: bool = False

    @model_validator(mode="after")
    def _check(self) -> Lake:
        faults = []
        if self.dike_crest is not None and self.initial_level > self.dike_crest:
            faults.append(
                f"the initial level {self.initial_level:g} m lies above the dike crest {self.dike_crest:g} m; "
                "start at or below the crest, or correct it"
            )
        if self.initial_level < self.hypsometry.bottom:
            faults.append(
                f"the initial level {self.initial_level:g} m lies below the lake's bottom "
                f"{self.hypsometry.bottom:g} m; start at or above the bottom, or extend the curve downwards"
            )
        levels = self.characteristic_levels
        faults += [
            f"the {key.replace('_', ' ')} {level:g} m lies below the lake's bottom {self.hypsometry.bottom:g} m; "
            "correct one of them"
            for key, level in levels.items()
            if level < self.hypsometry.bottom
        ]
        faults += [
            f"the {key.replace('_', ' ')} {level:g} m lies above the dike crest {self.dike_crest:g} m; "
            "correct one of them"
            for key, level in levels.items()
            if self.dike_crest is not None and level > self.dike_crest
        ]
        rising = [(key, levels[key]) for key in RISING_LEVELS if key in levels]
        faults += [
            f"the {lower.replace('_', ' ')} {low:g} m lies above the {higher.replace('_', ' ')} {high:g} m; "
            "correct one of them"
            for (lower, low), (higher, high) in pairwise(rising)
            if low > high
        ]
        for term in LAKE_SERIES:
            if (series := getattr(self, term)) is not None:
                faults += series_faults(term, series)
        if faults:
            raise ValueError("\n".join(faults))
        return self

    @property
    def arriving(self) -> dict[str, float]:
        """The series that bring water whatever the level, each with the factor that makes it a discharge."""
        factors = {"inflow": 1.0, "rain": 1.0}
        if self.rain is not None and self.rain.unit == "m/s":
            factors["rain"] = float(self.hypsometry.area(self.hypsometry.top))
            if self.rain_falls_on == "surface":
                del factors["rain"]
        return {term: factor for term, factor in factors.items() if getattr(self, term) is not None}

    @property
    def leaving(self) -> tuple[str, ...]:
        """The series that take water whatever the level, while there is some: those given as a discharge."""
        given = {term: getattr(self, term) for term in ("outflow", "evaporation", "seepage")}
        return tuple(term for term, series in given.items() if series is not None and series.unit == "m3/s")

    @property
    def characteristic_levels(self) -> dict[str, float]:
        """The characteristic levels that this lake has [m], lowest kind first."""
        return {key: getattr(self, key) for key in CHARACTERISTIC_LEVELS if getattr(self, key) is not None}

    def on_datum(self, datum: str, offset: float | str) -> Lake:
        """Return a copy with all its levels counted from another datum, as structures and other waters count theirs.

            level above the new datum = level above its own + offset

        The curve, the initial and the characteristic levels and the level of the level pool are raised by the offset.
        Nothing else is: a structure at the lake, a rule and a flood already have to count from the new datum. An offset
        differs from gauge to gauge, and is an input with an uncertainty of its own: run the study with the lowest and
        the highest that may be true.

        Parameters
        ----------
        datum : name of the new datum, as the other waters have it
        offset : level above the new datum less the level above the lake's own [m], negative where the new datum lies
            higher

        Raises
        ------
        ValueError
            If it is not known from what the lake's levels are counted, or it is that datum already; if the offset is
            no length within 10 km, or the new datum has no name.

        Examples
        --------
        >>> pond = Lake(
        ...     name="pond", hypsometry=Hypsometry.prism(0, 3, "1 ha"), initial_level=1.25, datum="old gauge"
        ... ).on_datum("new gauge", "-0.5 m")
        >>> pond.initial_level, pond.hypsometry.bottom, pond.datum, pond.converted_from
        (0.75, -0.5, 'new gauge', 'old gauge, -0.5 m')
        """
        by, told = _conversion(self, datum, offset)
        levels = {key: getattr(self, key) + by for key in LAKE_LEVELS if getattr(self, key) is not None}
        return self.changed(hypsometry=self.hypsometry.raised(by), **levels, **told)

    def __str__(self) -> str:
        curve = self.hypsometry
        return (
            f"{self.name}: lake, {curve.bottom:.2f} … {curve.top:.2f} m, {curve.area(curve.top) / 1e6:.4g} km² and "
            f"{curve.storage(curve.top) / 1e6:.4g}e6 m³ at the top, starts at {self.initial_level:.2f} m{_told(self)}"
        )


def _level_series(value: object) -> object:
    return value if isinstance(value, Series) else Series.constant(to_si(value, "m"), "m")


class River(Record):
    """A water whose level is given: the tailwater. It takes and gives any amount.

    Parameters
    ----------
    name : word by which structures and columns call the river
    level : series of levels [m], or one level that stays
    datum : what the levels are counted from
    converted_from : the datum from which `on_datum` brought the levels to theirs, and the offset that it added

    Raises
    ------
    ValueError
        If the level is not in m, or is a mark for a missing value, such as −9999.

    Examples
    --------
    >>> River(name="yangtze", level="27.3 m").level.at("2020-07-12")
    27.3
    """

    name: Name
    title: str = ""
    title_zh: str = ""
    level: Annotated[Series, BeforeValidator(_level_series)]
    datum: str = ""
    converted_from: str = ""
    reconstructed: bool = False

    @model_validator(mode="after")
    def _check(self) -> River:
        if faults := series_faults("level", self.level):
            raise ValueError("\n".join(faults))
        return self

    def on_datum(self, datum: str, offset: float | str) -> River:
        """Return a copy with its level counted from another datum; see `Lake.on_datum`, also for the errors.

        >>> river = River(name="yangtze", level="27.5 m", datum="Wusong").on_datum("1985", "-1.79 m")
        >>> print(river)
        yangtze: river, its level is given; levels converted from Wusong, -1.79 m
        """
        by, told = _conversion(self, datum, offset)
        return self.changed(level=self.level + Series.constant(by, "m"), **told)

    def __str__(self) -> str:
        return f"{self.name}: river, its level is given{_told(self)}"


Water = Lake | River


def _conversion(water: Water, datum: str, offset: float | str) -> tuple[float, dict[str, str]]:
    """The offset to another datum [m], and the fields that tell of the conversion."""
    if not isinstance(datum, str):
        raise ValueError(f"the datum that {water.name!r} is to be brought to is {datum!r}, and no text; give its name")
    if not datum.strip():
        raise ValueError(
            f"the datum that {water.name!r} is to be brought to has no name; name that of the other waters"
        )
    if not water.datum:
        raise ValueError(
            f"the levels of {water.name!r} are counted from no datum that is named, so that no offset from it can be "
            "known; give its datum, or give its levels above the other one"
        )
    if water.datum == datum:
        raise ValueError(f"the levels of {water.name!r} are counted from {datum!r} already; leave the offset out")
    by = DATUM_OFFSET.read(offset)
    before = filter(None, (water.converted_from, f"{water.datum}, {by:+g} m"))
    return by, {"datum": datum, "converted_from": "; ".join(before)}


def _told(water: Water) -> str:
    return f"; levels converted from {water.converted_from}" if water.converted_from else ""
