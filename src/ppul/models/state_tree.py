"""A model's variables as nested dicts, and back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from ppul.core.variable import Variable

if TYPE_CHECKING:
    from ppul.models.model import Model

_FORMATS = ("backend_tensor", "numpy_array")


def get_state_tree(model: Model, value_format: str) -> dict[str, Any]:
    """Return the values of all variables by kind and path; see `Model.get_state_tree`."""
    if value_format not in _FORMATS:
        raise ValueError(
            f"get_state_tree: `value_format` must be one of {_FORMATS}; got {value_format!r}."
        )
    found: dict[str, Any] = {}
    for kind, variables in _groups(model).items():
        branch = found.setdefault(kind, {})
        for variable in variables:
            *parents, name = variable.path.split("/")
            place = branch
            for parent in parents:
                place = place.setdefault(parent, {})
            if name in place:
                raise ValueError(
                    f"Model '{model.name}' has two variables with the path '{variable.path}'; give "
                    "its layers different names."
                )
            numpy = value_format == "numpy_array"
            place[name] = np.asarray(variable.value) if numpy else variable.value
    return found


def set_state_tree(model: Model, state_tree: Mapping[str, Any]) -> None:
    """Give variables the values of a nested dict; see `Model.set_state_tree`."""
    assigned: list[tuple[Variable, Any]] = []
    groups = _groups(model)
    for kind, branch in state_tree.items():
        if kind not in groups:
            raise ValueError(
                f"set_state_tree: there are no variables of the kind {kind!r}; there are "
                f"{sorted(groups)}."
            )
        by_path = {variable.path: variable for variable in groups[kind]}
        for path, value in leaves_by_path(branch):
            if path not in by_path:
                raise ValueError(
                    f"set_state_tree: model '{model.name}' has no variable '{path}' among its {kind}; "
                    f"it has {sorted(by_path)}."
                )
            assigned.append((by_path[path], by_path[path].convert(value)))
    for variable, value in assigned:
        variable.assign(value)


def _groups(model: Model) -> dict[str, list[Variable]]:
    return {
        "trainable_variables": model.trainable_variables,
        "non_trainable_variables": model.non_trainable_variables,
        "optimizer_variables": model.optimizer.variables if model.optimizer is not None else [],
        "metrics_variables": model.metrics_variables,
    }


def leaves_by_path(branch: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the path and the value of each leaf of nested dicts.

    Example:
        >>> dict(leaves_by_path({"dense": {"kernel": 1, "bias": 2}}))
        {'dense/kernel': 1, 'dense/bias': 2}
    """
    if not isinstance(branch, Mapping):
        yield path, branch
        return
    for name, value in branch.items():
        yield from leaves_by_path(value, f"{path}/{name}" if path else name)
