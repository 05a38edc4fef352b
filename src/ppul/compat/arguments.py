"""Arguments as they were once called: renamed, dropped or computed, then passed on.

A callable is wrapped where rows speak of it; what it did not have under another name stays as it
is, and gets the callable's own error.
"""

from __future__ import annotations

import functools
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ppul.compat.rows import After, Argument, Into, Only, Order, Rows
from ppul.core.config import Configurable

_PLACE = re.compile(r"(\w+)\[(\d)\]")


class Spelling:
    """How one callable was once called.

    Args:
        paths: Its path in Keras ("layers.Dense", "models.Model.fit"), those of its base classes
            before it.
        parameters: The parameters that it has, `self` aside.
        tables: Tables of rows; what a later one says counts.
    """

    def __init__(
        self,
        paths: Sequence[str],
        parameters: Mapping[str, inspect.Parameter],
        tables: Sequence[Rows],
    ) -> None:
        self.path = paths[-1]
        self.parameters = parameters
        self.order: Order | None = None
        self.arguments: dict[str, Argument] = {}
        self.defaults: dict[str, Any] = {}
        self.values: dict[str, Mapping[Any, Any]] = {}
        for table in tables:
            self.values |= table.values
            for prefix in dict.fromkeys(p for path in paths for p in _prefixes(path)):
                for old, row in table.arguments.get(prefix, {}).items():
                    if old not in parameters and (prefix in paths or self._has_place_for(row)):
                        self.arguments[old] = row
            self.order = table.orders.get(self.path, self.order)
            self.defaults |= table.defaults.get(self.path, {})

    def __bool__(self) -> bool:
        return bool(self.arguments or self.order or self.defaults)

    def translate(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any], list[tuple[After, Any]]]:
        """Return arguments as they are called now, and what is left to do with the result.

        Raises:
            TypeError: If an argument has no counterpart, or is given twice.
        """
        if self.order is not None and self.order.fits(args):
            names = self.order.names.split()
            args, kwargs = (), self._merged(dict(zip(names, args, strict=False)), kwargs)
        old = {name: value for name, value in kwargs.items() if name in self.arguments}
        new = {name: value for name, value in kwargs.items() if name not in old}
        for target, value in self._renamed(old).items():
            new = self._merged(new, {target: value})
        given = list(self.parameters)[: len(args)]
        new = {n: v for n, v in self.defaults.items() if n not in given} | new
        rows = [(self.arguments[name], value) for name, value in old.items()]
        computed = [(row, value) for row, value in rows if isinstance(row, Into)]
        if computed:
            args, new = (), dict(zip(self.parameters, args, strict=False)) | new
        for row, value in computed:
            row.function(value, new, self.parameters)
        return args, new, [(row, value) for row, value in rows if isinstance(row, After)]

    def _renamed(self, old: dict[str, Any]) -> dict[str, Any]:
        """The arguments that have new names, under these."""
        new: dict[str, Any] = {}
        places: dict[str, dict[int, Any]] = {}
        for name, value in old.items():
            row = self.arguments[name]
            if isinstance(row, Only):
                self._check(name, value, row)
            if not isinstance(row, str):
                continue
            target, place = self._target(row)
            if place is not None:
                places.setdefault(target, {})[place] = value
            else:
                new = self._merged(new, {target: self._value(target, value)})
        for target, values in places.items():
            new = self._merged(new, {target: tuple(values[i] for i in sorted(values))})
        return new

    def signature(self) -> inspect.Signature:
        """The signature with the old names behind the others."""
        kinds = inspect.Parameter
        own = list(self.parameters.values())
        rest = [p for p in own if p.kind is kinds.VAR_KEYWORD]
        old = [kinds(name, kinds.KEYWORD_ONLY, default=None) for name in sorted(self.arguments)]
        return inspect.Signature([*(p for p in own if p not in rest), *old, *rest])

    def _has_place_for(self, row: Argument) -> bool:
        return row is None or (isinstance(row, str) and self._target(row)[0] in self.parameters)

    def _target(self, row: str) -> tuple[str, int | None]:
        """The first of the new names that the callable has, and the place in it."""
        names = row.split()
        found = next((n for n in names if n.partition("[")[0] in self.parameters), names[0])
        place = _PLACE.fullmatch(found)
        return (place[1], int(place[2])) if place else (found, None)

    def _value(self, target: str, value: Any) -> Any:
        known = self.values.get(target, {})
        return known.get(value, value) if isinstance(value, (str, type(None))) else value

    def _merged(self, first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
        twice = sorted(first.keys() & second.keys())
        if twice:
            raise TypeError(
                f"{self.path}: `{twice[0]}` was given twice: {first[twice[0]]!r} and, under an older "
                f"name or by position, {second[twice[0]]!r}. Give it once."
            )
        return first | second

    def _check(self, name: str, value: Any, row: Only) -> None:
        if value not in row.values:
            allowed = " or ".join(map(repr, row.values))
            raise TypeError(
                f"{self.path}: `{name}={value!r}` has no counterpart; only {allowed} can be given. "
                "Leave the argument out."
            )


def wrapped(function: Callable[..., Any], spelling: Spelling) -> Callable[..., Any]:
    """Return a function that takes old arguments too."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        args, kwargs, later = spelling.translate(args, kwargs)
        result = function(*args, **kwargs)
        for row, value in later:
            result = row.function(result, value)
        return result

    call.__signature__ = spelling.signature()  # type: ignore[attr-defined]
    return call


def wrapped_method(method: Callable[..., Any], spelling: Spelling) -> Callable[..., Any]:
    """Return a method that takes old arguments too; an `__init__` applies the rest to its object."""

    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        args, kwargs, later = spelling.translate(args, kwargs)
        if type(self).__init__ is call and isinstance(self, Configurable):
            self.__dict__["_given"] = (args, kwargs)
        result = method(self, *args, **kwargs)
        for row, value in later:
            row.function(self, value)
        return result

    me = inspect.Parameter("self", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    signature = spelling.signature()
    parameters = [me, *signature.parameters.values()]
    call.__signature__ = signature.replace(parameters=parameters)  # type: ignore[attr-defined]
    return call


def parameters_of(function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    """Return the parameters of a function, `self` aside."""
    found = dict(inspect.signature(inspect.unwrap(function)).parameters)
    found.pop("self", None)
    return found


def _prefixes(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]
