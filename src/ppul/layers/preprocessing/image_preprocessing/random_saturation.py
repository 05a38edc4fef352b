"""RandomSaturation: colours made stronger or weaker."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.settings import epsilon
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import (
    drawn_from,
    interval,
    pixel_range,
    rescaled,
)
from ppul.ops.image.colors import hsv_to_rgb, rgb_to_hsv


class RandomSaturation(ImageLayer):
    """Make colours stronger or weaker while training, by amounts drawn at random.

    Args:
        factor: Range of the strength: 0 leaves no colour, 0.5 changes nothing, 1 is as strong as can
            be; one number f is (-f, f).
        value_range: The lowest and the highest value of a pixel.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> full = RandomSaturation((1.0, 1.0))
        >>> full(np.array([[[100.0, 200.0, 50.0]]])).round(1).ravel().tolist()
        [66.7, 200.0, 0.0]
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
        strength = drawn_from(self.factor, (shape[0],), seed)
        # 0.5 becomes 1, and 1 more than any colour needs.
        return {"factor": strength / (1 - strength + epsilon())}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        factor = transformation["factor"][:, None, None]
        hsv = rgb_to_hsv(rescaled(images, self.value_range, (0, 1)), "channels_last")
        hue, saturation, value = jnp.moveaxis(hsv, -1, 0)
        hsv = jnp.stack([hue, jnp.clip(saturation * factor, 0, 1), value], axis=-1)
        return rescaled(hsv_to_rgb(hsv, "channels_last"), (0, 1), self.value_range)
