"""What layers that change their input at random share."""

from __future__ import annotations

from typing import Any

from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.random.seed_generator import SeedGenerator


class RandomLayer(Layer):
    """A layer that changes its input at random while training, and passes it on otherwise.

    The numbers come from a counter hash of (seed, step), not from the generator behind
    `ppul.random`: drawing them costs next to nothing.
    """

    seed_generator: SeedGenerator | None

    def call(self, inputs: Array, training: bool = False) -> Array:
        """Return the input, changed at random if training."""
        if not training or self.seed_generator is None:
            return inputs
        return self._disturbed(inputs, self.seed_generator.next())

    def _disturbed(self, inputs: Array, key: Array) -> Array:
        """Return the input changed by numbers that follow from the key."""
        raise NotImplementedError(f"{type(self).__name__} must define `_disturbed`.")

    def _seeded(self, seed: int | None, *, draws: bool) -> None:
        """Keep the seed; a layer that never draws has no state."""
        self.seed = seed
        self.seed_generator = SeedGenerator(seed) if draws else None
        self.supports_masking = True
        self.built = True

    def _mask_shape(self, noise_shape: tuple[Any, ...] | None, shape: tuple[Any, ...]) -> Any:
        """The shape of a random mask: the input's where `noise_shape` says nothing else."""
        if noise_shape is None:
            return shape
        if len(noise_shape) != len(shape):
            raise ValueError(
                f"{self._where}: `noise_shape` {noise_shape} must have one entry for each of the "
                f"{len(shape)} axes of the input, of shape {shape}."
            )
        pairs = zip(noise_shape, shape, strict=True)
        return tuple(own if size is None else size for size, own in pairs)


def fraction(where: str, argument: str, value: Any, *, below_one: bool = False) -> float:
    """Return `value` if it is a number in [0, 1], or in [0, 1), else raise a ValueError.

    Example:
        >>> fraction("Dropout 'dropout'", "rate", 0.5)
        0.5
    """
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if number and 0 <= value <= 1 and not (below_one and value == 1):
        return value
    end = "1)" if below_one else "1]"
    raise ValueError(f"{where}: `{argument}` must be in [0, {end}; got {value!r}.")
