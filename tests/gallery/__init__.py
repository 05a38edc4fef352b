"""A row for every layer; every row goes through every property in tests/layers/test_gallery.py."""

from tests.gallery import (
    activations,
    attention,
    convolutional,
    core,
    image_preprocessing,
    merging,
    normalization,
    pooling,
    preprocessing,
    recurrent,
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
    *attention.CASES,
    *preprocessing.CASES,
    *image_preprocessing.CASES,
    *recurrent.CASES,
]
