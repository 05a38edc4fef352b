"""How far a student is from its teacher."""

from __future__ import annotations

from typing import Any, Self

import jax
import jax.numpy as jnp

from ppul import losses
from ppul.core import tree
from ppul.core.config import Configurable
from ppul.core.types import Array, Config, Tree


class DistillationLoss:
    """What a student is to lessen, beside its own loss; a subclass defines `compute_loss`."""

    def compute_loss(self, teacher_outputs: Tree, student_outputs: Tree, **kwargs: Any) -> Array:
        """Return the loss, a scalar."""
        raise NotImplementedError(f"{type(self).__name__} must define `compute_loss`.")

    def validate_outputs(self, teacher_outputs: Tree, student_outputs: Tree) -> None:
        """Raise a ValueError if the outputs cannot be compared: if they are nested differently."""
        tree.assert_same_structure(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Raise a ValueError if the models are none that it can compare."""


class _ByLoss(Configurable, DistillationLoss):
    """A distance by a loss, or by one for each output."""

    loss: Any

    @classmethod
    def from_config(cls, config: Config) -> Self:
        return cls(**config | {"loss": _losses(config["loss"])})

    def validate_outputs(self, teacher_outputs: Tree, student_outputs: Tree) -> None:
        super().validate_outputs(teacher_outputs, student_outputs)
        if isinstance(self.loss, (dict, list, tuple)):
            tree.assert_same_structure(self.loss, teacher_outputs)

    def _sum(self, teacher_outputs: Tree, student_outputs: Tree) -> Array:
        """The mean loss of each output that has one, added up."""
        self.validate_outputs(teacher_outputs, student_outputs)
        leaves = [tree.flatten(s) for s in (self.loss, teacher_outputs, student_outputs)]
        if len(leaves[0]) != len(leaves[1]):
            raise ValueError(
                f"{type(self).__name__} has {len(leaves[0])} loss(es) for {len(leaves[1])} outputs. Give "
                "`loss` nested like the outputs; None for those that do not count."
            )
        return sum(
            (
                jnp.mean(loss(teacher, student))
                for loss, teacher, student in zip(*leaves, strict=True)
                if loss is not None
            ),
            jnp.zeros(()),
        )


class LogitsDistillation(_ByLoss):
    """The distance between the outputs, before the softmax, of teacher and student.

    Args:
        temperature: What both are divided by.
        loss: A loss of the teacher's and the student's outputs, or several, nested like these;
            None for an output that does not count.

    Raises:
        ValueError: If the temperature is not positive, or there is no loss.

    Source: Hinton, Vinyals & Dean 2015, arXiv:1503.02531

    Example:
        >>> distance = LogitsDistillation(temperature=2.0, loss="mean_squared_error")
        >>> float(distance.compute_loss(jnp.array([[4.0, 0.0]]), jnp.array([[0.0, 0.0]])))
        2.0
    """

    def __init__(self, temperature: float = 3.0, loss: Any = "kl_divergence") -> None:
        if isinstance(temperature, bool) or not isinstance(temperature, (int, float)):
            raise ValueError(
                f"LogitsDistillation: `temperature` must be a number; got {temperature!r}."
            )
        if temperature <= 0:
            raise ValueError(
                f"LogitsDistillation: `temperature` must be positive; got {temperature}."
            )
        self.temperature = temperature
        self.loss = _losses(loss)

    def compute_loss(self, teacher_outputs: Tree, student_outputs: Tree, **kwargs: Any) -> Array:
        """Return the loss of the outputs, each divided by the temperature."""
        soft = jax.tree.map(lambda a: a / self.temperature, (teacher_outputs, student_outputs))
        return self._sum(*soft)


class FeatureDistillation(_ByLoss):
    """The distance between what a layer of the teacher and one of the student computed.

    Args:
        loss: A loss of both, or several, nested like these.
        teacher_layer_name: The layer of the teacher; its outputs by default.
        student_layer_name: The layer of the student; its outputs by default.

    Source: Romero et al. 2014, arXiv:1412.6550
    """

    def __init__(
        self,
        loss: Any = "mse",
        teacher_layer_name: str | None = None,
        student_layer_name: str | None = None,
    ) -> None:
        self.loss = _losses(loss)
        self.teacher_layer_name = teacher_layer_name
        self.student_layer_name = student_layer_name

    def compute_loss(self, teacher_outputs: Tree, student_outputs: Tree, **kwargs: Any) -> Array:
        """Return the loss of the features."""
        return self._sum(teacher_outputs, student_outputs)

    def validate_model_compatibility(self, teacher: Any, student: Any) -> None:
        """Raise a ValueError if a model has no such layer, or is not drawn as a graph."""
        for model, name in ((teacher, self.teacher_layer_name), (student, self.student_layer_name)):
            if name is None:
                continue
            model.get_layer(name)
            if not getattr(model, "inputs", None):
                raise ValueError(
                    f"FeatureDistillation: model '{model.name}' is not drawn as a graph, so layer "
                    f"'{name}' has no output to compare. Use `Model(inputs, outputs)`, or leave the "
                    "name out."
                )


def _losses(given: Any) -> Any:
    """Losses for their identifiers, nested as given."""
    if isinstance(given, dict) and "class_name" not in given:
        found: Any = {name: _losses(item) for name, item in given.items()}
    elif isinstance(given, (list, tuple)):
        found = type(given)(_losses(item) for item in given)
    else:
        return losses.get(given)
    if not any(loss is not None for loss in tree.flatten(found)):
        raise ValueError(f"A distillation loss needs at least one loss; got {given!r}.")
    return found
