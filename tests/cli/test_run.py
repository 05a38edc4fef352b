"""`ppul run` beside `python`: what a program sees, and how it ends."""

import json
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

PPUL = Path(sys.executable).with_name("ppul")

# What a program sees, told by itself.
REPORT = """
    import os, sys
    print(sys.argv, __name__, __file__, sys.path[0], os.getcwd(), __package__, __spec__ is None)
    print(sys.modules["__main__"].__dict__ is globals(), sys.stdin.read())
    if __name__ == "__main__":
        sys.exit(3)
"""
# Ends that have a traceback, or none.
ENDS = {
    "error": """
        def inner():
            raise ValueError("no")
        def outer():
            try:
                inner()
            except ValueError as error:
                raise KeyError(1) from error
        outer()
    """,
    "syntax": "a = 1\nb = = 2",
    "exit with words": "import sys; sys.exit('enough')",
    "own hook": """
        import sys
        sys.excepthook = lambda kind, error, traceback: print("hook", kind, traceback.tb_lineno)
        1 / 0
    """,
}


def run(*words, stdin="", cwd=None):
    return subprocess.run(
        [str(word) for word in words],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=cwd,
        check=False,
    )


def write(file, code):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(textwrap.dedent(code))
    return file


def end(result):
    return result.returncode, result.stdout, result.stderr


def test_help_before_the_script_is_the_commands_own(ppul):
    found = ppul("run", "--help")
    assert found.exit_code == 0
    assert "[OPTIONS] {SCRIPT} [ARGS]..." in found.stdout
    assert max(map(len, found.stdout.splitlines())) <= 80
    assert "Missing argument" in ppul("run").stderr


def test_a_script_sees_what_it_sees_under_python(tmp_path):
    write(tmp_path / "work" / "report.py", REPORT)
    words = ["work/report.py", "--help", "-x", "--", "--keras", "3"]
    expected = run(sys.executable, *words, stdin="typed", cwd=tmp_path)
    assert expected.returncode == 3
    assert end(run(PPUL, "run", *words, stdin="typed", cwd=tmp_path)) == end(expected)


def test_a_module_sees_what_it_sees_under_python(tmp_path):
    write(tmp_path / "package" / "__init__.py", "")
    write(tmp_path / "package" / "__main__.py", REPORT)
    expected = run(sys.executable, "-m", "package", "--help", cwd=tmp_path)
    assert end(run(PPUL, "run", "-m", "package", "--help", cwd=tmp_path)) == end(expected)


@pytest.mark.parametrize("code", ENDS.values(), ids=ENDS)
def test_it_ends_as_under_python(tmp_path, code):
    script = write(tmp_path / "script.py", code)
    assert end(run(PPUL, "run", script)) == end(run(sys.executable, script))


def test_what_is_not_there_is_told_as_by_python(tmp_path):
    expected, found = (
        run(*words, "no.py", cwd=tmp_path) for words in ([sys.executable], [PPUL, "run"])
    )
    assert found.returncode == expected.returncode == 2
    assert found.stderr.partition(": ")[2] == expected.stderr.partition(": ")[2]
    found = run(PPUL, "run", "-m", "no_such_module", cwd=tmp_path)
    assert (found.returncode, found.stderr) == (1, "ppul run: No module named no_such_module\n")


