"""STFT: filters whose convolution with a signal is its short-time Fourier transform."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.initializers.base import Initializer, array_dtype, known_shape

_SCALINGS = ("density", "spectrum", None)


class STFT(Initializer):
    """One part, real or imaginary, of the Fourier transform of each piece of a signal.

    Args:
        side: "real" for cosines, "imag" for negative sines.
        window: What pieces are multiplied with: a name that `scipy.signal.get_window`
            knows, or a vector; nothing, if None.
        scaling: What the window is divided by: "density" by the root of its power, "spectrum" by
            its sum, None by nothing.
        periodic: Whether the window is one of a row that goes on, or symmetric.

    Raises:
        ValueError: If an argument is not one that can be.

    Example:
        >>> STFT("real", window=None, scaling=None)((4, 1, 3))[:, 0, 1].round(1).tolist()
        [1.0, 0.0, -1.0, 0.0]
    """

    def __init__(
        self,
        side: str = "real",
        window: Any = "hann",
        scaling: str | None = "density",
        periodic: bool = False,
    ) -> None:
        self.side = one_of("STFT", "side", side, ("real", "imag"))
        self.window = window
        self.scaling = one_of("STFT", "scaling", scaling, _SCALINGS)
        self.periodic = periodic

    def __call__(self, shape: Sequence[int], dtype: Any = None) -> Array:
        """Return filters (length of a piece, channels, frequencies), of one side of the spectrum.

        Raises:
            ValueError: If the shape is another, or the window has another length.
        """
        sizes = known_shape("STFT", shape)
        if len(sizes) != 3:
            raise ValueError(
                "STFT: the weight must be of shape (length of a piece, channels, frequencies); got "
                f"{sizes}."
            )
        length, _, frequencies = sizes
        turns = np.outer(np.arange(length), np.arange(frequencies)) / max(2 * (frequencies - 1), 1)
        waves = np.cos(2 * np.pi * turns) if self.side == "real" else -np.sin(2 * np.pi * turns)
        filters = (self.window_of(length)[:, None] * waves)[:, None]
        return jax.device_put(np.broadcast_to(filters, sizes).astype(array_dtype(dtype)))

    def window_of(self, length: int) -> np.ndarray:
        """Return what the samples of a piece of a length are multiplied with.

        Raises:
            ValueError: If the window is not known, or of another length.
        """
        if self.window is None:
            return np.ones(length)
        named = isinstance(self.window, str)
        weights = self._named(length) if named else np.asarray(self.window, np.float64)
        if weights.shape != (length,):
            raise ValueError(
                f"STFT: `window` must have as many elements as a piece is long, {length}; got the "
                f"shape {weights.shape}."
            )
        by = {"density": np.sqrt(np.sum(weights**2)), "spectrum": np.sum(weights), None: 1.0}
        return weights / by[self.scaling]

    def _named(self, length: int) -> np.ndarray:
        import scipy.signal

        try:
            return np.asarray(scipy.signal.get_window(self.window, length, fftbins=self.periodic))
        except ValueError as error:
            raise ValueError(
                f"STFT: `window` must be a vector or one that `scipy.signal.get_window` knows, such "
                f"as 'hann'; got {self.window!r}: {error}"
            ) from error
