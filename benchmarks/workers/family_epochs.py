"""Trains the network of one family of layers with one library, as many epochs as it is asked for.

Run: `python -m benchmarks.workers.family_epochs LIBRARY FAMILY [STEPS_PER_EXECUTION]`.
"""

from __future__ import annotations

import math
import sys

from benchmarks import library
from benchmarks.families import FAMILIES
from benchmarks.protocol import Lines, Pace

SAMPLES = 2000
# Ended by the other side, long before.
_EPOCHS = 1_000_000


def main(name: str, family_name: str, setting: str = "1") -> None:
    """Answer requests until there are none."""
    pace = Pace(Lines.standard())
    family = FAMILIES[family_name]
    x, y = family.data(SAMPLES)
    keras = library.load(name)

    class Paced(keras.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
            float(next(iter((logs or {}).values())))  # the epoch has ended when a figure is known
            if not pace.tick():
                self.model.stop_training = True

    model = family.build(keras)
    steps = math.ceil(SAMPLES / family.batch) if setting == "epoch" else int(setting)
    model.steps_per_execution = steps
    if pace.start():
        model.fit(x, y, batch_size=family.batch, epochs=_EPOCHS, verbose=0, callbacks=[Paced()])


if __name__ == "__main__":
    main(*sys.argv[1:])
