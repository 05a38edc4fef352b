"""The hinge losses as means."""

from __future__ import annotations

from typing import Any

from ppul.losses.margin import categorical_hinge, hinge, squared_hinge
from ppul.metrics.reduction import MeanMetricWrapper


class Hinge(MeanMetricWrapper):
    """The mean of max(1 - y_true * y_pred, 0), for labels -1 and 1 or 0 and 1.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(Hinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
        0.25
    """

    def __init__(self, name: str | None = "hinge", dtype: Any = None) -> None:
        super().__init__(hinge, name, dtype)


class SquaredHinge(MeanMetricWrapper):
    """The mean of max(1 - y_true * y_pred, 0)², for labels -1 and 1 or 0 and 1.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(SquaredHinge()([[-1.0], [1.0]], [[-0.5], [2.0]]))
        0.125
    """

    def __init__(self, name: str | None = "squared_hinge", dtype: Any = None) -> None:
        super().__init__(squared_hinge, name, dtype)


class CategoricalHinge(MeanMetricWrapper):
    """How far the largest wrong score comes closer than 1 to the right one's, on average.

    Args:
        name: Its name.
        dtype: Dtype of the figure.

    Example:
        >>> float(CategoricalHinge()([[0.0, 1.0]], [[0.5, 0.75]]))
        0.75
    """

    def __init__(self, name: str | None = "categorical_hinge", dtype: Any = None) -> None:
        super().__init__(categorical_hinge, name, dtype)
