"""Lines of each source file, and what the change at hand adds: `python tools/size.py`.

Fails when a file of src/ is longer than a reader can keep in mind.
"""

import subprocess
import sys
import textwrap
from collections import defaultdict
from pathlib import Path

LIMIT = 500
ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "ppul"


def main() -> int:
    lines = {path: count_lines(path) for path in sorted(SRC.rglob("*.py*")) if is_source(path)}
    print_parts(lines)
    print(f"\n{len(lines)} files, {sum(lines.values()):,} lines in src/ppul{change()}")
    long = {path: count for path, count in lines.items() if count > LIMIT}
    for path, count in long.items():
        print(f"{path.relative_to(ROOT)}: {count} lines; the limit is {LIMIT}: split it by concern")
    return 1 if long else 0


def is_source(path: Path) -> bool:
    return path.suffix in {".py", ".pyi"}


def count_lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def print_parts(lines: dict[Path, int]) -> None:
    """Print the files of each part of ppul with their lines, longest first."""
    parts = defaultdict(list)
    for path, count in lines.items():
        name = path.relative_to(SRC)
        parts[name.parts[0] if len(name.parts) > 1 else ""].append((count, name))
    for part, files in sorted(parts.items()):
        print(f"{part or 'ppul'}: {sum(count for count, _ in files):,}")
        listed = " · ".join(
            f"{name.relative_to(part)} {count}" for count, name in sorted(files, reverse=True)
        )
        print(textwrap.fill(listed, 96, initial_indent="    ", subsequent_indent="    "))


def change() -> str:
    """Return what the work tree adds to src/ppul since the last commit; "" outside of git."""
    tracked = git("diff", "--numstat", "HEAD", "--", SRC)
    new_files = git("ls-files", "--others", "--exclude-standard", "--", SRC)
    if tracked is None or new_files is None:
        return ""
    rows = [row.split("\t") for row in tracked.splitlines()]
    # A binary file has "-" for its lines.
    counts = [(int(row[0]), int(row[1])) for row in rows if row[0] != "-"]
    added = sum(plus for plus, _ in counts)
    added += sum(count_lines(ROOT / name) for name in new_files.splitlines() if name)
    removed = sum(minus for _, minus in counts)
    return f"; since the last commit +{added:,} -{removed:,}"


def git(*arguments: str | Path) -> str | None:
    """Return what git prints, or None where it fails: no git, no repository, no commit yet."""
    try:
        done = subprocess.run(
            ["git", "-C", ROOT, *arguments], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
