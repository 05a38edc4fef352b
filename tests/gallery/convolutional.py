"""Rows of convolutions."""

from typing import Any

from ppul import layers
from tests.gallery.case import Case

_STEPS = (2, 7, 3)
_PICTURE = (2, 6, 5, 3)
_VOLUME = (1, 4, 3, 4, 2)
_FIRST = {"data_format": "channels_first"}


def _about(*kernels: str) -> dict[str, Any]:
    """Every argument about weights and outputs, away from its default."""
    each = {}
    for kernel in kernels:
        each |= {f"{kernel}_initializer": "he_normal", f"{kernel}_regularizer": "l2"}
        each |= {f"{kernel}_constraint": "max_norm"}
    return each | {
        "activation": "tanh",
        "bias_initializer": "ones",
        "bias_regularizer": "l1",
        "bias_constraint": "non_neg",
        "activity_regularizer": "l2",
    }


CASES = [
    Case(
        layers.Conv1D,
        {"filters": 4, "kernel_size": 3, "padding": "causal", "dilation_rate": 2},
        _STEPS,
    ),
    Case(
        layers.Conv1D,
        {"filters": 6, "kernel_size": 2, "strides": 2, "groups": 3, "use_bias": False},
        _STEPS,
    ),
    Case(
        layers.Conv1D,
        {"filters": 2, "kernel_size": 3, "padding": "same"} | _FIRST | _about("kernel"),
        (2, 3, 5),
    ),
    Case(layers.Conv2D, {"filters": 4, "kernel_size": 3}, _PICTURE),
    Case(
        layers.Conv2D,
        {"filters": 2, "kernel_size": (2, 3), "strides": 2, "padding": "same", "use_bias": False},
        _PICTURE,
    ),
    Case(
        layers.Conv2D,
        {"filters": 6, "kernel_size": 2, "dilation_rate": 2, "groups": 3} | _about("kernel"),
        _PICTURE,
    ),
    Case(
        layers.Conv2D,
        {"filters": 2, "kernel_size": 3, "padding": "same"} | _FIRST,
        (2, 3, 6, 5),
    ),
    Case(layers.Conv3D, {"filters": 2, "kernel_size": 2}, _VOLUME),
    Case(
        layers.Conv3D,
        {"filters": 4, "kernel_size": (1, 2, 2), "strides": (1, 2, 1), "padding": "same"}
        | {"groups": 2, "use_bias": False},
        _VOLUME,
    ),
    Case(
        layers.Conv3D,
        {"filters": 2, "kernel_size": 2, "dilation_rate": (1, 1, 2)} | _FIRST | _about("kernel"),
        (1, 2, 3, 2, 4),
    ),
    Case(layers.Conv1DTranspose, {"filters": 2, "kernel_size": 3, "strides": 2}, _STEPS),
    Case(
        layers.Conv1DTranspose,
        {"filters": 2, "kernel_size": 3, "padding": "same", "dilation_rate": 2, "use_bias": False},
        _STEPS,
    ),
    Case(
        layers.Conv1DTranspose,
        {"filters": 2, "kernel_size": 4, "strides": 3, "output_padding": 1}
        | _FIRST
        | _about("kernel"),
        (2, 3, 4),
    ),
    Case(
        layers.Conv2DTranspose,
        {"filters": 2, "kernel_size": 3, "strides": 2, "padding": "same"},
        (2, 3, 2, 3),
    ),
    Case(
        layers.Conv2DTranspose,
        {"filters": 2, "kernel_size": (3, 2), "strides": 2, "output_padding": (1, 0)}
        | {"padding": "same", "use_bias": False},
        (2, 3, 2, 3),
    ),
    Case(
        layers.Conv2DTranspose,
        {"filters": 2, "kernel_size": 2, "dilation_rate": (2, 1)} | _FIRST | _about("kernel"),
        (2, 3, 2, 3),
    ),
    Case(layers.Conv3DTranspose, {"filters": 2, "kernel_size": 2, "strides": 2}, (1, 2, 2, 3, 2)),
    Case(
        layers.Conv3DTranspose,
        {"filters": 2, "kernel_size": (1, 3, 2), "strides": (1, 2, 1), "padding": "same"}
        | {"output_padding": (0, 1, 0), "use_bias": False},
        (1, 2, 2, 3, 2),
    ),
    Case(
        layers.Conv3DTranspose,
        {"filters": 2, "kernel_size": 2, "dilation_rate": (1, 1, 2)} | _FIRST | _about("kernel"),
        (1, 2, 2, 2, 2),
    ),
    Case(layers.DepthwiseConv1D, {"kernel_size": 3}, _STEPS),
    Case(
        layers.DepthwiseConv1D,
        {"kernel_size": 2, "strides": 2, "depth_multiplier": 2, "use_bias": False},
        _STEPS,
    ),
    Case(
        layers.DepthwiseConv1D,
        {"kernel_size": 2, "padding": "same", "dilation_rate": 2} | _FIRST | _about("depthwise"),
        (2, 3, 5),
    ),
    Case(layers.DepthwiseConv2D, {"kernel_size": 3}, _PICTURE),
    Case(
        layers.DepthwiseConv2D,
        {"kernel_size": (2, 1), "strides": 2, "depth_multiplier": 2, "use_bias": False},
        _PICTURE,
    ),
    Case(
        layers.DepthwiseConv2D,
        {"kernel_size": 2, "padding": "same", "dilation_rate": (1, 2)}
        | _FIRST
        | _about("depthwise"),
        (2, 3, 4, 5),
    ),
    Case(layers.SeparableConv1D, {"filters": 4, "kernel_size": 3}, _STEPS),
    Case(
        layers.SeparableConv1D,
        {"filters": 4, "kernel_size": 2, "strides": 2, "depth_multiplier": 2, "use_bias": False},
        _STEPS,
    ),
    Case(
        layers.SeparableConv1D,
        {"filters": 2, "kernel_size": 2, "padding": "same", "dilation_rate": 2}
        | _FIRST
        | _about("depthwise", "pointwise"),
        (2, 3, 5),
    ),
    Case(layers.SeparableConv2D, {"filters": 4, "kernel_size": 3}, _PICTURE),
    Case(
        layers.SeparableConv2D,
        {"filters": 4, "kernel_size": (2, 1), "strides": 2, "depth_multiplier": 2}
        | {"use_bias": False},
        _PICTURE,
    ),
    Case(
        layers.SeparableConv2D,
        {"filters": 2, "kernel_size": 2, "padding": "same", "dilation_rate": 2}
        | _FIRST
        | _about("depthwise", "pointwise"),
        (2, 3, 4, 5),
    ),
]
