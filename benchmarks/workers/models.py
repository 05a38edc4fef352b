"""Builds, compiles, fits and drops one model after another, all of the same shape.

Run: `python -m benchmarks.workers.models LIBRARY`.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Any

import jax
import numpy as np

from benchmarks import library
from benchmarks.protocol import Lines

_COMPILED = "/jax/core/compile/backend_compile_duration"


class Compiles:
    """Counts the programs that XLA is asked for from now on."""

    def __init__(self) -> None:
        self.count = 0
        jax.monitoring.register_event_duration_secs_listener(self._note)

    def _note(self, event: str, duration_secs: float, **_: Any) -> None:
        self.count += event == _COMPILED


def main(name: str) -> None:
    """Answer `{"models": n}` with memory, programs compiled so far and seconds of each of `n`."""
    channel = Lines.standard()
    keras = library.load(name)
    compiles = Compiles()
    random = np.random.default_rng(0)
    x = random.random((1_000, 64), dtype="float32")
    y = random.integers(0, 10, 1_000)
    while (request := channel.receive()) is not None:
        models = []
        for _ in range(request["models"]):
            start = time.perf_counter()
            fit_one(keras, x, y)
            seconds = time.perf_counter() - start
            models.append(
                {"seconds": seconds, "memory_mb": memory_mb(), "compiles": compiles.count}
            )
        channel.reply(models=models)


def fit_one(keras: Any, x: np.ndarray, y: np.ndarray) -> None:
    """Build, compile and fit a model; it is dropped on return."""
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=32, epochs=2, verbose=0)


def memory_mb() -> float:
    """Return the memory this process holds now; where the system does not say, the most so far."""
    statm = Path("/proc/self/statm")
    if statm.is_file():
        return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
    import resource

    scale = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale


if __name__ == "__main__":
    main(*sys.argv[1:])
