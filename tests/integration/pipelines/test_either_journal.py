"""Landing and derivation over a journal in SQLite and one in PostgreSQL."""

from __future__ import annotations

from pathlib import Path

from ingest.domain.event import Event
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.home import make_home
from ingest.store.journal import Journal
from ingest.store.lake import open_readonly
from pipelines.derive import CHECKS
from pipelines.resources import opened
from tests import builders as b

ANA = b.phone("5511987654321")
BODY = bytes(range(256))


def a_delivery() -> Event:
    payload = {"connection_id": "con_1", "size": len(BODY)}
    return Event(
        workspace_id=b.WORKSPACE,
        type="delivery.received",
        key="delivery:1",
        occurred_us=b.T0,
        payload=payload,
        raw=BODY,
    )


def test_it_lands_whole_and_what_has_not_landed_is_seen(
    database: Database, journal: Journal, database_url: str, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, database_url=database_url)
    make_home(settings)
    with database.write() as connection:
        journal.append(connection, [a_delivery(), b.a_message("q", ANA, 0, "Olá 👋"), b.an_echo("a", ANA, 30)])
    with opened(settings) as derivation:
        landed = derivation.bring_up()
        assert (landed.events, landed.deliveries, landed.seq) == (2, 1, 3)
        assert derivation.land().events == 0
        assert not any(derivation.broken(name) for name in CHECKS)
        ask = derivation.connection.execute
        assert ask("SELECT raw FROM lake.landing.deliveries").fetchall() == [(BODY,)]
        assert ask("SELECT reply_s FROM lake.marts.fct_response").fetchall() == [(30.0,)]
        assert ask("SELECT text FROM lake.marts.fct_message ORDER BY message_us").fetchone() == ("Olá 👋",)
    with database.write() as connection:
        journal.append(connection, [b.a_message("q2", ANA, 60)])
    reader = open_readonly(settings)
    assert reader.execute("SELECT count(*), max(seq) FROM events").fetchone() == (3, 4)
    reader.close()
