"""Where progress is shown: a real pseudo terminal, a notebook, files and odd streams."""

import contextlib
import fcntl
import io
import os
import pty
import re
import struct
import sys
import termios
import threading
import types
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ppul.training import progress, screen
from ppul.training.progress import EpochProgress, Progbar
from ppul.training.screen import Snapshot

STYLE = re.compile("\x1b\\[\\d*m")
LOGS = {"accuracy": 0.9, "loss": 0.25}
FINAL = {**LOGS, "val_accuracy": 0.8, "val_loss": 0.5}


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)


def run_epochs(verbose=1):
    display = EpochProgress(verbose)
    for epoch in range(2):
        display.begin(epoch, 2, 1875)
        for step in (625, 1250, 1875):
            display._screen._shown_at = float("-inf")  # as if the interval had passed
            display.update(step, LOGS)
        display.end(FINAL)
    display.close()


def on_pseudo_terminal(columns, run, encoding="utf-8"):
    """What `run` writes to a real terminal device of that width."""
    master, slave = pty.openpty()
    chunks = []

    def read():
        with contextlib.suppress(OSError):  # Linux's way to say that the other side is closed
            while chunk := os.read(master, 4096):
                chunks.append(chunk)

    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with open(slave, "w", encoding=encoding) as stream, contextlib.redirect_stdout(stream):  # noqa: PTH123
        reader = threading.Thread(target=read)
        reader.start()
        run()
    reader.join()
    os.close(master)
    return b"".join(chunks).decode(encoding)


def screen_after(text, columns):
    """The rows of a terminal after `text`; fails where the terminal would wrap a row."""
    rows, column = [""], 0
    for character in STYLE.sub("", text):
        if character == "\r":
            column = 0
        elif character == "\n":
            rows.append("")
        else:
            assert character.isprintable()
            rows[-1] = rows[-1][:column].ljust(column) + character + rows[-1][column + 1 :]
            column += 1
            assert column < columns, f"row wraps: {rows[-1]!r}"
    return [row.rstrip() for row in rows]


@pytest.mark.parametrize("columns", [200, 80, 40, 33])
def test_bar_never_wraps_and_loses_no_metric(columns):
    text = on_pseudo_terminal(columns, run_epochs)
    shown = " ".join(screen_after(text, columns))
    for metric in ("accuracy: 0.9000", "loss: 0.2500", "val_accuracy: 0.8000", "val_loss: 0.5000"):
        assert shown.count(f" {metric}") == 2
    assert text.count("\r1") + text.count("\r\x1b[1m1875") >= 4


def test_running_bar_stays_on_one_row():
    def run():
        bar = Progbar(12, interval=0)
        for step in range(1, 9):
            bar.update(step, LOGS.items())

    text = on_pseudo_terminal(80, run)
    assert "\n" not in text
    (row,) = screen_after(text, 80)
    assert re.fullmatch(r" 8/12 ━{20} 0s \d+[mu]?s/step - accuracy: 0\.9000 - loss: 0\.2500", row)


def test_longer_lines_leave_nothing_behind():
    def run():
        bar = Progbar(3, interval=0, stateful_metrics=["loss"])
        bar.update(1, [("loss", 123456789.0)])
        bar.update(2, [("loss", 1.0)])

    (row,) = screen_after(on_pseudo_terminal(80, run), 80)
    assert row.endswith("- loss: 1.0000")


@pytest.mark.parametrize("encoding", ["ascii", "cp949", "latin-1"])
def test_streams_without_unicode_get_an_ascii_bar(encoding):
    text = on_pseudo_terminal(80, lambda: run_epochs(1), encoding)
    assert text.isascii()
    assert "\x1b" not in text
    assert "625/1875 ======.............. " in text


