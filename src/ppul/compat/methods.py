"""Methods and properties that classes had: each class here lends them to one of ppul's.

None of these classes is ever made an object of; `self` is the layer, model, optimizer or metric.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from ppul.core.operation import Node
from ppul.core.variable import Variable


class OldLayer:
    """What layers had in Keras 1 and 2."""

    dynamic = False
    stateful = False
    uses_learning_phase = False

    _inbound_nodes: list[Node]
    _outbound_nodes: list[Node]

    @property
    def inbound_nodes(self) -> list[Node]:
        """Calls of this layer on symbolic tensors."""
        return self._inbound_nodes

    @property
    def outbound_nodes(self) -> list[Node]:
        """Calls that take an output of this layer."""
        return self._outbound_nodes

    @property
    def updates(self) -> list[Any]:
        """Nothing: what `call` assigns is assigned."""
        return []

    @property
    def input_shape(self) -> Any:
        """Shape of the input of the only call."""
        return _shapes(self.input)  # type: ignore[attr-defined]

    @property
    def output_shape(self) -> Any:
        """Shape of the output of the only call."""
        return _shapes(self.output)  # type: ignore[attr-defined]

    @property
    def input_mask(self) -> Any:
        """Mask of the input of the only call."""
        return _masks(self.input)  # type: ignore[attr-defined]

    @property
    def output_mask(self) -> Any:
        """Mask of the output of the only call."""
        return _masks(self.output)  # type: ignore[attr-defined]

    def get_input_at(self, node_index: int) -> Any:
        """Return the input of a call, by its place."""
        node = self._inbound_nodes[node_index]
        return _one_or_all(node.input_tensors or node.outputs)

    def get_output_at(self, node_index: int) -> Any:
        """Return the output of a call, by its place."""
        return self._inbound_nodes[node_index].output_structure

    def get_input_shape_at(self, node_index: int) -> Any:
        """Return the shape of the input of a call."""
        return _shapes(OldLayer.get_input_at(self, node_index))

    def get_output_shape_at(self, node_index: int) -> Any:
        """Return the shape of the output of a call."""
        return _shapes(OldLayer.get_output_at(self, node_index))

    def get_input_mask_at(self, node_index: int) -> Any:
        """Return the mask of the input of a call."""
        return _masks(OldLayer.get_input_at(self, node_index))

    def get_output_mask_at(self, node_index: int) -> Any:
        """Return the mask of the output of a call."""
        return _masks(OldLayer.get_output_at(self, node_index))

    def get_output_shape_for(self, input_shape: Any) -> Any:
        """Return the shape of the output for one of the input."""
        return self.compute_output_shape(input_shape)  # type: ignore[attr-defined]

    def compute_output_signature(self, input_signature: Any) -> Any:
        """Return the output for an input, as shapes and dtypes."""
        return self.compute_output_spec(input_signature)  # type: ignore[attr-defined]

    def apply(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        """Return the layer's output."""
        return self(inputs, *args, **kwargs)  # type: ignore[operator]

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Assign to variables, where pairs of a variable and its new value are given."""
        pairs = updates if isinstance(updates, list) else [updates]
        for update in pairs:
            if isinstance(update, tuple):
                variable, value = update
                variable.assign(value)

    def get_updates_for(self, inputs: Any) -> list[Any]:
        """Return nothing: what `call` assigns is assigned."""
        return []

    def get_losses_for(self, inputs: Any = None) -> list[Any]:
        """Return the losses of the layer."""
        return self.losses  # type: ignore[attr-defined]


class OldModel:
    """What models had in Keras 1 and 2."""

    state_updates: tuple[Any, ...] = ()

    def fit_generator(
        self,
        generator: Any,
        steps_per_epoch: int | None = None,
        epochs: int = 1,
        verbose: int | str = 1,
        callbacks: Any = None,
        validation_data: Any = None,
        validation_steps: int | None = None,
        validation_freq: Any = 1,
        class_weight: dict[int, float] | None = None,
        shuffle: bool = True,
        initial_epoch: int = 0,
    ) -> Any:
        """Train on batches from a generator; `fit` takes it as `x` now."""
        return self.fit(  # type: ignore[attr-defined]
            generator,
            steps_per_epoch=steps_per_epoch,
            epochs=epochs,
            verbose=verbose,
            callbacks=callbacks,
            validation_data=validation_data,
            validation_steps=validation_steps,
            validation_freq=validation_freq,
            class_weight=class_weight,
            shuffle=shuffle,
            initial_epoch=initial_epoch,
        )

    def evaluate_generator(
        self, generator: Any, steps: int | None = None, callbacks: Any = None, verbose: int = 0
    ) -> Any:
        """Return loss and metrics on batches; `evaluate` takes the generator as `x` now."""
        return self.evaluate(generator, steps=steps, callbacks=callbacks, verbose=verbose)  # type: ignore[attr-defined]

    def predict_generator(
        self, generator: Any, steps: int | None = None, callbacks: Any = None, verbose: int = 0
    ) -> Any:
        """Return the outputs for batches; `predict` takes the generator as `x` now."""
        return self.predict(generator, steps=steps, callbacks=callbacks, verbose=verbose)  # type: ignore[attr-defined]

    def reset_states(self) -> None:
        """Forget the states of the recurrent layers that keep them."""
        for layer in self._flatten_layers():  # type: ignore[attr-defined]
            if layer is not self and layer.stateful:
                layer.reset_state()

    def to_yaml(self, **kwargs: Any) -> str:
        """Return the architecture as JSON, which is YAML."""
        return self.to_json(**kwargs)  # type: ignore[attr-defined]

    def get_weight_paths(self) -> dict[str, Variable]:
        """Return the weights by their paths."""
        return {variable.path: variable for variable in self.weights}  # type: ignore[attr-defined]


class OldSequential:
    """What Sequential models had in Keras 1 and 2."""

    @property
    def model(self) -> Any:
        """The model itself."""
        return self

    @property
    def flattened_layers(self) -> list[Any]:
        """The layers."""
        return self.layers  # type: ignore[attr-defined]

    def predict_proba(self, x: Any, batch_size: int | None = 32, verbose: int = 0) -> np.ndarray:
        """Return the outputs; `predict` now."""
        return self.predict(x, batch_size=batch_size, verbose=verbose)  # type: ignore[attr-defined]

    def predict_classes(self, x: Any, batch_size: int | None = 32, verbose: int = 0) -> np.ndarray:
        """Return the classes of largest probability; with one output, whether it is above 0.5."""
        outputs = self.predict(x, batch_size=batch_size, verbose=verbose)  # type: ignore[attr-defined]
        if outputs.shape[-1] > 1:
            return outputs.argmax(axis=-1)
        return (outputs > 0.5).astype("int32")


class OldOptimizer:
    """What optimizers had in Keras 1 and 2."""

    @property
    def lr(self) -> Any:
        """The learning rate."""
        return self.learning_rate  # type: ignore[attr-defined]

    @lr.setter
    def lr(self, value: Any) -> None:
        self.learning_rate = value

    @property
    def weights(self) -> list[Variable]:
        """Its variables."""
        return self.variables  # type: ignore[attr-defined]

    def get_weights(self) -> list[np.ndarray]:
        """Return the values of its variables."""
        return [variable.numpy() for variable in self.variables]  # type: ignore[attr-defined]


class OldMetric:
    """What metrics had in Keras 2."""

    def reset_states(self) -> None:
        """Forget what was seen."""
        self.reset_state()  # type: ignore[attr-defined]

    def merge_state(self, metrics: Iterable[Any]) -> None:
        """Add what other metrics of the class have seen."""
        for metric in metrics:
            for own, other in zip(self.variables, metric.variables, strict=True):  # type: ignore[attr-defined]
                own.assign_add(other.value)


class OldLookup:
    """What tables of words and numbers had in tf.keras 2.4 and before."""

    def vocab_size(self) -> int:
        """Return the number of words, with those for unknown ones and masks."""
        return self.vocabulary_size()  # type: ignore[attr-defined]


METHODS = {
    "layers.IntegerLookup": OldLookup,
    "layers.Layer": OldLayer,
    "layers.StringLookup": OldLookup,
    "metrics.Metric": OldMetric,
    "models.Model": OldModel,
    "models.Sequential": OldSequential,
    "optimizers.Optimizer": OldOptimizer,
}


def _one_or_all(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors


def _shapes(tensors: Any) -> Any:
    return [t.shape for t in tensors] if isinstance(tensors, list) else tensors.shape


def _masks(tensors: Any) -> Any:
    if isinstance(tensors, list):
        return [getattr(tensor, "_keras_mask", None) for tensor in tensors]
    return getattr(tensors, "_keras_mask", None)
