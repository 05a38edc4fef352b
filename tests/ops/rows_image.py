"""Rows of pictures."""

from tests.ops.table import a, k, row, v

_PICTURES = a(2, 5, 7, 3, low=0, high=1)
_FIRST = a(2, 3, 5, 7, low=0, high=1)
_ONE = k(5, 7, 3, low=0, high=1)
# Gradients of resampling are the same code for all ways to resample, and slow to compile.
_FIXED = k(5, 7, 3, low=0, high=1, gradient=False)
_FIRST_FIXED = a(2, 3, 5, 7, low=0, high=1, gradient=False)
_GRID = k(4, 5, gradient=False)
_PLACES = k(2, 6, low=-3, high=7, gradient=False)
_BYTES = a(2, 5, 7, 3, dtype="uint8", low=0, high=255)
_LARGE = a(2, 13, 14, 2, low=0, high=1)
# The gradients of Keras's by the last two numbers, which do not count, are not zero.
_TURN = v([0.8, 0.1, 0.5, -0.2, 1.1, 0.3, 0, 0], gradient=False)
_TWO = [[0.8, 0.1, 0.5, -0.2, 1.1, 0.3, 0, 0], [1, 0, 1, 0, 1, 0, 0, 0]]
_TURNS = a(2, 8, values=_TWO, gradient=False)
_STARTS = [[[0.0, 0], [6, 0], [0, 4], [6, 4]]] * 2
_ENDS = [[[1.0, 0], [6, 1], [0, 4], [5, 4]], [[0.0, 1], [5, 0], [1, 4], [6, 3]]]
_START, _END = v(_STARTS[0], gradient=False), v(_ENDS[0], gradient=False)
_MODES = ["nearest", "wrap", "mirror", "reflect"]
_METHODS = ["nearest", "bicubic", "lanczos3", "lanczos5"]
_LOOSE = {"rtol": 1e-3, "atol": 1e-4}
_FAILS = "Keras's own code fails on it"
_DARKER = "Keras's blurs along the rows alone, and darkens"

