"""Convolutions: Conv1D, Conv2D, Conv3D."""

from __future__ import annotations

from typing import Any

from ppul import activations, constraints, initializers, regularizers
from ppul.core.checks import int_tuple, one_of, positive_int
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.ops.convolution import add_bias, conv


class BaseConv(Layer):
    """What convolutions of all ranks share.

    Args:
        rank: Number of spatial axes.
        filters: Number of output channels.
        kernel_size: Sizes of the window.
        strides: Steps between windows.
        padding: "valid" (windows inside the input), "same" (as many outputs as inputs, for strides
            of 1), or, with one axis, "causal".
        data_format: "channels_last" or "channels_first".
        dilation_rate: Distance between the elements of a window.
        groups: Number of groups of channels that are convolved apart.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        kernel_initializer: How the kernel (*kernel_size, channels / groups, filters) starts.
        bias_initializer: How the bias (filters,) starts.
        kernel_regularizer: Penalty on the kernel.
        bias_regularizer: Penalty on the bias.
        activity_regularizer: Penalty on the output.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If sizes are not positive, or contradict each other.
    """

    _paddings = ("valid", "same")

    def __init__(
        self,
        rank: int,
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
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        where = f"{type(self).__name__} '{self.name}'"
        self.rank = rank
        self.filters = positive_int(where, "filters", filters)
        self.kernel_size = int_tuple(where, "kernel_size", kernel_size, rank)
        self.strides = int_tuple(where, "strides", strides, rank)
        padding = padding.lower() if isinstance(padding, str) else padding
        self.padding = one_of(where, "padding", padding, self._paddings)
        data_format = data_format or image_data_format()
        self.data_format = one_of(where, "data_format", data_format, IMAGE_FORMATS)
        self.dilation_rate = int_tuple(where, "dilation_rate", dilation_rate, rank)
        self.groups = positive_int(where, "groups", groups)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(min_ndim=rank + 2)
        if self.filters % self.groups:
            raise ValueError(
                f"{where}: `filters` ({self.filters}) must be a multiple of `groups` ({self.groups})."
            )
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"{where}: strides {self.strides} and dilation_rate {self.dilation_rate} cannot both "
                "be above 1."
            )

    def build(self, input_shape: Shape) -> None:
        """Make the kernel and the bias."""
        axis = -1 if self.data_format == "channels_last" else 1
        channels = input_shape[axis]
        where = f"{type(self).__name__} '{self.name}'"
        if channels is None:
            raise ValueError(f"{where}: the number of channels must be known; got {input_shape}.")
        if channels % self.groups:
            raise ValueError(
                f"{where}: the number of channels ({channels}) must be a multiple of `groups` "
                f"({self.groups})."
            )
        self._check_window(where, input_shape)
        self.kernel = self.add_weight(
            (*self.kernel_size, channels // self.groups, self.filters),
            self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                (self.filters,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )
        self.input_spec = InputSpec(min_ndim=self.rank + 2, axes={axis: channels})

    def call(self, inputs: Array) -> Array:
        """Return the convolved input."""
        outputs = conv(
            inputs,
            self.kernel.value,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
            dilation_rate=self.dilation_rate,
        )
        if self.bias is not None and self.data_format == "channels_last":
            outputs = add_bias(outputs, self.bias.value)
        elif self.bias is not None:
            outputs = outputs + self.bias.value.reshape(1, -1, *(1,) * self.rank)
        return self.activation(outputs)

    def _check_window(self, where: str, input_shape: Shape) -> None:
        """A window larger than the input has no place in it."""
        if self.padding != "valid":
            return
        start = 1 if self.data_format == "channels_last" else 2
        spatial = input_shape[start : start + self.rank]
        for size, kernel, gap in zip(spatial, self.kernel_size, self.dilation_rate, strict=True):
            if size is not None and size < (kernel - 1) * gap + 1:
                raise ValueError(
                    f"{where}: a window of kernel_size={self.kernel_size} with dilation_rate="
                    f"{self.dilation_rate} does not fit an input of spatial size {spatial}. Use "
                    "padding='same', or a smaller kernel."
                )

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        config = super().get_config()
        config.pop("rank", None)
        return config


class Conv2D(BaseConv):
    """Convolution over two spatial axes.

    Args:
        filters: Number of output channels.
        kernel_size: Height and width of the window, or one number for both.
        strides: Steps between windows.
        padding: "valid" or "same".
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
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Conv2D(4, 3, activation="relu")(np.ones((2, 8, 8, 1))).shape
        (2, 6, 6, 4)
    """

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
            2,
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
