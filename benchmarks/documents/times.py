"""Each document's time, from its first line to its last, beside the same program in Keras.

Run: `PPUL_DATA_DIR=FOLDER python -m benchmarks.documents.times [--document 001] [--whole]`.

Both are cut to the same part of their epochs where the whole would take an hour; ppul runs with
what an earlier run left in its compile cache ("warm"), and without ("cold").
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from benchmarks import machine
from benchmarks.command import progress
from benchmarks.documents.catalogue import BY_NAME, Document
from benchmarks.documents.runs import groups, run
from benchmarks.report import Table, number, show

ROUNDS = 3


def measure(document: Document, rounds: int, cut: float) -> dict[str, dict[str, float]]:
    """Return the median seconds of each group of parts, in ppul cold and warm and in Keras."""
    seconds: dict[str, dict[str, list[float]]] = {}
    for turn in range(rounds):
        with tempfile.TemporaryDirectory() as cache:
            for way in ("cold", "warm", "keras"):
                progress(f"document {document.name}, round {turn + 1}: {way}")
                library = "keras" if way == "keras" else "ppul"
                parts = run(document, library, turn, cut, cache=Path(cache)).parts
                for name, _, titles in groups(document):
                    took = sum(parts[title]["seconds"] for title in titles)
                    seconds.setdefault(name, {}).setdefault(way, []).append(took)
    return {name: {w: median(t) for w, t in ways.items()} for name, ways in seconds.items()}


def rows(document: Document, times: dict[str, dict[str, float]]) -> list[list[str]]:
    """Return a row of the table for each group of parts."""
    return [
        [
            f"{document.name} {name}",
            *(number(times[name][way], " s") for way in ("cold", "warm", "keras")),
            number(times[name]["keras"] / times[name]["cold"]),
            number(times[name]["keras"] / times[name]["warm"]),
            f"{faster:g}",
        ]
        for name, faster, _ in groups(document)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the documents asked for and show the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--document", action="append", choices=BY_NAME)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--whole", action="store_true", help="all epochs")
    given = parser.parse_args(arguments)
    print(machine.line(machine.describe()), flush=True)
    found: list[list[str]] = []
    notes: list[str] = []
    for name in given.document or BY_NAME:
        document = BY_NAME[name]
        cut = 1.0 if given.whole else document.cut
        found += rows(document, measure(document, given.rounds, cut))
        if cut != 1:
            notes.append(f"{name}: {cut:.0%} of the epochs, in both")
    columns = ["seconds", "ppul, cold", "ppul, warm", "Keras on JAX"]
    columns += ["Keras : cold", "Keras : warm", "asked for"]
    show(Table("The documents beside the same programs in Keras", columns, found, notes))
    return 0


if __name__ == "__main__":
    sys.exit(main())
