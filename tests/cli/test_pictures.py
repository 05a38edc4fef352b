import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageDraw, ImageOps

from ppul.cli.pictures import picture_to_input, read_picture

# Palettes, JPEG and CMYK change colours a little.
CODING = 6.0


def seven(colour=(30, 30, 30), paper=(250, 250, 250), size=(60, 80)):
    sheet = Image.new("RGB", size, paper)
    ImageDraw.Draw(sheet).line([(12, 14), (46, 14), (24, 66)], fill=colour, width=7)
    return sheet


def sixteen_bits(image):
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)


def of_32_bits(image):
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.int32))


def of_floats(image):
    return Image.fromarray(np.asarray(image.convert("L")).astype(np.float32) / 255)


def with_alpha(mode):
    return lambda image: image.convert(mode)


def lab(image):
    srgb, target = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    return ImageCms.profileToProfile(image, srgb, target, outputMode="LAB")


FILES = {
    "L.png": with_alpha("L"),
    "LA.png": with_alpha("LA"),
    "P.png": lambda image: image.quantize(16),
    "P.gif": lambda image: image.quantize(16),
    "RGB.png": lambda image: image,
    "RGBA.png": with_alpha("RGBA"),
    "I16.png": sixteen_bits,
    "I16.tiff": sixteen_bits,
    "I.tiff": of_32_bits,
    "F.tiff": of_floats,
    "CMYK.tiff": with_alpha("CMYK"),
    "CMYK.jpg": with_alpha("CMYK"),
    "LAB.tiff": lab,
    "RGB.jpg": lambda image: image,
    "RGB.bmp": lambda image: image,
    "RGB.webp": lambda image: image,
    "RGBA.webp": with_alpha("RGBA"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_is_the_same_in_any_format_and_mode(tmp_path, name):
    FILES[name](seven()).save(tmp_path / name)
    found = read_picture(tmp_path / name)
    assert found.dtype == np.uint8
    assert found.shape == (80, 60, 3)
    assert np.abs(found.astype(float) - np.asarray(seven())).mean() < CODING


def test_bilevel_pictures_are_black_and_white(tmp_path):
    image = seven().convert("1", dither=Image.Dither.NONE)
    image.save(tmp_path / "1.png")
    found = read_picture(tmp_path / "1.png")
    np.testing.assert_array_equal(found[..., 0] > 127, np.asarray(image))
    assert set(np.unique(found)) == {0, 255}


@pytest.mark.parametrize(
    ("scale", "offset"), [(1.0, 0.0), (1 / 255, 0.0), (40.0, -3000.0), (1e6, 0.0)]
)
def test_gray_of_any_range_is_brought_to_0_to_255(tmp_path, scale, offset):
    gray = np.linspace(0, 255, 256, dtype=np.float32).reshape(16, 16)
    Image.fromarray(gray * np.float32(scale) + np.float32(offset)).save(tmp_path / "f.tiff")
    # Less than a level: what rounding to whole levels leaves.
    np.testing.assert_allclose(read_picture(tmp_path / "f.tiff")[..., 0], gray, atol=0.51)


@pytest.mark.parametrize("ink", [(0, 0, 0), (255, 255, 255), (250, 230, 40), (20, 20, 120)])
def test_transparent_pictures_show_what_is_drawn(tmp_path, ink):
    layer = Image.new("RGBA", (60, 80), (*ink, 0))
    layer.putalpha(ImageOps.invert(seven((0, 0, 0), (255, 255, 255)).convert("L")))
    layer.save(tmp_path / "layer.png")
    wanted = picture_to_input(np.asarray(seven()), (28, 28), "mnist")
    found = picture_to_input(tmp_path / "layer.png", (28, 28), "mnist")
    # The ink of `seven` is not all black, nor its paper all white: one level of rounding.
    np.testing.assert_allclose(found, wanted, atol=0.02)


def test_a_cut_out_keeps_its_own_background(tmp_path):
    sticker = seven((200, 0, 0), (250, 240, 180)).convert("RGBA")
    mask = Image.new("L", sticker.size, 0)
    ImageDraw.Draw(mask).rounded_rectangle((1, 1, 58, 78), 10, fill=255)
    sticker.putalpha(mask)
    sticker.save(tmp_path / "sticker.png")
    np.testing.assert_array_equal(
        read_picture(tmp_path / "sticker.png"), np.asarray(seven((200, 0, 0), (250, 240, 180)))
    )


# What a camera stores so that the tag's rotation shows the picture upright: EXIF 2.3, 4.6.4.
STORED = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("orientation", STORED)
def test_pictures_are_turned_as_exif_says(tmp_path, orientation):
    stored = seven()
    if STORED[orientation] is not None:
        stored = stored.transpose(STORED[orientation])
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "photo.jpg", quality=95, exif=exif)
    found = read_picture(tmp_path / "photo.jpg").astype(float)
    assert np.abs(found - np.asarray(seven())).mean() < CODING


@pytest.mark.parametrize("name", ["moves.gif", "moves.webp", "moves.png", "pages.tiff"])
def test_of_several_frames_the_first_is_read(tmp_path, name):
    others = [Image.new("RGB", (60, 80), color) for color in ("red", "blue")]
    seven().save(tmp_path / name, save_all=True, append_images=others)
    found = read_picture(tmp_path / name).astype(float)
    assert np.abs(found - np.asarray(seven())).mean() < CODING


def png(image=None):
    stream = io.BytesIO()
    (image or seven()).save(stream, "PNG")
    return stream.getvalue()


def jpeg():
    stream = io.BytesIO()
    seven().save(stream, "JPEG")
    return stream.getvalue()


def huge_png():
    """Says it has 100,000 x 100,000 pixels; the size is in bytes 16 to 24, then a checksum."""
    header = png()[12:16] + struct.pack(">II", 100_000, 100_000) + png()[24:29]
    return png()[:12] + header + struct.pack(">I", zlib.crc32(header)) + png()[33:]


def flipped(content, place):
    return content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :]


