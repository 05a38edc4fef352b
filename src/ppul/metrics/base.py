"""The base of metrics: variables that batches are added to, and a result read off them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import numpy as np

from ppul.core import registry, scope
from ppul.core.config import Configurable, constructor_names
from ppul.core.dtypes import get_dtype_policy
from ppul.core.names import auto_name, name_scope
from ppul.core.serialization import config_value
from ppul.core.settings import floatx
from ppul.core.tracking import Tracker
from ppul.core.types import Array, Config, Shape
from ppul.core.variable import Variable


class Metric(Configurable):
    """A figure gathered over batches.

    A metric is its variables (made in `__init__` by `add_variable`), `update_state`, which adds a
    batch to them, and `result`, which reads the figure off them.

    Args:
        dtype: Dtype of the figure and its variables; the default float type.
        name: Its name; from the class by default.

    Example:
        >>> import jax.numpy as jnp
        >>> class Largest(Metric):
        ...     def __init__(self, **kwargs):
        ...         super().__init__(**kwargs)
        ...         self.largest = self.add_variable((), "zeros", name="largest")
        ...
        ...     def update_state(self, y_true, y_pred, sample_weight=None):
        ...         self.largest.assign(jnp.maximum(self.largest.value, jnp.max(y_pred)))
        ...
        ...     def result(self):
        ...         return self.largest.value
        >>> float(Largest()([0, 0], jnp.array([1.0, 3.0])))
        3.0
    """

    _variables: list[Variable]
    _metrics: list[Metric]
    _tracker: Tracker

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        metric = super().__new__(cls, *args, **kwargs)
        own: list[Variable] = []
        inner: list[Metric] = []
        metric.__dict__["_variables"], metric.__dict__["_metrics"] = own, inner
        metric.__dict__["_tracker"] = Tracker(
            {
                "variables": (lambda v: isinstance(v, Variable), own),
                "metrics": (lambda v: isinstance(v, Metric), inner),
            }
        )
        return metric

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or auto_name(type(self).__name__)
        self._dtype = floatx() if dtype is None else get_dtype_policy(dtype).compute_dtype

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, self.__dict__["_tracker"].track(value))

    @property
    def dtype(self) -> str:
        """Dtype of the figure."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """Its variables and those of metrics inside."""
        return self._variables + [v for metric in self._metrics for v in metric.variables]

    def add_variable(
        self,
        shape: Shape | int,
        initializer: Any,
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """Make a variable that starts from `initializer` and is set back by `reset_state`."""
        with name_scope(self.name):
            variable = Variable(
                registry.get("initializers", initializer),
                shape=shape,
                dtype=dtype or self.dtype,
                trainable=False,
                autocast=False,
                aggregation=aggregation,
                name=name,
            )
        self._tracker.track(variable)
        return variable

    def add_weight(
        self,
        shape: Shape | int = (),
        initializer: Any = None,
        dtype: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Make a variable, a scalar of zero by default."""
        return self.add_variable(shape, initializer or "zeros", dtype, name=name)

    def build(self, y_true: Any, y_pred: Any) -> None:
        """Make the variables whose shapes depend on the data; most metrics have none."""

    def update_state(self, *args: Any, **kwargs: Any) -> None:
        """Add a batch."""
        raise NotImplementedError(f"{type(self).__name__} must define `update_state`.")

    def result(self) -> Any:
        """Return the figure, as a scalar or a dict of scalars."""
        raise NotImplementedError(f"{type(self).__name__} must define `result`.")

    def reset_state(self) -> None:
        """Set the variables back to zero."""
        for variable in self.variables:
            variable.hold(np.zeros(variable.shape, variable.dtype))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Add a batch and return the figure so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    def stateless_update_state(
        self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any
    ) -> list[Array]:
        """Return the values of the variables after a batch, changing nothing."""
        with scope.StatelessScope(self._mapping(metric_variables)) as state:
            self.update_state(*args, **kwargs)
        return self._values(state)

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """Return the figure for the given values of the variables."""
        with scope.StatelessScope(self._mapping(metric_variables)):
            return self.result()

    def stateless_reset_state(self) -> list[Array]:
        """Return the values the variables start from."""
        with scope.StatelessScope() as state:
            self.reset_state()
        return self._values(state)

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        base = constructor_names(Metric)
        names = [name for name in constructor_names(type(self)) if name not in base]
        own = {name: config_value(self._argument(name)) for name in names}
        return {"name": self.name, "dtype": self.dtype} | own

    def _mapping(self, values: Sequence[Any]) -> list[tuple[Variable, Any]]:
        if len(values) != len(self.variables):
            raise ValueError(
                f"{type(self).__name__} '{self.name}' has {len(self.variables)} variables and got "
                f"{len(values)} values."
            )
        return list(zip(self.variables, values, strict=True))

    def _values(self, state: scope.StatelessScope) -> list[Array]:
        values = (state.get_current_value(variable) for variable in self.variables)
        return [
            v.value if new is None else new for v, new in zip(self.variables, values, strict=True)
        ]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"


def result_value(value: Any) -> Any:
    """Return a figure as Python numbers."""
    return jax.tree.map(
        lambda v: v.item() if getattr(v, "ndim", 1) == 0 else v, jax.device_get(value)
    )
