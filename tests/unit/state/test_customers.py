"""One customer, many doors: who is one goes by what was proven and what people said, and can be taken back whole."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise, permutations
from typing import Any

import pytest
from sqlalchemy import select

from app.context import Context
from app.state.unit import Store
from ingest.domain import identity
from ingest.domain.event import Event
from ingest.store import live
from tests import builders as b
from tests.unit.state.test_live_tables import happen

PHONE = b.phone("5511987654321")
MAIL = {"kind": "email", "address": "ana@example.com"}


def door(channel: str, who: dict[str, str]) -> str:
    return identity.contact_id(b.WORKSPACE, channel, who)


def said(channel: str, who: dict[str, str], at: int, *more: dict[str, str], **payload: Any) -> Event:
    """Return a message that came in by a door of this channel."""
    inbox = identity.inbox_id(b.WORKSPACE, channel, f"{channel} account")
    contact = door(channel, who)
    ref = b.ref(f"{channel}:{who['address']}:{at}", inbox)
    message = b.a_message(f"{channel}:{who['address']}:{at}", who, at, identities=[who, *more], **payload)
    return replace(
        message,
        key=f"{channel}:message:{ref}",
        channel=channel,
        inbox_id=inbox,
        contact_id=contact,
        conversation_id=identity.conversation_id(b.WORKSPACE, inbox, contact),
        payload={**message.payload, "message_id": ref, "message_ref": ref},
    )


def shown_to_be(channel: str, at: int, *who: dict[str, str]) -> Event:
    """Return that a channel knows several addresses to be one contact's."""
    known = [{"contact_id": door(channel, each), **each} for each in who]
    ids = sorted(each["contact_id"] for each in known)
    told = word("contact.identified", ids[0], at, contact_ids=ids, identities=known, reason="seen_together")
    return replace(told, channel=channel, actor_kind="system")


def joined(one: str, other: str, at: int) -> Event:
    return word("contact.joined", one, at, contact_ids=[one, other])


def parted(one: str, at: int, *links: tuple[str, str], among: tuple[str, ...] = ()) -> Event:
    told = [{"contact_id": contact, "other": other} for contact, other in links]
    return word("contact.parted", one, at, contact_ids=[one, *among], links=told)


def word(event_type: str, contact: str, at: int, **payload: Any) -> Event:
    return Event(
        workspace_id=b.WORKSPACE,
        type=event_type,
        key=f"{event_type}:{contact}:{at}:{sorted(map(str, payload.items()))}",
        occurred_us=b.T0 + at * b.SECOND,
        contact_id=contact,
        actor_kind="agent",
        payload=payload,
    )


def customers(store: Store) -> set[frozenset[str]]:
    """Return the sets of contacts that are one."""
    with store.read() as sql:
        rows = sql.execute(select(live.contact.c.contact_id, live.contact.c.customer_id)).all()
    found: dict[str, set[str]] = {}
    for row in rows:
        found.setdefault(row.customer_id, set()).add(row.contact_id)
    assert all(customer == min(members) for customer, members in found.items())
    return {frozenset(each) for each in found.values()}


WHATSAPP, SMS, EMAIL, TELEGRAM = (
    door("whatsapp", PHONE), door("sms", PHONE), door("email", MAIL), door("telegram", b.user_id("77")),
)  # fmt: skip
END = identity.link_end("phone", PHONE["address"])


def test_a_number_that_two_channels_vouch_for_is_one_customer(context: Context) -> None:
    happen(context.store, said("whatsapp", PHONE, 0), said("sms", PHONE, 9), said("telegram", b.user_id("77"), 10))

    assert customers(context.store) == {frozenset({WHATSAPP, SMS}), frozenset({TELEGRAM})}


def test_a_brazilian_number_with_and_without_its_ninth_digit_is_one_customer(context: Context) -> None:
    happen(context.store, said("whatsapp", b.phone("551187654321"), 0), said("sms", b.phone("+55 11 98765-4321"), 1))

    assert len(customers(context.store)) == 1


