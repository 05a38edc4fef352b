"""Downloading a file: watched, checked, and either complete or not there at all."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TypeAlias

Advance: TypeAlias = Callable[[int], object]

ALGORITHMS = {32: "md5", 64: "sha256"}
BLOCK_BYTES = 1 << 18
# Of silence, not of the whole download.
TIMEOUT_S = 30.0
# Between two lines of progress where there is no terminal.
LINE_INTERVAL_S = 5.0


def download(origin: str, destination: Path, checksum: str | None = None) -> None:
    """Download `origin` to `destination`, which appears only when complete and checked.

    Args:
        origin: URL of the file.
        destination: Where it goes; missing folders are made, an existing file is replaced.
        checksum: MD5 or SHA-256 as hexadecimal digits, or None to go without.

    Raises:
        OSError: If the connection fails or ends early, or the file cannot be written.
        ValueError: If what came has another checksum.

    Example:
        >>> import tempfile
        >>> folder = Path(tempfile.mkdtemp())
        >>> _ = (folder / "here.txt").write_text("five!")
        >>> download((folder / "here.txt").as_uri(), folder / "new" / "there.txt")
        >>> (folder / "new" / "there.txt").read_text()
        'five!'
    """
    digest = _digest(checksum)
    # The caller's URL, of whatever scheme: Keras's users keep files at `file:` URLs, too.
    request = urllib.request.Request(origin, headers={"User-Agent": "ppul"})  # noqa: S310
    with (
        urllib.request.urlopen(request, timeout=TIMEOUT_S) as response,  # noqa: S310 - as above
        write_beside(destination) as file,
    ):
        expected = int(response.headers.get("Content-Length") or 0)
        received = 0
        with _progress(origin, destination, expected) as advance:
            while block := response.read(BLOCK_BYTES):
                file.write(block)
                digest.update(block)
                received += len(block)
                advance(len(block))
        if received < expected:
            raise ConnectionError(f"the connection ended after {received} of {expected} bytes")
        if checksum and digest.hexdigest() != checksum.lower():
            raise ValueError(
                f"{origin} gave a file whose {digest.name} checksum is {digest.hexdigest()} "
                f"instead of {checksum}; it was not kept. Try again; if it stays so, the file at "
                "that address is another one."
            )


def has_checksum(path: Path, checksum: str) -> bool:
    """Return whether the file has this MD5 or SHA-256 checksum (hexadecimal digits)."""
    digest = _digest(checksum)
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest() == checksum.lower()


@contextlib.contextmanager
def write_beside(destination: Path) -> Iterator[IO[bytes]]:
    """Open a file for writing that takes its name only if the block succeeds.

    Example:
        >>> import tempfile
        >>> path = Path(tempfile.mkdtemp()) / "numbers.txt"
        >>> with write_beside(path) as file:
        ...     _ = file.write(b"1 2 3")
        >>> path.read_bytes()
        b'1 2 3'
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    unfinished = destination.with_name(f".{destination.name}.{secrets.token_hex(4)}.part")
    try:
        with unfinished.open("xb") as file:
            yield file
        unfinished.replace(destination)
    finally:
        unfinished.unlink(missing_ok=True)


def say(text: str) -> None:
    """Tell the user something, beside the program's own output."""
    sys.stderr.write(f"{text}\n")


def _digest(checksum: str | None) -> hashlib._Hash:
    if checksum is None:
        return hashlib.sha256()
    if len(checksum) not in ALGORITHMS:
        raise ValueError(
            f"The checksum {checksum!r} has {len(checksum)} characters; expected an MD5 (32 "
            "hexadecimal digits) or a SHA-256 (64)."
        )
    return hashlib.new(ALGORITHMS[len(checksum)], usedforsecurity=False)


def _progress(
    origin: str, destination: Path, size: int
) -> contextlib.AbstractContextManager[Advance]:
    say(f"Downloading {origin} to {destination}" + (f" ({_megabytes(size)})" if size else ""))
    return _bar(size) if sys.stderr.isatty() else _lines(size)


@contextlib.contextmanager
def _bar(size: int) -> Iterator[Advance]:
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
    from rich.progress import TransferSpeedColumn as SpeedColumn

    columns = (BarColumn(), DownloadColumn(), SpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=size or None)
        yield lambda count: progress.advance(task, count)


@contextlib.contextmanager
def _lines(size: int) -> Iterator[Advance]:
    received = 0
    last = time.monotonic()

    def advance(count: int) -> None:
        nonlocal received, last
        received += count
        if time.monotonic() - last >= LINE_INTERVAL_S:
            last = time.monotonic()
            share = f" ({received / size:.0%})" if size else ""
            say(f"  {_megabytes(received)}{share}")

    yield advance
    say(f"  {_megabytes(received)} received")


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
