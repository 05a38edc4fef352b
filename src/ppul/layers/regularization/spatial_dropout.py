"""Spatial dropout: whole channels left out at random while training."""

from __future__ import annotations

from typing import Any, ClassVar

from ppul.core.checks import one_of
from ppul.core.settings import IMAGE_FORMATS, image_data_format
from ppul.layers.input_spec import InputSpec
from ppul.layers.regularization.dropout import Dropout


class BaseSpatialDropout(Dropout):
    """What spatial dropouts of all ranks share; the arguments are those of `SpatialDropout2D`."""

    _unsaved = ("trainable",)
    rank: ClassVar[int]

    def __init__(
        self,
        rate: float,
        data_format: str | None = None,
        seed: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(rate, seed=seed, name=name, dtype=dtype)
        data_format = data_format or image_data_format()
        self.data_format = one_of(self._where, "data_format", data_format, IMAGE_FORMATS)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _mask_shape(self, noise_shape: Any, shape: tuple[Any, ...]) -> Any:
        """One number for each channel of each sample."""
        channels = -1 if self.data_format == "channels_last" else 1
        sizes = [shape[0], *(1,) * (self.rank + 1)]
        sizes[channels] = shape[channels]
        return tuple(sizes)


class SpatialDropout1D(BaseSpatialDropout):
    """Set a random fraction of the channels (batch, steps, channels) to zero while training.

    Args:
        rate: Fraction that is set to zero, in [0, 1].
        seed: Seed of the numbers.
        name: Its name.
        dtype: A dtype or dtype policy.

    Source: Tompson et al. 2014, arXiv:1411.4280

    Example:
        >>> import numpy as np
        >>> channels = SpatialDropout1D(0.5)(np.ones((2, 9, 4)), training=True)
        >>> bool((channels == channels[:, :1]).all())
        True
    """

    rank = 1

    def __init__(
        self, rate: float, seed: int | None = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(rate, "channels_last", seed, name, dtype)


class SpatialDropout2D(BaseSpatialDropout):
    """Set a random fraction of the channels of pictures to zero while training.

    Args:
        rate: Fraction that is set to zero, in [0, 1].
        data_format: "channels_last" (batch, height, width, channels) or "channels_first".
        seed: Seed of the numbers.
        name: Its name.
        dtype: A dtype or dtype policy.

    Source: Tompson et al. 2014, arXiv:1411.4280

    Example:
        >>> import numpy as np
        >>> channels = SpatialDropout2D(0.5)(np.ones((2, 5, 5, 4)), training=True)
        >>> bool((channels == channels[:, :1, :1]).all())
        True
    """

    rank = 2


class SpatialDropout3D(BaseSpatialDropout):
    """Set a random fraction of the channels of volumes to zero while training.

    Args:
        rate: Fraction that is set to zero, in [0, 1].
        data_format: "channels_last" (batch, depth, height, width, channels) or "channels_first".
        seed: Seed of the numbers.
        name: Its name.
        dtype: A dtype or dtype policy.

    Source: Tompson et al. 2014, arXiv:1411.4280

    Example:
        >>> import numpy as np
        >>> channels = SpatialDropout3D(0.5)(np.ones((2, 3, 3, 3, 4)), training=True)
        >>> bool((channels == channels[:, :1, :1, :1]).all())
        True
    """

    rank = 3
