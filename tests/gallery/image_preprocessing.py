"""Rows of layers that change pictures, and of spectrograms.

With the same seed they draw what Keras's draw. Where Keras draws in a half, it draws other numbers.
"""

from typing import Any

from ppul import layers
from tests.gallery.case import Case

_PICTURES = (2, 5, 4, 3)
_FIRST = {"data_format": "channels_first"}
_WIDE = {"value_range": (-4, 4)}
_IDLE = {"training": False}
_SIGNALS = (2, 24, 2)
# Keras refuses signals of bfloat16, whose steps are whole levels in the lighter half of a picture.
_FLOAT16 = ("mixed_float16",)


def floats(layer: Any, arguments: dict[str, Any] | None = None, **more: Any) -> Case:
    """A row of pictures of floats around 0."""
    given = {"inputs": _PICTURES, "gradient": False, "half": _FLOAT16, "family": "pictures"} | more
    return Case(layer, arguments or {}, **given)


def bytes_(layer: Any, arguments: dict[str, Any] | None = None, **more: Any) -> Case:
    """A row of pictures of bytes."""
    return floats(layer, arguments, **({"dtype": "uint8", "high": 256} | more))


def seeded(**arguments: Any) -> dict[str, Any]:
    """Arguments with a seed."""
    return {"seed": 3} | arguments


COLORS = [
    floats(layers.RandomBrightness, seeded(factor=0.2) | _WIDE),
    floats(layers.RandomBrightness, seeded(factor=(-0.9, -0.5)) | _WIDE),
    bytes_(layers.RandomBrightness, seeded(factor=0.2), call=_IDLE),
    bytes_(layers.RandomContrast, seeded(factor=0.4), half=False),
    floats(layers.RandomContrast, seeded(factor=(0.5, 0.9)) | _WIDE, half=False),
    floats(layers.RandomContrast, seeded(factor=(-0.5, 0.5)) | _WIDE),
    bytes_(layers.RandomColorDegeneration, seeded(factor=0.7)),
    floats(layers.RandomColorDegeneration, seeded(factor=(0.5, 0.9)) | _WIDE),
    bytes_(layers.RandomColorDegeneration, seeded(factor=0.7) | _FIRST, inputs=(2, 3, 5, 4)),
    # Keras's takes no bytes, and ranges from 0 alone; tested by itself.
    floats(layers.RandomSaturation, seeded(factor=0.4), call=_IDLE),
    floats(layers.RandomSaturation, seeded(factor=(0.1, 0.5)) | _WIDE, call=_IDLE),
    floats(layers.RandomSaturation, seeded(factor=0.4) | _FIRST, call=_IDLE, inputs=(2, 3, 5, 4)),
    bytes_(layers.RandomHue, seeded(factor=0.7)),
    floats(layers.RandomHue, seeded(factor=(0.2, 0.9)) | _WIDE),
    bytes_(layers.RandomHue, seeded(factor=0.7) | _FIRST, inputs=(2, 3, 5, 4)),
    bytes_(layers.RandomSharpness, seeded(factor=0.7)),
    floats(layers.RandomSharpness, seeded(factor=(0.2, 0.9)) | _WIDE, inputs=(2, 5, 4, 1)),
    bytes_(layers.RandomSharpness, seeded(factor=0.7) | _FIRST, inputs=(2, 3, 5, 4)),
    bytes_(layers.RandomPosterization, seeded(factor=3)),
    bytes_(layers.RandomPosterization, seeded(factor=(2, 7), value_range=(0, 300))),
    bytes_(layers.RandomPosterization, seeded(factor=8) | _FIRST, inputs=(2, 3, 5, 4)),
    bytes_(layers.RandomInvert, seeded()),
    bytes_(layers.RandomInvert, seeded(factor=(0.8, 1.0), value_range=(0, 300))),
    bytes_(layers.RandomInvert, seeded(factor=0.5) | _FIRST, inputs=(2, 3, 5, 4)),
    # Keras's loses its seed with its configuration.
    bytes_(layers.RandomGrayscale, {"factor": 1.0}),
    bytes_(layers.RandomGrayscale, {"factor": 0.0}),
    floats(layers.RandomGrayscale, {"factor": 1.0} | _FIRST, inputs=(2, 3, 5, 4)),
    bytes_(layers.Solarization),
    bytes_(layers.Solarization, seeded(addition_factor=0.2, threshold_factor=0.9), half=False),
    floats(layers.Solarization, {"value_range": (-4, 4)}),
    # Keras draws how much it is blurred in halves.
    bytes_(layers.RandomGaussianBlur, seeded(), half=False),
    bytes_(
        layers.RandomGaussianBlur,
        seeded(factor=(0.9, 1.0), kernel_size=(3, 5), sigma=(0.5, 3.0), value_range=(0, 300)),
        half=False,
    ),
    bytes_(
        layers.RandomGaussianBlur,
        seeded(factor=(1.0, 1.0), sigma=(1.0, 1.0)) | _FIRST,
        inputs=(2, 3, 5, 4),
    ),
    # Keras reckons with halves where a part begins.
    bytes_(layers.RandomErasing, seeded(fill_value=7.0), half=False),
    bytes_(layers.RandomErasing, seeded(factor=(0.9, 1.0), scale=(0.3, 0.9)), half=False),
    floats(layers.RandomErasing, seeded(factor=(1.0, 1.0), scale=(0.3, 0.9)) | _WIDE, half=False),
    bytes_(layers.RandomColorJitter, seeded()),
    floats(
        layers.RandomColorJitter,
        seeded(brightness_factor=0.3, contrast_factor=(0.1, 0.2)) | _WIDE,
        half=False,
    ),
    floats(
        layers.RandomColorJitter,
        seeded(saturation_factor=0.4, hue_factor=(0.1, 0.2)) | _WIDE | _FIRST,
        call=_IDLE,
        inputs=(2, 3, 5, 4),
    ),
    bytes_(layers.AutoContrast),
    floats(layers.AutoContrast, _WIDE),
    bytes_(layers.AutoContrast, call=_IDLE),
    bytes_(layers.Equalization),
    floats(layers.Equalization, {"bins": 10} | _WIDE, half=False),
    bytes_(layers.Equalization, _FIRST, inputs=(2, 3, 5, 4)),
    # A level more or less is another bin of the histogram.
    floats(layers.ContrastLimitedAdaptiveHistogramEqualization, _WIDE, half=False),
    floats(
        layers.ContrastLimitedAdaptiveHistogramEqualization,
        {"clip_limit": 2.0, "tile_grid_size": (2, 3)} | _WIDE,
        inputs=(2, 9, 7, 1),
        half=False,
    ),
    bytes_(
        layers.ContrastLimitedAdaptiveHistogramEqualization,
        {"clip_limit": 0.0, "tile_grid_size": (1, 2)} | _FIRST,
        inputs=(2, 3, 5, 4),
    ),
]

