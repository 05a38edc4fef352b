"""Rematerialization: the same numbers, computed again in the backward pass where Keras does so."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from tests.oracle import copy_weights

X = np.linspace(-1, 1, 8, dtype="float32").reshape(2, 4)
# Scope, and whether Dense(4, name="a") on X, 8 numbers of output, is computed again in it.
SCOPES = [
    {"mode": "full"},
    {"mode": "activations"},
    {"mode": "larger_than", "output_size_threshold": 7},
    {"mode": "larger_than", "output_size_threshold": 8},
    {"mode": "list_of_layers", "layer_names": ["a"]},
    {"mode": "list_of_layers", "layer_names": ["b"]},
    {"mode": None},
]


def is_computed_again(library: Any, scope: dict[str, Any]) -> bool:
    with library.RematScope("full"), library.RematScope(**scope):
        layer = library.layers.Dense(4, activation="gelu", name="a")
    layer.build(X.shape)
    program = jax.make_jaxpr(jax.grad(lambda x: layer(x).sum()))(X)
    return "remat" in str(program)


@pytest.mark.parametrize("scope", SCOPES, ids=str)
def test_layers_are_computed_again_where_keras_does_so(scope: dict[str, Any]) -> None:
    assert is_computed_again(ppul, scope) == is_computed_again(keras, scope)


def test_an_unknown_mode_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`mode` must be one of 'full'.*got 'fulll'.*'full'"):
        ppul.RematScope("fulll")


def test_a_function_keeps_its_inputs_alone() -> None:
    def kept(library: Any) -> list[Any]:
        f = library.remat(lambda x: jnp.sin(jnp.sin(x)).sum())
        return jax.tree.leaves(jax.vjp(f, X)[1])

    assert [a.shape for a in kept(ppul)] == [a.shape for a in kept(keras)] == [X.shape]


def test_the_call_of_a_layer_can_be_wrapped() -> None:
    for library in (ppul, keras):
        layer = library.layers.Dense(2)
        layer.build(X.shape)
        again = layer.rematerialized_call(layer.call, X)
        np.testing.assert_array_equal(again(X), layer(X))


def small(library: Any) -> Any:
    """A model with all that may leave a call: updates, losses, seeds, masks."""
    layers = library.layers
    return library.Sequential(
        [
            library.Input((3,), dtype="int32"),
            layers.Embedding(5, 4, mask_zero=True),
            layers.Dense(4, activation="tanh", activity_regularizer="l2"),
            layers.BatchNormalization(),
            layers.GlobalAveragePooling1D(),
            layers.Dense(2, activation="softmax"),
        ]
    )


def test_training_is_that_of_keras() -> None:
    words = np.array([[1, 2, 0], [3, 4, 1], [2, 0, 0], [4, 4, 0]])
    classes = np.array([0, 1, 1, 0])
    with ppul.RematScope("full"):
        ours = small(ppul)
    theirs = small(keras)
    copy_weights(theirs, ours)
    histories = []
    for model in (ours, theirs):
        model.compile("adam", "sparse_categorical_crossentropy")
        fitted = model.fit(words, classes, batch_size=2, epochs=3, shuffle=False, verbose=0)
        histories.append(fitted.history["loss"])
    np.testing.assert_allclose(*histories, rtol=1e-5)
    for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-6)


def test_dropout_draws_the_same_bits_again() -> None:
    def gradient(**scope: Any) -> Any:
        with ppul.RematScope(**scope):
            layer = ppul.layers.Dropout(0.5, seed=1)
        state = [v.value for v in layer.non_trainable_variables]

        def total(x: Any) -> Any:
            outputs, _ = layer.stateless_call([], state, x, training=True)
            return (outputs**2).sum()

        return jax.grad(total)(X)

    np.testing.assert_array_equal(gradient(mode="full"), gradient(mode=None))
