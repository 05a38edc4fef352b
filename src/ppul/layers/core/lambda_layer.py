"""Lambda: any function as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from ppul.core import registry
from ppul.core.types import Config, Shape, Tree
from ppul.layers.base import Layer

# Where the functions are that a file may name; all others are registered, or given.
_KINDS = ("activations", "ops", "losses", "metrics")


class Lambda(Layer):
    """A function of tensors as a layer; one with weights needs a class of its own.

    A `lambda` works, but cannot be saved: a file holds no code. Give a named function, registered
    by `ppul.saving.register_keras_serializable`, to a model that is to be saved.

    Args:
        function: Of the inputs, and of `mask` and `training` where it has such parameters.
        output_shape: Kept for Keras's signature; shapes are inferred.
        mask: The mask of the output, or a function of inputs and mask that returns it.
        arguments: Further arguments of the function.
        **kwargs: See `Layer`.

    Raises:
        TypeError: If `function` is not callable.

    Example:
        >>> import numpy as np
        >>> Lambda(lambda x, by: x * by, arguments={"by": 3})(np.array([1.0, 2.0])).tolist()
        [3.0, 6.0]
    """

    _kept_as: ClassVar = {"output_shape": "_output_shape"}

    def __init__(
        self,
        function: Callable[..., Any],
        output_shape: Shape | Callable[..., Any] | None = None,
        mask: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if not callable(function):
            raise TypeError(
                f"{self._where}: `function` must be a function; got {function!r} of type "
                f"{type(function).__name__}."
            )
        self.function = function
        self._output_shape = tuple(output_shape) if isinstance(output_shape, list) else output_shape
        self.mask = mask
        self.arguments = dict(arguments or {})
        self.supports_masking = mask is not None
        self._takes = inspect.signature(function).parameters

    def call(self, inputs: Tree, mask: Any = None, training: bool | None = None) -> Tree:
        """Return what the function returns."""
        offered = {"mask": mask, "training": training}
        taken = {name: value for name, value in offered.items() if name in self._takes}
        return self.function(inputs, **{**taken, **self.arguments})

    def compute_mask(self, inputs: Tree, previous_mask: Any = None) -> Any:
        """Return the mask of the output, None where none was given."""
        return self.mask(inputs, previous_mask) if callable(self.mask) else self.mask

    def get_config(self) -> Config:
        """Return the constructor arguments; functions by name."""
        config = super().get_config()
        named = {"function": self.function, "mask": self.mask, "output_shape": self._output_shape}
        return config | {name: _by_name(value) for name, value in named.items() if callable(value)}

    @classmethod
    def from_config(cls, config: Config) -> Any:
        """Return a layer from `get_config`'s result, here or in Keras.

        Raises:
            TypeError: If a function is kept as code, or its name is not known.
        """
        if isinstance(config.get("function"), list):  # as Keras 2 wrote it
            config = {**config, "function": {"class_name": "__lambda__"}}
        names = ("function", "mask", "output_shape")
        functions = {name: _found(config[name]) for name in names if name in config}
        return super().from_config({**config, **functions})


def _by_name(function: Callable[..., Any]) -> Config:
    """A function as Keras writes it, its own ones too."""
    return {
        "module": "builtins",
        "class_name": "function",
        "config": registry.registered_name(function),
        "registered_name": "function",
    }


def _found(value: Any) -> Any:
    """The function that a configuration names; what names none stays as it is."""
    if not isinstance(value, dict):
        return value
    name = value.get("config")
    if value.get("class_name") != "function" or not isinstance(name, str):
        raise TypeError(
            "'Lambda' is kept in the file as code, which is never run. Build the model in Python "
            "and use `load_weights`, or give a class that takes the place of 'Lambda' in "
            "`custom_objects`."
        )
    for candidate in (name, name.rpartition(">")[2]):
        found = registry.registered_object(candidate)
        if found is not None:
            return found
    for kind in _KINDS:
        found = registry.public_object(kind, name)
        if inspect.isroutine(found):
            return found
    raise TypeError(
        f"Lambda: unknown function {name!r}. If it is yours, pass it in `custom_objects` or "
        "register it with `ppul.saving.register_keras_serializable`."
    )
