"""`get_state_tree` and `set_state_tree`, beside Keras's."""

from __future__ import annotations

from typing import Any

import jax
import keras as oracle
import numpy as np
import pytest

import ppul as keras


def trained(library: Any) -> Any:
    x = library.Input((3,), name="x")
    y = library.layers.BatchNormalization(name="norm")(x)
    model = library.Model(x, library.layers.Dense(1, name="out")(y))
    model.compile(library.optimizers.SGD(0.1, momentum=0.9, name="sgd"), "mse", metrics=["mae"])
    model.fit(np.ones((4, 3)), np.ones((4, 1)), verbose=0)
    return model


@pytest.fixture(scope="module")
def model():
    return trained(keras)


def test_it_has_keras_s_names_and_shapes(model):
    def shapes(tree: Any) -> Any:
        return jax.tree.map(lambda value: (value.shape, str(value.dtype)), tree)

    ours = model.get_state_tree(value_format="numpy_array")
    assert shapes(ours) == shapes(trained(oracle).get_state_tree(value_format="numpy_array"))
    assert all(isinstance(leaf, np.ndarray) for leaf in jax.tree.leaves(ours))


def test_a_tree_set_is_the_tree_read(model):
    other = trained(keras)
    other.fit(np.zeros((4, 3)), np.ones((4, 1)), verbose=0)
    other.set_state_tree(model.get_state_tree())
    jax.tree.map(np.testing.assert_array_equal, other.get_state_tree(), model.get_state_tree())


def test_a_part_of_a_tree_changes_that_part(model):
    kernel = np.full((3, 1), 0.5, "float32")
    before = model.get_state_tree()["trainable_variables"]
    model.set_state_tree({"trainable_variables": {"out": {"kernel": kernel}}})
    np.testing.assert_array_equal(model.get_layer("out").kernel, kernel)
    np.testing.assert_array_equal(model.get_layer("out").bias, before["out"]["bias"])


@pytest.mark.parametrize(
    ("tree", "words"),
    [
        ({"weights": {}}, ["'weights'", "trainable_variables"]),
        ({"trainable_variables": {"inner": {"kernel": 0}}}, ["inner/kernel", "out/kernel"]),
        ({"trainable_variables": {"out": {"bias": [9.0], "kernel": [1.0]}}}, ["(3, 1)", "(1,)"]),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_changed(model, tree, words):
    before = model.get_state_tree(value_format="numpy_array")
    with pytest.raises(ValueError) as error:  # noqa: PT011 - the words are what matters
        model.set_state_tree(tree)
    assert all(word in str(error.value) for word in words)
    jax.tree.map(np.testing.assert_array_equal, model.get_state_tree(), before)


def test_an_unknown_format_is_told(model):
    with pytest.raises(ValueError, match="numpy_array"):
        model.get_state_tree(value_format="list")
