"""What a layer owns: variables, layers inside, metrics, seeds; found when they are assigned."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ppul.core import registry
from ppul.core.dtypes import is_float_dtype
from ppul.core.names import current_path, path_scope
from ppul.core.operation import Operation
from ppul.core.tracking import Tracker
from ppul.core.types import Identifier, Shape
from ppul.core.variable import Variable
from ppul.metrics.base import Metric
from ppul.random.seed_generator import SeedGenerator


class WeightOwner(Operation):
    """An operation with variables of its own, and other owners inside it."""

    built: bool
    _trainable: bool
    _path: str | None
    _tracker: Tracker
    _trainable_own: list[Variable]
    _frozen_own: list[Variable]
    _layers: list[Any]
    _metrics: list[Metric]
    _seed_generators: list[SeedGenerator]
    # Counts changes of what it computes with, beside its variables: programs hold that as constants.
    _version: int = 0

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        owner = super().__new__(cls, *args, **kwargs)
        owner.__dict__["_tracker"] = _owner_tracker(owner.__dict__)
        return owner

    @property
    def variable_dtype(self) -> str:
        """The dtype of its weights."""
        raise NotImplementedError

    @property
    def path(self) -> str:
        """Its name behind those of the layers it is in."""
        return self._path or (f"{current_path()}/{self.name}" if current_path() else self.name)

    def __setattr__(self, name: str, value: Any) -> None:
        tracker = self.__dict__.get("_tracker")
        if tracker is not None and not name.startswith("_given"):
            if name in self.__dict__:
                tracker.untrack(self.__dict__[name])
            value = tracker.track(value)
        super().__setattr__(name, value)

    def __delattr__(self, name: str) -> None:
        self._tracker.untrack(self.__dict__.get(name))
        super().__delattr__(name)

    def add_weight(
        self,
        *args: Any,
        shape: Shape | int | None = None,
        initializer: Any = None,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Identifier = None,
        constraint: Identifier = None,
        aggregation: str = "none",
        overwrite_with_gradient: bool = False,
        name: str | None = None,
    ) -> Variable:
        """Make a weight of this layer.

        Args:
            *args: `shape`, `initializer` and `dtype` may be given by position.
            shape: Its shape; a scalar by default.
            initializer: A name, function or initializer; glorot_uniform for floats, zeros else.
            dtype: Its dtype; the policy's variable dtype by default.
            trainable: Whether training changes it.
            autocast: Whether it is read in the dtype the layer computes in.
            regularizer: A penalty on it, added to the loss.
            constraint: A function applied to it after each update.
            aggregation: How replicas are combined.
            overwrite_with_gradient: Whether its gradient replaces it instead of updating it.
            name: Its name.

        Returns:
            The weight.

        Raises:
            TypeError: If more is given by position, or something twice.
            ValueError: If the first argument is a name.
        """
        by_name = (shape, initializer, dtype)
        _check_positions(type(self).__name__, args, by_name)
        shape, initializer, dtype = (*args, *by_name[len(args) :])
        dtype = dtype or self.variable_dtype
        if initializer is None:
            initializer = "glorot_uniform" if is_float_dtype(dtype) else "zeros"
        with path_scope(self.path):
            variable = Variable(
                registry.get("initializers", initializer),
                shape=() if shape is None else shape,
                dtype=dtype,
                trainable=trainable,
                autocast=autocast,
                aggregation=aggregation,
                name=name,
            )
        variable.regularizer = registry.get("regularizers", regularizer)
        variable.constraint = registry.get("constraints", constraint)
        variable.overwrite_with_gradient = overwrite_with_gradient
        self._tracker.track(variable)
        return variable

    def add_variable(
        self,
        shape: Shape,
        initializer: Any,
        dtype: Any = None,
        trainable: bool = True,
        autocast: bool = True,
        regularizer: Identifier = None,
        constraint: Identifier = None,
        name: str | None = None,
    ) -> Variable:
        """Make a weight; `add_weight` with required arguments."""
        return self.add_weight(
            shape=shape,
            initializer=initializer,
            dtype=dtype,
            trainable=trainable,
            autocast=autocast,
            regularizer=regularizer,
            constraint=constraint,
            name=name,
        )

    def _flatten_layers(self) -> list[Any]:
        """This layer and all layers inside it, each once."""
        found: dict[int, Any] = {}

        def visit(layer: Any) -> None:
            if id(layer) not in found:
                found[id(layer)] = layer
                for inner in layer._layers:
                    visit(inner)

        visit(self)
        return list(found.values())

    @property
    def variables(self) -> list[Variable]:
        """All its variables and those of layers inside: weights, seeds and, for models, no more."""
        found: dict[int, Variable] = {}
        for layer in self._flatten_layers():
            seeds = [generator.state for generator in layer._seed_generators]
            for variable in (*layer._trainable_own, *layer._frozen_own, *seeds):
                found[id(variable)] = variable
        return list(found.values())

    @property
    def weights(self) -> list[Variable]:
        """The variables that files hold: all but the states of seed generators."""
        seeds = {
            id(generator.state)
            for layer in self._flatten_layers()
            for generator in layer._seed_generators
        }
        return [variable for variable in self.variables if id(variable) not in seeds]

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that training changes."""
        frozen = self._frozen_ids()
        return [v for v in self.variables if v.trainable and id(v) not in frozen]

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that training does not change by gradients."""
        frozen = self._frozen_ids()
        return [v for v in self.variables if not v.trainable or id(v) in frozen]

    @property
    def trainable_weights(self) -> list[Variable]:
        """The weights that training changes."""
        return self.trainable_variables

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The weights that training does not change by gradients."""
        trained = {id(variable) for variable in self.trainable_variables}
        return [variable for variable in self.weights if id(variable) not in trained]

    def _frozen_ids(self) -> set[int]:
        """Variables of layers that are not trainable, or are inside such a layer."""
        found: set[int] = set()
        for layer in self._flatten_layers():
            if not layer._trainable:
                found.update(
                    id(v) for inner in layer._flatten_layers() for v in inner._trainable_own
                )
        return found

    @property
    def trainable(self) -> bool:
        """Whether training changes its weights; setting it sets all layers inside."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._flatten_layers():
            layer.__dict__["_trainable"] = bool(value)

    @property
    def metrics(self) -> list[Metric]:
        """The metrics it and the layers inside hold."""
        return [metric for layer in self._flatten_layers() for metric in layer._metrics]

    @property
    def metrics_variables(self) -> list[Variable]:
        """The variables of its metrics."""
        return [variable for metric in self.metrics for variable in metric.variables]

    def get_weights(self) -> list[np.ndarray]:
        """Return the weights as NumPy arrays."""
        return [variable.numpy() for variable in self.weights]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set the weights from arrays in the order of `get_weights`.

        Raises:
            ValueError: If number or shapes differ; nothing is changed then.
        """
        own = self.weights
        if len(weights) != len(own):
            raise ValueError(
                f"{type(self).__name__} '{self.name}' has {len(own)} weights and `set_weights` got "
                f"{len(weights)}. Give one array for each: {[v.path for v in own]}."
            )
        values = [variable.convert(value) for variable, value in zip(own, weights, strict=True)]
        for variable, value in zip(own, values, strict=True):
            variable.assign(value)

    def count_params(self) -> int:
        """Return the number of numbers in its weights.

        Raises:
            ValueError: If it is not built.
        """
        if not self.built:
            raise ValueError(
                f"{type(self).__name__} '{self.name}' is not built, so its weights cannot be "
                "counted. Call it on data, or `build` it with an input shape."
            )
        return sum(int(np.prod(variable.shape)) for variable in self.weights)


