"""Results in their old form: keys of the history, progress lines, what `evaluate` prints."""

from __future__ import annotations

import functools
import inspect
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Any

from ppul.callbacks.callback_list import CallbackList
from ppul.compat.patches import Patches
from ppul.compat.recognition import Manner
from ppul.core import tree
from ppul.models import fitting as fitting_module
from ppul.models.model import Model
from ppul.training.data.adapt import is_arrays
from ppul.training.progress import EpochProgress, resolve_verbose
from ppul.training.screen import Snapshot, format_duration, format_time

# Names of one figure, in the Kerases of several years.
SYNONYMS = (
    ("acc", "accuracy"),
    ("lr", "learning_rate"),
    ("mae", "mean_absolute_error"),
    ("mape", "mean_absolute_percentage_error"),
    ("mse", "mean_squared_error"),
    ("msle", "mean_squared_logarithmic_error"),
)
BAR = 30


class Figures(dict):
    """Figures by name, each readable under all names that Kerases gave it.

    Example:
        >>> figures = Figures({"val_accuracy": 0.5})
        >>> figures["val_acc"], "val_acc" in figures, list(figures)
        (0.5, True, ['val_accuracy'])
    """

    def __missing__(self, key: Any) -> Any:
        other = self._other_name(key)
        if other is None:
            raise KeyError(key)
        return self[other]

    def __contains__(self, key: Any) -> bool:
        return super().__contains__(key) or self._other_name(key) is not None

    def get(self, key: Any, default: Any = None) -> Any:
        """Return a figure, `default` where there is none."""
        try:
            return self[key]
        except KeyError:
            return default

    def _other_name(self, key: Any) -> str | None:
        for names in SYNONYMS if isinstance(key, str) else ():
            for name in names:
                if key == name or key.endswith(f"_{name}"):
                    others = [key.removesuffix(name) + other for other in names]
                    return next((other for other in others if dict.__contains__(self, other)), None)
        return None


@dataclass(frozen=True)
class Run:
    """What is under way.

    Args:
        model: The model.
        training: Whether it is `fit`.
        samples: Number of samples, None where only steps can be counted.
        batch_size: Samples a step.
    """

    model: Model | None = None
    training: bool = False
    samples: int | None = None
    batch_size: int = 1


class _Current(threading.local):
    run = Run()


_current = _Current()


@dataclass(frozen=True)
class OldSnapshot(Snapshot):
    """One moment of a run, shown as in Keras 1 and 2: `[====>.....] - ETA: 1s - loss: 0.5000`."""

    bare: bool = False

    def line(self) -> str:
        """The epoch in one line: with the full bar, or bare."""
        head = f" - {self.elapsed_s:.0f}s" if self.bare else self._head(sys.maxsize, styled=False)
        return " - ".join([head, *self.metrics])

    def bar(self, width: int, styled: bool) -> str:
        """The bar alone, without brackets."""
        done = width * self.current // (self.target or 1)
        arrow = ">" if self.current < (self.target or 1) else "="
        return ("=" * (done - 1) + arrow if done else "").ljust(width, ".")

    def _head(self, room: int, styled: bool) -> str:
        clock = f"{self.elapsed_s:.0f}s {self.pace}"
        if not self.finished and self.target:
            clock = f"ETA: {format_duration(self.step_s * (self.target - self.current))}"
        if not self.target or room < BAR + len(f"{self.count} [] - {clock}"):
            return f"{self.count} - {clock}"
        return f"{self.count} [{self.bar(BAR, styled)}] - {clock}"

    @property
    def pace(self) -> str:
        """Time of a sample or step."""
        return f"{format_time(self.step_s)}/{self.unit}"


class OldProgress(EpochProgress):
    """Progress as in Keras 1 and 2: in samples, where these are known.

    Args:
        verbose: As for `EpochProgress`.
    """

    unit = "step"

    def __init__(self, verbose: int | str | None = "auto") -> None:
        super().__init__(verbose)
        self._run = _current.run

    def begin(self, epoch: int = 0, epochs: int = 1, steps: int | None = None) -> None:
        """Start an epoch; one of `fit` always has a headline."""
        super().begin(epoch, epochs, steps)
        if self._run.training and not self._title:
            self._title = f"Epoch {epoch + 1}/{epochs}"
            self._screen.announce(self._snapshot(None, finished=False))

    def _snapshot(self, logs: Mapping[str, Any] | None, finished: bool) -> Snapshot:
        steps = super()._snapshot(_in_old_order(logs or {}, self._run.model), finished)
        shown = {field.name: getattr(steps, field.name) for field in fields(steps)}
        samples, size = self._run.samples, self._run.batch_size
        if samples is not None:
            done = min(steps.current * size, samples)
            shown |= {"current": done, "target": samples, "step_s": steps.step_s / size}
            shown["unit"] = self.unit
        return OldSnapshot(**shown, bare=self.verbose == 2)


