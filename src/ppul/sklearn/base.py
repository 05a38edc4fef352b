"""What the estimators share: parameters, how a model is made of them, how it is fitted."""

from __future__ import annotations

import copy
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted, validate_data

from ppul.core.checks import suggestion

# Where a parameter named `fit__epochs` goes.
_ROUTES = ("model", "compile", "fit", "predict")
_FIT = (
    "batch_size",
    "epochs",
    "verbose",
    "callbacks",
    "validation_split",
    "shuffle",
    "class_weight",
)


class KerasEstimator(BaseEstimator):
    """A model as an estimator: the constructor stores, `fit` builds and trains.

    Args:
        model: A function that returns a model, or a model, of which each fit trains a copy.
        optimizer: For a model that is not compiled.
        loss: Likewise; by the targets if None.
        metrics: Likewise.
        batch_size: Samples a step.
        epochs: Epochs of training.
        verbose: As in `fit` of a model.
        callbacks: Callbacks; each fit works on copies.
        validation_split: Fraction of the samples to validate on.
        shuffle: Whether the order changes each epoch.
        class_weight: Weights of the classes.
        random_state: Seed; None draws one.
        **kwargs: Arguments of the function `model`, by their names or as `model__name`; others as
            `compile__name`, `fit__name` and `predict__name`.

    Attributes:
        model_: The trained model.
        history_: Its figures, epoch by epoch.
        n_features_in_: Number of features.
    """

    _default_loss: str

    def __init__(
        self,
        model: Any = None,
        *,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = 0,
        callbacks: Any = None,
        validation_split: float = 0.0,
        shuffle: bool = True,
        class_weight: Any = None,
        random_state: Any = None,
        **kwargs: Any,
    ) -> None:
        self.model = model
        self.optimizer = optimizer
        self.loss = loss
        self.metrics = metrics
        self.batch_size = batch_size
        self.epochs = epochs
        self.verbose = verbose
        self.callbacks = callbacks
        self.validation_split = validation_split
        self.shuffle = shuffle
        self.class_weight = class_weight
        self.random_state = random_state
        self._more = dict(kwargs)

    # Parameters: those of the constructor, and any that are routed.

    @classmethod
    def _get_param_names(cls) -> list[str]:
        return sorted(
            name
            for name, p in inspect.signature(KerasEstimator.__init__).parameters.items()
            if name != "self" and p.kind is not p.VAR_KEYWORD
        )

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return all parameters by name, also those that are routed."""
        return super().get_params(deep=False) | self._more

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name.

        Raises:
            ValueError: If there is no such parameter, and `model` has no such argument.
        """
        own = self._get_param_names()
        for name, value in params.items():
            if name in own:
                setattr(self, name, value)
            elif name in self._more or self._is_routed(name):
                self._more[name] = value
            else:
                known = [*own, *self._more, *self._model_arguments()]
                raise ValueError(
                    f"{type(self).__name__} has no parameter {name!r}.{suggestion(name, known)} "
                    f"It has {', '.join(sorted(set(known)))}, and those that begin with "
                    f"{', '.join(f'{route}__' for route in _ROUTES)}."
                )
        return self

    def _is_routed(self, name: str) -> bool:
        route, found, _ = name.partition("__")
        return (bool(found) and route in _ROUTES) or name in self._model_arguments()

    def _model_arguments(self) -> list[str]:
        if not callable(self.model) or is_model(self.model):
            return []
        return list(inspect.signature(self.model).parameters)

    def _routed(self, route: str) -> dict[str, Any]:
        prefix = f"{route}__"
        return {n[len(prefix) :]: v for n, v in self._more.items() if n.startswith(prefix)}

    # Fitting.

    def _fit(self, x: Any, y: Any, sample_weight: Any, fit: dict[str, Any]) -> None:
        """Build a model and train it on checked arrays."""
        arguments = {name: getattr(self, name) for name in _FIT} | self._routed("fit") | fit
        arguments["callbacks"] = _copies(arguments["callbacks"])
        with _seeded(self.random_state):
            self.model_ = self._built()
            targets = self._targets(y)
            history = self.model_.fit(x, targets, sample_weight=sample_weight, **arguments)
        self.history_ = history.history

    def _built(self) -> Any:
        """A model that has not been trained, compiled."""
        model = self.model
        if model is None:
            raise ValueError(
                f"{type(self).__name__}: `model` is None. Give a function that returns a model."
            )
        if is_model(model):
            model = copy.deepcopy(model)
        else:
            taken = self._model_arguments()
            own = {name: value for name, value in self._more.items() if "__" not in name}
            given = own | self._routed("model")
            if "meta" in taken:
                given.setdefault("meta", self._meta())
            model = model(**given)
        if not is_model(model):
            raise TypeError(
                f"{type(self).__name__}: `model` must be a model, or a function that returns one; it "
                f"gave {model!r}."
            )
        if not model.compiled:
            settings = {"optimizer": self.optimizer, "loss": self.loss, "metrics": self.metrics}
            settings["loss"] = settings["loss"] or self._loss_for(model)
            model.compile(**(settings | self._routed("compile")))
        return model

    def _loss_for(self, model: Any) -> str:
        """The loss for a model that says none."""
        return self._default_loss

    def _meta(self) -> dict[str, Any]:
        """What a model may want to know of the data."""
        return {name: value for name, value in vars(self).items() if name.endswith("_")}

    def _targets(self, y: Any) -> Any:
        """The targets as the loss of the model wants them."""
        return y

    def _checked(self, x: Any, y: Any = None, *, reset: bool) -> Any:
        rules = {"accept_sparse": True, "allow_nd": True, "dtype": "numeric", "reset": reset}
        if y is None:
            return validate_data(self, x, **rules)
        return validate_data(self, x, y, multi_output=True, **rules)

    def _outputs(self, x: Any, **kwargs: Any) -> np.ndarray:
        check_is_fitted(self, "model_")
        x = self._checked(x, reset=False)
        arguments = {"batch_size": self.batch_size, "verbose": 0} | self._routed("predict") | kwargs
        return np.asarray(self.model_.predict(x, **arguments))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.non_deterministic = self.random_state is None
        tags.input_tags.sparse = True
        tags.input_tags.three_d_array = True
        tags.target_tags.required = True
        return tags


@contextmanager
def _seeded(random_state: Any) -> Iterator[None]:
    """Fix the seeds inside, if one is given, and give back what was there before."""
    if random_state is None:
        yield
        return
    import random

    from sklearn.utils import check_random_state

    from ppul.random.session import set_random_seed

    before = random.getstate(), np.random.get_state()  # noqa: NPY002  (what users draw from)
    set_random_seed(int(check_random_state(random_state).randint(2**31 - 1)))
    try:
        yield
    finally:
        random.setstate(before[0])
        np.random.set_state(before[1])  # noqa: NPY002


def is_model(value: Any) -> bool:
    """Return whether a value is a model."""
    from ppul.training.trainer import Trainer

    return isinstance(value, Trainer)


def _copies(callbacks: Any) -> Any:
    """Callbacks that have seen nothing: a search fits many models with the same ones."""
    return None if callbacks is None else copy.deepcopy(callbacks)
