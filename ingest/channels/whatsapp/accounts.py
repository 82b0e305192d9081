"""What the provider says of accounts, numbers, templates and its own service (channels.md §3.5).

One table says what each field is about and how its event is named; one says which words are alarming.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ingest.channels.meta.graph import read_error
from ingest.channels.reading import Item, fingerprint, objects, optional_id, text
from ingest.channels.whatsapp.errors import classify
from ingest.channels.whatsapp.items import Place
from ingest.domain.event import Event
from ingest.kit.clock import DAY_US

Severity = Literal["info", "warning", "critical"]


@dataclass(frozen=True, slots=True)
class Report:
    """How a field is read: its subject, the first words of its title, and the keys that hold its facts."""

    subject: str
    title: str
    event_keys: tuple[str, ...] = ("event",)
    name_keys: tuple[str, ...] = ()
    id_keys: tuple[str, ...] = ()


_TEMPLATE_NAME = ("message_template_name",)
_TEMPLATE_ID = ("message_template_id",)
_NUMBER = ("display_phone_number", "phone_number")

REPORTS: Mapping[str, Report] = MappingProxyType(
    {
        "message_template_status_update": Report("template", "Template", ("event",), _TEMPLATE_NAME, _TEMPLATE_ID),
        "message_template_quality_update": Report(
            "template", "Quality of template", ("new_quality_score",), _TEMPLATE_NAME, _TEMPLATE_ID
        ),
        "message_template_components_update": Report("template", "Text of template", (), _TEMPLATE_NAME, _TEMPLATE_ID),
        "template_category_update": Report(
            "template", "Category of template", ("correct_category", "new_category"), _TEMPLATE_NAME, _TEMPLATE_ID
        ),
        "template_correct_category_detection": Report(
            "template", "Category of template", ("correct_category", "new_category"), _TEMPLATE_NAME, _TEMPLATE_ID
        ),
        "phone_number_name_update": Report("number", "Display name of number", ("decision",), _NUMBER, _NUMBER),
        "phone_number_quality_update": Report("number", "Quality of number", ("event",), _NUMBER, _NUMBER),
        "account_update": Report("account", "Business account", ("event",), (), ("phone_number",)),
        "account_alerts": Report("account", "Alert", ("alert_type", "alert_info"), (), ("entity_id",)),
        "account_review_update": Report("account", "Review of the business account", ("decision",)),
        "account_settings_update": Report("account", "Settings of the business account", ("type", "event")),
        "business_capability_update": Report("capability", "Limits of the business", ()),
        "business_status_update": Report("account", "Business", ("event", "status")),
        "business_username_update": Report("username", "Username", ("status",), ("username",), _NUMBER),
        "business_username_updates": Report("username", "Username", ("status",), ("username",), _NUMBER),
        "security": Report("security", "Security of number", ("event",), _NUMBER, _NUMBER),
        "flows": Report("flow", "Flow", ("event",), ("flow_name", "flow_id"), ("flow_id",)),
        "messaging_handovers": Report("handover", "Conversation handed over", ("event",)),
        "payment_configuration_update": Report(
            "account", "Payment configuration", ("status", "event"), ("configuration_name",)
        ),
        "partner_solutions": Report("account", "Partner solution", ("event",), ("solution_id",), ("solution_id",)),
        "automatic_events": Report("other", "Automatic event", ("event", "event_name")),
    }
)
"""Every account-type field that has a meaning for us."""

_CRITICAL = frozenset(
    {
        "DISABLED",
        "DISABLED_UPDATE",
        "DISABLE",
        "ACCOUNT_RESTRICTION",
        "ACCOUNT_VIOLATION",
        "ACCOUNT_DELETED",
        "ACCOUNT_OFFBOARDED",
        "PARTNER_REMOVED",
        "PARTNER_APP_UNINSTALLED",
        "LIMIT_EXCEEDED",
        "PIN_RESET_REQUEST",
        "RED",
        "CRITICAL",
        "BLOCKED",
        "SUSPENDED",
    }
)
_WARNING = frozenset(
    {
        "REJECTED",
        "PAUSED",
        "FLAGGED",
        "PENDING_DELETION",
        "DELETED",
        "LOCKED",
        "ARCHIVED",
        "DOWNGRADE",
        "YELLOW",
        "PIN_CHANGED",
        "PIN_REQUEST_SUCCESS",
        "CLIENT_ERROR_RATE",
        "ENDPOINT_ERROR_RATE",
        "ENDPOINT_LATENCY",
        "ENDPOINT_AVAILABILITY",
        "FLOW_VERSION_EXPIRY_WARNING",
        "WARNING",
        "DEFERRED",
        "THROTTLED",
        "DECLINED",
    }
)


def report_events(place: Place, item: Item) -> list[Event]:
    """Return the one event of an account-type field; raises KeyError for a field outside the table."""
    report = REPORTS[place.field]
    word = _first(item, report.event_keys) or place.field
    name = _first(item, report.name_keys)
    title = " ".join(filter(None, (report.title, name))) + f": {'changed' if word == place.field else _readable(word)}"
    external_id = _first(item, report.id_keys) or place.account_id or None
    return [_reported(place, item, report.subject, word, severity_of(place.field, item, word), external_id, title)]


def severity_of(field: str, item: Item, word: str) -> Severity:
    """Return how alarming a report is: by the provider's own grade where it gives one, else by its word."""
    given = str(item.get("alert_severity", "")).upper()
    word = given or word.upper()
    is_over = item.get("alert_state") == "DEACTIVATED"
    if is_over:
        return "info"
    if field == "template_category_update" or word in _WARNING:
        return "warning"
    return "critical" if word in _CRITICAL else "info"


