"""Activations with parameters, as layers."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul import activations, constraints, initializers, regularizers
from ppul.core.types import Array, Identifier, Shape
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec


class ReLU(Layer):
    """`max(inputs, 0)`, or its leaky, capped or shifted variants.

    Args:
        max_value: Largest output.
        negative_slope: Slope below the threshold.
        threshold: Value below which inputs are damped.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> ReLU(max_value=1.0)(np.array([-1.0, 0.5, 2.0])).tolist()
        [0.0, 0.5, 1.0]
    """

    def __init__(
        self,
        max_value: float | None = None,
        negative_slope: float = 0.0,
        threshold: float = 0.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        given = (
            ("max_value", max_value),
            ("negative_slope", negative_slope),
            ("threshold", threshold),
        )
        for argument, value in given:
            if value is not None and value < 0:
                raise ValueError(
                    f"ReLU '{self.name}': `{argument}` must be at least 0; got {value!r}."
                )
        self.max_value = max_value
        self.negative_slope = negative_slope
        self.threshold = threshold
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return the activated input."""
        return activations.relu(inputs, self.negative_slope, self.max_value, self.threshold)


class LeakyReLU(Layer):
    """The input where positive, `negative_slope` times it elsewhere.

    Args:
        negative_slope: Slope below zero.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> LeakyReLU(0.5)(np.array([-1.0, 2.0])).tolist()
        [-0.5, 2.0]
    """

    def __init__(self, negative_slope: float = 0.3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if negative_slope is None or negative_slope < 0:
            raise ValueError(
                f"LeakyReLU '{self.name}': `negative_slope` must be at least 0; got {negative_slope!r}."
            )
        self.negative_slope = negative_slope
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return the activated input."""
        return activations.leaky_relu(inputs, self.negative_slope)


class ELU(Layer):
    """The input where positive, `alpha * (exp(inputs) - 1)` elsewhere (arXiv:1511.07289).

    Args:
        alpha: Factor below zero.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> ELU()(np.array([0.0, 2.0])).tolist()
        [0.0, 2.0]
    """

    def __init__(self, alpha: float = 1.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha = alpha
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return the activated input."""
        return activations.elu(inputs, self.alpha)


class Softmax(Layer):
    """`exp(inputs)` normalised to sum to one along `axis`.

    Args:
        axis: The axis, or axes.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Softmax()(np.zeros((1, 2))).tolist()
        [[0.5, 0.5]]
    """

    def __init__(self, axis: Any = -1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.axis = axis
        self.supports_masking = True
        self.built = True

    def call(self, inputs: Array, mask: Array | None = None) -> Array:
        """Return the softmax; masked elements are zero."""
        if mask is not None:
            smallest = jnp.finfo(inputs.dtype).min / 2
            inputs = inputs + (1.0 - mask.astype(inputs.dtype)) * smallest
        axis = tuple(self.axis) if isinstance(self.axis, list) else self.axis
        return activations.softmax(inputs, axis=axis)


class PReLU(Layer):
    """The input where positive, a learned multiple of it elsewhere (arXiv:1502.01852).

    Args:
        alpha_initializer: How the slopes start.
        alpha_regularizer: Penalty on the slopes.
        alpha_constraint: Applied to the slopes after each update.
        shared_axes: Axes along which the slopes are shared.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> PReLU()(np.array([[-1.0, 2.0]])).tolist()
        [[0.0, 2.0]]
    """

    def __init__(
        self,
        alpha_initializer: Identifier = "Zeros",
        alpha_regularizer: Identifier = None,
        alpha_constraint: Identifier = None,
        shared_axes: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True
        self.alpha_initializer = initializers.get(alpha_initializer)
        self.alpha_regularizer = regularizers.get(alpha_regularizer)
        self.alpha_constraint = constraints.get(alpha_constraint)
        if shared_axes is not None and not isinstance(shared_axes, (list, tuple)):
            shared_axes = [shared_axes]
        self.shared_axes = None if shared_axes is None else list(shared_axes)

    def build(self, input_shape: Shape) -> None:
        """Make the slopes."""
        shape = list(input_shape[1:])
        for axis in self.shared_axes or ():
            shape[axis - 1] = 1
        self.alpha = self.add_weight(
            tuple(shape),
            self.alpha_initializer,
            regularizer=self.alpha_regularizer,
            constraint=self.alpha_constraint,
            name="alpha",
        )
        shared = self.shared_axes or ()
        axes = {i: size for i, size in enumerate(input_shape) if i and i not in shared}
        self.input_spec = InputSpec(ndim=len(input_shape), axes=axes)

    def call(self, inputs: Array) -> Array:
        """Return the activated input."""
        return jnp.maximum(inputs, 0) + self.alpha.value * jnp.minimum(inputs, 0)
