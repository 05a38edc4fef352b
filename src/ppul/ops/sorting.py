"""Elements in order, and where they come in it."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.symbolic import unknown_size
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def sort(x: Tensor, axis: int | None = -1) -> Array:
    """Return the elements along an axis in increasing order; None sorts them all."""
    return jnp.sort(x, axis)


@op
def argsort(x: Tensor, axis: int | None = -1) -> Array:
    """Return the places of the elements in increasing order; equal ones stay as they are.

    Example:
        >>> argsort([3, 1, 2]).tolist()
        [1, 2, 0]
    """
    return jnp.argsort(x, axis)


@op
def argpartition(x: Tensor, kth: int, axis: int = -1) -> Array:
    """Return places in which element `kth` is where a sort puts it, smaller ones before it.

    Example:
        >>> order = argpartition([5, 3, 1, 2], 2)
        >>> order[2].item()
        1
    """
    return jnp.argpartition(x, kth, axis)


@op
def searchsorted(sorted_sequence: Tensor, values: Tensor, side: str = "left") -> Array:
    """Return where values would have to stand in a sorted vector.

    Args:
        sorted_sequence: An increasing vector.
        values: Any shape.
        side: "left": before equal ones; "right": behind them.

    Raises:
        ValueError: If it is no vector, or `side` no side.

    Example:
        >>> searchsorted([1, 2, 2, 3], [2, 9]).tolist()
        [1, 4]
    """
    one_of("searchsorted", "side", side, ("left", "right"))
    if sorted_sequence.ndim != 1:
        raise ValueError(
            "searchsorted: `sorted_sequence` must be a vector; got the shape "
            f"{sorted_sequence.shape}. For one sequence a row use `ops.vectorized_map`."
        )
    return jnp.searchsorted(sorted_sequence, values, side)


@op
def top_k(x: Tensor, k: int, sorted: bool = True) -> tuple[Array, Array]:  # noqa: ARG001
    """Return the `k` largest elements along the last axis, and their places.

    Args:
        x: Any shape.
        k: How many.
        sorted: Whether the largest comes first. (They always do.)

    Example:
        >>> [part.tolist() for part in top_k([3, 1, 2], 2)]
        [[3, 2], [0, 2]]
    """
    values, places = jax.lax.top_k(x, k)
    return values, places


@op
def in_top_k(targets: Tensor, predictions: Tensor, k: int) -> Array:
    """Return whether the predictions for the right classes are among the `k` largest.

    Args:
        targets: Class numbers, (n,).
        predictions: (n, classes). Equal ones are all among the largest, if one of them is.
        k: How many count.

    Returns:
        Booleans (n,); false where that prediction is NaN, or there is no such class.

    Example:
        >>> in_top_k([0, 0], [[0.1, 0.9], [0.6, 0.4]], k=1).tolist()
        [False, True]
    """
    right = jnp.take_along_axis(predictions, targets[:, None], axis=-1, mode="fill")
    better = jnp.sum(predictions > right, axis=-1)
    return (better < k) & ~jnp.isnan(right[:, 0])


@op
def unique(
    x: Tensor,
    sorted: bool = True,  # noqa: ARG001
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """Return each different element once, in increasing order.

    Args:
        x: Any shape.
        sorted: Whether the order matters. (It is always kept.)
        return_index: Whether to return where each comes first.
        return_inverse: Whether to return which of them each element of `x` is.
        return_counts: Whether to return how often each comes.
        axis: Axis along which slices are compared; None compares elements.
        size: How many to return; a compiled program must know it.
        fill_value: What fills up where there are fewer; the first one by default.

    Example:
        >>> [part.tolist() for part in unique([3, 1, 1], return_counts=True)]
        [[1, 3], [2, 1]]
    """
    return jnp.unique(
        x,
        return_index,
        return_inverse,
        return_counts,
        axis,
        size=unknown_size() if size is None else size,
        fill_value=fill_value,
    )
