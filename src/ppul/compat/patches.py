"""Changes of classes and modules in place that can be undone."""

from __future__ import annotations

from typing import Any

_MISSING = object()


class Patches:
    """Attributes set on classes and modules, until they are undone in the reverse order.

    Example:
        >>> class Thing:
        ...     size = 1
        >>> patches = Patches()
        >>> patches.set(Thing, "size", 2)
        >>> patches.set(Thing, "colour", "red")
        >>> Thing.size, Thing.colour
        (2, 'red')
        >>> patches.undo()
        >>> Thing.size, hasattr(Thing, "colour")
        (1, False)
    """

    def __init__(self) -> None:
        self._before: list[tuple[Any, str, Any]] = []

    def set(self, owner: Any, name: str, value: Any) -> None:
        """Set an attribute of a class or module."""
        self._before.append((owner, name, vars(owner).get(name, _MISSING)))
        setattr(owner, name, value)

    def add(self, owner: type, source: type) -> None:
        """Give a class what is defined in another and it does not have itself."""
        for name, value in vars(source).items():
            if not name.startswith("__") and not hasattr(owner, name):
                self.set(owner, name, value)

    def undo(self) -> None:
        """Put everything back."""
        while self._before:
            owner, name, value = self._before.pop()
            if value is _MISSING:
                delattr(owner, name)
            else:
                setattr(owner, name, value)
