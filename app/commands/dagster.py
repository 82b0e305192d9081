"""`prosa dagster`: Dagster's own pages over the same pipelines."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from app.supervisor import python
from ingest.settings import Settings


def run_dagster(settings: Settings, root: Path, arguments: list[str]) -> int:
    """Run `dagster dev` on loopback with this installation's storage; returns its exit code."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / "dagster.yaml", settings.dagster_home / "dagster.yaml")
    environment = os.environ | {
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "PROSA_HOME": str(settings.home.absolute()),
        "PYTHONPATH": str(root),
    }
    return subprocess.call(python("dagster", "dev", "--host", "127.0.0.1", *arguments), cwd=root, env=environment)  # noqa: S603
