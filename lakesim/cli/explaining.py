"""`lakesim explain`: what happened in a run and why, from the file of its result."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..labels import called, label, moment, said
from .shared import BAD_INPUT, Lang, Language, first_line, heading, refuse, table

if TYPE_CHECKING:
    import xarray as xr

    from ..result import Event, Events, Moment
    from ..scenario import Case


def explain(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A result (.nc) that `run` wrote.")],
    at: Annotated[
        str | None, typer.Option(help='How things stood at a time, such as 2020-07-12 or "2020-07-12 08:00".')
    ] = None,
    structure: Annotated[str | None, typer.Option(help="Name of a structure [all].")] = None,
    lang: Lang = Language.en,
) -> None:
    """Say what happened in a run and why: what moved, for which level, and which rule lost."""
    from ..result import moment_at, read_events
    from ..series.reading import instant

    case, data = _result(file, lang)
    names = [one.name for one in case.system.structures]
    if structure is not None and structure not in names:
        refuse([said("no_structure", lang, structure=repr(structure), known=", ".join(names) or "–")], lang, BAD_INPUT)
    try:
        events = read_events(data, case.system)
    except ValueError as fault:
        refuse([said("no_result", lang, file=file, reason=fault)], lang, BAD_INPUT)
    chosen = events if structure is None else events.of(structure=structure)
    start, end = (moment(time) for time in data["time"].values[[0, -1]])
    if at is None:
        key = "events_of" if chosen else "no_events" if structure is None else "no_events_of"
        values = {"case": case.called(lang), "structure": structure, "start": start, "end": end}
        typer.echo(said(key, lang, count=len(chosen), **values))
        _tell_events(chosen, lang)
        return
    try:
        time = instant(at)
    except ValueError as fault:
        refuse([f"--at: {first_line(fault)}"], lang, BAD_INPUT)
    try:
        now = moment_at(data, case.system, events, time)
    except ValueError:
        refuse([said("outside_the_run", lang, time=moment(time), start=start, end=end)], lang, BAD_INPUT)
    key = "at_output" if now.time == time else "at_nearest_output"
    typer.echo(said(key, lang, case=case.called(lang), time=moment(now.time), asked=moment(time)))
    _tell_moment(now, names if structure is None else [structure], lang)
    later = [event for event in chosen if now.time < event.time <= time]
    if later:
        heading(said("since_then", lang, asked=moment(time)))
        _tell_sentences(later, lang)


def _tell_events(events: Events, lang: str) -> None:
    """What happened, month by month."""
    for month, of_month in groupby(events, key=lambda event: event.time.astype("datetime64[M]")):
        heading(str(month))
        _tell_sentences(of_month, lang)


def _tell_sentences(events: Iterable[Event], lang: str) -> None:
    for event in events:
        typer.echo(f"  {event.sentence(lang)}")


def _tell_moment(now: Moment, names: list[str], lang: str) -> None:
    """The levels of all waters, and how each of these structures stood and why."""
    levels = [[called(water, lang), f"{now.level(water.name):.2f}"] for water in now.system.waters]
    typer.echo()
    table([label("water", lang), f"{label('level', lang)} (m)"], levels, numbers={1})
    for name in names:
        heading("\n".join(now.told(name, lang)))


def _result(file: Path, lang: str) -> tuple[Case, xr.Dataset]:
    """The case and the dataset of a result; what is wrong with the file, and an exit, if it is none."""
    from ..result import read_netcdf
    from ..scenario import ScenarioError, read

    try:
        with file.open("rb") as content:
            first = content.read(3)
        wrong = "" if first == b"CDF" else "is_no_netcdf" if first else "is_empty"
    except OSError:
        wrong = "is_a_folder" if file.is_dir() else "no_file_there"
    if wrong:
        refuse([said("no_result", lang, file=file, reason=said(wrong, lang))], lang, BAD_INPUT)
    try:
        cases = {case.name: case for case in read(file).cases}
    except ScenarioError as fault:
        refuse(fault.faults, lang, BAD_INPUT)
    data = read_netcdf(file)
    name = data.attrs.get("case")
    if name not in cases:
        refuse([said("no_result", lang, file=file, reason=said("is_not_whole", lang))], lang, BAD_INPUT)
    return cases[name], data
