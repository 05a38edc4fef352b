"""The model is saved in Orbax's format, in the background, while it is trained."""

from __future__ import annotations

import os
from typing import Any

import jax

from ppul.callbacks.checkpointing import Checkpointing
from ppul.core.checks import positive_int
from ppul.saving.orbax import OrbaxFolder


class OrbaxCheckpoint(Checkpointing):
    """Saves the model after epochs, or every so many steps, while training goes on.

    A folder has a numbered one for each time: the epoch, or how many steps were made; one that is
    not whole yet has another name. `ppul.saving.load_model(folder)` and `model.load_weights(folder)`
    take the last, or that of the path they are given. Needs the package orbax-checkpoint;
    `ModelCheckpoint` needs none.

    Args:
        directory: The folder; for the checkpoints of one training.
        monitor: The figure to watch.
        verbose: Whether to say what was saved.
        save_best_only: Whether to save only when the figure is better than ever.
        mode: "min", "max", or "auto": by the figure's name.
        save_freq: "epoch", or a number of steps.
        initial_value_threshold: The value to be better than at first.
        max_to_keep: How many of the last checkpoints are kept; None for all.
        save_on_background: Whether training goes on while files are written.
        save_weights_only: Whether to save weights alone, without optimizer and architecture.

    Raises:
        ImportError: If orbax-checkpoint is not installed.
        ValueError: If an argument is not one that can be; in training, if the folder has later
            checkpoints already.

    Example:
        >>> OrbaxCheckpoint("checkpoints", max_to_keep=3).max_to_keep  # doctest: +SKIP
        3
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
        max_to_keep: int | None = 1,
        save_on_background: bool = True,
        save_weights_only: bool = False,
    ) -> None:
        super().__init__(
            monitor,
            verbose,
            save_best_only,
            save_weights_only,
            mode,
            save_freq,
            initial_value_threshold,
        )
        self.directory = os.fspath(directory)
        if max_to_keep is not None:
            positive_int("OrbaxCheckpoint", "max_to_keep", max_to_keep)
        self.max_to_keep = max_to_keep
        self.save_on_background = save_on_background
        self._continued = False
        self._folder = OrbaxFolder(self.directory, max_to_keep, background=save_on_background)

    def is_multihost_enabled(self) -> bool:
        """Return whether several processes train the model together."""
        return jax.process_count() > 1

    def is_primary_host(self) -> bool:
        """Return whether this process is the first of those that train the model."""
        return jax.process_index() == 0

    def wait_until_finished(self) -> None:
        """Wait until all that was saved is whole."""
        self._folder.wait()

    def target(self, epoch: int, batch: int | None, logs: dict[str, Any] | None) -> int:
        """Return the number of the checkpoint."""
        return epoch if batch is None else self._steps

    def write(self, target: int) -> None:
        """Begin to save; a run that goes on from a backup keeps what it had saved already."""
        if not (self._continued and target in self._folder.steps()):
            self._folder.write(target, self.model, weights_only=self.save_weights_only)

    def set_state(self, state: dict[str, Any]) -> None:
        """Take back what it remembered of a run that goes on."""
        super().set_state(state)
        self._continued = True

    def on_train_end(self, logs: dict[str, Any] | None = None) -> None:
        """Wait until all checkpoints are whole."""
        self.wait_until_finished()
