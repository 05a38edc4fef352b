"""Models that are one layer after another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ppul.core.names import current_path, name_scope
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Config, Shape
from ppul.layers.base import Layer
from ppul.layers.core.input_layer import InputLayer
from ppul.models.functional import Functional
from ppul.models.model import Model


class Sequential(Model):
    """A stack of layers, each with one input and one output.

    Args:
        layers: The layers; `Input(shape)` or a first layer with `input_shape` says the input.
        trainable: Whether training changes the weights.
        name: Its name.

    Raises:
        TypeError: If something added is not a layer.
        ValueError: If two layers have the same name.

    Example:
        >>> from ppul.layers.core.dense import Dense
        >>> from ppul.layers.core.input_layer import Input
        >>> model = Sequential([Input((3,)), Dense(2), Dense(1)])
        >>> model.output_shape
        (None, 1)
    """

    _functional: Functional | None

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        return Layer.__new__(cls, *args, **kwargs)

    def __init__(
        self, layers: Sequence[Any] | None = None, trainable: bool = True, name: str | None = None
    ) -> None:
        super().__init__(trainable=trainable, name=name)
        self.__dict__["_functional"] = None
        if isinstance(layers, Layer):
            layers = [layers]
        for layer in layers or ():
            self.add(layer, rebuild=False)
        self._rebuild()

    def add(self, layer: Any, rebuild: bool = True) -> None:
        """Put a layer on top.

        Args:
            layer: A layer, model or `Input`.
            rebuild: Whether to build the model anew.
        """
        if isinstance(layer, KerasTensor):
            layer = layer._keras_history.operation if layer._keras_history else layer
        if not isinstance(layer, Layer):
            raise TypeError(
                f"Sequential '{self.name}': only layers can be added; got {layer!r} of type "
                f"{type(layer).__name__}. Wrap a function into `ppul.layers.Lambda` or `Activation`."
            )
        stack = self._layers
        if any(other is layer or other.name == layer.name for other in stack):
            raise ValueError(
                f"Sequential '{self.name}': there is a layer named '{layer.name}' already. All layers "
                "need different names: pass `name=`."
            )
        if isinstance(layer, InputLayer) and stack and isinstance(stack[0], InputLayer):
            raise ValueError(
                f"Sequential '{self.name}' has an input already, of shape {stack[0].batch_shape}."
            )
        if not stack and not isinstance(layer, InputLayer):
            shape = _first_shape(layer)
            if shape is not None:
                self._tracker.track(InputLayer(batch_shape=shape, dtype=_first_dtype(layer)))
        self._tracker.track(layer)
        if rebuild:
            self._rebuild()

    def pop(self, rebuild: bool = True) -> Layer:
        """Take the last layer off and return it."""
        layer = self._layers.pop()
        self.__dict__["_functional"] = None
        self.built = False
        if rebuild:
            self._rebuild()
        return layer

    @property
    def layers(self) -> list[Layer]:
        """The layers, without the input."""
        stack = self._layers
        return list(stack[1:] if stack and isinstance(stack[0], InputLayer) else stack)

    def build(self, input_shape: Any = None) -> None:
        """Build all layers for an input shape, batch first."""
        if isinstance(self._layers[0] if self._layers else None, InputLayer):
            self._rebuild()
            return
        if input_shape is None or not self._layers:
            return
        if isinstance(input_shape, (tuple, list)) and all(
            size is None or isinstance(size, int) for size in input_shape
        ):
            self._connect(
                InputLayer(batch_shape=tuple(input_shape), dtype=_first_dtype(self._layers[0]))
            )

    def call(
        self, inputs: Any, training: bool | None = None, mask: Any = None, **kwargs: Any
    ) -> Any:
        """Return the output of the last layer."""
        if self._functional is not None:
            return self._functional.call(inputs, training=training, mask=mask)
        outputs = inputs
        for layer in self.layers:
            arguments = (
                {"training": training}
                if layer._signature.has_training and training is not None
                else {}
            )
            outputs = layer(outputs, **arguments)
        return outputs

    def _ahead(self, x: Any, *, parts: bool = False) -> Any:
        if self._functional is None and any(_takes_text(layer) for layer in self.layers):
            raise ValueError(
                f"Sequential '{self.name}' takes text, and its input's shape is not known. Begin it with "
                "`Input(shape=(), dtype='string')`."
            )
        return x if self._functional is None else self._functional._ahead(x, parts=parts)

    def _prepare(self, arguments: dict[str, Any]) -> None:
        if self._functional is None or not self._functional._is_fed_ahead(arguments):
            super()._prepare(arguments)

    @property
    def inputs(self) -> list[KerasTensor] | None:
        """The symbolic input, once the shape is known."""
        return self._functional.inputs if self._functional else None

    @property
    def outputs(self) -> list[KerasTensor] | None:
        """The symbolic output, once the shape is known."""
        return self._functional.outputs if self._functional else None

    @property
    def input(self) -> Any:
        """The symbolic input."""
        return self._known("input").input

    @property
    def output(self) -> Any:
        """The symbolic output."""
        return self._known("output").output

    @property
    def input_shape(self) -> Any:
        """Shape of the input."""
        return self._known("input shape").input_shape

    @property
    def output_shape(self) -> Any:
        """Shape of the output."""
        return self._known("output shape").output_shape

    @property
    def output_names(self) -> list[str]:
        """Name of the last layer."""
        return self._functional.output_names if self._functional else []

    @property
    def input_spec(self) -> Any:
        """What is expected of the input."""
        functional = self.__dict__.get("_functional")
        return functional.input_spec if functional else None

    @input_spec.setter
    def input_spec(self, value: Any) -> None:
        """The spec follows the input; a base class may set None."""

    def get_config(self) -> Config:
        """Return the layers."""
        from ppul.core.serialization import serialize

        config: Config = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serialize(self.dtype_policy),
            "layers": [serialize(layer) for layer in self._layers],
        }
        if self._functional is not None:
            config["build_input_shape"] = self._layers[0].batch_shape
        return config

    @classmethod
    def from_config(cls, config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
        """Return a model from `get_config`'s result."""
        from ppul.core.serialization import deserialize

        model = cls(name=config.get("name"), trainable=config.get("trainable", True))
        for layer in config["layers"]:
            model.add(deserialize(layer, custom_objects, kind="layers"), rebuild=False)
        model._rebuild()
        shape = config.get("build_input_shape")
        if model._functional is None and shape is not None:
            model.build(tuple(shape))
        return model

    def _rebuild(self) -> None:
        self.__dict__["_functional"] = None
        self.built = False
        stack = self._layers
        if len(stack) > 1 and isinstance(stack[0], InputLayer):
            self._connect(stack[0])

    def _connect(self, first: InputLayer) -> None:
        """Draw the graph from the input through all layers."""
        scoped = current_path().split("/")[-1] == self.name
        with name_scope(self.name) if not scoped else _Open():
            tensor = first._inbound_nodes[0].output_structure
            outputs = tensor
            for layer in self.layers:
                outputs = layer(outputs)
        if not isinstance(self._layers[0], InputLayer):
            self._layers.insert(0, first)
        self.__dict__["_functional"] = Functional(tensor, outputs, name=self.name)
        self.built = True
        self._build_shapes = {"input_shape": first.batch_shape}

    def _known(self, what: str) -> Functional:
        if self._functional is None:
            raise AttributeError(
                f"Sequential '{self.name}' has no {what} yet: its input shape is not known. Add an "
                "`Input(shape=...)` first, call it on data, or `build` it with a shape."
            )
        return self._functional


class _Open:
    def __enter__(self) -> None: ...

    def __exit__(self, *args: object) -> None: ...


def _first_shape(layer: Layer) -> Shape | None:
    """The input shape that a first layer tells."""
    if isinstance(layer, (Functional, Sequential)):
        inner = layer if isinstance(layer, Functional) else layer._functional
        return None if inner is None or len(inner.inputs) != 1 else inner.inputs[0].shape
    return layer._input_hint


def _takes_text(layer: Layer) -> bool:
    return layer.compute_dtype == "string"


def _first_dtype(layer: Layer) -> Any:
    return None if layer is None else layer.compute_dtype
