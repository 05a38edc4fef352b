"""Where data files are found: the user's folder, Keras's cache, and last the network."""

from __future__ import annotations

import contextlib
import http.client
import os
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ppul.datasets.download import download

# Where the files of Keras's data sets are published.
PUBLISHED = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"

# What reading a file raises when its content is not what its name promises.
_BROKEN = (
    ValueError,
    TypeError,
    KeyError,
    OverflowError,
    EOFError,
    MemoryError,
    RuntimeError,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)


def find_file(names: str | Sequence[str], origin: str, checksum: str | None = None) -> Path:
    """Find a file of a data set; download it if it is nowhere.

    It is looked for in the folder that `PPUL_DATA_DIR` names, then in Keras's cache (`KERAS_HOME`,
    else `~/.keras`, there in `datasets`). What is found is the user's: it is neither checked nor
    changed. A download goes into Keras's cache.

    Args:
        names: The name it is kept under, then other files or folders that serve as well. May be
            a path from the folder, or an absolute path.
        origin: URL to download the first of them from.
        checksum: MD5 or SHA-256 of the download, in hexadecimal digits.

    Raises:
        FileNotFoundError: If it is in none of the folders and the download fails.
        ValueError: If the download has another checksum.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "mine.npz"
        >>> path.touch()
        >>> find_file(str(path), "https://example.org/mine.npz") == path
        True
    """
    names = [names] if isinstance(names, str) else list(names)
    places = folders()
    found = search(names, places)
    if found:
        return found
    destination = places[-1] / Path(names[0]).expanduser()
    fetch(origin, destination, checksum, names, places)
    return destination


def folders(
    cache_dir: str | os.PathLike[str] | None = None, subfolder: str = "datasets"
) -> list[Path]:
    """Return the folders to look in; the last one is where a download goes.

    Args:
        cache_dir: Instead of Keras's folder, `KERAS_HOME` or `~/.keras`.
        subfolder: A folder in it. `PPUL_DATA_DIR` stands for its `datasets`.
    """
    result = []
    chosen = os.environ.get("PPUL_DATA_DIR")
    if chosen and is_chosen_by_user(cache_dir, subfolder):
        result.append(Path(chosen, *Path(subfolder).parts[1:]).expanduser())
    home = Path(cache_dir or os.environ.get("KERAS_HOME") or "~/.keras").expanduser()
    result.append(home / subfolder)
    if not _writable(home):
        result.append(Path(tempfile.gettempdir(), ".keras", subfolder))
    return result


def is_chosen_by_user(cache_dir: str | os.PathLike[str] | None, subfolder: str) -> bool:
    """Return whether `PPUL_DATA_DIR` may stand for a folder of the cache."""
    return cache_dir is None and Path(subfolder).parts[:1] == ("datasets",)


def search(names: Sequence[str], places: Sequence[Path]) -> Path | None:
    """Return the first of the names that exists, in the first of the places that has one."""
    paths = (place / Path(name).expanduser() for place in places for name in names)
    return next((path for path in paths if _exists(path)), None)


def fetch(
    origin: str,
    destination: Path,
    checksum: str | None,
    names: Sequence[str],
    places: Sequence[Path],
    *,
    chosen_by_user: bool = True,
) -> None:
    """Download; if that fails, say what was looked for, where, and what to do.

    Args:
        origin: URL of the file.
        destination: Where it goes.
        checksum: MD5 or SHA-256 of the download, in hexadecimal digits.
        names: The names it was looked for under.
        places: The folders it was looked for in.
        chosen_by_user: Whether `PPUL_DATA_DIR` may name one of them.

    Raises:
        FileNotFoundError: If the download fails.
        ValueError: If the download has another checksum.
    """
    try:
        download(origin, destination, checksum)
    except (OSError, http.client.HTTPException) as error:
        wanted = " or ".join(names)
        searched = "\n".join(f"  {_described(place)}" for place in places)
        unset = elsewhere = ""
        if chosen_by_user:
            elsewhere = ", or into a folder of your choice and set PPUL_DATA_DIR to that folder"
            if not os.environ.get("PPUL_DATA_DIR"):
                unset = "  PPUL_DATA_DIR, which is not set\n"
        raise FileNotFoundError(
            f"{names[0]} is not on this machine and could not be downloaded from {origin}: "
            f"{error}.\n"
            f"Looked for {wanted} in\n{unset}{searched}\n"
            f"Download it where there is network and put it there as {destination}{elsewhere}."
        ) from None  # urllib's forty lines of traceback say no more than `error` does.


@contextlib.contextmanager
def reading(path: Path, expected: str) -> Iterator[None]:
    """Say which file it was, and what to do, when reading one in the block fails.

    Args:
        path: The file read.
        expected: What should have been in it.

    Raises:
        ValueError: If the block finds the file broken.
    """
    try:
        yield
    except (*_BROKEN, OSError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # The file system's word, which names the file already.
        reason = error.args[0] if isinstance(error, KeyError) else error
        raise ValueError(
            f"{path} could not be read; expected {expected}: {reason}. A file that is found is "
            "used as it is: put the right one there, or remove it to have it downloaded."
        ) from error


def _writable(folder: Path) -> bool:
    """Whether the folder can be written in, or made."""
    existing = next(f for f in (folder, *folder.absolute().parents) if _exists(f))
    return existing.is_dir() and os.access(existing, os.W_OK)


def _exists(path: Path) -> bool:
    # `Path.exists` raises where a folder above may not be entered.
    return os.access(path, os.F_OK)


def _described(place: Path) -> str:
    chosen = os.environ.get("PPUL_DATA_DIR")
    remark = " (PPUL_DATA_DIR)" if chosen and place == Path(chosen).expanduser() else ""
    return f"{place}{remark}" + ("" if place.is_dir() else ", which does not exist")
