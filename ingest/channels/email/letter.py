"""A mail as every way in gives it: headers, text, HTML and files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property

from ingest.channels.email import markup, quoting
from ingest.channels.email.addresses import Mailbox, mailboxes, message_ids
from ingest.channels.email.charsets import decoded, header_text
from ingest.channels.email.mime import Head, Part
from ingest.channels.email.threads import made_id

_TEXT_LIMIT = 512 * 1024
"""Characters of text that are kept; the whole stays with the delivery."""
_FILES = 100
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})
_ROBOTS_HEADERS = ("x-autoreply", "x-autorespond", "list-id", "list-unsubscribe", "list-post", "list-help")
_ROBOTS = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+.=-].*)?@", re.IGNORECASE)
_OURS_ARRIVED = ("delivered-to", "x-original-to", "x-envelope-to", "envelope-to", "to", "cc")


@dataclass(frozen=True, slots=True)
class File:
    """An attachment, or an image inside the text."""

    mime: str
    filename: str | None
    content: bytes = field(repr=False)
    content_id: str | None = None


@dataclass(frozen=True)
class Letter:
    """One mail. `size` is that of its body, which no relay changes as it changes headers."""

    head: Head
    text: str | None
    html: str | None
    files: tuple[File, ...]
    size: int

    @cached_property
    def sender(self) -> Mailbox | None:
        """Return who wrote: From, or the next best where it names nobody."""
        return next(
            (found[0] for name in ("from", "sender", "reply-to", "return-path") if (found := self.people(name))), None
        )

    @cached_property
    def message_id(self) -> str:
        """Return the id the mail was given; one made of what it is where it has none."""
        given = message_ids(self.head.get("message-id"))
        return given[0] if given else made_id(self.fingerprint)

    @property
    def fingerprint(self) -> str:
        """Return the hash of Message-ID, Date, From and size: what tells mails apart (channels.md §8)."""
        parts = [self.head.raw(name) or b"" for name in ("message-id", "date", "from")]
        return hashlib.blake2b(b"\x00".join([*parts, str(self.size).encode()]), digest_size=12).hexdigest()

    @property
    def is_auto(self) -> bool:
        """Say whether a machine wrote it, so that no machine answers (channels.md §8)."""
        head, sender = self.head, self.sender
        return (
            head.get("auto-submitted").partition(";")[0].strip().lower() not in ("", "no")
            or head.get("precedence").lower() in _BULK
            or any(head.raw(name) is not None for name in _ROBOTS_HEADERS)
            or head.get("content-type").lower().startswith("multipart/report")
            or head.get("x-auto-response-suppress").lower() not in ("", "none")
            or (head.raw("return-path") is not None and head.get("return-path") in ("", "<>"))
            or sender is None
            or _ROBOTS.match(sender.address) is not None
        )

    def people(self, *names: str) -> list[Mailbox]:
        """Return the mailboxes that headers name, each once."""
        found = [each for name in names for value in self.head.raw_all(name) for each in _people(value)]
        return list({each.address: each for each in reversed(found)}.values())[::-1]

    def recipients(self) -> list[str]:
        """Return every address it says it came to."""
        return [each.address for each in self.people(*_OURS_ARRIVED)]

    def new_and_quoted(self) -> tuple[str | None, str | None]:
        """Return what was written now, and what it repeats of the mail it answers."""
        return (None, None) if self.text is None else quoting.folded(self.text)


def letter_of(mail: Part) -> Letter:
    """Return a mail that came as MIME."""
    body = _body(mail)
    pieces = _cleaned(body.pieces)
    texts = [each.text if each.text is not None else markup.readable(each.html or "") for each in pieces]
    text = "\n".join(each.strip("\n") for each in texts if each.strip())
    return Letter(
        head=mail.head,
        text=text[:_TEXT_LIMIT] or None,
        html=_joined([each.html for each in pieces if each.html]) or None,
        files=tuple(_file(each) for each in body.files[:_FILES]),
        size=mail.size,
    )


def letter_from_parts(head: Head, text: str | None, html: str | None, files: Iterable[File]) -> Letter:
    """Return a mail that a provider took apart."""
    safe = markup.cleaned(html) if html else None
    read = text if text and text.strip() else markup.readable(safe) if safe else None
    clean = (read or "").replace("\r\n", "\n").replace("\x00", "")
    size = len((text or "").encode("utf-8", "replace")) + len((html or "").encode("utf-8", "replace"))
    return Letter(head, clean[:_TEXT_LIMIT] or None, safe or None, tuple(files)[:_FILES], size)


def _cleaned(pieces: list[_Piece]) -> list[_Piece]:
    """Return pieces with their HTML made harmless, as much of it as a mail may have in all."""
    found, room = [], markup.LIMIT
    for piece in pieces:
        html = markup.cleaned(piece.html[:room]) if piece.html and room > 0 else None
        room -= len(piece.html or "")
        found.append(_Piece(piece.text, html))
    return found


def _joined(htmls: list[str]) -> str:
    """Return pieces of HTML as one, as many as fit whole."""
    found = ""
    for html in htmls:
        found = f"{found}\n{html}" if found and len(found) + len(html) < markup.LIMIT else found or html
    return found


def _people(value: bytes) -> list[Mailbox]:
    """Return the mailboxes of a header; encoded words are names only, whatever brackets and commas they hold."""
    found = mailboxes(decoded(value, None))
    named = [Mailbox(header_text(each.name.encode()) if each.name else None, each.address) for each in found]
    return named or mailboxes(header_text(value))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of the body: as text, as HTML, or as both."""

    text: str | None
    html: str | None


@dataclass(frozen=True, slots=True)
class _Body:
    pieces: list[_Piece]
    files: list[Part]


def _body(part: Part) -> _Body:
    if not part.children:
        return _leaf(part)
    inner = [_body(child) for child in part.children]
    files = [each for body in inner for each in body.files]
    pieces = [each for body in inner for each in body.pieces]
    if part.mime != "multipart/alternative":
        return _Body(pieces, files)
    # The same said twice: its text, and beside it the richest form of it.
    text = next((each.text for each in pieces if each.text and each.text.strip()), None)
    html = next((each.html for each in reversed(pieces) if each.html), None)
    return _Body([_Piece(text, html)] if text or html else [], files)


def _leaf(part: Part) -> _Body:
    is_file = part.disposition == "attachment" or part.filename is not None
    if is_file or not (part.mime in ("text/plain", "text/html") or part.mime.startswith("multipart/")):
        return _Body([], [part])
    if part.mime == "text/html":
        return _Body([_Piece(None, part.text())], [])
    return _Body([_Piece(part.text(), None)], [])


def _file(part: Part) -> File:
    content_id = part.head.get("content-id").strip("<> ")
    return File(part.mime, part.filename, part.content(), content_id or None)
