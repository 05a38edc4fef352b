"""Training, evaluating and predicting: what a model does with data."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from ppul.callbacks.callback_list import CallbackList
from ppul.core import tree
from ppul.core.settings import max_epochs
from ppul.core.types import Tree
from ppul.training import loop
from ppul.training.chunks import Pace
from ppul.training.data.adapt import Settings, adapt, is_arrays, predict_blocks
from ppul.training.data.arrays import rows_of, split
from ppul.training.progress import EpochProgress
from ppul.training.run import Run
from ppul.training.trainer import Trainer


class Fitting(Trainer):
    """The part of a model that runs its steps over data."""

    history: Any

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: int | str = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool | str = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: int | Sequence[int] = 1,
    ) -> Any:
        """Train the model.

        Args:
            x: Inputs: an array, or a list or dict of them; a data frame; a generator or other
                iterable of batches; a `PyDataset`.
            y: Targets, unless `x` yields them.
            batch_size: Samples a step; 32 by default.
            epochs: The epoch to stop after.
            verbose: 0 silent, 1 a progress bar, 2 a line an epoch; "auto" 1 at a terminal.
            callbacks: Callbacks.
            validation_split: Fraction of the samples, the last ones, to validate on.
            validation_data: `(x, y)` or `(x, y, sample_weight)` to validate on, or batches.
            shuffle: Whether the order changes each epoch; "batch" shuffles whole batches.
            class_weight: Weights of the classes in the loss.
            sample_weight: Weights of the samples in the loss.
            initial_epoch: The epoch to begin with.
            steps_per_epoch: Steps an epoch; all data by default.
            validation_steps: Steps of validation; all data by default.
            validation_batch_size: Samples a step of validation; `batch_size` by default.
            validation_freq: Every how many epochs to validate, or after which.

        Returns:
            A `History`: `history.history` has the figures of every epoch.

        Raises:
            ValueError: If the model is not compiled, or the data do not fit it.
        """
        self._require_compiled("fit")
        epochs = _limited(epochs)
        x, validation_data = self._ahead(x), self._ahead(validation_data, parts=True)
        settings = Settings(
            batch_size=batch_size, shuffle=shuffle, steps=steps_per_epoch, class_weight=class_weight
        )
        if validation_split and validation_data is None:
            (x, y, sample_weight), validation_data = _split_off(
                x, y, sample_weight, validation_split
            )
        data = adapt(x, y, sample_weight, settings)
        validation = None
        if validation_data is not None:
            size = validation_batch_size or batch_size
            validation = adapt(
                validation_data,
                None,
                None,
                Settings(batch_size=size, steps=validation_steps),
                parts=True,
            )
        self._build_for(data.sample(), training=True)
        self._check_labels(data.targets())
        listener = CallbackList.of(
            callbacks, self, epochs=epochs, verbose=verbose, steps=data.steps, add_history=True
        )
        return self._fit(
            data, validation, listener, epochs, initial_epoch, verbose, validation_freq
        )

    def _fit(
        self,
        data: Any,
        validation: Any,
        listener: CallbackList,
        epochs: int,
        initial_epoch: int,
        verbose: int | str,
        validation_freq: Any,
    ) -> Any:
        programs = self.programs
        groups = tuple(programs.variables.groups)
        runner = loop.Runner(programs.train, programs.variables, (), groups)
        progress = EpochProgress(listener.verbose(verbose))
        pace, check_pace = Pace(), Pace()
        run = Run(self, data, validation, listener, initial_epoch)
        self.stop_training = False
        listener.begin("train")
        listener.run_begin(run)
        try:
            while run.epoch < epochs and not run.over:
                if not run.step:
                    self.reset_metrics()
                    listener.epoch_begin(run.epoch)
                progress.begin(run.epoch, epochs, data.steps)
                loop.run_epoch(runner, data, run, "train", pace, listener, progress)
                if not run.step:
                    break
                if validation is not None and _due(run.epoch, validation_freq):
                    checked = self._evaluate(validation, listener, check_pace)
                    run.logs.update({f"val_{name}": value for name, value in checked.items()})
                listener.epoch_end(run.epoch, run.logs)
                progress.end(run.logs)
                run.next_epoch()
                run.settled()
        finally:
            progress.close()
            data.close()
            if validation is not None:
                validation.close()
        self._finish_training()
        listener.end("train", run.logs)
        return self.history

    def _ahead(self, x: Any, *, parts: bool = False) -> Any:
        """Return data, or what yields them, as the program takes them.

        Args:
            x: Inputs, as for `fit`.
            parts: Whether `x` may be a tuple of inputs, targets and sample weights.
        """
        del parts
        return x

    def _finish_training(self) -> None:
        if self.optimizer is not None and hasattr(self.optimizer, "finalize_variable_values"):
            self.optimizer.finalize_variable_values(self.trainable_variables)  # type: ignore[attr-defined]

    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Return loss and metrics on data.

        Args:
            x: Inputs, as for `fit`.
            y: Targets, unless `x` yields them.
            batch_size: Samples a step; 32 by default.
            verbose: 0 silent, 1 a progress bar, 2 a line; "auto" 1 at a terminal.
            sample_weight: Weights of the samples.
            steps: Steps; all data by default.
            callbacks: Callbacks.
            return_dict: Whether to return a dict by name instead of a list.
            **kwargs: None; named so that a misspelt argument gets an error.

        Returns:
            The loss alone, or a list of loss and metrics, or a dict.
        """
        if kwargs:
            raise TypeError(f"evaluate: unknown argument(s) {sorted(kwargs)}.")
        self._require_compiled("evaluate")
        data = adapt(self._ahead(x), y, sample_weight, Settings(batch_size=batch_size, steps=steps))
        self._build_for(data.sample(), training=False)
        self._check_labels(data.targets())
        listener = CallbackList.of(callbacks, self, epochs=1, verbose=verbose, steps=data.steps)
        progress = EpochProgress(listener.verbose(verbose))
        progress.begin(0, 1, data.steps)
        try:
            logs = self._evaluate(data, listener, Pace(), progress)
            progress.end(logs)
        finally:
            progress.close()
            data.close()
        return logs if return_dict else self._as_list(logs)

    def _evaluate(
        self,
        data: Any,
        listener: CallbackList,
        pace: Pace,
        progress: EpochProgress | None = None,
    ) -> loop.Logs:
        programs = self.programs
        runner = loop.Runner(
            programs.test, programs.variables, ("trainable",), ("non_trainable", "metrics")
        )
        self.stop_evaluating = False
        self.reset_metrics()
        data.rewind()
        listener.begin("test")
        quiet = progress or EpochProgress(0)
        place = loop.Place()
        loop.run_epoch(runner, data, place, "test", pace, listener, quiet)
        listener.end("test", place.logs)
        return place.logs

    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: int | str = "auto",
        steps: int | None = None,
        callbacks: Any = None,
    ) -> Tree:
        """Return the outputs for data as NumPy arrays.

        Args:
            x: Inputs, as for `fit`.
            batch_size: Samples computed at a time; 32 by default.
            verbose: 0 silent, 1 a progress bar, 2 a line; "auto" 1 at a terminal.
            steps: Steps; all data by default.
            callbacks: Callbacks.
        """
        source = predict_blocks(self._ahead(x), Settings(batch_size=batch_size, steps=steps))
        self._build_for((source.sample(),), training=False, losses=False)
        listener = CallbackList.of(callbacks, self, epochs=1, verbose=verbose, steps=source.steps)
        programs = self.programs
        progress = EpochProgress(listener.verbose(verbose))
        progress.begin(0, 1, source.steps)
        self.stop_predicting = False
        listener.begin("predict")
        fixed = programs.variables.read("trainable", "non_trainable")
        pieces: list[Tree] = []
        try:
            for step, (batch, rows) in enumerate(source):
                if "predict" in listener.batches:
                    listener.batch_begin("predict", step)
                pieces.append(programs.predict.rows(fixed, batch, rows))
                if "predict" in listener.batches:
                    listener.batch_end("predict", step, {"outputs": pieces[-1]})
                progress.update(step + 1)
                if listener.stopped("predict"):
                    break
            progress.end({})
        finally:
            progress.close()
        programs.variables.write(fixed)
        listener.end("predict")
        if len(pieces) == 1:
            return pieces[0]
        return jax.tree.map(lambda *parts: np.concatenate(parts), *pieces)

    # Single batches.

    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
    ) -> Any:
        """Train one step on one batch.

        Returns:
            Loss and metrics, as `evaluate` returns them.
        """
        self._require_compiled("train_on_batch")
        data = adapt(
            self._ahead(x), y, sample_weight, Settings(batch_size=-1, class_weight=class_weight)
        )
        self._build_for(data.sample(), training=True)
        self.reset_metrics()
        programs = self.programs
        groups = tuple(programs.variables.groups)
        runner = loop.Runner(programs.train, programs.variables, (), groups)
        logs = loop.as_numbers(runner.chunk(next(iter(data.blocks(0))), 0, 1))
        return logs if return_dict else self._as_list(logs)

    def test_on_batch(
        self, x: Any, y: Any = None, sample_weight: Any = None, return_dict: bool = False
    ) -> Any:
        """Return loss and metrics on one batch."""
        self._require_compiled("test_on_batch")
        data = adapt(self._ahead(x), y, sample_weight, Settings(batch_size=-1))
        self._build_for(data.sample(), training=False)
        self.reset_metrics()
        programs = self.programs
        runner = loop.Runner(
            programs.test, programs.variables, ("trainable",), ("non_trainable", "metrics")
        )
        logs = loop.as_numbers(runner.chunk(next(iter(data.blocks(0))), 0, 1))
        return logs if return_dict else self._as_list(logs)

    def predict_on_batch(self, x: Any) -> Tree:
        """Return the outputs for one batch as NumPy arrays."""
        return self.predict(x, batch_size=len(tree.flatten(x)[0]), verbose=0)

    def _as_list(self, logs: loop.Logs) -> Any:
        """Figures as Keras lists them: the loss, then the metrics as they were given."""
        names = ["loss"] if "loss" in logs else []
        names += [m.name for m in (self._compile_loss.metrics if self._compile_loss else ())]
        if self._compile_metrics is not None:
            results = jax.eval_shape(self._compile_metrics.result)
            names += [name for name in results if name not in names]
        names += [name for name in logs if name not in names]
        values = [logs[name] for name in names if name in logs]
        return values[0] if len(values) == 1 else values


def _due(epoch: int, frequency: int | Sequence[int]) -> bool:
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency


def _limited(epochs: int) -> int:
    """The number of epochs, no more than `config` allows."""
    most = max_epochs()
    if most is None or epochs <= most:
        return epochs
    warnings.warn(f"`config.set_max_epochs` limits the training to {most} epochs.", stacklevel=3)
    return most


def _split_off(x: Any, y: Any, sample_weight: Any, fraction: float) -> tuple[Any, Any]:
    """Training arrays, and the validation data split off from them."""
    if not is_arrays(x):
        raise ValueError(
            f"`validation_split` needs arrays; x is {type(x).__name__}. Pass `validation_data`."
        )
    rows = tuple(rows_of(p, w) for p, w in ((x, "x"), (y, "y"), (sample_weight, "sample_weight")))
    first, last = split(rows, fraction)
    return first, last
