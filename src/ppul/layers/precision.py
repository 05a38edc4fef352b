"""In which dtypes a layer computes and keeps its weights, and what it keeps for the gradients."""

from __future__ import annotations

from typing import Any

from ppul.core.dtypes import DTypePolicy, get_dtype_policy
from ppul.core.remat import (
    RematScope,
    open_remat_scope,
    remat_activations,
    size_of_output,
)
from ppul.layers.owner import WeightOwner


class Precise(WeightOwner):
    """An owner of weights with a dtype policy.

    Args:
        dtype: A dtype or dtype policy; the global policy by default.
        name: Its name.
    """

    _is_quantized = False
    _remat_scope: RematScope | None = None

    def __init__(self, *, dtype: Any = None, name: str | None = None) -> None:
        self._dtype_policy = get_dtype_policy(dtype)
        super().__init__(name=name)
        self._remat_scope = open_remat_scope()

    @property
    def dtype_policy(self) -> DTypePolicy:
        """In which dtype it computes and keeps weights."""
        return self._dtype_policy

    @dtype_policy.setter
    def dtype_policy(self, value: Any) -> None:
        self._dtype_policy = get_dtype_policy(value)

    @property
    def _policy(self) -> DTypePolicy:
        """The policy for its place in the model."""
        return self._dtype_policy.at(self.path)

    @property
    def dtype(self) -> str:
        """The dtype of its weights."""
        return self._policy.variable_dtype

    @property
    def variable_dtype(self) -> str:
        """The dtype of its weights."""
        return self._policy.variable_dtype

    @property
    def compute_dtype(self) -> str:
        """The dtype it computes in."""
        return self._policy.compute_dtype

    @property
    def input_dtype(self) -> str:
        """The dtype float inputs are cast to."""
        return self._policy.compute_dtype

    @property
    def quantization_mode(self) -> str | None:
        """How its weights are quantized, None where they are not."""
        return self._policy.quantization_mode

    def quantize(
        self, mode: str | None = None, type_check: bool = True, config: Any = None
    ) -> None:
        """Replace its weights by quantized ones.

        Args:
            mode: "int8", "int4" or "float8"; may be left out where a config is given.
            type_check: Whether subclasses, which may use the weights otherwise, are refused.
            config: A `QuantizationConfig` of how.

        Raises:
            NotImplementedError: If layers of this kind are not quantized.
        """
        raise NotImplementedError(
            f"{type(self).__name__} '{self.name}' cannot be quantized: layers of this kind have no "
            "`quantize`. Leave it out with `filters`, or define the method."
        )

    def quantized_build(self, input_shape: Any, mode: str) -> None:
        """Make quantized weights for an input shape.

        Raises:
            NotImplementedError: If layers of this kind are not quantized.
        """
        raise NotImplementedError(
            f"{type(self).__name__} '{self.name}' has no weights of the kind {mode!r}: layers of "
            "this kind have no `quantized_build`."
        )

    def _computed(self, *args: Any, **kwargs: Any) -> Any:
        """What `call` returns, from quantized weights and rematerialized where that is asked for."""
        call = self.quantized_call if self._is_quantized else self.call
        scope = self._remat_scope
        if scope is None or not scope.covers(
            self, lambda: size_of_output(lambda: call(*args, **kwargs))
        ):
            return call(*args, **kwargs)
        if scope.mode == "activations":
            return remat_activations(call)(*args, **kwargs)
        return self.rematerialized_call(call, *args, **kwargs)(*args, **kwargs)
