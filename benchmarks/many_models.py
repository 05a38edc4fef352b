"""Two hundred models of the same shape in one process: memory, programs compiled, time.

Run: `python -m benchmarks.many_models`.
"""

from __future__ import annotations

import sys
import tempfile
from statistics import median
from typing import Any

from benchmarks.command import Options, main, progress
from benchmarks.processes import Worker, WorkerError
from benchmarks.report import Answer, Table, number

# Keras compiles every model anew: fewer show it.
MODELS = {"ppul": 200, "keras": 40}
QUICK_MODELS = {"ppul": 40, "keras": 21}
# Memory is compared with what it was after this many.
_SETTLED = 20


def measure(options: Options) -> Answer:
    """Let each library build its models."""
    results: dict[str, list[dict[str, Any]]] = {}
    failures = []
    for name, count in (QUICK_MODELS if options.quick else MODELS).items():
        progress(f"many_models: {count} of {name}")
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
            own = {"KERAS_BACKEND": "jax", "PPUL_CACHE_DIR": folder, "KERAS_HOME": folder}
            with Worker("benchmarks.workers.models", (name,), own) as worker:
                try:
                    results[name] = worker.ask(models=count)["models"]
                except WorkerError as error:
                    failures.append(f"{name}: {error}")
    columns = ["models built and dropped", "how many"]
    columns += [f"MB after {_SETTLED}", "after last", "growth, %"]
    columns += ["compiled by first", "after first", "s, first", "s, median"]
    table = Table(
        "Many models in one process", columns, [_row(name, m) for name, m in results.items()]
    )
    return Answer("many_models", [table], results, failures)


def _row(name: str, models: list[dict[str, Any]]) -> list[str]:
    settled, last = models[_SETTLED - 1]["memory_mb"], models[-1]["memory_mb"]
    compiled = models[0]["compiles"]
    return [
        name,
        str(len(models)),
        number(settled),
        number(last),
        number(100 * (last / settled - 1)),
        str(compiled),
        str(models[-1]["compiles"] - compiled),
        number(models[0]["seconds"]),
        number(median(model["seconds"] for model in models[1:])),
    ]


if __name__ == "__main__":
    sys.exit(main(measure))
