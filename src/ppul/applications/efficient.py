"""What EfficientNet and EfficientNet V2 share: their convolutions, blocks' ends and top."""

from __future__ import annotations

import string
from collections.abc import Iterator
from typing import Any

from ppul.applications.drawing import channel_axis, channels_of, through
from ppul.initializers.random import VarianceScaling
from ppul.layers.convolutional.conv import Conv2D
from ppul.layers.convolutional.depthwise_conv import DepthwiseConv2D
from ppul.layers.core.dense import Dense
from ppul.layers.merging.merge import Add, Multiply
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D
from ppul.layers.regularization.dropout import Dropout
from ppul.layers.reshaping.reshape import Reshape

# The rate at which the last block is dropped; it grows from 0 with the depth.
_DROP_RATE = 0.2


def conv(channels: int, size: int, name: str, strides: int = 1, padding: str = "same") -> Conv2D:
    """Return a convolution without bias, as these networks initialize it."""
    return Conv2D(
        channels,
        size,
        strides=strides,
        padding=padding,
        use_bias=False,
        kernel_initializer=_fan_out(),
        name=name,
    )


def depthwise(size: int, name: str, strides: int = 1, padding: str = "same") -> DepthwiseConv2D:
    """Return a convolution of each channel by itself, as these networks initialize it."""
    return DepthwiseConv2D(
        size,
        strides=strides,
        padding=padding,
        use_bias=False,
        depthwise_initializer=_fan_out(),
        name=name,
    )


def squeezed(x: Any, channels: int, name: str) -> Any:
    """Return each channel times a share that depends on the averages of all.

    Args:
        x: The features.
        channels: Number of channels between the averages and the shares.
        name: What the layers' names begin with.
    """
    wide = channels_of(x)
    share = through(
        x,
        GlobalAveragePooling2D(name=f"{name}_squeeze"),
        Reshape((1, 1, wide) if channel_axis() == 3 else (wide, 1, 1), name=f"{name}_reshape"),
        _share_conv(channels, "silu", f"{name}_reduce"),
        _share_conv(wide, "sigmoid", f"{name}_expand"),
    )
    return Multiply(name=f"{name}_excite")([x, share])


def added(start: Any, x: Any, drop: float, name: str) -> Any:
    """Return `start` plus `x`, which is left out for some pictures in training.

    Args:
        start: What went into the block.
        x: What came out.
        drop: The share of pictures for which it is left out.
        name: The block.
    """
    if drop > 0:
        x = Dropout(drop, noise_shape=(None, 1, 1, 1), name=f"{name}_drop")(x)
    return Add(name=f"{name}_add")([x, start])


def numbered(depths: list[int], total: int) -> Iterator[tuple[int, int, str, float]]:
    """Yield `(stage, number in it, name, drop)` of each block.

    Args:
        depths: Numbers of blocks of the stages.
        total: The number of blocks at which the drop would be 0.2.

    Example:
        >>> list(numbered([1, 2], 4))
        [(0, 0, 'block1a', 0.0), (1, 0, 'block2a', 0.05), (1, 1, 'block2b', 0.1)]
    """
    count = 0
    for stage, depth in enumerate(depths):
        for number in range(depth):
            name = f"block{stage + 1}{string.ascii_lowercase[number]}"
            yield stage, number, name, _DROP_RATE * count / total
            count += 1


def top(x: Any, classes: int, activation: Any, dropout: float) -> Any:
    """Return probabilities of classes from features."""
    predictions = Dense(
        classes,
        activation=activation,
        kernel_initializer=VarianceScaling(1 / 3, "fan_out", "uniform"),
        name="predictions",
    )
    return through(
        x,
        GlobalAveragePooling2D(name="avg_pool"),
        *([Dropout(dropout, name="top_dropout")] if dropout > 0 else []),
        predictions,
    )


def _share_conv(channels: int, activation: str, name: str) -> Conv2D:
    return Conv2D(
        channels,
        1,
        padding="same",
        activation=activation,
        kernel_initializer=_fan_out(),
        name=name,
    )


def _fan_out() -> VarianceScaling:
    return VarianceScaling(2.0, "fan_out", "truncated_normal")
