"""The waters of a system at their elevations, side by side in the direction of flow, and the structures as arrows."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, inf, isfinite
from typing import NamedTuple

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.path import Path

from ..labels import LANGUAGES, UNITS, axis, called, label
from ..rules import ReleaseLimit
from ..structures import Channel, Culvert, Pump, RatingCurve, SluiceGate, Structure
from ..waters import Lake, River, System, Water
from .look import (
    BLACK,
    BLUE,
    EARTH,
    GREY,
    LEADER,
    SKY,
    SMALL,
    VERMILLION,
    area_unit,
    footnote,
    header,
    latin_width,
    plain_number,
    set_font,
    shorten,
    spread,
    style,
    wrapped,
)

DIKE_COLOUR = "#7a5c2e"

BOX = 0.36
"""Width of the box of a water, as a share of the place between it and the next."""

TINY = 11.0
"""Size of the numbers on the arrows, and of the list where it is long [points]."""

LETTER = 0.55
"""Width of a letter of a name, as a share of its size; in a longer text of letters and digits it is a half."""

NAME_WIDTH = 24
"""Room for the name of a water, in Latin letters."""

NAMED = 150.0
"""Width that the name and the levels of a water need [points]."""

LIST_WIDTH = 355.0
"""Width of the list of structures [points]."""

MOST = 20
"""Structures that there is room to list."""

FOOT_WIDTH = 150
"""Width of the text below, in Latin letters."""

SILLS = {"inlet invert": "invert", "start level": "pump_start_level"}
"""The words for the level at which a structure begins to take water, where they are not its own."""


class Capacity(NamedTuple):
    """The discharge of a structure that is fully open, and the levels it is told for; none where they have no say."""

    discharge: float
    headwater: float | None = None
    tailwater: float | None = None


def schematic(system: System, *, lang: str = "en", ax: Axes | None = None, title: str | None = None) -> Axes:
    """Draw the waters of a system at their elevations and the structures between them, before anything flows.

    Waters stand side by side in the direction of flow, a polder beside its lake, and last, marked so, those that no
    structure of this system joins; only the levels are to scale. A lake
    is a box from its bottom to the dike crest, or to the top of its curve where no crest is known, with water up to its
    starting level; its area is that at this level. A river is a band from the lowest to the highest level that it is
    given. A structure is an arrow from head to tail that begins at its sill, or where a pump starts; with two heads
    where water may flow back; what leaves the system goes down and out of the picture.

    The list on the right tells the discharge of each, to three digits: of pumps units × capacity, of a rating its
    largest; of a channel that at the levels of the start, a river at its lowest, which its arrow does not tell; of the
    others, fully open, that with the headwater at the top of its box and the tailwater at its lowest (a river) or at
    the start (a lake). Where a release limit lets less pass, it tells that, as "≤". A negative one says that the tail
    stands higher. Up to about 12 waters and 20 structures are readable; of more structures the list holds the first 20.

    Parameters
    ----------
    system : waters and structures, as of a case of a scenario
    lang : `"en"` or `"zh"`
    ax : axes to draw on, with a third of the figure's width free on their right. By default a new figure
    title : by default the title of the system, or the name of its first lake

    Returns
    -------
    The axes.

    Raises
    ------
    ValueError
        If there are no words in that language.

    Examples
    --------
    >>> from lakesim import catalogue
    >>> ax = schematic(System(waters=[catalogue.load("honghu")]))
    >>> ax.get_title(loc="left")
    'Honghu Lake'
    >>> plt.close(ax.figure)
    """
    row = in_flow_order(system)
    at = {water.name: float(place) for place, water in enumerate(row)}
    spans = {water.name: span_of(water) for water in row}
    apart = apart_from_all(system)
    with style(lang):
        if ax is None:
            _, ax = plt.subplots(gridspec_kw={"left": 0.065, "right": 0.675, "top": 0.9, "bottom": 0.13})
        width, height = (size / ax.figure.dpi * 72.0 for size in (ax.bbox.width, ax.bbox.height))  # points
        rows = ceil(NAMED / (width / len(row)))
        letters = min(int(0.9 * rows * width / len(row) / (LETTER * SMALL)), NAME_WIDTH)
        told = {water.name: _tell(water, letters, lang, water.name in apart) for water in row}
        lines = max(text.count("\n") + 1 for text in told.values())
        names = rows * (lines * 1.35 * SMALL + 6.0) / height
        lowest, highest = min(low for low, _ in spans.values()), max(high for _, high in spans.values())
        span = max(highest - lowest, 0.1)
        low = lowest - 0.08 * span
        ax.set_ylim(low, low + 1.12 * span / (1.0 - names))
        ax.set_xlim(-0.5 * BOX - 0.08, len(row) - 0.5 * BOX)
        ax.set_yticks([tick for tick in ax.get_yticks() if low <= tick <= highest + 0.02 * span])  # no water, no level
        for number, water in enumerate(row):
            _box(ax, water, at[water.name], spans[water.name])
            longest = max(latin_width(line) for line in told[water.name].split("\n"))
            half = 0.5 * longest * LETTER * SMALL * len(row) / width
            place = min(at[water.name], len(row) - 0.5 * BOX - half), 1.0 - names / rows * (number % rows)
            _name(ax, told[water.name], (at[water.name], spans[water.name][1]), place)
        _arrows(ax, system, at, spans, width / len(row) * (1.0 - BOX), lang)
        _list(ax, system, lang)
        ax.set_xticks([])
        ax.spines["bottom"].set_visible(False)
        ax.set_ylabel(axis("level", "m", lang))
        set_font(ax)
        first = called(system.lakes[0], lang)
        own = (system.title_zh if lang == "zh" else "") or system.title
        made = any(water.reconstructed for water in row)
        header(ax, title or own or first, [label("reconstructed", lang)] * made, two_lines=True)
        notes = [label("schematic", lang), label("box_means", lang)]
        notes += [label("capacity_means", lang)] * bool(system.structures)
        notes += [label("leaves_below", lang)] * any(structure.tail is None for structure in system.structures)
        footnote(ax, wrapped(" · ".join(notes), FOOT_WIDTH), 14.0)
    return ax


def in_flow_order(system: System) -> list[Water]:
    """The waters in the direction of flow, each polder after its lake, and last those that no structure joins.

    Where flow goes round, the lake that starts highest comes first.

    Examples
    --------
    >>> from lakesim import Hypsometry, Weir
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=3, area="1 ha"), initial_level=1.0)
    >>> weir = Weir(name="weir", head="pond", tail="river", crest=2.0, width=5.0)
    >>> waters = [River(name="river", level=1.0), pond]
    >>> [water.name for water in in_flow_order(System(waters=waters, structures=[weir]))]
    ['pond', 'river']
    """
    of = {lake.name: lake.reclaimed_from for lake in system.lakes if lake.reclaimed_from is not None}
    apart = apart_from_all(system)
    waiting = [water for water in system.waters if water.name not in of and water.name not in apart]
    placed: list[Water] = []
    while waiting:
        names = {water.name for water in waiting}
        reached = {one.tail for one in system.structures if one.head in names}
        springs = [water for water in waiting if water.name not in reached]
        next_one = springs[0] if springs else max(waiting, key=_start)
        waiting.remove(next_one)
        placed.append(next_one)
        if isinstance(next_one, Lake):
            placed += [polder for polder in system.polders(next_one.name) if polder not in placed]
    return placed + [one for name in apart for one in (system[name], *system.polders(name))]


def apart_from_all(system: System) -> list[str]:
    """Names of the waters that no structure joins, if there are structures; polders belong to their lake.

    Examples
    --------
    >>> from lakesim import Hypsometry, Weir
    >>> curve = Hypsometry.prism(bottom=0, top=3, area="1 ha")
    >>> ponds = [Lake(name=name, hypsometry=curve, initial_level=1.0) for name in ("pond", "other")]
    >>> apart_from_all(System(waters=ponds, structures=[Weir(name="weir", head="pond", crest=2.0, width=5.0)]))
    ['other']
    """
    if not system.structures:
        return []
    joined = {end for one in system.structures for end in (one.head, one.tail)}
    polders = {polder.name for lake in system.lakes for polder in system.polders(lake.name)}
    joined |= {lake.name for lake in system.lakes if any(one.name in joined for one in system.polders(lake.name))}
    return [water.name for water in system.waters if water.name not in joined | polders]


def _start(water: Water) -> float:
    """Level at which a lake starts [m]; a river comes after all lakes."""
    return water.initial_level if isinstance(water, Lake) else -inf


def span_of(water: Water) -> tuple[float, float]:
    """Lowest and highest level of a water in the picture [m].

    Examples
    --------
    >>> span_of(River(name="river", level="27.3 m"))
    (27.3, 27.3)
    """
    if isinstance(water, River):
        return water.level.extremes
    return water.hypsometry.bottom, water.hypsometry.top if water.dike_crest is None else water.dike_crest


def begins_at(structure: Structure, system: System) -> float:
    """Level at which a structure takes water from its head [m]: sill, start level of a pump, else the head's own.

    Examples
    --------
    >>> from lakesim import Hypsometry
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=3, area="1 ha"), initial_level=1.0)
    >>> pump = Pump(name="pump", head="pond", start_level=1.5, capacity=2.0)
    >>> begins_at(pump, System(waters=[pond], structures=[pump]))
    1.5
    """
    marks = structure.marks_in(structure.head)
    sill = marks[0][1] if marks else structure.draws_down_to(structure.head)
    if isfinite(sill):
        return sill
    head = system[structure.head]
    return float(head.initial_level) if isinstance(head, Lake) else span_of(head)[1]


def capacity_of(structure: Structure, system: System) -> Capacity:
    """The discharge of a structure when it is fully open [m³/s], and the levels that it is told for [m].

    Examples
    --------
    >>> from lakesim import Hypsometry, Weir
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=3, area="1 ha"), initial_level=1.0)
    >>> weir = Weir(name="weir", head="pond", crest=2.0, width=5.0)
    >>> capacity_of(weir, System(waters=[pond], structures=[weir]))  # 1.7 · 5 m · 1 m^1.5
    Capacity(discharge=8.5, headwater=3.0, tailwater=None)
    """
    if isinstance(structure, Pump):
        return Capacity(structure.units * max(structure.discharges, default=structure.capacity or 0.0))
    if isinstance(structure, RatingCurve):
        return Capacity(max(structure.discharges))
    head = system[structure.head]
    headwater = _at_first(head) if isinstance(structure, Channel) else span_of(head)[1]
    if structure.tail is None or not structure.uses_tail:
        return Capacity(structure.discharge(headwater, opening=1.0), headwater)
    tailwater = _at_first(system[structure.tail])
    return Capacity(structure.discharge(headwater, tailwater, 1.0), headwater, tailwater)


def release_limit_of(structure: Structure, system: System) -> float:
    """The most that the release limits of a structure let it pass, at any time of any year [m³/s]; else infinite."""
    rules = (rule for rule in system.rules if rule.structure == structure.name)
    return min((rule.discharge.extremes[1] for rule in rules if isinstance(rule, ReleaseLimit)), default=inf)


def _at_first(water: Water) -> float:
    """Level at which a lake starts, or the lowest of a river [m]."""
    return water.initial_level if isinstance(water, Lake) else span_of(water)[0]


def _tell(water: Water, letters: int, lang: str, apart: bool) -> str:
    """Name, level and area of a water, and whether it stands apart."""
    lines = [shorten(called(water, lang), letters)]
    if isinstance(water, River):
        low, high = span_of(water)
        return "\n".join([*lines, f"{low:.2f} … {high:.2f} m" if high > low else f"{low:.2f} m"])
    area = float(water.hypsometry.area(water.initial_level))
    unit, size = area_unit(area)
    wet = f"{plain_number(area / size)} {UNITS[unit][LANGUAGES.index(lang)]}"
    lines += [f"{water.initial_level:.2f} m", wet if area > 0.0 else label("dry", lang)]
    lines += [label("polder", lang)] * (water.reclaimed_from is not None)
    return "\n".join([*lines, *[label("not_joined", lang)] * apart])


def _box(ax: Axes, water: Water, x: float, span: tuple[float, float]) -> None:
    """Draw a lake with its water, or the band of a river's levels."""
    left, right = x - 0.5 * BOX, x + 0.5 * BOX
    corner, high = (left, span[0]), span[1] - span[0]
    if isinstance(water, River):
        ax.add_patch(Rectangle(corner, BOX, high, facecolor=SKY, edgecolor=BLUE, hatch="//", zorder=3))
        for level in span:
            ax.plot([left, right], [level, level], color=BLUE, linewidth=2.5, zorder=4)
        return
    edge = BLACK if water.reclaimed_from is None else DIKE_COLOUR
    ax.add_patch(Rectangle(corner, BOX, high, facecolor=EARTH, linewidth=0.0, zorder=3))
    deep = water.initial_level - span[0]
    ax.add_patch(Rectangle(corner, BOX, deep, facecolor=SKY, linewidth=0.0, zorder=3))
    ax.plot([left, right], [water.initial_level] * 2, color=BLUE, linewidth=2.5, zorder=4)
    ax.plot([left, left, right, right], [span[1], span[0], span[0], span[1]], color=edge, linewidth=2.5, zorder=4)


