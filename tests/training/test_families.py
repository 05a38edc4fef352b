"""One network of each family of layers, trained in compiled epochs beside Keras."""

from __future__ import annotations

import keras as oracle
import numpy as np
import pytest

import ppul as keras
from benchmarks.families import FAMILIES

FIT = {"batch_size": 32, "epochs": 2, "shuffle": False, "verbose": 0}
EXACT = [name for name, family in FAMILIES.items() if not family.random]
RANDOM = [name for name, family in FAMILIES.items() if family.random]


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", EXACT)
def test_history_is_keras_s(name: str) -> None:
    family = FAMILIES[name]
    x, y = family.data(150)
    ours, theirs = family.build(keras), family.build(oracle)
    for model in (ours, theirs):
        if not model.built:
            model.predict(x, verbose=0)
    ours.set_weights(theirs.get_weights())
    found, expected = ours.fit(x, y, **FIT).history, theirs.fit(x, y, **FIT).history
    assert set(found) == set(expected)
    for figure, values in expected.items():
        np.testing.assert_allclose(found[figure], values, rtol=2e-4, err_msg=figure)


@pytest.mark.rows(1)
@pytest.mark.parametrize("name", RANDOM)
def test_what_draws_random_numbers_learns(name: str) -> None:
    family = FAMILIES[name]
    x, y = family.data(320)
    keras.utils.set_random_seed(0)
    history = family.build(keras).fit(x, y, batch_size=32, epochs=6, verbose=0).history
    figure = history["loss" if "loss" in history else "discriminator"]
    assert figure[-1] < figure[0]
    keras.utils.set_random_seed(0)
    again = family.build(keras).fit(x, y, batch_size=32, epochs=6, verbose=0).history
    assert again == history
