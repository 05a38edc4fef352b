"""Rows of poolings."""

import jax.numpy as jnp

from ppul import layers
from tests.gallery.case import Case

_STEPS = (2, 7, 3)
_PICTURE = (2, 6, 5, 3)
_VOLUME = (1, 4, 3, 4, 2)
_FIRST = {"data_format": "channels_first"}
_MASK = jnp.array([[True, True, False, True, False, False, False], [True] * 7])

CASES = [
    *(
        Case(pooling, arguments, _STEPS)
        for pooling in (layers.MaxPooling1D, layers.AveragePooling1D)
        for arguments in (
            {"pool_size": 2},
            {"pool_size": 3, "strides": 2, "padding": "same"},
            {"pool_size": (2,)} | _FIRST,
        )
    ),
    *(
        Case(pooling, arguments, _PICTURE)
        for pooling in (layers.MaxPooling2D, layers.AveragePooling2D)
        for arguments in (
            {"pool_size": (2, 2)},
            {"pool_size": 3, "strides": 2, "padding": "same"},
            {"pool_size": (2, 3)} | _FIRST,
        )
    ),
    *(
        Case(pooling, arguments, _VOLUME)
        for pooling in (layers.MaxPooling3D, layers.AveragePooling3D)
        for arguments in (
            {"pool_size": 2},
            {"pool_size": 2, "strides": (1, 2, 2), "padding": "same"},
            {"pool_size": (1, 3, 2)} | _FIRST,
        )
    ),
    *(
        Case(pooling, arguments, inputs)
        for pooling, inputs in (
            (layers.GlobalAveragePooling1D, _STEPS),
            (layers.GlobalMaxPooling1D, _STEPS),
            (layers.GlobalAveragePooling2D, _PICTURE),
            (layers.GlobalMaxPooling2D, _PICTURE),
            (layers.GlobalAveragePooling3D, _VOLUME),
            (layers.GlobalMaxPooling3D, _VOLUME),
        )
        for arguments in ({}, {"keepdims": True}, _FIRST)
    ),
    Case(layers.GlobalAveragePooling1D, {}, _STEPS, {"mask": _MASK}),
    Case(layers.GlobalAveragePooling1D, _FIRST | {"keepdims": True}, (2, 3, 7), {"mask": _MASK}),
    *(
        Case(pooling, arguments, _STEPS)
        for pooling in (layers.AdaptiveMaxPooling1D, layers.AdaptiveAveragePooling1D)
        for arguments in ({"output_size": 3}, {"output_size": 9}, {"output_size": 2} | _FIRST)
    ),
    *(
        Case(pooling, arguments, _PICTURE)
        for pooling in (layers.AdaptiveMaxPooling2D, layers.AdaptiveAveragePooling2D)
        for arguments in ({"output_size": 4}, {"output_size": (1, 3)}, {"output_size": 2} | _FIRST)
    ),
    *(
        Case(pooling, arguments, _VOLUME)
        for pooling in (layers.AdaptiveMaxPooling3D, layers.AdaptiveAveragePooling3D)
        for arguments in (
            {"output_size": 2},
            {"output_size": (1, 2, 3)},
            {"output_size": 2} | _FIRST,
        )
    ),
]
