"""Losses that bring embeddings of one class together, and those of different ones apart."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.types import Array
from ppul.losses.base import LossFunctionWrapper
from ppul.losses.shapes import as_float

MEAN = "sum_over_batch_size"


@op
def circle(
    y_true: Any,
    y_pred: Any,
    ref_labels: Any = None,
    ref_embeddings: Any = None,
    remove_diagonal: bool = True,
    gamma: float = 80,
    margin: float = 0.4,
) -> Array:
    """Return how little each embedding is nearer to those of its class than to all others.

    Args:
        y_true: Class numbers, (batch,) or (batch, 1).
        y_pred: Embeddings of length one, (batch, features).
        ref_labels: Class numbers of the embeddings it is compared with, (others,); `y_true` by
            default.
        ref_embeddings: Those embeddings, (others, features); `y_pred` by default.
        remove_diagonal: Whether an embedding is not compared with the one at its own place.
        gamma: Scale of the similarities.
        margin: How far from 1 the similarity of a class, and from 0 that of two, may be.

    Returns:
        One value a sample, (batch,); zero for one that has nothing of its class to be compared
        with.

    Raises:
        ValueError: If the shapes do not fit.

    Source:
        Sun et al., "Circle Loss", arXiv:2002.10857, equations 4 to 6.

    Example:
        >>> embeddings = [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
        >>> circle([0, 0, 1], embeddings, gamma=1).round(3).tolist()
        [0.546, 0.546, 0.0]
    """
    y_pred = as_float(y_pred)
    others = y_pred if ref_embeddings is None else as_float(ref_embeddings)
    own = _labels(y_true, y_pred)
    theirs = own if ref_labels is None else _labels(ref_labels, others)
    similar = y_pred @ others.T
    same = own[:, None] == theirs[None]
    near_ones = _others(same) if remove_diagonal else same
    near = gamma * jnp.maximum(1 + margin - similar, 0) * (1 - margin - similar)
    far = gamma * jnp.maximum(similar + margin, 0) * (similar - margin)
    total = _log_sum(near, near_ones) + _log_sum(far, ~same)
    return jnp.where(jnp.any(near_ones, axis=1), jax.nn.softplus(total), 0)


class Circle(LossFunctionWrapper):
    """How little embeddings are nearer to those of their class than to all others of the batch.

    Args:
        gamma: Scale of the similarities.
        margin: How far from 1 the similarity of a class, and from 0 that of two, may be.
        remove_diagonal: Whether an embedding is not compared with itself.
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(Circle(gamma=1.0)([0, 0, 1], [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
        0.546
    """

    def __init__(
        self,
        gamma: float = 80.0,
        margin: float = 0.4,
        remove_diagonal: bool = True,
        reduction: str | None = MEAN,
        name: str | None = "circle",
        dtype: Any = None,
    ) -> None:
        arguments = {"gamma": gamma, "margin": margin, "remove_diagonal": remove_diagonal}
        super().__init__(circle, reduction, name, dtype, **arguments)
        self.gamma, self.margin, self.remove_diagonal = gamma, margin, remove_diagonal

    def valid(self, y_true: Any, y_pred: Any) -> Array:
        """Return which samples have another of their class in the batch."""
        labels = _labels(y_true, y_pred)
        same = labels[:, None] == labels[None]
        return jnp.any(_others(same) if self.remove_diagonal else same, axis=1)


def _labels(labels: Any, embeddings: Array) -> Array:
    labels = jnp.asarray(labels)
    if embeddings.ndim != 2 or labels.size != embeddings.shape[0]:
        raise ValueError(
            f"circle: y_true has shape {labels.shape} and y_pred {embeddings.shape}; embeddings "
            "(batch, features) and a class number each were expected."
        )
    return labels.reshape(embeddings.shape[0])


def _others(same: Array) -> Array:
    """Which are of one class without each embedding itself."""
    return same & ~jnp.eye(*same.shape, dtype=bool)


def _log_sum(x: Array, counts: Array) -> Array:
    """The logarithm of the sum of exponentials of what counts, in each row."""
    return jax.nn.logsumexp(x, axis=1, where=counts)
