"""RandomShear: pictures that lean to a side."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.affine_layer import AffineLayer
from ppul.layers.preprocessing.image_preprocessing.moving_layer import Sizes
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval


class RandomShear(AffineLayer):
    """Shear pictures while training, by amounts drawn at random.

    Args:
        x_factor: Range of how far a row is moved against the one above it, in pixels, in [-1, 1];
            one number f is (-f, f). Which way is drawn too.
        y_factor: Likewise of columns.
        interpolation: "bilinear" or "nearest".
        fill_mode: What is beyond the edges: "reflect", "wrap", "constant", "nearest" or "mirror";
            see `ops.image.affine_transform`.
        fill_value: The constant.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        seed: Seed of what is drawn.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> leaning = RandomShear((1.0, 1.0), fill_mode="constant", seed=1)
        >>> leaning(np.ones((3, 3, 1)))[..., 0].tolist()
        [[1.0, 1.0, 1.0], [1.0, 1.0, 0.0], [1.0, 0.0, 0.0]]
    """

    def __init__(
        self,
        x_factor: Any = 0.0,
        y_factor: Any = 0.0,
        interpolation: str = "bilinear",
        fill_mode: str = "reflect",
        fill_value: float = 0.0,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.x_factor = interval(self._where, "x_factor", x_factor, -1, 1, start=None)
        self.y_factor = interval(self._where, "y_factor", y_factor, -1, 1, start=None)
        self._filled(interpolation, fill_mode, fill_value)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        each = (shape[0], 1)
        way = jnp.where(drawn_from((0, 1), each, seed) < 0.5, 1.0, -1.0)
        y, x = (drawn_from(limits, each, seed) for limits in (self.y_factor, self.x_factor))
        return {"shear_factor": jnp.concatenate([x, y], axis=-1) * way}

    def _matrix(self, transformation: dict[str, Any], sizes: Sizes) -> tuple[Array, ...]:
        x, y = jnp.moveaxis(transformation["shear_factor"], -1, 0)
        one, zero = jnp.ones_like(x), jnp.zeros_like(x)
        return one, x, zero, y, one, zero
