"""LoRA: a weight stays as it is, and training changes a product of two small factors added to it."""

from __future__ import annotations

from typing import Any, ClassVar

import jax.numpy as jnp
import numpy as np

from ppul.core.checks import positive_int
from ppul.core.types import Array, Config, Identifier, Shape
from ppul.core.variable import Variable
from ppul.layers.base import Layer


class AdaptedWeight:
    """An attribute that is a variable, or the array it stands for once the layer is adapted."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: Any, owner: type | None = None) -> Any:
        if layer is None:
            return self
        if self.name not in layer.__dict__:
            raise AttributeError(
                f"{type(layer).__name__} '{layer.name}' has no `{self.name}` yet: call it on data, "
                "or `build` it with an input shape."
            )
        return layer._adapted_weight() if layer._is_adapted else layer.__dict__[self.name]

    def __set__(self, layer: Any, value: Any) -> None:
        layer.__dict__[self.name] = value


class Adaptable(Layer):
    """A layer of which one weight can be adapted by LoRA.

    Args:
        lora_rank: Rank of the factors that are trained instead of the weight; none by default.
        lora_alpha: Their product counts `lora_alpha / lora_rank` times; once by default.
        **kwargs: See `Layer`.

    Raises:
        ValueError: If the rank is not a positive integer.

    Source: Hu et al. 2021, arXiv:2106.09685
    """

    # The attribute of the weight: an `AdaptedWeight`.
    _weight_name: ClassVar[str] = "kernel"
    # The shape of the weight that the layer computes with, however it is kept.
    _full_shape: Any
    # Only in configurations of layers that have them.
    _unsaved = ("lora_rank", "lora_alpha")

    def __init__(
        self, lora_rank: int | None = None, lora_alpha: float | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        if lora_rank is not None:
            lora_rank = positive_int(self._where, "lora_rank", lora_rank)
        self.lora_rank = lora_rank
        self.lora_alpha = lora_rank if lora_alpha is None else lora_alpha
        self.lora_enabled = False

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Identifier = "he_uniform",
        b_initializer: Identifier = "zeros",
    ) -> None:
        """Train a product of two factors added to the weight, instead of the weight.

        Args:
            rank: Rank of the product.
            lora_alpha: The product counts `lora_alpha / rank` times; once by default.
            a_initializer: How the factor next to the input starts.
            b_initializer: How the other one starts.

        Raises:
            ValueError: If the layer is not built, has a constraint on the weight, or factors.
        """
        if not self.built:
            raise ValueError(
                f"{self._where} has no weight to adapt yet: call it on data, or `build` it with an "
                "input shape, before `enable_lora`."
            )
        self._add_factors(rank, lora_alpha, a_initializer, b_initializer)

    def _add_factors(
        self, rank: int, alpha: float | None, a_initializer: Identifier, b_initializer: Identifier
    ) -> None:
        name = self._weight_name
        rank = positive_int(self._where, "rank", rank)
        if self.lora_enabled:
            raise ValueError(
                f"{self._where} has factors of rank {self.lora_rank} already; `enable_lora` works "
                "once for a layer."
            )
        if getattr(self, f"{name}_constraint") is not None:
            raise ValueError(
                f"{self._where}: `{name}_constraint` does not go with LoRA, which leaves the weight "
                "as it is. Leave the constraint out."
            )
        shape = self._full_shape
        self._factors = tuple(
            self.add_weight(
                size,
                start,
                regularizer=getattr(self, f"{name}_regularizer"),
                name=f"lora_{name}_{which}",
            )
            for size, start, which in (
                ((*shape[:-1], rank), a_initializer, "a"),
                ((rank, shape[-1]), b_initializer, "b"),
            )
        )
        for factor in self._factors:
            setattr(self, factor.name, factor)
        self._stored_weight.trainable = False
        self.lora_rank, self.lora_alpha = rank, rank if alpha is None else alpha
        self.lora_enabled = True
        self.__dict__["_version"] = self._version + 1

    def _make_weight(self, shape: Shape, initializer: Any) -> None:
        """Make the weight; in `build`."""
        name = self._weight_name
        self._full_shape = shape
        weight = self.add_weight(
            shape,
            initializer,
            regularizer=getattr(self, f"{name}_regularizer"),
            constraint=getattr(self, f"{name}_constraint"),
            name=name,
        )
        setattr(self, name, weight)

    def _adapt(self) -> None:
        """Add the factors that the constructor was told of; the last thing in `build`."""
        if self.lora_rank is not None and not self.lora_enabled:
            self._add_factors(self.lora_rank, self.lora_alpha, "he_uniform", "zeros")

    @property
    def _stored_weight(self) -> Variable:
        return self.__dict__[self._weight_name]

    @property
    def _is_adapted(self) -> bool:
        return self.lora_enabled

    @property
    def _weight(self) -> Array:
        """The weight that the layer computes with."""
        return self._adapted_weight() if self._is_adapted else self._stored_weight.value

    def _adapted_weight(self) -> Array:
        return self._stored_weight.value + self._product_of_factors()

    def _product_of_factors(self) -> Array:
        a, b = self._factors
        return self._lora_scale * jnp.matmul(a.value, b.value)

    @property
    def _lora_scale(self) -> float:
        return self.lora_alpha / self.lora_rank  # type: ignore[operator]

    def get_config(self) -> Config:
        """Return the constructor arguments, those of LoRA where it is in use."""
        config = super().get_config()
        if self.lora_rank is None:
            return config
        return config | {"lora_rank": self.lora_rank, "lora_alpha": self.lora_alpha}

    # Files have the weight with the product added, and no factors: any layer can load them.

    def _saved_variables(self) -> list[Variable]:
        factors = self._factors if self.lora_enabled else ()
        own = (*self._trainable_own, *self._frozen_own)
        return [v for v in own if not any(v is factor for factor in factors)]

    def _saved_values(self) -> list[np.ndarray]:
        values = [variable.numpy() for variable in self._saved_variables()]
        if self.lora_enabled:
            i = next(i for i, v in enumerate(self._saved_variables()) if v is self._stored_weight)
            values[i] = np.asarray(self._adapted_weight(), dtype=values[i].dtype)
        return values

    def save_own_variables(self, store: Any) -> None:
        """Put its own variables into a mapping of names to arrays."""
        for i, value in enumerate(self._saved_values() if self.built else ()):
            store[str(i)] = value

    def load_own_variables(self, store: Any) -> None:
        """Take its own variables from a mapping of names to arrays; factors start from zero."""
        saved = self._saved_variables()
        if len(store.keys()) != len(saved):
            hint = "" if self.built else " The layer is not built yet: build the model first."
            raise ValueError(
                f"{self._where} has {len(saved)} variables, the file has {len(store.keys())} for "
                f"it.{hint}"
            )
        for i, variable in enumerate(saved):
            variable.assign(store[str(i)])
        for factor in self._factors if self.lora_enabled else ():
            factor.assign(np.zeros(factor.shape))
