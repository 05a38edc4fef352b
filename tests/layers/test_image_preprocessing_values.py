"""What layers make of pictures where the gallery cannot say it: mixtures, choices, noise, ranges."""

from __future__ import annotations

import colorsys
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.core.scope import StatelessScope
from tests.oracle import assert_close

RNG = np.random.default_rng(0)
PICTURES = RNG.uniform(0, 255, (3, 6, 5, 3)).astype("float32")
MASKS = RNG.integers(0, 4, (3, 6, 5, 1))
LABELS = np.eye(4, dtype="float32")[[1, 3, 0]]
ALL = (1.0, 1.0)  # a probability that is always one
# Sums and roots of float32 in another order.
CLOSE = {"rtol": 1e-4, "atol": 1e-2}
# Keras asks JAX for integers of 64 bits.
integers = pytest.mark.filterwarnings("ignore:Explicitly requested dtype int64:UserWarning")


@pytest.mark.rows(1)
@integers
@pytest.mark.parametrize(
    ("name", "arguments"),
    [("MixUp", {"alpha": 0.7}), ("CutMix", {}), ("CutMix", {"factor": (0.5, 0.9)})],
)
def test_pictures_and_labels_are_mixed_as_by_keras(name: str, arguments: dict[str, Any]) -> None:
    ours, theirs = (getattr(k.layers, name)(**arguments, seed=5) for k in (ppul, keras))
    data = {"images": PICTURES, "labels": LABELS}
    a, b = jax.jit(lambda data: (ours(data), theirs(dict(data))))(data)
    assert_close(a, b, **CLOSE)


@pytest.mark.thorough
def test_masks_and_boxes_are_mixed_with_those_of_the_same_picture() -> None:
    boxes = {"boxes": RNG.uniform(0, 5, (3, 2, 4)), "labels": np.arange(6).reshape(3, 2)}
    layer = layers.MixUp(1.0, seed=1)
    drawn = layer.get_random_transformation(PICTURES)
    order, weight = drawn["permutation_order"], drawn["mix_weight"][:, None, None, None]
    found = layer.transform_segmentation_masks(MASKS, drawn)
    assert_close(found, weight * MASKS + (1 - weight) * MASKS[order])
    found = layer.transform_bounding_boxes(boxes, drawn)
    expected = {name: np.concatenate([own, own[order]], 1) for name, own in boxes.items()}
    assert_close(found, expected)
    layer = layers.CutMix(seed=2)
    drawn = layer.get_random_transformation(PICTURES)
    inside, other = np.asarray(drawn["batch_masks"]), np.asarray(drawn["permutation_order"])
    assert 0 < inside.mean() < 1
    for masks, where in ((MASKS, inside), (MASKS[..., 0], inside[..., 0])):
        found = layer.transform_segmentation_masks(masks, drawn)
        np.testing.assert_array_equal(found, np.where(where, masks[other], masks))
        assert found.dtype == masks.astype("int32").dtype


@pytest.mark.thorough
def test_each_augmentation_is_that_of_keras() -> None:
    layer, other = layers.RandAugment(num_ops=1, seed=1), keras.layers.RandAugment(num_ops=1)
    drawn = layer.get_random_transformation(PICTURES)
    names = list(drawn["transforms"])
    assert names == list(other.get_random_transformation(PICTURES)["transforms"])

    @jax.jit
    def expected() -> Any:
        found = []
        for name, own in drawn["transforms"].items():
            given = own | {"input_shape": PICTURES.shape}
            if name == "random_rotation":
                given = given | _as_keras_turns(own["angle"])
            found.append(getattr(other, name).transform_images(jnp.asarray(PICTURES), given, True))
        return found

    @jax.jit
    def found(chosen: Any) -> Any:
        return layer.transform_images(PICTURES, drawn | {"layer_idxes": chosen[None]})

    for i, theirs in enumerate(expected()):
        assert_close(found(i), theirs, **CLOSE)


def _as_keras_turns(angle: Any) -> dict[str, Any]:
    """What Keras's rotation draws: the matrix instead of the angle alone."""
    a = np.deg2rad(angle)
    cos, sin, zero = np.cos(a), np.sin(a), np.zeros_like(a)
    (y, x) = (n - 1 for n in PICTURES.shape[1:3])
    right, down = (x - cos * x + sin * y) / 2, (y - sin * x - cos * y) / 2
    matrix = np.stack([cos, -sin, right, sin, cos, down, zero, zero], -1)
    return {"rotation_matrix": matrix, "batch_size": len(a)}


