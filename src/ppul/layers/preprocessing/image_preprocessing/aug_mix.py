"""AugMix: pictures mixed with themselves, augmented in several ways."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from ppul.core.checks import one_of, positive_int
from ppul.core.types import Array
from ppul.layers.preprocessing.image_preprocessing.augmentations import applied, augmentations
from ppul.layers.preprocessing.image_preprocessing.image_layer import ImageLayer
from ppul.layers.preprocessing.image_preprocessing.ranges import (
    interval,
    pixel_range,
    positive_number,
)
from ppul.random.functions import beta, gamma, randint

# Those that the tests of robustness are made of, which some leave out.
_CORRUPTIONS = (
    "random_brightness",
    "random_color_degeneration",
    "random_contrast",
    "random_sharpness",
)


class AugMix(ImageLayer):
    """Mix pictures with themselves while training, changed by chains of augmentations.

    The augmentations are those of `RandAugment`; of each chain they are chosen at random, as is
    their number, for a whole batch. Labels, boxes and masks stay as they are: a picture that is a
    mixture is still in its place.

    Args:
        value_range: The lowest and the highest value of a pixel.
        num_chains: How many chains.
        chain_depth: How many augmentations a chain has, at most.
        factor: Range of how strong they are, in [0, 1]; one number f is (0, f).
        alpha: The weights of the chains are drawn from the Dirichlet distribution with this number
            for each, that of the picture itself from the beta distribution with it twice.
        all_ops: Whether brightness, colour, contrast and sharpness are among them.
        interpolation: "bilinear" or "nearest".
        seed: Seed of what is drawn.
        data_format: "channels_last" or "channels_first"; `image_data_format()` by default.
        **kwargs: `bounding_box_format`; see `Layer` for others.

    Source: Hendrycks et al. 2020, "AugMix: A simple data processing method to improve robustness
    and uncertainty", arXiv:1912.02781

    Example:
        >>> AugMix(num_chains=2, seed=1).compute_output_shape((None, 32, 32, 3))
        (None, 32, 32, 3)
    """

    _augments = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        num_chains: int = 3,
        chain_depth: int = 3,
        factor: Any = 0.3,
        alpha: float = 1.0,
        all_ops: bool = True,
        interpolation: str = "bilinear",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        where = self._where
        self.value_range = pixel_range(where, value_range)
        self.num_chains = positive_int(where, "num_chains", num_chains)
        self.chain_depth = positive_int(where, "chain_depth", chain_depth)
        self.factor = interval(where, "factor", factor, 0, 1)
        self.alpha = positive_number(where, "alpha", alpha)
        self.all_ops = all_ops
        self.interpolation = one_of(where, "interpolation", interpolation, ("nearest", "bilinear"))
        self._seeded(seed)
        choice = augmentations(
            self.factor,
            value_range,
            interpolation,
            data_format=self.data_format,
            dtype=self.dtype_policy,
        )
        self._choice = {
            name: layer for name, layer in choice.items() if all_ops or name not in _CORRUPTIONS
        }

    def _draw(self, shape: tuple[Any, ...], seed: Any) -> dict[str, Any]:
        chains, depth = self.num_chains, self.chain_depth
        weights = gamma((chains,), self.alpha, dtype="float32", seed=seed)
        own = beta((), self.alpha, self.alpha, dtype="float32", seed=seed)
        chosen = randint((chains, depth), 0, len(self._choice), seed=seed)
        length = randint((chains, 1), 1, depth + 1, seed=seed)
        # One beyond the last is none of them.
        chosen = jnp.where(jnp.arange(depth) < length, chosen, len(self._choice))
        steps = chains * depth * shape[0], *shape[1:]
        drawn = {name: layer._draw(steps, seed) for name, layer in self._choice.items()}
        return {
            "chain_mixing_weights": weights / jnp.sum(weights),
            "weight_sample": own,
            "chosen": chosen,
            "chain_transforms": jax.tree.map(
                lambda each: each.reshape(chains, depth, shape[0], *each.shape[1:]), drawn
            ),
        }

    def _change_images(self, images: Array, transformation: dict[str, Any]) -> Array:
        def change(layer: ImageLayer, images: Array, drawn: dict[str, Any]) -> Array:
            return layer._change_images(images, drawn)

        def step(changed: Array, drawn: Any) -> tuple[Array, None]:
            return applied(self._choice, change, changed, *drawn), None

        def chain(mixed: Array, drawn: Any) -> tuple[Array, None]:
            weight, *steps = drawn
            changed, _ = lax.scan(step, images, tuple(steps))
            return mixed + (weight * changed).astype(mixed.dtype), None

        names = ("chain_mixing_weights", "chosen", "chain_transforms")
        mixed, _ = lax.scan(
            chain, jnp.zeros_like(images), tuple(transformation[name] for name in names)
        )
        own = transformation["weight_sample"]
        return own * images + (1 - own) * mixed
