import pytest

from benchmarks import import_time


def test_the_difference_is_taken_round_by_round():
    # The machine is 10 s slower in the second round, for both.
    assert import_time.beyond([1.5, 11.6, 1.7], base=[1.0, 11.0, 1.0]) == pytest.approx(0.6)


def test_a_statement_that_fails_gives_its_error():
    assert import_time.run("import sys")[1] is None
    assert import_time.run("import no_such_module")[1] == (
        "ModuleNotFoundError: No module named 'no_such_module'"
    )


def test_heavy_modules_are_found(monkeypatch):
    monkeypatch.setattr(import_time, "HEAVY", ("json", "wave"))
    assert import_time.heavy_modules("import json") == ["json"]
