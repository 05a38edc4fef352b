"""Random bits as a hash of counters, cheap enough to be drawn inside a training step.

Word i of key (seed, counter) is a hash of the three, so it depends neither on how a run is cut
nor on what else is drawn. The hash is SplitMix's: the index times the golden ratio, then a mixer
of 32-bit multiplications, xors and shifts. XLA vectorizes it and fuses it into its consumer, so
that no bits are ever stored. Not for secrets, and not Keras's numbers: `ppul.random` gives those.

Sources: Steele, Lea, Flood, "Fast splittable pseudorandom number generators" (OOPSLA 2014); the
mixer is lowbias32 of Wellons, https://nullprogram.com/blog/2018/07/31/. How it was chosen:
docs/decisions/002-random-numbers.md.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from ppul.core.types import Array, ArrayLike

_GOLDEN = 0x9E3779B9
# One for each round of the key schedule; any three different words would do.
_ROUNDS = (np.uint32(_GOLDEN), np.uint32(0x85EBCA6B), np.uint32(0xC2B2AE35))
_LARGEST = 2**32


@partial(jax.jit, static_argnames="shape", inline=True)
def hash_bits(key: ArrayLike, shape: tuple[Any, ...]) -> Array:
    """Return random 32-bit words.

    Args:
        key: uint32, shape (2,): a seed and a counter, for instance of a layer and of steps.
            Any two numbers will do, small and neighbouring ones too.
        shape: Shape of the result; sizes may be symbolic.

    Returns:
        uint32 words of that shape.

    Raises:
        ValueError: If more than 2**32 words are asked for; they would repeat.

    Example:
        >>> key = jnp.array([7, 0], "uint32")
        >>> hash_bits(key, (2, 3)).tolist() == jax.jit(lambda k: hash_bits(k, (2, 3)))(key).tolist()
        True
    """
    size = math.prod(shape)
    if isinstance(size, int) and size > _LARGEST:
        raise ValueError(
            f"hash_bits: at most 2**32 words can be drawn with one key; got shape {shape}. "
            "Draw parts, each with a key of its own."
        )
    first, second = _schedule(jnp.asarray(key, jnp.uint32))
    start = _weyl_sequence(first, shape)
    # The second half of the key enters half-way, so that no two keys share a sequence; adding the
    # start again makes the words repeat as often as random ones do, which a bijection's never do.
    return _upper(_lower(start) ^ second) ^ start


def uniform(key: ArrayLike, shape: tuple[Any, ...], dtype: Any = "float32") -> Array:
    """Return floats from [0, 1), with as many random bits as the dtype holds exactly.

    Args:
        key: uint32, shape (2,).
        shape: Shape of the result; sizes may be symbolic.
        dtype: A floating-point dtype.

    Example:
        >>> drawn = uniform(jnp.array([7, 0], "uint32"), (10_000,))
        >>> bool((drawn >= 0).all() & (drawn < 1).all())
        True
    """
    exact = min(jnp.finfo(dtype).nmant + 1, 31)
    # By way of int32: unsigned integers are slow to convert on most CPUs.
    fraction = (hash_bits(key, shape) >> np.uint32(32 - exact)).astype(jnp.int32)
    return fraction.astype(dtype) * jnp.asarray(2.0**-exact, dtype)


def normal(key: ArrayLike, shape: tuple[Any, ...], dtype: Any = "float32") -> Array:
    """Return floats from the standard normal distribution, none beyond 5.5.

    Args:
        key: uint32, shape (2,).
        shape: Shape of the result; sizes may be symbolic.
        dtype: A floating-point dtype.

    Example:
        >>> drawn = normal(jnp.array([7, 0], "uint32"), (10_000,))
        >>> abs(float(drawn.std()) - 1) < 0.02
        True
    """
    # In the middle between the multiples of 2**-24, so that neither end is an infinity.
    middle = uniform(key, shape) + np.float32(2.0**-25)
    return (np.float32(math.sqrt(2)) * lax.erf_inv(2 * middle - 1)).astype(dtype)


def keep_mask(key: ArrayLike, rate: ArrayLike, shape: tuple[Any, ...]) -> Array:
    """Return booleans that are false with probability `rate`, to 2**-24.

    Args:
        key: uint32, shape (2,).
        rate: Scalar in [0, 1]; may be traced. At 0 all are true, at 1 none.
        shape: Shape of the result; sizes may be symbolic.

    Example:
        >>> kept = keep_mask(jnp.array([7, 0], "uint32"), 0.25, (100, 100))
        >>> abs(float(kept.mean()) - 0.75) < 0.02
        True
    """
    threshold = jnp.ceil(jnp.asarray(rate, jnp.float32) * np.float32(2**24)).astype(jnp.int32)
    return (hash_bits(key, shape) >> np.uint32(8)).astype(jnp.int32) >= threshold


def _weyl_sequence(start: Array, shape: tuple[Any, ...]) -> Array:
    """Return start + index * golden ratio, where the index counts through `shape` row by row.

    It is summed axis by axis onto `start`: of a constant array of indices XLA would keep a copy as
    large as the result.
    """
    for axis, size in enumerate(shape):
        stride = math.prod(shape[axis + 1 :])
        if isinstance(stride, int):
            step = np.uint32(stride * _GOLDEN % _LARGEST)
        else:
            step = jnp.asarray(stride).astype(jnp.uint32) * np.uint32(_GOLDEN)
        start = start[..., None] + lax.iota(jnp.uint32, size) * step
    return start


def _schedule(key: Array) -> tuple[Array, Array]:
    """Mix the two words of a key: three Feistel rounds, so that different keys stay different."""
    left, right = key[0], key[1]
    right = right ^ _mix(left + _ROUNDS[0])
    left = left ^ _mix(right + _ROUNDS[1])
    right = right ^ _mix(left + _ROUNDS[2])
    return left, right


def _mix(x: Array) -> Array:
    return _upper(_lower(x))


def _lower(x: Array) -> Array:
    return (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)


def _upper(x: Array) -> Array:
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))
