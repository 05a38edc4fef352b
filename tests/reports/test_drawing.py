"""Boxes and masks on pictures: the pixels that were drawn are read back."""

from __future__ import annotations

import keras
import numpy as np
import pytest

from ppul.visualization import draw_bounding_boxes, draw_segmentation_masks

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(0, 255, (2, 6, 7, 3)).astype("float32")
MASKS = RNG.integers(0, 5, (2, 6, 7, 1))
BLACK = np.zeros((1, 40, 60, 3))
RED = (255, 0, 0)


def boxes(*corners, labels=None, **more):
    labels = [1] * len(corners) if labels is None else labels
    return {"boxes": np.array([corners], "float32"), "labels": np.array([labels]), **more}


def bounds(drawn):
    """Left, top, right and bottom of what is not black."""
    rows, columns = np.nonzero(drawn.any(-1))
    return [columns.min(), rows.min(), columns.max(), rows.max()]


@pytest.mark.parametrize("kwargs", [{}, {"alpha": 0.5}, {"blend": False}, {"ignore_index": 2}])
def test_classes_are_drawn_as_by_keras(kwargs):
    ours = draw_segmentation_masks(PICTURES, MASKS, 4, **kwargs)
    theirs = np.asarray(keras.visualization.draw_segmentation_masks(PICTURES, MASKS, 4, **kwargs))
    # Keras's draws the background too, and not the last class.
    same = np.isin(MASKS[..., 0], (1, 2, 3))
    assert np.abs(ours[same].astype(int) - theirs[same].astype(int)).max() <= 1
    background = MASKS[..., 0] == 0
    np.testing.assert_array_equal(ours[background], PICTURES[background].astype("uint8"))
    last = MASKS[..., 0] == 4
    assert (ours[last] != PICTURES[last].astype("uint8")).any()


def test_colours_of_classes_may_be_given_and_channels_may_come_first():
    drawn = draw_segmentation_masks(
        np.moveaxis(PICTURES, -1, 1),
        MASKS[..., 0],
        color_mapping={2: RED},
        alpha=1.0,
        data_format="channels_first",
    )
    chosen = MASKS[..., 0] == 2
    assert (np.moveaxis(drawn, 1, -1)[chosen] == RED).all()
    untouched = np.moveaxis(drawn, 1, -1)[~chosen]
    np.testing.assert_array_equal(untouched, PICTURES[~chosen].astype("uint8"))


def test_a_picture_of_one_channel_gets_the_lightness_of_a_colour():
    drawn = draw_segmentation_masks(PICTURES[..., :1], MASKS, color_mapping={1: RED}, alpha=1.0)
    assert set(drawn[MASKS[..., 0] == 1].ravel()) == {76}  # 0.299 of 255
    drawn = draw_bounding_boxes(BLACK[..., :1], boxes([10, 5, 30, 20]), "xyxy", color=RED)
    assert drawn.shape == BLACK[..., :1].shape
    assert set(np.unique(drawn)) == {0, 76}


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ([10, 5, 30, 20], "xyxy"),
        ([10, 5, 20, 15], "xywh"),
        ([1 / 6, 1 / 8, 1 / 2, 1 / 2], "rel_xyxy"),
    ],
)
def test_lines_are_where_the_box_is(given, name):
    drawn = draw_bounding_boxes(BLACK, boxes(given), name, color=RED, line_thickness=2)
    assert drawn.dtype == np.uint8
    assert bounds(drawn[0]) == [10, 5, 30, 20]
    assert set(map(tuple, drawn[0, 5:7, 10:31].reshape(-1, 3))) == {RED}
    assert not drawn[0, 7:19, 12:29].any()


def test_a_box_with_the_label_of_none_is_not_drawn():
    drawn = draw_bounding_boxes(
        BLACK, boxes([1, 1, 9, 9], [20, 20, 30, 30], labels=[-1, 4]), "xyxy"
    )
    assert bounds(drawn[0]) == [20, 20, 30, 30]


def test_names_stand_above_the_box_or_inside_where_there_is_no_room():
    def letters(box, **kwargs):
        return draw_bounding_boxes(BLACK, boxes(box, **kwargs), "xyxy", {1: "gaur"}, RED)[0]

    below = letters([5, 25, 50, 38])
    assert 0 < bounds(below)[1] < 20
    assert (below > 200).all(-1).any()  # white letters on red
    assert bounds(letters([5, 2, 50, 38]))[1] == 2
    larger = letters([5, 25, 55, 38], confidences=np.array([[0.75]]))
    assert (larger[:25] == RED).all(-1).sum() > (below[:25] == RED).all(-1).sum()


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (
            lambda: draw_segmentation_masks(PICTURES, MASKS.astype(float)),
            TypeError,
            "must be integers; got float64",
        ),
        (
            lambda: draw_segmentation_masks(PICTURES, MASKS[:, :5]),
            ValueError,
            r"a class for each pixel of `images`, \(2, 6, 7\); got the shape \(2, 5, 7, 1\)",
        ),
        (lambda: draw_segmentation_masks(PICTURES[0], MASKS), ValueError, r"batch.*\(6, 7, 3\)"),
        (lambda: draw_bounding_boxes(BLACK, [[1, 2, 3, 4]], "xyxy"), TypeError, "dict.*got list"),
        (lambda: draw_bounding_boxes(BLACK, {"boxes": []}, "xyxy"), ValueError, "has no labels"),
        (
            lambda: draw_bounding_boxes(PICTURES, boxes([1, 2, 3, 4]), "xyxy"),
            ValueError,
            r"for 2 pictures 'boxes' must be \(2, boxes, 4\).*\(1, 1, 4\)",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()
