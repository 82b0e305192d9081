"""A form becomes events: an inbound SMS or MMS, or how far one of ours has come."""

from __future__ import annotations

from typing import Any

from ingest.channels.base import Delivery
from ingest.channels.reading import Account, Item, Unreadable, an_id, optional_id, text, unreadable_body
from ingest.channels.sms.consent import consent_of
from ingest.channels.sms.errors import STOPPED, classify
from ingest.channels.sms.webhook import form_of
from ingest.domain.consent import MARKETING
from ingest.domain.event import Event

CHANNEL = "sms"
_STATUSES = {"undelivered": "failed", "queued": "accepted", "sending": "accepted"}
"""The provider's words that mean one of ours; the others are the same or kept as they are."""
_MOST_FILES = 10
_KINDS = {"image": "image", "audio": "audio", "video": "video"}


def parse(delivery: Delivery) -> list[Event]:
    """Return every event of a form; raises for none. No time is told: it is the time of arrival."""
    try:
        form = _form(delivery.body)
    except Unreadable as problem:
        return [unreadable_body(delivery, CHANNEL, str(problem))]
    is_status = bool(form.get("MessageStatus")) or form.get("SmsStatus", "received") not in ("received", "receiving")
    account = Account(delivery, CHANNEL, form.get("From" if is_status else "To", ""))
    if not any(form.get(each) for each in ("MessageSid", "SmsSid", "SmsMessageSid")):
        return [account.unrecognised(form, "", "form")]
    try:
        return _status(account, form) if is_status else _message(account, form)
    except Unreadable as problem:
        return [account.unreadable(form, "", str(problem))]


def _form(body: bytes) -> dict[str, str]:
    try:
        form = dict(form_of(body))
    except ValueError:
        raise Unreadable("The body is not a form.") from None
    if not form or any("\x00" in each for pair in form.items() for each in pair):
        raise Unreadable("The body is not a form.")
    return form


def _message(account: Account, form: Item) -> list[Event]:
    external_id, who = _sid(form), _phone(form, "From")
    account.require_inbox()
    contact_id, ref = account.contact_id(who), account.ref(external_id)
    conversation_id = account.conversation_id(contact_id)
    media = _media(form)
    payload: Item = {
        "message_id": ref,
        "message_ref": ref,
        "external_id": external_id,
        "kind": _kind(media),
        "text": text(form.get("Body")),
        "media": media,
        "content": _content(form),
        "reply_to_ref": None,
        "language": None,
        "identities": [who],
        "name": None,
        "referral": None,
        "is_forwarded": False,
        "group_ref": None,
        "is_history": False,
        "is_test": False,
        "errors": [],
    }
    around: dict[str, Any] = {
        "contact_id": contact_id,
        "conversation_id": conversation_id,
        "actor_kind": "contact",
    }
    at_us = account.delivery.received_us
    found = [
        account.event("message.received", f"message:{account.external_id}:{external_id}", at_us, payload, **around)
    ]
    value = consent_of(form.get("Body"), form.get("OptOutType"))
    if value:
        key = f"preference:{account.external_id}:{external_id}"
        found.append(account.event("consent.recorded", key, at_us, _said(who, value, form.get("Body")), **around))
    return found


def _said(who: Item, value: str, wording: object) -> Item:
    said = {"purpose": MARKETING, "value": value, "source": CHANNEL, "wording": text(wording)}
    return {"identities": [who], **said}


def _status(account: Account, form: Item) -> list[Event]:
    external_id = _sid(form)
    word = text(form.get("MessageStatus")) or an_id(form, "SmsStatus")
    who = _phone(form, "To")
    contact_id = account.contact_id(who)
    around: dict[str, Any] = {"contact_id": contact_id, "conversation_id": account.conversation_id(contact_id)}
    at_us, code = account.delivery.received_us, form.get("ErrorCode", "")
    payload = {
        "message_ref": account.ref(external_id),
        "message_id": None,
        "status": _STATUSES.get(word, word),
        "errors": [_error(code, form)] if code and code != "0" else [],
        "pricing": None,
        "recipient": None,
    }
    key = f"status:{account.external_id}:{external_id}:{word}"
    found = [account.event("message.status_reported", key, at_us, payload, **around)]
    if code == str(STOPPED):
        key = f"preference:{account.external_id}:{external_id}:{code}"
        found.append(account.event("consent.recorded", key, at_us, _said(who, "withdrawn", None), **around))
    return found


def _error(code: str, form: Item) -> Item:
    number = int(code) if code.isascii() and code.isdigit() and len(code) < 10 else None
    advice = classify(number).advice
    return {"code": number if number is not None else code, "title": advice, "details": text(form.get("ErrorMessage"))}


def _sid(form: Item) -> str:
    found = next(
        (optional_id(form.get(each)) for each in ("MessageSid", "SmsSid", "SmsMessageSid") if form.get(each)), None
    )
    if found is None:
        raise Unreadable("It has no MessageSid.")
    return found


def _phone(form: Item, name: str) -> dict[str, str]:
    number = an_id(form, name)
    # Short codes and names of senders are addresses, too, but no numbers that could be dialled.
    is_number = sum(map(str.isdigit, number)) >= 7
    return {"kind": "phone" if is_number else "external", "address": number}


def _media(form: Item) -> list[Item]:
    return [
        {
            "provider_id": None,
            "url": form[f"MediaUrl{number}"],
            "mime": text(form.get(f"MediaContentType{number}")),
            "sha256": None,
            "filename": None,
            "is_voice": False,
            "is_animated": False,
        }
        for number in range(_MOST_FILES)
        if form.get(f"MediaUrl{number}")
    ]


def _kind(media: list[Item]) -> str:
    if not media:
        return "text"
    return _KINDS.get(str(media[0]["mime"] or "").partition("/")[0], "document")


def _content(form: Item) -> Item | None:
    """Return what the form says beside the message: segments, places, and whatever is new."""
    known = {"MessageSid", "SmsSid", "SmsMessageSid", "AccountSid", "From", "To", "Body", "ApiVersion", "SmsStatus"}
    return {name: value for name, value in form.items() if name not in known and value} or None
