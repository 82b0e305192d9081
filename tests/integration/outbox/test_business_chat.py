"""An answer in the chat of a Telegram business account goes out through that account, quoted or not."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest
from sqlalchemy import insert

from app.context import Context
from app.outbox.gateways import Gateways
from app.outbox.sender import Outbox
from ingest.channels.simulator.telegram_api import SimulatedTelegram, wire
from ingest.domain.event import Event
from ingest.store.media import MediaStore
from ingest.store.own import connection as connection_table
from tests.unit.telegram.wire import CONNECTION, TOKEN, USER, WORKSPACE, a_message, only, update

BUSINESS = {"business_connection_id": "B1"}
TAP = {"id": "q1", "from": USER, "data": "yes", "message": a_message(**BUSINESS)}


@pytest.mark.parametrize(
    ("name", "item", "business_id"),
    [
        ("business_message", a_message(text="hello", **BUSINESS), "B1"),
        ("callback_query", TAP, "B1"),
        ("message", a_message(text="hello"), None),
    ],
)
@pytest.mark.parametrize("is_quoted", [False, True])
async def test_an_answer_goes_through_the_account_that_was_written_to(
    context: Context, tmp_path: Any, name: str, item: dict[str, Any], business_id: str | None, is_quoted: bool
) -> None:
    telegram = SimulatedTelegram(token=TOKEN, clock=context.clock)
    gateways = Gateways(httpx2.AsyncClient(transport=wire(telegram.app)))
    said = only(update(name, item), "message.received")
    quoted = said.payload["reply_to_ref" if name == "callback_query" else "message_ref"] if is_quoted else None
    _connect(context, said)
    with context.store.unit() as unit:
        unit.emit(*update("business_message", a_message(text="before", **BUSINESS)), *update(name, item))
        unit.emit(_answer(context, said, quoted))
    outbox = Outbox(context.store, gateways, MediaStore(tmp_path))
    await outbox.run_once()
    await outbox.drain()

    (taken,) = telegram.sends
    assert taken.parameters.get("business_connection_id") == business_id
    assert ("reply_parameters" in taken.parameters) == is_quoted
    (sent,) = [event.payload["external_id"] for event in _facts(context, "send.accepted")]
    assert sent.endswith(":B1") == (business_id is not None)


def _connect(context: Context, said: Event) -> None:
    account = {"name": "Bot", "external_id": CONNECTION, "connection_id": CONNECTION, "is_private": False}
    with context.store.database.write() as sql:
        sql.execute(
            insert(connection_table).values(
                connection_id=CONNECTION, workspace_id=WORKSPACE, channel="telegram", name="Bot",
                base_url="http://sim.test", verify_token="v", secrets='["s"]', access_token=TOKEN,
            )
        )  # fmt: skip
    with context.store.unit() as unit:
        unit.emit(
            Event(workspace_id=WORKSPACE, type="inbox.created", key="inbox", occurred_us=1, channel="telegram",
                  inbox_id=said.inbox_id, payload=account)
        )  # fmt: skip


def _answer(context: Context, said: Event, quoted: str | None) -> Event:
    now = context.clock.us()
    payload = {"message_id": "msg_1", "kind": "text", "text": "hi", "media": [], "origin": "typed", "due_us": now}
    return Event(
        workspace_id=WORKSPACE, type="message.requested", key="requested", occurred_us=now, channel="telegram",
        inbox_id=said.inbox_id, conversation_id=said.conversation_id, contact_id=said.contact_id, actor_kind="agent",
        payload=payload | {"to": said.payload["identities"], "reply_to_ref": quoted},
    )  # fmt: skip


def _facts(context: Context, type_: str) -> list[Event]:
    with context.store.read() as sql:
        return context.store.journal.after(sql, 0, 1000, (type_,))
