"""The assessment of a lake: a flood in today's state, after a low winter, and with a tenth of the land returned.

What is computed is data: a scenario under `data/assessments`, whose case `today` the others are compared with, and
beside it what else its inputs may be. A lake of which too little is known has none.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path
from typing import Literal

from .. import indicators, scenario
from ..catalogue import LakeFile
from ..indicators import Value
from ..labels import called, label, reported, said
from ..result import Result
from ..scenario import Scenario
from ..structures import Pump
from ..study import Input, Ranges, ranges
from ..units import Record, to_si
from ..waters import System
from .known import volume_text, volume_unit
from .markup import element, listed, paragraph, picture, table

TODAY = "today"

STEP = 0.05
"""Reconstructed peaks are told to this [m]."""

SAME = 0.03
"""Peaks that differ by less [m] are told as the same."""

WHOLE = ("hours_above_warning", "hours_above_guarantee", "low_water_days")
"""Indicators that are told as whole numbers."""


class Other(Record):
    """What else an input may be: a series scaled, another level at the start, another field of a structure.

    `kind` says what `of` names: `scaled` and `ground` a series and a polder, whose ground lies lower or higher; `level`
    a lake, `structure` a structure and its field.
    """

    kind: Literal["scaled", "level", "structure", "ground"]
    of: str
    low: float | str
    high: float | str
    title: str
    title_zh: str

    def input(self) -> Input:
        """The input of a study."""
        titles = {"name": self.title, "title_zh": self.title_zh}
        match self.kind:
            case "scaled":
                return Input.scaled(self.of, float(self.low), float(self.high), **titles)
            case "level":
                return Input.initial_level(self.of, self.low, self.high, **titles)
            case "structure":
                structure, _, field = self.of.partition(".")
                return Input.of_structure(structure, field, self.low, self.high, **titles)
        low, high = (to_si(by, "m") for by in (self.low, self.high))
        return Input(
            low=lambda system, flood: (_raised(system, self.of, low), flood),
            high=lambda system, flood: (_raised(system, self.of, high), flood),
            **titles,
        )


def _raised(system: System, polder: str, by: float) -> System:
    """A system in which the ground of a polder, and where its pumps start, lie higher by so much [m]."""
    land = system[polder]
    curve = land.hypsometry
    higher = curve.changed(levels=tuple(level + by for level in curve.levels))
    raised = land.changed(hypsometry=higher, initial_level=max(land.initial_level, higher.bottom))
    return system.changed(
        waters=tuple(raised if water is land else water for water in system.waters),
        structures=tuple(
            one.changed(start_level=one.start_level + by)
            if isinstance(one, Pump) and one.head == polder and one.start_level is not None
            else one
            for one in system.structures
        ),
    )


@dataclass(frozen=True)
class Assessment:
    """An assessment and what it found.

    Parameters
    ----------
    scenario : what was computed
    text : its file
    results : the result of each case
    rows : the indicators of each case
    ranges : the peaks over the plausible inputs
    limits, limits_zh : what it cannot say
    """

    scenario: Scenario
    text: str
    results: Mapping[str, Result]
    rows: Mapping[str, Mapping[str, Value]]
    ranges: Ranges
    limits: tuple[str, ...]
    limits_zh: tuple[str, ...]

    def peak(self, case: str) -> float:
        """The highest level of a case [m]."""
        return float(self.rows[case]["peak_level_m"] or 0.0)

    def change(self, case: str) -> float:
        """By how much the peak of a case is higher than today's [m]."""
        return self.peak(case) - self.peak(TODAY)


def file_of(name: str) -> Path | None:
    """The file of a lake's assessment; None if it has none.

    >>> file_of("honghu").name, file_of("changhu")
    ('honghu.toml', None)
    """
    path = Path(str(resources.files("lakesim").joinpath("data", "assessments", f"{name}.toml")))
    return path if path.is_file() else None


