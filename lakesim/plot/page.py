"""Pictures for a page that is also read on a phone and on paper: narrow, with letters large against their width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import cycle
from typing import Any

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from ..labels import WORDS, axis, label
from ..result import Result
from ..waters import Lake
from .curves import POINTS
from .dates import date_axis
from .look import BLACK, BLUE, GREEN, GREY, LEVEL_COLOURS, ORANGE, VERMILLION, area_unit, spread, storage_unit, style

SIZE = (5.2, 3.9)
"""Width and height [inches]: on a phone a letter of the figure is as large as one of the text."""

TEXT, SMALL_TEXT = 10.5, 9.5
"""Sizes of text [points]."""

SETTINGS: dict[Any, Any] = {
    "font.size": TEXT,
    "axes.labelsize": TEXT,
    "xtick.labelsize": TEXT,
    "ytick.labelsize": TEXT,
    "legend.fontsize": TEXT,
    "axes.titlesize": TEXT,
    "lines.linewidth": 1.6,
    "svg.fonttype": "path",  # a reader without a Chinese font sees every character
    "svg.hashsalt": "lakesim",  # the same picture is the same file
}

CASE_LINES = ((BLACK, "-"), (BLUE, "--"), (GREEN, "-."), (ORANGE, ":"), (VERMILLION, (0, (1, 1))))


@contextmanager
def page_style() -> Iterator[None]:
    """The sizes of these pictures, and how they are written, for as long as the `with` block lasts.

    Whoever writes one as SVG does so within it: letters are shapes then, and the same picture is the same file.

    Examples
    --------
    >>> with page_style():
    ...     matplotlib.rcParams["svg.fonttype"]
    'path'
    """
    with matplotlib.rc_context(SETTINGS):
        yield


def page_curve(lake: Lake, *, lang: str = "en") -> NDArray[Any]:
    """Draw level against storage and against area, with the characteristic levels, narrow enough for a phone.

    Returns
    -------
    The axes of storage and of area, side by side.

    Raises
    ------
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> from lakesim import catalogue
    >>> [ax.get_xlabel() for ax in page_curve(catalogue.load("honghu"), lang="zh")]
    ['容积 (亿m³)', '面积 (km²)']
    """
    curve, lines = lake.hypsometry, lake.characteristic_levels
    lowest, highest = min([curve.bottom, *lines.values()]), max([curve.top, *lines.values()])
    levels = np.union1d(np.linspace(curve.bottom, curve.top, POINTS), curve.curve_level)
    with style(lang), page_style():
        left, right = axes = _figure(2)
        unit, size = storage_unit(float(curve.storage(highest)), lang)
        quantities = [(left, curve.storage, "capacity", unit, size, BLUE)]
        unit, size = area_unit(float(curve.area(highest)))
        quantities.append((right, curve.area, "area", unit, size, GREEN))
        for ax, of, key, unit, size, colour in quantities:
            known = np.asarray(curve.curve_level)
            ax.plot(np.asarray(of(levels)) / size, levels, color=colour)
            ax.plot(np.asarray(of(known)) / size, known, "o", color=colour, markersize=3.5)
            if highest > curve.top:
                beyond = np.linspace(curve.top, highest, 2)
                ax.plot(np.asarray(of(beyond)) / size, beyond, "--", color=colour)
            ax.set_xlabel(axis(key, unit, lang))
            ax.set_xlim(left=0.0)
            ax.set_ylim(lowest, highest + 0.06 * (highest - lowest))
            ax.grid(visible=not lines, axis="y")
            ax.locator_params(axis="x", nbins=3)
            ax.ticklabel_format(style="plain", useOffset=False)
        left.set_ylabel(axis("level", "m", lang))
        _level_lines(axes, lines, lang)
    return axes


def page_levels(results: Mapping[str, Result], water: str, *, lang: str = "en") -> NDArray[Any]:
    """Draw the level of a lake in several cases, by their titles, with its characteristic levels.

    Returns
    -------
    The axes, one.

    Raises
    ------
    KeyError
        If a result has no such lake.
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> from lakesim import Flood, catalogue, simulate
    >>> result = simulate(catalogue.load("honghu"), Flood(start="2020-07-01", end="2020-07-03"))
    >>> [line.get_label() for line in page_levels({"at rest": result}, "honghu")[0].lines][:1]
    ['at rest']
    """
    with style(lang), page_style():
        axes = _figure(1, height=SIZE[1] + 0.26 * len(results))
        ax = axes[0]
        for (title, result), (colour, dashes) in zip(results.items(), cycle(CASE_LINES), strict=False):
            ax.plot(result.times, result.level[water], linestyle=dashes, color=colour, label=title)
        first = next(iter(results.values()))
        ax.set_xlim(first.times[0], first.times[-1])
        drawn = np.concatenate([result.level[water] for result in results.values()])
        lines = first.system[water].characteristic_levels
        low, high = float(drawn.min()), max([float(drawn.max()), *lines.values()])
        ax.set_ylim(low - 0.04 * (high - low), high + 0.06 * (high - low))
        ax.set_ylabel(axis("level", "m", lang))
        date_axis(ax, lang)
        _level_lines(axes, {key: level for key, level in lines.items() if level >= low}, lang)
        ax.figure.legend(loc="outside upper left", handlelength=2.4)
    return axes


def _figure(columns: int, height: float = SIZE[1]) -> NDArray[Any]:
    """The axes of a new figure that pyplot does not keep."""
    figure = Figure(figsize=(SIZE[0], height), layout="constrained")
    return np.asarray(figure.subplots(1, columns, sharey=True, squeeze=False), dtype=object).ravel()


def _level_lines(axes: NDArray[Any], levels: Mapping[str, float], lang: str) -> None:
    """Draw the characteristic levels, their names on the right of the last axes, no two upon each other."""
    last: Axes = axes[-1]
    low, high = last.get_ylim()
    names = sorted(levels, key=lambda key: levels[key])
    height = SIZE[1] * 72.0 * 0.8
    at = spread([(levels[key] - low) / (high - low) * height for key in names], 1.25 * SMALL_TEXT, height)
    for key, row in zip(names, at, strict=True):
        colour = LEVEL_COLOURS.get(key, GREY)
        for ax in axes:
            ax.axhline(levels[key], color=colour, linewidth=0.8, zorder=1)
        last.annotate(
            f"{label(key, lang) if key in WORDS else key} {levels[key]:.2f}",
            xy=(1.0, (levels[key] - low) / (high - low)),
            xycoords="axes fraction",
            xytext=(1.03, row / height),
            textcoords="axes fraction",
            va="center",
            fontsize=SMALL_TEXT,
            color=colour,
            annotation_clip=False,
        )
