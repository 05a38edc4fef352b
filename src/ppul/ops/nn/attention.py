"""Attention: means of values, weighted by how well their keys fit a query."""

from __future__ import annotations

import functools
import math
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.settings import is_flash_attention_enabled
from ppul.core.types import Array
from ppul.ops.lowering import by_platform
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
        flash_attention: Whether a fused kernel computes it, which only GPUs have; None for what
            `config.enable_flash_attention` and `disable_flash_attention` said, else JAX chooses.
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
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    kernel = _kernel(flash_attention, query.dtype)
    attend = by_platform(cpu=_composed, other=functools.partial(_of_jax, kernel=kernel))
    if attn_logits_soft_cap is not None:
        attend = functools.partial(_composed, cap=attn_logits_soft_cap)
    if flash_attention:  # asked for by the call: without a GPU, JAX says what is missing
        attend = functools.partial(_of_jax, kernel=kernel)
    return attend(query, key, value, bias, mask, scale, is_causal)


def attention_weights(
    query: Array, key: Array, mask: Array | None = None, scale: float | None = None
) -> Array:
    """Return which part of each value a query takes, as `dot_product_attention` does inside.

    Args:
        query: (batch, queries, heads, features).
        key: (batch, keys, heads, features), or a divisor of the heads, each for several.
        mask: Which keys a query sees; broadcasts to the result. A query that sees none takes none.
        scale: Factor of the products; one over the root of the features by default.

    Returns:
        (batch, heads, queries, keys).

    Example:
        >>> attention_weights(jnp.ones((1, 1, 1, 3)), jnp.ones((1, 4, 1, 3))).tolist()
        [[[[0.25, 0.25, 0.25, 0.25]]]]
    """
    scale = 1 / math.sqrt(query.shape[-1]) if scale is None else scale
    weights = _weights(query, key, None, mask, scale)
    return weights if mask is None else jnp.where(mask, weights, 0)


def weighted_values(weights: Array, value: Array) -> Array:
    """Return the sums of values, each times its weight.

    Args:
        weights: (batch, heads, queries, keys).
        value: (batch, keys, heads, features), or a divisor of the heads, each for several.

    Returns:
        (batch, queries, heads, features).

    Example:
        >>> weights = jnp.array([[[[0.5, 0.5]]]])
        >>> weighted_values(weights, jnp.array([[[[1.0]], [[3.0]]]])).tolist()
        [[[[2.0]]]]
    """
    return jnp.einsum("bhqk,bkhd->bqhd", weights, _for_heads(value, weights.shape[1]))


def _kernel(flash_attention: bool | None, dtype: Any) -> Any:
    """The name JAX has for the kernel that a call, or else `config`, asks for; None for any."""
    if flash_attention is None:
        # The fused kernel takes 16 bits only.
        wanted = is_flash_attention_enabled()
        flash_attention = dtype.itemsize == 2 if wanted else wanted
    return {True: "cudnn", False: "xla", None: None}[flash_attention]


def _of_jax(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None,
    mask: Array | None,
    scale: float,
    is_causal: bool,
    kernel: Any = None,
) -> Array:
    return jax.nn.dot_product_attention(
        query, key, value, bias, mask, scale=scale, is_causal=is_causal, implementation=kernel
    )


def _composed(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None,
    mask: Array | None,
    scale: float,
    is_causal: bool,
    cap: float | None = None,
) -> Array:
    """What JAX's function computes, which caps nothing, and on CPU takes no float16."""
    if is_causal:
        seen = jnp.tril(jnp.ones((query.shape[1], key.shape[1]), bool))
        mask = seen if mask is None else seen & mask
    return weighted_values(_weights(query, key, bias, mask, scale, cap), value)


def _weights(
    query: Array,
    key: Array,
    bias: Array | None,
    mask: Array | None,
    scale: float,
    cap: float | None = None,
) -> Array:
    """The softmax of the products; where a query sees nothing, it takes as much of everything."""
    key = _for_heads(key, query.shape[2])
    products = jnp.einsum("bqhd,bkhd->bhqk", query * scale, key, preferred_element_type=jnp.float32)
    if cap is not None:
        products = cap * jnp.tanh(products / cap)
    if bias is not None:
        products = products + bias
    if mask is not None:
        products = jnp.where(mask, products, jnp.finfo(products.dtype).min)
    return jax.nn.softmax(products).astype(query.dtype)


def _for_heads(x: Array, heads: int) -> Array:
    """Keys or values with one head for each of the query's."""
    return x if x.shape[2] == heads else jnp.repeat(x, heads // x.shape[2], axis=2)
