"""Dropout in cells: the same features are left out in all steps of a sequence."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
from jax.core import Tracer

from ppul.core.local import local
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.regularization.base import fraction
from ppul.random.bits import keep_mask
from ppul.random.seed_generator import SeedGenerator, draw_key

_NAMES = ("dropout", "recurrent_dropout")


class DropoutCell(Layer):
    """What cells with dropout share.

    A mask follows from a key, which is drawn once a sequence, so it may be asked for inside a loop
    too. The numbers come from a counter hash of the key, as those of `Dropout` do.

    Args:
        dropout: Fraction of the inputs left out in training, the same in all steps.
        recurrent_dropout: Fraction of the outputs before left out, likewise.
        seed: Seed of the numbers.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If a fraction is not in [0, 1].

    Source: Gal and Ghahramani 2016, arXiv:1512.05287
    """

    gates: ClassVar[int]

    def __init__(
        self, *, dropout: float, recurrent_dropout: float, seed: int | None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.dropout = fraction(self._where, "dropout", dropout)
        self.recurrent_dropout = fraction(self._where, "recurrent_dropout", recurrent_dropout)
        self.seed = seed
        self.seed_generator = SeedGenerator(seed) if dropout or recurrent_dropout else None
        self._keys: dict[str, Any] = {}

    def get_dropout_mask(self, step_input: Any) -> Any:
        """Return what inputs are multiplied with: None without dropout, else a mask for each gate.

        Args:
            step_input: An input, (batch, ...); only its shape counts.
        """
        return self._each_mask("dropout", step_input)

    def get_recurrent_dropout_mask(self, step_input: Any) -> Any:
        """Return what the output before is multiplied with, as `get_dropout_mask` does.

        Args:
            step_input: A state, (batch, ...); only its shape counts.
        """
        return self._each_mask("recurrent_dropout", step_input)

    def reset_dropout_mask(self) -> None:
        """Draw the mask for inputs anew for the next sequence."""
        self._keys.pop("dropout", None)

    def reset_recurrent_dropout_mask(self) -> None:
        """Draw the mask for outputs anew for the next sequence."""
        self._keys.pop("recurrent_dropout", None)

    def draw(self) -> None:
        """Draw what the masks of the next sequence follow from."""
        for name in _NAMES:
            if getattr(self, name):
                self._key(name)

    def forget(self) -> None:
        """Draw both masks anew for the next sequence."""
        self._keys.clear()

    def _masks(self, name: str, shape: tuple[Any, ...], *, training: bool | None) -> Array | None:
        """The masks, (gates, *shape), or None where nothing is left out."""
        rate = getattr(self, name)
        if not rate or not training:
            return None
        keep = keep_mask(self._key(name), rate, (self.gates, *shape))
        return jnp.where(keep, 1 / (1 - rate) if rate < 1 else 0, 0).astype(self.compute_dtype)

    def _each_mask(self, name: str, like: Any) -> Any:
        masks = self._masks(name, tuple(like.shape), training=True)
        if masks is None:
            return None
        return list(masks) if self.gates > 1 else masks[0]

    def _key(self, name: str) -> Array:
        """The key of this sequence; one that was traced is of no use after its call."""
        call, key = self._keys.get(name, (None, None))
        if key is None or (isinstance(key, Tracer) and call is not local.call):
            key = draw_key(self.seed_generator)
            self._keys[name] = (local.call, key)
        return key
