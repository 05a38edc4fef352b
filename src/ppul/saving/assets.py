"""Files that layers keep beside their weights, such as vocabularies: `assets/` in a `.keras` file."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from ppul.saving.archive import read_member
from ppul.saving.weights import walk

_FOLDER = "assets"


@runtime_checkable
class HasAssets(Protocol):
    """A layer that writes files into a folder, and reads them again."""

    name: str

    def save_assets(self, dir_path: str) -> None:
        """Write files into a folder."""
        ...

    def load_assets(self, dir_path: str) -> None:
        """Read what `save_assets` wrote."""
        ...


def write_assets(model: Any, archive: zipfile.ZipFile) -> None:
    """Put the files of a model's layers into an archive."""
    for prefix, owner in _owners(model):
        with tempfile.TemporaryDirectory() as folder:
            owner.save_assets(folder)
            for file in sorted(Path(folder).rglob("*")):
                if file.is_file():
                    name = file.relative_to(folder).as_posix()
                    archive.writestr(f"{prefix}{name}", file.read_bytes())


def read_assets(model: Any, archive: zipfile.ZipFile, name: str) -> None:
    """Let the layers of a model read their files from an archive.

    Args:
        model: The model.
        archive: An archive opened by `reading_archive`, whose members stay inside of it.
        name: What to call it in an error.

    Raises:
        ValueError: If a layer cannot read them.
    """
    members = [m for m in archive.namelist() if m.startswith(f"{_FOLDER}/") and m[-1] != "/"]
    for prefix, owner in _owners(model):
        own = [member for member in members if member.startswith(prefix)]
        if not own:
            continue
        with tempfile.TemporaryDirectory() as folder:
            for member in own:
                path = Path(folder, member.removeprefix(prefix))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(read_member(archive, member, name))
            try:
                owner.load_assets(folder)
            except (OSError, RuntimeError, ValueError) as error:
                raise ValueError(
                    f"'{name}': the files of {type(owner).__name__} '{owner.name}' ({prefix}) are "
                    f"damaged, or not its own: {error}"
                ) from error


def _owners(model: Any) -> Iterator[tuple[str, HasAssets]]:
    for path, owner in walk(model):
        if isinstance(owner, HasAssets):
            yield f"{_FOLDER}/{path}/", owner
