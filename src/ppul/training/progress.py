"""How a run goes on, step by step and epoch by epoch, for whoever watches it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from time import monotonic
from typing import Any

from ppul.training.screen import Screen, Snapshot, as_number, find_surface, format_metrics


class Progbar:
    """Progress of a loop, with metrics, on `sys.stdout`.

    At a terminal a bar is rewritten in place; in a notebook a live bar is shown and a line is left
    at the end; where the output is a file, only that line is written.

    Args:
        target: Number of steps, or None if unknown.
        width: Length of the bar in characters; a narrow terminal gets a shorter one.
        verbose: 0 is silent, 1 shows a bar, 2 writes one line at the end.
        interval: Least time between two updates of the display, in seconds.
        stateful_metrics: Names whose values are shown as given; all others are averaged over steps.
        stateless_metrics: The reverse: names that are averaged; all others are shown as given.
        unit_name: What a step is called ("12ms/step").

    Raises:
        ValueError: If both `stateful_metrics` and `stateless_metrics` are given.

    Example:
        >>> bar = Progbar(3, verbose=2)
        >>> for step, loss in enumerate([0.9, 0.6, 0.3], start=1):
        ...     bar.update(step, [("loss", loss)])  # doctest: +ELLIPSIS
        3/3 - 0s - ...s/step - loss: 0.3000
    """

    def __init__(
        self,
        target: int | None,
        width: int = 20,
        verbose: int = 1,
        interval: float = 0.05,
        stateful_metrics: Iterable[str] | None = None,
        stateless_metrics: Iterable[str] | None = None,
        unit_name: str = "step",
    ) -> None:
        if stateful_metrics is not None and stateless_metrics is not None:
            raise ValueError(
                f"Progbar got stateful_metrics={stateful_metrics!r} and "
                f"stateless_metrics={stateless_metrics!r}, of which each defines the other. "
                "Name either the metrics shown as given or those to average."
            )
        self.target = target
        self.width = width
        self.verbose = verbose
        self.interval = interval
        self.stateful_metrics = set(stateful_metrics or ())
        self.stateless_metrics = None if stateless_metrics is None else set(stateless_metrics)
        self.unit_name = unit_name
        self._screen = Screen(verbose, interval)
        self._pace = Pace()
        self._values: dict[str, tuple[Any, int]] = {}

    def update(
        self,
        current: int,
        values: Sequence[tuple[str, Any]] | None = None,
        finalize: bool | None = None,
    ) -> None:
        """Report that `current` steps are done.

        Args:
            current: Number of steps done so far.
            values: Pairs of name and value (number or array, of which the mean counts).
            finalize: Whether this is the end of the line, which then shows `values` themselves
                instead of averages; by default, when `current` has reached `target`.
        """
        if finalize is None:
            finalize = self.target is not None and current >= self.target
        self._collect(values or (), max(current - self._pace.current, 1), finalize)
        self._pace.reach(current)
        if self._screen.is_due(finalize):
            self._screen.show(self._snapshot(current, finalize))
            if finalize:
                self._screen.clear()

    def add(self, n: int, values: Sequence[tuple[str, Any]] | None = None) -> None:
        """Report that `n` more steps are done; `values` as in `update`."""
        self.update(self._pace.current + n, values)

    def _collect(self, values: Sequence[tuple[str, Any]], steps: int, finalize: bool) -> None:
        for name, value in values:
            if finalize or not self._is_averaged(name):
                self._values[name] = (value, 1)
                continue
            number = as_number(value)
            total, count = self._values.get(name, (0.0, 0))
            total = as_number(total)
            if number is None or total is None:
                self._values[name] = (value, 1)
            else:
                self._values[name] = (total + number * steps, count + steps)

    def _is_averaged(self, name: str) -> bool:
        if self.stateless_metrics is not None:
            return name in self.stateless_metrics
        return name not in self.stateful_metrics

    def _snapshot(self, current: int, finalize: bool) -> Snapshot:
        shown = {k: v if n == 1 else v / n for k, (v, n) in self._values.items()}
        return Snapshot(
            current=int(current),
            target=None if self.target is None else int(self.target),
            elapsed_s=self._pace.elapsed_s,
            step_s=self._pace.step_s,
            metrics=format_metrics(shown),
            finished=finalize,
            unit=self.unit_name,
            width=self.width,
        )


class EpochProgress:
    """Progress of `fit`, `evaluate` or `predict`, epoch by epoch.

    Args:
        verbose: 0 is silent, 1 shows a bar (in a file: a line an epoch), 2 writes a line an epoch,
            "auto" is 1 at a terminal or in a notebook and 2 elsewhere.

    Raises:
        ValueError: If `verbose` is none of these.

    Example:
        >>> progress = EpochProgress(verbose=2)
        >>> for epoch in range(2):
        ...     progress.begin(epoch, epochs=2, steps=8)
        ...     progress.update(8, {"loss": 0.5})
        ...     progress.end({"loss": 0.5, "val_loss": 0.6})  # doctest: +ELLIPSIS
        Epoch 1/2
        8/8 - 0s - ...s/step - loss: 0.5000 - val_loss: 0.6000
        Epoch 2/2
        8/8 - 0s - ...s/step - loss: 0.5000 - val_loss: 0.6000
        >>> progress.close()
    """

    def __init__(self, verbose: int | str | None = "auto") -> None:
        self.verbose = resolve_verbose(verbose)
        self._screen = Screen(self.verbose)
        self._pace = Pace()
        self._steps: int | None = None
        self._counts_steps = True
        self._title = ""
        self._running = False

    def begin(self, epoch: int = 0, epochs: int = 1, steps: int | None = None) -> None:
        """Start an epoch.

        Args:
            epoch: Index of the epoch, from 0.
            epochs: Number of epochs; if it is 1, the epoch gets no headline.
            steps: Number of steps in the epoch, or None if unknown; then as in the epoch before.
        """
        self._counts_steps = steps is None
        self._steps = self._steps if steps is None else steps
        self._title = f"Epoch {epoch + 1}/{epochs}" if epochs > 1 else ""
        self._running = True
        self._pace = Pace()
        if self._title:
            self._screen.announce(self._snapshot(None, finished=False))

    def update(self, step: int, logs: Mapping[str, Any] | None = None) -> None:
        """Report that `step` steps of the epoch are done; `logs` are shown as they are."""
        self._pace.reach(step)
        if self._screen.is_due(finished=False):
            self._screen.show(self._snapshot(logs, finished=False))

    def end(self, logs: Mapping[str, Any] | None = None) -> None:
        """End the epoch with its final `logs`, those of validation included."""
        self._running = False
        if self._counts_steps:
            self._steps = self._pace.current
        if self._screen.is_due(finished=True):
            self._screen.show(self._snapshot(logs, finished=True))

    def close(self) -> None:
        """Leave the output tidy; called once at the end, also after an error or an interrupt."""
        if self._running:
            self._screen.abandon()
        else:
            self._screen.clear()

    def _snapshot(self, logs: Mapping[str, Any] | None, finished: bool) -> Snapshot:
        return Snapshot(
            current=self._pace.current,
            target=self._steps,
            elapsed_s=self._pace.elapsed_s,
            step_s=self._pace.step_s,
            metrics=format_metrics(logs or {}),
            finished=finished,
            title=self._title,
        )


class Pace:
    """Measures the time of a step, leaving out what is not one: compiling, validation."""

    def __init__(self) -> None:
        self.current = 0
        self._start = self._reached = monotonic()
        self._first: tuple[int, float] | None = None

    def reach(self, current: int) -> None:
        """Note that `current` steps are done now."""
        if current <= self.current:
            return
        self.current, self._reached = current, monotonic()
        if self._first is None:
            self._first = current, self._reached

    @property
    def elapsed_s(self) -> float:
        return monotonic() - self._start

    @property
    def step_s(self) -> float:
        if self._first is None:
            return 0.0
        first, first_time = self._first
        # The first steps include compiling; the later ones count alone once they are as many.
        if self.current - first >= first:
            return (self._reached - first_time) / (self.current - first)
        return (self._reached - self._start) / self.current


def resolve_verbose(verbose: int | str | None) -> int:
    """The number that `verbose` stands for.

    Args:
        verbose: A number, a bool, None (silent) or "auto".

    Returns:
        For "auto" 1 at a terminal or in a notebook, else 2.

    Raises:
        ValueError: If it is anything else.

    Example:
        >>> resolve_verbose(True)
        1
    """
    if verbose == "auto":
        return 2 if find_surface() == "file" else 1
    try:
        return int(verbose or 0)
    except (TypeError, ValueError):
        raise ValueError(f"`verbose` must be 'auto', 0, 1 or 2; got {verbose!r}.") from None
