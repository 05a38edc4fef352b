"""The state of optimizers in HDF5 files, as each Keras ordered it.

Keras 3 keeps the variables in the order of `optimizer.variables`. Before, the learning rate was not
among them. The optimizers of TensorFlow 2.11 to 2.15 kept the slots weight by weight, as Keras 3
does; those before them one kind of slot after another.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from ppul.core.variable import Variable
from ppul.optimizers.loss_scale import LossScaleOptimizer
from ppul.optimizers.nadam import Nadam

_STEP = re.compile(r"iter(ation|ations)?")
_PRODUCT = re.compile(r"momentum_cache|m_schedule")
_RATE = re.compile(r"(current_)?learning_rate")


def set_state(
    optimizer: Any,
    stored: Sequence[tuple[str, np.ndarray]],
    weights: Sequence[Variable],
    where: str,
    *,
    old: bool,
) -> None:
    """Set the variables of an optimizer from those a file names, in the file's order.

    State that does not fit is left out with a warning: the weights are whole without it.

    Args:
        optimizer: The optimizer, built.
        stored: Names and values.
        weights: The trained weights in the order of the file.
        where: What to call the file in a warning.
        old: Whether the file is of a Keras before 3.
    """
    pairs = _pairs_of_keras_2(optimizer, stored, weights) if old else _pairs(optimizer, stored)
    if pairs is None or any(variable.shape != value.shape for variable, value in pairs):
        warnings.warn(
            f"'{where}' has a state of the optimizer that does not fit {optimizer.name} "
            f"({len(stored)} arrays: {', '.join(name for name, _ in stored[:4])}, ...). The weights "
            "are loaded; the optimizer starts anew.",
            stacklevel=2,
        )
        return
    for variable, value in pairs:
        variable.assign(value)


def _pairs(
    optimizer: Any, stored: Sequence[tuple[str, np.ndarray]]
) -> list[tuple[Variable, np.ndarray]] | None:
    own = optimizer.variables
    first = [v for v in own if v is optimizer._iterations or v is optimizer._learning_rate]
    if len(stored) == len(first):  # it had made no step, and so no slots
        own = first
    if len(own) != len(stored):
        return None
    return [(variable, value) for variable, (_, value) in zip(own, stored, strict=True)]


def _pairs_of_keras_2(
    optimizer: Any, stored: Sequence[tuple[str, np.ndarray]], weights: Sequence[Variable]
) -> list[tuple[Variable, np.ndarray]] | None:
    pairs: list[tuple[Variable, np.ndarray]] = []
    slots: list[np.ndarray] = []
    by_weight = False
    for name, value in stored:
        last = name.partition(":")[0].rpartition("/")[2]
        if _STEP.fullmatch(last):
            pairs.append((optimizer._iterations, value))
            by_weight = last == "iteration"
        elif _PRODUCT.fullmatch(last) and isinstance(optimizer, Nadam):
            pairs.append((optimizer._product, value))
        elif not _RATE.fullmatch(last):
            slots.append(value)
    if isinstance(optimizer, LossScaleOptimizer):
        return None
    own = [list(optimizer._slots[optimizer._get_variable_index(w)].values()) for w in weights]
    wanted = [slot for slots_of_weight in own for slot in slots_of_weight]
    if not by_weight:
        wanted = [slot for kind in zip(*own, strict=False) for slot in kind]
    # More than is wanted are those of a variant that was not chosen, all behind the others.
    if len(slots) < len(wanted):
        return None
    return [*pairs, *zip(wanted, slots, strict=False)]
