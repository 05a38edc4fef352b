"""Programs for IPython, run by Python."""

import json

import pytest

from ppul.compat.magics import compiled, parse
from ppul.compat.notebook import cells_of


def run(source, **options):
    space = {}
    for code in compiled(source.encode(), "cell", **options):
        exec(code, space)  # noqa: S102 - what a test wrote
    return space


def test_lines_of_ipython_are_skipped_and_said(capsys):
    space = run("%matplotlib inline\nif True:\n    !pip install 'x\n    a = 7 \\\n% 4\n")
    assert space["a"] == 3
    said = capsys.readouterr().err
    assert "cell:1: skipped '%matplotlib inline'" in said
    assert "cell:3: skipped '!pip install 'x'" in said


def test_a_percent_sign_that_python_reads_stays():
    assert run("a = (7\n% 4)\nb = '''\n%who\n!ls'''\n")["b"] == "\n%who\n!ls"


@pytest.mark.parametrize(
    "source", ["this is no Python", "%who\nthis is no more", "a = $b", "x =\n%who"]
)
def test_what_is_not_python_is_an_error(source):
    with pytest.raises(SyntaxError) as caught:
        parse(source)
    assert caught.value.lineno in (1, 2)


def test_a_cell_for_another_language_is_skipped():
    tree, skipped = parse("%%bash\nls -l | wc")
    assert tree.body == []
    assert skipped == [(1, "%%bash")]
    assert run("%%time\na = 1")["a"] == 1


@pytest.mark.parametrize(
    ("source", "cell", "shown"),
    [
        ("1 + 1\n2 + 2", True, "4\n"),
        ("x = 1\nx;", True, ""),
        ("x = 1", True, ""),
        ("", True, ""),
        ("x = [1]\nx\nx[0]\nlen(x)\nx", False, ""),
        ("%who\nx = [1]\nx\nx[0]\nlen(x)\nx", False, "[1]\n1\n[1]\n"),
    ],
)
def test_values_that_stand_alone_are_shown(capsys, source, cell, shown):
    run(source, cell=cell)
    assert capsys.readouterr().out == shown


def notebook(tmp_path, cells):
    file = tmp_path / "book.ipynb"
    file.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    return file


def test_code_cells_are_read_in_order(tmp_path):
    file = notebook(
        tmp_path,
        [
            {"cell_type": "markdown", "source": "# Title"},
            {"cell_type": "code", "source": ["a = 1\n", "b = 2"]},
            {"cell_type": "code", "source": "c = 3"},
        ],
    )
    assert cells_of(file) == [(f"{file}, cell 1", b"a = 1\nb = 2"), (f"{file}, cell 2", b"c = 3")]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"cells": [{}]}', '{"cells": 3}'])
def test_what_is_no_notebook_is_refused(tmp_path, content):
    file = tmp_path / "book.ipynb"
    file.write_text(content)
    with pytest.raises(ValueError, match="is no notebook"):
        cells_of(file)
