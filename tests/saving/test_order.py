"""Layers and calls in files stand in the order of Keras, however they are shared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import ppul
from tests.oracle import assert_close

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")


def tangled(k: Any, seed: int) -> Any:
    """A model of six layers, each called where chance has it, any number of times."""
    rng = np.random.default_rng(seed)
    tensors = [k.Input((4,), name=f"in{i}") for i in range(rng.integers(1, 3))]
    inputs = list(tensors)
    layers = [k.layers.Activation("tanh", name=f"layer{i}") for i in range(6)]
    for i in range(rng.integers(4, 12)):
        one, other = (tensors[place] for place in rng.integers(0, len(tensors), 2))
        joins = rng.random() < 0.25 and one is not other
        tensors.append(
            k.layers.Subtract(name=f"minus{i}")([one, other])
            if joins
            else layers[rng.integers(0, 6)](one)
        )
    ends = [tensors[place] for place in rng.permutation(len(tensors))]
    return k.Model(inputs, k.layers.Add(name="all")(ends))


def test_layers_stand_in_the_order_of_keras() -> None:
    for seed in range(60):
        ours, theirs = ([layer.name for layer in tangled(k, seed).layers] for k in (ppul, keras))
        assert ours == theirs


def test_calls_are_made_again_in_their_order_wherever_the_layers_are_listed() -> None:
    for seed in range(5):
        model = tangled(ppul, seed)
        config = model.get_config()
        config["layers"].reverse()
        again = type(model).from_config(config)
        x = [X + i for i in range(len(model.inputs))]
        assert_close(again.predict(x, verbose=0), model.predict(x, verbose=0))


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
def test_a_layer_called_twice_goes_both_ways(name: str, tmp_path: Path) -> None:
    def crossing(k: Any) -> Any:
        x, shared = k.Input((4,)), k.layers.Dense(4, "tanh")
        first = shared(k.layers.Dense(4, "relu")(x))
        second = k.layers.Dense(4)(k.layers.Dense(4)(shared(x)))
        return k.Model(x, k.layers.subtract([first, second]))

    for source, target in ((ppul, keras), (keras, ppul)):
        model = crossing(source)
        model.save(tmp_path / name)
        again = target.saving.load_model(tmp_path / name)
        assert_close(again.predict(X, verbose=0), model.predict(X, verbose=0))


def holding(k: Any) -> Any:
    """A model whose layers are attributes: public and private ones, lists and dictionaries."""

    class Block(k.layers.Layer):
        def __init__(self) -> None:
            super().__init__(name="block")
            self._inner = k.layers.Dense(4)
            self.z = [k.layers.Dense(4), k.layers.Dense(4)]

        def build(self, shape: Any) -> None:
            for layer in (self._inner, *self.z):
                layer.build(shape)

        def call(self, x: Any) -> Any:
            return self.z[1](self.z[0](self._inner(x)))

    class Holding(k.Model):
        def __init__(self) -> None:
            super().__init__()
            self._first = k.layers.Dense(4, name="first")
            self.blocks = [Block(), k.layers.Dense(4, name="second")]
            self._named = {"third": k.layers.Dense(4, name="third")}
            self.then = k.Sequential([k.Input((4,)), k.layers.Dense(4, name="fourth")])

        def call(self, x: Any) -> Any:
            x = self.blocks[1](self.blocks[0](self._first(x)))
            return self.then(self._named["third"](x))

    model = Holding()
    model(X)
    return model


def test_layers_held_as_attributes_go_both_ways(tmp_path: Path) -> None:
    path = tmp_path / "m.weights.h5"
    for source, target in ((ppul, keras), (keras, ppul), (ppul, ppul)):
        model, other = holding(source), holding(target)
        model.save_weights(path)
        other.load_weights(path)
        assert_close(other(X), model(X))
