"""Pixels are prepared as Keras prepares them."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from tests.oracle import assert_close

PIXELS = np.random.default_rng(0).integers(0, 256, (2, 4, 5, 3))
MODES = ("caffe", "tf", "torch")
MODULES = [
    name
    for name in dir(keras.applications)
    if hasattr(getattr(keras.applications, name), "preprocess_input") and name != "imagenet_utils"
]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["uint8", "int64", "float16", "float32", "float64"])
def test_numpy_arrays_are_prepared_as_in_keras(mode: str, dtype: str) -> None:
    ours, theirs = PIXELS.astype(dtype), PIXELS.astype(dtype)
    prepared = ppul.applications.imagenet_utils.preprocess_input(ours, mode=mode)
    expected = keras.applications.imagenet_utils.preprocess_input(theirs, mode=mode)
    assert prepared.dtype == expected.dtype
    np.testing.assert_array_equal(prepared, expected)
    # Both write over arrays of floats.
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("batched", [True, False])
def test_channels_first_is_the_same_with_axes_moved(mode: str, batched: bool) -> None:
    pixels = PIXELS.astype("float32") if batched else PIXELS[0].astype("float32")
    moved = np.moveaxis(pixels, -1, -3).copy()
    prepare = ppul.applications.imagenet_utils.preprocess_input
    expected = np.moveaxis(prepare(pixels, mode=mode), -1, -3)
    np.testing.assert_array_equal(prepare(moved, "channels_first", mode), expected)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("dtype", ["float16", "float32", "uint8"])
def test_device_arrays_become_floats(mode: str, dtype: str) -> None:
    pixels = jnp.asarray(PIXELS.astype(dtype))
    prepared = ppul.applications.imagenet_utils.preprocess_input(pixels, mode=mode)
    plain = PIXELS.astype("float32" if dtype == "uint8" else dtype)
    expected = keras.applications.imagenet_utils.preprocess_input(plain, mode=mode)
    assert prepared.dtype == expected.dtype
    tolerance = {"rtol": 2e-3, "atol": 0.1} if dtype == "float16" else {}
    assert_close(prepared, expected, **tolerance)


@pytest.mark.parametrize("mode", MODES)
def test_a_model_may_begin_with_it(mode: str, tmp_path: Any) -> None:
    pixels = PIXELS.astype("float32")
    expected = keras.applications.imagenet_utils.preprocess_input(pixels.copy(), mode=mode)
    for source, target in ((ppul, keras), (keras, ppul)):
        inputs = source.Input((4, 5, 3))
        prepared = source.applications.imagenet_utils.preprocess_input(inputs, mode=mode)
        model = source.Model(inputs, source.layers.Flatten()(prepared))
        path = tmp_path / f"{source.__name__}.keras"
        model.save(path)
        for made in (model, target.saving.load_model(path)):
            assert_close(made(pixels), expected.reshape(2, -1), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize("name", MODULES)
def test_each_architecture_prepares_pixels_in_its_way(name: str) -> None:
    ours, theirs = (getattr(library.applications, name) for library in (ppul, keras))
    prepared = ours.preprocess_input(PIXELS.astype("float32"))
    np.testing.assert_array_equal(prepared, theirs.preprocess_input(PIXELS.astype("float32")))
    assert ours.decode_predictions is ppul.applications.imagenet_utils.decode_predictions
