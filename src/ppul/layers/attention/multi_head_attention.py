"""MultiHeadAttention: several attentions beside each other, each in its own projection."""

from __future__ import annotations

from typing import Any, ClassVar

from ppul.core.checks import positive_int
from ppul.core.types import Axes, Identifier, Shape
from ppul.layers.attention.projected import ProjectedAttention
from ppul.layers.input_spec import InputSpec


class MultiHeadAttention(ProjectedAttention):
    """Attention in several heads, whose outputs are projected together.

    Args:
        num_heads: Number of heads.
        key_dim: Features of a head's queries and keys.
        value_dim: Features of a head's values; `key_dim` by default.
        dropout: Fraction of the attention weights that is left out while training.
        use_bias: Whether the projections add a bias.
        output_shape: Shape of an output, an int for a vector; the features of the query by default.
        attention_axes: Axes of the inputs that attention runs over; all but the first and the last
            by default.
        sliding_window: If given, a query sees only keys less than so many places away.
        flash_attention: Whether a fused kernel computes it, which only GPUs have; None leaves the
            choice to JAX.
        kernel_initializer: How the kernels of the projections start.
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
        ValueError: If a size is not positive, or axes or shapes do not fit.

    Source: Vaswani et al. 2017, arXiv:1706.03762; the gate: Qiu et al. 2025, arXiv:2505.06708

    Example:
        >>> import numpy as np
        >>> query, value = np.ones((2, 4, 6)), np.ones((2, 5, 3))
        >>> MultiHeadAttention(num_heads=2, key_dim=8)(query, value).shape
        (2, 4, 6)
    """

    _kept_as: ClassVar = {"output_shape": "_output_shape"}

    def __init__(
        self,
        num_heads: int,
        key_dim: int,
        value_dim: int | None = None,
        dropout: float = 0.0,
        use_bias: bool = True,
        output_shape: int | Shape | None = None,
        attention_axes: Axes = None,
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
        super().__init__(
            dropout=dropout,
            use_bias=use_bias,
            sliding_window=sliding_window,
            flash_attention=flash_attention,
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            kernel_constraint=kernel_constraint,
            bias_constraint=bias_constraint,
            use_gate=use_gate,
            seed=seed,
            **kwargs,
        )
        self.num_heads = positive_int(self._where, "num_heads", num_heads)
        self.key_dim = positive_int(self._where, "key_dim", key_dim)
        self.value_dim = positive_int(self._where, "value_dim", value_dim or key_dim)
        self._output_shape = _tuple(output_shape)
        self.attention_axes = _tuple(attention_axes)
        self.input_spec = InputSpec(min_ndim=3)

    def build(  # type: ignore[override]
        self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None
    ) -> None:
        """Make the projections."""
        if self.attention_axes is None:
            self.attention_axes = tuple(range(1, len(query_shape) - 1))
        sizes = (self.key_dim, self.value_dim)
        self._build_heads(
            query_shape,
            value_shape,
            key_shape,
            heads=(self.num_heads, self.num_heads),
            sizes=sizes,
            attention_axes=self.attention_axes,
        )
        # The penalty on the layer's own output is that on this one's.
        self._output_dense = self._from_heads(
            query_shape,
            self.num_heads,
            self.value_dim,
            self._output_shape or query_shape[-1:],
            regularizer=None,
        )
        self.query_dense, self.key_dense = self._query_dense, self._key_dense
        self.value_dense, self.output_dense = self._value_dense, self._output_dense


def _tuple(sizes: Any) -> Any:
    if sizes is None:
        return None
    return (sizes,) if isinstance(sizes, int) else tuple(sizes)