def test_chosen_augmentations_follow_one_another_and_masks_and_boxes_follow_them() -> None:
    layer = layers.RandAugment(num_ops=2, seed=3, bounding_box_format="xyxy")
    drawn = layer.get_random_transformation(PICTURES)
    names = list(drawn["transforms"])
    pair = ("random_shear", "random_rotation")
    drawn["layer_idxes"] = jnp.array([names.index(name) for name in pair])
    boxes = {"boxes": np.array([[[1.0, 1, 4, 3]]] * 3), "labels": np.ones((3, 1), "int32")}

    @jax.jit
    def both() -> Any:
        images, masks, found = PICTURES, jnp.asarray(MASKS), boxes
        for name in pair:
            own = drawn["transforms"][name] | {"input_shape": PICTURES.shape}
            each = layer._choice[name]
            images = each.transform_images(images, own)
            masks = each.transform_segmentation_masks(masks, own)
            found = each.transform_bounding_boxes(found, own)
        return (images, masks, found), (
            layer.transform_images(PICTURES, drawn),
            layer.transform_segmentation_masks(MASKS, drawn),
            layer.transform_bounding_boxes(boxes, drawn),
        )

    one_by_one, together = both()
    assert_close(together, one_by_one, **CLOSE)


@pytest.mark.thorough
def test_chains_are_mixed_by_their_weights() -> None:
    layer = layers.AugMix(num_chains=2, chain_depth=2, seed=1)
    drawn = layer.get_random_transformation(PICTURES)
    np.testing.assert_allclose(drawn["chain_mixing_weights"].sum(), 1, rtol=1e-6)
    names = list(layer._choice)
    lighter, none = names.index("random_brightness"), len(names)
    added = np.array([[10.0, 5.0], [20.0, 40.0]], "float32")
    drawn["chain_transforms"]["random_brightness"]["rgb_delta"] = jnp.broadcast_to(
        added[..., None, None, None, None], (2, 2, 3, 1, 1, 1)
    )
    drawn["chosen"] = jnp.array([[lighter, lighter], [none, lighter]])
    picture = PICTURES * 0.5
    found = jax.jit(layer.transform_images)(picture, drawn)
    weights, own = drawn["chain_mixing_weights"], drawn["weight_sample"]
    expected = picture + (1 - own) * (weights[0] * 15 + weights[1] * 40)
    assert_close(found, expected, **CLOSE)


@pytest.mark.thorough
def test_lengths_and_choices_of_chains_are_drawn_evenly() -> None:
    layer = layers.AugMix(num_chains=600, chain_depth=3, seed=1, all_ops=False)
    chosen = np.asarray(layer.get_random_transformation(np.ones((1, 2, 2, 3)))["chosen"])
    none = len(layer._choice)
    assert none == 7
    lengths = (chosen < none).sum(1)
    assert (np.diff(chosen == none) >= 0).all() or (chosen[:, 0] < none).all()
    shares = np.bincount(lengths, minlength=4)[1:] / 600
    assert np.abs(shares - 1 / 3).max() < 0.06
    shares = np.bincount(chosen.ravel(), minlength=none + 1)[:none] / (chosen < none).sum()
    assert np.abs(shares - 1 / 7).max() < 0.04


@pytest.mark.thorough
def test_pictures_are_bent_as_by_keras_and_masks_with_them() -> None:
    # Keras's layer bends columns and rows alike; with noise so drawn ours is its `ops.image`'s.
    layer = layers.RandomElasticTransform(ALL, scale=(0.5, 0.5), seed=1)
    alpha, sigma = layer.get_elastic_transform_params(6, 5, 0.5)
    assert (alpha, sigma) == keras.layers.RandomElasticTransform().get_elastic_transform_params(
        6, 5, 0.5
    )

    @jax.jit
    def both() -> Any:
        drawn = layer.get_random_transformation(PICTURES)
        alike = jnp.repeat(ppul.random.normal((3, 6, 5, 1), seed=4), 2, -1)
        pictures = layer.transform_images(PICTURES, drawn | {"noise": alike})
        masks = layer.transform_segmentation_masks(PICTURES, drawn)
        nearest = layer._move(PICTURES, drawn, "nearest")
        return pictures, masks, nearest

    with StatelessScope():
        pictures, masks, nearest = both()
    # Keras's cannot be compiled.
    theirs = keras.ops.image.elastic_transform(jnp.asarray(PICTURES), alpha, sigma, seed=4)
    assert_close((pictures, masks), (theirs, nearest), **CLOSE)


