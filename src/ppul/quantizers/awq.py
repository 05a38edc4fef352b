"""AWQ: weights of inputs with large values are scaled up before rounding, and so lose less.

Source: Lin et al. 2023, arXiv:2306.00978
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ppul.quantizers.grouped import Grouped, fitted_grid, groups


def awq(
    weight: Any, magnitudes: Any, *, bits: int = 4, group_size: int = -1, grid_points: int = 20
) -> Grouped:
    """Return a matrix in whole numbers, the rows scaled as costs the products least.

    Args:
        weight: The matrix, (inputs, outputs).
        magnitudes: The largest absolute value of each input.
        bits: How many bits a number has.
        group_size: Number of inputs that share a scale; -1 for all.
        grid_points: Scales are magnitudes to powers from 0 to 1, in so many steps.

    Example:
        >>> weight = np.array([[0.3, 1.0], [2.0, -1.0]])
        >>> scaled = awq(weight, np.array([9.0, 1.0]), grid_points=2).row_scale
        >>> [round(float(scale), 3) for scale in scaled]
        [1.732, 0.577]
    """
    weight = np.asarray(weight, "float32")
    magnitudes = np.asarray(magnitudes, "float32")
    magnitudes = np.where(magnitudes == 0, 1, magnitudes)
    middle = np.sqrt(magnitudes.max() * magnitudes.min())
    candidates = (
        _rounded(weight, (magnitudes / middle) ** np.float32(i / grid_points), bits, group_size)
        for i in range(grid_points + 1)
    )

    def cost(candidate: Grouped) -> float:
        errors = (candidate.floats() - weight) * magnitudes[:, None]
        return float(np.mean(errors**2))

    return min(candidates, key=cost)


def _rounded(weight: Any, row_scale: Any, bits: int, group_size: int) -> Grouped:
    scaled = weight * row_scale[:, None]
    grid = fitted_grid(scaled, bits, group_size)
    group = groups(len(weight), group_size)
    numbers = grid.rounded(scaled, group)
    return Grouped(numbers, grid, group, row_scale)
