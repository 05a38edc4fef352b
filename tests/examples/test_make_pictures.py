import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.svm import SVC

from examples.make_pictures import FOLDER, drawn, held_out
from ppul.cli.pictures import picture_to_input, read_picture

# JPEG encoders differ in a level or two.
ENCODERS = 3.0


@pytest.fixture(scope="module")
def made():
    return {**drawn(), **held_out()}


def test_every_digit_is_there_drawn_and_held_out(made):
    files = sorted(file.name for file in FOLDER.iterdir())
    assert files == sorted(made)
    for names in (drawn(), held_out()):
        assert sorted(name[0] for name in names) == list("0123456789")


def test_files_are_small():
    assert max(file.stat().st_size for file in FOLDER.iterdir()) < 20_000


def test_files_are_what_the_script_makes(made, tmp_path):
    for name, picture in made.items():
        picture.save(tmp_path / name, quality=70)
        shown = read_picture(FOLDER / name).astype(float)
        new = read_picture(tmp_path / name)
        new = np.rot90(new, -1) if "exif" in name else new
        assert np.abs(shown - new).mean() < ENCODERS, name


def test_a_classifier_of_scikit_learns_digits_reads_them():
    x, y = load_digits(return_X_y=True)
    x, _, y, _ = train_test_split(x, y, test_size=0.3, random_state=777)
    classifier = SVC(gamma=0.001, C=10).fit(x, y)
    files = sorted(FOLDER.iterdir())
    samples = np.stack([picture_to_input(file, (64,), "digits") for file in files])
    right = classifier.predict(samples) == [int(file.name[0]) for file in files]
    assert right.sum() >= 18
