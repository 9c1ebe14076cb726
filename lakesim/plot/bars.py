"""Bars that add up: where the water of a flood went, and what each measure did to a peak."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import partial
from math import floor, log10
from typing import TYPE_CHECKING, Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from ..labels import axis, called, label, moment, studied
from ..structures import Pump
from ..waters import Lake
from .look import (
    BLACK,
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PURPLE,
    SIZE,
    SKY,
    SMALL,
    VERMILLION,
    footnote,
    header,
    lake_of,
    plain_number,
    set_font,
    shorten,
    stamps_of,
    storage_unit,
    style,
)

if TYPE_CHECKING:
    from ..result import Result
    from ..study import Attribution

NAME_WIDTH = 32
"""Room for the name of a bar, in Latin letters."""

HEAD = 66.0
"""Room for the upper axis and the heads of the columns, below the title [points]."""

HEIGHT = 0.62
"""Height of a bar, where the next is 1 below."""

COLUMN = 78.0
FIRST = 34.0
"""Width of a column of numbers beside the bars, and by how much the first one is wider [points]."""

CAME = ("inflow", "rain", "from_polders", "from_other_waters", "from_storage", "shortfall")
WENT = {
    "into_lake": BLUE,
    "into_polders": ORANGE,
    "by_gravity": GREEN,
    "by_pumps": VERMILLION,
    "evaporation_and_seepage": SKY,
    "given_outflow": PURPLE,
}


class Bar(NamedTuple):
    """A bar from one number to another, its name on the left and its numbers on the right."""

    name: str
    start: float
    end: float
    colour: str
    numbers: Sequence[str]
    error: float = 0.0


def flood_budget(
    result: Result, water: str | None = None, *, lang: str = "en", ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw where the water that came to a lake in a run went: each way a bar, from the top down, in m³ and as depth.

        inflow + rain + from polders and other waters
            = stored in the lake + into polders + by gravity + by pumps + evaporation and seepage + left over

    The bars of what came climb to the total, those of what went descend from it; what is left over at the end is the
    residual of the water account, which is zero to rounding. A structure that carried water both ways counts with the
    difference, and so do all that lead to one polder. Depth is volume divided by the area of the lake at its peak.

    A lake that is back at its level has stored nothing, and over a year the flood is hardly seen. The account has the
    volumes of the whole run and of no part of it: for the flood, or until its peak, simulate that time alone, from the
    level at which it begins.

    Parameters
    ----------
    result : what `simulate` returned
    water : name of the lake; by default the first one
    lang : `"en"` or `"zh"`
    ax : axes to draw on, with a quarter of the figure's width free on either side. By default a new figure
    title : by default the lake's title

    Returns
    -------
    The axes.

    Raises
    ------
    ValueError
        If there is no such lake or language.
    """
    lake = lake_of(result, water)
    account = result.account[lake.name]
    came, went = budget(result, lake)
    total = sum(came.values())
    area = float(lake.hypsometry.area(result.peak(lake.name)[1]))

    with style(lang):
        unit, size = storage_unit(total, lang)
        decimals = max(3 - floor(log10(total / size)), 0) if total > 0.0 else 1

        def numbers(volume: float) -> list[str]:
            share = f"{volume / total:.1%}".replace("%", "\u00a0%") if total > 0.0 else "–"
            text = f"{volume / size:,.{decimals}f}".replace(",", "\u00a0")
            return [text, share, f"{volume / area:.2f}" if area > 0.0 else "–"]

        if ax is None:
            _, ax = plt.subplots(gridspec_kw={"left": 0.21, "right": 0.75, "top": 0.8, "bottom": 0.15})
        bars = [Bar(label("total_in", lang), 0.0, total / size, "none", numbers(total))]
        reached = 0.0
        for key, volume in came.items():
            start, reached = reached, reached + volume / size
            bars.insert(-1, Bar(label(key, lang), start, reached, GREY, numbers(volume)))
        for key, volume in went.items():
            start, reached = reached, reached - volume / size
            bars.append(Bar(label(key, lang), start, reached, WENT.get(key, GREY), numbers(volume)))
        left = f"{account.residual / size:.1g}".replace("-", "−")
        bars.append(Bar(label("left_over", lang), 0.0, account.residual / size, BLACK, [left, "", ""]))
        heads = [axis("volume", unit, lang), label("share", lang), axis("depth", "m", lang)]
        _draw(ax, bars, [head.replace(" (", "\n(") for head in heads])
        ax.set_xlim(0.0, 1.02 * total / size if total > 0.0 else 1.0)
        ax.set_xlabel(axis("volume", unit, lang))
        if area > 0.0:
            a_metre = area / size
            depths: Any = ax.secondary_xaxis(
                "top", functions=(partial(_times, 1.0 / a_metre), partial(_times, a_metre))
            )
            depths.set_xlabel(
                f"{axis('depth_on_lake', 'm', lang)} · {label('area_at_peak', lang)} {area / 1e6:.4g} km²", labelpad=8.0
            )
            set_font(depths, plain="both")
        period = " – ".join(moment(time) for time in (result.times[0], result.times[-1]))
        name = called(lake, lang) if title is None else title
        header(ax, f"{name}: {label('where_water_went', lang)}", stamps_of(result, lang), pad=HEAD)
        footnote(
            ax,
            f"{period} · {label('net', lang)} · {label('balance_residual', lang)} {account.residual_relative:.1g}",
            58.0,
        )
    return ax


