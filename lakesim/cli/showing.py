"""`lakesim check`, `lakes` and `show`: what is in a scenario file, and in the catalogue."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

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
    """List the lakes of the catalogue."""
    from .. import catalogue

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


def show(
    name: Annotated[str, typer.Argument(help="Name of a lake, see `lakes`.")],
    lang: Lang = Language.en,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write all of it, with an assessment, to a page.")
    ] = None,
) -> None:
    """Show what is known of a lake: its figures with source and grade, its curve, and what is not known."""
    from .. import catalogue

    try:
        known = catalogue.entry(name)
    except ValueError as fault:
        refuse([str(fault)], lang, BAD_INPUT)
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


def _write_report(name: str, file: Path, lang: str) -> None:
    """Write the report of a lake to a file."""
    if not file.parent.is_dir():
        refuse([reported("no_folder", lang, folder=file.parent)], lang, BAD_INPUT)
    if file.is_dir():
        refuse([reported("is_a_folder", lang, file=file, name=name)], lang, BAD_INPUT)
    os.environ.setdefault("MPLBACKEND", "Agg")  # its pictures go into the file, so that no screen is needed
    from ..result.core import replacing

    try:
        with heeding_interrupts() as heed, replacing(file) as unfinished:
            from .. import report

            with progress_bar(name) as progress:
                report.write(name, unfinished, lang, progress)
            heed()
    except OSError as fault:
        code = BAD_INPUT if isinstance(fault, PermissionError) else FAILED
        refuse([reported("file_not_written", lang, file=file, reason=fault.strerror or fault)], lang, code)
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
