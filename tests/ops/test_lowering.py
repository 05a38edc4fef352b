"""What is lowered differently by platform computes the same as the plain form."""

import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import ppul
from ppul.ops import lowering
from ppul.ops.lowering import channel_sum, materialize
from ppul.training import program


@pytest.mark.rows(2)
@pytest.mark.parametrize("shape", [(5,), (7, 3), (32, 128), (97, 2), (3, 50, 6, 10), (0, 3)])
def test_channel_sum_is_the_sum_of_each_channel(shape):
    x = jnp.asarray(np.random.default_rng(0).normal(size=shape), "float32")
    exact = np.asarray(x, np.float64).sum(tuple(range(x.ndim - 1)))
    # A tree of sums loses at most a unit in the last place a level.
    np.testing.assert_allclose(channel_sum(x), exact, rtol=1e-6, atol=1e-5)


def test_what_is_materialized_is_computed_once():
    def used_twice(x):
        y = materialize(jnp.tanh(x))
        return y[1:] + y[:-1], y * 2

    compiled = jax.jit(used_twice).lower(jnp.ones(8)).compile()
    assert compiled.as_text().count("tanh(") == 1


def test_materialize_has_gradients_and_members():
    x = jnp.arange(3.0)
    derivative = jax.vmap(jax.grad(lambda x: materialize(jnp.sin(x)) ** 2))(x)
    np.testing.assert_allclose(derivative, 2 * np.sin(x) * np.cos(x), rtol=1e-6)


@given(hnp.arrays("float32", 50, elements=st.floats(0, width=32, allow_subnormal=False)))
def test_a_root_to_divide_by_is_right_to_two_units_in_the_last_place(x):
    exact = np.sqrt(x.astype("float64"))
    np.testing.assert_allclose(lowering.sqrt(jnp.asarray(x)), exact, rtol=2 * 2.0**-23)


def test_a_root_to_divide_by_keeps_what_is_no_number():
    found = np.asarray(lowering.sqrt(jnp.array([0.0, jnp.inf, jnp.nan])))
    np.testing.assert_array_equal(found, [0.0, np.inf, np.nan])


@pytest.mark.parametrize(
    ("shape", "seen"), [((128, 10), (1280,)), ((128, 16), (128, 16)), ((3, 5), (3, 5))]
)
def test_elementwise_sees_short_rows_as_one_and_returns_what_it_would(shape, seen):
    found = []

    @lowering.elementwise
    def step(w, slots, rate):
        found.append(w.shape)
        return w - rate * slots["m"], {"m": slots["m"] * w}

    w, m = jax.random.normal(jax.random.key(0), (2, *shape))
    new, slots = jax.jit(step)(w, {"m": m}, 0.5)
    np.testing.assert_allclose(new, w - 0.5 * m, rtol=1e-6)
    np.testing.assert_array_equal(slots["m"], m * w)
    assert found == [seen]


def test_elementwise_takes_arrays_that_are_not_traced_along():
    w, g = jax.random.normal(jax.random.key(0), (2, 128, 10))
    difference = lowering.elementwise(lambda w, g: w - g)
    np.testing.assert_array_equal(jax.jit(lambda g: difference(w, g))(g), w - g)
    np.testing.assert_array_equal(jax.jit(lambda g: difference(np.asarray(w), g))(g), w - g)


def test_an_optimizer_derived_from_another_sees_weights_in_their_shape():
    class Centred(ppul.optimizers.SGD):
        def update(self, w, g, slots, rate, step):
            return super().update(w, g - g.mean(0), slots, rate, step)

    model = ppul.Sequential([ppul.Input((128,)), ppul.layers.Dense(10, use_bias=False)])
    model.compile(Centred(0.1), "mse")
    before = model.get_weights()[0]
    # Where all inputs are alike, so are the gradients of an output's weights: their mean is each.
    model.fit(np.ones((4, 128)), np.arange(40.0).reshape(4, 10), verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], before, atol=1e-5)


@pytest.mark.parametrize("arguments", [{}, {"gradient_accumulation_steps": 2}, {"use_ema": True}])
def test_a_step_copies_no_array_as_large_as_the_weights(arguments):
    model = ppul.Sequential([ppul.Input((1000,)), ppul.layers.Dense(10, activation="relu")])
    model.compile(ppul.optimizers.Adam(**arguments), "mse")
    model.fit(np.ones((8, 1000)), np.ones((8, 10)), batch_size=4, verbose=0)
    text = [*program._cache.values()][-1].as_text()
    copied = re.findall(r"= \w+\[([\d,]*)\]\S* copy\(", text)
    assert copied, "no copies at all: is this still how XLA writes them?"
    assert not {"10000", "1000,10"} & set(copied)