class Doubts(Record):
    """What else the inputs of an assessment may be, and what it cannot say in any case."""

    limits: tuple[str, ...]
    limits_zh: tuple[str, ...]
    inputs: tuple[Other, ...]


def doubts(name: str) -> Doubts:
    """The doubts about a lake's assessment.

    >>> doubts("honghu").inputs[0].of
    'small_stations.capacity'
    """
    path = Path(str(resources.files("lakesim").joinpath("data", "assessments", "ranges", f"{name}.toml")))
    return Doubts(**tomllib.loads(path.read_text(encoding="utf-8")))


@cache
def assess(name: str, progress: Callable[[float], None] | None = None) -> Assessment | None:
    """Run the assessment of a lake of the catalogue; None if it has none.

    `progress` is told the part (0 … 1) that is done of the runs over the plausible inputs.

    Examples
    --------
    >>> assess("changhu") is None
    True
    """
    path = file_of(name)
    if path is None:
        return None
    plan = scenario.read(path)
    results = plan.run()
    rows = {case: indicators.summary(result, plan.water) for case, result in results.items()}
    measures = {change.head.name: (*plan.measures, *change.measures) for change in plan.changes}
    doubt = doubts(name)
    moved = ranges(
        plan.system, plan.flood, [one.input() for one in doubt.inputs], measures, water=plan.water, progress=progress
    )
    text = path.read_text(encoding="utf-8")
    return Assessment(plan, text, results, rows, moved, doubt.limits, doubt.limits_zh)


def to_5_cm(level: float) -> str:
    """A level [m] as precisely as a reconstructed one is told.

    >>> to_5_cm(27.19), to_5_cm(-0.02)
    ('27.20', '0.00')
    """
    return f"{round(level / STEP) * STEP + 0.0:.2f}"


def signed(change: float) -> str:
    """A difference of levels [m], rounded, with its sign.

    >>> signed(-0.21), signed(0.01)
    ('−0.20', '0.00')
    """
    text = to_5_cm(abs(change))
    return text if text == "0.00" else f"{'−' if change < 0.0 else '+'}{text}"


def short(found: Assessment, lang: str) -> Iterator[str]:
    """What the assessment says in a sentence for each case, today's first."""
    for case in sorted(found.scenario.cases, key=lambda case: case.name != TODAY):
        peak, change = to_5_cm(found.peak(case.name)), found.change(case.name)
        if case.name == TODAY:
            yield reported("short_peak", lang, case=case.called(lang), peak=peak)
            continue
        key = "as_today" if abs(change) < SAME else "lower_by" if change < 0.0 else "higher_by"
        by = reported(key, lang, by=to_5_cm(abs(change)))
        yield reported("short_against", lang, case=case.called(lang), peak=peak, change=by)


def assessment_section(known: LakeFile, found: Assessment | None, lang: str) -> str:
    """The cases beside each other, their levels, and how far they move; or what is missing for that."""
    from ..plot.page import page_levels

    if found is None:
        missing = (known.missing_zh if lang == "zh" else ()) or known.missing
        return paragraph(reported("none_made", lang)) + listed(missing)
    plan = found.scenario
    title = (plan.title_zh if lang == "zh" else "") or plan.title
    results = {case.called(lang): found.results[case.name] for case in plan.cases}
    lake = called(plan.system[plan.water], lang)
    error = 1000.0 * max(result.numerical_error for result in found.results.values())
    residual = max(abs(result.residual_relative) for result in found.results.values())
    parts = [
        element(
            "p", element("strong", escape(title)), " ", element("span", label("reconstructed", lang), class_="stamp")
        ),
        paragraph(reported("lumped", lang)),
        _cases(found, lang),
        *(paragraph(text, class_="note") for text in _meanings(found, lang)),
        picture(page_levels(results, plan.water, lang=lang), reported("levels_picture", lang, lake=lake)),
        element("h3", reported("ranges", lang)),
        _ranges(found, lang),
        paragraph(reported("ranges_note", lang), class_="note"),
        paragraph(reported("account", lang, residual=residual, error=f"{error:.2g} mm"), class_="note"),
        element("h3", reported("limits", lang)),
        listed(found.limits_zh if lang == "zh" else found.limits),
        element(
            "details",
            element("summary", reported("in_full", lang)),
            paragraph(reported("in_full_note", lang)),
            element("pre", escape(found.text), lang="en"),
        ),
    ]
    return "".join(parts)


