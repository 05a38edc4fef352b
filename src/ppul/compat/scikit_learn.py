"""`keras.wrappers.scikit_learn` of Keras 1, 2 and tf.keras: estimators as they were there.

New code is better served by `ppul.sklearn`. What differs: the function is given by position,
parameters that `fit` takes are mixed with its own, `fit` returns the history, and the score of a
regressor is the negative loss.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from ppul.compat.installation import present_manner, spoken
from ppul.core.checks import suggestion
from ppul.core.one_hot import to_categorical
from ppul.models.sequential import Sequential


class BaseWrapper(BaseEstimator):
    """What the two estimators share.

    Args:
        build_fn: Function that returns a compiled model; a subclass may be called instead.
        **sk_params: Arguments of `build_fn`, and of the model's `fit`, `predict` and `evaluate`.

    Attributes:
        model: The trained model.

    Raises:
        ValueError: If a parameter is none of these.
    """

    def __init__(self, build_fn: Callable[..., Any] | None = None, **sk_params: Any) -> None:
        self.build_fn = build_fn
        self.sk_params = sk_params
        self._manner: Any = None
        self.check_params(sk_params)

    def check_params(self, params: dict[str, Any]) -> None:
        """Raise a ValueError for a parameter that nothing takes."""
        taken = [name for function in self._takers() for name in _arguments(function)]
        if any(_takes_all(function) for function in self._takers()[3:]):
            return
        for name in params:
            if name not in taken and name != "nb_epoch":
                raise ValueError(
                    f"{type(self).__name__}: {name!r} is no argument of the function that builds the "
                    f"model, nor of fit, predict or evaluate.{suggestion(name, taken)}"
                )

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return all parameters by name."""
        return {"build_fn": self.build_fn} | self.sk_params

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name."""
        self.check_params({name: value for name, value in params.items() if name != "build_fn"})
        self.build_fn = params.pop("build_fn", self.build_fn)
        self.sk_params = self.sk_params | params
        return self

    def filter_sk_params(
        self, fn: Callable[..., Any], override: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Return the parameters that a function takes, and `override`."""
        taken = _arguments(fn)
        found = {name: value for name, value in self.sk_params.items() if name in taken}
        return found | (override or {})

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Build a model and train it; return its history."""
        with spoken(self._manner):
            self.model = self._builder()(**self.filter_sk_params(self._builder()))
            if _loss_name(self.model) == "categorical_crossentropy" and np.ndim(y) != 2:
                y = to_categorical(y)
            return self.model.fit(x, y, **self.filter_sk_params(Sequential.fit), **kwargs)

    def __getstate__(self) -> dict[str, Any]:
        # In another process, such as a search starts, old spellings are not switched on yet.
        state: Any = super().__getstate__()
        return {**state, "_manner": present_manner() or self._manner}

    def _builder(self) -> Callable[..., Any]:
        return self if self.build_fn is None else self.build_fn  # type: ignore[return-value]

    def _takers(self) -> list[Callable[..., Any]]:
        builder = self if self.build_fn is None and callable(self) else self.build_fn
        fixed = [Sequential.fit, Sequential.predict, Sequential.evaluate]
        return fixed if builder is None else [*fixed, builder]


class KerasClassifier(ClassifierMixin, BaseWrapper):
    """A model as a classifier.

    Example:
        >>> from ppul import Input, layers
        >>> def network(units=4):
        ...     model = Sequential([Input((2,)), layers.Dense(units), layers.Dense(2, "softmax")])
        ...     model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
        ...     return model
        >>> classifier = KerasClassifier(build_fn=network, units=8, epochs=1, verbose=0)
        >>> history = classifier.fit(np.eye(2), ["no", "yes"])
        >>> classifier.predict_proba(np.eye(2)).shape
        (2, 2)
    """

    classes_: np.ndarray

    def fit(self, x: Any, y: Any, **kwargs: Any) -> Any:
        """Train a new model on labels (n,) or one-hot rows (n, classes)."""
        y = np.asarray(y)
        if y.ndim == 2 and y.shape[1] > 1:
            self.classes_ = np.arange(y.shape[1])
        elif y.ndim in (1, 2):
            self.classes_, y = np.unique(y.ravel(), return_inverse=True)
        else:
            raise ValueError(
                f"KerasClassifier: `y` must be labels (n,) or one-hot rows; got shape {y.shape}."
            )
        self.n_classes_ = len(self.classes_)
        return super().fit(x, y, **kwargs)

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Return the labels, (n,)."""
        outputs = self._outputs(x, kwargs)
        single = outputs.shape[-1] == 1
        places = (outputs > 0.5).astype(int).ravel() if single else outputs.argmax(axis=-1)
        return self.classes_[places]

    def predict_proba(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Return the probabilities of the classes, (n, classes)."""
        outputs = self._outputs(x, kwargs)
        return np.hstack([1 - outputs, outputs]) if outputs.shape[1] == 1 else outputs

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:  # type: ignore[override]
        """Return the accuracy that the model computes.

        Raises:
            ValueError: If it was not compiled with one.
        """
        numbers = np.searchsorted(self.classes_, np.asarray(y))
        if _loss_name(self.model) == "categorical_crossentropy" and np.ndim(y) != 2:
            numbers = to_categorical(numbers, self.n_classes_)
        arguments = self.filter_sk_params(Sequential.evaluate, kwargs)
        figures = self.model.evaluate(x, numbers, return_dict=True, **arguments)
        for name in ("accuracy", "acc"):
            if name in figures:
                return float(figures[name])
        raise ValueError(
            f"KerasClassifier: the model computes {sorted(figures)} and no accuracy. Compile it with "
            "metrics=['accuracy'] to have a score."
        )

    def _outputs(self, x: Any, kwargs: dict[str, Any]) -> np.ndarray:
        return self.model.predict(x, **self.filter_sk_params(Sequential.predict, kwargs))


class KerasRegressor(RegressorMixin, BaseWrapper):
    """A model as a regressor.

    Example:
        >>> from ppul import Input, layers
        >>> def network():
        ...     model = Sequential([Input((2,)), layers.Dense(1)])
        ...     model.compile("sgd", "mse")
        ...     return model
        >>> regressor = KerasRegressor(network, verbose=0)
        >>> history = regressor.fit(np.eye(2), np.ones(2))
        >>> regressor.score(np.eye(2), np.ones(2)) < 0
        True
    """

    def predict(self, x: Any, **kwargs: Any) -> np.ndarray:
        """Return the outputs, (n,) or (n, outputs)."""
        arguments = self.filter_sk_params(Sequential.predict, kwargs)
        outputs = np.asarray(self.model.predict(x, **arguments))
        return outputs[..., 0] if outputs.shape[-1] == 1 else outputs

    def score(self, x: Any, y: Any, **kwargs: Any) -> float:  # type: ignore[override]
        """Return the negative loss: the higher the better."""
        arguments = self.filter_sk_params(Sequential.evaluate, kwargs)
        figures = self.model.evaluate(x, y, **arguments)
        return -float(figures[0] if isinstance(figures, list) else figures)


def _arguments(function: Callable[..., Any]) -> list[str]:
    return [
        name for name in inspect.signature(function).parameters if name not in ("self", "kwargs")
    ]


def _takes_all(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters.values()
    return any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)


def _loss_name(model: Any) -> str:
    loss = model.get_compile_config()["loss"]
    if isinstance(loss, dict):
        loss = loss.get("config", {}).get("name", "") if "config" in loss else ""
    return loss if isinstance(loss, str) else ""
