"""What providers send as a form: SendGrid's Inbound Parse and Mailgun's routes (channels.md §8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson

from ingest.channels.base import Delivery
from ingest.channels.email import proof
from ingest.channels.email.charsets import decoded
from ingest.channels.email.inbound import letter_events
from ingest.channels.email.letter import File, Letter, letter_from_parts, letter_of
from ingest.channels.email.mime import Head, Part, head_of, parameters, read_mail
from ingest.channels.email.reports import is_report, report_events
from ingest.channels.reading import Account
from ingest.domain.event import Event

_MOST = 1000
_RAW = ("email", "body-mime")
"""Fields that hold the whole mail, where the provider was asked for it."""

Form = Mapping[str, "str | File"]


def is_form(body: bytes) -> bool:
    """Say whether a body is a multipart form although nobody said so."""
    return body.startswith(b"--") and b"form-data" in body[:2048].lower()


def read(delivery: Delivery) -> Form:
    """Return the fields of a form; of a name that comes twice, the first."""
    content_type = delivery.content_type.encode("latin-1", "replace")
    if not content_type.lower().startswith(b"multipart/"):
        if not is_form(delivery.body):
            return _urlencoded(delivery.body)
        content_type = b'multipart/form-data; boundary="' + delivery.body.partition(b"\n")[0].strip()[2:] + b'"'
    tree = read_mail(b"Content-Type: " + content_type.replace(b"\n", b" ") + b"\n\n" + delivery.body)
    named = [(parameters(part.head.raw("content-disposition") or b""), part) for part in tree.children]
    charsets = next((_charsets(part) for given, part in named if given.get("name") == "charsets"), {})
    found: dict[str, str | File] = {}
    for given, part in named:
        name = given.get("name", "")
        if "filename" in given:
            found.setdefault(name, File(part.mime, given["filename"] or None, part.body))
        elif name in _RAW:
            found.setdefault(name, part.body.decode("latin-1"))
        else:
            charset = charsets.get(name)
            found.setdefault(name, decoded(part.content(), charset) if isinstance(charset, str) else part.text())
    return found


def _charsets(part: Part) -> dict[str, Any]:
    """Return the charset of each field as SendGrid says it: it passes on what the mail's parts were written in."""
    try:
        found = orjson.loads(part.content())
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _urlencoded(body: bytes) -> Form:
    # Byte by byte first: a whole mail inside is in no charset of its own.
    pairs = parse_qsl(body.decode("latin-1"), keep_blank_values=True, encoding="latin-1")[:_MOST]
    return {name: value if name in _RAW else decoded(value.encode("latin-1"), None) for name, value in reversed(pairs)}


def events(account: Account, form: Form) -> list[Event]:
    """Return the events of a form; what it is not is kept as unrecognised. Raises Unreadable without a sender."""
    raw = _text(form, *_RAW)
    if raw is not None:
        mail = read_mail(raw.encode("latin-1", "replace"))
        if is_report(mail) and (found := report_events(account, mail)):
            return found
    found = [
        event
        for letter in letters(form)
        for event in letter_events(account, letter, is_proven=proof.by_provider(letter, form))
    ]
    return found or [account.unrecognised({name: str(value)[:2000] for name, value in form.items()}, "", "form")]


def letters(form: Form) -> list[Letter]:
    """Return the mail that a form holds; none where it holds no mail."""
    raw = _text(form, *_RAW)
    if raw is not None:
        return [letter_of(read_mail(raw.encode("latin-1", "replace")))]
    if not any(name in form for name in ("from", "sender", "headers", "message-headers")):
        return []
    text, html = _text(form, "text", "body-plain"), _text(form, "html", "body-html")
    return [letter_from_parts(_head(form), text, html, (each for each in form.values() if isinstance(each, File)))]


def _head(form: Form) -> Head:
    """Return the mail's headers: as the provider passes them on, else made of the fields beside them."""
    head = head_of((_text(form, "headers") or "").encode())
    pairs = _pairs(_text(form, "message-headers") or "")
    beside = [(name, _text(form, name) or "") for name in ("from", "to", "cc", "subject", "sender")]
    envelope = [("delivered-to", _text(form, "recipient") or "")]
    given = [*head.fields, *((name.lower(), value.encode("utf-8", "replace")) for name, value in pairs)]
    known = {name for name, _ in given}
    more = [(name, value.encode("utf-8", "replace")) for name, value in beside if value and name not in known]
    arrived = [(name, value.encode("utf-8", "replace")) for name, value in envelope if value]
    return Head((*given, *more, *arrived))


def _pairs(written: str) -> list[tuple[str, str]]:
    try:
        found = orjson.loads(written)
    except orjson.JSONDecodeError:
        return []
    rows = found if isinstance(found, list) else []
    return [(row[0], row[1]) for row in rows if isinstance(row, list) and len(row) == 2 and _are_texts(row)]


def _are_texts(row: list[object]) -> bool:
    return all(isinstance(each, str) for each in row)


def _text(form: Form, *names: str) -> str | None:
    return next((found for name in names if isinstance(found := form.get(name), str) and found), None)
