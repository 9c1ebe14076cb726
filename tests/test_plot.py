"""Figures: axes out, nothing shown or saved, every word in its language, and no text over another or cut off."""

import itertools
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
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
from matplotlib.patches import FancyArrowPatch, Rectangle
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from lakesim import plot, study
from lakesim.floods import Flood
from lakesim.hypsometry import CurveChange, Hypsometry
from lakesim.labels import LANGUAGES, axis, label
from lakesim.measures import Dredge, PumpStartLevel, RaiseDike, Reclaim, ReturnToLake
from lakesim.plot.bars import budget
from lakesim.plot.dates import DateFormatter
from lakesim.plot.look import BLUE, FAMILY, GREY, SKY, Mark, margin_marks, shorten, spread, storage_unit, wrapped
from lakesim.plot.schematic import begins_at, capacity_of, in_flow_order, span_of
from lakesim.result import Result
from lakesim.rules import ReleaseLimit
from lakesim.scenario import load_system, read
from lakesim.series import Series
from lakesim.simulation import simulate
from lakesim.structures import Channel, Culvert, Pump, RatingCurve, SluiceGate, Weir
from lakesim.waters import CHARACTERISTIC_LEVELS, Lake, River, System

CURVE = Hypsometry(
    levels=[20, 22, 23, 24, 25, 27], areas=["0 km2", "80 km2", "180 km2", "290 km2", "330 km2", "350 km2"]
)
LEVELS = dict(zip(CHARACTERISTIC_LEVELS, (21.5, 22.5, 23.2, 24.2, 24.5, 25.8, 26.2, 26.97, 28.3), strict=True))
HOUR = np.timedelta64(1, "h")
SCENARIOS = Path(__file__).parents[1] / "scenarios"


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


# --- where the water went, the curve before and after, the section, and what studies find ----------------------------

OLD = Hypsometry(levels=[22.8, 23.38, 25.0, 27.46], areas=["0 km2", "420 km2", "640 km2", "760 km2"])
STORM = Flood(start="2020-06-20", end="2020-07-10", output_step="6 h")
DIKED = Reclaim(
    water="honghu", polder="east", title="East polder", title_zh="东垸", area="416 km2", ground="shallowest",
    dike_crest=26.2, pumps=60.0,
)  # fmt: skip
LONG = ("A very long name of a polder, " * 4, "很长的垸名" * 9)


def old_honghu(*, peak: float = 1500.0, start: float = 24.5, rise: float = 5.0, **more: Any) -> System:
    """Honghu before the land was taken: inflow, rain and evaporation, a gate and pumps to a river that rises."""
    days = np.datetime64("2020-06-20", "ms") + np.arange(21) * np.timedelta64(1, "D")
    x = np.arange(21.0)
    lake = Lake(
        name="honghu",
        title="Honghu, 1950s",
        title_zh="洪湖 (1950年代)",
        hypsometry=OLD,
        initial_level=start,
        inflow=Series(days, (100.0 + peak * np.exp(-(((x - 9.0) / 4.0) ** 2)))[:-1], "means", "m3/s"),
        rain=Series(days, (1e-7 * np.exp(-(((x - 8.0) / 3.0) ** 2)))[:-1], "means", "m/s"),
        evaporation=Series.constant(4e-8, "m/s"),
        reconstructed=True,
        **{"flood_limit_level": 24.5, "warning_level": 26.2, "guarantee_level": 26.97, "dike_crest": 28.2} | more,
    )
    level = Series(days, 23.0 + rise * np.exp(-(((x - 12.0) / 6.0) ** 2)), "instants", "m")
    gate = SluiceGate(name="gate", head="honghu", tail="yangtze", sill=23.0, width=40.0, height=5.0, flap=True)
    pumps = Pump(name="stations", head="honghu", tail="yangtze", start_level=25.0, capacity=200.0)
    return System(waters=(lake, River(name="yangtze", level=level)), structures=(gate, pumps))


def diked(polders: int = 1, **more: Any) -> System:
    """Old Honghu with so many polders of one size, each with a long name if they are many."""
    system = old_honghu(**more)
    if polders == 1:
        return DIKED.apply(system)
    for n in range(polders):
        system = Reclaim(
            water="honghu", polder=f"polder_{n}", area="20 km2", ground=24.0 + 0.3 * n, dike_crest=25.5 + 0.3 * n,
            pumps=2.0 * n, title=LONG[0], title_zh=LONG[1],
        ).apply(system)  # fmt: skip
    return system


