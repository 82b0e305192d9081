"""Damage is named wherever it is, and what is whole is not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.kit.clock import FixedClock
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.lander import land
from ingest.store.media import MediaStore
from ingest.store.schema import metadata
from ingest.store.soundness import check_files, last_check
from tests import builders as b
from tests.unit.pipelines.house import record


@pytest.fixture
def where(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    database = Database(settings.database)
    metadata.create_all(database.engine)
    database.close()
    record(settings, [b.a_message(f"m{n}", b.phone(f"5511{n % 50}"), n, "x" * 500) for n in range(2000)])
    land(settings)
    MediaStore(settings.media).put(io.BytesIO(b"a picture"))
    return settings


def a_file_of_the_lake(settings: Settings) -> Path:
    return max(settings.lake_files.rglob("*.parquet"), key=lambda path: path.stat().st_size)


def flip(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


def _cut(settings: Settings) -> Path:
    path = a_file_of_the_lake(settings)
    path.write_bytes(path.read_bytes()[:-100])
    return path


def _flip_in_the_lake(settings: Settings) -> Path:
    path = a_file_of_the_lake(settings)
    flip(path, path.stat().st_size // 3)
    return path


def _lose(settings: Settings) -> Path:
    path = a_file_of_the_lake(settings)
    path.unlink()
    return path


def _flip_a_picture(settings: Settings) -> Path:
    path = next(settings.media.glob("??/*"))
    flip(path, 3)
    return path


def _zero_pages_of_the_journal(settings: Settings) -> Path:
    path = settings.home / "prosa.db"
    content = bytearray(path.read_bytes())
    content[8 * 4096 : 40 * 4096] = bytes(32 * 4096)
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("hurt", [_cut, _flip_in_the_lake, _lose, _flip_a_picture, _zero_pages_of_the_journal])
def test_a_damaged_file_is_named(where: Settings, hurt: Callable[[Settings], Path]) -> None:
    clock = FixedClock(b.T0)
    assert check_files(where, clock).damaged == ()
    victim = hurt(where)
    found = check_files(where, clock)
    assert [each for each in found.damaged if each.startswith(str(victim.relative_to(where.home)))]
    assert last_check(where) == found
