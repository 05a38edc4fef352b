"""TensorBoard's own reader finds in our event files what Keras would have TensorFlow write."""

from __future__ import annotations

import contextlib
import gzip
import json
import sys
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jax
import keras
import numpy as np
import pytest
from google.protobuf import text_format
from tensorboard.backend.event_processing.event_accumulator import (
    DEFAULT_SIZE_GUIDANCE,
    EventAccumulator,
)
from tensorboard.plugins.graph.keras_util import keras_model_to_graph_def
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

import ppul

# Sums of a few steps in another order.
CLOSE = {"rtol": 1e-4, "atol": 1e-6}

_RNG = np.random.default_rng(0)
X = _RNG.normal(size=(40, 8, 8, 2)).astype("float32")
Y = X[:, 0, 0, :1] - X[:, 1, 1, 1:]
FIT = {"epochs": 3, "batch_size": 6, "shuffle": False, "verbose": 0, "validation_split": 0.25}
STEPS = 5  # an epoch

EVERYTHING = dict.fromkeys(DEFAULT_SIZE_GUIDANCE, 0)


def network(k: Any) -> Any:
    c = k.layers
    model = k.Sequential(
        [
            k.Input((8, 8, 2), name="pictures"),
            c.Conv2D(4, 3, name="colours"),
            c.Conv2D(2, (1, 6), name="filters"),
            c.Flatten(name="flat"),
            c.Dense(3, "tanh", name="wide"),
            c.Dense(1, name="last"),
        ],
        name="net",
    )
    model.set_weights([np.sin(np.arange(w.size)).reshape(w.shape) for w in model.get_weights()])
    model.compile(k.optimizers.SGD(0.01), "mse", metrics=["mae"])
    return model


class TensorFlowSummary(types.ModuleType):
    """In the place of `tensorflow.summary`: keeps what Keras's callback has it write."""

    def __init__(self) -> None:
        super().__init__("tensorflow.summary")
        self.written: dict[tuple[str, str], list[tuple[int, Any]]] = {}
        self._writers: list[str] = []
        self._conditions: list[Callable[[], bool]] = [lambda: True]
        self.scalar = self.histogram = self.image = self._write

    def create_file_writer(self, folder: str) -> Any:
        part = Path(folder).name

        @contextlib.contextmanager
        def as_default(step: Any = None) -> Iterator[None]:
            self._writers.append(part)
            yield
            self._writers.pop()

        nothing = lambda: None  # noqa: E731
        return types.SimpleNamespace(as_default=as_default, flush=nothing, close=nothing)

    @contextlib.contextmanager
    def record_if(self, condition: Callable[[], bool]) -> Iterator[None]:
        self._conditions.append(condition)
        yield
        self._conditions.pop()

    def _write(self, tag: str, value: Any, step: Any) -> None:
        # What Keras asks for at the end of an epoch is always due, whatever the last step was.
        if self._writers and (not tag.startswith("batch_") or self._conditions[-1]()):
            key = (self._writers[-1], tag)
            self.written.setdefault(key, []).append((int(step), np.asarray(value)))


@contextlib.contextmanager
def kept_for_tensorflow() -> Iterator[TensorFlowSummary]:
    summary, package = TensorFlowSummary(), types.ModuleType("tensorflow")
    package.summary = summary  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "tensorflow", package)
        patch.setitem(sys.modules, "tensorflow.summary", summary)
        yield summary


def read(folder: Path, part: str) -> EventAccumulator:
    events = EventAccumulator(str(folder / part), EVERYTHING)
    events.Reload()
    return events


def scalars(folder: Path) -> dict[tuple[str, str], list[tuple[int, float]]]:
    found = {}
    for part in sorted(path.name for path in folder.iterdir()):
        events = read(folder, part)
        for tag in events.Tags()["scalars"]:
            found[part, tag] = [(event.step, event.value) for event in events.Scalars(tag)]
    return found


@pytest.mark.rows(1)
@pytest.mark.parametrize("update_freq", ["epoch", "batch", 2])
def test_every_scalar_is_that_of_keras(update_freq: Any, tmp_path: Path) -> None:
    given = {"update_freq": update_freq, "write_steps_per_second": True, "write_graph": False}
    with kept_for_tensorflow() as tensorflow:
        for k in (keras, ppul):
            callback = k.callbacks.TensorBoard(tmp_path, **given)
            model = network(k)
            model.fit(X, Y, **FIT, callbacks=[callback])
            model.evaluate(X, Y, verbose=0, callbacks=[callback])
    ours, theirs = scalars(tmp_path), tensorflow.written
    assert sorted(ours) == sorted(theirs)
    for key, events in theirs.items():
        assert [step for step, _ in ours[key]] == [step for step, _ in events], key
        values = [value for _, value in ours[key]]
        if key[1].endswith("steps_per_second"):
            assert min(values) > 0
        else:
            np.testing.assert_allclose(values, [value for _, value in events], **CLOSE, err_msg=key)


