"""RandomErasing: a rectangle of some pictures filled."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.patches import random_patches
from ppul.layers.preprocessing.image_preprocessing.ranges import (
    drawn_from,
    interval,
    pixel_range,
)
from ppul.random.functions import normal


class RandomErasing(ImageLayer):
    """Fill a rectangle of some pictures while training, with a value or with noise.

    Args:
        factor: Range of the probability that one is changed, drawn for each; one number f is (0, f).
        scale: Range of the squares of the parts that the rectangle takes of width and height.
        fill_value: With what it is filled; None: normal numbers, times the highest value of a pixel.
        value_range: The lowest and the highest value of a pixel.
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Source: Zhong et al. 2020, "Random erasing data augmentation", arXiv:1708.04896

    Example:
        >>> import numpy as np
        >>> erasing = RandomErasing((1.0, 1.0), (0.25, 0.25), fill_value=0, seed=1)
        >>> float(erasing(np.ones((4, 4, 1))).sum())
        12.0
    """

    _augments = True

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: float | None = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, 0, 1)
        self.scale = interval(self._where, "scale", scale, 0, 1)
        self.fill_value = fill_value
        self.value_range = pixel_range(self._where, value_range)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        batch = shape[0]
        width, height = jnp.moveaxis(jnp.sqrt(drawn_from(self.scale, (batch, 2), seed)), -1, 0)
        inside, _ = random_patches(shape[:3], (height, width), seed)
        probability = drawn_from(self.factor, (batch,), seed)
        chosen = drawn_from((0, 1), (batch,), seed) < probability
        if self.fill_value is None:
            filling = normal(shape, dtype="float32", seed=seed) * self.value_range[1]
        else:
            filling = jnp.full(shape, self.fill_value, "float32")
        return {"apply_erasing": chosen, "batch_masks": inside, "fill_value": filling}

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        chosen = transformation["apply_erasing"][:, None, None, None]
        filling = jnp.clip(transformation["fill_value"], *self.value_range)
        return jnp.where(chosen & transformation["batch_masks"], filling, images)
