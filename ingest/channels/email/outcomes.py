"""What providers report of mail that we sent: each provider's words in one table (channels.md §8).

Providers name a mail by our Message-ID where they know it; by their own id otherwise, and then our message id
travels in the metadata that `compose` puts into the mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ingest.channels.email.addresses import mailboxes, message_ids
from ingest.channels.email.errors import BOUNCED
from ingest.channels.email.reports import Report, error_of, report_event, status_of, withdrawn_event
from ingest.channels.reading import Account, Item, Unreadable, fingerprint, instant, objects, optional_id, text
from ingest.domain.event import Event
from ingest.kit.clock import to_us

TRACKER = "prosa_message_id"
"""Name under which our message id travels in a provider's metadata."""

_STATUSES: Mapping[str, str] = {
    # Postmark's RecordType
    "Delivery": "delivered",
    "Open": "read",
    "Click": "clicked",
    "SpamComplaint": "complained",
    "Bounce": "failed",
    # SendGrid, Mailgun, Brevo, and Resend without its `email.`
    "accepted": "accepted",
    "request": "accepted",
    "scheduled": "accepted",
    "processed": "sent",
    "sent": "sent",
    "delivered": "delivered",
    "open": "read",
    "opened": "read",
    "unique_opened": "read",
    "proxy_open": "read",
    "click": "clicked",
    "clicked": "clicked",
    "deferred": "delayed",
    "delivery_delayed": "delayed",
    "soft_bounce": "delayed",
    "bounce": "failed",
    "bounced": "failed",
    "hard_bounce": "failed",
    "dropped": "failed",
    "failed": "failed",
    "rejected": "failed",
    "blocked": "failed",
    "invalid_email": "failed",
    "error": "failed",
    "spamreport": "complained",
    "spam": "complained",
    "complained": "complained",
    # Amazon's notificationType and eventType
    "Send": "sent",
    "Reject": "failed",
    "Complaint": "complained",
    "DeliveryDelay": "delayed",
    "Rendering Failure": "failed",
}
_WITHDRAWN = frozenset({"unsubscribe", "group_unsubscribe", "unsubscribed", "Subscription"})
_POSTMARK_SOFT = frozenset({"Transient", "SoftBounce", "DnsError", "AutoResponder", "VirusNotification"})


def events(account: Account, item: Item) -> list[Event]:
    """Return the events of one item; nothing for what this version has no meaning for. Raises Unreadable."""
    if isinstance(item.get("event-data"), dict):
        return _mailgun(account, item["event-data"])
    if isinstance(item.get("RecordType"), str):
        return _postmark(account, item)
    if isinstance(item.get("mail"), dict):
        return _ses(account, item)
    if str(item.get("type")).startswith("email.") and isinstance(item.get("data"), dict):
        return _resend(account, item)
    if isinstance(item.get("event"), str):
        return _flat(account, item)
    return []


def at(value: object, account: Account) -> int:
    """Return a provider's time, ISO 8601 or a number; that of arrival where there is none. Raises Unreadable."""
    if isinstance(value, str) and "-" in value[1:]:
        try:
            return to_us(datetime.fromisoformat(value))
        except (ValueError, OverflowError):
            raise Unreadable(f"{value[:40]!r} is not a time.") from None
    return instant(value, account.delivery.received_us)


def _emit(
    account: Account,
    item: Item,
    word: str,
    status: str | None,
    *,
    external_id: str | None,
    address: str | None,
    at_us: int,
    event_id: object = None,
    errors: tuple[Item, ...] = (),
    message_id: object = None,
) -> list[Event]:
    """Return the status, and the withdrawal where there is one."""
    named = optional_id(event_id) or fingerprint(item)
    address = next((each.address for each in mailboxes(address or "")), None)
    found: list[Event] = []
    if status is not None and external_id:
        ours = message_id if isinstance(message_id, str) and message_id else None
        shown = errors if status in ("failed", "delayed") else ()
        report = Report(external_id[:512], status, address, shown, at_us, ours, named)
        found.append(report_event(account, report))
    if address and (status == "complained" or word in _WITHDRAWN):
        found.append(withdrawn_event(account, address, word.lower(), named, at_us))
    return found


def _flat(account: Account, item: Item) -> list[Event]:
    """Return the events of a SendGrid or Brevo item."""
    word = str(item["event"])
    written = text(item.get("message-id")) or text(item.get("smtp-id")) or text(item.get("sg_message_id")) or ""
    reason = text(item.get("reason")) or text(item.get("response"))
    return _emit(
        account,
        item,
        word,
        _STATUSES.get(word),
        external_id=_first_id(written),
        address=text(item.get("email")),
        at_us=at(item.get("ts_event") or item.get("timestamp") or item.get("ts"), account),
        event_id=item.get("sg_event_id"),
        errors=(
            error_of(text(item.get("status")) or (word if word in BOUNCED else None), reason, text(item.get("type"))),
        ),
        message_id=item.get(TRACKER),
    )


