"""A script that reads a workload's arrays, trains its network and evaluates it on them.

Run: `python -m benchmarks.scripts.workload LIBRARY DATA_FOLDER WORKLOAD EPOCHS`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.scripts.parts import Parts


def main(name: str, folder: str, workload_name: str, epochs: str) -> None:
    """Import, train, evaluate, answer with the last value that `evaluate` returns."""
    parts = Parts()
    from benchmarks import library

    keras = library.load(name)
    parts.end("import")
    from benchmarks.data import load
    from benchmarks.workloads import WORKLOADS, compiled

    x, y = load(Path(folder))
    workload = WORKLOADS[workload_name]
    parts.end("data")

    model = compiled(workload, keras)
    parts.end("build")

    model.fit(x, y, batch_size=workload.batch, epochs=int(epochs), verbose=0)
    parts.end("fit")

    results = model.evaluate(x, y, verbose=0)
    parts.end("evaluate")
    parts.answer(results[-1] if isinstance(results, list) else results)


if __name__ == "__main__":
    main(*sys.argv[1:])
