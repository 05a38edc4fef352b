"""What `compile` was given, matched to the outputs of a model: losses, weights, metrics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul import losses as losses_module
from ppul import metrics as metrics_module
from ppul.core import tree
from ppul.core.checks import suggestion
from ppul.core.local import local
from ppul.core.types import Array, Tree
from ppul.core.variable import Variable
from ppul.losses.base import Loss, LossFunctionWrapper
from ppul.losses.crossentropy import on_logits
from ppul.metrics.base import Metric
from ppul.metrics.reduction import Mean, MeanMetricWrapper

# Names that mean the metric which fits targets and outputs.
CHOSEN_BY_SHAPE = ("accuracy", "acc", "crossentropy", "ce")

# What outputs are called in errors where the model has no names for them.
_MADE_UP = "output "


class CompileLoss:
    """The loss of a model: one loss an output, weighted and summed.

    Args:
        loss: A loss, or a list or dict of losses, one an output.
        loss_weights: Numbers, likewise.
        output_names: Names of the outputs.
    """

    def __init__(self, loss: Any, loss_weights: Any, output_names: Sequence[str] | None) -> None:
        self.given = loss
        self.given_weights = loss_weights
        self.output_names = list(output_names or [])
        self.built = False
        self.parts: list[tuple[int, Loss, Any]] = []
        self.trackers: dict[int, Mean] = {}

    def build(self, y_true: Tree, y_pred: Tree) -> None:
        """Match losses to outputs.

        Raises:
            ValueError: If they do not fit.
        """
        if self.built:
            return
        names = _names_of(y_pred, self.output_names)
        self.outputs = tree.flatten(y_pred)
        chosen = _per_output("loss", self.given, names)
        weights = _weights(self.given_weights, names)
        for place, given in enumerate(chosen):
            for loss, weight in _alternatives(given, weights[place]):
                if loss is not None:
                    self.parts.append((place, _as_loss(loss, names[place]), weight))
        if len(chosen) > 1:
            used = dict.fromkeys(place for place, *_ in self.parts)
            self.trackers = {
                place: Mean(name=name) for place, name in self._loss_names(names, used).items()
            }
        self.names = names
        self.built = True

    def _loss_names(self, names: list[str], used: dict[int, None]) -> dict[int, str]:
        """Names of the losses of single outputs: of the output, or of the loss where it has none."""
        if not _are_made_up(names):
            return {place: f"{names[place]}_loss" for place in used}
        found: dict[int, str] = {}
        for place in used:
            loss = next(loss for other, loss, _ in self.parts if other == place)
            given = self.given if isinstance(self.given, str) else loss.name
            name, count = f"{given}_loss", 1
            while name in found.values():
                name, count = f"{given}_loss_{count}", count + 1
            found[place] = name
        return found

    @property
    def metrics(self) -> list[Metric]:
        """Means of the losses of single outputs, where there are several."""
        return list(self.trackers.values())

    @property
    def variables(self) -> list[Variable]:
        """Variables of these means."""
        return [v for metric in self.metrics for v in metric.variables]

    def check_labels(self, y_true: Tree) -> None:
        """Raise a ValueError if class numbers are not those of the outputs.

        Args:
            y_true: Targets, as NumPy arrays; losses of class numbers only look at theirs.
        """
        targets = _targets(y_true, self.names)
        for place, loss, _ in self.parts:
            if not _takes_class_numbers(loss):
                continue
            labels, classes = np.asarray(targets[place]), self.outputs[place].shape[-1]
            ignored = getattr(loss, "ignore_class", None)
            wrong = (labels < 0) | (labels >= classes)
            wrong &= labels != ignored if ignored is not None else True
            if wrong.any():
                first = int(np.argmax(wrong.reshape(len(labels), -1).any(axis=1)))
                raise ValueError(
                    f"`y` of output '{self.names[place]}' must be class numbers from 0 to {classes - 1} "
                    f"({classes} classes); it has values from {labels.min()} to {labels.max()}, the "
                    f"first wrong one in sample {first}. Number the classes from 0, or make the last "
                    "layer as wide as there are classes."
                )

    def __call__(self, y_true: Tree, y_pred: Tree, sample_weight: Any = None) -> Array | None:
        """Return the total loss of a batch."""
        self.build(y_true, y_pred)
        if y_true is None:
            raise ValueError(
                f"`y` is None, and the loss {self.given!r} needs targets for {self.names}. Pass `y`, "
                "or batches (x, y)."
            )
        outputs = tree.flatten(y_pred)
        targets = _targets(y_true, self.names)
        weights = _sample_weights(sample_weight, self.names)
        total = None
        sums: dict[int, Array] = {}
        for place, loss, weight in self.parts:
            value = _of_logits(loss, outputs[place])(targets[place], weights[place])
            sums[place] = value if place not in sums else sums[place] + value
            weighted = value if weight is None else value * jnp.asarray(weight, value.dtype)
            total = weighted if total is None else total + weighted
        for place, tracker in self.trackers.items():
            rows = outputs[place].shape[0] if outputs[place].ndim else 1
            tracker.update_state(sums[place], sample_weight=jnp.asarray(rows, "float32"))
        return total


def _of_logits(loss: Loss, output: Any) -> Callable[..., Array]:
    """A loss as a function of targets and weights; of the logits, where a softmax made the output.

    The loss is the same, its gradient one subtraction instead of the derivative of a quotient.
    """
    logits = local.call.logits_of(output) if local.call is not None else None
    twin = on_logits(loss) if logits is not None else None
    if twin is None:
        return lambda y_true, weight: loss(y_true, output, weight)
    return lambda y_true, weight: twin(y_true, logits, weight)


class CompileMetrics(Metric):
    """The metrics of a model, each of its output; a metric whose result is a dict.

    Args:
        metrics: Metrics, or a list or dict of lists of them, without sample weights.
        weighted_metrics: The same, with sample weights.
        output_names: Names of the outputs.
    """

    given: tuple[Any, Any]

    def __init__(
        self, metrics: Any, weighted_metrics: Any, output_names: Sequence[str] | None
    ) -> None:
        super().__init__(name="compile_metrics")
        self.__dict__["given"] = (metrics, weighted_metrics)  # as given, not as tracked lists
        self.output_names = list(output_names or [])
        self.built = False
        self.parts: list[tuple[int, str, Metric, bool]] = []

    def build(self, y_true: Tree, y_pred: Tree) -> None:
        """Match metrics to outputs, and choose the kind of accuracy that fits each."""
        if self.built:
            return
        names = _names_of(y_pred, self.output_names)
        targets, outputs = _targets(y_true, names), tree.flatten(y_pred)
        for weighted, given in enumerate(self.given):
            if given is None:
                continue
            for place, chosen in enumerate(_metrics_per_output(given, names)):
                for item in chosen:
                    metric = _as_metric(item, targets[place], outputs[place])
                    if metric is not None:
                        name = item if isinstance(item, str) else metric.name
                        self.parts.append((place, name, metric, bool(weighted)))
        self.names = names
        self.prefixed = len(names) > 1 and not _are_made_up(names)
        self.built = True

    @property
    def metrics(self) -> list[Metric]:
        """The metrics."""
        return [metric for _, _, metric, _ in self.parts]

    def update_state(self, y_true: Tree, y_pred: Tree, sample_weight: Any = None) -> None:
        """Add a batch."""
        self.build(y_true, y_pred)
        outputs = tree.flatten(y_pred)
        targets = _targets(y_true, self.names)
        weights = _sample_weights(sample_weight, self.names)
        for place, _, metric, weighted in self.parts:
            if weighted:
                metric.update_state(targets[place], outputs[place], sample_weight=weights[place])
            else:
                metric.update_state(targets[place], outputs[place])

    def result(self) -> dict[str, Any]:
        """Return the figures by name."""
        found: dict[str, Any] = {}
        for place, given, metric, weighted in self.parts:
            value = metric.result()
            figures = value if isinstance(value, dict) else {given: value}
            for own, figure in figures.items():
                name = f"{self.names[place]}_{own}" if self.prefixed else own
                if name in found and weighted:
                    name = f"weighted_{name}"
                unique, count = name, 1
                while unique in found:
                    unique, count = f"{name}_{count}", count + 1
                found[unique] = figure
        return found


def _names_of(y_pred: Tree, output_names: Sequence[str]) -> list[str]:
    outputs = tree.flatten(y_pred)
    if isinstance(y_pred, dict):
        return [str(key) for key in sorted(y_pred)]
    if len(output_names) == len(outputs):
        return list(output_names)
    return [f"{_MADE_UP}{i}" for i in range(len(outputs))] if len(outputs) > 1 else ["output"]


def _are_made_up(names: list[str]) -> bool:
    return names[0].startswith(_MADE_UP)


def _per_output(what: str, given: Any, names: list[str]) -> list[Any]:
    """One entry an output, from one for all, a list or a dict of names."""
    count = len(names)
    if isinstance(given, dict):
        unknown = sorted(set(given) - set(names))
        if unknown:
            raise ValueError(
                f"compile: `{what}` names {unknown}, which are not outputs of the model: {names}."
                f"{suggestion(unknown[0], names)}"
            )
        return [given.get(name) for name in names]
    if isinstance(given, (list, tuple)):
        if len(given) != count:
            raise ValueError(
                f"compile: `{what}` has {len(given)} entries and the model has {count} output(s) "
                f"{names}. Give one for each output."
            )
        return list(given)
    return [given] * count


def _alternatives(given: Any, weight: Any) -> list[tuple[Any, Any]]:
    """Losses of one output: usually one, sometimes a list that is summed."""
    if isinstance(given, (list, tuple)):
        weights = weight if isinstance(weight, (list, tuple)) else [weight] * len(given)
        return list(zip(given, weights, strict=True))
    return [(given, weight)]


def _weights(given: Any, names: list[str]) -> list[Any]:
    if given is None:
        return [None] * len(names)
    if isinstance(given, (int, float)):
        if len(names) > 1:
            raise ValueError(
                f"compile: `loss_weights` is one number ({given}) and the model has {len(names)} "
                f"outputs {names}. Give a list or dict with one for each output."
            )
        return [given]
    weights = _per_output("loss_weights", given, names)
    for name, weight in zip(names, weights, strict=True):
        for value in weight if isinstance(weight, (list, tuple)) else [weight]:
            if value is not None and not isinstance(value, (int, float)):
                raise ValueError(
                    f"compile: the loss weight of '{name}' must be a number; got {value!r}."
                )
    return weights


def _takes_class_numbers(loss: Loss) -> bool:
    function = getattr(loss, "fn", None)
    return function is losses_module.sparse_categorical_crossentropy or isinstance(
        loss, losses_module.SparseCategoricalCrossentropy
    )


def _as_loss(given: Any, name: str) -> Loss:
    found = losses_module.get(given)
    if isinstance(found, Loss):
        return found
    if callable(found):
        return LossFunctionWrapper(found, name=getattr(found, "__name__", name))
    raise ValueError(
        f"compile: the loss of '{name}' must be a name, function or Loss; got {given!r}."
    )


def _metrics_per_output(given: Any, names: list[str]) -> list[list[Any]]:
    if isinstance(given, (str, Metric)) or callable(given):
        given = [given]
    if isinstance(given, dict):
        return [_as_list(item) for item in _per_output("metrics", given, names)]
    nested = any(isinstance(item, (list, tuple)) for item in given)
    if nested or (len(names) > 1 and len(given) == len(names)):
        return [_as_list(item) for item in _per_output("metrics", given, names)]
    if len(names) > 1 and given:
        raise ValueError(
            f"compile: `metrics` is a list of {len(given)} and the model has {len(names)} outputs "
            f"{names}. Give a list of lists, or a dict of output names."
        )
    return [list(given)] + [[] for _ in names[1:]]


def _as_list(item: Any) -> list[Any]:
    if item is None:
        return []
    return list(item) if isinstance(item, (list, tuple)) else [item]


def _as_metric(given: Any, y_true: Any, y_pred: Any) -> Metric | None:
    if given is None:
        return None
    if isinstance(given, str) and given in CHOSEN_BY_SHAPE:
        return _accuracy(given, y_true, y_pred)
    found = metrics_module.get(given)
    if isinstance(found, Metric):
        return found
    if isinstance(found, Loss) or not callable(found):
        raise ValueError(f"compile: a metric must be a name, function or Metric; got {given!r}.")
    name = given if isinstance(given, str) else getattr(found, "__name__", type(found).__name__)
    return MeanMetricWrapper(found, name=name.strip("<>"))


def _accuracy(name: str, y_true: Any, y_pred: Any) -> Metric:
    """The accuracy or cross-entropy that fits targets and outputs."""
    binary = y_pred.shape[-1] == 1 if y_pred.ndim else True
    sparse = y_true.ndim < y_pred.ndim or (y_true.shape[-1] == 1 and y_pred.shape[-1] > 1)
    kind = "Binary" if binary else "SparseCategorical" if sparse else "Categorical"
    if name in ("accuracy", "acc"):
        return getattr(metrics_module, f"{kind}Accuracy")(name=name)
    return getattr(metrics_module, f"{kind}Crossentropy")(name=name)


def _targets(y_true: Tree, names: list[str]) -> list[Any]:
    return _matched("y", y_true, names)


def _sample_weights(sample_weight: Any, names: list[str]) -> list[Any]:
    if sample_weight is None or not isinstance(sample_weight, (list, tuple, dict)):
        return [sample_weight] * len(names)
    return _matched("sample_weight", sample_weight, names)


def _matched(what: str, given: Tree, names: list[str]) -> list[Any]:
    """The parts of targets or weights in the order of the outputs."""
    if isinstance(given, dict):
        missing = sorted(set(names) - set(given))
        if missing and what == "y":
            raise ValueError(
                f"`{what}` has no entry for the output(s) {missing}; its keys: {sorted(given)}."
            )
        return [given.get(name) for name in names]
    leaves = tree.flatten(given)
    if len(leaves) != len(names):
        raise ValueError(
            f"`{what}` has {len(leaves)} array(s) and the model has {len(names)} output(s) {names}. "
            "Give one for each output."
        )
    return leaves
