"""How much boxes have in common."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.bounding_boxes.formats import convert_format
from ppul.ops.tensors import Tensor, op

# Keeps the divisions of `compute_ciou` finite.
_TINY = 1e-7


@op
def compute_iou(
    boxes1: Tensor,
    boxes2: Tensor,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: float = -1,
    image_shape: Sequence[int] | None = None,
) -> Array:
    """Return the part that each of some boxes shares with each of others: intersection by union.

    Args:
        boxes1: (m, 4) or (batch, m, 4).
        boxes2: (n, 4) or (batch, n, 4).
        bounding_box_format: See `convert_format`.
        use_masking: Whether boxes whose four corners are all negative stand for none.
        mask_val: What is returned for those.
        image_shape: (height, width, channels) of the picture; needed for relative formats.

    Returns:
        (m, n), or (batch, m, n) if one of the two has a batch.

    Example:
        >>> compute_iou([[0, 0, 4, 4]], [[0, 0, 2, 2], [2, 2, 6, 6]], "xyxy").round(3).tolist()
        [[0.25, 0.143]]
    """
    first = _corners("compute_iou", boxes1, bounding_box_format, image_shape)
    second = _corners("compute_iou", boxes2, bounding_box_format, image_shape)
    shares = _iou(first[..., :, None, :], second[..., None, :, :])
    if use_masking:
        none = (
            jnp.all(first < 0, axis=-1)[..., :, None] | jnp.all(second < 0, axis=-1)[..., None, :]
        )
        shares = jnp.where(none, mask_val, shares)
    return shares


@op
def compute_ciou(
    boxes1: Tensor,
    boxes2: Tensor,
    bounding_box_format: str,
    image_shape: Sequence[int] | None = None,
) -> Array:
    """Return the complete IoU of pairs of boxes: of their overlap, distance and proportions.

    Args:
        boxes1: (..., 4).
        boxes2: (..., 4), the second of each pair.
        bounding_box_format: See `convert_format`.
        image_shape: (height, width, channels) of the picture; needed for relative formats.

    Returns:
        (...): 1 for two equal boxes, below zero for two that are far apart.

    Source: Zheng et al. 2020, "Distance-IoU loss", arXiv:1911.08287

    Example:
        >>> compute_ciou([[0, 0, 4, 4]], [[0, 0, 2, 2]], "xyxy").round(4).tolist()
        [0.1875]
    """
    first = _corners("compute_ciou", boxes1, bounding_box_format, image_shape)
    second = _corners("compute_ciou", boxes2, bounding_box_format, image_shape)
    iou = _iou(first, second)
    low = jnp.minimum(first[..., :2], second[..., :2])
    high = jnp.maximum(first[..., 2:], second[..., 2:])
    diagonal = jnp.sum(jnp.square(high - low), axis=-1)
    apart = (first[..., :2] + first[..., 2:] - second[..., :2] - second[..., 2:]) / 2
    distance = jnp.sum(jnp.square(apart), axis=-1)
    angle = _angle(first) - _angle(second)
    proportions = jnp.square(angle * 2 / math.pi)
    weight = proportions / (1 - iou + proportions + _TINY)
    return iou - distance / (diagonal + _TINY) - weight * proportions


def _corners(where: str, boxes: Array, name: str, image_shape: Sequence[int] | None) -> Array:
    if image_shape is None:
        try:
            return convert_format(boxes, name, "xyxy")
        except ValueError as error:
            error.add_note(f"{where}: give the size by `image_shape=(height, width, channels)`.")
            raise
    return convert_format(boxes, name, "xyxy", *image_shape[:2])


def _iou(first: Array, second: Array) -> Array:
    low = jnp.maximum(first[..., :2], second[..., :2])
    high = jnp.minimum(first[..., 2:], second[..., 2:])
    shared = jnp.prod(jnp.maximum(high - low, 0), axis=-1)
    union = _area(first) + _area(second) - shared
    return jnp.where(union > 0, shared / jnp.where(union > 0, union, 1), 0)


def _area(boxes: Array) -> Array:
    return jnp.prod(boxes[..., 2:] - boxes[..., :2], axis=-1)


def _angle(boxes: Array) -> Any:
    """The angle of the diagonal, which says in which proportion width and height are."""
    width, height = jnp.moveaxis(boxes[..., 2:] - boxes[..., :2], -1, 0)
    return jnp.arctan(width / (height + _TINY))
