"""Regularizers, compared with Keras's: a row for each."""

from __future__ import annotations

import inspect
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul import regularizers
from ppul.core.scope import StatelessScope
from tests.oracle import rounded

# A sum of a few dozen products, in another order.
FLOAT32 = {"rtol": 2e-6, "atol": 1e-7}
RNG = np.random.default_rng(0)
MATRIX = RNG.normal(size=(5, 3)).astype("float32")
FILTERS = RNG.normal(size=(3, 3, 2, 4)).astype("float32")
ZERO = np.zeros((3, 2), "float32")

ROWS: list[tuple[str, dict[str, Any], list[Any]]] = [
    ("L1", {}, [MATRIX, FILTERS, ZERO]),
    ("L1", {"l1": 0.3}, [MATRIX, FILTERS]),
    ("L1", {"l1": 0}, [MATRIX]),
    ("L2", {}, [MATRIX, FILTERS, ZERO]),
    ("L2", {"l2": 0.3}, [MATRIX, FILTERS]),
    ("L1L2", {}, [MATRIX]),
    ("L1L2", {"l1": 0.3}, [MATRIX, FILTERS]),
    ("L1L2", {"l1": 0.3, "l2": 0.2}, [MATRIX, FILTERS, ZERO]),
    ("OrthogonalRegularizer", {}, [MATRIX, MATRIX.T]),
    ("OrthogonalRegularizer", {"factor": 0.5, "mode": "columns"}, [MATRIX, MATRIX.T]),
]
rows = pytest.mark.parametrize(
    ("name", "arguments", "inputs"), ROWS, ids=[f"{n}{list(a.values())}" for n, a, _ in ROWS]
)


@pytest.mark.rows(5)
@rows
def test_penalties_and_gradients_equal_keras_s(name, arguments, inputs):
    ours = getattr(regularizers, name)(**arguments)
    theirs = getattr(keras.regularizers, name)(**arguments)

    # Arrays of JAX: with NumPy's, Keras's mode "columns" raises unless the matrix is square.
    @jax.jit
    def penalties_and_gradients(inputs: Any) -> Any:
        return [[jax.value_and_grad(f)(x) for x in inputs] for f in (ours, theirs)]

    jax.tree.map(
        lambda a, b: np.testing.assert_allclose(a, b, **FLOAT32), *penalties_and_gradients(inputs)
    )


@pytest.mark.parametrize("mode", ["rows", "columns"])
def test_rows_of_zeros_are_orthogonal_and_have_a_gradient(mode):
    # Keras's value is the same; its gradient is NaN, with which training would end.
    ours = regularizers.OrthogonalRegularizer(mode=mode)
    theirs = keras.regularizers.OrthogonalRegularizer(mode=mode)
    value, gradient = jax.jit(jax.value_and_grad(ours))(ZERO)
    assert value == jax.jit(theirs)(ZERO) == 0
    np.testing.assert_array_equal(gradient, ZERO)


@rows
def test_configuration_is_keras_s_and_makes_the_same_again(name, arguments, inputs):
    ours = getattr(regularizers, name)(**arguments)
    theirs = getattr(keras.regularizers, name)(**arguments)
    config = regularizers.serialize(ours)
    assert rounded(config) == rounded(keras.regularizers.serialize(theirs))
    assert regularizers.serialize(regularizers.deserialize(config)) == config


def test_public_names_are_keras_s():
    public = {n for n in dir(keras.regularizers) if not n.startswith("_")}
    assert set(regularizers.__all__) == public


@pytest.mark.parametrize("name", sorted({name for name, _, _ in ROWS}))
def test_signature_is_keras_s(name):
    def signature(cls: type) -> list[tuple[str, Any]]:
        return [(p.name, p.default) for p in inspect.signature(cls.__init__).parameters.values()]

    ours = signature(getattr(regularizers, name))
    assert ours == signature(getattr(keras.regularizers, name))


@pytest.mark.parametrize("name", ["l1", "l2", "L1", "L2", "L1L2", "OrthogonalRegularizer"])
def test_a_name_means_what_it_means_in_keras(name):
    ours, theirs = regularizers.get(name), keras.regularizers.get(name)
    assert type(ours).__name__ == type(theirs).__name__
    assert rounded(ours.get_config()) == rounded(theirs.get_config())


def test_l1_l2_is_a_name_too():
    # In Keras it is one of a function but not of an identifier.
    assert regularizers.l1_l2 is regularizers.L1L2
    assert type(regularizers.get("l1_l2")) is regularizers.L1L2


def test_a_function_an_object_and_none_are_accepted():
    penalty = regularizers.L2(0.1)
    assert regularizers.get(penalty) is penalty
    assert regularizers.get(jnp.sum) is jnp.sum
    assert regularizers.get(None) is None


def test_factors_may_be_arguments_of_a_program():
    l2, x = regularizers.L2(0.5), jnp.asarray(MATRIX)

    @jax.jit
    @jax.vmap
    def penalty(factor: Any) -> Any:
        with StatelessScope(hyperparameters={(id(l2), "l2"): factor}):
            return l2(x)

    expected = [keras.regularizers.L2(factor)(MATRIX) for factor in (0.1, 0.2)]
    np.testing.assert_allclose(penalty(jnp.array([0.1, 0.2])), expected, **FLOAT32)
    assert l2.get_config() == {"l2": 0.5}


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: regularizers.L1("a"), "L1: `l1` must be a number of at least 0; got 'a'"),
        (lambda: regularizers.L1(-1.0), "L1: `l1` must be a number of at least 0; got -1.0"),
        (lambda: regularizers.L2(float("nan")), "L2: `l2` must be a number of at least 0; got nan"),
        (lambda: regularizers.L1L2(l2=True), "L1L2: `l2` must be a number.*got True"),
        (lambda: regularizers.OrthogonalRegularizer(mode="x"), "'rows', 'columns'; got 'x'"),
        (lambda: regularizers.OrthogonalRegularizer()(FILTERS), "needs a matrix; got shape"),
        (lambda: regularizers.get("l1l"), "Unknown regularizer: 'l1l'. Did you mean 'l1'"),
    ],
)
def test_a_bad_argument_is_named_with_what_was_found(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_the_base_penalizes_nothing():
    assert float(regularizers.Regularizer()(MATRIX)) == 0
    assert float(keras.regularizers.Regularizer()(MATRIX)) == 0
