"""Attention between projections of its inputs: what layers with heads share."""

from __future__ import annotations

import functools
from typing import Any

import jax.numpy as jnp

from ppul import constraints, initializers, regularizers
from ppul.core.checks import positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.initializers.base import Initializer
from ppul.layers.attention.axes import AttentionAxes
from ppul.layers.attention.masks import places_seen
from ppul.layers.base import Layer
from ppul.layers.core.einsum_dense import EinsumDense
from ppul.layers.regularization.base import fraction
from ppul.layers.regularization.dropout import Dropout
from ppul.ops.nn.attention import attention_weights, dot_product_attention, weighted_values


class ProjectedAttention(Layer):
    """Attention between queries, keys and values that dense layers make of the inputs.

    Args:
        dropout: Fraction of the attention weights that is left out while training.
        use_bias: Whether the dense layers add a bias.
        sliding_window: If given, a query sees only keys less than so many places away.
        flash_attention: Whether a fused kernel computes it, which only GPUs have; None leaves the
            choice to JAX.
        kernel_initializer: How the kernels of the dense layers start.
        bias_initializer: How their biases start.
        kernel_regularizer: Penalty on their kernels.
        bias_regularizer: Penalty on their biases.
        activity_regularizer: Penalty on their outputs.
        kernel_constraint: Applied to their kernels after each update.
        bias_constraint: Applied to their biases after each update.
        use_gate: Whether each head's output is multiplied by the sigmoid of one more projection
            of the query.
        seed: Seed of the dropout.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If arguments are out of range, or contradict each other.

    Source: Vaswani et al. 2017, arXiv:1706.03762; the gate: Qiu et al. 2025, arXiv:2505.06708
    """

    # Which kernel computes it is not the model's matter, but the machine's.
    _unsaved = ("flash_attention",)
    _output_dense: EinsumDense

    def __init__(
        self,
        *,
        dropout: float = 0.0,
        use_bias: bool = True,
        sliding_window: int | None = None,
        flash_attention: bool | None = None,
        kernel_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        kernel_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        use_gate: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.dropout = fraction(self._where, "dropout", dropout)
        self.use_bias = use_bias
        if sliding_window is not None:
            sliding_window = positive_int(self._where, "sliding_window", sliding_window)
        self.sliding_window = sliding_window
        if flash_attention and dropout:
            raise ValueError(
                f"{self._where}: a fused kernel draws no dropout; got flash_attention=True and "
                f"dropout={dropout}. Give one of both."
            )
        self.flash_attention = flash_attention
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.use_gate = use_gate
        self.seed = seed
        self.supports_masking = True

    def call(
        self,
        query: Array,
        value: Array,
        key: Array | None = None,
        query_mask: Array | None = None,
        value_mask: Array | None = None,
        key_mask: Array | None = None,
        attention_mask: Array | None = None,
        return_attention_scores: bool = False,
        training: bool | None = None,
        use_causal_mask: bool = False,
    ) -> Any:
        """Return for each query a mean of values.

        Args:
            query: (batch, queries, features).
            value: (batch, keys, features).
            key: (batch, keys, features); the values by default.
            query_mask: Which queries count, (batch, queries).
            value_mask: Which values count, (batch, keys).
            key_mask: Which keys count, (batch, keys).
            attention_mask: Which keys a query sees, (batch, queries, keys), or with an axis for the
                heads before the queries.
            return_attention_scores: Whether the attention weights are returned too.
            training: Whether weights are left out by `dropout`.
            use_causal_mask: Whether a query sees no keys behind its own place.

        Returns:
            The outputs, (batch, queries, features); and the weights, (batch, heads, queries,
            keys), if asked for.

        Raises:
            ValueError: If a mask does not fit.
        """
        q, v = self._query_dense(query), self._value_dense(value)
        k = self._key_dense(value if key is None else key)
        flat_q, flat_k, flat_v = (self._axes.flat(x) for x in (q, k, v))
        masks = [self._axes.mask_of_keys(m) for m in (value_mask, key_mask) if m is not None]
        if query_mask is not None:
            masks.append(self._axes.mask_of_queries(query_mask))
        if attention_mask is not None:
            masks.append(attention_mask)
        masks = [self._axes.flat_mask(mask, q, k) for mask in masks]
        if use_causal_mask or self.sliding_window is not None:
            masks.append(self._places_seen(flat_q, flat_k, causal=use_causal_mask))
        mask = functools.reduce(jnp.logical_and, masks) if masks else None
        outputs, weights = self._attend(flat_q, flat_k, flat_v, mask, return_attention_scores)
        outputs = self._axes.unflat(outputs, q)
        if self._gate_dense is not None:
            outputs = outputs * self._gate_dense(query)
        outputs = self._output_dense(outputs)
        if not return_attention_scores:
            return outputs
        return outputs, self._axes.unflat_weights(weights, q, k)

    def _attend(
        self, q: Array, k: Array, v: Array, mask: Array | None, with_weights: bool
    ) -> tuple[Array, Any]:
        """The means of values, and the weights if they were made.

        JAX's own function gives no weights, drops none, and takes values of the keys' size only.
        """
        if with_weights and self.flash_attention:
            raise ValueError(
                f"{self._where}: a fused kernel makes no attention weights; got "
                "flash_attention=True and return_attention_scores=True. Give one of both."
            )
        same_size = q.shape[-1] == v.shape[-1]
        if self._axes.is_one and same_size and not (with_weights or self.dropout):
            fused = dot_product_attention(q, k, v, mask=mask, flash_attention=self.flash_attention)
            return fused, None
        weights = attention_weights(q, k, mask)
        return weighted_values(self._dropout_layer(weights), v), weights

    def _places_seen(self, q: Array, k: Array, *, causal: bool) -> Array:
        seen = places_seen(q.shape[1], k.shape[1], causal=causal, window=self.sliding_window)
        return seen[None, None]

    # What subclasses call in their `build`.

    def _build_heads(
        self,
        query_shape: Shape,
        value_shape: Shape,
        key_shape: Shape | None,
        heads: tuple[int, int],
        sizes: tuple[int, int],
        attention_axes: Any,
    ) -> None:
        """Make the projections to heads.

        Args:
            query_shape: Shape of the query.
            value_shape: Shape of the values.
            key_shape: Shape of the keys, None if they are the values.
            heads: Number of heads of queries, and of keys and values.
            sizes: Features of each head in queries and keys, and in values.
            attention_axes: Axes that attention runs over.
        """
        key_shape = value_shape if key_shape is None else key_shape
        self._axes = AttentionAxes(self._where, attention_axes, len(query_shape))
        self._check_shapes(query_shape, value_shape, key_shape)
        self._query_dense = self._to_heads("query", query_shape, heads[0], sizes[0])
        self._key_dense = self._to_heads("key", key_shape, heads[1], sizes[0])
        self._gate_dense = None
        if self.use_gate:
            self._gate_dense = self._to_heads("gate", query_shape, heads[0], sizes[1], "sigmoid")
        self._value_dense = self._to_heads("value", value_shape, heads[1], sizes[1])
        self._dropout_layer = Dropout(self.dropout, seed=self.seed, dtype=self.dtype_policy)

    def _to_heads(
        self, name: str, shape: Shape, heads: int, size: int, activation: Any = None
    ) -> EinsumDense:
        output_shape = (*shape[1:-1], heads, size)
        dense = self._dense(
            name, "...d,dhs->...hs", output_shape, "hs", self.activity_regularizer, activation
        )
        dense.build(shape)
        return dense

    def _from_heads(
        self, query_shape: Shape, heads: int, size: int, output_shape: Shape, regularizer: Any
    ) -> EinsumDense:
        """Return the projection of all heads together to outputs of a shape."""
        to = "opqrtuvwxyz"[: len(output_shape)]
        inner = query_shape[1:-1]
        dense = self._dense(
            "attention_output", f"...hs,hs{to}->...{to}", (*inner, *output_shape), to, regularizer
        )
        dense.build((query_shape[0], *inner, heads, size))
        return dense

    def _dense(
        self,
        name: str,
        equation: str,
        output_shape: Shape,
        bias_axes: str,
        regularizer: Any,
        activation: Any = None,
    ) -> EinsumDense:
        dense = EinsumDense(
            equation,
            output_shape,
            activation,
            bias_axes=bias_axes if self.use_bias else None,
            kernel_initializer=_another(self.kernel_initializer),
            bias_initializer=_another(self.bias_initializer),
            kernel_regularizer=self.kernel_regularizer,
            bias_regularizer=self.bias_regularizer,
            activity_regularizer=regularizer,
            kernel_constraint=self.kernel_constraint,
            bias_constraint=self.bias_constraint,
            name=name,
            dtype=self.dtype_policy,
        )
        dense.supports_masking = True  # every place is projected alone
        return dense

    def _check_shapes(self, query: Shape, value: Shape, key: Shape) -> None:
        if len(query) != len(value) or value[:-1] != key[:-1]:
            raise ValueError(
                f"{self._where}: values and keys must have as many axes as queries, and the same "
                f"sizes except of the last one; got query {query}, value {value} and key {key}."
            )
        for axis in (0, *self._axes.free):
            if None not in (query[axis], value[axis]) and query[axis] != value[axis]:
                raise ValueError(
                    f"{self._where}: axis {axis} is none that attention runs over, so it must have "
                    f"the same size in queries and values; got query {query} and value {value}."
                )


def _another(initializer: Any) -> Any:
    """A copy that draws numbers of its own, unless the seed was given."""
    if isinstance(initializer, Initializer):
        return initializer.clone()
    return initializer
