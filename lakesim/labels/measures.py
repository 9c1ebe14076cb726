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
}
"""Sentences about measures, by key; values by name, `begin` and `until` as month and day."""

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
