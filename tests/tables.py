"""Tables of rows that a test goes through, some of them always, the rest on request."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def rows_of(cases: Iterable[Any], kind: Callable[[Any], Any]) -> Any:
    """Return a decorator that runs a test for each case.

    The first row of each kind always runs; the others are `thorough`, which `make test-thorough`
    runs: compiling takes most of the time of a table.

    Args:
        cases: The rows, each with its `id`.
        kind: What a row is a row of: a class, or its name.
    """
    seen: set[Any] = set()
    parameters = []
    for case in cases:
        marks = (pytest.mark.thorough,) if kind(case) in seen else ()
        seen.add(kind(case))
        parameters.append(pytest.param(case, id=case.id, marks=marks))
    return pytest.mark.parametrize("case", parameters)
