"""Embedding: a vector for each number of a vocabulary."""

from __future__ import annotations

import warnings
from typing import Any

import jax.numpy as jnp

from ppul import constraints, initializers, regularizers
from ppul.core.checks import positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.base import Layer
from ppul.layers.core.adapters import ADAPTERS, refuse_adapters
from ppul.layers.input_spec import InputSpec
from ppul.ops.logic import not_equal


class Embedding(Layer):
    """Replace each integer by a learned vector.

    Args:
        input_dim: Size of the vocabulary: integers are below it.
        output_dim: Length of the vectors.
        embeddings_initializer: How the table (input_dim, output_dim) starts.
        embeddings_regularizer: Penalty on the table.
        embeddings_constraint: Applied to the table after each update.
        mask_zero: Whether 0 stands for a step that does not count.
        weights: The table to start from, or a list of it.
        lora_rank: Not supported yet.
        lora_alpha: Not supported yet.
        quantization_config: Not supported yet.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If a size is not positive, or `weights` have another shape.

    Example:
        >>> import numpy as np
        >>> Embedding(5, 2, weights=np.eye(5, 2))(np.array([[0, 1]])).tolist()
        [[[1.0, 0.0], [0.0, 1.0]]]
    """

    # The weights to start from are in the table by then.
    _unsaved = ("weights", *ADAPTERS)

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        embeddings_initializer: Identifier = "uniform",
        embeddings_regularizer: Identifier = None,
        embeddings_constraint: Identifier = None,
        mask_zero: bool = False,
        weights: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        if kwargs.pop("input_length", None) is not None:
            warnings.warn(
                "Embedding: `input_length` is not needed any more and does nothing; leave it out.",
                stacklevel=2,
            )
        super().__init__(**kwargs)
        refuse_adapters(
            self._where,
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
        )
        self.lora_rank = lora_rank
        self.lora_alpha = lora_alpha
        self.quantization_config = quantization_config
        self.input_dim = positive_int(self._where, "input_dim", input_dim)
        self.output_dim = positive_int(self._where, "output_dim", output_dim)
        self.embeddings_initializer = initializers.get(embeddings_initializer)
        self.embeddings_regularizer = regularizers.get(embeddings_regularizer)
        self.embeddings_constraint = constraints.get(embeddings_constraint)
        self.mask_zero = mask_zero
        self.input_spec = InputSpec()
        self.supports_masking = mask_zero
        self.autocast = False
        if weights is not None:
            self.build()
            self.set_weights(weights if _is_list_of_one(weights) else [weights])

    def build(self, input_shape: Shape | None = None) -> None:
        """Make the table."""
        self.embeddings = self.add_weight(
            (self.input_dim, self.output_dim),
            self.embeddings_initializer,
            regularizer=self.embeddings_regularizer,
            constraint=self.embeddings_constraint,
            name="embeddings",
        )

    def call(self, inputs: Array) -> Array:
        """Return the vectors, (..., output_dim)."""
        if not jnp.issubdtype(inputs.dtype, jnp.integer):
            inputs = inputs.astype("int32")
        return jnp.take(self.embeddings.value, inputs, axis=0).astype(self.compute_dtype)

    def compute_mask(self, inputs: Array, previous_mask: Any = None) -> Any:
        """Return which numbers are not 0, if 0 stands for nothing."""
        return not_equal(inputs, 0) if self.mask_zero else None


def _is_list_of_one(weights: Any) -> bool:
    return isinstance(weights, (list, tuple)) and len(weights) == 1
