"""Dtype policies of layers with quantized weights: `<mode>_from_<policy before>`."""

from __future__ import annotations

from typing import ClassVar

from ppul.core.checks import positive_int, suggestion
from ppul.core.dtypes import DTypePolicy
from ppul.core.types import Config

MODES = ("int8", "int4", "float8", "gptq", "awq")


class QuantizedDTypePolicy(DTypePolicy):
    """The policy of a layer with quantized weights.

    Args:
        mode: How they are quantized: "int8", "int4", "float8", or a mode with its settings.
        source_name: The policy of the layer before; the global one by default.

    Raises:
        ValueError: If the mode is not known, or does not go with float16.

    Example:
        >>> policy = QuantizedDTypePolicy("int8", "mixed_bfloat16")
        >>> policy.name, policy.compute_dtype, policy.quantization_mode
        ('int8_from_mixed_bfloat16', 'bfloat16', 'int8')
    """

    # The words in a mode, after its first: "gptq/<weight_bits>/<group_size>".
    _settings: ClassVar[tuple[str, ...]] = ()
    _modes: ClassVar[tuple[str, ...]] = MODES

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        super().__init__(source_name)
        source = self.name
        self._quantization_mode, numbers = self._parsed(mode)
        if self._compute_dtype == "float16" and self._quantization_mode == "int8":
            raise ValueError(
                f"Weights in int8 do not go with float16, of which {source!r} is: products of them "
                "do not fit. Use bfloat16 or float32."
            )
        self.__dict__.update(zip(self._settings, numbers, strict=True))
        self._mode = mode
        self._source_name = source
        self._name = f"{mode}_from_{source}"

    def _parsed(self, mode: str) -> tuple[str, list[int]]:
        """The first word of a mode, and the numbers after it."""
        word, *numbers = mode.split("/") if isinstance(mode, str) else (mode,)
        if word not in self._modes:
            raise ValueError(
                f"{type(self).__name__}: unknown quantization mode {mode!r}.{suggestion(word, MODES)} "
                f"Modes are {', '.join(self._modes)}."
            )
        try:
            values = [int(number) for number in numbers]
        except ValueError:
            values = []
        if len(values) != len(self._settings):
            words = "".join(f"/<{setting}>" for setting in self._settings)
            raise ValueError(
                f"{type(self).__name__}: a mode reads '{word}{words}', with whole numbers; got {mode!r}."
            )
        return word, values

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        return {"mode": self._mode, "source_name": self._source_name}


class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """The policy of a layer that multiplies in 8-bit floats.

    Args:
        mode: "float8".
        source_name: The policy of the layer before; the global one by default.
        amax_history_length: For how many steps the largest values are remembered.

    Raises:
        ValueError: If the mode is not known, or the length not positive.
    """

    default_amax_history_length = 1024

    def __init__(
        self, mode: str, source_name: str | None = None, amax_history_length: int = 1024
    ) -> None:
        super().__init__(mode, source_name)
        self._amax_history_length = positive_int(
            type(self).__name__, "amax_history_length", amax_history_length
        )

    @property
    def amax_history_length(self) -> int:
        """For how many steps the largest values are remembered."""
        return self._amax_history_length

    def get_config(self) -> Config:
        """Return the constructor arguments."""
        return super().get_config() | {"amax_history_length": self.amax_history_length}


class _SettingsPolicy(QuantizedDTypePolicy):
    """A policy whose mode has settings after its name."""

    @property
    def mode(self) -> str | None:
        """The mode without its settings."""
        return self._quantization_mode


class Int4DTypePolicy(_SettingsPolicy):
    """The policy of a layer with weights in four bits, scaled block by block.

    Args:
        mode: "int4/<block_size>"; -1 is one block for each output.
        source_name: The policy of the layer before; the global one by default.

    Raises:
        ValueError: If the mode is of another form, or the size not -1 or positive.

    Example:
        >>> Int4DTypePolicy("int4/64", "float32").block_size
        64
    """

    block_size: int
    _settings = ("block_size",)
    _modes = ("int4",)

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        super().__init__(mode, source_name)
        _check_size(self, "block_size", self.block_size)


class GPTQDTypePolicy(_SettingsPolicy):
    """The policy of a layer with weights that GPTQ has quantized.

    Args:
        mode: "gptq/<weight_bits>/<group_size>", with 2, 3, 4 or 8 bits; a group of -1 is all.
        source_name: The policy of the layer before; the global one by default.

    Raises:
        ValueError: If the mode is of another form, or a number not allowed.
    """

    weight_bits: int
    group_size: int
    _settings = ("weight_bits", "group_size")
    _modes = ("gptq",)
    _bits: ClassVar[tuple[int, ...]] = (2, 3, 4, 8)

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        super().__init__(mode, source_name)
        if self.weight_bits not in self._bits:
            raise ValueError(
                f"{type(self).__name__}: weight_bits must be one of {self._bits}; got "
                f"{self.weight_bits} in {mode!r}."
            )
        _check_size(self, "group_size", self.group_size)


class AWQDTypePolicy(GPTQDTypePolicy):
    """The policy of a layer with weights that AWQ has quantized.

    Args:
        mode: "awq/4/<group_size>"; a group of -1 is all.
        source_name: The policy of the layer before; the global one by default.

    Raises:
        ValueError: If the mode is of another form, or a number not allowed.
    """

    _modes = ("awq",)
    _bits = (4,)


def quantized_policy(name: str) -> QuantizedDTypePolicy:
    """Return the policy of a name such as "int4/64_from_float32".

    Raises:
        ValueError: If the name is not one.
    """
    mode, source = name.split("_from_", 1)
    word = mode.partition("/")[0]
    if word == "int4" and mode != "int4":
        return Int4DTypePolicy(mode, source)
    return _CLASSES.get(word, QuantizedDTypePolicy)(mode, source)


_CLASSES = {
    "float8": QuantizedFloat8DTypePolicy,
    "gptq": GPTQDTypePolicy,
    "awq": AWQDTypePolicy,
}


def _check_size(policy: DTypePolicy, name: str, size: int) -> None:
    if size != -1 and size < 1:
        raise ValueError(
            f"{type(policy).__name__}: {name} must be positive, or -1 for all; got {size}."
        )