def _cases(found: Assessment, lang: str) -> str:
    """The table of the cases."""
    unit = volume_unit(lang)[0]
    heads = [label("case", lang), reported("peak", lang), reported("on", lang), reported("against_today", lang)]
    heads += [label(key, lang) for key in WHOLE]
    heads += [reported("refilled", lang), f"{reported('pumped', lang)} ({unit})"]
    rows = []
    for case in found.scenario.cases:
        row = found.rows[case.name]
        change = "–" if case.name == TODAY else signed(found.change(case.name))
        rows.append([case.called(lang), to_5_cm(found.peak(case.name)), str(row["peak_time"])[:10], change])
        rows[-1] += [_whole(row[key]) for key in WHOLE]
        rows[-1] += [_refilled(row, lang), _pumped(row["pump_volume_m3"], lang)]
    return table(heads, rows, numbers={1, 2, 3, 4, 5, 6, 8}, cards=True)


def _whole(value: Value) -> str:
    return "–" if value is None else f"{float(value):.0f}"


def _pumped(value: Value, lang: str) -> str:
    return "–" if value is None else volume_text(float(value), lang, unit=False)


def _refilled(row: Mapping[str, Value], lang: str) -> str:
    """When the lake was back; the run knows no spring where there is no level for it or it begins after the winter."""
    if (date := row["refill_date"]) is not None:
        return reported("never_below", lang) if str(date).endswith("-01-01") else str(date)
    return "–" if row["refill_level"] is None else reported("not_refilled", lang)


def _meanings(found: Assessment, lang: str) -> Iterator[str]:
    """What the columns mean, and what the comparison with the world is worth."""
    lake = found.results[TODAY].system[found.scenario.water]
    first = found.rows[TODAY]
    for word, key in (("low_below", "low_water_level"), ("refill_to", "refill_level")):
        if (kind := first[key]) is not None:
            yield reported(word, lang, level=label(str(kind), lang).lower(), at=getattr(lake, str(kind)))
    if any(row[key] is None for row in found.rows.values() for key in (*WHOLE, "refill_level")):
        yield reported("why_dash", lang)
    for case in found.scenario.cases:
        if check := case.check or found.scenario.check:
            means = said(f"{check}_means", lang)
            yield reported("worth", lang, case=case.called(lang), check=label(check, lang), means=means)


def _ranges(found: Assessment, lang: str) -> str:
    """How far each input moves each peak, and all of them together."""
    cases = found.scenario.cases
    of = {case.name: found.ranges.of(case.name) for case in cases}
    heads = [reported("input", lang), *(case.called(lang) for case in cases)]
    rows = []
    for one in found.ranges.inputs:
        cells = []
        for case in cases:
            moved = [end - of[case.name].value for end in of[case.name].single[one.name] if end is not None]
            cells.append(", ".join(f"{by:+.2f}".replace("-", "−") if abs(by) >= 0.005 else "0.00" for by in moved))
        rows.append([one.title(lang), *cells])
    spans = [" … ".join(to_5_cm(end) for end in of[case.name].together) for case in cases]
    rows.append([reported("together_range", lang), *spans])
    gains = []
    for case in cases:
        _, least, most = found.ranges.difference(case.name, TODAY)
        gains.append("–" if case.name == TODAY else " … ".join(signed(end) for end in (least, most)))
    rows.append([reported("gain_range", lang), *gains])
    return table(heads, rows, numbers=range(1, len(heads)), cards=True)
