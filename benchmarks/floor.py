"""The floor under a workload's epoch: what no implementation can leave out.

Of each step only the GEMMs the network needs are computed, forward (A W) and backward (Aᵀ D for
each weight, D Wᵀ for all layers but the first), convolutions as the GEMMs of their patches, and
the optimizer passes once over its memory: w, g and, for Adam, its two moments. No bias, no
activation, no loss, no metric, no batch to gather. Full batches only.

What a product gives is what the next one takes, so that nothing can be optimized away: a layer's
output is the next one's input, the last one's also the gradient that is carried back. With
orthonormal columns in W and a rate too small to change them, all keeps its size over any number
of steps. Where patches lie between two layers, the products of the later one begin a chain of
their own, which does not wait for the earlier one; what it carries back is its next input.

Run: `python -m benchmarks.floor --workload mnist_mlp`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.workloads import Gemm, Workload

MULTI_OUTPUT_FLAG = "--xla_backend_extra_options=xla_cpu_use_multi_output_fusion=true"
# How the program is compiled: environment, options of the compiler, wrapped as "small call".
SETTINGS: dict[str, tuple[dict[str, str], dict[str, str], bool]] = {
    "default": ({}, {}, False),
    "no ynn": ({}, {"xla_cpu_experimental_ynn_fusion_type": ""}, False),
    "multi-output": ({"XLA_FLAGS": MULTI_OUTPUT_FLAG}, {}, False),
    "multi-output, no ynn": (
        {"XLA_FLAGS": MULTI_OUTPUT_FLAG},
        {"xla_cpu_experimental_ynn_fusion_type": ""},
        False,
    ),
    "one thread, no ynn": (
        {"PJRT_NPROC": "1", "XLA_FLAGS": MULTI_OUTPUT_FLAG},
        {"xla_cpu_experimental_ynn_fusion_type": ""},
        False,
    ),
    "small call": ({}, {"xla_cpu_experimental_ynn_fusion_type": ""}, True),
}
# Inside a small call GEMMs are plain loops: worth trying where a step has hardly any arithmetic.
_SMALL_FLOPS = 1_000_000
_RATE = 1e-9

Arrays = list[Any]


def settings_for(workload: Workload) -> list[str]:
    """Return the names of the settings that may be the fastest for `workload`."""
    small = step_flops(workload) <= _SMALL_FLOPS
    return [name for name, (_, _, small_call) in SETTINGS.items() if small or not small_call]


def step_flops(workload: Workload) -> int:
    """Return the floating-point operations of one step's GEMMs."""
    first, *rest = (2 * gemm.rows * gemm.inputs * gemm.outputs for gemm in workload.gemms)
    return 2 * first + 3 * sum(rest)


def program(workload: Workload, steps: int, setting: str) -> Callable[[], object]:
    """Return a function that runs `steps` steps of the floor and waits for them.

    It returns the final state, activations and weights first; each call starts anew.
    """
    import jax
    from jax.experimental.xla_metadata import set_xla_metadata

    _, options, small_call = SETTINGS[setting]
    epoch = jax.jit(_epoch(workload.optimizer, steps))

    def called(*state: Arrays) -> Any:
        with set_xla_metadata(xla_cpu_small_call="true", inlineable="false"):
            return epoch(*state)

    state = _initial(workload.gemms, slots=2 if workload.optimizer == "adam" else 0)
    lowered = (jax.jit(called) if small_call else epoch).lower(*state)
    compiled = lowered.compile(compiler_options=options)
    return lambda: jax.block_until_ready(compiled(*state))


def _initial(gemms: tuple[Gemm, ...], slots: int) -> tuple[Arrays, Arrays, list[Arrays]]:
    import jax.numpy as jnp

    random = np.random.default_rng(0)
    # None for a layer that takes another's output.
    inputs = [
        jnp.asarray(random.normal(size=(g.rows, g.inputs)), "float32") if first else None
        for g, first in zip(gemms, _begin_chains(gemms), strict=True)
    ]
    weights = [jnp.asarray(_orthonormal(random, g.inputs, g.outputs), "float32") for g in gemms]
    return inputs, weights, [[jnp.zeros_like(w) for w in weights] for _ in range(slots)]


def _begin_chains(gemms: tuple[Gemm, ...]) -> list[bool]:
    """Return for each layer whether it cannot take the output of the one before."""
    follows = [(a.rows, a.outputs) == (b.rows, b.inputs) for a, b in pairwise(gemms)]
    return [True, *(not follow for follow in follows)]


def _orthonormal(random: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    tall = random.normal(size=(max(rows, columns), min(rows, columns)))
    q = np.linalg.qr(tall)[0]
    return q if rows >= columns else q.T


def _epoch(optimizer: str, steps: int) -> Callable[..., Any]:
    from jax import lax

    update = _adam if optimizer == "adam" else _sgd

    def step(carry: Any) -> Any:
        i, inputs, weights, slots = carry
        taken, outputs = [], []
        for a, w in zip(inputs, weights, strict=True):
            taken.append(outputs[-1] if a is None else a)
            outputs.append(taken[-1] @ w)
        inputs, gradients = _backward(inputs, weights, taken, outputs)
        weights, slots = update(weights, gradients, slots)
        return i + 1, inputs, weights, slots

    def epoch(*state: Any) -> Any:
        return lax.while_loop(lambda carry: carry[0] < steps, step, (0, *state))[1:]

    return epoch


def _backward(
    inputs: Arrays, weights: Arrays, taken: Arrays, outputs: Arrays
) -> tuple[Arrays, Arrays]:
    """Return what the next step's chains begin with, and the gradients."""
    inputs, gradients = list(inputs), []
    back = outputs[-1]
    for i in reversed(range(len(weights))):
        gradients.append(taken[i].T @ back)
        if i == 0:
            break
        back = back @ weights[i].T
        if inputs[i] is not None:
            inputs[i], back = back, outputs[i - 1]
    return inputs, gradients[::-1]


def _sgd(weights: Arrays, gradients: Arrays, slots: list[Arrays]) -> tuple[Arrays, list[Arrays]]:
    return [w - _RATE * g for w, g in zip(weights, gradients, strict=True)], slots


def _adam(weights: Arrays, gradients: Arrays, slots: list[Arrays]) -> tuple[Arrays, list[Arrays]]:
    import jax.numpy as jnp

    means = [m + (g - m) * 0.1 for m, g in zip(slots[0], gradients, strict=True)]
    squares = [v + (g * g - v) * 0.001 for v, g in zip(slots[1], gradients, strict=True)]
    moved = [
        w - _RATE * m / (jnp.sqrt(v) + 1e-7)
        for w, m, v in zip(weights, means, squares, strict=True)
    ]
    return moved, [means, squares]


if __name__ == "__main__":
    from benchmarks import epoch_time
    from benchmarks.command import main

    sys.exit(main(epoch_time.measure, ["--peer", "floor", *sys.argv[1:]]))
