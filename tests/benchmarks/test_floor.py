from dataclasses import replace

import jax
import numpy as np
import pytest

from benchmarks import floor
from benchmarks.workloads import WORKLOADS, Gemm

SMALL = {
    "sgd": replace(WORKLOADS["california_mlp"], gemms=(Gemm(32, 8, 30), Gemm(32, 30, 4))),
    "adam": replace(WORKLOADS["digits_cnn"], gemms=(Gemm(24, 9, 4), Gemm(6, 12, 5), Gemm(6, 5, 3))),
}
# Float32 products of orthonormal matrices, a few steps of them, against float64.
FLOAT32 = 1e-5


def by_hand(inputs, weights, steps):
    """Return the activations that the layers' next step takes, in float64."""
    inputs = [np.asarray(a, "float64") for a in inputs]
    weights = [np.asarray(w, "float64") for w in weights]
    for _ in range(steps):
        inputs = inputs[:1] + [a @ w @ w.T for a, w in zip(inputs, weights, strict=True)][1:]
    return inputs


@pytest.mark.parametrize("optimizer", SMALL)
def test_the_floor_computes_its_products_in_every_step(optimizer):
    workload = SMALL[optimizer]
    inputs, weights, _ = floor._initial(workload.gemms, slots=0)
    result, _, _ = floor.program(workload, 3, "default")()
    for actual, expected in zip(result, by_hand(inputs, weights, 3), strict=True):
        np.testing.assert_allclose(actual, expected, atol=FLOAT32)


@pytest.mark.parametrize("optimizer", SMALL)
def test_values_keep_their_size_over_an_epoch(optimizer):
    workload = SMALL[optimizer]
    early = floor.program(workload, 2, "default")()
    late = floor.program(workload, 2_000, "default")()
    for a, b in zip(jax.tree.leaves(early[0]), jax.tree.leaves(late[0]), strict=True):
        assert np.linalg.norm(b) == pytest.approx(np.linalg.norm(a), rel=0.1)


@pytest.mark.parametrize("setting", floor.SETTINGS)
def test_every_setting_computes_the_same(setting):
    workload = SMALL["sgd"]
    expected = floor.program(workload, 5, "default")()
    actual = floor.program(workload, 5, setting)()
    for a, b in zip(jax.tree.leaves(actual), jax.tree.leaves(expected), strict=True):
        np.testing.assert_allclose(a, b, atol=FLOAT32)


@pytest.mark.parametrize("optimizer", SMALL)
def test_no_product_is_optimized_away(optimizer):
    workload = SMALL[optimizer]
    state = floor._initial(workload.gemms, slots=2 if optimizer == "adam" else 0)
    options = {"xla_cpu_experimental_ynn_fusion_type": ""}  # so that dots stay visible
    program = jax.jit(floor._epoch(optimizer, 4)).lower(*state).compile(compiler_options=options)
    assert program.as_text().count(" dot(") == 3 * len(workload.gemms) - 1


def test_flops_are_those_of_the_products():
    # 32 x 8 x 30 forward and for dW; 32 x 30 x 1 also for dX; two operations each.
    assert floor.step_flops(WORKLOADS["california_mlp"]) == 2 * (2 * 32 * 8 * 30 + 3 * 32 * 30)


def test_loops_in_place_of_gemms_are_tried_on_tiny_networks_only():
    tiny = [name for name, w in WORKLOADS.items() if "small call" in floor.settings_for(w)]
    assert tiny == ["california_mlp"]
