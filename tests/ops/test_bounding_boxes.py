"""Rectangles: converted, clipped, moved, compared and encoded as by Keras."""

from __future__ import annotations

import re
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul.ops.bounding_boxes.formats import FORMATS
from ppul.utils import bounding_boxes as ours
from tests.oracle import assert_close

HEIGHT, WIDTH = 200, 100
RNG = np.random.default_rng(0)
theirs = keras.utils.bounding_boxes
# Keras has no relative form of the format with y first.
SHARED = [name for name in FORMATS if name != "rel_center_yxhw"]


def corners(*shape: int) -> Any:
    """Boxes left, top, right, bottom, some of them partly outside of the picture."""
    first = RNG.uniform(-20, 80, (*shape, 2))
    return np.concatenate([first, first + RNG.uniform(1, 150, (*shape, 2))], -1).astype("float32")


BOXES, OTHERS, ANCHORS = corners(2, 4), corners(2, 4), corners(4)
DICT = {"boxes": BOXES, "labels": RNG.integers(0, 9, (2, 4))}
DEGREES = RNG.uniform(-90, 90, 2).astype("float32")
SIZE = {"height": HEIGHT, "width": WIDTH}
SHAPE = {"image_shape": (HEIGHT, WIDTH, 3)}
ZEROS, ONES = np.zeros(2, "float32"), np.ones(2, "float32")

ROWS: dict[str, tuple[str, tuple[Any, ...], dict[str, Any]]] = {
    "clip": ("clip_to_image_size", (DICT, HEIGHT, WIDTH), {}),
    "clip relative": (
        "clip_to_image_size",
        ({"boxes": BOXES / 100, "labels": DICT["labels"], "scores": np.ones((2, 4))},),
        {"bounding_box_format": "rel_xyxy"},
    ),
    "crop": ("crop", (BOXES, 10, 5, 50, 60), {}),
    "pad": ("pad", (BOXES[0], 10, 5), {}),
    "pad, sizes": ("pad", (BOXES, 10, 5, 300, 300), {}),
    "turned": ("affine_transform", (BOXES, DEGREES, *[ZEROS] * 2, ONES, *[ZEROS] * 2), SIZE),
    "moved": (
        "affine_transform",
        (BOXES, DEGREES, 0.1 * ONES, -0.2 * ONES, 1.5 * ONES, *[ZEROS] * 2),
        SIZE | {"center_x": 0.2, "center_y": 0.7},
    ),
    "sheared": ("affine_transform", (BOXES, *[ZEROS] * 3, ONES, 9 * ONES, ZEROS), SIZE),
    "sheared down": (
        "affine_transform",
        (BOXES, DEGREES, *[ZEROS] * 2, ONES, ZEROS, 9 * ONES),
        SIZE,
    ),
    "iou": ("compute_iou", (BOXES, OTHERS[0], "xyxy"), {}),
    "iou, masked": (
        "compute_iou",
        (BOXES[0] - np.array([[200.0], [0], [0], [0]], "float32"), OTHERS[1], "center_xywh"),
        {"use_masking": True, "mask_val": -7},
    ),
    "iou, relative": ("compute_iou", (BOXES[0] / 100, OTHERS[0] / 100, "rel_yxyx"), SHAPE),
    "ciou": ("compute_ciou", (BOXES, OTHERS, "xyxy"), {}),
    "ciou, sizes": ("compute_ciou", (BOXES, OTHERS, "xywh"), {}),
    "encoded": ("encode_box_to_deltas", (ANCHORS, BOXES, "xyxy", "xyxy"), {}),
    "encoded, other": (
        "encode_box_to_deltas",
        (ANCHORS, BOXES[0] / 100, "xyxy", "rel_xyxy", "center_xywh", [0.1, 0.1, 0.2, 0.3]),
        SHAPE,
    ),
    "decoded": ("decode_deltas_to_boxes", (ANCHORS, BOXES / 100, "xyxy", "xywh"), {}),
    "decoded, levels": (
        "decode_deltas_to_boxes",
        (
            {"a": ANCHORS, "b": ANCHORS[:2]},
            {"a": BOXES / 100, "b": BOXES[:, :2] / 100},
            "xyxy",
            "rel_xyxy",
            "center_xywh",
            [0.1, 0.1, 0.2, 0.3],
        ),
        SHAPE,
    ),
}


