"""Cross-entropies for noisy or unbalanced classes: focal losses, generalized cross-entropy."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.operation import op
from ppul.core.types import Array
from ppul.losses.base import LossFunctionWrapper
from ppul.losses.crossentropy import MEAN, smooth, smooth_binary
from ppul.losses.shapes import class_numbers, one_hot_targets, same_shape, warn_single_class
from ppul.ops.nn.crossentropy import binary_crossentropy, normalized, pick


@op
def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    """Return the binary cross-entropy, less of it where the prediction is good already.

    Args:
        y_true: Labels 0 and 1, (..., features).
        y_pred: Probabilities or logits, the same shape.
        apply_class_balancing: Whether label 1 is weighted by `alpha` and label 0 by 1 - `alpha`.
        alpha: That weight.
        gamma: Power of (1 - the right label's probability) that the loss is multiplied by.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: How far labels are moved towards 0.5.
        axis: Axis that is averaged over.

    Returns:
        One value a sample, (...).

    Source:
        Lin et al., "Focal Loss for Dense Object Detection", arXiv:1708.02002, equations 4 and 5.

    Example:
        >>> binary_focal_crossentropy([[1.0]], [[0.5]]).round(3).tolist()
        [0.173]
    """
    y_true, y_pred = same_shape("binary_focal_crossentropy", y_true, y_pred)
    y_true = smooth_binary(y_true, label_smoothing)
    p = jax.nn.sigmoid(y_pred) if from_logits else y_pred
    right = y_true * p + (1.0 - y_true) * (1.0 - p)
    values = jnp.power(1.0 - right, gamma) * binary_crossentropy(y_true, p)
    if apply_class_balancing:
        values = values * (y_true * alpha + (1.0 - y_true) * (1.0 - alpha))
    return jnp.mean(values, axis=axis)


@op
def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: Any = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Array:
    """Return the cross-entropy over classes, less of it where the prediction is good already.

    Args:
        y_true: One-hot rows, (..., classes).
        y_pred: Probabilities, which are divided by their sum, or logits; the same shape.
        alpha: Weight, one number or one for each class.
        gamma: Power of (1 - probability) that the loss is multiplied by.
        from_logits: Whether `y_pred` are logits.
        label_smoothing: Part of the targets that is spread evenly over the classes.
        axis: Axis of the classes.

    Returns:
        One value a sample, (...).

    Source:
        Lin et al., "Focal Loss for Dense Object Detection", arXiv:1708.02002, equation 5.

    Example:
        >>> categorical_focal_crossentropy([[0.0, 1.0]], [[0.5, 0.5]]).round(3).tolist()
        [0.043]
    """
    where = "categorical_focal_crossentropy"
    y_true, y_pred = one_hot_targets(where, y_true, y_pred, axis)
    warn_single_class(where, y_pred.shape, axis)
    p = normalized(jax.nn.softmax(y_pred, axis) if from_logits else y_pred, axis)
    weights = jnp.asarray(alpha, p.dtype)
    weights = weights.reshape((1,) * (p.ndim - weights.ndim) + weights.shape)
    values = (
        weights * jnp.power(1.0 - p, gamma) * smooth(y_true, label_smoothing, axis) * jnp.log(p)
    )
    return -jnp.sum(values, axis=axis)


@op
def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Array:
    """Return (1 - p^q) / q of the right class's probability p.

    Args:
        y_true: Class numbers, (...) or (..., 1).
        y_pred: Probabilities, (..., classes).
        q: Between the cross-entropy (towards 0) and the absolute error (towards 1).

    Returns:
        One value a sample, (...).

    Source:
        Zhang and Sabuncu, "Generalized Cross Entropy Loss for Training Deep Neural Networks with
        Noisy Labels", arXiv:1805.07836, equation 6.

    Example:
        >>> categorical_generalized_cross_entropy([1], [[0.75, 0.25]], q=0.5).tolist()
        [1.0]
    """
    labels, y_pred = class_numbers("categorical_generalized_cross_entropy", y_true, y_pred)
    return (1.0 - jnp.power(pick(y_pred, labels.astype("int32"), -1), q)) / q


class BinaryFocalCrossentropy(LossFunctionWrapper):
    """The binary cross-entropy, less of it where the prediction is good already.

    Args:
        apply_class_balancing: Whether label 1 is weighted by `alpha` and label 0 by 1 - `alpha`.
        alpha: That weight.
        gamma: Power of (1 - the right label's probability) that the loss is multiplied by.
        from_logits: Whether predictions are logits.
        label_smoothing: How far labels are moved towards 0.5.
        axis: Axis that is averaged over.
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(BinaryFocalCrossentropy(gamma=1.0)([[1.0]], [[0.5]]))
        0.347
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = MEAN,
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        arguments = {
            "apply_class_balancing": apply_class_balancing,
            "alpha": alpha,
            "gamma": gamma,
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        super().__init__(binary_focal_crossentropy, reduction, name, dtype, **arguments)
        self.apply_class_balancing, self.alpha, self.gamma = apply_class_balancing, alpha, gamma
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis


class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """The cross-entropy over classes, less of it where the prediction is good already.

    Args:
        alpha: Weight, one number or one for each class.
        gamma: Power of (1 - probability) that the loss is multiplied by.
        from_logits: Whether predictions are logits.
        label_smoothing: Part of the targets that is spread evenly over the classes.
        axis: Axis of the classes.
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Example:
        >>> float(CategoricalFocalCrossentropy(alpha=1.0)([[0.0, 1.0]], [[0.5, 0.5]]))
        0.173
    """

    def __init__(
        self,
        alpha: Any = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = MEAN,
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        arguments = {
            "alpha": alpha,
            "gamma": gamma,
            "from_logits": from_logits,
            "label_smoothing": label_smoothing,
            "axis": axis,
        }
        super().__init__(categorical_focal_crossentropy, reduction, name, dtype, **arguments)
        self.alpha, self.gamma = alpha, gamma
        self.from_logits, self.label_smoothing, self.axis = from_logits, label_smoothing, axis


class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """A cross-entropy that wrong labels pull less at.

    Args:
        q: Above 0 (towards the cross-entropy) and below 1 (towards the absolute error).
        reduction: How the values of samples become one.
        name: Its name.
        dtype: Dtype of the result.

    Raises:
        ValueError: If `q` is not between 0 and 1.

    Example:
        >>> float(CategoricalGeneralizedCrossEntropy()([1], [[0.75, 0.25]]))
        1.0
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = MEAN,
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(
                f"CategoricalGeneralizedCrossEntropy: `q` must be above 0 and below 1; got {q!r}."
            )
        super().__init__(categorical_generalized_cross_entropy, reduction, name, dtype, q=q)
        self.q = q
