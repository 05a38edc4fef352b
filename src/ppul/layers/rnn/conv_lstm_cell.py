"""ConvLSTMCell: a step of an LSTM whose products are convolutions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from ppul import activations
from ppul.core.checks import int_tuple, one_of, positive_int
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.rnn.gated_cell import GatedCell
from ppul.layers.rnn.lstm import forgetting_less, lstm_step
from ppul.ops.convolution import conv

_LAST = "channels_last"


class ConvLSTMCell(GatedCell):
    """One step of a `ConvLSTM2D`, or of one with another number of spatial axes.

    Args:
        rank: Number of spatial axes.
        filters: Number of output channels.
        kernel_size: Sizes of the window, one for all axes or one each.
        strides: Steps between windows over the input.
        padding: "valid" or "same", of the input.
        data_format: "channels_last" or "channels_first".
        dilation_rate: Distance between the elements of a window over the input.
        activation: Function of the candidate and of the carry.
        recurrent_activation: Function of the gates.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (*size, channels, 4 * filters) starts.
        recurrent_initializer: How the recurrent kernel (*size, filters, 4 * filters) starts.
        bias_initializer: How the bias (4 * filters,) starts.
        unit_forget_bias: Whether the bias of the gate for keeping starts at one.
        kernel_regularizer: Penalty on the kernel.
        recurrent_regularizer: Penalty on the recurrent kernel.
        bias_regularizer: Penalty on the bias.
        kernel_constraint: Applied to the kernel after each update.
        recurrent_constraint: Applied to the recurrent kernel after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        seed: Seed of dropout.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If sizes are not positive, or contradict each other.

    Source: Shi et al. 2015, arXiv:1506.04214, without the peepholes
    """

    gates = 4

    def __init__(
        self,
        rank: int,
        filters: int,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, ...] = 1,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        recurrent_initializer: Identifier = "orthogonal",
        bias_initializer: Identifier = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Identifier = None,
        recurrent_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        recurrent_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            activation=activation,
            use_bias=use_bias,
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            bias_initializer=bias_initializer,
            kernel_regularizer=kernel_regularizer,
            recurrent_regularizer=recurrent_regularizer,
            bias_regularizer=bias_regularizer,
            kernel_constraint=kernel_constraint,
            recurrent_constraint=recurrent_constraint,
            bias_constraint=bias_constraint,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            **kwargs,
        )
        where = self._where
        self.rank = rank
        self.filters = positive_int(where, "filters", filters)
        self.kernel_size = int_tuple(where, "kernel_size", kernel_size, rank)
        self.strides = int_tuple(where, "strides", strides, rank)
        self.padding = one_of(where, "padding", padding, ("valid", "same"))
        data_format = data_format or image_data_format()
        self.data_format = one_of(where, "data_format", data_format, IMAGE_FORMATS)
        self.dilation_rate = int_tuple(where, "dilation_rate", dilation_rate, rank)
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias
        self._state_shape: tuple[int, ...] = ()
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"{where}: strides {self.strides} and dilation_rate {self.dilation_rate} cannot both "
                "be above 1. Set one of them to 1."
            )

    @property
    def state_size(self) -> list[tuple[int, ...]]:
        """The shapes of the output and of the carry without the batch, known once it is built."""
        return [self._state_shape, self._state_shape]

    def build(self, input_shape: Shape) -> None:
        """Make the kernels and the bias."""
        if None in input_shape[1:]:
            raise ValueError(
                f"{self._where}: the sizes of its states follow from those of its input, which must "
                f"be known but for the batch; got steps of shape {input_shape}. Give the model's "
                "input a known size on these axes."
            )
        first = self.data_format == "channels_first"
        channels, size = input_shape[1 if first else -1], 4 * self.filters
        self._add_weights(
            (*self.kernel_size, channels, size),
            (*self.kernel_size, self.filters, size),
            (size,),
            forgetting_less(self.bias_initializer) if self.unit_forget_bias else None,
        )
        spatial = input_shape[2:] if first else input_shape[1:-1]
        gates = jax.eval_shape(
            self._input_product,
            jax.ShapeDtypeStruct((1, *spatial, channels), self.compute_dtype),
            jax.ShapeDtypeStruct(self.kernel.shape, self.compute_dtype),
        )
        counts, filters = gates.shape[1:-1], (self.filters,)
        self._state_shape = (*filters, *counts) if first else (*counts, *filters)

    def advance(self, joined: Array, states: list[Array]) -> list[Array]:
        return lstm_step(self, joined, states[1])

    def _input_product(self, inputs: Array, kernel: Array) -> Array:
        return _each_step(
            lambda x: conv(x, kernel, self.strides, self.padding, _LAST, self.dilation_rate),
            inputs,
            self.rank,
        )

    def _output_product(self, output: Array, kernel: Array) -> Array:
        return _each_step(
            lambda x: conv(x, kernel, padding="same", data_format=_LAST), output, self.rank
        )

    def _inside(self, x: Array) -> Array:
        return x if self.data_format == _LAST else jnp.moveaxis(x, -1 - self.rank, -1)

    def _outside(self, x: Array) -> Array:
        return x if self.data_format == _LAST else jnp.moveaxis(x, -1, -1 - self.rank)


def _each_step(convolve: Callable[[Array], Array], x: Array, rank: int) -> Array:
    """A convolution of one step or of several, whose leading axes are one to it."""
    leading = x.shape[: x.ndim - rank - 1]
    outputs = convolve(x.reshape(-1, *x.shape[-rank - 1 :]))
    return outputs.reshape(*leading, *outputs.shape[1:])
