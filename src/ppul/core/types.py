"""The types that signatures all over ppul are written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import jax
import numpy as np

Array: TypeAlias = jax.Array
ArrayLike: TypeAlias = jax.Array | np.ndarray | np.generic | float | int | bool
Shape: TypeAlias = tuple[int | None, ...]
DType: TypeAlias = str
Device: TypeAlias = Any  # JAX names the type of its devices in a way that checkers refuse
Config: TypeAlias = dict[str, Any]
# What a run changes: group ("trainable", "metrics", ...) -> path -> array.
State: TypeAlias = dict[str, dict[str, Array]]
Tree: TypeAlias = Any
Identifier: TypeAlias = str | Mapping[str, Any] | Callable[..., Any] | None
Axes: TypeAlias = int | Sequence[int] | None
