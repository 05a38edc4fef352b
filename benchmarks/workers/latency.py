"""Answers one row at a time, as often as it is asked to.

Run: `python -m benchmarks.workers.latency LIBRARY`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks import library
from benchmarks.protocol import Lines
from benchmarks.workloads import WORKLOADS, compiled


def main(name: str) -> None:
    """Answer `{"way": ..., "times": n}` with the seconds of each of `n` predictions."""
    channel = Lines.standard()
    model = compiled(WORKLOADS["mnist_mlp"], library.load(name))
    row = np.random.default_rng(0).random((1, 784), dtype="float32")
    ways: dict[str, Callable[[], object]] = {
        "predict": lambda: model.predict(row, verbose=0),
        "predict_on_batch": lambda: model.predict_on_batch(row),
        "model(x)": lambda: np.asarray(model(row)),
    }
    while (request := channel.receive()) is not None:
        predict = ways[request["way"]]
        channel.reply(seconds=[_timed(predict) for _ in range(request["times"])])


def _timed(predict: Callable[[], object]) -> float:
    start = time.perf_counter()
    predict()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(*sys.argv[1:])
