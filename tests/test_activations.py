"""Activation functions, compared with Keras's: a row for each, with values and gradients."""

from __future__ import annotations

import inspect
from typing import Any

import hypothesis
import hypothesis.extra.numpy
import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul import activations
from ppul.core.symbolic import KerasTensor

# An exponential and a division, each rounded once more or less.
FLOAT32 = {"rtol": 1e-6, "atol": 1e-7}
# Points at which a piecewise function changes, zeros of both signs, and far out.
POINTS = np.array(
    [0.0, 1e-8, 1e-3, 0.1, 0.3, 0.5, 0.75, 1, 1.5, 2.5, 3, 5, 6, 6.5, 20, 50, 88, 200, 1e4, 1e30],
    "float32",
)
LINE = np.concatenate([-POINTS, POINTS])
MATRIX = np.random.default_rng(0).normal(size=(4, 6)).astype("float32") * 3

ROWS: list[tuple[str, dict[str, Any]]] = [
    ("celu", {}),
    ("celu", {"alpha": 0.5}),
    ("elu", {}),
    ("elu", {"alpha": 0.5}),
    ("exponential", {}),
    ("gelu", {}),
    ("gelu", {"approximate": True}),
    ("glu", {}),
    ("glu", {"axis": 0}),
    ("hard_shrink", {}),
    ("hard_shrink", {"threshold": 1.0}),
    ("hard_sigmoid", {}),
    ("hard_silu", {}),
    ("hard_swish", {}),
    ("hard_tanh", {}),
    ("leaky_relu", {}),
    ("leaky_relu", {"negative_slope": 0.01}),
    ("linear", {}),
    ("log_sigmoid", {}),
    ("log_softmax", {}),
    ("log_softmax", {"axis": 0}),
    ("mish", {}),
    ("relu", {}),
    ("relu", {"negative_slope": 0.1}),
    ("relu", {"max_value": 2.5}),
    ("relu", {"threshold": 0.5}),
    ("relu", {"negative_slope": 0.1, "max_value": 2.5, "threshold": 0.5}),
    ("relu", {"negative_slope": 0.2, "threshold": -1.0}),
    ("relu6", {}),
    ("selu", {}),
    ("sigmoid", {}),
    ("silu", {}),
    ("soft_shrink", {}),
    ("soft_shrink", {"threshold": 1.0}),
    ("softmax", {}),
    ("softmax", {"axis": 0}),
    ("softmax", {"axis": (0, 1)}),
    ("softplus", {}),
    ("softsign", {}),
    ("sparse_plus", {}),
    ("sparse_sigmoid", {}),
    ("squareplus", {}),
    ("squareplus", {"b": 1.0}),
    ("swish", {}),
    ("tanh", {}),
    ("tanh_shrink", {}),
    ("threshold", {"threshold": 0.5, "default_value": -1.0}),
]
NAMES = sorted({name for name, _ in ROWS} | {"sparsemax"})
OVER_AN_AXIS = ("glu", "log_softmax", "softmax", "sparsemax")
rows = pytest.mark.parametrize(
    ("name", "arguments"), ROWS, ids=[",".join([n, *map(str, a.items())]) for n, a in ROWS]
)


def test_there_is_a_row_for_each_of_keras_s():
    public = {n for n in dir(keras.activations) if not n.startswith("_")}
    assert set(NAMES) | {"get", "serialize", "deserialize"} == public == set(activations.__all__)


@rows
def test_values_and_gradients_equal_keras_s(name, arguments):
    ours, theirs = getattr(activations, name), getattr(keras.activations, name)
    for x in [MATRIX] if name in OVER_AN_AXIS else [LINE, MATRIX]:
        y = ours(x, **arguments)
        np.testing.assert_allclose(y, theirs(x, **arguments), **FLOAT32)
        weights = np.cos(np.arange(y.size, dtype="float32")).reshape(y.shape)

        def weighted(function: Any, x: Any, weights: Any = weights) -> Any:
            return jnp.sum(jnp.asarray(function(x, **arguments)) * weights)

        a, b = (jax.grad(weighted, argnums=1)(f, jnp.asarray(x)) for f in (ours, theirs))
        np.testing.assert_allclose(a, b, **FLOAT32)


@rows
def test_dtypes_are_keras_s(name, arguments):
    for dtype in ("float16", "bfloat16", "int32"):
        x = np.arange(4).reshape(2, 2)
        ours = getattr(activations, name)(jnp.asarray(x, dtype), **arguments)
        theirs = getattr(keras.activations, name)(jnp.asarray(x, dtype), **arguments)
        assert ours.dtype == jnp.asarray(theirs).dtype


@pytest.mark.parametrize("name", NAMES)
def test_signature_is_keras_s(name):
    def signature(function: Any) -> list[tuple[str, Any]]:
        return [(p.name, p.default) for p in inspect.signature(function).parameters.values()]

    ours = signature(getattr(activations, name))
    assert ours == signature(getattr(keras.activations, name))


@pytest.mark.parametrize("name", NAMES)
def test_a_name_means_the_function_and_is_its_config(name):
    function = getattr(activations, name)
    assert activations.get(name) is function
    assert activations.get(function) is function
    config = activations.serialize(function)
    assert config == keras.activations.serialize(getattr(keras.activations, name))
    assert activations.deserialize(config) is function


@rows
def test_symbolic_inputs_give_the_real_shape(name, arguments):
    if name == "linear":
        assert activations.linear(x := KerasTensor((4, 6))) is x
        return
    y = getattr(activations, name)(KerasTensor((4, 6)), **arguments)
    assert y.shape == getattr(activations, name)(MATRIX, **arguments).shape


# Keras 3.15's own `sparsemax` does not sum to one ([0.1, 0.2, 0.3] gives [0, 0.07, 0.17]): the
# definition is the oracle, arXiv:1602.02068, proposition 1.
vectors = hypothesis.extra.numpy.arrays(
    "float32", (5,), elements=hypothesis.strategies.floats(-10, 10, width=32)
)


@hypothesis.given(vectors)
@hypothesis.settings(max_examples=30)
def test_sparsemax_is_the_projection_on_the_simplex(z):
    # The threshold at which what is left above it sums to one, found by bisection.
    low, high = float(z.min()) - 1, float(z.max())
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if np.maximum(z - middle, 0).sum() > 1 else (low, middle)
    # Sums of five numbers up to ten in float32.
    np.testing.assert_allclose(activations.sparsemax(z), np.maximum(z - low, 0), atol=1e-5)
    both = np.stack([z, -z], axis=1)
    np.testing.assert_allclose(
        activations.sparsemax(both, axis=0)[:, 0], activations.sparsemax(z), atol=1e-6
    )


@pytest.mark.parametrize(
    ("name", "message"),
    [("sigmiod", "Unknown activation: 'sigmiod'. Did you mean 'sigmoid'"), ("xyz", "'xyz'")],
)
def test_an_unknown_name_is_an_error_with_the_closest(name, message):
    with pytest.raises(ValueError, match=message):
        activations.get(name)


def test_none_is_linear():
    assert activations.get(None) is activations.linear
