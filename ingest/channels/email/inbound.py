"""A letter becomes events: somebody wrote, or one of ours came back, and what they call themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ingest.channels.base import Delivery
from ingest.channels.email.addresses import Mailbox, message_ids, moment
from ingest.channels.email.letter import File, Letter
from ingest.channels.email.threads import thread_of, token_of
from ingest.channels.reading import Account, Item, Unreadable, fingerprint
from ingest.domain.event import Event

CHANNEL = "email"
_REFERENCES = 100


@dataclass(frozen=True, slots=True)
class Told:
    """How a mail was told before it could be read: under which id, in which thread."""

    external_id: str
    thread: str


def account_of(delivery: Delivery) -> Account:
    """Return the account of a delivery: a connection is one mailbox, and is named by its own id."""
    return Account(delivery, CHANNEL, delivery.connection_id)


def letter_events(
    account: Account,
    letter: Letter,
    *,
    own: Iterable[str] = (),
    kind: str = "text",
    is_proven: bool = False,
    is_sent: bool = False,
    is_history: bool = False,
    told: Told | None = None,
) -> list[Event]:
    """Return the events of a mail; `own` are our addresses as the way in knows them, never as the mail says.

    `is_proven`: somebody we trust vouches for the sender (see `proof`). `is_sent`: it lay in our folder of sent mail.
    Anybody can write our address into From, so without one of both it is a stranger's. `is_history`: it is older than
    our looking. `told`: it takes the place of what was told.

    Raises Unreadable where it does not say who wrote.
    """
    if letter.sender is None:
        raise Unreadable("The mail does not say who sent it.")
    told = told or Told(letter.message_id[:512], _token(letter))
    ours = {each for each in own if each}
    is_ours = is_sent or (is_proven and _plain(letter.sender.address) in ours)
    other = _addressee(letter, ours) if is_ours else letter.sender
    payload = _payload(account, letter, told, kind) | {"is_history": is_history}
    contact_id = None if other is None else account.contact_id(other.identity)
    beside: Item = {"source": "other_app"} if is_ours else _inbound_facts(letter.sender, is_proven)
    event = account.event(
        "message.echoed" if is_ours else "message.received",
        f"{'placeholder' if kind == 'placeholder' else 'message'}:{account.external_id}:{_key(letter)}",
        moment(letter.head.get("date"), account.delivery.received_us),
        payload | beside,
        contact_id=contact_id,
        conversation_id=account.conversation_id(contact_id, thread_of(told.thread)),
        actor_kind="integration" if is_ours else "contact",
    )
    return [event, *([] if is_ours else named(account, letter.sender, event.occurred_us))]


def named(account: Account, sender: Mailbox, occurred_us: int) -> list[Event]:
    """Return what somebody calls themself; once, however often they say it."""
    if not sender.name:
        return []
    contact_id = account.contact_id(sender.identity)
    payload = {"name": sender.name, "username": None, "source": "profile"}
    key = f"named:{contact_id}:{fingerprint([sender.name, None, 'profile'])}"
    return [account.event("contact.named", key, occurred_us, payload, contact_id=contact_id, actor_kind="contact")]


def _payload(account: Account, letter: Letter, told: Told, kind: str) -> dict[str, Any]:
    ref = account.ref(told.external_id)
    answered = message_ids(letter.head.get("in-reply-to"))
    text, quoted = letter.new_and_quoted()
    return {
        "message_id": ref,
        "message_ref": ref,
        "external_id": told.external_id,
        "kind": kind,
        "text": text,
        "media": [_media(account, number, each) for number, each in enumerate(letter.files)],
        "content": {
            "subject": letter.head.get("subject") or None,
            "quoted": quoted,
            "html": letter.html,
            "to": [each.address for each in letter.people("to")],
            "cc": [each.address for each in letter.people("cc")],
            "message_id": told.external_id,
            "in_reply_to": answered,
            "references": message_ids(letter.head.get("references"))[-_REFERENCES:],
            "thread": told.thread,
            "auto": letter.is_auto,
        },
        "reply_to_ref": account.ref(answered[0]) if answered else None,
        "language": None,
    }


def _inbound_facts(sender: Mailbox, is_proven: bool) -> Item:
    return {
        "identities": [sender.identity],
        "is_claimed": not is_proven,
        "name": sender.name,
        "referral": None,
        "is_forwarded": False,
        "group_ref": None,
        "is_test": False,
        "errors": [],
    }


def _media(account: Account, number: int, file: File) -> Item:
    return {
        "provider_id": f"part:{number}",
        "delivery_id": account.delivery.event_id,
        "url": None,
        "mime": file.mime,
        "sha256": hashlib.sha256(file.content).hexdigest(),
        "filename": file.filename,
        "content_id": file.content_id,
        "is_voice": False,
        "is_animated": False,
    }


def _key(letter: Letter) -> str:
    """Return what tells this mail from all others; ids repeat in the wild, so the id alone does not."""
    digest = hashlib.blake2b(letter.message_id.encode(), digest_size=12).hexdigest()
    return f"{digest}:{letter.fingerprint}"


def _token(letter: Letter) -> str:
    head = letter.head
    return token_of(
        letter.message_id,
        message_ids(head.get("in-reply-to")),
        message_ids(head.get("references")),
        letter.recipients(),
    )


def _addressee(letter: Letter, ours: set[str]) -> Mailbox | None:
    """Return who a mail of ours went to first, None where only to ourselves."""
    known = ours | ({letter.sender.address} if letter.sender else set())
    return next((each for each in letter.people("to", "cc") if _plain(each.address) not in known), None)


def _plain(address: str) -> str:
    """Return an address without what stands behind a plus."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
