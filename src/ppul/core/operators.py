"""The operators that variables and symbolic tensors share with arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp


class ArrayOperators:
    """Python's operators, each handed to `_apply(function, *operands)`."""

    def _apply(self, function: Callable[..., Any], *operands: Any) -> Any:
        raise NotImplementedError  # each subclass says what applying means

    def __add__(self, other: Any) -> Any:
        return self._apply(jnp.add, self, other)

    def __radd__(self, other: Any) -> Any:
        return self._apply(jnp.add, other, self)

    def __sub__(self, other: Any) -> Any:
        return self._apply(jnp.subtract, self, other)

    def __rsub__(self, other: Any) -> Any:
        return self._apply(jnp.subtract, other, self)

    def __mul__(self, other: Any) -> Any:
        return self._apply(jnp.multiply, self, other)

    def __rmul__(self, other: Any) -> Any:
        return self._apply(jnp.multiply, other, self)

    def __truediv__(self, other: Any) -> Any:
        return self._apply(jnp.true_divide, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._apply(jnp.true_divide, other, self)

    def __floordiv__(self, other: Any) -> Any:
        return self._apply(jnp.floor_divide, self, other)

    def __rfloordiv__(self, other: Any) -> Any:
        return self._apply(jnp.floor_divide, other, self)

    def __mod__(self, other: Any) -> Any:
        return self._apply(jnp.mod, self, other)

    def __rmod__(self, other: Any) -> Any:
        return self._apply(jnp.mod, other, self)

    def __pow__(self, other: Any) -> Any:
        return self._apply(jnp.power, self, other)

    def __rpow__(self, other: Any) -> Any:
        return self._apply(jnp.power, other, self)

    def __matmul__(self, other: Any) -> Any:
        return self._apply(jnp.matmul, self, other)

    def __rmatmul__(self, other: Any) -> Any:
        return self._apply(jnp.matmul, other, self)

    def __and__(self, other: Any) -> Any:
        return self._apply(jnp.logical_and, self, other)

    def __rand__(self, other: Any) -> Any:
        return self._apply(jnp.logical_and, other, self)

    def __or__(self, other: Any) -> Any:
        return self._apply(jnp.logical_or, self, other)

    def __ror__(self, other: Any) -> Any:
        return self._apply(jnp.logical_or, other, self)

    def __xor__(self, other: Any) -> Any:
        return self._apply(jnp.logical_xor, self, other)

    def __rxor__(self, other: Any) -> Any:
        return self._apply(jnp.logical_xor, other, self)

    def __lt__(self, other: Any) -> Any:
        return self._apply(jnp.less, self, other)

    def __le__(self, other: Any) -> Any:
        return self._apply(jnp.less_equal, self, other)

    def __gt__(self, other: Any) -> Any:
        return self._apply(jnp.greater, self, other)

    def __ge__(self, other: Any) -> Any:
        return self._apply(jnp.greater_equal, self, other)

    def __ne__(self, other: object) -> Any:
        return self._apply(jnp.not_equal, self, other)

    def __hash__(self) -> int:
        return id(self)

    def __neg__(self) -> Any:
        return self._apply(jnp.negative, self)

    def __pos__(self) -> Any:
        return self

    def __abs__(self) -> Any:
        return self._apply(jnp.abs, self)

    def __invert__(self) -> Any:
        return self._apply(jnp.logical_not, self)

    def __round__(self, ndigits: int | None = None) -> Any:
        return self._apply(jnp.round, self, ndigits or 0)


def get_item(x: Any, key: Any) -> Any:
    """Return `x[key]`."""
    return x[key]
