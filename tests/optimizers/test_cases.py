"""What holds of every optimizer: a row in cases.py goes through all of it."""

from __future__ import annotations

import copy
import inspect
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul import optimizers
from ppul.core.serialization import deserialize, serialize
from ppul.core.variable import Variable
from tests.optimizers.cases import (
    CASES,
    EVERYTHING,
    FLOAT32,
    OPTIONS,
    SHAPES,
    gradients,
    pair,
    row_id,
    run,
    tolerance,
    values,
    variables,
)
from tests.tables import rows_of

CLASSES = list({case.name: case for case in CASES}.values())
rows = rows_of(CASES, lambda case: case.name)
classes = pytest.mark.parametrize("case", CLASSES, ids=lambda case: case.name)


def assert_equal_steps(name: str, arguments: dict[str, Any]) -> None:
    ours, theirs = pair(name, **arguments)
    our_steps = run(ours, variables("ppul"), gradients())
    their_steps = run(theirs, variables("keras"), gradients())
    for ours_now, theirs_now in zip(our_steps, their_steps, strict=True):
        for a, b in zip(ours_now, theirs_now, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, **tolerance(name))


@pytest.mark.rows(2)
@rows
def test_twenty_steps_equal_keras(case):
    assert_equal_steps(case.name, case.arguments)


@pytest.mark.rows(3)
@rows
def test_twenty_steps_with_all_options_equal_keras(case):
    assert_equal_steps(case.name, case.arguments | EVERYTHING)


# Options are in the base class: one optimizer without momenta and one with two are enough.
@pytest.mark.rows(5)
@pytest.mark.parametrize("options", OPTIONS, ids=lambda options: row_id("", options))
@pytest.mark.parametrize("name", ["SGD", "Adam"])
def test_twenty_steps_with_each_option_equal_keras(name, options):
    assert_equal_steps(name, {"learning_rate": 0.1} | options)


@rows
@pytest.mark.parametrize("options", [{}, EVERYTHING], ids=["", "all options"])
def test_variables_are_those_of_keras_in_order(case, options):
    ours, theirs = pair(case.name, **case.arguments | options, name="optimizer")
    ours.build(variables("ppul"))
    theirs.build(variables("keras"))
    for a, b in zip(ours.variables, theirs.variables, strict=True):
        assert (a.shape, a.dtype) == (b.shape, b.dtype)
        np.testing.assert_array_equal(a.numpy(), b.numpy())
        if not a.path.endswith(case.unnamed or ("/",)):
            assert a.path == b.path


@rows
@pytest.mark.parametrize("options", [{}, EVERYTHING], ids=["", "all options"])
def test_configuration_is_keras_s_and_makes_the_same_again(case, options):
    ours, theirs = pair(case.name, **case.arguments | options, name="optimizer")
    config = serialize(ours)
    assert config == keras.optimizers.serialize(theirs)
    assert serialize(deserialize(config)) == config
    # Keras puts objects in place of the configurations inside.
    again = keras.saving.deserialize_keras_object(copy.deepcopy(config))
    assert keras.optimizers.serialize(again) == config


@classes
def test_signature_is_keras_s(case):
    def signature(cls: type) -> list[tuple[str, Any, Any]]:
        parameters = inspect.signature(cls.__init__).parameters.values()
        return [(p.name, p.kind, p.default) for p in parameters]

    ours = signature(getattr(optimizers, case.name))
    assert ours == signature(getattr(keras.optimizers, case.name))