def test_rows_are_those_of_keras() -> None:
    def results(library: Any) -> Any:
        return {
            name: getattr(library, function)(*args, **kwargs)
            for name, (function, args, kwargs) in ROWS.items()
        }

    found, expected = jax.jit(lambda: (results(ours), results(theirs)))()
    for name in ROWS:
        assert_close(found[name], expected[name], rtol=2e-5, atol=2e-4)


def test_formats_are_those_of_keras() -> None:
    @jax.jit
    def both(boxes: Any) -> Any:
        return [
            (library.convert_format(boxes, "xyxy", name, **SIZE), name)[0]
            for name in SHARED
            for library in (ours, theirs)
        ]

    converted = both(BOXES)
    for a, b in zip(converted[::2], converted[1::2], strict=True):
        assert_close(a, b, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("name", FORMATS)
def test_formats_go_there_and_back(name: str) -> None:
    there = ours.convert_format(DICT, "XYXY", name, **SIZE)
    again = ours.convert_format(there, name, "xyxy", **SIZE)
    assert_close(again["boxes"], BOXES, rtol=1e-4, atol=1e-4)
    assert again["labels"] is there["labels"] or np.array_equal(again["labels"], DICT["labels"])


def test_boxes_sheared_and_turned_are_around_the_corners_of_the_picture_so_moved() -> None:
    # Keras's shear to the right has the wrong sign where something is turned too.
    angle, shear = np.deg2rad(30), np.tan(np.deg2rad(20))
    middle = np.array([(WIDTH - 1) / 2, (HEIGHT - 1) / 2])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = np.array([[1, shear], [0, 1]]) @ turn
    left, top, right, bottom = BOXES[0, 0]
    points = np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    moved = (points - middle) @ matrix.T + middle
    found = ours.affine_transform(BOXES[0, :1], 30, 0, 0, 1, 20, 0, HEIGHT, WIDTH)
    expected = np.concatenate([moved.min(0), moved.max(0)])
    assert_close(found[0], expected, rtol=1e-4, atol=1e-3)


def test_relative_boxes_are_compared_in_their_proportions() -> None:
    # Of which Keras's `compute_ciou` says that it lacks the size it was given.
    absolute = ours.compute_ciou(BOXES, OTHERS, "xyxy")
    size = jnp.array([WIDTH, HEIGHT, WIDTH, HEIGHT])
    relative = ours.compute_ciou(BOXES / size, OTHERS / size, "rel_xyxy", **SHAPE)
    assert_close(relative, absolute, rtol=1e-4, atol=1e-4)


BAD: dict[str, tuple[Any, str]] = {
    "format": (
        lambda: ours.convert_format(BOXES, "xyxy", "xyhw"),
        "`target` must be one of.*Did you mean 'xywh'",
    ),
    "no size": (
        lambda: ours.convert_format(BOXES, "xyxy", "rel_xyxy", height=3),
        "takes `height` and `width`.*got height=3 and width=None",
    ),
    "three numbers": (
        lambda: ours.convert_format(BOXES[..., :3], "xyxy", "xywh"),
        r"four numbers each.*\(2, 4, 3\)",
    ),
    "clip: no dict": (
        lambda: ours.clip_to_image_size(BOXES, 3, 3),
        r"must be a dict with 'boxes'.*\(2, 4, 4\)",
    ),
    "clip: no size": (
        lambda: ours.clip_to_image_size(DICT),
        "'xyxy' are clipped to `height` and `width`; got height=None",
    ),
    "encoding": (
        lambda: ours.encode_box_to_deltas(ANCHORS, BOXES, "xyxy", "xyxy", "xyxy"),
        "`encoding_format` must be one of 'center_xywh', 'center_yxhw'",
    ),
    "variance": (
        lambda: ours.decode_deltas_to_boxes(ANCHORS, BOXES, "xyxy", "xyxy", variance=[0.1] * 3),
        r"`variance` must be four numbers.*\(3,\)",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_is_refused(name: str) -> None:
    call, words = BAD[name]
    with pytest.raises(ValueError) as found:  # noqa: PT011 - the words are compared
        call()
    assert re.search(words, str(found.value)), str(found.value)
