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


def gradients_by_hand(gemms, inputs, weights, steps):
    """Return the gradients of each step in float64, by NumPy; the weights stay as they are."""
    inputs = [a if a is None else np.asarray(a, "float64") for a in inputs]
    weights = [np.asarray(w, "float64") for w in weights]
    for _ in range(steps):
        taken, outputs, gradients = [], [], [None] * len(gemms)
        for a, w in zip(inputs, weights, strict=True):
            taken.append(outputs[-1] if a is None else a)
            outputs.append(taken[-1] @ w)
        back = outputs[-1]
        for i in range(len(gemms) - 1, -1, -1):
            gradients[i] = taken[i].T @ back
            back = back @ weights[i].T
            if i and inputs[i] is not None:
                inputs[i], back = back, outputs[i - 1]
        yield gradients


@pytest.mark.parametrize("optimizer", SMALL)
def test_the_floor_computes_its_products_in_every_step(optimizer):
    workload = replace(SMALL[optimizer], optimizer="adam")
    inputs, weights, _ = floor._initial(workload.gemms, slots=0)
    _, _, (means, _) = floor.program(workload, 3, "default")()
    expected = [np.zeros(w.shape) for w in weights]
    for gradients in gradients_by_hand(workload.gemms, inputs, weights, 3):
        expected = [m + 0.1 * (g - m) for m, g in zip(expected, gradients, strict=True)]
    for actual, mean in zip(means, expected, strict=True):
        np.testing.assert_allclose(actual, mean, atol=FLOAT32)


def test_layers_wait_for_each_other_where_one_takes_the_other_s_output():
    dense = WORKLOADS["mnist_mlp"].gemms
    assert floor._begin_chains(dense) == [True, False, False]
    assert floor._begin_chains(SMALL["adam"].gemms) == [True, True, False]


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
