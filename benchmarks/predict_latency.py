"""How long the prediction of one row takes, in a loop.

Run: `python -m benchmarks.predict_latency`.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import ExitStack
from statistics import median

from benchmarks import rounds
from benchmarks.command import Options, main, progress
from benchmarks.processes import Worker, WorkerError
from benchmarks.report import Answer, Table, number

LIBRARIES = ("ppul", "keras")
WAYS = ("predict", "predict_on_batch", "model(x)")
_WARM_UP = 5


def measure(options: Options) -> Answer:
    """Ask both libraries in turns, all ways."""
    round_count, times = (2, 20) if options.quick else (5, 100)
    seconds: dict[str, dict[str, list[float]]] = {way: {} for way in WAYS}
    failures = []
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, ExitStack() as stack:
        own = {"KERAS_BACKEND": "jax", "PPUL_CACHE_DIR": folder, "KERAS_HOME": folder}
        workers = {}
        for name in LIBRARIES:
            progress(f"predict_latency: {name}")
            worker = stack.enter_context(Worker("benchmarks.workers.latency", (name,), own))
            try:
                for way in WAYS:
                    worker.ask(way=way, times=_WARM_UP)
            except WorkerError as error:
                failures.append(f"{name}: {error}")
            else:
                workers[name] = worker
        for _ in range(round_count):
            for name, worker in workers.items():
                for way in WAYS:
                    visit = median(worker.ask(way=way, times=times)["seconds"])
                    seconds[way].setdefault(name, []).append(visit)
    table = Table("One row of MNIST MLP", ["ms", *LIBRARIES, "Keras : ppul"], _rows(seconds))
    return Answer("predict_latency", [table], {"seconds": seconds}, failures)


def _rows(seconds: dict[str, dict[str, list[float]]]) -> list[list[str]]:
    rows = []
    for way, visits in seconds.items():
        times = [number(1000 * median(visits[n]) if n in visits else None) for n in LIBRARIES]
        both = all(name in visits for name in LIBRARIES)
        rows.append(
            [way, *times, number(rounds.ratio(visits["keras"], visits["ppul"]) if both else None)]
        )
    return rows


if __name__ == "__main__":
    sys.exit(main(measure))
