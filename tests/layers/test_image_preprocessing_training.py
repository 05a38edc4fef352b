"""Augmentation inside of compiled epochs: the same bits however they are cut, and files of such models."""

from __future__ import annotations

from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from ppul.training import chunks
from tests.oracle import assert_close

ROWS, BATCH = 22, 4  # a last batch of two
RNG = np.random.default_rng(0)
X, Y = RNG.integers(0, 256, (ROWS, 9, 8, 3), "uint8"), RNG.integers(0, 3, ROWS)


def net(library: Any) -> Any:
    layers = library.layers
    return library.Sequential(
        [
            library.Input((9, 8, 3), dtype="uint8"),
            layers.Resizing(7, 7),
            layers.RandomFlip("horizontal", seed=1),
            layers.RandomRotation(0.1, seed=2),
            layers.RandomContrast(0.2, seed=3),
            layers.RandomErasing(seed=4),
            layers.Rescaling(1 / 255),
            layers.Flatten(),
            layers.Dense(3),
        ]
    )


def trained(chunk: int, monkeypatch: Any) -> Any:
    monkeypatch.setattr(chunks.Pace, "next", lambda self, left: min(left, chunk))
    ppul.utils.set_random_seed(0)
    model = net(ppul)
    loss = ppul.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss)
    history = model.fit(X, Y, batch_size=BATCH, epochs=2, verbose=0).history
    return model, history


@pytest.mark.thorough
def test_chunks_of_any_length_give_the_same_bits(monkeypatch: Any) -> None:
    (one, first), (whole, second) = (trained(chunk, monkeypatch) for chunk in (2, 10**6))
    assert first == second
    for a, b in zip(one.variables, whole.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
    # Each layer drew in each of 12 steps: once, twice or thrice and more.
    counters = {v.path.split("/")[0]: v.numpy() for v in whole.variables if "seed" in v.path}
    assert sorted(int(state[1]) for state in counters.values()) == [12, 12, 12, 72]
    np.testing.assert_array_equal(*(whole.predict(X, verbose=0) for _ in range(2)))


@pytest.mark.parametrize("ending", [".keras", ".weights.h5"])
def test_each_library_loads_what_the_other_saved(ending: str, tmp_path: Any) -> None:
    path = tmp_path / f"model{ending}"
    for source, target in ((ppul, keras), (keras, ppul)):
        model = net(source)
        if ending == ".keras":
            model.save(path)
            other = target.saving.load_model(path)
        else:
            model.save_weights(path)
            other = net(target)
            other.load_weights(path)
        both = (jax.jit(lambda x, m=m: m(x, training=False)) for m in (model, other))
        assert_close(*(call(X[:2]) for call in both), rtol=1e-4, atol=1e-4)


def test_layers_inside_of_a_pipeline_have_their_place_in_files(tmp_path: Any) -> None:
    def nested(library: Any) -> Any:
        layers = library.layers
        inside = [layers.RandomFlip(seed=1), layers.Dense(2)]
        tensor = library.Input((4, 4, 3))
        pipeline = layers.Pipeline(inside)
        inside[1].build((None, 4, 4, 3))
        return library.Model(tensor, pipeline(tensor))

    for source, target in ((ppul, keras), (keras, ppul)):
        model, other = nested(source), nested(target)
        model.save_weights(tmp_path / "model.weights.h5")
        other.load_weights(tmp_path / "model.weights.h5")
        for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
