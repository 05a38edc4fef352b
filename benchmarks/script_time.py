"""A whole script's time, from `python` to the answer.

Run: `python -m benchmarks.script_time`.

"cold" is with an empty compile cache, "warm" with what an earlier run left in it; Keras on JAX
keeps none unless it is told to.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import IO, cast

from benchmarks import rounds
from benchmarks.command import Options, main, progress
from benchmarks.processes import WorkerError, clean_environment, last_words
from benchmarks.report import Answer, Table, number
from benchmarks.workloads import WORKLOADS

RUNS = ("ppul, cold", "ppul, warm", "keras")


@dataclass(frozen=True)
class Script:
    """A program, and the workload whose arrays it trains on, if it does not bring its own."""

    title: str
    module: str
    workload: str | None = None
    epochs: int = 0

    def arguments(self, folder: Path) -> list[str]:
        """Return what the program is told after the library's name."""
        return [str(folder), self.workload, str(self.epochs)] if self.workload else []


SCRIPTS = {
    "digits": Script("Digits CNN, 30 epochs", "benchmarks.scripts.digits"),
    "california": Script(
        "California, 20 epochs", "benchmarks.scripts.workload", "california_mlp", epochs=20
    ),
    "mnist_mlp": Script(
        "MNIST MLP, 2 epochs", "benchmarks.scripts.workload", "mnist_mlp", epochs=2
    ),
}


@dataclass
class Run:
    """One run of a script: the whole, its parts, and what it answered."""

    seconds: float
    parts: dict[str, float] = field(default_factory=dict)
    answer: float = float("nan")


def measure(options: Options) -> Answer:
    """Run each script with both libraries in turns."""
    round_count = 1 if options.quick else 3
    results: dict[str, dict[str, list[Run]]] = {}
    failures: list[str] = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for name, script in SCRIPTS.items():
            data = Path(folder) / name
            data.mkdir()
            if script.workload is not None:
                WORKLOADS[script.workload].data().save(data)
            results[name] = time_script(name, data, round_count, failures)
    tables = [_summary(results), _parts(results)]
    figures = {
        script: {kind: [vars(run) for run in runs] for kind, runs in kinds.items()}
        for script, kinds in results.items()
    }
    return Answer("script_time", tables, figures, failures)


def time_script(
    script: str, folder: Path, round_count: int, failures: list[str]
) -> dict[str, list[Run]]:
    """Return the runs of one script by kind; a kind that fails once is left out."""
    results: dict[str, list[Run]] = {kind: [] for kind in RUNS}
    # The first round brings files into memory and fills the warm cache; it does not count.
    for number_of_round in range(round_count + 1):
        for kind in list(results):
            progress(f"script_time: {script}, {kind}, round {number_of_round} of {round_count}")
            try:
                run = run_script(script, kind, folder)
            except WorkerError as error:
                failures.append(f"{script}, {kind}: {error}")
                del results[kind]
            else:
                if number_of_round > 0:
                    results[kind].append(run)
    return results


def run_script(script: str, kind: str, folder: Path) -> Run:
    """Run a script once; the time is until its answer can be read.

    Raises:
        WorkerError: If it ends without an answer.
    """
    name, _, cache = kind.partition(", ")
    with tempfile.TemporaryDirectory(prefix="cache-", dir=folder) as empty:
        kept = folder / "cache"
        own = {
            "KERAS_BACKEND": "jax",
            "KERAS_HOME": str(folder),
            "PPUL_CACHE_DIR": empty if cache == "cold" else str(kept),
        }
        start = time.perf_counter()
        with subprocess.Popen(
            [
                sys.executable,
                "-m",
                SCRIPTS[script].module,
                name,
                *SCRIPTS[script].arguments(folder),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=clean_environment(os.environ, own),
        ) as process:
            line = cast("IO[str]", process.stdout).readline()
            seconds = time.perf_counter() - start
            _, errors = process.communicate()
    if not line:
        raise WorkerError(last_words(errors.strip().splitlines()))
    return Run(seconds, **json.loads(line))


def _summary(results: dict[str, dict[str, list[Run]]]) -> Table:
    columns = ["seconds", *RUNS, "Keras : cold", "Keras : warm"]
    rows = []
    for script, kinds in results.items():
        seconds = {kind: [run.seconds for run in runs] for kind, runs in kinds.items() if runs}
        times = [number(median(seconds[kind]) if kind in seconds else None) for kind in RUNS]
        ratios = [
            number(
                rounds.ratio(seconds["keras"], seconds[kind])
                if {"keras", kind} <= seconds.keys()
                else None
            )
            for kind in RUNS[:2]
        ]
        rows.append([SCRIPTS[script].title, *times, *ratios])
    return Table("From `python` to the answer", columns, rows)


def _parts(results: dict[str, dict[str, list[Run]]]) -> Table:
    names = list(
        dict.fromkeys(
            part
            for kinds in results.values()
            for runs in kinds.values()
            for run in runs
            for part in run.parts
        )
    )
    rows = [
        [f"{script}, {kind}", *(_part(runs, name) for name in names), _answers(runs)]
        for script, kinds in results.items()
        for kind, runs in kinds.items()
        if runs
    ]
    return Table("Its parts", ["seconds", *names, "answer"], rows)


def _part(runs: list[Run], name: str) -> str:
    return number(median(run.parts[name] for run in runs) if name in runs[0].parts else None)


def _answers(runs: list[Run]) -> str:
    return number(median(run.answer for run in runs))


if __name__ == "__main__":
    sys.exit(main(measure))
