"""Figures: axes out, nothing shown or saved, every word in its language, and no text over another or cut off."""

import itertools
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from lakesim import plot
from lakesim.hypsometry import Hypsometry
from lakesim.labels import LANGUAGES, axis, label
from lakesim.plot.dates import DateFormatter
from lakesim.plot.look import BLUE, FAMILY, Mark, margin_marks, shorten, spread, storage_unit
from lakesim.series import Series
from lakesim.structures import Weir
from lakesim.waters import CHARACTERISTIC_LEVELS, Lake, River, System

CURVE = Hypsometry(
    levels=[20, 22, 23, 24, 25, 27], areas=["0 km2", "80 km2", "180 km2", "290 km2", "330 km2", "350 km2"]
)
LEVELS = dict(zip(CHARACTERISTIC_LEVELS, (21.5, 22.5, 23.2, 24.2, 24.5, 25.8, 26.2, 26.97, 28.3), strict=True))
HOUR = np.timedelta64(1, "h")


@dataclass(frozen=True)
class FakeResult:
    """As much of a result as a figure asks for."""

    times: NDArray[Any]
    system: System
    level: dict[str, NDArray[Any]]
    discharge: dict[str, NDArray[Any]]
    inflow: dict[str, NDArray[Any]]
    outflow: dict[str, NDArray[Any]]
    rain: dict[str, NDArray[Any]]
    numerical_error: float = 8.4e-6
    residual_relative: float = 1.2e-13
    reconstructed: bool = True
    check: str | None = "predicted"
    storage: dict[str, NDArray[Any]] = field(default_factory=dict)

    def peak(self, water: str) -> tuple[Any, float]:
        top = int(self.level[water].argmax())
        return self.times[top], float(self.level[water][top])


def flood(
    *,
    hours: int = 60 * 24,
    step: np.timedelta64 = HOUR,
    peak: float = 0.4,
    rise: float = 2.6,
    rain: bool = True,
    river: float = 23.0,
    outlets: int = 3,
    titles: tuple[str, str] = ("Honghu", "洪湖"),
    levels: dict[str, float] = LEVELS,
) -> FakeResult:
    """A lake that fills and drains through weirs to a river that rises and falls; `peak` is a part of the period."""
    times = np.datetime64("2016-06-15T00:00", "ms") + np.arange(hours) * step
    x = np.linspace(0.0, 1.0, hours)
    level = 24.0 + rise * np.exp(-(((x - peak) / 0.15) ** 2))
    names = [f"outlet_{n}" for n in range(outlets)]
    system = System(
        waters=(
            Lake(name="honghu", title=titles[0], title_zh=titles[1], hypsometry=CURVE, initial_level=24.0, **levels),
            River(name="yangtze", title="Yangtze at Xintankou", title_zh="长江新滩口", level=river),
        ),
        structures=tuple(Weir(name=name, head="honghu", tail="yangtze", crest=24.0, width=20.0) for name in names),
    )
    outflow = 100.0 * (level - 23.0)
    return FakeResult(
        times=times,
        system=system,
        level={"honghu": level, "yangtze": river + 4.0 * np.exp(-(((x - peak) / 0.2) ** 2))},
        discharge={name: outflow * (n + 1) / sum(range(outlets + 1)) for n, name in enumerate(names)},
        inflow={"honghu": 60.0 + 900.0 * np.exp(-(((x - peak + 0.1) / 0.06) ** 2))},
        outflow={"honghu": outflow},
        rain={"honghu": rain * 1e-6 * np.exp(-(((x - peak + 0.15) / 0.05) ** 2))},
    )


HARD = {
    "a flood": flood(),
    "three days": flood(hours=72),
    "two hours": flood(hours=121, step=np.timedelta64(1, "m")),
    "over New Year": flood(hours=17 * 24, step=np.timedelta64(12, "h")),
    "a water year, daily": flood(hours=366, step=np.timedelta64(24, "h"), rain=False),
    "sixty years": flood(hours=6000, step=np.timedelta64(90, "h")),
    "at rest, river far below": flood(rise=0.0, river=2.0, rain=False),
    "peak at the start": flood(peak=0.0),
    "peak at the end": flood(peak=1.0),
    "no characteristic levels": flood(levels={}),
    "levels all alike": flood(levels=dict.fromkeys(CHARACTERISTIC_LEVELS, 24.5)),
    "four outlets and long names": flood(outlets=4, titles=("A very long name of a lake, " * 5, "很长的湖名" * 12)),
}


