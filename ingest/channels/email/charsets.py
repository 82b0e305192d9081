"""From bytes to text, whatever the mail claims its bytes to be."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"\s*")
_ALIASES = {
    # Mail that says so is almost always written with the larger set.
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "windows-874": "cp874",
    "unicode-1-1-utf-7": "utf-7",
}
_NOT_FOR_TEXT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "mbcs", "oem"})
"""Python's own codecs that no mail means, and of which two take quadratic time."""


def decoded(raw: bytes, charset: str | None) -> str:
    """Return bytes as text: by the charset named, else UTF-8, else by the one named with what does not fit replaced.

    The result has no NUL and no lone surrogate, which stores refuse; it never raises.
    """
    named = _codec(charset)
    for codec in ("utf-8", named) if named in (None, "cp1252") else (named, "utf-8"):
        if codec is not None:
            try:
                return _storable(raw.decode(codec))
            except UnicodeError:
                continue
    return _storable(raw.decode(named or "cp1252", "replace"))


def header_text(value: bytes) -> str:
    """Return a header's value with its encoded words decoded; words split inside a character are joined first.

    >>> header_text(b"=?UTF-8?Q?=D8?= =?UTF-8?Q?=A3?= x")
    'أ x'
    """
    written = decoded(value, None)
    found: list[str] = []
    position, pending, charset = 0, b"", ""
    for word in _WORD.finditer(written):
        between = written[position : word.start()]
        is_next = bool(pending) and _BETWEEN.fullmatch(between) is not None
        if not (is_next and word[1].lower() == charset):
            found += [decoded(pending, charset)] if pending else []
            found += [] if is_next else [between]
            pending = b""
        pending, charset = pending + _word_bytes(word[2], word[3]), word[1].lower()
        position = word.end()
    found += [decoded(pending, charset)] if pending else []
    return "".join(found) + written[position:]


def transfer_decoded(raw: bytes, encoding: str) -> bytes:
    """Return the bytes behind a Content-Transfer-Encoding; what is broken is read as far as it goes."""
    match encoding.strip().lower():
        case "base64":
            return _base64(raw)
        case "quoted-printable":
            return quopri.decodestring(raw)
        case "x-uuencode" | "uuencode" | "x-uue" | "uue":
            return _uudecoded(raw)
    return raw


def _codec(charset: str | None) -> str | None:
    name = (charset or "").strip().strip("\"'").lower().partition("*")[0]
    name = _ALIASES.get(name, name)
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    if info.name in _NOT_FOR_TEXT or not info._is_text_encoding:
        return None
    return info.name


def _storable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def _word_bytes(encoding: str, encoded: str) -> bytes:
    raw = encoded.encode("utf-8", "replace")
    return _base64(raw) if encoding in "bB" else quopri.decodestring(raw, header=True)


def _base64(raw: bytes) -> bytes:
    kept = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    # One sign alone holds no byte.
    kept = kept[:-1] if len(kept) % 4 == 1 else kept
    return base64.b64decode(kept + b"=" * (-len(kept) % 4))


def _uudecoded(raw: bytes) -> bytes:
    found: list[bytes] = []
    lines = iter(raw.splitlines())
    for line in lines:
        if line.startswith(b"begin "):
            break
    for line in lines:
        if line.strip() == b"end":
            break
        try:
            found.append(binascii.a2b_uu(line))
        except binascii.Error:
            continue
    return b"".join(found)
