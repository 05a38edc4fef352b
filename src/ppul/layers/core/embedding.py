"""Embedding: a vector for each number of a vocabulary."""

from __future__ import annotations

import warnings
from typing import Any

import jax.numpy as jnp

from ppul import constraints, initializers, regularizers
from ppul.core.checks import positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.core.variable import Variable
from ppul.layers.core.lora import AdaptedWeight
from ppul.layers.core.quantized import Quantizable
from ppul.layers.input_spec import InputSpec
from ppul.ops.logic import not_equal


class Embedding(Quantizable):
    """Replace each integer by a learned vector.

    Args:
        input_dim: Size of the vocabulary: integers are below it.
        output_dim: Length of the vectors.
        embeddings_initializer: How the table (input_dim, output_dim) starts.
        embeddings_regularizer: Penalty on the table.
        embeddings_constraint: Applied to the table after each update.
        mask_zero: Whether 0 stands for a step that does not count.
        weights: The table to start from, or a list of it.
        lora_rank: Rank of the factors that are trained instead of the table (LoRA).
        lora_alpha: Their product counts `lora_alpha / lora_rank` times; once by default.
        quantization_config: How `quantize` does it; see `ppul.quantizers`.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If a size is not positive, or `weights` have another shape.

    Example:
        >>> import numpy as np
        >>> Embedding(5, 2, weights=np.eye(5, 2))(np.array([[0, 1]])).tolist()
        [[[1.0, 0.0], [0.0, 1.0]]]
    """

    embeddings = AdaptedWeight()
    _weight_name = "embeddings"
    _saved_names = ("embeddings",)
    # The weights to start from are in the table by then.
    _unsaved = ("weights", *Quantizable._unsaved)

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
        super().__init__(
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            **kwargs,
        )
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
        self._make_weight((self.input_dim, self.output_dim), self.embeddings_initializer)
        self._adapt()

    def call(self, inputs: Array) -> Array:
        """Return the vectors, (..., output_dim)."""
        if not jnp.issubdtype(inputs.dtype, jnp.integer):
            inputs = inputs.astype("int32")
        return jnp.take(self._weight, inputs, axis=0).astype(self.compute_dtype)

    def quantized_call(self, inputs: Array) -> Array:
        """Return the vectors, computed from the quantized table."""
        if not jnp.issubdtype(inputs.dtype, jnp.integer):
            inputs = inputs.astype("int32")
        if self._is_packed:
            vectors = jnp.take(self._dequantized(), inputs, axis=0)
        else:
            numbers = jnp.take(self._stored_weight.value, inputs, axis=0)
            scale = jnp.take(self.embeddings_scale.value, inputs)[..., None]
            vectors = numbers.astype(self.compute_dtype) / scale
        if self.lora_enabled:
            a, b = self._factors
            low = jnp.take(a.value, inputs, axis=0)
            vectors = vectors + self._lora_scale * jnp.matmul(low, b.value)
        return vectors.astype(self.compute_dtype)

    # A scale is that of a number's vector, and blocks are parts of the vector.

    embeddings_scale: Variable

    @property
    def _shared_axes(self) -> tuple[int, ...]:
        return (1,)

    def _as_matrix(self, weight: Array) -> Array:
        return weight

    def _in_blocks(self, matrix: Array) -> Array:
        return matrix.T

    def _scale_to_keep(self, scale: Array) -> Array:
        return scale.reshape(self.input_dim)

    def _dequantized_int8(self) -> Array:
        numbers = self._stored_weight.value.astype(self.compute_dtype)
        return numbers / self.embeddings_scale.value[:, None]

    def compute_mask(self, inputs: Array, previous_mask: Any = None) -> Any:
        """Return which numbers are not 0, if 0 stands for nothing."""
        return not_equal(inputs, 0) if self.mask_zero else None


def _is_list_of_one(weights: Any) -> bool:
    return isinstance(weights, (list, tuple)) and len(weights) == 1
