"""Visitors are strangers: what they send is durable before it is answered, and what they see is theirs alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import orjson
import pytest
from sqlalchemy import event as sql_events
from starlette.websockets import WebSocketDisconnect

from app.webchat.pace import RATES
from app.webchat.stream import Hub
from ingest.channels.webchat.tokens import proof
from ingest.domain.errors import StoreUnavailable
from ingest.domain.event import Event
from ingest.kit.clock import HOUR_US, SECOND_US
from ingest.store.group_commit import GroupCommit
from tests.browser.fake_house import DOT
from tests.integration.webchat import shop
from tests.integration.webchat.conftest import ORIGIN, Shop, Visitor

Somebody = Callable[..., Visitor]


def agent_says(house: Shop, visitor: Visitor, text: str, message_id: str, **more: Any) -> None:
    """Let an agent write; it is on its way once the house has worked."""
    row = conversation_of(house)
    payload = {
        "message_id": message_id, "message_ref": None, "external_id": None, "kind": "text", "text": text,
        "media": [], "content": None, "reply_to_ref": None, "language": None, "template": None, "interactive": None,
        "to": [{"kind": "external", "address": visitor.session["visitor_id"]}], "origin": "typed", "due_us": 0,
    }  # fmt: skip
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.workspace_id,
                type="message.requested",
                key=f"say:{message_id}",
                occurred_us=house.context.clock.us(),
                channel="webchat",
                inbox_id=house.inbox_id,
                conversation_id=row["conversation_id"],
                contact_id=row["contact_id"],
                actor_kind="agent",
                actor_id=house.agent_id,
                payload=payload | more,
            )
        )


def conversation_of(house: Shop) -> dict[str, Any]:
    with house.context.store.read() as sql:
        rows = sql.exec_driver_sql("SELECT conversation_id, contact_id FROM conversation").mappings().all()
    return dict(rows[0])


# --- who may ---------------------------------------------------------------------------------------


def test_only_pages_that_may_embed_it_get_anything(house: Shop, somebody: Somebody) -> None:
    foreign = somebody(origin="https://elsewhere.example")
    for answer in (foreign.begin(), foreign.ask("GET", "config"), foreign.ask("OPTIONS", "session")):
        assert answer.status_code == 403
        assert "access-control-allow-origin" not in answer.headers


def test_a_page_that_may_is_told_so_and_no_other_is(house: Shop, visitor: Visitor) -> None:
    for answer in (visitor.ask("OPTIONS", "messages"), visitor.say(), visitor.ask("POST", "messages", json={})):
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["vary"] == "Origin"
        assert "access-control-allow-credentials" not in answer.headers
    assert visitor.ask("OPTIONS", "messages").status_code == 204


def test_an_unknown_widget_and_one_of_another_channel_are_not_there(house: Shop, somebody: Somebody) -> None:
    assert somebody(connection_id="con_nothing").ask("GET", "config").status_code == 404


def test_a_visit_begins_on_a_page(house: Shop) -> None:
    assert house.client.post(f"/chat/{shop.ID}/session", json={}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "messages"),
        ("GET", "messages"),
        ("POST", "read"),
        ("POST", "typing"),
        ("POST", "files"),
        ("GET", f"files/{'ab' * 32}"),
    ],
)
def test_without_the_token_of_a_visit_nobody_gets_anywhere(
    house: Shop, somebody: Somebody, method: str, path: str
) -> None:
    for token in ("", "guess", "e30.e30"):
        stranger = somebody()
        stranger.session = {"token": token}
        assert stranger.ask(method, path).status_code == 401


def test_a_token_is_good_on_its_page_at_its_widget_and_for_half_an_hour(
    house: Shop, visitor: Visitor, somebody: Somebody
) -> None:
    shop.save(house.context, house.workspace_id, allowed_origins=[ORIGIN, "https://other.example"])
    shop.save(house.context, house.workspace_id, "con_two")
    for thief in (somebody(origin="https://other.example"), somebody(connection_id="con_two")):
        thief.session = visitor.session
        assert thief.say().status_code == 401
    house.context.clock.advance(31 * 60 * SECOND_US)
    assert visitor.say().status_code == 401
    before = visitor.session["visitor_id"]
    assert visitor.begin().json()["visitor_id"] == before
    assert visitor.say().status_code == 200


def test_a_return_token_of_another_page_or_widget_begins_a_new_visitor(
    house: Shop, visitor: Visitor, somebody: Somebody
) -> None:
    shop.save(house.context, house.workspace_id, "con_two")
    thief = somebody(connection_id="con_two")
    taken = thief.begin(returning=visitor.session["returning"]).json()
    assert taken["visitor_id"] != visitor.session["visitor_id"]


def test_the_visitors_id_alone_opens_nothing(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    other = somebody()
    other.begin(returning=visitor.session["visitor_id"])
    assert other.session["visitor_id"] != visitor.session["visitor_id"]


# --- what they send --------------------------------------------------------------------------------


def test_a_message_is_durable_once_it_is_answered_and_the_same_id_is_the_same_message(
    house: Shop, visitor: Visitor
) -> None:
    for text in ("hello", "hello", "something else under the same id"):
        house.context.clock.advance(SECOND_US)
        assert visitor.say("client-01", text).status_code == 200
        assert len(house.events("delivery.received")) == 1
    house.work()
    assert visitor.texts() == ["hello"]


def test_the_same_id_of_another_visitor_is_another_message(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    other = somebody()
    other.begin()
    visitor.say("client-01", "mine")
    other.say("client-01", "yours")
    house.work()
    assert (visitor.texts(), other.texts()) == (["mine"], ["yours"])


def test_when_the_store_refuses_nothing_is_acknowledged(
    house: Shop, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: Any) -> bool:
        raise StoreUnavailable

    monkeypatch.setattr(GroupCommit, "append", refuse)
    answer = visitor.say()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.headers["access-control-allow-origin"] == ORIGIN


@pytest.mark.parametrize(
    "body",
    [
        {}, {"client_id": "client-01"}, {"client_id": "x", "text": "hi"}, {"client_id": "client-01", "text": "  \n"},
        {"client_id": "client-01", "text": "x" * 4097}, {"client_id": "client-01", "text": 7},
        {"client_id": "client-01", "text": "nul\x00"} | {"client_id": "../../x"}, {"client_id": "client-01", "reply": {"id": "a"}},
    ],
)  # fmt: skip
def test_what_cannot_be_a_message_is_refused_without_repeating_it(
    house: Shop, visitor: Visitor, body: dict[str, Any]
) -> None:
    answer = visitor.ask("POST", "messages", json=body)
    assert answer.status_code == 422
    assert "xxxx" not in answer.text
    assert house.events("delivery.received") == []


def test_too_much_at_once_is_asked_to_wait(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    at_once = int(RATES["message"][0])
    answers = [visitor.say(f"client-{number:04}") for number in range(at_once + 1)]
    assert [each.status_code for each in answers] == [200] * at_once + [429]
    wait_s = int(answers[-1].headers["retry-after"])
    other = somebody()
    other.begin()
    assert other.say().status_code == 200
    house.context.clock.advance(wait_s * SECOND_US)
    assert visitor.say("client-last").status_code == 200


# --- form and proof --------------------------------------------------------------------------------


def test_nothing_is_said_before_the_terms_are_agreed_to_and_their_wording_is_kept(
    house: Shop, somebody: Somebody
) -> None:
    prechat = {"fields": ["name"], "consent_text": "We keep it.", "consent_version": "7"}
    shop.save(house.context, house.workspace_id, prechat=prechat)
    visitor = somebody()
    assert visitor.begin().json()["has_agreed"] is False
    assert visitor.say().status_code == 403
    assert visitor.begin(prechat={"name": "Ana", "consent_version": "6"}).status_code == 422
    assert (
        visitor.begin(prechat={"name": "Ana", "email": "dropped@example.com", "consent_version": "7"}).status_code
        == 200
    )
    assert visitor.say().status_code == 200
    assert visitor.begin().json()["has_agreed"] is True
    house.work()
    (consent,) = house.events("consent.recorded")
    assert (consent["wording"], consent["purpose"]) == ("We keep it.", "chat")
    assert house.events("contact.named")[0]["name"] == "Ana"
    assert house.events("contact.noted") == []


def test_a_customer_is_believed_only_with_the_shops_proof(house: Shop, somebody: Somebody) -> None:
    for given in (
        {"id": "42", "proof": "00" * 32},
        {"id": "43", "proof": proof(shop.KEY, "42")},
        {"id": "42", "proof": proof(shop.KEY, "42"), "email": "ana@example.com"},
    ):
        assert somebody().begin(user=given).status_code == 401
    assert house.events("delivery.received") == []


def test_a_proven_customer_goes_on_as_the_stranger_they_were_and_meets_their_other_devices(
    house: Shop, visitor: Visitor, somebody: Somebody
) -> None:
    visitor.say("client-01", "before signing in")
    user = {"id": "42", "proof": proof(shop.KEY, "42")}
    visitor.begin(user=user)
    laptop = somebody()
    laptop.begin(user=user)
    house.work()
    laptop.say("client-01", "from the laptop")
    house.work()
    house.context.clock.advance(SECOND_US)
    assert sorted(visitor.texts()) == sorted(laptop.texts()) == ["before signing in", "from the laptop"]


def test_after_another_customer_signs_in_the_browser_starts_empty(house: Shop, visitor: Visitor) -> None:
    visitor.begin(user={"id": "42", "proof": proof(shop.KEY, "42")})
    visitor.say("client-01", "a secret of 42")
    house.work()
    visitor.begin(user={"id": "43", "proof": proof(shop.KEY, "43")})
    house.work()
    assert visitor.texts() == []
    visitor.begin()
    assert visitor.texts() == []


# --- what they see ---------------------------------------------------------------------------------


def test_an_answer_is_seen_once_it_is_on_its_way_and_not_before(house: Shop, visitor: Visitor) -> None:
    visitor.say()
    house.work()
    agent_says(house, visitor, "later", "msg_later", due_us=house.context.clock.us() + HOUR_US)
    agent_says(house, visitor, "now", "msg_now")
    assert visitor.texts() == ["hello"]
    house.context.clock.advance(SECOND_US)
    house.work()
    assert visitor.texts() == ["hello", "now"]
    reached = visitor.hear()["seq"]
    house.context.clock.advance(2 * HOUR_US)
    house.work()
    visitor.begin()
    assert [each["text"] for each in visitor.hear(reached)["messages"]] == ["later"]


def test_nobody_sees_what_another_visitor_said_or_was_told(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    visitor.say("client-01", "mine alone")
    house.work()
    agent_says(house, visitor, "for you alone", "msg_1")
    house.work()
    other = somebody()
    other.begin()
    assert other.texts() == []


def test_notes_and_activities_are_not_for_visitors(house: Shop, visitor: Visitor) -> None:
    visitor.say()
    house.work()
    row = conversation_of(house)
    with house.context.store.unit() as unit:
        unit.emit(
            Event(
                workspace_id=house.workspace_id, type="note.added", key="note", occurred_us=1, channel="webchat",
                inbox_id=house.inbox_id, **row, payload={"note_id": "n", "text": "a difficult one"},
            )
        )  # fmt: skip
    assert "difficult" not in orjson.dumps(visitor.hear()).decode()


def test_receipts_raise_our_messages_and_nobody_elses(house: Shop, visitor: Visitor, somebody: Somebody) -> None:
    visitor.say()
    house.work()
    agent_says(house, visitor, "read me", "msg_1")
    house.work()
    other = somebody()
    other.begin()
    reached = visitor.hear()["seq"]
    assert other.ask("POST", "read", json={"seq": reached}).status_code == 204
    house.work()
    assert house.events("message.status_reported") == []
    for status in ("delivered", "read", "read"):
        assert visitor.ask("POST", "read", json={"seq": reached, "status": status}).status_code == 204
        house.work()
    assert [each["status"] for each in house.events("message.status_reported")] == ["delivered", "read"]


def test_a_waiting_question_is_answered_as_soon_as_something_happens(house: Shop, visitor: Visitor) -> None:
    visitor.say()
    house.work()
    reached = visitor.hear()["seq"]
    agent = threading.Timer(0.5, lambda: (agent_says(house, visitor, "there you are", "msg_1"), house.work()))
    agent.start()
    began = time.monotonic()
    told = visitor.hear(reached)
    agent.join()
    assert [each["text"] for each in told["messages"]] == ["there you are"]
    assert 0.3 < time.monotonic() - began < 15


# --- the stream ------------------------------------------------------------------------------------


def stream(house: Shop, visitor: Visitor, after: int | None = None, token: str | None = None) -> Any:
    query = "" if after is None else f"?after={after}"
    protocols = ["prosa.chat", visitor.session["token"] if token is None else token]
    path = f"{visitor.path}/stream{query}"
    return house.client.websocket_connect(path, subprotocols=protocols, headers={"Origin": visitor.origin})


def test_a_stream_goes_on_where_it_was_left(house: Shop, visitor: Visitor) -> None:
    visitor.say("client-01", "one")
    house.work()
    with stream(house, visitor) as socket:
        first = socket.receive_json()
        assert socket.accepted_subprotocol == "prosa.chat"
        assert [each["text"] for each in first["messages"]] == ["one"]
        agent_says(house, visitor, "two", "msg_2")
        house.work()
        told: list[str] = []
        while "two" not in told:
            told += [each["text"] for each in socket.receive_json()["messages"]]
    agent_says(house, visitor, "three", "msg_3")
    house.work()
    with stream(house, visitor, first["seq"]) as socket:
        missed = socket.receive_json()
    assert [each["text"] for each in missed["messages"]] == ["two", "three"]
    assert missed["is_all"] is False


def test_a_stream_from_a_house_that_was_emptied_begins_anew(house: Shop, visitor: Visitor) -> None:
    visitor.say("client-01", "one")
    house.work()
    with stream(house, visitor, 10_000) as socket:
        assert socket.receive_json()["is_all"] is True


@pytest.mark.parametrize(
    ("origin", "token", "code"), [(ORIGIN, "guess", 4401), ("https://elsewhere.example", None, 4403)]
)
def test_a_stream_is_refused_with_a_code_that_says_whether_a_new_token_helps(
    house: Shop, visitor: Visitor, origin: str, token: str | None, code: int
) -> None:
    visitor.origin = origin
    with stream(house, visitor, token=token) as socket, pytest.raises(WebSocketDisconnect) as closed:
        socket.receive_json()
    assert closed.value.code == code


def hub_of(house: Shop) -> Hub:
    """Return the hub behind the application's way to show typing."""
    found: Hub = house.client.app.state.show_typing.hub  # type: ignore[attr-defined]
    return found