def test_a_card_of_ones_own_leads_to_the_same_customer(context: Context) -> None:
    happen(context.store, said("whatsapp", PHONE, 0), said("telegram", b.user_id("77"), 1))
    happen(context.store, shown_to_be("telegram", 2, b.user_id("77"), PHONE))

    assert len(customers(context.store)) == 1


def test_what_somebody_only_says_links_nobody(context: Context) -> None:
    happen(
        context.store,
        said("whatsapp", PHONE, 0, name="Ana"),
        said("email", MAIL, 1, is_claimed=True, name="Ana"),
        said("webchat", MAIL | {"kind": "external"}, 2, name="Ana"),
        said("messenger", {"kind": "username", "address": PHONE["address"]}, 3),
    )
    assert len(customers(context.store)) == 4


def test_a_mail_links_once_somebody_vouches_for_it(context: Context) -> None:
    happen(context.store, said("webchat", b.user_id("7"), 0), shown_to_be("webchat", 1, b.user_id("7"), MAIL))
    happen(context.store, said("email", MAIL, 2, is_claimed=True))
    assert len(customers(context.store)) == 2

    happen(context.store, said("email", MAIL, 3))

    assert len(customers(context.store)) == 1


def test_people_join_and_part_and_every_order_ends_the_same(context: Context) -> None:
    facts = [
        said("whatsapp", PHONE, 0),
        said("email", MAIL, 1, is_claimed=True),
        joined(WHATSAPP, EMAIL, 5),
        parted(EMAIL, 6, tuple(sorted((WHATSAPP, EMAIL))), among=(WHATSAPP,)),
        joined(WHATSAPP, EMAIL, 7),
    ]
    for number, order in enumerate(permutations(facts)):
        if number % 12 == 0:
            with context.store.database.write() as sql:
                for table in (*live.FOLDED, live.journal):
                    sql.execute(table.delete())
            for each in order:
                happen(context.store, each)
            assert customers(context.store) == {frozenset({WHATSAPP, EMAIL})}


def test_a_contact_taken_out_stays_out_when_its_number_is_told_again(context: Context) -> None:
    happen(context.store, said("whatsapp", PHONE, 0), said("sms", PHONE, 1))
    happen(context.store, parted(SMS, 5, (SMS, END), among=(WHATSAPP,)))
    assert len(customers(context.store)) == 2

    happen(context.store, said("sms", PHONE, 9), said("webchat", PHONE, 10))

    assert customers(context.store) == {frozenset({SMS}), frozenset({WHATSAPP, door("webchat", PHONE)})}


def test_taking_out_restores_every_row_as_it_was(context: Context) -> None:
    happen(context.store, said("whatsapp", PHONE, 0, name="Ana"), said("email", MAIL, 1, is_claimed=True))
    before = everything(context.store)

    happen(context.store, joined(WHATSAPP, EMAIL, 5))
    assert everything(context.store) != before
    happen(context.store, parted(EMAIL, 6, tuple(sorted((WHATSAPP, EMAIL))), among=(WHATSAPP,)))

    assert everything(context.store) == before


def everything(store: Store) -> dict[str, list[Any]]:
    """Return every folded row except what people said of links."""
    with store.read() as sql:
        return {
            table.name: sorted((tuple(row) for row in sql.execute(select(table))), key=repr)
            for table in live.FOLDED
            if table is not live.contact_link
        }


@pytest.mark.parametrize("seam", ["at once", "one by one"])
def test_a_long_chain_is_one_customer_and_falls_in_two_where_it_is_cut(context: Context, seam: str) -> None:
    people = [b.user_id(f"{n:02d}") for n in range(12)]
    ids = [door("x", each) for each in people]
    chain = [joined(one, other, 20 + n) for n, (one, other) in enumerate(pairwise(ids))]
    facts = [*(said("x", each, n) for n, each in enumerate(people)), *chain]
    for each in [facts] if seam == "at once" else [[fact] for fact in facts]:
        happen(context.store, *each)
    assert customers(context.store) == {frozenset(ids)}

    happen(context.store, parted(ids[6], 60, tuple(sorted((ids[5], ids[6]))), among=tuple(ids)))

    assert customers(context.store) == {frozenset(ids[:6]), frozenset(ids[6:])}
