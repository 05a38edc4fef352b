"""`get_file` beside Keras's: the same paths and files for the same arguments."""

import hashlib
import inspect
import io
import tarfile
import zipfile
from pathlib import Path

import pytest

from ppul.datasets.get_file import get_file

SHA256 = hashlib.sha256(b"text").hexdigest()
MD5 = hashlib.md5(b"text", usedforsecurity=False).hexdigest()


@pytest.fixture
def published(tmp_path):
    """Return a folder with files to download, and its URL."""
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "a.txt").write_bytes(b"text")
    with tarfile.open(folder / "t.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("top/one.txt")
        member.size = 3
        archive.addfile(member, io.BytesIO(b"one"))
    with zipfile.ZipFile(folder / "z.zip", "w") as archive:
        archive.writestr("in/two.txt", "two")
    return folder


@pytest.fixture
def keras_get_file():
    import keras

    return keras.utils.get_file


def files(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def both(ours, theirs, tmp_path, calls):
    """Make the same calls of both; return paths and files of each."""
    results = []
    for function in (ours, theirs):
        cache = tmp_path / f"cache of {function.__module__}"
        cache.mkdir()
        paths = [function(**call, cache_dir=str(cache)) for call in calls]
        assert all(type(path) is str for path in paths)
        relative = [Path(path).relative_to(cache).as_posix() for path in paths]
        results.append((relative, files(cache)))
    return results


def test_the_signature_is_keras_s(keras_get_file):
    ours, theirs = (inspect.signature(f).parameters for f in (get_file, keras_get_file))
    assert [(p.name, p.default) for p in ours.values()] == [
        (p.name, p.default) for p in theirs.values()
    ]


@pytest.mark.parametrize(
    ("source", "arguments"),
    [
        ("a.txt", {}),
        ("a.txt", {"fname": "b.txt"}),
        ("a.txt", {"fname": Path("b.txt")}),
        ("a.txt", {"cache_subdir": "models/x"}),
        ("a.txt", {"file_hash": SHA256}),
        ("a.txt", {"file_hash": MD5}),
        ("a.txt", {"md5_hash": MD5}),
        ("a.txt", {"file_hash": SHA256, "hash_algorithm": "sha256"}),
        ("a.txt", {"file_hash": MD5, "hash_algorithm": "md5"}),
        ("t.tar.gz", {"extract": True}),
        ("t.tar.gz", {"untar": True}),
        ("t.tar.gz", {"fname": "t.tar.gz", "extract": True}),
        ("t.tar.gz", {"fname": "t.v1.tgz", "extract": True}),
        ("t.tar.gz", {"fname": "data", "untar": True}),
        ("t.tar.gz", {"fname": "data", "extract": True, "archive_format": "tar"}),
        ("z.zip", {"extract": True}),
        ("z.zip", {"fname": "z.zip", "extract": True}),
        ("z.zip", {"fname": "data", "extract": True, "archive_format": ["tar", "zip"]}),
    ],
)
def test_paths_and_files_are_keras_s(home, keras_get_file, tmp_path, published, source, arguments):
    call = {"origin": (published / source).as_uri(), **arguments}
    ours, theirs = both(get_file, keras_get_file, tmp_path, [call, call])
    assert ours == theirs


def test_forced_downloads_and_other_checksums_replace_as_in_keras(
    home, keras_get_file, tmp_path, published
):
    other = published / "other.txt"
    other.write_bytes(b"other")
    plain = {"fname": "a.txt", "origin": other.as_uri()}
    calls = [
        plain,
        {"fname": "a.txt", "origin": (published / "a.txt").as_uri(), "file_hash": SHA256},
        {**plain, "force_download": True},
        {"fname": "a.txt", "origin": (published / "a.txt").as_uri()},
    ]
    ours, theirs = both(get_file, keras_get_file, tmp_path, calls)
    assert ours == theirs
    assert ours[1] == {"datasets/a.txt": b"other"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fname": "a.txt", "origin": None}, "`origin` is missing"),
        ({"origin": "http://127.0.0.1:9/"}, "ends in no file name"),
        ({"fname": "in/a.txt"}, "without folders; got 'in/a.txt'"),
        ({"fname": "../a.txt"}, "without folders; got '../a.txt'"),
        ({"fname": "/a.txt"}, "without folders; got '/a.txt'"),
        ({"file_hash": "0" * 64}, "instead of 000"),
        ({"md5_hash": "0" * 32}, "instead of 000"),
        ({"md5_hash": ""}, "'' is no checksum"),
    ],
)
def test_bad_arguments_are_errors_as_in_keras(
    home, keras_get_file, published, tmp_path, arguments, message
):
    arguments = {"origin": (published / "a.txt").as_uri(), **arguments}
    with pytest.raises(ValueError, match=message):
        get_file(**arguments)
    assert files(home) == {}
    with pytest.raises(ValueError):  # noqa: PT011 - only the type is Keras's
        keras_get_file(**arguments, cache_dir=str(home))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"file_hash": SHA256, "hash_algorithm": "crc"}, "`hash_algorithm` must be one of"),
        ({"file_hash": SHA256, "hash_algorithm": "md5"}, "no checksum for .* 'md5'"),
        ({"extract": True}, "not an archive"),
    ],
)
def test_what_keras_lets_pass_is_an_error(home, published, arguments, message):
    with pytest.raises(ValueError, match=message):
        get_file("a", origin=(published / "a.txt").as_uri(), **arguments)


def test_a_missing_cache_folder_is_made(home, published, tmp_path):
    path = get_file(origin=(published / "a.txt").as_uri(), cache_dir=tmp_path / "new" / "cache")
    assert path == str(tmp_path / "new" / "cache" / "datasets" / "a.txt")


def test_a_download_that_fails_leaves_the_file_with_another_checksum(home, tmp_path, offline):
    path = home / "datasets" / "a.txt"
    path.write_bytes(b"the user's")
    with pytest.raises(FileNotFoundError, match=r"a\.txt is not on this machine|no network"):
        get_file("a.txt", "http://127.0.0.1:9/a.txt", file_hash=SHA256)
    assert path.read_bytes() == b"the user's"


def test_the_data_folder_is_used_as_it_is(home, published, tmp_path, monkeypatch, offline):
    monkeypatch.setenv("PPUL_DATA_DIR", str(published))
    origin = "http://127.0.0.1:9/a.txt"
    assert get_file(origin=origin, file_hash="0" * 64) == str(published / "a.txt")
    unpacked = get_file("t.tar.gz", origin, extract=True)
    assert unpacked == str(home / "datasets" / "t_extracted")
    assert files(home) == {"datasets/t_extracted/top/one.txt": b"one"}


def test_a_folder_without_its_archive_is_enough(home, published, offline):
    (home / "datasets" / "data").mkdir()
    assert get_file("data", "http://127.0.0.1:9/a", extract=True) == str(home / "datasets" / "data")