def test_who_types_is_shown_to_the_other_side(house: Shop, visitor: Visitor) -> None:
    told: list[tuple[str, str]] = []

    async def tell_console(inbox_id: str, conversation_id: str) -> None:
        told.append((inbox_id, conversation_id))

    state = house.client.app.state  # type: ignore[attr-defined]
    state.show_visitor_typing = tell_console
    visitor.say()
    house.work()
    assert visitor.ask("POST", "typing").status_code == 204
    with stream(house, visitor) as socket:
        socket.receive_json()
        socket.send_text('{"type":"typing"}')
        external_id = f"{visitor.session['visitor_id']}:client-01"
        house.client.portal.call(state.show_typing, house.inbox_id, external_id)  # type: ignore[union-attr]
        assert socket.receive_json() == {"type": "typing"}
        deadline = time.monotonic() + 10
        while len(told) < 2 and time.monotonic() < deadline:
            time.sleep(0.01)
    assert set(told) == {(house.inbox_id, conversation_of(house)["conversation_id"])}
    assert len(told) == 2


# --- files -----------------------------------------------------------------------------------------


def test_a_file_is_what_its_bytes_say_and_reaches_only_its_conversation(
    house: Shop, visitor: Visitor, somebody: Somebody
) -> None:
    taken = visitor.ask("POST", "files", files={"file": ("../a.html", DOT, "text/html")}).json()
    assert (taken["mime"], taken["filename"]) == ("image/png", "a.html")
    other = somebody()
    other.begin()
    assert other.say(text=None, ticket=taken["ticket"]).status_code == 404
    assert visitor.ask("GET", f"files/{taken['sha256']}").status_code == 404
    assert visitor.say(text=None, ticket=taken["ticket"]).status_code == 200
    house.work()
    (message,) = visitor.hear()["messages"]
    assert (message["kind"], message["files"][0]["sha256"]) == ("image", taken["sha256"])
    served = visitor.ask("GET", f"files/{taken['sha256']}")
    assert (served.content, served.headers["content-type"]) == (DOT, "image/png")
    assert served.headers["content-security-policy"].startswith("sandbox")
    assert other.ask("GET", f"files/{taken['sha256']}").status_code == 404


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='x' onload='alert(1)'/>",
        b"MZ\x90\x00" + b"\x00" * 200,
        b"",
    ],
)
def test_what_could_run_is_refused_whatever_it_is_called(house: Shop, visitor: Visitor, content: bytes) -> None:
    answer = visitor.ask("POST", "files", files={"file": ("photo.png", content, "image/png")})
    assert answer.status_code == 422
    assert answer.headers["access-control-allow-origin"] == ORIGIN


