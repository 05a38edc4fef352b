"""GPTQ: weights are rounded one input after the other, the rest making up for each error.

Source: Frantar et al. 2023, arXiv:2210.17323
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ppul.quantizers.grouped import Grid, Grouped, fitted_grid, groups

# Errors reach the inputs behind a block of this many all at once: one product instead of many.
_BLOCK = 128


def gptq(
    weight: Any,
    hessian: Any,
    *,
    bits: int = 4,
    group_size: int = -1,
    symmetric: bool = False,
    per_channel: bool = True,
    damping: float = 0.01,
    activation_order: bool = False,
) -> Grouped:
    """Return a matrix in whole numbers whose products with inputs are near those of the floats.

    Args:
        weight: The matrix, (inputs, outputs).
        hessian: Twice the mean of the outer products of inputs, (inputs, inputs).
        bits: How many bits a number has.
        group_size: Number of inputs that share a scale; -1 for all.
        symmetric: Whether zero is in the middle of the numbers.
        per_channel: Whether outputs have scales of their own.
        damping: What is added to the Hessian's diagonal, as a part of the diagonal's mean.
        activation_order: Whether the inputs of the largest values come first.

    Raises:
        ValueError: If the Hessian has no inverse.

    Example:
        >>> weight = np.array([[3.0], [1.4], [1.3]])
        >>> correlated = np.array([[2.0, 0.0, 0.0], [0.0, 2.0, 1.6], [0.0, 1.6, 2.0]])
        >>> gptq(weight, correlated, bits=2).numbers.tolist()
        [[3.0], [1.0], [2.0]]
    """
    weight = np.array(weight, "float32")
    hessian = np.array(hessian, "float64")
    diagonal = np.diag(hessian)
    order = np.argsort(-diagonal, kind="stable") if activation_order else np.arange(len(weight))
    weight = weight[order]
    grid = fitted_grid(weight, bits, group_size, symmetric=symmetric, per_channel=per_channel)
    group = groups(len(weight), group_size)
    factor = _inverse_factor(hessian[np.ix_(order, order)], damping)
    numbers = _rounded(weight, factor, grid, group)
    back = np.argsort(order)
    return Grouped(numbers[back], grid, group[back])


def _inverse_factor(hessian: np.ndarray, damping: float) -> np.ndarray:
    """The upper triangular U for which UᵀU is the inverse of the damped Hessian."""
    diagonal = np.diag(hessian)
    # An input that is always zero goes with no other.
    added = np.where(diagonal == 0, 1.0, damping * diagonal.mean())
    try:
        # The Cholesky factor from the last input to the first is the inverse of U.
        lower = np.linalg.cholesky((hessian + np.diag(added))[::-1, ::-1])
    except np.linalg.LinAlgError as error:
        raise ValueError(
            f"gptq: the Hessian of {len(hessian)} inputs has no inverse with `damping={damping}`: "
            "some inputs follow from others. Raise `hessian_damping`, or calibrate on more samples."
        ) from error
    return np.linalg.inv(lower[::-1, ::-1]).astype("float32")


def _rounded(weight: np.ndarray, factor: np.ndarray, grid: Grid, group: np.ndarray) -> np.ndarray:
    """The numbers of a matrix, which is changed on the way."""
    numbers = np.empty_like(weight)
    for start in range(0, len(weight), _BLOCK):
        stop = min(start + _BLOCK, len(weight))
        errors = np.empty_like(weight[start:stop])
        for i in range(start, stop):
            numbers[i] = grid.rounded(weight[i], group[i])
            error = (weight[i] - grid.floats(numbers[i], group[i])) / factor[i, i]
            weight[i + 1 : stop] -= np.outer(factor[i, i + 1 : stop], error)
            errors[i - start] = error
        weight[stop:] -= factor[start:stop, stop:].T @ errors
    return numbers
