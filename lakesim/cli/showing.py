"""`lakesim check`, `lakes` and `show`: what is in a scenario file, and in the catalogue."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..labels import called, label, reported, said
from .shared import (
    BAD_INPUT,
    FAILED,
    Lang,
    Language,
    heading,
    heeding_interrupts,
    progress_bar,
    read_scenario,
    refuse,
    table,
)

if TYPE_CHECKING:
    from ..waters import System

SCENARIOS = (".toml", ".nc")
"""How the files end that hold a scenario."""

PICTURES = (".png", ".svg", ".pdf")
"""How the files end that hold a picture."""


def check(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A scenario (.toml), or a result (.nc).")] = None,
    lang: Lang = Language.en,
    explain: Annotated[bool, typer.Option("--explain", help="Print the file with every default filled in.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of scenario files.")] = False,
) -> None:
    """Read a scenario without running it, and tell all its faults."""
    if schema:
        import json

        from ..scenario.schema import schema as scenario_schema

        typer.echo(json.dumps(scenario_schema(), indent=1))
        return
    if file is None:
        refuse([said("no_file", lang)], lang, BAD_INPUT)
    scenario = read_scenario(file, lang, None)
    if explain:
        # A file is UTF-8, whatever the terminal speaks.
        typer.echo(scenario.explained().encode(), nl=False)
    else:
        typer.echo(said("sound", lang, file=file, cases=", ".join(case.name for case in scenario.cases)))


def lakes(lang: Lang = Language.en) -> None:
    """List the lakes of the catalogue, and its systems of several waters."""
    from .. import catalogue, scenario

    rows = []
    for name in catalogue.names():
        known = catalogue.entry(name)
        lake = known.lake()
        area, storage = (curve(lake.hypsometry.top) for curve in (lake.hypsometry.area, lake.hypsometry.storage))
        made = label("reconstructed", lang) if lake.reconstructed else ""
        rows.append(
            [name, called(known, lang), f"{lake.hypsometry.top:.2f}", f"{area / 1e6:.4g}", f"{storage / 1e6:.4g}", made]
        )
    heads = [label("name", lang), label("lake", lang), f"{label('top', lang)} (m)"]
    table([*heads, f"{label('area', lang)} (km²)", f"{label('capacity', lang)} (10⁶ m³)", ""], rows, numbers={2, 3, 4})
    heading(said("systems", lang))
    systems = {name: scenario.load_system(name) for name in catalogue.systems()}
    rows = [
        [name, called(one, lang), ", ".join(called(water, lang) for water in one.waters)]
        for name, one in systems.items()
    ]
    table([label(key, lang) for key in ("name", "system", "water")], rows)


def show(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE", help="Name of a lake or system, see `lakes`; or a scenario (.toml), a result (.nc)."
        ),
    ],
    lang: Lang = Language.en,
    report: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Of a lake: write all of it, with an assessment, to a page."),
    ] = None,
    figure: Annotated[
        Path | None,
        typer.Option(metavar="FILE.png", help="Of a scenario or system: draw its waters and structures to a file."),
    ] = None,
    case: Annotated[
        str | None, typer.Option(metavar="NAME", help="Of a scenario: the case to show; by default the first.")
    ] = None,
) -> None:
    """Show what is known of a lake, with source and grade, its curve, and what is not known; or a system."""
    from .. import catalogue

    if name in catalogue.systems():
        for option, given in (("--report", report), ("--case", case)):
            if given is not None:
                refuse([said("option_not_of_a_system", lang, option=option, name=name)], lang, BAD_INPUT)
        _show_known_system(name, figure, lang)
        return
    if Path(name).suffix in SCENARIOS or (name not in catalogue.names() and Path(name).exists()):
        if report is not None:
            refuse([said("report_of_a_lake", lang, file=name)], lang, BAD_INPUT)
        _show_system(Path(name), case, figure, lang)
        return
    try:
        known = catalogue.entry(name)
    except ValueError as fault:
        others = said("or_a_system", lang, known=", ".join(catalogue.systems()))
        refuse([f"{fault}; {others}; {said('or_a_file', lang)}"], lang, BAD_INPUT)
    for option, given in (("--figure", figure), ("--case", case)):
        if given is not None:
            refuse([said("option_of_a_scenario", lang, option=option, name=name)], lang, BAD_INPUT)
    if report is not None:
        _write_report(name, report, lang)
        return
    lake = known.lake()
    curve = known.hypsometry
    title = f"{known.title_zh} {known.title}" if lang == "zh" else f"{known.title} {known.title_zh}"
    typer.echo(title.strip())
    typer.echo(known.summary)
    for key, text in (("place", known.place), ("gauge", known.gauge), ("records", ", ".join(known.records))):
        if text:
            typer.echo(f"{said(key, lang)}: {text}")
    typer.echo(f"{label('datum', lang)}: {known.datum}")
    if known.flood_season:
        days = "{} – {}".format(*known.flood_season.value)
        typer.echo(f"{label('flood_season', lang)}: {days} ({', '.join(filter(None, _origin(known.flood_season)))})")
    origin = [label("source", lang), label("grade", lang), label("note", lang)]
    figures = {"initial_level": known.initial_level, "level_pool_above": known.level_pool_above, **known.levels}
    heading(said("levels", lang))
    table(
        [label("level", lang), "m", *origin],
        [[label(key, lang), f"{figure.value:.2f}", *_origin(figure)] for key, figure in figures.items() if figure],
        numbers={1},
    )
    heading(said("curve", lang))
    typer.echo(f"{label('grade', lang)} {curve.grade}; {' '.join(curve.source)}; {curve.note}")
    levels = lake.hypsometry.curve_level
    of = lake.hypsometry
    areas, storages = ([value(level) / 1e6 for level in levels] for value in (of.area, of.storage))
    table(
        [f"{label('level', lang)} (m)", f"{label('area', lang)} (km²)", f"{label('capacity', lang)} (10⁶ m³)"],
        [[f"{z:.2f}", f"{a:.4g}", f"{v:.5g}"] for z, a, v in zip(levels, areas, storages, strict=True)],
        numbers={0, 1, 2},
    )
    if known.points:
        heading(said("points", lang))
        heads = [f"{label('level', lang)} (m)", f"{label('area', lang)} (km²)", f"{label('capacity', lang)} (10⁶ m³)"]
        table([*heads, said("within", lang), *origin], [_point(point) for point in known.points], numbers={0, 1, 2, 3})
    if known.history:
        heading(reported("history", lang))
        heads = [label("year", lang), f"{label('area', lang)} (km²)", f"{label('capacity', lang)} (10⁶ m³)"]
        heads += [f"{reported(key, lang)} (km²; 10⁶ m³)" for key in ("lost", "returned")]
        table([*heads, *origin], [_past(past) for past in known.history], numbers={1, 2, 3, 4})
    if known.facts:
        heading(said("facts", lang))
        rows = [[fact.quantity, fact.value, fact.when, *_origin(fact)] for fact in known.facts]
        table([said("quantity", lang), label("value", lang), label("time", lang), *origin], rows)
    heading(said("unknown_figures", lang))
    for text in known.unknown:
        typer.echo(f"- {text}")
    heading(said("sources", lang))
    for source in known.sources:
        typer.echo(f"[{source.id}] {source.citation}")


def _show_known_system(name: str, figure: Path | None, lang: str) -> None:
    """Print a system of the catalogue, and draw it to a file."""
    from .. import catalogue, scenario

    known = scenario.system_entry(name)
    _must_be_a_picture(figure, lang)
    typer.echo(called(known, lang))
    typer.echo((known.summary_zh if lang == "zh" else "") or known.summary)
    typer.echo(said("origin_of_numbers", lang, file=catalogue.system(name)))
    typer.echo(str(known.system.changed(title="", title_zh="")))
    _draw(known.system, called(known, lang), figure, lang)


def _show_system(file: Path, case: str | None, figure: Path | None, lang: str) -> None:
    """Print the system of a case of a scenario, and draw it to a file."""
    scenario = read_scenario(file, lang, None)
    cases = {one.name: one for one in scenario.cases}
    if case is not None and case not in cases:
        refuse([said("no_case", lang, case=case, known=", ".join(cases))], lang, BAD_INPUT)
    shown = scenario.cases[0] if case is None else cases[case]
    title = (scenario.title_zh if lang == "zh" else "") or scenario.title or file.stem
    if len(cases) > 1:
        title = f"{shown.called(lang)} · {title}"
    _must_be_a_picture(figure, lang)
    typer.echo(title)
    typer.echo(str(shown.system))
    if len(cases) > 1:
        typer.echo(said("more_cases", lang, cases=", ".join(cases)))
    _draw(shown.system, title, figure, lang)


def _must_be_a_picture(figure: Path | None, lang: str) -> None:
    if figure is not None and figure.suffix.lower() not in PICTURES:
        refuse([said("no_picture", lang, file=figure, known=", ".join(PICTURES))], lang, BAD_INPUT)


def _draw(system: System, title: str, figure: Path | None, lang: str) -> None:
    """Draw a system to a file, if one is asked for."""
    if figure is None:
        return

    def draw(unfinished: Path) -> None:
        from .. import plot

        drawn: Any = plot.schematic(system, lang=lang, title=title).figure
        drawn.savefig(unfinished, format=figure.suffix[1:].lower())
        sys.modules["matplotlib.pyplot"].close(drawn)  # it would keep every figure to the end

    _write(figure, "--figure", draw, lang)


def _write_report(name: str, file: Path, lang: str) -> None:
    """Write the report of a lake to a file."""

    def write(unfinished: Path) -> None:
        from .. import report

        with progress_bar(name) as progress:
            report.write(name, unfinished, lang, progress)

    _write(file, "--report", write, lang)


def _write(file: Path, option: str, write: Callable[[Path], None], lang: str) -> None:
    """Let a file be written, in place of the old one, and only if all went well."""
    if not file.parent.is_dir():
        refuse([reported("no_folder", lang, option=option, folder=file.parent)], lang, BAD_INPUT)
    if file.is_dir():
        refuse([reported("is_a_folder", lang, option=option, file=file)], lang, BAD_INPUT)
    os.environ.setdefault("MPLBACKEND", "Agg")  # pictures go into the file, so that no screen is needed
    from ..result.core import replacing

    try:
        with heeding_interrupts() as heed, replacing(file) as unfinished:
            write(unfinished)
            heed()
    except OSError as fault:
        code = BAD_INPUT if isinstance(fault, PermissionError) else FAILED
        reason = fault.strerror or fault
        refuse([reported("file_not_written", lang, option=option, file=file, reason=reason)], lang, code)
    except KeyboardInterrupt:
        refuse([said("stopped", lang)], lang, FAILED)
    typer.echo(reported("file_written", lang, file=file))


def _origin(figure: Any) -> list[str]:
    return [" ".join(figure.source), figure.grade, figure.note]


def _past(past: Any) -> list[str]:
    """What a lake was, and by its side what it lost and was given back, area and storage."""

    def cell(key: str) -> str:
        value = getattr(past, key)
        return "" if value is None else f"{value / 1e6:.6g}"

    pairs = ([cell(f"{kind}_{key}") for key in ("area", "storage")] for kind in ("lost", "returned"))
    return [
        past.year,
        cell("area"),
        cell("storage"),
        *("; ".join(filter(None, pair)) for pair in pairs),
        *_origin(past),
    ]


def _point(point: Any) -> list[str]:
    numbers = [None if value is None else value / 1e6 for value in (point.area, point.storage)]
    cells = ["" if number is None else f"{number:.5g}" for number in numbers]
    within = "" if point.within is None else f"{point.within:.1%}"
    return [f"{point.level:.2f}", *cells, within, *_origin(point)]
