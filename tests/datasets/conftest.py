"""Folders of their own for every test, Keras's loaders beside ours, and small foreign files."""

import importlib
import struct
import urllib.error
import urllib.request

import numpy as np
import pytest


@pytest.fixture
def home(tmp_path, monkeypatch):
    """Return the folder of Keras's cache, where both sides find their files; no data folder."""
    folder = tmp_path / "keras"
    (folder / "datasets").mkdir(parents=True)
    monkeypatch.setenv("KERAS_HOME", str(folder))
    monkeypatch.setenv("PPUL_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.delenv("PPUL_DATA_DIR", raising=False)
    return folder


@pytest.fixture
def offline(monkeypatch):
    """Let every download fail as it does without network."""

    def fail(*args, **kwargs):
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(urllib.request, "urlopen", fail)


@pytest.fixture
def keras_dataset(home, monkeypatch):
    """Return a function: name -> Keras's module, which reads the files in `home`."""
    import keras

    def get_file(*args, file_hash=None, **kwargs):
        # Made-up files have other checksums than the published ones.
        return keras.utils.get_file(*args, **kwargs, cache_dir=str(home))

    def module(name):
        monkeypatch.setattr(
            importlib.import_module(f"keras.src.datasets.{name}"), "get_file", get_file
        )
        return getattr(keras.datasets, name)

    return module


@pytest.fixture
def assert_same():
    """Return a check that two loaders gave the same: values, shapes, types."""

    def check(ours, theirs):
        for our_pair, their_pair in zip(ours, theirs, strict=True):
            for our, their in zip(our_pair, their_pair, strict=True):
                assert our.dtype == their.dtype
                assert our.shape == their.shape
                np.testing.assert_array_equal(our, their)
                if our.dtype == object:
                    assert all(type(entry) is list for entry in our)

    return check


@pytest.fixture
def python2_batch():
    """Return a function that pickles a CIFAR batch as Python 2 did, opcode by opcode."""

    def string(value):
        short = len(value) < 256
        return (
            b"U" + bytes([len(value)]) if short else b"T" + struct.pack("<i", len(value))
        ) + value

    def integer(value):
        return b"J" + struct.pack("<i", value)

    def write(data, **labels):
        dtype = b"cnumpy\ndtype\n" + string(b"u1") + integer(0) + integer(1) + b"\x87R("
        dtype += integer(3) + string(b"|") + b"NNN" + integer(-1) * 2 + integer(0) + b"tb"
        array = b"cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\n"
        array += integer(0) + b"\x85" + string(b"b") + b"\x87R(" + integer(1)
        array += b"".join(map(integer, data.shape)) + b"\x86" + dtype
        array += b"\x89" + string(data.tobytes()) + b"tb"
        items = string(b"data") + array
        for name, values in labels.items():
            items += string(name.encode()) + b"](" + b"".join(map(integer, values)) + b"e"
        return b"\x80\x02}(" + items + b"u."

    return write
