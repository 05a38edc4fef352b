"""Run the documents and write docs/documents.md from what they give: `make documents`.

Run: `PPUL_DATA_DIR=FOLDER python -m benchmarks.documents [--document 001] [--only figures]`.

What was found is kept in docs/documents/results.json, so that one document can be run again
without the others.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import machine
from benchmarks.command import progress
from benchmarks.documents import times
from benchmarks.documents.catalogue import BY_NAME, Document
from benchmarks.documents.page import FILES, bound, holds, page, shown
from benchmarks.documents.runs import PROGRAMS, run
from benchmarks.processes import ROOT, last_words

DOCS = ROOT / "docs"
FOLDER = DOCS / "documents"
RESULTS = FOLDER / "results.json"
# As many lines of what a document prints are on the page, from its start and from its end.
_HEAD, _TAIL = 3, 12
_ANSI = re.compile(r"\x1b\[[0-9;]*m|[^\n]*\r")


def gather(document: Document) -> dict[str, Any]:
    """Run a document over its seeds; return its figures, times, pictures and words."""
    found: dict[str, Any] = {"runs": [], "pictures": {}, "said": []}
    for seed in range(document.seeds):
        progress(f"document {document.name}: seed {seed}")
        with tempfile.TemporaryDirectory() as folder:
            done = run(document, "ppul", seed, folder=Path(folder))
            if seed == 0:
                found["pictures"] = _pictures(document, Path(folder), done.parts)
                found["said"].append({"title": "prints", "text": _excerpt(done.output)})
            for part in done.parts.values():
                part["figures"].pop("curves", None)
            found["runs"].append(done.parts)
    found["said"] += CONTINUED.get(document.name, list)()
    return found


def timed(document: Document, rounds: int) -> dict[str, Any]:
    """Run a document beside the same program in Keras; return the times."""
    seconds = times.measure(document, rounds, document.cut)
    return {"times": {"rounds": rounds, "cut": document.cut, "seconds": seconds}}


def _pictures(document: Document, folder: Path, parts: dict[str, Any]) -> dict[str, list[str]]:
    """Copy what a run has shown into the docs, and draw its learning curves."""
    from ppul.reports.plots import plot_history

    for old in FOLDER.glob(f"{document.name}-*"):
        old.unlink()
    found: dict[str, list[str]] = {}
    for picture in sorted(folder.glob(f"{document.name}.figures/*.png")):
        name = f"{document.name}-{picture.name}"
        shutil.copyfile(picture, FOLDER / name)
        found.setdefault("pictures", []).append(name)
    logs, picture = folder / "my_logs", FOLDER / f"{document.name}-tensorboard.png"
    if logs.is_dir() and _photographed(logs, picture):
        found["tensorboard"] = [picture.name]
    curves = [part["figures"]["curves"] for part in parts.values() if "curves" in part["figures"]]
    if curves:
        name = f"{document.name}-curves.svg"
        plot_history(curves[-1], FOLDER / name)
        found["curves"] = [name]
    return found


def _photographed(logs: Path, picture: Path) -> bool:
    """Photograph TensorBoard's page of a run; where that cannot be, say why."""
    program = PROGRAMS / "tensorboard_page.py"
    command = [sys.executable, str(program), str(logs), str(picture)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        progress(f"no picture of TensorBoard's page: {last_words(done.stderr.splitlines())}")
    return not done.returncode


def _excerpt(output: str) -> str:
    lines = [line for line in _ANSI.sub("", output).splitlines() if line.strip()]
    if len(lines) > _HEAD + _TAIL:
        lines = [*lines[:_HEAD], "...", *lines[-_TAIL:]]
    return "\n".join(lines)


def _logic() -> list[dict[str, str]]:
    """Return what the neurons of document 002 say."""
    text = _said(["python", str(PROGRAMS / "threshold_logic.py")], ROOT)
    return [{"title": "logic", "text": text}]


def _photo() -> list[dict[str, str]]:
    """Return what a network trained on CIFAR-10 says of a larger picture of another format."""
    from PIL import Image

    from ppul.datasets import cifar10

    picture = cifar10.load_data()[1][0][0]
    train = "ppul train cifar10 --model mlp --epochs 10 --save cifar10.keras"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        Image.fromarray(picture).resize((400, 300)).save(folder / "photo.jpg", quality=95)
        shutil.copyfile(folder / "photo.jpg", FOLDER / "003-photo.jpg")
        _said(train.split(), folder)
        text = _said(["ppul", "predict", "cifar10.keras", "photo.jpg"], folder)
    return [{"title": "photo", "train": train, "text": text}]


def _digits() -> list[dict[str, str]]:
    """Return what document 004's network says of pictures, asked by a command."""
    pictures = sorted((ROOT / "examples" / "pictures").glob("*.*"))
    train = "ppul train mnist --model mlp --save mnist.keras"
    with tempfile.TemporaryDirectory() as name:
        _said(train.split(), Path(name))
        text = _said(["ppul", "predict", "mnist.keras", *map(str, pictures)], Path(name))
    asked = f"$ {train}\n$ ppul predict mnist.keras examples/pictures/*"
    return [{"title": "command", "text": f"{asked}\n{text}"}]


CONTINUED = {"002": _logic, "003": _photo, "004": _digits}


def _said(command: Sequence[str], folder: Path) -> str:
    """What a command prints, in a folder and a terminal of 80 columns."""
    program = Path(sys.executable).with_name(command[0])
    words = [str(program) if program.exists() else command[0], *command[1:]]
    environment = os.environ | {"COLUMNS": "80", "NO_COLOR": "1"}
    if "PPUL_DATA_DIR" in environment:
        environment["PPUL_DATA_DIR"] = str(Path(environment["PPUL_DATA_DIR"]).resolve())
    done = subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=True
    )
    return done.stdout


def _verdicts(document: Document, runs: list[dict[str, Any]]) -> list[str]:
    """Return a line for each figure, and "FAILED" where it is not what it must be."""
    lines = []
    for part in document.parts:
        for figure in part.figures:
            values = [found[part.title]["figures"][figure.name] for found in runs]
            verdict = "      " if holds(figure, values) else "FAILED"
            line = f"{verdict} {document.name} {part.title}, {figure.name}: {shown(values)}"
            lines.append(f"{line}  [{bound(figure)}]")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for, write the pages, tell what does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--document", action="append", choices=BY_NAME)
    parser.add_argument("--only", choices=("figures", "times"))
    parser.add_argument("--rounds", type=int, default=times.ROUNDS)
    given = parser.parse_args(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    kept = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {"documents": {}}
    lines: list[str] = []
    for name in given.document or BY_NAME:
        document = BY_NAME[name]
        found = {} if given.only == "times" else gather(document)
        found |= {} if given.only == "figures" else timed(document, given.rounds)
        known = kept["documents"][name] = kept["documents"].get(name, {}) | found
        kept["machine"] = machine.line(machine.describe())
        RESULTS.write_text(json.dumps(kept, indent=1, ensure_ascii=False, default=_plain))
        lines += _verdicts(document, known["runs"])
    for language, file in FILES.items():
        (DOCS / file).write_text(page(language, kept), encoding="utf-8")
    print("\n".join(lines))
    return int(any(line.startswith("FAILED") for line in lines))


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else str(value)


if __name__ == "__main__":
    sys.exit(main())
