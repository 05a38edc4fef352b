"""Optimizers by name and configuration, as Keras accepts them."""

import keras
import pytest

from ppul import optimizers
from ppul.core.registry import CustomObjectScope
from tests.optimizers.cases import CASES

CLASSES = sorted({case.name for case in CASES})
# Keras 3.15 does not find its own Lamb by name.
NAMED = [name for name in CLASSES if name != "Lamb"]
SPELLINGS = [s for name in NAMED for s in (name, name.lower(), name.upper())]


@pytest.mark.parametrize("name", SPELLINGS)
def test_a_name_in_any_case_is_the_class_keras_finds(name):
    found = optimizers.get(name)
    assert type(found).__name__ == type(keras.optimizers.get(name)).__name__
    again = optimizers.deserialize({"class_name": name, "config": {"learning_rate": 0.5}})
    assert type(again) is type(found)
    assert float(again.learning_rate) == 0.5


@pytest.mark.parametrize("name", CLASSES)
def test_default_names_are_keras_s(name):
    ours, theirs = getattr(optimizers, name)().name, getattr(keras.optimizers, name)().name
    assert ours.rstrip("_0123456789") == theirs.rstrip("_0123456789")


def test_a_registered_class_is_found_by_its_name():
    class Slow(optimizers.SGD):
        pass

    with CustomObjectScope({"slow": Slow}):
        assert isinstance(optimizers.get("slow"), Slow)


def test_an_object_a_class_and_none_are_accepted():
    optimizer = optimizers.SGD()
    assert optimizers.get(optimizer) is optimizer
    assert isinstance(optimizers.get(optimizers.Lion), optimizers.Lion)
    assert optimizers.get(None) is None


def test_a_custom_class_is_found_by_its_config():
    class Mine(optimizers.SGD):
        pass

    config = optimizers.serialize(Mine(0.5))
    assert config["registered_name"] == "Mine"
    found = optimizers.deserialize(config, custom_objects={"Mine": Mine})
    assert isinstance(found, Mine)
    assert float(found.learning_rate) == 0.5


@pytest.mark.parametrize(
    ("identifier", "message"),
    [
        ("adem", "Unknown optimizer: 'adem'. Did you mean 'adam' or 'nadam'"),
        ("sgdd", "Unknown optimizer: 'sgdd'. Did you mean 'sgd'"),
        ("optimizer", "Unknown optimizer: 'optimizer'"),
        (3, "must be a name, an `Optimizer` or an optax transformation; got 3"),
        (keras.optimizers.SGD, "must be a name"),
    ],
)
def test_what_is_no_optimizer_is_named_with_the_closest(identifier, message):
    with pytest.raises(ValueError, match=message):
        optimizers.get(identifier)
