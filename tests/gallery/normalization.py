"""Rows of normalizations."""

from ppul import layers
from tests.gallery.case import Case

_GAMMA_AND_BETA = {
    "beta_initializer": "ones",
    "gamma_initializer": "random_uniform",
    "beta_regularizer": "l2",
    "gamma_regularizer": "l1",
    "beta_constraint": "non_neg",
    "gamma_constraint": "max_norm",
}

CASES = [
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
        {"scale": False, "beta_initializer": "ones", "beta_regularizer": "l2"}
        | {"moving_variance_initializer": "random_uniform", "moving_mean_initializer": "ones"}
        | {"beta_constraint": "non_neg"},
        (4, 3, 5),
        call={"training": False},
        half=False,  # a variance near zero makes the result as large as a half can be
    ),
    Case(layers.BatchNormalization, {"renorm": True}, (8, 5), call={"training": True}),
    Case(
        layers.BatchNormalization,
        {"renorm": True, "renorm_momentum": 0.8, "momentum": 0.7}
        | {"renorm_clipping": {"rmin": 0.7, "rmax": 1.5, "dmax": 0.4}},
        (4, 3, 2),
        call={"training": True},
        half=False,  # as above
    ),
    Case(layers.LayerNormalization, {}, (3, 5)),
    Case(
        layers.LayerNormalization,
        {"axis": [2, 1], "epsilon": 0.1, "activity_regularizer": "l2"} | _GAMMA_AND_BETA,
        (2, 3, 4),
    ),
    Case(layers.LayerNormalization, {"axis": 1, "center": False}, (2, 3, 4)),
    Case(layers.LayerNormalization, {"axis": -2, "scale": False}, (2, 3, 4)),
    Case(layers.GroupNormalization, {"groups": 2}, (2, 3, 2, 4)),
    Case(
        layers.GroupNormalization,
        {"groups": -1, "axis": 1, "epsilon": 0.1} | _GAMMA_AND_BETA,
        (2, 3, 4),
    ),
    Case(layers.GroupNormalization, {"groups": 3, "center": False, "scale": False}, (2, 6)),
    Case(layers.RMSNormalization, {}, (3, 5)),
    Case(layers.RMSNormalization, {"axis": (1, 2), "epsilon": 0.1}, (2, 3, 4)),
    Case(layers.RMSNormalization, {"axis": -1, "epsilon": 1e-3}, (2, 2, 3, 4)),
    Case(layers.UnitNormalization, {}, (3, 5)),
    Case(layers.UnitNormalization, {"axis": 1}, (2, 3, 4)),
    Case(layers.UnitNormalization, {"axis": [1, 2]}, (2, 3, 4)),
    Case(layers.SpectralNormalization, {"layer": layers.Dense(3)}, call={"training": True}),
    Case(
        layers.SpectralNormalization,
        {"layer": layers.Conv2D(2, 2), "power_iterations": 3},
        (2, 3, 3, 2),
        call={"training": True},
    ),
    Case(layers.SpectralNormalization, {"layer": layers.Conv1D(2, 2)}, (2, 4, 3)),
]
