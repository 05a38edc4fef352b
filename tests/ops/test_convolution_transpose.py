"""Transposed convolutions: outputs and gradients of all forms equal Keras's, which are XLA's."""

import functools
import itertools
import warnings

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul.ops.convolution_transpose import conv_transpose

# Gradients of kernels are sums over all windows of all samples, in another order than XLA's.
SUMS = {"rtol": 1e-4, "atol": 1e-4}


def drawn(*shape, seed=0, dtype="float32"):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), dtype)


def oracle(x, kernel, **arguments):
    with warnings.catch_warnings():
        # It warns that other backends disagree with it about some paddings.
        warnings.simplefilter("ignore")
        return keras.ops.conv_transpose(x, kernel, **arguments)


def with_gradients(function, *args):
    outputs, backward = jax.vjp(function, *args)
    weights = jnp.cos(jnp.arange(outputs.size, dtype="float32")).reshape(outputs.shape)
    return outputs, *backward(weights.astype(outputs.dtype))


# Input, kernel, arguments: each row another form of the gradient it is made of.
CASES = {
    "few filters": ((2, 4, 5, 3), (3, 2, 2, 3), {}),
    "few filters, strides": ((2, 4, 5, 3), (3, 3, 2, 3), {"strides": 2}),
    "few filters, strides, same": ((2, 4, 5, 3), (3, 2, 2, 3), {"strides": 2, "padding": "same"}),
    "strides beyond the window": ((2, 3, 4, 3), (2, 2, 4, 3), {"strides": (3, 4)}),
    "correlation": ((2, 9, 9, 4), (3, 3, 8, 4), {"padding": "same"}),
    "correlation, dilation": (
        (2, 9, 9, 4),
        (3, 3, 8, 4),
        {"padding": "same", "dilation_rate": 2},
    ),
    "window of one": ((2, 4, 5, 3), (1, 1, 4, 3), {"strides": 2}),
    "one axis": ((2, 6, 3), (4, 2, 3), {"strides": 3, "output_padding": 1}),
    "three axes": ((1, 2, 3, 2, 3), (2, 2, 3, 2, 3), {"strides": (1, 2, 1)}),
    "channels first": ((2, 3, 4, 5), (3, 3, 2, 3), {"data_format": "channels_first"}),
}


@pytest.mark.rows(3)
@pytest.mark.parametrize("case", CASES)
def test_output_and_gradients_equal_keras(case):
    inputs, kernel, arguments = CASES[case]

    @jax.jit
    def both(x, kernel):
        return [
            with_gradients(functools.partial(function, **arguments), x, kernel)
            for function in (conv_transpose, oracle)
        ]

    for a, b in zip(*both(drawn(*inputs), drawn(*kernel, seed=1)), strict=True):
        np.testing.assert_allclose(a, b, **SUMS)


@pytest.mark.rows(2)
@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("dilation", [1, 2])
def test_every_length_equals_keras(padding, dilation):
    x = drawn(2, 4, 3)
    rows = list(itertools.product((1, 2, 3, 4), (1, 2, 3), (None, 0, 1, 2)))

    @jax.jit
    def both(x):
        found = []
        for size, strides, more in rows:
            arguments = {"strides": strides, "padding": padding, "output_padding": more}
            kernel = drawn(size, 2, 3, seed=size)
            arguments |= {"dilation_rate": dilation}
            found.append([f(x, kernel, **arguments) for f in (conv_transpose, oracle)])
        return found

    for row, (a, b) in zip(rows, both(x), strict=True):
        assert a.shape == b.shape, row
        np.testing.assert_allclose(a, b, **SUMS, err_msg=str(row))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_halves_equal_keras(dtype):
    x, kernel = drawn(2, 3, 3, 4, dtype=dtype), drawn(3, 3, 2, 4, seed=1, dtype=dtype)
    a, b = jax.jit(lambda: [f(x, kernel, strides=2) for f in (conv_transpose, oracle)])()
    assert a.dtype == b.dtype == dtype
    np.testing.assert_allclose(np.float32(a), np.float32(b), rtol=2e-2, atol=5e-2)


@pytest.mark.parametrize("case", ["few filters, strides, same", "correlation"])
def test_members_and_gradients_of_gradients_equal_keras(case):
    inputs, kernel, arguments = CASES[case]
    x, kernels = drawn(*inputs), drawn(2, *kernel, seed=1)

    def penalty(function, x, k):
        def loss(x, k):
            return jnp.sum(jnp.sin(function(x, k, **arguments)))

        return sum(jnp.sum(g**2) for g in jax.grad(loss, (0, 1))(x, k))

    @jax.jit
    def of_both(x, kernels):
        by_kernel = jax.grad(penalty, 2)
        together = jax.vmap(lambda k: by_kernel(conv_transpose, x, k))(kernels)
        return together, jnp.stack([by_kernel(oracle, x, k) for k in kernels])

    a, b = of_both(x, kernels)
    np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4 * float(jnp.abs(b).max()))


@pytest.mark.parametrize("padding", ["valid", "same"])
def test_shape_is_known_before_the_sizes_are(padding):
    b, h = jax.export.symbolic_shape("b, h", constraints=["h >= 8"])
    x = jax.ShapeDtypeStruct((b, h, 4), "float32")
    kernel = jax.ShapeDtypeStruct((3, 6, 4), "float32")
    outputs = jax.eval_shape(lambda x, k: conv_transpose(x, k, 2, padding), x, kernel)
    real = conv_transpose(jnp.ones((1, 9, 4)), jnp.ones((3, 6, 4)), 2, padding)
    assert outputs.shape[0] == b
    assert outputs.shape[2] == 6
    assert outputs.shape[1] - 2 * h == real.shape[1] - 2 * 9


@pytest.mark.parametrize(
    ("inputs", "kernel", "arguments", "words"),
    [
        ((1, 4, 4), (3, 3, 2, 4), {}, ["rank", "(1, 4, 4)", "(3, 3, 2, 4)"]),
        ((1, 4, 3), (3, 2, 4), {}, ["3 channels", "(3, 2, 4)"]),
        ((1, 4, 4), (3, 2, 4), {"strides": 0}, ["strides", "0"]),
        ((1, 4, 4), (3, 2, 4), {"padding": "causal"}, ["padding", "'causal'"]),
        ((1, 4, 4), (3, 2, 4), {"output_padding": -1}, ["output_padding", "-1"]),
        ((1, 1, 4), (6, 2, 4), {"padding": "same", "output_padding": 0}, ["nothing", "(0,)"]),
    ],
)
def test_what_does_not_fit_is_named(inputs, kernel, arguments, words):
    with pytest.raises(ValueError, match="conv_transpose: ") as error:
        conv_transpose(jnp.ones(inputs), jnp.ones(kernel), **arguments)
    assert all(word in str(error.value) for word in words)
