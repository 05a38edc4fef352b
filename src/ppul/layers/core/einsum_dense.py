"""EinsumDense: a dense layer over any axes, told by an equation."""

from __future__ import annotations

import copy
import re
from typing import Any, ClassVar

import jax.numpy as jnp

from ppul import activations, constraints, initializers, regularizers
from ppul.core.types import Array, Identifier, Shape
from ppul.initializers.random import VarianceScaling
from ppul.layers.core.contraction import Contracting, Contraction
from ppul.layers.core.lora import AdaptedWeight
from ppul.layers.input_spec import InputSpec
from ppul.ops.convolution import add_bias

# Labels of the input, of the kernel and of the output; input and output may have an ellipsis.
_EQUATION = re.compile(r"(\w*(?:\.\.\.)?\w*),(\w+)->(\w*(?:\.\.\.)?\w*)")


class EinsumDense(Contracting):
    """`activation(einsum(equation, inputs, kernel) + bias)`.

    Args:
        equation: What `einsum` takes, such as "abc,cd->abd": labels of the input, of the kernel
            and of the output. "..." stands for axes that are kept.
        output_shape: Shape of the output without the batch; an int for a single axis, None for
            sizes that are those of the input.
        activation: Function of the output; linear by default.
        bias_axes: Labels of the axes of the output along which the bias differs; none by default.
        kernel_initializer: How the kernel starts; its shape follows from the equation.
        bias_initializer: How the bias starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        lora_rank: Rank of the factors that are trained instead of the kernel (LoRA).
        lora_alpha: Their product counts `lora_alpha / lora_rank` times; once by default.
        gptq_unpacked_column_size: Number of columns of a kernel that GPTQ has packed.
        quantization_config: How `quantize` does it; see `ppul.quantizers`.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the equation is none, or does not fit the shapes.

    Example:
        >>> import numpy as np
        >>> EinsumDense("abc,cd->abd", (None, 6), bias_axes="d")(np.ones((2, 3, 4))).shape
        (2, 3, 6)
        >>> EinsumDense("...x,xy->...y", 6)(np.ones((2, 3, 4))).shape
        (2, 3, 6)
    """

    kernel = AdaptedWeight()
    _kept_as: ClassVar = {"output_shape": "_output_shape"}
    _unsaved = (*Contracting._unsaved, "gptq_unpacked_column_size")

    def __init__(
        self,
        equation: str,
        output_shape: int | Shape,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        kernel_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        gptq_unpacked_column_size: int | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            lora_rank=lora_rank,
            lora_alpha=lora_alpha,
            quantization_config=quantization_config,
            **kwargs,
        )
        self.gptq_unpacked_column_size = gptq_unpacked_column_size
        self.equation = equation
        self._labels = self._parsed(equation)
        self._contraction = Contraction(*self._labels)
        self._output_shape = (
            (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        )
        self.activation = activations.get(activation)
        self.bias_axes = bias_axes
        self.input_spec = InputSpec(min_ndim=1)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)

    def build(self, input_shape: Shape) -> None:
        """Make the kernel and the bias."""
        inputs, kernel, outputs = self._labels
        sizes = self._sizes(inputs, input_shape, "input")
        for label, size in self._sizes(
            outputs, (input_shape[0], *self._output_shape), "output"
        ).items():
            known = sizes.get(label)
            if None not in (known, size) and known != size:
                raise ValueError(
                    f"{self._where}: '{label}' of the equation {self.equation!r} is {known} in the "
                    f"input, of shape {input_shape}, and {size} in output_shape="
                    f"{self._output_shape}. Give it one size."
                )
            sizes[label] = size if known is None else known
        shape = tuple(self._known(label, sizes) for label in kernel)
        self._make_weight(shape, self._start_of_kernel(kernel, outputs))
        self.bias = None
        if self.bias_axes:
            kept = len(input_shape) - len(inputs.replace("...", ""))
            self.bias = self.add_weight(
                self._bias_shape(outputs.replace("...", " " * kept), sizes),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self._adapt()

    def call(self, inputs: Array, training: bool | None = None) -> Array:
        """Return the outputs."""
        bias = None if self.bias is None else self.bias.value
        return self._finished(jnp.einsum(self.equation, inputs, self._weight), bias)

    def _finished(self, outputs: Array, bias: Array | None) -> Array:
        if bias is not None:
            outputs = _with_bias(outputs, bias)
        return self.activation(outputs)

    def _parsed(self, equation: str) -> tuple[str, str, str]:
        found = _EQUATION.fullmatch(equation.replace(" ", ""))
        if found is None:
            raise ValueError(
                f"{self._where}: `equation` must read 'inputs,kernel->outputs', such as "
                f"'abc,cd->abd' or '...x,xy->...y'; got {equation!r}."
            )
        inputs, kernel, outputs = found.groups()
        if ("..." in inputs) != ("..." in outputs):
            raise ValueError(
                f"{self._where}: the equation {equation!r} has '...' on one side only. What it "
                "stands for must be in the input and in the output."
            )
        return inputs, kernel, outputs

    def _sizes(self, labels: str, shape: Shape, what: str) -> dict[str, int | None]:
        """The size of each label; those before an ellipsis count from the front, others from the end."""
        before, dots, after = labels.partition("...")
        least = len(before) + len(after)
        if len(shape) < least or (not dots and len(shape) > least):
            raise ValueError(
                f"{self._where}: the equation {self.equation!r} has {'at least ' if dots else ''}"
                f"{least} axes of the {what}, batch first; got the shape {shape}."
            )
        ends = shape[len(shape) - len(after) :]
        return dict(zip(before + after, (*shape[: len(before)], *ends), strict=True))

    def _start_of_kernel(self, kernel: str, outputs: str) -> Any:
        """The initializer, knowing that inputs of a unit are those the equation sums over."""
        start = self.kernel_initializer
        if not isinstance(start, VarianceScaling) or None not in (
            start.input_axes,
            start.output_axes,
        ):
            return start
        start = copy.copy(start)
        start.input_axes = [axis for axis, label in enumerate(kernel) if label not in outputs]
        start.output_axes = [axis for axis, label in enumerate(kernel) if label in outputs]
        return start

    def _known(self, label: str, sizes: dict[str, int | None]) -> int:
        size = sizes.get(label)
        if size is None:
            raise ValueError(
                f"{self._where}: the size of '{label}' in the equation {self.equation!r} is not "
                f"known. Give it in `output_shape` ({self._output_shape}), or feed an input of known "
                "size."
            )
        return size

    def _bias_shape(self, outputs: str, sizes: dict[str, int | None]) -> tuple[int, ...]:
        """As many axes as from the first with a bias on; size 1 along those without."""
        strange = [label for label in self.bias_axes or "" if label not in outputs]
        if strange:
            raise ValueError(
                f"{self._where}: `bias_axes` {self.bias_axes!r} has {strange}, which the output of "
                f"{self.equation!r} has not."
            )
        axes = self.bias_axes or ""
        first = min(outputs.index(label) for label in axes)
        return tuple(self._known(n, sizes) if n in axes else 1 for n in outputs[first:])


def _with_bias(outputs: Array, bias: Array) -> Array:
    """The sum, with the axes of the bias as one of channels, of which gradients are summed fast."""
    if outputs.shape[outputs.ndim - bias.ndim :] != bias.shape:
        return outputs + bias
    channels = outputs.reshape(*outputs.shape[: outputs.ndim - bias.ndim], bias.size)
    return add_bias(channels, bias.ravel()).reshape(outputs.shape)
