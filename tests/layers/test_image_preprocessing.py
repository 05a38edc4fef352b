"""Pictures with what belongs to them: labels, masks and boxes go where the pixels go."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.core.symbolic import KerasTensor
from tests.oracle import assert_close
from tests.tables import rows_of

RNG = np.random.default_rng(0)
HEIGHT, WIDTH = 24, 32
ALL = (1.0, 1.0)  # a probability that is always one

# Those that move pixels, each as it is to be compared.
MOVING: dict[str, Any] = {
    "flipped": ("RandomFlip", {"mode": "horizontal"}),
    "upside down": ("RandomFlip", {}),
    "turned": ("RandomRotation", {"factor": 0.1}),
    "moved": ("RandomTranslation", {"height_factor": 0.2, "width_factor": 0.2}),
    "zoomed": ("RandomZoom", {"height_factor": (-0.3, -0.1), "width_factor": (0.1, 0.3)}),
    "sheared": ("RandomShear", {"x_factor": 0.2, "y_factor": 0.1}),
    "seen from elsewhere": ("RandomPerspective", {"factor": ALL, "scale": 0.3}),
    "cut anywhere": ("RandomCrop", {"height": 20, "width": 24}),
    "cut too large": ("RandomCrop", {"height": 30, "width": 20}),
    "cut in the middle": ("CenterCrop", {"height": 19, "width": 22}),
    "the middle enlarged": ("CenterCrop", {"height": 36, "width": 20}),
    "resized": ("Resizing", {"height": 40, "width": 20}),
    "cropped to a ratio": ("Resizing", {"height": 30, "width": 30, "crop_to_aspect_ratio": True}),
    "padded to a ratio": ("Resizing", {"height": 40, "width": 30, "pad_to_aspect_ratio": True}),
}
# Keras moves the boxes of these otherwise than their pixels.
BOXES_ASTRAY = (
    "sheared",
    "cut anywhere",
    "cut too large",
    "cropped to a ratio",
    "padded to a ratio",
)
# It takes parts of a side for pixels, or gives pixels for parts.
RELATIVE_ASTRAY = ("turned", "seen from elsewhere")
# It leaves the masks as they are, or mixes the numbers of classes.
MASKS_ASTRAY = ("zoomed", "the middle enlarged")
FILLED = ("RandomRotation", "RandomTranslation", "RandomZoom", "RandomShear")
# Those that change nothing but in training.
AUGMENTING: dict[str, dict[str, Any]] = {
    **{name: {} for name in ("AugMix", "CutMix", "MixUp", "RandAugment", "RandomFlip")},
    **{name: {} for name in ("RandomColorJitter", "RandomErasing", "RandomGaussianBlur")},
    **{name: {} for name in ("RandomGrayscale", "RandomInvert", "RandomPerspective")},
    **{name: {} for name in ("RandomElasticTransform", "Solarization", "Equalization")},
    **{name: {"factor": 0.2} for name in ("RandomBrightness", "RandomContrast", "RandomHue")},
    **{name: {"factor": 0.2} for name in ("RandomSaturation", "RandomSharpness")},
    **{name: {"factor": 0.2} for name in ("RandomColorDegeneration", "RandomRotation")},
    "RandomPosterization": {"factor": 3},
    "RandomShear": {"x_factor": 0.2},
    "RandomTranslation": {"height_factor": 0.2, "width_factor": 0.1},
    "RandomZoom": {"height_factor": 0.2},
}
# Integers stay integers.
KEEPING = (
    layers.RandomBrightness(0.2),
    layers.RandomGrayscale(),
    layers.ContrastLimitedAdaptiveHistogramEqualization(),
    layers.Resizing(8, 9),
    layers.MaxNumBoundingBoxes(3),
)


def make(library: Any, name: str, **more: Any) -> Any:
    """A layer of the table above that moves pixels."""
    kind, arguments = MOVING[name]
    seeded = {"seed": 2} if kind.startswith("Random") else {}
    filled = {"fill_mode": "constant"} if kind in FILLED else {}
    return getattr(library.layers, kind)(**arguments, **seeded, **filled, **more)


def rectangle(left: int, top: int, right: int, bottom: int) -> Any:
    """Pictures of a white rectangle on black, with its box, mask and label."""
    image = np.zeros((2, HEIGHT, WIDTH, 1), "float32")
    image[:, top:bottom, left:right] = 255
    box = np.array([[[left, top, right, bottom]]] * 2, "float32")
    return {
        "images": image,
        "segmentation_masks": (image > 0).astype("int32"),
        "bounding_boxes": {"boxes": box, "labels": np.array([[4]] * 2)},
        "labels": np.eye(2, dtype="float32"),
        "names": np.arange(2),
    }


def bounds(picture: Any) -> list[float]:
    """Left, top, right and bottom of what is light."""
    rows, columns = np.nonzero(np.asarray(picture)[..., 0])
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]


@pytest.mark.thorough
def test_boxes_and_masks_are_around_the_same_pixels() -> None:
    data = rectangle(12, 8, 19, 15)
    moving = {name: make(ppul, name, bounding_box_format="xyxy") for name in MOVING}
    moved = jax.jit(lambda data: {name: layer(data) for name, layer in moving.items()})(data)
    for name, found in moved.items():
        assert found["names"].tolist() == [0, 1], name
        np.testing.assert_array_equal(found["labels"], data["labels"])
        assert found["segmentation_masks"].dtype == jnp.int32
        for i in range(2):
            seen = bounds(np.asarray(found["images"][i]) > 127)
            box = found["bounding_boxes"]["boxes"][i, 0]
            assert np.abs(np.asarray(box) - seen).max() <= 1.5, (name, box, seen)
            mask = bounds(found["segmentation_masks"][i])
            assert np.abs(np.subtract(mask, seen)).max() <= 1, (name, mask, seen)
            assert found["bounding_boxes"]["labels"][i].tolist() == [4]


class Row:
    """A row of the table, for a test that goes through it."""

    def __init__(self, name: str) -> None:
        self.id = name


# Keras's `RandomCrop` cannot be compiled.
@rows_of((Row(name) for name in MOVING if name not in ("cut anywhere", "cut too large")), type)
@pytest.mark.parametrize("box_format", ["xyxy", "rel_yxyx"])
def test_what_belongs_to_pictures_is_changed_as_by_keras(case: Row, box_format: str) -> None:
    rng = np.random.default_rng(0)
    pictures = rng.uniform(0, 255, (2, HEIGHT, WIDTH, 3)).astype("float32")
    corner = rng.uniform(0, 15, (2, 3, 2))
    corners = np.concatenate([corner, corner + rng.uniform(4, 9, (2, 3, 2))], -1)
    boxes = ppul.utils.bounding_boxes.convert_format(corners, "xyxy", box_format, HEIGHT, WIDTH)
    data = {
        "images": pictures,
        "labels": np.eye(2, dtype="float32"),
        "bounding_boxes": {"boxes": boxes, "labels": jnp.array([[1, 2, 3], [4, 5, 6]])},
        "segmentation_masks": rng.integers(0, 5, (2, HEIGHT, WIDTH, 1)).astype("float32"),
    }
    ours, theirs = (
        make(library, case.id, bounding_box_format=box_format) for library in (ppul, keras)
    )
    # Keras's changes the dict that it is given.
    a, b = jax.jit(lambda x: (ours(x), theirs(jax.tree.map(lambda leaf: leaf, x))))(data)
    assert_close(a["images"], b["images"], rtol=1e-4, atol=1e-3)
    assert_close(a["labels"], b["labels"])
    if case.id not in MASKS_ASTRAY:
        assert_close(a["segmentation_masks"], b["segmentation_masks"])
    astray = BOXES_ASTRAY if box_format == "xyxy" else BOXES_ASTRAY + RELATIVE_ASTRAY
    if case.id not in astray:
        assert_close(a["bounding_boxes"], b["bounding_boxes"], rtol=1e-4, atol=1e-3)


def test_a_box_that_is_cut_off_loses_its_label() -> None:
    data = rectangle(0, 0, 3, 3)
    crop = layers.CenterCrop(8, 8, bounding_box_format="xyxy")
    found = crop.transform_bounding_boxes(
        data["bounding_boxes"], crop.get_random_transformation(data)
    )
    assert found["labels"].tolist() == [[-1], [-1]]


@pytest.mark.parametrize("name", AUGMENTING)
def test_nothing_changes_but_in_training(name: str) -> None:
    layer = getattr(layers, name)(**AUGMENTING[name])
    data = rectangle(2, 3, 9, 9)
    data["images"] = np.repeat(data["images"], 3, -1).astype("uint8")
    before = [np.asarray(v.value) for v in layer.variables]
    found = layer(data, training=False)
    jax.tree.map(np.testing.assert_array_equal, found, data)
    assert layer.get_random_transformation(data, training=False) is None
    for variable, value in zip(layer.variables, before, strict=True):
        np.testing.assert_array_equal(variable.value, value)


@pytest.mark.parametrize("training", [True, False])
def test_pictures_come_out_in_the_dtype_of_the_layer_or_in_their_own(training: bool) -> None:
    integers = KerasTensor((None, 9, 8, 3), "uint8")
    for name, arguments in AUGMENTING.items():
        layer = getattr(layers, name)(**arguments, dtype="mixed_bfloat16")
        if not layer._keeps_dtype:
            assert layer(integers, training=training).dtype == "bfloat16", name
    for layer in KEEPING:
        assert layer(integers, training=training).dtype == "uint8", layer
    assert layers.RandomFlip(dtype="uint8")(integers, training=training).dtype == "uint8"


def test_light_bytes_stay_light() -> None:
    # Keras's begins again at 0 behind 255.
    layer = layers.RandomBrightness((0.5, 0.5))
    assert layer(np.full((1, 2, 2, 3), 255, "uint8")).min() == 255


def test_one_picture_is_a_batch_of_one() -> None:
    data = rectangle(2, 3, 9, 9)
    one = jax.tree.map(lambda leaf: leaf[0], data)

    @jax.jit
    def both(one: Any) -> Any:
        alone, batched = (make(ppul, "turned", bounding_box_format="xyxy") for _ in range(2))
        return alone(one), batched(jax.tree.map(lambda leaf: leaf[None], one))

    alone, batched = both(one)
    jax.tree.map(np.testing.assert_array_equal, alone, jax.tree.map(lambda leaf: leaf[0], batched))


def test_masks_may_lack_an_axis_of_classes_or_have_it_first() -> None:
    data = rectangle(12, 8, 19, 15)
    flip = layers.RandomFlip("horizontal", data_format="channels_first")
    drawn = {"flips": np.array([True, False]).reshape(2, 1, 1, 1), "input_shape": (2, 1, 24, 32)}
    masks = data["segmentation_masks"]
    expected = np.stack([masks[0, :, ::-1], masks[1]])
    for given, wanted in (
        (masks[..., 0], expected[..., 0]),
        (np.moveaxis(masks, -1, 1), np.moveaxis(expected, -1, 1)),
    ):
        found = flip.transform_segmentation_masks(given, drawn)
        np.testing.assert_array_equal(found, wanted)


def test_numbers_follow_from_the_seed_and_are_new_in_each_call() -> None:
    pictures = np.zeros((2, 4, 4, 3), "float32")
    first, again = layers.RandomBrightness(0.3, seed=1), layers.RandomBrightness(0.3, seed=1)
    one, two = (first.get_random_transformation(pictures)["rgb_delta"] for _ in range(2))
    assert not np.array_equal(one, two)
    np.testing.assert_array_equal(again.get_random_transformation(pictures)["rgb_delta"], one)
    given = again.get_random_transformation(pictures, seed=1)["rgb_delta"]
    np.testing.assert_array_equal(given, one)


def test_a_subclass_may_say_what_is_drawn() -> None:
    class Lighter(layers.RandomBrightness):
        def get_random_transformation(
            self, data: Any, training: bool = True, seed: Any = None
        ) -> Any:
            return {"rgb_delta": np.float32(7)}

    assert Lighter(0.1)(np.ones((1, 2, 2, 1))).ravel().tolist() == [8.0] * 4


def test_a_pipeline_is_its_layers_and_survives_both_libraries() -> None:
    pipeline = layers.Pipeline([layers.CenterCrop(4, 4), layers.Rescaling(0.5)], name="both")
    pictures = RNG.uniform(0, 255, (2, 6, 6, 3)).astype("float32")
    expected = 0.5 * pictures[:, 1:5, 1:5]
    again = keras.layers.Pipeline.from_config(pipeline.get_config())
    back = layers.Pipeline.from_config(again.get_config())
    for layer in (pipeline, again, back):
        assert layer.name == "both"
        np.testing.assert_allclose(layer(pictures), expected, rtol=1e-6)
    random = layers.Pipeline([layers.RandomBrightness(ALL)])
    np.testing.assert_array_equal(random(pictures, training=False), pictures)
    assert (np.asarray(random(pictures, training=True)) == 255).all()
