"""Sums and means of values over batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp

from ppul.core import registry
from ppul.core.serialization import deserialize, deserialize_arguments, function_config, serialize
from ppul.core.types import Array, Config
from ppul.losses.shapes import fits, match_weights
from ppul.metrics.base import Metric


class Sum(Metric):
    """The sum of values.

    Args:
        name: Its name.
        dtype: Dtype of the sum.

    Example:
        >>> total = Sum()
        >>> total.update_state([1.0, 3.0])
        >>> float(total([2.0], sample_weight=[0.5]))
        5.0
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values, (batch, ...), each times its weight.

        Raises:
            ValueError: If the weights do not fit the values.
        """
        values, weights = weighted(values, sample_weight, self.dtype)
        self.total.assign_add(jnp.sum(values if weights is None else values * weights))

    def result(self) -> Array:
        """Return the sum so far."""
        return self.total.value


class Mean(Metric):
    """The mean of values, weighted.

    Args:
        name: Its name.
        dtype: Dtype of the mean.

    Example:
        >>> mean = Mean()
        >>> mean.update_state([1.0, 3.0])
        >>> float(mean([8.0], sample_weight=[2.0]))
        5.0
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(name=name, dtype=dtype)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Add values, (batch, ...); a sample's mean over further axes counts once.

        Args:
            values: The values.
            sample_weight: One weight a sample, or one for each value; a single number weighs
                the mean of the batch as one value.

        Raises:
            ValueError: If the weights do not fit the values.
        """
        values, weights = weighted(values, sample_weight, self.dtype)
        # One number as the weight is that of the batch, not of each of its samples.
        whole = sample_weight is not None and jnp.asarray(sample_weight).ndim == 0
        samples = values.shape[0] if values.ndim and not whole else 1
        each = max(values.size, 1) // max(samples, 1)
        if weights is None:
            total, count = jnp.sum(values), samples
        else:
            total = jnp.sum(values * weights)
            count = jnp.sum(weights) * (samples / max(weights.size, 1))
        self.total.assign_add(total / each)
        self.count.assign_add(count)

    def result(self) -> Array:
        """Return the mean so far, zero where nothing was seen."""
        total, count = self.total.value, self.count.value
        return jnp.where(count == 0, 0, total / jnp.where(count == 0, 1, count))


class MeanMetricWrapper(Mean):
    """The mean of a function of targets and predictions.

    Args:
        fn: Function of `(y_true, y_pred, **kwargs)` that returns one value a sample.
        name: Its name.
        dtype: Dtype of the mean.
        **kwargs: Further arguments of `fn`.

    Example:
        >>> worst = MeanMetricWrapper(lambda t, p: jnp.max(jnp.abs(t - p), axis=-1), name="worst")
        >>> float(worst(jnp.zeros((2, 2)), jnp.array([[1.0, 2.0], [0.0, 4.0]])))
        3.0
    """

    def __init__(
        self, fn: Callable[..., Any], name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        self._fn, self._fn_kwargs = fn, kwargs

    def update_state(  # type: ignore[override]  # what is averaged is computed first
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Add a batch.

        Raises:
            ValueError: If targets, predictions and weights do not fit.
        """
        super().update_state(self._fn(y_true, y_pred, **self._fn_kwargs), sample_weight)

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        config = super().get_config()
        if type(self) is MeanMetricWrapper:
            config["fn"] = function_config(self._fn)
            config |= {name: serialize(value) for name, value in self._fn_kwargs.items()}
        return config

    @classmethod
    def from_config(cls, config: Config) -> MeanMetricWrapper:
        """Return a metric from what `get_config` returned."""
        config = dict(config)
        if "fn" in config:
            config["fn"] = _function(config["fn"])
        return cls(**deserialize_arguments(config))


def weighted(values: Any, sample_weight: Any, dtype: str) -> tuple[Array, Array | None]:
    """Return values, and weights of equal rank that broadcast to them, or None.

    Raises:
        ValueError: If the weights do not fit the values.
    """
    values = jnp.asarray(values).astype(dtype)
    if sample_weight is None:
        return values, None
    weights = jnp.asarray(sample_weight).astype(dtype)
    given = weights.shape
    values, weights = match_weights(values, weights)
    if not values.ndim and weights.size == 1:
        weights = weights.reshape(())
    if not fits(weights.shape, values.shape):
        raise ValueError(
            f"`sample_weight` has shape {given}, which does not fit values of shape "
            f"{values.shape}. Give one weight a sample."
        )
    return values, weights


def _function(config: Any) -> Any:
    """A function of a config: a metric's, else a loss's."""
    name = config["config"] if isinstance(config, dict) else config
    kind = "metrics" if registry.public_object("metrics", str(name)) is not None else "losses"
    return deserialize(config, kind=kind)