def _mailgun(account: Account, data: Item) -> list[Event]:
    word = str(data.get("event"))
    status = _STATUSES.get(word)
    if word == "failed" and data.get("severity") == "temporary":
        status = "delayed"
    delivery, message, variables = (_object(data, name) for name in ("delivery-status", "message", "user-variables"))
    code = str(delivery.get("enhanced-code") or delivery.get("code") or "") or None
    return _emit(
        account,
        data,
        word,
        status,
        external_id=_first_id(text(_object(message, "headers").get("message-id")) or ""),
        address=text(data.get("recipient")),
        at_us=at(data.get("timestamp"), account),
        event_id=data.get("id"),
        errors=(
            error_of(
                code, text(delivery.get("message")) or text(delivery.get("description")), text(data.get("reason"))
            ),
        ),
        message_id=variables.get(TRACKER),
    )


def _postmark(account: Account, item: Item) -> list[Event]:
    word = str(item["RecordType"])
    status = _STATUSES.get(word)
    if word == "Bounce" and item.get("Type") in _POSTMARK_SOFT:
        status = "delayed"
    if word == "Bounce" and item.get("Type") in ("SpamComplaint", "SpamNotification"):
        status = "complained"
    if word == "SubscriptionChange" and item.get("SuppressSending") is True:
        word = "Subscription"
    times = (item.get(name) for name in ("BouncedAt", "DeliveredAt", "ReceivedAt", "ChangedAt"))
    details = text(item.get("Details")) or text(item.get("Description"))
    return _emit(
        account,
        item,
        word,
        status,
        external_id=_first_id(text(item.get("MessageID")) or ""),
        address=text(item.get("Email")) or text(item.get("Recipient")),
        at_us=at(next((each for each in times if each), None), account),
        errors=(error_of(text(item.get("Type")), details, text(item.get("Name"))),),
        message_id=_object(item, "Metadata").get(TRACKER),
    )


def _resend(account: Account, item: Item) -> list[Event]:
    data, word = _object(item, "data"), str(item["type"]).removeprefix("email.")
    bounce, headers = _object(data, "bounce"), objects(data.get("headers"))
    named = next((text(each.get("value")) for each in headers if str(each.get("name")).lower() == "message-id"), None)
    status = _STATUSES.get(word)
    if word == "bounced" and bounce.get("type") == "Transient":
        status = "delayed"
    found: list[Event] = []
    to = data.get("to")
    for address in to if isinstance(to, list) else [to]:
        found += _emit(
            account,
            item,
            word,
            status,
            external_id=_first_id(named or text(data.get("message_id")) or text(data.get("email_id")) or ""),
            address=text(address),
            at_us=at(item.get("created_at"), account),
            errors=(error_of(text(bounce.get("type")), text(bounce.get("message")), text(bounce.get("subType"))),),
            message_id=_object(data, "tags").get(TRACKER),
        )
    return found


def _ses(account: Account, item: Item) -> list[Event]:
    word = str(item.get("notificationType") or item.get("eventType"))
    mail = _object(item, "mail")
    inner = next((value for name, value in item.items() if name != "mail" and isinstance(value, dict)), {})
    headers = {str(each.get("name")).lower(): each.get("value") for each in objects(mail.get("headers"))}
    external_id = _first_id(text(headers.get("message-id")) or text(mail.get("messageId")) or "")
    found: list[Event] = []
    for recipient in _ses_recipients(inner, mail):
        code = text(recipient.get("status"))
        found += _emit(
            account,
            item,
            word,
            _ses_status(word, inner, code),
            external_id=external_id,
            address=text(recipient.get("emailAddress")),
            at_us=at(inner.get("timestamp") or mail.get("timestamp"), account),
            errors=(
                error_of(
                    code,
                    text(recipient.get("diagnosticCode")) or text(inner.get("reason")),
                    text(inner.get("bounceType")) or text(inner.get("delayType")),
                ),
            ),
        )
    return found


def _ses_status(word: str, inner: Item, code: str | None) -> str | None:
    if word == "Bounce" and inner.get("bounceType") != "Permanent":
        return status_of(code or "4.0.0")
    return _STATUSES.get(word)


def _ses_recipients(inner: Item, mail: Item) -> list[Item]:
    for name in ("bouncedRecipients", "complainedRecipients", "delayedRecipients"):
        if found := list(objects(inner.get(name))):
            return found
    written: Any = inner.get("recipients") or mail.get("destination")
    addresses = written if isinstance(written, list) else []
    return [{"emailAddress": each} for each in addresses] or [{}]


def _first_id(written: str) -> str | None:
    return next(iter(message_ids(written)), None)


def _object(item: Item, name: str) -> Item:
    found = item.get(name)
    return found if isinstance(found, dict) else {}
