"""Learning-rate schedules, compared with Keras's: a row for each."""

from __future__ import annotations

import inspect
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul.core.serialization import deserialize, serialize
from ppul.core.variable import Variable
from ppul.optimizers import schedules

# A power, a cosine and a division, each rounded once more or less.
FLOAT32 = {"rtol": 2e-6, "atol": 1e-8}
STEPS = [0, 1, 2, 3, 4, 5, 9, 10, 11, 19, 20, 21, 35, 36, 100, 1000, 100_000]

ROWS: list[tuple[str, dict[str, Any]]] = [
    ("ExponentialDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9}),
    (
        "ExponentialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.9, "staircase": True},
    ),
    ("InverseTimeDecay", {"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.5}),
    (
        "InverseTimeDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 3, "decay_rate": 0.5, "staircase": True},
    ),
    ("PolynomialDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}),
    (
        "PolynomialDecay",
        {
            "initial_learning_rate": 0.1,
            "decay_steps": 10,
            "end_learning_rate": 0.01,
            "power": 2.0,
            "cycle": True,
        },
    ),
    (
        "PolynomialDecay",
        {"initial_learning_rate": 0.1, "decay_steps": 10, "power": 0.5, "cycle": True},
    ),
    ("PiecewiseConstantDecay", {"boundaries": [3, 10], "values": [1.0, 0.5, 0.1]}),
    ("PiecewiseConstantDecay", {"boundaries": [3.0], "values": [1.0, 0.5], "name": "steps"}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "alpha": 0.2}),
    (
        "CosineDecay",
        {
            "initial_learning_rate": 0.01,
            "decay_steps": 20,
            "alpha": 0.1,
            "warmup_target": 0.5,
            "warmup_steps": 5,
        },
    ),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "warmup_target": 0.5}),
    ("CosineDecay", {"initial_learning_rate": 0.1, "decay_steps": 20, "warmup_steps": 5}),
    ("CosineDecayRestarts", {"initial_learning_rate": 0.1, "first_decay_steps": 5}),
    (
        "CosineDecayRestarts",
        {
            "initial_learning_rate": 0.1,
            "first_decay_steps": 5,
            "t_mul": 1.0,
            "m_mul": 0.5,
            "alpha": 0.1,
        },
    ),
    (
        "CosineDecayRestarts",
        {"initial_learning_rate": 0.1, "first_decay_steps": 4, "t_mul": 1.5, "m_mul": 0.9},
    ),
]
rows = pytest.mark.parametrize(
    ("name", "arguments"), ROWS, ids=[f"{name}{i}" for i, (name, _) in enumerate(ROWS)]
)


def pair(name: str, arguments: dict[str, Any]) -> tuple[Any, Any]:
    theirs = getattr(keras.optimizers.schedules, name)(**arguments)
    return getattr(schedules, name)(**arguments), theirs


@pytest.mark.rows(2)
@rows
def test_rates_equal_keras_s(name, arguments):
    ours, theirs = pair(name, arguments)
    for step in STEPS:
        np.testing.assert_allclose(ours(step), theirs(step), **FLOAT32, err_msg=str(step))


@pytest.mark.rows(2)
@pytest.mark.parametrize("steps", [10, 41, 47, 55, 61, 1000])
def test_a_new_period_begins_with_its_first_step(steps: int) -> None:
    # The quotient of some of these numbers by themselves is less than 1 in a compiled program.
    step = np.arange(3 * steps + 1)
    periods = step // steps
    for name, arguments, expected in (
        ("ExponentialDecay", (1.0, steps, 0.5, True), 0.5**periods),
        ("InverseTimeDecay", (1.0, steps, 1.0, True), 1 / (1 + periods)),
    ):
        rates = jax.jit(jax.vmap(getattr(schedules, name)(*arguments)))(step)
        np.testing.assert_allclose(rates, expected, **FLOAT32)
    for t_mul in (1.0, 1.1, 1.5, 2.0):
        restarts = schedules.CosineDecayRestarts(1.0, steps, t_mul=t_mul, m_mul=0.5)
        starts = np.ceil(np.cumsum(steps * t_mul ** np.arange(6)) - 1e-6)
        before, after = (jax.jit(jax.vmap(restarts))(starts + i) for i in (-1, 0))
        assert (np.asarray(before) < 0.3 * np.asarray(after)).all()
        expected = 0.5 ** np.arange(1, 7)
        np.testing.assert_allclose(after, expected, rtol=0.03)
    cycle = schedules.PolynomialDecay(1.0, steps, 0.0, cycle=True)
    ends = np.arange(1, 5) * steps
    np.testing.assert_allclose(jax.jit(jax.vmap(cycle))(ends), np.zeros(4), atol=1e-6)


@pytest.mark.rows(8)
@rows
def test_a_rate_is_a_float32_also_of_a_variable_and_compiled(name, arguments):
    ours, _ = pair(name, arguments)
    counter = Variable(np.int32(7))
    assert ours(counter).dtype == jnp.float32
    compiled = jax.jit(jax.vmap(ours))(jnp.asarray(STEPS))
    np.testing.assert_allclose(compiled, [ours(step) for step in STEPS], **FLOAT32)


@rows
def test_configuration_is_keras_s_and_makes_the_same_again(name, arguments):
    ours, theirs = pair(name, arguments)
    config = schedules.serialize(ours)
    assert config == keras.optimizers.schedules.serialize(theirs)
    assert serialize(deserialize(config)) == config
    assert schedules.deserialize(config).get_config() == theirs.get_config()


@pytest.mark.parametrize("name", sorted({name for name, _ in ROWS}))
def test_signature_is_keras_s(name):
    def signature(cls: type) -> list[tuple[str, Any]]:
        return [(p.name, p.default) for p in inspect.signature(cls.__init__).parameters.values()]

    theirs = signature(getattr(keras.optimizers.schedules, name))
    assert signature(getattr(schedules, name)) == theirs


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("ExponentialDecay", (0.1, 0, 0.5), "`decay_steps` must be a number above 0; got 0"),
        ("InverseTimeDecay", (0.1, -1, 0.5), "`decay_steps` must be a number above 0; got -1"),
        ("PolynomialDecay", (0.1, 0), "`decay_steps` must be"),
        ("CosineDecay", (0.1, 0), "CosineDecay: `decay_steps` must be"),
        ("CosineDecayRestarts", (0.1, 0), "`first_decay_steps` must be"),
        ("PiecewiseConstantDecay", ([1, 2], [0.1, 0.2]), "one more element.*got 2 and 2"),
    ],
)
def test_a_bad_argument_is_named_with_what_was_found(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(schedules, name)(*arguments)


def test_a_schedule_without_a_call_says_so():
    with pytest.raises(NotImplementedError, match="Empty must define `__call__`"):
        type("Empty", (schedules.LearningRateSchedule,), {})()(0)
