"""What our own server keeps of a visitor, turned into events (docs/channels.md §9).

A delivery is one JSON object that `app.webchat.deliveries` wrote, after token, origin and file were checked:

    {"type": "message", "visitor": {"id": …}, "at": ms, "id": client id,
     "text"?, "file"?, "reply"?, "quoted"? (id on the channel), "page"?, "greeting"?}
    {"type": "reaction", "visitor": {"id": …}, "at": ms, "id": client id,
     "message": id on the channel, "emoji": text | null}
    {"type": "receipt", "visitor": {"id": …}, "at": ms, "status": "delivered" | "read", "messages": [message ids]}
    {"type": "visitor", "visitor": {"id": …}, "at": ms, "user"?: {id, email, phone}, "prechat"?: {name, email, consent}}
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ingest.channels.base import Delivery
from ingest.channels.reading import (
    Account,
    Item,
    Unreadable,
    an_id,
    an_object,
    fingerprint,
    json_document,
    optional_id,
    text,
    unreadable_body,
)
from ingest.domain import identity
from ingest.domain.event import Event

CHANNEL = "webchat"
CONSENT_PURPOSE = "chat"
_FAMILIES = frozenset({"image", "audio", "video"})
_STATUSES = frozenset({"delivered", "read"})


def parse(delivery: Delivery) -> list[Event]:
    """Return the events of one delivery; total."""
    try:
        document = json_document(delivery.body)
        if not isinstance(document, dict):
            raise Unreadable("The body is no object.")
    except Unreadable as error:
        return [unreadable_body(delivery, CHANNEL, str(error))]
    account = Account(delivery, CHANNEL, delivery.connection_id)
    kind = document.get("type")
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        return [account.unrecognised(document, "", str(kind)[:100])]
    try:
        return read(_Visit(account, document))
    except Unreadable as error:
        return [account.unreadable(document, "", str(error))]


def message_external_id(visitor_id: str, client_id: str) -> str:
    """Return the id of a visitor's message; another visitor's equal client id is another message."""
    return f"{visitor_id}:{client_id}"


def visitor_id_of(external_id: str) -> str:
    """Return the visitor who wrote a message."""
    return external_id.partition(":")[0]


def client_id_of(external_id: str) -> str:
    """Return the id that the visitor's browser gave a message."""
    return external_id.partition(":")[2]


def visitor_identity(visitor_id: str) -> dict[str, str]:
    """Return the address of a browser that chats."""
    return {"kind": "external", "address": visitor_id}


class _Visit:
    """One delivery of one visitor, with what is found out once."""

    def __init__(self, account: Account, item: Item) -> None:
        self.account = account
        self.item = item
        self.visitor_id = an_id(an_object(item, "visitor"), "id")
        self.address = visitor_identity(self.visitor_id)
        self.contact_id = account.contact_id(self.address)
        self.conversation_id = account.conversation_id(self.contact_id)
        self.occurred_us = account.instant(item.get("at"))

    def event(self, type_: str, key: str, payload: Item, *, in_conversation: bool = True) -> Event:
        """Return something the visitor did; `key` names it within this visitor."""
        return self.account.event(
            type_,
            f"{key}:{self.account.external_id}:{self.visitor_id}",
            self.occurred_us,
            payload,
            contact_id=self.contact_id,
            conversation_id=self.conversation_id if in_conversation else None,
            actor_kind="contact",
        )


def _message(visit: _Visit) -> list[Event]:
    item, account = visit.item, visit.account
    client_id = an_id(item, "id")
    external_id = message_external_id(visit.visitor_id, client_id)
    kind, says, media, content = _said(item)
    ref, answered = account.ref(external_id), _answered(item)
    payload = {
        "message_id": ref,
        "message_ref": ref,
        "external_id": external_id,
        "kind": kind,
        "text": says,
        "media": media,
        "content": content | _around(item) or None,
        "reply_to_ref": account.ref(answered) if answered else None,
        "language": None,
        "identities": [visit.address],
        "name": None,
        "referral": None,
        "is_forwarded": False,
        "group_ref": None,
        "is_history": False,
        "is_test": False,
        "errors": [],
    }
    stored = [visit.event("media.stored", f"media:{client_id}:{n}", _stored(ref, n, each)) for n, each in _files(item)]
    return [visit.event("message.received", f"message:{client_id}", payload), *stored]


def _said(item: Item) -> tuple[str, str | None, list[Item], Item]:
    """Return kind, text, files and content of a message."""
    says, reply = text(item.get("text")), item.get("reply")
    if isinstance(reply, dict):
        title = text(reply.get("title"))
        return "reply", title or says, [], {"id": optional_id(reply.get("id")), "title": title}
    files = [each for _, each in _files(item)]
    if files:
        return _kind_of(files[0]), says, [_described(each) for each in files], {}
    if says is None:
        raise Unreadable("It says nothing.")
    return "text", says, [], {}


def _answered(item: Item) -> str | None:
    reply = item.get("reply")
    return optional_id(reply.get("message_id") if isinstance(reply, dict) else item.get("quoted"))


def _around(item: Item) -> Item:
    """Return where it was written, and the greeting it answers."""
    page, greeting = item.get("page"), text(item.get("greeting"))
    found: Item = {"page": page} if isinstance(page, dict) and page else {}
    return found | ({"greeting": greeting} if greeting else {})


