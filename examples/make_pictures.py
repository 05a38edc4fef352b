"""Make examples/pictures: digits to try `ppul predict` on. Their names begin with the digit.

Ten are drawn: strokes of a pen, a brush, chalk, as drawings and as photos. Ten are samples of
scikit-learn's digits that `ppul train digits` keeps for testing, enlarged: of each class the one
nearest to the class's mean, so that a person can read it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

FOLDER = Path(__file__).with_name("pictures")

Strokes = list[list[tuple[float, float]]]
Colour = tuple[int, int, int]

WHITE, BLACK = (255, 255, 255), (0, 0, 0)

# How a hand moves, x to the right and y down; a point given twice is a corner.
DIGITS: dict[int, Strokes] = {
    0: [[(0.62, 0.03), (0.3, 0.02), (0.06, 0.4), (0.07, 1.0), (0.36, 1.38), (0.72, 1.22),
         (0.9, 0.75), (0.82, 0.24), (0.58, 0.02)]],
    1: [[(0.14, 0.46), (0.38, 0.26), (0.6, 0.0), (0.6, 0.0), (0.57, 0.5), (0.52, 0.95),
         (0.5, 1.4)]],
    2: [[(0.1, 0.36), (0.24, 0.08), (0.55, 0.0), (0.8, 0.2), (0.76, 0.52), (0.48, 0.92),
         (0.08, 1.34), (0.08, 1.34), (0.45, 1.29), (0.92, 1.34)]],
    3: [[(0.12, 0.16), (0.42, 0.0), (0.76, 0.14), (0.74, 0.46), (0.4, 0.63), (0.4, 0.63),
         (0.78, 0.76), (0.86, 1.06), (0.6, 1.35), (0.28, 1.36), (0.06, 1.18)]],
    4: [[(0.5, 0.0), (0.34, 0.4), (0.06, 0.86), (0.06, 0.86), (0.5, 0.85), (0.94, 0.82)],
        [(0.7, 0.42), (0.64, 0.9), (0.6, 1.4)]],
    5: [[(0.82, 0.04), (0.5, 0.05), (0.22, 0.06), (0.22, 0.06), (0.17, 0.32), (0.14, 0.58),
         (0.14, 0.58), (0.46, 0.5), (0.78, 0.68), (0.82, 1.0), (0.58, 1.32), (0.1, 1.34)]],
    6: [[(0.66, 0.0), (0.36, 0.3), (0.14, 0.76), (0.16, 1.18), (0.44, 1.38), (0.76, 1.2),
         (0.74, 0.88), (0.48, 0.76), (0.2, 0.98)]],
    7: [[(0.06, 0.12), (0.4, 0.1), (0.88, 0.06), (0.88, 0.06), (0.66, 0.5), (0.46, 0.96),
         (0.38, 1.4)], [(0.28, 0.74), (0.5, 0.71), (0.84, 0.68)]],
    8: [[(0.76, 0.18), (0.46, 0.0), (0.2, 0.2), (0.3, 0.5), (0.6, 0.74), (0.78, 1.06),
         (0.54, 1.38), (0.2, 1.24), (0.22, 0.94), (0.52, 0.66), (0.76, 0.4), (0.72, 0.12)]],
    9: [[(0.8, 0.28), (0.56, 0.02), (0.22, 0.12), (0.14, 0.44), (0.36, 0.66), (0.66, 0.52),
         (0.82, 0.22), (0.82, 0.22), (0.8, 0.7), (0.68, 1.12), (0.34, 1.38)]],
}  # fmt: skip


@dataclass(frozen=True)
class Hand:
    """How a digit is written: width of the strokes in parts of its height, slant, unrest."""

    width: float
    pressure: float = 0.0
    turn: float = 0.0
    slant: float = 0.0
    unrest: float = 0.02


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    pictures = {**drawn(), **held_out()}
    for name, picture in pictures.items():
        options = lying() if "exif" in name else {}
        picture.save(FOLDER / name, optimize=True, quality=70, **options)
    print(f"made {len(pictures)} pictures in {FOLDER}")


def lying() -> dict[str, Image.Exif]:
    """EXIF data of a camera that was held upright."""
    exif = Image.Exif()
    exif[0x0112] = 6  # orientation: to be turned by 90 degrees to the right
    return {"exif": exif}


def drawn() -> dict[str, Image.Image]:
    """Each digit once, in ten styles."""
    paper, ink = (246, 243, 232), (38, 40, 60)
    fine, brush = Hand(0.05, slant=0.12), Hand(0.13, pressure=0.35)
    return {
        "0_brush_white_on_black.png": draw(0, (240, 280), brush, (120, 140), 190, WHITE, BLACK),
        "1_pen_wide_margins.png": draw(1, (420, 360), fine, (200, 170), 120, (30, 50, 150), paper),
        "2_photo_shaded.jpg": photo(
            draw(2, (400, 480), Hand(0.075, 0.2, -6), (190, 240), 260, ink, paper), lamp, seed=2
        ),
        "3_chalk_on_green.png": chalk(
            draw(3, (220, 260), Hand(0.1, 0.2, 5), (110, 130), 180, (235, 235, 225), (34, 84, 66))
        ),
        "4_marker_transparent.png": see_through(
            draw(4, (260, 300), Hand(0.12), (130, 150), 210, BLACK, WHITE), (200, 30, 40)
        ),
        "5_photo_shadow.jpg": photo(
            draw(5, (420, 420), Hand(0.09, 0.1, 4), (220, 215), 250, (40, 45, 120), paper),
            shadow, seed=5,
        ),
        "6_pen_off_centre.png": draw(
            6, (360, 300), Hand(0.07, 0.2, slant=0.15), (275, 205), 140, BLACK, WHITE
        ),
        "7_photo_turned_exif.jpg": photo(
            draw(7, (360, 460), Hand(0.08, 0.2, 3), (170, 240), 250, (35, 35, 35), paper),
            lamp, seed=7,
        ).transpose(Image.Transpose.ROTATE_90),
        "8_crayon_red_on_yellow.png": draw(
            8, (240, 280), Hand(0.11, 0.25, -4), (120, 140), 200, (190, 40, 40), (250, 220, 110)
        ),
        "9_pencil_pale.png": draw(
            9, (240, 300), Hand(0.06, 0.2, 4), (120, 150), 200, (150, 150, 152), (250, 250, 248)
        ),
    }  # fmt: skip


def held_out() -> dict[str, Image.Image]:
    """A typical sample of each class, of those that `ppul train digits` does not train on."""
    from sklearn.datasets import load_digits
    from sklearn.model_selection import train_test_split

    x, y = load_digits(return_X_y=True)
    _, x, _, y = train_test_split(x, y, test_size=0.3, random_state=777)
    colours = [(WHITE, BLACK), (BLACK, WHITE), ((30, 40, 130), (250, 246, 230)),
               ((250, 200, 60), (60, 30, 90)), ((90, 40, 20), (225, 200, 160))]  # fmt: skip
    pictures = {}
    for digit in range(10):
        samples = x[y == digit]
        typical = samples[np.square(samples - samples.mean(0)).sum(1).argmin()]
        sample = typical.reshape(8, 8).astype(np.float32) / 16
        cover = Image.fromarray(np.pad(sample, 1 + digit % 3))
        side = 20 * cover.width
        cover = cover.resize((side, side), Image.Resampling.BICUBIC)
        # Ink has edges, which enlarging alone has not.
        sharp = np.clip(3 * (np.asarray(cover) - 0.5) + 0.5, 0, 1)
        pictures[f"{digit}_held_out.png"] = blend(sharp, *colours[digit % 5])
    return pictures


def draw(
    digit: int,
    size: tuple[int, int],
    hand: Hand,
    centre: tuple[int, int],
    height: int,
    ink: Colour,
    paper: Colour,
) -> Image.Image:
    """Write one digit on a sheet of (width, height) pixels."""
    rng = np.random.default_rng(digit)
    times = 4  # drawn larger, for smooth edges
    sheet = Image.new("L", (size[0] * times, size[1] * times))
    pen = ImageDraw.Draw(sheet)
    turn = np.radians(hand.turn)
    frame = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    frame = frame @ np.array([[1, -hand.slant], [0, 1]]) * height / 1.4
    for stroke in DIGITS[digit]:
        points = np.array(stroke) - (0.5, 0.7)
        moved = rng.normal(0, hand.unrest, points.shape)
        # A corner's two points move together.
        same = np.append(False, (points[1:] == points[:-1]).all(axis=1))
        moved[same] = moved[np.flatnonzero(same) - 1]
        line = curve(points + moved) @ frame.T + centre
        phase = np.linspace(0, rng.uniform(3, 6), len(line)) + rng.uniform(0, 6)
        radii = hand.width * height / 2 * (1 + hand.pressure * np.sin(phase))
        for (x, y), radius in zip(line * times, radii * times, strict=True):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
    cover = np.asarray(sheet.resize(size, Image.Resampling.BOX), np.float32) / 255
    return blend(cover, ink, paper)


def curve(points: np.ndarray) -> np.ndarray:
    """A Catmull-Rom spline through points, shape (n, 2), in small steps."""
    padded = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, 60)[:, None]
    pieces = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        bend = (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
        pieces.append(b + (c - a) * t / 2 + bend / 2)
    return np.concatenate(pieces)


def blend(cover: np.ndarray, ink: Colour, paper: Colour) -> Image.Image:
    mixed = cover[..., None] * np.array(ink) + (1 - cover[..., None]) * np.array(paper)
    return Image.fromarray(np.rint(mixed).astype(np.uint8))


def photo(sheet: Image.Image, light: Callable[..., np.ndarray], seed: int) -> Image.Image:
    """A sheet as a camera sees it: unevenly lit, a little blurred, with noise."""
    rng = np.random.default_rng(seed)
    seen = np.asarray(sheet.filter(ImageFilter.GaussianBlur(1)), np.float32)
    y, x = np.mgrid[0 : 1 : seen.shape[0] * 1j, 0 : 1 : seen.shape[1] * 1j]
    seen = seen * light(x, y)[..., None] + rng.normal(0, 3, (*seen.shape[:2], 1))
    return Image.fromarray(np.clip(seen, 0, 255).astype(np.uint8))


def lamp(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 0.4 + 0.6 * np.exp(-((x - 0.15) ** 2 + (y - 0.1) ** 2) / 0.55)


def shadow(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return 0.95 - 0.4 / (1 + np.exp(-(x + 0.6 * y - 0.85) / 0.04))


def chalk(sheet: Image.Image) -> Image.Image:
    """Grainy strokes, as chalk leaves them; few colours keep the file small."""
    rng = np.random.default_rng(3)
    board = np.array(sheet.getpixel((0, 0)), np.float32)
    drawn = np.asarray(sheet, np.float32)
    grain = np.clip(rng.normal(0.85, 0.25, (*drawn.shape[:2], 1)), 0.2, 1)
    grainy = Image.fromarray(np.rint(board + (drawn - board) * grain).astype(np.uint8))
    return grainy.quantize(24)


def see_through(sheet: Image.Image, ink: Colour) -> Image.Image:
    """Black on white as ink on nothing."""
    layer = Image.new("RGBA", sheet.size, (*ink, 0))
    layer.putalpha(Image.eval(sheet.convert("L"), lambda value: 255 - value))
    return layer


if __name__ == "__main__":
    main()
