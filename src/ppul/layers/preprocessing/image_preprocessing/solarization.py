"""Solarization: light pixels as their negatives."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import (
    drawn_from,
    interval,
    pixel_range,
    rescaled,
)

_LEVELS = (0, 255)


class Solarization(ImageLayer):
    """Make the negatives of light pixels while training, from a threshold drawn at random.

    Args:
        addition_factor: Range of what is added to all pixels first, as a part of `value_range`, in
            [0, 1]; one number f is (0, f).
        threshold_factor: Range of the threshold, likewise.
        value_range: The lowest and the highest value of a pixel.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`, `data_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> light = Solarization(threshold_factor=(0.5, 0.5))
        >>> light(np.array([[[100.0], [200.0]]])).ravel().tolist()
        [100.0, 55.0]
    """

    _augments = True

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.addition_factor = interval(self._where, "addition_factor", addition_factor, 0, 1)
        self.threshold_factor = interval(self._where, "threshold_factor", threshold_factor, 0, 1)
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        each = (shape[0], 1, 1, 1)
        additions, thresholds = (
            drawn_from((255 * first, 255 * last), each, seed)
            for first, last in (self.addition_factor, self.threshold_factor)
        )
        return {"additions": additions, "thresholds": thresholds}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        levels = rescaled(images, self.value_range, _LEVELS)
        levels = jnp.clip(levels + transformation["additions"], *_LEVELS)
        dark = levels < transformation["thresholds"]
        return rescaled(jnp.where(dark, levels, 255 - levels), _LEVELS, self.value_range)
