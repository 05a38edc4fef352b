"""The result of training does not depend on how it is cut, bit for bit."""

from __future__ import annotations

import random
from typing import Any

import jax
import numpy as np
import pytest

import ppul
from ppul import layers
from ppul.training import chunks

ROWS, BATCH, EPOCHS = 203, 10, 3  # a last batch of three


class EveryBatch(ppul.callbacks.Callback):
    """Wants every step."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[int] = []

    def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
        self.steps.append(batch)


def mlp() -> Any:
    return [
        layers.Dense(16, activation="relu"),
        layers.Dropout(0.3),
        layers.Dense(3, activation="softmax"),
    ]


def normalized() -> Any:
    return [
        layers.Dense(8),
        layers.BatchNormalization(),
        layers.Activation("relu"),
        layers.Dropout(0.2),
        layers.Dense(3, activation="softmax"),
    ]


def cnn() -> Any:
    return [
        layers.Reshape((4, 4, 1)),
        layers.Conv2D(4, 3, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(3, activation="softmax"),
    ]


def data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(ROWS, 16)).astype("float32"), rng.integers(0, 3, ROWS)


def trained(
    stack: Any, *, chunk: int | None = None, monkeypatch: Any = None, **fit: Any
) -> dict[str, Any]:
    """Weights, slots and history of a training in chunks of a length."""
    if chunk is not None:
        monkeypatch.setattr(chunks.Pace, "next", lambda self, left: min(left, chunk))
    ppul.utils.set_random_seed(fit.pop("seed", 0))
    model = ppul.Sequential([ppul.Input((16,)), *stack()])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    x, y = data()
    fit = {"x": x, "y": y, "batch_size": BATCH} | fit
    history = model.fit(epochs=EPOCHS, verbose=0, **fit)
    return {
        "weights": model.get_weights(),
        "slots": [v.numpy() for v in model.optimizer.variables],
        "seeds": [v.numpy() for v in model.non_trainable_variables],
        "history": history.history,
    }


def assert_identical(a: dict[str, Any], b: dict[str, Any]) -> None:
    first, second = jax.tree.leaves(a), jax.tree.leaves(b)
    assert len(first) == len(second)
    for x, y in zip(first, second, strict=True):
        np.testing.assert_array_equal(x, y)


@pytest.mark.rows(2)
@pytest.mark.parametrize("stack", [mlp, normalized, cnn])
@pytest.mark.parametrize("chunk", [1, 7, 64])
def test_chunks_of_any_length_give_the_same_bits(stack: Any, chunk: int, monkeypatch: Any) -> None:
    whole = trained(stack, chunk=10**6, monkeypatch=monkeypatch)
    assert_identical(trained(stack, chunk=chunk, monkeypatch=monkeypatch), whole)


@pytest.mark.parametrize("stack", [mlp, normalized])
def test_a_batch_hook_changes_nothing(stack: Any) -> None:
    hook = EveryBatch()
    assert_identical(trained(stack, callbacks=[hook]), trained(stack))
    assert hook.steps == list(range(21)) * EPOCHS


@pytest.mark.rows(1)
@pytest.mark.parametrize("stack", [mlp, normalized, cnn])
def test_a_generator_of_the_same_batches_gives_the_same_bits(stack: Any) -> None:
    x, y = data()

    def batches() -> Any:
        while True:
            for start in range(0, ROWS, BATCH):
                yield x[start : start + BATCH], y[start : start + BATCH]

    streamed = trained(stack, x=batches(), y=None, batch_size=None, steps_per_epoch=21)
    assert_identical(streamed, trained(stack, shuffle=False))


def test_the_same_seed_gives_the_same_bits_and_another_seed_others() -> None:
    first = trained(mlp, seed=1)
    assert_identical(first, trained(mlp, seed=1))
    other = trained(mlp, seed=2)
    assert not np.array_equal(first["weights"][0], other["weights"][0])
    assert first["history"]["loss"] != other["history"]["loss"]


def test_the_order_of_samples_follows_the_seed_alone() -> None:
    random.seed(5)
    a = trained(mlp, seed=3)
    random.seed(6)
    assert_identical(a, trained(mlp, seed=3))
