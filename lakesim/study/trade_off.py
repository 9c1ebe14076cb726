"""What a number of one measure is worth in another: a figure over a grid of the two, its iso-lines, the exchange."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from numbers import Integral
from typing import Any, Unpack, cast

import numpy as np
from numpy.typing import NDArray

from ..floods import Flood
from ..labels import called, studied
from ..measures import Measure, apply_all, contradictions
from ..measures.base import faults_of, out_of_order
from ..waters import Lake, System
from .base import Figure, Indicator, Running, Variant, Vary, figure_of, run_all, several, start_of
from .printing import columns, sentences, shown_unit, written

Floats = NDArray[np.float64]

HOLDS_WITHIN = 0.2
"""Part of the exchange rate by which the exchange may differ from it where the rate still holds."""

STEPS = 200
"""Steps in which an iso-line is followed from a point to the end of the grid."""

SMALLEST_EFFECT = 0.01
"""Effect over the whole width of the grid up to which a number counts as without effect: of a level in metres, of any
other figure as a part of the range that it has on the grid."""

PRINTED = 8
"""Columns of a grid that are printed at most."""


@dataclass(frozen=True)
class Limit:
    """How far an exchange rate holds on one side of a point, and why no further.

    Parameters
    ----------
    x : the last x at which it holds
    reason : `"end_of_x"`, or `"end_of_y"`, where the grid ends; `"no_effect_of_x"` or `"no_effect_of_y"`, which acts no
        more; `"changed"`, where both still act, at another rate; `"effect_of_x"`, where x begins to act
    """

    x: float
    reason: str


@dataclass(frozen=True)
class ExchangeRate:
    """How much of y one unit of x is worth at a point of a grid, and how far that is true.

    Parameters
    ----------
    x, y : the point
    value : the figure there
    slopes : what one unit of x and one unit of y add to the figure
    rate : y that makes up for one unit more of x, along the iso-line: dy/dx = −(df/dx) / (df/dy); 0 where x has no
        effect, None where y has none
    reason : `"no_effect_of_x"`, `"no_effect_of_y"`, or `"no_effect"` of either; None where there is an exchange
    below, above : how far the rate holds towards smaller and larger x; None where there is no rate
    trade : the grid that it belongs to
    """

    x: float
    y: float
    value: float
    slopes: tuple[float, float]
    rate: float | None
    reason: str | None
    below: Limit | None
    above: Limit | None
    trade: TradeOff

    @property
    def holds(self) -> tuple[float, float] | None:
        """From which x to which the rate holds; None where there is no rate."""
        return None if self.below is None or self.above is None else (self.below.x, self.above.x)

    @property
    def _narrow(self) -> bool:
        """Whether the rate holds over less than a step of the grid."""
        return self.holds is not None and self.holds[1] - self.holds[0] < self.trade.x[1] - self.trade.x[0]

    def told(self, lang: str) -> str:
        """The exchange in plain words, in English (`"en"`) or Chinese (`"zh"`)."""
        return sentences(list(self._sentences(lang)), lang)

    def _sentences(self, lang: str) -> Iterator[tuple[str, dict[str, object]]]:
        x, y, figure = self.trade.x_vary, self.trade.y_vary, self.trade.figure
        names: dict[str, object] = {"what": x.title(lang), "other": y.title(lang)}
        at = {"x": written(self.x, x.unit, lang), "y": written(self.y, y.unit, lang)}
        yield (
            "exchange_at",
            {
                **names,
                **at,
                "figure": figure.title(lang),
                "value": f"{self.value:{'.2f' if figure.is_level else '.4g'}}",
            },
        )
        if self.reason is not None:
            yield self.reason, names
        elif self.rate is not None:
            one, unit = shown_unit(x.unit, lang)
            worth = written(abs(self.rate) * unit, y.unit, lang)
            yield (
                f"exchange_{'more' if self.rate > 0.0 else 'less'}",
                {**names, "one": f"1 {one}".rstrip(), "of": worth},
            )
        if self.below is not None and self.above is not None:
            low, high = (written(limit.x, x.unit, lang) for limit in (self.below, self.above))
            yield f"{'still' if self.reason else 'holds'}_from_to", {"low": low, "high": high}
            if self.below.reason == self.above.reason == "changed" and self._narrow:
                yield "edge", {}
            for side, limit in (("below", self.below), ("above", self.above)):
                reason = limit.reason
                if reason == "end_of_y":  # to which end the iso-line runs
                    reason = "top_of_y" if ((self.rate or 0.0) > 0.0) == (side == "above") else "bottom_of_y"
                yield f"limit_{reason}", {**names, "side": studied(side, lang, at=written(limit.x, x.unit, lang))}

    def __str__(self) -> str:
        return self.told("en")


@dataclass(frozen=True, eq=False)
class TradeOff:
    """A figure over a grid of two numbers of measures.

    Parameters
    ----------
    x, y : the values of the two numbers, nx and ny, evenly apart
    values : the figure, shape (ny, nx)
    x_vary, y_vary : the numbers themselves
    figure : the figure that was read
    numerical_error : the largest numerical error of a level in all runs [m]
    reconstructed : whether a curve or a series is reconstructed
    """

    x: Floats
    y: Floats
    values: Floats
    x_vary: Vary
    y_vary: Vary
    figure: Figure
    numerical_error: float
    reconstructed: bool

    def at(self, x: float | str, y: float | str) -> float:
        """The figure at a point of the grid or between its points, linear in x and in y.

        Raises
        ------
        ValueError
            If the point lies outside the grid: what is there was not computed.
        """
        return self._at(*self._point(x, y))

    def iso(self, value: float) -> list[Floats]:
        """The iso-lines of a value: for each its points, an array of x and y of shape (points, 2).

        The lines are those of straight pieces between the points of the grid. The list is empty where the figure has
        the value nowhere on the grid.

        Parameters
        ----------
        value : of the figure; of a level [m]

        Examples
        --------
        For an example see `trade_off`.
        """
        from contourpy import contour_generator

        lines = contour_generator(self.x, self.y, self.values).lines(value)
        return [np.asarray(line, dtype=np.float64) for line in cast("list[Any]", lines)]

    def exchange_rate(self, at: tuple[float | str, float | str] | None = None) -> ExchangeRate:
        """How much of y one unit of x is worth at a point.

            rate = dy/dx at the same figure = −(df/dx) / (df/dy)

        Both slopes are taken over one step of the grid to either side, so that the rate is exact to the second order
        of these steps where the surface is smooth, and a mean where it has an edge. From the point on, the iso-line is
        followed to both sides: the rate holds as far as the y on it differs from rate · (x − x of the point) by at most
        20 % of that. The limit says why it holds no further.

        A number that would change the figure by no more than 1 cm of level over the whole width of the grid (of another
        figure, by a hundredth of the range that it has on the grid) counts as without effect.

        Parameters
        ----------
        at : x and y of the point, in SI units or as `"<number> <unit>"`; the middle of the grid unless told

        Raises
        ------
        ValueError
            If the point is not one of x and y, or lies outside the grid.

        Examples
        --------
        For an example see `trade_off`.
        """
        middle = (0.5 * float(self.x[0] + self.x[-1]), 0.5 * float(self.y[0] + self.y[-1]))
        point = middle if at is None else at
        if not isinstance(point, Sequence | np.ndarray) or len(point) != 2 or isinstance(point, str):
            raise ValueError(f"the point is {at!r}; give its x and its y, as in at=({middle[0]:g}, {middle[1]:g})")
        x, y = self._point(*point)
        value, slopes = self._at(x, y), self._slopes(x, y)
        x_acts, y_acts = self._acts(slopes)
        if not y_acts:
            reason = "no_effect_of_y" if x_acts else "no_effect"
            return ExchangeRate(x, y, value, slopes, None, reason, None, None, self)
        rate = -slopes[0] / slopes[1] if x_acts else 0.0
        ends = (float(self.x[0]), float(self.x[-1]))
        if x_acts:
            below, above = (self._follow(x, y, value, rate, end) for end in ends)
        else:
            below, above = (self._idle(x, y, value, end) for end in ends)
        return ExchangeRate(x, y, value, slopes, rate, None if x_acts else "no_effect_of_x", below, above, self)

    def told(self, lang: str) -> str:
        """The grid as a table, in English (`"en"`) or Chinese (`"zh"`); of a wide one, some columns of all."""
        shown = np.unique(np.linspace(0, len(self.x) - 1, min(PRINTED, len(self.x))).round().astype(int))
        (x_unit, x_one), (y_unit, y_one) = (shown_unit(one.unit, lang) for one in (self.x_vary, self.y_vary))
        places = 2 if self.figure.is_level else 1
        head = ["", *(f"{self.x[i] / x_one:.4g} {x_unit}".rstrip() for i in shown)]
        rows = [
            [f"{y / y_one:.4g} {y_unit}".rstrip(), *(f"{row[i]:.{places}f}" for i in shown)]
            for y, row in zip(self.y, self.values, strict=True)
        ]
        title = studied("attribution_of", lang, water=called(self.figure.lake, lang), figure=self.figure.title(lang))
        axes = studied("grid_of", lang, x=self.x_vary.title(lang), y=self.y_vary.title(lang))
        last = studied("grid_error", lang, runs=self.values.size, error=f"{100.0 * self.numerical_error:.2g}")
        return "\n".join([title, axes, columns([head, *rows]), last])

    def __str__(self) -> str:
        return self.told("en")

    def _point(self, *at: float | str) -> tuple[float, float]:
        """A point in SI units, which must lie on the grid."""
        point, faults = [], []
        for vary, value in zip((self.x_vary, self.y_vary), at, strict=True):
            try:
                point.append(vary.read(value))
            except ValueError as fault:
                faults += [f"{vary.called}: {sentence}" for sentence in faults_of(fault)]
                continue
            if not vary.low <= point[-1] <= vary.high:
                faults.append(
                    f"{vary.called} is {point[-1]:g}, outside the grid from {vary.low:g} to {vary.high:g}, where "
                    "nothing was computed; take a point within, or a wider grid"
                )
        if faults:
            raise ValueError("\n".join(faults))
        return point[0], point[1]

    def _at(self, x: float, y: float) -> float:
        return float(np.interp(y, self.y, self._column(x)))

    def _column(self, x: float) -> Floats:
        """The figure along y at one x, linear between two columns of the grid."""
        i = int(np.clip(np.searchsorted(self.x, x, side="right") - 1, 0, len(self.x) - 2))
        share = (x - self.x[i]) / (self.x[i + 1] - self.x[i])
        column: Floats = (1.0 - share) * self.values[:, i] + share * self.values[:, i + 1]
        return column

    def _slopes(self, x: float, y: float) -> tuple[float, float]:
        """What a unit of x and one of y add to the figure, over one step of the grid to either side."""
        dx, dy = float(self.x[1] - self.x[0]), float(self.y[1] - self.y[0])
        west, east = max(x - dx, float(self.x[0])), min(x + dx, float(self.x[-1]))
        south, north = max(y - dy, float(self.y[0])), min(y + dy, float(self.y[-1]))
        along_x = (self._at(east, y) - self._at(west, y)) / (east - west)
        along_y = (self._at(x, north) - self._at(x, south)) / (north - south)
        return along_x, along_y

    @property
    def _least(self) -> float:
        """Effect up to which a number counts as without one."""
        return SMALLEST_EFFECT * (1.0 if self.figure.is_level else float(np.ptp(self.values)))

    def _acts(self, slopes: tuple[float, float]) -> tuple[bool, bool]:
        """Whether x and y have an effect where the figure has these slopes."""
        effects = (abs(slope) * np.ptp(grid) for slope, grid in zip(slopes, (self.x, self.y), strict=True))
        x_acts, y_acts = (bool(effect > self._least) for effect in effects)
        return x_acts, y_acts

    def _steps(self, x: float, end: float) -> list[float]:
        """The steps from a point to the end of the grid; none where it is the end."""
        if abs(end - x) < 1e-9 * np.ptp(self.x):
            return []
        return [float(step) for step in np.linspace(x, end, STEPS + 1)[1:]]

    def _follow(self, x: float, y: float, value: float, rate: float, end: float) -> Limit:
        """Follow the iso-line from a point until the exchange is no longer that of the rate."""
        reached, near = x, y
        rounding = 1e-9 * float(np.ptp(self.y))
        for step in self._steps(x, end):
            found = _crossing(self.y, self._column(step), value, near)
            if found is None:
                return Limit(reached, self._why_lost(step, near, up=rate * (step - x) > 0.0))
            wanted = rate * (step - x)
            if abs(found - y - wanted) > HOLDS_WITHIN * abs(wanted) + rounding:
                x_acts, y_acts = self._acts(self._slopes(step, found))
                return Limit(reached, "no_effect_of_y" if not y_acts else "changed" if x_acts else "no_effect_of_x")
            reached, near = step, found
        return Limit(end, "end_of_x")

    def _why_lost(self, x: float, y: float, up: bool) -> str:
        """Why an iso-line that came by y does not go on at x: y ends there, or acts no more from there to its end."""
        last = float(self.y[-1] if up else self.y[0])
        idle = abs(self._at(x, last) - self._at(x, y)) <= self._least
        return "no_effect_of_y" if idle and abs(last - y) > self.y[1] - self.y[0] else "end_of_y"

    def _idle(self, x: float, y: float, value: float, end: float) -> Limit:
        """Go along x from a point until it has an effect."""
        reached = x
        for step in self._steps(x, end):
            if abs(self._at(step, y) - value) > self._least:
                return Limit(reached, "effect_of_x")
            reached = step
        return Limit(end, "end_of_x")


def trade_off(
    system: System | Lake,
    flood: Flood | None,
    x: Vary,
    y: Vary,
    *,
    size: tuple[int, int] = (21, 11),
    water: str | None = None,
    indicator: Indicator | str | None = None,
    measures: Measure | Sequence[Measure] = (),
    **running: Unpack[Running],
) -> TradeOff:
    """A figure over a grid of two numbers of measures: how one can stand in for the other.

    Parameters
    ----------
    x, y : the two numbers; of two measures, or two of one
    size : how many values of x, and of y, evenly apart
    water : name of the lake; the first one unless said
    indicator : the figure: a function of a result, or a key of `indicators.summary`; the peak of the lake unless said
    measures : what is done in every run. These come first, then the measure of x, then that of y
    running : `tolerance`, `compiled`, `cores` and `progress`, see `Running`

    Raises
    ------
    ValueError
        If the measures cannot be applied somewhere on the grid, x and y are the same number, the grid has fewer than 2
        values of one, or the figure is not defined in one of the runs; each with the point.

    Examples
    --------
    A pump that starts lower against a dike that is raised: what counts is how far the water stays below its crest.

    >>> from lakesim import Flood, Hypsometry, Lake, Pump, PumpStartLevel, RaiseDike, Series, System
    >>> lake = Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=1.0, dike_crest=4.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"))
    >>> pond = System(waters=[lake], structures=[Pump(name="pump", head="pond", start_level=2.0, capacity=20.0)])
    >>> start = Vary(PumpStartLevel(water="pond", level=2.0), "level", 1.0, 2.0)
    >>> crest = Vary(RaiseDike(water="pond", dike_crest=4.5), "dike_crest", 4.5, 5.5)
    >>> flood = Flood(start="2020-07-01", end="2020-07-04")
    >>> trade = trade_off(pond, flood, start, crest, size=(3, 2), indicator="freeboard_m")
    >>> trade.values.round(2)
    array([[3.45, 2.95, 2.45],
           [4.45, 3.95, 3.45]])
    >>> trade.iso(3.45)[0].round(2)
    array([[1. , 4.5],
           [1.5, 5. ],
           [2. , 5.5]])
    >>> rate = trade.exchange_rate(at=(1.5, 5.0))
    >>> rate.rate, rate.holds
    (1.0, (1.0, 2.0))
    >>> print(rate)
    Pump start level of pond 1.50 m, Dike crest of pond 5.00 m: Freeboard (m) 3.45. 1 m more of the first ...
    """
    system, flood = start_of(system, flood, running)
    figure = figure_of(system, water, indicator)
    for vary, name in ((x, "x"), (y, "y")):
        if not isinstance(vary, Vary):
            raise TypeError(f"{name} is {vary!r:.60}; give a number of a measure, Vary(measure, field, low, high)")
    if not isinstance(size, Sequence) or len(size) != 2 or not all(isinstance(count, Integral) for count in size):
        raise TypeError(f"the size is {size!r}; give how many values of x, and of y, two whole numbers: size=(21, 11)")
    faults = [
        f"the grid has {count} values of {name}; take at least 2"
        for name, count in zip("xy", size, strict=True)
        if count < 2
    ]
    if (x.measure, x.field) == (y.measure, y.field):
        faults.append(f"x and y are both {x.called}; take two numbers")
    if faults:
        raise ValueError("\n".join(faults))
    xs, ys = np.linspace(x.low, x.high, size[0]), np.linspace(y.low, y.high, size[1])
    variants = _grid(system, flood, (x, y), (xs, ys), several(measures))
    found = run_all(variants, lambda result: (figure(result), result.numerical_error, result.reconstructed), **running)
    values = np.array([value for value, _, _ in found]).reshape(len(xs), len(ys)).T
    values.flags.writeable = xs.flags.writeable = ys.flags.writeable = False
    error, reconstructed = max(error for _, error, _ in found), any(told for *_, told in found)
    x, y = (replace(vary, system=variants[0].system) for vary in (x, y))
    return TradeOff(xs, ys, values, x, y, figure, error, reconstructed)


def _grid(
    system: System, flood: Flood, varies: tuple[Vary, Vary], values: tuple[Floats, Floats], measures: Sequence[Measure]
) -> list[Variant]:
    """The system at every point of the grid, y by y for each x; what comes before y is applied once a column."""
    x, y = varies
    one = x.measure == y.measure  # two numbers of one measure are changed together
    varied = [x.measure] if one else [x.measure, y.measure]
    variants, faults = [], [fault for _, fault in contradictions([*measures, *varied])]
    column = apply_all(system, measures)
    for at_x in values[0].tolist():
        try:
            held = column if one else x.at(at_x).apply(column)
        except ValueError as fault:
            told = out_of_order(x.measure, column, [], [y.measure]) or "\n".join(faults_of(fault))
            faults += [f"{x.field} = {at_x:g}: {sentence}" for sentence in told.split("\n")]
            continue
        for at_y in values[1].tolist():
            name = f"{x.field} = {at_x:g}, {y.field} = {at_y:g}"
            try:
                measure = replace(y, measure=x.at(at_x)).at(at_y) if one else y.at(at_y)
                variants.append(Variant(name, measure.apply(held), flood))
            except ValueError as fault:
                faults += [f"{name}: {sentence}" for sentence in faults_of(fault)]
    if faults:
        raise ValueError("\n".join(faults))
    return variants


def _crossing(y: Floats, column: Floats, value: float, near: float) -> float | None:
    """Where a figure that is linear between the points of a column has a value; of several places the nearest."""
    before, after = column[:-1] - value, column[1:] - value
    (pieces,) = np.nonzero(before * after <= 0.0)
    if not len(pieces):
        return None
    rise = after[pieces] - before[pieces]
    level = rise == 0.0  # the whole piece has the value
    share = np.where(level, 0.0, -before[pieces] / np.where(level, 1.0, rise))
    places = np.where(level, np.clip(near, y[pieces], y[pieces + 1]), y[pieces] + share * np.diff(y)[pieces])
    return float(places[np.abs(places - near).argmin()])
