"""Functions of Keras 2's `keras.backend` for which there is more to say than a new name.

`keras2` has the others as rows; how their arguments were once called is there too.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from ppul import layers, ops, random
from ppul.core import settings
from ppul.core.local import local
from ppul.core.types import Shape
from ppul.core.variable import Variable
from ppul.initializers.random import RandomNormal, RandomUniform
from ppul.models.function import Function

# Values and variables.


def backend() -> str:
    """Return "tensorflow": where programs asked, that is what ppul is like."""
    return "tensorflow"


def batch_get_value(xs: Sequence[Any]) -> list[np.ndarray]:
    """Return the values of variables."""
    return [np.asarray(variable) for variable in xs]


def batch_set_value(tuples: Sequence[tuple[Any, Any]]) -> None:
    """Set variables, each to the value beside it."""
    for variable, value in tuples:
        variable.assign(value)


def random_normal_variable(
    shape: Shape, mean: float, scale: float, dtype: Any = None, name: Any = None, seed: Any = None
) -> Variable:
    """Return a variable that starts at normally distributed numbers."""
    return Variable(RandomNormal(mean, scale, seed), shape=shape, dtype=dtype, name=name)


def random_uniform_variable(
    shape: Shape, low: float, high: float, dtype: Any = None, name: Any = None, seed: Any = None
) -> Variable:
    """Return a variable that starts at numbers from low to high."""
    return Variable(RandomUniform(low, high, seed), shape=shape, dtype=dtype, name=name)


def moving_average_update(x: Any, value: Any, momentum: float) -> Any:
    """Move a variable towards a value."""
    return x.assign(x.value * momentum + value * (1 - momentum))


def constant(value: Any, dtype: Any = None, shape: Shape | None = None, name: Any = None) -> Any:
    """Return a value, or one number repeated, as a tensor of `config.floatx()`."""
    del name
    tensor = ops.convert_to_tensor(value, dtype=dtype or settings.floatx())
    if shape is None:
        return tensor
    return ops.broadcast_to(tensor, shape) if tensor.ndim == 0 else ops.reshape(tensor, shape)


def cast_to_floatx(x: Any) -> Any:
    """Return an array or a tensor in `config.floatx()`."""
    return ops.cast(x, settings.floatx())


def identity(x: Any, name: Any = None) -> Any:
    """Return `x`."""
    del name
    return ops.convert_to_tensor(x)


def to_dense(tensor: Any) -> Any:
    """Return a sparse tensor as a dense one."""
    return ops.convert_to_tensor(tensor, sparse=False)


def int_shape(x: Any) -> tuple[int | None, ...]:
    """Return the shape of a tensor."""
    return tuple(x.shape)


def random_binomial(
    shape: tuple[int, ...], p: float = 0.0, dtype: Any = None, seed: Any = None
) -> Any:
    """Return numbers that are 1 with probability `p`, else 0."""
    ones = random.uniform(shape, seed=seed) < p
    return ops.cast(ones, dtype or settings.floatx())


# What is computed depends on something.


def function(inputs: Any, outputs: Any, updates: Any = None, **kwargs: Any) -> Callable[[Any], Any]:
    """Return a function of NumPy arrays that computes tensors of a model.

    Args:
        inputs: Symbolic tensors.
        outputs: Symbolic tensors that are computed from them.
        updates: Kept for the signature; what layers assign is assigned.
        **kwargs: Kept for the signature: `name`, what TensorFlow's session took.

    Example:
        >>> x = layers.Input((2,))
        >>> [y] = function([x], [x * 2])([np.ones((1, 2))])
        >>> y.tolist()
        [[2.0, 2.0]]
    """
    del updates, kwargs
    graph = Function(inputs, outputs)

    def compute(values: Any) -> Any:
        found = graph(jax.tree.map(ops.convert_to_tensor, values))
        return jax.tree.map(np.asarray, found)

    return compute


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """Return `x` in training, else `alt`; each is a tensor or a function that returns one.

    Args:
        x: What counts in training.
        alt: What counts otherwise.
        training: Which of the two it is; None for what the call under way is.
    """
    if training is None:
        training = local.call is not None and local.call.training
    if isinstance(training, (bool, int, np.bool_)) or training is None:
        return _value(x if training else alt)
    return switch(training, x, alt)


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Any:
    """Return `alt` in training, else `x`; see `in_train_phase`."""
    return in_train_phase(alt, x, training)


def switch(condition: Any, then_expression: Any, else_expression: Any) -> Any:
    """Return, where a condition holds, one of two tensors, or of two functions that return them.

    Args:
        condition: One boolean, or one for each element or for each of the first axes.
        then_expression: What counts where it holds.
        else_expression: What counts elsewhere, the same shape.
    """
    chosen, other = _value(then_expression), _value(else_expression)
    condition = ops.cast(condition, "bool")
    rank = len(ops.shape(chosen))
    while 0 < condition.ndim < rank:
        condition = ops.expand_dims(condition, -1)
    return ops.where(condition, chosen, other)


def _value(expression: Any) -> Any:
    return expression() if callable(expression) else expression


def foldl(fn: Callable[..., Any], elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """Return `fn(...fn(fn(initializer, first), second)..., last)`; without one, from the first."""
    del name
    if initializer is None:
        initializer, elems = elems[0], elems[1:]
    return ops.scan(lambda total, x: (fn(total, x), None), initializer, elems)[0]


def foldr(fn: Callable[..., Any], elems: Any, initializer: Any = None, name: Any = None) -> Any:
    """Return what `foldl` returns for the elements in reverse."""
    return foldl(fn, ops.flip(elems, 0), initializer, name)


def map_fn(fn: Callable[..., Any], elems: Any, name: Any = None, dtype: Any = None) -> Any:
    """Return what a function returns for each element along the first axis."""
    del name
    found = ops.map(fn, elems)
    return found if dtype is None else ops.cast(found, dtype)


# Arithmetic and shapes.


def batch_dot(x: Any, y: Any, axes: Any = None) -> Any:
    """Return the products of two batches, summed over an axis of each.

    Args:
        x: (batch, ...).
        y: (batch, ...).
        axes: The axis, or one of each; by default the last of `x` and the last but one of `y`.
    """
    ranks = x.ndim, y.ndim
    if axes is None:
        axes = (ranks[0] - 1, max(ranks[1] - 2, 1))
    return layers.Dot(axes=axes)([x, y])


def batch_flatten(x: Any) -> Any:
    """Return each sample as a vector."""
    return ops.reshape(x, (-1, math.prod(x.shape[1:])))


def repeat(x: Any, n: int) -> Any:
    """Return (batch, width) as (batch, n, width)."""
    return ops.repeat(ops.expand_dims(x, 1), n, 1)


def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """Return `x` with a number added for each channel, or an array of the shape of a sample."""
    channels_first = (data_format or settings.image_data_format()) == "channels_first"
    if bias.ndim == 1 and channels_first and x.ndim > 2:
        bias = ops.reshape(bias, (-1, *[1] * (x.ndim - 2)))
    elif channels_first and bias.ndim > 1:
        bias = ops.moveaxis(bias, -1, 0)
    return ops.add(x, bias)


def l2_normalize(x: Any, axis: int | None = None) -> Any:
    """Return vectors brought to length one; all of `x` as one without an axis."""
    squares = ops.sum(ops.square(x), axis=axis, keepdims=True)
    return x * ops.rsqrt(ops.maximum(squares, 1e-12))


def in_top_k(predictions: Any, targets: Any, k: int) -> Any:
    """Return whether the right class is among the `k` of largest prediction."""
    return ops.in_top_k(targets, predictions, k)


def sparse_categorical_crossentropy(
    target: Any,
    output: Any,
    from_logits: bool = False,
    axis: int = -1,
    ignore_class: int | None = None,
) -> Any:
    """Return the cross-entropy of class numbers, 0 for those of the class that is ignored."""
    crossentropy = functools.partial(ops.sparse_categorical_crossentropy, axis=axis)
    if ignore_class is None:
        return crossentropy(target, output, from_logits=from_logits)
    ignored = ops.equal(target, ignore_class)
    losses = crossentropy(ops.where(ignored, 0, target), output, from_logits=from_logits)
    return ops.where(ignored, 0.0, losses)


def batch_normalization(
    x: Any, mean: Any, var: Any, beta: Any, gamma: Any, axis: int = -1, epsilon: float = 1e-3
) -> Any:
    """Return `x` with a mean taken away, divided by a deviation, scaled and shifted.

    Args:
        x: Any shape.
        mean: A number for each place on an axis, or what broadcasts; the others likewise.
        var: The variance.
        beta: What is added, or None.
        gamma: What is multiplied by, or None.
        axis: The axis.
        epsilon: What is added to the variance.
    """
    shape = [1] * x.ndim
    shape[axis] = -1
    mean, var, beta, gamma = (
        ops.reshape(a, shape) if a is not None and a.ndim == 1 else a
        for a in (mean, var, beta, gamma)
    )
    factor = ops.rsqrt(var + epsilon) if gamma is None else ops.rsqrt(var + epsilon) * gamma
    normal = (x - mean) * factor
    return normal if beta is None else normal + beta


def normalize_batch_in_training(
    x: Any, gamma: Any, beta: Any, reduction_axes: Sequence[int], epsilon: float = 1e-3
) -> tuple[Any, Any, Any]:
    """Return `x` normalized by its own mean and variance over some axes, and these two."""
    axes = tuple(reduction_axes)
    mean, var = ops.moments(x, axes)
    reduced = {axis % x.ndim for axis in axes}
    shape = tuple(1 if axis in reduced else size for axis, size in enumerate(x.shape))
    m, v, b, g = (None if a is None else ops.reshape(a, shape) for a in (mean, var, beta, gamma))
    return batch_normalization(x, m, v, b, g, epsilon=epsilon), mean, var


FUNCTIONS = (
    *(backend, batch_get_value, batch_set_value, random_normal_variable, random_uniform_variable),
    *(moving_average_update, constant, cast_to_floatx, identity, to_dense, int_shape),
    *(random_binomial, function, in_train_phase, in_test_phase, switch, foldl, foldr, map_fn),
    *(batch_dot, batch_flatten, repeat, bias_add, l2_normalize, in_top_k),
    *(sparse_categorical_crossentropy, batch_normalization, normalize_batch_in_training),
)
