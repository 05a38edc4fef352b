"""Depthwise convolutions: DepthwiseConv1D, DepthwiseConv2D."""

from __future__ import annotations

from typing import Any

from ppul import constraints, initializers, regularizers
from ppul.core.checks import positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.convolutional.base import WindowedLayer
from ppul.ops.separable_convolution import depthwise_conv


class BaseDepthwiseConv(WindowedLayer):
    """What depthwise convolutions share; the arguments are those of `DepthwiseConv2D`."""

    def __init__(
        self,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: int | tuple[int, ...] = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        depthwise_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        depthwise_constraint: Identifier = None,
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
        self.depth_multiplier = positive_int(self._where, "depth_multiplier", depth_multiplier)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)

    def build(self, input_shape: Shape) -> None:
        """Make the kernel and the bias."""
        channels = self._channels(input_shape)
        self._check_window(input_shape)
        self.kernel = self.add_weight(
            (*self.kernel_size, channels, self.depth_multiplier),
            self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
            name="kernel",
        )
        self._add_bias(channels * self.depth_multiplier)

    def call(self, inputs: Array) -> Array:
        """Return the input, each channel convolved by itself."""
        outputs = depthwise_conv(
            inputs,
            self.kernel.value,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self._finished(outputs)


class DepthwiseConv1D(BaseDepthwiseConv):
    """Convolution of each channel by itself, over one spatial axis.

    Args:
        kernel_size: Length of the window.
        strides: Steps between windows.
        padding: "valid" or "same".
        depth_multiplier: Number of filters for each channel.
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        depthwise_initializer: How the kernel (length, channels, depth_multiplier) starts.
        bias_initializer: How the bias (channels * depth_multiplier,) starts.
        depthwise_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        depthwise_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> DepthwiseConv1D(3, depth_multiplier=2)(np.ones((2, 8, 3))).shape
        (2, 6, 6)
    """

    rank = 1


class DepthwiseConv2D(BaseDepthwiseConv):
    """Convolution of each channel by itself, over two spatial axes.

    Args:
        kernel_size: Height and width of the window, or one number for both.
        strides: Steps between windows.
        padding: "valid" or "same".
        depth_multiplier: Number of filters for each channel.
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        depthwise_initializer: How the kernel (height, width, channels, depth_multiplier) starts.
        bias_initializer: How the bias (channels * depth_multiplier,) starts.
        depthwise_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        depthwise_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> DepthwiseConv2D(3, padding="same")(np.ones((2, 8, 8, 4))).shape
        (2, 8, 8, 4)
    """

    rank = 2

    def __init__(
        self,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        depthwise_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        depthwise_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size,
            strides,
            padding,
            depth_multiplier,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            depthwise_initializer,
            bias_initializer,
            depthwise_regularizer,
            bias_regularizer,
            activity_regularizer,
            depthwise_constraint,
            bias_constraint,
            **kwargs,
        )
