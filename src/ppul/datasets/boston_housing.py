"""Boston housing: house values by district, 1970s (Harrison & Rubinfeld, 1978)."""

from __future__ import annotations

from ppul.datasets.files import PUBLISHED, find_file
from ppul.datasets.npz import read_npz
from ppul.datasets.split import Splits, check_test_split, shuffle, split

CHECKSUM = "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5"


def load_data(path: str = "boston_housing.npz", test_split: float = 0.2, seed: int = 113) -> Splits:
    """Return the median house value of 506 districts and thirteen features of each.

    One feature rests on the assumption that segregation raises prices; scikit-learn dropped the
    data set for it. `california_housing` with `version="small"` takes its place.

    Args:
        path: Name of the file in `PPUL_DATA_DIR` or Keras's cache, or an absolute path.
        test_split: Share of the districts kept for testing, from 0 up to but not including 1.
        seed: Seed of the shuffle before the split.

    Returns:
        `(x_train, y_train), (x_test, y_test)`, float64: features of shape (n, 13), and values in
        1,000 dollars, shape (n,).

    Raises:
        FileNotFoundError: If the file is in no folder and cannot be downloaded.
        ValueError: If `test_split` is out of range or the file is not what it should be.

    Example:
        >>> (x_train, y_train), (x_test, y_test) = load_data()  # doctest: +SKIP
        >>> x_train.shape, x_test.shape  # doctest: +SKIP
        ((404, 13), (102, 13))
    """
    check_test_split("boston_housing.load_data", test_split)
    file = find_file(path, PUBLISHED + "boston_housing.npz", CHECKSUM)
    x, y = read_npz(file, "x", "y")
    [(x, y)] = shuffle(seed, (x, y))
    return split(x, y, test_split)
