"""Models of these layers in files: what one library saved, the other loads."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from tests.oracle import assert_close

WORDS = np.array([[1, 2, 3, 0, 4, 5, 0, 0], [3, 1, 0, 0, 0, 0, 0, 0]])
PICTURES = np.random.default_rng(0).normal(size=(2, 6, 6, 4)).astype("float32")


def texts(library: Any) -> Any:
    layers = library.layers
    inputs = library.Input((8,), dtype="int32")
    x = layers.Embedding(6, 4, mask_zero=True)(inputs)
    x = layers.SpatialDropout1D(0.5)(layers.LayerNormalization()(x))
    return library.Model(inputs, layers.Dense(2)(layers.GlobalAveragePooling1D()(x)))


def pictures(library: Any) -> Any:
    layers = library.layers
    return library.Sequential(
        [
            library.Input((6, 6, 4)),
            layers.SpectralNormalization(layers.Conv2D(4, 3, padding="same")),
            layers.GroupNormalization(2),
            layers.DepthwiseConv2D(3, depth_multiplier=2),
            layers.SeparableConv2D(3, 2, activation="relu"),
            layers.Conv2DTranspose(2, 3, strides=2, padding="same"),
            layers.BatchNormalization(renorm=True),
            layers.AdaptiveAveragePooling2D(2),
            layers.Reshape((4, 2)),
            layers.RMSNormalization(),
            layers.EinsumDense("abc,bcd->ad", 3, bias_axes="d"),
            layers.Lambda(library.activations.softmax),
        ]
    )


@pytest.mark.rows(2)
@pytest.mark.parametrize(("net", "data"), [(texts, WORDS), (pictures, PICTURES)])
@pytest.mark.parametrize("ending", [".keras", ".weights.h5"])
def test_each_library_loads_what_the_other_saved(
    net: Any, data: Any, ending: str, tmp_path: Any
) -> None:
    path = tmp_path / f"model{ending}"
    for source, target in ((ppul, keras), (keras, ppul)):
        model = net(source)
        weights = [np.abs(np.random.default_rng(1).normal(size=w.shape)) for w in model.weights]
        model.set_weights(weights)
        if ending == ".keras":
            model.save(path)
            other = target.saving.load_model(path)
        else:
            model.save_weights(path)
            other = net(target)
            other.load_weights(path)
        for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
        assert_close(jax.jit(model.__call__)(data), jax.jit(other.__call__)(data))
