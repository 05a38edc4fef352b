"""Zero padding: zeros added around the spatial axes."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp

from ppul.core.checks import one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.layers.reshaping.edges import Edges, edges, edges_of_axes


class BaseZeroPadding(Layer):
    """What zero paddings of all ranks share.

    Args:
        padding: Numbers of zeros.
        data_format: "channels_last" or "channels_first".
        **kwargs: See `Layer`.
    """

    rank: ClassVar[int]

    def __init__(self, padding: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        data_format = data_format or image_data_format()
        self.data_format = one_of(self._where, "data_format", data_format, IMAGE_FORMATS)
        self.padding = self._edges(padding)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _edges(self, padding: Any) -> Any:
        return edges_of_axes(self._where, "padding", padding, self.rank)

    def call(self, inputs: Array) -> Array:
        """Return the input with zeros around."""
        return _padded(inputs, self.padding, self.data_format)


class ZeroPadding1D(BaseZeroPadding):
    """Add zeros before and behind a sequence.

    Args:
        padding: Number of zeros at each end, or a pair: before and behind.
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> ZeroPadding1D((1, 2))(np.ones((1, 2, 1))).ravel().tolist()
        [0.0, 1.0, 1.0, 0.0, 0.0]
    """

    rank = 1

    def __init__(
        self, padding: int | tuple[int, int] = 1, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(padding, data_format, **kwargs)

    def _edges(self, padding: Any) -> tuple[int, int]:
        return edges(self._where, "padding", padding)

    def call(self, inputs: Array) -> Array:
        """Return the input with zeros around."""
        return _padded(inputs, (self.padding,), self.data_format)


class ZeroPadding2D(BaseZeroPadding):
    """Add zeros around pictures.

    Args:
        padding: Number of zeros on all sides, or for height and width a number, or a pair: before
            and behind.
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> ZeroPadding2D((1, (0, 2)))(np.ones((1, 4, 4, 3))).shape
        (1, 6, 6, 3)
    """

    rank = 2

    def __init__(
        self, padding: Any = (1, 1), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(padding, data_format, **kwargs)


class ZeroPadding3D(BaseZeroPadding):
    """Add zeros around volumes.

    Args:
        padding: Number of zeros on all sides, or for each of three axes a number, or a pair:
            before and behind.
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> ZeroPadding3D(1)(np.ones((1, 2, 2, 2, 3))).shape
        (1, 4, 4, 4, 3)
    """

    rank = 3

    def __init__(
        self,
        padding: Any = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(padding, data_format, **kwargs)


def _padded(x: Array, padding: Edges, data_format: str) -> Array:
    none = (0, 0)
    last = data_format == "channels_last"
    return jnp.pad(x, (none, *padding, none) if last else (none, none, *padding))
