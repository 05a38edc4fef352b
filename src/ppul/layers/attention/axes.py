"""Attention over several axes, or over some only, brought to attention over one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.types import Array


class AttentionAxes:
    """Which axes of the inputs attention runs over; each place on the others has its own.

    Args:
        where: The layer, for messages.
        axes: Numbers of those axes, from 1 (0 is the batch) to rank - 2 (the last holds features).
        rank: Rank of the inputs.

    Raises:
        ValueError: If a number is that of no such axis, or stands there twice.

    Example:
        >>> rows = AttentionAxes("", [2], rank=4)
        >>> x = jnp.ones((5, 4, 3, 2, 1))  # batch, columns, rows, heads, features
        >>> rows.flat(x).shape, rows.unflat(rows.flat(x), x).shape
        ((20, 3, 2, 1), (5, 4, 3, 2, 1))
    """

    def __init__(self, where: str, axes: Iterable[int], rank: int) -> None:
        self.where = where
        self.over = tuple(axis + rank if axis < 0 else axis for axis in axes)
        inner = range(1, rank - 1)
        if not self.over or len(set(self.over)) < len(self.over) or not set(self.over) <= {*inner}:
            raise ValueError(
                f"{where}: `attention_axes` must be axes of an input of rank {rank}, from 1 to "
                f"{rank - 2}, each once; got {tuple(axes)}. Axis 0 is the batch, the last one holds "
                "the features."
            )
        self.free = tuple(axis for axis in inner if axis not in self.over)

    @property
    def is_one(self) -> bool:
        """Whether the inputs have no other axis than the one attention runs over."""
        return len(self.over) == 1 and not self.free

    def flat(self, x: Array) -> Array:
        """Return (batch, ..., heads, features) as (places, length, heads, features)."""
        x = jnp.transpose(x, self._order(x.ndim))
        places, length = x.shape[: 1 + len(self.free)], x.shape[1 + len(self.free) : -2]
        return x.reshape(math.prod(places), math.prod(length), *x.shape[-2:])

    def unflat(self, x: Array, query: Array) -> Array:
        """Return what `flat` made of a tensor with the axes of `query`, as it was."""
        order = self._order(query.ndim)
        x = x.reshape(*(query.shape[axis] for axis in order[:-2]), *x.shape[-2:])
        return jnp.transpose(x, np.argsort(order).tolist())

    def unflat_weights(self, weights: Array, query: Array, key: Array) -> Array:
        """Return (places, heads, queries, keys) with all axes that `query` and `key` have."""
        places, queries, keys = self._sizes(query, key)
        return weights.reshape(*places, weights.shape[1], *queries, *keys)

    def mask_of_keys(self, mask: Array) -> Array:
        """Return (..., keys) with axes for the queries."""
        return jnp.expand_dims(mask, tuple(range(mask.ndim - len(self.over), mask.ndim)))

    def mask_of_queries(self, mask: Array) -> Array:
        """Return (..., queries) with axes for the keys."""
        return jnp.expand_dims(mask, tuple(range(mask.ndim, mask.ndim + len(self.over))))

    def flat_mask(self, mask: Array, query: Array, key: Array) -> Array:
        """Return a mask that broadcasts to the weights, (places, heads, queries, keys).

        Args:
            mask: (batch, ..., heads, queries, keys); the heads, and axes before them from the last
                on, may be left out.
            query: (batch, ..., heads, features).
            key: (batch, ..., heads, features).

        Raises:
            ValueError: If it does not broadcast.
        """
        places, queries, keys = self._sizes(query, key)
        full = (*places, query.shape[-2], *queries, *keys)
        missing, inner = len(full) - mask.ndim, len(queries) + len(keys)
        shape = (
            *mask.shape[: mask.ndim - inner],
            *(1,) * missing,
            *mask.shape[mask.ndim - inner :],
        )
        pairs = zip(shape, full, strict=False)
        if mask.ndim < inner or missing < 0 or any(a not in (1, b) for a, b in pairs):
            raise ValueError(
                f"{self.where}: a mask of shape {mask.shape} does not fit attention weights of "
                f"shape {full}. Give (batch, queries, keys): {(*places, *queries, *keys)}."
            )
        mask = mask.reshape(shape).astype(bool)
        if self.is_one:
            return mask
        heads = shape[len(places)]
        mask = jnp.broadcast_to(mask, (*places, heads, *queries, *keys))
        return mask.reshape(math.prod(places), heads, math.prod(queries), math.prod(keys))

    def _order(self, rank: int) -> tuple[int, ...]:
        return (0, *self.free, *self.over, rank - 2, rank - 1)

    def _sizes(self, query: Array, key: Array) -> tuple[tuple[Any, ...], ...]:
        places = tuple(query.shape[axis] for axis in (0, *self.free))
        return places, *(tuple(x.shape[axis] for axis in self.over) for x in (query, key))
