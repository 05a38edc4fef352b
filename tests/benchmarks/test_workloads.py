from functools import cache

import keras
import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

from benchmarks.data import Data, load
from benchmarks.workloads import WORKLOADS, compiled

ALL = pytest.mark.parametrize("name", WORKLOADS)
# As the issue counts them: samples an epoch trains on, and parameters of the network.
SAMPLES = {
    "mnist_mlp": 60_000,
    "fashion_mlp": 55_000,
    "california_mlp": 11_610,
    "cifar_mlp": 50_000,
    "mnist_bn": 60_000,
    "digits_cnn": 1_005,
    "mnist_cnn": 20_000,
}


@cache
def model_of(name):
    return compiled(WORKLOADS[name], keras)


@pytest.fixture
def small_data(monkeypatch):
    """Without real data, and without the gigabyte that synthetic CIFAR-10 takes."""
    monkeypatch.delenv("PPUL_DATA_DIR", raising=False)
    monkeypatch.setattr("benchmarks.data._pictures", _few_pictures)


def _few_pictures(name, count, shape):
    # A view of one picture: shapes and types without the memory.
    images = np.broadcast_to(np.zeros((1, *shape), "uint8"), (min(count, 30_000), *shape))
    return images, np.zeros(len(images), "int32"), "synthetic"


@pytest.mark.rows(2)
@ALL
def test_the_floor_has_one_gemm_for_each_kernel_of_the_network(name):
    workload = WORKLOADS[name]
    kernels = [w.shape for w in model_of(name).trainable_weights if len(w.shape) > 1]
    expected = [(int(np.prod(shape[:-1])), shape[-1]) for shape in kernels]
    assert [(gemm.inputs, gemm.outputs) for gemm in workload.gemms] == expected


@pytest.mark.rows(2)
@ALL
def test_the_floor_has_a_row_for_each_place_a_layer_looks_at(name):
    workload = WORKLOADS[name]
    layers = [layer for layer in model_of(name).layers if hasattr(layer, "kernel")]
    places = [workload.batch * int(np.prod(layer.output.shape[1:-1])) for layer in layers]
    assert [gemm.rows for gemm in workload.gemms] == places


@ALL
def test_the_optimizer_of_the_floor_is_the_networks(name):
    optimizers = {"adam": keras.optimizers.Adam, "sgd": keras.optimizers.SGD}
    assert type(model_of(name).optimizer) is optimizers[WORKLOADS[name].optimizer]


@pytest.mark.parametrize("name", ["california_mlp", "digits_cnn"])
def test_a_network_trains_on_its_data(name, small_data):
    workload = WORKLOADS[name]
    data = workload.data()
    assert len(data.x) == len(data.y) == SAMPLES[name]
    history = compiled(workload, keras, steps_per_execution=4).fit(
        data.x[:200], data.y[:200], batch_size=workload.batch, verbose=0
    )
    assert np.isfinite(history.history["loss"]).all()


@ALL
def test_data_have_the_shapes_the_network_takes(name, small_data):
    workload = WORKLOADS[name]
    data = workload.data()
    model = model_of(name)
    assert data.x.shape[1:] == model.input_shape[1:]
    assert data.x.dtype == "float32"
    one_hot = workload.compile_args(keras)["loss"] in {
        "categorical_crossentropy",
        "mean_squared_error",
    }
    assert data.y.shape[1:] == (model.output_shape[1:] if one_hot else ())


@pytest.mark.needs_files("mnist.npz", "fashion_mnist.npz", "california_housing.npz")
@pytest.mark.parametrize("name", sorted(set(SAMPLES) - {"cifar_mlp"}))
def test_real_data_have_as_many_samples_as_the_documents(name, data_dir):
    data = WORKLOADS[name].data()
    assert len(data.x) == len(data.y) == SAMPLES[name]
    assert data.source != "synthetic"
    assert data.x.min() >= 0 or name == "california_mlp"


@pytest.mark.parametrize("name", [name for name, w in WORKLOADS.items() if w.mlp is not None])
def test_scikit_learns_network_has_the_same_kernels(name):
    workload = WORKLOADS[name]
    first, *_, last = workload.gemms
    model = MLPClassifier(workload.mlp.hidden)
    x = np.zeros((20, first.inputs))
    model.partial_fit(x, np.arange(20) % last.outputs, classes=range(max(3, last.outputs)))
    kernels = [(gemm.inputs, gemm.outputs) for gemm in workload.gemms]
    assert [kernel.shape for kernel in model.coefs_][:-1] == kernels[:-1]


def test_arrays_come_back_as_they_were_saved(tmp_path):
    x, y = np.arange(6, dtype="float32").reshape(3, 2), np.array([1, 0, 2])
    Data(x, y, "test").save(tmp_path)
    for saved, array in zip(load(tmp_path), (x, y), strict=True):
        np.testing.assert_array_equal(saved, array)
        assert saved.dtype == array.dtype
