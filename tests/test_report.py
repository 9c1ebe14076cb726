"""The report of a lake: whole, self-contained, every figure with its source, and its numbers those of the run."""

from __future__ import annotations

import base64
import importlib.util
import re
from functools import cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from lakesim import catalogue, indicators, labels, report, scenario, simulate
from lakesim.labels import to_5_cm
from lakesim.measures import apply_all
from lakesim.report.assessing import Assessment, assess, file_of, signed, span
from lakesim.report.doubts import Other, doubts
from lakesim.report.known import rooms, volume_text, whole_room
from lakesim.report.markup import element, table
from lakesim.units import Record

LAKES = catalogue.names()
ASSESSED = [name for name in LAKES if file_of(name)]
VOID = {"meta", "img", "br"}
SCENARIOS = Path(__file__).parent.parent / "scenarios"
LESSONS = {"honghu": "05_worth_of_a_metre", "liangzi": "05_worth_of_a_metre_liangzi"}


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


@cache
def found(name: str) -> Assessment:
    made = assess(name)
    assert made is not None
    return made


@cache
def text_of(name: str) -> str:
    path = file_of(name)
    assert path is not None
    return path.read_text(encoding="utf-8")


@cache
def lesson(name: str) -> scenario.Scenario:
    return scenario.read(SCENARIOS / f"{LESSONS[name]}.toml")


