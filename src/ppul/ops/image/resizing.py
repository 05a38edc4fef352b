"""Pictures in another size: resampled, cropped, padded, or cut into patches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.checks import int_tuple, one_of
from ppul.core.types import Array
from ppul.ops.conversion import saturate_cast
from ppul.ops.image.layout import as_batch
from ppul.ops.tensors import Tensor, op
from ppul.ops.windows import make_windows, taps

_METHODS = {
    "bilinear": "linear",
    "nearest": "nearest",
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
    "bicubic": "cubic",
}
Ints = int | tuple[int, ...]
# Of a part of a picture: top, left, height, width.
Window = tuple[Any, Any, Any, Any]


@op
def resize(
    images: Tensor,
    size: Sequence[int],
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str | None = None,
) -> Array:
    """Return pictures resampled to another size.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        size: Height and width.
        interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
        antialias: Whether smaller pictures are made of means instead of single pixels.
        crop_to_aspect_ratio: Whether to cut off what does not have the ratio of `size` first.
        pad_to_aspect_ratio: Whether to fill up to that ratio first.
        fill_mode: With what: "constant".
        fill_value: The constant.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        Pictures of the same dtype; integers are rounded.

    Raises:
        ValueError: If an argument is not one that can be.

    Example:
        >>> resize(jnp.arange(4.0).reshape(1, 4, 1), (1, 2)).ravel().tolist()
        [0.5, 2.5]
    """
    height, width = int_tuple("resize", "size", tuple(size), 2)
    method = _METHODS[one_of("resize", "interpolation", interpolation, tuple(_METHODS))]
    one_of("resize", "fill_mode", fill_mode, ("constant",))
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(
            "resize: only one of `crop_to_aspect_ratio` and `pad_to_aspect_ratio` can be true."
        )
    batch, back = as_batch("resize", images, data_format)
    if crop_to_aspect_ratio:
        batch = _cropped(batch, height, width)
    if pad_to_aspect_ratio:
        batch = _padded(batch, height, width, fill_value)
    floats = batch if jnp.issubdtype(batch.dtype, jnp.floating) else batch.astype(jnp.float32)
    shape = (batch.shape[0], height, width, batch.shape[3])
    resized = jax.image.resize(floats, shape, method, antialias)
    if floats is not batch:
        resized = saturate_cast(jnp.round(resized), batch.dtype)
    return back(resized)


@op
def scale_and_translate(
    images: Tensor,
    output_shape: Sequence[int],
    scale: Tensor,
    translation: Tensor,
    spatial_dims: Sequence[int],
    method: str,
    antialias: bool = True,
) -> Array:
    """Return pictures resampled, some axes stretched and moved.

    Args:
        images: Any shape.
        output_shape: Shape of the result.
        scale: Factor of each of the axes.
        translation: By how many pixels of the result each is moved.
        spatial_dims: Those axes.
        method: "linear", "bilinear", "trilinear", "cubic", "bicubic", "tricubic", "lanczos3" or
            "lanczos5".
        antialias: Whether smaller pictures are made of means instead of single pixels.

    Example:
        >>> x = jnp.arange(3.0).reshape(1, 3)
        >>> scale_and_translate(x, (1, 3), [1.0], [1.0], (1,), "linear").tolist()
        [[0.0, 0.0, 1.0]]
    """
    return jax.image.scale_and_translate(
        images, tuple(output_shape), tuple(spatial_dims), scale, translation, method, antialias
    )


@op
def crop_images(
    images: Tensor,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Array:
    """Return pictures without some rows and columns.

    Of the rows above, below and those that stay, two numbers must be given; likewise of columns.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        top_cropping: Rows cut off above.
        left_cropping: Columns cut off on the left.
        bottom_cropping: Rows cut off below.
        right_cropping: Columns cut off on the right.
        target_height: Rows that stay.
        target_width: Columns that stay.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Raises:
        ValueError: If not two are given, or a number would be negative.

    Example:
        >>> x = jnp.arange(6.0).reshape(2, 3, 1)
        >>> crop_images(x, 1, 1, target_height=1, target_width=2).ravel().tolist()
        [4.0, 5.0]
    """
    batch, back = as_batch("crop_images", images, data_format)
    rows = ("top_cropping", "bottom_cropping", "target_height")
    columns = ("left_cropping", "right_cropping", "target_width")
    top, _, height = _two_of_three(
        "crop_images", rows, (top_cropping, bottom_cropping, target_height), batch.shape[1]
    )
    left, _, width = _two_of_three(
        "crop_images", columns, (left_cropping, right_cropping, target_width), batch.shape[2]
    )
    return back(batch[:, top : top + height, left : left + width])


@op
def pad_images(
    images: Tensor,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str | None = None,
) -> Array:
    """Return pictures with rows and columns of zeros around.

    Of the rows added above and below and of those there are then, two numbers must be given;
    likewise of columns.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        top_padding: Rows added above.
        left_padding: Columns added on the left.
        bottom_padding: Rows added below.
        right_padding: Columns added on the right.
        target_height: Rows of the result.
        target_width: Columns of the result.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Raises:
        ValueError: If not two are given, or a number would be negative.

    Example:
        >>> pad_images(jnp.ones((1, 1, 1)), 1, 0, target_height=3, target_width=1).ravel().tolist()
        [0.0, 1.0, 0.0]
    """
    batch, back = as_batch("pad_images", images, data_format)
    rows = ("top_padding", "bottom_padding", "target_height")
    columns = ("left_padding", "right_padding", "target_width")
    edges = []
    for names, values, size in (
        (rows, (top_padding, bottom_padding, target_height), batch.shape[1]),
        (columns, (left_padding, right_padding, target_width), batch.shape[2]),
    ):
        before, after, _ = _two_of_three("pad_images", names, values, size, sign=-1)
        edges.append((before, after))
    return back(jnp.pad(batch, ((0, 0), *edges, (0, 0))))


@op
def extract_patches(
    images: Tensor,
    size: Ints,
    strides: Ints | None = None,
    dilation_rate: Ints = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """Return the windows of pictures, the pixels of each as channels.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        size: Height and width of a window, one number for both or two.
        strides: Distance between windows; `size` by default.
        dilation_rate: Distance between the pixels of a window.
        padding: "valid", or "same": as many windows as there are strides in the picture.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        (..., rows, columns, height * width * channels of a window), or with these first.

    Raises:
        ValueError: If an argument is not one that can be, or no window fits.

    Example:
        >>> extract_patches(jnp.arange(8.0).reshape(2, 4, 1), 2).tolist()
        [[[0.0, 1.0, 4.0, 5.0], [2.0, 3.0, 6.0, 7.0]]]
    """
    batch, back = as_batch("extract_patches", images, data_format)
    return back(_patches("extract_patches", batch, size, strides, padding, dilation_rate))


@op
def extract_patches_3d(
    volumes: Tensor,
    size: Ints,
    strides: Ints | None = None,
    dilation_rate: Ints = 1,
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """Return the windows of volumes, the voxels of each as channels; see `extract_patches`.

    Args:
        volumes: One volume or a batch, (..., depth, height, width, channels), or with the channels
            first.
        size: Depth, height and width of a window, one number for all or three.
        strides: Distance between windows; `size` by default.
        dilation_rate: Distance between the voxels of a window.
        padding: "valid", or "same": as many windows as there are strides in the volume.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Example:
        >>> extract_patches_3d(jnp.ones((4, 4, 6, 1)), 2).shape
        (2, 2, 3, 8)
    """
    where = "extract_patches_3d"
    batch, back = as_batch(where, volumes, data_format, spatial=3)
    return back(_patches(where, batch, size, strides, padding, dilation_rate))


def window_inside(rows: Any, columns: Any, height: int, width: int) -> Window:
    """Return the largest part of a picture in a ratio, in its middle.

    Args:
        rows: Height of the picture.
        columns: Its width.
        height: With `width`, the ratio.
        width: See `height`.

    Returns:
        (top, left, rows, columns).

    Example:
        >>> window_inside(10, 40, 1, 2)
        (0, 10, 10, 20)
    """
    kept = min(rows, int(columns * height / width)), min(columns, int(rows * width / height))
    return (rows - kept[0]) // 2, (columns - kept[1]) // 2, *kept


def window_around(rows: Any, columns: Any, height: int, width: int) -> Window:
    """Return the smallest window in a ratio with a picture in its middle; see `window_inside`.

    Example:
        >>> window_around(10, 40, 1, 2)
        (-5, 0, 20, 40)
    """
    wanted = max(rows, int(columns * height / width)), max(columns, int(rows * width / height))
    above, left = (wanted[0] - rows) // 2, (wanted[1] - columns) // 2
    return -above, -left, rows + 2 * above, columns + 2 * left


def _patches(
    where: str, batch: Array, size: Ints, strides: Ints | None, padding: str, dilation: Ints
) -> Array:
    size = int_tuple(where, "size", size, batch.ndim - 2)
    strides = size if strides is None else strides
    windows = make_windows(where, batch, size, strides, padding, dilation)
    return jnp.concatenate(taps(batch, windows), axis=-1)


def _cropped(batch: Array, height: int, width: int) -> Array:
    """The middle of pictures, as large as can be in the ratio of `height` to `width`."""
    top, left, rows, columns = window_inside(batch.shape[1], batch.shape[2], height, width)
    return batch[:, top : top + rows, left : left + columns]


def _padded(batch: Array, height: int, width: int, fill_value: float) -> Array:
    """Pictures with the same number of rows, or columns, added on both sides, for that ratio."""
    top, left, _, _ = window_around(batch.shape[1], batch.shape[2], height, width)
    edges = ((0, 0), (-top, -top), (-left, -left), (0, 0))
    return jnp.pad(batch, edges, constant_values=fill_value)


def _two_of_three(
    where: str, names: Sequence[str], values: Sequence[Any], size: Any, sign: int = 1
) -> tuple[Any, Any, Any]:
    """What is before, behind and there in the end, where before + behind + end make up `size`.

    With a `sign` of -1, end - before - behind do.
    """
    before, behind, end = values
    if sum(value is None for value in values) != 1:
        given = dict(zip(names, values, strict=True))
        raise ValueError(f"{where}: exactly two of {', '.join(names)} must be given; got {given}.")
    if end is None:
        end = size - sign * (before + behind)
    elif before is None:
        before = sign * (size - end) - behind
    else:
        behind = sign * (size - end) - before
    found = (before, behind, end)
    for name, value in zip(names, found, strict=True):
        if isinstance(value, int) and value < 0:
            raise ValueError(
                f"{where}: `{name}` cannot be negative; it is {value} for pictures of {size} rows "
                f"or columns and {dict(zip(names, values, strict=True))}."
            )
    return found
