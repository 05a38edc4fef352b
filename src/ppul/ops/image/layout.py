"""How pictures lie in arrays."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.windows import channels_last


def as_batch(
    where: str, images: Array, data_format: str | None, spatial: int = 2
) -> tuple[Array, Callable[[Array], Array]]:
    """Return pictures as (batch, height, width, channels), and what brings them back.

    Args:
        where: Whose pictures they are, for an error.
        images: One picture or a batch, with the channels last or first.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        spatial: Number of axes besides the batch and the channels: 2 of pictures, 3 of volumes.

    Raises:
        ValueError: If they have another number of axes.

    Example:
        >>> batch, back = as_batch("resize", jnp.ones((3, 4, 5)), "channels_first")
        >>> batch.shape, back(batch).shape
        ((1, 4, 5, 3), (3, 4, 5))
    """
    if images.ndim - spatial not in (1, 2):
        raise ValueError(
            f"{where}: one picture has {spatial + 1} axes, a batch of them one more; got the shape "
            f"{images.shape}."
        )
    single = images.ndim == spatial + 1
    batch, first = channels_last(where, images[None] if single else images, data_format)

    def back(batch: Array) -> Array:
        batch = jnp.moveaxis(batch, -1, 1) if first else batch
        return batch[0] if single else batch

    return batch, back
