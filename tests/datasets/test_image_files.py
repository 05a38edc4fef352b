"""Pictures in files and arrays: as Keras reads, writes and resizes them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from PIL import Image

from ppul import preprocessing, utils

RNG = np.random.default_rng(0)
PIXELS = RNG.integers(0, 256, (10, 14, 3), dtype=np.uint8)
FLOATS = PIXELS.astype("float32")
SMART = preprocessing.image.smart_resize


@pytest.fixture(scope="module")
def picture(tmp_path_factory: Any) -> Path:
    path = tmp_path_factory.mktemp("pictures") / "a.png"
    Image.fromarray(PIXELS).save(path)
    return path


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"color_mode": "grayscale"},
        {"color_mode": "rgba"},
        *({"target_size": (5, 7), "interpolation": name} for name in ("nearest", "hamming")),
        {"target_size": (5, 5), "keep_aspect_ratio": True},
        {"target_size": (20, 8), "keep_aspect_ratio": True, "interpolation": "bicubic"},
    ],
)
def test_pictures_are_loaded_as_by_keras(given: dict[str, Any], picture: Path) -> None:
    ours, theirs = (m.load_img(picture, **given) for m in (utils, keras.utils))
    assert (ours.size, ours.mode) == (theirs.size, theirs.mode)
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))
    content = io.BytesIO(picture.read_bytes())
    np.testing.assert_array_equal(np.asarray(utils.load_img(content, **given)), np.asarray(ours))


@pytest.mark.parametrize(
    ("x", "given"),
    [
        (Image.fromarray(PIXELS), {}),
        (Image.fromarray(PIXELS), {"data_format": "channels_first"}),
        (Image.fromarray(PIXELS).convert("L"), {"data_format": "channels_first"}),
        (PIXELS, {"dtype": "uint8"}),
        (PIXELS[..., 0], {}),
    ],
)
def test_arrays_of_pictures_are_those_of_keras(x: Any, given: dict[str, Any]) -> None:
    ours, theirs = (m.img_to_array(x, **given) for m in (utils, keras.utils))
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("x", "given"),
    [
        (FLOATS, {}),
        (FLOATS, {"scale": False}),
        (FLOATS / 510, {}),
        (np.ones((2, 2, 1)), {}),
        (FLOATS.transpose(2, 0, 1), {"data_format": "channels_first"}),
        (FLOATS[..., :1] * 10, {"scale": False}),
        (RNG.random((3, 3, 4)), {}),
        (jnp.asarray(FLOATS), {}),
    ],
)
def test_pictures_of_arrays_are_those_of_keras(x: Any, given: Any, tmp_path: Path) -> None:
    ours, theirs = (m.array_to_img(x, **given) for m in (utils, keras.utils))
    assert ours.mode == theirs.mode
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))
    if ours.mode == "I":
        return  # of more than a byte, which no format has for all values
    utils.save_img(tmp_path / "a.png", x, **given)
    with Image.open(tmp_path / "a.png") as again:
        np.testing.assert_array_equal(np.asarray(again), np.asarray(ours))


def test_transparency_is_dropped_where_the_format_has_none(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="JPEG has no transparency"):
        utils.save_img(tmp_path / "a.jpg", RNG.random((3, 3, 4)))
    with Image.open(tmp_path / "a.jpg") as image:
        assert image.mode == "RGB"
    utils.save_img(tmp_path / "a.data", FLOATS, file_format="png")
    with Image.open(tmp_path / "a.data") as image:
        assert image.format == "PNG"


@pytest.mark.parametrize("size", [(5, 5), (20, 11)])
@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_smart_resize_is_that_of_keras(size: Any, interpolation: str) -> None:
    theirs = keras.preprocessing.image.smart_resize(FLOATS, size, interpolation)
    ours = SMART(FLOATS, size, interpolation)
    assert ours.dtype == theirs.dtype
    np.testing.assert_allclose(ours, theirs, atol=2e-3)
    first = SMART(FLOATS.transpose(2, 0, 1)[None], size, interpolation, "channels_first")
    np.testing.assert_array_equal(first[0], ours.transpose(2, 0, 1))
    assert isinstance(SMART(jnp.asarray(FLOATS), size), jax.Array)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: utils.load_img("/none.png"), FileNotFoundError, "none.png"),
        (lambda: utils.load_img(5), TypeError, "must be a path or a `BytesIO`; got 5"),
        (lambda: utils.load_img("a", color_mode="bgr"), ValueError, "'rgb', 'rgba'; got 'bgr'"),
        (lambda: utils.img_to_array(np.ones(3)), ValueError, r"got shape \(3,\)"),
        (lambda: utils.array_to_img(np.ones((3, 3))), ValueError, "three axes.*one at a time"),
        (lambda: utils.array_to_img(np.ones((3, 3, 2))), ValueError, "1, 3 or 4 channels; got 2"),
        (lambda: utils.save_img("a.xyz", FLOATS), ValueError, "no format of the ending '.xyz'"),
        (lambda: SMART(FLOATS[0], (5, 5)), ValueError, r"a batch four; got.*\(14, 3\)"),
        (lambda: SMART(FLOATS, (5, 5, 5)), ValueError, "`size` must be an integer or 2"),
        (lambda: SMART(FLOATS, 5, antialias=True), TypeError, "unknown argument.*antialias"),
    ],
)
def test_bad_pictures(call: Any, error: Any, words: str) -> None:
    with pytest.raises(error, match=words):
        call()
