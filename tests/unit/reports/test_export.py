"""Files that a spreadsheet opens without running anything."""

from __future__ import annotations

import io
from datetime import date

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.reports import export


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+1+cmd",
        "-1+2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠x",
        " =1",
        "\u200b=1",
        "x;=1",
        "x,\t@y",
        'a"\n=1',
        '"=1"',
    ],
)
def test_what_could_run_is_neutralised(cell: str) -> None:
    assert export.neutral(cell) != cell


@pytest.mark.parametrize(
    "cell", ["-12.5", "+5511987654321", "+55 11 98765", "-3", "a-b@c.d", "3 - 2", "", "Olá, tudo bem?", "نور"]
)
def test_numbers_phones_and_plain_words_stay_as_they_are(cell: str) -> None:
    assert export.neutral(cell) == cell


@given(st.text(alphabet="=+-@\t\r\n,;|'\" a1＝＋－＠", max_size=12))
def test_neutral_text_is_only_longer_and_stays_neutral(text: str) -> None:
    once = export.neutral(text)
    assert once.replace("'", "") == text.replace("'", "")
    assert not once or once[0] not in "=@\t\r\n＝＋－＠"


def _frame() -> pd.DataFrame:
    at = pd.to_datetime(["2026-11-20T02:30:00Z", None], utc=True)
    return pd.DataFrame(
        {
            "name": ['=HYPERLINK("x")', 'Ana, "A"'],
            "phone": ["+5511987654321", None],
            "at": at,
            "reply_s": [12.5, None],
            "tags": [["a", "b"], []],
        }
    )


HEADERS = {"name": "Name", "phone": "=Phone", "at": "Opened", "reply_s": "Reply (s)", "tags": "Tags"}


def test_csv_opens_in_a_spreadsheet_with_its_letters_and_no_formula() -> None:
    data = export.to_bytes(_frame(), "csv", HEADERS, "America/Sao_Paulo")
    text = data.decode("utf-8-sig")
    assert data.startswith(b"\xef\xbb\xbf")
    assert text.splitlines()[0] == '"Name","\'=Phone","Opened (America/Sao_Paulo)","Reply (s)","Tags"'
    assert "\"'=HYPERLINK" in text
    assert "+5511987654321" in text
    assert "'+5511987654321" not in text
    assert "2026-11-19 23:30:00" in text


def test_xlsx_holds_strings_dates_and_numbers_but_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(export.to_bytes(_frame(), "xlsx", HEADERS, "America/Sao_Paulo")))
    cells = list(book.active.iter_rows(min_row=2))  # type: ignore[union-attr]  # a new workbook has a sheet
    assert [cell.data_type for cell in cells[0]] == ["s", "s", "d", "n", "s"]
    assert cells[0][0].value == '=HYPERLINK("x")'
    assert cells[1][3].value is None


def test_parquet_keeps_types_and_words() -> None:
    table = pd.read_parquet(io.BytesIO(export.to_bytes(_frame(), "parquet", HEADERS, "UTC")))
    assert table["Name"][0] == '=HYPERLINK("x")'
    assert table["Reply (s)"].dtype == "float64"
    assert table["Tags"].tolist() == ["a, b", ""]


def test_an_empty_table_is_still_a_file() -> None:
    for kind in export.MIMES:
        assert export.to_bytes(_frame().iloc[:0], kind, HEADERS, "UTC")


def test_a_file_says_which_days_it_holds() -> None:
    name = export.filename("By inbox / Größe", date(2026, 10, 22), date(2026, 11, 20), "csv")
    assert name == "prosa-by-inbox-gr-e-2026-10-22-to-2026-11-20.csv"
