"""Pictures smoothed, their edges, and how similar two are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ppul.core.checks import int_tuple
from ppul.core.types import Array, ArrayLike
from ppul.ops.image.layout import as_batch
from ppul.ops.separable_convolution import depthwise_conv
from ppul.ops.tensors import Tensor, op

# Sobel's operators: differences along one axis, means along the other.
_DIFFERENCE, _MEAN = (-1.0, 0.0, 1.0), (1.0, 2.0, 1.0)


@op
def gaussian_blur(
    images: Tensor,
    kernel_size: Sequence[int] = (3, 3),
    sigma: Sequence[ArrayLike] = (1.0, 1.0),
    data_format: str | None = None,
) -> Array:
    """Return pictures in which each pixel is a mean of those around, zeros around all.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        kernel_size: How many rows and columns count.
        sigma: Standard deviations, in pixels, of the normal distribution they count by.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Example:
        >>> gaussian_blur(jnp.ones((3, 3, 1)))[1, 1].round(3).tolist()
        [1.0]
    """
    batch, back = as_batch("gaussian_blur", images, data_format)
    rows, columns = int_tuple("gaussian_blur", "kernel_size", tuple(kernel_size), 2)
    bells = _bell(rows, sigma[0]), _bell(columns, sigma[1])
    return back(_filtered(_floats(batch), *bells, "same").astype(images.dtype))


@op
def sobel_edges(images: Tensor, data_format: str | None = None) -> Array:
    """Return how pictures change downwards and to the right, by Sobel's operators.

    Args:
        images: One picture or a batch, (..., height, width, channels), or with the channels first.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        The shape of the pictures, and a last axis of two: downwards, to the right.

    Example:
        >>> sobel_edges(jnp.arange(9.0).reshape(3, 3, 1))[1, 1].tolist()
        [[24.0, 8.0]]
    """
    batch, back = as_batch("sobel_edges", images, data_format)
    batch, difference, mean = _floats(batch), jnp.asarray(_DIFFERENCE), jnp.asarray(_MEAN)
    edges = (_filtered(batch, *pair, "same") for pair in ((difference, mean), (mean, difference)))
    return jnp.stack([back(edge) for edge in edges], axis=-1)


@op
def ssim(
    image1: Tensor,
    image2: Tensor,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str | None = None,
) -> Array:
    """Return the structural similarity of pictures: 1 where they are equal.

    Args:
        image1: One picture or a batch, (..., height, width, channels), or with the channels first.
        image2: The same shape.
        max_val: The largest value a pixel may have.
        filter_size: Height and width of the windows that are compared.
        filter_sigma: Standard deviation, in pixels, of the normal distribution by which the pixels
            of a window count.
        k1: Keeps the comparison of means finite.
        k2: Keeps the comparison of deviations finite.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        One value a picture.

    Raises:
        ValueError: If the shapes differ, or no window fits.

    Source: Wang et al., "Image quality assessment: from error visibility to structural similarity",
    IEEE Transactions on Image Processing 13 (2004).

    Example:
        >>> x = jnp.linspace(0.0, 1.0, 169).reshape(13, 13, 1)
        >>> ssim(x, x).round(3).item()
        1.0
    """
    if image1.shape != image2.shape:
        raise ValueError(
            f"ssim: pictures must have the same shape; got {image1.shape} and {image2.shape}."
        )
    x, y = (_floats(as_batch("ssim", image, data_format)[0]) for image in (image1, image2))
    bell = _bell(filter_size, filter_sigma)

    def mean(values: Array) -> Array:
        return _filtered(values, bell, bell, "valid")

    mean_x, mean_y = mean(x), mean(y)
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    covariance = mean(x * y) - mean_x * mean_y
    variances = mean(x * x) - mean_x * mean_x + mean(y * y) - mean_y * mean_y
    luminance = (2 * mean_x * mean_y + c1) / (mean_x * mean_x + mean_y * mean_y + c1)
    similarity = jnp.mean(luminance * (2 * covariance + c2) / (variances + c2), axis=(1, 2, 3))
    return similarity if image1.ndim == 4 else similarity[0]


def _bell(size: int, sigma: Any) -> Array:
    """A normal distribution at `size` pixels around its mean, with a sum of 1."""
    place = jnp.arange(size, dtype=jnp.float32) - (size - 1) / 2
    bell = jnp.exp(-0.5 * jnp.square(place / sigma))
    return bell / jnp.sum(bell)


def _filtered(batch: Array, down: Array, across: Array, padding: str) -> Array:
    """Each channel convolved with one vector along its columns, with another along its rows."""
    for kernel in (down[:, None], across[None, :]):
        each = jnp.broadcast_to(kernel[..., None, None], (*kernel.shape, batch.shape[-1], 1))
        batch = depthwise_conv(batch, each.astype(batch.dtype), 1, padding, "channels_last")
    return batch


def _floats(batch: Array) -> Array:
    return batch if jnp.issubdtype(batch.dtype, jnp.floating) else batch.astype(jnp.float32)
