"""A callback made of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ppul.callbacks.base import BATCH_EVENTS, Callback

_EVENTS = (
    "on_epoch_begin",
    "on_epoch_end",
    "on_train_begin",
    "on_train_end",
    "on_test_begin",
    "on_test_end",
    "on_predict_begin",
    "on_predict_end",
    *(event for events in BATCH_EVENTS.values() for event in events),
)


class LambdaCallback(Callback):
    """Calls functions at the events of a run.

    Args:
        on_epoch_begin: Function of `(epoch, logs)`.
        on_epoch_end: Function of `(epoch, logs)`.
        on_train_begin: Function of `logs`.
        on_train_end: Function of `logs`.
        on_train_batch_begin: Function of `(batch, logs)`.
        on_train_batch_end: Function of `(batch, logs)`.
        **kwargs: Functions for other events, by their names.

    Raises:
        TypeError: If a name is no event's.

    Example:
        >>> said = []
        >>> callback = LambdaCallback(on_epoch_end=lambda epoch, logs: said.append(epoch))
        >>> callback.on_epoch_end(3, {})
        >>> said
        [3]
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__()
        functions = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }
        unknown = sorted(set(functions) - set(_EVENTS))
        if unknown:
            raise TypeError(
                f"LambdaCallback: {', '.join(unknown)} is no event. Events are {', '.join(_EVENTS)}."
            )
        # An event that nobody listens to stays the base's, so that batches cost nothing.
        for event, function in functions.items():
            if function is not None:
                setattr(self, event, function)
