"""The floor under a workload's epoch: what no implementation can leave out.

Of each step only the GEMMs the network needs are computed, forward (A W) and backward (Aᵀ D for
each weight, D Wᵀ for all layers but the first), convolutions as the GEMMs of their patches, and
the optimizer passes once over its memory: w, g and, for Adam, its two moments. No bias, no
activation, no loss, no metric, no batch to gather. Full batches only.

What a product gives is what the next one takes, so that nothing can be optimized away. D is A W,
and D Wᵀ is the next step's A: with orthonormal columns in W and a rate too small to change them,
A keeps its size over any number of steps. The layers do not wait for each other.

Run: `python -m benchmarks.floor --workload mnist_mlp`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
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
    inputs = [jnp.asarray(random.normal(size=(g.rows, g.inputs)), "float32") for g in gemms]
    weights = [jnp.asarray(_orthonormal(random, g.inputs, g.outputs), "float32") for g in gemms]
    return inputs, weights, [[jnp.zeros_like(w) for w in weights] for _ in range(slots)]


def _orthonormal(random: np.random.Generator, rows: int, columns: int) -> np.ndarray:
    tall = random.normal(size=(max(rows, columns), min(rows, columns)))
    q = np.linalg.qr(tall)[0]
    return q if rows >= columns else q.T


def _epoch(optimizer: str, steps: int) -> Callable[..., Any]:
    from jax import lax

    update = _adam if optimizer == "adam" else _sgd

    def step(carry: Any) -> Any:
        i, inputs, weights, slots = carry
        outputs = [a @ w for a, w in zip(inputs, weights, strict=True)]
        gradients = [a.T @ d for a, d in zip(inputs, outputs, strict=True)]
        backward = [d @ w.T for d, w in zip(outputs[1:], weights[1:], strict=True)]
        weights, slots = update(weights, gradients, slots)
        return i + 1, [inputs[0], *backward], weights, slots

    def epoch(*state: Any) -> Any:
        return lax.while_loop(lambda carry: carry[0] < steps, step, (0, *state))[1:]

    return epoch


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
