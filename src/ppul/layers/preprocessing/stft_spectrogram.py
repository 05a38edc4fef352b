"""STFTSpectrogram: spectra of pieces of a signal, by filters that can be trained."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.checks import one_of, positive_int
from ppul.core.settings import IMAGE_FORMATS, epsilon, image_data_format
from ppul.core.types import Array, Shape
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.ops.convolution import conv

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")
_SCALINGS = ("density", "spectrum", None)
_WINDOWS = {"hann": 0.5, "hamming": 0.54}


class STFTSpectrogram(Layer):
    """Return the spectra of pieces of signals: short-time Fourier transforms.

    They are computed by a convolution whose filters are sines and cosines at first, and can be
    trained; make the layer with `trainable=False` if they are not to be.

    Args:
        mode: What of a spectrum: "log" or "magnitude" of its absolute values, "psd" for the power of
            both sides of it, "real" or "imag" for a part, "angle", "stft" for both parts.
        frame_length: Length of a piece.
        frame_step: Distance between pieces; half of the length by default.
        fft_length: Number of frequencies, those of both sides; by default the next power of two
            from the length.
        window: What pieces are multiplied with: "hann", "hamming" or a vector; nothing, if None.
        periodic: Whether the window is one of a row that goes on, or symmetric.
        scaling: What the window is divided by: "density" by the root of its power, "spectrum" by its
            sum, None by nothing.
        padding: "valid", or "same": as many pieces as there are steps in the signal.
        expand_dims: Whether frequencies get an axis of their own, as those of a picture have.
        data_format: "channels_last" (batch, samples, channels) or "channels_first";
            `image_data_format()` by default.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If an argument is not one that can be.

    Example:
        >>> layer = STFTSpectrogram("magnitude", frame_length=8, scaling="spectrum")
        >>> layer(np.ones((1, 16, 1)))[0, 0, :2].round(2).tolist()  # of what does not swing
        [1.0, 0.59]
    """

    def __init__(
        self,
        mode: str = "log",
        frame_length: int = 256,
        frame_step: int | None = None,
        fft_length: int | None = None,
        window: Any = "hann",
        periodic: bool = False,
        scaling: str | None = "density",
        padding: str = "valid",
        expand_dims: bool = False,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        where = self._where
        self.mode = one_of(where, "mode", mode, _MODES)
        self.frame_length = positive_int(where, "frame_length", frame_length)
        self.frame_step = frame_step
        self.fft_length = fft_length
        self.window = window
        self.periodic = periodic
        self.scaling = one_of(where, "scaling", scaling, _SCALINGS)
        self.padding = one_of(where, "padding", padding, ("valid", "same"))
        self.expand_dims = expand_dims
        self.data_format = one_of(
            where, "data_format", data_format or image_data_format(), IMAGE_FORMATS
        )
        self.input_spec = InputSpec(ndim=3)
        half, power = max(self.frame_length // 2, 1), 1 << (self.frame_length - 1).bit_length()
        self._step = half if frame_step is None else positive_int(where, "frame_step", frame_step)
        self._size = power if fft_length is None else positive_int(where, "fft_length", fft_length)
        if self._step > self.frame_length or self._size < self.frame_length:
            raise ValueError(
                f"{where}: `frame_step` must be at most `frame_length`, {self.frame_length}, and "
                f"`fft_length` at least that; got frame_step={frame_step} and "
                f"fft_length={fft_length}."
            )
        self._weights_of_window()

    def build(self, input_shape: Shape) -> None:
        """Make the filters, (frame_length, 1, frequencies)."""
        angles = np.outer(np.arange(self.frame_length), np.arange(self._size // 2 + 1))
        angles = 2 * np.pi * angles / self._size
        window = self._weights_of_window()[:, None]

        def weight(name: str, filters: np.ndarray) -> Any:
            return self.add_weight(
                (self.frame_length, 1, filters.shape[1]),
                lambda shape, dtype: jnp.asarray(filters.reshape(shape), dtype),
                name=name,
            )

        if self.mode != "imag":
            self.real_kernel = weight("real_kernel", window * np.cos(angles))
        if self.mode != "real":
            self.imag_kernel = weight("imag_kernel", -window * np.sin(angles))

    def call(self, inputs: Array) -> Array:
        """Return the spectra.

        Args:
            inputs: Signals, (batch, samples, channels), or with the channels first.

        Returns:
            (batch, pieces, channels * frequencies), or (batch, pieces, frequencies, channels) with
            `expand_dims`; or with the channels first.
        """
        if not jnp.issubdtype(inputs.dtype, jnp.floating):
            raise TypeError(f"{self._where} takes floats; got {inputs.dtype}. Cast the signal.")
        first = self.data_format == "channels_first"
        signals = inputs if first else jnp.swapaxes(inputs, 1, 2)
        batch, channels, samples = signals.shape
        spectra = self._spectra(signals.reshape(batch * channels, samples, 1))
        _, pieces, frequencies = spectra.shape
        spectra = spectra.reshape(batch, channels, pieces, frequencies)
        if self.expand_dims:
            return spectra if first else jnp.moveaxis(spectra, 1, -1)
        if first:
            return jnp.swapaxes(spectra, 2, 3).reshape(batch, channels * frequencies, pieces)
        return jnp.swapaxes(spectra, 1, 2).reshape(batch, pieces, channels * frequencies)

    def _spectra(self, signals: Array) -> Array:
        """What the mode says of the spectra of (signals, samples, 1)."""

        def part(kernel: Any) -> Array:
            return conv(signals, kernel.value, self._step, self.padding, "channels_last")

        if self.mode == "real":
            return part(self.real_kernel)
        if self.mode == "imag":
            return part(self.imag_kernel)
        real, imaginary = part(self.real_kernel), part(self.imag_kernel)
        if self.mode == "stft":
            return jnp.concatenate([real, imaginary], axis=-1)
        if self.mode == "angle":
            return jnp.arctan2(imaginary, real)
        power = jnp.square(real) + jnp.square(imaginary)
        if self.mode == "psd":
            # All but the first and the last frequency stand for two.
            return power.at[..., 1:-1].multiply(2)
        magnitude = jnp.sqrt(power + epsilon())
        return jnp.log(magnitude) if self.mode == "log" else magnitude

    def _weights_of_window(self) -> np.ndarray:
        """What the samples of a piece are multiplied with."""
        length = self.frame_length
        if self.window is None:
            return np.ones(length)
        if isinstance(self.window, str):
            mean = _WINDOWS[one_of(self._where, "window", self.window, tuple(_WINDOWS))]
            turn = np.arange(length) / max(length if self.periodic else length - 1, 1)
            weights = mean - (1 - mean) * np.cos(2 * np.pi * turn)
        else:
            weights = np.asarray(self.window, np.float64)
        if weights.shape != (length,):
            raise ValueError(
                f"{self._where}: `window` must have `frame_length`, {length}, elements; got the shape "
                f"{weights.shape}."
            )
        by = {"density": np.sqrt(np.sum(weights**2)), "spectrum": np.sum(weights), None: 1.0}
        return weights / by[self.scaling]
