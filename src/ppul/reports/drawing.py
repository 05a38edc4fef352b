"""Boxes and masks drawn on pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ppul.core.checks import in_range, one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.ops.bounding_boxes.formats import as_boxes, convert_format

# Height in pixels of letters at a scale of 1, and of the space around them.
_LETTERS, _SPACE = 10, 2


def draw_bounding_boxes(
    images: Any,
    bounding_boxes: Any,
    bounding_box_format: str,
    class_mapping: Mapping[int, str] | None = None,
    color: Sequence[int] = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> np.ndarray:
    """Return pictures with boxes drawn on them.

    Args:
        images: (batch, height, width, channels) of values in [0, 255], or with the channels first;
            one channel or three.
        bounding_boxes: A dict with "boxes" (batch, boxes, 4), "labels" (batch, boxes) and, if
            wanted, "confidences" (batch, boxes). One with the label -1 stands for none.
        bounding_box_format: What the numbers of boxes mean; see `utils.bounding_boxes`.
        class_mapping: Names of labels, which are written at the boxes; None writes nothing.
        color: Red, green and blue of lines and letters' background, in [0, 255].
        line_thickness: Thickness of the lines, in pixels.
        text_thickness: Thickness of the strokes of letters, in pixels.
        font_scale: Size of the letters; 1 is ten pixels.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        uint8, the shape of `images`.

    Raises:
        TypeError: If `bounding_boxes` is no dict.
        ValueError: If pictures or boxes are something else.

    Example:
        >>> boxes = {"boxes": [[[1, 1, 5, 5]]], "labels": [[0]]}
        >>> drawn = draw_bounding_boxes(np.zeros((1, 8, 8, 3)), boxes, "xyxy", color=(255, 0, 0))
        >>> drawn[0, 1, 3].tolist(), drawn[0, 3, 3].tolist()
        ([255, 0, 0], [0, 0, 0])
    """
    from PIL import Image, ImageDraw, ImageFont

    pictures, first = _as_pictures("draw_bounding_boxes", images, data_format)
    boxes = _checked_boxes(bounding_boxes, len(pictures))
    size = pictures.shape[1:3]
    corners = np.asarray(convert_format(boxes["boxes"], bounding_box_format, "xyxy", *size))
    font = ImageFont.load_default(_LETTERS * font_scale)
    drawn = []
    for i, picture in enumerate(pictures):
        canvas = Image.fromarray(np.broadcast_to(picture, (*size, 3)).copy())
        pen = ImageDraw.Draw(canvas)
        for k in np.flatnonzero(np.asarray(boxes["labels"])[i] != -1).tolist():
            box = tuple(map(float, corners[i, k]))
            pen.rectangle(_sorted(box), outline=tuple(color), width=line_thickness)
            if class_mapping is not None:
                text = _caption(boxes, i, k, class_mapping)
                _write(pen, text, box, tuple(color), font, text_thickness)
        drawn.append(np.asarray(canvas.convert("L" if picture.shape[-1] == 1 else "RGB")))
    result = np.stack(drawn).reshape(pictures.shape)
    return np.moveaxis(result, -1, 1) if first else result


def draw_segmentation_masks(
    images: Any,
    segmentation_masks: Any,
    num_classes: int | None = None,
    color_mapping: Mapping[int, Sequence[int]] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> np.ndarray:
    """Return pictures with the classes of their pixels drawn on them.

    Args:
        images: (batch, height, width, channels) of values in [0, 255], or with the channels first;
            one channel or three.
        segmentation_masks: Integers, (batch, height, width), or with an axis of size 1 for the
            channels. Class 0 is the background, and is not drawn.
        num_classes: Classes 1 to this one are drawn; the largest one by default.
        color_mapping: Red, green and blue of classes, in [0, 255]; others are not drawn. Colours
            are made up by default.
        alpha: How much of the colour is mixed with the picture, in [0, 1].
        blend: Whether it is mixed at all.
        ignore_index: A class that is not drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.

    Returns:
        uint8, the shape of `images`.

    Raises:
        TypeError: If the masks are no integers.
        ValueError: If pictures or masks are something else.

    Example:
        >>> masks = np.array([[[0, 1]]])
        >>> red = {1: (255, 0, 0)}
        >>> draw_segmentation_masks(np.zeros((1, 1, 2, 3)), masks, None, red, alpha=0.5)[
        ...     0, 0
        ... ].tolist()
        [[0, 0, 0], [127, 0, 0]]
    """
    where = "draw_segmentation_masks"
    pictures, first = _as_pictures(where, images, data_format)
    masks = np.asarray(segmentation_masks)
    if not np.issubdtype(masks.dtype, np.integer):
        raise TypeError(f"{where}: `segmentation_masks` must be integers; got {masks.dtype}.")
    if masks.size != pictures[..., 0].size:
        raise ValueError(
            f"{where}: `segmentation_masks` must have a class for each pixel of `images`, "
            f"{pictures.shape[:3]}; got the shape {masks.shape}."
        )
    masks = masks.reshape(pictures.shape[:3])
    part = in_range(where, "alpha", alpha, 0, 1) if blend else 1
    colors = _palette(masks.max() if num_classes is None else num_classes)
    drawn = pictures.astype("float32")
    for index, color in (colors if color_mapping is None else color_mapping).items():
        if index != ignore_index:
            chosen = masks == index
            drawn[chosen] = drawn[chosen] * (1 - part) + _tone(color, drawn.shape[-1]) * part
    result = drawn.astype("uint8")
    return np.moveaxis(result, -1, 1) if first else result


def _palette(count: int) -> dict[int, tuple[int, int, int]]:
    """Colours of classes 1 to `count`, those of neighbours far apart."""
    return {i: (i % 255, i * 127 % 255, i * 31 % 255) for i in range(1, int(count) + 1)}


def _tone(color: Sequence[int], channels: int) -> np.ndarray:
    """A colour, or for pictures of one channel how light it is."""
    from PIL import ImageColor

    if channels == 3:
        return np.asarray(color, "float32")
    return np.asarray([ImageColor.getcolor(f"rgb{tuple(map(int, color))}", "L")], "float32")


def _as_pictures(where: str, images: Any, data_format: str | None) -> tuple[np.ndarray, bool]:
    """Pictures as uint8 with the channels last, and whether these came first."""
    layout = one_of(where, "data_format", data_format or image_data_format(), IMAGE_FORMATS)
    pictures = np.asarray(images)
    first = layout == "channels_first"
    if pictures.ndim == 4 and first:
        pictures = np.moveaxis(pictures, 1, -1)
    if pictures.ndim != 4 or pictures.shape[-1] not in (1, 3):
        raise ValueError(
            f"{where}: `images` must be a batch of pictures of one channel or three, with four axes; "
            f"got the shape {np.shape(images)} and data_format={layout!r}."
        )
    return np.clip(pictures, 0, 255).astype("uint8"), first


def _checked_boxes(bounding_boxes: Any, count: int) -> dict[str, Any]:
    where = "draw_bounding_boxes"
    if not isinstance(bounding_boxes, Mapping):
        raise TypeError(
            f"{where}: `bounding_boxes` must be a dict with 'boxes' and 'labels'; got "
            f"{type(bounding_boxes).__name__}."
        )
    missing = {"boxes", "labels"} - set(bounding_boxes)
    if missing:
        raise ValueError(f"{where}: `bounding_boxes` has no {', '.join(sorted(missing))}.")
    boxes = as_boxes(dict(bounding_boxes))
    shape = boxes["boxes"].shape
    if len(shape) != 3 or shape[0] != count or boxes["labels"].shape[:2] != shape[:2]:
        raise ValueError(
            f"{where}: for {count} pictures 'boxes' must be ({count}, boxes, 4) and 'labels' "
            f"({count}, boxes); got {shape} and {boxes['labels'].shape}."
        )
    return boxes


def _sorted(box: tuple[float, ...]) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _caption(boxes: Mapping[str, Any], i: int, k: int, names: Mapping[int, str]) -> str:
    label = int(boxes["labels"][i, k])
    text = str(names.get(label, label))
    if "confidences" in boxes:
        text += f" {float(boxes['confidences'][i, k]):.2f}"
    return text


def _write(
    pen: Any, text: str, box: tuple[float, ...], color: tuple[int, ...], font: Any, thickness: int
) -> None:
    """Write above a box, or inside where there is no room, on its colour."""
    _, _, width, height = pen.textbbox((0, 0), text, font=font, anchor="lt")
    x, y = box[0], box[1] - height - 2 * _SPACE
    y = y if y >= 0 else box[1]
    pen.rectangle((x, y, x + width + 2 * _SPACE, y + height + 2 * _SPACE), fill=color)
    light = (
        sum(part * share for part, share in zip(color, (0.299, 0.587, 0.114), strict=True)) > 127
    )
    ink = (0, 0, 0) if light else (255, 255, 255)
    place = (x + _SPACE, y + _SPACE)
    # The strokes of letters are about a tenth of their height already.
    more = int(max(thickness - font.size / 10, 0) / 2)
    pen.text(place, text, ink, font, anchor="lt", stroke_width=more)
