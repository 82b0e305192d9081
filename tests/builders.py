"""Events and things the tests speak of, made in one line each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ingest.domain import identity
from ingest.domain.event import Event

WORKSPACE = "ws_test"
NUMBER = "106540352242922"
INBOX = identity.inbox_id(WORKSPACE, "whatsapp", NUMBER)
T0 = 1_750_000_000_000_000
SECOND = 1_000_000


def phone(number: str) -> dict[str, str]:
    """Return the identity of a phone number."""
    return {"kind": "phone", "address": number}


def user_id(name: str) -> dict[str, str]:
    """Return the identity of a business-scoped user id."""
    return {"kind": "user_id", "address": name}


def ref(external_id: str, inbox: str = INBOX) -> str:
    """Return the message ref of a provider's id."""
    return identity.message_ref(WORKSPACE, inbox, external_id)


def whose(who: dict[str, str], inbox: str = INBOX) -> dict[str, Any]:
    """Return the envelope's fields for a conversation of one person."""
    contact = identity.contact_id(WORKSPACE, "whatsapp", who)
    return {
        "workspace_id": WORKSPACE,
        "channel": "whatsapp",
        "inbox_id": inbox,
        "contact_id": contact,
        "conversation_id": identity.conversation_id(WORKSPACE, inbox, contact),
    }


def a_message(external_id: str, who: dict[str, str], at: int, text: str = "hello", **payload: Any) -> Event:
    """Return a contact's message; `at` in seconds after T0."""
    body = {"message_id": ref(external_id), "message_ref": ref(external_id), "external_id": external_id, "kind": "text"}
    return Event(
        type="message.received",
        key=f"whatsapp:message:{NUMBER}:{external_id}",
        occurred_us=T0 + at * SECOND,
        actor_kind="contact",
        payload=body | {"text": text, "media": [], "identities": [who]} | payload,
        **whose(who),
    )


def an_echo(external_id: str, who: dict[str, str], at: int, text: str = "answer", **payload: Any) -> Event:
    """Return a message of the business, written on the phone app."""
    body = {"message_id": ref(external_id), "message_ref": ref(external_id), "external_id": external_id, "kind": "text"}
    return Event(
        type="message.echoed",
        key=f"whatsapp:message:{NUMBER}:{external_id}",
        occurred_us=T0 + at * SECOND,
        actor_kind="integration",
        payload=body | {"text": text, "media": [], "source": "phone_app"} | payload,
        **whose(who),
    )


def a_consent(who: dict[str, str], value: str, at: int, purpose: str = "marketing_messages") -> Event:
    """Return what a contact said of a purpose."""
    return Event(
        type="consent.recorded",
        key=f"whatsapp:preference:{NUMBER}:{who['address']}:{purpose}:{value}:{at}",
        occurred_us=T0 + at * SECOND,
        actor_kind="contact",
        payload={"purpose": purpose, "value": value, "source": "whatsapp", "wording": None, "identities": [who]},
        **whose(who),
    )


def a_status(external_id: str, status: str, at: int, **payload: Any) -> Event:
    """Return a delivery receipt."""
    return Event(
        workspace_id=WORKSPACE,
        type="message.status_reported",
        key=f"whatsapp:status:{NUMBER}:{external_id}:{status}:{at}",
        occurred_us=T0 + at * SECOND,
        channel="whatsapp",
        inbox_id=INBOX,
        payload={"message_ref": ref(external_id), "message_id": None, "status": status, "errors": []} | payload,
    )


def a_watermark(who: dict[str, str], status: str, at: int) -> Event:
    """Return that a contact's side has everything of ours until an instant."""
    return Event(
        type="message.watermark_reported",
        key=f"messenger:watermark:{status}:{who['address']}:{at}",
        occurred_us=T0 + at * SECOND,
        payload={"status": status, "watermark_us": T0 + at * SECOND},
        **whose(who),
    )


def an_edit(external_id: str, text: str, at: int) -> Event:
    """Return the replacement of a message's text."""
    return Event(
        workspace_id=WORKSPACE,
        type="message.edited",
        key=f"whatsapp:edit:{external_id}:{at}:{text}",
        occurred_us=T0 + at * SECOND,
        channel="whatsapp",
        inbox_id=INBOX,
        payload={"message_ref": ref(external_id), "kind": "text", "text": text, "media": [], "content": None},
    )


def a_revocation(external_id: str, at: int) -> Event:
    """Return the withdrawal of a message."""
    return Event(
        workspace_id=WORKSPACE,
        type="message.revoked",
        key=f"whatsapp:revoke:{external_id}",
        occurred_us=T0 + at * SECOND,
        channel="whatsapp",
        inbox_id=INBOX,
        payload={"message_ref": ref(external_id)},
    )


def a_reaction(external_id: str, emoji: str | None, at: int, by: str = "contact") -> Event:
    """Return a reaction, or one taken back."""
    return Event(
        workspace_id=WORKSPACE,
        type="message.reacted",
        key=f"whatsapp:reaction:{external_id}:{by}:{at}:{emoji}",
        occurred_us=T0 + at * SECOND,
        channel="whatsapp",
        inbox_id=INBOX,
        payload={"message_ref": ref(external_id), "emoji": emoji, "by": by},
    )


def one_person(*who: dict[str, str]) -> Event:
    """Return the fact that several addresses are one person."""
    ids = sorted(identity.contact_id(WORKSPACE, "whatsapp", each) for each in who)
    return Event(
        workspace_id=WORKSPACE,
        type="contact.identified",
        key=f"identified:{':'.join(ids)}",
        occurred_us=T0,
        channel="whatsapp",
        payload={
            "contact_ids": ids,
            "identities": [{"contact_id": identity.contact_id(WORKSPACE, "whatsapp", w), **w} for w in who],
            "reason": "seen_together",
        },
    )


def a_change(old: dict[str, str], new: dict[str, str], at: int, reason: str = "changed_number") -> Event:
    """Return the fact that somebody has another number, or another user id."""
    event = one_person(old, new)
    both = [{"contact_id": identity.contact_id(WORKSPACE, "whatsapp", each), **each} for each in (new, old)]
    payload = {**event.payload, "identities": both, "reason": reason}
    key, occurred_us = f"{event.key}:{new['address']}:{at}", T0 + at * SECOND
    return replace(event, key=key, occurred_us=occurred_us, inbox_id=INBOX, payload=payload)


def a_call(external_id: str, word: str, who: dict[str, str], at: int, direction: str = "inbound", **item: Any) -> Event:
    """Return one report of a voice call."""
    payload = {"call_ref": ref(external_id), "event": word, "direction": direction, "content": item}
    return Event(
        type="call.reported",
        key=f"whatsapp:call:{external_id}:{word}:{at}",
        occurred_us=T0 + at * SECOND,
        payload=payload,
        **whose(who),
    )


def a_handover(word: str, who: dict[str, str], at: int) -> Event:
    """Return that another app took a thread, or handed it to us."""
    payload = {"subject": "handover", "event": word, "severity": "info", "external_id": NUMBER, "title": word}
    return Event(
        type="channel.reported",
        key=f"messenger:handover:{word}:{at}",
        occurred_us=T0 + at * SECOND,
        payload=payload,
        **whose(who),
    )


def a_name(who: dict[str, str], name: str, at: int) -> Event:
    """Return what a contact calls themself."""
    return Event(
        type="contact.named",
        key=f"named:{who['address']}:{name}:{at}",
        occurred_us=T0 + at * SECOND,
        actor_kind="contact",
        payload={"name": name, "username": None, "source": "profile"},
        **whose(who),
    )
