"""The base of optimizers: an optimizer is its slots and one pure update of one weight.

Clipping, weight decay, averaging, accumulation and loss scaling are here, once for all of them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core.checks import in_range
from ppul.core.config import constructor_names
from ppul.core.names import auto_name
from ppul.core.registry import CustomObjectScope
from ppul.core.scope import Hyperparameter, StatelessScope
from ppul.core.serialization import deserialize_arguments, serialize
from ppul.core.types import Array, Config
from ppul.core.variable import Variable
from ppul.optimizers.clipping import CLIPS, check_clips, clip
from ppul.optimizers.owner import SlotOwner, change_if, read

Slots: TypeAlias = dict[str, Array]


class Optimizer(SlotOwner):
    """A rule by which gradients change weights.

    A subclass defines `slots(w)`, what it remembers for a weight, and `update(w, g, slots, rate,
    step)`, which returns the new weight and slots.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        weight_decay: Fraction of each weight, times the rate, taken off before each step.
        clipnorm: Largest norm of one weight's gradient.
        clipvalue: Largest size of a gradient's elements.
        global_clipnorm: Largest norm of all gradients together.
        use_ema: Whether to keep an exponential moving average of the weights.
        ema_momentum: Its momentum.
        ema_overwrite_frequency: Every how many steps the average replaces the weights; None only
            when training ends.
        loss_scale_factor: What the loss is multiplied by; gradients are divided by it.
        gradient_accumulation_steps: Over how many steps gradients are gathered for one update.
        name: Its name.

    Raises:
        ValueError: If arguments contradict each other or are out of range.

    Example:
        >>> class Plain(Optimizer):
        ...     def update(self, w, g, slots, rate, step):
        ...         return w - rate * g, {}
        >>> v = Variable([1.0])
        >>> Plain(0.1).apply([jnp.array([2.0])], [v])
        >>> v.numpy().tolist()
        [0.800000011920929]
    """

    weight_decay = Hyperparameter()

    # Slots that stand behind all others in files, one kind after the other.
    slots_apart: tuple[str, ...] = ()

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if kwargs.pop("decay", None) is not None:
            warnings.warn(
                f"{type(self).__name__}: `decay` has no effect in Keras 3. Give a schedule as "
                "`learning_rate`, such as `InverseTimeDecay`.",
                stacklevel=3,
            )
        if kwargs:
            known = ", ".join(constructor_names(type(self)))
            raise ValueError(
                f"{type(self).__name__}: unknown argument(s) {sorted(kwargs)}. Known are {known}."
            )
        self.name = auto_name(type(self).__name__) if name is None else name
        if not isinstance(self.name, str) or "/" in self.name:
            raise ValueError(
                f"{type(self).__name__}: `name` must be a string without '/'; got {name!r}."
            )
        self.weight_decay = weight_decay
        self.clipnorm, self.clipvalue, self.global_clipnorm = clipnorm, clipvalue, global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self._check()
        self.built = False
        self._undecayed: list[Variable] = []
        self._undecayed_names: list[str] = []
        self._trainable_variables: list[Variable] = []
        self._iterations = self._make("iteration", np.zeros((), "int32"))
        self._learning_rate: Any = self._checked_rate(learning_rate)

    # What a subclass defines.

    def slots(self, w: Array) -> Slots:
        """Return what is remembered for a weight, as it starts: nothing by default."""
        return {}

    def slots_of(self, variable: Variable) -> Slots:
        """Return what is remembered for a variable, as it starts; where it depends on its path."""
        return self.slots(variable._present())

    def decay_of(self, variable: Variable) -> Any:
        """Return which fraction of a variable, times the rate, is taken off before each step."""
        return self.weight_decay if self._decays(variable) else None

    def update(
        self, w: Array, g: Array, slots: Slots, rate: Array, step: Array
    ) -> tuple[Array, Slots]:
        """Return a weight and its slots after one step.

        Args:
            w: The weight.
            g: Its gradient.
            slots: What is remembered for it.
            rate: The learning rate, a scalar.
            step: The number of this step, from 1, as a float scalar.
        """
        raise NotImplementedError(f"{type(self).__name__} must define `update`.")

    def update_step(self, gradient: Array, variable: Variable, learning_rate: Array) -> None:
        """Change a variable and its slots by one step; what Keras's subclasses define."""
        w = variable.value
        slots = self._slots[self._get_variable_index(variable)]
        rate, step = learning_rate.astype(w.dtype), (self.iterations + 1).astype(w.dtype)
        values = {name: slot.value for name, slot in slots.items()}
        w, values = self.update(w, gradient.astype(w.dtype), values, rate, step)
        variable.assign(w)
        for name, slot in slots.items():
            slot.assign(values[name])

    # One step.

    def build(self, variables: Iterable[Variable]) -> None:
        """Make the slots for the weights to be trained."""
        if self.built:
            return
        self._trainable_variables = list(variables)
        self._places = {v: i for i, v in enumerate(self._trainable_variables)}
        updated = [v for v in self._trainable_variables if not v.overwrite_with_gradient]
        with jax.ensure_compile_time_eval():
            if self.use_ema:
                self._averages = {
                    v: self._make_slot(v, "average", jnp.zeros_like(v._present())) for v in updated
                }
            if self.gradient_accumulation_steps:
                self._gathered = {
                    v: self._make_slot(v, "gradient_accumulator", jnp.zeros_like(v._present()))
                    for v in self._trainable_variables
                }
            self._slots: list[dict[str, Variable]] = [{} for _ in self._trainable_variables]
            self._make_slots({v: self.slots_of(v) for v in updated})
        self.built = True

    def _make_slots(self, starts: dict[Variable, Slots]) -> None:
        def make(variable: Variable, name: str) -> None:
            slot = self._make_slot(variable, name, starts[variable][name])
            self._slots[self._places[variable]][name] = slot

        for variable, start in starts.items():
            for name in start:
                if name not in self.slots_apart:
                    make(variable, name)
        for name in self.slots_apart:
            for variable, start in starts.items():
                if name in start:
                    make(variable, name)

    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """Update variables by their gradients; the variables may be left out once it is built.

        Raises:
            ValueError: If there is no gradient at all, or not one for each variable, or if the
                optimizer was built for other variables.
        """
        if trainable_variables is None:
            if not self.built:
                raise ValueError(
                    f"{self.name}: gradients came without variables before the optimizer knew any. "
                    "Call `build(trainable_variables)` first, or give both."
                )
            trainable_variables = self._trainable_variables
        variables = list(trainable_variables)
        self._match("gradients", grads, variables)
        if not variables:
            return
        self.build(variables)
        self._step(*self._with_gradients(grads, variables))

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Any:
        """Update variables from `(gradient, variable)` pairs; return the step counter."""
        pairs = list(grads_and_vars)
        self.apply([g for g, _ in pairs], [v for _, v in pairs])
        return self.iterations

    def stateless_apply(
        self,
        optimizer_variables: Sequence[Any],
        grads: Sequence[Any],
        trainable_variables: Sequence[Any],
    ) -> tuple[list[Array], list[Array]]:
        """Return the values of weights and of its own variables after a step, changing nothing."""
        if not self.built:
            raise ValueError(f"{self.name}: call `build(variables)` before `stateless_apply`.")
        weights, own = self._trainable_variables, self.variables
        self._match("`trainable_variables`", trainable_variables, weights)
        self._match("`optimizer_variables`", optimizer_variables, own)
        values = [read(v) for v in (*trainable_variables, *optimizer_variables)]
        with StatelessScope(zip([*weights, *own], values, strict=True)) as state:
            self.apply(grads)
        new = [state.get_current_value(v) for v in (*weights, *own)]
        return new[: len(weights)], new[len(weights) :]  # type: ignore[return-value]

    def scale_loss(self, loss: Any) -> Any:
        """Return the loss times the scale factor, if there is one."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """Set the weights to their averages, where training kept some."""
        if self.use_ema and self.built:
            self._replace_by_averages([v for v in var_list if v in self._averages], due=None)

    def exclude_from_weight_decay(
        self, var_list: Sequence[Variable] | None = None, var_names: Sequence[str] | None = None
    ) -> None:
        """Name variables that weight decay leaves alone; before the optimizer is built.

        Args:
            var_list: Variables.
            var_names: Regular expressions, searched in variables' names.
        """
        if self.built:
            raise ValueError(f"{self.name}: exclude variables before the optimizer is built.")
        self._undecayed.extend(var_list or ())
        self._undecayed_names.extend(var_names or ())

    def get_config(self) -> Config:
        """Return the constructor arguments; the learning rate is the present one."""
        rate = self._learning_rate
        rate = float(rate.numpy()) if isinstance(rate, Variable) else serialize(rate)
        own = {
            n: serialize(self._argument(n))
            for n in constructor_names(type(self))
            if n != "learning_rate"
        }
        return {"name": self.name, "learning_rate": rate} | own

    @classmethod
    def from_config(cls, config: Config, custom_objects: dict[str, Any] | None = None) -> Any:
        """Return an optimizer from what `get_config` returned."""
        with CustomObjectScope(custom_objects):
            return cls(**deserialize_arguments(config))

    # The pieces of a step.

    def _with_gradients(
        self, grads: Sequence[Any], variables: list[Variable]
    ) -> tuple[list[Array], list[Variable]]:
        """Gradients and variables without those that have no gradient, which are named."""
        for variable in variables:
            self._get_variable_index(variable)
        missing = [v.path for g, v in zip(grads, variables, strict=True) if g is None]
        if len(missing) == len(variables):
            raise ValueError(
                f"{self.name}: no gradient was given for any of the {len(variables)} variables. "
                "Check that the loss depends on them."
            )
        if missing:
            warnings.warn(
                f"{self.name}: no gradient for {missing}, which stay as they are. Check that the "
                "loss depends on them.",
                stacklevel=4,
            )
        pairs = [(g, v) for g, v in zip(grads, variables, strict=True) if g is not None]
        return [jnp.asarray(g) for g, _ in pairs], [v for _, v in pairs]

    def _step(self, grads: list[Array], variables: list[Variable]) -> None:
        if self.loss_scale_factor is not None:
            grads = [
                g if v.overwrite_with_gradient else g / self.loss_scale_factor
                for g, v in zip(grads, variables, strict=True)
            ]
        if self.gradient_accumulation_steps:
            self._gather(grads, variables)
        else:
            self._update(grads, variables)
        if self.use_ema:
            self._average()
        for variable in variables:
            if variable.constraint is not None and not variable.overwrite_with_gradient:
                variable.assign(variable.constraint(variable.value))
        self._iterations.assign_add(1)

    def _update(self, grads: list[Array], variables: list[Variable]) -> None:
        pairs = list(zip(grads, variables, strict=True))
        for g, variable in pairs:
            if variable.overwrite_with_gradient:
                variable.assign(g)
        variables = [v for v in variables if not v.overwrite_with_gradient]
        grads = clip([g for g, v in pairs if not v.overwrite_with_gradient], **self._clips())
        rate = jnp.asarray(read(self.learning_rate), "float32")
        for variable in variables:
            decay = self.decay_of(variable)
            if decay is not None:
                w = variable.value
                variable.assign(w - w * (decay * rate).astype(w.dtype))
        self._update_all(grads, variables, rate)

    def _update_all(self, grads: list[Array], variables: list[Variable], rate: Array) -> None:
        for g, variable in zip(grads, variables, strict=True):
            self.update_step(g, variable, rate)

    def _gather(self, grads: list[Array], variables: list[Variable]) -> None:
        """Add to the gathered gradients; every so many steps update by their mean."""
        steps = self.gradient_accumulation_steps or 1
        gathered = [self._gathered[v] for v in variables]
        sums = [
            jnp.maximum(sum_.value, g) if v.overwrite_with_gradient else sum_.value + g
            for sum_, g, v in zip(gathered, grads, variables, strict=True)
        ]
        due = (self._iterations.value + 1) % steps == 0
        others = {
            self._iterations,
            *self._gathered.values(),
            *getattr(self, "_averages", {}).values(),
        }
        changed = [*variables, *(v for v in self._variables if v not in others)]

        def update() -> None:
            means = [
                g if v.overwrite_with_gradient else g / steps
                for g, v in zip(sums, variables, strict=True)
            ]
            self._update(means, variables)

        change_if(due, changed, update)
        for place, total in zip(gathered, sums, strict=True):
            place.assign(jnp.where(due, jnp.zeros_like(total), total))

    def _average(self) -> None:
        done = read(self.iterations)
        momentum = jnp.where(done == 0, 0.0, self.ema_momentum)
        for variable, average in self._averages.items():
            w = variable.value
            m = momentum.astype(w.dtype)
            average.assign(m * average.value + (1 - m) * w)
        if self.ema_overwrite_frequency:
            due = (done + 1) % self.ema_overwrite_frequency == 0
            self._replace_by_averages(list(self._averages), due)

    def _replace_by_averages(self, variables: Sequence[Variable], due: Array | None) -> None:
        for variable in variables:
            average = self._averages[variable].value
            variable.assign(average if due is None else jnp.where(due, average, variable.value))

    def _get_variable_index(self, variable: Variable) -> int:
        if variable not in self._places:
            raise ValueError(
                f"{self.name} was built for other variables than '{variable.path}'. Make a new "
                "optimizer, or build it with all variables it will ever train."
            )
        return self._places[variable]

    def _decays(self, variable: Variable) -> bool:
        if any(variable is undecayed for undecayed in self._undecayed):
            return False
        return not any(re.search(name, variable.name) for name in self._undecayed_names)

    # Arguments.

    def _check(self) -> None:
        check_clips(self.name, **self._clips())
        if self.use_ema:
            in_range(self.name, "ema_momentum", self.ema_momentum, 0.0, 1.0)
        self._check_count("ema_overwrite_frequency", 1)
        self._check_count("gradient_accumulation_steps", 2)

    def _clips(self) -> dict[str, float | None]:
        return {name: getattr(self, name) for name in CLIPS}

    def _check_count(self, argument: str, least: int) -> None:
        count = getattr(self, argument)
        if count and (not isinstance(count, (int, np.integer)) or count < least):
            raise ValueError(
                f"{self.name}: `{argument}` must be an integer of at least {least}, or None; got "
                f"{count!r}."
            )
