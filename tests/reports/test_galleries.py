"""Galleries: panels, titles and legends are read back from the figure, pixels from the file."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib import pyplot as plt
from PIL import Image

from ppul.visualization import (
    plot_bounding_box_gallery,
    plot_image_gallery,
    plot_segmentation_mask_gallery,
)

RNG = np.random.default_rng(0)
PICTURES = RNG.integers(0, 256, (5, 4, 6, 3))
NAMES = {0: "gaur", 1: "yak"}


@pytest.fixture(autouse=True)
def figures():
    yield
    plt.close("all")


def panels():
    """The pictures of the current figure, each as an array."""
    return [axes.images[0].get_array().data for axes in plt.gcf().axes if axes.images]


@pytest.mark.parametrize(
    ("given", "grid"),
    [({}, (3, 2)), ({"rows": 2}, (2, 3)), ({"cols": 5}, (1, 5)), ({"rows": 1, "cols": 2}, (1, 2))],
)
def test_pictures_stand_in_rows_and_columns(given, grid):
    plot_image_gallery(PICTURES, show=False, scale=1.5, **given)
    figure = plt.gcf()
    assert figure.axes[0].get_gridspec().get_geometry() == grid
    assert list(figure.get_size_inches()) == [grid[1] * 1.5, grid[0] * 1.5]
    shown = panels()
    assert len(shown) == min(5, grid[0] * grid[1])
    np.testing.assert_array_equal(shown[0], PICTURES[0])


@pytest.mark.parametrize(("limits", "first"), [((0, 1), False), ((-1, 1), True)])
def test_values_of_any_range_are_shown_as_bytes(limits, first):
    low, high = limits
    values = PICTURES / 255 * (high - low) + low
    values = np.moveaxis(values, -1, 1) if first else values
    layout = "channels_first" if first else "channels_last"
    plot_image_gallery(values, value_range=limits, show=False, data_format=layout)
    np.testing.assert_array_equal(panels()[3], PICTURES[3])


def test_labels_stand_above_the_pictures():
    plot_image_gallery(PICTURES, [0, 1, 0, 1, 0], [1, 1, 0, 0, 5], NAMES, show=False)
    titles = [axes.get_title() for axes in plt.gcf().axes[:5]]
    assert titles[0] == "Label: gaur  Pred: yak"
    assert titles[4] == "Label: gaur  Pred: 5"


def test_a_saved_gallery_has_the_pixels_and_no_figure_stays(tmp_path):
    one = np.full((1, 4, 4, 3), (0, 255, 0))
    plot_image_gallery(one, path=tmp_path / "gallery.png", dpi=50, transparent=False)
    assert not plt.get_fignums()
    with Image.open(tmp_path / "gallery.png") as picture:
        assert picture.size == (100, 100)
        assert picture.convert("RGB").getpixel((50, 50)) == (0, 255, 0)


def test_true_and_predicted_boxes_have_their_colours_and_a_legend():
    truth = {"boxes": [[[1, 1, 5, 3]]] * 5, "labels": [[0]] * 5}
    guess = {"boxes": [[[0, 0, 2, 2]]] * 5, "labels": [[1]] * 5}
    plot_bounding_box_gallery(
        np.zeros_like(PICTURES), "xyxy", truth, guess, line_thickness=1, legend=True, show=False
    )
    drawn = panels()[0]
    assert drawn[3, 4].tolist() == [0, 188, 212]
    assert drawn[0, 1].tolist() == [255, 235, 59]
    labels = [text.get_text() for text in plt.gcf().legends[0].get_texts()]
    assert labels == ["Ground Truth", "Prediction"]


def test_masks_stand_beside_their_pictures():
    truth, guess = np.ones((5, 4, 6), int), np.zeros((5, 4, 6), int)
    plot_segmentation_mask_gallery(
        PICTURES,
        1,
        y_true=truth,
        y_pred=guess,
        color_mapping={1: (9, 9, 9)},
        blend=False,
        show=False,
    )
    assert plt.gcf().axes[0].get_gridspec().get_geometry() == (5, 3)
    picture, true, predicted = panels()[3:6]
    np.testing.assert_array_equal(picture, PICTURES[1])
    assert (true == 9).all()
    np.testing.assert_array_equal(predicted, picture)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plot_image_gallery(PICTURES[0]), r"four axes; got the shape \(4, 6, 3\)"),
        (lambda: plot_image_gallery(PICTURES, [0] * 5), "`label_map` must say the names"),
        (lambda: plot_image_gallery(PICTURES, path="a.png", show=True), "saved or shown"),
        (lambda: plot_image_gallery(PICTURES, path="a.pgn"), "Did you mean 'png'"),
        (
            lambda: plot_bounding_box_gallery(PICTURES, "xyxy", legend=True, legend_handles=[]),
            "`legend_handles` for another one, not both",
        ),
    ],
)
def test_what_cannot_be_is_refused(call, words):
    with pytest.raises(ValueError, match=words):
        call()
