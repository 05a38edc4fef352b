"""What an optimizer owns: a step counter, a learning rate and slots, in the order of files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.config import Configurable
from ppul.core.names import name_scope
from ppul.core.scope import StatelessScope
from ppul.core.serialization import deserialize_arguments
from ppul.core.types import Array, Shape
from ppul.core.variable import Variable
from ppul.ops import lowering
from ppul.optimizers.schedules.base import LearningRateSchedule


class SlotOwner(Configurable):
    """An object with variables that training changes, but not by gradients.

    An optimizer written for Keras makes its slots by `add_variable_from_reference` and changes
    them by `assign`; both are here.
    """

    name: str
    built: bool
    gradient_accumulation_steps: int | None
    _iterations: Variable
    _learning_rate: Any
    _variables: list[Variable]

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        owner = super().__new__(cls, *args, **kwargs)
        owner.__dict__["_variables"] = []
        return owner

    def __setattr__(self, name: str, value: Any) -> None:
        if isinstance(value, Variable):
            self._own(value)
        super().__setattr__(name, value)

    @property
    def variables(self) -> list[Variable]:
        """The step counter, the learning rate, and the slots of every weight."""
        return list(self._variables)

    @property
    def iterations(self) -> Any:
        """How many updates have been made; with accumulation fewer than steps."""
        if self.gradient_accumulation_steps:
            return self._iterations.value // self.gradient_accumulation_steps
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the next step: a variable, or what the schedule says."""
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return rate(self._iterations)
        return rate if isinstance(rate, Variable) else rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        present = self._learning_rate
        if isinstance(present, Variable) and not _is_function(value):
            present.assign(value)
        elif _is_function(value):
            self._disown(present)
            self._learning_rate = value
        else:
            raise TypeError(
                f"{self.name}: the learning rate follows {_name_of(present)} and cannot be set to "
                f"{value!r}. Make the optimizer with a number to change it during training."
            )

    def add_variable(
        self,
        shape: Shape,
        initializer: Any = "zeros",
        dtype: Any = None,
        aggregation: str = "none",
        layout: Any = None,
        name: str | None = None,
    ) -> Variable:
        """Return a new variable of its own."""
        with name_scope(self.name):
            variable = Variable(
                initializer,
                shape=shape,
                dtype=dtype,
                trainable=False,
                autocast=False,
                aggregation=aggregation,
                layout=layout,
                name=name,
            )
        return self._own(variable)

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: Any = "zeros"
    ) -> Variable:
        """Return a new variable with the shape and dtype of a weight, named after it."""
        if initializer == "zeros":
            initializer = jnp.zeros
        return self.add_variable(
            reference_variable.shape,
            initializer,
            dtype=reference_variable._dtype,
            layout=reference_variable._layout,
            name=_slot_name(reference_variable, name or "var"),
        )

    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: str | Sequence[str],
        initializer: Any = "zeros",
    ) -> Any:
        """Return a variable for every weight, or for several names a list of them for each.

        None stands for weights that are overwritten with their gradient.
        """
        if not isinstance(name, str):
            each = [initializer] * len(name) if isinstance(initializer, str) else initializer
            lists: tuple[list[Any], ...] = tuple([] for _ in name)
            for variable in trainable_variables:
                for slots, n, start in zip(lists, name, each, strict=True):
                    slots.extend(self.add_optimizer_variables([variable], n, start))
            return lists
        return [
            None
            if variable.overwrite_with_gradient
            else self.add_variable_from_reference(variable, name, initializer)
            for variable in trainable_variables
        ]

    def assign(self, variable: Variable, value: Any) -> None:
        """Set a variable."""
        variable.assign(value)

    def assign_add(self, variable: Variable, value: Any) -> None:
        """Add to a variable."""
        variable.assign_add(value)

    def assign_sub(self, variable: Variable, value: Any) -> None:
        """Subtract from a variable."""
        variable.assign_sub(value)

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Set its variables, in their order."""
        if not self.built:
            raise ValueError(
                f"{self.name} has no slots yet, so its weights cannot be set. Call "
                "`build(trainable_variables)` first."
            )
        self._match("weights", weights, self.variables)
        for variable, value in zip(self.variables, weights, strict=True):
            variable.assign(value)

    def save_own_variables(self, store: Any) -> None:
        """Put its variables into a mapping of names to arrays."""
        for i, variable in enumerate(self.variables):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Take its variables from a mapping of names to arrays.

        One that had made no step yet, and so no slots, leaves the slots as they start.
        """
        found = self.variables
        first = [v for v in found if v is self._iterations or v is self._learning_rate]
        if len(store.keys()) == len(first):
            found = first
        self._match("stored values", store.keys(), found)
        for i, variable in enumerate(found):
            variable.assign(store[str(i)])

    def _make(self, name: str, value: Any, layout: Any = None) -> Variable:
        """Return a new variable of its own that starts at a copy of `value`."""

        def start(_: Shape, dtype: Any) -> Array:
            # By NumPy: a copy by JAX would be compiled for each shape.
            return jnp.asarray(np.array(value), dtype)

        return self.add_variable(value.shape, start, value.dtype, layout=layout, name=name)

    def _make_slot(self, weight: Variable, name: str, value: Array) -> Variable:
        # What is of the weight's shape is divided between devices as the weight is.
        layout = weight._layout if value.shape == weight.shape else None
        return self._make(_slot_name(weight, name), value, layout)

    def _checked_rate(self, rate: Any) -> Any:
        """The schedule or function, or a new variable for a number."""
        rate = deserialize_arguments({"rate": rate})["rate"] if isinstance(rate, dict) else rate
        if _is_function(rate):
            return rate
        if (
            isinstance(rate, (bool, str))
            or np.ndim(rate)
            or not np.issubdtype(np.asarray(rate).dtype, np.number)
        ):
            raise ValueError(
                f"{self.name}: `learning_rate` must be a number, a schedule or a function; got "
                f"{rate!r}."
            )
        return self._make("learning_rate", np.float32(rate))

    def _own(self, variable: Variable) -> Variable:
        if not any(variable is own for own in self._variables):
            self._variables.append(variable)
        return variable

    def _disown(self, variable: Variable) -> None:
        self._variables[:] = [own for own in self._variables if own is not variable]

    def _match(self, what: str, given: Any, own: Sequence[Any]) -> None:
        if len(given) != len(own):
            raise ValueError(
                f"{self.name}: expected {len(own)} {what}, one for each of its variables, in "
                f"order; got {len(given)}."
            )


