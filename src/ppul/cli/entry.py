"""The program `ppul`: hands what was typed to a command, and says what went wrong in one line."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from ppul._lazy import load

FAILED = 2


def main() -> None:
    """Do what the command line says."""
    command, *words = sys.argv[1:] or [""]
    if command == "run" and words and not words[0].startswith("-"):
        # Without options nothing is left to parse, and loading typer takes a third as long as JAX.
        with errors_in_one_line():
            load("ppul.compat.run").run_script(words[0], words[1:])
    else:
        from ppul.cli.main import app

        app()


@contextmanager
def errors_in_one_line() -> Iterator[None]:
    """Let a user's mistake end the program with one line; `PPUL_DEBUG=1` shows where it was."""
    try:
        yield
    except BrokenPipeError:
        raise
    except (OSError, TypeError, ValueError) as error:
        if os.environ.get("PPUL_DEBUG", "0") != "0":
            raise
        sys.stderr.write(f"ppul: {_one_line(error)}\n")
        raise SystemExit(FAILED) from None


def _one_line(error: Exception) -> str:
    """The message of an error, without the control characters that names in files may hold."""
    text = " ".join(str(error).split()) or type(error).__name__
    return "".join(c if c.isprintable() else "?" for c in text)
