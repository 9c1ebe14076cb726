"""The lake in section, as wide at every level as its area there, with its polders beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from ..labels import LANGUAGES, UNITS, axis, called, label, moment, work
from ..series.reading import instant
from ..waters import Lake
from .look import (
    BLACK,
    BLUE,
    EARTH,
    LEADER,
    SKY,
    Mark,
    area_unit,
    footnote,
    header,
    lake_of,
    level_lines,
    margin_marks,
    plain_number,
    set_font,
    shorten,
    spread,
    stamps_of,
    storage_unit,
    style,
)

if TYPE_CHECKING:
    from ..result import Result

Floats = NDArray[np.float64]

POINTS = 400
"""Levels at which a bed is computed for drawing."""

KM2 = 1e6

DIKE = 0.008
"""Half the width of a dike at its foot, as a share of all that is drawn."""

DIKE_COLOUR = "#7a5c2e"

NAME_WIDTH, DIKE_NAME_WIDTH = 20, 17
"""Room for the name of a water, above the section and in the margin, in Latin letters."""

MOST_NAMES = 5
"""Waters that there is room to name above the section."""


def cross_section(
    result: Result,
    water: str | None = None,
    *,
    time: object = None,
    lang: str = "en",
    ax: Axes | None = None,
    title: str | None = None,
) -> Axes:
    """Draw a lake and the polders that were reclaimed from it in section, each with its water at one time.

    The bed is the curve itself: at every level the lake is as wide as its area there, so that each kilometre of the
    picture is a square kilometre. The deepest place lies in the middle. Polders stand on the right, each behind a dike
    up to its crest, their lowest ground at the dike; land of the lake that lies higher than the lowest ground of a
    polder is drawn on the left. Where things lie is schematic 示意; areas and levels are those of the run.

    Parameters
    ----------
    result : what `simulate` returned
    water : name of the lake; by default the first one
    time : moment of the section, within the run; by default that of the lake's peak. Between outputs levels are linear
    lang : `"en"` or `"zh"`
    ax : axes to draw on, with a fifth of the figure's width free on their right. By default a new figure
    title : by default the lake's title, and the time

    Returns
    -------
    The axes.

    Raises
    ------
    ValueError
        If there is no such lake or language, or the time lies outside the run.
    """
    lake = lake_of(result, water)
    polders = result.system.polders(lake.name)
    at = result.peak(lake.name)[0] if time is None else _moment(result, time)
    level = {one.name: _level_at(result, one.name, at) for one in (lake, *polders)}
    if time is None:
        level[lake.name] = result.peak(lake.name)[1]  # which may fall between two outputs
    shore = min((polder.hypsometry.bottom for polder in polders), default=np.inf)
    heights = {one.name: _heights(one, level[one.name]) for one in (lake, *polders)}
    left, right = _banks(lake, heights[lake.name], shore)
    middle, edge = float(left[-1]), float(left[-1] + right[-1])
    whole = edge + sum(_area(polder, heights[polder.name])[-1] for polder in polders)
    with style(lang):
        if ax is None:
            _, ax = plt.subplots(gridspec_kw={"left": 0.075, "right": 0.775, "top": 0.88, "bottom": 0.17})
        marks = level_lines(ax, lake.characteristic_levels, lang)
        _fill(ax, lake, level[lake.name], middle, shore)
        rising = heights[lake.name] <= _shoulder(lake, heights[lake.name])
        bank, beach = middle - left[rising][::-1], middle + right[rising]
        ground = [*zip(bank, heights[lake.name][rising][::-1], strict=True)]
        ground += zip(beach, np.minimum(heights[lake.name][rising], shore), strict=True)
        outside = heights[lake.name][-1] if lake.dike_crest is None else _shoulder(lake, heights[lake.name])
        ground = [(-whole, outside), (0.0, outside), *ground]
        walls = [(0.0, lake.dike_crest, outside)] + [(edge, lake.dike_crest, outside)] * (not polders)
        spots = [(lake, middle)]
        for polder in polders:
            rising = heights[polder.name] <= _shoulder(polder, heights[polder.name])
            wide = _area(polder, heights[polder.name])
            ground.append((edge, polder.hypsometry.bottom))
            ground += zip(edge + wide[rising], heights[polder.name][rising], strict=True)
            _fill(ax, polder, level[polder.name], edge)
            walls.append((edge, polder.dike_crest, polder.hypsometry.bottom))
            if polder.dike_crest is not None:
                name = work("dike_of", lang, shorten(called(polder, lang), DIKE_NAME_WIDTH))
                marks.append(Mark(polder.dike_crest, f"{name} {polder.dike_crest:.2f}", DIKE_COLOUR))
            spots.append((polder, edge + 0.5 * polder.hypsometry.area(level[polder.name]) / KM2))
            edge, outside = edge + float(wide[-1]), heights[polder.name][-1]
        ground += [(edge, outside), (2.0 * whole, outside)]
        everything = [height for _, height in ground] + [mark.level for mark in marks] + [*level.values()]
        lowest, span = min(everything), max(everything) - min(everything)
        ax.set_ylim(lowest - 0.1 * span, lowest + 1.33 * span)
        ax.set_xlim(-0.02 * whole, 1.02 * whole)
        x, y = np.array(ground).T
        ax.fill_between(x, y, lowest - span, color=EARTH, linewidth=0.0, zorder=2)
        ax.plot(x, y, color=BLACK, linewidth=1.4, zorder=4)
        for where, crest, foot in walls:
            if crest is not None:
                _wall(ax, where, crest, foot, DIKE * whole)
        _tell(ax, spots, level, lang)
        ax.grid(visible=False)
        ax.set_xlabel(axis("area_across", "km2", lang))
        ax.set_ylabel(axis("level", "m", lang))
        set_font(ax, plain="both")
        margin_marks(ax, marks)
        when = moment(at) if time is not None else f"{label('at_the_peak', lang)} {moment(at)}"
        header(ax, f"{called(lake, lang)}: {when}" if title is None else title, stamps_of(result, lang))
        beyond = any(level[one.name] > one.hypsometry.top for one in (lake, *polders))
        notes = [label("schematic", lang), label("width_is_area", lang), *[label("beyond_curve", lang)] * beyond]
        footnote(ax, " · ".join(notes))
    return ax


def _moment(result: Result, time: object) -> np.datetime64:
    """The time of a section, within the run."""
    at = instant(time)
    first, last = result.times[0], result.times[-1]
    if not first <= at <= last:
        raise ValueError(
            f"{moment(at)} is not in the run, which goes from {moment(first)} to {moment(last)}; take a time in it"
        )
    return at


def _level_at(result: Result, water: str, at: np.datetime64) -> float:
    times = (result.times - result.times[0]) / np.timedelta64(1, "ms")
    return float(np.interp((at - result.times[0]) / np.timedelta64(1, "ms"), times, result.level[water]))


def _heights(lake: Lake, level: float) -> Floats:
    """Levels from the bottom to the top of what is drawn of a water, its contours among them [m]."""
    curve = lake.hypsometry
    top = max(curve.top, level)
    return np.union1d(np.linspace(curve.bottom, top, POINTS), [*curve.curve_level])


def _shoulder(lake: Lake, heights: Floats) -> float:
    """Level from which on a water grows no wider, because a dike stands there; the highest where it goes on growing."""
    area = _area(lake, heights)
    return float(heights[np.argmax(area >= area[-1])])


def _area(lake: Lake, heights: Floats) -> Floats:
    """Area at levels [km²]."""
    return lake.hypsometry.area(heights) / KM2


def _banks(lake: Lake, heights: Floats, shore: float) -> tuple[Floats, Floats]:
    """How far the lake reaches to the left and to the right of its deepest place [km²], at levels; together its area.

    On the right it ends at the polders, whose ground begins at the level `shore`.
    """
    right = 0.5 * _area(lake, np.clip(heights, None, max(shore, lake.hypsometry.bottom)))
    return _area(lake, heights) - right, right


def _fill(ax: Axes, lake: Lake, level: float, at: float, shore: float | None = None) -> None:
    """Draw the water of a lake around its deepest place, or of a polder to the right of its dike."""
    heights = np.linspace(lake.hypsometry.bottom, level, POINTS)
    if shore is None:
        left, right = np.zeros(POINTS), _area(lake, heights)
    else:
        left, right = _banks(lake, heights, shore)
    if level > lake.hypsometry.bottom:
        ax.fill_betweenx(heights, at - left, at + right, color=SKY, linewidth=0.0, zorder=0.5)
        ax.plot([at - left[-1], at + right[-1]], [level, level], color=BLUE, linewidth=3.0, zorder=3)


def _wall(ax: Axes, where: float, crest: float, ground: float, width: float) -> None:
    """Draw a dike in section."""
    sides = [where - width, where - 0.35 * width, where + 0.35 * width, where + width]
    ax.fill(sides, [ground, crest, crest, ground], color=DIKE_COLOUR, linewidth=0.0, zorder=5)


def _tell(ax: Axes, spots: Sequence[tuple[Lake, float]], level: Mapping[str, float], lang: str) -> None:
    """Name each water above the section, with its level, area and storage; of many polders the largest."""
    largest = sorted(spots[1:], key=lambda spot: spot[0].hypsometry.curve_area[-1], reverse=True)[: MOST_NAMES - 1]
    named = [spot for spot in spots if spot == spots[0] or spot in largest]
    low, high = ax.get_xlim()
    width = ax.bbox.width / ax.figure.dpi * 72.0  # points
    at = [(x - low) / (high - low) * width for _, x in named]
    room = width / MOST_NAMES
    places = spread([place - 0.5 * room for place in at], room, width - room)
    for (lake, x), place in zip(named, places, strict=True):
        curve, height = lake.hypsometry, level[lake.name]
        area, storage = float(curve.area(height)), float(curve.storage(height))
        facts = f"{_quantity(area, *area_unit(area), lang)}\n{_quantity(storage, *storage_unit(storage, lang), lang)}"
        if height <= curve.bottom:
            facts = label("dry", lang)
        ax.annotate(
            f"{shorten(called(lake, lang), NAME_WIDTH)}\n{height:.2f} m\n{facts}",
            xy=(x, height),
            xycoords="data",
            xytext=((place + 0.5 * room) / width, 0.985),
            textcoords="axes fraction",
            ha="center",
            va="top",
            linespacing=1.35,
            arrowprops=LEADER | {"relpos": (0.5, 0.0)},
            zorder=6,
        )


def _quantity(value: float, unit: str, size: float, lang: str) -> str:
    """A number and its unit."""
    text = UNITS[unit][LANGUAGES.index(lang)]
    return f"{plain_number(value / size)} {'× ' * text.startswith('10')}{text}"
