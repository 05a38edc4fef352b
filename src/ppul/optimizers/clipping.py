"""Limits on the size of gradients.

Source: Pascanu, Mikolov and Bengio 2013, arXiv:1211.5063.
"""

from __future__ import annotations

from collections.abc import Sequence

import jax.numpy as jnp

from ppul.core.checks import in_range
from ppul.core.types import Array

CLIPS = ("clipnorm", "clipvalue", "global_clipnorm")


def clip(
    gradients: Sequence[Array],
    clipnorm: float | None,
    clipvalue: float | None,
    global_clipnorm: float | None,
) -> list[Array]:
    """Return gradients within the one limit that is given; zero means none."""
    if not gradients:
        return []
    if clipnorm:
        return clip_by_norm(gradients, clipnorm)
    if global_clipnorm:
        return clip_by_global_norm(gradients, global_clipnorm)
    return clip_by_value(gradients, clipvalue) if clipvalue else list(gradients)


def check_clips(where: str, **limits: float | None) -> None:
    """Raise a ValueError if several limits are given, or one is negative."""
    given = {name: limit for name, limit in limits.items() if limit is not None}
    if len(given) > 1:
        raise ValueError(f"{where}: give one of {', '.join(limits)}; got {given}.")
    for name, limit in given.items():
        in_range(where, name, limit, 0.0, float("inf"))


def clip_by_value(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Return gradients with every element between `-limit` and `limit`.

    Example:
        >>> clip_by_value([jnp.array([-3.0, 0.5])], 1.0)[0].tolist()
        [-1.0, 0.5]
    """
    return [jnp.clip(g, -limit, limit) for g in gradients]


def clip_by_norm(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Return gradients, each shortened to a norm of at most `limit`.

    Example:
        >>> clip_by_norm([jnp.array([3.0, 4.0]), jnp.array([0.5])], 1.0)[0].tolist()
        [0.6000000238418579, 0.800000011920929]
    """
    # A factor, not a choice between arrays: one pass over memory.
    return [g * (limit / jnp.maximum(_norm([g]), limit)) for g in gradients]


def clip_by_global_norm(gradients: Sequence[Array], limit: float) -> list[Array]:
    """Return gradients, all shortened by one factor to a joint norm of at most `limit`.

    Example:
        >>> [g.tolist() for g in clip_by_global_norm([jnp.array([3.0]), jnp.array([4.0])], 2.5)]
        [[1.5], [2.0]]
    """
    norm = _norm(gradients)
    # One gradient that is not finite makes the whole step so: the others would be lost to zeros.
    factor = limit / jnp.maximum(norm, limit) + (norm - norm)
    return [g * factor.astype(g.dtype) for g in gradients]


def _norm(gradients: Sequence[Array]) -> Array:
    return jnp.sqrt(jnp.sum(jnp.stack([jnp.sum(jnp.square(g)) for g in gradients])))
