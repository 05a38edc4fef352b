"""GroupQueryAttention: attention whose heads share keys and values in groups."""

from __future__ import annotations

from typing import Any

from ppul.core.checks import positive_int
from ppul.core.types import Identifier, Shape
from ppul.layers.attention.projected import ProjectedAttention
from ppul.layers.input_spec import InputSpec


class GroupedQueryAttention(ProjectedAttention):
    """Attention in several heads, groups of which have the same keys and values.

    Args:
        head_dim: Features of a head.
        num_query_heads: Number of heads of the queries.
        num_key_value_heads: Number of heads of keys and values, a divisor of it.
        dropout: Fraction of the attention weights that is left out while training.
        use_bias: Whether the projections add a bias.
        sliding_window: If given, a query sees only keys less than so many places away.
        flash_attention: Whether a fused kernel computes it, which only GPUs have; None leaves the
            choice to JAX.
        kernel_initializer: How the kernels of the projections start.
        bias_initializer: How their biases start.
        kernel_regularizer: Penalty on their kernels.
        bias_regularizer: Penalty on their biases.
        activity_regularizer: Penalty on their outputs, and as in Keras on the last once more.
        kernel_constraint: Applied to their kernels after each update.
        bias_constraint: Applied to their biases after each update.
        use_gate: Whether each head's output is multiplied by the sigmoid of one more projection
            of the query.
        seed: Seed of the dropout.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If a size is not positive, or the heads cannot be grouped.

    Source: Ainslie et al. 2023, arXiv:2305.13245; the gate: Qiu et al. 2025, arXiv:2505.06708

    Example:
        >>> import numpy as np
        >>> layer = GroupedQueryAttention(head_dim=8, num_query_heads=4, num_key_value_heads=2)
        >>> layer(np.ones((2, 4, 6)), np.ones((2, 5, 6))).shape
        (2, 4, 6)
    """

    def __init__(
        self,
        head_dim: int,
        num_query_heads: int,
        num_key_value_heads: int,
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
        self.head_dim = positive_int(self._where, "head_dim", head_dim)
        self.num_query_heads = positive_int(self._where, "num_query_heads", num_query_heads)
        self.num_key_value_heads = positive_int(
            self._where, "num_key_value_heads", num_key_value_heads
        )
        if self.num_query_heads % self.num_key_value_heads:
            raise ValueError(
                f"{self._where}: `num_query_heads` ({num_query_heads}) must be a multiple of "
                f"`num_key_value_heads` ({num_key_value_heads})."
            )
        self.input_spec = InputSpec(ndim=3)

    def build(  # type: ignore[override]
        self, query_shape: Shape, value_shape: Shape, key_shape: Shape | None = None
    ) -> None:
        """Make the projections."""
        self._build_heads(
            query_shape,
            value_shape,
            key_shape,
            heads=(self.num_query_heads, self.num_key_value_heads),
            sizes=(self.head_dim, self.head_dim),
            attention_axes=(1,),
        )
        self._output_dense = self._from_heads(
            query_shape,
            self.num_query_heads,
            self.head_dim,
            query_shape[-1:],
            regularizer=self.activity_regularizer,
        )
