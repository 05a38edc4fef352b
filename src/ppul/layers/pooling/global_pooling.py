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
from ppul.ops.pooling import global_max


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
        self.data_format = one_of(self._where, "data_format", data_format, IMAGE_FORMATS)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return one value a channel."""
        return type(self).reduce(inputs, axis=self._axes, keepdims=self.keepdims)

    @property
    def _axes(self) -> tuple[int, ...]:
        first = 1 if self.data_format == "channels_last" else 2
        return tuple(range(first, first + self.rank))


class GlobalAveragePooling1D(BaseGlobalPooling):
    """The mean over the steps, of those that count.

    Args:
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        keepdims: Whether the pooled axis stays, with size 1.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> steps = np.array([[[1.0], [3.0], [8.0]]])
        >>> GlobalAveragePooling1D()(steps).tolist()
        [[4.0]]
        >>> GlobalAveragePooling1D()(steps, mask=np.array([[True, True, False]])).tolist()
        [[2.0]]
    """

    rank = 1
    reduce = staticmethod(jnp.mean)

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Array, mask: Array | None = None) -> Array:
        """Return the mean of the steps where the mask (batch, steps) is true."""
        if mask is None:
            return super().call(inputs)
        counts = jnp.expand_dims(mask, 3 - self._axes[0]).astype(inputs.dtype)
        total = jnp.sum(inputs * counts, self._axes, keepdims=self.keepdims)
        return total / jnp.sum(counts, self._axes, keepdims=self.keepdims)

    def compute_mask(self, inputs: Array, previous_mask: Any = None) -> None:
        """Return no mask: the steps are gone."""


class GlobalAveragePooling2D(BaseGlobalPooling):
    """The mean over two spatial axes.

    Args:
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        keepdims: Whether the pooled axes stay, with size 1.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> GlobalAveragePooling2D()(np.ones((2, 4, 4, 3))).shape
        (2, 3)
    """

    rank = 2
    reduce = staticmethod(jnp.mean)


class GlobalAveragePooling3D(BaseGlobalPooling):
    """The mean over three spatial axes.

    Args:
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        keepdims: Whether the pooled axes stay, with size 1.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> GlobalAveragePooling3D()(np.ones((2, 4, 4, 4, 3))).shape
        (2, 3)
    """

    rank = 3
    reduce = staticmethod(jnp.mean)


class GlobalMaxPooling1D(BaseGlobalPooling):
    """The largest value over one spatial axis.

    Args:
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        keepdims: Whether the pooled axis stays, with size 1.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling1D()(np.ones((2, 4, 3))).shape
        (2, 3)
    """

    rank = 1
    reduce = staticmethod(global_max)


class GlobalMaxPooling2D(BaseGlobalPooling):
    """The largest value over two spatial axes.

    Args:
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        keepdims: Whether the pooled axes stay, with size 1.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling2D()(np.ones((2, 4, 4, 3))).shape
        (2, 3)
    """

    rank = 2
    reduce = staticmethod(global_max)


class GlobalMaxPooling3D(BaseGlobalPooling):
    """The largest value over three spatial axes.

    Args:
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        keepdims: Whether the pooled axes stay, with size 1.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> GlobalMaxPooling3D()(np.ones((2, 4, 4, 4, 3))).shape
        (2, 3)
    """

    rank = 3
    reduce = staticmethod(global_max)
