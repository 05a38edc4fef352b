"""All questions, one after another.

Run: `python -m benchmarks [--quick] [--only NAME] [--json FILE]`.
"""

from __future__ import annotations

import sys

from benchmarks import (
    command,
    epoch_time,
    family_time,
    import_time,
    many_models,
    predict_latency,
    script_time,
)

QUESTIONS: dict[str, command.Question] = {
    "import_time": import_time.measure,
    "epoch_time": epoch_time.measure,
    "family_time": family_time.measure,
    "script_time": script_time.measure,
    "predict_latency": predict_latency.measure,
    "many_models": many_models.measure,
}


def main() -> int:
    """Ask what the command line asks for."""
    parser = command.parser(__doc__)
    parser.add_argument(
        "--only", action="append", choices=QUESTIONS, help="only this; may be repeated"
    )
    arguments = parser.parse_args()
    return command.answer([QUESTIONS[name] for name in arguments.only or QUESTIONS], arguments)


if __name__ == "__main__":
    sys.exit(main())
