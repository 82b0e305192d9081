"""Recorded mail and provider bodies. They are data beside the repository, never part of it."""

from __future__ import annotations

from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[3] / "../shared/fixtures/channels/email"
EXPECTED = Path(__file__).parent / "expected"


def fixture(name: str) -> bytes:
    """Return one recorded body, by its file's name; skips the test where the recordings are not there."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip("recorded payloads are not beside the repository (shared/fixtures/channels)")
    return path.read_bytes()


def names() -> list[str]:
    """Return the fixtures that have a table of expected events."""
    return sorted(path.name.removesuffix(".jsonl") for path in EXPECTED.glob("*.jsonl"))
