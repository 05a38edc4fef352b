"""CIFAR-10 from the batches it is published as, from arrays, and from JPEGs."""

import io
import itertools
import pickle
import tarfile

import numpy as np
import pytest

from ppul.datasets import cifar10, jpeg

NAMES = ("x_train", "y_train", "x_test", "y_test")
BATCHES = (*cifar10.TRAIN, "test_batch")


@pytest.fixture
def data(home, tmp_path, monkeypatch, offline):
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("PPUL_DATA_DIR", str(folder))
    jpeg._tell_once.cache_clear()
    return folder


def published(batches):
    """The layout its authors describe: rows of 1024 red, 1024 green, 1024 blue values."""
    batches = [pickle.loads(batch, encoding="bytes") for batch in batches]
    rows = np.concatenate([batch[b"data"] for batch in batches])
    labels = np.concatenate([batch[b"labels"] for batch in batches])
    planes = [rows[:, start : start + 1024].reshape(-1, 32, 32) for start in (0, 1024, 2048)]
    return np.stack(planes, axis=-1), labels.astype(np.uint8)[:, None]


@pytest.mark.parametrize("packed", [True, False])
def test_batches_are_read_in_their_order(data, python2_batch, assert_same, packed):
    generator = np.random.default_rng(0)
    batches = {
        name: python2_batch(
            generator.integers(0, 256, (2, 3072), dtype=np.uint8),
            labels=generator.integers(0, 10, 2).tolist(),
        )
        for name in BATCHES
    }
    if packed:
        with tarfile.open(data / "cifar-10-python.tar.gz", "w:gz") as archive:
            # As published: in no order.
            for name in sorted(batches, key=lambda name: generator.random()):
                member = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
                member.size = len(batches[name])
                archive.addfile(member, io.BytesIO(batches[name]))
    else:
        (data / "cifar-10-batches-py").mkdir()
        for name, batch in batches.items():
            (data / "cifar-10-batches-py" / name).write_bytes(batch)
    train, test = list(batches.values())[:5], list(batches.values())[5:]
    assert_same(cifar10.load_data(), (published(train), published(test)))


def test_arrays_are_read_as_they_are(data, assert_same):
    generator = np.random.default_rng(0)
    shapes = ((4, 32, 32, 3), (4, 1), (2, 32, 32, 3), (2, 1))
    arrays = [generator.integers(0, 10, shape, dtype=np.uint8) for shape in shapes]
    np.savez(data / "cifar10.npz", **dict(zip(NAMES, arrays, strict=True)))
    assert_same(cifar10.load_data(), (arrays[:2], arrays[2:]))


def encoded(picture, kind="JPEG"):
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(picture).save(file, kind, quality=95)
    return file.getvalue()


def decoded(content):
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def write_jpegs(path, train, test):
    arrays = {}
    for split, pictures in (("train", train), ("test", test)):
        arrays[f"jpeg_{split}"] = np.frombuffer(b"".join(pictures), np.uint8)
        arrays[f"offsets_{split}"] = np.cumsum([0, *map(len, pictures)])
        arrays[f"y_{split}"] = np.arange(len(pictures), dtype=np.uint8)[:, None]
    np.savez(path, **arrays)


@pytest.fixture
def jpegs(data):
    generator = np.random.default_rng(0)
    pictures = generator.integers(0, 256, (5, 32, 32, 3), dtype=np.uint8)
    grey = encoded(pictures[4, :, :, 0])
    contents = [*map(encoded, pictures[:4]), grey]
    write_jpegs(data / "cifar10_jpeg.npz", contents[:3], contents[3:])
    return contents


def check_decoded(splits, jpegs):
    (x_train, y_train), (x_test, y_test) = splits
    np.testing.assert_array_equal(np.concatenate([x_train, x_test]), list(map(decoded, jpegs)))
    assert y_train.tolist() == [[0], [1], [2]]
    assert y_test.tolist() == [[0], [1]]
    assert y_train.dtype == np.uint8


