"""The progress display, compared with what Keras writes for the same calls."""

import contextlib
import inspect
import io
import re
import time

import jax.numpy as jnp
import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppul.training import progress, screen
from ppul.training.progress import EpochProgress, Progbar, resolve_verbose
from ppul.training.screen import format_time, format_value

STYLE_OR_BACKSPACE = re.compile("\x1b\\[\\d*m|\x08")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self):
        return True


class Clock:
    """Stands still until told to go on, for Keras and for us."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    monkeypatch.setattr(progress, "monotonic", clock)
    monkeypatch.setattr(screen, "monotonic", clock)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return clock


def written(calls, stream):
    with contextlib.redirect_stdout(stream):
        calls()
    return stream.getvalue()


def drawings(text):
    """Each drawing of a line, without styles and what only overwrites the one before."""
    text = STYLE_OR_BACKSPACE.sub("", text)
    return [line.rstrip(" ") for line in re.split("(\r|\n)", text) if line]


# Arguments of Progbar, then calls: seconds that pass before, arguments of `update`.
SEQUENCES = {
    "averages, and the last values at the end": (
        {"target": 3},
        [(1, (1, [("a", 0.5)])), (1, (2, [("a", 0.25)])), (2, (3, [("a", 1.0)]))],
    ),
    "values weigh as many steps as they stand for": (
        {"target": 100},
        [(1, (1, [("a", 4.0)])), (1, (50, [("a", 2.0)])), (1, (70, [("a", 1.0), ("b", 3.0)]))],
    ),
    "unknown target": (
        {"target": None},
        [(1, (1, [("a", 1.0)])), (1e-3, (30, [("a", 1.0)])), (1, (40, [("a", 3.0)], True))],
    ),
    "ends early": (
        {"target": 10},
        [(1, (1, [("a", 1.0)])), (0.1, (3, [("a", 2.0)], True))],
    ),
    "not ended when the target is reached": (
        {"target": 3},
        [(1, (1, [("a", 1.0)])), (1, (3, [("a", 2.0)], False)), (0, (3, [("a", 5.0)], True))],
    ),
    "stateful": (
        {"target": 9, "stateful_metrics": ["a"]},
        [(1, (1, [("a", 1.0), ("b", 1.0)])), (1, (4, [("a", 2.0), ("b", 2.0)]))],
    ),
    "stateless": (
        {"target": 9, "stateless_metrics": ["a"]},
        [(1, (1, [("a", 1.0), ("b", 1.0)])), (1, (4, [("a", 2.0), ("b", 2.0)]))],
    ),
    "time left in hours": ({"target": 5000}, [(1, (1,)), (3, (2,)), (100, (3,))]),
    "units and width": (
        {"target": 1200, "unit_name": "sample", "width": 33},
        [(0.5, (1, [("a", 1.0)])), (1, (400, [("a", 2.0)])), (1, (1200, [("a", 2.0)]))],
    ),
    "arrays count by their mean": (
        {"target": 3},
        [(1, (1, [("a", np.array([1.0, 2.0]))])), (1, (2, [("a", np.array([3.0, 6.0]))]))],
    ),
    "without values": ({"target": 4}, [(1, (1,)), (1, (2,)), (0.5, (4,))]),
    "target from np.ceil": ({"target": 32.0}, [(1, (1,)), (1, (2,)), (0.5, (32,))]),
}


@pytest.mark.parametrize("verbose", [0, 1, 2, 3])
@pytest.mark.parametrize("case", SEQUENCES)
def test_terminal_shows_what_keras_shows(case, verbose, clock):
    arguments, calls = SEQUENCES[case]

    def run(progbar_class):
        clock.now = 0.0
        bar = progbar_class(**arguments, verbose=verbose, interval=0)
        for seconds, update in calls:
            clock.now += seconds
            bar.update(*update)

    ours = drawings(written(lambda: run(Progbar), Terminal()))
    keras_drawings = drawings(written(lambda: run(keras.utils.Progbar), Terminal()))
    if verbose == 2 and case == "unknown target":
        # Keras is silent here, although told that this is the end of the line.
        assert keras_drawings == []
        assert ours == ["     40/Unknown - 2s - 26ms/step - a: 3.0000", "\n"]
    else:
        assert ours == keras_drawings


def test_signatures_are_keras_ones():
    for name in ("__init__", "update", "add"):
        ours = inspect.signature(getattr(Progbar, name)).parameters
        theirs = inspect.signature(getattr(keras.utils.Progbar, name)).parameters
        assert list(ours) == list(theirs)
        assert [p.default for p in ours.values()] == [p.default for p in theirs.values()]


def test_add_counts_on(clock):
    def run(progbar_class):
        clock.now = 0.0
        bar = progbar_class(6, interval=0)
        for n in (1, 2, 3):
            clock.now += 1
            bar.add(n, [("loss", float(n))])

    assert drawings(written(lambda: run(Progbar), Terminal())) == drawings(
        written(lambda: run(keras.utils.Progbar), Terminal())
    )


def test_metrics_are_either_stateful_or_stateless():
    for progbar_class in (Progbar, keras.utils.Progbar):
        with pytest.raises(ValueError, match="stateless_metrics"):
            progbar_class(3, stateful_metrics=["a"], stateless_metrics=["b"])


def epochs(display, clock, verbose, steps):
    """Drive Keras's logger and our display through the same two epochs."""
    logs = [{"loss": 0.5, "mae": 1.0}, {"loss": 0.25, "mae": 2e-4, "val_loss": 0.75}]
    if display is EpochProgress:
        ours = EpochProgress(verbose)
        for epoch in range(2):
            ours.begin(epoch, 2, steps)
            for step in range(1, 5):
                clock.now += 0.25
                ours.update(step, logs[0])
            ours.end(logs[1])
        ours.close()
        return
    theirs = keras.callbacks.ProgbarLogger()
    theirs.set_params({"verbose": verbose, "epochs": 2, "steps": steps})
    theirs.on_train_begin()
    for epoch in range(2):
        theirs.on_epoch_begin(epoch)
        for step in range(4):
            clock.now += 0.25
            theirs.on_train_batch_end(step, logs[0])
        theirs.on_epoch_end(epoch, logs[1])


