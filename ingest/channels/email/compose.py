"""A message as a mail: pure, a request in and bytes out (channels.md §8, Sending).

Nothing that comes from outside can add a header: control characters never reach one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any
from urllib.parse import quote

import orjson

from ingest.channels.base import Sending
from ingest.channels.email.addresses import mailboxes, message_ids
from ingest.channels.email.capabilities import CAPABILITIES, MESSAGE_LIMIT
from ingest.channels.email.config import Sender
from ingest.channels.email.errors import misconfigured
from ingest.channels.email.outcomes import TRACKER
from ingest.channels.email.threads import NEW, base_subject, our_message_id, token_of
from ingest.channels.email.unsubscribing import ONE_CLICK, address_of, is_bulk
from ingest.domain.errors import BadInput
from ingest.kit.clock import SECOND_US

_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]+")
_MIME = re.compile(r"[a-z0-9][\w.+-]{0,60}/[a-z0-9][\w.+-]{0,60}", re.ASCII | re.IGNORECASE)
_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,300}")
_REFERENCES = 20
_SIGNED = (
    "from to subject date message-id reply-to in-reply-to references mime-version content-type "
    "content-transfer-encoding auto-submitted list-unsubscribe list-unsubscribe-post"
)
_AUTOMATIC = {"bot": "auto-replied"}
"""Origin of a message that nobody typed to what RFC 3834 calls it."""
_FOLD = "\r\n "


def external_id_of(sending: Sending, sender: Sender) -> str:
    """Return the Message-ID a message has, without brackets: of its thread, and the same at every try."""
    return our_message_id(_token(sending.thread), sending.message_id, sender.domain)


def mail_of(sending: Sending, sender: Sender, *contents: bytes) -> bytes:
    """Return the mail, with line ends as SMTP has them, signed where there is a key.

    `contents` are those of `sending.file` and `more_files`. Raises BadInput for what has no form as a mail,
    Misconfigured for a key that cannot be used.
    """
    requested = sending.requested
    if requested["kind"] not in CAPABILITIES.kinds:
        raise BadInput(f"Mail cannot carry a message of kind {requested['kind']}.", kind=requested["kind"])
    text = requested.get("text") or ""
    if len(text) > CAPABILITIES.text_limit:
        raise BadInput(f"This text may have {CAPABILITIES.text_limit} characters, it has {len(text)}.")
    if not text and not contents:
        raise BadInput("This message needs a text or a file.")
    mail = EmailMessage(policy=SMTP)
    mail.set_content(text.replace("\x00", "").encode("utf-8", "replace").decode(), cte=_encoding_of(text))
    for file, content in zip((sending.file, *sending.more_files), contents, strict=False):
        if file is not None:
            main, _, sub = _mime_of(file.mime).partition("/")
            mail.add_attachment(content, maintype=main, subtype=sub, filename=one_line(file.filename)[:200])
    head = "".join(f"{name}: {value}\r\n" for name, value in _headers(sending, sender).items())
    raw = head.encode("ascii") + mail.as_bytes()
    if len(raw) > MESSAGE_LIMIT:
        raise BadInput(f"The mail is larger than {MESSAGE_LIMIT} bytes; send a link or a smaller file.")
    return signed(raw, sender)


def recipient_of(sending: Sending) -> str:
    """Return the address to send to; raises BadInput for what is none."""
    written = sending.recipient["address"].strip()
    found = mailboxes(written)
    if sending.recipient["kind"] != "email" or len(found) != 1 or found[0].address != written.lower():
        raise BadInput("Mail reaches a person by one e-mail address only.", kind=sending.recipient["kind"])
    local, _, domain = written.rpartition("@")
    try:
        return f"{local.encode('ascii').decode()}@{domain.encode('idna').decode()}"
    except UnicodeError:
        raise BadInput("This address has letters that few servers take; ask for another one.") from None


def signed(raw: bytes, sender: Sender) -> bytes:
    """Return a mail with its DKIM signature in front; as it is where no key is set. Raises Misconfigured."""
    if not sender.dkim_key or not sender.dkim_selector:
        return raw
    import dkim  # type: ignore[import-untyped]

    try:
        signature: bytes = dkim.sign(
            raw,
            sender.dkim_selector.encode("ascii"),
            sender.dkim_domain.encode("ascii"),
            sender.dkim_key.encode("ascii"),
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=[name.encode() for name in _SIGNED.split() if _has(raw, name)],
        )
    except Exception as error:  # the library raises many kinds; none may show the key
        raise misconfigured("dkim") from error
    return signature + raw


def one_line(value: str) -> str:
    r"""Return a text that cannot end a header's line.

    >>> one_line("a\r\nBcc: b")
    'a Bcc: b'
    """
    return " ".join(_CONTROL.sub(" ", value).split()).encode("utf-8", "replace").decode()


def _headers(sending: Sending, sender: Sender) -> dict[str, str]:
    """Return the headers of the mail as they are written, folded and in ASCII."""
    local, _, domain = sender.address.rpartition("@")
    found = {
        "From": _mailbox(sender.name, sender.address),
        "To": recipient_of(sending),
        "Subject": _encoded(_subject(sending, sender)),
        "Date": format_datetime(datetime.fromtimestamp(sending.now_us // SECOND_US, UTC)),
        "Message-ID": f"<{external_id_of(sending, sender)}>",
    }
    if sender.has_plus:
        found["Reply-To"] = _mailbox(sender.name, f"{local}+{_token(sending.thread)}@{domain}")
    return found | _threading(sending) | _standing(sending, sender)


def _mailbox(name: str, address: str) -> str:
    shown = one_line(name)[:200]
    if not shown:
        return address
    quoted = '"' + shown.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{quoted if shown.isascii() else _encoded(shown)} <{address}>"


def _encoded(value: str) -> str:
    """Return a text as ASCII; encoded words are made per character, so that none is split inside one."""
    is_plain = value.isascii() and "=?" not in value
    return value if is_plain else Header(value, "utf-8", maxlinelen=70).encode(linesep="\r\n")


def _threading(sending: Sending) -> dict[str, str]:
    thread = sending.thread
    answered = _ids([sending.reply_to or thread.get("message_id")])
    if not answered:
        return {}
    known = _ids(_list(thread.get("references")) or _list(thread.get("in_reply_to")))
    before = list(dict.fromkeys([*known, *_ids([thread.get("message_id")]), *answered]))
    # The oldest names the thread, the newest what is answered.
    kept = before if len(before) <= _REFERENCES else [before[0], *before[1 - _REFERENCES :]]
    return {"In-Reply-To": f"<{answered[0]}>", "References": _FOLD.join(f"<{each}>" for each in kept)}


def _standing(sending: Sending, sender: Sender) -> dict[str, str]:
    """Return what tells machines how to take the mail: automatic, bulk, and how to follow it."""
    origin = str(sending.requested.get("origin") or "")
    found = {"Auto-Submitted": _AUTOMATIC[origin]} if origin in _AUTOMATIC else {}
    if is_bulk(sending.requested) and (address := _way_out(sending, sender)):
        found["List-Unsubscribe"] = f"<{address}>"
        found["List-Unsubscribe-Post"] = "=".join(ONE_CLICK)
    return found | _trackers(sender.provider, one_line(sending.message_id))


def _way_out(sending: Sending, sender: Sender) -> str:
    """Return where one click ends it: the administrator's own address, else ours; empty where there is neither."""
    if not sender.unsubscribe_url:
        return address_of(sender.public_url, sender.connection, sending.message_id)
    address = quote(one_line(sender.unsubscribe_url)[:500], safe="%:/?#[]@!$&()*+,;={}~")
    address = address.replace("{recipient}", quote(recipient_of(sending), safe=""))
    return address.replace("{message_id}", quote(sending.message_id, safe=""))


