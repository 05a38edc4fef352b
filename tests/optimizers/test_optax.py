"""Optax's transformations as optimizers, compared with optax itself."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from ppul import optimizers
from ppul.core.variable import Variable
from tests.optimizers.cases import FLOAT32, gradients, run, values, variables

ROWS = [
    optax.sgd(0.1, momentum=0.9, nesterov=True),
    optax.adam(0.1),
    optax.adamw(0.1, weight_decay=0.2),
    optax.chain(optax.clip_by_global_norm(0.5), optax.lion(0.1)),
    optax.lamb(0.1),
    optax.adafactor(0.1, min_dim_size_to_factor=2),
    optax.sgd(optax.cosine_decay_schedule(0.1, 5)),
    optax.MultiSteps(optax.adam(0.1), 3).gradient_transformation(),
]
rows = pytest.mark.parametrize("transformation", ROWS, ids=range(len(ROWS)))


def by_optax(transformation, steps):
    params = values(variables("ppul"))
    state = transformation.init(params)
    step = jax.jit(transformation.update)
    for grads in steps:
        updates, state = step(grads, state, params)
        params = optax.apply_updates(params, updates)
    return params, jax.tree.leaves(state)


@pytest.mark.rows(3)
@rows
def test_ten_steps_equal_optax(transformation):
    weights, state = by_optax(transformation, gradients())
    optimizer, trained = optimizers.Optax(transformation), variables("ppul")
    optimizer.build(trained)
    own, ours = values(optimizer.variables), values(trained)
    step = jax.jit(optimizer.stateless_apply)
    for grads in gradients():
        ours, own = step(own, grads, ours)
    # Behind the step counter and the learning rate come the leaves of the state.
    for a, b in zip([*ours, *own[2:]], [*weights, *state], strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)


def test_members_on_a_leading_axis_equal_a_loop_over_them():
    optimizer, trained = optimizers.Optax(optax.adam(0.1)), variables("ppul")
    optimizer.build(trained)
    own, weights = values(optimizer.variables), values(trained)
    both = [np.stack([a, -a]) for a in gradients(1)[0]]
    step = jax.vmap(optimizer.stateless_apply, in_axes=(None, 0, None))
    together = jax.jit(step)(own, both, weights)
    for i in range(2):
        alone = jax.jit(optimizer.stateless_apply)(own, [g[i] for g in both], weights)
        for a, b in zip(jax.tree.leaves(together), jax.tree.leaves(alone), strict=True):
            np.testing.assert_allclose(a[i], b, **FLOAT32)


def test_options_of_the_base_class_hold():
    options = {"weight_decay": 0.3, "clipnorm": 0.5, "use_ema": True}
    wrapped = run(optimizers.Optax(optax.sgd(1.0), 0.1, **options), variables("ppul"), gradients())
    own = run(optimizers.SGD(0.1, **options), variables("ppul"), gradients())
    for a, b in zip(wrapped[-1], own[-1], strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)


def test_the_learning_rate_is_a_factor_on_the_updates():
    optimizer = optimizers.Optax(optax.sgd(1.0))
    w = Variable([1.0])
    optimizer.learning_rate = 0.25
    optimizer.apply([jnp.ones(1)], [w])
    assert w.numpy().tolist() == [0.75]


@pytest.mark.filterwarnings("ignore:.*no gradient")
def test_a_weight_without_a_gradient_gets_zeros():
    optimizer = optimizers.Optax(optax.adam(0.1))
    a, b = Variable([1.0]), Variable([1.0])
    optimizer.apply([jnp.ones(1), None], [a, b])
    assert a.numpy() < 1
    assert b.numpy().tolist() == [1.0]


def test_get_wraps_a_transformation():
    optimizer = optimizers.get(optax.adam(0.1))
    assert isinstance(optimizer, optimizers.Optax)
    assert optimizer.name.startswith("optax")


def test_what_is_no_transformation_is_named():
    with pytest.raises(ValueError, match=r"must be an optax transformation.*got 'adam'"):
        optimizers.Optax("adam")


def test_it_cannot_be_saved_and_says_what_to_do():
    with pytest.raises(TypeError, match=r"is code and cannot be saved\. Save the model without"):
        optimizers.Optax(optax.adam(0.1)).get_config()
