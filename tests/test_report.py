"""The report of a lake: whole, self-contained, every figure with its source, and its numbers those of the run."""

from __future__ import annotations

import base64
import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lakesim import catalogue, indicators, labels, report, scenario, simulate
from lakesim.report.assessing import TODAY, assess, doubts, file_of, signed, to_5_cm
from lakesim.report.known import rooms, volume_text, whole_room
from lakesim.report.markup import element, table

LAKES = catalogue.names()
ASSESSED = [name for name in LAKES if file_of(name)]
VOID = {"meta", "img", "br"}


class Page(HTMLParser):
    """The elements of a page: that they are nested, their attributes, their text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.attributes: list[tuple[str, dict[str, str]]] = []
        self.rows: list[list[str]] = []
        self.texts: list[str] = []
        self.feed(text)
        self.close()
        self.faults += [f"{name} is not closed" for name in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes.append((tag, {key: value or "" for key, value in attrs}))
        if tag == "p" and "p" in self.open:
            self.faults.append("a paragraph in a paragraph")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        elif tag in ("th", "td"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes another element")

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.texts.append(data)
        if "th" in self.open or "td" in self.open:
            self.rows[-1][-1] += data

    @property
    def text(self) -> str:
        return "".join(self.texts)


@cache
def page(name: str, lang: str) -> str:
    return report.page(name, lang)


@cache
def parsed(name: str, lang: str) -> Page:
    return Page(page(name, lang))


every_page = [pytest.param(name, lang, id=f"{name}-{lang}") for name in LAKES for lang in labels.LANGUAGES]


@pytest.mark.parametrize(("source", "fault"), [("<p><b>a</p></b>", "closes another"), ("<div><p>a", "not closed")])
def test_the_parser_of_this_test_finds_faults(source: str, fault: str) -> None:
    assert any(fault in one for one in Page(source).faults)


@pytest.mark.parametrize(("name", "lang"), every_page)
def test_a_page_is_well_formed(name: str, lang: str) -> None:
    there = parsed(name, lang)
    assert there.faults == []
    ids = [given["id"] for _, given in there.attributes if "id" in given]
    assert len(ids) == len(set(ids))
    links = [given["href"] for _, given in there.attributes if "href" in given]
    assert links == [f"#{one}" for one in ids]


@pytest.mark.parametrize(("name", "lang"), every_page)
def test_a_page_refers_to_nothing_outside(name: str, lang: str) -> None:
    """No address in an attribute or in the style; the pictures are in the page, and refer to nothing either."""
    there = parsed(name, lang)
    assert not {"script", "link", "iframe", "object"} & {tag for tag, _ in there.attributes}
    pictures = [given["src"] for tag, given in there.attributes if tag == "img"]
    assert len(pictures) == (2 if name in ASSESSED else 1)
    assert all(given["alt"] for tag, given in there.attributes if tag == "img")
    style = re.search(r"<style>(.*?)</style>", page(name, lang), re.DOTALL)
    assert style is not None
    assert "url(" not in style[1]
    assert "@import" not in style[1]
    for picture in pictures:
        kind, _, data = picture.partition(",")
        assert kind == "data:image/svg+xml;base64"
        svg = base64.b64decode(data).decode()
        assert set(re.findall(r'(?:href|src)="([^#"][^"]*)"', svg)) == set()
        assert "<text" not in svg, "letters are shapes, so that no font is needed"


@pytest.mark.parametrize(("name", "lang"), every_page)
def test_every_figure_stands_in_the_page_with_source_grade_and_note(name: str, lang: str) -> None:
    known, there = catalogue.entry(name), parsed(name, lang)
    for place, figure in known.figures():
        if place in ("hypsometry", "level_pool_above", "initial_level"):
            continue
        note = (figure.note_zh if lang == "zh" and isinstance(figure, catalogue.Past) else "") or figure.note
        origin = [" ".join(figure.source), figure.grade, note]
        assert any(row[-3:] == origin for row in there.rows), place
    for kind, level in known.levels.items():
        row = [labels.label(kind, lang), f"{level.value:.2f}", " ".join(level.source), level.grade, level.note]
        assert row in there.rows
    for source in known.sources:
        assert [source.id, source.citation] in there.rows
    assert known.hypsometry.note.strip() in there.text
    for text in (known.unknown_zh if lang == "zh" else ()) or known.unknown:
        assert text in there.text
    for fact in known.facts:
        assert any(row[:3] == [fact.quantity, fact.value, fact.when] for row in there.rows)


@pytest.mark.parametrize("name", LAKES)
def test_what_a_chinese_reader_needs_is_in_chinese(name: str) -> None:
    known, there = catalogue.entry(name), parsed(name, "zh")
    assert '<html lang="zh-Hans">' in page(name, "zh")
    for text in (known.title_zh, known.summary_zh, known.place_zh, *known.unknown_zh, *known.missing_zh):
        assert re.search(r"[\u4e00-\u9fff]", text)
        assert text in there.text
    assert len(known.unknown_zh) == len(known.unknown)
    assert all(re.search(r"[\u4e00-\u9fff]", past.note_zh) for past in known.history if past.note)


@pytest.mark.parametrize("name", LAKES)
def test_a_lake_has_an_assessment_or_says_what_is_missing_for_one(name: str) -> None:
    known, there = catalogue.entry(name), parsed(name, "en")
    assert bool(known.missing) == (name not in ASSESSED)
    assert (labels.reported("none_made", "en") in there.text) == (name not in ASSESSED)
    for text in known.missing:
        assert text in there.text


def test_the_lakes_of_which_enough_is_known() -> None:
    assert ASSESSED == ["honghu", "liangzi"]


@pytest.mark.parametrize("name", ["dongting", "poyang"])
@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_a_lake_that_is_a_river_when_low_says_so(name: str, lang: str) -> None:
    at = catalogue.load(name).level_pool_above
    for key in ("pool_means", "short_pool"):
        assert labels.reported(key, lang, level=at) in parsed(name, lang).text
    assert labels.reported("no_level_pool", lang) not in parsed("honghu", lang).text


@pytest.mark.parametrize("name", LAKES)
def test_the_room_between_levels_is_the_storage_between_them(name: str) -> None:
    """The parts add up to the whole, and a metre holds between the least and the greatest area of the span."""
    lake = catalogue.load(name)
    parts, whole = rooms(lake), whole_room(lake)
    of = lake.hypsometry
    if whole is None:
        assert len(set(lake.characteristic_levels.values())) < 2
        return
    assert sum(part.volume for part in parts) == pytest.approx(whole.volume, rel=1e-12)
    for part in parts:
        assert part.volume == of.storage(part.to_level) - of.storage(part.from_level)
        if of.accept is None:  # else areas and storages are from different surveys
            assert of.area(part.from_level) * (1 - 1e-9) <= part.per_metre <= of.area(part.to_level) * (1 + 1e-9)


def test_the_room_of_honghu_by_hand() -> None:
    """344.4 km² times 1.30, 0.40 and 0.77 m: 447.7, 137.8 and 265.2·10⁶ m³."""
    assert [part.volume for part in rooms(catalogue.load("honghu"))] == pytest.approx([447.72e6, 137.76e6, 265.188e6])
    cells = [row for row in parsed("honghu", "en").rows if row and row[1:3] == ["24.50 … 25.80", "1.30"]]
    assert cells == [["Flood limit level … Fortification level", "24.50 … 25.80", "1.30", "448", "344"]]
    cells = [row for row in parsed("honghu", "zh").rows if row and row[1:3] == ["24.50 … 26.97", "2.47"]]
    assert cells == [["自最低至最高", "24.50 … 26.97", "2.47", "8.51", "3.44"]]


def test_the_history_is_that_of_the_sources() -> None:
    """Dongting lost 1 725 km² and 126e8 m³ from 1949 to 1995: 4 350 − 2 625, 293 − 167."""
    past = {one.year: one for one in catalogue.entry("dongting").history}
    assert (past["1825"].area, past["1825"].storage) == (6000e6, 400e8)
    for key in ("area", "storage"):
        lost = getattr(past["1949"], key) - getattr(past["1995"], key)
        assert getattr(past["1949–1995"], f"lost_{key}") == pytest.approx(lost)
    assert "43 %" in past["1949–1995"].note
    assert round(100 * past["1949–1995"].lost_storage / past["1949"].storage) == 43
    rows = parsed("dongting", "zh").rows
    assert ["1949", "4350", "293", "", "", "S08 S09", "B", ""] in rows
    assert [row[3] for row in rows if row[0] == "1949–1995"] == ["1725 km², 126 亿m³"]
    honghu = {one.year: one for one in catalogue.entry("honghu").history}
    lost = honghu["1950s"].area - honghu["1980s"].area
    assert honghu["1950s–1980s"].lost_area == pytest.approx(lost)


@pytest.mark.parametrize("name", [name for name in LAKES if not catalogue.entry(name).history])
def test_where_no_history_is_published_none_is_made_up(name: str) -> None:
    assert labels.reported("no_history", "en") in parsed(name, "en").text


# The assessment


@pytest.mark.parametrize("name", ASSESSED)
def test_an_assessment_has_the_three_cases_and_says_that_it_is_reconstructed(name: str) -> None:
    path = file_of(name)
    assert path is not None
    plan = scenario.read(path)
    assert {"today", "low_winter", "returned"} <= {case.name for case in plan.cases}
    assert "reconstructed" in plan.title
    assert "重构" in plan.title_zh
    assert plan.notes == ()
    for case in plan.cases:
        assert case.title
        assert re.search(r"[\u4e00-\u9fff]", case.title_zh)
    text = path.read_text(encoding="utf-8")
    assert all(word in text for word in ("Assumed", "FITTED", "# Sources"))
    cited = {word for group in re.findall(r"\[([A-Z][A-Za-z0-9, ]+)\]", text) for word in re.split(r"[ ,]+", group)}
    explained = text.partition("# Sources")[2]
    assert {word for word in cited if not re.search(rf"\b{word}\b", explained)} == set()


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", ASSESSED)
def test_the_numbers_of_the_page_are_those_of_the_run(name: str, lang: str) -> None:
    path = file_of(name)
    assert path is not None
    plan, there = scenario.read(path), parsed(name, lang)
    rows = {}
    for case in plan.cases:
        result = simulate(case.system, case.flood)
        assert abs(result.residual_relative) < 1e-9
        rows[case.name] = indicators.summary(result, plan.water)
    for case in plan.cases:
        row = rows[case.name]
        (cells,) = [cells for cells in there.rows if cells[0] == case.called(lang) and len(cells) == 9]
        assert float(cells[1]) == pytest.approx(row["peak_level_m"], abs=0.025 + 1e-9)
        assert cells[2] == row["peak_time"][:10]
        if case.name != TODAY:
            change = row["peak_level_m"] - rows[TODAY]["peak_level_m"]
            assert float(cells[3].replace("−", "-")) == pytest.approx(change, abs=0.025 + 1e-9)
        for cell, key in zip(
            cells[4:7], ("hours_above_warning", "hours_above_guarantee", "low_water_days"), strict=True
        ):
            assert cell == ("–" if row[key] is None else f"{row[key]:.0f}")
        assert cells[8] == volume_text(row["pump_volume_m3"], lang, unit=False)
    assert plan.title in page(name, lang) or plan.title_zh in page(name, lang)
    assert unescape(page(name, lang)).count(path.read_text(encoding="utf-8")) == 1


def test_a_low_winter_and_a_tenth_of_the_land_lower_the_peak_of_honghu() -> None:
    found = assess("honghu")
    assert found is not None
    assert found.change("low_winter") == pytest.approx(-0.50, abs=0.01)
    assert -0.25 < found.change("returned") < -0.15
    assert found.rows["low_winter"]["refill_date"] is None
    assert found.rows["today"]["hours_above_guarantee"] > 0.0


def test_the_assessment_of_honghu_is_the_lesson_by_the_day() -> None:
    """27.15 m by the hour in lesson 2; the polder's own runoff is the rest."""
    found = assess("honghu")
    assert found is not None
    assert found.peak("today") == pytest.approx(27.15, abs=0.06)


