"""A figure over two numbers of measures: the surface, its iso-lines, and the exchange rate at a point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import BoundaryNorm, LinearSegmentedColormap
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from ..labels import WORDS, called, label
from ..study.printing import shown_unit
from .look import (
    BLACK,
    FAMILY,
    GREEN,
    LEVEL_COLOURS,
    SIZE,
    SMALL,
    VERMILLION,
    footnote,
    header,
    set_font,
    shorten,
    style,
    wrapped,
)

if TYPE_CHECKING:
    from ..study import ExchangeRate, TradeOff, Vary

BANDS = 10
"""Bands of colour at most."""

LEAST_SPAN = 0.1
"""Least difference of the figure that the colours are made for, so that a surface at rest looks at rest."""

PALE, DEEP = "#f4f9fc", "#4a9cc9"
"""Colours of the lowest and the highest band; black is read on both."""

TITLE_WIDTH, TEXT_WIDTH, NAME_WIDTH = 44, 128, 26
"""Room for the title of an axis, a line of the text below and a name in the legend, in Latin letters."""


def trade_off(
    trade: TradeOff,
    *,
    at: tuple[float | str, float | str] | None = None,
    lang: str = "en",
    ax: Axes | None = None,
    levels: Mapping[str, float] | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a figure, mostly the peak, over two numbers of measures, and what one is worth in the other at a point.

    Along an iso-line the figure is the same. Through the point goes its own iso-line, and the exchange rate as a
    straight line, as far as it holds within 20 %; where no line is drawn, there is no rate. The sentences below say the
    rate, how far it holds, and why no further.

    Parameters
    ----------
    trade : what `study.trade_off` returned
    at : x and y of the point; by default the middle of the grid
    lang : `"en"` or `"zh"`
    ax : axes to draw on, with a quarter of the figure's width free on their right and of its height below them. By
        default a new figure
    levels : values of the figure whose iso-lines are drawn and named (`"warning_level"`, or any text)
    title : by default the figure and the name of the lake

    Returns
    -------
    The axes.

    Raises
    ------
    ValueError
        If there are no words in that language, or the point lies outside the grid.
    """
    rate = trade.exchange_rate(at)
    (x_title, x_size), (y_title, y_size) = (_axis(vary, lang) for vary in (trade.x_vary, trade.y_vary))
    x, y, values = trade.x / x_size, trade.y / y_size, trade.values
    with style(lang):
        if ax is None:
            _, ax = plt.subplots(gridspec_kw={"left": 0.085, "right": 0.76, "top": 0.9, "bottom": 0.27})
        low, high = float(values.min()), float(values.max())
        wider = 0.5 * max(LEAST_SPAN - (high - low), 0.0)
        bands = MaxNLocator(BANDS, steps=[1, 2, 5, 10]).tick_values(low - wider, high + wider)
        colours = LinearSegmentedColormap.from_list("water", [PALE, DEEP], N=len(bands) - 1)
        ax.contourf(x, y, values, levels=bands, cmap=colours)
        drawn = [band for band in bands if low < band < high]
        decimals = len(f"{bands[1] - bands[0]:.6g}".partition(".")[2])
        if drawn:
            lines = ax.contour(x, y, values, levels=drawn, colors=BLACK, linewidths=0.9)
            _number(ax, ax.clabel(lines, fontsize=SMALL, fmt=f"%.{decimals}f", inline=False))
        for name, value in (levels or {}).items():
            text = f"{shorten(label(name, lang) if name in WORDS else name, NAME_WIDTH - 6)} {value:.2f}"
            _iso(ax, trade, value, (x_size, y_size), LEVEL_COLOURS.get(name, GREEN), text, 3.0)
        _iso(ax, trade, rate.value, (x_size, y_size), BLACK, label("same_value", lang), 2.2, dashes="--")
        _rate(ax, rate, (x_size, y_size), label("exchange_rate", lang))
        ax.set_xlim(x[0], x[-1])
        ax.set_ylim(y[0], y[-1])
        ax.set_xlabel(x_title)
        ax.set_ylabel(y_title)
        ax.grid(visible=False)
        set_font(ax, plain="both")
        if ax.get_legend_handles_labels()[0]:
            ax.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), borderaxespad=0.0, handlelength=1.6, fontsize=SMALL)
        scale = ax.inset_axes((1.025, 0.0, 0.03, 0.62))
        colour = ScalarMappable(BoundaryNorm(bands, colours.N), colours)
        ax.figure.colorbar(colour, cax=scale, spacing="proportional")
        scale.set_ylabel(trade.figure.title(lang))
        scale.tick_params(labelsize=SIZE, labelfontfamily=FAMILY)
        header(
            ax,
            f"{called(trade.figure.lake, lang)}: {trade.figure.title(lang)}" if title is None else title,
            [label("reconstructed", lang)] if trade.reconstructed else [],
        )
        footnote(ax, wrapped(rate.told(lang), TEXT_WIDTH), 62.0, colour=BLACK)
    return ax


def _axis(vary: Vary, lang: str) -> tuple[str, float]:
    """Title of an axis, and how much of the SI unit its unit is."""
    unit, size = shown_unit(vary.unit, lang)
    return f"{shorten(vary.title(lang), TITLE_WIDTH)}{f' ({unit})' * bool(unit)}", size


def _iso(
    ax: Axes,
    trade: TradeOff,
    value: float,
    sizes: tuple[float, float],
    colour: str,
    text: str,
    width: float,
    dashes: str = "-",
) -> None:
    """Draw the iso-lines of a value, and name the first."""
    for n, line in enumerate(trade.iso(value)):
        name = text if n == 0 else None
        ax.plot(*(line / sizes).T, dashes, color=colour, linewidth=width, label=name, zorder=3)


def _number(ax: Axes, numbers: Iterable[Text]) -> None:
    """Make the numbers of the iso-lines readable on them; one that would stand beyond the edge is left out."""
    for number in list(numbers):
        number.set_fontfamily(FAMILY)
        number.set_bbox({"facecolor": PALE, "alpha": 0.8, "linewidth": 0.0, "pad": 1.0})
        place, panel = number.get_window_extent(), ax.get_window_extent()
        if not (panel.containsx(place.x0) and panel.containsx(place.x1) and panel.y0 < place.y0 < place.y1 < panel.y1):
            number.remove()


def _rate(ax: Axes, rate: ExchangeRate, sizes: tuple[float, float], text: str) -> None:
    """Draw the point, and the exchange rate as far as it holds."""
    if rate.rate is not None and rate.holds is not None and rate.holds[0] < rate.holds[1]:
        ends = np.array(rate.holds)
        line = np.column_stack([ends, rate.y + rate.rate * (ends - rate.x)]) / sizes
        ax.plot(*line.T, color=VERMILLION, linewidth=3.5, label=text, zorder=4)
    point = (rate.x / sizes[0], rate.y / sizes[1])
    ax.plot(*point, "o", color=VERMILLION, markersize=11, markeredgecolor="white", clip_on=False, zorder=5)
