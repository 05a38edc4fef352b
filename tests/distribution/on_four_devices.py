"""Trains on four devices of the CPU in the ways that the tests ask for; prints what came of it."""

from __future__ import annotations

import json
from typing import Any

import jax
import numpy as np

import ppul
from ppul import distribution, layers

RNG = np.random.default_rng(0)
X = RNG.normal(size=(52, 6)).astype("float32")
Y = X[:, :2] ** 2
BATCH = 8  # the last batch of an epoch has 4


def network() -> Any:
    ppul.utils.set_random_seed(3)
    ppul.utils.clear_session()
    model = ppul.Sequential(
        [
            ppul.Input((6,)),
            layers.Dense(8, "relu", name="hidden"),
            layers.Dropout(0.2, seed=5),
            layers.Dense(2, name="out"),
        ]
    )
    model.compile(ppul.optimizers.Adam(0.01), "mse", metrics=["mae"])
    return model


def trained(over: Any) -> dict[str, Any]:
    distribution.set_distribution(over)
    model = network()
    history = model.fit(X, Y, batch_size=BATCH, epochs=2, verbose=0, validation_data=(X, Y)).history
    batches = [(X[i : i + 12], Y[i : i + 12]) for i in range(0, 48, 12)]
    streamed = model.fit(iter(batches), epochs=1, verbose=0).history
    kernel = model.get_layer("hidden").kernel
    slot = next(v for v in model.optimizer.variables if "hidden_kernel" in v.path)
    result = {
        "weights": [w.tolist() for w in model.get_weights()],
        "history": {**history, "streamed": streamed["loss"]},
        "predicted": model.predict(X, batch_size=BATCH, verbose=0).tolist(),
        "evaluated": model.evaluate(X, Y, batch_size=BATCH, verbose=0),
        "devices": len(kernel.value.sharding.device_set),
        "kernel": [list(s.data.shape) for s in kernel.value.addressable_shards][:1],
        "slot": [list(s.data.shape) for s in slot.value.addressable_shards][:1],
    }
    kernel.assign(kernel.value + 1)
    result["after assign"] = len(kernel.value.sharding.device_set)
    distribution.set_distribution(None)
    return result


def parallel() -> Any:
    mesh = distribution.DeviceMesh((2, 2), ["batch", "model"], distribution.list_devices())
    layouts = distribution.LayoutMap(mesh)
    layouts[".*hidden/kernel"] = distribution.TensorLayout([None, "model"])
    layouts[".*hidden/bias"] = ("model",)
    layouts[".*out/kernel"] = ("model", None)
    return distribution.ModelParallel(layout_map=layouts, batch_dim_name="batch")


if __name__ == "__main__":
    found = {
        "one": trained(None),
        "data": trained(distribution.DataParallel()),
        "model": trained(parallel()),
        "count": distribution.get_device_count("cpu"),
        "jax": len(jax.devices()),
    }
    print(json.dumps(found))  # noqa: T201
