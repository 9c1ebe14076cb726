"""`lakesim run`: the cases of a scenario, their table, their files and figures."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..labels import called, label, said
from .shared import (
    BAD_INPUT,
    FAILED,
    Bar,
    Lang,
    Language,
    heeding_interrupts,
    progress_bar,
    read_scenario,
    refuse,
    table,
)

if TYPE_CHECKING:
    from ..result import Result
    from ..scenario import Scenario

MOST_EVENTS, MOST_CASES = 3, 3
"""Events of a case that are told, and cases up to which they are; the files hold all."""


def run(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A scenario (.toml), or a result (.nc) to repeat.")],
    out: Annotated[Path | None, typer.Option(help="Folder of the results [results/<name of FILE>].")] = None,
    lang: Lang = Language.en,
    figures: Annotated[bool, typer.Option("--figures/--no-figures", help="Whether to draw.")] = True,
    tolerance: Annotated[
        str | None, typer.Option(help='Error of a level allowed in one step, in m or as in "0.1 mm" [1e-6].')
    ] = None,
) -> None:
    """Run a scenario; write a summary, a CSV and a NetCDF file per case, and the figures."""
    from ..scenario.output import summary, write, writing
    from ..simulation import SimulationError

    scenario = read_scenario(file, lang, tolerance)
    folder = out or Path("results") / file.stem
    began = False
    try:
        with heeding_interrupts() as heed, writing(folder) as hidden:
            began = True
            with progress_bar() as bar:
                results = scenario.run(_by_case(scenario, bar) if bar else None)
            write(scenario, results, hidden)
            if figures:
                _draw(scenario, results, hidden, lang)
            rows = summary(scenario, results)
            files = sorted(path.name for path in hidden.iterdir())
            heed()
    except SimulationError as fault:
        refuse([str(fault)], lang, FAILED)
    except ValueError as fault:
        refuse([f"{file.name}: {fault}"], lang, BAD_INPUT)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        key = "not_written" if began else "not_writable"
        refuse([said(key, lang, folder=folder, reason=reason)], lang, FAILED if began else BAD_INPUT)
    except KeyboardInterrupt:
        refuse([said("stopped", lang)], lang, FAILED)
    _tell(scenario, results, rows, folder, lang)
    typer.echo(said("written", lang, folder=folder))
    for name in files:
        typer.echo(f"  {name}")


def _tell(
    scenario: Scenario, results: Mapping[str, Result], rows: list[dict[str, Any]], folder: Path, lang: str
) -> None:
    """The table of the cases, what it is worth, and what happened."""
    title = (scenario.title_zh if lang == "zh" else "") or scenario.title
    if title:
        typer.echo(title)
    water = scenario.system[scenario.water]
    typer.echo(said("summary_of", lang, water=called(water, lang)))
    for check in dict.fromkeys(result.check for result in results.values() if result.check):
        of = ", ".join(case.called(lang) for case in scenario.cases if results[case.name].check == check)
        typer.echo(f"{of}: {label('check', lang)} · {label(check, lang)} ({said(f'{check}_means', lang)})")
    if any(result.reconstructed for result in results.values()):
        typer.echo(label("reconstructed", lang))
    columns: dict[str, tuple[str, Callable[[dict[str, Any]], str]]] = {
        "peak_level_m": (label("peak_level_m", lang), "{peak_level_m:.2f}".format_map),
        "peak_time": (label("peak_time", lang), lambda row: row["peak_time"].replace("T", " ")[:16]),
        "hours_above_warning": (label("hours_above_warning", lang), "{hours_above_warning:.1f}".format_map),
        "hours_above_guarantee": (label("hours_above_guarantee", lang), "{hours_above_guarantee:.1f}".format_map),
        "flood_storage_m3": (
            f"{label('flood_storage', lang)} (10⁶ m³)",
            lambda row: f"{row['flood_storage_m3'] / 1e6:.1f}",
        ),
        "lockout_hours": (said("lockout", lang), "{lockout_hours:.1f} ({longest_lockout_hours:.1f})".format_map),
        "refill_date": (label("refill_date", lang), "{refill_date}".format_map),
        "low_water_days": (label("low_water_days", lang), "{low_water_days:.1f}".format_map),
        "residual_relative": (label("residual_relative", lang), "{residual_relative:.0e}".format_map),
        "numerical_error_m": (said("error_cm", lang), lambda row: f"{100.0 * row['numerical_error_m']:.2g}"),
    }
    cases = {case.name: case.called(lang) for case in scenario.cases}
    known = {key: column for key, column in columns.items() if any(row[key] is not None for row in rows)}
    cells = [
        [cases[row["case"]], *("–" if row[key] is None else write(row) for key, (_, write) in known.items())]
        for row in rows
    ]
    heads = [label("case", lang), *(head for head, _ in known.values())]
    table(heads, cells, numbers={*range(1, len(heads))} - {2}, whole=range(len(heads)))
    for name, result in results.items():
        events = [
            event for event in result.events if event.time > result.times[0]
        ]  # what holds from the start is no news
        told = MOST_EVENTS if len(results) <= MOST_CASES else 0
        if events:
            typer.echo(said("events_of", lang, case=cases[name], count=len(events)))
            for event in events[:told]:
                typer.echo(f"  {event.sentence(lang)}")
            if told and len(events) > told:
                typer.echo(f"  {said('more_events', lang, count=len(events) - told, file=folder / f'{name}.nc')}")
    if len(results) > MOST_CASES:
        typer.echo(said("explain_them", lang, file=folder / f"{next(iter(results))}.nc"))


def _draw(scenario: Scenario, results: Mapping[str, Result], folder: Path, lang: str) -> None:
    """The hydrograph of each case, and the curve of the lake."""
    os.environ.setdefault("MPLBACKEND", "Agg")  # figures go into files, so that no screen is needed
    from .. import plot

    def keep(axes: Any, name: str) -> None:
        figure = axes[0].figure
        figure.savefig(folder / name)
        sys.modules["matplotlib.pyplot"].close(figure)  # it would keep every figure to the end

    for case in scenario.cases:
        title = case.called(lang)
        keep(plot.hydrograph(results[case.name], water=scenario.water, lang=lang, title=title), f"{case.name}.png")
    lake = scenario.system[scenario.water]
    keep(plot.storage_curve(lake, lang=lang), f"{lake.name}_curve.png")


def _by_case(scenario: Scenario, bar: Bar) -> Callable[[str, float], None]:
    """What the progress of a scenario is told to: the case that runs, and all that is done."""
    names = [case.name for case in scenario.cases]
    return lambda name, part: bar((names.index(name) + part) / len(names), name)
