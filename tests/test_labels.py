"""Words: every one in both languages, every character in the font, every thing of the model named."""

import ast
import re
import string
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont

import lakesim
from lakesim import labels, rules
from lakesim.labels import (
    LANGUAGES,
    MEASURES,
    PHRASES,
    REASONS,
    REPORT,
    SENTENCES,
    STUDIES,
    UNITS,
    WORDS,
    axis,
    called,
    label,
    moment,
    phrase,
    sentence,
)
from lakesim.structures import REGISTRY
from lakesim.waters import CHARACTERISTIC_LEVELS, LAKE_SERIES, River

FONTS = Path(lakesim.__file__).parent / "data" / "fonts"
LABELS = sorted(Path(labels.__file__).parent.glob("*.py"))
HANZI = re.compile(r"[\u4e00-\u9fff]")
ALIKE = {"10⁶ m³", "m", "m²", "km²", "m³", "m³/s", "m/s", "mm/h", "mm/d", "mm", "s", "h", "%"}

SUMMARY = """case, peak_level_m, peak_time, hours_above_warning, hours_above_guarantee, flood_storage_m3, lockout_hours,
    low_water_days, residual_relative, numerical_error_m"""

EVENT = {"time": np.datetime64("2020-07-08T23:00", "ms"), "water": "洪湖", "structure": "新滩口闸", "level": 26.1234}
RULED = range(labels.STARTED, labels.OVERRULED + 1)
TABLES = {
    "words": WORDS,
    "units": UNITS,
    "sentences": SENTENCES,
    "phrases": PHRASES,
    "measures": MEASURES,
    "report": REPORT,
    "studies": STUDIES,
}


