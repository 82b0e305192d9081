"""Files by their content: one file per SHA-256, written once, never changed."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from ingest.domain.errors import BadInput, NotFound, StoreUnavailable, TooLarge

_CHUNK = 1024 * 1024
_TYPE_BY = 64 * 1024
"""Bytes at the beginning that tell a file's type."""
_UNKNOWN = "application/octet-stream"
_ALIASES = {"image/jpg": "image/jpeg", "audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav", "audio/wave": "audio/wav"}
_MARKUP = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<?xml")


class EmptyFile(BadInput):
    """The file is empty; there is nothing to keep or to send."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What is kept of a file: hex SHA-256 of its bytes, their number, and the type that they show."""

    sha256: str
    size: int
    mime: str


class MediaStore:
    """A folder of files named by what they hold.

    `put` returns once the bytes are on disk under their final name; putting them again changes nothing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, stream: BinaryIO | Iterable[bytes], limit: int | None = None) -> Stored:
        """Keep the bytes of a file object or of chunks.

        Raises EmptyFile for no bytes, TooLarge beyond `limit` bytes (noticed while reading), and
        StoreUnavailable when the disk refuses.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle, name = tempfile.mkstemp(dir=self._folder, prefix=".incoming-")
        except OSError as error:
            raise StoreUnavailable(reason=type(error).__name__) from error
        try:
            with os.fdopen(handle, "wb") as file:
                stored = _copy(_chunks(stream), file, limit)
            self._settle(Path(name), stored.sha256)
        except OSError as error:
            raise StoreUnavailable(reason=type(error).__name__) from error
        finally:
            Path(name).unlink(missing_ok=True)
        return stored

    def path(self, sha256: str) -> Path:
        """Return where the file of a digest lies or would lie; raises NotFound for what is no digest."""
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound
        return self._folder / sha256[:2] / sha256

    def _settle(self, incoming: Path, sha256: str) -> None:
        target = self.path(sha256)
        target.parent.mkdir(exist_ok=True, mode=0o700)
        incoming.replace(target)
        folder = os.open(target.parent, os.O_RDONLY)  # the name must survive a power cut, too
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def mime_of(head: bytes) -> str:
    """Return the type that the beginning of a file shows; `application/octet-stream` where it shows none."""
    start = head[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_MARKUP):
        return (
            "image/svg+xml"
            if b"<svg" in start
            else "text/html"
            if b"htm" in start or b"<script" in start
            else "text/xml"
        )
    if voice := _container(head):
        return voice
    guess = _magic(head)
    if guess:
        return _ALIASES.get(guess, guess)
    return "text/plain" if _is_text(head) else _UNKNOWN


def _container(head: bytes) -> str | None:
    """Return the type of containers that carry sound or pictures alike, which a signature alone mixes up."""
    if head.startswith(b"OggS"):
        return "video/ogg" if b"\x80theora" in head[:256] else "audio/ogg"
    if head[4:8] == b"ftyp":
        return {b"M4A ": "audio/mp4", b"qt  ": "video/quicktime", b"heic": "image/heic", b"avif": "image/avif"}.get(
            head[8:12], "video/3gpp" if head[8:10] == b"3g" else "video/mp4"
        )
    if head.startswith(b"RIFF"):
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}.get(head[8:12])
    return None


def _magic(head: bytes) -> str | None:
    import puremagic  # 30 ms to import, and only files need it

    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    return next((guess.mime_type for guess in guesses if guess.mime_type), None)


def _is_text(head: bytes) -> bool:
    try:
        head[:-4].decode() if len(head) == _TYPE_BY else head.decode()
    except UnicodeDecodeError:
        return False
    return b"\x00" not in head


def _chunks(stream: BinaryIO | Iterable[bytes]) -> Iterable[bytes]:
    if hasattr(stream, "read"):
        return iter(lambda: stream.read(_CHUNK), b"")
    return stream


def _copy(chunks: Iterable[bytes], file: BinaryIO, limit: int | None) -> Stored:
    digest, size, head = hashlib.sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if limit is not None and size > limit:
            raise TooLarge(f"The file is larger than {limit} bytes.", limit=limit)
        digest.update(chunk)
        file.write(chunk)
        if len(head) < _TYPE_BY:
            head += chunk[: _TYPE_BY - len(head)]
    if size == 0:
        raise EmptyFile
    file.flush()
    os.fsync(file.fileno())
    return Stored(digest.hexdigest(), size, mime_of(head))
