"""Figures of the curves that a moving threshold draws: area below, best point under a bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.checks import in_range, one_of, positive_int
from ppul.core.settings import epsilon
from ppul.core.types import Array, Config
from ppul.core.variable import Variable
from ppul.metrics.confusion import Confusion, quotient

COUNTS = ("true_positives", "false_positives", "true_negatives", "false_negatives")


class AUC(Confusion):
    """The area below the curve of true against false positives, or of precision against recall.

    Args:
        num_thresholds: Number of thresholds, evenly from 0 to 1.
        curve: "ROC", "PR" or "PRGAIN".
        summation_method: How the curve goes between two points: "interpolation", "minoring"
            (the lower of them) or "majoring".
        name: Its name.
        dtype: Dtype of the figure.
        thresholds: Thresholds between 0 and 1 to use instead.
        multi_label: Whether each column of the predictions has a curve of its own.
        num_labels: Number of columns, if it is to be fixed beforehand.
        label_weights: Weights of the columns.
        from_logits: Whether predictions are logits.

    Raises:
        ValueError: If an argument is out of range.

    Source:
        Davis and Goadrich, "The Relationship Between Precision-Recall and ROC Curves", 2006, for
        the interpolation of "PR"; Flach and Kull, "Precision-Recall-Gain Curves", 2015.

    Example:
        >>> float(AUC()([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.8]))
        0.75
    """

    true_positives: Variable
    false_positives: Variable
    true_negatives: Variable
    false_negatives: Variable

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Sequence[float] | None = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        methods = ("interpolation", "minoring", "majoring")
        self.curve = one_of("AUC", "curve", curve.upper(), ("ROC", "PR", "PRGAIN"))
        self.summation_method = one_of("AUC", "summation_method", summation_method, methods)
        if num_labels is not None and not multi_label:
            raise ValueError(f"AUC: `num_labels` is {num_labels}, so `multi_label` must be True.")
        if thresholds is not None:
            inner = sorted(in_range("AUC", "thresholds", value, 0, 1) for value in thresholds)
        else:
            inner = _evenly("AUC", num_thresholds, at_least=2)[1:-1]
        # The two outermost are beyond what is predicted, so that the curve has both its ends.
        used = [-epsilon(), *inner, 1.0 + epsilon()]
        self.thresholds, self.num_thresholds = used, len(used)
        self._inner = None if thresholds is None else list(inner)
        self.multi_label, self.num_labels, self.from_logits = multi_label, num_labels, from_logits
        self.label_weights = None if label_weights is None else jnp.asarray(label_weights)
        super().__init__(COUNTS, used, name=name, dtype=dtype)

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Make the counts, one curve for each column where `multi_label` says so.

        Raises:
            ValueError: If there are no columns, or another number of them than expected.
        """
        if not self.multi_label:
            return
        shape = jnp.asarray(y_pred).shape
        if len(shape) != 2 or self.num_labels not in (None, shape[1]):
            expected = "labels" if self.num_labels is None else self.num_labels
            raise ValueError(
                f"AUC: y_pred has shape {shape}; (batch, {expected}) was expected, because "
                "`multi_label` is True."
            )
        if not hasattr(self, COUNTS[0]):
            super()._make_counts((self.num_thresholds, shape[1]))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch.

        Args:
            y_true: Labels 0 and 1, (...).
            y_pred: Probabilities or logits, the same shape.
            sample_weight: Weights that broadcast to them, or None.

        Raises:
            ValueError: If the shapes do not fit.
        """
        self.build(y_true, y_pred)
        y_true, y_pred, weights = self._prepared(y_true, y_pred, sample_weight)
        if self.from_logits:
            y_pred = jax.nn.sigmoid(y_pred)
        if self.multi_label:
            self._add(*(a[:, None, :] for a in (y_true, y_pred, weights)))
            return
        if self.label_weights is not None:
            weights = weights * self.label_weights.astype(self.dtype)[None]
        self._add(*(a.ravel()[:, None] for a in (y_true, y_pred, weights)))

    def result(self) -> Array:
        """Return the area so far, the mean over columns where `multi_label` says so."""
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self.interpolate_pr_auc()
        hits, alarms, rests, misses = (self.value(count) for count in COUNTS)
        recall = quotient(hits, hits + misses)
        precision = quotient(hits, hits + alarms)
        if self.curve == "ROC":
            x, y = quotient(alarms, alarms + rests), recall
        elif self.curve == "PR":
            x, y = recall, precision
        else:
            prior = quotient(hits + misses, hits + alarms + rests + misses)
            x, y = (quotient(v - prior, (1.0 - prior) * v) for v in (recall, precision))
            x = jnp.maximum(x, 0)
        between = {"minoring": jnp.minimum, "majoring": jnp.maximum}
        height = between.get(self.summation_method, lambda a, b: (a + b) / 2.0)(y[:-1], y[1:])
        return self._over_labels(jnp.sum((x[:-1] - x[1:]) * height, axis=0))

    def interpolate_pr_auc(self) -> Array:
        """Return the area below precision against recall, false positives growing as true ones."""
        hits, alarms, _, misses = (self.value(count) for count in COUNTS)
        positives = hits + alarms
        gained, high, low = hits[:-1] - hits[1:], positives[:-1], positives[1:]
        slope = quotient(gained, high - low)
        offset = hits[1:] - slope * low
        ratio = jnp.where((high > 0) & (low > 0), high / jnp.where(low > 0, low, 1), 1.0)
        parts = slope * (gained + offset * jnp.log(ratio))
        return self._over_labels(jnp.sum(quotient(parts, hits[1:] + misses[1:]), axis=0))

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        config = super().get_config()
        weights = None if self.label_weights is None else self.label_weights.tolist()
        config |= {"num_thresholds": self.num_thresholds, "label_weights": weights}
        del config["thresholds"]
        return config if self._inner is None else config | {"thresholds": self._inner}

    def _make_counts(self, shape: tuple[int, ...]) -> None:
        if not self.multi_label:
            super()._make_counts(shape)
        elif self.num_labels is not None:
            super()._make_counts((*shape, self.num_labels))

    def _over_labels(self, areas: Array) -> Array:
        if not self.multi_label or self.label_weights is None:
            return jnp.mean(areas)
        weights = self.label_weights.astype(areas.dtype)
        return quotient(jnp.sum(areas * weights), jnp.sum(weights))


class _Bounded(Confusion):
    """The best of one figure over the thresholds at which another one is good enough."""

    true_positives: Variable
    false_positives: Variable
    true_negatives: Variable
    false_negatives: Variable

    def __init__(
        self,
        least: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self._least, self.num_thresholds = least, num_thresholds
        used = _evenly(type(self).__name__, num_thresholds, at_least=1)
        super().__init__(COUNTS, used, class_id=class_id, name=name, dtype=dtype)

    def figures(self) -> tuple[Array, Array]:
        """Return the figure that is bounded and the one wanted, at each threshold."""
        raise NotImplementedError

    def result(self) -> Array:
        """Return the best so far, zero where no threshold is good enough."""
        bounded, wanted = self.figures()
        return jnp.max(jnp.where(bounded >= self._least, wanted, 0))

    def _part(self, count: str, other: str) -> Array:
        return quotient(self.value(count), self.value(count) + self.value(other))

    def _sensitivity(self) -> Array:
        return self._part("true_positives", "false_negatives")

    def _specificity(self) -> Array:
        return self._part("true_negatives", "false_positives")

    def _precision(self) -> Array:
        return self._part("true_positives", "false_positives")


class SensitivityAtSpecificity(_Bounded):
    """The best sensitivity at a specificity of at least a given one.

    Args:
        specificity: The least part of negative samples that must be found.
        num_thresholds: Number of thresholds that are tried.
        class_id: If given, only this class counts.
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(SensitivityAtSpecificity(0.5)([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.8]))
        1.0
    """

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.specificity = in_range("SensitivityAtSpecificity", "specificity", specificity, 0, 1)
        super().__init__(specificity, num_thresholds, class_id, name, dtype)

    def figures(self) -> tuple[Array, Array]:
        """Return specificity and sensitivity."""
        return self._specificity(), self._sensitivity()


class SpecificityAtSensitivity(_Bounded):
    """The best specificity at a sensitivity of at least a given one.

    Args:
        sensitivity: The least part of positive samples that must be found.
        num_thresholds: Number of thresholds that are tried.
        class_id: If given, only this class counts.
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(SpecificityAtSensitivity(0.5)([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.8]))
        1.0
    """

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.sensitivity = in_range("SpecificityAtSensitivity", "sensitivity", sensitivity, 0, 1)
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)

    def figures(self) -> tuple[Array, Array]:
        """Return sensitivity and specificity."""
        return self._sensitivity(), self._specificity()


class PrecisionAtRecall(_Bounded):
    """The best precision at a recall of at least a given one.

    Args:
        recall: The least part of positive samples that must be found.
        num_thresholds: Number of thresholds that are tried.
        class_id: If given, only this class counts.
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(PrecisionAtRecall(0.5)([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.8]))
        1.0
    """

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.recall = in_range("PrecisionAtRecall", "recall", recall, 0, 1)
        super().__init__(recall, num_thresholds, class_id, name, dtype)

    def figures(self) -> tuple[Array, Array]:
        """Return recall and precision."""
        return self._sensitivity(), self._precision()


class RecallAtPrecision(_Bounded):
    """The best recall at a precision of at least a given one.

    Args:
        precision: The least part of positive predictions that must be right.
        num_thresholds: Number of thresholds that are tried.
        class_id: If given, only this class counts.
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(RecallAtPrecision(0.6)([0, 0, 1, 1], [0.1, 0.6, 0.4, 0.8]))
        1.0
    """

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.precision = in_range("RecallAtPrecision", "precision", precision, 0, 1)
        super().__init__(precision, num_thresholds, class_id, name, dtype)

    def figures(self) -> tuple[Array, Array]:
        """Return precision and recall."""
        return self._precision(), self._sensitivity()


def _evenly(where: str, num_thresholds: int, at_least: int) -> list[float]:
    """Thresholds from 0 to 1; the one in the middle if there is one only."""
    count = positive_int(where, "num_thresholds", num_thresholds)
    if count < at_least:
        raise ValueError(
            f"{where}: `num_thresholds` must be at least {at_least}; got {num_thresholds}."
        )
    return [0.5] if count == 1 else [i / (count - 1) for i in range(count)]
