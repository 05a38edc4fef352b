"""Optax's transformations as optimizers."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from ppul.core.types import Array, Config
from ppul.core.variable import Variable
from ppul.optimizers.base import Optimizer, Slots


class Optax(Optimizer):
    """Steps as an optax `GradientTransformation` says; its state becomes variables.

    Args:
        transformation: An object with `init(params)` and `update(updates, state, params)`.
        learning_rate: What the updates are multiplied by: 1 leaves the transformation's own
            learning rate, callbacks and schedules change it from there.
        **kwargs: See `Optimizer`.

    Raises:
        ValueError: If `transformation` is none.

    Source: https://optax.readthedocs.io.

    Example:
        >>> import optax
        >>> v = Variable([1.0])
        >>> Optax(optax.sgd(0.1)).apply([jnp.array([2.0])], [v])
        >>> v.numpy().tolist()
        [0.800000011920929]
    """

    def __init__(self, transformation: Any, learning_rate: Any = 1.0, **kwargs: Any) -> None:
        if not is_transformation(transformation):
            raise ValueError(
                "Optax: `transformation` must be an optax transformation, such as "
                f"`optax.adam(1e-3)`; got {transformation!r}."
            )
        super().__init__(learning_rate, **kwargs)
        self.transformation = transformation

    def _make_slots(self, starts: dict[Variable, Slots]) -> None:
        state = self.transformation.init([variable._present() for variable in starts])
        leaves, self._structure = jax.tree.flatten(state)
        self._state = [self._make(f"state_{i}", jnp.asarray(leaf)) for i, leaf in enumerate(leaves)]

    def _update_all(self, grads: list[Array], variables: list[Variable], rate: Array) -> None:
        given = dict(zip(variables, grads, strict=True))
        trained = [v for v in self._trainable_variables if not v.overwrite_with_gradient]
        weights = [variable.value for variable in trained]
        # The state is one tree over all weights: those without a gradient get zeros.
        all_grads = [
            given[v].astype(w.dtype) if v in given else jnp.zeros_like(w)
            for v, w in zip(trained, weights, strict=True)
        ]
        state = jax.tree.unflatten(self._structure, [leaf.value for leaf in self._state])
        updates, state = self.transformation.update(all_grads, state, weights)
        for leaf, value in zip(self._state, jax.tree.leaves(state), strict=True):
            leaf.assign(value)
        for variable, w, change in zip(trained, weights, updates, strict=True):
            variable.assign(w + (rate * change).astype(w.dtype))

    def get_config(self) -> Config:
        """Raise a TypeError: a transformation is code, not data."""
        raise TypeError(
            f"{self.name} wraps an optax transformation, which is code and cannot be saved. Save "
            "the model without its optimizer, and compile it again after loading."
        )


def is_transformation(value: Any) -> bool:
    """Return whether `value` is an optax transformation, without importing optax."""
    return callable(getattr(value, "init", None)) and callable(getattr(value, "update", None))
