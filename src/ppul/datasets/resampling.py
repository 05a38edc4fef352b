"""Pictures brought to another size by NumPy: of any size, without compiling anything."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.checks import int_tuple, one_of
from ppul.core.settings import IMAGE_FORMATS
from ppul.datasets.image_files import middle_box

# Weights of the pixels around, by the distance in pixels.
_KERNELS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "bilinear": lambda d: np.maximum(0, 1 - d),
    "bicubic": lambda d: _cubic(d, 0.0, 0.5),
    "mitchellcubic": lambda d: _cubic(d, 1 / 3, 1 / 3),
    "lanczos3": lambda d: _lanczos(d, 3),
    "lanczos5": lambda d: _lanczos(d, 5),
    "gaussian": lambda d: np.where(d < 1.5, np.exp(-2 * d**2), 0),
}
INTERPOLATIONS = (
    *("bilinear", "nearest", "bicubic", "area"),
    *("lanczos3", "lanczos5", "gaussian", "mitchellcubic"),
)
_SMART = ("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5")


def smart_resize(
    x: Any,
    size: tuple[int, int],
    interpolation: str = "bilinear",
    data_format: str = "channels_last",
    **kwargs: Any,
) -> Any:
    """Return pictures in another size without stretching them: what does not fit is cut off.

    Args:
        x: One picture or a batch, (..., height, width, channels), or with the channels first.
        size: Height and width.
        interpolation: "bilinear", "nearest", "bicubic", "lanczos3" or "lanczos5".
        data_format: "channels_last" or "channels_first".
        **kwargs: None; named so that a misspelt argument gets an error.

    Returns:
        Floats: a NumPy array for one, otherwise one of JAX.

    Raises:
        ValueError: If an argument is not one that can be.

    Example:
        >>> smart_resize(np.ones((6, 9, 3)), (2, 2)).shape
        (2, 2, 3)
    """
    if kwargs:
        raise TypeError(f"smart_resize: unknown argument(s) {sorted(kwargs)}.")
    target = int_tuple("smart_resize", "size", size, 2)
    one_of("smart_resize", "interpolation", interpolation, _SMART)
    first = one_of("smart_resize", "data_format", data_format, IMAGE_FORMATS) == "channels_first"
    pictures = np.asarray(x)
    if pictures.ndim not in (3, 4):
        raise ValueError(
            "smart_resize: one picture has three axes and a batch four; got an array of shape "
            f"{pictures.shape}."
        )
    pictures = np.moveaxis(pictures, -3, -1) if first else pictures
    resized = resampled(cropped(pictures, target), target, interpolation)
    resized = np.moveaxis(resized, -1, -3) if first else resized
    return jnp.asarray(resized) if isinstance(x, jax.Array) else resized


def resampled(pictures: np.ndarray, size: tuple[int, ...], interpolation: str) -> np.ndarray:
    """Return pictures (..., height, width, channels) in another size, as floats."""
    pictures = pictures.astype(np.float32)
    rows = _weights(pictures.shape[-3], size[0], interpolation)
    columns = _weights(pictures.shape[-2], size[1], interpolation)
    return np.einsum("hi,wj,...ijc->...hwc", rows, columns, pictures, optimize=True)


def cropped(pictures: np.ndarray, size: tuple[int, ...]) -> np.ndarray:
    """Return the middle of pictures, as large as can be in the ratio of a size."""
    height, width = pictures.shape[-3:-1]
    top, left, bottom, right = middle_box((height, width), (size[0], size[1]))
    return pictures[..., top:bottom, left:right, :]


def fitted(pictures: np.ndarray, size: tuple[int, ...], interpolation: str) -> np.ndarray:
    """Return pictures resampled to fit into a size as they are, with zeros around, as floats."""
    height, width = pictures.shape[-3:-1]
    ratio = max(height / size[0], width / size[1])
    exact = height / ratio, width / ratio
    inner = max(int(exact[0]), 1), max(int(exact[1]), 1)
    before = [int((size[i] - exact[i]) / 2) for i in range(2)]
    edges = [(before[i], size[i] - inner[i] - before[i]) for i in range(2)]
    resized = resampled(pictures, inner, interpolation)
    return np.pad(resized, (*((0, 0),) * (pictures.ndim - 3), *edges, (0, 0)))


@functools.lru_cache(maxsize=256)
def _weights(old: int, new: int, interpolation: str) -> np.ndarray:
    """How much of each old pixel is in each new one: (new, old)."""
    step = old / new
    places = (np.arange(new) + 0.5) * step - 0.5
    pixels = np.arange(old)
    if interpolation == "nearest":
        chosen = np.minimum(np.floor(places + 0.5).astype(int), old - 1)
        weights = (chosen[:, None] == pixels).astype(float)
    elif interpolation == "area":
        start = np.arange(new)[:, None] * step
        ends = np.minimum(start + step, pixels + 1) - np.maximum(start, pixels)
        weights = np.maximum(ends, 0)
    else:
        weights = _KERNELS[interpolation](np.abs(places[:, None] - pixels))
    return (weights / weights.sum(1, keepdims=True)).astype(np.float32)


def _cubic(d: np.ndarray, b: float, c: float) -> np.ndarray:
    """The cubic of Mitchell and Netravali (1988)."""
    near = (12 - 9 * b - 6 * c) * d**3 + (-18 + 12 * b + 6 * c) * d**2 + (6 - 2 * b)
    far = (-b - 6 * c) * d**3 + (6 * b + 30 * c) * d**2 + (-12 * b - 48 * c) * d + (8 * b + 24 * c)
    return np.where(d < 1, near, np.where(d < 2, far, 0)) / 6


def _lanczos(d: np.ndarray, radius: int) -> np.ndarray:
    return np.where(d < radius, np.sinc(d) * np.sinc(d / radius), 0)
