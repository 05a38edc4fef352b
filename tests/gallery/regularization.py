"""Rows of regularizations; what they draw has tests of its own."""

from ppul import layers
from tests.gallery.case import Case

_TRAINING = {"training": True}

CASES = [
    Case(layers.Dropout, {"rate": 0.3}),
    Case(layers.Dropout, {"rate": 0.0, "seed": 3, "noise_shape": (None, 1)}, call=_TRAINING),
    Case(layers.Dropout, {"rate": 0.5}, (2, 3, 4), call={"training": False}),
    Case(layers.SpatialDropout1D, {"rate": 0.3}, (2, 3, 4)),
    Case(layers.SpatialDropout1D, {"rate": 0.0}, (2, 3, 4), call=_TRAINING),
    Case(layers.SpatialDropout1D, {"rate": 0.5, "seed": 3}, (2, 3, 4), {"training": False}),
    Case(layers.SpatialDropout2D, {"rate": 0.3}, (2, 3, 3, 4)),
    Case(layers.SpatialDropout2D, {"rate": 0.0, "seed": 3}, (2, 3, 3, 4), call=_TRAINING),
    Case(layers.SpatialDropout2D, {"rate": 0.5, "data_format": "channels_first"}, (2, 4, 3, 3)),
    Case(layers.SpatialDropout3D, {"rate": 0.3}, (2, 2, 2, 2, 3)),
    Case(layers.SpatialDropout3D, {"rate": 0.0, "seed": 3}, (2, 2, 2, 2, 3), call=_TRAINING),
    Case(layers.SpatialDropout3D, {"rate": 0.5, "data_format": "channels_first"}, (2, 3, 2, 2, 2)),
    Case(layers.AlphaDropout, {"rate": 0.3}),
    Case(layers.AlphaDropout, {"rate": 0.0, "seed": 3}, call=_TRAINING),
    Case(layers.AlphaDropout, {"rate": 0.5, "noise_shape": (None, 1)}, call={"training": False}),
    Case(layers.GaussianDropout, {"rate": 0.3}),
    Case(layers.GaussianDropout, {"rate": 0.0, "seed": 3}, call=_TRAINING),
    Case(layers.GaussianDropout, {"rate": 0.5}, (2, 3, 4), call={"training": False}),
    Case(layers.GaussianNoise, {"stddev": 0.3}),
    Case(layers.GaussianNoise, {"stddev": 0.0, "seed": 3}, call=_TRAINING),
    Case(layers.GaussianNoise, {"stddev": 0.5}, (2, 3, 4), call={"training": False}),
    Case(layers.ActivityRegularization, {"l1": 0.1}),
    Case(layers.ActivityRegularization, {"l1": 0.1, "l2": 0.2}, (2, 3, 4)),
]
