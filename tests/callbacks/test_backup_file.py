"""The file of a backup gives back what was put in, or says that it cannot."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppul.callbacks.backup_file import read_backup, write_backup
from ppul.callbacks.plain import is_plain

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["f4", "f8", "i4", "u8", "?", "c8", "<U3", jnp.bfloat16]).flatmap(
        lambda dtype: st.integers(0, 3).map(lambda n: np.arange(n).astype(dtype))
    )
    | st.sampled_from([np.float32(0.1), np.int64(7), np.zeros((2, 0, 3)), np.array(5.0)]),
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.integers() | st.none(), inner)
    ),
    max_leaves=10,
)


def as_told(value: Any) -> Any:
    """A value with its types, to be compared."""
    if isinstance(value, dict):
        return {key: as_told(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [as_told(item) for item in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return type(value), value.dtype, value.shape, value.tobytes()
    return type(value), repr(value)


@given(PLAIN)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        assert is_plain(value)
        write_backup(f"{folder}/a.backup", value)
        assert as_told(read_backup(f"{folder}/a.backup")) == as_told(value)
        assert os.listdir(folder) == ["a.backup"]  # noqa: PTH208


@pytest.mark.parametrize("value", [print, {1, 2}, b"bytes", [object()], {(1,): 2}, np.array([{}])])
def test_what_is_not_plain_is_refused(value: Any, tmp_path: Path) -> None:
    assert not is_plain(value)
    with pytest.raises(TypeError, match="A backup can hold numbers, texts, arrays"):
        write_backup(tmp_path / "a.backup", value)
    assert not list(tmp_path.iterdir())


def test_any_damage_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    write_backup(path, {"weights": np.arange(20.0), "epoch": 3, "text": "abc"})
    whole = path.read_bytes()
    damaged = [whole[:length] for length in range(len(whole))] + [whole + b"\0"]
    damaged += [
        whole[:at] + bytes([whole[at] ^ 1 << at % 8]) + whole[at + 1 :] for at in range(len(whole))
    ]
    for content in damaged:
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"is damaged|is no backup"):
            read_backup(path)
