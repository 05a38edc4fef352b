"""Adaptive pooling: as many windows as are asked for, whatever the size of the input."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ppul.core.checks import int_tuple, one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.ops.adaptive_pooling import adaptive_average_pool, adaptive_max_pool


class BaseAdaptivePooling(Layer):
    """What adaptive poolings of all ranks share.

    Args:
        output_size: Number of windows, one for all axes or one each.
        data_format: "channels_last" or "channels_first".
        **kwargs: See `Layer`.

    Raises:
        ValueError: If `output_size` is not positive, or has another number of axes.
    """

    rank: ClassVar[int]
    pool: ClassVar[Callable[..., Array]]

    def __init__(
        self, output_size: int | tuple[int, ...], data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.output_size = int_tuple(self._where, "output_size", output_size, self.rank)
        data_format = data_format or image_data_format()
        self.data_format = one_of(self._where, "data_format", data_format, IMAGE_FORMATS)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Array) -> Array:
        """Return the pooled input."""
        return type(self).pool(inputs, self.output_size, self.data_format)


class AdaptiveAveragePooling1D(BaseAdaptivePooling):
    """The means of `output_size` windows over one spatial axis.

    Args:
        output_size: Number of windows.
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling1D(2)(np.ones((2, 7, 3))).shape
        (2, 2, 3)
    """

    rank = 1
    pool = staticmethod(adaptive_average_pool)


class AdaptiveAveragePooling2D(BaseAdaptivePooling):
    """The means of `output_size` windows over two spatial axes.

    Args:
        output_size: Numbers of windows along height and width, or one number for both.
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling2D(2)(np.ones((2, 7, 7, 3))).shape
        (2, 2, 2, 3)
    """

    rank = 2
    pool = staticmethod(adaptive_average_pool)


class AdaptiveAveragePooling3D(BaseAdaptivePooling):
    """The means of `output_size` windows over three spatial axes.

    Args:
        output_size: Numbers of windows along depth, height and width, or one for all.
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AdaptiveAveragePooling3D(2)(np.ones((2, 7, 7, 7, 3))).shape
        (2, 2, 2, 2, 3)
    """

    rank = 3
    pool = staticmethod(adaptive_average_pool)


class AdaptiveMaxPooling1D(BaseAdaptivePooling):
    """The largest values of `output_size` windows over one spatial axis.

    Args:
        output_size: Number of windows.
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling1D(2)(np.ones((2, 7, 3))).shape
        (2, 2, 3)
    """

    rank = 1
    pool = staticmethod(adaptive_max_pool)


class AdaptiveMaxPooling2D(BaseAdaptivePooling):
    """The largest values of `output_size` windows over two spatial axes.

    Args:
        output_size: Numbers of windows along height and width, or one number for both.
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling2D(2)(np.ones((2, 7, 7, 3))).shape
        (2, 2, 2, 3)
    """

    rank = 2
    pool = staticmethod(adaptive_max_pool)


class AdaptiveMaxPooling3D(BaseAdaptivePooling):
    """The largest values of `output_size` windows over three spatial axes.

    Args:
        output_size: Numbers of windows along depth, height and width, or one for all.
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AdaptiveMaxPooling3D(2)(np.ones((2, 7, 7, 7, 3))).shape
        (2, 2, 2, 2, 3)
    """

    rank = 3
    pool = staticmethod(adaptive_max_pool)
