"""The ways to give a rectangle by four numbers, and how one becomes another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.ops.conversion import cast
from ppul.ops.tensors import as_array, op

Four = tuple[Array, Array, Array, Array]


def as_boxes(value: Any) -> Any:
    """Return what `Boxes` may be as an array, or as a dict of arrays.

    Example:
        >>> as_boxes({"boxes": [[0, 0, 2, 2]], "labels": [1]})["boxes"].shape
        (1, 4)
    """
    if isinstance(value, dict):
        return {key: as_array(item) for key, item in value.items()}
    return as_array(value)


# A tensor, or a dict of such: "boxes", "labels" and what else belongs to them; or one a level.
Boxes: TypeAlias = Annotated[Any, as_boxes]

# Of each format: from its numbers to (left, top, right, bottom), and from these to its numbers.
_LAYOUTS: dict[str, tuple[Callable[..., Four], Callable[..., Four]]] = {
    "xyxy": (lambda a, b, c, d: (a, b, c, d), lambda a, b, c, d: (a, b, c, d)),
    "yxyx": (lambda a, b, c, d: (b, a, d, c), lambda a, b, c, d: (b, a, d, c)),
    "xywh": (
        lambda x, y, w, h: (x, y, x + w, y + h),
        lambda a, b, c, d: (a, b, c - a, d - b),
    ),
    "center_xywh": (
        lambda x, y, w, h: (x - w / 2, y - h / 2, x + w / 2, y + h / 2),
        lambda a, b, c, d: ((a + c) / 2, (b + d) / 2, c - a, d - b),
    ),
    "center_yxhw": (
        lambda y, x, h, w: (x - w / 2, y - h / 2, x + w / 2, y + h / 2),
        lambda a, b, c, d: ((b + d) / 2, (a + c) / 2, d - b, c - a),
    ),
}
_RELATIVE = "rel_"
FORMATS = (*_LAYOUTS, *(_RELATIVE + name for name in _LAYOUTS))


@op
def convert_format(
    boxes: Boxes,
    source: str,
    target: str,
    height: Any = None,
    width: Any = None,
    dtype: Any = "float32",
) -> Any:
    """Return boxes that are given in one format in another.

    x counts columns from the left, y rows from the top. "xyxy" is left, top, right, bottom;
    "yxyx" top, left, bottom, right; "xywh" left, top, width, height; "center_xywh" has the middle
    instead of the corner; "center_yxhw" is y and x of the middle, height, width. With "rel_" in
    front, all are parts of the width and the height of the picture.

    Args:
        boxes: (..., 4), or a dict with such "boxes"; what else is in it stays as it is.
        source: The format they are in; capital letters do not matter.
        target: The format wanted.
        height: Height of the picture; needed between a relative format and another.
        width: Width of the picture, likewise.
        dtype: Dtype of the result.

    Raises:
        ValueError: If a format is not known, a size is missing, or `boxes` are not four numbers.

    Example:
        >>> convert_format([[10, 20, 30, 60]], "xyxy", "center_xywh").tolist()
        [[20.0, 40.0, 20.0, 40.0]]
        >>> convert_format([[10, 20, 30, 60]], "xyxy", "rel_xyxy", 100, 50).round(1).tolist()
        [[0.2, 0.2, 0.6, 0.6]]
    """
    where = "convert_format"
    source = one_of(where, "source", source.lower(), FORMATS)
    target = one_of(where, "target", target.lower(), FORMATS)
    if isinstance(boxes, dict):
        converted = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return {**boxes, "boxes": converted}
    boxes = cast(boxes, dtype)
    if boxes.ndim == 0 or boxes.shape[-1] != 4:
        raise ValueError(
            f"{where}: `boxes` must be four numbers each, (..., 4); got the shape {boxes.shape}."
        )
    if source == target:
        return boxes
    to_corners, from_corners = _LAYOUTS[_layout(source)][0], _LAYOUTS[_layout(target)][1]
    left, top, right, bottom = to_corners(*jnp.moveaxis(boxes, -1, 0))
    if is_relative(source) != is_relative(target):
        if height is None or width is None:
            raise ValueError(
                f"{where}: from {source!r} to {target!r} takes `height` and `width` of the "
                f"picture; got height={height} and width={width}."
            )
        x, y = jnp.asarray(width, boxes.dtype), jnp.asarray(height, boxes.dtype)
        x, y = (x, y) if is_relative(source) else (1 / x, 1 / y)
        left, top, right, bottom = left * x, top * y, right * x, bottom * y
    return jnp.stack(from_corners(left, top, right, bottom), axis=-1)


def is_relative(name: str) -> bool:
    """Return whether a format gives parts of the picture's size.

    Example:
        >>> is_relative("rel_xywh")
        True
    """
    return name.startswith(_RELATIVE)


def _layout(name: str) -> str:
    return name.removeprefix(_RELATIVE)
