"""How a layer's weights, and what it multiplies them with, are quantized."""

from __future__ import annotations

from typing import Any, ClassVar

from ppul.core.config import Configurable
from ppul.quantizers.abs_max import AbsMaxQuantizer
from ppul.quantizers.identify import get


class QuantizationConfig(Configurable):
    """What `quantize` is told; each mode has a class of its own.

    Args:
        weight_quantizer: Quantizer of weights; that of the mode by default.
        activation_quantizer: Quantizer of what weights are multiplied with.

    Raises:
        ValueError: If a quantizer makes numbers of another dtype than the mode has.
    """

    # Dtypes that quantizers of this mode may make.
    _dtypes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, weight_quantizer: Any = None, activation_quantizer: Any = None) -> None:
        self.weight_quantizer = self._checked("weight_quantizer", weight_quantizer)
        self.activation_quantizer = self._checked("activation_quantizer", activation_quantizer)

    @property
    def mode(self) -> str:
        """The mode."""
        raise NotImplementedError(
            f"{type(self).__name__} has no mode: use the class of one, such as "
            "`ppul.quantizers.Int8QuantizationConfig`."
        )

    def dtype_policy_string(self) -> str:
        """Return the mode with its settings, as dtype policies are named."""
        return self.mode

    @staticmethod
    def weight_quantizer_or_default(config: QuantizationConfig | None, default: Any) -> Any:
        """Return the quantizer of weights in a config, `default` where there is none."""
        found = None if config is None else config.weight_quantizer
        return default if found is None else found

    @staticmethod
    def activation_quantizer_or_default(config: QuantizationConfig | None, default: Any) -> Any:
        """Return the quantizer of activations in a config, `default` where there is no config."""
        return default if config is None else config.activation_quantizer

    def _checked(self, name: str, quantizer: Any) -> Any:
        quantizer = get(quantizer)
        dtype = getattr(quantizer, "output_dtype", None)
        if self._dtypes and dtype is not None and dtype not in self._dtypes:
            raise ValueError(
                f"{type(self).__name__}: `{name}` must make numbers of dtype "
                f"{' or '.join(self._dtypes)}; its output_dtype is {dtype!r}."
            )
        return quantizer


class Int8QuantizationConfig(QuantizationConfig):
    """Weights, and what they are multiplied with, as whole numbers of eight bits.

    Args:
        weight_quantizer: Quantizer of weights; `AbsMaxQuantizer` by default.
        activation_quantizer: Quantizer of what they are multiplied with; None leaves it in floats.

    Raises:
        ValueError: If a quantizer makes numbers of another dtype.
    """

    _dtypes = ("int8",)

    def __init__(self, weight_quantizer: Any = None, activation_quantizer: Any = "default") -> None:
        if activation_quantizer == "default":
            activation_quantizer = AbsMaxQuantizer()
        super().__init__(weight_quantizer, activation_quantizer)

    @property
    def mode(self) -> str:
        """The mode."""
        return "int8"


class Int4QuantizationConfig(QuantizationConfig):
    """Weights as whole numbers of four bits, two in a byte.

    Args:
        weight_quantizer: Quantizer of weights, where there are no blocks.
        activation_quantizer: Quantizer of what they are multiplied with; floats by default.
        block_size: Number of inputs that share a scale and a zero point; None or -1 for one scale
            for each output.

    Raises:
        ValueError: If the size is not positive, or quantizers are given beside it.
    """

    _dtypes = ("int8", "int4")

    def __init__(
        self,
        weight_quantizer: Any = None,
        activation_quantizer: Any = "default",
        block_size: int | None = 128,
    ) -> None:
        if block_size is not None and block_size != -1 and block_size < 1:
            raise ValueError(
                f"{type(self).__name__}: `block_size` must be positive, or None or -1 for no blocks; "
                f"got {block_size!r}."
            )
        if activation_quantizer == "default":
            activation_quantizer = None
        super().__init__(weight_quantizer, activation_quantizer)
        self.block_size = block_size
        given = self.weight_quantizer is not None or self.activation_quantizer is not None
        if given and block_size not in (None, -1):
            raise ValueError(
                f"{type(self).__name__}: blocks (block_size={block_size}) have a quantizer of their "
                "own. Leave out the quantizers, or set `block_size=None`."
            )

    @property
    def mode(self) -> str:
        """The mode."""
        return "int4"

    def dtype_policy_string(self) -> str:
        """Return the mode with the size of its blocks."""
        return f"int4/{-1 if self.block_size is None else self.block_size}"


class Float8QuantizationConfig(QuantizationConfig):
    """Products of floats of eight bits, for training too."""

    def __init__(self) -> None:
        super().__init__()

    @property
    def mode(self) -> str:
        """The mode."""
        return "float8"


# The default of each mode that has one.
CONFIGS = {
    "int8": Int8QuantizationConfig,
    "int4": Int4QuantizationConfig,
    "float8": Float8QuantizationConfig,
}


def config_for(mode: str | None, config: QuantizationConfig | None) -> QuantizationConfig:
    """Return the config that a mode, a config or both mean.

    Raises:
        ValueError: If neither is given, they contradict each other, or the mode is not known.

    Example:
        >>> config_for("int8", None).mode
        'int8'
    """
    if config is None:
        if mode not in CONFIGS:
            raise ValueError(
                f"quantize: `mode` must be one of {', '.join(map(repr, CONFIGS))}, or `config` a "
                f"`QuantizationConfig`, such as a `GPTQConfig` or `AWQConfig`; got mode={mode!r} "
                "and no config."
            )
        return CONFIGS[mode]()
    if not isinstance(config, QuantizationConfig):
        raise ValueError(
            f"quantize: `config` must be a `ppul.quantizers.QuantizationConfig`; got {config!r}."
        )
    if mode is not None and mode != config.mode:
        raise ValueError(
            f"quantize: mode={mode!r} contradicts the config, which is one of mode {config.mode!r}. "
            "Give one of them."
        )
    return config
