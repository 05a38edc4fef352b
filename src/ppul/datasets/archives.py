"""Unpacking archives from strangers: nothing gets outside the folder, nothing stays half done."""

from __future__ import annotations

import secrets
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path, PurePosixPath, PureWindowsPath

from ppul.core.checks import one_of
from ppul.datasets.files import reading

FORMATS = ("auto", "tar", "zip")


def extract(archive: Path, folder: Path, formats: str | Sequence[str] | None = "auto") -> None:
    """Unpack a tar or zip archive into a folder.

    The archive is unpacked beside the folder first. A folder that exists keeps what the archive
    does not hold.

    Args:
        archive: The file.
        folder: Where its content goes.
        formats: "tar" (compressed or not), "zip", "auto" for either, or a list of them.

    Raises:
        ValueError: If it is no archive of these formats, or has a member that would land outside
            the folder.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        ...     archive.writestr("b/c.txt", "text")
        >>> extract(folder / "a.zip", folder / "a")
        >>> (folder / "a" / "b" / "c.txt").read_text()
        'text'
    """
    unpack = _unpacker(archive, formats)
    beside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
    try:
        beside.mkdir(parents=True)
        with reading(archive, "an archive whose files stay in their folder"):
            unpack(archive, beside)
        if folder.exists():
            shutil.copytree(beside, folder, symlinks=True, dirs_exist_ok=True)
        else:
            beside.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _unpacker(archive: Path, formats: str | Sequence[str] | None) -> Callable[[Path, Path], None]:
    wanted = [formats] if isinstance(formats, str) else list(formats or ())
    for name in wanted:
        one_of("get_file", "archive_format", name, FORMATS)
    if {"auto", "tar"} & set(wanted) and tarfile.is_tarfile(archive):
        return _unpack_tar
    if {"auto", "zip"} & set(wanted) and zipfile.is_zipfile(archive):
        return _unpack_zip
    raise ValueError(
        f"{archive} is not an archive of the formats {wanted}, so it was not unpacked. "
        "Give the right `archive_format`, or leave out `extract` if it is a plain file."
    )


def _unpack_tar(archive: Path, folder: Path) -> None:
    with tarfile.open(archive) as content:
        content.extractall(folder, filter="data")


def _unpack_zip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as content:
        for name in content.namelist():
            # A name is judged by the rules of both systems: the archive may come from either.
            windows, posix = PureWindowsPath(name), PurePosixPath(name)
            if windows.anchor or posix.anchor or ".." in windows.parts:
                raise ValueError(f"its member {name!r} would land outside the folder")
        content.extractall(folder)  # noqa: S202 - every name was judged above
