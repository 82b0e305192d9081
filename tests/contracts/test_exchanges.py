"""Every channel's exchange is believed as its provider signs it, and folds to the same rows however often it comes."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import Any

import pytest

from ingest.channels import registry
from ingest.channels.base import Call
from ingest.channels.simulator.wire import wire_of
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.kit.clock import SECOND_US
from tests.contracts.channel import callers
from tests.contracts.stand import AT_US, Stand, standing
from tests.properties.test_any_order import live_tables

OURS = "msg_ours"
SIGNS_NOTHING = frozenset({"telegram", "email"})
"""A secret of ours comes back beside the body (Telegram; Postmark, which stands for mail here: its other providers sign,
and tests/unit/email holds them to it)."""
every_caller = pytest.mark.parametrize("name", callers())


def is_believed(stand: Stand, call: Call, secrets: list[str] | None = None) -> bool:
    webhook = stand.channel.webhook
    assert webhook is not None
    return webhook.verify(call, stand.connection if secrets is None else replace(stand.connection, secrets=secrets))


@every_caller
async def test_what_the_provider_signed_is_believed_byte_for_byte(name: str) -> None:
    async with standing(name) as stand:
        body, _ = stand.wrote("Olá, tudo bem? 👋")
        call = stand.call(body)
        assert is_believed(stand, call)
        assert not is_believed(stand, replace(call, headers=[]))
        if name not in SIGNS_NOTHING:
            middle = len(body) // 2
            for other in (body + b" ", body[:-1], body[:middle] + bytes([body[middle] ^ 1]) + body[middle + 1 :], b""):
                assert not is_believed(stand, replace(call, body=other))


@every_caller
async def test_any_of_the_secrets_counts_and_none_else(name: str) -> None:
    async with standing(name) as stand:
        call, (secret,) = stand.call(stand.wrote("oi")[0]), stand.connection.secrets
        assert is_believed(stand, call, ["new", secret])
        assert is_believed(stand, call, [secret, "new"])
        assert not is_believed(stand, call, ["new"])
        assert not is_believed(stand, call, [])
        assert not is_believed(stand, call, [""])


@pytest.mark.parametrize("name", registry.NAMES)
async def test_an_exchange_folds_to_the_same_rows_in_any_order_and_however_often(name: str) -> None:
    async with standing(name) as stand:
        bodies, answer_id = exchange(stand)
        said = [stand.read(body) for body in bodies]
        heard = [event for events in said for event in events if event.type == "message.received"]
        assert [event.payload["text"] for event in heard] == ["oi", "tudo bem?"]
        answer = answered(heard[0], answer_id)
        in_order = rows([answer, *said])
        assert len(in_order["message"]) == 3
        for seed in range(4):
            again = [[event] for n, body in enumerate(bodies * 2) for event in stand.read(body, f"evt_{n}")]
            batches = [*again, answer]  # what we do ourselves, we do in order
            assert rows(Random(seed).sample(batches, len(batches))) == in_order, seed


def rows(batches: list[list[Event]]) -> dict[str, list[dict[str, Any]]]:
    """Return the live tables, without what `contact.named` dates: it is keyed on the name, so the first to come says when."""
    tables = live_tables(batches)
    undated = {"name_us": None, "profile_us": None, "first_seen_us": None, "last_seen_us": None}
    return tables | {"contact": [row | undated for row in tables["contact"]]}


def exchange(stand: Stand) -> tuple[list[bytes], str]:
    """Return what a provider posts of two texts of a customer and of an answer, as far as the channel tells, and its id."""
    wire, party = wire_of(stand.name), stand.party
    first, first_id = stand.wrote("oi")
    second, _ = stand.wrote("tudo bem?", AT_US + SECOND_US)
    answer_id = OURS if wire.keeps_our_ids else wire.new_id(party, AT_US + 2 * SECOND_US, is_ours=True)
    receipts = enumerate(("sent", "delivered", "read"), 3)
    told = [
        *(wire.reported(party, AT_US + n * SECOND_US, answer_id, status) for n, status in receipts),
        wire.reacted(party, AT_US + 7 * SECOND_US, answer_id, "👍"),
        wire.edited(party, AT_US + 8 * SECOND_US, first_id, "oi!"),
        wire.revoked(party, AT_US + 9 * SECOND_US, first_id),
    ]
    return [first, second, *(each for each in told if each is not None)], answer_id


def answered(heard: Event, answer_id: str) -> list[Event]:
    """Return our answer to what was heard: asked for, and taken by the provider."""
    ref = identity.message_ref(heard.workspace_id, str(heard.inbox_id), answer_id)
    message = {
        "message_id": OURS,
        "message_ref": None,
        "external_id": None,
        "kind": "text",
        "text": "Olá!",
        "media": [],
    }
    asked = {**message, "content": None, "to": heard.payload["identities"], "origin": "typed", "due_us": AT_US}
    taken = {"message_id": OURS, "message_ref": ref, "external_id": answer_id, "held": False}
    about = {
        name: getattr(heard, name) for name in ("workspace_id", "channel", "inbox_id", "conversation_id", "contact_id")
    }
    given = {"message.requested": asked, "send.attempted": {"message_id": OURS, "attempt": 1}, "send.accepted": taken}
    return [
        Event(type=type_, key=f"{type_}:{OURS}", occurred_us=AT_US + 2 * SECOND_US + n, payload=payload, **about)
        for n, (type_, payload) in enumerate(given.items())
    ]
