"""Models drawn as graphs: from symbolic inputs to symbolic outputs."""

from __future__ import annotations

import functools
from typing import Any

from ppul.core import tree
from ppul.core.operation import Operation, node_of
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Config, Tree
from ppul.layers.base import Layer
from ppul.layers.core.input_layer import InputLayer
from ppul.layers.input_spec import InputSpec
from ppul.models.ahead import Ahead, has_early_part
from ppul.models.graph import Graph
from ppul.models.model import Model
from ppul.ops.conversion import cast


class Functional(Model):
    """A model from the graph between `inputs` and `outputs`; what `Model(inputs, outputs)` makes.

    Args:
        inputs: Symbolic tensors: one, or a list, tuple or dict.
        outputs: Symbolic tensors, likewise.
        name: Its name.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If an input or output is not a symbolic tensor, or the graph is not connected.
    """

    graph: Graph
    _inputs_struct: Tree
    _outputs_struct: Tree

    def __init__(self, inputs: Tree, outputs: Tree, name: str | None = None, **kwargs: Any) -> None:
        trainable = kwargs.pop("trainable", None)
        # What the inputs are cast to, each of them says itself.
        super().__init__(name=name, autocast=False, **kwargs)
        _check_symbolic("inputs", inputs)
        _check_symbolic("outputs", outputs)
        self.__dict__["_inputs_struct"] = inputs
        self.__dict__["_outputs_struct"] = outputs
        self.__dict__["graph"] = Graph(tree.flatten(inputs), outputs)
        self._check_names()
        for operation in self.graph.operations():
            if isinstance(operation, Layer):
                self._tracker.track(operation)
        self.built = True
        if trainable is not None:
            self.trainable = trainable

    @property
    def inputs(self) -> list[KerasTensor]:
        """The symbolic inputs, flat."""
        return tree.flatten(self._inputs_struct)

    @property
    def outputs(self) -> list[KerasTensor]:
        """The symbolic outputs, flat."""
        return tree.flatten(self._outputs_struct)

    @property
    def input(self) -> Tree:
        """The symbolic inputs, nested as given."""
        return self._inputs_struct

    @property
    def output(self) -> Tree:
        """The symbolic outputs, nested as given."""
        return self._outputs_struct

    @property
    def input_names(self) -> list[str]:
        """Names of the inputs."""
        return [node_of(tensor).operation.name for tensor in self.inputs]

    @property
    def output_names(self) -> list[str]:
        """Names of the layers the outputs come from."""
        names = [node_of(tensor).operation.name for tensor in self.outputs]
        return [
            n if names.count(n) == 1 else f"{n}_{names[:i].count(n)}" for i, n in enumerate(names)
        ]

    @property
    def input_shape(self) -> Any:
        """Shape of the input, or shapes of the inputs."""
        return tree.map_structure(lambda t: t.shape, self._inputs_struct)

    @property
    def output_shape(self) -> Any:
        """Shape of the output, or shapes of the outputs."""
        return tree.map_structure(lambda t: t.shape, self._outputs_struct)

    @property
    def layers(self) -> list[Layer]:
        """Its layers, from the inputs down."""
        return [op for op in self.operations if isinstance(op, Layer)]

    @property
    def operations(self) -> list[Operation]:
        """Its layers and the functions between them."""
        return self.graph.operations()

    @property
    def input_spec(self) -> Any:
        """What is expected of the inputs; the batch size is free."""
        if self.__dict__.get("_inputs_struct") is None:
            return None
        specs = []
        for tensor in self.inputs:
            layer = node_of(tensor).operation
            optional = isinstance(layer, InputLayer) and layer.optional
            specs.append(
                InputSpec(
                    dtype="string" if tensor.dtype == "string" else None,
                    shape=(None, *tensor.shape[1:]),
                    allow_last_axis_squeeze=True,
                    name=layer.name,
                    optional=optional,
                )
            )
        return specs

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        """The specs follow the inputs; a base class may set None."""

    def build(self, input_shape: Any) -> None:
        """Do nothing: the graph is built layer by layer as it is drawn."""

    def call(
        self, inputs: Any, training: bool | None = None, mask: Any = None, **kwargs: Any
    ) -> Tree:
        """Return the outputs for arrays, fed as a list in order or a dict by name."""
        if self._early is not None and self._early.is_feed(inputs):
            graph, values = self._early.late, [inputs[key] for key in self._early.border]
        else:
            graph, values = self.graph, list(map(_cast, self._feed(inputs), self.inputs))

        def run(operation: Operation, *args: Any, **kwargs: Any) -> Any:
            if training is not None and isinstance(operation, Layer):
                signature = operation._signature
                if signature.has_training and "training" not in kwargs:
                    kwargs["training"] = training
            return operation(*args, **kwargs)

        return graph.run(values, run)

    @functools.cached_property
    def _early(self) -> Ahead | None:
        """The part of it that runs ahead of programs, if there is one."""
        return Ahead(self.graph, f"Model '{self.name}'") if has_early_part(self.graph) else None

    def _ahead(self, x: Any, *, parts: bool = False) -> Any:
        return x if self._early is None else self._early.data(x, self._feed, parts=parts)

    def _prepare(self, arguments: dict[str, Any]) -> None:
        if not self._is_fed_ahead(arguments):
            super()._prepare(arguments)

    def _is_fed_ahead(self, arguments: dict[str, Any]) -> bool:
        """Whether a call is one of the program behind what ran ahead."""
        return self._early is not None and self._early.is_feed(arguments.get("inputs"))

    def get_config(self) -> Config:
        """Return the layers, and how they are connected."""
        from ppul.models.graph_config import graph_to_config

        if type(self) is not Functional:
            return Model.get_config(self)
        return graph_to_config(self)

    def _feed(self, inputs: Any) -> list[Any]:
        """The values of the inputs in order."""
        if isinstance(inputs, dict):
            names = self._feed_names()
            missing = [name for name in names if name not in inputs]
            if missing:
                raise ValueError(
                    f"Model '{self.name}' has the inputs {names}; the data have no entry for "
                    f"{missing} (their keys: {sorted(inputs)})."
                )
            values = [inputs[name] for name in names]
        else:
            values = tree.flatten(inputs)
        if len(values) != len(self.inputs):
            raise ValueError(
                f"Model '{self.name}' takes {len(self.inputs)} input(s) {self.input_names} and got "
                f"{len(values)} array(s)."
            )
        return [_fitted(value, tensor) for value, tensor in zip(values, self.inputs, strict=True)]

    def _feed_names(self) -> list[str]:
        struct = self._inputs_struct
        return sorted(struct) if isinstance(struct, dict) else self.input_names

    def _check_names(self) -> None:
        names: dict[str, Operation] = {}
        for operation in self.graph.operations():
            other = names.setdefault(operation.name, operation)
            if other is not operation:
                raise ValueError(
                    f"Two layers of model '{self.name}' have the name '{operation.name}'. All "
                    "layers of a model need different names: pass `name=` to one of them."
                )


def _check_symbolic(what: str, tensors: Tree) -> None:
    leaves = tree.flatten(tensors)
    for leaf in leaves:
        if not isinstance(leaf, KerasTensor):
            raise ValueError(
                f"Model: `{what}` must be symbolic tensors, made by `ppul.Input` and layers called "
                f"on it; got {leaf!r} of type {type(leaf).__name__}."
            )
        node_of(leaf)
    if not leaves:
        raise ValueError(f"Model: `{what}` is empty.")


def _fitted(value: Any, tensor: KerasTensor) -> Any:
    """A value of an input's rank, where an axis of size 1 is all that differs."""
    if value is None or isinstance(value, KerasTensor) or not hasattr(value, "ndim"):
        return value
    rank = len(tensor.shape)
    if value.ndim == rank - 1 and tensor.shape[-1] == 1:
        return value[..., None]
    if value.ndim == rank + 1 and value.shape[-1] == 1:
        return value[..., 0]
    return value


def _cast(value: Any, tensor: KerasTensor) -> Any:
    """A value of an input's dtype."""
    if value is None or isinstance(value, KerasTensor) or not hasattr(value, "ndim"):
        return value
    return value if tensor.dtype == "string" else cast(value, tensor.dtype)
