"""Messages of a Page or an Instagram account, in both directions, and what becomes of them (channels.md §4, §5)."""

from __future__ import annotations

import re
from typing import Any

from ingest.channels.meta.attachments import content_of
from ingest.channels.meta.talks import Talk
from ingest.channels.reading import Content, Item, Unreadable, an_id, an_object, fingerprint, optional_id, text
from ingest.domain.event import Event

_OUR_METADATA = re.compile(r"msg_[0-9A-Za-z_-]+")
_EMOJI = {
    "love": "❤️",
    "like": "👍",
    "dislike": "👎",
    "laugh": "😆",
    "smile": "😆",
    "wow": "😮",
    "sad": "😢",
    "angry": "😠",
}
"""What Meta's words for reactions look like, for reactions that come without their sign."""
_BESIDE_TEXT = ("quick_reply", "commands", "is_self", "is_unsupported", "nlp")


def message_events(talk: Talk) -> list[Event]:
    """Return the events of a message: received, echoed, or withdrawn."""
    message = an_object(talk.item, "message")
    mid = an_id(message, "mid")
    if message.get("is_deleted") is True:
        return [talk.event("message.revoked", f"revoke:{mid}", {"message_ref": talk.account.ref(mid)})]
    ours = _OUR_METADATA.fullmatch(text(message.get("metadata")) or "") if talk.is_ours else None
    if ours:
        # The echo of what we handed over ourselves: our id came back with it, and says that it was sent.
        return [status_event(talk, mid, "sent", ours.group())]
    answered = message.get("reply_to")
    answered_mid = optional_id(answered.get("mid")) if isinstance(answered, dict) else None
    says = content_of(message)
    says.content = _with_facts(talk, message, says.content)
    return _said(talk, "message", mid, says, answered_mid, message.get("referral"))


def postback_events(talk: Talk) -> list[Event]:
    """Return the event of a tapped button, menu entry or ice breaker: a reply that says the button's title."""
    postback = an_object(talk.item, "postback")
    # Before 2021 a tap had no id of its own; what was tapped, by whom and when tells it from others.
    mid = optional_id(postback.get("mid")) or f"postback:{fingerprint(talk.item)}"
    title = text(postback.get("title")) or text(postback.get("payload"))
    content = {"postback": {name: value for name, value in postback.items() if name != "referral"}}
    says = Content("reply", title, content=_with_facts(talk, {}, content))
    return _said(talk, "postback", mid, says, None, postback.get("referral"))


def edit_events(talk: Talk) -> list[Event]:
    """Return the event of a changed text.

    Without a text it says nothing: Instagram announces new messages as edit number 0 (channels.md §5). That is
    kept, and no text is touched.
    """
    edit = an_object(talk.item, "message_edit")
    mid, number, written = an_id(edit, "mid"), optional_id(edit.get("num_edit")), text(edit.get("text"))
    if written is None:
        return [talk.unrecognised("message_edit")]
    payload = {
        "message_ref": talk.account.ref(mid),
        "kind": "text",
        "text": written,
        "media": [],
        "content": {"num_edit": number},
    }
    return [talk.event("message.edited", f"edit:{mid}:{number or fingerprint(edit)}", payload)]


def reaction_events(talk: Talk) -> list[Event]:
    """Return the event of a reaction put on a message or taken back."""
    reaction = an_object(talk.item, "reaction")
    mid = an_id(reaction, "mid")
    emoji = None if reaction.get("action") == "unreact" else _emoji(reaction)
    payload = {
        "message_ref": talk.account.ref(mid),
        "emoji": emoji,
        "by": "business" if talk.is_ours else "contact",
    }
    # The same sign may be put, taken back and put again: what was written tells each time from the others.
    return [talk.event("message.reacted", f"reaction:{mid}:{fingerprint(talk.item)}", payload)]


def learned(talk: Talk) -> list[Event]:
    """Return that two addresses are one person, where an item carries both; it exists once however often said."""
    if talk.contact_id is None or len(talk.identities) < 2:
        return []
    ids = [talk.account.contact_id(each) for each in talk.identities]
    payload = {
        "contact_ids": sorted(ids),
        "identities": [{"contact_id": one, **each} for one, each in zip(ids, talk.identities, strict=True)],
        "reason": "seen_together",
    }
    return [talk.event("contact.identified", f"identified:{':'.join(sorted(ids))}", payload, "system")]


def _said(
    talk: Talk, key: str, mid: str, says: Content, answered_mid: str | None, referral: object = None
) -> list[Event]:
    if talk.contact_id is None and not talk.account.is_test:
        raise Unreadable("It does not say with whom it was written.")
    ref = talk.account.ref(mid)
    payload: Item = {
        "message_id": ref,
        "message_ref": ref,
        "external_id": mid,
        "kind": says.kind,
        "text": says.text,
        "media": says.media,
        "content": says.content,
        "reply_to_ref": talk.account.ref(answered_mid) if answered_mid else None,
        "language": None,
        "identities": talk.identities,
        "is_history": False,
    }
    if talk.is_ours:
        return [talk.event("message.echoed", f"{key}:{mid}", payload | {"source": "other_app"}), *learned(talk)]
    inbound: Item = {
        "name": None,
        "referral": referral if isinstance(referral, dict) and referral else None,
        "is_forwarded": False,
        "group_ref": None,
        "is_test": talk.account.is_test,
        "errors": [],
    }
    return [talk.event("message.received", f"{key}:{mid}", payload | inbound), *learned(talk)]


def status_event(talk: Talk, mid: str, status: str, message_id: str | None = None) -> Event:
    """Return how far one message of ours has come."""
    payload: Item = {
        "message_ref": talk.account.ref(mid),
        "message_id": message_id,
        "status": status,
        "errors": [],
        "pricing": None,
        "recipient": None,
    }
    return talk.event("message.status_reported", f"status:{mid}:{status}", payload, "system")


def _with_facts(talk: Talk, message: Item, content: Any) -> Any:
    """Return the content with what stands beside it; None where there is nothing at all."""
    facts: Item = {name: message[name] for name in _BESIDE_TEXT if message.get(name)}
    answered = message.get("reply_to")
    if isinstance(answered, dict) and answered.get("story"):
        facts["story"] = answered["story"]
    facts |= {name: talk.item[name] for name in ("message_context", "hop_context") if talk.item.get(name)}
    if talk.is_self:
        facts["is_self"] = True
    if talk.is_ours and message.get("app_id"):
        facts["app_id"] = optional_id(message["app_id"])
    if talk.origin.is_standby:
        facts["standby"] = True
    return {**(content or {}), **facts} or None


def _emoji(reaction: Item) -> str | None:
    word = text(reaction.get("reaction"))
    return text(reaction.get("emoji")) or (_EMOJI.get(word, word) if word else None)
