"""Models as estimators of scikit-learn, as Keras wraps them: the model knows how it is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
from sklearn import get_config
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin, TransformerMixin
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from ppul.models.cloning import clone_model
from ppul.sklearn.base import is_model


class _Wrapper(BaseEstimator):
    """What the estimators share.

    Args:
        model: A compiled model, of which each fit trains a copy with new weights; or a function
            `model(X, y, **model_kwargs)` that returns one.
        warm_start: Whether a fit goes on with the model of the last.
        model_kwargs: Further arguments of the function.
        fit_kwargs: Arguments of the model's `fit`.

    Attributes:
        model_: The trained model.
        history_: What its `fit` returned.
        n_features_in_: Number of features.
    """

    model_: Any
    history_: Any

    def __init__(
        self,
        model: Any,
        warm_start: bool = False,
        model_kwargs: Mapping[str, Any] | None = None,
        fit_kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        self.model = model
        self.warm_start = warm_start
        self.model_kwargs = model_kwargs
        self.fit_kwargs = fit_kwargs

    @property
    def epoch_(self) -> int:
        """How many epochs the last fit took."""
        check_is_fitted(self, "history_")
        return len(self.history_.epoch)

    def fit(self, X: Any, y: Any, **kwargs: Any) -> Self:
        """Train the model.

        Args:
            X: Samples, (n, features).
            y: Targets, (n,).
            **kwargs: Further arguments of the model's `fit`.

        Raises:
            RuntimeError: If the model is not compiled.
        """
        X, y = validate_data(self, X, y)
        targets = self._targets(y)
        if not (self.warm_start and hasattr(self, "model_")):
            self.model_ = self._made(X, targets)
        self.history_ = self.model_.fit(X, targets, **{**(self.fit_kwargs or {}), **kwargs})
        return self

    def _made(self, X: np.ndarray, y: np.ndarray) -> Any:
        """A model that has not been trained."""
        given = self.model
        model = given if is_model(given) else given(X, y, **(self.model_kwargs or {}))
        if not is_model(model):
            raise TypeError(
                f"{type(self).__name__}: `model` must be a model, or a function that returns one; it "
                f"gave {model!r}."
            )
        if not model.compiled or model.loss is None:
            raise RuntimeError(
                f"{type(self).__name__}: the model must be compiled with an optimizer and a loss. Call "
                "`model.compile(optimizer=..., loss=...)` first."
            )
        if is_model(given):
            model = clone_model(given)
            model.compile_from_config(given.get_compile_config())
        return model

    def set_fit_request(self, **kwargs: bool | str | None) -> Self:  # type: ignore[override]
        """Say which arguments `fit` is to be passed by scikit-learn, which routes them.

        Args:
            **kwargs: For each, such as `sample_weight`: True to pass it, False not to, None to
                raise an error where it is given, or the name under which it is given.

        Raises:
            RuntimeError: If `sklearn.set_config(enable_metadata_routing=True)` was not called.
        """
        if not get_config()["enable_metadata_routing"]:
            raise RuntimeError(
                "set_fit_request: scikit-learn does not route arguments. Call "
                "`sklearn.set_config(enable_metadata_routing=True)` first."
            )
        requests = get_routing_for_object(self)
        for name, alias in kwargs.items():
            requests.fit.add_request(param=name, alias=alias)
        self._metadata_request = requests
        return self

    def _targets(self, y: np.ndarray) -> np.ndarray:
        """The targets as the model gets them, (n, outputs)."""
        return np.asarray(y, "float64").reshape(len(y), -1)

    def _outputs(self, X: Any) -> np.ndarray:
        check_is_fitted(self, "model_")
        return np.asarray(self.model_.predict(validate_data(self, X, reset=False), verbose=0))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = True
        return tags


class SKLearnClassifier(ClassifierMixin, _Wrapper):
    """A model as a classifier; its outputs are one a class, its targets one-hot rows.

    Args:
        model: A compiled model, of which each fit trains a copy with new weights; or a function
            `model(X, y, **model_kwargs)` that returns one.
        warm_start: Whether a fit goes on with the model of the last.
        model_kwargs: Further arguments of the function.
        fit_kwargs: Arguments of the model's `fit`.

    Attributes:
        classes_: The labels, sorted.

    Example:
        >>> from sklearn.datasets import load_iris
        >>> from ppul import Input, Sequential, layers
        >>> def network(X, y):
        ...     model = Sequential(
        ...         [Input(X.shape[1:]), layers.Dense(y.shape[1], activation="softmax")]
        ...     )
        ...     model.compile("adam", "categorical_crossentropy")
        ...     return model
        >>> x, y = load_iris(return_X_y=True)
        >>> classifier = SKLearnClassifier(network, fit_kwargs={"verbose": 0}).fit(x, y)
        >>> classifier.decision_function(x[:2]).shape
        (2, 3)
    """

    classes_: np.ndarray

    def predict(self, X: Any) -> np.ndarray:
        """Return the label of each sample whose output is largest."""
        numbers = self.decision_function(X).argmax(axis=-1)
        return self.classes_[numbers]

    def decision_function(self, X: Any) -> np.ndarray:
        """Return the outputs, (n, classes)."""
        return self._outputs(X)

    def _targets(self, y: np.ndarray) -> np.ndarray:
        check_classification_targets(y)
        self.classes_, numbers = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                f"SKLearnClassifier needs samples of 2 classes at least; there is one class: {self.classes_}."
            )
        return np.eye(len(self.classes_), dtype="float32")[numbers]


class SKLearnRegressor(RegressorMixin, _Wrapper):
    """A model as a regressor.

    Args:
        model: A compiled model, of which each fit trains a copy with new weights; or a function
            `model(X, y, **model_kwargs)` that returns one.
        warm_start: Whether a fit goes on with the model of the last.
        model_kwargs: Further arguments of the function.
        fit_kwargs: Arguments of the model's `fit`.
    """

    def predict(self, X: Any) -> np.ndarray:
        """Return the outputs, (n,), or (n, outputs) where there are several."""
        outputs = self._outputs(X)
        return outputs[:, 0] if outputs.shape[1:] == (1,) else outputs


class SKLearnTransformer(TransformerMixin, _Wrapper):
    """A model as a transformer: what it makes of samples is its outputs.

    Args:
        model: A compiled model, of which each fit trains a copy with new weights; or a function
            `model(X, y, **model_kwargs)` that returns one.
        warm_start: Whether a fit goes on with the model of the last.
        model_kwargs: Further arguments of the function.
        fit_kwargs: Arguments of the model's `fit`.
    """

    def transform(self, X: Any) -> np.ndarray:
        """Return the outputs, (n, outputs)."""
        return self._outputs(X)

    def predict(self, X: Any) -> np.ndarray:
        """Return the outputs, (n,), or (n, outputs) where there are several."""
        outputs = self._outputs(X)
        return outputs[:, 0] if outputs.shape[1:] == (1,) else outputs

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        tags.transformer_tags.preserves_dtype = []
        return tags
