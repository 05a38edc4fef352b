"""How weights are quantized from what a model computes on samples: GPTQ and AWQ."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from ppul.core.checks import one_of, positive_int
from ppul.core.config import constructor_names
from ppul.core.types import Array, Config
from ppul.quantizers.awq import awq
from ppul.quantizers.configs import QuantizationConfig
from ppul.quantizers.gptq import gptq
from ppul.quantizers.grouped import Grouped


class CalibratedConfig(QuantizationConfig):
    """What `Model.quantize` is told where weights are quantized from samples; for subclasses.

    Args:
        dataset: An iterable of texts or of arrays of token numbers.
        tokenizer: Makes numbers of texts: an object with `tokenize`, or a function.
        weight_bits: How many bits a number has.
        num_samples: Number of samples.
        sequence_length: Number of tokens of a sample.
        group_size: Number of inputs that share a scale; -1 for all.
        quantization_layer_structure: A dict of "pre_block_layers", which samples go through first,
            and of "sequential_blocks", whose layers are quantized one block after the other; that
            of the model by default.

    Raises:
        ValueError: If a number is none of those allowed.
    """

    # How many bits a number may have.
    _bits: ClassVar[tuple[int, ...]]
    # From what was measured of two samples to what is measured of both.
    joined: ClassVar[Callable[[Any, Any], Any]]

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        sequence_length: int = 512,
        group_size: int = 128,
        quantization_layer_structure: dict[str, Any] | None = None,
    ) -> None:
        super().__init__()
        name = type(self).__name__
        self.dataset = dataset
        self.tokenizer = tokenizer
        self.weight_bits = one_of(name, "weight_bits", weight_bits, self._bits)
        self.num_samples = positive_int(name, "num_samples", num_samples)
        self.sequence_length = positive_int(name, "sequence_length", sequence_length)
        if group_size != -1:
            group_size = positive_int(name, "group_size", group_size)
        self.group_size = group_size
        self.quantization_layer_structure = quantization_layer_structure

    def dtype_policy_string(self) -> str:
        """Return the mode with the bits of a number and the size of a group."""
        return f"{self.mode}/{self.weight_bits}/{self.group_size}"

    def get_config(self) -> Config:
        """Return the constructor arguments, without the samples and the layers."""
        left_out = ("dataset", "tokenizer", "quantization_layer_structure")
        names = constructor_names(type(self))
        return {name: None if name in left_out else getattr(self, name) for name in names}

    def samples(self) -> list[np.ndarray]:
        """Return samples, (1, sequence_length), spread evenly over the tokens of all data.

        Raises:
            ValueError: If there are no data, or texts and no tokenizer.
        """
        tokens = self._tokens()
        count, length = self.num_samples, self.sequence_length
        tokens = np.tile(tokens, -(-count * length // len(tokens)))
        starts = (i * len(tokens) // count for i in range(count))
        return [tokens[None, start : start + length] for start in starts]

    def _tokens(self) -> np.ndarray:
        if self.dataset is None or isinstance(self.dataset, str):
            raise ValueError(
                f"{type(self).__name__}: `dataset` must be an iterable of texts or of arrays of "
                f"token numbers; got {self.dataset!r}."
            )
        parts = [np.ravel(self._numbers(item)) for item in self.dataset]
        if not sum(map(len, parts)):
            raise ValueError(f"{type(self).__name__}: `dataset` is empty: it has no tokens.")
        return np.concatenate(parts).astype("int32")

    def _numbers(self, item: Any) -> Any:
        if not isinstance(item, str):
            return np.asarray(item)
        if self.tokenizer is None:
            raise ValueError(
                f"{type(self).__name__}: `dataset` has texts, such as {item[:30]!r}. Give a "
                "`tokenizer`, which makes numbers of them."
            )
        return np.asarray(getattr(self.tokenizer, "tokenize", self.tokenizer)(item))

    @abstractmethod
    def measured(self, rows: Array) -> Any:
        """Return what is to be known of the inputs of a weight.

        Args:
            rows: The inputs, (any, inputs).
        """

    @abstractmethod
    def quantized(self, matrix: np.ndarray, measured: Any) -> Grouped:
        """Return a matrix in whole numbers.

        Args:
            matrix: The matrix, (inputs, outputs).
            measured: What was measured of its inputs.
        """


class GPTQConfig(CalibratedConfig):
    """Weights rounded one input after the other, the rest making up for each error.

    Args:
        dataset: An iterable of texts or of arrays of token numbers.
        tokenizer: Makes numbers of texts: an object with `tokenize`, or a function.
        weight_bits: How many bits a number has: 2, 3, 4 or 8.
        num_samples: Number of samples.
        per_channel: Whether outputs have scales of their own.
        sequence_length: Number of tokens of a sample.
        hessian_damping: What is added to the Hessian's diagonal, as a part of the diagonal's mean.
        group_size: Number of inputs that share a scale; -1 for all.
        symmetric: Whether zero is in the middle of the numbers.
        activation_order: Whether the inputs of the largest values come first.
        quantization_layer_structure: A dict of "pre_block_layers" and "sequential_blocks"; that of
            the model by default.

    Raises:
        ValueError: If a number is none of those allowed.

    Source: Frantar et al. 2023, arXiv:2210.17323

    Example:
        >>> GPTQConfig([[1, 2, 3]], None, group_size=64).dtype_policy_string()
        'gptq/4/64'
    """

    _bits = (2, 3, 4, 8)
    joined = staticmethod(jnp.add)

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        per_channel: bool = True,
        sequence_length: int = 512,
        hessian_damping: float = 0.01,
        group_size: int = 128,
        symmetric: bool = False,
        activation_order: bool = False,
        quantization_layer_structure: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            dataset,
            tokenizer,
            weight_bits=weight_bits,
            num_samples=num_samples,
            sequence_length=sequence_length,
            group_size=group_size,
            quantization_layer_structure=quantization_layer_structure,
        )
        if not 0 <= hessian_damping <= 1:
            raise ValueError(
                f"GPTQConfig: `hessian_damping` must be from 0 to 1; got {hessian_damping!r}."
            )
        self.per_channel = per_channel
        self.hessian_damping = hessian_damping
        self.symmetric = symmetric
        self.activation_order = activation_order

    @property
    def mode(self) -> str:
        """The mode."""
        return "gptq"

    def measured(self, rows: Array) -> Any:
        """Return the sum of the rows' outer products, and their number."""
        rows = rows.astype("float32")
        return rows.T @ rows, jnp.float32(len(rows))

    def quantized(self, matrix: np.ndarray, measured: Any) -> Grouped:
        """Return a matrix in whole numbers; see `gptq`."""
        products, count = measured
        return gptq(
            matrix,
            2 * np.asarray(products) / np.asarray(count),
            bits=self.weight_bits,
            group_size=self.group_size,
            symmetric=self.symmetric,
            per_channel=self.per_channel,
            damping=self.hessian_damping,
            activation_order=self.activation_order,
        )


