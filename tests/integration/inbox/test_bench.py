"""The inbox's bench writes rows past the fold, so they must be rows that the tables of today take."""

from __future__ import annotations

from pathlib import Path

from ingest.store.search import find_conversations
from tests.bench.house import furnish
from tests.bench.inbox import fill
from tests.builders import WORKSPACE


def test_the_bench_fills_its_house_and_its_search_finds_somebody(tmp_path: Path) -> None:
    store = furnish(tmp_path)
    filled = fill(store, 50)
    with store.read() as sql:
        found = find_conversations(sql, "conceicao", WORKSPACE, ["inb_1"], 100)
    store.database.close()
    assert found
    assert set(found) <= set(filled)
