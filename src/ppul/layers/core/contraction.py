"""Layers that multiply their input with a kernel, quantized or not."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ppul.core.types import Array, Shape
from ppul.core.variable import Variable
from ppul.layers.core.calibrated import Calibrated
from ppul.layers.core.float8 import NAMES, add_float8_variables, float8_product


@dataclass(frozen=True)
class Contraction:
    """A product of two arrays, told by the labels of their axes and of the result's.

    Args:
        inputs: Labels of the input; "..." stands for axes that are kept.
        kernel: Labels of the kernel.
        outputs: Labels of the result.

    Example:
        >>> contraction = Contraction("...x", "xy", "...y")
        >>> contraction(jnp.ones((2, 3)), jnp.ones((3, 4))).shape, contraction.kernel_axes
        ((2, 4), (0,))
    """

    inputs: str
    kernel: str
    outputs: str

    def __call__(self, inputs: Array, kernel: Array, dtype: Any = None) -> Array:
        """Return the product, summed in `dtype`."""
        equation = f"{self.inputs},{self.kernel}->{self.outputs}"
        return jnp.einsum(equation, inputs, kernel, preferred_element_type=dtype)

    @property
    def kernel_axes(self) -> tuple[int, ...]:
        """The axes of the kernel that are summed over."""
        return tuple(i for i, label in enumerate(self.kernel) if label not in self.outputs)

    @property
    def input_axes(self) -> tuple[int, ...]:
        """The axes of the input that are summed over; those behind an ellipsis count from the end."""
        before, _, after = self.inputs.partition("...")
        front = (i for i, label in enumerate(before) if label not in self.outputs)
        back = (i - len(after) for i, label in enumerate(after) if label not in self.outputs)
        return (*front, *back)

    def matrix_of_kernel(self, kernel: Array) -> Array:
        """Return the kernel with a row for each input of a sum and a column for each output."""
        axes = self.kernel_axes
        return jnp.moveaxis(kernel, axes, range(len(axes))).reshape(
            math.prod(kernel.shape[axis] for axis in axes), -1
        )

    def kernel_of_matrix(self, matrix: Array, shape: Shape) -> Array:
        """Return the kernel of a shape that `matrix_of_kernel` made a matrix of."""
        axes = self.kernel_axes
        kept = tuple(axis for axis in range(len(shape)) if axis not in axes)
        arranged = matrix.reshape([shape[axis] for axis in (*axes, *kept)])
        return jnp.moveaxis(arranged, range(len(axes)), axes)

    def matrix_of_inputs(self, inputs: Array) -> Array:
        """Return the input with a column for each row of the kernel's matrix."""
        summed = dict(zip(self._summed(self.inputs), self.input_axes, strict=True))
        axes = [summed[label] for label in self._summed(self.kernel)]
        moved = jnp.moveaxis(inputs, axes, range(-len(axes), 0))
        return moved.reshape(-1, math.prod(moved.shape[-len(axes) :]))

    def _summed(self, labels: str) -> list[str]:
        return [label for label in labels if label not in self.outputs and label != "."]

    def over_outputs(self, scale: Array, labels: str) -> Array:
        """Return a scale of the input or the kernel with the axes of the result.

        Args:
            scale: The scale, of size 1 along the axes that are summed over.
            labels: Its labels.
        """
        summed = self.input_axes if labels == self.inputs else self.kernel_axes
        kept = "".join(label for label in labels if label == "." or label in self.outputs)
        wanted = "".join(label for label in self.outputs if label in kept)
        scale = jnp.einsum(f"{kept}->{wanted}", scale.squeeze(summed))
        parts = self.outputs.replace("...", ".")
        return scale[tuple(... if p == "." else slice(None) if p in kept else None for p in parts)]

    def over_kernel(self, scale: Array) -> Array:
        """Return a scale with the axes of the result, that of a kernel, with the kernel's axes."""
        labels = self.outputs.replace("...", "")
        scale = scale.reshape(scale.shape[-len(labels) :])
        kept = "".join(label for label in labels if label in self.kernel)
        scale = scale.squeeze(tuple(i for i, label in enumerate(labels) if label not in kept))
        wanted = "".join(label for label in self.kernel if label in kept)
        scale = jnp.einsum(f"{kept}->{wanted}", scale)
        return jnp.expand_dims(scale, self.kernel_axes)


