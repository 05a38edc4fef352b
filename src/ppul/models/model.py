"""Models: layers that can be trained, evaluated, asked for predictions and saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from ppul.callbacks.callback_list import CallbackList
from ppul.core import tree
from ppul.core.types import Tree
from ppul.layers.base import Layer
from ppul.models.drawing import become_drawn, is_drawn
from ppul.training import loop
from ppul.training.chunks import Pace
from ppul.training.data.adapt import Settings, adapt, is_arrays, predict_blocks
from ppul.training.data.arrays import rows_of, split
from ppul.training.progress import EpochProgress
from ppul.training.run import Run
from ppul.training.trainer import Trainer


class Model(Trainer, Layer):
    """A layer that can be trained.

    `Model(inputs, outputs)` draws a model between symbolic tensors; a subclass makes layers in
    `__init__` and uses them in `call`.

    Args:
        *args: For a drawn model: inputs and outputs.
        **kwargs: `inputs`, `outputs`, `name`, and what `Layer` takes.

    Example:
        >>> from ppul.layers.core.dense import Dense
        >>> from ppul.layers.core.input_layer import Input
        >>> x = Input((3,))
        >>> model = Model(x, Dense(1)(x))
        >>> model.compile("sgd", "mse")
        >>> history = model.fit(np.ones((8, 3)), np.ones((8, 1)), epochs=2, verbose=0)
        >>> len(history.history["loss"])
        2
    """

    history: Any

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        if is_drawn(args, kwargs) and cls is Model:
            from ppul.models.functional import Functional

            model = Layer.__new__(Functional, *args, **kwargs)
            model.__init__(*args, **kwargs)
            return model
        return super().__new__(cls, *args, **kwargs)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        from ppul.models.functional import Functional

        if is_drawn(args, kwargs) and not isinstance(self, Functional):
            become_drawn(type(self), Model)
            Functional.__init__(self, *args, **kwargs)  # type: ignore[arg-type]
            return
        if args:
            raise TypeError(
                f"{type(self).__name__}: arguments must be given by name; got {args!r}."
            )
        Trainer.__init__(self)
        Layer.__init__(self, **kwargs)

    @property
    def layers(self) -> list[Layer]:
        """The layers it holds."""
        return list(self._layers)

    def get_layer(self, name: str | None = None, index: int | None = None) -> Layer:
        """Return a layer by its name or place.

        Raises:
            ValueError: If there is none.
        """
        if (name is None) == (index is None):
            raise ValueError("get_layer: give either `name` or `index`.")
        layers = self.layers
        if index is not None:
            if not -len(layers) <= index < len(layers):
                raise ValueError(
                    f"Model '{self.name}' has {len(layers)} layers; got index {index}."
                )
            return layers[index]
        for layer in layers:
            if layer.name == name:
                return layer
        raise ValueError(
            f"Model '{self.name}' has no layer '{name}'; its layers: {[layer.name for layer in layers]}."
        )

    def summary(
        self,
        line_length: int | None = None,
        positions: Sequence[float] | None = None,
        print_fn: Callable[..., None] | None = None,
        expand_nested: bool = False,
        show_trainable: bool = False,
        layer_range: Sequence[str] | None = None,
    ) -> None:
        """Print a table of the layers, their outputs and numbers of parameters.

        Args:
            line_length: Width in characters; the terminal's, at most 80 by default.
            positions: Where columns end, as fractions of the width.
            print_fn: What prints each line; `print` by default.
            expand_nested: Whether to show the layers of models inside.
            show_trainable: Whether to show which layers are trained.
            layer_range: Names of the first and last layer to show.
        """
        from ppul.models.summary import print_summary

        print_summary(
            self, line_length, positions, print_fn, expand_nested, show_trainable, layer_range
        )

    # Training.

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

    def _finish_training(self) -> None:
        if self.optimizer is not None and hasattr(self.optimizer, "finalize_variable_values"):
            self.optimizer.finalize_variable_values(self.trainable_variables)

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
        data = adapt(x, y, sample_weight, Settings(batch_size=batch_size, steps=steps))
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
        source = predict_blocks(x, Settings(batch_size=batch_size, steps=steps))
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
                outputs = programs.predict(fixed, batch)
                pieces.append(jax.tree.map(lambda a, n=rows: np.asarray(a)[:n], outputs))
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
        data = adapt(x, y, sample_weight, Settings(batch_size=-1, class_weight=class_weight))
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
        data = adapt(x, y, sample_weight, Settings(batch_size=-1))
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

    # Files.

    def save(
        self, filepath: Any, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
    ) -> None:
        """Save the model to a `.keras` file, or an `.h5` file as older Keras reads it.

        Args:
            filepath: Where to.
            overwrite: Whether an existing file is replaced.
            zipped: Whether it is one file (a zip archive) rather than a folder.
            **kwargs: `include_optimizer`, whether the optimizer's state is saved, too.
        """
        from ppul.saving.model_files import save_model

        save_model(self, filepath, overwrite=overwrite, zipped=zipped, **kwargs)

    def save_weights(
        self, filepath: Any, overwrite: bool = True, max_shard_size: float | None = None
    ) -> None:
        """Save the weights: to a `.weights.h5` file, or one of another name."""
        from ppul.saving.model_files import save_weights

        save_weights(self, filepath, overwrite=overwrite, max_shard_size=max_shard_size)

    def load_weights(self, filepath: Any, skip_mismatch: bool = False, **kwargs: Any) -> None:
        """Load the weights from a file of weights or of a model; in `.h5` also `by_name=True`."""
        from ppul.saving.model_files import load_weights

        load_weights(self, filepath, skip_mismatch=skip_mismatch, **kwargs)

    def __reduce__(self) -> Any:
        from ppul.saving.keras_file import pickled

        return pickled(self)

    def to_json(self, **kwargs: Any) -> str:
        """Return the architecture as JSON."""
        import json

        from ppul.core.serialization import serialize

        return json.dumps(serialize(self), **kwargs)

    def build(self, input_shape: Any) -> None:
        """Make all weights for an input shape, batch first, or shapes of several inputs."""
        Layer.build(self, input_shape)

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _UNTRACKED:
            self.__dict__[name] = value
        else:
            Layer.__setattr__(self, name, value)


# What `compile` and `fit` keep is not part of the model's layers and metrics.
_UNTRACKED = frozenset(
    {
        "_compile_config",
        "_compile_loss",
        "_compile_metrics",
        "_loss_tracker",
        "_programs",
        "history",
        "optimizer",
    }
)


def _due(epoch: int, frequency: int | Sequence[int]) -> bool:
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    return epoch + 1 in frequency


def _split_off(x: Any, y: Any, sample_weight: Any, fraction: float) -> tuple[Any, Any]:
    """Training arrays, and the validation data split off from them."""
    if not is_arrays(x):
        raise ValueError(
            f"`validation_split` needs arrays; x is {type(x).__name__}. Pass `validation_data`."
        )
    rows = tuple(rows_of(p, w) for p, w in ((x, "x"), (y, "y"), (sample_weight, "sample_weight")))
    first, last = split(rows, fraction)
    return first, last
