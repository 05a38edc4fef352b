"""Random numbers, with Keras's numbers for the same seed.

A seed is an int (the same numbers at every call), a `SeedGenerator` (new ones at each), or None
(new ones, which `ppul.utils.set_random_seed` fixes).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.dtypes import is_float_dtype, is_int_dtype, standardize_dtype
from ppul.core.types import Array, ArrayLike
from ppul.ops.tensors import Tensor, op
from ppul.random.seed_generator import SeedGenerator, draw_key

Seed = int | SeedGenerator | Array | None
Sizes = int | Sequence[int]


def normal(
    shape: Sizes,
    mean: ArrayLike = 0.0,
    stddev: ArrayLike = 1.0,
    dtype: Any = None,
    seed: Seed = None,
) -> Array:
    """Draw from a normal distribution.

    Args:
        shape: Shape of the result.
        mean: Mean.
        stddev: Standard deviation.
        dtype: A float type; `floatx()` by default.
        seed: An int, a `SeedGenerator` or None.

    Raises:
        ValueError: If `dtype` is no float type, or `seed` no seed.

    Example:
        >>> normal((3,), seed=3).round(2).tolist()
        [1.06, -0.04, 0.3]
    """
    dtype = _float_type("normal", dtype)
    drawn = jax.random.normal(draw_key(seed), _sizes(shape), dtype)
    return drawn * jnp.asarray(stddev, dtype) + jnp.asarray(mean, dtype)


def truncated_normal(
    shape: Sizes,
    mean: ArrayLike = 0.0,
    stddev: ArrayLike = 1.0,
    dtype: Any = None,
    seed: Seed = None,
) -> Array:
    """Draw from a normal distribution, without what is two standard deviations from the mean.

    Args:
        shape: Shape of the result.
        mean: Mean.
        stddev: Standard deviation before the cut.
        dtype: A float type; `floatx()` by default.
        seed: An int, a `SeedGenerator` or None.

    Raises:
        ValueError: If `dtype` is no float type, or `seed` no seed.
    """
    dtype = _float_type("truncated_normal", dtype)
    drawn = jax.random.truncated_normal(draw_key(seed), -2.0, 2.0, _sizes(shape), dtype)
    return drawn * jnp.asarray(stddev, dtype) + jnp.asarray(mean, dtype)


def uniform(
    shape: Sizes,
    minval: ArrayLike = 0.0,
    maxval: ArrayLike = 1.0,
    dtype: Any = None,
    seed: Seed = None,
) -> Array:
    """Draw evenly from [minval, maxval).

    Args:
        shape: Shape of the result.
        minval: Lower bound, included.
        maxval: Upper bound, excluded.
        dtype: A float type; `floatx()` by default.
        seed: An int, a `SeedGenerator` or None.

    Raises:
        ValueError: If `dtype` is no float type (for integers there is `randint`), or `seed` no
            seed.

    Example:
        >>> uniform((2,), -1, 3, seed=3).round(2).tolist()
        [2.42, 0.94]
    """
    dtype = _float_type("uniform", dtype)
    bounds = jnp.asarray(minval, dtype), jnp.asarray(maxval, dtype)
    return jax.random.uniform(draw_key(seed), _sizes(shape), dtype, *bounds)


def randint(
    shape: Sizes, minval: ArrayLike, maxval: ArrayLike, dtype: Any = "int32", seed: Seed = None
) -> Array:
    """Draw integers evenly from [minval, maxval).

    Args:
        shape: Shape of the result.
        minval: Lower bound, included.
        maxval: Upper bound, excluded.
        dtype: An integer type.
        seed: An int, a `SeedGenerator` or None.

    Raises:
        ValueError: If `dtype` is no integer type, or `seed` no seed.

    Example:
        >>> randint((3,), 0, 10, seed=3).tolist()
        [6, 9, 8]
    """
    name = standardize_dtype(dtype)
    if not is_int_dtype(name):
        raise ValueError(
            f"randint: `dtype` must be an integer type; got {name}. Floats draws `uniform`."
        )
    kind = jax.dtypes.canonicalize_dtype(name)
    bounds = jnp.asarray(minval), jnp.asarray(maxval)
    return jax.random.randint(draw_key(seed), _sizes(shape), *bounds, kind)


def gamma(shape: Sizes, alpha: ArrayLike, dtype: Any = None, seed: Seed = None) -> Array:
    """Draw from the gamma distribution with a rate of 1.

    Args:
        shape: Shape of the result.
        alpha: Its shape parameter, one number or an array that broadcasts.
        dtype: A float type; `floatx()` by default.
        seed: An int, a `SeedGenerator` or None.

    Raises:
        ValueError: If `dtype` is no float type, or `seed` no seed.
    """
    dtype = _float_type("gamma", dtype)
    return jax.random.gamma(draw_key(seed), jnp.asarray(alpha, dtype), _sizes(shape), dtype)


def beta(
    shape: Sizes, alpha: ArrayLike, beta: ArrayLike, dtype: Any = None, seed: Seed = None
) -> Array:
    """Draw from the beta distribution.

    Args:
        shape: Shape of the result.
        alpha: Its first parameter, one number or an array that broadcasts.
        beta: Its second parameter, likewise.
        dtype: A float type; `floatx()` by default.
        seed: An int, a `SeedGenerator` or None.

    Raises:
        ValueError: If `dtype` is no float type, or `seed` no seed.
    """
    dtype = _float_type("beta", dtype)
    parameters = jnp.asarray(alpha, dtype), jnp.asarray(beta, dtype)
    return jax.random.beta(draw_key(seed), *parameters, _sizes(shape), dtype)


def binomial(
    shape: Sizes,
    counts: ArrayLike,
    probabilities: ArrayLike,
    dtype: Any = None,
    seed: Seed = None,
) -> Array:
    """Draw how many of some trials succeed.

    Args:
        shape: Shape of the result.
        counts: Number of trials, one number or an array that broadcasts.
        probabilities: Probability that one succeeds, likewise.
        dtype: A float type; `floatx()` by default.
        seed: An int, a `SeedGenerator` or None.

    Raises:
        ValueError: If `dtype` is no float type, or `seed` no seed.

    Example:
        >>> binomial((3,), 10, 0.3, seed=3).tolist()
        [3.0, 4.0, 5.0]
    """
    dtype = _float_type("binomial", dtype)
    parameters = jnp.asarray(counts, dtype), jnp.asarray(probabilities, dtype)
    return jax.random.binomial(draw_key(seed), *parameters, _sizes(shape), dtype)


@op
def categorical(logits: Tensor, num_samples: int, dtype: Any = "int32", seed: Seed = None) -> Array:
    """Draw class numbers.

    Args:
        logits: Logarithms of the probabilities, up to a constant, (batch, classes).
        num_samples: How many to draw in each row.
        dtype: Dtype of the result.
        seed: An int, a `SeedGenerator` or None.

    Returns:
        (batch, num_samples).

    Raises:
        ValueError: If `logits` has not two axes, or `seed` is no seed.

    Example:
        >>> categorical([[0.0, 0.0], [-1e9, 0.0]], 4, seed=3)[1].tolist()
        [1, 1, 1, 1]
    """
    if logits.ndim != 2:
        raise ValueError(
            f"categorical: `logits` must be (batch, classes); got the shape {logits.shape}."
        )
    shape = (logits.shape[0], num_samples)
    drawn = jax.random.categorical(draw_key(seed), logits[..., None], axis=1, shape=shape)
    return drawn.astype(standardize_dtype(dtype))


@op
def shuffle(x: Tensor, axis: int = 0, seed: Seed = None) -> Array:
    """Return the elements along an axis in random order, another one in each row.

    Args:
        x: Any shape.
        axis: Axis.
        seed: An int, a `SeedGenerator` or None.

    Example:
        >>> shuffle(jnp.arange(6), seed=3).tolist()
        [1, 3, 5, 2, 0, 4]
    """
    return jax.random.permutation(draw_key(seed), x, axis, independent=True)


@op
def dropout(
    inputs: Tensor, rate: float, noise_shape: Sequence[int | None] | None = None, seed: Seed = None
) -> Array:
    """Set a random fraction of the elements to zero, and scale up the rest.

    Args:
        inputs: Floats of any shape.
        rate: Fraction that is set to zero, in [0, 1].
        noise_shape: Shape of the random mask: axes of size 1 share it, None is the size of
            `inputs`.
        seed: An int, a `SeedGenerator` or None.

    Example:
        >>> dropout(jnp.ones(4), 0.5, seed=3).tolist()
        [0.0, 2.0, 0.0, 0.0]
    """
    if rate >= 1:
        return jnp.zeros_like(inputs)
    sizes = inputs.shape if noise_shape is None else noise_shape
    shape = [inputs.shape[axis] if size is None else size for axis, size in enumerate(sizes)]
    kept = jax.random.bernoulli(draw_key(seed), 1 - rate, shape)
    return jnp.where(kept, inputs / jnp.asarray(1 - rate, inputs.dtype), 0)


def _float_type(where: str, dtype: Any) -> Any:
    name = standardize_dtype(dtype)
    if not is_float_dtype(name):
        raise ValueError(f"{where}: `dtype` must be a float type; got {name}.")
    return jax.dtypes.canonicalize_dtype(jnp.dtype(name))


def _sizes(shape: Sizes) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)