def test_the_reader_finds_every_figure_of_the_history(tmp_path: Path) -> None:
    rate = ppul.callbacks.LearningRateScheduler(lambda epoch: 0.01 / (epoch + 1))
    history = (
        network(ppul)
        .fit(X, Y, **FIT, callbacks=[rate, ppul.callbacks.TensorBoard(tmp_path)])
        .history
    )
    found = scalars(tmp_path)
    assert len(history) == 5
    for name, values in history.items():
        key = ("validation" if name.startswith("val_") else "train", name.removeprefix("val_"))
        events = found[key[0], f"epoch_{key[1]}"]
        assert events == [(epoch, np.float32(value)) for epoch, value in enumerate(values)]


def test_weights_are_drawn_as_keras_has_them_drawn(tmp_path: Path) -> None:
    given = {"histogram_freq": 2, "write_images": True, "write_graph": False}
    with kept_for_tensorflow() as tensorflow:
        for k in (keras, ppul):
            network(k).fit(X, Y, **FIT, callbacks=[k.callbacks.TensorBoard(tmp_path, **given)])
    events = read(tmp_path, "train")
    drawn = {tag for part, tag in tensorflow.written if tag.endswith(("/histogram", "/image"))}
    assert {*events.Tags()["histograms"], *events.Tags()["images"]} == drawn
    for tag in drawn:
        theirs = tensorflow.written["train", tag]
        ours = events.Images(tag) if tag.endswith("/image") else events.Histograms(tag)
        assert [event.step for event in ours] == [step for step, _ in theirs] == [0, 2]
        values = theirs[1][1]
        if tag.endswith("/image"):
            rows, columns = ours[1].height, ours[1].width
            count, height, width, _ = values.shape
            assert (rows % height, columns % width) == (0, 0)
            assert rows // height * (columns // width) >= count
        else:
            found = ours[1].histogram_value
            assert found.num == values.size
            expected = [values.min(), values.max(), values.sum(), (values**2).sum()]
            np.testing.assert_allclose(
                [found.min, found.max, found.sum, found.sum_squares], expected, rtol=1e-3, atol=1e-5
            )


def test_weights_that_are_no_numbers_do_not_stop_training(tmp_path: Path) -> None:
    model = network(ppul)
    model.set_weights([w * np.nan for w in model.get_weights()])
    callback = ppul.callbacks.TensorBoard(tmp_path, histogram_freq=1, write_images=True)
    model.fit(X, Y, **FIT, callbacks=[callback])
    events = read(tmp_path, "train")
    assert events.Tags()["histograms"] == []
    assert len(events.Images("net/wide/kernel/image")) == 3


def branching(k: Any) -> Any:
    c = k.layers
    x = k.Input((4,), name="x")
    left = c.Dense(3, name="left")(x)
    right = c.Dense(3, name="right")(x)
    both = c.Concatenate(name="both")([left, right])
    return k.Model(x, c.Dense(1, name="last")(both), name="net")


@pytest.mark.parametrize("make", [network, branching])
def test_the_graph_is_what_tensorboard_makes_of_keras_s_model(make: Any, tmp_path: Path) -> None:
    model = make(ppul)
    model.compile("sgd", "mse")
    data = np.ones((4, *model.input_shape[1:]), "float32")
    model.fit(data, np.ones((4, 1)), verbose=0, callbacks=[ppul.callbacks.TensorBoard(tmp_path)])
    ours = read(tmp_path, "train").Graph().node
    theirs = keras_model_to_graph_def(json.loads(make(keras).to_json())).node
    plain = [(n.name.split("/")[-1], [i.split("/")[-1] for i in n.input]) for n in theirs]
    kinds = {n.name.split("/")[-1]: n.attr["keras_class"].s.decode() for n in theirs}
    assert sorted((n.name, list(n.input)) for n in ours) == sorted(plain)
    assert {n.name: n.op for n in ours} == kinds


