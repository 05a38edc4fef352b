"""The same model with other weights, layers or inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ppul.core import tree
from ppul.core.operation import FunctionOperation, Operation, node_of
from ppul.core.symbolic import KerasTensor
from ppul.layers.base import Layer
from ppul.layers.core.input_layer import Input, InputLayer
from ppul.models.functional import Functional
from ppul.models.model import Model
from ppul.models.sequential import Sequential

Clone = Callable[[Any], Any]
Call = Callable[..., Any]


def clone_model(
    model: Model,
    input_tensors: Any = None,
    clone_function: Clone | None = None,
    call_function: Call | None = None,
    recursive: bool = False,
    **kwargs: Any,
) -> Model:
    """Return a model like another, of new layers with new weights.

    Args:
        model: Sequential or drawn; of a subclass, only as its `get_config` describes it.
        input_tensors: Symbolic tensors that the new model begins with, nested as `model.input`.
        clone_function: Returns what takes the place of a layer; a copy by its configuration by
            default.
        call_function: Calls the new layers, `call_function(layer, *args, **kwargs)`, and so may put
            something around them. For drawn models.
        recursive: Whether `clone_function` gets the layers of models inside instead of these.
        **kwargs: `cache`, which is there for Keras's signature; nothing else.

    Raises:
        ValueError: If an argument is not possible for this kind of model.

    Example:
        >>> import ppul
        >>> model = ppul.Sequential([ppul.Input((3,)), ppul.layers.Dense(2)])
        >>> clone_model(model, input_tensors=ppul.Input((3,), batch_size=8)).output_shape
        (8, 2)
    """
    if unknown := sorted(set(kwargs) - {"cache"}):
        raise TypeError(f"clone_model: unknown argument(s) {unknown}.")
    if not isinstance(model, Model):
        raise TypeError(f"clone_model: `model` must be a model; got {model!r}.")
    clone = _cloned_by(clone_function or _copied, recursive=recursive)
    if isinstance(model, Sequential):
        if call_function is not None:
            raise ValueError(
                "clone_model: `call_function` is for drawn models; a Sequential calls its layers in "
                "a row. Draw it with `Model(inputs, outputs)` first."
            )
        return _clone_sequential(model, input_tensors, clone)
    if isinstance(model, Functional):
        return _clone_drawn(model, input_tensors, clone, call_function or _called)
    if any(part is not None for part in (input_tensors, clone_function, call_function)):
        raise ValueError(
            "clone_model: `input_tensors`, `clone_function` and `call_function` are for Sequential "
            f"and drawn models; '{model.name}' is a {type(model).__name__}, whose layers are used in "
            "its `call`."
        )
    return _copied(model)


def _copied(layer: Any) -> Any:
    return type(layer).from_config(layer.get_config())


def _called(layer: Any, *args: Any, **kwargs: Any) -> Any:
    return layer(*args, **kwargs)


def _cloned_by(clone_function: Clone, *, recursive: bool) -> Clone:
    def clone(layer: Any) -> Any:
        if recursive and isinstance(layer, (Functional, Sequential)):
            return clone_model(layer, clone_function=clone_function, recursive=True)
        return clone_function(layer)

    return clone


def _clone_sequential(model: Sequential, input_tensors: Any, clone: Clone) -> Sequential:
    first: list[Any] = [layer for layer in model._layers[:1] if isinstance(layer, InputLayer)]
    if input_tensors is not None:
        (tensor,) = _checked(input_tensors, None)
        first = [node_of(tensor).operation]
    elif first:
        first = [_copied(first[0])]
    layers = [clone(layer) for layer in model.layers]
    cloned = type(model)([*first, *layers], name=model.name)
    if not model.trainable:
        cloned.trainable = False
    return cloned


def _clone_drawn(model: Functional, input_tensors: Any, clone: Clone, call: Call) -> Model:
    if input_tensors is None:
        inputs = tree.map_structure(_new_input, model._inputs_struct)
    else:
        _checked(input_tensors, model.inputs)
        inputs = tree.pack_sequence_as(model._inputs_struct, tree.flatten(input_tensors))
    clones: dict[int, Any] = {}

    def run(operation: Operation, *args: Any, **kwargs: Any) -> Any:
        if id(operation) not in clones:
            clones[id(operation)] = _new(operation, clone)
        new = clones[id(operation)]
        return call(new, *args, **kwargs) if isinstance(new, Layer) else new(*args, **kwargs)

    outputs = model.graph.run(tree.flatten(inputs), run)
    cls = Functional if type(model) is Functional else type(model)
    cloned = cls(inputs, outputs, name=model.name)
    if not model.trainable:
        cloned.trainable = False
    return cloned


def _new(operation: Operation, clone: Clone) -> Any:
    if isinstance(operation, FunctionOperation):
        return FunctionOperation(operation.function, name=operation.name)
    return clone(operation) if isinstance(operation, Layer) else _copied(operation)


def _new_input(tensor: KerasTensor) -> KerasTensor:
    layer = node_of(tensor).operation
    if isinstance(layer, InputLayer):
        return _copied(layer).output
    return Input(batch_shape=tensor.shape, dtype=tensor.dtype, name=layer.name)


def _checked(input_tensors: Any, like: list[KerasTensor] | None) -> list[KerasTensor]:
    tensors = tree.flatten(input_tensors)
    for tensor in tensors:
        if not isinstance(tensor, KerasTensor):
            raise ValueError(
                "clone_model: `input_tensors` must be symbolic tensors, as `ppul.Input` makes them; "
                f"got {type(tensor).__name__}."
            )
    count = 1 if like is None else len(like)
    if len(tensors) != count:
        raise ValueError(
            f"clone_model: the model has {count} input(s); `input_tensors` has {len(tensors)}."
        )
    return tensors
