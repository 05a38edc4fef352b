"""A row for every layer; every row goes through every property in tests/layers/test_gallery.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ppul import layers


@dataclass
class Case:
    """A layer in one configuration.

    Args:
        layer: The class.
        arguments: Constructor arguments.
        inputs: Shape of the input with its batch, or a list of shapes.
        call: Further arguments of the call.
        dtype: Dtype of the inputs; ints are drawn in [0, high).
        high: End of the range of integer inputs.
        half: Whether mixed precision is compared too.
        gradient: Whether gradients are compared.
    """

    layer: Any
    arguments: dict[str, Any] = field(default_factory=dict)
    inputs: Any = (2, 5)
    call: dict[str, Any] = field(default_factory=dict)
    dtype: str = "float32"
    high: int = 7
    half: bool = True
    gradient: bool = True

    @property
    def id(self) -> str:
        """The name of the row."""
        given = ",".join(f"{k}={v}" for k, v in {**self.arguments, **self.call}.items())
        return f"{self.layer.__name__}({given}){self.inputs}"


_PICTURE = (2, 9, 8, 3)
_FIRST = (2, 3, 9, 8)
_PAIR = [(2, 3, 4), (2, 3, 4)]

CASES = [
    Case(layers.Dense, {"units": 3}),
    Case(layers.Dense, {"units": 4, "activation": "relu", "use_bias": False}, (2, 3, 5)),
    Case(
        layers.Dense,
        {
            "units": 2,
            "activation": "tanh",
            "kernel_initializer": "he_normal",
            "bias_initializer": "ones",
            "kernel_regularizer": "l2",
            "bias_regularizer": "l1",
            "activity_regularizer": "l2",
            "kernel_constraint": "max_norm",
            "bias_constraint": "non_neg",
        },
    ),
    *(
        Case(layers.Activation, {"activation": name}, (3, 6))
        for name in ("relu", "softmax", "sigmoid", "tanh", "elu", "gelu", "linear")
    ),
    Case(layers.ReLU),
    Case(layers.ReLU, {"max_value": 0.7, "negative_slope": 0.1, "threshold": 0.2}),
    Case(layers.LeakyReLU),
    Case(layers.LeakyReLU, {"negative_slope": 0.05}, (2, 3, 4)),
    Case(layers.ELU),
    Case(layers.ELU, {"alpha": 0.5}),
    Case(layers.Softmax),
    Case(layers.Softmax, {"axis": 1}, (2, 3, 4)),
    Case(layers.PReLU),
    Case(
        layers.PReLU,
        {"alpha_initializer": "ones", "shared_axes": [1], "alpha_regularizer": "l1"},
        (2, 3, 4),
    ),
    Case(layers.Flatten),
    Case(layers.Flatten, {}, (2, 3, 4, 2)),
    Case(layers.Flatten, {"data_format": "channels_first"}, (2, 3, 4, 2)),
    Case(layers.Reshape, {"target_shape": (3, 4)}, (2, 12)),
    Case(layers.Reshape, {"target_shape": (-1, 2)}, (2, 3, 4)),
    Case(layers.Reshape, {"target_shape": (6,)}, (2, 2, 3)),
    Case(layers.Dropout, {"rate": 0.3}),
    Case(
        layers.Dropout, {"rate": 0.0, "seed": 3, "noise_shape": (None, 1)}, call={"training": True}
    ),
    Case(layers.Dropout, {"rate": 0.5}, (2, 3, 4), call={"training": False}),
    Case(layers.BatchNormalization, {}, (8, 5)),
    Case(layers.BatchNormalization, {}, (8, 5), call={"training": True}),
    Case(
        layers.BatchNormalization,
        {"axis": 1, "momentum": 0.9, "epsilon": 0.01, "center": False}
        | {"gamma_initializer": "random_uniform"},
        (4, 3, 6, 2),
        call={"training": True},
    ),
    Case(
        layers.BatchNormalization,
        {
            "scale": False,
            "beta_initializer": "ones",
            "moving_variance_initializer": "random_uniform",
        }
        | {
            "moving_mean_initializer": "ones",
            "beta_regularizer": "l2",
            "beta_constraint": "non_neg",
        },
        (4, 3, 5),
        call={"training": False},
        half=False,  # a variance near zero makes the result as large as a half can be
    ),
    Case(layers.Conv2D, {"filters": 4, "kernel_size": 3}, _PICTURE),
    Case(
        layers.Conv2D,
        {"filters": 2, "kernel_size": (2, 3), "strides": 2, "padding": "same", "use_bias": False},
        _PICTURE,
    ),
    Case(
        layers.Conv2D,
        {"filters": 6, "kernel_size": 3, "dilation_rate": 2, "groups": 3, "activation": "relu"}
        | {"kernel_regularizer": "l2", "bias_initializer": "ones", "bias_constraint": "unit_norm"},
        _PICTURE,
    ),
    Case(
        layers.Conv2D,
        {"filters": 2, "kernel_size": 3, "data_format": "channels_first", "padding": "same"},
        _FIRST,
    ),
    Case(layers.MaxPooling2D, {}, _PICTURE),
    Case(layers.MaxPooling2D, {"pool_size": 3, "strides": 2, "padding": "same"}, _PICTURE),
    Case(layers.MaxPooling2D, {"pool_size": (2, 3), "data_format": "channels_first"}, _FIRST),
    Case(layers.AveragePooling2D, {"pool_size": 2}, _PICTURE),
    Case(layers.AveragePooling2D, {"pool_size": 3, "strides": 2, "padding": "same"}, _PICTURE),
    Case(layers.AveragePooling2D, {"pool_size": (2, 3), "data_format": "channels_first"}, _FIRST),
    Case(layers.GlobalAveragePooling2D, {}, _PICTURE),
    Case(layers.GlobalAveragePooling2D, {"keepdims": True}, _PICTURE),
    Case(layers.GlobalAveragePooling2D, {"data_format": "channels_first"}, _FIRST),
    Case(layers.GlobalMaxPooling2D, {}, _PICTURE),
    Case(layers.GlobalMaxPooling2D, {"keepdims": True, "data_format": "channels_first"}, _FIRST),
    *(
        Case(merge, {}, _PAIR)
        for merge in (
            layers.Add,
            layers.Subtract,
            layers.Multiply,
            layers.Average,
            layers.Maximum,
            layers.Minimum,
            layers.Concatenate,
        )
    ),
    *(
        Case(merge, {}, [(2, 3, 4), (2, 4), (2, 1, 4)])
        for merge in (layers.Add, layers.Multiply, layers.Average, layers.Maximum, layers.Minimum)
    ),
    Case(layers.Concatenate, {"axis": 1}, [(2, 3, 4), (2, 1, 4), (2, 2, 4)]),
    Case(layers.Dot, {"axes": 1}, [(2, 3), (2, 3)]),
    Case(layers.Dot, {"axes": (1, 2), "normalize": True}, [(2, 3, 4), (2, 5, 3)]),
    Case(layers.Dot, {"axes": -1}, [(2, 3, 4), (2, 5, 4)]),
    Case(layers.Rescaling, {"scale": 0.5}),
    Case(
        layers.Rescaling,
        {"scale": 1 / 255, "offset": -0.5},
        dtype="uint8",
        high=255,
        gradient=False,
    ),
    Case(layers.Rescaling, {"scale": [1.0, 2.0, 3.0], "offset": [0.1, 0.2, 0.3]}, (2, 4, 3)),
    Case(layers.ActivityRegularization, {"l1": 0.1}),
    Case(layers.ActivityRegularization, {"l1": 0.1, "l2": 0.2}, (2, 3, 4)),
]
