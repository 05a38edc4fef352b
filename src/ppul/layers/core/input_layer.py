"""Inputs of models: `Input` and the layer behind it."""

from __future__ import annotations

from typing import Any

from ppul.core.operation import Node
from ppul.core.settings import floatx
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Shape
from ppul.layers.base import Layer


class InputLayer(Layer):
    """The place where data enters a model.

    Args:
        shape: Shape of one sample.
        batch_size: Number of samples, where fixed.
        dtype: Dtype of the data; the default float type.
        sparse: Whether the data are sparse.
        ragged: Whether the data are ragged.
        batch_shape: Shape with the batch axis, instead of `shape` and `batch_size`.
        input_tensor: A symbolic tensor to take as the input.
        optional: Whether None may be fed.
        name: Its name.

    Raises:
        ValueError: If shape is missing, or given twice.

    Example:
        >>> InputLayer(shape=(3,)).output.shape
        (None, 3)
    """

    def __init__(
        self,
        shape: Shape | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Shape | None = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if "input_shape" in kwargs or "batch_input_shape" in kwargs:
            shape = kwargs.pop("input_shape", shape)
            batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        super().__init__(name=name, **kwargs)
        if input_tensor is not None:
            batch_shape, dtype = input_tensor.shape, dtype or input_tensor.dtype
        elif (shape is None) == (batch_shape is None):
            given = "both" if shape is not None else "neither"
            raise ValueError(
                f"Input '{self.name}': give either `shape` (of one sample) or `batch_shape`; got "
                f"{given}."
            )
        if batch_shape is None:
            batch_shape = (batch_size, *_sample_shape(self.name, shape))
        tensor = input_tensor or KerasTensor(batch_shape, dtype or floatx(), name=self.name)
        tensor.sparse = bool(sparse)
        self.batch_shape = tensor.shape
        self.sparse = bool(sparse)
        self.ragged = bool(ragged)
        self.optional = optional
        self._input_dtype = tensor.dtype
        self.built = True
        Node(self, (), {}, tensor)

    @property
    def dtype(self) -> str:
        """Dtype of the data."""
        return self._input_dtype

    def call(self) -> None:
        """Return nothing: the graph takes the data that are fed to the model in its place."""

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return {
            "batch_shape": self.batch_shape,
            "dtype": self.dtype,
            "sparse": self.sparse,
            "ragged": self.ragged,
            "name": self.name,
            "optional": self.optional,
        }


def Input(  # noqa: N802  (Keras's name)
    shape: Shape | None = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Shape | None = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> KerasTensor:
    """Return a symbolic tensor that stands for data fed to a model.

    Args:
        shape: Shape of one sample.
        batch_size: Number of samples, where fixed.
        dtype: Dtype of the data; the default float type.
        sparse: Whether the data are sparse.
        ragged: Whether the data are ragged.
        batch_shape: Shape with the batch axis, instead of `shape` and `batch_size`.
        name: Its name; the key under which data may be fed.
        tensor: A symbolic tensor to take as the input.
        optional: Whether None may be fed.

    Returns:
        A `KerasTensor` to call layers on.

    Example:
        >>> Input(shape=(28, 28), name="picture").shape
        (None, 28, 28)
    """
    layer = InputLayer(
        shape=shape,
        batch_size=batch_size,
        dtype=dtype,
        sparse=sparse,
        ragged=ragged,
        batch_shape=batch_shape,
        input_tensor=tensor,
        optional=optional,
        name=name,
    )
    return layer.output


def _sample_shape(name: str, shape: Any) -> Shape:
    if isinstance(shape, int):
        raise ValueError(
            f"Input '{name}': `shape` must be a tuple of sizes; got {shape}. For {shape} features "
            f"write shape=({shape},)."
        )
    return tuple(shape)
