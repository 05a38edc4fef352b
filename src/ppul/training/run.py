"""How far a training is: everything that tells how it goes on, as plain values."""

from __future__ import annotations

import random
from typing import Any

import numpy as np

from ppul.training.loop import Place


class Run(Place):
    """A `fit` under way.

    Args:
        model: The model.
        data: What it is trained on.
        validation: What it is validated on, or None.
        listener: The callbacks.
        epoch: The epoch to begin with.

    Attributes:
        over: Whether the epochs that are done were the last.
    """

    def __init__(self, model: Any, data: Any, validation: Any, listener: Any, epoch: int) -> None:
        super().__init__(epoch)
        self.model = model
        self.data = data
        self.validation = validation
        self.listener = listener
        self.over = False

    def settled(self) -> None:
        """Tell the callbacks that all of them know."""
        self.listener.run_settled(self)

    def next_epoch(self) -> None:
        """Begin the next epoch, if there is to be one."""
        self.epoch += 1
        self.step = 0
        self.over = self.model.stop_training or self.data.exhausted

    def get_state(self) -> dict[str, Any]:
        """Return all that the rest of the run depends on: plain values.

        Arrays may be those of the variables; they are to be used before the run goes on.
        """
        return {
            "place": (self.epoch, self.step, self.over),
            "stop_training": self.model.stop_training,
            "logs": self.logs,
            "data": self.data.get_state(),
            "validation": None if self.validation is None else self.validation.get_state(),
            "variables": self.model.programs.variables.dump(),
            "callbacks": self.listener.get_state(),
            "random": (random.getstate(), np.random.get_state()),  # noqa: NPY002  (users draw from it)
        }

    def set_state(self, state: dict[str, Any]) -> None:
        """Go on from where `get_state` was called.

        Raises:
            ValueError: If that was another model, or other data.
        """
        self.data.set_state(state["data"])
        if self.validation is not None and state["validation"] is not None:
            self.validation.set_state(state["validation"])
        self.model.programs.variables.load(state["variables"])
        self.epoch, self.step, self.over = state["place"]
        self.model.stop_training = state["stop_training"]
        self.logs = state["logs"]
        self.listener.set_state(state["callbacks"])
        python, numpy = state["random"]
        random.setstate(python)
        np.random.set_state(numpy)  # noqa: NPY002
