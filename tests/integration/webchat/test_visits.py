"""Visitors are strangers: who they are and what they may is shown by their page, their token and the shop's proof."""

from __future__ import annotations

import pytest
from starlette.websockets import WebSocketDisconnect

from ingest.channels.webchat.tokens import proof
from ingest.kit.clock import SECOND_US
from tests.integration.webchat import shop
from tests.integration.webchat.conftest import ORIGIN, Shop, Somebody, Visitor

# --- who may ----------------------------------------------------------------------------------------


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


# --- form and proof ---------------------------------------------------------------------------------


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


def test_two_customers_with_one_telephone_are_one_customer_to_the_agent_and_read_nothing_of_each_other(
    house: Shop, somebody: Somebody
) -> None:
    phone = "+551133334444"
    browsers = {}
    for number in ("42", "43"):
        browsers[number] = somebody()
        user = {"id": number, "phone": phone, "proof": proof(shop.KEY, number, phone=phone)}
        assert browsers[number].begin(user=user).status_code == 200
        browsers[number].say(f"client-{number}", f"a secret of {number}")
    house.work()
    house.context.clock.advance(SECOND_US)
    assert {number: each.texts() for number, each in browsers.items()} == {
        "42": ["a secret of 42"], "43": ["a secret of 43"],
    }  # fmt: skip
    with house.context.store.read() as sql:
        rows = sql.exec_driver_sql(
            "SELECT DISTINCT contact_id, customer_id FROM contact JOIN conversation USING (contact_id)"
        ).all()
    assert (len({each[0] for each in rows}), len({each[1] for each in rows})) == (2, 1)


@pytest.mark.parametrize("is_folded", [True, False])
def test_a_strangers_token_opens_nothing_once_the_stranger_has_signed_in(
    house: Shop, visitor: Visitor, somebody: Somebody, is_folded: bool
) -> None:
    kept, left = dict(visitor.session), somebody()
    left.session = kept
    visitor.begin(user={"id": "42", "proof": proof(shop.KEY, "42")})
    visitor.say("client-01", "a secret of 42")
    if is_folded:
        house.work()
    assert left.ask("GET", "messages").status_code == 401
    assert left.say("client-02").status_code == 401
    for user in (None, {"id": "43", "proof": proof(shop.KEY, "43")}):
        thief = somebody()
        assert thief.begin(returning=kept["returning"], user=user).json()["visitor_id"] != kept["visitor_id"]
        house.work()
        assert thief.texts() == []


def test_a_strangers_stream_ends_when_the_stranger_signs_in_elsewhere(house: Shop, visitor: Visitor) -> None:
    protocols = ["prosa.chat", visitor.session["token"]]
    path = f"{visitor.path}/stream"
    with house.client.websocket_connect(path, subprotocols=protocols, headers={"Origin": ORIGIN}) as stream:
        assert stream.receive_json()["messages"] == []
        visitor.begin(user={"id": "42", "proof": proof(shop.KEY, "42")})
        house.work()
        with pytest.raises(WebSocketDisconnect) as ended:
            list(iter(stream.receive_json, None))
        assert ended.value.code == 4401


def test_a_page_that_may_embed_the_widget_reads_why_it_was_refused(house: Shop, visitor: Visitor) -> None:
    shop.save(house.context, house.workspace_id, prechat={"consent_text": "We keep it.", "consent_version": "7"})
    for answer in (visitor.say(), visitor.ask("GET", f"files/{'ab' * 32}")):
        assert answer.status_code in (403, 404)
        assert answer.headers["access-control-allow-origin"] == ORIGIN


# --- pages and script -------------------------------------------------------------------------------


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
