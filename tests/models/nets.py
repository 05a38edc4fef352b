"""Models of every kind, as functions of the library, with data to train them on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

_RNG = np.random.default_rng(0)
X = _RNG.normal(size=(32, 4)).astype("float32")
Y = X[:, :1] * 2 - X[:, 1:2] + 1
TWO = X[:, 2:]
W = _RNG.random(32, dtype="float32")


def filled(model: Any) -> Any:
    """The model with weights that depend on their order and shapes alone."""
    weights = [np.sin(np.arange(w.size) + 1.0).reshape(w.shape) for w in model.get_weights()]
    model.set_weights([w * 0.5 + i * 0.01 for i, w in enumerate(weights)])
    return model


def sequential(k: Any) -> Any:
    dense = k.layers.Dense
    return k.Sequential([k.Input((4,)), dense(3, "tanh"), k.layers.BatchNormalization(), dense(1)])


def popped(k: Any) -> Any:
    model = k.Sequential([k.Input((4,)), k.layers.Dense(3, "tanh"), k.layers.Dense(7)])
    model.pop()
    model.add(k.layers.Dense(1))
    return model


def unbuilt(k: Any) -> Any:
    return k.Sequential([k.layers.Dense(3, "tanh"), k.layers.Dense(1)])


def built(k: Any) -> Any:
    model = unbuilt(k)
    model.build((None, 4))
    return model


def hinted(k: Any) -> Any:
    return k.Sequential([k.layers.Dense(3, "tanh", input_shape=(4,)), k.layers.Dense(1)])


def nested(k: Any) -> Any:
    x = k.Input((4,))
    drawn = k.Model(x, k.layers.Dense(3, "tanh")(x), name="drawn")
    stack = k.Sequential([k.Input((3,)), k.layers.Dense(5), k.layers.Dense(2)], name="stack")
    return k.Sequential([k.Input((4,)), drawn, stack, unbuilt(k)])


def shared(k: Any) -> Any:
    left, right, dense = k.Input((4,)), k.Input((4,)), k.layers.Dense(3, "tanh")
    joined = k.layers.concatenate([dense(left), dense(right)])
    return k.Model([left, right], k.layers.Dense(1)(joined))


def model_as_layer(k: Any) -> Any:
    left, right, x = k.Input((4,)), k.Input((4,)), k.Input((4,))
    encoder = k.Model(x, k.layers.Dense(3, "tanh")(x))
    return k.Model([left, right], k.layers.Dense(1)(k.layers.add([encoder(left), encoder(right)])))


def outputs(k: Any, x: Any) -> tuple[Any, Any]:
    hidden = k.layers.Dense(3, "tanh")(x)
    return k.layers.Dense(1, name="p")(hidden), k.layers.Dense(2, name="q")(hidden)


def dicts(k: Any) -> Any:
    a, b = k.Input((4,), name="a"), k.Input((2,), name="b")
    p, q = outputs(k, k.layers.concatenate([a, b]))
    return k.Model({"a": a, "b": b}, {"p": p, "q": q})


def lists(k: Any) -> Any:
    x = k.Input((4,))
    return k.Model(x, list(outputs(k, x)))


def tuples(k: Any) -> Any:
    a, b = k.Input((4,)), k.Input((2,))
    return k.Model((a, b), outputs(k, k.layers.concatenate([a, b])))


def drawn_by_a_subclass(k: Any) -> Any:
    class Drawn(k.Model):
        def __init__(self) -> None:
            x = k.Input((4,))
            super().__init__(inputs=x, outputs=k.layers.Dense(1)(k.layers.Dense(3)(x)))

    return Drawn()


def subclassed(k: Any) -> Any:
    class Net(k.Model):
        def __init__(self) -> None:
            super().__init__()
            self.head = k.layers.Dense(1)
            self.norm = k.layers.BatchNormalization()
            self.blocks = [k.layers.Dense(5, "tanh", name="one")]
            self.by_name = {"two": k.layers.Dense(3, name="two")}

        def call(self, inputs: Any, training: bool = False) -> Any:
            x = self.norm(inputs, training=training)
            for layer in (*self.blocks, self.by_name["two"]):
                x = layer(x)
            return self.head(x * 1.5 if training else x)

    return Net()


def subclassed_of_dicts(k: Any) -> Any:
    class Net(k.Model):
        def __init__(self) -> None:
            super().__init__()
            self.p, self.q = k.layers.Dense(1), k.layers.Dense(2)

        def call(self, inputs: Any) -> Any:
            return {"p": self.p(inputs["a"]), "q": self.q(inputs["b"])}

    return Net()


def subclassed_of_pairs(k: Any) -> Any:
    class Net(k.Model):
        def __init__(self) -> None:
            super().__init__()
            self.hidden, self.head = k.layers.Dense(3), k.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            left, right = inputs
            return self.head(self.hidden(left) + right[:, :1])

    return Net()


def adding_losses(k: Any) -> Any:
    class Penalty(k.layers.Layer):
        def call(self, inputs: Any) -> Any:
            self.add_loss(jnp.mean(jnp.square(inputs)) * 0.1)
            self.add_loss([jnp.mean(jnp.abs(inputs)), jnp.sum(inputs) * 0.01])
            return inputs

    return k.Sequential(
        [
            k.Input((4,)),
            k.layers.Dense(3, "tanh", kernel_regularizer="l2"),
            Penalty(name="penalty"),
            k.layers.ActivityRegularization(l2=0.5),
            k.layers.Dense(1, activity_regularizer="l1"),
        ]
    )


AB, PQ = {"a": X, "b": TWO}, {"p": Y, "q": TWO}
MODELS: dict[str, tuple[Callable[[Any], Any], Any, Any]] = {
    "sequential": (sequential, X, Y),
    "popped": (popped, X, Y),
    "unbuilt": (unbuilt, X, Y),
    "hinted": (hinted, X, Y),
    "nested": (nested, X, Y),
    "shared layer": (shared, [X, X[::-1]], Y),
    "model as layer": (model_as_layer, [X, X[::-1]], Y),
    "dicts": (dicts, AB, PQ),
    "lists": (lists, X, [Y, TWO]),
    "tuples": (tuples, (X, TWO), (Y, TWO)),
    "drawn by a subclass": (drawn_by_a_subclass, X, Y),
    "subclassed": (subclassed, X, Y),
    "subclassed of dicts": (subclassed_of_dicts, AB, PQ),
    "subclassed of pairs": (subclassed_of_pairs, [X, TWO], Y),
    "adding losses": (adding_losses, X, Y),
}
