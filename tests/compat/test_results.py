"""Results in the form they had: keys, printed lines, names of figures."""

import re

import numpy as np
import pytest

import ppul
from ppul.compat.results import Figures, OldSnapshot

X = np.random.default_rng(0).normal(size=(50, 4)).astype("float32")
Y = np.eye(3)[np.arange(50) % 3]

# A line as document 004 shows it, with numbers of any size:
# 10000/10000 [==============================] - 0s 31us/sample - loss: 0.1261 - acc: 0.9775
NUMBER = r"\d+\.\d{4}(e-\d\d)?"
PACE = r"\d+s \d+(us|ms|s)"


def classifier(k, metrics=("accuracy",)):
    model = k.models.Sequential([k.layers.Dense(3, activation="softmax", input_shape=(4,))])
    model.compile("sgd", "categorical_crossentropy", metrics=list(metrics))
    return model


def lines(capsys):
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize(("which", "unit"), [("tf", "sample"), ("2", "step")])
def test_evaluate_prints_what_it_printed(old, capsys, which, unit):
    k = old(which, short_keys=True)
    classifier(k).evaluate(X, Y)
    (line,) = lines(capsys)
    bar = rf"50/50 \[={{30}}\] - {PACE}/{unit}"
    assert re.fullmatch(rf"{bar} - loss: {NUMBER} - acc: {NUMBER}", line)


def test_fit_prints_counts_headlines_and_lines_in_samples(old, capsys):
    k = old("2")
    classifier(k).fit(X, Y, epochs=2, batch_size=16, validation_split=0.2)
    head, *rest = lines(capsys)
    assert head == "Train on 40 samples, validate on 10 samples"
    assert rest[::2] == ["Epoch 1/2", "Epoch 2/2"]
    figures = ["loss", "accuracy", "val_loss", "val_accuracy"]
    shown = "".join(f" - {name}: {NUMBER}" for name in figures)
    assert all(
        re.fullmatch(rf"40/40 \[={{30}}\] - {PACE}/step{shown}", line) for line in rest[1::2]
    )


def test_one_epoch_has_a_headline_too(old, capsys):
    k = old("tf")
    classifier(k).fit(X, Y, verbose=2)
    counts, head, line = lines(capsys)
    assert (counts, head) == ("Train on 50 samples", "Epoch 1/1")
    assert re.fullmatch(rf" - \d+s - loss: {NUMBER} - accuracy: {NUMBER}", line)


def test_steps_of_a_generator_are_counted(old, capsys):
    k = old("2")
    batches = ((X[i : i + 10], Y[i : i + 10]) for i in range(0, 50, 10))
    classifier(k).fit_generator(batches, steps_per_epoch=5)
    assert re.match(r"5/5 \[={30}\]", lines(capsys)[1])


def test_predict_was_silent(old, capsys):
    k = old("2")
    classifier(k).predict(X)
    assert lines(capsys) == []
    classifier(k).predict(X, verbose=1)
    assert re.fullmatch(rf"50/50 \[={{30}}\] - {PACE}/step", lines(capsys)[0])


def test_an_unfinished_line_has_the_time_left():
    snapshot = OldSnapshot(10, 40, 1.0, 0.5, ["loss: 1.0000"], finished=False, unit="step")
    line = f"10/40 [======>{'.' * 23}] - ETA: 15s - loss: 1.0000"
    assert snapshot.terminal_line(80, styled=False) == line
    assert snapshot.terminal_line(40, styled=False) == "10/40 - ETA: 15s - loss: 1.0000"


@pytest.mark.parametrize("short", [True, False])
def test_a_history_can_be_read_by_both_keys(old, short):
    k = old("2", short_keys=short)
    monitor = k.callbacks.EarlyStopping(monitor="val_acc" if not short else "val_accuracy")
    fit = classifier(k).fit(X, Y, verbose=0, validation_data=(X, Y), callbacks=[monitor])
    assert fit.history["acc"] == fit.history["accuracy"]
    assert fit.history["val_acc"] == fit.history["val_accuracy"]
    assert list(fit.history) == [
        "loss",
        *(["acc"] if short else ["accuracy"]),
        "val_loss",
        *(["val_acc"] if short else ["val_accuracy"]),
    ]


def test_names_of_figures_are_those_that_evaluate_returns(old):
    k = old("2", short_keys=True)
    model = classifier(k, ["accuracy", "mse"])
    assert model.metrics_names == ["loss", "acc", "mse"]
    figures = model.evaluate(X, Y, verbose=0)
    assert model.metrics_names == ["loss", "acc", "mse"]
    named = model.evaluate(X, Y, verbose=0, return_dict=True)
    assert [named[name] for name in model.metrics_names] == figures


def test_outputs_are_named_in_their_order(old, capsys):
    k = old("2")
    x = k.layers.Input((4,))
    outputs = [k.layers.Dense(1, name=name)(x) for name in ("main", "aux")]
    model = k.models.Model(inputs=x, outputs=outputs)
    model.compile("sgd", ["mse", "mse"], metrics={"aux": ["mae"]})
    names = ["loss", "main_loss", "aux_loss", "aux_mae"]
    model.fit(X, [X[:, 0], X[:, 1]], validation_data=(X, [X[:, 0], X[:, 1]]))
    shown = re.findall(r"(\w+): ", lines(capsys)[-1])
    assert shown == [*names, *(f"val_{name}" for name in names)]
    assert model.metrics_names == names


def test_without_old_spellings_a_line_counts_steps(capsys):
    classifier(ppul).evaluate(X, Y, verbose=2)
    assert lines(capsys)[0].startswith("2/2 - ")


def test_figures_are_a_dict_with_more_names():
    figures = Figures({"val_mse": 1.0, "out_acc": 2.0, "lr": 3.0})
    assert figures["val_mean_squared_error"] == 1.0
    assert figures.get("out_accuracy") == 2.0
    assert figures.get("learning_rate") == 3.0
    assert figures.get("loss", 0) == 0
    assert "loss" not in figures
    assert 7 not in figures
    assert list(figures) == ["val_mse", "out_acc", "lr"]
    with pytest.raises(KeyError, match="loss"):
        _ = figures["loss"]
