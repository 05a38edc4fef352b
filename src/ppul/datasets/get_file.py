"""Keras's `get_file`: a file or an unpacked archive by URL, kept in the cache."""

from __future__ import annotations

import os
import urllib.parse
from collections.abc import Sequence
from functools import partial
from pathlib import Path, PurePosixPath

from ppul.core.checks import one_of
from ppul.datasets.archives import extract as unpack
from ppul.datasets.download import ALGORITHMS, has_checksum, say
from ppul.datasets.files import fetch, folders, is_chosen_by_user, search


def get_file(
    fname: str | os.PathLike[str] | None = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Sequence[str] | None = "auto",
    cache_dir: str | os.PathLike[str] | None = None,
    force_download: bool = False,
) -> str:
    """Return the path of a file that is downloaded unless it is here already.

    A file in the folder that `PPUL_DATA_DIR` names (which stands for `datasets`) is taken as it is.
    One in the cache that has another checksum is replaced once a download with the right one is
    complete.

    Args:
        fname: Name to keep it under, by default the URL's. An archive's content goes into
            `fname`, or, where that has an ending, into `<name without ending>_extracted`.
        origin: URL of the file.
        untar: Unpack it as a tar archive (older spelling of `extract`).
        md5_hash: MD5 checksum (older spelling of `file_hash`).
        file_hash: MD5 or SHA-256 checksum of the file, in hexadecimal digits.
        cache_subdir: Folder in the cache.
        hash_algorithm: "md5", "sha256", or "auto" to tell by the length.
        extract: Unpack it as a tar or zip archive.
        archive_format: "tar", "zip", "auto" for either, or a list of them.
        cache_dir: The cache, by default `KERAS_HOME` or `~/.keras`; a folder `.keras` among the
            system's temporary files where that cannot be written.
        force_download: Download again even if it is here.

    Returns:
        Path of the file, or of the folder with the archive's content.

    Raises:
        ValueError: If an argument is wrong, the download has another checksum, or the archive is
            none or would write outside its folder.
        FileNotFoundError: If it is not here and cannot be downloaded.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "a.txt").write_text("A")
        >>> path = get_file(origin=(folder / "a.txt").as_uri(), cache_dir=folder / "cache")
        >>> Path(path).relative_to(folder).as_posix()
        'cache/datasets/a.txt'
    """
    if not origin:
        raise ValueError("get_file: `origin` is missing; expected the URL of the file to download.")
    name = _file_name(fname, origin)
    checksum = _checksum(file_hash, md5_hash, hash_algorithm)
    places = folders(cache_dir, cache_subdir)
    obtain = partial(
        _obtain,
        origin=origin,
        checksum=checksum,
        places=places,
        force=force_download,
        chosen_by_user=is_chosen_by_user(cache_dir, cache_subdir),
    )
    if not (extract or untar):
        return str(obtain(name)[0])

    stem = name.partition(".")[0]
    keeps_ending = fname is not None and stem != name
    archive_name = name if keeps_ending else f"{name}_archive"
    folder_name = f"{stem}_extracted" if keeps_ending else name
    if not force_download and not search([archive_name], places):
        unpacked = search([folder_name], places)
        if unpacked:
            return str(unpacked)
    archive, is_new = obtain(archive_name)
    folder = places[-1] / folder_name
    if is_new or not folder.exists():
        unpack(archive, folder, "tar" if untar else archive_format)
    return str(folder)


def _file_name(fname: str | os.PathLike[str] | None, origin: str) -> str:
    if fname is None:
        name = PurePosixPath(urllib.parse.unquote(urllib.parse.urlparse(origin).path)).name
        if not name:
            raise ValueError(f"get_file: {origin!r} ends in no file name; give one as `fname`.")
        return name
    name = os.fspath(fname)
    if name in ("", ".", "..") or Path(name).name != name:
        raise ValueError(
            f"get_file: `fname` must be a file name without folders; got {name!r}. "
            "Name the folder by `cache_dir` and `cache_subdir`."
        )
    return name


def _checksum(file_hash: str | None, md5_hash: str | None, algorithm: str) -> str | None:
    one_of("get_file", "hash_algorithm", algorithm, ("auto", *ALGORITHMS.values()))
    if file_hash is None:
        file_hash, algorithm = md5_hash, "md5"
    if file_hash is None:
        return None
    found = ALGORITHMS.get(len(file_hash))
    if found is None or algorithm not in ("auto", found):
        raise ValueError(
            f"get_file: {file_hash!r} is no checksum for `hash_algorithm` {algorithm!r}; expected "
            "32 hexadecimal digits of an MD5 or 64 of a SHA-256."
        )
    return file_hash


def _obtain(
    name: str,
    origin: str,
    checksum: str | None,
    places: Sequence[Path],
    *,
    force: bool,
    chosen_by_user: bool,
) -> tuple[Path, bool]:
    """Return where the file is, and whether it was downloaded just now."""
    cache = places[-1]
    present = None if force else search([name], places)
    if present and checksum and present.parent == cache and not has_checksum(present, checksum):
        say(f"{present} has another checksum than {checksum}; downloading it again.")
        present = None
    if present:
        return present, False
    fetch(origin, cache / name, checksum, [name], places, chosen_by_user=chosen_by_user)
    return cache / name, True
