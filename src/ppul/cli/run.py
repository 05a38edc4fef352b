"""`ppul run`: run a program that was written for an older Keras."""

from __future__ import annotations

from typing import Annotated

import typer


def run(
    script: Annotated[
        str, typer.Argument(metavar="SCRIPT", help="A script, notebook or, with -m, a module.")
    ],
    args: Annotated[
        list[str] | None, typer.Argument(metavar="ARGS", help="What is passed on to it.")
    ] = None,
    module: Annotated[
        bool, typer.Option("-m", help="SCRIPT is the name of a module.", show_default=False)
    ] = False,
    keras: Annotated[
        str | None,
        typer.Option(
            metavar="1|2|tf|3",
            help="The Keras it was written for. Recognised from the code by default.",
        ),
    ] = None,
) -> None:
    """Run a program that was written for an older Keras, as python would.

    In it, keras and tensorflow.keras are ppul, with the names and arguments they had. All that
    follows SCRIPT is the program's own.
    """
    from ppul.compat.run import run_module, run_script

    if module:
        run_module(script, args or [], keras)
    else:
        run_script(script, args or [], keras)
