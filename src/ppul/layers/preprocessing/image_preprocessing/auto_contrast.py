"""AutoContrast: pictures whose values reach from the lowest to the highest."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import pixel_range


class AutoContrast(ImageLayer):
    """Stretch the values of each channel of a picture to the whole range, in training or not.

    Args:
        value_range: The lowest and the highest value of a pixel.
        **kwargs: `bounding_box_format`, `data_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> AutoContrast()(np.array([[[3.0], [4.0], [7.0]]])).ravel().tolist()
        [0.0, 63.75, 255.0]
    """

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = pixel_range(self._where, value_range)

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        low, high = self.value_range
        first = jnp.min(images, axis=(1, 2), keepdims=True)
        span = jnp.max(images, axis=(1, 2), keepdims=True) - first
        stretched = (images - first) / jnp.where(span > 0, span, 1) * (high - low) + low
        return jnp.where(span > 0, jnp.clip(stretched, low, high), images)
