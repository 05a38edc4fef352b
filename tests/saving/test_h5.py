"""`.h5` files: the layout of Keras 3's, weights of models that differ, names of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

import ppul
from ppul.saving.arrays import names_at, put_names
from tests.oracle import assert_close, copy_weights

X = np.random.default_rng(0).normal(size=(8, 4)).astype("float32")
LIBRARIES = (ppul, keras)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "model.h5"


def net(k: Any) -> Any:
    """A network of named layers, some frozen, some inside others, trained for a step."""
    dense = k.layers.Dense
    inside = k.Sequential([k.Input((4,)), dense(4, name="frozen")], name="inside")
    inside.add(k.layers.BatchNormalization(name="norm"))
    inside.add(k.Sequential([k.Input((4,)), dense(2, "tanh", name="deep")], name="innermost"))
    inside.layers[0].trainable = False
    a = k.Input((4,), name="a")
    outputs = [dense(2, "softmax", name=n)(inside(a)) for n in ("p", "q")]
    model = k.Model(a, outputs, name="net")
    adam = k.optimizers.Adam(0.01, name="adam")
    model.compile(adam, ["mse", "mean_absolute_error"], metrics=[["mse"], ["accuracy"]])
    model.optimizer.build(model.trainable_variables)
    return model


def contents(path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The arrays of a file by path, and its attributes."""
    arrays: dict[str, Any] = {}
    attributes: dict[str, Any] = {}

    def visit(name: str, found: Any) -> None:
        if isinstance(found, h5py.Dataset):
            arrays[name] = found[()]
        for key, value in found.attrs.items():
            plain = value.tolist() if isinstance(value, np.ndarray) else value
            attributes[f"{name}.{key}"] = json.loads(plain) if "config" in key else plain

    with h5py.File(path) as file:
        visit("", file)
        file.visititems(visit)
    return arrays, attributes


def test_the_layout_is_that_of_keras(tmp_path: Path) -> None:
    ours, theirs = net(ppul), net(keras)
    copy_weights(theirs, ours)
    ours.save(tmp_path / "ours.h5")
    theirs.save(tmp_path / "theirs.h5")
    (arrays, attributes), (their_arrays, their_attributes) = (
        contents(tmp_path / f"{name}.h5") for name in ("ours", "theirs")
    )
    assert list(arrays) == list(their_arrays)
    for name, value in arrays.items():
        assert value.dtype == their_arrays[name].dtype
        np.testing.assert_array_equal(value, their_arrays[name])
    for part in (".model_config", ".training_config"):
        found, expected = attributes.pop(part), their_attributes.pop(part)
        assert found.keys() == expected.keys()
        assert found["class_name" if "model" in part else "metrics"] == (
            "Functional" if "model" in part else expected["metrics"]
        )
    assert attributes == their_attributes


