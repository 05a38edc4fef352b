"""Operations: what layers and functions are to a graph of symbolic tensors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from ppul.core import tree
from ppul.core.config import Configurable
from ppul.core.local import local
from ppul.core.names import auto_name, to_camel_case, to_snake_case
from ppul.core.remat import remat
from ppul.core.symbolic import KerasHistory, KerasTensor, infer, is_symbolic
from ppul.core.types import Config, Tree
from ppul.core.variable import Variable

F = TypeVar("F", bound=Callable[..., Any])


class Node:
    """One call of an operation in a graph: its arguments and its outputs.

    Args:
        operation: What was called.
        args: Positional arguments, symbolic tensors anywhere inside.
        kwargs: Keyword arguments, likewise.
        outputs: What the call returned, or None for an input.
    """

    def __init__(
        self, operation: Operation, args: tuple[Any, ...], kwargs: dict[str, Any], outputs: Tree
    ) -> None:
        self.operation = operation
        self.args = args
        self.kwargs = kwargs
        self.outputs = tree.flatten(outputs)
        self.output_structure = outputs
        self.input_tensors = [
            leaf for leaf in tree.flatten((args, kwargs)) if isinstance(leaf, KerasTensor)
        ]
        self.index = len(operation._inbound_nodes)
        operation._inbound_nodes.append(self)
        for tensor in self.input_tensors:
            history = tensor._keras_history
            if history is not None:
                history.operation._outbound_nodes.append(self)
        for i, tensor in enumerate(self.outputs):
            if isinstance(tensor, KerasTensor):
                tensor._keras_history = KerasHistory(operation, self.index, i)

    @property
    def is_input(self) -> bool:
        """Whether it stands for an input of a graph."""
        return not self.input_tensors

    @property
    def parent_nodes(self) -> list[Node]:
        """The calls whose outputs this one takes."""
        return [node_of(tensor) for tensor in self.input_tensors if tensor._keras_history]

    def fill(self, values: dict[int, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """Return the arguments with each symbolic tensor replaced by `values[id(tensor)]`."""

        def value(leaf: Any) -> Any:
            return values[id(leaf)] if isinstance(leaf, KerasTensor) else leaf

        return tree.map_structure(value, (self.args, self.kwargs))


def node_of(tensor: KerasTensor) -> Node:
    """Return the call that a symbolic tensor is an output of."""
    history = tensor._keras_history
    if history is None:
        raise ValueError(
            f"{tensor!r} was not made by `Input`, a layer or an op, so no model can be built on it. "
            "Start from `ppul.Input(shape=...)`."
        )
    return history.operation._inbound_nodes[history.node_index]


class Operation(Configurable):
    """A function of tensors that also works on symbolic ones, which are recorded.

    Args:
        name: Its name; from the class by default.
    """

    def __init__(self, name: str | None = None) -> None:
        if name is None:
            name = auto_name(type(self).__name__)
        if not isinstance(name, str) or "/" in name:
            raise ValueError(
                f"{type(self).__name__}: `name` must be a string without '/'; got {name!r}."
            )
        self.name = name
        self._inbound_nodes: list[Node] = []
        self._outbound_nodes: list[Node] = []

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute, or record the call if an argument is symbolic."""
        if is_symbolic(args) or is_symbolic(kwargs):
            return self.symbolic_call(*args, **kwargs)
        return self.call(*args, **kwargs)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs from arrays."""
        raise NotImplementedError(f"{type(self).__name__} must define `call`.")

    def quantized_call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the outputs from quantized weights."""
        raise NotImplementedError(
            f"{type(self).__name__} '{self.name}' has no `quantized_call`: operations of this kind "
            "are not quantized."
        )

    def rematerialized_call(self, fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Return `fn` made to be computed again in the backward pass (saves memory).

        Args:
            fn: What to compute, such as `self.call`.
            *args: The arguments it is about to be called with.
            **kwargs: The keyword arguments, likewise.
        """
        return remat(fn)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbolic outputs, and record the call in the graph."""
        outputs = self.compute_output_spec(*args, **kwargs)
        Node(self, args, kwargs, outputs)
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return the outputs as symbolic tensors: shapes and dtypes only."""
        return infer(self.call, *args, **kwargs)

    @property
    def input(self) -> Any:
        """The input of the first call of this operation."""
        node = self._first_node("input")
        tensors = node.input_tensors or node.outputs
        return tensors[0] if len(tensors) == 1 else tensors

    @property
    def output(self) -> Any:
        """The output of the first call of this operation."""
        return self._first_node("output").output_structure

    def _first_node(self, what: str) -> Node:
        if not self._inbound_nodes:
            raise AttributeError(
                f"{type(self).__name__} '{self.name}' has no {what}: it was not called on a symbolic "
                "tensor yet. Call it on an `Input` first."
            )
        return self._inbound_nodes[0]

    def __reduce__(self) -> Any:
        return (_from_config, (type(self), self.get_config()))


def _from_config(cls: type[Operation], config: Config) -> Operation:
    return cls.from_config(config)


class FunctionOperation(Operation):
    """A plain function of arrays as an operation of a graph.

    Args:
        function: The function.
        name: Its name; from the function by default.
    """

    def __init__(self, function: Callable[..., Any], name: str | None = None) -> None:
        own = to_snake_case(function.__name__)
        super().__init__(name or auto_name(own))
        self.function = function
        self.class_name = to_camel_case(own)

    def call(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the function; variables among the arguments are read."""
        args = tuple(_values(arg) for arg in args)
        return self.function(*args, **{name: _values(arg) for name, arg in kwargs.items()})

    def get_config(self) -> Config:
        """Return the name; the function is known by the class name."""
        return {"name": self.name}


def op(function: F) -> F:
    """Make a function of arrays accept variables and symbolic tensors too.

    Example:
        >>> import jax.numpy as jnp
        >>> @op
        ... def double(x):
        ...     return jnp.add(x, x)
        >>> double(KerasTensor((None, 3))).shape
        (None, 3)
    """

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if is_symbolic(args) or (kwargs and is_symbolic(kwargs)):
            return FunctionOperation(call).symbolic_call(*args, **kwargs)
        args = tuple(_values(arg) for arg in args)
        return function(*args, **{name: _values(arg) for name, arg in kwargs.items()})

    return call  # type: ignore[return-value]


def _values(argument: Any) -> Any:
    """An argument with variables read; lists and tuples one level deep."""
    if isinstance(argument, Variable):
        return argument.value
    if isinstance(argument, (list, tuple)) and any(isinstance(v, Variable) for v in argument):
        return [v.value if isinstance(v, Variable) else v for v in argument]
    return argument


def is_tracing_symbolically() -> bool:
    """Return whether only shapes are being asked for."""
    return local.symbolic > 0
