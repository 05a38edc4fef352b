"""In which dtypes a layer computes and keeps its weights, and what it keeps for the gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ppul.core.dtypes import DTypePolicy, get_dtype_policy
from ppul.core.remat import (
    RematScope,
    open_remat_scope,
    remat_activations,
    size_of_output,
)
from ppul.layers.owner import WeightOwner
from ppul.quantizers.configs import config_for


class Precise(WeightOwner):
    """An owner of weights with a dtype policy.

    Args:
        dtype: A dtype or dtype policy; the global policy by default.
        name: Its name.
    """

    # What is applied to the output, in layers that have such a function.
    activation: Any

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
            ValueError: If it is not built, or the mode is not known.
        """
        config_for(mode, config)
        if not self.built:
            raise ValueError(
                f"{type(self).__name__} '{self.name}' has no weights to quantize yet: call it on "
                "data, or `build` it with an input shape, before `quantize`."
            )
        raise self._lacks("quantize")

    def quantized_build(self, input_shape: Any, mode: str) -> None:
        """Make quantized weights for an input shape.

        Raises:
            NotImplementedError: If layers of this kind are not quantized.
        """
        raise self._lacks("quantized_build")

    def _lacks(self, method: str) -> NotImplementedError:
        return NotImplementedError(
            f"{type(self).__name__} '{self.name}' cannot be quantized: layers of this kind have no "
            f"`{method}`. Leave it out with `filters`, or define the method."
        )

    def rematerialized_call(  # type: ignore[override]
        self, layer_call: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Return `layer_call` made to be computed again in the backward pass (saves memory).

        Args:
            layer_call: What to compute, such as `self.call`.
            *args: The arguments it is about to be called with.
            **kwargs: The keyword arguments, likewise.
        """
        return super().rematerialized_call(layer_call, *args, **kwargs)

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
