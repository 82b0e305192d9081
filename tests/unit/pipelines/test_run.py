"""The pipelines process says what is wrong with the lake where others can read it."""

from __future__ import annotations

from pathlib import Path

from ingest.store.checked import broken_checks
from ingest.store.database import Database
from pipelines.run import Rounds
from tests import builders as b
from tests.unit.pipelines.house import a_lake, bring_up

ANA = b.phone("5511987654321")


def test_a_check_that_breaks_is_told_and_forgotten_when_it_holds_again(tmp_path: Path) -> None:
    with a_lake(tmp_path) as (derivation, where):
        bring_up(derivation, where, [[b.a_message("q", ANA, 0), b.an_echo("a", ANA, 30)]])
        derivation.connection.execute("UPDATE lake.marts.fct_response SET reply_s = -1")
    rounds, database = Rounds(where), Database(where.database)
    try:
        rounds.tidy()
        with database.read() as connection:
            assert broken_checks(connection) == {"no_negative_waits": 1}
        with a_lake(tmp_path) as (derivation, _):
            derivation.rebuild()
        rounds.tidy()
        with database.read() as connection:
            assert broken_checks(connection) == {}
    finally:
        rounds.close()
        database.close()
