"""Normalizations: values, gradients and gradients of gradients equal Keras's."""

import functools

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul.ops.normalization import layer_normalization, rms_normalization
from tests.oracle import FLOAT32


def drawn(*shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), "float32")


# Names of the op and its arguments: the shape of x, of the factors, and what is told.
CASES = {
    "layer, last axis": ("layer_normalization", (3, 5), (5,), {"epsilon": 1e-3}),
    "layer, two axes": ("layer_normalization", (2, 3, 4), (3, 4), {"axis": (1, 2)}),
    "layer, alone": ("layer_normalization", (3, 5), None, {"epsilon": 0.1}),
    "rms, last axis": ("rms_normalization", (3, 5), (5,), {}),
    "rms, two axes": ("rms_normalization", (2, 3, 4), (3, 4), {"axis": (1, 2), "epsilon": 0.1}),
}
OURS = {"layer_normalization": layer_normalization, "rms_normalization": rms_normalization}


def rows(case):
    name, shape, factors, told = CASES[case]
    count = 0 if factors is None else 2 if name == "layer_normalization" else 1
    arrays = [drawn(*shape), *(drawn(*factors, seed=k + 1) for k in range(count))]
    return [
        functools.partial(_told, f, told) for f in (OURS[name], getattr(keras.ops, name))
    ], arrays


def _told(function, told, *arrays):
    return function(*arrays, **told)


@pytest.mark.rows(3)
@pytest.mark.parametrize("case", CASES)
def test_gradients_and_those_of_gradients_equal_keras(case):
    functions, arrays = rows(case)

    def penalty(function, *arrays):
        loss = lambda *a: jnp.sum(jnp.sin(function(*a)))  # noqa: E731
        gradients = jax.grad(loss, range(len(arrays)))(*arrays)
        return sum(jnp.sum(jnp.cos(g)) for g in gradients), gradients

    @jax.jit
    def both(*arrays):
        numbers = range(1, len(arrays) + 1)
        return [
            [f(*arrays), jax.grad(penalty, numbers, has_aux=True)(f, *arrays)] for f in functions
        ]

    ours, theirs = (jax.tree.leaves(found) for found in both(*arrays))
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("axis", [1, -2])
def test_factors_lie_along_the_axis(axis):
    # Where Keras broadcasts them along the last one.
    x, scale = drawn(2, 3, 4), drawn(3, seed=1)
    size = np.sqrt(np.mean(np.square(x), 1, keepdims=True) + 1e-7)
    expected = x / size * np.asarray(scale)[:, None]
    np.testing.assert_allclose(rms_normalization(x, scale, axis), expected, **FLOAT32)


def test_scaling_alone_divides_by_the_deviation():
    x, gamma = drawn(3, 5), drawn(5, seed=1)
    expected = x / np.sqrt(np.var(x, -1, keepdims=True) + 0.1) * gamma
    found = layer_normalization(x, gamma, epsilon=0.1, rms_scaling=True)
    np.testing.assert_allclose(found, expected, **FLOAT32)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_halves_do_not_overflow(dtype):
    x = jnp.asarray([[300.0, -300.0, 100.0]], dtype)
    for function in (layer_normalization, rms_normalization):
        y = function(x)
        assert y.dtype == dtype
        np.testing.assert_allclose(np.float32(y), function(np.float32(x)), rtol=2e-2)


def test_integers_become_floats():
    assert layer_normalization(np.array([[1, 3]])).dtype == "float32"
