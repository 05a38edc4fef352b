"""Constraints, compared with Keras's: a row for each."""

from __future__ import annotations

import inspect
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul import constraints

# A root of a sum of a few squares, and a division.
FLOAT32 = {"rtol": 1e-6, "atol": 1e-7}
RNG = np.random.default_rng(0)
INPUTS = [
    RNG.normal(size=(5, 3)).astype("float32") * 2,
    RNG.normal(size=(3, 3, 2, 4)).astype("float32"),
    np.zeros((4, 2), "float32"),
    np.full((2, 2), -0.0, "float32"),
    np.full((3, 2), 1e-9, "float32"),
]

ROWS: list[tuple[str, dict[str, Any]]] = [
    ("MaxNorm", {}),
    ("MaxNorm", {"max_value": 0.7, "axis": 1}),
    ("MaxNorm", {"max_value": 0.7, "axis": [0, 1]}),
    ("MaxNorm", {"max_value": 1, "axis": None}),
    ("MinMaxNorm", {}),
    ("MinMaxNorm", {"min_value": 1.5, "max_value": 2.0, "rate": 0.3, "axis": 1}),
    ("MinMaxNorm", {"min_value": 0.5, "axis": [0, 1]}),
    ("NonNeg", {}),
    ("UnitNorm", {}),
    ("UnitNorm", {"axis": 1}),
    ("UnitNorm", {"axis": [0, 1]}),
]
rows = pytest.mark.parametrize(
    ("name", "arguments"), ROWS, ids=[f"{name}{list(a.values())}" for name, a in ROWS]
)


def pair(name: str, arguments: dict[str, Any]) -> tuple[Any, Any]:
    return (
        getattr(constraints, name)(**arguments),
        getattr(keras.constraints, name)(**arguments),
    )


@pytest.mark.rows(5)
@rows
def test_weights_equal_keras_s(name, arguments):
    ours, theirs = pair(name, arguments)

    @jax.jit
    def weights(inputs: Any) -> Any:
        return [[constraint(w) for w in inputs] for constraint in (ours, theirs)]

    for a, b in zip(*weights(INPUTS), strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)
    half = jax.ShapeDtypeStruct((5, 3), "bfloat16")
    assert jax.eval_shape(ours, half).dtype == jax.eval_shape(theirs, half).dtype == "bfloat16"


@rows
def test_configuration_is_keras_s_and_makes_the_same_again(name, arguments):
    ours, theirs = pair(name, arguments)
    config = constraints.serialize(ours)
    assert config == keras.constraints.serialize(theirs)
    assert constraints.serialize(constraints.deserialize(config)) == config


def test_public_names_are_keras_s():
    assert set(constraints.__all__) == {n for n in dir(keras.constraints) if n[0] != "_"}


@pytest.mark.parametrize("name", sorted({name for name, _ in ROWS}))
def test_signature_is_keras_s(name):
    def signature(cls: type) -> list[tuple[str, Any]]:
        return [(p.name, p.default) for p in inspect.signature(cls.__init__).parameters.values()]

    assert signature(getattr(constraints, name)) == signature(getattr(keras.constraints, name))


@pytest.mark.parametrize("name", ["max_norm", "min_max_norm", "non_neg", "unit_norm", "NonNeg"])
def test_a_name_means_what_it_means_in_keras(name):
    ours, theirs = constraints.get(name), keras.constraints.get(name)
    assert type(ours).__name__ == type(theirs).__name__
    assert ours.get_config() == theirs.get_config()


def test_a_function_an_object_and_none_are_accepted():
    constraint = constraints.NonNeg()
    assert constraints.get(constraint) is constraint
    assert constraints.get(jnp.abs) is jnp.abs
    assert constraints.get(None) is None


@pytest.mark.parametrize(
    ("name", "message"),
    [("nonneg", "Unknown constraint: 'nonneg'. Did you mean 'non_neg'"), ("xyz", "'xyz'")],
)
def test_an_unknown_name_is_an_error_with_the_closest(name, message):
    with pytest.raises(ValueError, match=message):
        constraints.get(name)


def test_the_base_leaves_a_weight_as_it_is():
    for module in (constraints, keras.constraints):
        np.testing.assert_array_equal(module.Constraint()(INPUTS[0]), INPUTS[0])
