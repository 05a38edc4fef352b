"""Functions of Keras 2's `keras.backend` for layers: windows, padding, CTC and recurrence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp

from ppul import ops
from ppul.core import settings
from ppul.core.checks import one_of
from ppul.core.types import Array
from ppul.layers.rnn.loop import changed_by, loop
from ppul.ops.tensors import Tensor, op

Sizes: TypeAlias = int | tuple[int, ...]
Pair: TypeAlias = tuple[int, int]

# Convolutions and pooling.


def conv1d(
    x: Any,
    kernel: Any,
    strides: int = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: int = 1,
) -> Any:
    """Return a convolution over time.

    Args:
        x: (batch, steps, channels), or as `data_format` says.
        kernel: (size, channels, filters).
        strides: Distance between windows.
        padding: "valid", "same", or "causal": no window looks ahead.
        data_format: "channels_last" or "channels_first".
        dilation_rate: Distance between the elements of a window.
    """
    if padding == "causal":
        before = dilation_rate * (kernel.shape[0] - 1)
        x, padding = _padded(x, [(before, 0)], data_format), "valid"
    return ops.conv(x, kernel, strides, padding, data_format, dilation_rate)


def atrous_conv2d(
    x: Any, kernel: Any, rate: int, padding: str = "valid", data_format: str | None = None
) -> Any:
    """Return a convolution of pictures whose windows have gaps; Keras 1's."""
    return ops.conv(x, kernel, 1, padding, data_format, rate)


@op
def conv2d_transpose(
    x: Tensor,
    kernel: Tensor,
    output_shape: tuple[int, ...],
    strides: Sizes = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Sizes = (1, 1),
) -> Array:
    """Return the gradient of a convolution of pictures with respect to them, which are larger.

    Args:
        x: (batch, height, width, channels), or as `data_format` says.
        kernel: (height, width, filters, channels).
        output_shape: Shape of the result; the batch is that of `x`.
        strides: Distance between the windows of the convolution.
        padding: Its padding, "valid" or "same".
        data_format: "channels_last" or "channels_first".
        dilation_rate: Distance between the elements of its windows.
    """

    def forward(y: Array) -> Array:
        return ops.conv(y, kernel, strides, padding, data_format, dilation_rate)

    larger = jnp.zeros((x.shape[0], *output_shape[1:]), x.dtype)
    (result,) = jax.vjp(forward, larger)[1](x)
    return result


@op
def conv3d_transpose(
    x: Tensor,
    kernel: Tensor,
    output_shape: tuple[int, ...],
    strides: Sizes = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
) -> Array:
    """Return what `conv2d_transpose` does, of volumes."""
    return conv2d_transpose(x, kernel, output_shape, strides, padding, data_format, 1)


