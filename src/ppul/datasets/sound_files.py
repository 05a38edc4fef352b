"""Sounds in WAV files as arrays."""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np


def read_wav(path: str, rate: int | None = None, length: int | None = None) -> np.ndarray:
    """Return a sound as an array.

    Args:
        path: A WAV file.
        rate: Values a second to bring it to.
        length: Length to cut or fill it to.

    Returns:
        Array of (length, channels), float32, from -1 to 1.

    Raises:
        ValueError: If it is no WAV file of a kind that can be read.
    """
    from scipy.io import wavfile

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", wavfile.WavFileWarning)  # parts that are no sound
            own_rate, values = wavfile.read(path)
    except ValueError as error:
        raise ValueError(f"'{path}' is not a WAV file that can be read: {error}") from error
    sound = _between_ones(values if values.ndim == 2 else values[:, None])
    if rate is not None and rate != own_rate:
        from scipy.signal import resample_poly

        common = math.gcd(rate, own_rate)
        sound = resample_poly(sound, rate // common, own_rate // common).astype(np.float32)
    return sound if length is None else _to_length([sound], length)[0]


def filled(elements: Sequence[Any]) -> Any:
    """Return sounds, or pairs of a sound and a label, as one batch, filled with 0 to one length."""
    if not isinstance(elements[0], tuple):
        return _to_length(elements, max(map(len, elements)))
    sounds, labels = zip(*elements, strict=True)
    return filled(sounds), np.stack(labels)


def _to_length(sounds: Sequence[np.ndarray], length: int) -> np.ndarray:
    """Sounds cut, or filled with 0, to one length."""
    batch = np.zeros((len(sounds), length, *sounds[0].shape[1:]), sounds[0].dtype)
    for row, sound in zip(batch, sounds, strict=True):
        row[: len(sound)] = sound[:length]
    return batch


def _between_ones(values: np.ndarray) -> np.ndarray:
    if values.dtype.kind == "f":
        return values.astype(np.float32)
    if values.dtype.kind == "u":  # 8 bits are stored around 128
        return ((values.astype(np.float32) - 128) / 128).astype(np.float32)
    return (values / -float(np.iinfo(values.dtype).min)).astype(np.float32)
