"""Attributes that are layers, variables, metrics, ... are noticed when they are assigned.

Lists and dictionaries of them too, also when something is added later: in the order of assignment,
which is the order of the weights in files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


class Tracker:
    """Sorts values into lists by what they are.

    Args:
        kinds: For each kind, whether a value is of it, and the list it goes to.

    Example:
        >>> numbers = []
        >>> tracker = Tracker({"numbers": (lambda v: isinstance(v, float), numbers)})
        >>> values = tracker.track([1.0, "a"])
        >>> values.append(2.0)
        >>> numbers, values
        ([1.0, 2.0], [1.0, 'a', 2.0])
    """

    def __init__(self, kinds: dict[str, tuple[Callable[[Any], bool], list[Any]]]) -> None:
        self.kinds = kinds

    def track(self, value: Any) -> Any:
        """Note `value` if it is of a kind; return it, containers as ones that note additions."""
        for belongs, found in self.kinds.values():
            if belongs(value):
                if not any(value is item for item in found):
                    found.append(value)
                return value
        if type(value) is list:
            return TrackedList(value, self)
        if type(value) is dict:
            return TrackedDict(value, self)
        if type(value) is tuple:
            return tuple(self.track(item) for item in value)
        return value

    def untrack(self, value: Any) -> None:
        """Forget `value`, or what a container holds."""
        for _, found in self.kinds.values():
            found[:] = [item for item in found if item is not value]
        if isinstance(value, (TrackedList, tuple)):
            for item in value:
                self.untrack(item)
        elif isinstance(value, TrackedDict):
            for item in value.values():
                self.untrack(item)


class TrackedList(list):
    """A list that tells a tracker what is put into it and taken out."""

    def __init__(self, values: Iterable[Any] = (), tracker: Tracker | None = None) -> None:
        self.tracker = tracker
        super().__init__(self._track(value) for value in values)

    def _track(self, value: Any) -> Any:
        return self.tracker.track(value) if self.tracker is not None else value

    def append(self, value: Any) -> None:
        super().append(self._track(value))

    def insert(self, index: Any, value: Any) -> None:
        super().insert(index, self._track(value))

    def extend(self, values: Iterable[Any]) -> None:
        super().extend(self._track(value) for value in values)

    def __iadd__(self, values: Iterable[Any]) -> TrackedList:  # type: ignore[override]
        self.extend(values)
        return self

    def __setitem__(self, key: Any, value: Any) -> None:
        self._untrack(self[key])
        super().__setitem__(key, self._track(value))

    def __delitem__(self, key: Any) -> None:
        self._untrack(self[key])
        super().__delitem__(key)

    def pop(self, index: Any = -1) -> Any:
        value = super().pop(index)
        self._untrack(value)
        return value

    def remove(self, value: Any) -> None:
        super().remove(value)
        self._untrack(value)

    def clear(self) -> None:
        for value in self:
            self._untrack(value)
        super().clear()

    def _untrack(self, value: Any) -> None:
        if self.tracker is not None:
            self.tracker.untrack(value)

    def __reduce__(self) -> Any:
        return (list, (list(self),))


class TrackedDict(dict):
    """A dictionary that tells a tracker what is put into it and taken out."""

    def __init__(
        self, values: dict[Any, Any] | None = None, tracker: Tracker | None = None
    ) -> None:
        self.tracker = tracker
        super().__init__({key: self._track(value) for key, value in (values or {}).items()})

    def _track(self, value: Any) -> Any:
        return self.tracker.track(value) if self.tracker is not None else value

    def __setitem__(self, key: Any, value: Any) -> None:
        if key in self and self.tracker is not None:
            self.tracker.untrack(self[key])
        super().__setitem__(key, self._track(value))

    def update(self, *args: Any, **kwargs: Any) -> None:
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def pop(self, key: Any, *default: Any) -> Any:
        if key in self and self.tracker is not None:
            self.tracker.untrack(self[key])
        return super().pop(key, *default)

    def __reduce__(self) -> Any:
        return (dict, (dict(self),))