def test_a_model_that_is_not_drawn_has_no_graph(tmp_path: Path) -> None:
    class Own(ppul.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = ppul.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    model = Own()
    model.compile("sgd", "mse")
    x = np.ones((4, 2), "float32")
    model.fit(x, x[:, :1], verbose=0, callbacks=[ppul.callbacks.TensorBoard(tmp_path)])
    tags = read(tmp_path, "train").Tags()
    assert not tags["graph"]
    assert "epoch_loss" in tags["scalars"]


class Table(ppul.layers.Layer):
    """Rows by number, as `Embedding`."""

    def build(self, input_shape: Any) -> None:
        self.embeddings = self.add_weight((5, 2), "random_normal", name="embeddings")

    def call(self, inputs: Any) -> Any:
        return jax.nn.one_hot(inputs, 5) @ self.embeddings.value


@pytest.mark.parametrize("metadata", [None, "rows.tsv", {"words": "rows.tsv"}])
def test_embeddings_are_where_the_projector_looks(metadata: Any, tmp_path: Path) -> None:
    model = ppul.Sequential(
        [
            ppul.Input((3,), dtype="int32"),
            Table(name="words"),
            ppul.layers.Flatten(),
            ppul.layers.Dense(1),
        ]
    )
    model.compile("sgd", "mse")
    callback = ppul.callbacks.TensorBoard(tmp_path, embeddings_freq=1, embeddings_metadata=metadata)
    x = _RNG.integers(0, 5, (10, 3))
    model.fit(x, x[:, :1], epochs=2, verbose=0, callbacks=[callback])
    config = (tmp_path / "train" / "projector_config.pbtxt").read_text()
    (entry,) = text_format.Parse(config, ProjectorConfig()).embeddings
    assert (entry.tensor_name, entry.metadata_path) == ("words", "rows.tsv" if metadata else "")
    rows = np.loadtxt(tmp_path / "train" / entry.tensor_path, dtype="float32", delimiter="\t")
    np.testing.assert_array_equal(rows, model.layers[0].embeddings.numpy())


def test_some_steps_are_profiled(tmp_path: Path) -> None:
    callback = ppul.callbacks.TensorBoard(tmp_path, profile_batch=(STEPS + 2, STEPS + 3))
    network(ppul).fit(X, Y, **FIT, callbacks=[callback])
    (trace,) = (tmp_path / "train" / "plugins" / "profile").rglob("*.trace.json.gz")
    with gzip.open(trace) as file:
        assert json.load(file)["traceEvents"]


def test_files_of_one_second_do_not_replace_each_other(tmp_path: Path) -> None:
    model = network(ppul)
    callback = ppul.callbacks.TensorBoard(tmp_path)
    for _ in range(3):
        model.evaluate(X, Y, verbose=0, callbacks=[callback])
        callback.on_train_end()
    assert len(scalars(tmp_path)["validation", "evaluation_loss_vs_iterations"]) == 3


def test_more_may_be_written_to_the_files(tmp_path: Path) -> None:
    callback = ppul.callbacks.TensorBoard(tmp_path)
    callback.summary.add_scalar("mine", 0.5, 7)
    network(ppul).fit(X, Y, **FIT, callbacks=[callback])
    callback.summary.close()
    found = scalars(tmp_path)
    assert found["train", "mine"] == [(7, 0.5)]
    assert len(found["train", "epoch_loss"]) == 3


def test_a_run_that_was_broken_off_goes_on_in_the_same_curves(tmp_path: Path) -> None:
    def fit(folder: Path, *others: Any) -> None:
        board = ppul.callbacks.TensorBoard(folder / "logs", update_freq=2)
        backup = ppul.callbacks.BackupAndRestore(folder / "backup", save_freq=4)
        network(ppul).fit(X, Y, **FIT, callbacks=[board, backup, *others])

    def break_off(epoch: int, logs: Any) -> None:
        if epoch == 1:
            raise KeyboardInterrupt

    fit(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        fit(tmp_path / "broken", ppul.callbacks.LambdaCallback(on_epoch_end=break_off))
    fit(tmp_path / "broken")
    whole, broken = (scalars(tmp_path / name / "logs") for name in ("whole", "broken"))
    # What was written after the last backup is there twice, with the same value.
    assert {key: sorted(set(events)) for key, events in broken.items()} == whole


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"update_freq": "step"}, "TensorBoard: `update_freq` must be 'epoch' or a number.*'step'"),
        ({"profile_batch": (5, 2)}, r"`profile_batch` must be .* got \(5, 2\)"),
        ({"profile_batch": -1}, "`profile_batch` must be .* got -1"),
    ],
)
def test_a_bad_argument_is_named(given: Any, message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        ppul.callbacks.TensorBoard(tmp_path, **given)


def test_metadata_of_a_layer_that_is_not_there_are_named(tmp_path: Path) -> None:
    callback = ppul.callbacks.TensorBoard(
        tmp_path, embeddings_freq=1, embeddings_metadata={"wrods": "rows.tsv"}
    )
    with pytest.raises(ValueError, match=r"`embeddings_metadata` names \['wrods'\].*none"):
        network(ppul).fit(X, Y, **FIT, callbacks=[callback])


def test_without_tensorboardx_it_says_what_to_install(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    with pytest.raises(ImportError, match="pip install tensorboardX"):
        ppul.callbacks.TensorBoard(tmp_path)
