"""Boxes as differences from anchors, which is what detectors learn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.ops.bounding_boxes.formats import Boxes, convert_format
from ppul.ops.tensors import Tensor, op

_ENCODINGS = ("center_xywh", "center_yxhw")
# Boxes without a width or a height have the logarithm of this one.
_TINY = 1e-7


@op
def encode_box_to_deltas(
    anchors: Tensor,
    boxes: Tensor,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Sequence[float] | None = None,
    image_shape: Sequence[int] | None = None,
) -> Array:
    """Return where boxes are, seen from anchors: (shift / size of the anchor, log of the ratio).

    Args:
        anchors: (n, 4).
        boxes: (n, 4) or (batch, n, 4).
        anchor_format: Format of the anchors; see `convert_format`.
        box_format: Format of the boxes.
        encoding_format: The order of the deltas: "center_yxhw" or "center_xywh".
        variance: Four numbers that the deltas are divided by.
        image_shape: (height, width, channels) of the picture; needed for relative formats.

    Returns:
        (batch, n, 4), or (n, 4) where `boxes` has no batch.

    Raises:
        ValueError: If the encoding is not known, or there are not four variances.

    Example:
        >>> anchors, boxes = [[0, 0, 4, 4]], [[1, 1, 3, 5]]
        >>> encode_box_to_deltas(anchors, boxes, "xyxy", "xyxy").round(3).tolist()
        [[0.25, 0.0, 0.0, -0.693]]
    """
    where = "encode_box_to_deltas"
    name = one_of(where, "encoding_format", encoding_format, _ENCODINGS)
    size = image_shape[:2] if image_shape is not None else (None, None)
    anchors = convert_format(anchors, anchor_format, name, *size)
    boxes = convert_format(boxes, box_format, name, *size)
    sizes = jnp.maximum(anchors[..., 2:], _TINY)
    shift = (boxes[..., :2] - anchors[..., :2]) / sizes
    ratio = jnp.log(jnp.maximum(boxes[..., 2:], _TINY) / sizes)
    return jnp.concatenate([shift, ratio], axis=-1) / _variance(where, variance)


@op
def decode_deltas_to_boxes(
    anchors: Boxes,
    boxes_delta: Boxes,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Sequence[float] | None = None,
    image_shape: Sequence[int] | None = None,
) -> Any:
    """Return the boxes that anchors and deltas stand for; see `encode_box_to_deltas`.

    Args:
        anchors: (n, 4), or a dict of such, one a level.
        boxes_delta: (n, 4) or (batch, n, 4), or a dict with the same keys.
        anchor_format: Format of the anchors; see `convert_format`.
        box_format: Format of the result.
        encoded_format: The order of the deltas: "center_yxhw" or "center_xywh".
        variance: Four numbers that the deltas are multiplied with.
        image_shape: (height, width, channels) of the picture; needed for relative formats.

    Returns:
        Boxes in the structure of `boxes_delta`.

    Raises:
        ValueError: If the encoding is not known, or there are not four variances.

    Example:
        >>> anchors, deltas = [[0, 0, 4, 4]], [[0.25, 0.0, 0.0, -0.6931472]]
        >>> decode_deltas_to_boxes(anchors, deltas, "xyxy", "xyxy").round(3).tolist()
        [[1.0, 1.0, 3.0, 5.0]]
    """
    where = "decode_deltas_to_boxes"
    name = one_of(where, "encoded_format", encoded_format, _ENCODINGS)
    size = image_shape[:2] if image_shape is not None else (None, None)
    factors = _variance(where, variance)

    def decoded(anchors: Array, deltas: Array) -> Array:
        anchors = convert_format(anchors, anchor_format, name, *size)
        deltas = deltas * factors
        centre = anchors[..., :2] + deltas[..., :2] * anchors[..., 2:]
        sizes = jnp.exp(deltas[..., 2:]) * anchors[..., 2:]
        boxes = jnp.concatenate([centre, sizes], axis=-1)
        return convert_format(boxes, name, box_format, *size)

    return jax.tree.map(decoded, anchors, boxes_delta)


def _variance(where: str, variance: Sequence[float] | None) -> Array:
    factors = jnp.ones(4) if variance is None else jnp.asarray(variance, "float32")
    if factors.shape != (4,):
        raise ValueError(
            f"{where}: `variance` must be four numbers, one a delta; got the shape {factors.shape}."
        )
    return factors
