"""Up-sampling: the spatial axes made longer."""

from __future__ import annotations

from typing import Any, ClassVar

import jax
import jax.numpy as jnp

from ppul.core.checks import int_tuple, one_of, positive_int
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec

# Keras's names, and JAX's.
_METHODS = {
    "nearest": "nearest",
    "bilinear": "bilinear",
    "bicubic": "cubic",
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
}


class UpSampling1D(Layer):
    """Repeat each step of a sequence (batch, steps, channels).

    Args:
        size: How often.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> UpSampling1D(2)(np.array([[[1.0], [2.0]]])).ravel().tolist()
        [1.0, 1.0, 2.0, 2.0]
    """

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(size, int):
            raise TypeError(f"{self._where}: `size` must be an integer; got {size!r}.")
        self.size = positive_int(self._where, "size", size)
        self.input_spec = InputSpec(ndim=3)

    def call(self, inputs: Array) -> Array:
        """Return the longer input."""
        return jnp.repeat(inputs, self.size, axis=1)


class BaseUpSampling(Layer):
    """What up-samplings of pictures and volumes share.

    Args:
        size: How many times as long each axis becomes.
        data_format: "channels_last" or "channels_first".
        **kwargs: See `Layer`.
    """

    rank: ClassVar[int]

    def __init__(self, size: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        data_format = data_format or image_data_format()
        self.data_format = one_of(self._where, "data_format", data_format, IMAGE_FORMATS)
        self.size = int_tuple(self._where, "size", size, self.rank)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Array) -> Array:
        """Return the input, each element repeated."""
        for axis, times in enumerate(self.size, self._first_axis):
            inputs = jnp.repeat(inputs, times, axis)
        return inputs

    @property
    def _first_axis(self) -> int:
        return 1 if self.data_format == "channels_last" else 2


class UpSampling2D(BaseUpSampling):
    """Make pictures larger, by repeating pixels or by interpolating between them.

    Args:
        size: How many times as high and as wide, or one number for both.
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        interpolation: "nearest", "bilinear", "bicubic", "lanczos3" or "lanczos5".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> UpSampling2D((1, 2))(np.array([[[[1.0], [2.0]]]])).ravel().tolist()
        [1.0, 1.0, 2.0, 2.0]
    """

    rank = 2

    def __init__(
        self,
        size: int | tuple[int, int] = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(size, data_format, **kwargs)
        known = tuple(_METHODS)
        self.interpolation = one_of(self._where, "interpolation", interpolation.lower(), known)

    def call(self, inputs: Array) -> Array:
        """Return the larger pictures."""
        if self.interpolation == "nearest":
            return super().call(inputs)
        shape = list(inputs.shape)
        for axis, times in enumerate(self.size, self._first_axis):
            shape[axis] = shape[axis] * times
        return jax.image.resize(inputs, shape, _METHODS[self.interpolation])


class UpSampling3D(BaseUpSampling):
    """Make volumes larger by repeating their elements.

    Args:
        size: How many times as long each of three axes becomes, or one number for all.
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> UpSampling3D(2)(np.ones((1, 2, 2, 2, 3))).shape
        (1, 4, 4, 4, 3)
    """

    rank = 3

    def __init__(
        self,
        size: int | tuple[int, int, int] = (2, 2, 2),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(size, data_format, **kwargs)
