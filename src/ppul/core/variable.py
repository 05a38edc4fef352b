"""Variables: arrays that layers, optimizers and metrics hold and change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.core import Tracer

from ppul.core import compile_cache, registry
from ppul.core.devices import brought_home
from ppul.core.dtypes import is_float_dtype, standardize_dtype
from ppul.core.local import local
from ppul.core.mesh import distribute_tensor
from ppul.core.names import auto_name, current_path
from ppul.core.operators import ArrayOperators
from ppul.core.room import take_room
from ppul.core.scope import bound_value
from ppul.core.types import Array, Shape

# The first of ppul's modules that makes JAX compile something.
compile_cache.enable()


class Variable(ArrayOperators):
    """An array with a name that code may read and assign, also while it is traced.

    Args:
        initializer: A value, a function of `(shape, dtype)`, or an initializer's name.
        shape: Shape of the array; needed where `initializer` is a function or a name.
        dtype: Dtype of the array; the initial value's, or the default float type.
        trainable: Whether training changes it.
        autocast: Whether layers that compute in 16 bits read it in 16 bits.
        aggregation: How replicas are combined (kept for Keras's signature).
        synchronization: When replicas are combined (kept for Keras's signature).
        name: Its name; "variable", "variable_1", ... by default.
        layout: How it is laid out over devices.
        **kwargs: None; named so that a misspelt argument gets an error.

    Example:
        >>> v = Variable([1.0, 2.0], name="v")
        >>> v.assign_add([1.0, 1.0]).tolist(), v.path
        ([2.0, 3.0], 'v')
    """

    def __init__(
        self,
        initializer: Any,
        shape: Shape | int | None = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        aggregation: str = "none",
        synchronization: str = "auto",
        name: str | None = None,
        layout: Any = None,
        **kwargs: Any,
    ) -> None:
        if kwargs:
            raise TypeError(f"Variable: unknown argument(s) {sorted(kwargs)}.")
        self._name = name or auto_name("variable")
        if not isinstance(self._name, str) or "/" in self._name:
            raise ValueError(f"A variable's name must be a string without '/'; got {name!r}.")
        scope = current_path()
        self._path = f"{scope}/{self._name}" if scope else self._name
        self._trainable = bool(trainable)
        self._autocast = bool(autocast)
        self._aggregation = aggregation
        self._synchronization = synchronization
        self._layout = layout
        self.regularizer: Callable[[Array], Array] | None = None
        self.constraint: Callable[[Array], Array] | None = None
        self.overwrite_with_gradient = False
        self._value: Array = _initial_value(initializer, shape, dtype, self._path)
        self._shared = True
        self._shape = tuple(self._value.shape)
        self._dtype = standardize_dtype(self._value.dtype)
        self._is_float = is_float_dtype(self._dtype)
        if local.distribution is not None:
            self._layout = local.distribution.get_variable_layout(self)
        self._value = self._placed(self._value)

    @property
    def value(self) -> Array:
        """The current value, in the dtype that the layer under way computes in."""
        bound = bound_value(self) if local.scopes else None
        value = self._shown() if bound is None else bound
        cast = local.autocast[-1] if local.autocast else None
        if cast is not None and self._autocast and self._is_float and cast != self._dtype:
            return value.astype(cast)
        return value

    def assign(self, value: Any) -> Array:
        """Set the value and return it; the shape must be the same."""
        value = self.convert(value)
        if local.scopes:
            local.scopes[-1].add_update((self, value))
        else:
            self._value, self._shared = self._placed(value), True
        return value

    def hold(self, value: Any) -> None:
        """Set the value to a NumPy array that goes to a device when it is first used."""
        if local.scopes:
            self.assign(value)
        else:
            self._value = value

    def assign_add(self, value: Any) -> Array:
        """Add to the value and return the sum."""
        return self.assign(self._read() + _plain(value))

    def assign_sub(self, value: Any) -> Array:
        """Subtract from the value and return the difference."""
        return self.assign(self._read() - _plain(value))

    def convert(self, value: Any) -> Array:
        """Return `value` as an array of this variable's dtype.

        Raises:
            ValueError: If its shape is not this variable's.
        """
        value = _as_array(_plain(value), self._dtype)
        if value.shape != self._shape:
            raise ValueError(
                f"Variable '{self._path}' has shape {self._shape} and was assigned a value of "
                f"shape {value.shape}. Assign an array of the same shape."
            )
        return value

    def numpy(self) -> np.ndarray:
        """Return the value as a NumPy array."""
        bound = bound_value(self) if local.scopes else None
        # JAX knows of the arrays of NumPy that share a buffer, and does not use it up then.
        return np.asarray(self._present() if bound is None else bound)

    @property
    def name(self) -> str:
        """The name."""
        return self._name

    @property
    def path(self) -> str:
        """The names of the layers it was made in, and its own, joined by slashes."""
        return self._path

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape."""
        return self._shape

    @property
    def ndim(self) -> int:
        """The number of dimensions."""
        return len(self._shape)

    @property
    def dtype(self) -> str:
        """The dtype it is kept in, or read in by the layer under way."""
        cast = local.autocast[-1] if local.autocast else None
        return cast if cast is not None and self._autocast and self._is_float else self._dtype

    @property
    def trainable(self) -> bool:
        """Whether training changes it."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        self._trainable = bool(value)

    @property
    def aggregation(self) -> str:
        """How replicas are combined."""
        return self._aggregation

    @property
    def synchronization(self) -> str:
        """When replicas are combined."""
        return self._synchronization

    def hand_over(self) -> Array:
        """Return the value, of which nobody else holds the array: a program may use it up."""
        if self._shared and isinstance(self._value, jax.Array):
            self._value = jax.device_put(self._value, may_alias=False)
        self._shared = False
        return self._value

    def take(self, value: Array) -> None:
        """Set the value to what a program returned: if it is a new array, nobody else holds it."""
        self._shared = self._shared and value is self._value
        self._value = value

    def _read(self) -> Array:
        bound = bound_value(self) if local.scopes else None
        return self._shown() if bound is None else bound

    def _shown(self) -> Array:
        self._shared = True
        return self._present()

    def _placed(self, value: Array) -> Array:
        """A value laid out over devices as the variable is."""
        if self._layout is None or isinstance(value, Tracer):
            return value
        return distribute_tensor(value, self._layout)

    def _present(self) -> Array:
        """The value outside of any scope; a program may have left it on a device of its own."""
        self._value = brought_home(self._value)
        return self._value

    def _apply(self, function: Callable[..., Any], *operands: Any) -> Any:
        if any(hasattr(operand, "_keras_history") for operand in operands):
            return NotImplemented
        return function(*(_plain(operand) for operand in operands))

    def __getitem__(self, idx: Any) -> Any:
        return self.value[idx]

    def __eq__(self, other: object) -> Any:
        return self._apply(jnp.equal, self, other)

    def __hash__(self) -> int:
        return id(self)

    def __jax_array__(self) -> Array:
        return self.value

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        return np.asarray(self.value, dtype=dtype)

    def __float__(self) -> float:
        return float(self.value)

    def __int__(self) -> int:
        return int(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __repr__(self) -> str:
        return f"<Variable path={self._path}, shape={self._shape}, dtype={self._dtype}>"


def _plain(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        return np.asarray(value)
    return value.value if isinstance(value, Variable) else value


def _as_array(value: Any, dtype: str | None) -> Array:
    if isinstance(value, np.ndarray):
        # JAX may read the memory of a NumPy array later on; the caller may change it meanwhile.
        value = np.array(value, dtype=None if dtype is None else jnp.dtype(dtype))
    return jnp.asarray(value, dtype=dtype)


def _initial_value(initializer: Any, shape: Shape | int | None, dtype: Any, path: str) -> Array:
    if isinstance(initializer, str):
        initializer = registry.get("initializers", initializer)
    # Made outside of any trace, so that a layer may be built while it is traced.
    with jax.ensure_compile_time_eval():
        if not callable(initializer):
            initializer = _plain(initializer)
            if dtype is None and not hasattr(initializer, "dtype"):
                dtype = _dtype_of_python(initializer)
            return _as_array(initializer, None if dtype is None else standardize_dtype(dtype))
        if shape is None:
            raise ValueError(
                f"Variable '{path}': `shape` is needed where `initializer` is a function; got None."
            )
        shape = (shape,) if isinstance(shape, int) else tuple(shape)
        if any(size is None for size in shape):
            raise ValueError(
                f"Variable '{path}': all sizes must be known to make a weight; got shape {shape}. "
                "Give the layer's input a known size on the axes its weights depend on."
            )
        dtype = standardize_dtype(dtype)
        take_room(path, shape, jnp.dtype(dtype).itemsize)
        return jnp.asarray(initializer(shape, dtype=dtype), dtype=dtype)


def _dtype_of_python(value: Any) -> str | None:
    kind = np.asarray(value).dtype.kind
    return {"f": standardize_dtype(None), "i": "int32", "b": "bool"}.get(kind)
