"""RandomContrast: pixels brought nearer to their mean, or away from it."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval, pixel_range


class RandomContrast(ImageLayer):
    """Multiply distances from the mean of each channel while training, by factors drawn at random.

    Args:
        factor: (a, b): the factor is drawn from [1 - a, 1 + b]; one number f is (0, f).
        value_range: The lowest and the highest value of a pixel.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`, `data_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> steeper = RandomContrast((-1.0, 1.0), value_range=(0, 10))
        >>> steeper(np.array([[[4.0], [6.0]]])).ravel().tolist()
        [3.0, 7.0]
    """

    _augments = True

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.factor = interval(self._where, "factor", factor, -1, 1)
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        limits = 1 - self.factor[0], 1 + self.factor[1]
        return {"contrast_factor": drawn_from(limits, (shape[0], 1, 1, 1), seed)}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        mean = jnp.mean(images, axis=(1, 2), keepdims=True)
        factor = transformation["contrast_factor"]
        return jnp.clip((images - mean) * factor + mean, *self.value_range)