POND = Lake(name="pond", hypsometry=Hypsometry.prism(0, 3, "1 ha"), initial_level=0.0)
RUNS: dict[str, Callable[[], System | Lake]] = {
    "the lake of old": old_honghu,
    "a polder that the lake ran into": diked,
    "a polder that stayed behind its dike": lambda: diked(peak=300.0),
    "four polders": lambda: diked(4),
    "seven polders": lambda: diked(7),
    "a lake that empties": lambda: old_honghu(peak=-100.0, start=26.0, rise=0.0),
    "a level beyond the curve": lambda: old_honghu(peak=6000.0, dike_crest=None),
    "a pond where nothing happens": lambda: POND,
}


@cache
def run(name: str) -> Result:
    return simulate(RUNS[name](), STORM)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", RUNS)
def test_the_budget_of_a_flood_is_tidy(name: str, lang: str) -> None:
    assert_tidy(np.array([plot.flood_budget(run(name), lang=lang)]))


@pytest.mark.parametrize("name", RUNS)
def test_what_came_is_what_went_and_what_is_left_over(name: str) -> None:
    """Σ came − Σ went = residual, whichever way each of them goes; and the last bar of those that went ends there."""
    result = run(name)
    for lake in result.system.lakes:
        came, went = budget(result, lake)
        total, residual = sum(came.values()), result.account[lake.name].residual
        assert all(volume >= 0.0 for volume in (*came.values(), *went.values()))
        assert total - sum(went.values()) == pytest.approx(residual, abs=1e-9 * max(total, 1.0))
        bars = plot.flood_budget(result, lake.name).patches
        size = storage_unit(total, "en")[1]
        ends = np.array([(bar.get_x(), bar.get_x() + bar.get_width()) for bar in bars]) * size
        assert len(bars) == len(came) + len(went) + 2
        np.testing.assert_allclose(ends[len(came)], (0.0, total))
        np.testing.assert_allclose(ends[len(came) - 1, 1], total)
        np.testing.assert_allclose(ends[-2, 1], residual, atol=1e-6 * max(total, 1.0))


def test_every_way_out_has_its_bar() -> None:
    """The polder's dike and its pumps are one way; what the river's structures carried is told by their kind."""
    result = run("a polder that the lake ran into")
    came, went = budget(result, result.system["honghu"])
    volumes = result.account["honghu"].volumes
    assert set(came) == {"inflow", "rain"}
    assert went["into_polders"] == -volumes["east_dike"] - volumes["east_pumps"] > 1e6
    assert (went["by_gravity"], went["by_pumps"]) == (-volumes["gate"], -volumes["stations"])
    assert went["evaporation_and_seepage"] == -volumes["evaporation"]
    account = result.account["honghu"]
    assert went["into_lake"] == account.final_storage - account.initial_storage
    assert "into_polders" not in budget(result, result.system["east"])[1]
    assert "from_polders" in budget(run("a polder that stayed behind its dike"), result.system["honghu"])[0]
    emptied = run("a lake that empties")
    assert "from_storage" in budget(emptied, emptied.system["honghu"])[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_budget_says_volume_share_and_depth(lang: str) -> None:
    result = run("a polder that the lake ran into")
    ax = plot.flood_budget(result, lang=lang)
    text = words(np.array([ax]))
    area = result.system["honghu"].hypsometry.area(result.peak("honghu")[1])
    assert f"{label('area_at_peak', lang)} {area / 1e6:.4g} km²" in text
    pumped = -result.account["honghu"].volumes["stations"]
    assert f"{pumped / area:.2f}" in text.split("\n")
    assert "reconstructed 重构" in text
    for key in ("into_lake", "into_polders", "by_gravity", "by_pumps", "left_over"):
        assert label(key, lang) in text
    depths = ax.child_axes[0].get_xlim()
    assert depths[1] * area == pytest.approx(ax.get_xlim()[1] * storage_unit(1e9, lang)[1])


LAND = DIKED.curve_changes(old_honghu())["honghu"]
CHANGES = {
    "land lost": LAND,
    "land given back": CurveChange(LAND.after, LAND.before),
    "land lost, and the bed dredged": CurveChange(
        OLD, Dredge(water="honghu", volume="30e6 m3", below=24.0).apply(diked())["honghu"].hypsometry
    ),
    "nothing": CurveChange(OLD, OLD),
    "a table of storages": CurveChange(
        Hypsometry(levels=[0, 1, 2], storages=[0, 1e5, 3e5]), Hypsometry(levels=[0, 1, 3], storages=[0, 5e4, 3e5])
    ),
}


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", CHANGES)
def test_a_change_of_a_curve_is_tidy(name: str, lang: str) -> None:
    assert_tidy(plot.curve_change(CHANGES[name], lang=lang))
    levels = {"warning_level": 26.2, "guarantee_level": 26.97, "mark of 1998": 27.2, "dead_level": 23.0}
    assert_tidy(plot.curve_change(CHANGES[name], lang=lang, levels=levels))


def test_the_filled_area_is_the_storage_lost() -> None:
    """∫ (area before − area after) dz from the bottom to the top is the storage lost at the top."""
    area, storage = plot.curve_change(LAND, levels={"top": 27.46, "warning_level": 26.2})
    x, y = area.collections[0].get_paths()[0].vertices.T
    polygon = 0.5 * abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))
    assert polygon * 1e6 == pytest.approx(-LAND.storage(27.46), rel=1e-4)
    text = words(np.array([area]))
    assert "Lost" in text
    assert "Won" not in text
    assert f"Warning level 26.20: −{-LAND.storage(26.2) / 1e6:.0f}" in text
    before, after = (line.get_xydata() for line in storage.lines[:2])
    np.testing.assert_allclose(before[:, 0] * 1e6, OLD.storage(before[:, 1]))
    np.testing.assert_allclose(after[:, 0] * 1e6, LAND.after.storage(after[:, 1]))


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", RUNS)
def test_a_section_is_tidy(name: str, lang: str) -> None:
    ax = plot.cross_section(run(name), lang=lang)
    assert_tidy(np.array([ax]))
    assert "schematic 示意" in words(np.array([ax]))


