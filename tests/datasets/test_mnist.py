"""MNIST beside Keras's loader."""

import inspect

import numpy as np
import pytest

from ppul.datasets import mnist

NAMES = ("x_train", "y_train", "x_test", "y_test")


@pytest.fixture
def arrays():
    generator = np.random.default_rng(0)
    shapes = ((6, 28, 28), (6,), (3, 28, 28), (3,))
    return {
        name: generator.integers(0, 10, shape, dtype=np.uint8)
        for name, shape in zip(NAMES, shapes, strict=True)
    }


def test_arrays_are_those_keras_reads(home, keras_dataset, assert_same, arrays, offline):
    np.savez_compressed(home / "datasets" / "mnist.npz", **arrays)
    theirs = keras_dataset("mnist")
    assert_same(mnist.load_data(), theirs.load_data())
    ours = inspect.signature(mnist.load_data).parameters.values()
    assert [(p.name, p.default) for p in ours] == [("path", "mnist.npz")]


def test_a_path_of_its_own(home, tmp_path, arrays, offline):
    path = tmp_path / "elsewhere" / "digits.npz"
    path.parent.mkdir()
    np.savez(path, **arrays)
    (x_train, _), _ = mnist.load_data(path=str(path))
    np.testing.assert_array_equal(x_train, arrays["x_train"])


def test_a_file_that_lacks_an_array_is_named_and_kept(home, arrays, offline):
    path = home / "datasets" / "mnist.npz"
    del arrays["y_test"]
    np.savez(path, **arrays)
    with pytest.raises(ValueError, match=r"mnist\.npz could not be read.*y_test not found among"):
        mnist.load_data()
    assert path.exists()


@pytest.mark.needs_files("mnist.npz")
def test_the_real_digits(data_dir, offline):
    (x_train, y_train), (x_test, y_test) = mnist.load_data()
    assert x_train.shape == (60000, 28, 28)
    assert x_test.shape == (10000, 28, 28)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    # How often each digit stands in the training set, from LeCun's data.
    assert np.bincount(y_train).tolist() == [
        5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949,
    ]  # fmt: skip
    assert y_test[:5].tolist() == [7, 2, 1, 0, 4]
    assert "".join(mnist.CLASS_NAMES) == "0123456789"
