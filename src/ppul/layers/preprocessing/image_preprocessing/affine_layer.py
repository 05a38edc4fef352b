"""What layers share that turn, move, stretch or shear pictures."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.moving_layer import MovingLayer, Sizes
from ppul.ops.bounding_boxes.formats import as_boxes
from ppul.ops.image.warping import affine_transform

_FILL_MODES = ("reflect", "wrap", "constant", "nearest", "mirror")
_INTERPOLATIONS = ("nearest", "bilinear")


class AffineLayer(MovingLayer):
    """A layer that takes each pixel from a place that is an affine function of its own.

    A subclass says in `_matrix` which: (a, b, c, d, e, f) for each picture, the pixel in column x
    and row y being taken from column a x + b y + c and row d x + e y + f.
    """

    _augments = True

    def _filled(self, interpolation: str, fill_mode: str, fill_value: float) -> None:
        """Keep what is between pixels, and beyond the edges."""
        one_of(self._where, "interpolation", interpolation, _INTERPOLATIONS)
        one_of(self._where, "fill_mode", fill_mode, _FILL_MODES)
        self.interpolation = interpolation
        self.fill_mode = fill_mode
        self.fill_value = fill_value

    def _matrix(self, transformation: dict[str, Any], sizes: Sizes) -> tuple[Array, ...]:
        """The six numbers, each (batch,), for pictures of (height, width)."""
        raise NotImplementedError(f"{type(self).__name__} must define `_matrix`.")

    def _move(self, images: Array, transformation: dict[str, Any], interpolation: str) -> Array:
        numbers = self._matrix(transformation, (images.shape[1], images.shape[2]))
        zero = jnp.zeros_like(numbers[0])
        return affine_transform(
            images,
            jnp.stack([*numbers, zero, zero], axis=-1),
            interpolation,
            self.fill_mode,
            self.fill_value,
            "channels_last",
        )

    def _move_points(
        self, x: Array, y: Array, transformation: dict[str, Any], sizes: Sizes
    ) -> tuple[Array, Array]:
        a, b, c, d, e, f = self._matrix(transformation, sizes)
        zero, area = jnp.zeros_like(a), a * e - b * d
        back = [e, -b, b * f - c * e, -d, a, c * d - a * f]
        inverse = jnp.stack([*(number / area for number in back), zero, zero], axis=-1)
        return self.get_transformed_x_y(x, y, inverse[:, None])

    def get_transformed_x_y(self, x: Any, y: Any, transform: Any) -> tuple[Array, Array]:
        """Return where points are taken by the eight numbers of `ops.image.affine_transform`.

        Args:
            x: Columns, (batch, ...).
            y: Rows, likewise.
            transform: (a, b, c, d, e, f, g, h), for all or each: a point is taken to
                ((a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1)).
        """
        a, b, c, d, e, f, g, h = jnp.moveaxis(jnp.asarray(transform), -1, 0)[..., None]
        distance = g * x + h * y + 1
        return (a * x + b * y + c) / distance, (d * x + e * y + f) / distance

    def get_shifted_bbox(
        self, bounding_boxes: Any, w_shift_factor: Any, h_shift_factor: Any
    ) -> dict[str, Any]:
        """Return boxes moved to the left and up.

        Args:
            bounding_boxes: A dict with "boxes", (batch, boxes, 4), left, top, right, bottom.
            w_shift_factor: How far to the left, one number for all or each.
            h_shift_factor: How far up, likewise.
        """
        x, y = (
            jnp.reshape(jnp.asarray(shift, "float32"), (-1, 1))
            for shift in (w_shift_factor, h_shift_factor)
        )
        boxes = as_boxes(bounding_boxes)
        return {**boxes, "boxes": boxes["boxes"] - jnp.stack([x, y, x, y], axis=-1)}
