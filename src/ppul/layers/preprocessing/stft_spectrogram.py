"""STFTSpectrogram: spectra of pieces of a signal, by filters that can be trained."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from ppul.core.checks import one_of, positive_int
from ppul.core.settings import IMAGE_FORMATS, epsilon, image_data_format
from ppul.core.types import Array, Shape
from ppul.initializers.fourier import STFT
from ppul.layers.base import Layer
from ppul.layers.input_spec import InputSpec
from ppul.ops.convolution import conv

_MODES = ("log", "magnitude", "psd", "real", "imag", "angle", "stft")


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
        window: What pieces are multiplied with: a name that `scipy.signal.get_window` knows, or a
            vector; nothing, if None.
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
        >>> layer(jnp.ones((1, 16, 1)))[0, 0, :2].round(2).tolist()  # of what does not swing
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
        self.scaling = scaling
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
        self._start("real").window_of(self.frame_length)

    def build(self, input_shape: Shape) -> None:
        """Make the filters, (frame_length, 1, frequencies)."""
        shape = (self.frame_length, 1, self._size // 2 + 1)
        if self.mode != "imag":
            self.real_kernel = self.add_weight(shape, self._start("real"), name="real_kernel")
        if self.mode != "real":
            self.imag_kernel = self.add_weight(shape, self._start("imag"), name="imag_kernel")

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

    def _start(self, side: str) -> STFT:
        return STFT(side, self.window, self.scaling, self.periodic)
