import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.report import Answer, Table, number, plain, show, write_json

TABLE = Table("Epochs", ["ms", "ppul", "Keras"], [["MNIST", "160", "1234"], ["BN", "9.5", "-"]])


@given(st.floats(min_value=1e-3, max_value=1e6))
def test_a_number_keeps_three_digits_and_no_exponent(value):
    text = number(value)
    assert "e" not in text
    # Half a unit in the third digit, and every digit before the point is written.
    assert float(text) == pytest.approx(value, rel=5e-3)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (0.0, "0"), (math.nan, "nan"), (math.inf, "inf")]
)
def test_a_number_that_is_none_is_readable(value, text):
    assert number(value) == text


def test_columns_of_plain_text_are_aligned():
    _, title, *lines = plain(TABLE).splitlines()
    assert title == "Epochs"
    assert [line.split() for line in lines] == [TABLE.columns, *TABLE.rows]
    assert {len(line) for line in lines} == {len("MNIST  ppul  Keras")}


def test_notes_follow_the_table():
    table = Table("T", ["a"], [["1"]], notes=["data: synthetic"])
    assert plain(table).splitlines()[-1] == "data: synthetic"


def test_what_is_written_to_a_file_is_plain_text(capsys):
    show(TABLE)
    assert capsys.readouterr().out == plain(TABLE) + "\n"


def test_json_has_machine_figures_and_failures(tmp_path):
    answers = [Answer("a", [TABLE], {"seconds": [0.5]}), Answer("b", [], {}, ["b: no ppul"])]
    write_json(tmp_path / "out.json", {"cpu": "some"}, answers)
    assert json.loads((tmp_path / "out.json").read_text()) == {
        "machine": {"cpu": "some"},
        "answers": {"a": {"seconds": [0.5]}, "b": {}},
        "failures": {"b": ["b: no ppul"]},
    }
