"""Rectangles drawn at random in pictures, which `CutMix` and `RandomErasing` replace."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.ranges import drawn_from


def random_patches(
    sizes: tuple[Any, Any, Any], parts: tuple[Array, Array], seed: Any
) -> tuple[Array, Array]:
    """Return where there is a rectangle in each picture, at a place drawn at random.

    Args:
        sizes: (number of pictures, height, width).
        parts: Which part of the height it takes, and of the width, each (number of pictures,).
        seed: Seed of what is drawn.

    Returns:
        Booleans (number of pictures, height, width, 1), and the part of the pixels in the rectangle,
        (number of pictures,).

    Example:
        >>> inside, part = random_patches((1, 4, 4), (jnp.ones(1) / 2, jnp.ones(1) / 2), 1)
        >>> int(inside.sum()), part.tolist()
        (4, [0.25])
    """
    batch, rows, columns = sizes
    height, width = parts[0] * rows, parts[1] * columns
    left = drawn_from((0, 1), (batch,), seed) * (columns - width)
    top = drawn_from((0, 1), (batch,), seed) * (rows - height)
    y, x = jnp.arange(rows), jnp.arange(columns)
    down = (y >= top[:, None]) & (y < (top + height)[:, None])
    across = (x >= left[:, None]) & (x < (left + width)[:, None])
    return (down[:, :, None] & across[:, None, :])[..., None], height * width / (rows * columns)
