"""Boston housing beside Keras's loader."""

import inspect

import numpy as np
import pytest

from ppul.datasets import boston_housing


@pytest.mark.parametrize("arguments", [{}, {"seed": 1}, {"test_split": 0.33}, {"test_split": 0.0}])
def test_rows_come_in_keras_s_order(home, keras_dataset, assert_same, offline, arguments):
    generator = np.random.default_rng(0)
    path = home / "datasets" / "boston_housing.npz"
    np.savez(path, x=generator.normal(size=(506, 13)), y=generator.normal(size=506))
    theirs = keras_dataset("boston_housing")
    assert_same(boston_housing.load_data(**arguments), theirs.load_data(**arguments))
    ours = inspect.signature(boston_housing.load_data).parameters.values()
    expected = inspect.signature(theirs.load_data).parameters.values()
    assert [(p.name, p.default) for p in ours] == [(p.name, p.default) for p in expected]


@pytest.mark.parametrize("share", [1, -0.1])
def test_a_share_out_of_range_is_refused_before_anything_is_read(home, offline, share):
    with pytest.raises(ValueError, match=r"boston_housing\.load_data: `test_split` must be"):
        boston_housing.load_data(test_split=share)
