"""What the commands share: languages, exit codes, a progress bar; how they read a scenario, refuse, print tables."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Literal, NoReturn, Protocol

import typer

from ..labels import said

if TYPE_CHECKING:
    from rich.console import Console

    from ..scenario import Scenario

DONE, FAILED, BAD_INPUT = 0, 1, 2

WIDE = 160
"""Width of tables that go into a file or a pipe."""

NARROW = 100
"""Width of a terminal below which the heads of columns are broken."""


LONG = 1.0
"""Seconds after which work is long and shows its progress."""


class Bar(Protocol):
    """What progress is told to: the part (0 … 1) that is done, and what is being done."""

    def __call__(self, part: float, what: str = "", /) -> None:
        """Take note of the part that is done."""


class Language(StrEnum):
    """Languages of tables and figures."""

    en = "en"
    zh = "zh"


Lang = Annotated[Language, typer.Option(help="Language of tables and figures.")]


def read_scenario(file: Path, lang: str, tolerance: str | None) -> Scenario:
    """The scenario of a file; all its faults, and an exit, if it has any."""
    from ..scenario import ScenarioError, read
    from ..units import to_si

    try:
        scenario = read(file)
        if tolerance is not None:
            with_unit = any(sign.isalpha() and sign not in "eE" for sign in tolerance)
            allowed = to_si(tolerance if with_unit else float(tolerance), "m")
            if not 1e-9 <= allowed <= 0.01:
                raise ValueError("is outside 1e-9 … 0.01 m; the default is 1e-6 m")
            scenario = scenario.changed(tolerance=allowed)
    except ScenarioError as fault:
        refuse([said("faults", lang, count=len(fault.faults), file=file), *fault.faults], lang, BAD_INPUT)
    except ValueError as fault:
        refuse([f"--tolerance: {tolerance!r}: {first_line(fault)}"], lang, BAD_INPUT)
    for note in scenario.notes:
        typer.echo(f"{said('note', lang)}: {note}", err=True)
    return scenario


def refuse(lines: Iterable[str], lang: str, code: int) -> NoReturn:
    """Say what is wrong, and that nothing was written, and exit."""
    for line in lines:
        typer.echo(line, err=True)
    typer.echo(said("nothing_written", lang), err=True)
    raise typer.Exit(code)


@contextmanager
def progress_bar(what: str = "") -> Iterator[Bar | None]:
    """A bar on a terminal once work is long, for `progress=` of a run or a study; elsewhere there is none.

    Examples
    --------
    >>> from lakesim import Flood, Hypsometry, Lake, simulate
    >>> pond = Lake(name="pond", hypsometry=Hypsometry.prism(bottom=0, top=5, area="1 km2"), initial_level=1.0)
    >>> with progress_bar("pond") as progress:
    ...     result = simulate(pond, Flood(start="2020-07-01", end="2020-07-02"), progress=progress)
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import Progress

    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=1.0)
    began = time.monotonic()

    def tell(part: float, now: str = what, /) -> None:
        if time.monotonic() - began > LONG:
            bar.start()
            bar.update(task, description=now, completed=part)

    try:
        yield tell
    finally:
        bar.stop()


@contextmanager
def heeding_interrupts() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt if Ctrl-C came and a library called meanwhile swallowed it.

    Examples
    --------
    >>> with heeding_interrupts() as heed:
    ...     heed()  # before what is made replaces what was there
    """
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


def _console() -> Console:
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, markup=False, emoji=False)


def heading(text: str) -> None:
    """Print a line after an empty one."""
    typer.echo(f"\n{text}")


def table(heads: list[str], rows: list[list[str]], numbers: Collection[int] = (), whole: Collection[int] = ()) -> None:
    """Print a table; `numbers` are the columns to the right, `whole` those whose cells stay in one line."""
    from rich import box
    from rich.cells import cell_len
    from rich.table import Table

    console = _console()
    lines = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False)
    # Where there is little room, the words of the head stand below each other.
    least = {place: max(map(cell_len, (*(row[place] for row in rows), *heads[place].split()))) for place in whole}
    tight = console.width < max(NARROW, sum(least.values()) + 2 * len(least))
    for place, head in enumerate(heads):
        justify: Literal["left", "right"] = "right" if place in numbers else "left"
        narrowest = least.get(place)
        widest = narrowest if tight else None
        lines.add_column(head, justify=justify, overflow="fold", min_width=narrowest, max_width=widest)
    for row in rows:
        lines.add_row(*row)
    console.print(lines, crop=False)  # wide, rather than without its last columns


def first_line(fault: ValueError) -> str:
    """What an error says first."""
    return str(fault).split("\n")[0]
