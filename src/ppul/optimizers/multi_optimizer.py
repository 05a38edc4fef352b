"""MultiOptimizer: several optimizers, each for some of the weights."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn

from ppul.core.serialization import serialize
from ppul.core.types import Array, Config
from ppul.core.variable import Variable
from ppul.optimizers.base import Optimizer
from ppul.optimizers.optimizer_map import OptimizerMap


class MultiOptimizer(Optimizer):
    """An optimizer that leaves each weight to one of several others.

    Args:
        optimizer_map: An `OptimizerMap`, or a function that returns the optimizer of a variable.
        loss_scale_factor: What the loss is multiplied by, and gradients are divided by in all of
            them.
        name: Its name.

    Raises:
        TypeError: If `optimizer_map` is neither.

    Example:
        >>> from ppul.optimizers.adam import Adam
        >>> from ppul.optimizers.sgd import SGD
        >>> optimizer = MultiOptimizer(OptimizerMap(SGD(), {"encoder/.*": Adam()}))
        >>> [type(each).__name__ for each in optimizer.optimizers]
        ['Adam', 'SGD']
    """

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[Variable], Optimizer],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ) -> None:
        if not callable(optimizer_map):
            raise TypeError(
                "MultiOptimizer: `optimizer_map` must be an `OptimizerMap` or a function of a "
                f"variable; got {optimizer_map!r}."
            )
        self.optimizer_map = optimizer_map
        self._chosen: dict[Variable, Optimizer] = {}
        super().__init__(learning_rate=0.0, loss_scale_factor=loss_scale_factor, name=name)

    @property
    def optimizers(self) -> list[Optimizer]:
        """The optimizers, each once; those of a function are known when it is built."""
        found = list(self._chosen.values())
        if isinstance(self.optimizer_map, OptimizerMap):
            found = [*self.optimizer_map.values(), self.optimizer_map.default_optimizer]
        return list({id(optimizer): optimizer for optimizer in found}.values())

    @property
    def loss_scale_factor(self) -> float | None:
        """What the loss is multiplied by; setting it sets that of all optimizers."""
        return self._loss_scale_factor

    @loss_scale_factor.setter
    def loss_scale_factor(self, value: float | None) -> None:
        self._loss_scale_factor = value
        if value is not None:
            for optimizer in self.optimizers:
                optimizer.loss_scale_factor = value

    def build(self, variables: Iterable[Variable]) -> None:
        """Choose an optimizer for each variable, and make the slots of all."""
        if self.built:
            return
        self._trainable_variables = list(variables)
        self._places = {v: i for i, v in enumerate(self._trainable_variables)}
        self._chosen = {v: self.optimizer_map(v) for v in self._trainable_variables}
        self.loss_scale_factor = self._loss_scale_factor
        for optimizer in self.optimizers:
            optimizer.build([v for v, chosen in self._chosen.items() if chosen is optimizer])
        self.built = True

    @property
    def variables(self) -> list[Variable]:
        """Its own variables, then those of the optimizers."""
        inner = [v for optimizer in self.optimizers for v in optimizer.variables]
        return [*self._variables, *inner]

    @property
    def learning_rate(self) -> NoReturn:
        """None: each optimizer has its own."""
        raise AttributeError(
            f"{self.name} has no learning rate: each of its `optimizers` has its own."
        )

    @learning_rate.setter
    def learning_rate(self, value: Any) -> NoReturn:
        raise AttributeError(
            f"{self.name} has no learning rate to be set to {value!r}: set it on one of its "
            "`optimizers`."
        )

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Set the weights to the averages that their optimizers kept, if any."""
        for optimizer in self.optimizers:
            own = [v for v in var_list if self._chosen.get(v) is optimizer]
            optimizer.finalize_variable_values(own)

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        return {
            "optimizer_map": serialize(self.optimizer_map),
            "loss_scale_factor": self.loss_scale_factor,
            "name": self.name,
        }

    def _step(self, grads: list[Array], variables: list[Variable]) -> None:
        for optimizer in self.optimizers:
            pairs = [
                (g, v)
                for g, v in zip(grads, variables, strict=True)
                if self._chosen[v] is optimizer
            ]
            if pairs:
                optimizer.apply([g for g, _ in pairs], [v for _, v in pairs])
        self._iterations.assign_add(1)
