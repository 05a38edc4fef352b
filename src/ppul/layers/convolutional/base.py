"""What convolutional layers of all kinds share: windows, a bias and an activation."""

from __future__ import annotations

from typing import Any, ClassVar

from ppul import activations, constraints, initializers, regularizers
from ppul.core.checks import int_tuple, one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.ops.convolution import add_bias


class WindowedLayer(Layer):
    """A layer that looks at its input through windows over `rank` spatial axes.

    Args:
        kernel_size: Sizes of the window, one for all axes or one each.
        strides: Steps between windows.
        padding: "valid", "same" or what else a class has.
        data_format: "channels_last" or "channels_first".
        dilation_rate: Distance between the elements of a window.
        activation: Function of the output; linear by default.
        use_bias: Whether a bias is added.
        bias_initializer: How the bias (filters,) starts.
        bias_regularizer: Penalty on the bias.
        bias_constraint: Applied to the bias after each update.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If sizes are not positive, or contradict each other.
    """

    rank: ClassVar[int]
    paddings: ClassVar[tuple[str, ...]] = ("valid", "same")

    def __init__(
        self,
        *,
        kernel_size: int | tuple[int, ...],
        strides: int | tuple[int, ...],
        padding: str,
        data_format: str | None,
        dilation_rate: int | tuple[int, ...],
        activation: Any,
        use_bias: bool,
        bias_initializer: Identifier,
        bias_regularizer: Identifier,
        bias_constraint: Identifier,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        where = self._where
        self.kernel_size = int_tuple(where, "kernel_size", kernel_size, self.rank)
        self.strides = int_tuple(where, "strides", strides, self.rank)
        padding = padding.lower() if isinstance(padding, str) else padding
        self.padding = one_of(where, "padding", padding, self.paddings)
        data_format = data_format or image_data_format()
        self.data_format = one_of(where, "data_format", data_format, IMAGE_FORMATS)
        self.dilation_rate = int_tuple(where, "dilation_rate", dilation_rate, self.rank)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.bias_initializer = initializers.get(bias_initializer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.bias_constraint = constraints.get(bias_constraint)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _channels(self, input_shape: Shape) -> int:
        """The number of input channels, which is expected of all inputs from now on."""
        axis = -1 if self.data_format == "channels_last" else 1
        channels = input_shape[axis]
        if channels is None:
            raise ValueError(
                f"{self._where}: the number of channels must be known; got an input of shape "
                f"{input_shape}. Give the size of axis {axis} in the model's input."
            )
        self.input_spec = InputSpec(ndim=self.rank + 2, axes={axis: channels})
        return channels

    def _add_bias(self, size: int) -> None:
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                (size,),
                self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
                name="bias",
            )

    def _finished(self, outputs: Array) -> Array:
        """The outputs with the bias added and the activation applied."""
        if self.bias is not None and self.data_format == "channels_last":
            outputs = add_bias(outputs, self.bias.value)
        elif self.bias is not None:
            outputs = outputs + self.bias.value.reshape(1, -1, *(1,) * self.rank)
        return self.activation(outputs)

    def _check_strides(self) -> None:
        if max(self.strides) > 1 and max(self.dilation_rate) > 1:
            raise ValueError(
                f"{self._where}: strides {self.strides} and dilation_rate {self.dilation_rate} "
                "cannot both be above 1. Set one of them to 1."
            )

    def _check_window(self, input_shape: Shape) -> None:
        """A window larger than the input has no place in it."""
        if self.padding != "valid":
            return
        start = 1 if self.data_format == "channels_last" else 2
        spatial = input_shape[start : start + self.rank]
        for size, kernel, gap in zip(spatial, self.kernel_size, self.dilation_rate, strict=True):
            if size is not None and size < (kernel - 1) * gap + 1:
                raise ValueError(
                    f"{self._where}: a window of kernel_size={self.kernel_size} with dilation_rate="
                    f"{self.dilation_rate} does not fit an input of spatial size {spatial}. Use "
                    "padding='same', or a smaller kernel."
                )
