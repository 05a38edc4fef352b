"""`sklearn.datasets.fetch_california_housing` from a file at hand, where scikit-learn has none."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from ppul.compat.notes import say, users_frame
from ppul.datasets.california_housing import LARGEST_IN_UNITS
from ppul.datasets.files import folders, search
from ppul.datasets.npz import read_npz

FEATURES = (
    "MedInc",
    "HouseAge",
    "AveRooms",
    "AveBedrms",
    "Population",
    "AveOccup",
    "Latitude",
    "Longitude",
)
TARGET = "MedHouseVal"
FILE = "california_housing.npz"


def put_right(datasets: ModuleType) -> None:
    """Let scikit-learn take the data set from ppul's folders, where it has no copy of its own."""
    datasets.fetch_california_housing = _with_file(datasets.fetch_california_housing)  # type: ignore[attr-defined]


def _with_file(fetch: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(fetch)
    def fetch_california_housing(
        *,
        data_home: Any = None,
        download_if_missing: bool = True,
        return_X_y: bool = False,
        as_frame: bool = False,
        **kwargs: Any,
    ) -> Any:
        from sklearn.datasets import get_data_home

        file = search([FILE], folders())
        if file is None or any(Path(get_data_home(data_home)).glob("cal_housing*.pkz")):
            return fetch(
                data_home=data_home,
                download_if_missing=download_if_missing,
                return_X_y=return_X_y,
                as_frame=as_frame,
                **kwargs,
            )
        caller = users_frame(sys._getframe(1))
        say(f"fetch_california_housing takes '{file}'; nothing is downloaded", caller)
        return bunch(file, return_X_y=return_X_y, as_frame=as_frame)

    return fetch_california_housing


def bunch(file: Path, *, return_X_y: bool = False, as_frame: bool = False) -> Any:
    """Return the data set in the form in which scikit-learn returns it.

    Args:
        file: Where features and targets are, `x` and `y`.
        return_X_y: Whether to return features and targets alone.
        as_frame: Whether they are a data frame and a series.
    """
    from sklearn.utils import Bunch

    data, target = (array.astype(np.float64) for array in read_npz(file, "x", "y"))
    if target.max() > LARGEST_IN_UNITS:
        target = target / 100_000
    frame = None
    if as_frame:
        import pandas as pd

        frame = pd.DataFrame(np.c_[data, target], columns=[*FEATURES, TARGET])
        data, target = frame[list(FEATURES)], frame[TARGET]
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        frame=frame,
        target_names=[TARGET],
        feature_names=list(FEATURES),
        DESCR=files("sklearn.datasets.descr").joinpath("california_housing.rst").read_text("utf-8"),
    )
