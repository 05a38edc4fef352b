"""Convolutions: outputs and gradients of all forms equal Keras's, which are XLA's."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppul.ops.convolution import add_bias, conv
from tests.oracle import FLOAT32, HALF

# Gradients of kernels are sums over all windows of all samples, in another order than XLA's.
SUMS = {"rtol": 1e-4, "atol": 1e-4}


def drawn(*shape, seed=0, dtype="float32"):
    return jnp.asarray(np.random.default_rng(seed).normal(size=shape), dtype)


def with_gradients(function, *args):
    """The output, and the gradients of a weighted sum of it."""

    @jax.jit
    def compiled(*args):
        outputs, backward = jax.vjp(function, *args)
        weights = jnp.cos(jnp.arange(outputs.size, dtype="float32")).reshape(outputs.shape)
        return outputs, *backward(weights.astype(outputs.dtype))

    return compiled(*args)


def equals_keras(x, kernel, tolerance=SUMS, **arguments):
    ours = with_gradients(lambda x, k: conv(x, k, **arguments), x, kernel)
    theirs = with_gradients(lambda x, k: keras.ops.conv(x, k, **arguments), x, kernel)
    for a, b in zip(ours, theirs, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        np.testing.assert_allclose(np.float32(a), np.float32(b), **tolerance)


# Input, kernel, arguments: each row another form, or another edge of one.
CASES = {
    "one channel": ((3, 8, 8, 1), (3, 3, 1, 5), {}),
    "one channel, many filters": ((3, 8, 8, 1), (3, 3, 1, 16), {}),
    "one channel, strides, same": ((3, 8, 9, 1), (3, 2, 1, 5), {"strides": 2, "padding": "same"}),
    "one channel, large window": ((2, 12, 12, 1), (9, 9, 1, 2), {}),
    "colours": ((3, 9, 8, 3), (3, 3, 3, 4), {}),
    "colours, strides": ((3, 9, 8, 3), (3, 3, 3, 4), {"strides": (2, 3)}),
    "colours, dilation": ((3, 9, 8, 3), (3, 3, 3, 4), {"dilation_rate": (2, 1)}),
    "channels": ((3, 9, 8, 5), (3, 3, 5, 4), {}),
    "channels, same": ((3, 9, 8, 5), (3, 2, 5, 4), {"padding": "same"}),
    "channels, strides": ((3, 9, 8, 5), (3, 3, 5, 4), {"strides": 2}),
    "channels, strides beyond the window": ((3, 12, 11, 5), (2, 2, 5, 4), {"strides": (3, 4)}),
    "channels, strides, same": ((3, 9, 8, 5), (3, 3, 5, 4), {"strides": 2, "padding": "same"}),
    "channels, dilation": ((3, 9, 8, 5), (3, 3, 5, 4), {"dilation_rate": 2}),
    "channels, dilation, same": (
        (3, 9, 8, 5),
        (3, 3, 5, 4),
        {"dilation_rate": 2, "padding": "same"},
    ),
    "correlation": ((3, 20, 20, 8), (3, 3, 8, 4), {}),
    "correlation, same": ((3, 9, 8, 8), (3, 4, 8, 4), {"padding": "same"}),
    "correlation, dilation": ((3, 9, 8, 8), (3, 3, 8, 4), {"dilation_rate": 2, "padding": "same"}),
    "window of one": ((3, 5, 6, 5), (1, 1, 5, 4), {}),
    "window of one, strides": ((3, 5, 6, 5), (1, 1, 5, 4), {"strides": 2, "padding": "same"}),
    "window of all": ((3, 5, 6, 5), (5, 6, 5, 4), {}),
    "groups": ((3, 8, 7, 6), (3, 3, 3, 4), {}),
    "groups, strides, same": ((3, 8, 7, 6), (3, 3, 2, 9), {"strides": 2, "padding": "same"}),
    "each channel": ((3, 8, 7, 6), (3, 3, 1, 6), {"padding": "same"}),
    "each channel twice": ((3, 8, 7, 6), (3, 3, 1, 12), {"strides": 2}),
    "each channel, dilation": ((3, 8, 9, 4), (3, 2, 1, 4), {"dilation_rate": (1, 3)}),
    "each channel, strides beyond the window": ((3, 8, 9, 4), (2, 2, 1, 4), {"strides": (3, 4)}),
    "one axis": ((3, 11, 4), (3, 4, 5), {}),
    "one axis, strides, dilation": ((3, 15, 4), (3, 4, 5), {"strides": 2, "dilation_rate": 2}),
    "three axes": ((2, 5, 6, 7, 4), (2, 3, 2, 4, 5), {}),
    "three axes, strides, same": (
        (2, 5, 6, 7, 4),
        (2, 3, 2, 4, 5),
        {"strides": 2, "padding": "same"},
    ),
    "channels first": ((3, 5, 9, 8), (3, 3, 5, 4), {"data_format": "channels_first"}),
    "one sample": ((1, 6, 6, 4), (3, 3, 4, 4), {}),
}


@pytest.mark.rows(2)
@pytest.mark.parametrize("case", CASES)
def test_output_and_gradients_equal_keras(case):
    inputs, kernel, arguments = CASES[case]
    equals_keras(drawn(*inputs), drawn(*kernel, seed=1), **arguments)


@pytest.mark.thorough
@settings(max_examples=8)
@given(st.data())
def test_any_shape_equals_keras(data):
    def draw(low, high):
        return data.draw(st.integers(low, high))

    rank, groups = draw(1, 2), draw(1, 2)
    spatial = [draw(4, 9) for _ in range(rank)]
    size = [draw(1, 4) for _ in range(rank)]
    padding = data.draw(st.sampled_from(["valid", "same"]))
    gap = 1 if padding == "valid" else draw(1, 3)
    channels, filters = groups * draw(1, 9), groups * draw(1, 5)
    x = drawn(draw(1, 3), *spatial, channels)
    kernel = drawn(*size, channels // groups, filters, seed=1)
    equals_keras(x, kernel, strides=draw(1, 3), padding=padding, dilation_rate=gap)


@pytest.mark.rows(1)
@pytest.mark.parametrize(("size", "gap"), [(3, 1), (2, 3)])
def test_causal_outputs_see_no_later_inputs(size, gap):
    x, kernel = drawn(2, 9, 4), drawn(size, 4, 3, seed=1)
    layer = keras.layers.Conv1D(3, size, padding="causal", dilation_rate=gap, use_bias=False)
    layer.build(x.shape)
    layer.kernel.assign(kernel)
    ours = conv(x, kernel, padding="causal", dilation_rate=gap)
    np.testing.assert_allclose(ours, layer(x), **FLOAT32)
    _, backward = jax.vjp(lambda x: conv(x, kernel, padding="causal", dilation_rate=gap)[:, 4], x)
    assert not np.any(backward(jnp.ones((2, 3)))[0][:, 5:])


@pytest.mark.rows(2)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
@pytest.mark.parametrize("channels", [1, 3, 8])
def test_halves_equal_keras(dtype, channels):
    x, kernel = drawn(2, 6, 6, channels, dtype=dtype), drawn(3, 3, channels, 4, seed=1, dtype=dtype)
    # Gradients are sums of dozens of terms, each rounded to a half.
    equals_keras(x, kernel, tolerance={"rtol": HALF["rtol"], "atol": 0.1}, padding="same")


@pytest.mark.rows(2)
@pytest.mark.parametrize(
    ("inputs", "kernel"),
    [("float16", "float32"), ("float32", "bfloat16"), ("int32", "float32"), ("int32", "int32")],
)
def test_result_has_the_dtype_keras_gives(inputs, kernel):
    x, k = jnp.ones((1, 4, 4, 2), inputs), jnp.ones((3, 3, 2, 3), kernel)
    ours, theirs = conv(x, k), keras.ops.conv(x, k)
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(np.float32(ours), np.float32(theirs))


@pytest.mark.rows(2)
@pytest.mark.parametrize("case", ["one channel", "colours", "channels", "each channel"])
@pytest.mark.parametrize("axes", [(0, 0), (0, None), (None, 0)])
def test_members_under_vmap_equal_a_loop(case, axes):
    inputs, kernel, arguments = CASES[case]
    x, k = (
        drawn(*((3, *shape) if axis == 0 else shape), seed=axis or 1)
        for axis, shape in zip(axes, (inputs, kernel), strict=True)
    )

    def one(x, k):
        return with_gradients(lambda x, k: conv(x, k, **arguments), x, k)

    loop = [one(x[i] if axes[0] == 0 else x, k[i] if axes[1] == 0 else k) for i in range(3)]
    for members, each in zip(
        jax.jit(jax.vmap(one, axes))(x, k), zip(*loop, strict=True), strict=True
    ):
        np.testing.assert_allclose(members, jnp.stack(each), **SUMS)


@pytest.mark.rows(2)
@pytest.mark.parametrize("case", ["one channel", "colours", "channels", "each channel"])
def test_gradients_of_members_equal_gradients_of_each(case):
    inputs, kernel, arguments = CASES[case]
    x, k = drawn(3, *inputs), drawn(3, *kernel, seed=1)

    def total(x, k):
        y = jax.vmap(lambda x, k: conv(x, k, **arguments))(x, k)
        return jnp.sum(jnp.sin(y))

    members = jax.jit(jax.grad(total, (0, 1)))(x, k)
    each = jax.jit(
        jax.grad(lambda x, k: jnp.sum(jnp.sin(keras.ops.conv(x, k, **arguments))), (0, 1))
    )
    for i in range(3):
        for a, b in zip(members, each(x[i], k[i]), strict=True):
            np.testing.assert_allclose(a[i], b, **SUMS)


@pytest.mark.rows(1)
@pytest.mark.parametrize(
    "case",
    ["one channel", "colours", "channels, strides", "correlation", "groups", "each channel twice"],
)
def test_gradients_have_gradients(case):
    # As a gradient penalty needs them; XLA's own convolution knows them.
    inputs, kernel, arguments = CASES[case]
    x, k = drawn(*inputs), drawn(*kernel, seed=1)

    def penalty(function, x, k):
        def loss(x, k):
            return jnp.sum(jnp.sin(function(x, k, **arguments)))

        by_x, by_k = jax.grad(loss, (0, 1))(x, k)
        return jnp.sum(by_x**2) + jnp.sum(jnp.cos(by_k))

    penalties = jax.jit(jax.grad(penalty, (1, 2)), static_argnums=0)
    ours, theirs = penalties(conv, x, k), penalties(keras.ops.conv, x, k)
    for a, b in zip(ours, theirs, strict=True):
        # Sums of sums: relative to the largest.
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-4 * float(jnp.abs(b).max()))


@pytest.mark.parametrize("padding", ["valid", "same"])
@pytest.mark.parametrize("strides", [1, 2])
def test_shape_is_known_before_the_sizes_are(padding, strides):
    b, h, w = jax.export.symbolic_shape("b, h, w", constraints=["h >= 8", "w >= 8"])
    kernel = jax.ShapeDtypeStruct((3, 3, 4, 6), "float32")

    def shape(*inputs):
        inputs = jax.ShapeDtypeStruct(inputs, "float32")
        return jax.eval_shape(lambda x, k: conv(x, k, strides, padding), inputs, kernel).shape

    assert shape(b, 9, 8, 4) == (b, *shape(1, 9, 8, 4)[1:])
    assert shape(b, h, w, 4)[0] == b
    assert shape(b, h, w, 4)[3] == 6


@pytest.mark.parametrize("shape", [(4, 26, 3), (7, 13, 5, 2), (64, 8), (1, 3)])
def test_gradient_of_a_bias_is_the_sum_of_its_channel(shape):
    x, bias = drawn(*shape), drawn(shape[-1], seed=1)
    outputs, dx, dbias = with_gradients(add_bias, x, bias)
    np.testing.assert_array_equal(outputs, x + bias)
    weights = np.cos(np.arange(x.size, dtype="float32")).reshape(shape)
    np.testing.assert_allclose(dx, weights, **FLOAT32)
    np.testing.assert_allclose(dbias, weights.reshape(-1, shape[-1]).sum(0), rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize(
    ("inputs", "kernel", "arguments", "words"),
    [
        ((1, 4, 4), (3, 3, 2, 4), {}, ["rank", "(1, 4, 4)", "(3, 3, 2, 4)"]),
        ((1, 4, 4, 3), (3, 3, 2, 4), {}, ["3 channels", "(3, 3, 2, 4)"]),
        ((1, 4, 4, 4), (3, 3, 2, 3), {}, ["filters, 3", "groups"]),
        ((1, 2, 4, 1), (3, 3, 1, 4), {}, ["(3, 3)", "(2, 4)", "same"]),
        ((1, 4, 4, 1), (3, 3, 1, 4), {"dilation_rate": 2}, ["(2, 2)", "(4, 4)"]),
        ((1, 4, 4, 1), (3, 3, 1, 4), {"strides": 0}, ["strides", "0"]),
        ((1, 4, 4, 1), (3, 3, 1, 4), {"strides": (1, 1, 1)}, ["strides", "2 integers"]),
        ((1, 4, 4, 1), (3, 3, 1, 4), {"padding": "smae"}, ["padding", "'smae'", "'same'"]),
        ((1, 4, 4, 1), (3, 3, 1, 4), {"padding": "causal"}, ["padding", "'causal'"]),
        ((1, 4, 4, 1), (3, 3, 1, 4), {"data_format": "NHWC"}, ["data_format", "'NHWC'"]),
    ],
)
def test_what_does_not_fit_is_named(inputs, kernel, arguments, words):
    with pytest.raises(ValueError, match="conv: ") as error:
        conv(jnp.ones(inputs), jnp.ones(kernel), **arguments)
    assert all(word in str(error.value) for word in words)
