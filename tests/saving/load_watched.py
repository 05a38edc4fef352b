"""Load files while whatever reaches beyond them fails; print what came of each, as JSON.

A script: what `sys.addaudithook` installs cannot be removed. `load_watched.py FOLDER` first opens all
that a file may name and loads the files that are called `good.*`, as ppul imports its own modules
when they are first used; then it loads all others.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import ppul
from ppul.core import registry

FORBIDDEN = (
    *("compile", "exec", "import", "marshal.loads", "pickle.find_class", "ctypes.dlopen"),
    *("subprocess.Popen", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn"),
    *("os.remove", "os.rename", "os.mkdir", "os.symlink", "os.link", "os.truncate"),
    *("socket.__new__", "socket.connect", "socket.getaddrinfo", "urllib.Request"),
)
watched: Path | None = None
caught: list[str] = []


def watch(event: str, args: tuple[Any, ...]) -> None:
    if watched is None:
        return
    beyond = event == "open" and args[0] != str(watched)
    if beyond or event in FORBIDDEN:
        caught.append(f"{event} {args[:1]}")
        raise PermissionError(f"{event} while {watched} was loaded")


def load(path: Path) -> str:
    try:
        if path.name.endswith(".weights.h5"):
            model = ppul.Sequential([ppul.Input((4,)), ppul.layers.Dense(3, name="d")])
            model.load_weights(path)
        else:
            ppul.saving.load_model(path)
    except (TypeError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return "loaded"


def main(folder: Path) -> None:
    global watched  # noqa: PLW0603  (the hook reads it)
    for kind in registry.KINDS:
        module = importlib.import_module(f"ppul.{kind}")
        for name in module.__all__:
            getattr(module, name)
    found: dict[str, Any] = {}
    files = (path for path in folder.iterdir() if path.is_file())
    paths = sorted(files, key=lambda path: (not path.name.startswith("good"), path.name))
    sys.addaudithook(watch)
    for path in paths:
        watched = None if path.name.startswith("good") else path
        caught.clear()
        before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
        message = load(path)
        after, end = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
        watched = None
        found[path.name] = {
            "message": message,
            "caught": list(caught),
            "megabytes": (after - before) / 1024,
            "seconds": end - start,
        }
    print(json.dumps(found))  # noqa: T201
    sys.stdout.flush()
    # Nothing that runs at exit should be able to hide what was printed.
    os._exit(0)


if __name__ == "__main__":
    warnings.simplefilter("error")
    main(Path(sys.argv[1]))
