"""Poolings: outputs and gradients equal Keras's, and among equals the first gets the gradient."""

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppul.ops.pooling import average_pool, global_max, max_pool
from tests.oracle import FLOAT32, HALF

POOLS = {"max": (max_pool, keras.ops.max_pool), "average": (average_pool, keras.ops.average_pool)}


def drawn(*shape, kinds=5, dtype="float32"):
    """Few kinds of values, so that most windows hold equal ones; many zeros, as relu leaves them."""
    values = np.random.default_rng(0).integers(-kinds, kinds + 1, shape)
    return jnp.asarray(np.maximum(values, 0) / 4, dtype)


def with_gradient(function, x):
    @jax.jit
    def compiled(x):
        outputs, backward = jax.vjp(function, x)
        weights = jnp.cos(jnp.arange(outputs.size, dtype="float32")).reshape(outputs.shape)
        return outputs, *backward(weights.astype(outputs.dtype))

    return compiled(x)


def equals_keras(pool, x, size, strides, padding, data_format="channels_last", tolerance=FLOAT32):
    ours, theirs = (
        with_gradient(lambda x: function(x, size, strides, padding, data_format), x)  # noqa: B023
        for function in POOLS[pool]
    )
    for a, b in zip(ours, theirs, strict=True):
        assert a.shape == b.shape
        assert a.dtype == b.dtype
        np.testing.assert_allclose(np.float32(a), np.float32(b), **tolerance)


CASES = {
    "side by side": ((2, 8, 6, 3), (2, 2), (2, 2), "valid"),
    "side by side, a rest": ((2, 9, 7, 3), (2, 3), (2, 3), "valid"),
    "side by side, same": ((2, 9, 7, 3), (2, 3), (2, 3), "same"),
    "overlapping": ((2, 9, 7, 3), (3, 3), (2, 2), "valid"),
    "overlapping, same": ((2, 9, 7, 3), (3, 2), (2, 1), "same"),
    "gaps": ((2, 9, 8, 3), (2, 1), (3, 2), "valid"),
    "window of one": ((2, 4, 4, 3), (1, 1), (1, 1), "valid"),
    "window of all": ((2, 4, 5, 3), (4, 5), (1, 1), "valid"),
    "large window": ((2, 12, 12, 2), (9, 9), (3, 3), "same"),
    "one axis": ((2, 9, 3), (2,), (2,), "valid"),
    "one axis, same": ((2, 9, 3), (3,), (2,), "same"),
    "three axes": ((2, 4, 6, 5, 2), (2, 2, 2), (2, 2, 2), "valid"),
    "three axes, same": ((2, 4, 6, 5, 2), (2, 3, 2), (1, 2, 2), "same"),
}


@pytest.mark.rows(4)
@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("case", CASES)
def test_output_and_gradient_equal_keras(pool, case):
    shape, *arguments = CASES[case]
    equals_keras(pool, drawn(*shape), *arguments)


@pytest.mark.parametrize("pool", POOLS)
def test_channels_first_equals_keras(pool):
    equals_keras(pool, drawn(2, 3, 8, 7), (2, 2), (2, 2), "same", "channels_first")


@pytest.mark.thorough
@settings(max_examples=8)
@given(st.data())
def test_any_shape_equals_keras(data):
    def draw(low, high):
        return data.draw(st.integers(low, high))

    rank = draw(1, 2)
    x = drawn(draw(1, 3), *(draw(4, 9) for _ in range(rank)), draw(1, 4), kinds=draw(0, 3))
    size, strides = (tuple(draw(1, 4) for _ in range(rank)) for _ in range(2))
    padding = data.draw(st.sampled_from(["valid", "same"]))
    equals_keras(data.draw(st.sampled_from(sorted(POOLS))), x, size, strides, padding)


@pytest.mark.parametrize("strides", [(2, 2), (1, 1)])
@pytest.mark.parametrize("value", [0.0, -np.inf, np.inf, np.nan])
def test_windows_of_equal_extremes_equal_keras(strides, value):
    x = jnp.full((1, 5, 5, 1), value).at[0, 2, 3, 0].set(1.0)
    equals_keras("max", x, (2, 2), strides, "same")


@pytest.mark.rows(1)
@pytest.mark.parametrize("strides", [(2, 2), (1, 2)])
def test_gradient_goes_to_one_element_though_others_are_equal(strides):
    x = jnp.zeros((1, 4, 4, 1))
    pooled, backward = jax.vjp(lambda x: max_pool(x, 2, strides), x)
    assert float(jnp.sum(backward(jnp.ones_like(pooled))[0])) == pooled.size


