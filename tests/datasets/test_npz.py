"""Reading .npz files that NumPy wrote, and such as nobody should have."""

import zipfile

import numpy as np
import pytest

from ppul.datasets.npz import read_npz


class Calls:
    def __reduce__(self):
        return print, ("executed",)


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
@pytest.mark.parametrize(
    "array",
    [
        np.arange(6, dtype=np.uint8).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        np.array([[1, 2], [3]], dtype=object),
        np.zeros((0, 3), np.float32),
    ],
    ids=["bytes", "fortran", "lists", "empty"],
)
def test_arrays_are_those_numpy_reads(tmp_path, save, array):
    path = tmp_path / "a.npz"
    save(path, other=np.ones(1), x=array)
    with np.load(path, allow_pickle=True) as archive:
        expected = archive["x"]
    [read] = read_npz(path, "x")
    assert read.dtype == expected.dtype
    np.testing.assert_array_equal(read, expected)


def write_hostile(path):
    np.savez(path, x=np.array([Calls()], dtype=object))


def write_without_x(path):
    np.savez(path, z=np.ones(1), y=np.ones(1))


def write_page(path):
    path.write_text("<html>Not found</html>")


def write_half(path):
    np.savez(path, x=np.arange(1000))
    path.write_bytes(path.read_bytes()[:3000])


def write_flipped(path):
    np.savez(path, x=np.arange(1000))
    content = bytearray(path.read_bytes())
    content[4000] ^= 1
    path.write_bytes(content)


def write_no_array(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("x.npy", "text")


def write_empty(path):
    path.touch()


@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (write_hostile, r"the pickle was refused \(it asks for builtins\.print"),
        (write_without_x, "x not found among z, y"),
        (write_page, "not a zip file"),
        (write_half, "not a zip file"),
        (write_flipped, "CRC"),
        (write_no_array, "magic string"),
        (write_empty, "not a zip file"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_named(tmp_path, capsys, write, reason):
    path = tmp_path / "a.npz"
    write(path)
    content = path.read_bytes()
    with pytest.raises(ValueError, match=rf"a\.npz could not be read; expected .* x: .*{reason}"):
        read_npz(path, "x")
    assert capsys.readouterr().out == ""
    assert path.read_bytes() == content