def _name(ax: Axes, text: str, box: tuple[float, float], place: tuple[float, float]) -> None:
    """Write what a water is above the boxes, at a height from 0 to 1, with a line straight down to its own.

    The line passes behind the names below, which are white around their letters.
    """
    low, high = ax.get_ylim()
    top = low + place[1] * (high - low)
    ax.plot([box[0]] * 2, [box[1], top], color=GREY, linewidth=LEADER["linewidth"], zorder=1.5)
    ax.text(
        *place,
        text,
        transform=ax.get_xaxis_transform(),
        ha="center",
        va="top",
        fontsize=SMALL,
        linespacing=1.35,
        bbox={"facecolor": "white", "linewidth": 0.0, "pad": 3.0},
        zorder=6,
    )


def _colour(structure: Structure) -> str:
    return VERMILLION if isinstance(structure, Pump) else BLUE


def _arrows(
    ax: Axes,
    system: System,
    at: Mapping[str, float],
    spans: Mapping[str, tuple[float, float]],
    room: float,
    lang: str,
) -> None:
    """Draw each structure as an arrow through the gaps between the boxes, its number in the first of them.

    In every gap the arrows that start in it or pass through it are moved apart. `room` is the width of a gap [points].
    """
    ways = {structure.name: _gaps(structure, at) for structure in system.structures}
    ends = {structure.name: _ends(structure, system, spans) for structure in system.structures}
    low, high = ax.get_ylim()
    height = ax.bbox.height / ax.figure.dpi * 72.0
    scale = height / (high - low)
    through: dict[tuple[str, int], float] = {}
    for gap in range(len(at)):
        here = [name for name, gaps in ways.items() if gap in gaps]
        wished = []
        for name in here:
            start, end = ends[name]
            alone = len(ways[name]) == 1 and end is not None
            wished.append(((0.5 * (start + end) if alone and end is not None else start) - low) * scale)
        top = (max(top for _, top in spans.values()) - low) * scale
        for name, place in zip(here, spread(wished, 1.9 * TINY, top), strict=True):
            through[name, gap] = low + place / scale
    texts = {one.name: "" if isinstance(one, Channel) else _short(one, system, lang) for one in system.structures}
    longest = max((len(text) for text in texts.values()), default=0)
    wide = (longest + 4) * LETTER * TINY < 0.7 * room  # else the numbers alone
    leaving = [0] * len(at)
    for number, structure in enumerate(system.structures, start=1):
        gaps, (start, end) = ways[structure.name], ends[structure.name]
        points = [(gap + 0.5, through[structure.name, gap]) for gap in gaps]
        forward = structure.tail is None or at[structure.tail] > at[structure.head]
        side = 0.5 * BOX if forward else -0.5 * BOX
        path = [(at[structure.head] + side, start), *points]
        if structure.tail is None or end is None:
            x = gaps[0] + 1.0 - 0.5 * BOX - (0.05 + 0.05 * leaving[gaps[0]]) * (1.0 - BOX)
            leaving[gaps[0]] += 1
            path += [(x, points[0][1]), (x, low)]
        else:
            path.append((at[structure.tail] - side, end))
        colour = _colour(structure)
        both = structure.TWO_WAY and structure.uses_tail and not structure.flap
        ax.add_patch(
            FancyArrowPatch(
                path=Path(path),
                arrowstyle="<|-|>" if both else "-|>",
                mutation_scale=15.0,
                color=colour,
                fill=False,
                linewidth=1.8,
                joinstyle="round",
                zorder=2,
                clip_on=False,
            )
        )
        ax.plot(*path[0], "o", color=colour, markersize=5.0, zorder=5)
        ax.text(
            *points[0],
            f"{number} · {texts[structure.name]}" if wide and texts[structure.name] else f"{number}",
            ha="center",
            va="center",
            fontsize=TINY,
            color=colour,
            bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": colour, "linewidth": 1.2},
            zorder=6,
        )


