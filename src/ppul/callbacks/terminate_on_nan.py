"""Training ends when the loss is no number any more."""

from __future__ import annotations

import math
from typing import Any

from ppul.callbacks.base import Callback


class TerminateOnNaN(Callback):
    """Ends training when the loss is NaN or infinite.

    It looks when an epoch ends: a loss that was NaN in one step is NaN in the mean of the epoch, and
    looking at every step would cost more than the steps that are still made in vain.

    Example:
        >>> TerminateOnNaN().on_epoch_end(0, {"loss": 0.5})
    """

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the loss."""
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            print(f"Epoch {epoch + 1}: the loss is {loss}; training ends.")  # noqa: T201
            self.model.stop_training = True
