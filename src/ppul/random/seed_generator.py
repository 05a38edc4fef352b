"""Seeds for random functions, one after another, kept as a variable."""

from __future__ import annotations

import random as python_random
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.config import Configurable
from ppul.core.names import auto_name, name_scope
from ppul.core.types import Array, Config
from ppul.core.variable import Variable

_LARGEST = 2**32


def make_default_seed() -> int:
    """Return a seed from Python's `random`, which `set_random_seed` fixes."""
    return python_random.randint(1, int(1e9))


class SeedGenerator(Configurable):
    """A source of seeds; its state (seed, counter) is part of a model's state.

    Args:
        seed: An int; None draws one from Python's `random`.
        name: Its name.

    Raises:
        ValueError: If `seed` is not an int.

    Example:
        >>> generator = SeedGenerator(seed=7)
        >>> generator.next().tolist(), generator.next().tolist()
        ([7, 0], [7, 1])
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        if kwargs:
            raise ValueError(f"SeedGenerator: unknown arguments {sorted(kwargs)}.")
        if seed is not None and (isinstance(seed, bool) or not isinstance(seed, (int, np.integer))):
            raise ValueError(f"SeedGenerator: `seed` must be an integer or None; got {seed!r}.")
        self._initial_seed = seed
        self.name = name or auto_name("seed_generator")
        start = make_default_seed() if seed is None else int(seed)
        with name_scope(self.name):
            self.state = Variable(
                np.array([start % _LARGEST, 0], dtype="uint32"),
                dtype="uint32",
                trainable=False,
                autocast=False,
                name="seed_generator_state",
            )

    def next(self, ordered: bool = True) -> Array:
        """Return a fresh uint32 key (seed, counter), and count one on.

        Args:
            ordered: Kept for Keras's signature; the keys are always in order.
        """
        key = self.state.value
        self.state.assign(key + jnp.array([0, 1], dtype="uint32"))
        return key

    def get_config(self) -> Config:
        """Return the seed it was made with."""
        return {"seed": self._initial_seed}


def draw_key(seed: Any) -> Array:
    """Return the uint32 key (2,) that a seed means: an int, a generator, a key or None."""
    if seed is None:
        seed = make_default_seed()
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if isinstance(seed, (int, np.integer)):
        return jnp.array([int(seed) % _LARGEST, 0], dtype="uint32")
    if getattr(seed, "shape", None) == (2,):
        return jnp.asarray(seed).astype("uint32")
    raise ValueError(
        f"A seed must be an integer, a `SeedGenerator`, a uint32 key of shape (2,) or None; got {seed!r}."
    )
