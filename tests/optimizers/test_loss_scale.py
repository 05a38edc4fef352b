"""`LossScaleOptimizer`, compared with Keras's."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np
import pytest

from ppul import optimizers
from ppul.core.serialization import deserialize, serialize
from ppul.core.variable import Variable
from tests.optimizers.cases import FLOAT32, pair, run, values, variables

# What the gradients of each step are multiplied by.
FACTORS = [1, 1, 1, 1, np.nan, 1, np.inf, np.nan, 1, 1, 1, 1, -np.inf, 1]
INNER = [
    ("SGD", {"learning_rate": 0.1}),
    ("Adam", {"learning_rate": 0.1, "global_clipnorm": 1.0}),
    ("Adam", {"learning_rate": 0.1, "use_ema": True, "ema_momentum": 0.5}),
    ("SGD", {"learning_rate": 0.1, "gradient_accumulation_steps": 2}),
]
inner = pytest.mark.parametrize(("name", "arguments"), INNER)


def scaled(inner: str, arguments: dict[str, Any], /, **kwargs: Any) -> tuple[Any, Any]:
    ours, theirs = pair(inner, **arguments)
    kwargs = {"initial_scale": 8.0, "dynamic_growth_steps": 3} | kwargs
    return (
        optimizers.LossScaleOptimizer(ours, **kwargs),
        keras.optimizers.LossScaleOptimizer(theirs, **kwargs),
    )


def steps() -> list[list[np.ndarray]]:
    rng = np.random.default_rng(0)
    shapes = [v.shape for v in variables("ppul")]
    return [
        [(8 * factor * rng.normal(size=shape)).astype("float32") for shape in shapes]
        for factor in FACTORS
    ]


@inner
def test_steps_that_are_not_finite_are_left_out_and_the_scale_follows_keras(name, arguments):
    ours, theirs = scaled(name, arguments)
    our_run = run(ours, a := variables("ppul"), steps())
    their_run = run(theirs, b := variables("keras"), steps())
    for optimizer, trained, trace in ((ours, a, our_run), (theirs, b, their_run)):
        optimizer.finalize_variable_values(trained)
        trace.append(values(trained))
    for ours_now, theirs_now in zip(our_run, their_run, strict=True):
        for x, y in zip(ours_now, theirs_now, strict=True):
            np.testing.assert_allclose(x, y, **FLOAT32)
    ours_paths, theirs_paths = ([v.path for v in o.variables] for o in (ours, theirs))
    assert [p.split("/")[1] for p in ours_paths] == [p.split("/")[1] for p in theirs_paths]


@inner
def test_compiled_steps_equal_single_ones(name, arguments):
    expected = run(scaled(name, arguments)[0], variables("ppul"), steps())
    optimizer, trained = scaled(name, arguments)[0], variables("ppul")
    optimizer.build(trained)
    weights, own = values(trained), values(optimizer.variables)
    step = jax.jit(optimizer.stateless_apply)
    for grads, wanted in zip(steps(), expected, strict=True):
        weights, own = step(own, grads, weights)
        for x, y in zip([*weights, *own], wanted, strict=True):
            np.testing.assert_allclose(x, y, **FLOAT32)


@inner
def test_configuration_is_keras_s_and_makes_the_same_again(name, arguments):
    ours, theirs = scaled(name, arguments | {"name": "inner"}, name="outer")
    config = serialize(ours)
    assert config == keras.optimizers.serialize(theirs)
    assert serialize(deserialize(config)) == config


def test_rate_and_counter_are_those_of_the_inner_optimizer():
    inner = optimizers.SGD(0.5)
    optimizer = optimizers.LossScaleOptimizer(inner)
    optimizer.learning_rate = 0.25
    optimizer.apply([np.ones(1, "float32")], [Variable([1.0])])
    assert float(inner.learning_rate) == float(optimizer.learning_rate) == 0.25
    assert int(optimizer.iterations) == int(inner.iterations) == 1


def test_the_loss_is_scaled_before_and_after_it_is_built():
    for optimizer in scaled("SGD", {}):
        assert float(optimizer.scale_loss(2.0)) == 16.0
    ours, theirs = scaled("SGD", {})
    run(ours, variables("ppul"), steps()[:3])
    run(theirs, variables("keras"), steps()[:3])
    assert float(ours.scale_loss(2.0)) == float(theirs.scale_loss(2.0)) == 32.0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inner_optimizer": "sgd"}, "must be an optimizer; got 'sgd'"),
        ({"clipnorm": 1.0}, r"unknown argument\(s\) \['clipnorm'\].*inner optimizer"),
        ({"initial_scale": -1.0}, "`initial_scale` must be between 0.0"),
        ({"dynamic_growth_steps": 0}, "`dynamic_growth_steps` must be a positive integer; got 0"),
    ],
)
def test_a_bad_argument_is_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        optimizers.LossScaleOptimizer(**{"inner_optimizer": optimizers.SGD()} | arguments)
