"""What the Inception networks share: convolutions with normalization, side by side."""

from __future__ import annotations

from typing import Any, NamedTuple

from ppul.applications.drawing import batch_norm, channel_axis, through
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.core.activation import Activation
from ppul.layers.merging.concatenate import Concatenate
from ppul.layers.pooling.pooling import AveragePooling2D, MaxPooling2D


class Conv(NamedTuple):
    """One convolution of a branch: its channels, the size of its windows, its stride."""

    channels: int
    size: int | tuple[int, int]
    strides: int = 1
    padding: str = "same"


def halving(channels: int) -> Conv:
    """Return a convolution that halves height and width."""
    return Conv(channels, 3, strides=2, padding="valid")


def convolved(x: Any, *convolutions: Conv, name: str | None = None) -> Any:
    """Return what convolutions make of `x`, each with normalization and ReLU behind it.

    Args:
        x: The input.
        *convolutions: The convolutions, one behind another.
        name: The name of the one there is, from which those of its other layers are made.
    """
    for channels, size, strides, padding in convolutions:
        x = through(
            x,
            Conv2D(channels, size, strides=strides, padding=padding, use_bias=False, name=name),
            batch_norm(name and f"{name}_bn", scale=False),
            Activation("relu", name=name and f"{name}_ac"),
        )
    return x


def smoothed(x: Any, convolution: Conv) -> Any:
    """Return a branch that averages neighbours before its convolution."""
    return convolved(AveragePooling2D(3, strides=1, padding="same")(x), convolution)


def shrunk(x: Any) -> Any:
    """Return the maximum of windows, at half the height and width."""
    return MaxPooling2D(3, strides=2)(x)


def joined(*branches: Any, name: str | None = None) -> Any:
    """Return the channels of all branches."""
    return Concatenate(axis=channel_axis(), name=name)(list(branches))


def stem(images: Any) -> Any:
    """Return what both networks begin with."""
    x = convolved(images, halving(32), Conv(32, 3, padding="valid"), Conv(64, 3))
    x = convolved(shrunk(x), Conv(80, 1, padding="valid"), Conv(192, 3, padding="valid"))
    return shrunk(x)
