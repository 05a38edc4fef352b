"""Names as they were once: modules and what is in them, looked up in ppul when they are used.

A row names what an old name is now; whether ppul has it is asked when somebody wants it, so a
layer that is new in ppul is there under its old names too.
"""

from __future__ import annotations

import functools
import importlib
import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from types import ModuleType
from typing import Any

from ppul.compat.rows import Rows
from ppul.core.checks import suggestion

# The root, in rows: `keras` itself.
ROOT = "keras"


class Names:
    """Keras's names, in ppul.

    Args:
        tables: Rows of old names; none for Keras 3.
        finish: What is done to a class or function before it is handed out, given its old path.
    """

    def __init__(self, tables: Sequence[Rows], finish: Callable[[str, Any], Any]) -> None:
        self.tables = tables
        self.finish = finish
        self.old_modules = {m: s for table in tables for m, s in old_modules(table)}
        self._packages = {parent for module in self.old_modules for parent in _parents(module)}

    def has_module(self, path: str) -> bool:
        """Return whether there is a module of this path; "" is the root."""
        return path in self.old_modules or path in self._packages or namespace(path) is not None

    def find(self, module: str, name: str) -> Any:
        """Return what a name of a module means.

        Args:
            module: The module's path in Keras, "" for the root.
            name: A name in it, old or new.

        Raises:
            AttributeError: If there is no such name; the closest are told.
        """
        for space in self.spaces(module):
            row = self._row(space, name)
            found = public(space, name) if row is None else self._resolve(space, row)
            if found is not None:
                return self.finish(f"{space}.{name}" if space else name, found)
        raise AttributeError(self._unknown(module, name), name=name)

    def spaces(self, module: str) -> Sequence[str]:
        """The namespaces of ppul in which the names of a module are looked up."""
        return self.old_modules.get(module, (module,))

    def all_names(self, module: str) -> list[str]:
        """All names of a module that ppul has."""
        names: set[str] = set()
        for space in self.spaces(module):
            names.update(public_names(space))
            for table in self.tables:
                rows = table.names.get(space, {})
                names.update(name for name in rows if self._resolve(space, rows[name]) is not None)
        return sorted(names)

    def alias(self, kind: str, name: str) -> Any:
        """Return what an old name of an object of a kind ("losses") means, else None."""
        row = self._row(kind, name)
        return None if row is None else self._resolve(kind, row)

    def _row(self, space: str, name: str) -> Any:
        for table in reversed(self.tables):
            if name in table.names.get(space, {}):
                return table.names[space][name]
        return None

    def _resolve(self, space: str, row: Any) -> Any:
        if isinstance(row, tuple):
            target, given = row
            found = self._resolve(space, target)
            return None if found is None else functools.partial(found, **given)
        if not isinstance(row, str):
            return row
        return at(row.removeprefix(f"{ROOT}.")) if "." in row else public(space, row)

    def _unknown(self, module: str, name: str) -> str:
        full = f"{ROOT}.{module}" if module else ROOT
        for space in self.spaces(module):
            row = self._row(space, name)
            if row is not None:
                target = row[0] if isinstance(row, tuple) else row
                target = target if "." in target else f"{space}.{target}"
                return f"module {full!r}: {name!r} is {target!r} now, which ppul does not have yet."
        return (
            f"module {full!r} has no attribute {name!r}.{suggestion(name, self.all_names(module))} "
            f"(Here, {ROOT!r} is ppul.)"
        )


def at(path: str) -> Any:
    """Return ppul's public object at a path in Keras, else None.

    Example:
        >>> at("layers.Dense").__name__, at("Model.fit").__name__, at("layers.core")
        ('Dense', 'fit', None)
    """
    found: Any = importlib.import_module("ppul")
    for part in path.split(".") if path else ():
        if not inspect.ismodule(found):
            found = getattr(found, part, None)
        else:
            found = getattr(found, part) if part in _public_of(found) else None
    return found


def namespace(path: str) -> ModuleType | None:
    """Return ppul's public module of a path in Keras, else None."""
    if path.startswith("compat."):
        return importlib.import_module(f"ppul.{path}")
    found = at(path)
    return found if inspect.ismodule(found) else None


def public(space: str, name: str) -> Any:
    """Return a public object of a namespace of ppul, None where it has none of that name."""
    module = namespace(space)
    return getattr(module, name) if module is not None and name in _public_of(module) else None


def public_names(space: str) -> list[str]:
    """Return the public names of a namespace of ppul."""
    module = namespace(space)
    return [] if module is None else list(_public_of(module))


def _public_of(module: ModuleType) -> Iterable[str]:
    names = getattr(module, "__all__", None)
    if names is not None:
        return names
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", None) == module.__name__
    ]


def old_modules(table: Rows) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield the old modules of a table, and the namespaces in which their names are looked up."""
    for spaces, modules in table.modules.items():
        searched = tuple("" if space == ROOT else space for space in spaces.split())
        for module in modules.split():
            yield f"{searched[0]}{module}" if module.startswith(".") else module, searched


def _parents(path: str) -> Iterator[str]:
    while "." in path:
        path = path.rpartition(".")[0]
        yield path
