"""JaxLayer: a pure function of JAX as a layer."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from ppul.core import tree
from ppul.core.dtypes import is_float_dtype
from ppul.core.serialization import config_value
from ppul.core.types import Array, Config, Tree
from ppul.core.variable import Variable
from ppul.layers.base import Layer
from ppul.random.seed_generator import SeedGenerator, draw_key

_CALL = ("params", "state", "rng", "inputs", "training")
_INIT = ("rng", "inputs", "training")


class JaxLayer(Layer):
    """A pure function of JAX, and its weights, as a layer.

    Args:
        call_fn: Computes the outputs. It takes `inputs`, and of `params` (weights), `state` (what
            changes without being trained), `rng` (a key; None outside of training) and `training`
            those it needs. One that takes `state` returns the outputs and the new state.
        init_fn: Makes the weights, or weights and state where `call_fn` takes both, for `rng`,
            `inputs` (ones of the shape and dtype of the inputs) and, if it takes it, `training`.
        params: The weights to begin with: arrays in lists, tuples, dicts or other pytrees.
        state: The state to begin with, likewise.
        seed: Where the keys come from; one is drawn by default.
        native_serialization_platforms: Kept for Keras's signature; JAX alone computes here.
        **kwargs: See `Layer`.

    Raises:
        TypeError: If a function is none.
        ValueError: If a function does not take what it has to, or there is nothing to make the
            weights of; when it is called, if the new state is not like the old one.

    Example:
        >>> import numpy as np
        >>> def scale(params, inputs):
        ...     return inputs * params["factor"]
        >>> layer = JaxLayer(scale, params={"factor": jnp.array([2.0, 3.0])})
        >>> layer(np.ones((1, 2))).tolist(), layer.count_params()
        ([[2.0, 3.0]], 2)
    """

    _unsaved = ("params", "state")
    # Dtypes of the inputs it was built for; set past the tracking, which changes dicts.
    _input_dtypes: Tree

    def __init__(
        self,
        call_fn: Callable[..., Any],
        init_fn: Callable[..., Any] | None = None,
        params: Tree = None,
        state: Tree = None,
        seed: int | None = None,
        native_serialization_platforms: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.call_fn = call_fn
        self.init_fn = init_fn
        self.seed = seed
        self.native_serialization_platforms = native_serialization_platforms
        self._call_takes = _taken(self._where, "call_fn", call_fn, ("inputs",), _CALL)
        self._init_takes = (
            () if init_fn is None else _taken(self._where, "init_fn", init_fn, _INIT[:2], _INIT)
        )
        if "rng" in self._call_takes:
            self.seed_generator = SeedGenerator(seed)
        self._params = self._own(params, trainable=True)
        self._state = self._own(state, trainable=False)
        self.__dict__["_input_dtypes"] = None
        owning = [name for name in ("params", "state") if name in self._call_takes]
        if owning and init_fn is None and params is None and state is None:
            raise ValueError(
                f"{self._where}: `call_fn` takes {' and '.join(owning)}, and nothing says what to "
                "begin with. Give `init_fn`, or the arrays themselves."
            )

    @property
    def params(self) -> Tree:
        """The weights, in the structure `call_fn` takes; None before there are any."""
        return self._params.variables

    @property
    def state(self) -> Tree:
        """What changes without being trained, likewise."""
        return self._state.variables

    def build(self, input_shape: Any) -> None:
        """Make weights and state by `init_fn`, if none were given."""
        if self.init_fn is None or self._params.leaves or self._state.leaves:
            return
        offered = {
            # Of the same seed, but none of the keys that calls get.
            "rng": jax.random.fold_in(draw_key(self.seed), 1),
            "inputs": self._ones(input_shape),
            "training": True,
        }
        made = self.init_fn(**{name: offered[name] for name in self._init_takes})
        both = {"params", "state"} <= set(self._call_takes)
        params, state = made if both else (made, made)
        if "params" in self._call_takes:
            self._params = self._own(params, trainable=True)
        if "state" in self._call_takes:
            self._state = self._own(state, trainable=False)

    def call(self, inputs: Tree, training: bool = False) -> Tree:
        """Return the outputs of `call_fn`, and keep the new state."""
        draws = training and "rng" in self._call_takes
        offered = {
            "params": self._params.values,
            "state": self._state.values,
            "rng": self.seed_generator.next() if draws else None,
            "inputs": inputs,
            "training": bool(training),
        }
        outputs = self.call_fn(**{name: offered[name] for name in self._call_takes})
        if "state" not in self._call_takes:
            return outputs
        if not isinstance(outputs, tuple) or len(outputs) != 2:
            raise ValueError(
                f"{self._where}: `call_fn` takes `state`, so it must return a tuple of outputs and "
                f"new state; got {type(outputs).__name__}."
            )
        outputs, state = outputs
        self._state.assign(state, self._where)
        return outputs

    def _prepare(self, arguments: dict[str, Any]) -> None:
        if not self.built:
            self.__dict__["_input_dtypes"] = jax.tree.map(
                lambda t: str(t.dtype), arguments["inputs"]
            )
        super()._prepare(arguments)

    def _ones(self, shapes: Any) -> Tree:
        """Ones like the inputs; one sample where their number is not known."""
        sizes = jax.tree.leaves(shapes, is_leaf=tree.is_shape)
        dtypes = self._input_dtypes or tree.map_shape_structure(
            lambda _: self.compute_dtype, shapes
        )
        names, structure = jax.tree.flatten(dtypes)
        return structure.unflatten(
            jnp.ones([1 if size is None else size for size in shape], dtype)
            for shape, dtype in zip(sizes, names, strict=True)
        )

    def _own(self, values: Tree, *, trainable: bool) -> VariableTree:
        """Variables in the place of arrays."""
        arrays, structure = jax.tree.flatten(values)
        leaves = [self._variable(jnp.asarray(array), trainable=trainable) for array in arrays]
        return VariableTree(leaves, structure)

    def _variable(self, value: Array, *, trainable: bool) -> Variable:
        dtype = self.variable_dtype if is_float_dtype(value.dtype) else value.dtype
        return self.add_weight(value.shape, lambda *_, **__: value, dtype, trainable=trainable)

    def get_build_config(self) -> Config | None:
        """Return the shapes it was built for; the dtypes too where they are not its own."""
        config = super().get_build_config()
        usual = all(dtype == self.compute_dtype for dtype in jax.tree.leaves(self._input_dtypes))
        return config if config is None or usual else config | {"dtypes": self._input_dtypes}

    def build_from_config(self, config: Config) -> None:
        """Build it for what `get_build_config` returned."""
        self.__dict__["_input_dtypes"] = config.get("dtypes")
        super().build_from_config({name: v for name, v in config.items() if name != "dtypes"})

    def get_config(self) -> Config:
        """Return the constructor arguments; arrays only where no `init_fn` makes them."""
        config = super().get_config()
        if self.init_fn is None:
            config["params"] = config_value(self._params.arrays)
            config["state"] = config_value(self._state.arrays)
        return config


class VariableTree:
    """Variables in the place of the arrays of a pytree.

    Args:
        leaves: The variables, in the order of the pytree.
        structure: What the pytree is like.
    """

    def __init__(self, leaves: list[Variable], structure: Any) -> None:
        self.leaves = leaves
        self.structure = structure

    @property
    def variables(self) -> Tree:
        """The pytree, of variables."""
        return self.structure.unflatten(self.leaves)

    @property
    def values(self) -> Tree:
        """The pytree, of what the layer under way reads."""
        return self.structure.unflatten(variable.value for variable in self.leaves)

    @property
    def arrays(self) -> Tree:
        """The pytree, of NumPy arrays."""
        return self.structure.unflatten(variable.numpy() for variable in self.leaves)

    def assign(self, values: Tree, where: str) -> None:
        """Give the variables new values.

        Raises:
            ValueError: If these are another pytree.
        """
        arrays, structure = jax.tree.flatten(values)
        if structure != self.structure:
            raise ValueError(
                f"{where}: `call_fn` returned a state of another structure than it took: "
                f"{structure} instead of {self.structure}. Return all parts of the state, also "
                "those that did not change."
            )
        for variable, array in zip(self.leaves, arrays, strict=True):
            variable.assign(array)


def _taken(
    where: str, argument: str, function: Any, required: Sequence[str], known: Sequence[str]
) -> tuple[str, ...]:
    """The names of the parameters of a function, if it takes what it must and no more."""
    if not callable(function):
        raise TypeError(
            f"{where}: `{argument}` must be a function; got {function!r} of type "
            f"{type(function).__name__}."
        )
    names = tuple(inspect.signature(function).parameters)
    missing = [name for name in required if name not in names]
    unknown = [name for name in names if name not in known]
    if missing or unknown:
        raise ValueError(
            f"{where}: `{argument}` must take {', '.join(required)} and may take no more than "
            f"{', '.join(known)}, by these names; it takes {', '.join(names) or 'nothing'}. Wrap it "
            "in a function that does."
        )
    return names
