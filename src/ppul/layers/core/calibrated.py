"""Layers whose weight is quantized from what it is multiplied with: GPTQ and AWQ."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

import jax.numpy as jnp
import numpy as np

from ppul.core.types import Array, Identifier, Shape
from ppul.core.variable import Variable
from ppul.layers.core.quantized import Quantizable
from ppul.quantizers.calibrated import CALIBRATED, CalibratedConfig
from ppul.quantizers.configs import QuantizationConfig
from ppul.quantizers.grouped import Grouped, groups
from ppul.quantizers.int4 import pack_int4, unpack_int4

# What is kept in place of the kernel, and how the variables are called.
_KEPT = {
    "gptq": ("quantized_kernel", "kernel_scale", "kernel_zero", "g_idx"),
    "awq": ("quantized_kernel", "kernel_scale", "kernel_zero", "awq_scales", "g_idx"),
}
_NAMES = {"quantized_kernel": "kernel"}


class Calibrated(Quantizable):
    """A layer whose kernel can be quantized from its inputs.

    A class says how kernel and inputs lie as matrices (`_matrix_of_kernel`, `_kernel_of_matrix`,
    `_matrix_of_inputs`).
    """

    _kept = Quantizable._kept | _KEPT

    @abstractmethod
    def _matrix_of_kernel(self, kernel: Array) -> Array:
        """The kernel, (inputs of a sum, outputs)."""

    @abstractmethod
    def _kernel_of_matrix(self, matrix: Array) -> Array:
        """What `_matrix_of_kernel` was made from."""

    @abstractmethod
    def _matrix_of_inputs(self, inputs: Array) -> Array:
        """The inputs, (any, inputs of a sum)."""

    @property
    def variable_serialization_spec(self) -> dict[str | None, list[str]]:
        """The variables that files hold, in order, for each quantization mode."""
        beside = [name for name in self._saved_names if name != self._weight_name]
        return super().variable_serialization_spec | {
            mode: beside + list(names) for mode, names in _KEPT.items()
        }

    def check_quantizable(self, config: QuantizationConfig, *, type_check: bool) -> None:
        """Check that `quantize` can do what a config says; see `Quantizable`."""
        super().check_quantizable(config, type_check=type_check)
        if config.mode in _KEPT and self.lora_enabled:
            raise NotImplementedError(self._without_factors(config.mode))

    def calibrate(self, config: CalibratedConfig, measured: Any) -> None:
        """Replace the kernel by a quantized one.

        Args:
            config: How.
            measured: What `config` measures of the inputs (any, inputs of a sum).
        """
        matrix = np.asarray(self._matrix_of_kernel(self._stored_weight.value))
        result = config.quantized(matrix, measured)
        self._begin_quantized(type(config).from_config(config.get_config()))
        for name, value in self._values(result).items():
            self.__dict__[name].assign(value)

    def _values(self, result: Grouped) -> dict[str, Any]:
        """What is kept of a quantized kernel, outputs first."""
        numbers = result.numbers.T.astype("uint8")
        if self._four_bits:
            numbers = pack_int4(numbers, axis=0, dtype="uint8")[0]
        values = {
            "quantized_kernel": numbers,
            "kernel_scale": result.grid.scale.T,
            "kernel_zero": result.grid.zero.T.astype("uint8"),
            "g_idx": result.group,
        }
        return values if result.row_scale is None else values | {"awq_scales": result.row_scale}

    def quantized_build(self, input_shape: Shape, mode: str, config: Any = None) -> None:
        """Make the variables of a mode; see `Quantizable.quantized_build`."""
        if mode not in _KEPT:
            super().quantized_build(input_shape, mode, config)
            return
        if config is not None or self.quantization_config is None:
            self.quantization_config = self._config_of(mode) if config is None else config
        self._is_quantized = True
        rows, columns = self._matrix_shape
        group = groups(rows, self._settings.group_size)
        grid = (columns, int(group[-1]) + 1)
        shapes = {
            "quantized_kernel": (-(-columns // 2) if self._four_bits else columns, rows),
            "kernel_scale": grid,
            "kernel_zero": grid,
            "awq_scales": (rows,),
            "g_idx": (rows,),
        }
        for name in _KEPT[mode]:
            whole = name in ("quantized_kernel", "kernel_zero")
            variable = self.add_weight(
                shapes[name],
                "ones" if name in ("kernel_scale", "awq_scales") else "zeros",
                "uint8" if whole else "float32",
                trainable=False,
                # Numbers of groups beyond 256 have no place in a bfloat16.
                autocast=name != "g_idx",
                name=_NAMES.get(name, name),
            )
            setattr(self, name, variable)
        self.kernel = self.quantized_kernel
        self.g_idx.assign(group)

    def _config_of(self, mode: str) -> QuantizationConfig:
        if mode not in CALIBRATED:
            return super()._config_of(mode)
        policy: Any = self._policy
        return CALIBRATED[mode](
            None, None, weight_bits=policy.weight_bits, group_size=policy.group_size
        )

    @property
    def _is_calibrated(self) -> bool:
        return self._kept_mode in _KEPT

    @property
    def _settings(self) -> CalibratedConfig:
        return self.quantization_config  # type: ignore[return-value]

    @property
    def _four_bits(self) -> bool:
        return self._settings.weight_bits == 4

    @property
    def _matrix_shape(self) -> tuple[int, int]:
        rows, columns = self._shape_as(self._matrix_of_kernel)
        return rows, columns

    # The kernel as an attribute is what is kept of it, outputs first.

    quantized_kernel: Variable
    kernel_scale: Variable
    kernel_zero: Variable
    g_idx: Variable
    awq_scales: Variable

    @property
    def _is_adapted(self) -> bool:
        return self._is_calibrated or super()._is_adapted

    def _adapted_weight(self) -> Array:
        return self._whole_numbers() if self._is_calibrated else super()._adapted_weight()

    def _whole_numbers(self) -> Array:
        numbers = self.quantized_kernel.value
        if not self._four_bits:
            return numbers
        return unpack_int4(numbers, self._matrix_shape[1], axis=0, dtype="uint8")

    def _dequantized(self) -> Array:
        if not self._is_calibrated:
            return super()._dequantized()
        group = jnp.floor(self.g_idx.value).astype("int32")
        scale, zero = (
            jnp.take(variable.value.astype(self.compute_dtype), group, axis=1)
            for variable in (self.kernel_scale, self.kernel_zero)
        )
        floats = (self._whole_numbers().astype(self.compute_dtype) - zero) * scale
        if self._kept_mode == "awq":
            floats = floats / self.awq_scales.value
        return self._kernel_of_matrix(floats.T)

    def _add_factors(
        self, rank: int, alpha: float | None, a_initializer: Identifier, b_initializer: Identifier
    ) -> None:
        if self._is_calibrated:
            raise NotImplementedError(self._without_factors(self._kept_mode))
        super()._add_factors(rank, alpha, a_initializer, b_initializer)

    def _without_factors(self, mode: str | None) -> str:
        return (
            f"{self._where}: LoRA does not go with a kernel quantized by {mode!r}. Quantize to "
            "'int8' or 'int4' instead."
        )

    def load_own_variables(self, store: Any) -> None:
        """Take its own variables from a mapping of names to arrays.

        Keras writes no zero points; where zero is in the middle they are known.
        """
        saved = self._saved_variables()
        if self._is_calibrated and len(store.keys()) == len(saved) - 1:
            if not getattr(self._settings, "symmetric", False):
                raise ValueError(
                    f"{self._where}: the file has no zero points, which Keras leaves out of files "
                    f"of layers quantized by {self._kept_mode!r}, and which cannot be known unless "
                    "`symmetric=True`. Quantize the model here, and save it again."
                )
            values = [store[str(i)] for i in range(len(saved) - 1)]
            middle = 2 ** (self._settings.weight_bits - 1)
            at = next(i for i, variable in enumerate(saved) if variable is self.kernel_zero)
            values.insert(at, np.full(self.kernel_zero.shape, middle, "uint8"))
            store = {str(i): value for i, value in enumerate(values)}
        super().load_own_variables(store)
