"""The level–area–storage curve of a lake with its characteristic levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from ..hypsometry import Hypsometry
from ..labels import axis, called, label
from ..waters import Lake
from .look import (
    BLUE,
    GREEN,
    area_unit,
    level_lines,
    margin_marks,
    set_font,
    storage_unit,
    style,
)

POINTS = 400
"""Levels at which the curve is computed for drawing."""


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
