"""Masks: made, passed on, used and lost as in Keras."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from tests.oracle import assert_close, copy_weights

IDS = np.array([[1, 2, 0], [3, 0, 0], [0, 4, 5]])


def embedded(library: Any) -> Any:
    """Vectors of `IDS` with a mask, the same in both libraries."""
    table = np.linspace(-1, 1, 18).reshape(6, 3)
    layer = library.layers.Embedding(6, 3, mask_zero=True)
    layer.build((3, 3))
    layer.set_weights([table])
    return layer(IDS)


# A layer, and what it is called on besides the vectors.
PASSING: dict[str, Any] = {
    "Identity": lambda library: library.layers.Identity(),
    "Dropout": lambda library: library.layers.Dropout(0.5),
    "SpatialDropout1D": lambda library: library.layers.SpatialDropout1D(0.5),
    "GaussianNoise": lambda library: library.layers.GaussianNoise(0.5),
    "Activation": lambda library: library.layers.Activation("relu"),
    "Dense": lambda library: library.layers.Dense(2),
    "LayerNormalization": lambda library: library.layers.LayerNormalization(),
    "GroupNormalization": lambda library: library.layers.GroupNormalization(3),
    "UnitNormalization": lambda library: library.layers.UnitNormalization(),
    "Masking": lambda library: library.layers.Masking(9.0),
    "GlobalAveragePooling1D": lambda library: library.layers.GlobalAveragePooling1D(),
    "Lambda with a mask": lambda library: library.layers.Lambda(
        lambda x: 2 * x, mask=lambda inputs, mask: mask
    ),
    "model": lambda library: library.Sequential([library.layers.Dense(2)]),
}


@pytest.mark.rows(3)
@pytest.mark.parametrize("name", PASSING)
# The oracle says this of models, which pass masks on all the same.
@pytest.mark.filterwarnings("ignore:Layer 'sequential:UserWarning")
def test_output_has_the_mask_that_keras_gives(name: str) -> None:
    found = [PASSING[name](library)(embedded(library)) for library in (ppul, keras)]
    ours, theirs = (getattr(output, "_keras_mask", None) for output in found)
    assert (ours is None) == (theirs is None)
    if ours is not None:
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "make",
    [
        lambda library: library.layers.Conv1D(2, 2),
        lambda library: library.layers.Permute((2, 1)),
        lambda library: library.layers.RMSNormalization(),
        lambda library: library.layers.EinsumDense("abc,cd->abd", (None, 2)),
        lambda library: library.layers.GlobalMaxPooling1D(),
    ],
)
def test_layer_that_loses_a_mask_says_so(make: Any) -> None:
    with pytest.warns(UserWarning, match="does not support masking"):
        theirs = make(keras)(embedded(keras))
    with pytest.warns(UserWarning, match="got an input with a mask.*supports_masking = True"):
        ours = make(ppul)(embedded(ppul))
    assert getattr(ours, "_keras_mask", None) is None
    assert getattr(theirs, "_keras_mask", None) is None


def test_masking_marks_steps_of_one_value() -> None:
    steps = np.array([[[2.0, 2.0], [2.0, 1.0], [0.0, 0.0]]], "float32")
    ours, theirs = layers.Masking(2.0)(steps), keras.layers.Masking(2.0)(steps)
    assert_close(ours, theirs)
    np.testing.assert_array_equal(ours._keras_mask, theirs._keras_mask)


def net(library: Any) -> Any:
    inputs = library.Input((3,), dtype="int32")
    x = library.layers.Embedding(6, 3, mask_zero=True)(inputs)
    x = library.layers.LayerNormalization()(library.layers.Dense(4)(x))
    return library.Model(inputs, library.layers.GlobalAveragePooling1D()(x))


def test_model_leaves_out_masked_steps() -> None:
    ours, theirs = net(ppul), net(keras)
    copy_weights(theirs, ours)
    assert_close(jax.jit(ours)(IDS), theirs(IDS))
    changed = np.where(IDS == 0, 0, IDS)
    assert_close(ours(changed), ours(IDS))


def test_symbolic_tensors_know_of_their_mask() -> None:
    x = layers.Embedding(6, 3, mask_zero=True)(ppul.Input((3,), dtype="int32"))
    assert x._keras_mask.shape == (None, 3)
    assert layers.Dense(2)(x)._keras_mask.dtype == "bool"
    assert layers.GlobalAveragePooling1D()(x)._keras_mask is None


def test_mask_reaches_a_layer_of_ones_own() -> None:
    class Count(ppul.Layer):
        def call(self, inputs: Any, mask: Any = None) -> Any:
            return jnp.sum(mask, axis=1)

    assert Count()(embedded(ppul)).tolist() == [2, 1, 2]


def test_all_steps_masked_have_no_mean() -> None:
    steps, mask = np.ones((1, 2, 3), "float32"), np.zeros((1, 2), bool)
    for library in (ppul, keras):
        assert np.isnan(library.layers.GlobalAveragePooling1D()(steps, mask=mask)).all()
