"""Reductions of rows that belong together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax

from ppul.core.symbolic import unknown_size
from ppul.core.types import Array
from ppul.ops.tensors import Tensor, op


@op
def segment_sum(
    data: Tensor, segment_ids: Tensor, num_segments: int | None = None, sorted: bool = False
) -> Array:
    """Return the sum of the rows of each segment.

    Args:
        data: Rows, (n, ...).
        segment_ids: To which segment each row belongs, (n,); one that does not exist gets nothing.
        num_segments: Number of segments; one more than the largest id by default. A compiled
            program must know it.
        sorted: Whether the ids are increasing.

    Raises:
        ValueError: If `segment_ids` is no vector.

    Example:
        >>> segment_sum([1, 2, 4], [0, 0, 2], num_segments=3).tolist()
        [3, 0, 4]
    """
    return _reduced(jax.ops.segment_sum, data, segment_ids, num_segments, sorted)


@op
def segment_prod(
    data: Tensor, segment_ids: Tensor, num_segments: int | None = None, sorted: bool = False
) -> Array:
    """Return the product of the rows of each segment, 1 for those without; see `segment_sum`."""
    return _reduced(jax.ops.segment_prod, data, segment_ids, num_segments, sorted)


@op
def segment_max(
    data: Tensor, segment_ids: Tensor, num_segments: int | None = None, sorted: bool = False
) -> Array:
    """Return the largest of the rows of each segment, the lowest number for those without."""
    return _reduced(jax.ops.segment_max, data, segment_ids, num_segments, sorted)


@op
def segment_min(
    data: Tensor, segment_ids: Tensor, num_segments: int | None = None, sorted: bool = False
) -> Array:
    """Return the smallest of the rows of each segment, the highest number for those without."""
    return _reduced(jax.ops.segment_min, data, segment_ids, num_segments, sorted)


def _reduced(
    reduce: Callable[..., Array],
    data: Array,
    segment_ids: Array,
    num_segments: Any,
    in_order: bool,
) -> Array:
    if segment_ids.ndim != 1:
        raise ValueError(
            "`segment_ids` must be a vector, a number for each row of `data`; got the shape "
            f"{segment_ids.shape}. Flatten both."
        )
    count = unknown_size() if num_segments is None else num_segments
    return reduce(data, segment_ids, count, indices_are_sorted=in_order)
