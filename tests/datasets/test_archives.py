"""Archives: what is in them arrives, and nothing of it outside the folder."""

import io
import tarfile
import zipfile

import pytest

from ppul.datasets.archives import extract


def write_tar(path, *names, mode="w:gz", link=None):
    with tarfile.open(path, mode) as archive:
        for name in names:
            member = tarfile.TarInfo(name)
            member.size = 3
            archive.addfile(member, io.BytesIO(b"new"))
        if link:
            member = tarfile.TarInfo(link[0])
            member.type, member.linkname = tarfile.SYMTYPE, link[1]
            archive.addfile(member)


def write_zip(path, *names):
    with zipfile.ZipFile(path, "w") as archive:
        for name in names:
            archive.writestr(name, "new")


def content(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
@pytest.mark.parametrize("formats", ["auto", "tar", ["zip", "tar"]])
def test_a_tar_archive_is_unpacked(tmp_path, mode, formats):
    write_tar(tmp_path / "a", "one", "in/two", mode=mode)
    extract(tmp_path / "a", tmp_path / "out" / "a", formats)
    assert content(tmp_path / "out") == {"a/one": "new", "a/in/two": "new"}


@pytest.mark.parametrize("formats", ["auto", "zip", ["tar", "zip"]])
def test_a_zip_archive_is_unpacked(tmp_path, formats):
    write_zip(tmp_path / "a", "one", "in/two")
    extract(tmp_path / "a", tmp_path / "out" / "a", formats)
    assert content(tmp_path / "out") == {"a/one": "new", "a/in/two": "new"}


def test_a_folder_keeps_what_the_archive_does_not_hold(tmp_path):
    write_tar(tmp_path / "a", "in/one")
    (tmp_path / "out" / "in").mkdir(parents=True)
    (tmp_path / "out" / "in" / "one").write_text("old")
    (tmp_path / "out" / "in" / "two").write_text("old")
    extract(tmp_path / "a", tmp_path / "out")
    assert content(tmp_path / "out") == {"in/one": "new", "in/two": "old"}


EVIL = {
    "tar climbs": lambda path: write_tar(path, "one", "../two"),
    "tar climbs from inside": lambda path: write_tar(path, "one", "in/../../two"),
    "tar links out": lambda path: write_tar(path, "one", link=("in", "../..")),
    "tar links to a file": lambda path: write_tar(path, "one", link=("in", "/etc/hosts")),
    "zip climbs": lambda path: write_zip(path, "one", "../two"),
    "zip climbs backwards": lambda path: write_zip(path, "one", "..\\two"),
    "zip is absolute": lambda path: write_zip(path, "one", "/two"),
    "zip has a drive": lambda path: write_zip(path, "one", "C:/two"),
}


@pytest.mark.parametrize("name", EVIL)
def test_an_archive_that_would_write_outside_is_refused_whole(tmp_path, name):
    EVIL[name](tmp_path / "a")
    with pytest.raises(ValueError, match="a could not be read; expected an archive whose files"):
        extract(tmp_path / "a", tmp_path / "folder" / "out")
    assert [p.name for p in tmp_path.iterdir() if p.name != "folder"] == ["a"]
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_broken_archive_leaves_nothing(tmp_path):
    write_tar(tmp_path / "a", "one", "two", mode="w:gz")
    (tmp_path / "a").write_bytes((tmp_path / "a").read_bytes()[:-20])
    with pytest.raises(ValueError, match=r"could not be read|not an archive"):
        extract(tmp_path / "a", tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    ("write", "formats", "message"),
    [
        (lambda path: path.write_text("text"), "auto", "not an archive of the formats"),
        (lambda path: write_zip(path, "one"), "tar", r"formats \['tar'\]"),
        (lambda path: write_tar(path, "one"), "zip", r"formats \['zip'\]"),
        (lambda path: write_zip(path, "one"), None, r"formats \[\]"),
        (lambda path: write_zip(path, "one"), "rar", "`archive_format` must be one of .* 'rar'"),
    ],
)
def test_another_format_is_named(tmp_path, write, formats, message):
    write(tmp_path / "a")
    with pytest.raises(ValueError, match=message):
        extract(tmp_path / "a", tmp_path / "out", formats)
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