class Contracting(Calibrated):
    """A layer that multiplies its input with its kernel."""

    kernel_scale: Variable
    _saved_names = ("kernel", "bias")
    _contraction: Contraction
    _kept = Calibrated._kept | {"float8": NAMES}

    bias: Variable | None

    def _finished(self, outputs: Array, bias: Array | None) -> Array:
        """The product with the bias added and the activation applied."""
        raise NotImplementedError

    def quantized_build(self, input_shape: Shape, mode: str, config: Any = None) -> None:
        """Make the variables of a mode; see `Quantizable.quantized_build`."""
        if mode != "float8":
            super().quantized_build(input_shape, mode, config)
            return
        self.quantization_config = config or self.quantization_config or self._config_of(mode)
        self._is_quantized = True
        add_float8_variables(self, self._policy.amax_history_length)  # type: ignore[attr-defined]

    def quantized_call(self, inputs: Array, training: bool | None = None) -> Array:
        """Return the outputs, computed from the quantized kernel."""
        bias = None if self.bias is None else self.bias.value
        mode = self._kept_mode
        if mode == "float8":
            outputs = float8_product(self, self._contraction, inputs, self._weight)
            # As Keras does, for kernels that add a bias of 16 bits at once.
            rounded = None if bias is None else bias.astype("bfloat16").astype(bias.dtype)
            return self._finished(outputs, rounded)
        outputs = self._int8_outputs(inputs) if mode == "int8" else self._float_outputs(inputs)
        if self.lora_enabled:
            outputs = outputs + self._contraction(inputs, self._product_of_factors())
        return self._finished(outputs, bias)

    def _int8_outputs(self, inputs: Array) -> Array:
        numbers, scale = self._stored_weight.value, self.kernel_scale.value
        if self.inputs_quantizer is None:
            return self._contraction(inputs, numbers.astype(inputs.dtype)) / scale
        return integer_product(self._contraction, self.inputs_quantizer, inputs, numbers, scale)

    def _float_outputs(self, inputs: Array) -> Array:
        if self.inputs_quantizer is not None:
            numbers, scale = self.inputs_quantizer(inputs, axis=self._contraction.input_axes)
            floats = numbers.astype(inputs.dtype) / scale
            inputs = inputs + lax.stop_gradient(floats - inputs)
        return self._contraction(inputs, self._dequantized())

    @property
    def _shared_axes(self) -> tuple[int, ...]:
        return self._contraction.kernel_axes

    def _as_matrix(self, weight: Array) -> Array:
        rows = math.prod(weight.shape[axis] for axis in self._contraction.kernel_axes)
        return weight.reshape(rows, -1)

    def _in_blocks(self, matrix: Array) -> Array:
        return matrix

    def _matrix_of_kernel(self, kernel: Array) -> Array:
        return self._contraction.matrix_of_kernel(kernel)

    def _kernel_of_matrix(self, matrix: Array) -> Array:
        return self._contraction.kernel_of_matrix(matrix, self._full_shape)

    def _matrix_of_inputs(self, inputs: Array) -> Array:
        return self._contraction.matrix_of_inputs(inputs)

    def _scale_to_keep(self, scale: Array) -> Array:
        return self._contraction.over_outputs(scale, self._contraction.kernel)

    def _dequantized_int8(self) -> Array:
        scale = self._contraction.over_kernel(self.kernel_scale.value)
        return self._stored_weight.value.astype(self.compute_dtype) / scale


@functools.partial(jax.custom_vjp, nondiff_argnums=(0, 1))
def integer_product(
    contraction: Contraction, quantizer: Any, inputs: Array, numbers: Array, scale: Array
) -> Array:
    """Return the product of whole numbers; its gradient is that of the product of floats.

    Args:
        contraction: The product.
        quantizer: Makes whole numbers of the inputs.
        inputs: The inputs.
        numbers: The whole numbers of the kernel.
        scale: Their scale, with the axes of the result.
    """
    whole, input_scale = quantizer(inputs, axis=contraction.input_axes)
    outputs = contraction(whole, numbers, "int32").astype(inputs.dtype)
    return outputs / (contraction.over_outputs(input_scale, contraction.inputs) * scale)


def _integer_forward(
    contraction: Contraction, quantizer: Any, inputs: Array, numbers: Array, scale: Array
) -> Any:
    outputs = integer_product(contraction, quantizer, inputs, numbers, scale)
    return outputs, (jax.ShapeDtypeStruct(inputs.shape, inputs.dtype), numbers, scale)


def _integer_backward(contraction: Contraction, _quantizer: Any, kept: Any, gradient: Array) -> Any:
    inputs, numbers, scale = kept

    def product(x: Array) -> Array:
        return contraction(x, numbers.astype(x.dtype)) / scale

    return (*jax.linear_transpose(product, inputs)(gradient), None, None)


integer_product.defvjp(_integer_forward, _integer_backward)
