"""Make `.venv` and install what a lock file pins: `python3 tools/setup.py requirements/run.txt`.

Any Python 3 can start it, so that one that is too old says so.
"""

import subprocess
import sys
import time
from pathlib import Path

VENV = Path(".venv")
PYTHON = VENV / "bin" / "python"


def main(lock: str) -> None:
    check_python()
    start = time.monotonic()
    if not works():
        print(f"Making {VENV} with Python {sys.version.split()[0]} ...", flush=True)
        run([sys.executable, "-m", "venv", "--clear", str(VENV)])
    print(f"Installing what {lock} pins (the first time, this downloads a lot) ...", flush=True)
    # At a terminal pip shows its own progress; a log is better off without.
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", *quiet]
    run([*pip, "--require-hashes", "-r", lock])
    run([*pip, "--no-deps", "--no-build-isolation", "-e", "."])
    print(f"{VENV} is ready ({time.monotonic() - start:.0f} s).", flush=True)


def check_python() -> None:
    """Stop where the Python that runs this cannot make the environment."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file meets older ones
        fail(
            f"ppul needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}. "
            "If a newer one is installed, name it, for example: make PYTHON=python3.12 demo"
        )
    try:
        # Debian and Ubuntu ship Python without these.
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        fail(
            f"{sys.executable} cannot make a virtual environment: it has no module {error.name!r}. "
            "On Debian and Ubuntu: apt install python3-venv"
        )


def works() -> bool:
    """Return whether `.venv` is there and runs: not after Python or the folder was moved."""
    probe = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    try:
        return subprocess.call([str(PYTHON), "-c", probe], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def run(command: list) -> None:
    """Run a command; stop with its words where it fails."""
    status = subprocess.call(command)
    if status:
        fail(f"this failed with exit status {status}: {' '.join(command)}")


def fail(message: str) -> None:
    sys.exit(f"tools/setup.py: {message}")


if __name__ == "__main__":
    main(*sys.argv[1:])