def test_in_a_section_the_surface_is_as_wide_as_the_area() -> None:
    for name in ("the lake of old", "a polder that the lake ran into", "four polders", "a level beyond the curve"):
        result = run(name)
        ax = plot.cross_section(result)
        surfaces = [line.get_xydata() for line in ax.lines if line.get_color() == BLUE]
        time, peak = result.peak("honghu")
        found = {}
        for (left, level), (right, _) in surfaces:
            found[level] = right - left
        assert found[peak] * 1e6 == pytest.approx(result.system["honghu"].hypsometry.area(peak))
        for polder in result.system.polders("honghu"):
            level = result.level[polder.name][result.times == time]
            if len(level) and level[0] > polder.hypsometry.bottom:
                assert found[level[0]] * 1e6 == pytest.approx(polder.hypsometry.area(level[0]))


def test_in_a_section_the_water_has_the_shape_of_the_curve() -> None:
    """At half its depth the lake is as wide as its area there, in any picture: what is drawn is the curve."""
    for name in ("the lake of old", "a polder that the lake ran into", "seven polders"):
        result = run(name)
        ax = plot.cross_section(result)
        curve = result.system["honghu"].hypsometry
        vertices = ax.collections[0].get_paths()[0].vertices
        assert mpl.colors.to_hex(ax.collections[0].get_facecolor()[0]).upper() == SKY
        for level in np.unique(vertices[:, 1])[5:-5:40]:
            x = vertices[np.isclose(vertices[:, 1], level), 0]
            assert np.ptp(x) * 1e6 == pytest.approx(curve.area(level), rel=1e-6)


def test_a_section_at_a_time_has_the_levels_of_that_time() -> None:
    result = run("a polder that the lake ran into")
    ax = plot.cross_section(result, time="2020-06-25T03:00")
    half_way = 0.5 * (result.level["honghu"][20] + result.level["honghu"][21])
    text = words(np.array([ax]))
    assert f"{half_way:.2f} m" in text
    assert "Honghu, 1950s: 2020-06-25 03:00" in text
    assert "Dike of East polder 26.20" in text
    assert label("dry", "en") in words(np.array([plot.cross_section(result, time="2020-06-20")]))
    assert "beyond the last contour" not in text
    assert "beyond the last contour" in words(np.array([plot.cross_section(run("a level beyond the curve"))]))


