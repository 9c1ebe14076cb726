"""What is known of a lake, as sections of its report: figures, levels, curve, history, room for a flood, unknowns."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import pairwise
from typing import NamedTuple

from ..catalogue import GRADES, LakeFile, Past, Point, Sourced
from ..labels import UNITS, called, day, label, reported, said
from ..labels.words import column
from ..waters import CHARACTERISTIC_LEVELS, Lake
from .markup import element, listed, paragraph, picture, table

MILLION = 1e6


class Room(NamedTuple):
    """What fits between two levels of a lake [m], and how much [m3]."""

    low: str
    from_level: float
    high: str
    to_level: float
    volume: float

    @property
    def per_metre(self) -> float:
        """What a metre of level holds between the two [m2 = m3/m]."""
        return self.volume / (self.to_level - self.from_level)


def rooms(lake: Lake) -> list[Room]:
    """What a lake holds between each two neighbouring characteristic levels, from the lowest up.

    Examples
    --------
    >>> from lakesim import catalogue
    >>> [(room.low, room.high, round(room.volume / 1e6)) for room in rooms(catalogue.load("honghu"))][:1]
    [('flood_limit_level', 'fortification_level', 448)]
    """
    levels = sorted(lake.characteristic_levels.items(), key=lambda level: level[1])
    return [_room(lake, *low, *high) for low, high in pairwise(levels) if high[1] > low[1]]


def whole_room(lake: Lake) -> Room | None:
    """What a lake holds from its lowest to its highest characteristic level; None if it has fewer than two."""
    parts = rooms(lake)
    if not parts:
        return None
    return _room(lake, parts[0].low, parts[0].from_level, parts[-1].high, parts[-1].to_level)


def _room(lake: Lake, low: str, from_level: float, high: str, to_level: float) -> Room:
    volume = lake.hypsometry.storage(to_level) - lake.hypsometry.storage(from_level)
    return Room(low, from_level, high, to_level, float(volume))


def volume_unit(lang: str) -> tuple[str, float]:
    """How the report writes volumes in a language, and the size of that unit [m3].

    >>> volume_unit("zh")
    ('亿m³', 100000000.0)
    """
    code, size = (("1e6 m3", 1e6), ("1e8 m3", 1e8))[column(lang)]
    return UNITS[code][column(lang)], size


def volume_text(volume: float, lang: str, *, unit: bool = True) -> str:
    """A volume [m3] to three digits, or to the whole of its unit.

    >>> volume_text(850.667e6, "en"), volume_text(850.667e6, "zh")
    ('851·10⁶ m³', '8.51 亿m³')
    """
    name, size = volume_unit(lang)
    number = volume / size
    text = f"{number:.0f}" if abs(number) >= 100.0 else f"{number:#.3g}"
    return f"{text}{'·' if lang == 'en' else ' '}{name}" if unit else text


def digits(number: float) -> str:
    """A number to four digits, without a power of ten.

    >>> digits(17478.3), digits(0.99876)
    ('17480', '0.9988')
    """
    return f"{float(f'{number:.4g}'):g}"


def area_text(area: float) -> str:
    """An area [m2] in km², with no more digits than were given.

    >>> area_text(344.4e6), area_text(6e9)
    ('344.4', '6000')
    """
    return f"{area / MILLION:.6g}"


def origin(figure: Sourced) -> list[str]:
    """Source, grade and note of a figure."""
    return [" ".join(figure.source), figure.grade, figure.note]


def origin_heads(lang: str) -> list[str]:
    """Heads of what `origin` gives."""
    return [label("source", lang), label("grade", lang), label("note", lang)]


def figures_section(known: LakeFile, lake: Lake, lang: str) -> str:
    """Where the lake lies and how large it is."""
    place = (known.place_zh if lang == "zh" else "") or known.place
    pairs = [(said("place", lang), place), (label("datum", lang), known.datum)]
    pairs += [(said("gauge", lang), known.gauge)] if known.gauge else []
    rows = []
    at = lake.initial_level
    of = lake.hypsometry
    derived = [*origin(known.hypsometry)[:2], reported("from_curve", lang)]
    rows.append([reported("area_at", lang, level=at), f"{digits(float(of.area(at)) / MILLION)} km²", *derived])
    rows.append([reported("storage_at", lang, level=at), volume_text(float(of.storage(at)), lang), *derived])
    if known.catchment is not None:
        text = f"{area_text(known.catchment.value)} km²"
        rows.append([label("catchment", lang), text, *origin(known.catchment)])
    if known.flood_season is not None:
        first, last = known.flood_season.value
        rows.append(
            [label("flood_season", lang), f"{day(first, lang)} – {day(last, lang)}", *origin(known.flood_season)]
        )
    listing = element("dl", *(element("dt", escape(key)) + element("dd", escape(text)) for key, text in pairs))
    heads = [said("quantity", lang), label("value", lang), *origin_heads(lang)]
    return listing + table(heads, rows, english={4}, cards=True)


def levels_section(known: LakeFile, lang: str) -> str:
    """The characteristic levels, the level at which a routing starts, and where the lake is a level pool."""
    levels = {kind: known.levels[kind] for kind in CHARACTERISTIC_LEVELS if kind in known.levels}
    others = {"initial_level": known.initial_level, "level_pool_above": known.level_pool_above}
    rows = [
        [label(kind, lang), f"{figure.value:.2f}", *origin(figure)]
        for kind, figure in {**levels, **others}.items()
        if figure is not None
    ]
    empty = "" if levels else paragraph(reported("no_levels", lang))
    heads = [label("name", lang), f"{label('level', lang)} (m)", *origin_heads(lang)]
    return empty + table(heads, rows, numbers={1}, english={4}, cards=True)


def curve_section(known: LakeFile, lake: Lake, lang: str) -> str:
    """The curve as a picture and a table, how it was made, and the points that were published."""
    from ..plot.page import page_curve

    unit, size = volume_unit(lang)
    of = lake.hypsometry
    heads = [f"{label('level', lang)} (m)", f"{label('area', lang)} (km²)", f"{label('capacity', lang)} ({unit})"]
    rows = [
        [f"{z:.2f}", digits(float(of.area(z)) / MILLION), digits(float(of.storage(z)) / size)] for z in of.curve_level
    ]
    stamp = element("span", label("reconstructed", lang), class_="stamp") if lake.reconstructed else ""
    sources, grade, note = origin(known.hypsometry)
    made = f"{label('source', lang)} {sources}; {label('grade', lang)} {grade}."
    parts = [
        stamp,
        picture(page_curve(lake, lang=lang), reported("curve_picture", lang, lake=called(known, lang))),
        table(heads, rows, numbers={0, 1, 2}),
        element("h3", reported("how_curve", lang)),
        paragraph(made),
        paragraph(note.strip(), lang="en"),
    ]
    if known.points:
        parts.append(element("h3", reported("points", lang)))
        heads = [*heads, said("within", lang), label("time", lang), said("gauge", lang), *origin_heads(lang)]
        parts.append(
            table(
                heads,
                [_point(point, lang) for point in known.points],
                numbers={0, 1, 2},
                english={5, 8},
                optional={4, 5},
                cards=True,
            )
        )
    return "".join(parts)


def _point(point: Point, lang: str) -> list[str]:
    size = volume_unit(lang)[1]
    area = "" if point.area is None else area_text(point.area)
    storage = "" if point.storage is None else f"{point.storage / size:.6g}"
    within = reported("left_aside", lang) if point.within is None else f"{point.within:.1%}"
    return [f"{point.level:.2f}", area, storage, within, point.when, point.gauge, *origin(point)]


def history_section(known: LakeFile, lang: str) -> str:
    """What was reclaimed and returned, and when."""
    if not known.history:
        return paragraph(reported("no_history", lang))
    unit, size = volume_unit(lang)

    def cells(past: Past) -> Iterator[str]:
        yield past.year
        yield "" if past.area is None else area_text(past.area)
        yield "" if past.storage is None else f"{past.storage / size:.6g}"
        for kind in ("lost", "returned"):
            yield amounts(past, kind, lang)
        sources, grade, note = origin(past)
        yield from (sources, grade, (past.note_zh if lang == "zh" else "") or note)

    heads = [label("year", lang), f"{label('area', lang)} (km²)", f"{label('capacity', lang)} ({unit})"]
    heads += [reported("lost", lang), reported("returned", lang), *origin_heads(lang)]
    rows = [list(cells(past)) for past in known.history]
    return table(heads, rows, numbers={1, 2}, optional={1, 2, 3, 4}, cards=True) + paragraph(
        reported("history_note", lang), class_="note"
    )


def amounts(past: Past, kind: str, lang: str) -> str:
    """The area and the storage that were lost or returned, in words."""
    area, storage = getattr(past, f"{kind}_area"), getattr(past, f"{kind}_storage")
    texts = [] if area is None else [f"{area_text(area)} km²"]
    return ", ".join([*texts, *([] if storage is None else [volume_text(storage, lang)])])


def room_section(lake: Lake, lang: str) -> str:
    """What the lake holds between each two characteristic levels, and what a metre of it holds."""
    parts, whole = rooms(lake), whole_room(lake)
    if whole is None:
        levels = lake.characteristic_levels.values()
        at = next(iter(levels), lake.initial_level)
        metre = volume_text(float(lake.hypsometry.area(at)), lang)
        return paragraph(reported("no_room", lang, level=at, volume=metre))
    unit = volume_unit(lang)[0]

    def row(name: str, room: Room) -> list[str]:
        numbers = [volume_text(number, lang, unit=False) for number in (room.volume, room.per_metre)]
        span = f"{room.from_level:.2f} … {room.to_level:.2f}"
        return [name, span, f"{room.to_level - room.from_level:.2f}", *numbers]

    rows = [row(f"{label(room.low, lang)} … {label(room.high, lang)}", room) for room in parts]
    if len(parts) > 1:
        rows.append(row(reported("whole", lang), whole))
    heads = [reported("between", lang), f"{label('level', lang)} (m)", reported("height", lang)]
    heads += [f"{label('volume', lang)} ({unit})", f"{reported('per_metre', lang)} ({unit})"]
    return table(heads, rows, numbers={1, 2, 3, 4}, cards=True) + paragraph(reported("room_note", lang), class_="note")


def facts_section(known: LakeFile, lang: str) -> str:
    """The other figures."""
    rows = [[fact.quantity, fact.value, fact.when, *origin(fact)] for fact in known.facts]
    heads = [said("quantity", lang), label("value", lang), label("time", lang), *origin_heads(lang)]
    return table(heads, rows, english={0, 1, 2, 5}, cards=True)


def unknown_section(known: LakeFile, lang: str) -> str:
    """What could not be found."""
    return listed((known.unknown_zh if lang == "zh" else ()) or known.unknown)


def sources_section(known: LakeFile, lang: str) -> str:
    """The texts, and what a grade means."""
    rows = [[source.id, source.citation] for source in known.sources]
    grades = [[grade, reported(f"grade_{grade}", lang)] for grade in GRADES]
    heads = [label("source", lang), ""]
    return table(heads, rows, english={1}) + table([label("grade", lang), ""], grades)
