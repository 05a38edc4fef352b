"""A row for every loss and way to call it; test_losses.py puts every row through every property."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Data = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Case:
    """A loss in one configuration, and data for it.

    Args:
        function: Name of the function.
        loss: Name of the class.
        data: Function of a random generator that returns targets and predictions.
        arguments: Arguments of both.
    """

    function: str
    loss: str
    data: Callable[[np.random.Generator], Data]
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The name of the row."""
        given = ",".join(f"{k}={v}" for k, v in self.arguments.items())
        return f"{self.function}({given})-{self.data.__name__}"


def _named(name: str, function: Callable[[np.random.Generator], Data]) -> Any:
    function.__name__ = name
    return function


def numbers(*shapes: tuple[int, ...]) -> Any:
    """Targets and predictions around zero, of one or two shapes."""
    first, last = shapes[0], shapes[-1]
    return _named(
        f"numbers{first}{last}",
        lambda r: (r.normal(size=first).astype("f"), r.normal(size=last).astype("f")),
    )


def rates(*shape: int) -> Any:
    """Counts and positive rates."""
    return _named(
        f"rates{shape}",
        lambda r: (r.poisson(2.0, shape).astype("f"), r.uniform(0.1, 4, shape).astype("f")),
    )


def signs(*shape: int, labels: tuple[int, int] = (-1, 1)) -> Any:
    """Two labels and scores."""
    return _named(
        f"signs{shape}{labels}",
        lambda r: (
            np.array(labels, "f")[r.integers(0, 2, shape)],
            r.normal(size=shape).astype("f"),
        ),
    )


def binary(*shapes: tuple[int, ...], logits: bool = False, dtype: str = "f") -> Any:
    """Labels 0 and 1, and probabilities (some of them 0 or 1) or logits (some large)."""
    first, last = shapes[0], shapes[-1]

    def make(r: np.random.Generator) -> Data:
        scores = _scores(r, last, logits)
        y_pred = scores if logits else np.clip(0.5 + scores / 4, 0, 1)
        return r.integers(0, 2, first).astype(dtype), y_pred.astype("f")

    return _named(f"binary{first}{last}{dtype}" + "_logits" * logits, make)


def classes(
    *shape: int, axis: int = -1, logits: bool = False, soft: bool = False, sums: bool = False
) -> Any:
    """One-hot rows (or distributions), and distributions (some not summing to one) or logits."""

    def make(r: np.random.Generator) -> Data:
        y_pred = _distributions(r, shape, axis, logits)
        if soft:
            y_true = _distributions(r, shape, axis, logits=False)
        else:
            chosen = r.integers(0, shape[axis], np.sum(y_pred, axis=axis).shape)
            y_true = np.moveaxis(np.eye(shape[axis], dtype="f")[chosen], -1, axis)
        return y_true, y_pred * 3 if sums else y_pred

    kind = "_logits" * logits + "_soft" * soft + "_sums" * sums
    return _named(f"classes{shape}{kind}", make)


def labels(
    *shape: int, column: bool = False, logits: bool = False, low: int = 0, dtype: str = "int32"
) -> Any:
    """Class numbers from `low` on, and distributions or logits over the last axis."""

    def make(r: np.random.Generator) -> Data:
        size = (*shape[:-1], 1) if column else shape[:-1]
        y_true = r.integers(low, shape[-1], size).astype(dtype)
        return y_true, _distributions(r, shape, -1, logits)

    return _named(f"labels{shape}{dtype}" + "_column" * column + "_logits" * logits, make)


def embeddings(*shape: int, classes: int = 3) -> Any:
    """Class numbers, and vectors of length one."""

    def make(r: np.random.Generator) -> Data:
        vectors = r.normal(size=shape)
        lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
        return r.integers(0, classes, shape[:1]), (vectors / lengths).astype("f")

    return _named(f"embeddings{shape}{classes}", make)


def sequences(*shape: int, longest: int) -> Any:
    """Sequences of class numbers from 1 with zeros behind, and logits (batch, steps, classes)."""

    def make(r: np.random.Generator) -> Data:
        lengths = r.integers(1, longest + 1, (shape[0], 1))
        numbers = r.integers(1, shape[-1], (shape[0], longest))
        return numbers * (np.arange(longest) < lengths), r.normal(size=shape).astype("f")

    return _named(f"sequences{shape}{longest}", make)


def _scores(r: np.random.Generator, shape: tuple[int, ...], logits: bool) -> np.ndarray:
    scores = r.normal(size=shape)
    scores.flat[0], scores.flat[-1] = (60.0, -60.0) if logits else (9.0, -9.0)
    return scores


def _distributions(
    r: np.random.Generator, shape: tuple[int, ...], axis: int, logits: bool
) -> np.ndarray:
    scores = _scores(r, shape, logits=True)
    if logits:
        return scores.astype("f")
    powers = np.exp(scores - scores.max(axis=axis, keepdims=True))
    return (powers / powers.sum(axis=axis, keepdims=True)).astype("f")


_MSE = ("mean_squared_error", "MeanSquaredError")
_BCE = ("binary_crossentropy", "BinaryCrossentropy")
_CCE = ("categorical_crossentropy", "CategoricalCrossentropy")
_SCCE = ("sparse_categorical_crossentropy", "SparseCategoricalCrossentropy")
_BFCE = ("binary_focal_crossentropy", "BinaryFocalCrossentropy")
_CFCE = ("categorical_focal_crossentropy", "CategoricalFocalCrossentropy")
_GCE = ("categorical_generalized_cross_entropy", "CategoricalGeneralizedCrossEntropy")

