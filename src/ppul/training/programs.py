"""The programs of one model: training, testing, predicting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from ppul.core import devices
from ppul.core.types import State, Tree
from ppul.training.data.unpack import pack_x_y_sample_weight
from ppul.training.program import (
    Program,
    brought_home,
    compile_once,
    paths,
    rebuilt,
    settle,
    signature,
    values,
)
from ppul.training.state import Variables

if TYPE_CHECKING:
    from ppul.training.trainer import Trainer


class Programs:
    """A model's steps as programs over its state.

    Args:
        model: The model, built and (but for predicting) compiled.
        key: What the programs depend on beside the model; kept to see when it changes.
    """

    def __init__(self, model: Trainer, key: Any) -> None:
        self.model = model
        self.key = key
        eager = model.run_eagerly
        self.variables = Variables(
            trainable=model.trainable_variables,  # type: ignore[attr-defined]
            non_trainable=model.non_trainable_variables,  # type: ignore[attr-defined]
            optimizer=model.optimizer.variables if model.optimizer is not None else [],
            metrics=model.metrics_variables,
        )
        self.train = Program(self._train_step, self._results, eager=eager)
        self.test = Program(self._test_step, self._results, eager=eager)
        self.predict = PredictProgram(self._predict_step, eager=eager)

    def _train_step(self, fixed: State, state: State, batch: Tree) -> tuple[State, Any]:
        logs, lists = self.model.train_step(
            self.variables.lists(state), pack_x_y_sample_weight(*batch)
        )
        return self.variables.pack(state, lists), _carried(logs)

    def _test_step(self, fixed: State, state: State, batch: Tree) -> tuple[State, Any]:
        everything = {"trainable": fixed["trainable"], **state}
        logs, lists = self.model.test_step(
            self.variables.lists(everything), pack_x_y_sample_weight(*batch)
        )
        packed = self.variables.pack(everything, lists)
        return {group: packed[group] for group in state}, _carried(logs)

    def _predict_step(self, fixed: State, batch: Tree) -> Tree:
        x = pack_x_y_sample_weight(batch)
        outputs, _ = self.model.predict_step(self.variables.lists(fixed), x)
        return outputs

    def _results(self, state: State, logs: Any) -> dict[str, Any]:
        """What the caller sees: the step's own logs, or the results of the metrics."""
        from ppul.core.scope import StatelessScope

        if logs is not None:
            return logs
        with StatelessScope(self.variables.paired({"metrics": state["metrics"]})):
            return dict(self.model.get_metrics_result())


class PredictProgram:
    """The outputs of batches, compiled.

    Args:
        step: Function of `(fixed, batch)` that returns the outputs.
        eager: Whether to run in Python, for debugging.
    """

    def __init__(self, step: Any, *, eager: bool = False) -> None:
        self.step = step
        self.eager = eager
        self._compiled: dict[Any, Any] = {}
        self._rows_apart: bool | None = None

    def rows(self, fixed: State, batch: Tree, count: int) -> Tree:
        """Return the outputs, as NumPy arrays, for the first rows of a batch that was filled up.

        What it was filled with must not be seen in them. The first time this is tried, with
        another filling; if the model mixes rows, it gets the batch without.

        Args:
            fixed: See `settle`.
            batch: Arrays.
            count: Number of the rows that count.
        """
        outputs = _first(self(fixed, batch), count)
        if all(len(a) == count for a in jax.tree.leaves(batch)):
            return outputs
        if self._rows_apart is None:
            again = _first(self(fixed, _filled_otherwise(batch, count)), count)
            same = jax.tree.map(lambda a, b: a.tobytes() == b.tobytes(), outputs, again)
            self._rows_apart = all(jax.tree.leaves(same))
        return outputs if self._rows_apart else _first(self(fixed, _first(batch, count)), count)

    def __call__(self, fixed: State, batch: Tree) -> Tree:
        """Return the outputs for a batch of arrays; for `fixed`, see `settle`."""
        if self.eager:
            with jax.disable_jit():
                return self.step(brought_home(fixed), batch)
        rows, data_tree = jax.tree.flatten(batch)
        leaves = (values(fixed), rows)
        key = (paths(fixed), data_tree, signature(leaves), devices.chosen())
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = self._compile(fixed, data_tree, leaves)
        function, outputs_tree, device = compiled
        outputs = function(settle(fixed, device), devices.divide(rows, device, axis=0))
        return jax.tree.unflatten(outputs_tree, outputs)

    def _compile(self, fixed: State, data_tree: Any, leaves: Any) -> Any:
        trees: list[Any] = []

        def outputs(fixed_values: Any, rows: Any) -> Any:
            found = self.step(rebuilt(fixed, fixed_values), jax.tree.unflatten(data_tree, rows))
            flat, tree = jax.tree.flatten(found)
            trees.append(tree)
            return flat

        function, device = compile_once(outputs, leaves, (None, 0))
        return function, trees[-1], device


def _first(arrays: Tree, count: int) -> Tree:
    return jax.tree.map(lambda a: np.asarray(a)[:count], arrays)


def _filled_otherwise(batch: Tree, count: int) -> Tree:
    """A batch whose rows after the first `count` are of ones and zeros that were not there."""
    return jax.tree.map(
        lambda a: np.concatenate([a[:count], (a[count:] == 0).astype(a.dtype)]), batch
    )


def _carried(logs: Any) -> Any:
    from ppul.training.trainer import MetricResults

    results = isinstance(logs, MetricResults) and logs.unchanged
    return None if results else dict(logs or {})
