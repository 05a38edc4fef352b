"""A student that learns from the data and from a teacher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jax import lax

from ppul.core import tree
from ppul.core.checks import in_range
from ppul.core.types import Array, Tree
from ppul.distillation.distillation_loss import DistillationLoss, FeatureDistillation
from ppul.metrics.reduction import Mean
from ppul.models.model import Model


class Distiller(Model):
    """A student in training; what it predicts is what the student predicts.

    The loss is `student_loss_weight` times the student's own, and the rest of 1 times the weighted
    sum of the distillation losses.

    Args:
        teacher: A trained model; it is frozen.
        student: The model to train.
        distillation_losses: A `DistillationLoss`, or several.
        distillation_loss_weights: Their weights; 1 by default.
        student_loss_weight: Part of the student's own loss, from 0 to 1.
        name: Its name.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the models or losses do not fit each other.

    Example:
        >>> import numpy as np
        >>> from ppul import Input, Sequential, layers
        >>> from ppul.distillation import LogitsDistillation
        >>> teacher, student = (Sequential([Input((2,)), layers.Dense(3)]) for _ in range(2))
        >>> distiller = Distiller(teacher, student, LogitsDistillation(loss="mse"))
        >>> distiller.compile("sgd", "mse")
        >>> history = distiller.fit(np.ones((4, 2)), np.ones((4, 3)), verbose=0).history
        >>> sorted(history)
        ['distillation_loss', 'loss', 'student_loss', 'total_loss']
    """

    def __init__(
        self,
        teacher: Any,
        student: Any,
        distillation_losses: DistillationLoss | Sequence[DistillationLoss],
        distillation_loss_weights: float | Sequence[float] | None = None,
        student_loss_weight: float = 0.5,
        name: str = "distiller",
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        _check_models(teacher, student)
        found, weights = _weighted(distillation_losses, distillation_loss_weights)
        for loss in found:
            loss.validate_model_compatibility(teacher, student)
        self.teacher = teacher
        self.student = student
        self.distillation_losses = found
        self.distillation_loss_weights = weights
        self.student_loss_weight = in_range(
            "Distiller", "student_loss_weight", student_loss_weight, 0.0, 1.0
        )
        teacher.trainable = False
        self._extractors = _Extractors(teacher, student, found)
        self.student_loss_tracker = Mean(name="student_loss")
        self.distillation_loss_tracker = Mean(name="distillation_loss")
        self.total_loss_tracker = Mean(name="total_loss")

    def call(self, inputs: Tree, training: bool | None = None, **kwargs: Any) -> Tree:
        """Return the student's outputs."""
        return self.student(inputs, training=training, **kwargs)

    def compile(  # type: ignore[override]
        self, optimizer: Any = "adam", loss: Any = None, metrics: Any = None, **kwargs: Any
    ) -> None:
        """Set how the student is trained.

        Args:
            optimizer: An optimizer, or its name.
            loss: The student's own loss.
            metrics: Metrics of the student's outputs.
            **kwargs: As for other models.
        """
        super().compile(optimizer=optimizer, loss=loss, metrics=metrics, **kwargs)

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Array:
        """Return the student's own loss and the distances from the teacher, weighted."""
        own = super().compute_loss(x, y, y_pred, sample_weight, training)
        pairs = self._extractors.pairs(x, y_pred, training=training)
        distance = sum(
            weight * loss.compute_loss(teacher, student)
            for loss, weight, (teacher, student) in zip(
                self.distillation_losses, self.distillation_loss_weights, pairs, strict=True
            )
        )
        total = self.student_loss_weight * own + (1 - self.student_loss_weight) * distance
        self.student_loss_tracker.update_state(own)
        self.distillation_loss_tracker.update_state(distance)
        self.total_loss_tracker.update_state(total)
        return total


class _Extractors:
    """What the losses compare: outputs, or what layers inside computed."""

    def __init__(self, teacher: Any, student: Any, losses: Sequence[DistillationLoss]) -> None:
        of_layers = [loss if isinstance(loss, FeatureDistillation) else None for loss in losses]
        names = [
            (None, None) if loss is None else (loss.teacher_layer_name, loss.student_layer_name)
            for loss in of_layers
        ]
        self.teacher_names, self.student_names = zip(*names, strict=True)
        self.teacher = _with_features(teacher, self.teacher_names)
        self.student = _with_features(student, self.student_names)

    def pairs(self, x: Tree, y_pred: Tree, *, training: bool) -> list[tuple[Tree, Tree]]:
        """Return for each loss what it compares."""
        outputs, features = self.teacher(x, training=False)
        outputs, features = lax.stop_gradient((outputs, features))
        found: dict[str, Any] = {}
        if any(self.student_names):
            _, found = self.student(x, training=training)
        return [
            (outputs if a is None else features[a], y_pred if b is None else found[b])
            for a, b in zip(self.teacher_names, self.student_names, strict=True)
        ]


def _with_features(model: Any, names: Sequence[str | None]) -> Any:
    """A function that returns a model's outputs, and those of some of its layers by name."""
    wanted = sorted({name for name in names if name is not None})
    if not wanted:
        return lambda x, *, training: (model(x, training=training), {})
    outputs = (model.output, {name: model.get_layer(name).output for name in wanted})
    return Model(model.input, outputs)


def _weighted(
    given: Any, weights: float | Sequence[float] | None
) -> tuple[list[DistillationLoss], list[float]]:
    found = list(given) if isinstance(given, (list, tuple)) else [given]
    wrong = [loss for loss in found if not isinstance(loss, DistillationLoss)]
    if wrong or not found:
        raise ValueError(
            "Distiller: `distillation_losses` must be a DistillationLoss, such as "
            f"`LogitsDistillation()`, or a list of them; got {given!r}."
        )
    if weights is None:
        return found, [1.0] * len(found)
    several = [weights] if isinstance(weights, (int, float)) else weights
    numbers = [float(weight) for weight in several]
    if len(numbers) != len(found):
        raise ValueError(
            f"Distiller: there are {len(found)} distillation losses and {len(numbers)} weights of them."
        )
    return found, numbers


def _check_models(teacher: Any, student: Any) -> None:
    for what, model in (("teacher", teacher), ("student", student)):
        if not isinstance(model, Model):
            raise ValueError(f"Distiller: `{what}` must be a model; got {model!r}.")
        if not model.built:
            raise ValueError(
                f"Distiller: the {what} '{model.name}' is not built yet. Build it first."
            )
    try:
        shapes = teacher.output_shape, student.output_shape
    except AttributeError:  # models in code: their outputs are compared when they are there
        return
    sizes = [tree.flatten(s) for s in shapes]
    if len(sizes[0]) != len(sizes[1]) or any(
        a is not None and b is not None and a != b for a, b in zip(*sizes, strict=True)
    ):
        raise ValueError(
            f"Distiller: teacher and student must have outputs of one shape; the teacher's is "
            f"{shapes[0]}, the student's {shapes[1]}."
        )
