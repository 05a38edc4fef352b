"""Data sets of numbered elements: what their methods yield, and training on them."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import ppul
from ppul.datasets.dataset import Dataset

sizes = st.integers(1, 12)


@given(count=st.integers(1, 40), size=sizes, start=st.integers(0, 9), kept=st.integers(0, 40))
def test_elements_are_those_of_slices(count: int, size: int, start: int, kept: int) -> None:
    rows = np.arange(count)
    data = Dataset.of(rows).skip(start).take(kept).map(lambda x: 2 * x)
    expected = 2 * rows[start:][:kept]
    assert [int(x) for x in data] == expected.tolist()
    batches = list(data.batch(size))
    assert len(batches) == len(data.batch(size)) == -(-len(expected) // size)
    assert [b.tolist() for b in batches] == [
        expected[i : i + size].tolist() for i in range(0, len(expected), size)
    ]
    whole = data.batch(size, drop_remainder=True)
    assert [len(b) for b in whole] == [size] * (len(expected) // size)


@given(count=st.integers(2, 40), seed=st.integers(0, 2**31))
def test_a_shuffled_pass_has_every_element(count: int, seed: int) -> None:
    data = Dataset.of(np.arange(count)).shuffle(1, seed)
    first, second = ([int(x) for x in data] for _ in range(2))
    assert sorted(first) == sorted(second) == list(range(count))
    again = Dataset.of(np.arange(count)).shuffle(1, seed)
    assert [int(x) for x in again] == first
    still = data.shuffle(1, seed, reshuffle_each_iteration=False).take(-1)
    assert len(still) == count


def test_structures_are_stacked_leaf_by_leaf() -> None:
    x = {"a": np.eye(3), "b": np.arange(3)}
    batch, targets = next(iter(Dataset.of((x, np.arange(3))).batch(2)))
    np.testing.assert_array_equal(batch["a"], np.eye(3)[:2])
    assert batch["b"].tolist() == targets.tolist() == [0, 1]


def test_what_is_cached_is_computed_once() -> None:
    calls: list[int] = []
    data = Dataset.of(np.arange(3)).map(lambda x: calls.append(int(x)) or x).cache()
    assert [int(x) for x in data] == [int(x) for x in data] == [0, 1, 2]
    assert calls == [0, 1, 2]
    assert data.prefetch(1) is data
    assert [int(x) for x in data.as_numpy_iterator()] == [0, 1, 2]


def test_elements_have_numbers() -> None:
    data = Dataset.of(np.arange(4) * 10)
    assert [int(data[i]) for i in (0, -1, 2)] == [0, 30, 20]
    with pytest.raises(IndexError, match="4 elements; got number 4"):
        data[4]


def net() -> Any:
    ppul.utils.set_random_seed(0)
    model = ppul.Sequential([ppul.Input((3,)), ppul.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


X = np.random.default_rng(0).normal(size=(20, 3)).astype("float32")
Y = X.sum(1, keepdims=True)


def test_training_on_it_is_training_on_its_arrays() -> None:
    data = Dataset.of((X, Y)).batch(8)
    ours, theirs = net(), net()
    history = ours.fit(data, validation_data=data, epochs=2, verbose=0).history
    expected = theirs.fit(X, Y, batch_size=8, shuffle=False, validation_data=(X, Y), epochs=2)
    for name, values in expected.history.items():
        np.testing.assert_allclose(history[name], values, rtol=1e-6)
    np.testing.assert_allclose(ours.predict(data, verbose=0), theirs.predict(X, verbose=0))


def test_a_run_goes_on_with_the_order_it_was_stopped_in(tmp_path: Any) -> None:
    class Stop(ppul.callbacks.Callback):
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch == 1:
                raise KeyboardInterrupt

    def run(*callbacks: Any) -> Any:
        data = Dataset.of((X, Y)).shuffle(20, seed=1).batch(4)
        backup = ppul.callbacks.BackupAndRestore(tmp_path, delete_checkpoint=False)
        model = net()
        model.fit(data, epochs=4, verbose=0, callbacks=[backup, *callbacks] if callbacks else [])
        return model.get_weights()

    expected = run()
    with pytest.raises(KeyboardInterrupt):
        run(Stop())
    for a, b in zip(run(ppul.callbacks.Callback()), expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_py_datasets_can_be_looped_over() -> None:
    class Numbers(ppul.utils.PyDataset):
        def __init__(self, count: int | None) -> None:
            super().__init__()
            self.count = count

        @property
        def num_batches(self) -> int | None:
            return self.count

        def __getitem__(self, index: int) -> int:
            return index

    assert list(Numbers(3)) == [0, 1, 2]
    assert list(itertools.islice(Numbers(None), 4)) == [0, 1, 2, 3]
