"""What goes out as several messages is several messages: each has its own receipts, reactions and quotes."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from ingest.domain import identity
from ingest.domain.event import Event
from tests.builders import user_id
from tests.house import Browser, House, Thread
from tests.integration.inbox.test_many_doors import arrives, thread_of

LIST = {"button": "Choose", "sections": [{"rows": [{"id": "r1", "title": "Blue"}, {"id": "r2", "title": "Red"}]}]}
REPLIES: dict[str, dict[str, Any]] = {
    "a long text": {"kind": "text", "text": "\n\n".join(letter * 1500 for letter in "abc")},
    "a list under its text": {"kind": "list", "text": "Which one?", "list": LIST},
}


def parts_of(browser: Browser, door: Thread) -> list[dict[str, Any]]:
    return [each for each in thread_of(browser, door.conversation_id) if each.get("direction") == "outbound"]


def reply(house: House, browser: Browser, given: dict[str, Any], who: str = "ana") -> tuple[Thread, list[str]]:
    """Answer somebody, and let the provider take every message of it; returns the door and our ids, in order."""
    door = arrives(house, "messenger", user_id(who), "hello")
    answered = browser.post(
        f"/api/conversations/{door.conversation_id}/replies", json={"client_id": f"client-{who}"} | given
    )
    assert answered.status_code == 200, answered.text
    ours = [each["message_id"] for each in parts_of(browser, door)]
    for each in ours:
        emit(house, door, "send.attempted", message_id=each, attempt=1)
        taken = {"message_id": each, "message_ref": ref(house, door, each), "external_id": f"m_{each}", "held": False}
        emit(house, door, "send.accepted", **taken)
    return door, ours


def ref(house: House, door: Thread, message_id: str) -> str:
    return identity.message_ref(house.own.workspace_id, door.inbox_id, f"m_{message_id}")


def emit(house: House, door: Thread, event_type: str, **payload: Any) -> None:
    with house.context.store.unit() as unit:
        unit.emit(
            Event(workspace_id=house.own.workspace_id, type=event_type, key=f"{event_type}:{sorted(payload.items())}",
                  occurred_us=house.context.clock.us(), channel="messenger", inbox_id=door.inbox_id,
                  conversation_id=door.conversation_id, contact_id=door.contact_id, actor_kind="contact",
                  payload=payload)
        )  # fmt: skip


def test_a_list_goes_out_under_its_text_as_two_messages(house: House) -> None:
    browser = house.browser("supervisor")
    door, _ = reply(house, browser, REPLIES["a list under its text"])
    assert [(each["kind"], each["text"]) for each in parts_of(browser, door)] == [
        ("text", "Which one?"),
        ("interactive", None),
    ]


@pytest.mark.parametrize("name", sorted(REPLIES))
def test_each_part_stands_where_its_own_receipts_put_it_in_any_order_and_twice_is_once(house: House, name: str) -> None:
    browser = house.browser("supervisor")
    for number, order in enumerate(list(itertools.permutations(range(4)))[::5]):
        door, ours = reply(house, browser, REPLIES[name], f"customer-{number}")
        first, last = ours[0], ours[-1]
        told = [(first, "sent"), (first, "delivered"), (last, "delivered"), (last, "read")]
        for n in (*order, *order):
            receipt = {"message_ref": ref(house, door, told[n][0]), "status": told[n][1], "errors": []}
            emit(house, door, "message.status_reported", message_id=None, **receipt)
        shown = {each["message_id"]: each["delivery_status"] for each in parts_of(browser, door)}
        assert shown == dict.fromkeys(ours, "accepted") | {first: "delivered", last: "read"}


@pytest.mark.parametrize("name", sorted(REPLIES))
def test_a_reaction_or_a_quote_finds_the_part_it_is_for(house: House, name: str) -> None:
    browser = house.browser("supervisor")
    door, ours = reply(house, browser, REPLIES[name])
    for each in ours:
        named = ref(house, door, each)
        emit(house, door, "message.reacted", message_ref=named, emoji="👍", by="contact")
        arrives(house, "messenger", user_id("ana"), f"about {each}", reply_to_ref=named)
    thread = thread_of(browser, door.conversation_id)
    signs = {each["message_id"]: [one["emoji"] for one in each["reactions"]] for each in thread if "reactions" in each}
    assert [signs[each] for each in ours] == [["👍"] for _ in ours]
    quotes = {each["text"]: each["reply_to"]["message_id"] for each in thread if each.get("reply_to")}
    assert quotes == {f"about {each}": each for each in ours}
