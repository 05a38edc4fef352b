"""ContrastLimitedAdaptiveHistogramEqualization: more contrast, by what is around each pixel."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import int_tuple
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.histograms import histograms, looked_up
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import pixel_range, rescaled
from ppul.ops.conversion import saturate_cast

_LEVELS = (0, 255)
_BINS = 256


class ContrastLimitedAdaptiveHistogramEqualization(ImageLayer):
    """Spread the values of each part of a picture (CLAHE), in training or not.

    A picture is cut into tiles, whose values are spread until all occur equally often; those that
    occur very often are spread less. Between the middles of tiles it is interpolated.

    Args:
        value_range: The lowest and the highest value of a pixel.
        clip_limit: How often a value may count, as a multiple of the mean; 0 for any number.
        tile_grid_size: Number of tiles one above the other, and side by side.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Source: Zuiderveld 1994, "Contrast limited adaptive histogram equalization", Graphics Gems IV.

    Example:
        >>> import numpy as np
        >>> clahe = ContrastLimitedAdaptiveHistogramEqualization(
        ...     clip_limit=0, tile_grid_size=(1, 1)
        ... )
        >>> clahe(np.array([[[0.0], [2.0], [3.0], [9.0]]])).ravel().tolist()
        [0.0, 85.0, 170.0, 255.0]
    """

    _keeps_dtype = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = pixel_range(self._where, value_range)
        if (
            isinstance(clip_limit, bool)
            or not isinstance(clip_limit, (int, float))
            or clip_limit < 0
        ):
            raise ValueError(
                f"{self._where}: `clip_limit` must be a number of at least 0; got {clip_limit!r}."
            )
        self.clip_limit = clip_limit
        self.tile_grid_size = int_tuple(self._where, "tile_grid_size", tile_grid_size, 2)

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        rows, columns = images.shape[1:3]
        down, across = self.tile_grid_size
        height, width = -(-rows // down), -(-columns // across)
        edges = ((0, 0), (0, height * down - rows), (0, width * across - columns), (0, 0))
        values = rescaled(images, self.value_range, _LEVELS).astype("float32")
        levels = saturate_cast(jnp.pad(values, edges, mode="symmetric"), "uint8").astype("int32")
        levels = jnp.moveaxis(levels, -1, 1)
        batch, channels = levels.shape[:2]
        tiles = levels.reshape(batch, channels, down, height, across, width).swapaxes(3, 4)
        tables = self._tables(tiles.reshape(batch, channels, down, across, height * width))
        spread = _interpolated(tables, levels, (height, width))[:, :, :rows, :columns]
        return rescaled(jnp.moveaxis(spread, 1, -1), _LEVELS, self.value_range)

    def _tables(self, tiles: Array) -> Array:
        """What each value in a tile becomes, (..., 256)."""
        counts = histograms(tiles, _BINS)
        if self.clip_limit > 0:
            limit = self.clip_limit * tiles.shape[-1] / _BINS
            excess = jnp.sum(jnp.maximum(counts - limit, 0), axis=-1, keepdims=True)
            counts = jnp.minimum(counts, limit) + excess / _BINS
        ranks = jnp.cumsum(counts, axis=-1)
        first, last = ranks[..., :1], ranks[..., -1:]
        return jnp.clip((ranks - first) / jnp.maximum(last - first, 1e-6) * 255, *_LEVELS)


def _interpolated(tables: Array, levels: Array, tile: tuple[int, int]) -> Array:
    """What the levels (batch, channels, rows, columns) become, between the tables around each."""
    down, across = tables.shape[2:4]
    (top, bottom, low), (left, right, near) = (
        _neighbours(size, length, count)
        for size, length, count in zip(levels.shape[2:], tile, (down, across), strict=True)
    )
    batch, channels = levels.shape[:2]
    flat = tables.reshape(batch, channels, down * across * _BINS)

    def at(y: Array, x: Array) -> Array:
        places = (y[:, None] * across + x[None, :]) * _BINS + levels
        return looked_up(flat, places.reshape(batch, channels, -1)).reshape(levels.shape)

    above = at(top, left) * (1 - near) + at(top, right) * near
    below = at(bottom, left) * (1 - near) + at(bottom, right) * near
    return above * (1 - low[:, None]) + below * low[:, None]


def _neighbours(size: int, length: int, count: int) -> tuple[Array, Array, Array]:
    """For each row or column: the tiles before and behind it, and how near it is to the latter."""
    place = jnp.arange(size) / length - 0.5
    before = jnp.floor(place)
    first, second = (jnp.clip(n, 0, count - 1).astype("int32") for n in (before, before + 1))
    return first, second, place - before
