"""A row for every optimizer, and for every option of all of them; new ones are one row here."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np

from ppul import optimizers
from ppul.core.names import name_scope
from ppul.core.variable import Variable

STEPS = 20
# Twenty steps of some thirty float32 operations each, in a slightly different order.
FLOAT32 = {"rtol": 1e-5, "atol": 5e-7}
# The mean, found again from the weight in each step, gathers its roundings.
FOUND_AGAIN = {"rtol": 1e-5, "atol": 1e-5}
SHAPES = {"kernel": (4, 3), "bias": (3,), "filters": (2, 2, 3)}


@dataclass
class Case:
    """An optimizer in one configuration.

    Args:
        name: The class's name, in ppul and in Keras.
        arguments: Constructor arguments.
        unnamed: Slots that Keras gives no useful name: their paths are not compared.
    """

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    unnamed: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name of the row."""
        return row_id(self.name, self.arguments)


def tolerance(name: str) -> dict[str, float]:
    """Return how close an optimizer comes to Keras's."""
    return FOUND_AGAIN if name == "ScheduleFreeAdamW" else FLOAT32


def row_id(name: str, arguments: dict[str, Any]) -> str:
    """Return the name of a row; a configuration inside is named by its class."""
    shown = {k: v["class_name"] if isinstance(v, dict) else v for k, v in arguments.items()}
    return ",".join(filter(None, [name, *(f"{k}={v}" for k, v in shown.items())]))


# Rates are large, so that twenty steps go far enough to show a difference.
CASES = [
    Case("SGD", {"learning_rate": 0.1}),
    Case("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    Case("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    Case("Adam", {"learning_rate": 0.1}),
    Case("Adam", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.8, "epsilon": 1e-3}),
    Case("Adam", {"learning_rate": 0.1, "amsgrad": True}),
    Case("AdamW", {"learning_rate": 0.1, "weight_decay": 0.1}),
    Case("AdamW", {"learning_rate": 0.1, "amsgrad": True}),
    Case("RMSprop", {"learning_rate": 0.1}),
    Case("RMSprop", {"learning_rate": 0.1, "momentum": 0.5, "rho": 0.8}),
    Case("RMSprop", {"learning_rate": 0.1, "centered": True, "epsilon": 1e-3}),
    Case("RMSprop", {"learning_rate": 0.1, "centered": True, "momentum": 0.5}),
    Case("Adagrad", {"learning_rate": 0.1}),
    Case("Adagrad", {"learning_rate": 0.1, "initial_accumulator_value": 0.5, "epsilon": 1e-2}),
    Case("Adadelta", {"learning_rate": 1.0}),
    Case("Adadelta", {"learning_rate": 1.0, "rho": 0.5, "epsilon": 1e-2}),
    Case("Adamax", {"learning_rate": 0.1}),
    Case("Adamax", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.5, "epsilon": 1e-2}),
    Case("Nadam", {"learning_rate": 0.1}, unnamed=("momentum_product",)),
    Case("Ftrl", {"learning_rate": 0.1}),
    Case(
        "Ftrl",
        {
            "learning_rate": 0.1,
            "learning_rate_power": -0.7,
            "initial_accumulator_value": 0.3,
            "l1_regularization_strength": 0.2,
            "l2_regularization_strength": 0.3,
            "l2_shrinkage_regularization_strength": 0.4,
            "beta": 0.5,
        },
    ),
    Case("Lion", {"learning_rate": 0.1}),
    Case("Lion", {"learning_rate": 0.1, "beta_1": 0.5, "beta_2": 0.7}),
    Case("Lamb", {"learning_rate": 0.1}),
    Case("Adafactor", {"learning_rate": 0.1}, unnamed=("row", "column")),
    Case(
        "Adafactor",
        {
            "learning_rate": 0.1,
            "beta_2_decay": -0.5,
            "epsilon_2": 0.1,
            "clip_threshold": 0.5,
            "relative_step": False,
        },
        unnamed=("row", "column"),
    ),
    Case("Muon", {"learning_rate": 0.1}),
    Case("Muon", {"learning_rate": 0.1, "exclude_layers": ["k.rn"], "adam_lr_ratio": 0.5}),
    Case("Muon", {"learning_rate": 0.1, "nesterov": False, "rms_rate": None, "momentum": 0.5}),
    Case(
        "Muon",
        {"learning_rate": 0.1, "ns_steps": 2, "muon_a": 3.0, "muon_b": -4.0, "muon_c": 2.0}
        | {"weight_decay": None, "adam_weight_decay": 0.3, "adam_beta_1": 0.5, "epsilon": 1e-3}
        | {"adam_beta_2": 0.8, "exclude_embeddings": False},
    ),
    Case("ScheduleFreeAdamW", {"learning_rate": 0.1}),
    Case("ScheduleFreeAdamW", {"learning_rate": 0.1, "warmup_steps": 5, "beta_2": 0.8}),
    Case("ScheduleFreeAdamW", {"learning_rate": 0.1, "beta_1": 0.5, "epsilon": 1e-3}),
]

