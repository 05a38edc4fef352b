"""Learning curves: what is drawn is read back from the figure and the file."""

import pytest
from PIL import Image

from ppul.callbacks.history import History
from ppul.reports import plot_history

CURVES = {
    "accuracy": [0.5, 0.7, 0.8, 0.9],
    "loss": [0.9, 0.5, 0.3, 0.2],
    "val_loss": [1.0, 0.7, 0.6, 0.6],
    "val_accuracy": [0.4, 0.6, 0.7, 0.7],
}


def lines(axes):
    return [(list(line.get_xdata()), list(line.get_ydata())) for line in axes.get_lines()]


def test_training_stands_beside_validation_in_a_panel_a_figure():
    axes = plot_history(CURVES).axes
    assert [a.get_title() for a in axes] == ["loss", "accuracy"]
    epochs = [1, 2, 3, 4]
    for a in axes:
        name = a.get_title()
        assert lines(a) == [(epochs, CURVES[name]), (epochs, CURVES[f"val_{name}"])]
        assert a.get_xlabel() == "epoch"
        labels = [text.get_text() for text in a.get_legend().get_texts()]
        assert labels == [f"training {CURVES[name][-1]}", f"validation {CURVES[f'val_{name}'][-1]}"]


def test_epochs_of_a_continued_run_keep_their_numbers():
    history = History()
    history.on_train_begin()
    for epoch in (5, 6):
        history.on_epoch_end(epoch, {"loss": 0.1 * epoch})
    assert lines(plot_history(history).axes[0])[0][0] == [6, 7]


def test_validation_of_every_second_epoch_stands_at_its_epochs():
    curves = {"loss": [4.0, 3.0, 2.0, 1.0, 0.5], "val_loss": [3.5, 1.5]}
    assert lines(plot_history(curves).axes[0])[1] == ([2, 4], [3.5, 1.5])


@pytest.mark.parametrize(("ending", "kind"), [("png", "PNG"), ("jpg", "JPEG")])
def test_file_is_a_picture_of_the_kind_its_ending_says(tmp_path, ending, kind):
    plot_history(CURVES, tmp_path / f"curves.{ending}", title="digits")
    with Image.open(tmp_path / f"curves.{ending}") as image:
        assert image.format == kind
        assert image.width > image.height > 400
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize(
    ("history", "file", "error", "words"),
    [
        ({}, None, ValueError, "no epoch"),
        ({"loss": []}, None, ValueError, "no epoch"),
        (CURVES, "curves.pgn", ValueError, "Did you mean 'png'"),
        (CURVES, "curves", ValueError, "ending"),
        (CURVES, "nowhere/curves.png", FileNotFoundError, "nowhere"),
    ],
)
def test_what_cannot_be_drawn_is_refused(tmp_path, monkeypatch, history, file, error, words):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(error, match=words):
        plot_history(history, file)
    assert not list(tmp_path.iterdir())
