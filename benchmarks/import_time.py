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

# What a program says first; ppul's names are resolved on first use, and JAX is imported then.
STATEMENTS = {
    "jax": "import jax",
    "ppul": "import ppul",
    "ppul, in use": "import ppul; ppul.Sequential, ppul.layers.Dense",
    "keras": "import keras",
}
# What DESIGN.md wants imported only where it is used, and whatever else is known to be slow.
HEAVY = (
    "PIL",
    "h5py",
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
    """Time the statements in turns, each in a new process."""
    seconds: dict[str, list[float]] = {}
    failures = []
    for name, statement in STATEMENTS.items():
        progress(f"import_time: {name}")
        # The first time reads from the disk and writes bytecode; it does not count.
        _, error = run(statement)
        if error is None:
            seconds[name] = []
        else:
            failures.append(f"{statement}: {error}")
    for _ in range(3 if options.quick else 10):
        for name, times in seconds.items():
            times.append(run(STATEMENTS[name])[0])
    loaded = {name: heavy_modules(STATEMENTS[name]) for name in seconds}
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
    """Return the median, over the rounds, of what one import takes longer than another.

    Example:
        >>> beyond([0.5, 0.9, 0.6], base=[0.4, 0.4, 0.4])
        0.2
    """
    return median(a - b for a, b in zip(seconds, base, strict=True))


def heavy_modules(statement: str) -> list[str]:
    """Return which of `HEAVY` are imported after `statement`.

    Example:
        >>> heavy_modules("import numpy")
        []
    """
    code = f"{statement}\nimport sys\nprint(*(m for m in {HEAVY!r} if m in sys.modules))"
    done = subprocess.run(_command(code), env=_environment(), capture_output=True, check=True)
    return done.stdout.decode().split()


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
