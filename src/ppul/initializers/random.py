"""Initializers that draw, with Keras's numbers for the same seed.

An int seed gives the same numbers at every call, a `SeedGenerator` new ones. Numbers are drawn on
the host and put on the device: for each shape XLA would compile a program first.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np
from jax.core import Tracer

from ppul.core.checks import one_of
from ppul.core.serialization import serialize
from ppul.core.types import Array, Config
from ppul.initializers.base import Initializer, array_dtype, known_shape
from ppul.random import threefry
from ppul.random.seed_generator import SeedGenerator, draw_key, make_default_seed

Seed = int | SeedGenerator | None
Axes = Sequence[int] | None

# Standard deviation of a standard normal cut at -2 and 2.
_TRUNCATED_STDDEV = 0.87962566103423978


class RandomInitializer(Initializer):
    """An initializer with a seed; without one it draws its own from Python's `random`.

    Args:
        seed: An int, a `SeedGenerator` or None.

    Raises:
        ValueError: If `seed` is neither.

    Example:
        >>> generator = SeedGenerator(7)
        >>> initializer = RandomUniform(seed=generator)
        >>> initializer((3,)).tolist() == initializer((3,)).tolist()
        False
    """

    def __init__(self, seed: Seed = None) -> None:
        if not isinstance(seed, (int, np.integer, SeedGenerator, type(None))):
            raise ValueError(
                f"{type(self).__name__}: `seed` must be an integer, a `SeedGenerator` or None; got "
                f"{seed!r}."
            )
        self._given_seed = seed
        self.seed = make_default_seed() if seed is None else seed

    def get_config(self) -> Config:
        """Return the constructor arguments; a seed that was not given is not recorded."""
        return {**super().get_config(), "seed": serialize(self._given_seed)}

    def _uniform(self, shape: tuple[int, ...], dtype: Any, minval: float, maxval: float) -> Array:
        source, key = _source(self.seed)
        name = array_dtype(dtype).name
        return jax.device_put(source.uniform(key, shape, name, minval, maxval))

    def _normal(self, shape: tuple[int, ...], dtype: Any, mean: float, stddev: float) -> Array:
        source, key = _source(self.seed)
        kind = array_dtype(dtype)
        drawn = source.normal(key, shape, kind.name)
        return jax.device_put(drawn * kind.type(stddev) + kind.type(mean))

    def _truncated(self, shape: tuple[int, ...], dtype: Any, mean: float, stddev: float) -> Array:
        source, key = _source(self.seed)
        kind = array_dtype(dtype)
        drawn = source.truncated_normal(key, -2.0, 2.0, shape, kind.name)
        return jax.device_put(drawn * kind.type(stddev) + kind.type(mean))


class RandomUniform(RandomInitializer):
    """Uniform between two bounds.

    Args:
        minval: Lower bound.
        maxval: Upper bound.
        seed: See `RandomInitializer`.

    Example:
        >>> RandomUniform(-1.0, 1.0, seed=1)((2,)).round(3).tolist()
        [-0.728, 0.365]
    """

    def __init__(self, minval: float = -0.05, maxval: float = 0.05, seed: Seed = None) -> None:
        super().__init__(seed)
        self.minval = minval
        self.maxval = maxval

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array."""
        sizes = known_shape("RandomUniform", shape)
        return self._uniform(sizes, dtype, self.minval, self.maxval)


class RandomNormal(RandomInitializer):
    """Normal with a mean and a standard deviation.

    Args:
        mean: Mean.
        stddev: Standard deviation.
        seed: See `RandomInitializer`.

    Example:
        >>> abs(float(RandomNormal(stddev=0.5, seed=1)((10_000,)).std()) - 0.5) < 0.01
        True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array."""
        return self._normal(known_shape("RandomNormal", shape), dtype, self.mean, self.stddev)


