"""The base of all layers: what they own, how they are called, what they are asked for."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core import registry, scope, tree
from ppul.core.config import constructor_names
from ppul.core.dtypes import is_float_dtype
from ppul.core.local import local
from ppul.core.names import current_path, name_scope
from ppul.core.serialization import config_value, serialize
from ppul.core.symbolic import KerasTensor, infer, is_symbolic
from ppul.core.types import Array, Config, Identifier, Shape, Tree
from ppul.core.variable import Variable
from ppul.layers.call import CallSignature, call_signature, shapes_for_build
from ppul.layers.input_spec import check_inputs
from ppul.layers.precision import Precise


class Layer(Precise):
    """A function of tensors with weights.

    A layer is three methods: `__init__` keeps what it was told, `build` makes the weights once the
    input's shape is known, `call` computes. Shapes and configuration are read off them.

    Args:
        activity_regularizer: A penalty on the output, divided by the batch size and added to the
            loss.
        trainable: Whether training changes its weights.
        dtype: A dtype or dtype policy; the global policy by default.
        autocast: Whether float inputs are cast to the dtype it computes in.
        name: Its name; from the class by default.
        **kwargs: `input_shape`, `input_dim`, `batch_input_shape` or `batch_size`, which say the
            input of a first layer in a `Sequential`.

    Example:
        >>> class Scale(Layer):
        ...     def build(self, input_shape):
        ...         self.factor = self.add_weight(shape=input_shape[-1:], initializer="ones")
        ...
        ...     def call(self, inputs):
        ...         return inputs * self.factor
        >>> Scale()(np.ones((2, 3))).shape
        (2, 3)
    """

    # Constructor arguments that a configuration does not hold.
    _unsaved: ClassVar[tuple[str, ...]] = ()
    _input_keywords = ("input_shape", "batch_input_shape", "batch_shape", "input_dim", "batch_size")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "build" in cls.__dict__:
            cls.build = _finishing_build(cls.__dict__["build"])

    def __init__(
        self,
        *,
        activity_regularizer: Identifier = None,
        trainable: bool = True,
        dtype: Any = None,
        autocast: bool = True,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        self.built = False
        self._trainable = bool(trainable)
        super().__init__(dtype=dtype, name=name)
        self.activity_regularizer = registry.get("regularizers", activity_regularizer)
        self.autocast = autocast
        self.supports_masking = False
        self.supports_jit = True
        self.input_spec: Any = None
        self._losses: list[Array] = []
        self._build_shapes: dict[str, Any] | None = None
        self._path: str | None = None
        self._input_hint = _input_hint(type(self).__name__, kwargs)

    @property
    def _where(self) -> str:
        """What messages call it."""
        return f"{type(self).__name__} '{self.name}'"

    # Calling.

    @property
    def _signature(self) -> CallSignature:
        return call_signature(type(self).call)

    @property
    def call_signature_parameters(self) -> tuple[str, ...]:
        """The names of `call`'s arguments."""
        return self._signature.names

    def build(self, input_shape: Any) -> None:
        """Make the weights for an input shape; here, those of the layers inside.

        Args:
            input_shape: The shape of the input, batch first, or shapes of several.
        """
        if self._layers and not getattr(self, "_calling", False) and input_shape is not None:
            Layer.compute_output_spec(self, self._symbolic(input_shape))
        self.built = True
        self._build_shapes = {"input_shape": input_shape}

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Compute the output of arrays, or record the call on symbolic tensors."""
        args, kwargs = self._convert((args, kwargs))
        if is_symbolic(args) or is_symbolic(kwargs):
            self._prepare(self._signature.bind(self, args, kwargs))
            return self.symbolic_call(*args, **kwargs)
        return self._run(args, kwargs)

    def symbolic_call(self, *args: Any, **kwargs: Any) -> Any:
        """Return symbolic outputs with their masks, and record the call in the graph."""
        outputs = super().symbolic_call(*args, **kwargs)
        arguments = self._signature.bind(self, args, kwargs)
        inputs = arguments.get(self._signature.first)
        masks = tree.map_structure(lambda t: getattr(t, "_keras_mask", None), inputs)
        makes_masks = type(self).compute_mask is not Layer.compute_mask
        if self.supports_masking and (makes_masks or _any(masks)):
            for output, mask in _pairs(outputs, infer(self.compute_mask, inputs, masks)):
                output._keras_mask = mask
        return outputs

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """Return the outputs as symbolic tensors: shapes and dtypes only."""

        def run(*run_args: Any, **run_kwargs: Any) -> Any:
            with scope.SymbolicScope(), scope.StatelessScope(collect_losses=True):
                return self._run(run_args, run_kwargs)

        return infer(run, *args, **kwargs)

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """Return the shape of the output for the shapes of the inputs.

        These are given in the order of the call's arguments, or by name (`value_shape`); further
        arguments of the call, such as `training`, by theirs.
        """
        shapes, given = self._signature.bind_shapes(args, kwargs)
        inputs = {name: self._symbolic(shape) for name, shape in shapes.items()}
        if not self.built:
            self._prepare(inputs)
        first = inputs.pop(next(iter(inputs)))
        outputs = self.compute_output_spec(first, **inputs, **given)
        return jax.tree.map(lambda tensor: tensor.shape, outputs)

    def _symbolic(self, shapes: Any) -> Any:
        return jax.tree.map(
            lambda shape: KerasTensor(shape, self.compute_dtype, name="input"),
            shapes,
            is_leaf=_is_shape,
        )

    def compute_mask(self, inputs: Any, previous_mask: Any) -> Any:
        """Return the mask of the output: that of the input, unless a layer says otherwise."""
        return previous_mask

    def stateless_call(
        self,
        trainable_variables: Sequence[Any],
        non_trainable_variables: Sequence[Any],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Compute with the given values of the variables, changing nothing.

        Args:
            trainable_variables: Values for `trainable_variables`.
            non_trainable_variables: Values for `non_trainable_variables`.
            *args: Arguments of the call.
            return_losses: Whether to return the losses too.
            **kwargs: Keyword arguments of the call.

        Returns:
            The outputs, the new values of the non-trainable variables, and the losses if asked.

        Raises:
            ValueError: If it is not built, or the numbers of values do not fit.
        """
        if not self.built:
            raise ValueError(
                f"{type(self).__name__} '{self.name}' must be built before `stateless_call`: call "
                "it on data once, or `build` it with an input shape."
            )
        mapping = [
            *_paired(self, "trainable_variables", trainable_variables),
            *_paired(self, "non_trainable_variables", non_trainable_variables),
        ]
        with scope.StatelessScope(mapping, collect_losses=return_losses) as state:
            outputs = self(*args, **kwargs)
            losses = self.losses if return_losses else []
        changed = [state.get_current_value(v) for v in self.non_trainable_variables]
        return (outputs, changed, losses) if return_losses else (outputs, changed)

    def _convert(self, arguments: Tree) -> Tree:
        """Arrays for array-likes; floats in the dtype the layer computes in."""
        cast = self.compute_dtype if self.autocast and is_float_dtype(self.compute_dtype) else None

        def convert(value: Any) -> Any:
            if isinstance(value, Variable):
                value = value.value
            if isinstance(value, KerasTensor):
                return value
            if not isinstance(value, (np.ndarray, jax.Array)):
                return value
            if isinstance(value, np.ndarray) and value.dtype.kind not in "biufc":
                return value
            value = jnp.asarray(value)
            if cast and value.dtype != cast and jnp.issubdtype(value.dtype, jnp.floating):
                return value.astype(cast)
            return value

        args, kwargs = jax.tree.map(convert, arguments, is_leaf=lambda v: v is None)
        if args and isinstance(args[0], (list, tuple)) and _is_numbers(args[0]):
            args = (
                convert(np.asarray(args[0], dtype=np.result_type(np.asarray(args[0])))),
                *args[1:],
            )
        return args, kwargs

    def _prepare(self, arguments: dict[str, Any]) -> None:
        """Check the first input and build, if that has not happened yet."""
        signature = self._signature
        if self.input_spec is not None and signature.first in arguments:
            check_inputs(self, arguments[signature.first])
        if self.built:
            return
        shapes = shapes_for_build(self.build, arguments)
        with jax.ensure_compile_time_eval() if not self._layers else nullcontext():
            self.__dict__["_calling"] = True
            try:
                self.build(**shapes) if shapes else self.build(None)
            finally:
                self.__dict__["_calling"] = False
        if self.input_spec is not None and signature.first in arguments:
            check_inputs(self, arguments[signature.first])

    def _run(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        signature = self._signature
        arguments = signature.bind(self, args, kwargs)
        outer = local.call
        if outer is None and not local.scopes:
            self._clear_losses()
        training = arguments.get("training")
        if training is None and outer is not None:
            training = outer.training
        with (
            scope.call_context(self, training) as context,
            scope.autocast(self.compute_dtype if self.autocast else None),
            name_scope(self.name),
        ):
            self.__dict__["_path"] = current_path() if self._path is None else self._path
            self._prepare(arguments)
            if signature.has_training and training is not None and "training" not in arguments:
                kwargs = {**kwargs, "training": training}
            inputs = arguments.get(signature.first)
            masks = tree.map_structure(context.mask_of, inputs)
            kwargs = {**kwargs, **signature.masks_of(arguments, context.mask_of)}
            outputs = self._computed(*args, **kwargs)
            if self.activity_regularizer is not None:
                for output in tree.flatten(outputs):
                    penalty = self.activity_regularizer(output)
                    self.add_loss(penalty / output.shape[0] if output.ndim else penalty)
            if self.supports_masking:
                for output, mask in _pairs(outputs, self.compute_mask(inputs, masks)):
                    context.set_mask(output, mask)
            elif _any(masks) and not signature.has_mask:
                self._warn_of_lost_mask(tree.map_structure(context.mask_of, outputs))
        return outputs

    def _warn_of_lost_mask(self, masks: Tree) -> None:
        if not _any(masks):
            warnings.warn(
                f"{self._where} got an input with a mask and loses it, because it does not support "
                "masking: layers behind it take all steps as real ones. If its output keeps the "
                "steps of its input, set `supports_masking = True` in its `__init__`.",
                stacklevel=2,
            )

    # Losses.

    def add_loss(self, loss: Any) -> None:
        """Add a scalar, or several, to what training minimizes; called inside `call`."""
        for value in tree.flatten(loss):
            if local.scopes and any(s.collect_losses for s in local.scopes):
                next(s for s in reversed(local.scopes) if s.collect_losses).add_loss(value)
            else:
                self._losses.append(value)

    def _clear_losses(self) -> None:
        for layer in self._flatten_layers():
            layer._losses.clear()

    @property
    def losses(self) -> list[Array]:
        """Losses added by layers in the last call, and penalties on weights."""
        collecting = next((s for s in reversed(local.scopes) if s.collect_losses), None)
        if collecting is not None:
            added = list(collecting.losses)
        else:
            added = [loss for layer in self._flatten_layers() for loss in layer._losses]
        return added + [v.regularizer(v.value) for v in self.trainable_weights if v.regularizer]

    def add_metric(self, *args: Any, **kwargs: Any) -> None:
        """Not part of Keras 3: make a metric in `__init__` and update it in `call`."""
        raise NotImplementedError(
            "`add_metric` went with Keras 2. Make a `ppul.metrics.Metric` in `__init__` and call "
            "its `update_state` in `call`."
        )

    # Configuration and files.

    def get_config(self) -> Config:
        """Return the constructor arguments, in plain values."""
        config = {
            "name": self.name,
            "trainable": self.trainable,
            "dtype": serialize(self.dtype_policy),
        }
        if self.activity_regularizer is not None:
            config["activity_regularizer"] = serialize(self.activity_regularizer)
        not_own = {*constructor_names(Layer), *self._unsaved}
        own = (name for name in constructor_names(type(self)) if name not in not_own)
        config |= {name: config_value(self._argument(name)) for name in own}
        return {name: value for name, value in config.items() if name not in self._unsaved}

    @classmethod
    def from_config(cls, config: Config) -> Any:
        """Return a layer from what `get_config` returned, here or in Keras.

        Arguments that this class does not have are left out where they are None.
        """
        known = {*constructor_names(cls), *constructor_names(Layer)}
        return super().from_config(
            {name: value for name, value in config.items() if value is not None or name in known}
        )

    def get_build_config(self) -> Config | None:
        """Return the shapes it was built with."""
        shapes = self._build_shapes
        if shapes is None:
            return None
        return shapes if len(shapes) == 1 else {"shapes_dict": shapes}

    def build_from_config(self, config: Config) -> None:
        """Build it for the shapes `get_build_config` returned."""
        shapes = config.get("shapes_dict", config)
        shapes = {name: _tuples(shape) for name, shape in shapes.items()}
        if not self.built and shapes and None not in shapes.values():
            with name_scope(self.name) if not current_path() else nullcontext():
                self.build(*shapes.values())

    def save_own_variables(self, store: Any) -> None:
        """Put its own variables into a mapping of names to arrays."""
        for i, variable in enumerate((*self._trainable_own, *self._frozen_own)):
            store[str(i)] = variable.numpy()

    def load_own_variables(self, store: Any) -> None:
        """Take its own variables from a mapping of names to arrays."""
        own = (*self._trainable_own, *self._frozen_own)
        if len(store.keys()) != len(own):
            hint = "" if self.built else " The layer is not built yet: build the model first."
            raise ValueError(
                f"{type(self).__name__} '{self.name}' has {len(own)} variables, the file has "
                f"{len(store.keys())} for it.{hint}"
            )
        for i, variable in enumerate(own):
            variable.assign(store[str(i)])

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}, built={self.built}>"


