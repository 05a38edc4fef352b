"""Which figure a callback watches, and when it has become better."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from ppul.core.checks import one_of, suggestion

MODES = ("auto", "min", "max")
# What the names of figures that should grow end in.
_GROWING = (
    "acc",
    "accuracy",
    "auc",
    "precision",
    "recall",
    "f1_score",
    "fbeta_score",
    "r2_score",
    "iou",
    "cosine_similarity",
    "true_positives",
    "true_negatives",
    "specificity_at_sensitivity",
    "sensitivity_at_specificity",
    "precision_at_recall",
    "recall_at_precision",
)


class Monitor:
    """Watches one figure of the logs.

    Args:
        owner: Name of the callback, for messages.
        figure: Name of the figure, such as "val_loss".
        mode: "min", "max", or "auto": by the figure's name.
        min_delta: Differences up to this are no improvement.

    Raises:
        ValueError: If `mode` is none of these.

    Example:
        >>> monitor = Monitor("EarlyStopping", "val_accuracy")
        >>> monitor.is_better(0.9, than=0.8), monitor.worst
        (True, -inf)
    """

    def __init__(self, owner: str, figure: str, mode: str = "auto", min_delta: float = 0.0) -> None:
        self.owner = owner
        self.figure = figure
        one_of(owner, "mode", mode, MODES)
        self.growing = figure.endswith(_GROWING) if mode == "auto" else mode == "max"
        self.min_delta = abs(min_delta)
        self._warned = False

    @property
    def worst(self) -> float:
        """A value that any other improves on."""
        return -math.inf if self.growing else math.inf

    @property
    def operator(self) -> Any:
        """The NumPy function that compares a value with an earlier one."""
        return np.greater if self.growing else np.less

    def is_better(self, value: float, than: float | None) -> bool:
        """Return whether a value improves on an earlier one."""
        if than is None:
            return True
        return value - self.min_delta > than if self.growing else value + self.min_delta < than

    def read(self, logs: Mapping[str, Any] | None) -> float | None:
        """Return the figure, or None with a warning where the logs do not have it."""
        value = (logs or {}).get(self.figure)
        if value is None and not self._warned:
            self._warned = True
            known = sorted(logs or {})
            warnings.warn(
                f"{self.owner}: there is no figure {self.figure!r} to watch; this epoch has "
                f"{', '.join(known) or 'none'}.{suggestion(self.figure, known)} Figures that begin "
                "with 'val_' need validation data.",
                stacklevel=2,
            )
        return value