def _files(item: Item) -> list[tuple[int, Item]]:
    file = item.get("file")
    return [(0, file)] if isinstance(file, dict) and text(file.get("sha256")) else []


def _described(file: Item) -> Item:
    is_voice = file.get("is_voice") is True
    named = {name: text(file.get(name)) for name in ("mime", "sha256", "filename")}
    return {"provider_id": None, "url": None, **named, "is_voice": is_voice, "is_animated": False}


def _stored(message_id: str, index: int, file: Item) -> Item:
    size = file.get("size")
    return {
        "message_id": message_id,
        "index": index,
        "sha256": file["sha256"],
        "size": size if isinstance(size, int) else None,
        "mime": text(file.get("mime")) or "application/octet-stream",
        "filename": text(file.get("filename")) or "file",
    }


def _kind_of(file: Item) -> str:
    family = (text(file.get("mime")) or "").partition("/")[0]
    return family if family in _FAMILIES else "document"


def _reaction(visit: _Visit) -> list[Event]:
    client_id, external_id = an_id(visit.item, "id"), an_id(visit.item, "message")
    emoji = text(visit.item.get("emoji"))
    payload = {"message_ref": visit.account.ref(external_id), "emoji": emoji, "by": "contact"}
    return [visit.event("message.reacted", f"reaction:{client_id}", payload)]


def _receipt(visit: _Visit) -> list[Event]:
    status, named = optional_id(visit.item.get("status")), visit.item.get("messages")
    if status not in _STATUSES or not isinstance(named, list):
        return [visit.account.unrecognised(visit.item, "", "receipt")]
    return [_reported(visit, status, an_id({"id": each}, "id")) for each in named]


def _reported(visit: _Visit, status: str, message_id: str) -> Event:
    ref = visit.account.ref(message_id)
    beside: Item = {"errors": [], "pricing": None, "recipient": None}
    payload = {"message_ref": ref, "message_id": message_id, "status": status, **beside}
    return visit.account.event(
        "message.status_reported",
        f"status:{visit.account.external_id}:{message_id}:{status}",
        visit.occurred_us,
        payload,
        contact_id=visit.contact_id,
        conversation_id=visit.conversation_id,
    )


def _visitor(visit: _Visit) -> list[Event]:
    user, prechat = visit.item.get("user"), visit.item.get("prechat")
    found = _identified(visit, user) if isinstance(user, dict) else []
    found += _told(visit, prechat) if isinstance(prechat, dict) else []
    return found or [visit.account.unrecognised(visit.item, "", "visitor")]


def _identified(visit: _Visit, user: Item) -> list[Event]:
    """Return that the visitor is a customer the shop vouches for, and so are the phone and e-mail it signed for.

    A phone or e-mail goes under an id of this customer's alone: two who share a telephone are linked as one customer,
    which an agent can take back (decision 9), but are never one contact, for each would read the other's chat.
    """
    user_id = an_id(user, "id")
    customer = {"kind": "user_id", "address": user_id}
    known = [{"contact_id": visit.account.contact_id(each), **each} for each in (visit.address, customer)]
    proven = ((kind, optional_id(user.get(kind))) for kind in ("phone", "email"))
    known += [
        {"contact_id": visit.account.contact_id(_theirs(user_id, kind, address)), "kind": kind, "address": address}
        for kind, address in proven
        if address
    ]
    ids = sorted({each["contact_id"] for each in known})
    payload = {"contact_ids": ids, "identities": known, "reason": "proven"}
    found = [visit.event("contact.identified", f"identified:{fingerprint(ids)}", payload, in_conversation=False)]
    return found + _noted(visit, "email", text(user.get("email")))


def _theirs(user_id: str, kind: str, address: str) -> dict[str, str]:
    """Return what names an address as one customer's; no id that a shop signs holds a line feed."""
    canonical = identity.canonical_address({"kind": kind, "address": address})
    return {"kind": "user_id", "address": f"{user_id}\n{identity.link_end(kind, canonical)}"}


def _told(visit: _Visit, prechat: Item) -> list[Event]:
    """Return what a visitor wrote in the form before the chat."""
    found: list[Event] = []
    if name := text(prechat.get("name")):
        named = {"name": name, "username": None, "source": "profile"}
        found.append(visit.event("contact.named", f"named:{fingerprint(name)}", named, in_conversation=False))
    found += _noted(visit, "email", text(prechat.get("email")))
    consent = prechat.get("consent")
    if isinstance(consent, dict):
        found.append(_agreed(visit, consent))
    return found


def _noted(visit: _Visit, attribute: str, value: str | None) -> list[Event]:
    if value is None:
        return []
    payload = {"attribute": attribute, "value": value}
    return [visit.event("contact.noted", f"noted:{attribute}:{fingerprint(value)}", payload, in_conversation=False)]


def _agreed(visit: _Visit, consent: Item) -> Event:
    version = an_id(consent, "version")
    payload: dict[str, Any] = {
        "identities": [visit.address],
        "purpose": CONSENT_PURPOSE,
        "value": "granted",
        "source": f"form before the chat, version {version}",
        "wording": text(consent.get("text")),
    }
    return visit.event("consent.recorded", f"consent:{version}", payload)


_KINDS: dict[str, Callable[[_Visit], list[Event]]] = {
    "message": _message,
    "reaction": _reaction,
    "receipt": _receipt,
    "visitor": _visitor,
}
