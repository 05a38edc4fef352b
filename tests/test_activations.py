"""Activation functions, compared with Keras's: a row for each, with values and gradients."""

from __future__ import annotations

import inspect
import warnings
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
MATRIX = np.random.default_rng(0).normal(size=(4, 6)).astype("float32") * 3
LINE = np.concatenate([-POINTS, POINTS, MATRIX.ravel()])

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
    ("relu", {"max_value": 6.0}),
    ("relu", {"negative_slope": 0.1, "max_value": 6.0}),
    ("relu", {"max_value": 6.0, "threshold": 0.5}),
    ("relu", {"threshold": 0.5}),
    ("relu", {"negative_slope": 0.1, "max_value": 2.5, "threshold": 0.5}),
    ("relu", {"negative_slope": 0.1, "max_value": 0.0}),
    ("relu", {"negative_slope": 0.2, "threshold": -1.0}),
    ("relu", {"negative_slope": 0.2, "max_value": 0.75, "threshold": -1.0}),
    ("relu", {"max_value": 0.5, "threshold": 3.0}),
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
# JAX's logistic function takes no integers: Keras's raise a TypeError, and so do ours.
ONLY_FLOATS = ("glu", "sigmoid", "silu", "swish")
rows = pytest.mark.parametrize(
    ("name", "arguments"), ROWS, ids=[",".join([n, *map(str, a.items())]) for n, a in ROWS]
)


def test_there_is_a_row_for_each_of_keras_s():
    public = {n for n in dir(keras.activations) if not n.startswith("_")}
    assert set(NAMES) | {"get", "serialize", "deserialize"} == public == set(activations.__all__)


@pytest.mark.rows(6)
@rows
def test_values_and_gradients_equal_keras_s(name, arguments):
    @jax.jit
    def values_and_gradients(x: Any) -> Any:
        results = []
        for module in (activations, keras.activations):
            y, gradient = jax.vjp(lambda x, m=module: getattr(m, name)(x, **arguments), x)
            weights = jnp.cos(jnp.arange(y.size, dtype=y.dtype)).reshape(y.shape)
            results.append((y, *gradient(weights)))
        return results

    ours, theirs = values_and_gradients(MATRIX if name in OVER_AN_AXIS else LINE)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)


@rows
def test_shapes_and_dtypes_are_keras_s(name, arguments):
    for dtype in ("float32", "float16", "bfloat16", "int32"):
        if dtype == "int32" and name in ONLY_FLOATS:
            continue
        x = jax.ShapeDtypeStruct((4, 6), dtype)
        ours = jax.eval_shape(lambda x: getattr(activations, name)(x, **arguments), x)
        with warnings.catch_warnings():
            # Keras's `log_softmax` makes an int32 of minus infinity.
            warnings.filterwarnings("ignore", "invalid value encountered in cast", RuntimeWarning)
            theirs = jax.eval_shape(lambda x: getattr(keras.activations, name)(x, **arguments), x)
        symbolic = getattr(activations, name)(KerasTensor((4, 6), dtype), **arguments)
        assert ours.shape == symbolic.shape == theirs.shape
        assert ours.dtype == symbolic.dtype == theirs.dtype


@pytest.mark.parametrize("name", ONLY_FLOATS)
def test_integers_are_an_error_as_in_keras(name):
    for module in (activations, keras.activations):
        with pytest.raises(TypeError, match="logistic does not accept dtype int32"):
            getattr(module, name)(np.arange(4, dtype="int32"))


# With uint8 Keras's `softmax` gives NaN and its `log_softmax` minus infinity.
@pytest.mark.parametrize("dtype", ["int32", "uint8"])
def test_softmax_of_integers_is_that_of_the_same_floats(dtype):
    x = np.array([[0, 1], [3, 100]])
    for name in ("softmax", "log_softmax"):
        expected = getattr(keras.activations, name)(x.astype("float32"))
        np.testing.assert_allclose(getattr(activations, name)(x.astype(dtype)), expected, **FLOAT32)


def test_relu_of_nan_is_nan_whatever_its_arguments():
    # Keras's is zero with a threshold and no slope, which hides that training has failed.
    variants = [arguments for name, arguments in ROWS if name == "relu"]
    values = jax.jit(lambda x: [activations.relu(x, **arguments) for arguments in variants])
    assert np.isnan(values(np.float32("nan"))).all()


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


# Keras 3.15's own `sparsemax` does not sum to one ([0.1, 0.2, 0.3] gives [0, 0.07, 0.17]): the
# definition is the oracle, arXiv:1602.02068, proposition 1.
vectors = hypothesis.extra.numpy.arrays(
    "float32", (5,), elements=hypothesis.strategies.floats(-10, 10, width=32)
)


@pytest.mark.thorough
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