@pytest.mark.thorough
@pytest.mark.rows(1)
@pytest.mark.parametrize("strides", [(2, 2), (1, 1)])
def test_largest_is_found_though_it_is_rounded_in_two_ways(strides):
    # What is pooled is a sum of products, which XLA computes with or without fused additions, in
    # whichever kernel needs it: the number of the largest must not depend on that.
    x, scale, shift = (
        jnp.asarray(np.random.default_rng(seed).normal(size=shape), "float32")
        for seed, shape in enumerate([(8, 16, 16, 8), (8,), (8,)])
    )

    def gradient(x):
        def loss(x):
            y = x * scale + shift * x + jnp.square(x) * shift
            return jnp.sum(jnp.square(max_pool(y, 2, strides)))

        return jax.grad(loss)(x)

    with jax.disable_jit():  # each operation rounded apart
        expected = gradient(x)
    np.testing.assert_allclose(jax.jit(gradient)(x), expected, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_halves_equal_keras(pool, dtype):
    equals_keras(pool, drawn(2, 6, 6, 3, dtype=dtype), (2, 2), (2, 2), "valid", tolerance=HALF)


@pytest.mark.rows(2)
@pytest.mark.parametrize(
    ("pool", "dtype"),
    [("max", "int32"), ("max", "uint8"), ("max", "bool"), ("average", "int32")],
)
def test_whole_numbers_equal_keras(pool, dtype):
    x = drawn(2, 5, 5, 1, kinds=40).astype(dtype)
    ours, theirs = (function(x, (2, 2), (2, 2), "same") for function in POOLS[pool])
    assert ours.dtype == theirs.dtype
    np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("case", ["side by side, a rest", "overlapping, same"])
def test_members_under_vmap_equal_a_loop(pool, case):
    shape, *arguments = CASES[case]
    x, function = drawn(3, *shape), POOLS[pool][0]

    def one(x):
        return with_gradient(lambda x: function(x, *arguments), x)

    members = jax.jit(jax.vmap(one))(x)
    for i in range(3):
        for a, b in zip(members, one(x[i]), strict=True):
            np.testing.assert_allclose(a[i], b, **FLOAT32)


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("padding", ["valid", "same"])
def test_shape_is_known_before_the_sizes_are(pool, strides, padding):
    b, h = jax.export.symbolic_shape("b, h", constraints=["h >= 8"])

    def shape(*inputs):
        inputs = jax.ShapeDtypeStruct(inputs, "float32")
        return jax.eval_shape(lambda x: POOLS[pool][0](x, 3, strides, padding), inputs).shape

    assert shape(b, 9, 8, 4) == (b, *shape(1, 9, 8, 4)[1:])
    assert shape(b, h, 8, 4)[2:] == shape(1, 9, 8, 4)[2:]


def test_strides_are_the_window_unless_told():
    x = drawn(2, 9, 9, 3)
    np.testing.assert_array_equal(max_pool(x, (2, 3)), max_pool(x, (2, 3), (2, 3)))


@pytest.mark.parametrize(
    ("shape", "arguments", "words"),
    [
        ((4, 3), {}, ["(4, 3)"]),
        ((1, 4, 4, 1), {"pool_size": 0}, ["pool_size", "0"]),
        ((1, 4, 4, 1), {"pool_size": (2, 2, 2)}, ["pool_size", "2 integers"]),
        ((1, 4, 4, 1), {"strides": -1}, ["strides", "-1"]),
        ((1, 4, 4, 1), {"padding": "causal"}, ["padding", "'causal'"]),
        ((1, 4, 4, 1), {"data_format": "NHWC"}, ["data_format", "'NHWC'"]),
        ((1, 4, 1, 1), {}, ["(2, 2)", "(4, 1)", "same"]),
    ],
)
def test_what_does_not_fit_is_named(shape, arguments, words):
    with pytest.raises(ValueError, match="max_pool: ") as error:
        max_pool(jnp.ones(shape), **({"pool_size": 2} | arguments))
    assert all(word in str(error.value) for word in words)


@pytest.mark.parametrize("shape", [(3, 2, 5), (2, 17, 4), (2, 36, 64), (2, 6, 6, 10), (1, 257, 2)])
def test_global_maximum_and_its_gradient_equal_keras_where_some_are_equal(shape):
    # Few values, so that most channels have several largest ones.
    x = np.random.default_rng(0).integers(0, 4, shape).astype("float32")
    dy = np.arange(1.0, 1 + shape[0] * shape[-1], dtype="float32").reshape(shape[0], shape[-1])
    axis = tuple(range(1, len(shape) - 1))
    layer = getattr(keras.layers, f"GlobalMaxPooling{len(axis)}D")()
    expected, keras_gradient = jax.vjp(layer, jnp.asarray(x))

    @jax.jit
    def found(x):
        y, gradient = jax.vjp(lambda x: global_max(x, axis), x)
        return y, gradient(dy)[0], jax.jvp(lambda x: global_max(x, axis), (x,), (x,))[1]

    y, dx, tangent = found(x)
    np.testing.assert_array_equal(y, expected)
    np.testing.assert_allclose(dx, keras_gradient(dy)[0], rtol=1e-6)
    np.testing.assert_allclose(tangent, expected, rtol=1e-6)  # x moves the largest by themselves


def test_a_global_maximum_that_is_no_number_is_found():
    x = jnp.ones((1, 36, 2)).at[0, 20, 1].set(jnp.nan)
    found = jax.jit(lambda x: global_max(x, (1,), keepdims=True))(x)
    np.testing.assert_array_equal(found, [[[1.0, np.nan]]])
