"""The assessment of a lake: a flood in today's state, after a low winter, and with a tenth of the land returned.

What is computed is data: a scenario under `data/assessments`, whose case `today` the others are compared with, and
beside it what else its inputs may be. A lake of which too little is known has none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import resources
from pathlib import Path

from .. import indicators, scenario
from ..catalogue import LakeFile
from ..indicators import Value
from ..labels import called, day, label, reported, studied, to_5_cm
from ..result import Result
from ..scenario import Scenario
from ..study import Ranges, ranges
from .doubts import Doubts, doubts
from .known import volume_text, volume_unit
from .markup import element, listed, paragraph, picture, table

TODAY = "today"

LOW_WINTER, PUMPS_ONLY = "low_winter", "pumps_only"
"""The low winter with the pumps that defend it, and these pumps without it."""

SAME = 0.03
"""Peaks that differ by less [m] are told as the same."""

HOURS = ("hours_above_warning", "hours_above_guarantee")
"""Indicators that are told as whole numbers."""


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
    doubts : what else the inputs may be, and what it cannot say
    """

    scenario: Scenario
    text: str
    results: Mapping[str, Result]
    rows: Mapping[str, Mapping[str, Value]]
    ranges: Ranges
    doubts: Doubts

    def peak(self, case: str) -> float:
        """The highest level of a case [m]."""
        return self.ranges.of(case).value

    def base(self, case: str) -> str:
        """The case that a case is compared with."""
        return self.doubts.against.get(case, TODAY)

    @property
    def bases(self) -> tuple[str, ...]:
        """The cases that others are compared with, today's first."""
        return tuple(dict.fromkeys((TODAY, *self.doubts.against.values())))

    def change(self, case: str, to: str = TODAY) -> float:
        """By how much the peak of a case is higher than that of another [m]."""
        return self.peak(case) - self.peak(to)

    def called(self, case: str, lang: str) -> str:
        """What a case is called in a language."""
        return next(one.called(lang) for one in self.scenario.cases if one.name == case)


def file_of(name: str) -> Path | None:
    """The file of a lake's assessment; None if it has none.

    >>> file_of("honghu").name, file_of("changhu")
    ('honghu.toml', None)
    """
    path = Path(str(resources.files("lakesim").joinpath("data", "assessments", f"{name}.toml")))
    return path if path.is_file() else None


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
    text, doubt = path.read_text(encoding="utf-8"), doubts(name)
    inputs = [one.input(text) for one in doubt.inputs]
    moved = ranges(
        plan.system, plan.flood, inputs, measures, water=plan.water, tolerance=plan.tolerance, progress=progress
    )
    return Assessment(plan, text, results, rows, moved, doubt)


def signed(change: float) -> str:
    """A difference of levels [m], rounded, with its sign.

    >>> signed(-0.21), signed(0.01)
    ('−0.20', '0.00')
    """
    text = to_5_cm(abs(change))
    return text if text == "0.00" else f"{'−' if change < 0.0 else '+'}{text}"


def span(ends: tuple[float, float], tell: Callable[[float], str] = to_5_cm) -> str:
    """Two levels [m], or two differences of levels.

    >>> span((25.9, 28.02)), span((-0.21, 0.0), signed)
    ('25.90 … 28.00', '−0.20 … 0.00')
    """
    return " … ".join(tell(end) for end in ends)


def short(found: Assessment, lang: str) -> Iterator[str]:
    """What the assessment is worth, and what it says in a sentence for each case, today's first."""
    yield reported("short_worth", lang, worth=found.doubts.worth_zh if lang == "zh" else found.doubts.worth)
    for case in sorted(found.scenario.cases, key=lambda case: case.name != TODAY):
        of, base = found.ranges.of(case.name), found.base(case.name)
        words = {"case": case.called(lang), "peak": to_5_cm(of.value)}
        words |= {"single": span(of.one_at_a_time), "together": span(of.together)}
        if case.name == TODAY:
            yield reported("short_peak", lang, **words)
        elif case.name != PUMPS_ONLY:
            change, least, most = found.ranges.difference(case.name, base)
            key = "as_it" if abs(change) < SAME else "lower_by" if change < 0.0 else "higher_by"
            to = reported("today", lang) if base == TODAY else f"“{found.called(base, lang)}”"
            words["change"] = reported(key, lang, by=to_5_cm(abs(change)), to=to)
            text = reported("short_against", lang, **words, range=span((least, most), signed))
            yield text + (_by_pumps(found, lang) if case.name == LOW_WINTER else "")