def _gaps(structure: Structure, at: Mapping[str, float]) -> list[int]:
    """The gaps through which the arrow of a structure goes, in its direction; gap 0 is right of the first water."""
    head = int(at[structure.head])
    if structure.tail is None:
        return [head]
    tail = int(at[structure.tail])
    return [*range(head, tail)] if tail > head else [*range(head - 1, tail - 1, -1)]


def _ends(structure: Structure, system: System, spans: Mapping[str, tuple[float, float]]) -> tuple[float, float | None]:
    """Levels at which an arrow leaves its head and reaches its tail, which must be on the boxes [m]."""
    start = begins_at(structure, system)
    low, high = spans[structure.head]
    start = min(max(start, low), high)
    if structure.tail is None:
        return start, None
    low, high = spans[structure.tail]
    return start, min(max(start, low), high)


def _short(structure: Structure, system: System, lang: str) -> str:
    """The discharge of a structure, or the limit that its rules set it, to three digits, and its unit."""
    capacity, limit = capacity_of(structure, system).discharge, release_limit_of(structure, system)
    least, sign = (limit, "≤ ") if limit < capacity else (capacity, "")
    return f"{sign}{plain_number(float(f'{least:.3g}'))} {UNITS['m3/s'][LANGUAGES.index(lang)]}"


