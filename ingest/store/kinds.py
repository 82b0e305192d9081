"""What a file is, by its bytes and never by its name. Pure, but for reading the file."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import BinaryIO

_HEAD = 64 * 1024
"""Bytes at the beginning that tell a file's type, but for what an MP4 holds: that may be said at its end."""
_LONGEST_INDEX = 4 * 1024 * 1024
"""Bytes of an MP4's index that are looked into; of a sound it has some 100 KB an hour."""
_MOST_BOXES = 100
UNKNOWN = "application/octet-stream"
_ALIASES = {"image/jpg": "image/jpeg", "audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav", "audio/wave": "audio/wav"}
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")
_STILL = {b"heic": "image/heic", b"heix": "image/heic", b"mif1": "image/heic", b"avif": "image/avif"}
_HANDLER = re.compile(rb"hdlr.{8}(soun|vide)", re.DOTALL)
_CODEC = re.compile(rb"\x86[\x83-\xbf]([AV])_[A-Z0-9]")
"""A track's CodecID in WebM and Matroska: the element, its length, and the codec's name."""
_CLUSTER = b"\x1f\x43\xb6\x75"
"""Where the sound and the pictures themselves begin."""


def type_of(file: BinaryIO) -> str:
    """Return the type that a file shows; `application/octet-stream` where it shows none."""
    file.seek(0)
    head = file.read(_HEAD)
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        return _markup(start)
    if found := _container(file, head):
        return found
    guess = _magic(head)
    if guess:
        return _ALIASES.get(guess, guess)
    return "text/plain" if _is_text(head) else UNKNOWN


def mime_of(head: bytes) -> str:
    """Return the type that the beginning of a file shows."""
    return type_of(io.BytesIO(head))


def _markup(start: bytes) -> str:
    if b"<svg" in start:
        return "image/svg+xml"
    return "text/html" if b"htm" in start or b"<script" in start else "text/xml"


def _container(file: BinaryIO, head: bytes) -> str | None:
    """Return the type of containers that carry sound or pictures alike, which a signature alone mixes up."""
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head[:256] else "audio/ogg"
    if head[4:8] == b"ftyp":
        return _mp4(file, head[8:12])
    if head.startswith(b"\x1aE\xdf\xa3"):
        return _webm(head)
    if head.startswith(b"#!AMR"):
        return "audio/amr-wb" if head.startswith(b"#!AMR-WB") else "audio/amr"
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12])
    return None


def _mp4(file: BinaryIO, brand: bytes) -> str:
    """Return what an MP4 holds: its tracks say it; a brand does not, browsers write several for a voice note."""
    if brand in _STILL:
        return _STILL[brand]
    if brand == b"qt  ":
        return "video/quicktime"
    family = "3gpp" if brand.startswith(b"3g") else "mp4"
    handlers = set(_HANDLER.findall(_index(file)))
    is_sound = handlers == {b"soun"} or (not handlers and brand == b"M4A ")
    return f"audio/{family}" if is_sound else f"video/{family}"


def _index(file: BinaryIO) -> bytes:
    """Return the `moov` box; nothing where there is none that is whole and short enough."""
    for kind, start, size in _boxes(file):
        if kind == b"moov" and size <= _LONGEST_INDEX:
            file.seek(start)
            found = file.read(size)
            return found if len(found) == size else b""
    return b""


def _boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, place and length of the boxes at the top of an MP4."""
    at = 0
    for _ in range(_MOST_BOXES):
        file.seek(at)
        header = file.read(16)
        if len(header) < 8:
            return
        size, own = int.from_bytes(header[:4]), 8
        if size == 1:
            size, own = int.from_bytes(header[8:16]), 16
        if size < own:  # the last one, or none
            return
        yield header[4:8], at + own, size - own
        at += size


def _webm(head: bytes) -> str:
    """Return what a WebM or Matroska file holds: its tracks are described before the first cluster."""
    described = head.partition(_CLUSTER)[0]
    tracks = set(_CODEC.findall(described))
    family = "x-matroska" if b"matroska" in described[:64] else "webm"
    return f"audio/{family}" if tracks == {b"A"} else f"video/{family}"


def _magic(head: bytes) -> str | None:
    import puremagic  # 30 ms to import, and only files need it

    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    return next((guess.mime_type for guess in guesses if guess.mime_type), None)


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode() if len(head) == _HEAD else head.decode()
    except UnicodeDecodeError:
        return False
    return b"\x00" not in head
