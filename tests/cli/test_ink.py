import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image, ImageDraw

from ppul.cli.ink import find_ink, ink_box

# A level of 255 and what rounding colours to whole numbers leaves of it.
ROUNDING = 0.02


def two(colour=(0, 0, 0), paper=(255, 255, 255), size=(120, 160)):
    """A 2 with sharp corners, 60 x 100 pixels, from (30, 30)."""
    sheet = Image.new("RGB", size, paper)
    corners = [(34, 40), (60, 33), (86, 45), (34, 126), (86, 126)]
    ImageDraw.Draw(sheet).line(corners, fill=colour, width=8)
    return np.asarray(sheet)


@pytest.mark.parametrize(
    ("colour", "paper"),
    [
        ((255, 255, 255), (0, 0, 0)),
        ((200, 0, 0), (255, 255, 255)),
        ((255, 0, 0), (0, 130, 0)),  # of the same lightness
        ((150, 150, 150), (170, 170, 170)),
        ((250, 250, 0), (60, 0, 90)),
    ],
)
def test_ink_is_the_same_in_any_colours(colour, paper):
    np.testing.assert_allclose(find_ink(two(colour, paper)), find_ink(two()), atol=ROUNDING)


def test_ink_is_where_it_was_drawn():
    drawn = two()[..., 0] == 0
    np.testing.assert_array_equal(find_ink(two()) > 0.5, drawn)


def test_a_frame_and_specks_are_no_writing():
    picture = two().copy()
    picture[:2], picture[-2:], picture[:, :2], picture[:, -2:] = 0, 0, 0, 0
    picture[20:22, 100:102] = 0
    np.testing.assert_array_equal(find_ink(picture), find_ink(two()))


def test_writing_that_the_edge_cuts_is_kept():
    cut = two()[36:]
    np.testing.assert_array_equal(find_ink(cut), find_ink(two())[36:])


def lamp(x, y):
    return 0.4 + 0.6 * np.exp(-((x - 0.1) ** 2 + (y - 0.2) ** 2) / 0.5)


def slope(x, y):
    return 1 - 0.5 * x - 0.2 * y


def shadow(x, y):
    return 1 - 0.4 / (1 + np.exp((0.9 - x - y) / 0.06))


@pytest.mark.parametrize("light", [lamp, slope, shadow])
@pytest.mark.parametrize("dark_on_light", [True, False])
def test_uneven_light_leaves_the_ink(light, dark_on_light):
    even = two((50, 50, 60), (235, 230, 220), (240, 320))
    y, x = np.mgrid[0:1:320j, 0:1:240j]
    noise = np.random.default_rng(0).normal(0, 3, even.shape)
    seen = np.clip(even * light(x, y)[..., None] + noise, 0, 255).astype(np.uint8)
    drawn = even[..., 0] == 50
    found = find_ink(seen if dark_on_light else 255 - seen) > 0.5
    # The edges may move by less than a pixel: noise is smoothed over a pixel.
    assert (found != drawn).sum() < 0.1 * drawn.sum()


@pytest.mark.parametrize("side", [1500, 2600])
def test_large_pictures_become_smaller(side):
    picture = np.asarray(Image.fromarray(two()).resize((side * 3 // 4, side)))
    ink = find_ink(picture)
    assert max(ink.shape) <= 1024
    # The share of the picture that is covered stays; edges are worth a pixel.
    assert ink.mean() == pytest.approx(find_ink(two()).mean(), rel=0.05)


def noise(rng):
    return rng.normal(128, 20, (80, 90, 1)).clip(0, 255)


BLANK = {
    "white": lambda _: np.full((40, 50, 1), 255.0),
    "black": lambda _: np.zeros((40, 50, 1)),
    "one pixel": lambda _: np.full((1, 1, 1), 90.0),
    "noise": noise,
    "light alone": lambda _: 240 * lamp(*np.mgrid[0:1:80j, 0:1:90j])[..., None],
    "too faint": lambda _: np.where(two()[..., :1] == 0, 250.0, 255.0),
}


@pytest.mark.parametrize("kind", BLANK)
def test_where_nothing_stands_out_an_error_says_so(kind):
    gray = BLANK[kind](np.random.default_rng(0))
    picture = np.repeat(np.rint(gray).astype(np.uint8), 3, axis=2)
    height, width = picture.shape[:2]
    with pytest.raises(ValueError, match=rf"nothing was found on .* \({width} x {height} pixels"):
        find_ink(picture)


@settings(max_examples=60)
@given(arrays(np.uint8, st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3))))
def test_any_pixels_are_ink_from_0_to_1_or_nothing(picture):
    try:
        ink = find_ink(picture)
    except ValueError as error:
        if "nothing was found" not in str(error):
            raise
        return
    assert ink.shape == picture.shape[:2]
    assert ink.min() >= 0
    assert ink.max() <= 1
    top, bottom, left, right = ink_box(ink)
    assert 0 <= top < bottom <= ink.shape[0]
    assert 0 <= left < right <= ink.shape[1]
