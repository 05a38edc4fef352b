"""LoRA, compared with Keras's."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.core.serialization import deserialize, serialize
from tests.gallery.case import Case
from tests.oracle import (
    assert_close,
    copy_weights,
    keras_twin,
    outputs_and_gradients,
    ppul_twin,
)
from tests.tables import rows_of

CASES = [
    Case(layers.Dense, {"units": 4}, (2, 6)),
    Case(layers.Dense, {"units": 4, "use_bias": False, "kernel_regularizer": "l2"}, (2, 3, 6)),
    Case(layers.EinsumDense, {"equation": "ab,bcd->acd", "output_shape": (3, 4)}, (2, 6)),
    Case(
        layers.EinsumDense,
        {"equation": "abcd,cde->abe", "output_shape": (None, 5), "bias_axes": "e"},
        (2, 3, 4, 2),
    ),
    Case(layers.Embedding, {"input_dim": 7, "output_dim": 4}, (2, 3), dtype="int32"),
    Case(layers.Conv1D, {"filters": 4, "kernel_size": 3}, (2, 6, 4)),
    Case(layers.ReversibleEmbedding, {"input_dim": 7, "output_dim": 4}, (2, 3), dtype="int32"),
    Case(layers.Conv2D, {"filters": 4, "kernel_size": (3, 2), "groups": 2}, (1, 5, 4, 4)),
    Case(layers.Conv3D, {"filters": 2, "kernel_size": 2, "use_bias": False}, (1, 3, 3, 3, 4)),
]
every_case = rows_of(CASES, lambda case: case.layer)


def draw(case: Case) -> Any:
    rng = np.random.default_rng(1)
    if case.dtype == "int32":
        return rng.integers(0, case.high, case.inputs)
    return rng.normal(size=case.inputs).astype("float32")


def adapted(case: Case, **given: Any) -> tuple[Any, Any]:
    """The layer here and in Keras, with the same weights and factors that are not zero."""
    ours = case.make(**given)
    theirs = keras_twin(ours)
    for layer in (ours, theirs):
        layer.build(case.inputs)
        if not given:
            layer.enable_lora(2, lora_alpha=3.0)
    rng = np.random.default_rng(0)
    theirs.set_weights([rng.normal(size=w.shape) for w in theirs.get_weights()])
    copy_weights(theirs, ours)
    return ours, theirs


def stored(layer: Any) -> dict[str, np.ndarray]:
    store: dict[str, np.ndarray] = {}
    layer.save_own_variables(store)
    return {key: np.asarray(value) for key, value in store.items()}


@pytest.mark.rows(1)
@every_case
def test_factors_are_trained_and_added_as_in_keras(case: Case) -> None:
    ours, theirs = adapted(case)
    for group in ("weights", "trainable_weights", "non_trainable_weights"):
        names = [[(v.name, v.shape) for v in getattr(layer, group)] for layer in (ours, theirs)]
        assert names[0] == names[1]
    x = draw(case)
    results = [outputs_and_gradients(layer, (x,), {})[:2] for layer in (ours, theirs)]
    assert_close(*results)
    weight = ours._weight_name
    assert_close(getattr(ours, weight), getattr(theirs, weight))
    assert_close(ours.losses, theirs.losses)


@pytest.mark.rows(2)
@every_case
def test_files_hold_the_merged_weight_for_either_library(case: Case) -> None:
    ours, theirs = adapted(case, lora_rank=2)
    assert_close(stored(ours), stored(theirs))
    for a, b in ((ours, theirs), (theirs, ours)):
        expected = stored(a)
        b.load_own_variables(expected)
        assert_close(stored(b), expected)
        assert_close([v.value for v in b.weights[-2:]], [np.zeros(v.shape) for v in b.weights[-2:]])


@pytest.mark.rows(2)
@every_case
def test_configuration_is_keras_s(case: Case) -> None:
    ours, theirs = adapted(case, lora_rank=2)
    config, expected = ours.get_config(), theirs.get_config()
    assert config["lora_rank"] == expected["lora_rank"] == 2
    assert config["lora_alpha"] == expected["lora_alpha"] == 2
    again = ppul_twin(theirs)
    assert again.lora_enabled
    assert [v.shape for v in again.weights] == [v.shape for v in ours.weights]
    assert deserialize(serialize(ours)).get_config() == config
    assert "lora_rank" not in case.make().get_config()


@pytest.mark.thorough
def test_only_factors_change_in_a_fit_and_files_go_both_ways(tmp_path: Any) -> None:
    def model(library: Any) -> Any:
        library_layers = library.layers
        made = library.Sequential(
            [
                library.Input((6, 2)),
                library_layers.Conv1D(3, 2, activation="relu"),
                library_layers.Flatten(),
                library_layers.Dense(2),
            ]
        )
        made.compile("adam", "mse")
        return made

    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(8, 6, 2)).astype("float32"), rng.normal(size=(8, 2)).astype("float32")
    ours, theirs = model(ppul), model(keras)
    copy_weights(theirs, ours)
    ours.fit(x, y, epochs=1, batch_size=4, shuffle=False, verbose=0)
    theirs.fit(x, y, epochs=1, batch_size=4, shuffle=False, verbose=0)
    for each in (ours, theirs):
        each.layers[0].enable_lora(1)
        each.layers[2].enable_lora(2)
        each.compile("sgd", "mse")
    copy_weights(theirs, ours)
    kernels = [ours.layers[i]._stored_weight.numpy() for i in (0, 2)]
    for each in (ours, theirs):
        each.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0)
    assert_close(ours.get_weights(), theirs.get_weights(), rtol=1e-4, atol=1e-5)
    for before, i in zip(kernels, (0, 2), strict=True):
        np.testing.assert_array_equal(before, ours.layers[i]._stored_weight.numpy())
        assert np.abs(ours.layers[i].lora_kernel_b.numpy()).max() > 0
    ours.save(tmp_path / "ours.keras")
    theirs.save(tmp_path / "theirs.keras")
    for library, name, source in ((keras, "ours", ours), (ppul, "theirs", theirs)):
        loaded = library.saving.load_model(tmp_path / f"{name}.keras")
        assert loaded.layers[0].lora_rank == 1
        assert_close(loaded(x), source(x), rtol=1e-4, atol=1e-5)


ROWS = {
    "not built": (lambda: layers.Dense(2).enable_lora(2), "no weight to adapt yet.*`build` it"),
    "rank": (lambda: layers.Conv1D(2, 2, lora_rank=0), "`lora_rank` must be a positive.*got 0"),
    "twice": (
        lambda: built(layers.Dense(2, lora_rank=2)).enable_lora(1),
        "factors of rank 2 already",
    ),
    "constraint": (
        lambda: built(layers.Embedding(3, 2, embeddings_constraint="non_neg")).enable_lora(1),
        "`embeddings_constraint` does not go with LoRA",
    ),
    "file": (
        lambda: built(layers.Dense(2, lora_rank=2)).load_own_variables({"0": np.ones((3, 2))}),
        "Dense 'dense.*has 2 variables, the file has 1",
    ),
}


def built(layer: Any) -> Any:
    layer.build((1, 3))
    return layer


@pytest.mark.parametrize("name", ROWS)
def test_what_cannot_be_adapted_says_why(name: str) -> None:
    call, words = ROWS[name]
    with pytest.raises(ValueError, match=words):
        call()


def test_a_weight_that_is_not_there_yet_says_so() -> None:
    with pytest.raises(AttributeError, match="has no `kernel` yet"):
        _ = layers.Dense(2).kernel