def test_a_section_at_the_peak_has_the_peak_though_it_fell_between_two_outputs() -> None:
    result = simulate(old_honghu(), STORM.changed(output_step=7 * 86400.0))
    peak = result.peak("honghu")[1]
    assert peak > result.level["honghu"].max() + 0.01
    assert f"\n{peak:.2f} m\n" in words(np.array([plot.cross_section(result)]))


def grid(**more: Any) -> study.TradeOff:
    pumps = study.Vary(PumpStartLevel(water="honghu", level=24.5), "level", 24.0, 25.5)
    land = study.Vary(ReturnToLake(polder="east", area="1 km2"), "area", "1 km2", "201 km2")
    return study.trade_off(diked(**more), STORM, pumps, land, size=(4, 3))


TRADES: dict[str, Callable[[], study.TradeOff]] = {
    "a flood": grid,
    "no rain that counts": lambda: grid(peak=-100.0, start=23.5),
    "nothing has an effect": lambda: replace(trade_of("a flood"), values=np.full((3, 4), 26.5)),
    "large numbers": lambda: replace(trade_of("a flood"), values=1e6 * trade_of("a flood").values),
}


@cache
def trade_of(name: str) -> study.TradeOff:
    return TRADES[name]()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", TRADES)
def test_a_trade_off_is_tidy(name: str, lang: str) -> None:
    levels = {"warning_level": 26.2, "guarantee_level": 26.97}
    assert_tidy(np.array([plot.trade_off(trade_of(name), lang=lang, levels=levels)]))


def test_a_trade_off_is_drawn_at_its_middle() -> None:
    trade = trade_of("a flood")
    assert wrapped(trade.exchange_rate().told("en"), 128) in words(np.array([plot.trade_off(trade)]))


def test_a_trade_off_draws_the_iso_lines_and_the_rate() -> None:
    trade = trade_of("a flood")
    ax = plot.trade_off(trade, at=(25.25, "20 km2"), levels={"here": trade.at(25.25, 20e6)})
    lines = {line.get_label(): line.get_xydata() for line in ax.lines}
    rate = trade.exchange_rate((25.25, 20e6))
    (named,) = (points for text, points in lines.items() if text.startswith("here"))
    np.testing.assert_array_equal(named, lines["same value as here"])
    np.testing.assert_allclose(lines["same value as here"] * (1.0, 1e6), trade.iso(rate.value)[0])
    (x0, y0), (x1, y1) = lines["exchange rate"]
    assert (x0, x1) == rate.holds
    assert (y1 - y0) / (x1 - x0) * 1e6 == pytest.approx(rate.rate)
    assert wrapped(rate.told("en"), 128) in words(np.array([ax]))
    assert ax.get_xlabel() == "Pump start level of Honghu, 1950s (m)"
    still = plot.trade_off(trade_of("nothing has an effect"))
    assert "exchange rate" not in {line.get_label() for line in still.lines}


def attributed(names: tuple[str, ...], errors: bool) -> study.Attribution:
    measures = [PumpStartLevel(water="honghu", level=24.5), RaiseDike(water="honghu", dike_crest=29.0)]
    measures += [ReturnToLake(polder="east", area="90 km2")]
    exact = study.attribute(diked(), STORM, dict(zip(names, measures, strict=True)))
    return replace(exact, errors=dict.fromkeys(names, 0.0123), samples=100) if errors else exact


ATTRIBUTIONS: dict[str, Callable[[], study.Attribution]] = {
    "exact": lambda: attributed(("pumps start lower", "dike raised", "90 km² returned"), errors=False),
    "sampled": lambda: attributed((LONG[0], LONG[1], "提前起排"), errors=True),
    "no level": lambda: replace(shares_of("exact"), figure=replace(shares_of("exact").figure, name="above_warning")),
    "no measure does anything": lambda: replace(
        shares_of("exact"),
        after=shares_of("exact").before,
        **{key: {"it": 0.0} for key in ("shares", "alone", "as_last")},
    ),
}


@cache
def shares_of(name: str) -> study.Attribution:
    return ATTRIBUTIONS[name]()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ATTRIBUTIONS)
def test_an_attribution_is_tidy(name: str, lang: str) -> None:
    assert_tidy(np.array([plot.attribution(shares_of(name), lang=lang)]))