def test_documents_are_handed_out_to_be_kept_not_opened(house: Shop, visitor: Visitor) -> None:
    pdf = b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 20
    taken = visitor.ask("POST", "files", files={"file": ("order.pdf", pdf, "x/y")}).json()
    visitor.say(text=None, ticket=taken["ticket"])
    house.work()
    served = visitor.ask("GET", f"files/{taken['sha256']}")
    assert served.headers["content-type"] == "application/octet-stream"
    assert served.headers["content-disposition"].startswith("attachment")


# --- pages and script ------------------------------------------------------------------------------


def test_the_script_is_for_every_page_and_fetched_once(house: Shop) -> None:
    first = house.client.get("/chat/prosa-chat.js")
    assert first.headers["content-encoding"] == "gzip"
    assert first.headers["cross-origin-resource-policy"] == "cross-origin"
    again = house.client.get("/chat/prosa-chat.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = house.client.get("/chat/prosa-chat.js", headers={"Accept-Encoding": "identity"})
    assert plain.content == first.content


def test_the_demos_shop_is_there_only_in_the_demo(house: Shop) -> None:
    assert house.client.get("/shop").status_code == 404
    shop.save(house.context, house.workspace_id, demo=True)
    for language in ("pt", "ar", "tlh"):
        page = house.client.get("/shop", params={"lang": language})
        assert page.status_code == 200
        assert "unsafe" not in page.headers["content-security-policy"]
        assert f'data-connection="{shop.ID}"' in page.text


# --- many ------------------------------------------------------------------------------------------


def test_a_commit_costs_a_few_statements_however_many_listen(house: Shop, somebody: Somebody) -> None:
    visitors = [somebody() for _ in range(25)]
    for each in visitors:
        each.begin()
        each.say()
    house.work()
    hub = hub_of(house)
    with ExitStack() as stack:
        sockets = [stack.enter_context(stream(house, each)) for each in visitors]
        for each in sockets:
            each.receive_json()
        assert sum(map(len, hub.listeners.values())) == 25
        looks = _count_statements(hub)
        for each in visitors:
            each.say("client-02", "again")
        house.work()
        for each in sockets:
            while not any(said["text"] == "again" for said in each.receive_json()["messages"]):
                pass
        assert max(looks) <= 8
        assert sum(looks) < 150


def _count_statements(hub: Hub) -> list[int]:
    """Return a list that grows by the number of statements of every look the hub takes."""
    looks: list[int] = []
    gather = hub._gather

    def counted(sql: Any) -> Any:
        statements: list[str] = []
        sql_events.listen(sql, "before_cursor_execute", lambda *given: statements.append(given[2]))
        try:
            return gather(sql)
        finally:
            looks.append(len(statements))

    hub._gather = counted  # type: ignore[method-assign]
    return looks
