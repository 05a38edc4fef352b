"""Pictures whose pixels are taken from other places."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.ops.image.filters import gaussian_blur
from ppul.ops.image.layout import as_batch
from ppul.ops.tensors import Tensor, op
from ppul.random.functions import normal

_ORDERS = {"nearest": 0, "bilinear": 1}
_FILL_MODES = ("constant", "nearest", "wrap", "mirror", "reflect")


@op
def map_coordinates(
    inputs: Tensor,
    coordinates: Tensor,
    order: int,
    fill_mode: str = "constant",
    fill_value: float = 0,
) -> Array:
    """Return what is at given places, also between the elements.

    Args:
        inputs: Any shape.
        coordinates: For each axis of `inputs` the coordinates of the places, (axes, ...).
        order: 0 takes the nearest element, 1 interpolates between neighbours.
        fill_mode: What is beyond the edges: "constant", "nearest", "wrap", "mirror", "reflect".
        fill_value: The constant.

    Returns:
        The shape of `coordinates` without its first axis; the dtype of `inputs`.

    Raises:
        ValueError: If the shapes do not fit, or an argument is not one that can be.

    Example:
        >>> map_coordinates([[0.0, 1.0], [2.0, 3.0]], [[0.5], [0.0]], order=1).tolist()
        [1.0]
    """
    from jax.scipy import ndimage

    one_of("map_coordinates", "order", order, tuple(_ORDERS.values()))
    one_of("map_coordinates", "fill_mode", fill_mode, _FILL_MODES)
    if coordinates.ndim < 2 or coordinates.shape[0] != inputs.ndim:
        raise ValueError(
            f"map_coordinates: `coordinates` must be ({inputs.ndim}, ...), a row for each axis of "
            f"`inputs`, whose shape is {inputs.shape}; got the shape {coordinates.shape}."
        )
    return ndimage.map_coordinates(inputs, list(coordinates), order, fill_mode, fill_value)


@op
def affine_transform(
    images: Tensor,
    transform: Tensor,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Array:
    """Return pictures moved, turned, stretched or sheared.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        transform: (a, b, c, d, e, f, 0, 0), for all or each: the pixel in column x and row y is
            taken from column a x + b y + c and row d x + e y + f.
        interpolation: "bilinear" or "nearest".
        fill_mode: What is beyond the edges: "constant", "nearest", "wrap", "mirror", "reflect".
        fill_value: The constant.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Raises:
        ValueError: If an argument is not one that can be.

    Example:
        >>> x = jnp.arange(3.0).reshape(1, 3, 1)
        >>> affine_transform(x, [1, 0, 1, 0, 1, 0, 0, 0]).ravel().tolist()
        [1.0, 2.0, 0.0]
    """
    where = "affine_transform"
    batch, back = as_batch(where, images, data_format)
    if transform.ndim not in (1, 2) or transform.shape[-1] != 8:
        raise ValueError(
            f"{where}: `transform` must be eight numbers, or a row of them for each picture; got "
            f"the shape {transform.shape}."
        )
    a, b, c, d, e, f, _, _ = jnp.moveaxis(transform.astype(jnp.float32), -1, 0)[..., None, None]
    y, x = _grid(batch)
    places = jnp.stack([d * x + e * y + f, a * x + b * y + c], axis=-3)
    return back(_taken(where, batch, places, interpolation, fill_mode, fill_value))


@op
def perspective_transform(
    images: Tensor,
    start_points: Tensor,
    end_points: Tensor,
    interpolation: str = "bilinear",
    fill_value: float = 0,
    data_format: str | None = None,
) -> Array:
    """Return pictures seen from elsewhere.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        start_points: Four points (column, row) of a picture, (4, 2), for all or each.
        end_points: Where they are in the result, likewise.
        interpolation: "bilinear" or "nearest".
        fill_value: What is beyond the edges.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Raises:
        ValueError: If there are not four points.

    Example:
        >>> corners = jnp.array([[0, 0], [1, 0], [0, 1], [1, 1.0]])
        >>> x = jnp.arange(4.0).reshape(2, 2, 1)
        >>> perspective_transform(x, corners, corners[::-1]).round(3).ravel().tolist()
        [3.0, 2.0, 1.0, 0.0]
    """
    where = "perspective_transform"
    batch, back = as_batch(where, images, data_format)
    for name, points in (("start_points", start_points), ("end_points", end_points)):
        if points.ndim not in (2, 3) or points.shape[-2:] != (4, 2):
            raise ValueError(
                f"{where}: `{name}` must be four points, (4, 2) or (batch, 4, 2); got the shape "
                f"{points.shape}."
            )
    a, b, c, d, e, f, g, h = jnp.moveaxis(homography(end_points, start_points), -1, 0)[
        ..., None, None
    ]
    y, x = _grid(batch)
    distance = g * x + h * y + 1
    places = jnp.stack([(d * x + e * y + f) / distance, (a * x + b * y + c) / distance], axis=-3)
    return back(_taken(where, batch, places, interpolation, "constant", fill_value))


@op
def elastic_transform(
    images: Tensor,
    alpha: float = 20.0,
    sigma: float = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: float = 0.0,
    seed: Any = None,
    data_format: str | None = None,
) -> Array:
    """Return pictures bent at random.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        alpha: How strongly.
        sigma: How smoothly: the standard deviation, in pixels, of the means that are taken of the
            random displacements.
        interpolation: "bilinear" or "nearest".
        fill_mode: What is beyond the edges: "constant", "nearest", "wrap", "mirror", "reflect".
        fill_value: The constant.
        seed: An int (with which both axes are displaced alike), a `SeedGenerator` or None.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Source: Simard, Steinkraus, Platt, "Best practices for convolutional neural networks applied to
    visual document analysis" (ICDAR 2003).

    Example:
        >>> elastic_transform(jnp.ones((1, 8, 8, 3)), seed=1).shape
        (1, 8, 8, 3)
    """
    where = "elastic_transform"
    batch, back = as_batch(where, images, data_format)
    size = int(6 * sigma) | 1
    right, down = (
        alpha
        * gaussian_blur(
            normal((*batch.shape[:3], 1), stddev=sigma, dtype="float32", seed=seed),
            (size, size),
            (sigma, sigma),
            "channels_last",
        )[..., 0]
        for _ in range(2)
    )
    return back(displaced(batch, down, right, interpolation, fill_mode, fill_value))


def displaced(
    images: Array,
    down: Array,
    right: Array,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
) -> Array:
    """Return pictures whose pixels are taken from beside their own places.

    Args:
        images: (batch, height, width, channels).
        down: How many rows below it each pixel is taken from, (batch, height, width).
        right: How many columns to the right of it, likewise.
        interpolation: "bilinear" or "nearest".
        fill_mode: What is beyond the edges: "constant", "nearest", "wrap", "mirror", "reflect".
        fill_value: The constant.

    Example:
        >>> x = jnp.arange(3.0).reshape(1, 1, 3, 1)
        >>> one = jnp.ones((1, 1, 3))
        >>> displaced(x, 0 * one, one, "bilinear", "nearest", 0).ravel().tolist()
        [1.0, 2.0, 2.0]
    """
    y, x = _grid(images)
    places = jnp.stack([y + down, x + right], axis=-3)
    return _taken("displaced", images, places, interpolation, fill_mode, fill_value)


def homography(start: Array, end: Array) -> Array:
    """Return the numbers (a, ..., h) that take four points to others.

    From (x, y) to ((a x + b y + c) / (g x + h y + 1), (d x + e y + f) / (g x + h y + 1)).

    Args:
        start: The points (column, row), (..., 4, 2).
        end: Where they are taken to, likewise.

    Example:
        >>> corners = jnp.array([[0, 0], [1, 0], [0, 1], [1, 1.0]])
        >>> homography(corners, 2 * corners).round(3).tolist()
        [2.0, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0]
    """
    start, end = jnp.broadcast_arrays(start.astype(jnp.float32), end.astype(jnp.float32))
    x, y = jnp.moveaxis(start, -1, 0)
    u, v = jnp.moveaxis(end, -1, 0)
    one, zero = jnp.ones_like(x), jnp.zeros_like(x)
    for_u = jnp.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1)
    for_v = jnp.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1)
    equations = jnp.concatenate([for_u, for_v], axis=-2)
    values = jnp.concatenate([u, v], axis=-1)
    return jnp.linalg.solve(equations, values[..., None])[..., 0]


def _grid(batch: Array) -> tuple[Array, Array]:
    """The row and the column of each pixel."""
    rows, columns = batch.shape[1:3]
    y, x = jnp.meshgrid(jnp.arange(rows), jnp.arange(columns), indexing="ij")
    return y.astype(jnp.float32), x.astype(jnp.float32)


def _taken(
    where: str,
    batch: Array,
    places: Array,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
) -> Array:
    """Pictures of the pixels at `places`, (2, height, width) for all or each."""
    order = _ORDERS[one_of(where, "interpolation", interpolation, tuple(_ORDERS))]
    one_of(where, "fill_mode", fill_mode, _FILL_MODES)

    def channel(pixels: Array, places: Array) -> Array:
        return map_coordinates(pixels, places, order, fill_mode, fill_value)

    picture = jax.vmap(channel, (-1, None), -1)
    each = 0 if places.ndim == 4 else None
    return jax.vmap(picture, (0, each))(batch, places)
