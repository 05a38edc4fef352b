"""Convolutions of each channel by itself, and those followed by a mixture of the channels."""

from __future__ import annotations

import jax.numpy as jnp

from ppul.core.types import Array, ArrayLike
from ppul.ops.convolution import conv
from ppul.ops.tensors import op


@op
def depthwise_conv(
    inputs: ArrayLike,
    kernel: ArrayLike,
    strides: int | tuple[int, ...] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | tuple[int, ...] = 1,
) -> Array:
    """Convolve each channel with filters of its own.

    Args:
        inputs: (batch, *spatial, channels), or (batch, channels, *spatial); any float type.
        kernel: (*size, channels, multiplier): so many filters a channel. The result has its dtype.
        strides: Distance between windows, one for all axes or one each.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        dilation_rate: Distance between the elements of a window, one for all axes or one each.

    Returns:
        The outputs: (batch, *counts, channels * multiplier), or with the channels first.

    Raises:
        ValueError: If shapes do not fit each other, or an argument is not one that can be.

    Example:
        >>> depthwise_conv(jnp.ones((1, 4, 4, 3)), jnp.ones((3, 3, 3, 2))).shape
        (1, 2, 2, 6)
    """
    kernel = jnp.asarray(kernel)
    *size, channels, multiplier = kernel.shape
    kernel = kernel.reshape(*size, 1, channels * multiplier)
    return conv(inputs, kernel, strides, padding, data_format, dilation_rate)


@op
def separable_conv(
    inputs: ArrayLike,
    depthwise_kernel: ArrayLike,
    pointwise_kernel: ArrayLike,
    strides: int | tuple[int, ...] = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int | tuple[int, ...] = 1,
) -> Array:
    """Convolve each channel by itself, then mix the channels at each place.

    Args:
        inputs: (batch, *spatial, channels), or (batch, channels, *spatial); any float type.
        depthwise_kernel: (*size, channels, multiplier).
        pointwise_kernel: (*ones, channels * multiplier, filters).
        strides: Distance between windows, one for all axes or one each.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        dilation_rate: Distance between the elements of a window, one for all axes or one each.

    Returns:
        The outputs: (batch, *counts, filters), or with the channels first.

    Raises:
        ValueError: If shapes do not fit each other, or an argument is not one that can be.

    Example:
        >>> kernels = jnp.ones((3, 3, 2, 1)), jnp.ones((1, 1, 2, 5))
        >>> separable_conv(jnp.ones((1, 4, 4, 2)), *kernels).shape
        (1, 2, 2, 5)
    """
    each = depthwise_conv(inputs, depthwise_kernel, strides, padding, data_format, dilation_rate)
    return conv(each, pointwise_kernel, data_format=data_format)