def test_the_bars_of_an_attribution_add_up_to_the_total_in_centimetres() -> None:
    found = shares_of("exact")
    ax = plot.attribution(found)
    *bars, total = ax.patches
    np.testing.assert_allclose([bar.get_width() for bar in bars], [100.0 * share for share in found.shares.values()])
    assert bars[-1].get_x() + bars[-1].get_width() == pytest.approx(total.get_width()) == 100.0 * found.total
    text = words(np.array([ax]))
    for name, share in found.shares.items():
        assert name in text
        assert f"{100.0 * share:.1f}".replace("-", "−") in text
    assert "Peak level: change (cm)" in text
    assert f"Before {found.before:.2f} m · After {found.after:.2f} m" in text


def test_an_error_is_drawn_where_shares_are_sampled() -> None:
    assert "± 1.2" in words(np.array([plot.attribution(shares_of("sampled"))]))
    assert "±" not in words(np.array([plot.attribution(shares_of("exact"))]))


def test_a_measure_without_effect_has_no_sign() -> None:
    text = [text.get_text() for text in plot.attribution(shares_of("exact")).texts]
    assert text.count("0.0") == 3  # the dike: its share, alone and as the last
    assert not {"+0.0", "−0.0"} & set(text)


def test_pictures_of_studies_use_given_axes_and_name_faults() -> None:
    result, before = run("a polder that the lake ran into"), len(plt.get_fignums())
    figure = plt.figure(figsize=(16, 9))
    for draw in (
        lambda ax: plot.flood_budget(result, ax=ax),
        lambda ax: plot.cross_section(result, ax=ax),
        lambda ax: plot.trade_off(trade_of("a flood"), ax=ax),
        lambda ax: plot.attribution(shares_of("exact"), ax=ax),
    ):
        ax = figure.add_subplot()
        assert draw(ax) is ax
    axes = figure.subplots(1, 2)
    assert list(plot.curve_change(LAND, axes=axes)) == list(axes)
    assert len(plt.get_fignums()) == before + 1
    with pytest.raises(ValueError, match="3 axes are given, and a change of a curve needs 2"):
        plot.curve_change(LAND, axes=figure.subplots(1, 3))
    with pytest.raises(TypeError, match=r"^a dict is given, .*; take that of one lake, with \['honghu'\] behind it$"):
        plot.curve_change({"honghu": LAND})
    for draw in (plot.flood_budget, plot.cross_section):
        with pytest.raises(ValueError, match="'east_lake' is no lake of this result; its lakes are honghu, east"):
            draw(result, "east_lake")
    with pytest.raises(ValueError, match="2021-01-01 00:00 is not in the run, which goes from 2020-06-20 00:00 to"):
        plot.cross_section(result, time="2021-01-01")
    with pytest.raises(ValueError, match="outside the grid"):
        plot.trade_off(trade_of("a flood"), at=(29.0, 0.0))
    for draw, thing in (
        (plot.flood_budget, result),
        (plot.cross_section, result),
        (plot.curve_change, LAND),
        (plot.trade_off, trade_of("a flood")),
        (plot.attribution, shares_of("exact")),
    ):
        with pytest.raises(ValueError, match="language 'fr'"):
            draw(thing, lang="fr")


@given(st.text(alphabet="ab cd洪湖，。 ", max_size=60), st.integers(6, 30))
def test_wrapped_text_keeps_its_words_and_its_width(text: str, width: int) -> None:
    lines = wrapped(text, width).split("\n")
    assert "".join("".join(lines).split()) == "".join(text.split())
    for line in lines:
        if not any(mark in line for mark in "，。"):
            pieces = line.split(" ")
            assert shorten(line, width) == line or len(pieces) == 1


