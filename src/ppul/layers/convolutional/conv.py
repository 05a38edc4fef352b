"""Convolutions: Conv1D, Conv2D, Conv3D."""

from __future__ import annotations

from typing import Any

from ppul import constraints, initializers, regularizers
from ppul.core.checks import positive_int
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.convolutional.base import WindowedLayer
from ppul.layers.core.lora import Adaptable, AdaptedWeight
from ppul.ops.convolution import conv


class BaseConv(Adaptable, WindowedLayer):
    """What convolutions of all ranks share; the arguments are those of `Conv2D`."""

    kernel = AdaptedWeight()

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, ...] = 1,
        groups: int = 1,
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
        self.groups = positive_int(self._where, "groups", groups)
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        if self.filters % self.groups:
            raise ValueError(
                f"{self._where}: `filters` ({self.filters}) must be a multiple of `groups` "
                f"({self.groups})."
            )
        self._check_strides()

    def build(self, input_shape: Shape) -> None:
        """Make the kernel and the bias."""
        channels = self._channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                f"{self._where}: the number of channels ({channels}) must be a multiple of `groups` "
                f"({self.groups})."
            )
        self._check_window(input_shape)
        shape = (*self.kernel_size, channels // self.groups, self.filters)
        self._make_weight(shape, self.kernel_initializer)
        self._add_bias(self.filters)
        self._adapt()

    def convolution_op(self, inputs: Array, kernel: Array) -> Array:
        """Return the input convolved, before bias and activation.

        Args:
            inputs: The input of the layer.
            kernel: (*kernel_size, channels / groups, filters).
        """
        return conv(
            inputs,
            kernel,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )

    def call(self, inputs: Array) -> Array:
        """Return the convolved input."""
        return self._finished(self.convolution_op(inputs, self._weight))


class Conv1D(BaseConv):
    """Convolution over one spatial axis.

    Args:
        filters: Number of output channels.
        kernel_size: Length of the window.
        strides: Steps between windows.
        padding: "valid" (windows inside the input), "same" (as many outputs as inputs, for strides
            of 1) or "causal" (no output sees later inputs).
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        groups: Number of groups of channels that are convolved apart.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (length, channels / groups, filters) starts.
        bias_initializer: How the bias (filters,) starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: `lora_rank` and `lora_alpha`, as of `Dense`; and what `Layer` takes.

    Example:
        >>> import numpy as np
        >>> Conv1D(4, 3, padding="causal")(np.ones((2, 8, 3))).shape
        (2, 8, 4)
    """

    rank = 1
    paddings = ("valid", "same", "causal")


class Conv2D(BaseConv):
    """Convolution over two spatial axes.

    Args:
        filters: Number of output channels.
        kernel_size: Height and width of the window, or one number for both.
        strides: Steps between windows.
        padding: "valid" (windows inside the input), "same" (as many outputs as inputs, for strides
            of 1).
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        groups: Number of groups of channels that are convolved apart.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (height, width, channels / groups, filters) starts.
        bias_initializer: How the bias (filters,) starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: `lora_rank` and `lora_alpha`, as of `Dense`; and what `Layer` takes.

    Example:
        >>> import numpy as np
        >>> Conv2D(4, 3, activation="relu")(np.ones((2, 8, 8, 1))).shape
        (2, 6, 6, 4)
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
        groups: int = 1,
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
            data_format,
            dilation_rate,
            groups,
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


class Conv3D(BaseConv):
    """Convolution over three spatial axes.

    Args:
        filters: Number of output channels.
        kernel_size: Depth, height and width of the window, or one number for all.
        strides: Steps between windows.
        padding: "valid" (windows inside the input), "same" (as many outputs as inputs, for strides
            of 1).
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        dilation_rate: Distance between the elements of a window.
        groups: Number of groups of channels that are convolved apart.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (depth, height, width, channels / groups, filters)
            starts.
        bias_initializer: How the bias (filters,) starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: `lora_rank` and `lora_alpha`, as of `Dense`; and what `Layer` takes.

    Example:
        >>> import numpy as np
        >>> Conv3D(4, 3, strides=2)(np.ones((1, 7, 7, 7, 2))).shape
        (1, 3, 3, 3, 4)
    """

    rank = 3

    def __init__(
        self,
        filters: int,
        kernel_size: int | tuple[int, int, int],
        strides: int | tuple[int, int, int] = (1, 1, 1),
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: int | tuple[int, int, int] = (1, 1, 1),
        groups: int = 1,
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
            data_format,
            dilation_rate,
            groups,
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
