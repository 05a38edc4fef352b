"""Dense: every output is a weighted sum of every input feature."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul import activations, constraints, initializers, regularizers
from ppul.core.checks import positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.core.contraction import Contracting, Contraction
from ppul.layers.core.lora import AdaptedWeight
from ppul.layers.input_spec import InputSpec
from ppul.ops.convolution import add_bias


class Dense(Contracting):
    """`activation(inputs @ kernel + bias)` over the last axis.

    Args:
        units: Number of outputs.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (features, units) starts.
        bias_initializer: How the bias (units,) starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        lora_rank: Rank of the factors that are trained instead of the kernel (LoRA).
        lora_alpha: Their product counts `lora_alpha / lora_rank` times; once by default.
        quantization_config: How `quantize` does it; see `ppul.quantizers`.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `units` is not a positive integer.

    Example:
        >>> import numpy as np
        >>> Dense(2, activation="relu")(np.ones((4, 3))).shape
        (4, 2)
    """

    kernel = AdaptedWeight()
    _contraction = Contraction("...x", "xy", "...y")

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        kernel_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            activity_regularizer=activity_regularizer,
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            **kwargs,
        )
        self.units = positive_int(self._where, "units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: Shape) -> None:
        """Make the kernel and the bias."""
        self._make_weight((input_shape[-1], self.units), self.kernel_initializer)
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                (self.units,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(min_ndim=2, axes={-1: input_shape[-1]})
        self._adapt()

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Return the outputs, (..., units)."""
        bias = None if self.bias is None else self.bias.value
        return self._finished(jnp.matmul(inputs, self._weight), bias)

    def _finished(self, outputs: Array, bias: Array | None) -> Array:
        if bias is not None:
            # XLA's own sum of a bias's gradient over several axes is slow on CPU.
            add = add_bias if outputs.ndim > 2 else jnp.add
            outputs = add(outputs, bias)
        return self.activation(outputs)
