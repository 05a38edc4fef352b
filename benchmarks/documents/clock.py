"""Put into a running document: times its parts and keeps their figures, in whatever library.

The program's source gets a call of `begin` before each part (`runs.instrumented`); what to
evaluate at the end of a part, and where to write, is in the file that `DOCUMENT_RUN` names.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

_wanted = json.loads(Path(os.environ["DOCUMENT_RUN"]).read_text())
_parts: list[dict[str, Any]] = []
_names: dict[str, Any] = {}
_started = time.perf_counter()


def begin(title: str, names: dict[str, Any]) -> None:
    """End the part before, and begin the next one with the seed of the run."""
    global _started  # noqa: PLW0603  (the one clock of the process)
    _end()
    _names.clear()
    _parts.append({"title": title})
    _seed()
    _names.update(globals_of=names)
    _started = time.perf_counter()


def _end() -> None:
    if not _parts:
        return
    part = _parts[-1]
    part["seconds"] = time.perf_counter() - _started
    names = _names["globals_of"]
    part["figures"] = {
        figure: eval(expression, names)  # noqa: S307 - the expressions are the catalogue's
        for figure, expression in _wanted["figures"].get(part["title"], {}).items()
    }


def _seed() -> None:
    """Seed the library that the program has imported; ppul where both are there."""
    for name in ("ppul", "keras"):
        if name in sys.modules:
            sys.modules[name].utils.set_random_seed(_wanted["seed"])
            return


@atexit.register
def _write() -> None:
    _end()
    Path(_wanted["results"]).write_text(json.dumps(_parts, default=float))
