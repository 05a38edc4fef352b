"""The border between objects and pure functions.

While a function is traced, a `StatelessScope` binds variables (and hyper-parameters) to traced
values and keeps what is assigned; a `CallContext` holds what the layers of one call share.
Nothing else in ppul binds a variable to a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import jax
from jax.core import Tracer

from ppul.core.local import local
from ppul.core.types import Array

if TYPE_CHECKING:
    from ppul.core.variable import Variable


class StatelessScope:
    """Inside it, variables have the given values, and assigning changes only the scope.

    Args:
        state_mapping: Pairs of a variable and its value.
        collect_losses: Whether `Layer.add_loss` inside adds to `losses` of this scope.
        initialize_variables: Kept for Keras's signature; variables are always made with a value.
        hyperparameters: Values for `(object, name)` pairs that stand in for a constructor number.

    Example:
        >>> from ppul.core.variable import Variable
        >>> v = Variable(1.0)
        >>> with StatelessScope([(v, 5.0)]) as scope:
        ...     _ = v.assign_add(2.0)
        >>> float(scope.get_current_value(v)), float(v.value)
        (7.0, 1.0)
    """

    def __init__(
        self,
        state_mapping: Iterable[tuple[Variable, Any]] | None = None,
        collect_losses: bool = False,
        initialize_variables: bool = True,
        hyperparameters: dict[tuple[int, str], Array] | None = None,
    ) -> None:
        self.collect_losses = collect_losses
        self.initialize_variables = initialize_variables
        self.losses: list[Array] = []
        self.hyperparameters = hyperparameters or {}
        # The variable is kept beside its value so that its id stays taken.
        self.state_mapping: dict[int, tuple[Variable, Array]] = {}
        for variable, value in state_mapping or ():
            self.state_mapping[id(variable)] = (variable, variable.convert(value))

    def __enter__(self) -> StatelessScope:
        local.scopes.append(self)
        return self

    def __exit__(self, *args: object, **kwargs: object) -> None:
        local.scopes.pop()

    def add_loss(self, loss: Array) -> None:
        """Keep a loss that a layer added."""
        self.losses.append(loss)

    def add_update(self, update: tuple[Variable, Array]) -> None:
        """Give a variable a new value inside this scope."""
        variable, value = update
        self.state_mapping[id(variable)] = (variable, value)

    def get_current_value(self, variable: Variable) -> Array | None:
        """Return the value `variable` has in this scope, None where it has none."""
        bound = self.state_mapping.get(id(variable))
        return None if bound is None else bound[1]


def in_stateless_scope() -> bool:
    """Return whether assignments currently go to a scope instead of the variables."""
    return bool(local.scopes)


def bound_value(variable: Variable) -> Array | None:
    """Return the value the innermost scope that knows `variable` gives it."""
    for scope in reversed(local.scopes):
        bound = scope.state_mapping.get(id(variable))
        if bound is not None:
            return bound[1]
    return None


def bound_hyperparameter(owner: object, name: str) -> Array | None:
    """Return the traced value that stands in for `owner.name`, None where none does."""
    for scope in reversed(local.scopes):
        value = scope.hyperparameters.get((id(owner), name))
        if value is not None:
            return value
    return None


class Hyperparameter:
    """An attribute that a program may take as an argument instead of a constant.

    Reading it gives the number it was set to, or the traced value that an open scope binds to it:
    so a whole search over it is one program.

    Example:
        >>> class Noise:
        ...     rate = Hyperparameter()
        >>> noise = Noise()
        >>> noise.rate = 0.5
        >>> with StatelessScope(hyperparameters={(id(noise), "rate"): 0.1}):
        ...     noise.rate
        0.1
        >>> noise.rate
        0.5
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, owner: Any, kind: type | None = None) -> Any:
        if owner is None:
            return self
        bound = bound_hyperparameter(owner, self.name) if local.scopes else None
        if bound is not None:
            return bound
        try:
            return owner.__dict__[self.name]
        except KeyError:
            raise AttributeError(f"{type(owner).__name__} has no `{self.name}` yet.") from None

    def __set__(self, owner: Any, value: Any) -> None:
        owner.__dict__[self.name] = value


class SymbolicScope:
    """Inside it, layers are only asked for shapes; nothing is computed or kept."""

    def __enter__(self) -> SymbolicScope:
        local.symbolic += 1
        return self

    def __exit__(self, *args: object, **kwargs: object) -> None:
        local.symbolic -= 1


class CallContext:
    """What the layers under one outermost call share: training or not, masks, logits."""

    def __init__(self, entry: object, training: bool | None) -> None:
        self.entry = entry
        self.training = training
        self._masks: dict[int, tuple[Any, Any]] = {}
        self._logits: dict[int, tuple[Any, Any]] = {}

    def set_mask(self, tensor: Any, mask: Any) -> None:
        """Attach a mask to a tensor: for the rest of the call, and to an array for good."""
        self._masks[id(tensor)] = (tensor, mask)
        if isinstance(tensor, jax.Array) and not isinstance(tensor, Tracer):
            tensor._keras_mask = mask  # type: ignore[attr-defined]

    def mask_of(self, tensor: Any) -> Any:
        """Return the mask attached to a tensor, or None."""
        found = self._masks.get(id(tensor))
        return getattr(tensor, "_keras_mask", None) if found is None else found[1]

    def note_logits(self, probabilities: Any, logits: Any) -> None:
        """Note what a softmax over the last axis was taken of."""
        self._logits[id(probabilities)] = (probabilities, logits)

    def logits_of(self, probabilities: Any) -> Any:
        """Return the logits of probabilities that a softmax in this call made, or None."""
        found = self._logits.get(id(probabilities))
        return None if found is None else found[1]


@contextmanager
def call_context(entry: object, training: bool | None) -> Iterator[CallContext]:
    """Open the context of a call, or join the one under way; `training` holds inside."""
    outer = local.call
    context = outer if outer is not None else CallContext(entry, training)
    before = context.training
    context.training = training
    local.call = context
    try:
        yield context
    finally:
        context.training = before
        local.call = outer


@contextmanager
def autocast(dtype: str | None) -> Iterator[None]:
    """Read float variables as `dtype` inside; None reads them as they are."""
    local.autocast.append(dtype)
    try:
        yield
    finally:
        local.autocast.pop()
