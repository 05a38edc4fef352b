from statistics import median

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks import rounds

SECONDS = st.floats(min_value=1e-4, max_value=1e4)
# One multiplication and one division more than what it is compared with.
ROUNDING = 1e-12


@given(st.lists(st.tuples(SECONDS, SECONDS, SECONDS), min_size=1, max_size=9))
def test_ratio_does_not_see_a_machine_that_is_slower_in_some_rounds(visits):
    above, below, slowness = np.array(visits).T
    quiet = rounds.ratio(above, below)
    assert rounds.ratio(above * slowness, below * slowness) == pytest.approx(quiet, rel=ROUNDING)


@given(st.lists(st.tuples(SECONDS, SECONDS), min_size=1, max_size=9))
def test_ratio_is_the_median_of_the_rounds_ratios(visits):
    above, below = np.array(visits).T
    expected = np.median(above / below)
    assert rounds.ratio(above, below) == pytest.approx(expected, rel=ROUNDING)


def test_rounds_that_only_one_side_has_cannot_be_compared():
    with pytest.raises(ValueError, match="longer"):
        rounds.ratio([4.0], [2.0, 1.0])


def test_one_lucky_visit_makes_no_setting_the_fastest():
    assert rounds.fastest({"lucky": [3.0, 0.1, 3.0], "steady": [1.0, 4.0, 1.0]}) == "steady"


@given(st.dictionaries(st.text(), SECONDS, min_size=1))
def test_contenders_are_the_fastest_and_who_is_near_it(first):
    kept = rounds.contenders(first)
    assert min(first, key=first.__getitem__) in kept
    assert all(
        (first[name] <= rounds.SLACK * min(first.values())) == (name in kept) for name in first
    )


def test_no_contenders_where_all_failed():
    assert rounds.contenders({}) == []


@given(SECONDS, st.floats(min_value=0.1, max_value=10))
def test_a_visit_is_at_least_one_epoch_and_no_longer_than_asked(epoch_s, visit_s):
    count = rounds.epochs_for(epoch_s, visit_s)
    assert count >= 1
    assert count == 1 or count * epoch_s <= visit_s
    assert median([1, 1000, count]) == count
