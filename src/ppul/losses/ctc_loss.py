"""CTC: the loss of a sequence of labels without knowing when each of them comes."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.types import Array
from ppul.losses.base import LossFunctionWrapper
from ppul.losses.shapes import as_float
from ppul.ops.nn.ctc import ctc_loss

MEAN = "sum_over_batch_size"


@op
def ctc(y_true: Any, y_pred: Any) -> Array:
    """Return -log of the probability of the labels, summed over all their paths.

    Args:
        y_true: Class numbers, (batch, labels); 0 stands for no label, behind the last.
        y_pred: Logits, (batch, steps, classes), class 0 for no label.

    Returns:
        One value a sample, (batch,).

    Raises:
        ValueError: If the shapes do not fit.

    Source:
        Graves et al., "Connectionist temporal classification", ICML 2006.

    Example:
        >>> ctc([[1, 0]], jnp.zeros((1, 2, 2))).round(3).tolist()
        [0.288]
    """
    y_pred, labels = as_float(y_pred), jnp.asarray(y_true).astype("int32")
    if labels.ndim != 2 or y_pred.ndim != 3 or labels.shape[0] != y_pred.shape[0]:
        raise ValueError(
            f"ctc: y_true has shape {labels.shape} and y_pred {y_pred.shape}. Give labels (batch, "
            "labels) and logits (batch, steps, classes)."
        )
    lengths = jnp.sum(labels != 0, axis=1)
    steps = jnp.full(labels.shape[:1], y_pred.shape[1], "int32")
    return ctc_loss(labels, y_pred, lengths, steps)


class CTC(LossFunctionWrapper):
    """The loss of sequences of labels without knowing when each of them comes.

    Args:
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(CTC()([[1, 0]], jnp.zeros((1, 2, 2))))
        0.288
    """

    def __init__(
        self, reduction: str | None = MEAN, name: str | None = "ctc", dtype: Any = None
    ) -> None:
        super().__init__(ctc, reduction, name, dtype)
