"""Transposed convolutions: Conv1DTranspose, Conv2DTranspose, Conv3DTranspose."""

from __future__ import annotations

from typing import Any

from ppul import constraints, initializers, regularizers
from ppul.core.checks import int_tuple, positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.convolutional.base import WindowedLayer
from ppul.ops.convolution_transpose import conv_transpose


class BaseConvTranspose(WindowedLayer):
    """What transposed convolutions share; the arguments are those of `Conv2DTranspose`."""

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = 1,
        padding: str = "valid",
        output_padding: int | tuple[int, ...] | None = None,
        data_format: str | None = None,
        dilation_rate: int | tuple[int, ...] = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        kernel_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size=kernel_size,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilation_rate=dilation_rate,
            activation=activation,
            use_bias=use_bias,
            bias_initializer=bias_initializer,
            bias_regularizer=bias_regularizer,
            activity_regularizer=activity_regularizer,
            bias_constraint=bias_constraint,
            **kwargs,
        )
        self.filters = positive_int(self._where, "filters", filters)
        self.output_padding = self._output_padding(output_padding)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self._check_strides()

    def build(self, input_shape: Shape) -> None:
        """Make the kernel and the bias."""
        self.kernel = self.add_weight(
            (*self.kernel_size, self.filters, self._channels(input_shape)),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self._add_bias(self.filters)

    def call(self, inputs: Array) -> Array:
        """Return the input, each element spread over a window."""
        outputs = conv_transpose(
            inputs,
            self.kernel.value,
            strides=self.strides,
            padding=self.padding,
            output_padding=self.output_padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self._finished(outputs)

    def _output_padding(self, given: Any) -> tuple[int, ...] | None:
        if given is None:
            return None
        sizes = int_tuple(self._where, "output_padding", given, self.rank, minimum=0)
        if any(size >= step for size, step in zip(sizes, self.strides, strict=True)):
            raise ValueError(
                f"{self._where}: `output_padding` must be below `strides` on every axis; got "
                f"{sizes} and {self.strides}."
            )
        return sizes


class Conv1DTranspose(BaseConvTranspose):
    """Transposed convolution over one spatial axis: each input is spread over a window.

    Args:
        filters: Number of output channels.
        kernel_size: Length of the window.
        strides: Steps between windows: how many times as long the output is.
        padding: "valid" (whole windows) or "same" (exactly `strides` times as long).
        output_padding: How much longer the output is than the shortest that fits; below `strides`.
            By default, as long as `padding` says.
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (length, filters, channels) starts.
        bias_initializer: How the bias (filters,) starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Conv1DTranspose(4, 3, strides=2, padding="same")(np.ones((2, 8, 3))).shape
        (2, 16, 4)
    """

    rank = 1


class Conv2DTranspose(BaseConvTranspose):
    """Transposed convolution over two spatial axes: each input is spread over a window.

    Args:
        filters: Number of output channels.
        kernel_size: Height and width of the window, or one number for both.
        strides: Steps between windows: how many times as long the output is.
        padding: "valid" (whole windows) or "same" (exactly `strides` times as long).
        output_padding: How much longer the output is than the shortest that fits; below `strides`.
            By default, as long as `padding` says.
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (height, width, filters, channels) starts.
        bias_initializer: How the bias (filters,) starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Conv2DTranspose(4, 2, strides=2)(np.ones((2, 4, 4, 3))).shape
        (2, 8, 8, 4)
    """

    rank = 2

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        output_padding: int | tuple[int, int] | None = None,
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        kernel_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **kwargs,
        )


class Conv3DTranspose(BaseConvTranspose):
    """Transposed convolution over three spatial axes: each input is spread over a window.

    Args:
        filters: Number of output channels.
        kernel_size: Depth, height and width of the window, or one number for all.
        strides: Steps between windows: how many times as long the output is.
        padding: "valid" (whole windows) or "same" (exactly `strides` times as long).
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        output_padding: How much longer the output is than the shortest that fits; below `strides`.
            By default, as long as `padding` says.
        dilation_rate: Distance between the elements of a window.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (depth, height, width, filters, channels) starts.
        bias_initializer: How the bias (filters,) starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Conv3DTranspose(4, 3)(np.ones((1, 2, 2, 2, 3))).shape
        (1, 4, 4, 4, 4)
    """

    rank = 3

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int, int],
        strides: int | tuple[int, int, int] = (1, 1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        output_padding: int | tuple[int, int, int] | None = None,
        dilation_rate: int | tuple[int, int, int] = (1, 1, 1),
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        kernel_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        kernel_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **kwargs,
        )
