"""MelSpectrogram: how strong the pitches in pieces of a signal are, as heard."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.checks import positive_int
from ppul.core.types import Array
from ppul.layers.preprocessing.data_layer import DataLayer
from ppul.ops.signal import stft


class MelSpectrogram(DataLayer):
    """Return how strong the pitches in pieces of signals are, on the mel scale.

    Pitches that are equally far apart on it sound so.

    Args:
        fft_length: Length of a piece.
        sequence_stride: Distance between pieces.
        sequence_length: Length of the window in the middle of a piece; `fft_length` by default.
        window: What pieces are multiplied with: "hann", "hamming" or a vector; nothing, if None.
        sampling_rate: Number of samples in a second.
        num_mel_bins: Number of pitches.
        min_freq: The lowest frequency, in Hz.
        max_freq: The highest one; half of `sampling_rate` by default.
        power_to_db: Whether strengths are given in decibels.
        top_db: How far below the strongest of all a strength in decibels can be.
        mag_exp: The power of the magnitude that is taken: 1 for itself, 2 for power.
        min_power: The least power that is told apart.
        ref_power: The power of 0 decibels.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If an argument is not one that can be.

    Source: O'Shaughnessy 1987, "Speech communication: human and machine".

    Example:
        >>> layer = MelSpectrogram(fft_length=64, sequence_stride=16, num_mel_bins=8)
        >>> layer(np.ones((2, 160))).shape
        (2, 8, 11)
    """

    def __init__(
        self,
        fft_length: int = 2048,
        sequence_stride: int = 512,
        sequence_length: int | None = None,
        window: Any = "hann",
        sampling_rate: int = 16000,
        num_mel_bins: int = 128,
        min_freq: float = 20.0,
        max_freq: float | None = None,
        power_to_db: bool = True,
        top_db: float = 80.0,
        mag_exp: float = 2.0,
        min_power: float = 1e-10,
        ref_power: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        where = self._where
        self.fft_length = positive_int(where, "fft_length", fft_length)
        self.sequence_stride = positive_int(where, "sequence_stride", sequence_stride)
        length = self.fft_length if sequence_length is None else sequence_length
        self.sequence_length = positive_int(where, "sequence_length", length)
        if self.sequence_length > self.fft_length:
            raise ValueError(
                f"{where}: `sequence_length` must be at most `fft_length`, {self.fft_length}; got "
                f"{sequence_length}."
            )
        self.window = window
        self.sampling_rate = positive_int(where, "sampling_rate", sampling_rate)
        self.num_mel_bins = positive_int(where, "num_mel_bins", num_mel_bins)
        self.min_freq = min_freq
        self.max_freq = self.sampling_rate / 2 if max_freq is None else max_freq
        if not 0 <= self.min_freq < self.max_freq:
            raise ValueError(
                f"{where}: `min_freq` must be at least 0 and below `max_freq`; got {min_freq} and "
                f"{self.max_freq}."
            )
        self.power_to_db = power_to_db
        self.top_db = top_db
        self.mag_exp = mag_exp
        self.min_power = min_power
        self.ref_power = ref_power
        self.built = True

    def call(self, inputs: Array) -> Array:
        """Return the strengths.

        Args:
            inputs: One signal or several, (..., samples).

        Returns:
            (..., num_mel_bins, pieces).
        """
        real, imaginary = stft(
            inputs.astype("float32"),
            self.sequence_length,
            self.sequence_stride,
            self.fft_length,
            self.window,
        )
        power = (jnp.square(real) + jnp.square(imaginary)) ** (self.mag_exp / 2)
        mel = power @ self.linear_to_mel_weight_matrix(
            self.num_mel_bins,
            self.fft_length // 2 + 1,
            self.sampling_rate,
            self.min_freq,
            self.max_freq,
        )
        return jnp.swapaxes(self._in_decibels(mel), -1, -2).astype(self.compute_dtype)

    def linear_to_mel_weight_matrix(
        self,
        num_mel_bins: int = 20,
        num_spectrogram_bins: int = 129,
        sampling_rate: int = 8000,
        lower_edge_hertz: float = 125.0,
        upper_edge_hertz: float = 3800.0,
        dtype: Any = "float32",
    ) -> Array:
        """Return how much of each frequency of a spectrum counts for each pitch.

        A pitch has the frequencies from the one before to the one behind it, its own most.

        Args:
            num_mel_bins: Number of pitches.
            num_spectrogram_bins: Number of frequencies, evenly from 0 to half of `sampling_rate`.
            sampling_rate: Number of samples in a second.
            lower_edge_hertz: The lowest frequency that counts.
            upper_edge_hertz: The highest one.
            dtype: Dtype of the result.

        Returns:
            (num_spectrogram_bins, num_mel_bins).
        """
        frequencies = _mel(np.linspace(0, sampling_rate / 2, num_spectrogram_bins))[:, None]
        low, high = _mel(np.array([lower_edge_hertz, upper_edge_hertz]))
        edges = np.linspace(low, high, num_mel_bins + 2)
        before, own, behind = edges[:-2], edges[1:-1], edges[2:]
        rising = (frequencies - before) / (own - before)
        falling = (behind - frequencies) / (behind - own)
        weights = np.maximum(np.minimum(rising, falling), 0)
        weights[0] = 0  # what does not swing is not heard
        return jnp.asarray(weights, dtype)

    def _in_decibels(self, power: Array) -> Array:
        if not self.power_to_db:
            return power
        reference = max(self.ref_power, self.min_power)
        decibels = 10 * (jnp.log10(jnp.maximum(power, self.min_power)) - np.log10(reference))
        return jnp.maximum(decibels, jnp.max(decibels) - self.top_db)


def _mel(hertz: np.ndarray) -> np.ndarray:
    return 1127 * np.log1p(hertz / 700)
