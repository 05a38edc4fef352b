"""Fashion-MNIST beside Keras's loader, from its four files and from one."""

import gzip
import struct

import numpy as np
import pytest

from ppul.datasets import fashion_mnist


def write_idx(path, array):
    header = struct.pack(f">xxBB{array.ndim}I", 8, array.ndim, *array.shape)
    path.parent.mkdir(exist_ok=True)
    with gzip.open(path, "wb") as file:
        file.write(header + array.tobytes())


def write_original(folder):
    generator = np.random.default_rng(0)
    for split, count in (("train", 6), ("t10k", 3)):
        x = generator.integers(0, 256, (count, 28, 28), dtype=np.uint8)
        y = generator.integers(0, 10, count, dtype=np.uint8)
        write_idx(folder / f"{split}-images-idx3-ubyte.gz", x)
        write_idx(folder / f"{split}-labels-idx1-ubyte.gz", y)


@pytest.mark.parametrize("place", ["cache", "data folder"])
def test_the_four_files_are_read_as_keras_does(
    home, keras_dataset, assert_same, monkeypatch, tmp_path, offline, place
):
    write_original(home / "datasets" / "fashion-mnist")
    theirs = keras_dataset("fashion_mnist").load_data()
    if place == "data folder":
        (home / "datasets" / "fashion-mnist").rename(tmp_path / "fashion-mnist")
        monkeypatch.setenv("PPUL_DATA_DIR", str(tmp_path))
    ours = fashion_mnist.load_data()
    assert_same(ours, theirs)
    assert ours[0][0].flags.writeable


def test_one_file_is_read_as_well(home, keras_dataset, assert_same, tmp_path, monkeypatch, offline):
    write_original(home / "datasets" / "fashion-mnist")
    (x_train, y_train), (x_test, y_test) = theirs = keras_dataset("fashion_mnist").load_data()
    np.savez(
        tmp_path / "fashion_mnist.npz",
        x_train=x_train,
        y_train=y_train,
        x_test=x_test,
        y_test=y_test,
    )
    monkeypatch.setenv("PPUL_DATA_DIR", str(tmp_path))
    assert_same(fashion_mnist.load_data(), theirs)


def test_mnist_s_files_of_the_same_name_are_not_taken_for_it(home, monkeypatch, tmp_path, offline):
    write_original(tmp_path / "fashion-mnist")
    for path in list((tmp_path / "fashion-mnist").iterdir()):
        path.rename(tmp_path / path.name)
    monkeypatch.setenv("PPUL_DATA_DIR", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"or fashion_mnist\.npz in"):
        fashion_mnist.load_data()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"text", "Not a gzipped file"),
        (gzip.compress(b""), "type 0"),
        (gzip.compress(struct.pack(">xxBBI", 13, 1, 1) + b"1234"), "type 13"),
        (gzip.compress(struct.pack(">xxBBI", 8, 1, 5) + b"1234"), r"4 values instead of \[5\]"),
        (gzip.compress(struct.pack(">xxBB", 8, 3)), "buffer"),
        (gzip.compress(b"0" * 100)[:-12], "ended before"),
    ],
    # Gzip writes the time into its files; names of tests must not depend on it.
    ids=["no gzip", "empty", "other type", "too few", "no header", "cut off"],
)
def test_a_broken_file_is_named(home, offline, content, reason):
    folder = home / "datasets" / "fashion-mnist"
    write_original(folder)
    (folder / "t10k-images-idx3-ubyte.gz").write_bytes(content)
    with pytest.raises(ValueError, match=rf"t10k-images.* could not be read; .*{reason}"):
        fashion_mnist.load_data()


@pytest.mark.needs_files("fashion_mnist.npz")
def test_the_real_clothes(data_dir, offline):
    (x_train, y_train), (x_test, y_test) = fashion_mnist.load_data()
    assert x_train.shape == (60000, 28, 28)
    assert x_test.shape == (10000, 28, 28)
    assert {a.dtype for a in (x_train, y_train, x_test, y_test)} == {np.dtype(np.uint8)}
    assert np.bincount(y_train).tolist() == [6000] * 10
    assert fashion_mnist.CLASS_NAMES[y_train[0]] == "Ankle boot"
    assert fashion_mnist.CLASS_NAMES[y_test[1]] == "Pullover"