def test_what_the_assessment_of_honghu_cannot_say_is_so() -> None:
    """The peak without the low winter but with its pumps is the same; on 5 August the lake is 1.3 m under 26.11 m."""
    found, path = assess("honghu"), file_of("honghu")
    assert found is not None
    assert path is not None
    text = path.read_text(encoding="utf-8")
    winter = text[text.index('[[cases.measures]]\ntype = "winter_level"') :]
    winter = winter[: winter.index("[[cases.measures]]", 1)]
    cases = {case.name: case for case in scenario.read(text.replace(winter, "")).cases}
    result = simulate(cases["low_winter"].system, cases["low_winter"].flood)
    assert result.peak("honghu")[1] == pytest.approx(found.peak("low_winter"), abs=0.005)
    today = found.results["today"]
    (place,) = (today.times.astype("datetime64[D]").astype(str) == "2020-08-05").nonzero()[0]
    assert 26.11 - today.level["honghu"][place] == pytest.approx(1.3, abs=0.05)


def test_what_the_assessment_of_liangzi_cannot_say_is_so() -> None:
    """21.49 m on 8 July 2016, of which nothing was used; the model has 21.82 m, which the page says."""
    found = assess("liangzi")
    assert found is not None
    (check,) = [case.check for case in found.scenario.cases if case.name == "as_2016"]
    assert check == "predicted"
    assert found.peak("as_2016") == pytest.approx(21.82, abs=0.005)
    for lang, limits in (("en", found.limits), ("zh", found.limits_zh)):
        assert "21.82 m" in limits[0]
        assert "21.49 m" in limits[0]
        assert limits[0] in parsed("liangzi", lang).text
    beyond = {case for case, row in found.rows.items() if row["above_curve_hours"]}
    assert beyond == {"as_2016"}
    assert found.change("returned") > found.change("low_winter")


