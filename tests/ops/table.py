"""Rows of ops and their arguments, and what every row goes through.

Compiling is what takes the time, and a program of fifteen rows takes less than half the time of
fifteen programs: so rows are checked in chunks, and an error names its row.
"""

from __future__ import annotations

import functools
import json
import operator
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest
from jax.experimental.xla_metadata import set_xla_metadata

import ppul
from ppul.core.symbolic import KerasTensor

# Sums of products in another order, and functions that XLA approximates in several ways.
FLOAT32 = {"rtol": 2e-5, "atol": 2e-6}
_CHUNK = 15
# What is run once need not run fast.
_QUICKLY = {"xla_backend_optimization_level": 0}


@dataclass(frozen=True)
class A:
    """An array among the arguments; its first size is the unknown batch of a symbolic tensor.

    Args:
        shape: Its shape.
        dtype: Its dtype.
        low: Lower end of what is drawn.
        high: Upper end.
        values: The elements, instead.
        known: Whether all sizes are known to a symbolic tensor.
        gradient: Whether gradients by it are compared.
    """

    shape: tuple[int, ...] = ()
    dtype: str = "float32"
    low: float = -2
    high: float = 2
    values: Any = None
    known: bool = False
    gradient: bool = True

    def drawn(self, seed: int) -> np.ndarray:
        """Return the elements."""
        if self.values is not None:
            return np.asarray(self.values, self.dtype)
        rng = np.random.default_rng(seed)
        if self.dtype == "bool":
            return rng.random(self.shape) < 0.5
        if self.dtype.startswith(("int", "uint")):
            return rng.integers(int(self.low), int(self.high) + 1, self.shape).astype(self.dtype)
        drawn = rng.uniform(self.low, self.high, self.shape)
        if self.dtype.startswith("complex"):
            drawn = drawn + 1j * rng.uniform(self.low, self.high, self.shape)
        return drawn.astype(jnp.dtype(self.dtype))

    def spec(self) -> tuple[tuple[int | None, ...], str]:
        """Return the shape and the dtype of the symbolic tensor that stands for it."""
        shape = self.drawn(0).shape
        return (shape if self.known or not shape else (None, *shape[1:])), self.dtype

    @property
    def differentiable(self) -> bool:
        """Whether gradients by it are compared."""
        return self.gradient and self.dtype.startswith(("float", "bfloat"))


def a(*shape: int, **options: Any) -> A:
    """Return an array with an unknown batch."""
    return A(shape, **options)


def k(*shape: int, **options: Any) -> A:
    """Return an array all of whose sizes are known."""
    return A(shape, known=True, **options)


def v(values: Any, dtype: str = "float32", **options: Any) -> A:
    """Return an array of given elements, all of whose sizes are known."""
    return A((), dtype, values=values, known=True, **options)


@dataclass(frozen=True)
class Row:
    """An op with arguments.

    Args:
        name: Name of the op, below `ops`.
        args: Positional arguments, arrays anywhere inside.
        kwargs: Keyword arguments, likewise.
        compiled: Whether the op can be traced.
        gradient: Whether gradients are compared.
        tolerance: For the values and gradients.
        spec: Whether Keras's symbolic shapes and dtypes are compared, or why not.
        values: Whether Keras's values are compared, or why not.
        dtype: Whether the dtypes of Keras's values are compared, or why not.
        config: Whether configurations are exchanged with Keras, or why not.
    """

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any] = field(default_factory=dict)
    compiled: bool = True
    gradient: bool = True
    tolerance: dict[str, float] = field(default_factory=lambda: FLOAT32)
    spec: bool | str = True
    values: bool | str = True
    dtype: bool | str = True
    config: bool | str = True

    def __str__(self) -> str:
        def short(value: Any) -> str:
            if isinstance(value, A):
                return f"{value.dtype}{list(value.spec()[0])}"
            return getattr(value, "__name__", repr(value))

        given = [short(arg) for arg in self.args]
        given += [f"{name}={short(value)}" for name, value in self.kwargs.items()]
        return f"{self.name}({', '.join(given)})"

    def arrays(self) -> list[A]:
        """Return the arrays among the arguments."""
        leaves = jax.tree.leaves((self.args, self.kwargs), is_leaf=_is_leaf)
        return [leaf for leaf in leaves if isinstance(leaf, A)]

    def call(self, library: Any, values: Sequence[Any]) -> Any:
        """Return what the op of a library returns with `values` for the arrays."""
        given = iter(values)
        args, kwargs = jax.tree.map(
            lambda leaf: next(given) if isinstance(leaf, A) else leaf,
            (self.args, self.kwargs),
            is_leaf=_is_leaf,
        )
        return operator.attrgetter(self.name)(library.ops)(*args, **kwargs)