def _details(structure: Structure, system: System, lang: str) -> tuple[str, str]:
    """Level and size of a structure; and its discharge with the levels that it is told for."""
    marks = structure.marks_in(structure.head)[:1]
    parts = [f"{label(SILLS.get(word, word), lang)} {level:.2f} m" for word, level in marks]
    if isinstance(structure, Culvert) and structure.diameter is not None:
        parts.append(f"{structure.barrels} × ø {structure.diameter:g} m")
    elif isinstance(structure, Culvert | SluiceGate):
        barrels = f"{structure.barrels} × " if isinstance(structure, Culvert) else ""
        parts.append(f"{barrels}{structure.width:g} × {structure.height:g} m")
    elif (width := getattr(structure, "width", None)) is not None:
        parts.append(f"{label('width', lang)} {plain_number(width)} m")
    told, capacity = _short(structure, system, lang), capacity_of(structure, system)
    if release_limit_of(structure, system) < capacity.discharge:
        return " · ".join(parts), told
    if isinstance(structure, Pump) and structure.units > 1:
        told = f"{structure.units} × {capacity.discharge / structure.units:.4g} = {told}"
    levels = [f"{level:.2f}" for level in (capacity.headwater, capacity.tailwater) if level is not None]
    return " · ".join(parts), told + (f" ({' → '.join(levels)} m)" if levels else "")


