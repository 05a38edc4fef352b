"""Configurations read off constructors: what is written once cannot disagree with itself."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from ppul.core.types import Config


class Configurable:
    """An object whose configuration is its constructor's arguments, kept as attributes.

    A class that stores an argument under another name or form needs nothing more either: what
    the constructor was given is remembered.

    Example:
        >>> class Scale(Configurable):
        ...     def __init__(self, factor=2.0):
        ...         self.factor = factor
        >>> Scale(3.0).get_config()
        {'factor': 3.0}
        >>> Scale.from_config({"factor": 4.0}).factor
        4.0
    """

    # Constructor arguments that are kept under other names.
    _kept_as: ClassVar[Mapping[str, str]] = {}

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        instance = super().__new__(cls)
        instance.__dict__["_given"] = (args, kwargs)
        return instance

    def get_config(self) -> Config:
        """Return the constructor arguments, in plain values."""
        from ppul.core.serialization import config_value

        return {name: config_value(self._argument(name)) for name in constructor_names(type(self))}

    @classmethod
    def from_config(cls, config: Config) -> Self:
        """Return an object from what `get_config` returned."""
        from ppul.core.serialization import deserialize_arguments

        return cls(**deserialize_arguments(config))

    def _argument(self, name: str) -> Any:
        """The value of a constructor argument: the attribute of that name, or what was given."""
        try:
            return getattr(self, self._kept_as.get(name, name))
        except AttributeError:
            pass
        args, kwargs = self.__dict__["_given"]
        signature = inspect.signature(inspect.unwrap(type(self).__init__))
        given = signature.bind_partial(self, *args, **kwargs)
        given.apply_defaults()
        if name in given.arguments:
            return given.arguments[name]
        return given.kwargs[name]


@functools.cache
def constructor_names(cls: type, stop: type = Configurable) -> tuple[str, ...]:
    """Return the named arguments of a constructor; `**kwargs` stands for the base class's.

    Example:
        >>> class Base(Configurable):
        ...     def __init__(self, name=None): ...
        >>> class Derived(Base):
        ...     def __init__(self, units, **kwargs): ...
        >>> constructor_names(Derived)
        ('name', 'units')
    """
    names: list[str] = []
    for base in cls.__mro__:
        if base is stop or base is object:
            break
        if "__init__" not in base.__dict__:
            continue
        # Of the function itself: what is wrapped around it may take more, such as older names.
        function = inspect.unwrap(base.__dict__["__init__"])
        parameters = list(inspect.signature(function).parameters.values())[1:]
        kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        own = [p.name for p in parameters if p.kind not in kinds]
        names = [n for n in own if n not in names] + names
        if not any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters):
            break
    return tuple(names)
