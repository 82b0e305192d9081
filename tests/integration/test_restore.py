"""What waited to be sent when a backup was made is not sent by the house that was restored from it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.commands.backup import backup, check, restore
from app.commands.house import opened
from app.outbox.repository import in_state
from ingest.domain.event import Event
from ingest.settings import Settings
from tests import builders as b
from tests.bench.house import furnish

ANA = b.phone("5511987654321")


def a_request() -> Event:
    payload = {"message_id": "msg_1", "kind": "text", "text": "Your order is on its way.", "content": {}, "media": []}
    return Event(
        type="message.requested",
        key="request:msg_1",
        occurred_us=b.T0 + b.SECOND,
        actor_kind="agent",
        actor_id="per_1",
        payload=payload | {"to": ANA, "reply_to_ref": None, "due_us": None},
        **b.whose(ANA),
    )


def test_what_waited_is_listed_and_not_sent_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = furnish(tmp_path / "house")
    with store.unit() as unit:
        unit.emit(b.a_message("m", ANA, 0), a_request())
        assert [each.message_id for each in in_state(unit.connection, "queued")] == ["msg_1"]
    backup(Settings(home=tmp_path / "house"), tmp_path / "copy")
    restored = Settings(home=tmp_path / "elsewhere")
    restore(restored, tmp_path / "copy")
    assert "1 messages waited to be sent" in capsys.readouterr().out
    store = opened(restored).store
    with store.read() as connection:
        assert in_state(connection, "queued") == []
        assert [each.message_id for each in in_state(connection, "unresolved")] == ["msg_1"]
    store.database.close()
    assert check(restored)