BAD = {
    "empty.png": (b"", "is empty"),
    "text.png": (b"hello, world, I am text", r"no picture.*starts with b'hello, world'.*PNG"),
    "model.keras": (b"PK\x03\x04" + bytes(40), "no picture"),
    "half.png": (png()[: len(png()) // 2], "is damaged"),
    "half.jpg": (jpeg()[: len(jpeg()) // 2], "is damaged"),
    "start.png": (png()[:8], "no picture|is damaged"),
    "flipped.png": (flipped(png(), 60), "is damaged"),
    "huge.png": (huge_png(), "too many pixels"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_picture_is_refused_with_its_name(tmp_path, name):
    content, message = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"(?s){name} .*({message})"):
        read_picture(tmp_path / name)


@pytest.mark.parametrize("pixels", [4799, 1000])
def test_too_many_pixels_are_refused_before_they_are_read(tmp_path, monkeypatch, pixels):
    seven().save(tmp_path / "big.png")
    # Pillow warns above its limit, and refuses above twice the limit: 60 x 80 is above both.
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", pixels)
    with pytest.raises(ValueError, match=r"big\.png has too many pixels .*4800.*Shrink it"):
        read_picture(tmp_path / "big.png")


def test_missing_files_and_folders_are_named(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no picture .*gone\.png"):
        read_picture(tmp_path / "gone.png")
    with pytest.raises(IsADirectoryError, match="is a folder"):
        read_picture(tmp_path)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read every file"
)
def test_files_that_may_not_be_read_are_no_damaged_ones(tmp_path):
    (tmp_path / "mine.png").write_bytes(png())
    (tmp_path / "mine.png").chmod(0)
    with pytest.raises(PermissionError):
        read_picture(tmp_path / "mine.png")


@pytest.mark.parametrize(
    ("input_shape", "domain", "shape", "high"),
    [
        ((8, 8, 1), "digits", (8, 8, 1), 16),
        ((None, 8, 8, 1), "digits", (8, 8, 1), 16),
        ((64,), "digits", (64,), 16),
        ((None, 64), None, (64,), 16),
        ((8, 8), None, (8, 8), 16),
        ((28, 28, 1), "mnist", (28, 28, 1), 1),
        ((None, 784), "mnist", (784,), 1),
        ((28, 28), None, (28, 28), 1),
        ((None, 28, 28), None, (28, 28), 1),
        ((None, None, None, 1), "mnist", (28, 28, 1), 1),
        ((None, None, 3), "cifar10", (32, 32, 3), 1),
        ((40, 48, 1), "mnist", (40, 48, 1), 1),
        ((784,), "fashion_mnist", (784,), 1),
        ((28, 28, 1), "fashion_mnist", (28, 28, 1), 1),
        ((3072,), None, (3072,), 1),
        ((64, 48, 3), None, (64, 48, 3), 1),
    ],
)
def test_sample_has_the_shape_and_range_of_the_models_input(input_shape, domain, shape, high):
    # White strokes on black, so that the middle of a colour picture has both, too.
    sample = picture_to_input(np.asarray(seven((255, 255, 255), (0, 0, 0))), input_shape, domain)
    assert sample.shape == shape
    assert sample.dtype == np.float32
    assert sample.min() == 0
    assert 0.8 * high < sample.max() <= high


def test_given_range_goes_before_the_data_sets():
    sample = picture_to_input(np.asarray(seven()), (28, 28, 1), "mnist", (-1, 1))
    assert sample.min() == -1
    assert sample.max() == pytest.approx(1, abs=0.01)


def test_flat_samples_hold_rows_one_after_the_other():
    picture = np.asarray(seven())
    flat = picture_to_input(picture, (784,), "mnist")
    np.testing.assert_array_equal(flat, picture_to_input(picture, (28, 28), "mnist").ravel())


@pytest.mark.parametrize(
    ("input_shape", "domain", "message"),
    [
        ((13,), None, r"shape \(13,\).*digits.*cifar10"),
        ((100,), "mnist", r"shape \(100,\).*28, 28, 1.*mnist"),
        ((32, 32, 3), "mnist", r"\(32, 32, 3\).*mnist"),
        ((32, 32, 1), "cifar10", r"\(32, 32, 1\).*cifar10"),
        ((8, 8, 8, 8, 1), None, "none of pictures"),
        ((), None, "none of pictures"),
        ((28, 28), "mnits", "mnits.*mnist"),
    ],
)
def test_models_of_other_inputs_are_refused(input_shape, domain, message):
    with pytest.raises(ValueError, match=message):
        picture_to_input(np.asarray(seven()), input_shape, domain)


@pytest.mark.parametrize("domain", ["digits", "mnist", "fashion_mnist", "cifar10"])
def test_blank_pictures_are_named(tmp_path, domain):
    shape = {"digits": (8, 8), "cifar10": (32, 32, 3)}.get(domain, (28, 28))
    Image.new("RGB", (50, 40), "white").save(tmp_path / "white.png")
    with pytest.raises(ValueError, match=r"white\.png: nothing was found"):
        picture_to_input(tmp_path / "white.png", shape, domain)
