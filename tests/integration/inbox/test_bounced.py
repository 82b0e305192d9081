"""Who writes to an address from which mail came back is told so before anything waits in the outbox."""

from __future__ import annotations

from typing import Any

from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from tests.house import House, Thread
from tests.integration.inbox.test_many_doors import arrives

ANA = {"kind": "email", "address": "ana@example.com"}


def answers(house: House, thread: Thread, text: str) -> Any:
    """Answer as an agent, a second after what was before."""
    house.context.clock.advance(2 * SECOND_US)  # type: ignore[attr-defined]
    body = {"client_id": house.context.ids(house.context.clock.us()), "kind": "text", "text": text}
    return house.browser("supervisor").post(f"/api/conversations/{thread.conversation_id}/replies", json=body)


def comes_back(house: House, thread: Thread, message_id: str, code: str) -> None:
    """Let an attempt to send a message fail."""
    failed = {"code": code, "retry": "never", "detail": "No.", "will_retry_us": None}
    with house.context.store.unit() as unit:
        for type_, given in (("send.attempted", {"attempt": 1}), ("send.failed", failed)):
            unit.emit(
                Event(
                    workspace_id=house.own.workspace_id,
                    type=type_,
                    key=f"{type_}:{message_id}",
                    occurred_us=house.context.clock.us(),
                    channel="email",
                    inbox_id=thread.inbox_id,
                    conversation_id=thread.conversation_id,
                    payload={"message_id": message_id, **given},
                )
            )


def test_the_composer_is_told_until_they_write(house: House) -> None:
    thread = arrives(house, "email", ANA, "Is it open?")
    first = answers(house, thread, "Until six.")
    assert first.status_code == 200
    comes_back(house, thread, first.json()["message"]["message_id"], "5.1.1")

    refused = answers(house, thread, "Are you there?")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "address_bounced")
    assert "came back" in refused.json()["error"]["message"]

    arrives(house, "email", ANA, "I am back.", at_s=3)
    house.context.clock.advance(4 * SECOND_US)  # type: ignore[attr-defined]
    assert answers(house, thread, "Until six.").status_code == 200


def test_what_came_back_may_be_tried_again(house: House) -> None:
    thread = arrives(house, "email", ANA, "Is it open?")
    message_id = answers(house, thread, "Until six.").json()["message"]["message_id"]
    comes_back(house, thread, message_id, "5.1.1")
    again = house.browser("supervisor").post(f"/api/messages/{message_id}/retry", json={})
    assert again.status_code == 200


def test_a_full_mailbox_stops_nothing(house: House) -> None:
    thread = arrives(house, "email", ANA, "Is it open?")
    first = answers(house, thread, "Until six.")
    comes_back(house, thread, first.json()["message"]["message_id"], "5.2.2")
    assert answers(house, thread, "Are you there?").status_code == 200