def pool2d(
    x: Any,
    pool_size: Sizes,
    strides: Sizes = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """Return the largest or the mean of each window; `pool_mode` is "max" or "avg"."""
    one_of("pool2d", "pool_mode", pool_mode, ("max", "avg"))
    pool = ops.max_pool if pool_mode == "max" else ops.average_pool
    return pool(x, pool_size, strides, padding, data_format)


def pool3d(
    x: Any,
    pool_size: Sizes,
    strides: Sizes = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """Return what `pool2d` does, of volumes."""
    return pool2d(x, pool_size, strides, padding, data_format, pool_mode)


# What is around pictures, and how large they are.


def temporal_padding(x: Any, padding: Pair = (1, 1)) -> Any:
    """Return (batch, steps, channels) with steps of zeros before and after."""
    return _padded(x, [padding], "channels_last")


def spatial_2d_padding(
    x: Any, padding: tuple[Pair, Pair] = ((1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Return pictures with zeros around: rows before and after, columns before and after."""
    return _padded(x, padding, data_format)


def spatial_3d_padding(
    x: Any,
    padding: tuple[Pair, Pair, Pair] = ((1, 1), (1, 1), (1, 1)),
    data_format: str | None = None,
) -> Any:
    """Return volumes with zeros around."""
    return _padded(x, padding, data_format)


def asymmetric_temporal_padding(x: Any, left_pad: int = 1, right_pad: int = 1) -> Any:
    """Return (batch, steps, channels) with steps of zeros; Keras 1's."""
    return _padded(x, [(left_pad, right_pad)], "channels_last")


def asymmetric_spatial_2d_padding(
    x: Any,
    top_pad: int = 1,
    bottom_pad: int = 1,
    left_pad: int = 1,
    right_pad: int = 1,
    data_format: str | None = None,
) -> Any:
    """Return pictures with zeros around; Keras 1's."""
    return _padded(x, [(top_pad, bottom_pad), (left_pad, right_pad)], data_format)


def resize_images(
    x: Any,
    height_factor: int,
    width_factor: int,
    data_format: str | None = None,
    interpolation: str = "nearest",
) -> Any:
    """Return pictures so many times as large.

    Args:
        x: (batch, height, width, channels), or as `data_format` says.
        height_factor: How many times as high.
        width_factor: How many times as wide.
        data_format: "channels_last" or "channels_first".
        interpolation: "nearest", by which pixels are repeated, or another of `ops.image.resize`.
    """
    factors = (height_factor, width_factor)
    if interpolation == "nearest":
        return _repeated(x, factors, data_format)
    first = _first_axis(data_format)
    size = tuple(n * by for n, by in zip(x.shape[first : first + 2], factors, strict=True))
    return ops.image.resize(x, size, interpolation, data_format=data_format)


def resize_volumes(
    x: Any,
    depth_factor: int,
    height_factor: int,
    width_factor: int,
    data_format: str | None = None,
) -> Any:
    """Return volumes so many times as large, by repetition."""
    return _repeated(x, (depth_factor, height_factor, width_factor), data_format)


def _repeated(x: Any, factors: Sequence[int], data_format: str | None) -> Any:
    for axis, factor in enumerate(factors, _first_axis(data_format)):
        x = ops.repeat(x, factor, axis)
    return x


def _padded(x: Any, padding: Sequence[Pair], data_format: str | None) -> Any:
    edges = [tuple(pair) for pair in padding]
    around = [(0, 0)] * _first_axis(data_format)
    return ops.pad(x, [*around, *edges, *[(0, 0)] * (x.ndim - len(around) - len(edges))])


def _first_axis(data_format: str | None) -> int:
    """The first axis of space."""
    return 2 if (data_format or settings.image_data_format()) == "channels_first" else 1


# Sequences.


def ctc_batch_cost(y_true: Any, y_pred: Any, input_length: Any, label_length: Any) -> Any:
    """Return the CTC loss of each sample.

    Args:
        y_true: Labels, (batch, labels).
        y_pred: Probabilities, (batch, steps, classes); the last class is the blank.
        input_length: How many steps count, (batch, 1).
        label_length: How many labels count, (batch, 1).

    Returns:
        Losses (batch, 1).
    """
    lengths = [ops.reshape(length, (-1,)) for length in (label_length, input_length)]
    losses = ops.ctc_loss(y_true, _log(y_pred), *lengths, mask_index=y_pred.shape[-1] - 1)
    return ops.expand_dims(losses, 1)


def ctc_decode(
    y_pred: Any, input_length: Any, greedy: bool = True, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[Any], Any]:
    """Return the most probable labels of sequences.

    Args:
        y_pred: Probabilities, (batch, steps, classes); the last class is the blank.
        input_length: How many steps count, (batch,).
        greedy: Whether those of the most probable path, else by beam search.
        beam_width: How many beginnings the search goes on with.
        top_paths: How many results it returns.

    Returns:
        `top_paths` arrays of labels, (batch, labels), -1 behind their ends; and their scores.
    """
    strategy = "greedy" if greedy else "beam_search"
    search: dict[str, Any] = {} if greedy else {"beam_width": beam_width, "top_paths": top_paths}
    blank = y_pred.shape[-1] - 1
    labels, scores = ops.ctc_decode(
        _log(y_pred), input_length, strategy, mask_index=blank, **search
    )
    return [labels[i] for i in range(1 if greedy else top_paths)], scores


def _log(probabilities: Any) -> Any:
    return ops.log(probabilities + settings.epsilon())


def rnn(
    step_function: Callable[[Any, list[Any]], tuple[Any, list[Any]]],
    inputs: Any,
    initial_states: Sequence[Any],
    go_backwards: bool = False,
    mask: Any = None,
    constants: Sequence[Any] | None = None,
    unroll: bool = False,
    input_length: int | None = None,  # noqa: ARG001
    time_major: bool = False,
    zero_output_for_mask: bool = False,
    return_all_outputs: bool = True,
) -> tuple[Any, Any, list[Any]]:
    """Return what a function of a step and of states gives, step by step.

    Args:
        step_function: Takes a step, (batch, ...), and states with the constants behind them;
            returns an output and new states.
        inputs: (batch, steps, ...), or a list, tuple or dict of them.
        initial_states: The states before the first step.
        go_backwards: Whether the last step comes first.
        mask: Which steps count, (batch, steps); at others output and states are those before.
        constants: What `step_function` is given in every step.
        unroll: Whether all steps are compiled one after the other.
        input_length: Kept for the signature; shapes say it.
        time_major: Whether steps are along the first axis of inputs and outputs.
        zero_output_for_mask: Whether outputs that do not count are 0.
        return_all_outputs: Whether all outputs are returned, or the last alone.

    Returns:
        The last output, all outputs, and the last states.
    """

    def by_time(a: Any) -> Any:
        a = a if time_major else jnp.swapaxes(a, 0, 1)
        return jnp.flip(a, 0) if go_backwards else a

    steps = jax.tree.map(by_time, inputs)
    counted = None if mask is None else by_time(mask.astype(bool))
    fixed = list(constants or ())

    def step(carried: Any, now: Any) -> Any:
        states, before = carried
        x, counts = now
        output, new = step_function(x, [*states, *fixed])
        if counts is None:
            return (list(new), output), output
        kept = [_where(counts, a, b) for a, b in zip(new, states, strict=True)]
        output = _where(counts, output, before)
        shown = _where(counts, output, 0) if zero_output_for_mask else output
        return (kept, output), shown

    first = jax.tree.map(lambda a: a[0], steps)
    states = list(initial_states)
    variables, (shape, _) = changed_by(step_function, first, [*states, *fixed])
    blank = jnp.zeros(shape.shape, shape.dtype)
    (states, _), outputs, _ = loop(
        step, (states, blank), (steps, counted), variables, unroll=unroll
    )
    last = outputs[-1]
    outputs = outputs if return_all_outputs else outputs[-1:]
    return last, outputs if time_major else jnp.swapaxes(outputs, 0, 1), states


def _where(counts: Array, a: Array, b: Any) -> Array:
    return jnp.where(counts.reshape(counts.shape[0], *[1] * (a.ndim - 1)), a, b)


FUNCTIONS = (
    *(conv1d, atrous_conv2d, conv2d_transpose, conv3d_transpose),
    *(pool2d, pool3d, temporal_padding, spatial_2d_padding, spatial_3d_padding),
    *(asymmetric_temporal_padding, asymmetric_spatial_2d_padding, resize_images, resize_volumes),
    *(ctc_batch_cost, ctc_decode, rnn),
)
