"""One-hot labels for scikit-learn, which takes class numbers in places where Keras takes either."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from ppul.compat.notes import say, users_frame

# Functions of `sklearn.metrics` that compare two sets of labels.
METRICS = (
    "accuracy_score",
    "balanced_accuracy_score",
    "classification_report",
    "confusion_matrix",
    "f1_score",
    "precision_score",
    "recall_score",
)


def put_ensembles_right(ensemble: ModuleType) -> None:
    """Let `VotingClassifier.fit` take one-hot labels."""
    voting = ensemble.VotingClassifier
    voting.fit = _with_numbers(voting.fit, ("y",), _always)


def put_metrics_right(metrics: ModuleType) -> None:
    """Let class numbers be compared with one-hot labels."""
    for name in METRICS:
        function = _with_numbers(getattr(metrics, name), ("y_true", "y_pred"), _differ)
        setattr(metrics, name, function)


def _with_numbers(
    function: Callable[..., Any], names: tuple[str, ...], needed: Callable[..., bool]
) -> Callable[..., Any]:
    """A function that is given class numbers for one-hot labels, where they are needed."""
    signature = inspect.signature(function)

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        labels = {name: bound.arguments[name] for name in names if name in bound.arguments}
        if any(map(_is_one_hot, labels.values())) and needed(*labels.values()):
            caller = users_frame(sys._getframe(1))
            say(f"{function.__qualname__} is given class numbers for one-hot labels", caller)
            for name, value in labels.items():
                if _is_one_hot(value):
                    bound.arguments[name] = np.argmax(value, axis=1)
        return function(*bound.args, **bound.kwargs)

    return call


def _is_one_hot(labels: Any) -> bool:
    if np.ndim(labels) != 2 or np.shape(labels)[1] < 2:
        return False
    rows = np.asarray(labels)
    return rows.dtype.kind in "biuf" and bool(
        np.all((rows == 0) | (rows == 1)) and np.all(rows.sum(axis=1) == 1)
    )


def _always(_: Any) -> bool:
    return True


def _differ(first: Any, second: Any) -> bool:
    """Whether one of two sets of labels is one-hot, and the other is class numbers."""
    return np.ndim(first) != np.ndim(second)
