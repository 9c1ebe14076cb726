"""The hydrograph as the field draws it: rain hanging from the top, inflow and outflow, level with its lines."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ..labels import axis, called, label, moment
from ..waters import Lake, River
from .dates import date_axis
from .look import (
    BLUE,
    GREEN,
    LEADER,
    NOTE_WIDTH,
    ORANGE,
    PURPLE,
    SKY,
    VERMILLION,
    Mark,
    footnote,
    header,
    lake_of,
    level_lines,
    margin_marks,
    plain_number,
    set_font,
    shorten,
    stamps_of,
    style,
)

if TYPE_CHECKING:
    from ..result import Result
    from ..series import Series

MOST_STRUCTURES = 4
"""Structures drawn one by one; of more, only the sum is drawn."""

STRUCTURE_LINES = ((GREEN, "-"), (PURPLE, "--"), (ORANGE, "-."), (SKY, ":"))
TAILWATER_COLOURS = (GREEN, PURPLE, ORANGE, SKY)

NAME_WIDTH = 22
"""Room for the name of a structure, in Latin letters."""

LONG = np.timedelta64(60, "D")
"""Length of a run from which rain is told by the day."""

LEAST_SPAN = 0.5
"""Least difference of level [m] that the level panel is made for, so that a lake at rest looks at rest."""

TAILWATER_REACH = 2.5
LINE_REACH = 0.5
"""How far beyond the lake's own levels a tailwater or a characteristic level widens the panel, as a share of their
span; what stands further off is named at the edge with an arrow."""


def hydrograph(
    result: Result,
    *,
    water: str | None = None,
    lang: str = "en",
    axes: Sequence[Axes] | None = None,
    title: str | None = None,
    note: str | None = None,
) -> NDArray[Any]:
    """Draw what happened in one lake: rain (if any fell), inflow and outflow, and level.

    Up to four structures that lead out of the lake are drawn one by one. The level stands with the characteristic
    levels of the lake and the water behind its structures (the tailwater); its peak is marked, and it is dashed
    where it is extrapolated beyond the curve of the lake. The footnote gives the numerical error and the residual of
    the water account.

    Parameters
    ----------
    result : what `simulate` returned
    water : name of the lake; by default the first one
    lang : `"en"` or `"zh"`
    axes : three axes to draw on (rain, discharge, level) or two (discharge, level; rain is left out). They need a
        fifth of the figure's width free on their right. By default a new figure
    title : by default the lake's title
    note : one line below the footnote

    Returns
    -------
    The axes, from the top down.

    Raises
    ------
    ValueError
        If there is no such lake or language, or another number of axes than two or three.
    """
    lake = lake_of(result, water)
    rain = result.rain[lake.name]
    with style(lang):
        panels = _panels(bool(np.any(rain > 0.0))) if axes is None else np.asarray(axes, dtype=object).ravel()
        if len(panels) not in (2, 3):
            raise ValueError(
                f"{len(panels)} axes are given, and a hydrograph needs 3 (rain, discharge, level) or 2 (without rain)"
            )
        if len(panels) == 3:
            _draw_rain(panels[0], result.times, rain, lang)
        _draw_discharge(panels[-2], result, lake, lang)
        _draw_level(panels[-1], result, lake, lang)
        for ax in panels:
            ax.set_xlim(result.times[0], result.times[-1])
            date_axis(ax, lang)
            ax.tick_params(labelbottom=ax is panels[-1])
            set_font(ax)
        panels[0].figure.align_ylabels(panels)
        header(panels[0], called(lake, lang) if title is None else title, stamps_of(result, lang))
        _draw_footnote(panels[-1], result, lake, note, lang)
    return panels


def _panels(with_rain: bool) -> NDArray[Any]:
    heights = [0.8, 2.0, 2.4] if with_rain else [2.0, 2.4]
    margins = {"left": 0.085, "right": 0.795, "top": 0.91, "bottom": 0.145, "hspace": 0.12}
    _, axes = plt.subplots(len(heights), height_ratios=heights, gridspec_kw=margins, sharex=True)
    return np.asarray(axes, dtype=object)


def _draw_rain(ax: Axes, times: NDArray[Any], rain: NDArray[np.float64], lang: str) -> None:
    by_day = _daily(times) or times[-1] - times[0] > LONG
    unit, factor = ("mm/d", 86400e3) if by_day else ("mm/h", 3600e3)
    depth = rain * factor
    ax.fill_between(times, depth, step="post", color=SKY, linewidth=0.8, edgecolor=SKY)
    ax.set_ylim(max(1.1 * float(depth.max()), 1.0), 0.0)
    ax.set_ylabel(axis("rain", unit, lang).replace(" (", "\n("))
    ax.spines["top"].set_visible(True)
    ax.spines["bottom"].set_visible(False)
    ax.tick_params(bottom=False)


def _daily(times: NDArray[Any]) -> bool:
    return len(times) > 1 and bool(np.median(np.diff(times)) >= np.timedelta64(24, "h"))


def _draw_discharge(ax: Axes, result: Result, lake: Lake, lang: str) -> None:
    inflow, outflow = result.inflow[lake.name], result.outflow[lake.name]
    held = _held(result, lake.inflow, inflow)
    ax.fill_between(result.times, inflow, color=BLUE, alpha=0.2, linewidth=0.0, step="post" if held else None)
    text = _with_peak("inflow", inflow, lang)
    ax.plot(result.times, inflow, color=BLUE, label=text, drawstyle="steps-post" if held else "default")
    held = _held(result, lake.outflow, outflow)
    text, shape = _with_peak("outflow", outflow, lang), "steps-post" if held else "default"
    ax.plot(result.times, outflow, color=VERMILLION, linewidth=2.5, label=text, drawstyle=shape, zorder=3)
    leaving = [structure for structure in result.system.structures if structure.head == lake.name]
    same = len(leaving) == 1 and np.array_equal(result.discharge[leaving[0].name], outflow)
    if len(leaving) <= MOST_STRUCTURES and not same:
        for structure, (colour, dashes) in zip(leaving, STRUCTURE_LINES, strict=False):
            text, flow = shorten(called(structure, lang), NAME_WIDTH), result.discharge[structure.name]
            ax.plot(result.times, flow, dashes, color=colour, linewidth=1.4, label=text, zorder=4)
    ax.margins(y=0.08)
    if min(inflow.min(), outflow.min()) >= 0.0:
        ax.set_ylim(bottom=0.0)
    ax.set_ylabel(axis("discharge", "m3/s", lang))
    ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.0, handlelength=1.4, labelspacing=0.6)


def _held(result: Result, given: Series | None, values: NDArray[np.float64]) -> bool:
    """Whether a flow is a given series of means and no more: then it stands still between outputs, and jumps."""
    return given is not None and given.kind == "means" and np.array_equal(values, given.at(result.times))


def _with_peak(key: str, values: NDArray[np.float64], lang: str) -> str:
    most = float(values.max())
    return f"{label(key, lang)}\n{label('peak', lang).lower()} {plain_number(most)} m³/s"


def _draw_level(ax: Axes, result: Result, lake: Lake, lang: str) -> None:
    level = result.level[lake.name]
    marks = [Mark(float(level[-1]), called(lake, lang), BLUE)]
    bounds = _widened(level, level, 0.0)
    tails = dict.fromkeys(s.tail for s in result.system.structures if s.head == lake.name and s.tail is not None)
    waters = {water.name: water for water in result.system.waters}
    for name, colour in zip(tails, TAILWATER_COLOURS, strict=False):
        tailwater = result.level[name]
        bounds = _widened(level, np.append(tailwater, bounds), TAILWATER_REACH)
        ax.plot(result.times, tailwater, "--", color=colour, linewidth=1.6)
        kind = "tailwater" if isinstance(waters[name], River) else "level"
        text = f"{label(kind, lang)} {called(waters[name], lang)}"
        marks.append(Mark(float(tailwater[-1]), text, colour))
    lines = lake.characteristic_levels
    bounds = _widened(bounds, list(lines.values()), LINE_REACH)
    marks += level_lines(ax, lines, lang, bounds)
    beyond = _beyond(result, lake)
    ax.plot(result.times, np.where(beyond, np.nan, level), color=BLUE, linewidth=2.5)
    if beyond.any():
        reached = beyond | np.append(beyond[1:], False) | np.append(False, beyond[:-1])
        ax.plot(result.times, np.where(reached, level, np.nan), "--", color=BLUE, linewidth=2.5)
    span = bounds[1] - bounds[0]
    ax.set_ylim(bounds[0] - 0.05 * span, bounds[1] + 0.22 * span)
    ax.set_ylabel(axis("level", "m", lang))
    ax.grid(visible=not lines)
    margin_marks(ax, marks)
    _mark_peak(ax, result, lake, lang)


def _beyond(result: Result, lake: Lake) -> NDArray[np.bool_]:
    """Where the level stands above the last contour of the curve, so that it is extrapolated."""
    return np.asarray(result.level[lake.name] > lake.hypsometry.top)


def _widened(levels: Any, others: Any, reach: float) -> tuple[float, float]:
    """Lowest and highest of `levels` and of those `others` that lie within `reach` spans of them [m]."""
    low, high = float(np.min(levels)), float(np.max(levels))
    missing = max(LEAST_SPAN - (high - low), 0.0)
    low, high = low - missing / 2.0, high + missing / 2.0
    others = np.asarray(others, dtype=float)
    near = others[np.abs(others - (low + high) / 2.0) <= (0.5 + reach) * (high - low)]
    return float(np.min(near, initial=low)), float(np.max(near, initial=high))


def _mark_peak(ax: Axes, result: Result, lake: Lake, lang: str) -> None:
    """The peak as a point, its level and time in the free band at the top of the panel."""
    time, level = result.peak(lake.name)
    ax.plot([time], [level], "o", color=BLUE, markersize=9, markeredgecolor="white", clip_on=False, zorder=5)
    where = float((time - result.times[0]) / (result.times[-1] - result.times[0]))
    side, end = ("left", 0.0) if where < 0.2 else ("right", 1.0) if where > 0.8 else ("center", 0.5)
    date = moment(time)[: 10 if _daily(result.times) else None]
    ax.annotate(
        f"{label('peak_level', lang)} {level:.2f} m ({date})",
        xy=(time, level),
        xytext=(min(max(where, 0.005), 0.995), 0.985),
        textcoords="axes fraction",
        ha=side,
        va="top",
        arrowprops=LEADER | {"shrinkB": 6.0, "relpos": (end, 0.0)},
    )


def _draw_footnote(ax: Axes, result: Result, lake: Lake, note: str | None, lang: str) -> None:
    proof = (
        f"{label('level_error', lang)} ≤ {_at_most(result.numerical_error)} · "
        f"{label('balance_residual', lang)} {result.residual_relative:.1g}"
    )
    if _beyond(result, lake).any():
        proof += f" · – – {label('beyond_curve', lang)}"
    footnote(ax, proof if note is None else f"{proof}\n{shorten(note, NOTE_WIDTH)}")


def _at_most(length: float) -> str:
    """A length [m] rounded up to one digit, so that it may stand behind ≤; at least a micrometre."""
    length = max(length, 1e-6)
    size, unit = (1e3, "mm") if length < 0.01 else (1e2, "cm")
    digit = 10.0 ** floor(log10(length * size))
    return f"{ceil(length * size / digit * (1.0 - 1e-12)) * digit:.6g} {unit}"
