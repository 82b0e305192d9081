"""What became of mail we sent: bounces, delays, complaints, receipts (channels.md §8; RFC 3464, 5965, 8098).

A report names the mail by its Message-ID, which is our `external_id`. Whoever complains or unsubscribes has
withdrawn their consent, whatever mail it was about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.channels.email.addresses import mailboxes, message_ids, moment
from ingest.channels.email.mime import Head, Part, split_head
from ingest.channels.email.threads import read_ours, thread_of
from ingest.channels.reading import Account, Item, fingerprint
from ingest.domain.event import Event

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_EXPIRED = "4.4.7"
"""Tried for days and given up: temporary in number, final in fact (RFC 3463)."""
_ACTIONS = {"delivered": "delivered", "relayed": "delivered", "expanded": "delivered", "delayed": "delayed"}
_ORIGINAL = ("message/rfc822", "text/rfc822-headers", "message/rfc822-headers", "message/global")


@dataclass(frozen=True, slots=True)
class Report:
    """How far one mail came for one recipient."""

    external_id: str
    status: str
    recipient: str | None
    errors: tuple[Item, ...] = ()
    occurred_us: int | None = None
    message_id: str | None = None
    """Our own id, where the provider gave it back."""
    event_id: str | None = None
    """The provider's id of this report."""


def report_event(account: Account, report: Report) -> Event:
    """Return the status of a mail; keyed on mail, recipient and what happened."""
    ours = read_ours(report.external_id)
    contact_id = _contact_id(account, report.recipient)
    named = report.event_id or fingerprint(list(report.errors))
    payload = {
        "message_ref": account.ref(report.external_id),
        "message_id": report.message_id or (ours[1] if ours else None),
        "status": report.status,
        "errors": list(report.errors),
        "pricing": None,
        "recipient": None,
    }
    return account.event(
        "message.status_reported",
        f"status:{account.external_id}:{report.external_id}:{report.status}:{report.recipient or ''}:{named}",
        report.occurred_us or account.delivery.received_us,
        payload,
        contact_id=contact_id,
        conversation_id=account.conversation_id(contact_id, thread_of(ours[0])) if ours else None,
    )


def withdrawn_event(
    account: Account, address: str, why: str, named: str, occurred_us: int | None, **more: str
) -> Event:
    """Return that somebody wants no more mail; `named` is the provider's id of it, or a hash.

    `more` is a `message_ref` where a mail says so, which anybody can write: it counts only for whom that mail went to.
    """
    person = next(iter(mailboxes(address)), None)
    contact_id = account.contact_id(person.identity) if person else None
    payload = {
        "identities": [person.identity] if person else [],
        "is_claimed": True,
        "purpose": "marketing_messages",
        "value": "withdrawn",
        "source": f"email {why}",
        "wording": None,
        **more,
    }
    return account.event(
        "consent.recorded",
        f"consent:{account.external_id}:{address.strip().lower()[:320]}:{why}:{named}",
        occurred_us or account.delivery.received_us,
        payload,
        contact_id=contact_id,
        actor_kind="contact",
    )


def is_report(mail: Part) -> bool:
    """Say whether a mail is a report on another one."""
    if mail.mime == "multipart/report":
        return True
    kinds = {each.mime for each in mail.leaves()}
    return bool(kinds & {"message/delivery-status", "message/feedback-report", "message/disposition-notification"})


@dataclass(frozen=True, slots=True)
class _Case:
    """One machine-readable part of a report, and what stands around it."""

    account: Account
    blocks: list[Head]
    original: Head
    at_us: int
    named: str
    """What tells this report from others; does not depend on when it came."""

    @property
    def first(self) -> Head:
        return self.blocks[0] if self.blocks else Head(())

    @property
    def external_id(self) -> str | None:
        ids = message_ids(self.original.get("message-id"))
        return ids[0] if ids else None

    def event(self, external_id: str, status: str, recipient: str | None, *errors: Item) -> Event:
        report = Report(external_id, status, recipient, errors, self.at_us, event_id=self.named)
        return report_event(self.account, report)


