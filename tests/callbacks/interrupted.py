"""A training that may be killed and run again: `python interrupted.py FOLDER`.

It says "training" on a line when an epoch has ended, and leaves FOLDER/result.npz when it is done.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

import ppul
from ppul import callbacks, layers

ROWS, FEATURES = 60, 4


def data() -> tuple[np.ndarray, np.ndarray]:
    """Noise that a network only learns by heart."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(ROWS, FEATURES)).astype("float32")
    return x, rng.normal(size=(ROWS, 1)).astype("float32")


def network() -> Any:
    """A network with random numbers in every step, and all kinds of variables."""
    model = ppul.Sequential(
        [
            ppul.Input((FEATURES,)),
            layers.Dense(8, "tanh"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(1),
        ]
    )
    model.compile(ppul.optimizers.Adam(0.002), "mse", metrics=["mae"])
    return model


def listeners(folder: Path, monitor: str = "val_loss", patience: int = 100) -> list[Any]:
    """Callbacks with memory, and those with files."""
    return [
        callbacks.EarlyStopping(monitor, patience=patience, restore_best_weights=True),
        callbacks.ReduceLROnPlateau(monitor, patience=patience // 5, factor=0.9),
        callbacks.ModelCheckpoint(folder / "best.keras", monitor, save_best_only=True),
        callbacks.CSVLogger(folder / "log.csv"),
    ]


def result(model: Any, history: Any) -> dict[str, np.ndarray]:
    """All that a training gives."""
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    values = {f"{i}": v.numpy() for i, v in enumerate(variables)}
    return values | {"history": np.array(json.dumps([history.history, history.epoch]))}


def main(folder: Path) -> None:
    said = []

    def say(epoch: int, logs: Any) -> None:
        if not said:
            print("training", flush=True)  # noqa: T201
            said.append(epoch)

    ppul.utils.set_random_seed(3)
    model = network()
    x, y = data()
    first, *others = listeners(folder)
    history = model.fit(
        *(x, y),
        batch_size=10,
        epochs=300,
        validation_split=0.3,
        verbose=0,
        callbacks=[
            first,
            callbacks.BackupAndRestore(folder / "backup"),
            *others,
            callbacks.LambdaCallback(on_epoch_end=say),
        ],
    )
    np.savez(folder / "result.npz", **result(model, history))  # type: ignore[arg-type]


if __name__ == "__main__":
    main(Path(sys.argv[1]))
