"""What is reported beside messages: how far ours have come, who holds the conversation, what people allowed."""

from __future__ import annotations

from typing import Any

from ingest.channels.meta.messages import learned, status_event
from ingest.channels.meta.talks import Talk, moment
from ingest.channels.reading import Item, Unreadable, an_object, fingerprint, optional_id, text
from ingest.domain.event import Event

HANDOVERS = {
    "pass_thread_control": "Another app handed the conversation to us",
    "take_thread_control": "Another app took the conversation over",
    "request_thread_control": "Another app asks for the conversation",
    "app_roles": "The role of this app changed",
}
_STOPPED = "STOP_NOTIFICATIONS"


def delivery_events(talk: Talk) -> list[Event]:
    """Return how far our messages were delivered: a watermark, and the single messages where they are named."""
    return _receipt(talk, an_object(talk.item, "delivery"), "delivered")


def read_events(talk: Talk) -> list[Event]:
    """Return how far our messages were read; Instagram names the newest one instead of a time."""
    return _receipt(talk, an_object(talk.item, "read"), "read")


def referral_events(talk: Talk) -> list[Event]:
    """Return that a known contact came back through a link or an ad."""
    referral = an_object(talk.item, "referral")
    return [_reported(talk, "other", "referral", "The contact came through a link or an ad", referral)]


def optin_events(talk: Talk) -> list[Event]:
    """Return that a contact opted in: to marketing messages as consent, to anything else as a report."""
    optin = an_object(talk.item, "optin")
    if optin.get("type") == "notification_messages" and talk.contact_id:
        return [_consent(talk, optin), *learned(talk)]
    # The token lets whoever has it write to the contact; the delivery keeps it, an event does not spread it.
    content = {name: value for name, value in optin.items() if name != "notification_messages_token"}
    return [_reported(talk, "other", "optin", "The contact opted in", content), *learned(talk)]


def linking_events(talk: Talk) -> list[Event]:
    """Return that a contact linked an account at the business with this one, or undid it."""
    linking = an_object(talk.item, "account_linking")
    status = text(linking.get("status")) or "account_linking"
    content = {name: value for name, value in linking.items() if name != "authorization_code"}
    return [_reported(talk, "other", status, f"The contact's account at the business is {status}", content)]


def policy_events(talk: Talk) -> list[Event]:
    """Return that Meta stopped the account from sending, or lets it again."""
    policy = an_object(talk.item, next(name for name in POLICY_NAMES if talk.item.get(name) is not None))
    action = text(policy.get("action")) or "unknown"
    severity = {"block": "critical", "unblock": "info"}.get(action, "warning")
    reason = text(policy.get("reason"))
    title = f"Policy enforcement: {action}" + (f" ({reason})" if reason else "")
    return [_reported(talk, "account", action, title, policy, severity)]


POLICY_NAMES = ("policy-enforcement", "policy_enforcement")
"""As Meta's samples write it, and as its other fields would."""


def handover_events(talk: Talk) -> list[Event]:
    """Return who holds the conversation now, or wants to (channels.md §4)."""
    name = next(each for each in HANDOVERS if talk.item.get(each) is not None)
    return [_reported(talk, "handover", name, HANDOVERS[name], an_object(talk.item, name))]


def _receipt(talk: Talk, receipt: Item, status: str) -> list[Event]:
    named = receipt.get("mids")
    given = named if isinstance(named, list) else [receipt.get("mid")]
    mids = [mid for each in given if (mid := optional_id(each))]
    written = receipt.get("watermark")
    if written is None and not mids:
        raise Unreadable("It does not say up to when, or which message.")
    if talk.contact_id is None or talk.conversation_id is None:
        return _of_nobody(talk, status)
    watermark_us = talk.occurred_us if written is None else moment(written, talk.account)
    if "timestamp" not in talk.item:
        talk.occurred_us = watermark_us
    payload = {
        "status": status,
        "watermark_us": watermark_us,
        "up_to_ref": talk.account.ref(mids[-1]) if mids else None,
    }
    key = f"watermark:{talk.contact_id}:{status}:{mids[-1] if written is None else watermark_us}"
    singles = [status_event(talk, mid, status) for mid in dict.fromkeys(mids)]
    return [*singles, talk.event("message.watermark_reported", key, payload, "system")]


def _of_nobody(talk: Talk, status: str) -> list[Event]:
    if talk.account.is_test:
        return [talk.unrecognised(status)]
    raise Unreadable("It does not say whose receipt it is.")


def _consent(talk: Talk, optin: Item) -> Event:
    payload = {
        "purpose": "marketing_messages",
        "value": "withdrawn" if optin.get("notification_messages_status") == _STOPPED else "granted",
        "source": talk.account.channel,
        "wording": text(optin.get("title")) or text(optin.get("topic")),
        "identities": talk.identities,
    }
    return talk.event("consent.recorded", f"preference:{fingerprint(talk.item)}", payload)


def _reported(talk: Talk, subject: str, event: str, title: str, content: Any, severity: str = "info") -> Event:
    payload = {
        "subject": subject,
        "event": event,
        "severity": severity,
        "external_id": talk.account.external_id or None,
        "title": title,
        "content": content,
    }
    return talk.event("channel.reported", f"{subject}:{fingerprint(talk.item)}", payload, "system")
