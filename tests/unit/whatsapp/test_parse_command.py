"""`prosa parse` prints what a body means, and complains in one sentence."""

from __future__ import annotations

import io
from pathlib import Path

import orjson
import pytest

from app.commands.parse import parse_files
from ingest.channels import registry
from tests.unit.whatsapp.wire import a_text, body_of, change


def run(tmp_path: Path, *bodies: bytes) -> tuple[int, list[dict[str, object]]]:
    paths = [tmp_path / f"{number}.json" for number in range(len(bodies))]
    for path, body in zip(paths, bodies, strict=True):
        path.write_bytes(body)
    out = io.StringIO()
    status = parse_files("whatsapp", paths, out)
    return status, [orjson.loads(line) for line in out.getvalue().splitlines()]


def test_events_are_lines_of_json(tmp_path: Path) -> None:
    status, (line,) = run(tmp_path, orjson.dumps(body_of(change(messages=[a_text("olá")]))))
    assert status == 0
    assert list(line) == [
        "type",
        "key",
        "occurred_at",
        "channel",
        "inbox_id",
        "conversation_id",
        "contact_id",
        "actor_kind",
        "payload",
    ]
    assert line["occurred_at"] == "2025-06-15T15:06:40.000000Z"


@pytest.mark.parametrize(
    "body",
    [b"[]", b"null", b"{}", b'"\\ud800"', b"\xef\xbb\xbf{}", b"1e400", b"[" * 5000 + b"]" * 5000, b"9" * 5000],
)
def test_whatever_is_json_is_told_about(tmp_path: Path, body: bytes) -> None:
    status, lines = run(tmp_path, body)
    assert (status, [each["type"] for each in lines]) == (0, ["delivery.unreadable"])


@pytest.mark.parametrize("channel", registry.NAMES)
def test_json_is_json_on_every_channel(tmp_path: Path, channel: str) -> None:
    for body in (b"[]", b"9" * 5000, b'{"object":' + b"9" * 5000 + b"}", b'{"entry":[{"id":1e400}]}', b'"\\ud800"'):
        path = tmp_path / "body.json"
        path.write_bytes(body)
        assert parse_files(channel, [path], io.StringIO()) == 0


@pytest.mark.parametrize("body", [b"", b"{", b"hello", b"\xff", b"NaN"])
def test_what_is_no_json_is_complained_about(tmp_path: Path, body: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    good = orjson.dumps(body_of(change(messages=[a_text()])))
    status, lines = run(tmp_path, body, good)
    assert (status, len(lines)) == (1, 1)
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert "not JSON" in complaint


def test_a_missing_file_and_an_unknown_channel_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert parse_files("whatsapp", [tmp_path / "none.json"], io.StringIO()) == 1
    assert parse_files("pigeon", [], io.StringIO()) == 1
    said = capsys.readouterr().err
    assert "No such file" in said
    assert "pigeon" in said
