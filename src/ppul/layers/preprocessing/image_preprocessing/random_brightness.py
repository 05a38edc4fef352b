"""RandomBrightness: pictures made lighter or darker."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval, pixel_range


class RandomBrightness(ImageLayer):
    """Make pictures lighter or darker while training, each by an amount drawn at random.

    Args:
        factor: Range of what is added to all pixels, as a part of `value_range`, in [-1, 1]; one
            number f is (-f, f).
        value_range: The lowest and the highest value of a pixel.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`, `data_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> lighter = RandomBrightness((0.5, 0.5), value_range=(0, 1))
        >>> lighter(np.array([[[0.25], [0.75]]])).ravel().tolist()
        [0.75, 1.0]
    """

    _augments = True
    _keeps_dtype = True

    def __init__(
        self, factor: Any, value_range: Any = (0, 255), seed: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.factor = interval(self._where, "factor", factor, -1, 1, start=None)
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        low, high = self.value_range
        parts = drawn_from(self.factor, (shape[0], 1, 1, 1), seed)
        return {"rgb_delta": parts * (high - low)}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        added = transformation["rgb_delta"]
        return jnp.clip(images + added, *self.value_range)
