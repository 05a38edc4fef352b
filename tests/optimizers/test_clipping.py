"""Clipping, compared with optax's."""

import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ppul.optimizers import clipping
from tests.optimizers.cases import gradients

# One division and one product, in another order.
ROUNDING = {"rtol": 1e-6, "atol": 0}
TABLE = [
    (clipping.clip_by_value, optax.clip),
    (clipping.clip_by_norm, optax.clip_by_block_rms),
    (clipping.clip_by_global_norm, optax.clip_by_global_norm),
]


@pytest.mark.rows(5)
@pytest.mark.parametrize("limit", [0.1, 1.0, 100.0])
@pytest.mark.parametrize(("ours", "theirs"), TABLE, ids=["value", "norm", "global norm"])
def test_gradients_are_clipped_as_by_optax(ours, theirs, limit):
    for grads in gradients(3):
        grads = [jnp.asarray(g) for g in grads]  # noqa: PLW2901 - as JAX arrays
        if theirs is optax.clip_by_block_rms:
            # Optax clips the mean square, not the sum: one weight at a time, scaled.
            expected = [
                theirs(limit / np.sqrt(g.size)).update([g], optax.EmptyState())[0][0] for g in grads
            ]
        else:
            expected, _ = theirs(limit).update(grads, optax.EmptyState())
        for a, b in zip(ours(grads, limit), expected, strict=True):
            np.testing.assert_allclose(a, b, **ROUNDING)


def test_zero_gradients_stay_zero():
    for function, _ in TABLE:
        assert function([jnp.zeros(2)], 1.0)[0].tolist() == [0.0, 0.0]


def test_a_gradient_that_is_not_finite_is_seen_in_all_of_a_global_clip():
    clipped = clipping.clip_by_global_norm([jnp.array([jnp.inf]), jnp.array([1.0])], 1.0)
    assert np.isnan(np.concatenate(clipped)).all()
