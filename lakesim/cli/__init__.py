"""The command line: run, check, explain, lakes, show.

It exits with 0 when done, 2 for bad input (nothing is written then) and 1 for a run that failed or was stopped.
"""

from __future__ import annotations

import sys
import warnings
from typing import Annotated

import typer

from .explaining import explain
from .running import run
from .shared import progress_bar
from .showing import check, lakes, show

__all__ = ["app", "main", "progress_bar"]

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="Lakes and floods: a simulator with a water account that closes and a stated error.",
)

for command in (run, check, explain, lakes, show):
    app.command()(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        from .. import __version__

        typer.echo(f"lakesim {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


def main() -> None:
    """Run the command line; what a terminal cannot show, it shows as a question mark."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    warnings.showwarning = lambda message, *_: typer.echo(f"lakesim: {message}", err=True)
    app(prog_name="lakesim")
