"""Separable convolutions: SeparableConv1D, SeparableConv2D."""

from __future__ import annotations

from typing import Any

from ppul import constraints, initializers, regularizers
from ppul.core.checks import positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.convolutional.base import WindowedLayer
from ppul.ops.separable_convolution import separable_conv


class BaseSeparableConv(WindowedLayer):
    """What separable convolutions share; the arguments are those of `SeparableConv2D`."""

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, ...] = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Identifier = "glorot_uniform",
        pointwise_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        depthwise_regularizer: Identifier = None,
        pointwise_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        depthwise_constraint: Identifier = None,
        pointwise_constraint: Identifier = None,
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
        self.depth_multiplier = positive_int(self._where, "depth_multiplier", depth_multiplier)
        self.depthwise_initializer = initializers.get(depthwise_initializer)
        self.pointwise_initializer = initializers.get(pointwise_initializer)
        self.depthwise_regularizer = regularizers.get(depthwise_regularizer)
        self.pointwise_regularizer = regularizers.get(pointwise_regularizer)
        self.depthwise_constraint = constraints.get(depthwise_constraint)
        self.pointwise_constraint = constraints.get(pointwise_constraint)

    def build(self, input_shape: Shape) -> None:
        """Make both kernels and the bias."""
        channels = self._channels(input_shape)
        self._check_window(input_shape)
        self.depthwise_kernel = self.add_weight(
            (*self.kernel_size, channels, self.depth_multiplier),
            self.depthwise_initializer,
            regularizer=self.depthwise_regularizer,
            constraint=self.depthwise_constraint,
            name="depthwise_kernel",
        )
        self.pointwise_kernel = self.add_weight(
            (*(1,) * self.rank, channels * self.depth_multiplier, self.filters),
            self.pointwise_initializer,
            regularizer=self.pointwise_regularizer,
            constraint=self.pointwise_constraint,
            name="pointwise_kernel",
        )
        self._add_bias(self.filters)

    def call(self, inputs: Array) -> Array:
        """Return the input, each channel convolved by itself and the results mixed."""
        outputs = separable_conv(
            inputs,
            self.depthwise_kernel.value,
            self.pointwise_kernel.value,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        return self._finished(outputs)


class SeparableConv1D(BaseSeparableConv):
    """Each channel convolved by itself over one spatial axis, then all mixed at each place.

    Args:
        filters: Number of output channels.
        kernel_size: Length of the window.
        strides: Steps between windows.
        padding: "valid" or "same".
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        depth_multiplier: Number of filters for each channel before they are mixed.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        depthwise_initializer: How the first kernel (length, channels, depth_multiplier) starts.
        pointwise_initializer: How the second kernel (1, channels * depth_multiplier, filters)
            starts.
        bias_initializer: How the bias (filters,) starts.
        depthwise_regularizer: Penalty on the first kernel.
        pointwise_regularizer: Penalty on the second kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        depthwise_constraint: Applied to the first kernel after each update.
        pointwise_constraint: Applied to the second kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> SeparableConv1D(5, 3)(np.ones((2, 8, 3))).shape
        (2, 6, 5)
    """

    rank = 1


class SeparableConv2D(BaseSeparableConv):
    """Each channel convolved by itself over two spatial axes, then all mixed at each place.

    Args:
        filters: Number of output channels.
        kernel_size: Height and width of the window, or one number for both.
        strides: Steps between windows.
        padding: "valid" or "same".
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        depth_multiplier: Number of filters for each channel before they are mixed.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        depthwise_initializer: How the first kernel (height, width, channels, depth_multiplier)
            starts.
        pointwise_initializer: How the second kernel (1, 1, channels * depth_multiplier, filters)
            starts.
        bias_initializer: How the bias (filters,) starts.
        depthwise_regularizer: Penalty on the first kernel.
        pointwise_regularizer: Penalty on the second kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        depthwise_constraint: Applied to the first kernel after each update.
        pointwise_constraint: Applied to the second kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> SeparableConv2D(5, 3, padding="same")(np.ones((2, 8, 8, 4))).shape
        (2, 8, 8, 5)
    """

    rank = 2

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int],
        strides: int | tuple[int, int] = (1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int] = (1, 1),
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Identifier = "glorot_uniform",
        pointwise_initializer: Identifier = "glorot_uniform",
        bias_initializer: Identifier = "zeros",
        depthwise_regularizer: Identifier = None,
        pointwise_regularizer: Identifier = None,
        bias_regularizer: Identifier = None,
        activity_regularizer: Identifier = None,
        depthwise_constraint: Identifier = None,
        pointwise_constraint: Identifier = None,
        bias_constraint: Identifier = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            depth_multiplier,
            activation,
            use_bias,
            depthwise_initializer,
            pointwise_initializer,
            bias_initializer,
            depthwise_regularizer,
            pointwise_regularizer,
            bias_regularizer,
            activity_regularizer,
            depthwise_constraint,
            pointwise_constraint,
            bias_constraint,
            **kwargs,
        )