def _by_pumps(found: Assessment, lang: str) -> str:
    """Who lowers the peak of the low winter: what its pumps give without it."""
    alike = abs(found.change(LOW_WINTER, PUMPS_ONLY)) < SAME
    key = "by_pumps" if alike else "pumps_give"
    return ("" if lang == "zh" else " ") + reported(key, lang, peak=to_5_cm(found.peak(PUMPS_ONLY)))


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
        listed(found.doubts.limits_zh if lang == "zh" else found.doubts.limits),
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
    heads = [label("case", lang), reported("peak", lang), reported("on", lang), *_against(found, lang)]
    heads += [label(key, lang) for key in HOURS]
    heads += [reported("lowest", lang), reported("refilled", lang), f"{reported('pumped', lang)} ({unit})"]
    rows = []
    for case in found.scenario.cases:
        row, result = found.rows[case.name], found.results[case.name]
        rows.append([case.called(lang), to_5_cm(found.peak(case.name)), str(row["peak_time"])[:10]])
        rows[-1] += ["–" if case.name == base else signed(found.change(case.name, base)) for base in found.bases]
        rows[-1] += [_whole(row[key]) for key in HOURS]
        rows[-1].append(f"{result.lowest(found.scenario.water)[1]:.2f}")
        rows[-1] += [_refilled(result, found.scenario.water, lang), _pumped(row["pump_volume_m3"], lang)]
    last = len(heads) - 1
    return table(heads, rows, numbers={*range(1, last - 1), last}, cards=True)


def _against(found: Assessment, lang: str) -> list[str]:
    """Heads of the differences."""
    others = (reported("against", lang, case=found.called(base, lang)) for base in found.bases[1:])
    return [reported("against_today", lang), *others]


def _whole(value: Value) -> str:
    return "–" if value is None else f"{float(value):.0f}"


def _pumped(value: Value, lang: str) -> str:
    return "–" if value is None else volume_text(float(value), lang, unit=False)


def _refilled(result: Result, water: str, lang: str) -> str:
    """When the lake was back, or why there is no such day; a dash where it has no level for that, or no spring."""
    found = indicators.refill(result, water)
    if found is None:
        return "–"
    return str(found.date)[:10] if found.how == "refilled" else studied(found.how, lang)


def _meanings(found: Assessment, lang: str) -> Iterator[str]:
    """What the columns mean and what they do not, and what the comparison with the world is worth."""
    lake = found.results[TODAY].system[found.scenario.water]
    kind = found.rows[TODAY]["refill_level"]
    if kind is not None and lake.flood_season is not None:
        words = {"level": label(str(kind), lang).lower(), "at": getattr(lake, str(kind))}
        yield reported("refill_to", lang, **words, day=day(lake.flood_season[0], lang))
    yield reported("other_side", lang)
    if any(row[key] is None for row in found.rows.values() for key in (*HOURS, "refill_level")):
        yield reported("why_dash", lang)
    yield found.doubts.check_zh if lang == "zh" else found.doubts.check


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
    rows.append([reported("single_range", lang), *(span(of[case.name].one_at_a_time) for case in cases)])
    rows.append([reported("together_range", lang), *(span(of[case.name].together) for case in cases)])
    for base in found.bases:
        to = reported("today", lang) if base == TODAY else found.called(base, lang)
        gains = (found.ranges.difference(case.name, base)[1:] for case in cases)
        cells = ["–" if case.name == base else span(ends, signed) for case, ends in zip(cases, gains, strict=True)]
        rows.append([reported("gain_range", lang, case=to), *cells])
    return table(heads, rows, numbers=range(1, len(heads)), cards=True)