SCHEDULE = {
    "class_name": "ExponentialDecay",
    "module": "keras.optimizers.schedules",
    "config": {"initial_learning_rate": 0.2, "decay_steps": 3, "decay_rate": 0.5},
    "registered_name": None,
}
OPTIONS: list[dict[str, Any]] = [
    {"weight_decay": 0.3},
    {"clipnorm": 0.5},
    {"clipvalue": 0.3},
    {"global_clipnorm": 0.5},
    {"clipnorm": 0.0},
    {"use_ema": True, "ema_momentum": 0.7},
    {"use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 3},
    {"loss_scale_factor": 4.0},
    {"gradient_accumulation_steps": 3},
    {"learning_rate": SCHEDULE},
]
EVERYTHING: dict[str, Any] = {
    "learning_rate": SCHEDULE,
    "weight_decay": 0.1,
    "global_clipnorm": 1.0,
    "use_ema": True,
    "ema_momentum": 0.6,
    "ema_overwrite_frequency": 2,
    "loss_scale_factor": 2.0,
    "gradient_accumulation_steps": 2,
}


def gradients(steps: int = STEPS, seed: int = 1) -> list[list[np.ndarray]]:
    """Return normal gradients, some of them zero, for each step and weight."""
    rng = np.random.default_rng(seed)
    return [
        [
            (rng.normal(size=shape) * (rng.random(shape) > 0.1)).astype("float32")
            for shape in SHAPES.values()
        ]
        for _ in range(steps)
    ]


def weights(seed: int = 0) -> dict[str, np.ndarray]:
    """Return normal starting values for each weight."""
    rng = np.random.default_rng(seed)
    return {name: rng.normal(size=shape).astype("float32") for name, shape in SHAPES.items()}


def variables(library: str) -> list[Any]:
    """Return new variables of "ppul" or "keras" with the same names, paths and values."""
    if library == "keras":
        with keras.name_scope("model"):
            return [keras.Variable(value, name=name) for name, value in weights().items()]
    with name_scope("model"):
        return [Variable(value, name=name) for name, value in weights().items()]


def pair(name: str, /, **arguments: Any) -> tuple[Any, Any]:
    """Return the optimizer of ppul, and Keras's."""
    # Keras puts objects in place of the configurations inside.
    theirs = getattr(keras.optimizers, name).from_config(copy.deepcopy(arguments))
    return getattr(optimizers, name).from_config(arguments), theirs


def values(variables: Any) -> list[np.ndarray]:
    """Return the values of variables as arrays."""
    return [np.asarray(v.value) for v in variables]


def run(optimizer: Any, trained: list[Any], steps: list[list[np.ndarray]]) -> list[Any]:
    """Apply gradients step by step; return weights and own variables after each step."""
    optimizer.build(trained)
    trace = []
    # Compiling takes a hundred times as long as twenty steps of operations one by one.
    with jax.disable_jit():
        for grads in steps:
            optimizer.apply([None if g is None else jnp.asarray(g) for g in grads], trained)
            trace.append(values([*trained, *optimizer.variables]))
    return trace