@pytest.mark.parametrize("shape", [(9, 8, 3), (2, 9, 8, 3)])
def test_a_part_is_cut_from_where_keras_cuts_it(shape: tuple[int, ...]) -> None:
    # Keras's cannot be compiled.
    pictures = RNG.uniform(0, 255, shape).astype("float32")
    ours, theirs = (k.layers.RandomCrop(4, 5, seed=2) for k in (ppul, keras))
    for _ in range(3):
        np.testing.assert_array_equal(ours(pictures), theirs(pictures))


def test_pictures_too_small_or_seen_later_are_resampled_in_their_ratio() -> None:
    # As Keras says of its own, which then distorts them, or leaves them as they are.
    expected = np.asarray(layers.Resizing(4, 5, crop_to_aspect_ratio=True)(PICTURES))
    found = layers.RandomCrop(4, 5)(PICTURES, training=False)
    np.testing.assert_allclose(found, expected, rtol=1e-6)
    expected = np.asarray(layers.Resizing(9, 5, crop_to_aspect_ratio=True)(PICTURES))
    found = layers.RandomCrop(9, 5)(PICTURES, training=True)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("RandomSaturation", {"factor": 0.5}),
        ("RandomSaturation", {"factor": (0.1, 0.5), "value_range": (0, 300)}),
        ("RandomColorJitter", {"brightness_factor": 0.3, "saturation_factor": 0.4}),
    ],
)
def test_colours_are_changed_as_by_keras(name: str, arguments: dict[str, Any]) -> None:
    ours, theirs = (getattr(k.layers, name)(**arguments, seed=5) for k in (ppul, keras))
    assert_close(*jax.jit(lambda x: (ours(x), theirs(x)))(PICTURES), **CLOSE)


@pytest.mark.rows(2)
@pytest.mark.parametrize("factor", [0.2, 0.5, 0.8, 1.0])
def test_colours_are_made_stronger_within_their_range(factor: float) -> None:
    # Keras's leave it above 0.5.
    found = layers.RandomSaturation((factor, factor), value_range=(-4, 4))(PICTURES / 255 * 8 - 4)
    expected = []
    for pixel in (PICTURES / 255).reshape(-1, 3):
        hue, saturation, value = colorsys.rgb_to_hsv(*pixel)
        changed = min(saturation * factor / (1 - factor + 1e-7), 1)
        expected.append(colorsys.hsv_to_rgb(hue, changed, value))
    expected = np.reshape(expected, PICTURES.shape) * 8 - 4
    assert_close(found, expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("limits", [(0, 255), (-50, 300)])
def test_what_is_light_is_inverted_within_the_range(limits: tuple[int, int]) -> None:
    low, high = limits
    middle = (low + high) / 2
    found = layers.Solarization(threshold_factor=(0.5, 0.5), value_range=limits)(PICTURES)
    expected = np.where(middle > PICTURES, PICTURES, low + high - PICTURES)
    assert_close(found, expected, **CLOSE)
    found = layers.RandomInvert(ALL, value_range=limits)(PICTURES)
    assert_close(found, low + high - PICTURES, **CLOSE)


@pytest.mark.thorough
@pytest.mark.parametrize("value_range", [(0, 255), (-50, 300)])
def test_noise_covers_as_much_as_is_drawn(value_range: tuple[int, int]) -> None:
    pictures = np.full((200, 10, 10, 1), 7.0, "float32")
    layer = layers.RandomErasing((0.25, 0.25), (0.25, 0.25), value_range=value_range, seed=1)
    changed = np.asarray(layer(pictures))[..., 0] != 7
    assert abs((changed.any((1, 2))).mean() - 0.25) < 0.1
    assert {int(n) for n in changed.sum((1, 2))} <= {0, *range(20, 31)}  # a quarter of 100 pixels


@pytest.mark.thorough
def test_values_are_spread_evenly() -> None:
    # Few values, of which one is frequent.
    picture = np.array([0, 0, 1, 2, 2, 2, 5, 9, 9, 10, 60, 250], "float32").reshape(1, 3, 4, 1)
    ranks = np.array([2, 2, 3, 6, 6, 6, 7, 9, 9, 10, 11, 12])
    expected = np.round((ranks - 2) / 10 * 255)
    np.testing.assert_array_equal(layers.Equalization()(picture).ravel(), expected)
    np.testing.assert_array_equal(layers.Equalization()(np.full_like(picture, 7)), 7)
