"""California housing beside Keras's loader, and from scikit-learn's units."""

import inspect

import numpy as np
import pytest

from ppul.datasets import california_housing


@pytest.fixture
def districts():
    """Return 1,000 districts as scikit-learn has them: float64, in units of 100,000 dollars."""
    generator = np.random.default_rng(0)
    return generator.normal(size=(1000, 8)), generator.uniform(0.14999, 5.00001, 1000)


@pytest.mark.parametrize("version", ["large", "small"])
@pytest.mark.parametrize("arguments", [{}, {"seed": 1}, {"test_split": 0.33}, {"test_split": 0.0}])
def test_rows_come_in_keras_s_order(
    home, keras_dataset, assert_same, districts, tmp_path, monkeypatch, offline, version, arguments
):
    x, y = districts
    np.savez(
        home / "datasets" / "california_housing.npz",
        x=x.astype(np.float32),
        y=(y * 100_000).astype(np.float32),
    )
    theirs = keras_dataset("california_housing").load_data(version=version, **arguments)
    assert_same(california_housing.load_data(version=version, **arguments), theirs)

    np.savez(tmp_path / "california_housing.npz", x=x, y=y)
    monkeypatch.setenv("PPUL_DATA_DIR", str(tmp_path))
    assert_same(california_housing.load_data(version=version, **arguments), theirs)


def test_the_signature_is_keras_s(keras_dataset):
    theirs = keras_dataset("california_housing").load_data
    ours, theirs = (
        [(p.name, p.default) for p in inspect.signature(f).parameters.values()]
        for f in (california_housing.load_data, theirs)
    )
    assert ours == theirs


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"version": "lage"}, "`version` must be one of .*; got 'lage'. Did you mean 'large'"),
        ({"test_split": 1.0}, "`test_split` must be at least 0 and less than 1; got 1.0"),
    ],
)
def test_bad_arguments_are_refused_before_anything_is_read(
    home, keras_dataset, offline, arguments, message
):
    with pytest.raises(ValueError, match=message):
        california_housing.load_data(**arguments)


@pytest.mark.needs_files("california_housing.npz")
def test_the_real_districts(data_dir, offline):
    (x_train, y_train), (x_test, y_test) = california_housing.load_data()
    assert x_train.shape == (16512, 8)
    assert x_test.shape == (4128, 8)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.float32)}
    # Pace and Barry's data: from 14,999 dollars to 500,001, where values were cut off.
    values = np.concatenate([y_train, y_test])
    assert values.min() == 14999
    assert values.max() == 500001
    assert y_train[:3].tolist() == [252300, 146900, 290900]
