"""RandomFlip: pictures upside down, or left to right."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.moving_layer import MovingLayer, Sizes
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from

# The axes of (batch, height, width, channels) that are turned around.
_AXES = {"horizontal": (2,), "vertical": (1,), "horizontal_and_vertical": (1, 2)}


class RandomFlip(MovingLayer):
    """Flip each picture while training, or leave it, with a probability of a half.

    Args:
        mode: "horizontal" for left to right, "vertical" for upside down, "horizontal_and_vertical"
            for both at once.
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> pictures = np.arange(8.0).reshape(4, 1, 2, 1)
        >>> RandomFlip("horizontal", seed=1)(pictures)[..., 0, 0].ravel().tolist()
        [1.0, 2.0, 4.0, 7.0]
    """

    _augments = True

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.mode = one_of(self._where, "mode", mode, tuple(_AXES))
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        return {"flips": drawn_from((0, 1), (shape[0], 1, 1, 1), seed) <= 0.5}

    def _move(self, images: Array, transformation: dict[str, Any], interpolation: str) -> Array:
        return jnp.where(transformation["flips"], jnp.flip(images, _AXES[self.mode]), images)

    def _move_points(
        self, x: Array, y: Array, transformation: dict[str, Any], sizes: Sizes
    ) -> tuple[Array, Array]:
        flips, axes = transformation["flips"][:, 0], _AXES[self.mode]
        if 2 in axes:
            x = jnp.where(flips, sizes[1] - x, x)
        if 1 in axes:
            y = jnp.where(flips, sizes[0] - y, y)
        return x, y
