"""Training ends when the loss is no number any more."""

from __future__ import annotations

import math
from typing import Any

from ppul.callbacks.base import Callback


class TerminateOnNaN(Callback):
    """Ends training when the loss is NaN or infinite.

    It looks when an epoch ends: a loss that was NaN in one step is NaN in the mean of the epoch, and
    looking at every step would cost more than the steps that are still made in vain.

    Args:
        raise_error: Whether to end it by a `RuntimeError`, so that nothing is done that callbacks
            do when training ends well: a backup stays, say.

    Example:
        >>> TerminateOnNaN().on_epoch_end(0, {"loss": 0.5})
    """

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Look at the loss.

        Raises:
            RuntimeError: If it is no number and `raise_error` is true.
        """
        loss = (logs or {}).get("loss")
        if loss is not None and not math.isfinite(loss):
            if self.raise_error:
                raise RuntimeError(f"The loss is {loss} in epoch {epoch + 1}; training ends.")
            print(f"Epoch {epoch + 1}: the loss is {loss}; training ends.")  # noqa: T201
            self.model.stop_training = True