@pytest.mark.parametrize("steps", [4, None])
@pytest.mark.parametrize("verbose", [0, 1, 2, True, 3, None])
def test_epochs_look_like_keras_ones(verbose, steps, clock):
    texts = []
    for display in (EpochProgress, keras.callbacks.ProgbarLogger):
        clock.now = 0.0
        texts.append(written(lambda: epochs(display, clock, verbose, steps), Terminal()))  # noqa: B023
    assert drawings(texts[0]) == drawings(texts[1])


@pytest.mark.parametrize("verbose", [1, 2, "auto"])
def test_a_file_gets_what_keras_writes_with_verbose_2(verbose, clock):
    ours = written(lambda: epochs(EpochProgress, clock, verbose, 4), io.StringIO())
    clock.now = 0.0
    keras_text = written(lambda: epochs(keras.callbacks.ProgbarLogger, clock, 2, 4), io.StringIO())
    assert ours == keras_text


def test_an_interrupted_bar_leaves_the_cursor_on_a_new_line(clock):
    def run():
        display = EpochProgress(1)
        display.begin(0, 1, 4)
        display.update(2, {"loss": 0.5})
        display.close()

    assert drawings(written(run, Terminal()))[-1] == "\n"
    assert written(run, io.StringIO()) == ""


def test_nothing_is_drawn_before_the_interval_has_passed(clock):
    bar = Progbar(1000, interval=0.05)

    def run():
        for step in range(1, 101):
            clock.now += 0.01
            bar.update(step, [("loss", 1.0)])

    # 100 steps take a second, in which the interval passes 20 times; rounding of 0.01 costs one.
    assert 16 <= written(run, Terminal()).count("\r") <= 20


def test_first_chunk_with_its_compiling_does_not_count_in_the_time_of_a_step(clock):
    def run():
        display = EpochProgress(1)
        display.begin(0, 1, 40)
        for step, seconds in ((10, 9.0), (20, 1.0), (30, 1.0)):
            clock.now += seconds
            display.update(step)

    lines = [line for line in drawings(written(run, Terminal())) if "/step" in line]
    assert [line.split("━ ")[-1] for line in lines] == [
        "27s 900ms/step",
        "2s 100ms/step",
        "1s 100ms/step",
    ]


def test_validation_counts_in_the_epoch_but_not_in_its_steps(clock):
    def run():
        display = EpochProgress(2)
        display.begin(0, 1, 10)
        clock.now += 2.0
        display.update(10)
        clock.now += 7.0
        display.end({"val_loss": 1.0})

    assert written(run, io.StringIO()) == "10/10 - 9s - 200ms/step - val_loss: 1.0000\n"


def test_verbose_auto_is_a_bar_only_where_it_can_be_rewritten(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    kernel_stream = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})
    for stream, verbose in ((Terminal(), 1), (kernel_stream(), 1), (io.StringIO(), 2), (None, 2)):
        with contextlib.redirect_stdout(stream):
            assert resolve_verbose("auto") == verbose
    monkeypatch.setenv("TERM", "dumb")
    with contextlib.redirect_stdout(Terminal()):
        assert resolve_verbose("auto") == 2


@pytest.mark.parametrize("verbose", ["yes", [1], object()])
def test_unknown_verbose_is_named(verbose):
    with pytest.raises(ValueError, match=r"`verbose` must be 'auto', 0, 1 or 2; got "):
        EpochProgress(verbose)


@given(st.floats(-1e15, 1e15) | st.sampled_from([0.0, 1e-3, -1e-3, np.nan, np.inf, -np.inf]))
def test_numbers_are_written_as_keras_writes_them(number):
    bar = keras.utils.Progbar(1, verbose=2)
    text = written(lambda: bar.update(1, [("loss", abs(number))]), io.StringIO())
    # Keras takes every negative number for a small one, and writes -1 as -1.0000e+00.
    assert text.endswith(f"loss: {format_value(number).removeprefix('-')}\n")
    assert format_value(number).startswith("-") == (np.copysign(1, number) < 0)


@given(st.floats(0, 1e5))
def test_times_of_a_step_are_written_as_keras_writes_them(seconds):
    clock = Clock()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", clock)
        bar = keras.utils.Progbar(2, verbose=2)
        bar.update(1)
        clock.now = seconds
        text = written(lambda: bar.update(2), io.StringIO())
    assert text.endswith(f" - {format_time(seconds)}/step\n")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (jnp.float32(0.5), "0.5000"),
        (jnp.asarray([1.0, 2.0], "bfloat16"), "1.5000"),
        (np.float64(1e300), "1.0000e+300"),
        (np.zeros(0), "nan"),
        (True, "1.0000"),
        (None, "None"),
        ("n/a", "n/a"),
        (3 + 4j, "(3+4j)"),
    ],
)
def test_any_value_can_be_shown(value, text, clock):
    for stateful in (None, ["v"]):
        bar = Progbar(3, verbose=2, stateful_metrics=stateful)
        bar.update(1, [("v", value)])
        line = written(lambda: bar.update(2, [("v", value)], True), io.StringIO())  # noqa: B023
        assert line == f"2/3 - 0s - 0s/step - v: {text}\n"
