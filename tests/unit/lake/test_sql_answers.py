"""Whatever DuckDB can answer, every format can hold; and no question ends the prompt."""

from __future__ import annotations

import io
import json
import os
import signal
import threading
from pathlib import Path

import pytest

from app.commands import sql
from app.commands.sql import answer, run_sql
from app.commands.sql_answer import FORMATS
from ingest.domain.errors import BadInput
from ingest.settings import Settings
from ingest.store.database import Database
from ingest.store.lake import open_duckdb
from ingest.store.schema import metadata

EVERYTHING = """
SELECT sum(i) AS s, 1.50::DECIMAL(9, 2) AS d, 170141183460469231731687303715884105727 AS huge, 10::UHUGEINT AS uh,
       INTERVAL 1 MONTH + INTERVAL 2 DAY + INTERVAL 3500 MILLISECOND AS span, [INTERVAL 1 DAY] AS spans, 'a\\xFF'::BLOB AS raw,
       union_value(a := 1) AS u, MAP {'a': 1} AS m, '101'::BIT AS bits, 'x'::ENUM ('x') AS e, TIME '10:00' AS t,
       TIMETZ '10:00:00+01' AS tz, 12345678901234567890::BIGNUM AS big, {'a': [1, NULL], 'b': {'c': '=1'}} AS st,
       TIMESTAMPTZ '2024-01-02 03:04:05Z' AS at, DATE '2024-01-02' AS day, '{"k": 1}'::JSON AS js, NULL AS nothing,
       [1, 2]::INT[2] AS fixed, 'nan'::DOUBLE AS nan, true AS yes, '' AS empty, '=cmd()' AS f, 1 AS twice, 2 AS twice
FROM range(4) t (i)
"""


def told(statement: str, form: str) -> bytes:
    connection = open_duckdb()
    raw = io.BytesIO()
    out = io.TextIOWrapper(raw, "utf-8")
    try:
        answer(connection, statement, form, out)
        out.flush()
        return raw.getvalue()
    finally:
        connection.close()


@pytest.mark.parametrize("form", FORMATS)
def test_every_type_fits_every_format(form: str) -> None:
    assert told(EVERYTHING, form)


def test_json_has_numbers_durations_and_bytes_in_base64() -> None:
    row = json.loads(told(EVERYTHING, "json"))
    assert (row["s"], row["d"], row["huge"], row["uh"]) == (6, 1.5, 2**127 - 1, 10)
    assert (row["span"], row["spans"], row["raw"]) == ("P1M2DT3.5S", ["P1D"], "Yf8=")
    assert (row["m"], row["st"]) == ({"a": 1}, {"a": [1, None], "b": {"c": "=1"}})
    assert (row["nan"], row["nothing"], row["yes"], row["empty"]) == (None, None, True, "")
    assert (row["twice"], row["twice_1"], row["at"]) == (1, 2, "2024-01-02T03:04:05+00:00")


def test_csv_tells_nothing_from_an_empty_text_and_runs_no_formula() -> None:
    header, row = (
        told("SELECT '' AS a, NULL AS b, '=cmd()' AS \"=c\", -1 AS d, [1] AS e, 'x\"y' AS f", "csv")
        .decode()
        .splitlines()
    )
    assert header == '"a","b","\'=c","d","e","f"'
    assert row == '"",,"\'=cmd()",-1,"[1]","x""y"'


def test_parquet_keeps_types_and_many_batches(tmp_path: Path) -> None:
    from pyarrow import parquet

    path = tmp_path / "it.parquet"
    path.write_bytes(told("SELECT i, [i] AS l, to_days(i::INT) AS d FROM range(50000) t (i)", "parquet"))
    table = parquet.read_table(path)
    assert (table.num_rows, table.schema.field("i").type, table["l"][3].as_py()) == (50_000, "int64", [3])
    assert table["d"][3].as_py() == "P3D"


def test_a_statement_without_end_is_stopped() -> None:
    connection = open_duckdb()
    with pytest.raises(BadInput, match="was stopped"):
        answer(connection, "SELECT count(*) FROM range(1e13::BIGINT) WHERE hash(range) = 1", "csv", io.StringIO(), 0.2)
    connection.close()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(sql, "_bound_memory", lambda: None)
    settings = Settings(home=tmp_path)
    database = Database(settings.database)
    metadata.create_all(database.engine)
    database.close()
    return settings


def test_no_question_ends_the_prompt(home: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = iter(
        (
            "SELECT nothing;",
            KeyboardInterrupt(),
            "DROP TABLE lake.landing.events;",
            "SELECT error('so');",
            "SELECT count(*) FROM range(10000000000000) WHERE hash(range) = 1;",
            "SELECT 6 *",
            "7;",
        )
    )

    def type_(prompt: str) -> str:
        match next(asked, None):
            case None:
                raise EOFError
            case KeyboardInterrupt() as pressed:
                raise pressed
            case str() as line:
                if "10000000000000" in line:
                    threading.Timer(1.5, os.kill, (os.getpid(), signal.SIGINT)).start()
                return line

    monkeypatch.setattr("builtins.input", type_)
    out = io.StringIO()
    run_sql(home, None, "table", out)
    assert "reading room" in out.getvalue()
    assert "Stopped." in out.getvalue()
    assert "42" in out.getvalue()


def test_parquet_is_not_poured_into_a_prompt(home: Settings) -> None:
    with pytest.raises(BadInput, match="Parquet is no text"):
        run_sql(home, None, "parquet", io.StringIO())


def test_the_dictionary_tells_every_column_of_the_log_as_it_is(home: Settings) -> None:
    from app.commands.tables import dictionary

    docs = {each.name: each for each in dictionary()}
    connection = sql.open_closed(home)
    for name in ("events", "lake.landing.events", "lake.landing.deliveries", "lake.landing.watermark"):
        told = [(each.name, each.type) for each in docs[name].columns]
        found = [(row[0], row[1]) for row in connection.execute(f"DESCRIBE {name}").fetchall()]
        assert told == [(column, type_.replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ")) for column, type_ in found]
    connection.close()
