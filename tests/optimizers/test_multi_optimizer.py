"""Several optimizers, each for some of the weights, as in Keras."""

from __future__ import annotations

import json
from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

import ppul
from ppul import optimizers
from ppul.core.serialization import deserialize, serialize
from ppul.core.variable import Variable
from tests.optimizers.cases import FLOAT32, gradients, run, values, variables
from tests.oracle import assert_close, copy_weights


def several(k: Any, **options: Any) -> Any:
    """Kernels by Adam, biases by SGD with an average, the rest by RMSprop."""
    o = k.optimizers
    rates = o.OptimizerMap(o.RMSprop(0.05, clipnorm=0.5, name="rest"))
    rates["model/kernel"] = o.Adam(0.1, weight_decay=0.1, name="kernels")
    rates[".*bias"] = o.SGD(0.2, use_ema=True, ema_momentum=0.6, name="biases")
    return o.MultiOptimizer(rates, name="several", **options)


@pytest.mark.parametrize("options", [{}, {"loss_scale_factor": 4.0}], ids=str)
def test_each_weight_is_stepped_by_its_optimizer(options: Any) -> None:
    traces = []
    for k, library in ((ppul, "ppul"), (keras, "keras")):
        optimizer, trained = several(k, **options), variables(library)
        trace = run(optimizer, trained, gradients())
        optimizer.finalize_variable_values(trained)
        traces.append([*trace, values(trained)])
    for ours, theirs in zip(*traces, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            np.testing.assert_allclose(a, b, **FLOAT32)


def test_variables_and_configuration_are_those_of_keras() -> None:
    ours, theirs = several(ppul), several(keras)
    config = serialize(ours)
    assert config == keras.optimizers.serialize(theirs)
    assert serialize(deserialize(json.loads(json.dumps(config)))) == config
    again = keras.optimizers.deserialize(json.loads(json.dumps(config)))
    assert keras.optimizers.serialize(again) == config
    for optimizer, library in ((ours, "ppul"), (theirs, "keras")):
        optimizer.build(variables(library))
    assert [v.path for v in ours.variables] == [v.path for v in theirs.variables]
    assert [o.name for o in ours.optimizers] == [o.name for o in theirs.optimizers]


def test_a_function_may_choose() -> None:
    slow, fast = optimizers.SGD(0.1), optimizers.SGD(1.0)
    optimizer = optimizers.MultiOptimizer(lambda v: fast if v.name == "b" else slow)
    a, b = Variable([1.0], name="a"), Variable([1.0], name="b")
    optimizer.apply([jnp.ones(1), jnp.ones(1)], [a, b])
    assert [v.numpy().tolist() for v in (a, b)] == [[np.float32(0.9)], [0.0]]
    assert optimizer.optimizers == [slow, fast]
    assert int(optimizer.iterations) == 1


def test_a_model_trains_as_in_keras() -> None:
    def model(k: Any) -> Any:
        x = k.Input((3,))
        hidden = k.layers.Dense(4, "tanh", name="encoder")(x)
        made = k.Model(x, k.layers.Dense(1, name="head")(hidden))
        o = k.optimizers
        choice = o.OptimizerMap(o.SGD(0.05), {"encoder/.*": o.Adam(0.02)})
        made.compile(o.MultiOptimizer(choice), "mse")
        return made

    ours, theirs = model(ppul), model(keras)
    copy_weights(theirs, ours)
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(20, 3)), draw.normal(size=(20, 1))
    options = {"batch_size": 8, "epochs": 2, "shuffle": False, "verbose": 0}
    histories = [m.fit(x, y, **options).history for m in (ours, theirs)]
    assert_close(*histories, rtol=1e-5)


def test_steps_compile() -> None:
    steps = gradients(3)
    expected = run(several(ppul), variables("ppul"), steps)[-1]
    optimizer, trained = several(ppul), variables("ppul")
    optimizer.build(trained)
    weights, own = values(trained), values(optimizer.variables)
    step = jax.jit(optimizer.stateless_apply)
    for grads in steps:
        weights, own = step(own, grads, weights)
    for a, b in zip([*weights, *own], expected, strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)


def test_a_map_finds_what_keras_s_finds() -> None:
    maps = []
    for k in (ppul, keras):
        o = k.optimizers
        found = o.OptimizerMap(o.SGD(name="sgd"), {"encoder/.*": o.Adam(name="adam")})
        found["encoder"] = o.RMSprop(name="rms")
        maps.append(found)
    for path in ("encoder/kernel", "encoder", "my/encoder/kernel", "encoder2", "encoder/.*", "x"):
        ours, theirs = (found[path].name for found in maps)
        assert ours == theirs
    for ours, theirs in zip(*maps, strict=True):
        assert ours == theirs
    del maps[0]["encoder"]
    assert (len(maps[0]), list(maps[0])) == (1, ["encoder/.*"])


SGD = optimizers.SGD
BAD: list[tuple[Any, type[Exception], str]] = [
    (lambda: optimizers.OptimizerMap("sgd"), TypeError, "`default_optimizer`.*got 'sgd'"),
    (lambda: optimizers.OptimizerMap(SGD(), {"a": "b"}), ValueError, "value of 'a'.*got 'b'"),
    (lambda: optimizers.OptimizerMap(SGD(), {3: SGD()}), ValueError, "expression; got 3"),
    (
        lambda: optimizers.OptimizerMap(SGD(), {"a": SGD()}).__setitem__("a", SGD()),
        ValueError,
        "'a' is there already.*Delete it first",
    ),
    (lambda: optimizers.MultiOptimizer({"a": SGD()}), TypeError, "`optimizer_map` must be.*got {"),
    (lambda: several(ppul).learning_rate, AttributeError, "several has no learning rate"),
    (
        lambda: setattr(several(ppul), "learning_rate", 0.5),
        AttributeError,
        "several has no learning rate to be set to 0.5",
    ),
    (lambda: optimizers.legacy.Adam(0.1), ImportError, "went with Keras 2.*`ppul.optimizers`"),
]


@pytest.mark.parametrize(("call", "error", "message"), BAD)
def test_a_bad_call_says_what_to_do(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
