"""Connecting a channel: what it asks for, what it never shows again, and signs of life."""

from __future__ import annotations

import httpx2
import pytest

from app.commands.channels import given_of
from app.connect.checking import Account, Sign, check, of_calls
from app.connect.service import connect, several
from app.connections import Connections
from app.webhooks.signs import Signs
from ingest.channels.base import Field
from ingest.domain.errors import BadInput
from tests.house import House

VALUES = {"external_id": "77", "access_token": "the-token", "secret": "the-secret"}


def test_an_administrator_connects_a_number_and_is_told_what_to_enter_at_the_provider(house: House) -> None:
    alex = house.browser("administrator")
    made = alex.post("/api/channels/connections", json={"channel": "whatsapp", "name": "Sales", "values": VALUES})
    assert made.status_code == 201
    assert made.json()["webhook_path"] == f"/webhooks/whatsapp/{made.json()['connection_id']}"
    listed = alex.get("/api/channels/connections")
    sales = next(each for each in listed.json()["connections"] if each["name"] == "Sales")
    assert sales["inbox_id"] is not None
    assert "the-token" not in listed.text
    assert "the-secret" not in listed.text
    assert made.json()["verify_token"] not in listed.text


def test_what_is_missing_is_named(house: House) -> None:
    alex = house.browser("administrator")
    refused = alex.post("/api/channels/connections", json={"channel": "whatsapp", "name": "Sales", "values": {}})
    assert refused.status_code == 422
    assert "Phone number ID" in refused.json()["error"]["message"]


def test_nobody_sends_us_into_our_own_network_from_a_browser(house: House) -> None:
    values = VALUES | {"base_url": "http://127.0.0.1:1"}
    body = {"channel": "whatsapp", "name": "x", "values": values}
    assert house.browser("administrator").post("/api/channels/connections", json=body).status_code == 422


def test_the_same_account_again_replaces_its_secrets(house: House) -> None:
    first = connect(house.context, house.own.workspace_id, "whatsapp", "Sales", VALUES)
    again = connect(house.context, house.own.workspace_id, "whatsapp", "Sales", VALUES | {"secret": "new"})
    assert first.connection_id == again.connection_id
    known = Connections(house.context.store.database).get(first.connection_id)
    assert known is not None
    assert known.secrets == ["new"]


def test_an_unknown_channel_is_refused_with_those_there_are(house: House) -> None:
    with pytest.raises(BadInput, match="whatsapp"):
        connect(house.context, house.own.workspace_id, "fax", "Fax", {})


def test_several_secrets_are_held_and_counted_and_never_shown(house: House) -> None:
    alex = house.browser("administrator")
    body = {"channel": "whatsapp", "name": "Sales", "values": VALUES | {"secret": "one-secret\n two-secret \n\n"}}
    made = alex.post("/api/channels/connections", json=body)
    assert made.json()["secrets_held"] == 2
    known = Connections(house.context.store.database).get(made.json()["connection_id"])
    assert known is not None
    assert known.secrets == ["one-secret", "two-secret"]
    listed = alex.get("/api/channels/connections").text
    assert '"secrets_held":2' in listed
    assert "-secret" not in made.text + listed


def test_a_new_secret_may_stand_before_those_held_so_that_none_is_refused_meanwhile(house: House) -> None:
    first = connect(house.context, house.own.workspace_id, "whatsapp", "Sales", VALUES | {"secret": "a\nb"})
    given = VALUES | {"secret": "c\nb"}
    again = connect(house.context, house.own.workspace_id, "whatsapp", "Sales", given, keeps_secrets=True)
    assert again.secrets == ["c", "b", "a"]
    assert again.verify_token == first.verify_token


def test_a_key_of_many_lines_is_one_secret() -> None:
    pem = "-----BEGIN PUBLIC KEY-----\nMFkw\nEwYH\n-----END PUBLIC KEY-----"
    assert several(f"{pem}\nother\nother\n") == [pem, "other"]


def test_a_secret_may_be_given_several_times_and_what_takes_one_only_once() -> None:
    fields = (Field("secret", "", "", form="lines"), Field("title", "", ""))
    assert given_of(fields, ["secret=a", "title=x", "secret=b"]) == {"secret": "a\nb", "title": "x"}
    with pytest.raises(BadInput, match="twice"):
        given_of(fields, ["title=x", "title=y"])


async def test_a_check_of_what_does_not_answer_is_a_sentence(house: House) -> None:
    values = VALUES | {"base_url": "http://127.0.0.1:9"}
    made = connect(house.context, house.own.workspace_id, "whatsapp", "Sales", values)
    async with httpx2.AsyncClient(trust_env=False) as http:
        findings = await check(Account(made, "77"), http, house.context.clock.us())
    assert [each.is_ok for each in findings] == [False, False]
    assert "the-token" not in findings[0].said


def test_a_check_says_what_calls_have_shown(house: House) -> None:
    made = connect(house.context, house.own.workspace_id, "whatsapp", "Sales", VALUES)

    def found(**signs: int) -> list[tuple[str, bool]]:
        account = Account(made, "77", {name: Sign(at, 1) for name, at in signs.items()})
        return [(each.what, each.is_ok) for each in of_calls(account)]

    assert found() == [("calls", False)]
    assert found(handshake=1) == [("calls", True)]
    assert found(handshake=1, delivery=5, refused=3) == [("calls", True)]
    assert found(delivery=5, refused=6) == [("calls", True), ("refused", False)]


def test_signs_of_life_are_counted_and_shown(house: House) -> None:
    made = connect(house.context, house.own.workspace_id, "whatsapp", "Sales", VALUES)
    signs = Signs(house.context.store.database, house.context.clock)
    for _ in range(3):
        signs.note(made.connection_id, "delivery")
    signs.write()
    signs.note(made.connection_id, "refused")
    signs.write()
    listed = house.browser("supervisor").get("/api/channels/connections").json()["connections"]
    sales = next(each for each in listed if each["connection_id"] == made.connection_id)
    assert {each["sign"]: each["count"] for each in sales["signs"]} == {"delivery": 3, "refused": 1}