def attribution(
    attribution: Attribution, *, lang: str = "en", ax: Axes | None = None, title: str | None = None
) -> Axes:
    """Draw the change of a figure, mostly of the peak, as a sum: a bar for each measure, from before to after.

    The bars stand on one another, so that the last one ends at the total. A line at the end of a bar is the standard
    error of its share, where shares are sampled. Beside each share stands what the measure does where it is the only
    one, and where it comes after all others; they differ from the share where measures get in each other's way.

    Parameters
    ----------
    attribution : what `study.attribute` returned
    lang : `"en"` or `"zh"`
    ax : axes to draw on, with a quarter of the figure's width free on either side. By default a new figure
    title : by default the figure and the name of the lake

    Returns
    -------
    The axes. Changes of a level are in centimetres.

    Raises
    ------
    ValueError
        If there are no words in that language.
    """
    figure, shares = attribution.figure, attribution.shares
    scale, unit = (100.0, "cm") if figure.is_level else (1.0, "")
    what = figure.title(lang).removesuffix(" (m)")

    def told(change: float) -> str:
        number = f"{abs(scale * change):.1f}" if figure.is_level else plain_number(abs(change))
        return ("−" if change < 0.0 else "+") * bool(number.strip("0.")) + number

    with style(lang):
        if ax is None:
            _, ax = plt.subplots(gridspec_kw={"left": 0.23, "right": 0.75, "top": 0.84, "bottom": 0.15})
        bars, reached = [], 0.0
        for name, share in shares.items():
            start, reached = reached, reached + scale * share
            error = scale * attribution.errors[name] if attribution.errors else 0.0
            numbers = [told(change) for change in (share, attribution.alone[name], attribution.as_last[name])]
            numbers[0] += f" ± {told(error / scale).strip('+')}" if attribution.errors else ""
            bars.append(Bar(name, start, reached, BLUE if share < 0.0 else VERMILLION, numbers, error))
        total = attribution.total
        bars.append(Bar(studied("total_change", lang), 0.0, scale * total, "none", [told(total), "", ""]))
        _draw(ax, bars, [studied(key, lang) for key in ("share", "alone", "as_last")])
        ax.margins(x=0.04)
        if not any((*shares.values(), total)):
            ax.set_xlim(-1.0, 1.0)
        ax.set_xlabel(f"{what}: {label('change', lang)}" + f" ({unit})" * bool(unit))
        header(
            ax,
            f"{called(figure.lake, lang)}: {what} · {label('which_measure', lang)}" if title is None else title,
            [label("reconstructed", lang)] if attribution.reconstructed else [],
            pad=HEAD - 26.0,
        )
        ends = [f"{end:.2f} m" if figure.is_level else f"{end:.4g}" for end in (attribution.before, attribution.after)]
        words = (label("before", lang), label("after", lang))
        footnote(ax, " · ".join(f"{word} {end}" for word, end in zip(words, ends, strict=True)), 58.0)
    return ax


