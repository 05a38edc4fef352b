"""RandomRotation: pictures turned around their middle."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.affine_layer import AffineLayer
from ppul.layers.preprocessing.image_preprocessing.moving_layer import Sizes
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval


class RandomRotation(AffineLayer):
    """Turn pictures around their middle while training, by angles drawn at random.

    Args:
        factor: Range of the angle as a part of a full turn, counter-clockwise; one number f is
            (-f, f).
        fill_mode: What is beyond the edges: "reflect", "wrap", "constant", "nearest" or "mirror";
            see `ops.image.affine_transform`.
        interpolation: "bilinear" or "nearest".
        seed: Seed of what is drawn.
        fill_value: The constant.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> quarter = RandomRotation((0.25, 0.25), "nearest", "nearest")
        >>> quarter(np.array([[[1.0], [2.0]], [[3.0], [4.0]]]))[..., 0].tolist()
        [[2.0, 4.0], [1.0, 3.0]]
    """

    def __init__(
        self,
        factor: Any,
        fill_mode: str = "reflect",
        interpolation: str = "bilinear",
        seed: int | None = None,
        fill_value: float = 0.0,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, -1, 1, start=None)
        self._filled(interpolation, fill_mode, fill_value)
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        low, high = self.factor
        return {"angle": drawn_from((360 * low, 360 * high), (shape[0],), seed)}

    def _matrix(self, transformation: dict[str, Any], sizes: Sizes) -> tuple[Array, ...]:
        angle = jnp.deg2rad(transformation["angle"])
        sine, cosine = jnp.sin(angle), jnp.cos(angle)
        y, x = (sizes[0] - 1) / 2, (sizes[1] - 1) / 2
        right, down = x - cosine * x + sine * y, y - sine * x - cosine * y
        return cosine, -sine, right, sine, cosine, down