def chain(lakes: int, structures: int, names: tuple[str, str] = ("Lake", "湖")) -> System:
    """Lakes that fall to a river, each over a weir into the next; and pumps, links and outlets between any of them."""
    bottoms = [40.0 - 3.0 * n for n in range(lakes)]
    waters: list[Lake | River] = [
        Lake(
            name=f"lake{n}",
            title=f"{names[0]} {n}",
            title_zh=f"{names[1]}{n}",
            hypsometry=Hypsometry(levels=[low, low + 4, low + 8], areas=["1 km2", "5 km2", "9 km2"]),
            initial_level=low + 4.5,
            dike_crest=low + 7.5 if n % 2 else None,
        )
        for n, low in enumerate(bottoms)
    ]
    waters.append(River(name="river", title=f"{names[0]} below", title_zh=f"{names[1]}下", level=12.0))
    made: list[Any] = []
    for n in range(structures):
        head = n % lakes
        low, below = bottoms[head], f"lake{head + 1}" if head + 1 < lakes else "river"
        ends = {
            "name": f"thing{n}",
            "head": f"lake{head}",
            "title": f"{names[0]} outlet",
            "title_zh": f"{names[1]}出口",
        }
        if n < lakes:
            made.append(Weir(**ends, tail=below, crest=low + 5.0, width=20.0))
        elif n % 3 == 0:
            made.append(Pump(**ends, tail="river", start_level=low + 4.0, capacity=12.5, units=4))
        elif n % 3 == 1:
            made.append(SluiceGate(**ends, sill=low + 2.0, width=8.0, height=2.0))
        else:
            back = f"lake{head - 2}" if head > 1 else "river"
            made.append(Pump(**ends, tail=back, start_level=low + 3.0, lifts=[0, 5, 9], discharges=[8, 6, 0]))
    return System(waters=waters, structures=made)


def scheme(name: str, case: str) -> System:
    (found,) = (one for one in read(SCENARIOS / f"{name}.toml").cases if one.name == case)
    return found.system


SYSTEMS: dict[str, Callable[[], System]] = {
    "one lake": lambda: System(waters=[Lake(name="a", hypsometry=CURVE, initial_level=24.0)]),
    "a lake and its polder": diked,
    "a lake and seven polders": lambda: diked(7),
    "Honghu": lambda: scheme("02_winter_low_level", "as_was"),
    "Dongting": lambda: scheme("03_reclaimed_land", "opened"),
    "Liangzi": lambda: scheme("04_return_to_lake", "single_warning"),
    "eight lakes": lambda: chain(8, 13),
    "twelve waters": lambda: chain(11, 20),
    "long names": lambda: chain(11, 20, LONG),
    "too many": lambda: chain(14, 30),
    "Four Lakes": lambda: load_system("four_lakes"),
}


@cache
def system_of(name: str) -> System:
    return SYSTEMS[name]()


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_schematic_is_tidy(name: str, lang: str) -> None:
    ax = plot.schematic(system_of(name), lang=lang)
    assert_tidy(np.array([ax]))
    assert "schematic 示意" in words(np.array([ax]))


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_schematic_has_every_water_at_its_elevation(name: str) -> None:
    """A box for the bed of each lake and one for its water, a band for each river; its name, level and area above."""
    system = system_of(name)
    ax = plot.schematic(system)
    boxes_of = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    drawn = sorted((box.get_y(), box.get_y() + box.get_height()) for box in boxes_of)
    lakes = system.lakes
    wanted = [span_of(water) for water in system.waters]
    wanted += [(lake.hypsometry.bottom, lake.initial_level) for lake in lakes]
    np.testing.assert_allclose(drawn, sorted(wanted), atol=1e-12)
    text = words(np.array([ax]))
    for lake in lakes:
        assert f"{lake.initial_level:.2f} m" in text
        assert span_of(lake)[1] == (lake.hypsometry.top if lake.dike_crest is None else lake.dike_crest)
    for river in system.rivers:
        low, high = river.level.extremes
        assert f"{low:.2f}" in text
        assert f"{high:.2f} m" in text


