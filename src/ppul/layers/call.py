"""What a layer's `call` and `build` take, and how arguments are matched to it."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from ppul.core import tree
from ppul.core.symbolic import standardize_shape

_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class CallSignature:
    """The parameters of a `call` method.

    Args:
        function: The method, unbound.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self.signature = inspect.signature(function)
        parameters = list(self.signature.parameters.values())[1:]
        self.names = tuple(p.name for p in parameters if p.kind not in _VARIABLE)
        self.first = self.names[0] if self.names else ""
        self.takes_any = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
        self.has_training = "training" in self.names
        self.has_mask = "mask" in self.names
        # Arguments whose masks are taken, and the arguments that take them.
        self.masks = {name: f"{name}_mask" for name in self.names if f"{name}_mask" in self.names}
        if self.has_mask:
            self.masks[self.first] = "mask"

    def bind(self, layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments by name.

        Raises:
            TypeError: If they do not fit the signature.
        """
        try:
            bound = self.signature.bind(layer, *args, **kwargs)
        except TypeError as error:
            raise TypeError(
                f"{type(layer).__name__} '{layer.name}': {error}. Its `call` takes "
                f"{self.signature.replace(return_annotation=inspect.Signature.empty)}."
            ) from None
        arguments = dict(bound.arguments)
        arguments.pop(next(iter(self.signature.parameters)))
        return arguments

    def bind_shapes(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return shapes by the names of the arguments they are of, and the other arguments.

        A shape is that of the argument at its place, or for `x_shape` of the argument `x`; one of
        any other name is that of the first argument.
        """
        shapes = dict(zip(self.names or ("inputs",), args, strict=False))
        for name, shape in kwargs.items():
            own = name.removesuffix("_shape")
            if name not in self.names and shape is not None:
                shapes[own if own in self.names else self.first] = shape
        return shapes, {name: value for name, value in kwargs.items() if name in self.names}

    def masks_of(self, arguments: dict[str, Any], mask_of: Callable[[Any], Any]) -> dict[str, Any]:
        """Return the masks of arguments that were not given themselves, by the names they have."""
        found = {}
        for name, taker in self.masks.items():
            masks = tree.map_structure(mask_of, arguments.get(name))
            given = arguments.get(taker) is not None
            if not given and any(mask is not None for mask in tree.flatten(masks)):
                found[taker] = masks
        return found


@functools.cache
def call_signature(function: Callable[..., Any]) -> CallSignature:
    """Return the signature of an unbound `call`, computed once."""
    return CallSignature(function)


def shapes_for_build(build: Callable[..., Any], arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the shapes that a `build` method asks for, by its parameter names.

    A parameter `x_shape` gets the shape of the argument `x`; a single parameter of any other name
    gets that of the first argument.
    """
    parameters = inspect.signature(build).parameters.values()
    names = [p.name for p in parameters if p.kind not in _VARIABLE]
    shapes = {
        f"{name}_shape": shape_of(value) for name, value in arguments.items() if _is_tensors(value)
    }
    if not shapes or not names:
        return {}
    if len(names) > 1 or names[0] in shapes:
        matched = {name: shapes[name] for name in names if name in shapes}
        if matched:
            return matched
    return {names[0]: next(iter(shapes.values()))}


def shape_of(value: Any) -> Any:
    """Return the shape of a tensor, or the shapes of a nested structure of them."""
    if isinstance(value, (list, tuple)):
        return [shape_of(item) for item in value]
    if isinstance(value, dict):
        return {key: shape_of(item) for key, item in value.items()}
    return None if value is None else standardize_shape(value.shape)


def _is_tensors(value: Any) -> bool:
    leaves = tree.flatten(value)
    return (
        bool(leaves)
        and all(leaf is None or hasattr(leaf, "shape") for leaf in leaves)
        and any(leaf is not None for leaf in leaves)
    )
