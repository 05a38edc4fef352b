"""A model is judged, and saved, with the averages of its weights."""

from __future__ import annotations

from typing import Any

from ppul.callbacks.base import Callback


class SwapEMAWeights(Callback):
    """Puts the averages that an optimizer with `use_ema=True` keeps in the place of the weights.

    They are there while the model is evaluated or asked for predictions; then the weights come back.

    Args:
        swap_on_epoch: Whether they are there between epochs too, for what other callbacks do then,
            such as a `ModelCheckpoint` after this one.

    Raises:
        ValueError: When a run begins, if the optimizer keeps no averages.

    Example:
        >>> SwapEMAWeights(swap_on_epoch=True).swap_on_epoch
        True
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._kept: list[Any] | None = None

    def on_train_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Look whether there will be averages; go on with the weights that are there."""
        self._pairs()
        self._kept = None

    def on_epoch_begin(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Go on with the weights."""
        self._put_back()

    def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
        """Show the averages, where asked."""
        if self.swap_on_epoch:
            self._put_averages()

    def on_test_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Judge the averages."""
        self._put_averages()

    def on_test_end(self, logs: dict[str, Any] | None = None) -> None:
        """Go on with the weights."""
        self._put_back()

    def on_predict_begin(self, logs: dict[str, Any] | None = None) -> None:
        """Predict with the averages."""
        self._put_averages()

    def on_predict_end(self, logs: dict[str, Any] | None = None) -> None:
        """Go on with the weights."""
        self._put_back()

    def _put_averages(self) -> None:
        pairs = self._pairs()
        self._kept = [weight.value for weight, _ in pairs]
        for weight, average in pairs:
            weight.assign(average.value)

    def _put_back(self) -> None:
        if self._kept is None:
            return
        for (weight, _), value in zip(self._pairs(), self._kept, strict=True):
            weight.assign(value)
        self._kept = None

    def _pairs(self) -> list[Any]:
        """Weights and their averages; none before the first step."""
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        if not optimizer.use_ema:
            raise ValueError(
                f"SwapEMAWeights: the optimizer '{optimizer.name}' keeps no averages of the weights. "
                "Make it with `use_ema=True`."
            )
        return list(optimizer._averages.items()) if optimizer.built else []
