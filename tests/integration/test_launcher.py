"""`./prosa` mends its own environment: one half made, and one whose Python has gone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASE = Path(sys.base_prefix) / "bin" / "python3"
UV = '#!/bin/sh\necho "$@" >> "$(dirname "$0")/../installed"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a folder with the launcher and a command line that says who runs it; installing is only noted."""
    for name in ("prosa", "pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").touch()
    (tmp_path / "app" / "cli.py").write_text("import sys; print('runs in', sys.prefix)\n")
    (tmp_path / "uv").write_text(UV)
    (tmp_path / "uv").chmod(0o755)
    return tmp_path


def launched(checkout: Path) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return subprocess.run(
        [checkout / "prosa"],
        cwd=ROOT,  # it has an app of its own, which must not be taken for the checkout's
        env=environment | {"PROSA_PYTHON": str(BASE)},
        capture_output=True,
        text=True,
        timeout=200,
    )


def a_whole_one(checkout: Path) -> Path:
    venv = checkout / ".venv"
    subprocess.run([BASE, "-m", "venv", venv], check=True)
    shutil.copy(checkout / "uv", venv / "bin" / "uv")
    told = launched(checkout)
    assert (told.returncode, told.stdout) == (0, f"runs in {venv}\n"), told.stderr
    return venv


def test_an_environment_whose_python_has_gone_is_made_anew_although_its_stamp_fits(checkout: Path) -> None:
    venv = a_whole_one(checkout)
    for link in (venv / "bin").glob("python*"):
        link.unlink()
        link.symlink_to("/nowhere/python3")
    told = launched_with_uv_kept(checkout)
    assert (told.returncode, told.stdout) == (0, f"runs in {venv}\n"), told.stderr


def test_a_half_made_environment_is_begun_anew(checkout: Path) -> None:
    venv = checkout / ".venv"
    subprocess.run([BASE, "-m", "venv", "--without-pip", venv], check=True)
    told = launched_with_uv_kept(checkout)
    assert (told.returncode, told.stdout) == (0, f"runs in {venv}\n"), told.stderr
    assert subprocess.call([venv / "bin" / "python", "-m", "pip", "--version"], stdout=subprocess.DEVNULL) == 0


def launched_with_uv_kept(checkout: Path) -> subprocess.CompletedProcess[str]:
    """Launch with a pip that installs our uv: the test needs no index."""
    text = (checkout / "prosa").read_text()
    asked = next(line for line in text.splitlines() if "pip install" in line and "uv==" in line)
    (checkout / "prosa").write_text(text.replace(asked, '  cp "$here/uv" "$venv/bin/uv"'))
    return launched(checkout)
