"""Answers of `prosa sql` as a table for people, or as CSV, JSON lines or Parquet of any type that DuckDB has.

Files are written batch by batch, so that an answer may be larger than memory. Bytes are base64 and intervals ISO 8601
durations wherever text is all there is; in CSV, lists and structs are JSON.
"""

from __future__ import annotations

import base64
import itertools
import json
import math
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TextIO

from ingest.kit.spreadsheet import neutral

if TYPE_CHECKING:
    from pyarrow import DataType, RecordBatch, RecordBatchReader

FORMATS = ("table", "csv", "json", "parquet")
_SHOWN = 200
_BATCH = 20_480
"""Rows converted at a time."""


def write(result: Any, format: str, out: TextIO) -> None:  # noqa: A002  # the option's name
    """Write what a statement answered; Parquet goes to the stream's bytes."""
    if format == "table":
        _write_table(result, out)
        return
    reader = result.to_arrow_reader(_BATCH)
    {"csv": _write_csv, "json": _write_json, "parquet": _write_parquet}[format](reader, out)


def plain(value: Any) -> Any:
    """Return a value of Arrow's as JSON has it: numbers as numbers (what is no number as null), all else as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {str(name): plain(each) for name, each in value.items()}
    return _plain_more(value)


def _plain_more(value: Any) -> Any:
    if hasattr(value, "nanoseconds"):
        return _duration(value.months, value.days, value.nanoseconds)
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _duration(months: int, days: int, nanoseconds: int) -> str:
    """Return ISO 8601: `P1M2DT3.5S`."""
    seconds = f"T{Decimal(nanoseconds) / 1_000_000_000:f}S" if nanoseconds else ""
    found = (f"{months}M" if months else "") + (f"{days}D" if days else "") + seconds
    return f"P{found or 'T0S'}"


def _write_csv(reader: RecordBatchReader, out: TextIO) -> None:
    """Write texts quoted and formulas neutralised, NULL as nothing."""
    out.write(",".join(_cell(name) for name in _names(reader.schema.names)) + "\n")
    for batch in reader:
        out.writelines(",".join(map(_cell, row)) + "\n" for row in _rows(batch))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return '"' + neutral(text).replace('"', '""') + '"'


def _write_json(reader: RecordBatchReader, out: TextIO) -> None:
    names = _names(reader.schema.names)
    for batch in reader:
        out.writelines(
            json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, separators=(",", ":")) + "\n"
            for row in _rows(batch)
        )


def _rows(batch: RecordBatch) -> Iterator[tuple[Any, ...]]:
    columns = [map(plain, _values(column)) for column in batch.columns]
    return zip(*columns, strict=True) if columns else itertools.repeat((), batch.num_rows)


def _values(column: Any) -> Sequence[Any]:
    """Return Python's values of a column; a map whose keys are all different is a dict."""
    values: list[Any] = column.to_pylist(maps_as_pydicts="lossy")
    return values


def _names(names: Sequence[str]) -> list[str]:
    """Return the names, numbered where two columns have the same, as DuckDB itself does in a table."""
    made: list[str] = []
    for name in names:
        free = itertools.chain([name], (f"{name}_{n}" for n in itertools.count(1)))
        made.append(next(each for each in free if each not in made))
    return made


def _write_parquet(reader: RecordBatchReader, out: TextIO) -> None:
    """Write the table's own types; a column with a type that Parquet lacks is text."""
    import pyarrow as pa
    from pyarrow import parquet

    names = _names(reader.schema.names)
    is_text = [not _fits(field.type) for field in reader.schema]
    types = [pa.string() if as_text else field.type for as_text, field in zip(is_text, reader.schema, strict=True)]
    schema = pa.schema(list(zip(names, types, strict=True)))
    with parquet.ParquetWriter(out.buffer, schema, compression="zstd") as file:
        for batch in reader:
            columns = [_as_text(c) if text else c for text, c in zip(is_text, batch.columns, strict=True)]
            file.write_batch(pa.record_batch(columns, schema=schema))


def _as_text(column: Any) -> Any:
    import pyarrow as pa

    texts = (plain(each) for each in _values(column))
    told = [each if each is None or isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in texts]
    return pa.array(told, pa.string())


def _fits(type_: DataType) -> bool:
    """Say whether Parquet has a type: all but intervals, unions and Arrow's own extensions, also deep inside."""
    from pyarrow import types

    lacking: tuple[Callable[[Any], bool], ...] = (types.is_interval, types.is_union)
    if any(lacks(type_) for lacks in lacking) or hasattr(type_, "extension_name"):
        return False
    if types.is_struct(type_) and type_.num_fields == 0:
        return False
    return all(_fits(type_.field(n).type) for n in range(type_.num_fields))


def _write_table(result: Any, out: TextIO) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    shown = Table(*(column[0] for column in result.description))
    rows = result.fetchmany(_SHOWN + 1)
    for row in rows[:_SHOWN]:
        shown.add_row(*(Text("" if value is None else str(value)) for value in row))
    console = Console(file=out, markup=False)
    console.print(shown)
    if len(rows) > _SHOWN:
        console.print(f"The first {_SHOWN} rows; `--format csv` gives all.")