def error_events(place: Place, item: Item) -> list[Event]:
    """Return the report of an error that stands beside no message."""
    error = read_error(item)
    severity: Severity = "critical" if classify(error.code).retry == "account" else "warning"
    title = error.title or "WhatsApp reports an error"
    external_id = place.called or None
    # It says nowhere when it happened, and the same error of another day is another one.
    day = None if place.time is not None else place.delivery.received_us // DAY_US
    return [_reported(place, item, "error", str(error.code), severity, external_id, title, told_again=day)]


def group_events(place: Place, item: Item) -> list[Event]:
    """Return the report of a change of a group: made, joined, left, renamed."""
    word = _first(item, ("type", "event")) or place.field
    group_id = optional_id(item.get("group_id"))
    title = f"Group: {_readable(word)}"
    return [_reported(place, item, "group", word, "info", group_id, title, place.instant(item.get("timestamp")))]


def handover_events(place: Place, item: Item) -> list[Event]:
    """Return the report that another application or the provider's agent took or gave back the conversation."""
    word = next((name for name in item if name.startswith("control_")), "handover")
    occurred_us = place.instant(item.get("timestamp"))
    return [_reported(place, item, "handover", word, "info", None, f"Conversation: {_readable(word)}", occurred_us)]


def history_progress(place: Place, chunk: Item) -> list[Event]:
    """Return how far the import of a phone's history has come, and why it does not come."""
    found = [_history_refused(place, each) for each in objects(chunk.get("errors"))]
    metadata = chunk.get("metadata")
    if isinstance(metadata, dict):
        title = f"History of the phone: {metadata.get('progress', '?')} %"
        found.append(_reported(place, metadata, "history", "progress", "info", None, title))
    return found


def _history_refused(place: Place, item: Item) -> Event:
    error = read_error(item)
    title = error.title or "The phone's history is not shared"
    return _reported(place, item, "history", str(error.code), "warning", None, title)


def _reported(
    place: Place,
    item: Item,
    subject: str,
    word: str,
    severity: Severity,
    external_id: str | None,
    title: str,
    occurred_us: int | None = None,
    told_again: int | None = None,
) -> Event:
    payload = {
        "subject": subject,
        "event": word,
        "severity": severity,
        "external_id": external_id,
        "title": title,
        "content": item,
    }
    # What was reported before may be reported again: the time of the entry tells the two apart.
    again = "" if told_again is None else f":{told_again}"
    key = f"{subject}:{place.called}:{fingerprint([place.field, place.time, item])}{again}"
    at_us = place.instant(place.time) if occurred_us is None else occurred_us
    return place.event("channel.reported", key, at_us, payload)


def _first(item: Item, names: tuple[str, ...]) -> str | None:
    """Return the first of these parts that is there, as text."""
    for name in names:
        value = item.get(name)
        if isinstance(value, dict):
            value = value.get("alert_type")
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if text(value):
            return str(value)
    return None


def _readable(word: str) -> str:
    return word.replace("_", " ").lower()
