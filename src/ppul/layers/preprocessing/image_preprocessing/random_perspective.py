"""RandomPerspective: pictures seen from elsewhere."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import in_range, one_of
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.moving_layer import MovingLayer, Sizes
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval
from ppul.ops.image.warping import homography, perspective_transform


class RandomPerspective(MovingLayer):
    """Move the corners of some pictures while training, each by a part drawn at random.

    Args:
        factor: Range of the probability that one is changed, drawn for each; one number f is (0, f).
        scale: How far a corner may be moved, in [0, 1]: up to half of that part of its coordinates.
        interpolation: "bilinear" or "nearest".
        fill_value: What is beyond the edges.
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> RandomPerspective(scale=0.5).compute_output_shape((None, 32, 32, 3))
        (None, 32, 32, 3)
    """

    _augments = True

    def __init__(
        self,
        factor: Any = 1.0,
        scale: float = 1.0,
        interpolation: str = "bilinear",
        fill_value: float = 0.0,
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = interval(self._where, "factor", factor, 0, 1)
        self.scale = in_range(self._where, "scale", scale, 0, 1)
        self.interpolation = one_of(
            self._where, "interpolation", interpolation, ("nearest", "bilinear")
        )
        self.fill_value = fill_value
        self._seeded(seed)

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        batch, height, width, _ = shape
        probability = drawn_from(self.factor, (batch,), seed)
        chosen = drawn_from((0, 1), (batch,), seed) < probability
        right, down = width - 1, height - 1
        corners = jnp.asarray([[0, 0], [right, 0], [0, down], [right, down]], "float32")
        start = jnp.broadcast_to(corners, (batch, 4, 2))
        half = self.scale / 2
        end = start * (1 + drawn_from((-half, half), (batch, 4, 2), seed))
        return {"apply_perspective": chosen, "start_points": start, "end_points": end}

    def _move(self, images: Array, transformation: dict[str, Any], interpolation: str) -> Array:
        points = transformation["start_points"], transformation["end_points"]
        moved = perspective_transform(
            images, *points, interpolation, self.fill_value, "channels_last"
        )
        return jnp.where(transformation["apply_perspective"][:, None, None, None], moved, images)

    def _move_points(
        self, x: Array, y: Array, transformation: dict[str, Any], sizes: Sizes
    ) -> tuple[Array, Array]:
        numbers = homography(transformation["start_points"], transformation["end_points"])
        a, b, c, d, e, f, g, h = jnp.moveaxis(numbers, -1, 0)[..., None, None]
        distance = g * x + h * y + 1
        right, down = (a * x + b * y + c) / distance, (d * x + e * y + f) / distance
        chosen = transformation["apply_perspective"][:, None, None]
        return jnp.where(chosen, right, x), jnp.where(chosen, down, y)