def test_no_color_is_respected(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b" not in on_pseudo_terminal(80, run_epochs)


metric_texts = st.lists(
    st.builds(
        "{}: {:.4f}".format,
        st.text("abcloss_정확도가ガ猫", min_size=1, max_size=12),
        st.floats(0, 1e6),
    ),
    max_size=8,
)


@given(
    metric_texts,
    st.integers(1, 200),
    st.integers(0, 2000),
    st.none() | st.integers(1, 2000),
    st.booleans(),
    st.booleans(),
)
def test_terminal_lines_fit_any_width(metrics, columns, current, target, finished, styled):
    snapshot = Snapshot(current, target, 12.5, 0.0125, metrics, finished)
    lines = STYLE.sub("", snapshot.terminal_line(columns, styled)).split("\n")
    if finished:
        # Only a metric that is alone on its row may be wider than the terminal.
        assert all(cell_len(line) < columns or " - " not in line for line in lines)
        shown = " - ".join(line.strip() for line in lines)
        assert all(metric in shown for metric in metrics)
    else:
        assert len(lines) == 1
        assert cell_len(lines[0]) < columns


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2Jloss", "a\rb", "\x08\x07"])
def test_metric_names_cannot_control_the_terminal(name):
    text = on_pseudo_terminal(80, lambda: Progbar(1).update(1, [(name, 1.0)]))
    assert screen_after(text, 80)[-2].endswith(": 1.0000")
    assert len(screen_after(text, 80)) == 2


class WriteOnly:
    """What people put in place of `sys.stdout`: nothing but `write`."""

    def __init__(self):
        self.text = ""

    def write(self, text):
        self.text += text


def test_stdout_may_be_missing_or_only_writable(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    run_epochs()
    stream = WriteOnly()
    monkeypatch.setattr(sys, "stdout", stream)
    run_epochs()
    assert len(stream.text.splitlines()) == 4


def test_names_that_the_stream_cannot_encode_are_replaced():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    with contextlib.redirect_stdout(stream):
        Progbar(1, verbose=2).update(1, [("정확도", 1.0)])
    stream.flush()
    assert stream.buffer.getvalue().endswith(b"step - ???: 1.0000\n")


def test_broken_pipe_is_not_swallowed():
    reading, writing = os.pipe()
    os.close(reading)
    stream = os.fdopen(writing, "w")
    with contextlib.redirect_stdout(stream), pytest.raises(BrokenPipeError):
        Progbar(1).update(1)
    with contextlib.suppress(BrokenPipeError):
        stream.close()


def test_bar_follows_a_redirection():
    first, second = io.StringIO(), io.StringIO()
    display = EpochProgress(1)
    for epoch, stream in enumerate((first, second)):
        with contextlib.redirect_stdout(stream):
            display.begin(epoch, 2, 1)
            display.update(1)
            display.end(LOGS)
    assert first.getvalue().startswith("Epoch 1/2\n1/1 - ")
    assert second.getvalue().startswith("Epoch 2/2\n1/1 - ")


class Display:
    """Stands in for IPython's display: keeps what a notebook would be sent."""

    def __init__(self):
        self.bundles = []

    def display(self, bundle, *, raw, display_id):
        assert raw
        assert display_id
        self.bundles.append(bundle)
        return self

    def update(self, bundle, *, raw):
        assert raw
        self.bundles.append(bundle)


@pytest.fixture
def notebook(monkeypatch):
    """A notebook whose clock goes on by a hundredth of a second at each look."""
    display = Display()
    module = types.ModuleType("IPython.display")
    module.display = display.display
    monkeypatch.setitem(sys.modules, "IPython.display", module)
    stream = type("OutStream", (io.StringIO,), {"__module__": "ipykernel.iostream"})()
    ticks = iter(range(10**9))
    for part in (progress, screen):
        monkeypatch.setattr(part, "monotonic", lambda: next(ticks) / 100)
    return display, stream, ticks


def test_notebook_gets_a_live_bar_and_a_line_an_epoch(notebook):
    display, stream, ticks = notebook
    with contextlib.redirect_stdout(stream):
        bar = EpochProgress("auto")
        for epoch in range(3):
            bar.begin(epoch, 3, 100)
            for step in range(1, 101):
                bar.update(step, {"<loss> & co": 0.5})
            bar.end(LOGS)
        bar.close()
    lines = stream.getvalue().splitlines()
    assert lines[::2] == ["Epoch 1/3", "Epoch 2/3", "Epoch 3/3"]
    assert all(line.startswith("100/100 - ") for line in lines[1::2])
    seconds = next(ticks) / 100
    assert 4 * seconds < len(display.bundles) <= 5 * seconds + 2
    assert display.bundles[-1] == {"text/html": "", "text/plain": ""}
    for bundle in display.bundles[:-1]:
        element = ET.fromstring(bundle["text/html"]).find("progress")  # noqa: S314
        assert element is not None
        assert element.get("max") == "100"
        assert element.get("value") in element.tail + "/"
        assert bundle["text/plain"].startswith("Epoch ")
    assert "<loss> & co: 0.5000" in element.tail


def test_short_loops_in_a_notebook_leave_only_lines(notebook):
    display, stream, _ = notebook
    with contextlib.redirect_stdout(stream):
        for _ in range(50):
            bar = EpochProgress(1)
            bar.begin(steps=2)
            bar.update(1)
            bar.end()
            bar.close()
    assert display.bundles == []
    assert len(stream.getvalue().splitlines()) == 50
