"""A model as a classifier of scikit-learn."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets

from ppul.sklearn.base import KerasEstimator


class KerasClassifier(ClassifierMixin, KerasEstimator):
    """A model as a classifier: labels of any kind, `predict`, `predict_proba`, `score`.

    The model's last layer has one output a class, or for two classes a single one. Targets are
    class numbers; a model compiled with `categorical_crossentropy` is given one-hot rows.

    Args:
        model: A function that returns a model, or a model; see `KerasEstimator` for the others.

    Attributes:
        classes_: The labels, sorted.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> from ppul import Input, Sequential, layers
        >>> x, y = load_iris(return_X_y=True)
        >>> def network(units=8):
        ...     return Sequential(
        ...         [Input((4,)), layers.Dense(units, "relu"), layers.Dense(3, "softmax")]
        ...     )
        >>> classifier = KerasClassifier(network, units=16, optimizer="adam", epochs=2)
        >>> classifier.fit(x, y).predict_proba(x[:2]).shape
        (2, 3)
    """

    _default_loss = "sparse_categorical_crossentropy"
    classes_: np.ndarray

    def fit(self, X: Any, y: Any, sample_weight: Any = None, **kwargs: Any) -> Self:
        """Train a new model.

        Args:
            X: Samples, (n, ...).
            y: Labels (n,), or one-hot rows (n, classes).
            sample_weight: Weights, (n,).
            **kwargs: Further arguments of the model's `fit`.
        """
        X, y = self._checked(X, y, reset=True)
        if y.ndim > 1 and y.shape[1] > 1:  # one-hot rows
            self.classes_, numbers = np.arange(y.shape[1]), y.argmax(axis=1)
        else:
            y = y.ravel()
            check_classification_targets(y)
            self.classes_, numbers = np.unique(y, return_inverse=True)
        self.n_classes_ = len(self.classes_)
        if isinstance(self.class_weight, dict):
            places = {label: i for i, label in enumerate(self.classes_.tolist())}
            weights = {places.get(label, label): w for label, w in self.class_weight.items()}
            kwargs.setdefault("class_weight", weights)
        self._fit(X, numbers, sample_weight, kwargs)
        return self

    def predict(self, X: Any, **kwargs: Any) -> np.ndarray:
        """Return the most probable label of each sample."""
        probabilities = self.predict_proba(X, **kwargs)
        return self.classes_[probabilities.argmax(axis=1)]

    def predict_proba(self, X: Any, **kwargs: Any) -> np.ndarray:
        """Return the probabilities of the classes, (n, classes)."""
        outputs = self._outputs(X, **kwargs)
        if outputs.ndim == 1 or outputs.shape[-1] == 1:
            positive = outputs.reshape(len(outputs), 1)
            return np.concatenate([1 - positive, positive], axis=1)
        return outputs

    def _loss_for(self, model: Any) -> str:
        single = model.built and model.output_shape[-1] == 1
        return "binary_crossentropy" if single else self._default_loss

    def _targets(self, y: np.ndarray) -> np.ndarray:
        loss = self.model_.get_compile_config()["loss"]
        name = loss.get("class_name", "") if isinstance(loss, dict) else loss
        if name in ("categorical_crossentropy", "CategoricalCrossentropy"):
            return np.eye(self.n_classes_, dtype="float32")[y]
        return y
