"""The code of a notebook."""

from __future__ import annotations

import json
import linecache
from pathlib import Path


def cells_of(file: Path) -> list[tuple[str, bytes]]:
    """Return the code cells of a notebook in order, each with what to call it in tracebacks.

    Raises:
        OSError: If there is no such file.
        ValueError: If it is no notebook.
    """
    try:
        cells = json.loads(file.read_bytes())["cells"]
        sources = [_text(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError):
        raise ValueError(
            f"'{file}' is no notebook: it must be JSON with a list of `cells` (nbformat 4). Save it "
            "anew from Jupyter."
        ) from None
    named = [(f"{file}, cell {n}", text) for n, text in enumerate(sources, start=1)]
    for name, text in named:
        # No file has such a name, so a traceback must be told its lines.
        linecache.cache[name] = (len(text), None, text.splitlines(keepends=True), name)
    return [(name, text.encode()) for name, text in named]


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)
