"""Where files are looked for, in which order, and what is said when there is none."""

import hashlib
import os
import tempfile

import pytest

from ppul.datasets import cifar10, mnist
from ppul.datasets.files import find_file, folders, reading

# Nothing answers there, and no test gets that far.
ORIGIN = "http://127.0.0.1:9/a.npz"


@pytest.fixture
def chosen(tmp_path, monkeypatch, home):
    folder = tmp_path / "chosen"
    folder.mkdir()
    monkeypatch.setenv("PPUL_DATA_DIR", str(folder))
    return folder


def put(folder, name="a.npz"):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"the user's")
    return path


def test_the_data_folder_comes_before_the_cache(home, chosen, offline):
    in_cache = put(home / "datasets")
    assert find_file("a.npz", ORIGIN) == in_cache
    in_folder = put(chosen)
    assert find_file("a.npz", ORIGIN) == in_folder


def test_the_cache_is_where_keras_has_it(home):
    import keras

    source = put(home, "source.npz")
    theirs = keras.utils.get_file("a.npz", source.as_uri(), cache_dir=str(home))
    assert str(find_file("a.npz", ORIGIN)) == theirs


def test_names_are_tried_in_order_in_each_folder(home, chosen, offline):
    in_cache = put(home / "datasets", "a.npz")
    second = put(chosen, "c.npz")
    assert find_file(("a.npz", "b.npz", "c.npz"), ORIGIN) == second
    first = put(chosen, "b.npz")
    assert find_file(("a.npz", "b.npz", "c.npz"), ORIGIN) == first
    assert in_cache.exists()


def test_an_absolute_path_is_taken_as_it_is(home, chosen, tmp_path, offline):
    path = put(tmp_path / "elsewhere")
    assert find_file(str(path), ORIGIN) == path


@pytest.mark.parametrize("folder", ["chosen", "cache"])
def test_a_file_that_is_there_is_neither_checked_nor_touched(home, chosen, offline, folder):
    path = put(chosen if folder == "chosen" else home / "datasets")
    before = path.stat()
    assert find_file("a.npz", ORIGIN, "0" * 64) == path
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.read_bytes() == b"the user's"


def test_a_download_goes_into_the_cache(home, chosen, tmp_path):
    source = put(tmp_path, "source.npz")
    checksum = hashlib.sha256(source.read_bytes()).hexdigest()
    path = find_file("a.npz", source.as_uri(), checksum)
    assert path == home / "datasets" / "a.npz"
    assert path.read_bytes() == source.read_bytes()
    assert list(chosen.iterdir()) == []


def test_a_download_with_another_checksum_is_not_kept(home, tmp_path):
    source = put(tmp_path, "source.npz")
    with pytest.raises(ValueError, match=r"instead of 000.*not kept"):
        find_file("a.npz", source.as_uri(), "0" * 64)
    assert list((home / "datasets").iterdir()) == []


def test_a_cache_that_cannot_be_written_gives_way_to_a_temporary_one(home, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    assert folders() == [home / "datasets", tmp_path / "tmp" / ".keras" / "datasets"]
    in_cache = put(home / "datasets")
    assert find_file("a.npz", ORIGIN) == in_cache
    source = put(tmp_path, "source.npz")
    path = find_file("b.npz", source.as_uri())
    assert path == tmp_path / "tmp" / ".keras" / "datasets" / "b.npz"
    assert path.exists()


def test_the_folder_of_the_user_is_the_default(monkeypatch, tmp_path):
    for name in ("KERAS_HOME", "PPUL_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    assert folders() == [tmp_path / ".keras" / "datasets"]


def test_the_data_folder_stands_for_datasets_only(home, chosen):
    assert folders(None, "models") == [home / "models"]
    assert folders(None, "datasets/x") == [chosen / "x", home / "datasets" / "x"]
    assert folders(home) == [home / "datasets"]


def test_without_network_the_error_says_what_where_and_what_to_do(home, offline):
    with pytest.raises(FileNotFoundError) as caught:
        mnist.load_data()
    message = str(caught.value)
    assert "mnist.npz is not on this machine" in message
    assert "https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz" in message
    assert "no network" in message
    assert "PPUL_DATA_DIR, which is not set" in message
    assert str(home / "datasets" / "mnist.npz") in message
    assert list((home / "datasets").iterdir()) == []


def test_without_network_the_error_names_a_data_folder_that_is_missing(home, offline, monkeypatch):
    monkeypatch.setenv("PPUL_DATA_DIR", "/no/such/folder")
    with pytest.raises(FileNotFoundError) as caught:
        cifar10.load_data()
    message = str(caught.value)
    assert "/no/such/folder (PPUL_DATA_DIR), which does not exist" in message
    assert "cifar-10-python.tar.gz or" in message
    assert "or cifar10_jpeg.npz in" in message


def test_a_folder_that_may_not_be_entered_is_passed_over(home, chosen, offline, monkeypatch):
    path = put(home / "datasets")
    hidden = put(chosen)
    access = os.access
    monkeypatch.setattr(os, "access", lambda p, mode: p != hidden and access(p, mode))
    assert find_file("a.npz", ORIGIN) == path


def test_reading_names_the_file_but_leaves_the_file_system_its_word(tmp_path):
    path = tmp_path / "a.npz"

    def read_wrongly():
        with reading(path, "b"):
            raise KeyError("c")

    with pytest.raises(ValueError, match=r"a\.npz could not be read; expected b: c\. .*remove it"):
        read_wrongly()
    with pytest.raises(FileNotFoundError), reading(path, "b"):
        path.read_bytes()
