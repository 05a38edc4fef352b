"""Equalization: pictures in which all values occur equally often."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import positive_int
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.histograms import histograms, looked_up
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import pixel_range, rescaled

_LEVELS = (0, 255)


class Equalization(ImageLayer):
    """Spread the values of each channel while training, until all occur equally often in the batch.

    Args:
        value_range: The lowest and the highest value of a pixel.
        bins: Number of values that are told apart.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> Equalization()(np.array([[[1.0], [2.0], [3.0], [9.0]]])).ravel().tolist()
        [0.0, 85.0, 170.0, 255.0]
    """

    _augments = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        bins: int = 256,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = pixel_range(self._where, value_range)
        self.bins = positive_int(self._where, "bins", bins)

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        # One row a channel.
        values = jnp.moveaxis(rescaled(images, self.value_range, _LEVELS), -1, 0)
        values = jnp.clip(values.astype("float32"), *_LEVELS)
        flat = values.reshape(values.shape[0], -1)
        # Not the floor of a quotient, which a GPU computes by the reciprocal: 1 / 1 is less there.
        levels = jnp.floor_divide(flat * (self.bins - 1), 255).astype("int32")
        ranks = jnp.cumsum(histograms(levels, self.bins), axis=-1)
        first = jnp.min(jnp.where(ranks > 0, ranks, jnp.inf), axis=-1, keepdims=True)
        span = ranks[..., -1:] - first
        table = jnp.round((ranks - first) / jnp.where(span > 0, span, 1) * 255)
        spread = jnp.where(span > 0, looked_up(jnp.clip(table, *_LEVELS), levels), flat)
        return rescaled(
            jnp.moveaxis(spread.reshape(values.shape), 0, -1), _LEVELS, self.value_range
        )