@pytest.fixture(autouse=True)
def _close_figures() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture(autouse=True)
def _nothing_shown_or_saved(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a figure is neither shown nor saved here")

    monkeypatch.setattr(plt, "show", refuse)
    monkeypatch.setattr(Figure, "show", refuse)
    monkeypatch.setattr(Figure, "savefig", refuse)


@pytest.fixture(autouse=True)
def _no_word_in_the_log(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """matplotlib logs a font it does not find."""
    with caplog.at_level(logging.WARNING):
        yield
    assert caplog.messages == []


def texts(axes: NDArray[Any]) -> list[Text]:
    """The texts that a figure really draws. A missing character warns here, and warnings are errors."""
    seen: dict[Text, None] = {}
    draw = Text.draw

    def note(text: Text, renderer: Any) -> None:
        if text.get_visible() and text.get_text().strip():
            seen[text] = None
        draw(text, renderer)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Text, "draw", note)
        axes[0].figure.canvas.draw()
    return list(seen)


def boxes(text: Text) -> list[Bbox]:
    """Where the letters of each line stand, without the line that leads from a text."""
    whole = Text.get_window_extent(text)
    lines = text.get_text().split("\n")
    if len(lines) == 1 or text.get_rotation() != 0.0:
        return [whole]
    renderer = text.figure.canvas.get_renderer()
    widths = [renderer.get_text_width_height_descent(line, text.get_fontproperties(), False)[0] for line in lines]
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[text.get_horizontalalignment()]
    high = whole.height / len(lines)
    return [
        Bbox.from_bounds(whole.x0 + share * (whole.width - width), whole.y1 - (n + 1) * high, width, high)
        for n, width in enumerate(widths)
    ]


def words(axes: NDArray[Any]) -> str:
    return "\n".join(text.get_text() for text in texts(axes))


def assert_tidy(axes: NDArray[Any]) -> None:
    """No text over another, none cut off by the edge of the figure, none too small, all in the font."""
    seen = texts(axes)
    edge = axes[0].figure.bbox
    for text in seen:
        assert text.get_fontsize() >= 11.0
        assert text.get_fontfamily()[0] == FAMILY
    lines = [(text.get_text(), place) for text in seen for place in boxes(text)]
    for text, place in lines:
        assert edge.x0 <= place.x0 < place.x1 <= edge.x1, f"cut off: {text!r}"
        assert edge.y0 <= place.y0 < place.y1 <= edge.y1, f"cut off: {text!r}"
    for (one, a), (other, b) in itertools.combinations(lines, 2):
        wide = min(a.x1, b.x1) - max(a.x0, b.x0)
        high = min(a.y1, b.y1) - max(a.y0, b.y0)
        # A line is higher than its letters: neighbours in a column may share the blank between them.
        assert wide <= 0.0 or high <= 3.0, f"{one!r} and {other!r} overlap"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", HARD)
def test_a_hydrograph_is_tidy(name: str, lang: str) -> None:
    axes = plot.hydrograph(HARD[name], lang=lang, note="A note. 备注。")
    assert_tidy(axes)
    (peak,) = (text for text in axes[-1].texts if text.get_text().startswith(label("peak_level", lang)))
    panel, place = axes[-1].get_window_extent(), boxes(peak)[0]
    assert panel.x0 <= place.x0 < place.x1 <= panel.x1
    for line in axes[-1].lines:
        drawn = line.get_transform().transform_path(line.get_path())
        assert not drawn.intersects_bbox(place, filled=False), "a line crosses the text of the peak"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_hydrograph_says_what_it_shows(lang: str) -> None:
    axes = plot.hydrograph(flood(), lang=lang)
    rain, discharge, level = axes
    assert rain.get_ylabel().replace("\n", " ") == axis("rain", "mm/h", lang)
    assert discharge.get_ylabel() == axis("discharge", "m3/s", lang)
    assert level.get_ylabel() == axis("level", "m", lang)
    text = words(axes)
    for key, height in LEVELS.items():
        assert f"{label(key, lang)} {height:.2f}" in text
    assert {"en": "Tailwater Yangtze at Xintankou", "zh": "外江水位 长江新滩口"}[lang] in text
    assert f"{label('peak_level', lang)} 26.60 m (2016-07-09 00:00)" in text
    assert "reconstructed 重构" in text
    assert {"en": "Check · predicted", "zh": "检验 · 预测"}[lang] in text
    assert {"en": "level error ≤ 0.009 mm", "zh": "水位误差 ≤ 0.009 mm"}[lang] in text
    assert "1e-13" in text


def test_rain_hangs_from_the_top() -> None:
    rain = plot.hydrograph(flood())[0]
    bottom, top = rain.get_ylim()
    assert bottom >= 3.6 > top == 0.0  # 1e-6 m/s is 3.6 mm/h
    assert len(plot.hydrograph(flood(rain=False))) == 2


def test_daily_rain_is_in_mm_a_day() -> None:
    rain = plot.hydrograph(flood(hours=60, step=np.timedelta64(24, "h")))[0]
    assert rain.get_ylabel() == "Rain\n(mm/d)"
    assert rain.get_ylim()[0] >= 86.0


def test_what_is_not_claimed_is_not_stamped() -> None:
    text = words(plot.hydrograph(replace(flood(), reconstructed=False, check=None)))
    assert "重构" not in text
    assert "Check" not in text


@pytest.mark.parametrize("outlets", [0, 1, 2, 4, 5])
def test_up_to_four_structures_are_drawn_one_by_one(outlets: int) -> None:
    result = flood(outlets=outlets)
    if outlets == 0:
        result = replace(result, outflow={"honghu": 0.0 * result.inflow["honghu"]})
    names = {line.get_label() for line in plot.hydrograph(result)[1].lines}
    drawn = {name for name in names if name.startswith("outlet")}
    # One outlet that carries all of the outflow would lie under it.
    assert drawn == ({f"outlet_{n}" for n in range(outlets)} if 1 < outlets <= 4 else set())


def test_one_structure_beside_a_given_outflow_is_drawn() -> None:
    result = flood(outlets=1)
    result = replace(result, outflow={"honghu": result.outflow["honghu"] + 5.0})
    assert "outlet_0" in {line.get_label() for line in plot.hydrograph(result)[1].lines}


def test_the_lines_are_the_numbers() -> None:
    result = flood()
    _, discharge, level = plot.hydrograph(result)
    lines = {line.get_label().partition("\n")[0]: line for line in discharge.lines}
    assert lines["Inflow"].get_ydata() is not None
    np.testing.assert_array_equal(lines["Inflow"].get_ydata(), result.inflow["honghu"])
    np.testing.assert_array_equal(lines["Outflow"].get_ydata(), result.outflow["honghu"])
    curves = [line for line in level.lines if len(line.get_ydata()) == len(result.times)]
    tailwater, lake = sorted(curves, key=lambda line: line.get_ydata()[0])
    np.testing.assert_array_equal(lake.get_ydata(), result.level["honghu"])
    np.testing.assert_array_equal(tailwater.get_ydata(), result.level["yangtze"])
    assert (lake.get_linestyle(), tailwater.get_linestyle()) == ("-", "--")


def test_given_means_are_drawn_as_steps() -> None:
    """A daily mean holds through its day; a line from one to the next would draw another flood."""
    result = flood(hours=72, outlets=0)
    steps = Series(np.append(result.times, result.times[-1] + HOUR), result.inflow["honghu"], "means", "m3/s")
    lake, river = result.system.waters
    given = replace(result, system=System(waters=(lake.changed(inflow=steps), river)))
    drawn = {line.get_label().partition("\n")[0]: line.get_drawstyle() for line in plot.hydrograph(given)[1].lines}
    assert (drawn["Inflow"], drawn["Outflow"]) == ("steps-post", "default")
    more = replace(given, inflow={"honghu": result.inflow["honghu"] + 1.0})  # something else brings water, too
    assert plot.hydrograph(more)[1].lines[0].get_drawstyle() == "default"


def test_a_level_beyond_the_curve_is_dashed_and_named() -> None:
    result = flood(hours=72, rise=5.0, levels={})
    axes = plot.hydrograph(result)
    solid, dashed = (line for line in axes[-1].lines if line.get_color() == BLUE and len(line.get_ydata()) == 72)
    beyond = result.level["honghu"] > CURVE.top
    assert 0 < beyond.sum() < 72
    assert (solid.get_linestyle(), dashed.get_linestyle()) == ("-", "--")
    np.testing.assert_array_equal(np.isnan(solid.get_ydata()), beyond)
    np.testing.assert_array_equal(np.flatnonzero(~np.isnan(dashed.get_ydata()))[1:-1], np.flatnonzero(beyond))
    assert "beyond the last contour" in words(axes)
    assert "beyond the last contour" not in words(plot.hydrograph(flood(hours=72)))


def test_what_stands_far_off_is_named_with_an_arrow() -> None:
    axes = plot.hydrograph(flood(rise=0.3, river=2.0))
    text = words(axes)
    assert "Dike crest 28.30 ↑" in text
    assert "Dead level 21.50 ↓" in text
    assert "Tailwater Yangtze at Xintankou ↓" in text
    assert axes[-1].get_ylim()[0] > 22.0


@pytest.mark.parametrize(
    ("error", "text"),
    [(0.0, "≤ 0.001 mm"), (1e-5, "≤ 0.01 mm"), (1.01e-5, "≤ 0.02 mm"), (3.2e-4, "≤ 0.4 mm"), (0.0132, "≤ 2 cm")],
)
def test_the_error_is_rounded_up(error: float, text: str) -> None:
    assert text in words(plot.hydrograph(replace(flood(hours=72), numerical_error=error)))


def test_title_and_note_can_be_given_and_hold_any_character() -> None:
    text = words(plot.hydrograph(flood(hours=72), title="$5 a day at Hồ Tây, 长湖", note="first_note"))
    assert "$5 a day at Hồ Tây, 长湖" in text
    assert "first_note" in text
    assert plot.hydrograph(flood(hours=72))[0].get_title(loc="left") == "Honghu"


@pytest.mark.parametrize("number", [2, 3])
def test_given_axes_are_used(number: int) -> None:
    _, given_axes = plt.subplots(number, figsize=(16, 9))
    before = plt.get_fignums()
    axes = plot.hydrograph(flood(), axes=given_axes)
    assert list(axes) == list(given_axes)
    assert plt.get_fignums() == before
    assert all(isinstance(ax, Axes) for ax in axes)


def test_faults_are_named() -> None:
    result = flood(hours=72)
    with pytest.raises(ValueError, match="'east_lake' is no lake of this result; its lakes are honghu"):
        plot.hydrograph(result, water="east_lake")
    with pytest.raises(ValueError, match="language 'fr'"):
        plot.hydrograph(result, lang="fr")
    with pytest.raises(ValueError, match="4 axes are given"):
        plot.hydrograph(result, axes=plt.subplots(4)[1])
    with pytest.raises(ValueError, match="language 'fr'"):
        plot.storage_curve(CURVE, lang="fr")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_storage_curve_is_tidy_and_says_what_it_shows(lang: str) -> None:
    lake = flood().system.lakes[0]
    axes = plot.storage_curve(lake, lang=lang)
    assert_tidy(axes)
    assert axes[0].get_xlabel() == {"en": "Storage (10⁶ m³)", "zh": "容积 (亿m³)"}[lang]
    assert axes[1].get_xlabel() == {"en": "Area (km²)", "zh": "面积 (km²)"}[lang]
    text = words(axes)
    for key, height in LEVELS.items():
        assert f"{label(key, lang)} {height:.2f}" in text


def test_the_storage_curve_is_the_curve_of_the_lake() -> None:
    storage, area = plot.storage_curve(flood().system.lakes[0])
    for ax, at in ((storage, CURVE.storage), (area, CURVE.area)):
        known, beyond = (line for line in ax.lines if len(line.get_xdata()) > 2)
        for line in (known, beyond):
            np.testing.assert_allclose(line.get_xdata() * 1e6, at(line.get_ydata()), rtol=1e-12)
        assert known.get_ydata()[-1] == beyond.get_ydata()[0] == CURVE.top
        assert beyond.get_ydata()[-1] == 28.3
        assert beyond.get_linestyle() == "--"
        np.testing.assert_array_equal(known.get_ydata()[known.get_markevery()], CURVE.curve_level)


def test_a_hypsometry_alone_has_a_curve() -> None:
    axes = plot.storage_curve(Hypsometry.prism(0, 3, area="1 ha"), levels={"dead_level": 0.5, "mark of 1998": 2.5})
    assert axes[0].get_xlabel() == "Storage (m³)"
    assert axes[1].get_xlabel() == "Area (m²)"
    text = words(axes)
    assert "Dead level 0.50" in text
    assert "mark of 1998 2.50" in text
    assert_tidy(axes)


def test_a_storage_curve_uses_given_axes() -> None:
    _, ax = plt.subplots(figsize=(16, 9))
    axes = plot.storage_curve(CURVE, ax=ax)
    assert axes[0] is ax
    assert axes[1].figure is ax.figure


@pytest.mark.parametrize(
    ("largest", "lang", "unit"),
    [(1.5e9, "en", "1e6 m3"), (1.5e9, "zh", "1e8 m3"), (5e6, "zh", "1e4 m3"), (5e5, "en", "m3"), (900.0, "zh", "m3")],
)
def test_units_of_storage(largest: float, lang: str, unit: str) -> None:
    assert storage_unit(largest, lang)[0] == unit


def test_no_setting_is_left_behind() -> None:
    with mpl.rc_context():
        mpl.rcdefaults()
        before = dict(mpl.rcParams)
        plot.hydrograph(flood(hours=72), lang="zh")
        plot.storage_curve(CURVE)
        with pytest.raises(ValueError, match="4 axes"):
            plot.hydrograph(flood(hours=72), axes=plt.subplots(4)[1])
        with plot.style("zh"):
            assert mpl.rcParams["font.family"][0] == FAMILY
        assert dict(mpl.rcParams) == before


@pytest.mark.parametrize(
    ("first", "step", "english", "chinese"),
    [
        ("1996-01-01", "2Y", ["1996", "1998", "2000"], ["1996", "1998", "2000"]),
        ("1996-10-01", "2M", ["Oct\n1996", "Dec", "Feb\n1997"], ["10月\n1996年", "12月", "2月\n1997年"]),
        ("1996-12-01", "1M", ["Dec", "Jan\n1997", "Feb"], ["12月", "1月\n1997年", "2月"]),
        ("2016-06-20", "6D", ["20\nJun 2016", "26", "2\nJul"], ["20日\n2016年6月", "26日", "2日\n7月"]),
        ("2016-12-20", "6D", ["20\nDec 2016", "26", "1\nJan 2017"], ["20日\n2016年12月", "26日", "1日\n2017年1月"]),
        ("2016-07-07T18:00", "6h", ["18:00", "00:00\n8 Jul 2016", "06:00"], ["18:00", "00:00\n2016年7月8日", "06:00"]),
        ("2016-07-07T18:00:30", "9s", ["18:00:30\n7 Jul 2016", "18:00:39", "18:00:48"], None),
    ],
)
def test_dates(first: str, step: str, english: list[str], chinese: list[str] | None) -> None:
    unit = step[-1]
    starts = np.datetime64(first, unit) + np.arange(3) * np.timedelta64(int(step[:-1]), unit)
    values = date2num(starts.astype("datetime64[ms]"))
    assert DateFormatter("en").format_ticks(values) == english
    if chinese is not None:
        assert DateFormatter("zh").format_ticks(values) == chinese
    assert DateFormatter("en")(values[0]).startswith(english[0].partition("\n")[0])


@given(
    st.lists(st.floats(0.0, 300.0), max_size=20),
    st.floats(1.0, 40.0),
)
def test_texts_in_the_margin_stand_apart_and_inside(positions: list[float], gap: float) -> None:
    placed = spread(positions, gap, top=300.0)
    room = min(gap, 300.0 / max(len(positions) - 1, 1))
    order = sorted(range(len(positions)), key=lambda i: (positions[i], i))
    for lower, upper in itertools.pairwise(order):
        assert placed[upper] - placed[lower] >= room - 1e-9
    assert all(-1e-9 <= place <= 300.0 + 1e-9 for place in placed)
    if all(abs(a - b) >= gap for a, b in itertools.combinations(positions, 2)):
        assert placed == pytest.approx(positions)


def test_marks_keep_the_order_of_their_levels() -> None:
    _, ax = plt.subplots()
    ax.set_ylim(0.0, 1.0)
    margin_marks(ax, [Mark(level, f"{level:g}", "black") for level in (-1.0, 9.0, 0.5, -5.0, 5.0, 0.51)])
    ax.figure.canvas.draw()
    written = sorted((boxes(text)[0].y0, float(text.get_text().split()[0])) for text in ax.texts)
    assert [level for _, level in written] == [-5.0, -1.0, 0.5, 0.51, 5.0, 9.0]


@pytest.mark.parametrize(
    ("text", "short"), [("", ""), ("lake", "lake"), ("Honghu Lake", "Honghu La…"), ("洪湖洪湖洪湖", "洪湖洪湖…")]
)
def test_long_names_are_cut(text: str, short: str) -> None:
    assert shorten(text, 10) == short
