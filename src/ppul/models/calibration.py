"""Quantizing the layers of a model by what it computes on samples."""

from __future__ import annotations

import contextlib
import functools
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import jax

from ppul.core.types import Array
from ppul.layers.base import Layer
from ppul.layers.core.calibrated import Calibrated
from ppul.quantizers.calibrated import CalibratedConfig


def calibrate_model(
    model: Any, config: CalibratedConfig, wanted: Callable[[Layer], bool], *, type_check: bool
) -> None:
    """Quantize the layers inside a model's blocks, one block after the other.

    A block is given what the blocks before it, quantized, make of the samples.

    Args:
        model: The model, built.
        config: How.
        wanted: Which layers.
        type_check: Whether subclasses are refused.

    Raises:
        ValueError: If the blocks are not told, there are no data, or a layer is quantized.
    """
    first, blocks = _structure(model, config)
    inside = _layers(blocks, config, wanted, type_check=type_check)
    values: list[Any] = config.samples()
    for layer in first:
        values, _ = _through(layer, values, (), config)
    for block, layers in zip(blocks, inside, strict=True):
        _, measured = _through(block, values, layers, config)
        for layer, known in zip(layers, measured, strict=True):
            layer.calibrate(config, known)
        values, _ = _through(block, values, (), config)


def _structure(model: Any, config: CalibratedConfig) -> tuple[Sequence[Layer], Sequence[Layer]]:
    told = config.quantization_layer_structure
    if told is None:
        told = model.get_quantization_layer_structure(config.mode)
    keys = ("pre_block_layers", "sequential_blocks")
    if not isinstance(told, dict) or any(key not in told for key in keys):
        raise ValueError(
            f"quantize: {config.mode!r} must know which layers of '{model.name}' stand one behind "
            "the other: a dict of 'pre_block_layers' and 'sequential_blocks', as "
            "`quantization_layer_structure` of the config or returned by the model's "
            f"`get_quantization_layer_structure`; got {told!r}."
        )
    if not told["sequential_blocks"]:
        raise ValueError(f"quantize: 'sequential_blocks' of '{model.name}' is empty.")
    return told["pre_block_layers"], told["sequential_blocks"]


def _layers(
    blocks: Sequence[Layer],
    config: CalibratedConfig,
    wanted: Callable[[Layer], bool],
    *,
    type_check: bool,
) -> list[list[Calibrated]]:
    """The layers to quantize inside each block; those which cannot be are warned of.

    A layer of several blocks is quantized with the first.
    """
    found: list[list[Calibrated]] = [[] for _ in blocks]
    seen: set[int] = set()
    for block, inside in zip(blocks, found, strict=True):
        for layer in block._flatten_layers():
            if id(layer) in seen or not isinstance(layer, Calibrated) or not wanted(layer):
                continue
            seen.add(id(layer))
            try:
                layer.check_quantizable(config, type_check=type_check)
            except NotImplementedError as error:
                warnings.warn(f"Left as it was: {error}", stacklevel=5)
            else:
                inside.append(layer)
    return found


def _through(
    block: Layer, values: Sequence[Any], layers: Sequence[Calibrated], config: CalibratedConfig
) -> tuple[list[Any], list[Any]]:
    """What a block makes of each value, and what was measured of the inputs of layers inside."""

    @jax.jit
    def computed(weights: Any, x: Any) -> tuple[Any, list[Any]]:
        with _heard(layers) as inputs:
            outputs, _ = block.stateless_call(*weights, x)
        measured = []
        for layer, calls in zip(layers, inputs, strict=True):
            if not calls:
                raise ValueError(
                    f"quantize: {layer._where} is inside the block '{block.name}', which does not "
                    "call it. Leave it out with `filters`."
                )
            each = (config.measured(layer._matrix_of_inputs(x)) for x in calls)
            measured.append(functools.reduce(joined, each))
        return outputs, measured

    joined = functools.partial(jax.tree.map, config.joined)
    weights = [
        [variable.value for variable in group]
        for group in (block.trainable_variables, block.non_trainable_variables)
    ]
    made, total = [], None
    for value in values:
        outputs, measured = computed(weights, value)
        made.append(outputs)
        total = measured if total is None else joined(total, measured)
    return made, total or []


@contextlib.contextmanager
def _heard(layers: Sequence[Layer]) -> Iterator[list[list[Array]]]:
    """The inputs of all calls of each layer, while this lasts."""
    inputs: list[list[Array]] = [[] for _ in layers]

    def listening(layer: Layer, heard: list[Array]) -> Callable[..., Any]:
        call = layer.call

        @functools.wraps(call)
        def listened(x: Array, *args: Any, **kwargs: Any) -> Any:
            heard.append(x)
            return call(x, *args, **kwargs)

        return listened

    try:
        for layer, heard in zip(layers, inputs, strict=True):
            layer.__dict__["call"] = listening(layer, heard)
        yield inputs
    finally:
        for layer in layers:
            layer.__dict__.pop("call", None)
