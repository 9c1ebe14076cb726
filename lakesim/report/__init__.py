"""The report of a lake, "one lake, one policy": all that is known of it on one page, and what a flood would do.

`page` makes the page, `write` the file. It is one HTML file that needs nothing else: its look and its pictures are in
it, it links to nothing outside, and it reads on a screen, on a phone and on paper.

`known` makes the sections of what is published, `assessing` the assessment, `doubts` what else its inputs may be,
`markup` the HTML, `look` its style.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from html import escape

from .. import catalogue
from ..catalogue import LakeFile
from ..labels import label, reported
from ..result.core import replacing
from ..waters import Lake
from . import known as sections
from .assessing import Assessment, assess, assessment_section, short
from .look import CSS
from .markup import element, listed, paragraph

__all__ = ["page", "write"]


def page(name: str, lang: str = "en", progress: Callable[[float], None] | None = None) -> str:
    """The report of a lake of the catalogue, as an HTML page.

    Parameters
    ----------
    name : name of the lake
    lang : `"en"` or `"zh"`; notes and sources of figures stay English
    progress : called now and then with the part (0 … 1) of the runs that is done

    Raises
    ------
    ValueError
        If there is no such lake or language.

    Examples
    --------
    >>> page("changhu").splitlines()[:2]
    ['<!DOCTYPE html>', '<html lang="en">']
    """
    label("level", lang)  # refuses an unknown language
    known = catalogue.entry(name)
    lake, found = known.lake(), assess(name, progress)
    bodies = dict(_sections(known, lake, found, lang))
    links = (element("li", element("a", reported(key, lang), href=f"#{key}")) for key in bodies)
    title, other = (known.title_zh, known.title) if lang == "zh" else (known.title, known.title_zh)
    header = element(
        "header",
        element("p", reported("report", lang), class_="kind"),
        element("h1", escape(title), element("span", escape(other), lang="en" if lang == "zh" else "zh-Hans")),
        paragraph((known.summary_zh if lang == "zh" else "") or known.summary),
        element(
            "div", element("h3", reported("in_short", lang)), listed(_short(lake, known, found, lang)), class_="short"
        ),
        element("nav", element("ul", *links)),
    )
    body = [element("section", element("h2", reported(key, lang)), body, id=key) for key, body in bodies.items()]
    footer = element("footer", paragraph(_made_by(lang)))
    return "\n".join(
        [
            "<!DOCTYPE html>",
            f'<html lang="{"zh-Hans" if lang == "zh" else "en"}">',
            "<head>",
            '<meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            element("title", escape(f"{title} · {reported('report', lang)}")),
            element("style", CSS),
            "</head>",
            "<body>",
            header,
            element("main", *body),
            footer,
            "</body>",
            "</html>",
            "",
        ]
    )


def write(
    name: str, path: str | os.PathLike[str], lang: str = "en", progress: Callable[[float], None] | None = None
) -> None:
    """Write the report of a lake to a file, which is whole or is not there; one that is there is replaced.

    Arguments are those of `page`.

    Raises
    ------
    ValueError
        If there is no such lake or language.
    OSError
        If the file cannot be written, as when its folder does not exist.
    """
    text = page(name, lang, progress)
    with replacing(path) as unfinished:
        unfinished.write_text(text, encoding="utf-8", newline="\n")


def _made_by(lang: str) -> str:
    from .. import __version__

    text = reported("made_by", lang, version=__version__)
    return f"{text}. {reported('english', lang)}" if lang == "en" else f"{text}。{reported('english', lang)}"


def _sections(known: LakeFile, lake: Lake, found: Assessment | None, lang: str) -> Iterator[tuple[str, str]]:
    """The sections of the page, by the key of their title."""
    yield "figures", sections.figures_section(known, lake, lang)
    yield "levels", sections.levels_section(known, lang)
    yield "curve", sections.curve_section(known, lake, lang)
    yield "history", sections.history_section(known, lang)
    yield "room", sections.room_section(lake, lang)
    if known.level_pool_above is not None:
        at = known.level_pool_above
        text = reported("pool_means", lang, level=at.value)
        yield "no_level_pool", paragraph(text) + paragraph(at.note, class_="note", lang="en")
    yield "assessment", assessment_section(known, found, lang)
    yield "unknown", sections.unknown_section(known, lang)
    if known.facts:
        yield "facts", sections.facts_section(known, lang)
    yield "sources", sections.sources_section(known, lang)


def _short(lake: Lake, known: LakeFile, found: Assessment | None, lang: str) -> Iterator[str]:
    """The report in a few sentences."""
    gap = "" if lang == "zh" else " "
    if (room := sections.whole_room(lake)) is not None:
        low, high = label(room.low, lang), label(room.high, lang)
        if lang == "en":
            low, high = low.lower(), high.lower()
        levels = {"low": low, "from_level": room.from_level, "high": high, "to_level": room.to_level}
        text = reported("short_room", lang, **levels, volume=sections.volume_text(room.volume, lang))
        metre = sections.volume_text(room.per_metre, lang)
        yield text + gap + reported("short_metre", lang, volume=metre)
    for kind in ("lost", "returned"):
        pasts = [past for past in known.history if sections.amounts(past, kind, lang)]
        if pasts:
            what = sections.amounts(pasts[-1], kind, lang)
            told = (pasts[-1].note_zh if lang == "zh" else "") or pasts[-1].note
            yield reported(f"short_{kind}", lang, year=pasts[-1].year, what=what, note=f" ({told})" if told else "")
    if known.level_pool_above is not None:
        yield reported("short_pool", lang, level=known.level_pool_above.value)
    if found is None:
        yield reported("short_none", lang)
    else:
        yield from short(found, lang)
