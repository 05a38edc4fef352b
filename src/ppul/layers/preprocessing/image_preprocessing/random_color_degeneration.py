"""RandomColorDegeneration: pictures with less colour."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval, pixel_range
from ppul.ops.image.colors import rgb_to_grayscale


class RandomColorDegeneration(ImageLayer):
    """Mix pictures with themselves in grey while training, by parts drawn at random.

    Args:
        factor: Range of the part of grey: 0 changes nothing, 1 leaves no colour; one number f is
            (-f, f).
        value_range: The lowest and the highest value of a pixel.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> grey = RandomColorDegeneration((1.0, 1.0))
        >>> grey(np.array([[[100.0, 200.0, 0.0]]])).round(2).ravel().tolist()
        [147.29, 147.29, 147.29]
    """

    _augments = True

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, -1, 1, start=None)
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        return {"factor": drawn_from(self.factor, (shape[0], 1, 1, 1), seed)}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        part = transformation["factor"]
        grey = rgb_to_grayscale(images, "channels_last")
        return jnp.clip(images + part * (grey - images), *self.value_range)
