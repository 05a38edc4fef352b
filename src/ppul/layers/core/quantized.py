"""Layers whose weight can be quantized: kept in fewer bits than it is computed with."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np

from ppul.core import registry
from ppul.core.dtypes import get_dtype_policy
from ppul.core.types import Array, Shape
from ppul.core.variable import Variable
from ppul.layers.core.lora import Adaptable
from ppul.quantizers.abs_max import AbsMaxQuantizer, abs_max_quantize_grouped_with_zero_point
from ppul.quantizers.calibrated import CalibratedConfig
from ppul.quantizers.configs import CONFIGS, Int4QuantizationConfig, QuantizationConfig, config_for
from ppul.quantizers.identify import deserialize
from ppul.quantizers.int4 import pack_int4, unpack_int4

# The whole numbers of four bits.
INT4_RANGE = (-8, 7)


class Quantizable(Adaptable):
    """A layer of which one weight can be quantized.

    A class says along which axes a scale is shared (`_shared_axes`), how the weight lies as a matrix
    with inputs of a sum as rows (`_as_matrix`, `_from_matrix`), and computes in `quantized_call`.

    Args:
        quantization_config: How; a `QuantizationConfig`.
        **kwargs: See `Adaptable`.
    """

    # What files hold of a layer that is not quantized.
    _saved_names: tuple[str, ...]
    # What is kept beside the weight, "{}" for its name.
    _kept: ClassVar[dict[str, tuple[str, ...]]] = {
        "int8": ("{}_scale",),
        "int4": ("{}_scale", "{}_zero", "g_idx"),
    }

    def __init__(self, quantization_config: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.quantization_config = get_config(quantization_config)

    def _make_weight(self, shape: Shape, initializer: Any) -> None:
        mode = self.quantization_mode
        if mode is not None:
            self._check_mode(mode)
        if mode in (None, "float8"):
            super()._make_weight(shape, initializer)
        else:
            self._full_shape = shape
            self.quantized_build(shape, mode)

    def _adapt(self) -> None:
        if self.quantization_mode == "float8":
            self.quantized_build(self._full_shape, "float8")
        super()._adapt()

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The variables that files hold, in order, for each quantization mode."""
        plain = list(self._saved_names)
        kept = {mode: [n.format(self._weight_name) for n in v] for mode, v in self._kept.items()}
        return {None: plain} | {mode: plain + names for mode, names in kept.items()}

    def quantize(
        self, mode: str | None = None, type_check: bool = True, config: Any = None
    ) -> None:
        """Replace the weight by a quantized one.

        Args:
            mode: "int8", "int4" or, where the layer multiplies, "float8"; may be left out where a
                config is given.
            type_check: Whether subclasses, which may use the weight otherwise, are refused.
            config: A `QuantizationConfig` of how.

        Raises:
            NotImplementedError: If the layer is a subclass, or has no such mode.
            ValueError: If it is not built, or quantized, or the mode is not known.
        """
        config = config_for(mode, config)
        self.check_quantizable(config, type_check=type_check)
        if isinstance(config, CalibratedConfig):
            raise ValueError(
                f"{self._where}: {config.mode!r} needs inputs to calibrate with, which a model has "
                "and a layer alone has not. Call `quantize` of the model."
            )
        if config.mode == "float8":
            self._begin_quantized(config)
        else:
            weights = self._weights_to_quantize()
            self._begin_quantized(config)
            self._assign_quantized(*weights)

    def check_quantizable(self, config: QuantizationConfig, *, type_check: bool) -> None:
        """Check that `quantize` can do what a config says.

        Args:
            config: How.
            type_check: Whether subclasses, which may use the weight otherwise, are refused.

        Raises:
            NotImplementedError: If the layer is a subclass, or has no such mode.
            ValueError: If it is not built, or quantized.
        """
        if type_check and registry.public_kind(type(self)) is None:
            raise NotImplementedError(
                f"{self._where} is of a class of yours, which may use its weight otherwise. Pass "
                "`type_check=False` if it does not, or give the class a `quantize`."
            )
        self._check_mode(config.mode)
        if not self.built:
            raise ValueError(
                f"{self._where} has no weight to quantize yet: call it on data, or `build` it with "
                "an input shape, before `quantize`."
            )
        if self._is_quantized:
            raise ValueError(
                f"{self._where} is quantized already, with the policy {self._policy.name!r}."
            )

    def _begin_quantized(self, config: QuantizationConfig) -> None:
        """Make the variables that a config asks for in place of the weight."""
        source = self._policy.name
        self.dtype_policy = get_dtype_policy(f"{config.dtype_policy_string()}_from_{source}")
        self.quantization_config = config
        self.quantized_build(self._full_shape, config.mode)
        self.__dict__["_version"] = self._version + 1

    def quantized_build(self, input_shape: Shape, mode: str, config: Any = None) -> None:
        """Make the variables of a mode, with zeros.

        Args:
            input_shape: The shape of the weight before it is quantized.
            mode: The mode.
            config: The config; that of the layer by default.
        """
        self._check_mode(mode)
        if config is not None or self.quantization_config is None:
            self.quantization_config = self._config_of(mode) if config is None else config
        self._is_quantized = True
        weight = jax.ShapeDtypeStruct(input_shape, self.variable_dtype)
        self._add_kept(jax.eval_shape(self._quantized, weight))

    def _add_kept(self, kept: dict[str, Any]) -> None:
        """Make variables of the names and shapes of what is kept."""
        for name in self.variable_serialization_spec[self._kept_mode]:
            if name not in kept:
                continue
            made = kept[name]
            variable = self.add_weight(
                made.shape, "zeros", made.dtype.name, trainable=False, name=name
            )
            setattr(self, name, variable)

    def _config_of(self, mode: str) -> QuantizationConfig:
        """The config of a layer made with a quantized policy alone."""
        if mode == "int4":
            return Int4QuantizationConfig(block_size=getattr(self._policy, "block_size", None))
        return CONFIGS[mode]()

    def _check_mode(self, mode: str) -> None:
        if mode not in self._kept:
            raise NotImplementedError(
                f"{self._where} cannot be quantized to {mode!r}: layers of this kind have "
                f"{', '.join(map(repr, self._kept))}."
            )

    @property
    def _kept_mode(self) -> str | None:
        """How the weight is kept."""
        config = self.quantization_config
        return config.mode if self._is_quantized and config is not None else None

    # From the weight to what is kept of it, and back.

    @property
    @abstractmethod
    def _shared_axes(self) -> tuple[int, ...]:
        """The axes of the weight over which a scale of eight bits is shared."""

    @property
    def inputs_quantizer(self) -> Any:
        """The quantizer of what the weight is multiplied with; None where it stays in floats."""
        config = self.quantization_config
        return QuantizationConfig.activation_quantizer_or_default(config, None)

    @property
    def _block_size(self) -> int | None:
        size = getattr(self.quantization_config, "block_size", None)
        return None if size == -1 else size

    @abstractmethod
    def _as_matrix(self, weight: Array) -> Array:
        """The weight as a matrix, in the order in which numbers of four bits share bytes."""

    @abstractmethod
    def _in_blocks(self, matrix: Array) -> Array:
        """The matrix, or its transpose, with the numbers of a block in one column."""

    @abstractmethod
    def _scale_to_keep(self, scale: Array) -> Array:
        """A scale of the weight, with axes of size 1, in the shape it is kept in."""

    def _quantized(self, weight: Any) -> dict[str, Array]:
        """What is kept of a weight, by name."""
        name, config = self._weight_name, self.quantization_config
        eight = self._kept_mode == "int8"
        quantizer = QuantizationConfig.weight_quantizer_or_default(
            config, AbsMaxQuantizer(value_range=(-127, 127) if eight else INT4_RANGE)
        )
        if eight:
            numbers, scale = quantizer(weight, axis=self._shared_axes)
            return {name: numbers, f"{name}_scale": self._scale_to_keep(scale)}
        matrix = self._as_matrix(weight)
        if self._block_size is None:
            numbers, scale = quantizer(self._in_blocks(matrix), axis=0)
            kept = {f"{name}_scale": scale[0]}
        else:
            numbers, scale, zero = abs_max_quantize_grouped_with_zero_point(
                self._in_blocks(matrix), self._block_size
            )
            group = jnp.arange(numbers.shape[0]) // self._block_size
            kept = {
                f"{name}_scale": self._in_blocks(scale),
                f"{name}_zero": self._in_blocks(zero),
                "g_idx": group.astype("float32"),
            }
        packed = pack_int4(self._in_blocks(numbers).astype("int8"), axis=-1)[0]
        return {name: packed} | kept

    def _numbers(self) -> Array:
        """The numbers of four bits, as a matrix."""
        length = self._shape_as(self._as_matrix)[-1]
        return unpack_int4(self._stored_weight.value, length, axis=-1)

    def _shape_as(self, arranged: Callable[[Array], Array]) -> tuple[int, ...]:
        """The shape in which a function arranges the weight."""
        return jax.eval_shape(arranged, jax.ShapeDtypeStruct(self._full_shape, "int8")).shape

    def _dequantized_int4(self) -> Array:
        """The weight in floats again."""
        kept = (self._variable(f"{self._weight_name}{which}") for which in ("_scale", "_zero"))
        return self._int4_floats(
            self._numbers(), *(None if variable is None else variable.value for variable in kept)
        )

    def _int4_floats(self, numbers: Array, scale: Any, zero: Any) -> Array:
        """A weight in floats, from its numbers as a matrix and what is kept beside them."""
        numbers = self._in_blocks(numbers).astype(self.compute_dtype)
        if self._block_size is None:
            floats = numbers / scale
        else:
            # The group of a row, which `g_idx` keeps for other programs, follows from the size.
            scale, zero = (
                jnp.repeat(self._in_blocks(a), self._block_size, axis=0)[: len(numbers)]
                for a in (scale, zero)
            )
            floats = (numbers - zero.astype(numbers.dtype)) * scale
        return self._in_blocks(floats).reshape(self._full_shape)

    @abstractmethod
    def _dequantized_int8(self) -> Array:
        """The weight in floats again."""

    def _dequantized(self) -> Array:
        if self._kept_mode == "int8":
            return self._dequantized_int8()
        return self._dequantized_int4()

    def _weights_to_quantize(self) -> list[Any]:
        return [self._stored_weight.numpy()]

    def _assign_quantized(self, weight: Any) -> None:
        for name, value in self._quantized(jnp.asarray(weight)).items():
            self.__dict__[name].assign(value)

    # The weight as an attribute: numbers of four bits are given one by one.

    @property
    def _is_packed(self) -> bool:
        return self._kept_mode == "int4"

    @property
    def _is_integer(self) -> bool:
        return self._kept_mode not in (None, "float8")

    @property
    def _is_adapted(self) -> bool:
        return self.lora_enabled or self._is_packed

    def _adapted_weight(self) -> Array:
        if self.lora_enabled:
            weight = self._dequantized() if self._is_integer else self._stored_weight.value
            return weight + self._product_of_factors()
        return self._numbers().reshape(self._full_shape)

    # Files.

    def _saved_variables(self) -> list[Variable]:
        saved = super()._saved_variables()
        names = self.variable_serialization_spec[self._kept_mode]
        first = [v for v in map(self._variable, names) if v is not None]
        return first + [v for v in saved if not any(v is other for other in first)]

    def _saved_values(self) -> list[np.ndarray]:
        if not (self._is_integer and self.lora_enabled):
            return super()._saved_values()
        merged = self._quantized(self._adapted_weight())
        return [
            np.asarray(merged[v.name])
            if v is self._variable(v.name) and v.name in merged
            else v.numpy()
            for v in self._saved_variables()
        ]

    def _variable(self, name: str) -> Variable | None:
        return self.__dict__.get(name)


def get_config(identifier: Any) -> QuantizationConfig | None:
    """Return a config from an object, a serialized one or None.

    Raises:
        ValueError: If it is something else.
    """
    found = deserialize(identifier) if isinstance(identifier, dict) else identifier
    if found is None or isinstance(found, QuantizationConfig):
        return found
    raise ValueError(
        f"`quantization_config` must be a `ppul.quantizers.QuantizationConfig`; got {identifier!r}."
    )
