"""California housing: house values by district, census of 1990 (Pace & Barry, 1997)."""

from __future__ import annotations

import numpy as np

from ppul.core.checks import one_of
from ppul.datasets.files import PUBLISHED, find_file
from ppul.datasets.npz import read_npz
from ppul.datasets.split import Splits, check_test_split, shuffle, split

CHECKSUM = "1a2e3a52e0398de6463aebe6f4a8da34fb21fbb6b934cf88c3425e766f2a1a6f"
SMALL = 600
# No district is worth less than 15,000 dollars, nor more than 5 units of 100,000.
LARGEST_IN_UNITS = 1000.0


def load_data(
    version: str = "large",
    path: str = "california_housing.npz",
    test_split: float = 0.2,
    seed: int = 113,
) -> Splits:
    """Return the median house value of districts and eight features of each.

    A file with values in units of 100,000 dollars, as scikit-learn has them, serves as well.

    Args:
        version: "large" for all 20,640 districts, "small" for the first 600.
        path: Name of the file in `PPUL_DATA_DIR` or Keras's cache, or an absolute path.
        test_split: Share of the districts kept for testing, from 0 up to but not including 1.
        seed: Seed of the shuffle before the split.

    Returns:
        `(x_train, y_train), (x_test, y_test)`, float32: features of shape (n, 8) (median income in
        10,000 dollars, median age of the houses in years, rooms, bedrooms per household,
        population, occupants per household, latitude, longitude), and values in dollars, shape
        (n,).

    Raises:
        FileNotFoundError: If the file is in no folder and cannot be downloaded.
        ValueError: If an argument is out of range or the file is not what it should be.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data(version="small")  # doctest: +SKIP
        >>> x_train.shape, x_test.shape  # doctest: +SKIP
        ((480, 8), (120, 8))
    """
    where = "california_housing.load_data"
    one_of(where, "version", version, ("large", "small"))
    check_test_split(where, test_split)
    file = find_file(path, PUBLISHED + "california_housing.npz", CHECKSUM)
    x, y = read_npz(file, "x", "y")
    if y.max(initial=0) < LARGEST_IN_UNITS:
        y = y * 100_000
    count = SMALL if version == "small" else len(x)
    x, y = x[:count].astype(np.float32), y[:count].astype(np.float32)
    [(x, y)] = shuffle(seed, (x, y))
    return split(x, y, test_split)
