"""Boxes in pictures that are cut, padded, turned or sheared."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.types import Array
from ppul.ops.bounding_boxes.formats import Boxes, convert_format, is_relative
from ppul.ops.tensors import Tensor, op


@op
def clip_to_image_size(
    bounding_boxes: Boxes,
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> dict[str, Any]:
    """Return boxes without what is beyond the edges of the picture.

    Args:
        bounding_boxes: A dict with "boxes", (n, 4) or (batch, n, 4), and, if wanted, "labels",
            (n,) or (batch, n).
        height: Height of the picture; not needed for relative formats.
        width: Width of the picture, likewise.
        bounding_box_format: See `convert_format`.

    Returns:
        The dict with boxes clipped; the label of a box of which nothing is left is -1.

    Raises:
        ValueError: If the size is needed and missing.

    Example:
        >>> boxes = {"boxes": [[-10, 40, 30, 50], [60, 0, 70, 9]], "labels": [1, 2]}
        >>> clipped = clip_to_image_size(boxes, height=45, width=50)
        >>> clipped["boxes"].tolist(), clipped["labels"].tolist()
        ([[0, 40, 30, 45], [50, 0, 50, 9]], [1, -1])
    """
    where = "clip_to_image_size"
    if not isinstance(bounding_boxes, dict):
        raise ValueError(
            f"{where}: `bounding_boxes` must be a dict with 'boxes' and 'labels'; got an array of "
            f"the shape {bounding_boxes.shape}."
        )
    given = bounding_boxes["boxes"]
    corners = "xyxy"
    if is_relative(bounding_box_format):
        corners, height, width = "rel_xyxy", 1, 1
    elif height is None or width is None:
        raise ValueError(
            f"{where}: boxes in the format {bounding_box_format!r} are clipped to `height` and "
            f"`width`; got height={height} and width={width}."
        )
    boxes = convert_format(given, bounding_box_format, corners, dtype=given.dtype)
    limits = jnp.asarray([width, height, width, height], boxes.dtype)
    boxes = jnp.clip(boxes, 0, limits)
    clipped = dict(bounding_boxes)
    clipped["boxes"] = convert_format(boxes, corners, bounding_box_format, dtype=given.dtype)
    if "labels" in clipped:
        gone = jnp.prod(boxes[..., 2:] - boxes[..., :2], axis=-1) <= 0
        clipped["labels"] = jnp.where(gone, -1, clipped["labels"])
    return clipped


@op
def crop(
    boxes: Tensor,
    top: Any,
    left: Any,
    height: Any,
    width: Any,
    bounding_box_format: str = "xyxy",
) -> Array:
    """Return where boxes are in a part of the picture; what is outside of it is cut off.

    Args:
        boxes: (n, 4) or (batch, n, 4), not in a relative format.
        top: Row where the part begins.
        left: Column where it begins.
        height: Its height.
        width: Its width.
        bounding_box_format: See `convert_format`.

    Example:
        >>> crop([[10, 20, 50, 60], [70, 80, 100, 120]], 10, 20, 40, 30).tolist()
        [[0.0, 10.0, 30.0, 40.0], [30.0, 40.0, 30.0, 40.0]]
    """
    boxes = convert_format(boxes, bounding_box_format, "xyxy")
    boxes = boxes - jnp.asarray([left, top, left, top], boxes.dtype)
    boxes = jnp.clip(boxes, 0, jnp.asarray([width, height, width, height], boxes.dtype))
    return convert_format(boxes, "xyxy", bounding_box_format)


@op
def pad(
    boxes: Tensor,
    top: Any,
    left: Any,
    height: Any = None,  # noqa: ARG001
    width: Any = None,  # noqa: ARG001
    bounding_box_format: str = "xyxy",
) -> Array:
    """Return where boxes are in a picture that got rows above and columns on the left.

    Args:
        boxes: (n, 4) or (batch, n, 4), not in a relative format.
        top: Number of rows added above.
        left: Number of columns added on the left.
        height: Kept for Keras's signature; boxes do not depend on it.
        width: Likewise.
        bounding_box_format: See `convert_format`.

    Example:
        >>> pad([[10, 20, 50, 60]], top=1, left=2).tolist()
        [[12.0, 21.0, 52.0, 61.0]]
    """
    boxes = convert_format(boxes, bounding_box_format, "xyxy")
    boxes = boxes + jnp.asarray([left, top, left, top], boxes.dtype)
    return convert_format(boxes, "xyxy", bounding_box_format)


@op
def affine_transform(
    boxes: Tensor,
    angle: Tensor,
    translate_x: Tensor,
    translate_y: Tensor,
    scale: Tensor,
    shear_x: Tensor,
    shear_y: Tensor,
    height: Any,
    width: Any,
    center_x: Tensor | None = None,
    center_y: Tensor | None = None,
    bounding_box_format: str = "xyxy",
) -> Array:
    """Return the boxes around boxes that are moved, scaled, turned and sheared, in this order.

    Args:
        boxes: (n, 4) or (batch, n, 4).
        angle: By how many degrees they are turned counter-clockwise; a number, or one a picture.
        translate_x: By which part of the width they are moved to the right, likewise.
        translate_y: By which part of the height they are moved down, likewise.
        scale: Factor, likewise.
        shear_x: By how many degrees columns lean to the right at the bottom, likewise.
        shear_y: By how many degrees rows lean down on the right, likewise.
        height: Height of the picture.
        width: Width of the picture.
        center_x: What stays where it is, as a part of the width; the middle by default.
        center_y: Likewise of the height.
        bounding_box_format: See `convert_format`.

    Returns:
        The shape of `boxes`.

    Example:
        >>> affine_transform([[0.0, 0, 2, 1]], 90, 0, 0, 1, 0, 0, 5, 5).round(3).tolist()
        [[0.0, 2.0, 1.0, 4.0]]
    """
    name = bounding_box_format
    corners = convert_format(boxes, name, "xyxy", height, width)
    last_x, last_y = width - 1, height - 1
    middle_x = last_x * (0.5 if center_x is None else center_x)
    middle_y = last_y * (0.5 if center_y is None else center_y)

    def each(value: Any) -> Array:
        """A number, or one a picture, as (..., 1, 1): against boxes and their corners."""
        return jnp.asarray(value, corners.dtype)[..., None, None]

    x = corners[..., jnp.array([0, 2, 2, 0])] + each(translate_x * last_x - middle_x)
    y = corners[..., jnp.array([1, 1, 3, 3])] + each(translate_y * last_y - middle_y)
    x, y = x * each(scale), y * each(scale)
    sine, cosine = jnp.sin(jnp.deg2rad(each(angle))), jnp.cos(jnp.deg2rad(each(angle)))
    x, y = cosine * x + sine * y, cosine * y - sine * x
    y = y + jnp.tan(jnp.deg2rad(each(shear_y))) * x
    x = x + jnp.tan(jnp.deg2rad(each(shear_x))) * y
    x, y = x + each(middle_x), y + each(middle_y)
    sides = jnp.stack([x.min(-1), y.min(-1), x.max(-1), y.max(-1)], axis=-1)
    return convert_format(sides, "xyxy", name, height, width)
