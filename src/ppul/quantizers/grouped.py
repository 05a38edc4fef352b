"""Matrices as whole numbers without sign, with a scale and a zero point for each group of rows."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np


class Grid(NamedTuple):
    """What the numbers of a matrix stand for: `(number - zero) * scale`, group by group.

    Args:
        scale: Scales, (groups, columns).
        zero: Zero points, (groups, columns).
        highest: The largest number.
    """

    scale: np.ndarray
    zero: np.ndarray
    highest: int

    def rounded(self, rows: Any, group: Any) -> np.ndarray:
        """Return the numbers next to rows.

        Args:
            rows: Floats, (..., columns).
            group: The group of each row.
        """
        numbers = np.round(rows / self.scale[group]) + self.zero[group]
        return np.clip(numbers, 0, self.highest)

    def floats(self, numbers: Any, group: Any) -> np.ndarray:
        """Return what numbers stand for.

        Args:
            numbers: Numbers, (..., columns).
            group: The group of each row.
        """
        return (numbers - self.zero[group]) * self.scale[group]


class Grouped(NamedTuple):
    """A quantized matrix.

    Args:
        numbers: Whole numbers, (rows, columns).
        grid: What they stand for.
        group: The group of each row.
        row_scale: What each row was multiplied with before; None where it was not.
    """

    numbers: np.ndarray
    grid: Grid
    group: np.ndarray
    row_scale: np.ndarray | None = None

    def floats(self) -> np.ndarray:
        """Return the matrix in floats again."""
        floats = self.grid.floats(self.numbers, self.group)
        return floats if self.row_scale is None else floats / self.row_scale[:, None]


def groups(rows: int, group_size: int) -> np.ndarray:
    """Return the group of each of `rows` rows, of which `group_size` make one, or all if it is -1.

    Example:
        >>> groups(5, 2).tolist()
        [0, 0, 1, 1, 2]
    """
    return np.arange(rows) // (rows if group_size == -1 else group_size)


def fitted_grid(
    matrix: Any, bits: int, group_size: int, *, symmetric: bool = False, per_channel: bool = True
) -> Grid:
    """Return the grid on which every number of a matrix has a place.

    Args:
        matrix: Floats, (rows, columns).
        bits: How many bits a number has.
        group_size: Number of neighbouring rows that share a scale; -1 for all.
        symmetric: Whether zero is in the middle of the numbers.
        per_channel: Whether columns have scales of their own.

    Example:
        >>> grid = fitted_grid(np.array([[-1.0], [14.0], [30.0]]), 4, 2)
        >>> grid.scale.tolist(), grid.zero.tolist(), grid.highest
        ([[1.0], [2.0]], [[1.0], [0.0]], 15)
    """
    matrix = np.asarray(matrix)
    first = np.arange(0, len(matrix), len(matrix) if group_size == -1 else group_size)
    # Zero has a place too, or the zero points of groups of one sign would not fit the numbers.
    low = np.minimum(np.minimum.reduceat(matrix, first), 0)
    high = np.maximum(np.maximum.reduceat(matrix, first), 0)
    if not per_channel:
        low = np.broadcast_to(low.min(axis=1, keepdims=True), low.shape)
        high = np.broadcast_to(high.max(axis=1, keepdims=True), high.shape)
    if symmetric:
        high = np.maximum(-low, high)
        low = -high
    empty = low == high
    low, high = np.where(empty, -1, low), np.where(empty, 1, high)
    highest = 2**bits - 1
    scale = ((high - low) / highest).astype(matrix.dtype)
    zero = np.full_like(scale, (highest + 1) // 2) if symmetric else np.round(-low / scale)
    return Grid(scale, zero, highest)
