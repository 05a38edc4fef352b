"""Models that are compiled again, and losses that are scaled."""

from __future__ import annotations

import numpy as np
import pytest

from tests.callbacks.test_callbacks import LIBRARIES, close
from tests.models.nets import filled, sequential
from tests.training.feeds import X, Y


@pytest.mark.rows(1)
@pytest.mark.parametrize("freeze", [False, True])
def test_a_model_may_be_compiled_again_between_fits(freeze: bool) -> None:
    found = []
    for k in LIBRARIES:
        model = filled(sequential(k))
        for again in (False, True):
            model.layers[0].trainable = not (again and freeze)
            model.compile(k.optimizers.SGD(0.05), "mse")
            history = model.fit(X, Y, shuffle=False, verbose=0).history
        weights = {str(i): w for i, w in enumerate(model.get_weights())}
        found.append(history | weights)
    close(*found)


@pytest.mark.rows(1)
@pytest.mark.parametrize(("growth", "scale"), [(3, 1024.0), (1000, 2.0**30), (2, 2.0**22)])
def test_the_scale_of_the_loss_is_that_of_keras(growth: int, scale: float) -> None:
    found = []
    for k in LIBRARIES:
        before = k.config.dtype_policy()
        k.config.set_dtype_policy("mixed_float16")
        try:
            dense = k.layers.Dense
            model = filled(
                k.Sequential([k.Input((4,)), dense(3, "tanh"), dense(1, dtype="float32")])
            )
        finally:
            k.config.set_dtype_policy(before)
        given = {"initial_scale": scale, "dynamic_growth_steps": growth}
        model.compile(k.optimizers.LossScaleOptimizer(k.optimizers.SGD(0.05), **given), "mse")
        history = {"loss": []}
        for _ in range(3):
            fit = {"batch_size": 10, "shuffle": False, "verbose": 0}
            history["loss"] += model.fit(X, Y, **fit).history["loss"]
            state = model.optimizer.dynamic_scale, model.optimizer.step_counter
            history.setdefault("state", []).append([float(np.asarray(v)) for v in state])
        found.append(history)
    assert found[0]["state"] == found[1]["state"]
    np.testing.assert_allclose(found[0]["loss"], found[1]["loss"], rtol=2e-3)