MOVING = [
    bytes_(layers.RandomFlip, seeded()),
    floats(layers.RandomFlip, seeded(mode="horizontal") | _FIRST, inputs=(2, 3, 5, 4)),
    bytes_(layers.RandomFlip, seeded(mode="vertical")),
    floats(layers.RandomRotation, seeded(factor=0.3)),
    floats(
        layers.RandomRotation,
        seeded(factor=(0.1, 0.4), fill_mode="nearest", interpolation="nearest"),
        half=False,
    ),
    floats(
        layers.RandomRotation,
        seeded(factor=0.3, fill_mode="constant", fill_value=9.0) | _FIRST,
        inputs=(2, 3, 5, 4),
    ),
    floats(layers.RandomTranslation, seeded(height_factor=0.3, width_factor=(-0.5, 0.1))),
    floats(
        layers.RandomTranslation,
        seeded(height_factor=(0.1, 0.2), width_factor=0.0, fill_mode="wrap"),
    ),
    floats(
        layers.RandomTranslation,
        seeded(height_factor=0.3, width_factor=0.2, fill_mode="constant", fill_value=2.0)
        | {"interpolation": "nearest"}
        | _FIRST,
        inputs=(2, 3, 5, 4),
        half=False,
    ),
    floats(layers.RandomZoom, seeded(height_factor=0.3)),
    floats(
        layers.RandomZoom,
        seeded(height_factor=0.3, width_factor=(-0.5, -0.2), fill_mode="nearest"),
    ),
    floats(
        layers.RandomZoom,
        seeded(height_factor=0.3, fill_mode="constant", fill_value=7.0, interpolation="nearest")
        | _FIRST,
        inputs=(2, 3, 5, 4),
        half=False,
    ),
    floats(layers.RandomShear, seeded(x_factor=(0.1, 0.4)), half=False),
    floats(
        layers.RandomShear,
        seeded(x_factor=(0.1, 0.4), y_factor=(0.2, 0.3), fill_mode="wrap"),
        half=False,
    ),
    floats(
        layers.RandomShear,
        seeded(y_factor=(0.1, 0.4), fill_mode="constant", fill_value=3.0)
        | {"interpolation": "nearest"}
        | _FIRST,
        inputs=(2, 3, 5, 4),
        half=False,
    ),
    floats(layers.RandomPerspective, seeded(factor=(1.0, 1.0), scale=0.3), half=False),
    floats(
        layers.RandomPerspective,
        seeded(factor=(0.8, 1.0), fill_value=4.0, interpolation="nearest"),
        half=False,
    ),
    floats(layers.RandomPerspective, seeded() | _FIRST, inputs=(2, 3, 5, 4), half=False),
    # What bends is drawn for columns and rows alike by Keras; tested by itself.
    floats(layers.RandomElasticTransform, seeded(), call=_IDLE),
    floats(
        layers.RandomElasticTransform,
        seeded(factor=(0.2, 1.0), scale=(0.5, 1.5), fill_mode="constant", fill_value=2.0)
        | {"interpolation": "nearest", "value_range": (0, 1)},
        call=_IDLE,
    ),
    floats(layers.RandomElasticTransform, seeded(factor=0.0) | _FIRST, inputs=(2, 3, 5, 4)),
    # Where Keras's draws, it cannot be compiled; tested by itself.
    bytes_(layers.RandomCrop, seeded(height=5, width=4)),
    floats(layers.RandomCrop, seeded(height=5, width=4) | _FIRST, inputs=(2, 3, 5, 4)),
    floats(layers.RandomCrop, seeded(height=10, width=8)),
    bytes_(layers.CenterCrop, {"height": 3, "width": 2}),
    floats(layers.CenterCrop, {"height": 4, "width": 3} | _FIRST, inputs=(2, 3, 5, 4)),
    floats(layers.CenterCrop, {"height": 8, "width": 3}),
    bytes_(layers.Resizing, {"height": 3, "width": 6}),
    floats(
        layers.Resizing,
        {"height": 3, "width": 6, "interpolation": "bicubic", "crop_to_aspect_ratio": True}
        | {"antialias": True},
    ),
    floats(
        layers.Resizing,
        {"height": 3, "width": 6, "pad_to_aspect_ratio": True, "fill_value": 0.5} | _FIRST,
        inputs=(2, 3, 5, 4),
        gradient=True,
    ),
]

