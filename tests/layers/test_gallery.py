"""What holds for every layer, in every configuration of the gallery."""

from __future__ import annotations

import json
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.core.scope import StatelessScope
from ppul.core.serialization import deserialize, serialize
from ppul.core.symbolic import KerasTensor
from tests.files.preprocessing.rows import ROWS
from tests.gallery import CASES, Case, image_preprocessing, recurrent
from tests.oracle import (
    FLOAT32,
    HALF,
    as_arguments,
    assert_close,
    copy_weights,
    keras_twin,
    outputs_and_gradients,
    ppul_twin,
    rounded,
)
from tests.tables import rows_of

every_case = rows_of(CASES, lambda case: case.kind)
# Those that assign to their weights in a call.
STATEFUL = (layers.BatchNormalization, layers.SpectralNormalization)


def draw(case: Case, seed: int = 0) -> Any:
    """Inputs of a case."""
    rng = np.random.default_rng(seed)

    def one(shape: tuple[int, ...]) -> Any:
        if case.dtype == "float32":
            return jnp.asarray(rng.normal(size=shape).astype("float32"))
        return jnp.asarray(rng.integers(0, case.high, shape).astype(case.dtype))

    drawn = [
        [one(s) for s in shape] if isinstance(shape, list) else one(shape) for shape in case.shapes
    ]
    return tuple(drawn) if len(drawn) > 1 else drawn[0]


def built(case: Case, **more: Any) -> tuple[Any, Any, Any]:
    """Our layer, Keras's with the same configuration and weights, and inputs."""
    ours = case.make(**more)
    theirs = keras_twin(ours)
    _start_with_zeros(theirs)
    inputs = draw(case)
    for layer in (ours, theirs):
        if not layer.built:
            layer.build(*case.shapes)
    rng = np.random.default_rng(1)
    weights = [np.abs(rng.normal(size=w.shape)).astype(w.dtype) * 0.5 for w in ours.get_weights()]
    ours.set_weights(weights)
    copy_weights(ours, theirs)
    return ours, theirs, inputs


def _start_with_zeros(theirs: Any) -> None:
    """The oracle gets our weights anyway, and would compile a program for each it draws."""
    for layer in theirs._flatten_layers():
        for name in [name for name in vars(layer) if name.endswith("_initializer")]:
            setattr(layer, name, keras.initializers.Zeros())


def outputs(layer: Any, inputs: Any, call: dict[str, Any]) -> Any:
    """What a layer of either library returns; what it assigns is dropped."""
    scope = keras.StatelessScope if isinstance(layer, keras.Layer) else StatelessScope
    with scope():
        return layer(*as_arguments(inputs), **call)


@pytest.mark.rows(5)
@every_case
def test_output_and_gradients_are_those_of_keras(case: Case) -> None:
    ours, theirs, inputs = built(case)
    if not case.gradient:
        a, b = jax.jit(lambda x: [outputs(layer, x, case.call) for layer in (ours, theirs)])(inputs)
        assert_close(a, b)
        return

    @jax.jit
    def both(inputs: Any) -> list[Any]:
        return [outputs_and_gradients(layer, inputs, case.call) for layer in (ours, theirs)]

    assert_close(*map(_numbers, both(inputs)))


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if issubclass(case.layer, STATEFUL) and case.call.get("training")],
    ids=lambda case: case.id,
)
def test_call_changes_what_it_changes_in_keras(case: Case) -> None:
    ours, theirs, inputs = built(case)

    @jax.jit
    def after(inputs: Any) -> list[Any]:
        found = []
        for layer, scope in ((ours, StatelessScope()), (theirs, keras.StatelessScope())):
            with scope:
                layer(*as_arguments(inputs), **case.call)
                found.append([jnp.asarray(v.value) for v in layer.weights if not v.trainable])
        return found

    assert_close(*after(inputs))


@pytest.mark.rows(5)
@rows_of((case for case in CASES if case.half), lambda case: case.kind)
# The oracle's smallest numbers are too small for a half.
@pytest.mark.filterwarnings("ignore:overflow encountered in cast:RuntimeWarning")
def test_half_precision_is_that_of_keras(case: Case) -> None:
    pairs = [built(case, dtype=policy)[:2] for policy in case.half or ()]

    @jax.jit
    def all_pairs(x: Any) -> Any:
        return [[outputs(layer, x, case.call) for layer in pair] for pair in pairs]

    for a, b in all_pairs(draw(case)):
        for ours_leaf, theirs_leaf in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
            assert ours_leaf.dtype == theirs_leaf.dtype
        assert_close(a, b, **HALF)


