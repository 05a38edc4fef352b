"""Rows of layers that prepare numbers. Those for text are in tests/files/preprocessing/rows.py."""

import numpy as np

from ppul import layers
from tests.gallery.case import Case

CASES = [
    Case(layers.Normalization, {"mean": 3.0, "variance": 2.0}),
    Case(
        layers.Normalization, {"axis": None, "mean": 1.0, "variance": 0.0, "invert": True}, (2, 3)
    ),
    Case(
        layers.Normalization,
        {"axis": (1, -1), "mean": [[1.0, 2.0]] * 3, "variance": [[4.0, 9.0]] * 3},
        (2, 3, 2),
        dtype="int32",
        gradient=False,
    ),
    Case(layers.Discretization, {"bin_boundaries": [-0.5, 0.5]}, gradient=False),
    Case(
        layers.Discretization,
        {"bin_boundaries": [-0.5, 0.0, 0.5], "output_mode": "one_hot"},
        (2, 3),
        gradient=False,
        half=False,
    ),
    Case(
        layers.Discretization,
        {"bin_boundaries": [1.0, 2.0], "output_mode": "count"},
        (2, 3),
        dtype="int32",
        gradient=False,
    ),
    Case(
        layers.Discretization,
        {"bin_boundaries": [0.0, 1.0], "output_mode": "multi_hot"},
        (2, 3, 2),
        gradient=False,
        inferred=False,
    ),
    Case(layers.CategoryEncoding, {"num_tokens": 6}, dtype="int32", gradient=False),
    Case(
        layers.CategoryEncoding,
        {"num_tokens": 7, "output_mode": "one_hot"},
        (3, 1),
        dtype="int32",
        gradient=False,
    ),
    Case(
        layers.CategoryEncoding,
        {"num_tokens": 7, "output_mode": "one_hot"},
        (3, 2, 2),
        dtype="uint8",
        gradient=False,
    ),
    Case(
        layers.CategoryEncoding,
        {"num_tokens": 4, "output_mode": "count"},
        (3, 5),
        {"count_weights": np.linspace(0.1, 1, 15, dtype="float32").reshape(3, 5)},
        dtype="int32",
        gradient=False,
    ),
]
