"""Shuffling and splitting; that rows come in Keras's order is shown with each data set."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppul.datasets.split import check_test_split, shuffle, split


@given(st.integers(0, 40), st.integers(0, 2**32 - 1))
def test_shuffling_keeps_samples_and_labels_together(count, seed):
    x = np.arange(count)
    [(shuffled, labels)] = shuffle(seed, (x, x * 2))
    np.testing.assert_array_equal(labels, shuffled * 2)
    np.testing.assert_array_equal(np.sort(shuffled), x)


@given(st.integers(0, 40), st.floats(0, 1))
def test_a_split_loses_nothing(count, share):
    x = np.arange(count)
    (x_train, _), (x_test, _) = split(x, x, share)
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), x)


@pytest.mark.parametrize("share", [-0.1, 1, 1.5, float("nan")])
def test_a_share_that_leaves_nothing_to_train_on_is_refused(share):
    with pytest.raises(ValueError, match=r"somewhere: `test_split` must be .*; got"):
        check_test_split("somewhere", share)


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="3 samples but 2 labels"):
        list(shuffle(0, (np.arange(3), np.arange(2))))
