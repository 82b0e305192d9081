"""Tables as files: CSV, XLSX and Parquet that a spreadsheet can open without running anything.

In CSV, what a spreadsheet would take for a formula is neutralised. XLSX cells are strings by type, and Parquet knows no
formulas, so both keep the words untouched.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from ingest.kit.spreadsheet import neutral as neutral  # part of what an export is

if TYPE_CHECKING:
    from pandas import DataFrame, Series

_ROWS_OF_A_SHEET = 1_048_575
MIMES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def filename(name: str, first: date | None, last: date | None, kind: str) -> str:
    """Return the name of a file, with its range: `prosa-conversations-2026-10-22-to-2026-11-20.csv`."""
    stem = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "table"
    range_ = f"-{first.isoformat()}-to-{last.isoformat()}" if first and last else ""
    return f"prosa-{stem}{range_}.{kind}"


def to_bytes(frame: DataFrame, kind: str, headers: Mapping[str, str], timezone: str) -> bytes:
    """Return the columns named in `headers` as a file of that kind; instants on the workspace's clock."""
    table = _written(frame, headers, timezone)
    return {"csv": to_csv, "xlsx": to_xlsx, "parquet": to_parquet}[kind](table)


def to_csv(table: DataFrame) -> bytes:
    """Return UTF-8 with a byte order mark, every text quoted, formulas neutralised."""
    import csv

    safe = table.rename(columns=neutral)
    for position, column in enumerate(table.columns):
        if _is_text(table[column]):
            safe.isetitem(position, table[column].map(lambda each: neutral(each) if isinstance(each, str) else each))
    text: str = safe.to_csv(index=False, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    return text.encode("utf-8-sig")


def to_xlsx(table: DataFrame) -> bytes:
    """Return a workbook with a frozen, filterable header; texts are string cells, instants are dates."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True})
        styles = {
            "text": book.add_format({"quote_prefix": True}),
            "time": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        }
        for column, header in enumerate(table.columns):
            sheet.write_string(0, column, header, bold)
            _write_column(sheet, column, table.iloc[:_ROWS_OF_A_SHEET, column], styles)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, len(table), max(len(table.columns) - 1, 0))
        sheet.autofit()
    return buffer.getvalue()


def to_parquet(table: DataFrame) -> bytes:
    """Return zstd Parquet with the table's own types."""
    buffer = io.BytesIO()
    table.to_parquet(buffer, index=False, compression="zstd")
    return buffer.getvalue()


def _written(frame: DataFrame, headers: Mapping[str, str], timezone: str) -> DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {}
    for column, header in headers.items():
        values = frame[column]
        if isinstance(values.dtype, pd.DatetimeTZDtype):
            values, header = values.dt.tz_convert(ZoneInfo(timezone)).dt.tz_localize(None), f"{header} ({timezone})"
        elif values.map(lambda each: hasattr(each, "tolist") or isinstance(each, list)).any():
            values = values.map(lambda each: ", ".join(map(str, each)))
        columns[header] = values
    return pd.DataFrame(columns)


def _is_text(values: Series[Any]) -> bool:
    import pandas as pd

    return bool(pd.api.types.is_string_dtype(values.dtype) or pd.api.types.is_object_dtype(values.dtype))


def _write_column(sheet: Any, column: int, values: Series[Any], styles: Mapping[str, Any]) -> None:
    import pandas as pd

    for row, each in enumerate(values, 1):
        if pd.isna(each):
            continue
        if isinstance(each, str):
            sheet.write_string(row, column, each, styles["text"])
        elif isinstance(each, pd.Timestamp | date):
            sheet.write_datetime(row, column, each, styles["time"])
        elif isinstance(each, bool):
            sheet.write_boolean(row, column, each)
        else:
            sheet.write_number(row, column, each)