def test_models_inside_go_both_ways(path: Path) -> None:
    for (source, target), frozen in zip(
        (LIBRARIES, LIBRARIES[::-1]) * 2, (0, 0, 1, 1), strict=True
    ):
        model = net(source)
        if frozen:
            model.get_layer("inside").trainable = False
        model.save(path)
        again = target.saving.load_model(path, compile=False)
        assert len(again.trainable_weights) == len(model.trainable_weights)
        for a, b in zip(again.get_weights(), model.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
        assert_close(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_weights_alone_load_in_keras(tmp_path: Path) -> None:
    ours, theirs = net(ppul), net(keras)
    for name in ("weights.h5", "weights.hdf5"):
        ours.save_weights(tmp_path / name)
        theirs.load_weights(tmp_path / name)
        for a, b in zip(ours.get_weights(), theirs.get_weights(), strict=True):
            np.testing.assert_array_equal(a, b)
        theirs.set_weights([w * 0 for w in theirs.get_weights()])


def test_what_is_registered_goes_both_ways(path: Path) -> None:
    def scaling(k: Any) -> Any:
        class Scale(k.layers.Layer):
            def __init__(self, start: float = 1.0, **kwargs: Any) -> None:
                super().__init__(**kwargs)
                self.start = start

            def build(self, input_shape: Any) -> None:
                ones = k.initializers.Constant(self.start)
                self.factor = self.add_weight(shape=input_shape[-1:], initializer=ones)

            def call(self, inputs: Any) -> Any:
                return inputs * self.factor

            def get_config(self) -> Any:
                return {**super().get_config(), "start": self.start}

        return k.saving.register_keras_serializable("tests")(Scale)

    for source, target in (LIBRARIES, LIBRARIES[::-1]):
        model = source.Sequential([source.Input((4,)), scaling(source)(3.0)])
        model.save(path)
        found = target.saving.load_model(path, custom_objects={"tests>Scale": scaling(target)})
        assert_close(found.predict(X, verbose=0), X * 3)
    # The name without the package will do, too.
    again = ppul.saving.load_model(path, custom_objects={"Scale": scaling(ppul)})
    assert_close(again.predict(X, verbose=0), X * 3)


@pytest.mark.parametrize("name", ["m.h5", "m.keras"])
def test_losses_and_metrics_of_any_form_go_both_ways(name: str, tmp_path: Path) -> None:
    def compiled(k: Any) -> Any:
        dense = k.layers.Dense(3, activation=k.layers.LeakyReLU(negative_slope=0.1), name="d")
        model = k.Sequential([k.Input((4,)), dense])
        rate = k.optimizers.schedules.InverseTimeDecay(0.1, 2, 0.5)
        metrics = [
            "mean_absolute_error",
            k.metrics.mean_squared_error,
            k.metrics.MeanMetricWrapper(k.losses.log_cosh, name="lc"),
            k.metrics.RootMeanSquaredError(name="root"),
        ]
        loss = k.losses.huber if name == "m.keras" else k.losses.LogCosh(reduction="sum")
        model.compile(k.optimizers.Nadam(rate, clipnorm=1.0), loss, metrics=metrics)
        return model

    for source, target in (LIBRARIES, LIBRARIES[::-1]):
        model = compiled(source)
        model.optimizer.build(model.trainable_variables)
        model.save(tmp_path / name)
        again = target.saving.load_model(tmp_path / name)
        figures = [m.evaluate(X, X[:, :3], verbose=0, return_dict=True) for m in (model, again)]
        assert figures[0].keys() == figures[1].keys()
        assert_close(list(figures[0].values()), [figures[1][key] for key in figures[0]])
        ours, theirs = (m.optimizer.get_config() for m in (model, again))
        assert ours["clipnorm"] == theirs["clipnorm"] == 1.0
        assert ours["learning_rate"]["config"] == theirs["learning_rate"]["config"]


def test_the_state_of_the_optimizer_may_be_left_out(tmp_path: Path) -> None:
    model = net(ppul)
    for name in ("m.h5", "m.keras"):
        model.optimizer.iterations.assign(7)
        model.save(tmp_path / name, include_optimizer=False)
        again = ppul.saving.load_model(tmp_path / name)
        assert again.compiled
        assert int(again.optimizer.iterations) == 0
        assert not ppul.saving.load_model(tmp_path / name, compile=False).compiled


def test_functions_between_layers_are_read_with_their_arguments(tmp_path: Path) -> None:
    x = keras.Input((4,))
    hidden = keras.layers.Dense(3)(x) * 2.5 + 1
    mean = keras.ops.mean(hidden, axis=1, keepdims=True)
    joined = keras.ops.concatenate([hidden, mean], axis=-1)
    model = keras.Model(x, joined - keras.ops.clip(joined, 0, 1))
    # Keras 3.15 itself cannot load the second one.
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        again = ppul.saving.load_model(tmp_path / name)
        assert_close(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_models_that_were_not_trained_or_built_go_both_ways(path: Path) -> None:
    for source, target in (LIBRARIES, LIBRARIES[::-1]):
        model = source.Sequential([source.layers.Dense(3)])
        model.compile("adam", "mean_squared_error")
        model.save(path)
        assert target.saving.load_model(path).weights == []
        model.build((None, 4))
        model.save(path)
        again = target.saving.load_model(path)
        assert_close(again.get_weights(), model.get_weights())


def test_halves_are_kept_exactly(path: Path) -> None:
    layer = ppul.layers.Dense(3, dtype="bfloat16")
    model = ppul.Sequential([ppul.Input((4,)), layer])
    model.save(path)
    again = ppul.saving.load_model(path)
    for a, b in zip(again.get_weights(), model.get_weights(), strict=True):
        assert a.dtype == b.dtype == "bfloat16"
        np.testing.assert_array_equal(a, b)


# Weights of models that differ.


def two(k: Any, first: str, width: int, last: str) -> Any:
    layers = [k.layers.Dense(width, name=first), k.layers.Dense(2, name=last)]
    return k.Sequential([k.Input((4,)), *layers])


def loaded(k: Any, path: Path, *shape: Any, **how: Any) -> Any:
    """Whether the weights of the first and last layer came from the file, or the error."""
    model = two(k, *shape)
    model.set_weights([np.full(w.shape, 7) for w in model.get_weights()])
    try:
        model.load_weights(path, **how)
    except ValueError as error:
        assert all((w == 7).all() for w in model.get_weights()) or k is keras
        return str(error)
    kernels = [layer.get_weights()[0] for layer in model.layers]
    return [bool((kernel != 7).all()) for kernel in kernels]


@pytest.mark.filterwarnings("ignore:(Skipping|Left)")
@pytest.mark.parametrize(
    ("shape", "how"),
    [
        (("x", 3, "y"), {}),
        (("b", 3, "a"), {"by_name": False}),
        (("x", 3, "b"), {"by_name": True}),
        (("x", 3, "y"), {"by_name": True}),
        (("x", 5, "y"), {"skip_mismatch": True}),
        (("a", 5, "b"), {"by_name": True, "skip_mismatch": True}),
    ],
)
def test_weights_are_matched_as_in_keras(path: Path, shape: Any, how: dict[str, bool]) -> None:
    two(ppul, "a", 3, "b").save(path)
    found = [loaded(k, path, *shape, **how) for k in LIBRARIES]
    assert found[0] == found[1]
    assert isinstance(found[0], list)


def test_weights_are_taken_from_whole_models(tmp_path: Path) -> None:
    model = two(ppul, "a", 3, "b")
    for name in ("m.keras", "m.h5"):
        model.save(tmp_path / name)
        assert loaded(ppul, tmp_path / name, "x", 3, "y") == [True, True]
        assert "(4, 5)" in loaded(ppul, tmp_path / name, "x", 5, "y")


def test_what_is_skipped_is_said(path: Path) -> None:
    two(ppul, "a", 3, "b").save(path)
    with pytest.warns(UserWarning, match=r"Left as it was: .*layer 'a'.*\(4, 5\).*\(4, 3\)"):
        loaded(ppul, path, "a", 5, "c", by_name=True, skip_mismatch=True)


def test_what_does_not_fit_is_named_with_both_shapes(tmp_path: Path) -> None:
    model = two(ppul, "a", 3, "b")
    for name, group in (("m.h5", "a/kernel'"), ("m.weights.h5", "'layers/dense'")):
        model.save(tmp_path / "m.h5")
        model.save_weights(tmp_path / name) if "weights" in name else None
        error = loaded(ppul, tmp_path / name, "a", 5, "b")
        for part in (name, "Dense", "'a'", group, "(4, 5)", "(4, 3)"):
            assert part in error
    other = ppul.Sequential([ppul.Input((4,)), ppul.layers.Dense(3)])
    with pytest.raises(ValueError, match=r"2 layers \['a', 'b'\].*1 layers.*by_name=True"):
        other.load_weights(tmp_path / "m.h5")
    with pytest.raises(ValueError, match=r"m\.weights\.h5.*in order and not by name"):
        other.load_weights(tmp_path / "m.weights.h5", by_name=True)
    with pytest.raises(TypeError, match="by_nmae"):
        other.load_weights(tmp_path / "m.h5", by_nmae=True)


def test_a_model_without_weights_yet_is_told_to_be_built(path: Path) -> None:
    two(ppul, "a", 3, "b").save(path)
    with pytest.raises(ValueError, match=r"no weights yet.*model\.h5.*build it"):
        ppul.Sequential([ppul.layers.Dense(3)]).load_weights(path)


def test_long_lists_of_names_are_split(path: Path) -> None:
    names = [f"layer_{i}" for i in range(5000)]
    with h5py.File(path, "w") as file:
        with pytest.raises((OSError, RuntimeError)):
            file.attrs["layer_names"] = names
        put_names(file, "layer_names", names)
        assert names_at(file, "layer_names", "here") == names
        assert "layer_names2" in file.attrs
