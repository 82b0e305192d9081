"""A delivery becomes events: raw MIME, or a provider's JSON or form, told apart by its content (channels.md §8).

`parse` is defined for every body. An account is a connection (one mailbox), so its `external_id` is the
connection's id. Files stay inside the delivery; `unpack` finds one again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ingest.channels.base import Delivery
from ingest.channels.email import forms, proof, providers
from ingest.channels.email.announced import told_of
from ingest.channels.email.inbound import CHANNEL, account_of, letter_events
from ingest.channels.email.letter import Letter, letter_of
from ingest.channels.email.mime import Part, parameters, read_mail
from ingest.channels.email.reports import is_report, report_events
from ingest.channels.reading import Unreadable, json_document, unreadable_body
from ingest.domain.event import Event

_LOOKS_LIKE_MAIL = re.compile(rb"\s*(From .*\r?\n)?[!-9;-~]{1,100}[ \t]*:")
_JSON = re.compile(rb"(\xef\xbb\xbf)?\s*[\[{]")


def parse(delivery: Delivery) -> list[Event]:
    """Return every event of a delivery, in its order; raises for none."""
    try:
        return _read(delivery)
    except Unreadable as problem:
        return [unreadable_body(delivery, CHANNEL, str(problem))]
    except Exception as error:  # whatever somebody mails us, the next mail must be read
        reason = f"It has a shape that this version cannot read ({type(error).__name__})."
        return [unreadable_body(delivery, CHANNEL, reason)]


def unpack(body: bytes, content_type: str, file: Mapping[str, Any]) -> bytes:
    """Return the bytes of a file that travels inside its delivery, by its number in `media` (`part:<number>`).

    Raises IndexError where the delivery has no such file.
    """
    number = str(file.get("provider_id") or "").removeprefix("part:")
    if not number.isdecimal():
        raise IndexError(number)
    return _letters(Delivery("", "", body, 0, content_type=content_type))[0].files[int(number[:6])].content


def _read(delivery: Delivery) -> list[Event]:
    account = account_of(delivery)
    form = _kind(delivery)
    if form == "json":
        return providers.events(account, json_document(delivery.body))
    if form == "form":
        return forms.events(account, forms.read(delivery))
    if form == "mail":
        return _mail_events(delivery, read_mail(delivery.body))
    raise Unreadable("The body is neither a mail nor what a provider sends.")


def _mail_events(delivery: Delivery, mail: Part) -> list[Event]:
    account = account_of(delivery)
    if is_report(mail) and (found := report_events(account, mail)):
        return found
    letter, known = letter_of(mail), _known(delivery)
    is_proven = known.get("proven") == "yes" or proof.by_header(letter, known.get("authserv", "").lower())
    return letter_events(
        account,
        letter,
        own=[known.get("mailbox", "").lower()],
        is_proven=is_proven,
        is_sent=known.get("folder") == "sent",
        is_history=known.get("history") == "yes",
        told=told_of(known),
    )


def _letters(delivery: Delivery) -> list[Letter]:
    form = _kind(delivery)
    if form == "json":
        return providers.letters(json_document(delivery.body))
    if form == "form":
        return forms.letters(forms.read(delivery))
    return [letter_of(read_mail(delivery.body))]


def _kind(delivery: Delivery) -> str:
    given = delivery.content_type.partition(";")[0].strip().lower()
    if given.startswith("message/"):
        return "mail"
    if given in ("multipart/form-data", "application/x-www-form-urlencoded") or forms.is_form(delivery.body):
        return "form"
    if _JSON.match(delivery.body[:4096]):
        return "json"
    return "mail" if _LOOKS_LIKE_MAIL.match(delivery.body[:4096]) else "none"


def _known(delivery: Delivery) -> dict[str, str]:
    """Return what the mailroom wrote beside the type: our own address, whose word counts, what was told already."""
    given = parameters(delivery.content_type.encode("latin-1", "replace"))
    return {name: value.strip() for name, value in given.items()}
