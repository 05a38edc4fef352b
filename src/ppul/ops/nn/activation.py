"""Activations whose defaults are not those of `ppul.activations`."""

from __future__ import annotations

import jax

from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def gelu(x: Tensor, approximate: bool = True) -> Array:
    """Return `x` times the normal distribution function of `x` (arXiv:1606.08415).

    Args:
        x: Any shape.
        approximate: Whether to approximate it by a tanh.

    Example:
        >>> gelu([1.0]).round(3).tolist()
        [0.841]
    """
    return jax.nn.gelu(x, approximate)
