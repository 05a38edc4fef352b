"""Seconds of a steady epoch of one network for each family of layers, ppul beside Keras on JAX.

Run: `python -m benchmarks.family_time [--family recurrent] [--quick]`.

Keras is measured at each `steps_per_execution`; after the first visit it keeps only those that may
be its best. The processes take turns: a round visits each once.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from statistics import median
from typing import Any

from benchmarks import rounds
from benchmarks.command import Options, main, progress
from benchmarks.families import FAMILIES, Family
from benchmarks.peers import KERAS_SETTINGS
from benchmarks.processes import Worker, WorkerError
from benchmarks.report import Answer, Table, number

_MODULE = "benchmarks.workers.family_epochs"
_PEERS = (("ppul", "1"), *(("keras", setting) for setting in KERAS_SETTINGS))

# By library and setting, the median epoch of each visit.
Visits = dict[str, dict[str, list[float]]]


def measure(options: Options) -> Answer:
    """Measure all families asked for."""
    round_count, visit_s = (2, 0.3) if options.quick else (5, 0.7)
    found: dict[str, Visits] = {}
    failures: list[str] = []
    for name in options.layer_families:
        found[name] = _time(FAMILIES[name], round_count, visit_s, failures)
        progress(" ".join(_row(FAMILIES[name], found[name])))
    columns = ["ms an epoch", "ppul", "Keras on JAX", "at steps", "Keras : ppul"]
    rows = [_row(FAMILIES[name], visits) for name, visits in found.items()]
    table = Table("A steady epoch of one network for each family of layers", columns, rows)
    return Answer("family_time", [table], {"visits_s": found}, failures)


def _time(family: Family, round_count: int, visit_s: float, failures: list[str]) -> Visits:
    visits: Visits = {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, ExitStack() as stack:
        own = {"PPUL_CACHE_DIR": folder, "KERAS_HOME": folder, "KERAS_BACKEND": "jax"}
        workers: dict[tuple[str, str], tuple[Worker, int]] = {}
        least: dict[str, float] = {}
        for library, setting in _PEERS:
            progress(f"{family.name}: {library} ({setting})")
            worker = stack.enter_context(Worker(_MODULE, (library, family.name, setting), own))
            try:
                worker.ask(epochs=1)
                epoch_s = min(worker.ask(epochs=2)["seconds"])
            except WorkerError as error:
                failures.append(f"{family.name}, {library} ({setting}): {error}")
                continue
            workers[library, setting] = (worker, rounds.epochs_for(epoch_s, visit_s))
            if library == "keras":
                least[setting] = epoch_s
        kept = {("ppul", "1"), *(("keras", setting) for setting in rounds.contenders(least))}
        for _ in range(round_count):
            for (library, setting), (worker, epochs) in workers.items():
                if (library, setting) in kept:
                    seconds = median(worker.ask(epochs=epochs)["seconds"])
                    visits.setdefault(library, {}).setdefault(setting, []).append(seconds)
    return visits


def _row(family: Family, visits: Visits) -> list[str]:
    best: dict[str, Any] = {name: rounds.fastest(settings) for name, settings in visits.items()}
    seconds = {name: visits[name][setting] for name, setting in best.items()}
    times = [number(1000 * median(seconds[n]) if n in seconds else None) for n in ("ppul", "keras")]
    ratio = rounds.ratio(seconds["keras"], seconds["ppul"]) if len(seconds) == 2 else None
    return [f"{family.name} ({family.title})", *times, best.get("keras", "-"), number(ratio)]


if __name__ == "__main__":
    sys.exit(main(measure))