def report_events(account: Account, mail: Part) -> list[Event]:
    """Return the events of a report; nothing where it does not say about which mail of which kind."""
    leaves = list(mail.leaves())
    original = next((split_head(each.content())[0] for each in leaves if each.mime in _ORIGINAL), Head(()))
    at_us = moment(mail.head.get("date"), account.delivery.received_us)
    named = fingerprint([mail.head.get("message-id"), mail.head.get("date")])
    found: list[Event] = []
    for leaf in leaves:
        if leaf.mime in _READERS:
            found += _READERS[leaf.mime](_Case(account, _blocks(leaf), original, at_us, named))
    return found


def error_of(code: str | None, details: str | None, title: str | None = None) -> Item:
    """Return one error as statuses carry it; the code is the enhanced one where the words hold it."""
    found = _STATUS.search(code or "") or _STATUS.search(details or "")
    return {"code": found[0] if found else code, "title": title, "details": (details or "")[:1000] or None}


def status_of(code: str | None) -> str:
    """Return failed, or delayed for a temporary code."""
    found = _STATUS.search(code or "")
    return "delayed" if found and found[1] == "4" and found[0] != _EXPIRED else "failed"


def _bounced(case: _Case) -> list[Event]:
    external_id = case.external_id
    if external_id is None:
        return []
    found = [
        _recipient_event(case, external_id, each) for each in case.blocks if each.raw("status") or each.raw("action")
    ]
    return found or [case.event(external_id, "failed", None, error_of(None, case.first.get("diagnostic-code")))]


def _recipient_event(case: _Case, external_id: str, block: Head) -> Event:
    action, code = block.get("action").lower(), block.get("status")
    status = _ACTIONS.get(action) or ("delivered" if code.startswith("2.") else status_of(code))
    written = block.get("final-recipient") or block.get("original-recipient")
    recipient = _first_address(written.partition(";")[2] or written)
    if status == "delivered":
        return case.event(external_id, status, recipient)
    details = block.get("diagnostic-code").partition(";")[2].strip() or None
    return case.event(external_id, status, recipient, error_of(code, details, action or None))


def _complained(case: _Case) -> list[Event]:
    block, external_id = case.first, case.external_id
    address = _first_address(block.get("original-rcpt-to") or block.get("removal-recipient") or case.original.get("to"))
    found = [case.event(external_id, "complained", address)] if external_id is not None else []
    is_about_ours = external_id is not None and read_ours(external_id) is not None
    if is_about_ours and address is not None and block.get("feedback-type").lower() != "not-spam":
        ref = case.account.ref(str(external_id))
        found.append(withdrawn_event(case.account, address, "complaint", case.named, case.at_us, message_ref=ref))
    return found


def _displayed(case: _Case) -> list[Event]:
    block = case.first
    ids = message_ids(block.get("original-message-id"))
    external_id = ids[0] if ids else case.external_id
    word = re.split(r"[;/,\s]+", block.get("disposition").partition(";")[2].strip().lower())[0]
    if external_id is None or not word:
        return []
    recipient = _first_address(block.get("final-recipient").partition(";")[2])
    return [case.event(external_id, "read" if word == "displayed" else word, recipient)]


_READERS = {
    "message/delivery-status": _bounced,
    "message/global-delivery-status": _bounced,
    "message/feedback-report": _complained,
    "message/disposition-notification": _displayed,
}


def _blocks(part: Part) -> list[Head]:
    """Return the groups of fields that blank lines separate."""
    found, rest = [], part.content().lstrip()
    for _ in range(200):
        if not rest:
            break
        head, rest = split_head(rest)
        found.append(head)
        rest = rest.lstrip(b"\r\n")
    return found


def _first_address(written: str) -> str | None:
    return next((each.address for each in mailboxes(written)), None)


def _contact_id(account: Account, recipient: str | None) -> str | None:
    person = next(iter(mailboxes(recipient or "")), None)
    return account.contact_id(person.identity) if person else None