def _check_positions(cls: str, args: tuple[Any, ...], by_name: tuple[Any, ...]) -> None:
    """Raise an error if a weight is not described by at most its shape, initializer and dtype."""
    if args and isinstance(args[0], str):
        raise ValueError(
            f"{cls}.add_weight: the first argument is the shape; got {args[0]!r}. Give the name as "
            f"`name={args[0]!r}`."
        )
    twice = [value for value in by_name[: len(args)] if value is not None]
    if len(args) > len(by_name) or twice:
        raise TypeError(
            f"{cls}.add_weight: only shape, initializer and dtype are given by position, each once; "
            f"got {args!r} and by name {by_name!r}. Give the others by name."
        )


def _owner_tracker(own: dict[str, Any]) -> Tracker:
    own["_trainable_own"], own["_frozen_own"], own["_layers"] = [], [], []
    own["_metrics"], own["_seed_generators"] = [], []
    return Tracker(
        {
            "trainable": (lambda v: isinstance(v, Variable) and v.trainable, own["_trainable_own"]),
            "frozen": (lambda v: isinstance(v, Variable) and not v.trainable, own["_frozen_own"]),
            "metrics": (lambda v: isinstance(v, Metric), own["_metrics"]),
            "layers": (lambda v: isinstance(v, WeightOwner), own["_layers"]),
            "seeds": (lambda v: isinstance(v, SeedGenerator), own["_seed_generators"]),
        }
    )
