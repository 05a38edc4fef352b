"""Cropping: the ends of the spatial axes cut off."""

from __future__ import annotations

from typing import Any, ClassVar

from ppul.core.checks import one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.core.types import Array, Shape
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.layers.reshaping.edges import Edges, edges, edges_of_axes


class BaseCropping(Layer):
    """What croppings of all ranks share.

    Args:
        cropping: How much is cut off.
        data_format: "channels_last" or "channels_first".
        **kwargs: See `Layer`.
    """

    rank: ClassVar[int]

    def __init__(self, cropping: Any, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        data_format = data_format or image_data_format()
        self.data_format = one_of(self._where, "data_format", data_format, IMAGE_FORMATS)
        self.cropping = self._edges(cropping)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _edges(self, cropping: Any) -> Any:
        return edges_of_axes(self._where, "cropping", cropping, self.rank)

    @property
    def _edges_of_axes(self) -> Edges:
        return self.cropping

    @property
    def _first_axis(self) -> int:
        return 1 if self.data_format == "channels_last" else 2

    def build(self, input_shape: Shape) -> None:
        """Check that something is left."""
        for axis, (before, after) in enumerate(self._edges_of_axes, self._first_axis):
            size = input_shape[axis]
            if size is not None and before + after >= size:
                raise ValueError(
                    f"{self._where}: cropping={self.cropping} leaves nothing of axis {axis} of an "
                    f"input of shape {input_shape}. Cut off less."
                )

    def call(self, inputs: Array) -> Array:
        """Return the input without its ends."""
        cut = [slice(None)] * inputs.ndim
        for axis, (before, after) in enumerate(self._edges_of_axes, self._first_axis):
            cut[axis] = slice(before, inputs.shape[axis] - after)
        return inputs[tuple(cut)]


class Cropping1D(BaseCropping):
    """Cut off the ends of a sequence (batch, steps, channels).

    Args:
        cropping: Number of steps at each end, or a pair: at the front and at the end.
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Cropping1D((1, 2))(np.arange(5.0).reshape(1, 5, 1)).ravel().tolist()
        [1.0, 2.0]
    """

    _unsaved = ("data_format",)
    rank = 1

    def __init__(self, cropping: int | tuple[int, int] = (1, 1), **kwargs: Any) -> None:
        super().__init__(cropping, "channels_last", **kwargs)

    def _edges(self, cropping: Any) -> tuple[int, int]:
        return edges(self._where, "cropping", cropping)

    @property
    def _edges_of_axes(self) -> Edges:
        return (self.cropping,)


class Cropping2D(BaseCropping):
    """Cut off the edges of pictures.

    Args:
        cropping: Number of rows and columns on all sides, or for height and width a number, or a
            pair: before and behind.
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Cropping2D((1, (0, 2)))(np.ones((1, 4, 4, 3))).shape
        (1, 2, 2, 3)
    """

    rank = 2

    def __init__(
        self, cropping: Any = ((0, 0), (0, 0)), data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)


class Cropping3D(BaseCropping):
    """Cut off the edges of volumes.

    Args:
        cropping: How much on all sides, or for each of three axes a number, or a pair: before and
            behind.
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        **kwargs: See `Layer`.

    Example:
        >>> import numpy as np
        >>> Cropping3D(1)(np.ones((1, 4, 4, 4, 3))).shape
        (1, 2, 2, 2, 3)
    """

    rank = 3

    def __init__(
        self,
        cropping: Any = ((1, 1), (1, 1), (1, 1)),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(cropping, data_format, **kwargs)
