"""ppul's classes and functions made to take old spellings: classes in place, functions wrapped.

Classes are changed where they are, so that there is one `Dense`, whoever speaks to it; what was
changed is undone when the old spellings are switched off.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from ppul.compat.arguments import Spelling, parameters_of, wrapped, wrapped_method
from ppul.compat.patches import Patches
from ppul.compat.rows import Rows


class Adapter:
    """Lets old arguments, methods and defaults be used.

    Args:
        tables: Rows of old spellings.
        methods: Path of a class to a class with the methods that it had.
        patches: What keeps account of changes.
    """

    def __init__(
        self, tables: Sequence[Rows], methods: Mapping[str, type], patches: Patches
    ) -> None:
        self.tables = tables
        self.methods = methods
        self.patches = patches
        self._adapted: set[type] = set()
        self._functions: dict[str, Callable[..., Any]] = {}

    def adapt(self, path: str, target: Any) -> Any:
        """Return an object of ppul as what it is handed out under an old path.

        Args:
            path: The path; a class with rows under another path than its own becomes a function.
            target: A class, which is changed, a function, or anything else.
        """
        if inspect.isclass(target):
            self.adapt_class(target)
            if path in _paths(target) or not self._has_rows(path):
                return target
        elif not isinstance(target, functools.partial) and not inspect.isroutine(target):
            return target
        if path not in self._functions:
            spelling = self._spelling([path], target)
            self._functions[path] = wrapped(target, spelling) if spelling else target
        return self._functions[path]

    def adapt_class(self, cls: type) -> None:
        """Let a class, and its base classes, take old arguments and have their old methods."""
        for base in reversed(cls.__mro__):
            if base.__module__.startswith("ppul.") and base not in self._adapted:
                self._adapted.add(base)
                self._adapt_own(base)

    def _adapt_own(self, cls: type) -> None:
        paths = list(_paths(cls))
        if paths[-1] in self.methods:
            self.patches.add(cls, self.methods[paths[-1]])
        own = vars(cls)
        if "__init__" in own or self._has_rows(paths[-1]):
            spelling = self._spelling(paths, cls.__init__)
            if spelling:
                if "__new__" in own:
                    self.patches.set(cls, "__new__", _translating(own["__new__"], spelling))
                self.patches.set(cls, "__init__", wrapped_method(cls.__init__, spelling))
        for name in self._methods_with_rows(paths[-1]):
            method = inspect.getattr_static(cls, name, None)
            if inspect.isfunction(method):
                spelling = self._spelling([f"{paths[-1]}.{name}"], method)
                self.patches.set(cls, name, wrapped_method(method, spelling))

    def _has_rows(self, path: str) -> bool:
        return any(
            path in rows
            for table in self.tables
            for rows in (table.arguments, table.defaults, table.orders)
        )

    def _methods_with_rows(self, path: str) -> list[str]:
        found = {
            key.removeprefix(f"{path}.")
            for table in self.tables
            for rows in (table.arguments, table.defaults, table.orders)
            for key in rows
            if key.startswith(f"{path}.")
        }
        return sorted(found)

    def _spelling(self, paths: list[str], function: Callable[..., Any]) -> Spelling:
        return Spelling(paths, parameters_of(function), self.tables)


def _paths(cls: type) -> Iterator[str]:
    """The paths in Keras of a class and its base classes, its own last."""
    for base in reversed(cls.__mro__):
        if base.__module__.startswith("ppul."):
            part = base.__module__.split(".")[1]
            yield base.__name__ if part == "core" else f"{part}.{base.__name__}"


def _translating(new: Any, spelling: Spelling) -> staticmethod:
    """A `__new__` that is given the arguments as they are called now."""

    def make(cls: type, *args: Any, **kwargs: Any) -> Any:
        args, kwargs, _ = spelling.translate(args, kwargs)
        return new.__func__(cls, *args, **kwargs)

    return staticmethod(make)
