"""The neurons of document 002, against Python's own logic."""

import importlib.util
from pathlib import Path

import pytest

FILE = Path(__file__).parents[2] / "examples" / "documents" / "threshold_logic.py"
spec = importlib.util.spec_from_file_location("threshold_logic", FILE)
logic = importlib.util.module_from_spec(spec)
spec.loader.exec_module(logic)


@pytest.mark.parametrize("name", logic.NEURONS)
def test_a_neuron_says_what_its_formula_says(name):
    weights = logic.NEURONS[name]
    table = logic.truth_table(weights)
    assert len(table) == 2 ** len(weights)
    for *state, answer in table:
        names = dict(zip(weights, map(bool, state), strict=True))
        assert answer == eval(name, names)  # noqa: S307 - formulas of the table