@pytest.mark.parametrize("name", ASSESSED)
def test_returned_land_is_a_tenth_of_what_was_reclaimed(name: str) -> None:
    """41.56 of 760 − 344.4 km² at Honghu; 9.9 of 370 − 271 km² at Liangzi."""
    found = assess(name)
    assert found is not None
    plan = found.scenario
    before = plan.system[plan.water].hypsometry
    after = next(case for case in plan.cases if case.name == "returned").system[plan.water].hypsometry
    past = {one.year: one for one in catalogue.entry(name).history}
    reclaimed = {
        "honghu": lambda: past["1950s–1980s"].lost_area,
        "liangzi": lambda: past["2016-07-14"].area - past["2016-07-13"].area,
    }[name]()
    at = min(before.top, after.top)
    assert after.area(at) - before.area(at) == pytest.approx(0.1 * reclaimed)


@pytest.mark.parametrize("name", ASSESSED)
def test_each_doubt_moves_the_peak_by_what_the_page_says(name: str) -> None:
    found = assess(name)
    assert found is not None
    given = doubts(name)
    assert len(given.limits) == len(given.limits_zh) > 0
    there = parsed(name, "en")
    cases = found.scenario.cases
    for one in given.inputs:
        edit = one.input()
        (cells,) = [cells for cells in there.rows if cells[0] == one.title]
        for place, case in enumerate(cases, start=1):
            low, high = found.ranges.of(case.name).single[edit.name]
            moved = [float(cell.replace("−", "-")) for cell in cells[place].split(", ")]
            assert moved == pytest.approx([low - found.peak(case.name), high - found.peak(case.name)], abs=0.0051)
    bounds = [cells for cells in there.rows if cells[0] == labels.reported("together_range", "en")]
    assert len(bounds) == 1
    for case, cell in zip(cases, bounds[0][1:], strict=True):
        low, high = map(float, cell.split(" … "))
        assert low <= found.peak(case.name) <= high
    for text in given.limits:
        assert text in there.text


