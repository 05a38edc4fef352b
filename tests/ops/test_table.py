"""Every op is Keras's: its values, dtypes, gradients, and what it says of symbolic tensors."""

import pytest

from tests.ops import rows_elementwise, rows_image, rows_math, rows_nn, rows_reduction, rows_shape
from tests.ops.table import check_configuration, check_symbolic, check_values, chunks

ROWS = [
    *rows_elementwise.UNARY,
    *rows_elementwise.BINARY,
    *rows_reduction.ROWS,
    *rows_shape.RESHAPING,
    *rows_shape.INDEXING,
    *rows_shape.CREATION,
    *rows_math.PRODUCTS,
    *rows_math.MATRICES,
    *rows_math.SIGNAL,
    *rows_math.CONTROL,
    *rows_nn.ROWS,
    *rows_image.ROWS,
]


@pytest.mark.rows(2)
@chunks(ROWS)
def test_values_and_gradients_are_keras_s(rows):
    check_values(rows)


@pytest.mark.rows(8)
@chunks(ROWS)
def test_symbolic_results_are_keras_s_and_stand_for_the_real_ones(rows):
    check_symbolic(rows)


@pytest.mark.rows(8)
@chunks(ROWS)
def test_models_are_built_again_from_their_configuration(rows):
    check_configuration(rows)