MIXING = [
    bytes_(layers.CutMix, seeded(), half=False),
    floats(layers.CutMix, seeded(factor=(0.5, 0.9)) | _FIRST, inputs=(3, 3, 5, 4), half=False),
    floats(layers.CutMix, seeded(), call=_IDLE),
    bytes_(layers.MaxNumBoundingBoxes, {"max_number": 3}, unwritten=("fill_value",)),
    floats(layers.MaxNumBoundingBoxes, {"max_number": 1}, unwritten=("fill_value",)),
    floats(layers.MaxNumBoundingBoxes, {"max_number": 1}, call=_IDLE, unwritten=("fill_value",)),
    # Chosen at random among many, which Keras does before it compiles; tested by themselves.
    floats(layers.RandAugment, seeded(), call=_IDLE),
    bytes_(
        layers.RandAugment,
        seeded(num_ops=1, factor=(0.1, 0.4), value_range=(0, 300), interpolation="nearest"),
        call=_IDLE,
        half=False,
    ),
    floats(layers.RandAugment, seeded() | _FIRST, call=_IDLE, inputs=(2, 3, 5, 4)),
    floats(layers.AugMix, seeded(), call=_IDLE),
    floats(
        layers.AugMix,
        seeded(num_chains=2, chain_depth=1, factor=(0.1, 0.4), alpha=0.5, all_ops=False)
        | {"interpolation": "nearest"}
        | _WIDE,
        call=_IDLE,
    ),
    floats(layers.AugMix, seeded() | _FIRST, call=_IDLE, inputs=(2, 3, 5, 4)),
]

SIGNALS = [
    Case(
        layers.STFTSpectrogram,
        {"mode": "psd", "frame_length": 6, "frame_step": 4, "window": "hamming", "periodic": True}
        | {"scaling": "spectrum", "padding": "same", "expand_dims": True},
        _SIGNALS,
        half=_FLOAT16,
        family="signals",
    ),
    Case(
        layers.STFTSpectrogram,
        {"mode": "stft", "frame_length": 8, "fft_length": 16, "window": None, "scaling": None}
        | {"expand_dims": True}
        | _FIRST,
        (2, 2, 24),
        half=_FLOAT16,
    ),
    # Gradients of roots are as large as what is under them is small.
    *(
        Case(layers.STFTSpectrogram, given, shape, half=_FLOAT16, gradient=False)
        for given, shape in (
            ({"frame_length": 8}, _SIGNALS),
            ({"mode": "magnitude", "frame_length": 5}, _SIGNALS),
            ({"mode": "angle", "frame_length": 4} | _FIRST, (2, 2, 24)),
        )
    ),
    Case(
        layers.STFTSpectrogram,
        {"mode": "real", "frame_length": 4} | _FIRST,
        (2, 2, 24),
        half=_FLOAT16,
    ),
    Case(
        layers.STFTSpectrogram,
        {"mode": "imag", "frame_length": 4, "frame_step": 1},
        _SIGNALS,
        half=_FLOAT16,
    ),
    Case(
        layers.MelSpectrogram,
        {"fft_length": 16, "sequence_stride": 8, "num_mel_bins": 4},
        (2, 40),
        family="signals",
        half=False,
    ),
    Case(
        layers.MelSpectrogram,
        {"fft_length": 16, "sequence_stride": 4, "sequence_length": 12, "window": "hamming"}
        | {"sampling_rate": 8000, "num_mel_bins": 5, "min_freq": 100.0, "max_freq": 3000.0}
        | {"top_db": 10.0, "mag_exp": 1.0, "min_power": 1e-3, "ref_power": 3.0},
        (2, 3, 40),
        half=False,
        inferred=False,  # Keras loses the channels
    ),
    Case(
        layers.MelSpectrogram,
        {"fft_length": 16, "sequence_stride": 8, "num_mel_bins": 4, "power_to_db": False},
        (2, 40),
        half=False,
    ),
]

CASES = [*COLORS, *MOVING, *MIXING, *SIGNALS]
# Keras's warn, or take no empty list; tested by themselves.
BESIDE = {layers.MixUp, layers.Pipeline}
