"""Settings by name, as entries and as attributes."""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from typing import Any


class Config(MutableMapping[str, Any]):
    """A dict whose entries are attributes too, and which can be frozen.

    Args:
        **kwargs: The entries.

    Example:
        >>> config = Config(units=3)
        >>> config.rate = 0.5
        >>> config["units"], config.as_dict()
        (3, {'units': 3, 'rate': 0.5})
    """

    def __init__(self, **kwargs: Any) -> None:
        self.__dict__["_entries"] = dict(kwargs)
        self.__dict__["_frozen"] = False

    @property
    def frozen(self) -> bool:
        """Whether it cannot be changed."""
        return self.__dict__["_frozen"]

    def freeze(self) -> None:
        """Let it not be changed any more."""
        self.__dict__["_frozen"] = True

    def unfreeze(self) -> None:
        """Let it be changed again."""
        self.__dict__["_frozen"] = False

    def as_dict(self) -> dict[str, Any]:
        """Return the entries as a dict."""
        return dict(self._entries)

    def to_json(self) -> str:
        """Return the entries as JSON."""
        return json.dumps(self._entries)

    def get(self, keyname: str, value: Any = None) -> Any:
        """Return an entry, or `value` where there is none."""
        return self._entries.get(keyname, value)

    def __getitem__(self, key: str) -> Any:
        return self._entries[key]

    def __setitem__(self, key: str, item: Any) -> None:
        self._check("set", key)
        self._entries[key] = item

    def __delitem__(self, key: str) -> None:
        self._check("delete", key)
        del self._entries[key]

    def __contains__(self, item: object) -> bool:
        return item in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getattr__(self, name: str) -> Any:
        entries = self.__dict__.get("_entries", {})
        if name not in entries:
            raise AttributeError(
                f"This Config has no {name!r}; it has {sorted(entries)}.", name=name
            )
        return entries[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __repr__(self) -> str:
        return f"<Config {self._entries}>"

    def _check(self, what: str, key: str) -> None:
        if self.frozen:
            raise ValueError(
                f"Cannot {what} {key!r}: this Config is frozen. Call `unfreeze()` first."
            )
