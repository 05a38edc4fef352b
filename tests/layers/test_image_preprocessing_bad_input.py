"""What layers of pictures cannot do is refused early, by messages that say what to do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ppul import layers

PICTURES = np.ones((2, 4, 4, 3), "float32")
BOXES = {"boxes": np.ones((2, 1, 4)), "labels": np.ones((2, 1))}
SIGNALS = np.ones((2, 16, 1), "float32")

ROWS: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "rank": (
        lambda: layers.RandomFlip()(PICTURES[0, 0]),
        ValueError,
        r"RandomFlip 'random_flip.*' takes one picture, of three axes, or a batch.*\(4, 3\)",
    ),
    "no pictures": (
        lambda: layers.CenterCrop(2, 2)({"image": PICTURES}),
        ValueError,
        r"a dict with 'images'; got one with \['image'\]",
    ),
    "a list": (lambda: layers.CenterCrop(2, 2)([PICTURES]), ValueError, "got <class 'list'>"),
    "channels": (
        lambda: layers.RandomHue((0.5, 0.5))(PICTURES[..., :2]),
        ValueError,
        r"three channels, red, green and blue.*got 2\. Is `data_format` right",
    ),
    "boxes of which format": (
        lambda: layers.RandomFlip()({"images": PICTURES, "bounding_boxes": BOXES}),
        ValueError,
        "does not know what their numbers mean.*`bounding_box_format`",
    ),
    "format": (
        lambda: layers.RandomFlip(bounding_box_format="xyhw"),
        ValueError,
        "`bounding_box_format` must be one of.*Did you mean 'xywh'",
    ),
    "layout": (
        lambda: layers.Resizing(2, 2, data_format="channels"),
        ValueError,
        "`data_format` must be one of 'channels_last', 'channels_first'",
    ),
    "boxes that bend": (
        lambda: layers.RandomElasticTransform()({"images": PICTURES, "bounding_boxes": BOXES}),
        NotImplementedError,
        "cannot bend bounding boxes.*`RandomRotation`",
    ),
    "boxes that are cut": (
        lambda: layers.CutMix()({"images": PICTURES, "bounding_boxes": BOXES}),
        NotImplementedError,
        "cannot change bounding boxes.*`MixUp`",
    ),
    "class numbers": (
        lambda: layers.MixUp()({"images": PICTURES, "labels": np.array([1, 2])}),
        ValueError,
        r"class numbers cannot be mixed; got int32 of the shape \(2,\).*to_categorical",
    ),
    "factor: beyond": (
        lambda: layers.RandomBrightness(1.5),
        ValueError,
        r"RandomBrightness.*`factor` must be a number or two, a range in \[-1, 1\]; got 1.5",
    ),
    "factor: three": (lambda: layers.RandomInvert((0, 0.5, 1)), ValueError, r"got \(0, 0.5, 1\)"),
    "factor: a word": (lambda: layers.RandomZoom("0.1"), ValueError, "`height_factor`.*got '0.1'"),
    "factor: probability": (
        lambda: layers.RandomGrayscale(2),
        ValueError,
        "`factor` must be between 0 and 1; got 2",
    ),
    "values": (
        lambda: layers.AutoContrast((255, 0)),
        ValueError,
        r"`value_range` must be two numbers, the lowest.*got \(255, 0\)",
    ),
    "mode": (
        lambda: layers.RandomFlip("horizontl"),
        ValueError,
        "`mode` must be one of.*Did you mean 'horizontal'",
    ),
    "fill mode": (
        lambda: layers.RandomRotation(0.1, fill_mode="reflct"),
        ValueError,
        "`fill_mode` must be one of.*Did you mean 'reflect'",
    ),
    "interpolation": (
        lambda: layers.RandAugment(interpolation="bicubic"),
        ValueError,
        "`interpolation` must be one of 'nearest', 'bilinear'; got 'bicubic'",
    ),
    "size": (lambda: layers.RandomCrop(0, 2), ValueError, "`height` must be a positive.*got 0"),
    "crop and pad": (
        lambda: layers.Resizing(2, 2, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True),
        ValueError,
        "only one of `crop_to_aspect_ratio` and `pad_to_aspect_ratio`",
    ),
    "kernel": (
        lambda: layers.RandomGaussianBlur(kernel_size=4),
        ValueError,
        "`kernel_size` must be odd.*got 4",
    ),
    "alpha": (lambda: layers.MixUp(0), ValueError, "`alpha` must be a number above 0; got 0"),
    "limit": (
        lambda: layers.ContrastLimitedAdaptiveHistogramEqualization(clip_limit=-1),
        ValueError,
        "`clip_limit` must be a number of at least 0; got -1",
    ),
    "pipeline": (
        lambda: layers.Pipeline([abs]),
        TypeError,
        "takes a list of layers; one is <built",
    ),
    "stft: rank": (
        lambda: layers.STFTSpectrogram(frame_length=8)(SIGNALS[0]),
        ValueError,
        r"expected 3 dimensions.*\(16, 1\)",
    ),
    "stft: integers": (
        lambda: layers.STFTSpectrogram(frame_length=8)(SIGNALS.astype("int32")),
        TypeError,
        "takes floats; got int32. Cast",
    ),
    "stft: step": (
        lambda: layers.STFTSpectrogram(frame_length=8, frame_step=9),
        ValueError,
        "`frame_step` must be at most `frame_length`, 8.*got frame_step=9",
    ),
    "stft: window": (
        lambda: layers.STFTSpectrogram(frame_length=8, window=np.ones(5)),
        ValueError,
        r"`window` must have as many elements as a piece is long, 8; got the shape \(5,\)",
    ),
    "mel: lengths": (
        lambda: layers.MelSpectrogram(fft_length=8, sequence_length=9),
        ValueError,
        "`sequence_length` must be at most `fft_length`, 8; got 9",
    ),
    "mel: frequencies": (
        lambda: layers.MelSpectrogram(min_freq=9000.0),
        ValueError,
        "`min_freq` must be at least 0 and below `max_freq`; got 9000.0 and 8000.0",
    ),
}


@pytest.mark.rows(4)
@pytest.mark.parametrize("name", ROWS)
def test_bad_input_is_refused_with_a_message(name: str) -> None:
    call, error, words = ROWS[name]
    with pytest.raises(error) as found:
        call()
    assert re.search(words, str(found.value)), str(found.value)
