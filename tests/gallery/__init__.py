"""A row for every layer; every row goes through every property in tests/layers/test_gallery.py."""

from tests.gallery import (
    activations,
    convolutional,
    core,
    merging,
    normalization,
    pooling,
    regularization,
    reshaping,
)
from tests.gallery.case import Case as Case

CASES = [
    *core.CASES,
    *activations.CASES,
    *convolutional.CASES,
    *pooling.CASES,
    *normalization.CASES,
    *regularization.CASES,
    *reshaping.CASES,
    *merging.CASES,
]
