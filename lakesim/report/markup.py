"""HTML in small pieces: every text is escaped here, and nowhere else."""

from __future__ import annotations

import base64
import io
from collections.abc import Collection, Iterable, Sequence
from html import escape
from typing import Any

from numpy.typing import NDArray


def element(name: str, *inner: str, **attributes: str) -> str:
    """An element around markup; `class_` stands for class.

    >>> element("p", "a < b", class_="note")
    '<p class="note">a < b</p>'
    """
    given = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return f"<{name}{given}>{''.join(inner)}</{name}>"


def paragraph(text: str, **attributes: str) -> str:
    """A paragraph of text.

    >>> paragraph("a < b")
    '<p>a &lt; b</p>'
    """
    return element("p", escape(text), **attributes)


def listed(texts: Iterable[str], **attributes: str) -> str:
    """A list of texts.

    >>> listed(["one", "two"])
    '<ul><li>one</li><li>two</li></ul>'
    """
    return element("ul", *(element("li", escape(text)) for text in texts), **attributes)


def table(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    numbers: Collection[int] = (),
    english: Collection[int] = (),
    optional: Collection[int] = (),
    cards: bool = False,
) -> str:
    """A table; its first column names the rows.

    Parameters
    ----------
    numbers : columns to the right
    english : columns that are English in every language
    optional : columns that are left out where nothing stands in them
    cards : whether on a phone each row becomes a card, its cells below each other with their heads; else the table
        scrolls sideways by itself

    Examples
    --------
    >>> table(["Level", "m"], [["Crest", "27.00"]], numbers={1}).partition("<tbody>")[2].partition("</tbody>")[0]
    '<tr><th scope="row">Crest</th><td class="number" data-head="m">27.00</td></tr>'
    """
    rows = list(rows)
    kept = [place for place in range(len(heads)) if place not in optional or any(row[place] for row in rows)]

    def cell(place: int, text: str) -> str:
        words = [word for word, holds in (("number", place in numbers), ("empty", not text)) if holds]
        marks = {"class_": " ".join(words)} if words else {}
        if place in english:
            marks |= {"lang": "en"}
        if place == 0:
            return element("th", escape(text), scope="row", **marks)
        return element("td", escape(text), **marks, **{"data-head": heads[place]})

    body = [element("tr", *(cell(place, row[place]) for place in kept)) for row in rows]
    top = [
        element("th", escape(heads[place]), scope="col", **({"class_": "number"} if place in numbers else {}))
        for place in kept
    ]
    inner = element("thead", element("tr", *top)) + element("tbody", *body)
    return element("div", element("table", inner), class_="cards" if cards else "wide")


def picture(axes: NDArray[Any], text: str) -> str:
    """A figure as an SVG within the page, which needs no font: its letters are shapes.

    Parameters
    ----------
    axes : axes of the figure
    text : what it shows, for those who cannot see it, and under it
    """
    from ..plot.page import page_style

    stream = io.BytesIO()
    with page_style():
        axes[0].figure.savefig(stream, format="svg", metadata={"Date": None}, bbox_inches="tight", pad_inches=0.05)
    data = base64.b64encode(stream.getvalue()).decode()
    image = f'<img alt="{escape(text)}" src="data:image/svg+xml;base64,{data}">'
    return element("figure", image, element("figcaption", escape(text)))
