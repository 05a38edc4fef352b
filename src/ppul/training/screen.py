"""Where a run is shown: at a terminal (a bar), in a notebook (a live one) or a file (lines)."""

from __future__ import annotations

import html
import importlib
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Literal, TextIO

import numpy as np

Surface = Literal["terminal", "notebook", "file"]

# A shorter bar says less than the characters it takes from the metrics.
MIN_BAR = 5
# The browser redraws the output of a cell at each update; more often than this only costs.
NOTEBOOK_INTERVAL_S = 0.2


@dataclass(frozen=True)
class Snapshot:
    """What there is to show at one moment."""

    current: int
    target: int | None
    elapsed_s: float
    step_s: float
    metrics: list[str]
    finished: bool
    unit: str = "step"
    width: int = 20
    title: str = ""

    @property
    def count(self) -> str:
        if not self.target:
            return f"{self.current:7d}/Unknown"
        return f"{self.current:{len(str(self.target))}d}/{self.target}"

    @property
    def clock(self) -> str:
        """Time left while running, if it can be known; else time passed."""
        if self.finished or not self.target:
            return f"{self.elapsed_s:.0f}s"
        return format_duration(self.step_s * max(self.target - self.current, 0))

    @property
    def pace(self) -> str:
        return f"{format_time(self.step_s)}/{self.unit}"

    def line(self) -> str:
        """The epoch in one line without control characters."""
        clock = f"{self.elapsed_s:.0f}s"
        return " - ".join([self.count, clock, self.pace, *self.metrics])

    def bar(self, width: int, styled: bool) -> str:
        """The bar alone, `width` characters long; there has to be a target."""
        done = max(0, min(width, width * self.current // (self.target or 1)))
        if not styled:
            return "=" * done + "." * (width - done)
        return f"\x1b[32m{'━' * done}\x1b[0m\x1b[37m{'━' * (width - done)}\x1b[0m"

    def terminal_line(self, columns: int, styled: bool) -> str:
        """What fits a terminal of this width, never to be wrapped by it.

        A finished line that is too long is folded; a running one stays one line, from which the bar
        is left out first, then the last metrics, then the time per step.
        """
        room = columns - 1  # a character in the last column would wrap on some terminals
        tail = "".join(f" - {metric}" for metric in self.metrics)
        whole = self._head(room - _text_width(tail), styled) + tail
        if _text_width(whole) <= room:
            return whole
        if self.finished:
            return "\n".join(_fold(self._head(room, styled), self.metrics, room))
        head = self._head(0, styled)
        line = _fold(head, self.metrics, room)[0]
        if line == head:
            line = _fold(f"{self.count} {self.clock}", self.metrics, room)[0][: max(room, 0)]
        return line

    def html(self) -> str:
        """The line as HTML; without a target, the progress element only shows activity."""
        share = f' value="{self.current}" max="{self.target}"' if self.target else ""
        text = " - ".join([f"{self.count.strip()} {self.clock} {self.pace}", *self.metrics])
        line = f"{html.escape(self.title)} <progress{share}></progress> {html.escape(text)}"
        style = "font-family: monospace; white-space: pre-wrap"
        return f'<div style="{style}">{line.strip()}</div>'

    def _head(self, room: int, styled: bool) -> str:
        """What comes before the metrics, with as long a bar as there is room for."""
        count, clock = _bold(self.count, styled), _bold(self.clock, styled)
        width = min(self.width, room - len(f"{self.count}  {self.clock} {self.pace}"))
        if not self.target or width < min(MIN_BAR, self.width):
            return f"{count} {clock} {self.pace}"
        return f"{count} {self.bar(width, styled)} {clock} {self.pace}"


class Screen:
    """Shows snapshots on whatever `sys.stdout` is at that moment.

    Args:
        verbose: 1 shows every snapshot that is due, 2 the finished ones, any other value none.
        interval: Least time between two snapshots, in seconds.
    """

    def __init__(self, verbose: int, interval: float = 0.05) -> None:
        self.verbose = verbose
        self.interval = interval
        self._shown_at = -np.inf
        self._drawn = 0
        self._display: Any = None
        # What is over sooner leaves only its line: a cell may run hundreds of short loops.
        self._display_due_at = monotonic() + NOTEBOOK_INTERVAL_S

    def is_due(self, finished: bool) -> bool:
        """Whether a snapshot would be shown now: a cheap question, asked at each step."""
        if finished:
            return self.verbose in (1, 2)
        return self.verbose == 1 and monotonic() - self._shown_at >= self.interval

    def show(self, snapshot: Snapshot) -> None:
        """Show a snapshot, in place of the last one unless that was a finished one."""
        self._shown_at = monotonic()
        surface = find_surface()
        if self.verbose == 1 and surface == "terminal":
            self._rewrite(snapshot)
            return
        live = self.verbose == 1 and surface == "notebook" and not snapshot.finished
        if live and self._shown_at >= self._display_due_at:
            self._display_live(snapshot)
        if snapshot.finished:
            _write(snapshot.line() + "\n")

    def announce(self, snapshot: Snapshot) -> None:
        """Write the title of what begins; a live bar goes above all its lines."""
        if not self.verbose:
            return
        if self.verbose == 1 and self._display is None and find_surface() == "notebook":
            self._display_live(snapshot)
        _write(snapshot.title + "\n")

    def clear(self) -> None:
        """Take a live bar out of a notebook, where the finished lines stay."""
        if self._display is not None:
            self._display_html("", "")
            self._display = None

    def abandon(self) -> None:
        """Leave the last snapshot standing, with the cursor on a new line."""
        if self._drawn:
            _write("\n")
        self._drawn = 0

    def _rewrite(self, snapshot: Snapshot) -> None:
        text = snapshot.terminal_line(_terminal_columns(), _shows_styles())
        first, *rest = text.split("\n")
        width = _text_width(first)
        first += " " * (self._drawn - width)
        end = "\n" if snapshot.finished else ""
        self._drawn = 0 if snapshot.finished else width
        _write("\r" + "\n".join([first, *rest]) + end)

    def _display_live(self, snapshot: Snapshot) -> None:
        self._display_due_at = monotonic() + NOTEBOOK_INTERVAL_S
        self._display_html(snapshot.html(), f"{snapshot.title} {snapshot.line()}".strip())

    def _display_html(self, markup: str, text: str) -> None:
        bundle = {"text/html": markup, "text/plain": text}
        if self._display is None:
            display = importlib.import_module("IPython.display").display
            self._display = display(bundle, raw=True, display_id=True)
        else:
            self._display.update(bundle, raw=True)


def find_surface() -> Surface:
    """What `sys.stdout` is connected to.

    Returns:
        "notebook" if a Jupyter kernel owns it, "terminal" if lines on it can be rewritten in place,
        else "file" (also for pipes, captured output and no output at all).

    Example:
        >>> find_surface() in ("terminal", "notebook", "file")
        True
    """
    stream = sys.stdout
    owner = type(stream).__module__.split(".")[0]
    if owner in ("ipykernel", "pyodide_kernel"):
        return "notebook"
    isatty = getattr(stream, "isatty", None)
    if isatty is None or not isatty():
        return "file"
    # IDLE and a dumb terminal say they are terminals, yet cannot rewrite a line.
    return "file" if owner == "idlelib" or os.environ.get("TERM") == "dumb" else "terminal"


def format_time(seconds: float) -> str:
    """A short time in the unit that suits it: s, ms or us.

    Example:
        >>> [format_time(t) for t in (0, 0.0125, 3e-5)]
        ['0s', '12ms', '30us']
    """
    if seconds >= 1 or seconds == 0:
        return f"{seconds:.0f}s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.0f}ms"
    return f"{seconds * 1e6:.0f}us"


def format_duration(seconds: float) -> str:
    """A time in seconds, or as minutes:seconds or hours:minutes:seconds where it is long.

    Example:
        >>> [format_duration(t) for t in (59.9, 61, 3661)]
        ['59s', '1:01', '1:01:01']
    """
    minutes, s = divmod(int(seconds), 60)
    hours, m = divmod(minutes, 60)
    if seconds > 3600:
        return f"{hours}:{m:02d}:{s:02d}"
    if seconds > 60:
        return f"{m}:{s:02d}"
    return f"{int(seconds)}s"


def format_metrics(logs: Mapping[str, Any]) -> list[str]:
    """Names and values as text, one entry a metric.

    Example:
        >>> format_metrics({"loss": 0.25, "learning_rate": 1e-4})
        ['loss: 0.2500', 'learning_rate: 1.0000e-04']
    """
    return [f"{_printable(name)}: {_printable(format_value(v))}" for name, v in logs.items()]


def format_value(value: Any) -> str:
    """A number, or the mean of an array, with four decimals; small and huge ones scientific.

    What is not a number is shown as it is.

    Example:
        >>> [format_value(v) for v in (0.91234, 2e-5, float("nan"), [1.0, 2.0], "n/a")]
        ['0.9123', '2.0000e-05', 'nan', '1.5000', 'n/a']
    """
    number = as_number(value)
    if number is None:
        return str(value)
    # From 1e16 on, decimals are none of the number's own digits.
    return f"{number:.4f}" if 1e-3 < abs(number) < 1e16 else f"{number:.4e}"


def as_number(value: Any) -> float | None:
    """The value as a number (of an array the mean), or None if it is not numeric.

    Example:
        >>> as_number([1, 2]), as_number("n/a")
        (1.5, None)
    """
    if isinstance(value, float):
        return value
    if value is None or isinstance(value, str):
        return None
    try:
        array = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        return None
    with np.errstate(all="ignore"):
        return float(array.mean()) if array.size else float("nan")


def _printable(text: str) -> str:
    """Names come from files too: none of them may move the cursor or end the line."""
    text = str(text)
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)


_STYLE = re.compile("\x1b\\[\\d*m")


def _text_width(text: str) -> int:
    """Columns on a terminal, where East Asian characters take two and styles none."""
    text = _STYLE.sub("", text)
    return len(text) if text.isascii() else sum(map(_character_width, text))


def _character_width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _fold(head: str, metrics: list[str], columns: int) -> list[str]:
    """The head and the metrics in lines of this width, broken between metrics."""
    lines = [head]
    for metric in metrics:
        longer = f"{lines[-1]} - {metric}"
        if _text_width(longer) <= columns:
            lines[-1] = longer
        else:
            lines.append(f"    {metric}")
    return lines


def _bold(text: str, styled: bool) -> str:
    return f"\x1b[1m{text}\x1b[0m" if styled else text


def _terminal_columns() -> int:
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except (OSError, AttributeError, ValueError):
        columns = 0
    return columns or shutil.get_terminal_size().columns


def _shows_styles() -> bool:
    """Whether colours and box characters are safe, or the bar has to be plain ASCII.

    Code pages of East Asia have the box characters, but two columns wide; the old Windows console
    prints escape sequences instead of obeying them.
    """
    if "NO_COLOR" in os.environ or (sys.platform == "win32" and "WT_SESSION" not in os.environ):
        return False
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower().startswith("utf")


def _write(text: str) -> None:
    stream: TextIO | None = sys.stdout
    if stream is None:
        return
    encoding = getattr(stream, "encoding", None)
    if encoding and not text.isascii():
        text = text.encode(encoding, "replace").decode(encoding)
    stream.write(text)
    flush = getattr(stream, "flush", None)
    if flush is not None:
        flush()
