"""One run of a document, in a process of its own: as it stands under `ppul run`, or in Keras."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.documents.catalogue import Document
from benchmarks.processes import ROOT, WorkerError, clean_environment, last_words

PROGRAMS = ROOT / "examples" / "documents"
HERE = Path(__file__).parent
_EPOCHS = re.compile(r"\bepochs\s*=\s*(\d+)")
_PART = "# part: "
_KERAS = {"KERAS_BACKEND": "jax", "MPLBACKEND": "Agg"}


@dataclass
class Run:
    """What a run gave.

    Args:
        parts: Seconds and figures of each part, by its title.
        output: What it printed.
        notes: What it said on stderr.
    """

    parts: dict[str, dict[str, Any]]
    output: str
    notes: str


def run(
    document: Document,
    library: str,
    seed: int = 0,
    cut: float = 1.0,
    folder: Path | None = None,
    cache: Path | None = None,
) -> Run:
    """Run a document from its first line to its last.

    Args:
        document: Which.
        library: "ppul", under `ppul run`, or "keras", translated by hand.
        seed: Seed of each of its parts.
        cut: The part of its epochs that it trains for.
        folder: Where it works and leaves its files; a temporary one by default.
        cache: Where ppul keeps compiled programs; the user's own folder by default.

    Returns:
        What it gave.

    Raises:
        WorkerError: If it does not end well, or there are no data.
    """
    data = os.environ.get("PPUL_DATA_DIR")
    if not data:
        raise WorkerError("the documents need real data: set PPUL_DATA_DIR to their folder")
    if folder is None:
        with tempfile.TemporaryDirectory() as temporary:
            return run(document, library, seed, cut, Path(temporary), cache)
    file = f"{document.name}.py"
    if library == "ppul":
        source, command = (PROGRAMS / file).read_text(), [str(_command()), "run", file]
        starts = {part.title: part.start for part in document.parts}
    else:
        source, command = (HERE / "keras3" / file).read_text(), [sys.executable, file]
        starts = {part.title: _PART + part.title for part in document.parts}
    (folder / file).write_text(shortened(instrumented(source, starts), cut))
    own = {"PPUL_DATA_DIR": str(Path(data).resolve())}
    if cache is not None:
        own["PPUL_CACHE_DIR"] = str(cache)
    if library == "keras":
        own |= _KERAS
    return _observed(command, document, own, seed, folder)


def instrumented(source: str, starts: Mapping[str, str]) -> str:
    r"""Return a program that tells the clock where its parts begin.

    Args:
        source: The program.
        starts: How the first line of each part begins, by its title, in their order; an empty one
            is the first line that is neither empty nor a comment.

    Raises:
        ValueError: If a part is not found.

    Example:
        >>> print(instrumented("a = 1\nb = 2", {"A": "", "B": "b"}))
        import clock; clock.begin('A', globals())
        a = 1
        import clock; clock.begin('B', globals())
        b = 2
    """
    lines: list[str] = []
    wanted = iter(starts.items())
    title, start = next(wanted)
    for line in source.splitlines():
        if title is not None and _begins(line, start):
            lines.append(f"import clock; clock.begin({title!r}, globals())")
            title, start = next(wanted, (None, ""))
        lines.append(line)
    if title is not None:
        raise ValueError(f"The part {title!r}, which begins with {start!r}, is not in the program.")
    return "\n".join(lines)


def shortened(source: str, cut: float) -> str:
    """Return a program that trains for a part of its epochs, for one at least.

    Example:
        >>> shortened("fit(x, epochs=30)", 0.1)
        'fit(x, epochs=3)'
    """
    return _EPOCHS.sub(lambda found: f"epochs={max(1, round(int(found[1]) * cut))}", source)


def _begins(line: str, start: str) -> bool:
    if start:
        return line.startswith(start)
    return bool(line.strip()) and not line.startswith("#")


def _observed(
    command: list[str], document: Document, own: dict[str, str], seed: int, folder: Path
) -> Run:
    results, wanted = folder / "results.json", folder / "wanted.json"
    figures = {
        part.title: {figure.name: figure.expression for figure in part.figures}
        for part in document.parts
    }
    if document.curves is not None:
        figures[document.parts[0].title]["curves"] = document.curves
    wanted.write_text(json.dumps({"seed": seed, "results": str(results), "figures": figures}))
    environment = clean_environment(os.environ, own | {"DOCUMENT_RUN": str(wanted)})
    environment["PYTHONPATH"] = os.pathsep.join([str(HERE), str(HERE / "keras3")])
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode or not results.is_file():
        said = last_words([line for line in done.stderr.splitlines() if line.strip()])
        raise WorkerError(f"document {document.name}, {' '.join(command)}: {said}")
    parts = {part.pop("title"): part for part in json.loads(results.read_text())}
    return Run(parts, done.stdout, done.stderr)


def groups(document: Document) -> Iterator[tuple[str, float, list[str]]]:
    """Yield what is timed: its name, how many times faster it must be, the titles of its parts."""
    found: dict[str, list[str]] = {}
    faster: dict[str, float] = {}
    for part in document.parts:
        if part.faster is not None:
            name = part.group or part.title
            found.setdefault(name, []).append(part.title)
            faster[name] = part.faster
    for name, titles in found.items():
        yield name, faster[name], titles


def _command() -> Path:
    return Path(sys.executable).with_name("ppul")
