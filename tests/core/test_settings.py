"""Process-wide settings, beside Keras's: what they answer, and that `fit` obeys them."""

from __future__ import annotations

import re
from typing import Any

import jax
import keras
import numpy as np
import pytest

import ppul
from ppul import layers

BOTH = (ppul, keras)
X, Y = np.ones((20, 2), "float32"), np.ones((20, 1), "float32")


@pytest.fixture(params=BOTH, ids=["ppul", "keras"])
def limited(request: pytest.FixtureRequest) -> Any:
    """Either library, with limits that are lifted afterwards."""
    library = request.param
    library.config.set_max_epochs(2)
    library.config.set_max_steps_per_epoch(3)
    yield library
    library.config.set_max_epochs(None)
    library.config.set_max_steps_per_epoch(None)


def model_of(library: Any) -> Any:
    model = library.Sequential([library.Input((2,)), library.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model


def test_runs_are_no_longer_than_the_limits(limited: Any) -> None:
    model = model_of(limited)
    with pytest.warns(UserWarning, match="imit"):
        history = model.fit(X, Y, batch_size=2, epochs=5, verbose=0)
    assert history.epoch == [0, 1]
    assert history.params["steps"] == 3
    assert int(model.optimizer.iterations) == 6
    with pytest.warns(UserWarning, match="imit"):
        assert model.predict(X, batch_size=2, verbose=0).shape == (6, 1)


def test_shorter_runs_are_left_alone() -> None:
    model = model_of(ppul)
    ppul.config.set_max_epochs(1)
    ppul.config.set_max_steps_per_epoch(2)
    try:
        assert model.fit(X, Y, batch_size=10, epochs=1, verbose=0).params["steps"] == 2
    finally:
        ppul.config.set_max_epochs(None)
        ppul.config.set_max_steps_per_epoch(None)


def test_flash_attention_is_undecided_until_it_is_switched() -> None:
    for library in BOTH:
        config = library.config
        answers = [config.is_flash_attention_enabled()]
        for switch in (config.disable_flash_attention, config.enable_flash_attention):
            switch()
            answers.append(config.is_flash_attention_enabled())
        assert answers[1] is False
        assert answers[0] is None
        # Keras answers None, its "if possible", where ours says what was asked for.
        assert answers[2] in (True, None)
    ppul.core.settings._settings.flash_attention = None


def test_traceback_filtering_is_jax_s() -> None:
    before = jax.config.values["jax_traceback_filtering"]
    ppul.config.disable_traceback_filtering()
    assert not ppul.config.is_traceback_filtering_enabled()
    assert jax.config.values["jax_traceback_filtering"] == "off"
    ppul.config.enable_traceback_filtering()
    assert ppul.config.is_traceback_filtering_enabled()
    jax.config.update("jax_traceback_filtering", before)


def test_the_engine_is_jax() -> None:
    ppul.config.set_backend("jax")
    with pytest.raises(ValueError, match="'torch'"):
        ppul.config.set_backend("torch")
    assert not ppul.config.is_nnx_enabled()
    assert ppul.version() == ppul.__version__


def test_code_in_files_stays_unread_whatever_is_enabled(tmp_path: Any) -> None:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x + 1)])
    model.save(tmp_path / "code.keras")
    with pytest.warns(UserWarning, match="changes nothing"):
        ppul.config.enable_unsafe_deserialization()
    with pytest.raises(TypeError, match="never run"):
        ppul.saving.load_model(tmp_path / "code.keras", safe_mode=False)


def test_numbers_of_names_are_keras_s() -> None:
    for library in BOTH:
        library.utils.clear_session()
    answers = []
    for library in BOTH:
        numbers = [library.backend.get_uid(p) for p in ("a", "a", "", "dense")]
        names = [library.layers.Dense(1).name, library.backend.get_uid("dense")]
        answers.append((numbers, names))
    assert answers[0] == answers[1]


def test_scopes_begin_the_paths_of_variables() -> None:
    paths = []
    for library in BOTH:
        with library.name_scope("a"), library.name_scope("b"):
            paths.append(library.Variable(1.0, name="c").path)
        for bad in ("a/b", 3):
            with pytest.raises(ValueError, match="name"):
                library.name_scope(bad)
    assert paths == ["a/b/c"] * 2


def test_arrays_are_made_on_the_device_that_is_named() -> None:
    for name in ("cpu", "cpu:0", "CPU:0", jax.devices("cpu")[0]):
        with ppul.device(name):
            assert ppul.ops.ones(2).device == jax.devices("cpu")[0]
            assert layers.Dense(1)(X).shape == (20, 1)


@pytest.mark.parametrize("name", ["cpu:7", "x", "cpu:one", 3, None])
def test_a_device_that_is_not_there_is_named(name: Any) -> None:
    with pytest.raises(ValueError, match=re.escape(repr(name))), ppul.device(name):
        raise AssertionError
    with pytest.raises((ValueError, RuntimeError)), keras.device(name):
        raise AssertionError