class TruncatedNormal(RandomInitializer):
    """Normal, without what is more than two standard deviations from the mean.

    Args:
        mean: Mean.
        stddev: Standard deviation before the cut.
        seed: See `RandomInitializer`.

    Example:
        >>> bool(abs(TruncatedNormal(stddev=0.5, seed=1)((1000,))).max() <= 1)
        True
    """

    def __init__(self, mean: float = 0.0, stddev: float = 0.05, seed: Seed = None) -> None:
        super().__init__(seed)
        self.mean = mean
        self.stddev = stddev

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array."""
        return self._truncated(known_shape("TruncatedNormal", shape), dtype, self.mean, self.stddev)


class VarianceScaling(RandomInitializer):
    """A variance that fits the shape: `scale` divided by the number of inputs or outputs.

    Args:
        scale: Above 0.
        mode: "fan_in" (inputs of a unit), "fan_out" (outputs) or "fan_avg" (the mean).
        distribution: "truncated_normal" (also "normal"), "untruncated_normal" or "uniform".
        seed: See `RandomInitializer`.
        input_axes: Axes of the weight that are inputs; together with `output_axes`.
        output_axes: Axes that are outputs. Without both, the last axis is outputs, the one before
            it inputs, and those before are a convolution's window, which counts for both.

    Raises:
        ValueError: If an argument is not one of these.

    Source: He et al. 2015, https://arxiv.org/abs/1502.01852, section 2.2.

    Example:
        >>> kernel = VarianceScaling(scale=2.0, seed=1)((200, 100))
        >>> abs(float(kernel.var()) - 2 / 200) < 3e-4
        True
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: Seed = None,
        input_axes: Axes = None,
        output_axes: Axes = None,
    ) -> None:
        super().__init__(seed)
        where = type(self).__name__
        if not scale > 0:
            raise ValueError(f"{where}: `scale` must be above 0; got {scale!r}.")
        modes = ("fan_in", "fan_out", "fan_avg")
        distributions = ("truncated_normal", "untruncated_normal", "uniform")
        name = str(distribution).lower()
        self.scale = scale
        self.mode = one_of(where, "mode", mode, modes)
        self.distribution = one_of(
            where, "distribution", "truncated_normal" if name == "normal" else name, distributions
        )
        self.input_axes = input_axes
        self.output_axes = output_axes

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array."""
        sizes = known_shape(type(self).__name__, shape)
        fan_in, fan_out = self._fans(sizes)
        fan = {"fan_in": fan_in, "fan_out": fan_out, "fan_avg": (fan_in + fan_out) / 2}[self.mode]
        variance = self.scale / max(1.0, fan)
        if self.distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return self._uniform(sizes, dtype, -limit, limit)
        if self.distribution == "untruncated_normal":
            return self._normal(sizes, dtype, 0.0, math.sqrt(variance))
        return self._truncated(sizes, dtype, 0.0, math.sqrt(variance) / _TRUNCATED_STDDEV)

    def _fans(self, shape: tuple[int, ...]) -> tuple[int, int]:
        if self.input_axes is not None and self.output_axes is not None:
            axes = (*self.input_axes, *self.output_axes)
            if any(not -len(shape) <= axis < len(shape) for axis in axes):
                raise ValueError(
                    f"{type(self).__name__}: `input_axes` {self.input_axes} and `output_axes` "
                    f"{self.output_axes} must be axes of the weight; its shape is {shape}."
                )
            inputs, outputs = (
                math.prod(shape[axis] for axis in side)
                for side in (self.input_axes, self.output_axes)
            )
            return inputs, outputs
        if len(shape) < 2:
            return math.prod(shape), math.prod(shape)
        window = math.prod(shape[:-2])
        return window * shape[-2], window * shape[-1]


class GlorotUniform(VarianceScaling):
    """Uniform, variance 2 / (inputs + outputs); the default of most layers.

    Source: Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html

    Example:
        >>> bool(abs(GlorotUniform(seed=1)((2, 4))).max() <= 1)
        True
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, input_axes, output_axes)


class GlorotNormal(VarianceScaling):
    """Truncated normal, variance 2 / (inputs + outputs).

    Source: Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html

    Example:
        >>> GlorotNormal(seed=1)((2, 4)).shape
        (2, 4)
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, input_axes, output_axes)


class HeUniform(VarianceScaling):
    """Uniform, variance 2 / inputs; for layers with relu.

    Source: He et al. 2015, https://arxiv.org/abs/1502.01852

    Example:
        >>> HeUniform(seed=1)((2, 4)).shape
        (2, 4)
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(2.0, "fan_in", "uniform", seed, input_axes, output_axes)


class HeNormal(VarianceScaling):
    """Truncated normal, variance 2 / inputs; for layers with relu.

    Source: He et al. 2015, https://arxiv.org/abs/1502.01852

    Example:
        >>> HeNormal(seed=1)((2, 4)).shape
        (2, 4)
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(2.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class LecunUniform(VarianceScaling):
    """Uniform, variance 1 / inputs; for layers with selu.

    Source: Klambauer et al. 2017, https://arxiv.org/abs/1706.02515

    Example:
        >>> LecunUniform(seed=1)((2, 4)).shape
        (2, 4)
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(1.0, "fan_in", "uniform", seed, input_axes, output_axes)


class LecunNormal(VarianceScaling):
    """Truncated normal, variance 1 / inputs; for layers with selu.

    Source: Klambauer et al. 2017, https://arxiv.org/abs/1706.02515

    Example:
        >>> LecunNormal(seed=1)((2, 4)).shape
        (2, 4)
    """

    def __init__(
        self, seed: Seed = None, input_axes: Axes = None, output_axes: Axes = None
    ) -> None:
        super().__init__(1.0, "fan_in", "truncated_normal", seed, input_axes, output_axes)


class Orthogonal(RandomInitializer):
    """Orthonormal columns, or rows where there are fewer of them, times `gain`.

    Axes before the last are flattened into rows.

    Args:
        gain: What the matrix is multiplied by.
        seed: See `RandomInitializer`.

    Source: Saxe et al. 2014, https://arxiv.org/abs/1312.6120

    Example:
        >>> w = Orthogonal(seed=1)((4, 2))
        >>> bool(abs(w.T @ w - np.eye(2)).max() < 1e-6)
        True
    """

    def __init__(self, gain: float = 1.0, seed: Seed = None) -> None:
        super().__init__(seed)
        self.gain = gain

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return an array.

        Raises:
            ValueError: If `shape` has fewer than two axes.
        """
        sizes = known_shape("Orthogonal", shape)
        if len(sizes) < 2:
            raise ValueError(f"Orthogonal: a weight needs at least two axes; got shape {sizes}.")
        rows, columns = math.prod(sizes[:-1]), sizes[-1]
        tall = max(rows, columns), min(rows, columns)
        q, r = np.linalg.qr(np.asarray(self._normal(tall, "float32", 0.0, 1.0)))
        # Of the two signs a column may have, the one that makes the distribution uniform.
        q = q * np.sign(np.diag(r))
        w = (q if rows >= columns else q.T).reshape(sizes)
        return jax.device_put((self.gain * w).astype(array_dtype(dtype)))


def _source(seed: int | SeedGenerator) -> tuple[Any, Any]:
    """Return a seed's key and what draws with it: the host, or `jax.random` in a trace."""
    if not isinstance(seed, SeedGenerator):
        return threefry, np.array([int(seed) % 2**32, 0], np.uint32)
    key = draw_key(seed)
    return (jax.random, key) if isinstance(key, Tracer) else (threefry, np.asarray(key))
