"""Rematerialization: what the backward pass needs is computed again instead of kept."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from ppul.core.checks import one_of
from ppul.core.local import local
from ppul.core.scope import StatelessScope
from ppul.core.symbolic import is_symbolic
from ppul.core.types import Tree

MODES = ("full", "activations", "larger_than", "list_of_layers", None)
# What is kept where only activations are computed again: they are cheap, these are not.
_PRODUCTS = ("conv_general_dilated", "dot_general")


class RematScope:
    """Layers made inside it compute again in the backward pass what they would have kept.

    Memory is traded for time: the results are the same.

    Args:
        mode: "full" (all layers), "activations" (layers with an activation: all but their products),
            "larger_than" (layers whose output has more than `output_size_threshold` numbers),
            "list_of_layers" (those named in `layer_names`), or None (no layers).
        output_size_threshold: See "larger_than".
        layer_names: See "list_of_layers".

    Raises:
        ValueError: If there is no such mode.

    Example:
        >>> with RematScope("larger_than", output_size_threshold=2048) as scope:
        ...     scope.mode
        'larger_than'
    """

    def __init__(
        self,
        mode: str | None = "full",
        output_size_threshold: int = 1024,
        layer_names: Sequence[str] | None = None,
    ) -> None:
        self.mode = one_of("RematScope", "mode", mode, MODES)
        self.output_size_threshold = output_size_threshold
        self.layer_names = list(layer_names or [])

    def __enter__(self) -> RematScope:
        local.remat.append(self)
        return self

    def __exit__(self, *args: object, **kwargs: object) -> None:
        local.remat.pop()

    def covers(self, layer: Any, size: Callable[[], int]) -> bool:
        """Return whether a layer is to compute again.

        Args:
            layer: The layer.
            size: Returns how many numbers its output has.
        """
        if self.mode == "activations":
            return getattr(layer, "activation", None) is not None
        if self.mode == "larger_than":
            return size() > self.output_size_threshold
        if self.mode == "list_of_layers":
            return layer.name in self.layer_names
        return self.mode == "full"


def open_remat_scope() -> RematScope | None:
    """Return the innermost open scope, None where none is open."""
    return local.remat[-1] if local.remat else None


def size_of_output(function: Callable[[], Any]) -> int:
    """Return how many numbers a function returns, without computing them."""

    def outputs() -> Any:
        with StatelessScope(collect_losses=True):
            return function()

    return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(jax.eval_shape(outputs)))


def remat(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function like `f` whose intermediate results the backward pass computes again.

    Args:
        f: A function of arrays, which may use layers and variables.

    Example:
        >>> float(jax.grad(remat(lambda x: jax.numpy.sin(x) * 2))(0.0))
        2.0
    """
    return _rematerialized(f, policy=None)


def remat_activations(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function like `f` of which the backward pass finds only the products kept."""
    return _rematerialized(f, policy=lambda primitive, *_, **__: primitive.name in _PRODUCTS)


def _rematerialized(f: Callable[..., Any], policy: Any) -> Callable[..., Any]:
    @functools.wraps(f)
    def call(*args: Any, **kwargs: Any) -> Any:
        if is_symbolic(args) or is_symbolic(kwargs):
            return f(*args, **kwargs)
        assigned: list[Any] = []

        def run() -> Tree:
            # What happens inside is traced apart: all that leaves it must be returned.
            with StatelessScope(collect_losses=_losses_have_a_place()) as inner:
                outputs = f(*args, **kwargs)
            assigned[:] = [variable for variable, _ in inner.state_mapping.values()]
            updates = [value for _, value in inner.state_mapping.values()]
            return (
                outputs,
                [_notes(leaf) for leaf in jax.tree.leaves(outputs)],
                updates,
                inner.losses,
            )

        outputs, notes, updates, losses = jax.checkpoint(run, policy=policy)()
        for leaf, (mask, logits) in zip(jax.tree.leaves(outputs), notes, strict=True):
            _note(leaf, mask, logits)
        for variable, value in zip(assigned, updates, strict=True):
            variable.assign(value)
        for loss in losses:
            _add_loss(loss)
        return outputs

    return call


def _notes(leaf: Any) -> tuple[Any, Any]:
    """The mask of an output and what it is the softmax of, as the call under way knows them."""
    context = local.call
    if context is None or not isinstance(leaf, (jax.Array, np.ndarray)):
        return None, None
    return context.mask_of(leaf), context.logits_of(leaf)


def _note(leaf: Any, mask: Any, logits: Any) -> None:
    """Tell the call under way what `_notes` found inside."""
    context = local.call
    if context is None:
        return
    if mask is not None:
        context.set_mask(leaf, mask)
    if logits is not None:
        context.note_logits(leaf, logits)


def _losses_have_a_place() -> bool:
    return local.call is not None or any(scope.collect_losses for scope in local.scopes)


def _add_loss(loss: Any) -> None:
    if local.call is not None:
        layer: Any = local.call.entry
        layer.add_loss(loss)
    else:
        next(scope for scope in reversed(local.scopes) if scope.collect_losses).add_loss(loss)