def _list(ax: Axes, system: System, lang: str) -> None:
    """Write the list of structures on the right: number, name, tail, and below it what it can carry."""
    listed = system.structures[:MOST]
    height = ax.bbox.height / ax.figure.dpi * 72.0
    roomy = len(listed) * 4.6 * SMALL < height
    size = SMALL if roomy else TINY
    step = min(height / max(len(listed), 1), 3.2 * size)
    line_step = 1.35 * size if roomy else min(1.3 * size, 0.49 * step)
    down = 0.0
    for number, structure in enumerate(listed, start=1):
        tail = label("out_of_the_system", lang) if structure.tail is None else called(system[structure.tail], lang)
        details = [text for text in _details(structure, system, lang) if text]
        lines = [f"{number}  {called(structure, lang)} → {tail}", *(details if roomy else [" · ".join(details)])]
        for line, text in enumerate(lines):
            ax.annotate(
                shorten(text, int(LIST_WIDTH / (0.5 * size))),
                xy=(1.0, 1.0),
                xycoords="axes fraction",
                xytext=(14.0, -down - line_step * line),
                textcoords="offset points",
                va="top",
                fontsize=size,
                color=GREY if line else _colour(structure),
            )
        down += line_step * len(lines) + 0.5 * size if roomy else step
    if len(listed) < len(system.structures):
        more = label("more_structures", lang).format(count=len(system.structures) - len(listed))
        ax.annotate(
            more,
            xy=(1.0, 0.0),
            xycoords="axes fraction",
            xytext=(14.0, -2.0),
            textcoords="offset points",
            va="top",
            fontsize=TINY,
            color=GREY,
        )
