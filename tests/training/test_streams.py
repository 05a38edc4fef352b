"""Where epochs of datasets and generators begin and end."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import ppul
from tests.training.feeds import STEPS, Indexed, KerasDataset, Loader, X, Y
from tests.training.test_data_inputs import ARRAY_FIT, assert_history, network


@pytest.mark.filterwarnings("ignore:The data ended", "ignore:Your input ran out of data")
@pytest.mark.parametrize("steps", [1, 2, 3, STEPS])
def test_an_epoch_may_end_where_the_data_end(steps: int) -> None:
    found = []
    for k in (ppul, keras):
        model = network(k)
        model.compile("sgd", "mse")
        fit = {"steps_per_epoch": steps, "epochs": 5, "shuffle": False, "verbose": 0}
        found.append(model.fit(KerasDataset(X, Y), **fit).history)
    assert_history(*found)


@pytest.mark.parametrize("kind", [KerasDataset, Loader, Indexed])
def test_each_validation_begins_with_the_first_batch(kind) -> None:
    found = []
    for k, data in ((ppul, kind(X, Y)), (keras, (X, Y))):
        model = network(k)
        model.compile(k.optimizers.SGD(0.1), "mse")
        fit = ARRAY_FIT | {"epochs": 3, "shuffle": False, "verbose": 0, "validation_steps": 2}
        found.append(model.fit(**fit, validation_data=data).history)
    assert_history(*found)


class Endless(KerasDataset):
    num_batches = None

    def __len__(self) -> int:
        raise NotImplementedError

    def __getitem__(self, index: int):
        return self.batches[index % STEPS]


def test_a_dataset_may_be_endless() -> None:
    found = []
    for k in (ppul, keras):
        model = network(k)
        predicted = model.predict(Endless(X, Y), steps=3, verbose=0)
        model.compile("sgd", "mse")
        fit = {"steps_per_epoch": 3, "epochs": 3, "shuffle": False, "verbose": 0}
        found.append(model.fit(Endless(X, Y), **fit).history | {"predicted": predicted})
    assert_history(*found)


def test_a_dataset_is_told_that_an_epoch_begins() -> None:
    class Told(KerasDataset):
        begun = 0

        def on_epoch_begin(self) -> None:
            self.begun += 1

    data = Told(X, Y)
    model = network(ppul)
    model.compile("sgd", "mse")
    model.fit(data, epochs=3, verbose=0)
    assert (data.begun, data.ends) == (3, 3)


class Counted(ppul.utils.PyDataset):
    """Batches of ppul's own base class that notes what was read."""

    def __init__(self, **kwargs) -> None:
        super().__init__(**kwargs)
        self.read, self.ended = [], 0

    def __len__(self) -> int:
        return STEPS

    def __getitem__(self, index: int):
        self.read.append(index)
        rows = slice(10 * index, 10 * index + 10)
        return X[rows], Y[rows]

    def on_epoch_end(self) -> None:
        self.ended += 1


@pytest.mark.parametrize("workers", [1, 3])
def test_a_dataset_trains_as_its_arrays_however_many_read_it(workers: int) -> None:
    data, arrays = Counted(workers=workers, max_queue_size=2), (X[: 10 * STEPS], Y[: 10 * STEPS])
    found = []
    for fit in ({"x": data}, dict(zip("xy", arrays, strict=True)) | {"batch_size": 10}):
        model = network(ppul)
        model.compile("sgd", "mse")
        model.fit(**fit, epochs=2, shuffle=False, verbose=0)
        found.append(model.get_weights())
    for ours, expected in zip(*found, strict=True):
        np.testing.assert_array_equal(ours, expected)
    assert data.ended == 2
    assert sorted(data.read) == sorted(list(range(STEPS)) * 2)


def test_a_dataset_without_batches_says_what_is_missing() -> None:
    with pytest.raises(NotImplementedError, match="PyDataset must define `__getitem__`"):
        ppul.utils.PyDataset()[0]
    with pytest.raises(NotImplementedError, match="PyDataset must define `__len__`"):
        _ = ppul.utils.PyDataset().num_batches
