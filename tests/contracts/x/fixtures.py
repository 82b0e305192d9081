"""Recorded payloads. They are data beside the repository, never part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "../shared/fixtures/channels/x"
EXPECTED = Path(__file__).parent / "expected"


def fixture(name: str) -> bytes:
    """Return one recorded body; skips the test where the recordings are not there."""
    path = FOLDER / f"{name}.json"
    if not path.exists():
        pytest.skip("recorded payloads are not beside the repository (shared/fixtures/channels)")
    return path.read_bytes()


def webhook_names() -> list[str]:
    """Return the fixtures that have a table of expected events."""
    return sorted(path.stem for path in EXPECTED.glob("*.jsonl"))