@every_case
def test_configuration_survives_both_libraries(case: Case) -> None:
    ours = case.make()
    theirs = keras_twin(ours)
    written_by_keras = json.loads(json.dumps(theirs.get_config(), default=_plain))
    written_by_us = _json(ours.get_config())
    for config in (written_by_us, written_by_keras):
        if "dtype" in config:  # some write its name
            config["dtype"] = keras.dtype_policies.get(config["dtype"]).name
    written_by_keras = _with_keys_of(written_by_us, written_by_keras)
    again = ppul_twin(theirs)
    assert type(again) is type(ours)
    read = _json(again.get_config())
    for config in (written_by_us, written_by_keras, read):
        for name in case.unwritten:
            config.pop(name, None)
    assert rounded(written_by_us) == rounded(written_by_keras)
    config = _json(ours.get_config())
    assert rounded(read) == rounded({k: v for k, v in config.items() if k not in case.unwritten})
    assert _json(deserialize(_json(serialize(ours))).get_config()) == config


@rows_of((case for case in CASES if case.inferred), lambda case: case.kind)
def test_inferred_shape_is_that_of_keras(case: Case) -> None:
    ours, theirs, inputs = built(case)
    given = _without_arrays(case.call)
    symbolic = [
        layer(*as_arguments(_of_any_batch(tensor, inputs)), **given)
        for layer, tensor in ((ours, KerasTensor), (theirs, keras.KerasTensor))
    ]
    for a, b in zip(*map(jax.tree.leaves, symbolic), strict=True):
        # A size that Keras is told to be None stays so, where it follows from the input too.
        assert b.shape == tuple(
            None if theirs is None else size for size, theirs in zip(a.shape, b.shape, strict=True)
        )
        assert a.shape[0] is None


@every_case
def test_inferred_shape_is_the_real_one(case: Case) -> None:
    ours, _, inputs = built(case)
    given = _without_arrays(case.call)
    real = jax.eval_shape(lambda x: outputs(ours, x, given), inputs)
    found = jax.tree.leaves(ours.compute_output_shape(*case.shapes, **given))
    assert found == [size for leaf in jax.tree.leaves(real) for size in leaf.shape]


@pytest.mark.rows(3)
@every_case
def test_jit_equals_eager(case: Case) -> None:
    ours, _, inputs = built(case)
    compiled = jax.jit(lambda x: outputs(ours, x, case.call))(inputs)
    assert_close(compiled, outputs(ours, inputs, case.call), **FLOAT32)


@pytest.mark.rows(30)
@every_case
def test_vmap_over_members_equals_a_loop(case: Case) -> None:
    ours, _, inputs = built(case)
    frozen = [v.value for v in ours.non_trainable_variables]
    members = [
        [v.numpy() * np.float32(1 + 0.1 * k) for v in ours.trainable_variables] for k in range(3)
    ]

    def call(trainable: Any) -> Any:
        return ours.stateless_call(trainable, frozen, *as_arguments(inputs), **case.call)[0]

    if not members[0]:
        pytest.skip("no weights, so no members that differ")
    stacked = jax.tree.map(lambda *w: np.stack(w), *members)
    together = jax.device_get(jax.jit(jax.vmap(call))(stacked))
    alone = jax.jit(call)
    for k, member in enumerate(members):
        assert_close(jax.tree.map(lambda a, k=k: a[k], together), alone(member))


@pytest.mark.rows(12)
@every_case
def test_model_with_it_survives_a_file(case: Case, tmp_path: Any) -> None:
    inputs = draw(case)
    tensors = jax.tree.map(lambda a: ppul.Input(a.shape[1:], dtype=str(a.dtype)), inputs)
    model = ppul.Model(tensors, case.make()(*as_arguments(tensors)))
    model.save(tmp_path / "model.keras")
    again = ppul.saving.load_model(tmp_path / "model.keras")
    both = jax.jit(lambda x: [outputs(each, (x,), {}) for each in (again, model)])
    assert_close(*both(inputs), rtol=0, atol=0)


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
    } - {layers.Layer, layers.InputLayer, layers.Wrapper}
    # Those of functions and arrays are in files of their own.
    public -= {layers.JaxLayer, layers.FlaxLayer}
    beside = {getattr(layers, row.layer) for row in ROWS}
    beside |= image_preprocessing.BESIDE | recurrent.BESIDE
    assert public <= {*counted, *beside}, f"no row for {public - {*counted, *beside}}"


def _without_arrays(call: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in call.items() if not hasattr(value, "shape")}


def _of_any_batch(tensor: Any, inputs: Any) -> Any:
    """Symbolic tensors of either library for arrays, of unknown batch size."""
    return jax.tree.map(lambda a: tensor((None, *a.shape[1:]), str(a.dtype)), inputs)


def _numbers(tree: Any) -> list[Any]:
    """The leaves without gradients by integers, which are none."""
    return [leaf for leaf in jax.tree.leaves(tree) if leaf.dtype != jax.dtypes.float0]


def _json(value: Any) -> Any:
    """A configuration as it is in a file."""
    return json.loads(json.dumps(value))


def _with_keys_of(ours: Any, theirs: Any) -> Any:
    """The part of a configuration that ours has too; what is left out there is None."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return theirs
    return {key: _with_keys_of(value, theirs.get(key)) for key, value in ours.items()}


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else list(value)
