"""Rows of layers that only move elements, or add and take away some."""

from ppul import layers
from tests.gallery.case import Case

_STEPS = (2, 5, 3)
_PICTURE = (2, 4, 3, 2)
_VOLUME = (1, 3, 4, 3, 2)
_FIRST = {"data_format": "channels_first"}

CASES = [
    Case(layers.Flatten),
    Case(layers.Flatten, {}, (2, 3, 4, 2)),
    Case(layers.Flatten, {"data_format": "channels_first"}, (2, 3, 4, 2)),
    Case(layers.Reshape, {"target_shape": (3, 4)}, (2, 12)),
    Case(layers.Reshape, {"target_shape": (-1, 2)}, (2, 3, 4)),
    Case(layers.Reshape, {"target_shape": (6,)}, (2, 2, 3)),
    Case(layers.Permute, {"dims": (2, 1)}, (2, 3, 4)),
    Case(layers.Permute, {"dims": (3, 1, 2)}, (2, 3, 4, 5)),
    Case(layers.Permute, {"dims": (1,)}, (2, 3), dtype="int32", gradient=False),
    Case(layers.RepeatVector, {"n": 3}),
    Case(layers.RepeatVector, {"n": 1}),
    Case(layers.RepeatVector, {"n": 2}, dtype="int32", gradient=False),
    Case(layers.Cropping1D, {}, _STEPS),
    Case(layers.Cropping1D, {"cropping": 2}, _STEPS),
    Case(layers.Cropping1D, {"cropping": (0, 3)}, _STEPS),
    Case(layers.Cropping2D, {}, _PICTURE),
    Case(layers.Cropping2D, {"cropping": (1, (0, 2))}, _PICTURE),
    Case(layers.Cropping2D, {"cropping": ((0, 1), (1, 0))} | _FIRST, (2, 2, 4, 3)),
    Case(layers.Cropping3D, {}, _VOLUME),
    Case(layers.Cropping3D, {"cropping": (1, 0, (0, 2))}, _VOLUME),
    Case(layers.Cropping3D, {"cropping": ((0, 1), (1, 0), (0, 0))} | _FIRST, (1, 2, 3, 4, 3)),
    Case(layers.ZeroPadding1D, {}, _STEPS),
    Case(layers.ZeroPadding1D, {"padding": (0, 2)}, _STEPS),
    Case(layers.ZeroPadding1D, {"padding": 2} | _FIRST, (2, 3, 5)),
    Case(layers.ZeroPadding2D, {}, _PICTURE),
    Case(layers.ZeroPadding2D, {"padding": (2, (0, 1))}, _PICTURE),
    Case(layers.ZeroPadding2D, {"padding": 1} | _FIRST, (2, 2, 4, 3)),
    Case(layers.ZeroPadding3D, {}, _VOLUME),
    Case(layers.ZeroPadding3D, {"padding": (0, 1, (0, 2))}, _VOLUME),
    Case(layers.ZeroPadding3D, {"padding": 1} | _FIRST, (1, 2, 3, 4, 3)),
    Case(layers.UpSampling1D, {}, _STEPS),
    Case(layers.UpSampling1D, {"size": 3}, _STEPS),
    Case(layers.UpSampling1D, {"size": 2}, _STEPS, dtype="int32", gradient=False),
    Case(layers.UpSampling2D, {}, _PICTURE),
    Case(layers.UpSampling2D, {"size": (1, 3), "interpolation": "bilinear"}, _PICTURE),
    Case(layers.UpSampling2D, {"size": 2, "interpolation": "bicubic"} | _FIRST, (2, 2, 4, 3)),
    Case(layers.UpSampling2D, {"size": 2, "interpolation": "lanczos3"}, _PICTURE),
    Case(layers.UpSampling2D, {"size": (2, 1), "interpolation": "lanczos5"}, _PICTURE),
    Case(layers.UpSampling3D, {}, _VOLUME),
    Case(layers.UpSampling3D, {"size": (1, 2, 3)}, _VOLUME),
    Case(layers.UpSampling3D, {"size": 2} | _FIRST, (1, 2, 3, 4, 3)),
]
