"""`make size`: what it counts, against git's own count, and when it fails."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "tools" / "size.py"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a folder with the script and a file of 10 lines in src/ppul/core."""
    # Inside a git hook these name the repository that the hook runs for.
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    (tmp_path / "tools").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tools")
    (tmp_path / "src/ppul/core").mkdir(parents=True)
    _write(tmp_path, "core/names.py", 10)
    return tmp_path


def test_a_file_at_the_limit_passes_and_one_above_it_fails(project):
    _write(project, "core/scope.py", 500)
    assert _size(project).returncode == 0
    _write(project, "core/scope.py", 501)
    done = _size(project)
    assert done.returncode == 1
    assert "src/ppul/core/scope.py: 501 lines; the limit is 500" in done.stdout


def test_outside_of_git_it_prints_the_total_alone(project, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    assert _size(project).stdout.endswith("1 files, 10 lines in src/ppul\n")


def test_a_change_counts_as_git_counts_it_and_new_files_too(project):
    _git(project, "init", "--quiet")
    _git(project, "add", ".")
    _git(project, "commit", "--quiet", "--message", "start")
    _write(project, "core/names.py", 7)
    _write(project, "core/scope.py", 20)
    without_new_files = _git(project, "diff", "--shortstat", "HEAD")
    assert "3 deletions" in without_new_files
    assert "insertion" not in without_new_files
    assert "since the last commit +20 -3" in _size(project).stdout


def _write(project: Path, name: str, lines: int) -> None:
    text = "".join(f"LINE_{i} = {i}\n" for i in range(lines))
    (project / "src/ppul" / name).write_text(text)


def _size(project: Path) -> subprocess.CompletedProcess:
    command = [sys.executable, project / "tools/size.py"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def _git(project: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    command = ["git", "-C", project, *settings, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout
