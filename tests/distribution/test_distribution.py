"""Training on several devices comes to what one device comes to; the parts are Keras's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from ppul import distribution

# Sums over a batch are added up in another order.
ROUNDING = {"rtol": 2e-4, "atol": 2e-5}
CPU = distribution.list_devices("cpu")[:1]
BOTH = pytest.mark.parametrize("library", [ppul, keras], ids=["ppul", "keras"])


@pytest.fixture(scope="module")
def runs() -> Any:
    script = Path(__file__).parent / "on_four_devices.py"
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=4"
    found = subprocess.run(
        [sys.executable, script],
        env=os.environ | {"XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode == 0, found.stderr[-4000:]
    return json.loads(found.stdout.splitlines()[-1])


@pytest.mark.thorough
@pytest.mark.parametrize("over", ["data", "model"])
def test_several_devices_come_to_what_one_comes_to(runs: Any, over: str) -> None:
    one, several = runs["one"], runs[over]
    for what in ("weights", "predicted", "evaluated"):
        for a, b in zip(several[what], one[what], strict=True):
            np.testing.assert_allclose(a, b, err_msg=what, **ROUNDING)
    assert sorted(several["history"]) == sorted(one["history"])
    for name, values in one["history"].items():
        np.testing.assert_allclose(several["history"][name], values, err_msg=name, **ROUNDING)


@pytest.mark.thorough
def test_variables_are_where_the_distribution_says(runs: Any) -> None:
    assert (runs["count"], runs["jax"]) == (4, 4)
    for what in ("devices", "after assign"):
        assert [runs[over][what] for over in ("one", "data", "model")] == [1, 4, 4]
    assert [runs[o]["kernel"] for o in ("data", "model")] == [[[6, 8]], [[6, 4]]]
    assert [runs[o]["slot"] for o in ("data", "model")] == [[[6, 8]], [[6, 4]]]


@BOTH
def test_meshes_and_layouts_are_keras_s(library: Any) -> None:
    k = library.distribution
    mesh = k.DeviceMesh((1, 1), ["batch", "model"], CPU)
    assert (mesh.shape, mesh.axis_names, mesh.devices.tolist()) == (
        (1, 1),
        ["batch", "model"],
        [CPU],
    )
    assert repr(mesh) == "<DeviceMesh shape=(1, 1), axis_names=['batch', 'model']>"
    late = k.TensorLayout([None, "model"])
    layouts = k.LayoutMap(mesh)
    layouts[".*kernel"] = late
    layouts["dense/bias"] = ("model",)
    assert late.device_mesh is mesh
    assert layouts["dense/kernel"].axes == (None, "model")
    assert (layouts["kernel/x"], layouts["dense/bias"].axes) == (None, ("model",))
    assert (len(layouts), list(layouts)) == (2, [".*kernel", "dense/bias"])
    layout = k.ModelParallel(layout_map=layouts, batch_dim_name="batch").get_data_layout((8, 3))
    assert layout.axes == ("batch", None)
    assert layout.backend_layout.spec == jax.sharding.PartitionSpec("batch", None)
    spread = k.distribute_tensor(np.ones((4, 4)), layout)
    assert spread.sharding == layout.backend_layout
    parallel = k.DataParallel(devices=CPU)
    assert (parallel.batch_dim_name, parallel.num_model_replicas) == ("batch", 1)
    assert (parallel.num_processes, parallel.data_shard_id, parallel.auto_shard_dataset) == (
        1,
        0,
        True,
    )
    with parallel.scope():
        assert k.distribution() is parallel
        variable = library.Variable(np.ones((2, 3)))
        assert parallel.get_variable_layout(variable).axes == (None, None)
        assert len(variable.value.sharding.device_set) == 1
    assert k.distribution() is None


@BOTH
@pytest.mark.parametrize(
    "make",
    [
        lambda k: k.DeviceMesh((2, 3), ["a", "b"], CPU),
        lambda k: k.DeviceMesh((1,), ["a", "b"], CPU),
        lambda k: k.DeviceMesh(None, ["a"], CPU),
        lambda k: k.TensorLayout(["nope"], k.DeviceMesh((1,), ["a"], CPU)),
        lambda k: k.TensorLayout(["a"]).backend_layout,
        lambda k: k.ModelParallel(layout_map=3),
        lambda k: k.LayoutMap(k.DeviceMesh((1,), ["a"], CPU)).__setitem__("x", 3),
        lambda k: k.LayoutMap(k.DeviceMesh((1,), ["a"], CPU)).update([("x", ("a",)), ("x", ())]),
    ],
)
def test_what_keras_refuses_is_refused(library: Any, make: Any) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make(library.distribution)


def test_other_mistakes_are_named() -> None:
    mesh = distribution.DeviceMesh((1,), ["a"], CPU)
    layouts = distribution.LayoutMap(mesh)
    layouts.update({"d.*": ("a",), ".*e": ("a",)})
    with pytest.raises(ValueError, match="fits several keys"):
        _ = layouts["dense"]
    with pytest.raises(TypeError, match="got 3"):
        distribution.set_distribution(3)
    with pytest.raises(ValueError, match="has a mesh already"):
        distribution.TensorLayout(["a"], mesh).device_mesh = mesh
    with pytest.raises(ValueError, match="no device 'cpu:99'"):
        distribution.DeviceMesh((1,), ["a"], ["cpu:99"])