ROWS = [
    row("image.resize", _PICTURES, (7, 4)),
    *(row("image.resize", _FIXED, (7, 4), interpolation=method) for method in _METHODS),
    row("image.resize", _ONE, (3, 4), antialias=True),
    row("image.resize", _FIRST_FIXED, (3, 9), data_format="channels_first"),
    row("image.resize", _BYTES, (4, 9), interpolation="bicubic"),
    row("image.resize", _PICTURES, (4, 3), crop_to_aspect_ratio=True),
    row("image.resize", _PICTURES, (3, 9), crop_to_aspect_ratio=True, interpolation="nearest"),
    row("image.resize", _PICTURES, (9, 5), pad_to_aspect_ratio=True, fill_value=0.5),
    row("image.resize", _FIXED, (4, 12), pad_to_aspect_ratio=True),
    row(
        "image.scale_and_translate",
        _ONE,
        (8, 9, 3),
        v([1.5, 2.0]),
        v([1.0, -2.0]),
        (0, 1),
        "linear",
    ),
    row(
        "image.scale_and_translate",
        *(_FIXED, (4, 9, 3), v([0.7, 1.2]), v([0.5, 0.0]), (0, 1), "lanczos3"),
        antialias=False,
    ),
    row("image.crop_images", _PICTURES, 1, 2, target_height=3, target_width=4),
    row("image.crop_images", _ONE, 1, bottom_cropping=1, left_cropping=2, right_cropping=1),
    row("image.crop_images", _FIRST, None, None, 1, 2, 3, 4, "channels_first"),
    row("image.pad_images", _PICTURES, 1, 2, target_height=8, target_width=9),
    row("image.pad_images", _ONE, 1, 0, 2, 3),
    row("image.pad_images", _FIRST, None, None, 1, 2, 7, 9, data_format="channels_first"),
    row("image.extract_patches", _PICTURES, 2),
    row("image.extract_patches", _ONE, (2, 3), strides=1, padding="same"),
    row(
        "image.extract_patches", _FIRST, 2, dilation_rate=2, strides=1, data_format="channels_first"
    ),
    row("image.extract_patches_3d", a(2, 4, 5, 6, 2), 2, config_="has no class in Keras"),
    row(
        "image.extract_patches_3d",
        k(4, 5, 6, 2),
        (2, 1, 3),
        strides=(1, 2, 2),
        padding="same",
        config_="has no class in Keras",
    ),
    row("image.rgb_to_grayscale", _PICTURES),
    row("image.rgb_to_grayscale", _FIRST, data_format="channels_first"),
    row("image.rgb_to_grayscale", _BYTES),
    row("image.rgb_to_hsv", _PICTURES),
    row(
        "image.rgb_to_hsv",
        v([[[0.0, 0, 0], [1, 1, 1], [0.2, 0.7, 0.7], [0.7, 0.2, 0.7]]]),
        gradient_=False,
    ),
    row("image.rgb_to_hsv", _FIRST_FIXED, data_format="channels_first"),
    row("image.hsv_to_rgb", _PICTURES),
    row("image.hsv_to_rgb", _FIRST_FIXED, data_format="channels_first"),
    row("image.gaussian_blur", _PICTURES, values_=_DARKER),
    row("image.gaussian_blur", _ONE, kernel_size=(3, 5), sigma=(0.5, 2.0), values_=_DARKER),
    row(
        "image.gaussian_blur",
        _FIRST,
        (5, 5),
        (1.0, 1.0),
        data_format="channels_first",
        values_=_DARKER,
    ),
    row("image.sobel_edges", _PICTURES),
    row("image.sobel_edges", _ONE, values_=_FAILS, spec_=_FAILS),
    row("image.sobel_edges", _FIRST_FIXED, data_format="channels_first"),
    row("image.ssim", _LARGE, _LARGE, gradient_=False, tolerance_=_LOOSE),
    row(
        "image.ssim",
        _PICTURES,
        _PICTURES,
        max_val=2.0,
        filter_size=3,
        filter_sigma=1.0,
        k1=0.1,
        k2=0.2,
    ),
    row("image.ssim", _FIXED, _FIXED, filter_size=4, tolerance_=_LOOSE),
    row("image.affine_transform", _ONE, _TURN),
    row("image.affine_transform", _FIXED, _TURN, fill_mode="reflect"),
    row("image.affine_transform", _PICTURES, _TURN, values_=_FAILS),
    row("image.affine_transform", _PICTURES, _TURNS, fill_value=0.5),
    row("image.affine_transform", _FIXED, _TURN, interpolation="nearest"),
    row("image.affine_transform", _BYTES, _TURNS),
    row("image.affine_transform", _FIRST_FIXED, _TURNS, data_format="channels_first"),
    row("image.perspective_transform", _PICTURES, _START, _END, values_=_FAILS),
    row("image.perspective_transform", _ONE, _START, _END, fill_value=0.5, tolerance_=_LOOSE),
    row("image.perspective_transform", _FIXED, _START, _END, interpolation="nearest"),
    row(
        "image.perspective_transform",
        *(
            _FIRST_FIXED,
            a(2, 4, 2, values=_STARTS, gradient=False),
            a(2, 4, 2, values=_ENDS, gradient=False),
        ),
        data_format="channels_first",
        tolerance_=_LOOSE,
    ),
    row("image.map_coordinates", k(4, 5), k(2, 6, low=-3, high=7), 1),
    *(row("image.map_coordinates", _GRID, _PLACES, 1, fill_mode=mode) for mode in _MODES),
    row("image.map_coordinates", k(4, 5), k(2, 3, 2, high=5), 0, "nearest"),
    row("image.map_coordinates", k(4, 5, dtype="int32", high=99), k(2, 6, high=5), 1, fill_value=9),
    row(
        "image.elastic_transform",
        _ONE,
        2.0,
        1.5,
        "bilinear",
        "constant",
        0.5,
        seed=4,
        compiled_=False,
        gradient_=False,
        tolerance_=_LOOSE,
    ),
    row(
        "image.elastic_transform",
        _FIRST,
        seed=3,
        data_format="channels_first",
        compiled_=False,
        gradient_=False,
        tolerance_=_LOOSE,
    ),
]
