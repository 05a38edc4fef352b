"""The order of the samples: a permutation that only the seed and the epoch decide."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ppul.random.order import epoch_order

# One fair generator in a million would have a p-value as small.
LIMIT = 1e-6


@given(st.integers(0, 2**70), st.integers(0, 2**40), st.integers(0, 300))
def test_every_sample_comes_once(seed, epoch, n):
    order = epoch_order(seed, epoch, n)
    assert order.dtype == np.uint32
    assert sorted(order.tolist()) == list(range(n))


def test_order_is_philox_keyed_by_seed_and_epoch():
    generator = np.random.Generator(np.random.Philox(key=7 + (3 << 64)))
    assert (epoch_order(7, 3, 1000) == generator.permutation(1000)).all()


@pytest.mark.parametrize("other", [(8, 3), (7, 4), (3, 7), (7 + 2**32, 3), (7, 3 + 2**32)])
def test_another_seed_or_epoch_gives_another_order(other):
    assert (epoch_order(7, 3, 1000) != epoch_order(*other, 1000)).sum() > 900


def test_order_is_the_same_in_another_process():
    code = "from ppul.random.order import epoch_order; print(epoch_order(7, 3, 50).tolist())"
    command = [sys.executable, "-c", code]
    path = {"PYTHONPATH": ":".join(sys.path)}
    found = subprocess.run(command, capture_output=True, text=True, check=True, env=path)
    assert found.stdout.strip() == str(epoch_order(7, 3, 50).tolist())


def test_nothing_else_that_draws_changes_the_order():
    before = epoch_order(7, 3, 100)
    state = np.random.get_state()  # noqa: NPY002 - what users draw from
    after = epoch_order(7, 3, 100)
    assert (before == after).all()
    assert all(np.array_equal(a, b) for a, b in zip(state, np.random.get_state(), strict=True))  # noqa: NPY002


@pytest.mark.parametrize(
    "keys",
    [[(7, epoch) for epoch in range(4000)], [(seed, 0) for seed in range(4000)]],
    ids=["epochs", "seeds"],
)
def test_every_sample_is_as_likely_in_every_place(keys):
    orders = np.array([epoch_order(seed, epoch, 8) for seed, epoch in keys])
    counts = np.array([np.bincount(place, minlength=8) for place in orders.T])
    # 8 x 8 counts with given sums of rows and of columns leave 7 x 7 free.
    statistic = ((counts - 500) ** 2 / 500).sum()
    assert stats.chi2.sf(statistic, 49) > LIMIT
    # How often each sample's place repeats in the next order: 1 of 8 times.
    repeats = np.count_nonzero(orders[1:] == orders[:-1])
    assert stats.binomtest(repeats, 8 * 3999, 1 / 8).pvalue > LIMIT


@pytest.mark.parametrize("n", [-1, 2**31])
def test_impossible_counts_are_refused(n):
    with pytest.raises(ValueError, match=f"`n` must be between 0 and .* got {n}"):
        epoch_order(7, 3, n)