@pytest.mark.rows(6)
@classes
@pytest.mark.parametrize("options", [{}, EVERYTHING], ids=["", "all options"])
def test_compiled_steps_equal_single_ones(case, options):
    arguments = case.arguments | options
    steps = gradients(4)
    expected = run(pair(case.name, **arguments)[0], variables("ppul"), steps)[-1]

    optimizer, trained = pair(case.name, **arguments)[0], variables("ppul")
    optimizer.build(trained)
    before = values([*trained, *optimizer.variables])
    compiled = jax.jit(optimizer.stateless_apply)
    weights, own = values(trained), values(optimizer.variables)
    for grads in steps:
        weights, own = compiled(own, grads, weights)

    for a, b in zip([*weights, *own], expected, strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)
    for a, b in zip(values([*trained, *optimizer.variables]), before, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.rows(3)
@classes
@pytest.mark.parametrize("options", [{}, EVERYTHING], ids=["", "all options"])
def test_members_on_a_leading_axis_equal_a_loop_over_them(case, options):
    optimizer, trained = pair(case.name, **case.arguments | options)[0], variables("ppul")
    optimizer.build(trained)
    rng = np.random.default_rng(2)
    weights = [jnp.asarray(rng.normal(size=(3, *s)), "float32") for s in SHAPES.values()]
    own = [jnp.stack([v.value] * 3) for v in optimizer.variables]
    grads = [jnp.asarray(rng.normal(size=(3, *s)), "float32") for s in SHAPES.values()]

    step = jax.jit(optimizer.stateless_apply)
    step_together = jax.jit(jax.vmap(optimizer.stateless_apply))
    together = weights, own
    alone = [jax.tree.map(lambda leaf, i=i: leaf[i], (weights, own)) for i in range(3)]
    for _ in range(2):
        together = step_together(together[1], grads, together[0])
        alone = [
            step(own, [g[i] for g in grads], weights) for i, (weights, own) in enumerate(alone)
        ]
    for i, member in enumerate(alone):
        for a, b in zip(jax.tree.leaves(together), jax.tree.leaves(member), strict=True):
            np.testing.assert_allclose(a[i], b, **FLOAT32)


@pytest.mark.rows(7)
@classes
def test_a_saved_optimizer_goes_on_in_keras_and_back(case):
    ours, theirs = pair(case.name, **case.arguments)
    steps = gradients()
    run(ours, our_weights := variables("ppul"), steps[:5])
    theirs.build(their_weights := variables("keras"))

    store: dict[str, np.ndarray] = {}
    ours.save_own_variables(store)
    theirs.load_own_variables(store)
    for a, b in zip(our_weights, their_weights, strict=True):
        b.assign(a.numpy())
    run(theirs, their_weights, steps[5:])
    theirs.save_own_variables(store := {})
    back = pair(case.name, **case.arguments)[0]
    back.build(variables("ppul"))
    back.load_own_variables(store)

    expected = run(pair(case.name, **case.arguments)[0], variables("ppul"), steps)[-1]
    for a, b in zip([*values(their_weights), *values(back.variables)], expected, strict=True):
        np.testing.assert_allclose(a, b, **tolerance(case.name))


@pytest.mark.rows(4)
@classes
def test_16_bit_weights_keep_their_dtype_and_follow_keras(case):
    # A bfloat16 has 8 bits; ten roundings of it may differ by several units in the last place.
    half = {"rtol": 0.05, "atol": 0.05}
    ours, theirs = pair(case.name, **case.arguments)
    a = Variable(jnp.linspace(-1, 1, 6, dtype="bfloat16"))
    b = keras.Variable(jnp.linspace(-1, 1, 6, dtype="bfloat16"), dtype="bfloat16")
    steps = [[jnp.cos(jnp.arange(6) + i).astype("bfloat16")] for i in range(5)]
    one = run(ours, [a], steps)[-1]
    two = run(theirs, [b], steps)[-1]
    for x, y in zip(one, two, strict=True):
        assert x.dtype == y.dtype
        # Keras's ScheduleFreeAdamW divides by one minus a decay that is one in 16 bits.
        if case.name == "ScheduleFreeAdamW":
            assert np.isfinite(x.astype("float64")).all()
        else:
            np.testing.assert_allclose(x.astype("float64"), y.astype("float64"), **half)
