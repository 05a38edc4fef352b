"""The base of quantizers."""

from __future__ import annotations

from typing import Any

from ppul.core.config import Configurable
from ppul.core.types import Config


class Quantizer(Configurable):
    """From floats to numbers of fewer bits; this one leaves them as they are.

    Args:
        output_dtype: Dtype of the numbers.
    """

    def __init__(self, output_dtype: str = "int8") -> None:
        self.output_dtype = output_dtype

    def __call__(self, x: Any) -> Any:
        """Return the numbers for floats."""
        return x

    def get_config(self) -> Config:
        """Return the constructor arguments.

        Raises:
            NotImplementedError: If a class does not say them.
        """
        raise NotImplementedError(
            f"{type(self).__name__} must define `get_config`, which returns its constructor arguments."
        )
