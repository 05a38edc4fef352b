"""Discretization: numbers as the numbers of the ranges they are in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.checks import one_of
from ppul.core.dtypes import is_int_dtype
from ppul.core.types import Config
from ppul.layers.preprocessing import quantiles
from ppul.layers.preprocessing.adapting import batches_of
from ppul.layers.preprocessing.data_layer import DataLayer
from ppul.layers.preprocessing.encoding import MODES, check_sparse, encode


class Discretization(DataLayer):
    """The number of the range, or bin, that each number is in.

    Args:
        bin_boundaries: Where bins begin, increasing: the first bin is below the first of them, the
            last from the last of them on.
        num_bins: Number of bins whose boundaries `adapt` takes from data, so that they hold equally
            many.
        epsilon: The error that is allowed in that, as a share of the data.
        output_mode: "int": the number of the bin; "one_hot": a vector for each input; "multi_hot" and
            "count": one vector for each sample.
        sparse: Whether vectors are sparse arrays of JAX's (BCOO).
        dtype: Dtype of the vectors.
        name: Its name.

    Raises:
        ValueError: If not one of `bin_boundaries` and `num_bins` is given.

    Example:
        >>> Discretization([0.0, 1.0])(np.array([-1.5, 0.0, 3.0])).tolist()
        [0, 1, 2]
    """

    def __init__(
        self,
        bin_boundaries: Sequence[float] | None = None,
        num_bins: int | None = None,
        epsilon: float = 0.01,
        output_mode: str = "int",
        sparse: bool = False,
        dtype: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(dtype=dtype, name=name)
        if (bin_boundaries is None) == (num_bins is None):
            raise ValueError(
                f"{self._where}: give either `bin_boundaries` or `num_bins`; got "
                f"bin_boundaries={bin_boundaries} and num_bins={num_bins}."
            )
        if num_bins is not None and num_bins < 0:
            raise ValueError(f"{self._where}: `num_bins` cannot be negative; got {num_bins}.")
        self.num_bins = num_bins
        self.epsilon = epsilon
        self.output_mode = one_of(self._where, "output_mode", output_mode, MODES)
        self.sparse = check_sparse(self._where, output_mode, sparse)
        self.bin_boundaries = None if bin_boundaries is None else list(map(float, bin_boundaries))
        self.summary = quantiles.nothing()
        self.built = True

    @property
    def input_dtype(self) -> str:
        """The dtype inputs are compared in."""
        return "float32" if is_int_dtype(self.compute_dtype) else self.compute_dtype

    @property
    def output_dtype(self) -> str:
        """The dtype of the output."""
        return "int32" if self.output_mode == "int" else self.compute_dtype

    def adapt(self, data: Any, steps: int | None = None) -> None:
        """Take the boundaries from data.

        Args:
            data: An array, or something that yields batches of inputs.
            steps: How many batches to read; all by default.
        """
        self.reset_state()
        for batch in batches_of(data, steps):
            self.update_state(batch)
        self.finalize_state()

    def update_state(self, data: Any) -> None:
        """Add numbers to those that the boundaries are taken from.

        Raises:
            ValueError: If the boundaries were given.
        """
        if self.num_bins is None:
            raise ValueError(
                f"{self._where} was given its `bin_boundaries`, so there is nothing to adapt. Give "
                "`num_bins` instead."
            )
        added = quantiles.summarized(np.asarray(data), self.epsilon)
        self.summary = quantiles.merged(self.summary, added, self.epsilon)

    def finalize_state(self) -> None:
        """Take the boundaries from the numbers so far."""
        if self.num_bins is not None:
            self.bin_boundaries = quantiles.boundaries(self.summary, self.num_bins)
            self._note_change()

    def reset_state(self) -> None:
        """Forget the numbers so far."""
        self.summary = quantiles.nothing()

    def call(self, inputs: Any) -> Any:
        """Return the bins."""
        if self.bin_boundaries is None:
            raise ValueError(
                f"{self._where} has no boundaries yet: call `adapt` with some data, or give "
                "`bin_boundaries`."
            )
        numbers = jnp.asarray(inputs, self.input_dtype)
        bounds = jnp.asarray(self.bin_boundaries, self.input_dtype)
        found = jnp.digitize(numbers, bounds)
        depth = len(self.bin_boundaries) + 1
        return encode(found, self.output_mode, depth, self.compute_dtype, sparse=self.sparse)

    def get_config(self) -> Config:
        """Return the constructor arguments; the boundaries also where they were taken from data."""
        config = super().get_config()
        return {name: config[name] for name in _CONFIG} | {"dtype": self.dtype_policy.name}

    @classmethod
    def from_config(cls, config: Config) -> Discretization:
        """Return a layer from what `get_config` returned, with its boundaries."""
        bounds = config.get("bin_boundaries")
        if bounds is None or config.get("num_bins") is None:
            return super().from_config(config)
        layer = super().from_config(config | {"bin_boundaries": None})
        layer.bin_boundaries = list(map(float, bounds))
        return layer


_CONFIG = ("bin_boundaries", "num_bins", "epsilon", "output_mode", "sparse", "name")
