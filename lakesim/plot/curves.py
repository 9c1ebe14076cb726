"""The level–area–storage curve of a lake with its characteristic levels, and what an edit did to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from numpy.typing import NDArray

from ..hypsometry import CurveChange, Hypsometry
from ..labels import WORDS, axis, called, label
from ..waters import Lake
from .look import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    LEVEL_COLOURS,
    SKY,
    VERMILLION,
    Mark,
    area_unit,
    header,
    level_lines,
    margin_marks,
    plain_number,
    set_font,
    shorten,
    storage_unit,
    style,
)

POINTS = 400
"""Levels at which the curve is computed for drawing."""


TITLE_WIDTH = 80
"""Room for the title above two panels, in Latin letters."""


def storage_curve(
    lake: Lake | Hypsometry,
    *,
    lang: str = "en",
    ax: Axes | None = None,
    levels: Mapping[str, float] | None = None,
) -> NDArray[Any]:
    """Draw level against storage (lower axis) and area (upper axis), with the characteristic levels.

    The points are the contours that are known; above the last one, where a characteristic level asks for it, the
    curves go on dashed.

    Parameters
    ----------
    lake : a lake, or a hypsometry alone
    lang : `"en"` or `"zh"`
    ax : axes to draw on, with a fifth of the figure's width free on their right. By default a new figure
    levels : levels to draw [m], by name (`"dead_level"`, or any text). By default those of the lake

    Returns
    -------
    The axes of storage and, laid over them, those of area.

    Raises
    ------
    ValueError
        If there are no words in that language.
    """
    curve = lake.hypsometry if isinstance(lake, Lake) else lake
    if levels is None:
        levels = lake.characteristic_levels if isinstance(lake, Lake) else {}
    with style(lang):
        if ax is None:
            _, ax = plt.subplots(gridspec_kw={"left": 0.085, "right": 0.795, "top": 0.8, "bottom": 0.12})
        over = ax.twiny()
        lowest, highest = min([curve.bottom, *levels.values()]), max([curve.top, *levels.values()])
        unit, size = storage_unit(float(curve.storage(highest)), lang)
        storage = _draw(ax, curve, highest, curve.storage, size, BLUE, "o")
        ax.set_xlabel(axis("capacity", unit, lang))
        unit, size = area_unit(float(curve.area(highest)))
        area = _draw(over, curve, highest, curve.area, size, GREEN, "s")
        over.set_xlabel(axis("area", unit, lang), labelpad=10.0)
        over.spines["top"].set_visible(True)
        over.grid(visible=False)
        for axes, colour in ((ax, BLUE), (over, GREEN)):
            set_font(axes, plain="both")
            axes.tick_params(axis="x", colors=colour)
            axes.xaxis.label.set_color(colour)
        ax.set_ylabel(axis("level", "m", lang))
        span = highest - lowest
        ax.set_ylim(lowest - 0.03 * span, highest + 0.05 * span)
        ax.grid(visible=not levels)
        margin_marks(ax, level_lines(ax, levels, lang))
        ax.set_title(called(lake, lang) if isinstance(lake, Lake) else label("storage_curve", lang), pad=64.0)
        ax.legend(
            [storage, area],
            [label("capacity", lang), label("area", lang)],
            loc="lower left",
            bbox_to_anchor=(1.0, 1.0),
            handlelength=1.6,
        )
    return np.array([ax, over], dtype=object)


def curve_change(
    change: CurveChange,
    *,
    lang: str = "en",
    axes: Sequence[Axes] | None = None,
    levels: Mapping[str, float] | None = None,
    title: str | None = None,
) -> NDArray[Any]:
    """Draw a curve before and after an edit: area on the left, storage on the right, both over the level.

    In the left picture the filled area between the curves, a width in m² times a height in m, is the storage won or
    lost itself. The margin tells it for each level that is named: the change of what the lake holds at that level.

    Parameters
    ----------
    change : what an edit did, from `measure.curve_changes(system)[lake]` or `CurveChange(before, after)`
    lang : `"en"` or `"zh"`
    axes : two axes to draw on, with a fifth of the figure's width free on the right. By default a new figure
    levels : levels for which the change is told [m], by name (`"warning_level"`, or any text). By default the top of
        the curve
    title : by default what the picture shows

    Returns
    -------
    The axes of area and of storage.

    Raises
    ------
    TypeError
        If all changes of a measure are given, by lake, and not that of one lake.
    ValueError
        If there are no words in that language, or another number of axes than two.
    """
    if not isinstance(change, CurveChange):
        names = " or ".join(f"[{name!r}]" for name in change) if isinstance(change, Mapping) else ""
        remedy = f"; take that of one lake, with {names} behind it" if names else ""
        raise TypeError(f"a {type(change).__name__} is given, and a CurveChange is drawn{remedy}")
    before, after = change.before, change.after
    levels = {"top": max(before.top, after.top)} if levels is None else levels
    heights = [*change.levels.tolist(), *levels.values()]
    lowest, highest = min(heights), max(heights)
    at = np.union1d(np.linspace(lowest, highest, POINTS), change.levels)
    with style(lang):
        if axes is None:
            margins = {"left": 0.075, "right": 0.77, "top": 0.88, "bottom": 0.16, "wspace": 0.1}
            axes = plt.subplots(1, 2, gridspec_kw=margins, sharey=True)[1]
        panels = np.asarray(axes, dtype=object).ravel()
        if len(panels) != 2:
            raise ValueError(f"{len(panels)} axes are given, and a change of a curve needs 2 (area, storage)")
        units = area_unit(float(before.area(highest))), storage_unit(float(before.storage(highest)), lang)
        for ax, what, word, (unit, size) in zip(panels, ("area", "storage"), ("area", "capacity"), units, strict=True):
            was, is_now = (_known(curve, what, at) / size for curve in (before, after))
            ax.fill_betweenx(at, is_now, was, where=is_now < was, color=VERMILLION, alpha=0.35, linewidth=0.0)
            ax.fill_betweenx(at, was, is_now, where=is_now > was, color=SKY, alpha=0.55, linewidth=0.0)
            ax.plot(was, at, color=BLACK, linewidth=2.0, label=label("before", lang))
            ax.plot(is_now, at, color=BLUE, linewidth=3.0, dashes=(4.0, 1.2), label=label("after", lang))
            ax.set_xlim(left=0.0)
            ax.set_xlabel(axis(word, unit, lang))
            set_font(ax, plain="both")
        area, storage = panels
        span = highest - lowest
        area.set_ylim(lowest - 0.03 * span, highest + 0.05 * span)
        storage.set_ylim(area.get_ylim())
        storage.tick_params(labelleft=False)
        area.set_ylabel(axis("level", "m", lang))
        key = area.get_legend_handles_labels()[0]
        area.legend(
            handles=[*key, *_filled(change, at, lang)],
            loc="upper left",
            bbox_to_anchor=(0.0, -0.09),
            ncols=4,
            borderaxespad=0.0,
            handlelength=1.8,
        )
        unit, size = units[1]
        marks = []
        for name, level in levels.items():
            for ax in panels:
                ax.axhline(level, color=LEVEL_COLOURS.get(name, GREY), linewidth=1.0, zorder=1)
            text = f"{label(name, lang) if name in WORDS else name} {level:.2f}"
            won = change.storage(level) / size
            told = "+" * (won > 0.0) + plain_number(won)
            marks.append(Mark(level, f"{text}: {told}", LEVEL_COLOURS.get(name, BLACK)))
        margin_marks(storage, marks)
        area.set_title(shorten(label("curve_change", lang) if title is None else title, TITLE_WIDTH))
        header(storage, "", [axis("storage_won", unit, lang)], colour=BLACK)
    return panels


def _known(curve: Hypsometry, what: str, levels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Area or storage of a curve, 0 below its bottom."""
    values: NDArray[np.float64] = getattr(curve, what)(np.maximum(levels, curve.bottom))
    return np.where(levels < curve.bottom, 0.0, values)


def _filled(change: CurveChange, at: NDArray[np.float64], lang: str) -> list[Patch]:
    """What the filled areas mean, for the legend."""
    kinds = (("lost", VERMILLION, -1.0, 0.35), ("won", SKY, 1.0, 0.55))
    return [
        Patch(color=colour, alpha=alpha, linewidth=0.0, label=label(key, lang))
        for key, colour, sign, alpha in kinds
        if np.any(sign * change.storage(at) > 0.0)
    ]


def _draw(ax: Axes, curve: Hypsometry, highest: float, what: Any, size: float, colour: str, sign: str) -> Line2D:
    """The curve of storage or area, its known contours, and how it goes on above them."""
    contours = np.asarray(curve.curve_level)
    levels = np.union1d(np.linspace(curve.bottom, curve.top, POINTS), contours)
    at = np.searchsorted(levels, contours).tolist()
    (line,) = ax.plot(
        what(levels) / size, levels, color=colour, linewidth=2.5, marker=sign, markersize=6, markevery=at, zorder=3
    )
    if highest > curve.top:
        beyond = np.linspace(curve.top, highest, POINTS // 10)
        ax.plot(what(beyond) / size, beyond, "--", color=colour)
    ax.set_xlim(left=0.0)
    return line
