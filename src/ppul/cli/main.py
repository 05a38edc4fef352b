"""The command `ppul`.

What a command needs is imported when it runs, so that `ppul --help` answers at once.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ppul import __version__
from ppul.cli.entry import errors_in_one_line
from ppul.cli.info import info
from ppul.cli.predict import predict
from ppul.cli.run import run
from ppul.cli.train import train


class Commands(TyperGroup):
    """Commands that say what went wrong in one line; `PPUL_DEBUG=1` shows where."""

    def invoke(self, ctx: Any) -> Any:
        with errors_in_one_line():
            return super().invoke(ctx)


app = typer.Typer(
    cls=Commands,
    help="Train networks, let them look at pictures, see what is in a model file, and run programs "
    "for older Keras.",
    epilog="Begin with: ppul train digits",
    no_args_is_help=True,
    rich_markup_mode=None,  # boxes take room from the words, and as long to load as all else
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command()(train)
app.command()(predict)
app.command()(info)
app.command(context_settings={"allow_interspersed_args": False})(run)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"ppul {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Take the options that stand before a command."""
