"""What is exported: a function, and what it is called with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax

from ppul.core.scope import StatelessScope
from ppul.core.settings import floatx
from ppul.core.symbolic import KerasTensor
from ppul.core.tree import map_shape_structure
from ppul.core.types import Array, Tree
from ppul.core.variable import Variable
from ppul.layers.base import Layer


class Endpoint:
    """A function to be exported.

    Args:
        name: Its name.
        function: A function of arrays, such as a layer or model.
        signature: What it is called with, an item an argument: tensors, `InputSpec`s or anything
            else with shape and dtype, nested as the argument is; None for that of a layer.

    Raises:
        TypeError: If the function is none, or something in the signature is no tensor.
        ValueError: If the signature cannot be found.
    """

    def __init__(self, name: str, function: Callable[..., Any], signature: Any = None) -> None:
        if not name.isidentifier():
            raise ValueError(f"The name of an endpoint must be an identifier; got {name!r}.")
        if not callable(function):
            raise TypeError(
                f"Endpoint '{name}': the function must be one of arrays, such as a model; got "
                f"{function!r} of type {type(function).__name__}."
            )
        self.name = name
        self.function = function
        if signature is None:
            signature = _signature_of(name, function)
        if not isinstance(signature, (list, tuple)):
            raise TypeError(
                f"Endpoint '{name}': `input_signature` must be a list with an item for each "
                f"argument; got {signature!r}. For one argument write [{signature!r}]."
            )
        self.signature = jax.tree.map(lambda spec: _tensor(name, spec), list(signature))

    def call(self, variables: Sequence[Variable], values: Sequence[Array], *args: Tree) -> Tree:
        """Return what the function returns where the variables have these values.

        What it would change, such as the state of a seed, is not kept.
        """
        with StatelessScope(zip(variables, values, strict=True), collect_losses=True):
            return self.function(*args)


def _tensor(name: str, spec: Any) -> KerasTensor:
    shape = getattr(spec, "shape", None)
    if shape is None:
        raise TypeError(
            f"Endpoint '{name}': `input_signature` must consist of tensors, or of "
            f"`ppul.InputSpec`s with a shape; got {spec!r} of type {type(spec).__name__}."
        )
    tensor = KerasTensor(shape, spec.dtype or floatx(), name=getattr(spec, "name", None))
    if tensor.dtype == "string":
        raise TypeError(
            f"Endpoint '{name}' takes text ({tensor!r}), and compiled programs have numbers alone. "
            "Export the part behind the layers that look words up."
        )
    return tensor


def _signature_of(name: str, function: Callable[..., Any]) -> list[Any]:
    """What a layer was drawn with, or built for."""
    for attribute in ("_inputs_struct", "inputs"):
        inputs = getattr(function, attribute, None)
        if inputs is not None:
            alone = isinstance(inputs, list) and len(inputs) == 1
            return inputs if alone else [inputs]
    shapes = function._build_shapes if isinstance(function, Layer) else None
    if not shapes or None in shapes.values():
        raise ValueError(
            f"Endpoint '{name}': it is not known what {function!r} takes. Give `input_signature`, "
            "such as [ppul.InputSpec(shape=(None, 3))], or call the model on data first."
        )
    return [map_shape_structure(_of_any_batch, shape) for shape in shapes.values()]


def _of_any_batch(shape: Sequence[int | None]) -> KerasTensor:
    return KerasTensor((None, *shape[1:]), floatx())
