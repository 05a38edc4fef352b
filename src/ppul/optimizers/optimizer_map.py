"""OptimizerMap: which optimizer trains which weights."""

from __future__ import annotations

import re
from collections.abc import Iterator, MutableMapping
from typing import Any, Self

from ppul.core.registry import CustomObjectScope
from ppul.core.serialization import deserialize_arguments, serialize
from ppul.core.types import Config
from ppul.core.variable import Variable
from ppul.optimizers.base import Optimizer


class OptimizerMap(MutableMapping[str, Optimizer]):
    """A mapping of paths, as regular expressions, to optimizers.

    Args:
        default_optimizer: The optimizer of all weights whose path is none of those.
        optimizer_map: Regular expressions and optimizers.

    Raises:
        TypeError: If `default_optimizer` is no optimizer.
        ValueError: If a key is no text, is there already, or its value is no optimizer.

    Example:
        >>> from ppul.optimizers.adam import Adam
        >>> from ppul.optimizers.sgd import SGD
        >>> optimizers = OptimizerMap(SGD(), {"encoder/.*": Adam(name="careful")})
        >>> optimizers["encoder/dense/kernel"].name
        'careful'
    """

    def __init__(self, default_optimizer: Optimizer, optimizer_map: Any = None) -> None:
        if not isinstance(default_optimizer, Optimizer):
            raise TypeError(
                "OptimizerMap: `default_optimizer` must be an optimizer; got "
                f"{default_optimizer!r}. Make one with `ppul.optimizers.get(...)`."
            )
        self._default = default_optimizer
        self._map: dict[str, Optimizer] = {}
        self.update(optimizer_map or {})

    @property
    def default_optimizer(self) -> Optimizer:
        """The optimizer of weights that no key is for."""
        return self._default

    def __call__(self, variable: Variable) -> Optimizer:
        """Return the optimizer of a variable."""
        return self[variable.path]

    def __getitem__(self, key: str) -> Optimizer:
        """Return the optimizer of a key or path: that of the first key which is all of it."""
        if key in self._map:
            return self._map[key]
        found = (value for own, value in self._map.items() if re.fullmatch(own, key))
        return next(found, self._default)

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        """Add a key, which must be new."""
        if not isinstance(key, str):
            raise ValueError(f"OptimizerMap: a key must be a regular expression; got {key!r}.")
        if key in self._map:
            raise ValueError(
                f"OptimizerMap: {key!r} is there already, for {self._map[key].name!r}. Delete it "
                "first."
            )
        if not isinstance(optimizer, Optimizer):
            raise ValueError(
                f"OptimizerMap: the value of {key!r} must be an optimizer; got {optimizer!r}. Make "
                "one with `ppul.optimizers.get(...)`."
            )
        self._map[key] = optimizer

    def __delitem__(self, key: str) -> None:
        """Take a key out."""
        del self._map[key]

    def __len__(self) -> int:
        """Return the number of keys."""
        return len(self._map)

    def __iter__(self) -> Iterator[str]:
        """Go through the keys."""
        return iter(self._map)

    def get_config(self) -> Config:
        """Return the constructor arguments, in plain values."""
        each = {key: serialize(optimizer) for key, optimizer in self._map.items()}
        return {"default_optimizer": serialize(self._default), "optimizer_map": each}

    @classmethod
    def from_config(cls, config: Config, custom_objects: dict[str, Any] | None = None) -> Self:
        """Return a mapping from what `get_config` returned."""
        with CustomObjectScope(custom_objects):
            return cls(**deserialize_arguments(config))