def test_ctrl_c_ends_it_by_the_signal(tmp_path):
    code = """
        import atexit, time
        atexit.register(print, "bye")
        print("ready", flush=True)
        time.sleep(60)
    """
    script = write(tmp_path / "sleeping.py", code)
    ends = []
    # A test run in the background ignores the signal, and so would what it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    for words in ([sys.executable], [PPUL, "run"]):
        process = subprocess.Popen(
            [*map(str, words), str(script)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        with process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGINT)
            out, err = process.communicate()
            # Where exactly it was interrupted is chance.
            shown = re.sub(r"line \d, in <module>\n.*\n(.*\^\n)?", "", err)
            ends.append((out, shown, process.returncode))
    signal.signal(signal.SIGINT, before)
    assert ends[1] == ends[0]
    assert ends[0][2] == -signal.SIGINT


OLD = """
    import numpy as np
    from keras.models import Sequential
    from keras.layers.core import Dense
    from keras.utils import np_utils
    import matplotlib.pyplot as plt

    x = np.eye(4)[:, :2].astype(np.float)
    y = np_utils.to_categorical([0, 1, 2, 0], nb_classes=3)
    model = Sequential([Dense(output_dim=3, input_dim=2, init="uniform", activation="softmax")])
    model.compile("sgd", "categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, nb_epoch=1, verbose=0)
    plt.plot(history.history["acc"])
    plt.show()
    print(sorted(history.history), model.predict_classes(x).shape)
"""


def test_an_old_program_runs(tmp_path):
    script = write(tmp_path / "old.py", OLD)
    found = run(PPUL, "run", script)
    assert (found.returncode, found.stdout) == (0, "['acc', 'loss'] (4,)\n")
    said = found.stderr.splitlines()
    assert said == [
        "ppul run: old.py:8: np.float is gone from NumPy; float is taken for it",
        f"ppul run: old.py:14: no display; figure saved as '{tmp_path / 'old.figures' / '001.png'}'",
    ]
    assert (tmp_path / "old.figures" / "001.png").is_file()


def test_the_wrong_keras_is_told(tmp_path):
    script = write(tmp_path / "old.py", OLD)
    found = run(PPUL, "run", "--keras", "3", script)
    assert found.returncode == 1
    warning, *traceback = found.stderr.splitlines()
    assert warning.startswith("ppul run: --keras 3 was asked for, but line 4 of old.py")
    assert traceback[:2] == [
        "Traceback (most recent call last):",
        f'  File "{script}", line 4, in <module>',
    ]
    assert "keras.layers.core" in traceback[-1]
    found = run(PPUL, "run", "--keras", "4", script)
    assert (found.returncode, found.stderr.count("\n")) == (2, 1)
    assert "'1', '2', 'tf', '3'; got '4'" in found.stderr


def test_a_notebook_runs_cell_by_cell(tmp_path):
    cells = [
        {"cell_type": "code", "source": ["%matplotlib inline\n", "x = 20"]},
        {"cell_type": "markdown", "source": "Words"},
        {"cell_type": "code", "source": "x + 1"},
        {"cell_type": "code", "source": "def f():\n    return 1 / 0\nf()"},
    ]
    book = tmp_path / "book.ipynb"
    book.write_text(json.dumps({"nbformat": 4, "cells": cells}))
    found = run(PPUL, "run", book)
    assert (found.returncode, found.stdout) == (1, "21\n")
    skipped, *traceback = found.stderr.splitlines()
    assert "skipped '%matplotlib inline'" in skipped
    assert traceback[1] == f'  File "{book}, cell 3", line 3, in <module>'
    assert traceback[2] == "    f()"
    assert traceback[-1] == "ZeroDivisionError: division by zero"


def test_workers_of_scikit_learn_know_the_old_names(tmp_path):
    code = """
        import numpy as np
        import keras
        from keras.wrappers.scikit_learn import KerasRegressor
        from sklearn.model_selection import cross_val_score

        def build():
            layer = keras.layers.Dense(output_dim=1, input_dim=2, init="zero")
            model = keras.models.Sequential([layer])
            model.compile(keras.optimizers.SGD(lr=0.1), "mse")
            return model

        estimator = KerasRegressor(build, verbose=0)
        print(cross_val_score(estimator, np.ones((8, 2)), np.ones(8), n_jobs=2, cv=2).shape)
    """
    found = run(PPUL, "run", write(tmp_path / "search.py", code))
    assert (found.returncode, found.stdout, found.stderr) == (0, "(2,)\n", "")