class AWQConfig(CalibratedConfig):
    """Weights of inputs with large values scaled up before rounding.

    Args:
        dataset: An iterable of texts or of arrays of token numbers.
        tokenizer: Makes numbers of texts: an object with `tokenize`, or a function.
        weight_bits: How many bits a number has: 4.
        num_samples: Number of samples.
        sequence_length: Number of tokens of a sample.
        group_size: Number of inputs that share a scale; -1 for all.
        num_grid_points: In how many steps scales are searched.
        quantization_layer_structure: A dict of "pre_block_layers" and "sequential_blocks"; that of
            the model by default.

    Raises:
        ValueError: If a number is none of those allowed.

    Source: Lin et al. 2023, arXiv:2306.00978

    Example:
        >>> AWQConfig([[1, 2, 3]], None).dtype_policy_string()
        'awq/4/128'
    """

    _bits = (4,)
    joined = staticmethod(jnp.maximum)

    def __init__(
        self,
        dataset: Any,
        tokenizer: Any,
        *,
        weight_bits: int = 4,
        num_samples: int = 128,
        sequence_length: int = 512,
        group_size: int = 128,
        num_grid_points: int = 20,
        quantization_layer_structure: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(
            dataset,
            tokenizer,
            weight_bits=weight_bits,
            num_samples=num_samples,
            sequence_length=sequence_length,
            group_size=group_size,
            quantization_layer_structure=quantization_layer_structure,
        )
        self.num_grid_points = positive_int("AWQConfig", "num_grid_points", num_grid_points)

    @property
    def mode(self) -> str:
        """The mode."""
        return "awq"

    def measured(self, rows: Array) -> Any:
        """Return the largest absolute value of each input."""
        return jnp.abs(rows.astype("float32")).max(axis=0)

    def quantized(self, matrix: np.ndarray, measured: Any) -> Grouped:
        """Return a matrix in whole numbers; see `awq`."""
        return awq(
            matrix,
            measured,
            bits=self.weight_bits,
            group_size=self.group_size,
            grid_points=self.num_grid_points,
        )


CALIBRATED = {"gptq": GPTQConfig, "awq": AWQConfig}
