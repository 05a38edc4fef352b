"""Resizing: pictures in another size."""

from __future__ import annotations

from typing import Any

from ppul.core.checks import one_of, positive_int
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.moving_layer import MovingLayer, Sizes
from ppul.ops.image.resizing import resize, window_around, window_inside

_INTERPOLATIONS = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")


class Resizing(MovingLayer):
    """Resample pictures to another size, in training or not; integers stay integers.

    Args:
        height: Height of the result.
        width: Width of the result.
        interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
        crop_to_aspect_ratio: Whether to cut off what does not have the ratio of the result first.
        pad_to_aspect_ratio: Whether to fill up to that ratio first.
        fill_mode: With what: "constant".
        fill_value: The constant.
        antialias: Whether smaller pictures are made of means instead of single pixels.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Example:
        >>> import numpy as np
        >>> Resizing(1, 2)(np.arange(4.0).reshape(1, 4, 1)).ravel().tolist()
        [0.5, 2.5]
    """

    _keeps_dtype = True

    def __init__(
        self,
        height: int,
        width: int,
        interpolation: str = "bilinear",
        crop_to_aspect_ratio: bool = False,
        pad_to_aspect_ratio: bool = False,
        fill_mode: str = "constant",
        fill_value: float = 0.0,
        antialias: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        where = self._where
        self.height = positive_int(where, "height", height)
        self.width = positive_int(where, "width", width)
        self.interpolation = one_of(where, "interpolation", interpolation, _INTERPOLATIONS)
        if crop_to_aspect_ratio and pad_to_aspect_ratio:
            raise ValueError(
                f"{where}: only one of `crop_to_aspect_ratio` and `pad_to_aspect_ratio` can be true."
            )
        self.crop_to_aspect_ratio = crop_to_aspect_ratio
        self.pad_to_aspect_ratio = pad_to_aspect_ratio
        self.fill_mode = one_of(where, "fill_mode", fill_mode, ("constant",))
        self.fill_value = fill_value
        self.antialias = antialias

    def _move(self, images: Array, transformation: dict[str, Any], interpolation: str) -> Array:
        return resize(
            images,
            (self.height, self.width),
            interpolation,
            self.antialias,
            self.crop_to_aspect_ratio,
            self.pad_to_aspect_ratio,
            self.fill_mode,
            self.fill_value,
            "channels_last",
        )

    def _move_points(
        self, x: Array, y: Array, transformation: dict[str, Any], sizes: Sizes
    ) -> tuple[Array, Array]:
        top, left, rows, columns = 0, 0, *sizes
        if self.crop_to_aspect_ratio:
            top, left, rows, columns = window_inside(*sizes, self.height, self.width)
        if self.pad_to_aspect_ratio:
            top, left, rows, columns = window_around(*sizes, self.height, self.width)
        return (x - left) * (self.width / columns), (y - top) * (self.height / rows)

    def _new_sizes(self, sizes: Sizes) -> Sizes:
        return self.height, self.width
