"""A copy made while others write holds what was acknowledged before, and is a whole house wherever it is put."""

from __future__ import annotations

import io
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ingest.domain.errors import BadInput
from ingest.settings import Settings
from ingest.store.backup import MANIFEST, BackupBroken, back_up, restore
from ingest.store.database import Database
from ingest.store.lake import LakeAhead, attach, open_readonly
from ingest.store.lander import land
from ingest.store.media import MediaStore
from ingest.store.schema import metadata
from tests import builders as b
from tests.unit.pipelines.house import record


@pytest.fixture
def where(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path / "house")
    settings.home.mkdir()
    database = Database(settings.database)
    metadata.create_all(database.engine)
    database.close()
    return settings


def messages(first: int, count: int) -> list[object]:
    return [b.a_message(f"m{n}", b.phone(f"5511{n % 50}"), n) for n in range(first, first + count)]


def keys(settings: Settings) -> list[str]:
    connection = open_readonly(settings)
    found = [key for (key,) in connection.execute("SELECT key FROM events").fetchall()]
    connection.close()
    return found


class Business:
    """Somebody who keeps writing, with a file to every message, and lands what was written."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self.acknowledged: list[str] = []
        self.files: dict[str, str] = {}

    def write(self) -> None:
        media = MediaStore(self._settings.media)
        while not self._stop.is_set():
            number = len(self.acknowledged)
            event = b.a_message(f"b{number}", b.phone("5511"), number)
            self.files[event.key] = media.put(io.BytesIO(str(number).encode() * 100)).sha256
            record(self._settings, [event])
            self.acknowledged.append(event.key)

    def land(self) -> None:
        while not self._stop.is_set():
            land(self._settings)

    @contextmanager
    def running(self) -> Iterator[None]:
        threads = [threading.Thread(target=each) for each in (self.write, self.land)]
        for each in threads:
            each.start()
        try:
            yield
        finally:
            self._stop.set()
            for each in threads:
                each.join()


def test_what_was_acknowledged_before_a_backup_under_load_is_all_there_when_restored(
    where: Settings, tmp_path: Path
) -> None:
    record(where, messages(0, 2000))
    land(where)
    business = Business(where)
    with business.running():
        while len(business.acknowledged) < 20:
            time.sleep(0.01)
        before = list(business.acknowledged)
        made = back_up(where, tmp_path / "copy")
        during = len(business.acknowledged)
        while len(business.acknowledged) < during + 20:
            time.sleep(0.01)
    other = Settings(home=tmp_path / "elsewhere")
    restore(other, tmp_path / "copy")

    restored = keys(other)
    assert len(restored) == len(set(restored)) == made.head
    assert set(before) <= set(restored)
    for key in set(restored) & set(business.files):
        assert MediaStore(other.media).path(business.files[key]).exists(), "an event speaks of a file that is not there"
    record(other, messages(5000, 30))
    land(other)
    assert len(keys(other)) == made.head + 30, "what came after the restoring was not seen"


def test_a_backup_is_made_in_a_new_folder_and_restored_into_an_empty_one(where: Settings, tmp_path: Path) -> None:
    record(where, messages(0, 3))
    for full in (tmp_path, where.home / "backup"):
        with pytest.raises(BadInput):
            back_up(where, full)
    back_up(where, tmp_path / "copy")
    with pytest.raises(BadInput, match="holds"):
        restore(where, tmp_path / "copy")
    (tmp_path / "copy" / MANIFEST).unlink()
    with pytest.raises(BadInput, match="no whole backup"):
        restore(Settings(home=tmp_path / "new"), tmp_path / "copy")


def test_a_bit_that_flipped_in_a_backup_is_named_and_begins_no_house(where: Settings, tmp_path: Path) -> None:
    record(where, messages(0, 300))
    land(where)
    back_up(where, tmp_path / "copy")
    victim = max((tmp_path / "copy" / "lake").rglob("*.parquet"), key=lambda path: path.stat().st_size)
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    new = Settings(home=tmp_path / "new")
    with pytest.raises(BackupBroken, match=victim.name):
        restore(new, tmp_path / "copy")
    assert not (new.home / "prosa.db").exists()


@pytest.mark.parametrize("grown", [0, 200], ids=["shorter", "grown past it with other events"])
def test_a_lake_ahead_of_its_journal_is_refused_instead_of_skipping_what_is_new(where: Settings, grown: int) -> None:
    record(where, messages(0, 50))
    shutil.copy(where.home / "prosa.db", where.home / "older.db")
    record(where, messages(50, 50))
    land(where)
    for name in ("prosa.db", "prosa.db-wal", "prosa.db-shm"):
        (where.home / name).unlink(missing_ok=True)
    (where.home / "older.db").rename(where.home / "prosa.db")
    record(where, messages(1000, grown))
    with pytest.raises(LakeAhead, match="made anew from the journal"):
        land(where)
    with pytest.raises(LakeAhead):
        open_readonly(where)
    where.lake_catalog.unlink()
    shutil.rmtree(where.lake_files)
    land(where)
    assert len(keys(where)) == 50 + grown


def test_a_data_folder_that_moved_is_read_and_written_where_it_is(where: Settings, tmp_path: Path) -> None:
    import duckdb

    record(where, messages(0, 30))
    land(where)
    moved = Settings(home=tmp_path / "moved")
    where.home.rename(moved.home)
    reader = attach(moved, read_only=True)
    assert reader.execute("SELECT sum(seq) FROM lake.landing.events").fetchone() == (465,)
    reader.close()
    record(moved, messages(30, 30))
    assert land(moved).events == 30

    alone = duckdb.connect()
    for extension in ("sqlite_scanner", "ducklake"):
        from ingest.store.lake import load

        load(alone, extension)
    options = "READ_ONLY, META_JOURNAL_MODE 'WAL', META_BUSY_TIMEOUT 10000"  # as docs/analysts.md has it
    alone.execute(f"ATTACH 'ducklake:sqlite:{moved.lake_catalog}' AS lake ({options})")
    assert alone.execute("SELECT sum(seq), count(DISTINCT key) FROM lake.landing.events").fetchone() == (1830, 60)
    alone.close()
