"""What is lowered differently by platform computes the same as the plain form."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ppul.ops import lowering
from ppul.ops.lowering import channel_sum, materialize


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
