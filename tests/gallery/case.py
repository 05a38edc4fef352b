"""What a row of the gallery is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ppul import layers


@dataclass
class Case:
    """A layer in one configuration.

    Args:
        layer: The class.
        arguments: Constructor arguments; layers among them are made anew for each test.
        inputs: Shape of the input with its batch; a list of shapes for a layer that takes a list,
            a tuple of shapes for one that takes several arguments.
        call: Further arguments of the call.
        dtype: Dtype of the inputs; ints are drawn in [0, high).
        high: End of the range of integer inputs.
        half: The policies of half precision that are compared, False for none.
        gradient: Whether gradients are compared.
        unwritten: Arguments that Keras leaves out of its configurations.
        inferred: Whether inferred shapes are compared; the real ones always are.
        family: What the row stands for in a run of few rows; its layer by default.
    """

    layer: Any
    arguments: dict[str, Any] = field(default_factory=dict)
    inputs: Any = (2, 5)
    call: dict[str, Any] = field(default_factory=dict)
    dtype: str = "float32"
    high: int = 7
    half: tuple[str, ...] | Literal[False] = ("mixed_float16", "bfloat16")
    gradient: bool = True
    unwritten: tuple[str, ...] = ()
    inferred: bool = True
    family: str | None = None

    @property
    def id(self) -> str:
        """The name of the row."""
        given = ",".join(f"{k}={_word(v)}" for k, v in {**self.arguments, **self.call}.items())
        return f"{self.layer.__name__}({given}){self.inputs}"

    @property
    def kind(self) -> Any:
        """What the row is a row of: the first one of each kind always runs."""
        return self.family or self.layer

    @property
    def shapes(self) -> tuple[Any, ...]:
        """The shape of each argument of the call, or a list of shapes for a list."""
        several = isinstance(self.inputs, tuple) and isinstance(self.inputs[0], tuple)
        return self.inputs if several else (self.inputs,)

    def make(self, **more: Any) -> Any:
        """Return the layer."""
        arguments = {
            name: type(value).from_config(value.get_config())
            if isinstance(value, layers.Layer)
            else value
            for name, value in self.arguments.items()
        }
        return self.layer(**arguments, **more)


def _word(value: Any) -> str:
    if isinstance(value, layers.Layer):
        return type(value).__name__
    if hasattr(value, "shape"):
        return f"array{value.shape}"
    return getattr(value, "__name__", str(value))