@pytest.mark.parametrize("name", SYSTEMS)
def test_a_schematic_has_an_arrow_for_every_structure_from_head_to_tail(name: str) -> None:
    system = system_of(name)
    ax = plot.schematic(system)
    place = {water.name: n for n, water in enumerate(in_flow_order(system))}
    arrows = [patch for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert len(arrows) == len(system.structures)
    for structure, arrow in zip(system.structures, arrows, strict=True):
        path = arrow._path_original.vertices
        (x, start), (end_x, end) = path[0], path[-1]
        low, high = span_of(system[structure.head])
        assert round(x) == place[structure.head]
        assert start == min(max(begins_at(structure, system), low), high)
        if structure.tail is None:
            assert end == ax.get_ylim()[0]
        else:
            low, high = span_of(system[structure.tail])
            assert round(end_x) == place[structure.tail]
            assert low <= end <= high
    numbers = {text.get_text().split(" ")[0] for text in ax.texts if text.get_bbox_patch() and text.get_zorder() == 6}
    assert {str(n + 1) for n in range(len(system.structures))} <= numbers


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", SYSTEMS)
def test_a_name_stands_over_its_water_and_no_line_to_one_is_drawn_over_another(name: str, lang: str) -> None:
    """From the box of each water a line goes straight up into its own name, behind all names."""
    system = system_of(name)
    ax = plot.schematic(system, lang=lang)
    ax.figure.canvas.draw()
    names = [text for text in ax.texts if text.get_bbox_patch() is not None and text.get_verticalalignment() == "top"]
    lines = [line for line in ax.lines if line.get_color() == GREY]
    assert len(names) == len(lines) == len(system.waters)
    for place, (text, line) in enumerate(zip(names, lines, strict=True)):
        ends = np.asarray(line.get_xydata())
        assert ends[:, 0].tolist() == [place, place]
        (foot, _), (x, top) = ax.transData.transform(ends)
        box = text.get_window_extent()
        assert foot == x
        assert box.x0 < x < box.x1
        assert top == pytest.approx(box.y1, abs=3.0)
        assert line.get_zorder() < min(one.get_zorder() for one in names)


def test_the_discharges_of_a_schematic_are_those_of_the_structures() -> None:
    """Pumps units × capacity; ratings their largest; a weir 1.7 · 5 · 4^1.5 = 68 m³/s at the crest of the dike.

    A channel flows as at the start, from 15 to 12 m, and its arrow bears its number alone.
    """
    ends = {"head": "upper", "tail": "lower"}
    curve = Hypsometry.prism(bottom=10.0, top=22.0, area="1 km2")
    upper = Lake(name="upper", hypsometry=curve, initial_level=15.0, dike_crest=20.0)
    lower = Lake(name="lower", hypsometry=curve, initial_level=12.0)
    river = River(name="river", level=Series.constant(11.0, "m"))
    weir = Weir(name="weir", head="upper", crest=16.0, width=5.0)
    pump = Pump(name="pump", **ends, start_level=14.0, units=3, lifts=[0, 4], discharges=[7, 0])
    rating = RatingCurve(name="rating", head="upper", of="headwater", levels=[12, 15, 20], discharges=[0, 40, 30])
    channel = Channel(name="channel", **ends, bed=11.0, width=30.0, length="2 km")
    falls = Weir(name="falls", **ends, crest=15.0, width=5.0, free_fall=True)
    pipe = Culvert(
        name="pipe", head="lower", tail="river", shape="circular", diameter=1.5, barrels=2, length=20.0, invert_in=11.5,
        invert_out=11.0,
    )  # fmt: skip
    back = Weir(name="back", head="lower", tail="upper", crest=14.0, width=5.0)
    works = [weir, pump, rating, channel, falls, pipe, back]
    system = System(waters=[lower, river, upper], structures=works)
    assert [water.name for water in in_flow_order(system)] == ["upper", "lower", "river"]
    discharges = [capacity_of(one, system) for one in works]
    assert discharges[0][0] == pytest.approx(68.0)
    assert [one[0] for one in discharges[1:3]] == [21.0, 40.0]
    assert discharges[3] == (channel.discharge(15.0, 12.0), 15.0, 12.0)
    assert discharges[4] == (falls.discharge(20.0), 20.0, None)
    assert discharges[5] == (pipe.discharge(22.0, 11.0), 22.0, 11.0)
    assert discharges[6] == (back.discharge(22.0, 15.0), 22.0, 15.0)
    assert [begins_at(one, system) for one in works] == [16.0, 14.0, 12.0, 11.0, 15.0, 11.5, 14.0]
    ax = plot.schematic(system)
    text = words(np.array([ax]))
    assert {"1 · 68 m³/s", "2 · 21 m³/s", "4"} <= {one.get_text() for one in ax.texts}
    for line in (
        "68 m³/s (20.00 m)",
        "3 × 7 = 21 m³/s",
        "40 m³/s",
        f"{discharges[3][0]:.3g} m³/s (15.00 → 12.00 m)",
        "Invert 11.50 m · 2 × ø 1.5 m",
        "Crest 16.00 m · Width 5 m",
        "weir → out of the system",
        "pump → lower",
        "arrows down: out of the system",
    ):
        assert line in text, line


def test_the_schematic_tells_a_release_limit_where_it_lets_less_pass() -> None:
    """The weir would let 68 m³/s pass, and is held to 50 at most; the limit of the pumps is above what they can."""
    upper = Lake(name="upper", hypsometry=Hypsometry.prism(10.0, 22.0, "1 km2"), initial_level=15.0, dike_crest=20.0)
    weir = Weir(name="weir", head="upper", crest=16.0, width=5.0)
    pumps = Pump(name="pumps", head="upper", capacity=7.0, units=3, start_level=14.0)
    limits = [ReleaseLimit(structure="weir", discharge=Series.yearly({"06-01": 20.0, "10-01": 50.0}, unit="m3/s"))]
    limits.append(ReleaseLimit(structure="pumps", discharge="100 m3/s"))
    ax = plot.schematic(System(waters=[upper], structures=[weir, pumps], rules=limits))
    told = {one.get_text() for one in ax.texts}
    assert {"1 · ≤ 50 m³/s", "2 · 21 m³/s"} <= told
    assert any(text.endswith("3 × 7 = 21 m³/s") for text in told)
    assert not any("20.00" in text for text in told)


def test_a_polder_stands_beside_its_lake_and_waters_in_the_direction_of_flow() -> None:
    order = [water.name for water in in_flow_order(system_of("Dongting"))]
    assert order == ["dongting", "polders", "yangtze"]
    turned = chain(5, 5).changed(waters=tuple(reversed(chain(5, 5).waters)))
    assert [water.name for water in in_flow_order(turned)] == [*(f"lake{n}" for n in range(5)), "river"]


def test_a_water_that_nothing_joins_stands_last_and_is_marked() -> None:
    """The ten other lakes of lesson 6 stood between the pump and its river."""
    alone, joined = (scheme("06_many_outlets", case) for case in ("as_was", "joined"))
    assert [water.name for water in in_flow_order(alone)] == ["tangxun", "yangtze", "others"]
    assert [water.name for water in in_flow_order(joined)] == ["others", "tangxun", "yangtze"]
    texts = {name: words(np.array([plot.schematic(one)])) for name, one in {"alone": alone, "joined": joined}.items()}
    assert texts["alone"].count("not joined in this case") == 1
    assert "not joined" not in texts["joined"] + words(
        np.array([plot.schematic(system_of("one lake"))])
    )  # no structure
    curve = Hypsometry.prism(bottom=10.0, top=22.0, area="1 km2")
    lakes = [Lake(name=name, hypsometry=curve, initial_level=12.0) for name in ("apart", "a", "b")]
    polder = Lake(name="polder", hypsometry=curve, initial_level=12.0, reclaimed_from="apart")
    pumps = [
        Pump(name=f"{one}{other}", head=one, tail=other, start_level=11.0, capacity=1.0) for one, other in ("ab", "ba")
    ]
    order = in_flow_order(System(waters=[*lakes, polder], structures=pumps))
    assert [water.name for water in order] == ["a", "b", "apart", "polder"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_long_title_of_a_schematic_takes_two_lines(lang: str) -> None:
    title = "Lake of 1995, the polders opened at 34.55 m · Reclaimed land: Dongting in 1998 (reconstructed)"
    title = (
        title
        if lang == "en"
        else "1995 年的湖，各垸在 34.55 m 分洪 · 围垦：洞庭湖遇 1998 年型洪水时的水位和流量过程 (重构)"
    )
    ax = plot.schematic(system_of("Dongting"), lang=lang, title=title)
    first, second = ax.get_title(loc="left").split("\n")
    assert (first + second).replace(" ", "") == title.replace(" ", "")
    assert_tidy(np.array([ax]))
    third = plot.schematic(system_of("Dongting"), lang=lang, title=3 * title).get_title(loc="left")
    assert (third.count("\n"), third[-1]) == (1, "…")


def test_a_schematic_takes_axes_and_a_title_and_names_what_it_leaves_out() -> None:
    ax = plt.figure(figsize=(16, 9)).add_subplot()
    assert plot.schematic(system_of("too many"), ax=ax, title="Own title") is ax
    assert ax.get_title(loc="left") == "Own title"
    assert "… and 10 more" in words(np.array([ax]))
    assert plot.schematic(system_of("Dongting"), lang="zh").get_title(loc="left") == "洞庭湖"
    with pytest.raises(ValueError, match="language 'fr'"):
        plot.schematic(system_of("one lake"), lang="fr")