def test_jpegs_are_decoded_once_and_said_to_be_such(data, jpegs, tmp_path, capsys, monkeypatch):
    check_decoded(cifar10.load_data(), jpegs)
    out, err = capsys.readouterr()
    assert out == ""
    assert "recompressed as JPEG" in err
    [kept] = (tmp_path / "cache" / "datasets").iterdir()

    def never(*args):
        raise AssertionError

    with monkeypatch.context() as patch:
        patch.setattr(jpeg, "_decoded", never)
        check_decoded(cifar10.load_data(), jpegs)
    assert capsys.readouterr().err == ""

    kept.write_bytes(b"broken")
    check_decoded(cifar10.load_data(), jpegs)
    assert len(kept.read_bytes()) > 5 * 32 * 32 * 3

    # Another file of the same name is not taken for the one decoded before.
    write_jpegs(data / "cifar10_jpeg.npz", jpegs[:3], jpegs[2:4])
    assert cifar10.load_data()[1][0].tolist() == [decoded(c).tolist() for c in jpegs[2:4]]


def test_jpegs_need_no_cache(data, jpegs, tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("PPUL_CACHE_DIR", str(tmp_path / "file"))
    check_decoded(cifar10.load_data(), jpegs)


@pytest.mark.parametrize("name", ["XDG_CACHE_HOME", "HOME"])
def test_decoded_pictures_are_kept_in_the_user_s_cache(data, jpegs, tmp_path, monkeypatch, name):
    for variable in ("PPUL_CACHE_DIR", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv(name, str(tmp_path / "mine"))
    cifar10.load_data()
    folder = tmp_path / "mine" / ("" if name == "XDG_CACHE_HOME" else ".cache") / "ppul"
    assert len(list((folder / "datasets").iterdir())) == 1


BIG = np.zeros((33, 32, 3), np.uint8)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"text", "cannot identify"),
        (encoded(np.zeros((32, 32, 3), np.uint8))[:400], "Truncated|truncated|cannot identify"),
        (encoded(BIG), "33 x 32"),
        (encoded(BIG[:32], "PNG"), "cannot identify"),
        (b"", "cannot identify"),
    ],
    ids=["text", "truncated", "size", "png", "empty"],
)
def test_a_broken_picture_is_an_error(data, tmp_path, broken, reason):
    write_jpegs(data / "cifar10_jpeg.npz", [broken], [broken])
    with pytest.raises(ValueError, match=rf"cifar10_jpeg\.npz could not be read; .*({reason})"):
        cifar10.load_data()
    assert not (tmp_path / "cache").exists()


def test_originals_come_before_jpegs(data, jpegs, assert_same):
    arrays = [np.zeros((1, 32, 32, 3), np.uint8), np.zeros((1, 1), np.uint8)] * 2
    np.savez(data / "cifar10.npz", **dict(zip(NAMES, arrays, strict=True)))
    assert_same(cifar10.load_data(), (arrays[:2], arrays[2:]))


@pytest.mark.needs_files("cifar10_jpeg.npz")
def test_the_real_pictures(data_dir, offline, tmp_path, monkeypatch):
    """A part of them: decoding all 60,000 takes some seconds."""
    with np.load(data_dir / "cifar10_jpeg.npz") as archive:
        arrays = {name: archive[name] for name in archive.files}
    assert np.bincount(arrays["y_train"][:, 0]).tolist() == [5000] * 10
    assert np.bincount(arrays["y_test"][:, 0]).tolist() == [1000] * 10
    for split in ("train", "test"):
        arrays[f"offsets_{split}"] = arrays[f"offsets_{split}"][:101]
        arrays[f"y_{split}"] = arrays[f"y_{split}"][:100]
    np.savez(tmp_path / "cifar10_jpeg.npz", **arrays)
    monkeypatch.setenv("PPUL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("PPUL_CACHE_DIR", str(tmp_path / "cache"))

    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    assert x_train.shape == x_test.shape == (100, 32, 32, 3)
    assert y_train.shape == y_test.shape == (100, 1)
    ends = arrays["offsets_test"]
    contents = [arrays["jpeg_test"][a:b].tobytes() for a, b in itertools.pairwise(ends)]
    np.testing.assert_array_equal(x_test, list(map(decoded, contents)))
    # The mean of all training pictures of the original; a hundred come near it.
    np.testing.assert_allclose(x_train.mean() / 255, 0.473, atol=0.05)
