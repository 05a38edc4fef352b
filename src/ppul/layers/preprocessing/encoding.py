"""Category numbers as vectors: one-hot, multi-hot and counts."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental import sparse as jax_sparse

from ppul.core.types import Array

MODES = ("int", "one_hot", "multi_hot", "count")


def encode(
    numbers: Array | np.ndarray,
    mode: str,
    depth: int,
    dtype: Any,
    weights: Any = None,
    *,
    sparse: bool = False,
) -> Any:
    """Return category numbers in an output mode; numbers outside [0, depth) count as none.

    Args:
        numbers: Whole numbers: (n,) of one sample, or (batch, n, ...).
        mode: "int": the numbers themselves; "one_hot": a vector for each, where a last axis of
            size 1 goes; "multi_hot" and "count": one vector for all along the second axis, with
            ones, or with how often each occurs.
        depth: Number of categories.
        dtype: Dtype of the vectors.
        weights: What each number counts, of the shape of `numbers`.
        sparse: Whether the result is a sparse array of JAX's (BCOO).

    Example:
        >>> encode(jnp.array([[0, 2, 2]]), "count", 4, "float32").tolist()
        [[1.0, 0.0, 2.0, 0.0]]
    """
    if mode == "int":
        return jnp.asarray(numbers, "int32")
    if numbers.ndim == 0:
        numbers = numbers[None]
    if mode == "one_hot":
        if numbers.ndim == 1 or numbers.shape[-1] > 1:
            numbers = numbers[..., None]
    elif numbers.ndim > 1:
        xp: Any = np if isinstance(numbers, np.ndarray) else jnp
        numbers = xp.moveaxis(numbers, 1, -1)
    add = mode == "count"
    weights = weights if add else None
    if isinstance(numbers, np.ndarray):
        vectors = jnp.asarray(_of_array(numbers, depth, weights, add=add), dtype)
    else:
        vectors = _of_traced(numbers, depth, dtype, weights, add=add)
    return jax_sparse.BCOO.fromdense(vectors, nse=numbers.size) if sparse else vectors


def check_sparse(where: str, mode: str, sparse: bool) -> bool:
    """Return `sparse`, which only goes with vectors; a ValueError where there are none."""
    if sparse and mode == "int":
        raise ValueError(
            f"{where}: `sparse=True` goes with the output modes {', '.join(MODES[1:])}; got "
            f"output_mode={mode!r}."
        )
    return sparse


def _of_array(numbers: np.ndarray, depth: int, weights: Any, *, add: bool) -> np.ndarray:
    """One vector for all numbers of the last axis, of an array at hand."""
    rows = numbers.reshape(-1, numbers.shape[-1])
    inside = (rows >= 0) & (rows < depth)
    vectors = np.zeros((len(rows), depth), np.int32 if weights is None else np.float32)
    places = np.nonzero(inside)[0], rows[inside]
    if not add:
        vectors[places] = 1
    elif weights is None:
        np.add.at(vectors, places, 1)
    else:
        np.add.at(
            vectors, places, np.broadcast_to(weights, numbers.shape).reshape(rows.shape)[inside]
        )
    return vectors.reshape(*numbers.shape[:-1], depth)


def _of_traced(numbers: Any, depth: int, dtype: Any, weights: Any, *, add: bool) -> Array:
    """One vector for all numbers of the last axis, in a program."""
    if numbers.shape[-1] == 1 and weights is None:
        return jax.nn.one_hot(numbers[..., 0], depth, dtype=dtype)
    values = jnp.ones((), dtype) if weights is None else jnp.asarray(weights, dtype)
    values = jnp.broadcast_to(values, numbers.shape)
    # Behind the end, where what is put is dropped: below zero it would count from the end.
    places = jnp.where(numbers < 0, depth, numbers)

    def one(places: Array, values: Array) -> Array:
        vector = jnp.zeros((depth,), dtype).at[places]
        return vector.add(values, mode="drop") if add else vector.max(values, mode="drop")

    for _ in range(numbers.ndim - 1):
        one = jax.vmap(one)
    return one(places, values)
