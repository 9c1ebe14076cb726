"""The command line: run, check, lakes, show.

It exits with 0 when done, 2 for bad input (nothing is written then) and 1 for a run that failed or was stopped.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any, Literal, NoReturn

import typer

from .labels import label, said

if TYPE_CHECKING:
    from rich.console import Console

    from .result import Result
    from .scenario import Scenario

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Lakes and floods: a simulator with a water account that closes and a stated error.",
)

DONE, FAILED, BAD_INPUT = 0, 1, 2

WIDE = 160
"""Width of tables that go into a file or a pipe."""

NARROW = 100
"""Width of a terminal below which the heads of columns are broken."""

MOST_EVENTS = 3
"""Events of a case that are told; the files hold all."""

LONG = 1.0
"""Seconds after which work is long and shows its progress."""


class Language(StrEnum):
    """Languages of tables and figures."""

    en = "en"
    zh = "zh"


Lang = Annotated[Language, typer.Option(help="Language of tables and figures.")]


def _print_version(wanted: bool) -> None:
    if wanted:
        from . import __version__

        typer.echo(f"lakesim {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command()
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
    from .scenario.output import summary, write, writing
    from .simulation import SimulationError

    scenario = _read(file, lang, tolerance)
    folder = out or Path("results") / file.stem
    began = False
    try:
        with _heeding_interrupts() as heed, writing(folder) as hidden:
            began = True
            with _progress(scenario) as progress:
                results = scenario.run(progress)
            write(scenario, results, hidden)
            if figures:
                _draw(scenario, results, hidden, lang)
            rows = summary(scenario, results)
            files = sorted(path.name for path in hidden.iterdir())
            heed()
    except SimulationError as fault:
        _refuse([str(fault)], lang, FAILED)
    except ValueError as fault:
        _refuse([f"{file.name}: {fault}"], lang, BAD_INPUT)
    except OSError as fault:
        reason = fault.strerror or str(fault)
        key = "not_written" if began else "not_writable"
        _refuse([said(key, lang, folder=folder, reason=reason)], lang, FAILED if began else BAD_INPUT)
    except KeyboardInterrupt:
        _refuse([said("stopped", lang)], lang, FAILED)
    _tell(scenario, results, rows, lang)
    typer.echo(said("written", lang, folder=folder))
    for name in files:
        typer.echo(f"  {name}")


@app.command()
def check(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="A scenario (.toml), or a result (.nc).")] = None,
    lang: Lang = Language.en,
    explain: Annotated[bool, typer.Option("--explain", help="Print the file with every default filled in.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print the JSON schema of scenario files.")] = False,
) -> None:
    """Read a scenario without running it, and tell all its faults."""
    if schema:
        import json

        from .scenario.schema import schema as scenario_schema

        typer.echo(json.dumps(scenario_schema(), indent=1))
        return
    if file is None:
        _refuse([said("no_file", lang)], lang, BAD_INPUT)
    scenario = _read(file, lang, None)
    if explain:
        # A file is UTF-8, whatever the terminal speaks.
        typer.echo(scenario.explained().encode(), nl=False)
    else:
        typer.echo(said("sound", lang, file=file, cases=", ".join(case.name for case in scenario.cases)))


@app.command()
def lakes(lang: Lang = Language.en) -> None:
    """List the lakes of the catalogue."""
    from . import catalogue

    rows = []
    for name in catalogue.names():
        known = catalogue.entry(name)
        lake = known.lake()
        area, storage = (curve(lake.hypsometry.top) for curve in (lake.hypsometry.area, lake.hypsometry.storage))
        title = known.title_zh if lang == "zh" and known.title_zh else known.title
        made = label("reconstructed", lang) if lake.reconstructed else ""
        rows.append([name, title, f"{lake.hypsometry.top:.2f}", f"{area / 1e6:.4g}", f"{storage / 1e6:.4g}", made])
    heads = [label("name", lang), label("lake", lang), f"{label('top', lang)} (m)"]
    _table([*heads, f"{label('area', lang)} (km²)", f"{label('capacity', lang)} (10⁶ m³)", ""], rows, numbers={2, 3, 4})


@app.command()
def show(name: Annotated[str, typer.Argument(help="Name of a lake, see `lakes`.")], lang: Lang = Language.en) -> None:
    """Show what is known of a lake: its figures with source and grade, its curve, and what is not known."""
    from . import catalogue

    try:
        known = catalogue.entry(name)
    except ValueError as fault:
        _refuse([str(fault)], lang, BAD_INPUT)
    lake = known.lake()
    curve = known.hypsometry
    title = f"{known.title_zh} {known.title}" if lang == "zh" else f"{known.title} {known.title_zh}"
    typer.echo(title.strip())
    typer.echo(known.summary)
    for key, text in (("place", known.place), ("gauge", known.gauge), ("records", ", ".join(known.records))):
        if text:
            typer.echo(f"{said(key, lang)}: {text}")
    typer.echo(f"{label('datum', lang)}: {known.datum}")
    origin = [label("source", lang), label("grade", lang), label("note", lang)]
    figures = {"initial_level": known.initial_level, "level_pool_above": known.level_pool_above, **known.levels}
    _heading(said("levels", lang))
    _table(
        [label("level", lang), "m", *origin],
        [[label(key, lang), f"{figure.value:.2f}", *_origin(figure)] for key, figure in figures.items() if figure],
        numbers={1},
    )
    _heading(said("curve", lang))
    typer.echo(f"{label('grade', lang)} {curve.grade}; {' '.join(curve.source)}; {curve.note}")
    levels = lake.hypsometry.curve_level
    of = lake.hypsometry
    areas, storages = ([value(level) / 1e6 for level in levels] for value in (of.area, of.storage))
    _table(
        [f"{label('level', lang)} (m)", f"{label('area', lang)} (km²)", f"{label('capacity', lang)} (10⁶ m³)"],
        [[f"{z:.2f}", f"{a:.4g}", f"{v:.5g}"] for z, a, v in zip(levels, areas, storages, strict=True)],
        numbers={0, 1, 2},
    )
    if known.points:
        _heading(said("points", lang))
        heads = [f"{label('level', lang)} (m)", f"{label('area', lang)} (km²)", f"{label('capacity', lang)} (10⁶ m³)"]
        _table([*heads, said("within", lang), *origin], [_point(point) for point in known.points], numbers={0, 1, 2, 3})
    if known.facts:
        _heading(said("facts", lang))
        rows = [[fact.quantity, fact.value, fact.when, *_origin(fact)] for fact in known.facts]
        _table([said("quantity", lang), label("value", lang), label("time", lang), *origin], rows)
    _heading(said("unknown_figures", lang))
    for text in known.unknown:
        typer.echo(f"- {text}")
    _heading(said("sources", lang))
    for source in known.sources:
        typer.echo(f"[{source.id}] {source.citation}")


def _origin(figure: Any) -> list[str]:
    return [" ".join(figure.source), figure.grade, figure.note]


def _point(point: Any) -> list[str]:
    numbers = [None if value is None else value / 1e6 for value in (point.area, point.storage)]
    cells = ["" if number is None else f"{number:.5g}" for number in numbers]
    within = "" if point.within is None else f"{point.within:.1%}"
    return [f"{point.level:.2f}", *cells, within, *_origin(point)]


def _read(file: Path, lang: str, tolerance: str | None) -> Scenario:
    """The scenario of a file; all its faults, and an exit, if it has any."""
    from .scenario import ScenarioError, read
    from .units import to_si

    try:
        scenario = read(file)
        if tolerance is not None:
            with_unit = any(sign.isalpha() and sign not in "eE" for sign in tolerance)
            allowed = to_si(tolerance if with_unit else float(tolerance), "m")
            if not 1e-9 <= allowed <= 0.01:
                raise ValueError("is outside 1e-9 … 0.01 m; the default is 1e-6 m")
            scenario = scenario.changed(tolerance=allowed)
    except ScenarioError as fault:
        _refuse([said("faults", lang, count=len(fault.faults), file=file), *fault.faults], lang, BAD_INPUT)
    except ValueError as fault:
        _refuse([f"--tolerance: {tolerance!r}: {_first_line(fault)}"], lang, BAD_INPUT)
    for note in scenario.notes:
        typer.echo(f"{said('note', lang)}: {note}", err=True)
    return scenario


def _refuse(lines: Iterable[str], lang: str, code: int) -> NoReturn:
    """Say what is wrong, and that nothing was written, and exit."""
    for line in lines:
        typer.echo(line, err=True)
    typer.echo(said("nothing_written", lang), err=True)
    raise typer.Exit(code)


def _tell(scenario: Scenario, results: Mapping[str, Result], rows: list[dict[str, Any]], lang: str) -> None:
    """The table of the cases, what it is worth, and what happened."""
    title = (scenario.title_zh if lang == "zh" else "") or scenario.title
    if title:
        typer.echo(title)
    water = scenario.system[scenario.water]
    typer.echo(said("summary_of", lang, water=(water.title_zh if lang == "zh" else "") or water.title or water.name))
    for check in dict.fromkeys(result.check for result in results.values() if result.check):
        of = ", ".join(case.called(lang) for case in scenario.cases if results[case.name].check == check)
        typer.echo(f"{of}: {label('check', lang)} · {label(check, lang)} ({said(f'{check}_means', lang)})")
    if any(result.reconstructed for result in results.values()):
        typer.echo(label("reconstructed", lang))
    columns: dict[str, tuple[str, Callable[[Any], str]]] = {
        "peak_level_m": (label("peak_level_m", lang), "{:.2f}".format),
        "peak_time": (label("peak_time", lang), lambda text: str(text).replace("T", " ")[:16]),
        "hours_above_warning": (label("hours_above_warning", lang), "{:.1f}".format),
        "hours_above_guarantee": (label("hours_above_guarantee", lang), "{:.1f}".format),
        "flood_storage_m3": (f"{label('flood_storage', lang)} (10⁶ m³)", lambda value: f"{value / 1e6:.1f}"),
        "lockout_hours": (label("lockout_hours", lang), "{:.1f}".format),
        "low_water_days": (label("low_water_days", lang), "{:.1f}".format),
        "residual_relative": (label("residual_relative", lang), "{:.0e}".format),
        "numerical_error_m": (said("error_cm", lang), lambda value: f"{100.0 * value:.2g}"),
    }
    cases = {case.name: case.called(lang) for case in scenario.cases}
    known = {key: column for key, column in columns.items() if any(row[key] is not None for row in rows)}
    cells = [
        [cases[row["case"]], *("–" if row[key] is None else write(row[key]) for key, (_, write) in known.items())]
        for row in rows
    ]
    heads = [label("case", lang), *(head for head, _ in known.values())]
    _table(heads, cells, numbers={*range(1, len(heads))} - {2}, whole=range(len(heads)))
    for name, result in results.items():
        if result.events:
            typer.echo(said("events_of", lang, case=cases[name], count=len(result.events)))
            for event in result.events[:MOST_EVENTS]:
                typer.echo(f"  {event.sentence(lang)}")
            if len(result.events) > MOST_EVENTS:
                more = len(result.events) - MOST_EVENTS
                typer.echo(f"  {said('more_events', lang, count=more, file=f'{name}.nc')}")


def _draw(scenario: Scenario, results: Mapping[str, Result], folder: Path, lang: str) -> None:
    """The hydrograph of each case, and the curve of the lake."""
    os.environ.setdefault("MPLBACKEND", "Agg")  # figures go into files, so that no screen is needed
    from . import plot

    def keep(axes: Any, name: str) -> None:
        figure = axes[0].figure
        figure.savefig(folder / name)
        sys.modules["matplotlib.pyplot"].close(figure)  # it would keep every figure to the end

    for case in scenario.cases:
        title = case.called(lang)
        keep(plot.hydrograph(results[case.name], water=scenario.water, lang=lang, title=title), f"{case.name}.png")
    lake = scenario.system[scenario.water]
    keep(plot.storage_curve(lake, lang=lang), f"{lake.name}_curve.png")


@contextmanager
def _heeding_interrupts() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt if Ctrl-C came and a library called meanwhile swallowed it."""
    came = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        came.append(number)
        signal.default_int_handler(number, frame)

    def heed() -> None:
        if came:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    try:
        yield heed
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(scenario: Scenario) -> Iterator[Callable[[str, float], None] | None]:
    """What to tell the progress to: a bar on a terminal once the work is long, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    names = [case.name for case in scenario.cases]
    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task("", total=len(names))
    began = time.monotonic()

    def tell(name: str, part: float) -> None:
        if time.monotonic() - began > LONG:
            bar.start()
            bar.update(task, description=name, completed=names.index(name) + part)

    try:
        yield tell
    finally:
        bar.stop()


def _console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, markup=False, emoji=False)


def _heading(text: str) -> None:
    typer.echo(f"\n{text}")


def _table(heads: list[str], rows: list[list[str]], numbers: Collection[int] = (), whole: Collection[int] = ()) -> None:
    """Print a table; `numbers` are the columns to the right, `whole` those whose cells stay in one line."""
    from rich import box
    from rich.table import Table

    console = _console()
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    for place, head in enumerate(heads):
        cells = [row[place] for row in rows] if place in whole else []
        # Where there is little room, the words of the head stand below each other.
        least = max(map(len, (*cells, *head.split()))) if cells else None
        justify: Literal["left", "right"] = "right" if place in numbers else "left"
        most = least if console.width < NARROW else None
        table.add_column(head, justify=justify, overflow="fold", min_width=least, max_width=most)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _first_line(fault: ValueError) -> str:
    return str(fault).split("\n")[0]


def main() -> None:
    """Run the command line; what a terminal cannot show, it shows as a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    warnings.showwarning = lambda message, *_: typer.echo(f"lakesim: {message}", err=True)
    app(prog_name="lakesim")


if __name__ == "__main__":
    main()
