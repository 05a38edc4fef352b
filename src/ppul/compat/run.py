"""`ppul run`: a program for an older Keras, run as `python` would run it."""

from __future__ import annotations

import atexit
import builtins
import importlib.util
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

from ppul.compat import california, labels, numpy_names
from ppul.compat.figures import SavedFigures
from ppul.compat.importing import AfterImport
from ppul.compat.installation import Installation
from ppul.compat.magics import compiled
from ppul.compat.notebook import cells_of
from ppul.compat.notes import say
from ppul.compat.recognition import KERASES, recognise
from ppul.core.checks import one_of

_OURS = str(Path(__file__).parents[1])


@dataclass(frozen=True)
class Program:
    """Code to run as `__main__`.

    Args:
        file: Where it is.
        name: What `sys.argv[0]` is.
        parts: What it is called in tracebacks, and the code: one part, or the cells of a notebook.
        cells: Whether these are cells of a notebook.
        spec: Of a module that is run by its name.
    """

    file: Path
    name: str
    parts: Sequence[tuple[str, bytes]]
    cells: bool = False
    spec: ModuleSpec | None = None


def run_script(path: str, args: Sequence[str], keras: str | None = None) -> None:
    """Run a script, a notebook, or a folder with a `__main__.py`.

    Args:
        path: Its path, as the user wrote it.
        args: Its arguments.
        keras: Which Keras it is for: "1", "2", "tf" or "3"; recognised from the code by default.

    Raises:
        SystemExit: As the program ends.
        ValueError: If a notebook is none.
    """
    file = Path(path).absolute()
    file = file / "__main__.py" if file.is_dir() else file
    cells = file.suffix == ".ipynb"
    try:
        parts = cells_of(file) if cells else [(str(file), file.read_bytes())]
    except OSError as error:
        reason = f"[Errno {error.errno}] {error.strerror}"
        sys.stderr.write(f"ppul run: can't open file '{file}': {reason}\n")
        raise SystemExit(2) from None
    sys.path[0] = str(file.resolve().parent)
    if cells:
        # Their lines are in no file, where Python's own hook looks for them.
        sys.excepthook = traceback.print_exception
    _run(Program(file, path, parts, cells), args, keras)


def run_module(name: str, args: Sequence[str], keras: str | None = None) -> None:
    """Run a module by its name, or the `__main__` of a package, as `python -m` does.

    Args:
        name: The name.
        args: Its arguments.
        keras: Which Keras it is for.

    Raises:
        SystemExit: As the program ends.
    """
    sys.path[0] = str(Path.cwd())
    spec = _main_spec(name)
    if spec is None or spec.origin is None:
        raise SystemExit(f"ppul run: No module named {name}")
    file = Path(spec.origin)
    _run(Program(file, str(file), [(str(file), file.read_bytes())], spec=spec), args, keras)


def _main_spec(name: str) -> ModuleSpec | None:
    try:
        spec = importlib.util.find_spec(name)
    except ModuleNotFoundError:
        return None
    if spec is not None and spec.submodule_search_locations is not None:
        return _main_spec(f"{name}.__main__")
    return spec


def _run(program: Program, args: Sequence[str], keras: str | None) -> None:
    interrupted: list[BaseException] = []
    # What is registered first is called last: after the program's own.
    atexit.register(_end_as_interrupted, interrupted)
    _speak(program, keras)
    sys.argv[:] = [program.name, *args]
    main = _main_module(program)
    sys.modules["__main__"] = main
    try:
        for name, source in program.parts:
            for code in compiled(source, name, cell=program.cells):
                exec(code, vars(main))  # noqa: S102 - running the user's program is what it is for
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever it is, it ends the program
        _tell(error)
        if isinstance(error, KeyboardInterrupt):
            interrupted.append(error)
        raise SystemExit(1) from None


def _speak(program: Program, keras: str | None) -> None:
    """Let old names be known, in the manner of the Keras that the program is for."""
    if keras is not None:
        one_of("ppul run", "--keras", keras, KERASES)
    manner = recognise([source for _, source in program.parts], keras, program.file.parent)
    other = manner.against() if keras is not None else None
    if other is not None:
        say(
            f"--keras {keras} was asked for, but line {other.line} of {program.file.name} "
            f"({other.text}) is of Keras {' or '.join(other.kerases)}; leave the option out to have "
            "it recognised"
        )
    Installation(manner)
    shown = SavedFigures(program.file)
    AfterImport(
        {
            "matplotlib.pyplot": shown.put_right,
            "numpy": numpy_names.put_right,
            "sklearn.datasets": california.put_right,
            "sklearn.ensemble": labels.put_ensembles_right,
            "sklearn.metrics": labels.put_metrics_right,
        }
    ).start()


def _main_module(program: Program) -> ModuleType:
    main = ModuleType("__main__")
    vars(main).update(
        __builtins__=builtins,
        __cached__=None,
        __file__=str(program.file),
        __package__=program.spec.parent if program.spec else None,
        __spec__=program.spec,
    )
    return main


def _tell(error: BaseException) -> None:
    """Report an error as Python does, beginning with the program's own lines.

    The first frame is that of `_run`. The next is the program's, unless it could not be compiled.
    """
    frames = error.__traceback__.tb_next if error.__traceback__ else None
    if frames is not None and frames.tb_frame.f_code.co_filename.startswith(_OURS):
        frames = None
    sys.excepthook(type(error), error.with_traceback(frames), frames)


def _end_as_interrupted(interrupted: Sequence[BaseException]) -> None:
    """End by the signal itself after Ctrl-C, so that a shell's loop around the command ends too."""
    if interrupted and os.name == "posix":
        sys.stdout.flush()
        sys.stderr.flush()
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
