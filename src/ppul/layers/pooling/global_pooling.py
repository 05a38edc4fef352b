"""Global pooling: one value a channel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec


class BaseGlobalPooling(Layer):
    """What global poolings of all ranks share.

    Args:
        data_format: "channels_last" or "channels_first".
        keepdims: Whether the pooled axes stay, with size 1.
        **kwargs: See `Layer`.
    """

    rank: ClassVar[int]
    reduce: ClassVar[Callable[..., Array]]

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        data_format = data_format or image_data_format()
        where = f"{type(self).__name__} '{self.name}'"
        self.data_format = one_of(where, "data_format", data_format, IMAGE_FORMATS)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return one value a channel."""
        first = 1 if self.data_format == "channels_last" else 2
        axes = tuple(range(first, first + self.rank))
        return type(self).reduce(inputs, axis=axes, keepdims=self.keepdims)


class GlobalAveragePooling2D(BaseGlobalPooling):
    """The mean over two spatial axes.

    Example:
        >>> import numpy as np
        >>> GlobalAveragePooling2D()(np.ones((2, 4, 4, 3))).shape
        (2, 3)
    """

    rank = 2
    reduce = staticmethod(jnp.mean)


class GlobalMaxPooling2D(BaseGlobalPooling):
    """The largest value over two spatial axes.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling2D()(np.ones((2, 4, 4, 3))).shape
        (2, 3)
    """

    rank = 2
    reduce = staticmethod(jnp.max)
