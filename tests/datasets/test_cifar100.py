"""CIFAR-100 beside Keras's loader, from the archive and from the folders it unpacks to."""

import io
import tarfile

import numpy as np
import pytest

from ppul.datasets import cifar100

# Where the published archive, or what it unpacks to, may stand.
PLACES = [
    "cifar-100-python.tar.gz",
    "cifar-100-python-target_archive",
    "cifar-100-python-target/cifar-100-python",
    "cifar-100-python",
]


@pytest.fixture
def batches(python2_batch):
    generator = np.random.default_rng(0)
    return {
        name: python2_batch(
            generator.integers(0, 256, (count, 3072), dtype=np.uint8),
            fine_labels=generator.integers(0, 100, count).tolist(),
            coarse_labels=generator.integers(0, 20, count).tolist(),
        )
        for name, count in (("test", 3), ("train", 5))
    }


def write(path, batches):
    if path.name in ("cifar-100-python.tar.gz", "cifar-100-python-target_archive"):
        with tarfile.open(path, "w:gz") as archive:
            for name, content in {"meta": b"(not read)", **batches}.items():
                member = tarfile.TarInfo(f"cifar-100-python/{name}")
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    else:
        path.mkdir(parents=True)
        for name, content in batches.items():
            (path / name).write_bytes(content)


@pytest.mark.parametrize("label_mode", ["fine", "coarse"])
@pytest.mark.parametrize("place", PLACES)
def test_batches_are_read_as_keras_does(
    home, keras_dataset, assert_same, batches, monkeypatch, tmp_path, offline, place, label_mode
):
    write(home / "datasets" / PLACES[1], batches)
    theirs = keras_dataset("cifar100").load_data(label_mode)
    monkeypatch.setenv("PPUL_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    write(tmp_path / "data" / place, batches)
    ours = cifar100.load_data(label_mode)
    assert_same(ours, theirs)
    assert all(array.flags.c_contiguous for pair in ours for array in pair)


def test_another_label_mode_is_refused_before_anything_is_read(home, offline):
    with pytest.raises(ValueError, match="`label_mode` must be one of 'fine', 'coarse'; got 'x'"):
        cifar100.load_data("x")


@pytest.mark.parametrize("place", [PLACES[0], PLACES[3]])
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "test not found"),
        (b"cposix\nsystem\n(S'true'\ntR.", r"asks for posix\.system"),
        (b"}.", "no dict with an array 'data'"),
        (b"].", "no dict with an array 'data'"),
    ],
)
def test_a_broken_batch_is_named(home, batches, offline, place, content, reason):
    if content is None:
        del batches["test"]
    else:
        batches["test"] = content
    write(home / "datasets" / place, batches)
    with pytest.raises(ValueError, match=rf"{place} could not be read; .*{reason}"):
        cifar100.load_data()


def test_labels_and_pictures_of_different_number_are_refused(home, python2_batch, offline):
    data = np.zeros((2, 3072), np.uint8)
    batch = python2_batch(data, fine_labels=[1, 2, 3])
    write(home / "datasets" / PLACES[0], {"train": batch, "test": batch})
    with pytest.raises(ValueError, match="2 pictures of uint8 and 3 labels"):
        cifar100.load_data()


def test_names_are_in_the_order_of_the_labels():
    assert len(cifar100.CLASS_NAMES) == 100
    assert list(cifar100.CLASS_NAMES) == sorted(cifar100.CLASS_NAMES)
    assert len(cifar100.COARSE_CLASS_NAMES) == 20
    assert list(cifar100.COARSE_CLASS_NAMES) == sorted(cifar100.COARSE_CLASS_NAMES)
