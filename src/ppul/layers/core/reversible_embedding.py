"""ReversibleEmbedding: from numbers to vectors, and back to scores of the numbers."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.types import Array, Identifier, Shape
from ppul.core.variable import Variable
from ppul.layers.core.contraction import Contraction, integer_product
from ppul.layers.core.embedding import Embedding
from ppul.quantizers.int4 import unpack_int4

# The way back, by the table of the way there or by one of its own.
_TIED, _UNTIED = Contraction("...d", "nd", "...n"), Contraction("...d", "dn", "...n")


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
        self.reverse_dtype = reverse_dtype
        self.logit_soft_cap = logit_soft_cap

    def build(self, input_shape: Shape | None = None) -> None:
        """Make the table, and the matrix for the way back if it is another."""
        self.reverse_embeddings = None
        super().build(input_shape)
        if not self.tie_weights and not self._is_quantized:
            self.reverse_embeddings = self.add_weight(
                (self.output_dim, self.input_dim),
                self.embeddings_initializer,
                name="reverse_embeddings",
            )

    reverse_embeddings: Any
    reverse_embeddings_scale: Variable

    # The table of the way back is quantized as the other one is, and kept turned around.

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The variables that files hold, in order, for each quantization mode."""
        spec = super().variable_serialization_spec
        if self.tie_weights:
            return spec
        return {
            mode: names + [_named_back(name) for name in names if name != "g_idx"]
            for mode, names in spec.items()
        }

    def quantized_build(self, input_shape: Shape, mode: str, config: Any = None) -> None:
        """Make the variables of a mode; see `Quantizable.quantized_build`."""
        super().quantized_build(input_shape, mode, config)
        if not self.tie_weights:
            back = jax.ShapeDtypeStruct(input_shape[::-1], self.variable_dtype)
            self._add_kept(jax.eval_shape(self._quantized_back, back))

    def _quantized_back(self, table: Array) -> dict[str, Array]:
        """What is kept of the table of the way back, by name; of zero points, floats."""
        kept = self._quantized(table.T)
        return {
            _named_back(name): (value.astype("float32") if name.endswith("_zero") else value).T
            for name, value in kept.items()
            if name != "g_idx"
        }

    def _weights_to_quantize(self) -> list[Any]:
        own = self.reverse_embeddings
        return [*super()._weights_to_quantize(), *([] if own is None else [own.numpy()])]

    def _assign_quantized(self, weight: Any, back: Any = None) -> None:
        super()._assign_quantized(weight)
        if back is not None:
            for name, value in self._quantized_back(jnp.asarray(back)).items():
                self.__dict__[name].assign(value)

    def _floats_back(self) -> Array:
        """The table of the way back in floats again."""
        numbers, scale = self.reverse_embeddings.value.T, self.reverse_embeddings_scale.value.T
        if not self._is_packed:
            return (numbers.astype(self.compute_dtype) / scale[:, None]).T
        zero = self._variable(_named_back("embeddings_zero"))
        numbers = unpack_int4(numbers, self.output_dim, axis=-1)
        return self._int4_floats(numbers, scale, None if zero is None else zero.value.T).T

    def quantized_call(self, inputs: Array, reverse: bool = False) -> Array:
        """Return what `call` does, computed from the quantized table."""
        if not reverse:
            return super().quantized_call(inputs)
        inputs = inputs.astype(self.reverse_dtype or self.compute_dtype)
        tied = self.tie_weights
        contraction = _TIED if tied else _UNTIED
        if self.inputs_quantizer is None or self._is_packed or (tied and self.lora_enabled):
            table = self._dequantized() if tied else self._floats_back()
            table = table + self._product_of_factors() if tied and self.lora_enabled else table
            return self._capped(contraction(inputs, table.astype(inputs.dtype)))
        if tied:
            numbers, scale = self._stored_weight, self.embeddings_scale
        else:
            numbers, scale = self.reverse_embeddings, self.reverse_embeddings_scale
        scores: Any = integer_product(
            contraction, self.inputs_quantizer, inputs, numbers.value, scale.value
        )
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


def _named_back(name: str) -> str:
    return f"reverse_{name}"
