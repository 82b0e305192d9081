"""The bytes of a mail as a tree of parts, within bounds: no depth, number or size of anything can make it loop.

The standard parser walks nested multiparts by recursion and every line through every level; a mail of a few
kilobytes can stop it. This one splits by boundary, at most `DEPTH` levels and `PARTS` parts; what lies deeper
stays one part, whole. A multipart that is never closed ends with the mail (channels.md §8).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import unquote_to_bytes

from ingest.channels.email.charsets import decoded, header_text, transfer_decoded

DEPTH = 8
"""No program nests deeper than five; each level holds a copy of what is inside while it is read."""
PARTS = 500
_HEADERS = 1000
_HEADER_BYTES = 16 * 1024
"""Of one value; more than a thousand recipients fit."""
_HEAD_BYTES = 1024 * 1024
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n|\A[ \t]*\r?\n")
_NAME = re.compile(rb"([!-9;-~]{1,100})[ \t]*:[ \t]*(.*)", re.DOTALL)
_PARAMETER = re.compile(r";\s*([^\s=;\"]{1,60})\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)")


@dataclass(frozen=True, slots=True)
class Head:
    """The headers of a mail or part: names in lower case, values unfolded."""

    fields: tuple[tuple[str, bytes], ...]

    def raw(self, name: str) -> bytes | None:
        """Return the first value of a header as it was written, None where it is missing."""
        return next((value for given, value in self.fields if given == name), None)

    def get(self, name: str) -> str:
        """Return the first value of a header with encoded words decoded, empty where it is missing."""
        return header_text(self.raw(name) or b"").strip()

    def raw_all(self, name: str) -> list[bytes]:
        """Return every value of a header as it was written."""
        return [value for given, value in self.fields if given == name]


@dataclass(frozen=True)
class Part:
    """One part of a mail; `children` is empty for what holds content itself."""

    head: Head
    body: bytes = field(repr=False)
    """Empty where there are children."""
    size: int
    """Bytes of the body, children included."""
    children: tuple[Part, ...] = ()

    @cached_property
    def mime(self) -> str:
        """Return type and subtype in lower case; text/plain for none or nonsense (RFC 2045 §5.2)."""
        found = self.head.get("content-type").partition(";")[0].strip().lower()
        return found if re.fullmatch(r"[\w.+-]{1,100}/[\w.+-]{1,100}", found, re.ASCII) else "text/plain"

    @cached_property
    def type_parameters(self) -> dict[str, str]:
        """Return the parameters of the content type."""
        return parameters(self.head.raw("content-type") or b"")

    @cached_property
    def disposition(self) -> str:
        """Return attachment, inline, or nothing."""
        return self.head.get("content-disposition").partition(";")[0].strip().lower()

    @cached_property
    def filename(self) -> str | None:
        """Return the name that a file was given, None for one without."""
        given = parameters(self.head.raw("content-disposition") or b"").get("filename")
        return given or self.type_parameters.get("name") or None

    def content(self) -> bytes:
        """Return the bytes behind the transfer encoding."""
        return transfer_decoded(self.body, self.head.get("content-transfer-encoding"))

    def text(self) -> str:
        """Return the content as text, with line ends of one kind."""
        return decoded(self.content(), self.type_parameters.get("charset")).replace("\r\n", "\n").replace("\r", "\n")

    def leaves(self) -> Iterator[Part]:
        """Yield the parts that hold content, in their order."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def read_mail(raw: bytes) -> Part:
    """Return a mail as a tree; defined for every body."""
    return _part(raw, DEPTH, [PARTS])


def split_head(raw: bytes) -> tuple[Head, bytes]:
    """Return the headers, and what comes after the first blank line."""
    blank = _BLANK.search(raw, 0, _HEAD_BYTES)
    if blank is None:
        end = len(raw) if len(raw) <= _HEAD_BYTES else raw.find(b"\n", _HEAD_BYTES) + 1 or len(raw)
        return head_of(raw[:end]), raw[end:]
    return head_of(raw[: blank.start()]), raw[blank.end() :]


def head_of(raw: bytes) -> Head:
    """Return a block of headers; lines that are none are passed over."""
    unfolded: list[list[bytes]] = []
    for line in raw.splitlines():
        if line[:1] in (b" ", b"\t") and unfolded:
            unfolded[-1].append(line)
        elif len(unfolded) < _HEADERS:
            unfolded.append([line])
    found = (_NAME.fullmatch(b"".join(lines)[:_HEADER_BYTES]) for lines in unfolded)
    return Head(tuple((each[1].decode("ascii").lower(), each[2]) for each in found if each))


def parameters(value: bytes) -> dict[str, str]:
    """Return a header's parameters, with RFC 2231 continuations joined and encoded words decoded; first one wins.

    >>> parameters(b"a; name*0*=utf-8''%C3%A4; name*1=.txt")
    {'name': 'ä.txt'}
    """
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, given in _PARAMETER.findall(decoded(value, None)):
        base, star, rest = name.lower().partition("*")
        unquoted = _unquoted(given.strip())
        if not star:
            plain.setdefault(base, header_text(unquoted.encode()))
            continue
        number = rest.rstrip("*")
        if not number or (number.isdecimal() and len(number) < 4):
            pieces.setdefault(base, {}).setdefault(int(number or 0), (unquoted, name.endswith("*")))
    return plain | {name: _joined(found) for name, found in pieces.items()}


def _part(raw: bytes, depth: int, room: list[int]) -> Part:
    head, body = split_head(raw)
    bare = Part(head, body, len(body))
    boundary = bare.type_parameters.get("boundary", "").rstrip()
    if not bare.mime.startswith("multipart/") or not boundary or depth == 0:
        return bare
    pieces = _pieces(body, boundary.encode("utf-8", "replace"), room)
    children = tuple(_part(piece, depth - 1, room) for piece in pieces)
    return Part(head, b"", len(body), children) if children else bare


def _pieces(body: bytes, boundary: bytes, room: list[int]) -> list[bytes]:
    """Return what lies between the delimiters; `room` is how many parts the whole mail may still have."""
    found: list[bytes] = []
    start: int | None = None
    for begins, ends, is_last in _delimiters(body, b"--" + boundary):
        if start is not None:
            found.append(_without_line_end(body[start:begins]))
            room[0] -= 1
        start = ends
        if is_last or room[0] <= 0:
            return found if is_last else [*found, body[start:]]
    return found if start is None else [*found, body[start:]]


def _delimiters(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Yield where each delimiter line begins and ends, and whether it is the last."""
    at = 0 if body.startswith(mark) else body.find(b"\n" + mark) + 1
    while at or body.startswith(mark):
        ends = body.find(b"\n", at) + 1 or len(body)
        rest = body[at + len(mark) : ends].rstrip(b" \t\r\n")
        if rest in (b"", b"--"):
            yield at, ends, bool(rest)
        at = body.find(b"\n" + mark, ends - 1) + 1
        if not at:
            return


def _without_line_end(piece: bytes) -> bytes:
    return piece.removesuffix(b"\n").removesuffix(b"\r")


def _unquoted(given: str) -> str:
    if not given.startswith('"'):
        return given
    return re.sub(r"\\(.)", r"\1", given[1:].removesuffix('"'))


def _joined(pieces: dict[int, tuple[str, bool]]) -> str:
    charset, found = "", b""
    for position, number in enumerate(sorted(pieces)):
        written, is_encoded = pieces[number]
        if is_encoded and position == 0 and written.count("'") >= 2:
            charset, _, written = written.split("'", 2)
        found += unquote_to_bytes(written) if is_encoded else written.encode()
    return decoded(found, charset or None)