def change_if(
    condition: Array,
    variables: Sequence[Variable],
    change: Callable[[], None],
    otherwise: Callable[[], None] = lambda: None,
) -> None:
    """Run one of two functions that change these variables and no others.

    Args:
        condition: Whether it is the first; a scalar, known or traced.
        variables: All that one of them may change.
        change: The first.
        otherwise: The second.
    """
    shapes = [v.value.shape for v in variables]

    def branch(function: Callable[[], None]) -> Callable[[list[Array]], list[Array]]:
        def changed(rows: list[Array]) -> list[Array]:
            values = [row.reshape(shape) for row, shape in zip(rows, shapes, strict=True)]
            with StatelessScope(zip(variables, values, strict=True)) as state:
                function()
            new: list[Any] = [state.get_current_value(v) for v in variables]
            return [value.reshape(row.shape) for value, row in zip(new, rows, strict=True)]

        return changed

    rows = [lowering.as_row(v.value) for v in variables]
    new = jax.lax.cond(condition, branch(change), branch(otherwise), rows)
    for variable, row, shape in zip(variables, new, shapes, strict=True):
        variable.assign(row.reshape(shape))


def _slot_name(weight: Variable, name: str) -> str:
    return f"{weight.path.replace('/', '_')}_{name}"


def read(value: Any) -> Any:
    """Return the value of a variable, anything else as it is."""
    return value.value if isinstance(value, Variable) else value


def _is_function(value: Any) -> bool:
    return callable(value) and not isinstance(value, (jax.Array, np.generic, Variable))


def _name_of(function: Any) -> str:
    return getattr(function, "__name__", type(function).__name__)
