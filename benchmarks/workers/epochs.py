"""Trains one workload with one peer, as many epochs at a time as it is asked for.

Run: `python -m benchmarks.workers.epochs PEER WORKLOAD DATA_FOLDER [SETTING]`.

PEER is "ppul", "keras", "scikit-learn" or "floor"; SETTING is `steps_per_execution` or how the
floor is compiled.
"""

from __future__ import annotations

import math
import sys
from pathlib import Path
from typing import cast

import numpy as np

from benchmarks import data, floor, library
from benchmarks.protocol import Lines, Pace
from benchmarks.workloads import MLP, WORKLOADS, Workload, compiled

# Ended by the other side, long before.
_EPOCHS = 1_000_000


def train_library(
    pace: Pace, workload: Workload, x: np.ndarray, y: np.ndarray, name: str, setting: str
) -> None:
    """Train with ppul or Keras, in one `fit` that a callback holds and lets go."""
    keras = library.load(name)
    steps = math.ceil(len(x) / workload.batch) if setting == "epoch" else int(setting)

    class Paced(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            float((logs or {})["loss"])  # the epoch has ended when its loss is known
            if not pace.tick():
                self.model.stop_training = True

    model = compiled(workload, keras, steps)
    if pace.start():
        model.fit(x, y, batch_size=workload.batch, epochs=_EPOCHS, verbose=0, callbacks=[Paced()])


def train_scikit_learn(pace: Pace, workload: Workload, x: np.ndarray, y: np.ndarray) -> None:
    """Train scikit-learn's MLP: same layers, batch, solver and rate, no penalty."""
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    hidden, rate = cast("MLP", workload.mlp)
    arguments = {
        "hidden_layer_sizes": hidden,
        "solver": workload.optimizer,
        "learning_rate_init": rate,
        "batch_size": workload.batch,
        "alpha": 0.0,
        "momentum": 0.0,
    }
    regression = y.dtype.kind == "f" and y.shape[-1] == 1
    model = MLPRegressor(**arguments) if regression else MLPClassifier(**arguments)
    x = x.reshape(len(x), -1)
    target = y.ravel() if regression or y.ndim == 1 else y.argmax(axis=1)
    keywords = {} if regression else {"classes": np.arange(data.CLASSES)}
    going = pace.start()
    while going:
        model.partial_fit(x, target, **keywords)
        going = pace.tick()


def run_floor(pace: Pace, workload: Workload, samples: int, setting: str) -> None:
    """Run the floor's program, an epoch of full batches a call."""
    epoch = floor.program(workload, samples // workload.batch, setting)
    going = pace.start()
    while going:
        epoch()
        going = pace.tick()


def main(peer: str, workload_name: str, folder: str, setting: str = "1") -> None:
    """Answer requests until there are none."""
    pace = Pace(Lines.standard())
    workload = WORKLOADS[workload_name]
    x, y = data.load(Path(folder))
    if peer == "floor":
        run_floor(pace, workload, len(x), setting)
    elif peer == "scikit-learn":
        train_scikit_learn(pace, workload, x, y)
    else:
        train_library(pace, workload, x, y, peer, setting)


if __name__ == "__main__":
    main(*sys.argv[1:])
