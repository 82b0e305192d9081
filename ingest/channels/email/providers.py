"""What providers send as JSON: mail taken apart, and what became of ours (channels.md §8).

Postmark, SendGrid, Mailgun, Amazon SES through SNS, Resend and Brevo are told apart by the keys they alone use.
One broken item is marked and the rest goes on.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ingest.channels.email import outcomes, proof
from ingest.channels.email.announced import announcement, in_resend, in_s3
from ingest.channels.email.inbound import letter_events
from ingest.channels.email.letter import File, Letter, letter_from_parts, letter_of
from ingest.channels.email.mime import Head, Part, read_mail
from ingest.channels.email.reports import is_report, report_events
from ingest.channels.email.webhook import is_amazon
from ingest.channels.reading import Account, Item, Unreadable, json_document, objects, optional_id, text
from ingest.domain.event import Event

Read = Callable[[Account, Item], list[Event]]


def events(account: Account, document: Any) -> list[Event]:
    """Return every event of a document, item by item."""
    found: list[Event] = []
    for item, pointer in _items(document):
        account.pointer = pointer
        found += _guarded(account, item, pointer)
    return found


def letters(document: Any) -> list[Letter]:
    """Return the mails that a document holds."""
    return [letter for item, _ in _items(document) if isinstance(item, dict) for letter in _letters_of(item)]


def _items(document: Any) -> Iterator[tuple[Any, str]]:
    """Yield what a document holds, with its pointer: SendGrid batches in a list, Brevo in `items`."""
    if isinstance(document, list) and document:
        yield from ((each, f"/{number}") for number, each in enumerate(document))
    elif isinstance(document, dict) and isinstance(document.get("items"), list) and document["items"]:
        yield from ((each, f"/items/{number}") for number, each in enumerate(document["items"]))
    else:
        yield document, ""


def _guarded(account: Account, item: Any, pointer: str) -> list[Event]:
    if not isinstance(item, dict):
        return [account.unreadable(item, pointer, "It is not an object.")]
    try:
        found = _events_of(account, item)
    except Unreadable as problem:
        return [account.unreadable(item, pointer, str(problem))]
    except Exception as error:  # whatever one item holds, the others must be read
        reason = f"It has a shape that this version cannot read ({type(error).__name__})."
        return [account.unreadable(item, pointer, reason)]
    return found or [account.unrecognised(item, pointer, _name_of(item))]


def _events_of(account: Account, item: Item, topic: str = "") -> list[Event]:
    if "TopicArn" in item:
        return _sns(account, item)
    if (raw := _raw_of(item)) is not None:
        return _mail(account, read_mail(raw), item)
    if (source := _source_of(item, topic)) is not None:
        (letter,) = _letters_of(item)
        return announcement(account, letter, source, is_proven=proof.by_provider(letter, item))
    if found := _letters_of(item):
        return [event for letter in found for event in _told(account, letter, item)]
    return outcomes.events(account, item)


def _mail(account: Account, mail: Part, item: Item) -> list[Event]:
    if is_report(mail) and (found := report_events(account, mail)):
        return found
    return _told(account, letter_of(mail), item)


def _told(account: Account, letter: Letter, item: Item) -> list[Event]:
    return letter_events(account, letter, own=_reached(item), is_proven=proof.by_provider(letter, item))


def _reached(item: Item) -> list[str]:
    """Return the addresses of ours that a provider took a mail for: Amazon's envelope, no header of the mail's."""
    receipt = item.get("receipt")
    given = receipt.get("recipients") if isinstance(receipt, dict) else None
    return [each.lower() for each in given if isinstance(each, str)] if isinstance(given, list) else []


def _source_of(item: Item, topic: str) -> Item | None:
    """Return where a mail lies that is only told of; None for anything else."""
    if item.get("type") == "email.received" and isinstance(item.get("data"), dict):
        return in_resend(item["data"])
    return in_s3(item, topic) if _is_received_by_amazon(item) else None


def _is_received_by_amazon(item: Item) -> bool:
    return "Received" in (item.get("notificationType"), item.get("eventType"))


# --- Amazon SNS --------------------------------------------------------------------------------------


def _sns(account: Account, item: Item) -> list[Event]:
    """Return the events of a notification, whose message is JSON written as text; or of a subscription to confirm."""
    if item.get("Type") == "Notification":
        inner = json_document(str(item.get("Message") or "").encode())
        if not isinstance(inner, dict):
            raise Unreadable("The notification's message is not an object.")
        inner.pop("TopicArn", None)
        return _events_of(account, inner, topic=str(item["TopicArn"]))
    if item.get("Type") not in ("SubscriptionConfirmation", "UnsubscribeConfirmation"):
        return []
    address = text(item.get("SubscribeURL")) or ""
    is_theirs = is_amazon(address)
    payload = {
        "subject": "account",
        "event": str(item["Type"]),
        "severity": "warning",
        "external_id": account.external_id,
        "title": "Amazon's topic: to be confirmed; open its address once."
        if is_theirs
        else "Somebody asks to confirm a subscription with an address that is not Amazon's; do not open it.",
        "content": {"topic": text(item.get("TopicArn")), "subscribe_url": address if is_theirs else None},
    }
    key = f"sns:{account.external_id}:{item['Type']}:{optional_id(item.get('MessageId')) or ''}"
    return [account.event("channel.reported", key, outcomes.at(item.get("Timestamp"), account), payload)]


# --- mail taken apart --------------------------------------------------------------------------------


def _letters_of(item: Item) -> list[Letter]:
    if item.get("Type") == "Notification":
        inner = json_document(str(item.get("Message") or "").encode())
        return _letters_of(inner) if isinstance(inner, dict) and "TopicArn" not in inner else []
    if (raw := _raw_of(item)) is not None:
        return [letter_of(read_mail(raw))]
    if item.get("type") == "email.received" and isinstance(item.get("data"), dict):
        return [_resend(item["data"])]
    if isinstance(item.get("From"), dict) and "MessageId" in item:
        return [_brevo(item)]
    if "FromFull" in item or ("From" in item and "TextBody" in item):
        return [_postmark(item)]
    if _is_received_by_amazon(item):
        return [_ses(item)]
    return []


def _raw_of(item: Item) -> bytes | None:
    """Return the whole mail where an item holds it: Postmark's RawEmail, SES's content."""
    if isinstance(item.get("RawEmail"), str) and item["RawEmail"]:
        return str(item["RawEmail"]).encode("utf-8", "replace")
    content = item.get("content")
    if "mail" not in item or not isinstance(content, str) or not content:
        return None
    receipt = item.get("receipt")
    action = receipt.get("action") if isinstance(receipt, dict) else None
    is_base64 = isinstance(action, dict) and str(action.get("encoding")).upper() == "BASE64"
    return _base64(content) if is_base64 else content.encode("utf-8", "replace")


def _postmark(item: Item) -> Letter:
    given = [(str(each.get("Name")), str(each.get("Value") or "")) for each in objects(item.get("Headers"))]
    beside = {
        "From": item.get("From"),
        "To": item.get("To"),
        "Cc": item.get("Cc"),
        "Subject": item.get("Subject"),
        "Date": item.get("Date"),
        "Reply-To": item.get("ReplyTo"),
        "Message-ID": item.get("MessageID"),
        "Delivered-To": item.get("OriginalRecipient"),
    }
    return letter_from_parts(_head(given, beside), text(item.get("TextBody")), text(item.get("HtmlBody")), _files(item))


def _brevo(item: Item) -> Letter:
    headers = item.get("Headers")
    given = [
        (name, each)
        for name, value in (headers.items() if isinstance(headers, dict) else ())
        for each in (value if isinstance(value, list) else [value])
        if isinstance(each, str)
    ]
    beside = {
        "From": _brevo_people([item.get("From")]),
        "To": _brevo_people(item.get("To")),
        "Cc": _brevo_people(item.get("Cc")),
        "Subject": item.get("Subject"),
        "Date": item.get("SentAtDate"),
        "Message-ID": item.get("MessageId"),
        "In-Reply-To": item.get("InReplyTo"),
    }
    head = _head(given, beside)
    return letter_from_parts(head, text(item.get("RawTextBody")), text(item.get("RawHtmlBody")), ())


def _brevo_people(value: object) -> str:
    found = (each for each in objects(value) if isinstance(each.get("Address"), str))
    return ", ".join(f"{_quoted(each.get('Name'))}<{each['Address']}>" for each in found)


def _resend(data: Item) -> Letter:
    """Return the envelope of a mail whose body Resend keeps; it is to be fetched by `email_id`."""
    to, cc = (value if isinstance(value, list) else [] for value in (data.get("to"), data.get("cc")))
    beside = {
        "From": data.get("from"),
        "To": ", ".join(str(each) for each in to),
        "Cc": ", ".join(str(each) for each in cc),
        "Subject": data.get("subject"),
        "Message-ID": data.get("message_id") or data.get("email_id"),
        "Date": data.get("created_at"),
        "X-Resend-Email-Id": data.get("email_id"),
    }
    return letter_from_parts(_head([], beside), None, None, ())


def _ses(item: Item) -> Letter:
    """Return the headers of a mail whose content lies elsewhere (more than 150 KB)."""
    mail = item.get("mail")
    given = [
        (str(each.get("name")), str(each.get("value") or ""))
        for each in objects(mail.get("headers") if isinstance(mail, dict) else None)
    ]
    return letter_from_parts(_head(given, {}), None, None, ())


def _head(given: list[tuple[str, str]], beside: Mapping[str, object]) -> Head:
    known = {name.lower() for name, _ in given}
    more = [
        (name, value)
        for name, value in beside.items()
        if isinstance(value, str) and value and name.lower() not in known
    ]
    fields = [(name.lower(), _one_line(value).encode("utf-8", "replace")) for name, value in [*given, *more]]
    return Head(tuple(fields))


def _files(item: Item) -> Iterator[File]:
    for each in objects(item.get("Attachments")):
        content = each.get("Content")
        yield File(
            str(each.get("ContentType") or "application/octet-stream").partition(";")[0],
            text(each.get("Name")),
            _base64(content) if isinstance(content, str) else b"",
            (text(each.get("ContentID")) or "").removeprefix("cid:").strip("<>") or None,
        )


def _base64(written: str) -> bytes:
    try:
        return base64.b64decode(written.encode("ascii", "ignore"))
    except binascii.Error:
        return b""


def _one_line(value: str) -> str:
    return " ".join(value.replace("\x00", "").split("\n")).replace("\r", "")


def _quoted(name: object) -> str:
    return '"{}" '.format(name.replace("\\", "").replace('"', "")) if isinstance(name, str) and name else ""


def _name_of(item: Item) -> str:
    names = ("RecordType", "event", "type", "Type", "notificationType", "eventType")
    return next((str(item[name])[:100] for name in names if isinstance(item.get(name), str)), "unknown")
