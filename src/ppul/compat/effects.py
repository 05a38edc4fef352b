"""What an old argument or function did, where a new name alone does not say it."""

from __future__ import annotations

import functools
import inspect
import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np

from ppul import layers
from ppul.core import settings, tree
from ppul.core.checks import one_of
from ppul.optimizers.schedules.decays import InverseTimeDecay

Parameters: TypeAlias = Mapping[str, inspect.Parameter]

# Arguments: `Into` changes the others, `After` what the call returned.


def decayed_rate(decay: float, arguments: dict[str, Any], parameters: Parameters) -> None:
    """Let a learning rate fall as in Keras 2: rate / (1 + decay * iterations)."""
    if decay:
        rate = arguments.get("learning_rate", parameters["learning_rate"].default)
        arguments["learning_rate"] = InverseTimeDecay(rate, decay_steps=1, decay_rate=decay)


def length_of_input(length: Any, arguments: dict[str, Any], parameters: Parameters) -> None:
    """Make an `input_shape` of the length of sequences, and of their width where it was given."""
    width = None if "input_dim" in parameters else arguments.pop("input_dim", None)
    arguments["input_shape"] = (length,) if width is None else (length, width)


def steps_of_samples(argument: str) -> Callable[[Any, dict[str, Any], Any], None]:
    """Return the effect of a number of samples, which now are steps of a generator.

    Args:
        argument: The argument that takes the steps.
    """

    def give(samples: int, arguments: dict[str, Any], _: Any) -> None:
        size, arguments["generator"] = _batch_size(arguments["generator"])
        arguments[argument] = math.ceil(samples / size)

    return give


def validation_steps_of_samples(samples: int, arguments: dict[str, Any], _: Any) -> None:
    """Make steps of the number of samples that a generator of validation data is asked for."""
    data = arguments.get("validation_data")
    if data is not None and not isinstance(data, (tuple, list)):
        size, arguments["validation_data"] = _batch_size(data)
        arguments["validation_steps"] = math.ceil(samples / size)


def grey_or_coloured(grayscale: bool, arguments: dict[str, Any], _: Any) -> None:
    """Say by its name in which colours a picture is read."""
    arguments["color_mode"] = "grayscale" if grayscale else "rgb"


def both_initializers(initializer: Any, arguments: dict[str, Any], _: Any) -> None:
    """Start both kernels of a separable convolution alike."""
    arguments |= {"depthwise_initializer": initializer, "pointwise_initializer": initializer}


def _batch_size(batches: Any) -> tuple[int, Any]:
    """The size of the first batch, and the batches with it."""
    if hasattr(batches, "__getitem__"):
        return len(tree.flatten(batches[0])[0]), batches
    iterator = iter(batches)
    first = next(iterator)
    return len(tree.flatten(first)[0]), itertools.chain([first], iterator)


def start_weights(layer: Any, weights: Sequence[Any] | None) -> Any:
    """Set the weights of a layer as soon as it is built."""
    if weights is None:
        return layer
    build = layer.build

    @functools.wraps(build)
    def build_and_set(*args: Any, **kwargs: Any) -> None:
        del layer.__dict__["build"]
        build(*args, **kwargs)
        layer.set_weights(weights)

    layer.__dict__["build"] = build_and_set
    return layer


def every_epochs(callback: Any, period: int) -> Any:
    """Let a callback see the end of every `period`-th epoch only."""
    if period == 1:
        return callback
    on_epoch_end, ended = callback.on_epoch_end, itertools.count(1)

    def on_each_period(epoch: int, logs: dict[str, Any] | None = None) -> None:
        if next(ended) % period == 0:
            on_epoch_end(epoch, logs)

    callback.on_epoch_end = on_each_period
    return callback


def as_dtype(array: np.ndarray, dtype: Any) -> np.ndarray:
    """Return an array in another dtype."""
    return array.astype(dtype)


# Functions.

_MERGES = {
    "sum": "add",
    "mul": "multiply",
    "concat": "concatenate",
    "ave": "average",
    "max": "maximum",
    "dot": "dot",
    "cos": "dot",
}


def merge(
    inputs: Sequence[Any],
    mode: str = "sum",
    concat_axis: int = -1,
    dot_axes: int | Sequence[int] = -1,
    output_shape: Any = None,  # noqa: ARG001
    output_mask: Any = None,  # noqa: ARG001
    arguments: Any = None,  # noqa: ARG001
    name: str | None = None,
) -> Any:
    """Return several tensors as one; Keras 1's function.

    Args:
        inputs: The tensors.
        mode: "sum", "mul", "concat", "ave", "max", "dot" or "cos".
        concat_axis: Axis along which they are concatenated.
        dot_axes: Axes of the dot product.
        output_shape: Kept for the signature; shapes are inferred.
        output_mask: Kept for the signature; masks are inferred.
        arguments: Kept for the signature; a function as `mode` had them.
        name: Name of the layer.

    Raises:
        ValueError: If the mode is none of these.

    Example:
        >>> merge([layers.Input((2,)), layers.Input((3,))], mode="concat").shape
        (None, 5)
    """
    new = _MERGES[one_of("merge", "mode", mode, tuple(_MERGES))]
    options: dict[str, Any] = {"name": name}
    if new == "concatenate":
        options["axis"] = concat_axis
    elif new == "dot":
        options |= {"axes": dot_axes, "normalize": mode == "cos"}
    return getattr(layers, new)(inputs, **options)


class Reduction:
    """How the losses of samples became one number; plain strings now."""

    AUTO = "sum_over_batch_size"
    NONE = None
    SUM = "sum"
    SUM_OVER_BATCH_SIZE = "sum_over_batch_size"


def count_params(weights: Any) -> int:
    """Return the number of numbers in a weight or several."""
    return sum(int(np.prod(weight.shape)) for weight in tree.flatten(weights))


_ORDERINGS = {"tf": "channels_last", "th": "channels_first"}


def image_dim_ordering() -> str:
    """Return "tf" for channels last, "th" for channels first."""
    return next(old for old, new in _ORDERINGS.items() if new == settings.image_data_format())


def set_image_dim_ordering(dim_ordering: str) -> None:
    """Set where the channels of pictures are: "tf" last, "th" first."""
    old = one_of("set_image_dim_ordering", "dim_ordering", dim_ordering, tuple(_ORDERINGS))
    settings.set_image_data_format(_ORDERINGS[old])


def argmax_classes(probabilities: Any) -> np.ndarray:
    """Return the classes of largest probability."""
    return np.argmax(probabilities, axis=-1)
