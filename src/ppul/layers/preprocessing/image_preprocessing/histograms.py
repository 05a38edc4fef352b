"""Histograms of pictures."""

from __future__ import annotations

import jax
import jax.numpy as jnp

from ppul.core.types import Array


def histograms(levels: Array, bins: int) -> Array:
    """Return how often each number occurs in each row.

    Args:
        levels: Integers in [0, bins), (..., n).
        bins: Number of counts.

    Returns:
        Floats, (..., bins).

    Example:
        >>> histograms(jnp.array([[0, 2, 2]]), 3).tolist()
        [[1.0, 0.0, 2.0]]
    """
    rows = levels.reshape(-1, levels.shape[-1])
    counts = jax.vmap(lambda row: jnp.zeros(bins).at[row].add(1))(rows)
    return counts.reshape(*levels.shape[:-1], bins)


def looked_up(table: Array, levels: Array) -> Array:
    """Return what a table of each row has for its numbers.

    Args:
        table: (..., bins).
        levels: Integers in [0, bins), (..., n).

    Returns:
        (..., n).

    Example:
        >>> looked_up(jnp.array([[0.0, 10.0, 20.0]]), jnp.array([[2, 0]])).tolist()
        [[20.0, 0.0]]
    """
    return jnp.take_along_axis(table, levels, axis=-1)
