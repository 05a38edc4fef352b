"""What layers that cut a part out of pictures share."""

from __future__ import annotations

from typing import Any

from jax import lax

from ppul.core.checks import positive_int
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.moving_layer import MovingLayer, Sizes
from ppul.ops.image.resizing import resize, window_inside


class CropLayer(MovingLayer):
    """A layer that cuts a part out of pictures; a subclass says which, in `_place`.

    Args:
        height: Height of the part.
        width: Width of the part.
        **kwargs: See `ImageLayer`.
    """

    def __init__(self, height: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.height = positive_int(self._where, "height", height)
        self.width = positive_int(self._where, "width", width)

    def _place(self, transformation: dict[str, Any], sizes: Sizes) -> tuple[Any, Any] | None:
        """Row and column where the part begins; None: the largest in its ratio is resampled."""
        raise NotImplementedError(f"{type(self).__name__} must define `_place`.")

    def _fits(self, sizes: Sizes) -> bool:
        """Whether pictures of (height, width) are as large as the part."""
        return bool(sizes[0] >= self.height and sizes[1] >= self.width)

    def _new_sizes(self, sizes: Sizes) -> Sizes:
        return self.height, self.width

    def _move(self, images: Array, transformation: dict[str, Any], interpolation: str) -> Array:
        batch, rows, columns, channels = images.shape
        size = self.height, self.width
        place = self._place(transformation, (rows, columns))
        if place is None:
            return resize(
                images, size, interpolation, crop_to_aspect_ratio=True, data_format="channels_last"
            )
        return lax.dynamic_slice(images, (0, *place, 0), (batch, *size, channels))

    def _move_points(
        self, x: Array, y: Array, transformation: dict[str, Any], sizes: Sizes
    ) -> tuple[Array, Array]:
        place = self._place(transformation, sizes)
        if place is not None:
            return x - place[1], y - place[0]
        top, left, rows, columns = window_inside(*sizes, self.height, self.width)
        return (x - left) * (self.width / columns), (y - top) * (self.height / rows)
