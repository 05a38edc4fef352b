"""FlaxLayer: a module of Flax as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import jax

from ppul.core.serialization import config_value
from ppul.core.types import Array, Config, Tree
from ppul.layers.core.jax_layer import JaxLayer


class FlaxLayer(JaxLayer):
    """A `flax.linen` module as a layer; needs the package flax.

    Its collection "params" is trained; the others change as the module says. In training, the
    streams "dropout" and "params" of random numbers have keys.

    Args:
        module: The module.
        method: What to call instead of the module: one of its methods, or a function of the
            module. It takes the inputs first, and `training` if it wants.
        variables: The variables to begin with, as `module.init` returns them.
        **kwargs: `seed`, and what `Layer` takes.

    Raises:
        TypeError: If `module` is no module, or `method` no function.

    Example:
        >>> from flax import linen  # doctest: +SKIP
        >>> FlaxLayer(linen.Dense(2)).compute_output_shape((None, 3))  # doctest: +SKIP
        (None, 2)
    """

    # Made of the module.
    _unsaved = ("call_fn", "init_fn", "method", "params", "state", "variables")

    def __init__(
        self,
        module: Any,
        method: Callable[..., Any] | str | None = None,
        variables: Tree = None,
        **kwargs: Any,
    ) -> None:
        if inspect.isclass(module) or not (hasattr(module, "init") and hasattr(module, "apply")):
            raise TypeError(
                f"FlaxLayer: `module` must be a `flax.linen.Module`; got {module!r} of type "
                f"{type(module).__name__}. Give an instance, not the class, of such a module."
            )
        self.module = module
        self.method = getattr(module, method) if isinstance(method, str) else method
        if self.method is not None and not callable(self.method):
            raise TypeError(f"FlaxLayer: `method` must be a function; got {method!r}.")
        taken = inspect.signature(self.method or type(module).__call__).parameters

        def arguments(training: bool) -> dict[str, Any]:
            given = {"method": self.method, "training": training}
            return given if "training" in taken else {"method": self.method}

        def call(params: Tree, state: Tree, rng: Array | None, inputs: Tree, training: bool) -> Any:
            keys = {} if rng is None else {"dropout": rng, "params": jax.random.fold_in(rng, 1)}
            variables = {**params, **state}
            return module.apply(
                variables, inputs, rngs=keys, mutable=list(state), **arguments(training)
            )

        def init(rng: Array, inputs: Tree, training: bool) -> tuple[Tree, Tree]:
            return _parted(module.init(rng, inputs, **arguments(training)))

        params, state = (None, None) if variables is None else _parted(variables)
        super().__init__(call, init, params, state, **kwargs)

    def get_config(self) -> Config:
        """Return the constructor arguments; a method of the module by its name."""
        name = getattr(self.method, "__name__", "")
        own = hasattr(type(self.module), name)
        return super().get_config() | {"method": name if own else config_value(self.method)}


def _parted(variables: Tree) -> tuple[Tree, Tree]:
    """What is trained, and the rest."""
    variables = dict(variables)
    params = {"params": variables.pop("params")} if "params" in variables else {}
    return params, variables
