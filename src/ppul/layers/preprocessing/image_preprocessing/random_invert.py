"""RandomInvert: some pictures as their negatives."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval, pixel_range


class RandomInvert(ImageLayer):
    """Make the negatives of some pictures while training.

    Args:
        factor: Range of the probability that one is inverted, drawn for each; one number f is (0, f).
        value_range: The lowest and the highest value of a pixel.
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> RandomInvert((1.0, 1.0))(np.array([[[55.0]]])).ravel().tolist()
        [200.0]
    """

    _augments = True

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, 0, 1)
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        probability = drawn_from(self.factor, (shape[0],), seed)
        return {"apply_inversion": drawn_from((0, 1), (shape[0],), seed) < probability}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        chosen = transformation["apply_inversion"][:, None, None, None]
        return jnp.where(chosen, sum(self.value_range) - images, images)