def _finishing_build(build: Callable[..., None]) -> Callable[..., None]:
    """A `build` that marks the layer as built and remembers the shapes."""

    @functools.wraps(build)
    def finish(self: Layer, *args: Any, **kwargs: Any) -> None:
        scoped = current_path().split("/")[-1] == self.name
        with nullcontext() if scoped else name_scope(self.name):
            if self._path is None:
                self.__dict__["_path"] = current_path()
            build(self, *args, **kwargs)
        self.built = True
        names = call_signature(build).names
        self._build_shapes = dict(zip(names, args, strict=False)) | kwargs

    return finish


def _input_hint(cls: str, kwargs: dict[str, Any]) -> Shape | None:
    """The batch shape that arguments of a first layer give."""
    unknown = sorted(set(kwargs) - set(Layer._input_keywords))
    if unknown:
        raise TypeError(f"{cls}: unknown argument(s) {', '.join(unknown)}.")
    for name in ("batch_input_shape", "batch_shape"):
        if kwargs.get(name) is not None:
            return tuple(kwargs[name])
    shape = kwargs.get("input_shape")
    if shape is None and kwargs.get("input_dim") is not None:
        shape = (kwargs["input_dim"],)
    if shape is None:
        return None
    return (kwargs.get("batch_size"), *((shape,) if isinstance(shape, int) else shape))


def _paired(layer: Layer, group: str, values: Sequence[Any]) -> list[tuple[Variable, Any]]:
    variables = getattr(layer, group)
    if len(values) != len(variables):
        raise ValueError(
            f"{type(layer).__name__} '{layer.name}' has {len(variables)} {group} and got "
            f"{len(values)} values. Give one for each: {[v.path for v in variables]}."
        )
    return list(zip(variables, values, strict=True))


def _any(masks: Tree) -> bool:
    return any(mask is not None for mask in tree.flatten(masks))


def _pairs(outputs: Tree, masks: Tree) -> list[tuple[Any, Any]]:
    """Outputs that have a mask, each with it."""
    pairs = zip(tree.flatten(outputs), tree.flatten(masks), strict=False)
    return [(output, mask) for output, mask in pairs if mask is not None]


def _is_numbers(values: Any) -> bool:
    leaves = jax.tree.leaves(values)
    return bool(leaves) and all(isinstance(leaf, (int, float, np.generic)) for leaf in leaves)


def _is_shape(value: Any) -> bool:
    return value is not None and tree.is_shape(value)


def _tuples(shape: Any) -> Any:
    return jax.tree.map(lambda s: tuple(s) if isinstance(s, list) else s, shape, is_leaf=_is_shape)