def fields(text: str) -> set[str]:
    """The values that a text takes, by name."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.fixture(scope="module")
def font() -> TTFont:
    return TTFont(FONTS / "LakesimSansSC-Regular.otf")


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_entry_has_a_text_in_each_language(table: dict[object, tuple[str, ...]]) -> None:
    for key, texts in table.items():
        assert len(texts) == len(LANGUAGES), key
        assert all(text == text.strip() != "" for text in texts), key
        only_values = not re.search(r"[^\W\d_]", re.sub(r"\{.*?\}", "", texts[1]))
        assert HANZI.search(texts[1]) or texts[1] in ALIKE or only_values, f"{key}: the Chinese is not Chinese"


@pytest.mark.parametrize("path", LABELS, ids=[path.stem for path in LABELS])
def test_no_key_is_written_twice(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for table in (node for node in ast.walk(tree) if isinstance(node, ast.Dict)):
        keys = [ast.unparse(key) for key in table.keys if key is not None]
        assert sorted(keys) == sorted(set(keys))


@pytest.mark.parametrize(
    "key",
    [
        *CHARACTERISTIC_LEVELS,
        *LAKE_SERIES,
        *REGISTRY,
        *map(str.strip, SUMMARY.split(",")),
        *("level", "storage", "area", "headwater", "tailwater", "discharge", "opening"),
        *("account", "shortfall", "storage_change", "residual", "identity", "fitted", "predicted"),
    ],
)
def test_every_thing_of_the_model_has_a_word(key: str) -> None:
    assert label(key, "en") != label(key, "zh")


@pytest.mark.parametrize(
    ("key", "chinese"),
    [
        ("tailwater", "外江水位"),
        ("initial_level", "起调水位"),
        ("flood_limit_level", "汛限水位"),
        ("fortification_level", "设防水位"),
        ("flood_storage", "调蓄容积"),
        ("lockout", "关闸历时"),
        ("polder", "垸"),
        ("residual", "水量平衡闭合差"),
        ("identity", "恒等"),
        ("fitted", "率定"),
        ("predicted", "预测"),
    ],
)
def test_the_words_of_the_field(key: str, chinese: str) -> None:
    assert label(key, "zh") == chinese


def test_reconstructed_is_said_in_both_languages_at_once() -> None:
    assert {label("reconstructed", lang) for lang in LANGUAGES} == {"reconstructed 重构"}


def test_an_axis_carries_its_unit() -> None:
    assert axis("level", "m", "en") == "Level (m)"
    assert axis("discharge", "m3/s", "zh") == "流量 (m³/s)"
    assert axis("storage", "1e8 m3", "zh") == "蓄水量 (亿m³)"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("code", [code for code in SENTENCES if code not in RULED])
def test_a_sentence_for_every_reason_that_is_no_rule(code: int, lang: str) -> None:
    text = sentence(code, lang, **EVENT, threshold=27.0)
    assert "2020-07-08 23:00" in text
    assert "26.12 m" in text
    assert "洪湖" in text
    of_structures = (labels.LOCKED_OUT, labels.UNLOCKED, labels.RUNS_OVER, labels.RUNS_OVER_NO_MORE)
    assert ("新滩口闸" in text) == (code in of_structures)


@pytest.mark.parametrize("code", RULED)
def test_a_sentence_for_what_a_rule_did(code: int) -> None:
    parts = {"move": "关闭", "cause": "水位已达关闸水位 27.00 m"}
    assert sentence(code, "zh", **EVENT, **parts) == "2020-07-08 23:00，水位已达关闸水位 27.00 m，新滩口闸关闭。"
    assert sentence(code, "en", **EVENT, move="shut", cause="so") == "2020-07-08 23:00: 新滩口闸 shut, because so."


@pytest.mark.parametrize("code", SENTENCES)
def test_both_languages_say_the_same_values(code: int) -> None:
    english, chinese = map(fields, SENTENCES[code])
    assert english == chinese <= {*EVENT, "move", "cause"}


@pytest.mark.parametrize("key", PHRASES)
def test_both_languages_say_the_same_values_in_a_phrase(key: str) -> None:
    english, chinese = map(fields, PHRASES[key])
    assert english == chinese == fields(PHRASES[key.partition(".")[0]][0])


def test_every_reason_code_has_its_name_and_its_sentence() -> None:
    assert [getattr(labels, name.upper()) for name in REASONS] == list(SENTENCES) == list(range(22))


@pytest.mark.parametrize("type", rules.REGISTRY)
def test_every_type_of_rule_is_called_something(type: str) -> None:
    assert phrase(type, "en") != phrase(type, "zh")
    for kind in ("pump", "low", "part", ""):
        assert phrase(type, "en", kind).startswith("the ")


@pytest.mark.parametrize(
    ("key", "kind", "chinese"),
    [
        ("start", "pump", "起排水位"),
        ("stop", "pump", "停排水位"),
        ("shut_off_level", "pump", "限排水位"),
        ("shut_off_level", "", "关闸水位"),
        ("shut_off_level", "part", "控泄水位"),
        ("release_limit", "", "限泄流量"),
        ("rule_curve", "pump", "调度线"),
    ],
)
def test_the_words_of_operation(key: str, kind: str, chinese: str) -> None:
    assert phrase(key, "zh", kind) == chinese


def test_a_thing_is_called_by_its_title_in_the_language() -> None:
    river = River(name="yangtze", title="Yangtze", title_zh="长江", level=20.0)
    assert [called(river, lang) for lang in LANGUAGES] == ["Yangtze", "长江"]
    assert [called(river.changed(title_zh=""), lang) for lang in LANGUAGES] == ["Yangtze", "Yangtze"]
    assert [called(River(name="yangtze", level=20.0), lang) for lang in LANGUAGES] == ["yangtze", "yangtze"]


def test_a_time_is_written_to_the_minute() -> None:
    assert moment(np.datetime64("1997-01-02T03:04:59.999")) == "1997-01-02 03:04"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: label("tail_water", "en"), "no word 'tail_water'; did you mean 'tailwater'"),
        (lambda: label("xyzzy", "en"), "no word 'xyzzy'; add it"),
        (lambda: label("level", "fr"), "'fr'; choose one of en, zh"),
        (lambda: axis("area", "km^2", "en"), "no unit 'km.2'; did you mean 'km2'"),
        (lambda: sentence(99, "en"), "reason code 99; the codes are 0, 1"),
        (lambda: sentence(labels.RAN_DRY, "en", time="now", water="pond"), "needs level=…"),
        (lambda: sentence(labels.RAN_DRY, "de"), "'de'; choose one of en, zh"),
        (lambda: phrase("strat", "en", "pump"), "no phrase 'strat'; did you mean 'start'"),
        (lambda: called(River(name="yangtze", level=20.0), "de"), "'de'; choose one of en, zh"),
    ],
)
def test_what_is_unknown_or_missing_is_named(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_words_are_those_of_the_field() -> None:
    """What Hubei calls the dike of a polder, and what a water balance and an exchange leave."""
    assert labels.work("dike_of", "zh", "牛山") == "牛山垸堤"
    assert labels.work("dike_of", "zh", "大垸") == "大垸堤"
    assert (label("left_over", "zh"), label("exchange_rate", "zh")) == ("闭合差", "置换率")
    for text in ("limit_changed", "limit_end_of_x", "limit_effect_of_x"):
        assert labels.studied(text, "zh", side="低于 17.12 m").startswith("低于 17.12 m ")


def test_every_character_of_every_word_is_in_the_font(font: TTFont) -> None:
    texts = [text for table in TABLES.values() for texts in table.values() for text in texts]
    missing = {character for text in texts for character in text if ord(character) not in font.getBestCmap()}
    assert missing == set()


def test_the_font_has_all_of_gb2312_and_the_signs_of_the_field(font: TTFont) -> None:
    wanted = set("垸汈汊 ²³⁶⁻±×÷·°–—…≤≥←↑→↓−ΔΣλμ")
    for high in range(0xA1, 0xF8):
        for low in range(0xA1, 0xFF):
            wanted |= set(bytes((high, low)).decode("gb2312", errors="ignore"))
    assert len(wanted) > 7400
    assert {character for character in wanted if ord(character) not in font.getBestCmap()} == set()


def test_the_font_keeps_its_licence_and_a_name_of_its_own(font: TTFont) -> None:
    names = {record.nameID: str(record) for record in font["name"].names}
    assert names[1] == "Lakesim Sans SC"
    assert "Adobe" in names[0]
    assert "Open Font License" in names[13]
    cff = font["CFF "].cff
    own = [*names.values(), *cff.fontNames, cff[0].FamilyName, cff[0].FullName, *(d.FontName for d in cff[0].FDArray)]
    assert not any(reserved in name for name in own for reserved in ("Noto", "Source"))
    licence = (FONTS / "OFL.txt").read_text(encoding="utf-8")
    assert "Copyright 2014-2021 Adobe" in licence
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
