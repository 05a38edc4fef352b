"""The forms that rows of old spellings take; `keras1` and `keras2` are tables of them.

An argument's row says what became of it. A string names the new argument: of several, separated by
spaces, the first that the callable has; `kernel_size[1]` is a place in a tuple. `None` stands for
an argument that has no effect any more. The classes below are for the rest.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Only:
    """An argument without a counterpart, accepted with values that ask for nothing."""

    values: tuple[Any, ...]


@dataclass(frozen=True)
class Into:
    """An argument that becomes others: `function(value, arguments, parameters)` changes them.

    The parameters are those that the callable has.
    """

    function: Callable[[Any, dict[str, Any], Mapping[str, inspect.Parameter]], None]


@dataclass(frozen=True)
class After:
    """An argument applied to the result: `function(result, value)` returns what counts."""

    function: Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Order:
    """What arguments were called by position.

    Args:
        names: Old names, in order.
        types: What the first arguments must be for the old order to be meant.
    """

    names: str
    types: tuple[type, ...] = (object,)

    def fits(self, args: tuple[Any, ...]) -> bool:
        """Return whether arguments were given in this order."""
        return len(self.types) <= len(args) <= len(self.names.split()) and all(
            isinstance(value, kind) for value, kind in zip(args, self.types, strict=False)
        )


Argument: TypeAlias = str | Only | Into | After | None


@dataclass(frozen=True)
class Rows:
    """Rows of one age. Keys are paths in Keras: "layers.Dense", or "layers" for all in it.

    Args:
        modules: Namespaces, "keras" for the root, to the modules whose names are now in them; one
            that begins with a dot was below the first of them.
        names: Namespace to old names and what they are now: a name in the same namespace, a path,
            (either of these, arguments that are given), or an object.
        arguments: Path to arguments.
        orders: Path to the order of arguments.
        defaults: Path to defaults.
        values: New argument to old values and what they are now.
    """

    modules: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    arguments: Mapping[str, Mapping[str, Argument]] = field(default_factory=dict)
    orders: Mapping[str, Order] = field(default_factory=dict)
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    values: Mapping[str, Mapping[Any, Any]] = field(default_factory=dict)
