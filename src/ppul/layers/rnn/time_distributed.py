"""TimeDistributed: a layer on every step of a sequence."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.scope import StatelessScope
from ppul.core.types import Array, Tree
from ppul.layers.base import Layer
from ppul.layers.core.wrapper import Wrapper
from ppul.layers.input_spec import InputSpec
from ppul.layers.rnn.loop import changed_by, loop


class TimeDistributed(Wrapper):
    """Call a layer on each step of a sequence.

    All steps are computed at once, unless the layer changes something in a call: a layer that draws
    numbers or keeps means is called on one step after the other.

    Args:
        layer: The layer.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `layer` is not a layer.

    Example:
        >>> import numpy as np
        >>> from ppul.layers.convolutional.conv import Conv2D
        >>> TimeDistributed(Conv2D(4, 3))(np.ones((2, 5, 8, 8, 1))).shape
        (2, 5, 6, 6, 4)
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=3)

    def build(self, input_shape: Any = None) -> None:
        """Build the layer for one step."""
        super().build((input_shape[0], *input_shape[2:]))

    def call(self, inputs: Array, training: bool | None = None, mask: Any = None) -> Tree:
        """Return the outputs of the layer, (batch, steps, ...).

        Args:
            inputs: (batch, steps, ...).
            training: Whether the layer trains.
            mask: Booleans, (batch, steps) or more: the layer gets those of a step, if it takes any.
        """
        if mask is not None and mask.shape[:2] != inputs.shape[:2]:
            raise ValueError(
                f"{self._where}: the mask must begin with the axes of sequences and steps "
                f"{inputs.shape[:2]} of an input of shape {inputs.shape}; got the shape {mask.shape}."
            )
        takes_mask = mask is not None and self.layer._signature.has_mask
        steps = {"inputs": inputs, "mask": mask} if takes_mask else {"inputs": inputs}
        steps = jax.tree.map(lambda a: jnp.swapaxes(a, 0, 1), steps)

        def step(now: dict[str, Array]) -> Tree:
            return self.layer(now["inputs"], **{k: v for k, v in now.items() if k != "inputs"})

        shapes = jax.tree.map(lambda a: jax.ShapeDtypeStruct(a.shape[1:], a.dtype), steps)
        variables, _ = changed_by(step, shapes)
        if variables:
            _, outputs, losses = loop(lambda _, now: (None, step(now)), None, steps, variables)
        else:
            outputs, losses = _at_once(step, steps)
        for loss in losses:
            self.add_loss(loss)
        return jax.tree.map(lambda a: jnp.swapaxes(a, 0, 1), outputs)


def _at_once(step: Any, steps: Any) -> tuple[Tree, list[Array]]:
    """The results of a function that may call layers, for all steps, and sums of added losses."""

    def call(now: Any) -> tuple[Tree, list[Array]]:
        with StatelessScope(collect_losses=True) as scope:
            return step(now), scope.losses

    outputs, losses = jax.vmap(call)(steps)
    return outputs, [jnp.sum(loss, 0) for loss in losses]
