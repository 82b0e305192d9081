"""The stream: nothing lost, nothing twice, nothing for the wrong eyes."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import update
from starlette.websockets import WebSocketDisconnect

from app.accounts import repository
from app.inbox import changes, stream
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.store.own import session
from tests.builders import phone
from tests.house import PRIVATE, PUBLIC, House
from tests.integration.inbox.test_commands import inbound, url


def listening(house: House, role: str = "agent", after: int | None = None) -> Any:
    query = "" if after is None else f"?after={after}"
    return house.client.websocket_connect(f"/api/stream{query}", headers=house.browser(role).headers)  # type: ignore[arg-type]


def texts(message: dict[str, Any]) -> list[str]:
    return [each["text"] for each in message.get("entries", []) if each["type"] == "message"]


def head(house: House) -> int:
    with house.context.store.read() as connection:
        return changes.reached(connection)


def test_resuming_loses_nothing_and_repeats_nothing_while_messages_arrive(house: House) -> None:
    count, heard, seqs = 40, [], []
    after = head(house)
    writer = threading.Thread(target=lambda: [inbound(house, f"text {n}", n + 10, at_s=n) for n in range(count)])
    writer.start()
    while len(heard) < count:
        with listening(house, after=after) as socket:
            assert socket.receive_json()["type"] == "hello"
            for _ in range(3):  # hang up after every few
                message = socket.receive_json()
                if message["type"] != "change":
                    continue
                heard += texts(message)
                seqs.append(message["seq"])
                after = message["seq"]
                if len(heard) >= count:
                    break
    writer.join()
    assert heard == [f"text {n}" for n in range(count)]
    assert seqs == sorted(set(seqs))


def test_a_change_carries_the_conversation_its_entries_and_the_counts(house: House) -> None:
    with listening(house) as socket:
        socket.receive_json()
        inbound(house, "news")
        message = socket.receive_json()
    assert message["conversation"]["preview"]["text"] == "news"
    assert texts(message) == ["news"]
    assert message["counts"]["all"] == 1
    assert message["conversation"]["version"] == message["seq"]


def test_only_what_a_person_may_see_is_told(house: House) -> None:
    with listening(house) as socket:
        socket.receive_json()
        inbound(house, "hidden", 5, inbox=PRIVATE)
        inbound(house, "shown", 6)
        assert texts(socket.receive_json()) == ["shown"]


def test_whoever_is_too_far_behind_is_told_to_load_anew(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "TOO_OLD", 3)
    with listening(house, after=0) as socket:
        hello = socket.receive_json()
        assert hello["type"] == "hello"
        assert socket.receive_json() == {"type": "reset", "seq": hello["seq"]}


def test_nobody_listens_without_a_session(house: House) -> None:
    with pytest.raises(WebSocketDisconnect), house.client.websocket_connect("/api/stream"):
        pass


def test_a_customer_who_types_is_shown_to_whoever_sees_the_inbox(house: House) -> None:
    app: Any = house.client.app
    thread = house.own.threads[PUBLIC]
    with listening(house, "agent") as socket:
        socket.receive_json()
        app.state.inbox_hub.pass_on_contact(thread.inbox_id, thread.conversation_id)
        said = socket.receive_json()
    assert (said["type"], said["conversation_id"], said["person"]) == ("typing", thread.conversation_id, None)


def test_a_colleagues_typing_is_shown_to_others_only(house: House) -> None:
    conversation_id = house.own.threads[PUBLIC].conversation_id
    with listening(house, "supervisor") as chief:
        chief.receive_json()
        assert house.browser("agent").post(url(house, "/typing"), json={}).status_code == 202
        message = chief.receive_json()
    assert (message["type"], message["conversation_id"], message["person"]["person_id"]) == (
        "typing",
        conversation_id,
        house.own.people["agent"],
    )


def test_whoever_loses_an_inbox_is_told_to_load_anew_and_hears_no_more(house: House) -> None:
    with listening(house) as socket:
        socket.receive_json()
        with house.context.store.unit() as unit:
            unit.emit(
                Event(
                    workspace_id=house.own.workspace_id,
                    type="inbox.member_removed",
                    key="gone",
                    occurred_us=house.context.clock.us() + 1,
                    inbox_id=house.own.inboxes[PUBLIC],
                    payload={"person_id": house.own.people["agent"]},
                )
            )
        assert socket.receive_json()["type"] == "reset"


def strangers(house: House, count: int) -> list[Event]:
    """Return first messages of new contacts, each its own conversation."""
    inbox, workspace, events = house.own.inboxes[PUBLIC], house.own.workspace_id, []
    for number in range(count):
        who = phone(f"1650556{number:04}")
        contact_id = identity.contact_id(workspace, "whatsapp", who)
        message_id = identity.message_ref(workspace, inbox, f"wamid.stranger{number}")
        body = {"message_id": message_id, "message_ref": message_id, "external_id": None, "kind": "text"}
        events.append(
            Event(
                workspace_id=workspace,
                type="message.received",
                key=message_id,
                occurred_us=house.context.clock.us() + number,
                channel="whatsapp",
                inbox_id=inbox,
                contact_id=contact_id,
                conversation_id=identity.conversation_id(workspace, inbox, contact_id),
                actor_kind="contact",
                payload=body | {"text": "hi", "media": [], "identities": [who]},
            )
        )
    return events


def closed_with(socket: Any) -> int:
    """Return the code with which the server hangs up."""
    try:
        while True:
            socket.receive_json()
    except WebSocketDisconnect as hung_up:
        return hung_up.code


def test_whoever_reads_too_slowly_is_hung_up_on_and_can_resume(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    after = head(house)
    monkeypatch.setattr(stream, "QUEUE", 2)
    with listening(house) as socket:
        socket.receive_json()
        with house.context.store.unit() as unit:
            unit.emit(*strangers(house, 6))
        assert closed_with(socket) == 1013
    monkeypatch.undo()
    with listening(house, after=after) as socket:
        assert socket.receive_json()["type"] == "hello"
        assert sum(len(texts(socket.receive_json())) for _ in range(6)) == 6


def test_a_session_that_ends_ends_its_stream(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "REVALIDATE_S", 0.05)
    with listening(house) as socket:
        socket.receive_json()
        with house.context.store.database.write() as connection:
            repository.end_sessions(connection, house.own.people["agent"])
        assert closed_with(socket) == 1008


def test_a_session_that_expires_ends_its_stream(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "REVALIDATE_S", 0.05)
    with listening(house) as socket:
        socket.receive_json()
        with house.context.store.database.write() as connection:
            connection.execute(update(session).values(expires_us=house.context.clock.us()))
        assert closed_with(socket) == 1008


def test_a_reaction_of_ours_is_told_as_a_change_of_its_message(house: House) -> None:
    target = house.own.threads[PUBLIC].message_id
    with listening(house, "supervisor") as socket:
        socket.receive_json()
        asked = {"client_id": "client-9", "kind": "reaction", "emoji": "👍", "message_id": target}
        assert house.browser("agent").post(url(house, "/replies"), json=asked).status_code == 200
        message = socket.receive_json()
    told = [each for each in message["entries"] if each["type"] == "message"]
    assert [(each["message_id"], each["reactions"]) for each in told] == [(target, [{"emoji": "👍", "by": "business"}])]
    assert message["conversation"]["preview"]["direction"] == "inbound"
