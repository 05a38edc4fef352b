"""What is put right in silence would puzzle later: it is said, once, with the user's line."""

from __future__ import annotations

import functools
import site
import sys
import sysconfig
from pathlib import Path
from types import FrameType

_said: set[str] = set()


def say(text: str, frame: FrameType | None = None) -> None:
    """Write a note to stderr, unless it was written before.

    Args:
        text: The note.
        frame: The user's frame that it is about.
    """
    if text in _said:
        return
    _said.add(text)
    where = f"{Path(frame.f_code.co_filename).name}:{frame.f_lineno}: " if frame else ""
    sys.stderr.write(f"ppul run: {where}{text}\n")


def users_frame(frame: FrameType | None) -> FrameType | None:
    """Return the innermost frame, from `frame` outwards, of code that is the user's own."""
    while frame is not None and not is_users(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def is_users(filename: str) -> bool:
    """Return whether a file of code is the user's own, and no library's.

    Example:
        >>> is_users(sys.modules["json"].__file__), is_users("/home/me/train.py")
        (False, True)
    """
    return not filename.startswith(("<frozen", *_library_folders()))


@functools.cache
def _library_folders() -> tuple[str, ...]:
    paths = sysconfig.get_paths()
    folders = {paths[name] for name in ("stdlib", "platstdlib", "purelib", "platlib")}
    folders |= {*site.getsitepackages(), site.getusersitepackages(), str(Path(__file__).parents[1])}
    return tuple(f"{folder}/" for folder in folders)