def row(name: str, *args: Any, **kwargs: Any) -> Row:
    """Return a row; keywords that end in "_" are the row's own."""
    own = {key[:-1]: kwargs.pop(key) for key in list(kwargs) if key.endswith("_")}
    return Row(name, args, kwargs, **own)


def chunks(rows: Sequence[Row]) -> Any:
    """Return a decorator that runs a test for so many rows at a time.

    The first row of each op always runs; the others are `thorough`.
    """
    seen: set[str] = set()
    first, further = [], []
    for each in rows:
        (further if each.name in seen else first).append(each)
        seen.add(each.name)
    parameters = []
    for part, marks in ((first, ()), (further, (pytest.mark.thorough,))):
        for i in range(0, len(part), _CHUNK):
            chunk = part[i : i + _CHUNK]
            name = f"{chunk[0].name}-{chunk[-1].name}"
            parameters.append(pytest.param(chunk, id=name, marks=marks))
    return pytest.mark.parametrize("rows", parameters)


def check_values(rows: Sequence[Row]) -> None:
    """Values, dtypes, shapes and gradients of a model of the op are Keras's of the op."""
    inputs = [[array.drawn(i) for i, array in enumerate(row.arrays())] for row in rows]
    calls = [_model(row) if row.compiled else functools.partial(row.call, ppul) for row in rows]

    def computed(row: Row, call: Callable[..., Any], values: Any) -> Any:
        try:
            ours = _apart(lambda values: _with_gradients(row, call, values), values)
            if row.values is not True:
                return ours, ours
            by_keras = functools.partial(_called_in_keras, row)
            return ours, _apart(lambda values: _with_gradients(row, by_keras, values), values)
        except Exception as error:
            error.add_note(f"in the row {row}")
            raise

    def together(inputs: Any) -> Any:
        given = zip(rows, calls, inputs, strict=True)
        return [computed(*each) for each in given if each[0].compiled]

    compiled = iter(jax.jit(together, compiler_options=_QUICKLY)(inputs))
    for each, call, values in zip(rows, calls, inputs, strict=True):
        ours, theirs = next(compiled) if each.compiled else computed(each, call, values)
        try:
            _assert_same(each, ours, theirs)
        except AssertionError as error:
            error.add_note(f"in the row {each}")
            raise


def check_symbolic(rows: Sequence[Row]) -> None:
    """Symbolic results have Keras's shapes and dtypes, and those of the real ones."""
    for each in rows:
        specs = [array.spec() for array in each.arrays()]
        if not specs:
            continue
        try:
            ours = jax.tree.leaves(each.call(ppul, [KerasTensor(*spec) for spec in specs]))
            if each.spec is True:
                theirs = _called_in_keras(each, [keras.KerasTensor(*spec) for spec in specs])
                assert [_spec(leaf) for leaf in ours] == [
                    _spec(leaf) for leaf in keras.tree.flatten(theirs)
                ]
            values = [array.drawn(i) for i, array in enumerate(each.arrays())]
            shaped = jax.eval_shape if each.compiled else lambda function, *args: function(*args)
            real = jax.tree.leaves(shaped(lambda *x, row=each: row.call(ppul, x), *values))
            for symbolic, leaf in zip(ours, real, strict=True):
                _assert_stands_for(symbolic, leaf)
        except Exception as error:
            error.add_note(f"in the row {each}")
            raise


def check_configuration(rows: Sequence[Row]) -> None:
    """A model of the op is built again from its configuration, and from Keras's; Keras does so too."""
    for each in rows:
        model = _model(each)
        if not isinstance(model, ppul.Model) or _has_functions(each):
            continue
        try:
            config, specs = _as_file(model), _specs(model)
            assert _specs(ppul.Model.from_config(config)) == specs
            if each.config is True and each.spec is True:
                assert _specs(_quietly(keras.Model.from_config, config)) == specs
                assert _specs(ppul.Model.from_config(_as_file(_keras_model(each)))) == specs
        except Exception as error:
            error.add_note(f"in the row {each}")
            raise


