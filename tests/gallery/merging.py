"""Rows of layers that merge several inputs."""

from ppul import layers
from tests.gallery.case import Case

_PAIR = [(2, 3, 4), (2, 3, 4)]

CASES = [
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
]
