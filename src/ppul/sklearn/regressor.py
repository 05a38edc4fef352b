"""A model as a regressor of scikit-learn."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import RegressorMixin

from ppul.sklearn.base import KerasEstimator


class KerasRegressor(RegressorMixin, KerasEstimator):
    """A model as a regressor: `predict`, and `score`, which is R².

    Args:
        model: A function that returns a model, or a model; see `KerasEstimator` for the others.

    Example:
        >>> from ppul import Input, Sequential, layers
        >>> def network():
        ...     return Sequential([Input((2,)), layers.Dense(1)])
        >>> x = np.arange(20.0).reshape(10, 2) / 20
        >>> regressor = KerasRegressor(network, epochs=2).fit(x, x.sum(axis=1))
        >>> regressor.predict(x).shape
        (10,)
    """

    _default_loss = "mean_squared_error"

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> Self:
        """Train a new model.

        Args:
            X: Samples, (n, ...).
            y: Targets, (n,) or (n, outputs).
            sample_weight: Weights, (n,).
            **kwargs: Further arguments of the model's `fit`.
        """
        X, y = self._checked(X, y, reset=True)
        self._fit(X, y, sample_weight, kwargs)
        return self

    def predict(self, X: Any, **kwargs: Any) -> np.ndarray:
        """Return the outputs, (n,) or (n, outputs)."""
        outputs = self._outputs(X, **kwargs)
        return outputs[:, 0] if outputs.ndim == 2 and outputs.shape[1] == 1 else outputs