def _as_file(model: Any) -> Any:
    return json.loads(json.dumps(model.get_config()))


def _specs(model: Any) -> list[Any]:
    return [_spec(leaf) for leaf in jax.tree.leaves(model.output)]


def _keras_model(row: Row) -> Any:
    specs = [array.spec() for array in row.arrays()]
    inputs = [keras.Input(batch_shape=shape, dtype=dtype) for shape, dtype in specs]
    return keras.Model(inputs, _called_in_keras(row, inputs))


def _has_functions(row: Row) -> bool:
    return any(callable(leaf) for leaf in jax.tree.leaves((row.args, row.kwargs)))


def _apart(function: Callable[..., Any], values: Any) -> Any:
    """Call a function in a part of the program that XLA does not fuse with others."""
    if not any(isinstance(leaf, jax.core.Tracer) for leaf in jax.tree.leaves(values)):
        return function(values)
    with set_xla_metadata(inlineable="false"):
        return jax.jit(function)(values)


def _called_in_keras(row: Row, values: Sequence[Any]) -> Any:
    return _quietly(row.call, keras, values)


def _quietly(function: Callable[..., Any], *args: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras's are not ours
        return function(*args)


def _is_leaf(value: Any) -> bool:
    return value is None or isinstance(value, A)


def _spec(tensor: Any) -> tuple[tuple[int | None, ...], str]:
    return tuple(tensor.shape), str(tensor.dtype)


def _assert_stands_for(symbolic: Any, real: Any) -> None:
    shape, dtype = np.shape(real), jnp.asarray(real).dtype if np.isscalar(real) else real.dtype
    assert symbolic.dtype == str(dtype)
    assert len(symbolic.shape) == len(shape)
    assert all(s in (None, r) for s, r in zip(symbolic.shape, shape, strict=True))


def _model(row: Row) -> Callable[[Sequence[Any]], Any]:
    """A model whose only operation is the row's; the op, of scalars or halves.

    Models have a batch, and make all floats float32.
    """
    specs = [array.spec() for array in row.arrays()]
    if not specs or not all(shape and dtype != "float16" for shape, dtype in specs):
        return functools.partial(row.call, ppul)
    inputs = [ppul.Input(batch_shape=shape, dtype=dtype) for shape, dtype in specs]
    return ppul.Model(inputs, row.call(ppul, inputs))


def _with_gradients(
    row: Row, call: Callable[[Sequence[Any]], Any], values: Sequence[Any]
) -> tuple[list[Any], list[Any]]:
    """The results, and the gradients of a weighted sum of them by the arrays of floats."""
    places = [i for i, array in enumerate(row.arrays()) if array.differentiable]
    if not row.gradient or not places:
        return jax.tree.leaves(call(values)), []

    def weighted(chosen: Sequence[Any]) -> tuple[Any, Any]:
        filled = list(values)
        for place, value in zip(places, chosen, strict=True):
            filled[place] = value
        results = jax.tree.leaves(call(filled))
        return sum(_weighted_sum(leaf) for leaf in results), results

    gradient = jax.grad(weighted, has_aux=True)
    by, results = gradient([jnp.asarray(values[i]) for i in places])
    return results, by


def _weighted_sum(x: Any) -> Any:
    x = jnp.asarray(x)
    if not jnp.issubdtype(x.dtype, jnp.inexact):
        return 0.0
    if jnp.iscomplexobj(x):
        return _weighted_sum(x.real) + 2 * _weighted_sum(x.imag)
    weights = jnp.cos(jnp.arange(x.size, dtype="float32")).reshape(x.shape)
    return jnp.sum(weights * x.astype("float32"))


def _assert_same(row: Row, ours: Any, theirs: Any) -> None:
    ours, theirs = jax.tree.leaves(ours), jax.tree.leaves(theirs)
    assert len(ours) == len(theirs)
    for first, second in zip(map(jnp.asarray, ours), map(jnp.asarray, theirs), strict=True):
        assert first.shape == second.shape
        if row.dtype is True:
            assert first.dtype == second.dtype
        if not jnp.issubdtype(first.dtype, jnp.inexact):
            np.testing.assert_array_equal(first, second)
            continue
        wide = "complex128" if jnp.iscomplexobj(first) else "float64"
        np.testing.assert_allclose(
            np.asarray(first).astype(wide), np.asarray(second).astype(wide), **row.tolerance
        )
