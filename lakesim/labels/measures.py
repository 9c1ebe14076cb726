"""What measures do, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from .words import column, find

MEASURES: dict[str, tuple[str, str]] = {
    "winter_level": ("{water} is kept at {level:.2f} m in winter.", "{water}冬季水位控制在 {level:.2f} m。"),
    "pumps_start_level": ("The pumps of {water} start at {level:.2f} m.", "{water}各泵站起排水位为 {level:.2f} m。"),
    "pump_start_level": ("{structure} starts at {level:.2f} m.", "{structure}起排水位为 {level:.2f} m。"),
    "pump_stop_level": ("The stop level is {level:.2f} m.", "停排水位为 {level:.2f} m。"),
    "in_season": (
        "That holds from {begin} to {until}, after {drawdown:g} days of drawdown and before {refill:g} days of refill.",
        "时段为{begin}至{until}，此前 {drawdown:g} 天消落，此后 {refill:g} 天回蓄。",
    ),
    "rule_curve_above": (
        "{structure} follows a rule curve of {low:.2f} to {high:.2f} m, and is fully open {band:g} m above it.",
        "{structure}按 {low:.2f} 至 {high:.2f} m 的调度线运行，高出 {band:g} m 时全开。",
    ),
    "rule_curve_below": (
        "{structure} follows a rule curve of {low:.2f} to {high:.2f} m, and is fully open {band:g} m below it.",
        "{structure}按 {low:.2f} 至 {high:.2f} m 的调度线运行，低于 {band:g} m 时全开。",
    ),
    "open_gates": (
        "{water} is left to itself: its gates stand open, and its pumps are gone.",
        "{water}处于天然状态：闸门敞开，泵站停用。",
    ),
    "reclaim": (
        "{area:g} km² of {water}, from {ground:.2f} m up, are diked off as {polder}.",
        "{water}自 {ground:.2f} m 以上围垦 {area:g} km²，称{polder}。",
    ),
    "reclaim_shallowest": (
        "{area:g} km² of {water}, the land that lies highest, are diked off as {polder}.",
        "{water}地势最高的 {area:g} km² 被围垦，称{polder}。",
    ),
    "behind_dike": (
        "The dike crest is at {crest:.2f} m; pumps lift {pumps:g} m³/s back into the lake.",
        "堤顶高程 {crest:.2f} m，排涝泵站 {pumps:g} m³/s 排入湖中。",
    ),
    "return_to_lake": ("{polder} is given back to the lake.", "{polder}双退还湖。"),
    "return_part": (
        "{area:g} km² of {polder} are given back to the lake.",
        "{polder}中 {area:g} km² 双退还湖。",
    ),
    "single_return": (
        "{polder} is opened when the lake reaches {trigger:.2f} m, by an inlet {width:g} m wide with its sill at "
        "{sill:.2f} m.",
        "{polder}单退：湖水位达 {trigger:.2f} m 时进洪，进洪口宽 {width:g} m，底板高程 {sill:.2f} m。",
    ),
    "closes_again": (
        "The inlet is shut when the lake is back at {level:.2f} m.",
        "湖水位退至 {level:.2f} m 时关闭进洪口。",
    ),
    "add_outlet": ("{water} has one more outlet, {structure}.", "{water}新增出口{structure}。"),
    "add_pumps": (
        "{water} has {more:g} m³/s more of pumps, {structure}.",
        "{water}新增泵站{structure}，{more:g} m³/s。",
    ),
    "start_and_stop": (
        "They start at {start:.2f} m and stop at {stop:.2f} m.",
        "起排水位 {start:.2f} m，停排水位 {stop:.2f} m。",
    ),
    "raise_dike": ("The dike of {water} is raised to {crest:.2f} m.", "{water}堤顶加高至 {crest:.2f} m。"),
    "dredge": (
        "{volume:.4g} m³ are dredged from {water} below {below:.2f} m.",
        "{water}在 {below:.2f} m 以下疏浚 {volume:.4g} m³。",
    ),
    "silt": (
        "{volume:.4g} m³ of silt settle in {water} below {below:.2f} m.",
        "{water}在 {below:.2f} m 以下淤积 {volume:.4g} m³。",
    ),
}
"""Sentences about measures, by key; values by name, `begin` and `until` as month and day."""

WORKS: dict[str, tuple[str, str]] = {
    "dike_of": ("Dike of {polder}", "{polder}垸堤"),
    "pumps_of": ("Pumps of {polder}", "{polder}排涝泵站"),
    "inlet_of": ("Inlet of {polder}", "{polder}进洪口"),
}
"""What the works of a polder are called."""

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def told(sentences: Iterable[tuple[str, Mapping[str, object]]], lang: str) -> str:
    """Sentences about a measure, each by its key and its values.

    Raises
    ------
    ValueError
        If nothing has a key, or the language is unknown.

    Examples
    --------
    >>> told([("pump_start_level", {"structure": "Paihu", "level": 24.0}), ("pump_stop_level", {"level": 23.8})], "en")
    'Paihu starts at 24.00 m. The stop level is 23.80 m.'
    """
    texts = []
    for key, values in sentences:
        days = {name: day(str(values[name]), lang) for name in ("begin", "until") if name in values}
        texts.append(find(MEASURES, key, "sentence")[column(lang)].format(**{**values, **days}))
    return (" ", "")[column(lang)].join(texts)


def work(key: str, lang: str, polder: str) -> str:
    """What a work of a polder is called.

    Examples
    --------
    >>> work("dike_of", "en", "Niushan")
    'Dike of Niushan'
    >>> work("dike_of", "zh", "牛山"), work("dike_of", "zh", "大垸")
    ('牛山垸堤', '大垸堤')
    """
    return find(WORKS, key, "work")[column(lang)].format(polder=polder).replace("垸垸", "垸")


def day(text: str, lang: str) -> str:
    """A day of every year as people say it.

    Raises
    ------
    ValueError
        If the language is unknown.

    Examples
    --------
    >>> day("03-31", "en"), day("03-31", "zh")
    ('31 March', '3月31日')
    """
    month, number = (int(part) for part in text.split("-"))
    return (f"{number} {MONTHS[month - 1]}", f"{month}月{number}日")[column(lang)]
