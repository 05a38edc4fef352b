"""Zip archives read as data alone: members checked before any is read, and none unpacked."""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from typing import IO, Any

# Weights hardly shrink; this much stands for a model of zeros and not for a bomb.
_LARGEST_RATIO = 100
_SMALL = 1 << 20


def is_archive(path: Path) -> bool:
    """Return whether a file begins as a zip archive."""
    with path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"


@contextmanager
def reading_archive(source: Path | IO[bytes], name: str) -> Iterator[zipfile.ZipFile]:
    """Open a `.keras` archive to read, with its list of members checked.

    Args:
        source: A path, or an open binary file.
        name: What to call it in an error.

    Raises:
        ValueError: If it is not a whole archive, or a member cannot belong to a model.
    """
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, struct.error, OSError, ValueError, NotImplementedError) as error:
        raise ValueError(f"'{name}' is not a whole .keras file ({error}). Save it again.") from None
    with archive:
        _check(archive, name)
        yield archive


def read_member(
    archive: zipfile.ZipFile, member: str, name: str, limit: int | None = None
) -> bytes:
    """Return the content of a member.

    Args:
        archive: An archive opened by `reading_archive`.
        member: The member's name.
        name: What to call the archive in an error.
        limit: The most bytes it may have.

    Raises:
        ValueError: If there is no such member, or it is damaged or too large.
    """
    try:
        size = archive.getinfo(member).file_size
    except KeyError:
        raise ValueError(f"'{name}' is not a .keras file: it has no '{member}'.") from None
    if limit is not None and size > limit:
        raise ValueError(f"'{name}': '{member}' has {size} bytes; more than {limit} are not read.")
    try:
        return archive.read(member)
    except (zipfile.BadZipFile, OSError, EOFError, ValueError, zlib.error) as error:
        raise ValueError(f"'{name}': '{member}' is damaged ({error}). Save it again.") from None


def _check(archive: zipfile.ZipFile, name: str) -> None:
    seen: set[str] = set()
    for info in archive.infolist():
        if info.filename in seen:
            raise ValueError(f"'{name}' has two members '{info.filename}'.")
        seen.add(info.filename)
        _check_member(info, name)
    size, held = sum(i.file_size for i in archive.infolist()), _size(archive.fp)
    if size > max(_LARGEST_RATIO * held, _SMALL):
        raise ValueError(
            f"'{name}' has {held} bytes, and its members say that they have {size}: more than "
            f"{_LARGEST_RATIO} times as many."
        )


def _check_member(info: zipfile.ZipInfo, name: str) -> None:
    # A Windows path takes both kinds of slash, and knows drives.
    path = PureWindowsPath(info.orig_filename)
    if path.anchor or ".." in path.parts or "\0" in info.orig_filename:
        raise ValueError(
            f"'{name}': the member {info.orig_filename!r} points outside of the archive."
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ValueError(f"'{name}': the member '{info.filename}' is a symbolic link.")
    if info.flag_bits & 0x1:
        raise ValueError(f"'{name}': the member '{info.filename}' is encrypted.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError(
            f"'{name}': the member '{info.filename}' is packed by method {info.compress_type}; "
            "members of model files are stored or deflated."
        )


def _size(stream: Any) -> int:
    place = stream.tell()
    size = stream.seek(0, 2)
    stream.seek(place)
    return size