def budget(result: Result, lake: Lake) -> tuple[dict[str, float], dict[str, float]]:
    """What came to a lake in a run, and where it went, by key of the label, none of them negative [m³].

    The sum of what came, less the sum of what went, is the residual of the water account.

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Series, simulate
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(0, 5, "1 km2"), initial_level=1.0,
    ...             inflow=Series.constant("10 m3/s", "m3/s"), outflow=Series.constant("4 m3/s", "m3/s"))
    >>> budget(simulate(pond, Flood(start="2020-07-01", end="2020-07-02")), pond)
    ({'inflow': 864000.0}, {'into_lake': 518400.0, 'given_outflow': 345600.0})
    """
    account, system = result.account[lake.name], result.system
    ways: defaultdict[str, float] = defaultdict(float)
    polders: defaultdict[str, float] = defaultdict(float)
    own = {polder.name for polder in system.polders(lake.name)}
    for structure in system.structures:
        if lake.name not in (structure.head, structure.tail):
            continue
        volume = account.volumes[structure.name]
        other = structure.tail if structure.head == lake.name else structure.head
        if other in own:
            polders[str(other)] += volume
        elif volume > 0.0:
            ways["from_other_waters"] += volume
        else:
            ways["by_pumps" if isinstance(structure, Pump) else "by_gravity"] += volume
    for volume in polders.values():
        ways["from_polders" if volume > 0.0 else "into_polders"] += volume
    given = {term: account.volumes.get(term, 0.0) for term in ("inflow", "rain", "shortfall", "outflow")}
    ways["given_outflow"] = given.pop("outflow")
    ways.update(given)
    ways["evaporation_and_seepage"] = sum(account.volumes.get(term, 0.0) for term in ("evaporation", "seepage"))
    stored = account.final_storage - account.initial_storage
    ways["into_lake" if stored >= 0.0 else "from_storage"] = -stored
    order = (*CAME, *WENT)
    came = {key: ways[key] for key in order if ways[key] > 0.0 or (key == "inflow" and ways[key] == 0.0)}
    went = {key: -ways[key] + 0.0 for key in order if ways[key] < 0.0 or (key == "into_lake" and ways[key] == 0.0)}
    return came, went


def _times(factor: float, values: Any) -> Any:
    return np.asarray(values) * factor


def _draw(ax: Axes, bars: Sequence[Bar], heads: Sequence[str]) -> None:
    """Draw bars from the top down, each tied to the next where it ends, with their names and columns of numbers."""
    rows = range(len(bars))
    for row, bar in enumerate(bars):
        hollow = bar.colour == "none"
        ax.barh(
            row,
            bar.end - bar.start,
            left=bar.start,
            height=HEIGHT,
            color=bar.colour,
            edgecolor=BLACK if hollow else bar.colour,
            linewidth=1.6,
            zorder=3,
        ).patches[0].sticky_edges.x.clear()
        if row + 1 < len(bars):
            ax.plot([bar.end] * 2, [row + HEIGHT / 2.0, row + 1 - HEIGHT / 2.0], color=BLACK, linewidth=0.8, zorder=2)
        if bar.error > 0.0:
            ax.errorbar(bar.end, row, xerr=bar.error, color=BLACK, capsize=6.0, linewidth=1.6, zorder=4)
        for k, number in enumerate(bar.numbers, start=1):
            _beside(ax, number, (1.0, row), FIRST + COLUMN * k, va="center")
    for k, head in enumerate(heads, start=1):
        _beside(ax, head, (1.0, -0.5), FIRST + COLUMN * k, va="bottom", colour=GREY)
    ax.set_yticks(rows, [shorten(bar.name, NAME_WIDTH) for bar in bars])
    ax.set_ylim(len(bars) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0.0)
    ax.spines["left"].set_visible(False)
    ax.axvline(0.0, color=BLACK, linewidth=1.0)
    ax.grid(visible=False)
    ax.grid(visible=True, axis="x")
    set_font(ax, plain="x")


def _beside(ax: Axes, text: str, at: tuple[float, float], right: float, *, va: str, colour: str = BLACK) -> None:
    ax.annotate(
        text,
        xy=at,
        xycoords=("axes fraction", "data"),
        xytext=(right, 0.0 if va == "center" else 4.0),
        textcoords="offset points",
        ha="right",
        va=va,
        color=colour,
        fontsize=SMALL if va == "bottom" else SIZE,
        linespacing=1.4,
        annotation_clip=False,
    )
