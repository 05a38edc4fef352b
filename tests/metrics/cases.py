"""A row for every metric and way to call it; test_metrics.py puts every row through every property."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from tests.losses.cases import Data, binary, classes, labels, numbers, rates, signs


@dataclass(frozen=True)
class Case:
    """A metric in one configuration, and data for it: 12 samples.

    Args:
        metric: Name of the class.
        data: Function of a random generator that returns targets and predictions.
        arguments: Constructor arguments.
        function: Name of the public function with the same arguments, if there is one.
    """

    metric: str
    data: Callable[[np.random.Generator], Data]
    arguments: dict[str, Any] = field(default_factory=dict)
    function: str | None = None

    @property
    def id(self) -> str:
        """The name of the row."""
        given = ",".join(f"{k}={v}" for k, v in self.arguments.items())
        return f"{self.metric}({given})-{self.data.__name__}"


def answers(*shapes: tuple[int, ...]) -> Any:
    """Small whole numbers, guessed."""

    def make(r: np.random.Generator) -> Data:
        return r.integers(0, 3, shapes[0]), r.integers(0, 3, shapes[-1])

    make.__name__ = f"answers{shapes[0]}{shapes[-1]}"
    return make


def ranked(*shape: int) -> Any:
    """Class numbers, and class numbers in the order of guesses."""

    def make(r: np.random.Generator) -> Data:
        guesses = np.argsort(r.random(shape), axis=-1)
        return r.integers(0, shape[-1], shape[:-1]), guesses

    make.__name__ = f"ranked{shape}"
    return make


_BINARY = ("binary_accuracy", "BinaryAccuracy")
_TOP = "top_k_categorical_accuracy"
_SPARSE_TOP = "sparse_top_k_categorical_accuracy"
_BCE = "binary_crossentropy"
_CCE = "categorical_crossentropy"
_SCCE = "sparse_categorical_crossentropy"
_FLOAT = {"dtype": "float32"}
_DENSE = {"sparse_y_true": False, "sparse_y_pred": False}
_R2 = {"class_aggregation": "variance_weighted_average"}

CASES = [
    Case("Accuracy", answers((12,))),
    Case("Accuracy", answers((12, 3))),
    Case("Accuracy", answers((12,), (12, 1))),
    *(
        Case("BinaryAccuracy", data, function="binary_accuracy")
        for data in (
            binary((12, 1)),
            binary((12,), (12, 1)),
            binary((12, 3), dtype="bool"),
            binary((12, 2, 3)),
            binary((12,)),
        )
    ),
    Case("BinaryAccuracy", binary((12, 3)), {"threshold": 0.7}, "binary_accuracy"),
    Case("CategoricalAccuracy", classes(12, 4), {}, "categorical_accuracy"),
    Case("CategoricalAccuracy", classes(12, 2, 4), {}, "categorical_accuracy"),
    Case("CategoricalAccuracy", classes(12, 4, soft=True), {}, "categorical_accuracy"),
    *(
        Case("SparseCategoricalAccuracy", data, {}, "sparse_categorical_accuracy")
        for data in (
            labels(12, 4),
            labels(12, 4, column=True),
            labels(12, 4, dtype="uint8"),
            labels(12, 4, dtype="float32"),
            labels(12, 4, low=-1),
            labels(12, 2, 4),
        )
    ),
    *(
        Case("TopKCategoricalAccuracy", classes(12, 7), {"k": k}, "top_k_categorical_accuracy")
        for k in (1, 3, 5, 9)
    ),
    Case("TopKCategoricalAccuracy", classes(12, 2, 7), {}, _TOP),
    *(
        Case("SparseTopKCategoricalAccuracy", labels(12, 7), {"k": k}, _SPARSE_TOP)
        for k in (1, 3, 9)
    ),
    Case("SparseTopKCategoricalAccuracy", labels(12, 7, column=True), {}, _SPARSE_TOP),
    Case("SparseTopKCategoricalAccuracy", labels(12, 2, 7), {}, _SPARSE_TOP),
    Case(
        "SparseTopKCategoricalAccuracy",
        ranked(12, 7),
        {"k": 3, "from_sorted_ids": True},
        _SPARSE_TOP,
    ),
    Case("MeanSquaredError", numbers((12, 3)), {}, "mean_squared_error"),
    Case("MeanSquaredError", numbers((12,), (12, 1)), {}, "mean_squared_error"),
    Case("MeanSquaredError", numbers((12, 2, 3)), {}, "mean_squared_error"),
    Case("RootMeanSquaredError", numbers((12, 3))),
    Case("RootMeanSquaredError", numbers((12,))),
    Case("RootMeanSquaredError", numbers((12,), (12, 1))),
    Case("MeanAbsoluteError", numbers((12, 1)), {}, "mean_absolute_error"),
    Case("MeanAbsolutePercentageError", rates(12, 3), {}, "mean_absolute_percentage_error"),
    Case("MeanSquaredLogarithmicError", rates(12, 3), {}, "mean_squared_logarithmic_error"),
    Case("LogCoshError", numbers((12, 3)), {}, "log_cosh"),
    Case("CosineSimilarity", numbers((12, 3))),
    Case("CosineSimilarity", numbers((12, 2, 3)), {"axis": 1}),
    Case("R2Score", numbers((12, 1))),
    Case("R2Score", numbers((12, 3))),
    Case("R2Score", numbers((12, 3)), _R2),
    Case("R2Score", numbers((12, 3)), {"class_aggregation": None}),
    Case("R2Score", numbers((12, 2)), {"num_regressors": 2}),
    Case("PearsonCorrelation", numbers((12, 5)), {}, "pearson_correlation"),
    Case("PearsonCorrelation", numbers((12, 5, 2)), {"axis": 1}, "pearson_correlation"),
    Case("ConcordanceCorrelation", numbers((12, 5)), {}, "concordance_correlation"),
    Case("ConcordanceCorrelation", numbers((12, 5, 2)), {"axis": 1}, "concordance_correlation"),
    Case("BinaryCrossentropy", binary((12, 3)), {}, _BCE),
    Case("BinaryCrossentropy", binary((12, 1), logits=True), {"from_logits": True}, _BCE),
    Case("BinaryCrossentropy", binary((12, 1)), {"label_smoothing": 0.2}, _BCE),
    Case("CategoricalCrossentropy", classes(12, 4), {}, _CCE),
    Case("CategoricalCrossentropy", classes(12, 4, logits=True), {"from_logits": True}, _CCE),
    Case("CategoricalCrossentropy", classes(12, 3, 2, axis=1), {"axis": 1}, _CCE),
    Case("CategoricalCrossentropy", classes(12, 4), {"label_smoothing": 0.2}, _CCE),
    Case("SparseCategoricalCrossentropy", labels(12, 4), {}, _SCCE),
    Case("SparseCategoricalCrossentropy", labels(12, 2, 4, column=True), {}, _SCCE),
    Case("SparseCategoricalCrossentropy", labels(12, 4, logits=True), {"from_logits": True}, _SCCE),
    Case("KLDivergence", classes(12, 4, soft=True), {}, "kl_divergence"),
    Case("Poisson", rates(12, 3), {}, "poisson"),
    Case("Hinge", signs(12, 3), {}, "hinge"),
    Case("Hinge", signs(12, 3, labels=(0, 1)), {}, "hinge"),
    Case("SquaredHinge", signs(12, 3), {}, "squared_hinge"),
    Case("CategoricalHinge", classes(12, 4), {}, "categorical_hinge"),
    *(
        Case(metric, data, arguments)
        for metric in ("TruePositives", "FalsePositives", "TrueNegatives", "FalseNegatives")
        for data, arguments in (
            (binary((12, 1)), {}),
            (binary((12, 3)), {"thresholds": 0.3}),
            (binary((12,), (12, 1)), {"thresholds": [0.2, 0.7]}),
        )
    ),
    *(
        Case(metric, binary((12, 3)), arguments)
        for metric in ("Precision", "Recall")
        for arguments in (
            {},
            {"thresholds": 0.3},
            {"thresholds": [0.2, 0.7]},
            {"top_k": 1},
            {"top_k": 2, "thresholds": 0.5},
            {"class_id": 1},
            {"class_id": 2, "top_k": 2},
        )
    ),
    Case("AUC", binary((12,))),
    Case("AUC", binary((12, 3), logits=True), {"from_logits": True}),
    *(
        Case("AUC", binary((12, 3)), {"curve": curve, "summation_method": method})
        for curve in ("ROC", "PR")
        for method in ("interpolation", "minoring", "majoring")
    ),
    *(
        Case("AUC", binary((12, 3)), arguments)
        for arguments in (
            {"num_thresholds": 3},
            {"thresholds": [0.6, 0.3]},
            {"multi_label": True},
            {"multi_label": True, "num_labels": 3, "curve": "PR"},
            {"multi_label": True, "label_weights": [0.2, 0.3, 0.5]},
            {"label_weights": [0.2, 0.3, 0.5]},
            {"curve": "PRGAIN"},
        )
    ),
    *(
        Case(metric, binary((12, 3)), {bound: value, **arguments})
        for metric, bound in (
            ("SensitivityAtSpecificity", "specificity"),
            ("SpecificityAtSensitivity", "sensitivity"),
            ("PrecisionAtRecall", "recall"),
            ("RecallAtPrecision", "precision"),
        )
        for value, arguments in (
            (0.5, {}),
            (0.8, {"num_thresholds": 5}),
            (1.0, {"class_id": 1}),
            (0.3, {"num_thresholds": 1}),
        )
    ),
    *(
        Case(metric, data, {"num_classes": 3, "dtype": "float32", **arguments})
        for metric, data, arguments in (
            ("IoU", answers((12,)), {"target_class_ids": [0, 2]}),
            ("IoU", answers((12,)), {"target_class_ids": (1,), "ignore_class": 2}),
            ("IoU", classes(12, 3), {"target_class_ids": [0]} | _DENSE),
            ("MeanIoU", answers((12,)), {}),
            ("MeanIoU", labels(12, 4), {"ignore_class": 1, "sparse_y_pred": False}),
            ("OneHotIoU", classes(12, 3), {"target_class_ids": [0, 1]}),
            ("OneHotIoU", classes(12, 3), {"target_class_ids": [2]}),
            ("OneHotMeanIoU", classes(12, 3), {}),
            ("OneHotMeanIoU", classes(12, 3), {"ignore_class": 0}),
        )
    ),
    Case("BinaryIoU", binary((12,)), {"dtype": "float32"}),
    Case("BinaryIoU", binary((12,)), {"target_class_ids": [1], "threshold": 0.7} | _FLOAT),
    *(
        Case(metric, binary((12, 3)), {"average": average} | arguments)
        for metric, arguments in (("FBetaScore", {"beta": 2.0}), ("F1Score", {"threshold": 0.4}))
        for average in (None, "micro", "macro", "weighted")
    ),
    Case("F1Score", classes(12, 3, soft=True)),
]
