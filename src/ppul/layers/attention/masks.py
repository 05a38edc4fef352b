"""Which keys a query sees by their places in the sequence."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax

from ppul.core.types import Array


def places_seen(
    queries: Any, keys: Any, *, causal: bool = False, window: int | None = None
) -> Array:
    """Return which places a query sees from its own.

    Args:
        queries: Number of queries.
        keys: Number of keys.
        causal: Whether a query sees none behind its own place.
        window: If given, only keys less than so many places away are seen.

    Returns:
        Truth values, (queries, keys).

    Example:
        >>> places_seen(2, 3, causal=True).tolist()
        [[True, False, False], [True, True, False]]
        >>> places_seen(3, 3, window=1).tolist()
        [[True, False, False], [False, True, False], [False, False, True]]
    """
    own, other = (lax.broadcasted_iota(jnp.int32, (queries, keys), axis) for axis in (0, 1))
    seen = own >= other if causal else jnp.ones((queries, keys), bool)
    return seen if window is None else seen & (abs(own - other) < window)
