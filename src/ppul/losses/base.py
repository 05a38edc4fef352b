"""The base of losses: per-sample values, weighted and reduced to a scalar."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core import tree
from ppul.core.checks import one_of
from ppul.core.config import Configurable
from ppul.core.dtypes import get_dtype_policy, standardize_dtype
from ppul.core.names import auto_name
from ppul.core.serialization import deserialize, deserialize_arguments, function_config, serialize
from ppul.core.settings import floatx
from ppul.core.types import Array, Config
from ppul.losses.shapes import match_ranks, match_weights

REDUCTIONS = ("sum", "mean", "sum_over_batch_size", "mean_with_sample_weight", "none", None)


class Loss(Configurable):
    """A function of targets and predictions that training makes small.

    A loss is its `call(y_true, y_pred)`, which returns one value a sample; weights, masks and the
    reduction to a scalar are the same for all.

    Args:
        name: Its name.
        reduction: "sum_over_batch_size" (the mean over samples; also "mean"), "sum",
            "mean_with_sample_weight" (divided by the sum of weights) or "none".
        dtype: Dtype of the result; the default float type.

    Example:
        >>> class Cubic(Loss):
        ...     def call(self, y_true, y_pred):
        ...         return jnp.mean(jnp.abs(y_true - y_pred) ** 3, axis=-1)
        >>> float(Cubic()([[0.0], [0.0]], [[1.0], [2.0]]))
        4.5
    """

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        self.name = name or auto_name(type(self).__name__)
        self.reduction = one_of(type(self).__name__, "reduction", reduction, REDUCTIONS)
        self._dtype = floatx() if dtype is None else get_dtype_policy(dtype).compute_dtype

    @property
    def dtype(self) -> str:
        """Dtype of the result."""
        return self._dtype

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return one value a sample."""
        raise NotImplementedError(f"{type(self).__name__} must define `call`.")

    def valid(self, y_true: Any, y_pred: Any) -> Array | None:
        """Return which values count, shaped like `call`'s; None where all do."""
        return None

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Array:
        """Return the loss of a batch: a scalar, or one value a sample for reduction "none"."""
        y_true, y_pred = _arrays(y_true, self.dtype), _arrays(y_pred, self.dtype)
        values = self.call(y_true, y_pred)
        mask = self.valid(y_true, y_pred)
        return reduce_weighted(values, sample_weight, self.reduction, self.dtype, mask)

    def get_config(self) -> Config:
        """Return the constructor arguments; the dtype where it is not the default."""
        config = super().get_config() | {"name": self.name, "reduction": self.reduction}
        if config.get("dtype") in (None, floatx()):
            config.pop("dtype", None)
        return config


class LossFunctionWrapper(Loss):
    """A plain function of targets and predictions as a loss.

    Args:
        fn: Function of `(y_true, y_pred, **kwargs)` that returns one value a sample.
        reduction: How the values become a scalar.
        name: Its name.
        dtype: Dtype of the result.
        **kwargs: Further arguments of `fn`.

    Example:
        >>> loss = LossFunctionWrapper(lambda t, p: jnp.max(jnp.abs(t - p), axis=-1), name="worst")
        >>> float(loss([[0.0, 0.0]], [[1.0, -3.0]]))
        3.0
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self._fn_kwargs = kwargs

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """Return `fn`'s values; a last axis of size one is matched first."""
        if not tree.is_nested(y_true) and not tree.is_nested(y_pred):
            y_true, y_pred = match_ranks(y_true, y_pred)
        return self.fn(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        config = super().get_config()
        if type(self) is LossFunctionWrapper:
            config["fn"] = function_config(self.fn)
            config |= {name: serialize(value) for name, value in self._fn_kwargs.items()}
        return config

    @classmethod
    def from_config(cls, config: Config) -> LossFunctionWrapper:
        """Return a loss from what `get_config` returned."""
        config = dict(config)
        if "fn" in config:
            config["fn"] = deserialize(config["fn"], kind="losses")
        return cls(**deserialize_arguments(config))

    def __repr__(self) -> str:
        name = getattr(self.fn, "__name__", repr(self.fn))
        return f"<{type(self).__name__}({name}, kwargs={self._fn_kwargs})>"


def reduce_weighted(
    values: Any,
    sample_weight: Any = None,
    reduction: str | None = "sum_over_batch_size",
    dtype: Any = None,
    mask: Any = None,
) -> Array:
    """Return values a sample, weighted, as one number.

    Args:
        values: One value a sample, (batch, ...).
        sample_weight: Weights that broadcast against `values`, or None.
        reduction: One of `REDUCTIONS`.
        dtype: Dtype of the result.
        mask: Which values count; those that do not are not averaged over either.

    Raises:
        ValueError: If the weights do not fit the values.

    Example:
        >>> values = jnp.array([1.0, 2.0, 6.0])
        >>> float(reduce_weighted(values)), float(reduce_weighted(values, [2.0, 1.0, 0.0]))
        (3.0, 1.3333333)
        >>> float(reduce_weighted(values, mask=jnp.array([True, True, False])))
        1.5
    """
    dtype = standardize_dtype(dtype)
    values = jnp.asarray(values, dtype=dtype)
    weights = None if sample_weight is None else jnp.asarray(sample_weight, dtype=dtype)
    if weights is not None:
        values, weights = match_weights(values, weights)
    count: Any = None
    if mask is not None:
        values, mask = match_weights(values, jnp.asarray(mask).astype(dtype))
        weights = mask if weights is None else weights * mask
        count = jnp.sum(mask) * (max(values.size, 1) / max(mask.size, 1))
    if weights is not None:
        values = values * weights
    if reduction in (None, "none") or values.ndim == 0:
        return values
    total = jnp.sum(values)
    if reduction == "sum":
        return total
    if reduction == "mean_with_sample_weight" and weights is not None:
        return _divide(total, jnp.sum(weights))
    return total / max(values.size, 1) if count is None else _divide(total, count)


def _divide(total: Array, count: Array) -> Array:
    """A quotient that is zero where the divisor is, in value and gradient."""
    return jnp.where(count == 0, 0, total / jnp.where(count == 0, 1, count))


def _arrays(values: Any, dtype: str) -> Any:
    """Arrays of a dtype: one, or a structure of them; lists of numbers are an array."""

    def array(value: Any) -> Any:
        return None if value is None else jnp.asarray(value).astype(dtype)

    numbers = (bool, int, float, np.generic)
    if all(isinstance(leaf, numbers) for leaf in tree.flatten(values)):
        return array(values)
    return tree.map_structure(array, values)
