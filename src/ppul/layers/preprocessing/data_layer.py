"""The base of layers that prepare data."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from ppul.core.symbolic import KerasTensor, infer
from ppul.core.types import Shape, Tree
from ppul.layers.base import Layer
from ppul.layers.preprocessing.texts import as_host_array


class DataLayer(Layer):
    """A layer that prepares data: inside a model, or ahead, on what is fed to it."""

    # Whether what it returns is a sparse array of JAX's (BCOO).
    sparse: bool = False

    def __call__(self, inputs: Any, **kwargs: Any) -> Any:  # type: ignore[override]
        """Compute the output of data, or record the call on symbolic tensors; see `Layer`.

        Args:
            inputs: The data, for the first argument of `call`.
            **kwargs: Further arguments of `call`.
        """
        return super().__call__(inputs, **kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbolic outputs, and record the call in the graph."""
        if self.sparse:
            raise ValueError(
                f"{self._where} has `sparse=True`, and the layers of a model take dense arrays. Leave it "
                "out, or call the layer on arrays."
            )
        return super().symbolic_call(*args, **kwargs)

    def convert_weight(self, weight: Any) -> Any:
        """Return a weight as the layer computes with it: as it is, as all run on one engine."""
        return weight

    def _note_change(self) -> None:
        """Let programs be made anew: they hold what was adapted to, beside weights, as constants."""
        self.__dict__["_version"] = self._version + 1


class HostLayer(DataLayer):
    """A layer that takes what arrays of JAX do not hold: text, and integers of 64 bits.

    Outside of programs it gets NumPy arrays, in the dtype they came in. A subclass says in `_numbers`
    which number stands for each value, and in `_encoded` what is returned for them.
    """

    def call(self, inputs: Any) -> Any:
        """Return the encoded inputs."""
        return self._encoded(self._numbers(inputs))

    def compute_output_spec(self, inputs: Any) -> Any:
        """Return the output as a symbolic tensor: shape and dtype only."""
        first = inputs[0] if isinstance(inputs, (list, tuple)) else inputs
        return infer(self._encoded, KerasTensor(self._shape_of_numbers(first.shape), "int32"))

    def _numbers(self, inputs: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define `_numbers`.")

    def _encoded(self, numbers: Any) -> Any:
        raise NotImplementedError(f"{type(self).__name__} must define `_encoded`.")

    def _shape_of_numbers(self, shape: Shape) -> Shape:
        """The shape of the numbers for inputs of a shape: a number each."""
        return shape

    def _convert(self, arguments: Tree) -> Tree:
        args, kwargs = arguments
        return tuple(_on_host(arg) for arg in args), {k: _on_host(v) for k, v in kwargs.items()}


def _on_host(value: Any) -> Any:
    """An argument as a NumPy array; in a tuple of arrays each of them."""
    if value is None or isinstance(value, (KerasTensor, Tracer)):
        return value
    if isinstance(value, (list, tuple)) and any(_is_tensor(item) for item in value):
        return type(value)(_on_host(item) for item in value)
    return as_host_array(value)


def _is_tensor(value: Any) -> bool:
    return isinstance(value, (np.ndarray, jax.Array, KerasTensor)) or hasattr(value, "to_numpy")