def _trackers(provider: str, message_id: str) -> dict[str, str]:
    """Return the headers by which a provider gives our message id back in its reports."""
    as_json = orjson.dumps({TRACKER: message_id}).decode()
    match provider:
        case "postmark":
            return {"X-PM-KeepID": "true", f"X-PM-Metadata-{TRACKER}": message_id}
        case "sendgrid":
            return {"X-SMTPAPI": orjson.dumps({"unique_args": {TRACKER: message_id}}).decode()}
        case "mailgun":
            return {"X-Mailgun-Variables": as_json}
    return {}


def _subject(sending: Sending, sender: Sender) -> str:
    content = sending.requested.get("content")
    given = content.get("subject") if isinstance(content, Mapping) else None
    if isinstance(given, str) and one_line(given):
        return one_line(given)[:400]
    answered = sending.thread.get("subject")
    if isinstance(answered, str) and base_subject(one_line(answered)):
        return f"Re: {base_subject(one_line(answered))}"[:400]
    if sending.thread.get("message_id"):
        return "Re:"
    return f"Message from {one_line(sender.name) or sender.address}"


def _token(thread: Mapping[str, Any]) -> str:
    """Return the token of the conversation, from what its newest inbound mail said."""
    known = thread.get("thread")
    if isinstance(known, str) and re.fullmatch(r"[0-9a-f]{24}", known):
        return known
    message_id = thread.get("message_id")
    if not isinstance(message_id, str) or not message_id:
        return NEW
    return token_of(message_id, _list(thread.get("in_reply_to")), _list(thread.get("references")))


def _ids(written: Sequence[object]) -> list[str]:
    """Return the ids that may stand in a header."""
    found = [one for each in written if isinstance(each, str) for one in message_ids(f"<{each.strip('<>')}>")]
    return [each for each in found if _ID.fullmatch(each)]


def _list(value: object) -> list[str]:
    if isinstance(value, str):
        return message_ids(value)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []


def _mime_of(mime: str) -> str:
    given = mime.partition(";")[0].strip().lower()
    # A mail or multipart as a file would be taken apart on its way.
    is_plain = _MIME.fullmatch(given) and not given.startswith(("multipart/", "message/"))
    return given if is_plain else "application/octet-stream"


def _encoding_of(text: str) -> str:
    return "quoted-printable" if sum(each > "\x7f" for each in text) * 3 < len(text) else "base64"


def _has(raw: bytes, name: str) -> bool:
    return (
        re.search(rb"^" + name.encode() + rb":", raw.partition(b"\r\n\r\n")[0], re.MULTILINE | re.IGNORECASE)
        is not None
    )
