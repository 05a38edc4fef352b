"""RandomZoom: pictures nearer, or farther away."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.affine_layer import AffineLayer
from ppul.layers.preprocessing.image_preprocessing.moving_layer import Sizes
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from, interval
from ppul.ops.bounding_boxes.formats import as_boxes


class RandomZoom(AffineLayer):
    """Zoom into pictures or out of them while training, by amounts drawn at random.

    Args:
        height_factor: Range of how much more of the height is seen, as a part of it: less than 0
            zooms in, more zooms out; one number f is (-f, f).
        width_factor: Likewise of the width; None zooms both alike.
        fill_mode: What is beyond the edges: "reflect", "wrap", "constant", "nearest" or "mirror";
            see `ops.image.affine_transform`.
        interpolation: "bilinear" or "nearest".
        seed: Seed of what is drawn.
        fill_value: The constant.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> twice_as_far = RandomZoom(0, (1.0, 1.0), fill_mode="constant")
        >>> twice_as_far(np.arange(1.0, 6.0).reshape(1, 5, 1)).ravel().tolist()
        [0.0, 1.0, 3.0, 5.0, 0.0]
    """

    def __init__(
        self,
        height_factor: Any,
        width_factor: Any = None,
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
        self._height = interval(self._where, "height_factor", height_factor, -1, 1, start=None)
        if width_factor is not None:
            self._width = interval(self._where, "width_factor", width_factor, -1, 1, start=None)
        self._filled(interpolation, fill_mode, fill_value)
        self._seeded(seed)

    def get_clipped_bbox(
        self, bounding_boxes: Any, h_end: Any, h_start: Any, w_end: Any, w_start: Any
    ) -> dict[str, Any]:
        """Return where boxes are in a part of the picture; what is outside of it is cut off.

        Args:
            bounding_boxes: A dict with "boxes", (batch, boxes, 4), left, top, right, bottom.
            h_end: Where the part ends below.
            h_start: Where it begins above.
            w_end: Where it ends on the right.
            w_start: Where it begins on the left.
        """
        start = jnp.stack([jnp.asarray(v) for v in (w_start, h_start, w_start, h_start)], axis=-1)
        end = jnp.stack([jnp.asarray(v) for v in (w_end, h_end, w_end, h_end)], axis=-1)
        start, end = (limits.reshape(-1, 1, 4) for limits in (start, end))
        boxes = as_boxes(bounding_boxes)
        return {**boxes, "boxes": jnp.clip(boxes["boxes"], start, end) - start}

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        limits = [self._height] if self.width_factor is None else [self._height, self._width]
        zooms = [drawn_from((1 + low, 1 + high), (shape[0], 1), seed) for low, high in limits]
        return {"height_zoom": zooms[0], "width_zoom": zooms[-1]}

    def _matrix(self, transformation: dict[str, Any], sizes: Sizes) -> tuple[Array, ...]:
        down, right = transformation["height_zoom"][:, 0], transformation["width_zoom"][:, 0]
        zero = jnp.zeros_like(down)
        y, x = (sizes[0] - 1) / 2 * (1 - down), (sizes[1] - 1) / 2 * (1 - right)
        return right, zero, x, zero, down, y
