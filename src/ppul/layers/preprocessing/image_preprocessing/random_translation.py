"""RandomTranslation: pictures moved to a side, up or down."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.affine_layer import AffineLayer
from ppul.layers.preprocessing.image_preprocessing.moving_layer import Sizes
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval


class RandomTranslation(AffineLayer):
    """Move pictures while training, by distances drawn at random.

    Args:
        height_factor: Range of the distance downwards, as a part of the height; one number f is
            (-f, f).
        width_factor: Range of the distance to the right, as a part of the width, likewise.
        fill_mode: What is beyond the edges: "reflect", "wrap", "constant", "nearest" or "mirror";
            see `ops.image.affine_transform`.
        interpolation: "bilinear" or "nearest".
        seed: Seed of what is drawn.
        fill_value: The constant.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> to_the_right = RandomTranslation(0, (0.5, 0.5), fill_mode="constant")
        >>> to_the_right(np.array([[[1.0], [2.0]]])).ravel().tolist()
        [0.0, 1.0]
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.height_factor = height_factor
        self.width_factor = width_factor
        self._down = interval(self._where, "height_factor", height_factor, -1, 1, start=None)
        self._right = interval(self._where, "width_factor", width_factor, -1, 1, start=None)
        self._filled(interpolation, fill_mode, fill_value)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        batch, height, width, _ = shape
        down = drawn_from(self._down, (batch, 1), seed) * height
        right = drawn_from(self._right, (batch, 1), seed) * width
        return {"translations": jnp.concatenate([right, down], axis=-1)}

    def _matrix(self, transformation: dict[str, Any], sizes: Sizes) -> tuple[Array, ...]:
        right, down = jnp.moveaxis(transformation["translations"], -1, 0)
        one, zero = jnp.ones_like(right), jnp.zeros_like(right)
        return one, zero, -right, zero, one, -down
