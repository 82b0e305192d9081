"""`prosa test`: the linters first, because they are fast, then the suite on all cores."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from app.supervisor import python

_BROWSER = "tests/browser"
_CHECKS = {
    "ruff": python("ruff", "check", "."),
    "ruff format": python("ruff", "format", "--check", "."),
    "mypy": python("mypy"),
}


def run_tests(root: Path, arguments: list[str], *, is_all: bool) -> int:
    """Run every check and the suite; returns the first exit code that is not 0.

    With arguments (a file, `-k …`) only pytest runs, with those.
    """
    environment = os.environ | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    if not arguments:
        for name, command in _CHECKS.items():
            print(f"— {name}", flush=True)
            if code := subprocess.call(command, cwd=root, env=environment):  # noqa: S603  # our own tools
                print(f"prosa: {name} failed; the tests were not run", file=sys.stderr)
                return code
    selection = ["-m", ""] if is_all else []
    if arguments:
        return subprocess.call(python("pytest", *selection, *arguments), cwd=root, env=environment)  # noqa: S603
    # files in their own order: the running demo first, else the longest are left for one core at the end
    together = ["-n", "2", "--dist", "loadfile", "--no-loadscope-reorder", "--ignore", _BROWSER]
    # apart, because a synchronous browser driver keeps an event loop running in its process
    for part in (together, [*together[:5], _BROWSER]):
        if code := subprocess.call(python("pytest", *selection, *part), cwd=root, env=environment):  # noqa: S603
            return code
    return 0
