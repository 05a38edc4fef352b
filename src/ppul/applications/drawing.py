"""What the architectures are drawn with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ppul.core.settings import image_data_format
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.layers.core.dense import Dense
from ppul.layers.normalization.batch_normalization import BatchNormalization
from ppul.layers.pooling.global_pooling import GlobalAveragePooling2D, GlobalMaxPooling2D
from ppul.layers.reshaping.zero_padding import ZeroPadding2D


def through(x: Any, *layers: Callable[[Any], Any]) -> Any:
    """Return what comes out when `x` goes through one layer after another.

    Example:
        >>> through(2, lambda x: x + 1, lambda x: x * 5)
        15
    """
    for layer in layers:
        x = layer(x)
    return x


def channel_axis() -> int:
    """Return the axis of the channels of pictures, as `image_data_format` says."""
    return 3 if image_data_format() == "channels_last" else 1


def channels_of(x: KerasTensor) -> int:
    """Return the number of channels of pictures.

    Raises:
        ValueError: If it is not known.
    """
    channels = x.shape[channel_axis()]
    if channels is None:
        raise ValueError(
            f"The number of channels must be known; got pictures of shape {x.shape} "
            f"({image_data_format()}). Give it in the model's input."
        )
    return channels


def height_and_width(shape: Shape) -> tuple[int | None, int | None]:
    """Return height and width from the shape of one picture."""
    height, width = shape[:2] if image_data_format() == "channels_last" else shape[1:]
    return height, width


def batch_norm(name: str | None = None, **kwargs: Any) -> BatchNormalization:
    """Return a batch normalization of the channels."""
    return BatchNormalization(axis=channel_axis(), name=name, **kwargs)


def padding_for_stride(x: KerasTensor, kernel_size: int, name: str | None = None) -> ZeroPadding2D:
    """Return the padding before an unpadded convolution with a stride of 2.

    The windows then lie as TensorFlow's "same" padding lays them, for which the published weights
    were trained. A size that is not known is taken for an even one.

    Args:
        x: The pictures.
        kernel_size: Height and width of the windows.
        name: The layer's name.
    """
    after = kernel_size // 2
    before = (
        after - 1 if size is None or size % 2 == 0 else after
        for size in height_and_width(x.shape[1:])
    )
    return ZeroPadding2D(tuple((edge, after) for edge in before), name=name)


def multiple(count: float, divisor: int = 8, *, least: float = 0.9) -> int:
    """Return the multiple of `divisor` nearest to a number of channels.

    Args:
        count: The number.
        divisor: What the result is a multiple of.
        least: The share of the number that the result is not to fall below.

    Example:
        >>> multiple(100), multiple(11), multiple(11, least=0)
        (104, 16, 8)
    """
    nearest = max(divisor, int(count + divisor / 2) // divisor * divisor)
    return nearest if nearest >= least * count else nearest + divisor


def pooled(x: Any, pooling: str | None, average: str | None = None, most: str | None = None) -> Any:
    """Return features of pictures as one vector a picture, or as they are.

    Args:
        x: The features.
        pooling: "avg", "max" or None.
        average: Name of the layer that averages.
        most: Name of the layer that takes the maximum.
    """
    if pooling == "avg":
        return GlobalAveragePooling2D(name=average)(x)
    if pooling == "max":
        return GlobalMaxPooling2D(name=most)(x)
    return x


def named_pooled(x: Any, pooling: str | None) -> Any:
    """Return `pooled` by a layer of the name `avg_pool` or `max_pool`."""
    return pooled(x, pooling, "avg_pool", "max_pool")


def average_and_dense(x: Any, classes: int, activation: Any) -> Any:
    """Return probabilities of classes from features: most architectures' top."""
    return through(
        x,
        GlobalAveragePooling2D(name="avg_pool"),
        Dense(classes, activation=activation, name="predictions"),
    )
