"""What `import ppul` costs beyond `import jax`, and what it imports.

Run: `python -m benchmarks.import_time`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from statistics import median

from benchmarks.command import Options, main, progress
from benchmarks.processes import clean_environment, last_words
from benchmarks.report import Answer, Table, number

MODULES = ("jax", "ppul", "keras")
# What DESIGN.md wants imported only where it is used, and whatever else is known to be slow.
HEAVY = (
    "PIL",
    "h5py",
    "keras",
    "matplotlib",
    "optax",
    "pandas",
    "rich",
    "scipy",
    "sklearn",
    "tensorflow",
    "torch",
    "typer",
)


def measure(options: Options) -> Answer:
    """Time the imports in turns, each in a new process."""
    seconds: dict[str, list[float]] = {name: [] for name in MODULES}
    failures = []
    for name in MODULES:  # the first import reads from the disk, and compiles to bytecode
        progress(f"import_time: {name}")
        if (error := run(f"import {name}")[1]) is not None:
            failures.append(f"import {name}: {error}")
            del seconds[name]
    for _ in range(3 if options.quick else 10):
        for name, times in seconds.items():
            times.append(run(f"import {name}")[0])
    loaded = {name: heavy_modules(name) for name in seconds}
    rows = [
        [
            name,
            number(median(times)),
            number(beyond(times, seconds["jax"])),
            " ".join(loaded[name]) or "none",
        ]
        for name, times in seconds.items()
    ]
    columns = ["import", "seconds", "beyond jax, s", "heavy modules"]
    table = Table("Import time, with the start of Python", columns, rows)
    return Answer("import_time", [table], {"seconds": seconds, "heavy": loaded}, failures)


def beyond(seconds: list[float], base: list[float]) -> float:
    """Return the median, over the rounds, of what one import takes longer than another."""
    return median(a - b for a, b in zip(seconds, base, strict=True))


def heavy_modules(name: str) -> list[str]:
    """Return which of `HEAVY` are imported by `import name`."""
    code = f"import sys, {name}; print(*(m for m in {HEAVY!r} if m in sys.modules))"
    output = subprocess.run(_command(code), env=_environment(), capture_output=True, check=True)
    return [module for module in output.stdout.decode().split() if module != name]


def run(code: str) -> tuple[float, str | None]:
    """Return the seconds of `python -c code`, and its error if it failed."""
    start = time.perf_counter()
    done = subprocess.run(_command(code), env=_environment(), capture_output=True, check=False)
    seconds = time.perf_counter() - start
    lines = done.stderr.decode().strip().splitlines()
    return seconds, last_words(lines) if done.returncode else None


def _command(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def _environment() -> dict[str, str]:
    return clean_environment(os.environ, {"KERAS_BACKEND": "jax"})


if __name__ == "__main__":
    sys.exit(main(measure))
