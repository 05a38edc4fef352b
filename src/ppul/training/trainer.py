"""How a model is trained: what `compile` keeps, and one step of training, testing, predicting.

Each step is a pure function `(state, data) -> (logs, state)` of lists of arrays and may be
overridden, as in Keras with its JAX backend; programs are made from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ppul import losses, metrics
from ppul.core import tree
from ppul.core.checks import positive_int
from ppul.core.scope import StatelessScope, call_context
from ppul.core.symbolic import KerasTensor
from ppul.core.types import Array, Config, Tree
from ppul.core.variable import Variable
from ppul.metrics.base import Metric
from ppul.metrics.reduction import Mean
from ppul.training.compile import CHOSEN_BY_SHAPE, CompileLoss, CompileMetrics
from ppul.training.data.unpack import unpack_x_y_sample_weight
from ppul.training.programs import Programs


class MetricResults(dict):
    """Logs that are the results of the metrics, and so need not be carried through a loop."""

    def __init__(self, results: dict[str, Any]) -> None:
        super().__init__(results)
        self._results = dict(results)

    @property
    def unchanged(self) -> bool:
        """Whether nobody has added or changed an entry."""
        own = self._results
        return self.keys() == own.keys() and all(self[name] is own[name] for name in own)


class Trainer:
    """The part of a model that learns."""

    optimizer: Any

    def __init__(self) -> None:
        self.optimizer = None
        self.stop_training = False
        self.compiled = False
        self.steps_per_execution = 1
        self.run_eagerly = False
        self.jit_compile: Any = True
        self._loss_tracker: Mean | None = None
        self._compile_loss: CompileLoss | None = None
        self._compile_metrics: CompileMetrics | None = None
        self._compile_config: Config | None = None
        self._programs: Programs | None = None

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        loss_weights: Any = None,
        metrics: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str = "auto",
        auto_scale_loss: bool = True,
    ) -> None:
        """Say how the model learns.

        Args:
            optimizer: A name, an `Optimizer`, or an optax transformation.
            loss: A name, function or `Loss`; a list or dict of them for several outputs.
            loss_weights: Numbers the losses are multiplied by, likewise.
            metrics: Names, functions or `Metric`s; lists or dicts of them for several outputs.
            weighted_metrics: The same, for metrics that take the sample weights.
            run_eagerly: Whether to run step by step in Python, for debugging.
            steps_per_execution: Kept for Keras's signature; chunks are chosen by time.
            jit_compile: Kept for Keras's signature; programs are always compiled by XLA.
            auto_scale_loss: Whether a mixed_float16 model's loss is scaled.

        Raises:
            ValueError: If a name is not known, or numbers of losses and outputs differ.
        """
        from ppul import optimizers

        self.optimizer = optimizers.get(optimizer)
        scaled = isinstance(self.optimizer, optimizers.LossScaleOptimizer)
        if auto_scale_loss and self.optimizer and not scaled and self._is_mixed_float16():
            self.optimizer = optimizers.LossScaleOptimizer(self.optimizer)
        names = getattr(self, "output_names", None)
        self._compile_loss = CompileLoss(loss, loss_weights, names) if loss is not None else None
        given = metrics is not None or weighted_metrics is not None
        self._compile_metrics = CompileMetrics(metrics, weighted_metrics, names) if given else None
        self._check_names_early()
        self._loss_tracker = Mean(name="loss")
        self.run_eagerly = bool(run_eagerly)
        self.steps_per_execution = positive_int(
            "compile", "steps_per_execution", steps_per_execution
        )
        self.jit_compile = True if jit_compile == "auto" else jit_compile
        self.stop_training = False
        self.compiled = True
        self._programs = None
        self._compile_config = {
            "optimizer": optimizer,
            "loss": loss,
            "loss_weights": loss_weights,
            "metrics": metrics,
            "weighted_metrics": weighted_metrics,
            "run_eagerly": run_eagerly,
            "steps_per_execution": steps_per_execution,
            "jit_compile": self.jit_compile,
        }

    # What users may override.

    def train_step(self, state: Any, data: Any) -> tuple[dict[str, Any], Any]:
        """Return logs and the state after one step of training.

        Args:
            state: Values of trainable, non-trainable, optimizer and metrics variables: four lists.
            data: A batch: x, (x, y) or (x, y, sample_weight).
        """
        trainable, non_trainable, optimizer, figures = state
        x, y, sample_weight = unpack_x_y_sample_weight(data)

        def objective(trainable: list[Array]) -> tuple[Array, Any]:
            aux = self._stateless_loss(
                trainable, non_trainable, figures, x, y, sample_weight, training=True
            )
            with StatelessScope(zip(self.optimizer.variables, optimizer, strict=True)):
                return self.optimizer.scale_loss(aux[0]), aux

        (_, aux), grads = jax.value_and_grad(objective, has_aux=True)(trainable)
        loss, y_pred, non_trainable, figures = aux
        trainable, optimizer = self.optimizer.stateless_apply(optimizer, grads, trainable)
        logs, figures = self._stateless_metrics(figures, loss, x, y, y_pred, sample_weight)
        return logs, (trainable, non_trainable, optimizer, figures)

    def test_step(self, state: Any, data: Any) -> tuple[dict[str, Any], Any]:
        """Return logs and the state after one batch of evaluation.

        Args:
            state: Values of trainable, non-trainable and metrics variables: three lists.
            data: A batch: x, (x, y) or (x, y, sample_weight).
        """
        trainable, non_trainable, figures = state
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        loss, y_pred, non_trainable, figures = self._stateless_loss(
            trainable, non_trainable, figures, x, y, sample_weight, training=False
        )
        logs, figures = self._stateless_metrics(figures, loss, x, y, y_pred, sample_weight)
        return logs, (trainable, non_trainable, figures)

    def predict_step(self, state: Any, data: Any) -> tuple[Any, Any]:
        """Return the outputs for a batch, and the state.

        Args:
            state: Values of trainable and non-trainable variables: two lists.
            data: A batch; only its x is used.
        """
        trainable, non_trainable = state
        x, _, _ = unpack_x_y_sample_weight(data)
        with call_context(self, training=False):
            outputs, non_trainable = self.stateless_call(trainable, non_trainable, x)  # type: ignore[attr-defined]
        return outputs, (trainable, non_trainable)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Array:
        """Return the loss of a batch: that of the outputs, and what layers added.

        Raises:
            ValueError: If there is nothing to minimize.
        """
        losses = []
        if self._compile_loss is not None:
            value = self._compile_loss(y, y_pred, sample_weight)
            if value is not None:
                losses.append(value)
        losses.extend(jnp.sum(jnp.asarray(loss, "float32")) for loss in self.losses)  # type: ignore[attr-defined]
        if not losses:
            if training:
                raise ValueError(
                    f"Model '{self.name}' has nothing to minimize: compile it with a `loss`, or add "  # type: ignore[attr-defined]
                    "one with `add_loss` in a layer."
                )
            return jnp.zeros(())
        total = losses[0]
        for loss in losses[1:]:
            total = total + loss
        return total

    def compute_metrics(
        self, x: Any, y: Any, y_pred: Any, sample_weight: Any = None
    ) -> dict[str, Any]:
        """Add a batch to the metrics and return their results."""
        if self._compile_metrics is not None:
            self._compile_metrics.update_state(y, y_pred, sample_weight)
        return self.get_metrics_result()

    def get_metrics_result(self) -> dict[str, Any]:
        """Return the results of all metrics by name."""
        results: dict[str, Any] = {}
        for metric in self.metrics:
            value = metric.result()
            results.update(value if isinstance(value, dict) else {metric.name: value})
        return MetricResults(results)

    def stateless_compute_loss(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        metrics_variables: Sequence[Any],
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the loss for the given values of the variables, and their new values."""
        mapping = self._mapping(trainable_variables, non_trainable_variables, metrics_variables)
        with StatelessScope(mapping, collect_losses=True) as state:
            loss = self.compute_loss(x, y, y_pred, sample_weight, training)
        values = [state.get_current_value(v) for v, _ in mapping]
        first, second = (
            len(trainable_variables),
            len(trainable_variables) + len(non_trainable_variables),
        )
        return loss, (values[:first], values[first:second], values[second:])

    # Metrics.

    @property
    def metrics(self) -> list[Metric]:
        """The loss's mean, the metrics given to `compile`, and those of layers."""
        metrics: list[Metric] = [self._loss_tracker] if self._loss_tracker is not None else []
        metrics.extend(super().metrics)  # type: ignore[misc]
        if self._compile_metrics is not None:
            metrics.append(self._compile_metrics)
        if self._compile_loss is not None:
            metrics.extend(self._compile_loss.metrics)
        return metrics

    @property
    def metrics_names(self) -> list[str]:
        """Names of the metrics."""
        return [metric.name for metric in self.metrics]

    def reset_metrics(self) -> None:
        """Set all metrics back to nothing seen."""
        for metric in self.metrics:
            metric.reset_state()

    # One step, in pieces.

    def _stateless_loss(
        self,
        trainable: Any,
        non_trainable: Any,
        metrics: Any,
        x: Any,
        y: Any,
        sample_weight: Any,
        *,
        training: bool,
    ) -> tuple[Array, Any, list[Array], list[Array]]:
        mapping = self._mapping(trainable, non_trainable, metrics)
        # The loss is computed inside the call: it may take the logits of the outputs from it.
        with StatelessScope(mapping, collect_losses=True) as state, call_context(self, training):
            y_pred = self(x)  # type: ignore[operator]
            loss = self.compute_loss(
                x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training
            )
        values: list[Any] = [state.get_current_value(v) for v, _ in mapping]
        first, second = len(trainable), len(trainable) + len(non_trainable)
        return loss, y_pred, values[first:second], values[second:]

    def _stateless_metrics(
        self, metrics: Any, loss: Array, x: Any, y: Any, y_pred: Any, sample_weight: Any
    ) -> tuple[dict[str, Any], list[Array]]:
        with StatelessScope(zip(self.metrics_variables, metrics, strict=True)) as state:
            if self._loss_tracker is not None:
                rows = next(leaf for leaf in tree.flatten(x) if leaf is not None).shape[0]
                self._loss_tracker.update_state(loss, sample_weight=jnp.asarray(rows, "float32"))
            logs = self.compute_metrics(x, y, y_pred, sample_weight)
        values: list[Any] = [state.get_current_value(v) for v in self.metrics_variables]
        return logs, values

    def _mapping(
        self, trainable: Any, non_trainable: Any, metrics: Any
    ) -> list[tuple[Variable, Any]]:
        return [
            *zip(self.trainable_variables, trainable, strict=True),  # type: ignore[attr-defined]
            *zip(self.non_trainable_variables, non_trainable, strict=True),  # type: ignore[attr-defined]
            *zip(self.metrics_variables, metrics, strict=True),
        ]

    @property
    def metrics_variables(self) -> list[Variable]:
        """Variables of all metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    # Getting ready.

    def _check_names_early(self) -> None:
        """Resolve names of losses and metrics at `compile`, where outputs need not be known."""
        for leaf in tree.flatten(self._compile_loss.given if self._compile_loss else None):
            if isinstance(leaf, str):
                losses.get(leaf)
        for leaf in tree.flatten(self._compile_metrics.given if self._compile_metrics else None):
            if isinstance(leaf, str) and leaf not in CHOSEN_BY_SHAPE:
                metrics.get(leaf)

    def _require_compiled(self, method: str) -> None:
        if not self.compiled:
            raise ValueError(
                f"Model '{self.name}' must be compiled before `{method}`: call "  # type: ignore[attr-defined]
                "`model.compile(optimizer=..., loss=...)` first."
            )

    def _build_for(self, data: Any, *, training: bool, losses: bool = True) -> None:
        """Make every variable a step needs, asking only for shapes.

        Args:
            data: A batch, as arrays or symbolic tensors.
            training: Whether an optimizer is needed too.
            losses: Whether losses and metrics are needed.
        """
        x, y, sample_weight = unpack_x_y_sample_weight(data)
        x, y, sample_weight = (
            tree.map_structure(_symbolic, part) for part in (x, y, sample_weight)
        )
        unbuilt = not self.built  # type: ignore[attr-defined]
        loss_open = losses and self._compile_loss is not None and not self._compile_loss.built
        metrics_open = (
            losses and self._compile_metrics is not None and not self._compile_metrics.built
        )
        if unbuilt or loss_open or metrics_open:
            y_pred = self._spec(x)
            if loss_open and self._compile_loss is not None:
                self._compile_loss.build(y, y_pred)
            if metrics_open and self._compile_metrics is not None:
                self._compile_metrics.build(y, y_pred)
        if training and self.optimizer is not None and not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]

    def _check_labels(self, y: Any) -> None:
        """Raise a ValueError if targets cannot be what the losses take."""
        if self._compile_loss is not None and y is not None:
            self._compile_loss.check_labels(y)

    def _spec(self, x: Any) -> Tree:
        """The outputs for an input, as shapes."""
        return self.compute_output_spec(x)  # type: ignore[attr-defined]

    def _is_mixed_float16(self) -> bool:
        return any(layer.dtype_policy.name == "mixed_float16" for layer in self._flatten_layers())  # type: ignore[attr-defined]

    @property
    def loss(self) -> Any:
        """What `compile` was given as the loss; None before."""
        return (self._compile_config or {}).get("loss")

    @property
    def train_function(self) -> Any:
        """The training program; None before it is first needed."""
        return self._programs and self._programs.train

    @property
    def test_function(self) -> Any:
        """The evaluation program; None before it is first needed."""
        return self._programs and self._programs.test

    @property
    def predict_function(self) -> Any:
        """The prediction program; None before it is first needed."""
        return self._programs and self._programs.predict

    @property
    def programs(self) -> Programs:
        """The compiled steps; made anew after `compile`, or when the variables are others."""
        figures = self.metrics_variables
        slots = self.optimizer.variables if self.optimizer is not None else []
        versions = tuple(layer._version for layer in self._flatten_layers())  # type: ignore[attr-defined]
        key = (*map(id, (*self.trainable_variables, *figures, *slots)), versions)  # type: ignore[attr-defined]
        if self._programs is None or self._programs.key != key:
            self._programs = Programs(self, key)
        return self._programs

    def make_train_function(self, force: bool = False) -> Any:
        """Return the training program; `force` makes it anew."""
        if force:
            self._programs = None
        return self.programs.train

    def make_test_function(self, force: bool = False) -> Any:
        """Return the evaluation program; `force` makes it anew."""
        if force:
            self._programs = None
        return self.programs.test

    def make_predict_function(self, force: bool = False) -> Any:
        """Return the prediction program; `force` makes it anew."""
        if force:
            self._programs = None
        return self.programs.predict

    def get_compile_config(self) -> Config | None:
        """Return what `compile` was given, in plain values."""
        from ppul.core.serialization import config_value

        if self._compile_config is None:
            return None
        return {
            name: config_value(self.optimizer if name == "optimizer" else value)
            for name, value in self._compile_config.items()
        }

    def compile_from_config(self, config: Config) -> None:
        """Compile as `get_compile_config` says."""
        from ppul.core.serialization import deserialize

        given = {name: deserialize(value) for name, value in config.items()}
        self.compile(**given)
        if self.built and self.optimizer is not None:  # type: ignore[attr-defined]
            self.optimizer.build(self.trainable_variables)  # type: ignore[attr-defined]


def _symbolic(leaf: Any) -> Any:
    """An array as a symbolic tensor of any batch size."""
    if leaf is None or isinstance(leaf, KerasTensor):
        return leaf
    return KerasTensor((None, *leaf.shape[1:]), leaf.dtype, name="batch")