class SampleProgress(OldProgress):
    """The same with the word that tf.keras had."""

    unit = "sample"


def speak(manner: Manner, patches: Patches) -> None:
    """Let `fit`, `evaluate` and `predict` print, and return, in an old manner.

    Args:
        manner: Which.
        patches: What keeps account of changes.
    """
    progress = SampleProgress if manner.keras == "tf" else OldProgress
    patches.set(fitting_module, "EpochProgress", progress)
    patches.set(Model, "fit", _fit(Model.fit, manner))
    patches.set(Model, "evaluate", _counting(Model.evaluate, verbose=1))
    patches.set(Model, "predict", _counting(Model.predict, verbose=0))
    patches.set(Model, "metrics_names", property(_metrics_names))
    patches.set(CallbackList, "epoch_end", _epoch_end(CallbackList.epoch_end))
    if manner.short_keys:
        patches.set(Model, "compile", _compile(Model.compile))


def _fit(fit: Callable[..., Any], manner: Manner) -> Callable[..., Any]:
    signature = inspect.signature(fit)

    @functools.wraps(fit)
    def call(self: Model, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind(self, *args, **kwargs).arguments
        given.setdefault("verbose", 1)
        count = _count(given.get("x"))
        trained, checked = count, _count(_first(given.get("validation_data")))
        if count is not None and given.get("validation_split") and checked is None:
            trained = int(count * (1 - given["validation_split"]))
            checked = count - trained
        if given.get("steps_per_epoch"):
            trained = None
        if resolve_verbose(given["verbose"]) and trained is not None:
            _write_counts(trained, checked, manner)
        with _under_way(Run(self, True, trained, given.get("batch_size") or 32)):
            history = fit(**given)
        history.history = Figures(history.history)
        return history

    return call


def _counting(method: Callable[..., Any], verbose: int) -> Callable[..., Any]:
    signature = inspect.signature(method)

    @functools.wraps(method)
    def call(self: Model, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind(self, *args, **kwargs).arguments
        given.setdefault("verbose", verbose)
        samples = None if given.get("steps") else _count(given.get("x"))
        with _under_way(Run(self, False, samples, given.get("batch_size") or 32)):
            return method(**given.pop("kwargs", {}), **given)

    return call


def _compile(compile: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(compile)

    @functools.wraps(compile)
    def call(self: Model, *args: Any, **kwargs: Any) -> Any:
        given = signature.bind(self, *args, **kwargs).arguments
        for name in ("metrics", "weighted_metrics"):
            if given.get(name) is not None:
                given[name] = tree.map_structure(_short, given[name])
        return compile(**given)

    return call


def _epoch_end(epoch_end: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(epoch_end)
    def call(self: CallbackList, epoch: int, logs: dict[str, Any]) -> None:
        figures = Figures(_in_old_order(logs, self.model))
        epoch_end(self, epoch, figures)
        logs.update(figures)

    return call


def _metrics_names(model: Model) -> list[str]:
    """Names of what `evaluate` returns, in its order."""
    names = ["loss"] if model.compiled else []
    if model._compile_loss is not None:
        names += [metric.name for metric in model._compile_loss.metrics]
    figures = model._compile_metrics
    if figures is None:
        return names
    if not figures.built:
        return names + [name for name in tree.flatten(figures.given) if isinstance(name, str)]
    for place, name, _, _ in figures.parts:
        names.append(f"{figures.names[place]}_{name}" if figures.prefixed else name)
    return names


def _in_old_order(logs: Mapping[str, Any], model: Model | None) -> dict[str, Any]:
    """Figures in the order they had: as `evaluate` returns them, then those of validation."""
    names = _metrics_names(model) if model is not None else []
    known = [name for name in (*names, *(f"val_{name}" for name in names)) if name in logs]
    rest = [name for name in logs if name not in known]
    return {name: logs[name] for name in (*known, *rest)}


@contextmanager
def _under_way(run: Run) -> Iterator[None]:
    before, _current.run = _current.run, run
    try:
        yield
    finally:
        _current.run = before


def _short(metric: Any) -> Any:
    return "acc" if metric == "accuracy" else metric


def _first(data: Any) -> Any:
    return data[0] if isinstance(data, (tuple, list)) else None


def _count(x: Any) -> int | None:
    """Number of samples of arrays, None for anything else."""
    return len(tree.flatten(x)[0]) if x is not None and is_arrays(x) else None


def _write_counts(trained: int, checked: int | None, manner: Manner) -> None:
    if checked is not None:
        sys.stdout.write(f"Train on {trained} samples, validate on {checked} samples\n")
    elif manner.keras == "tf":
        sys.stdout.write(f"Train on {trained} samples\n")
