"""What a layer expects of its inputs, checked before it computes."""

from __future__ import annotations

from typing import Any

import numpy as np

from ppul.core import tree
from ppul.core.dtypes import standardize_dtype
from ppul.core.types import Shape


class InputSpec:
    """Rank, dtype and sizes of one input.

    Args:
        dtype: The dtype it must have; any by default.
        shape: The shape it must have; None for sizes that may be anything.
        ndim: The rank it must have.
        max_ndim: The largest rank it may have.
        min_ndim: The smallest rank it may have.
        axes: Sizes that some axes must have.
        allow_last_axis_squeeze: Whether a last axis of size one may be missing or extra.
        name: The key of the input where a layer takes a dictionary.
        optional: Whether it may be None.

    Example:
        >>> InputSpec(min_ndim=2, axes={-1: 8})
        InputSpec(min_ndim=2, axes={-1: 8})
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Shape | None = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = None if dtype is None else standardize_dtype(dtype)
        self.shape = None if shape is None else tuple(shape)
        self.ndim = len(self.shape) if self.shape is not None else ndim
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        self.name = name
        self.optional = optional

    def __repr__(self) -> str:
        given = {
            name: value for name, value in vars(self).items() if value not in (None, {}, False)
        }
        return f"InputSpec({', '.join(f'{name}={value!r}' for name, value in given.items())})"

    def get_config(self) -> dict[str, Any]:
        """Return the constructor arguments."""
        return dict(vars(self))

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> InputSpec:
        """Return a spec from `get_config`'s result."""
        return cls(**config)

    def problem(self, shape: Shape, dtype: Any) -> str | None:
        """Return what about an input is wrong, in words, or None."""
        rank = len(shape)
        if self.ndim is not None and rank != self.ndim and not self._may_squeeze(shape):
            return f"shape {self.shape}" if self.shape else f"{self.ndim} dimensions (batch first)"
        if self.max_ndim is not None and rank > self.max_ndim:
            return f"at most {self.max_ndim} dimensions (batch first)"
        if self.min_ndim is not None and rank < self.min_ndim:
            return f"at least {self.min_ndim} dimensions (batch first)"
        if self.dtype is not None and _name(dtype) != self.dtype:
            return f"dtype {self.dtype}"
        for axis, size in self.axes.items():
            if size is not None and (-rank <= axis < rank) and shape[axis] not in (size, None):
                return f"{size} features on axis {axis}"
        if self.shape is not None and not self._may_squeeze(shape):
            sizes = zip(self.shape, shape, strict=False)
            if any(a is not None and b is not None and a != b for a, b in sizes):
                return f"shape {self.shape}"
        return None

    def _may_squeeze(self, shape: Shape) -> bool:
        if not self.allow_last_axis_squeeze or self.shape is None:
            return False
        longer, shorter = sorted((shape, self.shape), key=len, reverse=True)
        sizes = zip(shorter, longer, strict=False)
        alike = all(a is None or b is None or a == b for a, b in sizes)
        return len(longer) == len(shorter) + 1 and longer[-1] == 1 and alike


def check_inputs(layer: Any, inputs: Any) -> None:
    """Raise a ValueError if `inputs` are not what `layer.input_spec` says.

    Args:
        layer: A layer; its name and spec appear in the message.
        inputs: One tensor or a nested structure of them.
    """
    specs = tree.flatten(layer.input_spec)
    if isinstance(inputs, dict) and specs and specs[0].name in inputs:
        inputs = [inputs[spec.name] for spec in specs]
    tensors = tree.flatten(inputs)
    where = f"{type(layer).__name__} '{layer.name}'"
    if len(tensors) != len(specs):
        raise ValueError(
            f"{where} takes {len(specs)} input(s) and got {len(tensors)}. Pass "
            f"{'a single array' if len(specs) == 1 else f'a list of {len(specs)} arrays'}."
        )
    for index, (spec, tensor) in enumerate(zip(specs, tensors, strict=True)):
        if tensor is None and spec.optional:
            continue
        if tensor is None or not hasattr(tensor, "shape"):
            raise TypeError(
                f"{where} takes arrays; got {tensor!r} of type {type(tensor).__name__}."
            )
        shape = tensor.shape
        if _is_text(tensor.dtype) and spec.dtype != "string":
            raise ValueError(
                f"{where} takes numbers; got an array of dtype {tensor.dtype}. Turn words into "
                "numbers first."
            )
        problem = spec.problem(tuple(shape), tensor.dtype)
        if problem:
            which = f" (input {index})" if len(specs) > 1 else ""
            raise ValueError(
                f"{where} expected {problem}{which} and got an input of shape "
                f"{_readable(shape)} and dtype {_name(tensor.dtype)}. Reshape the data, "
                "or make the layer for this shape."
            )


def _is_text(dtype: Any) -> bool:
    return dtype == "string" or (isinstance(dtype, np.dtype) and dtype.kind in "OSU")


def _name(dtype: Any) -> str:
    return "string" if _is_text(dtype) else standardize_dtype(dtype)


def _readable(shape: Any) -> str:
    sizes = [str(size) if isinstance(size, int) else "None" for size in shape]
    return f"({', '.join(sizes)}{',' if len(sizes) == 1 else ''})"
