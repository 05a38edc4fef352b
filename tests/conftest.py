"""What every test starts with: Keras on JAX as the oracle, the same seeds, the data folder."""

import os
import random
import sys
import tempfile
from pathlib import Path

# The oracle has to be told before it is imported; a folder of its own keeps a user's
# `keras.json` (another float type, say) and data sets out of the tests.
_keras_home = tempfile.TemporaryDirectory(prefix="keras-home-")
os.environ["KERAS_BACKEND"] = "jax"
os.environ["KERAS_HOME"] = _keras_home.name
os.environ["MPLBACKEND"] = "Agg"
# Programs compiled by tests stay out of the user's cache.
_cache = tempfile.TemporaryDirectory(prefix="ppul-cache-")
os.environ["PPUL_CACHE_DIR"] = _cache.name

# Tests that work in an empty folder must still find it.
if "PPUL_DATA_DIR" in os.environ:
    os.environ["PPUL_DATA_DIR"] = str(Path(os.environ["PPUL_DATA_DIR"]).resolve())

import hypothesis
import numpy as np
import pytest

# Compiling makes the first example slow, whatever the rest take: `timeout` guards instead.
hypothesis.settings.register_profile("local", deadline=None)
# The same examples in every run, so that a red CI run is red again at home.
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, database=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")

_PPUL = Path(__file__).parents[1] / "src" / "ppul"
# Where the examples of functions and layers compile much, and a table compares them with Keras's.
_IN_TABLES = [_PPUL / "ops", _PPUL / "layers", _PPUL / "quantizers"]
# It writes down what another environment computes.
collect_ignore = ["files/preprocessing/write.py"]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-thorough` what `make test` has no time for.

    Of a test marked `rows(n)` that is all rows but `n`, spread evenly; and the examples of what
    tables compare.
    """
    tests: dict[tuple[Path, str], list[pytest.Item]] = {}
    for item in items:
        if isinstance(item, pytest.DoctestItem):
            if any(map(item.path.is_relative_to, _IN_TABLES)):
                item.add_marker("thorough")
        elif item.get_closest_marker("rows") and not item.get_closest_marker("thorough"):
            tests.setdefault((item.path, item.name.partition("[")[0]), []).append(item)
    for rows in tests.values():
        (count,) = rows[0].get_closest_marker("rows").args
        kept = {i * len(rows) // count for i in range(count)}
        for i, row in enumerate(rows):
            if i not in kept:
                row.add_marker("thorough")


@pytest.fixture(autouse=True)
def _same_seeds():
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002 - user code and scikit-learn still draw from it
    for library in ("ppul", "keras"):
        if hasattr(sys.modules.get(library), "utils"):
            sys.modules[library].utils.set_random_seed(0)


@pytest.fixture
def data_dir(request: pytest.FixtureRequest) -> Path:
    """Return the folder of real data sets; skip where it, or a file it needs, is missing.

    A test names its files by `@pytest.mark.needs_files("mnist.npz")`.
    """
    value = os.environ.get("PPUL_DATA_DIR")
    if not value:
        pytest.skip("needs real data: set PPUL_DATA_DIR to a folder with the data sets")
    folder = Path(value)
    marker = request.node.get_closest_marker("needs_files")
    missing = [name for name in (marker.args if marker else ()) if not (folder / name).is_file()]
    if missing:
        pytest.skip(f"needs real data: PPUL_DATA_DIR={folder} has no {', '.join(missing)}")
    return folder