def test_higher_ground_is_worth_less() -> None:
    found = assess("liangzi")
    assert found is not None
    name = next(one.title for one in doubts("liangzi").inputs if one.kind == "ground")
    low, high = found.ranges.of("today").single[name]
    assert low == pytest.approx(found.peak("today"), abs=0.02)
    assert high > found.peak("today") + 0.05


# The file


def test_the_same_report_is_the_same_file(tmp_path: Path) -> None:
    for name in ("one.html", "two.html"):
        report.write("changhu", tmp_path / name, "zh")
    assert (tmp_path / "one.html").read_bytes() == (tmp_path / "two.html").read_bytes()
    assert (tmp_path / "one.html").read_text(encoding="utf-8") == page("changhu", "zh")


def test_a_file_that_is_there_is_replaced_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "lake.html"
    path.write_text("old", encoding="utf-8")
    report.write("changhu", path)
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        report.write("changhu", tmp_path / "no" / "lake.html")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_lake_or_language_is_refused() -> None:
    with pytest.raises(ValueError, match="did you mean 'honghu'"):
        report.page("hongu")
    with pytest.raises(ValueError, match="'fr'; choose one of en, zh"):
        report.page("honghu", "fr")


# The pieces


def test_text_is_escaped() -> None:
    assert table(["a<b", "&"], [["<i>", "x"]]).count("<i>") == 0
    assert element("p", "x", title='a "b" & c') == '<p title="a &quot;b&quot; &amp; c">x</p>'


@pytest.mark.parametrize(
    ("level", "text"), [(27.1749, "27.15"), (27.1751, "27.20"), (-0.024, "0.00"), (0.0, "0.00"), (-0.026, "−0.05")]
)
def test_levels_are_told_to_5_cm(level: float, text: str) -> None:
    assert (to_5_cm(level) if level > 1.0 else signed(level)) == text
