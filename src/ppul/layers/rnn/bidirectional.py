"""Bidirectional: one layer over a sequence as it is, and another over it backwards."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core import tree
from ppul.core.checks import one_of
from ppul.core.types import Array, Shape
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec

_MODES = ("concat", "sum", "mul", "ave", None)


class Bidirectional(Layer):
    """Two layers over a sequence, one of them from its end to its beginning.

    Args:
        layer: The layer for the one direction: a recurrent one, or one with `go_backwards`,
            `return_sequences` and `return_state`. It is not used itself, but one made like it.
        merge_mode: How outputs become one: "concat", "sum", "mul", "ave" (their mean), or None for
            a tuple of both.
        weights: Weights to start from, first those of the one layer, then those of the other.
        backward_layer: The layer for the other direction; like `layer` by default.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If an argument is not one that can be, or the layers do not go in opposite
            directions or return different things.

    Source: Schuster and Paliwal 1997, https://doi.org/10.1109/78.650093

    Example:
        >>> import numpy as np
        >>> from ppul.layers.rnn.lstm import LSTM
        >>> Bidirectional(LSTM(4, return_sequences=True))(np.ones((2, 5, 3))).shape
        (2, 5, 8)
    """

    # The weights to start from are in the layers by then.
    _unsaved = ("weights",)

    def __init__(
        self,
        layer: Any,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.merge_mode = one_of(self._where, "merge_mode", merge_mode, _MODES)
        self._check_layer("layer", layer)
        self.forward_layer = _like(layer, "forward_")
        if backward_layer is None:
            backward_layer = _like(layer, "backward_", go_backwards=not layer.go_backwards)
        self._check_layer("backward_layer", backward_layer)
        self.backward_layer: Any = backward_layer
        self._check_opposite()
        self.return_sequences: bool = layer.return_sequences
        self.return_state: bool = layer.return_state
        self.stateful: bool = layer.stateful
        # Outputs repeated at the end of one direction would meet real ones of the other.
        for each in (self.forward_layer, self.backward_layer):
            each.zero_output_for_mask = self.return_sequences
        self._first_weights = weights
        self.supports_masking = True
        self.input_spec = InputSpec(min_ndim=2)

    @property
    def layer(self) -> Any:
        """The layer for the one direction."""
        return self.forward_layer

    @property
    def states(self) -> Any:
        """The variables that stateful layers keep their states in; None for other layers."""
        if not self.forward_layer.states:
            return None
        return (*self.forward_layer.states, *self.backward_layer.states)

    def build(self, input_shape: Shape, *states: Any) -> None:
        """Build both layers.

        Args:
            input_shape: (batch, steps, ...).
            *states: Shapes of first states, which files of Keras have; they follow from the layers.
        """
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(input_shape)
        if self._first_weights is not None:
            self.set_weights(self._first_weights)

    def call(
        self,
        sequences: Array,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
    ) -> Any:
        """Return the merged outputs, and the last states of both layers if they return these.

        Args:
            sequences: (batch, steps, ...).
            initial_state: The first states, a list: those of the one layer, then of the other.
            mask: Booleans (batch, steps): which steps count.
            training: Whether the layers train.
        """
        first, second = self._halves(initial_state)
        forward = self.forward_layer(sequences, initial_state=first, mask=mask)
        backward = self.backward_layer(sequences, initial_state=second, mask=mask)
        states: list[Any] = []
        if self.return_state:
            forward, *states = forward
            backward, *others = backward
            states += others
        if self.return_sequences:
            backward = tree.map_structure(lambda a: jnp.flip(a, 1), backward)
        merged = self._merged(forward, backward)
        if not self.return_state:
            return merged
        return (*merged, *states) if self.merge_mode is None else (merged, *states)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """Return the mask of the outputs of all steps, if these are returned."""
        found = next(iter(tree.flatten(previous_mask)), None)
        mask = found if self.return_sequences else None
        masks = [mask, mask] if self.merge_mode is None else [mask]
        return masks if len(masks) > 1 or self.return_state else mask

    def reset_state(self) -> None:
        """Set the states that stateful layers carry on to what sequences begin with."""
        self.forward_layer.reset_state()
        self.backward_layer.reset_state()

    def reset_states(self) -> None:
        """Do what `reset_state` does."""
        self.reset_state()

    def _merged(self, forward: Any, backward: Any) -> Any:
        if self.merge_mode is None:
            return forward, backward
        if self.merge_mode == "concat":
            return jnp.concatenate([forward, backward], -1)
        if self.merge_mode == "mul":
            return forward * backward
        total = forward + backward
        return total / 2 if self.merge_mode == "ave" else total

    def _halves(self, states: Any) -> tuple[Any, Any]:
        if states is None:
            return None, None
        if not isinstance(states, (list, tuple)) or len(states) % 2:
            raise ValueError(
                f"{self._where}: `initial_state` must be a list of the states of the one layer and "
                f"then of the other; got {len(tree.flatten(states))} array(s)."
            )
        half = len(states) // 2
        return list(states[:half]), list(states[half:])

    def _check_layer(self, argument: str, layer: Any) -> None:
        parts = ("go_backwards", "return_sequences", "return_state", "stateful")
        missing = [part for part in parts if not hasattr(layer, part)]
        if not isinstance(layer, Layer) or missing:
            raise ValueError(
                f"{self._where}: `{argument}` must be a recurrent layer, or one with "
                f"{', '.join(parts)}; got {layer!r} of type {type(layer).__name__}."
            )

    def _check_opposite(self) -> None:
        one, other = self.forward_layer, self.backward_layer
        if one.go_backwards == other.go_backwards:
            raise ValueError(
                f"{self._where}: the layers must go in opposite directions; `go_backwards` is "
                f"{one.go_backwards} for both. Give `backward_layer` the other value."
            )
        for name in ("return_sequences", "return_state", "stateful"):
            if getattr(one, name) != getattr(other, name):
                raise ValueError(
                    f"{self._where}: `{name}` must be the same for both layers; got "
                    f"{getattr(one, name)} for `layer` and {getattr(other, name)} for "
                    "`backward_layer`."
                )


def _like(layer: Layer, prefix: str, **changes: Any) -> Any:
    """A layer of the same configuration, with a prefix before its name."""
    name = prefix + layer.name.removeprefix(prefix)
    return type(layer).from_config(layer.get_config() | {"name": name} | changes)
