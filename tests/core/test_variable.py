"""Variables, beside Keras's."""

from __future__ import annotations

import keras
import numpy as np
import pytest

import ppul


def test_parts_of_it_are_read() -> None:
    value = np.arange(6, dtype="float32").reshape(2, 3)
    ours, theirs = ppul.Variable(value), keras.Variable(value)
    for idx in (1, (slice(None), 0), -1, ...):
        np.testing.assert_array_equal(ours[idx], theirs[idx])
    np.testing.assert_array_equal(ours.__getitem__(idx=1), value[1])


def test_an_argument_it_does_not_have_is_named() -> None:
    with pytest.raises(TypeError, match="unknown argument\\(s\\) \\['form'\\]"):
        ppul.Variable(1.0, form=())
