"""Everything that changes in a run, as one tree of arrays, and the variables it belongs to.

The tree is a plain dict: group -> path -> array. Programs map such a tree to the next one; chunks,
members of an ensemble, resuming and donation all rest on that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import jax
import numpy as np

from ppul.core.types import Array, State
from ppul.core.variable import Variable

GROUPS = ("trainable", "non_trainable", "optimizer", "metrics")


class Variables:
    """The variables of a model by group; reads them into a state and writes them back.

    Args:
        **groups: Lists of variables.

    Example:
        >>> v = Variable([1.0], name="w")
        >>> variables = Variables(trainable=[v])
        >>> variables.write({"trainable": {"w": jax.numpy.array([5.0])}})
        >>> variables.read("trainable"), v.numpy().tolist()
        ({'trainable': {'w': Array([5.], dtype=float32)}}, [5.0])
    """

    def __init__(self, **groups: Iterable[Variable]) -> None:
        self.groups = {group: _by_path(list(variables)) for group, variables in groups.items()}

    def read(self, *names: str) -> State:
        """Return the present values of the groups named."""
        return {
            group: {path: v._value for path, v in self.groups[group].items()} for group in names
        }

    def hand_over(self, *names: str) -> State:
        """Return the present values of the groups named, for a program that uses them up."""
        return {
            group: {path: v.hand_over() for path, v in self.groups[group].items()}
            for group in names
        }

    def write(self, state: State) -> None:
        """Make `state`, which a program returned, the values of the variables."""
        for group, values in state.items():
            variables = self.groups[group]
            for path, value in values.items():
                variables[path].take(value)

    def dump(self) -> dict[str, list[Any]]:
        """Return paths and values by group, as NumPy arrays that may share memory with them."""
        return {
            group: [(path, np.asarray(v._value)) for path, v in variables.items()]
            for group, variables in self.groups.items()
        }

    def load(self, dumped: dict[str, list[Any]]) -> None:
        """Set the variables to what `dump` returned; their order counts, not their paths.

        Raises:
            ValueError: If these are other variables; nothing is changed then.
        """
        found: list[tuple[Variable, np.ndarray]] = []
        for group, variables in self.groups.items():
            values = dumped.get(group, [])
            if len(values) != len(variables):
                raise ValueError(
                    f"It has {len(values)} {group} variables, the model {len(variables)}."
                )
            for (path, value), variable in zip(values, variables.values(), strict=True):
                theirs, ours = (value.shape, str(value.dtype)), (variable.shape, variable.dtype)
                if theirs != ours:
                    raise ValueError(
                        f"Its {group} variable '{path}' is {theirs[1]} of shape {theirs[0]}, where the "
                        f"model has '{variable.path}', {ours[1]} of shape {ours[0]}."
                    )
                found.append((variable, value))
        for variable, value in found:
            variable.assign(value)

    def lists(self, state: State) -> tuple[list[Array], ...]:
        """Return the values of each group as a list, in the order of the variables.

        Not in the order of the state's keys: JAX sorts the keys of dicts.
        """
        return tuple(
            [state[group][path] for path in self.groups[group]]
            for group in GROUPS
            if group in state
        )

    def pack(self, like: State, lists: Sequence[Sequence[Any]]) -> State:
        """Return lists of values as a state; each value in the dtype it had."""
        groups = [group for group in GROUPS if group in like]
        if len(lists) != len(groups):
            raise ValueError(
                f"A step must return the state it was given: {len(groups)} lists "
                f"({', '.join(groups)}); it returned {len(lists)}."
            )
        packed: State = {}
        for group, values in zip(groups, lists, strict=True):
            if len(values) != len(like[group]):
                raise ValueError(
                    f"A step returned {len(values)} values for the {len(like[group])} {group} variables."
                )
            packed[group] = {
                path: _as(value, like[group][path])
                for path, value in zip(self.groups[group], values, strict=True)
            }
        return packed

    def paired(self, state: State, *names: str) -> list[tuple[Variable, Array]]:
        """Return `(variable, value)` pairs of the groups named, all in `state` by default."""
        return [
            (self.groups[group][path], value)
            for group in names or state
            for path, value in state[group].items()
        ]

    def nbytes(self) -> int:
        """Return the size of the state in bytes."""
        values = (v._value for group in self.groups.values() for v in group.values())
        return sum(int(np.prod(value.shape)) * value.dtype.itemsize for value in values)


def _by_path(variables: list[Variable]) -> dict[str, Variable]:
    found: dict[str, Variable] = {}
    for variable in variables:
        path, count = variable.path, 2
        while path in found:
            path, count = f"{variable.path}#{count}", count + 1
        found[path] = variable
    return found


def _as(value: Any, old: Array) -> Array:
    value = jax.numpy.asarray(value, dtype=old.dtype)
    # A loop carries arrays of one type: the weak type of a Python number would be another.
    return jax.lax.convert_element_type(value, old.dtype)
