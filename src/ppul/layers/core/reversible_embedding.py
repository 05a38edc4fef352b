"""ReversibleEmbedding: from numbers to vectors, and back to scores of the numbers."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array, Identifier, Shape
from ppul.layers.core.contraction import Contraction, integer_product
from ppul.layers.core.embedding import Embedding

_BACK = Contraction("...d", "nd", "...n")


class ReversibleEmbedding(Embedding):
    """An `Embedding` that also gives, for each vector, a score of every number.

    Args:
        input_dim: Size of the vocabulary: integers are below it.
        output_dim: Length of the vectors.
        tie_weights: Whether the way back takes the same table, or a matrix of its own.
        embeddings_initializer: How the tables start.
        embeddings_regularizer: Penalty on the table.
        embeddings_constraint: Applied to the table after each update.
        mask_zero: Whether 0 stands for a step that does not count.
        reverse_dtype: Dtype that the scores are computed in; that of the layer by default.
        logit_soft_cap: Scores are squeezed smoothly into (-cap, cap); not by default.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> layer = ReversibleEmbedding(10, 4)
        >>> vectors = layer(np.array([[1, 2, 3]]))
        >>> vectors.shape, layer(vectors, reverse=True).shape
        ((1, 3, 4), (1, 3, 10))
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        tie_weights: bool = True,
        embeddings_initializer: Identifier = "uniform",
        embeddings_regularizer: Identifier = None,
        embeddings_constraint: Identifier = None,
        mask_zero: bool = False,
        reverse_dtype: str | None = None,
        logit_soft_cap: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            input_dim,
            output_dim,
            embeddings_initializer,
            embeddings_regularizer,
            embeddings_constraint,
            mask_zero,
            **kwargs,
        )
        self.tie_weights = tie_weights
        if not tie_weights:
            self._saved_names = ("embeddings", "reverse_embeddings")
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Shape | None = None) -> None:
        """Make the table, and the matrix for the way back if it is another."""
        self.reverse_embeddings = None
        super().build(input_shape)
        if not self.tie_weights:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim),
                self.embeddings_initializer,
                name="reverse_embeddings",
            )

    def _check_mode(self, mode: str) -> None:
        super()._check_mode(mode)
        if not self.tie_weights:
            raise NotImplementedError(
                f"{self._where} cannot be quantized: it has two tables. Make it with "
                "`tie_weights=True`, or leave it out with `filters`."
            )

    def quantized_call(self, inputs: Array, reverse: bool = False) -> Array:
        """Return what `call` does, computed from the quantized table."""
        if not reverse:
            return super().quantized_call(inputs)
        inputs = inputs.astype(self.reverse_dtype or self.compute_dtype)
        if self.inputs_quantizer is None or self._is_packed or self.lora_enabled:
            table = self._dequantized()
            table = table + self._product_of_factors() if self.lora_enabled else table
            return self._capped(_BACK(inputs, table.astype(inputs.dtype)))
        numbers, scale = self._stored_weight.value, self.embeddings_scale.value
        scores: Any = integer_product(_BACK, self.inputs_quantizer, inputs, numbers, scale)
        return self._capped(scores)

    def call(self, inputs: Array, reverse: bool = False) -> Array:
        """Return vectors of numbers, or, if `reverse`, scores (..., input_dim) of vectors."""
        if not reverse:
            return super().call(inputs)
        own = self.reverse_embeddings
        matrix = self._weight.T if own is None else own.value
        matrix = matrix.astype(self.reverse_dtype or self.compute_dtype)
        if self.reverse_dtype is not None:
            inputs = inputs.astype(self.reverse_dtype)
        return self._capped(jnp.matmul(inputs, matrix))

    def _capped(self, scores: Array) -> Array:
        if self.logit_soft_cap is None:
            return scores
        return jnp.tanh(scores / self.logit_soft_cap) * self.logit_soft_cap

    def compute_mask(self, inputs: Array, previous_mask: Any = None) -> Any:
        """Return the mask of numbers; scores of vectors have none."""
        vectors = jnp.issubdtype(inputs.dtype, jnp.floating)
        return None if vectors else super().compute_mask(inputs, previous_mask)
