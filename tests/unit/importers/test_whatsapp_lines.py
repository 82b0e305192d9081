"""Chat exports of every header format are read, and day and month are told apart or asked for."""

# ruff: noqa: DTZ001 - the times of an export are a phone's local times

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from ingest.domain.errors import BadInput
from ingest.store.importers.whatsapp_lines import numbered, read_chat

FORMATS = Path(__file__).parents[3] / "../shared/data/whatsapp_formats/header_format_support.json"
NARROW = "\u202f"
LEFT = "\u200e"


def formats() -> list[str]:
    if not FORMATS.is_file():
        return []
    return [each["format"] for each in json.loads(FORMATS.read_text("utf-8"))]


def written(form: str, moment: datetime, name: str, *, long_year: bool) -> str:
    """Return a header as a phone with this format writes it."""
    form = form.replace("%y", "%Y") if long_year else form
    return moment.strftime(form.replace("%name", "§")).replace("§", name)


@pytest.mark.skipif(not FORMATS.is_file(), reason="the shared list of header formats is not beside the repository")
@pytest.mark.parametrize("long_year", [False, True])
@pytest.mark.parametrize("form", formats())
def test_every_known_header_format_is_read(form: str, long_year: bool) -> None:
    start = datetime(2023, 3, 28, 9, 5, 7)
    moments = [start + timedelta(hours=31 * step, seconds=11 * step) for step in range(60)]
    lines = [
        f"{written(form, moment, ('Ana', '+55 11 98765-4321')[step % 2], long_year=long_year)} oi {step}\nlinha dois"
        for step, moment in enumerate(moments)
    ]
    chat = read_chat("\n".join(lines), 2026)
    precision = 1 if "%S" in form else 60
    assert [entry.at.timestamp() // precision for entry in chat.entries] == [
        m.timestamp() // precision for m in moments
    ]
    assert [entry.author for entry in chat.entries[:2]] == ["Ana", "+55 11 98765-4321"]
    assert chat.entries[3].text == "oi 3\nlinha dois"


def test_day_and_month_are_asked_for_where_nothing_tells_them_apart() -> None:
    text = "05/04/2024, 10:00 - Ana: oi\n05/04/2024, 10:01 - Loja: olá"
    with pytest.raises(BadInput) as raised:
        read_chat(text, 2026)
    assert "5 April 2024 or 4 May 2024" in raised.value.detail
    assert "--day-first or --month-first" in raised.value.detail
    assert read_chat(text, 2026, day_first=True).entries[0].at == datetime(2024, 4, 5, 10)
    assert read_chat(text, 2026, day_first=False).entries[0].at == datetime(2024, 5, 4, 10)


def test_one_date_that_can_be_read_one_way_only_settles_the_whole_file() -> None:
    text = "05/04/2024, 10:00 - Ana: oi\n13/04/2024, 10:01 - Loja: olá"
    assert read_chat(text, 2026).entries[0].at == datetime(2024, 4, 5, 10)


def test_time_that_would_run_back_tells_day_from_month() -> None:
    text = "01/02/2024, 10:00 - A: a\n02/02/2024, 10:00 - A: b\n03/02/2024, 10:00 - A: c\n01/03/2024, 10:00 - A: d"
    assert read_chat(text, 2026).entries[-1].at == datetime(2024, 3, 1, 10)


def test_years_before_whatsapp_or_after_now_are_no_years() -> None:
    assert read_chat("24-04-03, 10:00 - A: a\n24-04-13, 10:00 - A: a", 2026).order == "ymd"


def test_direction_marks_narrow_spaces_and_halves_of_the_day_are_read() -> None:
    text = (
        f"{LEFT}[13/01/2024, 9:05:07{NARROW}PM] Ana: a\n"
        f"[13/01/2024, 12:00:00{NARROW}a.m.] Ana: b\n"
        "\u200f[١٤/٠١/٢٠٢٤, ٩:٠٥:٠٧ م] \u202aأحمد\u202c: مرحبا\n"
        f"[14/01/2024 12:30:00 p.{NARROW}m.] Ana: c"
    )
    chat = read_chat(text, 2026)
    assert [(entry.at.hour, entry.author) for entry in chat.entries] == [
        (21, "Ana"),
        (0, "Ana"),
        (21, "أحمد"),
        (12, "Ana"),
    ]
    assert chat.entries[2].text == "مرحبا"


def test_marks_inside_the_date_of_an_arabic_phone_are_read() -> None:
    text = "12\u200f/3\u200f/2020, 10:15 م - A: hi\n[13\u200f/3\u200f/2020، 9:15:01\u200f ص] A: hi"
    assert [entry.at for entry in read_chat(text, 2026).entries] == [
        datetime(2020, 3, 12, 22, 15),
        datetime(2020, 3, 13, 9, 15, 1),
    ]


def test_a_line_without_a_name_is_the_systems_and_one_before_the_first_header_is_told() -> None:
    chat = read_chat("lost\n13/01/2024 10:00 - Messages are encrypted.\n13/01/2024 10:00 - A: x: y", 2026)
    assert chat.entries[0].author is None
    assert (chat.entries[1].author, chat.entries[1].text) == ("A", "x: y")
    assert chat.stray == [(1, "lost")]


def test_a_date_inside_a_message_is_no_header() -> None:
    chat = read_chat("13/01/2024 10:00 - A: até\n14/01/2024 vamos\n25:99 - nada", 2026)
    assert len(chat.entries) == 1
    assert "14/01/2024 vamos" in chat.entries[0].text


def test_what_is_no_export_is_refused_with_a_sentence() -> None:
    with pytest.raises(BadInput, match="not a WhatsApp chat export"):
        read_chat("hello\nworld", 2026)


def test_equal_messages_of_one_minute_stay_two() -> None:
    chat = read_chat("13/01/2024 10:00 - A: oi\n13/01/2024 10:00 - A: oi", 2026)
    assert [repeat for _, repeat in numbered(chat.entries)] == [0, 1]
