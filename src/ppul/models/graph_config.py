"""Drawn models to configurations and back, in Keras's format."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any, TypeAlias

from ppul.core import tree
from ppul.core.operation import FunctionOperation, Node, Operation, node_of
from ppul.core.serialization import deserialize, serialize
from ppul.core.symbolic import KerasTensor, is_symbolic
from ppul.core.types import Config, Tree
from ppul.models.function_config import (
    function_from_config,
    function_to_config,
    is_function,
    joined,
)

if TYPE_CHECKING:
    from ppul.models.functional import Functional
    from ppul.models.model import Model

# An operation and the number of a call of it.
Place: TypeAlias = tuple[str, int]


def graph_to_config(model: Functional) -> Config:
    """Return the layers of a drawn model and the calls that connect them."""
    kept = {id(node) for node in model.graph.nodes}
    numbers: dict[int, int] = {}
    for operation in model.operations:
        for i, node in enumerate(n for n in operation._inbound_nodes if _is_kept(n, kept)):
            numbers[id(node)] = i
    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": [_operation_config(op, kept, numbers) for op in model.operations],
        "input_layers": _places(model._inputs_struct, numbers),
        "output_layers": _places(model._outputs_struct, numbers),
    }


def is_graph(config: Config) -> bool:
    """Return whether a configuration is that of a drawn model."""
    return {"layers", "input_layers", "output_layers"} <= config.keys()


def graph_from_config(
    cls: type[Model], config: Config, custom_objects: dict[str, Any] | None = None
) -> Model:
    """Return a drawn model of a class from `graph_to_config`'s result.

    Raises:
        ValueError: If a call refers to a layer that is not in the configuration.
    """
    made: dict[str, Operation] = {}
    calls: dict[str, deque[Config]] = {}
    for entry in config["layers"]:
        operation = _operation_from_config(entry, custom_objects)
        name = entry.get("name", operation.name)
        made[name], calls[name] = operation, deque(_calls(entry, operation))
    _replay(made, calls)
    left = sorted(name for name, waiting in calls.items() if waiting)
    if left:
        raise ValueError(
            f"The configuration of model '{config.get('name')}' is not a graph: the inputs of "
            f"the layers {left} are never made."
        )
    inputs = _tensors(config["input_layers"], made)
    outputs = _tensors(config["output_layers"], made)
    model = cls(inputs, outputs, name=config.get("name"))
    if not config.get("trainable", True):
        # Only so: a model that may be trained leaves those of its layers that may not as they are.
        model.trainable = False
    return model


def _is_kept(node: Node, kept: set[int]) -> bool:
    return id(node) in kept or node.is_input


def _operation_config(operation: Operation, kept: set[int], numbers: dict[int, int]) -> Config:
    if isinstance(operation, FunctionOperation):
        entry, calls = function_to_config(operation)
    else:
        entry = serialize(operation)
        nodes = [n for n in operation._inbound_nodes if id(n) in kept]
        calls = [{"args": list(n.args), "kwargs": n.kwargs} for n in nodes]
    return entry | {
        "name": operation.name,
        "inbound_nodes": [_plain(call, numbers) for call in calls],
    }


def _plain(value: Any, numbers: dict[int, int]) -> Any:
    """Arguments of a call with symbolic tensors as references."""
    if isinstance(value, KerasTensor):
        node, history = node_of(value), value._keras_history
        index = history.tensor_index if history else 0
        place = [node.operation.name, numbers.get(id(node), 0), index]
        return {
            "class_name": "__keras_tensor__",
            "config": {"shape": list(value.shape), "dtype": value.dtype, "keras_history": place},
        }
    if isinstance(value, dict):
        return {key: _plain(item, numbers) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item, numbers) for item in value]
    if isinstance(value, tuple):
        return {"class_name": "__tuple__", "items": [_plain(item, numbers) for item in value]}
    return serialize(value)


def _places(tensors: Tree, numbers: dict[int, int]) -> Any:
    def place(tensor: KerasTensor) -> list[Any]:
        return _plain(tensor, numbers)["config"]["keras_history"]

    if isinstance(tensors, KerasTensor):
        return place(tensors)
    return tree.map_structure(place, tensors)


def _operation_from_config(entry: Config, custom_objects: dict[str, Any] | None) -> Operation:
    if is_function(entry):
        return function_from_config(entry)
    operation = deserialize(
        {k: v for k, v in entry.items() if k not in ("inbound_nodes", "name")},
        custom_objects,
        "layers",
    )
    if not isinstance(operation, Operation):
        raise TypeError(f"'{entry.get('name')}' in the configuration is no layer: {operation!r}.")
    return operation


def _calls(entry: Config, operation: Operation) -> list[Config]:
    if not isinstance(operation, FunctionOperation):
        return entry["inbound_nodes"]
    return [joined(operation, entry["config"], call) for call in entry["inbound_nodes"]]


def _replay(made: dict[str, Operation], calls: dict[str, deque[Config]]) -> None:
    """Make the calls of each operation again, in their order, as soon as their inputs exist."""
    ready, waiting = deque(made), defaultdict[Place, list[str]](list)
    while ready:
        name = ready.popleft()
        while calls[name]:
            try:
                _call(name, calls[name][0], made)
            except _NotYetError as error:
                waiting[error.place].append(name)
                break
            calls[name].popleft()
            ready.extend(waiting.pop((name, len(made[name]._inbound_nodes) - 1), ()))


def _call(name: str, call: Config, made: dict[str, Operation]) -> None:
    args = [_filled(arg, made) for arg in call["args"]]
    kwargs = {key: _filled(arg, made) for key, arg in call.get("kwargs", {}).items()}
    if not isinstance(made[name], FunctionOperation):  # Keras writes down masks that are none
        kwargs = {key: value for key, value in kwargs.items() if value is not None}
    if not is_symbolic((args, kwargs)):
        raise ValueError(f"The configuration has a call of layer '{name}' without any tensor.")
    made[name](*args, **kwargs)


class _NotYetError(ValueError):
    """A tensor is asked for before the call that makes it."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"The configuration refers to call {place[1]} of layer '{place[0]}'.")
        self.place = place


def _filled(value: Any, made: dict[str, Operation]) -> Any:
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            return _tensor(value["config"]["keras_history"], made)
        if value.get("class_name") == "__tuple__":
            return tuple(_filled(item, made) for item in value["items"])
        if "class_name" in value:
            return deserialize(value)
        return {key: _filled(item, made) for key, item in value.items()}
    if isinstance(value, list):
        return [_filled(item, made) for item in value]
    return value


def _tensor(place: Any, made: dict[str, Operation]) -> KerasTensor:
    name, node_index, tensor_index = place
    if name not in made:
        raise ValueError(f"The configuration refers to a layer '{name}' that it does not have.")
    nodes = made[name]._inbound_nodes
    if min(node_index, tensor_index) < 0:
        raise ValueError(f"The configuration refers to {place}; calls and outputs count from 0.")
    if node_index >= len(nodes):
        raise _NotYetError((name, node_index))
    return nodes[node_index].outputs[tensor_index]


def _tensors(places: Any, made: dict[str, Operation]) -> Tree:
    if isinstance(places, dict):
        return {key: _tensors(place, made) for key, place in places.items()}
    if _is_place(places):
        return _tensor(places, made)
    return [_tensors(place, made) for place in places]


def _is_place(value: Any) -> bool:
    return len(value) == 3 and isinstance(value[0], str) and isinstance(value[1], int)
