"""What Meta says about accounts, numbers, templates, flows and itself (channels.md §3.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ingest.channels.whatsapp.reading import Where, fingerprint, items, obj, text, word
from ingest.channels.whatsapp.statuses import error
from ingest.domain.event import Event

SUBJECTS: Mapping[str, str] = {
    "account_update": "account",
    "account_alerts": "account",
    "account_review_update": "account",
    "automatic_events": "other",
    "business_capability_update": "capability",
    "business_username_update": "username",
    "business_username_updates": "username",
    "flows": "flow",
    "group_lifecycle_update": "group",
    "group_participants_update": "group",
    "group_settings_update": "group",
    "group_status_update": "group",
    "message_template_components_update": "template",
    "message_template_quality_update": "template",
    "message_template_status_update": "template",
    "messaging_handovers": "handover",
    "partner_solutions": "account",
    "payment_configuration_update": "account",
    "phone_number_name_update": "number",
    "phone_number_quality_update": "number",
    "security": "security",
    "smb_app_state_sync": "other",
    "template_category_update": "template",
    "user_id_update": "other",
}
"""Field of a change to what it is about; a field that is not here is unrecognised."""

_CRITICAL = (
    "DISABLED_UPDATE", "ACCOUNT_RESTRICTION", "ACCOUNT_VIOLATION", "ACCOUNT_DELETED", "ACCOUNT_OFFBOARDED",
    "PARTNER_REMOVED", "PARTNER_APP_UNINSTALLED", "DISABLED", "PIN_CHANGED", "PIN_RESET_REQUEST", "LOCKED",
)  # fmt: skip
_WARNING = (
    "REJECTED", "PAUSED", "FLAGGED", "DOWNGRADE", "LIMIT_EXCEEDED", "PENDING_DELETION", "DELETED", "RED", "YELLOW",
    "ACTIVATED", "CLIENT_ERROR_RATE", "ENDPOINT_ERROR_RATE", "ENDPOINT_LATENCY", "ENDPOINT_AVAILABILITY",
    "FLOW_VERSION_EXPIRY_WARNING", "DECLINED",
)  # fmt: skip
_NAMES = {
    "account": "Account", "number": "Number", "template": "Template", "flow": "Flow", "security": "Security",
    "capability": "Limits", "username": "Username", "history": "History", "group": "Group", "handover": "Handover",
    "error": "Error", "other": "WhatsApp",
}  # fmt: skip
_ABOUT = (
    "message_template_id", "flow_id", "display_phone_number", "phone_number", "username", "group_id", "waba_id", "requester",
)  # fmt: skip


def report(where: Where, subject: str, value: Mapping[str, Any]) -> Event:
    """Return what a change of an account-type field says."""
    event = _event_name(where.field, value)
    occurred_us = where.time_us(value.get("timestamp") or where.entry_time)
    about = next((found for name in _ABOUT if (found := text(value.get(name)))), where.entry_id)
    payload = {
        "subject": subject,
        "event": event,
        "severity": severity(subject, event, value),
        "external_id": about,
        "title": _title(subject, event, value),
        "content": dict(value),
    }
    key = where.key(where.field, str(where.entry_time or ""), fingerprint(dict(value)))
    return where.event("channel.reported", key, occurred_us, payload)


def value_error(where: Where, item: Any, value: Mapping[str, Any]) -> Event:
    """Return an error that came with no message: the provider had trouble with traffic to us."""
    given = error(item)
    title = f"Error {given['code']}: {given['title'] or given['details'] or 'no details'}"
    payload = {
        "subject": "error",
        "event": str(given["code"]),
        "severity": "warning",
        "external_id": where.number_id,
        "title": title[:200],
        "content": {"error": item},
    }
    moment = where.time_us(value.get("timestamp") or where.entry_time)
    return where.event("channel.reported", where.key("error", str(where.entry_time or ""), fingerprint(item)), moment, payload)


def severity(subject: str, event: str, value: Mapping[str, Any]) -> str:
    """Return how much it matters: `critical` stops messages, `warning` may, the rest is news."""
    words = {event.upper(), *(text(value.get(name)) or "" for name in ("new_quality_score", "alert_state", "decision"))}
    if "DEACTIVATED" in words or text(value.get("new_quality_score")) == "GREEN":
        return "info"
    if words & set(_CRITICAL):
        return "warning" if subject == "template" else "critical"
    return "warning" if words & set(_WARNING) else "info"


def _event_name(field: str, value: Mapping[str, Any]) -> str:
    for name in ("event", "decision", "new_quality_score", "new_category", "status", "alert_type", "action"):
        if found := text(value.get(name)):
            return found[:100]
    alerts = [obj(each) for each in items(value.get("alerts"))]
    return word(alerts[0].get("alert_type") if alerts else None, field)


def _title(subject: str, event: str, value: Mapping[str, Any]) -> str:
    named = text(value.get("message_template_name")) or text(value.get("display_phone_number")) or text(value.get("username"))
    words = event.replace("_", " ").lower()
    reason = text(value.get("reason")) or text(obj(value.get("rejection_info")).get("reason"))
    tail = f" ({reason.replace('_', ' ').lower()})" if reason and reason != "NONE" else ""
    return f"{_NAMES[subject]}{f' “{named}”' if named else ''}: {words}{tail}"[:200]
