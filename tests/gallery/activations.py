"""Rows of activations."""

from ppul import layers
from tests.gallery.case import Case

CASES = [
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
]
