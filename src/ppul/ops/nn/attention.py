"""Attention."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def dot_product_attention(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    bias: Tensor | None = None,
    mask: Tensor | None = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Array:
    """Return for each query the mean of the values, weighted by how well their keys fit.

    Args:
        query: (batch, queries, heads, features).
        key: (batch, keys, heads, features), or a divisor of the heads, each for several.
        value: As `key`.
        bias: Added to the products of queries and keys: (batch, heads, queries, keys), with sizes
            of 1 where it is the same.
        mask: Booleans of such a shape, of fewer axes too: which keys a query sees.
        scale: Factor of the products; one over the root of the features by default.
        is_causal: Whether a query sees no later keys.
        flash_attention: Whether a fused kernel computes it, which only GPUs have; None leaves the
            choice to JAX.
        attn_logits_soft_cap: What the products are bent to stay below.

    Returns:
        (batch, queries, heads, features).

    Raises:
        ValueError: If a tensor has not four axes.

    Source: Vaswani et al. 2017, arXiv:1706.03762

    Example:
        >>> x = jnp.ones((1, 4, 2, 3))
        >>> dot_product_attention(x, x, x).shape
        (1, 4, 2, 3)
    """
    shapes = [x.shape for x in (query, key, value)]
    if any(len(shape) != 4 for shape in shapes):
        raise ValueError(
            "dot_product_attention: `query`, `key` and `value` must be (batch, length, heads, "
            f"features); got {shapes}."
        )
    if mask is not None:
        mask = jnp.expand_dims(mask.astype(bool), tuple(range(4 - mask.ndim)))
    if attn_logits_soft_cap is not None:
        scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
        return _capped(query * scale, key, value, bias, mask, is_causal, attn_logits_soft_cap)
    kernel = None if flash_attention is None else "cudnn" if flash_attention else "xla"
    return jax.nn.dot_product_attention(
        query, key, value, bias, mask, scale=scale, is_causal=is_causal, implementation=kernel
    )


def _capped(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None,
    mask: Array | None,
    is_causal: bool,
    cap: float,
) -> Array:
    """Attention with products that stay below `cap`, which JAX's own does not have."""
    key, value = (jnp.repeat(x, query.shape[2] // x.shape[2], axis=2) for x in (key, value))
    logits = jnp.einsum("bqhd,bkhd->bhqk", query, key, preferred_element_type=jnp.float32)
    logits = cap * jnp.tanh(logits / cap)
    if bias is not None:
        logits = logits + bias
    seen = jnp.ones(logits.shape[-2:], bool)
    seen = jnp.tril(seen) if is_causal else seen
    seen = seen if mask is None else seen & mask
    weights = jax.nn.softmax(jnp.where(seen, logits, jnp.finfo(logits.dtype).min))
    return jnp.einsum("bhqk,bkhd->bqhd", weights.astype(value.dtype), value)
