"""What the base class does for every optimizer, compared with Keras's."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import keras
import numpy as np
import pytest

from ppul import optimizers
from ppul.core.scope import StatelessScope
from ppul.core.variable import Variable
from ppul.optimizers.schedules.cosine import CosineDecay
from ppul.optimizers.schedules.decays import ExponentialDecay
from tests.optimizers.cases import EVERYTHING, FLOAT32, gradients, pair, run, values, variables


def assert_same_runs(ours: Any, theirs: Any, change: Any = None, steps: Any = None) -> None:
    """Compare all steps of two optimizers; `change` prepares the weights of either."""
    both = []
    for optimizer, library in ((ours, "ppul"), (theirs, "keras")):
        trained = variables(library)
        if change is not None:
            change(trained)
        both.append(run(optimizer, trained, steps or gradients()))
        optimizer.finalize_variable_values(trained)
        both[-1].append(values(trained))
    for ours_now, theirs_now in zip(*both, strict=True):
        for a, b in zip(ours_now, theirs_now, strict=True):
            np.testing.assert_allclose(a, b, **FLOAT32)


OPTIONS = [
    {},
    {"use_ema": True, "ema_momentum": 0.7},
    {"use_ema": True, "ema_momentum": 0.7, "ema_overwrite_frequency": 2},
    {"gradient_accumulation_steps": 3},
    EVERYTHING,
]
options = pytest.mark.parametrize("options", OPTIONS, ids=",".join)


@pytest.mark.rows(2)
@options
def test_constraints_follow_the_update_and_the_average(options):
    def constrain(trained: list[Any]) -> None:
        trained[0].constraint = lambda w: w * 0.5

    assert_same_runs(*pair("Adam", **options), constrain)


@options
@pytest.mark.filterwarnings("ignore:.*[Gg]radient")
def test_weights_without_a_gradient_stay(options):
    steps = [[first, None, last] for first, _, last in gradients()]
    assert_same_runs(*pair("Adam", **options), steps=steps)


# Keras itself fails where the average overwrites the weights too.
@pytest.mark.parametrize(
    "options", [o for o in OPTIONS if "ema_overwrite_frequency" not in o], ids=",".join
)
def test_weights_overwritten_with_their_gradient_have_no_slots(options):
    def overwrite(trained: list[Any]) -> None:
        trained[1].overwrite_with_gradient = True
        trained[1].constraint = lambda w: w * 0.5

    assert_same_runs(*pair("Adam", **options), overwrite)


@pytest.mark.parametrize(
    ("by_variable", "names"),
    [([0], None), ([], ["bias"]), ([], ["^k", "s$"]), ([2], ["Bias", "b.*s"]), ([], ["model/b"])],
)
def test_weights_excluded_from_decay_are_keras_s(by_variable, names):
    both = pair("SGD", learning_rate=0.1, weight_decay=0.5)
    results = []
    for optimizer, library in zip(both, ("ppul", "keras"), strict=True):
        trained = variables(library)
        optimizer.exclude_from_weight_decay([trained[i] for i in by_variable], names)
        results.append(run(optimizer, trained, gradients(2))[-1])
    for a, b in zip(*results, strict=True):
        np.testing.assert_allclose(a, b, **FLOAT32)


def keras_style(base: Any) -> Any:
    class Heavy(base):
        def __init__(self, learning_rate: Any = 0.1, friction: float = 0.1, **kwargs: Any) -> None:
            super().__init__(learning_rate=learning_rate, **kwargs)
            self.friction = friction

        def build(self, variables: Any) -> None:
            if self.built:
                return
            super().build(variables)
            self.speeds = self.add_optimizer_variables(variables, "speed")
            self.count = self.add_variable((), dtype="int32", name="count")

        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            speed = self.speeds[self._get_variable_index(variable)]
            self.assign(speed, (1 - self.friction) * speed + gradient)
            self.assign_sub(variable, learning_rate * speed)
            self.assign_add(self.count, 1)

        def get_config(self) -> Any:
            return super().get_config() | {"friction": self.friction}

    return Heavy


@options
def test_an_optimizer_written_for_keras_works(options):
    ours = keras_style(optimizers.Optimizer).from_config(options | {"friction": 0.3})
    theirs = keras_style(keras.optimizers.Optimizer)(friction=0.3)
    theirs = type(theirs).from_config(theirs.get_config() | _objects(options))
    assert ours.get_config()["friction"] == 0.3
    assert_same_runs(ours, theirs)
    names = [v.path.split("/")[1] for v in theirs.variables]
    assert [v.path.split("/")[1] for v in ours.variables] == names


def _objects(options: Any) -> Any:
    rate = options.get("learning_rate")
    return options | ({"learning_rate": dict(rate)} if rate else {})


def test_several_slots_at_once_are_made_as_in_keras():
    both = pair("SGD")
    for optimizer, library in zip(both, ("ppul", "keras"), strict=True):
        trained = variables(library)
        trained[1].overwrite_with_gradient = True
        optimizer.build(trained)
        first, second = optimizer.add_optimizer_variables(
            trained, ["a", "b"], initializer=["zeros", "ones"]
        )
        assert [v is None for v in first] == [False, True, False]
        assert second[0].numpy().tolist() == np.ones((4, 3)).tolist()
        optimizer.add_variable_from_reference(trained[0])
    ours, theirs = ([v.path.split("/")[1] for v in optimizer.variables] for optimizer in both)
    assert ours == theirs


# Learning rates.


def test_a_numeric_rate_can_be_set_and_assigned():
    optimizer = optimizers.SGD(0.1)
    optimizer.learning_rate = 0.5
    assert float(optimizer.learning_rate) == 0.5
    optimizer.learning_rate.assign(0.25)
    assert optimizer.get_config()["learning_rate"] == 0.25


def test_a_rate_is_given_back_as_the_float32_it_is_kept_in():
    ours, theirs = pair("SGD", learning_rate=0.1)
    assert ours.get_config()["learning_rate"] == theirs.get_config()["learning_rate"]
    assert type(ours.get_config()["learning_rate"]) is float


def test_a_schedule_is_read_at_the_step_counter():
    optimizer = optimizers.SGD(ExponentialDecay(1.0, 1, 0.5))
    w = Variable([1.0])
    for expected in (0.0, -0.5, -0.75):
        optimizer.apply([jnp.ones(1)], [w])
        assert w.numpy().tolist() == [expected]
    assert float(optimizer.learning_rate) == 0.125
    assert [v.path.split("/")[1] for v in optimizer.variables] == ["iteration"]


def test_a_schedule_may_replace_a_rate_but_not_the_reverse():
    optimizer = optimizers.SGD(0.1)
    optimizer.learning_rate = CosineDecay(0.2, 10)
    assert [v.path.split("/")[1] for v in optimizer.variables] == ["iteration"]
    optimizer.learning_rate = CosineDecay(0.4, 10)
    assert float(optimizer.learning_rate) == pytest.approx(0.4)
    with pytest.raises(TypeError, match=r"follows CosineDecay and cannot be set to 0\.1"):
        optimizer.learning_rate = 0.1


def test_a_function_gives_the_rate():
    optimizer = optimizers.SGD(lambda: 0.5)
    optimizer.apply([jnp.ones(1)], [w := Variable([1.0])])
    assert w.numpy().tolist() == [0.5]


# Calling.


def test_gradients_may_come_alone_in_pairs_or_for_some_weights():
    optimizer = optimizers.SGD(0.5)
    a, b = Variable([1.0]), Variable([1.0])
    one = jnp.ones(1)
    optimizer.build([a, b])
    optimizer.apply([one, one])
    optimizer.apply([one], [b])
    counter = optimizer.apply_gradients(zip([one, one], [a, b], strict=True))
    assert (a.numpy().tolist(), b.numpy().tolist()) == ([0.0], [-0.5])
    assert int(counter) == 3


def test_no_weights_are_no_step():
    optimizer = optimizers.SGD(0.5)
    optimizer.apply([], [])
    assert int(optimizer.iterations) == 0


def test_a_missing_gradient_is_warned_of_by_name():
    optimizer = optimizers.SGD(0.5)
    used, unused = Variable([1.0], name="used"), Variable([1.0], name="unused")
    with pytest.warns(UserWarning, match=r"no gradient for \['unused'\]"):
        optimizer.apply([jnp.ones(1), None], [used, unused])
    assert unused.numpy().tolist() == [1.0]


def test_slots_may_be_made_while_a_function_is_traced():
    optimizer, w = optimizers.Adam(), Variable([1.0])

    @jax.jit
    def traced(x: Any) -> Any:
        optimizer.build([w])
        return x

    traced(1.0)
    assert [v.numpy().tolist() for v in optimizer.variables[2:]] == [[0.0], [0.0]]


def test_no_two_slots_share_memory():
    class Same(optimizers.Optimizer):
        def slots(self, w: Any) -> Any:
            return {"a": w, "b": w}

        def update(self, w: Any, g: Any, slots: Any, rate: Any, step: Any) -> Any:
            return w - rate * g, slots

    optimizer, w = Same(0.1), Variable(jnp.arange(3.0))
    optimizer.build([w])
    # Donating one array twice is an error.
    step = jax.jit(optimizer.stateless_apply, donate_argnums=(0, 2))
    weights, own = step([v._value for v in optimizer.variables], [jnp.ones(3)], [w._value])
    assert np.allclose(weights[0], np.arange(3) - 0.1)
    assert np.allclose(own[-1], np.arange(3))


def test_accumulated_steps_count_as_one_update():
    ours, theirs = pair("SGD", gradient_accumulation_steps=3)
    for optimizer, library in ((ours, "ppul"), (theirs, "keras")):
        run(optimizer, variables(library), gradients(7))
    assert int(ours.iterations) == int(theirs.iterations) == 2


def test_a_loss_is_scaled_by_the_factor():
    assert optimizers.SGD(loss_scale_factor=8.0).scale_loss(2.0) == 16.0
    assert optimizers.SGD().scale_loss(2.0) == 2.0


def test_decay_is_ignored_with_a_warning():
    with pytest.warns(UserWarning, match="`decay` has no effect"):
        optimizers.SGD(decay=0.1)


# Hyper-parameters as arguments of a program.


@pytest.mark.rows(1)
@pytest.mark.parametrize(
    ("name", "fixed", "hyperparameter", "candidates"),
    [
        ("SGD", {"momentum": 0.5}, "momentum", [0.1, 0.9]),
        ("RMSprop", {"momentum": 0.5}, "momentum", [0.1, 0.9]),
        ("AdamW", {}, "weight_decay", [0.0, 0.3]),
    ],
)
def test_one_program_serves_every_value_of_a_hyperparameter(
    name, fixed, hyperparameter, candidates
):
    cls = getattr(optimizers, name)
    grads = gradients(1)[0]

    def build(**arguments: Any) -> Any:
        optimizer = cls(learning_rate=0.1, **arguments)
        optimizer.build(variables("ppul"))
        return optimizer

    optimizer = build(**fixed)
    start = values(variables("ppul"))
    # Momenta start at zero and would hide the factor in the first step.
    own = [jnp.ones_like(v.value) for v in optimizer.variables]

    def step(value: Any) -> Any:
        with StatelessScope(hyperparameters={(id(optimizer), hyperparameter): value}):
            return optimizer.stateless_apply(own, grads, start)

    together = jax.jit(jax.vmap(step))(jnp.asarray(candidates))
    for i, value in enumerate(candidates):
        alone = build(**fixed | {hyperparameter: value}).stateless_apply(own, grads, start)
        for a, b in zip(jax.tree.leaves(together), jax.tree.leaves(alone), strict=True):
            np.testing.assert_allclose(a[i], b, **FLOAT32)


# Bad arguments.

BAD_ARGUMENTS = [
    ("SGD", {"momentum": 2.0}, "`momentum` must be between 0.0 and 1.0; got 2.0"),
    ("SGD", {"momentum": "much"}, "`momentum` .* got 'much'"),
    ("SGD", {"learning_rate": "fast"}, "`learning_rate` must be a number.*got 'fast'"),
    ("SGD", {"learning_rate": None}, "`learning_rate` must be a number.*got None"),
    ("SGD", {"learning_rate": True}, "`learning_rate` must be a number.*got True"),
    ("SGD", {"learning_rate": np.ones(2)}, "`learning_rate` must be a number.*got array"),
    ("SGD", {"clipnorm": 1.0, "clipvalue": 2.0}, "give one of clipnorm, clipvalue, .*2.0"),
    ("SGD", {"clipnorm": -1.0}, "`clipnorm` must be between 0.0 and inf; got -1.0"),
    ("SGD", {"global_clipnorm": -1.0}, "`global_clipnorm` must be between"),
    ("SGD", {"clipvalue": -1.0}, "`clipvalue` must be between"),
    ("SGD", {"use_ema": True, "ema_momentum": 2.0}, "`ema_momentum` must be between 0.0 and 1.0"),
    ("SGD", {"use_ema": True, "ema_overwrite_frequency": 2.5}, "`ema_overwrite_.*integer.*got 2.5"),
    ("SGD", {"gradient_accumulation_steps": 1}, "`gradient_acc.*at least 2, or None; got 1"),
    ("SGD", {"name": "a/b"}, "`name` must be a string without '/'; got 'a/b'"),
    ("SGD", {"name": 3}, "`name` must be a string"),
    ("SGD", {"lr": 0.1}, r"unknown argument\(s\) \['lr'\]. Known are learning_rate, momentum"),
    ("AdamW", {"weight_decay": None}, "AdamW: `weight_decay` must be a number; got None"),
    ("Lion", {"beta_1": 0.0}, r"Lion: `beta_1` must be in \(0, 1\]; got 0.0"),
    ("Ftrl", {"learning_rate_power": 1.0}, "Ftrl: `learning_rate_power` must be between -inf"),
    ("Ftrl", {"initial_accumulator_value": -1.0}, "Ftrl: `initial_accumulator_value` must be"),
    ("Ftrl", {"l1_regularization_strength": -1.0}, "Ftrl: `l1_regularization_strength` must be"),
    ("Ftrl", {"l2_regularization_strength": -1.0}, "Ftrl: `l2_regularization_strength` must be"),
    (
        "Ftrl",
        {"l2_shrinkage_regularization_strength": -1.0},
        "Ftrl: `l2_shrinkage_regularization_strength` must be",
    ),
]


@pytest.mark.parametrize(("name", "arguments", "message"), BAD_ARGUMENTS)
def test_a_bad_argument_is_named_with_what_was_found_and_expected(name, arguments, message):
    with pytest.raises(ValueError, match=message):
        getattr(optimizers, name)(**arguments)


def _built() -> Any:
    optimizer = optimizers.SGD(name="sgd")
    optimizer.build([Variable([1.0]), Variable([2.0])])
    return optimizer


ONE = np.ones(1, "float32")
BAD_CALLS = [
    (lambda o: o.apply([None, None]), "no gradient was given for any of the 2 variables"),
    (lambda o: o.apply([ONE]), "expected 2 gradients.*got 1"),
    (lambda o: o.apply([ONE], [Variable([1.0], name="new")]), "other variables than 'new'"),
    (lambda o: optimizers.SGD().apply([ONE]), r"Call `build\(trainable_variables\)` first"),
    (lambda o: optimizers.SGD().stateless_apply([0, 0.1], [ONE], [ONE]), "call `build"),
    (lambda o: o.stateless_apply([0], [ONE] * 2, [ONE] * 2), "expected 2 `optimizer_variables`"),
    (lambda o: o.stateless_apply([0, 0.1], [ONE] * 2, [ONE]), "expected 2 `trainable_variables`"),
    (lambda o: o.exclude_from_weight_decay(var_names=["b"]), "before the optimizer is built"),
    (lambda o: o.set_weights([1.0]), "expected 2 weights.*got 1"),
    (lambda o: optimizers.SGD().set_weights([0, 0.1]), "no slots yet"),
    (lambda o: o.load_own_variables({"0": 1}), "expected 2 stored values.*got 1"),
]


@pytest.mark.parametrize(("call", "message"), BAD_CALLS)
def test_a_bad_call_says_what_to_do(call, message):
    with pytest.raises(ValueError, match=message):
        call(_built())


def test_an_optimizer_without_an_update_says_so():
    class Empty(optimizers.Optimizer):
        pass

    with pytest.raises(NotImplementedError, match="Empty must define `update`"):
        Empty(0.1).apply([jnp.ones(1)], [Variable([1.0])])
