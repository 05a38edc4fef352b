"""Pictures in other colours."""

from __future__ import annotations

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.conversion import cast
from ppul.ops.image.layout import as_batch
from ppul.ops.tensors import Tensor, op

# How bright red, green and blue are (ITU-R BT.601).
_LUMA = (0.2989, 0.5870, 0.1140)


@op
def rgb_to_grayscale(images: Tensor, data_format: str | None = None) -> Array:
    """Return pictures in shades of grey; those that are already stay as they are.

    Args:
        images: One picture or a batch, of three channels, or one.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        Pictures of one channel and of the same dtype.

    Raises:
        ValueError: If there are other channels.

    Example:
        >>> rgb_to_grayscale([[[1.0, 1.0, 0.0]]]).round(3).tolist()
        [[[0.886]]]
    """
    batch, back = as_batch("rgb_to_grayscale", images, data_format)
    if batch.shape[-1] == 1:
        return images
    _check_three("rgb_to_grayscale", batch)
    grey = jnp.sum(batch * jnp.asarray(_LUMA, jnp.float32), axis=-1, keepdims=True)
    return back(cast(grey, images.dtype))


@op
def rgb_to_hsv(images: Tensor, data_format: str | None = None) -> Array:
    """Return colours given by red, green and blue as hue, saturation and value.

    Args:
        images: One picture or a batch, of three channels of floats in [0, 1].
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        Pictures of the same shape; the hue is a part of the circle, in [0, 1).

    Raises:
        ValueError: If there are not three channels of floats.

    Example:
        >>> rgb_to_hsv([[[0.0, 0.5, 0.0]]]).round(3).tolist()
        [[[0.333, 1.0, 0.5]]]
    """
    batch, back = as_batch("rgb_to_hsv", images, data_format)
    _check_three("rgb_to_hsv", batch, floats=True)
    red, green, blue = jnp.moveaxis(batch, -1, 0)
    value = jnp.max(batch, axis=-1)
    span = value - jnp.min(batch, axis=-1)
    saturation = jnp.where(value > 0, span / jnp.where(value > 0, value, 1), 0)
    sixth = 1 / (6 * jnp.where(span > 0, span, 1))
    # Which is the largest, not which equals it: compiled, the same number may be rounded twice.
    largest = jnp.argmax(batch, axis=-1)
    hue = jnp.where(
        largest == 0,
        (green - blue) * sixth,
        jnp.where(largest == 1, (blue - red) * sixth + 2 / 6, (red - green) * sixth + 4 / 6),
    )
    hue = jnp.where(span > 0, hue % 1, 0)
    return back(jnp.stack([hue, saturation, value], axis=-1).astype(images.dtype))


@op
def hsv_to_rgb(images: Tensor, data_format: str | None = None) -> Array:
    """Return colours given by hue, saturation and value as red, green and blue.

    Args:
        images: One picture or a batch, of three channels of floats in [0, 1].
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Raises:
        ValueError: If there are not three channels of floats.

    Example:
        >>> hsv_to_rgb([[[1 / 3, 1.0, 0.5]]]).round(3).tolist()
        [[[0.0, 0.5, 0.0]]]
    """
    batch, back = as_batch("hsv_to_rgb", images, data_format)
    _check_three("hsv_to_rgb", batch, floats=True)
    hue, saturation, value = jnp.moveaxis(batch, -1, 0)
    # Each of the colours is full for a third of the circle, and gone for the opposite third.
    distance = jnp.stack(
        [jnp.abs(hue * 6 - 3) - 1, 2 - jnp.abs(hue * 6 - 2), 2 - jnp.abs(hue * 6 - 4)]
    )
    share = jnp.clip(distance, 0, 1)
    rgb = value * (1 - saturation + saturation * share)
    return back(jnp.moveaxis(rgb, 0, -1).astype(images.dtype))


def _check_three(where: str, batch: Array, *, floats: bool = False) -> None:
    if batch.shape[-1] != 3:
        raise ValueError(
            f"{where}: pictures must have three channels, red, green and blue (or hue, saturation "
            f"and value); got {batch.shape[-1]}. Is `data_format` right?"
        )
    if floats and not jnp.issubdtype(batch.dtype, jnp.floating):
        raise ValueError(
            f"{where}: pictures must be floats in [0, 1]; got {batch.dtype}. Cast them."
        )