CASES = [
    *(
        Case(*_MSE, numbers(*shapes))
        for shapes in (
            [(6, 3)],
            [(6, 1)],
            [(6,)],
            [(4, 2, 3)],
            [(6,), (6, 1)],
            [(6, 1), (6,)],
            [(6, 2), (6, 2, 1)],
            [(6, 1), (6, 3)],
        )
    ),
    Case("mean_absolute_error", "MeanAbsoluteError", numbers((6, 3))),
    Case("mean_absolute_error", "MeanAbsoluteError", numbers((6,), (6, 1))),
    Case("mean_absolute_percentage_error", "MeanAbsolutePercentageError", numbers((6, 3))),
    Case("mean_absolute_percentage_error", "MeanAbsolutePercentageError", rates(6, 3)),
    Case("mean_squared_logarithmic_error", "MeanSquaredLogarithmicError", numbers((6, 3))),
    Case("mean_squared_logarithmic_error", "MeanSquaredLogarithmicError", rates(6, 3)),
    *(
        Case("huber", "Huber", numbers((6, 3)), arguments)
        for arguments in ({}, {"delta": 0.4}, {"delta": 3.0})
    ),
    Case("log_cosh", "LogCosh", numbers((6, 3))),
    Case("cosine_similarity", "CosineSimilarity", numbers((6, 3))),
    Case("cosine_similarity", "CosineSimilarity", numbers((4, 2, 3)), {"axis": 1}),
    *(
        Case(*_BCE, data)
        for data in (
            binary((6, 1)),
            binary((6, 3)),
            binary((6,)),
            binary((6, 3), dtype="bool"),
            binary((4, 2, 3), dtype="int32"),
        )
    ),
    Case(*_BCE, binary((6, 3)), {"label_smoothing": 0.2}),
    Case(*_BCE, binary((4, 2, 3)), {"axis": 1}),
    Case(*_BCE, binary((6, 3), logits=True), {"from_logits": True}),
    Case(*_BCE, binary((6, 1), logits=True), {"from_logits": True, "label_smoothing": 0.1}),
    *(
        Case(*_CCE, data)
        for data in (
            classes(6, 4),
            classes(4, 2, 3),
            classes(6, 4, soft=True),
            classes(6, 4, sums=True),
        )
    ),
    Case(*_CCE, classes(6, 4), {"label_smoothing": 0.2}),
    Case(*_CCE, classes(4, 3, 2, axis=1), {"axis": 1}),
    Case(*_CCE, classes(6, 4, logits=True), {"from_logits": True}),
    Case(*_CCE, classes(6, 4, logits=True), {"from_logits": True, "label_smoothing": 0.1}),
    Case(*_CCE, classes(4, 3, 2, axis=1, logits=True), {"from_logits": True, "axis": 1}),
    *(
        Case(*_SCCE, data)
        for data in (
            labels(6, 4),
            labels(6, 4, column=True),
            labels(6, 4, dtype="uint8"),
            labels(6, 4, dtype="float32"),
            labels(6, 4, low=-1),
            labels(4, 2, 3),
            labels(4, 2, 3, column=True),
        )
    ),
    Case(*_SCCE, labels(6, 4, logits=True), {"from_logits": True}),
    Case(*_SCCE, labels(6, 4, logits=True, low=-1), {"from_logits": True}),
    Case(*_SCCE, labels(6, 4), {"ignore_class": 2}),
    Case(*_SCCE, labels(4, 5, 3, low=-1), {"ignore_class": -1}),
    Case(*_SCCE, labels(4, 5, 3, low=-1, logits=True), {"ignore_class": -1, "from_logits": True}),
    *(
        Case(*_BFCE, binary((6, 3)), arguments)
        for arguments in (
            {},
            {"gamma": 0.5},
            {"apply_class_balancing": True, "alpha": 0.4},
            {"label_smoothing": 0.2},
        )
    ),
    Case(*_BFCE, binary((4, 2, 3), logits=True), {"from_logits": True, "axis": 1}),
    *(
        Case(*_CFCE, classes(6, 3), arguments)
        for arguments in ({}, {"gamma": 0.5}, {"alpha": [0.1, 0.2, 0.7]}, {"label_smoothing": 0.2})
    ),
    Case(*_CFCE, classes(4, 3, 2, axis=1, logits=True), {"from_logits": True, "axis": 1}),
    Case(*_GCE, labels(6, 4), {"q": 0.5}),
    Case(*_GCE, labels(6, 4), {"q": 0.9}),
    *(
        Case(function, loss, signs(6, 3, labels=pair))
        for function, loss in (("hinge", "Hinge"), ("squared_hinge", "SquaredHinge"))
        for pair in ((-1, 1), (0, 1), (0, 2))
    ),
    Case("categorical_hinge", "CategoricalHinge", classes(6, 4)),
    Case("kl_divergence", "KLDivergence", classes(6, 4, soft=True)),
    Case("kl_divergence", "KLDivergence", classes(6, 4)),
    Case("poisson", "Poisson", rates(6, 3)),
    *(
        Case(function, loss, binary((4, 5, 2)), arguments)
        for function, loss in (("dice", "Dice"), ("tversky", "Tversky"))
        for arguments in ({}, {"axis": 1}, {"axis": (1, 2)})
    ),
    Case("tversky", "Tversky", binary((4, 5)), {"alpha": 0.3, "beta": 0.6, "axis": -1}),
    Case("ctc", "CTC", sequences(4, 7, 5, longest=3)),
    *(
        Case("circle", "Circle", embeddings(6, 4), {"gamma": 10.0, **arguments})
        for arguments in ({}, {"margin": 0.1}, {"remove_diagonal": False})
    ),
    Case("circle", "Circle", embeddings(6, 4, classes=9), {"gamma": 4.0}),
]
