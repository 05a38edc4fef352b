"""The model is saved while it is trained."""

from __future__ import annotations

import os
from typing import Any

from ppul.callbacks.checkpointing import Checkpointing


class ModelCheckpoint(Checkpointing):
    """Saves the model after epochs, or every so many steps. A file is whole or not there.

    Args:
        filepath: Where to; may have fields: `{epoch:02d}`, `{batch}` and the names of figures, as
            `"{epoch:02d}-{val_loss:.2f}.keras"`.
        monitor: The figure to watch.
        verbose: Whether to say what was saved.
        save_best_only: Whether to save only when the figure is better than ever.
        save_weights_only: Whether to save weights alone.
        mode: "min", "max", or "auto": by the figure's name.
        save_freq: "epoch", or a number of steps.
        initial_value_threshold: The value to be better than at first.

    Raises:
        ValueError: If `save_freq` or `mode` is not one that can be.

    Example:
        >>> ModelCheckpoint("best.keras", save_best_only=True).monitor
        'val_loss'
    """

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: str | int = "epoch",
        initial_value_threshold: float | None = None,
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
        self.filepath = os.fspath(filepath)

    def target(self, epoch: int, batch: int | None, logs: dict[str, Any] | None) -> str:
        """Return the path, its fields filled in."""
        fields = dict(logs or {}) | {"epoch": epoch + 1}
        if batch is not None:
            fields["batch"] = batch + 1
        try:
            return self.filepath.format(**fields)
        except KeyError as error:
            raise KeyError(
                f"ModelCheckpoint: `filepath` {self.filepath!r} names {error}, which is not among "
                f"{sorted(fields)}."
            ) from None

    def write(self, target: str) -> None:
        """Write the file, its folder made if it is missing."""
        os.makedirs(os.path.dirname(target) or ".", exist_ok=True)  # noqa: PTH103, PTH120
        if self.save_weights_only:
            self.model.save_weights(target, overwrite=True)
        else:
            self.model.save(target, overwrite=True)
