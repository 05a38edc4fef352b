"""Pooling: the largest value, or the mean, of each window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from ppul.core.checks import int_tuple, one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.ops.pooling import average_pool, max_pool


class BasePooling(Layer):
    """What poolings of all ranks share.

    Args:
        pool_size: Sizes of the window.
        strides: Steps between windows; `pool_size` by default.
        padding: "valid" or "same".
        data_format: "channels_last" or "channels_first".
        name: Its name.
        **kwargs: See `Layer`.
    """

    rank: ClassVar[int]
    pool: ClassVar[Callable[..., Array]]

    def __init__(
        self,
        pool_size: int | tuple[int, ...],
        strides: int | tuple[int, ...] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        where = f"{type(self).__name__} '{self.name}'"
        self.pool_size = int_tuple(where, "pool_size", pool_size, self.rank)
        strides = self.pool_size if strides is None else strides
        self.strides = int_tuple(where, "strides", strides, self.rank)
        padding = padding.lower() if isinstance(padding, str) else padding
        self.padding = one_of(where, "padding", padding, ("valid", "same"))
        data_format = data_format or image_data_format()
        self.data_format = one_of(where, "data_format", data_format, IMAGE_FORMATS)
        self.input_spec = InputSpec(ndim=self.rank + 2)
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return the pooled input."""
        return type(self).pool(
            inputs,
            self.pool_size,
            strides=self.strides,
            padding=self.padding,
            data_format=self.data_format,
        )


class MaxPooling1D(BasePooling):
    """The largest value of each window of one spatial axis.

    Args:
        pool_size: Length of the window.
        strides: Steps between windows; `pool_size` by default.
        padding: "valid" or "same".
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        name: Its name.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> MaxPooling1D(2)(np.arange(6.0).reshape(1, 6, 1)).ravel().tolist()
        [1.0, 3.0, 5.0]
    """

    rank = 1
    pool = staticmethod(max_pool)

    def __init__(
        self,
        pool_size: int | tuple[int] = 2,
        strides: int | tuple[int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class MaxPooling2D(BasePooling):
    """The largest value of each window of two spatial axes.

    Args:
        pool_size: Height and width of the window, or one number for both.
        strides: Steps between windows; `pool_size` by default.
        padding: "valid" or "same".
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        name: Its name.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> MaxPooling2D(2)(np.arange(16.0).reshape(1, 4, 4, 1)).ravel().tolist()
        [5.0, 7.0, 13.0, 15.0]
    """

    rank = 2
    pool = staticmethod(max_pool)

    def __init__(
        self,
        pool_size: int | tuple[int, int] = (2, 2),
        strides: int | tuple[int, int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class MaxPooling3D(BasePooling):
    """The largest value of each window of three spatial axes.

    Args:
        pool_size: Depth, height and width of the window, or one number for all.
        strides: Steps between windows; `pool_size` by default.
        padding: "valid" or "same".
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        name: Its name.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> MaxPooling3D(2)(np.ones((1, 4, 4, 4, 3))).shape
        (1, 2, 2, 2, 3)
    """

    rank = 3
    pool = staticmethod(max_pool)

    def __init__(
        self,
        pool_size: int | tuple[int, int, int] = (2, 2, 2),
        strides: int | tuple[int, int, int] | None = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(pool_size, strides, padding, data_format, name, **kwargs)


class AveragePooling1D(BasePooling):
    """The mean of each window of one spatial axis; padding does not count.

    Args:
        pool_size: Length of the window.
        strides: Steps between windows; `pool_size` by default.
        padding: "valid" or "same".
        data_format: "channels_last" (batch, steps, channels) or "channels_first".
        name: Its name.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AveragePooling1D(2)(np.arange(6.0).reshape(1, 6, 1)).ravel().tolist()
        [0.5, 2.5, 4.5]
    """

    rank = 1
    pool = staticmethod(average_pool)


class AveragePooling2D(BasePooling):
    """The mean of each window of two spatial axes; padding does not count.

    Args:
        pool_size: Height and width of the window, or one number for both.
        strides: Steps between windows; `pool_size` by default.
        padding: "valid" or "same".
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        name: Its name.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AveragePooling2D(2)(np.arange(16.0).reshape(1, 4, 4, 1)).ravel().tolist()
        [2.5, 4.5, 10.5, 12.5]
    """

    rank = 2
    pool = staticmethod(average_pool)


class AveragePooling3D(BasePooling):
    """The mean of each window of three spatial axes; padding does not count.

    Args:
        pool_size: Depth, height and width of the window, or one number for all.
        strides: Steps between windows; `pool_size` by default.
        padding: "valid" or "same".
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        name: Its name.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> AveragePooling3D(2)(np.ones((1, 4, 4, 4, 3))).shape
        (1, 2, 2, 2, 3)
    """

    rank = 3
    pool = staticmethod(average_pool)
