"""Public names of a package, imported when first used (PEP 562).

A package's public names are one list, its `__init__.pyi`, which type checkers read too. The
lines that count are `from ppul.x.y import Name as Name`, `from . import sub as sub` and, for a
second name of the same object, `Alias = Name`.

Example:
    In a package's `__init__.py`, all there is:

    from ppul._lazy import attach

    __getattr__, __dir__, __all__ = attach(__name__, __file__)
"""

from __future__ import annotations

import gc
import importlib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

# Not `ast.parse`: 3.6 ms for 600 names, where this takes 0.5 ms. The formatter wraps a long line
# in parentheses.
_IMPORT = re.compile(r"^from\s+(\S+)\s+import[\s(]+(\w+)\s+as\s+(\w+)", re.MULTILINE)
_ALIAS = re.compile(r"^(\w+) = (\w+)$", re.MULTILINE)


def attach(
    package: str, stub_file: str
) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """Return the `__getattr__`, `__dir__` and `__all__` of a package with a stub.

    Args:
        package: The package's `__name__`.
        stub_file: Its `__init__.pyi`, or the `__init__.py` beside it.

    Returns:
        Three values to assign to those names in the package.
    """
    stub = Path(stub_file).with_suffix(".pyi").read_text(encoding="utf-8")
    sources = {name: (module, original) for module, original, name in _IMPORT.findall(stub)}
    aliases: dict[str, str] = dict(_ALIAS.findall(stub))
    public = sorted([*sources, *aliases])

    def __getattr__(name: str) -> Any:  # noqa: N807 - becomes the package's own
        if name in aliases:
            value = getattr(sys.modules[package], aliases[name])
        elif name not in sources:
            raise AttributeError(_unknown(package, name, public), name=name)
        else:
            module, original = sources[name]
            if module in (".", package):
                value = load(f"{package}.{original}")
            else:
                value = getattr(load(module), original)
        setattr(sys.modules[package], name, value)
        return value

    return __getattr__, public.copy, public


def load(module: str) -> Any:
    """Import a module without looking for garbage in what it makes.

    There is none, and looking through all of JAX is a sixth of the time that its import takes.
    """
    if module in sys.modules or not gc.isenabled():
        return importlib.import_module(module)
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        if gc.get_freeze_count() == 0:  # else somebody's frozen objects would thaw
            gc.freeze()  # all is old now, without having been looked through
            gc.unfreeze()
        gc.enable()


def _unknown(package: str, name: str, public: list[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, public, n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    return f"module {package!r} has no attribute {name!r}.{hint}"
