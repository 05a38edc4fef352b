"""What holds for every layer, in every configuration of the gallery."""

from __future__ import annotations

import json
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.core.serialization import deserialize, serialize
from ppul.core.symbolic import KerasTensor
from tests.gallery import CASES, Case
from tests.oracle import (
    FLOAT32,
    HALF,
    assert_close,
    copy_weights,
    keras_twin,
    outputs_and_gradients,
    ppul_twin,
    rounded,
)

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)


def draw(case: Case, seed: int = 0) -> Any:
    """Inputs of a case."""
    rng = np.random.default_rng(seed)

    def one(shape: tuple[int, ...]) -> Any:
        if case.dtype == "float32":
            return jnp.asarray(rng.normal(size=shape).astype("float32"))
        return jnp.asarray(rng.integers(0, case.high, shape).astype(case.dtype))

    return [one(s) for s in case.inputs] if isinstance(case.inputs, list) else one(case.inputs)


def built(case: Case, **more: Any) -> tuple[Any, Any, Any]:
    """Our layer, Keras's with the same configuration and weights, and inputs."""
    ours = case.layer(**case.arguments, **more)
    theirs = keras_twin(ours)
    inputs = draw(case)
    ours(inputs)
    theirs(inputs)
    rng = np.random.default_rng(1)
    weights = [np.abs(rng.normal(size=w.shape)).astype(w.dtype) * 0.5 for w in ours.get_weights()]
    ours.set_weights(weights)
    copy_weights(ours, theirs)
    return ours, theirs, inputs


@every_case
def test_output_and_gradients_are_those_of_keras(case: Case) -> None:
    ours, theirs, inputs = built(case)
    if not case.gradient:
        assert_close(ours(inputs, **case.call), theirs(inputs, **case.call))
        return
    found = outputs_and_gradients(ours, inputs, case.call)
    expected = outputs_and_gradients(theirs, inputs, case.call)
    for a, b in zip(found, expected, strict=True):
        assert_close(a, b)


@every_case
@pytest.mark.parametrize("policy", ["mixed_float16", "bfloat16"])
def test_half_precision_is_that_of_keras(case: Case, policy: str) -> None:
    if not case.half:
        pytest.skip("not comparable in half precision; the row says why")
    ours, theirs, inputs = built(case, dtype=policy)
    a, b = ours(inputs, **case.call), theirs(inputs, **case.call)
    for ours_leaf, theirs_leaf in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        assert ours_leaf.dtype == theirs_leaf.dtype
    assert_close(a, b, **HALF)


@every_case
def test_configuration_survives_both_libraries(case: Case) -> None:
    ours = case.layer(**case.arguments)
    theirs = keras_twin(ours)
    written_by_keras = json.loads(json.dumps(theirs.get_config(), default=_plain))
    written_by_us = json.loads(json.dumps(ours.get_config()))
    assert rounded(written_by_us) == rounded({k: written_by_keras[k] for k in written_by_us})
    again = ppul_twin(theirs)
    assert type(again) is type(ours)
    assert rounded(again.get_config()) == rounded(ours.get_config())
    assert deserialize(json.loads(json.dumps(serialize(ours)))).get_config() == ours.get_config()


@every_case
def test_inferred_shape_is_the_real_one_and_keras_s(case: Case) -> None:
    ours, theirs, inputs = built(case)
    real = jax.tree.map(lambda a: a.shape, ours(inputs, **case.call))
    unknown = jax.tree.map(lambda a: KerasTensor((None, *a.shape[1:]), a.dtype), inputs)
    symbolic = ours(unknown, **case.call)
    for tensor, shape in zip(
        jax.tree.leaves(symbolic), [real] if isinstance(real, tuple) else real, strict=True
    ):
        assert tensor.shape == (None, *shape[1:])
    shapes = case.inputs if isinstance(case.inputs, list) else tuple(case.inputs)
    assert ours.compute_output_shape(shapes) == tuple(theirs.compute_output_shape(shapes))


@every_case
def test_jit_equals_eager(case: Case) -> None:
    ours, _, inputs = built(case)
    values = [
        [v.value for v in variables]
        for variables in (ours.trainable_variables, ours.non_trainable_variables)
    ]

    def call(x: Any) -> Any:
        return ours.stateless_call(*values, x, **case.call)

    assert_close(jax.jit(call)(inputs), call(inputs), **FLOAT32)


@every_case
def test_vmap_over_members_equals_a_loop(case: Case) -> None:
    ours, _, inputs = built(case)
    frozen = [v.value for v in ours.non_trainable_variables]
    members = [[v.value * (1 + 0.1 * k) for v in ours.trainable_variables] for k in range(3)]

    def call(trainable: Any) -> Any:
        return ours.stateless_call(trainable, frozen, inputs, **case.call)[0]

    if not members[0]:
        pytest.skip("no weights, so no members that differ")
    stacked = jax.tree.map(lambda *w: jnp.stack(w), *members)
    together = jax.jit(jax.vmap(call))(stacked)
    for k, member in enumerate(members):
        assert_close(jax.tree.map(lambda a, k=k: a[k], together), call(member))


@every_case
def test_model_with_it_survives_a_file(case: Case, tmp_path: Any) -> None:
    inputs = draw(case)
    tensors = jax.tree.map(lambda a: ppul.Input(a.shape[1:], dtype=str(a.dtype)), inputs)
    model = ppul.Model(tensors, case.layer(**case.arguments)(tensors))
    model.save(tmp_path / "model.keras")
    again = ppul.saving.load_model(tmp_path / "model.keras")
    assert_close(again(inputs), model(inputs), rtol=0, atol=0)


def test_every_public_layer_has_three_rows() -> None:
    """Where three configurations exist: layers without arguments of their own have one row."""
    counted = {case.layer: 0 for case in CASES}
    for case in CASES:
        counted[case.layer] += 1
    public = {
        getattr(layers, name)
        for name in layers.__all__
        if isinstance(getattr(layers, name), type)
        and issubclass(getattr(layers, name), layers.Layer)
    } - {layers.Layer, layers.InputLayer}
    assert public <= set(counted), f"no row for {public - set(counted)}"


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else list(value)