@cache
def lesson_script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("lesson_5", SCENARIOS / "05_worth_of_a_metre.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fields(thing: object) -> object:
    """What a record is made of, down to series and numbers, without the arrays that a curve keeps beside them."""
    if isinstance(thing, Record):
        return type(thing), {name: fields(getattr(thing, name)) for name in type(thing).model_fields}
    if isinstance(thing, dict):
        return {key: fields(value) for key, value in thing.items()}
    return tuple(map(fields, thing)) if isinstance(thing, tuple) else thing


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
    plan = scenario.read(text_of(name))
    assert {"today", "low_winter", "pumps_only", "returned"} <= {case.name for case in plan.cases}
    assert "reconstructed" in plan.title
    assert "重构" in plan.title_zh
    assert plan.notes == ()
    for case in plan.cases:
        assert case.title
        assert re.search(r"[\u4e00-\u9fff]", case.title_zh)
    text = text_of(name)
    assert all(word in text for word in ("Assumed", "FITTED", "# Sources"))
    cited = {word for group in re.findall(r"\[([A-Z][A-Za-z0-9, ]+)\]", text) for word in re.split(r"[ ,]+", group)}
    explained = text.partition("# Sources")[2]
    assert {word for word in cited if not re.search(rf"\b{word}\b", explained)} == set()


@pytest.mark.parametrize("name", ASSESSED)
def test_lakes_structures_rules_and_flood_are_those_of_the_lesson(name: str) -> None:
    """Equal records, so that a copy that is changed on one side is found; so the peak is that of the lesson too."""
    mine, other = scenario.read(text_of(name)), lesson(name)
    assert fields(mine.system) == fields(other.system)
    assert fields(mine.flood) == fields(other.flood)
    assert mine.tolerance == other.tolerance
    case = next(case for case in other.cases if case.name == "as_was")
    result = simulate(case.system, case.flood, tolerance=other.tolerance)
    as_it_was = {"honghu": "today", "liangzi": "as_2016"}[name]
    assert found(name).peak(as_it_was) == pytest.approx(result.peak(name)[1], abs=1e-9)


@pytest.mark.parametrize("name", ASSESSED)
def test_the_inputs_of_the_ranges_are_those_of_the_lesson(name: str) -> None:
    """As many, in the same order, and each end makes the same system and flood of that of the lesson."""
    script, plan = lesson_script(), lesson(name)
    mine = [one.input(text_of(name)) for one in doubts(name).inputs]
    others = script.inputs(getattr(script, name.upper()))
    assert len(mine) == len(others)
    for one, other in zip(mine, others, strict=True):
        for end in ("low", "high"):
            system, flood = one.ends[end](plan.system, plan.flood)
            same_system, same_flood = other.ends[end](plan.system, plan.flood)
            assert fields(system) == fields(same_system), (one.name, end)
            assert fields(flood) == fields(same_flood), (one.name, end)


def test_numbers_that_do_not_stand_in_the_assessment_are_refused() -> None:
    one = Other(kind="rain", of="1, 2, 3", low="2, 2, 2", high="3, 2, 1", title="Rain", title_zh="雨")
    with pytest.raises(ValueError, match="'1, 2, 3' do not stand in the assessment"):
        one.input(text_of("liangzi"))


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", ASSESSED)
def test_the_numbers_of_the_page_are_those_of_the_run(name: str, lang: str) -> None:
    plan, there, made = scenario.read(text_of(name)), parsed(name, lang), found(name)
    rows, results = {}, {}
    for case in plan.cases:
        results[case.name] = result = simulate(case.system, case.flood, tolerance=plan.tolerance)
        assert abs(result.residual_relative) < 1e-9
        rows[case.name] = indicators.summary(result, plan.water)
    bases = {"honghu": ["today"], "liangzi": ["today", "as_2016"]}[name]
    for case in plan.cases:
        row = rows[case.name]
        (cells,) = [cells for cells in there.rows if cells[0] == case.called(lang) and len(cells) == 8 + len(bases)]
        peak, day, *changes = cells[1 : 3 + len(bases)]
        assert made.peak(case.name) == pytest.approx(row["peak_level_m"], abs=1e-9)
        assert peak == to_5_cm(row["peak_level_m"])
        assert day == row["peak_time"][:10]
        for base, change in zip(bases, changes, strict=True):
            by = row["peak_level_m"] - rows[base]["peak_level_m"]
            assert change == ("–" if case.name == base else signed(by))
        warning, guarantee, lowest, _, pumped = cells[3 + len(bases) :]
        for cell, key in ((warning, "hours_above_warning"), (guarantee, "hours_above_guarantee")):
            assert cell == ("–" if row[key] is None else f"{row[key]:.0f}")
        assert lowest == f"{results[case.name].lowest(name)[1]:.2f}"
        assert pumped == volume_text(row["pump_volume_m3"], lang, unit=False)
    assert plan.title in page(name, lang) or plan.title_zh in page(name, lang)
    assert unescape(page(name, lang)).count(text_of(name)) == 1


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", ASSESSED)
def test_in_short_gives_no_peak_without_its_range_and_says_what_it_is_worth(name: str, lang: str) -> None:
    made, there = found(name), parsed(name, lang)
    worth = made.doubts.worth_zh if lang == "zh" else made.doubts.worth
    assert labels.reported("short_worth", lang, worth=worth) in there.text
    assert "重构" in labels.reported("short_worth", lang, worth=worth)
    short = page(name, lang).partition('class="short"')[2].partition("</div>")[0]
    told = [unescape(one) for one in re.findall("<li>(.*?)</li>", short)]
    for case in made.scenario.cases:
        of = made.ranges.of(case.name)
        lines = [line for line in told if line.startswith(f"{case.called(lang)}{'：' if lang == 'zh' else ':'}")]
        if case.name == "pumps_only":
            assert lines == []
            continue
        (line,) = lines
        assert to_5_cm(of.value) in line
        assert span(of.one_at_a_time) in line
        assert span(of.together) in line
        if case.name == "low_winter":
            key = "by_pumps" if abs(of.value - made.peak("pumps_only")) < 0.03 else "pumps_give"
            assert line.endswith(labels.reported(key, lang, peak=to_5_cm(made.peak("pumps_only"))))


@pytest.mark.parametrize("name", ["honghu", "liangzi", "dongting"])
@pytest.mark.parametrize("lang", labels.LANGUAGES)
def test_in_short_gives_what_was_lost_and_returned_with_its_note(name: str, lang: str) -> None:
    """Honghu: that the two areas may belong to different levels. Liangzi: that it is "about"."""
    short = unescape(page(name, lang).partition('class="short"')[2].partition("</div>")[0])
    for kind in ("lost", "returned"):
        pasts = [one for one in catalogue.entry(name).history if getattr(one, f"{kind}_area") is not None]
        for past in pasts[-1:]:
            note = past.note_zh if lang == "zh" else past.note
            assert not note or f"({note})" in short
    if name == "honghu":
        assert {"en": "may belong to different levels", "zh": "可能对应不同水位"}[lang] in short
    if name == "liangzi":
        assert {"en": "100 km² (about", "zh": "100 km² (约数"}[lang] in short


def test_a_low_winter_and_a_tenth_of_the_land_lower_the_peak_of_honghu() -> None:
    made = found("honghu")
    assert made.change("low_winter") == pytest.approx(-0.50, abs=0.01)
    assert -0.25 < made.change("returned") < -0.15
    assert made.rows["low_winter"]["refill_date"] is None
    assert made.rows["today"]["hours_above_guarantee"] > 0.0


@pytest.mark.parametrize("name", ASSESSED)
def test_who_lowers_the_peak_is_the_pumps(name: str) -> None:
    """The peak without the low winter but with its pumps is the same, which the limits and "in short" say."""
    made = found(name)
    assert made.change("low_winter", "pumps_only") == pytest.approx(0.0, abs=0.005)
    cases = {change.head.name: change.measures for change in made.scenario.changes}
    assert [one for one in cases["low_winter"] if one.type != "winter_level"] == list(cases["pumps_only"])


def test_what_the_assessment_of_honghu_cannot_say_is_so() -> None:
    """On 5 August the lake is 1.3 m under the 26.11 m that were reported; no peak is far above the polder's dike."""
    made = found("honghu")
    today = made.results["today"]
    (place,) = (today.times.astype("datetime64[D]").astype(str) == "2020-08-05").nonzero()[0]
    assert 26.11 - today.level["honghu"][place] == pytest.approx(1.3, abs=0.05)
    tops = [made.ranges.of(case.name).together[1] for case in made.scenario.cases]
    assert tops == pytest.approx([28.1] * len(tops), abs=0.05)
    assert all("28.1 m" in limits[-1] for limits in (made.doubts.limits, made.doubts.limits_zh))
    assert made.scenario.system["reclaimed_dike"].crest == 28.0
    assert "1.3 m" in made.doubts.check
    assert "1.3 m" in made.doubts.check_zh


def test_the_check_of_liangzi_counts_as_fitted_and_fails_by_what_the_page_says() -> None:
    """Levels of 4 to 13 July 2016, hours after 13 April; 13.3e8 m³ times 2 085 / 3 265 km² are 8.5e8 m³."""
    made = found("liangzi")
    (check,) = [case.check for case in made.scenario.cases if case.name == "as_2016"]
    assert check == "fitted"
    result = made.results["as_2016"]
    hours = (result.times - np.datetime64("2016-04-13T00")) / np.timedelta64(1, "h")
    reported = {1980: 20.50, 2043: 21.36, 2061: 21.43, 2083: 21.49, 2196: 21.49}
    apart = [float(np.interp(hour, hours, result.level["liangzi"])) - level for hour, level in reported.items()]
    span = (hours >= 0.0) & (hours < 97 * 24.0)
    lifted = float(result.discharge["fankou"][span].sum()) * 86400.0 / 1e8
    share = 13.3 * 2085.0 / 3265.0
    for lang, text in (("en", made.doubts.check), ("zh", made.doubts.check_zh)):
        assert [float(number) for number in re.findall(r"(\d\.\d\d) m", text)] == [
            pytest.approx(-min(apart), abs=0.0051),
            pytest.approx(max(apart), abs=0.0051),
        ]
        assert [float(number) for number in re.findall(r"(\d\.\d)(?:·10⁸| 亿)", text)] == [
            pytest.approx(lifted, abs=0.051),
            pytest.approx(share, abs=0.051),
        ]
        assert f"{(share - lifted) * 1e8 / 271e6:.1f} m" in text
        assert text in parsed("liangzi", lang).text
        assert "predicted" not in text
    assert "fails" in made.doubts.check
    assert "不合格" in made.doubts.check_zh
    on_the_8th = float(np.interp(2083, hours, result.level["liangzi"]))
    for limits in (made.doubts.limits, made.doubts.limits_zh):
        assert f"{on_the_8th:.2f} m" in limits[0]
        assert f"{round(on_the_8th - 21.49, 1)} m" in limits[0]
    beyond = {case for case, row in made.rows.items() if row["above_curve_hours"]}
    assert beyond == {"as_2016"}


@pytest.mark.parametrize("name", ASSESSED)
def test_returned_land_is_a_tenth_of_what_was_reclaimed(name: str) -> None:
    """41.56 of 760 − 344.4 km² at Honghu; 9.9 of 370 − 271 km² at Liangzi."""
    plan = found(name).scenario
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
    made, given, there = found(name), doubts(name), parsed(name, "en")
    assert len(given.limits) == len(given.limits_zh) > 0
    cases = made.scenario.cases
    for one in given.inputs:
        (cells,) = [cells for cells in there.rows if cells[0] == one.title]
        for place, case in enumerate(cases, start=1):
            low, high = made.ranges.of(case.name).single[one.title]
            moved = [float(cell.replace("−", "-")) for cell in cells[place].split(", ")]
            assert moved == pytest.approx([low - made.peak(case.name), high - made.peak(case.name)], abs=0.0051)
    for key in ("single_range", "together_range"):
        (cells,) = [cells for cells in there.rows if cells[0] == labels.reported(key, "en")]
        for case, cell in zip(cases, cells[1:], strict=True):
            of = made.ranges.of(case.name)
            assert cell == span(of.one_at_a_time if key == "single_range" else of.together)
            low, high = map(float, cell.split(" … "))
            assert low <= of.value <= high
    for text in given.limits:
        assert text in there.text


@pytest.mark.parametrize("name", ASSESSED)
def test_a_doubt_moves_the_peak_by_what_a_run_of_its_own_does(name: str) -> None:
    """Each end alone, with a tenth of the land returned: the figure of the ranges is that of a run by hand."""
    made = found(name)
    plan = made.scenario
    (measures,) = [change.measures for change in plan.changes if change.head.name == "returned"]
    for one in doubts(name).inputs:
        edit = one.input(text_of(name))
        for place, end in enumerate(("low", "high")):
            system, flood = edit.ends[end](plan.system, plan.flood)
            result = simulate(apply_all(system, measures), flood, tolerance=plan.tolerance)
            assert made.ranges.of("returned").single[one.title][place] == pytest.approx(
                result.peak(name)[1], abs=1e-9
            ), (one.title, end)


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", ASSESSED)
def test_no_bound_and_no_days_of_low_water_are_claimed(name: str, lang: str) -> None:
    text = parsed(name, lang).text
    assert labels.reported("other_side", lang) in text
    assert labels.reported("ranges_note", lang) in text
    assert "outer bound" not in text
    assert "外包" not in text
    heads = {given["data-head"] for _, given in parsed(name, lang).attributes if "data-head" in given}
    assert labels.reported("lowest", lang) in heads
    assert labels.label("low_water_days", lang) not in heads


@pytest.mark.parametrize("lang", labels.LANGUAGES)
@pytest.mark.parametrize("name", ASSESSED)
def test_refilled_has_one_answer_in_the_project(name: str, lang: str) -> None:
    """A lake that never fell below its level has no day on which it was back; the words are those of the ledger."""
    made, there = found(name), parsed(name, lang)
    for case in made.scenario.cases:
        refill = indicators.refill(made.results[case.name], name)
        assert refill is not None
        (cells,) = [cells for cells in there.rows if cells[0] == case.called(lang) and len(cells) >= 9]
        words = str(refill.date)[:10] if refill.how == "refilled" else labels.studied(refill.how, lang)
        assert cells[-2] == words
    refill = indicators.refill(made.results["today"], name)
    assert refill is not None
    assert refill.how == "never_below"


def test_higher_ground_is_worth_less() -> None:
    made = found("liangzi")
    name = next(one.title for one in doubts("liangzi").inputs if one.kind == "ground")
    low, high = made.ranges.of("today").single[name]
    assert low == pytest.approx(made.peak("today"), abs=0.02)
    assert high > made.peak("today") + 0.05


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
