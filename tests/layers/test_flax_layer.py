"""Modules of Flax as layers, beside Keras's."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from tests.oracle import assert_close, copy_weights

linen = pytest.importorskip("flax.linen")

X = np.random.default_rng(0).normal(size=(24, 3)).astype("float32")
Y = X[:, :1] - X[:, 1:2]


@pytest.fixture(autouse=True)
def _keras_without_tensorflow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a layer makes its weights, Keras asks TensorFlow whether it draws a graph."""
    from keras.src.utils import jax_layer

    monkeypatch.setattr(jax_layer, "tf", SimpleNamespace(inside_function=lambda: False))


@ppul.saving.register_keras_serializable("tests")
@keras.saving.register_keras_serializable("tests")
class Net(linen.Module):
    units: int = 4

    @linen.compact
    def __call__(self, inputs: Any, training: bool) -> Any:
        x = linen.Dense(self.units)(inputs)
        x = linen.BatchNorm(use_running_average=not training, momentum=0.9)(x)
        return linen.Dropout(0.5, deterministic=not training)(x)

    def doubled(self, inputs: Any) -> Any:
        return 2 * self(inputs, training=False)

    def get_config(self) -> dict[str, Any]:
        return {"units": self.units}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        return cls(**config)


def halved(module: Any, inputs: Any, training: bool) -> Any:
    return module(inputs, training) / 2


def network(library: Any, **given: Any) -> Any:
    layer = library.layers.FlaxLayer(Net(), seed=3, **given)
    model = library.Sequential([library.Input((3,)), layer, library.layers.Dense(1)])
    model.compile(library.optimizers.SGD(0.05), "mse")
    return model


@pytest.mark.thorough
@pytest.mark.rows(1)
@pytest.mark.parametrize("method", [None, halved])
def test_two_epochs_are_keras_s(method: Any) -> None:
    ours, theirs = (network(library, method=method) for library in (ppul, keras))
    copy_weights(theirs, ours)
    assert_close(ours.predict(X, verbose=0), theirs.predict(X, verbose=0))
    histories = [
        model.fit(X, Y, batch_size=8, epochs=2, shuffle=False, verbose=0).history["loss"]
        for model in (ours, theirs)
    ]
    assert_close(*histories)
    assert_close(ours.get_weights(), theirs.get_weights())
    states = [jax.tree.structure(model.layers[0].state) for model in (ours, theirs)]
    assert states[0] == states[1]


def test_the_variables_of_a_module_are_taken() -> None:
    variables = Net().init(jax.random.key(0), X, training=False)
    layer = ppul.layers.FlaxLayer(Net(), variables=variables)
    assert_close(layer(X), Net().apply(variables, X, training=False))
    assert_close([v.numpy() for v in jax.tree.leaves(layer.params)], variables["params"])


@pytest.mark.rows(1)
@pytest.mark.parametrize("method", ["doubled", Net.doubled, Net().doubled])
def test_a_config_has_the_module_and_the_name_of_its_method(method: Any) -> None:
    layer = ppul.layers.FlaxLayer(Net(5), method, seed=1)
    again = ppul.layers.FlaxLayer.from_config(layer.get_config())
    assert_close(again(X), layer(X))
    assert again.module.units == 5


def test_a_file_has_the_module_and_its_weights(tmp_path: Any) -> None:
    model = network(ppul)
    model.save(tmp_path / "model.keras")
    loaded = ppul.saving.load_model(tmp_path / "model.keras")
    assert_close(loaded.predict(X, verbose=0), model.predict(X, verbose=0))


@pytest.mark.thorough
def test_streams_of_random_numbers_other_than_dropout_have_keys() -> None:
    class Noise(linen.Module):
        def __call__(self, inputs: Any, training: bool) -> Any:
            noise = jax.random.normal(self.make_rng("noise"), inputs.shape) if training else 0.0
            return inputs + noise

    layer = ppul.layers.FlaxLayer(Noise())
    assert_close(layer(X), X)
    assert not np.allclose(layer(X, training=True), X)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"module": linen.Dense}, "Give an instance, not the class"),
        ({"module": ppul.layers.Dense(2)}, "must be a `flax.linen.Module`; got <Dense"),
        ({"module": Net(), "method": 3}, "`method` must be a function; got 3"),
    ],
)
def test_what_is_no_module_is_told(given: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        ppul.layers.FlaxLayer(**given)
